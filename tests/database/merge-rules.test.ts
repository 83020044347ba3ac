import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { mergeOutcome } from '../../scripts/generate/outcomes.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import {
  type GoldRecord,
  hungary,
  ingest,
  kazakhstan,
  listing,
  outcomes,
  seedMarkets,
} from '../support/gold.ts'

let database: TestDatabase
const broker = 'b0000000-0000-4000-8000-000000000001'

beforeAll(async () => {
  database = await createDatabase()
  await seedMarkets(database.pool)
})
afterAll(() => database?.drop())

const query = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows

describe('what happens to a record, every combination', () => {
  /** The rules in words, first rule first. Null times and hashes are unknown, never older and never the same. */
  function expected(is: Record<string, boolean | null>): string {
    if (is.match && !is.managed) return 'skip'
    if (is.rejected) return 'reject'
    if (!is.newest || is.older === true) return 'stale'
    if (!is.match) return 'insert'
    if (is.same === true) return 'unchanged'
    return is.claimed ? 'track' : 'refresh'
  }

  it('follows the rules of the merge', async () => {
    const two = `(values (true), (false))`
    const three = `(values (true), (false), (null))`
    const rows = await query(`
      select m.v as match, g.v as managed, c.v as claimed, r.v as rejected, n.v as newest, o.v as older, s.v as same,
        ${
      mergeOutcome({
        match: 'm.v',
        managed: 'g.v',
        claimed: 'c.v',
        rejected: 'r.v',
        newest: 'n.v',
        older: 'o.v',
        same: 's.v',
      })
    } as outcome
      from ${two} m (v), ${two} g (v), ${two} c (v), ${two} r (v), ${two} n (v), ${three} o (v), ${three} s (v)`)
    expect(rows).toHaveLength(288)
    for (const { outcome, ...is } of rows) {
      expect({ ...is, outcome }).toEqual({ ...is, outcome: expected(is) })
    }
  })
})

describe('mls.tracked_status, every combination', () => {
  it('moves along legal paths between published states only', async () => {
    const rows = await query(`
      select c::text as current, b as before, n as now, mls.tracked_status(c, b, n)::text as next
      from unnest(enum_range(null::public.mls_listing_status)) c,
        unnest(array['Active', 'Pending', 'Closed', 'Withdrawn', 'Coming Soon', 'nonsense', null]) b,
        unnest(array['Active', 'Active Under Contract', 'Pending', 'Closed', 'Withdrawn', 'Canceled', 'Expired', 'Hold', 'Delete', 'Coming Soon', 'nonsense', null]) n`)
    const gone = ['Withdrawn', 'Canceled', 'Expired', 'Hold']
    for (const { current, before, now, next } of rows) {
      const legal = before === now
        ? null
        : current === 'PUBLISHED' && ['Pending', 'Active Under Contract'].includes(now)
        ? 'UNDER_OFFER'
        : current === 'UNDER_OFFER' && now === 'Active'
        ? 'PUBLISHED'
        : ['PUBLISHED', 'UNDER_OFFER'].includes(current) && now === 'Closed'
        ? 'SOLD'
        : ['PUBLISHED', 'UNDER_OFFER'].includes(current) && gone.includes(now)
        ? 'WITHDRAWN'
        : null
      expect({ current, before, now, next }).toEqual({ current, before, now, next: legal })
    }
  })
})

