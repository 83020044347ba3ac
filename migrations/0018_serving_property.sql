-- The served tables: what each *_reso view says now, ready to be read by the RESO Web API.
-- Plain columns to filter and sort by, the rendered JSON in parts, the stamp, and a tombstone flag. Written only by
-- mls.refresh_<resource>(), read only under row level security as mls_api_read. Decimals are bigint of their smallest
-- unit ("ListPrice" 1234567 is 12345.67): exact, and comparable by leakproof operators.
-- This file holds Property, the next one the other resources.

-- ----- mls.multi_values(text) -----
create function mls.multi_values(value text) returns text[]
language plpgsql immutable parallel safe set search_path = ''
as $$
declare
  plain text;
begin
  if value is null then
    return '{}';
  elsif value like '[%' and pg_input_is_valid(value, 'jsonb') then
    return array(select btrim(e) from jsonb_array_elements_text(value::jsonb) e where btrim(e) <> '');
  elsif position(',' in value) = 0 then
    return array_remove(array[btrim(value)], '');
  end if;
  plain := btrim(replace(value, ', ', ','));
  if position(' ,' in plain) = 0 and position(', ' in plain) = 0 and position(',,' in plain) = 0
    and not starts_with(plain, ',') and right(plain, 1) <> ',' then
    return string_to_array(plain, ',');
  end if;
  -- twice as long, for lists with gaps
  return array(select btrim(e) from unnest(string_to_array(value, ',')) e where btrim(e) <> '');
end $$;
comment on function mls.multi_values(text) is
  'Members of a multi-valued field that gold delivers as text: a comma separated list or a JSON list.';
grant execute on function mls.multi_values(text) to mls_api_read;

-- ===== Property =====

