-- Deliveries: how workers take due rows of the outbox and report back.
--
-- A delivery is one syndication brought to the state it wants. Workers of API and SOCIAL portals send it, those of a
-- FEED render it (mls.worked_by). Both take rows with a lease, so a killed worker costs its lease and nothing else:
--
--   due --claim--> leased --finish(done)----> delivered (due again if it changed meanwhile)
--                     |----finish(retry)---> due later (backoff); FAILED after too many faults of its own
--                     |----finish(refused)-> FAILED, until an edit or a retry
--                     '----lease runs out--> due, in doubt

-- ----- mls.portal_circuits: how a destination is doing; the breaker and the rate limit of one portal -----
create table mls.portal_circuits (
  portal_id uuid primary key references public.mls_portal_definitions (id) on delete cascade,
  failures integer not null default 0,
  opened_at timestamptz,
  open_until timestamptz,
  tried_at timestamptz,
  tokens double precision not null default 0,
  refilled_at timestamptz not null default clock_timestamp()
);
comment on table mls.portal_circuits is
  'failures: in a row, over all listings. While open_until lies ahead nothing is taken; after it one delivery at a time tries, since tried_at.';
alter table mls.portal_circuits enable row level security;
alter table mls.portal_circuits force row level security;
grant select, insert, update, delete on mls.portal_circuits to service_role;

-- ===== what is delivered =====

-- ----- mls.delivery_action(syndication, listing, portal, in_doubt) -----
create function mls.delivery_action(
  syndication public.mls_listing_syndications, listing public.mls_listings, portal public.mls_portal_definitions, in_doubt boolean
) returns text
language plpgsql stable set search_path = ''
as $$
declare
  blockers constant text[] := mls.publish_blockers(listing, portal);
  may_be_shown constant boolean := blockers = '{}';
  may_be_there constant boolean := syndication.published_at is not null or delivery_action.in_doubt;
  -- parked says how the last attempt ended, not what is wanted
  wanted constant text := mls.unparked(syndication);
begin
  -- what came from there and is managed there was never ours to withdraw, though it was updated while in ROUND_TRIP
  if 'managed_there' = any (blockers) and mls.worked_by(portal.channel_type) = 'deliveries' then
    return 'none';
  end if;
  if wanted = 'ACTIVE' and may_be_shown and (listing.status = 'PUBLISHED' or may_be_there) then
    return 'upsert';
  elsif wanted = 'PAUSED' and may_be_shown then
    return 'none';
  elsif may_be_there and syndication.removed_at is null then
    return 'withdraw';
  end if;
  return 'none';
end $$;
comment on function mls.delivery_action(public.mls_listing_syndications, public.mls_listings, public.mls_portal_definitions, boolean) is
  'upsert, withdraw or none. A listing enters a portal only while PUBLISHED and leaves it only if it was, or may be, there. What the other side manages itself (phase PUSH_ONLY) is left to it. A row that is parked wants what it wanted before.';

-- ----- mls.id_at_source(listing) -----
create function mls.id_at_source(listing public.mls_listings) returns text
language plpgsql stable set search_path = ''
as $$
begin
  -- two of ours may be one record there: only the sale row is that record
  if listing.origin_key like '%\_LEASE' or not listing.origin_system in (select y.code from mls.origin_systems y where y.is_external) then
    return null;
  elsif listing.origin_native_id <> '' then
    return listing.origin_native_id;
  end if;
  return (
    select nullif(substr(listing.origin_key, length(p.prefix) + 1), '')
    from (
      select s.key_prefix as prefix from public.mls_sources s where s.office_key = listing.originating_office_key
      union all
      select y.key_prefix from mls.origin_systems y where y.code = listing.origin_system
    ) p
    where p.prefix <> '' and starts_with(listing.origin_key, p.prefix) order by length(p.prefix) desc limit 1
  );
end $$;
comment on function mls.id_at_source(public.mls_listings) is
  'How the system that a listing came from calls it: X_QobrixId, else its key without the prefix of its source or of its kind of system. Null for what was made here, for lease siblings, and where no prefix is known.';

-- ----- mls.media_id_at_source(origin_media_key, extensions) -----
create function mls.media_id_at_source(origin_media_key text, extensions jsonb) returns text
language sql immutable parallel safe set search_path = ''
as $$
  select case when origin_media_key is not null then
    coalesce(nullif(extensions ->> 'X_QobrixMediaId', ''), substring(origin_media_key from 'MEDIA_(.+)$')) end
