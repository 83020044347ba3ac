-- API clients: machines with a client id and a secret, what they may do and see, and the signed claims under which
-- they read. Design: offices, scopes and grants live here and not in tokens, so that a change takes effect at once.

create extension if not exists pgcrypto with schema extensions;

-- ===== clients =====

-- ----- mls.all_match(text[], text) -----
create function mls.all_match(items text[], pattern text) returns boolean
language sql immutable parallel safe set search_path = ''
as $$
  select coalesce(bool_and(item is not null and item ~ pattern), true) from unnest(items) item
$$;
comment on function mls.all_match(text[], text) is 'Whether every item matches the pattern, true for none. For check constraints.';
grant execute on function mls.all_match(text[], text) to service_role;

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
  profile text not null default 'gold' check (profile in ('gold', 'dd2')),
  api_visibility text not null default 'all' check (api_visibility in ('all', 'published')),
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
comment on column public.mls_api_clients.profile is 'Names and types in answers: gold (as the original API) or dd2 (RESO Data Dictionary 2.0).';
comment on column public.mls_api_clients.api_visibility is
  'Narrows what the tenant shows, never widens it: published leaves out listings that were not published.';
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
  accepted constant text[] := array['client_id', 'name', 'secret', 'scopes', 'offices', 'grants', 'profile',
    'api_visibility', 'rate_limit_per_minute', 'expires_at', 'disabled_at'];
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
      'grants', '[]'::jsonb, 'profile', 'gold', 'api_visibility', 'all', 'rate_limit_per_minute', 600,
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
    profile = excluded.profile,
    api_visibility = excluded.api_visibility,
    rate_limit_per_minute = excluded.rate_limit_per_minute,
    expires_at = excluded.expires_at,
    disabled_at = excluded.disabled_at;
end $$;
comment on function mls.upsert_api_client(jsonb) is
  'Creates or changes a client: {client_id, name, secret, scopes, offices, grants, profile, api_visibility, rate_limit_per_minute, expires_at, disabled_at}. Keys left out stay as they are. A new secret here replaces the old one at once; mls.rotate_api_client_secret leaves time. Raises 22023 for unknown keys and weak secrets.';
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

-- ----- mls.authenticate_api_client(text, text) -----
create function mls.authenticate_api_client(client_id text, secret text) returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object('client_id', c.client_id, 'scopes', to_jsonb(c.scopes))
  from public.mls_api_clients c
  where c.client_id = authenticate_api_client.client_id
    and c.disabled_at is null
    and (c.expires_at is null or c.expires_at > now())
    and (
      c.secret_hash = mls.api_secret_hash(secret)
      or (c.previous_secret_hash = mls.api_secret_hash(secret) and c.previous_secret_expires_at > now())
    )
$$;
comment on function mls.authenticate_api_client(text, text) is
  '{client_id, scopes} when the secret is the current or, within its grace time, the previous one of a client that is neither disabled nor expired; else null. Plain comparison is safe: what is compared are hashes, whose leading characters a caller cannot choose, so timing leads nowhere.';
grant execute on function mls.authenticate_api_client(text, text) to service_role;

-- ===== signed claims =====
-- The OData door reads as mls_api_read and says for which offices in the setting mls.claims. Anyone who can run SQL
-- there can write that setting, so the database signs what it hands out and believes only its own signature.
-- Every read checks them, twice: these functions are plpgsql, which keeps its plans for the session, where SQL functions
-- plan anew in each query (claim_offices 55 us instead of 145, a key look-up 450 instead of 660).

-- ----- mls.secrets -----
create table mls.secrets (
  name text primary key,
  value bytea not null
);
comment on table mls.secrets is
  'Keys of the database itself, made here and never leaving it. Replacing api_claims ends all claims handed out; doors fetch new ones within 30 s.';
-- For nobody: only security definer functions of the owner read it.
alter table mls.secrets enable row level security;
alter table mls.secrets force row level security;
insert into mls.secrets (name, value) values ('api_claims', extensions.gen_random_bytes(32));

-- ----- mls.api_claims_signature(text) -----
create function mls.api_claims_signature(payload text) returns text
language plpgsql stable parallel safe security definer set search_path = ''
as $$
begin
  return (
    select encode(extensions.hmac(convert_to(payload, 'UTF8'), s.value, 'sha256'), 'hex')
    from mls.secrets s
    where s.name = 'api_claims'
  );
end $$;
comment on function mls.api_claims_signature(text) is 'HMAC-SHA256 of a payload, hex. Executable by the owner only: who can call it can write claims.';

-- ----- mls.api_client_context(text) -----
create function mls.api_client_context(client_id text) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  stored public.mls_api_clients;
  office_keys jsonb;
  payload text;
