import type pg from 'pg'

/**
 * Has every format of the hub carry the published listings of Cyprus, each in a feed of its own; its name by the format.
 * Trovit shows no listing without a page.
 */
export async function syndicateToAllFormats(pool: pg.Pool | pg.ClientBase): Promise<Record<string, string>> {
  const { rows } = await pool.query<{ format: string; file: string }>(
    `with portals as (
       update mls_portal_definitions p set config = p.config || '{"page_url": "https://homes.example/{listing_key}"}'
       from mls_tenants t where t.id = p.tenant_id and t.code = 'CY' and p.channel_type = 'FEED' and p.is_active
       returning p.id, p.tenant_id, p.config
     ), offered as (
       insert into mls_listing_syndications (listing_id, portal_id)
       select l.id, p.id from portals p join mls_listings l on l.tenant_id = p.tenant_id
       where l.status = 'PUBLISHED' on conflict do nothing
     )
     select distinct on (1) config ->> 'format' as format, config ->> 'file' as file from portals order by 1, 2`,
  )
  return Object.fromEntries(rows.map(({ format, file }) => [format, file]))
}

/** Where pictures are offered to the world. */
export interface Offers {
  apiUrl: string
  functionsUrl: string
  publishableKey: string
  /** Of a client that reads OData, the search and feeds. */
  token: string
  /** Names of feeds. */
  feeds: string[]
}

/** Pictures by their address, each with the doors that name it. */
export type Pictures = Map<string, Set<string>>

const isPicture = /^https?:\/\/[^\s"'<>]+?(\/storage\/v1\/|\.(jpe?g|png|webp|gif|avif)\b)/i

/** All addresses of pictures that OData, the search, the website's view and the feeds give to who asks. */
export async function findPictures(
  { apiUrl, functionsUrl, publishableKey, token, feeds }: Offers,
): Promise<Pictures> {
  const found: Pictures = new Map()
  const note = (door: string, address: unknown) => {
    if (typeof address !== 'string' || !isPicture.test(address)) return
    found.set(address, (found.get(address) ?? new Set()).add(door))
  }
  const headers = { Authorization: `Bearer ${token}` }
  for (let next: string | undefined = `${functionsUrl}/odata/Media`; next;) {
    const page: { value: Record<string, unknown>[]; '@odata.nextLink'?: string } = await read(next, headers)
      .then((text) => JSON.parse(text))
    for (const record of page.value) {
      for (const value of Object.values(record)) note('odata', value)
    }
    next = page['@odata.nextLink']
  }
  for (const text of [await read(`${functionsUrl}/search/listings?limit=200`, headers)]) {
    for (const address of addressesIn(text)) note('search', address)
  }
  const homes = await read(`${apiUrl}/rest/v1/listings_public?select=photos`, { apikey: publishableKey })
  for (const address of addressesIn(homes)) note('website', address)
  for (const feed of feeds) {
    for (const address of addressesIn(await read(`${functionsUrl}/export/${feed}`, headers))) {
      note(feed, address)
    }
  }
  return found
}

async function read(address: string, headers: Record<string, string>): Promise<string> {
  const response = await fetch(address, { headers })
  const text = await response.text()
  if (!response.ok) throw new Error(`${address}: ${response.status} ${text.slice(0, 200)}`)
  return text
}

const addressesIn = (text: string): string[] =>
  [...text.matchAll(/https?:\/\/[^\s"'<>]+/g)].map(([address]) =>
    address.replaceAll('&amp;', '&').replaceAll('\\/', '/')
  )

/** Those that open no picture, with what they answer and where they were offered. */
export async function deadOnes(pictures: Pictures): Promise<string[]> {
  const waiting = [...pictures]
  const dead: string[] = []
  await Promise.all(Array.from({ length: 8 }, async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const [address, doors] = next
      const response = await fetch(address).catch(() => undefined)
      const type = response?.headers.get('content-type') ?? ''
      const size = response?.ok ? (await response.arrayBuffer()).byteLength : 0
      if (!response?.ok || !type.startsWith('image/') || size === 0) {
        dead.push(`${address} (${[...doors]}): ${response?.status ?? 'no answer'} ${type}`)
      }
    }
  }))
  return dead
}
