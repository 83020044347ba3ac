import { afterAll, beforeAll, expect, it } from 'vitest'
import { media } from '../../functions/_shared/reso/resources/media.ts'
import { type Hub, startHub } from '../support/hub.ts'
import { demoClient, type ODataClient } from './odata-client.ts'

/** What one answer may hold of other entities: memory is bounded, not only time. */
let hub: Hub
let cyprus: ODataClient
const photos = 25_001

/** A hosted function has 256 MB as a whole; without a limit V8 would rather grow than clean up. */
const environment = { DENO_V8_FLAGS: '--max-old-space-size=160' }

beforeAll(async () => {
  hub = await startHub({ environment })
  cyprus = await demoClient(hub, 'portal_cy')
  const response = await fetch(`${hub.functionsUrl}/ingest/property`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${await hub.token('databricks')}`, 'Content-Type': 'application/json' },
    body: JSON.stringify([{
      ListingKey: 'QOBRIX_many',
      OriginatingSystemOfficeKey: 'SHARPSIR-CY-001',
      StandardStatus: 'Active',
    }]),
  })
  expect((await response.json()).totals.insert).toBe(1)
  await hub.pool.query(
    `insert into public.served_media (record_id, tenant_id, seq, office_key, is_published, is_deleted, stamp,
       "ModificationTimestamp", doc, doc_gold, doc_dd2, "MediaKey", "ResourceRecordKey", "Order")
     select gen_random_uuid(), s.tenant_id, n, s.office_key, true, false, n, mls.stamp_time(n), '"Order" : ' || n, '', '',
       'QOBRIX_M' || n, s."ListingKey", n
     from public.served_property s, generate_series(1, $1::integer) n`,
    [photos],
  )
})
afterAll(() => hub?.stop())

it('more than 25,000 expanded entities are refused, and how to go on is said', async () => {
  const { status, body } = await cyprus.get('/Property?$select=ListingKey&$expand=Media')
  expect([status, body.error.code, body.error.target]).toEqual([400, 'too_costly', '$expand'])
  expect(body.error.message).toContain('ask for smaller pages')
  const [few] = await cyprus.rows(
    '/Property?$select=ListingKey&$expand=Media($orderby=Order;$top=3;$count=true)',
  )
  expect(few!['Media@odata.count']).toBe(photos)
  expect((few!.Media as { Order: number }[]).map(({ Order }) => Order)).toEqual([1, 2, 3])
  const [most] = await cyprus.rows('/Property?$select=ListingKey&$expand=Media($filter=Order gt 1)')
  expect((most!.Media as unknown[]).length).toBe(photos - 1)
})

it('large pages wait for each other and are all answered', async () => {
  const paths = Array.from({ length: 6 }, () => '/Property?$top=1000&$expand=Media($filter=Order gt 1)')
  const answers = await Promise.all(paths.map((path) => cyprus.get(path)))
  expect(answers.map(({ status }) => status)).toEqual(paths.map(() => 200))
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
})

it("so are those with every field chosen, which end nobody's process", async () => {
  const fields = media.fields.filter(({ sensitive }) => !sensitive).map(({ name }) => name).join()
  const of = (first: number) =>
    `/Property?$select=ListingKey&$expand=Media($filter=Order gt ${first};$select=${fields})`
  const refused = await cyprus.get(of(1))
  expect([refused.status, refused.body.error.code]).toEqual([400, 'too_costly'])
  const path = of(photos - 12_000)
  const answers = await Promise.all(Array.from({ length: 3 }, () => cyprus.get(path)))
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  expect(Object.keys(answers[0]!.body.value[0].Media.at(-1)).length).toBeGreaterThan(20)
})
