-- Integrity: does the hub hold what its sources sent, and does it serve what it holds? Read by `npm run verify` and by
-- GET /admin/integrity. Every check answers findings; an error means data is lost or wrong, a warning that somebody
-- should look.

-- ----- mls.finding(...) -----
create function mls.finding(severity text, name text, office_key text, resource text, message text, details jsonb default '{}') returns jsonb
language sql immutable parallel safe set search_path = ''
as $$
  select jsonb_build_object('severity', severity, 'check', name, 'office_key', office_key, 'resource', resource, 'message', message) || details
$$;
comment on function mls.finding(text, text, text, text, text, jsonb) is 'One finding: {severity, check, office_key, resource, message, ...}.';

-- ===== the hub against gold =====

-- ----- mls.held_keys(text, text, text) -----
create function mls.held_keys(resource text, office_key text, source text default null) returns setof text
language plpgsql stable set search_path = ''
as $$
declare
  rule record := mls.deletable(resource);
begin
  return query execute format(
    'select (%1$s)[cardinality(%1$s)] from %2$s
     where t.originating_office_key = $1 and not t.origin_deleted and %3$s and ($2 is null or coalesce(%4$s, $2) = $2)',
    rule.keys, rule.rows_of, rule.delivered_when, rule.delivered_by)
  using office_key, source;
end $$;
comment on function mls.held_keys(text, text, text) is
  'Keys of the live records that a source (null: any) delivered for an office, those that no run delivered included; media as MediaKey~ListingKey.';

-- ----- mls.key_checksum(text) -----
create function mls.key_checksum(key text) returns bigint
language sql immutable parallel safe set search_path = ''
as $$
  select ('x' || left(md5(key), 12))::bit(48)::bigint
$$;
comment on function mls.key_checksum(text) is 'First 48 bits of the md5 of a key. Their sum over a table does not depend on its order.';

-- ----- mls.compare_with_gold(mls_ingest_runs) -----
create function mls.compare_with_gold(run public.mls_ingest_runs) returns setof jsonb
language plpgsql stable set search_path = ''
as $$
declare
  summary jsonb := run.gold_summary;
  held bigint;
  checksum numeric;
  unapplied bigint;
  out_of_it jsonb;
