import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Hub, startHub } from '../support/hub.ts'
import { cyprus, ingest } from '../support/gold.ts'
import { addMarket } from '../support/sources/hub.ts'
import { rounds } from '../support/tiers.ts'

/**
 * A RESO source that points at a hub's own OData door: after many changes there both sides say the same of every
 * listing, but for the key's prefix and what each hub says of itself.
 */
let hub: Hub
const code = 'COPY'
const prefix = 'COPY_'
const secret = 'replica-'.padEnd(40, 'x')

beforeAll(async () => {
  hub = await startHub({ seed: true })
  await addMarket(hub.pool, 'COPY', { country: 'CY' })
  await hub.pool.query('select mls.upsert_api_client($1::jsonb)', [
    JSON.stringify({
      client_id: 'copy_reader',
      name: 'Reader',
      secret,
      scopes: ['odata'],
      offices: ['COPY-OFFICE'],
      profile: 'gold',
      rate_limit_per_minute: 1_000_000,
    }),
  ])
}, 240_000)
afterAll(() => hub?.stop())

async function post(path: string, body: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(`${hub.functionsUrl}${path}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${await hub.token('operator')}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  const answer = await response.json()
  if (!response.ok) throw new Error(JSON.stringify(answer))
  return answer
}

async function tokenOfCopy(): Promise<string> {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: 'copy_reader',
    client_secret: secret,
  })
  return (await (await fetch(`${hub.functionsUrl}/oauth/token`, { method: 'POST', body: form })).json())
    .access_token
}

type Row = Record<string, unknown>

async function readAll(token: string, path: string): Promise<Row[]> {
  const rows: Row[] = []
  let next: string | undefined = `${hub.functionsUrl}/odata/${path}`
  while (next) {
    const page: { value: Row[]; '@odata.nextLink'?: string } =
      await (await fetch(next, { headers: { Authorization: `Bearer ${token}` } })).json()
    rows.push(...page.value)
    next = page['@odata.nextLink']
  }
  return rows
}

/** What each hub says of itself: when it saw something, and when its own workflow moved. */
const own = [
  'ModificationTimestamp',
  'MediaModificationTimestamp',
  'OriginatingSystemOfficeKey',
  'OriginalEntryTimestamp',
  'StatusChangeTimestamp',
  'OnMarketDate',
  'CloseDate',
  'OriginalListPrice',
  'X_QobrixModified',
  'X_DataSource',
  'OriginatingSystemID',
  'OriginatingSystemName',
  'MajorChangeTimestamp',
  'MajorChangeType',
  'PhotosChangeTimestamp',
  'PriceChangeTimestamp',
  'PreviousListPrice',
]
const keys = [
  'ListingKey',
  'MediaKey',
  'ResourceRecordKey',
  'ListAgentKey',
  'CoListAgentKey',
  'ListOfficeKey',
  'X_CreatedByMemberKey',
]

/**
 * By what a record is: a listing by its key, a picture by its place, since a picture that several listings have is named
 * after one of them, and each hub may begin with another.
 */
function comparable(rows: Row[], resource: 'Property' | 'Media', strip: boolean): Map<string, Row> {
  return new Map(rows.map((row) => {
    const kept = Object.fromEntries(
      Object.entries(row).filter(([name, value]) =>
        !own.includes(name) && !name.startsWith('@') && value !== null
      ),
    )
    for (const name of keys) {
      const value = kept[name]
      if (strip && typeof value === 'string') kept[name] = value.replaceAll(prefix, '')
    }
    if (resource === 'Property') return [String(kept.ListingKey), kept]
    delete kept.MediaKey
    return [`${kept.ResourceRecordKey} ${kept.Order} ${kept.MediaURL}`, kept]
  }))
}

async function agree(): Promise<number> {
  const [ours, theirs] = [await tokenOfCopy(), await hub.token('portal_cy')]
  for (const resource of ['Media', 'Property'] as const) {
    const upstream = comparable(await readAll(theirs, `${resource}?$top=100000`), resource, false)
    const copy = comparable(await readAll(ours, `${resource}?$top=100000`), resource, true)
    expect([...copy.keys()].sort()).toEqual([...upstream.keys()].sort())
    const different = [...upstream].flatMap(([name, row]) => {
      const other = copy.get(name)!
      return Object.keys({ ...row, ...other }).filter((field) =>
        JSON.stringify(row[field]) !== JSON.stringify(other[field])
      )
        .map((field) => `${name} ${field}: ${JSON.stringify(row[field])} | ${JSON.stringify(other[field])}`)
    })
    expect(different.slice(0, 20)).toEqual([])
  }
  return (await readAll(theirs, 'Property?$select=ListingKey')).length
}

async function pull(mode: 'FULL' | 'DELTA'): Promise<Row> {
  const { run_id } = await post(`/sources/${code}/runs`, { mode })
  for (;;) {
    const { rows: [{ answer }] } = await hub.pool.query(
      `select mls.get_source_run($1, '{}') -> 'answer' as answer`,
      [run_id],
    )
    if (!['queued', 'running', 'waiting'].includes(answer.status)) return answer
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}

it(
  'replicates a hub: the whole, then many changes, deletions and lost visibility included',
  async () => {
    await post('/sources', {
      office_key: 'COPY-OFFICE',
      code,
      name: 'Copy',
      provider: 'RESO',
      settings: {
        root: `${hub.functionsUrl}/odata`,
        auth: { type: 'client_credentials', token_url: `${hub.functionsUrl}/oauth/token` },
      },
      credentials: hub.clients.portal_cy,
      requests_per_minute: 6_000,
      overlap_seconds: 0,
    })
    const full = await pull('FULL')
    expect(full).toMatchObject({ status: 'finished', counts: { reject: 0 } })
    const { rows: errors } = await hub.pool.query(
      'select stage, code, message, count(*)::int as n, min(record_key) as example from mls_source_errors group by 1, 2, 3 order by 4 desc limit 5',
    )
    expect(errors).toEqual([])
    expect(await agree()).toBeGreaterThan(300)

    const { rows: listings } = await hub.pool.query<{ key: string; payload: Row }>(
      `select l.origin_key as key, o.payload from mls_listings l join mls_listing_origins o on o.listing_id = l.id
     where l.originating_office_key = $1 and not l.origin_deleted order by 1`,
      [cyprus],
    )
    const random = (most: number) => Math.floor(Math.random() * most)
    const cities = ['Πάφος', 'Larnaca', "St. Andrew's", 'Ağrotur', null]
    for (let batch = 0; batch < rounds(5, 20); batch++) {
      const changed = new Map<string, Row>()
      while (changed.size < 50) {
        const { key, payload } = listings[random(listings.length)]!
        changed.set(key, {
          ...payload,
          ListingKey: key,
          OriginatingSystemOfficeKey: cyprus,
          City: cities[random(cities.length)],
          ListPrice: random(5) === 0 ? null : String(50_000 + random(1_000_000)),
          PublicRemarks: `Change ${batch}: "quotes", ½ and\nlines`,
          StandardStatus: ['Active', 'Pending', 'Closed', 'Withdrawn'][random(4)],
          ModificationTimestamp: new Date().toISOString(),
        })
      }
      await ingest(hub.pool, 'property', [...changed.values()])
    }
    // Some vanish at the source, some pictures go. Not one half of a sale and lease pair: the lease then keeps pictures of
    // which the source has no more than the copy at the lease, and those the other hub does not pass on.
    const single = `l.originating_office_key = $1 and l.origin_key not like '%\\_LEASE'
    and not exists (select from mls_listings s where s.origin_key = l.origin_key || '_LEASE')`
    await hub.pool.query(
      `update mls_listings set origin_deleted = true where id = any (array(
      select l.id from mls_listings l where l.claimed_at is null and ${single} order by l.id limit 15))`,
      [cyprus],
    )
    await hub.pool.query(
      `update mls_listing_media set origin_deleted = true where id = any (array(
      select m.id from mls_listing_media m join mls_listings l on l.id = m.listing_id where ${single} order by m.id desc limit 25))`,
      [cyprus],
    )
    expect(await pull('DELTA')).toMatchObject({
      status: 'finished',
      counts: { reject: 0, delete: expect.any(Number) },
    })
    await agree()

    // what the reader may no longer see is gone for him: some that go back behind the publication, then a whole market
    await hub.pool.query(`update mls_tenants set api_visibility = 'published' where code = 'CY'`)
    await pull('DELTA')
    const published = await agree()
    await hub.pool.query(
      `update mls_listings set first_published_at = null where id = any (array(
      select l.id from mls_listings l where l.status = 'PUBLISHED' and l.first_published_at is not null and ${single} order by l.id limit 8))`,
      [cyprus],
    )
    await pull('DELTA')
    const left = await agree()
    expect(left).toBeLessThan(published)
    await hub.pool.query(`update mls_tenants set api_visibility = 'all' where code = 'CY'`)
    expect(await pull('DELTA')).toMatchObject({ status: 'finished' })
    expect(await agree()).toBeGreaterThan(left)
  },
  600_000,
)
