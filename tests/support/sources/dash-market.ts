import process from 'node:process'
import { expect, vi } from 'vitest'
import { runDeliveries } from '../../../functions/_shared/delivery/run-deliveries.ts'
import { startDash } from '../dash.ts'
import { createDatabase } from '../database.ts'
import { seedMarkets } from '../listings.ts'
import { dashListing, guidOf } from './dash-listing.ts'
import { addSource, runNow } from './hub.ts'

export type DashMarket = Awaited<ReturnType<typeof openDashMarket>>

/**
 * A market whose listings go to Dash and are read back from it by the source DASH_API, with what both sides may do.
 * `prefix` begins the keys of the source.
 */
export async function openDashMarket(prefix = 'DASH_') {
  process.env.MLS_SOURCES_LOCAL = 'true'
  const database = await createDatabase()
  const { pool } = database
  const dash = await startDash()
  const { environment } = dash
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
  vi.stubEnv('MLS_LOG_LEVEL', 'off')
  await seedMarkets(pool)
  const source = await addSource(pool, {
    office_key: 'SHARPSIR-KZ-001',
    code: 'DASHKZ',
    key_prefix: prefix,
    provider: 'DASH_API',
    mapping_version: 2,
    settings: {
      api_url: environment.DASH_API_URL,
      okta_token_url: environment.DASH_OKTA_TOKEN_URL,
      scope: environment.DASH_OKTA_SCOPE,
      office_guid: 'KZ-OFFICE',
    },
    credentials: {
      client_id: environment.DASH_OKTA_CLIENT_ID!,
      client_secret: environment.DASH_OKTA_CLIENT_SECRET!,
      api_key: environment.DASH_API_KEY!,
    },
  })

  const query = async (text: string, values: unknown[] = []) => (await pool.query(text, values)).rows
  const phase = (name: string) =>
    query(
      `update public.mls_portal_definitions p set phase = $1 from public.mls_tenants t where t.id = p.tenant_id and t.code = 'KZ' and p.code = 'SIR_GLOBAL'`,
      [name],
    )
  const deliver = () => runDeliveries(pool)
  const pull = (mode: 'FULL' | 'DELTA' = 'FULL') => runNow(pool, source, mode)

  /** Somebody at Dash edits a listing, or adds one. */
  const atDash = (listing: Record<string, unknown>) =>
    fetch(`${dash.url}/sandbox/listings`, { method: 'PUT', body: JSON.stringify(listing) })
  const thereOf = async (guid: string) =>
    (await dash.listings()).find(({ listingGuid }) => listingGuid === guid)!
  const callsOf = async (guid: string) => (await dash.calls()).find(({ listingGuid }) => listingGuid === guid)

  const hereOf = async (id: string) =>
    (await query(
      `select list_price::float8 as price, status::text, name, origin_deleted as gone, latitude::float8,
         (select count(*)::int from public.mls_listing_media m where m.listing_id = l.id and not m.origin_deleted) as photos,
         (select count(*)::int from public.mls_price_history h where h.listing_id = l.id and h.source = 'INGRESS') as prices_followed,
         (select count(*)::int from public.mls_listing_tasks t where t.listing_id = l.id) as tasks
       from public.mls_listings l where id = $1`,
      [id],
    ))[0]
  /** What exists at all: nothing that returns may add to it. */
  const homes = async () =>
    (await query(
      `select (select count(*)::int from public.mls_listings) as listings, (select count(*)::int from public.mls_listing_media) as media,
         (select count(*)::int from public.mls_listing_origins) as origins, (select count(*)::int from public.mls_listing_syndications) as syndications`,
    ))[0]

  /** Pulls and delivers until nothing moves: a change that runs in circles would never rest. */
  async function settle(): Promise<void> {
    await deliver()
    for (const mode of ['FULL', 'DELTA'] as const) {
      expect(await pull(mode)).toMatchObject({
        status: 'finished',
        counts: { insert: 0, reject: 0, delete: 0 },
      })
      expect(await deliver()).toMatchObject({ sent: 0, withdrawn: 0 })
    }
  }

  /** A listing of Dash, claimed here and published to it. */
  async function claimed(number: number, changes: Record<string, unknown> = {}): Promise<string> {
    await atDash(dashListing(number, changes))
    expect(await pull()).toMatchObject({ status: 'finished', counts: { insert: 1 } })
    const [{ id }] = await query(
      `update public.mls_listings set claimed_at = now(), status = 'MARKETING_REVIEW' where origin_key = $1 returning id`,
      [prefix + guidOf(number)],
    )
    await query(`update public.mls_listings set status = 'PUBLISHED' where id = $1`, [id])
    await query(`select mls.syndicate($1, 'SIR_GLOBAL')`, [id])
    return id
  }

  /** A listing made here, with two photos, published to Dash. */
  async function made(number: number): Promise<{ id: string; guid: string }> {
    const [{ id }] = await query(
      `insert into public.mls_listings (tenant_id, originating_office_key, origin_system, is_externally_managed, claimed_at, ref, status,
         city, country, property_type, property_class, property_subtype, list_price, currency_code, name, public_remarks, latitude, longitude)
       select id, 'SHARPSIR-KZ-001', 'MANUAL', false, now(), $1, 'MARKETING_REVIEW', 'Астана', 'KZ', 'Residential', 'RESI', 'Apartment',
         500000, 'KZT', 'Ours', 'Made here.', 51.1, 71.4
       from public.mls_tenants where code = 'KZ' returning id`,
      [`HUB-${number}`],
    )
    await query(
      `insert into public.mls_listing_media (tenant_id, listing_id, originating_office_key, media_key, media_url, display_order)
       select l.tenant_id, l.id, l.originating_office_key, 'HUB-' || $2 || '-' || n, 'https://photos.example/' || $2 || '/' || n || '.jpg', n
       from public.mls_listings l, generate_series(1, 2) n where l.id = $1`,
      [id, String(number)],
    )
    await query(`update public.mls_listings set status = 'PUBLISHED' where id = $1`, [id])
    await query(`select mls.syndicate($1, 'SIR_GLOBAL')`, [id])
    expect(await deliver()).toMatchObject({ sent: 1 })
    const [{ guid }] = await query(
      `select external_id as guid from public.mls_listing_syndications where listing_id = $1`,
      [id],
    )
    return { id, guid }
  }

  return {
    pool,
    dash,
    query,
    phase,
    deliver,
    pull,
    atDash,
    thereOf,
    callsOf,
    hereOf,
    homes,
    settle,
    claimed,
    made,
    async close(): Promise<void> {
      vi.unstubAllEnvs()
      await dash.close()
      await database.drop()
    },
  }
}
