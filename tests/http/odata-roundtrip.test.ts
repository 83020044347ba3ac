import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { goldFields } from '../../functions/_shared/reso/dictionary.ts'
import { property } from '../../functions/_shared/reso/resources/property.ts'
import { decimalScale } from '../../functions/_shared/reso/sql-types.ts'
import type { Field } from '../../functions/_shared/reso/types.ts'
import { type Hub, startHub } from '../support/hub.ts'
import { demoClient, type ODataClient, type Row } from './odata-client.ts'

/**
 * What goes in as gold comes out as gold: every one of the 199 Property fields, for a client that was granted all of
 * them. The one exception is ModificationTimestamp: the API shows when a consumer could first see the record as it
 * is (design 6.14), and keeps the source's own beside the origin's last payload.
 */
let hub: Hub
let verifier: ODataClient

beforeAll(async () => {
  hub = await startHub()
  verifier = await demoClient(hub, 'verifier_all')
})
afterAll(() => hub?.stop())

const office = 'SHARPSIR-CY-001'
const fields = goldFields(property)
const exception = 'ModificationTimestamp'

async function send(records: Row[]): Promise<void> {
  const response = await fetch(`${hub.functionsUrl}/ingest/property`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${await hub.token('databricks')}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(records),
  })
  const receipt = await response.json()
  expect(receipt.records.map(({ outcome, errors }: Row) => [outcome, errors])).toEqual(
    records.map(() => ['insert', undefined]),
  )
}

/** A value of the field's own type, different for each field. */
function sample(field: Field, index: number): unknown {
  switch (field.name) {
    case 'OriginatingSystemOfficeKey':
      return office
    case 'StandardStatus':
      return 'Active'
    case 'Latitude':
      return 34.680123
    case 'Longitude':
      return 33.041987
    case 'X_DataSource':
      return 'qobrix'
  }
  const scale = decimalScale(field.type)
  if (scale !== undefined) return Number(`${1000 + index}.${'123456'.slice(0, scale)}`)
  switch (field.type) {
    case 'INT':
    case 'BIGINT':
      return 100 + index
    case 'DOUBLE':
      return 1.5 + index
    case 'BOOLEAN':
      return index % 2 === 0
    case 'DATE':
      return `2025-03-${String(1 + index % 28).padStart(2, '0')}`
    case 'TIMESTAMP':
      return `2025-03-01T10:${String(index % 60).padStart(2, '0')}:00.123456Z`
    default:
      return `Text ${index} "quoted" 'single' \\ Ελληνικά кириллица 🏡`
  }
}

/** How Spark writes the same values as JSON: numbers and booleans as text, times without a zone. */
function sparkForm(field: Field, value: unknown, index: number): unknown {
  if (value === null) return ['', 'nan', null][index % 3]
  if (field.type === 'BOOLEAN') return value ? 'True' : 'false'
  if (field.type === 'INT' || field.type === 'BIGINT') return `${value}.0`
  if (field.type === 'TIMESTAMP') return String(value).replace('T', ' ').replace('Z', '')
  return typeof value === 'number' ? String(value) : value
}

const record = (key: string, value: (field: Field, index: number) => unknown): Row =>
  Object.fromEntries(
    fields.map((field, index) => [field.name, field.name === 'ListingKey' ? key : value(field, index)]),
  )

const full = (key: string) =>
  record(
    key,
    (field, index) =>
      field.name === 'LeasePrice'
        ? sample(
          property.fields.find(({ name }) => name === 'LeaseAmount')!,
          fields.findIndex(({ name }) => name === 'LeaseAmount'),
        )
        : sample(field, index),
  )

const needed = new Set(['ListingKey', 'OriginatingSystemOfficeKey', 'StandardStatus'])
const empty = (key: string) =>
  record(key, (field, index) => needed.has(field.name) ? sample(field, index) : null)

async function read(key: string): Promise<Row> {
  const { status, body } = await verifier.get(`/Property('${key}')`)
  expect(status).toBe(200)
  return body
}

function expectSame(answer: Row, sent: Row): void {
  const differences = fields.filter(({ name }) => name !== exception && answer[name] !== sent[name])
    .map(({ name }) => `${name}: sent ${JSON.stringify(sent[name])}, got ${JSON.stringify(answer[name])}`)
  expect(differences).toEqual([])
}

describe('all 199 gold fields of Property', () => {
  it('are 199', () => expect(fields).toHaveLength(199))

  it('come back with every field set', async () => {
    const sent = full('QOBRIX_full')
    await send([sent])
    const answer = await read('QOBRIX_full')
    expectSame(answer, sent)
    expect(answer[exception]).not.toBe(sent[exception])
    expect(answer[exception]).toBe(
      (await verifier.rows("/Property?$select=ModificationTimestamp&$filter=ListingKey eq 'QOBRIX_full'"))[
        0
      ]![exception],
    )
  })

  it('come back with every field null', async () => {
    const sent = empty('QOBRIX_empty')
    await send([sent])
    expectSame(await read('QOBRIX_empty'), sent)
  })

  it('come back typed when sent as the text that Spark writes', async () => {
    const sent = full('QOBRIX_spark')
    await send([record('QOBRIX_spark', (field, index) => sparkForm(field, sent[field.name], index))])
    expectSame(await read('QOBRIX_spark'), sent)
    const nulls = empty('QOBRIX_spark_nulls')
    await send([record('QOBRIX_spark_nulls', (field, index) => sparkForm(field, nulls[field.name], index))])
    expectSame(await read('QOBRIX_spark_nulls'), nulls)
  })

  it('are the same in a page, by $select, and one by one', async () => {
    const rows = await verifier.rows("/Property?$filter=ListingKey eq 'QOBRIX_full'")
    const names = fields.map(({ name }) => name)
    const chosen = await verifier.rows(`/Property?$filter=ListingKey eq 'QOBRIX_full'&$select=${names}`)
    for (const { name } of fields) expect([name, chosen[0]![name]]).toEqual([name, rows[0]![name]])
  })
})
