import { createHmac, randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let client: pg.Client

const secret = () => randomBytes(24).toString('base64url')
const one = async <Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []) =>
  (await client.query<Row>(sql, values)).rows[0]!

async function upsert(client_id: string, properties: Record<string, unknown>): Promise<void> {
  await client.query('select mls.upsert_api_client($1)', [{ client_id, ...properties }])
}
async function context(clientId: string) {
  return (await one<{ context: { offices: string[]; aliases: object; claims: string } | null }>(
    'select mls.api_client_context($1) as context',
    [clientId],
  )).context
}
/** Each try from an address of its own, unless one is given: wrong secrets are counted by address. */
async function tryToAuthenticate(
  clientId: string,
  withSecret: string,
  address = `2001:db8:${randomBytes(2).toString('hex')}:${randomBytes(2).toString('hex')}::1`,
): Promise<{ client_id?: string; refused?: boolean; is_known?: boolean; retry_after?: number }> {
  const { client } = await one<{ client: object }>(
    'select mls.authenticate_api_client($1, mls.api_secret_hash($2), $3) as client',
    [clientId, withSecret, address],
  )
  return client
}
async function authenticates(clientId: string, withSecret: string): Promise<boolean> {
  return (await tryToAuthenticate(clientId, withSecret)).client_id === clientId
}

/** What a policy sees when the door sets the given claims. */
async function seen(
  claims: string | null,
): Promise<{ offices: string[]; published_only: boolean; contacts: boolean }> {
  await client.query('begin read only')
  try {
    if (claims !== null) await client.query(`select set_config('mls.claims', $1, true)`, [claims])
    await client.query('set local role mls_api_read')
    return await one(
      `select mls.claim_offices() as offices, mls.claim_published_only() as published_only,
              mls.claim_granted('Contacts') as contacts`,
    )
  } finally {
    await client.query('rollback')
  }
}
const nothing = { offices: [], published_only: true, contacts: false }

beforeAll(async () => {
  database = await createDatabase()
  client = new pg.Client({ connectionString: database.url })
  await client.connect()
  await client.query(`
    insert into public.mls_tenants (code, name, country, currency_code) values ('T1', 'Test', 'CY', 'EUR');
    insert into public.mls_offices (tenant_id, office_key, originating_office_key, is_market, origin_system, aliases)
    select t.id, o.*
    from public.mls_tenants t, (values
      ('A-1', 'A-1', true, 'QOBRIX', '{A}'::text[]),
      ('B-1', 'B-1', true, 'DASH_API', '{B}'),
      ('GOLD-9', 'A-1', false, null, '{A-1,Z}')
    ) o
    where t.code = 'T1'`)
})
afterAll(async () => {
  await client?.end()
  await database?.drop()
})
beforeEach(() => client.query('delete from public.mls_api_clients where true'))

