-- listings_public: what websites show to anybody. Public columns of published listings, kept apart, so that anonymous
-- visitors need no right on any table of listings.

-- ----- mls.website_listings: one row per listing that a website shows now -----
create table mls.website_listings (
  id uuid primary key references public.mls_listings (id) on delete cascade,
  market text not null,
  ref text,
  status public.mls_listing_status not null,
  property_type text,
  property_subtype text,
  name text,
  description text,
  price numeric(18,2),
  rent numeric(18,2),
  rent_frequency text,
  currency_code text,
  street text,
  city text,
  state text,
  post_code text,
  country text,
  latitude double precision,
  longitude double precision,
  bedrooms integer,
  bathrooms integer,
  living_area numeric(18,2),
  lot_size numeric(18,2),
  year_built integer,
  photos jsonb not null default '[]',
  published_at timestamptz,
  updated_at timestamptz not null
);
comment on table mls.website_listings is
  'Rows of listings_public, written by mls.refresh_website() in the transaction of every change.';
create index website_listings_market on mls.website_listings (market, published_at, id);
create index website_listings_city on mls.website_listings (market, city, published_at, id);
alter table mls.website_listings enable row level security;
alter table mls.website_listings force row level security;
grant select on mls.website_listings to anon, authenticated, service_role;
create policy everybody_reads on mls.website_listings for select to anon, authenticated using (true);

-- ----- mls.website_rows(uuid[]) -----
create function mls.website_rows(ids uuid[]) returns setof mls.website_listings
language sql stable set search_path = ''
as $$
  select l.id, t.code, l.ref, l.status, l.property_type, l.property_subtype, l.name, l.public_remarks,
    case when l.is_price_upon_request is not true then l.list_price end,
    case when l.is_price_upon_request is not true then l.lease_amount end,
    l.lease_amount_frequency, l.currency_code,
    case when l.hide_address_online is not true then l.street end,
    l.city, l.state,
    case when l.hide_address_online is not true then l.post_code end,
    l.country,
    case when l.hide_address_online is not true then l.latitude end,
    case when l.hide_address_online is not true then l.longitude end,
    l.bedrooms, l.bathrooms, l.living_area, l.lot_size, l.year_built,
    (
      select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
        'url', m.media_url, 'title', m.title)) order by m.display_order, m.seq), '[]')
      from public.mls_listing_media m
      where m.listing_id = l.id and m.media_category = 'image' and m.is_servable
    ),
    l.published_at, l.modified_ts
  from public.mls_listings l
  join public.mls_tenants t on t.id = l.tenant_id
  where l.id = any (ids) and exists (
    select from public.mls_listing_syndications s
    join public.mls_portal_definitions p on p.id = s.portal_id
    where s.listing_id = l.id and s.status = 'ACTIVE' and p.channel_type = 'WEBSITE' and p.is_active and mls.publishable(l, p)
  )
$$;
comment on function mls.website_rows(uuid[]) is
  'What websites may show of these listings: syndicated to an active website and publishable there. No price "on request", no address where it is hidden, no documents.';

-- ----- mls.refresh_website(uuid[]) -----
create function mls.refresh_website(ids uuid[]) returns void
language sql volatile security definer set search_path = ''
as $$
  with gone as (
    delete from mls.website_listings w
    where w.id = any (ids) and not exists (select from mls.website_rows(array[w.id]))
  )
  insert into mls.website_listings select * from mls.website_rows(ids)
  on conflict (id) do update set
    (market, ref, status, property_type, property_subtype, name, description, price, rent, rent_frequency, currency_code, street, city,
      state, post_code, country, latitude, longitude, bedrooms, bathrooms, living_area, lot_size, year_built, photos, published_at, updated_at)
    = (excluded.market, excluded.ref, excluded.status, excluded.property_type, excluded.property_subtype, excluded.name,
      excluded.description, excluded.price, excluded.rent, excluded.rent_frequency, excluded.currency_code, excluded.street, excluded.city,
      excluded.state, excluded.post_code, excluded.country, excluded.latitude, excluded.longitude, excluded.bedrooms, excluded.bathrooms,
      excluded.living_area, excluded.lot_size, excluded.year_built, excluded.photos, excluded.published_at, excluded.updated_at)
$$;
comment on function mls.refresh_website(uuid[]) is 'Brings the rows of these listings up to date.';

-- ----- triggers: only listings that have left the hub, and what hangs on them -----
-- They mark listings as `website`; before the commit mls.refresh_dirty calls mls.refresh_website once for all of them.
create function mls.website_listing_changed() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  insert into mls.dirty (resource, record_id) values ('website', new.id);
  return null;
end $$;
comment on function mls.website_listing_changed() is 'Row trigger: a published listing changed.';
create trigger website after update on public.mls_listings
  for each row when (new.first_published_at is not null) execute function mls.website_listing_changed();

-- ----- mls.website_media_changed(): statement trigger -----
create function mls.website_media_changed() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if tg_op = 'DELETE' then
    insert into mls.dirty (resource, record_id) select distinct 'website', l.id
    from old_rows o join public.mls_listings l on l.id = o.listing_id and l.first_published_at is not null;
  else
    insert into mls.dirty (resource, record_id) select distinct 'website', l.id
    from new_rows n join public.mls_listings l on l.id = n.listing_id and l.first_published_at is not null;
  end if;
  return null;
end $$;
comment on function mls.website_media_changed() is 'Statement trigger: media of published listings changed.';
create trigger website_insert after insert on public.mls_listing_media referencing new table as new_rows
  for each statement execute function mls.website_media_changed();
create trigger website_update after update on public.mls_listing_media referencing new table as new_rows
  for each statement execute function mls.website_media_changed();
create trigger website_delete after delete on public.mls_listing_media referencing old table as old_rows
  for each statement execute function mls.website_media_changed();

-- ----- mls.website_syndication_changed(): row trigger, of websites only -----
-- A worker that reports a delivery to another portal must not come here: it would wait for the refresh of others while
-- they wait for its row.
create function mls.website_syndication_changed() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if exists (select from public.mls_portal_definitions p where p.id = coalesce(new.portal_id, old.portal_id) and p.channel_type = 'WEBSITE') then
    insert into mls.dirty (resource, record_id) values ('website', coalesce(new.listing_id, old.listing_id));
  end if;
  return null;
end $$;
comment on function mls.website_syndication_changed() is 'Row trigger: a listing is to be shown on a website, or no longer.';
create trigger website_added after insert or delete on public.mls_listing_syndications
  for each row execute function mls.website_syndication_changed();
create trigger website_switched after update of status on public.mls_listing_syndications
  for each row when (new.status is distinct from old.status) execute function mls.website_syndication_changed();

create function mls.website_portal_changed() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  perform mls.refresh_website(array(select s.listing_id from public.mls_listing_syndications s where s.portal_id = new.id));
  return null;
end $$;
comment on function mls.website_portal_changed() is 'Row trigger: the rules of a website changed.';
create trigger website after update on public.mls_portal_definitions
  for each row when (new.channel_type = 'WEBSITE') execute function mls.website_portal_changed();

-- ----- listings_public -----
create view public.listings_public with (security_invoker = true) as select * from mls.website_listings;
comment on view public.listings_public is
  'Published listings with an active website syndication: the one thing that needs no sign-in. Filter by market and city; newest first by published_at and id.';
grant select on public.listings_public to anon, authenticated, service_role;
