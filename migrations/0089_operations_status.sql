-- The figures of /admin/status.

-- ----- mls.operations_status(uuid) -----
create function mls.operations_status(market uuid default null) returns jsonb
language plpgsql stable set search_path = ''
as $$
begin
  return jsonb_build_object(
    'now', clock_timestamp(),
    'media', mls.media_status(market),
    'portals', coalesce((
      select jsonb_agg(jsonb_build_object(
        'market', t.code, 'portal', p.code, 'channel', p.channel_type, 'active', p.is_active, 'phase', p.phase,
        'listings', s.by_status, 'due', s.due, 'oldest_due', s.oldest_due, 'leased', s.leased, 'errors', s.errors,
        'circuit', (select jsonb_build_object('failures', c.failures, 'open_until', c.open_until)
                    from mls.portal_circuits c where c.portal_id = p.id)) order by t.code, p.code)
      from public.mls_portal_definitions p
      join public.mls_tenants t on t.id = p.tenant_id
      cross join lateral (
        select coalesce((select jsonb_object_agg(status, n) from (
            select x.status, count(*) as n from public.mls_listing_syndications x where x.portal_id = p.id group by 1) b), '{}') as by_status,
          coalesce((select jsonb_object_agg(code, n) from (
            select x.last_error_code as code, count(*) as n from public.mls_listing_syndications x
            where x.portal_id = p.id and x.last_error_code is not null group by 1) b), '{}') as errors,
          (select count(*) from public.mls_listing_syndications x where x.portal_id = p.id and x.next_attempt_at <= (select clock_timestamp())) as due,
          (select min(x.next_attempt_at) from public.mls_listing_syndications x where x.portal_id = p.id) as oldest_due,
          (select count(*) from public.mls_listing_syndications x where x.portal_id = p.id and x.leased_until > clock_timestamp()) as leased
      ) s
      where market is null or t.id = market), '[]'),
    'sources', coalesce((
      select jsonb_agg(to_jsonb(r)) from (
        select distinct on (source, office_key, resource) source, office_key, resource, mode, status, started_at, finished_at, totals
        from public.mls_ingest_runs where market is null or tenant_id = market order by source, office_key, resource, started_at desc) r), '[]'),
    'quarantine', (select count(*) from public.mls_ingest_quarantine q where q.settled_at is null and (market is null or q.tenant_id = market)),
    'schedules', coalesce((
      select jsonb_agg(jsonb_build_object('job', job, 'cron', cron, 'enabled', enabled, 'running_since', running_since,
        'last_run_at', last_run_at, 'last_status', last_status, 'last_result', last_result, 'next_run_at', next_run_at,
        'never_ran', enabled and last_run_at is null,
        'missed', enabled and coalesce(next_run_at < clock_timestamp() - interval '10 minutes', false)) order by job)
      from public.mls_schedules), '[]'),
    'feeds', coalesce((
      select jsonb_agg(jsonb_build_object('portal_id', f.portal_id, 'objects', f.object_count, 'max_objects', f.max_objects,
        'cut', coalesce(greatest(f.object_count - f.max_objects, 0), 0), 'built_at', f.built_at, 'checked_at', f.checked_at))
      from (select distinct on (portal_id) * from public.mls_feed_snapshots order by portal_id, id desc) f
      join public.mls_portal_definitions p on p.id = f.portal_id and (market is null or p.tenant_id = market)), '[]'),
    'webhooks', case when market is null then coalesce((
      select jsonb_agg(jsonb_build_object('client_id', c.client_id, 'id', w.id, 'resource', w.resource, 'host', mls.host_of(w.url),
        'status', w.status, 'disabled_reason', w.disabled_reason, 'failing_since', w.failing_since, 'waiting', m.waiting,
        'oldest_due', m.oldest_due, 'failed', m.failed) order by c.client_id, w.created_at)
      from public.mls_webhook_subscriptions w join public.mls_api_clients c on c.id = w.client_id
      cross join lateral (
        select count(*) filter (where x.status = 'PENDING') as waiting, count(*) filter (where x.status = 'FAILED') as failed,
          min(x.next_attempt_at) as oldest_due
        from public.mls_webhook_messages x where x.subscription_id = w.id and x.status <> 'DELIVERED') m), '[]') end,
    'alerts', coalesce((
      select jsonb_agg(jsonb_build_object('code', code, 'subject', subject, 'level', level, 'message', message, 'opened_at', opened_at) order by opened_at)
      from public.mls_alerts a
      where a.resolved_at is null and (market is null or split_part(a.subject, '/', 1) = (select t.code from public.mls_tenants t where t.id = market)
        or exists (select from public.mls_offices o where o.tenant_id = market and o.office_key = any (string_to_array(a.subject, '/'))))), '[]')
  );
end $$;
comment on function mls.operations_status(uuid) is
  'Everything /admin/status shows: portals and queues, sources, schedules, feeds, open alerts; with a tenant id that market''s alone.';
