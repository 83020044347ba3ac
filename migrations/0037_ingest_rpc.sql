-- Ingest by RPC: one record or an array, read and merged like the batches of the ingest door.

-- ----- ingest_listings(jsonb) -----
create function public.ingest_listings(batch jsonb) returns jsonb
language sql volatile set search_path = ''
as $$
  select mls.ingest_batch('property', mls.read_records('property', batch), '{"client_id": "rpc", "request_path": "rpc"}') -> 'receipt'
$$;
comment on function public.ingest_listings(jsonb) is
  'Merges an array of gold Property records and answers the receipt {batch_id, totals, records}. Service role only. Values are read like those of POST /ingest/property, at most 1,000 records.';

-- ----- ingest_listing(jsonb) -----
create function public.ingest_listing(payload jsonb) returns jsonb
language sql volatile set search_path = ''
as $$
  select public.ingest_listings(jsonb_build_array(payload)) -> 'records' -> 0
$$;
comment on function public.ingest_listing(jsonb) is 'Merges one gold Property record and answers {index, key, outcome, reason?, warnings?, errors?}. Service role only.';

-- ----- ingest_listing_media(jsonb) -----
create function public.ingest_listing_media(payload jsonb) returns jsonb
language sql volatile set search_path = ''
as $$
  select mls.ingest_batch('media', mls.read_records('media', jsonb_build_array(payload)), '{"client_id": "rpc", "request_path": "rpc"}')
    -> 'receipt' -> 'records' -> 0
$$;
comment on function public.ingest_listing_media(jsonb) is 'Merges one gold Media record and answers {index, key, outcome, reason?, warnings?, errors?}. Service role only.';

-- ----- ingest_contact(jsonb) -----
create function public.ingest_contact(payload jsonb) returns jsonb
language sql volatile set search_path = ''
as $$
  select mls.ingest_batch('contacts', mls.read_records('contacts', jsonb_build_array(payload)), '{"client_id": "rpc", "request_path": "rpc"}')
    -> 'receipt' -> 'records' -> 0
$$;
comment on function public.ingest_contact(jsonb) is 'Merges one gold Contacts record and answers {index, key, outcome, reason?, warnings?, errors?}. Service role only.';

grant execute on function public.ingest_listings(jsonb), public.ingest_listing(jsonb), public.ingest_listing_media(jsonb),
  public.ingest_contact(jsonb) to service_role;
