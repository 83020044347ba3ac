-- Alerts: thresholds that were broken, opened and resolved by the clock.

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
  announced_at timestamptz,
  end_announced_at timestamptz,
  told text[] not null default '{}',
  told_end text[] not null default '{}'
);
comment on table public.mls_alerts is 'Thresholds that were broken: one open row per code and subject, resolved by the job health when the reason is gone.';
comment on column public.mls_alerts.announced_at is 'When all channels had been told that it is open; end_announced_at that it is over.';
comment on column public.mls_alerts.told is 'Channels that know already (webhook, mail): one that fails is tried again without telling the others twice. told_end: of its end.';
create unique index mls_alerts_open on public.mls_alerts (code, subject) where resolved_at is null;
create index mls_alerts_opened on public.mls_alerts (opened_at);
alter table public.mls_alerts enable row level security;
alter table public.mls_alerts force row level security;
grant select, insert, update, delete on public.mls_alerts to service_role;

-- ----- mls.some_of(names, amount) -----
create function mls.some_of(names jsonb, amount integer) returns text
language sql immutable set search_path = ''
as $$
  select string_agg(n.name, ', ' order by n.place) || case when amount > 10 then format(' and %s more', amount - 10) else '' end
  from jsonb_array_elements_text(names) with ordinality n (name, place) where n.place <= 10
$$;
comment on function mls.some_of(jsonb, integer) is 'The first ten names of a list, and how many of the amount are left.';

-- ----- mls.webhook_subject(subscription), mls.host_of(url) -----
create function mls.webhook_subject(subscription public.mls_webhook_subscriptions) returns text
language sql stable set search_path = ''
as $$ select 'webhook/' || c.client_id || '/' || subscription.id from public.mls_api_clients c where c.id = subscription.client_id $$;
comment on function mls.webhook_subject(public.mls_webhook_subscriptions) is 'Subject of alerts about a subscription.';
create function mls.host_of(url text) returns text
language sql immutable set search_path = ''
as $$ select coalesce(substring(url from '^https?://([^/?#]+)'), 'the subscriber') $$;
comment on function mls.host_of(text) is 'The host of an address: its path and query may hold keys.';

