-- The outbox: what must still be said to which portal.
--
-- mls_listing_syndications holds one row per listing and portal. `status` is the switch that brokers set; the pair
-- (desired_version, pushed_version) is the queue: a row is due while it wants more than was delivered. Changes of a
-- listing raise desired_version in their own transaction, so nothing is lost and a burst is one delivery of the last
-- state. Workers take rows with leases (mls.claim_deliveries) and report back (mls.finish_delivery).

-- ===== the outbox =====

-- ----- mls_listing_syndications: one row per listing and portal -----
create table public.mls_listing_syndications (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.mls_tenants (id),
  listing_id uuid not null references public.mls_listings (id) on delete cascade,
  portal_id uuid not null references public.mls_portal_definitions (id),
  status text not null default 'ACTIVE' check (status in ('PENDING', 'ACTIVE', 'PAUSED', 'FAILED', 'REMOVED')),
  parked_status text check (parked_status in ('ACTIVE', 'PAUSED', 'REMOVED')),
  desired_version bigint not null default 1,
  desired_at timestamptz not null default clock_timestamp(),
  requested_version bigint,
  pushed_version bigint not null default 0,
  next_attempt_at timestamptz,
  attempt_count integer not null default 0,
  own_faults integer not null default 0,
  last_attempt_at timestamptz,
  last_success_at timestamptz,
  last_error_code text,
  last_error text,
  external_id text,
  external_url text,
  last_payload_hash text,
  last_media_hash text,
  state jsonb,
  published_at timestamptz,
  removed_at timestamptz,
  lease_token uuid,
  leased_until timestamptz,
  leased_version bigint,
  in_doubt boolean not null default false,
  created_at timestamptz not null default now(),
  created_by uuid,
  updated_at timestamptz not null default now(),
  unique (listing_id, portal_id),
  check (pushed_version <= desired_version)
);
comment on table public.mls_listing_syndications is
  'Where a listing is to be shown, and the queue of deliveries. Brokers set status; all else is kept by triggers and workers.';
comment on column public.mls_listing_syndications.status is
  'PENDING: wanted, waits until the listing is published. ACTIVE: shown. PAUSED: nothing is sent but a withdrawal, feeds leave it out. FAILED: refused or given up, see last_error; an edit or a retry tries again. REMOVED: taken off.';
comment on column public.mls_listing_syndications.parked_status is
  'While FAILED: what was wanted when the delivery was parked. A removal that was refused stays a removal.';
comment on column public.mls_listing_syndications.desired_version is 'Rises with every change that might concern the portal; due while above pushed_version.';
comment on column public.mls_listing_syndications.desired_at is
  'When desired_version last rose: moves with the listing, its media, its texts and the rules of the portal, with what is taken away too.';
comment on column public.mls_listing_syndications.requested_version is
  'The version that somebody asked for by hand and that was not delivered yet. What rules and triggers ask for is none.';
comment on column public.mls_listing_syndications.state is 'What the channel of the portal keeps from one delivery to the next.';
comment on column public.mls_listing_syndications.next_attempt_at is 'When a worker may take the row; null when nothing is due.';
comment on column public.mls_listing_syndications.attempt_count is 'Attempts since the last success.';
comment on column public.mls_listing_syndications.own_faults is
  'Attempts in a row that failed by a fault of the listing or of the hub (it cannot be rendered, its worker died). Only these park it; faults of the portal never do.';
comment on column public.mls_listing_syndications.in_doubt is
  'An attempt was begun whose outcome is unknown (no answer, worker killed): the next one asks the portal before it sends.';
comment on column public.mls_listing_syndications.external_id is 'Id of the listing at the portal.';
create index mls_listing_syndications_due on public.mls_listing_syndications (portal_id, next_attempt_at) where next_attempt_at is not null;
create index mls_listing_syndications_portal on public.mls_listing_syndications (portal_id, status);
create index mls_listing_syndications_external on public.mls_listing_syndications (lower(external_id)) where external_id is not null;
create index mls_listing_syndications_returning on public.mls_listing_syndications (tenant_id) where external_id is not null;
create index mls_listing_syndications_tenant on public.mls_listing_syndications (tenant_id);
alter table public.mls_listing_syndications set (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);

-- ----- mls.unparked(syndication) -----
create function mls.unparked(syndication public.mls_listing_syndications) returns text
language sql immutable set search_path = ''
as $$ select case when syndication.status = 'FAILED' then coalesce(syndication.parked_status, 'ACTIVE') else syndication.status end $$;
comment on function mls.unparked(public.mls_listing_syndications) is
  'What is wanted of a listing at a portal: its status, or while that says FAILED the one before.';
