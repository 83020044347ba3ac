import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { runSavedSearches } from '../../functions/_shared/search/run-saved.ts'
import { cyprus, hungary, ingest } from '../support/gold.ts'
import { closePools } from '../../functions/_shared/db/pool.ts'
import { type Hub, startHub } from '../support/hub.ts'
import { newClient } from './odata-client.ts'

/** Searches that are kept, what they tell, how much is searched, and one home of two sources. */
let hub: Hub
const headers: Record<string, Record<string, string>> = {}

beforeAll(async () => {
  hub = await startHub({ rest: true })
  vi.stubEnv('SUPABASE_DB_URL', hub.dbUrl)
  vi.stubEnv('MLS_GATE_DB_URL', hub.database.gateUrl)
  vi.stubEnv('MLS_PUBLIC_URL', hub.functionsUrl)
  vi.stubEnv('MLS_LOG_LEVEL', 'off')
  const both = await newClient(hub, { offices: [cyprus, hungary] })
  const bearer = (token: string) => ({ Authorization: `Bearer ${token}` })
  headers.both = bearer(both.token)
  headers.cyprus = bearer(await hub.token('portal_cy'))
  headers.user = {
    ...bearer((hub.users.broker_cy as unknown as { access_token: string }).access_token),
    apikey: hub.publishableKey,
  }
  headers.visitor = { apikey: hub.publishableKey }
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await closePools()
  await hub?.stop()
})

/** What the paths answer, as far as it is looked into here; each has some of it. */
interface Body {
  id: string
  name: string
  new: number
  count: number
  code: string
  target: string
  detail: string
  searches: { id: string; new: number }[]
  matches: { key: string }[]
  listings: unknown[]
  usage: { requests: number; records: number }[]
}

