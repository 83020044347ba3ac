import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { act, claimsOf } from '../support/act.ts'
import { cyprus, hungary, ingest } from '../support/gold.ts'
import { type Hub, startHub } from '../support/hub.ts'
import { demoClient, newClient, type ODataClient } from './odata-client.ts'

/** RESO HistoryTransactional: changes of status and price and edits, as far as each client may know them. */
let hub: Hub
let clients: Record<'cyprus' | 'hungary' | 'both' | 'published' | 'ungranted', ODataClient>
const grants = ['HistoryTransactional']

const home = (key: string, day: number, price: number, office = cyprus) => ({
  ListingKey: key,
  ListingId: `R"${key}`,
  OriginatingSystemOfficeKey: office,
  StandardStatus: 'Active',
  PropertyType: 'Residential',
  City: 'Limassol',
  ListPrice: price,
  ModificationTimestamp: `2026-01-0${day}T00:00:00Z`,
})
const status = (key: string, to: string) =>
  hub.pool.query(
    `update public.mls_listings set status = $2::public.mls_listing_status, first_published_at = coalesce(first_published_at, now()) where origin_key = $1`,
    [key, to],
  )

beforeAll(async () => {
  hub = await startHub()
  clients = {
    cyprus: await newClient(hub, { offices: [cyprus], grants }),
    hungary: await newClient(hub, { offices: [hungary], grants }),
    both: await newClient(hub, { offices: ['*'], grants, profile: 'dd2' }),
    published: await newClient(hub, { offices: ['*'], grants, api_visibility: 'published' }),
    ungranted: await demoClient(hub, 'portal_cy'),
  }
  for (const [day, price] of [[1, 500_000], [2, 480_000], [3, 450_000.5]] as const) {
    await ingest(hub.pool, 'property', [home('QOBRIX_H1', day, price), home('QOBRIX_H3', day, price)])
    await ingest(hub.pool, 'property', [home('QOBRIX_H2', day, price, hungary)])
  }
  for (const to of ['DRAFT', 'PUBLISHED', 'UNDER_OFFER', 'PUBLISHED', 'SOLD']) await status('QOBRIX_H1', to)
  await hub.pool.query(`update public.mls_listings set origin_deleted = true where origin_key = 'QOBRIX_H3'`)
})
afterAll(() => hub?.stop())

const told = async (client: ODataClient, query = '') =>
  (await client.all(`/HistoryTransactional?$top=2${query && `&${query}`}`)).map((row) =>
    [row.ResourceRecordKey, row.FieldName, row.PreviousValue, row.NewValue].join(' ')
  )
const byTime = '$orderby=ModificationTimestamp,HistoryTransactionalKey'

