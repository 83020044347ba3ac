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

-- ===== standard values =====
-- Sources spell values in their own ways (standard_apartment, Flat, ExclusiveAgency). What each means is a row here, for
-- all sources or for one office's; the refresh writes the standard value beside the one that came, and readers in profile
-- dd2 pay nothing for it. What has no row is served as it came, and listed by mls.unmapped_lookups().

-- ----- mls.lookup_mappings: what values mean -----
-- form: mls.lookup_form() of the value. office_key: empty for all. is_standard: a standard value's own spellings, adopted from
-- the dictionary and not to be edited.
create table mls.lookup_mappings (
  lookup_name text not null,
  form text not null,
  office_key text not null default '',
  value text not null check (length(value) between 1 and 255),
  standard_value text not null,
  is_standard boolean not null default false,
  primary key (lookup_name, form, office_key)
);
comment on table mls.lookup_mappings is 'Values of sources and the standard values that they mean: mls.map_lookup().';
alter table mls.lookup_mappings enable row level security;
alter table mls.lookup_mappings force row level security;
grant select, insert, update, delete on mls.lookup_mappings to service_role;

-- ----- mls.adopt_standard_lookups() -----
create function mls.adopt_standard_lookups() returns void
language sql volatile set search_path = ''
as $$
  delete from mls.lookup_mappings m where m.is_standard;
  insert into mls.lookup_mappings (lookup_name, form, value, standard_value, is_standard)
  select distinct on (s.lookup_name, mls.lookup_form(p.spelling))
    s.lookup_name, mls.lookup_form(p.spelling), p.spelling, split_part(e.entry, '|', 1), true
  from mls.standard_lookups() s
  cross join lateral jsonb_array_elements_text(s.entries) with ordinality e (entry, place)
  cross join lateral regexp_split_to_table(e.entry, '\|') p (spelling)
  order by s.lookup_name, mls.lookup_form(p.spelling), e.place
  on conflict (lookup_name, form, office_key) do update
  set value = excluded.value, standard_value = excluded.standard_value, is_standard = true
$$;
comment on function mls.adopt_standard_lookups() is
  'Takes the spellings of standard values from the dictionary: what is one of them needs no mapping by hand.';
select mls.adopt_standard_lookups();

