-- Sources under watch: the clock's job, alerts, and who is told of runs.

-- ----- mls.announce_source_run(mls_source_runs) -----
create function mls.announce_source_run(run public.mls_source_runs) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  source public.mls_sources;
begin
  if run.mode in ('MEDIA', 'PROBE') then
    return;
  end if;
  select * into source from public.mls_sources s where s.id = run.source_id;
  insert into public.mls_webhook_messages (subscription_id, sequence, body)
  select w.id, (extract(epoch from clock_timestamp()) * 1000000)::bigint, jsonb_build_object(
    'type', 'source.run.finished', 'timestamp', to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'data', jsonb_build_object('source_id', source.id, 'code', source.code, 'office_key', source.office_key,
      'provider', source.provider, 'run', mls.describe_source_run(run)))::text
  from public.mls_webhook_subscriptions w
  join public.mls_api_clients a on a.id = w.client_id
  where w.resource = 'SourceRun' and w.status = 'ACTIVE'
    and mls.api_client_context(a.client_id) -> 'offices' ? source.office_key;
end $$;
comment on function mls.announce_source_run(public.mls_source_runs) is
  'The event source.run.finished, for webhook subscriptions to SourceRun of clients that have the office: how a run ended, and its counts.';

-- Runs of sources are no resource, and have no events among theirs.
alter table public.mls_webhook_subscriptions drop constraint mls_webhook_subscriptions_resource_fkey;
alter table public.mls_webhook_subscriptions
  add column entity_resource text generated always as (nullif(resource, 'SourceRun')) stored references mls.resources (name);
comment on column public.mls_webhook_subscriptions.entity_resource is 'The resource, null for SourceRun: subscribers to that are told of source.run.finished.';
create index mls_webhook_subscriptions_entity_resource on public.mls_webhook_subscriptions (entity_resource);

-- ----- mls.source_alerts() -----
create function mls.source_alerts() returns table (code text, subject text, level text, message text)
language sql stable set search_path = ''
as $$
  select 'source_failing', t.code || '/' || s.code, case when s.paused_reason is not null then 'critical' else 'warning' end,
    coalesce(s.paused_reason, format('%s attempts failed in a row: %s', s.failures, coalesce((
      select r.error from public.mls_source_runs r where r.source_id = s.id and r.error is not null order by r.created_at desc limit 1), 'see its errors')))
  from public.mls_sources s join public.mls_tenants t on t.id = s.tenant_id
  where s.enabled and (s.failures >= 3 or s.paused_reason is not null)
  union all
  select 'source_silent', t.code || '/' || s.code, 'warning', format('The last run that succeeded ended at %s.', coalesce(s.last_ok_at::text, 'no time'))
  from public.mls_sources s join public.mls_tenants t on t.id = s.tenant_id
  where s.enabled and (s.next_run_at is not null or s.next_full_at is not null)
    and coalesce(s.last_ok_at, s.created_at) < clock_timestamp() - greatest(interval '36 hours', 3 * coalesce(s.interval_minutes, 0) * interval '1 minute')
  union all
  select 'quota_reached', t.code || '/' || s.code, 'warning', format('The source holds more than its %s listings; new ones stay out.', s.max_listings)
  from public.mls_sources s join public.mls_tenants t on t.id = s.tenant_id
  where s.enabled and s.max_listings is not null and (
    select r.quota_reached from public.mls_source_runs r where r.source_id = s.id and r.status = 'finished' and r.mode in ('FULL', 'DELTA') order by r.finished_at desc limit 1)
$$;
comment on function mls.source_alerts() is 'What is wrong with sources: source_failing, source_silent (nothing succeeded for 36 hours, or three of its intervals), quota_reached.';

-- ----- the clock -----
insert into public.mls_schedules (job, cron, target, description) values
  ('sources', '* * * * *', 'sources/run', 'Reads what is due of the sources.');
