-- Names of towns and streets that listings have, for whoever types one into a search box. Of a million listings some
-- thousand names are found in a millisecond; among their texts a word that most of them have costs seconds.

-- ===== names =====

-- ----- mls.named_listings: which names a listing has, as they are counted -----
create table mls.named_listings (
  record_id uuid primary key,
  office_key text not null,
  is_published boolean not null,
  city text,
  street text
);
comment on table mls.named_listings is 'Names of served listings, as they are counted in mls.listing_names.';
alter table mls.named_listings enable row level security;
alter table mls.named_listings force row level security;

-- ----- mls.listing_names: each name once for each office -----
create table mls.listing_names (
  office_key text not null,
  is_published boolean not null,
  kind text not null check (kind in ('city', 'street')),
  name text not null,
  region text not null,
  words tsvector not null,
  listings bigint not null,
  primary key (office_key, is_published, kind, name, region)
);
comment on table mls.listing_names is
  'Towns and streets (without numbers of houses) of the listings of each office, published or not, with how many have them. Derived by mls.index_names().';
create index listing_names_words on mls.listing_names using gin (words);
alter table mls.listing_names enable row level security;
alter table mls.listing_names force row level security;

-- ----- mls.names_state: how far the job has come -----
create table mls.names_state (
  is_only boolean primary key default true check (is_only),
  named_stamp bigint not null default 0
);
insert into mls.names_state default values;
alter table mls.names_state enable row level security;
alter table mls.names_state force row level security;

-- ----- mls.street_of(text) -----
create function mls.street_of(address text) returns text
language sql immutable parallel safe set search_path = ''
as $$
  select nullif(btrim(regexp_replace(regexp_replace(left(address, 200), '\m[0-9]+[[:alpha:]]?\M', '', 'g'), '\s+', ' ', 'g'), ' ,.;/-#№'), '')
$$;
comment on function mls.street_of(text) is 'An address without the numbers of house and flat; null where nothing else is left.';

-- ----- mls.names_of(text, text) -----
create function mls.names_of(city text, street text) returns table (kind text, name text, region text)
language sql immutable parallel safe set search_path = ''
as $$
  select 'city', left(city, 200), '' where btrim(city) <> ''
  union all
  select 'street', street, coalesce(left(city, 200), '') where street <> ''
$$;
comment on function mls.names_of(text, text) is 'The names by which a listing in this town and street is found; of a text that is no name its beginning, for an index holds no long ones.';

-- ----- mls.index_names(interval): job of the clock -----
create function mls.index_names(at_most interval default '20 seconds') returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  started constant timestamptz := clock_timestamp();
  batch constant integer := 5000;
  state constant bigint := (select s.named_stamp from mls.names_state s);
  newest constant bigint := (select coalesce(max(e.sequence), 0) from public.mls_entity_events e);
  reached bigint := state;
  taken integer;
  total bigint := 0;
