-- Rows that exist follow a change of the dictionary: whoever changes what is served asks for it here, and the clock
-- renders every record of the resource anew, in slices. A slice is a transaction of its own, so the lock of the stamps is
-- held for a fraction of a second at a time, and a million records are done in half an hour beside the daily work.

-- ----- mls.rerenders: resources whose records wait to be rendered anew -----
create table mls.rerenders (
  resource text primary key,
  requested_at timestamptz not null default clock_timestamp(),
  done_id uuid,
  records bigint not null default 0
);
comment on table mls.rerenders is
  'Resources to render anew. done_id: records up to this id are done; a row goes with its last record.';
alter table mls.rerenders enable row level security;
alter table mls.rerenders force row level security;
grant select, insert, update, delete on mls.rerenders to service_role;

-- ----- mls.request_rerender(text[]) -----
create function mls.request_rerender(resources text[]) returns void
language sql volatile set search_path = ''
as $$
  insert into mls.rerenders as r (resource) select distinct u.name from unnest(resources) u (name)
  on conflict (resource) do update set requested_at = excluded.requested_at, done_id = null, records = 0
$$;
comment on function mls.request_rerender(text[]) is
  'Asks for all records of these resources (property, media, ...) to be rendered anew; from the beginning where that is under way.';

-- ----- mls.adopt_values(text, uuid[]) -----
-- A field that the dictionary did not know, or that had no column, was kept in extensions; the source will not send it
-- again while nothing changes. Values that its column cannot give back as they came stay where they are.
create function mls.adopt_values(resource text, ids uuid[]) returns bigint
language plpgsql volatile set search_path = '' set timezone = 'UTC'
as $$
declare
  table_name constant text := (select r.table_name from mls.resources r where r.resource = adopt_values.resource);
  waiting text[];
  held record;
  moved bigint;
  total bigint := 0;
begin
  execute format('select array_agg(distinct k.name) from public.%I t cross join lateral jsonb_object_keys(t.extensions) k (name)
    where t.id = any ($1)', table_name) into waiting using ids;
  for held in
    select h.field, h.column_name, format_type(a.atttypid, a.atttypmod) as type, g.reader, g.places, g.scale
    from mls.held_fields() h
    join mls.gold_types(adopt_values.resource) g on g.field = h.field
    join pg_catalog.pg_attribute a on a.attrelid = format('public.%I', table_name)::regclass and a.attname = h.column_name
    where h.resource = adopt_values.resource and h.field = any (waiting)
  loop
    perform set_config('mls.change_source', 'INGRESS', true);
    execute format($q$
      with waiting as materialized (
        select t.id, mls.read_value($2, $3, $4, t.extensions -> %3$L) as reading from public.%1$I t
        where t.id = any ($1) and t.extensions ? %3$L and t.%2$I is null
        order by t.id for no key update
      ), parsed as (
        select w.id, v.sent, v.parsed
        from waiting w
        cross join lateral (
          select x.sent, case
            when %4$L = 'boolean' then case when lower(x.sent) in ('true', 'yes', '1') then 'true' when lower(x.sent) in ('false', 'no', '0') then 'false' end
            when pg_input_is_valid(x.sent, %4$L) and (%4$L = 'text' or lower(x.sent) <> 'nan') then x.sent
          end as parsed
          from (select (w.reading).value #>> '{}' as sent) x
        ) v
        where (w.reading).code is null or (w.reading).code in ('rounded', 'unknown_status')
      )
      update public.%1$I t set %2$I = p.parsed::%4$s,
        extensions = case when p.sent is null or not $5 or (p.parsed::%4$s)::text = p.sent then t.extensions - %3$L else t.extensions end
      from parsed p
      where p.id = t.id and (p.sent is null or p.parsed is not null)
    $q$, table_name, held.column_name, held.field, held.type)
    using ids, held.reader, held.places, held.scale, held.reader in ('text', 'short', 'key', 'status');
    get diagnostics moved = row_count;
    total := total + moved;
  end loop;
  return total;
end $$;
comment on function mls.adopt_values(text, uuid[]) is
  'Moves values of these records that stand in extensions into the column that the dictionary has for them by now; answers how many.';

-- ----- mls.rerender_slice(integer) -----
create function mls.rerender_slice(amount integer default 500) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  request mls.rerenders;
  ids uuid[];
begin
  select * into request from mls.rerenders r order by r.requested_at, r.resource limit 1 for update skip locked;
  if request.resource is null then
    return jsonb_build_object('records', 0, 'more', false);
  end if;
  execute format('select array(select t.id from public.%I t where ($1 is null or t.id > $1) order by t.id limit $2)',
    (select r.table_name from mls.resources r where r.resource = request.resource)) into ids using request.done_id, amount;
  perform mls.adopt_values(request.resource, ids);
  -- refreshed at the end of this transaction, as whatever is written
  insert into mls.dirty (resource, record_id) select request.resource, i from unnest(ids) i;
  if cardinality(ids) < amount then
    delete from mls.rerenders r where r.resource = request.resource;
  else
    update mls.rerenders r set done_id = ids[amount], records = r.records + amount where r.resource = request.resource;
  end if;
  return jsonb_build_object('resource', request.resource, 'records', cardinality(ids), 'more', exists (select from mls.rerenders));
end $$;
comment on function mls.rerender_slice(integer) is
  'Renders the next records of mls.rerenders anew, so many at most: {resource, records, more}. Only records in which a consumer sees a difference get a stamp and an event. Commit before the next one.';
grant execute on function mls.rerender_slice(integer) to service_role;
insert into public.mls_schedules (job, cron, description) values
  ('rerender', '* * * * *', 'Renders records anew after a change of the dictionary.');