$$;
comment on function mls.media_id_at_source(text, jsonb) is
  'How the system that a file came from calls it: X_QobrixMediaId, else what follows <prefix>MEDIA_ in its key. Null for what was added here.';

-- ----- mls.delivery_listing(listing_id, photo_format) -----
create function mls.delivery_listing(listing_id uuid, photo_format text default 'jpeg') returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object(
    'columns', jsonb_strip_nulls(to_jsonb(l)),
    'listing_key', coalesce(l.origin_key, 'MANUAL_' || l.id),
    'source_id', mls.id_at_source(l),
    'media', coalesce((
      select jsonb_agg(jsonb_build_object(
          'media_key', m.media_key, 'media_id', m.media_id, 'origin_system', case when m.origin_media_key is not null then m.origin_system end,
          'source_id', mls.media_id_at_source(m.origin_media_key, m.extensions), 'category', m.media_category, 'source_category', m.source_category,
          'url', coalesce(p.file ->> 'url', m.media_url), 'mime_type', coalesce(p.file ->> 'mime_type', m.mime_type), 'order', m.display_order, 'is_primary', m.is_primary,
          'title', m.title, 'description', m.description, 'width', m.image_width, 'height', m.image_height)
        order by m.display_order, m.seq)
      from public.mls_listing_media m
      cross join lateral (select case when m.copy_status = 'stored' and photo_format = 'jpeg' then m.resolution_urls -> 'jpeg' end as file) p
      where m.listing_id = l.id and m.is_servable and m.media_url ~* '^https?://'), '[]'),
    'remarks', coalesce((
      select jsonb_agg(jsonb_build_object('language', r.language, 'type', upper(r.remark_type), 'text', r.remark) order by r.language, r.remark_type)
      from public.mls_listing_remarks r
      where r.listing_id = l.id or r.listing_id = (
        select s.id from public.mls_listings s
        where s.id = l.sibling_listing_id and l.origin_key like '%\_LEASE' and not mls.is_draft(s))), '[]')
  )
  from public.mls_listings l where l.id = delivery_listing.listing_id
$$;
comment on function mls.delivery_listing(uuid, text) is
  'All that portals may be told of a listing, photos as JPEG unless photo_format of the portal''s config says webp: {columns (filled ones), listing_key, source_id, media (servable), remarks}. A lease sibling has rows of its own for the media of its sale row (mls.share_media) and shows its texts too, unless they are a draft.';

-- ----- mls.delivery_contact(listing) -----
create function mls.delivery_contact(listing public.mls_listings) returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  agent jsonb;
  office jsonb;
begin
  -- whoever has claimed the listing answers for it, before the agent whom its source names
  select jsonb_build_object('name', coalesce(nullif(btrim(m.full_name), ''), nullif(btrim(concat_ws(' ', m.first_name, m.last_name)), '')),
    'phone', coalesce(m.preferred_phone, m.office_phone), 'email', m.email) into agent
  from public.mls_members m
  where m.tenant_id = listing.tenant_id and not m.origin_deleted
    and (m.user_id = listing.broker_id or m.origin_member_key = listing.list_agent_key)
  order by m.user_id is not distinct from listing.broker_id desc, m.seq limit 1;
  if agent is null then
    agent := jsonb_build_object('name', nullif(btrim(concat_ws(' ', listing.agent_first_name, listing.agent_last_name)), ''),
      'phone', null, 'email', coalesce(listing.agent_vanity_email, listing.agent_email));
  end if;
  select jsonb_build_object('name', o.name, 'phone', o.phone, 'email', o.email) into office
  from public.mls_offices o where o.office_key = listing.originating_office_key and o.tenant_id = listing.tenant_id;
  return jsonb_build_object('agent', agent, 'office', coalesce(office, '{"name": null, "phone": null, "email": null}'));
end $$;
comment on function mls.delivery_contact(public.mls_listings) is
  'Whom a reader of the listing may call: {agent, office}, each {name, phone, email} with nulls for what is not known.';

