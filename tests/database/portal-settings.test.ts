import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addressAt } from '../../functions/_shared/delivery/channels/dash/address.ts'
import type { DeliveryFailure } from '../../functions/_shared/delivery/failure.ts'
import { act, claimsOf } from '../support/act.ts'
import { createDatabase, openPool, type TestDatabase } from '../support/database.ts'
import { seededTemplate } from '../support/templates.ts'

/** The configuration of a portal is input: a market's administrator writes it, jobs of all markets read it. */
let database: TestDatabase
let pool: pg.Pool
let who: ReturnType<typeof claimsOf>
let hungarian: ReturnType<typeof claimsOf>

beforeAll(async () => {
  database = await createDatabase(await seededTemplate())
  pool = openPool({ connectionString: database.url, max: 4 })
  const { rows } = await database.pool.query('select code, id from mls_tenants')
  const id = (code: string) => rows.find((row) => row.code === code).id
  who = claimsOf(id('CY'))
  hungarian = claimsOf(id('HU'))
})
afterAll(async () => {
  await pool?.end()
  await database?.drop()
})

const write = (claims: Record<string, unknown>, config: unknown, portal = 'SIR_GLOBAL') =>
  act(
    pool,
    claims,
    'update mls_portal_definitions set config = config || $2 where code = $1 returning config',
    [
      portal,
      JSON.stringify(config),
    ],
  )

describe('a setting that the hub cannot read', () => {
  it.each([
    { deliveries_per_minute: 'x' },
    { deliveries_per_minute: 0 },
    { deliveries_per_minute: 1e308 },
    { deliveries_per_minute: null },
    { max_attempts: 'many' },
    { max_attempts: 1.5 },
    { max_attempts: -1 },
    { circuit_failures: [] },
    { circuit_failures: 1e308 },
    { backoff_seconds: '5' },
    { backoff_cap_seconds: {} },
    { owned_only: 'yes' },
    { owned_only: 1 },
    { max_objects: 0 },
    { max_shrink: 2 },
    { other_kind: 26 },
    { max_other_share: '0.3' },
    { origin_systems: 'DASH_API' },
    { origin_systems: [1] },
    { country_region_id: 1e12 },
    { lookups: [] },
  ])('%j is refused where it is written', async (config) => {
    const [name] = Object.keys(config)
    for (const claims of [who.admin, { ...who.admin, active_scope: 'system_admin' }]) {
      await expect(write(claims, config)).rejects.toMatchObject({
        code: '22023',
        message: expect.stringContaining(`config.${name}`),
      })
    }
    await expect(database.pool.query(
      `update mls_portal_definitions set config = config || $1 where code = 'SIR_GLOBAL'`,
      [JSON.stringify(config)],
    )).rejects.toMatchObject({ code: '22023' })
  })

  it('a name that the hub does not know is told to the administrator', async () => {
    await expect(write(who.admin, { max_object: 5 })).rejects.toMatchObject({
      code: '22023',
      message: expect.stringContaining('"max_object"'),
    })
  })

  it('what can be read is taken', async () => {
    const config = { deliveries_per_minute: 30, max_attempts: 3, owned_only: true, max_shrink: 0.5 }
    expect(await write(who.admin, config)).toMatchObject([{ config }])
  })
})

describe('what leaves the hub, where to and under which name', () => {
  it.each([
    { adapter: 'http' },
    { channel: 'fax' },
    { channel: 'webhook' },
    { url: 'https://elsewhere.example/hook' },
    { endpoints: { create: { method: 'POST', path: '/x' } } },
    { format: 'kyero-v9' },
    { file: 'mine.json' },
    { public: true },
  ])("%j is the operator's", async (config) => {
    for (const portal of ['SIR_GLOBAL', 'MLS_FEED', 'FACEBOOK']) {
      await expect(write(who.admin, config, portal)).rejects.toMatchObject({
        code: '42501',
        message: expect.stringContaining('is set by an operator'),
      })
    }
    const system = { ...who.admin, active_scope: 'system_admin' }
    if (!('file' in config)) expect(await write(system, config, 'LINKEDIN')).not.toEqual([])
  })

  it('so is the phase, and taking a setting away', async () => {
    await expect(
      act(
        pool,
        hungarian.admin,
        `update mls_portal_definitions set phase = 'PUSH_ONLY' where code = 'SIR_GLOBAL'`,
      ),
    ).rejects.toMatchObject({ code: '42501' })
    await expect(
      act(pool, who.admin, `update mls_portal_definitions set config = '{}' where code = 'HOMESOVERSEAS'`),
    ).rejects.toMatchObject({ code: '42501' })
    await act(
      pool,
      who.admin,
      `update mls_portal_definitions set is_active = is_active, name = 'Dash' where code = 'SIR_GLOBAL'`,
    )
  })

  it('a file has one feed, whoever writes it', async () => {
    await expect(database.pool.query(
      `update mls_portal_definitions p set config = config || '{"file": "homesoverseas.xml"}'
       from mls_tenants t where t.id = p.tenant_id and t.code = 'HU' and p.code = 'MLS_FEED'`,
    )).rejects.toMatchObject({ code: '23505' })
  })
})

describe('a path of Dash stays below its API', () => {
  const bad = [
    '@evil.example/x',
    '//evil.example/x',
    '/\\evil.example',
    '/listings/../../admin',
    '/listings/%2e%2e/admin',
    '/..',
    'listings',
    '',
    '/a b',
    '/x#y',
    '/x\n',
    '\\x',
    ':443/x',
    '.evil.example/x',
  ]

  it.each(bad)('%j is refused where it is written', async (path) => {
    await expect(database.pool.query(
      `update mls_portal_definitions set config = config || $1 where code = 'SIR_GLOBAL'`,
      [JSON.stringify({ endpoints: { create: { method: 'POST', path } } })],
    )).rejects.toMatchObject({ code: '22023', message: expect.stringContaining('config.endpoints.create') })
  })

  it.each([null, 'x', 5, { method: 'TRACE', path: '/x' }, { method: 'POST' }, []])(
    '%j is no endpoint',
    async (endpoint) => {
      await expect(database.pool.query(
        `update mls_portal_definitions set config = config || $1 where code = 'SIR_GLOBAL'`,
        [JSON.stringify({ endpoints: { create: endpoint } })],
      )).rejects.toMatchObject({ code: '22023' })
    },
  )

  it('a plain one is taken', async () => {
    await database.pool.query(
      `update mls_portal_definitions set config = config || $1 where code = 'SIR_GLOBAL'`,
      [JSON.stringify({ endpoints: { create: { method: 'POST', path: '/v2/{family}/listings?kind=a.b' } } })],
    )
  })

  it.each([...bad, '/listings/..'])('%j is not called, whatever came into the configuration', (path) => {
    for (const api of ['https://dash.example', 'https://dash.example/api/v4', 'https://dash.example/api/']) {
      // what stays below the API after all does no harm
      const at = (() => {
        try {
          return addressAt(api.replace(/\/+$/, ''), path)
        } catch (error) {
          return (error as DeliveryFailure).code
        }
      })()
      if (at instanceof URL) {
        expect(at.origin).toBe('https://dash.example')
        expect(at.href.startsWith(api.replace(/\/+$/, '') + '/')).toBe(true)
      } else expect(at).toBe('not_configured')
    }
    expect(addressAt('https://dash.example/api', '/listings/a%2Fb?x=1').href).toBe(
      'https://dash.example/api/listings/a%2Fb?x=1',
    )
  })
})
