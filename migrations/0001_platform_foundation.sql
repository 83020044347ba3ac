-- Schemas, roles, and what new objects may be reached by: the floor that every later file stands on.
-- Written for a bare Supabase project (PostgreSQL 17) and applied as role `postgres`, which is no superuser.

-- ===== what new objects may be reached by: nothing, until a migration grants it =====

alter default privileges revoke execute on functions from public;
alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;
alter default privileges in schema public revoke execute on functions from anon, authenticated, service_role;

-- ----- schema mls: what apps never call by name (the Data API exposes `public` only) -----
create schema mls;
comment on schema mls is 'Internals of the hub: helpers of policies, ingest, served tables. Not exposed by the Data API.';
grant usage on schema mls to anon, authenticated, service_role;

-- ----- roles of the OData door: mls_api_read reads the served tables, mls_gate may only become it -----
do $$
begin
  if not exists (select from pg_roles where rolname = 'mls_api_read') then
    create role mls_api_read nologin;
  end if;
  if not exists (select from pg_roles where rolname = 'mls_gate') then
    create role mls_gate login noinherit;
  end if;
end $$;
grant mls_api_read to mls_gate with inherit false, set true;
grant mls_api_read to postgres with inherit false, set true;
grant usage on schema mls, public to mls_api_read;

-- ===== lists that doors answer =====

-- ----- mls.page_size(jsonb, integer) -----
create function mls.page_size(request jsonb, usual integer default 100) returns integer
language sql immutable set search_path = ''
as $$
  select greatest(least(coalesce((request ->> 'limit')::integer, usual), 500), 1)
$$;
comment on function mls.page_size(jsonb, integer) is 'How many rows a page of a list has: limit of the request, at most 500.';

-- ----- mls.list_page(text, jsonb, integer, text[]) -----
create function mls.list_page(member text, page jsonb, size integer, variadic keys text[] default '{id}') returns jsonb
language sql immutable set search_path = ''
as $$
  select jsonb_build_object('status', 200, 'answer', jsonb_build_object(member, coalesce(page, '[]'))
    || case when jsonb_array_length(page) = size then jsonb_build_object('next',
      (select string_agg(page -> -1 ->> k.key, '/' order by k.place) from unnest(keys) with ordinality k (key, place))) else '{}' end)
$$;
comment on function mls.list_page(text, jsonb, integer, text[]) is
  'A page of a list as doors answer it: {<member>: [...], next?}. next is there while the page is full: the keys of its last row, joined by /. Sent again as before (lists that fall) or after it names the page behind.';

-- ===== resources =====

-- ----- mls.resources: what the hub holds of the RESO Data Dictionary, one row per resource -----
-- Ingest, runs, refresh, search and integrity read here what they must know of a resource, so that a new one is a row, its
-- table, its served table and its fields in the dictionary (functions/_shared/reso/resources). The conditions are SQL about
-- a row t of its table. Each such table has a column `delivered_by`, or the table that keeps the last word of its source has.
create table mls.resources (
  resource text primary key check (resource ~ '^[a-z][a-z_]{1,39}$'),
  name text not null unique,
  key_field text not null,
  table_name text not null unique,
  key_column text not null,
  time_field text,
  is_restricted boolean not null default false,
  quarantine_days integer not null default 60 check (quarantine_days > 0),
  listing_column text,
  follows_listing boolean not null default false check (not follows_listing or listing_column is not null),
  named_by text,
  delivered_when text not null,
  deletable_when text not null default 'true',
  origins_table text,
  origins_column text check ((origins_column is null) = (origins_table is null))
);
comment on table mls.resources is 'Resources of the hub. resource is the name in paths of ingest and in names of tables and functions, name the one in RESO.';
comment on column mls.resources.time_field is 'Where records of every origin say when they changed; null where that depends on the origin system (mls.origin_systems).';
comment on column mls.resources.is_restricted is 'Served only to clients that were granted the resource.';
comment on column mls.resources.quarantine_days is 'How long a rejected record is kept: persons shorter.';
comment on column mls.resources.listing_column is
  'Column with the key of the listing that a record belongs to; beside it there is listing_id, filled once the listing is known.';
comment on column mls.resources.follows_listing is 'Records are shown and hidden with their listing.';
comment on column mls.resources.named_by is 'The keys, an array, by which a run can name a row; null for the key column alone. The last one is the most exact.';
comment on column mls.resources.delivered_when is 'Which rows a source delivered, and not somebody here.';
comment on column mls.resources.deletable_when is 'Which of those a FULL run may flag: not what was taken over or locked here.';
comment on column mls.resources.origins_table is 'The table beside it, one row each, that remembers who delivered the record; origins_column is the id of the row there.';
alter table mls.resources enable row level security;
alter table mls.resources force row level security;
grant select, insert, update, delete on mls.resources to service_role;
insert into mls.resources
  (resource, name, key_field, table_name, key_column, time_field, is_restricted, quarantine_days, listing_column, follows_listing, named_by, delivered_when, deletable_when, origins_table, origins_column)
values
  ('property', 'Property', 'ListingKey', 'mls_listings', 'origin_key', 'ModificationTimestamp', false, 60, null, false, null,
    't.origin_key is not null', 't.is_externally_managed and t.origin_system in (select s.code from mls.origin_systems s where s.is_external)',
    'mls_listing_origins', 'listing_id'),
  ('media', 'Media', 'MediaKey', 'mls_listing_media', 'origin_media_key', null, false, 60, 'resource_record_key', true,
    $q$array[t.origin_media_key, t.origin_media_key || '~' || t.resource_record_key]$q$,
    't.origin_media_key is not null and not exists (select from public.mls_listings l where l.id = t.listing_id and not l.is_externally_managed)',
    'not t.locked', 'mls_listing_media_origins', 'media_id'),
  ('contacts', 'Contacts', 'ContactKey', 'mls_contacts', 'origin_contact_key', null, true, 14, null, false, null, 't.origin_contact_key is not null', 'true', null, null),
  ('member', 'Member', 'MemberKey', 'mls_members', 'origin_member_key', null, false, 14, null, false, null, 't.origin_hash is not null', 'true', null, null),
  ('office', 'Office', 'OfficeKey', 'mls_offices', 'office_key', null, false, 60, null, false, null, 't.origin_hash is not null and not t.is_market', 'true', null, null),
  ('showing_appointment', 'ShowingAppointment', 'ShowingAppointmentKey', 'mls_showings', 'origin_showing_key', null, true, 14, 'listing_key', false, null,
    't.origin_hash is not null', 'true', null, null);

-- ----- mls.resource_key(text) -----
create function mls.resource_key(resource text) returns text
language sql stable set search_path = ''
as $$
  select r.key_field from mls.resources r where r.resource = resource_key.resource
$$;
comment on function mls.resource_key(text) is 'Key field of an ingest resource, null for an unknown one.';

-- ===== helpers =====

-- ----- mls.touch_updated_at() -----
create function mls.touch_updated_at() returns trigger
language plpgsql set search_path = ''
as $$
begin
  new.updated_at := clock_timestamp();
  return new;
end $$;
comment on function mls.touch_updated_at() is 'Trigger: keeps updated_at.';

-- ----- mls.all_match(text[], text) -----
create function mls.all_match(items text[], pattern text) returns boolean
language sql immutable parallel safe set search_path = ''
as $$
  select coalesce(bool_and(item is not null and item ~ pattern), true) from unnest(items) item
$$;
comment on function mls.all_match(text[], text) is 'Whether every item matches the pattern, true for none. For check constraints.';
grant execute on function mls.all_match(text[], text) to service_role;
