-- Maps from afar, answered from mls.place_counts.

-- ----- mls.listings_by_tile(text, integer, double precision[], text[]) -----
-- A definer function, as mls.find_words() is: what it counts is no more than the client may see. Planned once a connection,
-- and not with nested loops where there is a choice: how many have changed no plan can know.
--
-- Tiles that lie in the box are taken whole; of those that its edge cuts each listing is looked at. Every second bit of a
-- tile is its column, the others are its row, and both grow as they do: (tile & columns) compares columns.
create function mls.listings_by_tile(
  collection text, grid integer, box double precision[] default null, offices text[] default null
)
returns table (tile integer, listings bigint, min_price bigint, latitude double precision, longitude double precision)
language plpgsql stable security definer set search_path = '' set enable_seqscan = off set enable_nestloop = off
  set plan_cache_mode = force_generic_plan set jit = off
as $$
declare
  -- a listing that has changed takes as long as 25 in the index of places
  few constant integer := 500;
  many constant integer := 10000;
  share constant integer := 50;
  microseconds_of_a_day constant bigint := 86400000000;
  -- and one that is looked at because the edge of the box cuts its tile as long as three
  cut_share constant integer := 4;
  columns constant integer := 5592405;
  rows constant integer := 11184810;
  -- degrees: what lies closer to the edge than a rounding is looked at
  margin constant double precision := 1e-7;
  is_all constant boolean := box is null;
  west constant double precision := box[1];
  south constant double precision := box[2];
  east constant double precision := box[3];
  north constant double precision := box[4];
  readable text[] := array[''];
  published_only boolean := false;
  state mls.counts_state;
  ids uuid[];
  north_west integer;
  south_east integer;
  inner_west integer := -1;
  inner_north integer := -1;
  inner_east integer := columns + 1;
  inner_south integer := rows + 1;