grant execute on function mls.unparked(public.mls_listing_syndications) to authenticated, service_role;

-- ----- mls.may_syndicate(listing_id) -----
create function mls.may_syndicate(listing_id uuid) returns boolean
language sql stable security definer set search_path = ''
as $$
  select mls.can('u') and exists (
    select from public.mls_listings l
    where l.id = may_syndicate.listing_id
      and l.tenant_id = any (mls.visible_tenant_ids())
      and (mls.sees_whole_tenant() or l.broker_id = any (mls.visible_user_ids()) or l.co_broker_id = any (mls.visible_user_ids()))
  )
$$;
comment on function mls.may_syndicate(uuid) is
  'Whether the user may decide where a listing is shown: the right to update, within the own scope. Security definer: it answers about one listing, without the cost of its policies.';
grant execute on function mls.may_syndicate(uuid) to authenticated, service_role;

alter table public.mls_listing_syndications enable row level security;
alter table public.mls_listing_syndications force row level security;
grant select on public.mls_listing_syndications to authenticated;
grant insert (listing_id, portal_id, status), update (status) on public.mls_listing_syndications to authenticated;
grant select, insert, update, delete on public.mls_listing_syndications to service_role;
create policy syndication_read on public.mls_listing_syndications for select to authenticated
  using (
    tenant_id = any ((select mls.visible_tenant_ids())::uuid[])
    and exists (select from public.mls_listings l where l.id = listing_id)
  );
create policy syndication_insert on public.mls_listing_syndications for insert to authenticated
  with check (
    tenant_id = any ((select mls.visible_tenant_ids())::uuid[]) and (select mls.can('u')) and status <> 'FAILED'
    and exists (
      select from public.mls_listings l
      where l.id = listing_id and (
        (select mls.sees_whole_tenant())
        or l.broker_id = any ((select mls.visible_user_ids())::uuid[])
        or l.co_broker_id = any ((select mls.visible_user_ids())::uuid[])))
  );
create policy syndication_update on public.mls_listing_syndications for update to authenticated
  using (
    tenant_id = any ((select mls.visible_tenant_ids())::uuid[]) and (select mls.can('u'))
    and exists (
      select from public.mls_listings l
      where l.id = listing_id and (
        (select mls.sees_whole_tenant())
        or l.broker_id = any ((select mls.visible_user_ids())::uuid[])
        or l.co_broker_id = any ((select mls.visible_user_ids())::uuid[])))
  )
  with check (status <> 'FAILED');

-- ----- mls.syndication_before_write(): what a change of the switch means for the queue -----
create function mls.syndication_before_write() returns trigger
language plpgsql set search_path = ''
as $$
declare
  listing record;
  portal record;
  by_hand boolean;
begin
  select l.tenant_id, l.status into listing from public.mls_listings l where l.id = new.listing_id;
  select p.tenant_id, p.channel_type into portal from public.mls_portal_definitions p where p.id = new.portal_id;
  if portal.tenant_id is distinct from listing.tenant_id then
    raise exception 'The portal belongs to another market than the listing.' using errcode = '23514';
  end if;
  new.updated_at := clock_timestamp();
  new.desired_at := new.updated_at;
  if tg_op = 'INSERT' then
    new.tenant_id := listing.tenant_id;
    new.created_by := coalesce(new.created_by, mls.current_user_id());
  end if;
  if new.status = 'FAILED' then
    if tg_op = 'UPDATE' and old.status <> 'FAILED' then
      new.parked_status := case when old.status = 'PENDING' then 'ACTIVE' else old.status end;
    end if;
    return new;
  end if;
  new.parked_status := null;
  if new.status in ('PENDING', 'ACTIVE') then
    new.status := case when listing.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') then 'ACTIVE' else 'PENDING' end;
  end if;
  -- The hand of a user comes at depth 1, triggers come deeper. Ending a pause and trying again ask for nothing new.
  by_hand := pg_trigger_depth() = 1 and new.status in ('PENDING', 'ACTIVE') and (tg_op = 'INSERT'
    or old.status in ('PENDING', 'REMOVED') or (old.status = 'ACTIVE' and old.attempt_count = 0));
  if tg_op = 'UPDATE' then
    new.desired_version := old.desired_version + 1;
    new.attempt_count := 0;
    new.own_faults := 0;
  end if;
  if by_hand then
    new.requested_version := new.desired_version;
  end if;
  if mls.worked_by(portal.channel_type) is not null then
    new.next_attempt_at := new.updated_at;
  else
    new.pushed_version := new.desired_version;
    new.published_at := coalesce(new.published_at, case when new.status = 'ACTIVE' then new.updated_at end);
    new.removed_at := case when new.status = 'REMOVED' then new.updated_at end;
  end if;
  return new;
