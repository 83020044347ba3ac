import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { claimDeliveries } from '../../functions/_shared/delivery/queue.ts'
import { runDeliveries } from '../../functions/_shared/delivery/run-deliveries.ts'
import { runFeeds } from '../../functions/_shared/delivery/feeds/run-feeds.ts'
import { runWebhooks } from '../../functions/_shared/delivery/webhooks/run-webhooks.ts'
import { newSecret } from '../../functions/_shared/delivery/webhooks/signature.ts'
import { dump } from '../../scripts/restore/dump.ts'
import { restore } from '../../scripts/restore/restore.ts'
import { tablesOf } from '../../scripts/restore/tables.ts'
import { startDash, type TestDash } from '../support/dash.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { publishListings, seedMarkets } from '../support/listings.ts'
import { type Receiver, startReceiver } from '../support/receiver.ts'

/** A hub that is dumped in mid-work, and its copy that goes on in another project. */
let origin: TestDatabase
let copy: TestDatabase
let dash: TestDash
let receiver: Receiver
const secret = newSecret()
const work = mkdtempSync(join(tmpdir(), 'mls-dump-'))
const folder = join(work, 'dump')
let run: string

beforeAll(async () => {
  ;[origin, copy] = [await createDatabase(), await createDatabase()]
  dash = await startDash()
  receiver = await startReceiver(() => secret)
  const settings = {
    ...dash.environment,
    MLS_WEBHOOKS_LOCAL: 'true',
    MLS_LOG_LEVEL: 'off',
    MLS_PUBLIC_URL: 'http://hub.test',
  }
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value)
  await seedMarkets(origin.pool)
  await origin.pool.query(
    `select mls.upsert_api_client('{"client_id": "portal_cy", "name": "П\\u0009\\\\ \\"x\\"", "secret": "${
      'x'.repeat(40)
    }", "scopes": ["odata"], "offices": ["SHARPSIR-CY-001"]}')`,
  )
  await origin.pool.query(
    `insert into public.mls_webhook_subscriptions (client_id, url, resource, kinds, secret)
     select id, $1, 'Property', '{created}', $2 from public.mls_api_clients where client_id = 'portal_cy'`,
    [receiver.url, secret],
  )
  const { rows: [opened] } = await origin.pool.query(
    `insert into public.mls_ingest_runs (client_id, source, office_key, tenant_id, resource, mode)
     select 'databricks', 'QOBRIX', 'SHARPSIR-CY-001', id, 'property', 'DELTA' from public.mls_tenants where code = 'CY' returning id`,
  )
  run = opened.id
  // some delivered, one whose worker is on its way, some due; likewise messages
  await publishListings(origin.pool, 3, 'QOBRIX_RST1_')
  await runDeliveries(origin.pool)
  await runWebhooks(origin.pool)
  await origin.pool.query(`select mls.syndicate(id, 'HOMESOVERSEAS') from public.mls_listings`)
  await runFeeds(origin.pool)
  await publishListings(origin.pool, 4, 'QOBRIX_RST2_')
  await claimDeliveries(origin.pool, 'deliveries', 1)
  await origin.pool.query(
    `update public.mls_schedules set running_since = clock_timestamp() where job = 'deliveries'`,
  )
}, 60_000)
afterAll(async () => {
  vi.unstubAllEnvs()
  rmSync(work, { recursive: true, force: true })
  await receiver?.close()
  await dash?.close()
  await copy?.drop()
  await origin?.drop()
})

/** Each table of a database as a number and a hash of its rows. */
async function contents(database: TestDatabase): Promise<Record<string, string>> {
  const client = new pg.Client(database.url)
  await client.connect()
  const all: Record<string, string> = {}
  for (const { name, columns } of await tablesOf(client)) {
    const { rows: [row] } = await client.query(
      `select count(*) || ' ' || md5(coalesce(string_agg(t::text, '|' order by t::text collate "C"), '')) as said
       from (select ${columns.join(', ')} from ${name}) t`,
    )
    all[name] = row.said
  }
  await client.end()
  return all
}

test('a dump is whole, and is not written over another', async () => {
  const { tables } = await dump(origin.url, folder)
  expect(tables.find(({ name }) => name === 'public.mls_listings')).toMatchObject({ rows: 7 })
  await expect(dump(origin.url, folder)).rejects.toThrow('EEXIST')
})

