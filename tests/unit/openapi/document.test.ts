import { afterEach, describe, expect, it, vi } from 'vitest'
import { openApiDocument } from '../../../functions/_shared/openapi/document.ts'
import { resources } from '../../../functions/_shared/reso/dictionary.ts'
import admin from '../../../functions/admin/index.ts'

// deno-lint-ignore no-explicit-any
type Node = any

/** Every object in the document with the way to it. */
function* nodes(value: Node, way: string[] = []): Generator<{ node: Node; way: string[] }> {
  if (value === null || typeof value !== 'object') return
  yield { node: value, way }
  for (const [name, inner] of Object.entries(value)) yield* nodes(inner, [...way, name])
}

describe.each(['gold', 'dd2'] as const)('the OpenAPI document of profile %s', (profile) => {
  const document: Node = openApiDocument('https://mls.example/functions/v1', profile)
  const resolve = (reference: string) =>
    reference.replace('#/', '').split('/').reduce((node: Node, name) => node?.[name], document)

  it('refers only to what it has', () => {
    const references = [...nodes(document)].flatMap(({ node }) =>
      typeof node.$ref === 'string' ? [node.$ref] : []
    )
    expect(references.length).toBeGreaterThan(100)
    for (const reference of references) {
      expect([reference, resolve(reference)]).toEqual([reference, expect.any(Object)])
    }
  })

  it('describes every operation: an id of its own, its parameters, its answers', () => {
    const ids: string[] = []
    for (const [path, methods] of Object.entries<Node>(document.paths)) {
      expect(path).toMatch(/^\//)
      for (const operation of Object.values<Node>(methods)) {
        ids.push(operation.operationId)
        const parameters = (operation.parameters ?? []).map((one: Node) => one.$ref ? resolve(one.$ref) : one)
        const inPath = parameters.filter((one: Node) => one.in === 'path').map((one: Node) => one.name)
        expect([path, inPath]).toEqual([path, [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)])
        expect(new Set(parameters.map((one: Node) => one.name)).size).toBe(parameters.length)
        const answers = /^\/(odata|oauth\/token)/.test(path)
          ? [expect.stringMatching(/^20[01]$/), '429', 'default']
          : [expect.stringMatching(/^20[0-4]$/), 'default']
        expect(Object.keys(operation.responses)).toEqual(answers)
        const known = document.tags.map(({ name }: Node) => name)
        for (const tag of operation.tags) expect(known).toContain(tag)
      }
    }
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('tells the quota in each answer of the API, and with 429 how long to wait', () => {
    const quota = ['RateLimit-Policy', 'RateLimit']
    const headersOf = (response: Node) => Object.keys(response.headers ?? {})
    for (const [path, { get }] of Object.entries<Node>(document.paths)) {
      if (!path.startsWith('/odata')) continue
      expect([path, headersOf(get.responses['200'])]).toEqual([path, expect.arrayContaining(quota)])
      expect(headersOf(resolve(get.responses['429'].$ref))).toEqual([...quota, 'Retry-After'])
    }
    expect(headersOf(resolve('#/components/responses/Error'))).toEqual(quota)
  })

  it('describes how a collection is read page by page', () => {
    const { parameters } = document.paths['/odata/Property'].get
    const described = parameters.map((one: Node) => resolve(one.$ref)).map((one: Node) =>
      `${one.in} ${one.name}`
    )
    expect(described).toEqual(
      expect.arrayContaining(['query $skiptoken', 'query replication', 'header Prefer']),
    )
    const { properties } = document.components.schemas.PropertyPage
    expect(Object.keys(properties['@mls.changesAfter'].properties)).toEqual([
      'ModificationTimestamp',
      'EntityEventSequence',
    ])
  })

  it('takes the credentials of a token by Basic or in the body, and names the scope', () => {
    const { post } = document.paths['/oauth/token']
    const { schema } = post.requestBody.content['application/x-www-form-urlencoded']
    expect(schema.required).toEqual(['grant_type'])
    expect(schema.dependentRequired).toEqual({ client_id: ['client_secret'], client_secret: ['client_id'] })
    expect(post.security).toEqual([{ client: [] }, {}])
    const { client, token } = document.components.securitySchemes
    expect(client).toMatchObject({ type: 'http', scheme: 'basic' })
    expect(Object.keys(token.flows.clientCredentials.scopes)).toEqual(['odata', 'ingest', 'admin'])
    expect(document.security).toEqual([{ token: ['odata'] }])
  })

  it('has every field of every resource, each with a type', () => {
    for (const { name, fields } of resources) {
      const { properties } = document.components.schemas[name]
      for (const field of fields) {
        expect([field.name, properties[field.name]?.type]).toEqual([field.name, expect.anything()])
      }
    }
    const { ParkingFeatures, ListingKey, ListPrice } = document.components.schemas.Property.properties
    expect(ParkingFeatures.type).toEqual(profile === 'dd2' ? 'array' : ['string', 'null'])
    expect(ListingKey.type).toBe('string')
    expect(ListPrice.type).toEqual(['number', 'null'])
  })
})

describe('GET /admin/openapi.json', () => {
  afterEach(() => vi.unstubAllEnvs())

  it('answers anybody', async () => {
    vi.stubEnv('MLS_PUBLIC_URL', 'https://mls.example')
    vi.stubEnv('MLS_LOG_LEVEL', 'off')
    const response = await admin.fetch(new Request('https://mls.example/admin/openapi.json?profile=dd2'))
    expect(response.status).toBe(200)
    expect(response.headers.get('Content-Type')).toContain('application/json')
    const document = await response.json()
    expect(document).toEqual(openApiDocument('https://mls.example', 'dd2'))
  })

  it('refuses profiles that do not exist, and other methods', async () => {
    const ask = (path: string, method = 'GET') =>
      admin.fetch(new Request(`https://mls.example/admin${path}`, { method }))
    expect((await ask('/openapi.json?profile=x')).status).toBe(400)
    expect((await ask('/openapi.json', 'DELETE')).status).toBe(405)
    expect((await ask('/status')).status).toBe(401)
  })
})
