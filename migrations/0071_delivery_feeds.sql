-- Feeds: files that portals fetch. Each listing is rendered once per change (mls_feed_entries), and a snapshot says
-- which renderings make up the file. Bodies are kept by their hash and shared between snapshots, so a snapshot of
-- 10,000 objects costs 10,000 short rows; the door only streams.

-- ----- mls_portal_regions: places in the taxonomy of a portal -----
create table public.mls_portal_regions (
  format text not null,
  level text not null check (level in ('country', 'district', 'city')),
  name text not null check (name = lower(btrim(name))),
  region_id integer not null,
  primary key (format, level, name)
);
comment on table public.mls_portal_regions is 'Place names (lower case) and the ids that a feed format has for them.';
alter table public.mls_portal_regions enable row level security;
alter table public.mls_portal_regions force row level security;
grant select on public.mls_portal_regions to authenticated;
grant select, insert, update, delete on public.mls_portal_regions to service_role;
create policy region_read on public.mls_portal_regions for select to authenticated using ((select mls.can('r')));

-- ----- mls_feed_bodies: rendered objects by hash -----
create table public.mls_feed_bodies (
  hash text primary key,
  body text not null
);
comment on table public.mls_feed_bodies is 'Rendered objects of feeds. Removed when no entry and no snapshot names them any more.';
alter table public.mls_feed_bodies alter column body set storage external;
alter table public.mls_feed_bodies enable row level security;
alter table public.mls_feed_bodies force row level security;
grant select, insert, delete on public.mls_feed_bodies to service_role;

-- ----- mls_feed_entries: what the feed would hold if it were built now -----
create table public.mls_feed_entries (
  portal_id uuid not null references public.mls_portal_definitions (id) on delete cascade,
  object_id bigint not null,
  listing_id uuid not null references public.mls_listings (id) on delete cascade,
  listing_key text not null,
  format text not null,
  rank integer not null default 0,
  hash text not null references public.mls_feed_bodies (hash),
  kind text,
  findings text[] not null default '{}',
  rendered_at timestamptz not null default clock_timestamp(),
  primary key (portal_id, object_id),
  unique (portal_id, listing_id)
);
comment on table public.mls_feed_entries is 'Current rendering of each listing of a feed.';
comment on column public.mls_feed_entries.format is 'In which format it is rendered: after a change of the portal''s, one listing after the other.';
comment on column public.mls_feed_entries.rank is 'Place in the file: lower ranks come first, within a rank the newest object does (HomesOverseas: 0 with a Russian title, else 1).';
comment on column public.mls_feed_entries.kind is 'Type in the taxonomy of the portal (HomesOverseas: realty_type).';
comment on column public.mls_feed_entries.findings is 'What could not be mapped, as code:value, such as town_unmapped:Kamares.';
create index mls_feed_entries_listing on public.mls_feed_entries (listing_id);
create index mls_feed_entries_hash on public.mls_feed_entries (hash);
alter table public.mls_feed_entries enable row level security;
alter table public.mls_feed_entries force row level security;
grant select, insert, update, delete on public.mls_feed_entries to service_role;

-- ----- mls_feed_snapshots: files as served -----
create table public.mls_feed_snapshots (
  id bigint generated always as identity primary key,
  portal_id uuid not null references public.mls_portal_definitions (id) on delete cascade,
  hash text not null,
  format text not null,
  object_count integer not null,
  max_objects integer,
  built_at timestamptz not null default clock_timestamp(),
  checked_at timestamptz not null default clock_timestamp(),
  report jsonb not null
);
comment on table public.mls_feed_snapshots is 'Builds of a feed; the newest is served, two older ones stay for those who are still reading.';
comment on column public.mls_feed_snapshots.format is 'Format of its objects, in which it is served until the next build.';
comment on column public.mls_feed_snapshots.max_objects is
  'Most objects of the file: max_objects of the portal, else the limit of its format; null where neither has one. What lies beyond is cut.';
comment on column public.mls_feed_snapshots.checked_at is 'Last time a build found nothing to change.';
create index mls_feed_snapshots_portal on public.mls_feed_snapshots (portal_id, id);
alter table public.mls_feed_snapshots enable row level security;
alter table public.mls_feed_snapshots force row level security;
grant select, insert, update, delete on public.mls_feed_snapshots to service_role;

-- ----- mls_feed_snapshot_entries -----
create table public.mls_feed_snapshot_entries (
  snapshot_id bigint not null references public.mls_feed_snapshots (id) on delete cascade,
  object_id bigint not null,
  place integer not null,
  hash text not null references public.mls_feed_bodies (hash),
  listing_key text not null,
  primary key (snapshot_id, object_id)
);
comment on table public.mls_feed_snapshot_entries is 'Which objects a snapshot holds.';
comment on column public.mls_feed_snapshot_entries.place is 'Place in the file, from 1. Objects beyond max_objects of the snapshot are cut: only a limit in the path reaches them.';
create unique index mls_feed_snapshot_entries_place on public.mls_feed_snapshot_entries (snapshot_id, place);
create index mls_feed_snapshot_entries_hash on public.mls_feed_snapshot_entries (hash);
alter table public.mls_feed_snapshot_entries enable row level security;
alter table public.mls_feed_snapshot_entries force row level security;
grant select, insert, delete on public.mls_feed_snapshot_entries to service_role;

