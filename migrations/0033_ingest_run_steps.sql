-- How a run goes: a source says what it is about to send, sends it in batches, and closes the run. A FULL run with a key
-- list flags what its source no longer holds, in its own office and within bounds.

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
    'overlap_seconds', mls.overlap_seconds(request ->> 'source', office ->> 'office_key'),
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
  if request ->> 'absent' = 'null' and request ->> 'mode' <> 'FULL' then
    return jsonb_build_object('status', 400, 'code', 'invalid_parameter', 'target', 'absent',
      'detail', 'absent "null" is for FULL runs: what a DELTA leaves out it may not have read.');
  end if;
  perform mls.close_stale_runs();
  insert into public.mls_ingest_runs (client_id, source, office_key, tenant_id, resource, mode, absent)
  values (context ->> 'client_id', request ->> 'source', office ->> 'office_key', (office ->> 'tenant_id')::uuid,
    request ->> 'resource', request ->> 'mode', coalesce(request ->> 'absent', 'keep'))
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
  'Opens a run {source, office_key, resource, mode, absent?}: {run_id, watermark}, or 409 run_open while one is open for the same source, office and resource.';

-- ----- mls.locked_run(uuid, jsonb) -----
create function mls.locked_run(run uuid, context jsonb) returns public.mls_ingest_runs
language sql volatile set search_path = ''
as $$
  select * from public.mls_ingest_runs r
  where r.id = run
    and (r.client_id = context ->> 'client_id' or (context ? 'operator' and (context -> 'offices') ? r.office_key))
  for no key update
$$;
comment on function mls.locked_run(uuid, jsonb) is 'A run of this client, or for an operator of one of its offices, locked; null when there is none.';

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
    watermark = case when abandon then null else coalesce(r.high_water, mls.watermark(r.source, r.office_key, r.resource)) end,
    expected_records = (request ->> 'expected_records')::bigint, gold_summary = request -> 'gold_summary',
    closed_because = case when abandon then 'abandoned' when force then 'forced' end
      || case when context ? 'operator' then ' by ' || (context ->> 'client_id') else ' by the client' end
  where r.id = run.id
  returning * into run;
  delete from public.mls_ingest_run_keys k where k.run_id = run.id;
  return mls.run_result(run);
end $$;
comment on function mls.finish_run(uuid, jsonb, jsonb) is
  'Closes a run {expected_records?, gold_summary?, force?, abandon?}. A FULL run with a key list flags what vanished, unless more than the office''s shrink_threshold would be flagged (409 shrink_refused) or records are missing (409 incomplete_run); the run then stays open.';

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
  select mls.list_page('runs', jsonb_agg(r.run order by r.started_at desc, r.id desc), mls.page_size(request, 50), 'started_at', 'run_id')
  from (
    select r.id, r.started_at, mls.describe_run(r) as run
    from public.mls_ingest_runs r
    where (context -> 'offices') ? r.office_key
      and (request ->> 'office_key' is null or r.office_key = (select o.office_key from mls.market_offices o where o.name = request ->> 'office_key'))
      and (request ->> 'resource' is null or r.resource = request ->> 'resource')
      and (request ->> 'source' is null or r.source = request ->> 'source')
      and (request ->> 'status' is null or r.status = request ->> 'status')
      and (request ->> 'before' is null
        or (r.started_at, r.id) < (split_part(request ->> 'before', '/', 1)::timestamptz, split_part(request ->> 'before', '/', 2)::uuid))
    order by r.started_at desc, r.id desc
    limit mls.page_size(request, 50)
  ) r
$$;
comment on function mls.get_runs(jsonb, jsonb) is 'Runs of the client''s offices, newest first: {office_key?, resource?, source?, status?, before? (next of a page), limit?}.';

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

-- ----- mls.get_receipt(uuid, jsonb) -----
create function mls.get_receipt(batch_id uuid, context jsonb) returns jsonb
language sql stable security definer set search_path = ''
as $$
  select coalesce((
    select jsonb_build_object('status', 200, 'answer', r.receipt)
    from public.mls_ingest_receipts r
    left join public.mls_ingest_runs run on run.id = r.run_id
    where r.batch_id = get_receipt.batch_id and r.receipt is not null
      and case when context ? 'operator' then
        context ? 'whole_hub' or (context -> 'offices') ? run.office_key
        -- without a run the batch may name any office of its client
        or (r.run_id is null and exists (
          select from public.mls_api_clients c
          where c.client_id = r.client_id and cardinality(c.offices) > 0 and not exists (
            select from unnest(c.offices) named (name) left join mls.market_offices o on o.name = named.name
            where o.office_key is null or not (context -> 'offices') ? o.office_key)))
      else r.client_id = context ->> 'client_id' end
  ), '{"status": 404, "code": "unknown_receipt", "detail": "There is no such receipt of this client. Receipts are kept for some days only."}')
$$;
comment on function mls.get_receipt(uuid, jsonb) is
  'A receipt again, as its batch was answered: for the client that sent it, and for an operator of the office of its run, or of all offices of the client.';

grant execute on function mls.get_receipt(uuid, jsonb), mls.open_run(jsonb, jsonb), mls.add_run_keys(uuid, jsonb, jsonb), mls.finish_run(uuid, jsonb, jsonb),
  mls.get_runs(jsonb, jsonb), mls.get_run(uuid, jsonb), mls.ingest_watermark(jsonb, jsonb) to service_role;

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
