-- Who is the master of a listing, where hub and source differ, who wrote a field last, and how a person is forgotten.

-- ===== provenance =====

-- ----- mls_listing_field_writes: the last write per column that did not come from an unclaimed refresh -----
create table public.mls_listing_field_writes (
  listing_id uuid not null references public.mls_listings (id) on delete cascade,
  column_name text not null,
  tenant_id uuid not null references public.mls_tenants (id),
  source text not null check (source in ('USER', 'INGRESS', 'AUTO_PUBLISH', 'SYSTEM')),
  written_by uuid,
  written_at timestamptz not null default clock_timestamp(),
  primary key (listing_id, column_name)
);
comment on table public.mls_listing_field_writes is
  'Who wrote a column of a listing last, where it was not simply the source refreshing an unclaimed listing.';
create index mls_listing_field_writes_tenant on public.mls_listing_field_writes (tenant_id);
alter table public.mls_listing_field_writes enable row level security;
alter table public.mls_listing_field_writes force row level security;
grant select on public.mls_listing_field_writes to authenticated;
grant select, insert, update, delete on public.mls_listing_field_writes to service_role;
create policy field_write_read on public.mls_listing_field_writes for select to authenticated
  using (
    tenant_id = any ((select mls.visible_tenant_ids())::uuid[])
    and exists (select from public.mls_listings l where l.id = listing_id)
  );

-- ----- mls.record_field_writes(): row trigger of mls_listings -----
create function mls.record_field_writes() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  insert into public.mls_listing_field_writes as w (listing_id, column_name, tenant_id, source, written_by)
  select new.id, n.key, new.tenant_id, mls.change_source(), mls.current_user_id()
  from jsonb_each(to_jsonb(new)) n
  join jsonb_each(to_jsonb(old)) o on o.key = n.key
  where n.value <> o.value
    and n.key not in ('version', 'modified_ts', 'updated_at', 'updated_by', 'origin_sync_ts', 'origin_etl_ts', 'origin_etl_batch_id', 'origin_modified_ts',
      'photos_count', 'status_changed_at', 'published_at', 'first_published_at')
  on conflict (listing_id, column_name) do update
    set source = excluded.source, written_by = excluded.written_by, written_at = excluded.written_at;
  return null;
end $$;
comment on function mls.record_field_writes() is 'Row trigger: notes who changed which columns.';
create trigger record_field_writes after update on public.mls_listings
  for each row
  when (
    new.version is distinct from old.version
    and (old.claimed_at is not null or coalesce(current_setting('mls.change_source', true), '') <> 'INGRESS')
  )
  execute function mls.record_field_writes();

-- ----- mls_listing_provenance: who wrote each gold field last -----
create view public.mls_listing_provenance with (security_invoker = true) as
select l.id as listing_id, f.field,
  case when w.listing_id is null or (l.claimed_at is null and l.is_externally_managed and w.written_at < o.applied_at) then 'SOURCE'
    when w.source = 'INGRESS' then 'SOURCE' else w.source end as writer,
  case when w.written_at >= o.applied_at or l.claimed_at is not null or not l.is_externally_managed then w.written_by end as written_by,
  coalesce(case when w.written_at >= o.applied_at or l.claimed_at is not null or not l.is_externally_managed then w.written_at end,
    o.applied_at, l.created_at) as written_at,
  f.owner
from public.mls_listings l
left join public.mls_listing_origins o on o.listing_id = l.id
cross join mls.listing_fields() f
left join public.mls_listing_field_writes w on w.listing_id = l.id and w.column_name = f.column_name
where o.listing_id is not null or w.listing_id is not null;
comment on view public.mls_listing_provenance is
  'Who wrote each field of a listing last: SOURCE, USER (written_by), SYSTEM or AUTO_PUBLISH, and when. owner says who may change it after a claim.';
grant select on public.mls_listing_provenance to authenticated, service_role;

-- ===== who is the master: take over, hand back =====

-- ----- mls.set_managed(uuid[], boolean, text) -----
create function mls.set_managed(ids uuid[], by_source boolean, reason text) returns bigint
language plpgsql volatile set search_path = ''
as $$
declare
  changed bigint;
begin
  perform set_config('mls.change_reason', coalesce(reason, ''), true);
  update public.mls_listings l set is_externally_managed = by_source, origin_deleted = l.origin_deleted and by_source, updated_by = mls.current_user_id()
  where l.id = any (ids) and l.is_externally_managed <> by_source;
  get diagnostics changed = row_count;
  if by_source then
    -- what the source says next is applied even where it equals its last word: meanwhile the hub may have moved on
    update public.mls_listing_origins o set content_hash = ''
    from public.mls_listings l where l.id = o.listing_id and o.listing_id = any (ids) and l.claimed_at is null;
  end if;
  perform set_config('mls.change_reason', '', true);
  return changed;
end $$;
comment on function mls.set_managed(uuid[], boolean, text) is
  'Makes the hub (false) or the source (true) the master of listings. Ingest skips what the hub is master of.';

