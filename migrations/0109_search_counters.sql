-- Listings counted by tile of the map, so that a map of a whole market does not read the whole market.
--
-- Writers do nothing for it: the clock counts (job search), and remembers what it counted of each listing. What changed
-- since is known by its events, so a search takes off what was counted of those and adds what they are now: the answer is
-- that of the listings themselves, to the last one. Where too much has changed it is left to the index of places.

-- ===== what is counted =====

-- ----- mls.counted_listings: each listing as it is in the counts -----
-- tile: of zoom 12, eight kilometres wide in the south of Europe, as the upper bits of mls.geo_cell(); -1 without a place.
create table mls.counted_listings (
  collection text not null check (collection in ('served', 'website')),
  record_id uuid not null,
  office_key text not null,
  is_published boolean not null,
  tile integer not null,
  price bigint,
  latitude double precision,
  longitude double precision,
  primary key (collection, record_id)
);
comment on table mls.counted_listings is
  'Served listings, and those of websites (office_key is empty), as mls.place_counts counts them. tile: map tile at zoom 12 (geo_cell >> 28), -1 without a place; price in its smallest unit. Derived: mls.forget_counts() begins anew.';
create index counted_listings_tile on mls.counted_listings (collection, office_key, is_published, tile, price);
alter table mls.counted_listings enable row level security;
alter table mls.counted_listings force row level security;

-- ----- mls.place_counts: by office, published or not, and tile -----
-- Who may see a listing depends on these two alone (policies of served_property), so everybody sees whole counts.
-- Sums are of whole numbers: what is taken off them leaves no rounding behind.
create table mls.place_counts (
  collection text not null,
  office_key text not null,
  is_published boolean not null,
  tile integer not null,
  listings bigint not null,
  min_price bigint,
  latitudes bigint not null,
  longitudes bigint not null,
  primary key (collection, office_key, is_published, tile)
);
comment on table mls.place_counts is
  'How many listings of an office, published or not, lie in a map tile of zoom 12, the least of their prices, and the sums of their places in billionths of a degree. Derived from mls.counted_listings by mls.count_listings().';
alter table mls.place_counts enable row level security;
alter table mls.place_counts force row level security;

-- ----- mls.counts_state: how far the job has come -----
create table mls.counts_state (
  is_only boolean primary key default true check (is_only),
  counted_stamp bigint not null default 0,
  counted_at timestamptz not null default now()
);
comment on table mls.counts_state is 'Events up to counted_stamp are in the counts; counted_at: when the job last ran.';
insert into mls.counts_state default values;
alter table mls.counts_state enable row level security;
alter table mls.counts_state force row level security;

-- ===== what changed on websites =====
-- Their listings have no stamps in the order of commits. So each statement adds the listings that it changed to a list, from
-- which the clock takes those that it sees: whatever commits later is still on it.

-- ----- mls.website_changes: listings of websites to be counted anew -----
create table mls.website_changes (
  id bigint generated always as identity primary key,
  record_id uuid not null
);
comment on table mls.website_changes is 'Listings that came to a website, left it, or have another price or place there since they were counted. Emptied by mls.count_listings().';
alter table mls.website_changes enable row level security;
alter table mls.website_changes force row level security;

-- ----- mls.note_website_changes(): statement trigger -----
create function mls.note_website_changes() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    insert into mls.website_changes (record_id) select n.id from new_rows n;
  elsif tg_op = 'DELETE' then
    insert into mls.website_changes (record_id) select o.id from old_rows o;
  else
    insert into mls.website_changes (record_id)
    select n.id from new_rows n join old_rows o on o.id = n.id
    where (n.price, n.latitude, n.longitude) is distinct from (o.price, o.latitude, o.longitude);
  end if;
  return null;
end $$;
comment on function mls.note_website_changes() is 'Statement trigger: which listings of websites have to be counted anew.';
create trigger count_insert after insert on mls.website_listings referencing new table as new_rows
  for each statement execute function mls.note_website_changes();
