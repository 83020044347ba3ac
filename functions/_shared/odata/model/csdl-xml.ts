/** `$metadata` as CSDL XML: exactly what one client may name, with the types of its profile. */
import {
  type Annotation,
  annotations,
  containerAnnotations,
  namespace,
  setAnnotations,
  vocabularies,
} from './annotations.ts'
import type { EntityType, Model, Navigation, Property } from './model.ts'

export function csdlXml(model: Model, version: '4.0' | '4.01', edits: readonly string[] = []): string {
  const types = [...model.entityTypes.values()]
  return `<?xml version="1.0" encoding="UTF-8"?>
<edmx:Edmx xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx" Version="${version}">
${vocabularies.map(reference).join('\n')}
  <edmx:DataServices>
    <Schema xmlns="http://docs.oasis-open.org/odata/ns/edm" Namespace="${namespace}">
${types.map(entityType).join('\n')}
      <EntityContainer Name="Container">
${types.map((type) => entitySet(type, edits)).join('\n')}
${containerAnnotations.map((annotation) => annotationXml(annotation, 8)).join('\n')}
      </EntityContainer>
    </Schema>
  </edmx:DataServices>
</edmx:Edmx>
`
}

function reference({ uri, namespace, alias }: typeof vocabularies[number]): string {
  return `  <edmx:Reference Uri="${uri}">
    <edmx:Include Namespace="${namespace}" Alias="${alias}"/>
  </edmx:Reference>`
}

function entityType({ name, key, properties, navigations }: EntityType): string {
  return `      <EntityType Name="${name}">
        <Key>
          <PropertyRef Name="${key}"/>
        </Key>
${[...properties.values()].map(property).join('\n')}${
    [...navigations.values()].map((navigation) => `\n${navigationProperty(navigation)}`).join('')
  }
      </EntityType>`
}

function property({ name, field, edm, isRequired }: Property): string {
  const type = edm.isCollection ? `Collection(${edm.name})` : edm.name
  const facets = [
    `Name="${name}"`,
    `Type="${type}"`,
    ...(isRequired || edm.isCollection ? ['Nullable="false"'] : []),
    ...(edm.maxLength !== undefined ? [`MaxLength="${edm.maxLength}"`] : []),
    ...(edm.precision !== undefined ? [`Precision="${edm.precision}"`] : []),
    ...(edm.scale !== undefined ? [`Scale="${edm.scale}"`] : []),
    ...(edm.srid !== undefined ? [`SRID="${edm.srid}"`] : []),
  ].join(' ')
  const notes = annotations(field)
  if (notes.length === 0) return `        <Property ${facets}/>`
  return `        <Property ${facets}>\n${
    notes.map((note) => annotationXml(note, 10)).join('\n')
  }\n        </Property>`
}

function navigationProperty({ name, type, isCollection }: Navigation): string {
  const target = `${namespace}.${type.name}`
  return isCollection
    ? `        <NavigationProperty Name="${name}" Type="Collection(${target})"/>`
    : `        <NavigationProperty Name="${name}" Type="${target}"/>`
}

function entitySet(type: EntityType, edits: readonly string[]): string {
  const { name, navigations } = type
  const bindings = [...navigations.values()].map((navigation) =>
    `          <NavigationPropertyBinding Path="${navigation.name}" Target="${navigation.type.name}"/>`
  )
  const notes = setAnnotations(type, edits).map((annotation) => annotationXml(annotation, 10))
  return `        <EntitySet Name="${name}" EntityType="${namespace}.${name}">\n${
    [...bindings, ...notes].join('\n')
  }\n        </EntitySet>`
}

function annotationXml({ term, value }: Annotation, indent: number): string {
  const margin = ' '.repeat(indent)
  if (typeof value === 'string') return `${margin}<Annotation Term="${term}" String="${escaped(value)}"/>`
  if (typeof value === 'boolean') return `${margin}<Annotation Term="${term}" Bool="${value}"/>`
  if (Array.isArray(value)) {
    return `${margin}<Annotation Term="${term}">\n${collectionXml(value, indent + 2)}\n${margin}</Annotation>`
  }
  if ('enumMember' in value) {
    return `${margin}<Annotation Term="${term}" EnumMember="${value.enumType}/${value.enumMember}"/>`
  }
  const members = Object.entries(value.record).map(([name, held]) => {
    const opening = `${margin}    <PropertyValue Property="${name}"`
    return Array.isArray(held)
      ? `${opening}>\n${collectionXml(held, indent + 6)}\n${margin}    </PropertyValue>`
      : `${opening} ${typeof held === 'number' ? `Int="${held}"` : `Bool="${held}"`}/>`
  })
  return `${margin}<Annotation Term="${term}">\n${margin}  <Record>\n${
    members.join('\n')
  }\n${margin}  </Record>\n${margin}</Annotation>`
}

function collectionXml(items: string[], indent: number): string {
  const margin = ' '.repeat(indent)
  const strings = items.map((item) => `${margin}  <String>${escaped(item)}</String>`).join('\n')
  return `${margin}<Collection>\n${strings}\n${margin}</Collection>`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll(
    '"',
    '&quot;',
  )
}
