-- Markets (tenants) and their offices.

-- ===== tenant settings =====

-- ----- mls.known_settings(jsonb) -----
create function mls.known_settings(settings jsonb) returns boolean
language sql immutable set search_path = ''
as $$
  select not exists (
      select from jsonb_object_keys(settings) k
      where k not in ('auto_publish', 'assign', 'required_approvals', 'price_approval_percent', 'show_reso_compatibility')
    )
    and coalesce(jsonb_typeof(settings -> 'auto_publish') = 'object', true)
    and case jsonb_typeof(settings -> 'assign')
      when 'object' then coalesce(settings -> 'assign' ->> 'to', '') in ('agent', 'desk', 'nobody')
        and not exists (select from jsonb_object_keys(settings -> 'assign') k where k not in ('to', 'desks'))
        and case jsonb_typeof(settings -> 'assign' -> 'desks')
          when 'object' then not exists (select from jsonb_each_text(settings -> 'assign' -> 'desks') d where not coalesce(pg_input_is_valid(d.value, 'uuid'), false))
          else not settings -> 'assign' ? 'desks'
        end
      else not settings ? 'assign'
    end
    and coalesce(jsonb_typeof(settings -> 'price_approval_percent') = 'number' and (settings ->> 'price_approval_percent')::numeric >= 0, true)
    and case jsonb_typeof(settings -> 'required_approvals')
      when 'array' then settings -> 'required_approvals' <@ '["DUE_DILIGENCE", "MARKETING", "MANAGEMENT"]'
      else not settings ? 'required_approvals'
    end
$$;
comment on function mls.known_settings(jsonb) is
  'Whether settings of a tenant are ones that the hub knows: auto_publish {enabled, origin_systems}, assign {to: agent | desk | nobody, desks: {office key: user}} (whom ingested listings are assigned to on arrival), required_approvals [DUE_DILIGENCE | MARKETING | MANAGEMENT] to publish beyond those of the transitions, price_approval_percent (a price change by more needs an approval).';
grant execute on function mls.known_settings(jsonb) to authenticated, service_role;

-- ===== tenants =====