create trigger count_update after update on mls.website_listings referencing old table as old_rows new table as new_rows
  for each statement execute function mls.note_website_changes();
create trigger count_delete after delete on mls.website_listings referencing old table as old_rows
  for each statement execute function mls.note_website_changes();

-- ===== counting =====

-- ----- mls.countable_listings: listings as they would be counted now -----
create view mls.countable_listings with (security_invoker = true) as
select 'served' as collection, s.record_id, s.office_key, s.is_published, coalesce((s.geo_cell >> 28)::integer, -1) as tile,
  s."ListPrice" as price, case when s.geo_cell is not null then s."Latitude" end as latitude,
  case when s.geo_cell is not null then s."Longitude" end as longitude
from public.served_property s where not s.is_deleted
union all
select 'website', s.record_id, '', true, coalesce((s.geo_cell >> 28)::integer, -1), s."ListPrice",
  case when s.geo_cell is not null then s."Latitude" end, case when s.geo_cell is not null then s."Longitude" end
from mls.website_search s;
comment on view mls.countable_listings is 'What is served, and what is on websites, in the shape of mls.counted_listings.';

-- ----- mls.count_again(text, uuid[]) -----
-- Look-ups stand behind offset 0: a plan that was made when the tables were empty has to serve them when they are full.
create function mls.count_again(collection text, ids uuid[]) returns void
language plpgsql volatile set search_path = '' set enable_seqscan = off
as $$
declare
  offices text[];
  published boolean[];
  tiles integer[];
begin
  with due as materialized (
    select distinct u.id from unnest(ids) u (id)
  ), now_there as materialized (
    select c.* from due d cross join lateral (
      select * from mls.countable_listings l where l.collection = count_again.collection and l.record_id = d.id offset 0) c
  ), counted as materialized (
    select c.* from due d cross join lateral (
      select * from mls.counted_listings l where l.collection = count_again.collection and l.record_id = d.id offset 0) c
  ), added as materialized (
    select * from now_there except select * from counted
  ), removed as materialized (
    select * from counted except select * from now_there
  ), kept as (
    insert into mls.counted_listings as c select * from added
    on conflict on constraint counted_listings_pkey do update set
      (office_key, is_published, tile, price, latitude, longitude)
      = (excluded.office_key, excluded.is_published, excluded.tile, excluded.price, excluded.latitude, excluded.longitude)
  ), forgotten as (
    delete from mls.counted_listings c
    where c.collection = count_again.collection
      and c.record_id = any (array(select r.record_id from removed r where r.record_id not in (select a.record_id from added a)))
  ), moved as materialized (
    select a.office_key, a.is_published, a.tile, 1 as amount, a.latitude, a.longitude from added a
    union all
    select r.office_key, r.is_published, r.tile, -1, r.latitude, r.longitude from removed r
  ), summed as (
    insert into mls.place_counts as n (collection, office_key, is_published, tile, listings, latitudes, longitudes)
    select count_again.collection, m.office_key, m.is_published, m.tile, sum(m.amount),
      coalesce(sum(m.amount * round(m.latitude * 1e9)::bigint), 0), coalesce(sum(m.amount * round(m.longitude * 1e9)::bigint), 0)
    from moved m group by m.office_key, m.is_published, m.tile
    on conflict on constraint place_counts_pkey do update set
      (listings, latitudes, longitudes)
      = (n.listings + excluded.listings, n.latitudes + excluded.latitudes, n.longitudes + excluded.longitudes)
  )
  select array_agg(t.office_key), array_agg(t.is_published), array_agg(t.tile) into offices, published, tiles
  from (select distinct m.office_key, m.is_published, m.tile from moved m) t;

  -- the least price is looked up: what was taken away does not say which is the least of the others
  update mls.place_counts n set min_price = (
    select c.price from mls.counted_listings c
    where c.collection = n.collection and c.office_key = n.office_key and c.is_published = n.is_published and c.tile = n.tile
      and c.price is not null
    order by c.price limit 1)
  from unnest(offices, published, tiles) t (office_key, is_published, tile)
  where n.collection = count_again.collection and n.office_key = t.office_key and n.is_published = t.is_published and n.tile = t.tile;
  delete from mls.place_counts n using unnest(offices, published, tiles) t (office_key, is_published, tile)
  where n.collection = count_again.collection and n.office_key = t.office_key and n.is_published = t.is_published and n.tile = t.tile
    and n.listings = 0;
