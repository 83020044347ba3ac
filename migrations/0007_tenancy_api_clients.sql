-- API clients: machines with a client id and a secret, what they may do and see, and how often they may ask.
-- Design: offices, scopes and grants live here and not in tokens, so that a change takes effect at once.

create extension if not exists pgcrypto with schema extensions;

-- ===== clients =====

-- ----- mls_api_clients -----
create table public.mls_api_clients (
  id uuid primary key default gen_random_uuid(),
  client_id text not null unique check (client_id ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'),
  name text not null,
  secret_hash text not null check (secret_hash ~ '^[0-9a-f]{64}$'),
  previous_secret_hash text check (previous_secret_hash ~ '^[0-9a-f]{64}$'),
  previous_secret_expires_at timestamptz,
  scopes text[] not null default '{}'
    check (scopes <@ array['ingest', 'odata', 'admin'] and array_position(scopes, null) is null),
  offices text[] not null default '{}' check (array_position(offices, null) is null),
  grants text[] not null default '{}'
    check (mls.all_match(grants, '^[A-Za-z][A-Za-z0-9]*(\.(\*|[A-Za-z][A-Za-z0-9_]*))?$')),
  edits text[] not null default '{}'
    check (edits <@ array['Property', 'Media'] and array_position(edits, null) is null),
  profile text not null default 'gold' check (profile in ('gold', 'dd2')),
  api_visibility text not null default 'all' check (api_visibility in ('all', 'published')),
  top_means text check (top_means in ('rows', 'page')),
  stamps text not null default 'microseconds' check (stamps in ('microseconds', 'milliseconds')),
  rate_limit_per_minute integer not null default 600 check (rate_limit_per_minute > 0),
  expires_at timestamptz,
  disabled_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check ((previous_secret_hash is null) = (previous_secret_expires_at is null))
);
comment on table public.mls_api_clients is
  'Machine clients of the hub (OAuth 2.0 client credentials). No row, a disabled or an expired one means no access.';
comment on column public.mls_api_clients.secret_hash is
  'sha256 of the secret, hex. A fast hash is right here: secrets are random and long (see mls.api_secret_hash), so there is nothing to guess.';
comment on column public.mls_api_clients.previous_secret_hash is
  'The secret before the last rotation, accepted until previous_secret_expires_at.';
comment on column public.mls_api_clients.offices is
  'Market offices whose records the client sees and sends: keys or aliases of mls_offices, or * for all, only if written. Empty means none.';
comment on column public.mls_api_clients.grants is
  'Sensitive things granted explicitly: a resource (Contacts), all sensitive fields of one (Property.*), or one field (Property.PrivateRemarks).';
comment on column public.mls_api_clients.edits is
  'Resources of which the client may create and change records of its offices (RESO Add/Edit): Property, Media. Apart from grants, so that Property.* never widens into writing.';
comment on column public.mls_api_clients.profile is 'Names and types in answers: gold (as the original API) or dd2 (RESO Data Dictionary 2.0).';
comment on column public.mls_api_clients.api_visibility is
  'Narrows what the tenant shows, never widens it: published leaves out listings that were not published.';
comment on column public.mls_api_clients.top_means is
  'What $top is in a plain query: rows in all (OData) or the size of a page (the original API, Trestle, Spark). Null: page in profile gold, rows in dd2.';
comment on column public.mls_api_clients.stamps is
  'Exactness of ModificationTimestamp: milliseconds for consumers whose dates hold no more. It is then given and compared in milliseconds, and pages in its order end where another millisecond begins, so that they may hold some more records than were asked for.';
create trigger touch before update on public.mls_api_clients for each row execute function mls.touch_updated_at();

-- No grant and no policy for anon and authenticated: administrators too may not read hashes; they manage clients
-- through the admin door, which does not return them. service_role bypasses row level security by its attribute.
alter table public.mls_api_clients enable row level security;
alter table public.mls_api_clients force row level security;
grant select, insert, update, delete on public.mls_api_clients to service_role;

-- ----- mls.api_secret_hash(text) -----
create function mls.api_secret_hash(secret text) returns text
language sql immutable parallel safe set search_path = ''
as $$
  select encode(sha256(convert_to(secret, 'UTF8')), 'hex')
$$;
comment on function mls.api_secret_hash(text) is
  'sha256 of a secret, hex. Only for secrets of high entropy: at least 32 characters from a random generator.';
grant execute on function mls.api_secret_hash(text) to service_role;

-- ----- mls.checked_api_secret_hash(text) -----
create function mls.checked_api_secret_hash(secret text) returns text
language plpgsql immutable set search_path = ''
as $$
begin
  if secret is null or length(secret) not between 32 and 256 or secret !~ '^[!-~]+$' then
    raise exception 'The secret of an API client must be 32 to 256 printable ASCII characters from a random generator, without spaces.'
      using errcode = 'invalid_parameter_value';
  end if;
  return mls.api_secret_hash(secret);
end $$;
comment on function mls.checked_api_secret_hash(text) is 'Hash of a new secret. Refuses one that is missing, too short or unprintable (22023).';
grant execute on function mls.checked_api_secret_hash(text) to service_role;

-- ----- mls.upsert_api_client(jsonb) -----
create function mls.upsert_api_client(client jsonb) returns void
language plpgsql set search_path = ''
as $$
declare
  accepted constant text[] := array['client_id', 'name', 'secret', 'scopes', 'offices', 'grants', 'edits', 'profile',
    'api_visibility', 'top_means', 'stamps', 'rate_limit_per_minute', 'expires_at', 'disabled_at'];
  stored public.mls_api_clients;
  hash text;
  unknown text := (select string_agg(k, ', ') from jsonb_object_keys(client) k where k <> all (accepted));
begin
  if unknown is not null then
    raise exception 'upsert_api_client does not know %. It accepts %.', unknown, array_to_string(accepted, ', ')
      using errcode = 'invalid_parameter_value';
  end if;

  select * into stored from public.mls_api_clients c where c.client_id = client ->> 'client_id' for update;
  if not found then
    stored := jsonb_populate_record(null::public.mls_api_clients, jsonb_build_object(
      'id', gen_random_uuid(), 'name', client ->> 'client_id', 'scopes', '[]'::jsonb, 'offices', '[]'::jsonb,
      'grants', '[]'::jsonb, 'edits', '[]'::jsonb, 'profile', 'gold', 'api_visibility', 'all', 'stamps', 'microseconds', 'rate_limit_per_minute', 600,
      'created_at', now(), 'updated_at', now()));
  end if;
  if client ? 'secret' or stored.secret_hash is null then
    hash := mls.checked_api_secret_hash(client ->> 'secret');
    if hash is distinct from stored.secret_hash then
      stored.secret_hash := hash;
      stored.previous_secret_hash := null;
      stored.previous_secret_expires_at := null;
    end if;
  end if;
  stored := jsonb_populate_record(stored, client - 'secret');

  insert into public.mls_api_clients select stored.*
  on conflict (client_id) do update set
    name = excluded.name,
    secret_hash = excluded.secret_hash,
    previous_secret_hash = excluded.previous_secret_hash,
    previous_secret_expires_at = excluded.previous_secret_expires_at,
    scopes = excluded.scopes,
    offices = excluded.offices,
    grants = excluded.grants,
    edits = excluded.edits,
    profile = excluded.profile,
    api_visibility = excluded.api_visibility,
    top_means = excluded.top_means,
    stamps = excluded.stamps,
    rate_limit_per_minute = excluded.rate_limit_per_minute,
    expires_at = excluded.expires_at,
    disabled_at = excluded.disabled_at;
end $$;
comment on function mls.upsert_api_client(jsonb) is
  'Creates or changes a client: {client_id, name, secret, scopes, offices, grants, edits, profile, api_visibility, top_means, stamps, rate_limit_per_minute, expires_at, disabled_at}. Keys left out stay as they are. A new secret here replaces the old one at once; mls.rotate_api_client_secret leaves time. Raises 22023 for unknown keys and weak secrets.';
grant execute on function mls.upsert_api_client(jsonb) to service_role;

-- ----- mls.rotate_api_client_secret(text, text, interval) -----
create function mls.rotate_api_client_secret(client_id text, new_secret text, grace interval default '24 hours')
returns timestamptz
language plpgsql set search_path = ''
as $$
declare
  stored public.mls_api_clients;
  hash constant text := mls.checked_api_secret_hash(new_secret);
begin
  if grace < interval '0' or grace > interval '30 days' then
    raise exception 'The old secret may stay valid for 0 to 30 days, not for %.', grace
      using errcode = 'invalid_parameter_value';
  end if;
  select * into stored from public.mls_api_clients c
  where c.client_id = rotate_api_client_secret.client_id for update;
  if not found then
    raise exception 'There is no API client "%".', client_id using errcode = 'no_data_found';
  end if;
  if stored.secret_hash = hash then
    return stored.previous_secret_expires_at; -- the same rotation again, after a lost answer
  end if;
  update public.mls_api_clients c
  set secret_hash = hash, previous_secret_hash = stored.secret_hash, previous_secret_expires_at = now() + grace
  where c.id = stored.id;
  return now() + grace;
end $$;
comment on function mls.rotate_api_client_secret(text, text, interval) is
  'Gives a client a new secret and keeps the old one valid for the grace time (0 to 30 days). Answers when the old one ends. Raises P0002 for an unknown client, 22023 for a weak secret.';
grant execute on function mls.rotate_api_client_secret(text, text, interval) to service_role;

-- ===== quotas =====

-- ----- mls.request_windows: what was used of a quota in the current minute -----
-- Unlogged: after a crash the minute starts anew, and no request waits for the disk.
create unlogged table mls.request_windows (
  quota text primary key,
  window_start timestamptz not null,
  used bigint not null
);
alter table mls.request_windows enable row level security;
alter table mls.request_windows force row level security;
grant select, insert, update, delete on mls.request_windows to service_role;

-- ----- mls.lease_requests(text, integer, integer) -----
create function mls.lease_requests(quota text, per_minute integer, wanted integer) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  started constant timestamptz := date_trunc('minute', clock_timestamp());
  used_before bigint;
  granted bigint;
begin
  insert into mls.request_windows as w (quota, window_start, used) values (lease_requests.quota, started, 0)
  on conflict on constraint request_windows_pkey do update
  set window_start = greatest(w.window_start, excluded.window_start),
    used = case when w.window_start < excluded.window_start then 0 else w.used end
  returning used into used_before;
  granted := greatest(least(wanted, per_minute - used_before), 0);
  update mls.request_windows w set used = used_before + granted where w.quota = lease_requests.quota;
  if granted > 0 and exists (select from public.mls_api_clients c where c.client_id = lease_requests.quota) then
    perform mls.count_usage(mls.market_of_client(lease_requests.quota), lease_requests.quota, 'requests', granted);
  end if;
  return jsonb_build_object(
    'granted', granted,
    'remaining', greatest(per_minute - used_before - granted, 0),
    'reset_seconds', greatest(ceil(extract(epoch from started + interval '1 minute' - clock_timestamp())), 1)
  );
end $$;
comment on function mls.lease_requests(text, integer, integer) is
  'Gives out up to so many requests of a quota''s current minute: {granted, remaining for others, reset_seconds}. For the requests of a client the quota is its id: one row a client, locked for one short transaction per block of requests, not per request.';
grant execute on function mls.lease_requests(text, integer, integer) to service_role;

-- ===== authentication =====

-- ----- mls.caller_network(text) -----
create function mls.caller_network(address text) returns text
language sql immutable parallel safe set search_path = ''
as $$
  select case
    when not pg_input_is_valid(address, 'inet') then 'unknown'
    when family(address::inet) = 6 and not address::inet <<= '::ffff:0.0.0.0/96' then host(network(set_masklen(address::inet, 64)))
    else host(address::inet)
  end
$$;
comment on function mls.caller_network(text) is
  'Whom an address stands for: itself, of IPv6 its /64, for so many addresses has one subscriber; unknown for what is none.';
grant execute on function mls.caller_network(text) to service_role;

-- ----- mls.authenticate_api_client(text, text, text) -----
-- Wrong secrets use up two quotas: of the client and address, and of the address. A right one writes nothing, and what
-- one address used up shuts nobody out at another. The quotas carry digests: people send secrets in the place of ids.
create function mls.authenticate_api_client(client_id text, secret_hash text, address text) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  at_client constant text := 'wrong secret ' || mls.api_secret_hash(client_id || ' ' || mls.caller_network(address));
  at_address constant text := 'wrong secret ' || mls.api_secret_hash(mls.caller_network(address));
  client_limit constant integer := 10;
  address_limit constant integer := 30;
  asked_at constant timestamptz := clock_timestamp();
  stored public.mls_api_clients;
  seconds integer;
begin
  select * into stored from public.mls_api_clients c where c.client_id = authenticate_api_client.client_id;

  select max(ceil(extract(epoch from w.window_start + interval '1 minute' - asked_at))) into seconds
  from mls.request_windows w
  where w.window_start > asked_at - interval '1 minute'
    and (w.quota = at_client and w.used >= client_limit or w.quota = at_address and w.used >= address_limit);

  if seconds is null
    and stored.disabled_at is null
    and (stored.expires_at is null or stored.expires_at > now())
    and (
      stored.secret_hash = authenticate_api_client.secret_hash
      or (stored.previous_secret_hash = authenticate_api_client.secret_hash and stored.previous_secret_expires_at > now())
    )
  then
    return jsonb_build_object('client_id', stored.client_id, 'scopes', to_jsonb(stored.scopes));
  end if;

  -- Those that came together and found nothing used up are told apart here: the quota gives each out once.
  if seconds is null then
    select max((q.lease ->> 'reset_seconds')::integer) into seconds
    from (values (mls.lease_requests(at_client, client_limit, 1)), (mls.lease_requests(at_address, address_limit, 1))) q (lease)
    where (q.lease ->> 'granted')::integer = 0;
  end if;
  return jsonb_strip_nulls(jsonb_build_object('refused', true, 'is_known', stored.id is not null, 'retry_after', seconds));
end $$;
comment on function mls.authenticate_api_client(text, text, text) is
  '{client_id, scopes} when secret_hash is that of the current or, within its grace time, of the previous secret of a client that is neither disabled nor expired. Else {refused: true, is_known: there is such a client, retry_after: seconds}; retry_after once 10 wrong secrets of a client came from an address within a minute, or 30 of all clients: then the secret is not even looked at. secret_hash as mls.api_secret_hash(), made by the caller so that no secret stands in a log of statements. Plain comparison is safe: what is compared are hashes, whose leading characters a caller cannot choose, so timing leads nowhere.';
grant execute on function mls.authenticate_api_client(text, text, text) to service_role;
