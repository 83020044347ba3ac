-- Realtime: signals for screens that are open. Left alone where it is not there.
--
-- Realtime sends whole rows to whoever may select them; a list of columns in the publication does not change that. So no
-- table with texts, prices or people is published, but this one: something of a listing changed. What it is, the app
-- reads through the Data API, under the rights of its user.

-- ----- mls_signals: something changed, for whoever looks at it right now -----
create table public.mls_signals (
  id bigint generated always as identity primary key,
  tenant_id uuid not null references public.mls_tenants (id),
  topic text not null check (topic in ('inbox', 'listing', 'media', 'task', 'approval', 'checklist', 'syndication')),
  listing_id uuid,
  user_id uuid,
  created_at timestamptz not null default clock_timestamp()
);
comment on table public.mls_signals is
  'What changed, and nothing of what it is. Written by triggers, one row per statement, topic and listing; kept for a day. A screen that was away reads what has a greater id than the last one it saw.';
comment on column public.mls_signals.topic is
  'inbox: listings that nobody has claimed, for the whole market, without listing_id. The others name the kind of row that changed at a claimed listing.';
comment on column public.mls_signals.user_id is 'Whom it concerns: to whom the task or the approval is assigned.';
create index mls_signals_tenant on public.mls_signals (tenant_id, id);
create index mls_signals_age on public.mls_signals (created_at);
alter table public.mls_signals enable row level security;
alter table public.mls_signals force row level security;
grant select on public.mls_signals to authenticated;
grant select, insert, update, delete on public.mls_signals to service_role;
create policy signal_read on public.mls_signals for select to authenticated
  using (
    tenant_id = any ((select mls.visible_tenant_ids())::uuid[]) and (select mls.can('r'))
    and (
      listing_id is null
      or user_id = (select mls.current_user_id())
      or (select mls.sees_whole_tenant())
      or exists (select from public.mls_listings l where l.id = listing_id)
    )
  );
insert into public.mls_retention_rules (table_name, time_column, keep, condition, reason) values
  ('public.mls_signals', 'created_at', '1 day', null, 'Signals are for screens that are open.');

-- ----- mls.signal_listings(): statement trigger of mls_listings -----
create function mls.signal_listings() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    insert into public.mls_signals (tenant_id, topic, listing_id)
    select distinct n.tenant_id, case when n.claimed_at is null then 'inbox' else 'listing' end,
      case when n.claimed_at is not null then n.id end
    from new_rows n;
    return null;
  end if;
  insert into public.mls_signals (tenant_id, topic, listing_id)
  select n.tenant_id, 'listing', n.id from new_rows n where n.claimed_at is not null
  union
  -- who claims or gives back takes a row out of the inbox of all, or puts one in; rows are wide, so the two are not joined
  select n.tenant_id, 'inbox', null from new_rows n where n.claimed_at is null
  union
  select o.tenant_id, 'inbox', null from old_rows o where o.claimed_at is null;
  return null;
end $$;
comment on function mls.signal_listings() is 'Statement trigger: claimed listings one by one, the inbox of a market as a whole.';
create trigger signal_insert after insert on public.mls_listings
  referencing new table as new_rows for each statement execute function mls.signal_listings();
create trigger signal_update after update on public.mls_listings
  referencing old table as old_rows new table as new_rows for each statement execute function mls.signal_listings();

-- ----- mls.signal_listing_rows(topic, user column): statement trigger -----
create function mls.signal_listing_rows() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  execute format(
    'insert into public.mls_signals (tenant_id, topic, listing_id, user_id)
     select distinct r.tenant_id, $1, r.listing_id, %s
     from (%s) r join public.mls_listings l on l.id = r.listing_id and l.claimed_at is not null',
    case when tg_argv[1] = '' then 'null::uuid' else 'r.' || quote_ident(tg_argv[1]) end,
    -- whoever had a task before it was given to another is told, too
    case tg_op
      when 'INSERT' then 'table new_rows'
      when 'DELETE' then 'table old_rows'
      else 'table new_rows union all table old_rows'
    end)
    using tg_argv[0];
  return null;
end $$;
comment on function mls.signal_listing_rows() is
  'Statement trigger: rows of claimed listings changed. Arguments: the topic, and the column of the user whom it concerns.';
do $$
declare
  watched record;
begin
  for watched in values ('mls_listing_media', 'media', ''), ('mls_listing_tasks', 'task', 'assigned_to'),
    ('mls_listing_approvals', 'approval', 'assignee_id'), ('mls_listing_checklist_items', 'checklist', '') loop
    execute format('create trigger signal_insert after insert on public.%I referencing new table as new_rows
      for each statement execute function mls.signal_listing_rows(%L, %L)', watched.column1, watched.column2, watched.column3);
    execute format('create trigger signal_update after update on public.%I referencing old table as old_rows new table as new_rows
      for each statement execute function mls.signal_listing_rows(%L, %L)', watched.column1, watched.column2, watched.column3);
    execute format('create trigger signal_delete after delete on public.%I referencing old table as old_rows
      for each statement execute function mls.signal_listing_rows(%L, %L)', watched.column1, watched.column2, watched.column3);
  end loop;
end $$;

-- ----- mls.signal_syndication(): row trigger -----
create function mls.signal_syndication() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  insert into public.mls_signals (tenant_id, topic, listing_id) values (new.tenant_id, 'syndication', new.listing_id);
  return null;
end $$;
comment on function mls.signal_syndication() is 'Row trigger: where a listing stands on a portal changed. What workers note of their attempts is no signal.';
create trigger signal after update on public.mls_listing_syndications
  for each row when ((new.status, new.last_error_code, new.published_at, new.removed_at)
    is distinct from (old.status, old.last_error_code, old.published_at, old.removed_at))
  execute function mls.signal_syndication();
create trigger signal_insert after insert on public.mls_listing_syndications
  for each row execute function mls.signal_syndication();

-- ----- mls.publish_signals() -----
create function mls.publish_signals() returns void
language plpgsql set search_path = ''
as $$
begin
  if exists (select from pg_catalog.pg_publication where pubname = 'supabase_realtime') and not exists (
    select from pg_catalog.pg_publication_tables
    where pubname = 'supabase_realtime' and schemaname = 'public' and tablename = 'mls_signals') then
    alter publication supabase_realtime add table public.mls_signals;
  end if;
end $$;
comment on function mls.publish_signals() is 'Adds the signals to the publication of Realtime, and no other table. May be repeated.';
select mls.publish_signals();
