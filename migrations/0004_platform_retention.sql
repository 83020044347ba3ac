-- What the hub forgets, and when. Tables of later files are only named here; a subject may add rows beside its own.

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
  ('cron.job_run_details', 'start_time', '7 days', null, 'pg_cron notes each call of each job and forgets none.'),
  ('mls.request_windows', 'window_start', '1 day', null, 'Quotas are of one minute; of wrong secrets anybody makes new ones.'),
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
    begin
      execute format('delete from %1$s where ctid = any (array(select ctid from %1$s where %2$I < (select clock_timestamp()) - $1 and (%3$s) limit $2))',
        to_regclass(rule.table_name), rule.time_column, coalesce(rule.condition, 'true'))
        using rule.keep, per_table;
      get diagnostics deleted = row_count;
      counts := counts || jsonb_build_object(rule.table_name, deleted);
    exception when insufficient_privilege then
      -- a table of the platform: that it is not ours to clear must not keep all others from it
      counts := counts || jsonb_build_object(rule.table_name, 'refused');
    end;
  end loop;
  return counts;
end $$;
comment on function mls.run_retention(integer) is 'Deletes what has passed its time, at most so many rows per table and run; answers counts by table.';
