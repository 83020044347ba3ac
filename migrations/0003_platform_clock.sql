-- The clock: which jobs run when, that no two runs of a job overlap, and what came of each run.
--
-- This file needs nothing but the schema mls and the platform's roles, so that it can be tried alone on another
-- server. On hosted Supabase pg_cron reads mls_schedules and pg_net calls the functions; elsewhere the scheduler of
-- the local stack reads the same table. Jobs of a subject that follows later are added beside that subject.

-- ===== extensions, where the server has them =====

do $$
declare
  wanted record;
begin
  -- Where, is said: pg_net does not say it itself, and would otherwise be counted to the exposed schema.
  for wanted in values ('pg_cron', 'pg_catalog'), ('pg_net', 'extensions') loop
    if exists (select from pg_available_extensions a where a.name = wanted.column1)
      and not exists (select from pg_extension where extname = wanted.column1) then
      begin
        execute format('create extension if not exists %I with schema %I', wanted.column1, wanted.column2);
      exception when others then
        raise notice 'extension % not created: %', wanted.column1, sqlerrm;
      end;
    end if;
  end loop;
end $$;

-- ===== schedules =====

-- ----- mls_schedules: one row per job -----
create table public.mls_schedules (
  job text primary key check (job ~ '^[a-z][a-z_]{1,39}$'),
  cron text not null,
  target text not null default 'egress/run',
  max_seconds integer not null default 150 check (max_seconds between 1 and 3600),
  settings jsonb not null default '{}' check (
    jsonb_typeof(settings) = 'object' and not jsonb_path_exists(settings, '$.* ? (@.type() != "number" || @ < 1 || @ > 1000000)')),
  enabled boolean not null default true,
  description text not null,
  running_since timestamptz,
  last_run_at timestamptz,
  last_status text check (last_status in ('ok', 'failed', 'lost')),
  last_result jsonb,
  next_run_at timestamptz,
  waiting_since timestamptz not null default clock_timestamp(),
  paused_at timestamptz
);
comment on table public.mls_schedules is
  'Jobs of the clock. target: the function that is called, with {"job": ...} as body. A change of cron or enabled takes effect at once.';
comment on column public.mls_schedules.settings is
  'Limits of a run that differ from those of the code: limit (items), workers, seconds, and what the job names besides (docs/operations.md). Whole numbers from 1.';
comment on column public.mls_schedules.cron is 'As pg_cron reads it, in UTC: five fields, or an interval such as "30 seconds".';
comment on column public.mls_schedules.next_run_at is 'When the next run is due, as of the last one: what lies far behind was missed. Null until somebody has computed it.';
comment on column public.mls_schedules.paused_at is 'When mls.pause_jobs() switched the job off: mls.resume_jobs() switches on what bears a time here.';
comment on column public.mls_schedules.waiting_since is 'When the job was set up, switched on or given another schedule: its first run is counted from there.';
alter table public.mls_schedules enable row level security;
alter table public.mls_schedules force row level security;
grant select, insert, update, delete on public.mls_schedules to service_role;

-- ----- mls_schedule_runs: every run -----
create table public.mls_schedule_runs (
  id bigint generated always as identity primary key,
  job text not null references public.mls_schedules (job) on delete cascade,
  started_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz,
  status text not null default 'running' check (status in ('running', 'ok', 'failed', 'lost')),
  result jsonb
);
comment on table public.mls_schedule_runs is 'Runs of jobs. lost: the worker ended before it could report. Kept 90 days.';
create index mls_schedule_runs_job on public.mls_schedule_runs (job, id);
create index mls_schedule_runs_started on public.mls_schedule_runs (started_at);
alter table public.mls_schedule_runs enable row level security;
alter table public.mls_schedule_runs force row level security;
grant select, insert, update, delete on public.mls_schedule_runs to service_role;

-- ----- mls.restart_schedule(): trigger -----
create function mls.restart_schedule() returns trigger
language plpgsql set search_path = ''
as $$
begin
  new.next_run_at := null;
  new.waiting_since := clock_timestamp();
  return new;
end $$;
comment on function mls.restart_schedule() is 'Row trigger: a job with a new schedule, or switched on again, has missed nothing yet.';
create trigger restart before update of cron, enabled on public.mls_schedules
  for each row when (new.cron is distinct from old.cron or new.enabled and not old.enabled) execute function mls.restart_schedule();

-- ----- mls.begin_job(job) -----
create function mls.begin_job(job text) returns bigint
language plpgsql set search_path = ''
as $$
declare
  run bigint;
begin
  update public.mls_schedules s set running_since = clock_timestamp()
  where s.job = begin_job.job
    and (s.running_since is null or s.running_since < clock_timestamp() - s.max_seconds * interval '1 second');
  if not found then
    return null;
  end if;
  update public.mls_schedule_runs r set status = 'lost', finished_at = clock_timestamp()
  where r.job = begin_job.job and r.status = 'running';
  insert into public.mls_schedule_runs (job) values (begin_job.job) returning id into run;
  return run;
end $$;
comment on function mls.begin_job(text) is
  'Begins a run and answers its id; null while another runs. A run silent for longer than max_seconds counts as lost.';

