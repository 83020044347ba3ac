-- What screens read: the inbox, the broker's board, completeness. All run with the rights of the user
-- (security_invoker), order by indexed columns and look up the rest per row shown.

-- ===== completeness =====

-- ----- mls.missing_to_publish(mls_listings) -----
create function mls.missing_to_publish(listing public.mls_listings) returns text[]
language sql stable set search_path = ''
as $$
  select mls.missing_fields(listing) || array_remove(array[
    case when coalesce(btrim(listing.public_remarks), '') = '' then 'public_remarks' end,
    case when listing.latitude is null then 'location' end,
    case when coalesce(listing.street, '') = '' then 'street' end,
    case when coalesce(listing.living_area, listing.lot_size, 0) = 0 then 'area' end,
    case when listing.property_type like 'Residential%' and listing.bedrooms is null then 'bedrooms' end,
    case when listing.property_type like 'Residential%' and listing.bathrooms is null then 'bathrooms' end,
    case when listing.photos_count = 0 then 'photos' end
  ], null)
$$;
comment on function mls.missing_to_publish(public.mls_listings) is
  'What a complete listing would have besides: column names, and location, area, photos.';
grant execute on function mls.missing_to_publish(public.mls_listings), mls.missing_fields(public.mls_listings) to authenticated;

-- ----- mls.completeness(text[]) -----
create function mls.completeness(missing text[]) returns integer
language sql immutable set search_path = ''
as $$
  select greatest(0, round(100 * (1 - cardinality(missing) / 12.0)))::integer
$$;
comment on function mls.completeness(text[]) is 'Score from 0 to 100: the share of the twelve checks that hold.';
grant execute on function mls.completeness(text[]) to authenticated;

-- ===== inbox =====

-- ----- listing_inbox -----
create view public.listing_inbox with (security_invoker = true) as
select
  l.id, l.tenant_id, l.seq, l.ref, l.status, l.source_standard_status, l.origin_system, l.origin_key, l.originating_office_key,
  l.property_type, l.property_subtype, l.name, l.city, l.state, l.bedrooms, l.bathrooms, l.living_area,
  l.list_price, l.lease_amount, l.lease_amount_frequency, l.currency_code, l.photos_count, l.created_at, l.origin_modified_ts,
  array_remove(array[
    case when l.created_at > now() - interval '3 days' then 'NEW' end,
    case when l.origin_deleted then 'GONE_AT_SOURCE' end,
    case when l.photos_count = 0 then 'NO_PHOTOS' end,
    case when l.latitude is null then 'NO_LOCATION' end,
    case when l.currency_assumed then 'CURRENCY_ASSUMED' end,
    case when l.ref_collision then 'REF_COLLISION' end,
    case when l.sibling_listing_id is not null then 'SALE_AND_RENT' end,
    case when l.status = 'PUBLISHED' then 'PUBLISHED_BY_RULE' end,
    case when l.assigned_to is not null then 'ASSIGNED' end
  ], null) as badges,
  l.assigned_to,
  (select m.full_name from public.mls_members m where m.user_id = l.assigned_to and m.tenant_id = l.tenant_id limit 1) as assigned_name,
  mls.missing_to_publish(l) as missing,
  mls.completeness(mls.missing_to_publish(l)) as completeness,
  -- the same home from another source: within some 150 metres, same rooms, price and area within a tenth
  (
    select coalesce(jsonb_agg(jsonb_build_object('listing_id', m.id, 'ref', m.ref, 'origin_system', m.origin_system, 'status', m.status,
      'broker_id', m.broker_id)), '[]')
    from (
      select m.id, m.ref, m.origin_system, m.status, m.broker_id
      from public.mls_listings m
      where m.tenant_id = l.tenant_id and m.id <> l.id and m.origin_system is distinct from l.origin_system
        and m.latitude between l.latitude - 0.0015 and l.latitude + 0.0015
        and m.longitude between l.longitude - 0.0015 and l.longitude + 0.0015
        and m.bedrooms is not distinct from l.bedrooms
        and (m.list_price is null or l.list_price is null or m.list_price between l.list_price * 0.9 and l.list_price * 1.1)
        and (m.living_area is null or l.living_area is null or m.living_area between l.living_area * 0.9 and l.living_area * 1.1)
      limit 5
    ) m
  ) as match_hints
from public.mls_listings l
where l.claimed_at is null;
comment on view public.listing_inbox is
  'Listings that nobody has claimed, with badges, what is missing, whom they are assigned to, and likely duplicates from other sources. Order by seq (newest: descending) and page by it.';
grant select on public.listing_inbox to authenticated, service_role;

-- ===== boards =====

-- ----- broker_board -----
create view public.broker_board with (security_invoker = true) as
select
  l.id, l.tenant_id, l.seq, l.ref, l.version, l.status, l.status_changed_at,
  extract(day from now() - coalesce(l.status_changed_at, l.claimed_at))::integer as days_in_stage,
  l.broker_id, l.co_broker_id, l.claimed_at,
  coalesce((select m.full_name from public.mls_members m where m.user_id = l.broker_id limit 1), mls.client_name(l.broker_id)) as broker_name,
  l.origin_system, l.is_externally_managed, l.origin_deleted,
  l.property_type, l.property_subtype, l.name, l.city, l.bedrooms, l.living_area,
  l.list_price, l.lease_amount, l.currency_code, l.photos_count,
  mls.missing_to_publish(l) as missing,
  mls.completeness(mls.missing_to_publish(l)) as completeness,
  (select count(*)::integer from public.mls_listing_checklist_items i where i.listing_id = l.id and i.is_completed) as steps_done,
  (select count(*)::integer from public.mls_listing_checklist_items i where i.listing_id = l.id) as steps_total,
  (select count(*)::integer from public.mls_listing_tasks k where k.listing_id = l.id and k.status in ('OPEN', 'IN_PROGRESS')) as open_tasks,
  (select coalesce(array_agg(a.approval_type order by a.approval_type), '{}')
   from public.mls_listing_approvals a where a.listing_id = l.id and a.status = 'PENDING') as pending_approvals,
  (select coalesce(jsonb_agg(jsonb_build_object('to_status', t.to_status, 'kind', t.kind, 'guards', t.guards,
      'min_scope', t.min_scope, 'reason_required', t.reason_required) order by t.to_status), '[]')
   from public.mls_status_transitions t where t.tenant_id = l.tenant_id and t.from_status = l.status) as next_steps
from public.mls_listings l
where l.claimed_at is not null;
comment on view public.broker_board is
  'Claimed listings in the user''s scope, with what is open and where they can go. Order by status_changed_at and id.';
grant select on public.broker_board to authenticated, service_role;
