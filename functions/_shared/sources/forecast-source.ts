import type { Pool } from 'pg'
import { canonicalJson, type Json } from '../delivery/json.ts'
import { providerOf } from './providers.ts'
import { readWhole } from './read-whole.ts'

type Reason = 'artefact' | 'correction' | 'change'

export interface FieldForecast {
  /** Lost or polluted by the way it came before. */
  artefact: number
  /** Put right by this version of the mapping. */
  correction: number
  /** Other at the source than what came last. */
  change: number
  /** At most three. */
  examples: { key: string; reason: Reason; was: unknown; now: unknown }[]
}

export interface SourceForecast {
  source: string
  mapping_version: number
  listings: { insert: number; change: number; unchanged: number; gone: number; reject: number }
  fields: Record<string, FieldForecast>
  /** Keys of listings that would change, with the fields; at most 1,000. */
  changes: { key: string; fields: string[] }[]
}

/** Fields that are no part of what is compared: when and by which run a record came. */
const aside = new Set(['etl_timestamp', 'etl_batch_id', 'ModificationTimestamp', 'X_QobrixModified', '$raw'])

/**
 * What a FULL would change, told without changing anything: listings, fields, and why. Read before a market moves over
 * from batches to a source of its own, or before a source takes another version of its mapping.
 */
export async function forecastSource(
  pool: Pool,
  wanted: string,
  options: { mapping_version?: number } = {},
): Promise<SourceForecast> {
  const seen = new Map<string, Record<string, unknown>>()
  let reject = 0
  const order = await readWhole(pool, wanted, 'forecast', ({ resource, rows }) => {
    if (resource !== 'property') return
    for (const { r, e } of rows) {
      if (e.length > 0 || !r?.ListingKey) reject++
      else seen.set(String(r.ListingKey), r)
    }
  }, ({ source }) => {
    source.mapping_version = options.mapping_version ?? source.mapping_version
  })
  const { source } = order
  const provider = providerOf(source.provider)
  const forecast: SourceForecast = {
    source: source.code,
    mapping_version: source.mapping_version,
    listings: { insert: 0, change: 0, unchanged: 0, gone: 0, reject },
    fields: {},
    changes: [],
  }
  const held = await heldListings(pool, source.office_key)
  for (const [key, now] of seen) {
    const was = held.get(key)
    if (!was) {
      forecast.listings.insert++
      continue
    }
    const fields = Object.keys(now).filter((name) => !aside.has(name) && !same(was[name], now[name]))
    for (const name of fields) {
      const reason = provider.whyChanged?.(name, was[name], now[name], source.mapping_version) ?? 'change'
      const field = forecast.fields[name] ??= { artefact: 0, correction: 0, change: 0, examples: [] }
      field[reason]++
      if (field.examples.length < 3) {
        field.examples.push({ key, reason, was: was[name] ?? null, now: now[name] ?? null })
      }
    }
    if (fields.length === 0) forecast.listings.unchanged++
    else {
      forecast.listings.change++
      if (forecast.changes.length < 1_000) forecast.changes.push({ key, fields: fields.sort() })
    }
  }
  forecast.listings.gone = [...held.keys()].filter((key) => !seen.has(key)).length
  return forecast
}

const same = (a: unknown, b: unknown) =>
  canonicalJson((a ?? null) as Json) === canonicalJson((b ?? null) as Json)

async function heldListings(pool: Pool, office: string): Promise<Map<string, Record<string, unknown>>> {
  const { rows } = await pool.query<{ key: string; payload: Record<string, unknown> }>(
    `select l.origin_key as key, o.payload from public.mls_listings l join public.mls_listing_origins o on o.listing_id = l.id
     where l.originating_office_key = $1 and not l.origin_deleted`,
    [office],
  )
  return new Map(rows.map(({ key, payload }) => [key, payload]))
}
