import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { channels } from '../../functions/_shared/delivery/channels/channels.ts'
import { claimDeliveries } from '../../functions/_shared/delivery/queue.ts'
import { runDeliveries } from '../../functions/_shared/delivery/run-deliveries.ts'
import { startDash, type TestDash } from '../support/dash.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { publishListings, seedMarkets } from '../support/listings.ts'

/** Two portals with an API in one market: Dash, and one that is not Dash. */
let database: TestDatabase
let dash: TestDash
let id: string

beforeAll(async () => {
  database = await createDatabase()
  dash = await startDash()
  for (const [name, value] of Object.entries(dash.environment)) vi.stubEnv(name, value)
  vi.stubEnv('MLS_LOG_LEVEL', 'off')
  await seedMarkets(database.pool)
  await query(`insert into public.mls_portal_definitions (tenant_id, code, name, channel_type, phase, config)
    select id, 'OTHER', 'Another portal', 'API', 'PUSH_ONLY', '{}' from public.mls_tenants where code = 'CY'`)
  ;[id] = await publishListings(database.pool, 1, 'QOBRIX_CHANNEL_') as [string]
  await query(`select mls.syndicate('${id}', 'OTHER')`)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await dash?.close()
  await database?.drop()
})

const query = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows
const other = async () =>
  (await query(
    `select s.* from public.mls_listing_syndications s join public.mls_portal_definitions p on p.id = s.portal_id
    where p.code = 'OTHER'`,
  ))[0]
const configure = (config: unknown) =>
  query(`update public.mls_portal_definitions set config = $1 where code = 'OTHER'`, [JSON.stringify(config)])
const recorded = () =>
  query(`select d.operation, d.payload from public.mls_dry_run_deliveries d
    join public.mls_listing_syndications s on s.id = d.syndication_id
    join public.mls_portal_definitions p on p.id = s.portal_id and p.code = 'OTHER' order by d.id`)

describe('a portal that is not Dash', () => {
  test('is never handed to Dash: without a channel its deliveries wait, and say what to configure', async () => {
    expect(await runDeliveries(database.pool)).toMatchObject({ sent: 1, retry: 1, refused: 0 })
    expect(await dash.listings()).toHaveLength(1)
    expect(await other()).toMatchObject({
      status: 'ACTIVE',
      last_error_code: 'not_configured',
      external_id: null,
    })
    expect((await other()).last_error).toBe(
      `The portal CY/OTHER names no channel: set "channel" in its config to one of ${
        Object.keys(channels).join(', ')
      }.`,
    )
    const [{ why }] = await query(`select public.explain_syndication($1, 'OTHER') as why`, [id])
    expect(why).toMatchObject({ syndication: { status: 'ACTIVE', last_error_code: 'not_configured' } })
  })

  test.each(['fax', 'constructor', '__proto__', 'toString'])(
    'with the unknown channel %s they wait too',
    async (channel) => {
      await configure({ channel })
      expect(await runDeliveries(database.pool)).toMatchObject({ retry: 1, refused: 0, sent: 0 })
      expect((await other()).last_error).toContain(`names the channel "${channel}", which does not exist`)
    },
  )

  test('a configuration that changed tries again what waited; the recorder keeps the public face', async () => {
    await query(`update public.mls_listings set private_remarks = 'the owner is in a hurry' where id = $1`, [
      id,
    ])
    await configure({ channel: 'recorder', page_url: 'https://www.example.com/{market}/{ref}?lang=en' })
    expect(await runDeliveries(database.pool)).toMatchObject({ sent: 1, refused: 0 })
    const [{ operation, payload }] = await recorded()
    expect(operation).toBe('create')
    expect(payload).toMatchObject({
      ListingKey: 'QOBRIX_CHANNEL_1',
      City: 'Paphos',
      ListingURL: 'https://www.example.com/cy/QOBRIX_CHANNEL_1?lang=en',
      Media: [{ MediaURL: 'https://photos.example/QOBRIX_CHANNEL_1.jpg' }],
    })
    expect(JSON.stringify(payload)).not.toContain('hurry')
    expect(await other()).toMatchObject({ status: 'ACTIVE', external_id: `dry-run:${id}`, last_error: null })
  })

  test('an edit updates, what nobody could see does not, a withdrawal withdraws', async () => {
    await query('update public.mls_listings set bedrooms = 7 where id = $1', [id])
    await runDeliveries(database.pool)
    await query(`update public.mls_listings set private_remarks = 'no hurry' where id = $1`, [id])
    await runDeliveries(database.pool)
    await query(`update public.mls_listings set status = 'WITHDRAWN' where id = $1`, [id])
    await runDeliveries(database.pool)
    expect((await recorded()).map(({ operation }) => operation)).toEqual(['create', 'update', 'withdraw'])
    await query(`update public.mls_listings set status = 'PUBLISHED' where id = $1`, [id])
    await runDeliveries(database.pool)
    expect((await recorded()).at(-1)).toMatchObject({ operation: 'update', payload: { BedroomsTotal: 7 } })
  })
})

