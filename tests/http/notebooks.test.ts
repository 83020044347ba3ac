import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { integrityReport } from '../../functions/_shared/integrity/report.ts'
import { generateDeliveries } from '../../scripts/seed/brokerage.ts'
import { type Hub, startHub } from '../support/hub.ts'
import { cyprus, type GoldRecord, hasPython, type NotebookOptions, runNotebook } from '../support/notebook.ts'

/**
 * The notebooks' own code under python3, against the hub over HTTP: one story from the first load to a source that
 * shrank. Each step starts from the state that the one before it left.
 */
const delivery = generateDeliveries().find(({ officeKey }) => officeKey === cyprus)!.records
const sound = (records: GoldRecord[], key: string) =>
  records.filter((record) =>
    record[key] && record.OriginatingSystemOfficeKey === cyprus &&
    Number.isFinite(Number(record.ListPrice ?? 0))
  )

let hub: Hub
let gold: GoldRecord[]

beforeAll(async () => {
  hub = await startHub()
  gold = sound(delivery.property, 'ListingKey').slice(0, 300)
})
afterAll(() => hub?.stop())

const notebook = (
  name: string,
  tables: Record<string, GoldRecord[]>,
  mode: string,
  { widgets, secrets, ...options }: NotebookOptions = {},
) => {
  const { client_id, client_secret } = hub.clients.databricks!
  return runNotebook(name, tables, {
    secrets: secrets ?? { 'hub-client-id': client_id, 'hub-client-secret': client_secret },
    widgets: { functions_url: hub.functionsUrl, mode, ...widgets },
    ...options,
  })
}

const listings = (rows: GoldRecord[], mode: string, options = {}) =>
  notebook('05_sync_gold_to_cdl_listings', { 'mls2.gold.property': rows }, mode, options)

const sum = (totals: Record<string, number>) =>
  Object.values(totals).reduce((total, count) => total + count, 0)
const count = async (where = 'true') =>
  (await hub.pool.query(`select count(*)::int as n from public.mls_listings where ${where}`)).rows[0].n

/** The hub holds exactly the gold rows: every key, and per listing the price and the town of gold. */
async function expectGold(rows: GoldRecord[]): Promise<void> {
  const { rows: held } = await hub.pool.query(
    `select origin_key, list_price::float8 as price, city from public.mls_listings where not origin_deleted order by origin_key collate "C"`,
  )
  const text = (value: unknown) => value === '' || value === undefined ? null : value
  expect(held.map(({ origin_key, city }) => [origin_key, text(city)])).toEqual(
    rows.map((row) => [row.ListingKey, text(row.City)]).sort(([a], [b]) =>
      (a as string) < (b as string) ? -1 : 1
    ),
  )
}

/** No error in the report for Cyprus. */
async function expectIntact(): Promise<void> {
  const { findings } = await integrityReport(hub.pool, { office_key: cyprus })
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([])
}

