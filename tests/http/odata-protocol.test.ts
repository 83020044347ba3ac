import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Hub, startHub } from '../support/hub.ts'
import { demoClient, newClient, type ODataClient, type Row } from './odata-client.ts'
import { sendGold } from './send-gold.ts'

let hub: Hub
let portal: ODataClient
let verifier: ODataClient
let root: string

beforeAll(async () => {
  hub = await startHub({ seed: true })
  root = `${hub.functionsUrl}/odata`
  ;[portal, verifier] = await Promise.all(
    ['portal_cy', 'verifier_all'].map((name) => demoClient(hub, name)),
  ) as [ODataClient, ODataClient]
})
afterAll(() => hub?.stop())

describe('one entity', () => {
  it('is found by its key, also with a letter that must be encoded', async () => {
    const [{ ListingKey: key }] = await portal.rows('/Property?$top=1&$select=ListingKey') as [Row]
    const { status, body, headers } = await portal.get(`/Property('${key}')`)
    expect(status).toBe(200)
    expect(body.ListingKey).toBe(key)
    expect(body['@odata.context']).toBe(`${root}/$metadata#Property/$entity`)
    expect(headers.get('ETag')).toBe(body['@odata.etag'])
    expect((await portal.get(`/Property(ListingKey='${key}')`)).body).toEqual(body)
    expect((await portal.get(`/Property(%27${key}%27)`)).body).toEqual(body)
    const chosen = await portal.get(`/Property('${key}')?$select=City`)
    expect(Object.keys(chosen.body)).toEqual(['@odata.context', '@odata.etag', 'City'])
  })

  it('is not sent again while it has not changed', async () => {
    const [{ ListingKey: key }] = await portal.rows('/Property?$top=1') as [Row]
    const { headers } = await portal.get(`/Property('${key}')`)
    const tag = headers.get('ETag')!
    for (const known of [tag, `"x", ${tag}`, '*', tag.replace('W/', '')]) {
      const again = await portal.get(`/Property('${key}')`, { 'If-None-Match': known })
      expect([again.status, again.text, again.headers.get('ETag')]).toEqual([304, '', tag])
    }
    expect((await portal.get(`/Property('${key}')`, { 'If-None-Match': '"x"' })).status).toBe(200)
  })

  it('is sent again to a client that sees more of it than before', async () => {
    const offices = ['SHARPSIR-CY-001']
    const before = await newClient(hub, { offices })
    const [{ ListingKey: key }] = await before.rows('/Property?$top=1') as [Row]
    const path = `/Property('${key}')`
    const known = { 'If-None-Match': (await before.get(path)).headers.get('ETag')! }
    expect((await portal.get(path, known)).status).toBe(304)
    for (const change of [{ grants: ['Property.PrivateRemarks'] }, { profile: 'dd2' }]) {
      const after = await newClient(hub, { offices, ...change })
      const { status, body, headers } = await after.get(path, known)
      expect([status, body['@odata.etag']]).toEqual([200, headers.get('ETag')])
    }
  })

  it('leads on to values and to other entities', async () => {
    const listings = await verifier.rows(
      '/Property?$filter=ListAgent/MemberKey ne null and City ne null&$top=1&$expand=Media,ListAgent',
    )
    const { ListingKey: key, City, Media, ListAgent } = listings[0] as {
      ListingKey: string
      City: string
      Media: Row[]
      ListAgent: Row
    }
    expect((await verifier.get(`/Property('${key}')/City`)).body.value).toBe(City)
    expect((await verifier.get(`/Property('${key}')/City/$value`)).text).toBe(City)
    expect((await verifier.get(`/Property('${key}')/ListAgent`)).body.MemberKey).toBe(ListAgent.MemberKey)
    expect(await verifier.all(`/Property('${key}')/Media?$top=2`)).toEqual(Media)
    expect((await verifier.get(`/Property('${key}')/Media/$count`)).text).toBe(String(Media.length))
  })

  it('is one of a collection that belongs to another', async () => {
    const listings = await portal.rows(
      '/Property?$filter=Media/any()&$select=ListingKey&$top=2&$expand=Media($select=MediaKey,MediaURL)',
    ) as { ListingKey: string; Media: Row[] }[]
    const [first, second] = listings as [typeof listings[0], typeof listings[0]]
    const [photo] = first.Media as [Row]
    const path = `Media('${encodeURIComponent(photo.MediaKey as string)}')`
    const { body } = await portal.get(`/Property('${first.ListingKey}')/${path}`)
    expect(body).toEqual((await portal.get(`/${path}`)).body)
    const { text } = await portal.get(`/Property('${first.ListingKey}')/${path}/MediaURL/$value`)
    expect(text).toBe(photo.MediaURL)
    for (const other of [second.ListingKey, 'nothing']) {
      expect((await portal.get(`/Property('${other}')/${path}`)).status).toBe(404)
    }
    expect((await portal.get(`/Property('${first.ListingKey}')/Media(1)`)).status).toBe(400)
    expect((await portal.get(`/Property('${first.ListingKey}')/ListAgent('x')`)).status).toBe(404)
  })

  it('has no content where a navigation to one entity leads to none, as $expand has null', async () => {
    const listing = { OriginatingSystemOfficeKey: 'SHARPSIR-CY-001', StandardStatus: 'Active' }
    await sendGold(hub, 'property', [
      { ...listing, ListingKey: 'QOBRIX_no_agent' },
      { ...listing, ListingKey: 'QOBRIX_lost_agent', ListAgentKey: 'QOBRIX_AGENT_gone' },
    ])
    for (const key of ['QOBRIX_no_agent', 'QOBRIX_lost_agent']) {
      const { body } = await portal.get(`/Property('${key}')?$expand=ListAgent`)
      expect(body.ListAgent).toBeNull()
      for (const path of ['ListAgent', 'ListAgent?$select=MemberFullName']) {
        const answer = await portal.get(`/Property('${key}')/${path}`)
        expect([answer.status, answer.text]).toEqual([204, ''])
        expect(answer.headers.get('OData-Version')).toBe('4.01')
      }
      expect((await portal.get(`/Property('${key}')/ListAgent?$select=Nothing`)).status).toBe(400)
      for (const beyond of ['MemberFullName', 'MemberFullName/$value', 'Office', 'Office/OfficeName']) {
        const { status, text } = await portal.get(`/Property('${key}')/ListAgent/${beyond}`)
        expect([beyond, status, text]).toEqual([beyond, 204, ''])
      }
      expect((await portal.get(`/Property('${key}')/ListAgent/Nothing`)).status).toBe(404)
    }
    expect((await portal.get("/Property('nothing')/City")).status).toBe(404)
    expect((await portal.get("/Property('nothing')/ListAgent")).status).toBe(404)
  })
})

