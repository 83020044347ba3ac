-- A page of a source: its records merged, its keys noted, its cursor saved, in one transaction under the lease. So a
-- worker that has lost its lease saves nothing, and nothing is read twice with effect, or skipped.

-- ----- mls.source_context(mls_sources) -----
create function mls.source_context(source public.mls_sources) returns jsonb
language sql immutable set search_path = ''
as $$
  select jsonb_build_object('client_id', 'source:' || source.id, 'offices', jsonb_build_array(source.office_key), 'request_path', 'source:' || source.code)
$$;
comment on function mls.source_context(public.mls_sources) is 'Under which name a source comes through the way in, and for which office only.';

-- ----- mls.open_source_ingest(run, source, resource, is_full) -----
create function mls.open_source_ingest(run public.mls_source_runs, source public.mls_sources, resource text, is_full boolean) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  known jsonb := run.ingest_runs -> resource;
  opened jsonb;
begin
  if exists (select from public.mls_ingest_runs r where r.id = (known ->> 'id')::uuid and r.status = 'open') then
    return known;
  end if;
  opened := mls.open_run(jsonb_build_object('source', source.code, 'office_key', source.office_key, 'resource', resource,
    'mode', case when is_full then 'FULL' else 'DELTA' end), mls.source_context(source));
  if opened ->> 'status' = '201' then
    -- one that was open before was closed behind our back, and its keys with it: nothing may be concluded from the rest
    known := jsonb_build_object('id', opened -> 'answer' -> 'run_id', 'own', true, 'hole', known is not null);
    if is_full then
      -- an empty list is one: from here on absence means something
      perform mls.add_run_keys((known ->> 'id')::uuid, '[]', mls.source_context(source));
    end if;
  elsif opened ->> 'code' = 'run_open' and not is_full and exists (
    select from public.mls_ingest_runs r where r.id = (opened ->> 'run_id')::uuid and r.client_id = 'source:' || source.id) then
    -- the FULL of this source is under way: what a DELTA reads meanwhile is there as well
    known := jsonb_build_object('id', opened -> 'run_id', 'own', false);
  else
    raise exception using errcode = 'MLSRO', message = format('Another client has a run open for %s of %s.', resource, source.office_key);
  end if;
  update public.mls_source_runs r set ingest_runs = r.ingest_runs || jsonb_build_object(resource, known) where r.id = run.id;
  return known;
end $$;
comment on function mls.open_source_ingest(public.mls_source_runs, public.mls_sources, text, boolean) is
  'The run at the way in that a source''s run brings this resource in: {id, own, hole: whether an earlier one of this run was closed by others}. Raises MLSRO while another client has one open.';

-- ----- mls.within_quota(source, resource, rows, reached) -----
create function mls.within_quota(source public.mls_sources, resource text, rows jsonb, inout reached boolean, out kept jsonb)
language plpgsql stable set search_path = ''
as $$
declare
  room bigint;
  strangers text[];
begin
  kept := rows;
  if source.max_listings is null or jsonb_array_length(rows) = 0 then
    return;
  end if;
  if resource = 'property' then
    select coalesce(array_agg(k.key order by k.n), '{}') into strangers
    from (
      select e.value -> 'r' ->> 'ListingKey' as key, min(e.ordinality) as n
      from jsonb_array_elements(rows) with ordinality e group by 1
    ) k
    where k.key is not null and not exists (select from public.mls_listings l where l.origin_key = k.key and not l.origin_deleted);
    room := greatest(0, source.max_listings - mls.live_listings(source.office_key));
    if cardinality(strangers) <= room then
      return;
    end if;
    reached := true;
    strangers := strangers[room + 1:];
    select coalesce(jsonb_agg(e.value order by e.ordinality), '[]') into kept
    from jsonb_array_elements(rows) with ordinality e where coalesce(e.value -> 'r' ->> 'ListingKey', '') <> all (strangers);
  elsif reached and (select r.follows_listing from mls.resources r where r.resource = within_quota.resource) then
    -- pictures and rooms of listings that were not let in
    select coalesce(jsonb_agg(e.value order by e.ordinality), '[]') into kept
    from jsonb_array_elements(rows) with ordinality e
    where exists (select from public.mls_listings l where l.origin_key = coalesce(e.value -> 'r' ->> 'ResourceRecordKey', e.value -> 'r' ->> 'ListingKey'));
  end if;