begin
  select count(*), coalesce(sum(mls.key_checksum(k)), 0) into held, checksum
  from mls.held_keys(run.resource, run.office_key, run.source) k
  where not coalesce(summary -> 'rejected' ? k, false);
  if held is distinct from (summary ->> 'count')::bigint then
    return next mls.finding('error', 'count', run.office_key, run.resource,
      format('Gold has %s records, the hub %s.', summary ->> 'count', held), jsonb_build_object('expected', summary -> 'count', 'actual', held));
  elsif checksum is distinct from (summary ->> 'key_checksum')::numeric then
    return next mls.finding('error', 'keys', run.office_key, run.resource, 'Gold and hub hold as many records, but not the same.');
  end if;
  if run.resource <> 'property' or not summary ? 'fields' then
    return;
  end if;
  -- what was not applied differs from gold by right; a summary that counts it all the same cannot be compared
  unapplied := (run.totals ->> 'stale')::bigint + (run.totals ->> 'skip')::bigint;
  if summary ? 'left_out' then
    if jsonb_array_length(summary -> 'left_out') > 0 then
      return next mls.finding('warning', 'left_out', run.office_key, run.resource,
        format('%s of %s records were not compared field by field, for gold''s word on them was not applied (stale, skip, or sent twice).',
          jsonb_array_length(summary -> 'left_out'), summary ->> 'count'),
        jsonb_build_object('records', jsonb_array_length(summary -> 'left_out'), 'keys', jsonb_path_query_array(summary, '$.left_out[0 to 19]')));
    end if;
  elsif unapplied > 0 then
    return next mls.finding('warning', 'left_out', run.office_key, run.resource,
      format('No field was compared: %s records of the run were not applied, and its summary does not leave them out (left_out).', unapplied),
      jsonb_build_object('records', unapplied));
    return;
  end if;
  out_of_it := coalesce(summary -> 'rejected', '[]') || coalesce(summary -> 'left_out', '[]');
  return query
  select mls.finding('error', 'field', run.office_key, run.resource,
    format('%s: gold has %s values with sum %s, the hub %s with sum %s.', f.field, f.gold_count, coalesce(f.gold_sum::text, '-'), f.hub_count, coalesce(f.hub_sum::text, '-')),
    jsonb_build_object('field', f.field, 'expected', f.gold_count, 'actual', f.hub_count))
  from (
    select g.key as field, (g.value ->> 'non_null')::bigint as gold_count, (g.value ->> 'sum')::numeric as gold_sum,
      count(p.value) as hub_count, sum(case when pg_input_is_valid(p.value, 'numeric') then p.value::numeric end) as hub_sum
    from jsonb_each(coalesce(summary -> 'fields', '{}')) g
    cross join (
      select o.payload || '{}'::jsonb as payload
      from public.mls_listing_origins o join public.mls_listings l on l.id = o.listing_id
      where l.originating_office_key = run.office_key and not l.origin_deleted and not out_of_it ? l.origin_key
        and coalesce(o.delivered_by, run.source) = run.source
      offset 0
    ) o
    cross join lateral (select o.payload ->> g.key as value) p
    group by g.key, g.value
  ) f
  where f.hub_count <> f.gold_count or abs(coalesce(f.hub_sum, 0) - f.gold_sum) > 0.01 + abs(f.gold_sum) * 1e-9;
  return query
  select mls.finding('error', 'mapping', run.office_key, run.resource,
    format('%s "%s": gold has %s, the hub %s.', v.field, v.value, v.gold, v.hub),
    jsonb_build_object('field', v.field, 'value', v.value, 'expected', v.gold, 'actual', v.hub))
  from (
    select s.field, s.value, max(s.gold) as gold, max(s.hub) as hub
    from (
      select f.key as field, e.key as value, e.value::bigint as gold, 0::bigint as hub
      from jsonb_each(coalesce(summary -> 'values', '{}')) f cross join lateral jsonb_each_text(f.value) e
      union all
      -- after a claim the column is the broker's
      select f.key, coalesce(case f.key when 'StandardStatus' then l.source_standard_status
        when 'PropertyType' then case when l.claimed_at is null and l.is_externally_managed then l.property_type else o.payload ->> 'PropertyType' end end, ''), 0, count(*)
      from jsonb_each(coalesce(summary -> 'values', '{}')) f
      cross join public.mls_listings l
      left join public.mls_listing_origins o on o.listing_id = l.id
      where l.originating_office_key = run.office_key and l.origin_key is not null and not l.origin_deleted
        and coalesce(o.delivered_by, run.source) = run.source
        and not out_of_it ? l.origin_key and f.key in ('StandardStatus', 'PropertyType')
      group by 1, 2
    ) s
    group by s.field, s.value
  ) v
  where v.gold <> v.hub;
end $$;
comment on function mls.compare_with_gold(public.mls_ingest_runs) is
  'Compares the hub with the summary of gold that a run left: count, checksum of the keys, per field how many values and their sum, status and type mapping. Records of summary.rejected and summary.left_out are not compared; a warning says how many.';

-- ===== the hub against itself =====

-- ----- mls.lost_records(text) -----
create function mls.lost_records(office_key text) returns setof jsonb
language plpgsql stable set search_path = ''
as $$
declare
  resource mls.resources;
begin
  for resource in select * from mls.resources loop
    return query execute format($q$
      select mls.finding('error', 'lost', $1, $2, format('%%s was accepted and is gone.', l.key), jsonb_build_object('key', l.key))
      from (
        select distinct e ->> 'key' as key
        from public.mls_ingest_receipts r
        cross join lateral jsonb_array_elements(r.receipt -> 'records') e
        where r.resource = $2 and e ->> 'outcome' = 'insert' and e ->> 'key' is not null
      ) l
      where not exists (select from public.%I t where t.%I = l.key)
        and exists (select from public.%I s where s.%I = l.key and s.office_key = $1)
    $q$, resource.table_name, resource.key_column, 'served_' || resource.resource, resource.key_field)
    using office_key, resource.resource;
  end loop;
end $$;
comment on function mls.lost_records(text) is 'Records that receipts say were inserted, that were served, and that are not there any more.';

