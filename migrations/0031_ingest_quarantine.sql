-- Quarantine: records that could not be taken wait here until somebody mends or dismisses them.

-- ----- mls_ingest_quarantine: records that could not be taken -----
create table public.mls_ingest_quarantine (
  id uuid primary key default gen_random_uuid(),
  seq bigint generated always as identity,
  client_id text not null,
  resource text not null,
  office_key text,
  tenant_id uuid references public.mls_tenants (id),
  record_key text,
  reason text not null,
  errors jsonb not null default '[]',
  payload jsonb,
  payload_hash text not null,
  run_id uuid references public.mls_ingest_runs (id) on delete set null,
  batch_id uuid,
  status text not null default 'open' check (status in ('open', 'replayed', 'resolved', 'dismissed')),
  note text,
  times integer not null default 1,
  first_seen_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  settled_at timestamptz,
  expires_at timestamptz not null
);
comment on table public.mls_ingest_quarantine is
  'Rejected records with their reasons. open until the record gets in (resolved), is sent again from here (replayed) or is dismissed.';
comment on column public.mls_ingest_quarantine.payload is 'The record as read; null once it has expired.';
create unique index mls_ingest_quarantine_open on public.mls_ingest_quarantine (resource, payload_hash) where status = 'open';
create index mls_ingest_quarantine_key on public.mls_ingest_quarantine (resource, record_key) where record_key is not null;
create index mls_ingest_quarantine_office on public.mls_ingest_quarantine (office_key, status, seq);
create index mls_ingest_quarantine_tenant on public.mls_ingest_quarantine (tenant_id) where tenant_id is not null;
create index mls_ingest_quarantine_run on public.mls_ingest_quarantine (run_id) where run_id is not null;
create index mls_ingest_quarantine_expires on public.mls_ingest_quarantine (expires_at) where payload is not null;
alter table public.mls_ingest_quarantine enable row level security;
alter table public.mls_ingest_quarantine force row level security;
grant select, insert, update, delete on public.mls_ingest_quarantine to service_role;

