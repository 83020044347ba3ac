-- Pictures whose address is over, or that came inside an answer and are here no longer: their source is asked for them anew.
--
--   copy fails with a reason that asks the source --> mls.wanted_addresses --clock--> a run MEDIA of the source reads the pictures
--   of these listings --> a new address restarts the copy ; a stored picture leaves the list
--
-- Who cannot be asked (what batches bring) is told by GET F/ingest/addresses what to send again.

-- ----- mls.want_addresses(uuid[]) -----
create function mls.want_addresses(media uuid[]) returns void
language sql volatile set search_path = ''
as $$
  insert into mls.wanted_addresses as w (media_id, office_key)
  select m.id, m.originating_office_key from public.mls_listing_media m
  where m.id = any (media) and m.storage_path is null and m.originating_office_key is not null
  order by m.id
  on conflict (media_id) do update set asked = 0, due_at = clock_timestamp() + interval '6 hours' where w.due_at = 'infinity'
$$;
comment on function mls.want_addresses(uuid[]) is
  'Notes that the source is to be asked for these pictures. One that it was asked for before is asked for again when its time comes; one that was given up, and whose new address failed too, some hours later.';

-- ----- mls.media_without_address(text) -----
create function mls.media_without_address(office text)
returns table (media_id uuid, listing_key text, media_key text, asked integer, wanted_since timestamptz, due_at timestamptz)
language sql stable set search_path = ''
as $$
  select m.id, m.resource_record_key, m.origin_media_key, w.asked, w.wanted_since, w.due_at
  from mls.wanted_addresses w
  join public.mls_listing_media m on m.id = w.media_id
  left join public.mls_media_jobs j on j.media_id = m.id
  join mls.media_faults f on f.asks_source
    -- of what waits, why its last attempt failed; of what waits no more, why it was given up
    and f.code = case when j.id is null then split_part(m.copy_error, ':', 1) when j.sha256 is null then j.last_error_code end
  where w.office_key = office and mls.wants_copy(m)
$$;
comment on function mls.media_without_address(text) is
  'Pictures of an office that need a fresh address now: not those that got one since and wait for their copy.';

-- ----- mls.take_wanted_addresses(uuid, uuid, integer) -----
create function mls.take_wanted_addresses(run_id uuid, token uuid, most integer) returns text[]
language plpgsql volatile security definer set search_path = ''
as $$
declare
  office text;
  taken text[];
begin
  select s.office_key into office from public.mls_source_runs r join public.mls_sources s on s.id = r.source_id
  where r.id = run_id and r.lease_token = token;
  if not found then
    return null;
  end if;
  taken := array(
    select n.listing_key from mls.media_without_address(office) n
    group by 1 having min(n.due_at) <= clock_timestamp() order by min(n.due_at), 1 limit most);
  update mls.wanted_addresses w set
    asked = w.asked + 1,
    due_at = case when w.asked < 5 then clock_timestamp() + least(interval '6 hours', interval '2 minutes' * 4 ^ w.asked) else 'infinity' end
  from mls.media_without_address(office) n where n.media_id = w.media_id and n.listing_key = any (taken);
  return taken;
end $$;
comment on function mls.take_wanted_addresses(uuid, uuid, integer) is
  'Listings of which a source''s run asks for the pictures now, and notes that it does: what it does not get it asks for again after 2 minutes, 8, half an hour, two, six; after the sixth time the next ordinary reading is waited for. Null when the lease is lost.';

-- ----- mls.queue_wanted_addresses(text[]) -----
create function mls.queue_wanted_addresses(providers text[]) returns integer
language plpgsql volatile set search_path = ''
as $$
declare
  source public.mls_sources;
  queued integer := 0;
begin
  for source in
    select s.* from public.mls_sources s
    where s.enabled and s.paused_reason is null and s.provider = any (providers) and s.marks <> '{}'
      and (s.open_until is null or s.open_until <= clock_timestamp())
      and (select min(w.due_at) from mls.wanted_addresses w where w.office_key = s.office_key) <= clock_timestamp()
      and exists (select from mls.media_without_address(s.office_key) n where n.due_at <= clock_timestamp())
  loop
    if mls.queue_source_run(source, 'MEDIA', 'schedule', null, false) is not null then
      queued := queued + 1;
    end if;
  end loop;
  return queued;
end $$;
comment on function mls.queue_wanted_addresses(text[]) is
  'Queues a run MEDIA of each source of these providers, enabled and with its circuit closed, whose pictures need fresh addresses; answers how many.';

-- ----- mls.ingest_addresses(jsonb, jsonb) -----
create function mls.ingest_addresses(request jsonb, context jsonb) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  office jsonb := mls.run_office(request, context);
begin
  if office ->> 'status' <> '200' then
    return office;
  end if;
  return jsonb_build_object('status', 200, 'answer', jsonb_build_object('media', coalesce((
    select jsonb_agg(jsonb_build_object('media_key', n.media_key, 'listing_key', n.listing_key, 'wanted_since', n.wanted_since)
      order by n.wanted_since, n.listing_key, n.media_key)
    from (
      select x.* from mls.media_without_address(office ->> 'office_key') x
      order by x.wanted_since, x.listing_key, x.media_key limit coalesce((request ->> 'limit')::integer, 1000)) n), '[]')));
end $$;
comment on function mls.ingest_addresses(jsonb, jsonb) is
  'Pictures of an office that need a fresh address, for who sends its batches: {office_key, limit?} gives {media: [{media_key, listing_key, wanted_since}]}, the oldest first. Security definer: doors call it.';

grant execute on function mls.want_addresses(uuid[]), mls.media_without_address(text), mls.take_wanted_addresses(uuid, uuid, integer),
  mls.queue_wanted_addresses(text[]), mls.ingest_addresses(jsonb, jsonb) to service_role;
