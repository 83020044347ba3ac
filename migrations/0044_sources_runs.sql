-- Runs of sources: queued by people, by files and by the clock; claimed by lease; given back with what became of them.
--
--   queued -> running -> waiting -> running -> ... -> finished | failed | cancelled | refused
--
-- A run is in one hand: who holds its lease_token may save. A source is in one hand too, although a FULL and a DELTA of
-- it may be under way together: between the slices of a FULL, which may take hours, what is due of the DELTA is read.
-- So is a run MEDIA, which asks for the pictures of some listings whose addresses are over.

-- ----- mls.is_active(text) -----
create function mls.is_active(status text) returns boolean
language sql immutable set search_path = ''
as $$
  select status in ('queued', 'running', 'waiting')
$$;
comment on function mls.is_active(text) is 'Whether a run of a source with this status goes on.';

-- ----- mls.queue_source_run(source, mode, trigger, requested_by, force) -----
create function mls.queue_source_run(source public.mls_sources, mode text, trigger text, requested_by text, force boolean) returns uuid
language sql volatile set search_path = ''
as $$
  insert into public.mls_source_runs (source_id, tenant_id, mode, trigger, requested_by, force, ignores_circuit, mapping_version)
  values (source.id, source.tenant_id, queue_source_run.mode, queue_source_run.trigger, queue_source_run.requested_by, force,
    queue_source_run.trigger <> 'schedule', source.mapping_version)
  on conflict (source_id, mode) where status in ('queued', 'running', 'waiting') do nothing
  returning id
$$;
comment on function mls.queue_source_run(public.mls_sources, text, text, text, boolean) is
  'Queues a run; null while one of the same mode is active. One that a person asked for looks past the circuit once.';

