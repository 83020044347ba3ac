-- Reference data of the workflow per tenant: transitions, approval rules, checklists, document types, developments.

-- ----- mls_status_transitions: which change of status is possible, under which conditions, to whom -----
create table public.mls_status_transitions (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null default mls.current_tenant_id() references public.mls_tenants (id),
  from_status public.mls_listing_status not null,
  to_status public.mls_listing_status not null,
  kind text not null check (kind in ('advance', 'return', 'publish', 'withdraw')),
  guards text[] not null default '{}' check (mls.all_match(guards, '^[a-z_]+(:[A-Z_]+)?$')),
  min_scope text not null default 'self' check (min_scope in ('self', 'team', 'global', 'org_admin', 'system_admin')),
  roles text[] not null default '{}',
  reason_required boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (tenant_id, from_status, to_status),
  check (from_status <> to_status)
);
comment on table public.mls_status_transitions is
  'The workflow as data: a change of status exists where a row says so. Claiming and releasing have functions of their own.';
comment on column public.mls_status_transitions.kind is
  'Which function takes it: advance_listing, return_listing, publish or withdraw.';
comment on column public.mls_status_transitions.guards is
  'Conditions, all of which must hold: names of mls.guard_<name>(listing, argument), with an argument after a colon (approved:MARKETING).';
comment on column public.mls_status_transitions.roles is 'Names of roles (claim sso_role) that may do it; empty means any.';
grant execute on function mls.all_match(text[], text) to authenticated;
create trigger touch before update on public.mls_status_transitions for each row execute function mls.touch_updated_at();
select mls.protect_reference('mls_status_transitions');
select mls.grant_columns('mls_status_transitions', 'insert', '{id,created_at,updated_at}');
select mls.grant_columns('mls_status_transitions', 'update', '{id,tenant_id,created_at,updated_at}');

-- ----- mls_approval_rules: who decides which approval -----
create table public.mls_approval_rules (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null default mls.current_tenant_id() references public.mls_tenants (id),
  approval_type text not null check (approval_type in ('DUE_DILIGENCE', 'MARKETING', 'MANAGEMENT', 'PRICE_CHANGE')),
  min_scope text not null default 'team' check (min_scope in ('self', 'team', 'global', 'org_admin', 'system_admin')),
  own_allowed boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (tenant_id, approval_type)
);
comment on table public.mls_approval_rules is
  'Least scope of who decides an approval, and whether one may decide a request of one''s own. Without a row: team, not one''s own.';
create trigger touch before update on public.mls_approval_rules for each row execute function mls.touch_updated_at();
select mls.protect_reference('mls_approval_rules');
select mls.grant_columns('mls_approval_rules', 'insert', '{id,created_at,updated_at}');
select mls.grant_columns('mls_approval_rules', 'update', '{id,tenant_id,created_at,updated_at}');

-- ----- mls_checklist_templates: the steps of a listing, per role -----
create table public.mls_checklist_templates (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null default mls.current_tenant_id() references public.mls_tenants (id),
  role text not null check (role in ('BROKER', 'MARKETING', 'FINANCE')),
  step_number integer not null check (step_number > 0),
  title text not null,
  description text,
  stage public.mls_listing_status not null,
  is_required boolean not null default false,
  due_days integer,
  depends_on uuid references public.mls_checklist_templates (id) on delete set null,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (tenant_id, role, step_number)
);
comment on table public.mls_checklist_templates is 'Steps that every claimed listing gets. Required ones must be done before the listing leaves their stage.';
create index mls_checklist_templates_depends_on on public.mls_checklist_templates (depends_on) where depends_on is not null;
create trigger touch before update on public.mls_checklist_templates for each row execute function mls.touch_updated_at();
create trigger within_market before insert or update of depends_on on public.mls_checklist_templates
  for each row execute function mls.check_within_market('depends_on=mls_checklist_templates');
select mls.protect_reference('mls_checklist_templates');
select mls.grant_columns('mls_checklist_templates', 'insert', '{id,created_at,updated_at}');
select mls.grant_columns('mls_checklist_templates', 'update', '{id,tenant_id,created_at,updated_at}');

-- ----- mls_document_type_config: which papers a listing needs -----
create table public.mls_document_type_config (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null default mls.current_tenant_id() references public.mls_tenants (id),
  code text not null check (code ~ '^[A-Z][A-Z_]*$'),
  name text not null,
  condition text not null default 'ALWAYS' check (condition in ('WITH_TITLE_DEED', 'WITHOUT_TITLE_DEED', 'LAND', 'ALWAYS')),
  stage public.mls_listing_status not null,
  property_types text[] not null default '{}',
  is_required boolean not null default false,
  requires_approval boolean not null default true,
  allowed_mime text[] not null default '{application/pdf,image/jpeg,image/png}',
  max_size_mb integer not null default 50 check (max_size_mb between 1 and 50),
  sort_order integer not null default 0,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (tenant_id, code)
);
comment on table public.mls_document_type_config is 'Types of documents, when they are needed and what a file of them may be.';
comment on column public.mls_document_type_config.property_types is 'PropertyType values that it concerns; empty means all.';
create trigger touch before update on public.mls_document_type_config for each row execute function mls.touch_updated_at();
select mls.protect_reference('mls_document_type_config');
select mls.grant_columns('mls_document_type_config', 'insert', '{id,created_at,updated_at}');
select mls.grant_columns('mls_document_type_config', 'update', '{id,tenant_id,created_at,updated_at}');