begin
  if not pg_try_advisory_xact_lock(hashtext('mls.index_names')) then
    return jsonb_build_object('named', 0);
  end if;
  loop
    with changed as materialized (
      select s.record_id, s.office_key, s.is_published, s."City" as city, mls.street_of(s."UnparsedAddress") as street, s.stamp
      from public.served_property s
      where not s.is_deleted and s."ModificationTimestamp" > mls.stamp_time(reached)
      order by s."ModificationTimestamp" limit batch
    ), kept as (
      insert into mls.named_listings as n (record_id, office_key, is_published, city, street)
      select c.record_id, c.office_key, c.is_published, c.city, c.street from changed c
      on conflict (record_id) do update
      set office_key = excluded.office_key, is_published = excluded.is_published, city = excluded.city, street = excluded.street
    ), moved as (
      select c.office_key, c.is_published, c.city, c.street, 1 as amount from changed c
      union all
      -- as it was before this statement
      select n.office_key, n.is_published, n.city, n.street, -1 from mls.named_listings n
      where n.record_id in (select c.record_id from changed c)
    ), counted as (
      insert into mls.listing_names as n (office_key, is_published, kind, name, region, words, listings)
      select m.office_key, m.is_published, x.kind, x.name, x.region, mls.search_words(x.name), sum(m.amount)
      from moved m cross join lateral mls.names_of(m.city, m.street) x
      group by m.office_key, m.is_published, x.kind, x.name, x.region having sum(m.amount) <> 0
      order by m.office_key, m.is_published, x.kind, x.name, x.region
      on conflict on constraint listing_names_pkey do update set listings = n.listings + excluded.listings
    )
    select count(*), coalesce(max(c.stamp), reached) into taken, reached from changed c;
    total := total + taken;
    exit when taken < batch or clock_timestamp() > started + at_most;
  end loop;
  with gone as (
    delete from mls.named_listings n using public.mls_entity_events e
    where e.resource = 'Property' and e.kind = 'deleted' and e.sequence > state and n.record_id = e.record_id
      and not exists (select from public.served_property s where s.record_id = n.record_id and not s.is_deleted)
    returning n.*
  ), left_over as (
    select g.office_key, g.is_published, x.kind, x.name, x.region, count(*) as amount
    from gone g cross join lateral mls.names_of(g.city, g.street) x
    group by g.office_key, g.is_published, x.kind, x.name, x.region
  )
  update mls.listing_names n set listings = n.listings - l.amount from left_over l
  where (n.office_key, n.is_published, n.kind, n.name, n.region) = (l.office_key, l.is_published, l.kind, l.name, l.region);
  delete from mls.listing_names n where n.listings <= 0;
  if taken < batch then
    reached := greatest(reached, newest);
  end if;
  update mls.names_state s set named_stamp = reached where s.named_stamp < reached;
  return jsonb_build_object('named', total);
end $$;
comment on function mls.index_names(interval) is
  'Brings mls.listing_names up to date, at most for about this long: {named: listings}. Safe to run at any time.';
grant execute on function mls.index_names(interval) to service_role;

-- ===== suggestions =====

-- ----- mls.suggest_names(text, integer) -----
-- A definer function, as mls.find_words() is: what it answers is no more than the client may see. What changed since the
-- clock was there is read from the listings themselves.
create function mls.suggest_names(typed text, amount integer default 10)
returns table (kind text, name text, region text, listings bigint)
language plpgsql stable security definer set search_path = ''
as $$
declare
  at_once constant integer := 2000;
  offices constant text[] := mls.claim_offices();
  published_only constant boolean := mls.claim_published_only();
  query constant tsquery := mls.search_term('typed', regexp_replace(typed, '\m[0-9]+[[:alpha:]]?\M', '', 'g'));
begin
  if numnode(query) = 0 then
    return;
  end if;
  return query
    select f.kind, f.name, f.region, sum(f.listings)::bigint from (
      select n.kind, n.name, n.region, n.listings from mls.listing_names n
      where n.words @@ query and n.office_key = any (offices) and n.is_published >= published_only
      union all
      select x.kind, x.name, x.region, 1 from (
        select s."City" as city, s."UnparsedAddress" as address, s.office_key, s.is_published from public.served_property s
        where not s.is_deleted and s."ModificationTimestamp" > mls.stamp_time((select t.named_stamp from mls.names_state t))
        order by s."ModificationTimestamp" desc limit at_once
      ) c
      cross join lateral mls.names_of(c.city, mls.street_of(c.address)) x
      where c.office_key = any (offices) and c.is_published >= published_only and mls.search_words(x.name) @@ query
    ) f
    group by f.kind, f.name, f.region order by f.kind, 4 desc, f.name limit amount;
end $$;
comment on function mls.suggest_names(text, integer) is
  'Towns, then streets, of the listings that the reading client sees, of whose name words begin as typed; those with the most listings first.';
grant execute on function mls.suggest_names(text, integer) to mls_api_read;
