import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { schemaFaults } from '../support/homesoverseas-schema.ts'
import { type Hub, startHub } from '../support/hub.ts'
import { publishListings } from '../support/listings.ts'

let hub: Hub
let ids: string[]

beforeAll(async () => {
  hub = await startHub({ environment: { MLS_LOG_LEVEL: 'error' } })
  ids = await publishListings(hub.pool, 30, 'QOBRIX_E')
})
afterAll(() => hub?.stop())

const run = (job: string) =>
  fetch(`${hub.functionsUrl}/egress/run`, {
    method: 'POST',
    headers: { apikey: hub.secretKey },
    body: JSON.stringify({ job }),
  })
const operator = async (path: string, method = 'GET') =>
  await fetch(hub.functionsUrl + path, {
    method,
    headers: { Authorization: `Bearer ${await hub.token('operator')}` },
  })
const feed = (path = '', headers: Record<string, string> = {}) =>
  fetch(`${hub.functionsUrl}/export/homesoverseas.xml${path}`, { headers })
const update = (id: string, change: string) =>
  hub.pool.query(`update public.mls_listings set ${change} where id = $1`, [id])

describe('who may operate', () => {
  test('a secret key of the project and clients with scope admin, nobody else', async () => {
    expect((await run('deliveries')).status).toBe(200)
    expect((await operator('/egress/run', 'POST')).status).toBe(200)
    const url = `${hub.functionsUrl}/egress/run`
    expect((await fetch(url, { method: 'POST' })).status).toBe(401)
    expect((await fetch(url, { method: 'POST', headers: { apikey: 'sb_secret_wrong' } })).status).toBe(401)
    expect((await fetch(url, { method: 'POST', headers: { apikey: hub.publishableKey } })).status).toBe(401)
    const bearer = { Authorization: `Bearer ${await hub.token('portal_cy')}` }
    expect((await fetch(url, { method: 'POST', headers: bearer })).status).toBe(403)
  })
  test('unknown jobs are refused by name', async () => {
    const response = await run('coffee')
    expect(response.status).toBe(400)
    expect((await response.json()).detail).toContain('deliveries')
  })
  test('a job never overlaps with itself; a run that died is lost, not in the way for ever', async () => {
    await hub.pool.query(`select mls.begin_job('feeds')`)
    expect((await run('feeds')).status).toBe(409)
    await hub.pool.query(
      `update public.mls_schedules set running_since = now() - interval '1 hour' where job = 'feeds'`,
    )
    expect((await run('feeds')).status).toBe(200)
    const { rows } = await hub.pool.query(
      `select status from public.mls_schedule_runs where job = 'feeds' order by id`,
    )
    expect(rows.map(({ status }) => status)).toEqual(['lost', 'ok'])
  })
})

describe('deliveries', () => {
  test('reach the sandbox; explain says what hinders', async () => {
    await run('deliveries')
    expect(await hub.dash.listings()).toHaveLength(30)
    const shown = await (await operator(`/egress/explain?listing=QOBRIX_E1&portal=SIR_GLOBAL`)).json()
    expect(shown).toMatchObject({ shown: true, reasons: [], syndication: { status: 'ACTIVE', due: false } })
    await update(ids[0]!, 'hide_listing_online = true')
    const hidden = await (await operator(`/egress/explain?listing=${ids[0]}&portal=HOMESOVERSEAS`)).json()
    expect(hidden).toMatchObject({
      shown: false,
      reasons: [{ code: 'hidden_online', message: 'The listing is hidden online.' }],
    })
    await update(ids[0]!, 'hide_listing_online = false')
    expect((await operator('/egress/explain?listing=nothing&portal=SIR_GLOBAL')).status).toBe(404)
  })
})

