import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Hub, startHub } from '../support/hub.ts'
import { demoClient, newClient, type ODataClient, type Row } from './odata-client.ts'

/** RESO EntityEvent: every visible change, in commit order, as each client has to see it. */
let hub: Hub
let cyprus: ODataClient
let hungary: ODataClient
let all: ODataClient
let token: string

beforeAll(async () => {
  hub = await startHub()
  ;[cyprus, hungary, all] = [
    await demoClient(hub, 'portal_cy'),
    await demoClient(hub, 'portal_hu'),
    await demoClient(hub, 'verifier_all'),
  ]
  token = await hub.token('databricks')
})
afterAll(() => hub?.stop())

const listing = (key: string, changes: Row = {}): Row => ({
  ListingKey: key,
  OriginatingSystemOfficeKey: 'SHARPSIR-CY-001',
  StandardStatus: 'Active',
  City: 'Limassol',
  ...changes,
})

async function send(resource: string, records: Row[]): Promise<void> {
  const response = await fetch(`${hub.functionsUrl}/ingest/${resource}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(records),
  })
  expect((await response.json()).totals.reject).toBe(0)
}

async function eventsOf(client: ODataClient, key: string): Promise<string[]> {
  const rows = await client.all(
    `/EntityEvent?$filter=ResourceRecordKey eq '${key}'&$orderby=EntityEventSequence&$top=2`,
  )
  return rows.map((row) =>
    [row.X_EventType, row.OriginatingSystemOfficeKey, row.X_PreviousOfficeKey].filter(Boolean).join(' ')
  )
}

const cy = 'SHARPSIR-CY-001'
const hu = 'SHARPSIR-HU-001'

describe('EntityEvent', () => {
  it('tells of creation, change and deletion, and of nothing else', async () => {
    await send('property', [listing('QOBRIX_e1')])
    await send('property', [listing('QOBRIX_e1', { City: 'Paphos' })])
    await send('property', [listing('QOBRIX_e1', { City: 'Paphos', etl_batch_id: 'later' })])
    await hub.pool.query(
      `update public.mls_listings set origin_deleted = true where origin_key = 'QOBRIX_e1'`,
    )
    expect((await cyprus.get(`/Property('QOBRIX_e1')`)).status).toBe(404)
    await hub.pool.query(
      `update public.mls_listings set origin_deleted = false where origin_key = 'QOBRIX_e1'`,
    )
    expect(await eventsOf(cyprus, 'QOBRIX_e1')).toEqual([
      `created ${cy}`,
      `updated ${cy}`,
      `deleted ${cy}`,
      `created ${cy}`,
    ])
    expect(await eventsOf(hungary, 'QOBRIX_e1')).toEqual([])
  })

  it('shows a move as the loss of one office and the gain of another', async () => {
    await send('property', [listing('QOBRIX_e2')])
    await hub.pool.query(
      `update public.mls_listings l set originating_office_key = $1, tenant_id = t.id from public.mls_tenants t
       where t.code = 'HU' and l.origin_key = 'QOBRIX_e2'`,
      [hu],
    )
    expect(await eventsOf(cyprus, 'QOBRIX_e2')).toEqual([`created ${cy}`, `deleted ${cy}`])
    expect(await eventsOf(hungary, 'QOBRIX_e2')).toEqual([`created ${hu}`])
    expect(await eventsOf(all, 'QOBRIX_e2')).toEqual([`created ${cy}`, `updated ${hu} ${cy}`])
  })

  it('has a key, numbers that rise, and no event of a resource that was not granted', async () => {
    await send('contacts', [{
      ContactKey: 'QOBRIX_CONTACT_e3',
      OriginatingSystemOfficeKey: cy,
      ContactFirstName: 'Eleni',
    }])
    expect(await eventsOf(all, 'QOBRIX_CONTACT_e3')).toEqual([`created ${cy}`])
    expect(await eventsOf(cyprus, 'QOBRIX_CONTACT_e3')).toEqual([])
    const rows = await cyprus.all('/EntityEvent?$top=3')
    const numbers = rows.map((row) => row.EntityEventSequence as number)
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
    expect((await cyprus.get(`/EntityEvent(${numbers[0]})`)).body).toMatchObject(rows[0]!)
    expect((await cyprus.get('/EntityEvent(1)')).status).toBe(404)
    expect((await cyprus.get("/EntityEvent('x')")).status).toBe(400)
    expect(await cyprus.count('EntityEvent', `EntityEventSequence gt ${numbers.at(-2)}`)).toBe(1)
    expect(
      await cyprus.count('EntityEvent', `ModificationTimestamp gt ${rows.at(-2)!.ModificationTimestamp}`),
    ).toBe(1)
  })

  it('lets clients of published listings see them come and go', async () => {
    const portal = await newClient(hub, { offices: [cy], api_visibility: 'published' })
    await send('property', [listing('QOBRIX_e4')])
    expect(await eventsOf(portal, 'QOBRIX_e4')).toEqual([])
    const { rowCount } = await hub.pool.query(
      `update public.served_property set is_published = false where "ListingKey" = 'QOBRIX_e4'`,
    )
    expect(rowCount).toBe(1)
    await hub.pool.query(`insert into public.mls_entity_events
      (sequence, resource, record_key, record_id, kind, office_key, is_published, was_published)
      select mls.take_stamps(1), 'Property', 'QOBRIX_e4', record_id, 'updated', office_key, shown, not shown
      from public.served_property, unnest(array[true, false]) shown where "ListingKey" = 'QOBRIX_e4'`)
    expect(await eventsOf(portal, 'QOBRIX_e4')).toEqual([`created ${cy}`, `deleted ${cy}`])
  })
})

describe('writers that commit out of order', () => {
  it('hide nothing from a reader by sequence or by ModificationTimestamp', async () => {
    const keys = Array.from({ length: 40 }, (_, index) => `QOBRIX_w${index}`)
    await send('property', keys.map((key) => listing(key)))
    const start = (await cyprus.rows('/EntityEvent?$orderby=EntityEventSequence desc&$top=1'))[0]!
    let isWriting = true
    const pause = (most: number) => new Promise((resolve) => setTimeout(resolve, Math.random() * most))

    const write = async (writer: number) => {
      for (let round = 0; round < 8; round++) {
        const client = await hub.pool.connect()
        try {
          await client.query('begin')
          const key = keys[(writer * 10 + round) % keys.length]
          await client.query('update public.mls_listings set city = $1 where origin_key = $2', [
            `City ${writer} ${round}`,
            key,
          ])
          await pause(30) // whoever began first need not commit first
          await client.query('commit')
        } finally {
          client.release()
        }
      }
    }
    const follow = async (path: (after: unknown) => string, field: string, after: unknown) => {
      const seen: Row[] = []
      for (let isLast = false; !isLast;) {
        isLast = !isWriting // one more round after the last commit
        const rows = await cyprus.all(path(after))
        seen.push(...rows)
        after = rows.at(-1)?.[field] ?? after
        await pause(5)
      }
      return seen
    }
    const bySequence = follow(
      (n) => `/EntityEvent?$filter=EntityEventSequence gt ${n}`,
      'EntityEventSequence',
      start.EntityEventSequence,
    )
    const byTime = follow(
      (t) =>
        `/Property?$select=ListingKey,ModificationTimestamp,City&$filter=ModificationTimestamp gt ${t}&$orderby=ModificationTimestamp`,
      'ModificationTimestamp',
      start.ModificationTimestamp,
    )
    await Promise.all(Array.from({ length: 4 }, (_, writer) => write(writer)))
    isWriting = false
    const [events, changes] = [await bySequence, await byTime]

    const { rows } = await hub.pool.query(
      'select sequence::text from public.mls_entity_events where sequence > $1 order by 1',
      [
        start.EntityEventSequence,
      ],
    )
    expect(events.map((event) => String(event.EntityEventSequence))).toEqual(
      rows.map(({ sequence }) => sequence),
    )
    const latest = new Map(changes.map((row) => [row.ListingKey, row.City]))
    for (const row of await cyprus.all('/Property?$select=ListingKey,City')) {
      if ((row.City as string).startsWith('City ')) expect(latest.get(row.ListingKey)).toBe(row.City)
    }
  })
})