-- ----- mls_tenants: one per market -----
create table public.mls_tenants (
  id uuid primary key default gen_random_uuid(),
  code text not null unique check (code ~ '^[A-Z][A-Z0-9_]{1,19}$'),
  name text not null,
  country text not null check (country ~ '^[A-Z]{2}$'),
  currency_code text not null check (currency_code ~ '^[A-Z]{3}$'),
  api_visibility text not null default 'all' check (api_visibility in ('all', 'published')),
  settings jsonb not null default '{}' check (jsonb_typeof(settings) = 'object' and mls.known_settings(settings)),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.mls_tenants is 'Markets. Every other row belongs to exactly one of them.';
comment on column public.mls_tenants.api_visibility is
  'What the RESO Web API serves: all (unclaimed listings with their source status too) or published (published or later).';
create trigger touch before update on public.mls_tenants for each row execute function mls.touch_updated_at();

-- ----- mls.visible_tenant_ids() -----
create function mls.visible_tenant_ids() returns uuid[]
language sql stable security definer set search_path = ''
as $$
  select case
    when mls.current_user_id() is null then '{}'::uuid[]
    when mls.active_scope() = 'system_admin' then (select array_agg(id) from public.mls_tenants)
    else array_remove(array[mls.current_tenant_id()], null)
  end
$$;
comment on function mls.visible_tenant_ids() is
  'Tenants whose rows the user may see: the own one, or all for system_admin. Security definer: the policies of mls_tenants call it.';
grant execute on function mls.visible_tenant_ids() to authenticated, service_role;

alter table public.mls_tenants enable row level security;
alter table public.mls_tenants force row level security;
grant select on public.mls_tenants to authenticated;
grant select, insert, update, delete on public.mls_tenants to service_role;
create policy tenant_read on public.mls_tenants for select to authenticated
  using (id = any ((select mls.visible_tenant_ids())::uuid[]) and (select mls.can('r')));
create policy tenant_admin_update on public.mls_tenants for update to authenticated
  using (id = any ((select mls.visible_tenant_ids())::uuid[]) and (select mls.is_admin()) and (select mls.can('u')))
  with check (id = any ((select mls.visible_tenant_ids())::uuid[]));
grant update (name, api_visibility, settings) on public.mls_tenants to authenticated;

-- ===== where records come from =====

-- ----- mls.origin_systems: kinds of systems; which one a market office is fed by, its row says -----
create table mls.origin_systems (
  code text primary key check (code ~ '^[A-Z][A-Z0-9_]{1,19}$'),
  name text not null,
  is_external boolean not null,
  is_pulled boolean not null default false,
  key_prefix text,
  time_field text,
  has_media_times boolean not null default true,
  media_category_field text not null default 'MediaCategory',
  auto_publish boolean not null default false,
  media jsonb not null default '{}' check (jsonb_typeof(media) = 'object')
);
comment on table mls.origin_systems is 'Systems that records come from. A new one is a row here.';
comment on column mls.origin_systems.is_external is
  'A source other than the hub: its listings are served while nobody has claimed them, follow it, and may be flagged by its FULL runs.';
comment on column mls.origin_systems.is_pulled is 'The hub can fetch from it; from others, and from these too, batches are sent.';
comment on column mls.origin_systems.key_prefix is
  'How keys begin that are made from ids of this system. Systems that share it write the same keys. Null where each source has a prefix of its own.';
comment on column mls.origin_systems.time_field is
  'Field of a record that says when it changed, for resources whose field is not the same for all. Null: unknown, nothing is ever stale.';
comment on column mls.origin_systems.has_media_times is 'False where that field of a file is the time of the export, which says nothing about the file.';
comment on column mls.origin_systems.media_category_field is 'Field of a file that says what it is in the words of the source. It decides what is a document.';
comment on column mls.origin_systems.media is 'Rules for the pictures of what batches bring; a source that the hub reads by itself has its own (mls.media_rules).';
comment on column mls.origin_systems.auto_publish is 'Whether a market that publishes automatically means this system too where its settings name none.';
alter table mls.origin_systems enable row level security;
alter table mls.origin_systems force row level security;
-- the views of what is served, which run with the rights of their reader, ask which listings follow a source
grant select on mls.origin_systems to authenticated;
grant select, insert, update, delete on mls.origin_systems to service_role;
create policy everybody_reads on mls.origin_systems for select to authenticated using (true);
insert into mls.origin_systems
  (code, name, is_external, is_pulled, key_prefix, time_field, has_media_times, media_category_field, auto_publish)
values
  ('QOBRIX', 'Qobrix CRM', true, true, 'QOBRIX_', 'X_QobrixModified', true, 'X_QobrixMediaCategory', false),
  ('DASH_API', 'Dash, by its API', true, true, 'DASH_', 'X_QobrixModified', false, 'X_QobrixMediaCategory', true),
  ('DASH_FILE', 'Dash, by files', true, true, 'DASH_', 'X_QobrixModified', false, 'X_QobrixMediaCategory', true),
  ('RESO', 'RESO Web API', true, true, null, 'ModificationTimestamp', true, 'MediaCategory', false),
  ('RETS', 'RETS server', true, true, null, 'ModificationTimestamp', true, 'MediaCategory', false),
  ('FILE', 'Files: CSV, JSON, XML', true, true, null, 'ModificationTimestamp', true, 'MediaCategory', false),
  ('MOCK', 'Made up for trying things out', true, true, null, 'ModificationTimestamp', true, 'MediaCategory', false),
  ('MANUAL', 'Entered in the hub', false, false, 'MANUAL_', null, true, 'MediaCategory', false);
-- what a broker takes away here is gone at once
update mls.origin_systems set media = '{"keep_days": 0}' where code = 'MANUAL';

-- ===== offices =====

-- ----- mls_offices: market offices (is_market) that batches and API clients are scoped by, and offices from gold -----
create table public.mls_offices (
  id uuid primary key default gen_random_uuid(),
  seq bigint generated always as identity,
  tenant_id uuid not null references public.mls_tenants (id),
  office_key text not null unique check (length(office_key) between 1 and 255),
  is_market boolean not null default false,
  aliases text[] not null default '{}',
  origin_system text references mls.origin_systems (code),
  currency_code text check (currency_code ~ '^[A-Z]{3}$'),
  originating_office_key text not null,
  mls_id text,
  name text,
  email text,
  phone text,
  fax text,
  status text,
  type text,
  address1 text,
  address2 text,
  city text,
  state_or_province text,
  postal_code text,
  country text,
  broker_key text,
  origin_etl_ts timestamptz,
  origin_etl_batch_id text,
  origin_modified_ts timestamptz,
  origin_hash text,
  origin_deleted boolean not null default false,
  delivered_by text,
  extensions jsonb not null default '{}' check (jsonb_typeof(extensions) = 'object'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  shrink_threshold double precision not null default 0.2 check (shrink_threshold between 0 and 1),
  check (not is_market or (origin_system is not null and originating_office_key = office_key))
);
comment on table public.mls_offices is
  'RESO Office. Rows with is_market map OriginatingSystemOfficeKey (and its aliases) to a tenant, a source system and a default currency; the others come from gold.';
comment on column public.mls_offices.shrink_threshold is
  'Share of the live records of a resource that one FULL run may flag as deleted without being forced.';
create index mls_offices_tenant_id on public.mls_offices (tenant_id);
create index mls_offices_originating on public.mls_offices (originating_office_key);
create trigger touch before update on public.mls_offices for each row execute function mls.touch_updated_at();

alter table public.mls_offices enable row level security;
alter table public.mls_offices force row level security;
grant select on public.mls_offices to authenticated;
grant select, insert, update, delete on public.mls_offices to service_role;
create policy office_read on public.mls_offices for select to authenticated
  using (tenant_id = any ((select mls.visible_tenant_ids())::uuid[]) and (select mls.can('r')));

-- ----- mls.market_offices: every name that a batch may use for a market office -----
create view mls.market_offices with (security_invoker = true) as
select distinct on (n.name) n.name, o.office_key, o.tenant_id, o.origin_system, o.currency_code,
  s.time_field, s.has_media_times, s.media_category_field
from public.mls_offices o
join mls.origin_systems s on s.code = o.origin_system
cross join lateral unnest(array[o.office_key] || o.aliases) with ordinality n (name, rank)
where o.is_market
order by n.name, n.rank;
comment on view mls.market_offices is 'Market offices by key and by alias, with what their origin system says of its records; a key wins over an equal alias.';
grant select on mls.market_offices to service_role;
