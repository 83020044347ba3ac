-- Portals: where listings may be shown, and which may.

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

grant execute on function mls.publish_blockers(public.mls_listings, public.mls_portal_definitions),
  mls.publishable(public.mls_listings, public.mls_portal_definitions), mls.publish_reason(text)
  to authenticated, service_role;
