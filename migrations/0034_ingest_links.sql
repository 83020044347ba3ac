-- What follows from a merge: siblings, brokers, contact roles; and the report of keys that lead nowhere yet.

-- ===== siblings: a sale and its lease row =====

-- ----- mls.link_siblings(text[]) -----
create function mls.link_siblings(keys text[]) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off
as $$
declare
  bases text[] := array(select distinct regexp_replace(k, '_LEASE$', '') from unnest(keys) k);
  sales uuid[];
begin
  -- few listings have a lease sibling: those are looked for, then what they belong to
  with pairs as materialized (
    select s.id as sale_id, l.id as lease_id, s.sibling_listing_id as sale_link, l.sibling_listing_id as lease_link
    from public.mls_listings l
    cross join lateral (
      select s.id, s.sibling_listing_id, s.originating_office_key
      from public.mls_listings s where s.origin_key = regexp_replace(l.origin_key, '_LEASE$', '')
      offset 0
    ) s
    where l.origin_key = any (array(select b || '_LEASE' from unnest(bases) b)) and s.originating_office_key = l.originating_office_key
  ),
  linked as (
    update public.mls_listings x set sibling_listing_id = case when x.id = p.sale_id then p.lease_id else p.sale_id end
    from pairs p
    where (x.id = p.sale_id and p.sale_link is distinct from p.lease_id) or (x.id = p.lease_id and p.lease_link is distinct from p.sale_id)
  )
  select array_agg(p.sale_id) into sales from pairs p where p.sale_link is distinct from p.lease_id;
  if sales is not null then
    perform mls.share_media(array(select m.id from public.mls_listing_media m where m.listing_id = any (sales)));
  end if;
end $$;
comment on function mls.link_siblings(text[]) is
  'Links <key> and <key>_LEASE of one office to each other where one of them is new, and lets the lease row show the media of the sale row.';

-- ===== brokers and contacts =====

-- ----- mls.link_brokers(): row trigger of mls_members -----
create function mls.link_brokers() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  update public.mls_listings l set broker_id = new.user_id
  where l.list_agent_key = new.origin_member_key and l.tenant_id = new.tenant_id and l.claimed_at is null
    and l.broker_id is distinct from new.user_id;
  perform mls.assign_listings(array(
    select l.origin_key from public.mls_listings l
    where l.list_agent_key = new.origin_member_key and l.tenant_id = new.tenant_id and l.claimed_at is null and l.assigned_to is null));
  return null;
end $$;
comment on function mls.link_brokers() is
  'Row trigger: a member who becomes a user is the proposed broker of the unclaimed listings that name the member. It claims nothing.';
create trigger link_brokers_insert after insert on public.mls_members
  for each row when (new.user_id is not null) execute function mls.link_brokers();
create trigger link_brokers_update after update on public.mls_members
  for each row when (new.user_id is distinct from old.user_id) execute function mls.link_brokers();

-- ----- mls.link_contacts(text[], text[]) -----
create function mls.link_contacts(listing_keys text[], contact_keys text[]) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off
as $$
begin
  -- looked up one by one: a plan made while the tables were small would read a whole tenant for each record
  insert into public.mls_listing_contact_roles (tenant_id, listing_id, contact_id, role, is_primary)
  select l.tenant_id, l.id, c.id, r.role, true
  from public.mls_listings l
  cross join lateral (values (l.seller_contact_key, 'SELLER'), (l.developer_contact_key, 'DEVELOPER')) r (contact_key, role)
  cross join lateral (
    select c.id, c.tenant_id from public.mls_contacts c where c.origin_contact_key = r.contact_key offset 0
  ) c
  where l.origin_key = any (listing_keys) and c.tenant_id = l.tenant_id
  union
  select c.tenant_id, l.id, c.id, l.role, true
  from public.mls_contacts c
  cross join lateral (
    (select l.id, l.tenant_id, 'SELLER' as role from public.mls_listings l where l.seller_contact_key = c.origin_contact_key offset 0)
    union all
    (select l.id, l.tenant_id, 'DEVELOPER' from public.mls_listings l where l.developer_contact_key = c.origin_contact_key offset 0)
  ) l
  where c.origin_contact_key = any (contact_keys) and l.tenant_id = c.tenant_id
  on conflict (listing_id, contact_id, role) do nothing;
end $$;
comment on function mls.link_contacts(text[], text[]) is
  'Roles SELLER and DEVELOPER from the contact keys of listings, whichever side arrived last. Roles entered here stay.';

-- ===== keys that lead nowhere: mls.dangling_keys() (generated) =====

-- ----- mls.list_dangling(jsonb) -----
create function mls.list_dangling(context jsonb) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
begin
  return (
    select jsonb_build_object('status', 200, 'answer', jsonb_build_object('dangling', coalesce(
      jsonb_agg(to_jsonb(d) order by d.office_key, d.resource, d.field, d.records desc, d.missing_key), '[]')))
    from mls.dangling_keys(array(select jsonb_array_elements_text(context -> 'offices'))) d
  );
end $$;
comment on function mls.list_dangling(jsonb) is 'mls.dangling_keys() for the offices of a client, as GET /ingest/dangling answers it.';
grant execute on function mls.list_dangling(jsonb) to service_role;
