-- How changes become visible: dirty rows, the stamp, entity events.
--
-- Every write to a table behind a RESO view marks the touched records dirty (statement triggers). Before the
-- transaction commits, a deferred trigger refreshes exactly those records in the served tables under one lock, which is
-- held until the commit. Stamps are numbered under that lock, so their order is the commit order: a reader that has
-- seen stamp n will never be shown a smaller one later.

-- ===== the stamp =====

-- ----- mls.stamp_seq: the last stamp given out -----
create sequence mls.stamp_seq as bigint;
comment on sequence mls.stamp_seq is
  'Last stamp: microseconds since 1970, strictly increasing. Read and set only under the lock of mls.lock_stamps().';

-- ----- mls.lock_stamps() -----
create function mls.lock_stamps() returns void
language sql volatile set search_path = ''
as $$
  select pg_advisory_xact_lock(7305411)
$$;
comment on function mls.lock_stamps() is 'Waits until this transaction is the only one that refreshes served rows; held until its end.';

-- ----- mls.take_stamps(bigint) -----
create function mls.take_stamps(amount bigint) returns bigint
language plpgsql volatile set search_path = ''
as $$
declare
  last_stamp bigint;
  first_stamp bigint;
begin
  select last_value into last_stamp from mls.stamp_seq;
  first_stamp := greatest((extract(epoch from clock_timestamp()) * 1000000)::bigint, last_stamp + 1);
  if amount > 0 then
    perform setval('mls.stamp_seq', first_stamp + amount - 1);
  end if;
  return first_stamp;
end $$;
comment on function mls.take_stamps(bigint) is
  'Reserves that many consecutive stamps and returns the first. One number serves as time (ModificationTimestamp) and as sequence (EntityEvent).';

-- ----- mls.stamp_time(bigint) -----
create function mls.stamp_time(stamp bigint) returns timestamptz
language sql immutable parallel safe set search_path = ''
as $$
  select 'epoch'::timestamptz + (stamp / 1000000) * interval '1 second' + (stamp % 1000000) * interval '1 microsecond'
$$;
comment on function mls.stamp_time(bigint) is 'The time of a stamp, exact to the microsecond.';

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

alter table public.mls_entity_events enable row level security;
alter table public.mls_entity_events force row level security;
grant select on public.mls_entity_events to service_role, mls_api_read;
create policy api_read on public.mls_entity_events for select to mls_api_read
  using (
    office_key = any ((select mls.claim_offices())::text[])
    or previous_office_key = any ((select mls.claim_offices())::text[])
  );

-- ===== dirty records =====

-- ----- mls.dirty: what the current transaction touched; rows never outlive it, so nothing needs logging -----
create unlogged table mls.dirty (
  resource text not null,
  record_id uuid not null,
  transaction_id xid8 not null default pg_current_xact_id()
);
create index dirty_transaction on mls.dirty (transaction_id);
alter table mls.dirty enable row level security;
alter table mls.dirty force row level security;

-- ----- mls.mark_dirty(): statement trigger; arguments: resource, name of the id column -----
create function mls.mark_dirty() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if tg_op = 'DELETE' then
    execute format('insert into mls.dirty (resource, record_id) select $1, %1$I from old_rows where %1$I is not null', tg_argv[1])
      using tg_argv[0];
  else
    execute format('insert into mls.dirty (resource, record_id) select $1, %1$I from new_rows where %1$I is not null', tg_argv[1])
      using tg_argv[0];
  end if;
  return null;
end $$;
comment on function mls.mark_dirty() is 'Statement trigger: notes which records of a resource must be refreshed before the commit.';

-- ----- mls.refresh_dirty(): deferred trigger of mls.dirty -----
create function mls.refresh_dirty() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  ids uuid[];
  resource_name text;
begin
  -- the first firing takes all that the transaction touched; later ones find nothing
  if not exists (select from mls.dirty where transaction_id = pg_current_xact_id()) then
    return null;
  end if;
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'listings can only be changed in read committed transactions'
      using hint = 'An older snapshot would hide what other transactions committed meanwhile.', errcode = '0A000';
  end if;
  perform mls.lock_stamps();
  for resource_name, ids in
    with taken as (
      delete from mls.dirty where transaction_id = pg_current_xact_id() returning resource, record_id
    )
    select t.resource, array_agg(distinct t.record_id) from taken t group by t.resource order by t.resource desc
  loop
    execute format('select mls.refresh_%I($1)', resource_name) using ids;
  end loop;
  return null;
