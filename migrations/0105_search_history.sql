-- RESO HistoryTransactional: the histories of status and price, for clients that were granted it.

-- ===== who may read the histories =====
-- As the timeline tells API clients: of listings that they see now; not who changed something, nor why.
grant select (id, listing_id, from_status, to_status, changed_at) on public.mls_status_history to mls_api_read;
grant select (id, listing_id, price_kind, old_price, new_price, changed_at, source) on public.mls_price_history to mls_api_read;
create policy api_read on public.mls_status_history for select to mls_api_read
  using ((select mls.claim_granted('HistoryTransactional')) and exists (
    select from public.served_property s where s.record_id = listing_id and not s.is_deleted));
create policy api_read on public.mls_price_history for select to mls_api_read
  using ((select mls.claim_granted('HistoryTransactional')) and exists (
    select from public.served_property s where s.record_id = listing_id and not s.is_deleted));
-- pages follow seq, which numbers the rows of both
create index mls_status_history_seq on public.mls_status_history ((id * 2));
create index mls_price_history_seq on public.mls_price_history ((id * 2 + 1));
create index mls_status_history_key on public.mls_status_history (('status-' || id::text));
create index mls_price_history_key on public.mls_price_history (('price-' || id::text));
create index mls_status_history_time on public.mls_status_history (changed_at);
create index mls_price_history_time on public.mls_price_history (changed_at);

-- ----- mls.served_status(mls_listing_status) -----
create function mls.served_status(status public.mls_listing_status) returns text
language sql immutable set search_path = ''
as $$
  select case status when 'PUBLISHED' then 'Active' when 'UNDER_OFFER' then 'Pending' when 'SOLD' then 'Closed'
    when 'WITHDRAWN' then 'Withdrawn' when 'INGESTED' then null else 'Incomplete' end
$$;
comment on function mls.served_status(public.mls_listing_status) is
  'StandardStatus of a listing in this status; null while its source says what it is.';
grant execute on function mls.served_status(public.mls_listing_status) to mls_api_read, service_role;

-- ----- served_history_transactional: both histories in the shape of the served tables -----
-- A client of what is published learns what happened since a listing was published first, and no price that is "on request".
create view public.served_history_transactional with (security_invoker = true) as
select v.record_id, v.seq, v.stamp, v.office_key, v.is_published, false as is_deleted,
  v."HistoryTransactionalKey", 'Property'::text as "ResourceName", v."ResourceRecordKey", v."ResourceRecordID", v."ClassName",
  v."FieldName", v."PreviousValue", v."NewValue", v."ChangeType", v.office_key as "OriginatingSystemOfficeKey", v."ModificationTimestamp",
  '"HistoryTransactionalKey" : "' || v."HistoryTransactionalKey" || '", "ResourceName" : "Property", "ResourceRecordKey" : '
    || to_json(v."ResourceRecordKey") || ', "ResourceRecordID" : ' || coalesce(to_json(v."ResourceRecordID")::text, 'null')
    || ', "ClassName" : ' || coalesce(to_json(v."ClassName")::text, 'null') || ', "FieldName" : "' || v."FieldName"
    || '", "PreviousValue" : ' || coalesce(to_json(v."PreviousValue")::text, 'null')
    || ', "NewValue" : ' || coalesce(to_json(v."NewValue")::text, 'null')
    || ', "ChangeType" : ' || coalesce(to_json(v."ChangeType")::text, 'null')
    || ', "OriginatingSystemOfficeKey" : ' || to_json(v.office_key) as doc,
  ''::text as doc_gold, ''::text as doc_dd2
from (
  select s.record_id, h.id * 2 as seq, (extract(epoch from h.changed_at) * 1000000)::bigint as stamp, s.office_key, s.is_published,
    'status-' || h.id::text as "HistoryTransactionalKey", s."ListingKey" as "ResourceRecordKey", s."ListingId" as "ResourceRecordID",
    s."PropertyType" as "ClassName", 'StandardStatus'::text as "FieldName",
    case when not (select mls.claim_published_only()) or h.from_status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN')
      then mls.served_status(h.from_status) end as "PreviousValue",
    mls.served_status(h.to_status) as "NewValue",
    case when h.to_status = 'PUBLISHED' and h.from_status in ('UNDER_OFFER', 'SOLD', 'WITHDRAWN') then 'Back On Market'
      when h.to_status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') then mls.served_status(h.to_status) end as "ChangeType",
    h.changed_at as "ModificationTimestamp"
  from public.mls_status_history h join public.served_property s on s.record_id = h.listing_id and not s.is_deleted
  where mls.served_status(h.to_status) is distinct from mls.served_status(h.from_status) and h.to_status <> 'INGESTED'
    and (not (select mls.claim_published_only()) or h.to_status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD')
      or (h.to_status = 'WITHDRAWN' and h.from_status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD')))
  union all
  select s.record_id, h.id * 2 + 1, (extract(epoch from h.changed_at) * 1000000)::bigint, s.office_key, s.is_published,
    'price-' || h.id::text, s."ListingKey", s."ListingId", s."PropertyType",
    case h.price_kind when 'LEASE' then 'LeaseAmount' else 'ListPrice' end,
    trim_scale(h.old_price)::text, trim_scale(h.new_price)::text, 'Price Change', h.changed_at
  from public.mls_price_history h join public.served_property s on s.record_id = h.listing_id and not s.is_deleted
  -- of a draft the world sees what its source says, and not what a broker makes of it
  where (h.source <> 'USER' and not (select mls.claim_published_only())) or exists (
      select from public.mls_status_history f
      where f.listing_id = h.listing_id and f.to_status = 'PUBLISHED' and f.changed_at <= h.changed_at)
    and (not (select mls.claim_published_only()) or case h.price_kind when 'LEASE' then s."LeaseAmount" else s."ListPrice" end > 0)
) v;
comment on view public.served_history_transactional is
  'RESO HistoryTransactional as the client in mls.claims may know it: changes of status and price of listings that it sees now.';
grant select on public.served_history_transactional to mls_api_read;