-- ----- mls.corrupted_fields(text) -----
create function mls.corrupted_fields(office_key text) returns setof jsonb
language sql stable set search_path = ''
as $$
  select mls.finding('error', 'corrupted', l.originating_office_key, 'property',
    format('%s.%s is "%s", the source said "%s" and nobody else may have changed it.', l.origin_key, d.field, left(d.ours, 60), left(d.theirs, 60)),
    jsonb_build_object('key', l.origin_key, 'field', d.field, 'expected', left(d.theirs, 200), 'actual', left(d.ours, 200)))
  from public.mls_listing_drift d
  join public.mls_listings l on l.id = d.listing_id
  where l.originating_office_key = corrupted_fields.office_key and l.claimed_at is null and l.is_externally_managed
    and (d.field <> 'StandardStatus' or l.status = 'INGESTED')
$$;
comment on function mls.corrupted_fields(text) is 'Unclaimed listings follow their source in every field; where one does not, something wrote past the rules.';

-- ----- mls.stale_served(text, text) -----
create function mls.stale_served(resource text, office_key text) returns setof jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  ids uuid[];
  part uuid[];
  last_stamp bigint;
  found jsonb[] := '{}';
begin
  execute format(
    'select coalesce(array_agg(record_id), ''{}'') from (
       select record_id from public.%1$I where office_key = $1 union select record_id from public.%2$I where office_key = $1 and not is_deleted) r',
    resource || '_reso', 'served_' || resource) into ids using office_key;
  for at in 0..coalesce(cardinality(ids), 0) by 500 loop
    part := ids[at + 1:at + 500];
    exit when part = '{}';
    -- what a refresh would change now; it is undone at once, and with it the lock on the stamps
    begin
      perform mls.lock_stamps();
      select last_value into last_stamp from mls.stamp_seq;
      execute format('select mls.refresh_%I($1)', resource) using part;
      select found || coalesce(array_agg(mls.finding('error', 'served', stale_served.office_key, stale_served.resource,
        format('%s is served as it no longer is (%s).', e.record_key, e.kind), jsonb_build_object('key', e.record_key))), '{}')
      into found
      from public.mls_entity_events e where e.sequence > last_stamp;
      raise exception using errcode = 'MLSDR';
    exception when sqlstate 'MLSDR' then
      null;
    end;
  end loop;
  return query select unnest(found);
end $$;
comment on function mls.stale_served(text, text) is
  'Served rows that a rebuild from the view would change: tried in parts of 500, each undone at once.';

-- ===== what people should look at =====

-- ----- mls.integrity_warnings(text, interval) -----
create function mls.integrity_warnings(office_key text, max_age interval) returns setof jsonb
language sql stable set search_path = ''
as $$
  select mls.finding('warning', 'unmapped', l.originating_office_key, 'property', format('StandardStatus "%s" (%s listings) is unknown; none of them is published.',
    l.source_standard_status, count(*)), jsonb_build_object('field', 'StandardStatus', 'value', l.source_standard_status, 'records', count(*)))
  from public.mls_listings l
  where l.originating_office_key = integrity_warnings.office_key and l.source_standard_status not in (
    'Active', 'Active Under Contract', 'Canceled', 'Closed', 'Coming Soon', 'Delete', 'Expired', 'Hold', 'Incomplete', 'Pending', 'Withdrawn')
  group by l.originating_office_key, l.source_standard_status
  union all
  select mls.finding('warning', 'unmapped', l.originating_office_key, 'property', format('PropertyType "%s" (%s listings) is unknown.', l.property_type, count(*)),
    jsonb_build_object('field', 'PropertyType', 'value', l.property_type, 'records', count(*)))
  from public.mls_listings l
  where l.originating_office_key = integrity_warnings.office_key
    and l.property_type not in ('Residential', 'ResidentialLease', 'CommercialSale', 'CommercialLease', 'Land')
  group by l.originating_office_key, l.property_type
  union all
  select mls.finding('warning', 'dangling', d.office_key, d.resource, format('%s: %s keys lead nowhere (%s records).', d.field, count(*), sum(d.records)),
    jsonb_build_object('field', d.field, 'keys', count(*), 'records', sum(d.records)))
  from mls.dangling_keys(array[office_key]) d
  group by d.office_key, d.resource, d.field
  union all
  select mls.finding('warning', 'quarantine', q.office_key, q.resource, format('%s records are in quarantine.', count(*)), jsonb_build_object('records', count(*)))
  from public.mls_ingest_quarantine q
  where q.office_key = integrity_warnings.office_key and q.status = 'open'
  group by q.office_key, q.resource
  union all
  select mls.finding('warning', 'stale', r.office_key, r.resource, format('The last run ended %s.', to_char(max(r.finished_at) at time zone 'utc', 'YYYY-MM-DD HH24:MI "UTC"')),
    jsonb_build_object('finished_at', max(r.finished_at)))
  from public.mls_ingest_runs r
  where r.office_key = integrity_warnings.office_key and r.status = 'finished'
  group by r.office_key, r.resource
  having max(r.finished_at) < now() - max_age
  union all
  select mls.finding('warning', 'stale_share', s.office_key, s.resource, format('%s of %s records from %s were older than what is known, and were not applied.', s.stale, s.records, s.source),
    jsonb_build_object('source', s.source, 'stale', s.stale, 'records', s.records))
  from mls.stale_shares(max_age) s
  where s.office_key = integrity_warnings.office_key
  union all
  select mls.finding('warning', 'future_time', r.office_key, r.resource, format('%s records bore a time of change beyond the clock of the hub.', count(*)),
    jsonb_build_object('records', count(*), 'keys', (array_agg(distinct e ->> 'key'))[1:20]))
  from public.mls_ingest_runs r
  join public.mls_ingest_receipts x on x.run_id = r.id and x.received_at > now() - max_age
  cross join lateral jsonb_array_elements(x.receipt -> 'records') e
  where r.office_key = integrity_warnings.office_key and r.started_at > now() - max_age - interval '1 day'
    and e -> 'warnings' @> '[{"code": "future_time"}]'
  group by r.office_key, r.resource