-- ----- mls_developments, mls_development_buildings: projects -----
create table public.mls_developments (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null default mls.current_tenant_id() references public.mls_tenants (id),
  name text not null,
  developer_name text,
  developer_contact_id uuid references public.mls_contacts (id) on delete set null,
  city text,
  district text,
  country text,
  latitude double precision,
  longitude double precision,
  status text,
  completion_date date,
  description text,
  origin_project_key text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (tenant_id, origin_project_key)
);
comment on table public.mls_developments is 'Projects that listings are units of.';
create index mls_developments_developer on public.mls_developments (developer_contact_id) where developer_contact_id is not null;
create trigger touch before update on public.mls_developments for each row execute function mls.touch_updated_at();
create trigger within_market before insert or update of developer_contact_id on public.mls_developments
  for each row execute function mls.check_within_market('developer_contact_id=mls_contacts');
select mls.protect_reference('mls_developments');
select mls.grant_columns('mls_developments', 'insert', '{id,created_at,updated_at}');
select mls.grant_columns('mls_developments', 'update', '{id,tenant_id,created_at,updated_at}');

create table public.mls_development_buildings (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null default mls.current_tenant_id() references public.mls_tenants (id),
  development_id uuid not null references public.mls_developments (id) on delete cascade,
  name text not null,
  floors integer,
  units_total integer,
  completion_date date,
  status text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.mls_development_buildings is 'Buildings of a project.';
create index mls_development_buildings_tenant on public.mls_development_buildings (tenant_id);
create index mls_development_buildings_development on public.mls_development_buildings (development_id);
create trigger touch before update on public.mls_development_buildings for each row execute function mls.touch_updated_at();
create trigger within_market before insert or update of development_id on public.mls_development_buildings
  for each row execute function mls.check_within_market('development_id=mls_developments');
select mls.protect_reference('mls_development_buildings');
select mls.grant_columns('mls_development_buildings', 'insert', '{id,created_at,updated_at}');
select mls.grant_columns('mls_development_buildings', 'update', '{id,tenant_id,created_at,updated_at}');

alter table public.mls_listings
  add foreign key (development_id) references public.mls_developments (id) on delete set null,
  add foreign key (building_id) references public.mls_development_buildings (id) on delete set null;
create trigger within_market before update of development_id, building_id on public.mls_listings
  for each row execute function mls.check_within_market('development_id=mls_developments', 'building_id=mls_development_buildings');
create index mls_listings_development on public.mls_listings (development_id) where development_id is not null;
create index mls_listings_building on public.mls_listings (building_id) where building_id is not null;

-- ----- mls.merge_developments(mls_sources, jsonb) -----
create function mls.merge_developments(source public.mls_sources, rows jsonb) returns void
language sql volatile set search_path = ''
as $$
  insert into public.mls_developments as d
    (tenant_id, name, developer_name, city, district, country, latitude, longitude, status, completion_date, description, origin_project_key)
  select distinct on (r.key) source.tenant_id, r.name, r.developer_name, r.city, r.district, r.country, r.latitude, r.longitude, r.status, r.completion_date, r.description, r.key
  from jsonb_to_recordset(rows) r (key text, name text, developer_name text, city text, district text, country text, latitude double precision,
    longitude double precision, status text, completion_date date, description text)
  where r.key is not null and r.name is not null
  on conflict (tenant_id, origin_project_key) do update set name = excluded.name, developer_name = excluded.developer_name, city = excluded.city,
    district = excluded.district, country = excluded.country, latitude = excluded.latitude, longitude = excluded.longitude, status = excluded.status,
    completion_date = excluded.completion_date, description = excluded.description
  where (d.name, d.developer_name, d.city, d.district, d.country, d.latitude, d.longitude, d.status, d.completion_date, d.description)
    is distinct from (excluded.name, excluded.developer_name, excluded.city, excluded.district, excluded.country, excluded.latitude, excluded.longitude,
      excluded.status, excluded.completion_date, excluded.description)
$$;
comment on function mls.merge_developments(public.mls_sources, jsonb) is
  'Takes projects of a source by their key, which X_ProjectId of their listings names: [{key, name, developer_name?, city?, ...}].';
