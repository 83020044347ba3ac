-- API clients that write (RESO Web API Add/Edit): on what they may work, as whom, and how a retry is known.
--
-- A client acts through the functions that apps call, under claims that the database makes for the one transaction: the
-- user is the client itself, the market that of the office, the scope reaches the whole of it. What lies outside the
-- client's offices is not found before any of that begins. Only the service may call these functions; the door that does
-- has verified the client.

-- ===== retries =====

-- ----- mls.edit_receipts: what an idempotency key of a client stands for -----
create table mls.edit_receipts (
  client_id text not null,
  idempotency_key text not null,
  request_hash text not null,
  record_key text not null default '',
  received_at timestamptz not null default clock_timestamp(),
  primary key (client_id, idempotency_key)
);
comment on table mls.edit_receipts is
  'Edits that came with an Idempotency-Key, and the record that each made or changed. A retry finds its receipt, and nothing is done twice.';
alter table mls.edit_receipts enable row level security;
alter table mls.edit_receipts force row level security;
grant select, insert, update, delete on mls.edit_receipts to service_role;
insert into public.mls_retention_rules (table_name, time_column, keep, condition, reason) values
  ('mls.edit_receipts', 'received_at', '7 days', null, 'Idempotency keys are answered for seven days.');

-- ----- mls.take_edit_receipt(text, text, text) -----
create function mls.take_edit_receipt(client text, wanted text, hash text) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  known mls.edit_receipts;
begin
  delete from mls.edit_receipts r
  where r.client_id = client and r.idempotency_key = wanted and r.received_at < clock_timestamp() - interval '7 days';
  -- waits for the same request, if that is still under way
  insert into mls.edit_receipts (client_id, idempotency_key, request_hash) values (client, wanted, hash) on conflict do nothing;
  if found then
    return '{"status": "new"}';
  end if;
  select * into known from mls.edit_receipts r where r.client_id = client and r.idempotency_key = wanted;
  return jsonb_build_object('status', case when known.request_hash = hash then 'done' else 'other' end, 'record_key', known.record_key);
end $$;
comment on function mls.take_edit_receipt(text, text, text) is
  'Whether an edit with this key is new, was done already (record_key says of what), or was another one: {status: new|done|other, record_key}.';
grant execute on function mls.take_edit_receipt(text, text, text) to service_role;

-- ===== states =====

-- ----- mls.edit_state(text, uuid) -----
create function mls.edit_state(resource text, record uuid) returns jsonb
language sql stable security definer set search_path = ''
as $$
  select jsonb_build_object('id', l.id, 'listing_id', l.id, 'key', coalesce(l.origin_key, 'MANUAL_' || l.id),
    'office', l.originating_office_key, 'is_claimed', l.claimed_at is not null, 'is_draft', mls.is_draft(l),
    'tag', md5(to_jsonb(l)::text), 'stamp', s.stamp::text, 'row', to_jsonb(l),
    'served', case when s.record_id is not null then ('{' || concat_ws(',', s.doc, nullif(s.doc_gold, ''), mls.stamp_member(s."ModificationTimestamp")) || '}')::jsonb end,
    'served_dd2', case when s.record_id is not null then ('{' || concat_ws(',', s.doc, nullif(s.doc_dd2, ''), mls.stamp_member(s."ModificationTimestamp")) || '}')::jsonb end)
  from public.mls_listings l
  left join public.served_property s on s.record_id = l.id and not s.is_deleted
  where resource = 'Property' and l.id = record
  union all
  select jsonb_build_object('id', m.id, 'listing_id', l.id, 'key', m.media_key,
    'office', l.originating_office_key, 'is_claimed', l.claimed_at is not null, 'is_draft', mls.is_draft(l),
    'tag', md5(to_jsonb(m)::text), 'stamp', s.stamp::text,
    'row', to_jsonb(m) || jsonb_build_object('resource_record_key', coalesce(l.origin_key, 'MANUAL_' || l.id)),
    'served', case when s.record_id is not null then ('{' || concat_ws(',', s.doc, nullif(s.doc_gold, ''), mls.stamp_member(s."ModificationTimestamp")) || '}')::jsonb end,
    'served_dd2', case when s.record_id is not null then ('{' || concat_ws(',', s.doc, nullif(s.doc_dd2, ''), mls.stamp_member(s."ModificationTimestamp")) || '}')::jsonb end)
  from public.mls_listing_media m
  join public.mls_listings l on l.id = m.listing_id
  left join public.served_media s on s.record_id = m.id and not s.is_deleted
  where resource = 'Media' and m.id = record