-- ----- mls.quarantine_hash(jsonb, text) -----
create function mls.quarantine_hash(record jsonb, reason text) returns text
language sql immutable set search_path = ''
as $$
  select md5(coalesce((nullif(record, 'null') - '{etl_timestamp,etl_batch_id}'::text[] #- '{$raw,etl_timestamp}')::text, '') || reason)
$$;
comment on function mls.quarantine_hash(jsonb, text) is
  'What makes two rejected records the same entry: content and reason, and not the times of the job that sent them.';

-- ----- mls.note_rejects(text, jsonb, jsonb, jsonb) -----
create function mls.note_rejects(resource text, rows jsonb, receipt jsonb, context jsonb) returns void
language plpgsql volatile set search_path = ''
as $$
#variable_conflict use_column
begin
  -- whatever got in settles what was wrong with it before
  update public.mls_ingest_quarantine q set status = 'resolved', settled_at = now()
  where q.status = 'open' and q.resource = note_rejects.resource
    and q.record_key in (
      select e ->> 'key' from jsonb_array_elements(receipt -> 'records') e where e ->> 'outcome' not in ('reject', 'stale', 'skip'));
  if (receipt -> 'totals' ->> 'reject')::integer = 0 then
    return;
  end if;
  insert into public.mls_ingest_quarantine
    (client_id, resource, office_key, tenant_id, record_key, reason, errors, payload, payload_hash, run_id, batch_id, expires_at)
  select coalesce(context ->> 'client_id', 'rpc'), note_rejects.resource, o.office_key, o.tenant_id, x.entry ->> 'key',
    x.entry ->> 'reason', coalesce(x.entry -> 'errors', '[]'), x.record, x.hash, (context ->> 'run_id')::uuid, (receipt ->> 'batch_id')::uuid,
    now() + make_interval(days => (select r.quarantine_days from mls.resources r where r.resource = note_rejects.resource))
  from (
    select distinct on (h.hash) e.entry, nullif(rows -> (e.entry ->> 'index')::integer -> 'r', 'null') as record, h.hash
    from jsonb_array_elements(receipt -> 'records') e (entry)
    cross join lateral (
      select mls.quarantine_hash(rows -> (e.entry ->> 'index')::integer -> 'r', e.entry ->> 'reason') as hash
    ) h
    where e.entry ->> 'outcome' = 'reject' and e.entry ->> 'reason' <> 'erased'
    order by h.hash
  ) x
  left join mls.market_offices o on o.name = x.record ->> 'OriginatingSystemOfficeKey'
  on conflict (resource, payload_hash) where status = 'open'
  do update set times = mls_ingest_quarantine.times + 1, last_seen_at = now(), run_id = excluded.run_id, batch_id = excluded.batch_id;
end $$;
comment on function mls.note_rejects(text, jsonb, jsonb, jsonb) is
  'Keeps the rejected records of a batch, once per content, and settles those whose key got in. Each is kept as long as its resource says (mls.resources.quarantine_days). A person who was erased is not kept at all.';

-- ----- mls.expire_quarantine() -----
create function mls.expire_quarantine() returns integer
language sql volatile security definer set search_path = ''
as $$
  with expired as (
    update public.mls_ingest_quarantine q
    set payload = null, errors = '[]', status = case when q.status = 'open' then 'dismissed' else q.status end,
      note = coalesce(q.note, 'expired'), settled_at = coalesce(q.settled_at, now())
    where q.expires_at < now() and q.payload is not null
    returning q.id
  )
  select count(*)::integer from expired
$$;
comment on function mls.expire_quarantine() is 'Forgets the content of rejected records whose time is over. Called by the clock. Answers how many.';

-- ----- mls.list_quarantine(jsonb, jsonb) -----
create function mls.list_quarantine(request jsonb, context jsonb) returns jsonb
language sql stable security definer set search_path = ''
as $$
  select jsonb_build_object('status', 200, 'answer', jsonb_build_object('records', coalesce(jsonb_agg(to_jsonb(q) order by q.seq), '[]')))
  from (
    select q.seq, q.id, q.resource, q.office_key, q.record_key, q.reason, q.errors, q.payload, q.run_id, q.batch_id, q.status, q.note, q.times,
      q.first_seen_at, q.last_seen_at, q.settled_at, q.expires_at
    from public.mls_ingest_quarantine q
    where ((context -> 'offices') ? q.office_key or (q.office_key is null and (context ? 'whole_hub' or q.client_id = context ->> 'client_id')))
      and q.status = coalesce(request ->> 'status', 'open')
      and (request ->> 'resource' is null or q.resource = request ->> 'resource')
      and (request ->> 'office_key' is null or q.office_key = request ->> 'office_key')
      and (request ->> 'reason' is null or q.reason = request ->> 'reason')
      and q.seq > coalesce((request ->> 'after')::bigint, 0)
    order by q.seq
    limit least(coalesce((request ->> 'limit')::integer, 100), 1000)
  ) q
$$;
comment on function mls.list_quarantine(jsonb, jsonb) is
  'Rejected records of the client''s offices, oldest first: {status? (open), resource?, office_key?, reason?, after? (seq), limit?}.';

-- ----- mls.with_none(text, jsonb, jsonb) -----
create function mls.with_none(resource text, rows jsonb, records jsonb) returns jsonb
language plpgsql stable set search_path = ''
as $$
begin
  return (
    select coalesce(jsonb_agg(case when n.meant is null then e.value
      else jsonb_set(e.value, '{r}', (e.value -> 'r') || n.meant) end order by e.place), '[]')
    from jsonb_array_elements(rows) with ordinality e (value, place)
    cross join lateral (
      select jsonb_object_agg(f.key, f.value) as meant
      from jsonb_each(records -> (e.place - 1)::integer) f
      join mls.gold_types(with_none.resource) g on g.field = f.key and g.reader in ('text', 'short')
      where f.value = '"None"'
    ) n
  );
end $$;
comment on function mls.with_none(text, jsonb, jsonb) is
  'Rows of mls.read_records() in which a text None stays one. Records that were read before have it only where a source meant it: Fencing of a RESO source. Python''s was taken for nothing then.';

-- ----- mls.replay_quarantine(uuid[], jsonb) -----
create function mls.replay_quarantine(ids uuid[], context jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  part record;
  answer jsonb;
  receipts jsonb := '[]';
  sent jsonb;
  entry jsonb;
  hash text;
  still_open uuid[] := '{}';
begin
  for part in
    select q.resource, r.source, jsonb_agg((q.payload - '$raw') || coalesce(q.payload -> '$raw', '{}') order by q.seq) as records,
      array_agg(q.id order by q.seq) as ids
    from public.mls_ingest_quarantine q
    left join public.mls_ingest_runs r on r.id = q.run_id
    where q.id = any (ids) and q.payload is not null and q.status = 'open'
      and ((context -> 'offices') ? q.office_key or (q.office_key is null and (context ? 'whole_hub' or q.client_id = context ->> 'client_id')))
    group by q.resource, r.source, (q.seq / 1000)
  loop
    update public.mls_ingest_quarantine q set status = 'replayed', settled_at = now() where q.id = any (part.ids);
    sent := mls.with_none(part.resource, mls.read_records(part.resource, part.records), part.records);
    answer := mls.ingest_batch(part.resource, sent,
      context || jsonb_build_object('request_path', 'quarantine', 'source', part.source));
    receipts := receipts || (answer -> 'receipt');
    -- what is still wrong keeps its entry, in place of the one that its rejection has just made
    for entry in select e from jsonb_array_elements(answer -> 'receipt' -> 'records') e where e ->> 'outcome' = 'reject' loop
      hash := mls.quarantine_hash(sent -> (entry ->> 'index')::integer -> 'r', entry ->> 'reason');
      delete from public.mls_ingest_quarantine q
      where q.resource = part.resource and q.payload_hash = hash and q.status = 'open' and q.first_seen_at = now() and q.id <> all (part.ids);
      if found then
        update public.mls_ingest_quarantine q set status = 'open', settled_at = null, reason = entry ->> 'reason',
          errors = coalesce(entry -> 'errors', '[]'), payload_hash = hash, times = q.times + 1, last_seen_at = now(),
          batch_id = (answer -> 'receipt' ->> 'batch_id')::uuid
        where q.id = part.ids[(entry ->> 'index')::integer + 1];
        still_open := still_open || part.ids[(entry ->> 'index')::integer + 1];
      end if;
    end loop;
  end loop;
  return jsonb_build_object('status', 200, 'answer', jsonb_build_object('receipts', receipts, 'still_open', to_jsonb(still_open)));
end $$;
comment on function mls.replay_quarantine(uuid[], jsonb) is
  'Sends open quarantined records in again, as they were sent, for the source whose run brought them: {receipts, still_open: [ids]}. What is still wrong keeps its id and stays open, counted once more.';

-- ----- mls.dismiss_quarantine(uuid[], text, jsonb) -----
create function mls.dismiss_quarantine(ids uuid[], note text, context jsonb) returns jsonb
language sql volatile security definer set search_path = ''
as $$
  with dismissed as (
    update public.mls_ingest_quarantine q
    set status = 'dismissed', note = dismiss_quarantine.note, payload = null, settled_at = now()
    where q.id = any (ids) and q.status = 'open'
      and ((context -> 'offices') ? q.office_key or (q.office_key is null and (context ? 'whole_hub' or q.client_id = context ->> 'client_id')))
    returning q.id
  )
  select jsonb_build_object('status', 200, 'answer', jsonb_build_object('dismissed', count(*))) from dismissed
$$;
comment on function mls.dismiss_quarantine(uuid[], text, jsonb) is 'Settles quarantined records that will not be sent again and forgets their content: {dismissed}.';

grant execute on function mls.list_quarantine(jsonb, jsonb), mls.replay_quarantine(uuid[], jsonb), mls.dismiss_quarantine(uuid[], text, jsonb),
  mls.expire_quarantine() to service_role;
