import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { idOf, propertyRow } from '../../scripts/stack/sandbox-qobrix/fill.ts'
import { type QobrixSandbox, startSandboxQobrix } from '../../scripts/stack/sandbox-qobrix/server.ts'
import { wallClock } from '../../scripts/stack/sandbox-qobrix/store.ts'
import { claimRun } from '../../functions/_shared/sources/queue.ts'
import { runSlice } from '../../functions/_shared/sources/run-slice.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import {
  addMarket,
  addSource,
  listingsOf,
  runNow,
  runThroughFaults,
  start,
  viewRun,
  work,
} from '../support/sources/hub.ts'

/** The provider QOBRIX against its sandbox: all that a source goes through. */
let database: TestDatabase
const sandboxes: QobrixSandbox[] = []
const pool = () => database.pool
let markets = 0

beforeAll(async () => {
  process.env.MLS_SOURCES_LOCAL = 'true'
  database = await createDatabase()
}, 120_000)
afterEach(async () => void await Promise.all(sandboxes.splice(0).map((sandbox) => sandbox.close())))
afterAll(() => database?.drop())

async function brokerage(listings = 12, members: Record<string, unknown> = {}) {
  const qobrix = await startSandboxQobrix({ listings })
  sandboxes.push(qobrix)
  const code = `Q${String.fromCharCode(65 + markets++)}`
  const office = await addMarket(pool(), code, { country: 'CY' })
  const source = await addSource(pool(), {
    office_key: office,
    code,
    provider: 'QOBRIX',
    settings: { base_url: qobrix.baseUrl },
    credentials: qobrix.credentials,
    ...members,
  })
  return { qobrix, office, source, code }
}

const mediaOf = async (key: string) =>
  (await pool().query(
    `select origin_media_key as key, source_category as category, media_url as url, origin_deleted as gone
     from mls_listing_media where resource_record_key = $1 order by 1`,
    [key],
  )).rows

