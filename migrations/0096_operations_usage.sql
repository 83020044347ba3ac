-- Looking as somebody else, and what was used.

-- ===== view as =====

-- ----- mls.view_as(jsonb, jsonb) -----
create function mls.view_as(request jsonb, context jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  client public.mls_api_clients;
  claims jsonb;
begin
  if request ? 'client_id' then
    client := mls.reached_client(request ->> 'client_id', context);
    if client.id is null then
      return jsonb_build_object('status', 404, 'code', 'not_found', 'detail', 'There is no such client that you administer.');
    elsif not 'odata' = any (client.scopes) then
      return jsonb_build_object('status', 409, 'code', 'conflict', 'detail', 'The client does not read: it has not the scope odata.');
    end if;
    perform mls.note_action(context, 'view_as.client', client.client_id, '{}', mls.market_of_client(client.client_id));
    return jsonb_build_object('status', 200, 'answer', jsonb_build_object('client_id', client.client_id));
  end if;
  claims := mls.access_claims((request ->> 'user_id')::uuid);
  if claims is null or (context ? 'tenant_id' and (claims ->> 'uoi' <> context ->> 'tenant_id' or claims ->> 'active_scope' = 'system_admin')) then
    return jsonb_build_object('status', 404, 'code', 'not_found', 'detail', 'Nobody of this id has access to a market that you administer.');
  end if;
  perform mls.note_action(context, 'view_as.user', request ->> 'user_id', '{}', (claims ->> 'uoi')::uuid);
  return jsonb_build_object('status', 200, 'answer', jsonb_build_object('claims',
    claims || jsonb_build_object('crud', case when claims ->> 'crud' like '%r%' then 'r' else '' end, 'read_only', true)));
end $$;
comment on function mls.view_as(jsonb, jsonb) is
  'What a token needs to show what {client_id} or {user_id} sees, and no more than that: writes down who asked. The door signs it for five minutes.';

-- ===== usage =====

-- ----- mls_usage: what was used, by month, market and client -----
create table public.mls_usage (
  month date not null check (month = date_trunc('month', month)),
  tenant_id uuid references public.mls_tenants (id),
  client_id text not null,
  kind text not null check (kind in ('requests', 'records', 'searches', 'listings', 'media_bytes')),
  amount bigint not null,
  unique nulls not distinct (month, tenant_id, client_id, kind)
);
comment on table public.mls_usage is
  'Volumes for billing. requests: as the quota gives them out, in blocks of a twentieth of a minute''s limit. records: received. tenant_id is null where a client reads several markets. listings and media_bytes: the most that a day of the month saw, client_id empty.';
create index mls_usage_tenant on public.mls_usage (tenant_id, month);
alter table public.mls_usage enable row level security;
alter table public.mls_usage force row level security;
grant select, insert, update, delete on public.mls_usage to service_role;

-- ----- mls.count_usage(uuid, text, text, bigint) -----
create function mls.count_usage(market uuid, client text, kind text, amount bigint) returns void
language sql volatile security definer set search_path = ''
as $$
  insert into public.mls_usage as u (month, tenant_id, client_id, kind, amount)
  values (date_trunc('month', now() at time zone 'utc')::date, market, client, count_usage.kind, count_usage.amount)
  on conflict (month, tenant_id, client_id, kind) do update set amount = u.amount + excluded.amount
$$;
comment on function mls.count_usage(uuid, text, text, bigint) is 'Adds to what a client used this month (UTC): requests, records or searches.';

-- ----- mls.market_of_client(text) -----
create function mls.market_of_client(client text) returns uuid
language sql stable set search_path = ''
as $$
  select case when count(distinct m.tenant_id) = 1 and not bool_or('*' = any (c.offices)) then (array_agg(m.tenant_id))[1] end
  from public.mls_api_clients c join mls.market_offices m on m.name = any (c.offices)
  where c.client_id = client
$$;
comment on function mls.market_of_client(text) is 'The one market of a client; null where it has several or none.';

-- ----- mls.note_volumes() -----
create function mls.note_volumes() returns bigint
language sql volatile security definer set search_path = ''
as $$
  with noted as (
    insert into public.mls_usage as u (month, tenant_id, client_id, kind, amount)
    select date_trunc('month', now() at time zone 'utc')::date, t.id, '', v.kind, v.amount
    from public.mls_tenants t
    cross join lateral (
      values ('listings', (select count(*) from public.mls_listings l where l.tenant_id = t.id and not l.origin_deleted)),
        ('media_bytes', (select coalesce(sum(f.bytes), 0)::bigint from public.mls_media_files f where f.tenant_id = t.id))
    ) v (kind, amount)
    on conflict (month, tenant_id, client_id, kind) do update set amount = greatest(u.amount, excluded.amount)
    returning 1
  )
  select count(*) from noted
$$;
comment on function mls.note_volumes() is 'Writes down how many listings and bytes of pictures each market holds, where that is more than the month saw before. Called by the job retention.';

-- ----- mls.usage_report(jsonb, jsonb) -----
create function mls.usage_report(request jsonb, context jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  wanted date := coalesce((request ->> 'month' || '-01')::date, date_trunc('month', now() at time zone 'utc')::date);
  market public.mls_tenants := mls.market_of(request ->> 'market', context);
begin
  if request ? 'market' and market.id is null then
    return jsonb_build_object('status', 404, 'code', 'not_found', 'detail', 'There is no such market that you administer.');
  end if;
  perform mls.note_volumes();
  return jsonb_build_object('status', 200, 'answer', jsonb_build_object('month', to_char(wanted, 'YYYY-MM'), 'markets', coalesce((
    select jsonb_agg(jsonb_build_object('market', t.code,
      'listings', coalesce(s.volumes ->> 'listings', '0')::bigint, 'media_bytes', coalesce(s.volumes ->> 'media_bytes', '0')::bigint,
      'requests', coalesce(s.sums ->> 'requests', '0')::bigint, 'records', coalesce(s.sums ->> 'records', '0')::bigint,
      'searches', coalesce(s.sums ->> 'searches', '0')::bigint, 'clients', s.clients) order by t.code)
    from public.mls_tenants t
    cross join lateral (
      select
        (select jsonb_object_agg(u.kind, u.amount) from public.mls_usage u
         where u.month = wanted and u.tenant_id = t.id and u.client_id = '') as volumes,
        (select jsonb_object_agg(x.kind, x.amount) from (
           select u.kind, sum(u.amount) as amount from public.mls_usage u
           where u.month = wanted and u.tenant_id = t.id and u.client_id <> '' group by u.kind) x) as sums,
        mls.client_usage(wanted, t.id) as clients
    ) s
    where (market.id is null or t.id = market.id) and (not context ? 'tenant_id' or t.id = (context ->> 'tenant_id')::uuid)), '[]'))
    -- clients of several markets belong to none
    || case when request ? 'market' or context ? 'tenant_id' then '{}' else jsonb_build_object('shared_clients', mls.client_usage(wanted, null)) end);
end $$;
comment on function mls.usage_report(jsonb, jsonb) is
  'What each market and client used in a month {market?, month?: YYYY-MM}: listings, media_bytes (the most of the month), requests, records, searches; shared_clients are those that read several markets.';

-- ----- mls.client_usage(date, uuid) -----
create function mls.client_usage(wanted date, market uuid) returns jsonb
language sql stable set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object('client_id', x.client_id, 'requests', x.requests, 'records', x.records, 'searches', x.searches) order by x.client_id), '[]')
  from (
    select u.client_id, coalesce(sum(u.amount) filter (where u.kind = 'requests'), 0) as requests,
      coalesce(sum(u.amount) filter (where u.kind = 'records'), 0) as records, coalesce(sum(u.amount) filter (where u.kind = 'searches'), 0) as searches
    from public.mls_usage u
    where u.month = wanted and u.tenant_id is not distinct from market and u.client_id <> ''
    group by u.client_id
  ) x
$$;
comment on function mls.client_usage(date, uuid) is 'What each client used in a month for a market; for null, those of several.';
grant execute on function mls.view_as(jsonb, jsonb), mls.count_usage(uuid, text, text, bigint), mls.note_volumes(), mls.usage_report(jsonb, jsonb) to service_role;