-- ----- what the sources of the hub are known to send -----
insert into mls.lookup_mappings (lookup_name, form, value, standard_value)
select m.lookup_name, mls.lookup_form(m.value), m.value, m.standard_value
from (values
  ('Appliances', 'fridge', 'Refrigerator'),
  ('Appliances', 'hob', 'Cooktop'),
  ('AreaUnits', 'SM', 'Square Meters'),
  ('AreaUnits', 'sqm', 'Square Meters'),
  ('AreaUnits', 'm2', 'Square Meters'),
  ('AreaUnits', 'SF', 'Square Feet'),
  ('AreaUnits', 'sqft', 'Square Feet'),
  ('AssociationAmenities', 'gym', 'Fitness Center'),
  ('AssociationAmenities', 'tennis_court', 'Tennis Court(s)'),
  ('CommunityFeatures', 'gated_community', 'Gated'),
  ('Cooling', 'central_a/c', 'Central Air'),
  ('Cooling', 'central_cooling', 'Central Air'),
  ('Cooling', 'no_a/c', 'None'),
  ('Cooling', 'zoned_a/c', 'Zoned'),
  ('Fencing', 'fenced_yard', 'Fenced'),
  ('Fencing', 'stone_wall', 'Stone'),
  ('FireplaceFeatures', 'gas_fireplace', 'Gas'),
  ('Flooring', 'ceramic_tiles', 'Ceramic Tile'),
  ('Heating', 'no_heat', 'None'),
  ('Heating', 'underfloor', 'Radiant Floor'),
  ('InteriorOrRoomFeatures', 'walk_in_closet', 'Walk-In Closet(s)'),
  ('LotFeatures', 'corner', 'Corner Lot'),
  ('LotFeatures', 'level_plot', 'Level'),
  ('LotFeatures', 'sloping', 'Sloped'),
  ('LotSizeUnits', 'SM', 'Square Meters'),
  ('LotSizeUnits', 'sqm', 'Square Meters'),
  ('LotSizeUnits', 'm2', 'Square Meters'),
  ('LotSizeUnits', 'SF', 'Square Feet'),
  ('LotSizeUnits', 'sqft', 'Square Feet'),
  ('LotSizeUnits', 'AC', 'Acres'),
  ('FeeFrequency', 'yearly', 'Annually'),
  ('FeeFrequency', 'month', 'Monthly'),
  ('FeeFrequency', 'week', 'Weekly'),
  ('FeeFrequency', 'day', 'Daily'),
  ('FeeFrequency', 'year', 'Annually'),
  ('Furnished', 'semi_furnished', 'Partially'),
  ('Furnished', 'partially_furnished', 'Partially'),
  ('Furnished', 'fully_furnished', 'Furnished'),
  ('PetsAllowed', 'true', 'Yes'),
  ('PetsAllowed', 'false', 'No'),
  ('PoolFeatures', 'communal', 'Community'),
  ('PoolFeatures', 'outdoor', 'Outdoor Pool'),
  ('PropertySubType', 'standard_apartment', 'Apartment'),
  ('PropertySubType', 'Flat', 'Apartment'),
  ('PropertySubType', 'penthouse', 'Apartment'),
  ('PropertySubType', 'studio', 'Apartment'),
  ('PropertySubType', 'ground_floor_apartment', 'Apartment'),
  ('PropertySubType', 'maisonette', 'Townhouse'),
  ('PropertySubType', 'town_house', 'Townhouse'),
  ('PropertySubType', 'detached_house', 'Single Family Residence'),
  ('PropertySubType', 'detached', 'Single Family Residence'),
  ('PropertySubType', 'single_family_home', 'Single Family Residence'),
  ('PropertySubType', 'house', 'Single Family Residence'),
  ('PropertySubType', 'villa', 'Single Family Residence'),
  ('PropertySubType', 'bungalow', 'Single Family Residence'),
  ('PropertySubType', 'condo', 'Condominium'),
  ('PropertySubType', 'hotel', 'Hotel/Motel'),
  ('PropertySubType', 'shop', 'Retail'),
  ('PropertySubType', 'mixed_use_building', 'Mixed Use'),
  ('PropertySubType', 'residential_land', 'Unimproved Land'),
  ('PropertySubType', 'plot', 'Unimproved Land'),
  ('PropertySubType', 'agricultural_land', 'Agriculture'),
  ('PropertySubType', 'ground_apartment', 'Apartment'),
  ('PropertySubType', 'whole_floor_apartment', 'Apartment'),
  ('PropertySubType', 'maisonette_house', 'Townhouse'),
  ('PropertySubType', 'terraced_house', 'Townhouse'),
  ('PropertySubType', 'mansion_villa', 'Single Family Residence'),
  ('PropertySubType', 'single_family_detached', 'Single Family Residence'),
  ('PropertySubType', 'residential_lot', 'Unimproved Land'),
  ('PropertySubType', 'standard_office', 'Office'),
  ('PropertySubType', 'whole_floor_office', 'Office'),
  ('PropertySubType', 'ground_office', 'Office'),
  ('PropertySubType', 'top_floor_office', 'Office'),
  ('PropertySubType', 'entire_building_office', 'Office'),
  ('PropertySubType', 'office_building', 'Office'),
  ('PropertySubType', 'industrial_building', 'Industrial'),
  ('SecurityFeatures', 'CCTV', 'Closed Circuit Camera(s)'),
  ('View', 'city_view', 'City'),
  ('View', 'garden_view', 'Garden'),
  ('View', 'golf', 'Golf Course'),
  ('View', 'lake_view', 'Lake'),
  ('View', 'mountain', 'Mountain(s)'),
  ('View', 'mountain_view', 'Mountain(s)'),
  ('View', 'pool_view', 'Pool'),
  ('View', 'river_view', 'River')
) m (lookup_name, value, standard_value)
where exists (
  select from mls.lookup_mappings s
  where s.lookup_name = m.lookup_name and s.is_standard and s.standard_value = m.standard_value
)
on conflict do nothing;

