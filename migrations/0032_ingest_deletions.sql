-- What a FULL run flags. Only here may absence mean deletion.

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
