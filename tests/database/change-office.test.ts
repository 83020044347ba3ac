import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { act, claimsOf } from '../support/act.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { cyprus, type GoldRecord, hungary, ingest, kazakhstan, listing, outcomes } from '../support/gold.ts'
import { seedMarkets } from '../support/listings.ts'

let database: TestDatabase
const broker = 'b0000000-0000-4000-8000-000000000001'

beforeAll(async () => {
  database = await createDatabase()
  await seedMarkets(database.pool)
})
afterAll(() => database?.drop())

const query = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows
const send = async (resource: string, ...records: GoldRecord[]) =>
  outcomes(await ingest(database.pool, resource, records))
const move = async (resource: string, keys: string[], office: string, release = false) =>
  (await query('select mls.change_office($1, $2, $3, $4) as r', [resource, keys, office, release]))[0].r
const row = async (key: string) =>
  (await query('select * from public.mls_listings where origin_key = $1', [key]))[0]
const claim = (key: string) =>
  query(
    `update public.mls_listings set claimed_at = now(), claimed_by = $1, broker_id = $1, status = 'DRAFT' where origin_key = $2`,
    [broker, key],
  )
const market = async (code: string) =>
  (await query('select id from public.mls_tenants where code = $1', [code]))[0].id
const inHungary = { OriginatingSystemOfficeKey: 'HSIR' }
const photo = (number: number, changes: GoldRecord = {}): GoldRecord => ({
  MediaKey: `M_${number}`,
  ResourceRecordKey: 'QOBRIX_1',
  OriginatingSystemOfficeKey: 'CSIR',
  MediaCategory: 'Photo',
  MediaURL: `https://photos.example/${number}.jpg`,
  Order: number,
  ...changes,
})

beforeEach(() =>
  query(
    `delete from public.mls_listing_media; delete from public.mls_listings; delete from public.mls_ingest_runs;
    delete from public.mls_showings; delete from public.mls_open_houses; delete from public.mls_property_rooms; delete from public.mls_teams; delete from public.mls_contacts; delete from public.mls_members;
    delete from public.mls_offices where not is_market; delete from public.mls_ingest_quarantine;
    update public.mls_tenants set settings = '{}'`,
  )
)