-- ----- served_property -----
create table public.served_property (
  record_id uuid primary key,
  tenant_id uuid not null,
  seq bigint not null,
  office_key text not null,
  is_published boolean not null,
  is_deleted boolean not null,
  stamp bigint not null,
  "ModificationTimestamp" timestamptz not null,
  doc text not null,
  doc_gold text not null,
  doc_dd2 text not null,
  "ListingKey" text,
  "ListingId" text,
  "StandardStatus" text,
  "PropertyClass" text,
  "DevelopmentStatus" text,
  "NewConstructionYN" boolean,
  "PropertyCondition" text,
  "BuilderName" text,
  "BuilderModel" text,
  "PropertyType" text,
  "PropertySubType" text,
  "ListingService" text,
  "ListingAgreement" text,
  "LeaseConsideredYN" boolean,
  "SaleConsideredYN" boolean,
  "BedroomsTotal" integer,
  "BathroomsTotalInteger" integer,
  "BathroomsHalf" integer,
  "LivingArea" bigint,
  "LivingAreaUnits" text,
  "LotSizeSquareFeet" bigint,
  "LotSizeUnits" text,
  "LotSizeAcres" bigint,
  "ListPrice" bigint,
  "LeasePrice" bigint,
  "LeaseAmount" bigint,
  "LeaseAmountFrequency" text,
  "OriginalEntryTimestamp" timestamptz,
  "ListingContractDate" date,
  "UnparsedAddress" text,
  "City" text,
  "StateOrProvince" text,
  "PostalCode" text,
  "Country" text,
  "Latitude" double precision,
  "Longitude" double precision,
  "PublicRemarks" text,
  "ListAgentKey" text,
  "CoListAgentKey" text,
  "ListOfficeKey" text,
  "YearBuilt" integer,
  "YearBuiltEffective" integer,
  "View" text,
  "PoolFeatures" text,
  "Heating" text,
  "Cooling" text,
  "Furnished" text,
  "PetsAllowed" text,
  "FireplaceYN" boolean,
  "ParkingFeatures" text,
  "StoriesTotal" integer,
  "Stories" integer,
  "Flooring" text,
  "FireplaceFeatures" text,
  "WaterfrontFeatures" text,
  "PatioAndPorchFeatures" text,
  "OtherStructures" text,
  "AssociationAmenities" text,
  "Fencing" text,
  "X_SeaView" text,
  "X_MountainView" text,
  "X_BeachFront" text,
  "X_AbutsGreenArea" text,
  "X_ElevatedArea" text,
  "X_PrivateSwimmingPool" text,
  "X_CommonSwimmingPool" text,
  "X_GardenArea" text,
  "X_RoofGardenArea" text,
  "X_Elevator" text,
  "X_AirCondition" text,
  "X_Alarm" text,
  "X_SmartHome" text,
  "X_SolarWaterHeater" text,
  "X_StorageSpace" text,
  "X_MaidsRoom" text,
  "X_ConciergeReception" text,
  "X_SecureDoor" text,
  "X_Kitchenette" text,
  "X_HomeOffice" text,
  "X_SeparateLaundryRoom" text,
  "X_Reception" text,
  "X_StoreRoom" text,
  "X_ConstructionType" text,
  "X_ConstructionStage" text,
  "X_FloorType" text,
  "X_NewBuild" text,
  "X_Height" bigint,
  "X_MaxFloor" integer,
  "X_UnitNumber" text,
  "X_EnergyEfficiencyGrade" text,
  "X_EnergyConsumptionRating" text,
  "X_EnergyConsumptionValue" text,
  "X_EnergyEmissionRating" text,
  "X_HeatingType" text,
  "X_HeatingMedium" text,
  "X_CoolingType" text,
  "X_Electricity" text,
  "X_ElectricityType" text,
  "X_Water" text,
  "X_DistanceFromBeach" text,
  "X_DistanceFromAirport" text,
  "X_DistanceFromCentre" text,
  "X_DistanceFromSchool" text,
  "X_DistanceFromShops" text,
  "X_DistanceFromHospital" text,
  "X_DistanceFromUniversity" text,
  "X_DistanceFromRailStation" text,
  "X_DistanceFromTubeStation" text,
  "X_LivingRooms" integer,
  "X_Kitchens" integer,
  "X_KitchenType" text,
  "X_OfficeSpaces" integer,
  "X_VerandasCount" integer,
  "X_CoveredArea" bigint,
  "X_UncoveredArea" bigint,
  "X_TotalArea" bigint,
  "X_MezzanineArea" bigint,
  "X_StorageArea" bigint,
  "X_CoveredVerandas" bigint,
  "X_UncoveredVerandas" bigint,
  "X_Frontage" bigint,
  "X_BuildingDensity" text,
  "X_Coverage" text,
  "X_CoverFactor" text,
  "X_CornerPlot" text,
  "X_RightOfWay" text,
  "X_RegisteredRoad" text,
  "X_TownPlanningZone" text,
  "X_LandLocked" text,
  "X_CadastralReference" text,
  "X_IdealFor" text,
  "X_LicensedFor" text,
  "X_BusinessTransferOrSale" text,
  "X_BusinessTransferPrice" text,
  "X_BusinessActivity" text,
  "X_ConferenceRoom" text,
  "X_ServerRoom" text,
  "X_EnclosedOffice" text,
  "X_OfficeLayout" text,
  "X_PricePerSquare" text,
  "X_PriceQualifier" text,
  "X_PlusVAT" text,
  "X_MinimumTenancy" text,
  "X_TenancyType" text,
  "X_Occupancy" text,
  "X_PreviousListPrice" bigint,
  "X_PreviousLeasePrice" bigint,
  "X_ListPriceModified" text,
  "X_LeasePriceModified" text,
  "X_AuctionStartDate" date,
  "X_AuctionEndDate" date,
  "X_ReservePrice" bigint,
  "X_StartingBid" bigint,
  "X_ProjectId" text,
  "X_LeadSource" text,
  "X_WebsiteListingDate" date,
  "X_ListingBrokerName" text,
  "X_Featured" text,
  "X_FeaturedPriority" text,
  "X_PropertyOfTheMonth" text,
  "X_VideoLink" text,
  "X_VirtualTourLink" text,
  "X_WebsiteUrl" text,
  "X_WebsiteStatus" text,
  "X_ExcludedProperty" boolean,
  "X_ShortDescription" text,
  "X_PropertyName" text,
  "X_ApartmentType" text,
  "X_HouseType" text,
  "X_LandType" text,
  "X_OfficeType" text,
  "X_RetailType" text,
  "X_IndustrialType" text,
  "X_HotelType" text,
  "X_BuildingType" text,
  "X_InvestmentType" text,
  "X_CustomerParking" integer,
  "X_AdditionalFeatures" text,
  "X_InteriorFeatures" text,
  "X_ExteriorFeatures" text,
  "X_CommunityFeatures" text,
  "X_LotFeatures" text,
  "X_SecurityFeatures" text,
  "X_Appliances" text,
  "X_QobrixId" text,
  "X_QobrixRef" text,
  "X_QobrixSource" text,
  "X_QobrixLegacyId" text,
  "X_CreatedByMemberKey" text,
  "X_ModifiedByMemberKey" text,
  "X_QobrixModified" timestamptz,
  "OriginatingSystemOfficeKey" text,
  "X_DataSource" text,
  etl_timestamp timestamptz,
  etl_batch_id text,
  "MlsStatus" text,
  "StatusChangeTimestamp" timestamptz,
  "OnMarketDate" date,
  "ArchitecturalStyle" text,
  "OriginalListPrice" bigint,
  "ListPriceCurrencyCode" text,
  "LeaseTerm" text,
  "AvailabilityDate" date,
  "NetOperatingIncome" bigint,
  "CapRate" bigint,
  "GrossIncome" bigint,
  "OperatingExpense" bigint,
  "TaxAnnualAmount" bigint,
  "TaxYear" integer,
  "AssociationFee" bigint,
  "ExpirationDate" date,
  "DaysOnMarket" integer,
  "CloseDate" date,
  "ClosePrice" bigint,
  "BathroomsThreeQuarter" integer,
  "BathroomsOneQuarter" integer,
  "RoomsTotal" integer,
  "NumberOfUnitsTotal" integer,
  "LotSizeDimensions" text,
  "FireplacesTotal" integer,
  "CoveredSpaces" integer,
  "OpenParkingSpaces" integer,
  "ParkingTotal" integer,
  "Basement" text,
  "Roof" text,
  "Sewer" text,
  "RoomType" text,
  "RoadSurfaceType" text,
  "ListAgentFirstName" text,
  "ListAgentLastName" text,
  "ListAgentEmail" text,
  "PhotosCount" integer
) with (toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);
comment on table public.served_property is 'What property_reso says now; one row per record, tombstones included.';
alter table public.served_property alter column doc set storage external;
create unique index served_property_key on public.served_property ("ListingKey") where not is_deleted;
create unique index served_property_seq on public.served_property (seq) include (office_key, is_published) where not is_deleted;
-- is_published: counts of one office without touching the rows, 16,000 of 100,000 in 4 ms instead of 19.
create index served_property_office_seq on public.served_property (office_key, seq) include (is_published) where not is_deleted;
create index served_property_modified on public.served_property ("ModificationTimestamp", seq) where not is_deleted;
create index served_property_office_modified on public.served_property (office_key, "ModificationTimestamp", seq) where not is_deleted;
create index served_property_city_price on public.served_property ("City", "ListPrice", seq) include (office_key, is_published) where not is_deleted;
create index served_property_status on public.served_property ("StandardStatus", seq) include (office_key, is_published) where not is_deleted;
-- Cheapest and dearest first, over all offices and of one.
create index served_property_price on public.served_property ("ListPrice", seq) where not is_deleted;
create index served_property_office_price on public.served_property (office_key, "ListPrice", seq) where not is_deleted;
-- The number by which people know a listing.
create index served_property_listing_id on public.served_property ("ListingId") where not is_deleted;
-- Navigations from the other side.
create index served_property_list_office on public.served_property ("ListOfficeKey", seq) include (office_key, is_published) where not is_deleted;
create index served_property_agent on public.served_property ("ListAgentKey") where not is_deleted;