-- ----- mls.standard_record(uuid) -----
create function mls.standard_record(listing uuid) returns jsonb
language sql stable set search_path = ''
as $$
  -- what only profile dd2 says of a record may be nothing
  select jsonb_build_object(
    'record', ('{' || concat_ws(',', v.doc, nullif(v.doc_dd2, ''), mls.stamp_member(v."ModificationTimestamp")) || '}')::jsonb,
    'media', (
      select coalesce(jsonb_object_agg(m."MediaKey",
        ('{' || concat_ws(',', m.doc, nullif(m.doc_dd2, ''), mls.stamp_member(m."ModificationTimestamp")) || '}')::jsonb), '{}')
      from public.served_media m where m."ResourceRecordKey" = v."ListingKey" and not m.is_deleted))
  from public.served_property v where v.record_id = listing and not v.is_deleted
$$;
comment on function mls.standard_record(uuid) is
  'A listing as the Web API serves it in profile dd2, without its sensitive fields: {record, media: by their keys}; null where it is not served.';

-- ----- mls_feed_object_ids: the number of a listing in a feed; survives the listing, never given twice -----
create table public.mls_feed_object_ids (
  portal_id uuid not null references public.mls_portal_definitions (id),
  listing_key text not null,
  object_id bigint not null check (object_id > 0),
  primary key (portal_id, listing_key),
  unique (portal_id, object_id)
);
comment on table public.mls_feed_object_ids is 'Object ids of feeds by ListingKey: stable, growing in ListingKey order, never reused.';
alter table public.mls_feed_object_ids enable row level security;
alter table public.mls_feed_object_ids force row level security;
grant select, insert, update, delete on public.mls_feed_object_ids to service_role;

-- ----- mls.assign_object_ids(portal_id) -----
create function mls.assign_object_ids(portal_id uuid) returns void
language plpgsql set search_path = ''
as $$
begin
  perform pg_advisory_xact_lock(7305412, hashtext(assign_object_ids.portal_id::text));
  insert into public.mls_feed_object_ids as o (portal_id, listing_key, object_id)
  select assign_object_ids.portal_id, k.listing_key,
    coalesce((select max(f.object_id) from public.mls_feed_object_ids f where f.portal_id = assign_object_ids.portal_id), 0)
      + row_number() over (order by k.listing_key collate "C")
  from (
    select coalesce(l.origin_key, 'MANUAL_' || l.id) as listing_key
    from public.mls_listing_syndications s join public.mls_listings l on l.id = s.listing_id
    where s.portal_id = assign_object_ids.portal_id
      and (s.status = 'ACTIVE' or s.next_attempt_at is not null and mls.unparked(s) = 'ACTIVE')
  ) k
  where not exists (
    select from public.mls_feed_object_ids f
    where f.portal_id = assign_object_ids.portal_id and f.listing_key = k.listing_key);
end $$;
comment on function mls.assign_object_ids(uuid) is
  'Gives the listings that are new in a feed their object ids: the greatest so far plus one, in ListingKey order.';

-- ===== the queue =====

-- ----- mls.allowed_deliveries(portal, wanted) -----
create function mls.allowed_deliveries(portal public.mls_portal_definitions, wanted integer) returns integer
language plpgsql set search_path = ''
as $$
declare
  per_minute constant double precision := (portal.config ->> 'deliveries_per_minute')::double precision;
  circuit mls.portal_circuits;
  granted integer := wanted;
begin
  select * into circuit from mls.portal_circuits c where c.portal_id = portal.id;
  if circuit.open_until > clock_timestamp() then
    return 0;
  elsif circuit.open_until is not null then
    -- half open: whoever moves open_until ahead is the one that tries
    update mls.portal_circuits c set open_until = clock_timestamp() + interval '30 seconds', tried_at = clock_timestamp()
    where c.portal_id = portal.id and c.open_until = circuit.open_until;
    return case when found then least(wanted, 1) else 0 end;
  end if;
  if per_minute is not null then
    insert into mls.portal_circuits (portal_id, tokens) values (portal.id, per_minute) on conflict do nothing;
    select least(per_minute, c.tokens + per_minute * extract(epoch from clock_timestamp() - c.refilled_at) / 60) into circuit.tokens
    from mls.portal_circuits c where c.portal_id = portal.id for update;
    granted := least(wanted, floor(circuit.tokens)::integer);
    update mls.portal_circuits c set tokens = circuit.tokens - granted, refilled_at = clock_timestamp() where c.portal_id = portal.id;
  end if;
  return granted;
