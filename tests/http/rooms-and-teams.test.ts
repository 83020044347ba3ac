import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resourceByName } from '../../functions/_shared/reso/dictionary.ts'
import { runJob } from '../../functions/_shared/operate/run-job.ts'
import { filledRecord, statedFields } from '../support/filled-record.ts'
import { type Hub, startHub } from '../support/hub.ts'
import { newClient, type ODataClient, type Row } from './odata-client.ts'
import { sendGold } from './send-gold.ts'

/** Rooms, kinds of units, teams, and what the standard expects of members, offices and files: in, and out as they came. */
let hub: Hub
let cyprus: ODataClient
let hungary: ODataClient
let granted: ODataClient

const own = { OriginatingSystemOfficeKey: 'SHARPSIR-CY-001' }

beforeAll(async () => {
  hub = await startHub()
  cyprus = await newClient(hub, { offices: ['SHARPSIR-CY-001'], profile: 'dd2' })
  hungary = await newClient(hub, { offices: ['SHARPSIR-HU-001'], profile: 'dd2' })
  granted = await newClient(hub, {
    offices: ['*'],
    profile: 'dd2',
    grants: ['Member.*', 'Office.*', 'Media.*'],
  })
  await sendGold(
    hub,
    'property',
    ['a', 'b'].map((name) => ({
      ...own,
      ListingKey: `QOBRIX_${name}`,
      StandardStatus: 'Active',
      City: 'Лимасол',
    })),
  )
})
afterAll(() => hub?.stop())

/** Whatever becomes of it. */
const send = async (resource: string, record: Row) => {
  const response = await fetch(`${hub.functionsUrl}/ingest/${resource}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${await hub.token('databricks')}`, 'Content-Type': 'application/json' },
    body: JSON.stringify([record]),
  })
  const { records: [result] } = await response.json()
  expect([result.outcome, result.errors]).toEqual([
    expect.stringMatching(/insert|refresh|delete|track/),
    undefined,
  ])
}
const edit = (sql: string) => hub.pool.query(sql)
const room = (name: string, changes: Row = {}): Row => ({
  ...own,
  RoomKey: `QOBRIX_ROOM_${name}`,
  ListingKey: 'QOBRIX_a',
  RoomType: 'Kitchen',
  RoomArea: 14.5,
  RoomDescription: 'Φωτεινή κουζίνα',
  ModificationTimestamp: '2026-01-01T00:00:00Z',
  ...changes,
})
const rooms = async (client = cyprus) =>
  (await client.rows('/PropertyRooms?$select=RoomKey&$orderby=RoomKey')).map(({ RoomKey }) =>
    String(RoomKey).replace('QOBRIX_ROOM_', '')
  )
const events = async (client = cyprus) =>
  (await client.rows("/EntityEvent?$filter=ResourceName eq 'PropertyRooms'&$orderby=EntityEventSequence"))
    .map(({ X_EventType, ResourceRecordKey }) => `${String(ResourceRecordKey).at(-1)} ${X_EventType}`)

