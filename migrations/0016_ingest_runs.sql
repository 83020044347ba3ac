-- Runs: a source says what it is about to send, sends it in batches, and closes the run. Only here may absence mean
-- deletion: a FULL run with a key list flags what its source no longer holds, in its own office and within bounds.

-- ----- mls_offices.shrink_threshold -----
alter table public.mls_offices add column shrink_threshold double precision not null default 0.2
  check (shrink_threshold between 0 and 1);
comment on column public.mls_offices.shrink_threshold is
  'Share of the live records of a resource that one FULL run may flag as deleted without being forced.';

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

-- ===== what a batch leaves in its run =====

-- ----- mls.newest_source_time(text, jsonb) -----
create function mls.newest_source_time(resource text, rows jsonb) returns timestamptz
language sql stable set search_path = '' set timezone = 'UTC'
as $$
  select max(case when pg_input_is_valid(t.moment, 'timestamptz') then t.moment::timestamptz end)
  from (
    select e -> 'r' ->> case resource when 'property' then 'ModificationTimestamp' else 'X_QobrixModified' end as moment
    from jsonb_array_elements(rows) e
  ) t
$$;
comment on function mls.newest_source_time(text, jsonb) is 'Newest modification time that the source wrote into these records.';

-- ----- mls.run_keys(text, jsonb) -----
create function mls.run_keys(resource text, rows jsonb) returns text[]
language sql immutable set search_path = ''
as $$
  select coalesce(array_agg(distinct k.key), '{}')
  from jsonb_array_elements(rows) e
  cross join lateral (
    select case when resource = 'media' then e -> 'r' ->> 'MediaKey' || '~' || (e -> 'r' ->> 'ResourceRecordKey')
      else e -> 'r' ->> mls.resource_key(resource) end as key
  ) k
  where length(k.key) between 1 and 520
$$;
comment on function mls.run_keys(text, jsonb) is 'Keys under which records of a batch count as present in their run.';

-- ----- mls.note_run_keys(uuid, text[]) -----
create function mls.note_run_keys(run uuid, keys text[]) returns void
language sql volatile set search_path = ''
as $$
  insert into public.mls_ingest_run_keys (run_id, record_key)
  select run, k from unnest(keys) k order by k
  on conflict do nothing
$$;
comment on function mls.note_run_keys(uuid, text[]) is 'Adds keys to those that a run has named.';

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

-- ----- mls.describe_run(mls_ingest_runs) -----
create function mls.describe_run(run public.mls_ingest_runs) returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object(
    'run_id', run.id, 'source', run.source, 'office_key', run.office_key, 'resource', run.resource, 'mode', run.mode,
    'status', run.status, 'watermark', run.watermark, 'totals', run.totals, 'batches', run.batches,
    'keys_listed', run.keys_listed, 'flagged_deleted', run.flagged_deleted, 'expected_records', run.expected_records,
    'started_at', run.started_at, 'last_batch_at', run.last_batch_at, 'finished_at', run.finished_at,
    'closed_because', run.closed_because,
    'duration_seconds', round(extract(epoch from coalesce(run.finished_at, clock_timestamp()) - run.started_at)::numeric, 3))
$$;
comment on function mls.describe_run(public.mls_ingest_runs) is 'A run as GET /ingest/runs/{id} answers it.';

-- ----- mls.run_office(jsonb, jsonb) -----
create function mls.run_office(request jsonb, context jsonb) returns jsonb
language sql stable set search_path = ''
as $$
  select case
    when o.office_key is null then jsonb_build_object('status', 400, 'code', 'invalid_parameter',
      'detail', format('There is no market office "%s".', left(request ->> 'office_key', 80)), 'target', 'office_key')
    when context ? 'offices' and not (context -> 'offices') ? o.office_key then jsonb_build_object('status', 403, 'code', 'forbidden',
      'detail', format('This client may not write for %s.', o.office_key))
    else jsonb_build_object('status', 200, 'office_key', o.office_key, 'tenant_id', o.tenant_id)
  end
  from (values (1)) one (n)
  left join mls.market_offices o on o.name = request ->> 'office_key'
