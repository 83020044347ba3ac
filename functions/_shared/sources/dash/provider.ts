import { z } from 'zod'
import type { JsonObject } from '../../delivery/json.ts'
import { file } from '../file/provider.ts'
import { encodings } from '../files/format.ts'
import { type FileRaw, readFilePage } from '../file/read.ts'
import type { FileCredentials, FileSettings } from '../file/settings.ts'
import type { Provider } from '../provider.ts'
import type { Order, Stage } from '../types.ts'
import { mapDash } from './map.ts'
import { type DashRaw, DashReader } from './read.ts'
import { DashServer } from './server.ts'
import type { DashApiCredentials, DashApiSettings } from './settings.ts'

/** Each of them may be of any kind, and is asked for under each. */
const guidsPerPage = 10
const address = z.url().max(2_000)
const shared = {
  mapping: 'none',
  mappingVersions: 2,
  wording: 'gold',
  keepsSpelling: true,
  keyPrefix: 'DASH_',
} as const

const contextOf = ({ source, market, run }: Pick<Order, 'source' | 'market' | 'run'>) => ({
  source,
  country: market.country,
  etl: { etl_timestamp: new Date().toISOString(), etl_batch_id: run.id },
})

/** Dash, read by its API with a token of Okta. */
export const dashApi: Provider<DashApiSettings, DashApiCredentials, DashRaw> = {
  code: 'DASH_API',
  readsMediaOf: true,
  settings: z.strictObject({
    api_url: address,
    okta_token_url: address,
    scope: z.string().min(1).max(500),
    office_guid: z.string().trim().min(1).max(100),
    version: z.string().regex(/^v\d+(\.\d+)?$/, 'is no version such as v4.1').optional(),
    list_office_key: z.string().trim().min(1).max(255).optional(),
  }),
  credentials: z.strictObject({
    client_id: z.string().min(1).max(500),
    client_secret: z.string().min(1).max(2_000),
    api_key: z.string().min(1).max(2_000),
  }),
  ...shared,
  addresses: ({ api_url, okta_token_url }) => [
    { pointer: '/settings/api_url', url: api_url },
    { pointer: '/settings/okta_token_url', url: okta_token_url },
  ],
  defaults: () => ({ requests_per_minute: 300, overlap_seconds: 86_400 }),
  async connect(work) {
    const server = new DashServer(work)
    await server.authenticate()
    const reader = new DashReader(work, server)
    const context = contextOf(work as unknown as Order)
    return {
      plan: (mode) => reader.plan(mode),
      read: (stage, place, _memory, limit) => reader.read(stage, place, limit),
      map: (stage, { listings, keys, gone }) => {
        const [property, media] = mapDash(listings, context)
        const listed = { ...property!, ...(keys && { keys }), gone }
        return stage.resources.includes('media') ? [listed, media!] : [listed]
      },
      async readMediaOf(guids) {
        const [, media] = mapDash(await reader.listings(guids.slice(0, guidsPerPage)), context)
        return { ...media!, left: guids.slice(guidsPerPage) }
      },
      session: () => server.session,
      describe: () => `Dash at ${new URL(work.source.settings.api_url).host}`,
    }
  },
}

/** Dash's file: a list of the same records, sent or fetched. Each file is everything there is. */
export const dashFile: Provider<FileSettings & { list_office_key?: string }, FileCredentials, FileRaw> = {
  code: 'DASH_FILE',
  settings: z.strictObject({
    format: z.literal('json').default('json'),
    url: address.optional(),
    encoding: z.enum(encodings).optional(),
    items_path: z.string().max(500).optional(),
    list_office_key: z.string().trim().min(1).max(255).optional(),
  }),
  credentials: file.credentials!,
  ...shared,
  takesFiles: true,
  addresses: file.addresses,
  check: file.check!,
  defaults: () => ({ requests_per_minute: 60 }),
  connect(work) {
    const context = contextOf(work as unknown as Order)
    return Promise.resolve({
      plan: (): Stage[] => [{ name: 'property', kind: 'full', resources: ['property', 'media'] }],
      read: (_stage, place, memory, limit) => readFilePage(work, place, memory, Math.min(limit, 100)),
      map: (_stage, { records }) => mapDash(newestOf(records as JsonObject[]), context),
      describe: () => 'A file of Dash listings',
    })
  },
}

/** A listing may stand twice in a file: the newest counts. */
function newestOf(listings: readonly JsonObject[]): JsonObject[] {
  const byGuid = new Map<unknown, JsonObject>()
  for (const listing of listings) {
    const before = byGuid.get(listing.listingGuid)
    if (!before || String(listing.lastUpdateOn ?? '') >= String(before.lastUpdateOn ?? '')) {
      byGuid.set(listing.listingGuid, listing)
    }
  }
  return [...byGuid.values()]
}
