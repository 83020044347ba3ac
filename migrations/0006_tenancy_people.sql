-- Who works in a market: members, teams, and what a token is worth here.

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

grant execute on function mls.visible_user_ids() to authenticated, service_role;

-- ===== support =====

-- ----- my_access() -----
create function public.my_access() returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object(
    'user_id', mls.current_user_id(),
    'tenant_id', mls.current_tenant_id(),
    'tenant_code', (select t.code from public.mls_tenants t where t.id = mls.current_tenant_id()),
    'scope', mls.active_scope(),
    'crud', coalesce(mls.jwt() ->> 'crud', ''),
    'team_ids', to_jsonb(mls.current_team_ids()),
    'acts_for', to_jsonb(mls.visible_user_ids()),
    'sees_whole_tenant', mls.sees_whole_tenant(),
    'is_admin', mls.is_admin(),
    'problems', to_jsonb(array_remove(array[
      case when mls.current_user_id() is null then 'sub is absent or no uuid: no row is visible' end,
      case when mls.current_tenant_id() is null then 'uoi is absent or no uuid: no tenant' end,
      case when mls.current_tenant_id() is not null and mls.can('r')
             and not exists (select from public.mls_tenants t where t.id = mls.current_tenant_id()) then 'uoi names no tenant of this hub' end,
      case when mls.jwt() ->> 'crud' is null then 'crud is absent: no rights' end,
      case when mls.jwt() ->> 'crud' !~ '^[crud]*$' then 'crud holds something else than the letters c, r, u, d: no rights' end,
      case when coalesce(mls.jwt() ->> 'active_scope', mls.jwt() ->> 'scope') is null then 'scope is absent: counts as self' end
    ], null))
  )
$$;
comment on function public.my_access() is
  'What the database makes of the caller''s token: user, tenant, scope, rights, teams, and what is wrong with it. For support: a token without claims sees empty lists, not errors.';

grant execute on function public.my_access() to authenticated;
