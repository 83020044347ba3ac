-- The served tables hold what each *_reso view says now, ready to be read by the RESO Web API: plain columns to filter and
-- sort by, the rendered JSON in parts, the stamp, and a tombstone flag. Written only by mls.refresh_<resource>(), read only
-- under row level security as mls_api_read. Decimals are bigint of their smallest unit ("ListPrice" 1234567 is 12345.67):
-- exact, and comparable by leakproof operators. They are made from the dictionary (*_serving_generated.sql); this is what
-- they need beforehand.

-- ----- mls.multi_values(text) -----
create function mls.multi_values(value text) returns text[]
language plpgsql immutable parallel safe set search_path = ''
as $$
declare
  plain text;
begin
  if value is null then
    return '{}';
  elsif value like '[%' and pg_input_is_valid(value, 'jsonb') then
    return array(select btrim(e) from jsonb_array_elements_text(value::jsonb) e where btrim(e) <> '');
  elsif position(',' in value) = 0 then
    return array_remove(array[btrim(value)], '');
  end if;
  plain := btrim(replace(value, ', ', ','));
  if position(' ,' in plain) = 0 and position(', ' in plain) = 0 and position(',,' in plain) = 0
    and not starts_with(plain, ',') and right(plain, 1) <> ',' then
    return string_to_array(plain, ',');
  end if;
  -- twice as long, for lists with gaps
  return array(select btrim(e) from unnest(string_to_array(value, ',')) e where btrim(e) <> '');
end $$;
comment on function mls.multi_values(text) is
  'Members of a multi-valued field that gold delivers as text: a comma separated list or a JSON list.';
grant execute on function mls.multi_values(text) to mls_api_read;

-- ----- mls.part_long_texts(text, text[], text[], integer[]) -----
create function mls.part_long_texts(members text, names text[], texts text[], lengths integer[]) returns text[]
language plpgsql immutable parallel safe set search_path = ''
as $$
declare
  whole text;
  cut text;
  member text;
begin
  for n in 1 .. cardinality(names) loop
    continue when texts[n] is null or length(texts[n]) <= lengths[n];
    member := '"' || names[n] || '" : ' || to_json(texts[n])::text;
    -- nothing else in there reads like it: quotes within a value are escaped
    members := replace(members, ', ' || member, '');
    whole := concat_ws(', ', whole, member);
    cut := concat_ws(', ', cut, '"' || names[n] || '" : ' || to_json(left(texts[n], lengths[n]))::text);
  end loop;
  return array[members, whole, cut];
end $$;
comment on function mls.part_long_texts(text, text[], text[], integer[]) is
  'Takes the texts that are longer than so many characters out of the members of a JSON object (without its braces; one of them does not stand first): what is left, those as they are, and those cut. Null for a part without members.';

-- ===== places =====
-- A place is one whole number, so that ranges of it find what lies in a box. Behind row level security only leakproof
-- operators reach an index: those of bigint are, those of point and box are not (600 listings in view: 2 ms, not 204).

-- ----- mls.geo_cell(double precision, double precision) -----
-- plpgsql: called for every row that is written, and an SQL function of this size is not inlined.
create function mls.geo_cell(latitude double precision, longitude double precision) returns bigint
language plpgsql immutable strict parallel safe set search_path = ''
as $$
declare
  -- The square map ends at this latitude; what lies beyond counts to its edge. Rounded, because radians() refuses numbers
  -- that are almost nothing, and one such place must not stop a batch.
  angle constant double precision := radians(round(greatest(-85.06, least(85.06, latitude))::numeric, 12)::double precision);
  tiles constant double precision := 67108864; -- of zoom 26, in each direction
  x bigint;
  y bigint;
begin
  if not (latitude between -90 and 90 and longitude between -180 and 180) then
    return null;
  end if;
  x := least(tiles - 1, floor((longitude + 180) / 360 * tiles));
  y := least(tiles - 1, greatest(0, floor((1 - ln(tan(angle) + 1 / cos(angle)) / pi()) / 2 * tiles)));
  -- each of their lower 32 bits followed by a zero bit, written out for both: a call costs more than the work
  x := (x | (x << 16)) & 281470681808895;
  x := (x | (x << 8)) & 71777214294589695;
  x := (x | (x << 4)) & 1085102592571150095;
  x := (x | (x << 2)) & 3689348814741910323;
  x := (x | (x << 1)) & 6148914691236517205;
  y := (y | (y << 16)) & 281470681808895;
  y := (y | (y << 8)) & 71777214294589695;
  y := (y | (y << 4)) & 1085102592571150095;
  y := (y | (y << 2)) & 3689348814741910323;
  y := (y | (y << 1)) & 6148914691236517205;
  return x | (y << 1);
end $$;
comment on function mls.geo_cell(double precision, double precision) is
  'The web map tile of a place at zoom 26 (0.6 m at the equator) as a Morton code: its upper bits are the tiles around it, so a tile of zoom z holds the range [code << 2 * (26 - z), (code + 1) << 2 * (26 - z)). Null for what is no place on the globe.';
grant execute on function mls.geo_cell(double precision, double precision) to mls_api_read, service_role;

-- ----- mls.keep_columns_inline(regclass) -----
create function mls.keep_columns_inline(served regclass) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  actions text;
begin
  select string_agg(format('alter column %I set storage %s', a.attname, case when a.attname like 'doc%' then 'external' else 'main' end), ', ')
  into actions
  from pg_attribute a
  where a.attrelid = served and a.attnum > 0 and not a.attisdropped and a.atttypid = 'text'::regtype;
  execute format('alter table %s %s', served, actions);
end $$;
comment on function mls.keep_columns_inline(regclass) is
  'For a served table: a row that is too long moves its documents out and leaves its columns alone. Otherwise Postgres first tries to compress each of two hundred short texts, which takes longer than all the rest of the insert.';

-- ----- mls.stamp_member(timestamptz) -----
create function mls.stamp_member(stamp timestamptz) returns text
language sql immutable set search_path = ''
as $$
  select to_char(stamp at time zone 'utc', '"\"ModificationTimestamp\":\""YYYY-MM-DD"T"HH24:MI:SS.US"Z\""')
$$;
comment on function mls.stamp_member(timestamptz) is 'The member ModificationTimestamp of a record, which its stored text is without.';
