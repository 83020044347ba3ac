-- Several listings of one home, by different sources: found by likeness, never merged, confirmed or rejected by brokers.
-- Ids here refer to listings without a foreign key: what is served no longer is swept by the job.

create extension if not exists pg_trgm with schema extensions;

-- ===== pictures =====

-- ----- mls.listing_pictures: what the pictures of a listing look like -----
create table mls.listing_pictures (
  record_id uuid not null,
  hash bigint not null,
  primary key (record_id, hash)
);
comment on table mls.listing_pictures is
  'Difference hashes of the pictures of served listings: pictures that look alike differ in few bits, whatever they were saved as. Derived by mls.collect_pictures().';
create index listing_pictures_hash on mls.listing_pictures (hash);
alter table mls.listing_pictures enable row level security;
alter table mls.listing_pictures force row level security;
grant select, insert, update, delete on mls.listing_pictures to service_role;

-- ----- mls.collect_pictures(uuid[]) -----
-- Hashes are known once the file was copied; a hub that copies none finds duplicates by the rest.
create function mls.collect_pictures(ids uuid[]) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if not exists (
    select from pg_catalog.pg_attribute a
    where a.attrelid = to_regclass('public.mls_media_files') and a.attname = 'difference_hash' and not a.attisdropped
  ) then
    return;
  end if;
  delete from mls.listing_pictures p using public.mls_listings l where p.record_id = any (ids) and l.id = p.record_id;
  execute $q$
    insert into mls.listing_pictures (record_id, hash)
    select distinct m.listing_id, f.difference_hash
    from public.mls_listing_media m
    join public.mls_media_files f on f.sha256 = m.file_sha256 and f.tenant_id = m.tenant_id
    where m.listing_id = any ($1) and m.is_servable and f.difference_hash is not null
    on conflict do nothing
  $q$ using ids;
end $$;
comment on function mls.collect_pictures(uuid[]) is 'Takes over the hashes of the pictures of these listings, where files of media have them.';

-- ===== likeness =====

-- ----- mls.latin_text(text) -----
-- In PL/pgSQL, as all that a comparison calls: a function in SQL would be planned anew for each pair, ten of them in 5 ms.
create function mls.latin_text(value text) returns text
language plpgsql stable parallel safe set search_path = ''
as $$
begin
  -- both ways of writing a sound end as one: ου and ou as u, αυ and au as av, χ, ch and kh as h
  return replace(replace(replace(replace(replace(replace(replace(
    regexp_replace(translate(
      replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(
        mls.search_text(value), 'ου', 'u'), 'αυ', 'av'), 'ευ', 'ev'), 'θ', 'th'), 'χ', 'h'), 'ψ', 'ps'), 'щ', 'sch'), 'ш', 'sh'), 'ч', 'ch'), 'ж', 'zh'), 'ю', 'yu'), 'я', 'ya'),
      'αβγδεζηικλμνξοπρστυφωабвгдезийклмнопрстуфхцыэіқғңүұһө', 'avgdeziiklmnxoprstifoabvgdeziiklmnoprstufhcyeikgnuuho'), '[^a-z0-9 ]', '', 'g'),
    'ou', 'u'), 'au', 'av'), 'eu', 'ev'), 'ph', 'f'), 'kh', 'h'), 'ch', 'h'), 'y', 'i');
end $$;
comment on function mls.latin_text(text) is 'A text of Greek, Cyrillic or Latin letters in one spelling of the Latin ones, near enough to compare names.';

-- ----- mls.street_name(text) -----
create function mls.street_name(address text) returns text
language plpgsql stable parallel safe set search_path = ''
as $$
begin
  return btrim(regexp_replace(regexp_replace(mls.latin_text(address), '[0-9]', '', 'g'),
    '\m(avenue|ave|street|str|st|road|rd|leoforos|leof|odos|ulitsa|ulica|ul|prospekt|pr|koshesi|dangili|utca|ut|korut)\M', '', 'g'));
end $$;
comment on function mls.street_name(text) is 'The name of the street in an address, without its number and the word for street, as mls.latin_text() spells it.';

