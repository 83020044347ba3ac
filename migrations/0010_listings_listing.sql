-- The canonical listing, and what every change of one keeps true.

-- ===== statuses =====

-- ----- mls_listing_status: the workflow -----
create type public.mls_listing_status as enum (
  'INGESTED', 'DRAFT', 'PENDING_DUE_DILIGENCE', 'AGREEMENT_PENDING', 'PHOTOS_PENDING', 'MARKETING_REVIEW',
  'PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN'
);
comment on type public.mls_listing_status is
  'Workflow of a listing. Only PUBLISHED, UNDER_OFFER, SOLD and WITHDRAWN leave the hub. Whether a listing is claimed is claimed_at, never the status.';

-- ===== listings =====

-- ----- mls_listings: one row per listing, whatever its origin -----
create table public.mls_listings (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.mls_tenants (id),
  seq bigint generated always as identity,
  ref text check (length(ref) <= 255),
  ref_collision boolean not null default false,
  origin_system text references mls.origin_systems (code),
  origin_key text check (length(origin_key) <= 255),
  origin_sync_ts timestamptz,
  is_externally_managed boolean not null default false,
  origin_deleted boolean not null default false,
  origin_native_id text,
  origin_native_ref text,
  origin_source_label text,
  origin_legacy_id text,
  origin_created_ts timestamptz,
  origin_modified_ts timestamptz,
  modified_ts timestamptz not null default clock_timestamp(),
  origin_created_by_key text,
  origin_modified_by_key text,
  originating_office_key text not null,
  origin_etl_ts timestamptz,
  origin_etl_batch_id text,
  extensions jsonb not null default '{}' check (jsonb_typeof(extensions) = 'object'),
  status public.mls_listing_status not null default 'DRAFT',
  status_description text,
  status_code text,
  source_standard_status text,
  status_changed_at timestamptz,
  price_changed_at timestamptz,
  previous_list_price numeric(18,2),
  photos_changed_at timestamptz,
  first_published_at timestamptz,
  published_at timestamptz,
  withdrawn_reason text,
  broker_id uuid,
  co_broker_id uuid,
  claimed_at timestamptz,
  claimed_by uuid,
  assigned_to uuid,
  market text,
  created_at timestamptz not null default now(),
  created_by uuid,
  updated_at timestamptz not null default now(),
  updated_by uuid,
  locked_fields jsonb not null default '{}',
  version integer not null default 1,
  property_class text,
  property_type text,
  property_subtype text,
  property_type_code text,
  property_subtype_code text,
  style_code text,
  style_description text,
  dash_listing_type text,
  property_use text,
  development_status text,
  is_new_construction boolean,
  property_condition text,
  construction_stage text,
  builder_name text,
  builder_model text,
  listing_service text,
  listing_agreement text,
  lease_considered boolean,
  sale_considered boolean,
  sibling_listing_id uuid references public.mls_listings (id) on delete set null,
  name text,
  is_off_market boolean,
  is_for_auction boolean,
  is_call_to_show boolean,
  is_price_upon_request boolean,
  is_foreclosure boolean,
  is_short_sale boolean,
  is_prelisting boolean,
  hide_listing_online boolean,
  hide_address_online boolean,
  list_price numeric(18,2),
  original_list_price numeric(18,2),
  list_price_usd numeric(18,2),
  currency_code text check (currency_code ~ '^[A-Z]{3}$'),
  currency_assumed boolean not null default false,
  currency_name text,
  lease_amount numeric(18,2),
  lease_amount_frequency text,
  monthly_rent numeric(18,2),
  lease_term text,
  lease_type text,
  min_lease_rate numeric(18,2),
  max_lease_rate numeric(18,2),
  price_per_area numeric(18,2),
  date_available date,
  net_operating_income numeric(18,2),
  capitalization_rate numeric(9,4),
  gross_income numeric(18,2),
  operating_expense numeric(18,2),
  cash_flow numeric(18,2),
  down_payment numeric(18,2),
  loan_payment numeric(18,2),
  fully_leased_income numeric(18,2),
  tax_annual_amount numeric(18,2),
  tax_year integer,
  association_fee numeric(18,2),
  listed_date date,
  expiration_date date,
  days_on_market integer,
  last_sold_on date,
  website_listing_date date,
  close_date date,
  close_price numeric(18,2),
  street text,
  address_line2 text,
  address_line3 text,
  unit_number text,
  city text,
  district text,
  neighborhood text,
  state text,
  state_name text,
  post_code text,
  country text,
  country_name text,
  latitude double precision,
  longitude double precision,
  x_sm_google_maps_point text,
  geo_regions jsonb,
  bedrooms integer,
  bathrooms integer,
  half_bath integer,
  three_quarter_bath integer,
  quarter_bath integer,
  rooms_total integer,
  units_total integer,
  living_area numeric(18,2),
  living_area_unit text,
  building_area numeric(18,2),
  building_area_unit text,
  lot_size numeric(18,2),
  lot_size_unit text,
  lot_size_acres numeric(18,4),
  lot_dimensions text,
  covered_area numeric(18,2),
  uncovered_area numeric(18,2),
  covered_verandas numeric(18,2),
  x_sm_uncovered_verandas numeric(18,2),
  garden_area numeric(18,2),
  x_sm_roof_garden numeric(18,2),
  year_built integer,
  x_sm_year_renovated integer,
  stories_total integer,
  floor_number integer,
  view text,
  pool_features text,
  pool_type text,
  private_pool boolean,
  common_pool boolean,
  heating_features text,
  heating_type text,
  heating_fuel text,
  x_sm_heating_medium text,
  cooling_features text,
  air_condition boolean,
  alarm boolean,
  fireplace_features text,
  fireplaces_total integer,
  has_fireplace boolean,
  garage_features text,
  garage_spaces integer,
  parking_covered integer,
  parking_uncovered integer,
  parking_total integer,
  flooring text,
  fencing text,
  patio_porch_features text,
  waterfront_features text,
  other_structures text,
  amenities text,
  appliances text,
  interior_features text,
  exterior_features text,
  exterior_description text,
  community_features text,
  lot_features text,
  security_features text,
  general_features text,
  kitchen_features text,
  electric text,
  electricity_type text,
  water_source text,
  bath_features text,
  basement text,
  roof text,
  sewer text,
  room_type text,
  road_surface text,
  lifestyles text,
  special_market text,
  area_amenities text,
  area_description text,
  prewiring text,
  property_description_features text,
  location_features text,
  features_json jsonb,
  furnished text,
  pets_allowed text,
  sea_view boolean,
  mountain_view boolean,
  beach_front boolean,
  x_sm_elevator boolean,
  x_sm_maids_room boolean,
  x_sm_separate_laundry boolean,
  x_sm_smart_home boolean,
  store_room boolean,
  storage_space boolean,
  x_sm_extras text,
  distance_from_beach numeric(10,3),
  distance_from_airport numeric(10,1),
  energy_efficiency_grade text,
  zoning text,
  x_sm_building_density numeric(9,2),
  x_sm_coverage numeric(9,2),
  x_sm_floors_allowed integer,
  x_sm_height_allowed numeric(10,2),
  cadastral_reference text,
  x_sm_vat_applicable boolean,
  x_sm_vat_expiration_date date,
  x_sm_introducer_fee numeric(18,2),
  x_sm_commission_pct numeric(6,3),
  x_sm_exclusivity boolean,
  x_sm_crypto_payment boolean,
  x_sm_excluded_from_marketing boolean,
  x_sm_title_deeds boolean,
  x_sm_suitable_for_pr boolean,
  x_sm_keys_in_office boolean,
  x_sm_payment_countries text,
  x_sm_seller_banks text,
  x_sm_other_sellers text,
  x_sm_seller_approved_data boolean,
  x_sm_is_sir_branded boolean,
  x_sm_sir_office_id text,
  private_remarks text,
  showing_instructions text,
  photos_link text,
  list_agent_key text,
  co_list_agent_key text,
  list_office_key text,
  agent_id text,
  agent_first_name text,
  agent_last_name text,
  agent_email text,
  agent_vanity_email text,
  agent_photo_url text,
  company_id text,
  company_name text,
  company_code text,
  agent_office_id text,
  agent_office_code text,
  listing_office_id text,
  listing_office_code text,
  seller_contact_key text,
  developer_contact_key text,
  lead_source text,
  key_holder_details text,
  development_id uuid,
  building_id uuid,
  origin_project_key text,
  public_remarks text,
  short_description text,
  remarks_json jsonb,
  listing_url text,
  video_link text,
  virtual_tour_link text,
  websites_json jsonb,
  contingencies_json jsonb,
  additional_details_json jsonb,
  commercial_details jsonb,
  schools_json jsonb,
  unit_mix_json jsonb,
  photos_count integer not null default 0,
  check (origin_system is null or origin_system = 'MANUAL' or origin_key is not null),
  check ((latitude is null) = (longitude is null)),
  -- JSON has no word for NaN: a listing that holds one could not be served
  constraint mls_listings_numbers check ('NaN' <> all (array[
    previous_list_price, list_price, original_list_price, list_price_usd, lease_amount, monthly_rent, min_lease_rate,
    max_lease_rate, price_per_area, net_operating_income, capitalization_rate, gross_income, operating_expense, cash_flow,
    down_payment, loan_payment, fully_leased_income, tax_annual_amount, association_fee, close_price, living_area,
    building_area, lot_size, lot_size_acres, covered_area, uncovered_area, covered_verandas, x_sm_uncovered_verandas,
    garden_area, x_sm_roof_garden, distance_from_beach, distance_from_airport, x_sm_building_density, x_sm_coverage,
    x_sm_height_allowed, x_sm_introducer_fee, x_sm_commission_pct
  ]))
);
comment on table public.mls_listings is
  'The canonical listing. Every other shape (RESO, Dash, portal feeds) is a projection of it.';
