-- The broker's workflow: who may act on a listing, guards, and the functions that claim and move listings.
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

-- ===== tenant settings =====

-- ----- mls.known_settings(jsonb) -----
create function mls.known_settings(settings jsonb) returns boolean
language sql immutable set search_path = ''
as $$
  select not exists (
      select from jsonb_object_keys(settings) k
      where k not in ('auto_publish', 'required_approvals', 'price_approval_percent', 'show_reso_compatibility')
    )
    and coalesce(jsonb_typeof(settings -> 'auto_publish') = 'object', true)
    and coalesce(jsonb_typeof(settings -> 'price_approval_percent') = 'number' and (settings ->> 'price_approval_percent')::numeric >= 0, true)
    and case jsonb_typeof(settings -> 'required_approvals')
      when 'array' then settings -> 'required_approvals' <@ '["DUE_DILIGENCE", "MARKETING", "MANAGEMENT"]'
      else not settings ? 'required_approvals'
    end
$$;
comment on function mls.known_settings(jsonb) is
  'Whether settings of a tenant are ones that the hub knows: auto_publish {enabled, origin_systems}, required_approvals [DUE_DILIGENCE | MARKETING | MANAGEMENT] to publish beyond those of the transitions, price_approval_percent (a price change by more needs an approval).';
alter table public.mls_tenants drop constraint mls_tenants_settings_check;
alter table public.mls_tenants add constraint mls_tenants_settings_check
  check (jsonb_typeof(settings) = 'object' and mls.known_settings(settings));
grant execute on function mls.known_settings(jsonb) to authenticated, service_role;

-- ===== guards =====
-- mls.guard_<name>(listing, argument) -> boolean. Which of them a transition needs is data: mls_status_transitions.

-- ----- mls.guard_claimed(mls_listings, text) -----
create function mls.guard_claimed(listing public.mls_listings, argument text) returns boolean
language sql stable set search_path = ''
as $$
  select listing.claimed_at is not null
$$;
comment on function mls.guard_claimed(public.mls_listings, text) is 'Guard: somebody has claimed the listing.';

-- ----- mls.guard_origin_present(mls_listings, text) -----
create function mls.guard_origin_present(listing public.mls_listings, argument text) returns boolean
language sql stable set search_path = ''
as $$
  select not listing.origin_deleted
$$;
comment on function mls.guard_origin_present(public.mls_listings, text) is 'Guard: the source still holds the record.';

-- ----- mls.missing_fields(mls_listings) -----
create function mls.missing_fields(listing public.mls_listings) returns text[]
language sql stable set search_path = ''
as $$
  select array_remove(array[
    case when coalesce(listing.property_type, '') = '' then 'property_type' end,
    case when coalesce(listing.city, '') = '' then 'city' end,
    case when coalesce(listing.country, '') = '' then 'country' end,
    case when coalesce(listing.currency_code, '') = '' then 'currency_code' end,
    case when coalesce(listing.list_price, 0) <= 0 and coalesce(listing.lease_amount, 0) <= 0
           and listing.is_price_upon_request is not true then 'list_price' end
  ], null)
$$;
comment on function mls.missing_fields(public.mls_listings) is 'Columns without which a listing cannot be offered, {} when none is missing. list_price stands for a price, a rent or "on request".';

-- ----- mls.guard_required_fields(mls_listings, text) -----
create function mls.guard_required_fields(listing public.mls_listings, argument text) returns boolean
language sql stable set search_path = ''
as $$
  select cardinality(mls.missing_fields(listing)) = 0
$$;
comment on function mls.guard_required_fields(public.mls_listings, text) is 'Guard: kind, place, currency and price are known; see mls.missing_fields().';

-- ----- mls.guard_has_photo(mls_listings, text) -----
create function mls.guard_has_photo(listing public.mls_listings, argument text) returns boolean
language sql stable set search_path = ''
as $$
  select exists (
    select from public.mls_listing_media m
    where m.listing_id in (listing.id, listing.sibling_listing_id) and m.media_category = 'image'
      and coalesce(m.source_category, '') <> 'documents' and not m.is_hidden and not m.origin_deleted
  )
$$;
comment on function mls.guard_has_photo(public.mls_listings, text) is 'Guard: there is a photo to show. A lease shares the photos of its sale.';

