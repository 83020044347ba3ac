import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { demoUsers, teamCy } from '../../scripts/stack/demo.ts'
import { act, type Claims } from '../support/act.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { seededTemplate } from '../support/templates.ts'

/** Who gives access to whom, and what the hook of Supabase Auth makes of it. */
let database: TestDatabase
let cyprus: string
let hungary: string
let admin: Claims
let system: Claims

const person = (number: number) => `e0000000-0000-4000-8000-${String(number).padStart(12, '0')}`
const claims = (sub: string, uoi: string, active_scope: string, crud = 'crud'): Claims => ({
  role: 'authenticated',
  sub,
  uoi,
  active_scope,
  crud,
})

beforeAll(async () => {
  database = await createDatabase(await seededTemplate())
  const { rows } = await database.pool.query('select code, id from mls_tenants')
  const tenants = Object.fromEntries(rows.map(({ code, id }) => [code, id]))
  cyprus = tenants.CY
  hungary = tenants.HU
  admin = claims(demoUsers.org_admin_cy.id, cyprus, 'org_admin')
  system = claims(demoUsers.system_admin.id, cyprus, 'system_admin')
  await database.pool.query(
    `insert into auth.users (id, email) select ('e0000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'person' || n || '@Example.com'
     from generate_series(1, 9) n`,
  )
})
afterAll(() => database?.drop())
beforeEach(() =>
  database.pool.query('delete from mls_user_access where true; delete from mls_user_teams where true')
)

/** A row that the service writes. */
async function given(user: string, tenant: string, values: Record<string, unknown> = {}): Promise<string> {
  const row = { user_id: user, tenant_id: tenant, scope: 'self', crud: 'cru', ...values }
  const { rows } = await database.pool.query(
    `insert into mls_user_access (${Object.keys(row).join(', ')}) values (${
      Object.keys(row).map((_, n) => `$${n + 1}`).join(', ')
    }) returning id`,
    Object.values(row),
  )
  return rows[0].id
}

const grant = (who: Claims, user: string, values: Record<string, unknown> = {}) => {
  const row: Record<string, unknown> = {
    user_id: user,
    tenant_id: who.uoi,
    scope: 'self',
    crud: 'r',
    ...values,
  }
  const names = Object.keys(row)
  return act(
    database.pool,
    who,
    `insert into mls_user_access (${names.join(', ')}) values (${
      names.map((_, n) => `$${n + 1}`).join(', ')
    }) returning *`,
    Object.values(row),
  )
}
const change = async (who: Claims, id: string, values: Record<string, unknown>) => {
  const names = Object.keys(values)
  const rows = await act(
    database.pool,
    who,
    `update mls_user_access set ${
      names.map((name, n) => `${name} = $${n + 2}`).join(', ')
    } where id = $1 returning id`,
    [id, ...Object.values(values)],
  )
  return rows.length
}
const remove = async (who: Claims, id: string) =>
  (await act(database.pool, who, 'delete from mls_user_access where id = $1 returning id', [id])).length

/** What Auth puts into the token of a user. */
async function tokenOf(user: string, token: Record<string, unknown> = {}): Promise<Claims> {
  const { rows } = await database.pool.query('select mls_access_token_hook($1) as event', [
    JSON.stringify({
      user_id: user,
      authentication_method: 'password',
      claims: {
        sub: user,
        role: 'authenticated',
        aud: 'authenticated',
        iss: 'https://x.supabase.co/auth/v1',
        ...token,
      },
    }),
  ])
  return rows[0].event.claims
}

