-- Echoes: what was pushed to a source and comes back from it is no change.

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
