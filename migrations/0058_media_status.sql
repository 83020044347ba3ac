-- Pictures under watch: figures, alerts, and why one is shown as it is.

-- ----- mls.media_status(uuid) -----
create function mls.media_status(market uuid default null) returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object(
    'files', (
      select jsonb_build_object('ready', count(*) filter (where f.status = 'ready'), 'copied', count(*) filter (where f.status in ('copied', 'suspect')),
        'failed', count(*) filter (where f.status = 'failed'), 'to_be_removed', count(*) filter (where f.remove_after is not null),
        'original_bytes', coalesce(sum(f.bytes), 0),
        'variant_bytes', coalesce(sum((select sum((v.value ->> 'bytes')::bigint) from jsonb_each(f.variants) v)), 0))
      from public.mls_media_files f where market is null or f.tenant_id = market),
    'pictures', coalesce((
      select jsonb_object_agg(p.copy_status, p.n) from (
        select m.copy_status, count(*) as n from public.mls_listing_media m
        where m.media_category in ('image', 'floorplan') and (market is null or m.tenant_id = market) group by 1) p), '{}'),
    'queue', coalesce((
      select jsonb_object_agg(q.kind, jsonb_build_object('waiting', q.waiting, 'due', q.due, 'oldest_due', q.oldest_due, 'errors', q.errors))
      from (
        select k.kind,
          (select count(*) from public.mls_media_jobs j where j.kind = k.kind and (market is null or j.tenant_id = market)) as waiting,
          (select count(*) from public.mls_media_jobs j where j.kind = k.kind and j.next_attempt_at <= (select clock_timestamp()) and (market is null or j.tenant_id = market)) as due,
          (select min(j.next_attempt_at) from public.mls_media_jobs j where j.kind = k.kind and j.next_attempt_at <= (select clock_timestamp()) and (market is null or j.tenant_id = market)) as oldest_due,
          coalesce((select jsonb_object_agg(e.code, e.n) from (
            select j.last_error_code as code, count(*) as n from public.mls_media_jobs j
            where j.kind = k.kind and j.last_error_code is not null and (market is null or j.tenant_id = market) group by 1) e), '{}') as errors
        from (values ('copy'), ('variants')) k (kind)) q), '{}'),
    'fresh_addresses', (
      select jsonb_build_object('wanted', count(*) filter (where w.due_at < 'infinity'), 'given_up', count(*) filter (where w.due_at = 'infinity'))
      from mls.wanted_addresses w join public.mls_listing_media m on m.id = w.media_id where market is null or m.tenant_id = market),
    'failed', coalesce((
      select jsonb_agg(jsonb_build_object('host', x.host, 'code', x.code, 'pictures', x.n) order by x.n desc, x.host) from (
        select mls.media_lane(m.source_url, '{}') as host, split_part(m.copy_error, ':', 1) as code, count(*) as n
        from public.mls_listing_media m
        where m.copy_status = 'failed' and (market is null or m.tenant_id = market) group by 1, 2 order by 3 desc limit 50) x), '[]'),
    'hosts', coalesce((
      select jsonb_agg(jsonb_build_object('host', l.lane, 'failures', l.failures, 'open_until', l.open_until) order by l.lane)
      from mls.media_lanes l where l.failures > 0 and market is null), '[]'),
    'workers', coalesce((
      select jsonb_agg(jsonb_build_object('worker', w.worker, 'started_at', w.started_at, 'seen_at', w.seen_at, 'made', w.made,
        'failed', w.failed, 'busy_seconds', w.busy_seconds) order by w.started_at)
      from mls.media_workers w where market is null), '[]'),
    'has_worker', mls.has_media_worker())
$$;
comment on function mls.media_status(uuid) is
  'Pictures in figures: files (bytes of originals and of what is published), pictures by state, the queue with its oldest due, pictures that only their source can help (fresh_addresses: it is asked, or was in vain), failures by host and reason, hosts that rest, workers. With a tenant id that market''s alone, without hosts and workers.';

