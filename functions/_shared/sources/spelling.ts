import type { Pool } from 'pg'
import { resourceByIngestName } from '../reso/dictionary.ts'
import type { Row } from './rows.ts'
import type { ResourceName } from './types.ts'

/**
 * Whether two texts mean the same: a number with and without its zeros, a boolean in another spelling, a list with
 * commas and blanks in another order.
 */
export function meansTheSame(a: string, b: string): boolean {
  if (a === b) return true
  const [one, other] = [a.trim(), b.trim()]
  if (/^(true|false)$/i.test(one)) return one.toLowerCase() === other.toLowerCase()
  if (one.includes(', ') && one.length === other.length) {
    return one.split(', ').sort().join(', ') === other.split(', ').sort().join(', ')
  }
  const number = /^-?\d+(\.\d+)?$/
  return number.test(one) && number.test(other) && plain(one) === plain(other)
}

const plain = (text: string) =>
  text.replace(/^(-?)0+(?=\d)/, '$1').replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '')

/**
 * Writes texts as the hub has them where what came means the same: the record then is the one that was delivered
 * before, and not a change. Listings only; other resources have no such texts.
 */
export async function keepSpelling(pool: Pool, resource: ResourceName, rows: Row[]): Promise<void> {
  if (resource !== 'property' || rows.length === 0) return
  const keys = rows.map(({ r }) => r?.ListingKey).filter((key) => typeof key === 'string')
  const { rows: stored } = await pool.query<{ key: string; payload: Record<string, unknown> }>(
    `select l.origin_key as key, o.payload from public.mls_listings l join public.mls_listing_origins o on o.listing_id = l.id
     where l.origin_key = any ($1)`,
    [keys],
  )
  const byKey = new Map(stored.map(({ key, payload }) => [key, payload]))
  for (const { r } of rows) {
    const before = r && byKey.get(String(r.ListingKey))
    if (!before) continue
    for (const name of texts) {
      const [now, was] = [r[name], before[name]]
      if (typeof now === 'string' && typeof was === 'string' && meansTheSame(now, was)) r[name] = was
    }
  }
}

const texts = resourceByIngestName('property')!.fields.filter(({ type }) => type === 'STRING').map((
  { name },
) => name)