-- ----- mls.alert_conditions() -----
create function mls.alert_conditions() returns table (code text, subject text, level text, message text)
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
  select 'queue_overdue', t.code || '/' || p.code, 'critical',
    format('%s deliveries are due, the oldest since %s.', count(*), min(s.next_attempt_at))
  from public.mls_listing_syndications s
  join public.mls_portal_definitions p on p.id = s.portal_id and p.is_active and mls.worked_by(p.channel_type) is not null
    and (p.phase <> 'PULL' or mls.worked_by(p.channel_type) = 'feeds')
  join public.mls_tenants t on t.id = p.tenant_id
  where s.next_attempt_at < (select clock_timestamp()) - case p.channel_type when 'FEED' then interval '45 minutes' else interval '15 minutes' end
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
    and (s.running_since is null or s.running_since < clock_timestamp() - s.max_seconds * interval '1 second')
  union all
  select 'schedule_missed', s.job, 'critical', format('Nobody can say when the job is due: is its schedule "%s" right?', s.cron)
  from public.mls_schedules s where s.enabled and s.next_run_at is null and s.waiting_since < clock_timestamp() - interval '1 hour'
  union all
  select 'paused', 'jobs', 'warning', format('%s jobs rest since %s: select mls.resume_jobs() ends it.', count(*), min(s.paused_at))
  from public.mls_schedules s where s.paused_at is not null having count(*) > 0
  union all
  select 'schedule_failed', s.job, 'warning', format('The last run, at %s, ended as %s.', s.last_run_at, s.last_status)
  from public.mls_schedules s where s.enabled and s.last_status in ('failed', 'lost')
  union all
  select 'feed_refused', t.code || '/' || p.code, 'critical', case
      when b.result ->> 'reason' = 'shrink' then
        format('%s objects would vanish without a reason that a person or a source gave, and are held back (%s): %s. What else changed goes out. If it is right: POST /egress/feeds/%s?force=true',
          b.result ->> 'held', (select string_agg(r.key || ' ' || r.value, ', ' order by r.value::integer desc, r.key) from jsonb_each_text(b.result -> 'rules') r),
          mls.some_of(b.result -> 'holding', (b.result ->> 'held')::integer), b.result ->> 'file')
      when b.result ->> 'reason' = 'other_share' then 'Too many objects have no type of the portal: the old file is served, less what was taken off.'
      else format('The build failed, the old file is served: %s', b.result ->> 'message') end
  from mls.feed_builds b
  join public.mls_portal_definitions p on p.id = b.portal_id and p.is_active
  join public.mls_tenants t on t.id = p.tenant_id
  where b.result ->> 'status' in ('refused', 'failed')
  union all
  select 'source_silent', r.source || '/' || r.office_key || '/' || r.resource, 'warning',
    format('The last run was finished at %s.', max(r.finished_at))
  from public.mls_ingest_runs r where r.status = 'finished' and r.client_id not like 'source:%' -- those have alerts of their own
  group by r.source, r.office_key, r.resource
  having max(r.finished_at) < clock_timestamp() - interval '36 hours'
  union all
  select 'source_stale', s.source || '/' || s.office_key || '/' || s.resource, 'warning',
    format('%s of %s records of the last day were older than what is known, and were not applied.', s.stale, s.records)
  from mls.stale_shares(interval '1 day') s
  union all
  select 'quarantine_filling', coalesce(q.office_key, 'unknown office'), 'warning', format('%s records were rejected within a day.', count(*))
  from public.mls_ingest_quarantine q where q.last_seen_at > clock_timestamp() - interval '1 day' and q.settled_at is null
  group by q.office_key having count(*) > 100
  union all
  select 'webhook_disabled', mls.webhook_subject(w), 'warning', format('Nothing is sent to %s any more. %s', mls.host_of(w.url), w.disabled_reason)
  from public.mls_webhook_subscriptions w where w.status = 'DISABLED'
  union all
  select 'webhook_failing', mls.webhook_subject(w), 'warning', format('%s has taken nothing since %s.', mls.host_of(w.url), w.failing_since)
  from public.mls_webhook_subscriptions w where w.status = 'ACTIVE' and w.failing_since < clock_timestamp() - interval '1 hour'
  union all
  select 'webhook_backlog', mls.webhook_subject(w), 'critical', format('%s messages are due, the oldest since %s.', d.amount, d.oldest)
  from public.mls_webhook_subscriptions w
  cross join lateral (
    select count(*) as amount, min(m.next_attempt_at) as oldest from public.mls_webhook_messages m
    where m.subscription_id = w.id and m.next_attempt_at < (select clock_timestamp())
  ) d
  where w.status = 'ACTIVE' and w.failing_since is null and d.oldest < clock_timestamp() - interval '30 minutes'
  union all
  select a.code, a.subject, a.level, a.message from mls.source_alerts() a
  union all
  select a.code, a.subject, a.level, a.message from mls.media_alerts() a
  union all
  select a.code, a.subject, a.level, a.message from mls.search_alerts() a;
end $$;
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
    (select jsonb_agg(jsonb_build_object('id', k.id, 'code', k.code, 'subject', k.subject, 'level', k.level, 'message', k.message, 'told', k.told)
       order by k.level, k.code, k.subject)
     from kept k where k.announced_at is null)
  into resolved, opened;
  return jsonb_build_object('resolved', resolved, 'open', (select count(*) from public.mls_alerts where resolved_at is null),
    'unannounced', coalesce(opened, '[]'),
    'ended', coalesce((
      select jsonb_agg(jsonb_build_object('id', a.id, 'code', a.code, 'subject', a.subject, 'level', a.level, 'message', a.message, 'told', a.told_end)
        order by a.level, a.code, a.subject)
      from public.mls_alerts a
      where a.resolved_at > clock_timestamp() - interval '1 day' and a.told <> '{}' and a.end_announced_at is null), '[]'));
end $$;
comment on function mls.check_health() is
  'Opens, refreshes and resolves alerts; answers those that nobody was told of yet, and whose end nobody was told of: {resolved, open, unannounced, ended}.';
