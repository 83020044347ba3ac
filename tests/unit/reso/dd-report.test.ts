import { XMLParser } from 'fast-xml-parser'
import { describe, expect, it } from 'vitest'
import { modelFor } from '../../../functions/_shared/query/model.ts'
import { resources } from '../../../functions/_shared/reso/dictionary.ts'
import { lookups } from '../../../functions/_shared/reso/lookups.ts'
import { csdlXml } from '../../../functions/_shared/reso/metadata-xml.ts'
import { relations } from '../../../functions/_shared/reso/relations.ts'
import { standardReport } from '../../../scripts/dd-report/report.ts'
import { reportTable } from '../../../scripts/dd-report/table.ts'

interface PropertyXml {
  Name: string
  Type: string
  MaxLength?: string
  Precision?: string
  Scale?: string
  Annotation?: { Term: string; String?: string }[]
}
interface EntityTypeXml {
  Name: string
  Property: PropertyXml[]
}

const grants = resources.flatMap(({ name }) => [name, `${name}.*`])
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  isArray: (name) => ['EntityType', 'Property', 'Annotation'].includes(name),
})
const schema = parser.parse(csdlXml(modelFor('dd2', grants), '4.01'))['edmx:Edmx']['edmx:DataServices'].Schema
const types = new Map((schema.EntityType as EntityTypeXml[]).map((type) => [type.Name, type]))

it('$metadata of EntityEvent in profile dd2 has the lengths of the dictionary', () => {
  const lengths = types.get('EntityEvent')!.Property.flatMap(({ Name, MaxLength }) =>
    MaxLength ? [[Name, MaxLength]] : []
  )
  expect(lengths).toEqual([['ResourceName', '255'], ['ResourceRecordKey', '255']])
})

it.each(
  resources.flatMap((resource) =>
    relations(resource).map((relation) => ({ resource: resource.name, ...relation }))
  ),
)(
  'both ends of $resource/$name have the same length in profile dd2',
  ({ resource, target, from, to }) => {
    const length = (type: string, field: string) =>
      types.get(type)!.Property.find(({ Name }) => Name === field)!.MaxLength ?? '255'
    expect(length(resource, from)).toBe(length(target, to))
  },
)

describe.each(resources.map((resource) => ({ name: resource.name, fields: resource.fields })))(
  '$metadata of $name in profile dd2',
  ({ name, fields }) => {
    const declared = new Map(types.get(name)!.Property.map((property) => [property.Name, property]))
    const standard = fields.flatMap((field) => field.dd ? [{ name: field.name, dd: field.dd }] : [])

    it('has every standard field with the type and the facets of the dictionary', () => {
      for (const { name: field, dd } of standard) {
        const { Type, MaxLength, Precision, Scale } = declared.get(field)!
        const isTimestamp = dd.type === 'Edm.DateTimeOffset'
        expect({ field, Type, MaxLength, Precision, Scale }).toEqual({
          field,
          Type: dd.lookup ? (dd.multi ? 'Collection(Edm.String)' : 'Edm.String') : dd.type,
          MaxLength: dd.maxLength?.toString(),
          Precision: isTimestamp ? '6' : dd.precision?.toString(),
          Scale: dd.scale?.toString(),
        })
      }
    })

    it('names the lookup of every enumeration, and the lookup has values', () => {
      for (const { name: field, dd } of standard) {
        const named = declared.get(field)!.Annotation?.find(({ Term }) => Term.endsWith('.LookupName'))
        expect([field, named?.String]).toEqual([field, dd.lookup])
        if (dd.lookup) expect([field, lookups[dd.lookup]?.length ?? 0]).not.toEqual([field, 0])
      }
    })
  },
)

describe('the report', () => {
  const report = standardReport()

  it('counts every field of every resource once', () => {
    for (const { resource, served, local, standard } of report.resources) {
      const { fields } = resources.find(({ name }) => name === resource)!
      expect([resource, served + local]).toEqual([resource, fields.length])
      expect([resource, served]).toEqual([resource, fields.filter((field) => field.dd).length])
      expect(served).toBeLessThanOrEqual(standard)
    }
  })

  it('has a reason and fields for each kind of difference', () => {
    for (const { kind, reason, fields } of report.differences) {
      expect([kind, reason.length > 40, fields.length > 0]).toEqual([kind, true, true])
      expect(new Set(fields).size).toBe(fields.length)
    }
  })

  it('is printed as a table with all of them', () => {
    const text = reportTable(report)
    expect(text).toMatch(/^Property +\d+ of 652 /m)
    for (const { fields } of report.differences) {
      for (const field of fields) expect(text).toContain(`  ${field}`)
    }
  })
})
