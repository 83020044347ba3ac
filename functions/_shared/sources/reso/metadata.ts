import { XMLParser } from 'fast-xml-parser'
import { SourceFailure } from '../failure.ts'

/** What `$metadata` says of the resources that the hub reads; small enough to be remembered between slices. */
export interface UpstreamModel {
  [resource: string]: UpstreamType
}

export interface UpstreamType {
  key: string
  isKeyText: boolean
  fields: string[]
  navigations: string[]
  /** Fields that hold several records of a type of their own. */
  collections: string[]
  /** Fields whose values are names of an enumeration, with what those names mean, where it differs. */
  enums: Record<string, Record<string, string>>
}

type Node = Record<string, unknown>

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  removeNSPrefix: true,
  parseTagValue: false,
  isArray: (name) =>
    [
      'Schema',
      'EntityType',
      'EntitySet',
      'Property',
      'NavigationProperty',
      'PropertyRef',
      'EnumType',
      'Member',
      'Annotation',
    ].includes(name),
})

const list = (node: Node | undefined, name: string): Node[] => (node?.[name] as Node[] | undefined) ?? []

/**
 * Reads CSDL: entity sets, keys, fields, and the standard names of enumerations.
 *
 * @throws SourceFailure invalid_answer for what is no CSDL
 */
export function readMetadata(xml: string, wanted: readonly string[]): UpstreamModel {
  let schemas: Node[] = []
  // the parser takes half a document for a whole one
  if (/<\/(?:\w+:)?Edmx>\s*$/.test(xml)) {
    try {
      const document = parser.parse(xml) as { Edmx?: { DataServices?: Node } }
      schemas = list(document.Edmx?.DataServices, 'Schema')
    } catch {
      // said below
    }
  }
  if (schemas.length === 0) {
    throw new SourceFailure('invalid_answer', 'retry', '$metadata is no CSDL document: is the root right?')
  }
  const types = new Map(
    schemas.flatMap((schema) =>
      list(schema, 'EntityType').map((type) => [`${schema.Namespace}.${type.Name}`, type])
    ),
  )
  const enums = new Map(
    schemas.flatMap((schema) =>
      list(schema, 'EnumType').map((type) => [`${schema.Namespace}.${type.Name}`, namesOf(type)])
    ),
  )
  const sets = schemas.flatMap((schema) => list(schema.EntityContainer as Node | undefined, 'EntitySet'))
  const model: UpstreamModel = {}
  for (const name of wanted) {
    const set = sets.find((each) => each.Name === name)
    const type = set ? types.get(String(set.EntityType)) : undefined
    if (type) model[name] = describe(type, types, enums)
  }
  return model
}

function describe(
  type: Node,
  types: Map<string, Node>,
  enums: Map<string, Record<string, string>>,
): UpstreamType {
  const own = [...inherited(type, types)]
  const properties = own.flatMap((each) => list(each, 'Property'))
  const key = own.flatMap((each) => list(each.Key as Node | undefined, 'PropertyRef'))[0]?.Name
  const named: UpstreamType['enums'] = {}
  for (const { Name, Type } of properties) {
    const names = enums.get(String(Type).replace(/^Collection\((.*)\)$/, '$1'))
    if (names && Object.keys(names).length > 0) named[String(Name)] = names
  }
  return {
    key: String(key ?? properties[0]?.Name ?? ''),
    isKeyText: String(properties.find(({ Name }) => Name === key)?.Type ?? 'Edm.String') === 'Edm.String',
    fields: properties.map(({ Name }) => String(Name)),
    collections: properties.filter(({ Type }) => {
      const [, held] = /^Collection\((.*)\)$/.exec(String(Type)) ?? []
      return held !== undefined && !held.startsWith('Edm.') && !enums.has(held)
    }).map(({ Name }) => String(Name)),
    navigations: own.flatMap((each) => list(each, 'NavigationProperty')).map(({ Name }) => String(Name)),
    enums: named,
  }
}

function* inherited(type: Node, types: Map<string, Node>): Generator<Node> {
  yield type
  const base = types.get(String(type.BaseType ?? ''))
  if (base) yield* inherited(base, types)
}

/** ActiveUnderContract -> Active Under Contract, as annotations of the Data Dictionary say. */
function namesOf(type: Node): Record<string, string> {
  const names: Record<string, string> = {}
  for (const member of list(type, 'Member')) {
    const standard = list(member, 'Annotation').find(({ Term }) => /\.StandardName$/.test(String(Term)))
      ?.String
    if (standard !== undefined && standard !== member.Name) names[String(member.Name)] = String(standard)
  }
  return names
}