test('the claim brings a part to those channels only that ask for it', async () => {
  await query(`update public.mls_listings set bathrooms = 3 where id = $1`, [id])
  const jobs = await claimDeliveries(database.pool, 'deliveries', 10, { readers: channels })
  const served = Object.fromEntries(jobs.map(({ portal, served }) => [portal.code, served !== null]))
  expect(served).toEqual({ SIR_GLOBAL: false, OTHER: true })
  expect(jobs.every(({ contact }) => contact === null)).toBe(true)
  await query('update public.mls_listing_syndications set leased_until = null')
  const again = await claimDeliveries(database.pool, 'deliveries', 10, {
    readers: { recorder: { parts: ['contact'] } },
  })
  expect(again.find(({ portal }) => portal.code === 'OTHER')).toMatchObject({
    served: null,
    standard: null,
    contact: { agent: { name: null, phone: null }, office: { name: expect.any(String) } },
  })
  await query('update public.mls_listing_syndications set leased_until = null')
})

describe('settings of a portal', () => {
  test.each([
    [
      { max_objects: 0 },
      'config.max_objects of the portal OTHER must be a whole number from 1 to 1000000, not 0.',
    ],
    [
      { max_objects: 1.5 },
      'config.max_objects of the portal OTHER must be a whole number from 1 to 1000000, not 1.5.',
    ],
    [
      { max_objects: '50' },
      'config.max_objects of the portal OTHER must be a whole number from 1 to 1000000, not "50".',
    ],
    [{ deliveries_per_minute: 'many' }, 'must be a number from 1 to 100000, not "many".'],
    [{ max_shrink: 2 }, 'config.max_shrink of the portal OTHER must be a number from 0 to 1, not 2.'],
    [{ owned_only: 'yes' }, 'config.owned_only of the portal OTHER must be true or false, not "yes".'],
    [{ origin_systems: 'DASH_API' }, 'must be a list of texts, not "DASH_API".'],
    [{ triggers: [1] }, 'config.triggers of the portal OTHER must be a list of texts, not [1].'],
    [{ channel: null }, 'config.channel of the portal OTHER must be a text, not null.'],
    [{ channel: ['dash'] }, 'config.channel of the portal OTHER must be a text, not ["dash"].'],
    [{ endpoints: [] }, 'config.endpoints of the portal OTHER must be an object, not [].'],
    [{ file: '../secret' }, 'must be a plain file name such as homes.xml, not ../secret.'],
  ])('%j is refused, by name', async (config, message) => {
    await expect(configure(config)).rejects.toThrow(message)
  })

  test('what a channel of its own needs is not refused', async () => {
    await configure({
      channel: 'recorder',
      rent_member: 'rent',
      'цвет': 'синий',
      max_shrink: 0,
      max_attempts: 1000,
    })
  })

  test('a file has one feed, over all markets', async () => {
    const add = (market: string, type: string) =>
      query(
        `insert into public.mls_portal_definitions (tenant_id, code, name, channel_type, config)
        select id, 'HIJACK', 'x', $2, '{"file": "homesoverseas.xml"}' from public.mls_tenants where code = $1`,
        [market, type],
      )
    await expect(add('HU', 'FEED')).rejects.toThrow('mls_portal_definitions_file')
    await expect(query(
      `update public.mls_portal_definitions p set config = config || '{"file": "homesoverseas.xml"}'
      from public.mls_tenants t where t.id = p.tenant_id and t.code = 'HU' and p.code = 'MLS_FEED'`,
    )).rejects.toThrow('mls_portal_definitions_file')
  })
})
