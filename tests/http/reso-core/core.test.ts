import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Hub, startHub } from '../../support/hub.ts'
import { demoClient, type ODataClient, type Row } from '../odata-client.ts'
import { sendGold, sendWhatTheDemoLacks } from '../send-gold.ts'
import { dates } from './dates.ts'
import { enumerations } from './enumerations.ts'
import { numbers } from './numbers.ts'
import { orders } from './orders.ts'
import { protocol } from './protocol.ts'
import { specification } from './specification.ts'
import { suite, type Tag } from './suite.ts'
import { type Endorsement, type Scenario, type World, worldOf } from './world.ts'

/**
 * RESO Web API Core, scenario by scenario, over HTTP. RESO's suite looks at the status and at the rows that come; here
 * all rows are read beforehand and a predicate in TypeScript must choose exactly those that come, in that order.
 */
const scenarios: Record<Tag, Scenario> = { ...protocol, ...numbers, ...dates, ...orders, ...enumerations }

const clients = { gold: 'verifier_all', dd2: 'partner_all' } as const
const readers = {} as Record<World['profile'], { client: ODataClient; listings: Row[] }>
let hub: Hub

beforeAll(async () => {
  hub = await startHub({ seed: true })
  await sendOddTimes()
  // every entity set of the service document shall have something to show
  await sendWhatTheDemoLacks(hub)
  for (const profile of ['gold', 'dd2'] as const) {
    const client = await demoClient(hub, clients[profile])
    readers[profile] = { client, listings: await client.all('/Property?$top=1000') }
  }
})
afterAll(() => hub?.stop())

/** Listings from the future and of no known time, so that now() divides the rows and null has a place among them. */
async function sendOddTimes(): Promise<void> {
  const listing = {
    OriginatingSystemOfficeKey: 'SHARPSIR-CY-001',
    StandardStatus: 'Active',
    BedroomsTotal: 7,
  }
  const times = ['2999-12-31T23:59:59Z', '2999-12-31T23:59:59Z', null, null]
  const records = times.map((OriginalEntryTimestamp, index) => ({
    ...listing,
    ListingKey: `QOBRIX_odd_time_${index}`,
    OriginalEntryTimestamp,
  }))
  await sendGold(hub, 'property', records)
}

it('covers the 45 scenarios of the suite', () => {
  expect(suite).toHaveLength(45)
  expect(Object.keys(scenarios).toSorted()).toEqual([...suite].toSorted())
})

describe.each<[Endorsement, World['profile']]>([
  ['2.0.0', 'gold'],
  ['2.0.0', 'dd2'],
  ['2.1.0', 'gold'],
  ['2.1.0', 'dd2'],
])('Core %s, profile %s', (endorsement, profile) => {
  const world = () => worldOf(readers[profile].client, readers[profile].listings, profile, endorsement)
  it.each(suite)('%s', (tag) => scenarios[tag](world()))
  it.each(Object.keys(specification))('beyond the suite: %s', (name) => specification[name]!(world()))
})