-- ----- mls.market_listings(text) -----
create function mls.market_listings(office_key text) returns uuid[]
language sql stable set search_path = ''
as $$
  select array(
    select l.id from public.mls_listings l
    join mls.market_offices o on o.office_key = l.originating_office_key
    where o.name = market_listings.office_key and l.origin_system in ('QOBRIX', 'DASH_API', 'DASH_FILE')
    order by l.id)
$$;
comment on function mls.market_listings(text) is 'The ingested listings of a market office, named by key or alias.';

-- ----- mls.require_admin_of(uuid[]) -----
create function mls.require_admin_of(ids uuid[]) returns void
language plpgsql stable set search_path = ''
as $$
begin
  if mls.is_service() then
    return;
  elsif not (mls.is_admin() and mls.can('u')) then
    raise insufficient_privilege using message = 'Only an administrator of the market may change who is the master of its listings.';
  elsif exists (select from unnest(ids) i where not exists (
    select from public.mls_listings l where l.id = i and l.tenant_id = any (mls.visible_tenant_ids()))) then
    raise sqlstate 'PT404' using message = 'not_found', hint = 'There is no such listing in your market.';
  end if;
end $$;
comment on function mls.require_admin_of(uuid[]) is 'Refuses users who do not administer the market of these listings.';

-- ----- mls.change_master(uuid[], boolean, text) -----
create function mls.change_master(ids uuid[], by_source boolean, reason text) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform mls.require_admin_of(ids);
  return jsonb_build_object('listings', cardinality(ids), 'changed', mls.set_managed(ids, by_source, reason));
end $$;
comment on function mls.change_master(uuid[], boolean, text) is 'Checks the caller, then mls.set_managed(). Security definer: users may not write is_externally_managed.';
grant execute on function mls.change_master(uuid[], boolean, text) to authenticated, service_role;

-- ----- mls.change_market_master(text, boolean, text) -----
create function mls.change_market_master(office_key text, by_source boolean, reason text) returns jsonb
language sql volatile security definer set search_path = ''
as $$
  select mls.change_master(mls.market_listings(office_key), by_source, reason)
$$;
comment on function mls.change_market_master(text, boolean, text) is
  'mls.change_master() for all ingested listings of a market. Security definer: users may not read the map of offices.';
grant execute on function mls.change_market_master(text, boolean, text) to authenticated, service_role;

-- ----- take_over, hand_back, take_over_market, hand_back_market -----
create function public.take_over(listing_id uuid, reason text default null) returns jsonb
language sql volatile set search_path = ''
as $$ select mls.change_master(array[listing_id], false, reason) $$;
comment on function public.take_over(uuid, text) is 'Makes the hub the master of a listing: ingest skips it from now on. Administrators only. Answers {listings, changed}.';

create function public.hand_back(listing_id uuid, reason text default null) returns jsonb
language sql volatile set search_path = ''
as $$ select mls.change_master(array[listing_id], true, reason) $$;
comment on function public.hand_back(uuid, text) is 'Makes the source the master of a listing again: its next word is applied. Administrators only.';

create function public.take_over_market(office_key text, reason text default null) returns jsonb
language sql volatile set search_path = ''
as $$ select mls.change_market_master(office_key, false, reason) $$;
comment on function public.take_over_market(text, text) is 'take_over() for every ingested listing of a market. Administrators only.';

create function public.hand_back_market(office_key text, reason text default null) returns jsonb
language sql volatile set search_path = ''
as $$ select mls.change_market_master(office_key, true, reason) $$;
comment on function public.hand_back_market(text, text) is 'hand_back() for every ingested listing of a market. Administrators only.';
grant execute on function public.take_over(uuid, text), public.hand_back(uuid, text), public.take_over_market(text, text),
  public.hand_back_market(text, text) to authenticated, service_role;

-- ----- mls.rekey_market(text, text) -----
create function mls.rekey_market(office_key text, origin_system text) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  market record;
  listings bigint;
begin
  select o.office_key, o.origin_system into market from mls.market_offices o where o.name = rekey_market.office_key;
  if market.office_key is null then
    raise exception 'There is no market office "%".', rekey_market.office_key using errcode = '22023';
  elsif rekey_market.origin_system not in ('DASH_API', 'DASH_FILE') or market.origin_system not in ('DASH_API', 'DASH_FILE') then
    raise exception 'Only a market of Dash can move between DASH_FILE and DASH_API: keys of other systems differ.' using errcode = '22023';
  elsif exists (select from public.mls_ingest_runs r where r.office_key = market.office_key and r.status = 'open') then
    raise exception 'A run of % is open. Finish or abandon it first.', market.office_key using errcode = '55006';
  end if;
  perform pg_advisory_xact_lock(hashtextextended('mls.ingest:' || market.office_key, 0));
  perform set_config('mls.change_source', 'SYSTEM', true);
  update public.mls_offices o set origin_system = rekey_market.origin_system where o.office_key = market.office_key;
  update public.mls_listings l set origin_system = rekey_market.origin_system
  where l.originating_office_key = market.office_key and l.origin_system = market.origin_system;
  get diagnostics listings = row_count;
  update public.mls_listing_media m set origin_system = rekey_market.origin_system
  where m.originating_office_key = market.office_key and m.origin_system = market.origin_system;
  perform set_config('mls.change_source', '', true);
  return jsonb_build_object('office_key', market.office_key, 'from', market.origin_system, 'to', rekey_market.origin_system, 'listings', listings);