end $$;
comment on function mls.allowed_deliveries(public.mls_portal_definitions, integer) is
  'How many of the wanted deliveries a portal may be given now: none while its circuit is open, one when it tries again, no more than deliveries_per_minute of its config.';

-- ----- mls.claim_deliveries(work, amount, lease_seconds, only_portal, parts) -----
create function mls.claim_deliveries(
  work text, amount integer, lease_seconds double precision, only_portal uuid default null, parts jsonb default '{}'
) returns setof jsonb
language plpgsql set search_path = ''
as $$
declare
  portal public.mls_portal_definitions;
  wanted integer;
  claimed jsonb;
  wanted_parts jsonb;
begin
  for portal in
    select p.* from public.mls_portal_definitions p
    where mls.worked_by(p.channel_type) = work and p.is_active and (p.phase <> 'PULL' or work = 'feeds')
      and (only_portal is null or p.id = only_portal)
      -- the first by index: "exists" may read all that waits for other portals
      and (select min(s.next_attempt_at) from public.mls_listing_syndications s where s.portal_id = p.id) <= clock_timestamp()
    order by random()
  loop
    wanted := mls.allowed_deliveries(portal, amount);
    continue when wanted < 1;

    with due as (
      select s.id, s.in_doubt, s.tenant_id, s.listing_id, s.leased_version, s.last_attempt_at,
        s.lease_token is not null and work = 'deliveries' as was_lost
      from public.mls_listing_syndications s
      where s.portal_id = portal.id and s.next_attempt_at <= (select clock_timestamp())
        and (s.leased_until is null or s.leased_until < clock_timestamp())
      order by s.next_attempt_at
      limit wanted
      for update skip locked
    ),
    leased as (
      update public.mls_listing_syndications s
      set lease_token = gen_random_uuid(), leased_until = clock_timestamp() + lease_seconds * interval '1 second',
          leased_version = s.desired_version, attempt_count = s.attempt_count + 1,
          own_faults = s.own_faults + case when s.lease_token is null then 0 else 1 end, last_attempt_at = clock_timestamp(),
          in_doubt = work = 'deliveries'
      from due where s.id = due.id
      returning s.id, due.in_doubt as was_in_doubt
    ),
    lost as (
      insert into public.mls_delivery_history (tenant_id, listing_id, portal_id, outcome, version, first_at)
      select due.tenant_id, due.listing_id, portal.id, 'lost', due.leased_version, due.last_attempt_at from due where due.was_lost
    )
    select jsonb_object_agg(id, was_in_doubt) into claimed from leased;
    continue when claimed is null;
    amount := amount - (select count(*) from jsonb_object_keys(claimed));

    wanted_parts := coalesce(parts -> (portal.config ->> case work when 'feeds' then 'format' else 'channel' end), '[]');
    if work = 'feeds' and exists (
      select from public.mls_listing_syndications s join public.mls_listings l on l.id = s.listing_id
      where s.id = any (array(select jsonb_object_keys(claimed)::uuid)) and mls.unparked(s) = 'ACTIVE'
        and not exists (select from public.mls_feed_object_ids o
                        where o.portal_id = portal.id and o.listing_key = coalesce(l.origin_key, 'MANUAL_' || l.id)))
    then
      perform mls.assign_object_ids(portal.id);
    end if;
    -- A statement of its own, thus with a newer snapshot than the lease: what it reads is at least as new as the
    -- version that was leased. The other way round an edit could be marked as sent unsent.
    return query
      select jsonb_build_object(
        'syndication_id', s.id, 'lease_token', s.lease_token, 'version', s.leased_version, 'listing_id', s.listing_id, 'attempt', s.attempt_count,
        'requested', s.requested_version is not null, 'changed_at', s.desired_at, 'state', s.state,
        'action', mls.delivery_action(s, l, portal, (claimed ->> s.id::text)::boolean), 'in_doubt', claimed -> s.id::text,
        'external_id', s.external_id, 'external_url', s.external_url,
        'payload_hash', s.last_payload_hash, 'media_hash', s.last_media_hash,
        'object_id', (select o.object_id from public.mls_feed_object_ids o
                      where o.portal_id = portal.id and o.listing_key = coalesce(l.origin_key, 'MANUAL_' || l.id)),
        'portal', jsonb_build_object('id', portal.id, 'code', portal.code, 'config', portal.config, 'market', t.code),
        'listing', mls.delivery_listing(l.id, coalesce(portal.config ->> 'photo_format', 'jpeg')),
        'contact', case when wanted_parts ? 'contact' then mls.delivery_contact(l) end,
        'served', case when wanted_parts ? 'served' then (
          select ('{' || v.doc || ',' || v.doc_gold || '}')::jsonb from public.served_property v where v.record_id = l.id and not v.is_deleted) end,
        'standard', case when wanted_parts ? 'standard' then mls.standard_record(l.id) end)
      from public.mls_listing_syndications s
      join public.mls_listings l on l.id = s.listing_id
      join public.mls_tenants t on t.id = s.tenant_id
      where s.id = any (array(select jsonb_object_keys(claimed)::uuid));
    exit when amount < 1;
  end loop;
