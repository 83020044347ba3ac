import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { runDeliveries } from '../../functions/_shared/delivery/run-deliveries.ts'
import { startDash, type TestDash } from '../support/dash.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { publishListings, seedMarkets } from '../support/listings.ts'

/** What is gone at Dash is created anew or needs no withdrawal; an address that is wrong is nobody's listing. */
let database: TestDatabase
let dash: TestDash
let settings: object

beforeAll(async () => {
  database = await createDatabase()
  dash = await startDash()
  for (const [name, value] of Object.entries(dash.environment)) vi.stubEnv(name, value)
  vi.stubEnv('MLS_LOG_LEVEL', 'off')
  await seedMarkets(database.pool)
  await query(`update public.mls_portal_definitions set is_active = code = 'SIR_GLOBAL'`)
  ;[{ config: settings }] = await query(
    `select p.config from public.mls_portal_definitions p join public.mls_tenants t on t.id = p.tenant_id
     where p.code = 'SIR_GLOBAL' and t.code = 'CY'`,
  )
})
afterEach(() => configure({}))
afterAll(async () => {
  vi.unstubAllEnvs()
  await dash?.close()
  await database?.drop()
})

const query = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows
const run = () => runDeliveries(database.pool)
const configure = (config: object) =>
  query(
    `update public.mls_portal_definitions p set config = $1 from public.mls_tenants t
     where t.id = p.tenant_id and p.code = 'SIR_GLOBAL' and t.code = 'CY'`,
    [JSON.stringify({ ...settings, ...config })],
  )
const inDash = async (prefix: string) =>
  (await dash.listings()).filter(({ externalReference }) => String(externalReference).startsWith(prefix))
async function published(prefix: string) {
  const [id] = await publishListings(database.pool, 1, prefix)
  expect(await run()).toMatchObject({ sent: 1 })
  const row = async () =>
    (await query('select * from public.mls_listing_syndications where listing_id = $1', [id]))[0]
  const update = (change: string) => query(`update public.mls_listings set ${change} where id = $1`, [id])
  return { id: id!, key: `${prefix}1`, row, update }
}

test.each([
  ['an edit', 'bedrooms = 8'],
  ['a price', 'list_price = 9'],
])('gone at Dash: %s creates it anew, once', async (_, change) => {
  const { key, row, update } = await published(`QOBRIX_GONE${change[0]}_`)
  const before = (await row()).external_id
  await dash.forget(key)
  await update(change)
  expect(await run()).toMatchObject({ sent: 1, retry: 0, refused: 0 })
  const [there, ...more] = await inDash(key)
  expect(more).toEqual([])
  expect(there).toMatchObject({ statusCode: 'AC', media: [expect.anything()] })
  expect(there!.listingGuid).not.toBe(before)
  expect(await row()).toMatchObject({ status: 'ACTIVE', external_id: there!.listingGuid, last_error: null })
  await update('bedrooms = 2')
  expect(await run()).toMatchObject({ sent: 1 })
  expect(await inDash(key)).toHaveLength(1)
})

test('gone at Dash: new media create it anew too', async () => {
  const { id, key } = await published('QOBRIX_GONEM_')
  await dash.forget(key)
  await query(`update public.mls_listing_media set media_url = media_url || '?2' where listing_id = $1`, [id])
  expect(await run()).toMatchObject({ sent: 1, refused: 0 })
  expect(await inDash(key)).toMatchObject([{ statusCode: 'AC', media: [expect.anything()] }])
})

test('gone at Dash: a withdrawal is done, and a return creates', async () => {
  const { key, row, update } = await published('QOBRIX_GONEW_')
  await dash.forget(key)
  await update(`status = 'WITHDRAWN'`)
  expect(await run()).toMatchObject({ withdrawn: 1, retry: 0, refused: 0 })
  expect(await row()).toMatchObject({ next_attempt_at: null, last_error: null })
  expect((await row()).removed_at).not.toBeNull()
  await update(`status = 'PUBLISHED'`)
  expect(await run()).toMatchObject({ sent: 1 })
  expect(await inDash(key)).toMatchObject([{ statusCode: 'AC' }])
})

test('gone at Dash, and the answer to the new creation is lost: still one listing', async () => {
  const { key, update } = await published('QOBRIX_GONEL_')
  await dash.forget(key)
  await update('bedrooms = 7')
  await dash.faults({ rate: 1, kinds: ['lost_answer'] })
  await run()
  await dash.faults({ rate: 0, latency_ms: 0 })
  await query(
    'update public.mls_listing_syndications set next_attempt_at = now() where next_attempt_at is not null',
  )
  await run()
  expect(await inDash(key)).toMatchObject([{ statusCode: 'AC' }])
})

/** Paths at which the sandbox answers 404. */
const wrong: Record<string, { method: string; path: string }> = {
  create: { method: 'PATCH', path: '/listings/{family}/nowhere' },
  update: { method: 'PATCH', path: '/listings/{family}/nowhere-{id}' },
  withdraw: { method: 'POST', path: '/listings/{family}/nowhere-{id}/withdraw' },
  media: { method: 'PUT', path: '/listings/{family}/nowhere-{id}/media' },
}

test.each(Object.keys(wrong))(
  "a wrong path of %s is the portal's fault: nothing parks, nothing is taken for gone, and mending it ends it",
  async (operation) => {
    const prefix = `QOBRIX_PATH${operation}_`
    const isNew = operation === 'create'
    if (!isNew) {
      await publishListings(database.pool, 20, prefix)
      expect(await run()).toMatchObject({ sent: 20 })
    }
    await configure({ endpoints: { [operation]: wrong[operation] }, circuit_failures: 1000 })
    await run() // all were looked at again, as the settings changed
    if (isNew) await publishListings(database.pool, 20, prefix)
    else if (operation === 'media') {
      await query(
        `update public.mls_listing_media set media_url = media_url || '?3' where listing_id in (
        select id from public.mls_listings where origin_key like $1)`,
        [`${prefix}%`],
      )
    } else {
      const change = operation === 'withdraw' ? `status = 'WITHDRAWN'` : 'bedrooms = 6'
      await query(`update public.mls_listings set ${change} where origin_key like $1`, [`${prefix}%`])
    }
    expect(await run()).toMatchObject({ retry: 20, refused: 0, withdrawn: 0 })
    expect(await inDash(prefix)).toHaveLength(isNew ? 0 : 20)
    const codes = await query(
      `select distinct s.status, s.last_error_code from public.mls_listing_syndications s
       join public.mls_listings l on l.id = s.listing_id where l.origin_key like $1`,
      [`${prefix}%`],
    )
    expect(codes).toEqual([{ status: 'ACTIVE', last_error_code: 'not_configured' }])
    await configure({})
    expect(await run()).toMatchObject({ retry: 0, refused: 0 })
    const statusCode = operation === 'withdraw' ? 'WD' : 'AC'
    expect(await inDash(prefix)).toMatchObject(Array(20).fill({ statusCode }))
  },
)