describe('everything that a source may say comes out again', () => {
  const keys: Record<string, Row> = {
    Member: { MemberKey: 'QOBRIX_M', OfficeKey: 'SHARPSIR-CY-001' },
    Office: { OfficeKey: 'QOBRIX_O' },
    Media: {
      MediaKey: 'QOBRIX_P',
      ResourceRecordKey: 'QOBRIX_a',
      ResourceName: 'Property',
      MediaCategory: 'Photo',
      MediaType: 'jpeg',
      MediaURL: 'https://media.example.com/1.jpg',
    },
    PropertyRooms: { RoomKey: 'QOBRIX_WHOLE', ListingKey: 'QOBRIX_a' },
    PropertyUnitTypes: { UnitTypeKey: 'QOBRIX_UNIT_0', ListingKey: 'QOBRIX_a' },
    Teams: { TeamKey: 'QOBRIX_TEAM_0' },
    TeamMembers: { TeamMemberKey: 'QOBRIX_TEAM_0_1', TeamKey: 'QOBRIX_TEAM_0', MemberKey: 'QOBRIX_M' },
  }

  it.each(Object.keys(keys))('%s, changed, and cleared by null', async (name) => {
    const resource = resourceByName(name)!
    const key = keys[name]![resource.key] as string
    const said = statedFields(resource).filter((field) =>
      // what is derived of others, or kept for the batch
      !['etl_timestamp', 'X_QobrixThumbnailUrl', 'X_QobrixMediaCategory', 'PreferredPhotoYN'].includes(
        field.name,
      ) &&
      !/^X_QobrixModified$|^X_QobrixCreated$/.test(field.name)
    )
    for (const n of [0, 1]) {
      const record: Row = { ...filledRecord(resource, n), ...keys[name], ...own }
      for (const field of ['X_QobrixModified', 'X_QobrixCreated', 'X_QobrixMediaCategory']) {
        delete record[field]
      }
      if (resource.fields.some((field) => field.name === 'ModificationTimestamp' && field.gold !== false)) {
        record.ModificationTimestamp = `2026-03-0${n + 1}T00:00:00Z`
      }
      await send(resource.ingestName, record)
      const { body } = await granted.get(`/${name}('${key}')`)
      for (const { name: field, dd, type } of said) {
        const wanted = dd?.multi
          ? String(record[field]).split(',')
          : type.startsWith('DECIMAL')
          ? Number(record[field])
          : record[field]
        expect([n, field, body[field]]).toEqual([n, field, wanted])
      }
    }
    const cleared = said.filter(({ name, view, column }) =>
      !view && !column && name !== 'ResourceName' && !Object.hasOwn(keys[resource.name]!, name)
    )
    await send(resource.ingestName, {
      ...keys[name],
      ...own,
      ModificationTimestamp: '2026-04-01T00:00:00Z',
      ...Object.fromEntries(cleared.map((field) => [field.name, null])),
    })
    const { body } = await granted.get(`/${name}('${key}')`)
    for (const { name: field, dd } of cleared) {
      expect([field, body[field]]).toEqual([field, dd?.multi ? [] : null])
    }
  })

  it('with where it comes from, where nobody says it', async () => {
    await sendGold(hub, 'member', [{ ...own, MemberKey: 'QOBRIX_plain', X_QobrixAgentId: '17' }])
    expect((await cyprus.get("/Member('QOBRIX_plain')")).body).toMatchObject({
      OriginatingSystemID: 'QOBRIX',
      OriginatingSystemName: expect.any(String),
      OriginatingSystemMemberKey: '17',
      SourceSystemName: 'MLS hub',
    })
  })

  it('but a login name, without a grant', async () => {
    expect((await cyprus.get('/Member?$select=MemberLoginId')).body.error.code).toBe('unknown_field')
    expect((await cyprus.get('/$metadata')).text).not.toContain('MemberLoginId')
  })
})

