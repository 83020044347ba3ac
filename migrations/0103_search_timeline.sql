-- The history of a listing as one list, as far as who asks may know it.

-- ----- mls.timeline(uuid, text) -----
-- level: website (what anybody saw), served (what an API client saw), market (everything, for people of the market).
create function mls.timeline(target uuid, level text)
returns table (at timestamptz, kind text, actor text, details jsonb)
language sql stable security definer set search_path = ''
as $$
  with listing as (
    select l.* from public.mls_listings l where l.id = target
  ), statuses as (
    select h.id, h.changed_at, h.trigger, h.changed_by, h.reason, h.from_status, h.to_status,
      case h.to_status when 'PUBLISHED' then 'Active' when 'UNDER_OFFER' then 'Pending' when 'SOLD' then 'Closed'
        when 'WITHDRAWN' then 'Withdrawn' when 'INGESTED' then l.source_standard_status else 'Incomplete' end as standard,
      h.to_status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') as is_open
    from public.mls_status_history h join listing l on l.id = h.listing_id
  ), told as (
    select s.*, lag(s.standard) over (order by s.id) as previous from statuses s where level = 'served' or s.is_open
  )
  select * from (
    select t.changed_at, 'status', null::text, jsonb_strip_nulls(jsonb_build_object('from', t.previous, 'to', t.standard))
    from told t
    where level <> 'market' and t.standard is distinct from t.previous and t.standard is not null
    union all
    select s.changed_at, 'status',
      case s.trigger when 'USER' then coalesce(mls.actor_name(s.changed_by), 'hub') when 'INGRESS' then 'source' else 'hub' end,
      jsonb_strip_nulls(jsonb_build_object('from', s.from_status, 'to', s.to_status, 'reason', s.reason))
    from statuses s where level = 'market'
    union all
    select p.changed_at, 'price',
      case when level = 'market' then case p.source when 'USER' then coalesce(mls.actor_name(p.changed_by), 'hub') when 'INGRESS' then 'source' else 'hub' end end,
      jsonb_strip_nulls(jsonb_build_object('from', p.old_price, 'to', p.new_price, 'currency', p.currency_code, 'of', lower(p.price_kind),
        'frequency', p.frequency, 'reason', case when level = 'market' then p.reason end))
    from public.mls_price_history p join listing l on l.id = p.listing_id
    where level = 'market'
      -- of a draft the world sees what its source says, and not what a broker makes of it
      or (level = 'served' and (p.source <> 'USER' or p.changed_at >= l.first_published_at))
      or (p.changed_at >= l.first_published_at and l.is_price_upon_request is not true)
    union all
    select min(m.created_at), 'media', null, jsonb_build_object('added', count(*))
    from public.mls_listing_media m
    where m.listing_id = target and m.is_servable
      and (level <> 'website' or m.created_at >= (select l.first_published_at from listing l))
    group by date_trunc('hour', m.created_at)
    union all
    select l.claimed_at, 'claimed', coalesce(mls.actor_name(l.claimed_by), 'user:'), '{}'
    from listing l where level = 'market' and l.claimed_at is not null
    union all
    select o.first_seen_at, 'source', 'source', jsonb_strip_nulls(jsonb_build_object('first_seen', true, 'system', l.origin_system))
    from public.mls_listing_origins o join listing l on l.id = o.listing_id where level = 'market'
    union all
    select o.applied_at, 'source', 'source', jsonb_strip_nulls(jsonb_build_object('last_change', true, 'delivered_by', o.delivered_by))
    from public.mls_listing_origins o where level = 'market' and o.listing_id = target and o.applied_at > o.first_seen_at
    union all
    -- of what users changed, the columns; values are for administrators, in mls_audit
    select a.changed_at, 'edit', mls.actor_name(a.changed_by), jsonb_build_object('table', a.table_name, 'action', lower(a.action),
      'fields', coalesce((select jsonb_agg(k order by k) from jsonb_object_keys(coalesce(a.new_values, '{}')) k), '[]'))
    from public.mls_audit a where level = 'market' and (a.listing_id = target or a.record_id = target)
    union all
    select s.published_at, 'delivery', 'hub', jsonb_build_object('portal', d.code, 'shown', true)
    from public.mls_listing_syndications s join public.mls_portal_definitions d on d.id = s.portal_id
    where level = 'market' and s.listing_id = target and s.published_at is not null
    union all
    select s.removed_at, 'delivery', 'hub', jsonb_build_object('portal', d.code, 'shown', false)
    from public.mls_listing_syndications s join public.mls_portal_definitions d on d.id = s.portal_id
    where level = 'market' and s.listing_id = target and s.removed_at is not null
  ) e (at, kind, actor, details)
  where e.at is not null and target is not null
  order by e.at desc, e.kind