$$;
comment on function mls.run_office(jsonb, jsonb) is 'The market office that a request names by key or alias: {status: 200, office_key, tenant_id}, or the refusal.';

-- ----- mls.ingest_watermark(jsonb, jsonb) -----
create function mls.ingest_watermark(request jsonb, context jsonb) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  office jsonb := mls.run_office(request, context);
begin
  if office ->> 'status' <> '200' then
    return office;
  end if;
  return jsonb_build_object('status', 200, 'answer', jsonb_build_object(
    'watermark', mls.watermark(request ->> 'source', office ->> 'office_key', request ->> 'resource'),
    'overlap_seconds', 3600,
    'last_run', (
      select mls.describe_run(r) from public.mls_ingest_runs r
      where r.source = request ->> 'source' and r.office_key = office ->> 'office_key' and r.resource = request ->> 'resource'
      order by r.started_at desc limit 1
    )));
end $$;
comment on function mls.ingest_watermark(jsonb, jsonb) is
  'Where a DELTA run of {source, office_key, resource} goes on: {watermark, overlap_seconds, last_run}. Read everything created or modified since watermark minus overlap_seconds; repeats cost nothing.';

-- ===== open, list keys, finish =====

-- ----- mls.open_run(jsonb, jsonb) -----
create function mls.open_run(request jsonb, context jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  office jsonb := mls.run_office(request, context);
  run public.mls_ingest_runs;
begin
  if office ->> 'status' <> '200' then
    return office;
  end if;
  perform mls.close_stale_runs();
  insert into public.mls_ingest_runs (client_id, source, office_key, tenant_id, resource, mode)
  values (context ->> 'client_id', request ->> 'source', office ->> 'office_key', (office ->> 'tenant_id')::uuid,
    request ->> 'resource', request ->> 'mode')
  on conflict (source, office_key, resource) where status = 'open' do nothing
  returning * into run;
  if run.id is null then
    select * into run from public.mls_ingest_runs r
    where r.source = request ->> 'source' and r.office_key = office ->> 'office_key' and r.resource = request ->> 'resource' and r.status = 'open';
    return jsonb_build_object('status', 409, 'code', 'run_open', 'run_id', run.id, 'started_at', run.started_at,
      'detail', 'A run for this source, office and resource is open. Finish or abandon it first; left alone for 6 hours it is closed.');
  end if;
  return jsonb_build_object('status', 201, 'answer', jsonb_build_object('run_id', run.id,
    'watermark', mls.watermark(run.source, run.office_key, run.resource)));
end $$;
comment on function mls.open_run(jsonb, jsonb) is
  'Opens a run {source, office_key, resource, mode}: {run_id, watermark}, or 409 run_open while one is open for the same source, office and resource.';

-- ----- mls.locked_run(uuid, jsonb) -----
create function mls.locked_run(run uuid, context jsonb) returns public.mls_ingest_runs
language sql volatile set search_path = ''
as $$
  select * from public.mls_ingest_runs r where r.id = run and r.client_id = context ->> 'client_id' for no key update
$$;
comment on function mls.locked_run(uuid, jsonb) is 'A run of this client, locked; null when there is none.';

-- ----- mls.refuse_run(text, mls_ingest_runs) -----
create function mls.refuse_run(run public.mls_ingest_runs) returns jsonb
language sql immutable set search_path = ''
as $$
  select case when run.id is null
    then '{"status": 404, "code": "unknown_run", "detail": "There is no such run of this client. Open one with POST /ingest/runs."}'::jsonb
    else jsonb_build_object('status', 409, 'code', 'run_closed', 'detail', format('The run is %s. Open a new one.', run.status))
  end
$$;
comment on function mls.refuse_run(public.mls_ingest_runs) is 'Why a run takes nothing: 404 unknown_run or 409 run_closed.';

-- ----- mls.add_run_keys(uuid, jsonb, jsonb) -----
create function mls.add_run_keys(run_id uuid, keys jsonb, context jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  run public.mls_ingest_runs := mls.locked_run(run_id, context);
  total integer;
begin
  if run.status is distinct from 'open' then
    return mls.refuse_run(run);
  end if;
  perform mls.note_run_keys(run.id, array(select jsonb_array_elements_text(keys)));
  update public.mls_ingest_runs r set keys_listed = coalesce(r.keys_listed, 0) + jsonb_array_length(keys), last_batch_at = now()
  where r.id = run.id
  returning r.keys_listed into total;
  return jsonb_build_object('status', 200, 'answer', jsonb_build_object('run_id', run.id, 'keys_listed', total));
end $$;
comment on function mls.add_run_keys(uuid, jsonb, jsonb) is
  'Adds a part of the key list of a FULL run: every key that the source holds. An empty list is one too. Repeats do no harm.';

-- ----- mls.deletable(text) -----
create function mls.deletable(resource text, out table_name text, out keys text, out condition text)
language sql immutable set search_path = ''
as $$
  select d.table_name, d.keys, d.condition
  from (values
    ('property', 'mls_listings', 'array[t.origin_key]', $q$t.origin_system in ('QOBRIX', 'DASH_API', 'DASH_FILE') and t.is_externally_managed$q$),
    ('media', 'mls_listing_media', $q$array[t.origin_media_key, t.origin_media_key || '~' || t.resource_record_key]$q$,
      $q$t.origin_media_key is not null and not t.locked
        and not exists (select from public.mls_listings l where l.id = t.listing_id and not l.is_externally_managed)$q$),
    ('contacts', 'mls_contacts', 'array[t.origin_contact_key]', 't.origin_contact_key is not null'),
    ('member', 'mls_members', 'array[t.origin_member_key]', 't.origin_hash is not null'),
    ('office', 'mls_offices', 'array[t.office_key]', 't.origin_hash is not null and not t.is_market'),
    ('showing_appointment', 'mls_showings', 'array[t.origin_showing_key]', 't.origin_hash is not null')
  ) d (resource, table_name, keys, condition)
  where d.resource = deletable.resource
$$;
comment on function mls.deletable(text) is
  'Which rows of a resource a FULL run may flag, and the keys that keep them: those of a source, and neither taken over nor locked here.';

-- ----- mls.vanished(mls_ingest_runs) -----
create function mls.vanished(run public.mls_ingest_runs, out ids uuid[], out of bigint)
language plpgsql stable set search_path = ''
as $$
declare
  rule record := mls.deletable(run.resource);
begin
  execute format(
    'select coalesce(array_agg(t.id) filter (where not exists (
       select from public.mls_ingest_run_keys k where k.run_id = $1 and k.record_key = any (%s))), ''{}''), count(*)
     from public.%I t where t.originating_office_key = $2 and not t.origin_deleted and %s',
    rule.keys, rule.table_name, rule.condition)
  into ids, of using run.id, run.office_key;