begin
  select * into state from mls.counts_state;
  if listings_by_tile.collection = 'served' then
    readable := array(
      select o.office_key from unnest(mls.claim_offices()) o (office_key)
      where listings_by_tile.offices is null or o.office_key = any (listings_by_tile.offices));
    published_only := mls.claim_published_only();
    -- the clock is on its way through all that ever happened: to look for a reader's share of that would take long
    if (select max(e.sequence) from public.mls_entity_events e) - state.counted_stamp > microseconds_of_a_day then
      return query select null::integer, null::bigint, null::bigint, null::double precision, null::double precision;
      return;
    end if;
    ids := array(
      select e.record_id from public.mls_entity_events e
      where e.sequence > state.counted_stamp and e.resource = 'Property'
        and (e.office_key = any (readable) or e.previous_office_key = any (readable))
      order by e.sequence limit many + 1);
  else
    ids := array(select c.record_id from mls.website_changes c order by c.id limit many + 1);
  end if;
  if state.counted_at < now() - interval '1 day' or cardinality(ids) > many or cardinality(ids) > few and cardinality(ids) * share > (
    select coalesce(sum(n.listings), 0) from mls.place_counts n
    where n.collection = listings_by_tile.collection and n.office_key = any (readable) and n.is_published >= published_only) then
    return query select null::integer, null::bigint, null::bigint, null::double precision, null::double precision;
    return;
  end if;

  if not is_all then
    north_west := mls.geo_cell(least(90, north + margin), greatest(-180, west - margin)) >> 28;
    south_east := mls.geo_cell(greatest(-90, south - margin), least(180, east + margin)) >> 28;
    -- the outermost tiles of a box are cut, unless it ends where the map does
    if west > -180 then
      inner_west := (mls.geo_cell(0, least(180, west + margin)) >> 28)::integer & columns;
    end if;
    if east < 180 then
      inner_east := (mls.geo_cell(0, greatest(-180, east - margin)) >> 28)::integer & columns;
    end if;
    if north < 90 then
      inner_north := (mls.geo_cell(greatest(-90, north - margin), 0) >> 28)::integer & rows;
    end if;
    if south > -90 then
      inner_south := (mls.geo_cell(least(90, south + margin), 0) >> 28)::integer & rows;
    end if;
    if (
      select sum(n.listings) < cut_share * sum(n.listings) filter (
        where (n.tile & columns) not between inner_west + 1 and inner_east - 1
          or (n.tile & rows) not between inner_north + 1 and inner_south - 1)
      from mls.place_counts n
      where n.collection = listings_by_tile.collection and n.office_key = any (readable) and n.is_published >= published_only
        and n.tile >= 0 and (n.tile & columns) between (north_west & columns) and (south_east & columns)
        and (n.tile & rows) between (north_west & rows) and (south_east & rows)
    ) then
      return query select null::integer, null::bigint, null::bigint, null::double precision, null::double precision;
      return;
    end if;
  end if;

  return query
  with changed as materialized (
    select distinct u.id from unnest(ids) u (id)
  ), touched as materialized (
    select n.office_key, n.is_published, n.tile, n.listings, n.min_price, n.latitudes, n.longitudes,
      is_all or (n.tile & columns) > inner_west and (n.tile & columns) < inner_east
        and (n.tile & rows) > inner_north and (n.tile & rows) < inner_south as is_whole
    from mls.place_counts n
    where n.collection = listings_by_tile.collection and n.office_key = any (readable) and n.is_published >= published_only
      and (is_all or n.tile >= 0 and (n.tile & columns) between (north_west & columns) and (south_east & columns)
        and (n.tile & rows) between (north_west & rows) and (south_east & rows))
  ), outdated as materialized (
    select c.office_key, c.is_published, c.tile, c.price, c.latitude, c.longitude
    from changed d cross join lateral (
      select * from mls.counted_listings l
      where l.collection = listings_by_tile.collection and l.record_id = d.id
        and l.office_key = any (readable) and l.is_published >= published_only offset 0) c
  ), least_outdated as materialized (
    select o.office_key, o.is_published, o.tile, min(o.price) as price
    from outdated o group by o.office_key, o.is_published, o.tile
  ), parts as (
    select t.tile, t.listings,
      case when o.price <= t.min_price then (
        select c.price from mls.counted_listings c
        where c.collection = listings_by_tile.collection and c.office_key = t.office_key and c.is_published = t.is_published
          and c.tile = t.tile and c.price is not null and c.record_id not in (select d.id from changed d)
        order by c.price limit 1)
      else t.min_price end as min_price,
      t.latitudes, t.longitudes
    from touched t left join least_outdated o using (office_key, is_published, tile)
    where t.is_whole
    union all
    select o.tile, -1, null, -round(o.latitude * 1e9)::bigint, -round(o.longitude * 1e9)::bigint
    from outdated o join touched t using (office_key, is_published, tile) where t.is_whole
    union all
    select t.tile, 1, c.price, round(c.latitude * 1e9)::bigint, round(c.longitude * 1e9)::bigint
    from touched t cross join lateral (
      select * from mls.counted_listings l
      where l.collection = listings_by_tile.collection and l.office_key = t.office_key and l.is_published = t.is_published
        and l.tile = t.tile offset 0) c
    where not t.is_whole and c.latitude between south and north and c.longitude between west and east
      and c.record_id not in (select d.id from changed d)
    union all
    select c.tile, 1, c.price, round(c.latitude * 1e9)::bigint, round(c.longitude * 1e9)::bigint
    from changed d cross join lateral (
      select * from mls.countable_listings l
      where l.collection = listings_by_tile.collection and l.record_id = d.id
        and l.office_key = any (readable) and l.is_published >= published_only offset 0) c
    where is_all or c.latitude between south and north and c.longitude between west and east
  )
  select p.tile >> 2 * (12 - grid), sum(p.listings)::bigint, min(p.min_price),
    (sum(p.latitudes) / sum(p.listings) / 1e9)::double precision, (sum(p.longitudes) / sum(p.listings) / 1e9)::double precision
  from parts p group by 1 having sum(p.listings) > 0;
end $$;
comment on function mls.listings_by_tile(text, integer, double precision[], text[]) is
  'Listings of a collection (''served'', ''website'') that the reading client sees, by map tile of zoom grid (0 to 12; tile -1: without a place): how many, their least price in its smallest unit, the middle of their places. box: {west, south, east, north} in degrees, which does not cross the date line; offices: of these alone. Exact. One row of nulls where the index of places is faster, for too much has changed since the clock came, or lies at the edge of the box.';
grant execute on function mls.listings_by_tile(text, integer, double precision[], text[]) to mls_api_read;