end $$;
comment on function mls.within_quota(public.mls_sources, text, jsonb, boolean) is
  'Takes new listings above max_listings, and their pictures, rooms ..., out of the rows of a batch. Known ones keep being updated.';

-- ----- mls.flag_gone(source, resource, gone) -----
create function mls.flag_gone(source public.mls_sources, resource text, gone text[]) returns integer
language plpgsql volatile set search_path = ''
as $$
declare
  rule record := mls.deletable(resource);
  ids uuid[];
begin
  execute format('select coalesce(array_agg(t.id), ''{}'') from %s
    where t.originating_office_key = $1 and not t.origin_deleted and %s and %s and %s && $2',
    rule.rows_of, rule.delivered_when, rule.deletable_when, rule.keys)
  into ids using source.office_key, gone;
  perform mls.flag_deleted(resource, ids);
  return cardinality(ids);
end $$;
comment on function mls.flag_gone(public.mls_sources, text, text[]) is 'Flags what the source itself says is gone, by key; answers how many.';

-- ----- mls.flag_missing_parts(source, resource, listings, keys) -----
create function mls.flag_missing_parts(source public.mls_sources, resource text, listings text[], keys text[]) returns integer
language plpgsql volatile set search_path = ''
as $$
declare
  rule record := mls.deletable(resource);
  ids uuid[];
begin
  execute format('select coalesce(array_agg(t.id), ''{}'') from %s
    where t.%I = any ($1) and t.originating_office_key = $2 and not t.origin_deleted and %s and %s
      and coalesce(%s, $4) = $4 and not (%s && $3)',
    rule.rows_of, (select r.listing_column from mls.resources r where r.resource = flag_missing_parts.resource),
    rule.delivered_when, rule.deletable_when, rule.delivered_by, rule.keys)
  into ids using listings, source.office_key, keys, source.code;
  perform mls.flag_deleted(resource, ids);
  return cardinality(ids);
end $$;
comment on function mls.flag_missing_parts(public.mls_sources, text, text[], text[]) is
  'Flags pictures, rooms and other parts of listings that were delivered with all of theirs, and without these; answers how many.';

-- ----- mls.count_outcomes(counts, resource, more) -----
create function mls.count_outcomes(counts jsonb, resource text, more jsonb) returns jsonb
language sql immutable set search_path = ''
as $$
  select counts || jsonb_build_object(resource, (
    select jsonb_object_agg(b.key, coalesce((counts -> resource ->> b.key)::bigint, 0) + coalesce((more ->> b.key)::bigint, 0))
    from jsonb_each_text(mls.no_counts()) b))
$$;
comment on function mls.count_outcomes(jsonb, text, jsonb) is 'Counts by resource with some more of one resource.';

-- ----- mls.merge_source_batch(run, source, batch) -----
create function mls.merge_source_batch(run public.mls_source_runs, source public.mls_sources, batch jsonb) returns public.mls_source_runs
language plpgsql volatile set search_path = ''
as $$
declare
  resource constant text := batch ->> 'resource';
  is_full constant boolean := coalesce((batch ->> 'full')::boolean, false);
  ingest jsonb := mls.open_source_ingest(run, source, resource, is_full);
  all_rows constant jsonb := coalesce(batch -> 'rows', '[]');
  quota record;
  answer jsonb;
  reject record;
  gone integer := 0;