comment on column public.mls_listings.seq is 'Immutable insertion number: the default order of every collection.';
comment on column public.mls_listings.ref is 'Human reference, unique per tenant except for rows flagged ref_collision.';
comment on column public.mls_listings.ref_collision is 'Another listing of the tenant had this ref first; both are kept.';
comment on column public.mls_listings.is_externally_managed is 'The source is still authoritative; false makes ingest skip the listing.';
comment on column public.mls_listings.origin_deleted is 'A complete FULL run no longer held the record. Rows are never deleted.';
comment on column public.mls_listings.modified_ts is
  'Last change of the row. What consumers see as ModificationTimestamp is the commit-safe stamp of served_property.';
comment on column public.mls_listings.first_published_at is 'First entry into PUBLISHED; never moves again.';
comment on column public.mls_listings.published_at is 'Latest entry into PUBLISHED.';
comment on column public.mls_listings.claimed_at is 'Null means unclaimed, whatever the status.';
comment on column public.mls_listings.assigned_to is
  'Who is to look at an unclaimed listing. It claims nothing: the source goes on leading, and a claim by whomever settles it.';
comment on column public.mls_listings.currency_assumed is 'The record named no currency: currency_code is the default of its office.';
comment on column public.mls_listings.lot_size is 'Square metres, although RESO calls the field LotSizeSquareFeet.';
comment on column public.mls_listings.floor_number is 'Floor of the unit; gold delivers it as Stories.';
comment on column public.mls_listings.extensions is
  'Gold fields without a column, keyed by their RESO name; text that a typed column cannot give back; unknown fields.';

