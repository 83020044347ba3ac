-- Sources as people see and change them. The doors check shapes; here is who may touch what, what is taken, and where
-- credentials go.

-- ----- mls.no_counts() -----
create function mls.no_counts() returns jsonb
language sql immutable set search_path = ''
as $$
  select '{"insert": 0, "refresh": 0, "track": 0, "unchanged": 0, "stale": 0, "skip": 0, "reject": 0, "delete": 0}'::jsonb
$$;
comment on function mls.no_counts() is 'Outcomes of a source''s run, all zero.';

-- ----- mls.source_status(mls_sources) -----
create function mls.source_status(source public.mls_sources) returns text
language sql stable set search_path = ''
as $$
  select case
    when not source.enabled then 'disabled'
    when source.paused_reason is not null then 'paused'
    when exists (select from public.mls_source_runs r where r.source_id = source.id and r.mode <> 'PROBE'
      and r.status in ('queued', 'running', 'waiting')) then 'running'
    when source.failures > 0 then 'failing'
    when source.last_ok_at is null then 'new'
    else 'ok'
  end
$$;
comment on function mls.source_status(public.mls_sources) is 'disabled, paused (credentials refused), running, failing, new or ok: the first that holds.';

-- ----- mls.describe_source_run(mls_source_runs) -----
create function mls.describe_source_run(run public.mls_source_runs) returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object(
    'id', run.id, 'source_id', run.source_id, 'mode', run.mode, 'trigger', run.trigger, 'status', run.status, 'stage', run.stage,
    'progress', jsonb_build_object('done', run.done) || jsonb_strip_nulls(jsonb_build_object('expected', run.expected,
      'stage', jsonb_build_object('done', run.stage_done, 'expected', run.stage_expected))),
    'counts', coalesce(run.counts_by_resource -> 'property', mls.no_counts()),
    'counts_by_resource', run.counts_by_resource, 'requests', run.requests, 'bytes', run.bytes, 'slices', run.slices,
    'mapping_version', run.mapping_version, 'quota_reached', run.quota_reached,
    'created_at', run.created_at, 'started_at', run.started_at)
    || jsonb_strip_nulls(jsonb_build_object(
      'finished_at', run.finished_at, 'requested_by', run.requested_by,
      'due_at', case when run.status in ('queued', 'waiting') then run.due_at end,
      'cancel_requested_at', run.cancel_requested_at,
      'error', case when run.error_code is not null then jsonb_build_object('code', run.error_code, 'message', run.error) end))
$$;
comment on function mls.describe_source_run(public.mls_source_runs) is 'A run as GET /sources/runs/{id} answers it.';

-- ----- mls.live_listings(text) -----
create function mls.live_listings(office_key text) returns bigint
language sql stable set search_path = ''
as $$
  select count(*) from public.mls_listings l
  where l.originating_office_key = live_listings.office_key and l.origin_key is not null and not l.origin_deleted
$$;
comment on function mls.live_listings(text) is 'Listings of an office that their source holds: what max_listings is about.';

-- ----- mls.describe_source(mls_sources) -----
create function mls.describe_source(source public.mls_sources) returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object(
    'id', source.id, 'office_key', source.office_key, 'code', source.code, 'name', source.name, 'provider', source.provider,
    'settings', source.settings, 'mapping', source.mapping, 'mapping_version', source.mapping_version, 'resources', source.resources,
    'cron', source.cron, 'interval_minutes', source.interval_minutes, 'full_cron', source.full_cron, 'timezone', source.timezone,
    'key_prefix', source.key_prefix, 'overlap_seconds', source.overlap_seconds, 'sweep_minutes', source.sweep_minutes,
    'max_listings', source.max_listings, 'requests_per_minute', source.requests_per_minute,
    'requests_per_day', source.requests_per_day, 'media', source.media, 'enabled', source.enabled,
    'has_credentials', source.has_credentials, 'status', mls.source_status(source),
    'paused_reason', source.paused_reason, 'open_until', source.open_until, 'failures', source.failures,
    'last_ok_at', source.last_ok_at, 'last_full_at', source.last_full_at,
    'last_run', (select mls.describe_source_run(r) from public.mls_source_runs r
      where r.source_id = source.id and r.mode in ('FULL', 'DELTA') order by r.created_at desc limit 1),
    'next_run_at', least(source.next_run_at, source.next_full_at),
    'usage', jsonb_build_object('listings', mls.live_listings(source.office_key), 'requests_today', coalesce((
      select u.requests from public.mls_source_usage u
      where u.source_id = source.id and u.day = (clock_timestamp() at time zone 'utc')::date), 0)),
    'created_at', source.created_at, 'updated_at', source.updated_at)
