/** What changes one listing, each by the rule of the workflow for it, with the rights that the transaction has taken. */
import { HubError } from '../http/errors.ts'
import type { PoolClient } from '../db/pool.ts'

type Json = Record<string, unknown>

/** Names reach the statement: the caller has compared them with the columns that are edited. */
export async function updateColumns(
  client: PoolClient,
  listing: string,
  names: string[],
  changes: Json,
): Promise<void> {
  const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`
  const { rowCount } = await client.query(
    `update public.mls_listings p set (${names.map(quoted).join(', ')}) = (
       select ${
      names.map((name) => `x.${quoted(name)}`).join(', ')
    } from jsonb_populate_record(p, $1) x) where p.id = $2`,
    [JSON.stringify(changes), listing],
  )
  if (rowCount === 1) return
  const { rows: [row] } = await client.query(
    'select claimed_at, mls.can($1) as may from public.mls_listings where id = $2',
    ['u', listing],
  )
  if (row.may && row.claimed_at === null) {
    throw new HubError('conflict', 'Claim the listing first; unclaimed listings follow their source.', {
      members: { reason: 'not_claimed' },
    })
  }
  throw new HubError('forbidden', 'You may not change this listing.')
}

/** The asking price (`SALE`) or the rent (`LEASE`). */
export async function changePrice(
  client: PoolClient,
  listing: string,
  price: unknown,
  kind: string,
  reason: unknown,
): Promise<void> {
  await client.query('select public.change_price($1, $2, $3, $4)', [listing, price, kind, reason ?? null])
}

export async function setLocation(
  client: PoolClient,
  listing: string,
  latitude: unknown,
  longitude: unknown,
): Promise<void> {
  await client.query('select public.set_location($1, $2, $3)', [listing, latitude, longitude])
}

/** Fields without a column, by their names; null takes one away. */
export async function editExtraFields(client: PoolClient, listing: string, fields: Json): Promise<void> {
  await client.query('select public.edit_extra_fields($1, $2)', [listing, JSON.stringify(fields)])
}
