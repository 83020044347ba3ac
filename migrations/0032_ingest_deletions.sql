-- What a FULL run flags, where alone absence may mean deletion, and records that say themselves that they are deleted.

-- ----- mls.deletable(text) -----
create function mls.deletable(resource text, out rows_of text, out keys text, out delivered_when text, out deletable_when text, out delivered_by text)
language sql stable set search_path = ''
as $$
  select
    format('public.%I t', r.table_name)
      || case when r.origins_table is null then '' else format(' left join public.%I d on d.%I = t.id', r.origins_table, r.origins_column) end,
    coalesce(r.named_by, format('array[t.%I]', r.key_column)),
    format('(%s)', r.delivered_when),
    format('(%s)', r.deletable_when),
    case when r.origins_table is null then 't.delivered_by' else 'd.delivered_by' end
  from mls.resources r
  where r.resource = deletable.resource
$$;
comment on function mls.deletable(text) is
  'Parts of a statement about the rows t of a resource: where they are, the keys that keep one, which of them came from a source, which of those a FULL run may flag, and whose run delivered each.';

-- ----- mls.vanished(mls_ingest_runs) -----
create function mls.vanished(run public.mls_ingest_runs, out ids uuid[], out of bigint)
language plpgsql stable set search_path = ''
as $$
declare
  rule record := mls.deletable(run.resource);
begin
  -- what no run delivered counts as every source's of the office
  execute format(
    'select coalesce(array_agg(t.id) filter (where not exists (
       select from public.mls_ingest_run_keys k where k.run_id = $1 and k.record_key = any (%s))), ''{}''), count(*)
     from %s
     where t.originating_office_key = $2 and not t.origin_deleted and %s and %s and coalesce(%s, $3) = $3',
    rule.keys, rule.rows_of, rule.delivered_when, rule.deletable_when, rule.delivered_by)
  into ids, of using run.id, run.office_key, run.source;
end $$;
comment on function mls.vanished(public.mls_ingest_runs) is
  'Live rows of the run''s office and resource that its source delivered and the run has not named, and how many live ones that source delivered.';

-- ----- mls.flag_deleted(text, uuid[]) -----
create function mls.flag_deleted(resource text, ids uuid[]) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if cardinality(ids) > 0 then
    perform set_config('mls.change_source', 'INGRESS', true);
    execute (
      select format('update public.%I set origin_deleted = true where id = any ($1)', r.table_name)
      from mls.resources r where r.resource = flag_deleted.resource
    ) using ids;
    perform set_config('mls.change_source', '', true);
  end if;
end $$;
comment on function mls.flag_deleted(text, uuid[]) is 'Flags rows whose source no longer holds them. A merge that meets the record again clears the flag.';

-- ===== deletions record by record =====

-- ----- mls.deletion_days: how many records said today that they are deleted -----
create table mls.deletion_days (
  office_key text not null references public.mls_offices (office_key) on update cascade on delete cascade,
  resource text not null references mls.resources (resource),
  day date not null,
  flagged integer not null,
  primary key (office_key, resource)
);
comment on table mls.deletion_days is 'Records of a market office that were flagged by a deletion of their own, on the last day (UTC) on which there was one.';
alter table mls.deletion_days enable row level security;
alter table mls.deletion_days force row level security;

-- ----- mls.deletion_room(text, text, text) -----
create function mls.deletion_room(resource text, office_key text, source text) returns integer
language plpgsql stable set search_path = ''
as $$
declare
  rule record := mls.deletable(resource);
  live bigint;
  flagged integer := coalesce((
    select d.flagged from mls.deletion_days d
    where d.office_key = deletion_room.office_key and d.resource = deletion_room.resource and d.day = (now() at time zone 'UTC')::date), 0);
begin
  execute format(
    'select count(*) from %s where t.originating_office_key = $1 and not t.origin_deleted and %s and %s and ($2 is null or coalesce(%s, $2) = $2)',
    rule.rows_of, rule.delivered_when, rule.deletable_when, rule.delivered_by)
  into live using office_key, source;
  return floor((select o.shrink_threshold from public.mls_offices o where o.office_key = deletion_room.office_key) * (live + flagged))::integer - flagged;
end $$;
comment on function mls.deletion_room(text, text, text) is
  'How many more rows of a market office may be deleted record by record today (UTC) before the share of a FULL run (mls_offices.shrink_threshold) is reached.';