-- ----- mls.guard_has_description(mls_listings, text) -----
create function mls.guard_has_description(listing public.mls_listings, argument text) returns boolean
language sql stable set search_path = ''
as $$
  select coalesce(btrim(listing.public_remarks), '') <> ''
$$;
comment on function mls.guard_has_description(public.mls_listings, text) is 'Guard: public_remarks says something.';

-- ----- mls.guard_approved(mls_listings, text) -----
create function mls.guard_approved(listing public.mls_listings, argument text) returns boolean
language sql stable set search_path = ''
as $$
  select coalesce((
    select a.status = 'APPROVED' from public.mls_listing_approvals a
    where a.listing_id = listing.id and a.approval_type = argument
      and (listing.claimed_at is null or a.requested_at >= listing.claimed_at)
    order by a.requested_at desc limit 1
  ), false)
$$;
comment on function mls.guard_approved(public.mls_listings, text) is
  'Guard: the latest approval of this type, asked for since the claim, was given.';

-- ----- mls.guard_required_approvals(mls_listings, text) -----
create function mls.guard_required_approvals(listing public.mls_listings, argument text) returns boolean
language sql stable set search_path = ''
as $$
  select coalesce(bool_and(mls.guard_approved(listing, approval)), true)
  from public.mls_tenants t
  cross join lateral jsonb_array_elements_text(t.settings -> 'required_approvals') approval
  where t.id = listing.tenant_id
$$;
comment on function mls.guard_required_approvals(public.mls_listings, text) is
  'Guard: every approval in the tenant''s setting required_approvals was given.';

-- ----- mls.guard_documents(mls_listings, text) -----
create function mls.guard_documents(listing public.mls_listings, argument text) returns boolean
language sql stable set search_path = ''
as $$
  select not exists (
    select from public.mls_document_type_config c
    where c.tenant_id = listing.tenant_id and c.is_active and c.is_required and c.stage = listing.status
      and (c.property_types = '{}' or listing.property_type = any (c.property_types))
      and case c.condition
        when 'WITH_TITLE_DEED' then listing.x_sm_title_deeds is true
        when 'WITHOUT_TITLE_DEED' then listing.x_sm_title_deeds is not true
        when 'LAND' then listing.property_class = 'LAND'
        else true
      end
      and not exists (
        select from public.mls_listing_documents d
        where d.listing_id = listing.id and d.document_type_id = c.id
          and (d.status = 'APPROVED' or (d.status = 'PENDING' and not c.requires_approval))
          and (d.expires_on is null or d.expires_on >= current_date)
      )
  )
$$;
comment on function mls.guard_documents(public.mls_listings, text) is
  'Guard: every document that this stage requires of this listing is there, approved and not expired.';

-- ----- mls.guard_steps(mls_listings, text) -----
create function mls.guard_steps(listing public.mls_listings, argument text) returns boolean
language sql stable set search_path = ''
as $$
  select not exists (
    select from public.mls_checklist_templates t
    where t.tenant_id = listing.tenant_id and t.is_active and t.is_required and t.stage = listing.status
      and (argument is null or t.role = argument)
      and not exists (
        select from public.mls_listing_checklist_items i
        where i.listing_id = listing.id and i.template_id = t.id and i.is_completed
      )
  )
$$;
comment on function mls.guard_steps(public.mls_listings, text) is
  'Guard: the required checklist steps of this stage are done, those of one role with an argument.';

-- ----- mls.failed_guard(mls_listings, text[]) -----
create function mls.failed_guard(listing public.mls_listings, guards text[]) returns text
language plpgsql stable set search_path = ''
as $$
declare
  guard text;
  holds boolean;
begin
  foreach guard in array guards loop
    execute format('select mls.%I($1, $2)', 'guard_' || split_part(guard, ':', 1))
      into holds using listing, nullif(split_part(guard, ':', 2), '');
    if holds is not true then
      return guard;
    end if;
  end loop;
  return null;
end $$;
comment on function mls.failed_guard(public.mls_listings, text[]) is 'The first guard that does not hold, null when all do.';

-- ----- mls.check_guard_names(): a transition may name only guards that exist -----
create function mls.check_guard_names() returns trigger
language plpgsql set search_path = ''
as $$
declare
  unknown text := (
    select g from unnest(new.guards) g
    where to_regprocedure(format('mls.%I(public.mls_listings, text)', 'guard_' || split_part(g, ':', 1))) is null limit 1);
