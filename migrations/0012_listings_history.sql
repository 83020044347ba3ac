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

-- ----- mls.record_listing_change(): row trigger, fires only where status or price changed -----
-- Not set-wise on purpose: joining the transition tables of a thousand 220-column rows costs more than these calls.
create function mls.record_listing_change() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  -- Read from the settings directly: a function of ours costs each row its call, and thousands of prices change at once.
  -- The same answers as mls.current_user_id(), mls.change_source() and mls.change_context().
  actor constant uuid := case when current_setting('request.jwt.claims', true) <> '' then mls.current_user_id() end;
  source constant text := coalesce(
    nullif(current_setting('mls.change_source', true), ''), case when actor is null then 'SYSTEM' else 'USER' end);
  why constant text := nullif(current_setting('mls.change_reason', true), '');
  approval constant uuid := case
    when current_setting('mls.change_approval', true) <> '' then mls.try_uuid(current_setting('mls.change_approval', true))
  end;
begin
  if new.status is distinct from old.status then
    insert into public.mls_status_history (tenant_id, listing_id, from_status, to_status, changed_by, reason, trigger)
    values (new.tenant_id, new.id, old.status, new.status, actor, why, source);
  end if;
  if new.list_price is distinct from old.list_price then
    insert into public.mls_price_history
      (tenant_id, listing_id, price_kind, old_price, new_price, currency_code, changed_by, source, reason, approval_id)
    values (new.tenant_id, new.id, 'SALE', old.list_price, new.list_price, new.currency_code, actor,
      replace(source, 'AUTO_PUBLISH', 'SYSTEM'), why, approval);
  end if;
  if new.lease_amount is distinct from old.lease_amount then
    insert into public.mls_price_history
      (tenant_id, listing_id, price_kind, old_price, new_price, currency_code, frequency, changed_by, source, reason, approval_id)
    values (new.tenant_id, new.id, 'LEASE', old.lease_amount, new.lease_amount, new.currency_code, new.lease_amount_frequency, actor,
      replace(source, 'AUTO_PUBLISH', 'SYSTEM'), why, approval);
  end if;
  return null;
end $$;
comment on function mls.record_listing_change() is 'Row trigger: status and price history.';
create trigger record_change after update on public.mls_listings
  for each row
  when (
    new.status is distinct from old.status
    or new.list_price is distinct from old.list_price
    or new.lease_amount is distinct from old.lease_amount
  )
  execute function mls.record_listing_change();