-- ----- mls.merge_deletions(text, jsonb, jsonb) -----
create function mls.merge_deletions(resource text, rows jsonb, context jsonb) returns jsonb
language plpgsql volatile set search_path = '' set timezone = 'UTC'
as $$
declare
  rule record := mls.deletable(resource);
  kind mls.resources := (select r from mls.resources r where r.resource = merge_deletions.resource);
  candidates jsonb;
  incoming jsonb;
  item record;
  hit record;
  room jsonb := '{}';
  results jsonb := '[]';
  outcome text;
  reason text;
  warnings jsonb;
  errors jsonb;
begin
  -- deletions, and the records of the same keys: the newest of a key counts, as among twins of a batch
  with read as materialized (
    select (e.n - 1)::integer as ordinal, e.value -> 'r' ->> kind.key_field as record_key, e.value -> 'r' ->> 'ResourceRecordKey' as listing_key,
      coalesce(e.value -> 'r' -> '@deleted' = 'true', false) as is_deletion, o.office_key, e.value -> 'e' as errors, e.value -> 'w' as warnings,
      mls.reject_reason(e.value -> 'r' ->> kind.key_field, e.value -> 'r' ->> 'OriginatingSystemOfficeKey', o.office_key, e.value -> 'e', context) as reason,
      -- as the merges read it
      case when e.value -> 'r' ->> f.name ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}' and pg_input_is_valid(e.value -> 'r' ->> f.name, 'timestamptz')
        then (e.value -> 'r' ->> f.name)::timestamptz end as moment
    from jsonb_array_elements(rows) with ordinality e (value, n)
    left join mls.market_offices o on o.name = e.value -> 'r' ->> 'OriginatingSystemOfficeKey'
    cross join lateral (select coalesce(mls.time_field(resource, o.office_key), 'ModificationTimestamp') as name) f
  )
  select jsonb_agg(to_jsonb(r) || jsonb_build_object('newer', array(
      select x.ordinal from read x
      where x.record_key = r.record_key and (x.is_deletion or r.is_deletion) and x.reason is null and x.office_key = r.office_key
        and (resource <> 'media' or x.listing_key = r.listing_key or x.listing_key is null or r.listing_key is null)
        and (coalesce(x.moment, '-infinity'), x.ordinal) > (coalesce(r.moment, '-infinity'), r.ordinal)
    )) order by not r.is_deletion, r.ordinal)
  into incoming
  from read r
  where r.is_deletion or r.record_key in (select d.record_key from read d where d.is_deletion);

  for item in
    select * from jsonb_to_recordset(incoming)
      as i (ordinal integer, record_key text, listing_key text, is_deletion boolean, office_key text, errors jsonb, warnings jsonb, reason text,
        moment timestamptz, newer integer[])
  loop
    if not item.is_deletion then
      -- what lost against a deletion that counts is stale; all else is merged
      if item.reason is null and exists (
        select from jsonb_array_elements(results) e
        where (e ->> 'index')::integer = any (item.newer) and e ->> 'outcome' in ('delete', 'unchanged')
      ) then
        results := results || mls.merge_result(item.ordinal, item.record_key, 'stale', null, item.warnings, null);
      end if;
      continue;
    end if;
    reason := item.reason;
    warnings := item.warnings;
    errors := item.errors;
    outcome := 'reject';
    if reason is null then
      execute format(
        'select count(*) as known, count(*) filter (where c.is_own) as own, count(*) filter (where c.is_own and c.may) as deletable,
           count(*) filter (where c.is_own and c.may and not c.origin_deleted) as live,
           count(*) filter (where c.is_own and c.may and not c.origin_deleted and not c.is_newer) as older,
           coalesce(array_agg(c.id) filter (where c.is_own and c.may and not c.origin_deleted and not c.is_newer and c.is_of_source), ''{}'') as ids
         from (
           select t.id, t.origin_deleted, t.originating_office_key is not distinct from $2 as is_own, coalesce(%s and %s, false) as may,
             coalesce((%s) > $4 and (%s) <= now() + interval ''10 minutes'', false) as is_newer,
             $5 is null or coalesce(%s, $5) = $5 as is_of_source
           from %s where t.%I = $1 and ($3 is null or %s)
         ) c',
        rule.delivered_when, rule.deletable_when,
        case when kind.origins_table is null then 't.origin_modified_ts' else 'd.source_modified_at' end,
        case when kind.origins_table is null then 't.origin_modified_ts' else 'd.source_modified_at' end,
        rule.delivered_by, rule.rows_of, kind.key_column, case when resource = 'media' then 't.resource_record_key = $3' else 'true' end)
      into hit using item.record_key, item.office_key, item.listing_key, item.moment, context ->> 'source';
      if hit.known > 0 and hit.own = 0 then
        reason := 'key_conflict';
      elsif hit.own > 0 and hit.deletable = 0 then
        outcome := 'skip';
      elsif cardinality(item.newer) > 0 or (hit.live > 0 and hit.older = 0) then
        outcome := 'stale';
      elsif hit.live = 0 then
        outcome := 'unchanged';
      elsif cardinality(hit.ids) = 0 then
        outcome := 'unchanged';
        warnings := coalesce(warnings, '[]') || jsonb_build_object('field', '@deleted', 'code', 'other_source',
          'message', 'Another source delivered this record last, so it stays. mls.release_source() makes it everybody''s again.');
      else
        if not room ? item.office_key then
          room := room || jsonb_build_object(item.office_key, mls.deletion_room(resource, item.office_key, context ->> 'source'));
        end if;
        if cardinality(hit.ids) > (room ->> item.office_key)::integer then
          reason := 'shrink_refused';
          errors := jsonb_build_array(jsonb_build_object('field', '@deleted', 'code', 'shrink_refused', 'message',
            'More records of this office would be deleted today than mls_offices.shrink_threshold allows. If that is right raise it and replay the record from the quarantine, or finish a FULL run with force.'));
        else
          outcome := 'delete';
          room := room || jsonb_build_object(item.office_key, (room ->> item.office_key)::integer - cardinality(hit.ids));
          perform mls.flag_deleted(resource, hit.ids);
          perform mls.note_deletion(resource, item.office_key, hit.ids, item.moment);
        end if;
      end if;
    end if;
    results := results || mls.merge_result(item.ordinal, item.record_key, outcome, reason, warnings, errors);
  end loop;
  return results;