begin
  if unknown is not null then
    raise invalid_parameter_value using
      message = format('There is no guard "%s".', unknown),
      hint = 'Guards: ' || (
        select string_agg(substr(p.proname, 7), ', ' order by p.proname) from pg_catalog.pg_proc p
        where p.pronamespace = 'mls'::regnamespace and p.proname like 'guard\_%');
  end if;
  return new;
end $$;
comment on function mls.check_guard_names() is 'Trigger: refuses a transition whose guard is misspelt; it would otherwise stop every listing.';
create trigger guard_names before insert or update of guards on public.mls_status_transitions
  for each row execute function mls.check_guard_names();

-- ===== claiming =====

-- ----- mls.claim_listing(uuid, uuid) -----
create function mls.claim_listing(target uuid, for_user uuid) returns public.mls_listings
language plpgsql security definer set search_path = ''
as $$
declare
  listing public.mls_listings;
  owner uuid := coalesce(for_user, mls.current_user_id());
begin
  perform mls.require_right('u');
  if owner is distinct from mls.current_user_id() and not (mls.sees_whole_tenant() or owner = any (mls.visible_user_ids())) then
    raise insufficient_privilege using message = 'You may claim for yourself and for members of your team only.';
  end if;
  select * into listing from public.mls_listings l
  where l.id = target and l.tenant_id = any (mls.visible_tenant_ids())
  for no key update;
  if not found then
    raise sqlstate 'PT404' using message = 'not_found', hint = 'There is no such listing in your market.';
  elsif listing.claimed_at is not null then
    perform mls.refuse('already_claimed', 'Somebody holds this listing already. Ask the holder to release it.', jsonb_build_object(
      'listing_id', listing.id, 'holder', listing.broker_id, 'claimed_at', listing.claimed_at,
      'holder_name', (select m.full_name from public.mls_members m where m.user_id = listing.broker_id limit 1)));
  elsif listing.origin_deleted then
    perform mls.refuse('guard_failed', 'The source no longer holds this listing.',
      jsonb_build_object('guard', 'origin_present', 'listing_id', listing.id));
  end if;

  update public.mls_listings l set
    broker_id = owner, claimed_at = clock_timestamp(), claimed_by = mls.current_user_id(), updated_by = mls.current_user_id(),
    status = case when l.status = 'INGESTED' then 'DRAFT' else l.status end
  where l.id = target
  returning * into listing;

  insert into public.mls_listing_checklist_items (listing_id, tenant_id, template_id, due_date)
  select listing.id, listing.tenant_id, t.id, current_date + t.due_days
  from public.mls_checklist_templates t
  where t.tenant_id = listing.tenant_id and t.is_active
  on conflict (listing_id, template_id) do nothing;
  return listing;
end $$;
comment on function mls.claim_listing(uuid, uuid) is
  'Claims under a row lock: of many callers one gets the row, the others wait for its commit and learn who holds it.';

-- ----- claim_listing(uuid, uuid) -----
create function public.claim_listing(listing_id uuid, for_user uuid default null) returns public.mls_listings
language sql volatile set search_path = ''
as $$
  select mls.claim_listing(listing_id, for_user)
$$;
comment on function public.claim_listing(uuid, uuid) is
  'Makes the listing yours (or a team member''s, with for_user), lays out its checklist and answers the row. Refusals (409): already_claimed with the holder in details, to the holder too; guard_failed when the source no longer holds it.';

-- ----- mls.release_listing(uuid, text) -----
create function mls.release_listing(target uuid, reason text) returns public.mls_listings
language plpgsql security definer set search_path = ''
as $$
declare
  listing public.mls_listings := mls.lock_listing(target);
  outcome text;
