-- The values that lookup fields hold, beside those of RESO Data Dictionary 2.0: the dictionary leaves its lookups open,
-- and a consumer wants to know beforehand what it will meet. The clock collects them from what is served, so that no
-- writer pays for it; a new value is listed within five minutes.

-- ----- mls.lookup_values: values met, and where; one is told to whom may see records of such a place -----
-- stamp: when it was first met, in microseconds since 1970. Values stay when their last record goes. What has more than
-- 255 characters is prose and no value (RESO: LookupValue has at most 255).
create table mls.lookup_values (
  id bigint generated always as identity primary key,
  lookup_name text not null,
  value text not null,
  resource text not null,
  office_key text not null,
  is_published boolean not null,
  stamp bigint not null,
  unique (office_key, lookup_name, value, resource, is_published)
);
comment on table mls.lookup_values is 'Values of lookup fields in what is served. Derived: it may be emptied together with mls.lookup_progress.';
alter table mls.lookup_values enable row level security;
alter table mls.lookup_values force row level security;

-- ----- mls.lookup_progress: the stamp up to which the records of a resource were looked at -----
create table mls.lookup_progress (
  resource text primary key,
  stamp bigint not null
);
alter table mls.lookup_progress enable row level security;
alter table mls.lookup_progress force row level security;

-- ----- mls.collect_lookups(jsonb, interval): job of the clock -----
-- 50,000 new listings with 250,000 photos take 2.9 s, a run with nothing new 6 ms.
-- catalogue: [{"resource": "Property", "table": "served_property", "fields": [{"name", "lookup", "multi"}]}]
create function mls.collect_lookups(catalogue jsonb, at_most interval default '20 seconds') returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  started constant timestamptz := clock_timestamp();
  batch constant integer := 2000;
  source record;
  reached bigint;
  looked_at integer;
  added integer;
  total integer := 0;
begin
  -- two at once would do the same work twice
  if not pg_try_advisory_xact_lock(hashtext('mls.collect_lookups')) then
    return jsonb_build_object('added', 0);
  end if;
  for source in
    select c.resource, c.served, string_agg(distinct format('s.%I', f.name), ', ') as columns,
      string_agg(format('(%L, %L::boolean, c.%I)', f.lookup, coalesce(f.multi, false), f.name), ', ') as held
    from jsonb_to_recordset(catalogue) k(resource text, "table" text, fields jsonb)
    cross join lateral (values (k.resource, k."table")) c(resource, served)
    cross join lateral jsonb_to_recordset(k.fields) f(name text, lookup text, multi boolean)
    group by c.resource, c.served
  loop
    reached := coalesce((select p.stamp from mls.lookup_progress p where p.resource = source.resource), 0);
    loop
      execute format($q$
        with changed as materialized (
          select s.office_key, s.is_published, s.stamp, %2$s from public.%1$I s
          where not s.is_deleted and s."ModificationTimestamp" > mls.stamp_time($1)
          order by s."ModificationTimestamp" limit $2
        ), met as (
          select distinct c.office_key, c.is_published, f.lookup_name, f.is_multiple, f.held
          from changed c cross join lateral (values %3$s) f(lookup_name, is_multiple, held)
          where f.held <> ''
        ), added as (
          insert into mls.lookup_values (lookup_name, value, resource, office_key, is_published, stamp)
          select distinct m.lookup_name, v.value, %4$L, m.office_key, m.is_published, $3
          from met m
          cross join lateral unnest(case when m.is_multiple then mls.multi_values(m.held) else array[m.held] end) v(value)
          where length(v.value) <= 255
          on conflict do nothing
          returning id
        )
        select (select count(*) from changed), (select coalesce(max(c.stamp), $1) from changed c), (select count(*) from added)
      $q$, source.served, source.columns, source.held, source.resource)
      into looked_at, reached, added using reached, batch, (extract(epoch from started) * 1000000)::bigint;
      total := total + added;
      exit when looked_at < batch or clock_timestamp() > started + at_most;
    end loop;
    insert into mls.lookup_progress as p (resource, stamp) values (source.resource, reached)
    on conflict (resource) do update set stamp = excluded.stamp where p.stamp < excluded.stamp;
  end loop;
  return jsonb_build_object('added', total);
