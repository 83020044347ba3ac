import type { Pool } from 'pg'
import { canonicalJson, type Json } from '../delivery/json.ts'
import { resourceByIngestName } from '../reso/dictionary.ts'
import { readWhole } from './read-whole.ts'
import type { Order } from './types.ts'

export interface SourceComparison {
  source: string
  resources: Record<string, {
    upstream: number
    hub: number
    /** Keys that the source holds and the hub does not, and the other way round; at most 20 of each. */
    missing: string[]
    surplus: string[]
    /** Records whose last applied form is not what the source says now, with the fields. */
    different: { key: string; fields: string[] }[]
    counts: { missing: number; surplus: number; different: number }
  }>
  ok: boolean
}

const shown = 20

/**
 * Reads a source whole and compares it with the hub: keys in both directions, for listings every mapped field with
 * what the hub last applied, for pictures their address at the source. Writes nothing. What changed at the source meanwhile counts as different until it is read.
 */
export async function verifySource(pool: Pool, wanted: string): Promise<SourceComparison> {
  const seen = new Map<string, Map<string, Record<string, unknown> | null>>()
  const order = await readWhole(pool, wanted, 'verify', ({ resource, rows }) => {
    const { key } = resourceByIngestName(resource)!
    const keys = seen.get(resource) ?? new Map()
    seen.set(resource, keys)
    for (const { r } of rows) {
      if (r?.[key]) keys.set(nameOf(resource, r, key), ['property', 'media'].includes(resource) ? r : null)
    }
  })
  const report: SourceComparison = { source: order.source.code, resources: {}, ok: true }
  for (const [resource, records] of seen) {
    const held = await heldKeys(pool, order, resource)
    const missing = [...records.keys()].filter((key) => !held.has(key))
    const surplus = [...held].filter((key) => !records.has(key))
    const different = resource === 'property'
      ? await differences(pool, records as Map<string, Record<string, unknown>>)
      : resource === 'media'
      ? await otherAddresses(pool, order, records as Map<string, Record<string, unknown>>)
      : []
    report.resources[resource] = {
      upstream: records.size,
      hub: held.size,
      missing: missing.slice(0, shown),
      surplus: surplus.slice(0, shown),
      different: different.slice(0, shown),
      counts: { missing: missing.length, surplus: surplus.length, different: different.length },
    }
    if (missing.length + surplus.length + different.length > 0) report.ok = false
  }
  return report
}

/** A picture may belong to several listings. */
function nameOf(resource: string, record: Record<string, unknown>, key: string): string {
  return resource === 'media' ? `${record[key]}~${record.ResourceRecordKey}` : String(record[key])
}

async function heldKeys(pool: Pool, { source }: Order, resource: string): Promise<Set<string>> {
  const { rows } = await pool.query<{ keys: string[] }>('select mls.source_keys($1, $2) as keys', [
    source.id,
    resource,
  ])
  return new Set(rows[0]!.keys)
}

async function differences(pool: Pool, records: Map<string, Record<string, unknown>>) {
  const { rows } = await pool.query<{ key: string; payload: Record<string, unknown> }>(
    `select l.origin_key as key, o.payload from public.mls_listings l join public.mls_listing_origins o on o.listing_id = l.id
     where l.origin_key = any ($1)`,
    [[...records.keys()]],
  )
  return rows.flatMap(({ key, payload }) => {
    const record = records.get(key)!
    const fields = Object.keys(record).filter((name) =>
      canonicalJson((record[name] ?? null) as Json) !== canonicalJson((payload[name] ?? null) as Json)
    )
    return fields.length > 0 ? [{ key, fields }] : []
  })
}

/** Pictures whose address at the source is another by now; what is served is our copy's and says nothing of it. */
async function otherAddresses(
  pool: Pool,
  { source }: Order,
  records: Map<string, Record<string, unknown>>,
) {
  const { rows } = await pool.query<{ name: string; url: string | null }>(
    `select m.origin_media_key || '~' || m.resource_record_key as name, m.source_url as url
     from public.mls_listing_media m
     where m.originating_office_key = $2 and m.origin_media_key || '~' || m.resource_record_key = any ($1)`,
    [[...records.keys()], source.office_key],
  )
  return rows.flatMap(({ name, url }) => {
    const said = records.get(name)!.MediaURL
    // paths and what no browser follows are read as mls.media_url() reads them, which is no difference
    const isSame = typeof said !== 'string' || !/^https:\/\//.test(said) ||
      sameAddress(said, url, source.media.hotlink)
    return isSame ? [] : [{ key: name, fields: ['MediaURL'] }]
  })
}

/** A signature that is another with every reading makes no other address. */
function sameAddress(said: string, held: string | null, hotlink: string | undefined): boolean {
  const bare = (address: string) => hotlink === 'expires' ? address.split('?')[0] : address
  return held !== null && bare(said) === bare(held)
}