begin
  if listing.claimed_at is null then
    perform mls.refuse('not_claimed', 'Nobody holds this listing.', jsonb_build_object('listing_id', target));
  elsif not listing.is_externally_managed then
    perform mls.refuse('guard_failed', 'A listing that the hub itself manages has no source to go back to. Withdraw it instead.',
      jsonb_build_object('guard', 'externally_managed', 'listing_id', target));
  end if;
  perform set_config('mls.change_reason', coalesce(reason, ''), true);
  update public.mls_listings l set
    broker_id = null, co_broker_id = null, claimed_at = null, claimed_by = null, locked_fields = '{}', updated_by = mls.current_user_id(),
    status = case when l.first_published_at is null then 'INGESTED' else l.status end
  where l.id = target;
  -- unclaimed means what the source says: its last record is applied anew over what was edited here
  -- (its time may lie before one at which the same content was seen again)
  update public.mls_listing_origins o set content_hash = '', source_modified_at = null where o.listing_id = target;
  outcome := mls.merge_listings(
    (select jsonb_build_array(jsonb_build_object('r', o.payload, 'e', '[]'::jsonb, 'w', '[]'::jsonb))
     from public.mls_listing_origins o where o.listing_id = target), '{}') -> 0 ->> 'outcome';
  if outcome <> 'refresh' then
    raise exception 'the last record of the source could not be applied: %', outcome;
  end if;
  select * into listing from public.mls_listings l where l.id = target;
  return listing;
end $$;
comment on function mls.release_listing(uuid, text) is 'Gives a listing back to its source.';

-- ----- release_listing(uuid, text) -----
create function public.release_listing(listing_id uuid, reason text default null) returns public.mls_listings
language sql volatile set search_path = ''
as $$
  select mls.release_listing(listing_id, reason)
$$;
comment on function public.release_listing(uuid, text) is
  'Gives a claimed listing back: it follows its source again, edits of source fields are undone, enrichment stays. Refusals (409): not_claimed, guard_failed (externally_managed).';

-- ===== moving =====

-- ----- mls.move_listing(mls_listings, mls_status_transitions, text) -----
create function mls.move_listing(listing public.mls_listings, transition public.mls_status_transitions, reason text)
returns public.mls_listings
language plpgsql set search_path = ''
as $$
declare
  failed text := case
    when not mls.scope_reaches(transition.min_scope) then 'min_scope:' || upper(transition.min_scope)
    when transition.roles <> '{}' and not coalesce(coalesce(mls.jwt() -> 'sso_role' ->> 'name', mls.jwt() ->> 'sso_role') = any (transition.roles), false)
      then 'role'
    when transition.reason_required and coalesce(btrim(reason), '') = '' then 'reason'
    else mls.failed_guard(listing, transition.guards)
  end;
begin
  if failed is not null then
    perform mls.refuse('guard_failed', format('%s to %s needs: %s.', transition.from_status, transition.to_status, replace(failed, ':', ' ')),
      jsonb_strip_nulls(jsonb_build_object('guard', failed, 'listing_id', listing.id, 'from_status', transition.from_status,
        'to_status', transition.to_status,
        'missing', case when failed = 'required_fields' then to_jsonb(mls.missing_fields(listing)) end)));
  end if;
  perform set_config('mls.change_reason', coalesce(reason, ''), true);
  update public.mls_listings l set
    status = transition.to_status,
    updated_by = mls.current_user_id(),
    withdrawn_reason = case transition.to_status when 'WITHDRAWN' then reason end,
    close_date = case when transition.to_status = 'SOLD' then coalesce(l.close_date, current_date) else l.close_date end
  where l.id = listing.id
  returning * into listing;
  return listing;
end $$;
comment on function mls.move_listing(public.mls_listings, public.mls_status_transitions, text) is
  'Takes one transition on a locked listing, or refuses with guard_failed naming what is missing: min_scope, role, reason, or a guard of the transition.';

-- ----- mls.find_transition(...) -----
create function mls.find_transition(listing public.mls_listings, kinds text[], wanted public.mls_listing_status)
returns public.mls_status_transitions
language plpgsql stable set search_path = ''
as $$
declare
  found_one public.mls_status_transitions;
begin
  -- without a wish the nearest stage in the direction of the kind
  select * into found_one from public.mls_status_transitions t
  where t.tenant_id = listing.tenant_id and t.from_status = listing.status and t.kind = any (kinds)
    and (wanted is null or t.to_status = wanted)
  order by case when t.kind = 'return' then t.to_status end desc, t.to_status
  limit 1;
  if not found then
    perform mls.refuse('guard_failed', format('There is no such way from %s%s.', listing.status, coalesce(' to ' || wanted, '')),
      jsonb_strip_nulls(jsonb_build_object('guard', 'transition', 'listing_id', listing.id, 'from_status', listing.status, 'to_status', wanted,
        'possible', (select jsonb_agg(t.to_status order by t.to_status) from public.mls_status_transitions t
          where t.tenant_id = listing.tenant_id and t.from_status = listing.status))));
  end if;
  return found_one;
