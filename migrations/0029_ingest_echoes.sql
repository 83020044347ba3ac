-- Echoes: what was pushed to a source and comes back from it is no change, and a listing that comes back is ours.

-- ----- mls_listing_pushed_values: what we told the source of a listing, to know it when it comes back -----
create table public.mls_listing_pushed_values (
  listing_id uuid not null references public.mls_listings (id) on delete cascade,
  field text not null,
  value jsonb not null,
  pushed_at timestamptz not null default clock_timestamp(),
  primary key (listing_id, field, value)
);
comment on table public.mls_listing_pushed_values is
  'Tracked values pushed to Dash, by gold field name and in gold type: an incoming value equal to one of them is an echo, not a change. Kept 90 days.';
create index mls_listing_pushed_values_pushed_at on public.mls_listing_pushed_values (pushed_at);
alter table public.mls_listing_pushed_values enable row level security;
alter table public.mls_listing_pushed_values force row level security;
grant select, insert, update, delete on public.mls_listing_pushed_values to service_role;

-- ----- mls.note_pushed_values(listing_id, pushed) -----
create function mls.note_pushed_values(listing_id uuid, pushed jsonb) returns void
language sql set search_path = ''
as $$
  insert into public.mls_listing_pushed_values as v (listing_id, field, value)
  select note_pushed_values.listing_id, p.key, p.value from jsonb_each(pushed) p where p.value <> 'null'
  on conflict (listing_id, field, value) do update set pushed_at = clock_timestamp()
$$;
comment on function mls.note_pushed_values(uuid, jsonb) is 'Notes values that were pushed: {field: value}.';

-- ----- mls.is_echo(uuid, text, text, timestamptz) -----
create function mls.is_echo(target uuid, field text, value text, since timestamptz default '-infinity') returns boolean
language sql stable set search_path = ''
as $$
  select exists (
    select from public.mls_listing_pushed_values v
    where v.listing_id = target and v.field = is_echo.field and v.pushed_at > since
      and (v.value #>> '{}' = is_echo.value
        or case when pg_input_is_valid(v.value #>> '{}', 'numeric') and pg_input_is_valid(is_echo.value, 'numeric')
          then (v.value #>> '{}')::numeric = is_echo.value::numeric end)
  )
$$;
comment on function mls.is_echo(uuid, text, text, timestamptz) is
  'Whether a value that a source sends is one that we pushed to it. With `since`, only pushes after that time count: a status returns to earlier values in earnest.';

-- ----- mls.returned_listing(record_key, tenant_id, origin_system) -----
create function mls.returned_listing(record_key text, tenant_id uuid, origin_system text) returns uuid
language plpgsql stable set search_path = '' set enable_seqscan = off
as $$
declare
  -- a lease row of the other side is of the same listing
  parts constant text[] := string_to_array(lower(regexp_replace(record_key, '_LEASE$', '')), '_');
  known_as text;
  prefix text;
  found_id uuid;
begin
  -- the key of a source is its prefix and the id there; prefixes may hold underscores, ids too
  for at in 1 .. coalesce(cardinality(parts), 0) - 1 loop
    prefix := upper(array_to_string(parts[:at], '_'));
    known_as := array_to_string(parts[at + 1:], '_');
    select s.listing_id into found_id
    from public.mls_listing_syndications s
    join public.mls_portal_definitions p on p.id = s.portal_id
    join public.mls_listings l on l.id = s.listing_id
    where lower(s.external_id) = known_as and s.tenant_id = returned_listing.tenant_id
      and mls.worked_by(p.channel_type) = 'deliveries' and l.origin_key is distinct from record_key
      -- an id that is short may be that of somebody else: then the portal must be the one that the key names
      and (length(known_as) >= 16 or prefix in (p.code, upper(p.config ->> 'channel'))
        or p.config -> 'origin_systems' ? returned_listing.origin_system or p.config -> 'origin_systems' ? prefix)
    order by s.published_at nulls last limit 1;
    exit when found_id is not null;
  end loop;
  return found_id;
end $$;
comment on function mls.returned_listing(text, uuid, text) is
  'The listing that we pushed to a portal and that comes back from there under the id the portal gave it (external_id of a syndication): DASH_<guid> for one made here. Null for all other keys. Asked for keys only that no listing has.';
