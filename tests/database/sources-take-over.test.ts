import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { idOf } from '../../scripts/stack/sandbox-qobrix/fill.ts'
import { type QobrixSandbox, startSandboxQobrix } from '../../scripts/stack/sandbox-qobrix/server.ts'
import type { JsonObject } from '../../functions/_shared/delivery/json.ts'
import { mediaRecord } from '../../functions/_shared/sources/qobrix/map/media.ts'
import { forecastSource } from '../../functions/_shared/sources/forecast-source.ts'
import { giveBack, takeOver } from '../../functions/_shared/sources/take-over.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { ingest, outcomes } from '../support/gold.ts'
import { goldOf } from '../support/sources/gold-of-qobrix.ts'
import { addMarket, addSource, listingsOf, runNow } from '../support/sources/hub.ts'

/** A market moves from Databricks to Qobrix and back: 600 listings in the long tier (MLS_TEST_LONG=1). */
let database: TestDatabase
let qobrix: QobrixSandbox
let office: string
let source: string
const pool = () => database.pool
const amount = process.env.MLS_TEST_LONG ? 600 : 80

beforeAll(async () => {
  process.env.MLS_SOURCES_LOCAL = 'true'
  database = await createDatabase()
  qobrix = await startSandboxQobrix({ listings: amount })
  for (const [number, row] of [...qobrix.store.lists.get('properties')!.values()].entries()) {
    Object.assign(row, { abuts_green_area: number % 3 === 0, distance_from_school: number % 2 ? 3 : 1.5 })
  }
  office = await addMarket(pool(), 'CY', { country: 'CY' })
  await pool().query(`update mls_offices set origin_system = 'QOBRIX' where office_key = $1`, [office])
  const gold = goldOf(qobrix, office, 'SHARPSIR-HQ-001')
  for (let at = 0; at < gold.length; at += 300) {
    await ingest(pool(), 'property', gold.slice(at, at + 300), { source: 'databricks' })
  }
  source = await addSource(pool(), {
    office_key: office,
    code: 'qobrix_cy',
    provider: 'QOBRIX',
    key_prefix: 'QOBRIX_',
    settings: { base_url: qobrix.baseUrl, list_office_key: 'SHARPSIR-HQ-001' },
    credentials: qobrix.credentials,
    resources: [{ name: 'property' }],
    enabled: false,
  })
}, 180_000)
afterAll(async () => {
  await qobrix?.close()
  await database?.drop()
})

const payloads = async () =>
  new Map(
    (await pool().query(
      `select l.origin_key as key, o.payload from mls_listings l join mls_listing_origins o on o.listing_id = l.id where l.originating_office_key = $1`,
      [office],
    )).rows.map(({ key, payload }) => [key as string, payload as Record<string, unknown>]),
  )

/** What the world was told since an event, by listing. */
const toldSince = async (sequence: number) =>
  (await pool().query(
    `select array_agg(distinct e.record_key order by e.record_key) as keys from mls_entity_events e
     join mls_listings l on l.origin_key = e.record_key
     where e.resource = 'Property' and e.sequence > $1 and l.originating_office_key = $2`,
    [sequence, office],
  )).rows[0].keys ?? []
const lastEvent = async () =>
  Number(
    (await pool().query('select coalesce(max(sequence), 0) as last from mls_entity_events')).rows[0].last,
  )
/** What gold had lost or polluted changes for claimed listings, too. */
const artefacts = ['ParkingFeatures', 'X_LivingRooms']
/** Claims, what brokers changed meanwhile, and where that differs from the source. */
const claims = async () =>
  (await pool().query(
    `select l.origin_key as key, l.status, l.claimed_by, l.name, l.bedrooms,
       (select jsonb_agg(jsonb_build_array(d.field, d.ours, d.theirs) order by d.field) from mls_listing_drift d where d.listing_id = l.id and d.field <> all ($2)) as drift
     from mls_listings l where l.originating_office_key = $1 and l.claimed_at is not null order by 1`,
    [office, artefacts],
  )).rows

const differs = (now: Record<string, unknown>, was: Record<string, unknown>) =>
  Object.keys(now).some((name) =>
    !/^etl_/.test(name) && JSON.stringify(now[name] ?? null) !== JSON.stringify(was[name] ?? null)
  )

