import { base64url, generateKeyPair, importJWK, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Hub, startHub } from '../support/hub.ts'
import { clientWith, demoClient, newClient, type ODataClient, type Row } from './odata-client.ts'

/**
 * Nothing of one office reaches a client of another: not as a row, not as a count, not as a difference between two
 * answers. Every probe runs for two clients against what only the other may see.
 */
let hub: Hub
let all: ODataClient

interface Side {
  client: ODataClient
  /** Values that occur only in records of the other office. */
  foreign: { resource: string; key: string; field: string; value: string; office: string; stamp: string }[]
  own: Record<string, string[]>
}
const sides: Record<string, Side> = {}
const offices = { portal_cy: 'SHARPSIR-CY-001', portal_hu: 'SHARPSIR-HU-001' }
const resources = { Property: ['ListingKey', 'PublicRemarks'], Media: ['MediaKey', 'MediaURL'] } as const

beforeAll(async () => {
  hub = await startHub({ seed: true })
  all = await demoClient(hub, 'verifier_all')
  const rows: Record<string, Row[]> = {}
  for (const name of Object.keys(resources)) rows[name] = await all.all(`/${name}?$top=1000`)
  for (const [name, office] of Object.entries(offices)) {
    const other = Object.values(offices).find((candidate) => candidate !== office)!
    const client = await demoClient(hub, name)
    const foreign = Object.entries(resources).map(([resource, [key, field]]) => {
      const row = rows[resource]!.find((row) => row.OriginatingSystemOfficeKey === other && row[field])!
      const [keyValue, value, stamp] = [row[key], row[field], row.ModificationTimestamp] as [
        string,
        string,
        string,
      ]
      return { resource, key: keyValue, field, value, office: other, stamp }
    })
    const own = Object.fromEntries(
      Object.entries(resources).map(([resource, [key]]) => [
        resource,
        rows[resource]!.filter((row) => row.OriginatingSystemOfficeKey === office).map((row) =>
          row[key] as string
        ),
      ]),
    )
    sides[name] = { client, foreign, own }
  }
})
afterAll(() => hub?.stop())

type Target = Side['foreign'][number]
const text = (value: string) => `'${value.replaceAll("'", "''")}'`
const keyField = (resource: string) => resource === 'Property' ? 'ListingKey' : 'MediaKey'

/** Filters that name, describe or circumscribe a foreign record, or try to break out of the statement. */
const filters: ((t: Target) => string)[] = [
  (t) => `${keyField(t.resource)} eq ${text(t.key)}`,
  (t) => `${text(t.key)} eq ${keyField(t.resource)}`,
  (t) => `${keyField(t.resource)} in (${text(t.key)})`,
  (t) => `${keyField(t.resource)} in ('x',${text(t.key)},null)`,
  (t) =>
    `startswith(${keyField(t.resource)},${text(t.key.slice(0, 20))}) and ${keyField(t.resource)} eq ${
      text(t.key)
    }`,
  (t) => `contains(${keyField(t.resource)},${text(t.key)})`,
  (t) => `endswith(${keyField(t.resource)},${text(t.key)})`,
  (t) => `tolower(${keyField(t.resource)}) eq ${text(t.key.toLowerCase())}`,
  (t) => `not (${keyField(t.resource)} ne ${text(t.key)})`,
  (t) => `${t.field} eq ${text(t.value)} and ${keyField(t.resource)} eq ${text(t.key)}`,
  (t) => `OriginatingSystemOfficeKey eq ${text(t.office)}`,
  (t) => `OriginatingSystemOfficeKey in (${text(t.office)})`,
  (t) => `tolower(OriginatingSystemOfficeKey) eq ${text(t.office.toLowerCase())}`,
  (t) => `contains(OriginatingSystemOfficeKey,${text(t.office.slice(9, 12))})`,
  (t) => `OriginatingSystemOfficeKey eq ${text(t.office.includes('HU') ? 'HSIR' : 'CSIR')}`,
  (t) => `OriginatingSystemOfficeKey in (${text(t.office.includes('HU') ? 'HSIR' : 'CSIR')})`,
  (t) => `OriginatingSystemOfficeKey eq ${text(t.office)} or ${keyField(t.resource)} eq ${text(t.key)}`,
  (t) => `true and ${keyField(t.resource)} eq ${text(t.key)}`,
  (t) => `1 eq 1 and OriginatingSystemOfficeKey eq ${text(t.office)}`,
  (t) => `null eq null and ${keyField(t.resource)} eq ${text(t.key)}`,
  (t) => `ModificationTimestamp eq ${t.stamp}`,
  (t) => `ModificationTimestamp ge ${t.stamp} and ModificationTimestamp le ${t.stamp}`,
  (t) => `case(true:${keyField(t.resource)}) eq ${text(t.key)}`,
  (t) => `concat('',${keyField(t.resource)}) eq ${text(t.key)}`,
  (t) => `substring(${keyField(t.resource)},0) eq ${text(t.key)}`,
  (t) =>
    t.resource === 'Property'
      ? `Media/any(m: m/ResourceRecordKey eq ${text(t.key)})`
      : `Property/OriginatingSystemOfficeKey eq ${text(t.office)}`,
  (t) =>
    t.resource === 'Property'
      ? `Media/any(m: m/OriginatingSystemOfficeKey eq ${text(t.office)})`
      : `Property/Media/any(m: m/MediaKey eq ${text(t.key)})`,
  (t) =>
    t.resource === 'Property'
      ? `OriginatingOffice/OfficeKey eq ${text(t.office)}`
      : `Property/OriginatingOffice/OfficeKey eq ${text(t.office)}`,
]

