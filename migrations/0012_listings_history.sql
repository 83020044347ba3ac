-- How status and price came about. Append-only.

-- ----- mls_status_history -----
create table public.mls_status_history (
  id bigint generated always as identity primary key,
  tenant_id uuid not null,
  listing_id uuid not null references public.mls_listings (id) on delete cascade,
  from_status public.mls_listing_status,
  to_status public.mls_listing_status not null,
  changed_by uuid,
  changed_at timestamptz not null default clock_timestamp(),
  reason text,
  trigger text not null check (trigger in ('USER', 'INGRESS', 'AUTO_PUBLISH', 'SYSTEM')),
  metadata jsonb not null default '{}'
);
comment on table public.mls_status_history is 'Every change of status, written by a trigger in the same transaction. Append-only.';
create index mls_status_history_listing on public.mls_status_history (listing_id, id);
create index mls_status_history_tenant on public.mls_status_history (tenant_id, changed_at);

-- ----- mls_price_history -----
create table public.mls_price_history (
  id bigint generated always as identity primary key,
  tenant_id uuid not null,
  listing_id uuid not null references public.mls_listings (id) on delete cascade,
  price_kind text not null check (price_kind in ('SALE', 'LEASE')),
  old_price numeric(18,2),
  new_price numeric(18,2),
  currency_code text,
  frequency text,
  changed_by uuid,
  changed_at timestamptz not null default clock_timestamp(),
  source text not null check (source in ('USER', 'INGRESS', 'SYSTEM')),
  approval_id uuid,
  reason text
);
comment on table public.mls_price_history is 'Every change of the asking price or the rent, written by a trigger in the same transaction. Append-only.';
create index mls_price_history_listing on public.mls_price_history (listing_id, id);
create index mls_price_history_tenant on public.mls_price_history (tenant_id, changed_at);

do $$
declare
  history text;
begin
  foreach history in array array['mls_status_history', 'mls_price_history'] loop
    execute format('alter table public.%I enable row level security', history);
    execute format('alter table public.%I force row level security', history);
    execute format('grant select on public.%I to authenticated, service_role', history);
    execute format(
      -- who sees the whole tenant need not look at the listing of every row
      'create policy history_read on public.%I for select to authenticated using (
         tenant_id = any ((select mls.visible_tenant_ids())::uuid[])
         and (select mls.can(''r''))
         and ((select mls.sees_whole_tenant()) or exists (select from public.mls_listings l where l.id = listing_id)))', history);
  end loop;
end $$;

-- ----- mls.change_context(text) -----
create function mls.change_context(name text) returns text
language sql stable set search_path = ''
as $$
  select nullif(current_setting('mls.' || name, true), '')
$$;
comment on function mls.change_context(text) is
  'Why the current transaction changes listings: change_source (USER, INGRESS, AUTO_PUBLISH, SYSTEM), change_reason, change_approval. Set by the functions that change, read by history.';

-- ----- mls.change_source() -----
create function mls.change_source() returns text
language sql stable set search_path = ''
as $$
  select coalesce(mls.change_context('change_source'), case when mls.current_user_id() is null then 'SYSTEM' else 'USER' end)
$$;
comment on function mls.change_source() is 'Who changes listings in this transaction: what the changing function said, else USER with a token, SYSTEM without.';

-- ----- mls.record_first_status(): statement trigger, every new listing enters the history -----
create function mls.record_first_status() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  insert into public.mls_status_history (tenant_id, listing_id, to_status, changed_by, reason, trigger)
  select n.tenant_id, n.id, n.status, (select mls.current_user_id()), (select mls.change_context('change_reason')),
    (select mls.change_source())
  from new_rows n;
  return null;
end $$;
comment on function mls.record_first_status() is
  'Statement trigger. Security definer, like the one below: nobody may write history directly.';
create trigger record_first_status after insert on public.mls_listings
  referencing new table as new_rows for each statement execute function mls.record_first_status();

-- ----- mls.record_listing_changes(): statement trigger, for whatever changed its status or price -----
-- Once a statement: as a trigger of each row it took a seventh of a batch of new prices. Rows are wide, so only what is
-- compared is taken out of them; without nested loops, for a plan made for one row must not compare a thousand with a thousand.
create function mls.record_listing_changes() returns trigger
language plpgsql security definer set search_path = '' set enable_nestloop = off
as $$
declare
  actor constant uuid := mls.current_user_id();
  source constant text := mls.change_source();
  why constant text := mls.change_context('change_reason');
  approval constant uuid := mls.try_uuid(mls.change_context('change_approval'));
begin
  with before as materialized (
    select o.id, o.status, o.list_price, o.lease_amount from old_rows o
  ),
  after as materialized (
    select n.id, n.tenant_id, n.status, n.list_price, n.lease_amount, n.lease_amount_frequency, n.currency_code from new_rows n
  ),
  changed as materialized (
    select a.*, b.status as old_status, b.list_price as old_list_price, b.lease_amount as old_lease_amount
    from after a join before b on b.id = a.id
    where (a.status, a.list_price, a.lease_amount) is distinct from (b.status, b.list_price, b.lease_amount)
  ),
  statuses as (
    insert into public.mls_status_history (tenant_id, listing_id, from_status, to_status, changed_by, reason, trigger)
    select c.tenant_id, c.id, c.old_status, c.status, actor, why, source
    from changed c where c.status is distinct from c.old_status
  )
  insert into public.mls_price_history
    (tenant_id, listing_id, price_kind, old_price, new_price, currency_code, frequency, changed_by, source, reason, approval_id)
  select c.tenant_id, c.id, p.kind, p.old_price, p.new_price, c.currency_code, p.frequency, actor,
    replace(source, 'AUTO_PUBLISH', 'SYSTEM'), why, approval
  from changed c
  cross join lateral (values
    ('SALE', c.old_list_price, c.list_price, null),
    ('LEASE', c.old_lease_amount, c.lease_amount, c.lease_amount_frequency)
  ) p (kind, old_price, new_price, frequency)
  where p.new_price is distinct from p.old_price;
  return null;
end $$;
comment on function mls.record_listing_changes() is 'Statement trigger: status and price history.';
create trigger record_change after update on public.mls_listings
  referencing old table as old_rows new table as new_rows for each statement execute function mls.record_listing_changes();
