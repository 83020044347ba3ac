import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseJson } from '../../functions/_shared/gold/json-text.ts'
import { readerKind } from '../../functions/_shared/gold/readers/field.ts'
import { readRecord } from '../../functions/_shared/gold/record.ts'
import { resourceByIngestName, resources } from '../../functions/_shared/reso/dictionary.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'

/**
 * Gold is read in two places: by functions/_shared/gold at the door and by mls.read_record() for those who call the
 * RPC. Both get the same values here and must come to the same record and to remarks with the same codes.
 */
let database: TestDatabase

beforeAll(async () => {
  database = await createDatabase()
})
afterAll(() => database?.drop())

interface Row {
  r: Record<string, unknown> | null
  e: { field: string; code: string }[]
  w: { field: string; code: string }[]
}

/** What both readers must agree on. Which unknown field a remark names first depends on the order of names. */
function comparable({ r, e, w }: Row) {
  const codes = (issues: Row['e']) =>
    issues.map(({ field, code }) => `${code === 'unknown_field' ? '' : field} ${code}`).sort()
  const cut = w.length > 25
  return { r, e: codes(e), w: cut ? ['more'] : codes(w) }
}

function byTypescript(resource: string, text: string): Row {
  const reading = readRecord(resourceByIngestName(resource)!, parseJson(text))
  const { record, errors, warnings } = JSON.parse(JSON.stringify(reading))
  return { r: record ?? null, e: errors, w: warnings }
}

async function bySql(resource: string, texts: string[]): Promise<Row[]> {
  const { rows } = await database.pool.query('select mls.read_records($1, $2::jsonb) as rows', [
    resource,
    `[${texts.join(',')}]`,
  ])
  return rows[0].rows
}

async function compare(resource: string, texts: string[]): Promise<void> {
  const rows = await bySql(resource, texts)
  texts.forEach((text, index) => {
    const [ours, theirs] = [byTypescript(resource, text), rows[index]!]
    // too_deep cuts what is rejected anyway; where exactly is nobody's business
    if (ours.e.some(({ code }) => code === 'too_deep')) ours.r = theirs.r = null
    expect({ text: text.slice(0, 300), ...comparable(theirs) }).toEqual({
      text: text.slice(0, 300),
      ...comparable(ours),
    })
  })
}