-- wide rows: keep short columns inline, move long texts out uncompressed (pglz costs a third of an insert). A third of each
-- page stays free: no index holds a price, so a changed price fits beside its old row and touches no index (HOT).
alter table public.mls_listings set (fillfactor = 65, toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);
alter table public.mls_listings alter column extensions set storage external;
alter table public.mls_listings alter column public_remarks set storage external;

create unique index mls_listings_origin_key on public.mls_listings (origin_key);
create unique index mls_listings_ref on public.mls_listings (tenant_id, ref) where not ref_collision;
create unique index mls_listings_seq on public.mls_listings (seq);
create index mls_listings_status on public.mls_listings (tenant_id, status, seq);
create index mls_listings_broker on public.mls_listings (broker_id) where broker_id is not null;
create index mls_listings_co_broker on public.mls_listings (co_broker_id) where co_broker_id is not null;
create index mls_listings_sibling on public.mls_listings (sibling_listing_id) where sibling_listing_id is not null;
create index mls_listings_list_agent on public.mls_listings (list_agent_key) where first_published_at is not null;
-- what siblings, brokers and contacts are found by
create index mls_listings_agent on public.mls_listings (list_agent_key) where list_agent_key is not null and claimed_at is null;
create index mls_listings_seller on public.mls_listings (seller_contact_key) where seller_contact_key is not null;
create index mls_listings_developer on public.mls_listings (developer_contact_key) where developer_contact_key is not null;
-- the screens: inbox, boards, map
create index mls_listings_inbox on public.mls_listings (tenant_id, seq) where claimed_at is null;
create index mls_listings_assigned on public.mls_listings (assigned_to, seq) where assigned_to is not null;
create index mls_listings_board on public.mls_listings (tenant_id, status_changed_at, id) where claimed_at is not null;
create index mls_listings_broker_board on public.mls_listings (broker_id, status_changed_at, id) where claimed_at is not null;
create index mls_listings_place on public.mls_listings (tenant_id, latitude, longitude) where latitude is not null;
-- a listing's media are its office's: the foreign key of mls_listing_media says so, whoever writes
create unique index mls_listings_owner on public.mls_listings (id, tenant_id, originating_office_key);