end $$;
comment on function mls.claim_deliveries(text, integer, double precision, uuid, jsonb) is
  'Leases due deliveries of a job of the clock (mls.worked_by) and answers them with all that is needed to carry them out; parts names, by channel or format, what costs a look-up of its own: {"kyero-v3": ["contact"], "reso-json": ["served"]}. Never the same one to two workers while the lease lasts.';

-- ----- mls.finish_delivery(syndication_id, lease_token, result) -----
create function mls.finish_delivery(syndication_id uuid, lease_token uuid, result jsonb) returns boolean
language plpgsql set search_path = ''
as $$
declare
  outcome constant text := result ->> 'outcome';
  portal public.mls_portal_definitions;
  s public.mls_listing_syndications;
  hash_before text;
  wait double precision;
begin
  if outcome is null or outcome not in ('sent', 'unchanged', 'withdrawn', 'none', 'retry', 'refused') then
    raise exception 'unknown outcome of a delivery: %', outcome;
  end if;
  select * into s from public.mls_listing_syndications x where x.id = syndication_id for update;
  if not found or s.lease_token is distinct from finish_delivery.lease_token then
    return false;
  end if;
  select * into portal from public.mls_portal_definitions p where p.id = s.portal_id;

  hash_before := s.last_payload_hash;

  -- what is known of the other side counts whatever the outcome: a part may have been done
  s.external_id := coalesce(result ->> 'external_id', s.external_id);
  s.external_url := coalesce(result ->> 'external_url', s.external_url);
  s.last_payload_hash := coalesce(result ->> 'payload_hash', s.last_payload_hash);
  s.last_media_hash := coalesce(result ->> 'media_hash', s.last_media_hash);
  s.state := case when result ? 'state' then nullif(result -> 'state', 'null') else s.state end;
  if result ? 'payload_hash' then
    s.published_at := coalesce(s.published_at, clock_timestamp());
    s.removed_at := null;
  end if;
  s.in_doubt := coalesce((result ->> 'in_doubt')::boolean, false);
  s.lease_token := null;
  s.leased_until := null;
  s.updated_at := clock_timestamp();

  if outcome in ('retry', 'refused') then
    s.last_error_code := result ->> 'error_code';
    s.last_error := left(result ->> 'error', 1000);
    -- a portal in trouble is waited for, however long: only what the listing or the hub is at fault for parks it
    s.own_faults := case when coalesce(result ->> 'error_code', 'render_failed') = 'render_failed' then s.own_faults + 1 else 0 end;
    if outcome = 'refused' or s.own_faults >= coalesce((portal.config ->> 'max_attempts')::integer, 25) then
      s.status := 'FAILED';
      s.next_attempt_at := null;
    else
      -- full jitter between half and the whole of the step, never before the portal wants to hear from us
      wait := least(coalesce((portal.config ->> 'backoff_cap_seconds')::double precision, 3600),
        coalesce((portal.config ->> 'backoff_seconds')::double precision, 5) * 2 ^ least(s.attempt_count - 1, 20)) * (0.5 + random() / 2);
      s.next_attempt_at := clock_timestamp()
        + greatest(wait, coalesce((result ->> 'retry_after_seconds')::double precision, 0)) * interval '1 second';
    end if;
  else
    s.pushed_version := s.leased_version;
    s.next_attempt_at := case when s.desired_version > s.leased_version then clock_timestamp() end;
    s.attempt_count := 0;
    s.own_faults := 0;
    s.last_error_code := null;
    s.last_error := null;
    s.last_success_at := clock_timestamp();
    if outcome <> 'none' and s.requested_version <= s.leased_version then
      s.requested_version := null;
    end if;
    if outcome = 'withdrawn' then
      s.removed_at := clock_timestamp();
      s.last_payload_hash := null; -- coming back is a change even where the listing is the same
    end if;
  end if;

  if s.status = 'FAILED' and outcome not in ('retry', 'refused') then
    -- it was parked and made due all the same: what it wanted is done, and the switch asks for nothing more
    update public.mls_listing_syndications x set status = mls.unparked(x) where x.id = s.id;
    if s.pushed_version = s.desired_version then
      s.pushed_version := s.desired_version + 1;
    end if;
  end if;
  update public.mls_listing_syndications x set
    external_id = s.external_id, external_url = s.external_url, last_payload_hash = s.last_payload_hash,
    last_media_hash = s.last_media_hash, state = s.state, requested_version = s.requested_version, published_at = s.published_at, removed_at = s.removed_at, in_doubt = s.in_doubt,
    lease_token = null, leased_until = null, updated_at = s.updated_at, last_error_code = s.last_error_code,
    last_error = s.last_error, next_attempt_at = s.next_attempt_at, pushed_version = s.pushed_version,
    attempt_count = s.attempt_count, own_faults = s.own_faults, last_success_at = s.last_success_at
  where x.id = s.id;
  if s.status = 'FAILED' and outcome in ('retry', 'refused') then
    update public.mls_listing_syndications x set status = 'FAILED' where x.id = s.id;
  end if;
  if result ? 'pushed_values' then
    perform mls.note_pushed_values(s.listing_id, result -> 'pushed_values');
  end if;
  perform mls.note_delivery(s, result, hash_before);
  perform mls.note_portal_health(portal, outcome, (result ->> 'retry_after_seconds')::double precision, s.last_attempt_at);
  return true;
