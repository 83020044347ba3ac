-- Several listings of one home, by different sources: found by likeness, never merged, confirmed or rejected by brokers.
-- Ids here refer to listings without a foreign key: what is served no longer is swept by the job.

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
  delete from mls.listing_pictures p where p.record_id = any (ids);
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
create function mls.latin_text(value text) returns text
language sql stable parallel safe set search_path = ''
as $$
  -- both ways of writing a sound end as one: ου and ou as u, αυ and au as av, χ, ch and kh as h
  select replace(replace(replace(replace(replace(replace(replace(
    regexp_replace(translate(
      replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(
        mls.search_text(value), 'ου', 'u'), 'αυ', 'av'), 'ευ', 'ev'), 'θ', 'th'), 'χ', 'h'), 'ψ', 'ps'), 'щ', 'sch'), 'ш', 'sh'), 'ч', 'ch'), 'ж', 'zh'), 'ю', 'yu'), 'я', 'ya'),
      'αβγδεζηικλμνξοπρστυφωабвгдезийклмнопрстуфхцыэіқғңүұһө', 'avgdeziiklmnxoprstifoabvgdeziiklmnoprstufhcyeikgnuuho'), '[^a-z0-9 ]', '', 'g'),
    'ou', 'u'), 'au', 'av'), 'eu', 'ev'), 'ph', 'f'), 'kh', 'h'), 'ch', 'h'), 'y', 'i')
$$;
comment on function mls.latin_text(text) is 'A text of Greek, Cyrillic or Latin letters in one spelling of the Latin ones, near enough to compare names.';

-- ----- mls.street_name(text) -----
create function mls.street_name(address text) returns text
language sql stable parallel safe set search_path = ''
as $$
  select btrim(regexp_replace(regexp_replace(mls.latin_text(address), '[0-9]', '', 'g'),
    '\m(avenue|ave|street|str|st|road|rd|leoforos|leof|odos|ulitsa|ulica|ul|prospekt|pr|koshesi|dangili|utca|ut|korut)\M', '', 'g'))
$$;
comment on function mls.street_name(text) is 'The name of the street in an address, without its number and the word for street, as mls.latin_text() spells it.';

-- ----- mls.listing_likeness(served_property, served_property) -----
-- What speaks for and against one home. Weights were tuned on generated pairs (tests/support/search/pairs.ts).
create function mls.listing_likeness(one public.served_property, other public.served_property)
returns table (score numeric, reasons text[])
language plpgsql stable set search_path = ''
as $$
declare
  total numeric := 0;
  why text[] := '{}';
  metres double precision;
  ratio double precision;
  pictures integer;
  streets real;
  numbers text[];
