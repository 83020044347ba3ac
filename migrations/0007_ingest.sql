-- Ingest: the decision per record, runs, receipts, and the one way in. The functions that write a resource
-- (mls.merge_listings, mls.merge_media, ...) are called from here only.

-- ===== who a batch is for =====

-- ----- mls.market_offices: every name that a batch may use for a market office -----
create view mls.market_offices with (security_invoker = true) as
select distinct on (n.name) n.name, o.office_key, o.tenant_id, o.origin_system, o.currency_code
from public.mls_offices o
cross join lateral unnest(array[o.office_key] || o.aliases) with ordinality n (name, rank)
where o.is_market
order by n.name, n.rank;
comment on view mls.market_offices is 'Market offices by key and by alias; a key wins over an equal alias.';
grant select on mls.market_offices to service_role;

-- ===== decisions =====

-- ----- mls.merge_outcome(...) -----
create function mls.merge_outcome(
  is_match boolean,
  is_managed boolean,
  is_claimed boolean,
  is_rejected boolean,
  is_newest boolean,
  is_older boolean,
  is_same boolean
) returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return case
    when is_match and not is_managed then 'skip'
    when is_rejected then 'reject'
    when not is_newest or is_older is true then 'stale'
    when not is_match then 'insert'
    when is_same is true then 'unchanged'
    when is_claimed then 'track'
    else 'refresh'
  end;
end $$;
comment on function mls.merge_outcome(boolean, boolean, boolean, boolean, boolean, boolean, boolean) is
  'What happens to an incoming record, first rule first: skip (the hub is authoritative), reject (unusable), stale (older than what is known, or than a twin in its batch), insert, unchanged (equal to the last applied record), track (claimed: only price, status and place follow), refresh (unclaimed: the source wins). Unknown times (null) are never older.';

-- ----- mls.tracked_status(...) -----
create function mls.tracked_status(current public.mls_listing_status, source_before text, source_now text)
returns public.mls_listing_status
language sql immutable parallel safe set search_path = ''
as $$
  select case
    when source_now is not distinct from source_before then null
    when current = 'PUBLISHED' then case source_now
      when 'Pending' then 'UNDER_OFFER' when 'Active Under Contract' then 'UNDER_OFFER'
      when 'Closed' then 'SOLD'
      when 'Withdrawn' then 'WITHDRAWN' when 'Canceled' then 'WITHDRAWN' when 'Expired' then 'WITHDRAWN' when 'Hold' then 'WITHDRAWN'
    end
    when current = 'UNDER_OFFER' then case source_now
      when 'Active' then 'PUBLISHED'
      when 'Closed' then 'SOLD'
      when 'Withdrawn' then 'WITHDRAWN' when 'Canceled' then 'WITHDRAWN' when 'Expired' then 'WITHDRAWN' when 'Hold' then 'WITHDRAWN'
    end
  end::public.mls_listing_status
$$;
comment on function mls.tracked_status(public.mls_listing_status, text, text) is
  'Status that a claimed listing takes when its source changes StandardStatus (RESO DD 2.0); null to stay. Only legal paths between published states: a source never publishes a draft and never reopens what is sold or withdrawn.';

-- ----- mls.reject_reason(...) -----
create function mls.reject_reason(record_key text, office_name text, office_key text, errors jsonb, context jsonb, is_erased boolean default false)
returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return case
    when is_erased then 'erased'
    when jsonb_array_length(coalesce(errors, '[]')) > 0 then 'invalid_fields'
    when coalesce(record_key, '') = '' then 'missing_key'
    when starts_with(record_key, 'MANUAL_') then 'reserved_key'
    when office_key is null then case when coalesce(office_name, '') = '' then 'missing_office' else 'unknown_office' end
    when context ? 'offices' and not (context -> 'offices') ? office_key then 'office_mismatch'
    when context ? 'office_key' and context ->> 'office_key' <> office_key then 'office_mismatch'
  end;
end $$;
comment on function mls.reject_reason(text, text, text, jsonb, jsonb, boolean) is
  'Why a record cannot be taken at all, null when it can: erased (a person who was removed for good), invalid_fields, missing_key, reserved_key (MANUAL_ begins the keys of listings created here), missing_office, unknown_office, office_mismatch (not an office of the client or of the run).';

-- ----- mls.merge_result(...) -----
create function mls.merge_result(ordinal integer, record_key text, outcome text, reason text, warnings jsonb, errors jsonb, ref_collision boolean default false)
returns jsonb
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return jsonb_strip_nulls(jsonb_build_object(
    'index', ordinal,
    'key', record_key,
    'outcome', outcome,
    'reason', case when outcome = 'reject' then reason end,
    'warnings', nullif(case when reason = 'erased' then '[]' else coalesce(warnings, '[]') end || case when ref_collision then
      '[{"field": "ListingId", "code": "ref_collision", "message": "Another listing of this market has this ListingId; both are kept."}]'::jsonb
      else '[]'::jsonb end, '[]'),
    'errors', case when outcome = 'reject' and reason <> 'erased' then nullif(coalesce(errors, '[]'), '[]') end
  ));
