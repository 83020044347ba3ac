-- Who may act on a listing and on the rows that hang on one, and how a refusal is told.
--
-- Apps call the functions in `public` by name; each is a thin, invoker-rights door to one in `mls` that runs with the
-- owner's rights and checks the user itself. Whatever moves a listing locks its row first, so of two people who act at
-- once the second sees what the first did. History is written by triggers in the same transaction.

-- ===== refusals =====

-- ----- mls.refuse(text, text, jsonb) -----
create function mls.refuse(code text, hint text, details jsonb default '{}') returns void
language plpgsql set search_path = ''
as $$
begin
  raise sqlstate 'PT409' using message = code, detail = jsonb_build_object('code', code) || details, hint = hint;
end $$;
comment on function mls.refuse(text, text, jsonb) is
  'Refuses what the workflow does not allow: HTTP 409 {code: "PT409", message: <code>, details: <JSON text>, hint: <what to do>}. Codes: already_claimed, not_claimed, guard_failed, stale_version, already_decided, already_requested.';

-- ----- mls.json_argument(jsonb) -----
create function mls.json_argument(value jsonb) returns jsonb
language sql immutable set search_path = ''
as $$
  select case
    when jsonb_typeof(value) = 'string' and pg_input_is_valid(value #>> '{}', 'jsonb') then (value #>> '{}')::jsonb
    when jsonb_typeof(value) <> 'null' then value
  end
$$;
comment on function mls.json_argument(jsonb) is
  'A JSON argument of an RPC, also when the client or its server sent the object as a text (the Data API of the local stack does).';
grant execute on function mls.json_argument(jsonb) to authenticated;

-- ----- mls.require_right(text) -----
create function mls.require_right(action text) returns void
language plpgsql stable set search_path = ''
as $$
begin
  if not mls.can(action) then
    raise insufficient_privilege using
      message = format('Your token does not carry the right "%s".', action),
      hint = 'The claim crud lists what a user may do: c, r, u, d. Ask public.my_access() what the database sees.';
  end if;
end $$;
comment on function mls.require_right(text) is 'Raises 42501 (HTTP 403) unless the claim crud holds the letter.';

-- ----- mls.scope_reaches(text) -----
create function mls.scope_reaches(lowest text) returns boolean
language sql stable set search_path = ''
as $$
  select array_position('{self,team,global,org_admin,system_admin}'::text[], mls.active_scope())
    >= array_position('{self,team,global,org_admin,system_admin}'::text[], lowest)
$$;
comment on function mls.scope_reaches(text) is 'Whether the scope of the user is at least this one.';

-- ----- mls.in_write_scope(mls_listings) -----
create function mls.in_write_scope(listing public.mls_listings) returns boolean
language sql stable set search_path = ''
as $$
  select mls.sees_whole_tenant()
    or coalesce(listing.broker_id = any (mls.visible_user_ids()), false)
    or coalesce(listing.co_broker_id = any (mls.visible_user_ids()), false)
$$;
comment on function mls.in_write_scope(public.mls_listings) is
  'Whether a claimed listing is the user''s to change: as broker or co-broker, through the team, or by a scope that reaches the tenant.';

-- ----- mls.lock_listing(uuid, text) -----
create function mls.lock_listing(target uuid, action text default 'u') returns public.mls_listings
language plpgsql security definer set search_path = ''
as $$
declare
  listing public.mls_listings;
begin
  perform mls.require_right(action);
  select * into listing from public.mls_listings l
  where l.id = target and l.tenant_id = any (mls.visible_tenant_ids())
  for no key update;
  if not found or (listing.claimed_at is not null and not mls.in_write_scope(listing) and action <> 'claim') then
    if found then
      raise insufficient_privilege using message = 'The listing belongs to another broker.', hint = 'Ask its broker, or a manager of the team.';
    end if;
    raise sqlstate 'PT404' using message = 'not_found', hint = 'There is no such listing in your market.';
  end if;
  return listing;
end $$;
comment on function mls.lock_listing(uuid, text) is
  'The listing, locked until the end of the transaction, for a user who may act on it. 404 when it is not in the user''s market, 403 when it is another broker''s.';

grant execute on function mls.require_right(text), mls.scope_reaches(text) to authenticated;

-- ===== who may do what with the rows of a listing =====

-- ----- mls.take_tenant_from_listing(): the rows of a listing belong to its tenant, whoever writes them -----
create function mls.take_tenant_from_listing() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  select l.tenant_id into new.tenant_id from public.mls_listings l where l.id = new.listing_id;
  return new;
end $$;
comment on function mls.take_tenant_from_listing() is
  'Trigger: tenant_id is the tenant of the listing. Security definer, so that a listing the user cannot see fails at the policy and not here.';

-- ----- mls.is_foreign_user(uuid, uuid) -----
create function mls.is_foreign_user(person uuid, tenant uuid) returns boolean
language sql stable security definer set search_path = ''
as $$
  select coalesce(bool_or(true) and not bool_or(k.tenant_id = tenant), false)
  from (
    select m.tenant_id from public.mls_members m where m.user_id = person
    union all
    select t.tenant_id from public.mls_user_teams t where t.user_id = person
    union all
    select a.tenant_id from public.mls_user_access a where a.user_id = person
  ) k
$$;
comment on function mls.is_foreign_user(uuid, uuid) is
  'Whether a user is known in other markets and not in this one. Users come from a sign-on system of their own: one whom no market knows is taken.';

-- ----- mls.refuse_foreign_user(text, uuid, uuid) -----
create function mls.refuse_foreign_user(named text, person uuid, tenant uuid) returns void
language plpgsql stable set search_path = ''
as $$
begin
  if person is not null and mls.is_foreign_user(person, tenant) then
    raise foreign_key_violation using
      message = format('%s names a user of another market.', named),
      hint = 'Name somebody of the market to which the listing belongs.';
  end if;
end $$;
comment on function mls.refuse_foreign_user(text, uuid, uuid) is 'Raises 23503 when the user named belongs to other markets only.';

-- ----- mls.check_within_market(): arguments are column=table; the table "user" means a person -----
create function mls.check_within_market() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  wanted text;
  target uuid;
  found_in uuid;
begin
  foreach wanted in array tg_argv loop
    target := (to_jsonb(new) ->> split_part(wanted, '=', 1))::uuid;
    if target is null then
      continue;
    elsif split_part(wanted, '=', 2) = 'user' then
      perform mls.refuse_foreign_user(split_part(wanted, '=', 1), target, new.tenant_id);
      continue;
    end if;
    execute format('select t.tenant_id from public.%I t where t.id = $1', split_part(wanted, '=', 2)) into found_in using target;
    -- a row that is not there at all is told by the foreign key
    if found_in <> new.tenant_id then
      raise foreign_key_violation using
        message = format('%s names a row of another market.', split_part(wanted, '=', 1)),
        hint = format('Choose one of the rows of %s that you can read.', split_part(wanted, '=', 2));
    end if;
  end loop;
  return new;
end $$;
comment on function mls.check_within_market() is
  'Trigger: what a row refers to belongs to the tenant of the row. Security definer, because the row of another market is there and cannot be seen. Named within_market, so that it fires after the trigger that gives a row its tenant.';
create trigger within_market before insert or update of assigned_to on public.mls_contacts
  for each row execute function mls.check_within_market('assigned_to=user');

-- ----- mls.protect_listing_rows(text, text, boolean) -----
create function mls.protect_listing_rows(table_name text, own_column text default null, follows_listing boolean default false) returns void
language plpgsql set search_path = ''
as $$
declare
  tenant constant text := 'tenant_id = any ((select mls.visible_tenant_ids())::uuid[])';
  -- who sees the whole tenant need not look at the listing of every row; a listing that nobody holds is seen by the whole
  -- market, what a former holder worked on is not
  visible constant text := format(
    '((select mls.sees_whole_tenant()) or exists (select from public.mls_listings l where l.id = listing_id%s))',
    case when follows_listing then '' else ' and l.claimed_at is not null' end);
  writable constant text := 'exists (
    select from public.mls_listings l
    where l.id = listing_id and l.claimed_at is not null and (
      (select mls.sees_whole_tenant())
      or l.broker_id = any ((select mls.visible_user_ids())::uuid[])
      or l.co_broker_id = any ((select mls.visible_user_ids())::uuid[])))';
  own text := case when own_column is null then '' else format(' or %I = (select mls.current_user_id())', own_column) end;
  own_or_below text := case when own_column is null then ''
    else format(' or %I = any ((select mls.visible_user_ids())::uuid[])', own_column) end;