begin
  -- another kind of thing, or another number of bedrooms by far
  if one."PropertyType" is distinct from other."PropertyType" and one."PropertyType" is not null and other."PropertyType" is not null then
    total := total - 0.5;
  end if;
  if one."Latitude" is not null and other."Latitude" is not null then
    metres := 111195 * sqrt(power(one."Latitude" - other."Latitude", 2)
      + power((one."Longitude" - other."Longitude") * cos(radians(one."Latitude")), 2));
    total := total + case when metres <= 40 then 0.25 when metres <= 150 then 0.18 when metres <= 400 then 0.08 else -0.4 end;
    if metres <= 150 then
      why := why || format('place: %s m apart', round(metres));
    end if;
  end if;
  if one."BedroomsTotal" is not null and other."BedroomsTotal" is not null then
    total := total + case abs(one."BedroomsTotal" - other."BedroomsTotal") when 0 then 0.1 when 1 then -0.15 else -0.4 end;
    if one."BedroomsTotal" = other."BedroomsTotal" then
      why := why || format('%s bedrooms', one."BedroomsTotal");
    end if;
  end if;
  if one."LivingArea" > 0 and other."LivingArea" > 0 then
    ratio := greatest(one."LivingArea", other."LivingArea")::double precision / least(one."LivingArea", other."LivingArea");
    total := total + case when ratio <= 1.015 then 0.2 when ratio <= 1.05 then 0.08 when ratio <= 1.12 then -0.1 else -0.4 end;
    if ratio <= 1.05 then
      why := why || format('area: %s and %s m²', one."LivingArea" / 100, other."LivingArea" / 100);
    end if;
  end if;
  if one."ListPrice" > 0 and other."ListPrice" > 0 and one."ListPriceCurrencyCode" is not distinct from other."ListPriceCurrencyCode" then
    ratio := greatest(one."ListPrice", other."ListPrice")::double precision / least(one."ListPrice", other."ListPrice");
    total := total + case when ratio <= 1.01 then 0.15 when ratio <= 1.06 then 0.1 when ratio <= 1.15 then 0.02 when ratio <= 1.4 then -0.1 else -0.3 end;
    if ratio <= 1.06 then
      why := why || format('price: %s and %s', one."ListPrice" / 100, other."ListPrice" / 100);
    end if;
  end if;
  if one."UnparsedAddress" <> '' and other."UnparsedAddress" <> '' then
    streets := extensions.similarity(mls.street_name(one."UnparsedAddress"), mls.street_name(other."UnparsedAddress"));
    total := total + case when streets >= 0.45 then 0.15 when streets < 0.15 then -0.05 else 0 end;
    if streets >= 0.45 then
      why := why || format('street: %s and %s', one."UnparsedAddress", other."UnparsedAddress");
    end if;
    numbers := array[substring(one."UnparsedAddress" from '[0-9]+'), substring(other."UnparsedAddress" from '[0-9]+')];
    if numbers[1] <> numbers[2] then
      total := total - 0.25;
    elsif numbers[1] = numbers[2] and streets >= 0.45 then
      total := total + 0.1;
    end if;
  end if;
  if one."X_UnitNumber" <> '' and other."X_UnitNumber" <> '' then
    total := total + case when lower(one."X_UnitNumber") = lower(other."X_UnitNumber") then 0.15 else -0.4 end;
  end if;
  -- logos and galleries of projects are on many listings and speak for none of them
  select count(*) into pictures from mls.listing_pictures a
  where a.record_id = one.record_id
    and (select count(*) from (select from mls.listing_pictures s where s.hash = a.hash limit 6) s) <= 5
    and exists (
      select from mls.listing_pictures b
      where b.record_id = other.record_id and bit_count((a.hash # b.hash)::bit(64)) <= 6
    );
  if pictures > 0 then
    total := total + case pictures when 1 then 0.3 when 2 then 0.45 else 0.6 end;
    why := why || format('%s equal pictures', pictures);
  end if;
  return query select greatest(0, least(1, total)), why;
end $$;
comment on function mls.listing_likeness(public.served_property, public.served_property) is
  'How likely two served listings are one home, 0 to 1, and what speaks for it. Without pictures place, size and price must agree closely.';

-- ===== pairs =====

-- ----- mls_listing_duplicates -----
create table public.mls_listing_duplicates (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.mls_tenants (id),
  other_tenant_id uuid not null references public.mls_tenants (id),
  listing_id uuid not null,
  other_id uuid not null,
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
    select d.score, array(select split_part(r, ':', 1) from unnest(d.reasons) r) as reasons
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

-- ----- mls.compare_listings(uuid[]) -----
create function mls.compare_listings(ids uuid[]) returns integer
language plpgsql volatile security definer set search_path = '' set enable_seqscan = off
as $$
declare
  likely constant numeric := 0.6;
  possible constant numeric := 0.45;
  found_pairs integer;
begin
  with changed as (
    select s.* from public.served_property s where s.record_id = any (ids) and not s.is_deleted
  ), near as (
    -- the tile of zoom 16 (500 m) around each, and those beside it
    select c.record_id as one, s.record_id as other
    from changed c
    cross join generate_series(-1, 1) dx cross join generate_series(-1, 1) dy
    cross join lateral (select mls.geo_cell(c."Latitude" + dy * 0.004, c."Longitude" + dx * 0.005) >> 20 as tile) t
    join public.served_property s on s.geo_cell between t.tile << 20 and ((t.tile + 1) << 20) - 1 and not s.is_deleted
    where c.geo_cell is not null and s.record_id <> c.record_id and s.office_key <> c.office_key
      -- what differs by more could only be told by its pictures, and is found by them
      and coalesce(abs(s."BedroomsTotal" - c."BedroomsTotal") <= 1, true)
      and coalesce(s."LivingArea" between c."LivingArea" * 0.88 and c."LivingArea" * 1.14, true)
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
    select a.record_id as one, b.record_id as other, a.tenant_id, b.tenant_id as other_tenant_id, l.score, l.reasons
    from ordered o
    join public.served_property a on a.record_id = o.one and not a.is_deleted
    join public.served_property b on b.record_id = o.other and not b.is_deleted
    cross join lateral mls.listing_likeness(a, b) l
    -- what is for sale is not what is to let
    where (a."ListPrice" is null) = (b."ListPrice" is null)
  ), gone as (
    delete from public.mls_listing_duplicates d
    where (d.listing_id = any (ids) or d.other_id = any (ids)) and d.decided_at is null
      and not exists (select from judged j where j.one = d.listing_id and j.other = d.other_id and j.score >= possible)
  )
  insert into public.mls_listing_duplicates as d (tenant_id, other_tenant_id, listing_id, other_id, score, reasons, status)
  select j.tenant_id, j.other_tenant_id, j.one, j.other, j.score, j.reasons, case when j.score >= likely then 'LIKELY' else 'POSSIBLE' end
  from judged j where j.score >= possible
  on conflict (listing_id, other_id) do update set score = excluded.score, reasons = excluded.reasons,
    status = case when d.decided_at is null then excluded.status else d.status end;
  get diagnostics found_pairs = row_count;
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
  delete from public.mls_listing_duplicates d
  where d.decided_at is null
    and exists (
      select from public.served_property s where s.record_id in (d.listing_id, d.other_id) and s.is_deleted
    );
  return jsonb_build_object('compared', compared, 'grouped', mls.group_duplicates());
end $$;
comment on function mls.find_duplicates(interval) is
  'Compares what has changed since the last time, at most for about this long: {compared, grouped}. Safe to run at any time.';
grant execute on function mls.find_duplicates(interval), mls.group_duplicates(), mls.compare_listings(uuid[]), mls.collect_pictures(uuid[])
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
