-- Runs and receipts: the log of what sources sent.

-- ===== runs and receipts =====

-- ----- mls_ingest_runs -----
create table public.mls_ingest_runs (
  id uuid primary key default gen_random_uuid(),
  client_id text not null,
  source text not null,
  office_key text not null references public.mls_offices (office_key),
  tenant_id uuid not null references public.mls_tenants (id),
  resource text not null references mls.resources (resource),
  mode text not null check (mode in ('FULL', 'DELTA')),
  absent text not null default 'keep' check (absent = 'keep' or (absent = 'null' and mode = 'FULL')),
  status text not null default 'open' check (status in ('open', 'finished', 'abandoned')),
  watermark timestamptz,
  totals jsonb not null default '{"insert": 0, "refresh": 0, "track": 0, "unchanged": 0, "stale": 0, "skip": 0, "reject": 0, "delete": 0}',
  batches integer not null default 0,
  flagged_deleted integer not null default 0,
  keys_listed integer,
  high_water timestamptz,
  expected_records bigint,
  gold_summary jsonb,
  closed_because text,
  started_at timestamptz not null default now(),
  last_batch_at timestamptz,
  finished_at timestamptz
);
comment on table public.mls_ingest_runs is 'Runs of a source for one office and resource: FULL (complete, with a key list) or DELTA.';
comment on column public.mls_ingest_runs.absent is
  'What a field means that a record of the run does not name: keep what is known, or null, for senders that drop nulls.';
comment on column public.mls_ingest_runs.keys_listed is 'Keys of the key list so far; null while none was sent: then nothing may be flagged.';
comment on column public.mls_ingest_runs.high_water is 'Newest source time that arrived; times after the start of the run are left out.';
create unique index mls_ingest_runs_open on public.mls_ingest_runs (source, office_key, resource) where status = 'open';
create index mls_ingest_runs_office on public.mls_ingest_runs (office_key, resource, started_at);
create index mls_ingest_runs_tenant on public.mls_ingest_runs (tenant_id);

-- ----- mls_ingest_run_keys: keys that a FULL run has named, in its list or as records -----
create table public.mls_ingest_run_keys (
  run_id uuid not null references public.mls_ingest_runs (id) on delete cascade,
  record_key text not null,
  primary key (run_id, record_key)
);
comment on table public.mls_ingest_run_keys is
  'Keys of an open FULL run; removed when it closes. Media are named by MediaKey, or MediaKey~ListingKey for one listing.';
alter table public.mls_ingest_run_keys enable row level security;
alter table public.mls_ingest_run_keys force row level security;
grant select, insert, update, delete on public.mls_ingest_run_keys to service_role;

-- ----- mls_ingest_receipts -----
create table public.mls_ingest_receipts (
  batch_id uuid primary key default gen_random_uuid(),
  client_id text not null,
  resource text not null,
  run_id uuid references public.mls_ingest_runs (id) on delete set null,
  idempotency_key text check (length(idempotency_key) between 1 and 255),
  request_path text not null,
  body_hash text,
  receipt jsonb,
  received_at timestamptz not null default now()
);
comment on table public.mls_ingest_receipts is
  'Answers to batches, stored in the transaction of the merge. A repeated Idempotency-Key within 7 days gets the same answer.';
create unique index mls_ingest_receipts_key on public.mls_ingest_receipts (client_id, request_path, idempotency_key)
  where idempotency_key is not null;
create index mls_ingest_receipts_run on public.mls_ingest_receipts (run_id) where run_id is not null;
create index mls_ingest_receipts_received on public.mls_ingest_receipts (received_at);

do $$
declare
  name text;
begin
  foreach name in array array['mls_ingest_runs', 'mls_ingest_receipts'] loop
    execute format('alter table public.%I enable row level security', name);
    execute format('alter table public.%I force row level security', name);
    execute format('grant select, insert, update, delete on public.%I to service_role', name);
  end loop;
end $$;
grant select on public.mls_ingest_runs to authenticated;
create policy run_read on public.mls_ingest_runs for select to authenticated
  using (tenant_id = any ((select mls.visible_tenant_ids())::uuid[]) and (select mls.is_admin()));

-- ===== watermarks =====

