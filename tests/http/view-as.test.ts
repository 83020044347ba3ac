import { createClient } from '@supabase/supabase-js'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listing } from '../support/gold.ts'
import { type Hub, startHub } from '../support/hub.ts'

/** Any answer of a door: what it holds is what the tests are about. */
// deno-lint-ignore no-explicit-any
type Answer = any

/** Looking as somebody else: what is seen, that nothing is changed by any way in, and who may. */
let hub: Hub
let operator: string
let asClient: string
let asBroker: string

beforeAll(async () => {
  hub = await startHub({ rest: true })
  operator = await hub.token('operator')
  await ask('POST', 'ingest/property', await hub.token('databricks'), [listing(1)])
  await hub.pool.query(
    `insert into public.mls_user_access (user_id, tenant_id, scope, crud)
     select $1, id, 'self', 'crud' from public.mls_tenants where code = 'CY' on conflict (user_id, tenant_id) do nothing`,
    [hub.users.broker_cy!.id],
  )
  asClient = (await viewAs(operator, { client_id: 'portal_cy' })).body.token
  asBroker = (await viewAs(user('org_admin_cy'), { user_id: hub.users.broker_cy!.id })).body.token
})
afterAll(() => hub?.stop())

const user = (name: string) => hub.users[name]!.access_token
const viewAs = (token: string, whom: object) => ask('POST', 'admin/view-as', token, whom)