/** Every form that a value has been seen in, and their neighbours. As JSON text: 1.50 and 1.5 differ there. */
const values = [
  ...[
    'null',
    'true',
    'false',
    '0',
    '1',
    '-1',
    '2.0',
    '1.50',
    '-0',
    '1e3',
    '12345678901',
    '0.005',
    '1.005',
    '-0.001',
  ],
  ...['9007199254740992', '2147483648', '-2147483648', '91', '-180.5'],
  ...['[]', '{}', '["a"]', '{"a": 1}', '1.7e308', '-5e-324', '1e-301', '1e-300'],
  ...[
    '',
    ' ',
    'nan',
    'NaN',
    'NAN',
    'None',
    'none',
    'null',
    'Null',
    'NULL',
    ' nan ',
    '\u00a0',
    '\ufeff',
    'True',
    'FALSE',
    'Yes',
    'n',
    't',
    '1.0',
    '0.0',
    '2',
    '2.0',
    ' 2.50 ',
    '-.5',
    '+3.',
    '1.25E7',
    '1e-7',
    '1e400',
    '-1e400',
    '1e-400',
    '0e99999',
    '1e9999999999',
    'inf',
    'Infinity',
    '1,250,000',
    '0x10',
    '１２',
    '450000.00',
    '450000.005',
    '99999999999999.999',
    '9999999999999999.994',
    '9999999999999999.995',
    '10000000000000000',
    '-0.00',
    '-5',
    '90',
    '90.00000000000000001',
    '180.1',
    '9223372036854775807',
    '9223372036854775808',
    '-9223372036854775808',
    '34.7',
    '2026-01-31',
    '2026-02-29',
    '2024-02-29',
    '0000-01-01',
    '0001-01-01',
    '9999-12-31',
    '31/02/2026',
    'NaT',
    '€',
    ' £ ',
    '$',
    '₸',
    'Ft',
    'ft',
    'eur',
    'XXX',
    'EURO',
    'ЕUR',
    'nat',
    '<NA>',
    '1767225600000',
    ' 1767225600123 ',
    '0000000000001',
    '176722560000',
    '20260101120000',
    '1767225600',
    '9999999999999',
    '2026-1-1',
    '20260101',
    '2026-01-31T10:00',
    '2026-01-31T10:00:00',
    '2026-01-31 10:00:00.120000',
    '2026-01-31T10:00:00.1234567Z',
    '2026-01-31T10:00:00.000Z',
    '2026-01-31T10:00:00 UTC',
    '2026-01-31T10:00:00utc',
    '2026-01-31t10:00:00z',
    '2026-01-31T23:30:00-02:30',
    '2026-01-31T00:30:00+0300',
    '2026-01-31T00:30:00+03',
    '2026-01-31T24:00:00Z',
    '2026-01-31T10:00:60Z',
    '2026-01-31T10:00:00+16:00',
    '0001-01-01T00:00:00+01:00',
    '9999-12-31T23:59:59-01:00',
    'Active',
    ' Active ',
    'active',
    'Sold out',
    'Ünïcödé 🏠',
    '🏠'.repeat(127),
    '🏠'.repeat(128),
    'k'.repeat(255),
    'k'.repeat(256),
    ` ${'k'.repeat(255)} `,
    'a\tb\u0007',
  ].map((text) => JSON.stringify(text)),
  ...[
    '1767225600000',
    '1767225600123',
    '1767225600120.0',
    '1767225600',
    '100000000000',
    '100000000001',
    '253402300799999',
  ],
  ...['253402300800000', '1767225600000000', '-1767225600000', '1767225600000.5', '1.7672256e12'],
  ...[
    '["Sea", "Pool"]',
    '["Sea"]',
    '[" Sea ", null, "nan", "", 2, 1.50, true]',
    '[null]',
    '["<NA>"]',
    '["Море", ["x"]]',
    '[{"a": 1}]',
  ],
  `["${'x'.repeat(60_000)}", "${'x'.repeat(60_000)}"]`,
]