$$;
comment on function mls.describe_source(public.mls_sources) is 'A source as the door answers it: no credentials, only whether there are some.';

-- ----- mls.caller_source(text, jsonb) -----
create function mls.caller_source(wanted text, caller jsonb) returns public.mls_sources
language sql stable set search_path = ''
as $$
  with named as (
    select s.id, s.id = mls.try_uuid(wanted) as by_id from public.mls_sources s
    where (s.id = mls.try_uuid(wanted) or lower(s.code) = lower(wanted))
      and (caller ->> 'tenant_id' is null or s.tenant_id = (caller ->> 'tenant_id')::uuid)
  )
  select s.* from public.mls_sources s join named n on n.id = s.id
  -- a code that two markets have names neither: whoever manages both must not change the wrong one
  where n.by_id or (select count(*) from named) = 1
  limit 1
$$;
comment on function mls.caller_source(text, jsonb) is
  'A source by id, or by a code that no other has, among those that the caller may manage: {tenant_id?, name}. Without tenant_id the caller manages every market.';

-- ----- mls.no_source() -----
create function mls.no_source() returns jsonb
language sql immutable set search_path = ''
as $$
  select '{"status": 404, "code": "not_found", "detail": "There is no such source in a market that you administer, or several have this code: then name it by its id."}'::jsonb
$$;
comment on function mls.no_source() is 'The refusal for a source that is not there or not the caller''s: which of the two, nobody learns.';

-- ----- mls.keep_source_secret(uuid, text, text) -----
create function mls.keep_source_secret(source_id uuid, kind text, secret text) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  known uuid := (select s.secret_id from mls.source_secrets s where s.source_id = keep_source_secret.source_id and s.kind = keep_source_secret.kind);
begin
  if secret is null then
    delete from mls.source_secrets s where s.source_id = keep_source_secret.source_id and s.kind = keep_source_secret.kind;
    if known is not null then
      execute 'delete from vault.secrets where id = $1' using known;
    end if;
  elsif known is null then
    execute 'select vault.create_secret($1, $2, $3)' into known
      using secret, format('mls_source_%s_%s', source_id, kind), 'Credentials of a source of the MLS hub';
    insert into mls.source_secrets (source_id, kind, secret_id) values (keep_source_secret.source_id, keep_source_secret.kind, known);
  else
    execute 'select vault.update_secret($1, $2)' using known, secret;
  end if;
end $$;
comment on function mls.keep_source_secret(uuid, text, text) is 'Puts a secret of a source into Vault, in place of the one before; null removes it.';

-- ----- mls.drop_source_secrets(): row trigger of mls_sources -----
create function mls.drop_source_secrets() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  perform mls.keep_source_secret(old.id, s.kind, null) from mls.source_secrets s where s.source_id = old.id;
  return old;
end $$;
comment on function mls.drop_source_secrets() is 'Row trigger: a source takes its credentials with it.';
create trigger drop_secrets before delete on public.mls_sources for each row execute function mls.drop_source_secrets();

