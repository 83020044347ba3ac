-- The one way in. The functions that write a resource (mls.merge_listings, mls.merge_media, ...) are called from here only.
-- Their plans are generic: one for the rows at hand would hold them, and a batch of 8 MB be copied several times.

-- ===== the way in =====

-- ----- mls.merge(text, jsonb, jsonb) -----
create function mls.merge(resource text, rows jsonb, context jsonb) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = force_generic_plan
as $$
declare
  results jsonb;
begin
  execute format('select mls.%I($1, $2)', case resource when 'property' then 'merge_listings' else 'merge_' || resource end)
    into results using rows, context;
  perform mls.after_merge(resource, rows, results);
  return results;
end $$;
comment on function mls.merge(text, jsonb, jsonb) is
  'The merge of a resource and what follows from it (mls.after_merge). Rows and answer as mls.merge_listings().';

-- ----- mls.after_merge(text, jsonb, jsonb) -----
create function mls.after_merge(resource text, rows jsonb, results jsonb) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = force_generic_plan
as $$
declare
  inserted text[];
  written text[];
begin
  select array_agg(e ->> 'key') filter (where e ->> 'outcome' = 'insert'), array_agg(e ->> 'key') filter (where e ->> 'outcome' in ('insert', 'refresh'))
  into inserted, written
  from jsonb_array_elements(results) e;
  if resource = 'property' and written is not null then
    perform mls.merge_further_fields(rows, results);
    if inserted is not null then
      perform mls.link_siblings(inserted);
      perform mls.assign_listings(inserted);
    end if;
    perform mls.link_contacts(written, '{}');
    perform mls.auto_publish(written);
  elsif resource = 'media' and written is not null then
    perform mls.auto_publish(array(select distinct e -> 'r' ->> 'ResourceRecordKey' from jsonb_array_elements(rows) e));
  elsif resource = 'contacts' and written is not null then
    perform mls.link_contacts('{}', written);
  end if;
end $$;
comment on function mls.after_merge(text, jsonb, jsonb) is 'What follows from a merge, in its transaction: siblings, assignment, contact roles, automatic publication.';

-- ----- mls.lock_records(text, jsonb) -----
create function mls.lock_records(resource text, rows jsonb) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  -- the media of a listing are merged together
  key_field constant text := case resource when 'media' then 'ResourceRecordKey' else mls.resource_key(resource) end;
  keys constant text[] := array(select distinct e -> 'r' ->> key_field from jsonb_array_elements(rows) e);
begin
  if resource in ('property', 'media') then
    perform from public.mls_listings l where l.origin_key = any (keys) order by l.id for no key update;
  end if;
  if resource <> 'property' then
    execute (
      select format('select from public.%I t where t.%I = any ($1) order by t.id for no key update',
        r.table_name, case r.resource when 'media' then 'resource_record_key' else r.key_column end)
      from mls.resources r where r.resource = lock_records.resource
    ) using keys;
  end if;
end $$;
comment on function mls.lock_records(text, jsonb) is
  'Locks what the rows of a batch may change. Needed before a batch is merged in parts: the refresh of the first part holds the stamp lock, and waiting for a row after that would deadlock with its writer.';

-- ----- mls.merge_isolating(text, jsonb, jsonb) -----
create function mls.merge_isolating(resource text, rows jsonb, context jsonb) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = force_generic_plan
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

-- ----- mls.merge_records(text, jsonb, jsonb) -----
create function mls.merge_records(resource text, rows jsonb, context jsonb) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = force_generic_plan
as $$
declare
  settled jsonb;
  places integer[];
  merged jsonb;
begin
  if not rows @? '$[*].r."@deleted"' then
    return mls.merge_isolating(resource, rows, context);
  end if;
  -- first: once the merge has refreshed what is served, waiting for a row would deadlock with its writer
  perform mls.lock_records(resource, rows);
  settled := mls.merge_deletions(resource, rows, context);
  perform set_config('mls.change_source', 'INGRESS', true);
  places := array(
    select n from generate_series(0, jsonb_array_length(rows) - 1) n
    where not exists (select from jsonb_array_elements(settled) s where (s ->> 'index')::integer = n)
    order by n
  );
  merged := case when cardinality(places) = 0 then '[]' else mls.merge_isolating(resource,
    (select jsonb_agg(rows -> p.place order by p.n) from unnest(places) with ordinality p (place, n)), context) end;
  return (
    select jsonb_agg(x.entry order by (x.entry ->> 'index')::integer)
    from (
      select e || jsonb_build_object('index', places[(e ->> 'index')::integer + 1]) from jsonb_array_elements(merged) e
      union all
      select s from jsonb_array_elements(settled) s
    ) x (entry)
  );
end $$;
comment on function mls.merge_records(text, jsonb, jsonb) is
  'The merge of a batch: deletions ({"@deleted": true}) are settled apart, all else by mls.merge_isolating(). Answers one result per record, in input order.';

