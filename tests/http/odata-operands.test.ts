import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Hub, startHub } from '../support/hub.ts'
import { newClient, type ODataClient } from './odata-client.ts'
import { sendGold } from './send-gold.ts'

/**
 * Every operator and function with operands of every type, in filters and orders: answered, or refused with 400 where
 * the types do not fit. Elsewhere wrong types end in 500.
 */
let hub: Hub
let client: ODataClient

beforeAll(async () => {
  hub = await startHub()
  client = await newClient(hub, { offices: ['*'], profile: 'dd2' })
  const listing = { OriginatingSystemOfficeKey: 'SHARPSIR-CY-001', StandardStatus: 'Active' }
  const full = {
    City: 'Limassol',
    BedroomsTotal: 3,
    ListPrice: 450_000.5,
    Latitude: 34.68,
    Longitude: 33.04,
    NewConstructionYN: true,
    ListingContractDate: '2025-01-31',
    OriginalEntryTimestamp: '2025-01-31T10:00:00Z',
    View: 'Sea,Mountain',
  }
  await sendGold(hub, 'property', [
    { ...listing, ...full, ListingKey: 'QOBRIX_full' },
    { ...listing, ListingKey: 'QOBRIX_empty' },
    { ...listing, ...full, ListingKey: 'QOBRIX_zero', BedroomsTotal: 0, ListPrice: 0, City: '' },
  ])
})
afterAll(() => hub?.stop())

const operands = [
  'null',
  'true',
  '0',
  '1',
  'INF',
  "'x'",
  '2025-01-01',
  '10:00:00',
  "duration'PT1H'",
  "geography'SRID=4326;Point(33 34)'",
  'City',
  'BedroomsTotal',
  'ListPrice',
  'Latitude',
  'NewConstructionYN',
  'ListingContractDate',
  'OriginalEntryTimestamp',
  'Location',
  'View',
  'Media',
  'Media/$count',
  'ListAgent/MemberFullName',
  'now()',
  'BedroomsTotal div 0',
  'case(true:null)',
]
const unary = ['length', 'tolower', 'trim', 'year', 'hour', 'second', 'fractionalseconds', 'date', 'time']
  .concat('totaloffsetminutes', 'totalseconds', 'round', 'floor', 'ceiling', 'geo.length', 'not', '-')
const binary = [
  'contains',
  'startswith',
  'endswith',
  'indexof',
  'concat',
  'substring',
  'geo.distance',
  'geo.intersects',
]
const infix = ['eq', 'ne', 'lt', 'ge', 'and', 'or', 'add', 'sub', 'mul', 'div', 'divby', 'mod', 'has', 'in']

/** Conditions in which the expression stands, and orders by it. */
const uses = (expression: string) => [
  `$filter=${expression}`,
  `$filter=(${expression}) eq null`,
  `$orderby=${expression} desc`,
  `$compute=${expression} as Value`,
]

function* queries(): Generator<string> {
  for (const left of operands) {
    yield* uses(left)
    yield* uses(`case(NewConstructionYN:${left},true:City)`)
    for (const name of unary) {
      yield* uses(name === 'not' ? `not ${left}` : name === '-' ? `-${left}` : `${name}(${left})`)
    }
    for (const right of operands) {
      for (const name of binary) yield `$filter=${name}(${left},${right})`
      for (const name of infix) {
        yield `$filter=${name === 'in' ? `${left} in (${right})` : `(${left}) ${name} (${right})`}`
      }
    }
  }
}

function* batches<Item>(items: Iterable<Item>, size: number): Generator<Item[]> {
  let batch: Item[] = []
  for (const item of items) {
    if (batch.push(item) < size) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

it('no combination of types fails', async () => {
  const statuses: Record<number, number> = {}
  const failures: string[] = []
  const work = batches(queries(), 50)
  const worker = async () => {
    for (const batch of work) {
      const answers = await client.batch(
        batch.map((query) =>
          `/Property?$select=ListingKey${query.startsWith('$compute') ? ',Value' : ''}&${
            encodeURI(query).replaceAll('#', '%23')
          }`
        ),
      )
      for (const [index, { status, body }] of answers.entries()) {
        statuses[status] = (statuses[status] ?? 0) + 1
        if (![200, 400, 501].includes(status)) {
          failures.push(`${status} ${batch[index]} ${JSON.stringify(body)}`)
        }
      }
    }
  }
  await Promise.all(Array.from({ length: 4 }, worker))
  expect(failures).toEqual([])
  expect(statuses[200]).toBeGreaterThan(500)
  expect(statuses[400]).toBeGreaterThan(1_000)
})
