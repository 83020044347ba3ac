-- What the OData door needs of the database beyond the served tables: old names of offices in filters, the key that
-- signs page tokens, and indexes of documented orders and navigations.

-- ===== old office keys =====
-- Consumers still filter by the keys that offices had before (CSIR). A filter names the live key by them; keys of
-- offices that the client may not read stay what they are and find nothing.

-- ----- mls.live_office_key(text) -----
create function mls.live_office_key(wanted text) returns text
language sql stable parallel safe security definer set search_path = ''
as $$
  select coalesce(
    (
      select o.office_key from public.mls_offices o
      where o.is_market and o.aliases @> array[wanted] and o.office_key = any ((select mls.claim_offices())::text[])
      limit 1
    ),
    wanted
  )
$$;
comment on function mls.live_office_key(text) is
  'The key of the office that the name is an alias of, among those the reading client sees; else the name itself.';
grant execute on function mls.live_office_key(text) to mls_api_read;

-- ----- mls.live_office_keys(text[]) -----
create function mls.live_office_keys(wanted text[]) returns text[]
language sql stable parallel safe security definer set search_path = ''
as $$
  select array(select mls.live_office_key(w.name) from unnest(wanted) w(name))
$$;
comment on function mls.live_office_keys(text[]) is 'mls.live_office_key() of each name.';
grant execute on function mls.live_office_keys(text[]) to mls_api_read;

-- ===== replication =====

-- ----- mls.visible_stamp() -----
-- Not the sequence of stamps: its last value may belong to a transaction that has not committed.
create function mls.visible_stamp() returns bigint
language sql stable security definer set search_path = ''
as $$
  select coalesce(max(e.sequence), 1000000) from public.mls_entity_events e
$$;
comment on function mls.visible_stamp() is
  'The greatest stamp that is committed. All smaller ones are, so what a reader does not see yet bears a greater one.';
grant execute on function mls.visible_stamp() to mls_api_read;

-- ===== page tokens =====

insert into mls.secrets (name, value) values ('skiptoken', extensions.gen_random_bytes(32));

-- ----- mls.skiptoken_key() -----
create function mls.skiptoken_key() returns bytea
language sql stable security definer set search_path = ''
as $$
  select s.value from mls.secrets s where s.name = 'skiptoken'
$$;
comment on function mls.skiptoken_key() is
  'Key of the HMAC that binds a $skiptoken to its client and query. Replacing it ends the nextLinks under way; isolates keep the old one until they end.';
grant execute on function mls.skiptoken_key() to service_role;

-- ===== indexes =====
-- Cheapest and dearest first, over all offices and of one.
create index served_property_price on public.served_property ("ListPrice", seq) where not is_deleted;
create index served_property_office_price on public.served_property (office_key, "ListPrice", seq) where not is_deleted;
-- The number by which people know a listing.
create index served_property_listing_id on public.served_property ("ListingId") where not is_deleted;
-- Navigations from the other side.
create index served_property_list_office on public.served_property ("ListOfficeKey", seq) include (office_key, is_published) where not is_deleted;
create index served_property_agent on public.served_property ("ListAgentKey") where not is_deleted;
create index served_member_of_office on public.served_member ("OfficeKey") where not is_deleted;
create index served_showing_of_listing on public.served_showing_appointment ("ListingKey") where not is_deleted;
create index mls_entity_events_previous on public.mls_entity_events (previous_office_key, sequence)
  where previous_office_key is not null;

-- ===== EntityEvent =====

-- ----- served_entity_event: the log as the reading client has to see it, in the shape of the served tables -----
-- A record that comes into sight is created, one that leaves it deleted, whatever really happened to it; the office it
-- went to is not told. One row per event and client. ModificationTimestamp is the sequence, microseconds since 1970: a
-- computed time would keep filters and orders from the index.
create view public.served_entity_event with (security_invoker = true) as
select v.record_id, v.sequence as seq, v.sequence as stamp, v.office_key, true as is_published, false as is_deleted,
  v.sequence as "EntityEventSequence", v.resource as "ResourceName", v.record_key as "ResourceRecordKey",
  v.kind as "X_EventType", v.office_key as "OriginatingSystemOfficeKey", v.previous_office_key as "X_PreviousOfficeKey",
  v.sequence as "ModificationTimestamp",
  '"EntityEventSequence" : ' || v.sequence || ', "ResourceName" : "' || v.resource || '", "ResourceRecordKey" : '
    || to_json(v.record_key) || ', "X_EventType" : "' || v.kind || '", "OriginatingSystemOfficeKey" : '
    || to_json(v.office_key) || ', "X_PreviousOfficeKey" : ' || coalesce(to_json(v.previous_office_key)::text, 'null') as doc
from (
  select e.sequence, e.resource, e.record_key, e.record_id, e.office_key,
    case when e.previous_office_key = any ((select mls.claim_offices())::text[]) then e.previous_office_key end as previous_office_key,
    case
      when not (select mls.claim_published_only()) then
        case
          when e.kind = 'updated' and not (e.previous_office_key = any ((select mls.claim_offices())::text[])) then 'created'
          else e.kind
        end
      when e.is_published and not e.was_published then 'created'
      when e.is_published and not (e.previous_office_key = any ((select mls.claim_offices())::text[])) then 'created'
      when e.is_published then e.kind
      when e.was_published then 'deleted'
    end as kind
  from public.mls_entity_events e
  where e.office_key = any ((select mls.claim_offices())::text[])
    and (e.is_published or e.was_published or not (select mls.claim_published_only()))
  union all
  select e.sequence, e.resource, e.record_key, e.record_id, e.previous_office_key, null, 'deleted'
  from public.mls_entity_events e
  where e.previous_office_key = any ((select mls.claim_offices())::text[])
    and not e.office_key = any ((select mls.claim_offices())::text[])
    and (e.was_published or not (select mls.claim_published_only()))
) v;
comment on view public.served_entity_event is
  'RESO EntityEvent as the client in mls.claims sees it: created, updated, deleted from its own point of view.';