describe('an administrator', () => {
  it('gives access to the own market, up to the own scope and rights', async () => {
    for (const scope of ['self', 'team', 'global', 'org_admin']) {
      const [row] = await grant(admin, person(1), {
        scope,
        crud: 'crud',
        team_ids: [teamCy],
        role_name: 'broker',
      })
      expect(row).toMatchObject({ tenant_id: cyprus, scope, created_by: admin.sub })
      await database.pool.query('delete from mls_user_access where true')
    }
    const reader = { ...admin, crud: 'cr' }
    await grant(reader, person(1), { crud: 'r' })
    await expect(grant(reader, person(2), { crud: 'u' })).rejects.toMatchObject({ code: '42501' })
    await expect(grant({ ...admin, crud: 'rud' }, person(2))).rejects.toMatchObject({ code: '42501' })
  })

  it('gives none to another market, none above, and none to themselves', async () => {
    for (const values of [{ tenant_id: hungary }, { scope: 'system_admin' }]) {
      await expect(grant(admin, person(1), values)).rejects.toMatchObject({ code: '42501' })
      await expect(grant({ ...system, uoi: cyprus }, person(1), { scope: 'system_admin' })).rejects
        .toMatchObject({
          code: '42501',
        })
    }
    await expect(grant(admin, String(admin.sub), { scope: 'self' })).rejects.toMatchObject({ code: '42501' })
    await expect(grant(admin, person(1), { is_default: true })).rejects.toMatchObject({ code: '42501' })
  })

  it('changes and takes away what others of the market have, never the own access nor that of somebody above', async () => {
    const theirs = await given(person(1), cyprus)
    const own = await given(String(admin.sub), cyprus, { scope: 'org_admin', crud: 'crud' })
    const above = await given(String(system.sub), cyprus, { scope: 'system_admin', crud: 'crud' })
    const abroad = await given(person(2), hungary)
    expect(await change(admin, theirs, { scope: 'team', crud: 'crud', team_ids: [teamCy] })).toBe(1)
    await expect(change(admin, theirs, { scope: 'system_admin' })).rejects.toMatchObject({ code: '42501' })
    for (const column of ['user_id', 'tenant_id', 'is_default', 'created_by']) {
      await expect(change(admin, theirs, { [column]: null })).rejects.toMatchObject({ code: '42501' })
    }
    for (const id of [own, above, abroad]) {
      expect(await change(admin, id, { scope: 'self' })).toBe(0)
      expect(await remove(admin, id)).toBe(0)
    }
    await expect(change({ ...admin, crud: 'cru' }, theirs, { crud: 'crud' })).rejects.toMatchObject({
      code: '42501',
    })
    expect(await remove({ ...admin, crud: 'cru' }, theirs)).toBe(0)
    expect(await remove(admin, theirs)).toBe(1)
    expect(await change(system, abroad, { scope: 'org_admin' })).toBe(1)
  })

  it('is the only one: no other scope writes, and everybody else sees the own row alone', async () => {
    const row = await given(person(1), cyprus, { scope: 'global', crud: 'crud' })
    await given(person(2), cyprus)
    for (const scope of ['self', 'team', 'global']) {
      const who = claims(person(1), cyprus, scope)
      await expect(grant(who, person(3))).rejects.toMatchObject({ code: '42501' })
      expect(await change(who, row, { scope: 'org_admin' })).toBe(0)
      expect(await remove(who, row)).toBe(0)
      expect(await act(database.pool, who, 'select user_id from mls_user_access')).toEqual([{
        user_id: person(1),
      }])
      expect(await act(database.pool, who, 'select * from people_with_access()')).toEqual([])
    }
    expect(await act(database.pool, admin, 'select 1 from mls_user_access')).toHaveLength(2)
    expect(await act(database.pool, { ...admin, uoi: hungary }, 'select 1 from mls_user_access')).toEqual([])
  })

  it('finds people by e-mail, and nobody else may ask', async () => {
    const give = (who: Claims, email: string, rest = '') =>
      act(database.pool, who, `select (a).* from (select grant_access($1${rest}) as a) x`, [email])
    const [row] = await give(admin, ' PERSON3@example.com', `, 'team', 'cru', '{${teamCy}}'`)
    expect(row).toMatchObject({
      user_id: person(3),
      tenant_id: cyprus,
      scope: 'team',
      crud: 'cru',
      team_ids: [teamCy],
    })
    expect(await give(admin, 'person3@example.com')).toMatchObject([{
      scope: 'self',
      crud: 'r',
      team_ids: [],
    }])
    await expect(give(admin, 'nobody@example.com')).rejects.toMatchObject({ code: 'PT404' })
    await expect(give(admin, 'person3@example.com', `, 'system_admin'`)).rejects.toMatchObject({
      code: '42501',
    })
    await expect(give(claims(person(1), cyprus, 'global'), 'person3@example.com')).rejects.toMatchObject({
      code: '42501',
    })
    expect(await act(database.pool, admin, 'select email, scope from people_with_access()')).toEqual([
      { email: 'person3@Example.com', scope: 'self' },
    ])
    const { rows } = await database.pool.query(
      `select action, new_values ->> 'scope' as scope from mls_audit where table_name = 'mls_user_access' and record_id = $1 order by id`,
      [row!.id],
    )
    expect(rows).toEqual([{ action: 'INSERT', scope: 'team' }, { action: 'UPDATE', scope: 'self' }])
  })

  it.each([['scope', 'owner'], ['crud', 'read'], ['crud', 'x'], ['crud', 'crudc'], ['team_ids', [null]], [
    'role_name',
    '',
  ]])(
    'cannot write %s %j',
    async (column, value) => {
      await expect(given(person(1), cyprus, { [column as string]: value })).rejects.toMatchObject({
        code: '23514',
      })
    },
  )
})