describe('clients', () => {
  it('keep what an update leaves out, and show no secret', async () => {
    const first = secret()
    await upsert('portal', { secret: first, scopes: ['odata'], offices: ['A-1'], profile: 'dd2' })
    await upsert('portal', {
      name: 'Portal',
      grants: ['Contacts', 'Property.*', 'Property.X_SellerContactKey'],
    })
    const row = await one('select * from public.mls_api_clients')
    expect(row).toMatchObject({ name: 'Portal', scopes: ['odata'], offices: ['A-1'], profile: 'dd2' })
    expect(JSON.stringify(row)).not.toContain(first)
    expect(await authenticates('portal', first)).toBe(true)
  })

  it.each([
    ['an unknown property', { admin: true }],
    ['an unknown scope', { scopes: ['root'] }],
    ['an unknown profile', { profile: 'xml' }],
    ['a resource that nobody edits', { edits: ['Member'] }],
    ['an unknown visibility', { api_visibility: 'drafts' }],
    ['a malformed grant', { grants: ['Property.* or true'] }],
    ['a short secret', { secret: 'hunter2' }],
    ['a secret with a space', { secret: `${'x'.repeat(40)} y` }],
    ['no secret at all', { secret: undefined }],
    ['no rate', { rate_limit_per_minute: 0 }],
  ])('are refused with %s', async (_, properties) => {
    await expect(upsert('portal', { secret: secret(), ...properties })).rejects.toThrow()
    expect(await one('select count(*)::int as n from public.mls_api_clients')).toEqual({ n: 0 })
  })

  it('authenticate with their secret only, and not when disabled or expired', async () => {
    const right = secret()
    await upsert('portal', { secret: right, scopes: ['odata'] })
    expect(await authenticates('portal', right)).toBe(true)
    expect(await authenticates('portal', secret())).toBe(false)
    expect(await authenticates('portal', '')).toBe(false)
    expect(await authenticates('nobody', right)).toBe(false)
    const hash = await one<{ secret_hash: string }>('select secret_hash from public.mls_api_clients')
    expect(await authenticates('portal', hash.secret_hash)).toBe(false)
    for (const end of [{ disabled_at: '2020-01-01' }, { disabled_at: null, expires_at: '2020-01-01' }]) {
      await upsert('portal', end)
      expect(await authenticates('portal', right)).toBe(false)
      expect(await context('portal')).toBeNull()
    }
    await upsert('portal', { expires_at: null })
    expect(await authenticates('portal', right)).toBe(true)
  })

  it('keep the old secret for the grace time of a rotation, which may be repeated', async () => {
    const [first, second, third] = [secret(), secret(), secret()]
    await upsert('portal', { secret: first })
    const rotate = (to: string, grace: string) =>
      one<{ ends: Date }>('select mls.rotate_api_client_secret($1, $2, $3) as ends', ['portal', to, grace])
    const once = await rotate(second, '1 hour')
    expect(await rotate(second, '1 hour')).toEqual(once)
    expect([await authenticates('portal', first), await authenticates('portal', second)]).toEqual([
      true,
      true,
    ])
    await rotate(third, '0')
    expect([await authenticates('portal', second), await authenticates('portal', third)]).toEqual([
      false,
      true,
    ])
    expect(await authenticates('portal', first)).toBe(false)
    await expect(rotate(secret(), '31 days')).rejects.toThrow('0 to 30 days')
    await expect(rotate(secret(), '-1 day')).rejects.toThrow('0 to 30 days')
    await expect(client.query(`select mls.rotate_api_client_secret('nobody', $1)`, [secret()])).rejects
      .toThrow('nobody')
  })

  it('replace their secret at once by an upsert', async () => {
    const [first, second] = [secret(), secret()]
    await upsert('portal', { secret: first })
    await upsert('portal', { secret: second })
    expect([await authenticates('portal', first), await authenticates('portal', second)]).toEqual([
      false,
      true,
    ])
  })
})

describe('offices of a client', () => {
  it.each([
    ['their keys', ['B-1'], ['B-1']],
    ['their aliases', ['A', 'B'], ['A-1', 'B-1']],
    ['no name that is unknown', ['A-1', 'NOPE', "x' or true"], ['A-1']],
    ['none by default', [], []],
    ['all for a star', ['*'], ['A-1', 'B-1']],
    ['nothing for a pattern', ['A*', '%'], []],
    ['no office that came from gold, whatever aliases it brought', ['GOLD-9', 'Z'], []],
  ])('are %s', async (_, written, offices) => {
    await upsert('portal', { secret: secret(), offices: written })
    const { offices: resolved, claims } = (await context('portal'))!
    expect(resolved).toEqual(offices)
    expect((await seen(claims)).offices).toEqual(offices)
  })

  it.each([
    [['B-1'], { B: 'B-1' }],
    [['*'], { A: 'A-1', B: 'B-1' }],
    [[], {}],
  ])('%j come with the keys that they had before', async (written, aliases) => {
    await upsert('portal', { secret: secret(), offices: written })
    expect((await context('portal'))!.aliases).toEqual(aliases)
  })
})

