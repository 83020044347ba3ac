-- Roles, schemas, claims of the signed-in user, and the tenancy tables: tenants, offices, members.
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

-- ===== claims of the signed-in user =====
-- Only the token counts: `uoi` (tenant), `active_scope` or `scope` (a string or {"id": ...}), `crud`, `sub`,
-- `team_ids` or `teams` ([{"id": ...}]). An absent claim means no right; no table of another system is read.

-- ----- mls.jwt() -----
create function mls.jwt() returns jsonb
language sql stable set search_path = ''
as $$
  select coalesce(nullif(current_setting('request.jwt.claims', true), '')::jsonb, '{}'::jsonb)
$$;
comment on function mls.jwt() is 'Claims of the current request, {} without a token.';

-- ----- mls.try_uuid(text) -----
create function mls.try_uuid(value text) returns uuid
language sql immutable set search_path = ''
as $$
  select case when pg_input_is_valid(value, 'uuid') then value::uuid end
$$;
comment on function mls.try_uuid(text) is 'The uuid written in a text, null when it is none: a malformed claim must deny, not fail.';

-- ----- mls.current_user_id() -----
create function mls.current_user_id() returns uuid
language sql stable set search_path = ''
as $$
  select mls.try_uuid(mls.jwt() ->> 'sub')
$$;
comment on function mls.current_user_id() is 'User id (claim sub) or null.';

-- ----- mls.current_tenant_id() -----
create function mls.current_tenant_id() returns uuid
language sql stable set search_path = ''
as $$
  select mls.try_uuid(mls.jwt() ->> 'uoi')
$$;
comment on function mls.current_tenant_id() is 'Tenant of the user (claim uoi) or null.';

-- ----- mls.active_scope() -----
create function mls.active_scope() returns text
language sql stable set search_path = ''
as $$
  select case when s.scope in ('self', 'team', 'global', 'org_admin', 'system_admin') then s.scope else 'self' end
  from (
    select coalesce(
      mls.jwt() ->> 'active_scope',
      case jsonb_typeof(mls.jwt() -> 'scope')
        when 'string' then mls.jwt() ->> 'scope'
        when 'object' then mls.jwt() -> 'scope' ->> 'id'
      end
    ) as scope
  ) s
$$;
comment on function mls.active_scope() is
  'Scope of the user: self, team, global, org_admin or system_admin. Unknown or absent counts as self.';

-- ----- mls.can(text) -----
create function mls.can(action text) returns boolean
language sql stable set search_path = ''
as $$
  select mls.current_user_id() is not null and position(action in coalesce(mls.jwt() ->> 'crud', '')) > 0
$$;
comment on function mls.can(text) is 'Whether the claim crud holds the letter c, r, u or d. False without the claim or without a user.';

-- ----- mls.is_admin() -----
create function mls.is_admin() returns boolean
language sql stable set search_path = ''
as $$
  select mls.current_user_id() is not null and mls.active_scope() in ('org_admin', 'system_admin')
$$;
comment on function mls.is_admin() is 'Whether the user administers the tenant: org_admin or system_admin. Scope global sees all but administers nothing.';

-- ----- mls.is_service() -----
create function mls.is_service() returns boolean
language sql stable set search_path = ''
as $$
  select coalesce(mls.jwt() ->> 'role', 'service_role') = 'service_role'
$$;
comment on function mls.is_service() is
  'Whether no user asks but the service role or the database itself. A user token without a user id is neither: it is a stranger.';

grant execute on function mls.jwt(), mls.try_uuid(text), mls.current_user_id(), mls.current_tenant_id(),
  mls.active_scope(), mls.can(text), mls.is_admin(), mls.is_service() to anon, authenticated, service_role;

-- ----- mls.touch_updated_at() -----
create function mls.touch_updated_at() returns trigger
language plpgsql set search_path = ''
as $$
begin
  new.updated_at := clock_timestamp();
  return new;
end $$;
comment on function mls.touch_updated_at() is 'Trigger: keeps updated_at.';

-- ===== tenants =====