describe('negotiation', () => {
  it('speaks 4.0 when asked to', async () => {
    const version = async (headers: Record<string, string>) =>
      (await portal.get('', headers)).headers.get('OData-Version')
    expect(await version({ 'OData-MaxVersion': '4.0' })).toBe('4.0')
    expect(await version({ 'OData-Version': '4.0' })).toBe('4.0')
    expect(await version({ 'OData-MaxVersion': '4.01' })).toBe('4.01')
    expect(await version({ 'OData-MaxVersion': '5.0' })).toBe('4.01')
    for (const header of ['OData-MaxVersion', 'OData-Version']) {
      expect((await portal.get('', { [header]: '3.0' })).status).toBe(400)
    }
    const { status, body } = await portal.get('', { 'OData-Version': '5.0' })
    expect([status, body.error.target]).toEqual([400, 'OData-Version'])
    for (const path of ['/Nothing', '/Property?$top=x']) {
      const { headers } = await portal.get(path, { 'OData-MaxVersion': '4.0' })
      expect(headers.get('OData-Version')).toBe('4.0')
    }
    const stranger = await fetch(root, { headers: { 'OData-MaxVersion': '4.0' } })
    expect([stranger.status, stranger.headers.get('OData-Version')]).toEqual([401, '4.0'])
    expect((await portal.get('/$metadata', { 'OData-MaxVersion': '4.0' })).text).toContain('Version="4.0"')
  })

  it('chooses the format by $format, then by Accept', async () => {
    const status = async (path: string, Accept?: string) =>
      (await portal.get(path, Accept ? { Accept } : {})).status
    expect(await status('/Property?$top=1', 'application/json')).toBe(200)
    expect(await status('/Property?$top=1', 'text/html, */*;q=0.1')).toBe(200)
    expect(await status('/Property?$top=1', 'application/xml')).toBe(406)
    expect(await status('/Property?$top=1', 'application/json;q=0')).toBe(406)
    expect(await status('/Property?$top=1&$format=json', 'application/xml')).toBe(200)
    expect(await status('/Property?$top=1&$format=atom')).toBe(406)
    expect(await status('/$metadata', 'application/xml')).toBe(200)
    expect(await status('/Property/$count', 'application/json')).toBe(200)
  })

  it('leaves annotations out on request', async () => {
    const { body, headers } = await portal.get('/Property?$top=1&$count=true', {
      Accept: 'application/json;odata.metadata=none',
    })
    expect(Object.keys(body)).toEqual(['@odata.count', 'value', '@odata.nextLink'])
    expect(Object.keys(body.value[0])).not.toContain('@odata.etag')
    expect(headers.get('Content-Type')).toContain('odata.metadata=none')
  })

  it('answers HEAD without a body', async () => {
    const headers = { Authorization: `Bearer ${portal.token}` }
    const response = await fetch(`${root}/Property?$top=1`, { method: 'HEAD', headers })
    expect([response.status, await response.text()]).toEqual([200, ''])
    expect(response.headers.get('OData-Version')).toBe('4.01')
    const plain = { ...headers, 'Accept-Encoding': 'identity' }
    for (const path of ['/$metadata', '/Property?$top=1', '/Nothing']) {
      const length = (await (await fetch(root + path, { headers: plain })).arrayBuffer()).byteLength
      const head = await fetch(root + path, { method: 'HEAD', headers: plain })
      expect(head.headers.get('Content-Length')).toBe(String(length))
    }
  })

  it('compresses pages when asked, and lets any origin read', async () => {
    const { headers, body } = await portal.get('/Property?$top=20', {
      'Accept-Encoding': 'gzip',
      Origin: 'https://portal.example',
    })
    expect(headers.get('Content-Encoding')).toBe('gzip')
    expect(body.value).toHaveLength(20)
    expect(headers.get('Access-Control-Allow-Origin')).toBe('*')
    const plain = await portal.get('/Property?$top=20', { 'Accept-Encoding': 'identity' })
    expect(plain.headers.get('Content-Encoding')).toBeNull()
    expect(plain.body).toEqual(body)
  })

  it('keeps to the page size that a client prefers', async () => {
    const { headers, body } = await portal.get('/Property', { Prefer: 'odata.maxpagesize=7' })
    expect(headers.get('Preference-Applied')).toBe('odata.maxpagesize=7')
    expect(body.value).toHaveLength(7)
    expect((await portal.get(body['@odata.nextLink'])).body.value).toHaveLength(7)
  })
})

