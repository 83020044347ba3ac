import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { expect } from 'vitest'
import { ask } from './check.ts'
import type { World } from './world.ts'

type Attributes = Record<string, string>

export interface MetadataType {
  key: string[]
  properties: Map<string, Attributes>
  navigations: Map<string, Attributes>
}

export interface Metadata {
  text: string
  version: string
  namespace: string
  /** Namespaces and aliases that references bring in. */
  vocabularies: string[]
  sets: (Attributes & { bindings: Attributes[] })[]
  types: string[]
  type(name: string): MetadataType
}

const lists = [
  'EntityType',
  'Property',
  'NavigationProperty',
  'NavigationPropertyBinding',
  'PropertyRef',
  'EntitySet',
  'edmx:Reference',
]

/** `$metadata` as the suite asks for it: valid XML, with exactly one schema and one container. */
export async function readMetadata(world: World): Promise<Metadata> {
  const { text, headers } = await ask(world, '/$metadata?$format=application/xml')
  expect(headers.get('Content-Type')).toContain('application/xml')
  expect(XMLValidator.validate(text)).toBe(true)
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    isArray: (name, _path, _isLeaf, isAttribute) => !isAttribute && lists.includes(name),
  })
  const { 'edmx:Edmx': document } = parser.parse(text)
  const { Schema: schema } = document['edmx:DataServices']
  const byName = (items: Attributes[] = []) => new Map(items.map((item) => [item.Name!, item]))
  // deno-lint-ignore no-explicit-any
  const types = new Map<string, any>(schema.EntityType.map((type: Attributes) => [type.Name, type]))
  return {
    text,
    version: document.Version,
    namespace: schema.Namespace,
    vocabularies: document['edmx:Reference'].flatMap((reference: { 'edmx:Include': Attributes }) => [
      reference['edmx:Include'].Namespace,
      reference['edmx:Include'].Alias,
    ]),
    sets: schema.EntityContainer.EntitySet.map((
      { NavigationPropertyBinding: bindings = [], ...set }: Attributes & {
        NavigationPropertyBinding?: Attributes[]
      },
    ) => ({ ...set, bindings })),
    types: [...types.keys()],
    type: (name) => ({
      key: types.get(name).Key.PropertyRef.map(({ Name }: Attributes) => Name),
      properties: byName(types.get(name).Property),
      navigations: byName(types.get(name).NavigationProperty),
    }),
  }
}