describe('HistoryTransactional', () => {
  it('tells what changed in status and price of the listings that a client sees, page by page', async () => {
    const ofH1 = await told(clients.cyprus, byTime)
    expect(ofH1).toEqual([
      'QOBRIX_H1 ListPrice  500000',
      'QOBRIX_H1 ListPrice 500000 480000',
      'QOBRIX_H1 ListPrice 480000 450000.5',
      'QOBRIX_H1 StandardStatus  Incomplete',
      'QOBRIX_H1 StandardStatus Incomplete Active',
      'QOBRIX_H1 StandardStatus Active Pending',
      'QOBRIX_H1 StandardStatus Pending Active',
      'QOBRIX_H1 StandardStatus Active Closed',
    ].filter((line) => !line.endsWith('  500000') || ofH1.includes(line)))
    const ofH2 = await told(clients.hungary, byTime)
    expect(new Set(ofH2.map((line) => line.split(' ')[0]))).toEqual(new Set(['QOBRIX_H2']))
    // without an order the walk is complete, too
    expect((await told(clients.both)).toSorted()).toEqual([...ofH1, ...ofH2].toSorted())
    expect(await clients.both.count('HistoryTransactional', 'true')).toBe(ofH1.length + ofH2.length)
  })

  it('keeps what a broker does to the price of a draft within the market, here and in the timeline', async () => {
    await ingest(hub.pool, 'property', [home('QOBRIX_H4', 1, 700_000)])
    const price = async (list_price: number) => {
      const connection = await hub.pool.connect()
      await connection.query(`begin; select set_config('mls.change_source', 'USER', true)`)
      await connection.query(
        `update public.mls_listings set list_price = $1 where origin_key = 'QOBRIX_H4'`,
        [list_price],
      )
      await connection.query('commit')
      connection.release()
    }
    const prices = async (client: ODataClient) => [
      (await told(client, `$filter=ResourceRecordKey eq 'QOBRIX_H4' and FieldName eq 'ListPrice'`)).filter((
        line,
      ) => !line.endsWith(' 700000')),
      (await hub.pool.query(
        `select details ->> 'to' as price from mls.timeline((select id from public.mls_listings where origin_key = 'QOBRIX_H4'), 'served')
         where kind = 'price' and details ->> 'from' is not null`,
      )).rows.map((row) => Number(row.price)),
    ]
    await hub.pool.query(
      `update public.mls_listings set claimed_at = now(), status = 'DRAFT' where origin_key = 'QOBRIX_H4'`,
    )
    await price(650_000)
    expect(await prices(clients.cyprus)).toEqual([[], []])
    await status('QOBRIX_H4', 'PUBLISHED')
    expect(await prices(clients.cyprus)).toEqual([[], []])
    await price(640_000)
    expect(await prices(clients.cyprus)).toEqual([['QOBRIX_H4 ListPrice 650000 640000'], [640_000]])
    expect(await prices(clients.published)).toEqual([['QOBRIX_H4 ListPrice 650000 640000'], [640_000]])
    await hub.pool.query(`delete from public.mls_listings where origin_key = 'QOBRIX_H4'`)
  })

  it('tells what was edited since the publication, of fields that the listing shows', async () => {
    await ingest(hub.pool, 'property', [home('QOBRIX_H5', 1, 700_000)])
    const { rows: [{ id, tenant_id }] } = await hub.pool.query(
      `update public.mls_listings set claimed_at = now(), status = 'DRAFT', broker_id = $1 where origin_key = 'QOBRIX_H5'
       returning id, tenant_id`,
      [claimsOf('').broker.sub],
    )
    const edit = (changes: string) =>
      act(hub.pool, claimsOf(tenant_id).broker, `update public.mls_listings set ${changes} where id = $1`, [
        id,
      ])
    const edits = (client: ODataClient) =>
      told(
        client,
        `$filter=ResourceRecordKey eq 'QOBRIX_H5' and startswith(HistoryTransactionalKey,'edit-')&${byTime}`,
      )
    await edit(`city = 'Paphos', bedrooms = 3`)
    expect(await edits(clients.cyprus)).toEqual([])
    await status('QOBRIX_H5', 'PUBLISHED')
    expect(await edits(clients.cyprus)).toEqual([])
    await edit(
      `city = 'Лимассол "A"', bedrooms = 4, living_area = 120.50, private_remarks = 'Call first', street = 'Hidden 1'`,
    )
    await edit('street = null')
    const expected = [
      'QOBRIX_H5 BedroomsTotal 3 4',
      'QOBRIX_H5 City Paphos Лимассол "A"',
      'QOBRIX_H5 LivingArea  120.5',
    ]
    for (const name of ['cyprus', 'both', 'published'] as const) {
      expect([name, await edits(clients[name])]).toEqual([name, expected])
    }
    expect(await edits(clients.hungary)).toEqual([])
    // from the listing, with the same rows
    const way = `/Property('QOBRIX_H5')/HistoryTransactional`
    const all = await clients.cyprus.rows(`${way}?${byTime}`)
    expect(all.length).toBeGreaterThan(expected.length)
    expect(await told(clients.cyprus, `$filter=ResourceRecordKey eq 'QOBRIX_H5'&${byTime}`)).toEqual(
      all.map((row) => [row.ResourceRecordKey, row.FieldName, row.PreviousValue, row.NewValue].join(' ')),
    )
    const { body } = await clients.both.get(
      `/Property?$filter=ListingKey eq 'QOBRIX_H5'&$select=ListingKey&$expand=HistoryTransactional($count=true;$top=2;$orderby=ModificationTimestamp desc,HistoryTransactionalKey;$expand=Property($select=City))`,
    )
    const [{ HistoryTransactional: newest, 'HistoryTransactional@odata.count': count }] = body.value
    expect(count).toBe(all.length)
    expect(newest.map((row: { NewValue: string }) => row.NewValue)).toEqual(['4', 'Лимассол "A"'])
    expect(newest[0].Property.City).toBe('Лимассол "A"')
    expect((await clients.hungary.get(way)).status).toBe(404)
    for (
      const path of [
        way,
        '/Property?$expand=HistoryTransactional',
        `/Property?$filter=HistoryTransactional/any()`,
      ]
    ) {
      expect([404, 400]).toContain((await clients.ungranted.get(path)).status)
    }
    await hub.pool.query(`delete from public.mls_listings where origin_key = 'QOBRIX_H5'`)
  })

  it('says what kind of change it was, in either profile', async () => {
    for (const client of [clients.cyprus, clients.both]) {
      const rows = await client.rows(
        `/HistoryTransactional?$filter=ResourceRecordKey eq 'QOBRIX_H1' and FieldName eq 'StandardStatus'&${byTime}`,
      )
      expect(rows.map(({ ChangeType }) => ChangeType)).toEqual([
        null,
        'Active',
        'Pending',
        'Back On Market',
        'Closed',
      ])
      const one = rows.at(-1)!
      expect(one).toMatchObject({
        ResourceName: 'Property',
        ResourceRecordID: 'R"QOBRIX_H1',
        ClassName: 'Residential',
        OriginatingSystemOfficeKey: cyprus,
      })
      expect((await client.get(`/HistoryTransactional('${one.HistoryTransactionalKey}')`)).body)
        .toMatchObject(one)
      const since = `ModificationTimestamp ge ${one.ModificationTimestamp}`
      expect(await client.count('HistoryTransactional', `${since} and ResourceRecordKey eq 'QOBRIX_H1'`))
        .toBe(1)
      const chosen = await client.rows(
        `/HistoryTransactional?$select=NewValue,ChangeType&$filter=ChangeType eq 'Price Change' and NewValue eq '480000'&$top=1`,
      )
      expect(chosen).toMatchObject([{ NewValue: '480000', ChangeType: 'Price Change' }])
    }
  })

  it('tells a client of what is published no more than happened since, and of nothing that left', async () => {
    expect(await told(clients.published, byTime)).toEqual([
      'QOBRIX_H1 StandardStatus  Active',
      'QOBRIX_H1 StandardStatus Active Pending',
      'QOBRIX_H1 StandardStatus Pending Active',
      'QOBRIX_H1 StandardStatus Active Closed',
    ])
    for (const client of Object.values(clients).slice(0, 4)) {
      expect(await client.count('HistoryTransactional', `ResourceRecordKey eq 'QOBRIX_H3'`)).toBe(0)
    }
    const { rows } = await hub.pool.query<{ id: string }>(
      `select p.id from public.mls_price_history p join public.mls_listings l on l.id = p.listing_id where l.origin_key = 'QOBRIX_H2' limit 1`,
    )
    expect((await clients.cyprus.get(`/HistoryTransactional('price-${rows[0]!.id}')`)).status).toBe(404)
    expect((await clients.hungary.get(`/HistoryTransactional('price-${rows[0]!.id}')`)).status).toBe(200)
  })

  it('is not there for clients without the grant, and says nothing of who or why', async () => {
    expect((await clients.ungranted.get('/HistoryTransactional')).status).toBe(404)
    expect((await clients.ungranted.get('/$metadata')).text).not.toContain('HistoryTransactional')
    const { text } = await clients.both.get('/$metadata')
    expect(text).toContain('<EntitySet Name="HistoryTransactional"')
    expect(text).not.toMatch(/ChangedByMember/)
    // nor by SQL: not without the grant, and with it no other columns
    const reading = async (statement: string, claims: string) => {
      const client = await hub.pool.connect()
      try {
        await client.query('begin; set local role mls_api_read')
        await client.query(`select set_config('mls.claims', $1, true)`, [claims])
        return (await client.query(statement)).rows
      } finally {
        await client.query('rollback')
        client.release()
      }
    }
    const { rows: [{ context }] } = await hub.pool.query(
      `select mls.api_client_context('portal_cy') as context`,
    )
    expect(await reading('select id from public.mls_price_history', context.claims)).toEqual([])
    await expect(reading('select changed_by from public.mls_price_history', context.claims)).rejects.toThrow(
      /permission denied/,
    )
  })

  it.each([
    `$filter=ResourceRecordKey eq 5`,
    `$filter=ListingKey eq 'x'`,
    `$orderby=Nothing`,
  ])('%s is refused', async (query) => {
    expect((await clients.cyprus.get(`/HistoryTransactional?${query}`)).status).toBe(400)
  })
})