async function call(who: string, method: string, path: string, body?: unknown) {
  const response = await fetch(`${hub.functionsUrl}/search/${path}`, {
    method,
    headers: { ...headers[who], 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  const text = await response.text()
  return {
    status: response.status,
    body: (text === '' ? {} : JSON.parse(text)) as Body,
    headers: response.headers,
  }
}

const home = (key: string, office: string, changes: Record<string, unknown> = {}) => ({
  ListingKey: key,
  OriginatingSystemOfficeKey: office,
  StandardStatus: 'Active',
  PropertyType: 'Residential',
  City: 'Limassol',
  ListPrice: 400_000,
  BedroomsTotal: 3,
  LivingArea: 120,
  UnparsedAddress: 'Makariou 5',
  Latitude: 34.68,
  Longitude: 33.04,
  ModificationTimestamp: '2026-01-01T00:00:00Z',
  ...changes,
})

describe('saved searches', () => {
  it('note what comes to match, for clients and users, each once and within what they see', async () => {
    const search = { filter: 'ListPrice le 500000', q: 'limas' }
    const made = await Promise.all(
      ['cyprus', 'user', 'both'].map((who) =>
        call(who, 'POST', 'saved', { name: 'Cheap', search, cadence: 'instantly' })
      ),
    )
    for (const { status, body } of made) expect([status, body.name, body.new]).toEqual([201, 'Cheap', 0])
    await ingest(hub.pool, 'property', [
      home('QOBRIX_S1', cyprus),
      home('QOBRIX_S2', cyprus, { ListPrice: 900_000 }),
      home('QOBRIX_S3', cyprus, { City: 'Paphos' }),
    ])
    await ingest(hub.pool, 'property', [home('QOBRIX_S4', hungary)])
    await runSavedSearches(hub.pool)
    await ingest(hub.pool, 'property', [
      home('QOBRIX_S2', cyprus, { ListPrice: 450_000, ModificationTimestamp: '2026-01-02T00:00:00Z' }),
    ])
    await runSavedSearches(hub.pool)
    await runSavedSearches(hub.pool)
    const found = async (who: string, n: number) =>
      (await call(who, 'GET', `saved/${made[n]!.body.id}/matches`)).body.matches.map((
        { key }: { key: string },
      ) => key).toSorted()
    expect(await found('cyprus', 0)).toEqual(['QOBRIX_S1', 'QOBRIX_S2'])
    expect(await found('user', 1)).toEqual(['QOBRIX_S1', 'QOBRIX_S2'])
    expect(await found('both', 2)).toEqual(['QOBRIX_S1', 'QOBRIX_S2', 'QOBRIX_S4'])
    // of others they are as unknown as one that never was
    for (const [who, n] of [['cyprus', 1], ['user', 0], ['both', 0]] as const) {
      expect((await call(who, 'GET', `saved/${made[n]!.body.id}/matches`)).status).toBe(404)
      expect((await call(who, 'DELETE', `saved/${made[n]!.body.id}`)).status).toBe(404)
    }
    expect((await call('user', 'GET', 'saved')).body.searches).toHaveLength(1)
    expect((await call('user', 'DELETE', `saved/${made[1]!.body.id}`)).status).toBe(204)
    expect((await call('user', 'GET', 'saved')).body.searches).toEqual([])
  })

  it('kept by the Data API are read when they run: one that is wrong says so, and stops no other', async () => {
    const { sub } = JSON.parse(atob(headers.user!.Authorization!.split('.')[1]!))
    const wrong: [search: Record<string, unknown>, says: string | null][] = [
      [{ radius: 5 }, 'radius'],
      [{ bbox: 'here' }, 'bbox'],
      [{ filter: 5 }, 'filter'],
      [{ filter: `City eq 'x') or (BedroomsTotal eq 9` }, '$filter'],
      [{ filter: 'Colour eq 1' }, 'Colour'],
      [{ sources: ['nobody'] }, 'nobody'],
      // what only a page has is not kept
      [{ cursor: 'x', limit: 5_000, sort: 'nearest', filter: 'BedroomsTotal eq 9' }, null],
    ]
    for (const [search] of wrong) {
      await hub.pool.query(
        `insert into public.mls_saved_searches (tenant_id, user_id, name, search, position)
         select tenant_id, $1, 'kept', $2, mls.visible_stamp() from public.mls_offices where office_key = $3`,
        [sub, JSON.stringify(search), cyprus],
      )
    }
    await ingest(hub.pool, 'property', [home('QOBRIX_N1', cyprus, { BedroomsTotal: 9 })])
    await runSavedSearches(hub.pool)
    const { rows } = await hub.pool.query(
      `select s.search, s.last_error, array(select m.listing_key from public.mls_saved_search_matches m where m.search_id = s.id) as found
       from public.mls_saved_searches s where s.name = 'kept'`,
    )
    for (const [search, says] of wrong) {
      const row = rows.find((row) =>
        JSON.stringify(Object.entries(row.search).toSorted()) ===
          JSON.stringify(Object.entries(search).toSorted())
      )
      expect(row).toMatchObject({
        found: says === null ? ['QOBRIX_N1'] : [],
        last_error: says === null ? null : expect.stringContaining(says),
      })
    }
    await hub.pool.query(`delete from public.mls_saved_searches where name = 'kept'`)
  })

  it('put one message before a webhook, when its time has come', async () => {
    const { rows: [{ id: client }] } = await hub.pool.query(
      `select id from public.mls_api_clients where client_id = 'portal_cy'`,
    )
    const { rows: [{ id: webhook_id }] } = await hub.pool.query(
      `insert into public.mls_webhook_subscriptions (client_id, url, resource, secret, position) values ($1, 'https://receiver.example/hook', 'Property', 'whsec_x', mls.visible_stamp()) returning id`,
      [client],
    )
    const daily = await call('cyprus', 'POST', 'saved', {
      name: 'Daily',
      search: { filter: 'BedroomsTotal eq 7' },
      webhook_id,
    })
    expect(daily.status).toBe(201)
    const messages = async () =>
      (await hub.pool.query(
        `select body from public.mls_webhook_messages where subscription_id = $1 order by created_at`,
        [webhook_id],
      )).rows.map(({ body }) => JSON.parse(body))
    await ingest(hub.pool, 'property', [
      home('QOBRIX_W1', cyprus, { BedroomsTotal: 7 }),
      home('QOBRIX_W2', cyprus, { BedroomsTotal: 7 }),
    ])
    await runSavedSearches(hub.pool)
    expect(await messages()).toMatchObject([{
      type: 'saved_search.matched',
      data: { name: 'Daily', count: 2, keys: ['QOBRIX_W1', 'QOBRIX_W2'] },
    }])
    await ingest(hub.pool, 'property', [home('QOBRIX_W3', cyprus, { BedroomsTotal: 7 })])
    await runSavedSearches(hub.pool)
    expect(await messages()).toHaveLength(1)
    expect(
      (await call('cyprus', 'GET', 'saved')).body.searches.find(({ id }) => id === daily.body.id)?.new,
    ).toBe(1)
    await hub.pool.query(`update public.mls_saved_searches set next_told_at = now() where id = $1`, [
      daily.body.id,
    ])
    await runSavedSearches(hub.pool)
    expect((await messages())[1].data.keys).toEqual(['QOBRIX_W3'])
    expect((await call('both', 'POST', 'saved', { name: 'x', search: {}, webhook_id })).body).toMatchObject({
      code: 'invalid_parameter',
      target: 'webhook_id',
    })
  })

  it.each<[unknown, string]>([
    [{ name: 'x', search: { filter: 'Colour eq 1' } }, '$filter'],
    [{ name: 'x', search: { limit: 5 } }, 'search.limit'],
    [{ name: '', search: {} }, 'name'],
    [{ name: 'x', search: {}, cadence: 'hourly' }, 'cadence'],
    [{ name: 'x' }, 'search'],
  ])('%j is refused', async (body, target) => {
    const { status, body: problem } = await call('user', 'POST', 'saved', body)
    expect([status, problem.target]).toEqual([400, target])
  })

  it('are not for visitors', async () => {
    expect((await call('visitor', 'POST', 'saved', { name: 'x', search: {} })).status).toBe(403)
    expect((await call('visitor', 'GET', 'saved')).status).toBe(403)
    // and how often a website is searched is its operator's to know
    expect((await call('visitor', 'GET', 'usage')).status).toBe(403)
  })
})

describe('usage', () => {
  it('counts searches and listings, and ends at the limit of a day', async () => {
    // of all days, for one may end meanwhile
    const used = async () => {
      const { usage } = (await call('cyprus', 'GET', 'usage')).body
      const sum = (name: 'requests' | 'records') => usage.reduce((all, day) => all + day[name], 0)
      return { requests: sum('requests'), records: sum('records') }
    }
    const before = await used()
    for (let n = 0; n < 3; n++) await call('cyprus', 'POST', 'listings', { limit: 2 })
    await expect.poll(used).toEqual({ requests: before.requests + 3, records: before.records + 6 })
    await hub.pool.query(
      `update public.mls_api_clients set searches_per_day = 2 where client_id = 'portal_cy'`,
    )
    // at once, unless a day begins: then the third of it
    await expect.poll(async () => (await call('cyprus', 'POST', 'listings', { limit: 2 })).status).toBe(429)
    const refused = await call('cyprus', 'POST', 'listings', { limit: 2 })
    expect([refused.body.code, Number(refused.headers.get('Retry-After')) > 0]).toEqual([
      'rate_limited',
      true,
    ])
    await hub.pool.query(
      `update public.mls_api_clients set searches_per_day = null where client_id = 'portal_cy'`,
    )
  })
})

describe('dedupe', () => {
  it('shows one of several listings of a home, names the others, and counts homes', async () => {
    await ingest(hub.pool, 'property', [
      home('QOBRIX_D1', cyprus, { Latitude: 34.9, Longitude: 33.6, ListPrice: 333_000 }),
    ])
    await ingest(hub.pool, 'property', [
      home('QOBRIX_D2', hungary, {
        Latitude: 34.9001,
        Longitude: 33.6001,
        ListPrice: 333_000,
        UnparsedAddress: 'Μακαρίου 5',
      }),
    ])
    await hub.pool.query('select mls.find_duplicates()')
    const search = { bbox: [33.59, 34.89, 33.61, 34.91], include: ['count'], select: 'City' }
    const [plain, deduped] = [
      await call('both', 'POST', 'listings', search),
      await call('both', 'POST', 'listings', { ...search, dedupe: true }),
    ]
    expect([plain.body.count, deduped.body.count]).toEqual([2, 1])
    expect(deduped.body.listings).toMatchObject([{
      key: 'QOBRIX_D1',
      duplicates: [{ key: 'QOBRIX_D2', source: hungary }],
    }])
    // who sees one of them sees that one, and nothing of the other
    const one = await call('cyprus', 'POST', 'listings', { ...search, dedupe: true })
    expect(one.body.listings).toMatchObject([{ key: 'QOBRIX_D1' }])
    expect(JSON.stringify(one.body)).not.toContain('D2')
    // the better one does not match, so the other is shown
    const filtered = await call('both', 'POST', 'listings', {
      ...search,
      filter: `ListingKey eq 'QOBRIX_D2'`,
      dedupe: true,
    })
    expect(filtered.body).toMatchObject({
      count: 1,
      listings: [{ key: 'QOBRIX_D2', duplicates: [{ key: 'QOBRIX_D1' }] }],
    })
    await hub.pool.query(
      `update public.mls_listing_duplicates set status = 'REJECTED', decided_at = now() where true`,
    )
    await hub.pool.query('select mls.group_duplicates()')
    expect((await call('both', 'POST', 'listings', { ...search, dedupe: true })).body.count).toBe(2)
  })
})
