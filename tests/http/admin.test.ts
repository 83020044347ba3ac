import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listing } from '../support/gold.ts'
import { type Hub, startHub } from '../support/hub.ts'

/** Any answer of a door: what it holds is what the tests are about. */
// deno-lint-ignore no-explicit-any
type Answer = any

/** What an operator changes without SQL. Who may: routes.test.ts. */
let hub: Hub
let operator: string

beforeAll(async () => {
  hub = await startHub({ rest: true })
  operator = await hub.token('operator')
})
afterAll(() => hub?.stop())

const user = (name: string) => hub.users[name]!.access_token
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
async function tokenOf(client_id: string, client_secret: string): Promise<string | undefined> {
  const response = await fetch(`${hub.functionsUrl}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials', client_id, client_secret }),
  })
  return (await response.json()).access_token
}

const market = (code: string, changes: object = {}) => ({
  code,
  name: `Market ${code}`,
  currency: 'EUR',
  office: { key: `OFFICE-${code}`, origin_system: 'QOBRIX', aliases: [`${code}IR`] },
  ...changes,
})

describe('a market', () => {
  it('is set up by one request, and takes and serves listings at once', async () => {
    const { status, body } = await ask('POST', 'admin/markets', operator, market('GR'))
    expect(status).toBe(201)
    expect(body).toMatchObject({
      code: 'GR',
      country: 'GR',
      currency: 'EUR',
      offices: [{ key: 'OFFICE-GR', aliases: ['GRIR'], origin_system: 'QOBRIX', currency: 'EUR' }],
    })
    const created = await ask('POST', 'admin/clients', operator, {
      client_id: 'greece',
      scopes: ['ingest', 'odata'],
      offices: ['GRIR'],
    })
    const token = await tokenOf('greece', created.body.client_secret)
    const sent = await ask('POST', 'ingest/property', token, [
      listing(1, { ListingKey: 'GR_1', OriginatingSystemOfficeKey: 'GRIR' }),
    ])
    expect(sent.body.totals.insert).toBe(1)
    const read = await ask('GET', 'odata/Property?$select=ListingKey,ListPriceCurrencyCode', token)
    expect(read.body.value).toMatchObject([{ ListingKey: 'GR_1', ListPriceCurrencyCode: 'EUR' }])
    // what a broker needs is there: the workflow is the one of every market
    const { rows } = await hub.pool.query(
      `select t.code, (select count(*)::int from public.mls_status_transitions s where s.tenant_id = t.id) as transitions,
        (select count(*)::int from public.mls_checklist_templates c where c.tenant_id = t.id) as steps
       from public.mls_tenants t where t.code in ('CY', 'GR') order by 1`,
    )
    expect(rows[1]).toEqual({ code: 'GR', transitions: 25, steps: 44 })
    const usage = await ask('GET', 'admin/usage?market=GR', operator)
    expect(usage.body.markets).toMatchObject([{
      market: 'GR',
      listings: 1,
      media_bytes: 0,
      records: 1,
      clients: [{ client_id: 'greece', records: 1, requests: expect.any(Number) }],
    }])
    expect(usage.body.markets[0].requests).toBeGreaterThan(0)
  })

  it('exists once, office and aliases included; what cannot be one is refused by name', async () => {
    expect((await ask('POST', 'admin/markets', operator, market('GR'))).status).toBe(409)
    for (const office of [{ key: 'SHARPSIR-CY-001' }, { key: 'CSIR' }, { key: 'NEW', aliases: ['HSIR'] }]) {
      const { status } = await ask(
        'POST',
        'admin/markets',
        operator,
        market('BG', { office: { origin_system: 'QOBRIX', ...office } }),
      )
      expect([office.key, status]).toEqual([office.key, 409])
    }
    const wrong: [object, string][] = [
      [{ code: 'gr' }, 'code'],
      [{ currency: '€' }, 'currency'],
      [{ currency: 'XXX' }, 'currency'],
      [{ country: 'Greece' }, 'country'],
      [{ office: { key: 'K', origin_system: 'MANUAL' } }, 'office.origin_system'],
      [{ office: { origin_system: 'QOBRIX' } }, 'office.key'],
    ]
    for (const [changes, target] of wrong) {
      expect(await ask('POST', 'admin/markets', operator, market('BG', changes))).toMatchObject({
        status: 400,
        body: { code: 'invalid_parameter', target },
      })
    }
    expect((await ask('POST', 'admin/markets', operator, market('BG', { settings: { nonsense: 1 } }))).status)
      .toBe(400)
    expect((await hub.pool.query(`select from mls_tenants where code = 'BG'`)).rowCount).toBe(0)
    const [first, second] = await Promise.all([
      ask('POST', 'admin/markets', operator, market('BG')),
      ask('POST', 'admin/markets', operator, market('BG')),
    ])
    expect([first.status, second.status].sort()).toEqual([201, 409])
  })

  it('is changed by its administrator within bounds', async () => {
    const own = user('org_admin_cy')
    const changed = await ask('PATCH', 'admin/markets/CY', own, {
      settings: { price_approval_percent: 5 },
      office: { key: 'SHARPSIR-CY-001', shrink_threshold: 0.3 },
    })
    expect(changed.body).toMatchObject({
      settings: { price_approval_percent: 5 },
      offices: [{ shrink_threshold: 0.3 }],
    })
    expect((await ask('PATCH', 'admin/markets/CY', own, { currency: 'USD' })).status).toBe(403)
    expect((await ask('PATCH', 'admin/markets/CY', own, { settings: { nonsense: 1 } })).status).toBe(400)
    expect((await ask('GET', 'admin/markets', own)).body.markets).toHaveLength(1)
    expect(
      (await ask('PATCH', 'admin/markets/CY', operator, {
        office: { key: 'SHARPSIR-CY-001', aliases: ['CSIR', 'HSIR'] },
      })).status,
    ).toBe(409)
  })
})

describe('an API client', () => {
  it('is created, changed, given a new secret and shut out; its secret is shown once', async () => {
    const { status, body } = await ask('POST', 'admin/clients', operator, {
      client_id: 'agent.one',
      scopes: ['odata'],
      offices: ['CSIR'],
    })
    expect(status).toBe(201)
    expect(body.client_secret).toMatch(/^[\w-]{43}$/)
    expect(await tokenOf('agent.one', body.client_secret)).toBeTruthy()
    const listed = await ask('GET', 'admin/clients', operator)
    expect(JSON.stringify(listed.body)).not.toMatch(/secret_hash|client_secret"/)
    expect(listed.body.clients).toContainEqual(
      expect.objectContaining({ client_id: 'agent.one', disabled: false }),
    )

    const settings = { edits: ['Media'], top_means: 'page', stamps: 'milliseconds' }
    expect((await ask('PATCH', 'admin/clients/agent.one', operator, settings)).body).toMatchObject(settings)
    const usual = { edits: [], top_means: null, stamps: 'microseconds' }
    expect((await ask('PATCH', 'admin/clients/agent.one', operator, usual)).body).toMatchObject(usual)

    const rotated = await ask('POST', 'admin/clients/agent.one/secret', operator, { grace_hours: 1 })
    expect(await tokenOf('agent.one', body.client_secret)).toBeTruthy()
    expect(await tokenOf('agent.one', rotated.body.client_secret)).toBeTruthy()
    const last = await ask('POST', 'admin/clients/agent.one/secret', operator, { grace_hours: 0 })
    expect(await tokenOf('agent.one', rotated.body.client_secret)).toBeUndefined()
    expect(
      (await ask('PATCH', 'admin/clients/agent.one', operator, {
        grants: ['Contacts'],
        edits: ['Media'],
        profile: 'dd2',
      }))
        .body,
    ).toMatchObject({ grants: ['Contacts'], edits: ['Media'], profile: 'dd2', scopes: ['odata'] })
    await ask('PATCH', 'admin/clients/agent.one', operator, { disabled: true })
    expect(await tokenOf('agent.one', last.body.client_secret)).toBeUndefined()
    await ask('PATCH', 'admin/clients/agent.one', operator, { disabled: false })
    expect(await tokenOf('agent.one', last.body.client_secret)).toBeTruthy()
    expect((await ask('POST', 'admin/clients', operator, { client_id: 'agent.one' })).status).toBe(409)
    // no secret stands in the log
    const { rows } = await hub.pool.query('select a::text as entry from public.mls_admin_actions a')
    const entries = rows.map(({ entry }) => entry).join('\n')
    expect(entries).toContain('agent.one')
    for (const secret of [body.client_secret, last.body.client_secret]) expect(entries).not.toContain(secret)
  })

  it('the first of all is made with a secret key of the project', async () => {
    const made = await fetch(`${hub.functionsUrl}/admin/clients`, {
      method: 'POST',
      headers: { apikey: hub.credentials.secretKey, 'Content-Type': 'application/json' },
      body: JSON.stringify({ client_id: 'first', scopes: ['admin'] }),
    })
    const { client_secret } = await made.json()
    const token = await tokenOf('first', client_secret)
    expect((await ask('GET', 'admin/markets', token)).status).toBe(200)
  })

  it.each([
    [{ client_id: 'a b' }, 400],
    [{ client_id: 'x1', scopes: ['root'] }, 400],
    [{ client_id: 'x2', offices: ['NOBODY'] }, 400],
    [{ client_id: 'x3', grants: ['no grant'] }, 400],
    [{ client_id: 'x3', edits: ['Member'] }, 400],
    [{ client_id: 'x4', secret: 'mine' }, 400],
  ])('is refused as %o', async (client, status) => {
    expect((await ask('POST', 'admin/clients', operator, client)).status).toBe(status)
  })

  it('of a market is its administrator’s; no more can be given than one has', async () => {
    const own = user('org_admin_cy')
    const refused = [
      { client_id: 'up1', scopes: ['admin'], offices: ['CSIR'] },
      { client_id: 'up2', scopes: ['odata'], offices: ['*'] },
      { client_id: 'up3', scopes: ['odata'], offices: ['CSIR', 'HSIR'] },
      { client_id: 'up4', scopes: ['odata'] },
    ]
    for (const client of refused) {
      expect([client.client_id, (await ask('POST', 'admin/clients', own, client)).status])
        .toEqual([client.client_id, expect.toBeOneOf([400, 403])])
    }
    expect(
      (await ask('POST', 'admin/clients', own, { client_id: 'own', scopes: ['odata'], offices: ['CSIR'] }))
        .status,
    )
      .toBe(201)
    for (
      const changes of [{ scopes: ['admin'] }, { offices: ['HSIR'] }, { offices: [] }, { offices: ['*'] }]
    ) {
      expect((await ask('PATCH', 'admin/clients/own', own, changes)).status).toBeOneOf([400, 403])
    }
    const names = (await ask('GET', 'admin/clients', own)).body.clients.map(
      (client: { client_id: string }) => client.client_id,
    )
    expect(names).toContain('own')
    expect(names).not.toContain('portal_hu')
    expect(names).not.toContain('operator')
    expect(names).not.toContain('partner_all')
  })
})

describe('the clock, alerts and settings', () => {
  it('are changed by operators', async () => {
    const changed = await ask('PATCH', 'admin/schedules/feeds', operator, { cron: '*/20 * * * *' })
    expect(changed.body).toMatchObject({ job: 'feeds', cron: '*/20 * * * *', enabled: true })
    for (const cron of ['30 seconds', '1 second', '0 3 $ * *', ' 5  4 * * sun ']) {
      expect((await ask('PATCH', 'admin/schedules/feeds', operator, { cron })).body).toMatchObject({ cron })
    }
    for (const cron of ['often', '', '60 seconds', '0 seconds', '* * * *', '0 0 31 2 *', '@daily']) {
      expect([cron, (await ask('PATCH', 'admin/schedules/feeds', operator, { cron })).status]).toEqual([
        cron,
        400,
      ])
    }
    await ask('PATCH', 'admin/schedules/feeds', operator, { cron: '*/20 * * * *' })
    expect((await ask('PATCH', 'admin/schedules/nothing', operator, { enabled: false })).status).toBe(404)
    const own = user('org_admin_cy')
    expect(
      (await ask('PUT', 'admin/settings', own, { source: 'gold', office_key: 'CSIR', overlap_seconds: 7200 }))
        .body,
    ).toMatchObject({ office_key: 'SHARPSIR-CY-001', overlap_seconds: 7200, max_stale_share: 0.1 })
    await ask('PUT', 'admin/settings', operator, {
      source: 'gold',
      office_key: 'HSIR',
      max_stale_share: 0.5,
    })
    expect((await ask('GET', 'admin/settings', own)).body.ingest).toHaveLength(1)
    expect((await ask('GET', 'admin/settings', operator)).body.ingest).toHaveLength(2)
    await hub.pool.query(
      `insert into public.mls_alerts (code, subject, level, message) values ('queue_overdue', 'HU/X', 'critical', 'a'), ('queue_overdue', 'CY/X', 'critical', 'b')`,
    )
    const subjects = async (token: string) =>
      (await ask('GET', 'admin/alerts', token)).body.alerts.map((alert: { subject: string }) => alert.subject)
    expect(await subjects(own)).toEqual(['CY/X'])
    expect(await subjects(operator)).toEqual(expect.arrayContaining(['CY/X', 'HU/X']))
  })
})
