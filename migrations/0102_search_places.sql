-- Places: cities, neighbourhoods and schools, shared by all markets, each with where it comes from.

-- ----- mls_places -----
create table public.mls_places (
  id uuid primary key default gen_random_uuid(),
  kind text not null check (kind in ('city', 'neighbourhood', 'school')),
  name text not null check (length(name) between 1 and 200),
  other_names text[] not null default '{}',
  country text check (country ~ '^[A-Z]{2}$'),
  region text,
  latitude double precision not null check (latitude between -90 and 90),
  longitude double precision not null check (longitude between -180 and 180),
  boundary jsonb,
  properties jsonb not null default '{}' check (jsonb_typeof(properties) = 'object'),
  source text not null check (length(source) between 1 and 100),
  source_key text not null check (length(source_key) between 1 and 200),
  licence text not null check (length(licence) between 1 and 500),
  geo_cell bigint generated always as (mls.geo_cell(latitude, longitude)) stored,
  loaded_at timestamptz not null default now(),
  unique (source, kind, source_key)
);
comment on table public.mls_places is
  'Cities, neighbourhoods and schools of the markets, for everybody. licence says how the source wants to be named; whoever shows a place shows it, too.';
comment on column public.mls_places.boundary is 'GeoJSON Polygon or MultiPolygon, where the source has one; latitude and longitude are then a point within or near.';
create index mls_places_cell on public.mls_places (kind, geo_cell);
alter table public.mls_places enable row level security;
alter table public.mls_places force row level security;
grant select on public.mls_places to anon, authenticated, mls_api_read;
grant select, insert, update, delete on public.mls_places to service_role;
create policy everybody_reads on public.mls_places for select to anon, authenticated, mls_api_read using (true);

-- ----- mls.place_names: each spelling, as it is searched -----
create table mls.place_names (
  place_id uuid not null references public.mls_places (id) on delete cascade,
  name text not null,
  key text not null,
  primary key (place_id, key)
);
comment on table mls.place_names is 'Names of places in every script, without case and accents. Written by a trigger of mls_places.';
create index place_names_prefix on mls.place_names (key text_pattern_ops);
create index place_names_typos on mls.place_names using gist (key extensions.gist_trgm_ops);
alter table mls.place_names enable row level security;
alter table mls.place_names force row level security;
grant select on mls.place_names to service_role;

-- ----- mls.name_place(): row trigger -----
create function mls.name_place() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  delete from mls.place_names n where n.place_id = new.id;
  insert into mls.place_names (place_id, name, key)
  select new.id, min(s.name), s.key
  from (select n.name, btrim(mls.search_text(n.name)) as key from unnest(new.name || new.other_names) n (name)) s
  where s.key <> '' group by s.key;
  return null;
end $$;
comment on function mls.name_place() is 'Row trigger: all names of a place can be searched.';
create trigger names after insert or update of name, other_names on public.mls_places
  for each row execute function mls.name_place();

-- ----- mls.load_places(text, text, text, jsonb) -----
create function mls.load_places(source text, licence text, kind text, places jsonb) returns integer
language plpgsql volatile set search_path = ''
as $$
declare
  loaded integer;
begin
  insert into public.mls_places as p (source, licence, kind, source_key, name, other_names, country, region, latitude, longitude, boundary, properties)
  select load_places.source, load_places.licence, load_places.kind, e ->> 'key', e ->> 'name',
    case jsonb_typeof(e -> 'other_names') when 'array' then array(select jsonb_array_elements_text(e -> 'other_names')) else '{}' end,
    e ->> 'country', e ->> 'region', (e ->> 'latitude')::double precision, (e ->> 'longitude')::double precision,
    nullif(e -> 'boundary', 'null'), coalesce(nullif(e -> 'properties', 'null'), '{}')
  from jsonb_array_elements(places) e
  on conflict on constraint mls_places_source_kind_source_key_key do update set
    (licence, name, other_names, country, region, latitude, longitude, boundary, properties, loaded_at)
    = (excluded.licence, excluded.name, excluded.other_names, excluded.country, excluded.region, excluded.latitude,
      excluded.longitude, excluded.boundary, excluded.properties, now());
  get diagnostics loaded = row_count;
  return loaded;
end $$;
comment on function mls.load_places(text, text, text, jsonb) is
  'Takes in places of one kind from one source: [{key, name, latitude, longitude, other_names?, country?, region?, boundary?, properties?}]. A key that is there is replaced; nothing is removed. Answers how many. Degrees, WGS 84.';
grant execute on function mls.load_places(text, text, text, jsonb) to service_role;

-- ----- mls.suggest_places(text, integer) -----
-- What begins so comes first; a name with other letters is looked for only where that gives little: 0.5 ms against 90.
create function mls.suggest_places(typed text, amount integer default 10)
returns table (id uuid, kind text, name text, matched text, country text, region text, latitude double precision, longitude double precision, licence text)
language plpgsql stable security definer set search_path = ''
as $$
declare
  wanted constant text := btrim(mls.search_text(typed));
  found_ids uuid[];
begin
  if wanted = '' then
    return;
  end if;
  select array_agg(c.place_id) into found_ids from (
    select n.place_id from mls.place_names n
    where n.key like replace(replace(replace(wanted, '\', '\\'), '%', '\%'), '_', '\_') || '%'
    group by n.place_id
    -- a place that others have a name for is more likely meant than a village of that beginning
    order by (select count(*) from mls.place_names o where o.place_id = n.place_id) > 1 desc, min(length(n.key)), n.place_id
    limit amount
  ) c;
  return query
    select p.id, p.kind, p.name, x.name, p.country, p.region, p.latitude, p.longitude, p.licence
    from unnest(found_ids) with ordinality f (place_id, n)
    join public.mls_places p on p.id = f.place_id
    cross join lateral (select n.name from mls.place_names n where n.place_id = p.id and starts_with(n.key, wanted) order by length(n.key) limit 1) x
    order by f.n;
  -- what has a digit is an address or a reference, and no town that somebody misspelt
  if length(wanted) >= 3 and wanted !~ '[0-9]' and coalesce(cardinality(found_ids), 0) < least(5, amount) then
    return query
      select p.id, p.kind, p.name, x.name, p.country, p.region, p.latitude, p.longitude, p.licence
      from (
        select distinct on (t.place_id) t.place_id, t.name, t.distance
        from (
          select n.place_id, n.name, n.key operator(extensions.<->) wanted as distance from mls.place_names n
          order by n.key operator(extensions.<->) wanted limit amount * 3
        ) t
        where t.distance < 0.7 and not t.place_id = any (coalesce(found_ids, '{}'))
        order by t.place_id, t.distance
      ) x
      join public.mls_places p on p.id = x.place_id
      order by x.distance, p.name limit amount - coalesce(cardinality(found_ids), 0);
  end if;
end $$;
comment on function mls.suggest_places(text, integer) is
  'Places whose name, in any script, begins with what was typed; then those whose name is like it. matched is the spelling that was found.';
grant execute on function mls.suggest_places(text, integer) to mls_api_read, service_role;
