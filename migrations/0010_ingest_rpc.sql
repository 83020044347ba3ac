-- Ingest for those who prefer SQL: the same merge, called as RPC by the service role.

-- ----- mls.read_values(text, jsonb) -----
create function mls.read_values(resource text, record jsonb)
returns table (name text, value jsonb, raw jsonb, is_bad boolean, rejects boolean, issue jsonb)
language sql stable set search_path = '' set timezone = 'UTC'
as $$
  select f.key, coalesce(f.parsed, 'null'), f.value, f.is_bad, coalesce(f.rejects, false),
    case when f.is_bad then jsonb_build_object('field', f.key, 'code', 'invalid_' || f.kind,
      'message', format('"%s" is not a valid %s.', left(f.value #>> '{}', 80), f.kind)) end
  from (
    select t.*, t.word is not null and t.parsed is null as is_bad
    from (
      select e.key, e.value, g.rejects, k.kind, w.word,
        case
          when w.word is null then null
          when g.type is null then e.value
          when k.kind = 'text' then case when jsonb_typeof(e.value) in ('object', 'array') then to_jsonb(e.value::text) else to_jsonb(e.value #>> '{}') end
          when k.kind = 'boolean' then case when lower(w.word) in ('true', 't', 'yes', 'y', '1', '1.0') then 'true'::jsonb
            when lower(w.word) in ('false', 'f', 'no', 'n', '0', '0.0') then 'false'::jsonb end
          when k.kind = 'integer' then case when pg_input_is_valid(w.word, 'numeric') and w.word !~* 'inf|nan'
            then case when w.word::numeric = trunc(w.word::numeric)
              and pg_input_is_valid(trunc(w.word::numeric)::text, case g.type when 'INT' then 'integer' else 'bigint' end)
              then to_jsonb(trunc(w.word::numeric)) end end
          when k.kind = 'number' and g.type = 'DOUBLE' then case when pg_input_is_valid(w.word, 'double precision') and w.word !~* 'inf|nan'
            then to_jsonb(w.word::double precision) end
          when k.kind = 'number' then case when pg_input_is_valid(w.word, replace(g.type, 'DECIMAL', 'numeric')) and w.word !~* 'inf|nan'
            then to_jsonb(trim_scale(round(w.word::numeric, substring(g.type from ',(\d+)')::integer))::text) end
          when k.kind = 'date' then case when pg_input_is_valid(left(w.word, 10), 'date') and w.word ~ '^\d{4}-' then to_jsonb(left(w.word, 10)::date) end
          when k.kind = 'timestamp' then case when pg_input_is_valid(w.word, 'timestamptz') and w.word ~ '^\d{4}-'
            then to_jsonb(to_char(w.word::timestamptz at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) end
        end as parsed
      from jsonb_each(record) e
      left join mls.gold_types() g on g.resource = read_values.resource and g.field = e.key
      cross join lateral (
        select case g.type when 'STRING' then 'text' when 'BOOLEAN' then 'boolean' when 'INT' then 'integer' when 'BIGINT' then 'integer'
          when 'DATE' then 'date' when 'TIMESTAMP' then 'timestamp' else 'number' end as kind
      ) k
      cross join lateral (
        select case when lower(btrim(e.value #>> '{}')) not in ('', 'nan', 'none', 'null') then btrim(e.value #>> '{}') end as word
      ) w
    ) t
  ) f
$$;
comment on function mls.read_values(text, jsonb) is
  'Fields of one gold record, typed: [name, value, raw, is_bad, rejects, issue]. Unknown fields pass unchanged.';

-- ----- mls.read_records(text, jsonb) -----
create function mls.read_records(resource text, batch jsonb) returns jsonb
language plpgsql stable set search_path = '' set timezone = 'UTC'
as $$
begin
  if jsonb_typeof(batch) is distinct from 'array' then
    raise exception 'A batch is a JSON array of records, not %.', coalesce(jsonb_typeof(batch), 'null') using errcode = '22023';
  elsif jsonb_array_length(batch) > 1000 then
    raise exception 'A batch holds at most 1,000 records, not %. Send it in parts.', jsonb_array_length(batch) using errcode = '22023';
  end if;
  return (
    select coalesce(jsonb_agg(jsonb_build_object('r', r.record, 'e', coalesce(r.errors, '[]'), 'w', coalesce(r.warnings, '[]')) order by b.n), '[]')
    from jsonb_array_elements(batch) with ordinality b (element, n)
    cross join lateral (
      select
        case when jsonb_typeof(b.element) = 'object' then
          coalesce(jsonb_object_agg(v.name, v.value) filter (where v.name is not null), '{}')
            || coalesce(jsonb_build_object('$raw', jsonb_object_agg(v.name, v.raw) filter (where v.is_bad)), '{}')
            - (case when bool_or(v.is_bad) then '' else '$raw' end)
        end as record,
        case when jsonb_typeof(b.element) <> 'object' then
          '[{"field": null, "code": "not_an_object", "message": "A record is a JSON object."}]'::jsonb
        else jsonb_agg(v.issue) filter (where v.is_bad and v.rejects) end as errors,
        jsonb_agg(v.issue) filter (where v.is_bad and not v.rejects) as warnings
      from mls.read_values(resource, case when jsonb_typeof(b.element) = 'object' then b.element else '{}' end) v
    ) r
  );
end $$;
comment on function mls.read_records(text, jsonb) is
  'Reads gold records as Spark writes them (decimal strings, "true", nan, empty strings) into typed rows [{r, e, w}] for mls.ingest_batch(). What cannot be read becomes null and is kept under "$raw", with a warning, or an error where mls.gold_types() says so. Raises 22023 when the batch is no array or too long.';

-- ----- ingest_listings(jsonb) -----
create function public.ingest_listings(batch jsonb) returns jsonb
language sql volatile set search_path = ''
as $$
  select mls.ingest_batch('property', mls.read_records('property', batch), '{"client_id": "rpc", "request_path": "rpc"}') -> 'receipt'
$$;
comment on function public.ingest_listings(jsonb) is
  'Merges an array of gold Property records and answers the receipt {batch_id, totals, records}. Service role only. Values are read like those of POST /ingest/property, at most 1,000 records.';

-- ----- ingest_listing(jsonb) -----
create function public.ingest_listing(payload jsonb) returns jsonb
language sql volatile set search_path = ''
as $$
  select public.ingest_listings(jsonb_build_array(payload)) -> 'records' -> 0
$$;
comment on function public.ingest_listing(jsonb) is 'Merges one gold Property record and answers {index, key, outcome, reason?, warnings?, errors?}. Service role only.';

-- ----- ingest_listing_media(jsonb) -----
create function public.ingest_listing_media(payload jsonb) returns jsonb
language sql volatile set search_path = ''
as $$
  select mls.ingest_batch('media', mls.read_records('media', jsonb_build_array(payload)), '{"client_id": "rpc", "request_path": "rpc"}')
    -> 'receipt' -> 'records' -> 0
$$;
comment on function public.ingest_listing_media(jsonb) is 'Merges one gold Media record and answers {index, key, outcome, reason?, warnings?, errors?}. Service role only.';

-- ----- ingest_contact(jsonb) -----
create function public.ingest_contact(payload jsonb) returns jsonb
language sql volatile set search_path = ''
as $$
  select mls.ingest_batch('contacts', mls.read_records('contacts', jsonb_build_array(payload)), '{"client_id": "rpc", "request_path": "rpc"}')
    -> 'receipt' -> 'records' -> 0
$$;
comment on function public.ingest_contact(jsonb) is 'Merges one gold Contacts record and answers {index, key, outcome, reason?, warnings?, errors?}. Service role only.';

grant execute on function mls.read_records(text, jsonb) to service_role;
grant execute on function public.ingest_listings(jsonb), public.ingest_listing(jsonb), public.ingest_listing_media(jsonb),
  public.ingest_contact(jsonb) to service_role;
