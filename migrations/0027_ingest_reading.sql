-- Reading gold records as Spark writes them, for those who ingest by SQL. Same rules as functions/_shared/gold.

-- ===== values =====

-- ----- mls.trim_text(text) -----
create function mls.trim_text(value text) returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return btrim(value, E' \t\n\u000b\f\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff');
end $$;
comment on function mls.trim_text(text) is 'The text without blanks around it: all that Unicode knows, as in JavaScript.';

-- ----- mls.utf16_length(text) -----
create function mls.utf16_length(value text) returns integer
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return length(value) + case when octet_length(value) = length(value) then 0
    else length(regexp_replace(value, '[^\U00010000-\U0010FFFF]', '', 'g')) end;
end $$;
comment on function mls.utf16_length(text) is 'Length as JavaScript counts it, in which the limits of the contract are stated.';

-- ----- mls.to_number(text) -----
create function mls.to_number(value text) returns numeric
language sql immutable parallel safe set search_path = ''
as $$
  select case
    when value !~ '^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]{1,10})?$' then null
    -- beyond what numeric holds: no field does either, so the sign and "too large" or "almost zero" are enough
    when abs(coalesce(substring(value from '[eE](.*)$')::bigint, 0)) > 999 or not pg_input_is_valid(value, 'numeric') then
      case
        when value !~ '^[^eE]*[1-9]' then 0
        when substring(value from '[eE](.*)$')::bigint < 0 then 1e-999
        else 1e999
      end * case when value like '-%' then -1 else 1 end
    else value::numeric
  end
$$;
comment on function mls.to_number(text) is 'The decimal number in a text (1250000.00, -.5, 3., 1.25E7), null for anything else.';

-- ----- mls.moment_of(bigint) -----
create function mls.moment_of(milliseconds bigint) returns text
language sql immutable parallel safe set search_path = ''
as $$
  select to_char(timestamp '1970-01-01' + milliseconds / 1000 * interval '1 second', 'YYYY-MM-DD"T"HH24:MI:SS')
    || case when milliseconds % 1000 = 0 then '' else '.' || rtrim(lpad((milliseconds % 1000)::text, 3, '0'), '0') end || 'Z'
$$;
comment on function mls.moment_of(bigint) is 'The point in time so many milliseconds after 1970, as mls.to_moment() writes it.';

-- ----- mls.to_moment(text) -----
create function mls.to_moment(value text) returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
declare
  m text[] := regexp_match(value,
    '^([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[Tt ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.]([0-9]{1,9}))?)?\s*(?:([Zz]|[Uu][Tt][Cc])|([+-])([0-9]{2}):?([0-9]{2})?)?)?$');
  fraction text;
  utc timestamp;
begin
  if value ~ '^[0-9]{13}$' and value::bigint > 100000000000 then
    return mls.moment_of(value::bigint);
  end if;
  if m is null or not pg_input_is_valid(m[1], 'date') or coalesce(m[2], '0')::integer > 23 or coalesce(m[3], '0')::integer > 59
    or coalesce(m[4], '0')::integer > 59 or coalesce(m[8], '0')::integer > 15 or coalesce(m[9], '0')::integer > 59 then
    return null;
  end if;
  utc := m[1]::timestamp + make_interval(hours => coalesce(m[2], '0')::integer, mins => coalesce(m[3], '0')::integer, secs => coalesce(m[4], '0')::integer)
    - case when m[7] = '-' then -1 else 1 end * make_interval(hours => coalesce(m[8], '0')::integer, mins => coalesce(m[9], '0')::integer);
  if utc < '0001-01-01' or utc >= '10000-01-01' then
    return null;
  end if;
  fraction := rtrim(left(coalesce(m[5], ''), 6), '0');
  return to_char(utc, 'YYYY-MM-DD"T"HH24:MI:SS') || case when fraction = '' then '' else '.' || fraction end || 'Z';
end $$;
comment on function mls.to_moment(text) is
  'A point in time as YYYY-MM-DDTHH:MM:SS[.ffffff]Z, UTC where no zone is named; 13 digits are milliseconds since 1970; null for anything else.';

