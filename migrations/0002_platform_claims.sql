-- Claims of the signed-in user: who asks, for which market, with which rights.

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

-- ----- mls.only_looks() -----
create function mls.only_looks() returns boolean
language sql stable set search_path = ''
as $$
  select coalesce(mls.jwt() ->> 'read_only' = 'true', false)
$$;
comment on function mls.only_looks() is
  'Whether an operator looks as the user (claim read_only of admin/view-as). Whatever is written without a letter of crud asks this.';

-- ----- mls.can(text) -----
create function mls.can(action text) returns boolean
language sql stable set search_path = ''
as $$
  select mls.current_user_id() is not null and mls.jwt() ->> 'crud' ~ '^[crud]*$' and position(action in mls.jwt() ->> 'crud') > 0
    and (action = 'r' or not mls.only_looks())
$$;
comment on function mls.can(text) is
  'Whether the claim crud holds the letter c, r, u or d. False or null without the claim, without a user, and where the claim is anything but these letters: "read" holds a d and means none. Of a token that only looks, r counts alone.';

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
  mls.active_scope(), mls.only_looks(), mls.can(text), mls.is_admin(), mls.is_service() to anon, authenticated, service_role;

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

-- ----- mls.sees_whole_tenant() -----
create function mls.sees_whole_tenant() returns boolean
language sql stable set search_path = ''
as $$
  select mls.current_user_id() is not null and mls.active_scope() in ('global', 'org_admin', 'system_admin')
$$;
comment on function mls.sees_whole_tenant() is 'Whether the scope reaches every row of the tenant.';

grant execute on function mls.current_team_ids(), mls.sees_whole_tenant() to authenticated, service_role;
