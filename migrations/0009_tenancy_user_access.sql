-- What people do with their access: choose among their markets, give it to others, ask what their token is worth.

-- ===== several markets =====

-- ----- mls.my_markets() -----
create function mls.my_markets()
returns table (tenant_id uuid, code text, name text, scope text, crud text, is_default boolean, is_current boolean)
language sql stable security definer set search_path = ''
as $$
  select a.tenant_id, t.code, t.name, a.scope, a.crud,
    a.id = first_value(a.id) over (order by a.is_default desc, a.created_at, a.id),
    a.tenant_id is not distinct from mls.current_tenant_id()
  from public.mls_user_access a join public.mls_tenants t on t.id = a.tenant_id
  where a.user_id = mls.current_user_id()
  order by t.code
$$;
comment on function mls.my_markets() is 'Markets of the user. Security definer: the other markets are out of sight for the token of this one.';

-- ----- my_markets() -----
create function public.my_markets()
returns table (tenant_id uuid, code text, name text, scope text, crud text, is_default boolean, is_current boolean)
language sql stable set search_path = ''
as $$
  select * from mls.my_markets()
$$;
comment on function public.my_markets() is
  'The markets that the user has access to: what they may do there, which one the next token will name (is_default) and which this one names (is_current).';

-- ----- mls.switch_market(text) -----
create function mls.switch_market(market text) returns public.mls_user_access
language plpgsql security definer set search_path = ''
as $$
declare
  chosen public.mls_user_access;
begin
  if mls.only_looks() then
    raise insufficient_privilege using message = 'This token only looks: an operator sees what you see.';
  end if;
  -- all rows of the person, so that of two switches at once the second waits for the first
  perform from public.mls_user_access a where a.user_id = mls.current_user_id() order by a.id for update;
  select a.* into chosen
  from public.mls_user_access a join public.mls_tenants t on t.id = a.tenant_id
  where a.user_id = mls.current_user_id() and (t.code = market or t.id = mls.try_uuid(market));
  if not found then
    raise sqlstate 'PT404' using message = 'not_found', hint = 'You have no access to this market. my_markets() names those that you have.';
  end if;
  update public.mls_user_access a set is_default = false
  where a.user_id = chosen.user_id and a.is_default and a.id <> chosen.id;
  update public.mls_user_access a set is_default = true where a.id = chosen.id returning a.* into chosen;
  return chosen;
end $$;
comment on function mls.switch_market(text) is 'Makes a market of the user the default one.';

-- ----- switch_market(text) -----
create function public.switch_market(market text) returns public.mls_user_access
language sql volatile set search_path = ''
as $$
  select mls.switch_market(market)
$$;
comment on function public.switch_market(text) is
  'Chooses one of the user''s markets, by code or id, and answers the access there. The token names it from its next refresh on: call supabase.auth.refreshSession(). 404 not_found for a market without access.';

-- ===== administration =====

-- ----- mls.find_person(text) -----
create function mls.find_person(address text) returns uuid
language plpgsql stable security definer set search_path = ''
as $$
declare
  found_id uuid;
begin
  if not mls.is_admin() then
    raise insufficient_privilege using message = 'Access is given by administrators: scope org_admin.';
  end if;
  select u.id into found_id from auth.users u where lower(u.email) = lower(btrim(address));
  if found_id is null then
    raise sqlstate 'PT404' using message = 'not_found',
      hint = 'Nobody of this e-mail has an account. Invite the person first (Dashboard: Authentication, Users).';
  end if;
  return found_id;
end $$;
comment on function mls.find_person(text) is
  'The user of an e-mail address, for administrators. Security definer: auth.users is out of everybody''s reach.';

-- ----- grant_access(text, text, text, uuid[], text) -----
create function public.grant_access(
  email text, scope text default 'self', crud text default 'r', team_ids uuid[] default '{}', role_name text default null
) returns public.mls_user_access
language sql volatile set search_path = ''
as $$
  insert into public.mls_user_access as a (user_id, tenant_id, scope, crud, team_ids, role_name)
  values (mls.find_person(email), mls.current_tenant_id(), scope, crud, team_ids, role_name)
  on conflict (user_id, tenant_id) do update set
    (scope, crud, team_ids, role_name) = (excluded.scope, excluded.crud, excluded.team_ids, excluded.role_name)
  returning a
$$;
comment on function public.grant_access(text, text, text, uuid[], text) is
  'Gives somebody with an account access to the administrator''s market, or replaces what they have there; answers the row. 404 not_found when nobody has this e-mail; 403 for oneself, for more than one''s own rights, for a scope above one''s own and for system_admin.';

-- ----- mls.people_with_access() -----
create function mls.people_with_access()
returns table (id uuid, user_id uuid, tenant_id uuid, email text, last_sign_in_at timestamptz, scope text, crud text,
  team_ids uuid[], role_name text, created_at timestamptz, updated_at timestamptz)