describe('claims', () => {
  async function claimsOf(properties: Record<string, unknown> = {}): Promise<string> {
    await upsert('portal', { secret: secret(), offices: ['A-1'], grants: ['Contacts'], ...properties })
    return (await context('portal'))!.claims
  }

  it('tell the policies what the client may see', async () => {
    expect(await seen(await claimsOf())).toEqual({ offices: ['A-1'], published_only: false, contacts: true })
    expect(await seen(await claimsOf({ api_visibility: 'published', grants: [] }))).toEqual({
      offices: ['A-1'],
      published_only: true,
      contacts: false,
    })
  })

  it('are nothing when absent, malformed or signed by anybody else', async () => {
    const right = await claimsOf()
    const [payload, signature] = right.split('.') as [string, string]
    const wider = Buffer.from(JSON.stringify({
      ...JSON.parse(Buffer.from(payload, 'base64url').toString()),
      offices: ['A-1', 'B-1'],
    })).toString('base64url')
    const forged = (key: string) => `${wider}.${createHmac('sha256', key).update(wider).digest('hex')}`
    for (
      const claims of [
        null,
        '',
        '.',
        '{}',
        '{"offices":["B-1"]}',
        payload,
        `${payload}.`,
        `${wider}.${signature}`,
        `${wider}.${'0'.repeat(64)}`,
        forged(''),
        forged('api_claims'),
        `${payload}.${signature.toUpperCase()}`,
        `${right}.${signature}`,
        ` ${right}`,
        `${right}\n`,
        'x'.repeat(100_000),
        `${payload}.\\x00`,
      ]
    ) {
      expect(await seen(claims)).toEqual(nothing)
    }
  })

  it('are nothing when any one character was changed', async () => {
    const right = await claimsOf()
    for (let at = 0; at < right.length; at += 5) {
      expect(await seen(right.slice(0, at) + (right[at] === 'a' ? 'b' : 'a') + right.slice(at + 1))).toEqual(
        nothing,
      )
    }
    expect((await seen(right)).offices).toEqual(['A-1'])
  })

  it('expire after ten minutes', async () => {
    await claimsOf()
    const aged = async (seconds: number) => {
      const payload = Buffer.from(JSON.stringify({
        client_id: 'portal',
        offices: ['A-1'],
        grants: [],
        published_only: false,
        exp: Math.floor(Date.now() / 1000) + seconds,
      })).toString('base64url')
      const { signature } = await one<{ signature: string }>(
        'select mls.api_claims_signature($1) as signature',
        [payload],
      )
      return await seen(`${payload}.${signature}`)
    }
    expect((await aged(60)).offices).toEqual(['A-1'])
    expect(await aged(-1)).toEqual(nothing)
    const payload = JSON.parse(
      Buffer.from((await context('portal'))!.claims.split('.')[0]!, 'base64url').toString(),
    )
    expect(payload.exp - Date.now() / 1000).toBeGreaterThan(590)
    expect(payload.exp - Date.now() / 1000).toBeLessThan(610)
  })

  it('end when the key of the database is replaced', async () => {
    const right = await claimsOf()
    await client.query(
      `update mls.secrets set value = extensions.gen_random_bytes(32) where name = 'api_claims'`,
    )
    expect(await seen(right)).toEqual(nothing)
    expect((await seen((await context('portal'))!.claims)).offices).toEqual(['A-1'])
  })

  it('survive long lists of offices and names in any script', async () => {
    await client.query(`
      insert into public.mls_offices (tenant_id, office_key, is_market, origin_system, originating_office_key)
      select t.id, k, true, 'QOBRIX', k
      from public.mls_tenants t, lateral (select 'Ψ-Контора-' || n as k from generate_series(1, 200) n) o
      where t.code = 'T1'`)
    const right = await claimsOf({ offices: ['*'] })
    expect((await seen(right)).offices).toHaveLength(202)
    await client.query(`delete from public.mls_offices where office_key like 'Ψ%'`)
  })
})

describe('roles', () => {
  const refused = /permission denied/

  async function as(role: string, sql: string) {
    await client.query('begin')
    try {
      if (role === 'mls_gate') await client.query('grant mls_gate to current_user with set true')
      await client.query(`set local role ${role}`)
      return (await client.query(sql)).rows
    } finally {
      await client.query('rollback')
    }
  }

  it.each(['anon', 'authenticated', 'mls_api_read', 'mls_gate'])(
    '%s cannot read clients, secrets or sign claims',
    async (role) => {
      for (
        const sql of [
          'select client_id from public.mls_api_clients',
          'select secret_hash from public.mls_api_clients',
          `insert into public.mls_api_clients (client_id, name, secret_hash) values ('x', 'x', repeat('0', 64))`,
          'select * from mls.secrets',
          `select mls.api_claims_signature('{}')`,
          `select mls.api_client_context('portal')`,
          'select mls.api_claims()',
          `select mls.upsert_api_client('{}')`,
          `select mls.rotate_api_client_secret('portal', 'x')`,
          `select mls.authenticate_api_client('portal', 'x', '192.0.2.1')`,
          `select mls.lease_requests('portal', 1, 1)`,
          'select * from mls.request_windows',
        ]
      ) {
        await expect(as(role, sql), sql).rejects.toThrow(refused)
      }
    },
  )

  it('service_role manages clients and cannot read the keys', async () => {
    await upsert('portal', { secret: secret(), scopes: ['odata'] })
    expect(await as('service_role', 'select client_id from public.mls_api_clients')).toHaveLength(1)
    expect(
      await as('service_role', `select mls.upsert_api_client('{"client_id": "portal", "offices": ["*"]}')`),
    ).toHaveLength(1)
    await expect(as('service_role', 'select * from mls.secrets')).rejects.toThrow(refused)
    await expect(as('service_role', `select mls.api_claims_signature('{}')`)).rejects.toThrow(refused)
  })
})