-- ----- mls.totals(jsonb) -----
create function mls.totals(results jsonb) returns jsonb
language sql immutable set search_path = ''
as $$
  select jsonb_object_agg(o.outcome, o.amount)
  from (
    select k.outcome, count(r.outcome) as amount
    from unnest(array['insert', 'refresh', 'track', 'unchanged', 'stale', 'skip', 'reject', 'delete']) k (outcome)
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

-- ===== what a batch leaves in its run =====

-- ----- mls.time_field(text, text) -----
create function mls.time_field(resource text, office_key text) returns text
language sql stable set search_path = ''
as $$
  select coalesce(r.time_field, o.time_field)
  from mls.resources r
  left join mls.market_offices o on o.name = time_field.office_key
  where r.resource = time_field.resource
$$;
comment on function mls.time_field(text, text) is 'Field in which records of a resource and market office say when they changed; null when they do not say it.';

-- ----- mls.newest_source_time(text, jsonb, timestamptz) -----
create function mls.newest_source_time(time_field text, rows jsonb, at_most timestamptz) returns timestamptz
language sql stable set search_path = '' set timezone = 'UTC'
as $$
  select max(m.moment)
  from jsonb_array_elements(rows) e
  cross join lateral (
    -- as the merges read it: 11/03/2026, a day of March, would be taken for one of November
    select case when e -> 'r' ->> time_field ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}' and pg_input_is_valid(e -> 'r' ->> time_field, 'timestamptz')
      then (e -> 'r' ->> time_field)::timestamptz end as moment
  ) m
  where m.moment <= at_most
$$;
comment on function mls.newest_source_time(text, jsonb, timestamptz) is
  'Newest modification time, up to a moment, that the source wrote into this field of these records. Later ones are left out and not cut: one record of 2099 would make it that moment, and what lies between would never be read.';

-- ----- mls.run_keys(text, jsonb) -----
create function mls.run_keys(resource text, rows jsonb) returns text[]
language plpgsql stable set search_path = ''
as $$
declare
  key_field constant text := mls.resource_key(resource);
begin
  return (
    select coalesce(array_agg(distinct k.key), '{}')
    from jsonb_array_elements(rows) e
    cross join lateral (
      select case when resource = 'media' then e -> 'r' ->> 'MediaKey' || '~' || (e -> 'r' ->> 'ResourceRecordKey')
        else e -> 'r' ->> key_field end as key
    ) k
    where length(k.key) between 1 and 520 and e -> 'r' -> '@deleted' is null
  );
end $$;
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

-- ----- mls.ingest_batch(text, jsonb, jsonb) -----
create function mls.ingest_batch(resource text, rows jsonb, context jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off
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
    context := context || jsonb_build_object('office_key', run.office_key, 'source', run.source);
  end if;
  if coalesce(context ->> 'absent', run.absent) = 'null' then
    if run.mode is distinct from 'FULL' then
      delete from public.mls_ingest_receipts r where r.batch_id = batch;
      return jsonb_build_object('status', 400, 'code', 'invalid_parameter', 'target', 'absent',
        'detail', 'absent=null is for batches of a FULL run: name one with ?run=ID.');
    end if;
    rows := mls.fill_absent(resource, rows);
  end if;

  perform set_config('mls.change_source', 'INGRESS', true);

  -- batches of one office and resource go one after the other: twins meet an unchanged world, and nothing deadlocks
  foreach office in array array(
    select distinct o.office_key
    from jsonb_path_query(rows, '$[*].r.OriginatingSystemOfficeKey') named (name)
    join mls.market_offices o on o.name = named.name #>> '{}'
    order by 1
  ) loop
    perform pg_advisory_xact_lock(hashtextextended('mls.ingest:' || office, 0));
  end loop;

  if coalesce((context ->> 'dry_run')::boolean, false) then
    begin
      results := mls.merge_records(resource, rows, context);
      raise exception using errcode = 'MLSDR';
    exception when sqlstate 'MLSDR' then
      null; -- rolled back; results, a variable, survives
    end;
  else
    results := mls.merge_records(resource, rows, context);
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
    newest := mls.newest_source_time(mls.time_field(resource, run.office_key), rows, run.started_at);
    update public.mls_ingest_runs r
    set totals = mls.add_totals(r.totals, answer -> 'totals'), batches = r.batches + 1, last_batch_at = now(),
      high_water = greatest(r.high_water, newest)
    where r.id = run.id;
    if run.mode = 'FULL' then
      perform mls.note_run_keys(run.id, mls.run_keys(resource, rows));
    end if;
  end if;
  perform mls.note_rejects(resource, rows, answer, context);
  perform mls.count_usage(n.tenant_id, coalesce(context ->> 'client_id', 'rpc'), 'records', n.records)
  from (
    select o.tenant_id, count(*) as records
    from jsonb_path_query(rows, '$[*].r.OriginatingSystemOfficeKey') named (name)
    join mls.market_offices o on o.name = named.name #>> '{}'
    group by o.tenant_id order by o.tenant_id
  ) n;
  return jsonb_build_object('status', 200, 'receipt', answer);
end $$;
comment on function mls.ingest_batch(text, jsonb, jsonb) is
  'Takes one batch: rows [{r: record, e: [errors], w: [warnings]}], context {client_id, offices?, idempotency_key?, request_path, body_hash, run_id?, dry_run?, absent?}. Answers {status: 200, receipt: {batch_id, totals, records}} or {status, code, detail}. Idempotent per client, path and key for 7 days; two equal batches at once end in one merge.';
grant execute on function mls.ingest_batch(text, jsonb, jsonb) to service_role;
