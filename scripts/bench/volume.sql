-- A hundred thousand listings of one market, as the hub would hold them after some years: 6 % claimed by 200 brokers, 2 %
-- published, a history of two years. The triggers are off meanwhile; what they derive is written here.
alter table public.mls_listings disable trigger user;
alter table public.mls_status_history disable trigger user;
alter table public.mls_listing_checklist_items disable trigger user;
alter table public.mls_listing_tasks disable trigger user;
alter table public.mls_listing_media disable trigger user;

insert into public.mls_listings
  (tenant_id, ref, origin_system, origin_key, originating_office_key, is_externally_managed, status, claimed_at, broker_id, status_changed_at,
   first_published_at, published_at, property_type, city, country, currency_code, list_price, bedrooms, bathrooms, living_area, street,
   latitude, longitude, public_remarks, photos_count, market, created_at)
select t.id, 'R' || n, case when n % 50 = 0 then 'MANUAL' else 'QOBRIX' end, 'QOBRIX_' || n, 'SHARPSIR-CY-001', n % 50 <> 0,
  (case when n % 50 = 1 then 'PUBLISHED' when n % 25 = 2 then 'DRAFT' when n % 100 = 3 then 'MARKETING_REVIEW' else 'INGESTED' end)::public.mls_listing_status,
  case when n % 50 in (0, 1) or n % 25 = 2 or n % 100 = 3 then now() - n % 700 * interval '1 day' end,
  case when n % 50 in (0, 1) or n % 25 = 2 or n % 100 = 3 then ('b0000000-0000-4000-8000-' || lpad((1 + n / 100 % 200)::text, 12, '0'))::uuid end,
  now() - n % 700 * interval '1 day' - n % 86400 * interval '1 second',
  case when n % 50 = 1 then now() - n % 700 * interval '1 day' end, case when n % 50 = 1 then now() - n % 700 * interval '1 day' end,
  'Residential', 'Town ' || n % 40, 'CY', 'EUR', 100000 + n % 900 * 1000, n % 6, n % 4, 50 + n % 300, 'Street ' || n,
  34.5 + (n::bigint * 7919 % 100000) / 100000.0, 32.3 + (n::bigint * 104729 % 100000) / 50000.0, 'A home by the sea', n % 12, 'CY',
  now() - n % 700 * interval '1 day'
from generate_series(1, 100000) n, public.mls_tenants t
where t.code = 'CY';

insert into public.mls_status_history (tenant_id, listing_id, to_status, changed_at, trigger)
select tenant_id, id, 'INGESTED', created_at - interval '1 day', 'INGRESS' from public.mls_listings order by created_at;
insert into public.mls_status_history (tenant_id, listing_id, from_status, to_status, changed_at, trigger)
select tenant_id, id, 'INGESTED', status, status_changed_at, 'USER' from public.mls_listings
where claimed_at is not null order by status_changed_at;

insert into public.mls_listing_checklist_items (tenant_id, listing_id, template_id)
select l.tenant_id, l.id, t.id from public.mls_listings l
join public.mls_checklist_templates t on t.tenant_id = l.tenant_id and t.is_active
where l.claimed_at is not null;
insert into public.mls_listing_tasks (tenant_id, listing_id, title, assigned_to)
select l.tenant_id, l.id, 'Call the owner', l.broker_id from public.mls_listings l where l.claimed_at is not null;
insert into public.mls_listing_media (tenant_id, listing_id, resource_record_key, originating_office_key, media_key, origin_media_key)
select l.tenant_id, l.id, l.origin_key, l.originating_office_key, l.origin_key || '_M' || m, 'M' || l.seq || '_' || m
from public.mls_listings l, generate_series(1, 2) m;
insert into mls.website_listings (id, market, status, city, published_at, updated_at)
select id, 'CY', status, city, published_at, published_at from public.mls_listings where status = 'PUBLISHED';

alter table public.mls_listings enable trigger user;
alter table public.mls_status_history enable trigger user;
alter table public.mls_listing_checklist_items enable trigger user;
alter table public.mls_listing_tasks enable trigger user;
alter table public.mls_listing_media enable trigger user;
vacuum analyze;
