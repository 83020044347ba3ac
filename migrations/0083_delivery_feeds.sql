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

-- ----- mls.render_anew(portals, listings) -----
create function mls.render_anew(portals uuid[], listings uuid[] default null) returns integer
language plpgsql set search_path = ''
as $$
declare
  made_due integer;
begin
  perform mls.lock_deliveries(array(
    select s.id from public.mls_listing_syndications s
    where s.portal_id = any (portals) and (listings is null or s.listing_id = any (listings))));
  update public.mls_listing_syndications s
  set desired_version = s.desired_version + 1, desired_at = clock_timestamp(), updated_at = clock_timestamp(),
      next_attempt_at = coalesce(s.next_attempt_at, clock_timestamp())
  where s.portal_id = any (portals) and (listings is null or s.listing_id = any (listings)) and s.status <> 'FAILED';
  get diagnostics made_due = row_count;
  -- what could not be said may be said now
  update public.mls_listing_syndications s set status = mls.unparked(s)
  where s.portal_id = any (portals) and (listings is null or s.listing_id = any (listings)) and s.status = 'FAILED';
  return made_due;
end $$;
comment on function mls.render_anew(uuid[], uuid[]) is 'Makes the listings of feeds due, or these of them: how they are rendered has changed.';

-- ----- mls.regions_changed(): statement trigger of mls_portal_regions -----
create function mls.regions_changed() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  changed record;
begin
  for changed in execute format($q$
    select r.format, array_agg(distinct r.name) as names
    from (%s) r
    group by r.format $q$, case tg_op
      when 'INSERT' then 'table new_rows'
      when 'DELETE' then 'table old_rows'
      else '(table new_rows except table old_rows) union (table old_rows except table new_rows)' end)
  loop
    perform mls.render_anew(
      array(select p.id from public.mls_portal_definitions p where p.channel_type = 'FEED' and p.config ->> 'format' = changed.format),
      array(
        select l.id from public.mls_listings l
        where l.first_published_at is not null and exists (
          select from unnest(array[l.city, l.district, l.state, l.state_name, l.country, l.country_name]) place
          where lower(btrim(regexp_replace(place, '\s+', ' ', 'g'))) = any (changed.names))));
  end loop;
  return null;
end $$;
comment on function mls.regions_changed() is 'Statement trigger: a region that was added, mended or taken away renders the listings anew that name it.';
create trigger regions_added after insert on public.mls_portal_regions
  referencing new table as new_rows for each statement execute function mls.regions_changed();
create trigger regions_mended after update on public.mls_portal_regions
  referencing old table as old_rows new table as new_rows for each statement execute function mls.regions_changed();
create trigger regions_removed after delete on public.mls_portal_regions
  referencing old table as old_rows for each statement execute function mls.regions_changed();

-- ----- mls.merge_regions(mls_sources, jsonb) -----
create function mls.merge_regions(source public.mls_sources, rows jsonb) returns void
language sql volatile set search_path = ''
as $$
  -- the table is shared by all markets: what one of them has said, the source of another does not change
  insert into public.mls_portal_regions (format, level, name, region_id)
  select distinct on (r.format, r.name) r.format, 'city', r.name, r.region_id
  from jsonb_to_recordset(rows) r (format text, name text, region_id integer)
  where r.format in ('bayut', 'bazaraki', 'spitogatos', 'property_finder') and r.name = lower(btrim(r.name)) and r.name <> '' and r.region_id is not null
  order by r.format, r.name, r.region_id
  on conflict (format, level, name) do nothing
$$;
comment on function mls.merge_regions(public.mls_sources, jsonb) is
  'Takes places of portals: [{format, name, region_id}]. Known ones stay as they are.';

-- ----- mls.renderers: with which version of its code a format was rendered last -----
create table mls.renderers (
  format text primary key,
  version integer not null
);
comment on table mls.renderers is 'Versions of feed formats as their code names them. Another one than here renders all listings of the format anew.';
alter table mls.renderers enable row level security;
alter table mls.renderers force row level security;
grant select, insert, update, delete on mls.renderers to service_role;

