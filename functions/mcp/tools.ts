// @ts-types="@modelcontextprotocol/sdk/server/mcp"
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { z } from 'zod'
import { HubError } from '../_shared/http/errors.ts'
import type { SearchCaller } from '../_shared/search/caller.ts'
import { explainListing } from '../_shared/search/explain.ts'
import { getListing } from '../_shared/search/get-listing.ts'
import { searchInput } from '../_shared/search/input.ts'
import { searchListings } from '../_shared/search/search-listings.ts'
import { marketStatistics } from '../_shared/search/statistics.ts'
import { counted } from '../_shared/search/usage.ts'
import { readTimeline } from '../_shared/search/timeline.ts'

/** More would fill the context of a model. */
const largestPage = 50

const filter = z.string().max(8_000).optional()
  .describe(
    `OData $filter over Property, as: City eq 'Limassol' and ListPrice le 500000 and BedroomsTotal ge 2`,
  )
const bbox = z.array(z.number()).length(4).optional().describe('[west, south, east, north] in degrees')
const near = z.array(z.number()).length(2).optional().describe('[latitude, longitude] in degrees')
const q = z.string().min(1).max(200).optional().describe(
  'Words in the texts of a listing; each may be the beginning of one',
)
const radius = z.number().positive().optional().describe('Metres around near')
const key = z.string().min(1).max(300).describe('ListingKey')

const readOnly = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false }

/** Five tools, each with the permissions of the caller. */
export function addTools(server: McpServer, caller: SearchCaller): void {
  server.registerTool('search_listings', {
    title: 'Search listings',
    description:
      'Finds listings by place, words and filter. Answers a page, and where asked the exact count and facets.',
    inputSchema: {
      q,
      filter,
      bbox,
      near,
      radius,
      sort: z.enum(['newest', 'price', '-price', 'nearest']).optional(),
      limit: z.int().min(0).max(largestPage).optional(),
      cursor: z.string().optional().describe('next of the page before, with the same parameters'),
      select: z.array(z.string()).optional().describe(
        'RESO names of fields; without it those that describe a home',
      ),
      include: z.array(z.enum(['count', 'facets', 'clusters'])).optional(),
      dedupe: z.boolean().optional().describe('Show one listing for several of the same home'),
    },
    annotations: readOnly,
  }, (asked) =>
    answered(async () => {
      const input = searchInput.parse({
        ...asked,
        limit: asked.limit ?? 10,
        select: asked.select ?? described,
      })
      return (await counted(caller, searchListings(caller, input))).text
    }))
  server.registerTool('get_listing', {
    title: 'Get a listing',
    description: 'Everything that the caller may see of one listing.',
    inputSchema: { key },
    annotations: readOnly,
  }, ({ key }) => answered(async () => (await getListing(caller, key)).text))
  server.registerTool('listing_history', {
    title: 'History of a listing',
    description: 'What happened to a listing, the newest first: prices, statuses, pictures.',
    inputSchema: { key },
    annotations: readOnly,
  }, ({ key }) => answered(async () => JSON.stringify({ key, entries: await readTimeline(caller, key) })))
  server.registerTool('explain_visibility', {
    title: 'Explain visibility',
    description: 'Which rule shows a listing to the caller or hides it.',
    inputSchema: { key },
    annotations: readOnly,
  }, ({ key }) => answered(async () => JSON.stringify(await explainListing(caller, key))))
  server.registerTool(
    'market_statistics',
    {
      title: 'Market statistics',
      description:
        'How many listings match, how they spread over types, cities and prices, and quartiles of price by currency.',
      inputSchema: { q, filter, bbox, near, radius },
      annotations: readOnly,
    },
    (asked) =>
      answered(async () => {
        const figures = marketStatistics(caller, searchInput.parse(asked))
        const { text } = await counted(
          caller,
          figures.then((value) => ({ text: JSON.stringify(value), records: 0 })),
        )
        return text
      }),
  )
}

const described = [
  'ListingId',
  'StandardStatus',
  'PropertyType',
  'PropertySubType',
  'City',
  'ListPrice',
  'ListPriceCurrencyCode',
  'LeaseAmount',
  'BedroomsTotal',
  'BathroomsTotalInteger',
  'LivingArea',
  'YearBuilt',
  'PhotosCount',
]

/** A refusal is for the model to read and mend; a failure of the hub stays one. */
async function answered(work: () => Promise<string>) {
  try {
    return { content: [{ type: 'text' as const, text: await work() }] }
  } catch (error) {
    const text = error instanceof HubError && error.status < 500
      ? `${error.code}${error.target ? ` (${error.target})` : ''}: ${error.message}`
      : error instanceof z.ZodError
      ? error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
      : undefined
    if (text === undefined) throw error
    return { content: [{ type: 'text' as const, text }], isError: true }
  }
}