-- ----- mls.watermark(text, text, text) -----
create function mls.watermark(source text, office_key text, resource text) returns timestamptz
language sql stable set search_path = ''
as $$
  select max(r.watermark) from public.mls_ingest_runs r
  where r.source = watermark.source and r.office_key = watermark.office_key and r.resource = watermark.resource and r.status = 'finished'
$$;
comment on function mls.watermark(text, text, text) is
  'Source time up to which finished runs have covered a source; null before the first: start with a FULL run.';

-- ----- mls_ingest_settings: what is agreed with a source that sends; a row only where it differs from the default -----
create table public.mls_ingest_settings (
  source text not null check (length(source) between 1 and 255),
  office_key text not null references public.mls_offices (office_key) on update cascade,
  overlap_seconds integer not null default 3600 check (overlap_seconds between 0 and 31536000),
  max_stale_share double precision not null default 0.1 check (max_stale_share between 0 and 1),
  primary key (source, office_key)
);
comment on table public.mls_ingest_settings is 'Settings of sources that send, per source and market office. Sources that the hub pulls from have theirs in mls_sources.';
comment on column public.mls_ingest_settings.overlap_seconds is 'How far before its watermark a DELTA run begins to read: at least as long as a record may take to reach gold.';
comment on column public.mls_ingest_settings.max_stale_share is
  'Share of stale records in the runs of a day above which an alert opens: clocks, or times of another zone, lose edits silently.';
create index mls_ingest_settings_office on public.mls_ingest_settings (office_key);
alter table public.mls_ingest_settings enable row level security;
alter table public.mls_ingest_settings force row level security;
grant select, insert, update, delete on public.mls_ingest_settings to service_role;

-- ----- mls.overlap_seconds(text, text) -----
create function mls.overlap_seconds(source text, office_key text) returns integer
language sql stable set search_path = ''
as $$
  select coalesce((
    select s.overlap_seconds from public.mls_ingest_settings s where s.source = overlap_seconds.source and s.office_key = overlap_seconds.office_key
  ), 3600)
$$;
comment on function mls.overlap_seconds(text, text) is 'Seconds before its watermark at which a DELTA run of the source begins to read; an hour where nothing else is agreed.';

-- ----- mls.stale_shares(interval) -----
create function mls.stale_shares(within interval) returns table (source text, office_key text, resource text, stale bigint, records bigint)
language sql stable set search_path = ''
as $$
  select x.source, x.office_key, x.resource, x.stale, x.records
  from (
    select r.source, r.office_key, r.resource, sum((r.totals ->> 'stale')::bigint) as stale, sum(t.records) as records
    from public.mls_ingest_runs r
    cross join lateral (select sum(value::bigint) as records from jsonb_each_text(r.totals)) t
    where r.started_at > now() - within
    group by r.source, r.office_key, r.resource
  ) x
  left join public.mls_ingest_settings s on s.source = x.source and s.office_key = x.office_key
  where x.stale > coalesce(s.max_stale_share, 0.1) * x.records and x.stale >= 10
$$;
comment on function mls.stale_shares(interval) is
  'Sources that sent more stale records, at least ten, than is agreed (mls_ingest_settings.max_stale_share, a tenth by default): edits that got lost, for instance because local times were sent as UTC and are now corrected.';

-- ----- mls.describe_run(mls_ingest_runs) -----
create function mls.describe_run(run public.mls_ingest_runs) returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object(
    'run_id', run.id, 'source', run.source, 'office_key', run.office_key, 'resource', run.resource, 'mode', run.mode, 'absent', run.absent,
    'status', run.status, 'watermark', run.watermark, 'totals', run.totals, 'batches', run.batches,
    'keys_listed', run.keys_listed, 'flagged_deleted', run.flagged_deleted, 'expected_records', run.expected_records,
    'started_at', run.started_at, 'last_batch_at', run.last_batch_at, 'finished_at', run.finished_at,
    'closed_because', run.closed_because,
    'duration_seconds', round(extract(epoch from coalesce(run.finished_at, clock_timestamp()) - run.started_at)::numeric, 3))
$$;
comment on function mls.describe_run(public.mls_ingest_runs) is 'A run as GET /ingest/runs/{id} answers it.';
