-- Guards: the conditions under which a listing may move.

-- ===== guards =====
-- mls.guard_<name>(listing, argument) -> boolean. Which of them a transition needs is data: mls_status_transitions.

-- ----- mls.guard_claimed(mls_listings, text) -----
create function mls.guard_claimed(listing public.mls_listings, argument text) returns boolean
language sql stable set search_path = ''
as $$
  select listing.claimed_at is not null
$$;
comment on function mls.guard_claimed(public.mls_listings, text) is 'Guard: somebody has claimed the listing.';

-- ----- mls.guard_origin_present(mls_listings, text) -----
create function mls.guard_origin_present(listing public.mls_listings, argument text) returns boolean
language sql stable set search_path = ''
as $$
  select not listing.origin_deleted
$$;
comment on function mls.guard_origin_present(public.mls_listings, text) is 'Guard: the source still holds the record.';

-- ----- mls.missing_fields(mls_listings) -----
create function mls.missing_fields(listing public.mls_listings) returns text[]
language sql stable set search_path = ''
as $$
  select array_remove(array[
    case when coalesce(listing.property_type, '') = '' then 'property_type' end,
    case when coalesce(listing.city, '') = '' then 'city' end,
    case when coalesce(listing.country, '') = '' then 'country' end,
    case when coalesce(listing.currency_code, '') = '' then 'currency_code' end,
    case when coalesce(listing.list_price, 0) <= 0 and coalesce(listing.lease_amount, 0) <= 0
           and listing.is_price_upon_request is not true then 'list_price' end
  ], null)
$$;
comment on function mls.missing_fields(public.mls_listings) is 'Columns without which a listing cannot be offered, {} when none is missing. list_price stands for a price, a rent or "on request".';

-- ----- mls.guard_required_fields(mls_listings, text) -----
create function mls.guard_required_fields(listing public.mls_listings, argument text) returns boolean
language sql stable set search_path = ''
as $$
  select cardinality(mls.missing_fields(listing)) = 0
$$;
comment on function mls.guard_required_fields(public.mls_listings, text) is 'Guard: kind, place, currency and price are known; see mls.missing_fields().';

-- ----- mls.guard_has_photo(mls_listings, text) -----
create function mls.guard_has_photo(listing public.mls_listings, argument text) returns boolean
language sql stable set search_path = ''
as $$
  select exists (
    select from public.mls_listing_media m
    where m.listing_id in (listing.id, listing.sibling_listing_id) and m.media_category = 'image' and (
      m.is_servable
      or (m.copy_status = 'pending' and not mls.is_held_back(m) and not m.origin_deleted
        and mls.stored_file('mls-media', m.storage_path) is not null)
    )
  )
$$;
comment on function mls.guard_has_photo(public.mls_listings, text) is 'Guard: there is a photo to show: one with an address, or an upload that is about to get one. A lease shares the photos of its sale.';

-- ----- mls.guard_has_description(mls_listings, text) -----
create function mls.guard_has_description(listing public.mls_listings, argument text) returns boolean
language sql stable set search_path = ''
as $$
  select coalesce(btrim(listing.public_remarks), '') <> ''
$$;
comment on function mls.guard_has_description(public.mls_listings, text) is 'Guard: public_remarks says something.';

-- ----- mls.guard_approved(mls_listings, text) -----
create function mls.guard_approved(listing public.mls_listings, argument text) returns boolean
language sql stable set search_path = ''
as $$
  select coalesce((
    select a.status = 'APPROVED' from public.mls_listing_approvals a
    where a.listing_id = listing.id and a.approval_type = argument
      and (listing.claimed_at is null or a.requested_at >= listing.claimed_at)
    order by a.requested_at desc limit 1
  ), false)
$$;
comment on function mls.guard_approved(public.mls_listings, text) is
  'Guard: the latest approval of this type, asked for since the claim, was given.';