language sql stable security definer set search_path = ''
as $$
  select a.id, a.user_id, a.tenant_id, u.email, u.last_sign_in_at, a.scope, a.crud, a.team_ids, a.role_name, a.created_at, a.updated_at
  from public.mls_user_access a
  left join auth.users u on u.id = a.user_id
  where a.tenant_id = any ((select mls.visible_tenant_ids())::uuid[]) and (select mls.is_admin()) and (select mls.can('r'))
  order by u.email, a.id
$$;
comment on function mls.people_with_access() is
  'Everybody with access to the markets that the user administers, with their e-mail. Security definer: auth.users is out of everybody''s reach.';

-- ----- people_with_access() -----
create function public.people_with_access()
returns table (id uuid, user_id uuid, tenant_id uuid, email text, last_sign_in_at timestamptz, scope text, crud text,
  team_ids uuid[], role_name text, created_at timestamptz, updated_at timestamptz)
language sql stable set search_path = ''
as $$
  select * from mls.people_with_access()
$$;
comment on function public.people_with_access() is
  'For administrators: who has access to their market, by e-mail. To others it is empty. Rows are changed and deleted as mls_user_access, by id.';

grant execute on function mls.my_markets(), mls.switch_market(text), mls.find_person(text), mls.people_with_access(),
  public.my_markets(), public.switch_market(text), public.grant_access(text, text, text, uuid[], text), public.people_with_access()
  to authenticated;

-- ===== support =====

-- ----- mls.token_problems(jsonb) -----
create function mls.token_problems(token jsonb) returns text[]
language sql stable security definer set search_path = ''
as $$
  select array_remove(array[
    case
      when token - '{role,iss,iat,exp,ref,aud}'::text[] = '{}' and coalesce(token ->> 'role', 'anon') = 'anon'
        then 'no token came, only a key: sign in first, or pass the token of the user on'
      -- PostgREST gives the role anon to a token that names none
      when coalesce(token ->> 'role', 'anon') = 'anon'
        then 'role is absent: the token counts as nobody''s. Its issuer must add the claim role with the value authenticated'
    end,
    case when mls.current_user_id() is null then 'sub is absent or no uuid: no row is visible' end,
    case
      when mls.current_tenant_id() is null then 'uoi is absent or no uuid: no tenant'
      when not exists (select from public.mls_tenants t where t.id = mls.current_tenant_id()) then 'uoi names no tenant of this hub'
    end,
    case
      when token ->> 'crud' is null then 'crud is absent: no rights'
      when token ->> 'crud' !~ '^[crud]*$' then 'crud holds more than the letters c, r, u and d'
    end,
    case when coalesce(token ->> 'active_scope', token ->> 'scope') is null then 'scope is absent: counts as self' end,
    case when token ->> 'uoi' is null and exists (
      select from jsonb_each(token) c
      where c.key in ('app_metadata', 'user_metadata') and c.value ?| '{uoi,active_scope,scope,crud,team_ids}'
    ) then 'app_metadata and user_metadata do not count: the claims belong to the top level of the token' end,
    case
      when mls.current_user_id() is null then null
      when given is null then
        case when from_auth and token ->> 'uoi' is null
          then 'nobody has given you access: an administrator of your market can, with grant_access()' end
      when token ->> 'uoi' is null then
        'you have access that your token does not show: refresh the session; if that changes nothing, the hook mls_access_token_hook is not switched on'
      -- a token to look with (admin/view-as) has fewer rights than the person, on purpose
      when from_auth and token -> 'read_only' is distinct from 'true'
        and exists (select from jsonb_each(given) c where token -> c.key is distinct from c.value)
        then 'your access was changed after your token was issued: refresh the session'
    end
  ], null)
  from (select mls.access_claims(mls.current_user_id()) as given, coalesce(token ->> 'iss' like '%/auth/v1', false) as from_auth) x
$$;
comment on function mls.token_problems(jsonb) is
  'What is wrong with the claims of a token, in words for support. Security definer: it looks at the caller''s own row of mls_user_access, whatever the token lacks.';

-- ----- mls.my_access() -----
create function mls.my_access() returns jsonb
language sql stable security definer set search_path = ''
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
    'problems', to_jsonb(mls.token_problems(mls.jwt()))
  )
$$;
comment on function mls.my_access() is 'What the database makes of the caller''s token. Security definer: it must answer those who may read nothing.';

-- ----- my_access() -----
create function public.my_access() returns jsonb
language sql stable set search_path = ''
as $$
  select mls.my_access()
$$;
comment on function public.my_access() is
  'What the database makes of the caller''s token: user, tenant, scope, rights, teams, and in problems what is wrong with it. For support: a token without claims sees empty lists, not errors. Whoever has no token, or one without the claim role, may ask too.';

grant execute on function mls.my_access(), public.my_access() to anon, authenticated;