-- ----- mls.likeness_weights: how often each finding comes -----
-- Two listings are the same home, two homes of one house, or homes of two houses. Beside a twin, a flat next door agrees in
-- all that the house says, so place and street alone are never enough: size, price, unit and pictures tell flats apart.
create table mls.likeness_weights (
  evidence text not null,
  finding text not null,
  same double precision not null check (same > 0 and same <= 1),
  house double precision not null check (house > 0 and house <= 1),
  elsewhere double precision not null check (elsewhere > 0 and elsewhere <= 1),
  primary key (evidence, finding)
);
comment on table mls.likeness_weights is
  'Share of pairs with a finding, among those that are the same home, another home of the same house, and homes elsewhere. Of candidates: they are near, and their sizes differ by an eighth at most. What is not known on both sides says nothing.';
alter table mls.likeness_weights enable row level security;
alter table mls.likeness_weights force row level security;
insert into mls.likeness_weights (evidence, finding, same, house, elsewhere) values
  ('before', 'any', 0.045, 0.03, 0.925),
  ('type', 'equal', 0.96, 0.9, 0.7), ('type', 'other', 0.04, 0.1, 0.3),
  ('place', '40 m', 0.55, 0.55, 0.02), ('place', '150 m', 0.27, 0.27, 0.05), ('place', '400 m', 0.14, 0.14, 0.25), ('place', 'far', 0.04, 0.04, 0.68),
  ('street', 'equal', 0.85, 0.85, 0.1), ('street', 'unclear', 0.1, 0.1, 0.15), ('street', 'other', 0.05, 0.05, 0.75),
  ('number', 'equal', 0.9, 0.9, 0.04), ('number', 'other', 0.1, 0.1, 0.96),
  ('unit', 'equal', 0.95, 0.03, 0.03), ('unit', 'other', 0.05, 0.97, 0.97),
  ('bedrooms', 'equal', 0.92, 0.6, 0.45), ('bedrooms', 'one more', 0.07, 0.3, 0.4), ('bedrooms', 'other', 0.01, 0.1, 0.15),
  ('area', 'equal', 0.55, 0.15, 0.02), ('area', '1.5 %', 0.3, 0.15, 0.12), ('area', '5 %', 0.11, 0.25, 0.29), ('area', '14 %', 0.03, 0.4, 0.5), ('area', 'other', 0.01, 0.5, 0.9),
  ('price', 'equal', 0.45, 0.06, 0.006), ('price', '1 %', 0.1, 0.06, 0.02), ('price', '4 %', 0.15, 0.15, 0.06), ('price', '10 %', 0.15, 0.24, 0.11),
  ('price', '20 %', 0.1, 0.25, 0.16), ('price', '50 %', 0.04, 0.19, 0.28), ('price', 'other', 0.01, 0.05, 0.36),
  ('pictures', 'none', 0.3, 0.9, 0.998), ('pictures', 'one', 0.15, 0.07, 0.0015), ('pictures', 'several', 0.55, 0.03, 0.0005);

-- ----- mls.house_numbers(text) -----
create function mls.house_numbers(address text) returns text[]
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return array(select m[1] from regexp_matches(address, '(?<![0-9])([0-9]{1,3})(?![0-9])', 'g') m);
end $$;
comment on function mls.house_numbers(text) is 'Numbers of an address: of house, flat, floor. Longer ones are postal codes.';

-- ----- mls.square_metres(bigint, text) -----
create function mls.square_metres(area bigint, units text) returns bigint
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return case when units ~* '^(sf|sq\.? ?ft|square ?feet)$' then round(area * 0.09290304)::bigint else area end;
end $$;
comment on function mls.square_metres(bigint, text) is 'An area in square metres, whichever units a source measures in; both in the same fraction of a unit.';

-- ----- mls.town_names(text) -----
create function mls.town_names(town text) returns text[]
language plpgsql stable set search_path = ''
as $$
begin
  return array(
    select town union select o.name from mls.place_names n join mls.place_names o on o.place_id = n.place_id
    where n.key = btrim(mls.search_text(town)));
end $$;
comment on function mls.town_names(text) is 'The name of a town, and those that it has in other scripts, as far as a place bears it.';
-- whoever has no place is sought by town; of all the others only the few without one
create index served_property_nowhere on public.served_property ("City") where geo_cell is null and not is_deleted;

