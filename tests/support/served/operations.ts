import fc from 'fast-check'

/** One statement that changes records, with a name for the report of a failure. */
export interface Operation {
  name: string
  sql: string
  values: unknown[]
  /** Ingest refreshes what is served at once, not at the commit: it holds the stamp lock from then on. */
  takesStampLock: boolean
}

/** Few keys, so that operations meet on the same records. Each belongs to one market. */
const listingCount = 16
const markets = [
  { office: 'SHARPSIR-CY-001', prefix: 'QOBRIX_' },
  { office: 'CSIR', prefix: 'QOBRIX_' },
  { office: 'SHARPSIR-HU-001', prefix: 'DASH_' },
  { office: 'SHARPSIR-KZ-001', prefix: 'DASH_' },
] as const

const marketOf = (n: number) => markets[n % markets.length]!
const listingKey = (n: number) => `${marketOf(n).prefix}p${n}`
const index = (count: number) => fc.nat({ max: count - 1 })
const listing = index(listingCount)
const listings = fc.uniqueArray(listing, { minLength: 1, maxLength: 5 }).map((ns) => ns.map(listingKey))

/** Few values, so that writing the same one again is common: nothing may move then. */
const price = fc.constantFrom('100000.00', '250000.50', '1999999.99', null)
const city = fc.constantFrom('Limassol', 'Λεμεσός', 'Алматы', 'Budapest', null)
const text = fc.constantFrom('quiet', 'with "quotes", a \\ and a\nline', 'море', '', null)
const moment = fc.constantFrom(null, ...[1, 2, 3, 4].map((day) => `2026-03-0${day}T10:00:00Z`))
const yesNo = fc.boolean()

/** A batch for mls.ingest_batch(), of records as the door reads them. */
function ingest(resource: string, records: fc.Arbitrary<object>): fc.Arbitrary<Operation> {
  return fc.array(records, { minLength: 1, maxLength: 6 }).map((batch) => ({
    name: `ingest ${resource} ${JSON.stringify(batch)}`,
    sql: `select mls.ingest_batch($1, $2::jsonb, '{"client_id": "test", "request_path": "test"}')`,
    values: [resource, JSON.stringify(batch.map((r) => ({ r, e: [], w: [] })))],
    takesStampLock: true,
  }))
}

const office = (n: number) => ({ OriginatingSystemOfficeKey: marketOf(n).office })

const property = fc.record({
  n: listing,
  StandardStatus: fc.constantFrom('Active', 'Pending', 'Closed', 'Withdrawn', null),
  ListPrice: price,
  City: city,
  PublicRemarks: text,
  PrivateRemarks: text,
  View: fc.constantFrom('Sea, Mountain', '["Sea"]', null),
  ModificationTimestamp: moment,
  ref: index(listingCount + 2),
  foreign: fc.nat({ max: 30 }),
}).map(({ n, ref, foreign, ...values }) => ({
  ListingKey: listingKey(n),
  ListingId: ref < listingCount ? `R${n}` : 'R0', // now and then the reference of another listing
  ...office(foreign === 0 ? n + 1 : n), // now and then a record of an office that does not own the key
  ...values,
}))

const media = fc.record({
  m: index(30),
  n: index(listingCount + 3), // some wait for a listing that comes later, or never
  Order: index(3),
  MediaURL: fc.constantFrom('/a.jpg', 'https://example.com/b.jpg'),
  ShortDescription: text,
  X_QobrixMediaCategory: fc.constantFrom('photos', 'documents', 'floorplans', null),
}).map(({ m, n, ...values }) => ({
  MediaKey: `m${m}`,
  ResourceRecordKey: listingKey(n),
  ...office(n),
  ...values,
}))

const member = fc.record({ n: index(8), MemberFirstName: text, MemberCity: city })
  .map(({ n, ...values }) => ({ MemberKey: `member${n}`, ...office(n), ...values }))
const branch = fc.record({ n: index(6), OfficeName: text, OfficeCity: city })
  .map(({ n, ...values }) => ({ OfficeKey: `branch${n}`, ...office(n), ...values }))
