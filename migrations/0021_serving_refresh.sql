-- Which records a transaction touched, and their refresh at its end.

-- ===== dirty records =====

-- ----- mls.dirty: what the current transaction touched; rows never outlive it, so nothing needs logging -----
-- resource: an ingest resource; or listing (what follows that listing), tenant (everything of that tenant).
create unlogged table mls.dirty (
  resource text not null,
  record_id uuid not null,
  transaction_id xid8 not null default pg_current_xact_id()
);
create index dirty_transaction on mls.dirty (transaction_id);
alter table mls.dirty enable row level security;
alter table mls.dirty force row level security;

-- ----- mls.refresh_due: one row per transaction with dirty records; its deferred trigger refreshes them -----
create unlogged table mls.refresh_due (
  transaction_id xid8 primary key default pg_current_xact_id()
);
alter table mls.refresh_due enable row level security;
alter table mls.refresh_due force row level security;

-- ----- mls.require_refresh(): statement trigger of mls.dirty -----
create function mls.require_refresh() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  insert into mls.refresh_due default values on conflict do nothing;
  return null;
end $$;
comment on function mls.require_refresh() is 'Statement trigger: sees to it that this transaction refreshes before it commits.';
create trigger require_refresh after insert on mls.dirty for each statement execute function mls.require_refresh();

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

-- ----- mls.records_of(uuid[], uuid[]) -----
create function mls.records_of(listings uuid[], tenants uuid[]) returns table (resource text, record_id uuid)
language plpgsql stable set search_path = ''
as $$
declare
  held mls.resources;
begin
  for held in select * from mls.resources r where r.follows_listing or r.resource = 'property' loop
    if held.follows_listing and listings is not null then
      return query execute format('select $1, t.id from public.%I t where t.listing_id = any ($2)', held.table_name) using held.resource, listings;
    end if;
    if tenants is not null then
      return query execute format('select $1, t.id from public.%I t where t.tenant_id = any ($2)', held.table_name) using held.resource, tenants;
    end if;
  end loop;
end $$;
comment on function mls.records_of(uuid[], uuid[]) is
  'Records that are shown and hidden with these listings, and all of these tenants whose showing depends on the tenant.';

-- ----- mls.refresh_dirty(): deferred trigger of mls.refresh_due -----
create function mls.refresh_dirty() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  ids uuid[];
  resource_name text;
begin
  -- whatever is touched from here on asks for a refresh of its own
  delete from mls.refresh_due where transaction_id = new.transaction_id;
  perform mls.lock_stamps();
  for resource_name, ids in
    with taken as (
      delete from mls.dirty where transaction_id = pg_current_xact_id() returning resource, record_id
    ),
    -- what hangs on a listing or a tenant is looked up only now: under the lock nothing can be added unseen
    wide as (
      select array_agg(t.record_id) filter (where t.resource = 'listing') as listings,
        array_agg(t.record_id) filter (where t.resource = 'tenant') as tenants
      from taken t
    ),
    touched as (
      select t.resource, t.record_id from taken t where t.resource not in ('listing', 'tenant')
      union
      select r.resource, r.record_id from wide w cross join lateral mls.records_of(w.listings, w.tenants) r
      where w.listings is not null or w.tenants is not null
    )
    select t.resource, array_agg(t.record_id) from touched t group by t.resource order by t.resource desc
  loop
    execute format('select mls.refresh_%I($1)', resource_name) using ids;
  end loop;
  return null;
end $$;
comment on function mls.refresh_dirty() is
  'Refreshes the served rows of all records that the transaction touched: once, set-wise, at its end.';
create constraint trigger refresh after insert on mls.refresh_due
  deferrable initially deferred for each row execute function mls.refresh_dirty();

-- ----- mls.mark_listing_dirty(): row trigger, what follows a listing where it appears, disappears or moves -----
create function mls.mark_listing_dirty() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  insert into mls.dirty (resource, record_id) values ('listing', new.id);
  return null;
end $$;
comment on function mls.mark_listing_dirty() is 'Row trigger: what follows a listing (its media) when its visibility, office or key changed.';
create trigger dirty_followers after update on public.mls_listings
  for each row
  when (
    new.status is distinct from old.status
    or new.first_published_at is distinct from old.first_published_at
    or new.claimed_at is distinct from old.claimed_at
    or new.origin_deleted is distinct from old.origin_deleted
    or new.originating_office_key is distinct from old.originating_office_key
    or new.origin_system is distinct from old.origin_system
    or new.origin_key is distinct from old.origin_key
  )
  execute function mls.mark_listing_dirty();

