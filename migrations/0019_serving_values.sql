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