describe('a listing that was delivered under a wrong office key', () => {
  it('is a conflict whose receipt says what to call', async () => {
    await send('property', listing(1))
    await send('media', photo(1))
    const { records: [refused] } = await ingest(database.pool, 'property', [listing(1, inHungary)])
    expect(refused).toMatchObject({ outcome: 'reject', reason: 'key_conflict' })
    expect(refused!.errors).toEqual([{
      field: 'OriginatingSystemOfficeKey',
      code: 'other_office',
      message: expect.stringContaining(
        `select mls.change_office('property', array['QOBRIX_1'], '${hungary}')`,
      ),
    }])
    const { records: [file] } = await ingest(database.pool, 'media', [photo(1, inHungary)])
    expect(file).toMatchObject({ outcome: 'reject', reason: 'office_mismatch' })
    expect(file!.errors![0]!.message).toContain(
      `select mls.change_office('property', array['QOBRIX_1'], '${hungary}')`,
    )
    // an office that the client has not is no conflict between offices
    const strange = await ingest(database.pool, 'media', [photo(2)], { offices: [hungary] })
    expect(strange.records[0]).not.toHaveProperty('errors')
  })

  it('moves with market, currency, files, viewings and open houses; what was refused gets in by a replay', async () => {
    await send('property', listing(1), listing(2, { ListPriceCurrencyCode: 'USD' }))
    await send('media', photo(1), photo(2))
    const viewing = {
      ShowingAppointmentKey: 'S_1',
      ListingKey: 'QOBRIX_1',
      OriginatingSystemOfficeKey: cyprus,
    }
    const opening = {
      OpenHouseKey: 'O_1',
      ListingKey: 'QOBRIX_1',
      OpenHouseDate: '2026-12-01',
      OriginatingSystemOfficeKey: cyprus,
    }
    expect(await send('showing_appointment', viewing)).toEqual(['insert'])
    expect(await send('open_house', opening)).toEqual(['insert'])
    const kitchen = { RoomKey: 'R_1', ListingKey: 'QOBRIX_1', OriginatingSystemOfficeKey: cyprus }
    expect(await send('property_rooms', kitchen)).toEqual(['insert'])
    await send('property', listing(1, { ...inHungary, City: 'Budapest' }))
    const before = await row('QOBRIX_1')
    const { last } = (await query('select mls.visible_stamp() as last'))[0]

    expect(await move('property', ['QOBRIX_1', 'QOBRIX_2', 'NO_SUCH'], 'HSIR')).toEqual({
      office_key: hungary,
      moved: 2,
      left: [{ key: 'NO_SUCH', reason: 'unknown' }],
    })
    const hu = await market('HU')
    expect(await row('QOBRIX_1')).toMatchObject({
      id: before.id,
      seq: before.seq,
      tenant_id: hu,
      market: 'HU',
      originating_office_key: hungary,
      origin_system: 'DASH_FILE',
      currency_code: 'HUF',
      currency_assumed: true,
    })
    expect(await row('QOBRIX_2')).toMatchObject({ currency_code: 'USD', currency_assumed: false })
    for (
      const table of [
        'mls_listing_media',
        'mls_showings',
        'mls_open_houses',
        'mls_property_rooms',
        'mls_status_history',
        'mls_listing_origins',
      ]
    ) {
      expect(await query(`select distinct tenant_id from public.${table}`), table).toEqual([{
        tenant_id: hu,
      }])
    }
    expect(await query('select distinct office_key from public.served_media where not is_deleted')).toEqual([{
      office_key: hungary,
    }])
    // consumers of either office hear of it
    const events = await query(
      `select office_key, previous_office_key from public.mls_entity_events where resource = 'Property' and record_key = 'QOBRIX_1' and sequence > $1`,
      [last],
    )
    expect(events).toEqual([{ office_key: hungary, previous_office_key: cyprus }])

    const ids = (await query(`select id from public.mls_ingest_quarantine where status = 'open'`)).map((r) =>
      r.id
    )
    const { answer } = (await query('select mls.replay_quarantine($1, $2) as r', [ids, {
      client_id: 'test',
      offices: [cyprus, hungary],
    }]))[0].r
    expect(answer).toMatchObject({ still_open: [], receipts: [{ totals: { refresh: 1 } }] })
    expect(await row('QOBRIX_1')).toMatchObject({ city: 'Budapest' })
    // the office that lost it meets it as any other
    expect(await send('property', listing(1))).toEqual(['reject key_conflict'])
    expect(await send('media', photo(1, inHungary), photo(3, inHungary))).toEqual(['refresh', 'insert'])
    expect(
      await send('showing_appointment', { ...viewing, ...inHungary }),
    ).toEqual(['refresh'])
    expect(await send('open_house', { ...opening, ...inHungary })).toEqual(['refresh'])
  })

  it('is applied as it is delivered next, were it older than what the wrong office said', async () => {
    await send('property', listing(1, { ModificationTimestamp: '2026-03-01T00:00:00Z', ListPrice: 1 }))
    await move('property', ['QOBRIX_1'], hungary)
    expect(await send('property', listing(1, { ...inHungary, ListPrice: 2 }))).toEqual(['refresh'])
    expect(await send('property', listing(1, { ...inHungary, ListPrice: 2 }))).toEqual(['unchanged'])
    expect(await row('QOBRIX_1')).toMatchObject({ list_price: '2.00' })
  })

  it('takes files along that came before their listing, and keeps those of another listing waiting', async () => {
    await send('media', photo(1), photo(2, { ResourceRecordKey: 'QOBRIX_9' }))
    await send('property', listing(1))
    await send('media', photo(3, { ResourceRecordKey: 'QOBRIX_1' }))
    await move('property', ['QOBRIX_1'], hungary)
    expect(
      await query(
        'select media_key, originating_office_key as office, listing_id is null as waits from public.mls_listing_media order by 1',
      ),
    )
      .toEqual([
        { media_key: 'M_1', office: hungary, waits: false },
        { media_key: 'M_2', office: cyprus, waits: true },
        { media_key: 'M_3', office: hungary, waits: false },
      ])
    expect((await row('QOBRIX_1')).photos_count).toBe(2)
  })

  it('takes its lease row along, with the files that both show', async () => {
    const lease = listing(1, { ListingKey: 'QOBRIX_1_LEASE', ListingId: 'REF-1L', LeaseAmount: 900 })
    await send('property', listing(1), lease)
    await send('media', photo(1))
    expect(await move('property', ['QOBRIX_1_LEASE'], hungary)).toMatchObject({ moved: 2, left: [] })
    const [sale, rent] = [await row('QOBRIX_1'), await row('QOBRIX_1_LEASE')]
    expect([sale.originating_office_key, rent.originating_office_key]).toEqual([hungary, hungary])
    expect([sale.sibling_listing_id, rent.sibling_listing_id]).toEqual([rent.id, sale.id])
    expect([sale.photos_count, rent.photos_count]).toEqual([1, 1])
    expect(await send('media', photo(1, { ...inHungary, Order: 5 }))).toEqual(['refresh'])
    expect(await query('select display_order from public.mls_listing_media')).toEqual([
      { display_order: 5 },
      { display_order: 5 },
    ])
  })

  it('stays with the broker who claimed it, unless the claim is to end; within a market the claim goes along', async () => {
    await send('property', listing(1), listing(2))
    await claim('QOBRIX_1')
    await query(
      `insert into public.mls_listing_tasks (listing_id, title) select id, 'Call the owner' from public.mls_listings where origin_key = 'QOBRIX_1'`,
    )
    expect(await move('property', ['QOBRIX_1', 'QOBRIX_2'], hungary)).toEqual({
      office_key: hungary,
      moved: 1,
      left: [{ key: 'QOBRIX_1', reason: 'claimed' }],
    })
    expect(await row('QOBRIX_1')).toMatchObject({ originating_office_key: cyprus, broker_id: broker })
    expect(await move('property', ['QOBRIX_1'], hungary, true)).toMatchObject({ moved: 1, left: [] })
    expect(await row('QOBRIX_1')).toMatchObject({ claimed_at: null, broker_id: null, status: 'INGESTED' })
    // what people of the old market wrote is still theirs
    expect(await query('select tenant_id, status from public.mls_listing_tasks')).toEqual([
      { tenant_id: await market('CY'), status: 'CANCELLED' },
    ])

    const second = 'SHARPSIR-CY-002'
    await query(
      `insert into public.mls_offices (tenant_id, office_key, originating_office_key, is_market, origin_system, currency_code)
       select id, $1, $1, true, 'QOBRIX', 'EUR' from public.mls_tenants where code = 'CY'`,
      [second],
    )
    await send('property', listing(3))
    await claim('QOBRIX_3')
    await query(`update public.mls_listings set city = 'Ours' where origin_key = 'QOBRIX_3'`)
    expect(await move('property', ['QOBRIX_3'], second)).toMatchObject({ moved: 1, left: [] })
    expect(
      await send(
        'property',
        listing(3, { OriginatingSystemOfficeKey: second, ListPrice: 7, City: 'Theirs' }),
      ),
    ).toEqual(['track'])
    expect(await row('QOBRIX_3')).toMatchObject({ broker_id: broker, list_price: '7.00', city: 'Ours' })
    // given back, it follows its source, whose office is another now
    const { broker: holder } = claimsOf(await market('CY'))
    await query('update public.mls_listings set broker_id = $1', [holder.sub])
    await act(
      database.pool,
      holder,
      `select public.release_listing((select id from public.mls_listings where origin_key = 'QOBRIX_3'))`,
    )
    expect(await row('QOBRIX_3')).toMatchObject({ claimed_at: null, city: 'Theirs' })
    await query('delete from public.mls_listings')
    await query('delete from public.mls_offices where office_key = $1', [second])
  })

  it('leaves the portals of its market first, and begins in the next one as a new listing does', async () => {
    await query(
      `update public.mls_tenants set settings = '{"auto_publish": {"enabled": true, "origin_systems": ["QOBRIX"]}}' where code = 'CY'`,
    )
    await send('property', listing(1), listing(2))
    await send('media', photo(1), photo(2, { ResourceRecordKey: 'QOBRIX_2' }))
    expect(await query('select distinct status from public.mls_listings')).toEqual([{ status: 'PUBLISHED' }])
    await query(
      `insert into public.mls_listing_syndications (tenant_id, listing_id, portal_id)
       select l.tenant_id, l.id, p.id from public.mls_listings l join public.mls_portal_definitions p on p.tenant_id = l.tenant_id
       where l.origin_key = 'QOBRIX_1' and p.code in ('SIR_GLOBAL', 'WEBSITE') on conflict do nothing`,
    )
    await query(
      `update public.mls_listing_syndications set external_id = 'X', pushed_version = desired_version, published_at = now()
       where portal_id in (select id from public.mls_portal_definitions where code = 'SIR_GLOBAL')
         and listing_id = (select id from public.mls_listings where origin_key = 'QOBRIX_1')`,
    )
    expect(await move('property', ['QOBRIX_1', 'QOBRIX_2'], hungary)).toEqual({
      office_key: hungary,
      moved: 1,
      left: [{ key: 'QOBRIX_1', reason: 'on_portals' }],
    })
    expect(await row('QOBRIX_2')).toMatchObject({
      status: 'INGESTED',
      first_published_at: null,
      market: 'HU',
    })
    await query(
      `update public.mls_listing_syndications set pushed_version = desired_version, next_attempt_at = null, external_id = null`,
    )
    expect(await move('property', ['QOBRIX_1'], hungary)).toMatchObject({ moved: 1, left: [] })
    expect(await query('select * from public.mls_listing_syndications')).toEqual([])
    // and nothing of the old market's stands in the way of what comes later
    expect(await send('property', listing(1, { ...inHungary, ListPrice: 9 }))).toEqual(['refresh'])
  })

  it('keeps both where its reference is taken in the new market', async () => {
    await send(
      'property',
      listing(1, { ListingId: 'R' }),
      listing(2, { ...inHungary, ListingId: 'R' }),
      listing(3, { OriginatingSystemOfficeKey: kazakhstan, ListingId: 'R' }),
    )
    expect(await move('property', ['QOBRIX_1', 'QOBRIX_3'], hungary)).toMatchObject({ moved: 2 })
    expect(await query('select origin_key, ref_collision from public.mls_listings order by 1')).toEqual([
      { origin_key: 'QOBRIX_1', ref_collision: true },
      { origin_key: 'QOBRIX_2', ref_collision: false },
      { origin_key: 'QOBRIX_3', ref_collision: true },
    ])
  })

  it('comes back into the API when the wrong office has dropped it already', async () => {
    await send('property', listing(1))
    await send('media', photo(1))
    await query('update public.mls_listings set origin_deleted = true')
    await query('update public.mls_listing_media set origin_deleted = true')
    await move('property', ['QOBRIX_1'], hungary)
    expect(
      await query(
        'select office_key from public.served_property where not is_deleted union all select office_key from public.served_media where not is_deleted',
      ),
    ).toEqual([{ office_key: hungary }, { office_key: hungary }])
  })
})