-- ----- mls.finish_renderings(results) -----
create function mls.finish_renderings(results jsonb) returns jsonb
language plpgsql set search_path = ''
as $$
declare
  r record;
  portal uuid;
  outcome text;
  counts jsonb := '{}';
begin
  for r in
    select * from jsonb_to_recordset(results) as x (
      syndication_id uuid, lease_token uuid, listing_id uuid, listing_key text, object_id bigint,
      body text, hash text, format text, rank integer, kind text, findings text[], error text, refused boolean)
  loop
    select s.portal_id into portal from public.mls_listing_syndications s
    where s.id = r.syndication_id and s.lease_token = r.lease_token for update;
    continue when not found;
    if r.refused then
      delete from public.mls_feed_entries e where e.portal_id = portal and e.listing_id = r.listing_id;
      outcome := 'refused';
    elsif r.error is not null then
      outcome := 'retry';
    elsif r.body is null then
      delete from public.mls_feed_entries e where e.portal_id = portal and e.listing_id = r.listing_id;
      outcome := case when found then 'withdrawn' else 'none' end;
    else
      insert into public.mls_feed_bodies (hash, body) values (r.hash, r.body) on conflict do nothing;
      insert into public.mls_feed_entries as e (portal_id, object_id, listing_id, listing_key, format, rank, hash, kind, findings)
      values (portal, r.object_id, r.listing_id, r.listing_key, r.format, r.rank, r.hash, r.kind, coalesce(r.findings, '{}'))
      on conflict (portal_id, listing_id) do update set
        object_id = excluded.object_id, listing_key = excluded.listing_key, format = excluded.format, rank = excluded.rank,
        hash = excluded.hash, kind = excluded.kind, findings = excluded.findings, rendered_at = clock_timestamp();
      outcome := 'sent';
    end if;
    perform mls.finish_delivery(r.syndication_id, r.lease_token, jsonb_strip_nulls(jsonb_build_object(
      'outcome', outcome, 'payload_hash', r.hash, 'error_code', case when r.refused then 'refused' when r.error is not null then 'render_failed' end, 'error', r.error)));
    counts := counts || jsonb_build_object(outcome, coalesce((counts ->> outcome)::integer, 0) + 1);
  end loop;
  return counts;
end $$;
comment on function mls.finish_renderings(jsonb) is
  'Stores rendered objects (body null: not in the feed; refused: the format cannot say the listing, which is parked with the reason and leaves the feed) and finishes their deliveries; answers counts by outcome. Renderings whose lease was lost are dropped.';

-- ----- mls.feed_report(portal_id, format_limit) -----
create function mls.feed_report(portal_id uuid, format_limit integer default null) returns jsonb
language sql stable set search_path = ''
as $$
  with portal as (
    select coalesce((p.config ->> 'max_objects')::integer, format_limit) as max_objects
    from public.mls_portal_definitions p where p.id = feed_report.portal_id
  ),
  latest as (
    select s.id, s.built_at from public.mls_feed_snapshots s where s.portal_id = feed_report.portal_id order by s.id desc limit 1
  ),
  before as (
    select e.object_id, e.listing_key from public.mls_feed_snapshot_entries e join latest on latest.id = e.snapshot_id
  ),
  now as (
    select e.object_id, e.listing_key, e.kind, e.findings from public.mls_feed_entries e where e.portal_id = feed_report.portal_id
  ),
  appear as (select n.listing_key from now n where not exists (select from before b where b.object_id = n.object_id)),
  vanish as (select b.listing_key from before b where not exists (select from now n where n.object_id = b.object_id))
  select jsonb_build_object(
    'objects', (select count(*) from now),
    'max_objects', (select max_objects from portal),
    'cut', coalesce(greatest((select count(*) from now) - (select max_objects from portal), 0), 0),
    'served_objects', (select count(*) from before),
    'served_since', (select built_at from latest),
    'waiting', (select count(*) from public.mls_listing_syndications s
                where s.portal_id = feed_report.portal_id and s.next_attempt_at is not null),
    'appear', (select count(*) from appear),
    'vanish', (select count(*) from vanish),
    'appearing', coalesce((select jsonb_agg(listing_key) from (select listing_key from appear order by 1 limit 100) a), '[]'),
    'vanishing', coalesce((select jsonb_agg(listing_key) from (select listing_key from vanish order by 1 limit 100) v), '[]'),
    'kinds', coalesce((select jsonb_object_agg(kind, n) from (select coalesce(kind, '') as kind, count(*) as n from now group by 1) k), '{}'),
    'findings', coalesce((select jsonb_object_agg(finding, n) from (
      select finding, count(*) as n from now, unnest(findings) finding group by 1 order by 2 desc limit 200) f), '{}')
  )
