-- What a broker decides where the hub and the source differ (mls_listing_drift).

-- ----- mls.resolve_drift(uuid, text[], text) -----
create function mls.resolve_drift(target uuid, fields text[], resolution text) returns public.mls_listings
language plpgsql security definer set search_path = ''
as $$
declare
  listing public.mls_listings := mls.lock_listing(target);
  drift record;
  changes jsonb := '{}';
  added jsonb := '{}';
  removed text[] := '{}';
  decided text[] := '{}';
  kept jsonb := '{}';
begin
  if resolution is null or resolution not in ('accept_source', 'keep_ours') then
    raise invalid_parameter_value using message = 'A resolution is accept_source or keep_ours.';
  elsif listing.claimed_at is null then
    perform mls.refuse('not_claimed', 'An unclaimed listing follows its source by itself.', jsonb_build_object('listing_id', target));
  elsif resolution = 'accept_source' and 'StandardStatus' = any (fields) then
    perform mls.refuse('guard_failed', 'A status is not copied: take it by publish, advance_listing, return_listing or withdraw.',
      jsonb_build_object('guard', 'transition', 'listing_id', target, 'field', 'StandardStatus'));
  end if;

  for drift in
    select d.field, d.theirs, f.column_name, format_type(a.atttypid, a.atttypmod) as type, o.payload -> d.field as received,
      -- asked here, by row: in an expression of the loop Postgres would keep to the type of its first turn
      pg_input_is_valid(d.theirs, format_type(a.atttypid, a.atttypmod)) and lower(d.theirs) <> 'nan' as is_valid
    from public.mls_listing_drift d
    join public.mls_listing_origins o on o.listing_id = d.listing_id
    left join (
      select lf.field, lf.column_name from mls.listing_fields() lf
      union all values ('LeasePrice', 'lease_amount')
    ) f on f.field = d.field
    left join pg_catalog.pg_attribute a on a.attrelid = 'public.mls_listings'::regclass and a.attname = f.column_name
    where d.listing_id = target and d.field = any (fields)
  loop
    decided := decided || drift.field;
    kept := kept || jsonb_build_object(drift.field, jsonb_build_object(
      'by', mls.current_user_id(), 'at', clock_timestamp(), 'source_value', drift.theirs));
    removed := removed || drift.field;
    if drift.column_name is null then
      added := added || jsonb_build_object(drift.field, drift.received);
    else
      changes := changes || jsonb_build_object(drift.column_name,
        case when drift.is_valid then drift.theirs end);
      -- text that its column cannot give back is kept beside it, as ingest does
      added := added || case when drift.type <> 'text' and jsonb_typeof(drift.received) = 'string'
        then jsonb_build_object(drift.field, drift.received) else '{}' end;
    end if;
  end loop;
  if decided is distinct from fields and exists (select from unnest(fields) f where f <> all (decided)) then
    perform mls.refuse('no_drift', 'Hub and source do not differ there.', jsonb_build_object('listing_id', target,
      'fields', (select jsonb_agg(f) from unnest(fields) f where f <> all (decided))));
  end if;

  if resolution = 'keep_ours' then
    update public.mls_listings l set locked_fields = l.locked_fields || kept, updated_by = mls.current_user_id()
    where l.id = target returning * into listing;
    return listing;
  end if;
  changes := changes || jsonb_build_object(
    'extensions', (listing.extensions - removed) || jsonb_strip_nulls(added),
    'locked_fields', listing.locked_fields - removed,
    'updated_by', mls.current_user_id());
  perform set_config('mls.change_reason', 'Accepted from the source', true);
  execute (
    select format('update public.mls_listings l set (%1$s) = (select %2$s from jsonb_populate_record($1, $2) x) where l.id = $3 returning l.*',
      string_agg(quote_ident(k), ', '), string_agg('x.' || quote_ident(k), ', '))
    from jsonb_object_keys(changes) k
  ) into listing using listing, changes, target;
  return listing;
end $$;
comment on function mls.resolve_drift(uuid, text[], text) is
  'accept_source copies what the source last said into these fields; keep_ours remembers in locked_fields which value of the source was declined, so that it stops showing as drift until the source says something else.';

-- ----- resolve_drift(uuid, text[], text) -----
create function public.resolve_drift(listing_id uuid, fields text[], resolution text) returns public.mls_listings
language sql volatile set search_path = ''
as $$
  select mls.resolve_drift(listing_id, fields, resolution)
$$;
comment on function public.resolve_drift(uuid, text[], text) is
  'Decides fields of mls_listing_drift of a claimed listing: accept_source or keep_ours. 409: not_claimed, no_drift, guard_failed (transition) for StandardStatus.';
grant execute on function mls.resolve_drift(uuid, text[], text), public.resolve_drift(uuid, text[], text) to authenticated;