-- ----- mls.start_source_run(text, jsonb, jsonb) -----
create function mls.start_source_run(wanted text, request jsonb, caller jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  source public.mls_sources := mls.caller_source(wanted, caller);
  active uuid;
  run uuid;
begin
  if source.id is null then
    return mls.no_source();
  end if;
  perform from public.mls_sources s where s.id = source.id for no key update;
  select r.id into active from public.mls_source_runs r
  where r.source_id = source.id and r.mode in ('FULL', 'DELTA') and r.status in ('queued', 'running', 'waiting') order by r.created_at limit 1;
  if active is not null then
    return jsonb_build_object('status', 409, 'code', 'run_active', 'run_id', active, 'detail', 'A run of this source is active. Wait for it, or cancel it.');
  end if;
  update public.mls_sources s set paused_reason = null where s.id = source.id and s.paused_reason is not null;
  run := mls.queue_source_run(source, request ->> 'mode', 'person', caller ->> 'name', coalesce((request ->> 'force')::boolean, false));
  return jsonb_build_object('status', 202, 'answer', jsonb_build_object('run_id', run));
end $$;
comment on function mls.start_source_run(text, jsonb, jsonb) is
  'Queues a run {mode, force?} of a source: 202 {run_id}, or 409 run_active. force: what is missing may be flagged beyond the shrink threshold.';

-- ----- mls.due_sources() -----
create function mls.due_sources() returns table (
  id uuid, cron text, full_cron text, interval_minutes integer, timezone text, next_run_at timestamptz, next_full_at timestamptz
)
language sql stable set search_path = ''
as $$
  select s.id, s.cron, s.full_cron, s.interval_minutes, s.timezone, s.next_run_at, s.next_full_at
  from public.mls_sources s
  where s.enabled and s.paused_reason is null and least(s.next_run_at, s.next_full_at) <= clock_timestamp()
$$;
comment on function mls.due_sources() is 'Sources of which a run is due, with what says when the next one will be.';

-- ----- mls.queue_due_source(id, seen_run, next_run, seen_full, next_full) -----
create function mls.queue_due_source(id uuid, seen_run timestamptz, next_run timestamptz, seen_full timestamptz, next_full timestamptz) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  source public.mls_sources;
  is_full boolean;
begin
  select * into source from public.mls_sources s
  where s.id = queue_due_source.id and s.next_run_at is not distinct from seen_run and s.next_full_at is not distinct from seen_full for update;
  if not found then
    return null; -- another worker has queued it
  end if;
  is_full := seen_full <= clock_timestamp();
  update public.mls_sources s set next_run_at = next_run, next_full_at = next_full where s.id = source.id;
  -- a FULL brings what a DELTA would; before the first FULL there is nothing to go on from
  return jsonb_build_object('run_id', mls.queue_source_run(source,
    case when is_full or source.marks = '{}' then 'FULL' else 'DELTA' end, 'schedule', null, false));
end $$;
comment on function mls.queue_due_source(uuid, timestamptz, timestamptz, timestamptz, timestamptz) is
  'Queues the due run of a source and sets when it is due next, unless another worker was first.';

-- ----- mls.claimable_source_runs(only_source) -----
create function mls.claimable_source_runs(only_source uuid default null) returns setof public.mls_source_runs
language sql stable set search_path = ''
as $$
  select r.*
  from public.mls_source_runs r
  join public.mls_sources s on s.id = r.source_id
  where r.status in ('queued', 'running', 'waiting') and r.mode <> 'PROBE' and r.due_at <= (select clock_timestamp())
    and (r.leased_until is null or r.leased_until < clock_timestamp())
    and (only_source is null or r.source_id = only_source)
    and s.paused_reason is null
    and (s.open_until is null or s.open_until <= clock_timestamp() or r.ignores_circuit)
    and not exists (select from public.mls_source_runs o where o.source_id = r.source_id and o.id <> r.id and o.leased_until >= clock_timestamp())
    and (r.mode <> 'FULL' or not exists (
      select from public.mls_source_runs o where o.source_id = r.source_id and o.mode in ('DELTA', 'MEDIA') and o.status in ('queued', 'running', 'waiting')))
  order by r.mode = 'FULL', r.mode, r.due_at
$$;
comment on function mls.claimable_source_runs(uuid) is
  'Runs that a worker may take now: due, in nobody''s hand, of a source in nobody''s hand whose circuit is closed. DELTA, then MEDIA, before FULL.';

-- ----- mls.seconds_until_due(only_source) -----
create function mls.seconds_until_due(only_source uuid default null) returns double precision
language sql stable set search_path = ''
as $$
  select case when exists (select from mls.claimable_source_runs(only_source)) then 0
    else (
      select greatest(0.05, extract(epoch from min(greatest(r.due_at, case when r.ignores_circuit then r.due_at else s.open_until end)) - clock_timestamp()))
      from public.mls_source_runs r join public.mls_sources s on s.id = r.source_id
      where r.status in ('queued', 'waiting') and r.mode <> 'PROBE' and s.paused_reason is null
        and (only_source is null or r.source_id = only_source)
        and not exists (select from public.mls_source_runs o where o.source_id = r.source_id and o.leased_until >= clock_timestamp())
        and (r.mode <> 'FULL' or not exists (
          select from public.mls_source_runs o where o.source_id = r.source_id and o.mode in ('DELTA', 'MEDIA') and o.status in ('queued', 'running', 'waiting')))
      having count(*) > 0
    ) end
$$;
comment on function mls.seconds_until_due(uuid) is 'Seconds until a run can be taken, 0 when one can be now; null when none waits, but for what is in another worker''s hands.';
grant execute on function mls.seconds_until_due(uuid) to service_role;

-- ----- mls.claim_source_run(lease_seconds, only_source) -----
create function mls.claim_source_run(lease_seconds double precision, only_source uuid default null) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  candidate record;
  run public.mls_source_runs;
begin
  for candidate in select c.id, c.source_id from mls.claimable_source_runs(only_source) c limit 20 loop
    perform from public.mls_sources s where s.id = candidate.source_id for no key update skip locked;
    continue when not found;
    -- looked at again under the lock of the source: another worker may have come and gone
    perform from mls.claimable_source_runs(candidate.source_id) c where c.id = candidate.id;
    continue when not found;
    update public.mls_source_runs r set
      status = 'running', lease_token = gen_random_uuid(), leased_until = clock_timestamp() + lease_seconds * interval '1 second',
      slices = r.slices + 1, started_at = coalesce(r.started_at, clock_timestamp()), ignores_circuit = false
    where r.id = candidate.id
    returning * into run;
    return mls.source_order(run);
  end loop;
  return null;
end $$;
comment on function mls.claim_source_run(double precision, uuid) is
  'Leases a run and answers all that is needed to work on it, credentials included: {run, source, market, credentials, session, hosts}. Null when nothing is due. No two workers have runs of one source.';

-- ----- mls.source_order(mls_source_runs) -----
create function mls.source_order(run public.mls_source_runs) returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  source public.mls_sources;
  secrets jsonb;
begin
  select * into source from public.mls_sources s where s.id = run.source_id;
  if exists (select from mls.source_secrets x where x.source_id = source.id) then
    execute 'select jsonb_object_agg(x.kind, d.decrypted_secret::jsonb) from mls.source_secrets x
      join vault.decrypted_secrets d on d.id = x.secret_id where x.source_id = $1' into secrets using source.id;
  end if;
  return jsonb_build_object(
    'run', jsonb_build_object('id', run.id, 'mode', run.mode, 'lease_token', run.lease_token, 'cursor', run.cursor, 'stage', run.stage,
      'done', run.done, 'force', run.force, 'trigger', run.trigger, 'failures', run.failures),
    'source', jsonb_build_object('id', source.id, 'office_key', source.office_key, 'code', source.code, 'provider', source.provider,
      'settings', source.settings, 'mapping', source.mapping, 'mapping_version', source.mapping_version, 'resources', source.resources,
      'key_prefix', source.key_prefix, 'overlap_seconds', source.overlap_seconds, 'sweep_minutes', source.sweep_minutes, 'media', source.media,
      'marks', source.marks, 'done_at', source.done_at, 'requests_per_minute', source.requests_per_minute, 'requests_per_day', source.requests_per_day),
    'market', (select jsonb_build_object('tenant_id', t.id, 'code', t.code, 'country', t.country, 'currency', coalesce(o.currency_code, t.currency_code))
      from public.mls_offices o join public.mls_tenants t on t.id = o.tenant_id where o.office_key = source.office_key),
    'credentials', secrets -> 'credentials', 'session', secrets -> 'session',
    'hosts', (select coalesce(jsonb_agg(h.host), '[]') from public.mls_source_hosts h));
end $$;
comment on function mls.source_order(public.mls_source_runs) is 'What a worker is given with a lease. The only place where credentials are read.';

-- ----- mls.keep_source_session(uuid, uuid, jsonb) -----
create function mls.keep_source_session(run_id uuid, token uuid, session jsonb) returns boolean
language plpgsql volatile security definer set search_path = ''
as $$
declare
  source_id uuid;
begin
  select r.source_id into source_id from public.mls_source_runs r where r.id = run_id and r.lease_token = token for update;
  if not found then
    return false;
  end if;
  perform mls.keep_source_secret(source_id, 'session', nullif(session, 'null')::text);
  return true;
end $$;
comment on function mls.keep_source_session(uuid, uuid, jsonb) is
  'Keeps a session at once, before anything is read with it: where one login is allowed at a time, whoever comes after a worker that was killed must be able to end it. False when the lease was lost: then nothing is written.';
grant execute on function mls.keep_source_session(uuid, uuid, jsonb) to service_role;

-- ----- mls.begin_source_test(text, double precision, jsonb) -----
create function mls.begin_source_test(wanted text, lease_seconds double precision, caller jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  source public.mls_sources := mls.caller_source(wanted, caller);
  run public.mls_source_runs;
begin
  if source.id is null then
    return mls.no_source();
  end if;
  perform from public.mls_sources s where s.id = source.id for no key update;
  delete from public.mls_source_runs r where r.source_id = source.id and r.mode = 'PROBE' and r.leased_until < clock_timestamp();
  select * into run from public.mls_source_runs r where r.source_id = source.id and r.leased_until >= clock_timestamp() limit 1;
  if found then
    return jsonb_build_object('status', 409, 'code', 'run_active', 'run_id', run.id,
      'detail', 'The source is being read at this moment, and many allow one session only. Try again shortly.');
  end if;
  insert into public.mls_source_runs (source_id, tenant_id, mode, trigger, requested_by, status, lease_token, leased_until, mapping_version)
  values (source.id, source.tenant_id, 'PROBE', 'test', caller ->> 'name', 'running', gen_random_uuid(),
    clock_timestamp() + lease_seconds * interval '1 second', source.mapping_version)
  returning * into run;
  return jsonb_build_object('status', 200, 'answer', mls.source_order(run));
end $$;
comment on function mls.begin_source_test(text, double precision, jsonb) is
  'Leases a source for a test that writes nothing, under the same rule: one hand at a time. 409 run_active while a slice is under way.';

-- ----- mls.end_source_test(uuid) -----
create function mls.end_source_test(token uuid) returns void
language sql volatile security definer set search_path = ''
as $$
  delete from public.mls_source_files f using public.mls_source_runs r where r.mode = 'PROBE' and r.lease_token = token and f.run_id = r.id;
  delete from public.mls_source_runs r where r.mode = 'PROBE' and r.lease_token = token
$$;
comment on function mls.end_source_test(uuid) is 'Gives a source back after a test.';

-- ===== limits =====

-- ----- mls.take_source_request(uuid, uuid) -----
create function mls.take_source_request(run_id uuid, token uuid) returns double precision
language plpgsql volatile security definer set search_path = ''
as $$
declare
  source record;
  bucket mls.source_buckets;
  most double precision;
  today constant date := (clock_timestamp() at time zone 'utc')::date;
begin
  select s.id, s.tenant_id, s.requests_per_minute, s.requests_per_day into source
  from public.mls_source_runs r join public.mls_sources s on s.id = r.source_id
  where r.id = run_id and r.lease_token = token;
  if not found then
    return -1;
  end if;
  if source.requests_per_day is not null and coalesce((select u.requests from public.mls_source_usage u
    where u.source_id = source.id and u.day = today), 0) >= source.requests_per_day then
    return extract(epoch from ((today + 1)::timestamp at time zone 'utc') - clock_timestamp());
  end if;
  if source.requests_per_minute is not null then
    -- a tenth of a minute's requests may come at once, so that no minute has much more than its number
    most := greatest(1, source.requests_per_minute / 10.0);
    insert into mls.source_buckets (source_id, tokens) values (source.id, most) on conflict do nothing;
    select * into bucket from mls.source_buckets b where b.source_id = source.id for update;
    bucket.tokens := least(most, bucket.tokens + source.requests_per_minute / 60.0 * extract(epoch from clock_timestamp() - bucket.refilled_at));
    if bucket.tokens < 1 then
      return (1 - bucket.tokens) * 60 / source.requests_per_minute;
    end if;
    update mls.source_buckets b set tokens = bucket.tokens - 1, refilled_at = clock_timestamp() where b.source_id = source.id;
  end if;
  insert into public.mls_source_usage as u (source_id, tenant_id, day, requests) values (source.id, source.tenant_id, today, 1)
  on conflict (source_id, day) do update set requests = u.requests + 1;
  return 0;
end $$;
comment on function mls.take_source_request(uuid, uuid) is
  'Asks to send one request: 0 to go on, else the seconds to wait, for the minute or until tomorrow; -1 when the lease is lost.';

-- ===== giving back =====

-- ----- mls.note_source_error(run, stage, record_key, code, message) -----
create function mls.note_source_error(run public.mls_source_runs, stage text, record_key text, code text, message text) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  update public.mls_source_errors e set times = e.times + 1, last_at = clock_timestamp(), message = left(note_source_error.message, 1000)
  where e.run_id = run.id and e.code = note_source_error.code and coalesce(e.record_key, '') = coalesce(note_source_error.record_key, '')
    and coalesce(e.stage, '') = coalesce(note_source_error.stage, '');
  if not found and (select count(*) from public.mls_source_errors e where e.run_id = run.id) < 500 then
    insert into public.mls_source_errors (source_id, run_id, tenant_id, stage, record_key, code, message)
    values (run.source_id, run.id, run.tenant_id, note_source_error.stage, left(note_source_error.record_key, 255), note_source_error.code,
      left(note_source_error.message, 1000));
  end if;
end $$;
comment on function mls.note_source_error(public.mls_source_runs, text, text, text, text) is 'Keeps an error of a run: equal ones are counted, at most 500 are kept.';

-- ----- mls.abandon_ingest_runs(mls_source_runs) -----
create function mls.abandon_ingest_runs(run public.mls_source_runs) returns void
language sql volatile set search_path = ''
as $$
  select mls.finish_run((i.value ->> 'id')::uuid, '{"abandon": true}', jsonb_build_object('client_id', 'source:' || run.source_id))
  from jsonb_each(run.ingest_runs) i
  join public.mls_ingest_runs r on r.id = (i.value ->> 'id')::uuid and r.status = 'open'
  -- what a DELTA reads between the slices of a FULL goes into the FULL's
  where (i.value ->> 'own')::boolean
$$;
comment on function mls.abandon_ingest_runs(public.mls_source_runs) is 'Closes what a run had opened at the way in, so that nothing is flagged from half a reading.';

-- ----- mls.close_source_run(mls_source_runs, status, code, message) -----
create function mls.close_source_run(run public.mls_source_runs, status text, code text, message text) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  closed public.mls_source_runs;
  source public.mls_sources;
begin
  -- of a run that finished its stages there are none left
  perform mls.abandon_ingest_runs(run);
  update public.mls_source_runs r set status = close_source_run.status, finished_at = clock_timestamp(), lease_token = null, leased_until = null,
    error_code = code, error = left(message, 1000), cursor = '{}'
  where r.id = run.id returning * into closed;
  update public.mls_source_files f set status = case when close_source_run.status = 'finished' then 'read' else 'failed' end
  where f.run_id = run.id and f.status in ('arriving', 'ready');
  perform mls.announce_source_run(closed);
  select * into source from public.mls_sources s where s.id = run.source_id;
  if exists (select from public.mls_source_files f where f.source_id = source.id and f.status = 'ready' and f.run_id is null) then
    -- a file that came while this run was under way
    perform mls.queue_source_run(source, 'FULL', 'file', null, false);
  end if;
end $$;
comment on function mls.close_source_run(public.mls_source_runs, text, text, text) is 'Ends a run, frees what it held, and tells who listens.';

-- ----- mls.release_source_run(run_id, token, result) -----
create function mls.release_source_run(run_id uuid, token uuid, result jsonb) returns boolean
language plpgsql volatile security definer set search_path = ''
as $$
declare
  outcome constant text := result ->> 'outcome';
  run public.mls_source_runs;
  wait double precision;
begin
  select * into run from public.mls_source_runs r where r.id = run_id for update;
  if not found or run.lease_token is distinct from token then
    return false;
  end if;
  update public.mls_source_runs r set requests = r.requests + coalesce((result ->> 'requests')::integer, 0),
    bytes = r.bytes + coalesce((result ->> 'bytes')::bigint, 0)
  where r.id = run.id returning * into run;
  update public.mls_source_usage u set bytes = u.bytes + coalesce((result ->> 'bytes')::bigint, 0)
  where u.source_id = run.source_id and u.day = (clock_timestamp() at time zone 'utc')::date;
  if result ? 'session' then
    perform mls.keep_source_secret(run.source_id, 'session', nullif(result -> 'session', 'null')::text);
  end if;
  if run.cancel_requested_at is not null and mls.is_active(run.status) then
    perform mls.close_source_run(run, 'cancelled', null, null);
    return true;
  end if;

  if outcome = 'waiting' then
    update public.mls_source_runs r set status = 'waiting', lease_token = null, leased_until = null,
      due_at = clock_timestamp() + coalesce((result ->> 'wait_seconds')::double precision, 0) * interval '1 second',
      error_code = result ->> 'code', error = result ->> 'message'
    where r.id = run.id;
  elsif outcome = 'retry' then
    perform mls.note_source_error(run, run.stage, null, result ->> 'code', result ->> 'message');
    if run.failures + 1 >= 15 then
      perform mls.close_source_run(run, 'failed', result ->> 'code', result ->> 'message');
    else
      -- 1 s, 4 s, 16 s, ... at most an hour: most failures are over in seconds, the others not for long
      wait := greatest(least(3600, 4 ^ least(run.failures, 8)) * (0.5 + random() / 2), coalesce((result ->> 'wait_seconds')::double precision, 0));
      update public.mls_source_runs r set status = 'waiting', lease_token = null, leased_until = null, failures = r.failures + 1,
        due_at = clock_timestamp() + wait * interval '1 second', error_code = result ->> 'code', error = left(result ->> 'message', 1000)
      where r.id = run.id;
    end if;
    update public.mls_sources s set failures = s.failures + 1,
      open_until = case when s.failures + 1 >= 5 then clock_timestamp() + least(3600, 15 * 2 ^ least(s.failures + 1 - 5, 8)) * interval '1 second' end
    where s.id = run.source_id;
  elsif outcome in ('failed', 'unauthorized') then
    perform mls.note_source_error(run, run.stage, null, result ->> 'code', result ->> 'message');
    perform mls.close_source_run(run, 'failed', result ->> 'code', result ->> 'message');
    update public.mls_sources s set failures = s.failures + 1,
      paused_reason = case when outcome = 'unauthorized' then result ->> 'message' else s.paused_reason end
    where s.id = run.source_id;
  else
    raise exception 'unknown outcome of a slice: %', outcome;
  end if;
  return true;
end $$;
comment on function mls.release_source_run(uuid, uuid, jsonb) is
  'Gives a run back: {outcome: waiting|retry|failed|unauthorized, wait_seconds?, code?, message?, requests?, bytes?, session?}. waiting: nothing is wrong, go on; retry: with growing pauses, and the circuit counts; unauthorized: the source is paused. False when the lease was lost: then nothing is written.';

-- ----- mls.cancel_source_run(uuid, jsonb) -----
create function mls.cancel_source_run(run_id uuid, caller jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  run public.mls_source_runs;
begin
  select * into run from public.mls_source_runs r
  where r.id = run_id and r.mode <> 'PROBE' and (caller ->> 'tenant_id' is null or r.tenant_id = (caller ->> 'tenant_id')::uuid) for update;
  if not found then
    return '{"status": 404, "code": "unknown_run", "detail": "There is no such run in a market that you administer."}'::jsonb;
  elsif not mls.is_active(run.status) then
    return jsonb_build_object('status', 409, 'code', 'run_closed', 'detail', format('The run is %s.', run.status));
  end if;
  update public.mls_source_runs r set cancel_requested_at = coalesce(r.cancel_requested_at, clock_timestamp()) where r.id = run.id returning * into run;
  -- in nobody's hand it ends now; else with the page that is being read
  if run.leased_until is null or run.leased_until < clock_timestamp() then
    perform mls.close_source_run(run, 'cancelled', null, null);
  end if;
  select * into run from public.mls_source_runs r where r.id = run.id;
  return jsonb_build_object('status', 202, 'answer', mls.describe_source_run(run));
end $$;
comment on function mls.cancel_source_run(uuid, jsonb) is 'Asks a run to end: at once if nobody works on it, else after the page under way. What was merged stays; nothing is flagged.';

grant execute on function mls.start_source_run(text, jsonb, jsonb), mls.due_sources(), mls.is_active(text),
  mls.queue_due_source(uuid, timestamptz, timestamptz, timestamptz, timestamptz), mls.queue_source_run(public.mls_sources, text, text, text, boolean),
  mls.claimable_source_runs(uuid), mls.claim_source_run(double precision, uuid), mls.begin_source_test(text, double precision, jsonb),
  mls.end_source_test(uuid), mls.take_source_request(uuid, uuid), mls.release_source_run(uuid, uuid, jsonb),
  mls.cancel_source_run(uuid, jsonb) to service_role;