end $$;
comment on function mls.finish_delivery(uuid, uuid, jsonb) is
  'Reports a delivery: {outcome: sent|unchanged|withdrawn|none|retry|refused, external_id?, external_url?, payload_hash?, media_hash?, state?, in_doubt?, error_code?, error?, retry_after_seconds?, pushed_values?, calls?, told?, status?}; the last three are for mls_delivery_history. False when the lease was lost: then nothing is written.';

-- ----- mls.note_portal_health(portal, outcome, retry_after_seconds, begun_at) -----
create function mls.note_portal_health(
  portal public.mls_portal_definitions, outcome text, retry_after_seconds double precision, begun_at timestamptz default null
) returns void
language plpgsql set search_path = ''
as $$
declare
  threshold constant integer := coalesce((portal.config ->> 'circuit_failures')::integer, 10);
  base constant double precision := coalesce((portal.config ->> 'circuit_seconds')::double precision, 5);
  cap constant double precision := greatest(base, coalesce((portal.config ->> 'circuit_cap_seconds')::double precision, 300));
begin
  if outcome = 'retry' then
    insert into mls.portal_circuits as c (portal_id) values (portal.id) on conflict do nothing;
    -- of two that fail at once the second has to see that the first has opened it
    perform from mls.portal_circuits c where c.portal_id = portal.id for no key update;
    -- Calls that were under way when it opened tell nothing new: however many they are, it stays open as long. They are all
    -- but the one that tries; that a call began after it opened says nothing, for it was allowed before.
    update mls.portal_circuits c set open_until = greatest(c.open_until, clock_timestamp() + interval '1 second' * retry_after_seconds)
    where c.portal_id = portal.id and c.open_until is not null and begun_at is not null and (c.tried_at is null or begun_at < c.tried_at);
    if found then
      return;
    end if;
    update mls.portal_circuits c set
      failures = c.failures + 1,
      tried_at = null,
      opened_at = case when c.failures + 1 >= threshold then clock_timestamp() else c.opened_at end,
      open_until = case when c.failures + 1 >= threshold then clock_timestamp() + interval '1 second'
        * greatest(coalesce(retry_after_seconds, 0), least(cap, base * 2 ^ least(c.failures + 1 - threshold, 20))) else c.open_until end
    where c.portal_id = portal.id;
  elsif outcome in ('sent', 'withdrawn') then
    update mls.portal_circuits c set failures = 0, open_until = null, tried_at = null where c.portal_id = portal.id and c.failures > 0;
  end if;