describe('errors', () => {
  it.each<[path: string, status: number, code: string, message: string]>([
    ['/Prperty', 404, 'unknown_resource', 'did you mean Property?'],
    ['/Contacts', 404, 'unknown_resource', "There is no resource 'Contacts'"],
    ["/Contacts('x')", 404, 'unknown_resource', "There is no resource 'Contacts'"],
    ["/Property('nothing')", 404, 'not_found', "There is no Property with ListingKey 'nothing'"],
    ['/Property(5)', 400, 'invalid_query', 'keys of Property are texts'],
    ["/Property(City='x')", 400, 'invalid_query', 'the key of Property is ListingKey'],
    ["/Property('x')/Citty", 404, 'not_found', "did you mean 'City'?"],
    ["/Property('x')?$top=5", 400, 'invalid_query', '$top applies to collections'],
    ['/Property/City', 404, 'not_found', 'nothing is at this path'],
    ["/Property('%00')", 400, 'invalid_query', 'holds a character that is not allowed: %00'],
    [
      '/Property?$filter=Citty eq 1',
      400,
      'unknown_field',
      "'Citty' is not a field of Property; did you mean 'City'?",
    ],
    ['/Property?$filter=City eq', 400, 'invalid_query', '$filter'],
    ['/Property?$orderby=Citty', 400, 'unknown_field', "did you mean 'City'?"],
    ['/Property?$select=Citty', 400, 'unknown_field', "did you mean 'City'?"],
    ['/Property?$top=-1', 400, 'invalid_query', '$top'],
    ['/Property?$top=x', 400, 'invalid_query', '$top'],
    ['/Property?$flter=1', 400, 'invalid_query', 'did you mean $filter?'],
    ['/Property?$top=1&$top=2', 400, 'invalid_query', 'given twice'],
    [
      '/Property?$apply=concat(identity,identity)',
      400,
      'invalid_query',
      "'concat' is not supported",
    ],
    ['/Property?$skiptoken=x', 400, 'invalid_parameter', '$skiptoken'],
    ['/Property?$deltatoken=x', 501, 'not_implemented', '$deltatoken'],
    ['/$batch', 405, 'method_not_allowed', 'POST'],
    ['/$crossjoin(Property,Media)', 501, 'not_implemented', '$crossjoin'],
    ['/Property?$format=xml', 406, 'not_acceptable', 'application/json'],
  ])('%s is %i %s', async (path, status, code, message) => {
    const answer = await portal.get(path)
    expect(answer.status).toBe(status)
    expect(Object.keys(answer.body)).toEqual(['error'])
    expect(answer.body.error.code).toBe(code)
    expect(answer.body.error.message).toContain(message)
    expect(answer.headers.get('OData-Version')).toBe('4.01')
    expect(answer.headers.get('X-Request-Id')).toBeTruthy()
    expect(answer.headers.get('Vary')).toContain('Authorization')
    expect(answer.text).not.toMatch(/select |served_|postgres/i)
  })

  it.each([
    ['/Member', 'GET, HEAD, OPTIONS'],
    ['/Property', 'GET, HEAD, POST, OPTIONS'],
    ["/Property('x')", 'GET, HEAD, PATCH, OPTIONS'],
    ["/Property('x')/Media", 'GET, HEAD, POST, OPTIONS'],
  ])('answers methods that write with 405: %s', async (path, allowed) => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'].filter((each) => !allowed.includes(each))) {
      const response = await fetch(root + path, {
        method,
        headers: { Authorization: `Bearer ${portal.token}` },
      })
      expect(response.status).toBe(405)
      expect(response.headers.get('Allow')).toBe(allowed)
      expect((await response.json()).error.code).toBe('method_not_allowed')
    }
  })

  it('demands a token everywhere', async () => {
    for (const path of ['', '/$metadata', '/Property', "/Property('x')", '/Property/$count', '/Nothing']) {
      const response = await fetch(root + path)
      expect(response.status).toBe(401)
      expect(response.headers.get('WWW-Authenticate')).toContain('Bearer')
      expect((await response.json()).error.code).toBe('unauthorized')
    }
  })
})