end $$;
comment on function mls.vanished(public.mls_ingest_runs) is 'Live rows of the run''s office and resource that the run has not named, and how many are live.';

-- ----- mls.finish_run(uuid, jsonb, jsonb) -----
create function mls.finish_run(run_id uuid, request jsonb, context jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  run public.mls_ingest_runs := mls.locked_run(run_id, context);
  abandon boolean := coalesce((request ->> 'abandon')::boolean, false);
  force boolean := coalesce((request ->> 'force')::boolean, false);
  wanted text := case when abandon then 'abandoned' else 'finished' end;
  arrived bigint;
  gone uuid[] := '{}';
  live bigint;
  threshold double precision;
begin
  if run.status is distinct from 'open' then
    -- a repeated request gets its answer again
    return case when run.status = wanted then mls.run_result(run) else mls.refuse_run(run) end;
  end if;
  if not abandon then
    arrived := greatest((select sum(value::bigint) from jsonb_each_text(run.totals)), run.keys_listed);
    if not force and (request ->> 'expected_records')::bigint > arrived then
      return jsonb_build_object('status', 409, 'code', 'incomplete_run', 'expected', (request ->> 'expected_records')::bigint, 'received', arrived,
        'detail', 'Records are missing. Send them and finish again, or finish with force or abandon.');
    end if;
    if run.mode = 'FULL' and run.keys_listed is not null then
      perform pg_advisory_xact_lock(hashtextextended('mls.ingest:' || run.office_key, 0));
      select v.ids, v.of into gone, live from mls.vanished(run) v;
      select o.shrink_threshold into threshold from public.mls_offices o where o.office_key = run.office_key;
      if not force and cardinality(gone) > threshold * live then
        return jsonb_build_object('status', 409, 'code', 'shrink_refused', 'would_flag', cardinality(gone), 'of', live,
          'threshold', threshold, 'detail', 'The run would flag too many records as deleted. If that is right finish with force, else abandon.');
      end if;
      perform mls.flag_deleted(run.resource, gone);
    end if;
  end if;
  update public.mls_ingest_runs r set
    status = wanted, finished_at = clock_timestamp(), flagged_deleted = cardinality(gone),
    watermark = case when abandon then null else coalesce(r.high_water, mls.watermark(r.source, r.office_key, r.resource), r.started_at) end,
    expected_records = (request ->> 'expected_records')::bigint, gold_summary = request -> 'gold_summary',
    closed_because = case when abandon then 'abandoned by the client' when force then 'forced' end
  where r.id = run.id
  returning * into run;
  delete from public.mls_ingest_run_keys k where k.run_id = run.id;
  return mls.run_result(run);
end $$;
comment on function mls.finish_run(uuid, jsonb, jsonb) is
  'Closes a run {expected_records?, gold_summary?, force?, abandon?}. A FULL run with a key list flags what vanished, unless more than the office''s shrink_threshold would be flagged (409 shrink_refused) or records are missing (409 incomplete_run); the run then stays open.';

-- ----- mls.flag_deleted(text, uuid[]) -----
create function mls.flag_deleted(resource text, ids uuid[]) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  rule record := mls.deletable(resource);
begin
  if cardinality(ids) > 0 then
    perform set_config('mls.change_source', 'INGRESS', true);
    execute format('update public.%I set origin_deleted = true where id = any ($1)', rule.table_name) using ids;
    perform set_config('mls.change_source', '', true);
  end if;
end $$;
comment on function mls.flag_deleted(text, uuid[]) is 'Flags rows whose source no longer holds them. A merge that meets the record again clears the flag.';

-- ----- mls.run_result(mls_ingest_runs) -----
create function mls.run_result(run public.mls_ingest_runs) returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object('status', 200, 'answer', jsonb_build_object(
    'status', run.status, 'totals', run.totals, 'flagged_deleted', run.flagged_deleted, 'watermark', run.watermark))
$$;
comment on function mls.run_result(public.mls_ingest_runs) is 'Answer to finish: {status, totals, flagged_deleted, watermark}.';

-- ----- mls.get_runs(jsonb, jsonb) -----
create function mls.get_runs(request jsonb, context jsonb) returns jsonb
language sql stable security definer set search_path = ''
as $$
  select jsonb_build_object('status', 200, 'answer', jsonb_build_object('runs', coalesce(jsonb_agg(r.run), '[]')))
  from (
    select mls.describe_run(r) as run
    from public.mls_ingest_runs r
    where (context -> 'offices') ? r.office_key
      and (request ->> 'office_key' is null or r.office_key = (select o.office_key from mls.market_offices o where o.name = request ->> 'office_key'))
      and (request ->> 'resource' is null or r.resource = request ->> 'resource')
      and (request ->> 'source' is null or r.source = request ->> 'source')
      and (request ->> 'status' is null or r.status = request ->> 'status')
    order by r.started_at desc
    limit least(coalesce((request ->> 'limit')::integer, 50), 500)
  ) r
$$;
comment on function mls.get_runs(jsonb, jsonb) is 'Runs of the client''s offices, newest first: {office_key?, resource?, source?, status?, limit?}.';

-- ----- mls.get_run(uuid, jsonb) -----
create function mls.get_run(run_id uuid, context jsonb) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  run public.mls_ingest_runs;
begin
  select * into run from public.mls_ingest_runs r where r.id = get_run.run_id and (context -> 'offices') ? r.office_key;
  return case when run.id is null then mls.refuse_run(run)
    else jsonb_build_object('status', 200, 'answer', mls.describe_run(run)) end;
end $$;
comment on function mls.get_run(uuid, jsonb) is 'One run of the client''s offices.';

grant execute on function mls.open_run(jsonb, jsonb), mls.add_run_keys(uuid, jsonb, jsonb), mls.finish_run(uuid, jsonb, jsonb),
  mls.get_runs(jsonb, jsonb), mls.get_run(uuid, jsonb), mls.ingest_watermark(jsonb, jsonb) to service_role;

-- ===== what a flag means for people =====

-- ----- mls.follow_origin_deleted(): row trigger of mls_listings -----
create function mls.follow_origin_deleted() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if new.origin_deleted and new.claimed_at is not null then
    insert into public.mls_listing_tasks (tenant_id, listing_id, kind, title, description, assigned_to, priority)
    values (new.tenant_id, new.id, 'ORIGIN_DELETED', 'The source no longer holds this listing',
      'A complete delivery of the source came without it. Withdraw the listing, or take it over.', new.broker_id, 'HIGH')
    on conflict do nothing;
  elsif not new.origin_deleted then
    update public.mls_listing_tasks t set status = 'CANCELLED'
    where t.listing_id = new.id and t.kind = 'ORIGIN_DELETED' and t.status in ('OPEN', 'IN_PROGRESS');
  end if;
  return null;
end $$;
comment on function mls.follow_origin_deleted() is 'Row trigger: a task for the broker when the source drops a claimed listing; gone when it returns.';
create trigger follow_origin_deleted after update on public.mls_listings
  for each row when (new.origin_deleted is distinct from old.origin_deleted) execute function mls.follow_origin_deleted();

-- ===== quarantine =====

-- ----- mls_ingest_quarantine: records that could not be taken -----
create table public.mls_ingest_quarantine (
  id uuid primary key default gen_random_uuid(),
  seq bigint generated always as identity,
  client_id text not null,
  resource text not null,
  office_key text,
  tenant_id uuid references public.mls_tenants (id),
  record_key text,
  reason text not null,
  errors jsonb not null default '[]',
  payload jsonb,
  payload_hash text not null,
  run_id uuid references public.mls_ingest_runs (id) on delete set null,
  batch_id uuid,
  status text not null default 'open' check (status in ('open', 'replayed', 'resolved', 'dismissed')),
  note text,
  times integer not null default 1,
  first_seen_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  settled_at timestamptz,
  expires_at timestamptz not null
);
comment on table public.mls_ingest_quarantine is
  'Rejected records with their reasons. open until the record gets in (resolved), is sent again from here (replayed) or is dismissed.';
comment on column public.mls_ingest_quarantine.payload is 'The record as read; null once it has expired.';
create unique index mls_ingest_quarantine_open on public.mls_ingest_quarantine (resource, payload_hash) where status = 'open';
create index mls_ingest_quarantine_key on public.mls_ingest_quarantine (resource, record_key) where record_key is not null;
create index mls_ingest_quarantine_office on public.mls_ingest_quarantine (office_key, status, seq);
create index mls_ingest_quarantine_tenant on public.mls_ingest_quarantine (tenant_id) where tenant_id is not null;
create index mls_ingest_quarantine_run on public.mls_ingest_quarantine (run_id) where run_id is not null;
create index mls_ingest_quarantine_expires on public.mls_ingest_quarantine (expires_at) where payload is not null;
alter table public.mls_ingest_quarantine enable row level security;
alter table public.mls_ingest_quarantine force row level security;
grant select, insert, update, delete on public.mls_ingest_quarantine to service_role;

-- ----- mls.note_rejects(text, jsonb, jsonb, jsonb) -----
create function mls.note_rejects(resource text, rows jsonb, receipt jsonb, context jsonb) returns void
language plpgsql volatile set search_path = ''
as $$
#variable_conflict use_column
begin
  -- whatever got in settles what was wrong with it before
  update public.mls_ingest_quarantine q set status = 'resolved', settled_at = now()
  where q.status = 'open' and q.resource = note_rejects.resource
    and q.record_key in (
      select e ->> 'key' from jsonb_array_elements(receipt -> 'records') e where e ->> 'outcome' not in ('reject', 'stale', 'skip'));
  if (receipt -> 'totals' ->> 'reject')::integer = 0 then
    return;
  end if;
  insert into public.mls_ingest_quarantine
    (client_id, resource, office_key, tenant_id, record_key, reason, errors, payload, payload_hash, run_id, batch_id, expires_at)
  select coalesce(context ->> 'client_id', 'rpc'), note_rejects.resource, o.office_key, o.tenant_id, x.entry ->> 'key',
    x.entry ->> 'reason', coalesce(x.entry -> 'errors', '[]'), x.record, x.hash, (context ->> 'run_id')::uuid, (receipt ->> 'batch_id')::uuid,
    now() + case when note_rejects.resource in ('contacts', 'member', 'showing_appointment') then interval '14 days' else interval '60 days' end
  from (
    select distinct on (h.hash) e.entry, nullif(rows -> (e.entry ->> 'index')::integer -> 'r', 'null') as record, h.hash
    from jsonb_array_elements(receipt -> 'records') e (entry)
    cross join lateral (
      select md5(coalesce((rows -> (e.entry ->> 'index')::integer -> 'r')::text, '') || (e.entry ->> 'reason')) as hash
    ) h
    where e.entry ->> 'outcome' = 'reject' and e.entry ->> 'reason' <> 'erased'
    order by h.hash
  ) x
  left join mls.market_offices o on o.name = x.record ->> 'OriginatingSystemOfficeKey'
  on conflict (resource, payload_hash) where status = 'open'
  do update set times = mls_ingest_quarantine.times + 1, last_seen_at = now(), run_id = excluded.run_id, batch_id = excluded.batch_id;
end $$;
comment on function mls.note_rejects(text, jsonb, jsonb, jsonb) is
  'Keeps the rejected records of a batch, once per content, and settles those whose key got in. Persons are kept 14 days, listings 60. A person who was erased is not kept at all.';

-- ----- mls.expire_quarantine() -----
create function mls.expire_quarantine() returns integer
language sql volatile security definer set search_path = ''
as $$
  with expired as (
    update public.mls_ingest_quarantine q
    set payload = null, errors = '[]', status = case when q.status = 'open' then 'dismissed' else q.status end,
      note = coalesce(q.note, 'expired'), settled_at = coalesce(q.settled_at, now())
    where q.expires_at < now() and q.payload is not null
    returning q.id
  )
  select count(*)::integer from expired
$$;
comment on function mls.expire_quarantine() is 'Forgets the content of rejected records whose time is over. Called by the clock. Answers how many.';

-- ----- mls.list_quarantine(jsonb, jsonb) -----
create function mls.list_quarantine(request jsonb, context jsonb) returns jsonb
language sql stable security definer set search_path = ''
as $$
  select jsonb_build_object('status', 200, 'answer', jsonb_build_object('records', coalesce(jsonb_agg(to_jsonb(q) order by q.seq), '[]')))
  from (
    select q.seq, q.id, q.resource, q.office_key, q.record_key, q.reason, q.errors, q.payload, q.run_id, q.batch_id, q.status, q.note, q.times,
      q.first_seen_at, q.last_seen_at, q.settled_at, q.expires_at
    from public.mls_ingest_quarantine q
    where ((context -> 'offices') ? q.office_key or (q.office_key is null and q.client_id = context ->> 'client_id'))
      and q.status = coalesce(request ->> 'status', 'open')
      and (request ->> 'resource' is null or q.resource = request ->> 'resource')
      and (request ->> 'office_key' is null or q.office_key = request ->> 'office_key')
      and (request ->> 'reason' is null or q.reason = request ->> 'reason')
      and q.seq > coalesce((request ->> 'after')::bigint, 0)
    order by q.seq
    limit least(coalesce((request ->> 'limit')::integer, 100), 1000)
  ) q
$$;
comment on function mls.list_quarantine(jsonb, jsonb) is
  'Rejected records of the client''s offices, oldest first: {status? (open), resource?, office_key?, reason?, after? (seq), limit?}.';

-- ----- mls.replay_quarantine(uuid[], jsonb) -----
create function mls.replay_quarantine(ids uuid[], context jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  part record;
  answer jsonb;
  receipts jsonb := '[]';
begin
  for part in
    select q.resource, jsonb_agg((q.payload - '$raw') || coalesce(q.payload -> '$raw', '{}') order by q.seq) as records,
      array_agg(q.id order by q.seq) as ids
    from public.mls_ingest_quarantine q
    where q.id = any (ids) and q.payload is not null and q.status = 'open'
      and ((context -> 'offices') ? q.office_key or (q.office_key is null and q.client_id = context ->> 'client_id'))
    group by q.resource, (q.seq / 1000)
  loop
    update public.mls_ingest_quarantine q set status = 'replayed', settled_at = now() where q.id = any (part.ids);
    answer := mls.ingest_batch(part.resource, mls.read_records(part.resource, part.records), context || '{"request_path": "quarantine"}');
    receipts := receipts || (answer -> 'receipt');
  end loop;
  return jsonb_build_object('status', 200, 'answer', jsonb_build_object('receipts', receipts));
end $$;
comment on function mls.replay_quarantine(uuid[], jsonb) is
  'Sends open quarantined records in again, as they were sent: {receipts}. What is still wrong comes back as a new entry.';

-- ----- mls.dismiss_quarantine(uuid[], text, jsonb) -----
create function mls.dismiss_quarantine(ids uuid[], note text, context jsonb) returns jsonb
language sql volatile security definer set search_path = ''
as $$
  with dismissed as (
    update public.mls_ingest_quarantine q
    set status = 'dismissed', note = dismiss_quarantine.note, payload = null, settled_at = now()
    where q.id = any (ids) and q.status = 'open'
      and ((context -> 'offices') ? q.office_key or (q.office_key is null and q.client_id = context ->> 'client_id'))
    returning q.id
  )
  select jsonb_build_object('status', 200, 'answer', jsonb_build_object('dismissed', count(*))) from dismissed
$$;
comment on function mls.dismiss_quarantine(uuid[], text, jsonb) is 'Settles quarantined records that will not be sent again and forgets their content: {dismissed}.';

grant execute on function mls.list_quarantine(jsonb, jsonb), mls.replay_quarantine(uuid[], jsonb), mls.dismiss_quarantine(uuid[], text, jsonb),
  mls.expire_quarantine() to service_role;

-- ===== housekeeping =====

-- ----- mls.close_stale_runs() -----
create function mls.close_stale_runs() returns integer
language sql volatile security definer set search_path = ''
as $$
  select mls.expire_quarantine();
  with closed as (
    update public.mls_ingest_runs r
    set status = 'abandoned', finished_at = clock_timestamp(), closed_because = 'no sign of life for 6 hours'
    where r.status = 'open' and greatest(r.started_at, r.last_batch_at) < now() - interval '6 hours'
    returning r.id
  ),
  cleared as (
    delete from public.mls_ingest_run_keys k using closed c where k.run_id = c.id
  )
  select count(*)::integer from closed
$$;
comment on function mls.close_stale_runs() is
  'Abandons runs whose client has gone away, so that the next one can open, and lets quarantined records expire. Called by the clock. Answers how many runs it closed.';
grant execute on function mls.close_stale_runs() to service_role;