-- ----- mls.guard_required_approvals(mls_listings, text) -----
create function mls.guard_required_approvals(listing public.mls_listings, argument text) returns boolean
language sql stable set search_path = ''
as $$
  select coalesce(bool_and(mls.guard_approved(listing, approval)), true)
  from public.mls_tenants t
  cross join lateral jsonb_array_elements_text(t.settings -> 'required_approvals') approval
  where t.id = listing.tenant_id
$$;
comment on function mls.guard_required_approvals(public.mls_listings, text) is
  'Guard: every approval in the tenant''s setting required_approvals was given.';

-- ----- mls.guard_documents(mls_listings, text) -----
create function mls.guard_documents(listing public.mls_listings, argument text) returns boolean
language sql stable set search_path = ''
as $$
  select not exists (
    select from public.mls_document_type_config c
    where c.tenant_id = listing.tenant_id and c.is_active and c.is_required and c.stage = listing.status
      and (c.property_types = '{}' or listing.property_type = any (c.property_types))
      and case c.condition
        when 'WITH_TITLE_DEED' then listing.x_sm_title_deeds is true
        when 'WITHOUT_TITLE_DEED' then listing.x_sm_title_deeds is not true
        when 'LAND' then listing.property_class = 'LAND'
        else true
      end
      and not exists (
        select from public.mls_listing_documents d
        where d.listing_id = listing.id and d.document_type_id = c.id
          and (d.status = 'APPROVED' or (d.status = 'PENDING' and not c.requires_approval))
          and (d.expires_on is null or d.expires_on >= current_date)
      )
  )
$$;
comment on function mls.guard_documents(public.mls_listings, text) is
  'Guard: every document that this stage requires of this listing is there, approved and not expired.';

-- ----- mls.guard_steps(mls_listings, text) -----
create function mls.guard_steps(listing public.mls_listings, argument text) returns boolean
language sql stable set search_path = ''
as $$
  select not exists (
    select from public.mls_checklist_templates t
    where t.tenant_id = listing.tenant_id and t.is_active and t.is_required and t.stage = listing.status
      and (argument is null or t.role = argument)
      and not exists (
        select from public.mls_listing_checklist_items i
        where i.listing_id = listing.id and i.template_id = t.id and i.is_completed
      )
  )
$$;
comment on function mls.guard_steps(public.mls_listings, text) is
  'Guard: the required checklist steps of this stage are done, those of one role with an argument.';

-- ----- mls.failed_guard(mls_listings, text[]) -----
create function mls.failed_guard(listing public.mls_listings, guards text[]) returns text
language plpgsql stable set search_path = ''
as $$
declare
  guard text;
  holds boolean;
begin
  foreach guard in array guards loop
    execute format('select mls.%I($1, $2)', 'guard_' || split_part(guard, ':', 1))
      into holds using listing, nullif(split_part(guard, ':', 2), '');
    if holds is not true then
      return guard;
    end if;
  end loop;
  return null;
end $$;
comment on function mls.failed_guard(public.mls_listings, text[]) is 'The first guard that does not hold, null when all do.';

-- ----- mls.check_guard_names(): a transition may name only guards that exist -----
create function mls.check_guard_names() returns trigger
language plpgsql set search_path = ''
as $$
declare
  unknown text := (
    select g from unnest(new.guards) g
    where to_regprocedure(format('mls.%I(public.mls_listings, text)', 'guard_' || split_part(g, ':', 1))) is null limit 1);
begin
  if unknown is not null then
    raise invalid_parameter_value using
      message = format('There is no guard "%s".', unknown),
      hint = 'Guards: ' || (
        select string_agg(substr(p.proname, 7), ', ' order by p.proname) from pg_catalog.pg_proc p
        where p.pronamespace = 'mls'::regnamespace and p.proname like 'guard\_%');
  end if;
  return new;
end $$;
comment on function mls.check_guard_names() is 'Trigger: refuses a transition whose guard is misspelt; it would otherwise stop every listing.';
create trigger guard_names before insert or update of guards on public.mls_status_transitions
  for each row execute function mls.check_guard_names();
