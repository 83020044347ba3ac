-- Entity events: every change that a consumer could see, and how a reading client sees them.

-- ===== entity events =====

-- ----- mls_entity_events: RESO EntityEvent (RCP-27), one row per visible change -----
create table public.mls_entity_events (
  sequence bigint primary key,
  resource text not null,
  record_key text not null,
  record_id uuid not null,
  kind text not null check (kind in ('created', 'updated', 'deleted')),
  office_key text not null,
  previous_office_key text,
  is_published boolean not null,
  was_published boolean not null
);
comment on table public.mls_entity_events is
  'Every change that a consumer could see, in commit order. deleted covers removal, loss of visibility and a move out of an office.';
create index mls_entity_events_record on public.mls_entity_events (resource, record_key, sequence);
create index mls_entity_events_office on public.mls_entity_events (office_key, sequence);
create index mls_entity_events_previous on public.mls_entity_events (previous_office_key, sequence)
  where previous_office_key is not null;

alter table public.mls_entity_events enable row level security;
alter table public.mls_entity_events force row level security;
grant select on public.mls_entity_events to service_role, mls_api_read;
-- Events of restricted resources are for those who were granted the resource, as their records are.
create policy api_read on public.mls_entity_events for select to mls_api_read
  using (
    (
      office_key = any ((select mls.claim_offices())::text[])
      or previous_office_key = any ((select mls.claim_offices())::text[])
    )
    and (is_published or was_published) >= (select mls.claim_published_only())
    and resource <> all ((select mls.withheld_resources())::text[])
  );

-- ----- mls.visible_stamp() -----
-- Not the sequence of stamps: its last value may belong to a transaction that has not committed.
create function mls.visible_stamp() returns bigint
language sql stable security definer set search_path = ''
as $$
  select coalesce(max(e.sequence), 1000000) from public.mls_entity_events e
$$;
comment on function mls.visible_stamp() is
  'The greatest stamp that is committed. All smaller ones are, so what a reader does not see yet bears a greater one.';
grant execute on function mls.visible_stamp() to mls_api_read, service_role;

-- ===== EntityEvent =====

-- ----- served_entity_event: the log as the reading client has to see it, in the shape of the served tables -----
-- A record that comes into sight is created, one that leaves it deleted, whatever really happened to it; the office it
-- went to is not told. One row per event and client. ModificationTimestamp is the sequence, microseconds since 1970: a
-- computed time would keep filters and orders from the index.
create view public.served_entity_event with (security_invoker = true) as
select v.record_id, v.sequence as seq, v.sequence as stamp, v.office_key, true as is_published, false as is_deleted,
  v.sequence as "EntityEventSequence", v.resource as "ResourceName", v.record_key as "ResourceRecordKey",
  v.kind as "X_EventType", v.office_key as "OriginatingSystemOfficeKey", v.previous_office_key as "X_PreviousOfficeKey",
  v.sequence as "ModificationTimestamp",
  '"EntityEventSequence" : ' || v.sequence || ', "ResourceName" : "' || v.resource || '", "ResourceRecordKey" : '
    || to_json(v.record_key) || ', "X_EventType" : "' || v.kind || '", "OriginatingSystemOfficeKey" : '
    || to_json(v.office_key) || ', "X_PreviousOfficeKey" : ' || coalesce(to_json(v.previous_office_key)::text, 'null') as doc
from (
  select e.sequence, e.resource, e.record_key, e.record_id, e.office_key,
    case when e.previous_office_key = any ((select mls.claim_offices())::text[]) then e.previous_office_key end as previous_office_key,
    case
      when not (select mls.claim_published_only()) then
        case
          when e.kind = 'updated' and not (e.previous_office_key = any ((select mls.claim_offices())::text[])) then 'created'
          else e.kind
        end
      when e.is_published and not e.was_published then 'created'
      when e.is_published and not (e.previous_office_key = any ((select mls.claim_offices())::text[])) then 'created'
      when e.is_published then e.kind
      when e.was_published then 'deleted'
    end as kind
  from public.mls_entity_events e
  where e.office_key = any ((select mls.claim_offices())::text[])
    and (e.is_published or e.was_published or not (select mls.claim_published_only()))
  union all
  select e.sequence, e.resource, e.record_key, e.record_id, e.previous_office_key, null, 'deleted'
  from public.mls_entity_events e
  where e.previous_office_key = any ((select mls.claim_offices())::text[])
    and not e.office_key = any ((select mls.claim_offices())::text[])
    and (e.was_published or not (select mls.claim_published_only()))
) v;
comment on view public.served_entity_event is
  'RESO EntityEvent as the client in mls.claims sees it: created, updated, deleted from its own point of view.';
grant select on public.served_entity_event to mls_api_read;

-- ===== forgetting =====

-- ----- mls.compact_events(keep, amount) -----
create function mls.compact_events(keep interval default interval '90 days', amount integer default 50000) returns integer
language plpgsql set search_path = ''
as $$
declare
  deleted integer;
begin
  delete from public.mls_entity_events e
  where e.sequence = any (array(
    select o.sequence from public.mls_entity_events o
    where o.sequence < (extract(epoch from clock_timestamp() - keep) * 1000000)::bigint
      and (o.kind = 'deleted' or exists (
        select from public.mls_entity_events n
        where n.resource = o.resource and n.record_key = o.record_key and n.sequence > o.sequence))
    order by o.sequence limit amount));
  get diagnostics deleted = row_count;
  return deleted;
end $$;
comment on function mls.compact_events(interval, integer) is
  'Removes events older than keep that a later one of the same record replaces, and tombstones as old. The last event of a living record stays: whoever reads from the beginning meets every record.';