begin
  execute format('alter table public.%I enable row level security', table_name);
  execute format('alter table public.%I force row level security', table_name);
  execute format('grant select on public.%I to authenticated', table_name);
  execute format('grant select, insert, update, delete on public.%I to service_role', table_name);
  execute format('create policy listing_row_read on public.%I for select to authenticated using (%s and (select mls.can(''r'')) and (%s%s))',
    table_name, tenant, visible, own_or_below);
  execute format('create policy listing_row_insert on public.%I for insert to authenticated with check (%s and (select mls.can(''c'')) and %s)',
    table_name, tenant, writable);
  execute format('create policy listing_row_update on public.%1$I for update to authenticated using (%2$s and (select mls.can(''u'')) and (%3$s%4$s)) with check (%2$s and (%3$s%4$s))',
    table_name, tenant, writable, own);
  execute format('create policy listing_row_delete on public.%I for delete to authenticated using (%s and (select mls.can(''d'')) and %s)',
    table_name, tenant, writable);
end $$;
comment on function mls.protect_listing_rows(text, text, boolean) is
  'Row level security of a table of listing rows: read what belongs to a claimed listing in the user''s scope, or with follows_listing whatever listing is visible; write what belongs to a claimed listing in the user''s scope. own_column names the user who may read and change a row of theirs besides, and whose team leader may read it. What may be written at all, column by column, is granted beside each table.';