describe('a listing and its source', () => {
  beforeEach(() =>
    query(
      `delete from public.mls_listing_media; delete from public.mls_listings; delete from public.mls_ingest_receipts;
      delete from public.mls_contacts; delete from public.mls_members;
      update public.mls_tenants set settings = '{}'; update public.mls_offices set origin_system = 'DASH_API' where office_key = '${kazakhstan}'`,
    )
  )

  const send = async (...records: GoldRecord[]) => outcomes(await ingest(database.pool, 'property', records))
  const sendMedia = async (...records: GoldRecord[]) =>
    outcomes(await ingest(database.pool, 'media', records))
  const row = async (key = 'QOBRIX_1') =>
    (await query('select * from public.mls_listings where origin_key = $1', [key]))[0]
  const claim = (status = 'DRAFT', key = 'QOBRIX_1') =>
    query(
      `update public.mls_listings set claimed_at = now(), claimed_by = $1, broker_id = $1, status = $2::public.mls_listing_status where origin_key = $3`,
      [
        broker,
        status,
        key,
      ],
    )
  const photo = (number: number, changes: GoldRecord = {}) => ({
    MediaKey: `QOBRIX_MEDIA_${number}`,
    ResourceRecordKey: 'QOBRIX_1',
    OriginatingSystemOfficeKey: 'CSIR',
    MediaCategory: 'Photo',
    X_QobrixMediaCategory: 'photos',
    MediaURL: `https://photos.example/${number}.jpg`,
    Order: number,
    ...changes,
  })

  it('tours the rules: insert, unchanged, refresh, track, skip, stale, reject', async () => {
    expect(await send(listing(1))).toEqual(['insert'])
    expect(await row()).toMatchObject({
      status: 'INGESTED',
      is_externally_managed: true,
      claimed_at: null,
      ref: 'REF-1',
    })
    expect(await send(listing(1))).toEqual(['unchanged'])
    expect(
      await send(listing(1, { ListPrice: 5, City: 'Paphos', ModificationTimestamp: '2026-01-02T00:00:00Z' })),
    ).toEqual(['refresh'])
    expect(await row()).toMatchObject({ list_price: '5.00', city: 'Paphos' })
    await claim()
    await query(`update public.mls_listings set public_remarks = 'Mine' where origin_key = 'QOBRIX_1'`)
    const tracked = listing(1, {
      ListPrice: 6,
      City: 'Larnaca',
      PublicRemarks: 'Theirs',
      ModificationTimestamp: '2026-01-03T00:00:00Z',
    })
    expect(await send(tracked)).toEqual(['track'])
    expect(await row()).toMatchObject({ list_price: '6.00', city: 'Paphos', public_remarks: 'Mine' })
    expect(await send(listing(1, { ListPrice: 7, ModificationTimestamp: '2025-01-01T00:00:00Z' }))).toEqual([
      'stale',
    ])
    await query(`update public.mls_listings set is_externally_managed = false where origin_key = 'QOBRIX_1'`)
    expect(await send({ ...tracked, ListPrice: 8 })).toEqual(['skip'])
    expect(await send({ ...tracked, ListPrice: 'garbage' })).toEqual(['skip'])
    expect(await row()).toMatchObject({ list_price: '6.00' })
    expect(await send(listing(2, { ListPrice: 'garbage' }))).toEqual(['reject invalid_fields'])
    expect(await send(listing(3, { OriginatingSystemOfficeKey: 'NOBODY' }))).toEqual([
      'reject unknown_office',
    ])
    await send(listing(4))
    expect(await send(listing(4, { OriginatingSystemOfficeKey: hungary }))).toEqual(['reject key_conflict'])
  })

  it.each([
    {},
    { LeaseAmount: 900 },
    { LeasePrice: 900 },
    { LeaseAmount: 900, LeasePrice: 800, X_QobrixModified: '2025-12-01T00:00:00Z' },
    {
      X_GardenArea: 'about 40',
      X_Elevator: 'maybe',
      X_PlusVAT: 'yes',
      X_LivingRooms: 2,
      X_DataSource: 'qobrix',
    },
  ])('a claim by itself changes nothing that the world sees (%j)', async (values) => {
    const served = async () =>
      (await query(
        `select to_jsonb(s) - '{stamp,ModificationTimestamp}'::text[] as seen from public.served_property s where s."ListingKey" = 'QOBRIX_1'`,
      ))[0].seen
    await send(listing(1, values))
    const before = await served()
    await claim()
    expect(await served()).toEqual(before)
  })

  it('a tracked field follows only where the source itself changed it', async () => {
    await send(listing(1, { ListPrice: 100 }))
    await claim()
    await query(`update public.mls_listings set list_price = 90 where origin_key = 'QOBRIX_1'`)
    await send(listing(1, { ListPrice: 100, City: 'Paphos', ModificationTimestamp: '2026-01-02T00:00:00Z' }))
    expect(await row()).toMatchObject({ list_price: '90.00' })
    await send(listing(1, { ListPrice: 110, City: 'Paphos', ModificationTimestamp: '2026-01-03T00:00:00Z' }))
    expect(await row()).toMatchObject({ list_price: '110.00' })
    expect(await query(`select source, new_price from public.mls_price_history where source = 'INGRESS'`))
      .toMatchObject([{ new_price: '110.00' }])
  })

  it('what comes back from a push is an echo, not a change', async () => {
    await send(listing(1, { ListPrice: 100, StandardStatus: 'Active' }))
    await claim('UNDER_OFFER')
    await query(
      `update public.mls_listings set list_price = 120, first_published_at = now() where origin_key = 'QOBRIX_1'`,
    )
    await query(`insert into public.mls_listing_pushed_values (listing_id, field, value)
      select id, v.field, v.value from public.mls_listings, (values ('ListPrice', '110'::jsonb), ('StandardStatus', '"Pending"')) v (field, value)`)
    await send(
      listing(1, {
        ListPrice: '110.00',
        StandardStatus: 'Pending',
        ModificationTimestamp: '2026-01-02T00:00:00Z',
      }),
    )
    expect(await row()).toMatchObject({ list_price: '120.00', status: 'UNDER_OFFER' })
    expect(await query('select * from public.mls_listing_tasks')).toEqual([])
    await send(
      listing(1, {
        ListPrice: '130.00',
        StandardStatus: 'Pending',
        ModificationTimestamp: '2026-01-03T00:00:00Z',
      }),
    )
    expect(await row()).toMatchObject({ list_price: '130.00' })
  })

  it('a status follows along a legal path, else it becomes a task and a note', async () => {
    await send(listing(1))
    await claim('PUBLISHED')
    await send(listing(1, { StandardStatus: 'Pending', ModificationTimestamp: '2026-01-02T00:00:00Z' }))
    expect(await row()).toMatchObject({ status: 'UNDER_OFFER' })
    await query(`update public.mls_listings set status = 'DRAFT' where origin_key = 'QOBRIX_1'`)
    await send(listing(1, { StandardStatus: 'Closed', ModificationTimestamp: '2026-01-03T00:00:00Z' }))
    expect(await row()).toMatchObject({ status: 'DRAFT', source_standard_status: 'Closed' })
    expect(await query('select kind, status, assigned_to from public.mls_listing_tasks')).toEqual([
      { kind: 'ORIGIN_STATUS', status: 'OPEN', assigned_to: broker },
    ])
    expect(await query('select body from public.mls_listing_notes')).toMatchObject([{
      body: expect.stringContaining('Closed'),
    }])
  })

  it('an unknown status is kept, shown to people and never published', async () => {
    await query(
      `update public.mls_tenants set settings = '{"auto_publish": {"enabled": true, "origin_systems": ["QOBRIX"]}}' where code = 'CY'`,
    )
    await send(listing(1, { StandardStatus: 'pending' }))
    await sendMedia(photo(1))
    expect(await row()).toMatchObject({ status: 'INGESTED', source_standard_status: 'pending' })
  })

  it('a column that vanished upstream blanks nothing, one that appeared is kept', async () => {
    await send(listing(1))
    const { City: _, ...narrow } = listing(1, {
      custom_view: 'Sea',
      ModificationTimestamp: '2026-01-02T00:00:00Z',
    })
    expect(await send(narrow)).toEqual(['refresh'])
    expect(await row()).toMatchObject({ city: 'Limassol', extensions: { custom_view: 'Sea' } })
    expect(await send({ ...narrow, City: null, ModificationTimestamp: '2026-01-03T00:00:00Z' })).toEqual([
      'refresh',
    ])
    expect(await row()).toMatchObject({ city: null })
  })

  it('currency comes from the record, else from the office, marked as assumed', async () => {
    await send(
      listing(1),
      listing(2, { ListPriceCurrencyCode: 'USD' }),
      listing(3, { OriginatingSystemOfficeKey: hungary, ListingKey: 'DASH_3' }),
    )
    expect(await row()).toMatchObject({ currency_code: 'EUR', currency_assumed: true })
    expect(await row('QOBRIX_2')).toMatchObject({ currency_code: 'USD', currency_assumed: false })
    expect(await row('DASH_3')).toMatchObject({ currency_code: 'HUF', currency_assumed: true })
  })

  it('a ref taken twice in a market is kept and flagged; another market may use it', async () => {
    const receipt = await ingest(database.pool, 'property', [
      listing(1),
      listing(2, { ListingId: 'REF-1' }),
      listing(3, { ListingId: 'REF-1', OriginatingSystemOfficeKey: hungary, ListingKey: 'DASH_3' }),
    ])
    expect(receipt.records.map(({ warnings }) => warnings?.map(({ code }) => code))).toEqual([undefined, [
      'ref_collision',
    ], undefined])
  })

  it('a sale and its lease row are linked in either order, and share the media of the sale', async () => {
    const lease = listing(1, {
      ListingKey: 'QOBRIX_1_LEASE',
      ListingId: 'REF-1_LEASE',
      PropertyType: 'ResidentialLease',
      ListPrice: null,
      LeaseAmount: 900,
    })
    for (const batches of [[[listing(1), lease]], [[listing(1)], [lease]], [[lease], [listing(1)]]]) {
      await query('delete from public.mls_listing_media; delete from public.mls_listings')
      await sendMedia(photo(1))
      for (const batch of batches) await send(...batch)
      await sendMedia(photo(2))
      const [sale, rent] = [await row(), await row('QOBRIX_1_LEASE')]
      expect([sale.sibling_listing_id, rent.sibling_listing_id]).toEqual([rent.id, sale.id])
      expect([sale.photos_count, rent.photos_count]).toEqual([2, 2])
      const served = await query(
        `select "MediaKey" as key, "ResourceRecordKey" as listing from public.served_media where not is_deleted order by 1`,
      )
      expect(served).toEqual([
        { key: 'QOBRIX_MEDIA_1', listing: 'QOBRIX_1' },
        { key: 'QOBRIX_MEDIA_1~QOBRIX_1_LEASE', listing: 'QOBRIX_1_LEASE' },
        { key: 'QOBRIX_MEDIA_2', listing: 'QOBRIX_1' },
        { key: 'QOBRIX_MEDIA_2~QOBRIX_1_LEASE', listing: 'QOBRIX_1_LEASE' },
      ])
    }
    await sendMedia(photo(2, { ShortDescription: 'Terrace' }))
    expect(
      await query(
        `select distinct title from public.mls_listing_media where media_key like 'QOBRIX_MEDIA_2%'`,
      ),
    ).toEqual([{ title: 'Terrace' }])
  })

  it('media: twice is once, a DELTA removes nothing, hidden and locked survive, new ones go behind what a broker arranged', async () => {
    await send(listing(1))
    await sendMedia(photo(1), photo(2))
    expect(await sendMedia(photo(1), photo(2))).toEqual(['unchanged', 'unchanged'])
    await claim()
    await query(
      `update public.mls_listing_media set is_hidden = true where origin_media_key = 'QOBRIX_MEDIA_1'`,
    )
    await query(
      `update public.mls_listing_media set locked = true, title = 'Mine', display_order = 7 where origin_media_key = 'QOBRIX_MEDIA_2'`,
    )
    expect(
      await sendMedia(
        photo(1, { MediaURL: '/new.jpg' }),
        photo(2, { ShortDescription: 'Theirs', Order: 1 }),
        photo(3, { Order: 0 }),
      ),
    ).toEqual([
      'track',
      'track',
      'insert',
    ])
    expect(
      await query(
        'select origin_media_key as key, is_hidden, title, display_order from public.mls_listing_media order by 1',
      ),
    ).toEqual([
      { key: 'QOBRIX_MEDIA_1', is_hidden: true, title: null, display_order: 1 },
      { key: 'QOBRIX_MEDIA_2', is_hidden: false, title: 'Mine', display_order: 7 },
      { key: 'QOBRIX_MEDIA_3', is_hidden: false, title: null, display_order: 8 },
    ])
    await sendMedia()
    expect((await row()).photos_count).toBe(2)
  })

  it('a project photo repeated for every unit is one row per unit, each under its own key', async () => {
    await send(listing(1), listing(2))
    expect(await sendMedia(photo(1), photo(1, { ResourceRecordKey: 'QOBRIX_2' }))).toEqual([
      'insert',
      'insert',
    ])
    expect(await query('select media_key from public.mls_listing_media order by 1')).toEqual([
      { media_key: 'QOBRIX_MEDIA_1' },
      { media_key: 'QOBRIX_MEDIA_1~QOBRIX_2' },
    ])
  })

  it('a document is never a photo, whatever its MIME type; a file under two categories is one row', async () => {
    await send(listing(1))
    await sendMedia(
      photo(1, { X_QobrixMediaCategory: 'documents', MediaType: 'image/jpeg' }),
      photo(2),
      photo(2, { X_QobrixMediaCategory: 'floorplans' }),
    )
    expect(
      await query('select origin_media_key as key, media_category from public.mls_listing_media order by 1'),
    ).toEqual([
      { key: 'QOBRIX_MEDIA_1', media_category: 'document' },
      { key: 'QOBRIX_MEDIA_2', media_category: 'image' },
    ])
    expect(await query(`select "MediaKey" as key from public.served_media where not is_deleted`)).toEqual([{
      key: 'QOBRIX_MEDIA_2',
    }])
    expect((await row()).photos_count).toBe(1)
  })

  it('publishes by itself where the market wants it, unclaimed, and keeps following its source', async () => {
    await query(
      `update public.mls_tenants set settings = '{"auto_publish": {"enabled": true}}' where code = 'KZ'`,
    )
    const dash = (changes: GoldRecord = {}) =>
      listing(1, { ListingKey: 'DASH_1', OriginatingSystemOfficeKey: kazakhstan, Country: 'KZ', ...changes })
    const dashPhoto = photo(1, {
      ResourceRecordKey: 'DASH_1',
      OriginatingSystemOfficeKey: kazakhstan,
      X_QobrixMediaCategory: null,
    })
    await send(dash())
    expect(await row('DASH_1')).toMatchObject({ status: 'INGESTED' })
    await sendMedia(dashPhoto)
    expect(await row('DASH_1')).toMatchObject({ status: 'PUBLISHED', claimed_at: null })
    expect(await query(`select to_status::text, trigger from public.mls_status_history order by id`)).toEqual(
      [
        { to_status: 'INGESTED', trigger: 'INGRESS' },
        { to_status: 'PUBLISHED', trigger: 'AUTO_PUBLISH' },
      ],
    )
    expect(
      await send(
        dash({ City: 'Almaty', StandardStatus: 'Pending', ModificationTimestamp: '2026-01-02T00:00:00Z' }),
      ),
    ).toEqual(['refresh'])
    expect(await row('DASH_1')).toMatchObject({ status: 'UNDER_OFFER', city: 'Almaty' })
  })

  it.each([
    ['no price', { ListPrice: null }],
    ['no remarks', { PublicRemarks: '' }],
    ['no town', { City: null }],
    ['another status', { StandardStatus: 'Coming Soon' }],
    ['excluded from marketing', { X_ExcludedProperty: true }],
  ])('does not publish by itself with %s', async (_, changes) => {
    await query(
      `update public.mls_tenants set settings = '{"auto_publish": {"enabled": true, "origin_systems": ["QOBRIX"]}}' where code = 'CY'`,
    )
    await sendMedia(photo(1))
    await send(listing(1, changes), listing(2))
    expect((await query('select status::text from public.mls_listings')).map(({ status }) => status)).toEqual(
      ['INGESTED', 'INGESTED'],
    )
    await send(listing(1, { ModificationTimestamp: '2026-01-05T00:00:00Z', X_ExcludedProperty: false }))
    expect(await row()).toMatchObject({ status: 'PUBLISHED' })
  })

  it('proposes the broker whom the source names, whichever side arrives last, and claims nothing', async () => {
    const member = {
      MemberKey: 'QOBRIX_AGENT_1',
      OriginatingSystemOfficeKey: 'CSIR',
      MemberEmail: 'agent@example.com',
    }
    await send(listing(1, { ListAgentKey: 'QOBRIX_AGENT_1' }))
    expect(await row()).toMatchObject({ broker_id: null })
    await ingest(database.pool, 'member', [member])
    await query(`update public.mls_members set user_id = $1`, [broker])
    expect(await row()).toMatchObject({ broker_id: broker, claimed_at: null })
    await send(
      listing(2, { ListAgentKey: 'QOBRIX_AGENT_1' }),
      listing(3, { ListAgentEmail: 'Agent@example.com' }),
      listing(4, { ListAgentKey: 'X' }),
    )
    expect(await row('QOBRIX_2')).toMatchObject({ broker_id: broker })
    expect(await row('QOBRIX_3')).toMatchObject({ broker_id: broker })
    expect(await row('QOBRIX_4')).toMatchObject({ broker_id: null })
  })

  it('recognises a contact by key, else by e-mail and name one that was entered here, and knows seller and developer', async () => {
    await query(`insert into public.mls_contacts (tenant_id, first_name, last_name, email, phone_mobile)
      select id, 'Anna', 'Petrou', 'anna@example.com', '+357 1' from public.mls_tenants where code = 'CY'`)
    await send(listing(1, { X_SellerContactKey: 'QOBRIX_CONTACT_1' }))
    const contact = {
      ContactKey: 'QOBRIX_CONTACT_1',
      OriginatingSystemOfficeKey: 'CSIR',
      ContactFirstName: 'anna',
      ContactLastName: 'Petrou',
      ContactEmail: 'ANNA@example.com',
    }
    expect(outcomes(await ingest(database.pool, 'contacts', [contact]))).toEqual(['refresh'])
    expect(await query('select origin_contact_key, phone_mobile from public.mls_contacts')).toEqual([
      { origin_contact_key: 'QOBRIX_CONTACT_1', phone_mobile: '+357 1' },
    ])
    expect(outcomes(await ingest(database.pool, 'contacts', [contact]))).toEqual(['unchanged'])
    expect(
      outcomes(await ingest(database.pool, 'contacts', [{ ...contact, ContactKey: 'QOBRIX_CONTACT_2' }])),
    ).toEqual(['insert'])
    await send(listing(2, { X_DeveloperContactKey: 'QOBRIX_CONTACT_2' }))
    expect(await query('select role from public.mls_listing_contact_roles order by role')).toEqual([{
      role: 'DEVELOPER',
    }, { role: 'SELLER' }])
  })

  it('keeps a reference that leads nowhere, reports it, and resolves it', async () => {
    await sendMedia(photo(1))
    await ingest(database.pool, 'showing_appointment', [{
      ShowingAppointmentKey: 'S1',
      ListingKey: 'QOBRIX_1',
      OriginatingSystemOfficeKey: 'CSIR',
    }])
    const dangling = () =>
      query(`select resource, field, missing_key from mls.dangling_keys(array['SHARPSIR-CY-001']) order by 1`)
    expect(await dangling()).toEqual([
      { resource: 'media', field: 'ResourceRecordKey', missing_key: 'QOBRIX_1' },
      { resource: 'showing_appointment', field: 'ListingKey', missing_key: 'QOBRIX_1' },
    ])
    await send(listing(1))
    expect(await dangling()).toEqual([])
    expect(await row()).toMatchObject({ photos_count: 1 })
  })

  it('a market moves from file to API without losing or doubling a listing', async () => {
    const dash = listing(1, { ListingKey: 'DASH_1', OriginatingSystemOfficeKey: hungary, Country: 'HU' })
    await send(dash)
    const before = await row('DASH_1')
    expect((await query(`select mls.rekey_market('HSIR', 'DASH_API') as r`))[0].r).toMatchObject({
      listings: 1,
      from: 'DASH_FILE',
      to: 'DASH_API',
    })
    expect(await send(dash)).toEqual(['unchanged'])
    expect(await row('DASH_1')).toMatchObject({ id: before.id, origin_system: 'DASH_API' })
    await query(`select mls.rekey_market('HSIR', 'DASH_FILE')`)
  })

  it('taken over it is skipped, handed back it follows its source again', async () => {
    await send(listing(1), listing(2))
    await query(`select public.take_over_market('CSIR', 'cut-over')`)
    await query(`update public.mls_listings set city = 'Ours'`)
    expect(await send(listing(1), listing(2))).toEqual(['skip', 'skip'])
    await query(`select public.hand_back((select id from public.mls_listings where origin_key = 'QOBRIX_1'))`)
    expect(await send(listing(1), listing(2))).toEqual(['refresh', 'skip'])
    expect(await row()).toMatchObject({ city: 'Limassol' })
  })

  it('shows where hub and source differ, and who wrote a field last', async () => {
    await send(listing(1))
    await claim()
    await query(`update public.mls_listings set city = 'Ours' where origin_key = 'QOBRIX_1'`)
    await send(listing(1, { PublicRemarks: 'New words.', ModificationTimestamp: '2026-01-02T00:00:00Z' }))
    expect(await query('select field, ours, theirs, owner from public.mls_listing_drift order by 1')).toEqual(
      [
        { field: 'City', ours: 'Ours', theirs: 'Limassol', owner: 'source' },
        { field: 'PublicRemarks', ours: 'By the sea.', theirs: 'New words.', owner: 'source' },
      ],
    )
    const writers = await query(
      `select field, writer from public.mls_listing_provenance where field in ('City', 'ListPrice') order by 1`,
    )
    expect(writers).toEqual([{ field: 'City', writer: 'SYSTEM' }, { field: 'ListPrice', writer: 'SOURCE' }])
  })

  it('erases a person for good', async () => {
    const contact = {
      ContactKey: 'QOBRIX_CONTACT_9',
      OriginatingSystemOfficeKey: 'CSIR',
      ContactFirstName: 'Eraseme',
      ContactEmail: 'e@example.com',
    }
    await ingest(database.pool, 'contacts', [contact])
    await ingest(database.pool, 'contacts', [{ ...contact, OriginatingSystemOfficeKey: 'NOBODY' }])
    await send(listing(1, { X_SellerContactKey: 'QOBRIX_CONTACT_9' }))
    await query('select mls.index_words()')
    await query(`select public.erase_contact('QOBRIX_CONTACT_9', 'request 17')`)
    expect(outcomes(await ingest(database.pool, 'contacts', [{ ...contact, ContactBirthdate: 5 }]))).toEqual([
      'reject erased',
    ])
    const left = await query(`
      select 'contacts' as place from public.mls_contacts c where c::text like '%Eraseme%'
      union all select 'served' from public.served_contacts c where c::text like '%Eraseme%'
      union all select 'words' from mls.search_index c where c::text ilike '%eraseme%'
      union all select 'quarantine' from public.mls_ingest_quarantine c where c::text like '%Eraseme%'
      union all select 'receipts' from public.mls_ingest_receipts c where c::text like '%Eraseme%'
      union all select 'roles' from public.mls_listing_contact_roles c
      union all select 'audit' from public.mls_audit c where c::text like '%Eraseme%'
      union all select 'listing' from public.mls_listings where seller_contact_key is not null`)
    expect(left).toEqual([])
  })

  it('lets administrators of the market alone decide who is the master, and who is forgotten', async () => {
    await send(listing(1))
    const { rows: [{ tenant, listing_id }] } = await database.pool.query(
      `select t.id as tenant, (select id from public.mls_listings) as listing_id from public.mls_tenants t where t.code = 'CY'`,
    )
    const as = async (scope: string, market: string, statement: string) => {
      const client = await database.pool.connect()
      try {
        await client.query('begin')
        await client.query(`select set_config('request.jwt.claims', $1, true)`, [
          JSON.stringify({
            role: 'authenticated',
            sub: broker,
            uoi: market,
            active_scope: scope,
            crud: 'crud',
          }),
        ])
        await client.query('set local role authenticated')
        return (await client.query(statement)).rowCount
      } catch (error) {
        return (error as { code: string }).code
      } finally {
        await client.query('rollback')
        client.release()
      }
    }
    const other = (await query(`select id from public.mls_tenants where code = 'HU'`))[0].id
    const takeOver = `select public.take_over('${listing_id}', 'test')`
    expect(await as('org_admin', tenant, takeOver)).toBe(1)
    expect(await as('global', tenant, takeOver)).toBe('42501')
    expect(await as('self', tenant, takeOver)).toBe('42501')
    expect(await as('org_admin', other, takeOver)).toBe('PT404')
    expect(await as('org_admin', tenant, `select public.take_over_market('CSIR')`)).toBe(1)
    expect(await as('org_admin', other, `select public.take_over_market('CSIR')`)).toBe('PT404')
    expect(await as('org_admin', tenant, `select mls.rekey_market('HSIR', 'DASH_API')`)).toBe('42501')
    await query(
      `insert into public.mls_contacts (tenant_id, first_name, origin_contact_key) values ('${tenant}', 'Anna', 'QOBRIX_CONTACT_5')`,
    )
    const erase = `select public.erase_contact('QOBRIX_CONTACT_5')`
    expect(await as('global', tenant, erase)).toBe('42501')
    expect(await as('org_admin', other, erase)).toBe('42501')
    expect(await as('org_admin', tenant, erase)).toBe(1)
  })
})
