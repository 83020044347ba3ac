-- Senders that drop nulls: in a FULL run that says so, a field that a record does not name is null.

-- ----- mls.last_words(text, jsonb) -----
create function mls.last_words(resource text, rows jsonb) returns table (place integer, payload jsonb)
language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off
as $$
begin
  if resource = 'property' then
    return query
    select (e.n - 1)::integer, o.payload
    from jsonb_array_elements(rows) with ordinality e (value, n)
    join public.mls_listings l on l.origin_key = e.value -> 'r' ->> 'ListingKey'
    join public.mls_listing_origins o on o.listing_id = l.id;
  elsif resource = 'media' then
    return query
    select (e.n - 1)::integer, o.payload
    from jsonb_array_elements(rows) with ordinality e (value, n)
    join public.mls_listing_media m on m.origin_media_key = e.value -> 'r' ->> 'MediaKey' and m.resource_record_key = e.value -> 'r' ->> 'ResourceRecordKey'
    join public.mls_listing_media_origins o on o.media_id = m.id;
  end if;
end $$;
comment on function mls.last_words(text, jsonb) is
  'What the source last said of the records of a batch, by their place in it; of resources that remember it.';

-- ----- mls.fill_absent(text, jsonb) -----
create function mls.fill_absent(resource text, rows jsonb) returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  never constant text[] := array['OriginatingSystemOfficeKey', '$raw', mls.resource_key(resource)] || case
    -- times say when, not what; the others keep theirs by themselves, and are whole only with all their fields
    when resource in ('property', 'media') then
      '{ResourceRecordKey,ModificationTimestamp,X_QobrixModified,etl_timestamp,etl_batch_id}'::text[]
    else '{}' end;
  nulls constant jsonb := (
    select jsonb_object_agg(g.field, null) from mls.gold_types(fill_absent.resource) g
    where g.is_gold and g.field <> all (never));
begin
  return (
    select jsonb_agg(
      case when jsonb_typeof(e.value -> 'r') is distinct from 'object' or e.value -> 'r' ? '@deleted' then e.value
      else jsonb_set(e.value, '{r}', (
        (nulls || coalesce((select jsonb_object_agg(k, null) from jsonb_object_keys(w.payload) k where k <> all (never)), '{}'))
        -- what could not be read was not absent; coordinates are one
        - array(select k from jsonb_object_keys(e.value -> 'r' -> '$raw') k)
        - case when e.value -> 'r' -> '$raw' ?| '{Latitude,Longitude}' then '{Latitude,Longitude}'::text[] else '{}' end
      ) || (e.value -> 'r')) end order by e.n)
    from jsonb_array_elements(rows) with ordinality e (value, n)
    left join mls.last_words(resource, rows) w on w.place = e.n - 1
  );
end $$;
comment on function mls.fill_absent(text, jsonb) is
  'Rows of a batch with null for every field that a record does not name: those of gold, and those that its last record had. Keys, office and times are left alone.';