$$;
comment on function mls.feed_report(uuid, integer) is
  'Dry run of a feed: how many objects, how many of them are cut by max_objects of the portal or the limit of its format, what would appear and vanish against what was built last, and what could not be mapped.';

-- ----- mls.build_feed(portal_id, force, format_limit) -----
create function mls.build_feed(portal_id uuid, force boolean default false, format_limit integer default null) returns jsonb
language plpgsql set search_path = ''
as $$
declare
  report jsonb;
  config jsonb;
  served public.mls_feed_snapshots;
  new_hash text;
  most integer;
  refusal text;
  snapshot bigint;
begin
  perform pg_advisory_xact_lock(7305413, hashtext(build_feed.portal_id::text));
  select p.config into config from public.mls_portal_definitions p where p.id = build_feed.portal_id;
  select * into served from public.mls_feed_snapshots s where s.portal_id = build_feed.portal_id order by s.id desc limit 1;
  if exists (select from public.mls_feed_entries e where e.portal_id = build_feed.portal_id and e.format is distinct from config ->> 'format') then
    return jsonb_build_object('status', 'waiting'); -- a file has one format: the old one is served until all is rendered anew
  end if;
  most := coalesce((config ->> 'max_objects')::integer, format_limit);
  select md5(coalesce(string_agg(e.object_id || ':' || e.rank || ':' || e.hash, ',' order by e.object_id), '') || '/' || coalesce(most, 0)) into new_hash
  from public.mls_feed_entries e where e.portal_id = build_feed.portal_id;
  if served.hash = new_hash then
    update public.mls_feed_snapshots s set checked_at = clock_timestamp() where s.id = served.id;
    return jsonb_build_object('status', 'unchanged', 'objects', served.object_count, 'max_objects', most,
      'cut', coalesce(greatest(served.object_count - most, 0), 0));
  end if;

  report := mls.feed_report(build_feed.portal_id, format_limit);
  refusal := case
    when (report ->> 'vanish')::float8 > (report ->> 'served_objects')::float8 * coalesce((config ->> 'max_shrink')::float8, 0.2)
      then 'shrink'
    when (report ->> 'objects')::integer >= 20 and coalesce((report -> 'kinds' ->> (config ->> 'other_kind'))::float8, 0)
        > (report ->> 'objects')::float8 * coalesce((config ->> 'max_other_share')::float8, 0.3)
      then 'other_share'
  end;
  if refusal is not null and not force then
    return jsonb_build_object('status', 'refused', 'reason', refusal, 'report', report);
  end if;

  insert into public.mls_feed_snapshots (portal_id, hash, format, object_count, max_objects, report)
  values (build_feed.portal_id, new_hash, coalesce(config ->> 'format', ''), (report ->> 'objects')::integer, most, report - array['appearing', 'vanishing'])
  returning id into snapshot;
  insert into public.mls_feed_snapshot_entries (snapshot_id, object_id, place, hash, listing_key)
  select snapshot, e.object_id, row_number() over (order by e.rank, e.object_id desc), e.hash, e.listing_key
  from public.mls_feed_entries e where e.portal_id = build_feed.portal_id;
  return jsonb_build_object('status', 'built', 'objects', report -> 'objects', 'max_objects', most, 'cut', report -> 'cut', 'appear', report -> 'appear', 'vanish', report -> 'vanish');
end $$;
comment on function mls.build_feed(uuid, boolean, integer) is
  'Makes the current entries the served file, cut to max_objects of the portal or else to the limit of its format: {status: built|unchanged|refused|waiting, objects, max_objects, cut}. Waits while some are rendered in another format than the portal''s. Refused while more than max_shrink (0.2) of the served objects would vanish, or more than max_other_share (0.3) fall to other_kind; force overrules.';

-- ----- mls.sweep_feeds() -----
create function mls.sweep_feeds() returns jsonb
language plpgsql set search_path = ''
as $$
declare
  snapshots integer;
  bodies integer;
begin
  delete from public.mls_feed_snapshots s
  using (select id, row_number() over (partition by portal_id order by id desc) as age from public.mls_feed_snapshots) r
  where r.id = s.id and r.age > 3;
  get diagnostics snapshots = row_count;
  delete from public.mls_feed_bodies b
  where not exists (select from public.mls_feed_entries e where e.hash = b.hash)
    and not exists (select from public.mls_feed_snapshot_entries e where e.hash = b.hash);
  get diagnostics bodies = row_count;
  return jsonb_build_object('snapshots', snapshots, 'bodies', bodies);
end $$;
comment on function mls.sweep_feeds() is 'Removes snapshots but the newest three of each feed, and bodies that nothing names.';
