import process from 'node:process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { providers } from '../../functions/_shared/sources/providers.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { addMarket, addSource, runNow } from '../support/sources/hub.ts'
import { fill, type ResoServer, startResoServer } from '../support/sources/reso-server.ts'

/** Words that RESO's dictionary gives a meaning, from sources that speak it: None in look-ups, Permission of pictures. */
let database: TestDatabase
let upstreams: ResoServer[] = []
const pool = () => database.pool

beforeAll(async () => {
  process.env.MLS_SOURCES_LOCAL = 'true'
  database = await createDatabase()
}, 120_000)
afterAll(async () => {
  await Promise.all(upstreams.map((upstream) => upstream.close()))
  await database?.drop()
})

/** A market fed by a RESO source with three listings of two pictures. */
async function market(code: string, media: 'resource' | 'expand') {
  const reso = await startResoServer({ media })
  upstreams = [...upstreams, reso]
  fill(reso, 3)
  const office = await addMarket(pool(), code)
  const source = await addSource(pool(), {
    office_key: office,
    code,
    provider: 'RESO',
    settings: { root: reso.url, auth: { type: 'client_credentials', token_url: reso.tokenUrl } },
    credentials: reso.credentials,
  })
  const change = (resource: 'Property' | 'Media', key: string, values: Record<string, unknown>) =>
    reso.put(resource, {
      ...reso.records[resource].get(key),
      ModificationTimestamp: new Date().toISOString(),
      ...values,
    })
  const sent = async (fields: string[]) =>
    (await pool().query(
      `select o.payload from mls_listing_origins o join mls_listings l on l.id = o.listing_id
       where l.originating_office_key = $1 order by l.origin_key`,
      [office],
    )).rows.map(({ payload }) => fields.map((field) => payload[field] ?? null))
  const shown = async () =>
    (await pool().query<{ key: string }>(
      `select "MediaKey" as key from served_media where office_key = $1 and not is_deleted order by 1`,
      [office],
    )).rows.map(({ key }) => key.slice(code.length + 1))
  return { reso, source, change, sent, shown }
}

it('each provider says whose words it uses', () => {
  expect(Object.fromEntries(providers.map(({ code, wording }) => [code, wording]))).toEqual({
    MOCK: 'gold',
    QOBRIX: 'gold',
    DASH_API: 'gold',
    DASH_FILE: 'gold',
    FILE: 'reso',
    RESO: 'reso',
    RETS: 'reso',
  })
})

describe('None', () => {
  const fields = ['Fencing', 'Cooling', 'PoolFeatures', 'Roof', 'City', 'Furnished']

  it('is a value where the look-up has it, alone or in a list, and nothing elsewhere', async () => {
    const { source, change, sent } = await market('NONE', 'resource')
    const words = {
      Fencing: 'None',
      Cooling: ['None'],
      PoolFeatures: ['None', 'Other'],
      City: 'None',
      Furnished: 'None',
    }
    change('Property', 'L000001', { ...words, Roof: null })
    change('Property', 'L000002', {
      Fencing: 'none',
      Cooling: [],
      PoolFeatures: [null],
      Roof: 'nan',
      City: 'Πάφος',
    })
    expect(await runNow(pool(), source)).toMatchObject({
      status: 'finished',
      counts: { insert: 3, reject: 0 },
    })
    expect(await sent(fields)).toEqual([
      ['None', 'None', 'None,Other', null, null, null],
      ['none', null, null, null, 'Πάφος', null],
      [null, null, null, null, 'Πάφος', null],
    ])
    const { rows } = await pool().query(
      `select d.doc -> 'Fencing' as fencing, d.doc -> 'Cooling' as cooling from served_property, lateral (select ('{' || doc_dd2 || '}')::jsonb) d (doc)
       where "ListingKey" like 'NONE\\_%' order by "ListingKey"`,
    )
    expect(rows.slice(0, 2)).toEqual([
      { fencing: ['None'], cooling: ['None'] },
      { fencing: ['None'], cooling: [] },
    ])
    expect(await runNow(pool(), source)).toMatchObject({ counts: { unchanged: 3, refresh: 0 } })
  })

  it("is Python's in a batch of gold", async () => {
    const { rows: [row] } = await pool().query(
      `select mls.read_records('property', '[{"ListingKey": "X", "Fencing": "None", "Cooling": ["None"]}]') #> '{0,r}' as r`,
    )
    expect(row.r).toMatchObject({ Fencing: null, Cooling: null })
  })

  it('is still one when a rejected record is sent in again', async () => {
    await market('AGAIN', 'resource')
    const record = {
      ListingKey: 'AGAIN_9',
      ListingId: '9',
      OriginatingSystemOfficeKey: 'AGAIN-OFFICE',
      StandardStatus: 'Active',
      Fencing: 'None',
      City: 'Πάφος',
    }
    const errors = [{ field: 'ListPrice', code: 'invalid_number', message: 'no' }]
    await pool().query('select mls.ingest_batch($1, $2::jsonb, $3::jsonb)', [
      'property',
      JSON.stringify([{ r: record, e: errors, w: [] }]),
      JSON.stringify({ client_id: 'test', request_path: 'test' }),
    ])
    const { rows: [{ ids }] } = await pool().query(
      `select array_agg(id) as ids from mls_ingest_quarantine where record_key = 'AGAIN_9'`,
    )
    await pool().query('select mls.replay_quarantine($1, $2::jsonb)', [
      ids,
      JSON.stringify({ client_id: 'test', offices: ['AGAIN-OFFICE'], whole_hub: true }),
    ])
    const { rows } = await pool().query(
      `select o.payload -> 'Fencing' as fencing from mls_listing_origins o join mls_listings l on l.id = o.listing_id
       where l.origin_key = 'AGAIN_9'`,
    )
    expect(rows).toEqual([{ fencing: 'None' }])
  })
})

describe.each(['resource', 'expand'] as const)('Permission of pictures that come as %s', (media) => {
  it('is honoured from the first reading on, and whenever it changes', async () => {
    const { source, change, shown } = await market(`P${media.toUpperCase()}`, media)
    change('Media', 'L000001-0', { Permission: ['Private'] })
    change('Media', 'L000001-1', { Permission: ['IDX', 'VOW'] })
    change('Media', 'L000002-0', { Permission: 'AgentOnly,OfficeOnly' })
    expect(await runNow(pool(), source)).toMatchObject({ status: 'finished' })
    expect(await shown()).toEqual(['L000001-1', 'L000002-1', 'L000003-0', 'L000003-1'])
    change('Media', 'L000001-0', { Permission: ['Public'] })
    change('Media', 'L000003-0', { Permission: ['Firm Only'] })
    for (const key of ['L000001', 'L000003']) {
      change('Property', key, { PhotosChangeTimestamp: new Date().toISOString() })
    }
    expect(await runNow(pool(), source, 'DELTA')).toMatchObject({ status: 'finished' })
    expect(await shown()).toEqual(['L000001-0', 'L000001-1', 'L000002-1', 'L000003-1'])
  })
})