-- ----- mls.value_reading: what reading one value came to; no code, no remark -----
create type mls.value_reading as (value jsonb, code text);

-- ----- mls.reading(jsonb, text) -----
create function mls.reading(value jsonb, code text) returns mls.value_reading
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return row(value, code)::mls.value_reading;
end $$;
comment on function mls.reading(jsonb, text) is 'Puts a reading together.';

-- ----- mls.read_list(jsonb) -----
create function mls.read_list(list jsonb) returns mls.value_reading
language plpgsql immutable parallel safe set search_path = ''
as $$
declare
  joined text := (
    select string_agg(mls.trim_text((r.reading).value #>> '{}'), ',' order by e.n)
    from jsonb_array_elements(list) with ordinality e (value, n)
    cross join lateral (select mls.read_text('text', e.value) as reading offset 0) r
    where e.value <> 'null'
  );
begin
  if mls.utf16_length(joined) > 100000 or exists (select from jsonb_array_elements(list) e where mls.utf16_length(e #>> '{}') > 100000) then
    return mls.reading(null, 'too_long');
  end if;
  return mls.reading(to_jsonb(nullif(joined, '')), null);
end $$;
comment on function mls.read_list(jsonb) is 'Reads a list of scalars, as RESO sends several lookup values, as one text with commas; what is missing is left out.';

-- ----- mls.read_text(text, jsonb) -----
create function mls.read_text(reader text, value jsonb) returns mls.value_reading
language plpgsql immutable parallel safe set search_path = ''
as $$
declare
  written text := case jsonb_typeof(value) when 'number' then trim_scale((value #>> '{}')::numeric)::text else value #>> '{}' end;
begin
  if jsonb_typeof(value) = 'array' and reader = 'text' and not jsonb_path_exists(value, 'strict $[*] ? (@.type() == "array" || @.type() == "object")') then
    return mls.read_list(value);
  elsif jsonb_typeof(value) in ('object', 'array') then
    return mls.reading(null, 'invalid_text');
  elsif mls.utf16_length(written) > 100000 then
    return mls.reading(null, 'too_long');
  elsif jsonb_typeof(value) = 'string' and mls.trim_text(written) in ('', 'nan', 'NaN', 'None', 'null', 'NULL', 'NaT', '<NA>') then
    return mls.reading(null, null);
  end if;
  if reader in ('key', 'status') and jsonb_typeof(value) = 'string' then
    written := mls.trim_text(written);
  end if;
  if reader <> 'text' and mls.utf16_length(written) > 255 then
    return mls.reading(null, 'key_too_long');
  end if;
  return mls.reading(to_jsonb(written), case when reader = 'status' and written not in (
    'Active', 'Active Under Contract', 'Canceled', 'Closed', 'Coming Soon', 'Delete', 'Expired', 'Hold', 'Incomplete', 'Pending', 'Withdrawn'
  ) then 'unknown_status' end);
end $$;
comment on function mls.read_text(text, jsonb) is
  'Reads a text (reader text), one that is indexed (short), a key, or StandardStatus (status): an unknown status is kept and remarked on.';

-- ----- mls.read_currency(jsonb) -----
create function mls.read_currency(value jsonb) returns mls.value_reading
language plpgsql immutable parallel safe set search_path = ''
as $$
declare
  read mls.value_reading := case when jsonb_typeof(value) <> 'array' then mls.read_text('text', value) end;
  word text := mls.trim_text(read.value #>> '{}');
begin
  if jsonb_typeof(value) <> 'array' and read.value is null and read.code is null then
    return mls.reading(null, null);
  end if;
  word := case when word ~ '^[A-Za-z]{2,3}$' then upper(word) else word end;
  word := case word when '€' then 'EUR' when '£' then 'GBP' when '₸' then 'KZT' when 'FT' then 'HUF' else word end;
  return case when word ~ '^[A-Z]{3}$' and word <> 'XXX' then mls.reading(to_jsonb(word), null) else mls.reading(null, 'invalid_currency') end;
end $$;
comment on function mls.read_currency(jsonb) is
  'Reads a currency as its code of ISO 4217, from the code or from a sign that stands for one currency alone. XXX, "none", is no currency of a price.';

-- ----- mls.read_number(text, integer, integer, jsonb) -----
create function mls.read_number(reader text, places integer, scale integer, value jsonb) returns mls.value_reading
language plpgsql immutable parallel safe set search_path = ''
as $$
declare
  written text := mls.trim_text(value #>> '{}');
  number numeric;
  bound numeric;
begin
  if jsonb_typeof(value) = 'string' and lower(written) in ('', 'nan', 'none', 'null', 'nat', '<na>') then
    return mls.reading(null, null);
  end if;
  number := case when jsonb_typeof(value) in ('string', 'number') then trim_scale(mls.to_number(written)) end;
  if number is null then
    return mls.reading(null, 'invalid_number');
  end if;
  if reader in ('integer', 'bigint') then
    bound := case reader when 'integer' then 2147483648 else 9223372036854775808 end;
    return case
      when scale(number) > 0 then mls.reading(null, 'invalid_integer')
      when number >= bound or number < -bound then mls.reading(null, 'out_of_range')
      when abs(number) <= 9007199254740991 then mls.reading(to_jsonb(number), null)
      else mls.reading(to_jsonb(number::text), null)
    end;
  elsif reader in ('latitude', 'longitude', 'double') then
    bound := case reader when 'latitude' then 90 when 'longitude' then 180 else 1.7976931348623157e308 end;
    if abs(number) > bound * 1.0000000000000001 then
      return mls.reading(null, 'out_of_range');
    end if;
    return mls.reading(to_jsonb(case when abs(number) < 1e-300 then 0 else number::double precision end), null);
  end if;
  if (reader = 'price' and number < 0) or abs(round(number, scale)) >= 10::numeric ^ places then
    return mls.reading(null, 'out_of_range');
  end if;
  return mls.reading(to_jsonb(trim_scale(round(number, scale))::text), case when scale(number) > scale then 'rounded' end);
end $$;
comment on function mls.read_number(text, integer, integer, jsonb) is
  'Reads an integer, bigint, double (latitude and longitude within their bounds), decimal or price. Decimals stay exact text; more digits than the field keeps are rounded half up with a remark.';

-- ----- mls.read_value(text, integer, integer, jsonb) -----
create function mls.read_value(reader text, places integer, scale integer, value jsonb) returns mls.value_reading
language plpgsql immutable parallel safe set search_path = ''
as $$
declare
  word text;
  parsed jsonb;
begin
  if jsonb_typeof(value) = 'null' then
    return mls.reading(null, null);
  elsif reader in ('text', 'short', 'key', 'status') then
    return mls.read_text(reader, value);
  elsif reader = 'currency' then
    return mls.read_currency(value);
  elsif reader not in ('boolean', 'date', 'timestamp') then
    return mls.read_number(reader, places, scale, value);
  end if;
  word := mls.trim_text(value #>> '{}');
  if jsonb_typeof(value) = 'string' then
    if lower(word) in ('', 'nan', 'none', 'null', 'nat', '<na>') then
      return mls.reading(null, null);
    end if;
    parsed := case reader
      when 'boolean' then case
        when lower(word) in ('true', 't', 'yes', 'y', '1', '1.0') then 'true'::jsonb
        when lower(word) in ('false', 'f', 'no', 'n', '0', '0.0') then 'false'::jsonb
      end
      when 'date' then case
        when word ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]*\s*(Z|UTC|[+-][0-9:]+)?)?$' and pg_input_is_valid(left(word, 10), 'date')
        then to_jsonb(left(word, 10))
      end
      else to_jsonb(mls.to_moment(word))
    end;
  elsif reader = 'timestamp' and jsonb_typeof(value) = 'number' then
    -- integers above 1e11 are milliseconds since 1970; seconds are not guessed
    parsed := case when (value #>> '{}')::numeric > 100000000000 and (value #>> '{}')::numeric <= 253402300799999 and scale(trim_scale((value #>> '{}')::numeric)) = 0
      then to_jsonb(mls.moment_of((value #>> '{}')::numeric::bigint)) end;
  elsif reader = 'boolean' then
    parsed := case when jsonb_typeof(value) = 'boolean' then value when value = '1' then 'true' when value = '0' then 'false' end;
  end if;
  return mls.reading(parsed, case when parsed is null then 'invalid_' || reader end);
end $$;
comment on function mls.read_value(text, integer, integer, jsonb) is
  'Reads one value that is there: what it is worth, and the code of the remark on it (issues of functions/_shared/gold), if any.';

-- ===== records =====

-- ----- mls.read_values(text, jsonb) -----
create function mls.read_values(resource text, record jsonb)
returns table (name text, value jsonb, raw jsonb, is_known boolean, code text, is_error boolean)
language plpgsql stable set search_path = ''
as $$
begin
  return query select e.key, coalesce((v.r).value, 'null'), e.value, g.field is not null,
    case when g.reader = 'hub' then 'not_from_source' else coalesce((v.r).code, u.code) end,
    coalesce((v.r).code = 'too_long' or u.code in ('too_long', 'too_deep') or (g.rejects and (v.r).code not in ('rounded', 'unknown_status')), false)
  from jsonb_each(record) e
  left join mls.gold_types(read_values.resource) g on g.field = e.key
  cross join lateral (
    select case when g.field is null or g.reader = 'hub' then mls.reading(e.value, null) else mls.read_value(g.reader, g.places, g.scale, e.value) end as r
    offset 0 -- read once, not for each use
  ) v
  cross join lateral (
    select case
      when g.field is not null then null
      when e.key = '' or mls.utf16_length(e.key) > 255 or e.key = '__proto__' then 'bad_name'
      when jsonb_path_exists(e.value, 'strict $.**{32} ? (@.type() == "object" || @.type() == "array")') then 'too_deep'
      when length(e.value::text) > 100000 and exists (
        select from jsonb_path_query(e.value, 'strict $.** ? (@.type() == "string")') s where mls.utf16_length(s #>> '{}') > 100000
      ) then 'too_long'
      else 'unknown_field'
    end as code
    offset 0
  ) u
  where e.key <> '$raw' and (g.reader = 'hub' and jsonb_typeof(e.value) = 'null') is not true;
end $$;
comment on function mls.read_values(text, jsonb) is
  'Fields of one gold record: [name, value, raw, is_known, code of the remark or null, is_error]. Unknown fields pass unchanged.';

-- ----- mls.issue(text, text, jsonb) -----
create function mls.issue(field text, code text, raw jsonb) returns jsonb
language sql immutable parallel safe set search_path = ''
as $$
  select jsonb_build_object('field', field, 'code', code, 'message', case code
    when 'too_long' then 'A text of more than 100000 characters. Shorten it at the source.'
    when 'too_deep' then 'Nested deeper than 32 levels. Flatten it, or send it as text.'
    when 'key_too_long' then 'A key or lookup value has at most 255 characters.'
    when 'out_of_range' then format('%s is outside what the field can hold.', left(raw #>> '{}', 40))
    when 'rounded' then format('%s has more digits than the field keeps and was rounded.', left(raw #>> '{}', 40))
    when 'unknown_status' then format('"%s" is no StandardStatus; the record will not be published.', left(raw #>> '{}', 40))
    when 'not_from_source' then format('%s is kept by the hub itself.', field)
    when 'unknown_field' then 'Not in the contract, kept as extensions.'
    when 'bad_name' then 'A field name must have 1 to 255 storable characters.'
    when 'missing' then format('%s is absent, null or empty. Every record needs it.', field)
    when 'incomplete_pair' then 'There is no usable other coordinate, so neither is applied. Send both.'
    when 'future_time' then format('%s lies beyond the clock of the hub. The record is applied like one without a time.', left(raw #>> '{}', 40))
    when 'no_place' then '0,0 is taken for "unknown". Send null for both.'
    when 'not_an_object' then 'Expected a JSON object with the fields of one record.'
    else format('"%s" is no readable value.', left(raw #>> '{}', 40))
  end)
$$;
comment on function mls.issue(text, text, jsonb) is 'One remark of a receipt: {field, code, message}.';

-- ----- mls.pair_coordinates(jsonb) -----
create function mls.pair_coordinates(record jsonb, out paired jsonb, out kept jsonb, out code text, out field text)
language plpgsql immutable parallel safe set search_path = ''
as $$
declare
  has_latitude boolean := jsonb_typeof(record -> 'Latitude') = 'number';
  has_longitude boolean := jsonb_typeof(record -> 'Longitude') = 'number';
begin
  paired := record;
  kept := '{}';
  if has_latitude is true and has_longitude is true then
    if record -> 'Latitude' = '0' and record -> 'Longitude' = '0' then
      paired := record || '{"Latitude": null, "Longitude": null}';
      code := 'no_place';
      field := 'Latitude';
    end if;
  elsif has_latitude is true or has_longitude is true then
    field := case when has_latitude then 'Latitude' else 'Longitude' end;
    code := 'incomplete_pair';
    kept := jsonb_build_object(field, record -> field);
    paired := case when record ?& array['Latitude', 'Longitude'] then record || jsonb_build_object(field, null) else record - field end;
  end if;
end $$;
comment on function mls.pair_coordinates(jsonb) is 'Both coordinates or neither; 0,0 stands for unknown.';

-- ----- mls.future_times(jsonb) -----
create function mls.future_times(record jsonb) returns setof text
language sql stable set search_path = ''
as $$
  select f.name
  from unnest('{ModificationTimestamp,X_QobrixModified}'::text[]) with ordinality f (name, n)
  where mls.to_moment(btrim(record ->> f.name))::timestamptz > now() + interval '10 minutes'
  order by f.n
$$;
comment on function mls.future_times(jsonb) is
  'Fields in which a record says that it changed later than now and ten minutes. Such a time is no evidence: it would make every later record stale until that day comes.';

-- ----- mls.read_deletion(text, jsonb) -----
create function mls.read_deletion(resource text, element jsonb, out is_deletion boolean, out rest jsonb, out error jsonb)
language plpgsql stable set search_path = ''
as $$
declare
  mark mls.value_reading := mls.read_value('boolean', null, null, element -> '@deleted');
begin
  is_deletion := coalesce(mark.value = 'true', false);
  error := case when mark.code is not null then mls.issue('@deleted', mark.code, element -> '@deleted') end;
  rest := element - '@deleted';
  if is_deletion then
    select coalesce(jsonb_object_agg(e.key, e.value), '{}') into rest
    from jsonb_each(rest) e
    where e.key in (mls.resource_key(resource), 'OriginatingSystemOfficeKey', 'ResourceRecordKey', 'ModificationTimestamp', 'X_QobrixModified');
  end if;
end $$;
comment on function mls.read_deletion(text, jsonb) is
  'Takes "@deleted" off a record: whether it stood for a deletion, what is left (of a deletion: keys, office, times), and what is wrong with the mark.';

-- ----- mls.read_record(text, jsonb) -----
create function mls.read_record(resource text, element jsonb) returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  record jsonb;
  raw jsonb;
  errors jsonb;
  warnings jsonb;
  pair record;
  deletion record;
  future text;
begin
  if jsonb_typeof(element) <> 'object' then
    return jsonb_build_object('r', null, 'e', jsonb_build_array(mls.issue('', 'not_an_object', null)), 'w', '[]'::jsonb);
  end if;
  if element ? '@deleted' then
    deletion := mls.read_deletion(resource, element);
    element := deletion.rest;
  else
    select false as is_deletion, null::jsonb as error into deletion;
  end if;
  select
    coalesce(jsonb_object_agg(v.name, v.value) filter (where v.code is null or v.code not in ('bad_name', 'not_from_source')), '{}'),
    coalesce(jsonb_object_agg(v.name, v.raw) filter (where v.code = 'bad_name' or (v.is_known and v.code not in ('unknown_status', 'not_from_source'))), '{}'),
    coalesce(jsonb_agg(mls.issue(v.name, v.code, v.raw)) filter (where v.is_error), '[]'),
    coalesce(jsonb_agg(mls.issue(case v.code when 'bad_name' then '' else v.name end, v.code, v.raw))
      filter (where v.code <> 'unknown_field' and not v.is_error), '[]')
      || coalesce((jsonb_agg(mls.issue(v.name, 'unknown_field', null)) filter (where not v.is_known and v.code <> 'bad_name')) -> 0, '[]')
  into record, raw, errors, warnings
  from mls.read_values(resource, element) v;
  if resource = 'property' then
    pair := mls.pair_coordinates(record);
    record := pair.paired;
    raw := raw || pair.kept;
    if pair.code is not null then
      warnings := warnings || mls.issue(pair.field, pair.code, null);
    end if;
  end if;
  -- in a field of text, as most resources have it, milliseconds would order nothing
  for future in select f.name from unnest('{ModificationTimestamp,X_QobrixModified}'::text[]) f (name) 
    where mls.trim_text(record ->> f.name) ~ '^[0-9]{13}$' and mls.to_moment(mls.trim_text(record ->> f.name)) is not null
  loop
    record := record || jsonb_build_object(future, mls.to_moment(mls.trim_text(record ->> future)));
  end loop;
  for future in select f.name from mls.future_times(record) f (name) loop
    warnings := warnings || mls.issue(future, 'future_time', record -> future);
    record := record - future;
  end loop;
  errors := errors || coalesce(deletion.error, '[]');
  if deletion.is_deletion then
    record := record || '{"@deleted": true}';
  end if;
  select errors || coalesce(jsonb_agg(mls.issue(f.name, 'missing', null)), '[]') into errors
  from unnest(case when deletion.is_deletion then array[mls.resource_key(resource), 'OriginatingSystemOfficeKey']
    else mls.required_fields(resource) end) f (name)
  where coalesce(record -> f.name, 'null') = 'null' and not errors @> jsonb_build_array(jsonb_build_object('field', f.name));
  -- originals of an earlier reading stay, so that a record may be read again
  raw := raw || case jsonb_typeof(element -> '$raw') when 'object' then element -> '$raw' else
    case when element ? '$raw' then jsonb_build_object('$raw', element -> '$raw') else '{}' end end;
  if jsonb_array_length(warnings) > 25 then
    warnings := jsonb_path_query_array(warnings, '$[0 to 24]') || jsonb_build_object('field', '', 'code', 'more_warnings',
      'message', format('%s more remarks on this record are left out.', jsonb_array_length(warnings) - 25));
  end if;
  return jsonb_build_object('r', record || case when raw = '{}' then '{}' else jsonb_build_object('$raw', raw) end, 'e', errors, 'w', warnings);
end $$;
comment on function mls.read_record(text, jsonb) is
  'One element of a batch as {r: record, e: [errors], w: [warnings]}: typed as the contract says; what could not be read is null and kept under "$raw".';

-- ----- mls.read_records(text, jsonb) -----
create function mls.read_records(resource text, batch jsonb) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
begin
  if jsonb_typeof(batch) is distinct from 'array' then
    raise exception 'A batch is a JSON array of records, not %.', coalesce(jsonb_typeof(batch), 'null') using errcode = '22023';
  elsif jsonb_array_length(batch) > 1000 then
    raise exception 'A batch holds at most 1,000 records, not %. Send it in parts.', jsonb_array_length(batch) using errcode = '22023';
  end if;
  return (
    select coalesce(jsonb_agg(mls.read_record(resource, b.element) order by b.n), '[]')
    from jsonb_array_elements(batch) with ordinality b (element, n)
  );
end $$;
comment on function mls.read_records(text, jsonb) is
  'Reads gold records as Spark writes them (decimal strings, "true", nan, empty strings) into typed rows [{r, e, w}] for mls.ingest_batch(). Raises 22023 when the batch is no array or too long. Security definer: its parts are granted to nobody.';

grant execute on function mls.read_records(text, jsonb) to service_role;