-- ----- mls.finish_job(run, status, result, next_run_at) -----
create function mls.finish_job(run bigint, status text, result jsonb, next_run_at timestamptz) returns void
language plpgsql set search_path = ''
as $$
declare
  finished public.mls_schedule_runs;
begin
  update public.mls_schedule_runs r
  set finished_at = clock_timestamp(), status = finish_job.status, result = finish_job.result
  where r.id = run and r.status = 'running' returning r.* into finished;
  if finished.id is null then
    return;
  end if;
  update public.mls_schedules s
  set running_since = null, last_run_at = finished.started_at, last_status = finish_job.status, last_result = finish_job.result,
      next_run_at = coalesce(finish_job.next_run_at, s.next_run_at)
  where s.job = finished.job;
end $$;
comment on function mls.finish_job(bigint, text, jsonb, timestamptz) is 'Ends a run, unless it was given up for lost.';

-- ----- mls.pause_jobs(), mls.resume_jobs() -----
create function mls.pause_jobs() returns integer
language sql set search_path = ''
as $$
  with paused as (
    update public.mls_schedules s set enabled = false, paused_at = clock_timestamp() where s.enabled and s.job <> 'health' returning 1
  )
  select count(*)::integer from paused
$$;
comment on function mls.pause_jobs() is
  'Everything rests: no job starts but health, and what falls due waits. Runs under way end by themselves. Answers how many jobs were switched off.';
grant execute on function mls.pause_jobs() to service_role;
create function mls.resume_jobs() returns integer
language sql set search_path = ''
as $$
  with resumed as (
    update public.mls_schedules s set enabled = true, paused_at = null where s.paused_at is not null returning 1
  )
  select count(*)::integer from resumed
$$;
comment on function mls.resume_jobs() is 'Ends a pause: switches on what mls.pause_jobs() switched off. Answers how many.';
grant execute on function mls.resume_jobs() to service_role;

-- ===== pg_cron =====

-- ----- mls.invoke_job(job) -----
create function mls.invoke_job(job text) returns bigint
language plpgsql security definer set search_path = ''
as $$
declare
  project_url text;
  secret text;
  path text;
  request bigint;
begin
  if to_regprocedure('net.http_post(text,jsonb,jsonb,jsonb,integer)') is null or to_regclass('vault.decrypted_secrets') is null then
    return null;
  end if;
  select s.target into path from public.mls_schedules s where s.job = invoke_job.job and s.enabled;
  if path is null then
    return null;
  end if;
  execute $q$
    select max(decrypted_secret) filter (where name = 'project_url'), max(decrypted_secret) filter (where name = 'cron_secret_key')
    from vault.decrypted_secrets $q$ into project_url, secret;
  if project_url is null or secret is null then
    raise warning 'the clock cannot call functions: put project_url and cron_secret_key into Vault';
    return null;
  end if;
  execute 'select net.http_post(url := $1, body := $2, headers := $3, timeout_milliseconds := 60000)' into request
    using rtrim(project_url, '/') || '/functions/v1/' || path, jsonb_build_object('job', job),
      jsonb_build_object('Content-Type', 'application/json', 'apikey', secret);
  return request;
end $$;
comment on function mls.invoke_job(text) is
  'Calls the function of a job through pg_net with the secrets of Vault; null where one of them is missing. Security definer: only its owner reads Vault.';

-- ----- mls.register_schedules(): trigger, keeps pg_cron in step with the table -----
create function mls.register_schedules() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  schedule record;
begin
  if to_regprocedure('cron.schedule(text,text,text)') is null then
    return null;
  end if;
  for schedule in execute $q$ select jobname from cron.job where jobname like 'mls-%' $q$ loop
    execute 'select cron.unschedule($1)' using schedule.jobname;
  end loop;
  for schedule in select s.job, s.cron from public.mls_schedules s where s.enabled loop
    execute 'select cron.schedule($1, $2, $3)'
      using 'mls-' || schedule.job, schedule.cron, format('select mls.invoke_job(%L)', schedule.job);
  end loop;
  return null;
end $$;
comment on function mls.register_schedules() is 'Statement trigger: registers the enabled jobs with pg_cron; does nothing without it.';
create trigger register after insert or delete or update of cron, enabled, target on public.mls_schedules
  for each statement execute function mls.register_schedules();

-- ===== jobs =====

insert into public.mls_schedules (job, cron, description) values
  ('deliveries', '* * * * *', 'Sends what is due to portals with an API.'),
  ('webhooks', '* * * * *', 'Sends what is due to subscribers.'),
  ('feeds', '*/15 * * * *', 'Renders what changed and builds the feed files.'),
  ('stale_runs', '*/10 * * * *', 'Closes ingest runs that nobody finished.'),
  ('health', '*/5 * * * *', 'Opens and closes alerts: queues, sources, schedules.'),
  ('compaction', '17 3 * * *', 'Removes entity events that newer ones replace; tombstones stay readable for 90 days.'),
  ('retention', '37 3 * * *', 'Deletes what has passed its time.');