end $$;
comment on function mls.merge_result(integer, text, text, text, jsonb, jsonb, boolean) is
  'One entry of a receipt: {index, key, outcome, reason?, warnings?, errors?}.';

-- ----- mls.field_written_at(uuid, text) -----
create function mls.field_written_at(target uuid, column_name text) returns timestamptz
language plpgsql stable set search_path = ''
as $$
begin
  return (
    select w.written_at from public.mls_listing_field_writes w
    where w.listing_id = target and w.column_name = field_written_at.column_name
  );
end $$;
comment on function mls.field_written_at(uuid, text) is
  'When somebody other than an unclaimed refresh last wrote a column of a listing; null when nobody did. For mls_listing_drift.';
grant execute on function mls.field_written_at(uuid, text) to authenticated, service_role;

-- ===== runs and receipts =====

-- ----- mls_ingest_runs -----
create table public.mls_ingest_runs (
  id uuid primary key default gen_random_uuid(),
  client_id text not null,
  source text not null,
  office_key text not null references public.mls_offices (office_key),
  tenant_id uuid not null references public.mls_tenants (id),
  resource text not null
    check (resource in ('property', 'media', 'contacts', 'member', 'office', 'showing_appointment')),
  mode text not null check (mode in ('FULL', 'DELTA')),
  status text not null default 'open' check (status in ('open', 'finished', 'abandoned')),
  watermark timestamptz,
  totals jsonb not null default '{"insert": 0, "refresh": 0, "track": 0, "unchanged": 0, "stale": 0, "skip": 0, "reject": 0}',
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
comment on column public.mls_ingest_runs.keys_listed is 'Keys of the key list so far; null while none was sent: then nothing may be flagged.';
comment on column public.mls_ingest_runs.high_water is 'Newest source time that arrived, never later than the start of the run.';
create unique index mls_ingest_runs_open on public.mls_ingest_runs (source, office_key, resource) where status = 'open';
create index mls_ingest_runs_office on public.mls_ingest_runs (office_key, resource, started_at);
create index mls_ingest_runs_tenant on public.mls_ingest_runs (tenant_id);

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

-- ===== the way in =====

-- ----- mls.merge(text, jsonb, jsonb) -----
create function mls.merge(resource text, rows jsonb, context jsonb) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  results jsonb := case resource
    when 'property' then mls.merge_listings(rows, context)
    when 'media' then mls.merge_media(rows, context)
    when 'member' then mls.merge_member(rows, context)
    when 'office' then mls.merge_office(rows, context)
    when 'contacts' then mls.merge_contacts(rows, context)
    when 'showing_appointment' then mls.merge_showing_appointment(rows, context)
  end;
begin
  perform mls.after_merge(resource, rows, results);
  return results;
end $$;
comment on function mls.merge(text, jsonb, jsonb) is
  'The merge of a resource and what follows from it (mls.after_merge). Rows and answer as mls.merge_listings().';

-- ----- mls.lock_records(text, jsonb) -----
create function mls.lock_records(resource text, rows jsonb) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  keys text[] := array(
    select distinct e -> 'r' ->> case resource when 'media' then 'ResourceRecordKey' else mls.resource_key(resource) end
    from jsonb_array_elements(rows) e
  );
begin
  if resource in ('property', 'media') then
    perform from public.mls_listings l where l.origin_key = any (keys) order by l.id for no key update;
  end if;
  case resource
    when 'media' then perform from public.mls_listing_media m where m.resource_record_key = any (keys) order by m.id for no key update;
    when 'member' then perform from public.mls_members m where m.origin_member_key = any (keys) order by m.id for no key update;
    when 'office' then perform from public.mls_offices o where o.office_key = any (keys) order by o.id for no key update;
    when 'contacts' then perform from public.mls_contacts c where c.origin_contact_key = any (keys) order by c.id for no key update;
    when 'showing_appointment' then perform from public.mls_showings s where s.origin_showing_key = any (keys) order by s.id for no key update;
    else null;
  end case;
end $$;
comment on function mls.lock_records(text, jsonb) is
  'Locks what the rows of a batch may change. Needed before a batch is merged in parts: the refresh of the first part holds the stamp lock, and waiting for a row after that would deadlock with its writer.';

-- ----- mls.merge_isolating(text, jsonb, jsonb) -----
create function mls.merge_isolating(resource text, rows jsonb, context jsonb) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  results jsonb;
  half integer := jsonb_array_length(rows) / 2;
begin
  begin
    results := mls.merge(resource, rows, context);
    -- refresh what is served now, inside this block, so that a record that cannot be rendered is found out too
    set constraints mls.refresh immediate;
    set constraints mls.refresh deferred;
    return results;
  exception
    when query_canceled or deadlock_detected or serialization_failure or lock_not_available
      or insufficient_resources or operator_intervention or system_error then
      raise;
    when others then
      if jsonb_array_length(rows) <= 1 then
        raise warning 'ingest: a record of % could not be written: % (%)', resource, sqlerrm, sqlstate;
        return jsonb_build_array(jsonb_build_object(
          'index', 0, 'outcome', 'reject', 'reason', 'write_failed',
          'errors', jsonb_build_array(jsonb_build_object(
            'field', '', 'code', 'write_failed',
            'message', format('The database refused the record (SQLSTATE %s). The batch went on without it; see the database log.', sqlstate)))
        ) || jsonb_strip_nulls(jsonb_build_object('key', rows -> 0 -> 'r' ->> mls.resource_key(resource))));
      end if;
  end;
  perform mls.lock_records(resource, rows);
  return mls.merge_isolating(resource, jsonb_path_query_array(rows, '$[0 to $last]', jsonb_build_object('last', half - 1)), context)
    || mls.shift_results(mls.merge_isolating(resource, jsonb_path_query_array(rows, '$[$first to last]', jsonb_build_object('first', half)), context), half);
end $$;
comment on function mls.merge_isolating(text, jsonb, jsonb) is
  'mls.merge() that survives a bad row: when the statement fails the batch is halved until only that row is rejected. Failures that say nothing about a row (cancelled, deadlock, disk full, shutdown) are raised.';

-- ----- mls.shift_results(jsonb, integer) -----
create function mls.shift_results(results jsonb, by integer) returns jsonb
language sql immutable set search_path = ''
as $$
  select coalesce(jsonb_agg(e || jsonb_build_object('index', (e ->> 'index')::integer + by) order by n), '[]')
  from jsonb_array_elements(results) with ordinality t (e, n)
$$;
comment on function mls.shift_results(jsonb, integer) is 'Receipt entries with their index moved, for the second half of a halved batch.';

-- ----- mls.resource_key(text) -----
create function mls.resource_key(resource text) returns text
language sql immutable set search_path = ''
as $$
  select case resource
    when 'property' then 'ListingKey'
    when 'media' then 'MediaKey'
    when 'member' then 'MemberKey'
    when 'office' then 'OfficeKey'
    when 'contacts' then 'ContactKey'
    when 'showing_appointment' then 'ShowingAppointmentKey'
  end
$$;
comment on function mls.resource_key(text) is 'Key field of an ingest resource, null for an unknown one.';

-- ----- mls.totals(jsonb) -----
create function mls.totals(results jsonb) returns jsonb
language sql immutable set search_path = ''
as $$
  select jsonb_object_agg(o.outcome, o.amount)
  from (
    select k.outcome, count(r.outcome) as amount
    from unnest(array['insert', 'refresh', 'track', 'unchanged', 'stale', 'skip', 'reject']) k (outcome)
    left join jsonb_to_recordset(results) r (outcome text) on r.outcome = k.outcome
    group by k.outcome
  ) o
$$;
comment on function mls.totals(jsonb) is 'Receipt entries counted by outcome, zeros included.';

-- ----- mls.add_totals(jsonb, jsonb) -----
create function mls.add_totals(a jsonb, b jsonb) returns jsonb
language sql immutable set search_path = ''
as $$
  select jsonb_object_agg(key, value::bigint + coalesce((b ->> key)::bigint, 0)) from jsonb_each_text(a)
$$;
comment on function mls.add_totals(jsonb, jsonb) is 'Sum of two totals.';

-- ----- mls.ingest_batch(text, jsonb, jsonb) -----
create function mls.ingest_batch(resource text, rows jsonb, context jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  batch uuid := gen_random_uuid();
  stored public.mls_ingest_receipts;
  run public.mls_ingest_runs;
  office text;
  newest timestamptz;
  results jsonb;
  answer jsonb;
begin
  if mls.resource_key(resource) is null then
    return jsonb_build_object('status', 404, 'code', 'unknown_resource', 'detail', format('There is no resource "%s".', resource));
  end if;

  -- the first of two twins inserts; the other waits here for its commit and then finds the answer
  if context ->> 'idempotency_key' is not null and not coalesce((context ->> 'dry_run')::boolean, false) then
    delete from public.mls_ingest_receipts r
    where r.client_id = context ->> 'client_id' and r.request_path = context ->> 'request_path'
      and r.idempotency_key = context ->> 'idempotency_key' and r.received_at < now() - interval '7 days';
    insert into public.mls_ingest_receipts (batch_id, client_id, resource, idempotency_key, request_path, body_hash)
    values (batch, context ->> 'client_id', resource, context ->> 'idempotency_key', context ->> 'request_path', context ->> 'body_hash')
    on conflict (client_id, request_path, idempotency_key) where idempotency_key is not null do nothing;
    if not found then
      select * into stored from public.mls_ingest_receipts r
      where r.client_id = context ->> 'client_id' and r.request_path = context ->> 'request_path'
        and r.idempotency_key = context ->> 'idempotency_key';
      if stored.body_hash is distinct from context ->> 'body_hash' then
        return jsonb_build_object('status', 422, 'code', 'idempotency_mismatch',
          'detail', 'This Idempotency-Key was used with another body. Send the first body again, or a new key.');
      end if;
      return jsonb_build_object('status', 200, 'receipt', stored.receipt);
    end if;
  end if;

  if context ->> 'run_id' is not null then
    select * into run from public.mls_ingest_runs r where r.id = (context ->> 'run_id')::uuid and r.client_id = context ->> 'client_id'
    for key share;
    if not found then
      delete from public.mls_ingest_receipts r where r.batch_id = batch;
      return jsonb_build_object('status', 404, 'code', 'unknown_run', 'detail', 'There is no such run of this client. Open one with POST /ingest/runs.');
    end if;
    if run.status <> 'open' or run.resource <> ingest_batch.resource then
      delete from public.mls_ingest_receipts r where r.batch_id = batch;
      return jsonb_build_object('status', 409, 'code', case when run.status <> 'open' then 'run_closed' else 'run_resource_mismatch' end,
        'detail', format('The run is %s and takes %s records.', run.status, run.resource));
    end if;
    context := context || jsonb_build_object('office_key', run.office_key);
  end if;

  perform set_config('mls.change_source', 'INGRESS', true);

  -- batches of one office and resource go one after the other: twins meet an unchanged world, and nothing deadlocks
  for office in
    select distinct o.office_key
    from jsonb_path_query(rows, '$[*].r.OriginatingSystemOfficeKey') named (name)
    join mls.market_offices o on o.name = named.name #>> '{}'
    order by 1
  loop
    perform pg_advisory_xact_lock(hashtextextended('mls.ingest:' || office, 0));
  end loop;

  if coalesce((context ->> 'dry_run')::boolean, false) then
    begin
      results := mls.merge_isolating(resource, rows, context);
      raise exception using errcode = 'MLSDR';
    exception when sqlstate 'MLSDR' then
      null; -- rolled back; results, a variable, survives
    end;
  else
    results := mls.merge_isolating(resource, rows, context);
  end if;

  perform set_config('mls.change_source', '', true);
  answer := jsonb_build_object('batch_id', batch, 'totals', mls.totals(results), 'records', results);
  if coalesce((context ->> 'dry_run')::boolean, false) then
    return jsonb_build_object('status', 200, 'receipt', answer);
  end if;

  if context ->> 'idempotency_key' is not null then
    update public.mls_ingest_receipts r set receipt = answer, run_id = run.id where r.batch_id = batch;
  else
    insert into public.mls_ingest_receipts (batch_id, client_id, resource, run_id, request_path, body_hash, receipt)
    values (batch, coalesce(context ->> 'client_id', 'rpc'), resource, run.id, coalesce(context ->> 'request_path', 'rpc'),
      context ->> 'body_hash', answer);
  end if;
  if run.id is not null then
    newest := mls.newest_source_time(resource, rows);
    update public.mls_ingest_runs r
    set totals = mls.add_totals(r.totals, answer -> 'totals'), batches = r.batches + 1, last_batch_at = now(),
      high_water = greatest(r.high_water, case when newest > r.started_at then r.started_at else newest end)
    where r.id = run.id;
    if run.mode = 'FULL' then
      perform mls.note_run_keys(run.id, mls.run_keys(resource, rows));
    end if;
  end if;
  perform mls.note_rejects(resource, rows, answer, context);
  return jsonb_build_object('status', 200, 'receipt', answer);
end $$;
comment on function mls.ingest_batch(text, jsonb, jsonb) is
  'Takes one batch: rows [{r: record, e: [errors], w: [warnings]}], context {client_id, offices?, idempotency_key?, request_path, body_hash, run_id?, dry_run?}. Answers {status: 200, receipt: {batch_id, totals, records}} or {status, code, detail}. Idempotent per client, path and key for 7 days; two equal batches at once end in one merge.';
grant execute on function mls.ingest_batch(text, jsonb, jsonb) to service_role;