-- ----- mls.listing_before_update(): what every update of a listing keeps true -----
create function mls.listing_before_update() returns trigger
language plpgsql set search_path = ''
as $$
begin
  new.updated_at := clock_timestamp();
  new.modified_ts := new.updated_at;
  -- what triggers derive (photos_count) is no edit: an app that holds the row may still save it
  new.version := old.version + case when pg_trigger_depth() > 1 then 0 else 1 end;
  if new.status is distinct from old.status then
    new.status_changed_at := new.updated_at;
    if new.status = 'PUBLISHED' then
      new.published_at := new.updated_at;
      new.first_published_at := coalesce(old.first_published_at, new.updated_at);
    end if;
  end if;
  -- a price that nobody outside has seen was no price before
  if (new.list_price is distinct from old.list_price and old.list_price is not null
      or new.lease_amount is distinct from old.lease_amount and old.lease_amount is not null)
    and (old.first_published_at is not null or old.claimed_at is null and coalesce(old.origin_system, 'MANUAL') <> 'MANUAL')
  then
    new.price_changed_at := new.updated_at;
    if new.list_price is distinct from old.list_price and old.list_price is not null then
      new.previous_list_price := old.list_price;
    end if;
  end if;
  return new;
end $$;
comment on function mls.listing_before_update() is 'Trigger: update time, optimistic version, and what follows from a change of status or price.';
create trigger before_update before update on public.mls_listings
  for each row execute function mls.listing_before_update();

-- ----- mls.hide_as_source_says(): a source that sends RESO's own flags hides as a broker does -----
create function mls.hide_as_source_says() returns trigger
language plpgsql set search_path = ''
as $$
declare
  refusals constant text[] := '{false,no,n,0}';
  before constant jsonb := case tg_op when 'UPDATE' then old.extensions else '{}' end;
begin
  if lower(new.extensions ->> 'InternetAddressDisplayYN') = any (refusals) then
    new.hide_address_online := true;
  elsif lower(before ->> 'InternetAddressDisplayYN') = any (refusals) then
    new.hide_address_online := null;
  end if;
  if lower(new.extensions ->> 'InternetEntireListingDisplayYN') = any (refusals) then
    new.hide_listing_online := true;
  elsif lower(before ->> 'InternetEntireListingDisplayYN') = any (refusals) then
    new.hide_listing_online := null;
  end if;
  return new;
end $$;
comment on function mls.hide_as_source_says() is
  'Trigger: InternetAddressDisplayYN and InternetEntireListingDisplayYN of the source as hide_address_online and hide_listing_online, which every channel honours; taken back when the source does.';
create trigger hide_on_insert before insert on public.mls_listings
  for each row when (new.extensions ?| '{InternetAddressDisplayYN,InternetEntireListingDisplayYN}')
  execute function mls.hide_as_source_says();
create trigger hide_on_update before update of extensions on public.mls_listings
  for each row when (
    new.extensions is distinct from old.extensions
    and (new.extensions ?| '{InternetAddressDisplayYN,InternetEntireListingDisplayYN}'
      or old.extensions ?| '{InternetAddressDisplayYN,InternetEntireListingDisplayYN}')
  )
  execute function mls.hide_as_source_says();

alter table public.mls_listings enable row level security;
alter table public.mls_listings force row level security;
grant select on public.mls_listings to authenticated;
grant select, insert, update, delete on public.mls_listings to service_role;
create policy listing_read on public.mls_listings for select to authenticated
  using (
    tenant_id = any ((select mls.visible_tenant_ids())::uuid[])
    and (select mls.can('r'))
    and (
      claimed_at is null
      or (select mls.sees_whole_tenant())
      or broker_id = any ((select mls.visible_user_ids())::uuid[])
      or co_broker_id = any ((select mls.visible_user_ids())::uuid[])
    )
  );

-- ----- mls.is_draft(mls_listings) -----
create function mls.is_draft(listing public.mls_listings) returns boolean
language sql immutable parallel safe set search_path = ''
as $$
  select listing.claimed_at is not null
    and not (listing.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') and listing.first_published_at is not null)
$$;
comment on function mls.is_draft(public.mls_listings) is
  'Whether a broker works on a listing that is not published: the world sees the last values of its source, as property_reso and media_reso define.';
-- a condition of a trigger runs as whoever edits the listing
grant execute on function mls.is_draft(public.mls_listings) to authenticated, service_role;
