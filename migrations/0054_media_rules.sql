-- Pictures: what a source allows, why a copy may fail, and how fast each host is asked.

-- ===== rules of a source =====

-- ----- mls.media_rules(text, text) -----
create function mls.media_rules(office_key text, origin_system text) returns jsonb
language sql stable set search_path = ''
as $$
  select '{"copy": true, "hotlink": "allowed", "auth": "none", "originals": "drop", "keep_days": 30}'::jsonb
    || coalesce((select o.media from mls.origin_systems o where o.code = origin_system), '{}')
    || coalesce((
      select jsonb_build_object('source_id', s.id) || s.media from public.mls_sources s
      where s.office_key = media_rules.office_key and s.provider = origin_system), '{}')
$$;
comment on function mls.media_rules(text, text) is
  'What may be done with the pictures that a source brings, {copy, hotlink: allowed | expires | forbidden, auth: none | bearer | user_agent, token_hosts: who is given the token, requests_per_second, originals: keep | drop, keep_days: days that a copy outlives its last use, 0 for at once, source_id}: the rules of the source that feeds the office, else of the origin system, else that linking is allowed.';
grant execute on function mls.media_rules(text, text) to service_role;

-- ----- mls.media_token(uuid) -----
create function mls.media_token(source uuid) returns text
language plpgsql stable security definer set search_path = ''
as $$
declare
  secrets jsonb;
begin
  if not exists (select from mls.source_secrets x where x.source_id = source) then
    return null;
  end if;
  execute 'select jsonb_object_agg(x.kind, d.decrypted_secret::jsonb) from mls.source_secrets x
    join vault.decrypted_secrets d on d.id = x.secret_id where x.source_id = $1' into secrets using source;
  return coalesce(secrets -> 'session' ->> 'access_token', secrets -> 'credentials' ->> 'token');
end $$;
comment on function mls.media_token(uuid) is
  'The token with which a source was last read, for its pictures; null where there is none. Security definer: only its owner reads Vault.';
grant execute on function mls.media_token(uuid) to service_role;

-- ===== why a copy may fail =====

-- ----- mls.media_faults: one row per reason -----
create table mls.media_faults (
  code text primary key check (code ~ '^[a-z][a-z_]{2,39}$'),
  attempts integer check (attempts >= 1),
  keeps_link boolean not null,
  blames_host boolean not null default false,
  asks_source boolean not null default false,
  meaning text not null
);
comment on table mls.media_faults is
  'Why a picture could not be copied. attempts: after so many the copy is given up, null for never. keeps_link: whether the source''s address may still be shown where linking is allowed. blames_host: whether the host is left alone for a while after several in a row. asks_source: whether only the source can help, and is asked (mls.wanted_addresses).';
alter table mls.media_faults enable row level security;
alter table mls.media_faults force row level security;
grant select, insert, update, delete on mls.media_faults to service_role;
insert into mls.media_faults (code, attempts, keeps_link, blames_host, meaning) values
  ('timeout', 8, true, true, 'The host does not answer in time.'),
  ('connection', 8, true, true, 'The connection to the host fails or breaks.'),
  ('server_error', 8, true, true, 'The host answers 5xx.'),
  ('rate_limited', null, true, true, 'The host answers 429: we ask later.'),
  ('unauthorized', 4, false, false, 'The host answers 401 or 403.'),
  ('not_found', 3, false, false, 'There is nothing at the address: 404, 410 or another 4xx.'),
  ('address_expired', 3, false, false, 'The address was good for a time only; its source is asked for a fresh one.'),
  ('only_inside', 2, false, false, 'The picture comes inside the answers of its source, and is here no longer; its source is asked for it again.'),
  ('redirect_refused', 3, true, false, 'The address leads on too often, or to a place that is not called.'),
  ('address_refused', 2, true, false, 'The address is not called: no https, credentials in it, or a private network.'),
  ('not_a_picture', 2, false, false, 'What is there is no picture: HTML, SVG, PDF, TIFF or something else.'),
  ('unsupported_format', 1, true, false, 'A picture, but of a format that cannot be made into variants here.'),
  ('too_large', 1, true, false, 'The file has more bytes than are taken.'),
  ('too_many_pixels', 1, true, false, 'The picture has more pixels than are decoded.'),
  ('unreadable', 2, false, false, 'The file says it is a picture and cannot be decoded.'),
  ('file_missing', 1, false, false, 'The uploaded file is not in Storage any more.'),
  ('storage_unavailable', null, true, false, 'Our own storage does not answer.'),
  ('internal', 10, true, false, 'A fault of the hub.');
update mls.media_faults set asks_source = true where code in ('address_expired', 'only_inside');

-- ===== hosts =====

-- ----- mls.media_lanes: what is asked under one limit -----
create table mls.media_lanes (
  lane text primary key,
  requests_per_second double precision,
  tokens double precision not null default 200,
  refilled_at timestamptz not null default clock_timestamp(),
  failures integer not null default 0,
  opened_at timestamptz,
  open_until timestamptz
);
comment on table mls.media_lanes is
  'Hosts that pictures are fetched from (host:port), and sources with a rate of their own (source:<id>). failures: in a row. While open_until lies ahead nothing is asked; after it one request tries.';
alter table mls.media_lanes enable row level security;
alter table mls.media_lanes force row level security;
grant select, insert, update, delete on mls.media_lanes to service_role;

-- ----- mls.media_lane(text, jsonb) -----
create function mls.media_lane(address text, rules jsonb) returns text
language sql immutable parallel safe set search_path = ''
as $$
  select case
    when address is null then 'uploads'
    when rules ? 'requests_per_second' and rules ? 'source_id' then 'source:' || (rules ->> 'source_id')
    else coalesce(lower(substring(address from '^[^:]+://([^/?#\\]+)')), 'unknown')
  end
$$;
comment on function mls.media_lane(text, jsonb) is 'Under which limit an address is fetched: that of its source, where it has one, else that of the host.';

-- ----- mls.take_lane(text, integer) -----
create function mls.take_lane(wanted_lane text, wanted integer) returns integer
language plpgsql volatile set search_path = ''
as $$
declare
  lane mls.media_lanes;
  rate double precision;
  granted integer;
begin
  select * into lane from mls.media_lanes l where l.lane = wanted_lane for no key update skip locked;
  if not found or lane.open_until > clock_timestamp() then
    return 0;
  elsif lane.open_until is not null then
    -- half open: one request tries
    update mls.media_lanes l set open_until = clock_timestamp() + interval '30 seconds' where l.lane = wanted_lane;
    return 1;
  elsif wanted_lane = 'uploads' then
    return wanted;
  end if;
  rate := coalesce((
      select (s.media ->> 'requests_per_second')::double precision from public.mls_sources s where 'source:' || s.id = wanted_lane
    ), lane.requests_per_second, 20);
  -- the bucket holds ten seconds' worth, so that a run a minute gets its share
  lane.tokens := least(greatest(rate * 10, 1), lane.tokens + rate * extract(epoch from clock_timestamp() - lane.refilled_at));
  granted := least(wanted, floor(lane.tokens)::integer);
  update mls.media_lanes l set tokens = lane.tokens - granted, refilled_at = clock_timestamp() where l.lane = wanted_lane;
  return granted;
end $$;
comment on function mls.take_lane(text, integer) is
  'How many of the wanted requests a lane may be given now: 20 a second unless its source or its row says otherwise.';
