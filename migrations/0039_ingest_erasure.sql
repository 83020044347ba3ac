-- How a person is forgotten.

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
  delete from public.mls_leads i where i.contact_key = coalesce(contact.origin_contact_key, erase_contact.contact_key);
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