describe('the hook', () => {
  it('writes market, scope, rights, teams and role into the token, and leaves the rest as it was', async () => {
    await given(person(1), cyprus, {
      scope: 'team',
      crud: 'crud',
      team_ids: [teamCy],
      role_name: 'sales_manager',
    })
    expect(await tokenOf(person(1), { email: 'a@example.com', app_metadata: { provider: 'email' } })).toEqual(
      {
        sub: person(1),
        role: 'authenticated',
        aud: 'authenticated',
        iss: 'https://x.supabase.co/auth/v1',
        email: 'a@example.com',
        app_metadata: { provider: 'email' },
        uoi: cyprus,
        active_scope: 'team',
        crud: 'crud',
        team_ids: [teamCy],
        sso_role: { name: 'sales_manager' },
      },
    )
  })

  it('takes no claim from elsewhere: what an earlier hook or a stranger wrote is gone without access', async () => {
    const forged = {
      uoi: cyprus,
      active_scope: 'org_admin',
      scope: 'org_admin',
      crud: 'crud',
      team_ids: [teamCy],
      teams: [],
    }
    expect(Object.keys(await tokenOf(person(4), forged)).sort()).toEqual(['aud', 'iss', 'role', 'sub'])
    for (const event of [{}, { claims: { sub: 'x' } }, { user_id: 'no uuid', claims: {} }]) {
      const { rows } = await database.pool.query('select mls_access_token_hook($1) as event', [
        JSON.stringify(event),
      ])
      expect(rows[0].event.claims).not.toHaveProperty('uoi')
    }
  })

  it('runs as the role of Supabase Auth, and for nobody who could call it through the Data API', async () => {
    await given(person(1), cyprus)
    const auth = new pg.Client(database.superuserUrl)
    await auth.connect()
    try {
      await auth.query('set role supabase_auth_admin')
      const { rows } = await auth.query(`select mls_access_token_hook($1) #>> '{claims,uoi}' as uoi`, [
        JSON.stringify({ user_id: person(1), claims: {} }),
      ])
      expect(rows).toEqual([{ uoi: cyprus }])
      await expect(auth.query('select from mls_user_access')).rejects.toMatchObject({ code: '42501' })
    } finally {
      await auth.end()
    }
    await expect(act(database.pool, admin, `select mls_access_token_hook('{}')`)).rejects.toMatchObject({
      code: '42501',
    })
  })
})

describe('a person of several markets', () => {
  it('starts in the first, changes by switch_market, and is never moved by an administrator of another', async () => {
    await given(person(1), cyprus)
    await given(person(1), hungary, { scope: 'team', crud: 'crud' })
    expect((await tokenOf(person(1))).uoi).toBe(cyprus)
    const here = await tokenOf(person(1))
    const [chosen] = await act(database.pool, here, `select (a).* from (select switch_market('HU') as a) x`)
    expect(chosen).toMatchObject({ tenant_id: hungary, scope: 'team', is_default: true })
    expect(await tokenOf(person(1))).toMatchObject({ uoi: hungary, active_scope: 'team', crud: 'crud' })
    expect(await act(database.pool, here, 'select code, is_default, is_current from my_markets()')).toEqual([
      { code: 'CY', is_default: false, is_current: true },
      { code: 'HU', is_default: true, is_current: false },
    ])
    await act(database.pool, here, 'select switch_market($1)', [cyprus])
    expect((await tokenOf(person(1))).uoi).toBe(cyprus)
    for (const market of ['KZ', 'XX', null, person(9)]) {
      await expect(act(database.pool, here, 'select switch_market($1)', [market])).rejects.toMatchObject({
        code: 'PT404',
      })
    }
    await grant(claims(person(8), hungary, 'org_admin'), person(2))
    expect((await tokenOf(person(2))).uoi).toBe(hungary)
  })

  it('has one default however many switch at once', async () => {
    await given(person(1), cyprus)
    await given(person(1), hungary)
    const me = await tokenOf(person(1))
    await Promise.all(
      ['CY', 'HU', 'CY', 'HU', 'HU', 'CY'].map((market) =>
        act(database.pool, me, 'select switch_market($1)', [market])
      ),
    )
    const { rows } = await database.pool.query('select 1 from mls_user_access where is_default')
    expect(rows).toHaveLength(1)
  })
})

