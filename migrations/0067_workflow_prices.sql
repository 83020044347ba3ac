-- Price and place: what moves by these functions or by the source, never by a plain edit.

-- ----- mls.check_price_kind(text) -----
create function mls.check_price_kind(price_kind text) returns void
language plpgsql immutable set search_path = ''
as $$
begin
  if price_kind is null or price_kind not in ('SALE', 'LEASE') then
    raise invalid_parameter_value using message = 'price_kind is SALE or LEASE.';
  end if;
end $$;
comment on function mls.check_price_kind(text) is 'Raises 22023 unless SALE or LEASE.';

-- ----- mls.apply_price(...) -----
create function mls.apply_price(listing public.mls_listings, price_kind text, new_price numeric, reason text, approval uuid) returns public.mls_listings
language plpgsql set search_path = ''
as $$
begin
  perform set_config('mls.change_reason', coalesce(reason, ''), true);
  perform set_config('mls.change_approval', coalesce(approval::text, ''), true);
  -- the rent is served under its old name LeasePrice from the text the source sent, until it is changed here
  update public.mls_listings l set
    list_price = case when price_kind = 'SALE' then new_price else l.list_price end,
    original_list_price = case when price_kind = 'SALE' then coalesce(l.original_list_price, l.list_price, new_price) else l.original_list_price end,
    lease_amount = case when price_kind = 'LEASE' then new_price else l.lease_amount end,
    extensions = case when price_kind = 'LEASE' then l.extensions - 'LeasePrice' else l.extensions end,
    updated_by = mls.current_user_id()
  where l.id = listing.id
  returning * into listing;
  perform set_config('mls.change_approval', '', true);
  return listing;
end $$;
comment on function mls.apply_price(public.mls_listings, text, numeric, text, uuid) is 'Sets the asking price (SALE) or the rent (LEASE); history follows by trigger.';

-- ----- mls.change_price(uuid, numeric, text, text) -----
create function mls.change_price(target uuid, new_price numeric, price_kind text, reason text) returns public.mls_listings
language plpgsql security definer set search_path = ''
as $$
declare
  listing public.mls_listings := mls.lock_listing(target);
  old_price numeric := case price_kind when 'SALE' then listing.list_price else listing.lease_amount end;
  threshold numeric := (select (t.settings ->> 'price_approval_percent')::numeric from public.mls_tenants t where t.id = listing.tenant_id);
begin
  perform mls.check_price_kind(price_kind);
  if listing.claimed_at is null then
    perform mls.refuse('not_claimed', 'Claim the listing first; unclaimed listings follow their source.', jsonb_build_object('listing_id', target));
  elsif new_price is null or new_price <= 0 or new_price = 'NaN' then
    raise invalid_parameter_value using message = 'The new price must be greater than 0.';
  elsif old_price > 0 and abs(new_price - old_price) > old_price * threshold / 100 then
    perform mls.refuse('guard_failed',
      format('A change by more than %s %% needs an approval: request_approval with approval_type PRICE_CHANGE.', threshold),
      jsonb_build_object('guard', 'approved:PRICE_CHANGE', 'listing_id', target, 'old_price', old_price, 'new_price', new_price, 'threshold_percent', threshold));
  end if;
  return mls.apply_price(listing, price_kind, new_price, reason, null);
end $$;
comment on function mls.change_price(uuid, numeric, text, text) is 'Changes a price, up to the tenant''s setting price_approval_percent without an approval.';

-- ----- change_price(uuid, numeric, text, text) -----
create function public.change_price(listing_id uuid, new_price numeric, price_kind text default 'SALE', reason text default null) returns public.mls_listings
language sql volatile set search_path = ''
as $$
  select mls.change_price(listing_id, new_price, price_kind, reason)
$$;
comment on function public.change_price(uuid, numeric, text, text) is
  'Changes the asking price (SALE) or the rent (LEASE) of a claimed listing. 409: not_claimed; guard_failed with guard approved:PRICE_CHANGE when the change is too large to go without.';

-- ----- mls.require_place(double precision, double precision) -----
create function mls.require_place(lat double precision, lng double precision) returns void
language plpgsql immutable set search_path = ''
as $$
begin
  if lat is null or lng is null or abs(lat) > 90 or abs(lng) > 180 or (lat = 0 and lng = 0) then
    raise invalid_parameter_value using message = 'A place has a latitude from -90 to 90 and a longitude from -180 to 180.';
  end if;
end $$;
comment on function mls.require_place(double precision, double precision) is 'Raises 22023 for what is no place on earth, and for 0, 0, which is what broken maps answer.';

-- ----- mls.set_location(uuid, double precision, double precision) -----
create function mls.set_location(target uuid, lat double precision, lng double precision) returns public.mls_listings
language plpgsql security definer set search_path = ''
as $$
declare
  listing public.mls_listings := mls.lock_listing(target);
begin
  if listing.claimed_at is null then
    perform mls.refuse('not_claimed', 'Claim the listing first; unclaimed listings follow their source.', jsonb_build_object('listing_id', target));
  end if;
  perform mls.require_place(lat, lng);
  update public.mls_listings l set latitude = lat, longitude = lng, updated_by = mls.current_user_id()
  where l.id = target
  returning * into listing;
  return listing;
end $$;
comment on function mls.set_location(uuid, double precision, double precision) is 'Moves a listing on the map; both coordinates together.';

-- ----- set_location(uuid, double precision, double precision) -----
create function public.set_location(listing_id uuid, latitude double precision, longitude double precision) returns public.mls_listings
language sql volatile set search_path = ''
as $$
  select mls.set_location(listing_id, latitude, longitude)
$$;
comment on function public.set_location(uuid, double precision, double precision) is 'Sets the coordinates of a claimed listing. 409 not_claimed.';

grant execute on function mls.change_price(uuid, numeric, text, text), mls.set_location(uuid, double precision, double precision),
  public.change_price(uuid, numeric, text, text), public.set_location(uuid, double precision, double precision)
  to authenticated;