describe('a FULL', () => {
  it('brings listings with lease siblings, people, viewings and files, those of projects too', async () => {
    const { qobrix, source, code, office } = await brokerage()
    qobrix.store.putFile({
      id: 'plan',
      model: 'Projects',
      owner: idOf(5, 1),
      category: 'photos',
      display_order: 0,
      file: { filename: 'p.jpg', mime_type: 'image/jpeg', href: 'https://cdn.example.com/p.jpg' },
    })
    // one file in two categories is what the last one says
    qobrix.store.putFile({ ...qobrix.store.media.get(`photos/${idOf(7, 70)}`)!, category: 'documents' })
    const run = await runNow(pool(), source, 'FULL', { page: 5 })
    const both = [3, 7, 11].length
    expect(run).toMatchObject({
      status: 'finished',
      counts: { insert: 12 + both, reject: 0 },
      counts_by_resource: {
        office: { insert: 1 },
        member: { insert: 3 },
        contacts: { insert: 5 },
        showing_appointment: { insert: 1 },
        media: { reject: 0 },
      },
    })
    const keys = (await listingsOf(pool(), office)).map(({ key }) => key)
    expect(keys).toContain(`${code}_${idOf(1, 3)}_LEASE`)
    expect(await mediaOf(`${code}_${idOf(1, 7)}`)).toEqual([
      {
        key: `${code}_MEDIA_${idOf(7, 70)}`,
        category: 'documents',
        url: `${qobrix.url}/files/7/0.jpg`,
        gone: false,
      },
      {
        key: `${code}_MEDIA_${idOf(7, 71)}`,
        category: 'photos',
        url: `${qobrix.url}/files/7/1.jpg`,
        gone: false,
      },
      {
        key: `${code}_MEDIA_${idOf(7, 72)}`,
        category: 'floorplans',
        url: `${qobrix.url}/files/7/2.jpg`,
        gone: false,
      },
      { key: `${code}_MEDIA_plan`, category: 'photos', url: 'https://cdn.example.com/p.jpg', gone: false },
    ])
    // sorted, and never more than a hundred
    const lists = qobrix.asked.filter((address) => /\?/.test(address) && !address.includes('by-category'))
    expect(lists.every((address) => address.includes('sort%5B%5D='))).toBe(true)
    expect(await runNow(pool(), source, 'FULL')).toMatchObject({
      counts: { insert: 0, refresh: 0, unchanged: 12 + both, delete: 0 },
    })
  })

  it('loses no row where others are trashed and added while it reads', async () => {
    const { qobrix, source, office, code } = await brokerage(30)
    const run = await start(pool(), source, 'FULL')
    let moved = 0
    for (;;) {
      const order = await claimRun(pool(), { source })
      if (!order) break
      await runSlice(pool(), order, { page: 4, records: 4 })
      if (order.source.id && moved < 3) {
        qobrix.store.trash('properties', idOf(1, ++moved))
        qobrix.store.put('properties', { ...propertyRow(100 + moved), created: wallClock() })
      }
    }
    expect(await viewRun(pool(), run)).toMatchObject({ status: 'finished' })
    const there = (await listingsOf(pool(), office)).filter(({ gone }) => !gone).map(({ key }) => key)
    for (let number = 4; number <= 30; number++) expect(there).toContain(`${code}_${idOf(1, number)}`)
  })

  it('of which one of two agents has left still brings its listings', async () => {
    const { qobrix, source, office } = await brokerage(4, {
      resources: [{ name: 'member' }, { name: 'property' }],
    })
    await runNow(pool(), source)
    qobrix.store.trash('agents', idOf(2, 2))
    qobrix.store.edit('properties', idOf(1, 2), { bedrooms: 8 })
    const members = async () =>
      (await pool().query(
        `select count(*)::int as n from mls_members where originating_office_key = $1 and not origin_deleted`,
        [office],
      )).rows[0].n
    expect(await runNow(pool(), source, 'DELTA')).toMatchObject({
      status: 'finished',
      counts: { refresh: 1 },
    })
    const { rows } = await pool().query('select stage, code from mls_source_errors where source_id = $1', [
      source,
    ])
    expect(rows).toEqual([{ stage: 'member', code: 'shrink_refused' }])
    expect(await members()).toBe(3)
    await runNow(pool(), source, 'FULL', { force: true })
    expect(await members()).toBe(2)
  })

  it('fails as a whole where a page fails, and flags nothing', async () => {
    const { qobrix, source, office } = await brokerage(12, { resources: [{ name: 'property' }] })
    await runNow(pool(), source)
    qobrix.store.lists.get('properties')!.clear()
    qobrix.isLocked = true
    expect(await runNow(pool(), source)).toMatchObject({ status: 'failed', error: { code: 'unauthorized' } })
    expect((await listingsOf(pool(), office)).every(({ gone }) => !gone)).toBe(true)
    const { rows: [row] } = await pool().query('select paused_reason from mls_sources where id = $1', [
      source,
    ])
    expect(row.paused_reason).toContain('401')
  })

  it('goes on through faults to the same end', async () => {
    const { qobrix, source } = await brokerage(12)
    qobrix.faults = { ...qobrix.faults, rate: 0.3, kinds: ['error', 'drop'] }
    expect(await runThroughFaults(pool(), source, { page: 5 })).toMatchObject({
      status: 'finished',
      counts: { insert: 15, reject: 0, delete: 0 },
    })
    qobrix.faults = { ...qobrix.faults, rate: 0 }
    expect(await runNow(pool(), source)).toMatchObject({
      counts: { insert: 0, refresh: 0, unchanged: 15, delete: 0 },
    })
  })

  it('survives a schema that changes under it', async () => {
    const { qobrix, source, code } = await brokerage(4, { resources: [{ name: 'property' }] })
    await runNow(pool(), source)
    qobrix.store.edit('properties', idOf(1, 1), {
      list_rental_price_amount: { amount: 1 },
      list_selling_price_amount: 'on request',
      bedrooms: [2],
      view: 'sea',
      coordinates: 'somewhere',
      construction_stage: 7,
      brand_new_member: true,
      developer: ['x'],
    })
    qobrix.store.edit('properties', idOf(1, 2), {
      property_type: null,
      status: null,
      agent: 5,
      created: null,
    })
    expect(await runNow(pool(), source)).toMatchObject({
      status: 'finished',
      counts: { reject: 0, delete: 0, insert: 0 },
    })
    const { rows: [row] } = await pool().query(
      `select list_price, bedrooms, view, latitude, list_agent_key as agent from mls_listings where origin_key = $1`,
      [`${code}_${idOf(1, 1)}`],
    )
    expect(row).toMatchObject({ list_price: null, bedrooms: null, view: 'sea', latitude: null })
  })

  it('waits as long as it is told', async () => {
    const { qobrix, source } = await brokerage(2, { resources: [{ name: 'property' }] })
    qobrix.faults = { ...qobrix.faults, rate: 1, kinds: ['rate_limit'] }
    const run = await start(pool(), source, 'FULL')
    await runSlice(pool(), (await claimRun(pool(), { source }))!)
    expect(await viewRun(pool(), run)).toMatchObject({ status: 'waiting', error: { code: 'rate_limited' } })
    qobrix.faults = { ...qobrix.faults, rate: 0 }
    await work(pool(), source)
    expect(await viewRun(pool(), run)).toMatchObject({ status: 'finished', counts: { insert: 2 } })
  })

  it('keeps to its quota, is cancelled, and begins anew', async () => {
    const { source, office } = await brokerage(12, { max_listings: 5, resources: [{ name: 'property' }] })
    expect(await runNow(pool(), source)).toMatchObject({
      status: 'finished',
      quota_reached: true,
      counts: { insert: 5 },
    })
    const run = await start(pool(), source, 'FULL')
    const order = await claimRun(pool(), { source })
    await pool().query('select mls.cancel_source_run($1, $2)', [run, '{"name": "test"}'])
    await runSlice(pool(), order!, { page: 3 })
    expect(await viewRun(pool(), run)).toMatchObject({ status: 'cancelled' })
    expect(await listingsOf(pool(), office)).toHaveLength(5)
  })
})

