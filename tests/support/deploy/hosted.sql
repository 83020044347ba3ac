-- What a hosted project has beside the local platform, as far as a deployment uses it: pg_cron and pg_net, with the
-- shapes of the originals. No job fires by itself, and requests wait for tests/support/deploy/project.ts.

create schema cron authorization postgres;
create schema net authorization postgres;
set role postgres;

create table cron.job (
  jobid bigint generated always as identity primary key,
  jobname text unique,
  schedule text not null,
  command text not null
);
create function cron.schedule(job_name text, schedule text, command text) returns bigint
language sql as $$ insert into cron.job (jobname, schedule, command) values (job_name, schedule, command) returning jobid $$;
create function cron.unschedule(job_name text) returns boolean
language sql as $$ with gone as (delete from cron.job where jobname = job_name returning 1) select exists (select from gone) $$;

create table net.http_request_queue (
  id bigint generated always as identity primary key,
  url text not null,
  headers jsonb not null,
  body jsonb not null
);
create table net._http_response (id bigint, status_code integer, content text, timed_out boolean, error_msg text);
create function net.http_post(url text, body jsonb default '{}', params jsonb default '{}', headers jsonb default '{}', timeout_milliseconds integer default 5000)
returns bigint language sql as $$ insert into net.http_request_queue (url, headers, body) values (url, headers, body) returning id $$;

reset role;