-- ----- mls.note_renderers(versions) -----
create function mls.note_renderers(versions jsonb) returns integer
language plpgsql set search_path = ''
as $$
declare
  changed text[];
begin
  insert into mls.renderers (format, version) select v.key, v.value::integer from jsonb_each_text(versions) v on conflict do nothing;
  with mended as (
    update mls.renderers r set version = v.value::integer from jsonb_each_text(versions) v
    where v.key = r.format and v.value::integer > r.version returning r.format
  )
  select array_agg(m.format) into changed from mended m;
  if changed is null then
    return 0;
  end if;
  return mls.render_anew(array(
    select p.id from public.mls_portal_definitions p where p.channel_type = 'FEED' and p.config ->> 'format' = any (changed)));
end $$;
comment on function mls.note_renderers(jsonb) is
  'Tells which version of each format renders now, {format: version}; a newer one renders all its listings anew. An older one, of a function that is being replaced, changes nothing. Answers how many are due.';

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
  statuses public.mls_listing_status[] not null default '{}',
  report jsonb not null
);
comment on table public.mls_feed_snapshots is 'Builds of a feed; the newest is served, two older ones and those that were replaced in the last quarter of an hour stay for those who are still reading.';
comment on column public.mls_feed_snapshots.format is 'Format of its objects, in which it is served until the next build.';
comment on column public.mls_feed_snapshots.max_objects is
  'Most objects of the file: max_objects of the portal, else the limit of its format; null where neither has one. What lies beyond is cut.';
comment on column public.mls_feed_snapshots.statuses is
  'Which statuses the portal carried when a build last went through whole. Of a listing in one of them that the portal does not carry any more, nobody has said anything: the portal was changed.';
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
  rank integer not null default 0,
  is_held boolean not null default false,
  primary key (snapshot_id, object_id)
);
comment on table public.mls_feed_snapshot_entries is 'Which objects a snapshot holds.';
comment on column public.mls_feed_snapshot_entries.is_held is 'It would have vanished with this build, and the brake has kept it as it was served before (mls.build_feed).';
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

-- ===== what a build would serve =====

-- ----- mls.leaving_reason(listing, portal, syndication, carried) -----
create function mls.leaving_reason(
  listing public.mls_listings, portal public.mls_portal_definitions, syndication public.mls_listing_syndications,
  carried public.mls_listing_status[]
) returns text
language plpgsql stable set search_path = ''
as $$
declare
  reason text;
begin
  if listing.id is null then
    return null; -- nobody deletes listings in the course of business: this looks like a mistake
  elsif syndication.id is null then
    return 'not_syndicated';
  elsif mls.unparked(syndication) in ('PAUSED', 'REMOVED') then
    return lower(mls.unparked(syndication));
  end if;
  select b into reason from unnest(mls.publish_blockers(listing, portal)) b
  where b in ('withdrawn', 'not_published', 'origin_deleted', 'excluded_from_marketing', 'hidden_online')
    or b = 'status_not_carried' and not listing.status = any (carried)
  limit 1;
  return reason;
end $$;
comment on function mls.leaving_reason(
  public.mls_listings, public.mls_portal_definitions, public.mls_listing_syndications, public.mls_listing_status[]
) is
  'What a person or a source has said so that a listing leaves a feed: withdrawn, sold or back in preparation, deleted at its source, excluded from marketing, hidden online (by a broker or by InternetEntireListingDisplayYN), paused, taken off. Null for all else, such as a rule of the portal, its statuses among them where the feed carried (mls_feed_snapshots.statuses) the listing''s, or a field that many may lose at once by a slip.';

-- ----- mls.vanishing_rule(listing, portal, syndication) -----
create function mls.vanishing_rule(
  listing public.mls_listings, portal public.mls_portal_definitions, syndication public.mls_listing_syndications
) returns text
language plpgsql stable set search_path = ''
as $$
begin
  return case
    when listing.id is null then 'row_gone'
    when syndication.last_error_code = 'refused' then 'refused'
    else coalesce((mls.publish_blockers(listing, portal))[1], 'not_rendered')
  end;