-- ----- mls_tenants: one per market -----
create table public.mls_tenants (
  id uuid primary key default gen_random_uuid(),
  code text not null unique check (code ~ '^[A-Z][A-Z0-9_]{1,19}$'),
  name text not null,
  country text not null check (country ~ '^[A-Z]{2}$'),
  currency_code text not null check (currency_code ~ '^[A-Z]{3}$'),
  api_visibility text not null default 'all' check (api_visibility in ('all', 'published')),
  settings jsonb not null default '{}' check (jsonb_typeof(settings) = 'object'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.mls_tenants is 'Markets. Every other row belongs to exactly one of them.';
comment on column public.mls_tenants.api_visibility is
  'What the RESO Web API serves: all (unclaimed listings with their source status too) or published (published or later).';
create trigger touch before update on public.mls_tenants for each row execute function mls.touch_updated_at();

-- ----- mls.visible_tenant_ids() -----
create function mls.visible_tenant_ids() returns uuid[]
language sql stable security definer set search_path = ''
as $$
  select case
    when mls.current_user_id() is null then '{}'::uuid[]
    when mls.active_scope() = 'system_admin' then (select array_agg(id) from public.mls_tenants)
    else array_remove(array[mls.current_tenant_id()], null)
  end
$$;
comment on function mls.visible_tenant_ids() is
  'Tenants whose rows the user may see: the own one, or all for system_admin. Security definer: the policies of mls_tenants call it.';
grant execute on function mls.visible_tenant_ids() to authenticated, service_role;

alter table public.mls_tenants enable row level security;
alter table public.mls_tenants force row level security;
grant select on public.mls_tenants to authenticated;
grant select, insert, update, delete on public.mls_tenants to service_role;
create policy tenant_read on public.mls_tenants for select to authenticated
  using (id = any ((select mls.visible_tenant_ids())::uuid[]) and (select mls.can('r')));
create policy tenant_admin_update on public.mls_tenants for update to authenticated
  using (id = any ((select mls.visible_tenant_ids())::uuid[]) and (select mls.is_admin()) and (select mls.can('u')))
  with check (id = any ((select mls.visible_tenant_ids())::uuid[]));
grant update (name, api_visibility, settings) on public.mls_tenants to authenticated;

-- ===== offices =====

-- ----- mls_offices: market offices (is_market) that batches and API clients are scoped by, and offices from gold -----
create table public.mls_offices (
  id uuid primary key default gen_random_uuid(),
  seq bigint generated always as identity,
  tenant_id uuid not null references public.mls_tenants (id),
  office_key text not null unique check (length(office_key) between 1 and 255),
  is_market boolean not null default false,
  aliases text[] not null default '{}',
  origin_system text check (origin_system in ('QOBRIX', 'DASH_API', 'DASH_FILE', 'MANUAL')),
  currency_code text check (currency_code ~ '^[A-Z]{3}$'),
  originating_office_key text not null,
  mls_id text,
  name text,
  email text,
  phone text,
  fax text,
  status text,
  type text,
  address1 text,
  address2 text,
  city text,
  state_or_province text,
  postal_code text,
  country text,
  broker_key text,
  origin_etl_ts timestamptz,
  origin_etl_batch_id text,
  origin_modified_ts timestamptz,
  origin_hash text,
  origin_deleted boolean not null default false,
  extensions jsonb not null default '{}' check (jsonb_typeof(extensions) = 'object'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check (not is_market or (origin_system is not null and originating_office_key = office_key))
);
comment on table public.mls_offices is
  'RESO Office. Rows with is_market map OriginatingSystemOfficeKey (and its aliases) to a tenant, a source system and a default currency; the others come from gold.';
create index mls_offices_tenant_id on public.mls_offices (tenant_id);
create index mls_offices_originating on public.mls_offices (originating_office_key);
create trigger touch before update on public.mls_offices for each row execute function mls.touch_updated_at();

alter table public.mls_offices enable row level security;
alter table public.mls_offices force row level security;
grant select on public.mls_offices to authenticated;
grant select, insert, update, delete on public.mls_offices to service_role;
create policy office_read on public.mls_offices for select to authenticated
  using (tenant_id = any ((select mls.visible_tenant_ids())::uuid[]) and (select mls.can('r')));

-- ===== members =====

-- ----- mls_members: brokers, agents, staff; user_id links a member to a signed-in user -----
create table public.mls_members (
  id uuid primary key default gen_random_uuid(),
  seq bigint generated always as identity,
  tenant_id uuid not null references public.mls_tenants (id),
  origin_member_key text not null unique check (length(origin_member_key) between 1 and 255),
  user_id uuid,
  originating_office_key text not null,
  mls_id text,
  first_name text,
  last_name text,
  full_name text,
  email text,
  preferred_phone text,
  office_phone text,
  status text,
  type text,
  office_key text,
  address1 text,
  city text,
  state_or_province text,
  postal_code text,
  country text,
  origin_etl_ts timestamptz,
  origin_etl_batch_id text,
  origin_modified_ts timestamptz,
  origin_hash text,
  origin_deleted boolean not null default false,
  extensions jsonb not null default '{}' check (jsonb_typeof(extensions) = 'object'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.mls_members is 'RESO Member. office_key is kept as received and may name an office that has not arrived yet.';
create index mls_members_tenant_id on public.mls_members (tenant_id);
create index mls_members_email on public.mls_members (lower(email), tenant_id);
create index mls_members_user_id on public.mls_members (user_id) where user_id is not null;
create index mls_members_originating on public.mls_members (originating_office_key);
create trigger touch before update on public.mls_members for each row execute function mls.touch_updated_at();

alter table public.mls_members enable row level security;
alter table public.mls_members force row level security;
grant select on public.mls_members to authenticated;
grant select, insert, update, delete on public.mls_members to service_role;
create policy member_read on public.mls_members for select to authenticated
  using (tenant_id = any ((select mls.visible_tenant_ids())::uuid[]) and (select mls.can('r')));

-- ----- mls_user_teams: who is in whose team, synced from the sign-on system -----
create table public.mls_user_teams (
  tenant_id uuid not null references public.mls_tenants (id),
  team_id uuid not null,
  user_id uuid not null,
  primary key (team_id, user_id)
);
comment on table public.mls_user_teams is
  'Team membership. A token names the teams of its user; whose rows they may see also needs the other members.';
create index mls_user_teams_user_id on public.mls_user_teams (user_id);
create index mls_user_teams_tenant_id on public.mls_user_teams (tenant_id);
alter table public.mls_user_teams enable row level security;
alter table public.mls_user_teams force row level security;
grant select on public.mls_user_teams to authenticated;
grant select, insert, update, delete on public.mls_user_teams to service_role;
create policy team_read on public.mls_user_teams for select to authenticated
  using (tenant_id = any ((select mls.visible_tenant_ids())::uuid[]) and (select mls.can('r')));

-- ----- mls.current_team_ids() -----
create function mls.current_team_ids() returns uuid[]
language sql stable set search_path = ''
as $$
  select coalesce(array_agg(distinct t.id) filter (where t.id is not null), '{}')
  from (
    select mls.try_uuid(e #>> '{}') as id
    from jsonb_array_elements(case jsonb_typeof(mls.jwt() -> 'team_ids') when 'array' then mls.jwt() -> 'team_ids' else '[]' end) e
    union
    select mls.try_uuid(e ->> 'id')
    from jsonb_array_elements(case jsonb_typeof(mls.jwt() -> 'teams') when 'array' then mls.jwt() -> 'teams' else '[]' end) e
  ) t
$$;
comment on function mls.current_team_ids() is 'Teams of the user: the claims team_ids and teams[].id together.';

-- ----- mls.visible_user_ids() -----
create function mls.visible_user_ids() returns uuid[]
language sql stable security definer set search_path = ''
as $$
  select case mls.active_scope()
    when 'team' then array_remove(array[mls.current_user_id()], null) || array(
      select user_id from public.mls_user_teams
      where team_id = any (mls.current_team_ids()) and tenant_id = mls.current_tenant_id()
    )
    else array_remove(array[mls.current_user_id()], null)
  end
$$;
comment on function mls.visible_user_ids() is
  'Users whose listings the user may see and edit at scope self (the user) or team (the team members too).';

-- ----- mls.sees_whole_tenant() -----
create function mls.sees_whole_tenant() returns boolean
language sql stable set search_path = ''
as $$
  select mls.current_user_id() is not null and mls.active_scope() in ('global', 'org_admin', 'system_admin')
$$;
comment on function mls.sees_whole_tenant() is 'Whether the scope reaches every row of the tenant.';

grant execute on function mls.current_team_ids(), mls.visible_user_ids(), mls.sees_whole_tenant()
  to authenticated, service_role;
