-- Who works in a market: members, teams, and what the people who sign in may do.

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
  delivered_by text,
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

-- ----- mls_teams: agents who work under one name -----
create table public.mls_teams (
  id uuid primary key default gen_random_uuid(),
  seq bigint generated always as identity,
  tenant_id uuid not null references public.mls_tenants (id),
  originating_office_key text not null,
  origin_team_key text not null unique check (length(origin_team_key) between 1 and 255),
  name text,
  status text,
  description text,
  lead_key text,
  email text,
  preferred_phone text,
  city text,
  origin_etl_ts timestamptz,
  origin_etl_batch_id text,
  origin_modified_ts timestamptz,
  origin_hash text,
  origin_deleted boolean not null default false,
  delivered_by text,
  extensions jsonb not null default '{}' check (jsonb_typeof(extensions) = 'object'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.mls_teams is 'RESO Teams, as sources say it. Who may see whose rows is mls_user_teams.';
create index mls_teams_tenant on public.mls_teams (tenant_id);
create index mls_teams_originating on public.mls_teams (originating_office_key);
create trigger touch before update on public.mls_teams for each row execute function mls.touch_updated_at();

alter table public.mls_teams enable row level security;
alter table public.mls_teams force row level security;
grant select on public.mls_teams to authenticated;
grant select, insert, update, delete on public.mls_teams to service_role;
create policy agent_team_read on public.mls_teams for select to authenticated
  using (tenant_id = any ((select mls.visible_tenant_ids())::uuid[]) and (select mls.can('r')));
insert into mls.resources (resource, name, key_field, table_name, key_column, time_field, quarantine_days, delivered_when)
values ('teams', 'Teams', 'TeamKey', 'mls_teams', 'origin_team_key', 'ModificationTimestamp', 14, 't.origin_hash is not null');

-- ----- mls_team_members: who belongs to which team -----
create table public.mls_team_members (
  id uuid primary key default gen_random_uuid(),
  seq bigint generated always as identity,
  tenant_id uuid not null references public.mls_tenants (id),
  originating_office_key text not null,
  origin_team_member_key text not null unique check (length(origin_team_member_key) between 1 and 255),
  team_key text,
  member_key text,
  type text,
  origin_etl_ts timestamptz,
  origin_etl_batch_id text,
  origin_modified_ts timestamptz,
  origin_hash text,
  origin_deleted boolean not null default false,
  delivered_by text,
  extensions jsonb not null default '{}' check (jsonb_typeof(extensions) = 'object'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.mls_team_members is 'RESO TeamMembers. Both keys are kept as received and may name what has not arrived yet.';
create index mls_team_members_tenant on public.mls_team_members (tenant_id);
create index mls_team_members_originating on public.mls_team_members (originating_office_key);
create trigger touch before update on public.mls_team_members for each row execute function mls.touch_updated_at();

alter table public.mls_team_members enable row level security;
alter table public.mls_team_members force row level security;
grant select on public.mls_team_members to authenticated;
grant select, insert, update, delete on public.mls_team_members to service_role;
create policy team_member_read on public.mls_team_members for select to authenticated
  using (tenant_id = any ((select mls.visible_tenant_ids())::uuid[]) and (select mls.can('r')));
insert into mls.resources (resource, name, key_field, table_name, key_column, time_field, quarantine_days, delivered_when)
values ('team_members', 'TeamMembers', 'TeamMemberKey', 'mls_team_members', 'origin_team_member_key', 'ModificationTimestamp', 14, 't.origin_hash is not null');

-- ----- mls_user_teams: who is in whose team, as mls_user_access or another sign-on system says -----
create table public.mls_user_teams (
  tenant_id uuid not null references public.mls_tenants (id),
  team_id uuid not null,
  user_id uuid not null,
  primary key (team_id, user_id, tenant_id)
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

-- ===== access =====
-- A project whose people sign in with Supabase Auth says here which market, scope, rights and teams they have, and the
-- hook writes that into their tokens. Where they come from another sign-on system, the table stays empty.

-- ----- mls.grantable_scopes() -----
create function mls.grantable_scopes() returns text[]
language sql stable set search_path = ''
as $$
  select case when mls.is_admin() then '{self,team,global,org_admin}'::text[] else '{}' end
$$;
comment on function mls.grantable_scopes() is
  'Scopes that the user may give to others: none above the own one, and system_admin never. That one is given by the service alone.';

-- ----- mls.grantable_crud() -----
create function mls.grantable_crud() returns text
language sql stable set search_path = ''
as $$
  select coalesce(string_agg(letter, ''), '') from unnest('{c,r,u,d}'::text[]) letter where mls.can(letter)
$$;
comment on function mls.grantable_crud() is 'Letters of crud that the user may give to others: the own ones.';
grant execute on function mls.grantable_scopes(), mls.grantable_crud() to authenticated, service_role;

-- ----- mls_user_access: one row per person and market -----
create table public.mls_user_access (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null,
  tenant_id uuid not null default mls.current_tenant_id() references public.mls_tenants (id),
  scope text not null default 'self' check (scope in ('self', 'team', 'global', 'org_admin', 'system_admin')),
  crud text not null default 'r' check (crud ~ '^[crud]*$' and length(crud) <= 4),
  team_ids uuid[] not null default '{}' check (cardinality(team_ids) <= 50 and array_position(team_ids, null) is null),
  role_name text check (length(role_name) between 1 and 100),
  is_default boolean not null default false,
  created_by uuid default mls.current_user_id(),
  created_at timestamptz not null default now(),
  updated_by uuid,
  updated_at timestamptz not null default now(),
  unique (user_id, tenant_id)
);
comment on table public.mls_user_access is
  'What people who sign in with Supabase Auth may do, per market. It reaches their token when that is issued or refreshed. Administrators write the rows of their market, never their own.';
comment on column public.mls_user_access.user_id is 'Id in auth.users. No reference: tests and other sign-on systems know people whom Auth does not.';
comment on column public.mls_user_access.crud is 'Letters of create, read, update, delete; at most those of whoever grants them.';
comment on column public.mls_user_access.team_ids is 'Teams of this market; mls_user_teams follows.';
comment on column public.mls_user_access.role_name is 'Name of the role (claim sso_role), which mls_status_transitions.roles may ask for.';
comment on column public.mls_user_access.is_default is
  'The market that the token names, of several. Without one the first that was given. Written by switch_market().';
create unique index mls_user_access_default on public.mls_user_access (user_id) where is_default;
create index mls_user_access_tenant on public.mls_user_access (tenant_id);
create trigger touch before update on public.mls_user_access for each row execute function mls.touch_updated_at();

alter table public.mls_user_access enable row level security;
alter table public.mls_user_access force row level security;
grant select, delete on public.mls_user_access to authenticated;
grant insert (user_id, tenant_id, scope, crud, team_ids, role_name), update (scope, crud, team_ids, role_name)
  on public.mls_user_access to authenticated;
grant select, insert, update, delete on public.mls_user_access to service_role;
do $$
declare
  -- of another person, in a market that the user administers, and nobody who stands above
  administered constant text := 'tenant_id = any ((select mls.visible_tenant_ids())::uuid[])
    and user_id <> (select mls.current_user_id()) and scope = any ((select mls.grantable_scopes())::text[])';
  no_more_than_own constant text := 'translate(crud, (select mls.grantable_crud()), '''') = ''''';
begin
  create policy access_read on public.mls_user_access for select to authenticated
    using (
      user_id = (select mls.current_user_id())
      or (tenant_id = any ((select mls.visible_tenant_ids())::uuid[]) and (select mls.is_admin()) and (select mls.can('r')))
    );
  execute format('create policy access_insert on public.mls_user_access for insert to authenticated with check ((select mls.can(''c'')) and %s and %s)',
    administered, no_more_than_own);
  execute format('create policy access_update on public.mls_user_access for update to authenticated using ((select mls.can(''u'')) and %1$s) with check (%1$s and %2$s)',
    administered, no_more_than_own);
  execute format('create policy access_delete on public.mls_user_access for delete to authenticated using ((select mls.can(''d'')) and %s)',
    administered);
end $$;

-- ----- mls.before_access_change(): row trigger -----
create function mls.before_access_change() returns trigger
language plpgsql set search_path = ''
as $$
begin
  new.updated_by := mls.current_user_id();
  return new;
end $$;
comment on function mls.before_access_change() is 'Trigger: who changed the access last; null is the service.';
create trigger before_change before update on public.mls_user_access for each row execute function mls.before_access_change();

-- ----- mls.follow_teams(): row trigger -----
create function mls.follow_teams() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if tg_op <> 'INSERT' then
    delete from public.mls_user_teams t
    where t.tenant_id = old.tenant_id and t.user_id = old.user_id and t.team_id = any (old.team_ids)
      and (tg_op = 'DELETE' or t.team_id <> all (new.team_ids));
  end if;
  if tg_op <> 'DELETE' then
    insert into public.mls_user_teams (tenant_id, team_id, user_id)
    select new.tenant_id, team_id, new.user_id from unnest(new.team_ids) team_id
    on conflict do nothing;
  end if;
  return null;
end $$;
comment on function mls.follow_teams() is
  'Trigger: mls_user_teams follows the teams of people, so that a manager sees whoever is in the team. Security definer: users write that table through this one only.';
create trigger follow_teams after insert or delete or update of team_ids on public.mls_user_access
  for each row execute function mls.follow_teams();

-- ===== the token =====

-- ----- mls.access_claims(uuid) -----
create function mls.access_claims(of_user uuid) returns jsonb
language sql stable security definer set search_path = ''
as $$
  select jsonb_strip_nulls(jsonb_build_object(
    'uoi', a.tenant_id,
    'active_scope', a.scope,
    'crud', a.crud,
    'team_ids', to_jsonb(a.team_ids),
    'sso_role', case when a.role_name is not null then jsonb_build_object('name', a.role_name) end))
  from public.mls_user_access a
  where a.user_id = of_user
  order by a.is_default desc, a.created_at, a.id
  limit 1
$$;
comment on function mls.access_claims(uuid) is
  'Claims of a person: {uoi, active_scope, crud, team_ids, sso_role?} of the default market, or else of the first; null for somebody without access.';

-- ----- mls_access_token_hook(jsonb) -----
create function public.mls_access_token_hook(event jsonb) returns jsonb
language sql stable set search_path = ''
as $$
  select coalesce(event, '{}') || jsonb_build_object('claims',
    coalesce(event -> 'claims', '{}') - '{uoi,active_scope,scope,crud,team_ids,teams,sso_role}'::text[]
    || coalesce(mls.access_claims(mls.try_uuid(event ->> 'user_id')), '{}'))
$$;
comment on function public.mls_access_token_hook(jsonb) is
  'Custom Access Token hook of Supabase Auth: takes {user_id, claims, authentication_method} and answers it with the claims of mls_user_access. Somebody without access signs in and sees nothing; my_access() says why. To be named at Authentication, Hooks (config.toml: auth.hook.custom_access_token).';
grant usage on schema public, mls to supabase_auth_admin;
grant execute on function public.mls_access_token_hook(jsonb), mls.access_claims(uuid), mls.try_uuid(text) to supabase_auth_admin;
