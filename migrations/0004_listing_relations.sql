-- What stands beside a listing in gold: media, contacts, showings.

-- ===== media =====

-- ----- mls_listing_media: one row per listing and media key -----
-- a listing's media are its office's: the foreign key says so, whoever writes
create unique index mls_listings_owner on public.mls_listings (id, tenant_id, originating_office_key);
create table public.mls_listing_media (
  id uuid primary key default gen_random_uuid(),
  seq bigint generated always as identity,
  tenant_id uuid not null references public.mls_tenants (id),
  listing_id uuid,
  resource_record_key text not null check (length(resource_record_key) <= 255),
  originating_office_key text not null,
  media_key text not null check (length(media_key) <= 560),
  origin_system text check (origin_system in ('QOBRIX', 'DASH_API', 'DASH_FILE', 'MANUAL')),
  origin_media_key text check (length(origin_media_key) <= 255),
  media_id text,
  display_order integer not null default 0,
  is_primary boolean not null default false,
  media_category text not null default 'image'
    check (media_category in ('image', 'video', 'document', 'floorplan', 'audio', 'tour')),
  source_category text,
  media_url text constraint web_address
    check (media_url ~* '^https?://' or (media_url !~ '^[^/?#]*:' and media_url !~ '^(//|.?\\)')),
  storage_path text,
  mime_type text,
  title text,
  description text,
  html_description text,
  image_width integer,
  image_height integer,
  file_size_bytes bigint,
  is_landscape boolean,
  is_distributable boolean not null default true,
  dash_category text,
  format_code text,
  checksum text,
  media_tags_json jsonb,
  resolution_urls jsonb,
  additional_annotations jsonb,
  created_ts text,
  origin_etl_ts timestamptz,
  origin_etl_batch_id text,
  origin_hash text,
  origin_sync_ts timestamptz,
  origin_deleted boolean not null default false,
  is_hidden boolean not null default false,
  locked boolean not null default false,
  shared_from uuid references public.mls_listing_media (id) on delete cascade,
  is_servable boolean not null generated always as (
    media_category <> 'document' and coalesce(source_category, '') !~* 'document'
    and is_distributable and not is_hidden and not origin_deleted
  ) stored,
  extensions jsonb not null default '{}' check (jsonb_typeof(extensions) = 'object'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint mls_listing_media_listing_fkey foreign key (listing_id, tenant_id, originating_office_key)
    references public.mls_listings (id, tenant_id, originating_office_key) on update cascade on delete cascade
);
comment on table public.mls_listing_media is
  'Photos, videos, plans and documents of a listing. A record whose listing has not arrived yet waits with listing_id null.';
comment on column public.mls_listing_media.media_key is
  'Served MediaKey, unique across the service and immutable: the source key, which never contains ~; or <source key>~<listing key> where another listing holds that key already (project photos); or that and ~<id>, where a listing that bears another key by now holds even this.';
comment on column public.mls_listing_media.is_servable is
  'May be shown outside, once its listing is: no document, distributable, not hidden here, not withdrawn by its source.';
comment on column public.mls_listing_media.is_hidden is 'Removed here; survives every sync.';
comment on column public.mls_listing_media.locked is 'Title, description, order and primary flag were edited here and win over the source.';
comment on column public.mls_listing_media.shared_from is
  'This row of a lease sibling shows that row of the sale listing and follows it; hiding and locking are its own.';
create unique index mls_listing_media_key on public.mls_listing_media (media_key);
create unique index mls_listing_media_origin
  on public.mls_listing_media (resource_record_key, origin_media_key, originating_office_key);
create unique index mls_listing_media_listing_origin on public.mls_listing_media (listing_id, origin_media_key);
create unique index mls_listing_media_shared on public.mls_listing_media (shared_from) where shared_from is not null;
create index mls_listing_media_listing on public.mls_listing_media (listing_id, display_order, seq);
create index mls_listing_media_owner on public.mls_listing_media (listing_id, tenant_id, originating_office_key);
create index mls_listing_media_origin_key on public.mls_listing_media (origin_media_key);
create index mls_listing_media_tenant on public.mls_listing_media (tenant_id);
create index mls_listing_media_waiting on public.mls_listing_media (resource_record_key) where listing_id is null;
create trigger touch before update on public.mls_listing_media for each row execute function mls.touch_updated_at();

alter table public.mls_listing_media enable row level security;
alter table public.mls_listing_media force row level security;
grant select on public.mls_listing_media to authenticated;
grant select, insert, update, delete on public.mls_listing_media to service_role;
create policy media_read on public.mls_listing_media for select to authenticated
  using (
    tenant_id = any ((select mls.visible_tenant_ids())::uuid[])
    and exists (select from public.mls_listings l where l.id = listing_id)
  );

-- ----- mls_listing_media_origins: the last word of the source, one row per ingested file -----
create table public.mls_listing_media_origins (
  media_id uuid primary key references public.mls_listing_media (id) on delete cascade,
  payload jsonb not null,
  source_modified_at timestamptz
);
comment on table public.mls_listing_media_origins is
  'Last applied gold record per file: what a vanished column keeps, and what the world sees of a claimed listing until it is published.';
comment on column public.mls_listing_media_origins.source_modified_at is
  'Newest source time seen, also in records that changed nothing. Null for Dash, whose times are those of its export.';
alter table public.mls_listing_media_origins enable row level security;
alter table public.mls_listing_media_origins force row level security;
grant select on public.mls_listing_media_origins to authenticated;
grant select, insert, update, delete on public.mls_listing_media_origins to service_role;
create policy media_origin_read on public.mls_listing_media_origins for select to authenticated
  using (exists (select from public.mls_listing_media m where m.id = mls_listing_media_origins.media_id));

-- ===== contacts =====

-- ----- mls_contacts: persons and companies -----
create table public.mls_contacts (
  id uuid primary key default gen_random_uuid(),
  seq bigint generated always as identity,
  tenant_id uuid not null references public.mls_tenants (id),
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
  created_by uuid,
  origin_system text check (origin_system in ('QOBRIX', 'DASH_API', 'DASH_FILE', 'MANUAL')),
  origin_contact_key text check (length(origin_contact_key) <= 255),
  origin_modified_ts timestamptz,
  origin_hash text,
  origin_sync_ts timestamptz,
  origin_etl_ts timestamptz,
  origin_etl_batch_id text,
  origin_deleted boolean not null default false,
  extensions jsonb not null default '{}' check (jsonb_typeof(extensions) = 'object'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.mls_contacts is 'Persons and companies of a tenant: personal data. full_name is generated; never send it.';
create unique index mls_contacts_origin on public.mls_contacts (origin_contact_key);
create index mls_contacts_tenant_name on public.mls_contacts (tenant_id, last_name, first_name);
create index mls_contacts_email on public.mls_contacts (lower(email), tenant_id);
create index mls_contacts_created_by on public.mls_contacts (created_by) where created_by is not null;
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