end $$;
comment on function mls.refresh_dirty() is
  'Refreshes the served rows of all records that the transaction touched: once, set-wise, at its end.';
create constraint trigger refresh after insert on mls.dirty
  deferrable initially deferred for each row execute function mls.refresh_dirty();

-- ----- mls.mark_listings_dirty(): statement trigger of mls_listings -----
create function mls.mark_listings_dirty() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    insert into mls.dirty (resource, record_id) select 'property', n.id from new_rows n;
  elsif tg_op = 'DELETE' then
    insert into mls.dirty (resource, record_id) select 'property', o.id from old_rows o;
  else
    insert into mls.dirty (resource, record_id) select 'property', n.id from new_rows n;
    -- media follow their listing where it appears, disappears or moves
    insert into mls.dirty (resource, record_id)
    select 'media', m.id
    from new_rows n
    join old_rows o on o.id = n.id
    join public.mls_listing_media m on m.listing_id = n.id
    where (n.status, n.first_published_at, n.claimed_at, n.origin_deleted, n.originating_office_key, n.origin_key)
      is distinct from (o.status, o.first_published_at, o.claimed_at, o.origin_deleted, o.originating_office_key, o.origin_key);
  end if;
  return null;
end $$;
comment on function mls.mark_listings_dirty() is
  'Statement trigger: listings of the statement, and their media where the listing itself becomes visible, hidden or moves.';

-- ----- mls.mark_origins_dirty(): statement trigger of mls_listing_origins; seeing a record again changes nothing -----
create function mls.mark_origins_dirty() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    insert into mls.dirty (resource, record_id) select 'property', n.listing_id from new_rows n;
  else
    insert into mls.dirty (resource, record_id)
    select 'property', n.listing_id
    from new_rows n join old_rows o on o.listing_id = n.listing_id
    where n.content_hash is distinct from o.content_hash;
  end if;
  return null;
end $$;
comment on function mls.mark_origins_dirty() is 'Statement trigger: listings whose source said something new.';

-- ----- mls.mark_tenant_dirty(): a change of api_visibility shows or hides all of a tenant -----
create function mls.mark_tenant_dirty() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  insert into mls.dirty (resource, record_id)
  select 'property', id from public.mls_listings where tenant_id = new.id
  union all
  select 'media', id from public.mls_listing_media where tenant_id = new.id;
  return null;
end $$;
comment on function mls.mark_tenant_dirty() is 'Trigger: refreshes everything a tenant serves.';
create trigger dirty_tenant after update of api_visibility on public.mls_tenants
  for each row when (new.api_visibility is distinct from old.api_visibility) execute function mls.mark_tenant_dirty();

-- ----- which tables mark what -----
create trigger dirty_insert after insert on public.mls_listings
  referencing new table as new_rows for each statement execute function mls.mark_listings_dirty();
create trigger dirty_update after update on public.mls_listings
  referencing old table as old_rows new table as new_rows for each statement execute function mls.mark_listings_dirty();
create trigger dirty_delete after delete on public.mls_listings
  referencing old table as old_rows for each statement execute function mls.mark_listings_dirty();
create trigger dirty_insert after insert on public.mls_listing_origins
  referencing new table as new_rows for each statement execute function mls.mark_origins_dirty();
create trigger dirty_update after update on public.mls_listing_origins
  referencing old table as old_rows new table as new_rows for each statement execute function mls.mark_origins_dirty();
do $$
declare
  source record;
begin
  for source in
    select * from (values
      ('mls_listing_media', 'media', 'id'),
      ('mls_members', 'member', 'id'),
      ('mls_offices', 'office', 'id'),
      ('mls_contacts', 'contacts', 'id'),
      ('mls_showings', 'showing_appointment', 'id')
    ) s (table_name, resource, id_column)
  loop
    execute format(
      'create trigger dirty_insert after insert on public.%I referencing new table as new_rows
         for each statement execute function mls.mark_dirty(%L, %L)', source.table_name, source.resource, source.id_column);
    execute format(
      'create trigger dirty_update after update on public.%I referencing new table as new_rows
         for each statement execute function mls.mark_dirty(%L, %L)', source.table_name, source.resource, source.id_column);
    execute format(
      'create trigger dirty_delete after delete on public.%I referencing old table as old_rows
         for each statement execute function mls.mark_dirty(%L, %L)', source.table_name, source.resource, source.id_column);
  end loop;
end $$;
