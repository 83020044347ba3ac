import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Hub, startHub } from '../support/hub.ts'
import { demoClient, type ODataClient, type Row } from './odata-client.ts'

/** Open houses in and out: a resource that follows its listing, without an entry of its own anywhere but its row. */
let hub: Hub
let cyprus: ODataClient
let hungary: ODataClient
let token: string

const cy = 'SHARPSIR-CY-001'

beforeAll(async () => {
  hub = await startHub()
  ;[cyprus, hungary] = [await demoClient(hub, 'portal_cy'), await demoClient(hub, 'portal_hu')]
  token = await hub.token('databricks')
  await ingest('property', [home('a'), home('b')])
})
afterAll(() => hub?.stop())

const home = (name: string, changes: Row = {}): Row => ({
  ListingKey: `QOBRIX_${name}`,
  OriginatingSystemOfficeKey: cy,
  StandardStatus: 'Active',
  City: 'Limassol',
  ModificationTimestamp: '2026-01-01T00:00:00Z',
  ...changes,
})

const openHouse = (name: string, changes: Row = {}): Row => ({
  OpenHouseKey: `QOBRIX_OPENHOUSE_${name}`,
  OriginatingSystemOfficeKey: cy,
  ListingKey: 'QOBRIX_a',
  OpenHouseType: 'Public',
  OpenHouseStatus: 'Active',
  OpenHouseDate: '2026-08-15',
  OpenHouseStartTime: '2026-08-15T10:00:00+03:00',
  OpenHouseEndTime: '2026-08-15T12:00:00+03:00',
  OpenHouseRemarks: 'Καλώς ήρθατε, ring twice',
  ShowingAgentMlsID: 'A-17',
  ModificationTimestamp: '2026-01-01T00:00:00Z',
  ...changes,
})