end $$;
comment on function mls.merge_deletions(text, jsonb, jsonb) is
  'Settles the deletions of a batch, and the records that lost against one of them: results by index, all else is left to the merge. Flags what a FULL run could flag: of the own office, not taken over, not locked, not delivered by another source, within the share of the day.';

-- ----- mls.note_deletion(text, text, uuid[], timestamptz) -----
create function mls.note_deletion(resource text, office_key text, ids uuid[], moment timestamptz) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  insert into mls.deletion_days as d (office_key, resource, day, flagged)
  values (note_deletion.office_key, note_deletion.resource, (now() at time zone 'UTC')::date, cardinality(ids))
  on conflict on constraint deletion_days_pkey do update set
    flagged = excluded.flagged + case when d.day = excluded.day then d.flagged else 0 end, day = excluded.day;
  -- what is older than the deletion must not bring the record back
  if moment is not null then
    execute (
      select case
        when r.origins_table is null then format('update public.%I set origin_modified_ts = $2 where id = any ($1)', r.table_name)
        else format('update public.%I set source_modified_at = $2 where %I = any ($1)', r.origins_table, r.origins_column)
      end
      from mls.resources r where r.resource = note_deletion.resource
    ) using ids, moment;
  end if;
end $$;
comment on function mls.note_deletion(text, text, uuid[], timestamptz) is
  'Counts rows that a deletion flagged towards the day of their office, and remembers when their source deleted them.';

-- ----- mls.release_source(text, text) -----
create function mls.release_source(office_key text, source text default null) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  office text := (select o.office_key from mls.market_offices o where o.name = release_source.office_key);
  resource mls.resources;
  released bigint;
  counts jsonb := '{}';
begin
  if office is null then
    raise exception 'There is no market office "%".', release_source.office_key using errcode = '22023';
  end if;
  perform pg_advisory_xact_lock(hashtextextended('mls.ingest:' || office, 0));
  for resource in select * from mls.resources loop
    execute case
      when resource.origins_table is null then
        format('update public.%I t set delivered_by = null where t.originating_office_key = $1 and t.delivered_by = coalesce($2, t.delivered_by)', resource.table_name)
      else
        format('update public.%I d set delivered_by = null from public.%I t
          where t.id = d.%I and t.originating_office_key = $1 and d.delivered_by = coalesce($2, d.delivered_by)',
          resource.origins_table, resource.table_name, resource.origins_column)
    end using office, source;
    get diagnostics released = row_count;
    counts := counts || jsonb_build_object(resource.resource, released);
  end loop;
  return counts;
end $$;
comment on function mls.release_source(text, text) is
  'Makes what a source (null: any) delivered for a market office every source''s again: when it ends or gets another name, its successor may then flag what it left behind. Answers how many records by resource.';
grant execute on function mls.release_source(text, text) to service_role;
