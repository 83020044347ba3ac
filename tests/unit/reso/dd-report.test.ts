import { readFileSync } from 'node:fs'
import { XMLParser } from 'fast-xml-parser'
import { describe, expect, it } from 'vitest'
import { modelFor } from '../../../functions/_shared/odata/model/model.ts'
import { derivedResources, resources } from '../../../functions/_shared/reso/dictionary.ts'
import { lookupValues } from '../../../functions/_shared/reso/lookup-values.ts'
import { csdlXml } from '../../../functions/_shared/odata/model/csdl-xml.ts'
import { relations } from '../../../functions/_shared/odata/model/relations.ts'
import { differencesOf } from '../../../scripts/dd-report/differences.ts'
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

const grants = [...resources, ...derivedResources].flatMap(({ name }) => [name, `${name}.*`])
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  isArray: (name) => ['EntityType', 'Property', 'Annotation'].includes(name),
})
const model = modelFor('dd2', grants)
const everything = [...model.entityTypes.values()].map(({ resource }) => resource)
const schema = parser.parse(csdlXml(model, '4.01'))['edmx:Edmx']['edmx:DataServices'].Schema
const types = new Map((schema.EntityType as EntityTypeXml[]).map((type) => [type.Name, type]))

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

/** What the published metadata report of Data Dictionary 2.0 says of the standard fields that are served: facts only. */
const dictionary = new Map(
  readFileSync(new URL('../../fixtures/reso/dd-2.0-fields.csv', import.meta.url), 'utf8').trim().split('\n')
    .slice(1).map((line) => {
      const [resource, field, type, length, precision, scale, lookup, multi] = line.split(',')
      return [`${resource}.${field}`, { type, length, precision, scale, lookup, multi }]
    }),
)

describe('the dictionary in code', () => {
  const text = (value: number | undefined) => value?.toString() ?? ''

  it('has the standard fields, and no others', () => {
    const named = everything.flatMap(({ name, fields }) =>
      fields.filter(({ dd }) => dd).map((field) => `${name}.${field.name}`)
    )
    expect(named.sort()).toEqual([...dictionary.keys()].sort())
  })

  it.each(everything)(
    'says of $name what the published one does, but for differences with a reason',
    (resource) => {
      for (const field of resource.fields) {
        if (!field.dd) continue
        const { type = '', maxLength, precision, scale, lookup, multi } = field.dd
        const kinds = differencesOf(field, false)
        const { length, ...facts } = dictionary.get(`${resource.name}.${field.name}`)!
        const isTimestamp = facts.type === 'Edm.DateTimeOffset'
        expect({
          field: field.name,
          type,
          precision: text(precision),
          scale: text(scale),
          lookup: lookup ?? '',
          multi,
        })
          .toEqual({
            field: field.name,
            ...facts,
            precision: isTimestamp ? '' : facts.precision,
            lookup: kinds.includes('lookup of a plain string') ? lookup : facts.lookup,
            multi: facts.multi === 'multi' ? true : undefined,
          })
        if (!kinds.includes('length of a key')) {
          expect([field.name, text(maxLength)]).toEqual([field.name, length])
        }
      }
    },
  )
})

describe.each(everything.map(({ name, fields }) => ({ name, fields })))(
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
        if (dd.lookup) expect([field, lookupValues[dd.lookup]?.length ?? 0]).not.toEqual([field, 0])
      }
    })
  },
)

describe('the report', () => {
  const report = standardReport()

  it('has every resource that is served', () => {
    expect(report.resources.map(({ resource }) => resource)).toEqual([...types.keys()])
  })

  it('counts every field of every resource once', () => {
    for (const { resource, served, local, standard } of report.resources) {
      const { fields } = everything.find(({ name }) => name === resource)!
      const places = resource === 'Property' ? 1 : 0 // Location, made of Latitude and Longitude
      expect([resource, served + local]).toEqual([resource, fields.length + places])
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