end $$;
comment on function mls.rekey_market(text, text) is
  'Moves a Dash market between file and API deliveries: listings keep their keys, claims and history, and the next batch refreshes instead of inserting.';
grant execute on function mls.rekey_market(text, text) to service_role;

-- ===== erasure =====

-- ----- mls.erased_keys: hashes of persons who must not come back -----
create table mls.erased_keys (
  key_hash text primary key,
  erased_at timestamptz not null default now(),
  reason text
);
comment on table mls.erased_keys is 'SHA-256 of the origin keys of erased contacts. Nothing else of them is kept.';
alter table mls.erased_keys enable row level security;
alter table mls.erased_keys force row level security;

-- ----- mls.key_hash(text) -----
create function mls.key_hash(key text) returns text
language sql immutable parallel safe set search_path = ''
as $$
  select encode(sha256(convert_to(key, 'utf8')), 'hex')
$$;
comment on function mls.key_hash(text) is 'Hash under which an erased key is remembered.';

-- ----- mls.is_erased(text) -----
create function mls.is_erased(key text) returns boolean
language sql stable set search_path = ''
as $$
  select exists (select from mls.erased_keys e where e.key_hash = mls.key_hash(key))
$$;
comment on function mls.is_erased(text) is 'Whether the contact with this origin key was erased.';

-- ----- mls.erase_contact(text, text) -----
create function mls.erase_contact(contact_key text, reason text) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  contact public.mls_contacts;
  receipts bigint;
  quarantined bigint;
begin
  select * into contact from public.mls_contacts c
  where c.origin_contact_key = erase_contact.contact_key or c.id = mls.try_uuid(erase_contact.contact_key)
  for update;
  if not mls.is_service()
    and not coalesce(mls.is_admin() and mls.can('d') and contact.tenant_id = any (mls.visible_tenant_ids()), false)
  then
    raise insufficient_privilege using message = 'Only an administrator of the market may erase a contact.';
  end if;
  insert into mls.erased_keys (key_hash, reason)
  values (mls.key_hash(coalesce(contact.origin_contact_key, erase_contact.contact_key)), reason)
  on conflict do nothing;

  delete from public.mls_ingest_quarantine q
  where q.resource = 'contacts' and q.record_key = coalesce(contact.origin_contact_key, erase_contact.contact_key);
  get diagnostics quarantined = row_count;
  update public.mls_ingest_receipts r set receipt = jsonb_set(r.receipt, '{records}', (
    select jsonb_agg(case when e ->> 'key' = coalesce(contact.origin_contact_key, erase_contact.contact_key)
      then jsonb_build_object('index', e -> 'index', 'key', null, 'outcome', e -> 'outcome') else e end order by n)
    from jsonb_array_elements(r.receipt -> 'records') with ordinality t (e, n)))
  where r.resource = 'contacts'
    and r.receipt -> 'records' @> jsonb_build_array(jsonb_build_object('key', coalesce(contact.origin_contact_key, erase_contact.contact_key)));
  get diagnostics receipts = row_count;
  update public.mls_listings l set seller_contact_key = null where l.seller_contact_key = contact.origin_contact_key;
  update public.mls_listings l set developer_contact_key = null where l.developer_contact_key = contact.origin_contact_key;
  update public.mls_showings s set buyer_contact_key = null where s.buyer_contact_key = contact.origin_contact_key;
  delete from public.mls_contacts c where c.id = contact.id;
  -- that somebody changed or removed the contact stays known, what it said does not
  update public.mls_audit a set old_values = null, new_values = null where a.record_id = contact.id;
  -- consumers get the tombstone of EntityEvent; what was served goes at once
  set constraints mls.refresh immediate;
  set constraints mls.refresh deferred;
  delete from public.served_contacts s where s.record_id = contact.id;
  delete from mls.search_index i where i.record_id = contact.id;
  return jsonb_build_object('erased', contact.id is not null, 'receipts', receipts, 'quarantined', quarantined);
end $$;
comment on function mls.erase_contact(text, text) is 'Does what public.erase_contact() says, with the rights of its owner.';

-- ----- erase_contact(text, text) -----
create function public.erase_contact(contact_key text, reason text default null) returns jsonb
language sql volatile set search_path = ''
as $$
  select mls.erase_contact(contact_key, reason)
$$;
comment on function public.erase_contact(text, text) is
  'Removes a person for good, by ContactKey or id: the contact and its roles, quarantine, receipts, references, the values in the audit, and what is served. A hash of the key keeps later deliveries from bringing the person back. Administrators with d, or the service role.';
grant execute on function mls.erase_contact(text, text), public.erase_contact(text, text) to authenticated, service_role;