describe('a DELTA', () => {
  it('brings what changed, is new without a time of change, is trashed, returns, or has other files', async () => {
    const { qobrix, source, office, code } = await brokerage(14, { sweep_minutes: 5 })
    await runNow(pool(), source)
    const key = (number: number) => `${code}_${idOf(1, number)}`
    const { store } = qobrix
    store.edit('properties', idOf(1, 1), { list_rental_price_amount: 1, list_selling_price_amount: 7 })
    store.edit('properties', idOf(1, 3), { sale_rent: 'for_sale' })
    store.put('properties', { ...propertyRow(20), created: wallClock(), modified: null })
    store.trash('properties', idOf(1, 4))
    store.removeFile('photos', idOf(7, 50))
    store.putFile({
      ...store.media.get(`photos/${idOf(7, 60)}`)!,
      id: 'extra',
      file: { href: '/x.jpg', mime_type: 'image/jpeg' },
    })
    store.put('contacts', { ...store.get('contacts', idOf(4, 2))!, phone: '+357 1', modified: wallClock() })
    qobrix.asked.length = 0
    const run = await runNow(pool(), source, 'DELTA')
    expect(run).toMatchObject({
      status: 'finished',
      counts: { insert: 1, reject: 0 },
      counts_by_resource: { contacts: { refresh: 1 } },
    })
    const now = new Map((await listingsOf(pool(), office)).map((listing) => [listing.key, listing]))
    expect(now.get(key(1))).toMatchObject({ price: '7.00' })
    expect(now.get(`${key(3)}_LEASE`)).toMatchObject({ gone: true })
    expect(now.get(key(3))).toMatchObject({ gone: false })
    expect(now.get(key(20))).toMatchObject({ gone: false })
    expect(now.get(key(4))).toMatchObject({ gone: true })
    expect((await mediaOf(key(5))).filter(({ gone }) => gone)).toHaveLength(1)
    expect((await mediaOf(key(6))).map((file) => file.key)).toContain(`${code}_MEDIA_extra`)
    // a row that comes back without being modified is found by its key
    store.put('properties', { ...store.get('properties', idOf(1, 4))!, trashed: null })
    await pool().query(`update mls_sources set done_at = '{}' where id = $1`, [source])
    await runNow(pool(), source, 'DELTA')
    expect((await listingsOf(pool(), office)).find((listing) => listing.key === key(4))).toMatchObject({
      gone: false,
    })
    // deleted for good
    store.lists.get('properties')!.delete(idOf(1, 8))
    await pool().query(`update mls_sources set done_at = '{}' where id = $1`, [source])
    expect(await runNow(pool(), source, 'DELTA')).toMatchObject({ counts: { delete: 1 } })
  })

  it('knows the zone of the server by a fresh record, and looks back a day where it does not', async () => {
    const { qobrix, source, code } = await brokerage(3, {
      resources: [{ name: 'property' }],
      overlap_seconds: 0,
    })
    const mark = async () =>
      (await pool().query('select marks from mls_sources where id = $1', [source])).rows[0].marks.property
    await runNow(pool(), source)
    expect(await mark()).not.toHaveProperty('zone')
    qobrix.store.edit('properties', idOf(1, 1), {}, wallClock(new Date(), 180))
    await runNow(pool(), source, 'DELTA')
    expect(await mark()).toMatchObject({ zone: 180 })
    // a time that nobody's clock can show carries the mark nowhere
    qobrix.store.edit('properties', idOf(1, 2), {}, '2099-01-01T00:00:00')
    qobrix.store.edit('properties', idOf(1, 1), { bedrooms: 9 })
    await runNow(pool(), source, 'DELTA')
    expect((await mark()).at < '2098').toBe(true)
    // the zone steers what is read, never a value
    const { modified } = qobrix.store.get('properties', idOf(1, 1))!
    const { rows: [row] } = await pool().query(
      `select o.payload ->> 'X_QobrixModified' as at, l.bedrooms from mls_listings l join mls_listing_origins o on o.listing_id = l.id
       where l.origin_key = $1`,
      [`${code}_${idOf(1, 1)}`],
    )
    expect(row).toEqual({ at: `${modified}Z`, bedrooms: 9 })
  })
})

