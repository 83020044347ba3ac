-- What a Supabase project has before our first migration, and no more. Run once, as supabase_admin, in one
-- transaction, on a fresh PostgreSQL 17. Only the local stack and the tests use it; hosted projects bring their own.

-- ----- roles -----
-- `postgres` owns what migrations make and is no superuser, as on the platform.
create role postgres login createdb createrole replication bypassrls;
create role anon nologin inherit;
create role authenticated nologin inherit;
create role service_role nologin inherit bypassrls;
create role authenticator login noinherit;
create role supabase_auth_admin login noinherit;
create role supabase_storage_admin login noinherit createrole;
create role supabase_realtime_admin login noinherit createrole replication;
create role supabase_replication_admin login replication;
create role supabase_read_only_user login bypassrls;
create role dashboard_user nologin createdb createrole replication;

grant pg_read_all_data to supabase_read_only_user;
grant pg_monitor, pg_signal_backend, pg_read_all_data to postgres;
grant anon, authenticated, service_role to authenticator;
grant anon, authenticated, service_role, authenticator to postgres with admin option;

alter role anon set statement_timeout = '3s';
alter role authenticated set statement_timeout = '8s';
alter role authenticator set statement_timeout = '8s';
alter role authenticator set lock_timeout = '8s';
-- Two names, not one quoted string: '"$user", public, extensions' would be a single schema name.
alter role postgres set search_path = "$user", public, extensions;
alter database postgres owner to postgres;

-- ----- extensions -----
create schema extensions authorization postgres;
grant usage on schema extensions to anon, authenticated, service_role;
create extension if not exists pgcrypto schema extensions;
create extension if not exists "uuid-ossp" schema extensions;
create extension if not exists pg_stat_statements schema extensions;

-- ----- public -----
-- As the image has it: everything for the API roles by default. Projects made since 2026-10-30 have lost the larger part of
-- that, older ones and self-hosted ones have not; our first migration takes all of it back, so a missing grant shows here too.
grant usage on schema public to postgres, anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  grant all on tables to anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  grant all on sequences to anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  grant all on functions to anon, authenticated, service_role;

-- ----- realtime -----
create publication supabase_realtime;
alter publication supabase_realtime owner to postgres;
create schema realtime authorization supabase_admin;
grant usage on schema realtime to postgres, anon, authenticated, service_role;

-- ----- auth -----
create schema auth authorization supabase_admin;
grant usage on schema auth to anon, authenticated, service_role, postgres;

create table auth.users (
  instance_id uuid,
  id uuid primary key,
  aud varchar(255),
  role varchar(255),
  email varchar(255) unique,
  raw_app_meta_data jsonb,
  raw_user_meta_data jsonb,
  created_at timestamptz,
  updated_at timestamptz,
  is_anonymous boolean not null default false
);
alter table auth.users enable row level security;
alter table auth.users owner to supabase_auth_admin;
grant all on auth.users to postgres, dashboard_user;

create function auth.jwt() returns jsonb language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')
  )::jsonb
$$;
create function auth.uid() returns uuid language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.sub', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'
  )::uuid
$$;
create function auth.role() returns text language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.role', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role'
  )
$$;
create function auth.email() returns text language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.email', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'email'
  )
$$;
alter function auth.jwt() owner to supabase_auth_admin;
alter function auth.uid() owner to supabase_auth_admin;
alter function auth.role() owner to supabase_auth_admin;
alter function auth.email() owner to supabase_auth_admin;

-- ----- storage -----
create schema storage authorization supabase_admin;
grant usage on schema storage to postgres, anon, authenticated, service_role;
-- Every project has a table of this name; tools that look for "migrations" in any schema must cope with it.
create table storage.migrations (
  id int primary key,
  name varchar(100) unique not null,
  hash varchar(40) not null,
  executed_at timestamp default current_timestamp
);
alter table storage.migrations owner to supabase_storage_admin;

-- ----- vault -----
-- Stands in for Supabase Vault: same names, shapes and grants, encrypted at rest. The key lies beside the data and not in
-- the database, so that no dump and no reader of tables has both.
create schema vault authorization supabase_admin;
grant usage on schema vault to postgres;
do $$
begin
  execute format('copy (select encode(extensions.gen_random_bytes(32), ''hex'')) to %L', current_setting('data_directory') || '/vault.key');
end $$;

create table vault.secrets (
  id uuid primary key default gen_random_uuid(),
  name text unique,
  description text not null default '',
  secret text not null,
  key_id uuid,
  nonce bytea,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create function vault._encrypt(plain text) returns text language sql volatile security definer set search_path = '' as $$
  select encode(extensions.pgp_sym_encrypt(plain, trim(pg_read_file('vault.key')), 'cipher-algo=aes256'), 'base64')
$$;
create function vault._decrypt(secret text) returns text language sql stable security definer set search_path = '' as $$
  select extensions.pgp_sym_decrypt(decode(secret, 'base64'), trim(pg_read_file('vault.key')))
$$;
create view vault.decrypted_secrets as
  select s.id, s.name, s.description, s.secret, vault._decrypt(s.secret) as decrypted_secret, s.key_id, s.nonce, s.created_at, s.updated_at
  from vault.secrets s;
create function vault.create_secret(new_secret text, new_name text default null, new_description text default '', new_key_id uuid default null)
returns uuid language sql volatile security definer set search_path = '' as $$
  insert into vault.secrets (secret, name, description, key_id)
  values (vault._encrypt(new_secret), new_name, coalesce(new_description, ''), new_key_id) returning id
$$;
create function vault.update_secret(
  secret_id uuid, new_secret text default null, new_name text default null, new_description text default null, new_key_id uuid default null
) returns void language sql volatile security definer set search_path = '' as $$
  update vault.secrets s set
    secret = case when new_secret is null then s.secret else vault._encrypt(new_secret) end,
    name = coalesce(new_name, s.name), description = coalesce(new_description, s.description), key_id = coalesce(new_key_id, s.key_id),
    updated_at = now()
  where s.id = secret_id
$$;
revoke execute on all functions in schema vault from public;
grant select, delete on vault.secrets, vault.decrypted_secrets to postgres;
grant execute on function vault._decrypt(text), vault.create_secret(text, text, text, uuid),
  vault.update_secret(uuid, text, text, text, uuid) to postgres;