end $$;
comment on function mls.note_portal_health(public.mls_portal_definitions, text, double precision, timestamptz) is
  'Counts failures in a row of a portal. After circuit_failures (10) of them its circuit opens for circuit_seconds (5), then for twice as long each time it tries in vain, at most circuit_cap_seconds (300). Attempts that were under way when it opened do not count.';

-- ----- mls.park_exhausted() -----
create function mls.park_exhausted() returns integer
language plpgsql set search_path = ''
as $$
declare
  amount integer;
begin
  with exhausted as (
    select s.id, s.tenant_id, s.listing_id, s.portal_id, s.leased_version, s.last_attempt_at, mls.worked_by(p.channel_type) = 'deliveries' as was_sent
    from public.mls_listing_syndications s join public.mls_portal_definitions p on p.id = s.portal_id
    where s.next_attempt_at <= (select clock_timestamp()) and s.status <> 'FAILED'
      and s.lease_token is not null and s.leased_until < clock_timestamp()
      and s.own_faults + 1 >= coalesce((p.config ->> 'max_attempts')::integer, 25)
    for update of s skip locked
  ),
  lost as (
    insert into public.mls_delivery_history (tenant_id, listing_id, portal_id, outcome, version, first_at, error_code)
    select e.tenant_id, e.listing_id, e.portal_id, 'lost', e.leased_version, e.last_attempt_at, 'gave_up' from exhausted e where e.was_sent
  ),
  parked as (
    update public.mls_listing_syndications s
    set status = 'FAILED', next_attempt_at = null, lease_token = null, leased_until = null,
        last_error_code = 'gave_up', last_error = coalesce(s.last_error, 'The worker ended each time before it could report.')
    from exhausted where s.id = exhausted.id
    returning s.id
  )
  select count(*)::integer into amount from parked;
  return amount;
end $$;
comment on function mls.park_exhausted() is
  'Parks deliveries whose workers never came back: one listing that ends its worker each time must not do so for ever.';

-- ===== what operators do =====

-- ----- mls.make_due(syndications, in_doubt) -----
create function mls.make_due(syndications uuid[], in_doubt boolean) returns integer
language plpgsql set search_path = ''
as $$
declare
  made_due integer;
begin
  perform mls.lock_deliveries(syndications);
  update public.mls_listing_syndications s
  set desired_version = s.desired_version + 1, desired_at = clock_timestamp(), next_attempt_at = clock_timestamp(), attempt_count = 0, own_faults = 0,
      in_doubt = s.in_doubt or make_due.in_doubt, removed_at = case when not make_due.in_doubt then s.removed_at end,
      last_payload_hash = case when not make_due.in_doubt then s.last_payload_hash end,
      last_media_hash = case when not make_due.in_doubt then s.last_media_hash end, updated_at = clock_timestamp()
  where s.id = any (syndications);
  get diagnostics made_due = row_count;
  update public.mls_listing_syndications s set status = mls.unparked(s) where s.id = any (syndications) and s.status = 'FAILED';
  return made_due;
end $$;
comment on function mls.make_due(uuid[], boolean) is
  'Makes deliveries due, parked ones as what they wanted before. In doubt: nothing that is remembered of the portal counts, so it is asked first.';
grant execute on function mls.make_due(uuid[], boolean) to service_role;

-- ----- mls.redeliver(portal, since) -----
create function mls.redeliver(portal text, since timestamptz default null) returns integer
language plpgsql set search_path = ''
as $$
declare
  portals constant uuid[] := array(
    select p.id from public.mls_portal_definitions p
    where (p.code = redeliver.portal or p.id = mls.try_uuid(redeliver.portal)) and mls.worked_by(p.channel_type) is not null);