describe('sensitive fields', () => {
  it('are served one by one or all together, as granted', async () => {
    await hub.pool.query(
      `update public.mls_listings set private_remarks = 'Ring twice', key_holder_details = 'Anna'
      where id = (select record_id from public.served_property where not is_deleted order by seq limit 1)`,
    )
    const one = await newClient(hub, { offices: ['*'], grants: ['Property.PrivateRemarks'] })
    const [row] = await one.rows('/Property?$top=1') as [Row]
    expect(row.PrivateRemarks).toBe('Ring twice')
    expect(row).not.toHaveProperty('X_KeyHolderDetails')
    expect(await one.count('Property', "PrivateRemarks eq 'Ring twice'")).toBe(1)
    expect((await one.get('/Property?$select=X_KeyHolderDetails')).status).toBe(400)
    const [all] = await verifier.rows('/Property?$top=1') as [Row]
    expect([all.PrivateRemarks, all.X_KeyHolderDetails]).toEqual(['Ring twice', 'Anna'])
    const [none] = await portal.rows('/Property?$top=1') as [Row]
    expect(none).not.toHaveProperty('PrivateRemarks')
  })
})

describe('behind a prefix', () => {
  it('makes its links from the public address', async () => {
    const prefixed = await startHub({ environment: { MLS_PUBLIC_URL: 'https://mls.example/reso' } })
    try {
      const { rows: [row] } = await prefixed.pool.query(
        `select mls.api_client_context('portal_cy') as context`,
      )
      expect(row.context.client_id).toBe('portal_cy')
      const client = await demoClient(prefixed, 'portal_cy')
      expect((await client.get('')).body['@odata.context']).toBe('https://mls.example/reso/odata/$metadata')
    } finally {
      await prefixed.stop()
    }
  })
})