async function ask(
  method: string,
  path: string,
  token: string | undefined,
  body?: unknown,
): Promise<{ status: number; body: Answer }> {
  const response = await fetch(`${hub.functionsUrl}/${path}`, {
    method,
    headers: {
      ...token ? { Authorization: `Bearer ${token}` } : {},
      ...body === undefined ? {} : { 'Content-Type': 'application/json' },
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  const text = await response.text()
  return { status: response.status, body: text ? JSON.parse(text) : null }
}

const app = (token: string) =>
  createClient(hub.apiUrl, hub.credentials.publishableKey, { accessToken: () => Promise.resolve(token) })

describe('a token that looks', () => {
  it('lives five minutes, says who looks, and was written down', async () => {
    for (const [token, actor] of [[asClient, 'operator'], [asBroker, `user:${hub.users.org_admin_cy!.id}`]]) {
      const { exp, iat, act } = decodeJwt(token!)
      expect([exp! - iat!, act]).toEqual([300, { sub: actor }])
    }
    const { rows } = await hub.pool.query(
      `select operator, action, target from public.mls_admin_actions where action like 'view_as.%' order by id`,
    )
    expect(rows).toEqual([
      { operator: 'operator', action: 'view_as.client', target: 'portal_cy' },
      {
        operator: `user:${hub.users.org_admin_cy!.id}`,
        action: 'view_as.user',
        target: hub.users.broker_cy!.id,
      },
    ])
  })

  it('has fewer rights than the person, and is not told that they changed', async () => {
    const { data, error } = await app(asBroker).rpc('my_access')
    expect([error, data]).toEqual([null, expect.objectContaining({ crud: 'r', problems: [] })])
  })

  it('shows what the client sees, by every protocol, and changes nothing', async () => {
    expect((await ask('GET', 'odata/Property?$select=ListingKey', asClient)).body.value)
      .toEqual([expect.objectContaining({ ListingKey: 'QOBRIX_1' })])
    expect((await ask('POST', 'search/listings', asClient, { limit: 1 })).status).toBe(200)
    const call = { jsonrpc: '2.0', id: 1, method: 'tools/call' }
    const told = await fetch(`${hub.functionsUrl}/mcp`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${asClient}`,
        'Content-Type': 'application/json',
        Accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({ ...call, params: { name: 'get_listing', arguments: { key: 'QOBRIX_1' } } }),
    })
    expect([told.status, (await told.json()).result.isError]).toEqual([200, undefined])
    const writes: [string, string, unknown][] = [
      ['POST', 'ingest/property', [listing(9)]],
      ['POST', 'egress/subscriptions', { url: 'https://hooks.example/x', events: ['*'] }],
      ['POST', 'search/saved', { name: 'x', search: {} }],
      ['POST', 'search/listings/', { limit: 1 }],
      ['POST', 'admin/view-as', { client_id: 'portal_hu' }],
    ]
    const statuses = await Promise.all(
      writes.map(async ([method, path, sent]) => [path, (await ask(method, path, asClient, sent)).status]),
    )
    expect(Object.fromEntries(statuses)).toEqual({
      'ingest/property': 403,
      'egress/subscriptions': 403,
      'search/saved': 403,
      'search/listings/': 200,
      'admin/view-as': 403,
    })
  })

  it('makes and changes no records, though the client may', async () => {
    await hub.pool.query('select mls.upsert_api_client($1)', [
      JSON.stringify({
        client_id: 'agency',
        secret: 'c'.repeat(40),
        scopes: ['odata'],
        offices: ['SHARPSIR-CY-001'],
        edits: ['Property', 'Media'],
      }),
    ])
    const asAgency = (await viewAs(operator, { client_id: 'agency' })).body.token
    const count = async () =>
      (await hub.pool.query(
        'select (select count(*) from mls_listings) + (select count(*) from mls_listing_media) as n',
      ))
        .rows[0].n
    const before = await count()
    for (
      const [method, path] of [
        ['POST', 'odata/Property'],
        ['POST', 'odata/Property/'],
        ['POST', 'odata/Media'],
        ['POST', "odata/Property('QOBRIX_1')/Media"],
        ['PATCH', "odata/Property('QOBRIX_1')"],
      ]
    ) {
      const { status } = await ask(method!, path!, asAgency, { City: 'x', ResourceRecordKey: 'QOBRIX_1' })
      expect([path, status]).toEqual([path, 403])
    }
    expect(await count()).toBe(before)
    const batch = { requests: [{ id: '1', method: 'GET', url: 'Property/$count' }] }
    expect((await ask('POST', 'odata/$batch', asAgency, batch)).body.responses[0].status).toBe(200)
    const posted = await fetch(`${hub.functionsUrl}/odata/Property/$query`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${asAgency}`, 'Content-Type': 'text/plain' },
      body: '$top=1',
    })
    expect(posted.status).toBe(200)
  })

  it('shows what a person sees, and changes nothing by the Data API', async () => {
    const looking = app(asBroker)
    expect((await looking.rpc('my_access')).data).toMatchObject({
      user_id: hub.users.broker_cy!.id,
      scope: 'self',
      crud: 'r',
      tenant_code: 'CY',
    })
    expect((await looking.from('mls_tenants').select('code')).data).toEqual([{ code: 'CY' }])
    expect((await looking.rpc('create_listing', { listing: { name: 'Villa' } })).error).not.toBeNull()
    expect((await looking.rpc('switch_market', { market: 'CY' })).error).not.toBeNull()
    expect((await looking.rpc('claim_listing', { listing_id: crypto.randomUUID() })).error).not.toBeNull()
    expect((await looking.rpc('save_search', { name: 'x', search: {} })).error?.code).toBe('42501')
  })

  it('changes no saved search of the person, whom no letter of crud is asked for', async () => {
    const { body } = await ask('POST', 'search/saved', user('broker_cy'), { name: 'mine', search: {} })
    expect((await ask('GET', 'search/saved', asBroker)).body.searches).toHaveLength(1)
    expect((await ask('DELETE', `search/saved/${body.id}`, asBroker)).status).toBe(403)
    const looking = app(asBroker).from('mls_saved_searches')
    await looking.update({ name: 'theirs' }).eq('id', body.id)
    await looking.delete().eq('id', body.id)
    expect((await ask('GET', 'search/saved', user('broker_cy'))).body.searches).toMatchObject([{
      name: 'mine',
    }])
  })

  it('uploads nothing, and gets no address to upload to', async () => {
    const { data: claimed } = await app(user('broker_cy')).rpc('create_listing', {
      listing: { name: 'Villa' },
    })
    const path = `${claimed.id}/front.jpg`
    const file = new Blob([new Uint8Array([255, 216, 255])], { type: 'image/jpeg' })
    const bucket = app(asBroker).storage.from('mls-media')
    expect((await bucket.upload(path, file)).error).not.toBeNull()
    expect((await bucket.createSignedUploadUrl(path)).error).not.toBeNull()
    const own = app(user('broker_cy')).storage.from('mls-media')
    expect((await own.upload(path, file)).error).toBeNull()
    expect((await bucket.update(path, file)).error).not.toBeNull()
    await bucket.remove([path])
    expect((await own.list(claimed.id)).data?.map(({ name }) => name)).toEqual(['front.jpg'])
  })

  it('is no way into the account of the person', async () => {
    const auth = (method: string, path: string, body?: object) =>
      fetch(`${hub.apiUrl}/auth/v1/${path}`, {
        method,
        headers: {
          apikey: hub.publishableKey,
          Authorization: `Bearer ${asBroker}`,
          'Content-Type': 'application/json',
        },
        body: body && JSON.stringify(body),
      })
    for (
      const [method, path, body] of [
        ['PUT', 'user', { password: 'taken over 1' }],
        ['PUT', 'user', { email: 'mine@demo.example' }],
        ['GET', 'user', undefined],
        ['POST', 'logout', {}],
      ] as const
    ) {
      const response = await auth(method, path, body)
      expect([path, response.status, (await response.json()).error_code])
        .toEqual([path, 403, 'session_not_found'])
    }
    const { email, password } = hub.users.broker_cy!
    const { error } = await createClient(hub.apiUrl, hub.publishableKey, { auth: { persistSession: false } })
      .auth.signInWithPassword({ email, password })
    expect(error).toBeNull()
  })

  it.each<Record<string, string>>([
    { grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange' },
    { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer' },
    { grant_type: 'refresh_token' },
    { grant_type: 'client_credentials', client_id: 'portal_cy' },
  ])('is exchanged for no other token: %o', async (form) => {
    for (const token of [asClient, asBroker]) {
      const response = await fetch(`${hub.functionsUrl}/oauth/token`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}` },
        body: new URLSearchParams({
          ...form,
          subject_token: token,
          assertion: token,
          refresh_token: token,
          client_assertion: token,
        }),
      })
      expect(response.status).toBeOneOf([400, 401])
      expect(await response.text()).not.toContain('access_token')
    }
  })

  it('of an administrator, of all markets too, gives no other', async () => {
    for (const name of ['org_admin_cy', 'system_admin']) {
      const { body } = await viewAs(operator, { user_id: hub.users[name]!.id })
      expect((await ask('GET', 'admin/actions', body.token)).status).toBe(200)
      expect((await viewAs(body.token, { client_id: 'portal_cy' })).status).toBe(403)
      expect((await viewAs(body.token, { user_id: hub.users.broker_cy!.id })).status).toBe(403)
    }
  })
})

describe('who may look', () => {
  it.each([
    [{}, 400],
    [{ client_id: 'portal_cy', user_id: crypto.randomUUID() }, 400],
    [{ client_id: 'nobody' }, 404],
    [{ user_id: crypto.randomUUID() }, 404],
    [{ client_id: 'databricks' }, 409],
  ])('nobody, as %o', async (whom, status) => {
    expect((await viewAs(operator, whom)).status).toBe(status)
  })

  it('of another market, or of who stands above, is nothing for its administrator', async () => {
    const own = user('org_admin_cy')
    for (const name of ['broker_hu', 'system_admin']) {
      expect((await viewAs(own, { user_id: hub.users[name]!.id })).status).toBe(404)
    }
    const { body } = await ask('GET', 'admin/actions', own)
    expect(body.actions.map((entry: { action: string }) => entry.action)).toContain('view_as.user')
  })
})
