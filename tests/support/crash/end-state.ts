import type pg from 'pg'

/** Content without identities and clock times, in an order that does not depend on them. */
const queries = {
  listings: content('public.mls_listings t'),
  origins: `select l.origin_key, o.payload, o.content_hash, o.source_modified_at
    from public.mls_listing_origins o join public.mls_listings l on l.id = o.listing_id order by 1`,
  media: content('public.mls_listing_media t'),
  served_property: content('public.served_property t'),
  served_sensitive: `select s."ListingKey", x.doc
    from public.served_property_sensitive x join public.served_property s using (record_id) order by 1`,
  served_media: content('public.served_media t'),
  // in the order in which consumers are told
  events: 'select resource, record_key, kind, office_key from public.mls_entity_events order by sequence',
  statuses: `select l.origin_key, h.from_status, h.to_status, h.trigger
    from public.mls_status_history h join public.mls_listings l on l.id = h.listing_id order by 1, h.id`,
  prices: `select l.origin_key, h.price_kind, h.old_price, h.new_price
    from public.mls_price_history h join public.mls_listings l on l.id = h.listing_id order by 1, h.id`,
  receipts:
    `select idempotency_key, receipt - 'batch_id' as receipt from public.mls_ingest_receipts order by 1`,
}

function content(from: string): string {
  return `select r.row from (
    select (
      select jsonb_object_agg(e.key, case when e.key ~ '^doc' then to_jsonb(regexp_replace(e.value #>> '{}', '"\\w+(Change|Modification)Timestamp" : "[^"]*"', '', 'g')) else e.value end)
      from jsonb_each(to_jsonb(t)) e
      where e.key !~ '(_at|_ts|ChangeTimestamp|MediaModificationTimestamp)$' and e.key not in ('seq', 'stamp', 'ModificationTimestamp')
        and e.value::text !~ '^"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"$'
    ) as row from ${from}
  ) r order by r.row::text`
}

/** Everything a sequence of batches leaves behind, by name. */
export async function readEndState(client: pg.ClientBase | pg.Pool): Promise<Record<string, unknown[]>> {
  const state: Record<string, unknown[]> = {}
  for (const [name, sql] of Object.entries(queries)) state[name] = (await client.query(sql)).rows
  return state
}
