-- Sources: what the hub pulls by itself. A source feeds one market office; what is due is a run, worked off in slices.
-- Credentials are in Vault and nowhere here.

-- ----- mls_sources -----
create table public.mls_sources (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.mls_tenants (id),
  office_key text not null unique references public.mls_offices (office_key),
  code text not null check (code ~ '^[A-Za-z][A-Za-z0-9_-]{0,39}$'),
  name text not null check (length(name) between 1 and 200),
  provider text not null check (provider ~ '^[A-Z][A-Z_]{1,19}$'),
  settings jsonb not null default '{}' check (jsonb_typeof(settings) = 'object'),
  mapping jsonb,
  mapping_version integer not null default 1 check (mapping_version >= 1),
  resources jsonb not null default '[]' check (jsonb_typeof(resources) = 'array'),
  cron text,
  interval_minutes integer check (interval_minutes between 1 and 525600),
  full_cron text,
  timezone text not null default 'UTC',
  key_prefix text not null check (key_prefix ~ '^[A-Za-z0-9_.-]{0,40}$'),
  overlap_seconds integer not null default 3600 check (overlap_seconds between 0 and 2678400),
  sweep_minutes integer not null default 1440 check (sweep_minutes >= 5),
  max_listings integer check (max_listings >= 0),
  requests_per_minute integer check (requests_per_minute between 1 and 60000),
  requests_per_day integer check (requests_per_day >= 1),
  media jsonb not null default '{}' check (jsonb_typeof(media) = 'object'),
  enabled boolean not null default true,
  has_credentials boolean not null default false,
  marks jsonb not null default '{}',
  done_at jsonb not null default '{}',
  next_run_at timestamptz,
  next_full_at timestamptz,
  failures integer not null default 0,
  open_until timestamptz,
  paused_reason text,
  last_ok_at timestamptz,
  last_full_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.mls_sources is
  'Providers that the hub reads by itself, one per market office. Settings hold no secrets: credentials are in Vault (mls.source_secrets).';
comment on column public.mls_sources.marks is 'Up to where each stage was read, in the source''s own words: a time, a sequence. The next DELTA begins there.';
comment on column public.mls_sources.done_at is 'When each stage was last completed.';
comment on column public.mls_sources.paused_reason is 'Why nothing is read until somebody acts: refused credentials. Accounts get locked by more of the same.';
comment on column public.mls_sources.open_until is 'The circuit: after failures in a row nothing is tried before this time, unless a person starts a run.';
create unique index mls_sources_code on public.mls_sources (tenant_id, lower(code));
create index mls_sources_next on public.mls_sources (least(next_run_at, next_full_at)) where enabled;
create trigger touch before update on public.mls_sources for each row execute function mls.touch_updated_at();
alter table public.mls_sources enable row level security;
alter table public.mls_sources force row level security;
grant select on public.mls_sources to authenticated;
grant select, insert, update, delete on public.mls_sources to service_role;
create policy source_read on public.mls_sources for select to authenticated
  using (tenant_id = any ((select mls.visible_tenant_ids())::uuid[]) and (select mls.is_admin()) and (select mls.can('r')));

-- ----- mls.source_secrets: where the credentials of a source are -----
create table mls.source_secrets (
  source_id uuid not null references public.mls_sources (id) on delete cascade,
  kind text not null check (kind in ('credentials', 'session')),
  secret_id uuid not null,
  primary key (source_id, kind)
);
comment on table mls.source_secrets is
  'Vault entries of a source: what it signs in with, and what it was given for that (tokens, cookies). For nobody: only functions of the owner read it.';
alter table mls.source_secrets enable row level security;
alter table mls.source_secrets force row level security;

-- ----- mls_source_mappings: every mapping that was saved -----
create table public.mls_source_mappings (
  source_id uuid not null references public.mls_sources (id) on delete cascade,
  version integer not null,
  mapping jsonb,
  saved_by text,
  saved_at timestamptz not null default now(),
  primary key (source_id, version)
);
comment on table public.mls_source_mappings is 'Mappings of a source by version; a run names the version that it read with.';
alter table public.mls_source_mappings enable row level security;
alter table public.mls_source_mappings force row level security;
grant select on public.mls_source_mappings to authenticated;
grant select, insert, update, delete on public.mls_source_mappings to service_role;
create policy source_mapping_read on public.mls_source_mappings for select to authenticated
  using (source_id = any (array(select s.id from public.mls_sources s)));

-- ----- mls_source_runs -----
create table public.mls_source_runs (
  id uuid primary key default gen_random_uuid(),
  source_id uuid not null references public.mls_sources (id) on delete cascade,
  tenant_id uuid not null references public.mls_tenants (id),
  mode text not null check (mode in ('FULL', 'DELTA', 'MEDIA', 'PROBE')),
  trigger text not null check (trigger in ('schedule', 'person', 'file', 'test')),
  requested_by text,
  force boolean not null default false,
  status text not null default 'queued'
    check (status in ('queued', 'running', 'waiting', 'finished', 'failed', 'cancelled', 'refused')),
  stage text,
  cursor jsonb not null default '{}',
  ingest_runs jsonb not null default '{}',
  counts_by_resource jsonb not null default '{}',
  done integer not null default 0,
  expected integer,
  stage_done integer not null default 0,
  stage_expected integer,
  requests integer not null default 0,
  bytes bigint not null default 0,
  slices integer not null default 0,
  failures integer not null default 0,
  mapping_version integer,
  quota_reached boolean not null default false,
  ignores_circuit boolean not null default false,
  due_at timestamptz not null default clock_timestamp(),
  lease_token uuid,
  leased_until timestamptz,
  cancel_requested_at timestamptz,
  error_code text,
  error text,
  created_at timestamptz not null default clock_timestamp(),
  started_at timestamptz,
  finished_at timestamptz
);
comment on table public.mls_source_runs is
  'Runs of sources. queued, then running while a worker holds the lease, waiting between slices; finished, failed, cancelled or refused (too much would have vanished). MEDIA reads the pictures of some listings only, whose addresses are over.';
comment on column public.mls_source_runs.done is 'Records of all stages; stage_done those of the stage under way.';
comment on column public.mls_source_runs.expected is
  'How many records a source said it has: of listings alone, while done counts agents and offices, too. stage_expected is that of the stage under way, null where the source did not say; it may grow while it is read, so stage_done may pass it.';
comment on column public.mls_source_runs.cursor is 'Where the next slice goes on; saved in the transaction that merges a page.';
create unique index mls_source_runs_active on public.mls_source_runs (source_id, mode) where status in ('queued', 'running', 'waiting');
create index mls_source_runs_due on public.mls_source_runs (due_at) where status in ('queued', 'running', 'waiting');
create index mls_source_runs_source on public.mls_source_runs (source_id, created_at);
create index mls_source_runs_tenant on public.mls_source_runs (tenant_id);
create index mls_source_runs_finished on public.mls_source_runs (finished_at);
alter table public.mls_source_runs enable row level security;
alter table public.mls_source_runs force row level security;
grant select on public.mls_source_runs to authenticated;
grant select, insert, update, delete on public.mls_source_runs to service_role;
create policy source_run_read on public.mls_source_runs for select to authenticated
  using (tenant_id = any ((select mls.visible_tenant_ids())::uuid[]) and (select mls.is_admin()) and (select mls.can('r')));

-- ----- mls_source_errors -----
create table public.mls_source_errors (
  id bigint generated always as identity primary key,
  source_id uuid not null references public.mls_sources (id) on delete cascade,
  run_id uuid not null references public.mls_source_runs (id) on delete cascade,
  tenant_id uuid not null references public.mls_tenants (id),
  stage text,
  record_key text,
  code text not null,
  message text not null,
  times integer not null default 1,
  first_at timestamptz not null default clock_timestamp(),
  last_at timestamptz not null default clock_timestamp()
);
comment on table public.mls_source_errors is 'What went wrong in runs, with the record where it was one. At most 500 a run; equal ones are counted.';
create unique index mls_source_errors_once on public.mls_source_errors (run_id, code, coalesce(record_key, ''), coalesce(stage, ''));
create index mls_source_errors_source on public.mls_source_errors (source_id, id);
create index mls_source_errors_tenant on public.mls_source_errors (tenant_id);
create index mls_source_errors_last on public.mls_source_errors (last_at);
alter table public.mls_source_errors enable row level security;
alter table public.mls_source_errors force row level security;
grant select on public.mls_source_errors to authenticated;
grant select, insert, update, delete on public.mls_source_errors to service_role;
create policy source_error_read on public.mls_source_errors for select to authenticated
  using (tenant_id = any ((select mls.visible_tenant_ids())::uuid[]) and (select mls.is_admin()) and (select mls.can('r')));

-- ----- mls_source_usage -----
create table public.mls_source_usage (
  source_id uuid not null references public.mls_sources (id) on delete cascade,
  tenant_id uuid not null references public.mls_tenants (id),
  day date not null,
  requests integer not null default 0,
  bytes bigint not null default 0,
  records integer not null default 0,
  primary key (source_id, day)
);
comment on table public.mls_source_usage is 'What a source was asked and gave, by day (UTC).';
create index mls_source_usage_tenant on public.mls_source_usage (tenant_id);
alter table public.mls_source_usage enable row level security;
alter table public.mls_source_usage force row level security;
grant select on public.mls_source_usage to authenticated;
grant select, insert, update, delete on public.mls_source_usage to service_role;
create policy source_usage_read on public.mls_source_usage for select to authenticated
  using (tenant_id = any ((select mls.visible_tenant_ids())::uuid[]) and (select mls.is_admin()) and (select mls.can('r')));

-- ----- mls_source_files -----
create table public.mls_source_files (
  id uuid primary key default gen_random_uuid(),
  source_id uuid not null references public.mls_sources (id) on delete cascade,
  tenant_id uuid not null references public.mls_tenants (id),
  name text not null check (length(name) <= 255),
  sha256 text,
  content_sha256 text,
  bytes bigint not null default 0,
  status text not null default 'arriving' check (status in ('arriving', 'ready', 'read', 'failed')),
  format jsonb,
  etag text,
  last_modified text,
  run_id uuid references public.mls_source_runs (id) on delete set null,
  arrived_at timestamptz not null default clock_timestamp()
);
comment on table public.mls_source_files is 'Files of sources, sent or fetched. The content of the last one is in mls.source_file_parts: with another mapping it can be read again.';
comment on column public.mls_source_files.format is 'The settings of the source when the file came.';
create index mls_source_files_source on public.mls_source_files (source_id, arrived_at);
create index mls_source_files_tenant on public.mls_source_files (tenant_id);
create index mls_source_files_run on public.mls_source_files (run_id) where run_id is not null;
create index mls_source_files_arrived on public.mls_source_files (arrived_at);
alter table public.mls_source_files enable row level security;
alter table public.mls_source_files force row level security;
grant select on public.mls_source_files to authenticated;
grant select, insert, update, delete on public.mls_source_files to service_role;
create policy source_file_read on public.mls_source_files for select to authenticated
  using (tenant_id = any ((select mls.visible_tenant_ids())::uuid[]) and (select mls.is_admin()) and (select mls.can('r')));

-- ----- mls.source_file_parts: the bytes of a file, in parts that a slice can hold -----
create table mls.source_file_parts (
  file_id uuid not null references public.mls_source_files (id) on delete cascade,
  part integer not null,
  content bytea not null,
  primary key (file_id, part)
);
comment on table mls.source_file_parts is
  'Unpacked content in parts of 1 MiB (1,048,576 bytes), all but the last one full. In the database, so that a part, the merge of its records and the cursor are one transaction, on every platform.';
alter table mls.source_file_parts enable row level security;
alter table mls.source_file_parts force row level security;
grant select, insert, delete on mls.source_file_parts to service_role;

-- ----- mls.source_buckets: how many requests a source may be sent now -----
create table mls.source_buckets (
  source_id uuid primary key references public.mls_sources (id) on delete cascade,
  tokens double precision not null,
  refilled_at timestamptz not null default clock_timestamp()
);
comment on table mls.source_buckets is 'Requests left of the minute, shared by all workers.';
alter table mls.source_buckets enable row level security;
alter table mls.source_buckets force row level security;
grant select, insert, update, delete on mls.source_buckets to service_role;

-- ----- mls_source_hosts: where plain http may be spoken -----
create table public.mls_source_hosts (
  host text primary key check (host ~ '^[a-z0-9.-]+(:[0-9]{1,5})?$'),
  reason text,
  allowed_at timestamptz not null default now()
);
comment on table public.mls_source_hosts is
  'Hosts (with the port unless it is 80) that may be read by plain http: old RETS servers. Credentials travel in the clear there, so only a system operator adds one.';
alter table public.mls_source_hosts enable row level security;
alter table public.mls_source_hosts force row level security;
grant select, insert, update, delete on public.mls_source_hosts to service_role;

insert into public.mls_retention_rules (table_name, time_column, keep, condition, reason) values
  ('public.mls_source_errors', 'last_at', '90 days', null, 'Somebody has looked within 90 days.'),
  ('public.mls_source_runs', 'finished_at', '1 year', null, 'Logs of the pipeline.'),
  ('public.mls_source_files', 'arrived_at', '30 days', null, 'With its content; what a file brought is in the listings.');
