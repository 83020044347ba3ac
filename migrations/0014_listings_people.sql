-- Around a listing: persons and their appointments (contacts, viewings, open houses), its rooms and kinds of units.

-- ===== contacts =====

-- ----- mls_contacts: persons and companies -----
create table public.mls_contacts (
  id uuid primary key default gen_random_uuid(),
  seq bigint generated always as identity,
  tenant_id uuid not null default mls.current_tenant_id() references public.mls_tenants (id),
  originating_office_key text,
  title text,
  first_name text,
  middle_name text,
  last_name text,
  suffix text,
  contact_type text,
  company_name text,
  full_name text generated always as (
    coalesce(nullif(btrim(coalesce(first_name, '') || ' ' || coalesce(last_name, '')), ''), company_name)
  ) stored,
  job_title text,
  email text,
  email_secondary text,
  phone_mobile text,
  phone_business text,
  phone_home text,
  fax text,
  address_line1 text,
  city text,
  state text,
  post_code text,
  country text,
  nationality text,
  preferred_language text,
  preferred_communication text,
  lead_source text,
  birthdate date,
  website text,
  registration_number text,
  social jsonb,
  notes text,
  tags text[],
  x_sm_keyholder_name text,
  x_sm_keyholder_contact text,
  role_hint text,
  status text,
  assigned_to uuid,
  created_by uuid default mls.current_user_id(),
  origin_system text references mls.origin_systems (code),
  origin_contact_key text check (length(origin_contact_key) <= 255),
  origin_modified_ts timestamptz,
  origin_hash text,
  origin_sync_ts timestamptz,
  origin_etl_ts timestamptz,
  origin_etl_batch_id text,
  origin_deleted boolean not null default false,
  delivered_by text,
  extensions jsonb not null default '{}' check (jsonb_typeof(extensions) = 'object'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.mls_contacts is 'Persons and companies of a tenant: personal data. full_name is generated; never send it.';
create unique index mls_contacts_origin on public.mls_contacts (origin_contact_key);
create index mls_contacts_tenant_name on public.mls_contacts (tenant_id, last_name, first_name);
create index mls_contacts_email on public.mls_contacts (lower(email), tenant_id);
create index mls_contacts_created_by on public.mls_contacts (created_by) where created_by is not null;
create index mls_contacts_assigned on public.mls_contacts (assigned_to) where assigned_to is not null;
create trigger touch before update on public.mls_contacts for each row execute function mls.touch_updated_at();

alter table public.mls_contacts enable row level security;
alter table public.mls_contacts force row level security;
grant select on public.mls_contacts to authenticated;
grant select, insert, update, delete on public.mls_contacts to service_role;
create policy contact_read on public.mls_contacts for select to authenticated
  using (
    tenant_id = any ((select mls.visible_tenant_ids())::uuid[])
    and (select mls.can('r'))
    and (
      (select mls.sees_whole_tenant())
      or created_by = any ((select mls.visible_user_ids())::uuid[])
      or assigned_to = any ((select mls.visible_user_ids())::uuid[])
    )
  );

-- ===== showings =====

-- ----- mls_showings: viewings -----
create table public.mls_showings (
  id uuid primary key default gen_random_uuid(),
  seq bigint generated always as identity,
  tenant_id uuid not null references public.mls_tenants (id),
  originating_office_key text not null,
  listing_id uuid references public.mls_listings (id) on delete cascade,
  origin_showing_key text not null check (length(origin_showing_key) <= 255),
  listing_key text,
  showing_agent_key text,
  buyer_contact_key text,
  showing_date date,
  showing_start_time text,
  showing_end_time text,
  showing_status text,
  showing_type text,
  showing_remarks text,
  showing_feedback text,
  showing_outcome text,
  origin_etl_ts timestamptz,
  origin_etl_batch_id text,
  origin_modified_ts timestamptz,
  origin_hash text,
  origin_deleted boolean not null default false,
  delivered_by text,
  extensions jsonb not null default '{}' check (jsonb_typeof(extensions) = 'object'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.mls_showings is 'Viewings. listing_key is kept as received; listing_id follows when the listing is known.';
create unique index mls_showings_origin on public.mls_showings (origin_showing_key);
create index mls_showings_listing on public.mls_showings (listing_id);
create index mls_showings_listing_key on public.mls_showings (listing_key);
create index mls_showings_tenant on public.mls_showings (tenant_id);
create trigger touch before update on public.mls_showings for each row execute function mls.touch_updated_at();

alter table public.mls_showings enable row level security;
alter table public.mls_showings force row level security;
grant select on public.mls_showings to authenticated;
grant select, insert, update, delete on public.mls_showings to service_role;
create policy showing_read on public.mls_showings for select to authenticated
  using (
    tenant_id = any ((select mls.visible_tenant_ids())::uuid[])
    and exists (select from public.mls_listings l where l.id = listing_id)
  );

-- ===== open houses =====

-- ----- mls_open_houses: when anybody may come and look -----
create table public.mls_open_houses (
  id uuid primary key default gen_random_uuid(),
  seq bigint generated always as identity,
  tenant_id uuid not null references public.mls_tenants (id),
  originating_office_key text not null,
  listing_id uuid references public.mls_listings (id) on delete cascade,
  origin_open_house_key text not null check (length(origin_open_house_key) <= 255),
  listing_key text not null,
  open_house_id text,
  open_house_date date,
  start_time timestamptz,
  end_time timestamptz,
  status text,
  type text,
  remarks text,
  needs_appointment boolean,
  livestream_url text,
  showing_agent_key text,
  origin_etl_ts timestamptz,
  origin_etl_batch_id text,
  origin_modified_ts timestamptz,
  origin_hash text,
  origin_deleted boolean not null default false,
  delivered_by text,
  extensions jsonb not null default '{}' check (jsonb_typeof(extensions) = 'object'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.mls_open_houses is
  'Open houses. listing_key is kept as received; listing_id follows when the listing is known. Those that are not for the public are read by the users of their market alone.';
create unique index mls_open_houses_origin on public.mls_open_houses (origin_open_house_key);
create index mls_open_houses_listing on public.mls_open_houses (listing_id);
create index mls_open_houses_listing_key on public.mls_open_houses (listing_key);
create index mls_open_houses_tenant on public.mls_open_houses (tenant_id);
create trigger touch before update on public.mls_open_houses for each row execute function mls.touch_updated_at();

alter table public.mls_open_houses enable row level security;
alter table public.mls_open_houses force row level security;
grant select on public.mls_open_houses to authenticated;
grant select, insert, update, delete on public.mls_open_houses to service_role;
create policy open_house_read on public.mls_open_houses for select to authenticated
  using (
    tenant_id = any ((select mls.visible_tenant_ids())::uuid[])
    and exists (select from public.mls_listings l where l.id = listing_id)
  );
insert into mls.resources (resource, name, key_field, table_name, key_column, time_field, quarantine_days, listing_column, follows_listing, delivered_when)
values ('open_house', 'OpenHouse', 'OpenHouseKey', 'mls_open_houses', 'origin_open_house_key', 'ModificationTimestamp', 14, 'listing_key', true,
  't.origin_hash is not null');

-- ===== rooms and kinds of units =====

-- ----- mls_property_rooms: rooms and their measures -----
create table public.mls_property_rooms (
  id uuid primary key default gen_random_uuid(),
  seq bigint generated always as identity,
  tenant_id uuid not null references public.mls_tenants (id),
  originating_office_key text not null,
  listing_id uuid references public.mls_listings (id) on delete cascade,
  origin_room_key text not null check (length(origin_room_key) <= 255),
  listing_key text not null,
  type text,
  level text,
  description text,
  features text,
  area numeric(18,2),
  area_units text,
  length numeric(18,2),
  width numeric(18,2),
  length_units text,
  origin_etl_ts timestamptz,
  origin_etl_batch_id text,
  origin_modified_ts timestamptz,
  origin_hash text,
  origin_deleted boolean not null default false,
  delivered_by text,
  extensions jsonb not null default '{}' check (jsonb_typeof(extensions) = 'object'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.mls_property_rooms is 'Rooms of listings. listing_key is kept as received; listing_id follows when the listing is known.';
create unique index mls_property_rooms_origin on public.mls_property_rooms (origin_room_key);
create index mls_property_rooms_listing on public.mls_property_rooms (listing_id);
create index mls_property_rooms_listing_key on public.mls_property_rooms (listing_key);
create index mls_property_rooms_tenant on public.mls_property_rooms (tenant_id);
create trigger touch before update on public.mls_property_rooms for each row execute function mls.touch_updated_at();

alter table public.mls_property_rooms enable row level security;
alter table public.mls_property_rooms force row level security;
grant select on public.mls_property_rooms to authenticated;
grant select, insert, update, delete on public.mls_property_rooms to service_role;
create policy room_read on public.mls_property_rooms for select to authenticated
  using (
    tenant_id = any ((select mls.visible_tenant_ids())::uuid[])
    and exists (select from public.mls_listings l where l.id = listing_id)
  );
insert into mls.resources (resource, name, key_field, table_name, key_column, time_field, listing_column, follows_listing, delivered_when)
values ('property_rooms', 'PropertyRooms', 'RoomKey', 'mls_property_rooms', 'origin_room_key', 'ModificationTimestamp', 'listing_key', true, 't.origin_hash is not null');

-- ----- mls_property_unit_types: kinds of units in listings of several -----
create table public.mls_property_unit_types (
  id uuid primary key default gen_random_uuid(),
  seq bigint generated always as identity,
  tenant_id uuid not null references public.mls_tenants (id),
  originating_office_key text not null,
  listing_id uuid references public.mls_listings (id) on delete cascade,
  origin_unit_type_key text not null check (length(origin_unit_type_key) <= 255),
  listing_key text not null,
  type text,
  description text,
  units integer,
  bedrooms integer,
  bathrooms integer,
  furnished text,
  actual_rent numeric(18,2),
  total_rent numeric(18,2),
  origin_etl_ts timestamptz,
  origin_etl_batch_id text,
  origin_modified_ts timestamptz,
  origin_hash text,
  origin_deleted boolean not null default false,
  delivered_by text,
  extensions jsonb not null default '{}' check (jsonb_typeof(extensions) = 'object'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.mls_property_unit_types is 'Kinds of units in listings of several. listing_key is kept as received; listing_id follows when the listing is known.';
create unique index mls_property_unit_types_origin on public.mls_property_unit_types (origin_unit_type_key);
create index mls_property_unit_types_listing on public.mls_property_unit_types (listing_id);
create index mls_property_unit_types_listing_key on public.mls_property_unit_types (listing_key);
create index mls_property_unit_types_tenant on public.mls_property_unit_types (tenant_id);
create trigger touch before update on public.mls_property_unit_types for each row execute function mls.touch_updated_at();

alter table public.mls_property_unit_types enable row level security;
alter table public.mls_property_unit_types force row level security;
grant select on public.mls_property_unit_types to authenticated;
grant select, insert, update, delete on public.mls_property_unit_types to service_role;
create policy unit_type_read on public.mls_property_unit_types for select to authenticated
  using (
    tenant_id = any ((select mls.visible_tenant_ids())::uuid[])
    and exists (select from public.mls_listings l where l.id = listing_id)
  );
insert into mls.resources (resource, name, key_field, table_name, key_column, time_field, listing_column, follows_listing, delivered_when)
values ('property_unit_types', 'PropertyUnitTypes', 'UnitTypeKey', 'mls_property_unit_types', 'origin_unit_type_key', 'ModificationTimestamp', 'listing_key', true, 't.origin_hash is not null');
