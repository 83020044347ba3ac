import { describe, expect, it } from 'vitest'
import { issueCatalogue } from '../../../functions/_shared/gold/issues.ts'
import { readRecord } from '../../../functions/_shared/gold/record.ts'
import { severityTable } from '../../../functions/_shared/gold/severity.ts'
import { goldFields, resourceByName, resources } from '../../../functions/_shared/reso/dictionary.ts'

const property = resourceByName('Property')!
const media = resourceByName('Media')!
const required = { ListingKey: 'QOBRIX_1', OriginatingSystemOfficeKey: 'SHARPSIR-CY-001' }

function read(fields: Record<string, unknown>) {
  const { record, errors, warnings } = readRecord(property, { ...required, ...fields })
  const { ListingKey: _key, OriginatingSystemOfficeKey: _office, ...rest } = record!
  return { record: rest, errors: errors.map(short), warnings: warnings.map(short) }
}

function short({ field, code }: { field: string; code: string }): string {
  return `${field} ${code}`
}

describe('readRecord', () => {
  it('keeps what is right exactly as it is', () => {
    expect(readRecord(property, { ...required })).toEqual({ record: required, errors: [], warnings: [] })
  })

  it('leaves absent fields absent and explicit nulls null', () => {
    expect(read({ City: null, BedroomsTotal: '', YearBuilt: undefined }).record)
      .toEqual({ City: null, BedroomsTotal: null })
  })

  it.each([[null], [17], ['text'], [true], [[]], [[{}]], [undefined]])(
    'answers not_an_object for %j',
    (element) => {
      const { record, errors } = readRecord(property, element)
      expect(record).toBeUndefined()
      expect(errors.map(short)).toEqual([' not_an_object'])
    },
  )

  it('turns an unreadable optional value into null, with a warning, and keeps the original under $raw', () => {
    expect(read({ BedroomsTotal: '2.5', YearBuilt: 'old', City: 'Paphos' })).toEqual({
      record: {
        BedroomsTotal: null,
        YearBuilt: null,
        City: 'Paphos',
        $raw: { BedroomsTotal: '2.5', YearBuilt: 'old' },
      },
      errors: [],
      warnings: ['BedroomsTotal invalid_integer', 'YearBuilt invalid_number'],
    })
  })

  it('keeps the original of a rounded number', () => {
    expect(read({ LivingArea: '120.456' })).toEqual({
      record: { LivingArea: '120.46', $raw: { LivingArea: '120.456' } },
      errors: [],
      warnings: ['LivingArea rounded'],
    })
  })

  it.each([
    ['ListPrice', '-5', 'out_of_range'],
    ['ListPrice', 'a lot', 'invalid_number'],
    ['ListPrice', 'Infinity', 'invalid_number'],
    ['ListPrice', '9'.repeat(40), 'out_of_range'],
    ['LeaseAmount', '1e30', 'out_of_range'],
    ['LeasePrice', {}, 'invalid_number'],
    ['StandardStatus', ['Active'], 'invalid_text'],
    ['StandardStatus', 'A'.repeat(300), 'key_too_long'],
    ['ListingId', 'x'.repeat(256), 'key_too_long'],
    ['PublicRemarks', 'x'.repeat(1_000_000), 'too_long'],
    ['custom_text', 'x'.repeat(1_000_000), 'too_long'],
  ])('rejects the record for %s = %j', (field, value, code) => {
    expect(read({ [field]: value }).errors).toContain(`${field} ${code}`)
  })

  it.each(['nan', 'NaN', '', 'None', null])('takes a price of %j for missing', (value) => {
    expect(read({ ListPrice: value })).toEqual({ record: { ListPrice: null }, errors: [], warnings: [] })
  })

  it.each([
    [{ OriginatingSystemOfficeKey: 'A' }, 'ListingKey missing'],
    [{ OriginatingSystemOfficeKey: 'A', ListingKey: ' nan ' }, 'ListingKey missing'],
    [{ OriginatingSystemOfficeKey: 'A', ListingKey: '\0' }, 'ListingKey missing'],
    [{ OriginatingSystemOfficeKey: 'A', ListingKey: {} }, 'ListingKey invalid_text'],
    [{ OriginatingSystemOfficeKey: 'A', ListingKey: 'k'.repeat(256) }, 'ListingKey key_too_long'],
    [{ ListingKey: 'K' }, 'OriginatingSystemOfficeKey missing'],
    [{ ListingKey: 'K', OriginatingSystemOfficeKey: null }, 'OriginatingSystemOfficeKey missing'],
  ])('rejects %j with %s alone', (element, error) => {
    expect(readRecord(property, element).errors.map(short)).toEqual([error])
  })

  it('requires the listing of a medium', () => {
    const element = { MediaKey: 'M', OriginatingSystemOfficeKey: 'A' }
    expect(readRecord(media, element).errors.map(short)).toEqual(['ResourceRecordKey missing'])
  })

  it('keeps a rejected record readable, for the quarantine', () => {
    const { record } = readRecord(property, { ...required, ListPrice: '-5', City: 'Paphos' })
    expect(record).toEqual({ ...required, ListPrice: null, City: 'Paphos', $raw: { ListPrice: '-5' } })
  })

  it('keeps an unknown status and says so', () => {
    expect(read({ StandardStatus: 'pending' })).toEqual({
      record: { StandardStatus: 'pending' },
      errors: [],
      warnings: ['StandardStatus unknown_status'],
    })
  })
})

