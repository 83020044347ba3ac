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
  'What the portal needs beside its columns: channel or format, file, limits, rules; the keys and their kinds are those of mls.portal_setting_kinds(), and a channel may have more (docs/operations.md, docs/feeds.md).';
create unique index mls_portal_definitions_file on public.mls_portal_definitions ((config ->> 'file')) where channel_type = 'FEED';
comment on index public.mls_portal_definitions_file is 'A file has one feed: nobody can put another market''s file in the place of one that a portal fetches.';
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

-- ----- mls.worked_by(channel_type) -----
create function mls.worked_by(channel_type text) returns text
language sql immutable set search_path = ''
as $$
  select case when channel_type in ('API', 'SOCIAL') then 'deliveries' when channel_type = 'FEED' then 'feeds' end
$$;
comment on function mls.worked_by(text) is
  'Which job of the clock works the outbox of a kind of portal: deliveries sends (API, SOCIAL), feeds renders (FEED). Null for websites, which read the rows themselves.';
grant execute on function mls.worked_by(text) to authenticated, service_role;

-- ===== settings =====

-- ----- mls.portal_setting_kinds() -----
create function mls.portal_setting_kinds()
returns table (name text, kind text, is_told boolean, is_operators boolean, at_least numeric, at_most numeric)
language sql immutable set search_path = ''
as $$
  values
    ('channel', 'text', true, true, null::numeric, null::numeric), ('adapter', 'text', true, true, null, null),
    ('url', 'text', true, true, null, null), ('endpoints', 'object', true, true, null, null),
    ('format', 'text', true, true, null, null), ('photo_format', 'text', true, false, null, null), ('file', 'text', false, true, null, null), ('public', 'boolean', true, true, null, null),
    ('page_url', 'text', true, false, null, null), ('origin_systems', 'texts', true, false, null, null),
    ('triggers', 'texts', true, false, null, null), ('owned_only', 'boolean', true, false, null, null),
    ('sir_branded_only', 'boolean', true, false, null, null), ('lookups', 'object', true, false, null, null),
    ('rent_member', 'text', true, false, null, null), ('rent_frequency_member', 'text', true, false, null, null),
    ('country_region_id', 'integer', true, false, 1, 2147483647), ('max_objects', 'integer', false, false, 1, 1000000),
    ('max_shrink', 'number', false, false, 0, 1), ('min_shrink', 'integer', false, false, 0, 1000000),
    ('other_kind', 'text', false, false, null, null),
    ('max_other_share', 'number', false, false, 0, 1), ('max_attempts', 'integer', false, false, 1, 1000),
    ('circuit_failures', 'integer', false, false, 1, 1000000), ('circuit_seconds', 'number', false, false, 1, 86400),
    ('circuit_cap_seconds', 'number', false, false, 1, 86400), ('deliveries_per_minute', 'number', false, false, 1, 100000),
    ('backoff_seconds', 'number', false, false, 0, 86400), ('backoff_cap_seconds', 'number', false, false, 0, 86400)
$$;
comment on function mls.portal_setting_kinds() is
  'Settings that mls_portal_definitions.config may hold and that the hub reads: text, texts (array of them), boolean, object, integer or number from at_least to at_most. is_told: a change of it may change what is said of a listing; of the others only how the queue or a file is kept. is_operators: what leaves the hub, where to and under which name; administrators of a market leave it as it is.';
grant execute on function mls.portal_setting_kinds() to authenticated, service_role;

-- ----- mls.told_settings(config) -----
create function mls.told_settings(config jsonb) returns jsonb
language sql immutable set search_path = ''
as $$
  select config - array(select k.name from mls.portal_setting_kinds() k where not k.is_told)
$$;
comment on function mls.told_settings(jsonb) is 'The settings of a portal that may change what is said of a listing; those that the hub does not know count as such.';
grant execute on function mls.told_settings(jsonb) to authenticated, service_role;

-- ----- mls.check_portal(): a setting of a wrong kind is refused where it is written -----
create function mls.check_portal() returns trigger
language plpgsql set search_path = ''
as $$
declare
  wrong record;