describe('mapping version 2', () => {
  it('is chosen by the source, and reads labels', async () => {
    const { source, code } = await brokerage(8, { mapping_version: 2, resources: [{ name: 'property' }] })
    await runNow(pool(), source)
    const { rows: [row] } = await pool().query(
      `select property_subtype, view, furnished, source_standard_status as status from mls_listings where origin_key = $1`,
      [`${code}_${idOf(1, 5)}`],
    )
    expect(row.furnished).toBe('Furnished')
    expect(row.view).toBe('Sea view,City view')
  })
})

describe('asides', () => {
  it('bring projects, inquiries, translations and places, and what may not be seen costs nothing else', async () => {
    const { qobrix, source, office, code } = await brokerage(3)
    await pool().query(
      `update mls_sources set settings = settings || '{"locales": ["ru_RU"]}' where id = $1`,
      [source],
    )
    qobrix.forbidden = ['opportunities']
    expect(await runNow(pool(), source)).toMatchObject({
      status: 'finished',
      counts: { insert: 4, reject: 0 },
    })
    const { rows: errors } = await pool().query(
      `select stage, code from mls_source_errors where source_id = $1`,
      [source],
    )
    expect(errors).toEqual([{ stage: 'leads', code: 'unauthorized' }])
    qobrix.forbidden = []
    await runNow(pool(), source)
    const one = async (sql: string) => (await pool().query(sql, [office])).rows
    expect(
      await one(
        `select origin_lead_key as key, contact_key, listing_key, wish, status from mls_leads where originating_office_key = $1`,
      ),
    ).toEqual([{
      key: `${code}_LEAD_${idOf(6, 9)}`,
      contact_key: `${code}_CONTACT_${idOf(4, 2)}`,
      listing_key: `${code}_${idOf(1, 1)}`,
      wish: 'to_buy',
      status: 'new',
    }])
    expect(
      await one(
        `select d.name, d.developer_name, d.origin_project_key as key from mls_developments d join mls_offices o using (tenant_id) where o.office_key = $1`,
      ),
    ).toEqual([
      { name: 'Cape Residences, Nikos Georgiou', developer_name: 'Blue Cape Developments', key: idOf(5, 1) },
    ])
    const texts =
      `select r.remark_type as type, r.language, r.remark from mls_listing_remarks r join mls_listings l on l.id = r.listing_id where l.originating_office_key = $1 order by 1`
    expect(await one(texts)).toEqual([
      { type: 'PUBLIC', language: 'ru', remark: 'У моря.' },
      { type: 'TITLE', language: 'ru', remark: 'Дом 1' },
    ])
    expect(
      await one(
        `select format, name, region_id from mls_portal_regions where format in ('bazaraki', 'property_finder') and $1 <> '' order by 1`,
      ),
    ).toEqual([
      { format: 'bazaraki', name: 'germasogeia', region_id: 5084 },
      { format: 'property_finder', name: 'dubai marina', region_id: 77 },
    ])
    // who was erased takes his inquiries along, and they do not come back
    await pool().query('select mls.erase_contact($1, $2)', [`${code}_CONTACT_${idOf(4, 2)}`, 'asked'])
    await runNow(pool(), source)
    expect(await one('select from mls_leads where originating_office_key = $1')).toEqual([])
    // what somebody wrote or locked is not the source's
    await pool().query(
      `update mls_listing_remarks set locked = true, remark = 'Ours' where remark_type = 'TITLE'`,
    )
    qobrix.store.translations.set(`${idOf(1, 1)}/ru_RU`, { name: 'Другой', description: '' })
    qobrix.store.edit('properties', idOf(1, 1), {})
    await runNow(pool(), source, 'DELTA')
    expect(await one(texts)).toEqual([{ type: 'TITLE', language: 'ru', remark: 'Ours' }])
  })
})