describe('coordinates', () => {
  it.each([
    [{ Latitude: '34.7', Longitude: 33 }, { Latitude: 34.7, Longitude: 33 }, []],
    [{ Latitude: null, Longitude: '' }, { Latitude: null, Longitude: null }, []],
    [{ Latitude: 0, Longitude: '0.0' }, { Latitude: null, Longitude: null }, ['Latitude no_place']],
    [{ Latitude: 0, Longitude: 33 }, { Latitude: 0, Longitude: 33 }, []],
    [
      { Latitude: 34.7, Longitude: null },
      { Latitude: null, Longitude: null, $raw: { Latitude: 34.7 } },
      ['Latitude incomplete_pair'],
    ],
    [
      { Latitude: 134.7, Longitude: 33 },
      { Latitude: null, Longitude: null, $raw: { Latitude: 134.7, Longitude: 33 } },
      ['Latitude out_of_range', 'Longitude incomplete_pair'],
    ],
    [{ Longitude: 33 }, { $raw: { Longitude: 33 } }, ['Longitude incomplete_pair']],
    [
      { Latitude: '34.7,33.0', Longitude: '34.7,33.0' },
      { Latitude: null, Longitude: null, $raw: { Latitude: '34.7,33.0', Longitude: '34.7,33.0' } },
      ['Latitude invalid_number', 'Longitude invalid_number'],
    ],
  ])('%j -> %j', (fields, record, warnings) => {
    expect(read(fields)).toEqual({ record, errors: [], warnings })
  })
})

describe('fields that the contract does not know', () => {
  it('are kept verbatim, under one remark', () => {
    const extra = { custom_a: 'x', custom_b: 1, custom_c: [true, { d: null }], e: 1, f: 2, g: '' }
    const { record, warnings } = readRecord(property, { ...required, ...extra })
    expect(record).toEqual({ ...required, ...extra })
    expect(warnings.map(short)).toEqual(['custom_a unknown_field'])
    expect(warnings[0]!.message).toContain('custom_a, custom_b, custom_c, e, f and 1 more')
  })

  it('says where records inside of a listing belong', () => {
    const { warnings, record } = readRecord(property, {
      ...required,
      Rooms: [{ RoomType: 'Kitchen' }],
      Media: [],
      UnitTypes: 'two',
      Local: 1,
    })
    expect(warnings.map(short)).toEqual([
      'Rooms unknown_field',
      'Media unknown_field',
      'UnitTypes unknown_field',
    ])
    expect(warnings[0]!.message).toContain('/ingest/property_rooms')
    expect(warnings[2]!.message).toContain('UnitTypes, Local')
    expect(record!.Rooms).toEqual([{ RoomType: 'Kitchen' }])
  })

  it('are cleaned where Postgres could not store them', () => {
    expect(read({ custom: { 'a\0': 'b\0\ud800' } })).toEqual({
      record: { custom: { a: 'b' } },
      errors: [],
      warnings: ['custom cleaned', 'custom unknown_field'],
    })
  })

  it('reject the record when nested without end', () => {
    const deep = JSON.parse('['.repeat(50_000) + ']'.repeat(50_000))
    expect(read({ custom: deep }).errors).toEqual(['custom too_deep'])
    expect(read({ BedroomsTotal: deep }).errors).toEqual([])
  })

  it.each(['', 'n'.repeat(256), 'ListPrice\0', '__proto__'])(
    'go to $raw under a name that cannot be used',
    (name) => {
      const element = JSON.parse(
        JSON.stringify({ ...required }).replace('{', `{${JSON.stringify(name)}:"v",`),
      )
      const { record, errors, warnings } = readRecord(property, element)
      expect(errors).toEqual([])
      expect(warnings.map(short)).toEqual([' bad_name'])
      expect(Object.entries(record!.$raw as object)).toEqual([[name.replace('\0', ''), 'v']])
      expect(Object.keys(record!)).toEqual([...Object.keys(required), '$raw'])
      expect(Object.getPrototypeOf(record)).toBe(Object.prototype)
    },
  )

  it('include what the sender calls $raw', () => {
    expect(read({ $raw: 5 }).record).toEqual({ $raw: { $raw: 5 } })
    expect(read({ $raw: { City: 1 }, YearBuilt: 'x' }).record)
      .toEqual({ YearBuilt: null, $raw: { YearBuilt: 'x', City: 1 } })
  })
})

describe('the published tables', () => {
  it('name fields and resources of the dictionary only', () => {
    for (const { resource, field } of severityTable) {
      const owners = resource === '*' ? resources : [resourceByName(resource)!]
      if (field !== '*') {
        expect(owners.every((owner) => owner.fields.some(({ name }) => name === field))).toBe(true)
      }
    }
  })

  it('require key and office of every resource', () => {
    for (const resource of resources) {
      const missing = readRecord(resource, {}).errors.map(short)
      expect(missing).toContain(`${resource.key} missing`)
      expect(missing).toContain('OriginatingSystemOfficeKey missing')
    }
  })

  it('give every code a meaning', () => {
    for (const { meaning } of Object.values(issueCatalogue)) expect(meaning.length).toBeGreaterThan(10)
  })

  it('accept a record of every resource with every gold field null but the required ones', () => {
    for (const resource of resources) {
      const nulls = Object.fromEntries(goldFields(resource).map(({ name }) => [name, null]))
      const needed = readRecord(resource, nulls).errors.map(({ field }) => [field, 'K'])
      const record = { ...nulls, ...Object.fromEntries(needed) }
      expect(readRecord(resource, { ...record })).toEqual({ record, errors: [], warnings: [] })
    }
  })
})