$$;
comment on function mls.edit_state(text, uuid) is
  'A listing (Property) or file (Media) as it is stored, with what is served of it: {id, listing_id, key, office, is_claimed, is_draft, tag: changes with any column, stamp, row, served, served_dd2}.';
grant execute on function mls.edit_state(text, uuid) to service_role;

-- ----- mls.edit_target(text[], text, text) -----
create function mls.edit_target(offices text[], resource text, record_key text) returns uuid
language sql stable security definer set search_path = ''
as $$
  select l.id from public.mls_listings l
  where resource = 'Property' and l.originating_office_key = any (offices)
    and (l.origin_key = record_key or (l.origin_key is null and l.id = mls.try_uuid(substr(record_key, 8)) and starts_with(record_key, 'MANUAL_')))
  union all
  select m.id from public.mls_listing_media m
  join public.mls_listings l on l.id = m.listing_id
  where resource = 'Media' and m.media_key = record_key and l.originating_office_key = any (offices)
$$;
comment on function mls.edit_target(text[], text, text) is 'The record of this key among those of the offices; null where there is none.';
grant execute on function mls.edit_target(text[], text, text) to service_role;

-- ===== editing =====

-- ----- mls.begin_edit(text, text, text, text) -----
create function mls.begin_edit(client text, granted text, resource text, record_key text) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  stored public.mls_api_clients;
  offices text[];
  target uuid;
  listing public.mls_listings;
  market uuid;
  office text;
begin
  select * into stored from public.mls_api_clients c
  where c.client_id = client and c.disabled_at is null and (c.expires_at is null or c.expires_at > now());
  if not found or granted <> all (stored.edits) then
    return '{"status": "not_granted"}';
  end if;
  offices := mls.offices_of_client(stored);
  if resource = 'Office' then
    -- without a name: the only one there is
    select o.office_key, o.tenant_id into office, market from public.mls_offices o
    where o.is_market and o.office_key = any (offices)
      and case when record_key is null then cardinality(offices) = 1 else o.office_key = record_key or o.aliases @> array[record_key] end;
    if office is null then
      return jsonb_build_object('status', 'no_office', 'offices', to_jsonb(offices));
    end if;
  else
    target := mls.edit_target(offices, resource, record_key);
    if target is null then
      return '{"status": "not_found"}';
    end if;
    -- the listing is locked, for its files too: of two edits the second sees what the first did
    select l.* into listing from public.mls_listings l
    where l.id = case resource when 'Media' then (select m.listing_id from public.mls_listing_media m where m.id = target) else target end
    for no key update;
    market := listing.tenant_id;
  end if;
  perform set_config('request.jwt.claims', jsonb_build_object(
    'role', 'authenticated', 'sub', stored.id, 'uoi', market, 'active_scope', 'global', 'crud', 'cru')::text, true);
  return jsonb_strip_nulls(jsonb_build_object('status', 'begun', 'office', office, 'id', target));
end $$;
comment on function mls.begin_edit(text, text, text, text) is
  'Begins an edit by a client that was granted it: locks the listing of record_key (resource Property or Media), or finds the office in which a listing is to be made (Office), and puts the client''s claims into the transaction. {status: begun|not_granted|not_found|no_office, id, office}. The state is asked for by a statement of its own, which sees what was committed while this one waited.';
grant execute on function mls.begin_edit(text, text, text, text) to service_role;

-- ----- mls.stored_record(text, text, text) -----
create function mls.stored_record(client text, resource text, record_key text) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  stored public.mls_api_clients;
  state jsonb;
begin
  select * into stored from public.mls_api_clients c
  where c.client_id = client and c.disabled_at is null and (c.expires_at is null or c.expires_at > now());
  if not found or resource <> all (stored.edits) or stored.api_visibility = 'published' then
    return null;
  end if;
  state := mls.edit_state(resource, mls.edit_target(mls.offices_of_client(stored), resource, record_key));
  return case when (state ->> 'is_draft')::boolean then state end;
end $$;
comment on function mls.stored_record(text, text, text) is
  'mls.edit_state() of a record of a draft, for a client that may edit it and sees more than what is published; else null. The world sees of a draft the last values of its source, or nothing.';
grant execute on function mls.stored_record(text, text, text) to service_role;

-- ----- mls.stored_media(uuid) -----
create function mls.stored_media(listing uuid) returns setof jsonb
language sql stable security definer set search_path = ''
as $$
  select mls.edit_state('Media', m.id) from public.mls_listing_media m
  where m.listing_id = listing and not m.is_hidden and not m.origin_deleted
  order by m.display_order, m.seq
