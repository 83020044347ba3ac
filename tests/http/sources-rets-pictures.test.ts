import { Buffer } from 'node:buffer'
import process from 'node:process'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { copyMedia } from '../../functions/_shared/media/copy-media.ts'
import { openStorage, type Storage, StorageFault } from '../../functions/_shared/media/storage.ts'
import { pictureOf } from '../../scripts/stack/sandbox-rets/objects.ts'
import {
  type RetsQuirks,
  type RetsSandbox,
  startSandboxRets,
} from '../../scripts/stack/sandbox-rets/server.ts'
import { runWorker } from '../../scripts/worker/run-worker.ts'
import { type Hub, startHub } from '../support/hub.ts'
import { addMarket, addSource, runNow, type RunView } from '../support/sources/hub.ts'

/** Pictures that a RETS server sends inside its answers (Location=0): looked at, kept, and shown from here. */
let hub: Hub
const sandboxes: RetsSandbox[] = []
let markets = 0

beforeAll(async () => {
  process.env.MLS_SOURCES_LOCAL = 'true'
  hub = await startHub({ rest: true })
  vi.stubEnv('SUPABASE_URL', hub.apiUrl)
  vi.stubEnv('SUPABASE_SECRET_KEYS', JSON.stringify({ default: hub.secretKey }))
})
afterEach(async () => {
  const open = sandboxes.map((sandbox) => sandbox.open())
  await Promise.all(sandboxes.splice(0).map((sandbox) => sandbox.close()))
  expect(open.every((sessions) => sessions === 0)).toBe(true)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await hub?.stop()
})

async function board(
  options: {
    listings?: number
    pictures?: number
    quirks?: Partial<RetsQuirks>
    members?: Record<string, unknown>
  } = {},
) {
  const { listings = 4, pictures = 2, quirks = {}, members = {} } = options
  const rets = await startSandboxRets({ quirks })
  rets.store.fill(listings, pictures)
  sandboxes.push(rets)
  const code = `P${String.fromCharCode(65 + markets++)}`
  const office = await addMarket(hub.pool, code)
  const source = await addSource(hub.pool, {
    office_key: office,
    code,
    provider: 'RETS',
    settings: {
      login_url: rets.loginUrl,
      version: rets.quirks.version,
      user_agent: 'MlsHub/1.0',
      property: {
        resource: 'Property',
        classes: ['RES', 'LND'],
        key_field: 'ListingKey',
        time_field: 'MODIFIED',
      },
      media: { type: 'Photo', location: 0 },
    },
    credentials: rets.credentials,
    ...members,
  })
  const photos = async () =>
    (await hub.pool.query(
      `select split_part(m.origin_media_key, '_', 2) || ':' || split_part(m.origin_media_key, '_', 3) as name, m.id, m.copy_status as status,
         m.copy_error as error, m.media_url as url, m.source_url as source, m.is_servable as shown, m.origin_deleted as gone
       from mls_listing_media m where m.originating_office_key = $1 order by m.origin_media_key`,
      [office],
    )).rows
  const errors = async () =>
    (await hub.pool.query(
      `select record_key as key, message from mls_source_errors where source_id = $1 order by record_key`,
      [source],
    )).rows
  return { rets, source, office, photos, errors }
}

const waiting = async () => (await hub.pool.query(`select from mls_media_jobs where kind = 'copy'`)).rowCount
const bytesAt = async (url: string) => Buffer.from(await (await fetch(url)).arrayBuffer())
const inserted = (view: RunView) => view.counts_by_resource.media!.insert