begin
  quota := mls.within_quota(source, resource, all_rows, run.quota_reached);
  if quota.reached and is_full then
    -- not let in, but there: the key list must not lose it
    perform mls.note_run_keys((ingest ->> 'id')::uuid, mls.run_keys(resource, all_rows));
  end if;
  if jsonb_array_length(quota.kept) > 0 then
    answer := mls.ingest_batch(resource, quota.kept, mls.source_context(source) || jsonb_build_object('run_id', ingest ->> 'id'));
    if answer ->> 'status' <> '200' then
      raise exception using errcode = 'MLSRO', message = answer ->> 'detail';
    end if;
    for reject in
      select e ->> 'key' as key, e ->> 'reason' as reason, e -> 'errors' -> 0 ->> 'message' as message
      from jsonb_array_elements(answer -> 'receipt' -> 'records') e where e ->> 'outcome' = 'reject' limit 50
    loop
      perform mls.note_source_error(run, resource, reject.key, reject.reason, coalesce(reject.message, 'The record was rejected.'));
    end loop;
  end if;
  if is_full and batch ? 'keys' then
    perform mls.note_run_keys((ingest ->> 'id')::uuid, array(select jsonb_array_elements_text(batch -> 'keys')));
  end if;
  if jsonb_array_length(coalesce(batch -> 'gone', '[]')) > 0 then
    gone := mls.flag_gone(source, resource, array(select jsonb_array_elements_text(batch -> 'gone')));
  end if;
  if jsonb_array_length(coalesce(batch -> 'whole', '[]')) > 0 then
    gone := gone + mls.flag_missing_parts(source, resource, array(select jsonb_array_elements_text(batch -> 'whole')),
      array(select e -> 'r' ->> mls.resource_key(resource) from jsonb_array_elements(all_rows) e));
  end if;
  update public.mls_source_runs r set
    counts_by_resource = mls.count_outcomes(r.counts_by_resource, resource,
      coalesce(answer -> 'receipt' -> 'totals', '{}') || jsonb_build_object('delete', gone + coalesce((answer -> 'receipt' -> 'totals' ->> 'delete')::integer, 0))),
    quota_reached = quota.reached
  where r.id = run.id returning * into run;
  return run;
end $$;
comment on function mls.merge_source_batch(public.mls_source_runs, public.mls_sources, jsonb) is
  'Merges a batch of a page: {resource, full?, rows?: [{r, e, w}], keys?: named without their records, gone?: deleted by the source, whole?: listings whose pictures, rooms ... are all here}.';

-- ----- mls.finish_source_stage(run, source, stage) -----
create function mls.finish_source_stage(run public.mls_source_runs, source public.mls_sources, stage jsonb) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  resource text;
  ingest jsonb;
  answer jsonb;
  flagged integer;
  refusal jsonb;
begin
  for resource in select jsonb_array_elements_text(stage -> 'resources') loop
    ingest := case when stage -> 'full' ? resource then mls.open_source_ingest(run, source, resource, true) else run.ingest_runs -> resource end;
    continue when ingest is null or not (ingest ->> 'own')::boolean;
    if coalesce(stage -> 'incomplete', '[]') ? resource or (ingest ->> 'hole')::boolean then
      -- a call failed: what is missing may be there
      perform mls.finish_run((ingest ->> 'id')::uuid, '{"abandon": true}', mls.source_context(source));
    else
      answer := mls.finish_run((ingest ->> 'id')::uuid, jsonb_build_object('force', run.force), mls.source_context(source));
      if answer ->> 'status' <> '200' then
        refusal := jsonb_build_object('code', answer ->> 'code', 'message', format('%s: %s of %s records would be flagged as deleted, more than the %s allowed. If that is right start the run again with force.',
          resource, answer ->> 'would_flag', answer ->> 'of', to_char((answer ->> 'threshold')::numeric * 100, 'FM990.##') || ' %'));
        if resource = 'property' then
          return refusal;
        end if;
        -- one of three agents has left: that is said, and no reason to leave the listings unread
        perform mls.note_source_error(run, stage ->> 'as', null, refusal ->> 'code', refusal ->> 'message');
        answer := mls.finish_run((ingest ->> 'id')::uuid, '{"abandon": true}', mls.source_context(source));
      end if;
      flagged := coalesce((answer -> 'answer' ->> 'flagged_deleted')::integer, 0);
      update public.mls_source_runs r set counts_by_resource = mls.count_outcomes(r.counts_by_resource, resource, jsonb_build_object('delete', flagged))
      where r.id = run.id;
    end if;
    update public.mls_source_runs r set ingest_runs = r.ingest_runs - resource where r.id = run.id returning * into run;
  end loop;
  update public.mls_sources s set
    marks = case when stage -> 'mark' is null or stage -> 'mark' = 'null' then s.marks else s.marks || jsonb_build_object(stage ->> 'name', stage -> 'mark') end,
    done_at = s.done_at || jsonb_build_object(stage ->> 'as', clock_timestamp())
      || case when jsonb_array_length(stage -> 'full') > 0 then jsonb_build_object('keys:' || (stage -> 'resources' ->> 0), clock_timestamp()) else '{}' end
  where s.id = source.id;
  return null;