describe('the HomesOverseas feed', () => {
  test('is valid, public and stable to the byte', async () => {
    await run('feeds')
    const [first, second] = [await feed(), await feed()]
    expect(first.status).toBe(200)
    expect(first.headers.get('content-type')).toBe('application/xml; charset=utf-8')
    expect(first.headers.get('x-cache')).toBe('HIT')
    const xml = await first.text()
    expect(schemaFaults(xml)).toEqual([])
    expect(xml.match(/<object>/g)).toHaveLength(30)
    expect(await second.text()).toBe(xml)
    await run('feeds')
    const third = await feed()
    expect(await third.text()).toBe(xml)
    expect(third.headers.get('etag')).toBe(first.headers.get('etag'))
    expect((await feed('', { 'If-None-Match': first.headers.get('etag')! })).status).toBe(304)
  })

  test('takes limits from 1 to 10000 only', async () => {
    for (const limit of ['0', '10001', '-1', '1.5', 'all', '1e3']) {
      expect((await feed(`/${limit}`)).status, limit).toBe(422)
    }
    const response = await feed('/2')
    expect(response.headers.get('x-limit')).toBe('2')
    const ids = [...(await response.text()).matchAll(/<objectid>(\d+)</g)].map(([, id]) => Number(id))
    expect(ids).toEqual([30, 29])
    expect((await fetch(`${hub.functionsUrl}/export/nothing.xml`)).status).toBe(404)
  })

  test('keeps object ids for good, puts real Russian titles first, drops what left', async () => {
    const idOf = async (ref: string) =>
      new RegExp(`<objectid>(\\d+)</objectid><ref>${ref}</ref>`).exec(await (await feed()).text())?.[1]
    const before = await idOf('QOBRIX_E5')
    await update(ids[4]!, "status = 'WITHDRAWN'")
    await hub.pool.query(
      `insert into public.mls_listing_remarks (tenant_id, listing_id, language, remark_type, remark)
      select tenant_id, id, 'ru', 'TITLE', 'Дом у моря' from public.mls_listings where origin_key = 'QOBRIX_E3'`,
    )
    await run('feeds')
    const xml = await (await feed()).text()
    expect(/<ref>([^<]+)</.exec(xml)![1]).toBe('QOBRIX_E3')
    expect(xml).not.toContain('<ref>QOBRIX_E5<')
    await update(ids[4]!, "status = 'PUBLISHED'")
    await run('feeds')
    expect(await idOf('QOBRIX_E5')).toBe(before)
  })

  test('stops when too much would vanish, raises an alert, and goes on by force', async () => {
    const served = await (await feed()).text()
    await hub.pool.query(
      `update public.mls_portal_definitions set requires_fields = '{city}' where code = 'HOMESOVERSEAS'`,
    )
    await hub.pool.query(`update public.mls_listings set city = '' where id = any ($1)`, [ids.slice(0, 15)])
    const { result } = await (await run('feeds')).json()
    expect(result).toMatchObject({
      refused: 'CY/HOMESOVERSEAS',
      builds: { 'CY/HOMESOVERSEAS': { status: 'refused', reason: 'shrink' } },
    })
    expect(await (await feed()).text()).toBe(served)
    const report = await (await operator('/egress/feeds/homesoverseas.xml')).json()
    expect(report).toMatchObject({ objects: 15, served_objects: 30, vanish: 15, appear: 0 })
    await run('health')
    const status = await (await operator('/admin/status')).json()
    expect(status.alerts).toMatchObject([{ code: 'feed_refused', subject: 'CY/HOMESOVERSEAS' }])
    expect(status.portals.length).toBeGreaterThan(0)
    expect(status.schedules.map(({ job }: { job: string }) => job)).toContain('retention')

    await operator('/egress/feeds/homesoverseas.xml?force=true', 'POST')
    expect((await (await feed()).text()).match(/<object>/g)).toHaveLength(15)
    await run('feeds')
    await run('health')
    expect((await (await operator('/admin/status')).json()).alerts).toEqual([])
  })

  test('is made at the first request where the clock has not been there yet', async () => {
    await hub.pool.query('delete from public.mls_feed_snapshots')
    const response = await feed()
    expect(response.headers.get('x-cache')).toBe('MISS')
    expect(schemaFaults(await response.text())).toEqual([])
  })
})

test('a second format is data and a small mapper: RESO JSON, for clients of the market', async () => {
  await hub.pool.query(
    `select mls.syndicate(id, 'MLS_FEED') from public.mls_listings where origin_key in ('QOBRIX_E20', 'QOBRIX_E21')`,
  )
  await run('feeds')
  const get = async (client: string) =>
    fetch(`${hub.functionsUrl}/export/mls-feed-cy.json`, {
      headers: { Authorization: `Bearer ${await hub.token(client)}` },
    })
  expect((await fetch(`${hub.functionsUrl}/export/mls-feed-cy.json`)).status).toBe(401)
  expect((await get('portal_hu')).status).toBe(403)
  const { resource, value } = await (await get('portal_cy')).json()
  expect(resource).toBe('Property')
  expect(value).toHaveLength(2)
  expect(value[0]).toMatchObject({
    ListingKey: expect.stringMatching(/^QOBRIX_E2[01]$/),
    City: 'Paphos',
    Media: [{ Order: 0 }],
  })
})