describe('teams', () => {
  it('follow the access of their people, per market', async () => {
    const members = async () =>
      (await database.pool.query(
        'select user_id from mls_user_teams where team_id = $1 and tenant_id = $2 order by 1',
        [
          teamCy,
          cyprus,
        ],
      )).rows.map(({ user_id }) => user_id)
    const one = await given(person(1), cyprus, { team_ids: [teamCy] })
    await given(person(2), cyprus, { team_ids: [teamCy, person(9)], scope: 'team' })
    await given(person(2), hungary, { team_ids: [teamCy] })
    expect(await members()).toEqual([person(1), person(2)])
    const access = async () =>
      (await act(database.pool, await tokenOf(person(2)), 'select my_access() as a'))[0]!.a.acts_for
    expect(await access()).toEqual(expect.arrayContaining([person(1)]))
    await change(admin, one, { team_ids: [] })
    expect(await members()).toEqual([person(2)])
    expect(await access()).not.toContain(person(1))
    await database.pool.query('delete from mls_user_access where tenant_id = $1', [hungary])
    expect(await members()).toEqual([person(2)])
  })
})

describe('my_access', () => {
  const problems = async (token: Claims, role = 'authenticated') => {
    const client = await database.pool.connect()
    try {
      await client.query(`begin; set local role ${role}`)
      await client.query(`select set_config('request.jwt.claims', $1, true)`, [JSON.stringify(token)])
      return (await client.query('select my_access() as a')).rows[0].a.problems as string[]
    } finally {
      await client.query('rollback')
      client.release()
    }
  }

  it('finds nothing wrong with a good token', async () => {
    await given(person(1), cyprus, { team_ids: [teamCy] })
    expect(await problems(await tokenOf(person(1)))).toEqual([])
    expect(await problems(admin)).toEqual([])
    expect(await problems({ ...admin, app_metadata: { scope: 'email' } })).toEqual([])
  })

  it('tells a visitor without a token from a token without role, which PostgREST takes for anonymous', async () => {
    for (const token of [{}, { role: 'anon' }, { role: 'anon', iss: 'supabase', ref: 'x', iat: 1, exp: 2 }]) {
      expect((await problems(token, 'anon'))[0]).toMatch(/^no token came/)
    }
    const { role: _, ...without } = admin
    for (const token of [without, { ...without, role: 'anon' }]) {
      expect(await problems(token, 'anon')).toEqual([
        expect.stringMatching(/^role is absent.*authenticated$/),
      ])
    }
  })

  it.each([
    ['sub', { sub: 'auth0|123' }, /^sub is absent or no uuid/],
    ['uoi', { uoi: person(9) }, /^uoi names no tenant/],
    ['uoi', { uoi: 'CY' }, /^uoi is absent or no uuid/],
    ['crud', { crud: undefined }, /^crud is absent/],
    ['crud', { crud: 'read' }, /^crud holds more than/],
    ['scope', { active_scope: undefined }, /^scope is absent/],
  ])('names what is wrong with %s', async (_, values, message) => {
    expect(await problems({ ...admin, ...values })).toEqual([expect.stringMatching(message)])
  })

  it('says that app_metadata does not count', async () => {
    const token = {
      role: 'authenticated',
      sub: person(9),
      app_metadata: { uoi: cyprus, crud: 'crud', scope: 'self' },
    }
    expect(await problems(token)).toContainEqual(
      expect.stringMatching(/^app_metadata and user_metadata do not count/),
    )
  })

  it('says when nobody gave access, when the hook is off, and when the token is older than the access', async () => {
    const iss = 'https://x.supabase.co/auth/v1'
    const bare = { role: 'authenticated', sub: person(1), iss }
    expect(await problems(bare)).toContainEqual(expect.stringMatching(/^nobody has given you access/))
    const id = await given(person(1), cyprus, { crud: 'crud' })
    expect(await problems(bare)).toContainEqual(
      expect.stringMatching(/mls_access_token_hook is not switched on/),
    )
    const token = await tokenOf(person(1))
    await change(admin, id, { crud: 'r' })
    expect(await problems(token)).toEqual([expect.stringMatching(/^your access was changed/)])
    expect(await problems({ ...token, iss: 'https://sso.example.com' })).toEqual([])
  })
})