describe.each<[string, Partial<RetsQuirks>]>([
  ['as they are', {}],
  ['as base64', { base64: true }],
  ['in an answer that was cut off once', { truncated: 1 }],
  ['of 1.8, with padding behind the picture', { version: 'RETS/1.8', padding: 70_000 }],
])('pictures %s', (_, quirks) => {
  it('are shown from here, and nobody is sent to the session', async () => {
    const { rets, source, photos } = await board({ quirks })
    const run = await runNow(hub.pool, source)
    expect(run).toMatchObject({ status: 'finished', counts: { insert: 4, reject: 0 } })
    expect(inserted(run)).toBe(8)
    const rows = await photos()
    expect(rows).toHaveLength(8)
    for (const { name, status, url, source: address, shown } of rows) {
      expect([name, status, shown, address.split('#')[0]]).toEqual([
        name,
        'stored',
        true,
        `${rets.url}/rets/object?Resource=Property&Type=Photo&ID=${encodeURIComponent(name)}&Location=0`,
      ])
      expect(url.startsWith(`${hub.apiUrl}/storage/v1/object/public/mls-public/`)).toBe(true)
    }
    // without its comment and what stands behind its end: what strips others strips these
    const there = await bytesAt(rows[3].url)
    const sent = pictureOf('LN000002', 2, rets.quirks, rets.store)
    expect(there.subarray(0, 2)).toEqual(sent.subarray(0, 2))
    expect(there.includes('LN000002')).toBe(false)
    expect(await waiting()).toBe(0)
    expect(rets.asked.filter(({ name }) => name === 'object')).toHaveLength(quirks.truncated ? 3 : 2)

    // again: nothing is new, and nothing is sent to Storage
    const storage: Storage = { ...openStorage(), upload: () => Promise.reject(new Error('not again')) }
    const again = await runNow(hub.pool, source, 'FULL', { storage })
    expect(again).toMatchObject({
      status: 'finished',
      counts_by_resource: { media: { insert: 0, refresh: 0, unchanged: 8 } },
    })
    expect(await photos()).toEqual(rows)
  })
})

it('a picture that was replaced under its number is shown anew; one hidden for a while comes back', async () => {
  const { rets, source, photos } = await board({ listings: 2 })
  await runNow(hub.pool, source)
  const before = await photos()
  rets.store.editions.set('LN000001:2', 2)
  rets.store.edit('LN000001', {})
  expect(await runNow(hub.pool, source, 'DELTA')).toMatchObject({
    status: 'finished',
    counts_by_resource: { media: { refresh: 1, insert: 0 } },
  })
  const after = await photos()
  expect(after.map(({ status }) => status)).toEqual(['stored', 'stored', 'stored', 'stored'])
  expect(after.filter(({ source }, at) => source !== before[at].source).map(({ name }) => name)).toEqual([
    'LN000001:2',
  ])

  // no address brings it: it is taken from what is kept
  const hide = (hidden: boolean) =>
    hub.pool.query('update mls_listing_media set is_hidden = $2 where id = $1', [before[0].id, hidden])
  await hide(true)
  expect((await photos())[0]).toMatchObject({ shown: false })
  await hide(false)
  const asked = rets.asked.length
  await copyMedia(hub.pool)
  expect((await photos())[0]).toMatchObject({ status: 'stored', url: before[0].url, shown: true })
  expect(rets.asked.length).toBe(asked)
})

it('a listing that was not let in at first has its pictures once it is, without a FULL', async () => {
  const { rets, source, photos } = await board({
    members: {
      max_listings: 3,
      mapping: {
        version: 1,
        fields: {
          ListingKey: { from: 'ListingKey' },
          StandardStatus: { from: 'LS', map: { Active: 'Active' }, else: 'reject' },
        },
      },
    },
  })
  rets.store.edit('LN000001', { LS: 'mystery' })
  expect(await runNow(hub.pool, source)).toMatchObject({
    status: 'finished',
    counts: { insert: 2, reject: 1 },
    quota_reached: true,
  })
  const shown = async () => (await photos()).filter(({ shown }) => shown).map(({ name }) => name)
  expect(await shown()).toHaveLength(4)
  expect(await waiting()).toBe(0)

  // put right with a time, it comes with what changed; without one, by the comparison of keys
  rets.store.edit('LN000001', { LS: 'Active' })
  await hub.pool.query(`update mls_sources set max_listings = null, done_at = '{}' where id = $1`, [source])
  expect(await runNow(hub.pool, source, 'DELTA')).toMatchObject({ status: 'finished', counts: { insert: 2 } })
  expect(await shown()).toEqual((await photos()).map(({ name }) => name))
  expect(await shown()).toHaveLength(8)
  expect(await waiting()).toBe(0)
})

