-- What screens read: the inbox, the broker's board, completeness, and the manager's figures. All run with the rights of
-- the user (security_invoker), order by indexed columns and look up the rest per row shown.

-- ===== indexes of the screens =====

create index mls_listings_inbox on public.mls_listings (tenant_id, seq) where claimed_at is null;
create index mls_listings_board on public.mls_listings (tenant_id, status_changed_at, id) where claimed_at is not null;
create index mls_listings_broker_board on public.mls_listings (broker_id, status_changed_at, id) where claimed_at is not null;
create index mls_listings_place on public.mls_listings (tenant_id, latitude, longitude) where latitude is not null;

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
    case when l.status = 'PUBLISHED' then 'PUBLISHED_BY_RULE' end
  ], null) as badges,
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
  'Listings that nobody has claimed, with badges, what is missing, and likely duplicates from other sources. Order by seq (newest: descending) and page by it.';
grant select on public.listing_inbox to authenticated, service_role;

-- ===== boards =====

-- ----- broker_board -----
create view public.broker_board with (security_invoker = true) as
select
  l.id, l.tenant_id, l.seq, l.ref, l.version, l.status, l.status_changed_at,
  extract(day from now() - coalesce(l.status_changed_at, l.claimed_at))::integer as days_in_stage,
  l.broker_id, l.co_broker_id, l.claimed_at,
  (select m.full_name from public.mls_members m where m.user_id = l.broker_id limit 1) as broker_name,
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

-- ===== figures of managers =====
-- The history is chosen under row level security, once; what belongs to the chosen rows is then looked up with the
-- rights of the owner, because whoever sees a change sees its listing and the change before it.

-- ----- mls.changes_of(bigint[]) -----
create function mls.changes_of(ids bigint[])
returns table (changed_at timestamptz, from_status public.mls_listing_status, to_status public.mls_listing_status, origin_system text, office_key text)
language sql stable security definer set search_path = ''
as $$
  select h.changed_at, h.from_status, h.to_status, l.origin_system, l.originating_office_key
  from public.mls_status_history h
  join public.mls_listings l on l.id = h.listing_id
  where h.id = any (ids)
$$;
comment on function mls.changes_of(bigint[]) is 'Entries of the status history with source and office of their listings, for a caller who may see the entries.';

-- ----- mls.stays_before(bigint[]) -----
create function mls.stays_before(ids bigint[]) returns table (status public.mls_listing_status, hours double precision)
language sql stable security definer set search_path = ''
as $$
  select b.to_status, extract(epoch from h.changed_at - b.changed_at)::double precision / 3600
  from public.mls_status_history h
  cross join lateral (
    select p.to_status, p.changed_at from public.mls_status_history p
    where p.listing_id = h.listing_id and p.id < h.id
    order by p.id desc limit 1
  ) b
  where h.id = any (ids)
$$;
comment on function mls.stays_before(bigint[]) is 'The stage that each of these changes ended and how long it had lasted, for a caller who may see the changes.';

-- ----- mls.changes_between(date, date) -----
create function mls.changes_between(since date, until date) returns bigint[]
language sql stable set search_path = ''
as $$
  select array_agg(h.id) from public.mls_status_history h
  where h.tenant_id = any ((select mls.visible_tenant_ids())::uuid[])
    and h.changed_at >= since::timestamp at time zone 'utc'
    and h.changed_at < (until + 1)::timestamp at time zone 'utc'
$$;
comment on function mls.changes_between(date, date) is 'Changes of status in these days (UTC) that the user may see.';
grant execute on function mls.changes_of(bigint[]), mls.stays_before(bigint[]), mls.changes_between(date, date) to authenticated;

-- ----- dashboard_daily(date, date) -----
create function public.dashboard_daily(since date, until date default current_date)
returns table (day date, origin_system text, office_key text, ingested bigint, claimed bigint, enriched bigint, published bigint, sold bigint)
language sql stable set search_path = ''
as $$
  select (h.changed_at at time zone 'utc')::date, h.origin_system, h.office_key,
    count(*) filter (where h.from_status is null and h.to_status = 'INGESTED'),
    count(*) filter (where h.from_status = 'INGESTED' and h.to_status = 'DRAFT'),
    count(*) filter (where h.to_status = 'MARKETING_REVIEW'),
    count(*) filter (where h.to_status = 'PUBLISHED'),
    count(*) filter (where h.to_status = 'SOLD')
  from mls.changes_of(mls.changes_between(since, until)) h
  group by 1, 2, 3
  order by 1, 2, 3
$$;
comment on function public.dashboard_daily(date, date) is
  'Per day (UTC), source and office: listings ingested, claimed, enriched (ready for the review of marketing), published, sold; from the status history of the listings the user sees.';

-- ----- dashboard_stages(date, date) -----
create function public.dashboard_stages(since date, until date default current_date)
returns table (status public.mls_listing_status, left_stage bigint, average_hours numeric, median_hours numeric)
language sql stable set search_path = ''
as $$
  select s.status, count(*), round(avg(s.hours)::numeric, 1),
    round((percentile_cont(0.5) within group (order by s.hours))::numeric, 1)
  from mls.stays_before(mls.changes_between(since, until)) s
  group by 1
  order by 1
$$;
comment on function public.dashboard_stages(date, date) is
  'How long listings that left a stage in this time had been in it: hours on average and in the middle.';

-- ----- mls.source_freshness() -----
create function mls.source_freshness()
returns table (tenant_id uuid, office_key text, origin_system text, resource text, last_received_at timestamptz, last_run_at timestamptz,
  last_run_status text, newest_source_time timestamptz)
language sql stable security definer set search_path = ''
as $$
  select o.tenant_id, o.office_key, o.origin_system, r.resource, r.last_batch_at, r.started_at, r.status, r.watermark
  from public.mls_offices o
  cross join lateral (
    select distinct on (i.resource) i.resource, i.last_batch_at, i.started_at, i.status, i.watermark
    from public.mls_ingest_runs i
    where i.office_key = o.office_key
    order by i.resource, i.started_at desc
  ) r
  where o.is_market and o.tenant_id = any (mls.visible_tenant_ids()) and mls.can('r')
$$;
comment on function mls.source_freshness() is
  'The latest run per market office and resource. Security definer: managers may see how fresh a source is, not its runs.';
grant execute on function mls.source_freshness() to authenticated;

-- ----- source_freshness -----
create view public.source_freshness with (security_invoker = true) as select * from mls.source_freshness();
comment on view public.source_freshness is 'When each source was last heard of, per office and resource.';
grant select on public.source_freshness to authenticated, service_role;

grant execute on function public.dashboard_daily(date, date), public.dashboard_stages(date, date) to authenticated;