end $$;
comment on function mls.vanishing_rule(public.mls_listings, public.mls_portal_definitions, public.mls_listing_syndications) is
  'Why a listing would vanish from a feed of which nobody has said that it leaves: row_gone, refused (the format cannot say it), the first of mls.publish_blockers(), or not_rendered.';

-- ----- mls.feed_carried(portal_id) -----
create function mls.feed_carried(portal_id uuid) returns public.mls_listing_status[]
language sql stable set search_path = ''
as $$
  select coalesce(
    (select f.statuses from public.mls_feed_snapshots f where f.portal_id = feed_carried.portal_id order by f.id desc limit 1), '{}')
$$;
comment on function mls.feed_carried(uuid) is 'Which statuses the served file of a feed was built for; {} before the first.';

-- ----- mls.feed_current(portal_id) -----
create function mls.feed_current(portal_id uuid) returns setof public.mls_feed_entries
language sql stable set search_path = ''
as $$
  select e.* from public.mls_feed_entries e
  join public.mls_portal_definitions p on p.id = e.portal_id
  join public.mls_listings l on l.id = e.listing_id
  left join public.mls_listing_syndications s on s.listing_id = e.listing_id and s.portal_id = e.portal_id
  where e.portal_id = feed_current.portal_id
    and (s.id is not null and s.next_attempt_at is null
      or mls.leaving_reason(l, p, s, (select mls.feed_carried(feed_current.portal_id))) is null)
$$;
comment on function mls.feed_current(uuid) is
  'Renderings that may be served. What is to leave does not wait until its turn in the queue of renderings comes.';

-- ----- mls.feed_vanishing(portal_id) -----
create function mls.feed_vanishing(portal_id uuid) returns table (object_id bigint, listing_key text, rank integer, hash text, reason text, rule text)
language sql stable set search_path = ''
as $$
  select e.object_id, e.listing_key, e.rank, e.hash, said.reason, case when said.reason is null then mls.vanishing_rule(l, p, s) end
  from public.mls_portal_definitions p
  join public.mls_feed_snapshot_entries e on e.snapshot_id = (
    select f.id from public.mls_feed_snapshots f where f.portal_id = p.id order by f.id desc limit 1)
  left join public.mls_listings l on l.id = coalesce(
    (select k.id from public.mls_listings k where k.origin_key = e.listing_key), mls.try_uuid(substr(e.listing_key, length('MANUAL_') + 1)))
  left join public.mls_listing_syndications s on s.listing_id = l.id and s.portal_id = p.id
  cross join lateral (select mls.leaving_reason(l, p, s, (select mls.feed_carried(feed_vanishing.portal_id))) as reason) said
  where p.id = feed_vanishing.portal_id
    and not exists (select from mls.feed_current(feed_vanishing.portal_id) n where n.object_id = e.object_id)
$$;
comment on function mls.feed_vanishing(uuid) is
  'Served objects of a feed that are not in its renderings any more, each with what was said of its listing (mls.leaving_reason), or, where that is nothing, the rule that it fails (mls.vanishing_rule).';

-- ----- mls.feed_content(portal_id, keep) -----
create function mls.feed_content(portal_id uuid, keep text)
returns table (object_id bigint, listing_key text, rank integer, hash text, is_held boolean)
language sql stable set search_path = ''
as $$
  select n.object_id, n.listing_key, n.rank, n.hash, false from mls.feed_current(feed_content.portal_id) n where keep <> 'served'
  union all
  select v.object_id, v.listing_key, v.rank, v.hash, true from mls.feed_vanishing(feed_content.portal_id) v
  where keep = 'unexplained' and v.reason is null
  union all
  select e.object_id, e.listing_key, e.rank, e.hash, e.is_held from public.mls_feed_snapshot_entries e
  where keep = 'served'
    and e.snapshot_id = (select f.id from public.mls_feed_snapshots f where f.portal_id = feed_content.portal_id order by f.id desc limit 1)
    and not exists (
      select from mls.feed_vanishing(feed_content.portal_id) v where v.object_id = e.object_id and v.reason is not null)
$$;
comment on function mls.feed_content(uuid, text) is
  'Objects of a build. keep: nothing (the renderings alone), unexplained (and served objects that would vanish without a reason), served (the served file, less what has a reason to leave).';