$$;
comment on function mls.integrity_warnings(text, interval) is
  'Unmapped values, keys that lead nowhere, records in quarantine, sources that have gone quiet, many stale records, times beyond our clock.';

-- ===== the report =====

-- ----- mls.integrity_report(jsonb) -----
create function mls.integrity_report(request jsonb default '{}') returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  office text;
  resource_name text;
  run public.mls_ingest_runs;
  findings jsonb := '[]';
  counts jsonb := '[]';
begin
  for office in
    select o.office_key from public.mls_offices o
    where o.is_market and (request ->> 'tenant_id' is null or o.tenant_id = (request ->> 'tenant_id')::uuid)
      and (request ->> 'office_key' is null
      or o.office_key = (select m.office_key from mls.market_offices m where m.name = request ->> 'office_key'))
    order by 1
  loop
    for resource_name in select r.resource from mls.resources r loop
      counts := counts || jsonb_build_object('office_key', office, 'resource', resource_name, 'records', (select count(*) from mls.held_keys(resource_name, office)));
      -- of each source the newest summary counts, and only while no later run has changed what it describes
      for run in
        select distinct on (r.source) r.* from public.mls_ingest_runs r
        where r.office_key = office and r.resource = resource_name and r.status = 'finished'
        order by r.source, r.finished_at desc
      loop
        if run.gold_summary ? 'count' then
          findings := findings || coalesce((select jsonb_agg(f) from mls.compare_with_gold(run) f), '[]');
        end if;
      end loop;
      findings := findings || coalesce((select jsonb_agg(f) from mls.stale_served(resource_name, office) f), '[]');
    end loop;
    findings := findings
      || coalesce((select jsonb_agg(f) from mls.lost_records(office) f), '[]')
      || coalesce((select jsonb_agg(f) from mls.corrupted_fields(office) f), '[]')
      || coalesce((select jsonb_agg(f) from mls.integrity_warnings(office, make_interval(hours => coalesce((request ->> 'max_age_hours')::integer, 26))) f), '[]');
  end loop;
  return jsonb_build_object(
    'ok', not jsonb_path_exists(findings, '$[*] ? (@.severity == "error")'),
    'checked_at', clock_timestamp(),
    'counts', counts,
    'findings', findings);
end $$;
comment on function mls.integrity_report(jsonb) is
  'The whole report {ok, checked_at, counts, findings}, for one market ({office_key}) or all; {max_age_hours} says when a source has gone quiet (26). ok means no error.';
grant execute on function mls.integrity_report(jsonb) to service_role;