const contact = fc.record({ n: index(8), ContactFirstName: text, ContactCity: city })
  .map(({ n, ...values }) => ({ ContactKey: `contact${n}`, ...office(n), ...values }))
const showing = fc.record({ n: index(8), ShowingRemarks: text })
  .map(({ n, ...values }) => ({
    ShowingAppointmentKey: `showing${n}`,
    ListingKey: listingKey(n),
    ...office(n),
    ...values,
  }))

const openHouse = fc.record({
  o: index(12),
  n: index(listingCount + 3), // some wait for a listing that comes later, or never
  OpenHouseType: fc.constantFrom('Public', 'Broker', null),
  OpenHouseRemarks: text,
  ModificationTimestamp: moment,
}).map(({ o, n, ...values }) => ({
  OpenHouseKey: `openhouse${o}`,
  ListingKey: listingKey(n),
  ...office(n),
  ...values,
}))

const room = fc.record({
  o: index(8),
  n: index(listingCount + 3),
  RoomType: fc.constantFrom('Kitchen', 'bed_room', null),
  RoomDescription: text,
  RoomArea: fc.constantFrom(12.5, null),
  ModificationTimestamp: moment,
}).map(({ o, n, ...values }) => ({
  RoomKey: `room${o}`,
  ListingKey: listingKey(n),
  ...office(n),
  ...values,
}))

const unitType = fc.record({
  o: index(6),
  n: index(listingCount + 3),
  UnitTypeType: fc.constantFrom('Apartments', 'Penthouse', null),
  UnitTypeUnitsTotal: fc.constantFrom(4, 12, null),
  ModificationTimestamp: moment,
}).map(({ o, n, ...values }) => ({
  UnitTypeKey: `unittype${o}`,
  ListingKey: listingKey(n),
  ...office(n),
  ...values,
}))

const team = fc.record({ n: index(4), TeamName: text, ModificationTimestamp: moment })
  .map(({ n, ...values }) => ({ TeamKey: `team${n}`, ...office(n), ...values }))

const teamMember = fc.record({ n: index(6), TeamMemberType: text, ModificationTimestamp: moment })
  .map(({ n, ...values }) => ({
    TeamMemberKey: `teammember${n}`,
    TeamKey: 'team',
    MemberKey: `member${n}`,
    ...office(n),
    ...values,
  }))

function statement(name: string, sql: string, values: unknown[]): Operation {
  return { name: `${name} ${JSON.stringify(values)}`, sql, values, takesStampLock: false }
}

/** Sets columns of some listings. */
function edit(name: string, assignments: string, value: fc.Arbitrary<unknown> = fc.constant(undefined)) {
  return fc.tuple(listings, value).map(([keys, argument]) =>
    statement(
      name,
      `update public.mls_listings set ${assignments} where origin_key = any ($1)`,
      argument === undefined ? [keys] : [keys, argument],
    )
  )
}

function remove(table: string, column: string, key: fc.Arbitrary<string>) {
  return key.map((value) => statement('delete', `delete from public.${table} where ${column} = $1`, [value]))
}

const broker = '00000000-0000-4000-8000-0000000000b1'

