-- Whom listings are assigned to. Assigned is not claimed: the listing stays in the inbox and follows its source.

-- ----- mls.assign_listings(text[]) -----
create function mls.assign_listings(listing_keys text[]) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off
as $$
begin
  if not exists (select from public.mls_tenants t where t.settings -> 'assign' ->> 'to' in ('agent', 'desk')) then
    return;
  end if;
  update public.mls_listings l set assigned_to = w.person
  from (
    select l.id, l.tenant_id, coalesce(
      case when t.settings -> 'assign' ->> 'to' = 'agent' then (
        select m.user_id from public.mls_members m
        where m.tenant_id = l.tenant_id and m.user_id is not null
          and (m.origin_member_key = l.list_agent_key or lower(m.email) = lower(l.agent_email))
        order by m.origin_member_key is not distinct from l.list_agent_key desc, m.seq limit 1) end,
      (t.settings -> 'assign' -> 'desks' ->> l.originating_office_key)::uuid) as person
    from public.mls_listings l
    join public.mls_tenants t on t.id = l.tenant_id and t.settings -> 'assign' ->> 'to' in ('agent', 'desk')
    where l.origin_key = any (listing_keys) and l.claimed_at is null and l.assigned_to is null and l.is_externally_managed
  ) w
  where l.id = w.id and w.person is not null and not mls.is_foreign_user(w.person, w.tenant_id);
end $$;
comment on function mls.assign_listings(text[]) is
  'Assigns unclaimed listings that nobody is assigned to, where their market wants it (mls_tenants.settings.assign): to the member who is their listing agent and signs in, else, or with {to: desk} at once, to the desk of their office; else to nobody. Somebody of another market is nobody.';

-- ----- mls.assign_listing(uuid, uuid) -----
create function mls.assign_listing(target uuid, person uuid) returns public.mls_listings
language plpgsql volatile security definer set search_path = ''
as $$
declare
  listing public.mls_listings := mls.lock_listing(target);
begin
  if listing.claimed_at is not null then
    perform mls.refuse('already_claimed', 'Somebody holds this listing already.',
      jsonb_build_object('listing_id', target, 'holder', listing.broker_id, 'claimed_at', listing.claimed_at));
  elsif not mls.scope_reaches('team') and not (
    coalesce(person, listing.assigned_to) is not distinct from mls.current_user_id()
    and coalesce(listing.assigned_to, mls.current_user_id()) = mls.current_user_id()) then
    perform mls.refuse('guard_failed', 'Managers assign listings to others.', jsonb_build_object('guard', 'min_scope:TEAM', 'listing_id', target));
  end if;
  perform mls.refuse_foreign_user('user_id', person, listing.tenant_id);
  update public.mls_listings l set assigned_to = person, updated_by = mls.current_user_id() where l.id = target returning * into listing;
  return listing;
end $$;
comment on function mls.assign_listing(uuid, uuid) is 'Says who is to look at an unclaimed listing.';

-- ----- assign_listing(uuid, uuid) -----
create function public.assign_listing(listing_id uuid, user_id uuid) returns public.mls_listings
language sql volatile set search_path = ''
as $$
  select mls.assign_listing(listing_id, user_id)
$$;
comment on function public.assign_listing(uuid, uuid) is
  'Says who is to look at an unclaimed listing, nobody with null; it claims nothing. Scope team and above; others take or give back their own. Refusals (409): already_claimed, guard_failed (min_scope).';
grant execute on function mls.assign_listing(uuid, uuid), public.assign_listing(uuid, uuid) to authenticated;