it('what is wrong with one picture is said of that one, and takes no other with it', async () => {
  const { rets, source, photos, errors } = await board({ listings: 4, pictures: 3 })
  await runNow(hub.pool, source)
  const before = await photos()
  rets.quirks.objectErrors = ['LN000001:2']
  rets.quirks.objectFakes = { 'LN000002:3': '<html>Log in</html>', 'LN000003:1': 'II*\0 a TIFF' }
  rets.store.editions.set('LN000001:3', 2)
  rets.store.pictures.set('LN000003', 2)
  rets.store.pictures.set('LN000004', 2)
  expect(await runNow(hub.pool, source)).toMatchObject({ status: 'finished', counts: { delete: 0 } })
  expect(await errors()).toEqual([
    { key: 'LN000001:2', message: 'GetObject: 20407 Access Denied' },
    {
      key: 'LN000002:3',
      message: 'not_a_picture: What is there is no picture: it is markup (HTML, SVG or XML).',
    },
    { key: 'LN000003:1', message: 'not_a_picture: What is there is no picture: it is a TIFF.' },
  ])
  // what was shown before stays, at listings in doubt whatever is missing; elsewhere what is missing is gone
  const rows = await photos()
  const changed = rows.filter((row, at) => JSON.stringify(row) !== JSON.stringify(before[at]))
  expect(changed).toMatchObject([
    { name: 'LN000001:3', status: 'stored', shown: true },
    { name: 'LN000004:3', gone: true, shown: false },
  ])
  expect(rows.filter(({ gone, shown }) => !gone && !shown)).toEqual([])
})

it('a picture that was never one is not shown, until a good one comes', async () => {
  const { rets, source, photos } = await board({
    listings: 1,
    quirks: { objectFakes: { 'LN000001:1': 'GIF' } },
  })
  await runNow(hub.pool, source)
  expect(await photos()).toMatchObject([{ name: 'LN000001:2', status: 'stored', shown: true }])
  expect(await waiting()).toBe(0)
  rets.quirks.objectFakes = {}
  await runNow(hub.pool, source)
  expect(await photos()).toMatchObject([
    { name: 'LN000001:1', status: 'stored', shown: true },
    { name: 'LN000001:2' },
  ])
})

it('Storage that fails is waited for; a worker makes the sizes', async () => {
  const { source, photos } = await board({ listings: 2 })
  await hub.pool.query(`select mls.media_worker_seen('test')`)
  const real = openStorage()
  let failures = 0
  const storage: Storage = {
    ...real,
    upload: (...given) =>
      failures++ < 1
        ? Promise.reject(new StorageFault('storage_unavailable', 'Storage answered 503.'))
        : real.upload(...given),
  }
  const run = await runNow(hub.pool, source, 'FULL', { storage })
  expect(run).toMatchObject({ status: 'finished', counts: { insert: 2 } })
  expect(run.slices).toBeGreaterThan(1)
  expect((await photos()).map(({ status, shown }) => [status, shown])).toEqual(
    Array(4).fill(['pending', false]),
  )
  expect(await copyMedia(hub.pool)).toMatchObject({ stored: 0, failed: 0, waiting: 0 })
  await runWorker(hub.pool, real, { once: true })
  expect((await photos()).map(({ status, shown }) => [status, shown])).toEqual(
    Array(4).fill(['stored', true]),
  )
  expect(await waiting()).toBe(0)
  await hub.pool.query(`delete from mls.media_workers where true`)
})

it('a slice ends with its bytes, and a page holds few', async () => {
  const long = process.env.MLS_TEST_LONG === '1'
  const [listings, padding] = long ? [1_000, 200_000] : [10, 40_000]
  const { source, photos } = await board({ listings, pictures: 5, quirks: { padding } })
  const run = await runNow(hub.pool, source, 'FULL', { pictureBytes: listings * padding })
  expect(run).toMatchObject({ status: 'finished', counts: { insert: listings } })
  expect(inserted(run)).toBe(5 * listings)
  expect(run.slices).toBeGreaterThanOrEqual(long ? 5 : 1)
  expect((await photos()).every(({ status }) => status === 'stored')).toBe(true)
}, process.env.MLS_TEST_LONG ? 600_000 : 60_000)

if (process.env.MLS_TEST_LONG) {
  it('what is too large for one answer is asked for piece by piece', async () => {
    const { rets, source, photos } = await board({ listings: 3, pictures: 3, quirks: { padding: 9_000_000 } })
    expect(await runNow(hub.pool, source)).toMatchObject({ status: 'finished', counts: { insert: 3 } })
    expect((await photos()).map(({ status }) => status)).toEqual(Array(9).fill('stored'))
    rets.quirks.padding = 20_000_000
    expect(await runNow(hub.pool, source)).toMatchObject({ status: 'finished', counts: { unchanged: 3 } })
    expect((await photos()).map(({ status }) => status)).toEqual(Array(9).fill('stored'))
    expect(rets.asked.filter(({ query }) => /^LN\d+:3$/.test(query.get('ID') ?? '')).length).toBeGreaterThan(
      0,
    )
  }, 300_000)
}