describe('the reader in SQL and the reader at the door', () => {
  it.each(resources.map(({ ingestName }) => ingestName))(
    'read every form of value in every field of %s alike',
    async (name) => {
      const { fields } = resourceByIngestName(name)!
      const texts = values.map((value) =>
        `{${fields.map((field) => `${JSON.stringify(field.name)}: ${value}`).join(', ')}}`
      )
      await compare(name, texts)
    },
    60_000,
  )

  it('remark alike on every form of value in every kind of field', async () => {
    const { fields } = resourceByIngestName('property')!
    const kinds = new Map(
      fields.map((field) => [readerKind(resourceByIngestName('property')!, field), field.name]),
    )
    const texts = [...kinds.values()].flatMap((field) => values.map((value) => `{"${field}": ${value}}`))
    for (let from = 0; from < texts.length; from += 1_000) {
      await compare('property', texts.slice(from, from + 1_000))
    }
  }, 60_000)

  it('read coordinates alike', async () => {
    const forms = ['absent', 'null', '0', '34.7', '"34.7"', '"x"', '"200"']
    const pairs = forms.flatMap((latitude) => forms.map((longitude) => [latitude, longitude] as const))
    await compare(
      'property',
      pairs.map(([latitude, longitude]) =>
        `{${
          [['Latitude', latitude], ['Longitude', longitude]].filter(([, form]) => form !== 'absent').map((
            [name, form],
          ) => `"${name}": ${form}`).join(', ')
        }}`
      ),
    )
  })

  it('read what the contract does not know alike', async () => {
    const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`
    await compare('property', [
      '"text"',
      'null',
      '[]',
      '{}',
      '{"custom": {"a": [1, "b", null]}}',
      '{"": 1, "__proto__": 2}',
      `{"${'n'.repeat(256)}": 1}`,
      `{"custom": "${'x'.repeat(100_000)}"}`,
      `{"custom": "${'x'.repeat(100_001)}"}`,
      `{"custom": ["${'x'.repeat(100_001)}"]}`,
      `{"PublicRemarks": "${'x'.repeat(100_000)}"}`,
      `{"PublicRemarks": "${'x'.repeat(100_001)}"}`,
      `{"custom": ${deep(32)}}`,
      `{"custom": ${deep(33)}}`,
      `{"custom": ${deep(34)}}`,
      '{"ListPrice": "x", "$raw": {"ListPrice": "y", "City": 1}}',
      '{"$raw": 5}',
    ])
  })

  it.each(resources.map(({ ingestName, key }) => [ingestName, key]))(
    'read deletions of %s alike',
    async (name, key) => {
      const rest =
        `"OriginatingSystemOfficeKey": "A", "City": 1, "custom": 2, "ModificationTimestamp": "2026-01-01", "X_QobrixModified": "2099-01-01"`
      const marks = ['true', '"True"', '1', 'false', '"nan"', 'null', '"perhaps"', '[]', '2']
      await compare(name, [
        ...marks.map((mark) => `{"${key}": "K", "@deleted": ${mark}, ${rest}}`),
        ...marks.map((mark) => `{"@deleted": ${mark}, "ResourceRecordKey": "L"}`),
      ])
    },
  )

  it('read the currency of a price, or say that they cannot', () => {
    const read = (code: unknown) => {
      const { r, w } = byTypescript('property', JSON.stringify({ ListPriceCurrencyCode: code }))
      return r!.ListPriceCurrencyCode ?? w.map((warning) => warning.code).join()
    }
    expect(['€', '£', '₸', 'Ft', 'usd', 'EUR'].map(read)).toEqual(['EUR', 'GBP', 'KZT', 'HUF', 'USD', 'EUR'])
    expect(['$', 'XXX', 'kr', 'EURO', 978, ['EUR']].map(read)).toEqual(Array(6).fill('invalid_currency'))
    expect(['', null].map(read)).toEqual(['', ''])
  })

  it('give lists as gold has them, and milliseconds as times', () => {
    const read = (resource: string, fields: object) =>
      byTypescript(resource, JSON.stringify({ OriginatingSystemOfficeKey: 'A', ...fields })).r
    expect(
      read('property', {
        View: ['Sea', 'Pool'],
        ModificationTimestamp: 1767225600000,
        YearBuilt: '<NA>',
        City: 'NaT',
      }),
    )
      .toMatchObject({
        View: 'Sea,Pool',
        ModificationTimestamp: '2026-01-01T00:00:00Z',
        YearBuilt: null,
        City: null,
      })
    expect(read('contacts', { X_QobrixModified: 1767225600123 })).toMatchObject({
      X_QobrixModified: '2026-01-01T00:00:00.123Z',
    })
  })

  it('agree on anything else', async () => {
    const name = fc.constantFrom('property', 'media', 'contacts', 'showing_appointment')
    const value = fc.oneof(
      fc.constantFrom(...values),
      fc.oneof(
        fc.string({ unit: fc.constantFrom(...'0123456789.-+eE TZ:naoNu\u00a0🏠') }),
        fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }),
        fc.integer(),
      ).map((any) => JSON.stringify(any)),
    )
    const element = name.chain((of) =>
      fc.tuple(
        fc.constant(of),
        fc.dictionary(
          fc.constantFrom(...resourceByIngestName(of)!.fields.map((field) => field.name)),
          value,
          { maxKeys: 12 },
        ),
      )
    )
    await fc.assert(
      fc.asyncProperty(fc.array(element, { minLength: 1, maxLength: 40 }), async (elements) => {
        for (const of of new Set(elements.map(([of]) => of))) {
          await compare(
            of,
            elements.filter(([name]) => name === of).map(([, fields]) =>
              `{${Object.entries(fields).map(([field, text]) => `"${field}": ${text}`).join(', ')}}`
            ),
          )
        }
      }),
      { numRuns: 60 },
    )
  }, 60_000)
})
