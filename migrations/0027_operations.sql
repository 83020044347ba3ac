-- Operations: alerts, what the hub forgets and when, and the figures of /admin/status.

-- ===== alerts =====

-- ----- mls_alerts: what is wrong, from when until when -----
create table public.mls_alerts (
  id bigint generated always as identity primary key,
  code text not null,
  subject text not null,
  level text not null check (level in ('warning', 'critical')),
  message text not null,
  opened_at timestamptz not null default clock_timestamp(),
  seen_at timestamptz not null default clock_timestamp(),
  resolved_at timestamptz,
  announced_at timestamptz
);
comment on table public.mls_alerts is 'Thresholds that were broken: one open row per code and subject, resolved by the job health when the reason is gone.';
create unique index mls_alerts_open on public.mls_alerts (code, subject) where resolved_at is null;
create index mls_alerts_opened on public.mls_alerts (opened_at);
alter table public.mls_alerts enable row level security;
alter table public.mls_alerts force row level security;
grant select, insert, update, delete on public.mls_alerts to service_role;

-- ----- mls.alert_conditions() -----
create function mls.alert_conditions() returns table (code text, subject text, level text, message text)
language sql stable set search_path = ''
as $$
  select 'queue_overdue', t.code || '/' || p.code, 'critical',
    format('%s deliveries are due, the oldest since %s.', count(*), min(s.next_attempt_at))
  from public.mls_listing_syndications s
  join public.mls_portal_definitions p on p.id = s.portal_id and p.is_active and p.channel_type in ('API', 'FEED')
    and (p.phase <> 'PULL' or p.channel_type = 'FEED')
  join public.mls_tenants t on t.id = p.tenant_id
  where s.next_attempt_at < clock_timestamp() - case p.channel_type when 'FEED' then interval '45 minutes' else interval '15 minutes' end
  group by t.code, p.code
  union all
  select 'deliveries_failed', t.code || '/' || p.code, 'warning',
    format('%s listings are parked: %s.', count(*), string_agg(distinct s.last_error_code, ', '))
  from public.mls_listing_syndications s
  join public.mls_portal_definitions p on p.id = s.portal_id
  join public.mls_tenants t on t.id = p.tenant_id
  where s.status = 'FAILED'
  group by t.code, p.code
  union all
  select 'portal_unreachable', t.code || '/' || p.code, 'critical',
    format('%s deliveries failed in a row; trying again at %s.', c.failures, c.open_until)
  from mls.portal_circuits c join public.mls_portal_definitions p on p.id = c.portal_id join public.mls_tenants t on t.id = p.tenant_id
  where c.open_until is not null
  union all
  select 'schedule_missed', s.job, 'critical', format('The job was due at %s and has not run.', s.next_run_at)
  from public.mls_schedules s where s.enabled and s.next_run_at < clock_timestamp() - interval '10 minutes'
  union all
  select 'schedule_failed', s.job, 'warning', format('The last run, at %s, ended as %s.', s.last_run_at, s.last_status)
  from public.mls_schedules s where s.enabled and s.last_status in ('failed', 'lost')
  union all
  select 'feed_refused', s.last_result ->> 'refused', 'critical', 'A feed was not replaced: see the last result of the job feeds.'
  from public.mls_schedules s where s.job = 'feeds' and s.last_result ? 'refused'
  union all
  select 'source_silent', r.source || '/' || r.office_key || '/' || r.resource, 'warning',
    format('The last run was finished at %s.', max(r.finished_at))
  from public.mls_ingest_runs r where r.status = 'finished'
  group by r.source, r.office_key, r.resource
  having max(r.finished_at) < clock_timestamp() - interval '36 hours'
  union all
  select 'quarantine_filling', coalesce(q.office_key, 'unknown office'), 'warning', format('%s records were rejected within a day.', count(*))
  from public.mls_ingest_quarantine q where q.last_seen_at > clock_timestamp() - interval '1 day' and q.settled_at is null
  group by q.office_key having count(*) > 100
$$;
comment on function mls.alert_conditions() is 'What is wrong at this moment, one row per code and subject.';

-- ----- mls.check_health() -----
create function mls.check_health() returns jsonb
language plpgsql set search_path = ''
as $$
declare
  opened jsonb;
  resolved integer;
begin
  with current_conditions as materialized (select * from mls.alert_conditions()),
  ended as (
    update public.mls_alerts a set resolved_at = clock_timestamp()
    where a.resolved_at is null
      and not exists (select from current_conditions c where c.code = a.code and c.subject = a.subject)
    returning 1
  ),
  kept as (
    insert into public.mls_alerts as a (code, subject, level, message)
    select c.code, c.subject, c.level, c.message from current_conditions c
    on conflict (code, subject) where resolved_at is null do update
      set seen_at = clock_timestamp(), level = excluded.level, message = excluded.message
    returning a.*
  )
  select (select count(*) from ended),
    (select jsonb_agg(jsonb_build_object('id', k.id, 'code', k.code, 'subject', k.subject, 'level', k.level, 'message', k.message))
     from kept k where k.announced_at is null)
  into resolved, opened;
  return jsonb_build_object('resolved', resolved, 'open', (select count(*) from public.mls_alerts where resolved_at is null),
    'unannounced', coalesce(opened, '[]'));
end $$;
comment on function mls.check_health() is
  'Opens, refreshes and resolves alerts; answers those that nobody was told of yet: {resolved, open, unannounced}.';

-- ===== forgetting =====