end $$;
comment on function mls.count_again(text, uuid[]) is
  'Counts these listings of a collection (''served'', ''website'') as they are now. One caller at a time: mls.count_listings().';

-- ----- mls.forget_counts() -----
create function mls.forget_counts() returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform pg_advisory_xact_lock(hashtext('mls.count_listings'));
  -- not truncate, after which a reader with an older snapshot would see an empty market
  delete from mls.place_counts where true;
  delete from mls.counted_listings where true;
  insert into mls.website_changes (record_id) select w.record_id from mls.website_search w;
  update mls.counts_state s set counted_stamp = 0 where true;
end $$;
comment on function mls.forget_counts() is
  'Empties the counts: the clock counts all listings anew, and searches read the index of places meanwhile.';
grant execute on function mls.forget_counts() to service_role;

-- ----- mls.count_listings(interval): job of the clock -----
-- Each living record has an event however long it has been served, so counting from the first event meets all of them.
create function mls.count_listings(at_most interval default '20 seconds') returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  started constant timestamptz := clock_timestamp();
  batch constant integer := 5000;
  reached bigint;
  newest bigint;
  last_stamp bigint;
  ids uuid[];
  taken integer;
  total bigint := 0;
begin
  -- the counts have one writer, so nobody waits for another
  if not pg_try_advisory_xact_lock(hashtext('mls.count_listings')) then
    return jsonb_build_object('counted', 0);
  end if;
  -- old events are forgotten, and with them what would have had to be counted
  if (select s.counted_at < now() - interval '1 day' from mls.counts_state s) then
    perform mls.forget_counts();
  end if;
  select s.counted_stamp into reached from mls.counts_state s;
  select coalesce(max(e.sequence), 0) into newest from public.mls_entity_events e;
  loop
    select array_agg(e.record_id), count(*), max(e.sequence) into ids, taken, last_stamp
    from (
      select e.record_id, e.sequence from public.mls_entity_events e
      where e.sequence > reached and e.resource = 'Property' order by e.sequence limit batch
    ) e;
    exit when taken = 0;
    -- a listing may be newer by now than its event; then a later event has it counted again
    perform mls.count_again('served', ids);
    reached := last_stamp;
    total := total + taken;
    exit when taken < batch or clock_timestamp() > started + at_most;
  end loop;
  if taken < batch then
    reached := greatest(reached, newest);
  end if;
  loop
    with changed as (
      delete from mls.website_changes c
      where c.id = any (array(select w.id from mls.website_changes w order by w.id limit batch))
      returning c.record_id
    )
    select array_agg(c.record_id), count(*) into ids, taken from changed c;
    exit when taken = 0;
    perform mls.count_again('website', ids);
    total := total + taken;
    exit when taken < batch or clock_timestamp() > started + at_most;
  end loop;
  update mls.counts_state s set counted_stamp = reached, counted_at = now() where true;
  return jsonb_build_object('counted', total);
end $$;
comment on function mls.count_listings(interval) is
  'Brings mls.place_counts up to date, at most for about this long: {counted: changes}. Safe to run at any time.';
grant execute on function mls.count_listings(interval) to service_role;
-- those that are served have their events; those that were on websites before this migration are told here
insert into mls.website_changes (record_id) select w.record_id from mls.website_search w;
