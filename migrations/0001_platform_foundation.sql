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