alter table public.served_property enable row level security;
alter table public.served_property force row level security;
grant select on public.served_property to mls_api_read, service_role;
grant select (record_id, tenant_id, "ModificationTimestamp") on public.served_property to authenticated;
-- `is_published or not (...)`: of a comparison with what a function answers the planner would guess that it keeps a third
-- of the rows, and sort what it could read in order. Besides, nothing is asked about rows that are published.
create policy api_read on public.served_property for select to mls_api_read
  using (
    not is_deleted
    and office_key = any ((select mls.claim_offices())::text[])
    and (is_published or not (select mls.claim_published_only()))
  );
create policy tenant_read on public.served_property for select to authenticated
  using (tenant_id = any ((select mls.visible_tenant_ids())::uuid[]));

-- ----- served_property_sensitive: fields that need a grant, apart so that they can be guarded -----
create table public.served_property_sensitive (
  record_id uuid primary key,
  office_key text not null,
  is_published boolean not null,
  doc text not null,
  "X_DeveloperContactKey" text,
  "X_KeyHolderDetails" text,
  "X_SellerContactKey" text,
  "PrivateRemarks" text,
  "ShowingInstructions" text
);
comment on table public.served_property_sensitive is 'Sensitive fields of Property.';
alter table public.served_property_sensitive enable row level security;
alter table public.served_property_sensitive force row level security;
grant select on public.served_property_sensitive to service_role;

-- ----- mls.granted_property: of the sensitive fields those that the reading client was granted -----
-- Grants are by field, and neither policies nor column privileges can say that: the view answers null for each field
-- that was not granted, and its document only to those who were granted all. It reads with the rights of its owner, so
-- it repeats the restriction of rows; the table itself is out of the readers' reach.
create view mls.granted_property with (security_barrier = true) as
select s.record_id,
  case when (
    select mls.claim_granted('Property.X_DeveloperContactKey')
      and mls.claim_granted('Property.X_KeyHolderDetails')
      and mls.claim_granted('Property.X_SellerContactKey')
      and mls.claim_granted('Property.PrivateRemarks')
      and mls.claim_granted('Property.ShowingInstructions')
  ) then s.doc end as doc,
  case when (select mls.claim_granted('Property.X_DeveloperContactKey')) then s."X_DeveloperContactKey" end as "X_DeveloperContactKey",
  case when (select mls.claim_granted('Property.X_KeyHolderDetails')) then s."X_KeyHolderDetails" end as "X_KeyHolderDetails",
  case when (select mls.claim_granted('Property.X_SellerContactKey')) then s."X_SellerContactKey" end as "X_SellerContactKey",
  case when (select mls.claim_granted('Property.PrivateRemarks')) then s."PrivateRemarks" end as "PrivateRemarks",
  case when (select mls.claim_granted('Property.ShowingInstructions')) then s."ShowingInstructions" end as "ShowingInstructions"
from public.served_property_sensitive s
where s.office_key = any ((select mls.claim_offices())::text[])
  and (s.is_published or not (select mls.claim_published_only()));
comment on view mls.granted_property is
  'Sensitive fields of Property as the client in mls.claims may read them; null where a field was not granted.';
grant select on mls.granted_property to mls_api_read;