describe.skipIf(!hasPython)('the notebooks', () => {
  it('refuse to start without a target', async () => {
    const { code, output } = await listings(gold, 'FULL', { widgets: { functions_url: '' } })
    expect({ code, output }).toEqual({ code: 1, output: expect.stringContaining('functions_url') })
  })

  it('DELTA before the first FULL is refused', async () => {
    const { code, output } = await listings(gold, 'DELTA')
    expect({ code, output }).toEqual({ code: 1, output: expect.stringContaining('start with a FULL run') })
  })

  it('first FULL: killed in the middle, started again, everything counts once', async () => {
    const killed = await listings(gold, 'FULL', { crash_after: 2 })
    expect(killed.code).toBe(9)
    const { code, receipt, output } = await listings(gold, 'FULL')
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('resumed') })
    expect(receipt).toMatchObject({ status: 'finished', sent: gold.length, flagged_deleted: 0 })
    expect(receipt!.totals.insert).toBe(gold.length)
    expect(sum(receipt!.totals)).toBe(gold.length)
    await expectGold(gold)
    await expectIntact()
  }, 60_000)

  it('the same FULL again changes nothing', async () => {
    const state =
      `select (select max(stamp) from public.served_property) as stamp, (select count(*) from public.mls_entity_events) as events,
      (select md5(string_agg(xmin::text || ctid::text, ',' order by id)) from public.mls_listings) as rows`
    const before = (await hub.pool.query(state)).rows
    const { code, receipt } = await listings(gold, 'FULL')
    expect({ code, unchanged: receipt!.totals.unchanged }).toEqual({ code: 0, unchanged: gold.length })
    expect((await hub.pool.query(state)).rows).toEqual(before)
  }, 60_000)

  it('DELTA sends what was created or modified since the watermark, with some overlap', async () => {
    const soon = new Date(Date.now() + 5 * 60_000).toISOString()
    const [first, second] = gold as [GoldRecord, GoldRecord]
    // source times lie before the watermark's ceiling, which is the start of the run: these are in its future
    gold = [
      { ...first, ListPrice: '123456.00', ModificationTimestamp: soon },
      ...gold.slice(1),
      {
        ...second,
        ListingKey: 'QOBRIX_new',
        ListingId: 'NEW-1',
        ModificationTimestamp: null,
        OriginalEntryTimestamp: soon,
      },
    ]
    const { code, receipt } = await listings(gold, 'DELTA')
    expect(code).toBe(0)
    expect(receipt!.totals).toMatchObject({ insert: 1, refresh: 1 })
    expect(receipt!.sent).toBeLessThan(gold.length / 2)
    await expectGold(gold)
  }, 60_000)

  it('FULL flags what vanished, and clears the flag of what is back', async () => {
    const { receipt } = await listings(gold.slice(5), 'FULL')
    expect(receipt).toMatchObject({ status: 'finished', flagged_deleted: 5 })
    await expectGold(gold.slice(5))
    await expectIntact()
    expect((await listings(gold, 'FULL')).receipt).toMatchObject({ flagged_deleted: 0 })
    await expectGold(gold)
  }, 60_000)

  it('FULL of a source that shrank too far is refused and flags nothing', async () => {
    const { code, output } = await listings(gold.slice(150), 'FULL')
    expect({ code, output }).toMatchObject({ code: 1, output: expect.stringContaining('shrink_refused') })
    expect(await count('origin_deleted')).toBe(0)
    expect(
      (await hub.pool.query(`select count(*)::int as n from public.mls_ingest_runs where status = 'open'`))
        .rows[0].n,
    ).toBe(0)
  }, 60_000)

  it('5 % bad records: they are rejected alone, kept in quarantine, and the run goes on', async () => {
    const broken = gold.map((record, index) =>
      index % 20 === 0 ? { ...record, ListPrice: 'on request' } : record
    )
    const { code, receipt } = await listings(broken, 'FULL')
    expect(code).toBe(0)
    expect(receipt!.totals.reject).toBe(Math.ceil(gold.length / 20))
    expect(sum(receipt!.totals)).toBe(gold.length)
    expect(await count('origin_deleted')).toBe(0)
    const { rows } = await hub.pool.query(
      `select count(*)::int as n from public.mls_ingest_quarantine where status = 'open'`,
    )
    expect(rows[0].n).toBe(receipt!.totals.reject)
    await expectIntact()
  }, 60_000)

  it('a job with too many rejects fails, after its run is finished', async () => {
    const broken = gold.map((record, index) =>
      index % 4 === 0 ? { ...record, ListPrice: 'on request' } : record
    )
    const { code, output, receipt } = await listings(broken, 'FULL')
    expect({ code, output }).toMatchObject({ code: 1, output: expect.stringContaining('were rejected') })
    expect(receipt).toMatchObject({ status: 'finished' })
  }, 60_000)

  it('a DELTA of media sends along what needs a fresh address, under whatever time', async () => {
    const media: GoldRecord[] = sound(delivery.media, 'MediaKey').filter((record) =>
      record.MediaCategory === 'Photo' && String(record.MediaURL).startsWith('https://') &&
      gold.some(({ ListingKey }) => ListingKey === record.ResourceRecordKey)
    ).slice(0, 40).map((record, index) => ({
      ...record,
      // the newest alone is behind the watermark
      X_QobrixModified: index === 0 ? '2026-03-01T00:00:00Z' : '2026-01-01T00:00:00Z',
      X_QobrixCreated: null,
    }))
    const send = (rows: GoldRecord[], mode: string) =>
      notebook('05a_sync_gold_to_cdl_media', { 'gold.media': rows }, mode)
    expect((await send(media, 'FULL')).code).toBe(0)
    // of one listing only, and not the newest
    const key = media.slice(1).find(({ MediaKey }) =>
      media.filter((other) =>
        other.MediaKey === MediaKey
      ).length === 1
    )!.MediaKey
    // a worker found it to be over
    await hub.pool.query(
      `update mls_media_jobs j set last_error_code = 'address_expired'
       from mls_listing_media m where m.id = j.media_id and m.origin_media_key = $1`,
      [key],
    )
    await hub.pool.query(
      'select mls.want_addresses(array(select id from mls_listing_media where origin_media_key = $1))',
      [key],
    )
    const signed = media.map((record) => ({ ...record, MediaURL: `${record.MediaURL}?signature=2` }))
    const { code, receipt, output } = await send(signed, 'DELTA')
    expect({ code, output }).toEqual({
      code: 0,
      output: expect.stringContaining('1 pictures need a fresh address'),
    })
    expect(receipt).toMatchObject({ sent: 2, totals: { refresh: 2 } })
  }, 60_000)

  it('media, contacts, members, offices and viewings go the same way', async () => {
    const openHouses = gold.slice(20, 25).map(({ ListingKey, OriginatingSystemOfficeKey }, index) => ({
      OpenHouseKey: `QOBRIX_OPENHOUSE_${index}`,
      ListingKey,
      OriginatingSystemOfficeKey,
      OpenHouseStartTime: '2026-08-15T07:00:00Z',
      ModificationTimestamp: '2026-01-01T00:00:00Z',
    }))
    const media = sound(delivery.media, 'MediaKey').filter((record) => record.ResourceRecordKey).slice(0, 400)
    const contacts = sound(delivery.contacts, 'ContactKey')
    expect((await notebook('05a_sync_gold_to_cdl_media', { 'gold.media': media }, 'FULL')).receipt!.totals)
      .toMatchObject({ reject: 0 })
    expect(
      (await notebook('05b_sync_gold_to_cdl_contacts', { 'gold.contacts': contacts }, 'FULL')).receipt!
        .totals,
    ).toMatchObject({
      insert: contacts.length,
    })
    const { code, output } = await notebook(
      '05c_sync_gold_to_cdl_members_offices_showings',
      {
        'gold.office': delivery.office,
        'gold.member': delivery.member,
        'gold.showing': sound(delivery.showing_appointment, 'ShowingAppointmentKey'),
        'gold.open_house': openHouses,
      },
      'FULL',
      {
        widgets: {
          office_table: 'gold.office',
          member_table: 'gold.member',
          showing_table: 'gold.showing',
          open_house_table: 'gold.open_house',
        },
      },
    )
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('EXIT') })
    const { rows } = await hub.pool.query(
      `select count(*)::int as shown from public.served_open_house where not is_deleted`,
    )
    expect(rows).toEqual([{ shown: openHouses.length }])
    await expectIntact()
  }, 60_000)

  it('the way back: a Delta table follows the hub, page by page and again from where it ended', async () => {
    const reader = hub.clients.verifier_all!
    const read = async (delta: unknown = {}) => {
      const { code, output } = await notebook('07_read_cdl_changes', { none: [] }, 'DELTA', {
        widgets: { table: 'analytics.listings', page_size: '100' },
        secrets: { 'hub-client-id': reader.client_id, 'hub-client-secret': reader.client_secret },
        delta,
      })
      expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('EXIT') })
      return {
        read: Number(/^EXIT (\d+)$/m.exec(output)![1]),
        delta: JSON.parse(/^DELTA (.*)$/m.exec(output)![1]!) as Record<
          string,
          Record<string, { payload: string }>
        >,
      }
    }
    const served = async () =>
      (await hub.pool.query(`select "ListingKey" as key from public.served_property where not is_deleted`))
        .rows.map(({ key }) => key).sort()
    const first = await read()
    expect(Object.keys(first.delta['analytics.listings']!).sort()).toEqual(await served())
    expect((await read(first.delta)).read).toBe(0)
    const [changed] = gold.slice(10)
    await hub.pool.query(`select public.ingest_listing($1::jsonb)`, [
      JSON.stringify({
        ...changed,
        City: 'Elsewhere',
        ModificationTimestamp: new Date(Date.now() + 8 * 60_000).toISOString(),
      }),
    ])
    const second = await read(first.delta)
    expect(second.read).toBe(1)
    expect(JSON.parse(second.delta['analytics.listings']![changed!.ListingKey as string]!.payload))
      .toMatchObject({ City: 'Elsewhere' })
  }, 60_000)
})
