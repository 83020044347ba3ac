import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Hub, startHub } from '../support/hub.ts'
import { addMarket } from '../support/sources/hub.ts'

/** The door of sources, as operators, administrators of markets, and strangers see it. */
let hub: Hub
let operator: string

beforeAll(async () => {
  hub = await startHub()
  operator = await hub.token('operator')
  for (const code of ['SA', 'SB', 'SC', 'SD', 'SE']) await addMarket(hub.pool, code)
}, 180_000)
afterAll(() => hub?.stop())

interface Answer {
  status: number
  // deno-lint-ignore no-explicit-any -- any JSON
  body: any
}

async function call(
  method: string,
  path: string,
  body?: unknown,
  token: string | null = operator,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${hub.functionsUrl}${path}`, {
    method,
    headers: {
      ...(token !== null && { Authorization: `Bearer ${token}` }),
      ...(body !== undefined && !(body instanceof Uint8Array) && { 'Content-Type': 'application/json' }),
      ...headers,
    },
    body: body === undefined
      ? undefined
      : body instanceof Uint8Array
      ? body as Uint8Array<ArrayBuffer>
      : JSON.stringify(body),
  })
  const text = await response.text()
  return { status: response.status, body: text ? JSON.parse(text) : undefined }
}

async function ended(run: string): Promise<Answer['body']> {
  for (let tries = 0; tries < 600; tries++) {
    const { body } = await call('GET', `/sources/runs/${run}`)
    if (!['queued', 'running', 'waiting'].includes(body.status)) return body
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('The run does not end.')
}

describe('a source by the door', () => {
  let id: string

  it('is made by one call, and its listings are in OData after another', async () => {
    const made = await call('POST', '/sources', {
      office_key: 'SA-OFFICE',
      code: 'demo',
      name: 'Demo',
      provider: 'MOCK',
      settings: { listings: 12 },
    })
    expect(made.status).toBe(201)
    expect(made.body).toMatchObject({
      code: 'demo',
      key_prefix: 'DEMO_',
      has_credentials: false,
      status: 'new',
      last_run: null,
      next_run_at: null,
      media: { hotlink: 'allowed' },
      usage: { listings: 0, requests_today: 0 },
    })
    id = made.body.id
    const started = await call('POST', `/sources/${id}/runs`, { mode: 'FULL' })
    expect(started.status).toBe(202)
    const run = await ended(started.body.run_id)
    expect(run).toMatchObject({
      source_id: id,
      mode: 'FULL',
      trigger: 'person',
      status: 'finished',
      counts: { insert: 12, reject: 0 },
      progress: { expected: 12 },
    })
    const odata = await call(
      'GET',
      "/odata/Property?$filter=OriginatingSystemOfficeKey eq 'SA-OFFICE'&$count=true&$expand=Media",
      undefined,
      await hub.token('partner_all'),
    )
    expect(odata.body['@odata.count']).toBe(12)
    expect(odata.body.value[0].Media.length).toBeGreaterThan(3)
    expect((await call('GET', `/sources/${id}`)).body).toMatchObject({
      status: 'ok',
      usage: { listings: 12 },
      last_run: { id: run.id },
    })
    expect((await call('GET', `/sources/${id}/runs`)).body.runs).toHaveLength(1)
    expect((await call('GET', `/sources/DEMO/errors`)).body).toEqual({ errors: [] })
  })

  it('is tried without a trace', async () => {
    const before = await hub.pool.query('select count(*)::int as n from mls_listings')
    const { status, body } = await call('POST', `/sources/${id}/test`)
    expect(status).toBe(200)
    expect(body.ok).toBe(true)
    expect(body.checks.map(({ name }: { name: string }) => name)).toEqual([
      'connect',
      'authenticate',
      'read',
      'map',
    ])
    expect(body.sample).toHaveLength(12)
    expect(body.sample[0]).toMatchObject({ key: 'DEMO_1', record: { ListingKey: 'DEMO_1' }, findings: [] })
    expect((await hub.pool.query('select count(*)::int as n from mls_listings')).rows).toEqual(before.rows)
    expect((await call('GET', `/sources/${id}/runs`)).body.runs).toHaveLength(1)
  })

  it('refuses a second one on the office or with the code', async () => {
    const again = {
      office_key: 'SA-OFFICE',
      code: 'other',
      name: 'x',
      provider: 'MOCK',
      settings: { listings: 1 },
    }
    expect(await call('POST', '/sources', again)).toMatchObject({
      status: 409,
      body: { code: 'source_exists' },
    })
    await hub.pool.query(
      `insert into mls_offices (tenant_id, office_key, originating_office_key, is_market, origin_system, currency_code)
      select tenant_id, 'SA-2', 'SA-2', true, 'MANUAL', 'EUR' from mls_offices where office_key = 'SA-OFFICE'`,
    )
    expect(await call('POST', '/sources', { ...again, office_key: 'SA-2', code: 'DEMO' })).toMatchObject({
      status: 409,
      body: { code: 'source_exists' },
    })
  })

  it('is changed, but for what its listings hang on, and removed', async () => {
    const changed = await call('PATCH', `/sources/${id}`, {
      name: 'New',
      interval_minutes: 30,
      settings: { listings: 14 },
    })
    expect(changed.body).toMatchObject({ name: 'New', interval_minutes: 30, settings: { listings: 14 } })
    expect(Date.parse(changed.body.next_run_at)).toBeGreaterThan(Date.now() + 29 * 60_000)
    expect((await call('PATCH', `/sources/${id}`, { enabled: false })).body).toMatchObject({
      status: 'disabled',
      next_run_at: null,
    })
    for (const member of ['office_key', 'provider', 'key_prefix']) {
      expect(await call('PATCH', `/sources/${id}`, { [member]: 'X' })).toMatchObject({
        status: 422,
        body: { errors: [{ pointer: `/${member}` }] },
      })
    }
    expect((await call('DELETE', `/sources/${id}`)).status).toBe(204)
    expect((await call('GET', `/sources/${id}`)).status).toBe(404)
    expect((await hub.pool.query(`select from mls_listings where origin_key like 'DEMO_%'`)).rowCount).toBe(
      12,
    )
  })

  it.each([
    [{ provider: 'NONE' }, '/provider'],
    [{ settings: { listings: 'many' } }, '/settings/listings'],
    [{ settings: { listings: 1, extra: 1 } }, '/settings/extra'],
    [{ cron: '* *' }, '/cron'],
    [{ cron: '61 * * * *' }, '/cron'],
    [{ timezone: 'Mars/North' }, '/timezone'],
    [{ cron: '5 * * * *', interval_minutes: 5 }, '/interval_minutes'],
    [{ code: '1x' }, '/code'],
    [{ office_key: 'NOWHERE' }, '/office_key'],
    [{ key_prefix: 'MANUAL_' }, '/key_prefix'],
    [{ media: { hotlink: 'perhaps' } }, '/media/hotlink'],
    [{ resources: [{ name: 'castle' }] }, '/resources/0/name'],
    [{ max_listings: -1 }, '/max_listings'],
    [{ mapping: { version: 1, fields: {} } }, '/mapping'],
    [{ credentials: { token: 'x' } }, '/credentials'],
    [{ unheard_of: 1 }, '/unheard_of'],
    [{ provider: 'FILE', settings: { format: 'csv' } }, '/mapping'],
    [{
      provider: 'FILE',
      settings: { format: 'csv' },
      mapping: { version: 1, fields: { ListPrce: { from: 'x' } } },
    }, '/mapping/fields/ListPrce'],
    [{ provider: 'FILE', settings: { format: 'xls' }, mapping: {} }, '/settings/format'],
    [{
      provider: 'FILE',
      settings: { format: 'csv', next_path: 'next' },
      mapping: { version: 1, fields: { ListingKey: { from: 'x' } } },
    }, '/settings/next_path'],
    [{ provider: 'RESO', settings: { auth: { type: 'bearer' } } }, '/settings/root'],
    [
      { provider: 'RESO', settings: { root: 'https://x.example', auth: { type: 'client_credentials' } } },
      '/settings/auth/token_url',
    ],
    [
      { provider: 'RESO', settings: { root: 'http://x.example', auth: { type: 'bearer' } } },
      '/settings/root',
    ],
    [
      { provider: 'RESO', settings: { root: 'https://10.0.0.1/odata', auth: { type: 'bearer' } } },
      '/settings/root',
    ],
    [
      { provider: 'RESO', settings: { root: 'https://169.254.169.254/', auth: { type: 'bearer' } } },
      '/settings/root',
    ],
    [
      { provider: 'RESO', settings: { root: 'https://user:pw@x.example/', auth: { type: 'bearer' } } },
      '/settings/root',
    ],
    [{ provider: 'RESO', settings: { preset: 'mlsgrid', auth: { type: 'bearer' } } }, '/settings/filter'],
    [{
      provider: 'RESO',
      settings: { root: 'https://8.8.8.8/', auth: { type: 'bearer' } },
      credentials: { client_id: 'a', client_secret: 'b' },
    }, '/credentials'],
  ])('says what is wrong: %j', async (changes, pointer) => {
    const source = {
      office_key: 'SB-OFFICE',
      code: 'B',
      name: 'B',
      provider: 'MOCK',
      settings: { listings: 1 },
      ...changes,
    }
    const { status, body } = await call('POST', '/sources', source)
    expect([status, body.code]).toEqual([422, 'invalid_settings'])
    expect(body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer)
  })

  it('answers other requests as every door does', async () => {
    expect((await call('GET', '/sources/nothing')).status).toBe(404)
    expect((await call('GET', '/sources/runs/nothing')).body.code).toBe('unknown_run')
    expect((await call('PUT', '/sources')).status).toBe(405)
    expect((await call('POST', '/sources/nothing/runs', { mode: 'FULL' })).status).toBe(404)
    expect((await call('POST', '/sources', 'text')).status).toBe(422)
    expect((await call('POST', '/sources/nothing/runs', { mode: 'HALF' })).status).toBe(400)
  })
})

describe('files', () => {
  const mapping = {
    version: 1,
    fields: {
      ListingKey: { from: 'Ref' },
      ListPrice: { from: 'Preis €', as: 'decimal', empty: ['POA'] },
      StandardStatus: { from: 'Stav', map: { aktiv: 'Active', verkauft: 'Closed' }, else: 'reject' },
      City: { from: 'Ort' },
      Media: { from: ['Photo*'], split: '|' },
      Country: { value: 'GR' },
    },
    keep_rest: true,
  }
  const csv = 'Ref;Preis €;Stav;Ort;Photo1;Photo2;Balkon\n' +
    '1;1.234.567,89;aktiv;Köln;https://a.example/1.jpg|https://a.example/2.jpg;https://a.example/3.jpg;ja\n' +
    '2;POA;verkauft;Αθήνα;;;nein\n' +
    '3;450.000;weg;Bonn;;;ja\n'
  const bytes = (text: string) => new TextEncoder().encode(text)

  it('become listings by the mapping, once', async () => {
    const made = await call('POST', '/sources', {
      office_key: 'SC-OFFICE',
      code: 'CSV',
      name: 'CSV',
      provider: 'FILE',
      settings: { format: 'csv' },
      mapping,
    })
    expect(made.status).toBe(201)
    const path = `/sources/${made.body.id}/files`
    const sent = await call('POST', path, bytes(csv), operator, { 'X-File-Name': 'list.csv' })
    expect(sent.status).toBe(202)
    expect(sent.body).toMatchObject({ duplicate: false, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) })
    const [run] = (await call('GET', `/sources/CSV/runs`)).body.runs
    expect(run).toMatchObject({ trigger: 'file', mode: 'FULL' })
    expect(await ended(run.id)).toMatchObject({
      status: 'finished',
      counts: { insert: 2, reject: 1 },
      counts_by_resource: { media: { insert: 3 } },
    })
    const { rows } = await hub.pool.query(
      `select origin_key, list_price::text, source_standard_status, city, extensions ->> 'Balkon' as balcony
      from mls_listings where originating_office_key = 'SC-OFFICE' order by 1`,
    )
    expect(rows).toEqual([
      {
        origin_key: 'CSV_1',
        list_price: '1234567.89',
        source_standard_status: 'Active',
        city: 'Köln',
        balcony: 'ja',
      },
      {
        origin_key: 'CSV_2',
        list_price: null,
        source_standard_status: 'Closed',
        city: 'Αθήνα',
        balcony: 'nein',
      },
    ])
    expect((await call('GET', `/sources/CSV/errors`)).body.errors).toMatchObject([{
      record_key: 'CSV_3',
      code: 'invalid_fields',
    }])
    // the same content again, packed or not, is nothing new
    expect((await call('POST', path, bytes(csv))).body).toMatchObject({
      duplicate: true,
      file_id: sent.body.file_id,
    })
    expect((await call('POST', path, new Uint8Array(gzipSync(csv)))).body.duplicate).toBe(true)
    expect((await call('GET', `/sources/CSV/runs`)).body.runs).toHaveLength(1)
  })

  it('are read anew with another mapping, and what a new file lacks goes away within bounds', async () => {
    const fields = { ...mapping.fields, StandardStatus: { ...mapping.fields.StandardStatus, else: 'keep' } }
    const changed = await call('PATCH', '/sources/CSV', { mapping: { ...mapping, fields } })
    expect(changed.body.mapping_version).toBe(2)
    const { body } = await call('POST', '/sources/CSV/runs', { mode: 'FULL' })
    expect(await ended(body.run_id)).toMatchObject({
      status: 'finished',
      mapping_version: 2,
      counts: { insert: 1, unchanged: 2 },
    })
    const shorter = csv.split('\n').filter((line) => !line.startsWith('2')).join('\n')
    const sent = await call('POST', '/sources/CSV/files', bytes(shorter))
    const refused = await ended(sent.body.run_id)
    expect(refused).toMatchObject({ status: 'refused', error: { code: 'shrink_refused' } })
    const forced = await call('POST', '/sources/CSV/runs', { mode: 'FULL', force: true })
    expect(await ended(forced.body.run_id)).toMatchObject({ status: 'finished', counts: { delete: 1 } })
  })

  it('are tried before they are read', async () => {
    const { body } = await call('POST', '/sources/CSV/test', {
      mapping: {
        version: 1,
        fields: { ListingKey: { from: 'Ref' }, ListPrice: { from: 'Ort', as: 'decimal' } },
      },
    })
    expect(body).toMatchObject({
      ok: true,
      checks: [{}, {}, { name: 'read', message: expect.stringContaining('separated by semicolon') }, {
        ok: true,
      }],
    })
    expect(body.sample[0].findings).toMatchObject([{ field: 'ListPrice', code: 'invalid_number' }])
    expect(
      (await call('POST', '/sources/CSV/test', { mapping: { version: 1, fields: { City: { eval: 1 } } } }))
        .status,
    ).toBe(422)
  })

  it('are refused where they make no sense', async () => {
    expect((await call('POST', '/sources/CSV/files', new Uint8Array())).status).toBe(400)
    expect((await call('POST', '/sources/CSV/files', new Uint8Array(gzipSync(csv)).subarray(0, 40))).status)
      .toBe(400)
    const cut = await call('POST', '/sources/CSV/files', bytes('nothing but a name'))
    expect((await ended(cut.body.run_id)).status).not.toBe('finished')
  })
})
