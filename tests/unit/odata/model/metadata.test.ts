import { XMLParser } from 'fast-xml-parser'
import { describe, expect, it } from 'vitest'
import { csdlJson } from '../../../../functions/_shared/odata/model/csdl-json.ts'
import { csdlXml } from '../../../../functions/_shared/odata/model/csdl-xml.ts'
import { modelFor } from '../../../../functions/_shared/odata/model/model.ts'

// deno-lint-ignore no-explicit-any
type Node = any

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  isArray: (name) => ['EntitySet', 'Annotation', 'PropertyValue'].includes(name),
})

const model = modelFor('gold', ['Contacts'])
const withoutNavigations = ['Contacts', 'EntityEvent', 'Lookup', 'Field']
const withNavigations = [
  'OpenHouse',
  'PropertyRooms',
  'PropertyUnitTypes',
  'Teams',
  'TeamMembers',
  'Property',
  'Member',
  'Office',
  'Media',
]

describe.each(['4.0', '4.01'] as const)('$metadata for a client of OData %s', (version) => {
  const xml: Node = parser.parse(csdlXml(model, version))['edmx:Edmx']
  const json: Node = csdlJson(model, version)

  it('says so, as XML and as JSON', () => {
    expect([xml.Version, json.$Version]).toEqual([version, version])
  })

  it('has sets that can be expanded exactly where there are navigations', () => {
    const sets: Node[] = xml['edmx:DataServices'].Schema.EntityContainer.EntitySet
    const inXml = sets.map(({ Name, Annotation }): [string, unknown] => [
      Name,
      Annotation.find(({ Term }: Node) => Term === 'Capabilities.ExpandRestrictions').Record.PropertyValue
        .find(
          ({ Property }: Node) => Property === 'Expandable',
        ).Bool,
    ])
    const container = json['RESO.OData'].Container
    const inJson = sets.map(({ Name }): [string, unknown] => [
      Name,
      String(container[Name]['@Capabilities.ExpandRestrictions'].Expandable),
    ])
    const expected = [
      ...withNavigations.map((name) => [name, 'true']),
      ...withoutNavigations.map((name) => [name, 'false']),
    ].sort()
    expect(inXml.sort()).toEqual(expected)
    expect(inJson.sort()).toEqual(expected)
  })
})
