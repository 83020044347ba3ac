-- RESO HistoryTransactional: the histories of status, price and edits, for clients that were granted it.

-- ===== edits =====

-- ----- mls.edit_history: what users changed of listings, field by field -----
create table mls.edit_history (
  id bigint generated always as identity primary key,
  listing_id uuid not null references public.mls_listings (id) on delete cascade,
  field text not null,
  old_value text,
  new_value text,
  changed_at timestamptz not null
);
comment on table mls.edit_history is
  'Edits of listings under the names of their fields. Of the fields that every client may read; status and price have histories of their own. Written by a trigger of mls_audit.';
create index edit_history_listing on mls.edit_history (listing_id, id);
create index edit_history_time on mls.edit_history (changed_at);
alter table mls.edit_history enable row level security;
alter table mls.edit_history force row level security;
insert into public.mls_retention_rules (table_name, time_column, keep, condition, reason) values
  ('mls.edit_history', 'changed_at', '5 years', null, 'As long as the audit log that it follows.');

-- ----- mls.edited_text(jsonb) -----
create function mls.edited_text(value jsonb) returns text
language sql immutable parallel safe set search_path = ''
as $$
  select left(case jsonb_typeof(value) when 'number' then trim_scale(value::numeric)::text else value #>> '{}' end, 8000)
$$;
comment on function mls.edited_text(jsonb) is 'A value of a column as histories write it: numbers without zeros behind, of texts 8,000 characters.';

-- ----- mls.keep_edits(): row trigger -----
create function mls.keep_edits() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  insert into mls.edit_history (listing_id, field, old_value, new_value, changed_at)
  select new.record_id, c.field, mls.edited_text(c.before), mls.edited_text(c.after), new.changed_at
  from (
    select f.field, new.old_values -> f.column_name as before, new.new_values -> f.column_name as after
    from mls.listing_fields() f where new.new_values ? f.column_name
    union all
    -- fields without a column
    select k.field, new.old_values -> 'extensions' -> k.field, new.new_values -> 'extensions' -> k.field
    from jsonb_object_keys(coalesce(nullif(new.old_values -> 'extensions', 'null'), '{}')
      || coalesce(nullif(new.new_values -> 'extensions', 'null'), '{}')) k (field)
  ) c
  where c.before is distinct from c.after and c.field not in ('StandardStatus', 'ListPrice', 'LeaseAmount', 'ModificationTimestamp')
    -- sensitive fields are served from a table of their own
    and exists (select from pg_catalog.pg_attribute a
      where a.attrelid = 'public.served_property'::regclass and a.attname = c.field and a.attnum > 0 and not a.attisdropped)
  order by c.field;
  return null;
end $$;
comment on function mls.keep_edits() is 'Row trigger: what was edited of a listing enters its history, field by field.';
create trigger edits after insert on public.mls_audit for each row
  when (new.table_name = 'mls_listings' and new.action = 'UPDATE' and new.new_values is not null) execute function mls.keep_edits();

-- ===== who may read the histories =====
-- As the timeline tells API clients: of listings that they see now; not who changed something, nor why.
grant select (id, listing_id, from_status, to_status, changed_at) on public.mls_status_history to mls_api_read;
grant select (id, listing_id, price_kind, old_price, new_price, changed_at, source) on public.mls_price_history to mls_api_read;
create policy api_read on public.mls_status_history for select to mls_api_read
  using ((select mls.claim_granted('HistoryTransactional')) and exists (
    select from public.served_property s where s.record_id = listing_id and not s.is_deleted));
grant select (id, listing_id, field, old_value, new_value, changed_at) on mls.edit_history to mls_api_read;
create policy api_read on mls.edit_history for select to mls_api_read
  using ((select mls.claim_granted('HistoryTransactional')) and exists (
    select from public.served_property s where s.record_id = listing_id and not s.is_deleted));
create policy api_read on public.mls_price_history for select to mls_api_read
  using ((select mls.claim_granted('HistoryTransactional')) and exists (
    select from public.served_property s where s.record_id = listing_id and not s.is_deleted));
-- pages follow seq, which numbers the rows of all three
create index mls_status_history_seq on public.mls_status_history ((id * 4));
create index mls_price_history_seq on public.mls_price_history ((id * 4 + 1));
create index edit_history_seq on mls.edit_history ((id * 4 + 2));
create index mls_status_history_key on public.mls_status_history (('status-' || id::text));
create index mls_price_history_key on public.mls_price_history (('price-' || id::text));
create index edit_history_key on mls.edit_history (('edit-' || id::text));
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

-- ----- served_history_transactional: the three histories in the shape of the served tables -----
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
  select s.record_id, h.id * 4 as seq, (extract(epoch from h.changed_at) * 1000000)::bigint as stamp, s.office_key, s.is_published,
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
  select s.record_id, h.id * 4 + 1, (extract(epoch from h.changed_at) * 1000000)::bigint, s.office_key, s.is_published,
    'price-' || h.id::text, s."ListingKey", s."ListingId", s."PropertyType",
    case h.price_kind when 'LEASE' then 'LeaseAmount' else 'ListPrice' end,
    trim_scale(h.old_price)::text, trim_scale(h.new_price)::text, 'Price Change', h.changed_at
  from public.mls_price_history h join public.served_property s on s.record_id = h.listing_id and not s.is_deleted
  -- of a draft the world sees what its source says, and not what a broker makes of it
  where (h.source <> 'USER' and not (select mls.claim_published_only())) or exists (
      select from public.mls_status_history f
      where f.listing_id = h.listing_id and f.to_status = 'PUBLISHED' and f.changed_at <= h.changed_at)
    and (not (select mls.claim_published_only()) or case h.price_kind when 'LEASE' then s."LeaseAmount" else s."ListPrice" end > 0)
  union all
  select s.record_id, h.id * 4 + 2, (extract(epoch from h.changed_at) * 1000000)::bigint, s.office_key, s.is_published,
    'edit-' || h.id, s."ListingKey", s."ListingId", s."PropertyType", h.field, h.old_value, h.new_value, null, h.changed_at
  from mls.edit_history h join public.served_property s on s.record_id = h.listing_id and not s.is_deleted
  where exists (
      select from public.mls_status_history f
      where f.listing_id = h.listing_id and f.to_status = 'PUBLISHED' and f.changed_at <= h.changed_at)
    -- what the listing does not show now, an address that its owner keeps back, its history does not tell
    and position('"' || h.field || '" : ' in s.doc || s.doc_gold) > 0 and position('"' || h.field || '" : null' in s.doc || s.doc_gold) = 0
) v;
comment on view public.served_history_transactional is
  'RESO HistoryTransactional as the client in mls.claims may know it: changes of status and price, and edits since the publication, of listings that it sees now.';
grant select on public.served_history_transactional to mls_api_read;