-- ----- mls_retention_rules: how long rows are kept -----
create table public.mls_retention_rules (
  table_name text primary key,
  time_column text not null,
  keep interval not null check (keep > interval '0'),
  condition text,
  reason text not null
);
comment on table public.mls_retention_rules is 'What the job retention deletes: rows whose time_column lies further back than keep. condition narrows it, as SQL.';
alter table public.mls_retention_rules enable row level security;
alter table public.mls_retention_rules force row level security;
grant select, insert, update, delete on public.mls_retention_rules to service_role;
insert into public.mls_retention_rules (table_name, time_column, keep, condition, reason) values
  ('public.mls_ingest_receipts', 'received_at', '7 days', null, 'Idempotency keys are answered for seven days.'),
  ('public.mls_ingest_quarantine', 'last_seen_at', '90 days', null, 'Rejected records may hold personal data; within 90 days somebody has looked.'),
  ('public.mls_ingest_runs', 'finished_at', '1 year', null, 'Logs of the pipeline.'),
  ('public.mls_dry_run_deliveries', 'recorded_at', '30 days', null, 'Payloads that were never sent.'),
  ('public.mls_listing_pushed_values', 'pushed_at', '90 days', null, 'An echo comes back within days.'),
  ('public.mls_schedule_runs', 'started_at', '90 days', null, 'Runs of the clock.'),
  ('public.mls_alerts', 'resolved_at', '1 year', null, 'Alerts that are over.'),
  ('public.mls_audit', 'changed_at', '5 years', null, 'Audit logs.'),
  ('public.mls_contacts', 'updated_at', '3 years', 'origin_deleted', 'A client relation that ended three years ago.');

-- ----- mls.run_retention(per_table) -----
create function mls.run_retention(per_table integer default 20000) returns jsonb
language plpgsql set search_path = ''
as $$
declare
  rule public.mls_retention_rules;
  deleted integer;
  counts jsonb := '{}';
begin
  for rule in select * from public.mls_retention_rules r where to_regclass(r.table_name) is not null loop
    execute format('delete from %1$s where ctid = any (array(select ctid from %1$s where %2$I < clock_timestamp() - $1 and (%3$s) limit $2))',
      to_regclass(rule.table_name), rule.time_column, coalesce(rule.condition, 'true'))
      using rule.keep, per_table;
    get diagnostics deleted = row_count;
    counts := counts || jsonb_build_object(rule.table_name, deleted);
  end loop;
  return counts;
end $$;
comment on function mls.run_retention(integer) is 'Deletes what has passed its time, at most so many rows per table and run; answers counts by table.';

-- ----- mls.compact_events(keep, amount) -----
create function mls.compact_events(keep interval default interval '90 days', amount integer default 50000) returns integer
language plpgsql set search_path = ''
as $$
declare
  deleted integer;
begin
  delete from public.mls_entity_events e
  where e.sequence = any (array(
    select o.sequence from public.mls_entity_events o
    where o.sequence < (extract(epoch from clock_timestamp() - keep) * 1000000)::bigint
      and (o.kind = 'deleted' or exists (
        select from public.mls_entity_events n
        where n.resource = o.resource and n.record_key = o.record_key and n.sequence > o.sequence))
    order by o.sequence limit amount));
  get diagnostics deleted = row_count;
  return deleted;
end $$;
comment on function mls.compact_events(interval, integer) is
  'Removes events older than keep that a later one of the same record replaces, and tombstones as old. The last event of a living record stays: whoever reads from the beginning meets every record.';

-- ===== figures =====

-- ----- mls.operations_status() -----
create function mls.operations_status() returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object(
    'now', clock_timestamp(),
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
          (select count(*) from public.mls_listing_syndications x where x.portal_id = p.id and x.next_attempt_at <= clock_timestamp()) as due,
          (select min(x.next_attempt_at) from public.mls_listing_syndications x where x.portal_id = p.id) as oldest_due,
          (select count(*) from public.mls_listing_syndications x where x.portal_id = p.id and x.leased_until > clock_timestamp()) as leased
      ) s), '[]'),
    'sources', coalesce((
      select jsonb_agg(to_jsonb(r)) from (
        select distinct on (source, office_key, resource) source, office_key, resource, mode, status, started_at, finished_at, totals
        from public.mls_ingest_runs order by source, office_key, resource, started_at desc) r), '[]'),
    'quarantine', (select count(*) from public.mls_ingest_quarantine where settled_at is null),
    'schedules', coalesce((
      select jsonb_agg(jsonb_build_object('job', job, 'cron', cron, 'enabled', enabled, 'running_since', running_since,
        'last_run_at', last_run_at, 'last_status', last_status, 'last_result', last_result, 'next_run_at', next_run_at,
        'missed', enabled and coalesce(next_run_at < clock_timestamp() - interval '10 minutes', false)) order by job)
      from public.mls_schedules), '[]'),
    'feeds', coalesce((
      select jsonb_agg(jsonb_build_object('portal_id', f.portal_id, 'objects', f.object_count, 'built_at', f.built_at, 'checked_at', f.checked_at))
      from (select distinct on (portal_id) * from public.mls_feed_snapshots order by portal_id, id desc) f), '[]'),
    'alerts', coalesce((
      select jsonb_agg(jsonb_build_object('code', code, 'subject', subject, 'level', level, 'message', message, 'opened_at', opened_at) order by opened_at)
      from public.mls_alerts where resolved_at is null), '[]')
  )
$$;
comment on function mls.operations_status() is 'Everything /admin/status shows: portals and queues, sources, schedules, feeds, open alerts.';