$$;
grant execute on function mls.timeline(uuid, text) to service_role;
comment on function mls.timeline(uuid, text) is
  'What happened to a listing, the newest first: status, price, media, claimed, source, edit, delivery. For the service and the functions below: who calls it has found out what the caller may know.';

-- ----- mls.client_timeline(text) -----
create function mls.client_timeline(listing_key text)
returns table (at timestamptz, kind text, actor text, details jsonb)
language plpgsql stable security definer set search_path = ''
as $$
declare
  target uuid;
begin
  select s.record_id into target from public.served_property s
  where s."ListingKey" = client_timeline.listing_key and not s.is_deleted
    and s.office_key = any (mls.claim_offices()) and (s.is_published or not mls.claim_published_only());
  if target is null then
    return;
  end if;
  return query select * from mls.timeline(target, case when mls.claim_published_only() then 'website' else 'served' end);
end $$;
comment on function mls.client_timeline(text) is
  'The timeline of a listing as the client in mls.claims may know it; empty for one that it does not see. A client of published listings learns what happened since they were published.';

-- ----- mls.website_timeline(text) -----
create function mls.website_timeline(listing_key text)
returns table (at timestamptz, kind text, actor text, details jsonb)
language sql stable security definer set search_path = ''
as $$
  select t.* from mls.website_search w cross join lateral mls.timeline(w.record_id, 'website') t
  where w."ListingKey" = website_timeline.listing_key
$$;
comment on function mls.website_timeline(text) is 'The timeline of a listing that a website shows, since it was published.';
grant execute on function mls.client_timeline(text), mls.website_timeline(text) to mls_api_read;

-- ----- mls.market_timeline(uuid) -----
create function mls.market_timeline(target uuid)
returns table (at timestamptz, kind text, actor text, details jsonb)
language plpgsql stable security definer set search_path = ''
as $$
begin
  -- as the policy of mls_listings says it: a definer is not asked by it
  if exists (
    select from public.mls_listings l
    where l.id = target and l.tenant_id = any (mls.visible_tenant_ids()) and mls.can('r')
      and (l.claimed_at is null or mls.sees_whole_tenant()
        or l.broker_id = any (mls.visible_user_ids()) or l.co_broker_id = any (mls.visible_user_ids()))
  ) then
    return query select * from mls.timeline(target, 'market');
  end if;
end $$;
comment on function mls.market_timeline(uuid) is 'Everything that happened to a listing that the user sees; nothing of others.';

-- ----- listing_timeline(uuid) -----
create function public.listing_timeline(listing_id uuid)
returns table (at timestamptz, kind text, actor text, details jsonb)
language sql stable set search_path = ''
as $$
  select * from mls.market_timeline(listing_id)
$$;
comment on function public.listing_timeline(uuid) is
  'Everything that happened to a listing that the caller sees, the newest first: at, kind (status, price, media, claimed, source, edit, delivery), actor (user:<uuid>, source, hub) and details. Empty for a listing out of sight.';
grant execute on function mls.market_timeline(uuid), public.listing_timeline(uuid) to authenticated;
