-- What brokers do with the outbox: show, pause, resume, retry, remove, and ask why not.

-- ----- mls.set_syndication(listing_id, portal_code, wanted, may_create) -----
create function mls.set_syndication(listing_id uuid, portal_code text, wanted text, may_create boolean)
returns public.mls_listing_syndications
language plpgsql set search_path = ''
as $$
declare
  portal uuid;
  result public.mls_listing_syndications;
begin
  select p.id into portal
  from public.mls_listings l join public.mls_portal_definitions p on p.tenant_id = l.tenant_id and p.code = portal_code
  where l.id = set_syndication.listing_id;
  if portal is null then
    raise sqlstate 'PT404' using message = 'not_found',
      detail = format('There is no such listing, or its market has no portal %s.', portal_code);
  end if;
  if not mls.is_service() and not mls.may_syndicate(set_syndication.listing_id) then
    raise sqlstate 'PT403' using message = 'forbidden',
      detail = 'The listing is outside the scope in which you may change listings.';
  end if;
  update public.mls_listing_syndications s set status = coalesce(wanted, mls.unparked(s))
  where s.listing_id = set_syndication.listing_id and s.portal_id = portal
  returning s.* into result;
  if result.id is null and may_create then
    insert into public.mls_listing_syndications as s (listing_id, portal_id, status)
    values (set_syndication.listing_id, portal, wanted)
    returning s.* into result;
  end if;
  if result.id is null then
    raise sqlstate 'PT409' using message = 'not_syndicated', detail = mls.publish_reason('not_syndicated');
  end if;
  return result;
end $$;
comment on function mls.set_syndication(uuid, text, text, boolean) is
  'Sets the switch of a listing on a portal; null wants what was wanted before it was parked. PT404 unknown, PT403 out of scope, PT409 not_syndicated.';

-- ----- mls.syndicate(listing_id, portal_code) -----
create function mls.syndicate(listing_id uuid, portal_code text) returns public.mls_listing_syndications
language sql set search_path = ''
as $$
  select mls.set_syndication(listing_id, portal_code, 'ACTIVE', true)
$$;
comment on function mls.syndicate(uuid, text) is
  'Shows a listing on a portal: ACTIVE once it is published, PENDING until then. Safe to repeat.';

grant execute on function mls.set_syndication(uuid, text, text, boolean), mls.syndicate(uuid, text) to authenticated, service_role;

-- ----- RPCs -----
create function public.syndicate_listing(listing_id uuid, portal_code text) returns public.mls_listing_syndications
language sql set search_path = ''
as $$ select mls.set_syndication(listing_id, portal_code, 'ACTIVE', true) $$;
comment on function public.syndicate_listing(uuid, text) is
  'Shows a listing on a portal; answers its syndication. An application of kind SOCIAL is told of the listing each time this is called.';

create function public.pause_syndication(listing_id uuid, portal_code text) returns public.mls_listing_syndications
language sql set search_path = ''
as $$ select mls.set_syndication(listing_id, portal_code, 'PAUSED', false) $$;
comment on function public.pause_syndication(uuid, text) is 'Sends nothing more to the portal, except a withdrawal, until resumed.';

create function public.resume_syndication(listing_id uuid, portal_code text) returns public.mls_listing_syndications
language sql set search_path = ''
as $$ select mls.set_syndication(listing_id, portal_code, 'ACTIVE', false) $$;
comment on function public.resume_syndication(uuid, text) is 'Ends a pause: what changed meanwhile is delivered.';

create function public.retry_syndication(listing_id uuid, portal_code text) returns public.mls_listing_syndications
language sql set search_path = ''
as $$ select mls.set_syndication(listing_id, portal_code, null, false) $$;
comment on function public.retry_syndication(uuid, text) is 'Tries a failed or waiting delivery again now.';

create function public.remove_syndication(listing_id uuid, portal_code text) returns public.mls_listing_syndications
language sql set search_path = ''
as $$ select mls.set_syndication(listing_id, portal_code, 'REMOVED', false) $$;
comment on function public.remove_syndication(uuid, text) is 'Takes a listing off a portal.';

-- ----- mls.feed_cuts(portal_id, listing_id) -----
-- plpgsql: its tables come with the feeds, in a later file
create function mls.feed_cuts(portal_id uuid, listing_id uuid) returns boolean
language plpgsql stable security definer set search_path = ''
as $$
begin
  return exists (
    select from public.mls_listings l
    where l.id = feed_cuts.listing_id and (mls.is_service() or l.tenant_id = any (mls.visible_tenant_ids()))
  ) and exists (
    select from (
      select f.id, f.max_objects from public.mls_feed_snapshots f
      where f.portal_id = feed_cuts.portal_id order by f.id desc limit 1
    ) served
    join public.mls_feed_entries n on n.portal_id = feed_cuts.portal_id and n.listing_id = feed_cuts.listing_id
    join public.mls_feed_snapshot_entries e on e.snapshot_id = served.id and e.object_id = n.object_id
    where e.place > served.max_objects);
end $$;
comment on function mls.feed_cuts(uuid, uuid) is
  'Whether the served file of a feed ends before it comes to the listing. Security definer: it answers about one listing, and feeds are no user''s to read.';
grant execute on function mls.feed_cuts(uuid, uuid) to authenticated, service_role;