describe('records of the other resources', () => {
  const records: [string, GoldRecord][] = [
    ['contacts', { ContactKey: 'K', ContactFirstName: 'Анна' }],
    ['member', { MemberKey: 'K', MemberFirstName: 'Anna' }],
    ['office', { OfficeKey: 'K', OfficeName: 'Desk' }],
    ['showing_appointment', { ShowingAppointmentKey: 'K', ListingKey: 'QOBRIX_77' }],
    ['open_house', { OpenHouseKey: 'K', ListingKey: 'QOBRIX_77', OpenHouseDate: '2026-12-01' }],
    ['property_rooms', { RoomKey: 'K', ListingKey: 'QOBRIX_77', RoomType: 'Kitchen' }],
    ['teams', { TeamKey: 'K', TeamName: 'Desk' }],
  ]
  it.each(records)('move one by one: %s', async (resource, record) => {
    await send(resource, { ...record, OriginatingSystemOfficeKey: cyprus })
    const { records: [refused] } = await ingest(database.pool, resource, [{ ...record, ...inHungary }])
    expect(refused).toMatchObject({ outcome: 'reject', reason: 'key_conflict' })
    expect(refused!.errors![0]!.message).toContain(
      `mls.change_office('${resource}', array['K'], '${hungary}')`,
    )
    expect(await move(resource, ['K', 'L'], 'HSIR')).toEqual({
      office_key: hungary,
      moved: 1,
      left: [{ key: 'L', reason: 'unknown' }],
    })
    expect(await move(resource, ['K'], 'HSIR')).toMatchObject({ moved: 0, left: [] })
    expect(await send(resource, { ...record, ...inHungary })).toEqual(['refresh'])
    expect(await send(resource, { ...record, OriginatingSystemOfficeKey: cyprus })).toEqual([
      'reject key_conflict',
    ])
  })

  it('leave no role of a contact behind in another market', async () => {
    await send('contacts', { ContactKey: 'K', ContactFirstName: 'Anna', OriginatingSystemOfficeKey: cyprus })
    await send('property', listing(1, { X_SellerContactKey: 'K' }))
    expect(await query('select role from public.mls_listing_contact_roles')).toHaveLength(1)
    await move('property', ['QOBRIX_1'], hungary)
    expect(await query('select role from public.mls_listing_contact_roles')).toEqual([])
    await move('contacts', ['K'], hungary)
    expect(await query('select role, tenant_id from public.mls_listing_contact_roles')).toEqual([
      { role: 'SELLER', tenant_id: await market('HU') },
    ])
  })

  it('a member who signs in stays, and so does the office of a market', async () => {
    await send('member', { MemberKey: 'K', MemberFirstName: 'Anna', OriginatingSystemOfficeKey: cyprus })
    await query('update public.mls_members set user_id = $1', [broker])
    expect(await move('member', ['K'], hungary)).toMatchObject({
      moved: 0,
      left: [{ key: 'K', reason: 'user' }],
    })
    expect(await move('office', [kazakhstan], hungary)).toMatchObject({
      moved: 0,
      left: [{ key: kazakhstan, reason: 'market_office' }],
    })
  })
})

describe('what cannot be moved', () => {
  it.each([
    ['property', 'NOBODY', /no market office "NOBODY"/],
    ['nonsense', hungary, /no resource "nonsense"/],
    ['media', hungary, /office of their listing/],
  ])(
    '%s to %s',
    (resource, office, message) => expect(move(resource, ['K'], office)).rejects.toThrow(message),
  )

  it('anything while a run of one of the two offices is open', async () => {
    await send('property', listing(1))
    for (const office of [cyprus, hungary]) {
      await query(
        `insert into public.mls_ingest_runs (tenant_id, office_key, resource, source, mode, client_id)
         select tenant_id, office_key, 'media', 'gold', 'FULL', 'test' from public.mls_offices where office_key = $1`,
        [office],
      )
      await expect(move('property', ['QOBRIX_1'], hungary)).rejects.toThrow(`A run of ${office} is open`)
      await query('delete from public.mls_ingest_runs')
    }
  })
})
