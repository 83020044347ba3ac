import { createClient, type SupabaseClient } from '@supabase/supabase-js'
import { decodeJwt, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../database.types.ts'
import { type Hub, startHub } from '../support/hub.ts'

/** People sign in as an app lets them: supabase-js against the local stack, which calls the hook as Supabase Auth does. */
let hub: Hub
beforeAll(async () => hub = await startHub({ rest: true }))
afterAll(() => hub?.stop())

const client = (headers: Record<string, string> = {}) =>
  createClient<Database>(hub.apiUrl, hub.publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
    global: { headers },
  })

async function signedIn(name: string): Promise<SupabaseClient<Database>> {
  const app = client()
  const { email, password } = hub.users[name]!
  const { error } = await app.auth.signInWithPassword({ email, password })
  if (error) throw error
  return app
}

describe('a demo user', () => {
  it.each(['broker_cy', 'manager_cy', 'org_admin_cy', 'broker_hu', 'system_admin'])(
    '%s signs in with e-mail and password and has the rights of the ready-made token',
    async (name) => {
      const app = await signedIn(name)
      const session = (await app.auth.getSession()).data.session!
      const claims = ['sub', 'role', 'iss', 'uoi', 'active_scope', 'crud', 'team_ids']
      const pick = (token: string) => Object.fromEntries(claims.map((name) => [name, decodeJwt(token)[name]]))
      expect(pick(session.access_token)).toEqual(pick(hub.users[name]!.access_token))
      expect((await app.rpc('my_access')).data).toMatchObject({ user_id: hub.users[name]!.id, problems: [] })
    },
  )

  it('is refused with another password, and nobody signs up', async () => {
    const app = client()
    const { email } = hub.users.broker_cy!
    for (const password of ['wrong', '', hub.users.broker_hu!.password]) {
      const { error, data } = await app.auth.signInWithPassword({ email, password })
      expect([error?.status, data.session]).toEqual([400, null])
    }
    expect((await app.auth.signUp({ email: 'new@example.com', password: 'long enough 1' })).error?.code)
      .toBe('signup_disabled')
  })

  it('keeps the session by refreshing it, once per refresh token', async () => {
    const app = await signedIn('broker_cy')
    const first = (await app.auth.getSession()).data.session!
    const second = (await app.auth.refreshSession()).data.session!
    expect(second.refresh_token).not.toBe(first.refresh_token)
    expect(decodeJwt(second.access_token)).toMatchObject({ active_scope: 'self', crud: 'cru' })
    expect((await app.auth.getUser()).data.user?.email).toBe(hub.users.broker_cy!.email)
    expect((await app.from('mls_tenants').select('code')).data).toEqual([{ code: 'CY' }])
  })

  it('signs out: the session cannot be refreshed any more', async () => {
    const app = await signedIn('broker_cy')
    const { refresh_token } = (await app.auth.getSession()).data.session!
    expect((await app.auth.signOut()).error).toBeNull()
    const again = await client().auth.refreshSession({ refresh_token })
    expect(again.error?.code).toBe('refresh_token_not_found')
    expect((await app.from('mls_tenants').select('code')).error?.code).toBe('42501')
  })
})

describe('access', () => {
  it('is given by an administrator and reaches the token with its next refresh', async () => {
    await hub.pool.query(
      `insert into auth.users (id, email, encrypted_password, email_confirmed_at, created_at, updated_at)
       values (gen_random_uuid(), 'new.broker@demo.example', extensions.crypt('long enough 1', extensions.gen_salt('bf', 4)), now(), now(), now())`,
    )
    const app = client()
    await app.auth.signInWithPassword({ email: 'new.broker@demo.example', password: 'long enough 1' })
    const problems = async () => (await app.rpc('my_access')).data as unknown as { problems: string[] }
    expect((await problems()).problems).toContainEqual(expect.stringMatching(/^nobody has given you access/))
    expect((await app.from('mls_tenants').select('code')).data).toEqual([])

    const admin = await signedIn('org_admin_cy')
    const wrong = await admin.rpc('grant_access', { email: 'new.broker@demo.example', scope: 'system_admin' })
    expect([wrong.status, wrong.error?.code]).toEqual([403, '42501'])
    const given = await admin.rpc('grant_access', { email: 'new.broker@demo.example', crud: 'cru' })
    expect(given.data).toMatchObject({ scope: 'self', crud: 'cru' })
    expect((await problems()).problems).toContainEqual(expect.stringMatching(/refresh the session/))
    await app.auth.refreshSession()
    expect((await problems()).problems).toEqual([])
    expect((await app.from('mls_tenants').select('code')).data).toEqual([{ code: 'CY' }])

    const own = await app.rpc('grant_access', { email: 'new.broker@demo.example', scope: 'org_admin' })
    expect([own.status, own.error?.code]).toEqual([403, '42501'])
    const raised = await app.from('mls_user_access').update({ scope: 'org_admin' })
      .eq('user_id', given.data!.user_id).select()
    expect(raised.data).toEqual([])
    const people = await admin.rpc('people_with_access')
    expect(people.data?.map(({ email }) => email)).toContain('new.broker@demo.example')
    await admin.from('mls_user_access').delete().eq('id', given.data!.id)
    await app.auth.refreshSession()
    expect((await app.from('mls_tenants').select('code')).data).toEqual([])
  })

  it('to a second market is chosen by switch_market', async () => {
    const system = await signedIn('system_admin')
    const { data: hungary } = await system.from('mls_tenants').select('id').eq('code', 'HU').single()
    const id = hub.users.manager_cy!.id
    const added = await system.from('mls_user_access').insert({
      user_id: id,
      tenant_id: hungary!.id,
      crud: 'r',
    })
    expect(added.error).toBeNull()

    const app = await signedIn('manager_cy')
    expect((await app.rpc('my_access')).data).toMatchObject({ tenant_code: 'CY', scope: 'team' })
    expect((await app.rpc('switch_market', { market: 'HU' })).error).toBeNull()
    expect((await app.rpc('my_access')).data).toMatchObject({ tenant_code: 'CY' })
    await app.auth.refreshSession()
    expect((await app.rpc('my_access')).data).toMatchObject({ tenant_code: 'HU', scope: 'self', crud: 'r' })
    const nowhere = await app.rpc('switch_market', { market: 'KZ' })
    expect([nowhere.status, nowhere.error?.message]).toEqual([404, 'not_found'])
    await app.rpc('switch_market', { market: 'CY' })
  })
})

describe('a token of another sign-on system', () => {
  const foreign = (claims: Record<string, unknown>) =>
    new SignJWT({ sub: hub.users.broker_cy!.id, aud: 'authenticated', ...claims })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).setIssuedAt().setExpirationTime('1h')
      .sign(new TextEncoder().encode(hub.credentials.jwtSecret))
  const problemsOf = async (claims: Record<string, unknown>) => {
    const { data, error } = await client({ Authorization: `Bearer ${await foreign(claims)}` }).rpc(
      'my_access',
    )
    if (error) throw new Error(error.message)
    return (data as unknown as { problems: string[] }).problems
  }

  it('is explained by my_access, without the claim role too', async () => {
    const { uoi } = decodeJwt(hub.users.broker_cy!.access_token)
    const claims = { uoi, active_scope: 'self', crud: 'cru' }
    expect(await problemsOf({ role: 'authenticated', ...claims })).toEqual([])
    expect(await problemsOf(claims)).toEqual([expect.stringMatching(/^role is absent/)])
    expect(await problemsOf({ role: 'authenticated', app_metadata: claims }))
      .toContainEqual(expect.stringMatching(/^app_metadata/))
  })
})
