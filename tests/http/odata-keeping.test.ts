import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runJob } from '../../functions/_shared/operate/run-job.ts'
import { type Hub, startHub } from '../support/hub.ts'
import { demoClient, type ODataClient, type Row } from './odata-client.ts'
import { sendGold } from './send-gold.ts'

/** What the integration guide promises about time: how long a removal can be read, how long a nextLink leads on. */
let hub: Hub
let client: ODataClient

const keys = Array.from({ length: 30 }, (_, n) => `QOBRIX_kept_${String(n).padStart(2, '0')}`)

beforeAll(async () => {
  hub = await startHub()
  client = await demoClient(hub, 'portal_cy')
  await sendGold(
    hub,
    'property',
    keys.map((ListingKey) => ({
      ListingKey,
      OriginatingSystemOfficeKey: 'SHARPSIR-CY-001',
      StandardStatus: 'Active',
    })),
  )
})
afterAll(() => hub?.stop())

describe('events', () => {
  const change = (key: string, statement: string) =>
    hub.pool.query(`update public.mls_listings set ${statement} where origin_key = $1`, [key])

  /** Makes all events of a record older, as if its days had passed. */
  const age = (key: string, days: number) =>
    hub.pool.query(
      'update public.mls_entity_events set sequence = sequence - $2 * 86400000000 where record_key = $1',
      [key, days],
    )
  const eventsOf = async (key: string) =>
    (await client.all(`/EntityEvent?$filter=ResourceRecordKey eq '${key}'&$orderby=EntityEventSequence`))
      .map(({ X_EventType }: Row) => X_EventType)

  it('tell of a removal for 90 days, and of every living record for ever', async () => {
    const [removed, longGone, idle, busy] = keys as [string, string, string, string]
    for (const key of [removed, longGone]) await change(key, 'origin_deleted = true')
    await change(busy, `public_remarks = 'Changed'`)
    await age(removed, 89)
    await age(longGone, 91)
    await age(idle, 400)
    await age(busy, 400)
    await change(busy, `public_remarks = 'Changed again'`)

    for (const job of ['compaction', 'retention'] as const) {
      expect(await runJob(hub.pool, job)).toMatchObject({ status: 'ok' })
    }
    expect(await eventsOf(removed)).toEqual(['created', 'deleted'])
    expect(await eventsOf(longGone)).toEqual([])
    expect(await eventsOf(idle)).toEqual(['created'])
    expect(await eventsOf(busy)).toEqual(['updated'])
    const told = new Set((await client.all('/EntityEvent?$top=1000')).map((row) => row.ResourceRecordKey))
    for (const { ListingKey } of await client.all('/Property?$select=ListingKey')) {
      expect(told).toContain(ListingKey)
    }
  })
})

describe('a nextLink', () => {
  it('leads on with a new token and after a crash, and knows no end', async () => {
    const { body: first } = await client.get(
      '/Property?$select=ListingKey&$orderby=City,ListingKey desc&$top=10',
    )
    await hub.crash()
    const later = await demoClient(hub, 'portal_cy')
    const rows = await later.all(first['@odata.nextLink'])
    const all = await later.all('/Property?$select=ListingKey&$orderby=City,ListingKey desc')
    expect([...first.value, ...rows]).toEqual(all)
    // Nothing in it is a time, so that no clock can end it: it is where the page ended, and a signature.
    const [payload] = first['@odata.nextLink'].split('$skiptoken=')[1].split('.')
    const [size, remaining, since, seen, ...cursor] = JSON.parse(atob(payload))
    expect([size, remaining, since]).toEqual([10, null, null])
    expect(seen).toMatch(/^\d+$/)
    expect(cursor).toEqual([null, first.value.at(-1).ListingKey, expect.stringMatching(/^\d+$/)])
  })
})