const hostile = (t: Target) => [
  `x' or '1'='1`,
  `x') or ("office_key" = '${t.office}`,
  `x'; select set_config('mls.claims', 'x', true); --`,
  `x' union all select doc from public.served_property --`,
  `$1`,
  `\\'; reset role; --`,
  `x'::text); set role postgres; --`,
]

describe.each(Object.keys(offices))('%s', (name) => {
  const expectNothing = (body: unknown, { own }: Side, t: Target) => {
    const found = JSON.stringify(body)
    expect(found).not.toContain(`"${t.key}"`)
    expect(found).not.toContain(`"OriginatingSystemOfficeKey":"${t.office}"`)
    for (const row of (body as { value?: Row[] })?.value ?? []) {
      const key = row[keyField(t.resource)] as string | undefined
      if (key !== undefined) expect(own[t.resource]).toContain(key)
      expect(row.OriginatingSystemOfficeKey).not.toBe(t.office)
    }
  }

  it.each(filters.map((filter, index) => ({ filter, index })))(
    'filter probe $index finds nothing foreign',
    async ({ filter }) => {
      const side = sides[name]!
      for (const t of side.foreign) {
        const query = encodeURIComponent(filter(t))
        const page = await side.client.get(`/${t.resource}?$filter=${query}&$count=true`)
        expect([200, 400]).toContain(page.status)
        expectNothing(page.body, side, t)
        if (page.status !== 200) continue
        expect(page.body.value).toHaveLength(0)
        expect(page.body['@odata.count']).toBe(0)
        expect((await side.client.get(`/${t.resource}/$count?$filter=${query}`)).text).toBe('0')
      }
    },
  )

  it('a foreign key is as unknown as one that never was', async () => {
    const side = sides[name]!
    for (const t of side.foreign) {
      for (
        const suffix of [
          '',
          '/OriginatingSystemOfficeKey',
          '/OriginatingSystemOfficeKey/$value',
          '?$select=City',
          '?$expand=*',
        ]
      ) {
        const path = (key: string) =>
          `/${t.resource}('${encodeURIComponent(key)}')${
            t.resource === 'Media' ? suffix.replace('City', 'MediaURL') : suffix
          }`
        const [real, made] = [await side.client.get(path(t.key)), await side.client.get(path('never'))]
        expect(real.status).toBe(404)
        expect(made.status).toBe(404)
        expect(real.body.error.message.replace(t.key.slice(0, 39), 'never').replace('…', '')).toBe(
          made.body.error.message,
        )
      }
      const isListing = t.resource === 'Property'
      const behind = (key: string, path: string) =>
        side.client.get(`/${t.resource}('${encodeURIComponent(key)}')/${path}`).then(({ status }) => status)
      for (const path of isListing ? ['Media', 'Media/$count'] : ['Property']) {
        expect(await behind(t.key, path)).toBe(404)
      }
      // of one entity there is no count, whoever has it
      if (!isListing) {
        expect(await behind(t.key, 'Property/$count')).toBe(501)
        expect(await behind('never', 'Property/$count')).toBe(501)
      }
    }
  })

  it('what is hostile stays a value, in every parameter', async () => {
    const side = sides[name]!
    for (const t of side.foreign) {
      for (const value of hostile(t)) {
        const quoted = encodeURIComponent(text(value))
        const raw = encodeURIComponent(value)
        const key = keyField(t.resource)
        const paths = [
          `?$filter=${key} eq ${quoted}`,
          `?$filter=${key} in (${quoted})`,
          `?$filter=contains(${key},${quoted})`,
          `?$filter=${raw}`,
          `?$filter=${key} eq @p&@p=${quoted}`,
          `?$select=${raw}`,
          `?$orderby=${raw}`,
          `?$orderby=concat(${key},${quoted})`,
          `?$expand=${raw}`,
          `?$search=${encodeURIComponent(`"${value.replaceAll('"', '')}"`)}`,
          `?$top=${raw}`,
          `?$skip=${raw}`,
          `?$count=${raw}`,
          `?$format=${raw}`,
          `?$skiptoken=${raw}`,
          `(${quoted})`,
        ]
        for (const path of paths) {
          const { status, body } = await side.client.get(`/${t.resource}${path}`)
          expect(status, path).toBeLessThan(500)
          expectNothing(body, side, t)
          if (status !== 200) {
            expect(body.error.message).not.toMatch(/syntax error at|pg_catalog|SQLSTATE|relation /)
          }
        }
      }
    }
  })

  it('orders, pages, counts and expansions hold own records only', async () => {
    const side = sides[name]!
    for (const t of side.foreign) {
      const own = side.own[t.resource]!
      const key = keyField(t.resource)
      for (
        const order of [
          '',
          `&$orderby=${key}`,
          '&$orderby=OriginatingSystemOfficeKey desc',
          '&$orderby=ModificationTimestamp desc',
        ]
      ) {
        const rows = await side.client.all(
          `/${t.resource}?$select=${key},OriginatingSystemOfficeKey&$top=400${order}`,
        )
        expect(rows.map((row) => row[key]).sort()).toEqual([...own].sort())
      }
      expect((await side.client.get(`/${t.resource}?$top=0&$count=true`)).body['@odata.count']).toBe(
        own.length,
      )
      expect((await side.client.get(`/${t.resource}/$count`)).text).toBe(String(own.length))
      expectNothing((await side.client.get(`/${t.resource}?$expand=*&$top=50`)).body, side, t)
    }
  })

  it('neither search nor the older property API finds a foreign listing', async () => {
    const { client, own, foreign } = sides[name]!
    const t = foreign.find(({ resource }) => resource === 'Property')!
    const ask = async (path: string, body?: unknown) => {
      const response = await fetch(`${hub.functionsUrl}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          Authorization: `Bearer ${client.token}`,
          ...(body !== undefined && { 'Content-Type': 'application/json' }),
        },
        body: body === undefined ? undefined : JSON.stringify(body),
      })
      return { status: response.status, text: await response.text() }
    }
    for (const filter of filters) {
      for (const dedupe of [false, true]) {
        const input = { filter: filter(t), include: ['count', 'facets', 'clusters'], limit: 200, dedupe }
        const { status, text } = await ask('/search/listings', input)
        expect([200, 400]).toContain(status)
        if (status === 200) expect(JSON.parse(text)).toMatchObject({ listings: [], count: 0, clusters: [] })
      }
    }
    const { text } = await ask('/search/listings', { limit: 200, include: ['count'] })
    expect(JSON.parse(text).count).toBe(own.Property!.length)
    const key = encodeURIComponent(t.key)
    for (
      const path of [
        `/search/timeline/${key}`,
        `/search/similar/${key}`,
        `/api/v1/properties/${key}`,
        `/api/v1/properties/${key}/media`,
        `/api/v1/properties/${key}/timeline`,
      ]
    ) {
      const never = path.replace(key, 'never')
      const [real, made] = [await ask(path), await ask(never)]
      expect([path, real.status, made.status]).toEqual([path, 404, 404])
    }
    for (const path of [`/search/suggest?q=${key}`, `/api/v1/properties?limit=200`]) {
      expect((await ask(path)).text).not.toContain(t.key)
    }
    for (const value of hostile(t)) {
      for (
        const input of [{ q: value }, { filter: value }, { select: [value] }, { sources: [value] }, {
          cursor: value,
        }]
      ) {
        const { status, text } = await ask('/search/listings', input)
        expect([JSON.stringify(input), status < 500, text.includes(t.key)]).toEqual([
          JSON.stringify(input),
          true,
          false,
        ])
        expect(text).not.toMatch(/syntax error at|pg_catalog|SQLSTATE|relation /)
      }
    }
  })

  it("a nextLink of another client's is refused", async () => {
    const side = sides[name]!
    for (const { resource } of side.foreign) {
      for (const order of ['', '&$orderby=ModificationTimestamp']) {
        const { body } = await all.get(`/${resource}?$top=3&$select=${keyField(resource)}${order}`)
        const { status, body: refusal } = await side.client.get(body['@odata.nextLink'])
        expect([status, refusal.error.code, refusal.error.target]).toEqual([
          400,
          'invalid_parameter',
          '$skiptoken',
        ])
      }
    }
  })

  it('a $skiptoken fits its own query only and bears no change', async () => {
    const { client } = sides[name]!
    const { body } = await client.get('/Property?$top=3&$select=ListingKey')
    const link = body['@odata.nextLink'] as string
    expect((await client.get(link)).status).toBe(200)
    expect((await client.get(link.replaceAll('$', '%24'))).status).toBe(200)
    const token = link.split('$skiptoken=')[1]!
    const flipped = token[5] === 'A' ? 'B' : 'A'
    const spoilt = [
      link.replace('/Property', '/Media'),
      link.replace('ListingKey', 'City'),
      `${link}&$filter=true`,
      link.replace(token, token.slice(0, 5) + flipped + token.slice(6)),
      link.replace(token, token.slice(0, -1)),
      link.replace(token, `${token}.x`),
      link.replace(token, `.${token.split('.')[1]}`),
    ]
    for (const wrong of spoilt) expect((await client.get(wrong)).status, wrong).toBe(400)
  })
})

describe('tokens', () => {
  it('of a client without offices show nothing', async () => {
    const nobody = await newClient(hub, { offices: [] })
    const unknown = await newClient(hub, { offices: ['NO-SUCH-OFFICE'] })
    for (const client of [nobody, unknown]) {
      for (const resource of ['Property', 'Media', 'Member', 'Office', 'EntityEvent']) {
        expect(await client.rows(`/${resource}`)).toEqual([])
        expect((await client.get(`/${resource}/$count`)).text).toBe('0')
      }
    }
  })

  it('are refused when tampered with, expired, meant for others, or unsigned', async () => {
    const { privateKey } = await generateKeyPair('ES256')
    const [header, payload, mac] = all.token.split('.') as [string, string, string]
    const claims = JSON.parse(new TextDecoder().decode(base64url.decode(payload)))
    const encode = (value: unknown) => base64url.encode(JSON.stringify(value))
    const real = {
      header: JSON.parse(new TextDecoder().decode(base64url.decode(header))),
      key: await importJWK(hub.credentials.oauthPrivateJwk, 'ES256') as CryptoKey,
    }
    const signed = (changes: Row, key = real.key) =>
      new SignJWT({ ...claims, ...changes }).setProtectedHeader(real.header).sign(key)
    const now = Math.floor(Date.now() / 1000)
    const refused: Record<string, string> = {
      'another subject, old signature': `${header}.${encode({ ...claims, sub: 'portal_cy' })}.${mac}`,
      'a flipped signature': `${header}.${payload}.${mac.slice(0, -4)}AAAA`,
      'alg none': `${encode({ alg: 'none', typ: 'JWT' })}.${payload}.`,
      'alg none with a signature': `${encode({ alg: 'none', typ: 'JWT' })}.${payload}.${mac}`,
      'alg HS256 with the public key': `${encode({ alg: 'HS256', kid: real.header.kid })}.${payload}.${mac}`,
      'a foreign key': await signed({}, privateKey),
      expired: await signed({ iat: now - 7200, exp: now - 3600 }),
      'another audience': await signed({ aud: 'someone-else' }),
      'another issuer': await signed({ iss: 'https://elsewhere.example/oauth' }),
      'a client that is none': await signed({ sub: 'nobody' }),
      'not yet valid': await signed({ nbf: now + 3600 }),
      rubbish: 'rubbish',
    }
    expect((await clientWith(hub, await signed({})).get('/Property?$top=1')).status).toBe(200) // the key is the right one
    for (const [what, token] of Object.entries(refused)) {
      const { status, body } = await clientWith(hub, token).get('/Property?$top=1')
      expect([what, status, body.error.code]).toEqual([what, 401, 'invalid_token'])
    }
    const ingest = await hub.token('databricks')
    expect((await clientWith(hub, ingest).get('/Property')).status).toBe(403)
  })
})

describe('row level security alone', () => {
  it('holds without the restriction of the application', async () => {
    const { rows: [{ context }] } = await hub.pool.query(
      `select mls.api_client_context('portal_hu') as context`,
    )
    const client = await hub.pool.connect()
    try {
      await client.query(
        `begin read only; set local role mls_api_read; select set_config('mls.claims', '${context.claims}', true)`,
      )
      for (const [table, resource] of [['served_property', 'Property'], ['served_media', 'Media']] as const) {
        const { rows } = await client.query(
          `select office_key, count(*)::int from public.${table} group by 1`,
        )
        expect(rows).toEqual([{
          office_key: offices.portal_hu,
          count: sides.portal_hu!.own[resource]!.length,
        }])
      }
    } finally {
      await client.query('rollback')
      client.release()
    }
  })
})
