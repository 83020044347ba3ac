import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Hub, startHub } from '../support/hub.ts'
import { newClient, type ODataClient, type Row } from './odata-client.ts'

/** Questions that are sent as a body: one as POST /$query, many as $batch. */
let hub: Hub
let root: string
let standard: ODataClient

beforeAll(async () => {
  hub = await startHub({ seed: true })
  root = `${hub.functionsUrl}/odata`
  standard = await newClient(hub, { offices: ['*'], grants: ['Contacts', 'Property.*'], profile: 'dd2' })
})
afterAll(() => hub?.stop())

const post = async (
  client: ODataClient,
  path: string,
  body: string,
  headers: Record<string, string> = {},
) => {
  const response = await fetch(`${root}${path}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${client.token}`, 'Content-Type': 'application/json', ...headers },
    body,
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text }
}

describe('POST /$query', () => {
  const keys = async () =>
    (await standard.get('/Property?$top=40&$select=ListingKey')).body.value
      .map(({ ListingKey }: Row) => ListingKey as string)

  it('answers what GET would', async () => {
    const wanted = await keys()
    const query = `$filter=ListingKey in (${
      wanted.map((key: string) => `'${key}'`).join(',')
    })&$select=ListingKey&$orderby=ListingKey`
    const got = await standard.get(`/Property?${query}`)
    for (const type of ['text/plain', 'text/plain;charset=utf-8', 'application/x-www-form-urlencoded']) {
      const posted = await post(standard, '/Property/$query', query, { 'Content-Type': type })
      expect([posted.status, JSON.parse(posted.text)]).toEqual([200, got.body])
    }
    const encoded = await post(standard, '/Property/%24query?$top=3&$count=true', encodeURI(query), {
      'Content-Type': 'text/plain',
    })
    expect(JSON.parse(encoded.text)).toMatchObject({ '@odata.count': 40, value: got.body.value.slice(0, 3) })
  })

  it('goes on, by GET or, where the query is too long for it, by POST', async () => {
    const wanted = await keys()
    for (const times of [1, 12]) {
      const list = Array.from(
        { length: times },
        (_, n) => wanted.map((key: string) => `'${n === 0 ? key : key + n}'`),
      ).flat()
      const query = `$filter=ListingKey in (${list.join(',')})&$select=ListingKey`
      const read: Row[] = []
      let answer = await post(standard, '/Property/$query', query, {
        'Content-Type': 'text/plain',
        Prefer: 'odata.maxpagesize=15',
      })
      for (;;) {
        expect(answer.status).toBe(200)
        const body = JSON.parse(answer.text)
        read.push(...body.value)
        const next = body['@odata.nextLink'] as string | undefined
        if (!next) break
        expect(next.includes('/$query?')).toBe(times > 1)
        const { pathname, search } = new URL(next)
        answer = times > 1
          ? await post(standard, `${pathname.replace(/.*\/odata/, '')}${search}`, query, {
            'Content-Type': 'text/plain',
          })
          : await standard.get(next)
      }
      expect(read.map((row) => row.ListingKey).sort()).toEqual(wanted.sort())
    }
  })

  it('refuses another body, and a parameter given twice', async () => {
    expect((await post(standard, '/Property/$query', '{}')).status).toBe(415)
    expect(
      (await post(standard, '/Property/$query?$top=1', '$top=2', { 'Content-Type': 'text/plain' })).status,
    ).toBe(400)
    expect((await post(standard, '/Office', '{}')).status).toBe(405)
    expect((await post(standard, '/Property', '{}')).status).toBe(403)
    expect((await standard.get('/Property/$query')).status).toBe(501)
  })
})

it('a URL too long is answered with the limit', async () => {
  const { status, body } = await standard.get(`/Property?$filter=City eq '${'x'.repeat(60_001)}'`)
  expect([status, body.error.code]).toEqual([414, 'uri_too_long'])
  expect(body.error.message).toMatch(/60000.*\$query/)
})

