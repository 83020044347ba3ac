-- Metrics: what isolates have counted, added up, and the figures of this moment. GET /metrics makes OpenMetrics text of both.

-- ----- mls.metric_counts: counters of all isolates -----
create table mls.metric_counts (
  name text not null,
  labels jsonb not null default '{}' check (jsonb_typeof(labels) = 'object'),
  value double precision not null,
  primary key (name, labels)
);
comment on table mls.metric_counts is 'Counters and parts of histograms, by name and labels; each isolate adds its own at most every ten seconds.';
alter table mls.metric_counts enable row level security;
alter table mls.metric_counts force row level security;
grant select, insert, update, delete on mls.metric_counts to service_role;

-- ----- mls.add_counts(counts) -----
create function mls.add_counts(counts jsonb) returns void
language sql set search_path = ''
as $$
  -- in one order for everybody: isolates that add the same counters wait for each other, and never in a circle
  insert into mls.metric_counts as m (name, labels, value)
  select c.name, c.labels, sum(c.value) from jsonb_to_recordset(counts) c (name text, labels jsonb, value double precision)
  group by c.name, c.labels order by c.name, c.labels
  on conflict (name, labels) do update set value = m.value + excluded.value
$$;
comment on function mls.add_counts(jsonb) is 'Adds what an isolate has counted: [{name, labels, value}].';

-- ----- mls.metric_gauges() -----
create function mls.metric_gauges() returns table (name text, labels jsonb, value double precision)
language sql stable set search_path = ''
as $$
  with portals as (
    select p.id, p.channel_type, jsonb_build_object('market', t.code, 'portal', p.code) as labels
    from public.mls_portal_definitions p join public.mls_tenants t on t.id = p.tenant_id where p.is_active
  ),
  queues as (
    select p.labels, count(*) filter (where s.next_attempt_at <= clock_timestamp()) as due,
      extract(epoch from clock_timestamp() - min(s.next_attempt_at) filter (where s.next_attempt_at <= clock_timestamp())) as age,
      count(*) filter (where s.status = 'FAILED') as parked
    from portals p left join public.mls_listing_syndications s
      on s.portal_id = p.id and (s.next_attempt_at is not null or s.status = 'FAILED')
    where mls.worked_by(p.channel_type) is not null
    group by p.id, p.labels
  ),
  feeds as (
    select distinct on (f.portal_id) p.labels, f.object_count, greatest(f.built_at, f.checked_at) as seen_at
    from public.mls_feed_snapshots f join portals p on p.id = f.portal_id order by f.portal_id, f.id desc
  )
  select 'mls_queue_due', q.labels, q.due from queues q
  union all select 'mls_queue_age_seconds', q.labels, coalesce(q.age, 0) from queues q
  union all select 'mls_queue_parked', q.labels, q.parked from queues q
  union all
  select 'mls_circuit_open', p.labels, (c.open_until is not null)::integer
  from portals p left join mls.portal_circuits c on c.portal_id = p.id where mls.worked_by(p.channel_type) = 'deliveries'
  union all select 'mls_feed_objects', f.labels, f.object_count from feeds f
  union all select 'mls_feed_age_seconds', f.labels, extract(epoch from clock_timestamp() - f.seen_at) from feeds f
  union all
  select 'mls_webhook_subscriptions', jsonb_build_object('state', k.state), count(w.id)
  from (values ('active'), ('failing'), ('disabled')) k (state)
  left join public.mls_webhook_subscriptions w
    on k.state = case when w.status = 'DISABLED' then 'disabled' when w.failing_since is not null then 'failing' else 'active' end
  group by k.state
  union all
  select x.name, '{}', x.value
  from (
    select count(*) as waiting, extract(epoch from clock_timestamp() - min(m.next_attempt_at)) as age
    from public.mls_webhook_messages m join public.mls_webhook_subscriptions w on w.id = m.subscription_id and w.status = 'ACTIVE'
    where m.next_attempt_at is not null
  ) w
  cross join lateral (values ('mls_webhook_waiting', w.waiting), ('mls_webhook_age_seconds', greatest(coalesce(w.age, 0), 0))) x (name, value)
  union all
  select x.name, jsonb_build_object('job', s.job), x.value
  from public.mls_schedules s
  cross join lateral (values
    ('mls_job_age_seconds', extract(epoch from clock_timestamp() - s.last_run_at)),
    ('mls_job_late_seconds', greatest(extract(epoch from clock_timestamp() - s.next_run_at), 0))) x (name, value)
  where s.enabled and x.value is not null
  union all
  select 'mls_source_age_seconds', jsonb_build_object('source', r.source, 'office', r.office_key, 'resource', r.resource),
    extract(epoch from clock_timestamp() - max(r.finished_at))
  from public.mls_ingest_runs r where r.status = 'finished' group by r.source, r.office_key, r.resource
  union all select 'mls_quarantine_records', '{}', count(*) from public.mls_ingest_quarantine q where q.settled_at is null
  union all
  select 'mls_alerts_open', jsonb_build_object('level', k.level), count(a.id)
  from (values ('warning'), ('critical')) k (level)
  left join public.mls_alerts a on a.level = k.level and a.resolved_at is null
  group by k.level
$$;
comment on function mls.metric_gauges() is 'Figures of this moment: [{name, labels, value}], the names those of the door metrics.';
