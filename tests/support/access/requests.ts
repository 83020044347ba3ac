import { listing } from '../gold.ts'
import type { Hub } from '../hub.ts'

/** What is sent to a route: values of the path's parameters, a query, a body. */
export interface Asked {
  params?: Record<string, string>
  query?: string
  body?: unknown
}

/** What of Cyprus the requests name. */
export interface World {
  hub: Hub
  listing: string
  subscription: string
  message: string
  source: string
  sourceRun: string
  ingestRun: string
  receipt: string
  quarantined: string
  savedSearch: string
  /** A number that no request had before. */
  next: () => number
  /** A request as one of the demo clients; the answer's body. */
  // deno-lint-ignore no-explicit-any
  as: (client: string, method: string, path: string, body?: unknown) => Promise<any>
}

type Asking = (world: World) => Asked | Promise<Asked>

const never = 'b0000000-0000-4000-8000-000000000abc'

/** Which parameter names what, where a route says nothing else: the first prefix that fits. */
const parameters: [prefix: string, (world: World) => Record<string, string>][] = [
  ['/admin/markets', () => ({ code: 'CY' })],
  ['/admin/clients', () => ({ id: 'portal_cy' })],
  ['/admin/schedules', () => ({ job: 'health' })],
  ['/admin/subscriptions', ({ subscription }) => ({ id: subscription })],
  ['/egress/subscriptions', ({ subscription, message }) => ({ id: subscription, message })],
  ['/egress/feeds', () => ({ file: 'mls-feed-cy.json' })],
  ['/export', () => ({ file: 'mls-feed-cy.json', limit: '5' })],
  ['/ingest/runs', ({ ingestRun }) => ({ id: ingestRun })],
  ['/ingest/receipts', ({ receipt }) => ({ id: receipt })],
  ['/ingest/:resource', () => ({ resource: 'property' })],
  ['/sources/runs', ({ sourceRun }) => ({ run: sourceRun })],
  ['/sources', ({ source }) => ({ id: source })],
  ['/api/v1/admin/mls', ({ source }) => ({ provider: source })],
  ['/api/v1/properties', ({ listing }) => ({ id: listing })],
  ['/search/saved', ({ savedSearch }) => ({ id: savedSearch })],
  ['/search', () => ({ key: 'QOBRIX_1', token: 'x.y' })],
  ['/router/odata', () => ({ path: 'Property/$query', '*': 'Property?$top=1' })],
  ['/odata', () => ({ path: 'Property/$query', '*': 'Property?$top=1' })],
]

const newSubscription = async (as: World['as']): Promise<string> =>
  (await as('portal_cy', 'POST', '/egress/subscriptions', {
    url: 'http://127.0.0.1:9/x',
    resource: 'Property',
  })).id