begin
  select k.name, new.config -> k.name as value,
    case k.kind when 'texts' then 'a list of texts' when 'object' then 'an object' when 'boolean' then 'true or false'
      when 'text' then 'a text' else format('%s from %s to %s', case k.kind when 'integer' then 'a whole number' else 'a number' end, k.at_least, k.at_most)
    end as wanted
  into wrong
  from mls.portal_setting_kinds() k
  where new.config ? k.name and not case k.kind
    when 'texts' then jsonb_typeof(new.config -> k.name) = 'array' and not jsonb_path_exists(new.config -> k.name, '$[*] ? (@.type() != "string")')
    when 'text' then jsonb_typeof(new.config -> k.name) = 'string' and new.config ->> k.name <> ''
    when 'boolean' then jsonb_typeof(new.config -> k.name) = 'boolean'
    when 'object' then jsonb_typeof(new.config -> k.name) = 'object'
    else jsonb_typeof(new.config -> k.name) = 'number'
      and case when jsonb_typeof(new.config -> k.name) = 'number' then
        (new.config -> k.name)::numeric between k.at_least and k.at_most
        and (k.kind <> 'integer' or (new.config -> k.name)::numeric % 1 = 0) end
  end
  limit 1;
  if found then
    raise exception 'config.% of the portal % must be %, not %.', wrong.name, new.code, wrong.wanted, left(wrong.value::text, 100)
      using errcode = 'invalid_parameter_value';
  end if;
  if new.config ->> 'file' !~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$' then
    raise exception 'config.file of the portal % must be a plain file name such as homes.xml, not %.', new.code, left(new.config ->> 'file', 100)
      using errcode = 'invalid_parameter_value';
  end if;
  -- a path that goes on after the host would make another host of it: "@host/x" behind an address without a path
  select e.key as name, e.value ->> 'path' as value into wrong
  from jsonb_each(case jsonb_typeof(new.config -> 'endpoints') when 'object' then new.config -> 'endpoints' else '{}' end) e
  where jsonb_typeof(e.value) <> 'object' or coalesce(e.value ->> 'method', 'GET') !~ '^(GET|POST|PUT|PATCH|DELETE)$'
    or coalesce(e.value ->> 'path', '') !~ '^/[^/\\]' or e.value ->> 'path' ~ '(^|[/\\])(\.|%2e){2}([/\\?#]|$)|[[:cntrl:][:space:]\\#@]'
  limit 1;
  if found then
    raise exception 'config.endpoints.% of the portal % must be {"method": ..., "path": ...} with a path such as /listings/{id}, not %.',
      wrong.name, new.code, coalesce(left(wrong.value, 100), 'that')
      using errcode = 'invalid_parameter_value';
  end if;
  return new;
end $$;
comment on function mls.check_portal() is
  'Row trigger: refuses settings that the hub could not read (22023), so that one market''s slip cannot stop the deliveries and feeds of all.';
create trigger check_portal before insert or update of config on public.mls_portal_definitions
  for each row execute function mls.check_portal();

-- ----- mls.keep_operators_settings(): what leaves the hub is the operator's to say -----
create function mls.keep_operators_settings() returns trigger
language plpgsql set search_path = ''
as $$
declare
  touched text;
begin
  if mls.is_service() or mls.active_scope() = 'system_admin' then
    return new;
  end if;
  select k.name into touched
  from (
    select s.name from mls.portal_setting_kinds() s where s.is_operators and new.config -> s.name is distinct from old.config -> s.name
    union all
    select 'phase' where new.phase is distinct from old.phase
  ) k
  limit 1;
  if found then
    raise insufficient_privilege using
      message = format('%s of the portal %s is set by an operator of the hub.', touched, new.code),
      hint = 'Ask the operator; you may switch the portal off and on and set what concerns your listings.';
  end if;
  select n.name into touched
  from jsonb_object_keys(new.config) n (name)
  where new.config -> n.name is distinct from old.config -> n.name
    and not exists (select from mls.portal_setting_kinds() s where s.name = n.name)
  limit 1;
  if found then
    raise invalid_parameter_value using
      message = format('The hub has no setting "%s" of a portal.', left(touched, 60)),
      hint = 'The names are those of mls.portal_setting_kinds().';
  end if;
  return new;
end $$;
comment on function mls.keep_operators_settings() is
  'Row trigger: administrators of a market change neither what leaves the hub nor where to (42501), and write no setting that the hub does not know (22023).';
create trigger keep_operators_settings before update of config, phase on public.mls_portal_definitions
  for each row execute function mls.keep_operators_settings();

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
    when code = 'cut' then 'The feed holds no more objects (max_objects), and others come before this one.'
    when code = 'never_pushed' then 'It waits for its first delivery.'
    when code = 'retrying' then 'The last delivery failed and is tried again: see last_error and next_attempt_at.'
    when code = 'circuit_open' then 'The portal cannot be reached: nothing is sent until an attempt succeeds.'
    when code = 'feed_refused' then 'The file of the feed could not be built as it should be: see the alert feed_refused.'
    when code = 'not_built' then 'It is rendered and comes with the next build of the file.'
    when code = 'parked' then 'The delivery was given up: see last_error. An edit or a retry tries again.'
    when code = 'refused' then 'The portal refused the last delivery: see last_error.'
    else code
  end
$$;
comment on function mls.publish_reason(text) is 'A reason code in words, for brokers.';

grant execute on function mls.publish_blockers(public.mls_listings, public.mls_portal_definitions),
  mls.publishable(public.mls_listings, public.mls_portal_definitions), mls.publish_reason(text)
  to authenticated, service_role;