end $$;
comment on function mls.syndication_before_write() is
  'Trigger on insert and on every statement that sets status: fills the market, decides between PENDING and ACTIVE, and makes the row due. Websites read the row themselves: nothing is due there.';
create trigger before_write before insert or update of status on public.mls_listing_syndications
  for each row execute function mls.syndication_before_write();

-- ===== what makes rows due =====

-- ----- mls.lock_deliveries(uuid[]) -----
create function mls.lock_deliveries(syndications uuid[]) returns void
language sql set search_path = ''
as $$
  select from public.mls_listing_syndications s where s.id = any (syndications) order by s.id for no key update
$$;
comment on function mls.lock_deliveries(uuid[]) is
  'Locks rows of the outbox in the order of their ids. Whoever changes several calls it first, and touches mls.portal_circuits after them: so batches, recipes of operators and workers that report wait for each other and never deadlock.';
grant execute on function mls.lock_deliveries(uuid[]) to service_role;

-- ----- mls.enqueue_deliveries(uuid[]) -----
create function mls.enqueue_deliveries(listing_ids uuid[]) returns void
language plpgsql security definer set search_path = ''
as $$
begin
  perform mls.lock_deliveries(array(select s.id from public.mls_listing_syndications s where s.listing_id = any (listing_ids)));
  update public.mls_listing_syndications s
  set desired_version = s.desired_version + 1, desired_at = clock_timestamp(),
      next_attempt_at = case when s.attempt_count = 0 then coalesce(s.next_attempt_at, clock_timestamp()) else s.next_attempt_at end,
      updated_at = clock_timestamp()
  where s.listing_id = any (listing_ids) and s.status <> 'FAILED'
    and s.portal_id = any (array(select p.id from public.mls_portal_definitions p where mls.worked_by(p.channel_type) is not null));
  -- a parked delivery deserves another try once its listing has changed
  update public.mls_listing_syndications s set status = mls.unparked(s)
  where s.listing_id = any (listing_ids) and s.status = 'FAILED';
end $$;
comment on function mls.enqueue_deliveries(uuid[]) is
  'Makes the deliveries of listings due. A row that waits after a failure keeps its time: an edit does not hurry a portal in trouble.';

-- ----- mls.refresh_deliveries(uuid[]): called before the commit with the listings marked as `deliveries` -----
create function mls.refresh_deliveries(ids uuid[]) returns void
language plpgsql security definer set search_path = ''
as $$
begin
  -- a lease sibling shows the media and texts of its sale row
  perform mls.enqueue_deliveries(ids || array(
    select l.id from public.mls_listings l where l.sibling_listing_id = any (ids) and l.first_published_at is not null));
end $$;
comment on function mls.refresh_deliveries(uuid[]) is
  'Makes due what the transaction changed, once and set-wise: a thousand listings are one statement (see mls.refresh_dirty).';

-- ----- mls.enqueue_listing(): row trigger of mls_listings -----
create function mls.enqueue_listing() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if new.status is distinct from old.status then
    update public.mls_listing_syndications s set status = 'ACTIVE' where s.listing_id = new.id and s.status = 'PENDING';
    if new.status = 'PUBLISHED' then
      insert into public.mls_listing_syndications (tenant_id, listing_id, portal_id)
      select p.tenant_id, new.id, p.id
      from public.mls_portal_definitions p
      where p.tenant_id = new.tenant_id and p.auto_syndicate and p.is_active
      on conflict (listing_id, portal_id) do nothing;
    end if;
  end if;
  insert into mls.dirty (resource, record_id) values ('deliveries', new.id);
  return null;
end $$;
comment on function mls.enqueue_listing() is 'Row trigger: a listing that has left the hub changed, so its portals must hear of it.';
create trigger enqueue after update on public.mls_listings
  for each row when (new.first_published_at is not null) execute function mls.enqueue_listing();

-- ----- mls.enqueue_media(): statement trigger of what is delivered with a listing -----
create function mls.enqueue_media() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if tg_op = 'DELETE' then
    insert into mls.dirty (resource, record_id) select distinct 'deliveries', o.listing_id from old_rows o where o.listing_id is not null;
  else
    insert into mls.dirty (resource, record_id) select distinct 'deliveries', n.listing_id from new_rows n where n.listing_id is not null;
  end if;
  return null;