grant select on public.served_entity_event to mls_api_read;

-- ===== quotas =====

-- ----- mls.request_windows: requests given out to the isolates in the current minute of each client -----
-- Unlogged: after a crash the minute starts anew, and no request waits for the disk.
create unlogged table mls.request_windows (
  client_id text primary key,
  window_start timestamptz not null,
  used bigint not null
);
alter table mls.request_windows enable row level security;
alter table mls.request_windows force row level security;
grant select, insert, update, delete on mls.request_windows to service_role;

-- ----- mls.lease_requests(text, integer, integer) -----
create function mls.lease_requests(client_id text, per_minute integer, wanted integer) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  started constant timestamptz := date_trunc('minute', clock_timestamp());
  used_before bigint;
  granted bigint;
begin
  insert into mls.request_windows as w (client_id, window_start, used) values (lease_requests.client_id, started, 0)
  on conflict on constraint request_windows_pkey do update
  set window_start = greatest(w.window_start, excluded.window_start),
    used = case when w.window_start < excluded.window_start then 0 else w.used end
  returning used into used_before;
  granted := greatest(least(wanted, per_minute - used_before), 0);
  update mls.request_windows w set used = used_before + granted where w.client_id = lease_requests.client_id;
  return jsonb_build_object(
    'granted', granted,
    'remaining', greatest(per_minute - used_before - granted, 0),
    'reset_seconds', greatest(ceil(extract(epoch from started + interval '1 minute' - clock_timestamp())), 1)
  );
end $$;
comment on function mls.lease_requests(text, integer, integer) is
  'Gives an isolate up to so many requests of a client''s current minute: {granted, remaining for others, reset_seconds}. One row a client, locked for one short transaction per block of requests, not per request.';
grant execute on function mls.lease_requests(text, integer, integer) to service_role;

-- ===== explain =====

-- ----- mls.explain_record(text, text, text) -----
-- Files are shown and hidden with their listing, unless they themselves are not for outside.
create function mls.explain_record(served_table text, key_column text, record_key text) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  offices constant text[] := mls.claim_offices();
  needed constant text := case served_table when 'served_contacts' then 'Contacts' when 'served_showing_appointment' then 'ShowingAppointment' end;
  row_found record;
  listing record;
  listing_wanted uuid;
  rule text;
begin
  if served_table not in ('served_property', 'served_member', 'served_office', 'served_media', 'served_contacts', 'served_showing_appointment') then
    raise exception 'explain_record does not know %.', served_table using errcode = 'invalid_parameter_value';
  end if;
  if needed is not null and not mls.claim_granted(needed) then
    return jsonb_build_object('rule', 'grant');
  end if;
  execute format(
    'select s.record_id, s.is_deleted, s.is_published, s.office_key, s."ModificationTimestamp" as changed from public.%I s
     where s.%I = $1 and s.office_key = any ($2) order by s.is_deleted, s.stamp desc limit 1', served_table, key_column)
    into row_found using record_key, offices;

  -- No listing for other resources; the record must have its fields all the same.
  listing_wanted := case served_table
    when 'served_property' then
      coalesce((select l.id from public.mls_listings l where l.origin_key = record_key), row_found.record_id)
    when 'served_media' then
      (select m.listing_id from public.mls_listing_media m where m.media_key = record_key and m.is_servable)
  end;
  select l.origin_deleted, l.claimed_at is not null as is_claimed, l.first_published_at is not null as was_published,
    t.api_visibility, l.originating_office_key as office_key
  into listing
  from public.mls_listings l join public.mls_tenants t on t.id = l.tenant_id
  where l.id = listing_wanted and l.originating_office_key = any (offices);

  rule := case
    when row_found.office_key is not null and not row_found.is_deleted then
      case when row_found.is_published or not mls.claim_published_only() then 'served' else 'client_visibility' end
    when listing.office_key is not null then
      case
        when listing.origin_deleted and not listing.is_claimed then 'origin_deleted'
        when listing.api_visibility = 'published' and not listing.was_published then 'tenant_visibility'
        else 'workflow'
      end
    when row_found.office_key is not null then 'removed'
    else 'unknown'
  end;
  -- A file of a draft: nobody outside can know its key, and it has no place in the workflow.
  if rule = 'workflow' and served_table = 'served_media' and row_found.office_key is null then
    return jsonb_build_object('rule', 'unknown');
  end if;
  return jsonb_strip_nulls(jsonb_build_object(
    'rule', rule,
    'office', coalesce(row_found.office_key, listing.office_key),
    'changed', to_char(row_found.changed at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
  ));
end $$;
comment on function mls.explain_record(text, text, text) is
  'Which rule shows or hides a record from the client in mls.claims: {rule, office, changed}. Records of other offices are unknown, like those that do not exist.';
grant execute on function mls.explain_record(text, text, text) to mls_api_read;
