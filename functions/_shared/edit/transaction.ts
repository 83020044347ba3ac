/** One edit by a client, in one transaction: its retry is known, its listing locked, its rights those of the client. */
import { type PoolClient, servicePool } from '../db/pool.ts'
import { withTransaction } from '../db/transaction.ts'
import { HubError } from '../http/errors.ts'
import { quote } from '../odata/syntax/parse-error.ts'
import { rethrowRefusal } from '../properties/refusals.ts'

export type EditedResource = 'Property' | 'Media'

/** mls.edit_state: a record as it is stored, and what is served of it. */
export interface EditState {
  id: string
  listing_id: string
  key: string
  office: string
  is_claimed: boolean
  is_draft: boolean
  /** Changes with any column. */
  tag: string
  /** Of what is served; null where nothing is. */
  stamp: string | null
  row: Record<string, unknown>
  served: Record<string, unknown> | null
  served_dd2: Record<string, unknown> | null
}

export interface Receipt {
  key: string
  /** Of the method, the path and the body: a key stands for one request. */
  hash: string
}

export interface EditRequest {
  clientId: string
  resource: EditedResource
  /** Where it happens: in an office (null: the only one), or on the record of this key. */
  at: { resource: 'Office' | EditedResource; key: string | null }
  receipt?: Receipt
}

export interface Begun {
  /** Where a listing is to be made. */
  office?: string
  /** The record named by `at`, locked. */
  state?: EditState
  /** Where there is no such office: those of the client. */
  offices?: string[]
}

const statementTimeoutMs = 15_000

/**
 * Runs `work` as the client, who may then do what a user who sees the whole market may; it answers the id of the record.
 *
 * @returns the record as it is then; of a retry, as it is now
 * @throws HubError forbidden, not_found, idempotency_mismatch, and what `work` refuses
 */
export async function edit(
  { clientId, resource, at, receipt }: EditRequest,
  work: (client: PoolClient, begun: Begun) => Promise<string>,
): Promise<EditState> {
  try {
    return await withTransaction(servicePool(), async (client) => {
      const done = receipt && await known(client, clientId, resource, receipt)
      if (done) return done
      const begun = await begin(client, clientId, resource, at)
      const id = await work(client, begun)
      await asService(client)
      const state = (await stateOf(client, resource, id))!
      if (receipt) {
        await client.query(
          'update mls.edit_receipts set record_key = $3 where client_id = $1 and idempotency_key = $2',
          [clientId, receipt.key, state.key],
        )
      }
      return state
    }, { statementTimeoutMs })
  } catch (error) {
    rethrowRefusal(error)
  }
}

/** Whether a client that made a listing may add to it. @throws HubError forbidden */
export async function onListing(
  client: PoolClient,
  clientId: string,
  granted: EditedResource,
  listing: string,
): Promise<void> {
  const { key } = (await stateOf(client, 'Property', listing))!
  await begin(client, clientId, granted, { resource: 'Property', key })
}

/** From here on row level security and the grants of users hold. */
export const asClient = (client: PoolClient) => client.query('set local role authenticated')

export const asService = (client: PoolClient) => client.query('set local role none')

/** What the world does not see of a draft, for a client that may edit it; undefined for any other record. */
export async function draftOf(
  clientId: string,
  resource: EditedResource,
  key: string,
): Promise<EditState | undefined> {
  const { rows: [row] } = await servicePool().query<{ state: EditState | null }>(
    'select mls.stored_record($1, $2, $3) as state',
    [clientId, resource, key],
  )
  return row?.state ?? undefined
}

/** The files of a draft as they are stored, in their order. */
export async function mediaOfDraft({ id }: EditState): Promise<EditState[]> {
  const { rows } = await servicePool().query<{ state: EditState }>(
    'select s as state from mls.stored_media($1) s',
    [id],
  )
  return rows.map(({ state }) => state)
}

async function known(
  client: PoolClient,
  clientId: string,
  resource: EditedResource,
  { key, hash }: Receipt,
): Promise<EditState | undefined> {
  const { rows: [row] } = await client.query<{ receipt: { status: string; record_key: string } }>(
    'select mls.take_edit_receipt($1, $2, $3) as receipt',
    [clientId, key, hash],
  )
  const { status, record_key } = row!.receipt
  if (status === 'new') return undefined
  if (status === 'other') {
    throw new HubError(
      'idempotency_mismatch',
      'This Idempotency-Key came with another request. Give each request a key of its own.',
      { target: 'Idempotency-Key' },
    )
  }
  const { rows: [found] } = await client.query<{ state: EditState | null }>(
    `select mls.edit_state($2, mls.edit_target(mls.offices_of_client(c), $2, $3)) as state
     from public.mls_api_clients c where c.client_id = $1`,
    [clientId, resource, record_key],
  )
  if (!found?.state) throw nothingThere(resource, record_key)
  return found.state
}

async function begin(
  client: PoolClient,
  clientId: string,
  granted: EditedResource,
  at: EditRequest['at'],
): Promise<Begun> {
  const { rows: [row] } = await client.query<
    { begun: { status: string; id?: string; office?: string; offices?: string[] } }
  >('select mls.begin_edit($1, $2, $3, $4) as begun', [clientId, granted, at.resource, at.key])
  const { status, id, office, offices } = row!.begun
  if (status === 'not_granted') throw new HubError('forbidden', `This client may not change ${granted}.`)
  if (status === 'not_found') throw nothingThere(at.resource, at.key ?? '')
  // a statement of its own sees what was committed while the lock was waited for
  const state = id && at.resource !== 'Office' ? await stateOf(client, at.resource, id) : undefined
  return { office, offices, state }
}

async function stateOf(
  client: PoolClient,
  resource: EditedResource,
  id: string,
): Promise<EditState | undefined> {
  const { rows: [row] } = await client.query<{ state: EditState | null }>(
    'select mls.edit_state($1, $2) as state',
    [resource, id],
  )
  return row?.state ?? undefined
}

/** The same for what does not exist and for what is another office's. */
export function nothingThere(resource: string, key: string): HubError {
  const field = resource === 'Media' ? 'MediaKey' : 'ListingKey'
  return new HubError('not_found', `There is no ${resource} with ${field} ${quote(key)}.`, {
    target: 'path',
  })
}