-- ----- mls.feed_report(portal_id, format_limit) -----
create function mls.feed_report(portal_id uuid, format_limit integer default null) returns jsonb
language sql stable set search_path = ''
as $$
  with portal as (
    select coalesce((p.config ->> 'max_objects')::integer, format_limit) as max_objects,
      coalesce((p.config ->> 'max_shrink')::float8, 0.2) as max_shrink, coalesce((p.config ->> 'min_shrink')::integer, 5) as min_shrink
    from public.mls_portal_definitions p where p.id = feed_report.portal_id
  ),
  latest as (
    select s.id, s.built_at from public.mls_feed_snapshots s where s.portal_id = feed_report.portal_id order by s.id desc limit 1
  ),
  before as materialized (
    select e.object_id, e.listing_key from public.mls_feed_snapshot_entries e join latest on latest.id = e.snapshot_id
  ),
  now as materialized (
    select e.object_id, e.listing_key, e.kind, e.findings from mls.feed_current(feed_report.portal_id) e
  ),
  appear as (select n.listing_key from now n where not exists (select from before b where b.object_id = n.object_id)),
  vanish as materialized (select v.listing_key, v.reason, v.rule from mls.feed_vanishing(feed_report.portal_id) v),
  counted as (
    select (select count(*) from before) as served, (select count(*) from now) as objects, (select count(*) from vanish) as vanishing,
      (select count(*) from vanish where reason is null) as unexplained
  ),
  judged as (
    select c.*, c.unexplained > portal.min_shrink and c.unexplained > c.served * portal.max_shrink as is_braked from counted c, portal
  )
  select jsonb_build_object(
    'objects', j.objects,
    'max_objects', portal.max_objects,
    'cut', coalesce(greatest(j.objects - portal.max_objects, 0), 0),
    'served_objects', j.served,
    'served_since', (select built_at from latest),
    'waiting', (select count(*) from public.mls_listing_syndications s
                where s.portal_id = feed_report.portal_id and s.next_attempt_at is not null),
    'appear', (select count(*) from appear),
    'vanish', j.vanishing,
    'unexplained', j.unexplained,
    'held', case when j.is_braked then j.unexplained else 0 end,
    'appearing', coalesce((select jsonb_agg(listing_key) from (select listing_key from appear order by 1 limit 100) a), '[]'),
    'vanishing', coalesce((select jsonb_agg(listing_key) from (select listing_key from vanish order by 1 limit 100) v), '[]'),
    'holding', coalesce((select jsonb_agg(listing_key) from (
      select listing_key from vanish where reason is null and j.is_braked order by 1 limit 100) v), '[]'),
    'rules', coalesce((select jsonb_object_agg(rule, n) from (
      select rule, count(*) as n from vanish where reason is null group by 1) r), '{}'),
    'reasons', coalesce((select jsonb_object_agg(reason, n) from (
      select coalesce(reason, 'unexplained') as reason, count(*) as n from vanish group by 1) r), '{}'),
    'kinds', coalesce((select jsonb_object_agg(kind, n) from (select coalesce(kind, '') as kind, count(*) as n from now group by 1) k), '{}'),
    'findings', coalesce((select jsonb_object_agg(finding, n) from (
      select finding, count(*) as n from now, unnest(findings) finding group by 1 order by 2 desc limit 200) f), '{}')
  )
  from judged j, portal
$$;
comment on function mls.feed_report(uuid, integer) is
  'Dry run of a feed: how many objects, how many of them are cut by max_objects of the portal or the limit of its format, what would appear and vanish against what was built last and for which reasons, which of it the brake would hold, by which rules it would vanish (rules), and what could not be mapped.';

-- ----- mls.feed_builds: how the last build of each feed ended -----
create table mls.feed_builds (
  portal_id uuid primary key references public.mls_portal_definitions (id) on delete cascade,
  ended_at timestamptz not null,
  result jsonb not null
);
comment on table mls.feed_builds is 'What mls.build_feed last answered for a feed, by the clock or by hand: alerts and explanations read it.';
alter table mls.feed_builds enable row level security;
alter table mls.feed_builds force row level security;
grant select, insert, update, delete on mls.feed_builds to service_role;