describe('rooms', () => {
  it('are found from their listing, and it from them', async () => {
    await sendGold(hub, 'property_rooms', [room('1'), room('2', { RoomType: 'bed_room', RoomArea: 20 })])
    await sendGold(hub, 'property_unit_types', [{
      ...own,
      UnitTypeKey: 'QOBRIX_U',
      ListingKey: 'QOBRIX_a',
      UnitTypeUnitsTotal: 4,
    }])
    await runJob(hub.pool, 'lookups')
    const [listing] = await cyprus.rows(
      "/Property?$filter=ListingKey eq 'QOBRIX_a'&$select=City&$expand=Rooms($select=RoomKey,RoomType;$filter=startswith(RoomKey,'QOBRIX_ROOM_1')),UnitTypes($filter=UnitTypeUnitsTotal eq 4;$select=UnitTypeUnitsTotal)",
    )
    expect(listing).toMatchObject({
      Rooms: [{ RoomType: 'Kitchen' }],
      UnitTypes: [{ UnitTypeUnitsTotal: 4 }],
    })
    expect((await cyprus.get("/PropertyRooms('QOBRIX_ROOM_1')/Listing?$select=City")).body.City).toBe(
      'Лимасол',
    )
    expect(await cyprus.rows('/Property?$filter=Rooms/any(r:r/RoomArea gt 19)&$select=ListingKey'))
      .toHaveLength(1)
    expect((await cyprus.get("/PropertyRooms('QOBRIX_ROOM_1')")).body).toMatchObject({
      RoomDescription: 'Φωτεινή κουζίνα',
      RoomArea: 14.5,
      ListingKey: 'QOBRIX_a',
    })
    expect(await rooms(hungary)).toEqual([])
    expect((await hungary.get("/PropertyRooms('QOBRIX_ROOM_1')")).status).toBe(404)
  })

  it('are shown and hidden with their listing, and tell of it', async () => {
    const visible = await rooms()
    expect(visible).toContain('1')
    await edit("update public.mls_tenants set api_visibility = 'published' where code = 'CY'")
    expect(await rooms()).toEqual([])
    await edit("update public.mls_tenants set api_visibility = 'all' where code = 'CY'")
    await edit("update public.mls_listings set origin_deleted = true where origin_key = 'QOBRIX_a'")
    expect([await rooms(), await cyprus.rows('/PropertyUnitTypes')]).toEqual([[], []])
    await edit("update public.mls_listings set origin_deleted = false where origin_key = 'QOBRIX_a'")
    expect(await rooms()).toEqual(visible)
    const published = await newClient(hub, { offices: ['*'], api_visibility: 'published', profile: 'dd2' })
    expect([await rooms(published), await published.rows('/PropertyUnitTypes')]).toEqual([[], []])
    expect(await events(published)).toEqual([])
    const told = (await events()).filter((event) => event.startsWith('1'))
    expect(told.slice(0, 1)).toEqual(['1 created'])
    expect(told.at(-1)).not.toBe('1 deleted')
    expect(told.filter((event) => event === '1 deleted').length).toBeGreaterThan(1)
  })

  it('wait for their listing, go when their source says so, and with the listing for good', async () => {
    await sendGold(hub, 'property_rooms', [room('early', { ListingKey: 'QOBRIX_late' })])
    expect(await rooms()).not.toContain('early')
    await sendGold(hub, 'property', [{ ...own, ListingKey: 'QOBRIX_late', StandardStatus: 'Active' }])
    expect(await rooms()).toContain('early')
    // of a handful of rooms one is more than a source may take away in a day
    await edit('update public.mls_offices set shrink_threshold = 1')
    await send('property_rooms', { ...own, RoomKey: 'QOBRIX_ROOM_early', '@deleted': true })
    expect(await rooms()).not.toContain('early')
    await sendGold(hub, 'property_rooms', [room('gone', { ListingKey: 'QOBRIX_b' })])
    await edit("delete from public.mls_listings where origin_key = 'QOBRIX_b'")
    expect(await rooms()).not.toContain('gone')
    expect((await edit("select from public.mls_property_rooms where listing_key = 'QOBRIX_b'")).rowCount)
      .toBe(0)
  })
})

it('teams lead to their members and back', async () => {
  await sendGold(hub, 'member', [{ ...own, MemberKey: 'QOBRIX_lead', MemberFullName: 'Анна' }])
  await sendGold(hub, 'teams', [{
    ...own,
    TeamKey: 'QOBRIX_T',
    TeamName: 'Desk',
    TeamLeadKey: 'QOBRIX_lead',
  }])
  await sendGold(
    hub,
    'team_members',
    [1, 2].map((n) => ({
      ...own,
      TeamMemberKey: `QOBRIX_T_${n}`,
      TeamKey: 'QOBRIX_T',
      MemberKey: n === 1 ? 'QOBRIX_lead' : 'QOBRIX_nobody',
    })),
  )
  const [team] = await cyprus.rows(
    "/Teams?$filter=TeamKey eq 'QOBRIX_T'&$expand=TeamLead($select=MemberFullName),TeamMembers($select=MemberKey;$expand=Member($select=MemberFullName);$orderby=TeamMemberKey)",
  )
  expect(team).toMatchObject({
    TeamLead: { MemberFullName: 'Анна' },
    TeamMembers: [{ Member: { MemberFullName: 'Анна' } }, { Member: null }],
  })
  expect(await hungary.rows('/Teams')).toEqual([])
})
