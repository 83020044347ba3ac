-- The signed claims under which API clients read.

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

-- ----- mls.offices_of_client(mls_api_clients) -----
create function mls.offices_of_client(client public.mls_api_clients) returns text[]
language plpgsql stable set search_path = ''
as $$
begin
  return array(
    select o.office_key from public.mls_offices o
    where o.is_market and ('*' = any (client.offices) or o.office_key = any (client.offices) or o.aliases && client.offices)
    order by o.office_key);
end $$;
comment on function mls.offices_of_client(public.mls_api_clients) is 'Keys of the market offices of a client: aliases and * resolved, unknown names dropped.';

-- ----- mls.aliases_of_offices(text[]) -----
create function mls.aliases_of_offices(office_keys text[]) returns jsonb
language sql stable set search_path = ''
as $$
  select coalesce(jsonb_object_agg(a.name, o.office_key), '{}')
  from public.mls_offices o cross join unnest(o.aliases) a (name)
  where o.is_market and o.office_key = any (office_keys)
$$;
comment on function mls.aliases_of_offices(text[]) is
  'Older keys of these market offices, under which consumers still ask: {alias: office key}.';

-- ----- mls.actor_name(uuid) -----
create function mls.actor_name(person uuid) returns text
language sql stable security definer set search_path = ''
as $$
  select coalesce((select 'client:' || c.client_id from public.mls_api_clients c where c.id = person), 'user:' || person)
$$;
comment on function mls.actor_name(uuid) is
  'Who acts in histories: user:<id>, or client:<client id> where an API client edited; null for nobody.';
grant execute on function mls.actor_name(uuid) to service_role;

-- ----- mls.client_name(uuid) -----
create function mls.client_name(person uuid) returns text
language sql stable security definer set search_path = ''
as $$
  select c.name from public.mls_api_clients c where c.id = person
$$;
comment on function mls.client_name(uuid) is 'The name of an API client that holds a listing as its broker does; null for people. For the boards of apps.';
grant execute on function mls.client_name(uuid) to authenticated, service_role;

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

  office_keys := to_jsonb(mls.offices_of_client(stored));

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
    'aliases', mls.aliases_of_offices(mls.offices_of_client(stored)),
    'grants', to_jsonb(stored.grants),
    'edits', to_jsonb(stored.edits),
    'profile', stored.profile,
    'api_visibility', stored.api_visibility,
    'top_means', coalesce(stored.top_means, case stored.profile when 'gold' then 'page' else 'rows' end),
    'stamps', stored.stamps,
    'rate_limit_per_minute', stored.rate_limit_per_minute,
    'claims', payload || '.' || mls.api_claims_signature(payload)
  );
end $$;
comment on function mls.api_client_context(text) is
  'What a client may do and see: {client_id, scopes, offices, aliases, grants, edits, profile, api_visibility, top_means, stamps, rate_limit_per_minute, claims}; null when unknown, disabled or expired. Offices are keys of market offices: aliases and * resolved, unknown names dropped; aliases are their older keys {alias: key}. claims is <base64url JSON>.<hex HMAC-SHA256>, good for 10 minutes; longer than any cache holds it.';
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

-- ----- mls.withheld_resources() -----
create function mls.withheld_resources() returns text[]
language plpgsql stable parallel safe security definer set search_path = ''
as $$
declare
  grants constant jsonb := coalesce(mls.api_claims() -> 'grants', '[]');
begin
  return array(select r.name from mls.resources r where r.is_restricted and not grants ? r.name);
end $$;
comment on function mls.withheld_resources() is
  'Restricted resources that the reading client was not granted; all of them without valid claims. In policies: resource <> all ((select mls.withheld_resources())::text[]).';
grant execute on function mls.withheld_resources() to mls_api_read;