end $$;
comment on function mls.finish_source_stage(public.mls_source_runs, public.mls_sources, jsonb) is
  'Completes what a stage brought: {name, as, resources, full: [resources whose key list is complete], incomplete?, mark?}. Null, or why listings were refused {code, message}; of other resources that is noted, and nothing of them is flagged.';

-- ----- mls.save_source_page(run_id, token, page) -----
create function mls.save_source_page(run_id uuid, token uuid, page jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  run public.mls_source_runs;
  source public.mls_sources;
  batch jsonb;
  refusal jsonb;
begin
  select * into run from public.mls_source_runs r where r.id = run_id for update;
  if not found or run.lease_token is distinct from token then
    return '{"saved": false}'::jsonb;
  end if;
  select * into source from public.mls_sources s where s.id = run.source_id;
  -- The first batch ends with the refresh of what is served, which holds the stamp: whatever is needed later is locked now.
  perform pg_advisory_xact_lock(hashtextextended('mls.ingest:' || source.office_key, 0));
  for batch in select e from jsonb_array_elements(page -> 'batches') e where not e ? 'aside' loop
    perform mls.lock_records(batch ->> 'resource', coalesce(batch -> 'rows', '[]'));
  end loop;
  for batch in select e from jsonb_array_elements(page -> 'batches') e where not e ? 'aside' loop
    run := mls.merge_source_batch(run, source, batch);
  end loop;
  if page ? 'pictures' then
    perform mls.take_pictures(source.office_key, page -> 'pictures');
  end if;
  perform mls.merge_aside(source, e ->> 'aside', e -> 'rows') from jsonb_array_elements(page -> 'batches') e where e ? 'aside';
  perform mls.note_source_error(run, page ->> 'stage', e ->> 'key', e ->> 'code', e ->> 'message')
  from jsonb_array_elements(coalesce(page -> 'errors', '[]')) e;
  update public.mls_source_runs r set
    cursor = page -> 'cursor', stage = page ->> 'stage', done = r.done + coalesce((page ->> 'records')::integer, 0),
    expected = coalesce((page ->> 'expected')::integer, r.expected),
    stage_done = case when r.stage is not distinct from page ->> 'stage' then r.stage_done else 0 end + coalesce((page ->> 'records')::integer, 0),
    stage_expected = coalesce((page ->> 'expected')::integer, case when r.stage is not distinct from page ->> 'stage' then r.stage_expected end),
    failures = 0, error_code = null, error = null,
    requests = r.requests + coalesce((page ->> 'requests')::integer, 0), bytes = r.bytes + coalesce((page ->> 'bytes')::bigint, 0),
    leased_until = clock_timestamp() + coalesce((page ->> 'lease_seconds')::double precision, 120) * interval '1 second'
  where r.id = run.id returning * into run;
  insert into public.mls_source_usage as u (source_id, tenant_id, day, bytes, records)
  values (source.id, source.tenant_id, (clock_timestamp() at time zone 'utc')::date, coalesce((page ->> 'bytes')::bigint, 0), coalesce((page ->> 'records')::integer, 0))
  on conflict (source_id, day) do update set bytes = u.bytes + excluded.bytes, records = u.records + excluded.records;
  if source.failures > 0 and jsonb_array_length(page -> 'batches') > 0 then
    update public.mls_sources s set failures = 0, open_until = null where s.id = source.id;
  end if;
  if page ? 'session' then
    perform mls.keep_source_secret(source.id, 'session', nullif(page -> 'session', 'null')::text);
  end if;
  if page ? 'finished' then
    refusal := mls.finish_source_stage(run, source, page -> 'finished');
    select * into run from public.mls_source_runs r where r.id = run.id;
  end if;
  if refusal is not null then
    perform mls.note_source_error(run, page ->> 'stage', null, refusal ->> 'code', refusal ->> 'message');
    perform mls.close_source_run(run, 'refused', refusal ->> 'code', refusal ->> 'message');
    return '{"saved": true, "status": "refused"}'::jsonb;
  elsif coalesce((page ->> 'last')::boolean, false) then
    update public.mls_sources s set failures = 0, open_until = null,
      last_ok_at = case when run.mode <> 'MEDIA' then clock_timestamp() else s.last_ok_at end,
      last_full_at = case when run.mode = 'FULL' then clock_timestamp() else s.last_full_at end
    where s.id = source.id;
    perform mls.close_source_run(run, 'finished', null, null);
    return '{"saved": true, "status": "finished"}'::jsonb;
  elsif run.cancel_requested_at is not null then
    perform mls.close_source_run(run, 'cancelled', null, null);
    return '{"saved": true, "status": "cancelled"}'::jsonb;
  end if;
  return jsonb_build_object('saved', true, 'status', 'running', 'delta_due', run.mode = 'FULL' and exists (
    select from public.mls_source_runs o where o.source_id = source.id and o.mode in ('DELTA', 'MEDIA') and o.status in ('queued', 'waiting') and o.due_at <= clock_timestamp()));
end $$;
comment on function mls.save_source_page(uuid, uuid, jsonb) is
  'Merges a page and saves the cursor, both or neither: {stage, batches, cursor, records, expected?, requests?, bytes?, errors?, pictures?: see mls.take_pictures, session?, finished?: see mls.finish_source_stage, last?}. Answers {saved, status, delta_due}; saved false when the lease was lost.';
grant execute on function mls.save_source_page(uuid, uuid, jsonb) to service_role;

-- ===== keys that the hub does not have =====

-- ----- mls.unknown_source_keys(uuid, text, text[]) -----
create function mls.unknown_source_keys(source_id uuid, resource text, keys text[]) returns text[]
language plpgsql stable security definer set search_path = ''
as $$
declare
  rule record := mls.deletable(resource);
  unknown text[];
begin
  execute format('select coalesce(array_agg(k order by k), ''{}'') from unnest($1) k where not exists (
    select from %s where %s @> array[k] and not t.origin_deleted)', rule.rows_of, rule.keys) into unknown using keys;
  return unknown;
end $$;
comment on function mls.unknown_source_keys(uuid, text, text[]) is
  'Keys that a source holds and the hub does not: records without a time, which no filter by time finds.';
grant execute on function mls.unknown_source_keys(uuid, text, text[]) to service_role;

-- ----- mls.source_keys(uuid, text) -----
create function mls.source_keys(source_id uuid, resource text) returns text[]
language plpgsql stable security definer set search_path = ''
as $$
declare
  rule record := mls.deletable(resource);
  source public.mls_sources;
  keys text[];
begin
  select * into source from public.mls_sources s where s.id = source_keys.source_id;
  -- the last name of a row is the one that no other row has
  execute format('select coalesce(array_agg((%1$s)[cardinality(%1$s)]), ''{}'') from %2$s
    where t.originating_office_key = $1 and not t.origin_deleted and %3$s and coalesce(%4$s, $2) = $2',
    rule.keys, rule.rows_of, rule.delivered_when, rule.delivered_by)
  into keys using source.office_key, source.code;
  return keys;
end $$;
comment on function mls.source_keys(uuid, text) is 'Keys of the live rows that a source brought: media as MediaKey~ListingKey. For npm run verify -- --source.';
grant execute on function mls.source_keys(uuid, text) to service_role;