-- ----- mls.media_alerts() -----
create function mls.media_alerts() returns table (code text, subject text, level text, message text)
language sql stable set search_path = ''
as $$
  select 'media_overdue', t.code, 'warning', format('%s pictures wait for their copy, the oldest since %s.', count(*), min(j.next_attempt_at))
  from public.mls_media_jobs j join public.mls_tenants t on t.id = j.tenant_id
  where j.kind = 'copy' and j.next_attempt_at < (select clock_timestamp()) - interval '30 minutes'
  group by t.code
  union all
  select 'variants_waiting', 'worker', 'warning', format('%s pictures wait for their sizes since %s, and %s.', count(*), min(j.asked_at),
    case when mls.has_media_worker() then 'the workers do not keep up' else 'no worker has been seen: start npm run worker' end)
  from public.mls_media_jobs j
  where j.kind = 'variants' and j.asked_at < clock_timestamp() - interval '30 minutes'
  having count(*) > 0
  union all
  select 'media_host_unreachable', l.lane, 'warning', format('%s requests failed in a row; trying again at %s.', l.failures, l.open_until)
  from mls.media_lanes l where l.open_until is not null and l.failures >= 10
  union all
  select 'media_failing', t.code || '/' || m.originating_office_key, 'warning',
    format('%s of %s pictures could not be copied: %s.', count(*) filter (where m.copy_status = 'failed'), count(*),
      string_agg(distinct split_part(m.copy_error, ':', 1), ', ') filter (where m.copy_status = 'failed'))
  from public.mls_listing_media m join public.mls_tenants t on t.id = m.tenant_id
  where m.media_category in ('image', 'floorplan') and m.copy_status in ('stored', 'failed')
  group by t.code, m.originating_office_key
  having count(*) filter (where m.copy_status = 'failed') > greatest(10, count(*) / 10)
$$;
comment on function mls.media_alerts() is
  'What is wrong with pictures: media_overdue, variants_waiting, media_host_unreachable, media_failing (more than a tenth of an office''s).';

-- ----- mls.explain_media(text, uuid) -----
create function mls.explain_media(wanted text, market uuid default null) returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_agg(jsonb_build_object(
    'media_key', m.media_key, 'listing_key', coalesce(l.origin_key, 'MANUAL_' || l.id), 'category', m.media_category, 'status', m.copy_status,
    'shown', m.is_servable, 'shown_address', m.media_url, 'source_host', mls.media_lane(m.source_url, '{}'),
    'why', case
      when m.media_category not in ('image', 'floorplan') then 'Only pictures are copied.'
      when m.origin_deleted then 'Its source withdrew it.'
      when m.is_hidden then 'It was hidden here.'
      when not m.is_distributable then 'It may not be given on.'
      when mls.is_held_back(m) then format('Its source keeps it for a closed circle (Permission %s).', m.extensions ->> 'Permission')
      when m.listing_id is null then 'Its listing is not here yet.'
      when m.copy_status = 'stored' then 'It is stored here.'
      when m.copy_status = 'forbidden' then 'Its source forbids links, and its rules want no copy.'
      when m.copy_status = 'linked' then case when mls.wants_copy(m) then 'The rules of its source want no copy.' else 'It has no address that could be fetched.' end
      when m.copy_status = 'failed' then (select f.meaning from mls.media_faults f where f.code = split_part(m.copy_error, ':', 1))
      when j.sha256 is not null then case when mls.has_media_worker() then 'It is copied and waits for its sizes.' else 'It is copied; no worker makes sizes.' end
      when j.last_error_code in (select f.code from mls.media_faults f where f.asks_source) then 'Its address is over: its source is asked for a fresh one.'
      when x.open_until > clock_timestamp() then 'Its host rests after failures.'
      else 'It waits for its copy.' end,
    'error', m.copy_error, 'rules', mls.media_rules(m.originating_office_key, m.origin_system) - 'source_id',
    'attempts', j.attempts, 'next_attempt_at', nullif(j.next_attempt_at, 'infinity'), 'last_error', j.last_error_code || ': ' || j.last_error,
    'fresh_address', (select jsonb_build_object('wanted_since', w.wanted_since, 'asked', w.asked, 'due_at', nullif(w.due_at, 'infinity'))
      from mls.wanted_addresses w where w.media_id = m.id),
    'file', (select jsonb_build_object('sha256', f.sha256, 'bytes', f.bytes, 'mime_type', f.mime_type, 'status', f.status, 'flags', f.flags,
        'width', f.width, 'height', f.height, 'remove_after', f.remove_after)
      from public.mls_media_files f where f.tenant_id = m.tenant_id and f.sha256 = coalesce(m.file_sha256, j.sha256))
    ) order by m.display_order, m.seq)
  from public.mls_listing_media m
  left join public.mls_listings l on l.id = m.listing_id
  left join public.mls_media_jobs j on j.media_id = coalesce(m.shared_from, m.id)
  left join mls.media_lanes x on x.lane = j.lane
  where (m.media_key = wanted or m.id = mls.try_uuid(wanted) or l.origin_key = wanted or l.id = mls.try_uuid(wanted))
    and (explain_media.market is null or m.tenant_id = explain_media.market)
$$;
comment on function mls.explain_media(text, uuid) is
  'What became of a picture (id or MediaKey), or of all of a listing (id or ListingKey), and why; null where there is none. Addresses of sources are named by their host only: they may hold keys.';

grant execute on function mls.media_status(uuid), mls.media_alerts(), mls.explain_media(text, uuid) to service_role;