$$;
comment on function mls.stored_media(uuid) is 'mls.edit_state() of the files of a draft, in their order; not those that were hidden or withdrawn.';
grant execute on function mls.stored_media(uuid) to service_role;

-- ----- mls.hand_to_agent(uuid) -----
create function mls.hand_to_agent(listing uuid) returns void
language sql volatile security definer set search_path = ''
as $$
  update public.mls_listings l set broker_id = m.user_id
  from public.mls_members m
  where l.id = listing and m.tenant_id = l.tenant_id and m.origin_member_key = l.list_agent_key and m.user_id is not null and not m.origin_deleted
$$;
comment on function mls.hand_to_agent(uuid) is
  'Makes the listing agent the broker of a listing that a client made, if that is a member who signs in; else the client stays it, and everybody who sees the whole market may go on with it.';
grant execute on function mls.hand_to_agent(uuid) to service_role;

-- ----- mls.unfit_values(jsonb) -----
create function mls.unfit_values(content jsonb) returns table (name text, type text)
language sql stable set search_path = ''
as $$
  select a.attname::text, format_type(a.atttypid, a.atttypmod)
  from jsonb_each_text(content) e
  join pg_catalog.pg_attribute a on a.attrelid = 'public.mls_listings'::regclass and a.attname = e.key and a.attnum > 0
  where e.value is not null and not pg_input_is_valid(e.value, format_type(a.atttypid, a.atttypmod))
$$;
comment on function mls.unfit_values(jsonb) is 'Which values of columns of mls_listings their type cannot hold, and that type.';
grant execute on function mls.unfit_values(jsonb) to service_role;

-- ----- mls.editable_columns() -----
create function mls.editable_columns() returns text[]
language sql stable set search_path = ''
as $$
  select array_agg(a.attname::text)
  from pg_catalog.pg_attribute a
  where a.attrelid = 'public.mls_listings'::regclass and a.attnum > 0 and not a.attisdropped
    and has_column_privilege('authenticated', a.attrelid, a.attnum, 'update')
$$;
comment on function mls.editable_columns() is 'Columns of mls_listings that are edited directly.';
grant execute on function mls.editable_columns() to service_role;

-- ----- mls.known_lookup_values(text, text[], text) -----
create function mls.known_lookup_values(lookup text, wanted text[], office text) returns text[]
language sql stable security definer set search_path = ''
as $$
  select coalesce(array_agg(w.value), '{}') from unnest(wanted) w (value)
  where exists (select from mls.lookup_mappings m
    where m.lookup_name = lookup and m.form = mls.lookup_form(w.value) and m.office_key in ('', office))
$$;
comment on function mls.known_lookup_values(text, text[], text) is 'Which of these texts mean a standard value of the lookup, for this office.';
grant execute on function mls.known_lookup_values(text, text[], text) to service_role;

-- ----- mls.unknown_references(jsonb, text) -----
create function mls.unknown_references(content jsonb, office text) returns table (name text)
language sql stable security definer set search_path = ''
as $$
  with market as (select o.tenant_id from public.mls_offices o where o.office_key = office and o.is_market)
  select e.key
  from jsonb_each_text(content) e
  where e.value is not null and case e.key
    when 'list_office_key' then not exists (
        select from public.mls_offices o join market m on m.tenant_id = o.tenant_id where o.office_key = e.value)
      and not exists (select from public.mls_listings l where l.originating_office_key = office and l.list_office_key = e.value)
    else e.key in ('list_agent_key', 'co_list_agent_key') and not exists (
      select from public.mls_members p join market m on m.tenant_id = p.tenant_id where p.origin_member_key = e.value)
  end
$$;
comment on function mls.unknown_references(jsonb, text) is
  'Which of the columns that name an agent or a brokerage name none of the market of this office. Of another market they would tell names: a listing shows that of its agent.';
grant execute on function mls.unknown_references(jsonb, text) to service_role;

-- ----- mls.label_media(uuid, text) -----
create function mls.label_media(media uuid, category text) returns void
language sql volatile security definer set search_path = ''
as $$
  update public.mls_listing_media m set
    extensions = m.extensions || jsonb_build_object('MediaCategory', category)
  where m.id = media
$$;
comment on function mls.label_media(uuid, text) is 'Keeps the MediaCategory that a client gave a file, beside the kind that the hub goes by.';
grant execute on function mls.label_media(uuid, text) to service_role;
