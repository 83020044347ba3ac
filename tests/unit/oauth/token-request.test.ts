import { describe, expect, it } from 'vitest'
import { readTokenRequest } from '../../../functions/_shared/oauth/token-request.ts'

const form = 'application/x-www-form-urlencoded'

function post(body: string, headers: Record<string, string> = {}): Request {
  return new Request('http://hub.test/oauth/token', {
    method: 'POST',
    body,
    headers: { 'Content-Type': form, ...headers },
  })
}
const basic = (pair: string) => ({ Authorization: `Basic ${btoa(pair)}` })
const grant = 'grant_type=client_credentials'

describe('a token request', () => {
  it('carries its credentials in the body', async () => {
    expect(await readTokenRequest(post(`${grant}&client_id=portal&client_secret=s%2Bcret&scope=odata`)))
      .toEqual({
        clientId: 'portal',
        clientSecret: 's+cret',
        scopes: ['odata'],
      })
  })

  it('or in HTTP Basic, form-encoded as RFC 6749 wants it', async () => {
    expect(await readTokenRequest(post(grant, basic('portal%3Acy:s%2Bc%20r+t:x')))).toEqual({
      clientId: 'portal:cy',
      clientSecret: 's+c r t:x',
      scopes: undefined,
    })
  })

  it('and Basic wins when both are sent', async () => {
    const request = post(`${grant}&client_id=body&client_secret=body`, basic('head:er'))
    expect(await readTokenRequest(request)).toMatchObject({ clientId: 'head', clientSecret: 'er' })
  })

  it('asks for each scope once, and for all with an empty one', async () => {
    const scopes = async (scope: string) =>
      (await readTokenRequest(post(`${grant}&client_id=a&client_secret=b&scope=${scope}`))).scopes
    expect(await scopes('odata+ingest+odata')).toEqual(['odata', 'ingest'])
    expect(await scopes('')).toBeUndefined()
  })

  it.each([
    ['no grant type', 'client_id=a&client_secret=b', 400, 'invalid_request'],
    ['an empty body', '', 400, 'invalid_request'],
    ['another grant type', 'grant_type=password&client_id=a&client_secret=b', 400, 'unsupported_grant_type'],
    ['a parameter given twice', `${grant}&client_id=a&client_id=b&client_secret=c`, 400, 'invalid_request'],
    ['no secret', `${grant}&client_id=a`, 401, 'invalid_client'],
    ['no client', grant, 401, 'invalid_client'],
    ['a NUL in the id', `${grant}&client_id=a%00&client_secret=b`, 401, 'invalid_client'],
    ['an endless secret', `${grant}&client_id=a&client_secret=${'x'.repeat(300)}`, 401, 'invalid_client'],
    ['a malformed scope', `${grant}&client_id=a&client_secret=b&scope=%22x%22`, 400, 'invalid_scope'],
    ['a large body', `${grant}&pad=${'x'.repeat(9000)}`, 413, 'payload_too_large'],
  ])('with %s is refused', async (_, body, status, code) => {
    await expect(readTokenRequest(post(body))).rejects.toMatchObject({ status, code })
  })

  it.each([
    'Basic !!!',
    `Basic ${btoa('nocolon')}`,
    `Basic ${btoa('a:%zz')}`,
    `Basic ${btoa('a:\xff')}`,
    'Basic ',
  ])(
    'with the header "%s" is refused, with a challenge',
    async (Authorization) => {
      await expect(readTokenRequest(post(`${grant}&client_id=a&client_secret=b`, { Authorization }))).rejects
        .toMatchObject({
          code: 'invalid_client',
          headers: { 'WWW-Authenticate': expect.stringMatching(/^Basic realm=/) },
        })
    },
  )

  it('of another media type is an invalid request', async () => {
    await expect(readTokenRequest(post('{}', { 'Content-Type': 'application/json' }))).rejects
      .toMatchObject({ status: 400, code: 'invalid_request' })
  })
})