/** What is sent where `{}` (or for GET, nothing) is not enough to get as far as the rule that is to be seen. */
const requests: Record<string, Asking> = {
  'POST /admin/markets': ({ next }) => {
    const code = `Z${next()}`
    return {
      body: { code, name: code, currency: 'EUR', office: { key: `OFFICE-${code}`, origin_system: 'QOBRIX' } },
    }
  },
  'PATCH /admin/markets/:code': () => ({ body: { name: 'Cyprus' } }),
  'POST /admin/clients': ({ next }) => ({
    body: { client_id: `matrix${next()}`, scopes: ['odata'], offices: ['CSIR'] },
  }),
  'PATCH /admin/clients/:id': () => ({ body: { name: 'Portal, Cyprus' } }),
  'PATCH /admin/schedules/:job': () => ({ body: { enabled: true } }),
  'PUT /admin/settings': () => ({ body: { source: 'gold', office_key: 'CSIR', overlap_seconds: 60 } }),
  'GET /admin/usage': () => ({ query: 'market=CY' }),
  'POST /admin/subscriptions': () => ({
    body: { client_id: 'portal_cy', url: 'http://127.0.0.1:9/x', resource: 'Property' },
  }),
  'PATCH /admin/subscriptions/:id': () => ({ body: { kinds: ['created'] } }),
  'DELETE /admin/subscriptions/:id': async ({ as }) => ({ params: { id: await newSubscription(as) } }),
  'POST /admin/view-as': () => ({ body: { client_id: 'portal_cy' } }),
  'POST /api/v1/admin/mls/sync': ({ source }) => ({ body: { providerId: source, syncType: 'full' } }),
  'PUT /api/v1/admin/mls/provider/:provider/toggle': () => ({ body: { enabled: false } }),
  'PUT /api/v1/admin/mls/provider/:provider/interval': () => ({ body: { minutes: 60 } }),
  'POST /api/v1/properties': () => ({ body: { name: 'Villa' } }),
  'PUT /api/v1/properties/:id': () => ({ body: { name: 'Villa' } }),
  'POST /egress/subscriptions': () => ({ body: { url: 'http://127.0.0.1:9/x', resource: 'Property' } }),
  'PATCH /egress/subscriptions/:id': () => ({ body: { kinds: ['created'] } }),
  'DELETE /egress/subscriptions/:id': async ({ as }) => ({ params: { id: await newSubscription(as) } }),
  'POST /egress/subscriptions/:id/replay': () => ({ body: { from: '1' } }),
  'POST /egress/run': () => ({ body: { job: 'lookups' } }),
  'GET /egress/explain': () => ({ query: 'listing=QOBRIX_1&portal=MLS_FEED' }),
  'POST /ingest/runs': ({ next }) => ({
    body: { source: `m${next()}`, office_key: 'SHARPSIR-CY-001', resource: 'property', mode: 'DELTA' },
  }),
  'POST /ingest/runs/:id/keys': () => ({ body: { keys: ['QOBRIX_1'] } }),
  'POST /ingest/runs/:id/finish': async ({ as, next }) => ({
    params: {
      id: (await as('databricks', 'POST', '/ingest/runs', {
        source: `m${next()}`,
        office_key: 'SHARPSIR-CY-001',
        resource: 'member',
        mode: 'DELTA',
      })).run_id,
    },
    body: { abandon: true },
  }),
  'GET /ingest/addresses': () => ({ query: 'office_key=SHARPSIR-CY-001' }),
  'GET /ingest/watermark': () => ({ query: 'source=m&office_key=SHARPSIR-CY-001&resource=property' }),
  'POST /ingest/quarantine/replay': ({ quarantined }) => ({ body: { ids: [quarantined] } }),
  'POST /ingest/quarantine/dismiss': () => ({ body: { ids: [never] } }),
  'POST /ingest/:resource': () => ({
    body: [listing(1)],
  }),
  'POST /mcp': () => ({ body: { jsonrpc: '2.0', id: 1, method: 'tools/list' } }),
  'POST /oauth/token': () => ({
    body: new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange' }),
  }),
  'POST /router/oauth/token': () => ({
    body: new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange' }),
  }),
  'POST /router/odata/:path': () => ({ body: '$top=1' }),
  'POST /odata/:path': () => ({ body: '$top=1' }),
  'PATCH /odata/:path': () => ({ params: { path: "Property('QOBRIX_1')" }, body: { City: 'Paphos' } }),
  'POST /odata/$batch': () => ({ body: { requests: [{ id: '1', method: 'GET', url: 'Property?$top=1' }] } }),
  'POST /odata/%24batch': () => ({
    body: { requests: [{ id: '1', method: 'GET', url: 'Property?$top=1' }] },
  }),
  'POST /search/saved': () => ({ body: { name: 'x', search: { q: 'sea' } } }),
  'DELETE /search/saved/:id': async ({ as }) => ({
    params: { id: (await as('portal_cy', 'POST', '/search/saved', { name: 'y', search: {} })).id },
  }),
  'GET /search/places': () => ({ query: 'type=city' }),
  'GET /search/suggest': () => ({ query: 'q=Lim' }),
  'POST /sources': () => ({
    body: {
      office_key: 'SHARPSIR-CY-001',
      code: 'TWICE',
      name: 'Twice',
      provider: 'MOCK',
      settings: { listings: 1 },
    },
  }),
  'PATCH /sources/:id': () => ({ body: { name: 'Mock' } }),
  'POST /sources/:id/runs': () => ({ body: { mode: 'FULL' } }),
}

/** The request of a route. */
export async function requestOf(route: string, world: World): Promise<Request> {
  const [method, pattern] = route.split(' ') as [string, string]
  const { params, query, body } = await requests[route]?.(world) ?? {}
  const named = { ...parameters.find(([prefix]) => pattern.startsWith(prefix))?.[1](world), ...params }
  const path = pattern.replace(/:([a-z]+)|\*/g, (whole, name) => named[name ?? whole]!)
  const isJson = method !== 'GET' && typeof body !== 'string' && !(body instanceof URLSearchParams)
  return new Request(`${world.hub.functionsUrl}${path}${query ? `?${query}` : ''}`, {
    method,
    headers: {
      Accept: 'application/json, text/event-stream, */*',
      ...isJson ? { 'Content-Type': 'application/json' } : {},
    },
    body: method === 'GET'
      ? undefined
      : isJson
      ? JSON.stringify(body ?? {})
      : body as string | URLSearchParams,
  })
}

/** Names of what is Cyprus's, and of what never was; and what differs from one answer to the next. */
const unlike: [known: RegExp, never: string][] = [
  [/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, never],
  [/\bSHARPSIR-CY-001\b/g, 'SHARPSIR-QQ-001'],
  [/\bCSIR\b/g, 'QSIR'],
  [/\b(portal|mls-feed)([_-])cy\b/g, '$1$2qq'],
  [/\bCYMOCK\b/g, 'QYMOCK'],
  [/\bQOBRIX_1\b/g, 'QOBRIX_999'],
  [/\b(market=|markets\/)CY\b/g, '$1QQ'],
]

/** The same text about what never was. */
export const aboutNothing = (text: string): string =>
  unlike.reduce((text, [known, never]) => text.replace(known, never), text)

/** The same request about what never was. */
export async function requestForNothing(request: Request): Promise<Request> {
  return new Request(aboutNothing(request.url), {
    method: request.method,
    headers: request.headers,
    body: request.body ? aboutNothing(await request.clone().text()) : undefined,
  })
}