describe('a market that moves over', () => {
  it('changes what the forecast lists as artefact, and nothing else', async () => {
    const held = (await listingsOf(pool(), office)).length
    expect(held).toBe(amount + amount / 4)
    await pool().query(
      `update mls_listings set claimed_at = now(), claimed_by = gen_random_uuid(), broker_id = gen_random_uuid(), status = 'DRAFT'
       where id in (select id from mls_listings where originating_office_key = $1 order by origin_key limit 5)`,
      [office],
    )
    await pool().query(
      `update mls_listings set bedrooms = 77, name = 'Κατοικία' where originating_office_key = $1 and claimed_at is not null`,
      [office],
    )
    const [claimed, last] = [await claims(), await lastEvent()]
    expect(claimed).toHaveLength(5)
    expect(claimed.every(({ drift }) => drift.length > 0)).toBe(true)
    const before = await payloads()
    const { forecast, run } = await takeOver(pool(), source)
    expect(await claims()).toEqual(claimed)
    expect(forecast.listings).toMatchObject({ insert: 0, gone: 0, reject: 0 })
    expect(Object.keys(forecast.fields).sort()).toEqual(artefacts)
    expect(Object.values(forecast.fields).every(({ change, correction }) => change === 0 && correction === 0))
      .toBe(true)
    expect(forecast.fields.X_LivingRooms!.artefact).toBe(held)
    expect(run).toMatchObject({
      status: 'finished',
      counts: {
        insert: 0,
        reject: 0,
        delete: 0,
        refresh: forecast.listings.change - claimed.length,
        track: claimed.length,
        unchanged: forecast.listings.unchanged,
      },
    })
    const after = await payloads()
    const changed = new Set(
      [...after].flatMap(([key, now]) =>
        Object.keys(now).filter((name) =>
          !/^etl_/.test(name) &&
          JSON.stringify(now[name] ?? null) !== JSON.stringify(before.get(key)![name] ?? null)
        )
      ),
    )
    expect([...changed].sort()).toEqual(artefacts)
    // whoever reads the events hears of those alone
    const told = [...after].filter(([key, now]) => differs(now, before.get(key)!)).map(([key]) => key)
    for (const key of await toldSince(last)) expect(told).toContain(key)
    expect(await forecastSource(pool(), source)).toMatchObject({ listings: { change: 0, unchanged: held } })
  }, 120_000)

  it('with version 2 of the mapping changes what was forecast', async () => {
    const forecast = await forecastSource(pool(), source, { mapping_version: 2 })
    expect(Object.values(forecast.fields).every(({ change, artefact }) => change === 0 && artefact === 0))
      .toBe(true)
    expect(Object.keys(forecast.fields)).toEqual(
      expect.arrayContaining(['Furnished', 'View', 'CoListAgentKey', 'StandardStatus', 'PropertySubType']),
    )
    const [before, last] = [await payloads(), await lastEvent()]
    await pool().query(`update mls_sources set mapping_version = 2 where id = $1`, [source])
    const run = await runNow(pool(), source)
    expect(run).toMatchObject({ status: 'finished', counts: { insert: 0, delete: 0, reject: 0 } })
    expect(run.counts.refresh! + run.counts.track!).toBe(forecast.listings.change)
    const after = await payloads()
    const told = [...after].filter(([key, now]) => differs(now, before.get(key)!)).map(([key]) => key)
    for (const key of await toldSince(last)) expect(told).toContain(key)
    const counted: Record<string, number> = {}
    for (const [key, now] of after) {
      for (const name of Object.keys(now)) {
        if (
          /^etl_/.test(name) ||
          JSON.stringify(now[name] ?? null) === JSON.stringify(before.get(key)![name] ?? null)
        ) continue
        counted[name] = (counted[name] ?? 0) + 1
      }
    }
    expect(counted).toEqual(
      Object.fromEntries(Object.entries(forecast.fields).map(([name, { correction }]) => [name, correction])),
    )
    await pool().query(`update mls_sources set mapping_version = 1 where id = $1`, [source])
    await runNow(pool(), source)
  }, 120_000)

  it('finds the files of gold unchanged', async () => {
    const gold = [...qobrix.store.media.values()].map((file) => ({
      ...mediaRecord(file as unknown as JsonObject, file.category, file.owner, {
        prefix: 'QOBRIX_',
        host: qobrix.url,
      }),
      X_QobrixFileId: '',
      OriginatingSystemOfficeKey: office,
      etl_timestamp: '2026-06-01T00:00:00Z',
      etl_batch_id: 'gold',
    }))
    for (let at = 0; at < gold.length; at += 500) await ingest(pool(), 'media', gold.slice(at, at + 500))
    await pool().query(`update mls_sources set resources = '[{"name": "media"}]' where id = $1`, [source])
    const run = await runNow(pool(), source)
    expect(run).toMatchObject({
      status: 'finished',
      counts_by_resource: { media: { insert: 0, refresh: 0, track: 0, delete: 0, unchanged: gold.length } },
    })
    await pool().query(`update mls_sources set resources = '[{"name": "property"}]' where id = $1`, [source])
  }, 120_000)

  it('goes back: batches are taken again, and may say what is gone', async () => {
    qobrix.store.trash('properties', idOf(1, 1))
    await runNow(pool(), source, 'DELTA')
    expect(await giveBack(pool(), source)).toEqual({ source: 'qobrix_cy', cancelled: 0 })
    const gold = goldOf(qobrix, office, 'SHARPSIR-HQ-001').slice(0, 20)
    const receipt = await ingest(pool(), 'property', gold, { source: 'databricks' })
    expect(new Set(outcomes(receipt).map((outcome) => outcome.split(' ')[0]))).toEqual(
      new Set(['track', 'refresh']),
    )
    const { rows: [row] } = await pool().query(`select enabled from mls_sources where id = $1`, [source])
    expect(row.enabled).toBe(false)
  })

  it('does not begin while the job has a run open', async () => {
    await pool().query(
      `insert into mls_ingest_runs (client_id, source, office_key, tenant_id, resource, mode, status)
      select 'databricks', 'databricks', o.office_key, o.tenant_id, 'property', 'FULL', 'open' from mls_offices o where o.office_key = $1`,
      [office],
    )
    await expect(takeOver(pool(), source)).rejects.toThrow(/databricks has a run open/)
  })
})
