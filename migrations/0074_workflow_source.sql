-- What the word of a source does to the workflow: automatic publication, and tasks where people must decide.

-- ===== automatic publication =====

-- ----- mls.auto_publish(text[]) -----
create function mls.auto_publish(listing_keys text[]) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off
as $$
begin
  if not exists (select from public.mls_tenants t where t.settings -> 'auto_publish' -> 'enabled' = 'true') then
    return;
  end if;
  perform set_config('mls.change_source', 'AUTO_PUBLISH', true);
  update public.mls_listings l set status = 'PUBLISHED'
  from public.mls_tenants t
  where t.id = l.tenant_id and t.settings -> 'auto_publish' -> 'enabled' = 'true'
    and coalesce(t.settings -> 'auto_publish' -> 'origin_systems', (select jsonb_agg(s.code) from mls.origin_systems s where s.auto_publish)) ? l.origin_system
    and l.origin_key = any (listing_keys)
    and l.status = 'INGESTED' and l.claimed_at is null and l.is_externally_managed and not l.origin_deleted
    and l.source_standard_status = 'Active'
    and (l.list_price > 0 or l.lease_amount > 0 or l.is_price_upon_request)
    and coalesce(l.city, '') <> '' and coalesce(l.country, '') <> '' and coalesce(l.property_type, '') <> ''
    and coalesce(l.public_remarks, '') <> '' and l.photos_count > 0
    and l.x_sm_excluded_from_marketing is not true and l.is_off_market is not true;
  perform set_config('mls.change_source', 'INGRESS', true);
end $$;
comment on function mls.auto_publish(text[]) is
  'Publishes unclaimed listings of markets that want it (mls_tenants.settings.auto_publish {enabled, origin_systems}): active at the source, priced or on request, with place, type, remarks and a photo, neither excluded from marketing nor off market. They stay unclaimed and keep following their source.';

-- ===== tasks =====

-- ----- mls.follow_origin_deleted(): row trigger of mls_listings -----
create function mls.follow_origin_deleted() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if new.origin_deleted and new.claimed_at is not null then
    insert into public.mls_listing_tasks (tenant_id, listing_id, kind, title, description, assigned_to, priority)
    values (new.tenant_id, new.id, 'ORIGIN_DELETED', 'The source no longer holds this listing',
      'A complete delivery of the source came without it. Withdraw the listing, or take it over.', new.broker_id, 'HIGH')
    on conflict do nothing;
  elsif not new.origin_deleted then
    update public.mls_listing_tasks t set status = 'CANCELLED'
    where t.listing_id = new.id and t.kind = 'ORIGIN_DELETED' and t.status in ('OPEN', 'IN_PROGRESS');
  end if;
  return null;
end $$;
comment on function mls.follow_origin_deleted() is 'Row trigger: a task for the broker when the source drops a claimed listing; gone when it returns.';
create trigger follow_origin_deleted after update on public.mls_listings
  for each row when (new.origin_deleted is distinct from old.origin_deleted) execute function mls.follow_origin_deleted();

-- ----- mls.ask_for_decision(uuid, text, text) -----
create function mls.ask_for_decision(target uuid, source_before text, source_now text) returns void
language sql volatile set search_path = ''
as $$
  insert into public.mls_listing_tasks (tenant_id, listing_id, kind, title, description, assigned_to, priority)
  select l.tenant_id, l.id, 'ORIGIN_STATUS', format('The source says %s', source_now),
    format('StandardStatus went from %s to %s while the listing is %s. Decide what to do here.', coalesce(source_before, 'nothing'), source_now, l.status),
    l.broker_id, 'HIGH'
  from public.mls_listings l where l.id = target
  on conflict do nothing;
  insert into public.mls_listing_notes (tenant_id, listing_id, author_id, body)
  select l.tenant_id, l.id, null, format('Source status %s, before: %s. Not applied: the listing is %s.', source_now, coalesce(source_before, 'none'), l.status)
  from public.mls_listings l where l.id = target
$$;
comment on function mls.ask_for_decision(uuid, text, text) is 'A task for the broker and a note, because the status of the source could not be followed.';