-- ----- mls.mark_agent_dirty(): row trigger, listings say the name of their agent -----
create function mls.mark_agent_dirty() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  insert into mls.dirty (resource, record_id)
  select 'property', s.record_id from public.served_property s
  where s."ListAgentKey" = new.origin_member_key and not s.is_deleted;
  return null;
end $$;
comment on function mls.mark_agent_dirty() is 'Row trigger: the listings of a member that came, went or bears another name.';
create trigger dirty_agent_insert after insert on public.mls_members
  for each row execute function mls.mark_agent_dirty();
create trigger dirty_agent_update after update on public.mls_members
  for each row when (new.full_name is distinct from old.full_name or new.origin_deleted <> old.origin_deleted)
  execute function mls.mark_agent_dirty();

-- ----- mls.mark_origin_dirty(): row trigger, the source said something new; seeing a record again changes nothing -----
create function mls.mark_origin_dirty() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  insert into mls.dirty (resource, record_id) values ('property', new.listing_id);
  return null;
end $$;
comment on function mls.mark_origin_dirty() is 'Row trigger: a listing of which only the last word of its source changed.';

-- ----- mls.mark_tenant_dirty(): a change of api_visibility shows or hides all of a tenant -----
create function mls.mark_tenant_dirty() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  insert into mls.dirty (resource, record_id) values ('tenant', new.id);
  return null;
end $$;
comment on function mls.mark_tenant_dirty() is 'Trigger: refreshes everything a tenant serves.';
create trigger dirty_tenant after update of api_visibility on public.mls_tenants
  for each row when (new.api_visibility is distinct from old.api_visibility) execute function mls.mark_tenant_dirty();

-- ----- which tables mark what -----
create trigger dirty_update after update on public.mls_listing_origins
  for each row when (new.content_hash is distinct from old.content_hash)
  execute function mls.mark_origin_dirty();

-- ----- mls.watch_resource(text) -----
create function mls.watch_resource(resource text) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  table_name constant text := (select r.table_name from mls.resources r where r.resource = watch_resource.resource);
begin
  execute format(
    'create trigger dirty_insert after insert on public.%I referencing new table as new_rows
       for each statement execute function mls.mark_dirty(%L, ''id'')', table_name, resource);
  execute format(
    'create trigger dirty_update after update on public.%I referencing new table as new_rows
       for each statement execute function mls.mark_dirty(%L, ''id'')', table_name, resource);
  execute format(
    'create trigger dirty_delete after delete on public.%I referencing old table as old_rows
       for each statement execute function mls.mark_dirty(%L, ''id'')', table_name, resource);
end $$;
comment on function mls.watch_resource(text) is
  'Lets the table of a resource mark what changes. For a resource that is added after this migration; those before it are watched below.';
select mls.watch_resource(r.resource) from mls.resources r order by r.resource;

-- ===== rebuild =====

-- ----- mls.rebuild_served(text) -----
create function mls.rebuild_served(resource text) returns bigint
language plpgsql volatile security definer set search_path = ''
as $$
declare
  last_stamp bigint;
  ids uuid[];
  batch constant integer := 1000;
begin
  if not exists (select from mls.resources r where r.resource = rebuild_served.resource) then
    raise exception 'there is no resource %', resource using errcode = '22023';
  end if;
  perform mls.lock_stamps();
  select last_value into last_stamp from mls.stamp_seq;
  -- what has gone comes first: a new record may bear its key
  execute format(
    'select array(
       select s.record_id from public.served_%1$I s
       where not s.is_deleted and not exists (select from public.%1$I_reso v where v.record_id = s.record_id)
     ) || array(select v.record_id from public.%1$I_reso v order by v.seq)', resource) into ids;
  for start in 1 .. cardinality(ids) by batch loop
    execute format('select mls.refresh_%I($1)', resource) using ids[start : start + batch - 1];
  end loop;
  return (select count(*) from public.mls_entity_events e where e.sequence > last_stamp);
end $$;
comment on function mls.rebuild_served(text) is
  'Renders everything a resource (property, media, ...) serves anew from its view and returns how many records differed; only those get a stamp and an event. For operators, after a change of a view: nothing else can make it differ. Holds the stamp lock until the transaction ends.';