end $$;
comment on function mls.collect_lookups(jsonb, interval) is
  'Adds the values of lookup fields in records that changed, at most for about this long: {added: values}. Safe to run at any time.';
grant execute on function mls.collect_lookups(jsonb, interval) to service_role;
insert into public.mls_schedules (job, cron, description) values
  ('lookups', '*/5 * * * *', 'Collects the values of lookup fields for the resource Lookup.');

-- ----- mls.lookup_form(text): what two spellings of a value have in common -----
create function mls.lookup_form(value text) returns text
language sql immutable parallel safe set search_path = ''
as $$
  select lower(regexp_replace(value, '[^[:alnum:]]', '', 'g'))
$$;
comment on function mls.lookup_form(text) is 'A lookup value without case, blanks and signs: guest_house, GuestHouse and Guest House are one.';

-- ----- mls.lookup_rows(jsonb): the rows of RESO Lookup for the client in mls.claims -----
-- standard: rows of the dictionary in the columns of the result. Met values follow them; one that is a standard value in
-- another spelling says which. A definer function: readers have no rights on the table, and see of it what is theirs.
create function mls.lookup_rows(standard jsonb)
returns table (
  seq bigint, stamp bigint, doc text, "ModificationTimestamp" timestamptz, "LookupKey" text, "LookupName" text,
  "LookupValue" text, "StandardLookupValue" text, "LegacyODataValue" text
)
language sql stable security definer set search_path = ''
as $$
  with listed as materialized (
    select * from jsonb_to_recordset(standard) l(
      seq bigint, stamp bigint, doc text, "ModificationTimestamp" timestamptz, "LookupKey" text, "LookupName" text,
      "LookupValue" text, "StandardLookupValue" text, "LegacyODataValue" text)
  ), forms as (
    select distinct on (l."LookupName", mls.lookup_form(spelling))
      l."LookupName" as lookup_name, mls.lookup_form(spelling) as form, l."StandardLookupValue", l."LegacyODataValue"
    from listed l cross join lateral (values (l."LookupValue"), (l."LegacyODataValue")) s(spelling)
    where l."StandardLookupValue" is not null
    order by 1, 2, l.seq
  ), met as (
    select v.lookup_name, v.value, min(v.id) as id, min(v.stamp) as stamp
    from mls.lookup_values v
    where v.office_key = any ((select mls.claim_offices())::text[])
      and v.is_published >= (select mls.claim_published_only())
      and v.resource <> all ((select mls.withheld_resources())::text[])
      and not exists (select from listed l where l."LookupName" = v.lookup_name and l."LookupValue" = v.value)
    group by v.lookup_name, v.value
  )
  select * from listed
  union all
  select 1000000 + m.id, m.stamp, substr(r.json, 2, length(r.json) - 2), mls.stamp_time(m.stamp), k.key, m.lookup_name,
    m.value, f."StandardLookupValue", f."LegacyODataValue"
  from met m
  left join forms f on f.lookup_name = m.lookup_name and f.form = mls.lookup_form(m.value)
  cross join lateral (select m.lookup_name || ':X_' || case when length(m.value) > 200 then md5(m.value) else m.value end) k(key)
  cross join lateral (
    select json_build_object('LookupKey', k.key, 'LookupName', m.lookup_name, 'LookupValue', m.value,
      'StandardLookupValue', f."StandardLookupValue", 'LegacyODataValue', f."LegacyODataValue")::text
  ) r(json)
$$;
comment on function mls.lookup_rows(jsonb) is
  'Standard values of lookups, given as rows, and those that records hold which the reading client may see.';
grant execute on function mls.lookup_rows(jsonb) to mls_api_read;