/** Every kind of change that reaches a record behind a view; some of them no consumer can see. */
export const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 8, arbitrary: ingest('property', property) },
  { weight: 5, arbitrary: ingest('media', media) },
  { weight: 1, arbitrary: ingest('member', member) },
  { weight: 1, arbitrary: ingest('office', branch) },
  { weight: 1, arbitrary: ingest('contacts', contact) },
  { weight: 1, arbitrary: ingest('showing_appointment', showing) },
  { weight: 2, arbitrary: ingest('open_house', openHouse) },
  { weight: 2, arbitrary: ingest('property_rooms', room) },
  { weight: 1, arbitrary: ingest('property_unit_types', unitType) },
  { weight: 1, arbitrary: ingest('teams', team) },
  { weight: 1, arbitrary: ingest('team_members', teamMember) },
  { weight: 4, arbitrary: edit('price', 'list_price = $2', price) },
  { weight: 2, arbitrary: edit('city', 'city = $2', city) },
  { weight: 2, arbitrary: edit('remarks', 'private_remarks = $2', text) },
  { weight: 1, arbitrary: edit('same', 'city = city') },
  { weight: 1, arbitrary: edit('invisible', 'lead_source = $2, locked_fields = locked_fields', text) },
  { weight: 1, arbitrary: edit('extension', `extensions = extensions || '{"X_Reception": "hall"}'`) },
  {
    weight: 4,
    arbitrary: edit(
      'claim',
      `claimed_at = now(), claimed_by = '${broker}', broker_id = '${broker}', status = 'DRAFT'`,
    ),
  },
  {
    weight: 2,
    arbitrary: edit('release', `claimed_at = null, claimed_by = null, broker_id = null, status = 'INGESTED'`),
  },
  { weight: 4, arbitrary: edit('publish', `status = 'PUBLISHED'`) },
  { weight: 1, arbitrary: edit('sell', `status = 'SOLD'`) },
  { weight: 2, arbitrary: edit('origin deleted', 'origin_deleted = $2', yesNo) },
  { weight: 1, arbitrary: edit('managed', 'is_externally_managed = $2', yesNo) },
  {
    weight: 1,
    arbitrary: edit('move', `originating_office_key = 'SHARPSIR-KZ-001'`),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(price, yesNo).map(([amount, published]) =>
      statement(
        'manual listing',
        `insert into public.mls_listings (tenant_id, originating_office_key, origin_system, list_price, status, first_published_at)
         select tenant_id, office_key, 'MANUAL', $1, case when $2 then 'PUBLISHED' else 'DRAFT' end::public.mls_listing_status,
           case when $2 then now() end
         from public.mls_offices where office_key = 'SHARPSIR-HU-001'`,
        [amount, published],
      )
    ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(index(30), yesNo).map(([m, hidden]) =>
      statement(
        'hide media',
        'update public.mls_listing_media set is_hidden = $2 where origin_media_key = $1',
        [
          `m${m}`,
          hidden,
        ],
      )
    ),
  },
  { weight: 1, arbitrary: remove('mls_listings', 'origin_key', listing.map(listingKey)) },
  {
    // the key comes back at once, as another record
    weight: 1,
    arbitrary: listing.map((n) =>
      statement(
        'replace',
        `with gone as (delete from public.mls_listings where origin_key = $1 returning tenant_id, originating_office_key, origin_system)
         insert into public.mls_listings (tenant_id, originating_office_key, origin_system, origin_key, status, is_externally_managed)
         select tenant_id, originating_office_key, origin_system, $1 || '_again', 'INGESTED', true from gone
         on conflict do nothing`,
        [listingKey(n)],
      )
    ),
  },
  { weight: 1, arbitrary: remove('mls_listing_media', 'origin_media_key', index(30).map((m) => `m${m}`)) },
  { weight: 1, arbitrary: remove('mls_members', 'origin_member_key', index(8).map((n) => `member${n}`)) },
  { weight: 1, arbitrary: remove('mls_offices', 'office_key', index(6).map((n) => `branch${n}`)) },
  { weight: 1, arbitrary: remove('mls_contacts', 'origin_contact_key', index(8).map((n) => `contact${n}`)) },
  {
    weight: 1,
    arbitrary: remove('mls_open_houses', 'origin_open_house_key', index(12).map((n) => `openhouse${n}`)),
  },
  {
    weight: 1,
    arbitrary: remove('mls_property_rooms', 'origin_room_key', index(8).map((n) => `room${n}`)),
  },
  { weight: 1, arbitrary: remove('mls_showings', 'origin_showing_key', index(8).map((n) => `showing${n}`)) },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constantFrom('CY', 'HU', 'KZ'), fc.constantFrom('all', 'published')).map((
      values,
    ) => statement('tenant', 'update public.mls_tenants set api_visibility = $2 where code = $1', values)),
  },
)