-- ----- mls.create_source(jsonb, text, jsonb) -----
create function mls.create_source(request jsonb, credentials text, caller jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  office record;
  source public.mls_sources;
begin
  select o.office_key, o.tenant_id, o.origin_system into office from mls.market_offices o where o.name = request ->> 'office_key';
  if office.office_key is null or (caller ->> 'tenant_id' is not null and office.tenant_id <> (caller ->> 'tenant_id')::uuid) then
    return jsonb_build_object('status', 422, 'code', 'invalid_settings', 'detail', 'There is no such market office that you administer.',
      'errors', jsonb_build_array(jsonb_build_object('pointer', '/office_key', 'message', 'There is no such market office that you administer.')));
  end if;
  perform pg_advisory_xact_lock(hashtextextended('mls.sources:' || office.tenant_id, 0));
  if exists (select from public.mls_sources s where s.office_key = office.office_key
    or (s.tenant_id = office.tenant_id and lower(s.code) = lower(request ->> 'code'))) then
    return jsonb_build_object('status', 409, 'code', 'source_exists',
      'detail', 'This office, or this code in its market, belongs to another source. One office has one source.');
  end if;
  source := jsonb_populate_record(null::public.mls_sources, request || jsonb_build_object(
    'id', gen_random_uuid(), 'tenant_id', office.tenant_id, 'office_key', office.office_key, 'has_credentials', credentials is not null,
    'marks', '{}'::jsonb, 'done_at', '{}'::jsonb, 'failures', 0, 'created_at', now(), 'updated_at', now()));
  insert into public.mls_sources select source.*;
  insert into public.mls_source_mappings (source_id, version, mapping, saved_by)
  values (source.id, source.mapping_version, source.mapping, caller ->> 'name');
  if credentials is not null then
    perform mls.keep_source_secret(source.id, 'credentials', credentials);
  end if;
  -- what an office holds decides what its listings are called; an empty one takes the name of its new provider
  update public.mls_offices o set origin_system = source.provider
  where o.office_key = office.office_key and o.origin_system is distinct from source.provider
    and not exists (select from public.mls_listings l where l.originating_office_key = office.office_key);
  return jsonb_build_object('status', 201, 'answer', mls.describe_source(source));
end $$;
comment on function mls.create_source(jsonb, text, jsonb) is
  'Creates a source from checked members; credentials go into Vault. 409 source_exists, 422 invalid_settings for an office that is not the caller''s.';

-- ----- mls.change_source(text, jsonb, text, boolean, jsonb) -----
create function mls.change_source(wanted text, changes jsonb, credentials text, drops_credentials boolean, caller jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  source public.mls_sources := mls.caller_source(wanted, caller);
  changed public.mls_sources;
begin
  if source.id is null then
    return mls.no_source();
  end if;
  select * into source from public.mls_sources s where s.id = source.id for update;
  changed := jsonb_populate_record(source, changes);
  if changes ? 'mapping' and changed.mapping is distinct from source.mapping and not changes ? 'mapping_version' then
    changed.mapping_version := 1 + greatest(source.mapping_version,
      (select max(m.version) from public.mls_source_mappings m where m.source_id = source.id));
  end if;
  if changed.code <> source.code and exists (
    select from public.mls_sources s where s.tenant_id = source.tenant_id and lower(s.code) = lower(changed.code) and s.id <> source.id) then
    return jsonb_build_object('status', 409, 'code', 'source_exists', 'detail', 'This code belongs to another source of the market.');
  end if;
  if changed.code <> source.code then
    perform mls.release_source(source.office_key, source.code);
  end if;
  if credentials is not null or drops_credentials then
    perform mls.keep_source_secret(source.id, 'credentials', credentials);
    perform mls.keep_source_secret(source.id, 'session', null);
    changed.has_credentials := credentials is not null;
  end if;
  if credentials is not null or changes ?| array['settings', 'enabled'] then
    -- whoever changes what was wrong need not wait for the circuit
    changed.failures := 0;
    changed.open_until := null;
    changed.paused_reason := null;
  end if;
  update public.mls_sources s set
    code = changed.code, name = changed.name, settings = changed.settings, mapping = changed.mapping, mapping_version = changed.mapping_version,
    resources = changed.resources, cron = changed.cron, interval_minutes = changed.interval_minutes, full_cron = changed.full_cron,
    timezone = changed.timezone, overlap_seconds = changed.overlap_seconds, sweep_minutes = changed.sweep_minutes,
    max_listings = changed.max_listings, requests_per_minute = changed.requests_per_minute, requests_per_day = changed.requests_per_day,
    media = changed.media, enabled = changed.enabled, has_credentials = changed.has_credentials, failures = changed.failures,
    open_until = changed.open_until, paused_reason = changed.paused_reason, next_run_at = changed.next_run_at, next_full_at = changed.next_full_at
  where s.id = source.id
  returning * into source;
  insert into public.mls_source_mappings as m (source_id, version, mapping, saved_by)
  values (source.id, source.mapping_version, source.mapping, caller ->> 'name')
  on conflict (source_id, version) do update set mapping = excluded.mapping, saved_by = excluded.saved_by, saved_at = now()
  where m.mapping is distinct from excluded.mapping;
  return jsonb_build_object('status', 200, 'answer', mls.describe_source(source));
end $$;
comment on function mls.change_source(text, jsonb, text, boolean, jsonb) is
  'Changes members of a source. A new mapping gets the next version. Credentials are replaced, or dropped where the address that they were meant for has changed.';

-- ----- mls.delete_source(text, jsonb) -----
create function mls.delete_source(wanted text, caller jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  source public.mls_sources := mls.caller_source(wanted, caller);
  run public.mls_source_runs;
begin
  if source.id is null then
    return mls.no_source();
  end if;
  for run in select * from public.mls_source_runs r where r.source_id = source.id and r.status in ('queued', 'running', 'waiting') for update loop
    perform mls.abandon_ingest_runs(run);
  end loop;
  perform mls.release_source(source.office_key, source.code);
  delete from public.mls_sources s where s.id = source.id;
  return '{"status": 200, "answer": {}}'::jsonb;
end $$;
comment on function mls.delete_source(text, jsonb) is 'Removes a source with its runs and credentials. The listings that it brought stay.';

-- ----- mls.get_sources(jsonb, jsonb) -----
create function mls.get_sources(request jsonb, caller jsonb) returns jsonb
language sql stable security definer set search_path = ''
as $$
  select mls.list_page('sources', jsonb_agg(s.source order by s.created_at, s.id), mls.page_size(request), 'created_at', 'id')
  from (
    select x.id, x.created_at, mls.describe_source(x) as source from public.mls_sources x
    where (caller ->> 'tenant_id' is null or x.tenant_id = (caller ->> 'tenant_id')::uuid)
      and (request ->> 'after' is null
        or (x.created_at, x.id) > (split_part(request ->> 'after', '/', 1)::timestamptz, split_part(request ->> 'after', '/', 2)::uuid))
    order by x.created_at, x.id limit mls.page_size(request)
  ) s
$$;
comment on function mls.get_sources(jsonb, jsonb) is 'The sources that a caller manages, the oldest first: {after? (next of a page), limit?}.';

-- ----- mls.get_source(text, jsonb) -----
create function mls.get_source(wanted text, caller jsonb) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  source public.mls_sources := mls.caller_source(wanted, caller);
begin
  return case when source.id is null then mls.no_source()
    else jsonb_build_object('status', 200, 'answer', mls.describe_source(source)) end;
end $$;
comment on function mls.get_source(text, jsonb) is 'One source, by id or code.';

-- ----- mls.with_total(jsonb, bigint) -----
create function mls.with_total(page jsonb, total bigint) returns jsonb
language sql immutable set search_path = ''
as $$
  select case when total is null then page else jsonb_set(page, '{answer,total}', to_jsonb(total)) end
$$;
comment on function mls.with_total(jsonb, bigint) is 'A page of a list (mls.list_page) that says how many rows there are on all pages together; null: it does not.';

-- ----- mls.get_source_runs(text, jsonb, jsonb) -----
create function mls.get_source_runs(wanted text, request jsonb, caller jsonb) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  source public.mls_sources := mls.caller_source(wanted, caller);
begin
  if wanted is not null and source.id is null then
    return mls.no_source();
  end if;
  return (
    with mine as not materialized (
      select r.* from public.mls_source_runs r
      where r.mode <> 'PROBE' and (wanted is null or r.source_id = source.id)
        and (caller ->> 'tenant_id' is null or r.tenant_id = (caller ->> 'tenant_id')::uuid)
        and (request ->> 'status' is null or r.status = request ->> 'status' or (request ->> 'status' = 'active' and mls.is_active(r.status)))
    )
    select mls.with_total(mls.list_page('runs', jsonb_agg(mls.describe_source_run(r) order by r.created_at desc, r.id desc), mls.page_size(request, 50), 'created_at', 'id'),
      case when (request ->> 'total')::boolean then (select count(*) from mine) end)
    from (
      select r.* from mine r
      where (request ->> 'before' is null
          or (r.created_at, r.id) < (split_part(request ->> 'before', '/', 1)::timestamptz, split_part(request ->> 'before', '/', 2)::uuid))
      order by r.created_at desc, r.id desc limit mls.page_size(request, 50)
    ) r);
end $$;
comment on function mls.get_source_runs(text, jsonb, jsonb) is
  'Runs of a source, or of all that the caller manages, newest first: {status? (or active: queued, running or waiting), before? (next of a page), limit?, total? (true: how many there are, too)}.';

-- ----- mls.get_source_run(uuid, jsonb) -----
create function mls.get_source_run(run_id uuid, caller jsonb) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  run public.mls_source_runs;
begin
  select * into run from public.mls_source_runs r
  where r.id = run_id and r.mode <> 'PROBE' and (caller ->> 'tenant_id' is null or r.tenant_id = (caller ->> 'tenant_id')::uuid);
  return case when run.id is null
    then '{"status": 404, "code": "unknown_run", "detail": "There is no such run in a market that you administer."}'::jsonb
    else jsonb_build_object('status', 200, 'answer', mls.describe_source_run(run)) end;
end $$;
comment on function mls.get_source_run(uuid, jsonb) is 'One run of a source.';

-- ----- mls.get_source_errors(text, jsonb, jsonb) -----
create function mls.get_source_errors(wanted text, request jsonb, caller jsonb) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  source public.mls_sources := mls.caller_source(wanted, caller);
begin
  if source.id is null then
    return mls.no_source();
  end if;
  return (
    select mls.with_total(mls.list_page('errors', jsonb_agg(jsonb_build_object('id', e.id, 'run_id', e.run_id, 'stage', e.stage, 'record_key', e.record_key, 'code', e.code,
      'message', e.message, 'times', e.times, 'first_at', e.first_at, 'last_at', e.last_at)
      order by e.id desc), mls.page_size(request)),
      case when (request ->> 'total')::boolean then (select count(*) from public.mls_source_errors e where e.source_id = source.id) end)
    from (
      select e.* from public.mls_source_errors e
      where e.source_id = source.id and (request ->> 'run_id' is null or e.run_id = mls.try_uuid(request ->> 'run_id'))
        and (request ->> 'before' is null or e.id < (request ->> 'before')::bigint)
      order by e.id desc limit mls.page_size(request)
    ) e);
end $$;
comment on function mls.get_source_errors(text, jsonb, jsonb) is 'What went wrong with a source, newest first: {run_id?, before? (an id), limit?, total? (true: how many there are, too)}.';

-- ----- mls.get_source_statistics(jsonb) -----
create function mls.get_source_statistics(caller jsonb) returns jsonb
language sql stable security definer set search_path = ''
as $$
  with mine as (
    select s.* from public.mls_sources s where caller ->> 'tenant_id' is null or s.tenant_id = (caller ->> 'tenant_id')::uuid
  ),
  runs as (
    select r.* from public.mls_source_runs r join mine s on s.id = r.source_id
    where r.mode <> 'PROBE' and r.created_at > clock_timestamp() - interval '30 days'
  )
  select jsonb_build_object('status', 200, 'answer', jsonb_build_object(
    'sources', (select count(*) from mine),
    'enabled', (select count(*) from mine m where m.enabled),
    'by_provider', (select coalesce(jsonb_object_agg(p.provider, p.amount), '{}') from (select provider, count(*) as amount from mine group by provider) p),
    'by_status', (select coalesce(jsonb_object_agg(p.status, p.amount), '{}')
      from (select mls.source_status(m) as status, count(*) as amount from mine m group by 1) p),
    'listings', (select coalesce(sum(mls.live_listings(m.office_key)), 0) from mine m),
    'runs_30_days', (select coalesce(jsonb_object_agg(p.status, p.amount), '{}') from (select status, count(*) as amount from runs group by status) p),
    'counts_30_days', (select coalesce(jsonb_object_agg(c.key, c.amount), mls.no_counts())
      from (select c.key, sum(c.value::bigint) as amount from runs r, jsonb_each_text(r.counts_by_resource -> 'property') c group by c.key) c),
    'usage_30_days', (select jsonb_build_object('requests', coalesce(sum(u.requests), 0), 'bytes', coalesce(sum(u.bytes), 0), 'records', coalesce(sum(u.records), 0))
      from public.mls_source_usage u join mine s on s.id = u.source_id where u.day > (clock_timestamp() at time zone 'utc')::date - 30),
    'by_source', (select coalesce(jsonb_agg(jsonb_build_object('id', m.id, 'code', m.code, 'office_key', m.office_key, 'provider', m.provider,
      'status', mls.source_status(m), 'listings', mls.live_listings(m.office_key), 'last_ok_at', m.last_ok_at, 'last_full_at', m.last_full_at) order by m.created_at), '[]')
      from mine m)))
$$;
comment on function mls.get_source_statistics(jsonb) is 'Figures of all sources that the caller manages, runs and use of the last 30 days.';

grant execute on function mls.create_source(jsonb, text, jsonb), mls.change_source(text, jsonb, text, boolean, jsonb), mls.delete_source(text, jsonb),
  mls.get_sources(jsonb, jsonb), mls.get_source(text, jsonb), mls.get_source_runs(text, jsonb, jsonb), mls.get_source_run(uuid, jsonb),
  mls.get_source_errors(text, jsonb, jsonb), mls.get_source_statistics(jsonb) to service_role;