begin
  if portals = '{}' then
    raise exception 'There is no portal % that is delivered to: name its code or its id.', coalesce(redeliver.portal, 'null') using errcode = '22023';
  end if;
  return mls.make_due(array(
    select s.id from public.mls_listing_syndications s
    where s.portal_id = any (portals) and (s.published_at is not null or s.status in ('ACTIVE', 'FAILED'))
      and (since is null or s.status = 'FAILED' or s.last_attempt_at >= since)), true);
end $$;
comment on function mls.redeliver(text, timestamptz) is
  'A portal (code, of all markets, or id) lost what it was sent: brings everything there again, or what was attempted since a time and all that is parked. The portal is asked first, so nothing is doubled; what left it is withdrawn again. Answers how many deliveries are due. 22023 where there is no such portal.';
grant execute on function mls.redeliver(text, timestamptz) to service_role;

-- ----- mls.redeliver(portal, since) by id -----
create function mls.redeliver(portal uuid, since timestamptz default null) returns integer
language sql set search_path = ''
as $$ select mls.redeliver(portal::text, since) $$;
comment on function mls.redeliver(uuid, timestamptz) is 'The same for one portal, by its id.';
grant execute on function mls.redeliver(uuid, timestamptz) to service_role;

-- ----- mls.redeliver_failures(portal, error_code, tenant_id) -----
create function mls.redeliver_failures(portal text default null, error_code text default null, tenant_id uuid default null) returns integer
language plpgsql set search_path = ''
as $$
declare
  failed constant uuid[] := array(
    select s.id from public.mls_listing_syndications s join public.mls_portal_definitions p on p.id = s.portal_id
    where s.last_error_code is not null and (s.status = 'FAILED' or s.next_attempt_at is not null) and mls.worked_by(p.channel_type) is not null
      and (redeliver_failures.portal is null or p.code = redeliver_failures.portal or p.id = mls.try_uuid(redeliver_failures.portal))
      and (redeliver_failures.error_code is null or s.last_error_code = redeliver_failures.error_code)
      and (redeliver_failures.tenant_id is null or s.tenant_id = redeliver_failures.tenant_id));
  made_due integer;
begin
  made_due := mls.make_due(failed, false);
  update mls.portal_circuits c set failures = 0, open_until = null
  where c.portal_id = any (array(select distinct s.portal_id from public.mls_listing_syndications s where s.id = any (failed)));
  return made_due;
end $$;
comment on function mls.redeliver_failures(text, text, uuid) is
  'Something is mended: tries all that is parked, or waits after a failure, again now; of one portal (code or id), of one error code, of one market. Closes the circuits of their portals. Answers how many.';
grant execute on function mls.redeliver_failures(text, text, uuid) to service_role;

-- ----- mls.recover_deliveries() -----
create function mls.recover_deliveries() returns integer
language sql set search_path = ''
as $$
  select mls.make_due(array(
    select s.id from public.mls_listing_syndications s join public.mls_portal_definitions p on p.id = s.portal_id
    where mls.worked_by(p.channel_type) = 'deliveries'), true)
    + mls.make_due(array(
    select s.id from public.mls_listing_syndications s join public.mls_portal_definitions p on p.id = s.portal_id
    where mls.worked_by(p.channel_type) = 'feeds'), false)
$$;
comment on function mls.recover_deliveries() is
  'The database was set back: makes every delivery due, and each asks its portal what is there before it sends. Feeds are rendered anew. Answers how many deliveries are due.';
grant execute on function mls.recover_deliveries() to service_role;

-- ===== dry run =====

-- ----- mls_dry_run_deliveries: what the recording adapter would have sent -----
create table public.mls_dry_run_deliveries (
  id bigint generated always as identity primary key,
  syndication_id uuid not null references public.mls_listing_syndications (id) on delete cascade,
  operation text not null check (operation in ('create', 'update', 'withdraw', 'media')),
  payload jsonb not null,
  recorded_at timestamptz not null default clock_timestamp()
);
comment on table public.mls_dry_run_deliveries is 'Payloads recorded instead of sent, where no adapter is configured. Kept 30 days.';
create index mls_dry_run_deliveries_syndication on public.mls_dry_run_deliveries (syndication_id, id);
create index mls_dry_run_deliveries_recorded on public.mls_dry_run_deliveries (recorded_at);
alter table public.mls_dry_run_deliveries enable row level security;
alter table public.mls_dry_run_deliveries force row level security;
grant select, insert, delete on public.mls_dry_run_deliveries to service_role;