test('what does not fit is refused, and leaves the project as it was', async () => {
  const before = await contents(copy)
  const manifest = readFileSync(join(folder, 'manifest.json'), 'utf8')
  const other = JSON.parse(manifest)
  other.tables[0].columns.push('of_later')
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(other))
  await expect(restore(copy.url, folder)).rejects.toThrow('made with other migrations')
  writeFileSync(join(folder, 'manifest.json'), manifest)
  const file = join(folder, 'public.mls_tenants.copy')
  const text = readFileSync(file)
  appendFileSync(file, 'no tenant\n')
  await expect(restore(copy.url, folder)).rejects.toThrow()
  writeFileSync(file, '') // cut off: what refers to a market has none
  await expect(restore(copy.url, folder)).rejects.toThrow('mls_tenants')
  writeFileSync(file, text)
  expect(await contents(copy)).toEqual(before)
  await expect(restore(origin.url, folder)).rejects.toThrow('--replace')
})

test('the copy has every row as it was, its rules, its numbers, and rests', async () => {
  const restored = await restore(copy.url, folder)
  expect(restored.sourcesWithoutCredentials).toEqual([])
  const [was, is] = [await contents(origin), await contents(copy)]
  const differing = Object.keys(was).filter((name) => was[name] !== is[name])
  expect(differing).toEqual(['public.mls_schedules'])
  const { rows } = await copy.pool.query(
    `select count(*) filter (where enabled) as enabled, count(running_since) as running from public.mls_schedules`,
  )
  expect(rows).toEqual([{ enabled: '1', running: '0' }])
  const rules = `select (select count(*) from pg_constraint where contype = 'f') as keys,
    (select count(*) from pg_trigger where tgenabled = 'D') as off, (select count(*) from pg_trigger) as triggers`
  expect((await copy.pool.query(rules)).rows).toEqual((await origin.pool.query(rules)).rows)
  // a second time needs to be asked for, and ends the same
  await expect(restore(copy.url, folder)).rejects.toThrow('--replace')
  await restore(copy.url, folder, { replace: true })
  expect(await contents(copy)).toMatchObject({ 'public.mls_listings': was['public.mls_listings'] })
})

test('it goes on where the other stopped: nothing is lost, nothing doubled', async () => {
  // the other had gone on for a while after its dump, and reached Dash with what the copy does not know
  await runDeliveries(origin.pool)
  const known = receiver.received.length
  await copy.pool.query('select mls.recover_deliveries()')
  await copy.pool.query('select mls.resume_jobs()')
  await copy.pool.query(
    `update public.mls_listing_syndications set leased_until = now() - interval '1 second' where leased_until is not null`,
  )
  await publishListings(copy.pool, 1, 'QOBRIX_RST3_')
  await runDeliveries(copy.pool)
  const references = (await dash.listings()).map(({ externalReference }) => externalReference).sort()
  expect(references).toEqual([
    ...[1, 2, 3].map((n) => `QOBRIX_RST1_${n}`),
    ...[1, 2, 3, 4].map((n) => `QOBRIX_RST2_${n}`),
    'QOBRIX_RST3_1',
  ])
  const { rows: open } = await copy.pool.query(
    `select from public.mls_listing_syndications s join public.mls_portal_definitions p on p.id = s.portal_id
     where p.code = 'SIR_GLOBAL' and (s.next_attempt_at is not null or s.last_error_code is not null)`,
  )
  expect(open).toEqual([])

  await runWebhooks(copy.pool)
  const told = receiver.received.slice(known)
  expect(told.map(({ body }) => body.data.key).sort()).toEqual([
    ...[1, 2, 3, 4].map((n) => `QOBRIX_RST2_${n}`),
    'QOBRIX_RST3_1',
  ])
  expect(receiver.received.every(({ isSigned }) => isSigned)).toBe(true)
  expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(receiver.received.length)

  const numbers = 'select listing_key, object_id from public.mls_feed_object_ids order by object_id'
  const before = (await origin.pool.query(numbers)).rows
  await copy.pool.query(
    `select mls.syndicate(id, 'HOMESOVERSEAS') from public.mls_listings where origin_key = 'QOBRIX_RST3_1'`,
  )
  await runFeeds(copy.pool)
  const after = (await copy.pool.query(numbers)).rows
  expect(after.slice(0, before.length)).toEqual(before)
  // those that waited, and the new one; no number is given twice
  expect(after).toHaveLength(before.length + 5)
  expect(new Set(after.map(({ object_id }) => object_id)).size).toBe(after.length)
  expect((await copy.pool.query('select status from public.mls_ingest_runs where id = $1', [run])).rows)
    .toEqual([{ status: 'open' }])
})
