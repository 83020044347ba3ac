-- Listings that no source knows: made here, with a reference of their own.

-- ----- mls.ref_counters: the last number given to a listing made in the hub, per tenant -----
create table mls.ref_counters (
  tenant_id uuid primary key references public.mls_tenants (id),
  last_number bigint not null
);
alter table mls.ref_counters enable row level security;
alter table mls.ref_counters force row level security;

-- ----- mls.next_ref(uuid) -----
create function mls.next_ref(tenant uuid) returns text
language sql volatile set search_path = ''
as $$
  with next as (
    insert into mls.ref_counters as c (tenant_id, last_number) values (tenant, 1)
    on conflict (tenant_id) do update set last_number = c.last_number + 1
    returning last_number
  )
  select format('%s-M%s', t.code, lpad(next.last_number::text, 6, '0')) from next, public.mls_tenants t where t.id = tenant
$$;
comment on function mls.next_ref(uuid) is 'Reference of the next listing made in the hub, as CY-M000001. Numbers follow each other per tenant.';

-- ----- mls.create_listing(jsonb, text) -----
create function mls.create_listing(content jsonb, office text default null) returns public.mls_listings
language plpgsql security definer set search_path = ''
as $$
declare
  tenant uuid := mls.current_tenant_id();
  accepted text[] := array['list_price', 'currency_code', 'lease_amount', 'lease_amount_frequency', 'latitude', 'longitude'];
  unknown text;
  listing public.mls_listings;
begin
  perform mls.require_right('c');
  if tenant is null or not exists (select from public.mls_tenants t where t.id = tenant) then
    raise insufficient_privilege using message = 'Your token names no market (claim uoi).';
  end if;
  select string_agg(k, ', ') into unknown from jsonb_object_keys(content) k
  where k <> all (accepted) and not coalesce((
    select has_column_privilege('authenticated', 'public.mls_listings', a.attname, 'update')
    from pg_catalog.pg_attribute a
    where a.attrelid = 'public.mls_listings'::regclass and a.attname = k and a.attnum > 0 and not a.attisdropped and k <> 'version'
  ), false);
  if unknown is not null then
    raise invalid_parameter_value using
      message = format('create_listing does not take %s.', unknown),
      hint = 'It takes the columns of mls_listings that users may edit, the price, the rent and the coordinates.';
  end if;
  insert into public.mls_listings
    (tenant_id, origin_system, originating_office_key, market, ref, status, broker_id, claimed_at, claimed_by, created_by, updated_by, currency_code)
  select t.id, 'MANUAL', o.office_key, t.code, mls.next_ref(t.id), 'DRAFT', mls.current_user_id(), clock_timestamp(),
    mls.current_user_id(), mls.current_user_id(), mls.current_user_id(), coalesce(o.currency_code, t.currency_code)
  from public.mls_tenants t
  join public.mls_offices o on o.tenant_id = t.id and o.is_market
  where t.id = tenant and (office is null or o.office_key = office)
  order by o.office_key limit 1
  returning * into listing;
  if content ->> 'latitude' is not null or content ->> 'longitude' is not null then
    perform mls.require_place((content ->> 'latitude')::double precision, (content ->> 'longitude')::double precision);
  end if;
  if least((content ->> 'list_price')::numeric, (content ->> 'lease_amount')::numeric) <= 0
    or greatest((content ->> 'list_price')::numeric, (content ->> 'lease_amount')::numeric) = 'NaN' then
    raise invalid_parameter_value using message = 'A price is greater than 0; leave it out where there is none.';
  end if;
  if content <> '{}' then
    execute (
      select format('update public.mls_listings l set (%1$s) = (select %2$s from jsonb_populate_record($1, $2) x) where l.id = $3 returning l.*',
        string_agg(quote_ident(k), ', '), string_agg('x.' || quote_ident(k), ', '))
      from jsonb_object_keys(content) k
    ) into listing using listing, content, listing.id;
  end if;
  insert into public.mls_listing_checklist_items (listing_id, tenant_id, template_id, due_date)
  select listing.id, listing.tenant_id, t.id, current_date + t.due_days
  from public.mls_checklist_templates t
  where t.tenant_id = listing.tenant_id and t.is_active;
  return listing;
end $$;
comment on function mls.create_listing(jsonb, text) is 'A listing of the user''s own, in DRAFT, with a generated ref, in the market office that is named or else the first. Only known column names reach the statement.';

-- ----- create_listing(jsonb) -----
create function public.create_listing(listing jsonb default '{}') returns public.mls_listings
language sql volatile set search_path = ''
as $$
  select mls.create_listing(mls.json_argument(listing))
$$;
comment on function public.create_listing(jsonb) is
  'Makes a listing that no source knows: columns of mls_listings as JSON, ref generated (CY-M000001), yours, in DRAFT. Answers the row.';

grant execute on function mls.create_listing(jsonb, text), public.create_listing(jsonb) to authenticated;
