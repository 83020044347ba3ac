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
grant usage on schema auth to supabase_auth_admin;

-- The tables that the Auth service makes, with the columns that its stand-in (scripts/stack/rest/auth.ts) fills.
create table auth.users (
  instance_id uuid,
  id uuid primary key,
  aud varchar(255) default 'authenticated',
  role varchar(255) default 'authenticated',
  email varchar(255) unique,
  encrypted_password varchar(255),
  email_confirmed_at timestamptz,
  invited_at timestamptz,
  confirmation_token varchar(255),
  confirmation_sent_at timestamptz,
  recovery_token varchar(255),
  recovery_sent_at timestamptz,
  email_change varchar(255),
  email_change_token_new varchar(255),
  email_change_token_current varchar(255),
  email_change_sent_at timestamptz,
  email_change_confirm_status smallint default 0,
  phone text unique,
  phone_confirmed_at timestamptz,
  phone_change text,
  phone_change_token varchar(255),
  phone_change_sent_at timestamptz,
  confirmed_at timestamptz generated always as (least(email_confirmed_at, phone_confirmed_at)) stored,
  reauthentication_token varchar(255),
  reauthentication_sent_at timestamptz,
  raw_app_meta_data jsonb,
  raw_user_meta_data jsonb,
  banned_until timestamptz,
  deleted_at timestamptz,
  is_sso_user boolean not null default false,
  is_anonymous boolean not null default false,
  last_sign_in_at timestamptz,
  created_at timestamptz,
  updated_at timestamptz
);
create table auth.identities (
  id uuid primary key default gen_random_uuid(),
  provider text not null,
  provider_id text not null,
  user_id uuid not null references auth.users (id) on delete cascade,
  identity_data jsonb not null default '{}',
  email text generated always as (lower(identity_data ->> 'email')) stored,
  last_sign_in_at timestamptz,
  created_at timestamptz,
  updated_at timestamptz,
  unique (provider, provider_id)
);
create index identities_user_id_idx on auth.identities (user_id);
create table auth.sessions (
  id uuid primary key,
  user_id uuid not null references auth.users (id) on delete cascade,
  aal text,
  factor_id uuid,
  not_after timestamptz,
  refreshed_at timestamp,
  user_agent text,
  ip inet,
  tag text,
  scopes text,
  refresh_token_hmac_key text,
  refresh_token_counter bigint,
  created_at timestamptz,
  updated_at timestamptz
);
create index sessions_user_id_idx on auth.sessions (user_id);
create table auth.refresh_tokens (
  id text primary key,
  token varchar(255) not null unique,
  user_id uuid,
  session_id uuid references auth.sessions (id) on delete cascade,
  revoked boolean,
  parent varchar(255),
  created_at timestamptz,
  updated_at timestamptz
);
create index refresh_tokens_session_id_idx on auth.refresh_tokens (session_id);
create table auth.audit_log_entries (
  id uuid primary key,
  payload json,
  ip_address varchar(64) not null default '',
  created_at timestamptz
);
do $$
declare
  name text;
begin
  foreach name in array '{users,identities,sessions,refresh_tokens,audit_log_entries}'::text[] loop
    execute format('alter table auth.%I enable row level security', name);
    execute format('alter table auth.%I owner to supabase_auth_admin', name);
    execute format('grant all on auth.%I to postgres, dashboard_user', name);
  end loop;
end $$;

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
grant usage on schema storage to postgres, anon, authenticated, service_role, supabase_storage_admin;
grant authenticator to supabase_storage_admin;
-- Every project has a table of this name; tools that look for "migrations" in any schema must cope with it.
create table storage.migrations (
  id int primary key,
  name varchar(100) unique not null,
  hash varchar(40) not null,
  executed_at timestamp default current_timestamp
);
-- The tables that the Storage service makes. Its role owns them; `postgres` may fill them, and on hosted projects may
-- write policies on them as well, by an extension that no plain server has: see prepareRoles().
create table storage.buckets (
  id text primary key,
  name text not null unique,
  owner uuid,
  owner_id text,
  public boolean default false,
  file_size_limit bigint,
  allowed_mime_types text[],
  created_at timestamptz default now(),
  updated_at timestamptz default now()
);
create table storage.objects (
  id uuid primary key default gen_random_uuid(),
  bucket_id text references storage.buckets (id),
  name text,
  owner uuid,
  owner_id text,
  metadata jsonb,
  user_metadata jsonb,
  path_tokens text[] generated always as (string_to_array(name, '/')) stored,
  version text,
  created_at timestamptz default now(),
  updated_at timestamptz default now(),
  last_accessed_at timestamptz default now(),
  unique (bucket_id, name)
);
alter table storage.migrations owner to supabase_storage_admin;
alter table storage.buckets owner to supabase_storage_admin;
alter table storage.objects owner to supabase_storage_admin;
alter table storage.buckets enable row level security;
alter table storage.objects enable row level security;
grant all on storage.buckets, storage.objects to anon, authenticated, service_role;
grant all on storage.buckets, storage.objects to postgres with grant option;

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