-- ----- mls.standard_map(text[], boolean[], text[], text[]) -----
-- For a whole slice of records at once: a function called for each of the forty lookup fields of a record took as long as all
-- the rest of its rendering. Mappings are looked up by index once for each form that occurs; the planner, which expects few
-- members, would then go through those for each member again, hence no nested loops.
create function mls.standard_map(lookups text[], multi boolean[], offices text[], held text[]) returns jsonb
language sql stable set search_path = '' set enable_nestloop = off set enable_seqscan = off
as $$
  with given as materialized (
    select g.* from unnest(lookups, multi, offices, held) with ordinality g (lookup, is_multi, office, held, id)
  ),
  members as materialized (
    select g.id, g.lookup, g.office, u.member, u.place,
      -- mls.lookup_form(), written out: a call costs more than the work
      case when length(u.member) <= 255 then lower(regexp_replace(u.member, '[^[:alnum:]]', '', 'g')) end as form
    from given g
    cross join unnest(case
      when not g.is_multi then array[g.held]
      when strpos(g.held, ',') > 0 or g.held like '[%' then mls.multi_values(g.held)
      else array[btrim(g.held)]
    end) with ordinality u (member, place)
  ),
  known as materialized (
    select f.lookup, f.form, m.office_key, m.standard_value
    from (select distinct o.lookup, o.form from members o where o.form is not null) f
    cross join lateral (
      select x.office_key, x.standard_value from mls.lookup_mappings x where x.lookup_name = f.lookup and x.form = f.form offset 0
    ) m
  ),
  meant as materialized (
    select m.id, m.member, m.place, coalesce(own.standard_value, general.standard_value, m.member) as value
    from members m
    left join known general on general.lookup = m.lookup and general.form = m.form and general.office_key = ''
    left join known own on own.lookup = m.lookup and own.form = m.form and own.office_key = m.office and m.office <> ''
  ),
  -- each value once, where it stood first: two spellings of one value are one value
  joined as (
    select v.id, array_agg(v.value order by v.place) as values
    from (
      select m.id, m.value, min(m.place) as place from meant m
      where m.id in (select t.id from meant t group by t.id having bool_or(t.value <> t.member) or count(*) > count(distinct t.member))
      group by m.id, m.value
    ) v
    group by v.id
  )
  select coalesce(jsonb_object_agg(
    case when g.is_multi then '*' else '' end || g.lookup || ':' || g.office || ':' || g.held,
    case when g.is_multi and array_to_string(j.values, '') like '%,%' then to_json(j.values)::text else array_to_string(j.values, ',') end
  ), '{}')
  from joined j join given g on g.id = j.id
$$;
comment on function mls.standard_map(text[], boolean[], text[], text[]) is
  'Of these values of lookups (whether many in one, office, text as held) those that a standard value is known for: {"[*]<lookup>:<office>:<held>": standard}. Mappings of the office go before those of all. Several in one are comma separated, or a JSON list where a member has a comma. What is missing stands for itself.';

-- ----- mls.map_lookup(text, text, text, text) -----
create function mls.map_lookup(lookup text, value text, standard text, office text default '') returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if not exists (
    select from mls.lookup_mappings m where m.lookup_name = lookup and m.is_standard and m.standard_value = standard
  ) then
    raise exception '"%" is no standard value of the lookup "%".', standard, lookup
      using errcode = 'invalid_parameter_value', hint = 'select * from mls.standard_lookups() has those that there are.';
  end if;
  insert into mls.lookup_mappings (lookup_name, form, office_key, value, standard_value)
  values (lookup, mls.lookup_form(value), coalesce(office, ''), value, standard)
  on conflict (lookup_name, form, office_key) do update set value = excluded.value, standard_value = excluded.standard_value, is_standard = false;
  perform mls.request_rerender(array(
    select r.resource from mls.resources r
    where r.name in (select v.resource from mls.lookup_values v where v.lookup_name = lookup)
  ));