begin
  select * into stored from public.mls_api_clients c
  where c.client_id = api_client_context.client_id
    and c.disabled_at is null
    and (c.expires_at is null or c.expires_at > now());
  if not found then
    return null;
  end if;

  select coalesce(jsonb_agg(o.office_key order by o.office_key), '[]') into office_keys
  from public.mls_offices o
  where o.is_market and ('*' = any (stored.offices) or o.office_key = any (stored.offices) or o.aliases && stored.offices);

  payload := translate(encode(convert_to(jsonb_build_object(
    'client_id', stored.client_id,
    'offices', office_keys,
    'grants', to_jsonb(stored.grants),
    'published_only', stored.api_visibility = 'published',
    'exp', extract(epoch from now() + interval '10 minutes')::bigint
  )::text, 'UTF8'), 'base64'), E'+/=\n', '-_');

  return jsonb_build_object(
    'client_id', stored.client_id,
    'scopes', to_jsonb(stored.scopes),
    'offices', office_keys,
    'grants', to_jsonb(stored.grants),
    'profile', stored.profile,
    'api_visibility', stored.api_visibility,
    'rate_limit_per_minute', stored.rate_limit_per_minute,
    'claims', payload || '.' || mls.api_claims_signature(payload)
  );
end $$;
comment on function mls.api_client_context(text) is
  'What a client may do and see: {client_id, scopes, offices, grants, profile, api_visibility, rate_limit_per_minute, claims}; null when unknown, disabled or expired. Offices are keys of market offices: aliases and * resolved, unknown names dropped. claims is <base64url JSON>.<hex HMAC-SHA256>, good for 10 minutes; longer than any cache holds it.';
grant execute on function mls.api_client_context(text) to service_role;

-- ----- mls.api_claims() -----
create function mls.api_claims() returns jsonb
language plpgsql stable parallel safe security definer set search_path = ''
as $$
declare
  claims constant text := current_setting('mls.claims', true);
  payload text := left(claims, -65); -- before the dot and 64 hexadecimal digits
  body jsonb;
begin
  -- Hashed once more before comparing: how long a comparison takes must not tell how much of a forged signature fits.
  if claims is null or sha256(convert_to(right(claims, 65), 'UTF8'))
    is distinct from sha256(convert_to('.' || mls.api_claims_signature(payload), 'UTF8')) then
    return null;
  end if;
  -- From here on the payload is our own: decoding cannot fail, and no exception block (a subtransaction, which a
  -- parallel plan forbids) is needed.
  payload := rpad(translate(payload, '-_', '+/'), (length(payload) + 3) / 4 * 4, '=');
  body := convert_from(decode(payload, 'base64'), 'UTF8')::jsonb;
  if (body ->> 'exp')::bigint <= extract(epoch from now()) then
    return null;
  end if;
  return body;
end $$;
comment on function mls.api_claims() is
  'The claims in the setting mls.claims {client_id, offices, grants, published_only, exp}, if this database signed them and they have not expired; else null. Never raises. Executable by the owner only.';

-- ----- mls.claim_offices() -----
create function mls.claim_offices() returns text[]
language plpgsql stable parallel safe security definer set search_path = ''
as $$
begin
  return array(select jsonb_array_elements_text(mls.api_claims() -> 'offices'));
end $$;
comment on function mls.claim_offices() is
  'Office keys of the reading client, {} without valid claims. "All offices" is the full list, never a special value: an "or all" branch in a policy would cost the index. In policies: = any ((select mls.claim_offices())::text[]).';
grant execute on function mls.claim_offices() to mls_api_read;

-- ----- mls.claim_published_only() -----
create function mls.claim_published_only() returns boolean
language plpgsql stable parallel safe security definer set search_path = ''
as $$
begin
  return coalesce((mls.api_claims() ->> 'published_only')::boolean, true);
end $$;
comment on function mls.claim_published_only() is 'Whether the reading client sees published listings only. True without valid claims: the narrower answer.';
grant execute on function mls.claim_published_only() to mls_api_read;

-- ----- mls.claim_granted(text) -----
create function mls.claim_granted(name text) returns boolean
language plpgsql stable parallel safe security definer set search_path = ''
as $$
begin
  return coalesce(mls.api_claims() -> 'grants' ?| case
    when strpos(name, '.') > 0 then array[name, split_part(name, '.', 1) || '.*']
    else array[name]
  end, false);
end $$;
comment on function mls.claim_granted(text) is
  'Whether the reading client was granted a resource (''Contacts'') or a sensitive field (''Property.PrivateRemarks'', which ''Property.*'' includes). False without valid claims.';
grant execute on function mls.claim_granted(text) to mls_api_read;