-- ----- mls.make_feed(portal_id, force, format_limit) -----
create function mls.make_feed(portal_id uuid, force boolean, format_limit integer) returns jsonb
language plpgsql set search_path = ''
as $$
declare
  report jsonb;
  config jsonb;
  carries public.mls_listing_status[];
  served public.mls_feed_snapshots;
  new_hash text;
  new_format text;
  most integer;
  amount integer;
  is_waiting boolean;
  refusal text;
  keep text;
  said jsonb;
begin
  select p.config, p.statuses into config, carries from public.mls_portal_definitions p where p.id = make_feed.portal_id;
  select * into served from public.mls_feed_snapshots s where s.portal_id = make_feed.portal_id order by s.id desc limit 1;
  most := coalesce((config ->> 'max_objects')::integer, format_limit);
  -- a file has one format: the old one is served until all is rendered anew
  is_waiting := exists (
    select from public.mls_feed_entries e where e.portal_id = make_feed.portal_id and e.format is distinct from config ->> 'format');
  report := mls.feed_report(make_feed.portal_id, format_limit);
  refusal := case
    when is_waiting or force then null
    when (report ->> 'objects')::integer >= 20 and coalesce((report -> 'kinds' ->> (config ->> 'other_kind'))::float8, 0)
        > (report ->> 'objects')::float8 * coalesce((config ->> 'max_other_share')::float8, 0.3)
      then 'other_share'
    when (report ->> 'held')::integer > 0 then 'shrink'
  end;
  keep := case
    when is_waiting or refusal = 'other_share' or (refusal = 'shrink' and served.format is distinct from config ->> 'format') then 'served'
    when refusal = 'shrink' then 'unexplained'
    else 'nothing'
  end;
  said := case when is_waiting then jsonb_build_object('status', 'waiting')
    when refusal is not null then jsonb_build_object('status', 'refused', 'reason', refusal, 'held', report -> 'held', 'holding', report -> 'holding', 'rules', report -> 'rules', 'file', config -> 'file', 'report', report) end;
  if keep = 'served' and served.id is null then
    return said;
  end if;
  if said is not null then
    carries := coalesce(served.statuses, carries); -- until the build goes through whole
  end if;

  new_format := case when keep = 'served' then served.format else coalesce(config ->> 'format', '') end;
  select md5(coalesce(string_agg(c.object_id || ':' || c.rank || ':' || c.hash, ',' order by c.object_id), '') || '/' || coalesce(most, 0)), count(*)
  into new_hash, amount from mls.feed_content(make_feed.portal_id, keep) c;
  if served.hash = new_hash and served.format = new_format then
    update public.mls_feed_snapshots s set checked_at = clock_timestamp(), statuses = carries where s.id = served.id;
    return coalesce(said, jsonb_build_object('status', 'unchanged', 'objects', served.object_count, 'max_objects', most,
      'cut', coalesce(greatest(served.object_count - most, 0), 0)));
  end if;
  -- one statement: its content is read against the snapshot before it
  with snapshot as (
    insert into public.mls_feed_snapshots (portal_id, hash, format, object_count, max_objects, statuses, report)
    values (make_feed.portal_id, new_hash, new_format, amount, most, carries, report - array['appearing', 'vanishing', 'holding'])
    returning id
  )
  insert into public.mls_feed_snapshot_entries (snapshot_id, object_id, place, hash, listing_key, rank, is_held)
  select snapshot.id, c.object_id, row_number() over (order by c.rank, c.object_id desc), c.hash, c.listing_key, c.rank, c.is_held
  from snapshot, mls.feed_content(make_feed.portal_id, keep) c;
  return coalesce(said || jsonb_build_object('rest', 'built', 'objects', amount),
    jsonb_build_object('status', 'built', 'objects', report -> 'objects', 'max_objects', most, 'cut', report -> 'cut', 'appear', report -> 'appear', 'vanish', report -> 'vanish'));
end $$;
comment on function mls.make_feed(uuid, boolean, integer) is 'What mls.build_feed does, without its lock and its record.';