-- ----- mls.delivery_gaps(portal_id, listing_id) -----
-- plpgsql: its tables come with the queue and the feeds, in later files
create function mls.delivery_gaps(portal_id uuid, listing_id uuid) returns text[]
language plpgsql stable security definer set search_path = ''
as $$
declare
  s public.mls_listing_syndications;
  work text;
  gaps text[] := '{}';
  served bigint;
  entry bigint;
begin
  select x.* into s from public.mls_listing_syndications x
  where x.listing_id = delivery_gaps.listing_id and x.portal_id = delivery_gaps.portal_id
    and (mls.is_service() or x.tenant_id = any (mls.visible_tenant_ids()));
  if s.id is null or s.status <> 'ACTIVE' then
    return gaps;
  end if;
  select mls.worked_by(p.channel_type) into work from public.mls_portal_definitions p where p.id = delivery_gaps.portal_id;
  if work = 'deliveries' then
    if s.published_at is null or s.removed_at is not null then
      gaps := gaps || 'never_pushed'::text;
    end if;
    if s.next_attempt_at is not null and s.last_error_code is not null then
      gaps := gaps || 'retrying'::text;
    end if;
    if s.next_attempt_at is not null and exists (
      select from mls.portal_circuits c where c.portal_id = delivery_gaps.portal_id and c.open_until is not null) then
      gaps := gaps || 'circuit_open'::text;
    end if;
  elsif work = 'feeds' then
    select n.object_id into entry from public.mls_feed_entries n
    where n.portal_id = delivery_gaps.portal_id and n.listing_id = delivery_gaps.listing_id;
    select f.id into served from public.mls_feed_snapshots f where f.portal_id = delivery_gaps.portal_id order by f.id desc limit 1;
    if mls.feed_cuts(delivery_gaps.portal_id, delivery_gaps.listing_id) then
      gaps := gaps || 'cut'::text;
    elsif not exists (select from public.mls_feed_snapshot_entries e where e.snapshot_id = served and e.object_id = entry) then
      gaps := gaps || case
        when entry is null then 'never_pushed'
        when exists (select from mls.feed_builds b where b.portal_id = delivery_gaps.portal_id and b.result ->> 'status' in ('refused', 'failed'))
          then 'feed_refused'
        else 'not_built' end;
    end if;
  end if;
  return gaps;
end $$;
comment on function mls.delivery_gaps(uuid, uuid) is
  'What keeps a listing that may be shown on a portal from being there as it is now: never_pushed, retrying, circuit_open; of feeds cut, feed_refused, not_built. Security definer: it answers about one listing, and neither feeds nor circuits are any user''s to read.';
grant execute on function mls.delivery_gaps(uuid, uuid) to authenticated, service_role;

-- ----- explain_syndication(listing_id, portal_code) -----
create function public.explain_syndication(listing_id uuid, portal_code text) returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object(
    'listing_id', l.id,
    'portal', p.code,
    'publishable', mls.publishable(l, p),
    'shown', not exists (
      select from unnest(b.blockers) r
      -- an older version of it is there
      where r not in ('retrying', 'circuit_open') or s.published_at is null or s.removed_at is not null),
    'reasons', coalesce((
      select jsonb_agg(jsonb_build_object('code', code, 'message', mls.publish_reason(code)) order by n)
      from unnest(b.blockers) with ordinality r (code, n)), '[]'),
    'syndication', case when s.id is not null then jsonb_build_object(
      'status', s.status, 'due', s.pushed_version < s.desired_version, 'attempts', s.attempt_count,
      'next_attempt_at', s.next_attempt_at, 'last_success_at', s.last_success_at, 'last_error_code', s.last_error_code,
      'last_error', s.last_error, 'external_id', s.external_id, 'external_url', s.external_url) end)
  from public.mls_listings l
  join public.mls_portal_definitions p on p.tenant_id = l.tenant_id and p.code = portal_code
  left join public.mls_listing_syndications s on s.listing_id = l.id and s.portal_id = p.id
  cross join lateral (
    select array_remove(array[
      case when not p.is_active then 'portal_inactive' end,
      case when p.phase = 'PULL' and mls.worked_by(p.channel_type) = 'deliveries' then 'portal_pull_only' end,
      case when s.id is null then 'not_syndicated'
           when s.status = 'PAUSED' then 'paused'
           when s.status = 'REMOVED' then 'removed'
           when s.status = 'FAILED' then case s.last_error_code when 'refused' then 'refused' else 'parked' end end
    ], null) || r.rules || case when r.rules = '{}' and p.is_active then mls.delivery_gaps(p.id, l.id) else '{}' end as blockers
    from (select mls.publish_blockers(l, p) as rules) r
  ) b
  where l.id = explain_syndication.listing_id
$$;
comment on function public.explain_syndication(uuid, text) is
  'Whether a listing is shown on a portal and every reason why not, or why not as it is now (mls.publish_reason, mls.delivery_gaps). Null when the listing or the portal is not visible.';

grant execute on function public.syndicate_listing(uuid, text), public.pause_syndication(uuid, text),
  public.resume_syndication(uuid, text), public.retry_syndication(uuid, text), public.remove_syndication(uuid, text),
  public.explain_syndication(uuid, text)
  to authenticated, service_role;