describe('$batch', () => {
  const batch = async (requests: unknown, headers: Record<string, string> = {}) => {
    const { status, text } = await post(standard, '/$batch', JSON.stringify({ requests }), headers)
    return { status, body: JSON.parse(text) }
  }

  it('answers reads however their addresses are written', async () => {
    const { status, body } = await batch([
      { id: '1', method: 'get', url: 'Property?$top=1&$select=City' },
      { id: 'b', method: 'GET', url: '/functions/v1/odata/Member/$count', headers: { Accept: 'text/plain' } },
      { id: '3', method: 'GET', url: `${root}/$metadata` },
      { id: '4', method: 'GET', url: '$metadata', headers: { 'OData-MaxVersion': '4.0' }, dependsOn: ['1'] },
    ])
    expect(status).toBe(200)
    expect(body.responses.map(({ id, status }: Row) => [id, status]))
      .toEqual([['1', 200], ['b', 200], ['3', 200], ['4', 200]])
    const single = await standard.get('/Property?$top=1&$select=City')
    expect(body.responses[0].body).toEqual(single.body)
    expect(body.responses[1].body).toMatch(/^\d+$/)
    expect(body.responses[2].body).toContain('<edmx:Edmx')
    expect(body.responses[3].headers['odata-version']).toBe('4.0')
  })

  it('stops at a failure unless asked to go on', async () => {
    const requests = [
      { id: '1', method: 'GET', url: 'Property?$top=1' },
      { id: '2', method: 'GET', url: 'Nothing' },
      { id: '3', method: 'GET', url: 'Member?$top=1' },
      { id: '4', method: 'GET', url: 'Member?$top=1', dependsOn: ['2'] },
      { id: '5', method: 'POST', url: 'Member', body: {} },
      { id: '6', method: 'GET', url: 'https://example.com/Member' },
      { id: '7', method: 'GET', url: '/functions/v1/admin/openapi.json' },
    ]
    const statuses = (body: { responses: Row[] }) => body.responses.map(({ status }) => status)
    expect(statuses((await batch(requests)).body)).toEqual([200, 404, 424, 424, 424, 424, 424])
    expect(statuses((await batch(requests, { Prefer: 'odata.continue-on-error' })).body))
      .toEqual([200, 404, 200, 424, 405, 404, 404])
  })

  it('refuses what is no batch', async () => {
    for (
      const requests of [undefined, {}, [{}], [{ id: '1', method: 'GET' }], [{
        id: 1,
        method: 'GET',
        url: 'x',
      }]]
    ) {
      expect((await batch(requests)).status).toBe(400)
    }
    const twice = await batch([{ id: 'a', method: 'GET', url: 'Member' }, {
      id: 'a',
      method: 'GET',
      url: 'Member',
    }])
    expect(twice.status).toBe(400)
    expect(
      (await batch(Array.from({ length: 51 }, (_, n) => ({ id: `${n}`, method: 'GET', url: 'Member' })))).body
        .error.code,
    )
      .toBe('too_costly')
    const unknown = await fetch(`${root}/$batch`, { method: 'POST', body: '{"requests":[]}' })
    expect(unknown.status).toBe(401)
  })

  it('answers MIME messages in kind', async () => {
    const part = (request: string, type = 'application/http') =>
      `--batch_1\r\nContent-Type: ${type}\r\nContent-Transfer-Encoding: binary\r\n\r\n${request}\r\n`
    const body = [
      part('GET Property?$top=1&$select=City HTTP/1.1\r\nAccept: application/json\r\n\r\n'),
      part('--x\r\n\r\n--x--', 'multipart/mixed; boundary=x'),
      '--batch_1--',
    ].join('')
    const { status, headers, text } = await post(standard, '/$batch', body, {
      'Content-Type': 'multipart/mixed; boundary=batch_1',
    })
    expect(status).toBe(200)
    const boundary = /boundary=(\S+)/.exec(headers.get('Content-Type')!)![1]!
    const parts = text.split(`--${boundary}`).slice(1, -1)
    expect(parts.map((answer) => /HTTP\/1.1 (\d+)/.exec(answer)![1])).toEqual(['200', '405'])
    expect(parts[0]).toContain('"City"')
    expect(parts[1]).toContain('"error"')
    expect(text.endsWith(`--${boundary}--\r\n`)).toBe(true)
  })
})