-- ----- mls.has_pictures(uuid) -----
create function mls.has_pictures(listing uuid) returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return exists (
    select from mls.listing_pictures a
    where a.record_id = listing and (select count(*) from (select from mls.listing_pictures s where s.hash = a.hash limit 6) s) <= 5);
end $$;
comment on function mls.has_pictures(uuid) is 'Whether a listing has a picture that could be of it alone; a logo is none.';

-- ----- mls.equal_pictures(served_property, served_property) -----
create function mls.equal_pictures(one public.served_property, other public.served_property) returns bigint
language plpgsql stable set search_path = ''
as $$
begin
  return (
    select count(distinct a.hash) from mls.listing_pictures a
    join mls.listing_pictures b on b.record_id = other.record_id and bit_count((a.hash # b.hash)::bit(64)) <= 6
    where a.record_id = one.record_id
      -- logos are on many listings and speak for none of them
      and (select count(*) from (select from mls.listing_pictures s where s.hash = a.hash limit 6) s) <= 5
      and (select count(*) from (select from mls.listing_pictures s where s.hash = b.hash limit 6) s) <= 5
      -- and what a source shows of two homes is the gallery of their project
      and not exists (
        select from (values (a.hash, one), (b.hash, other)) own (hash, listing)
        join mls.listing_pictures s on s.hash = own.hash
        join public.served_property p on p.record_id = s.record_id and not p.is_deleted
        where p.record_id <> (own.listing).record_id and p.office_key = (own.listing).office_key
          and (p."ListPrice" is null) = ((own.listing)."ListPrice" is null)
          and (p."BedroomsTotal" <> (own.listing)."BedroomsTotal"
            or p."LivingArea" not between (own.listing)."LivingArea" * 0.97 and (own.listing)."LivingArea" * 1.03)));
end $$;
comment on function mls.equal_pictures(public.served_property, public.served_property) is
  'How many pictures of the one are on the other, too, however saved, and are of this home.';

-- ----- mls.listing_likeness(served_property, served_property) -----
create function mls.listing_likeness(one public.served_property, other public.served_property)
returns table (odds double precision, reasons text[])
language plpgsql stable set search_path = ''
as $$
declare
  metres constant double precision := 111195 * sqrt(power(one."Latitude" - other."Latitude", 2)
    + power((one."Longitude" - other."Longitude") * cos(radians(one."Latitude")), 2));
  bedrooms constant integer := abs(one."BedroomsTotal" - other."BedroomsTotal");
  own_area constant bigint := mls.square_metres(one."LivingArea", one."LivingAreaUnits");
  other_area constant bigint := mls.square_metres(other."LivingArea", other."LivingAreaUnits");
  area constant double precision := greatest(own_area, other_area)::double precision / nullif(least(own_area, other_area), 0);
  are_sales constant boolean := one."ListPrice" > 0 and other."ListPrice" > 0;
  own_price constant bigint := case when are_sales then one."ListPrice" else one."LeaseAmount" end;
  other_price constant bigint := case when are_sales then other."ListPrice" else other."LeaseAmount" end;
  price constant double precision := case
    when own_price > 0 and other_price > 0 and one."ListPriceCurrencyCode" is not distinct from other."ListPriceCurrencyCode"
    then greatest(own_price, other_price)::double precision / least(own_price, other_price) end;
  street constant real := case when one."UnparsedAddress" <> '' and other."UnparsedAddress" <> '' then
    extensions.similarity(mls.street_name(one."UnparsedAddress"), mls.street_name(other."UnparsedAddress")) end;
  number constant text[] := mls.house_numbers(one."UnparsedAddress");
  other_number constant text[] := mls.house_numbers(other."UnparsedAddress");
  is_unit constant boolean := lower(nullif(coalesce(one."X_UnitNumber", one."UnitNumber"), ''))
    = lower(nullif(coalesce(other."X_UnitNumber", other."UnitNumber"), ''));
  pictures constant bigint := mls.equal_pictures(one, other);
  have_pictures constant boolean := mls.has_pictures(one.record_id) and mls.has_pictures(other.record_id);
begin
  return query
    select exp(sum(ln(w.same))) / (exp(sum(ln(w.house))) + exp(sum(ln(w.elsewhere)))),
      coalesce(array_agg(f.reason) filter (where f.reason is not null), '{}')
    from (values
      ('before', 'any', null),
      ('type', case when one."PropertyType" = other."PropertyType" then 'equal' when one."PropertyType" <> other."PropertyType" then 'other' end, null),
      ('place', case when metres <= 40 then '40 m' when metres <= 150 then '150 m' when metres <= 400 then '400 m' when metres > 400 then 'far' end,
        case when metres <= 150 then format('place: %s m apart', round(metres)) end),
      ('street', case when street >= 0.45 then 'equal' when street < 0.15 then 'other' when street is not null then 'unclear' end,
        case when street >= 0.45 then format('street: %s and %s', one."UnparsedAddress", other."UnparsedAddress") end),
      -- where each has one that the other has not, the equal one may be of the street: 28th October 17, 28th October 90
      ('number', case when cardinality(number) > 0 and cardinality(other_number) > 0 then
        case when not number && other_number then 'other' when number <@ other_number or other_number <@ number then 'equal' end end, null),
      ('unit', case when is_unit then 'equal' when not is_unit then 'other' end, case when is_unit then 'equal units' end),
      ('bedrooms', case when bedrooms = 0 then 'equal' when bedrooms = 1 then 'one more' when bedrooms > 1 then 'other' end,
        case when bedrooms = 0 then format('%s bedrooms', one."BedroomsTotal") end),
      ('area', case when area <= 1.0005 then 'equal' when area <= 1.015 then '1.5 %' when area <= 1.05 then '5 %' when area <= 1.14 then '14 %'
        when area > 1.14 then 'other' end,
        case when area <= 1.05 then format('area: %s and %s m²', own_area / 100, other_area / 100) end),
      ('price', case when price <= 1.0005 then 'equal' when price <= 1.01 then '1 %' when price <= 1.04 then '4 %' when price <= 1.1 then '10 %'
        when price <= 1.2 then '20 %' when price <= 1.5 then '50 %' when price > 1.5 then 'other' end,
        case when price <= 1.06 then format('price: %s and %s', own_price / 100, other_price / 100) end),
      ('pictures', case when pictures > 1 then 'several' when pictures = 1 then 'one' when have_pictures then 'none' end,
        case when pictures > 0 then format('%s equal pictures', pictures) end)
    ) f (evidence, finding, reason)
    join mls.likeness_weights w on w.evidence = f.evidence and w.finding = f.finding;
end $$;
comment on function mls.listing_likeness(public.served_property, public.served_property) is
  'Odds that two served listings of different sources are one home, and what speaks for it.';

-- ===== pairs =====

-- ----- mls_listing_duplicates -----
create table public.mls_listing_duplicates (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.mls_tenants (id),
  other_tenant_id uuid not null references public.mls_tenants (id),
  listing_id uuid not null,
  other_id uuid not null,
  odds double precision not null default 1 check (odds >= 0),
  score numeric(4,3) not null check (score between 0 and 1),
  reasons text[] not null default '{}',
  status text not null default 'LIKELY' check (status in ('POSSIBLE', 'LIKELY', 'CONFIRMED', 'REJECTED')),
  decided_by uuid,
  decided_at timestamptz,
  found_at timestamptz not null default now(),
  check (listing_id < other_id),
  unique (listing_id, other_id)
);
comment on table public.mls_listing_duplicates is
  'Pairs of listings of different sources that may be one home. LIKELY ones are shown as one where a search asks for it; nothing is ever merged. What a broker decided stays.';
comment on column public.mls_listing_duplicates.odds is 'How much likelier than not the two are one home, by themselves.';
comment on column public.mls_listing_duplicates.score is
  'How likely the two are one home, 0 to 1, beside the others that it could be: a source lists a home once, so of several that are as like none is likely.';
create index mls_listing_duplicates_other on public.mls_listing_duplicates (other_id);
create index mls_listing_duplicates_other_tenant on public.mls_listing_duplicates (other_tenant_id);
create index mls_listing_duplicates_tenant on public.mls_listing_duplicates (tenant_id, status, score);
alter table public.mls_listing_duplicates enable row level security;
alter table public.mls_listing_duplicates force row level security;
grant select on public.mls_listing_duplicates to authenticated;
grant select, insert, update, delete on public.mls_listing_duplicates to service_role;
-- a pair across markets would tell each of the other
create policy pair_read on public.mls_listing_duplicates for select to authenticated
  using (
    tenant_id = any ((select mls.visible_tenant_ids())::uuid[])
    and other_tenant_id = any ((select mls.visible_tenant_ids())::uuid[])
    and (select mls.can('r'))
    and exists (select from public.mls_listings l where l.id = listing_id)
    and exists (select from public.mls_listings l where l.id = other_id)
  );

-- ----- mls.listing_groups: listings that stand for one home, the best first -----
create table mls.listing_groups (
  record_id uuid primary key,
  group_id uuid not null,
  place integer not null,
  office_key text not null,
  score numeric,
  reasons text[] not null default '{}',
  unique (group_id, place)
);
comment on table mls.listing_groups is
  'Which listings a search with dedupe shows as one: those joined by pairs that are likely or confirmed. place orders them by source, 1 is shown. Derived by mls.group_duplicates().';
alter table mls.listing_groups enable row level security;
alter table mls.listing_groups force row level security;
grant select on mls.listing_groups to mls_api_read;
grant select, insert, update, delete on mls.listing_groups to service_role;
create policy api_read on mls.listing_groups for select to mls_api_read
  using (
    office_key = any ((select mls.claim_offices())::text[])
    or exists (select from mls.website_search w where w.record_id = listing_groups.record_id)
  );

-- ----- mls.group_duplicates() -----
-- A group grows by its pairs; a pair that a broker rejected is not in it unless others join them.
create function mls.group_duplicates() returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  changed integer;
  grouped integer;
begin
  create temp table if not exists joined_listings (record_id uuid primary key, group_id uuid not null) on commit drop;
  delete from pg_temp.joined_listings where true;
  insert into pg_temp.joined_listings
  select distinct x.id, x.id from public.mls_listing_duplicates d cross join lateral (values (d.listing_id), (d.other_id)) x (id)
  where d.status in ('LIKELY', 'CONFIRMED')
    and exists (select from public.served_property s where s.record_id = x.id and not s.is_deleted);
  loop
    update pg_temp.joined_listings j set group_id = m.least_id
    from (
      select a.record_id, min(least(a.group_id::text, b.group_id::text))::uuid as least_id
      from public.mls_listing_duplicates d
      join pg_temp.joined_listings a on a.record_id in (d.listing_id, d.other_id)
      join pg_temp.joined_listings b on b.record_id in (d.listing_id, d.other_id)
      where d.status in ('LIKELY', 'CONFIRMED') group by a.record_id
    ) m
    where m.record_id = j.record_id and m.least_id < j.group_id;
    get diagnostics changed = row_count;
    exit when changed = 0;
  end loop;
  delete from mls.listing_groups where true;
  -- claimed by a broker first, then by the order of markets' sources, then what is older
  insert into mls.listing_groups (record_id, group_id, place, office_key, score, reasons)
  select j.record_id, j.group_id,
    row_number() over (partition by j.group_id order by (l.claimed_at is not null) desc, o.search_priority, s.seq), s.office_key,
    b.score, b.reasons
  from pg_temp.joined_listings j
  -- what speaks for it, without the values: the reader may not see the listing that it was compared with
  cross join lateral (
    select d.score, array(select split_part(r, ':', 1) from unnest(d.reasons) r where r not like 'rivals: %') as reasons
    from public.mls_listing_duplicates d
    where j.record_id in (d.listing_id, d.other_id) and d.status in ('LIKELY', 'CONFIRMED') order by d.score desc limit 1
  ) b
  join public.served_property s on s.record_id = j.record_id and not s.is_deleted
  left join public.mls_listings l on l.id = j.record_id
  left join public.mls_offices o on o.office_key = s.office_key
  where (select count(*) from pg_temp.joined_listings g where g.group_id = j.group_id) > 1;
  get diagnostics grouped = row_count;
  return grouped;
end $$;
comment on function mls.group_duplicates() is 'Makes the groups anew from the pairs, and answers how many listings are in one.';

alter table public.mls_offices add column search_priority integer not null default 100 check (search_priority between 1 and 1000);
comment on column public.mls_offices.search_priority is 'Which source''s listing is shown where several are of one home: the smallest number.';

-- ----- mls.duplicates_state: how far the job has come -----
create table mls.duplicates_state (
  is_only boolean primary key default true check (is_only),
  compared_stamp bigint not null default 0
);
insert into mls.duplicates_state default values;
alter table mls.duplicates_state enable row level security;
alter table mls.duplicates_state force row level security;

-- ----- mls.weigh_duplicates(uuid[]) -----
create function mls.weigh_duplicates(ids uuid[]) returns void
language sql volatile security definer set search_path = ''
as $$
  with touched as (
    select d.* from public.mls_listing_duplicates d where d.listing_id = any (ids)
    union
    select d.* from public.mls_listing_duplicates d where d.other_id = any (ids)
  ), ends as (
    select t.listing_id as own from touched t union select t.other_id from touched t
  ), sides as (
    select e.own, d.other_id as other, d.id, d.status, d.odds from ends e join public.mls_listing_duplicates d on d.listing_id = e.own
    union all
    select e.own, d.listing_id, d.id, d.status, d.odds from ends e join public.mls_listing_duplicates d on d.other_id = e.own
  ), shared as (
    select x.id, x.odds / (1 + sum(x.odds) over w) as score, count(*) over w - 1 as rivals
    from (
      select s.id, s.own, p.office_key as source, case s.status when 'CONFIRMED' then 1e9 else s.odds end as odds
      from sides s join public.served_property p on p.record_id = s.other where s.status <> 'REJECTED'
    ) x
    window w as (partition by x.own, x.source)
  ), weighed as (
    select s.id, round(least(0.999, min(s.score))::numeric, 3) as score, max(s.rivals) as rivals
    from shared s where s.id in (select t.id from touched t) group by s.id
  ), written as (
    select w.id, w.score, case when w.score >= 0.6 then 'LIKELY' else 'POSSIBLE' end as status,
      array(select r from unnest(d.reasons) r where r not like 'rivals: %')
        || case when w.rivals > 0 then array[format('rivals: %s', w.rivals)] else '{}' end as reasons
    from weighed w join public.mls_listing_duplicates d on d.id = w.id
  )
  update public.mls_listing_duplicates d set score = w.score, status = w.status, reasons = w.reasons
  from written w
  where w.id = d.id and d.decided_at is null and (d.score, d.status, d.reasons) is distinct from (w.score, w.status, w.reasons)
$$;
comment on function mls.weigh_duplicates(uuid[]) is
  'Scores the undecided pairs of these listings anew: of what could be one home with a listing, the others of the same source speak against each other.';

-- ----- mls.compare_listings(uuid[]) -----
create function mls.compare_listings(ids uuid[]) returns integer
language plpgsql volatile security definer set search_path = '' set enable_seqscan = off
as $$
declare
  -- what is less likely than that by itself is not kept
  least_odds constant double precision := 0.6;
  found_pairs integer;
  partners uuid[];
begin
  -- also those of pairs that go: what they had beside them may be likelier now
  select array_agg(distinct x.id) into partners from public.mls_listing_duplicates d cross join lateral (values (d.listing_id), (d.other_id)) x (id)
  where d.listing_id = any (ids) or d.other_id = any (ids);

  with changed as (
    select s.*, mls.square_metres(s."LivingArea", s."LivingAreaUnits") as metres, mls.town_names(s."City") as towns
    from public.served_property s where s.record_id = any (ids) and not s.is_deleted
  ), near as (
    -- the tile of zoom 16 (500 m) around each, and those beside it
    select c.record_id as one, s.record_id as other
    from changed c
    cross join generate_series(-1, 1) dx cross join generate_series(-1, 1) dy
    -- once for each, and not once for each pair
    cross join lateral (select mls.geo_cell(c."Latitude" + dy * 0.004, c."Longitude" + dx * 0.005) >> 20 as tile offset 0) t
    join public.served_property s on s.geo_cell between t.tile << 20 and ((t.tile + 1) << 20) - 1 and not s.is_deleted
    where c.geo_cell is not null and s.record_id <> c.record_id and s.office_key <> c.office_key
      -- what differs by more could only be told by its pictures, and is found by them
      and coalesce(abs(s."BedroomsTotal" - c."BedroomsTotal") <= 1, true)
      and coalesce(mls.square_metres(s."LivingArea", s."LivingAreaUnits") between c.metres * 0.88 and c.metres * 1.14, true)
    union
    -- where one of the two has no place: of the same town, of the same size, for about the same price
    select c.record_id, s.record_id
    from changed c
    cross join lateral (
      select n.* from public.served_property n where c.geo_cell is not null and n.geo_cell is null and n."City" = any (c.towns) and not n.is_deleted
      union all
      select n.* from public.served_property n where c.geo_cell is null and n."City" = any (c.towns) and not n.is_deleted
        and n."ListPrice" between c."ListPrice" * 80 / 100 and c."ListPrice" * 125 / 100
    ) s
    where s.office_key <> c.office_key and s."BedroomsTotal" = c."BedroomsTotal"
      and s."ListPrice" between c."ListPrice" * 80 / 100 and c."ListPrice" * 125 / 100
      and mls.square_metres(s."LivingArea", s."LivingAreaUnits") between c.metres * 0.97 and c.metres * 1.03
    union
    select a.record_id, b.record_id
    from mls.listing_pictures a join mls.listing_pictures b on b.hash = a.hash and b.record_id <> a.record_id
    join public.served_property one on one.record_id = a.record_id
    join public.served_property other on other.record_id = b.record_id
    where a.record_id = any (ids) and one.office_key <> other.office_key
      and (select count(*) from (select from mls.listing_pictures s where s.hash = a.hash limit 6) s) <= 5
  ), ordered as (
    select distinct least(n.one, n.other) as one, greatest(n.one, n.other) as other from near n
  ), judged as (
    select a.record_id as one, b.record_id as other, a.tenant_id, b.tenant_id as other_tenant_id, least(l.odds, 1e6) as odds, l.reasons
    from ordered o
    join public.served_property a on a.record_id = o.one and not a.is_deleted
    join public.served_property b on b.record_id = o.other and not b.is_deleted
    cross join lateral mls.listing_likeness(a, b) l
    -- what is for sale is not what is to let
    where (a."ListPrice" is null) = (b."ListPrice" is null)
  ), gone as (
    delete from public.mls_listing_duplicates d
    where (d.listing_id = any (ids) or d.other_id = any (ids)) and d.decided_at is null
      and not exists (select from judged j where j.one = d.listing_id and j.other = d.other_id and j.odds >= least_odds)
  )
  insert into public.mls_listing_duplicates as d (tenant_id, other_tenant_id, listing_id, other_id, odds, score, reasons, status)
  select j.tenant_id, j.other_tenant_id, j.one, j.other, j.odds, j.odds / (1 + j.odds), j.reasons, 'POSSIBLE'
  from judged j where j.odds >= least_odds
  on conflict (listing_id, other_id) do update set odds = excluded.odds, reasons = excluded.reasons;
  get diagnostics found_pairs = row_count;
  perform mls.weigh_duplicates(ids || partners || array(
    select x.id from public.mls_listing_duplicates d cross join lateral (values (d.listing_id), (d.other_id)) x (id)
    where d.listing_id = any (ids) or d.other_id = any (ids)));
  return found_pairs;
end $$;
comment on function mls.compare_listings(uuid[]) is
  'Compares these served listings with those of other sources near them or with equal pictures, and keeps the pairs. What was decided stays.';

-- ----- mls.find_duplicates(interval): job of the clock -----
create function mls.find_duplicates(at_most interval default '20 seconds') returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  started constant timestamptz := clock_timestamp();
  batch constant integer := 500;
  reached bigint;
  ids uuid[];
  stamps bigint[];
  compared integer := 0;
begin
  if not pg_try_advisory_xact_lock(hashtext('mls.find_duplicates')) then
    return jsonb_build_object('compared', 0);
  end if;
  select s.compared_stamp into reached from mls.duplicates_state s;
  loop
    select array_agg(c.record_id), array_agg(c.stamp) into ids, stamps from (
      select s.record_id, s.stamp from public.served_property s
      where not s.is_deleted and s."ModificationTimestamp" > mls.stamp_time(reached)
      order by s."ModificationTimestamp" limit batch
    ) c;
    exit when ids is null;
    perform mls.collect_pictures(ids);
    perform mls.compare_listings(ids);
    compared := compared + cardinality(ids);
    reached := (select max(s) from unnest(stamps) s);
    exit when cardinality(ids) < batch or clock_timestamp() > started + at_most;
  end loop;
  update mls.duplicates_state set compared_stamp = reached where compared_stamp < reached;
  with gone as (
    delete from public.mls_listing_duplicates d
    where d.decided_at is null
      and exists (
        select from public.served_property s where s.record_id in (d.listing_id, d.other_id) and s.is_deleted
      )
    returning d.listing_id, d.other_id
  )
  select array_agg(x.id) into ids from gone g cross join lateral (values (g.listing_id), (g.other_id)) x (id);
  if ids is not null then
    perform mls.weigh_duplicates(ids);
  end if;
  return jsonb_build_object('compared', compared, 'grouped', mls.group_duplicates());
end $$;
comment on function mls.find_duplicates(interval) is
  'Compares what has changed since the last time, at most for about this long: {compared, grouped}. Safe to run at any time.';
grant execute on function mls.find_duplicates(interval), mls.group_duplicates(), mls.compare_listings(uuid[]), mls.weigh_duplicates(uuid[]),
  mls.collect_pictures(uuid[])
  to service_role;
insert into public.mls_schedules (job, cron, description) values
  ('duplicates', '*/5 * * * *', 'Looks for listings of different sources that are one home.');

-- ===== decisions =====

-- ----- decide_duplicate(uuid, text) -----
create function mls.decide_duplicate(pair_id uuid, decision text) returns public.mls_listing_duplicates
language plpgsql volatile security definer set search_path = ''
as $$
declare
  pair public.mls_listing_duplicates;
begin
  perform mls.require_right('u');
  if decision is null or decision not in ('CONFIRMED', 'REJECTED') then
    raise invalid_parameter_value using message = 'decision must be CONFIRMED or REJECTED.';
  end if;
  select d.* into pair from public.mls_listing_duplicates d
  where d.id = pair_id and d.tenant_id = any (mls.visible_tenant_ids()) and d.other_tenant_id = any (mls.visible_tenant_ids())
  for update;
  if not found then
    raise sqlstate 'PT404' using message = 'not_found', hint = 'There is no such pair in your market.';
  end if;
  -- one of the two must be the user's to change, or nobody's yet
  if not exists (
    select from public.mls_listings l
    where l.id in (pair.listing_id, pair.other_id) and (l.claimed_at is null or mls.in_write_scope(l))
  ) then
    raise insufficient_privilege using message = 'Both listings belong to other brokers.', hint = 'Ask one of them, or a manager.';
  end if;
  update public.mls_listing_duplicates d
  set status = decision, decided_by = mls.current_user_id(), decided_at = now()
  where d.id = pair_id returning d.* into pair;
  perform mls.weigh_duplicates(array[pair.listing_id, pair.other_id]);
  perform mls.group_duplicates();
  return pair;
end $$;
comment on function mls.decide_duplicate(uuid, text) is 'Keeps what a broker says of a pair.';

create function public.decide_duplicate(pair_id uuid, decision text) returns public.mls_listing_duplicates
language sql volatile set search_path = ''
as $$
  select mls.decide_duplicate(pair_id, decision)
$$;
comment on function public.decide_duplicate(uuid, text) is
  'Confirms or rejects that two listings are one home: decision CONFIRMED or REJECTED. It stays so, whatever is found later; a later decision replaces it.';
grant execute on function mls.decide_duplicate(uuid, text), public.decide_duplicate(uuid, text) to authenticated;