end $$;
comment on function mls.find_transition(public.mls_listings, text[], public.mls_listing_status) is
  'The transition of one of these kinds from the listing''s status, to the wanted status or else the nearest; refuses with guard_failed (transition).';

-- ----- mls.take_transition(uuid, text[], mls_listing_status, text) -----
create function mls.take_transition(target uuid, kinds text[], wanted public.mls_listing_status, reason text)
returns public.mls_listings
language plpgsql security definer set search_path = ''
as $$
declare
  listing public.mls_listings := mls.lock_listing(target);
begin
  return mls.move_listing(listing, mls.find_transition(listing, kinds, wanted), reason);
end $$;
comment on function mls.take_transition(uuid, text[], public.mls_listing_status, text) is 'Locks a listing and takes one transition of these kinds.';

-- ----- advance_listing(uuid, mls_listing_status, text) -----
create function public.advance_listing(listing_id uuid, to_status public.mls_listing_status default null, reason text default null)
returns public.mls_listings
language sql volatile set search_path = ''
as $$
  select mls.take_transition(listing_id, '{advance,publish}', to_status, reason)
$$;
comment on function public.advance_listing(uuid, public.mls_listing_status, text) is
  'Moves a listing to its next stage, or to to_status where several follow. 409 guard_failed names the guard.';

-- ----- return_listing(uuid, text, mls_listing_status) -----
create function public.return_listing(listing_id uuid, reason text, to_status public.mls_listing_status default null)
returns public.mls_listings
language sql volatile set search_path = ''
as $$
  select mls.take_transition(listing_id, '{return}', to_status, reason)
$$;
comment on function public.return_listing(uuid, text, public.mls_listing_status) is
  'Sends a listing back to the previous stage for rework. 409 guard_failed names the guard.';

-- ----- withdraw(uuid, text) -----
create function public.withdraw(listing_id uuid, reason text) returns public.mls_listings
language sql volatile set search_path = ''
as $$
  select mls.take_transition(listing_id, '{withdraw}', 'WITHDRAWN', reason)
$$;
comment on function public.withdraw(uuid, text) is 'Takes a listing off the market. 409 guard_failed names the guard, reason among them.';

-- ----- mls.publish(uuid, text) -----
create function mls.publish(target uuid, reason text) returns public.mls_listings
language plpgsql security definer set search_path = ''
as $$
declare
  listing public.mls_listings := mls.lock_listing(target);
  direct public.mls_status_transitions;
begin
  for stage in 1 .. cardinality(enum_range(null::public.mls_listing_status)) loop
    select * into direct from public.mls_status_transitions t
    where t.tenant_id = listing.tenant_id and t.from_status = listing.status and t.to_status = 'PUBLISHED' and t.kind in ('publish', 'advance');
    if found then
      return mls.move_listing(listing, direct, reason);
    elsif listing.status >= 'PUBLISHED' then
      return mls.move_listing(listing, mls.find_transition(listing, '{publish}', 'PUBLISHED'), reason);
    end if;
    listing := mls.move_listing(listing, mls.find_transition(listing, '{advance}', null), reason);
  end loop;
  raise exception 'The transitions of this market lead in a circle from % and never to PUBLISHED.', listing.status
    using hint = 'See mls_status_transitions, kind advance.';
end $$;
comment on function mls.publish(uuid, text) is
  'Takes every stage that is left, each with its guards, and ends PUBLISHED; or changes nothing and names the first guard that fails.';

-- ----- publish(uuid, text) -----
create function public.publish(listing_id uuid, reason text default null) returns public.mls_listings
language sql volatile set search_path = ''
as $$
  select mls.publish(listing_id, reason)
$$;
comment on function public.publish(uuid, text) is
  'Publishes a listing, through all stages that are left, if every guard on the way holds. 409 guard_failed names the first that does not; then nothing has changed.';

grant execute on function mls.claim_listing(uuid, uuid), mls.release_listing(uuid, text),
  mls.take_transition(uuid, text[], public.mls_listing_status, text), mls.publish(uuid, text),
  public.claim_listing(uuid, uuid), public.release_listing(uuid, text),
  public.advance_listing(uuid, public.mls_listing_status, text), public.return_listing(uuid, text, public.mls_listing_status),
  public.withdraw(uuid, text), public.publish(uuid, text)
  to authenticated;
