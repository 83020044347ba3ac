-- Portals and the outbox: where a listing is shown, and what must still be said there.
--
-- mls_listing_syndications holds one row per listing and portal. `status` is the switch that brokers set; the pair
-- (desired_version, pushed_version) is the queue: a row is due while it wants more than was delivered. Changes of a
-- listing raise desired_version in their own transaction, so nothing is lost and a burst is one delivery of the last
-- state. Workers take rows with leases (mls.claim_deliveries) and report back (mls.finish_delivery).

-- ===== portals =====

-- ----- mls_portal_definitions: where listings may be shown, one row per market and portal -----
create table public.mls_portal_definitions (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.mls_tenants (id),
  code text not null check (code ~ '^[A-Z][A-Z0-9_]{1,39}$'),
  name text not null,
  channel_type text not null check (channel_type in ('FEED', 'API', 'WEBSITE', 'SOCIAL')),
  is_active boolean not null default true,
  phase text not null default 'PULL' check (phase in ('PULL', 'ROUND_TRIP', 'PUSH_ONLY')),
  auto_syndicate boolean not null default false,
  statuses public.mls_listing_status[] not null default '{PUBLISHED}'
    check (cardinality(statuses) > 0 and statuses <@ '{PUBLISHED,UNDER_OFFER,SOLD}'::public.mls_listing_status[]),
  requires_fields text[] not null default '{}' check (array_position(requires_fields, null) is null),
  config jsonb not null default '{}' check (jsonb_typeof(config) = 'object'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (tenant_id, code)
);
comment on table public.mls_portal_definitions is 'Portals and channels of a market. Secrets never stand here: config names what to use, the environment holds it.';
comment on column public.mls_portal_definitions.is_active is 'False freezes the channel: nothing is sent and nothing withdrawn.';
comment on column public.mls_portal_definitions.phase is
  'PULL: the other side is the source, nothing is sent. ROUND_TRIP: listings that came from there go back too, and what returns is recognised as our own. PUSH_ONLY: the hub is the source; listings that the other side still manages stay there.';
comment on column public.mls_portal_definitions.auto_syndicate is 'A listing entering PUBLISHED is syndicated here by itself.';
comment on column public.mls_portal_definitions.statuses is 'Statuses in which a listing is carried. Another status takes it off.';
comment on column public.mls_portal_definitions.requires_fields is 'Columns of mls_listings that must be filled.';
comment on column public.mls_portal_definitions.config is
  'Keys: origin_systems (text[]: sources that are this portal), sir_branded_only, owned_only (booleans), adapter, format, limits (see docs/operations.md).';
create trigger touch before update on public.mls_portal_definitions for each row execute function mls.touch_updated_at();

alter table public.mls_portal_definitions enable row level security;
alter table public.mls_portal_definitions force row level security;
grant select on public.mls_portal_definitions to authenticated;
grant update (name, is_active, phase, auto_syndicate, statuses, requires_fields, config) on public.mls_portal_definitions to authenticated;
grant select, insert, update, delete on public.mls_portal_definitions to service_role;
create policy portal_read on public.mls_portal_definitions for select to authenticated
  using (tenant_id = any ((select mls.visible_tenant_ids())::uuid[]) and (select mls.can('r')));
create policy portal_admin_update on public.mls_portal_definitions for update to authenticated
  using (tenant_id = any ((select mls.visible_tenant_ids())::uuid[]) and (select mls.is_admin()) and (select mls.can('u')))
  with check (tenant_id = any ((select mls.visible_tenant_ids())::uuid[]));

-- ===== may it be shown? =====

-- ----- mls.publish_blockers(listing, portal) -----
-- plpgsql for its kept plans: as SQL it would be planned anew for each of the thousands of rows of a statement, 3 ms each.
create function mls.publish_blockers(listing public.mls_listings, portal public.mls_portal_definitions) returns text[]
language plpgsql stable set search_path = ''
as $$
declare
  blockers text[] := '{}';
  field text;
  filled jsonb;
begin
  if listing.tenant_id <> portal.tenant_id then
    blockers := blockers || 'other_market'::text;
  end if;
  if listing.status = 'WITHDRAWN' then
    blockers := blockers || 'withdrawn'::text;
  elsif listing.status not in ('PUBLISHED', 'UNDER_OFFER', 'SOLD') then
    blockers := blockers || 'not_published'::text;
  elsif listing.status <> all (portal.statuses) then
    blockers := blockers || 'status_not_carried'::text;
  end if;
  if listing.origin_deleted and listing.claimed_at is null then
    blockers := blockers || 'origin_deleted'::text;
  end if;
  if listing.x_sm_excluded_from_marketing then
    blockers := blockers || 'excluded_from_marketing'::text;
  end if;
  if listing.hide_listing_online then
    blockers := blockers || 'hidden_online'::text;
  end if;
  if portal.phase = 'PUSH_ONLY' and listing.is_externally_managed and portal.config -> 'origin_systems' ? listing.origin_system then
    blockers := blockers || 'managed_there'::text;
  end if;
  if (portal.config ->> 'owned_only')::boolean and listing.is_externally_managed then
    blockers := blockers || 'externally_managed'::text;
  end if;
  if (portal.config ->> 'sir_branded_only')::boolean and listing.x_sm_is_sir_branded is not true then
    blockers := blockers || 'not_sir_branded'::text;
  end if;
  if portal.requires_fields <> '{}' then
    filled := to_jsonb(listing);
    foreach field in array portal.requires_fields loop
      if coalesce(filled ->> field, '') = '' then
        blockers := blockers || ('missing_' || field);
      end if;
    end loop;
  end if;
  return blockers;
end $$;
comment on function mls.publish_blockers(public.mls_listings, public.mls_portal_definitions) is
  'Why a listing may not be shown on a portal, as codes; {} when it may. The one rule for every channel.';

-- ----- mls.publishable(listing, portal) -----
create function mls.publishable(listing public.mls_listings, portal public.mls_portal_definitions) returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return mls.publish_blockers(listing, portal) = '{}';
end $$;
comment on function mls.publishable(public.mls_listings, public.mls_portal_definitions) is 'Whether a listing may be shown on a portal.';

-- ----- mls.publish_reason(code) -----
create function mls.publish_reason(code text) returns text
language sql immutable set search_path = ''
as $$
  select case
    when code = 'other_market' then 'The portal belongs to another market.'
    when code = 'withdrawn' then 'The listing is withdrawn.'
    when code = 'not_published' then 'The listing is not published yet.'
    when code = 'status_not_carried' then 'The portal does not carry listings in this status.'
    when code = 'origin_deleted' then 'The source no longer has the listing and nobody has claimed it.'
    when code = 'excluded_from_marketing' then 'The listing is excluded from marketing.'
    when code = 'hidden_online' then 'The listing is hidden online.'
    when code = 'managed_there' then 'The portal itself still manages the listing.'
    when code = 'externally_managed' then 'The portal takes only listings that the hub owns.'
    when code = 'not_sir_branded' then 'The portal takes only listings of the brand.'
    when code like 'missing\_%' then 'The portal requires the field ' || substr(code, 9) || '.'
    when code = 'portal_inactive' then 'The portal is switched off.'
    when code = 'portal_pull_only' then 'The portal is in phase PULL: nothing is sent.'
    when code = 'not_syndicated' then 'The listing is not syndicated to the portal.'
    when code = 'paused' then 'The syndication is paused.'
    when code = 'removed' then 'The listing was taken off the portal.'
    when code = 'refused' then 'The portal refused the last delivery: see last_error.'
    else code
  end
$$;
comment on function mls.publish_reason(text) is 'A reason code in words, for brokers.';

-- ===== the outbox =====

-- ----- mls_listing_syndications: one row per listing and portal -----
create table public.mls_listing_syndications (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.mls_tenants (id),
  listing_id uuid not null references public.mls_listings (id) on delete cascade,
  portal_id uuid not null references public.mls_portal_definitions (id),
  status text not null default 'ACTIVE' check (status in ('PENDING', 'ACTIVE', 'PAUSED', 'FAILED', 'REMOVED')),
  desired_version bigint not null default 1,
  pushed_version bigint not null default 0,
  next_attempt_at timestamptz,
  attempt_count integer not null default 0,
  last_attempt_at timestamptz,
  last_success_at timestamptz,
  last_error_code text,
  last_error text,
  external_id text,
  external_url text,
  last_payload_hash text,
  last_media_hash text,
  published_at timestamptz,
  removed_at timestamptz,
  lease_token uuid,
  leased_until timestamptz,
  leased_version bigint,
  in_doubt boolean not null default false,
  created_at timestamptz not null default now(),
  created_by uuid,
  updated_at timestamptz not null default now(),
  unique (listing_id, portal_id),
  check (pushed_version <= desired_version)
);
comment on table public.mls_listing_syndications is
  'Where a listing is to be shown, and the queue of deliveries. Brokers set status; all else is kept by triggers and workers.';
comment on column public.mls_listing_syndications.status is
  'PENDING: wanted, waits until the listing is published. ACTIVE: shown. PAUSED: nothing is sent but a withdrawal, feeds leave it out. FAILED: refused or given up, see last_error; an edit or a retry tries again. REMOVED: taken off.';
comment on column public.mls_listing_syndications.desired_version is 'Rises with every change that might concern the portal; due while above pushed_version.';
comment on column public.mls_listing_syndications.next_attempt_at is 'When a worker may take the row; null when nothing is due.';
comment on column public.mls_listing_syndications.attempt_count is 'Attempts since the last success.';
comment on column public.mls_listing_syndications.in_doubt is
  'An attempt was begun whose outcome is unknown (no answer, worker killed): the next one asks the portal before it sends.';
comment on column public.mls_listing_syndications.external_id is 'Id of the listing at the portal.';
create index mls_listing_syndications_due on public.mls_listing_syndications (portal_id, next_attempt_at) where next_attempt_at is not null;
create index mls_listing_syndications_portal on public.mls_listing_syndications (portal_id, status);
create index mls_listing_syndications_tenant on public.mls_listing_syndications (tenant_id);
alter table public.mls_listing_syndications set (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);

-- ----- mls.may_syndicate(listing_id) -----
create function mls.may_syndicate(listing_id uuid) returns boolean
language sql stable security definer set search_path = ''
as $$
  select mls.can('u') and exists (
    select from public.mls_listings l
    where l.id = may_syndicate.listing_id
      and l.tenant_id = any (mls.visible_tenant_ids())
      and (mls.sees_whole_tenant() or l.broker_id = any (mls.visible_user_ids()) or l.co_broker_id = any (mls.visible_user_ids()))
  )
$$;
comment on function mls.may_syndicate(uuid) is
  'Whether the user may decide where a listing is shown: the right to update, within the own scope. Security definer: it answers about one listing, without the cost of its policies.';
grant execute on function mls.may_syndicate(uuid) to authenticated, service_role;

alter table public.mls_listing_syndications enable row level security;
alter table public.mls_listing_syndications force row level security;
grant select on public.mls_listing_syndications to authenticated;
grant insert (listing_id, portal_id, status), update (status) on public.mls_listing_syndications to authenticated;
grant select, insert, update, delete on public.mls_listing_syndications to service_role;
create policy syndication_read on public.mls_listing_syndications for select to authenticated
  using (
    tenant_id = any ((select mls.visible_tenant_ids())::uuid[])
    and exists (select from public.mls_listings l where l.id = listing_id)
  );
create policy syndication_insert on public.mls_listing_syndications for insert to authenticated
  with check (
    tenant_id = any ((select mls.visible_tenant_ids())::uuid[]) and (select mls.can('u')) and status <> 'FAILED'
    and exists (
      select from public.mls_listings l
      where l.id = listing_id and (
        (select mls.sees_whole_tenant())
        or l.broker_id = any ((select mls.visible_user_ids())::uuid[])
        or l.co_broker_id = any ((select mls.visible_user_ids())::uuid[])))
  );
create policy syndication_update on public.mls_listing_syndications for update to authenticated
  using (
    tenant_id = any ((select mls.visible_tenant_ids())::uuid[]) and (select mls.can('u'))
    and exists (
      select from public.mls_listings l
      where l.id = listing_id and (
        (select mls.sees_whole_tenant())
        or l.broker_id = any ((select mls.visible_user_ids())::uuid[])
        or l.co_broker_id = any ((select mls.visible_user_ids())::uuid[])))
  )
  with check (status <> 'FAILED');

-- ----- mls.syndication_before_write(): what a change of the switch means for the queue -----
create function mls.syndication_before_write() returns trigger
language plpgsql set search_path = ''
as $$
declare
  listing record;
  portal record;
begin
  select l.tenant_id, l.status into listing from public.mls_listings l where l.id = new.listing_id;
  select p.tenant_id, p.channel_type into portal from public.mls_portal_definitions p where p.id = new.portal_id;
  if portal.tenant_id is distinct from listing.tenant_id then
    raise exception 'The portal belongs to another market than the listing.' using errcode = '23514';
  end if;
  new.updated_at := clock_timestamp();
  if tg_op = 'INSERT' then
    new.tenant_id := listing.tenant_id;
    new.created_by := coalesce(new.created_by, mls.current_user_id());
  end if;
  if new.status = 'FAILED' then
    return new;
  end if;
  if new.status in ('PENDING', 'ACTIVE') then
    new.status := case when listing.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') then 'ACTIVE' else 'PENDING' end;
  end if;
  if tg_op = 'UPDATE' then
    new.desired_version := old.desired_version + 1;
    new.attempt_count := 0;
  end if;
  if portal.channel_type in ('API', 'FEED') then
    new.next_attempt_at := new.updated_at;
  else
    new.pushed_version := new.desired_version;
    new.published_at := coalesce(new.published_at, case when new.status = 'ACTIVE' then new.updated_at end);
    new.removed_at := case when new.status = 'REMOVED' then new.updated_at end;
  end if;
  return new;
end $$;
comment on function mls.syndication_before_write() is
  'Trigger on insert and on every statement that sets status: fills the market, decides between PENDING and ACTIVE, and makes the row due. Websites and social channels read the row themselves: nothing is due there.';
create trigger before_write before insert or update of status on public.mls_listing_syndications
  for each row execute function mls.syndication_before_write();

-- ===== what makes rows due =====

-- ----- mls.enqueue_deliveries(uuid[]) -----
create function mls.enqueue_deliveries(listing_ids uuid[]) returns void
language plpgsql security definer set search_path = ''
as $$
begin
  update public.mls_listing_syndications s
  set desired_version = s.desired_version + 1,
      next_attempt_at = case when s.attempt_count = 0 then coalesce(s.next_attempt_at, clock_timestamp()) else s.next_attempt_at end,
      updated_at = clock_timestamp()
  where s.listing_id = any (listing_ids) and s.status <> 'FAILED'
    and s.portal_id = any (array(select p.id from public.mls_portal_definitions p where p.channel_type in ('API', 'FEED')));
  -- a parked delivery deserves another try once its listing has changed
  update public.mls_listing_syndications s set status = 'ACTIVE'
  where s.listing_id = any (listing_ids) and s.status = 'FAILED';
end $$;
comment on function mls.enqueue_deliveries(uuid[]) is
  'Makes the deliveries of listings due. A row that waits after a failure keeps its time: an edit does not hurry a portal in trouble.';

-- ----- mls.refresh_deliveries(uuid[]): called before the commit with the listings marked as `deliveries` -----
create function mls.refresh_deliveries(ids uuid[]) returns void
language plpgsql security definer set search_path = ''
as $$
begin
  -- a lease sibling shows the media and texts of its sale row
  perform mls.enqueue_deliveries(ids || array(
    select l.id from public.mls_listings l where l.sibling_listing_id = any (ids) and l.first_published_at is not null));
end $$;
comment on function mls.refresh_deliveries(uuid[]) is
  'Makes due what the transaction changed, once and set-wise: a thousand listings are one statement (see mls.refresh_dirty).';

-- ----- mls.enqueue_listing(): row trigger of mls_listings -----
create function mls.enqueue_listing() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if new.status is distinct from old.status then
    update public.mls_listing_syndications s set status = 'ACTIVE' where s.listing_id = new.id and s.status = 'PENDING';
    if new.status = 'PUBLISHED' then
      insert into public.mls_listing_syndications (tenant_id, listing_id, portal_id)
      select p.tenant_id, new.id, p.id
      from public.mls_portal_definitions p
      where p.tenant_id = new.tenant_id and p.auto_syndicate and p.is_active
      on conflict (listing_id, portal_id) do nothing;
    end if;
  end if;
  insert into mls.dirty (resource, record_id) values ('deliveries', new.id);
  return null;
end $$;
comment on function mls.enqueue_listing() is 'Row trigger: a listing that has left the hub changed, so its portals must hear of it.';
create trigger enqueue after update on public.mls_listings
  for each row when (new.first_published_at is not null) execute function mls.enqueue_listing();

-- ----- mls.enqueue_media(): statement trigger of what is delivered with a listing -----
create function mls.enqueue_media() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if tg_op = 'DELETE' then
    insert into mls.dirty (resource, record_id) select distinct 'deliveries', o.listing_id from old_rows o where o.listing_id is not null;
  else
    insert into mls.dirty (resource, record_id) select distinct 'deliveries', n.listing_id from new_rows n where n.listing_id is not null;
  end if;
  return null;
end $$;
comment on function mls.enqueue_media() is 'Statement trigger: the listings whose media or texts changed.';
create trigger enqueue_insert after insert on public.mls_listing_media
  referencing new table as new_rows for each statement execute function mls.enqueue_media();
create trigger enqueue_update after update on public.mls_listing_media
  referencing new table as new_rows for each statement execute function mls.enqueue_media();
create trigger enqueue_delete after delete on public.mls_listing_media
  referencing old table as old_rows for each statement execute function mls.enqueue_media();

-- ----- mls.enqueue_portal(): a portal whose rules changed looks at all its listings again -----
create function mls.enqueue_portal() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  update public.mls_listing_syndications s
  set desired_version = s.desired_version + 1, next_attempt_at = coalesce(s.next_attempt_at, clock_timestamp())
  where s.portal_id = new.id and s.status <> 'FAILED';
  return null;
end $$;
comment on function mls.enqueue_portal() is 'Row trigger: rules of a portal changed.';
create trigger enqueue after update on public.mls_portal_definitions
  for each row when (
    new.channel_type in ('API', 'FEED') and (
      new.phase is distinct from old.phase or new.statuses is distinct from old.statuses
      or new.requires_fields is distinct from old.requires_fields or new.config is distinct from old.config
      or new.is_active is distinct from old.is_active)
  )
  execute function mls.enqueue_portal();

-- ===== what brokers do =====

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
  update public.mls_listing_syndications s set status = wanted
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
  'Sets the switch of a listing on a portal. PT404 unknown, PT403 out of scope, PT409 not_syndicated.';

-- ----- mls.syndicate(listing_id, portal_code) -----
create function mls.syndicate(listing_id uuid, portal_code text) returns public.mls_listing_syndications
language sql set search_path = ''
as $$
  select mls.set_syndication(listing_id, portal_code, 'ACTIVE', true)
$$;
comment on function mls.syndicate(uuid, text) is
  'Shows a listing on a portal: ACTIVE once it is published, PENDING until then. Safe to repeat.';

-- ----- RPCs -----
create function public.syndicate_listing(listing_id uuid, portal_code text) returns public.mls_listing_syndications
language sql set search_path = ''
as $$ select mls.set_syndication(listing_id, portal_code, 'ACTIVE', true) $$;
comment on function public.syndicate_listing(uuid, text) is 'Shows a listing on a portal; answers its syndication.';

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
as $$ select mls.set_syndication(listing_id, portal_code, 'ACTIVE', false) $$;
comment on function public.retry_syndication(uuid, text) is 'Tries a failed or waiting delivery again now.';

create function public.remove_syndication(listing_id uuid, portal_code text) returns public.mls_listing_syndications
language sql set search_path = ''
as $$ select mls.set_syndication(listing_id, portal_code, 'REMOVED', false) $$;
comment on function public.remove_syndication(uuid, text) is 'Takes a listing off a portal.';

-- ----- explain_syndication(listing_id, portal_code) -----
create function public.explain_syndication(listing_id uuid, portal_code text) returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object(
    'listing_id', l.id,
    'portal', p.code,
    'publishable', mls.publishable(l, p),
    'shown', b.blockers = '{}',
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
      case when p.phase = 'PULL' and p.channel_type = 'API' then 'portal_pull_only' end,
      case when s.id is null then 'not_syndicated'
           when s.status = 'PAUSED' then 'paused'
           when s.status = 'REMOVED' then 'removed'
           when s.status = 'FAILED' then 'refused' end
    ], null) || mls.publish_blockers(l, p) as blockers
  ) b
  where l.id = explain_syndication.listing_id
$$;
comment on function public.explain_syndication(uuid, text) is
  'Whether a listing is shown on a portal and, if not, every reason why. Null when the listing or the portal is not visible.';

grant execute on function mls.publish_blockers(public.mls_listings, public.mls_portal_definitions),
  mls.publishable(public.mls_listings, public.mls_portal_definitions), mls.publish_reason(text),
  mls.set_syndication(uuid, text, text, boolean), mls.syndicate(uuid, text)
  to authenticated, service_role;
grant execute on function public.syndicate_listing(uuid, text), public.pause_syndication(uuid, text),
  public.resume_syndication(uuid, text), public.retry_syndication(uuid, text), public.remove_syndication(uuid, text),
  public.explain_syndication(uuid, text)
  to authenticated, service_role;
