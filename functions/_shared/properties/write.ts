import { HubError } from '../http/errors.ts'
import type { PoolClient } from '../db/pool.ts'
import type { PropertyCaller } from './caller.ts'
import { parsed } from './list.ts'
import { tableFor } from './tables.ts'
import { changePrice, editExtraFields, setLocation, updateColumns } from './changes.ts'
import { asCaller } from './transaction.ts'

type Json = Record<string, unknown>

/** A listing of the user's own, in DRAFT. */
export function createProperty(caller: PropertyCaller, content: Json): Promise<Json> {
  requireUser(caller)
  return asCaller(caller, async (client) => {
    const { rows: [row] } = await client.query('select to_jsonb(public.create_listing($1)) as property', [
      JSON.stringify(content),
    ])
    return parsed(row.property) as Json
  })
}

/** Columns that another rule of the workflow changes, and which. */
const elsewhere: Record<string, string> = {
  status: 'the workflow: publish, advance_listing, return_listing or DELETE, which withdraws',
  broker_id: 'claim_listing',
  co_broker_id: 'set_co_broker',
  id: 'nothing: it identifies the listing',
  tenant_id: 'nothing: it identifies the market',
  ref: 'nothing: the hub gives it',
}

/** Prices, places and fields without a column go through the rules of their own; the rest are columns that users edit. */
export function updateProperty(caller: PropertyCaller, id: string, changes: Json): Promise<Json> {
  requireUser(caller)
  const barred = Object.keys(changes).find((name) => name in elsewhere)
  if (barred) {
    throw new HubError('invalid_parameter', `${barred} is changed by ${elsewhere[barred]}.`, {
      target: barred,
    })
  }
  const { list_price, lease_amount, latitude, longitude, reason, ...rest } = changes
  const extra = Object.fromEntries(Object.entries(rest).filter(([name]) => /^[A-Z]/.test(name)))
  const columns = Object.keys(rest).filter((name) => !(name in extra))
  if ((latitude === undefined) !== (longitude === undefined)) {
    throw new HubError('invalid_parameter', 'Send latitude and longitude together.', { target: 'latitude' })
  }
  return asCaller(caller, async (client) => {
    const listing = await lockedId(client, caller, id)
    await requireColumns(client, columns)
    if (columns.length > 0) await updateColumns(client, listing, columns, rest)
    if (list_price !== undefined) await changePrice(client, listing, list_price, 'SALE', reason)
    if (lease_amount !== undefined) await changePrice(client, listing, lease_amount, 'LEASE', reason)
    if (latitude !== undefined) {
      await setLocation(client, listing, latitude, longitude)
    }
    if (Object.keys(extra).length > 0) {
      await editExtraFields(client, listing, extra)
    }
    const { rows: [row] } = await client.query(
      'select to_jsonb(p) as property from public.mls_listings p where p.id = $1',
      [listing],
    )
    return parsed(row.property) as Json
  })
}

/** Nothing is destroyed: the listing leaves the market, as withdraw() has it. */
export function withdrawProperty(caller: PropertyCaller, id: string, reason: string): Promise<Json> {
  requireUser(caller)
  return asCaller(caller, async (client) => {
    const listing = await lockedId(client, caller, id)
    const { rows: [row] } = await client.query('select to_jsonb(public.withdraw($1, $2)) as property', [
      listing,
      reason,
    ])
    return parsed(row.property) as Json
  })
}

function requireUser({ kind }: PropertyCaller): void {
  if (kind === 'user') return
  throw new HubError(
    'forbidden',
    'Listings are changed by people: send the token of a signed-in user. API clients read.',
  )
}

async function lockedId(client: PoolClient, caller: PropertyCaller, id: string): Promise<string> {
  const { from, identity } = tableFor(caller)
  const { rows: [row] } = await client.query(`select p.id from ${from} where ${identity}`, [id])
  if (row) return row.id
  throw new HubError('not_found', `There is no property ${id.slice(0, 60)} that you may see.`)
}

/** Names reach the statement: they must be columns that users edit. */
async function requireColumns(client: PoolClient, names: string[]): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select a.attname as name from pg_catalog.pg_attribute a
     where a.attrelid = 'public.mls_listings'::regclass and a.attnum > 0 and not a.attisdropped
       and has_column_privilege('authenticated', a.attrelid, a.attnum, 'update')`,
  )
  const known = rows.map(({ name }) => name)
  const unknown = names.filter((name) => !known.includes(name))
  if (unknown.length > 0) {
    throw new HubError(
      'invalid_parameter',
      `${
        unknown.join(', ')
      }: no such field that you may change. There are the columns of mls_listings, list_price, lease_amount, latitude, longitude, and X_ fields.`,
      { target: unknown[0] },
    )
  }
}