async function call(method: string, path: string, body?: unknown) {
  const response = await fetch(`${hub.functionsUrl}/ingest/${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  return { status: response.status, body: await response.json() }
}

async function ingest(resource: string, records: Row[], query = ''): Promise<string[]> {
  const { status, body } = await call('POST', `${resource}${query}`, records)
  expect([status, body.detail]).toEqual([200, undefined])
  return body.records.map((result: Row) => [result.outcome, result.reason].filter(Boolean).join(' '))
}

const keys = async (client = cyprus, query = '') =>
  (await client.all(`/OpenHouse?$select=OpenHouseKey&$top=100${query}`)).map(({ OpenHouseKey }) =>
    String(OpenHouseKey).replace('QOBRIX_OPENHOUSE_', '')
  ).sort()

const events = async (name: string, client = cyprus) =>
  (await client.rows(
    `/EntityEvent?$filter=ResourceName eq 'OpenHouse' and ResourceRecordKey eq 'QOBRIX_OPENHOUSE_${name}'&$orderby=EntityEventSequence`,
  )).map(({ X_EventType }) => X_EventType)

const edit = (sql: string) => hub.pool.query(sql)

describe('an open house', () => {
  it('comes in and goes out with every field', async () => {
    expect(await ingest('open_house', [openHouse('1')])).toEqual(['insert'])
    const [row] = await cyprus.rows(`/OpenHouse?$filter=OpenHouseKey eq 'QOBRIX_OPENHOUSE_1'`)
    expect(row).toMatchObject({
      OpenHouseKey: 'QOBRIX_OPENHOUSE_1',
      ListingKey: 'QOBRIX_a',
      OpenHouseDate: '2026-08-15',
      OpenHouseStartTime: '2026-08-15T07:00:00.000000Z',
      OpenHouseEndTime: '2026-08-15T09:00:00.000000Z',
      OpenHouseRemarks: 'Καλώς ήρθατε, ring twice',
      ShowingAgentMlsID: 'A-17',
      AppointmentRequiredYN: null,
    })
    // the stamp of the hub, not the source's time
    expect(String(row!.ModificationTimestamp) > '2026-01-02').toBe(true)
    expect(await events('1')).toEqual(['created'])
  })

  it('follows its source as every record does', async () => {
    const newer = { ModificationTimestamp: '2026-02-01T00:00:00Z' }
    expect(await ingest('open_house', [openHouse('1')])).toEqual(['unchanged'])
    expect(await ingest('open_house', [openHouse('1', newer)])).toEqual(['unchanged'])
    expect(await ingest('open_house', [openHouse('1', { ...newer, OpenHouseStatus: 'Canceled' })])).toEqual([
      'refresh',
    ])
    expect(await ingest('open_house', [openHouse('1', { OpenHouseStatus: 'Active' })])).toEqual(['stale'])
    expect(await events('1')).toEqual(['created', 'updated'])
    expect(
      await ingest('open_house', [
        openHouse('x', { OpenHouseKey: '' }),
        openHouse('x', { ListingKey: null }),
        openHouse('x', { OriginatingSystemOfficeKey: 'NOBODY' }),
        openHouse('x', { OriginatingSystemOfficeKey: 'SHARPSIR-HU-001', OpenHouseKey: 'QOBRIX_OPENHOUSE_1' }),
      ]),
    ).toEqual([
      'reject invalid_fields',
      'reject invalid_fields',
      'reject unknown_office',
      'reject key_conflict',
    ])
  })

  it('is reached from its listing, and leads back to it', async () => {
    await ingest('open_house', [openHouse('2', { OpenHouseStartTime: '2026-08-14T10:00:00Z' })])
    const [listing] = await cyprus.rows(
      `/Property?$filter=ListingKey eq 'QOBRIX_a'&$select=City&$expand=OpenHouse($select=OpenHouseKey;$orderby=OpenHouseStartTime)`,
    )
    expect((listing!.OpenHouse as Row[]).map(({ OpenHouseKey }) => OpenHouseKey)).toEqual([
      'QOBRIX_OPENHOUSE_2',
      'QOBRIX_OPENHOUSE_1',
    ])
    expect((await cyprus.get(`/OpenHouse('QOBRIX_OPENHOUSE_2')/Property?$select=City`)).body).toMatchObject({
      City: 'Limassol',
    })
    const [back] = await cyprus.rows(
      `/OpenHouse?$filter=OpenHouseKey eq 'QOBRIX_OPENHOUSE_2'&$expand=Property($select=City)`,
    )
    expect(back!.Property).toMatchObject({ City: 'Limassol' })
    expect(
      await cyprus.rows(
        `/Property?$filter=OpenHouse/any(o: o/OpenHouseStatus eq 'Active')&$select=ListingKey`,
      ),
    )
      .toMatchObject([{ ListingKey: 'QOBRIX_a' }])
    expect(await cyprus.rows(`/Property?$filter=OpenHouse/$count eq 2&$select=ListingKey`)).toMatchObject([
      { ListingKey: 'QOBRIX_a' },
    ])
  })

  it('is searched, counted, described and looked up', async () => {
    await edit('select mls.index_words()')
    expect(await keys(cyprus, '&$search=καλως')).toEqual(['1', '2'])
    expect(await cyprus.count('OpenHouse', `OpenHouseDate ge 2026-08-01`)).toBe(2)
    expect(await cyprus.rows(`/Field?$filter=ResourceName eq 'OpenHouse' and FieldName eq 'OpenHouseType'`))
      .toMatchObject([{ LookupName: 'OpenHouseType' }])
    expect(
      (await cyprus.rows(`/Lookup?$filter=LookupName eq 'OpenHouseStatus'`)).map(({ LookupValue }) =>
        LookupValue
      ),
    )
      .toEqual(['Active', 'Canceled', 'Ended'])
    expect((await cyprus.get('/$metadata')).text).toContain(
      '<NavigationProperty Name="OpenHouse" Type="Collection(',
    )
  })
})

describe('who sees an open house', () => {
  it('is whoever sees the listing, without a grant', async () => {
    expect(await keys()).toEqual(['1', '2'])
    expect(await keys(hungary)).toEqual([])
    expect((await hungary.get(`/OpenHouse('QOBRIX_OPENHOUSE_1')`)).status).toBe(404)
  })

  it('nobody, while it is not for the public', async () => {
    await ingest('open_house', [
      openHouse('broker', { OpenHouseType: 'Broker' }),
      openHouse('office', { OpenHouseType: 'Office' }),
      openHouse('private', { OpenHouseType: 'Private' }),
      openHouse('live_broker', { OpenHouseType: 'LivestreamBroker' }),
      openHouse('live', { OpenHouseType: 'Livestream Public' }),
      openHouse('legacy', { OpenHouseType: 'LivestreamPublic' }),
      openHouse('untold', { OpenHouseType: null }),
    ])
    expect(await keys()).toEqual(['1', '2', 'legacy', 'live', 'untold'])
    expect(await events('broker')).toEqual([])
    const later = { ModificationTimestamp: '2026-03-01T00:00:00Z' }
    await ingest('open_house', [
      openHouse('broker', { ...later, OpenHouseType: 'Public' }),
      openHouse('live', { ...later, OpenHouseType: 'Broker' }),
    ])
    expect(await keys()).toEqual(['1', '2', 'broker', 'legacy', 'untold'])
    expect([await events('broker'), await events('live')]).toEqual([['created'], ['created', 'deleted']])
  })

  it('nobody, while its listing is not there or not shown, and everybody afterwards', async () => {
    await ingest('open_house', [openHouse('early', { ListingKey: 'QOBRIX_late' })])
    expect(await keys()).not.toContain('early')
    await ingest('property', [home('late')])
    expect(await keys()).toContain('early')
    await edit(`update public.mls_listings set origin_deleted = true where origin_key = 'QOBRIX_late'`)
    expect(await keys()).not.toContain('early')
    await edit(`update public.mls_listings set origin_deleted = false where origin_key = 'QOBRIX_late'`)
    expect(await keys()).toContain('early')
    expect(await events('early')).toEqual(['created', 'deleted', 'created'])
    await edit(`update public.mls_tenants set api_visibility = 'published' where code = 'CY'`)
    expect(await keys()).toEqual([])
    await edit(`update public.mls_tenants set api_visibility = 'all' where code = 'CY'`)
    expect(await keys()).toContain('early')
  })

  it('the users of its market, with those that are not public', async () => {
    const read = (claims: object) =>
      hub.pool.connect().then(async (client) => {
        try {
          await client.query('begin')
          await client.query(`select set_config('request.jwt.claims', $1, true)`, [JSON.stringify(claims)])
          await client.query('set local role authenticated')
          return (await client.query('select origin_open_house_key from public.mls_open_houses')).rowCount
        } finally {
          await client.query('rollback')
          client.release()
        }
      })
    const { rows } = await hub.pool.query(`select code, id from public.mls_tenants`)
    const tenant = (code: string) => rows.find((row) => row.code === code).id
    const claims = { sub: '00000000-0000-4000-8000-000000000001', active_scope: 'global', crud: 'r' }
    expect(await read({ ...claims, uoi: tenant('CY') })).toBeGreaterThan(6)
    expect(await read({ ...claims, uoi: tenant('HU') })).toBe(0)
  })
})

describe('runs of open houses', () => {
  const opening = { source: 'gold_cy', office_key: cy, resource: 'open_house', mode: 'FULL' }

  it('flag what a FULL run no longer names', async () => {
    const { body: { run_id } } = await call('POST', 'runs', opening)
    await ingest(
      'open_house',
      [openHouse('1', { ModificationTimestamp: '2026-04-01T00:00:00Z' })],
      `?run=${run_id}`,
    )
    await call('POST', `runs/${run_id}/keys`, { keys: ['QOBRIX_OPENHOUSE_1'] })
    const { body } = await call('POST', `runs/${run_id}/finish`, { expected_records: 1, force: true })
    expect(body).toMatchObject({ status: 'finished' })
    expect(body.flagged_deleted).toBeGreaterThan(5)
    expect(await keys()).toEqual(['1'])
    const { body: { watermark } } = await call(
      'GET',
      `watermark?source=gold_cy&office_key=${cy}&resource=open_house`,
    )
    expect(watermark).toMatch(/^2026-04-01T00:00:00/)
  })

  it('say which of them lead nowhere, and that nothing else is wrong', async () => {
    await ingest('open_house', [openHouse('lost', { ListingKey: 'QOBRIX_nowhere' })])
    const { body } = await call('GET', 'dangling')
    expect(body.dangling).toContainEqual(
      expect.objectContaining({ resource: 'open_house', field: 'ListingKey', missing_key: 'QOBRIX_nowhere' }),
    )
    const { rows: [{ report }] } = await hub.pool.query(`select mls.integrity_report('{}') as report`)
    expect(report.counts).toContainEqual({ office_key: cy, resource: 'open_house', records: 2 })
    expect(report.findings.filter((finding: Row) => finding.severity === 'error')).toEqual([])
  })
})
