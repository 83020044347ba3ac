-- The manager's figures, with the rights of the user.

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

grant execute on function public.dashboard_daily(date, date), public.dashboard_stages(date, date) to authenticated;

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