-- ----- mls.build_feed(portal_id, force, format_limit) -----
create function mls.build_feed(portal_id uuid, force boolean default false, format_limit integer default null) returns jsonb
language plpgsql set search_path = ''
as $$
declare
  result jsonb;
begin
  perform pg_advisory_xact_lock(7305413, hashtext(build_feed.portal_id::text));
  begin
    result := mls.make_feed(build_feed.portal_id, build_feed.force, build_feed.format_limit);
  exception when others then
    result := jsonb_build_object('status', 'failed', 'message', sqlerrm);
  end;
  insert into mls.feed_builds as b (portal_id, ended_at, result) values (build_feed.portal_id, clock_timestamp(), result - 'report')
  on conflict on constraint feed_builds_pkey do update set ended_at = excluded.ended_at, result = excluded.result;
  return result;
end $$;
comment on function mls.build_feed(uuid, boolean, integer) is
  'Makes the current renderings the served file, cut to max_objects of the portal or else to the limit of its format: {status: built|unchanged|refused|waiting|failed, objects, max_objects, cut}. What a person or source took off leaves in any case. Refused with reason shrink: more than max_shrink (0.2) of the served objects, and more than min_shrink (5), would vanish without such a reason; these stay as they are (held, holding, rules: by which they would vanish) and the rest of the file goes out (rest: built). Refused with other_share: more than max_other_share (0.3) fall to other_kind; the served file stays. Waits while some are rendered in another format than the portal''s. Force overrules.';

-- ----- mls.feed_page(bigint, boolean, bigint, integer) -----
create function mls.feed_page(snapshot bigint, as_file boolean, after bigint, at_most integer)
returns table (body text, at bigint)
language plpgsql stable security definer set search_path = ''
as $$
begin
  if as_file then
    return query
      select b.body, e.place::bigint
      from public.mls_feed_snapshots s
      join public.mls_feed_snapshot_entries e on e.snapshot_id = s.id
      join public.mls_feed_bodies b on b.hash = e.hash
      where s.id = snapshot and e.place > after and e.place <= coalesce(s.max_objects, e.place)
      order by e.place limit at_most;
  else
    return query
      select b.body, e.object_id
      from public.mls_feed_snapshot_entries e
      join public.mls_feed_bodies b on b.hash = e.hash
      where e.snapshot_id = snapshot and e.object_id < after
      order by e.object_id desc limit at_most;
  end if;
  -- a reader that is slower than the builds would take what is gone for the end of the file
  if not exists (select from public.mls_feed_snapshots s where s.id = snapshot) then
    raise exception 'There is no snapshot % of a feed any more.', snapshot using errcode = 'no_data_found';
  end if;
end $$;
comment on function mls.feed_page(bigint, boolean, bigint, integer) is
  'The next objects of a snapshot: in the order of its file after a place (from 0, up to max_objects), or newest first before an object. The door has asked before who may read the feed. Raises P0002 where the snapshot is gone.';
grant execute on function mls.feed_page(bigint, boolean, bigint, integer) to service_role, mls_api_read;

-- ----- mls.sweep_feeds() -----
create function mls.sweep_feeds() returns jsonb
language plpgsql set search_path = ''
as $$
declare
  snapshots integer;
  bodies integer;
begin
  -- a reader came at the latest when the next one was built
  delete from public.mls_feed_snapshots s
  using (
    select id, row_number() over newest_first as age, lag(built_at) over newest_first as replaced_at
    from public.mls_feed_snapshots window newest_first as (partition by portal_id order by id desc)
  ) r
  where r.id = s.id and r.age > 3 and r.replaced_at < now() - interval '15 minutes';
  get diagnostics snapshots = row_count;
  delete from public.mls_feed_bodies b
  where not exists (select from public.mls_feed_entries e where e.hash = b.hash)
    and not exists (select from public.mls_feed_snapshot_entries e where e.hash = b.hash);
  get diagnostics bodies = row_count;
  return jsonb_build_object('snapshots', snapshots, 'bodies', bodies);
end $$;
comment on function mls.sweep_feeds() is 'Removes snapshots but the newest three of each feed and those that were replaced in the last quarter of an hour, which somebody may be reading, and bodies that nothing names.';