end $$;
comment on function mls.enqueue_media() is 'Statement trigger: the listings whose media or texts changed.';
create trigger enqueue_insert after insert on public.mls_listing_media
  referencing new table as new_rows for each statement execute function mls.enqueue_media();
create trigger enqueue_update after update on public.mls_listing_media
  referencing new table as new_rows for each statement execute function mls.enqueue_media();
create trigger enqueue_delete after delete on public.mls_listing_media
  referencing old table as old_rows for each statement execute function mls.enqueue_media();

-- ----- mls_listing_remarks: texts are part of what is delivered -----
create trigger enqueue_insert after insert on public.mls_listing_remarks
  referencing new table as new_rows for each statement execute function mls.enqueue_media();
create trigger enqueue_update after update on public.mls_listing_remarks
  referencing new table as new_rows for each statement execute function mls.enqueue_media();
create trigger enqueue_delete after delete on public.mls_listing_remarks
  referencing old table as old_rows for each statement execute function mls.enqueue_media();

-- ----- mls.enqueue_contact(): row trigger of members and market offices, whose names and numbers stand in feeds -----
create function mls.enqueue_contact() returns trigger
language plpgsql security definer set search_path = '' set enable_seqscan = off
as $$
begin
  if tg_table_name = 'mls_members' then
    -- looked up apart: with `or`, or with the tenant beside them, a plan would read the tenant's listings for every member
    insert into mls.dirty (resource, record_id)
    select 'deliveries', l.id
    from (
      (select l.id, l.tenant_id from public.mls_listings l
       where l.list_agent_key = new.origin_member_key and l.first_published_at is not null offset 0)
      union
      (select l.id, l.tenant_id from public.mls_listings l
       where l.broker_id = new.user_id and l.first_published_at is not null offset 0)
    ) l
    where l.tenant_id = new.tenant_id;
  else
    insert into mls.dirty (resource, record_id)
    select 'deliveries', l.id from public.mls_listings l
    where l.first_published_at is not null and l.tenant_id = new.tenant_id and l.originating_office_key = new.office_key;
  end if;
  return null;
end $$;
comment on function mls.enqueue_contact() is 'Row trigger: whom a listing''s readers may call changed, so its portals must hear of it.';
create trigger enqueue after update on public.mls_members for each row when (
    (new.full_name, new.first_name, new.last_name, new.preferred_phone, new.office_phone, new.email, new.user_id, new.origin_deleted)
    is distinct from
    (old.full_name, old.first_name, old.last_name, old.preferred_phone, old.office_phone, old.email, old.user_id, old.origin_deleted)
  ) execute function mls.enqueue_contact();
create trigger enqueue after update on public.mls_offices for each row when (
    new.is_market and (new.name, new.phone, new.email) is distinct from (old.name, old.phone, old.email)
  ) execute function mls.enqueue_contact();

-- ----- mls.enqueue_portal(): a portal whose rules changed looks at all its listings again -----
create function mls.enqueue_portal() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  perform mls.lock_deliveries(array(select s.id from public.mls_listing_syndications s where s.portal_id = new.id));
  update public.mls_listing_syndications s
  set desired_version = s.desired_version + 1, desired_at = clock_timestamp(), attempt_count = 0,
      next_attempt_at = case when s.last_error_code is null then coalesce(s.next_attempt_at, clock_timestamp()) else clock_timestamp() end
  where s.portal_id = new.id and s.status <> 'FAILED';
  -- what was parked may fit the rules that hold now
  update public.mls_listing_syndications s set status = mls.unparked(s) where s.portal_id = new.id and s.status = 'FAILED';
  -- what failed before says nothing of the portal as it is set now
  update mls.portal_circuits c set failures = 0, open_until = null where c.portal_id = new.id;
  return null;
end $$;
comment on function mls.enqueue_portal() is
  'Row trigger: rules of a portal changed, so all its listings are looked at again. How the queue or a file is kept (max_objects, max_attempts) is none of them.';
create trigger enqueue after update on public.mls_portal_definitions
  for each row when (
    mls.worked_by(new.channel_type) is not null and (
      new.phase is distinct from old.phase or new.statuses is distinct from old.statuses
      or new.requires_fields is distinct from old.requires_fields or mls.told_settings(new.config) is distinct from mls.told_settings(old.config)
      or new.is_active is distinct from old.is_active)
  )
  execute function mls.enqueue_portal();