-- ----- mls.protect_reference(text) -----
create function mls.protect_reference(table_name text) returns void
language plpgsql set search_path = ''
as $$
declare
  tenant constant text := 'tenant_id = any ((select mls.visible_tenant_ids())::uuid[])';
begin
  execute format('alter table public.%I enable row level security', table_name);
  execute format('alter table public.%I force row level security', table_name);
  execute format('grant select, delete on public.%I to authenticated', table_name);
  execute format('grant select, insert, update, delete on public.%I to service_role', table_name);
  execute format('create policy reference_read on public.%I for select to authenticated using (%s and (select mls.can(''r'')))', table_name, tenant);
  execute format('create policy reference_insert on public.%I for insert to authenticated with check (%s and (select mls.is_admin()) and (select mls.can(''c'')))', table_name, tenant);
  execute format('create policy reference_update on public.%1$I for update to authenticated using (%2$s and (select mls.is_admin()) and (select mls.can(''u''))) with check (%2$s)', table_name, tenant);
  execute format('create policy reference_delete on public.%I for delete to authenticated using (%s and (select mls.is_admin()) and (select mls.can(''d'')))', table_name, tenant);
end $$;
comment on function mls.protect_reference(text) is
  'Row level security of a reference table: read by everybody of the tenant, written by its administrators.';

-- ----- mls.grant_columns(text, text, text[]) -----
create function mls.grant_columns(table_name text, privilege text, except_columns text[]) returns void
language plpgsql set search_path = ''
as $$
begin
  execute (
    select format('grant %s (%s) on public.%I to authenticated', privilege, string_agg(quote_ident(a.attname), ', ' order by a.attnum), table_name)
    from pg_catalog.pg_attribute a
    where a.attrelid = format('public.%I', table_name)::regclass and a.attnum > 0 and not a.attisdropped
      and a.attgenerated = '' and a.attidentity = '' and a.attname <> all (except_columns)
  );
end $$;
comment on function mls.grant_columns(text, text, text[]) is
  'Grants insert or update on all columns of a table but those named, to authenticated.';
