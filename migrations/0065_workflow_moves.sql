-- Claiming, releasing, and moving a listing along its transitions.

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

  perform mls.refuse_foreign_user('for_user', for_user, listing.tenant_id);
  update public.mls_listings l set
    broker_id = owner, claimed_at = clock_timestamp(), claimed_by = mls.current_user_id(), assigned_to = null, updated_by = mls.current_user_id(),
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
  last_word jsonb;
  results jsonb;
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
  last_word := (
    select jsonb_build_array(jsonb_build_object('r', o.payload, 'e', '[]'::jsonb, 'w', '[]'::jsonb))
    from public.mls_listing_origins o where o.listing_id = target);
  results := mls.merge_listings(last_word, '{}');
  if results -> 0 ->> 'outcome' <> 'refresh' then
    raise exception 'the last record of the source could not be applied: %', results -> 0 ->> 'outcome';
  end if;
  perform mls.merge_further_fields(last_word, results);
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