end $$;
comment on function mls.map_lookup(text, text, text, text) is
  'From now on this value of sources means that standard value, in records of one office or of all. Records that exist follow by the job rerender. Raises 22023 for what is no standard value.';
grant execute on function mls.map_lookup(text, text, text, text) to service_role;

-- ----- mls.unmapped_lookups() -----
create function mls.unmapped_lookups() returns table (lookup_name text, value text, resource text, office_key text)
language sql stable security definer set search_path = ''
as $$
  select distinct v.lookup_name, v.value, v.resource, v.office_key from mls.lookup_values v
  where exists (select from mls.lookup_mappings s where s.lookup_name = v.lookup_name and s.is_standard)
    and not exists (
      select from mls.lookup_mappings m
      where m.lookup_name = v.lookup_name and m.form = mls.lookup_form(v.value) and m.office_key in ('', v.office_key)
    )
  order by 1, 2, 3, 4
$$;
comment on function mls.unmapped_lookups() is
  'Values in records for which no standard value is known, for the operator: mls.map_lookup() says what they mean.';
grant execute on function mls.unmapped_lookups() to service_role;

-- ----- mls.lookup_rows(jsonb, boolean): the rows of RESO Lookup for the client in mls.claims -----
-- standard: rows of the dictionary in the columns of the result. Met values follow them; one that means a standard value
-- says which, and is left out where only_standard is served. A definer function: readers have no rights on the table, and
-- see of it what is theirs.
create function mls.lookup_rows(standard jsonb, only_standard boolean)
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
  ), met as (
    select v.lookup_name, v.value, min(v.id) as id, min(v.stamp) as stamp, min(m.standard_value) as standard_value
    from mls.lookup_values v
    left join lateral (
      select m.standard_value from mls.lookup_mappings m
      where m.lookup_name = v.lookup_name and m.form = mls.lookup_form(v.value) and m.office_key in ('', v.office_key)
      order by m.office_key desc limit 1
    ) m on true
    where v.office_key = any ((select mls.claim_offices())::text[])
      and v.is_published >= (select mls.claim_published_only())
      and v.resource <> all ((select mls.withheld_resources())::text[])
      and not exists (select from listed l where l."LookupName" = v.lookup_name and l."LookupValue" = v.value)
      and (m.standard_value is null or not only_standard)
    group by v.lookup_name, v.value
  ), forms as (
    -- of lookups with values met alone: regular expressions over all standard values took longer than all the rest
    select distinct on (l."LookupName", s.form)
      l."LookupName" as lookup_name, s.form, l."StandardLookupValue", l."LegacyODataValue"
    from listed l
    cross join lateral (
      -- mls.lookup_form(), written out: a call costs more than the work
      select lower(regexp_replace(p.spelling, '[^[:alnum:]]', '', 'g')) as form
      from (values (l."LookupValue"), (l."LegacyODataValue")) p(spelling)
    ) s
    where l."StandardLookupValue" is not null and l."LookupName" in (select m.lookup_name from met m)
    order by 1, 2, l.seq
  )
  select * from listed
  union all
  select 1000000 + m.id, m.stamp, substr(r.json, 2, length(r.json) - 2), mls.stamp_time(m.stamp), k.key, m.lookup_name,
    m.value, f."StandardLookupValue", f."LegacyODataValue"
  from met m
  left join forms f on f.lookup_name = m.lookup_name and f.form = mls.lookup_form(coalesce(m.standard_value, m.value))
  cross join lateral (select m.lookup_name || ':X_' || case when length(m.value) > 200 then md5(m.value) else m.value end) k(key)
  cross join lateral (
    select json_build_object('LookupKey', k.key, 'LookupName', m.lookup_name, 'LookupValue', m.value,
      'StandardLookupValue', f."StandardLookupValue", 'LegacyODataValue', f."LegacyODataValue")::text
  ) r(json)
$$;
comment on function mls.lookup_rows(jsonb, boolean) is
  'Standard values of lookups, given as rows, and those that records hold which the reading client may see; only_standard: as profile dd2 serves them.';
grant execute on function mls.lookup_rows(jsonb, boolean) to mls_api_read;
