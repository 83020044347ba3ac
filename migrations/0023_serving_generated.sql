-- Generated from the dictionary by `npm run generate`.

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
  "PhotosCount" integer,
  "InteriorFeatures" text,
  "ExteriorFeatures" text,
  "CommunityFeatures" text,
  "LotFeatures" text,
  "SecurityFeatures" text,
  "Appliances" text,
  "UnitNumber" text,
  "PreviousListPrice" bigint,
  "VirtualTourURLUnbranded" text,
  "ListingURL" text,
  "PriceChangeTimestamp" timestamptz,
  "PhotosChangeTimestamp" timestamptz,
  "MajorChangeTimestamp" timestamptz,
  "MajorChangeType" text,
  "OriginatingSystemName" text,
  "OriginatingSystemID" text,
  "SourceSystemName" text,
  "ListAgentFullName" text,
  "ListOfficeName" text,
  "InternetEntireListingDisplayYN" boolean,
  "InternetAddressDisplayYN" boolean,
  "std_DevelopmentStatus" text,
  "std_PropertyCondition" text,
  "std_PropertyType" text,
  "std_PropertySubType" text,
  "std_ListingService" text,
  "std_ListingAgreement" text,
  "std_LivingAreaUnits" text,
  "std_LotSizeUnits" text,
  "std_LeaseAmountFrequency" text,
  "std_View" text,
  "std_PoolFeatures" text,
  "std_Heating" text,
  "std_Cooling" text,
  "std_Furnished" text,
  "std_PetsAllowed" text,
  "std_ParkingFeatures" text,
  "std_Flooring" text,
  "std_FireplaceFeatures" text,
  "std_WaterfrontFeatures" text,
  "std_PatioAndPorchFeatures" text,
  "std_OtherStructures" text,
  "std_AssociationAmenities" text,
  "std_Fencing" text,
  "std_ArchitecturalStyle" text,
  "std_LeaseTerm" text,
  "std_Basement" text,
  "std_Roof" text,
  "std_Sewer" text,
  "std_RoomType" text,
  "std_RoadSurfaceType" text,
  "std_InteriorFeatures" text,
  "std_ExteriorFeatures" text,
  "std_CommunityFeatures" text,
  "std_LotFeatures" text,
  "std_SecurityFeatures" text,
  "std_Appliances" text,
  geo_cell bigint generated always as (mls.geo_cell("Latitude", "Longitude")) stored
) with (toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);
comment on table public.served_property is 'What property_reso says now; one row per record, tombstones included.';
select mls.keep_columns_inline('public.served_property');
alter table public.served_property enable row level security;
alter table public.served_property force row level security;
grant select on public.served_property to mls_api_read, service_role;
grant select (record_id, tenant_id, "ModificationTimestamp") on public.served_property to authenticated;

create unique index served_property_key on public.served_property ("ListingKey") where not is_deleted;

create unique index served_property_seq on public.served_property (seq) include (office_key, is_published) where not is_deleted;

create index served_property_office_seq on public.served_property (office_key, seq) include (is_published) where not is_deleted;

create index served_property_modified on public.served_property ("ModificationTimestamp", seq) where not is_deleted;

create index served_property_office_modified on public.served_property (office_key, "ModificationTimestamp", seq) where not is_deleted;

create index served_property_place on public.served_property (geo_cell) where not is_deleted;

create index served_property_office_place on public.served_property (office_key, geo_cell) include (is_published, "StandardStatus", "ListPrice", "Latitude", "Longitude") where not is_deleted;

create index served_property_city_price on public.served_property ("City", "ListPrice", seq) include (office_key, is_published) where not is_deleted;

create index served_property_status on public.served_property ("StandardStatus", seq) include (office_key, is_published) where not is_deleted;

create index served_property_price on public.served_property ("ListPrice", seq) where not is_deleted;

create index served_property_office_price on public.served_property (office_key, "ListPrice", seq) where not is_deleted;

create index served_property_listing_id on public.served_property ("ListingId") where not is_deleted;

create index served_property_list_office on public.served_property ("ListOfficeKey", seq) include (office_key, is_published) where not is_deleted;

create index served_property_agent on public.served_property ("ListAgentKey") where not is_deleted;

create policy api_read on public.served_property for select to mls_api_read
  using (
    not is_deleted
    and office_key = any ((select mls.claim_offices())::text[])
    and (is_published or not (select mls.claim_published_only()))
  );

create policy tenant_read on public.served_property for select to authenticated
  using (tenant_id = any ((select mls.visible_tenant_ids())::uuid[]));

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
comment on table public.served_property_sensitive is 'Fields of Property that need a grant; apart, so that the role of the readers cannot reach them.';
alter table public.served_property_sensitive enable row level security;
alter table public.served_property_sensitive force row level security;
grant select on public.served_property_sensitive to service_role;

create or replace view mls.granted_property with (security_barrier = true) as
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
comment on view mls.granted_property is 'Sensitive fields of Property as the client in mls.claims may read them; null where a field was not granted.';
grant select on mls.granted_property to mls_api_read;

create table public.served_member (
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
  "MemberKey" text,
  "MemberMlsId" text,
  "MemberFirstName" text,
  "MemberLastName" text,
  "MemberFullName" text,
  "MemberEmail" text,
  "MemberPreferredPhone" text,
  "MemberOfficePhone" text,
  "MemberStatus" text,
  "MemberType" text,
  "OfficeKey" text,
  "MemberAddress1" text,
  "MemberCity" text,
  "MemberStateOrProvince" text,
  "MemberPostalCode" text,
  "MemberCountry" text,
  "X_QobrixAgentId" text,
  "X_QobrixAgentRef" text,
  "X_QobrixDescription" text,
  "X_QobrixAgreementDate" text,
  "X_QobrixOwnerId" text,
  "X_QobrixPrimaryContactId" text,
  "X_QobrixCreated" text,
  "X_QobrixModified" text,
  "X_QobrixSourceType" text,
  "OriginatingSystemOfficeKey" text,
  etl_timestamp timestamptz,
  etl_batch_id text,
  "MemberNamePrefix" text,
  "MemberMiddleName" text,
  "MemberNameSuffix" text,
  "MemberNickname" text,
  "JobTitle" text,
  "MemberBio" text,
  "MemberDesignation" text,
  "MemberLanguages" text,
  "MemberMlsAccessYN" boolean,
  "MemberAlternateId" text,
  "MemberAOR" text,
  "MemberAORkey" text,
  "MemberAORMlsId" text,
  "MemberPrimaryAorId" text,
  "MemberNationalAssociationId" text,
  "MemberStateLicense" text,
  "MemberStateLicenseState" text,
  "MemberStateLicenseType" text,
  "MemberStateLicenseExpirationDate" date,
  "UniqueLicenseeIdentifier" text,
  "MemberPreferredPhoneExt" text,
  "MemberOfficePhoneExt" text,
  "MemberDirectPhone" text,
  "MemberMobilePhone" text,
  "MemberTollFreePhone" text,
  "MemberFax" text,
  "MemberAddress2" text,
  "MemberCountyOrParish" text,
  "MemberPostalCodePlus4" text,
  "MemberIsAssistantTo" text,
  "OfficeMlsId" text,
  "OfficeName" text,
  "OfficeNationalAssociationId" text,
  "OriginalEntryTimestamp" timestamptz,
  "OriginatingSystemID" text,
  "OriginatingSystemMemberKey" text,
  "OriginatingSystemName" text,
  "SourceSystemID" text,
  "SourceSystemMemberKey" text,
  "SourceSystemName" text,
  "std_MemberStatus" text,
  "std_MemberType" text,
  "std_MemberDesignation" text,
  "std_MemberLanguages" text
) with (toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);
comment on table public.served_member is 'What member_reso says now; one row per record, tombstones included.';
select mls.keep_columns_inline('public.served_member');
alter table public.served_member enable row level security;
alter table public.served_member force row level security;
grant select on public.served_member to mls_api_read, service_role;
grant select (record_id, tenant_id, "ModificationTimestamp") on public.served_member to authenticated;

create unique index served_member_key on public.served_member ("MemberKey") where not is_deleted;

create index served_member_seq on public.served_member (seq) where not is_deleted;

create index served_member_office_seq on public.served_member (office_key, seq) where not is_deleted;

create index served_member_modified on public.served_member ("ModificationTimestamp", seq) where not is_deleted;

create index served_member_office_modified on public.served_member (office_key, "ModificationTimestamp", seq) where not is_deleted;

create index served_member_tenant on public.served_member (tenant_id);

create index served_member_of_office on public.served_member ("OfficeKey") where not is_deleted;

create policy api_read on public.served_member for select to mls_api_read
  using (
    not is_deleted
    and office_key = any ((select mls.claim_offices())::text[])
    and (is_published or not (select mls.claim_published_only()))
  );

create policy tenant_read on public.served_member for select to authenticated
  using (tenant_id = any ((select mls.visible_tenant_ids())::uuid[]));

create table public.served_member_sensitive (
  record_id uuid primary key,
  office_key text not null,
  is_published boolean not null,
  doc text not null,
  "X_QobrixCommission1" text,
  "MemberLoginId" text
);
comment on table public.served_member_sensitive is 'Fields of Member that need a grant; apart, so that the role of the readers cannot reach them.';
alter table public.served_member_sensitive enable row level security;
alter table public.served_member_sensitive force row level security;
grant select on public.served_member_sensitive to service_role;

create or replace view mls.granted_member with (security_barrier = true) as
select s.record_id,
  case when (
    select mls.claim_granted('Member.X_QobrixCommission1')
      and mls.claim_granted('Member.MemberLoginId')
  ) then s.doc end as doc,
  case when (select mls.claim_granted('Member.X_QobrixCommission1')) then s."X_QobrixCommission1" end as "X_QobrixCommission1",
  case when (select mls.claim_granted('Member.MemberLoginId')) then s."MemberLoginId" end as "MemberLoginId"
from public.served_member_sensitive s
where s.office_key = any ((select mls.claim_offices())::text[])
  and (s.is_published or not (select mls.claim_published_only()));
comment on view mls.granted_member is 'Sensitive fields of Member as the client in mls.claims may read them; null where a field was not granted.';
grant select on mls.granted_member to mls_api_read;

create table public.served_office (
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
  "OfficeKey" text,
  "OfficeMlsId" text,
  "OfficeName" text,
  "OfficeEmail" text,
  "OfficePhone" text,
  "OfficeFax" text,
  "OfficeStatus" text,
  "OfficeType" text,
  "OfficeAddress1" text,
  "OfficeAddress2" text,
  "OfficeCity" text,
  "OfficeStateOrProvince" text,
  "OfficePostalCode" text,
  "OfficeCountry" text,
  "OfficeBrokerKey" text,
  "X_QobrixAgentId" text,
  "X_QobrixAgentRef" text,
  "X_QobrixDescription" text,
  "X_QobrixAgreementDate" text,
  "X_QobrixOwnerId" text,
  "X_QobrixPrimaryContactId" text,
  "X_QobrixCreated" text,
  "X_QobrixModified" text,
  "OriginatingSystemOfficeKey" text,
  etl_timestamp timestamptz,
  etl_batch_id text,
  "OfficeBio" text,
  "OfficeAlternateId" text,
  "OfficeAOR" text,
  "OfficeAORkey" text,
  "OfficeAORMlsId" text,
  "OfficePrimaryAorId" text,
  "OfficeNationalAssociationId" text,
  "OfficeCorporateLicense" text,
  "OfficeBranchType" text,
  "MainOfficeKey" text,
  "MainOfficeMlsId" text,
  "NumberOfBranches" integer,
  "FranchiseAffiliation" text,
  "FranchiseNationalAssociationId" text,
  "OfficeBrokerMlsId" text,
  "OfficeBrokerNationalAssociationId" text,
  "OfficeManagerKey" text,
  "OfficeManagerMlsId" text,
  "IDXOfficeParticipationYN" boolean,
  "VirtualOfficeWebsiteYN" boolean,
  "OfficePhoneExt" text,
  "OfficeCountyOrParish" text,
  "OfficePostalCodePlus4" text,
  "OfficePrimaryStateOrProvince" text,
  "OriginalEntryTimestamp" timestamptz,
  "OriginatingSystemID" text,
  "OriginatingSystemName" text,
  "SourceSystemID" text,
  "SourceSystemName" text,
  "SourceSystemOfficeKey" text,
  "std_OfficeStatus" text,
  "std_OfficeType" text,
  "std_OfficeBranchType" text
) with (toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);
comment on table public.served_office is 'What office_reso says now; one row per record, tombstones included.';
select mls.keep_columns_inline('public.served_office');
alter table public.served_office enable row level security;
alter table public.served_office force row level security;
grant select on public.served_office to mls_api_read, service_role;
grant select (record_id, tenant_id, "ModificationTimestamp") on public.served_office to authenticated;

create unique index served_office_key on public.served_office ("OfficeKey") where not is_deleted;

create index served_office_seq on public.served_office (seq) where not is_deleted;

create index served_office_office_seq on public.served_office (office_key, seq) where not is_deleted;

create index served_office_modified on public.served_office ("ModificationTimestamp", seq) where not is_deleted;

create index served_office_office_modified on public.served_office (office_key, "ModificationTimestamp", seq) where not is_deleted;

create index served_office_tenant on public.served_office (tenant_id);

create policy api_read on public.served_office for select to mls_api_read
  using (
    not is_deleted
    and office_key = any ((select mls.claim_offices())::text[])
    and (is_published or not (select mls.claim_published_only()))
  );

create policy tenant_read on public.served_office for select to authenticated
  using (tenant_id = any ((select mls.visible_tenant_ids())::uuid[]));

create table public.served_office_sensitive (
  record_id uuid primary key,
  office_key text not null,
  is_published boolean not null,
  doc text not null,
  "X_QobrixCommission1" text,
  "X_QobrixCommission2" text,
  "X_QobrixCommission3" text
);
comment on table public.served_office_sensitive is 'Fields of Office that need a grant; apart, so that the role of the readers cannot reach them.';
alter table public.served_office_sensitive enable row level security;
alter table public.served_office_sensitive force row level security;
grant select on public.served_office_sensitive to service_role;

create or replace view mls.granted_office with (security_barrier = true) as
select s.record_id,
  case when (
    select mls.claim_granted('Office.X_QobrixCommission1')
      and mls.claim_granted('Office.X_QobrixCommission2')
      and mls.claim_granted('Office.X_QobrixCommission3')
  ) then s.doc end as doc,
  case when (select mls.claim_granted('Office.X_QobrixCommission1')) then s."X_QobrixCommission1" end as "X_QobrixCommission1",
  case when (select mls.claim_granted('Office.X_QobrixCommission2')) then s."X_QobrixCommission2" end as "X_QobrixCommission2",
  case when (select mls.claim_granted('Office.X_QobrixCommission3')) then s."X_QobrixCommission3" end as "X_QobrixCommission3"
from public.served_office_sensitive s
where s.office_key = any ((select mls.claim_offices())::text[])
  and (s.is_published or not (select mls.claim_published_only()));
comment on view mls.granted_office is 'Sensitive fields of Office as the client in mls.claims may read them; null where a field was not granted.';
grant select on mls.granted_office to mls_api_read;

create table public.served_media (
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
  "MediaKey" text,
  "ResourceRecordKey" text,
  "ResourceName" text,
  "MediaCategory" text,
  "MediaURL" text,
  "MediaType" text,
  "Order" integer,
  "ShortDescription" text,
  "LongDescription" text,
  "ImageWidth" integer,
  "ImageHeight" integer,
  "ImageSizeBytes" bigint,
  "X_IsPrimary" boolean,
  "X_QobrixMediaId" text,
  "X_QobrixPropertyId" text,
  "X_QobrixMediaCategory" text,
  "X_QobrixFileId" text,
  "X_QobrixThumbnailUrl" text,
  "X_QobrixFilesystem" text,
  "X_QobrixCategoryId" text,
  "X_QobrixCreated" text,
  "X_QobrixModified" text,
  "OriginatingSystemOfficeKey" text,
  "X_DataSource" text,
  etl_timestamp timestamptz,
  etl_batch_id text,
  "MediaModificationTimestamp" timestamptz,
  "ImageOf" text,
  "ImageSizeDescription" text,
  "MediaAlteration" text,
  "MediaHTML" text,
  "MediaObjectID" text,
  "MediaStatus" text,
  "Permission" text,
  "PreferredPhotoYN" boolean,
  "ResourceRecordID" text,
  "OriginatingSystemID" text,
  "OriginatingSystemMediaKey" text,
  "OriginatingSystemName" text,
  "SourceSystemID" text,
  "SourceSystemMediaKey" text,
  "SourceSystemName" text,
  "std_ImageOf" text,
  "std_MediaAlteration" text,
  "std_Permission" text
) with (toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);
comment on table public.served_media is 'What media_reso says now; one row per record, tombstones included.';
select mls.keep_columns_inline('public.served_media');
alter table public.served_media enable row level security;
alter table public.served_media force row level security;
grant select on public.served_media to mls_api_read, service_role;
grant select (record_id, tenant_id, "ModificationTimestamp") on public.served_media to authenticated;

create unique index served_media_key on public.served_media ("MediaKey") where not is_deleted;

create unique index served_media_seq on public.served_media (seq) include (office_key, is_published) where not is_deleted;

create index served_media_office_seq on public.served_media (office_key, seq) include (is_published) where not is_deleted;

create index served_media_modified on public.served_media ("ModificationTimestamp", seq) where not is_deleted;

create index served_media_office_modified on public.served_media (office_key, "ModificationTimestamp", seq) where not is_deleted;

create index served_media_record on public.served_media ("ResourceRecordKey", "Order" nulls first, seq) where not is_deleted;

create policy api_read on public.served_media for select to mls_api_read
  using (
    not is_deleted
    and office_key = any ((select mls.claim_offices())::text[])
    and (is_published or not (select mls.claim_published_only()))
  );

create policy tenant_read on public.served_media for select to authenticated
  using (tenant_id = any ((select mls.visible_tenant_ids())::uuid[]));

create table public.served_open_house (
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
  "OpenHouseKey" text,
  "OpenHouseId" text,
  "ListingKey" text,
  "ListingId" text,
  "OpenHouseDate" date,
  "OpenHouseStartTime" timestamptz,
  "OpenHouseEndTime" timestamptz,
  "OpenHouseStatus" text,
  "OpenHouseType" text,
  "OpenHouseAttendedBy" text,
  "OpenHouseRemarks" text,
  "Refreshments" text,
  "AppointmentRequiredYN" boolean,
  "LivestreamOpenHouseURL" text,
  "ShowingAgentKey" text,
  "ShowingAgentFirstName" text,
  "ShowingAgentLastName" text,
  "ShowingAgentMlsID" text,
  "OriginalEntryTimestamp" timestamptz,
  "OriginatingSystemID" text,
  "OriginatingSystemKey" text,
  "OriginatingSystemName" text,
  "SourceSystemID" text,
  "SourceSystemKey" text,
  "SourceSystemName" text,
  "OriginatingSystemOfficeKey" text,
  etl_timestamp timestamptz,
  etl_batch_id text,
  "std_OpenHouseStatus" text,
  "std_OpenHouseType" text,
  "std_OpenHouseAttendedBy" text
) with (toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);
comment on table public.served_open_house is 'What open_house_reso says now; one row per record, tombstones included.';
select mls.keep_columns_inline('public.served_open_house');
alter table public.served_open_house enable row level security;
alter table public.served_open_house force row level security;
grant select on public.served_open_house to mls_api_read, service_role;
grant select (record_id, tenant_id, "ModificationTimestamp") on public.served_open_house to authenticated;

create unique index served_open_house_key on public.served_open_house ("OpenHouseKey") where not is_deleted;

create index served_open_house_seq on public.served_open_house (seq) where not is_deleted;

create index served_open_house_office_seq on public.served_open_house (office_key, seq) where not is_deleted;

create index served_open_house_modified on public.served_open_house ("ModificationTimestamp", seq) where not is_deleted;

create index served_open_house_office_modified on public.served_open_house (office_key, "ModificationTimestamp", seq) where not is_deleted;

create index served_open_house_tenant on public.served_open_house (tenant_id);

create index served_open_house_of_listing on public.served_open_house ("ListingKey", "OpenHouseStartTime" nulls first, seq) where not is_deleted;

create index served_open_house_start on public.served_open_house ("OpenHouseStartTime", seq) where not is_deleted;

create policy api_read on public.served_open_house for select to mls_api_read
  using (
    not is_deleted
    and office_key = any ((select mls.claim_offices())::text[])
    and (is_published or not (select mls.claim_published_only()))
  );

create policy tenant_read on public.served_open_house for select to authenticated
  using (tenant_id = any ((select mls.visible_tenant_ids())::uuid[]));

create table public.served_property_rooms (
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
  "RoomKey" text,
  "ListingKey" text,
  "ListingId" text,
  "RoomType" text,
  "RoomLevel" text,
  "RoomDescription" text,
  "RoomFeatures" text,
  "RoomArea" bigint,
  "RoomAreaUnits" text,
  "RoomAreaSource" text,
  "RoomDimensions" text,
  "RoomLength" bigint,
  "RoomWidth" bigint,
  "RoomLengthWidthUnits" text,
  "RoomLengthWidthSource" text,
  "BedroomClosetType" text,
  "OriginatingSystemOfficeKey" text,
  etl_timestamp timestamptz,
  etl_batch_id text,
  "std_RoomType" text,
  "std_RoomLevel" text,
  "std_RoomFeatures" text,
  "std_RoomAreaUnits" text,
  "std_RoomAreaSource" text,
  "std_RoomLengthWidthUnits" text,
  "std_RoomLengthWidthSource" text,
  "std_BedroomClosetType" text
) with (toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);
comment on table public.served_property_rooms is 'What property_rooms_reso says now; one row per record, tombstones included.';
select mls.keep_columns_inline('public.served_property_rooms');
alter table public.served_property_rooms enable row level security;
alter table public.served_property_rooms force row level security;
grant select on public.served_property_rooms to mls_api_read, service_role;
grant select (record_id, tenant_id, "ModificationTimestamp") on public.served_property_rooms to authenticated;

create unique index served_property_rooms_key on public.served_property_rooms ("RoomKey") where not is_deleted;

create index served_property_rooms_seq on public.served_property_rooms (seq) where not is_deleted;

create index served_property_rooms_office_seq on public.served_property_rooms (office_key, seq) where not is_deleted;

create index served_property_rooms_modified on public.served_property_rooms ("ModificationTimestamp", seq) where not is_deleted;

create index served_property_rooms_office_modified on public.served_property_rooms (office_key, "ModificationTimestamp", seq) where not is_deleted;

create index served_property_rooms_tenant on public.served_property_rooms (tenant_id);

create index served_property_rooms_of_listing on public.served_property_rooms ("ListingKey", seq) where not is_deleted;

create policy api_read on public.served_property_rooms for select to mls_api_read
  using (
    not is_deleted
    and office_key = any ((select mls.claim_offices())::text[])
    and (is_published or not (select mls.claim_published_only()))
  );

create policy tenant_read on public.served_property_rooms for select to authenticated
  using (tenant_id = any ((select mls.visible_tenant_ids())::uuid[]));

create table public.served_property_unit_types (
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
  "UnitTypeKey" text,
  "ListingKey" text,
  "ListingId" text,
  "UnitTypeType" text,
  "UnitTypeDescription" text,
  "UnitTypeUnitsTotal" integer,
  "UnitTypeBedsTotal" integer,
  "UnitTypeBathsTotal" integer,
  "UnitTypeFurnished" text,
  "UnitTypeGarageSpaces" bigint,
  "UnitTypeGarageAttachedYN" boolean,
  "UnitTypeActualRent" bigint,
  "UnitTypeTotalRent" bigint,
  "UnitTypeProForma" integer,
  "OriginatingSystemOfficeKey" text,
  etl_timestamp timestamptz,
  etl_batch_id text,
  "std_UnitTypeType" text,
  "std_UnitTypeFurnished" text
) with (toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);
comment on table public.served_property_unit_types is 'What property_unit_types_reso says now; one row per record, tombstones included.';
select mls.keep_columns_inline('public.served_property_unit_types');
alter table public.served_property_unit_types enable row level security;
alter table public.served_property_unit_types force row level security;
grant select on public.served_property_unit_types to mls_api_read, service_role;
grant select (record_id, tenant_id, "ModificationTimestamp") on public.served_property_unit_types to authenticated;

create unique index served_property_unit_types_key on public.served_property_unit_types ("UnitTypeKey") where not is_deleted;

create index served_property_unit_types_seq on public.served_property_unit_types (seq) where not is_deleted;

create index served_property_unit_types_office_seq on public.served_property_unit_types (office_key, seq) where not is_deleted;

create index served_property_unit_types_modified on public.served_property_unit_types ("ModificationTimestamp", seq) where not is_deleted;

create index served_property_unit_types_office_modified on public.served_property_unit_types (office_key, "ModificationTimestamp", seq) where not is_deleted;

create index served_property_unit_types_tenant on public.served_property_unit_types (tenant_id);

create index served_property_unit_types_of_listing on public.served_property_unit_types ("ListingKey", seq) where not is_deleted;

create policy api_read on public.served_property_unit_types for select to mls_api_read
  using (
    not is_deleted
    and office_key = any ((select mls.claim_offices())::text[])
    and (is_published or not (select mls.claim_published_only()))
  );

create policy tenant_read on public.served_property_unit_types for select to authenticated
  using (tenant_id = any ((select mls.visible_tenant_ids())::uuid[]));

create table public.served_teams (
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
  "TeamKey" text,
  "TeamName" text,
  "TeamStatus" text,
  "TeamDescription" text,
  "TeamLeadKey" text,
  "TeamLeadMlsId" text,
  "TeamLeadStateLicense" text,
  "TeamLeadStateLicenseState" text,
  "TeamLeadNationalAssociationId" text,
  "TeamEmail" text,
  "TeamPreferredPhone" text,
  "TeamPreferredPhoneExt" text,
  "TeamOfficePhone" text,
  "TeamOfficePhoneExt" text,
  "TeamDirectPhone" text,
  "TeamMobilePhone" text,
  "TeamTollFreePhone" text,
  "TeamFax" text,
  "TeamAddress1" text,
  "TeamAddress2" text,
  "TeamCity" text,
  "TeamCountyOrParish" text,
  "TeamStateOrProvince" text,
  "TeamPostalCode" text,
  "TeamPostalCodePlus4" text,
  "TeamCountry" text,
  "OriginalEntryTimestamp" timestamptz,
  "OriginatingSystemID" text,
  "OriginatingSystemKey" text,
  "OriginatingSystemName" text,
  "SourceSystemID" text,
  "SourceSystemKey" text,
  "SourceSystemName" text,
  "OriginatingSystemOfficeKey" text,
  etl_timestamp timestamptz,
  etl_batch_id text,
  "std_TeamStatus" text
) with (toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);
comment on table public.served_teams is 'What teams_reso says now; one row per record, tombstones included.';
select mls.keep_columns_inline('public.served_teams');
alter table public.served_teams enable row level security;
alter table public.served_teams force row level security;
grant select on public.served_teams to mls_api_read, service_role;
grant select (record_id, tenant_id, "ModificationTimestamp") on public.served_teams to authenticated;

create unique index served_teams_key on public.served_teams ("TeamKey") where not is_deleted;

create index served_teams_seq on public.served_teams (seq) where not is_deleted;

create index served_teams_office_seq on public.served_teams (office_key, seq) where not is_deleted;

create index served_teams_modified on public.served_teams ("ModificationTimestamp", seq) where not is_deleted;

create index served_teams_office_modified on public.served_teams (office_key, "ModificationTimestamp", seq) where not is_deleted;

create index served_teams_tenant on public.served_teams (tenant_id);

create index served_teams_of_lead on public.served_teams ("TeamLeadKey") where not is_deleted;

create policy api_read on public.served_teams for select to mls_api_read
  using (
    not is_deleted
    and office_key = any ((select mls.claim_offices())::text[])
    and (is_published or not (select mls.claim_published_only()))
  );

create policy tenant_read on public.served_teams for select to authenticated
  using (tenant_id = any ((select mls.visible_tenant_ids())::uuid[]));

create table public.served_team_members (
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
  "TeamMemberKey" text,
  "TeamKey" text,
  "MemberKey" text,
  "MemberMlsId" text,
  "TeamMemberType" text,
  "TeamMemberStateLicense" text,
  "TeamMemberNationalAssociationId" text,
  "OriginalEntryTimestamp" timestamptz,
  "OriginatingSystemID" text,
  "OriginatingSystemKey" text,
  "OriginatingSystemName" text,
  "SourceSystemID" text,
  "SourceSystemKey" text,
  "SourceSystemName" text,
  "OriginatingSystemOfficeKey" text,
  etl_timestamp timestamptz,
  etl_batch_id text,
  "std_TeamMemberType" text
) with (toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);
comment on table public.served_team_members is 'What team_members_reso says now; one row per record, tombstones included.';
select mls.keep_columns_inline('public.served_team_members');
alter table public.served_team_members enable row level security;
alter table public.served_team_members force row level security;
grant select on public.served_team_members to mls_api_read, service_role;
grant select (record_id, tenant_id, "ModificationTimestamp") on public.served_team_members to authenticated;

create unique index served_team_members_key on public.served_team_members ("TeamMemberKey") where not is_deleted;

create index served_team_members_seq on public.served_team_members (seq) where not is_deleted;

create index served_team_members_office_seq on public.served_team_members (office_key, seq) where not is_deleted;

create index served_team_members_modified on public.served_team_members ("ModificationTimestamp", seq) where not is_deleted;

create index served_team_members_office_modified on public.served_team_members (office_key, "ModificationTimestamp", seq) where not is_deleted;

create index served_team_members_tenant on public.served_team_members (tenant_id);

create index served_team_members_of_team on public.served_team_members ("TeamKey") where not is_deleted;

create index served_team_members_of_member on public.served_team_members ("MemberKey") where not is_deleted;

create policy api_read on public.served_team_members for select to mls_api_read
  using (
    not is_deleted
    and office_key = any ((select mls.claim_offices())::text[])
    and (is_published or not (select mls.claim_published_only()))
  );

create policy tenant_read on public.served_team_members for select to authenticated
  using (tenant_id = any ((select mls.visible_tenant_ids())::uuid[]));

create table public.served_contacts (
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
  "ContactKey" text,
  "ContactMlsId" text,
  "ContactFirstName" text,
  "ContactLastName" text,
  "ContactFullName" text,
  "ContactEmail" text,
  "ContactEmail2" text,
  "ContactPhone" text,
  "ContactPhone2" text,
  "ContactType" text,
  "ContactStatus" text,
  "ContactAddress1" text,
  "ContactCity" text,
  "ContactStateOrProvince" text,
  "ContactPostalCode" text,
  "ContactCountry" text,
  "ContactNationality" text,
  "ContactTitle" text,
  "ContactBirthdate" text,
  "ContactWebsite" text,
  "ContactEntityType" text,
  "ContactCompanyRegistrationNumber" text,
  "ContactCompanyName" text,
  "ContactAssignedToKey" text,
  "X_QobrixContactId" text,
  "X_QobrixContactRef" text,
  "X_QobrixContactLegacyId" text,
  "X_QobrixDescription" text,
  "X_QobrixPreferredLanguage" text,
  "X_QobrixContactPersonFirstName" text,
  "X_QobrixContactPersonLastName" text,
  "X_QobrixCreated" text,
  "X_QobrixModified" text,
  "X_QobrixCreatedBy" text,
  "X_QobrixModifiedBy" text,
  "OriginatingSystemOfficeKey" text,
  etl_timestamp timestamptz,
  etl_batch_id text,
  "std_ContactType" text,
  "std_ContactStatus" text
) with (toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);
comment on table public.served_contacts is 'What contacts_reso says now; one row per record, tombstones included.';
select mls.keep_columns_inline('public.served_contacts');
alter table public.served_contacts enable row level security;
alter table public.served_contacts force row level security;
grant select on public.served_contacts to mls_api_read, service_role;
grant select (record_id, tenant_id, "ModificationTimestamp") on public.served_contacts to authenticated;

create unique index served_contacts_key on public.served_contacts ("ContactKey") where not is_deleted;

create index served_contacts_seq on public.served_contacts (seq) where not is_deleted;

create index served_contacts_office_seq on public.served_contacts (office_key, seq) where not is_deleted;

create index served_contacts_modified on public.served_contacts ("ModificationTimestamp", seq) where not is_deleted;

create index served_contacts_office_modified on public.served_contacts (office_key, "ModificationTimestamp", seq) where not is_deleted;

create index served_contacts_tenant on public.served_contacts (tenant_id);

create policy api_read on public.served_contacts for select to mls_api_read
  using (
    not is_deleted
    and office_key = any ((select mls.claim_offices())::text[])
    and (is_published or not (select mls.claim_published_only()))
    and (select mls.claim_granted('Contacts'))
  );

create policy tenant_read on public.served_contacts for select to authenticated
  using (tenant_id = any ((select mls.visible_tenant_ids())::uuid[]));

create table public.served_showing_appointment (
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
  "ShowingAppointmentKey" text,
  "ListingKey" text,
  "ShowingAgentKey" text,
  "BuyerContactKey" text,
  "ShowingDate" date,
  "ShowingStartTime" text,
  "ShowingEndTime" text,
  "ShowingStatus" text,
  "ShowingType" text,
  "ShowingRemarks" text,
  "ShowingFeedback" text,
  "ShowingOutcome" text,
  "X_QobrixViewingId" text,
  "X_QobrixViewingRef" text,
  "X_QobrixPropertyId" text,
  "X_QobrixContactId" text,
  "X_QobrixOwnerId" text,
  "X_QobrixDateTime" text,
  "X_QobrixDuration" text,
  "X_QobrixLocation" text,
  "X_QobrixCreated" text,
  "X_QobrixModified" text,
  "X_QobrixCreatedBy" text,
  "X_QobrixModifiedBy" text,
  "OriginatingSystemOfficeKey" text,
  etl_timestamp timestamptz,
  etl_batch_id text
) with (toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);
comment on table public.served_showing_appointment is 'What showing_appointment_reso says now; one row per record, tombstones included.';
select mls.keep_columns_inline('public.served_showing_appointment');
alter table public.served_showing_appointment enable row level security;
alter table public.served_showing_appointment force row level security;
grant select on public.served_showing_appointment to mls_api_read, service_role;
grant select (record_id, tenant_id, "ModificationTimestamp") on public.served_showing_appointment to authenticated;

create unique index served_showing_appointment_key on public.served_showing_appointment ("ShowingAppointmentKey") where not is_deleted;

create index served_showing_appointment_seq on public.served_showing_appointment (seq) where not is_deleted;

create index served_showing_appointment_office_seq on public.served_showing_appointment (office_key, seq) where not is_deleted;

create index served_showing_appointment_modified on public.served_showing_appointment ("ModificationTimestamp", seq) where not is_deleted;

create index served_showing_appointment_office_modified on public.served_showing_appointment (office_key, "ModificationTimestamp", seq) where not is_deleted;

create index served_showing_appointment_tenant on public.served_showing_appointment (tenant_id);

create index served_showing_appointment_of_listing on public.served_showing_appointment ("ListingKey") where not is_deleted;

create policy api_read on public.served_showing_appointment for select to mls_api_read
  using (
    not is_deleted
    and office_key = any ((select mls.claim_offices())::text[])
    and (is_published or not (select mls.claim_published_only()))
    and (select mls.claim_granted('ShowingAppointment'))
  );

create policy tenant_read on public.served_showing_appointment for select to authenticated
  using (tenant_id = any ((select mls.visible_tenant_ids())::uuid[]));

create or replace view public.property_reso with (security_invoker = true) as
select
  l.id as record_id, l.tenant_id, l.seq, l.originating_office_key as office_key, (l.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') and l.first_published_at is not null) as is_published,
  coalesce(l.origin_key, 'MANUAL_' || l.id) as "ListingKey",
  l.ref as "ListingId",
  case l.status when 'PUBLISHED' then 'Active' when 'UNDER_OFFER' then 'Pending'
      when 'SOLD' then 'Closed' when 'WITHDRAWN' then 'Withdrawn' when 'INGESTED' then l.source_standard_status
      else 'Incomplete' end as "StandardStatus",
  l.property_class as "PropertyClass",
  l.development_status as "DevelopmentStatus",
  l.is_new_construction as "NewConstructionYN",
  l.property_condition as "PropertyCondition",
  l.builder_name as "BuilderName",
  l.builder_model as "BuilderModel",
  l.property_type as "PropertyType",
  l.property_subtype as "PropertySubType",
  l.listing_service as "ListingService",
  l.listing_agreement as "ListingAgreement",
  l.lease_considered as "LeaseConsideredYN",
  l.sale_considered as "SaleConsideredYN",
  l.bedrooms as "BedroomsTotal",
  l.bathrooms as "BathroomsTotalInteger",
  l.half_bath as "BathroomsHalf",
  l.living_area as "LivingArea",
  l.living_area_unit as "LivingAreaUnits",
  l.lot_size as "LotSizeSquareFeet",
  l.lot_size_unit as "LotSizeUnits",
  l.lot_size_acres as "LotSizeAcres",
  l.list_price as "ListPrice",
  coalesce(case when pg_input_is_valid(x.e ->> 'LeasePrice', 'numeric(18,2)') then (x.e ->> 'LeasePrice')::numeric(18,2) end, l.lease_amount) as "LeasePrice",
  l.lease_amount as "LeaseAmount",
  l.lease_amount_frequency as "LeaseAmountFrequency",
  coalesce(l.origin_created_ts, case when coalesce(l.origin_system, 'MANUAL') = 'MANUAL' then l.created_at end) as "OriginalEntryTimestamp",
  l.listed_date as "ListingContractDate",
  coalesce(s."ModificationTimestamp", l.modified_ts) as "ModificationTimestamp",
  case when l.hide_address_online is not true then l.street end as "UnparsedAddress",
  l.city as "City",
  l.state as "StateOrProvince",
  case when l.hide_address_online is not true then l.post_code end as "PostalCode",
  l.country as "Country",
  case when l.hide_address_online is not true then l.latitude end as "Latitude",
  case when l.hide_address_online is not true then l.longitude end as "Longitude",
  l.public_remarks as "PublicRemarks",
  l.list_agent_key as "ListAgentKey",
  l.co_list_agent_key as "CoListAgentKey",
  l.list_office_key as "ListOfficeKey",
  l.year_built as "YearBuilt",
  l.x_sm_year_renovated as "YearBuiltEffective",
  l.view as "View",
  l.pool_features as "PoolFeatures",
  l.heating_features as "Heating",
  l.cooling_features as "Cooling",
  l.furnished as "Furnished",
  l.pets_allowed as "PetsAllowed",
  l.has_fireplace as "FireplaceYN",
  l.garage_features as "ParkingFeatures",
  l.stories_total as "StoriesTotal",
  l.floor_number as "Stories",
  l.flooring as "Flooring",
  l.fireplace_features as "FireplaceFeatures",
  l.waterfront_features as "WaterfrontFeatures",
  l.patio_porch_features as "PatioAndPorchFeatures",
  l.other_structures as "OtherStructures",
  l.amenities as "AssociationAmenities",
  l.fencing as "Fencing",
  coalesce(x.e ->> 'X_SeaView', l.sea_view::text) as "X_SeaView",
  coalesce(x.e ->> 'X_MountainView', l.mountain_view::text) as "X_MountainView",
  coalesce(x.e ->> 'X_BeachFront', l.beach_front::text) as "X_BeachFront",
  x.e ->> 'X_AbutsGreenArea' as "X_AbutsGreenArea",
  x.e ->> 'X_ElevatedArea' as "X_ElevatedArea",
  coalesce(x.e ->> 'X_PrivateSwimmingPool', l.private_pool::text) as "X_PrivateSwimmingPool",
  coalesce(x.e ->> 'X_CommonSwimmingPool', l.common_pool::text) as "X_CommonSwimmingPool",
  coalesce(x.e ->> 'X_GardenArea', l.garden_area::text) as "X_GardenArea",
  coalesce(x.e ->> 'X_RoofGardenArea', l.x_sm_roof_garden::text) as "X_RoofGardenArea",
  coalesce(x.e ->> 'X_Elevator', l.x_sm_elevator::text) as "X_Elevator",
  coalesce(x.e ->> 'X_AirCondition', l.air_condition::text) as "X_AirCondition",
  coalesce(x.e ->> 'X_Alarm', l.alarm::text) as "X_Alarm",
  coalesce(x.e ->> 'X_SmartHome', l.x_sm_smart_home::text) as "X_SmartHome",
  x.e ->> 'X_SolarWaterHeater' as "X_SolarWaterHeater",
  coalesce(x.e ->> 'X_StorageSpace', l.storage_space::text) as "X_StorageSpace",
  coalesce(x.e ->> 'X_MaidsRoom', l.x_sm_maids_room::text) as "X_MaidsRoom",
  x.e ->> 'X_ConciergeReception' as "X_ConciergeReception",
  x.e ->> 'X_SecureDoor' as "X_SecureDoor",
  x.e ->> 'X_Kitchenette' as "X_Kitchenette",
  x.e ->> 'X_HomeOffice' as "X_HomeOffice",
  coalesce(x.e ->> 'X_SeparateLaundryRoom', l.x_sm_separate_laundry::text) as "X_SeparateLaundryRoom",
  x.e ->> 'X_Reception' as "X_Reception",
  coalesce(x.e ->> 'X_StoreRoom', l.store_room::text) as "X_StoreRoom",
  x.e ->> 'X_ConstructionType' as "X_ConstructionType",
  l.construction_stage as "X_ConstructionStage",
  x.e ->> 'X_FloorType' as "X_FloorType",
  x.e ->> 'X_NewBuild' as "X_NewBuild",
  l.x_sm_height_allowed as "X_Height",
  l.x_sm_floors_allowed as "X_MaxFloor",
  case when l.hide_address_online is not true then l.unit_number end as "X_UnitNumber",
  l.energy_efficiency_grade as "X_EnergyEfficiencyGrade",
  x.e ->> 'X_EnergyConsumptionRating' as "X_EnergyConsumptionRating",
  x.e ->> 'X_EnergyConsumptionValue' as "X_EnergyConsumptionValue",
  x.e ->> 'X_EnergyEmissionRating' as "X_EnergyEmissionRating",
  l.heating_type as "X_HeatingType",
  l.x_sm_heating_medium as "X_HeatingMedium",
  x.e ->> 'X_CoolingType' as "X_CoolingType",
  l.electric as "X_Electricity",
  l.electricity_type as "X_ElectricityType",
  l.water_source as "X_Water",
  coalesce(x.e ->> 'X_DistanceFromBeach', l.distance_from_beach::text) as "X_DistanceFromBeach",
  coalesce(x.e ->> 'X_DistanceFromAirport', l.distance_from_airport::text) as "X_DistanceFromAirport",
  x.e ->> 'X_DistanceFromCentre' as "X_DistanceFromCentre",
  x.e ->> 'X_DistanceFromSchool' as "X_DistanceFromSchool",
  x.e ->> 'X_DistanceFromShops' as "X_DistanceFromShops",
  x.e ->> 'X_DistanceFromHospital' as "X_DistanceFromHospital",
  x.e ->> 'X_DistanceFromUniversity' as "X_DistanceFromUniversity",
  x.e ->> 'X_DistanceFromRailStation' as "X_DistanceFromRailStation",
  x.e ->> 'X_DistanceFromTubeStation' as "X_DistanceFromTubeStation",
  case when pg_input_is_valid(x.e ->> 'X_LivingRooms', 'integer') then (x.e ->> 'X_LivingRooms')::integer end as "X_LivingRooms",
  case when pg_input_is_valid(x.e ->> 'X_Kitchens', 'integer') then (x.e ->> 'X_Kitchens')::integer end as "X_Kitchens",
  l.kitchen_features as "X_KitchenType",
  case when pg_input_is_valid(x.e ->> 'X_OfficeSpaces', 'integer') then (x.e ->> 'X_OfficeSpaces')::integer end as "X_OfficeSpaces",
  case when pg_input_is_valid(x.e ->> 'X_VerandasCount', 'integer') then (x.e ->> 'X_VerandasCount')::integer end as "X_VerandasCount",
  l.covered_area as "X_CoveredArea",
  l.uncovered_area as "X_UncoveredArea",
  l.building_area as "X_TotalArea",
  case when pg_input_is_valid(x.e ->> 'X_MezzanineArea', 'numeric(18,2)') then (x.e ->> 'X_MezzanineArea')::numeric(18,2) end as "X_MezzanineArea",
  case when pg_input_is_valid(x.e ->> 'X_StorageArea', 'numeric(18,2)') then (x.e ->> 'X_StorageArea')::numeric(18,2) end as "X_StorageArea",
  l.covered_verandas as "X_CoveredVerandas",
  l.x_sm_uncovered_verandas as "X_UncoveredVerandas",
  case when pg_input_is_valid(x.e ->> 'X_Frontage', 'numeric(18,2)') then (x.e ->> 'X_Frontage')::numeric(18,2) end as "X_Frontage",
  coalesce(x.e ->> 'X_BuildingDensity', l.x_sm_building_density::text) as "X_BuildingDensity",
  coalesce(x.e ->> 'X_Coverage', l.x_sm_coverage::text) as "X_Coverage",
  x.e ->> 'X_CoverFactor' as "X_CoverFactor",
  x.e ->> 'X_CornerPlot' as "X_CornerPlot",
  x.e ->> 'X_RightOfWay' as "X_RightOfWay",
  x.e ->> 'X_RegisteredRoad' as "X_RegisteredRoad",
  l.zoning as "X_TownPlanningZone",
  x.e ->> 'X_LandLocked' as "X_LandLocked",
  case when l.hide_address_online is not true then l.cadastral_reference end as "X_CadastralReference",
  x.e ->> 'X_IdealFor' as "X_IdealFor",
  x.e ->> 'X_LicensedFor' as "X_LicensedFor",
  x.e ->> 'X_BusinessTransferOrSale' as "X_BusinessTransferOrSale",
  x.e ->> 'X_BusinessTransferPrice' as "X_BusinessTransferPrice",
  x.e ->> 'X_BusinessActivity' as "X_BusinessActivity",
  x.e ->> 'X_ConferenceRoom' as "X_ConferenceRoom",
  x.e ->> 'X_ServerRoom' as "X_ServerRoom",
  x.e ->> 'X_EnclosedOffice' as "X_EnclosedOffice",
  x.e ->> 'X_OfficeLayout' as "X_OfficeLayout",
  x.e ->> 'X_PricePerSquare' as "X_PricePerSquare",
  x.e ->> 'X_PriceQualifier' as "X_PriceQualifier",
  coalesce(x.e ->> 'X_PlusVAT', l.x_sm_vat_applicable::text) as "X_PlusVAT",
  x.e ->> 'X_MinimumTenancy' as "X_MinimumTenancy",
  x.e ->> 'X_TenancyType' as "X_TenancyType",
  x.e ->> 'X_Occupancy' as "X_Occupancy",
  case when pg_input_is_valid(x.e ->> 'X_PreviousListPrice', 'numeric(18,2)') then (x.e ->> 'X_PreviousListPrice')::numeric(18,2) end as "X_PreviousListPrice",
  case when pg_input_is_valid(x.e ->> 'X_PreviousLeasePrice', 'numeric(18,2)') then (x.e ->> 'X_PreviousLeasePrice')::numeric(18,2) end as "X_PreviousLeasePrice",
  x.e ->> 'X_ListPriceModified' as "X_ListPriceModified",
  x.e ->> 'X_LeasePriceModified' as "X_LeasePriceModified",
  case when pg_input_is_valid(x.e ->> 'X_AuctionStartDate', 'date') then (x.e ->> 'X_AuctionStartDate')::date end as "X_AuctionStartDate",
  case when pg_input_is_valid(x.e ->> 'X_AuctionEndDate', 'date') then (x.e ->> 'X_AuctionEndDate')::date end as "X_AuctionEndDate",
  case when pg_input_is_valid(x.e ->> 'X_ReservePrice', 'numeric(18,2)') then (x.e ->> 'X_ReservePrice')::numeric(18,2) end as "X_ReservePrice",
  case when pg_input_is_valid(x.e ->> 'X_StartingBid', 'numeric(18,2)') then (x.e ->> 'X_StartingBid')::numeric(18,2) end as "X_StartingBid",
  l.origin_project_key as "X_ProjectId",
  l.developer_contact_key as "X_DeveloperContactKey",
  l.lead_source as "X_LeadSource",
  l.website_listing_date as "X_WebsiteListingDate",
  l.key_holder_details as "X_KeyHolderDetails",
  x.e ->> 'X_ListingBrokerName' as "X_ListingBrokerName",
  x.e ->> 'X_Featured' as "X_Featured",
  x.e ->> 'X_FeaturedPriority' as "X_FeaturedPriority",
  x.e ->> 'X_PropertyOfTheMonth' as "X_PropertyOfTheMonth",
  l.video_link as "X_VideoLink",
  l.virtual_tour_link as "X_VirtualTourLink",
  l.listing_url as "X_WebsiteUrl",
  x.e ->> 'X_WebsiteStatus' as "X_WebsiteStatus",
  l.x_sm_excluded_from_marketing as "X_ExcludedProperty",
  l.short_description as "X_ShortDescription",
  l.name as "X_PropertyName",
  x.e ->> 'X_ApartmentType' as "X_ApartmentType",
  x.e ->> 'X_HouseType' as "X_HouseType",
  x.e ->> 'X_LandType' as "X_LandType",
  x.e ->> 'X_OfficeType' as "X_OfficeType",
  x.e ->> 'X_RetailType' as "X_RetailType",
  x.e ->> 'X_IndustrialType' as "X_IndustrialType",
  x.e ->> 'X_HotelType' as "X_HotelType",
  x.e ->> 'X_BuildingType' as "X_BuildingType",
  x.e ->> 'X_InvestmentType' as "X_InvestmentType",
  l.garage_spaces as "X_CustomerParking",
  l.general_features as "X_AdditionalFeatures",
  l.interior_features as "X_InteriorFeatures",
  l.exterior_features as "X_ExteriorFeatures",
  l.community_features as "X_CommunityFeatures",
  l.lot_features as "X_LotFeatures",
  l.security_features as "X_SecurityFeatures",
  l.appliances as "X_Appliances",
  l.origin_native_id as "X_QobrixId",
  l.origin_native_ref as "X_QobrixRef",
  l.origin_source_label as "X_QobrixSource",
  l.origin_legacy_id as "X_QobrixLegacyId",
  l.seller_contact_key as "X_SellerContactKey",
  l.origin_created_by_key as "X_CreatedByMemberKey",
  l.origin_modified_by_key as "X_ModifiedByMemberKey",
  coalesce(case when pg_input_is_valid(x.e ->> 'X_QobrixModified', 'timestamptz') then (x.e ->> 'X_QobrixModified')::timestamptz end, l.origin_modified_ts) as "X_QobrixModified",
  l.originating_office_key as "OriginatingSystemOfficeKey",
  coalesce(x.e ->> 'X_DataSource', case when coalesce(l.origin_system, 'MANUAL') = 'MANUAL' then 'matrix' end) as "X_DataSource",
  l.origin_etl_ts as etl_timestamp,
  l.origin_etl_batch_id as etl_batch_id,
  coalesce(case when l.claimed_at is null then x.e ->> 'MlsStatus' end, coalesce(l.status_description, case l.status when 'PUBLISHED' then 'Active' when 'UNDER_OFFER' then 'Pending'
      when 'SOLD' then 'Closed' when 'WITHDRAWN' then 'Withdrawn' when 'INGESTED' then l.source_standard_status
      else 'Incomplete' end)) as "MlsStatus",
  l.status_changed_at as "StatusChangeTimestamp",
  coalesce(case when l.claimed_at is null then case when pg_input_is_valid(x.e ->> 'OnMarketDate', 'date') then (x.e ->> 'OnMarketDate')::date end end, (l.published_at at time zone 'utc')::date) as "OnMarketDate",
  l.style_description as "ArchitecturalStyle",
  l.original_list_price as "OriginalListPrice",
  l.currency_code as "ListPriceCurrencyCode",
  l.lease_term as "LeaseTerm",
  l.date_available as "AvailabilityDate",
  l.net_operating_income as "NetOperatingIncome",
  l.capitalization_rate as "CapRate",
  l.gross_income as "GrossIncome",
  l.operating_expense as "OperatingExpense",
  l.tax_annual_amount as "TaxAnnualAmount",
  l.tax_year as "TaxYear",
  l.association_fee as "AssociationFee",
  l.expiration_date as "ExpirationDate",
  l.days_on_market as "DaysOnMarket",
  l.close_date as "CloseDate",
  l.close_price as "ClosePrice",
  l.three_quarter_bath as "BathroomsThreeQuarter",
  l.quarter_bath as "BathroomsOneQuarter",
  l.rooms_total as "RoomsTotal",
  l.units_total as "NumberOfUnitsTotal",
  l.lot_dimensions as "LotSizeDimensions",
  l.fireplaces_total as "FireplacesTotal",
  l.parking_covered as "CoveredSpaces",
  l.parking_uncovered as "OpenParkingSpaces",
  l.parking_total as "ParkingTotal",
  l.basement as "Basement",
  l.roof as "Roof",
  l.sewer as "Sewer",
  l.room_type as "RoomType",
  l.road_surface as "RoadSurfaceType",
  l.private_remarks as "PrivateRemarks",
  l.showing_instructions as "ShowingInstructions",
  l.agent_first_name as "ListAgentFirstName",
  l.agent_last_name as "ListAgentLastName",
  l.agent_email as "ListAgentEmail",
  l.photos_count as "PhotosCount",
  coalesce(case when l.claimed_at is null then x.e ->> 'InteriorFeatures' end, l.interior_features) as "InteriorFeatures",
  coalesce(case when l.claimed_at is null then x.e ->> 'ExteriorFeatures' end, l.exterior_features) as "ExteriorFeatures",
  coalesce(case when l.claimed_at is null then x.e ->> 'CommunityFeatures' end, l.community_features) as "CommunityFeatures",
  coalesce(case when l.claimed_at is null then x.e ->> 'LotFeatures' end, l.lot_features) as "LotFeatures",
  coalesce(case when l.claimed_at is null then x.e ->> 'SecurityFeatures' end, l.security_features) as "SecurityFeatures",
  coalesce(case when l.claimed_at is null then x.e ->> 'Appliances' end, l.appliances) as "Appliances",
  case when l.hide_address_online is not true then coalesce(case when l.claimed_at is null then x.e ->> 'UnitNumber' end, l.unit_number) end as "UnitNumber",
  coalesce(case when l.claimed_at is null then case when pg_input_is_valid(x.e ->> 'PreviousListPrice', 'numeric(18,2)') then (x.e ->> 'PreviousListPrice')::numeric(18,2) end end, coalesce(l.previous_list_price, case when pg_input_is_valid(x.e ->> 'X_PreviousListPrice', 'numeric(18,2)') then (x.e ->> 'X_PreviousListPrice')::numeric(18,2) end)) as "PreviousListPrice",
  coalesce(case when l.claimed_at is null then x.e ->> 'VirtualTourURLUnbranded' end, l.virtual_tour_link) as "VirtualTourURLUnbranded",
  coalesce(case when l.claimed_at is null then x.e ->> 'ListingURL' end, l.listing_url) as "ListingURL",
  l.price_changed_at as "PriceChangeTimestamp",
  l.photos_changed_at as "PhotosChangeTimestamp",
  coalesce(greatest(l.status_changed_at, l.price_changed_at), l.origin_created_ts, l.created_at) as "MajorChangeTimestamp",
  case
    when l.price_changed_at is not null and l.price_changed_at >= coalesce(l.status_changed_at, l.price_changed_at) then 'Price Change'
    when l.status_changed_at is null or l.status in ('PUBLISHED', 'INGESTED') and l.first_published_at is not distinct from l.published_at then 'New Listing'
    when l.status = 'PUBLISHED' then 'Back On Market'
    else case l.status when 'PUBLISHED' then 'Active' when 'UNDER_OFFER' then 'Pending'
      when 'SOLD' then 'Closed' when 'WITHDRAWN' then 'Withdrawn' when 'INGESTED' then l.source_standard_status
      else 'Incomplete' end end as "MajorChangeType",
  (select y.name from mls.origin_systems y where y.code = coalesce(l.origin_system, 'MANUAL')) as "OriginatingSystemName",
  coalesce(l.origin_system, 'MANUAL') as "OriginatingSystemID",
  'MLS hub'::text as "SourceSystemName",
  coalesce(case when l.claimed_at is null then x.e ->> 'ListAgentFullName' end, (select m.full_name from public.mls_members m where m.origin_member_key = l.list_agent_key and not m.origin_deleted order by m.id limit 1)) as "ListAgentFullName",
  coalesce(case when l.claimed_at is null then x.e ->> 'ListOfficeName' end, (select y.name from public.mls_offices y where y.office_key = l.list_office_key)) as "ListOfficeName",
  (l.hide_listing_online is not true) as "InternetEntireListingDisplayYN",
  (l.hide_address_online is not true) as "InternetAddressDisplayYN"
from public.mls_listings l
join public.mls_tenants t on t.id = l.tenant_id
left join public.served_property s on s.record_id = l.id
cross join lateral (select l.extensions || '{}'::jsonb as e offset 0) x
where case
      when l.claimed_at is null and l.origin_system in (select y.code from mls.origin_systems y where y.is_external) then not l.origin_deleted
      else (l.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') and l.first_published_at is not null)
    end
  and (t.api_visibility = 'all' or (l.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') and l.first_published_at is not null))
union all
select
  l.id as record_id, l.tenant_id, l.seq, l.originating_office_key as office_key, (l.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') and l.first_published_at is not null) as is_published,
  coalesce(l.origin_key, 'MANUAL_' || l.id) as "ListingKey",
  p.e ->> 'ListingId' as "ListingId",
  case l.status when 'WITHDRAWN' then 'Withdrawn' when 'SOLD' then 'Closed' else o.payload ->> 'StandardStatus' end as "StandardStatus",
  p.e ->> 'PropertyClass' as "PropertyClass",
  p.e ->> 'DevelopmentStatus' as "DevelopmentStatus",
  case when pg_input_is_valid(p.e ->> 'NewConstructionYN', 'boolean') then (p.e ->> 'NewConstructionYN')::boolean end as "NewConstructionYN",
  p.e ->> 'PropertyCondition' as "PropertyCondition",
  p.e ->> 'BuilderName' as "BuilderName",
  p.e ->> 'BuilderModel' as "BuilderModel",
  p.e ->> 'PropertyType' as "PropertyType",
  p.e ->> 'PropertySubType' as "PropertySubType",
  p.e ->> 'ListingService' as "ListingService",
  p.e ->> 'ListingAgreement' as "ListingAgreement",
  case when pg_input_is_valid(p.e ->> 'LeaseConsideredYN', 'boolean') then (p.e ->> 'LeaseConsideredYN')::boolean end as "LeaseConsideredYN",
  case when pg_input_is_valid(p.e ->> 'SaleConsideredYN', 'boolean') then (p.e ->> 'SaleConsideredYN')::boolean end as "SaleConsideredYN",
  case when pg_input_is_valid(p.e ->> 'BedroomsTotal', 'integer') then (p.e ->> 'BedroomsTotal')::integer end as "BedroomsTotal",
  case when pg_input_is_valid(p.e ->> 'BathroomsTotalInteger', 'integer') then (p.e ->> 'BathroomsTotalInteger')::integer end as "BathroomsTotalInteger",
  case when pg_input_is_valid(p.e ->> 'BathroomsHalf', 'integer') then (p.e ->> 'BathroomsHalf')::integer end as "BathroomsHalf",
  case when pg_input_is_valid(p.e ->> 'LivingArea', 'numeric(18,2)') then (p.e ->> 'LivingArea')::numeric(18,2) end as "LivingArea",
  p.e ->> 'LivingAreaUnits' as "LivingAreaUnits",
  case when pg_input_is_valid(p.e ->> 'LotSizeSquareFeet', 'numeric(18,2)') then (p.e ->> 'LotSizeSquareFeet')::numeric(18,2) end as "LotSizeSquareFeet",
  p.e ->> 'LotSizeUnits' as "LotSizeUnits",
  case when pg_input_is_valid(p.e ->> 'LotSizeAcres', 'numeric(18,4)') then (p.e ->> 'LotSizeAcres')::numeric(18,4) end as "LotSizeAcres",
  case when pg_input_is_valid(p.e ->> 'ListPrice', 'numeric(18,2)') then (p.e ->> 'ListPrice')::numeric(18,2) end as "ListPrice",
  coalesce(case when pg_input_is_valid(p.e ->> 'LeasePrice', 'numeric(18,2)') then (p.e ->> 'LeasePrice')::numeric(18,2) end, case when pg_input_is_valid(p.e ->> 'LeaseAmount', 'numeric(18,2)') then (p.e ->> 'LeaseAmount')::numeric(18,2) end) as "LeasePrice",
  coalesce(case when pg_input_is_valid(p.e ->> 'LeaseAmount', 'numeric(18,2)') then (p.e ->> 'LeaseAmount')::numeric(18,2) end, case when pg_input_is_valid(p.e ->> 'LeasePrice', 'numeric(18,2)') then (p.e ->> 'LeasePrice')::numeric(18,2) end) as "LeaseAmount",
  p.e ->> 'LeaseAmountFrequency' as "LeaseAmountFrequency",
  case when pg_input_is_valid(p.e ->> 'OriginalEntryTimestamp', 'timestamptz') then (p.e ->> 'OriginalEntryTimestamp')::timestamptz end as "OriginalEntryTimestamp",
  case when pg_input_is_valid(p.e ->> 'ListingContractDate', 'date') then (p.e ->> 'ListingContractDate')::date end as "ListingContractDate",
  coalesce(s."ModificationTimestamp", l.modified_ts) as "ModificationTimestamp",
  case when l.hide_address_online is not true then p.e ->> 'UnparsedAddress' end as "UnparsedAddress",
  p.e ->> 'City' as "City",
  p.e ->> 'StateOrProvince' as "StateOrProvince",
  case when l.hide_address_online is not true then p.e ->> 'PostalCode' end as "PostalCode",
  p.e ->> 'Country' as "Country",
  case when l.hide_address_online is not true then case when pg_input_is_valid(p.e ->> 'Latitude', 'double precision') then (p.e ->> 'Latitude')::double precision end end as "Latitude",
  case when l.hide_address_online is not true then case when pg_input_is_valid(p.e ->> 'Longitude', 'double precision') then (p.e ->> 'Longitude')::double precision end end as "Longitude",
  p.e ->> 'PublicRemarks' as "PublicRemarks",
  p.e ->> 'ListAgentKey' as "ListAgentKey",
  p.e ->> 'CoListAgentKey' as "CoListAgentKey",
  p.e ->> 'ListOfficeKey' as "ListOfficeKey",
  case when pg_input_is_valid(p.e ->> 'YearBuilt', 'integer') then (p.e ->> 'YearBuilt')::integer end as "YearBuilt",
  case when pg_input_is_valid(p.e ->> 'YearBuiltEffective', 'integer') then (p.e ->> 'YearBuiltEffective')::integer end as "YearBuiltEffective",
  p.e ->> 'View' as "View",
  p.e ->> 'PoolFeatures' as "PoolFeatures",
  p.e ->> 'Heating' as "Heating",
  p.e ->> 'Cooling' as "Cooling",
  p.e ->> 'Furnished' as "Furnished",
  p.e ->> 'PetsAllowed' as "PetsAllowed",
  case when pg_input_is_valid(p.e ->> 'FireplaceYN', 'boolean') then (p.e ->> 'FireplaceYN')::boolean end as "FireplaceYN",
  p.e ->> 'ParkingFeatures' as "ParkingFeatures",
  case when pg_input_is_valid(p.e ->> 'StoriesTotal', 'integer') then (p.e ->> 'StoriesTotal')::integer end as "StoriesTotal",
  case when pg_input_is_valid(p.e ->> 'Stories', 'integer') then (p.e ->> 'Stories')::integer end as "Stories",
  p.e ->> 'Flooring' as "Flooring",
  p.e ->> 'FireplaceFeatures' as "FireplaceFeatures",
  p.e ->> 'WaterfrontFeatures' as "WaterfrontFeatures",
  p.e ->> 'PatioAndPorchFeatures' as "PatioAndPorchFeatures",
  p.e ->> 'OtherStructures' as "OtherStructures",
  p.e ->> 'AssociationAmenities' as "AssociationAmenities",
  p.e ->> 'Fencing' as "Fencing",
  p.e ->> 'X_SeaView' as "X_SeaView",
  p.e ->> 'X_MountainView' as "X_MountainView",
  p.e ->> 'X_BeachFront' as "X_BeachFront",
  p.e ->> 'X_AbutsGreenArea' as "X_AbutsGreenArea",
  p.e ->> 'X_ElevatedArea' as "X_ElevatedArea",
  p.e ->> 'X_PrivateSwimmingPool' as "X_PrivateSwimmingPool",
  p.e ->> 'X_CommonSwimmingPool' as "X_CommonSwimmingPool",
  p.e ->> 'X_GardenArea' as "X_GardenArea",
  p.e ->> 'X_RoofGardenArea' as "X_RoofGardenArea",
  p.e ->> 'X_Elevator' as "X_Elevator",
  p.e ->> 'X_AirCondition' as "X_AirCondition",
  p.e ->> 'X_Alarm' as "X_Alarm",
  p.e ->> 'X_SmartHome' as "X_SmartHome",
  p.e ->> 'X_SolarWaterHeater' as "X_SolarWaterHeater",
  p.e ->> 'X_StorageSpace' as "X_StorageSpace",
  p.e ->> 'X_MaidsRoom' as "X_MaidsRoom",
  p.e ->> 'X_ConciergeReception' as "X_ConciergeReception",
  p.e ->> 'X_SecureDoor' as "X_SecureDoor",
  p.e ->> 'X_Kitchenette' as "X_Kitchenette",
  p.e ->> 'X_HomeOffice' as "X_HomeOffice",
  p.e ->> 'X_SeparateLaundryRoom' as "X_SeparateLaundryRoom",
  p.e ->> 'X_Reception' as "X_Reception",
  p.e ->> 'X_StoreRoom' as "X_StoreRoom",
  p.e ->> 'X_ConstructionType' as "X_ConstructionType",
  p.e ->> 'X_ConstructionStage' as "X_ConstructionStage",
  p.e ->> 'X_FloorType' as "X_FloorType",
  p.e ->> 'X_NewBuild' as "X_NewBuild",
  case when pg_input_is_valid(p.e ->> 'X_Height', 'numeric(10,2)') then (p.e ->> 'X_Height')::numeric(10,2) end as "X_Height",
  case when pg_input_is_valid(p.e ->> 'X_MaxFloor', 'integer') then (p.e ->> 'X_MaxFloor')::integer end as "X_MaxFloor",
  case when l.hide_address_online is not true then p.e ->> 'X_UnitNumber' end as "X_UnitNumber",
  p.e ->> 'X_EnergyEfficiencyGrade' as "X_EnergyEfficiencyGrade",
  p.e ->> 'X_EnergyConsumptionRating' as "X_EnergyConsumptionRating",
  p.e ->> 'X_EnergyConsumptionValue' as "X_EnergyConsumptionValue",
  p.e ->> 'X_EnergyEmissionRating' as "X_EnergyEmissionRating",
  p.e ->> 'X_HeatingType' as "X_HeatingType",
  p.e ->> 'X_HeatingMedium' as "X_HeatingMedium",
  p.e ->> 'X_CoolingType' as "X_CoolingType",
  p.e ->> 'X_Electricity' as "X_Electricity",
  p.e ->> 'X_ElectricityType' as "X_ElectricityType",
  p.e ->> 'X_Water' as "X_Water",
  p.e ->> 'X_DistanceFromBeach' as "X_DistanceFromBeach",
  p.e ->> 'X_DistanceFromAirport' as "X_DistanceFromAirport",
  p.e ->> 'X_DistanceFromCentre' as "X_DistanceFromCentre",
  p.e ->> 'X_DistanceFromSchool' as "X_DistanceFromSchool",
  p.e ->> 'X_DistanceFromShops' as "X_DistanceFromShops",
  p.e ->> 'X_DistanceFromHospital' as "X_DistanceFromHospital",
  p.e ->> 'X_DistanceFromUniversity' as "X_DistanceFromUniversity",
  p.e ->> 'X_DistanceFromRailStation' as "X_DistanceFromRailStation",
  p.e ->> 'X_DistanceFromTubeStation' as "X_DistanceFromTubeStation",
  case when pg_input_is_valid(p.e ->> 'X_LivingRooms', 'integer') then (p.e ->> 'X_LivingRooms')::integer end as "X_LivingRooms",
  case when pg_input_is_valid(p.e ->> 'X_Kitchens', 'integer') then (p.e ->> 'X_Kitchens')::integer end as "X_Kitchens",
  p.e ->> 'X_KitchenType' as "X_KitchenType",
  case when pg_input_is_valid(p.e ->> 'X_OfficeSpaces', 'integer') then (p.e ->> 'X_OfficeSpaces')::integer end as "X_OfficeSpaces",
  case when pg_input_is_valid(p.e ->> 'X_VerandasCount', 'integer') then (p.e ->> 'X_VerandasCount')::integer end as "X_VerandasCount",
  case when pg_input_is_valid(p.e ->> 'X_CoveredArea', 'numeric(18,2)') then (p.e ->> 'X_CoveredArea')::numeric(18,2) end as "X_CoveredArea",
  case when pg_input_is_valid(p.e ->> 'X_UncoveredArea', 'numeric(18,2)') then (p.e ->> 'X_UncoveredArea')::numeric(18,2) end as "X_UncoveredArea",
  case when pg_input_is_valid(p.e ->> 'X_TotalArea', 'numeric(18,2)') then (p.e ->> 'X_TotalArea')::numeric(18,2) end as "X_TotalArea",
  case when pg_input_is_valid(p.e ->> 'X_MezzanineArea', 'numeric(18,2)') then (p.e ->> 'X_MezzanineArea')::numeric(18,2) end as "X_MezzanineArea",
  case when pg_input_is_valid(p.e ->> 'X_StorageArea', 'numeric(18,2)') then (p.e ->> 'X_StorageArea')::numeric(18,2) end as "X_StorageArea",
  case when pg_input_is_valid(p.e ->> 'X_CoveredVerandas', 'numeric(18,2)') then (p.e ->> 'X_CoveredVerandas')::numeric(18,2) end as "X_CoveredVerandas",
  case when pg_input_is_valid(p.e ->> 'X_UncoveredVerandas', 'numeric(18,2)') then (p.e ->> 'X_UncoveredVerandas')::numeric(18,2) end as "X_UncoveredVerandas",
  case when pg_input_is_valid(p.e ->> 'X_Frontage', 'numeric(18,2)') then (p.e ->> 'X_Frontage')::numeric(18,2) end as "X_Frontage",
  p.e ->> 'X_BuildingDensity' as "X_BuildingDensity",
  p.e ->> 'X_Coverage' as "X_Coverage",
  p.e ->> 'X_CoverFactor' as "X_CoverFactor",
  p.e ->> 'X_CornerPlot' as "X_CornerPlot",
  p.e ->> 'X_RightOfWay' as "X_RightOfWay",
  p.e ->> 'X_RegisteredRoad' as "X_RegisteredRoad",
  p.e ->> 'X_TownPlanningZone' as "X_TownPlanningZone",
  p.e ->> 'X_LandLocked' as "X_LandLocked",
  case when l.hide_address_online is not true then p.e ->> 'X_CadastralReference' end as "X_CadastralReference",
  p.e ->> 'X_IdealFor' as "X_IdealFor",
  p.e ->> 'X_LicensedFor' as "X_LicensedFor",
  p.e ->> 'X_BusinessTransferOrSale' as "X_BusinessTransferOrSale",
  p.e ->> 'X_BusinessTransferPrice' as "X_BusinessTransferPrice",
  p.e ->> 'X_BusinessActivity' as "X_BusinessActivity",
  p.e ->> 'X_ConferenceRoom' as "X_ConferenceRoom",
  p.e ->> 'X_ServerRoom' as "X_ServerRoom",
  p.e ->> 'X_EnclosedOffice' as "X_EnclosedOffice",
  p.e ->> 'X_OfficeLayout' as "X_OfficeLayout",
  p.e ->> 'X_PricePerSquare' as "X_PricePerSquare",
  p.e ->> 'X_PriceQualifier' as "X_PriceQualifier",
  p.e ->> 'X_PlusVAT' as "X_PlusVAT",
  p.e ->> 'X_MinimumTenancy' as "X_MinimumTenancy",
  p.e ->> 'X_TenancyType' as "X_TenancyType",
  p.e ->> 'X_Occupancy' as "X_Occupancy",
  case when pg_input_is_valid(p.e ->> 'X_PreviousListPrice', 'numeric(18,2)') then (p.e ->> 'X_PreviousListPrice')::numeric(18,2) end as "X_PreviousListPrice",
  case when pg_input_is_valid(p.e ->> 'X_PreviousLeasePrice', 'numeric(18,2)') then (p.e ->> 'X_PreviousLeasePrice')::numeric(18,2) end as "X_PreviousLeasePrice",
  p.e ->> 'X_ListPriceModified' as "X_ListPriceModified",
  p.e ->> 'X_LeasePriceModified' as "X_LeasePriceModified",
  case when pg_input_is_valid(p.e ->> 'X_AuctionStartDate', 'date') then (p.e ->> 'X_AuctionStartDate')::date end as "X_AuctionStartDate",
  case when pg_input_is_valid(p.e ->> 'X_AuctionEndDate', 'date') then (p.e ->> 'X_AuctionEndDate')::date end as "X_AuctionEndDate",
  case when pg_input_is_valid(p.e ->> 'X_ReservePrice', 'numeric(18,2)') then (p.e ->> 'X_ReservePrice')::numeric(18,2) end as "X_ReservePrice",
  case when pg_input_is_valid(p.e ->> 'X_StartingBid', 'numeric(18,2)') then (p.e ->> 'X_StartingBid')::numeric(18,2) end as "X_StartingBid",
  p.e ->> 'X_ProjectId' as "X_ProjectId",
  p.e ->> 'X_DeveloperContactKey' as "X_DeveloperContactKey",
  p.e ->> 'X_LeadSource' as "X_LeadSource",
  case when pg_input_is_valid(p.e ->> 'X_WebsiteListingDate', 'date') then (p.e ->> 'X_WebsiteListingDate')::date end as "X_WebsiteListingDate",
  p.e ->> 'X_KeyHolderDetails' as "X_KeyHolderDetails",
  p.e ->> 'X_ListingBrokerName' as "X_ListingBrokerName",
  p.e ->> 'X_Featured' as "X_Featured",
  p.e ->> 'X_FeaturedPriority' as "X_FeaturedPriority",
  p.e ->> 'X_PropertyOfTheMonth' as "X_PropertyOfTheMonth",
  p.e ->> 'X_VideoLink' as "X_VideoLink",
  p.e ->> 'X_VirtualTourLink' as "X_VirtualTourLink",
  p.e ->> 'X_WebsiteUrl' as "X_WebsiteUrl",
  p.e ->> 'X_WebsiteStatus' as "X_WebsiteStatus",
  case when pg_input_is_valid(p.e ->> 'X_ExcludedProperty', 'boolean') then (p.e ->> 'X_ExcludedProperty')::boolean end as "X_ExcludedProperty",
  p.e ->> 'X_ShortDescription' as "X_ShortDescription",
  p.e ->> 'X_PropertyName' as "X_PropertyName",
  p.e ->> 'X_ApartmentType' as "X_ApartmentType",
  p.e ->> 'X_HouseType' as "X_HouseType",
  p.e ->> 'X_LandType' as "X_LandType",
  p.e ->> 'X_OfficeType' as "X_OfficeType",
  p.e ->> 'X_RetailType' as "X_RetailType",
  p.e ->> 'X_IndustrialType' as "X_IndustrialType",
  p.e ->> 'X_HotelType' as "X_HotelType",
  p.e ->> 'X_BuildingType' as "X_BuildingType",
  p.e ->> 'X_InvestmentType' as "X_InvestmentType",
  case when pg_input_is_valid(p.e ->> 'X_CustomerParking', 'integer') then (p.e ->> 'X_CustomerParking')::integer end as "X_CustomerParking",
  p.e ->> 'X_AdditionalFeatures' as "X_AdditionalFeatures",
  p.e ->> 'X_InteriorFeatures' as "X_InteriorFeatures",
  p.e ->> 'X_ExteriorFeatures' as "X_ExteriorFeatures",
  p.e ->> 'X_CommunityFeatures' as "X_CommunityFeatures",
  p.e ->> 'X_LotFeatures' as "X_LotFeatures",
  p.e ->> 'X_SecurityFeatures' as "X_SecurityFeatures",
  p.e ->> 'X_Appliances' as "X_Appliances",
  p.e ->> 'X_QobrixId' as "X_QobrixId",
  p.e ->> 'X_QobrixRef' as "X_QobrixRef",
  p.e ->> 'X_QobrixSource' as "X_QobrixSource",
  p.e ->> 'X_QobrixLegacyId' as "X_QobrixLegacyId",
  p.e ->> 'X_SellerContactKey' as "X_SellerContactKey",
  p.e ->> 'X_CreatedByMemberKey' as "X_CreatedByMemberKey",
  p.e ->> 'X_ModifiedByMemberKey' as "X_ModifiedByMemberKey",
  coalesce(case when pg_input_is_valid(p.e ->> 'X_QobrixModified', 'timestamptz') then (p.e ->> 'X_QobrixModified')::timestamptz end, l.origin_modified_ts) as "X_QobrixModified",
  p.e ->> 'OriginatingSystemOfficeKey' as "OriginatingSystemOfficeKey",
  coalesce(p.e ->> 'X_DataSource', case when coalesce(l.origin_system, 'MANUAL') = 'MANUAL' then 'matrix' end) as "X_DataSource",
  case when pg_input_is_valid(p.e ->> 'etl_timestamp', 'timestamptz') then (p.e ->> 'etl_timestamp')::timestamptz end as etl_timestamp,
  p.e ->> 'etl_batch_id' as etl_batch_id,
  case when l.status in ('WITHDRAWN', 'SOLD') then case l.status when 'WITHDRAWN' then 'Withdrawn' when 'SOLD' then 'Closed' else o.payload ->> 'StandardStatus' end else coalesce(p.e ->> 'MlsStatus', o.payload ->> 'StandardStatus') end as "MlsStatus",
  null::timestamptz as "StatusChangeTimestamp",
  case when pg_input_is_valid(p.e ->> 'OnMarketDate', 'date') then (p.e ->> 'OnMarketDate')::date end as "OnMarketDate",
  p.e ->> 'ArchitecturalStyle' as "ArchitecturalStyle",
  case when p.e ->> 'ListPrice' is not null then l.original_list_price end as "OriginalListPrice",
  l.currency_code as "ListPriceCurrencyCode",
  p.e ->> 'LeaseTerm' as "LeaseTerm",
  case when pg_input_is_valid(p.e ->> 'AvailabilityDate', 'date') then (p.e ->> 'AvailabilityDate')::date end as "AvailabilityDate",
  case when pg_input_is_valid(p.e ->> 'NetOperatingIncome', 'numeric(18,2)') then (p.e ->> 'NetOperatingIncome')::numeric(18,2) end as "NetOperatingIncome",
  case when pg_input_is_valid(p.e ->> 'CapRate', 'numeric(9,4)') then (p.e ->> 'CapRate')::numeric(9,4) end as "CapRate",
  case when pg_input_is_valid(p.e ->> 'GrossIncome', 'numeric(18,2)') then (p.e ->> 'GrossIncome')::numeric(18,2) end as "GrossIncome",
  case when pg_input_is_valid(p.e ->> 'OperatingExpense', 'numeric(18,2)') then (p.e ->> 'OperatingExpense')::numeric(18,2) end as "OperatingExpense",
  case when pg_input_is_valid(p.e ->> 'TaxAnnualAmount', 'numeric(18,2)') then (p.e ->> 'TaxAnnualAmount')::numeric(18,2) end as "TaxAnnualAmount",
  case when pg_input_is_valid(p.e ->> 'TaxYear', 'integer') then (p.e ->> 'TaxYear')::integer end as "TaxYear",
  case when pg_input_is_valid(p.e ->> 'AssociationFee', 'numeric(18,2)') then (p.e ->> 'AssociationFee')::numeric(18,2) end as "AssociationFee",
  case when pg_input_is_valid(p.e ->> 'ExpirationDate', 'date') then (p.e ->> 'ExpirationDate')::date end as "ExpirationDate",
  case when pg_input_is_valid(p.e ->> 'DaysOnMarket', 'integer') then (p.e ->> 'DaysOnMarket')::integer end as "DaysOnMarket",
  case when pg_input_is_valid(p.e ->> 'CloseDate', 'date') then (p.e ->> 'CloseDate')::date end as "CloseDate",
  case when pg_input_is_valid(p.e ->> 'ClosePrice', 'numeric(18,2)') then (p.e ->> 'ClosePrice')::numeric(18,2) end as "ClosePrice",
  case when pg_input_is_valid(p.e ->> 'BathroomsThreeQuarter', 'integer') then (p.e ->> 'BathroomsThreeQuarter')::integer end as "BathroomsThreeQuarter",
  case when pg_input_is_valid(p.e ->> 'BathroomsOneQuarter', 'integer') then (p.e ->> 'BathroomsOneQuarter')::integer end as "BathroomsOneQuarter",
  case when pg_input_is_valid(p.e ->> 'RoomsTotal', 'integer') then (p.e ->> 'RoomsTotal')::integer end as "RoomsTotal",
  case when pg_input_is_valid(p.e ->> 'NumberOfUnitsTotal', 'integer') then (p.e ->> 'NumberOfUnitsTotal')::integer end as "NumberOfUnitsTotal",
  p.e ->> 'LotSizeDimensions' as "LotSizeDimensions",
  case when pg_input_is_valid(p.e ->> 'FireplacesTotal', 'integer') then (p.e ->> 'FireplacesTotal')::integer end as "FireplacesTotal",
  case when pg_input_is_valid(p.e ->> 'CoveredSpaces', 'integer') then (p.e ->> 'CoveredSpaces')::integer end as "CoveredSpaces",
  case when pg_input_is_valid(p.e ->> 'OpenParkingSpaces', 'integer') then (p.e ->> 'OpenParkingSpaces')::integer end as "OpenParkingSpaces",
  case when pg_input_is_valid(p.e ->> 'ParkingTotal', 'integer') then (p.e ->> 'ParkingTotal')::integer end as "ParkingTotal",
  p.e ->> 'Basement' as "Basement",
  p.e ->> 'Roof' as "Roof",
  p.e ->> 'Sewer' as "Sewer",
  p.e ->> 'RoomType' as "RoomType",
  p.e ->> 'RoadSurfaceType' as "RoadSurfaceType",
  p.e ->> 'PrivateRemarks' as "PrivateRemarks",
  p.e ->> 'ShowingInstructions' as "ShowingInstructions",
  p.e ->> 'ListAgentFirstName' as "ListAgentFirstName",
  p.e ->> 'ListAgentLastName' as "ListAgentLastName",
  p.e ->> 'ListAgentEmail' as "ListAgentEmail",
  (
    select count(*)::integer
    from public.mls_listing_media m
    join public.mls_listing_media_origins mo on mo.media_id = coalesce(m.shared_from, m.id)
    where m.listing_id = l.id and m.media_category = 'image' and m.is_servable
  ) as "PhotosCount",
  coalesce(p.e ->> 'InteriorFeatures', p.e ->> 'X_InteriorFeatures') as "InteriorFeatures",
  coalesce(p.e ->> 'ExteriorFeatures', p.e ->> 'X_ExteriorFeatures') as "ExteriorFeatures",
  coalesce(p.e ->> 'CommunityFeatures', p.e ->> 'X_CommunityFeatures') as "CommunityFeatures",
  coalesce(p.e ->> 'LotFeatures', p.e ->> 'X_LotFeatures') as "LotFeatures",
  coalesce(p.e ->> 'SecurityFeatures', p.e ->> 'X_SecurityFeatures') as "SecurityFeatures",
  coalesce(p.e ->> 'Appliances', p.e ->> 'X_Appliances') as "Appliances",
  case when l.hide_address_online is not true then coalesce(p.e ->> 'UnitNumber', p.e ->> 'X_UnitNumber') end as "UnitNumber",
  coalesce(case when pg_input_is_valid(p.e ->> 'PreviousListPrice', 'numeric(18,2)') then (p.e ->> 'PreviousListPrice')::numeric(18,2) end, case when pg_input_is_valid(p.e ->> 'X_PreviousListPrice', 'numeric(18,2)') then (p.e ->> 'X_PreviousListPrice')::numeric(18,2) end) as "PreviousListPrice",
  coalesce(p.e ->> 'VirtualTourURLUnbranded', p.e ->> 'X_VirtualTourLink') as "VirtualTourURLUnbranded",
  coalesce(p.e ->> 'ListingURL', p.e ->> 'X_WebsiteUrl') as "ListingURL",
  null::timestamptz as "PriceChangeTimestamp",
  null::timestamptz as "PhotosChangeTimestamp",
  null::timestamptz as "MajorChangeTimestamp",
  null::text as "MajorChangeType",
  (select y.name from mls.origin_systems y where y.code = coalesce(l.origin_system, 'MANUAL')) as "OriginatingSystemName",
  coalesce(l.origin_system, 'MANUAL') as "OriginatingSystemID",
  'MLS hub'::text as "SourceSystemName",
  coalesce(p.e ->> 'ListAgentFullName', (select m.full_name from public.mls_members m where m.origin_member_key = p.e ->> 'ListAgentKey' and not m.origin_deleted order by m.id limit 1)) as "ListAgentFullName",
  coalesce(p.e ->> 'ListOfficeName', (select y.name from public.mls_offices y where y.office_key = p.e ->> 'ListOfficeKey')) as "ListOfficeName",
  (l.hide_listing_online is not true) as "InternetEntireListingDisplayYN",
  (l.hide_address_online is not true) as "InternetAddressDisplayYN"
from public.mls_listings l
join public.mls_tenants t on t.id = l.tenant_id
join public.mls_listing_origins o on o.listing_id = l.id
left join public.served_property s on s.record_id = l.id
cross join lateral (select o.payload || '{}'::jsonb as e offset 0) p
where l.claimed_at is not null and not (l.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') and l.first_published_at is not null)
  and (t.api_visibility = 'all' or (l.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') and l.first_published_at is not null));
comment on view public.property_reso is
  'RESO Property: what the world may know of each listing. Unclaimed listings follow their source, claimed ones show the last values of the source until they are published.';
grant select on public.property_reso to authenticated, service_role;

create or replace view public.member_reso with (security_invoker = true) as
select
  r.id as record_id, r.tenant_id, r.seq, r.originating_office_key as office_key, true as is_published,
  r.origin_member_key as "MemberKey",
  r.mls_id as "MemberMlsId",
  r.first_name as "MemberFirstName",
  r.last_name as "MemberLastName",
  r.full_name as "MemberFullName",
  r.email as "MemberEmail",
  r.preferred_phone as "MemberPreferredPhone",
  r.office_phone as "MemberOfficePhone",
  r.status as "MemberStatus",
  r.type as "MemberType",
  r.office_key as "OfficeKey",
  r.address1 as "MemberAddress1",
  r.city as "MemberCity",
  r.state_or_province as "MemberStateOrProvince",
  r.postal_code as "MemberPostalCode",
  r.country as "MemberCountry",
  x.e ->> 'X_QobrixAgentId' as "X_QobrixAgentId",
  x.e ->> 'X_QobrixAgentRef' as "X_QobrixAgentRef",
  x.e ->> 'X_QobrixDescription' as "X_QobrixDescription",
  x.e ->> 'X_QobrixCommission1' as "X_QobrixCommission1",
  x.e ->> 'X_QobrixAgreementDate' as "X_QobrixAgreementDate",
  x.e ->> 'X_QobrixOwnerId' as "X_QobrixOwnerId",
  x.e ->> 'X_QobrixPrimaryContactId' as "X_QobrixPrimaryContactId",
  x.e ->> 'X_QobrixCreated' as "X_QobrixCreated",
  x.e ->> 'X_QobrixModified' as "X_QobrixModified",
  x.e ->> 'X_QobrixSourceType' as "X_QobrixSourceType",
  r.originating_office_key as "OriginatingSystemOfficeKey",
  r.origin_etl_ts as etl_timestamp,
  r.origin_etl_batch_id as etl_batch_id,
  x.e ->> 'MemberNamePrefix' as "MemberNamePrefix",
  x.e ->> 'MemberMiddleName' as "MemberMiddleName",
  x.e ->> 'MemberNameSuffix' as "MemberNameSuffix",
  x.e ->> 'MemberNickname' as "MemberNickname",
  x.e ->> 'JobTitle' as "JobTitle",
  x.e ->> 'MemberBio' as "MemberBio",
  x.e ->> 'MemberDesignation' as "MemberDesignation",
  x.e ->> 'MemberLanguages' as "MemberLanguages",
  x.e ->> 'MemberLoginId' as "MemberLoginId",
  case when pg_input_is_valid(x.e ->> 'MemberMlsAccessYN', 'boolean') then (x.e ->> 'MemberMlsAccessYN')::boolean end as "MemberMlsAccessYN",
  x.e ->> 'MemberAlternateId' as "MemberAlternateId",
  x.e ->> 'MemberAOR' as "MemberAOR",
  x.e ->> 'MemberAORkey' as "MemberAORkey",
  x.e ->> 'MemberAORMlsId' as "MemberAORMlsId",
  x.e ->> 'MemberPrimaryAorId' as "MemberPrimaryAorId",
  x.e ->> 'MemberNationalAssociationId' as "MemberNationalAssociationId",
  x.e ->> 'MemberStateLicense' as "MemberStateLicense",
  x.e ->> 'MemberStateLicenseState' as "MemberStateLicenseState",
  x.e ->> 'MemberStateLicenseType' as "MemberStateLicenseType",
  case when pg_input_is_valid(x.e ->> 'MemberStateLicenseExpirationDate', 'date') then (x.e ->> 'MemberStateLicenseExpirationDate')::date end as "MemberStateLicenseExpirationDate",
  x.e ->> 'UniqueLicenseeIdentifier' as "UniqueLicenseeIdentifier",
  x.e ->> 'MemberPreferredPhoneExt' as "MemberPreferredPhoneExt",
  x.e ->> 'MemberOfficePhoneExt' as "MemberOfficePhoneExt",
  x.e ->> 'MemberDirectPhone' as "MemberDirectPhone",
  x.e ->> 'MemberMobilePhone' as "MemberMobilePhone",
  x.e ->> 'MemberTollFreePhone' as "MemberTollFreePhone",
  x.e ->> 'MemberFax' as "MemberFax",
  x.e ->> 'MemberAddress2' as "MemberAddress2",
  x.e ->> 'MemberCountyOrParish' as "MemberCountyOrParish",
  x.e ->> 'MemberPostalCodePlus4' as "MemberPostalCodePlus4",
  x.e ->> 'MemberIsAssistantTo' as "MemberIsAssistantTo",
  x.e ->> 'OfficeMlsId' as "OfficeMlsId",
  x.e ->> 'OfficeName' as "OfficeName",
  x.e ->> 'OfficeNationalAssociationId' as "OfficeNationalAssociationId",
  case when pg_input_is_valid(x.e ->> 'OriginalEntryTimestamp', 'timestamptz') then (x.e ->> 'OriginalEntryTimestamp')::timestamptz end as "OriginalEntryTimestamp",
  coalesce(x.e ->> 'OriginatingSystemID', (select y.origin_system from public.mls_offices y where y.office_key = r.originating_office_key)) as "OriginatingSystemID",
  coalesce(x.e ->> 'OriginatingSystemMemberKey', x.e ->> 'X_QobrixAgentId') as "OriginatingSystemMemberKey",
  coalesce(x.e ->> 'OriginatingSystemName', (select y.name from mls.origin_systems y where y.code = (select y.origin_system from public.mls_offices y where y.office_key = r.originating_office_key))) as "OriginatingSystemName",
  x.e ->> 'SourceSystemID' as "SourceSystemID",
  x.e ->> 'SourceSystemMemberKey' as "SourceSystemMemberKey",
  coalesce(x.e ->> 'SourceSystemName', 'MLS hub') as "SourceSystemName",
  coalesce(s."ModificationTimestamp", r.updated_at) as "ModificationTimestamp"
from public.mls_members r
left join public.served_member s on s.record_id = r.id
cross join lateral (select r.extensions || '{}'::jsonb as e offset 0) x
where not r.origin_deleted;
comment on view public.member_reso is 'RESO Member: what the world may know of each record.';
grant select on public.member_reso to authenticated, service_role;

create or replace view public.office_reso with (security_invoker = true) as
select
  r.id as record_id, r.tenant_id, r.seq, r.originating_office_key as office_key, true as is_published,
  r.office_key as "OfficeKey",
  r.mls_id as "OfficeMlsId",
  r.name as "OfficeName",
  r.email as "OfficeEmail",
  r.phone as "OfficePhone",
  r.fax as "OfficeFax",
  r.status as "OfficeStatus",
  r.type as "OfficeType",
  r.address1 as "OfficeAddress1",
  r.address2 as "OfficeAddress2",
  r.city as "OfficeCity",
  r.state_or_province as "OfficeStateOrProvince",
  r.postal_code as "OfficePostalCode",
  r.country as "OfficeCountry",
  r.broker_key as "OfficeBrokerKey",
  x.e ->> 'X_QobrixAgentId' as "X_QobrixAgentId",
  x.e ->> 'X_QobrixAgentRef' as "X_QobrixAgentRef",
  x.e ->> 'X_QobrixDescription' as "X_QobrixDescription",
  x.e ->> 'X_QobrixCommission1' as "X_QobrixCommission1",
  x.e ->> 'X_QobrixCommission2' as "X_QobrixCommission2",
  x.e ->> 'X_QobrixCommission3' as "X_QobrixCommission3",
  x.e ->> 'X_QobrixAgreementDate' as "X_QobrixAgreementDate",
  x.e ->> 'X_QobrixOwnerId' as "X_QobrixOwnerId",
  x.e ->> 'X_QobrixPrimaryContactId' as "X_QobrixPrimaryContactId",
  x.e ->> 'X_QobrixCreated' as "X_QobrixCreated",
  x.e ->> 'X_QobrixModified' as "X_QobrixModified",
  r.originating_office_key as "OriginatingSystemOfficeKey",
  r.origin_etl_ts as etl_timestamp,
  r.origin_etl_batch_id as etl_batch_id,
  x.e ->> 'OfficeBio' as "OfficeBio",
  x.e ->> 'OfficeAlternateId' as "OfficeAlternateId",
  x.e ->> 'OfficeAOR' as "OfficeAOR",
  x.e ->> 'OfficeAORkey' as "OfficeAORkey",
  x.e ->> 'OfficeAORMlsId' as "OfficeAORMlsId",
  x.e ->> 'OfficePrimaryAorId' as "OfficePrimaryAorId",
  x.e ->> 'OfficeNationalAssociationId' as "OfficeNationalAssociationId",
  x.e ->> 'OfficeCorporateLicense' as "OfficeCorporateLicense",
  x.e ->> 'OfficeBranchType' as "OfficeBranchType",
  x.e ->> 'MainOfficeKey' as "MainOfficeKey",
  x.e ->> 'MainOfficeMlsId' as "MainOfficeMlsId",
  case when pg_input_is_valid(x.e ->> 'NumberOfBranches', 'integer') then (x.e ->> 'NumberOfBranches')::integer end as "NumberOfBranches",
  x.e ->> 'FranchiseAffiliation' as "FranchiseAffiliation",
  x.e ->> 'FranchiseNationalAssociationId' as "FranchiseNationalAssociationId",
  x.e ->> 'OfficeBrokerMlsId' as "OfficeBrokerMlsId",
  x.e ->> 'OfficeBrokerNationalAssociationId' as "OfficeBrokerNationalAssociationId",
  x.e ->> 'OfficeManagerKey' as "OfficeManagerKey",
  x.e ->> 'OfficeManagerMlsId' as "OfficeManagerMlsId",
  case when pg_input_is_valid(x.e ->> 'IDXOfficeParticipationYN', 'boolean') then (x.e ->> 'IDXOfficeParticipationYN')::boolean end as "IDXOfficeParticipationYN",
  case when pg_input_is_valid(x.e ->> 'VirtualOfficeWebsiteYN', 'boolean') then (x.e ->> 'VirtualOfficeWebsiteYN')::boolean end as "VirtualOfficeWebsiteYN",
  x.e ->> 'OfficePhoneExt' as "OfficePhoneExt",
  x.e ->> 'OfficeCountyOrParish' as "OfficeCountyOrParish",
  x.e ->> 'OfficePostalCodePlus4' as "OfficePostalCodePlus4",
  x.e ->> 'OfficePrimaryStateOrProvince' as "OfficePrimaryStateOrProvince",
  case when pg_input_is_valid(x.e ->> 'OriginalEntryTimestamp', 'timestamptz') then (x.e ->> 'OriginalEntryTimestamp')::timestamptz end as "OriginalEntryTimestamp",
  coalesce(x.e ->> 'OriginatingSystemID', (select y.origin_system from public.mls_offices y where y.office_key = r.originating_office_key)) as "OriginatingSystemID",
  coalesce(x.e ->> 'OriginatingSystemName', (select y.name from mls.origin_systems y where y.code = (select y.origin_system from public.mls_offices y where y.office_key = r.originating_office_key))) as "OriginatingSystemName",
  x.e ->> 'SourceSystemID' as "SourceSystemID",
  coalesce(x.e ->> 'SourceSystemName', 'MLS hub') as "SourceSystemName",
  x.e ->> 'SourceSystemOfficeKey' as "SourceSystemOfficeKey",
  coalesce(s."ModificationTimestamp", r.updated_at) as "ModificationTimestamp"
from public.mls_offices r
left join public.served_office s on s.record_id = r.id
cross join lateral (select r.extensions || '{}'::jsonb as e offset 0) x
where not r.origin_deleted;
comment on view public.office_reso is 'RESO Office: what the world may know of each record.';
grant select on public.office_reso to authenticated, service_role;

create or replace view public.media_reso with (security_invoker = true) as
select
  r.id as record_id, r.tenant_id, r.seq, l.originating_office_key as office_key, (l.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') and l.first_published_at is not null) as is_published,
  r.media_key as "MediaKey",
  coalesce(l.origin_key, 'MANUAL_' || l.id) as "ResourceRecordKey",
  'Property'::text as "ResourceName",
  coalesce(x.e ->> 'MediaCategory', case r.media_category when 'video' then 'Video' when 'audio' then 'Audio'
    when 'tour' then 'Video' else 'Photo' end) as "MediaCategory",
  case when l.claimed_at is not null and not (l.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') and l.first_published_at is not null) then case when r.copy_status = 'stored' or r.media_url is null then r.media_url
    else mls.media_url(o.payload ->> 'MediaURL', r.originating_office_key) end else r.media_url end as "MediaURL",
  r.mime_type as "MediaType",
  case when l.claimed_at is not null and not (l.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') and l.first_published_at is not null) then coalesce((o.payload ->> 'Order')::integer, 0) else r.display_order end as "Order",
  case when l.claimed_at is not null and not (l.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') and l.first_published_at is not null) then o.payload ->> 'ShortDescription' else r.title end as "ShortDescription",
  case when l.claimed_at is not null and not (l.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') and l.first_published_at is not null) then o.payload ->> 'LongDescription' else r.description end as "LongDescription",
  r.image_width as "ImageWidth",
  r.image_height as "ImageHeight",
  r.file_size_bytes as "ImageSizeBytes",
  case when l.claimed_at is not null and not (l.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') and l.first_published_at is not null) then coalesce((o.payload ->> 'X_IsPrimary')::boolean, false) else r.is_primary end as "X_IsPrimary",
  x.e ->> 'X_QobrixMediaId' as "X_QobrixMediaId",
  x.e ->> 'X_QobrixPropertyId' as "X_QobrixPropertyId",
  r.source_category as "X_QobrixMediaCategory",
  x.e ->> 'X_QobrixFileId' as "X_QobrixFileId",
  coalesce(r.resolution_urls -> 'thumbnail' ->> 'url', case when r.file_sha256 is null then x.e ->> 'X_QobrixThumbnailUrl' end) as "X_QobrixThumbnailUrl",
  x.e ->> 'X_QobrixFilesystem' as "X_QobrixFilesystem",
  x.e ->> 'X_QobrixCategoryId' as "X_QobrixCategoryId",
  r.created_ts as "X_QobrixCreated",
  x.e ->> 'X_QobrixModified' as "X_QobrixModified",
  r.originating_office_key as "OriginatingSystemOfficeKey",
  x.e ->> 'X_DataSource' as "X_DataSource",
  r.origin_etl_ts as etl_timestamp,
  r.origin_etl_batch_id as etl_batch_id,
  r.file_changed_at as "MediaModificationTimestamp",
  case when l.claimed_at is not null and not (l.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') and l.first_published_at is not null) then o.payload ->> 'ImageOf' else x.e ->> 'ImageOf' end as "ImageOf",
  case when l.claimed_at is not null and not (l.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') and l.first_published_at is not null) then o.payload ->> 'ImageSizeDescription' else x.e ->> 'ImageSizeDescription' end as "ImageSizeDescription",
  case when l.claimed_at is not null and not (l.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') and l.first_published_at is not null) then o.payload ->> 'MediaAlteration' else x.e ->> 'MediaAlteration' end as "MediaAlteration",
  case when l.claimed_at is not null and not (l.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') and l.first_published_at is not null) then o.payload ->> 'MediaHTML' else x.e ->> 'MediaHTML' end as "MediaHTML",
  case when l.claimed_at is not null and not (l.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') and l.first_published_at is not null) then o.payload ->> 'MediaObjectID' else x.e ->> 'MediaObjectID' end as "MediaObjectID",
  case when l.claimed_at is not null and not (l.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') and l.first_published_at is not null) then o.payload ->> 'MediaStatus' else x.e ->> 'MediaStatus' end as "MediaStatus",
  case when l.claimed_at is not null and not (l.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') and l.first_published_at is not null) then o.payload ->> 'Permission' else x.e ->> 'Permission' end as "Permission",
  case when l.claimed_at is not null and not (l.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') and l.first_published_at is not null) then coalesce((o.payload ->> 'X_IsPrimary')::boolean, false) else r.is_primary end as "PreferredPhotoYN",
  case when l.claimed_at is not null and not (l.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') and l.first_published_at is not null) then o.payload ->> 'ResourceRecordID' else x.e ->> 'ResourceRecordID' end as "ResourceRecordID",
  coalesce(x.e ->> 'OriginatingSystemID', r.origin_system) as "OriginatingSystemID",
  coalesce(x.e ->> 'OriginatingSystemMediaKey', x.e ->> 'X_QobrixMediaId') as "OriginatingSystemMediaKey",
  coalesce(x.e ->> 'OriginatingSystemName', (select y.name from mls.origin_systems y where y.code = r.origin_system)) as "OriginatingSystemName",
  case when l.claimed_at is not null and not (l.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') and l.first_published_at is not null) then o.payload ->> 'SourceSystemID' else x.e ->> 'SourceSystemID' end as "SourceSystemID",
  case when l.claimed_at is not null and not (l.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') and l.first_published_at is not null) then o.payload ->> 'SourceSystemMediaKey' else x.e ->> 'SourceSystemMediaKey' end as "SourceSystemMediaKey",
  coalesce(x.e ->> 'SourceSystemName', 'MLS hub') as "SourceSystemName",
  coalesce(s."ModificationTimestamp", r.updated_at) as "ModificationTimestamp"
from public.mls_listing_media r
join public.mls_listings l on l.id = r.listing_id
join public.mls_tenants t on t.id = r.tenant_id
left join public.mls_listing_media_origins o on o.media_id = coalesce(r.shared_from, r.id) and l.claimed_at is not null
left join public.served_media s on s.record_id = r.id
cross join lateral (select r.extensions || '{}'::jsonb as e offset 0) x
where case when l.claimed_at is not null and not (l.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') and l.first_published_at is not null)
    then o.payload is not null and mls.media_category(
      mls.source_category(o.payload, (select y.media_category_field from mls.origin_systems y where y.code = r.origin_system)),
      o.payload ->> 'MediaCategory', o.payload ->> 'MediaType') <> 'document'
    else case
      when l.claimed_at is null and l.origin_system in (select y.code from mls.origin_systems y where y.is_external) then not l.origin_deleted
      else (l.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') and l.first_published_at is not null)
    end end
  and (t.api_visibility = 'all' or (l.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') and l.first_published_at is not null))
  and r.is_servable;
comment on view public.media_reso is 'RESO Media: what the world may know of each record.';
grant select on public.media_reso to authenticated, service_role;

create or replace view public.open_house_reso with (security_invoker = true) as
select
  r.id as record_id, r.tenant_id, r.seq, l.originating_office_key as office_key, (l.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') and l.first_published_at is not null) as is_published,
  r.origin_open_house_key as "OpenHouseKey",
  r.open_house_id as "OpenHouseId",
  coalesce(l.origin_key, 'MANUAL_' || l.id) as "ListingKey",
  x.e ->> 'ListingId' as "ListingId",
  r.open_house_date as "OpenHouseDate",
  r.start_time as "OpenHouseStartTime",
  r.end_time as "OpenHouseEndTime",
  r.status as "OpenHouseStatus",
  r.type as "OpenHouseType",
  x.e ->> 'OpenHouseAttendedBy' as "OpenHouseAttendedBy",
  r.remarks as "OpenHouseRemarks",
  x.e ->> 'Refreshments' as "Refreshments",
  r.needs_appointment as "AppointmentRequiredYN",
  r.livestream_url as "LivestreamOpenHouseURL",
  r.showing_agent_key as "ShowingAgentKey",
  x.e ->> 'ShowingAgentFirstName' as "ShowingAgentFirstName",
  x.e ->> 'ShowingAgentLastName' as "ShowingAgentLastName",
  x.e ->> 'ShowingAgentMlsID' as "ShowingAgentMlsID",
  case when pg_input_is_valid(x.e ->> 'OriginalEntryTimestamp', 'timestamptz') then (x.e ->> 'OriginalEntryTimestamp')::timestamptz end as "OriginalEntryTimestamp",
  coalesce(s."ModificationTimestamp", r.updated_at) as "ModificationTimestamp",
  coalesce(x.e ->> 'OriginatingSystemID', (select y.origin_system from public.mls_offices y where y.office_key = r.originating_office_key)) as "OriginatingSystemID",
  x.e ->> 'OriginatingSystemKey' as "OriginatingSystemKey",
  coalesce(x.e ->> 'OriginatingSystemName', (select y.name from mls.origin_systems y where y.code = (select y.origin_system from public.mls_offices y where y.office_key = r.originating_office_key))) as "OriginatingSystemName",
  x.e ->> 'SourceSystemID' as "SourceSystemID",
  x.e ->> 'SourceSystemKey' as "SourceSystemKey",
  coalesce(x.e ->> 'SourceSystemName', 'MLS hub') as "SourceSystemName",
  r.originating_office_key as "OriginatingSystemOfficeKey",
  r.origin_etl_ts as etl_timestamp,
  r.origin_etl_batch_id as etl_batch_id
from public.mls_open_houses r
join public.mls_listings l on l.id = r.listing_id
join public.mls_tenants t on t.id = r.tenant_id
left join public.served_open_house s on s.record_id = r.id
cross join lateral (select r.extensions || '{}'::jsonb as e offset 0) x
where not r.origin_deleted
  and (l.claimed_at is not null and not (l.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') and l.first_published_at is not null) or case
      when l.claimed_at is null and l.origin_system in (select y.code from mls.origin_systems y where y.is_external) then not l.origin_deleted
      else (l.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') and l.first_published_at is not null)
    end)
  and (t.api_visibility = 'all' or (l.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') and l.first_published_at is not null))
  and coalesce(lower(regexp_replace(r.type, '[^[:alnum:]]', '', 'g')) in ('public', 'livestreampublic'), true);
comment on view public.open_house_reso is 'RESO OpenHouse: what the world may know of each record.';
grant select on public.open_house_reso to authenticated, service_role;

create or replace view public.property_rooms_reso with (security_invoker = true) as
select
  r.id as record_id, r.tenant_id, r.seq, l.originating_office_key as office_key, (l.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') and l.first_published_at is not null) as is_published,
  r.origin_room_key as "RoomKey",
  coalesce(l.origin_key, 'MANUAL_' || l.id) as "ListingKey",
  x.e ->> 'ListingId' as "ListingId",
  r.type as "RoomType",
  r.level as "RoomLevel",
  r.description as "RoomDescription",
  r.features as "RoomFeatures",
  r.area as "RoomArea",
  r.area_units as "RoomAreaUnits",
  x.e ->> 'RoomAreaSource' as "RoomAreaSource",
  x.e ->> 'RoomDimensions' as "RoomDimensions",
  r.length as "RoomLength",
  r.width as "RoomWidth",
  r.length_units as "RoomLengthWidthUnits",
  x.e ->> 'RoomLengthWidthSource' as "RoomLengthWidthSource",
  x.e ->> 'BedroomClosetType' as "BedroomClosetType",
  coalesce(s."ModificationTimestamp", r.updated_at) as "ModificationTimestamp",
  r.originating_office_key as "OriginatingSystemOfficeKey",
  r.origin_etl_ts as etl_timestamp,
  r.origin_etl_batch_id as etl_batch_id
from public.mls_property_rooms r
join public.mls_listings l on l.id = r.listing_id
join public.mls_tenants t on t.id = r.tenant_id
left join public.served_property_rooms s on s.record_id = r.id
cross join lateral (select r.extensions || '{}'::jsonb as e offset 0) x
where not r.origin_deleted
  and (l.claimed_at is not null and not (l.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') and l.first_published_at is not null) or case
      when l.claimed_at is null and l.origin_system in (select y.code from mls.origin_systems y where y.is_external) then not l.origin_deleted
      else (l.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') and l.first_published_at is not null)
    end)
  and (t.api_visibility = 'all' or (l.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') and l.first_published_at is not null));
comment on view public.property_rooms_reso is 'RESO PropertyRooms: what the world may know of each record.';
grant select on public.property_rooms_reso to authenticated, service_role;

create or replace view public.property_unit_types_reso with (security_invoker = true) as
select
  r.id as record_id, r.tenant_id, r.seq, l.originating_office_key as office_key, (l.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') and l.first_published_at is not null) as is_published,
  r.origin_unit_type_key as "UnitTypeKey",
  coalesce(l.origin_key, 'MANUAL_' || l.id) as "ListingKey",
  x.e ->> 'ListingId' as "ListingId",
  r.type as "UnitTypeType",
  r.description as "UnitTypeDescription",
  r.units as "UnitTypeUnitsTotal",
  r.bedrooms as "UnitTypeBedsTotal",
  r.bathrooms as "UnitTypeBathsTotal",
  r.furnished as "UnitTypeFurnished",
  case when pg_input_is_valid(x.e ->> 'UnitTypeGarageSpaces', 'numeric(18,2)') then (x.e ->> 'UnitTypeGarageSpaces')::numeric(18,2) end as "UnitTypeGarageSpaces",
  case when pg_input_is_valid(x.e ->> 'UnitTypeGarageAttachedYN', 'boolean') then (x.e ->> 'UnitTypeGarageAttachedYN')::boolean end as "UnitTypeGarageAttachedYN",
  r.actual_rent as "UnitTypeActualRent",
  r.total_rent as "UnitTypeTotalRent",
  case when pg_input_is_valid(x.e ->> 'UnitTypeProForma', 'integer') then (x.e ->> 'UnitTypeProForma')::integer end as "UnitTypeProForma",
  coalesce(s."ModificationTimestamp", r.updated_at) as "ModificationTimestamp",
  r.originating_office_key as "OriginatingSystemOfficeKey",
  r.origin_etl_ts as etl_timestamp,
  r.origin_etl_batch_id as etl_batch_id
from public.mls_property_unit_types r
join public.mls_listings l on l.id = r.listing_id
join public.mls_tenants t on t.id = r.tenant_id
left join public.served_property_unit_types s on s.record_id = r.id
cross join lateral (select r.extensions || '{}'::jsonb as e offset 0) x
where not r.origin_deleted
  and (l.claimed_at is not null and not (l.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') and l.first_published_at is not null) or case
      when l.claimed_at is null and l.origin_system in (select y.code from mls.origin_systems y where y.is_external) then not l.origin_deleted
      else (l.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') and l.first_published_at is not null)
    end)
  and (t.api_visibility = 'all' or (l.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') and l.first_published_at is not null));
comment on view public.property_unit_types_reso is 'RESO PropertyUnitTypes: what the world may know of each record.';
grant select on public.property_unit_types_reso to authenticated, service_role;

create or replace view public.teams_reso with (security_invoker = true) as
select
  r.id as record_id, r.tenant_id, r.seq, r.originating_office_key as office_key, true as is_published,
  r.origin_team_key as "TeamKey",
  r.name as "TeamName",
  r.status as "TeamStatus",
  r.description as "TeamDescription",
  r.lead_key as "TeamLeadKey",
  x.e ->> 'TeamLeadMlsId' as "TeamLeadMlsId",
  x.e ->> 'TeamLeadStateLicense' as "TeamLeadStateLicense",
  x.e ->> 'TeamLeadStateLicenseState' as "TeamLeadStateLicenseState",
  x.e ->> 'TeamLeadNationalAssociationId' as "TeamLeadNationalAssociationId",
  r.email as "TeamEmail",
  r.preferred_phone as "TeamPreferredPhone",
  x.e ->> 'TeamPreferredPhoneExt' as "TeamPreferredPhoneExt",
  x.e ->> 'TeamOfficePhone' as "TeamOfficePhone",
  x.e ->> 'TeamOfficePhoneExt' as "TeamOfficePhoneExt",
  x.e ->> 'TeamDirectPhone' as "TeamDirectPhone",
  x.e ->> 'TeamMobilePhone' as "TeamMobilePhone",
  x.e ->> 'TeamTollFreePhone' as "TeamTollFreePhone",
  x.e ->> 'TeamFax' as "TeamFax",
  x.e ->> 'TeamAddress1' as "TeamAddress1",
  x.e ->> 'TeamAddress2' as "TeamAddress2",
  r.city as "TeamCity",
  x.e ->> 'TeamCountyOrParish' as "TeamCountyOrParish",
  x.e ->> 'TeamStateOrProvince' as "TeamStateOrProvince",
  x.e ->> 'TeamPostalCode' as "TeamPostalCode",
  x.e ->> 'TeamPostalCodePlus4' as "TeamPostalCodePlus4",
  x.e ->> 'TeamCountry' as "TeamCountry",
  case when pg_input_is_valid(x.e ->> 'OriginalEntryTimestamp', 'timestamptz') then (x.e ->> 'OriginalEntryTimestamp')::timestamptz end as "OriginalEntryTimestamp",
  coalesce(s."ModificationTimestamp", r.updated_at) as "ModificationTimestamp",
  coalesce(x.e ->> 'OriginatingSystemID', (select y.origin_system from public.mls_offices y where y.office_key = r.originating_office_key)) as "OriginatingSystemID",
  x.e ->> 'OriginatingSystemKey' as "OriginatingSystemKey",
  coalesce(x.e ->> 'OriginatingSystemName', (select y.name from mls.origin_systems y where y.code = (select y.origin_system from public.mls_offices y where y.office_key = r.originating_office_key))) as "OriginatingSystemName",
  x.e ->> 'SourceSystemID' as "SourceSystemID",
  x.e ->> 'SourceSystemKey' as "SourceSystemKey",
  coalesce(x.e ->> 'SourceSystemName', 'MLS hub') as "SourceSystemName",
  r.originating_office_key as "OriginatingSystemOfficeKey",
  r.origin_etl_ts as etl_timestamp,
  r.origin_etl_batch_id as etl_batch_id
from public.mls_teams r
left join public.served_teams s on s.record_id = r.id
cross join lateral (select r.extensions || '{}'::jsonb as e offset 0) x
where not r.origin_deleted;
comment on view public.teams_reso is 'RESO Teams: what the world may know of each record.';
grant select on public.teams_reso to authenticated, service_role;

create or replace view public.team_members_reso with (security_invoker = true) as
select
  r.id as record_id, r.tenant_id, r.seq, r.originating_office_key as office_key, true as is_published,
  r.origin_team_member_key as "TeamMemberKey",
  r.team_key as "TeamKey",
  r.member_key as "MemberKey",
  x.e ->> 'MemberMlsId' as "MemberMlsId",
  r.type as "TeamMemberType",
  x.e ->> 'TeamMemberStateLicense' as "TeamMemberStateLicense",
  x.e ->> 'TeamMemberNationalAssociationId' as "TeamMemberNationalAssociationId",
  case when pg_input_is_valid(x.e ->> 'OriginalEntryTimestamp', 'timestamptz') then (x.e ->> 'OriginalEntryTimestamp')::timestamptz end as "OriginalEntryTimestamp",
  coalesce(s."ModificationTimestamp", r.updated_at) as "ModificationTimestamp",
  coalesce(x.e ->> 'OriginatingSystemID', (select y.origin_system from public.mls_offices y where y.office_key = r.originating_office_key)) as "OriginatingSystemID",
  x.e ->> 'OriginatingSystemKey' as "OriginatingSystemKey",
  coalesce(x.e ->> 'OriginatingSystemName', (select y.name from mls.origin_systems y where y.code = (select y.origin_system from public.mls_offices y where y.office_key = r.originating_office_key))) as "OriginatingSystemName",
  x.e ->> 'SourceSystemID' as "SourceSystemID",
  x.e ->> 'SourceSystemKey' as "SourceSystemKey",
  coalesce(x.e ->> 'SourceSystemName', 'MLS hub') as "SourceSystemName",
  r.originating_office_key as "OriginatingSystemOfficeKey",
  r.origin_etl_ts as etl_timestamp,
  r.origin_etl_batch_id as etl_batch_id
from public.mls_team_members r
left join public.served_team_members s on s.record_id = r.id
cross join lateral (select r.extensions || '{}'::jsonb as e offset 0) x
where not r.origin_deleted;
comment on view public.team_members_reso is 'RESO TeamMembers: what the world may know of each record.';
grant select on public.team_members_reso to authenticated, service_role;

create or replace view public.contacts_reso with (security_invoker = true) as
select
  r.id as record_id, r.tenant_id, r.seq, r.originating_office_key as office_key, true as is_published,
  r.origin_contact_key as "ContactKey",
  x.e ->> 'ContactMlsId' as "ContactMlsId",
  r.first_name as "ContactFirstName",
  r.last_name as "ContactLastName",
  coalesce(x.e ->> 'ContactFullName', r.full_name) as "ContactFullName",
  r.email as "ContactEmail",
  r.email_secondary as "ContactEmail2",
  r.phone_mobile as "ContactPhone",
  r.phone_home as "ContactPhone2",
  r.role_hint as "ContactType",
  r.status as "ContactStatus",
  r.address_line1 as "ContactAddress1",
  r.city as "ContactCity",
  r.state as "ContactStateOrProvince",
  r.post_code as "ContactPostalCode",
  r.country as "ContactCountry",
  r.nationality as "ContactNationality",
  r.title as "ContactTitle",
  x.e ->> 'ContactBirthdate' as "ContactBirthdate",
  r.website as "ContactWebsite",
  r.contact_type as "ContactEntityType",
  r.registration_number as "ContactCompanyRegistrationNumber",
  r.company_name as "ContactCompanyName",
  x.e ->> 'ContactAssignedToKey' as "ContactAssignedToKey",
  x.e ->> 'X_QobrixContactId' as "X_QobrixContactId",
  x.e ->> 'X_QobrixContactRef' as "X_QobrixContactRef",
  x.e ->> 'X_QobrixContactLegacyId' as "X_QobrixContactLegacyId",
  r.notes as "X_QobrixDescription",
  r.preferred_language as "X_QobrixPreferredLanguage",
  x.e ->> 'X_QobrixContactPersonFirstName' as "X_QobrixContactPersonFirstName",
  x.e ->> 'X_QobrixContactPersonLastName' as "X_QobrixContactPersonLastName",
  x.e ->> 'X_QobrixCreated' as "X_QobrixCreated",
  x.e ->> 'X_QobrixModified' as "X_QobrixModified",
  x.e ->> 'X_QobrixCreatedBy' as "X_QobrixCreatedBy",
  x.e ->> 'X_QobrixModifiedBy' as "X_QobrixModifiedBy",
  r.originating_office_key as "OriginatingSystemOfficeKey",
  r.origin_etl_ts as etl_timestamp,
  r.origin_etl_batch_id as etl_batch_id,
  coalesce(s."ModificationTimestamp", r.updated_at) as "ModificationTimestamp"
from public.mls_contacts r
left join public.served_contacts s on s.record_id = r.id
cross join lateral (select r.extensions || '{}'::jsonb as e offset 0) x
where not r.origin_deleted and r.originating_office_key is not null;
comment on view public.contacts_reso is 'RESO Contacts: what the world may know of each record.';
grant select on public.contacts_reso to authenticated, service_role;

create or replace view public.showing_appointment_reso with (security_invoker = true) as
select
  r.id as record_id, r.tenant_id, r.seq, r.originating_office_key as office_key, true as is_published,
  r.origin_showing_key as "ShowingAppointmentKey",
  r.listing_key as "ListingKey",
  r.showing_agent_key as "ShowingAgentKey",
  r.buyer_contact_key as "BuyerContactKey",
  r.showing_date as "ShowingDate",
  r.showing_start_time as "ShowingStartTime",
  r.showing_end_time as "ShowingEndTime",
  r.showing_status as "ShowingStatus",
  r.showing_type as "ShowingType",
  r.showing_remarks as "ShowingRemarks",
  r.showing_feedback as "ShowingFeedback",
  r.showing_outcome as "ShowingOutcome",
  x.e ->> 'X_QobrixViewingId' as "X_QobrixViewingId",
  x.e ->> 'X_QobrixViewingRef' as "X_QobrixViewingRef",
  x.e ->> 'X_QobrixPropertyId' as "X_QobrixPropertyId",
  x.e ->> 'X_QobrixContactId' as "X_QobrixContactId",
  x.e ->> 'X_QobrixOwnerId' as "X_QobrixOwnerId",
  x.e ->> 'X_QobrixDateTime' as "X_QobrixDateTime",
  x.e ->> 'X_QobrixDuration' as "X_QobrixDuration",
  x.e ->> 'X_QobrixLocation' as "X_QobrixLocation",
  x.e ->> 'X_QobrixCreated' as "X_QobrixCreated",
  x.e ->> 'X_QobrixModified' as "X_QobrixModified",
  x.e ->> 'X_QobrixCreatedBy' as "X_QobrixCreatedBy",
  x.e ->> 'X_QobrixModifiedBy' as "X_QobrixModifiedBy",
  r.originating_office_key as "OriginatingSystemOfficeKey",
  r.origin_etl_ts as etl_timestamp,
  r.origin_etl_batch_id as etl_batch_id,
  coalesce(s."ModificationTimestamp", r.updated_at) as "ModificationTimestamp"
from public.mls_showings r
left join public.served_showing_appointment s on s.record_id = r.id
cross join lateral (select r.extensions || '{}'::jsonb as e offset 0) x
where not r.origin_deleted;
comment on view public.showing_appointment_reso is 'RESO ShowingAppointment: what the world may know of each record.';
grant select on public.showing_appointment_reso to authenticated, service_role;

create or replace function mls.refresh_property(ids uuid[]) returns void
language plpgsql volatile security definer set search_path = '' set timezone = 'UTC' set work_mem = '64MB' set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  seqs bigint[];
begin
  -- stamps follow the order of insertion; sorted here, where rows are narrow
  select array_agg(u.id order by t.seq), array_agg(t.seq order by t.seq) filter (where t.seq is not null) into ids, seqs
  from unnest(ids) u (id)
  left join lateral (select t.seq from public.mls_listings t where t.id = u.id offset 0) t on true;
  -- rows are wide: they are kept once, compared where they are made, and numbered by their place in ids
  with viewed as materialized (
    select w.* from public.property_reso w where w.record_id = any (ids)
  ),
  standards as materialized (
    select mls.standard_map(array_agg(x.lookup), array_agg(x.is_multi), array_agg(g.office), array_agg(h.held collate "default")) as standard
    from (
      select coalesce(w.office_key, '') as office,
        array_agg(distinct w."DevelopmentStatus" collate "C") filter (where w."DevelopmentStatus" <> '') as "DevelopmentStatus",
        array_agg(distinct w."PropertyCondition" collate "C") filter (where w."PropertyCondition" <> '') as "PropertyCondition",
        array_agg(distinct w."PropertyType" collate "C") filter (where w."PropertyType" <> '') as "PropertyType",
        array_agg(distinct w."PropertySubType" collate "C") filter (where w."PropertySubType" <> '') as "PropertySubType",
        array_agg(distinct w."ListingService" collate "C") filter (where w."ListingService" <> '') as "ListingService",
        array_agg(distinct w."ListingAgreement" collate "C") filter (where w."ListingAgreement" <> '') as "ListingAgreement",
        array_agg(distinct w."LivingAreaUnits" collate "C") filter (where w."LivingAreaUnits" <> '') as "LivingAreaUnits",
        array_agg(distinct w."LotSizeUnits" collate "C") filter (where w."LotSizeUnits" <> '') as "LotSizeUnits",
        array_agg(distinct w."LeaseAmountFrequency" collate "C") filter (where w."LeaseAmountFrequency" <> '') as "LeaseAmountFrequency",
        array_agg(distinct w."View" collate "C") filter (where w."View" <> '') as "View",
        array_agg(distinct w."PoolFeatures" collate "C") filter (where w."PoolFeatures" <> '') as "PoolFeatures",
        array_agg(distinct w."Heating" collate "C") filter (where w."Heating" <> '') as "Heating",
        array_agg(distinct w."Cooling" collate "C") filter (where w."Cooling" <> '') as "Cooling",
        array_agg(distinct w."Furnished" collate "C") filter (where w."Furnished" <> '') as "Furnished",
        array_agg(distinct w."PetsAllowed" collate "C") filter (where w."PetsAllowed" <> '') as "PetsAllowed",
        array_agg(distinct w."ParkingFeatures" collate "C") filter (where w."ParkingFeatures" <> '') as "ParkingFeatures",
        array_agg(distinct w."Flooring" collate "C") filter (where w."Flooring" <> '') as "Flooring",
        array_agg(distinct w."FireplaceFeatures" collate "C") filter (where w."FireplaceFeatures" <> '') as "FireplaceFeatures",
        array_agg(distinct w."WaterfrontFeatures" collate "C") filter (where w."WaterfrontFeatures" <> '') as "WaterfrontFeatures",
        array_agg(distinct w."PatioAndPorchFeatures" collate "C") filter (where w."PatioAndPorchFeatures" <> '') as "PatioAndPorchFeatures",
        array_agg(distinct w."OtherStructures" collate "C") filter (where w."OtherStructures" <> '') as "OtherStructures",
        array_agg(distinct w."AssociationAmenities" collate "C") filter (where w."AssociationAmenities" <> '') as "AssociationAmenities",
        array_agg(distinct w."Fencing" collate "C") filter (where w."Fencing" <> '') as "Fencing",
        array_agg(distinct w."ArchitecturalStyle" collate "C") filter (where w."ArchitecturalStyle" <> '') as "ArchitecturalStyle",
        array_agg(distinct w."LeaseTerm" collate "C") filter (where w."LeaseTerm" <> '') as "LeaseTerm",
        array_agg(distinct w."Basement" collate "C") filter (where w."Basement" <> '') as "Basement",
        array_agg(distinct w."Roof" collate "C") filter (where w."Roof" <> '') as "Roof",
        array_agg(distinct w."Sewer" collate "C") filter (where w."Sewer" <> '') as "Sewer",
        array_agg(distinct w."RoomType" collate "C") filter (where w."RoomType" <> '') as "RoomType",
        array_agg(distinct w."RoadSurfaceType" collate "C") filter (where w."RoadSurfaceType" <> '') as "RoadSurfaceType",
        array_agg(distinct w."InteriorFeatures" collate "C") filter (where w."InteriorFeatures" <> '') as "InteriorFeatures",
        array_agg(distinct w."ExteriorFeatures" collate "C") filter (where w."ExteriorFeatures" <> '') as "ExteriorFeatures",
        array_agg(distinct w."CommunityFeatures" collate "C") filter (where w."CommunityFeatures" <> '') as "CommunityFeatures",
        array_agg(distinct w."LotFeatures" collate "C") filter (where w."LotFeatures" <> '') as "LotFeatures",
        array_agg(distinct w."SecurityFeatures" collate "C") filter (where w."SecurityFeatures" <> '') as "SecurityFeatures",
        array_agg(distinct w."Appliances" collate "C") filter (where w."Appliances" <> '') as "Appliances"
      from viewed w
      group by 1
    ) g
    cross join lateral (values
      ('DevelopmentStatus', true, g."DevelopmentStatus"),
      ('PropertyCondition', true, g."PropertyCondition"),
      ('PropertyType', false, g."PropertyType"),
      ('PropertySubType', false, g."PropertySubType"),
      ('ListingService', false, g."ListingService"),
      ('ListingAgreement', false, g."ListingAgreement"),
      ('AreaUnits', false, g."LivingAreaUnits"),
      ('LotSizeUnits', false, g."LotSizeUnits"),
      ('FeeFrequency', false, g."LeaseAmountFrequency"),
      ('View', true, g."View"),
      ('PoolFeatures', true, g."PoolFeatures"),
      ('Heating', true, g."Heating"),
      ('Cooling', true, g."Cooling"),
      ('Furnished', false, g."Furnished"),
      ('PetsAllowed', true, g."PetsAllowed"),
      ('ParkingFeatures', true, g."ParkingFeatures"),
      ('Flooring', true, g."Flooring"),
      ('FireplaceFeatures', true, g."FireplaceFeatures"),
      ('WaterfrontFeatures', true, g."WaterfrontFeatures"),
      ('PatioAndPorchFeatures', true, g."PatioAndPorchFeatures"),
      ('OtherStructures', true, g."OtherStructures"),
      ('AssociationAmenities', true, g."AssociationAmenities"),
      ('Fencing', true, g."Fencing"),
      ('ArchitecturalStyle', true, g."ArchitecturalStyle"),
      ('LeaseTerm', false, g."LeaseTerm"),
      ('Basement', true, g."Basement"),
      ('Roof', true, g."Roof"),
      ('Sewer', true, g."Sewer"),
      ('RoomType', true, g."RoomType"),
      ('RoadSurfaceType', true, g."RoadSurfaceType"),
      ('InteriorOrRoomFeatures', true, g."InteriorFeatures"),
      ('ExteriorFeatures', true, g."ExteriorFeatures"),
      ('CommunityFeatures', true, g."CommunityFeatures"),
      ('LotFeatures', true, g."LotFeatures"),
      ('SecurityFeatures', true, g."SecurityFeatures"),
      ('Appliances', true, g."Appliances")
    ) x (lookup, is_multi, given)
    cross join lateral unnest(x.given) h (held)
  ),
  shown as materialized (
    select d.*, s.office_key as previous_office_key, s.is_published as was_published,
      s.record_id is not null as is_held, s.held_at, s.record_id is null or s.is_deleted as is_new, width_bucket(d.seq, seqs) as ordinal,
      k.has_doc, not k.has_doc or s.is_deleted
        or (s.office_key, s.is_published, s.doc_gold, s.doc_dd2)
          is distinct from (d.office_key, d.is_published, d.doc_gold, d.doc_dd2)
      or x.doc is distinct from d.doc_sensitive as is_changed
    from (
      select v.*, coalesce(v.parts[1], v.common) as doc,
        concat_ws(', ', nullif(v.gold, ''), v.changing, v.parts[2]) as doc_gold, concat_ws(', ', nullif(v.dd2, ''), v.changing, v.parts[3]) as doc_dd2
      from (
        select v.*, case when
          octet_length(v."BuilderName") > 50 and length(v."BuilderName") > 50
          or octet_length(v."BuilderModel") > 50 and length(v."BuilderModel") > 50
          or octet_length(v."UnparsedAddress") > 255 and length(v."UnparsedAddress") > 255
          or octet_length(v."PostalCode") > 10 and length(v."PostalCode") > 10
          or octet_length(v."PublicRemarks") > 4000 and length(v."PublicRemarks") > 4000
          or octet_length(v."LotSizeDimensions") > 150 and length(v."LotSizeDimensions") > 150
          or octet_length(v."ListAgentFirstName") > 50 and length(v."ListAgentFirstName") > 50
          or octet_length(v."ListAgentLastName") > 50 and length(v."ListAgentLastName") > 50
          or octet_length(v."ListAgentEmail") > 80 and length(v."ListAgentEmail") > 80
          or octet_length(v."UnitNumber") > 25 and length(v."UnitNumber") > 25
          or octet_length(v."VirtualTourURLUnbranded") > 8000 and length(v."VirtualTourURLUnbranded") > 8000
          or octet_length(v."OriginatingSystemName") > 255 and length(v."OriginatingSystemName") > 255
          or octet_length(v."SourceSystemName") > 255 and length(v."SourceSystemName") > 255
          or octet_length(v."ListAgentFullName") > 150 and length(v."ListAgentFullName") > 150
          or octet_length(v."ListOfficeName") > 255 and length(v."ListOfficeName") > 255
          then mls.part_long_texts(v.common, '{BuilderName,BuilderModel,UnparsedAddress,PostalCode,PublicRemarks,LotSizeDimensions,ListAgentFirstName,ListAgentLastName,ListAgentEmail,UnitNumber,VirtualTourURLUnbranded,OriginatingSystemName,SourceSystemName,ListAgentFullName,ListOfficeName}', array[v."BuilderName", v."BuilderModel", v."UnparsedAddress", v."PostalCode", v."PublicRemarks", v."LotSizeDimensions", v."ListAgentFirstName", v."ListAgentLastName", v."ListAgentEmail", v."UnitNumber", v."VirtualTourURLUnbranded", v."OriginatingSystemName", v."SourceSystemName", v."ListAgentFullName", v."ListOfficeName"], '{50,50,255,10,4000,150,50,50,80,25,8000,255,255,150,255}') end as parts
        from (
          select v.*,
            (replace(replace(json_object('{"","ListingKey","ListingId","PropertyClass","BuilderName","BuilderModel","UnparsedAddress","City","StateOrProvince","PostalCode","Country","PublicRemarks","ListAgentKey","CoListAgentKey","ListOfficeKey","X_SeaView","X_MountainView","X_BeachFront","X_AbutsGreenArea","X_ElevatedArea","X_PrivateSwimmingPool","X_CommonSwimmingPool","X_GardenArea","X_RoofGardenArea","X_Elevator","X_AirCondition","X_Alarm","X_SmartHome","X_SolarWaterHeater","X_StorageSpace","X_MaidsRoom","X_ConciergeReception","X_SecureDoor","X_Kitchenette","X_HomeOffice","X_SeparateLaundryRoom","X_Reception","X_StoreRoom","X_ConstructionType","X_ConstructionStage","X_FloorType","X_NewBuild","X_UnitNumber","X_EnergyEfficiencyGrade","X_EnergyConsumptionRating","X_EnergyConsumptionValue","X_EnergyEmissionRating","X_HeatingType","X_HeatingMedium","X_CoolingType","X_Electricity","X_ElectricityType","X_Water","X_DistanceFromBeach","X_DistanceFromAirport","X_DistanceFromCentre","X_DistanceFromSchool","X_DistanceFromShops","X_DistanceFromHospital","X_DistanceFromUniversity","X_DistanceFromRailStation","X_DistanceFromTubeStation","X_KitchenType","X_BuildingDensity","X_Coverage","X_CoverFactor","X_CornerPlot","X_RightOfWay","X_RegisteredRoad","X_TownPlanningZone","X_LandLocked","X_CadastralReference","X_IdealFor","X_LicensedFor","X_BusinessTransferOrSale","X_BusinessTransferPrice","X_BusinessActivity","X_ConferenceRoom","X_ServerRoom","X_EnclosedOffice","X_OfficeLayout","X_PriceQualifier","X_PlusVAT","X_MinimumTenancy","X_TenancyType","X_Occupancy","X_ProjectId","X_LeadSource","X_ListingBrokerName","X_Featured","X_FeaturedPriority","X_PropertyOfTheMonth","X_VideoLink","X_VirtualTourLink","X_WebsiteUrl","X_WebsiteStatus","X_ShortDescription","X_PropertyName","X_ApartmentType","X_HouseType","X_LandType","X_OfficeType","X_RetailType","X_IndustrialType","X_HotelType","X_BuildingType","X_InvestmentType","X_AdditionalFeatures","X_InteriorFeatures","X_ExteriorFeatures","X_CommunityFeatures","X_LotFeatures","X_SecurityFeatures","X_Appliances","X_QobrixId","X_QobrixRef","X_QobrixSource","X_QobrixLegacyId","X_CreatedByMemberKey","OriginatingSystemOfficeKey","X_DataSource","ListPriceCurrencyCode","LotSizeDimensions","ListAgentFirstName","ListAgentLastName","ListAgentEmail","UnitNumber","VirtualTourURLUnbranded","ListingURL","OriginatingSystemName","OriginatingSystemID","SourceSystemName","ListAgentFullName","ListOfficeName",""}', array[null, v."ListingKey", v."ListingId", v."PropertyClass", v."BuilderName", v."BuilderModel", v."UnparsedAddress", v."City", v."StateOrProvince", v."PostalCode", v."Country", v."PublicRemarks", v."ListAgentKey", v."CoListAgentKey", v."ListOfficeKey", v."X_SeaView", v."X_MountainView", v."X_BeachFront", v."X_AbutsGreenArea", v."X_ElevatedArea", v."X_PrivateSwimmingPool", v."X_CommonSwimmingPool", v."X_GardenArea", v."X_RoofGardenArea", v."X_Elevator", v."X_AirCondition", v."X_Alarm", v."X_SmartHome", v."X_SolarWaterHeater", v."X_StorageSpace", v."X_MaidsRoom", v."X_ConciergeReception", v."X_SecureDoor", v."X_Kitchenette", v."X_HomeOffice", v."X_SeparateLaundryRoom", v."X_Reception", v."X_StoreRoom", v."X_ConstructionType", v."X_ConstructionStage", v."X_FloorType", v."X_NewBuild", v."X_UnitNumber", v."X_EnergyEfficiencyGrade", v."X_EnergyConsumptionRating", v."X_EnergyConsumptionValue", v."X_EnergyEmissionRating", v."X_HeatingType", v."X_HeatingMedium", v."X_CoolingType", v."X_Electricity", v."X_ElectricityType", v."X_Water", v."X_DistanceFromBeach", v."X_DistanceFromAirport", v."X_DistanceFromCentre", v."X_DistanceFromSchool", v."X_DistanceFromShops", v."X_DistanceFromHospital", v."X_DistanceFromUniversity", v."X_DistanceFromRailStation", v."X_DistanceFromTubeStation", v."X_KitchenType", v."X_BuildingDensity", v."X_Coverage", v."X_CoverFactor", v."X_CornerPlot", v."X_RightOfWay", v."X_RegisteredRoad", v."X_TownPlanningZone", v."X_LandLocked", v."X_CadastralReference", v."X_IdealFor", v."X_LicensedFor", v."X_BusinessTransferOrSale", v."X_BusinessTransferPrice", v."X_BusinessActivity", v."X_ConferenceRoom", v."X_ServerRoom", v."X_EnclosedOffice", v."X_OfficeLayout", v."X_PriceQualifier", v."X_PlusVAT", v."X_MinimumTenancy", v."X_TenancyType", v."X_Occupancy", v."X_ProjectId", v."X_LeadSource", v."X_ListingBrokerName", v."X_Featured", v."X_FeaturedPriority", v."X_PropertyOfTheMonth", v."X_VideoLink", v."X_VirtualTourLink", v."X_WebsiteUrl", v."X_WebsiteStatus", v."X_ShortDescription", v."X_PropertyName", v."X_ApartmentType", v."X_HouseType", v."X_LandType", v."X_OfficeType", v."X_RetailType", v."X_IndustrialType", v."X_HotelType", v."X_BuildingType", v."X_InvestmentType", v."X_AdditionalFeatures", v."X_InteriorFeatures", v."X_ExteriorFeatures", v."X_CommunityFeatures", v."X_LotFeatures", v."X_SecurityFeatures", v."X_Appliances", v."X_QobrixId", v."X_QobrixRef", v."X_QobrixSource", v."X_QobrixLegacyId", v."X_CreatedByMemberKey", v."OriginatingSystemOfficeKey", v."X_DataSource", v."ListPriceCurrencyCode", v."LotSizeDimensions", v."ListAgentFirstName", v."ListAgentLastName", v."ListAgentEmail", v."UnitNumber", v."VirtualTourURLUnbranded", v."ListingURL", v."OriginatingSystemName", v."OriginatingSystemID", v."SourceSystemName", v."ListAgentFullName", v."ListOfficeName", null])::text, '{"" : null, ', ''), ', "" : null}', '')
        || ((coalesce(', "NewConstructionYN" : ' || v."NewConstructionYN"::text, ', "NewConstructionYN" : null') || coalesce(', "LeaseConsideredYN" : ' || v."LeaseConsideredYN"::text, ', "LeaseConsideredYN" : null') || coalesce(', "SaleConsideredYN" : ' || v."SaleConsideredYN"::text, ', "SaleConsideredYN" : null') || coalesce(', "BedroomsTotal" : ' || v."BedroomsTotal"::text, ', "BedroomsTotal" : null') || coalesce(', "BathroomsTotalInteger" : ' || v."BathroomsTotalInteger"::text, ', "BathroomsTotalInteger" : null') || coalesce(', "BathroomsHalf" : ' || v."BathroomsHalf"::text, ', "BathroomsHalf" : null') || coalesce(', "LivingArea" : ' || v."LivingArea"::text, ', "LivingArea" : null') || coalesce(', "LotSizeSquareFeet" : ' || v."LotSizeSquareFeet"::text, ', "LotSizeSquareFeet" : null'))
        || (coalesce(', "LotSizeAcres" : ' || v."LotSizeAcres"::text, ', "LotSizeAcres" : null') || coalesce(', "OriginalEntryTimestamp" : ' || '"' || to_char(v."OriginalEntryTimestamp", 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"', ', "OriginalEntryTimestamp" : null') || coalesce(', "ListingContractDate" : ' || '"' || v."ListingContractDate" || '"', ', "ListingContractDate" : null') || coalesce(', "Latitude" : ' || v."Latitude"::text, ', "Latitude" : null') || coalesce(', "Longitude" : ' || v."Longitude"::text, ', "Longitude" : null') || coalesce(', "YearBuilt" : ' || v."YearBuilt"::text, ', "YearBuilt" : null') || coalesce(', "YearBuiltEffective" : ' || v."YearBuiltEffective"::text, ', "YearBuiltEffective" : null') || coalesce(', "FireplaceYN" : ' || v."FireplaceYN"::text, ', "FireplaceYN" : null'))
        || (coalesce(', "StoriesTotal" : ' || v."StoriesTotal"::text, ', "StoriesTotal" : null') || coalesce(', "Stories" : ' || v."Stories"::text, ', "Stories" : null') || coalesce(', "X_Height" : ' || v."X_Height"::text, ', "X_Height" : null') || coalesce(', "X_MaxFloor" : ' || v."X_MaxFloor"::text, ', "X_MaxFloor" : null') || coalesce(', "X_LivingRooms" : ' || v."X_LivingRooms"::text, ', "X_LivingRooms" : null') || coalesce(', "X_Kitchens" : ' || v."X_Kitchens"::text, ', "X_Kitchens" : null') || coalesce(', "X_OfficeSpaces" : ' || v."X_OfficeSpaces"::text, ', "X_OfficeSpaces" : null') || coalesce(', "X_VerandasCount" : ' || v."X_VerandasCount"::text, ', "X_VerandasCount" : null'))
        || (coalesce(', "X_CoveredArea" : ' || v."X_CoveredArea"::text, ', "X_CoveredArea" : null') || coalesce(', "X_UncoveredArea" : ' || v."X_UncoveredArea"::text, ', "X_UncoveredArea" : null') || coalesce(', "X_TotalArea" : ' || v."X_TotalArea"::text, ', "X_TotalArea" : null') || coalesce(', "X_MezzanineArea" : ' || v."X_MezzanineArea"::text, ', "X_MezzanineArea" : null') || coalesce(', "X_StorageArea" : ' || v."X_StorageArea"::text, ', "X_StorageArea" : null') || coalesce(', "X_CoveredVerandas" : ' || v."X_CoveredVerandas"::text, ', "X_CoveredVerandas" : null') || coalesce(', "X_UncoveredVerandas" : ' || v."X_UncoveredVerandas"::text, ', "X_UncoveredVerandas" : null') || coalesce(', "X_Frontage" : ' || v."X_Frontage"::text, ', "X_Frontage" : null'))
        || (coalesce(', "X_AuctionStartDate" : ' || '"' || v."X_AuctionStartDate" || '"', ', "X_AuctionStartDate" : null') || coalesce(', "X_AuctionEndDate" : ' || '"' || v."X_AuctionEndDate" || '"', ', "X_AuctionEndDate" : null') || coalesce(', "X_ReservePrice" : ' || v."X_ReservePrice"::text, ', "X_ReservePrice" : null') || coalesce(', "X_StartingBid" : ' || v."X_StartingBid"::text, ', "X_StartingBid" : null') || coalesce(', "X_WebsiteListingDate" : ' || '"' || v."X_WebsiteListingDate" || '"', ', "X_WebsiteListingDate" : null') || coalesce(', "X_ExcludedProperty" : ' || v."X_ExcludedProperty"::text, ', "X_ExcludedProperty" : null') || coalesce(', "X_CustomerParking" : ' || v."X_CustomerParking"::text, ', "X_CustomerParking" : null') || coalesce(', "AvailabilityDate" : ' || '"' || v."AvailabilityDate" || '"', ', "AvailabilityDate" : null'))
        || (coalesce(', "NetOperatingIncome" : ' || v."NetOperatingIncome"::text, ', "NetOperatingIncome" : null') || coalesce(', "CapRate" : ' || v."CapRate"::text, ', "CapRate" : null') || coalesce(', "GrossIncome" : ' || v."GrossIncome"::text, ', "GrossIncome" : null') || coalesce(', "OperatingExpense" : ' || v."OperatingExpense"::text, ', "OperatingExpense" : null') || coalesce(', "TaxAnnualAmount" : ' || v."TaxAnnualAmount"::text, ', "TaxAnnualAmount" : null') || coalesce(', "TaxYear" : ' || v."TaxYear"::text, ', "TaxYear" : null') || coalesce(', "AssociationFee" : ' || v."AssociationFee"::text, ', "AssociationFee" : null') || coalesce(', "ExpirationDate" : ' || '"' || v."ExpirationDate" || '"', ', "ExpirationDate" : null'))
        || (coalesce(', "BathroomsThreeQuarter" : ' || v."BathroomsThreeQuarter"::text, ', "BathroomsThreeQuarter" : null') || coalesce(', "BathroomsOneQuarter" : ' || v."BathroomsOneQuarter"::text, ', "BathroomsOneQuarter" : null') || coalesce(', "RoomsTotal" : ' || v."RoomsTotal"::text, ', "RoomsTotal" : null') || coalesce(', "NumberOfUnitsTotal" : ' || v."NumberOfUnitsTotal"::text, ', "NumberOfUnitsTotal" : null') || coalesce(', "FireplacesTotal" : ' || v."FireplacesTotal"::text, ', "FireplacesTotal" : null') || coalesce(', "CoveredSpaces" : ' || v."CoveredSpaces"::text, ', "CoveredSpaces" : null') || coalesce(', "OpenParkingSpaces" : ' || v."OpenParkingSpaces"::text, ', "OpenParkingSpaces" : null') || coalesce(', "ParkingTotal" : ' || v."ParkingTotal"::text, ', "ParkingTotal" : null'))
        || (coalesce(', "InternetEntireListingDisplayYN" : ' || v."InternetEntireListingDisplayYN"::text, ', "InternetEntireListingDisplayYN" : null') || coalesce(', "InternetAddressDisplayYN" : ' || v."InternetAddressDisplayYN"::text, ', "InternetAddressDisplayYN" : null')))) || ', ' || '"Location" : ' || (case when v."Latitude" is not null and v."Longitude" is not null
          then '{"type":"Point","coordinates":[' || v."Longitude" || ',' || v."Latitude" || ']}' else 'null' end) as common,
            replace(replace(json_object('{"","DevelopmentStatus","PropertyCondition","PropertyType","PropertySubType","ListingService","ListingAgreement","LivingAreaUnits","LotSizeUnits","LeaseAmountFrequency","View","PoolFeatures","Heating","Cooling","Furnished","PetsAllowed","ParkingFeatures","Flooring","FireplaceFeatures","WaterfrontFeatures","PatioAndPorchFeatures","OtherStructures","AssociationAmenities","Fencing","ArchitecturalStyle","LeaseTerm","Basement","Roof","Sewer","RoomType","RoadSurfaceType","InteriorFeatures","ExteriorFeatures","CommunityFeatures","LotFeatures","SecurityFeatures","Appliances",""}', array[null, v."DevelopmentStatus", v."PropertyCondition", v."PropertyType", v."PropertySubType", v."ListingService", v."ListingAgreement", v."LivingAreaUnits", v."LotSizeUnits", v."LeaseAmountFrequency", v."View", v."PoolFeatures", v."Heating", v."Cooling", v."Furnished", v."PetsAllowed", v."ParkingFeatures", v."Flooring", v."FireplaceFeatures", v."WaterfrontFeatures", v."PatioAndPorchFeatures", v."OtherStructures", v."AssociationAmenities", v."Fencing", v."ArchitecturalStyle", v."LeaseTerm", v."Basement", v."Roof", v."Sewer", v."RoomType", v."RoadSurfaceType", v."InteriorFeatures", v."ExteriorFeatures", v."CommunityFeatures", v."LotFeatures", v."SecurityFeatures", v."Appliances", null])::text, '{"" : null, ', ''), ', "" : null}', '') as gold,
            replace(replace(json_object('{"","PropertyType","PropertySubType","ListingService","ListingAgreement","LivingAreaUnits","LotSizeUnits","LeaseAmountFrequency","Furnished","LeaseTerm",""}', array[null, v."std_PropertyType", v."std_PropertySubType", v."std_ListingService", v."std_ListingAgreement", v."std_LivingAreaUnits", v."std_LotSizeUnits", v."std_LeaseAmountFrequency", v."std_Furnished", v."std_LeaseTerm", null])::text, '{"" : null, ', ''), ', "" : null}', '')
        || ', ' || concat_ws(', ',
        '"DevelopmentStatus" : ' || case when v."std_DevelopmentStatus" is null then '[]'
          when v."std_DevelopmentStatus" not like '%,%' and v."std_DevelopmentStatus" not like '[%'
          then coalesce('[' || to_json(nullif(btrim(v."std_DevelopmentStatus"), ''))::text || ']', '[]')
          when v."std_DevelopmentStatus" like '[%' or v."std_DevelopmentStatus" like '%,,%' or v."std_DevelopmentStatus" like '% ,%' or v."std_DevelopmentStatus" like '%, %' or v."std_DevelopmentStatus" like ',%' or v."std_DevelopmentStatus" like '%,' or v."std_DevelopmentStatus" like ' %' or v."std_DevelopmentStatus" like '% ' then to_json(mls.multi_values(v."std_DevelopmentStatus"))::text
          else '[' || replace(to_json(v."std_DevelopmentStatus")::text, ',', '","') || ']' end,
        '"PropertyCondition" : ' || case when v."std_PropertyCondition" is null then '[]'
          when v."std_PropertyCondition" not like '%,%' and v."std_PropertyCondition" not like '[%'
          then coalesce('[' || to_json(nullif(btrim(v."std_PropertyCondition"), ''))::text || ']', '[]')
          when v."std_PropertyCondition" like '[%' or v."std_PropertyCondition" like '%,,%' or v."std_PropertyCondition" like '% ,%' or v."std_PropertyCondition" like '%, %' or v."std_PropertyCondition" like ',%' or v."std_PropertyCondition" like '%,' or v."std_PropertyCondition" like ' %' or v."std_PropertyCondition" like '% ' then to_json(mls.multi_values(v."std_PropertyCondition"))::text
          else '[' || replace(to_json(v."std_PropertyCondition")::text, ',', '","') || ']' end,
        '"View" : ' || case when v."std_View" is null then '[]'
          when v."std_View" not like '%,%' and v."std_View" not like '[%'
          then coalesce('[' || to_json(nullif(btrim(v."std_View"), ''))::text || ']', '[]')
          when v."std_View" like '[%' or v."std_View" like '%,,%' or v."std_View" like '% ,%' or v."std_View" like '%, %' or v."std_View" like ',%' or v."std_View" like '%,' or v."std_View" like ' %' or v."std_View" like '% ' then to_json(mls.multi_values(v."std_View"))::text
          else '[' || replace(to_json(v."std_View")::text, ',', '","') || ']' end,
        '"PoolFeatures" : ' || case when v."std_PoolFeatures" is null then '[]'
          when v."std_PoolFeatures" not like '%,%' and v."std_PoolFeatures" not like '[%'
          then coalesce('[' || to_json(nullif(btrim(v."std_PoolFeatures"), ''))::text || ']', '[]')
          when v."std_PoolFeatures" like '[%' or v."std_PoolFeatures" like '%,,%' or v."std_PoolFeatures" like '% ,%' or v."std_PoolFeatures" like '%, %' or v."std_PoolFeatures" like ',%' or v."std_PoolFeatures" like '%,' or v."std_PoolFeatures" like ' %' or v."std_PoolFeatures" like '% ' then to_json(mls.multi_values(v."std_PoolFeatures"))::text
          else '[' || replace(to_json(v."std_PoolFeatures")::text, ',', '","') || ']' end,
        '"Heating" : ' || case when v."std_Heating" is null then '[]'
          when v."std_Heating" not like '%,%' and v."std_Heating" not like '[%'
          then coalesce('[' || to_json(nullif(btrim(v."std_Heating"), ''))::text || ']', '[]')
          when v."std_Heating" like '[%' or v."std_Heating" like '%,,%' or v."std_Heating" like '% ,%' or v."std_Heating" like '%, %' or v."std_Heating" like ',%' or v."std_Heating" like '%,' or v."std_Heating" like ' %' or v."std_Heating" like '% ' then to_json(mls.multi_values(v."std_Heating"))::text
          else '[' || replace(to_json(v."std_Heating")::text, ',', '","') || ']' end,
        '"Cooling" : ' || case when v."std_Cooling" is null then '[]'
          when v."std_Cooling" not like '%,%' and v."std_Cooling" not like '[%'
          then coalesce('[' || to_json(nullif(btrim(v."std_Cooling"), ''))::text || ']', '[]')
          when v."std_Cooling" like '[%' or v."std_Cooling" like '%,,%' or v."std_Cooling" like '% ,%' or v."std_Cooling" like '%, %' or v."std_Cooling" like ',%' or v."std_Cooling" like '%,' or v."std_Cooling" like ' %' or v."std_Cooling" like '% ' then to_json(mls.multi_values(v."std_Cooling"))::text
          else '[' || replace(to_json(v."std_Cooling")::text, ',', '","') || ']' end,
        '"PetsAllowed" : ' || case when v."std_PetsAllowed" is null then '[]'
          when v."std_PetsAllowed" not like '%,%' and v."std_PetsAllowed" not like '[%'
          then coalesce('[' || to_json(nullif(btrim(v."std_PetsAllowed"), ''))::text || ']', '[]')
          when v."std_PetsAllowed" like '[%' or v."std_PetsAllowed" like '%,,%' or v."std_PetsAllowed" like '% ,%' or v."std_PetsAllowed" like '%, %' or v."std_PetsAllowed" like ',%' or v."std_PetsAllowed" like '%,' or v."std_PetsAllowed" like ' %' or v."std_PetsAllowed" like '% ' then to_json(mls.multi_values(v."std_PetsAllowed"))::text
          else '[' || replace(to_json(v."std_PetsAllowed")::text, ',', '","') || ']' end,
        '"ParkingFeatures" : ' || case when v."std_ParkingFeatures" is null then '[]'
          when v."std_ParkingFeatures" not like '%,%' and v."std_ParkingFeatures" not like '[%'
          then coalesce('[' || to_json(nullif(btrim(v."std_ParkingFeatures"), ''))::text || ']', '[]')
          when v."std_ParkingFeatures" like '[%' or v."std_ParkingFeatures" like '%,,%' or v."std_ParkingFeatures" like '% ,%' or v."std_ParkingFeatures" like '%, %' or v."std_ParkingFeatures" like ',%' or v."std_ParkingFeatures" like '%,' or v."std_ParkingFeatures" like ' %' or v."std_ParkingFeatures" like '% ' then to_json(mls.multi_values(v."std_ParkingFeatures"))::text
          else '[' || replace(to_json(v."std_ParkingFeatures")::text, ',', '","') || ']' end,
        '"Flooring" : ' || case when v."std_Flooring" is null then '[]'
          when v."std_Flooring" not like '%,%' and v."std_Flooring" not like '[%'
          then coalesce('[' || to_json(nullif(btrim(v."std_Flooring"), ''))::text || ']', '[]')
          when v."std_Flooring" like '[%' or v."std_Flooring" like '%,,%' or v."std_Flooring" like '% ,%' or v."std_Flooring" like '%, %' or v."std_Flooring" like ',%' or v."std_Flooring" like '%,' or v."std_Flooring" like ' %' or v."std_Flooring" like '% ' then to_json(mls.multi_values(v."std_Flooring"))::text
          else '[' || replace(to_json(v."std_Flooring")::text, ',', '","') || ']' end,
        '"FireplaceFeatures" : ' || case when v."std_FireplaceFeatures" is null then '[]'
          when v."std_FireplaceFeatures" not like '%,%' and v."std_FireplaceFeatures" not like '[%'
          then coalesce('[' || to_json(nullif(btrim(v."std_FireplaceFeatures"), ''))::text || ']', '[]')
          when v."std_FireplaceFeatures" like '[%' or v."std_FireplaceFeatures" like '%,,%' or v."std_FireplaceFeatures" like '% ,%' or v."std_FireplaceFeatures" like '%, %' or v."std_FireplaceFeatures" like ',%' or v."std_FireplaceFeatures" like '%,' or v."std_FireplaceFeatures" like ' %' or v."std_FireplaceFeatures" like '% ' then to_json(mls.multi_values(v."std_FireplaceFeatures"))::text
          else '[' || replace(to_json(v."std_FireplaceFeatures")::text, ',', '","') || ']' end,
        '"WaterfrontFeatures" : ' || case when v."std_WaterfrontFeatures" is null then '[]'
          when v."std_WaterfrontFeatures" not like '%,%' and v."std_WaterfrontFeatures" not like '[%'
          then coalesce('[' || to_json(nullif(btrim(v."std_WaterfrontFeatures"), ''))::text || ']', '[]')
          when v."std_WaterfrontFeatures" like '[%' or v."std_WaterfrontFeatures" like '%,,%' or v."std_WaterfrontFeatures" like '% ,%' or v."std_WaterfrontFeatures" like '%, %' or v."std_WaterfrontFeatures" like ',%' or v."std_WaterfrontFeatures" like '%,' or v."std_WaterfrontFeatures" like ' %' or v."std_WaterfrontFeatures" like '% ' then to_json(mls.multi_values(v."std_WaterfrontFeatures"))::text
          else '[' || replace(to_json(v."std_WaterfrontFeatures")::text, ',', '","') || ']' end,
        '"PatioAndPorchFeatures" : ' || case when v."std_PatioAndPorchFeatures" is null then '[]'
          when v."std_PatioAndPorchFeatures" not like '%,%' and v."std_PatioAndPorchFeatures" not like '[%'
          then coalesce('[' || to_json(nullif(btrim(v."std_PatioAndPorchFeatures"), ''))::text || ']', '[]')
          when v."std_PatioAndPorchFeatures" like '[%' or v."std_PatioAndPorchFeatures" like '%,,%' or v."std_PatioAndPorchFeatures" like '% ,%' or v."std_PatioAndPorchFeatures" like '%, %' or v."std_PatioAndPorchFeatures" like ',%' or v."std_PatioAndPorchFeatures" like '%,' or v."std_PatioAndPorchFeatures" like ' %' or v."std_PatioAndPorchFeatures" like '% ' then to_json(mls.multi_values(v."std_PatioAndPorchFeatures"))::text
          else '[' || replace(to_json(v."std_PatioAndPorchFeatures")::text, ',', '","') || ']' end,
        '"OtherStructures" : ' || case when v."std_OtherStructures" is null then '[]'
          when v."std_OtherStructures" not like '%,%' and v."std_OtherStructures" not like '[%'
          then coalesce('[' || to_json(nullif(btrim(v."std_OtherStructures"), ''))::text || ']', '[]')
          when v."std_OtherStructures" like '[%' or v."std_OtherStructures" like '%,,%' or v."std_OtherStructures" like '% ,%' or v."std_OtherStructures" like '%, %' or v."std_OtherStructures" like ',%' or v."std_OtherStructures" like '%,' or v."std_OtherStructures" like ' %' or v."std_OtherStructures" like '% ' then to_json(mls.multi_values(v."std_OtherStructures"))::text
          else '[' || replace(to_json(v."std_OtherStructures")::text, ',', '","') || ']' end,
        '"AssociationAmenities" : ' || case when v."std_AssociationAmenities" is null then '[]'
          when v."std_AssociationAmenities" not like '%,%' and v."std_AssociationAmenities" not like '[%'
          then coalesce('[' || to_json(nullif(btrim(v."std_AssociationAmenities"), ''))::text || ']', '[]')
          when v."std_AssociationAmenities" like '[%' or v."std_AssociationAmenities" like '%,,%' or v."std_AssociationAmenities" like '% ,%' or v."std_AssociationAmenities" like '%, %' or v."std_AssociationAmenities" like ',%' or v."std_AssociationAmenities" like '%,' or v."std_AssociationAmenities" like ' %' or v."std_AssociationAmenities" like '% ' then to_json(mls.multi_values(v."std_AssociationAmenities"))::text
          else '[' || replace(to_json(v."std_AssociationAmenities")::text, ',', '","') || ']' end,
        '"Fencing" : ' || case when v."std_Fencing" is null then '[]'
          when v."std_Fencing" not like '%,%' and v."std_Fencing" not like '[%'
          then coalesce('[' || to_json(nullif(btrim(v."std_Fencing"), ''))::text || ']', '[]')
          when v."std_Fencing" like '[%' or v."std_Fencing" like '%,,%' or v."std_Fencing" like '% ,%' or v."std_Fencing" like '%, %' or v."std_Fencing" like ',%' or v."std_Fencing" like '%,' or v."std_Fencing" like ' %' or v."std_Fencing" like '% ' then to_json(mls.multi_values(v."std_Fencing"))::text
          else '[' || replace(to_json(v."std_Fencing")::text, ',', '","') || ']' end,
        '"ArchitecturalStyle" : ' || case when v."std_ArchitecturalStyle" is null then '[]'
          when v."std_ArchitecturalStyle" not like '%,%' and v."std_ArchitecturalStyle" not like '[%'
          then coalesce('[' || to_json(nullif(btrim(v."std_ArchitecturalStyle"), ''))::text || ']', '[]')
          when v."std_ArchitecturalStyle" like '[%' or v."std_ArchitecturalStyle" like '%,,%' or v."std_ArchitecturalStyle" like '% ,%' or v."std_ArchitecturalStyle" like '%, %' or v."std_ArchitecturalStyle" like ',%' or v."std_ArchitecturalStyle" like '%,' or v."std_ArchitecturalStyle" like ' %' or v."std_ArchitecturalStyle" like '% ' then to_json(mls.multi_values(v."std_ArchitecturalStyle"))::text
          else '[' || replace(to_json(v."std_ArchitecturalStyle")::text, ',', '","') || ']' end,
        '"Basement" : ' || case when v."std_Basement" is null then '[]'
          when v."std_Basement" not like '%,%' and v."std_Basement" not like '[%'
          then coalesce('[' || to_json(nullif(btrim(v."std_Basement"), ''))::text || ']', '[]')
          when v."std_Basement" like '[%' or v."std_Basement" like '%,,%' or v."std_Basement" like '% ,%' or v."std_Basement" like '%, %' or v."std_Basement" like ',%' or v."std_Basement" like '%,' or v."std_Basement" like ' %' or v."std_Basement" like '% ' then to_json(mls.multi_values(v."std_Basement"))::text
          else '[' || replace(to_json(v."std_Basement")::text, ',', '","') || ']' end,
        '"Roof" : ' || case when v."std_Roof" is null then '[]'
          when v."std_Roof" not like '%,%' and v."std_Roof" not like '[%'
          then coalesce('[' || to_json(nullif(btrim(v."std_Roof"), ''))::text || ']', '[]')
          when v."std_Roof" like '[%' or v."std_Roof" like '%,,%' or v."std_Roof" like '% ,%' or v."std_Roof" like '%, %' or v."std_Roof" like ',%' or v."std_Roof" like '%,' or v."std_Roof" like ' %' or v."std_Roof" like '% ' then to_json(mls.multi_values(v."std_Roof"))::text
          else '[' || replace(to_json(v."std_Roof")::text, ',', '","') || ']' end,
        '"Sewer" : ' || case when v."std_Sewer" is null then '[]'
          when v."std_Sewer" not like '%,%' and v."std_Sewer" not like '[%'
          then coalesce('[' || to_json(nullif(btrim(v."std_Sewer"), ''))::text || ']', '[]')
          when v."std_Sewer" like '[%' or v."std_Sewer" like '%,,%' or v."std_Sewer" like '% ,%' or v."std_Sewer" like '%, %' or v."std_Sewer" like ',%' or v."std_Sewer" like '%,' or v."std_Sewer" like ' %' or v."std_Sewer" like '% ' then to_json(mls.multi_values(v."std_Sewer"))::text
          else '[' || replace(to_json(v."std_Sewer")::text, ',', '","') || ']' end,
        '"RoomType" : ' || case when v."std_RoomType" is null then '[]'
          when v."std_RoomType" not like '%,%' and v."std_RoomType" not like '[%'
          then coalesce('[' || to_json(nullif(btrim(v."std_RoomType"), ''))::text || ']', '[]')
          when v."std_RoomType" like '[%' or v."std_RoomType" like '%,,%' or v."std_RoomType" like '% ,%' or v."std_RoomType" like '%, %' or v."std_RoomType" like ',%' or v."std_RoomType" like '%,' or v."std_RoomType" like ' %' or v."std_RoomType" like '% ' then to_json(mls.multi_values(v."std_RoomType"))::text
          else '[' || replace(to_json(v."std_RoomType")::text, ',', '","') || ']' end,
        '"RoadSurfaceType" : ' || case when v."std_RoadSurfaceType" is null then '[]'
          when v."std_RoadSurfaceType" not like '%,%' and v."std_RoadSurfaceType" not like '[%'
          then coalesce('[' || to_json(nullif(btrim(v."std_RoadSurfaceType"), ''))::text || ']', '[]')
          when v."std_RoadSurfaceType" like '[%' or v."std_RoadSurfaceType" like '%,,%' or v."std_RoadSurfaceType" like '% ,%' or v."std_RoadSurfaceType" like '%, %' or v."std_RoadSurfaceType" like ',%' or v."std_RoadSurfaceType" like '%,' or v."std_RoadSurfaceType" like ' %' or v."std_RoadSurfaceType" like '% ' then to_json(mls.multi_values(v."std_RoadSurfaceType"))::text
          else '[' || replace(to_json(v."std_RoadSurfaceType")::text, ',', '","') || ']' end,
        '"InteriorFeatures" : ' || case when v."std_InteriorFeatures" is null then '[]'
          when v."std_InteriorFeatures" not like '%,%' and v."std_InteriorFeatures" not like '[%'
          then coalesce('[' || to_json(nullif(btrim(v."std_InteriorFeatures"), ''))::text || ']', '[]')
          when v."std_InteriorFeatures" like '[%' or v."std_InteriorFeatures" like '%,,%' or v."std_InteriorFeatures" like '% ,%' or v."std_InteriorFeatures" like '%, %' or v."std_InteriorFeatures" like ',%' or v."std_InteriorFeatures" like '%,' or v."std_InteriorFeatures" like ' %' or v."std_InteriorFeatures" like '% ' then to_json(mls.multi_values(v."std_InteriorFeatures"))::text
          else '[' || replace(to_json(v."std_InteriorFeatures")::text, ',', '","') || ']' end,
        '"ExteriorFeatures" : ' || case when v."std_ExteriorFeatures" is null then '[]'
          when v."std_ExteriorFeatures" not like '%,%' and v."std_ExteriorFeatures" not like '[%'
          then coalesce('[' || to_json(nullif(btrim(v."std_ExteriorFeatures"), ''))::text || ']', '[]')
          when v."std_ExteriorFeatures" like '[%' or v."std_ExteriorFeatures" like '%,,%' or v."std_ExteriorFeatures" like '% ,%' or v."std_ExteriorFeatures" like '%, %' or v."std_ExteriorFeatures" like ',%' or v."std_ExteriorFeatures" like '%,' or v."std_ExteriorFeatures" like ' %' or v."std_ExteriorFeatures" like '% ' then to_json(mls.multi_values(v."std_ExteriorFeatures"))::text
          else '[' || replace(to_json(v."std_ExteriorFeatures")::text, ',', '","') || ']' end,
        '"CommunityFeatures" : ' || case when v."std_CommunityFeatures" is null then '[]'
          when v."std_CommunityFeatures" not like '%,%' and v."std_CommunityFeatures" not like '[%'
          then coalesce('[' || to_json(nullif(btrim(v."std_CommunityFeatures"), ''))::text || ']', '[]')
          when v."std_CommunityFeatures" like '[%' or v."std_CommunityFeatures" like '%,,%' or v."std_CommunityFeatures" like '% ,%' or v."std_CommunityFeatures" like '%, %' or v."std_CommunityFeatures" like ',%' or v."std_CommunityFeatures" like '%,' or v."std_CommunityFeatures" like ' %' or v."std_CommunityFeatures" like '% ' then to_json(mls.multi_values(v."std_CommunityFeatures"))::text
          else '[' || replace(to_json(v."std_CommunityFeatures")::text, ',', '","') || ']' end,
        '"LotFeatures" : ' || case when v."std_LotFeatures" is null then '[]'
          when v."std_LotFeatures" not like '%,%' and v."std_LotFeatures" not like '[%'
          then coalesce('[' || to_json(nullif(btrim(v."std_LotFeatures"), ''))::text || ']', '[]')
          when v."std_LotFeatures" like '[%' or v."std_LotFeatures" like '%,,%' or v."std_LotFeatures" like '% ,%' or v."std_LotFeatures" like '%, %' or v."std_LotFeatures" like ',%' or v."std_LotFeatures" like '%,' or v."std_LotFeatures" like ' %' or v."std_LotFeatures" like '% ' then to_json(mls.multi_values(v."std_LotFeatures"))::text
          else '[' || replace(to_json(v."std_LotFeatures")::text, ',', '","') || ']' end,
        '"SecurityFeatures" : ' || case when v."std_SecurityFeatures" is null then '[]'
          when v."std_SecurityFeatures" not like '%,%' and v."std_SecurityFeatures" not like '[%'
          then coalesce('[' || to_json(nullif(btrim(v."std_SecurityFeatures"), ''))::text || ']', '[]')
          when v."std_SecurityFeatures" like '[%' or v."std_SecurityFeatures" like '%,,%' or v."std_SecurityFeatures" like '% ,%' or v."std_SecurityFeatures" like '%, %' or v."std_SecurityFeatures" like ',%' or v."std_SecurityFeatures" like '%,' or v."std_SecurityFeatures" like ' %' or v."std_SecurityFeatures" like '% ' then to_json(mls.multi_values(v."std_SecurityFeatures"))::text
          else '[' || replace(to_json(v."std_SecurityFeatures")::text, ',', '","') || ']' end,
        '"Appliances" : ' || case when v."std_Appliances" is null then '[]'
          when v."std_Appliances" not like '%,%' and v."std_Appliances" not like '[%'
          then coalesce('[' || to_json(nullif(btrim(v."std_Appliances"), ''))::text || ']', '[]')
          when v."std_Appliances" like '[%' or v."std_Appliances" like '%,,%' or v."std_Appliances" like '% ,%' or v."std_Appliances" like '%, %' or v."std_Appliances" like ',%' or v."std_Appliances" like '%,' or v."std_Appliances" like ' %' or v."std_Appliances" like '% ' then to_json(mls.multi_values(v."std_Appliances"))::text
          else '[' || replace(to_json(v."std_Appliances")::text, ',', '","') || ']' end) as dd2,
            (replace(replace(json_object('{"","StandardStatus","X_PricePerSquare","X_ListPriceModified","X_LeasePriceModified","X_ModifiedByMemberKey","etl_batch_id","MlsStatus","MajorChangeType",""}', array[null, v."StandardStatus", v."X_PricePerSquare", v."X_ListPriceModified", v."X_LeasePriceModified", v."X_ModifiedByMemberKey", v.etl_batch_id, v."MlsStatus", v."MajorChangeType", null])::text, '{"" : null, ', ''), ', "" : null}', '')
        || ((coalesce(', "ListPrice" : ' || v."ListPrice"::text, ', "ListPrice" : null') || coalesce(', "LeasePrice" : ' || v."LeasePrice"::text, ', "LeasePrice" : null') || coalesce(', "LeaseAmount" : ' || v."LeaseAmount"::text, ', "LeaseAmount" : null') || coalesce(', "X_PreviousListPrice" : ' || v."X_PreviousListPrice"::text, ', "X_PreviousListPrice" : null') || coalesce(', "X_PreviousLeasePrice" : ' || v."X_PreviousLeasePrice"::text, ', "X_PreviousLeasePrice" : null') || coalesce(', "X_QobrixModified" : ' || '"' || to_char(v."X_QobrixModified", 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"', ', "X_QobrixModified" : null') || coalesce(', "etl_timestamp" : ' || '"' || to_char(v.etl_timestamp, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"', ', "etl_timestamp" : null') || coalesce(', "StatusChangeTimestamp" : ' || '"' || to_char(v."StatusChangeTimestamp", 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"', ', "StatusChangeTimestamp" : null'))
        || (coalesce(', "OnMarketDate" : ' || '"' || v."OnMarketDate" || '"', ', "OnMarketDate" : null') || coalesce(', "OriginalListPrice" : ' || v."OriginalListPrice"::text, ', "OriginalListPrice" : null') || coalesce(', "DaysOnMarket" : ' || v."DaysOnMarket"::text, ', "DaysOnMarket" : null') || coalesce(', "CloseDate" : ' || '"' || v."CloseDate" || '"', ', "CloseDate" : null') || coalesce(', "ClosePrice" : ' || v."ClosePrice"::text, ', "ClosePrice" : null') || coalesce(', "PhotosCount" : ' || v."PhotosCount"::text, ', "PhotosCount" : null') || coalesce(', "PreviousListPrice" : ' || v."PreviousListPrice"::text, ', "PreviousListPrice" : null') || coalesce(', "PriceChangeTimestamp" : ' || '"' || to_char(v."PriceChangeTimestamp", 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"', ', "PriceChangeTimestamp" : null'))
        || (coalesce(', "PhotosChangeTimestamp" : ' || '"' || to_char(v."PhotosChangeTimestamp", 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"', ', "PhotosChangeTimestamp" : null') || coalesce(', "MajorChangeTimestamp" : ' || '"' || to_char(v."MajorChangeTimestamp", 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"', ', "MajorChangeTimestamp" : null')))) as changing,
      replace(replace(json_object('{"","X_DeveloperContactKey","X_KeyHolderDetails","X_SellerContactKey","PrivateRemarks","ShowingInstructions",""}', array[null, v."X_DeveloperContactKey", v."X_KeyHolderDetails", v."X_SellerContactKey", v."PrivateRemarks", v."ShowingInstructions", null])::text, '{"" : null, ', ''), ', "" : null}', '') as doc_sensitive
          from (
        select w.*,
          coalesce(m.standard ->> ('*DevelopmentStatus:' || coalesce(w.office_key, '') || ':' || w."DevelopmentStatus"), w."DevelopmentStatus") as "std_DevelopmentStatus",
          coalesce(m.standard ->> ('*PropertyCondition:' || coalesce(w.office_key, '') || ':' || w."PropertyCondition"), w."PropertyCondition") as "std_PropertyCondition",
          coalesce(m.standard ->> ('PropertyType:' || coalesce(w.office_key, '') || ':' || w."PropertyType"), w."PropertyType") as "std_PropertyType",
          coalesce(m.standard ->> ('PropertySubType:' || coalesce(w.office_key, '') || ':' || w."PropertySubType"), w."PropertySubType") as "std_PropertySubType",
          coalesce(m.standard ->> ('ListingService:' || coalesce(w.office_key, '') || ':' || w."ListingService"), w."ListingService") as "std_ListingService",
          coalesce(m.standard ->> ('ListingAgreement:' || coalesce(w.office_key, '') || ':' || w."ListingAgreement"), w."ListingAgreement") as "std_ListingAgreement",
          coalesce(m.standard ->> ('AreaUnits:' || coalesce(w.office_key, '') || ':' || w."LivingAreaUnits"), w."LivingAreaUnits") as "std_LivingAreaUnits",
          coalesce(m.standard ->> ('LotSizeUnits:' || coalesce(w.office_key, '') || ':' || w."LotSizeUnits"), w."LotSizeUnits") as "std_LotSizeUnits",
          coalesce(m.standard ->> ('FeeFrequency:' || coalesce(w.office_key, '') || ':' || w."LeaseAmountFrequency"), w."LeaseAmountFrequency") as "std_LeaseAmountFrequency",
          coalesce(m.standard ->> ('*View:' || coalesce(w.office_key, '') || ':' || w."View"), w."View") as "std_View",
          coalesce(m.standard ->> ('*PoolFeatures:' || coalesce(w.office_key, '') || ':' || w."PoolFeatures"), w."PoolFeatures") as "std_PoolFeatures",
          coalesce(m.standard ->> ('*Heating:' || coalesce(w.office_key, '') || ':' || w."Heating"), w."Heating") as "std_Heating",
          coalesce(m.standard ->> ('*Cooling:' || coalesce(w.office_key, '') || ':' || w."Cooling"), w."Cooling") as "std_Cooling",
          coalesce(m.standard ->> ('Furnished:' || coalesce(w.office_key, '') || ':' || w."Furnished"), w."Furnished") as "std_Furnished",
          coalesce(m.standard ->> ('*PetsAllowed:' || coalesce(w.office_key, '') || ':' || w."PetsAllowed"), w."PetsAllowed") as "std_PetsAllowed",
          coalesce(m.standard ->> ('*ParkingFeatures:' || coalesce(w.office_key, '') || ':' || w."ParkingFeatures"), w."ParkingFeatures") as "std_ParkingFeatures",
          coalesce(m.standard ->> ('*Flooring:' || coalesce(w.office_key, '') || ':' || w."Flooring"), w."Flooring") as "std_Flooring",
          coalesce(m.standard ->> ('*FireplaceFeatures:' || coalesce(w.office_key, '') || ':' || w."FireplaceFeatures"), w."FireplaceFeatures") as "std_FireplaceFeatures",
          coalesce(m.standard ->> ('*WaterfrontFeatures:' || coalesce(w.office_key, '') || ':' || w."WaterfrontFeatures"), w."WaterfrontFeatures") as "std_WaterfrontFeatures",
          coalesce(m.standard ->> ('*PatioAndPorchFeatures:' || coalesce(w.office_key, '') || ':' || w."PatioAndPorchFeatures"), w."PatioAndPorchFeatures") as "std_PatioAndPorchFeatures",
          coalesce(m.standard ->> ('*OtherStructures:' || coalesce(w.office_key, '') || ':' || w."OtherStructures"), w."OtherStructures") as "std_OtherStructures",
          coalesce(m.standard ->> ('*AssociationAmenities:' || coalesce(w.office_key, '') || ':' || w."AssociationAmenities"), w."AssociationAmenities") as "std_AssociationAmenities",
          coalesce(m.standard ->> ('*Fencing:' || coalesce(w.office_key, '') || ':' || w."Fencing"), w."Fencing") as "std_Fencing",
          coalesce(m.standard ->> ('*ArchitecturalStyle:' || coalesce(w.office_key, '') || ':' || w."ArchitecturalStyle"), w."ArchitecturalStyle") as "std_ArchitecturalStyle",
          coalesce(m.standard ->> ('LeaseTerm:' || coalesce(w.office_key, '') || ':' || w."LeaseTerm"), w."LeaseTerm") as "std_LeaseTerm",
          coalesce(m.standard ->> ('*Basement:' || coalesce(w.office_key, '') || ':' || w."Basement"), w."Basement") as "std_Basement",
          coalesce(m.standard ->> ('*Roof:' || coalesce(w.office_key, '') || ':' || w."Roof"), w."Roof") as "std_Roof",
          coalesce(m.standard ->> ('*Sewer:' || coalesce(w.office_key, '') || ':' || w."Sewer"), w."Sewer") as "std_Sewer",
          coalesce(m.standard ->> ('*RoomType:' || coalesce(w.office_key, '') || ':' || w."RoomType"), w."RoomType") as "std_RoomType",
          coalesce(m.standard ->> ('*RoadSurfaceType:' || coalesce(w.office_key, '') || ':' || w."RoadSurfaceType"), w."RoadSurfaceType") as "std_RoadSurfaceType",
          coalesce(m.standard ->> ('*InteriorOrRoomFeatures:' || coalesce(w.office_key, '') || ':' || w."InteriorFeatures"), w."InteriorFeatures") as "std_InteriorFeatures",
          coalesce(m.standard ->> ('*ExteriorFeatures:' || coalesce(w.office_key, '') || ':' || w."ExteriorFeatures"), w."ExteriorFeatures") as "std_ExteriorFeatures",
          coalesce(m.standard ->> ('*CommunityFeatures:' || coalesce(w.office_key, '') || ':' || w."CommunityFeatures"), w."CommunityFeatures") as "std_CommunityFeatures",
          coalesce(m.standard ->> ('*LotFeatures:' || coalesce(w.office_key, '') || ':' || w."LotFeatures"), w."LotFeatures") as "std_LotFeatures",
          coalesce(m.standard ->> ('*SecurityFeatures:' || coalesce(w.office_key, '') || ':' || w."SecurityFeatures"), w."SecurityFeatures") as "std_SecurityFeatures",
          coalesce(m.standard ->> ('*Appliances:' || coalesce(w.office_key, '') || ':' || w."Appliances"), w."Appliances") as "std_Appliances"
        from viewed w cross join standards m
        offset 0
      ) v
          offset 0
        ) v
        offset 0
      ) v
    ) d
    left join lateral (select s.ctid as held_at, s.record_id, s.is_deleted, s.office_key, s.is_published, s.doc, s.doc_gold, s.doc_dd2 from public.served_property s where s.record_id = d.record_id offset 0) s on true
    left join lateral (select x.doc from public.served_property_sensitive x where x.record_id = d.record_id offset 0) x on true
    cross join lateral (select s.doc is not distinct from d.doc as has_doc offset 0) k
  ),
  changed as not materialized (
    select * from shown v where v.is_changed
  ),
  gone as materialized (
    select s.record_id, s.record_key, s.office_key, s.is_published,
      cardinality(ids) + row_number() over (order by s.seq) as ordinal
    from unnest(ids) u (id)
    cross join lateral (select s.record_id, s."ListingKey" as record_key, s.office_key, s.is_published, s.seq, s.is_deleted from public.served_property s where s.record_id = u.id offset 0) s
    -- hashed; with not exists the planner, which expects few rows, searches all of them for each
    where not s.is_deleted and s.record_id not in (select v.record_id from shown v)
  ),
  base as materialized (
    select s.first, mls.stamp_time(s.first) as first_time
    from (
      select mls.take_stamps(case when exists (select from changed) or exists (select from gone)
        then cardinality(ids) + (select count(*) from gone) else 0 end) as first
      offset 0
    ) s
  ),
  -- apart, although nobody else writes here: "on conflict" looks for each row again, and locks it before it is written. Rows
  -- to update are named by their place: found by their key, the plan of a small table would read a whole one
  written as (
    insert into public.served_property (record_id, tenant_id, seq, office_key, is_published, is_deleted, stamp, doc, doc_gold, doc_dd2, "ListingKey", "ListingId", "StandardStatus", "PropertyClass", "DevelopmentStatus", "NewConstructionYN", "PropertyCondition", "BuilderName", "BuilderModel", "PropertyType", "PropertySubType", "ListingService", "ListingAgreement", "LeaseConsideredYN", "SaleConsideredYN", "BedroomsTotal", "BathroomsTotalInteger", "BathroomsHalf", "LivingArea", "LivingAreaUnits", "LotSizeSquareFeet", "LotSizeUnits", "LotSizeAcres", "ListPrice", "LeasePrice", "LeaseAmount", "LeaseAmountFrequency", "OriginalEntryTimestamp", "ListingContractDate", "UnparsedAddress", "City", "StateOrProvince", "PostalCode", "Country", "Latitude", "Longitude", "PublicRemarks", "ListAgentKey", "CoListAgentKey", "ListOfficeKey", "YearBuilt", "YearBuiltEffective", "View", "PoolFeatures", "Heating", "Cooling", "Furnished", "PetsAllowed", "FireplaceYN", "ParkingFeatures", "StoriesTotal", "Stories", "Flooring", "FireplaceFeatures", "WaterfrontFeatures", "PatioAndPorchFeatures", "OtherStructures", "AssociationAmenities", "Fencing", "X_SeaView", "X_MountainView", "X_BeachFront", "X_AbutsGreenArea", "X_ElevatedArea", "X_PrivateSwimmingPool", "X_CommonSwimmingPool", "X_GardenArea", "X_RoofGardenArea", "X_Elevator", "X_AirCondition", "X_Alarm", "X_SmartHome", "X_SolarWaterHeater", "X_StorageSpace", "X_MaidsRoom", "X_ConciergeReception", "X_SecureDoor", "X_Kitchenette", "X_HomeOffice", "X_SeparateLaundryRoom", "X_Reception", "X_StoreRoom", "X_ConstructionType", "X_ConstructionStage", "X_FloorType", "X_NewBuild", "X_Height", "X_MaxFloor", "X_UnitNumber", "X_EnergyEfficiencyGrade", "X_EnergyConsumptionRating", "X_EnergyConsumptionValue", "X_EnergyEmissionRating", "X_HeatingType", "X_HeatingMedium", "X_CoolingType", "X_Electricity", "X_ElectricityType", "X_Water", "X_DistanceFromBeach", "X_DistanceFromAirport", "X_DistanceFromCentre", "X_DistanceFromSchool", "X_DistanceFromShops", "X_DistanceFromHospital", "X_DistanceFromUniversity", "X_DistanceFromRailStation", "X_DistanceFromTubeStation", "X_LivingRooms", "X_Kitchens", "X_KitchenType", "X_OfficeSpaces", "X_VerandasCount", "X_CoveredArea", "X_UncoveredArea", "X_TotalArea", "X_MezzanineArea", "X_StorageArea", "X_CoveredVerandas", "X_UncoveredVerandas", "X_Frontage", "X_BuildingDensity", "X_Coverage", "X_CoverFactor", "X_CornerPlot", "X_RightOfWay", "X_RegisteredRoad", "X_TownPlanningZone", "X_LandLocked", "X_CadastralReference", "X_IdealFor", "X_LicensedFor", "X_BusinessTransferOrSale", "X_BusinessTransferPrice", "X_BusinessActivity", "X_ConferenceRoom", "X_ServerRoom", "X_EnclosedOffice", "X_OfficeLayout", "X_PricePerSquare", "X_PriceQualifier", "X_PlusVAT", "X_MinimumTenancy", "X_TenancyType", "X_Occupancy", "X_PreviousListPrice", "X_PreviousLeasePrice", "X_ListPriceModified", "X_LeasePriceModified", "X_AuctionStartDate", "X_AuctionEndDate", "X_ReservePrice", "X_StartingBid", "X_ProjectId", "X_LeadSource", "X_WebsiteListingDate", "X_ListingBrokerName", "X_Featured", "X_FeaturedPriority", "X_PropertyOfTheMonth", "X_VideoLink", "X_VirtualTourLink", "X_WebsiteUrl", "X_WebsiteStatus", "X_ExcludedProperty", "X_ShortDescription", "X_PropertyName", "X_ApartmentType", "X_HouseType", "X_LandType", "X_OfficeType", "X_RetailType", "X_IndustrialType", "X_HotelType", "X_BuildingType", "X_InvestmentType", "X_CustomerParking", "X_AdditionalFeatures", "X_InteriorFeatures", "X_ExteriorFeatures", "X_CommunityFeatures", "X_LotFeatures", "X_SecurityFeatures", "X_Appliances", "X_QobrixId", "X_QobrixRef", "X_QobrixSource", "X_QobrixLegacyId", "X_CreatedByMemberKey", "X_ModifiedByMemberKey", "X_QobrixModified", "OriginatingSystemOfficeKey", "X_DataSource", etl_timestamp, etl_batch_id, "MlsStatus", "StatusChangeTimestamp", "OnMarketDate", "ArchitecturalStyle", "OriginalListPrice", "ListPriceCurrencyCode", "LeaseTerm", "AvailabilityDate", "NetOperatingIncome", "CapRate", "GrossIncome", "OperatingExpense", "TaxAnnualAmount", "TaxYear", "AssociationFee", "ExpirationDate", "DaysOnMarket", "CloseDate", "ClosePrice", "BathroomsThreeQuarter", "BathroomsOneQuarter", "RoomsTotal", "NumberOfUnitsTotal", "LotSizeDimensions", "FireplacesTotal", "CoveredSpaces", "OpenParkingSpaces", "ParkingTotal", "Basement", "Roof", "Sewer", "RoomType", "RoadSurfaceType", "ListAgentFirstName", "ListAgentLastName", "ListAgentEmail", "PhotosCount", "InteriorFeatures", "ExteriorFeatures", "CommunityFeatures", "LotFeatures", "SecurityFeatures", "Appliances", "UnitNumber", "PreviousListPrice", "VirtualTourURLUnbranded", "ListingURL", "PriceChangeTimestamp", "PhotosChangeTimestamp", "MajorChangeTimestamp", "MajorChangeType", "OriginatingSystemName", "OriginatingSystemID", "SourceSystemName", "ListAgentFullName", "ListOfficeName", "InternetEntireListingDisplayYN", "InternetAddressDisplayYN", "std_DevelopmentStatus", "std_PropertyCondition", "std_PropertyType", "std_PropertySubType", "std_ListingService", "std_ListingAgreement", "std_LivingAreaUnits", "std_LotSizeUnits", "std_LeaseAmountFrequency", "std_View", "std_PoolFeatures", "std_Heating", "std_Cooling", "std_Furnished", "std_PetsAllowed", "std_ParkingFeatures", "std_Flooring", "std_FireplaceFeatures", "std_WaterfrontFeatures", "std_PatioAndPorchFeatures", "std_OtherStructures", "std_AssociationAmenities", "std_Fencing", "std_ArchitecturalStyle", "std_LeaseTerm", "std_Basement", "std_Roof", "std_Sewer", "std_RoomType", "std_RoadSurfaceType", "std_InteriorFeatures", "std_ExteriorFeatures", "std_CommunityFeatures", "std_LotFeatures", "std_SecurityFeatures", "std_Appliances", "ModificationTimestamp")
    select n.record_id, n.tenant_id, n.seq, n.office_key, n.is_published, false, b.first + n.ordinal - 1, n.doc, n.doc_gold, n.doc_dd2, n."ListingKey", n."ListingId", n."StandardStatus", n."PropertyClass", n."DevelopmentStatus", n."NewConstructionYN", n."PropertyCondition", n."BuilderName", n."BuilderModel", n."PropertyType", n."PropertySubType", n."ListingService", n."ListingAgreement", n."LeaseConsideredYN", n."SaleConsideredYN", n."BedroomsTotal", n."BathroomsTotalInteger", n."BathroomsHalf", (n."LivingArea" * 100)::bigint, n."LivingAreaUnits", (n."LotSizeSquareFeet" * 100)::bigint, n."LotSizeUnits", (n."LotSizeAcres" * 10000)::bigint, (n."ListPrice" * 100)::bigint, (n."LeasePrice" * 100)::bigint, (n."LeaseAmount" * 100)::bigint, n."LeaseAmountFrequency", n."OriginalEntryTimestamp", n."ListingContractDate", n."UnparsedAddress", n."City", n."StateOrProvince", n."PostalCode", n."Country", n."Latitude", n."Longitude", n."PublicRemarks", n."ListAgentKey", n."CoListAgentKey", n."ListOfficeKey", n."YearBuilt", n."YearBuiltEffective", n."View", n."PoolFeatures", n."Heating", n."Cooling", n."Furnished", n."PetsAllowed", n."FireplaceYN", n."ParkingFeatures", n."StoriesTotal", n."Stories", n."Flooring", n."FireplaceFeatures", n."WaterfrontFeatures", n."PatioAndPorchFeatures", n."OtherStructures", n."AssociationAmenities", n."Fencing", n."X_SeaView", n."X_MountainView", n."X_BeachFront", n."X_AbutsGreenArea", n."X_ElevatedArea", n."X_PrivateSwimmingPool", n."X_CommonSwimmingPool", n."X_GardenArea", n."X_RoofGardenArea", n."X_Elevator", n."X_AirCondition", n."X_Alarm", n."X_SmartHome", n."X_SolarWaterHeater", n."X_StorageSpace", n."X_MaidsRoom", n."X_ConciergeReception", n."X_SecureDoor", n."X_Kitchenette", n."X_HomeOffice", n."X_SeparateLaundryRoom", n."X_Reception", n."X_StoreRoom", n."X_ConstructionType", n."X_ConstructionStage", n."X_FloorType", n."X_NewBuild", (n."X_Height" * 100)::bigint, n."X_MaxFloor", n."X_UnitNumber", n."X_EnergyEfficiencyGrade", n."X_EnergyConsumptionRating", n."X_EnergyConsumptionValue", n."X_EnergyEmissionRating", n."X_HeatingType", n."X_HeatingMedium", n."X_CoolingType", n."X_Electricity", n."X_ElectricityType", n."X_Water", n."X_DistanceFromBeach", n."X_DistanceFromAirport", n."X_DistanceFromCentre", n."X_DistanceFromSchool", n."X_DistanceFromShops", n."X_DistanceFromHospital", n."X_DistanceFromUniversity", n."X_DistanceFromRailStation", n."X_DistanceFromTubeStation", n."X_LivingRooms", n."X_Kitchens", n."X_KitchenType", n."X_OfficeSpaces", n."X_VerandasCount", (n."X_CoveredArea" * 100)::bigint, (n."X_UncoveredArea" * 100)::bigint, (n."X_TotalArea" * 100)::bigint, (n."X_MezzanineArea" * 100)::bigint, (n."X_StorageArea" * 100)::bigint, (n."X_CoveredVerandas" * 100)::bigint, (n."X_UncoveredVerandas" * 100)::bigint, (n."X_Frontage" * 100)::bigint, n."X_BuildingDensity", n."X_Coverage", n."X_CoverFactor", n."X_CornerPlot", n."X_RightOfWay", n."X_RegisteredRoad", n."X_TownPlanningZone", n."X_LandLocked", n."X_CadastralReference", n."X_IdealFor", n."X_LicensedFor", n."X_BusinessTransferOrSale", n."X_BusinessTransferPrice", n."X_BusinessActivity", n."X_ConferenceRoom", n."X_ServerRoom", n."X_EnclosedOffice", n."X_OfficeLayout", n."X_PricePerSquare", n."X_PriceQualifier", n."X_PlusVAT", n."X_MinimumTenancy", n."X_TenancyType", n."X_Occupancy", (n."X_PreviousListPrice" * 100)::bigint, (n."X_PreviousLeasePrice" * 100)::bigint, n."X_ListPriceModified", n."X_LeasePriceModified", n."X_AuctionStartDate", n."X_AuctionEndDate", (n."X_ReservePrice" * 100)::bigint, (n."X_StartingBid" * 100)::bigint, n."X_ProjectId", n."X_LeadSource", n."X_WebsiteListingDate", n."X_ListingBrokerName", n."X_Featured", n."X_FeaturedPriority", n."X_PropertyOfTheMonth", n."X_VideoLink", n."X_VirtualTourLink", n."X_WebsiteUrl", n."X_WebsiteStatus", n."X_ExcludedProperty", n."X_ShortDescription", n."X_PropertyName", n."X_ApartmentType", n."X_HouseType", n."X_LandType", n."X_OfficeType", n."X_RetailType", n."X_IndustrialType", n."X_HotelType", n."X_BuildingType", n."X_InvestmentType", n."X_CustomerParking", n."X_AdditionalFeatures", n."X_InteriorFeatures", n."X_ExteriorFeatures", n."X_CommunityFeatures", n."X_LotFeatures", n."X_SecurityFeatures", n."X_Appliances", n."X_QobrixId", n."X_QobrixRef", n."X_QobrixSource", n."X_QobrixLegacyId", n."X_CreatedByMemberKey", n."X_ModifiedByMemberKey", n."X_QobrixModified", n."OriginatingSystemOfficeKey", n."X_DataSource", n.etl_timestamp, n.etl_batch_id, n."MlsStatus", n."StatusChangeTimestamp", n."OnMarketDate", n."ArchitecturalStyle", (n."OriginalListPrice" * 100)::bigint, n."ListPriceCurrencyCode", n."LeaseTerm", n."AvailabilityDate", (n."NetOperatingIncome" * 100)::bigint, (n."CapRate" * 10000)::bigint, (n."GrossIncome" * 100)::bigint, (n."OperatingExpense" * 100)::bigint, (n."TaxAnnualAmount" * 100)::bigint, n."TaxYear", (n."AssociationFee" * 100)::bigint, n."ExpirationDate", n."DaysOnMarket", n."CloseDate", (n."ClosePrice" * 100)::bigint, n."BathroomsThreeQuarter", n."BathroomsOneQuarter", n."RoomsTotal", n."NumberOfUnitsTotal", n."LotSizeDimensions", n."FireplacesTotal", n."CoveredSpaces", n."OpenParkingSpaces", n."ParkingTotal", n."Basement", n."Roof", n."Sewer", n."RoomType", n."RoadSurfaceType", n."ListAgentFirstName", n."ListAgentLastName", n."ListAgentEmail", n."PhotosCount", n."InteriorFeatures", n."ExteriorFeatures", n."CommunityFeatures", n."LotFeatures", n."SecurityFeatures", n."Appliances", n."UnitNumber", (n."PreviousListPrice" * 100)::bigint, n."VirtualTourURLUnbranded", n."ListingURL", n."PriceChangeTimestamp", n."PhotosChangeTimestamp", n."MajorChangeTimestamp", n."MajorChangeType", n."OriginatingSystemName", n."OriginatingSystemID", n."SourceSystemName", n."ListAgentFullName", n."ListOfficeName", n."InternetEntireListingDisplayYN", n."InternetAddressDisplayYN", n."std_DevelopmentStatus", n."std_PropertyCondition", n."std_PropertyType", n."std_PropertySubType", n."std_ListingService", n."std_ListingAgreement", n."std_LivingAreaUnits", n."std_LotSizeUnits", n."std_LeaseAmountFrequency", n."std_View", n."std_PoolFeatures", n."std_Heating", n."std_Cooling", n."std_Furnished", n."std_PetsAllowed", n."std_ParkingFeatures", n."std_Flooring", n."std_FireplaceFeatures", n."std_WaterfrontFeatures", n."std_PatioAndPorchFeatures", n."std_OtherStructures", n."std_AssociationAmenities", n."std_Fencing", n."std_ArchitecturalStyle", n."std_LeaseTerm", n."std_Basement", n."std_Roof", n."std_Sewer", n."std_RoomType", n."std_RoadSurfaceType", n."std_InteriorFeatures", n."std_ExteriorFeatures", n."std_CommunityFeatures", n."std_LotFeatures", n."std_SecurityFeatures", n."std_Appliances", b.first_time + (n.ordinal - 1) * interval '1 microsecond'
    from changed n cross join base b
    where not n.is_held
  ),
  rewritten as (
    update public.served_property held set
      tenant_id = n.tenant_id,
      office_key = n.office_key,
      is_published = n.is_published,
      is_deleted = false,
      stamp = b.first + n.ordinal - 1,
      doc = case when n.has_doc then held.doc else n.doc end,
      doc_gold = n.doc_gold,
      doc_dd2 = n.doc_dd2,
      "ListingKey" = n."ListingKey",
      "ListingId" = n."ListingId",
      "StandardStatus" = n."StandardStatus",
      "PropertyClass" = n."PropertyClass",
      "DevelopmentStatus" = n."DevelopmentStatus",
      "NewConstructionYN" = n."NewConstructionYN",
      "PropertyCondition" = n."PropertyCondition",
      "BuilderName" = n."BuilderName",
      "BuilderModel" = n."BuilderModel",
      "PropertyType" = n."PropertyType",
      "PropertySubType" = n."PropertySubType",
      "ListingService" = n."ListingService",
      "ListingAgreement" = n."ListingAgreement",
      "LeaseConsideredYN" = n."LeaseConsideredYN",
      "SaleConsideredYN" = n."SaleConsideredYN",
      "BedroomsTotal" = n."BedroomsTotal",
      "BathroomsTotalInteger" = n."BathroomsTotalInteger",
      "BathroomsHalf" = n."BathroomsHalf",
      "LivingArea" = (n."LivingArea" * 100)::bigint,
      "LivingAreaUnits" = n."LivingAreaUnits",
      "LotSizeSquareFeet" = (n."LotSizeSquareFeet" * 100)::bigint,
      "LotSizeUnits" = n."LotSizeUnits",
      "LotSizeAcres" = (n."LotSizeAcres" * 10000)::bigint,
      "ListPrice" = (n."ListPrice" * 100)::bigint,
      "LeasePrice" = (n."LeasePrice" * 100)::bigint,
      "LeaseAmount" = (n."LeaseAmount" * 100)::bigint,
      "LeaseAmountFrequency" = n."LeaseAmountFrequency",
      "OriginalEntryTimestamp" = n."OriginalEntryTimestamp",
      "ListingContractDate" = n."ListingContractDate",
      "UnparsedAddress" = n."UnparsedAddress",
      "City" = n."City",
      "StateOrProvince" = n."StateOrProvince",
      "PostalCode" = n."PostalCode",
      "Country" = n."Country",
      "Latitude" = n."Latitude",
      "Longitude" = n."Longitude",
      "PublicRemarks" = n."PublicRemarks",
      "ListAgentKey" = n."ListAgentKey",
      "CoListAgentKey" = n."CoListAgentKey",
      "ListOfficeKey" = n."ListOfficeKey",
      "YearBuilt" = n."YearBuilt",
      "YearBuiltEffective" = n."YearBuiltEffective",
      "View" = n."View",
      "PoolFeatures" = n."PoolFeatures",
      "Heating" = n."Heating",
      "Cooling" = n."Cooling",
      "Furnished" = n."Furnished",
      "PetsAllowed" = n."PetsAllowed",
      "FireplaceYN" = n."FireplaceYN",
      "ParkingFeatures" = n."ParkingFeatures",
      "StoriesTotal" = n."StoriesTotal",
      "Stories" = n."Stories",
      "Flooring" = n."Flooring",
      "FireplaceFeatures" = n."FireplaceFeatures",
      "WaterfrontFeatures" = n."WaterfrontFeatures",
      "PatioAndPorchFeatures" = n."PatioAndPorchFeatures",
      "OtherStructures" = n."OtherStructures",
      "AssociationAmenities" = n."AssociationAmenities",
      "Fencing" = n."Fencing",
      "X_SeaView" = n."X_SeaView",
      "X_MountainView" = n."X_MountainView",
      "X_BeachFront" = n."X_BeachFront",
      "X_AbutsGreenArea" = n."X_AbutsGreenArea",
      "X_ElevatedArea" = n."X_ElevatedArea",
      "X_PrivateSwimmingPool" = n."X_PrivateSwimmingPool",
      "X_CommonSwimmingPool" = n."X_CommonSwimmingPool",
      "X_GardenArea" = n."X_GardenArea",
      "X_RoofGardenArea" = n."X_RoofGardenArea",
      "X_Elevator" = n."X_Elevator",
      "X_AirCondition" = n."X_AirCondition",
      "X_Alarm" = n."X_Alarm",
      "X_SmartHome" = n."X_SmartHome",
      "X_SolarWaterHeater" = n."X_SolarWaterHeater",
      "X_StorageSpace" = n."X_StorageSpace",
      "X_MaidsRoom" = n."X_MaidsRoom",
      "X_ConciergeReception" = n."X_ConciergeReception",
      "X_SecureDoor" = n."X_SecureDoor",
      "X_Kitchenette" = n."X_Kitchenette",
      "X_HomeOffice" = n."X_HomeOffice",
      "X_SeparateLaundryRoom" = n."X_SeparateLaundryRoom",
      "X_Reception" = n."X_Reception",
      "X_StoreRoom" = n."X_StoreRoom",
      "X_ConstructionType" = n."X_ConstructionType",
      "X_ConstructionStage" = n."X_ConstructionStage",
      "X_FloorType" = n."X_FloorType",
      "X_NewBuild" = n."X_NewBuild",
      "X_Height" = (n."X_Height" * 100)::bigint,
      "X_MaxFloor" = n."X_MaxFloor",
      "X_UnitNumber" = n."X_UnitNumber",
      "X_EnergyEfficiencyGrade" = n."X_EnergyEfficiencyGrade",
      "X_EnergyConsumptionRating" = n."X_EnergyConsumptionRating",
      "X_EnergyConsumptionValue" = n."X_EnergyConsumptionValue",
      "X_EnergyEmissionRating" = n."X_EnergyEmissionRating",
      "X_HeatingType" = n."X_HeatingType",
      "X_HeatingMedium" = n."X_HeatingMedium",
      "X_CoolingType" = n."X_CoolingType",
      "X_Electricity" = n."X_Electricity",
      "X_ElectricityType" = n."X_ElectricityType",
      "X_Water" = n."X_Water",
      "X_DistanceFromBeach" = n."X_DistanceFromBeach",
      "X_DistanceFromAirport" = n."X_DistanceFromAirport",
      "X_DistanceFromCentre" = n."X_DistanceFromCentre",
      "X_DistanceFromSchool" = n."X_DistanceFromSchool",
      "X_DistanceFromShops" = n."X_DistanceFromShops",
      "X_DistanceFromHospital" = n."X_DistanceFromHospital",
      "X_DistanceFromUniversity" = n."X_DistanceFromUniversity",
      "X_DistanceFromRailStation" = n."X_DistanceFromRailStation",
      "X_DistanceFromTubeStation" = n."X_DistanceFromTubeStation",
      "X_LivingRooms" = n."X_LivingRooms",
      "X_Kitchens" = n."X_Kitchens",
      "X_KitchenType" = n."X_KitchenType",
      "X_OfficeSpaces" = n."X_OfficeSpaces",
      "X_VerandasCount" = n."X_VerandasCount",
      "X_CoveredArea" = (n."X_CoveredArea" * 100)::bigint,
      "X_UncoveredArea" = (n."X_UncoveredArea" * 100)::bigint,
      "X_TotalArea" = (n."X_TotalArea" * 100)::bigint,
      "X_MezzanineArea" = (n."X_MezzanineArea" * 100)::bigint,
      "X_StorageArea" = (n."X_StorageArea" * 100)::bigint,
      "X_CoveredVerandas" = (n."X_CoveredVerandas" * 100)::bigint,
      "X_UncoveredVerandas" = (n."X_UncoveredVerandas" * 100)::bigint,
      "X_Frontage" = (n."X_Frontage" * 100)::bigint,
      "X_BuildingDensity" = n."X_BuildingDensity",
      "X_Coverage" = n."X_Coverage",
      "X_CoverFactor" = n."X_CoverFactor",
      "X_CornerPlot" = n."X_CornerPlot",
      "X_RightOfWay" = n."X_RightOfWay",
      "X_RegisteredRoad" = n."X_RegisteredRoad",
      "X_TownPlanningZone" = n."X_TownPlanningZone",
      "X_LandLocked" = n."X_LandLocked",
      "X_CadastralReference" = n."X_CadastralReference",
      "X_IdealFor" = n."X_IdealFor",
      "X_LicensedFor" = n."X_LicensedFor",
      "X_BusinessTransferOrSale" = n."X_BusinessTransferOrSale",
      "X_BusinessTransferPrice" = n."X_BusinessTransferPrice",
      "X_BusinessActivity" = n."X_BusinessActivity",
      "X_ConferenceRoom" = n."X_ConferenceRoom",
      "X_ServerRoom" = n."X_ServerRoom",
      "X_EnclosedOffice" = n."X_EnclosedOffice",
      "X_OfficeLayout" = n."X_OfficeLayout",
      "X_PricePerSquare" = n."X_PricePerSquare",
      "X_PriceQualifier" = n."X_PriceQualifier",
      "X_PlusVAT" = n."X_PlusVAT",
      "X_MinimumTenancy" = n."X_MinimumTenancy",
      "X_TenancyType" = n."X_TenancyType",
      "X_Occupancy" = n."X_Occupancy",
      "X_PreviousListPrice" = (n."X_PreviousListPrice" * 100)::bigint,
      "X_PreviousLeasePrice" = (n."X_PreviousLeasePrice" * 100)::bigint,
      "X_ListPriceModified" = n."X_ListPriceModified",
      "X_LeasePriceModified" = n."X_LeasePriceModified",
      "X_AuctionStartDate" = n."X_AuctionStartDate",
      "X_AuctionEndDate" = n."X_AuctionEndDate",
      "X_ReservePrice" = (n."X_ReservePrice" * 100)::bigint,
      "X_StartingBid" = (n."X_StartingBid" * 100)::bigint,
      "X_ProjectId" = n."X_ProjectId",
      "X_LeadSource" = n."X_LeadSource",
      "X_WebsiteListingDate" = n."X_WebsiteListingDate",
      "X_ListingBrokerName" = n."X_ListingBrokerName",
      "X_Featured" = n."X_Featured",
      "X_FeaturedPriority" = n."X_FeaturedPriority",
      "X_PropertyOfTheMonth" = n."X_PropertyOfTheMonth",
      "X_VideoLink" = n."X_VideoLink",
      "X_VirtualTourLink" = n."X_VirtualTourLink",
      "X_WebsiteUrl" = n."X_WebsiteUrl",
      "X_WebsiteStatus" = n."X_WebsiteStatus",
      "X_ExcludedProperty" = n."X_ExcludedProperty",
      "X_ShortDescription" = n."X_ShortDescription",
      "X_PropertyName" = n."X_PropertyName",
      "X_ApartmentType" = n."X_ApartmentType",
      "X_HouseType" = n."X_HouseType",
      "X_LandType" = n."X_LandType",
      "X_OfficeType" = n."X_OfficeType",
      "X_RetailType" = n."X_RetailType",
      "X_IndustrialType" = n."X_IndustrialType",
      "X_HotelType" = n."X_HotelType",
      "X_BuildingType" = n."X_BuildingType",
      "X_InvestmentType" = n."X_InvestmentType",
      "X_CustomerParking" = n."X_CustomerParking",
      "X_AdditionalFeatures" = n."X_AdditionalFeatures",
      "X_InteriorFeatures" = n."X_InteriorFeatures",
      "X_ExteriorFeatures" = n."X_ExteriorFeatures",
      "X_CommunityFeatures" = n."X_CommunityFeatures",
      "X_LotFeatures" = n."X_LotFeatures",
      "X_SecurityFeatures" = n."X_SecurityFeatures",
      "X_Appliances" = n."X_Appliances",
      "X_QobrixId" = n."X_QobrixId",
      "X_QobrixRef" = n."X_QobrixRef",
      "X_QobrixSource" = n."X_QobrixSource",
      "X_QobrixLegacyId" = n."X_QobrixLegacyId",
      "X_CreatedByMemberKey" = n."X_CreatedByMemberKey",
      "X_ModifiedByMemberKey" = n."X_ModifiedByMemberKey",
      "X_QobrixModified" = n."X_QobrixModified",
      "OriginatingSystemOfficeKey" = n."OriginatingSystemOfficeKey",
      "X_DataSource" = n."X_DataSource",
      etl_timestamp = n.etl_timestamp,
      etl_batch_id = n.etl_batch_id,
      "MlsStatus" = n."MlsStatus",
      "StatusChangeTimestamp" = n."StatusChangeTimestamp",
      "OnMarketDate" = n."OnMarketDate",
      "ArchitecturalStyle" = n."ArchitecturalStyle",
      "OriginalListPrice" = (n."OriginalListPrice" * 100)::bigint,
      "ListPriceCurrencyCode" = n."ListPriceCurrencyCode",
      "LeaseTerm" = n."LeaseTerm",
      "AvailabilityDate" = n."AvailabilityDate",
      "NetOperatingIncome" = (n."NetOperatingIncome" * 100)::bigint,
      "CapRate" = (n."CapRate" * 10000)::bigint,
      "GrossIncome" = (n."GrossIncome" * 100)::bigint,
      "OperatingExpense" = (n."OperatingExpense" * 100)::bigint,
      "TaxAnnualAmount" = (n."TaxAnnualAmount" * 100)::bigint,
      "TaxYear" = n."TaxYear",
      "AssociationFee" = (n."AssociationFee" * 100)::bigint,
      "ExpirationDate" = n."ExpirationDate",
      "DaysOnMarket" = n."DaysOnMarket",
      "CloseDate" = n."CloseDate",
      "ClosePrice" = (n."ClosePrice" * 100)::bigint,
      "BathroomsThreeQuarter" = n."BathroomsThreeQuarter",
      "BathroomsOneQuarter" = n."BathroomsOneQuarter",
      "RoomsTotal" = n."RoomsTotal",
      "NumberOfUnitsTotal" = n."NumberOfUnitsTotal",
      "LotSizeDimensions" = n."LotSizeDimensions",
      "FireplacesTotal" = n."FireplacesTotal",
      "CoveredSpaces" = n."CoveredSpaces",
      "OpenParkingSpaces" = n."OpenParkingSpaces",
      "ParkingTotal" = n."ParkingTotal",
      "Basement" = n."Basement",
      "Roof" = n."Roof",
      "Sewer" = n."Sewer",
      "RoomType" = n."RoomType",
      "RoadSurfaceType" = n."RoadSurfaceType",
      "ListAgentFirstName" = n."ListAgentFirstName",
      "ListAgentLastName" = n."ListAgentLastName",
      "ListAgentEmail" = n."ListAgentEmail",
      "PhotosCount" = n."PhotosCount",
      "InteriorFeatures" = n."InteriorFeatures",
      "ExteriorFeatures" = n."ExteriorFeatures",
      "CommunityFeatures" = n."CommunityFeatures",
      "LotFeatures" = n."LotFeatures",
      "SecurityFeatures" = n."SecurityFeatures",
      "Appliances" = n."Appliances",
      "UnitNumber" = n."UnitNumber",
      "PreviousListPrice" = (n."PreviousListPrice" * 100)::bigint,
      "VirtualTourURLUnbranded" = n."VirtualTourURLUnbranded",
      "ListingURL" = n."ListingURL",
      "PriceChangeTimestamp" = n."PriceChangeTimestamp",
      "PhotosChangeTimestamp" = n."PhotosChangeTimestamp",
      "MajorChangeTimestamp" = n."MajorChangeTimestamp",
      "MajorChangeType" = n."MajorChangeType",
      "OriginatingSystemName" = n."OriginatingSystemName",
      "OriginatingSystemID" = n."OriginatingSystemID",
      "SourceSystemName" = n."SourceSystemName",
      "ListAgentFullName" = n."ListAgentFullName",
      "ListOfficeName" = n."ListOfficeName",
      "InternetEntireListingDisplayYN" = n."InternetEntireListingDisplayYN",
      "InternetAddressDisplayYN" = n."InternetAddressDisplayYN",
      "std_DevelopmentStatus" = n."std_DevelopmentStatus",
      "std_PropertyCondition" = n."std_PropertyCondition",
      "std_PropertyType" = n."std_PropertyType",
      "std_PropertySubType" = n."std_PropertySubType",
      "std_ListingService" = n."std_ListingService",
      "std_ListingAgreement" = n."std_ListingAgreement",
      "std_LivingAreaUnits" = n."std_LivingAreaUnits",
      "std_LotSizeUnits" = n."std_LotSizeUnits",
      "std_LeaseAmountFrequency" = n."std_LeaseAmountFrequency",
      "std_View" = n."std_View",
      "std_PoolFeatures" = n."std_PoolFeatures",
      "std_Heating" = n."std_Heating",
      "std_Cooling" = n."std_Cooling",
      "std_Furnished" = n."std_Furnished",
      "std_PetsAllowed" = n."std_PetsAllowed",
      "std_ParkingFeatures" = n."std_ParkingFeatures",
      "std_Flooring" = n."std_Flooring",
      "std_FireplaceFeatures" = n."std_FireplaceFeatures",
      "std_WaterfrontFeatures" = n."std_WaterfrontFeatures",
      "std_PatioAndPorchFeatures" = n."std_PatioAndPorchFeatures",
      "std_OtherStructures" = n."std_OtherStructures",
      "std_AssociationAmenities" = n."std_AssociationAmenities",
      "std_Fencing" = n."std_Fencing",
      "std_ArchitecturalStyle" = n."std_ArchitecturalStyle",
      "std_LeaseTerm" = n."std_LeaseTerm",
      "std_Basement" = n."std_Basement",
      "std_Roof" = n."std_Roof",
      "std_Sewer" = n."std_Sewer",
      "std_RoomType" = n."std_RoomType",
      "std_RoadSurfaceType" = n."std_RoadSurfaceType",
      "std_InteriorFeatures" = n."std_InteriorFeatures",
      "std_ExteriorFeatures" = n."std_ExteriorFeatures",
      "std_CommunityFeatures" = n."std_CommunityFeatures",
      "std_LotFeatures" = n."std_LotFeatures",
      "std_SecurityFeatures" = n."std_SecurityFeatures",
      "std_Appliances" = n."std_Appliances",
      "ModificationTimestamp" = b.first_time + (n.ordinal - 1) * interval '1 microsecond'
    from changed n cross join base b
    where n.is_held and held.ctid = n.held_at
  ),
  buried as (
    update public.served_property s
    set is_deleted = true, stamp = b.first + g.ordinal - 1, "ModificationTimestamp" = b.first_time + (g.ordinal - 1) * interval '1 microsecond'
    from gone g cross join base b
    where s.record_id = g.record_id
  ),
  written_sensitive as (
    insert into public.served_property_sensitive (record_id, office_key, is_published, doc, "X_DeveloperContactKey", "X_KeyHolderDetails", "X_SellerContactKey", "PrivateRemarks", "ShowingInstructions")
    select n.record_id, n.office_key, n.is_published, n.doc_sensitive, n."X_DeveloperContactKey", n."X_KeyHolderDetails", n."X_SellerContactKey", n."PrivateRemarks", n."ShowingInstructions"
    from changed n
    on conflict (record_id) do update set
      office_key = excluded.office_key,
      is_published = excluded.is_published,
      doc = excluded.doc,
      "X_DeveloperContactKey" = excluded."X_DeveloperContactKey",
      "X_KeyHolderDetails" = excluded."X_KeyHolderDetails",
      "X_SellerContactKey" = excluded."X_SellerContactKey",
      "PrivateRemarks" = excluded."PrivateRemarks",
      "ShowingInstructions" = excluded."ShowingInstructions"
  ),
  removed_sensitive as (
    delete from public.served_property_sensitive x using gone g where x.record_id = g.record_id
  )
  insert into public.mls_entity_events
    (sequence, resource, record_key, record_id, kind, office_key, previous_office_key, is_published, was_published)
  select b.first + n.ordinal - 1, 'Property', n."ListingKey", n.record_id, case when n.is_new then 'created' else 'updated' end,
    n.office_key, nullif(n.previous_office_key, n.office_key), n.is_published, coalesce(n.was_published, false)
  from changed n cross join base b
  union all
  select b.first + g.ordinal - 1, 'Property', g.record_key, g.record_id, 'deleted', g.office_key, null, false, g.is_published
  from gone g cross join base b;
end $$;
comment on function mls.refresh_property(uuid[]) is
  'Brings the served rows of these Property records to what property_reso says now. Call it under mls.lock_stamps().';

create or replace function mls.refresh_member(ids uuid[]) returns void
language plpgsql volatile security definer set search_path = '' set timezone = 'UTC' set work_mem = '64MB' set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  seqs bigint[];
begin
  -- stamps follow the order of insertion; sorted here, where rows are narrow
  select array_agg(u.id order by t.seq), array_agg(t.seq order by t.seq) filter (where t.seq is not null) into ids, seqs
  from unnest(ids) u (id)
  left join lateral (select t.seq from public.mls_members t where t.id = u.id offset 0) t on true;
  -- rows are wide: they are kept once, compared where they are made, and numbered by their place in ids
  with viewed as materialized (
    select w.* from public.member_reso w where w.record_id = any (ids)
  ),
  standards as materialized (
    select mls.standard_map(array_agg(x.lookup), array_agg(x.is_multi), array_agg(g.office), array_agg(h.held collate "default")) as standard
    from (
      select coalesce(w.office_key, '') as office,
        array_agg(distinct w."MemberStatus" collate "C") filter (where w."MemberStatus" <> '') as "MemberStatus",
        array_agg(distinct w."MemberType" collate "C") filter (where w."MemberType" <> '') as "MemberType",
        array_agg(distinct w."MemberDesignation" collate "C") filter (where w."MemberDesignation" <> '') as "MemberDesignation",
        array_agg(distinct w."MemberLanguages" collate "C") filter (where w."MemberLanguages" <> '') as "MemberLanguages"
      from viewed w
      group by 1
    ) g
    cross join lateral (values
      ('MemberStatus', false, g."MemberStatus"),
      ('MemberType', false, g."MemberType"),
      ('MemberDesignation', true, g."MemberDesignation"),
      ('Languages', true, g."MemberLanguages")
    ) x (lookup, is_multi, given)
    cross join lateral unnest(x.given) h (held)
  ),
  shown as materialized (
    select d.*, s.office_key as previous_office_key, s.is_published as was_published,
      s.record_id is not null as is_held, s.held_at, s.record_id is null or s.is_deleted as is_new, width_bucket(d.seq, seqs) as ordinal,
      k.has_doc, not k.has_doc or s.is_deleted
        or (s.office_key, s.is_published, s.doc_gold, s.doc_dd2)
          is distinct from (d.office_key, d.is_published, d.doc_gold, d.doc_dd2)
      or x.doc is distinct from d.doc_sensitive as is_changed
    from (
      select v.*, coalesce(v.parts[1], v.common) as doc,
        concat_ws(', ', nullif(v.gold, ''), v.parts[2]) as doc_gold, concat_ws(', ', nullif(v.dd2, ''), v.parts[3]) as doc_dd2
      from (
        select v.*, case when
          octet_length(v."MemberFirstName") > 50 and length(v."MemberFirstName") > 50
          or octet_length(v."MemberLastName") > 50 and length(v."MemberLastName") > 50
          or octet_length(v."MemberFullName") > 150 and length(v."MemberFullName") > 150
          or octet_length(v."MemberEmail") > 80 and length(v."MemberEmail") > 80
          or octet_length(v."MemberPreferredPhone") > 16 and length(v."MemberPreferredPhone") > 16
          or octet_length(v."MemberOfficePhone") > 16 and length(v."MemberOfficePhone") > 16
          or octet_length(v."MemberAddress1") > 50 and length(v."MemberAddress1") > 50
          or octet_length(v."MemberCity") > 50 and length(v."MemberCity") > 50
          or octet_length(v."MemberPostalCode") > 10 and length(v."MemberPostalCode") > 10
          or octet_length(v."MemberNamePrefix") > 10 and length(v."MemberNamePrefix") > 10
          or octet_length(v."MemberMiddleName") > 50 and length(v."MemberMiddleName") > 50
          or octet_length(v."MemberNameSuffix") > 10 and length(v."MemberNameSuffix") > 10
          or octet_length(v."MemberNickname") > 50 and length(v."MemberNickname") > 50
          or octet_length(v."JobTitle") > 50 and length(v."JobTitle") > 50
          or octet_length(v."MemberBio") > 1024 and length(v."MemberBio") > 1024
          or octet_length(v."MemberAORkey") > 255 and length(v."MemberAORkey") > 255
          or octet_length(v."MemberStateLicense") > 50 and length(v."MemberStateLicense") > 50
          or octet_length(v."MemberStateLicenseType") > 30 and length(v."MemberStateLicenseType") > 30
          or octet_length(v."UniqueLicenseeIdentifier") > 255 and length(v."UniqueLicenseeIdentifier") > 255
          or octet_length(v."MemberPreferredPhoneExt") > 10 and length(v."MemberPreferredPhoneExt") > 10
          or octet_length(v."MemberOfficePhoneExt") > 10 and length(v."MemberOfficePhoneExt") > 10
          or octet_length(v."MemberDirectPhone") > 16 and length(v."MemberDirectPhone") > 16
          or octet_length(v."MemberMobilePhone") > 16 and length(v."MemberMobilePhone") > 16
          or octet_length(v."MemberTollFreePhone") > 16 and length(v."MemberTollFreePhone") > 16
          or octet_length(v."MemberFax") > 16 and length(v."MemberFax") > 16
          or octet_length(v."MemberAddress2") > 50 and length(v."MemberAddress2") > 50
          or octet_length(v."MemberPostalCodePlus4") > 4 and length(v."MemberPostalCodePlus4") > 4
          or octet_length(v."MemberIsAssistantTo") > 50 and length(v."MemberIsAssistantTo") > 50
          or octet_length(v."OfficeName") > 255 and length(v."OfficeName") > 255
          or octet_length(v."OriginatingSystemName") > 255 and length(v."OriginatingSystemName") > 255
          or octet_length(v."SourceSystemName") > 255 and length(v."SourceSystemName") > 255
          then mls.part_long_texts(v.common, '{MemberFirstName,MemberLastName,MemberFullName,MemberEmail,MemberPreferredPhone,MemberOfficePhone,MemberAddress1,MemberCity,MemberPostalCode,MemberNamePrefix,MemberMiddleName,MemberNameSuffix,MemberNickname,JobTitle,MemberBio,MemberAORkey,MemberStateLicense,MemberStateLicenseType,UniqueLicenseeIdentifier,MemberPreferredPhoneExt,MemberOfficePhoneExt,MemberDirectPhone,MemberMobilePhone,MemberTollFreePhone,MemberFax,MemberAddress2,MemberPostalCodePlus4,MemberIsAssistantTo,OfficeName,OriginatingSystemName,SourceSystemName}', array[v."MemberFirstName", v."MemberLastName", v."MemberFullName", v."MemberEmail", v."MemberPreferredPhone", v."MemberOfficePhone", v."MemberAddress1", v."MemberCity", v."MemberPostalCode", v."MemberNamePrefix", v."MemberMiddleName", v."MemberNameSuffix", v."MemberNickname", v."JobTitle", v."MemberBio", v."MemberAORkey", v."MemberStateLicense", v."MemberStateLicenseType", v."UniqueLicenseeIdentifier", v."MemberPreferredPhoneExt", v."MemberOfficePhoneExt", v."MemberDirectPhone", v."MemberMobilePhone", v."MemberTollFreePhone", v."MemberFax", v."MemberAddress2", v."MemberPostalCodePlus4", v."MemberIsAssistantTo", v."OfficeName", v."OriginatingSystemName", v."SourceSystemName"], '{50,50,150,80,16,16,50,50,10,10,50,10,50,50,1024,255,50,30,255,10,10,16,16,16,16,50,4,50,255,255,255}') end as parts
        from (
          select v.*,
            (replace(replace(json_object('{"","MemberKey","MemberMlsId","MemberFirstName","MemberLastName","MemberFullName","MemberEmail","MemberPreferredPhone","MemberOfficePhone","OfficeKey","MemberAddress1","MemberCity","MemberStateOrProvince","MemberPostalCode","MemberCountry","X_QobrixAgentId","X_QobrixAgentRef","X_QobrixDescription","X_QobrixAgreementDate","X_QobrixOwnerId","X_QobrixPrimaryContactId","X_QobrixCreated","X_QobrixModified","X_QobrixSourceType","OriginatingSystemOfficeKey","etl_batch_id","MemberNamePrefix","MemberMiddleName","MemberNameSuffix","MemberNickname","JobTitle","MemberBio","MemberAlternateId","MemberAOR","MemberAORkey","MemberAORMlsId","MemberPrimaryAorId","MemberNationalAssociationId","MemberStateLicense","MemberStateLicenseState","MemberStateLicenseType","UniqueLicenseeIdentifier","MemberPreferredPhoneExt","MemberOfficePhoneExt","MemberDirectPhone","MemberMobilePhone","MemberTollFreePhone","MemberFax","MemberAddress2","MemberCountyOrParish","MemberPostalCodePlus4","MemberIsAssistantTo","OfficeMlsId","OfficeName","OfficeNationalAssociationId","OriginatingSystemID","OriginatingSystemMemberKey","OriginatingSystemName","SourceSystemID","SourceSystemMemberKey","SourceSystemName",""}', array[null, v."MemberKey", v."MemberMlsId", v."MemberFirstName", v."MemberLastName", v."MemberFullName", v."MemberEmail", v."MemberPreferredPhone", v."MemberOfficePhone", v."OfficeKey", v."MemberAddress1", v."MemberCity", v."MemberStateOrProvince", v."MemberPostalCode", v."MemberCountry", v."X_QobrixAgentId", v."X_QobrixAgentRef", v."X_QobrixDescription", v."X_QobrixAgreementDate", v."X_QobrixOwnerId", v."X_QobrixPrimaryContactId", v."X_QobrixCreated", v."X_QobrixModified", v."X_QobrixSourceType", v."OriginatingSystemOfficeKey", v.etl_batch_id, v."MemberNamePrefix", v."MemberMiddleName", v."MemberNameSuffix", v."MemberNickname", v."JobTitle", v."MemberBio", v."MemberAlternateId", v."MemberAOR", v."MemberAORkey", v."MemberAORMlsId", v."MemberPrimaryAorId", v."MemberNationalAssociationId", v."MemberStateLicense", v."MemberStateLicenseState", v."MemberStateLicenseType", v."UniqueLicenseeIdentifier", v."MemberPreferredPhoneExt", v."MemberOfficePhoneExt", v."MemberDirectPhone", v."MemberMobilePhone", v."MemberTollFreePhone", v."MemberFax", v."MemberAddress2", v."MemberCountyOrParish", v."MemberPostalCodePlus4", v."MemberIsAssistantTo", v."OfficeMlsId", v."OfficeName", v."OfficeNationalAssociationId", v."OriginatingSystemID", v."OriginatingSystemMemberKey", v."OriginatingSystemName", v."SourceSystemID", v."SourceSystemMemberKey", v."SourceSystemName", null])::text, '{"" : null, ', ''), ', "" : null}', '')
        || ((coalesce(', "etl_timestamp" : ' || '"' || to_char(v.etl_timestamp, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"', ', "etl_timestamp" : null') || coalesce(', "MemberMlsAccessYN" : ' || v."MemberMlsAccessYN"::text, ', "MemberMlsAccessYN" : null') || coalesce(', "MemberStateLicenseExpirationDate" : ' || '"' || v."MemberStateLicenseExpirationDate" || '"', ', "MemberStateLicenseExpirationDate" : null') || coalesce(', "OriginalEntryTimestamp" : ' || '"' || to_char(v."OriginalEntryTimestamp", 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"', ', "OriginalEntryTimestamp" : null')))) as common,
            replace(replace(json_object('{"","MemberStatus","MemberType","MemberDesignation","MemberLanguages",""}', array[null, v."MemberStatus", v."MemberType", v."MemberDesignation", v."MemberLanguages", null])::text, '{"" : null, ', ''), ', "" : null}', '') as gold,
            replace(replace(json_object('{"","MemberStatus","MemberType",""}', array[null, v."std_MemberStatus", v."std_MemberType", null])::text, '{"" : null, ', ''), ', "" : null}', '')
        || ', ' || concat_ws(', ',
        '"MemberDesignation" : ' || case when v."std_MemberDesignation" is null then '[]'
          when v."std_MemberDesignation" not like '%,%' and v."std_MemberDesignation" not like '[%'
          then coalesce('[' || to_json(nullif(btrim(v."std_MemberDesignation"), ''))::text || ']', '[]')
          when v."std_MemberDesignation" like '[%' or v."std_MemberDesignation" like '%,,%' or v."std_MemberDesignation" like '% ,%' or v."std_MemberDesignation" like '%, %' or v."std_MemberDesignation" like ',%' or v."std_MemberDesignation" like '%,' or v."std_MemberDesignation" like ' %' or v."std_MemberDesignation" like '% ' then to_json(mls.multi_values(v."std_MemberDesignation"))::text
          else '[' || replace(to_json(v."std_MemberDesignation")::text, ',', '","') || ']' end,
        '"MemberLanguages" : ' || case when v."std_MemberLanguages" is null then '[]'
          when v."std_MemberLanguages" not like '%,%' and v."std_MemberLanguages" not like '[%'
          then coalesce('[' || to_json(nullif(btrim(v."std_MemberLanguages"), ''))::text || ']', '[]')
          when v."std_MemberLanguages" like '[%' or v."std_MemberLanguages" like '%,,%' or v."std_MemberLanguages" like '% ,%' or v."std_MemberLanguages" like '%, %' or v."std_MemberLanguages" like ',%' or v."std_MemberLanguages" like '%,' or v."std_MemberLanguages" like ' %' or v."std_MemberLanguages" like '% ' then to_json(mls.multi_values(v."std_MemberLanguages"))::text
          else '[' || replace(to_json(v."std_MemberLanguages")::text, ',', '","') || ']' end) as dd2,
      replace(replace(json_object('{"","X_QobrixCommission1","MemberLoginId",""}', array[null, v."X_QobrixCommission1", v."MemberLoginId", null])::text, '{"" : null, ', ''), ', "" : null}', '') as doc_sensitive
          from (
        select w.*,
          coalesce(m.standard ->> ('MemberStatus:' || coalesce(w.office_key, '') || ':' || w."MemberStatus"), w."MemberStatus") as "std_MemberStatus",
          coalesce(m.standard ->> ('MemberType:' || coalesce(w.office_key, '') || ':' || w."MemberType"), w."MemberType") as "std_MemberType",
          coalesce(m.standard ->> ('*MemberDesignation:' || coalesce(w.office_key, '') || ':' || w."MemberDesignation"), w."MemberDesignation") as "std_MemberDesignation",
          coalesce(m.standard ->> ('*Languages:' || coalesce(w.office_key, '') || ':' || w."MemberLanguages"), w."MemberLanguages") as "std_MemberLanguages"
        from viewed w cross join standards m
        offset 0
      ) v
          offset 0
        ) v
        offset 0
      ) v
    ) d
    left join lateral (select s.ctid as held_at, s.record_id, s.is_deleted, s.office_key, s.is_published, s.doc, s.doc_gold, s.doc_dd2 from public.served_member s where s.record_id = d.record_id offset 0) s on true
    left join lateral (select x.doc from public.served_member_sensitive x where x.record_id = d.record_id offset 0) x on true
    cross join lateral (select s.doc is not distinct from d.doc as has_doc offset 0) k
  ),
  changed as not materialized (
    select * from shown v where v.is_changed
  ),
  gone as materialized (
    select s.record_id, s.record_key, s.office_key, s.is_published,
      cardinality(ids) + row_number() over (order by s.seq) as ordinal
    from unnest(ids) u (id)
    cross join lateral (select s.record_id, s."MemberKey" as record_key, s.office_key, s.is_published, s.seq, s.is_deleted from public.served_member s where s.record_id = u.id offset 0) s
    -- hashed; with not exists the planner, which expects few rows, searches all of them for each
    where not s.is_deleted and s.record_id not in (select v.record_id from shown v)
  ),
  base as materialized (
    select s.first, mls.stamp_time(s.first) as first_time
    from (
      select mls.take_stamps(case when exists (select from changed) or exists (select from gone)
        then cardinality(ids) + (select count(*) from gone) else 0 end) as first
      offset 0
    ) s
  ),
  -- apart, although nobody else writes here: "on conflict" looks for each row again, and locks it before it is written. Rows
  -- to update are named by their place: found by their key, the plan of a small table would read a whole one
  written as (
    insert into public.served_member (record_id, tenant_id, seq, office_key, is_published, is_deleted, stamp, doc, doc_gold, doc_dd2, "MemberKey", "MemberMlsId", "MemberFirstName", "MemberLastName", "MemberFullName", "MemberEmail", "MemberPreferredPhone", "MemberOfficePhone", "MemberStatus", "MemberType", "OfficeKey", "MemberAddress1", "MemberCity", "MemberStateOrProvince", "MemberPostalCode", "MemberCountry", "X_QobrixAgentId", "X_QobrixAgentRef", "X_QobrixDescription", "X_QobrixAgreementDate", "X_QobrixOwnerId", "X_QobrixPrimaryContactId", "X_QobrixCreated", "X_QobrixModified", "X_QobrixSourceType", "OriginatingSystemOfficeKey", etl_timestamp, etl_batch_id, "MemberNamePrefix", "MemberMiddleName", "MemberNameSuffix", "MemberNickname", "JobTitle", "MemberBio", "MemberDesignation", "MemberLanguages", "MemberMlsAccessYN", "MemberAlternateId", "MemberAOR", "MemberAORkey", "MemberAORMlsId", "MemberPrimaryAorId", "MemberNationalAssociationId", "MemberStateLicense", "MemberStateLicenseState", "MemberStateLicenseType", "MemberStateLicenseExpirationDate", "UniqueLicenseeIdentifier", "MemberPreferredPhoneExt", "MemberOfficePhoneExt", "MemberDirectPhone", "MemberMobilePhone", "MemberTollFreePhone", "MemberFax", "MemberAddress2", "MemberCountyOrParish", "MemberPostalCodePlus4", "MemberIsAssistantTo", "OfficeMlsId", "OfficeName", "OfficeNationalAssociationId", "OriginalEntryTimestamp", "OriginatingSystemID", "OriginatingSystemMemberKey", "OriginatingSystemName", "SourceSystemID", "SourceSystemMemberKey", "SourceSystemName", "std_MemberStatus", "std_MemberType", "std_MemberDesignation", "std_MemberLanguages", "ModificationTimestamp")
    select n.record_id, n.tenant_id, n.seq, n.office_key, n.is_published, false, b.first + n.ordinal - 1, n.doc, n.doc_gold, n.doc_dd2, n."MemberKey", n."MemberMlsId", n."MemberFirstName", n."MemberLastName", n."MemberFullName", n."MemberEmail", n."MemberPreferredPhone", n."MemberOfficePhone", n."MemberStatus", n."MemberType", n."OfficeKey", n."MemberAddress1", n."MemberCity", n."MemberStateOrProvince", n."MemberPostalCode", n."MemberCountry", n."X_QobrixAgentId", n."X_QobrixAgentRef", n."X_QobrixDescription", n."X_QobrixAgreementDate", n."X_QobrixOwnerId", n."X_QobrixPrimaryContactId", n."X_QobrixCreated", n."X_QobrixModified", n."X_QobrixSourceType", n."OriginatingSystemOfficeKey", n.etl_timestamp, n.etl_batch_id, n."MemberNamePrefix", n."MemberMiddleName", n."MemberNameSuffix", n."MemberNickname", n."JobTitle", n."MemberBio", n."MemberDesignation", n."MemberLanguages", n."MemberMlsAccessYN", n."MemberAlternateId", n."MemberAOR", n."MemberAORkey", n."MemberAORMlsId", n."MemberPrimaryAorId", n."MemberNationalAssociationId", n."MemberStateLicense", n."MemberStateLicenseState", n."MemberStateLicenseType", n."MemberStateLicenseExpirationDate", n."UniqueLicenseeIdentifier", n."MemberPreferredPhoneExt", n."MemberOfficePhoneExt", n."MemberDirectPhone", n."MemberMobilePhone", n."MemberTollFreePhone", n."MemberFax", n."MemberAddress2", n."MemberCountyOrParish", n."MemberPostalCodePlus4", n."MemberIsAssistantTo", n."OfficeMlsId", n."OfficeName", n."OfficeNationalAssociationId", n."OriginalEntryTimestamp", n."OriginatingSystemID", n."OriginatingSystemMemberKey", n."OriginatingSystemName", n."SourceSystemID", n."SourceSystemMemberKey", n."SourceSystemName", n."std_MemberStatus", n."std_MemberType", n."std_MemberDesignation", n."std_MemberLanguages", b.first_time + (n.ordinal - 1) * interval '1 microsecond'
    from changed n cross join base b
    where not n.is_held
  ),
  rewritten as (
    update public.served_member held set
      tenant_id = n.tenant_id,
      office_key = n.office_key,
      is_published = n.is_published,
      is_deleted = false,
      stamp = b.first + n.ordinal - 1,
      doc = case when n.has_doc then held.doc else n.doc end,
      doc_gold = n.doc_gold,
      doc_dd2 = n.doc_dd2,
      "MemberKey" = n."MemberKey",
      "MemberMlsId" = n."MemberMlsId",
      "MemberFirstName" = n."MemberFirstName",
      "MemberLastName" = n."MemberLastName",
      "MemberFullName" = n."MemberFullName",
      "MemberEmail" = n."MemberEmail",
      "MemberPreferredPhone" = n."MemberPreferredPhone",
      "MemberOfficePhone" = n."MemberOfficePhone",
      "MemberStatus" = n."MemberStatus",
      "MemberType" = n."MemberType",
      "OfficeKey" = n."OfficeKey",
      "MemberAddress1" = n."MemberAddress1",
      "MemberCity" = n."MemberCity",
      "MemberStateOrProvince" = n."MemberStateOrProvince",
      "MemberPostalCode" = n."MemberPostalCode",
      "MemberCountry" = n."MemberCountry",
      "X_QobrixAgentId" = n."X_QobrixAgentId",
      "X_QobrixAgentRef" = n."X_QobrixAgentRef",
      "X_QobrixDescription" = n."X_QobrixDescription",
      "X_QobrixAgreementDate" = n."X_QobrixAgreementDate",
      "X_QobrixOwnerId" = n."X_QobrixOwnerId",
      "X_QobrixPrimaryContactId" = n."X_QobrixPrimaryContactId",
      "X_QobrixCreated" = n."X_QobrixCreated",
      "X_QobrixModified" = n."X_QobrixModified",
      "X_QobrixSourceType" = n."X_QobrixSourceType",
      "OriginatingSystemOfficeKey" = n."OriginatingSystemOfficeKey",
      etl_timestamp = n.etl_timestamp,
      etl_batch_id = n.etl_batch_id,
      "MemberNamePrefix" = n."MemberNamePrefix",
      "MemberMiddleName" = n."MemberMiddleName",
      "MemberNameSuffix" = n."MemberNameSuffix",
      "MemberNickname" = n."MemberNickname",
      "JobTitle" = n."JobTitle",
      "MemberBio" = n."MemberBio",
      "MemberDesignation" = n."MemberDesignation",
      "MemberLanguages" = n."MemberLanguages",
      "MemberMlsAccessYN" = n."MemberMlsAccessYN",
      "MemberAlternateId" = n."MemberAlternateId",
      "MemberAOR" = n."MemberAOR",
      "MemberAORkey" = n."MemberAORkey",
      "MemberAORMlsId" = n."MemberAORMlsId",
      "MemberPrimaryAorId" = n."MemberPrimaryAorId",
      "MemberNationalAssociationId" = n."MemberNationalAssociationId",
      "MemberStateLicense" = n."MemberStateLicense",
      "MemberStateLicenseState" = n."MemberStateLicenseState",
      "MemberStateLicenseType" = n."MemberStateLicenseType",
      "MemberStateLicenseExpirationDate" = n."MemberStateLicenseExpirationDate",
      "UniqueLicenseeIdentifier" = n."UniqueLicenseeIdentifier",
      "MemberPreferredPhoneExt" = n."MemberPreferredPhoneExt",
      "MemberOfficePhoneExt" = n."MemberOfficePhoneExt",
      "MemberDirectPhone" = n."MemberDirectPhone",
      "MemberMobilePhone" = n."MemberMobilePhone",
      "MemberTollFreePhone" = n."MemberTollFreePhone",
      "MemberFax" = n."MemberFax",
      "MemberAddress2" = n."MemberAddress2",
      "MemberCountyOrParish" = n."MemberCountyOrParish",
      "MemberPostalCodePlus4" = n."MemberPostalCodePlus4",
      "MemberIsAssistantTo" = n."MemberIsAssistantTo",
      "OfficeMlsId" = n."OfficeMlsId",
      "OfficeName" = n."OfficeName",
      "OfficeNationalAssociationId" = n."OfficeNationalAssociationId",
      "OriginalEntryTimestamp" = n."OriginalEntryTimestamp",
      "OriginatingSystemID" = n."OriginatingSystemID",
      "OriginatingSystemMemberKey" = n."OriginatingSystemMemberKey",
      "OriginatingSystemName" = n."OriginatingSystemName",
      "SourceSystemID" = n."SourceSystemID",
      "SourceSystemMemberKey" = n."SourceSystemMemberKey",
      "SourceSystemName" = n."SourceSystemName",
      "std_MemberStatus" = n."std_MemberStatus",
      "std_MemberType" = n."std_MemberType",
      "std_MemberDesignation" = n."std_MemberDesignation",
      "std_MemberLanguages" = n."std_MemberLanguages",
      "ModificationTimestamp" = b.first_time + (n.ordinal - 1) * interval '1 microsecond'
    from changed n cross join base b
    where n.is_held and held.ctid = n.held_at
  ),
  buried as (
    update public.served_member s
    set is_deleted = true, stamp = b.first + g.ordinal - 1, "ModificationTimestamp" = b.first_time + (g.ordinal - 1) * interval '1 microsecond'
    from gone g cross join base b
    where s.record_id = g.record_id
  ),
  written_sensitive as (
    insert into public.served_member_sensitive (record_id, office_key, is_published, doc, "X_QobrixCommission1", "MemberLoginId")
    select n.record_id, n.office_key, n.is_published, n.doc_sensitive, n."X_QobrixCommission1", n."MemberLoginId"
    from changed n
    on conflict (record_id) do update set
      office_key = excluded.office_key,
      is_published = excluded.is_published,
      doc = excluded.doc,
      "X_QobrixCommission1" = excluded."X_QobrixCommission1",
      "MemberLoginId" = excluded."MemberLoginId"
  ),
  removed_sensitive as (
    delete from public.served_member_sensitive x using gone g where x.record_id = g.record_id
  )
  insert into public.mls_entity_events
    (sequence, resource, record_key, record_id, kind, office_key, previous_office_key, is_published, was_published)
  select b.first + n.ordinal - 1, 'Member', n."MemberKey", n.record_id, case when n.is_new then 'created' else 'updated' end,
    n.office_key, nullif(n.previous_office_key, n.office_key), n.is_published, coalesce(n.was_published, false)
  from changed n cross join base b
  union all
  select b.first + g.ordinal - 1, 'Member', g.record_key, g.record_id, 'deleted', g.office_key, null, false, g.is_published
  from gone g cross join base b;
end $$;
comment on function mls.refresh_member(uuid[]) is
  'Brings the served rows of these Member records to what member_reso says now. Call it under mls.lock_stamps().';

create or replace function mls.refresh_office(ids uuid[]) returns void
language plpgsql volatile security definer set search_path = '' set timezone = 'UTC' set work_mem = '64MB' set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  seqs bigint[];
begin
  -- stamps follow the order of insertion; sorted here, where rows are narrow
  select array_agg(u.id order by t.seq), array_agg(t.seq order by t.seq) filter (where t.seq is not null) into ids, seqs
  from unnest(ids) u (id)
  left join lateral (select t.seq from public.mls_offices t where t.id = u.id offset 0) t on true;
  -- rows are wide: they are kept once, compared where they are made, and numbered by their place in ids
  with viewed as materialized (
    select w.* from public.office_reso w where w.record_id = any (ids)
  ),
  standards as materialized (
    select mls.standard_map(array_agg(x.lookup), array_agg(x.is_multi), array_agg(g.office), array_agg(h.held collate "default")) as standard
    from (
      select coalesce(w.office_key, '') as office,
        array_agg(distinct w."OfficeStatus" collate "C") filter (where w."OfficeStatus" <> '') as "OfficeStatus",
        array_agg(distinct w."OfficeType" collate "C") filter (where w."OfficeType" <> '') as "OfficeType",
        array_agg(distinct w."OfficeBranchType" collate "C") filter (where w."OfficeBranchType" <> '') as "OfficeBranchType"
      from viewed w
      group by 1
    ) g
    cross join lateral (values
      ('OfficeStatus', false, g."OfficeStatus"),
      ('OfficeType', false, g."OfficeType"),
      ('OfficeBranchType', false, g."OfficeBranchType")
    ) x (lookup, is_multi, given)
    cross join lateral unnest(x.given) h (held)
  ),
  shown as materialized (
    select d.*, s.office_key as previous_office_key, s.is_published as was_published,
      s.record_id is not null as is_held, s.held_at, s.record_id is null or s.is_deleted as is_new, width_bucket(d.seq, seqs) as ordinal,
      k.has_doc, not k.has_doc or s.is_deleted
        or (s.office_key, s.is_published, s.doc_gold, s.doc_dd2)
          is distinct from (d.office_key, d.is_published, d.doc_gold, d.doc_dd2)
      or x.doc is distinct from d.doc_sensitive as is_changed
    from (
      select v.*, coalesce(v.parts[1], v.common) as doc,
        concat_ws(', ', nullif(v.gold, ''), v.parts[2]) as doc_gold, concat_ws(', ', nullif(v.dd2, ''), v.parts[3]) as doc_dd2
      from (
        select v.*, case when
          octet_length(v."OfficeName") > 255 and length(v."OfficeName") > 255
          or octet_length(v."OfficeEmail") > 80 and length(v."OfficeEmail") > 80
          or octet_length(v."OfficePhone") > 16 and length(v."OfficePhone") > 16
          or octet_length(v."OfficeFax") > 16 and length(v."OfficeFax") > 16
          or octet_length(v."OfficeAddress1") > 50 and length(v."OfficeAddress1") > 50
          or octet_length(v."OfficeAddress2") > 50 and length(v."OfficeAddress2") > 50
          or octet_length(v."OfficeCity") > 50 and length(v."OfficeCity") > 50
          or octet_length(v."OfficePostalCode") > 10 and length(v."OfficePostalCode") > 10
          or octet_length(v."OfficeBio") > 1024 and length(v."OfficeBio") > 1024
          or octet_length(v."OfficeAORkey") > 255 and length(v."OfficeAORkey") > 255
          or octet_length(v."OfficeCorporateLicense") > 50 and length(v."OfficeCorporateLicense") > 50
          or octet_length(v."FranchiseAffiliation") > 50 and length(v."FranchiseAffiliation") > 50
          or octet_length(v."OfficePhoneExt") > 10 and length(v."OfficePhoneExt") > 10
          or octet_length(v."OfficePostalCodePlus4") > 4 and length(v."OfficePostalCodePlus4") > 4
          or octet_length(v."OriginatingSystemName") > 255 and length(v."OriginatingSystemName") > 255
          or octet_length(v."SourceSystemName") > 255 and length(v."SourceSystemName") > 255
          then mls.part_long_texts(v.common, '{OfficeName,OfficeEmail,OfficePhone,OfficeFax,OfficeAddress1,OfficeAddress2,OfficeCity,OfficePostalCode,OfficeBio,OfficeAORkey,OfficeCorporateLicense,FranchiseAffiliation,OfficePhoneExt,OfficePostalCodePlus4,OriginatingSystemName,SourceSystemName}', array[v."OfficeName", v."OfficeEmail", v."OfficePhone", v."OfficeFax", v."OfficeAddress1", v."OfficeAddress2", v."OfficeCity", v."OfficePostalCode", v."OfficeBio", v."OfficeAORkey", v."OfficeCorporateLicense", v."FranchiseAffiliation", v."OfficePhoneExt", v."OfficePostalCodePlus4", v."OriginatingSystemName", v."SourceSystemName"], '{255,80,16,16,50,50,50,10,1024,255,50,50,10,4,255,255}') end as parts
        from (
          select v.*,
            (replace(replace(json_object('{"","OfficeKey","OfficeMlsId","OfficeName","OfficeEmail","OfficePhone","OfficeFax","OfficeAddress1","OfficeAddress2","OfficeCity","OfficeStateOrProvince","OfficePostalCode","OfficeCountry","OfficeBrokerKey","X_QobrixAgentId","X_QobrixAgentRef","X_QobrixDescription","X_QobrixAgreementDate","X_QobrixOwnerId","X_QobrixPrimaryContactId","X_QobrixCreated","X_QobrixModified","OriginatingSystemOfficeKey","etl_batch_id","OfficeBio","OfficeAlternateId","OfficeAOR","OfficeAORkey","OfficeAORMlsId","OfficePrimaryAorId","OfficeNationalAssociationId","OfficeCorporateLicense","MainOfficeKey","MainOfficeMlsId","FranchiseAffiliation","FranchiseNationalAssociationId","OfficeBrokerMlsId","OfficeBrokerNationalAssociationId","OfficeManagerKey","OfficeManagerMlsId","OfficePhoneExt","OfficeCountyOrParish","OfficePostalCodePlus4","OfficePrimaryStateOrProvince","OriginatingSystemID","OriginatingSystemName","SourceSystemID","SourceSystemName","SourceSystemOfficeKey",""}', array[null, v."OfficeKey", v."OfficeMlsId", v."OfficeName", v."OfficeEmail", v."OfficePhone", v."OfficeFax", v."OfficeAddress1", v."OfficeAddress2", v."OfficeCity", v."OfficeStateOrProvince", v."OfficePostalCode", v."OfficeCountry", v."OfficeBrokerKey", v."X_QobrixAgentId", v."X_QobrixAgentRef", v."X_QobrixDescription", v."X_QobrixAgreementDate", v."X_QobrixOwnerId", v."X_QobrixPrimaryContactId", v."X_QobrixCreated", v."X_QobrixModified", v."OriginatingSystemOfficeKey", v.etl_batch_id, v."OfficeBio", v."OfficeAlternateId", v."OfficeAOR", v."OfficeAORkey", v."OfficeAORMlsId", v."OfficePrimaryAorId", v."OfficeNationalAssociationId", v."OfficeCorporateLicense", v."MainOfficeKey", v."MainOfficeMlsId", v."FranchiseAffiliation", v."FranchiseNationalAssociationId", v."OfficeBrokerMlsId", v."OfficeBrokerNationalAssociationId", v."OfficeManagerKey", v."OfficeManagerMlsId", v."OfficePhoneExt", v."OfficeCountyOrParish", v."OfficePostalCodePlus4", v."OfficePrimaryStateOrProvince", v."OriginatingSystemID", v."OriginatingSystemName", v."SourceSystemID", v."SourceSystemName", v."SourceSystemOfficeKey", null])::text, '{"" : null, ', ''), ', "" : null}', '')
        || ((coalesce(', "etl_timestamp" : ' || '"' || to_char(v.etl_timestamp, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"', ', "etl_timestamp" : null') || coalesce(', "NumberOfBranches" : ' || v."NumberOfBranches"::text, ', "NumberOfBranches" : null') || coalesce(', "IDXOfficeParticipationYN" : ' || v."IDXOfficeParticipationYN"::text, ', "IDXOfficeParticipationYN" : null') || coalesce(', "VirtualOfficeWebsiteYN" : ' || v."VirtualOfficeWebsiteYN"::text, ', "VirtualOfficeWebsiteYN" : null') || coalesce(', "OriginalEntryTimestamp" : ' || '"' || to_char(v."OriginalEntryTimestamp", 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"', ', "OriginalEntryTimestamp" : null')))) as common,
            replace(replace(json_object('{"","OfficeStatus","OfficeType","OfficeBranchType",""}', array[null, v."OfficeStatus", v."OfficeType", v."OfficeBranchType", null])::text, '{"" : null, ', ''), ', "" : null}', '') as gold,
            replace(replace(json_object('{"","OfficeStatus","OfficeType","OfficeBranchType",""}', array[null, v."std_OfficeStatus", v."std_OfficeType", v."std_OfficeBranchType", null])::text, '{"" : null, ', ''), ', "" : null}', '') as dd2,
      replace(replace(json_object('{"","X_QobrixCommission1","X_QobrixCommission2","X_QobrixCommission3",""}', array[null, v."X_QobrixCommission1", v."X_QobrixCommission2", v."X_QobrixCommission3", null])::text, '{"" : null, ', ''), ', "" : null}', '') as doc_sensitive
          from (
        select w.*,
          coalesce(m.standard ->> ('OfficeStatus:' || coalesce(w.office_key, '') || ':' || w."OfficeStatus"), w."OfficeStatus") as "std_OfficeStatus",
          coalesce(m.standard ->> ('OfficeType:' || coalesce(w.office_key, '') || ':' || w."OfficeType"), w."OfficeType") as "std_OfficeType",
          coalesce(m.standard ->> ('OfficeBranchType:' || coalesce(w.office_key, '') || ':' || w."OfficeBranchType"), w."OfficeBranchType") as "std_OfficeBranchType"
        from viewed w cross join standards m
        offset 0
      ) v
          offset 0
        ) v
        offset 0
      ) v
    ) d
    left join lateral (select s.ctid as held_at, s.record_id, s.is_deleted, s.office_key, s.is_published, s.doc, s.doc_gold, s.doc_dd2 from public.served_office s where s.record_id = d.record_id offset 0) s on true
    left join lateral (select x.doc from public.served_office_sensitive x where x.record_id = d.record_id offset 0) x on true
    cross join lateral (select s.doc is not distinct from d.doc as has_doc offset 0) k
  ),
  changed as not materialized (
    select * from shown v where v.is_changed
  ),
  gone as materialized (
    select s.record_id, s.record_key, s.office_key, s.is_published,
      cardinality(ids) + row_number() over (order by s.seq) as ordinal
    from unnest(ids) u (id)
    cross join lateral (select s.record_id, s."OfficeKey" as record_key, s.office_key, s.is_published, s.seq, s.is_deleted from public.served_office s where s.record_id = u.id offset 0) s
    -- hashed; with not exists the planner, which expects few rows, searches all of them for each
    where not s.is_deleted and s.record_id not in (select v.record_id from shown v)
  ),
  base as materialized (
    select s.first, mls.stamp_time(s.first) as first_time
    from (
      select mls.take_stamps(case when exists (select from changed) or exists (select from gone)
        then cardinality(ids) + (select count(*) from gone) else 0 end) as first
      offset 0
    ) s
  ),
  -- apart, although nobody else writes here: "on conflict" looks for each row again, and locks it before it is written. Rows
  -- to update are named by their place: found by their key, the plan of a small table would read a whole one
  written as (
    insert into public.served_office (record_id, tenant_id, seq, office_key, is_published, is_deleted, stamp, doc, doc_gold, doc_dd2, "OfficeKey", "OfficeMlsId", "OfficeName", "OfficeEmail", "OfficePhone", "OfficeFax", "OfficeStatus", "OfficeType", "OfficeAddress1", "OfficeAddress2", "OfficeCity", "OfficeStateOrProvince", "OfficePostalCode", "OfficeCountry", "OfficeBrokerKey", "X_QobrixAgentId", "X_QobrixAgentRef", "X_QobrixDescription", "X_QobrixAgreementDate", "X_QobrixOwnerId", "X_QobrixPrimaryContactId", "X_QobrixCreated", "X_QobrixModified", "OriginatingSystemOfficeKey", etl_timestamp, etl_batch_id, "OfficeBio", "OfficeAlternateId", "OfficeAOR", "OfficeAORkey", "OfficeAORMlsId", "OfficePrimaryAorId", "OfficeNationalAssociationId", "OfficeCorporateLicense", "OfficeBranchType", "MainOfficeKey", "MainOfficeMlsId", "NumberOfBranches", "FranchiseAffiliation", "FranchiseNationalAssociationId", "OfficeBrokerMlsId", "OfficeBrokerNationalAssociationId", "OfficeManagerKey", "OfficeManagerMlsId", "IDXOfficeParticipationYN", "VirtualOfficeWebsiteYN", "OfficePhoneExt", "OfficeCountyOrParish", "OfficePostalCodePlus4", "OfficePrimaryStateOrProvince", "OriginalEntryTimestamp", "OriginatingSystemID", "OriginatingSystemName", "SourceSystemID", "SourceSystemName", "SourceSystemOfficeKey", "std_OfficeStatus", "std_OfficeType", "std_OfficeBranchType", "ModificationTimestamp")
    select n.record_id, n.tenant_id, n.seq, n.office_key, n.is_published, false, b.first + n.ordinal - 1, n.doc, n.doc_gold, n.doc_dd2, n."OfficeKey", n."OfficeMlsId", n."OfficeName", n."OfficeEmail", n."OfficePhone", n."OfficeFax", n."OfficeStatus", n."OfficeType", n."OfficeAddress1", n."OfficeAddress2", n."OfficeCity", n."OfficeStateOrProvince", n."OfficePostalCode", n."OfficeCountry", n."OfficeBrokerKey", n."X_QobrixAgentId", n."X_QobrixAgentRef", n."X_QobrixDescription", n."X_QobrixAgreementDate", n."X_QobrixOwnerId", n."X_QobrixPrimaryContactId", n."X_QobrixCreated", n."X_QobrixModified", n."OriginatingSystemOfficeKey", n.etl_timestamp, n.etl_batch_id, n."OfficeBio", n."OfficeAlternateId", n."OfficeAOR", n."OfficeAORkey", n."OfficeAORMlsId", n."OfficePrimaryAorId", n."OfficeNationalAssociationId", n."OfficeCorporateLicense", n."OfficeBranchType", n."MainOfficeKey", n."MainOfficeMlsId", n."NumberOfBranches", n."FranchiseAffiliation", n."FranchiseNationalAssociationId", n."OfficeBrokerMlsId", n."OfficeBrokerNationalAssociationId", n."OfficeManagerKey", n."OfficeManagerMlsId", n."IDXOfficeParticipationYN", n."VirtualOfficeWebsiteYN", n."OfficePhoneExt", n."OfficeCountyOrParish", n."OfficePostalCodePlus4", n."OfficePrimaryStateOrProvince", n."OriginalEntryTimestamp", n."OriginatingSystemID", n."OriginatingSystemName", n."SourceSystemID", n."SourceSystemName", n."SourceSystemOfficeKey", n."std_OfficeStatus", n."std_OfficeType", n."std_OfficeBranchType", b.first_time + (n.ordinal - 1) * interval '1 microsecond'
    from changed n cross join base b
    where not n.is_held
  ),
  rewritten as (
    update public.served_office held set
      tenant_id = n.tenant_id,
      office_key = n.office_key,
      is_published = n.is_published,
      is_deleted = false,
      stamp = b.first + n.ordinal - 1,
      doc = case when n.has_doc then held.doc else n.doc end,
      doc_gold = n.doc_gold,
      doc_dd2 = n.doc_dd2,
      "OfficeKey" = n."OfficeKey",
      "OfficeMlsId" = n."OfficeMlsId",
      "OfficeName" = n."OfficeName",
      "OfficeEmail" = n."OfficeEmail",
      "OfficePhone" = n."OfficePhone",
      "OfficeFax" = n."OfficeFax",
      "OfficeStatus" = n."OfficeStatus",
      "OfficeType" = n."OfficeType",
      "OfficeAddress1" = n."OfficeAddress1",
      "OfficeAddress2" = n."OfficeAddress2",
      "OfficeCity" = n."OfficeCity",
      "OfficeStateOrProvince" = n."OfficeStateOrProvince",
      "OfficePostalCode" = n."OfficePostalCode",
      "OfficeCountry" = n."OfficeCountry",
      "OfficeBrokerKey" = n."OfficeBrokerKey",
      "X_QobrixAgentId" = n."X_QobrixAgentId",
      "X_QobrixAgentRef" = n."X_QobrixAgentRef",
      "X_QobrixDescription" = n."X_QobrixDescription",
      "X_QobrixAgreementDate" = n."X_QobrixAgreementDate",
      "X_QobrixOwnerId" = n."X_QobrixOwnerId",
      "X_QobrixPrimaryContactId" = n."X_QobrixPrimaryContactId",
      "X_QobrixCreated" = n."X_QobrixCreated",
      "X_QobrixModified" = n."X_QobrixModified",
      "OriginatingSystemOfficeKey" = n."OriginatingSystemOfficeKey",
      etl_timestamp = n.etl_timestamp,
      etl_batch_id = n.etl_batch_id,
      "OfficeBio" = n."OfficeBio",
      "OfficeAlternateId" = n."OfficeAlternateId",
      "OfficeAOR" = n."OfficeAOR",
      "OfficeAORkey" = n."OfficeAORkey",
      "OfficeAORMlsId" = n."OfficeAORMlsId",
      "OfficePrimaryAorId" = n."OfficePrimaryAorId",
      "OfficeNationalAssociationId" = n."OfficeNationalAssociationId",
      "OfficeCorporateLicense" = n."OfficeCorporateLicense",
      "OfficeBranchType" = n."OfficeBranchType",
      "MainOfficeKey" = n."MainOfficeKey",
      "MainOfficeMlsId" = n."MainOfficeMlsId",
      "NumberOfBranches" = n."NumberOfBranches",
      "FranchiseAffiliation" = n."FranchiseAffiliation",
      "FranchiseNationalAssociationId" = n."FranchiseNationalAssociationId",
      "OfficeBrokerMlsId" = n."OfficeBrokerMlsId",
      "OfficeBrokerNationalAssociationId" = n."OfficeBrokerNationalAssociationId",
      "OfficeManagerKey" = n."OfficeManagerKey",
      "OfficeManagerMlsId" = n."OfficeManagerMlsId",
      "IDXOfficeParticipationYN" = n."IDXOfficeParticipationYN",
      "VirtualOfficeWebsiteYN" = n."VirtualOfficeWebsiteYN",
      "OfficePhoneExt" = n."OfficePhoneExt",
      "OfficeCountyOrParish" = n."OfficeCountyOrParish",
      "OfficePostalCodePlus4" = n."OfficePostalCodePlus4",
      "OfficePrimaryStateOrProvince" = n."OfficePrimaryStateOrProvince",
      "OriginalEntryTimestamp" = n."OriginalEntryTimestamp",
      "OriginatingSystemID" = n."OriginatingSystemID",
      "OriginatingSystemName" = n."OriginatingSystemName",
      "SourceSystemID" = n."SourceSystemID",
      "SourceSystemName" = n."SourceSystemName",
      "SourceSystemOfficeKey" = n."SourceSystemOfficeKey",
      "std_OfficeStatus" = n."std_OfficeStatus",
      "std_OfficeType" = n."std_OfficeType",
      "std_OfficeBranchType" = n."std_OfficeBranchType",
      "ModificationTimestamp" = b.first_time + (n.ordinal - 1) * interval '1 microsecond'
    from changed n cross join base b
    where n.is_held and held.ctid = n.held_at
  ),
  buried as (
    update public.served_office s
    set is_deleted = true, stamp = b.first + g.ordinal - 1, "ModificationTimestamp" = b.first_time + (g.ordinal - 1) * interval '1 microsecond'
    from gone g cross join base b
    where s.record_id = g.record_id
  ),
  written_sensitive as (
    insert into public.served_office_sensitive (record_id, office_key, is_published, doc, "X_QobrixCommission1", "X_QobrixCommission2", "X_QobrixCommission3")
    select n.record_id, n.office_key, n.is_published, n.doc_sensitive, n."X_QobrixCommission1", n."X_QobrixCommission2", n."X_QobrixCommission3"
    from changed n
    on conflict (record_id) do update set
      office_key = excluded.office_key,
      is_published = excluded.is_published,
      doc = excluded.doc,
      "X_QobrixCommission1" = excluded."X_QobrixCommission1",
      "X_QobrixCommission2" = excluded."X_QobrixCommission2",
      "X_QobrixCommission3" = excluded."X_QobrixCommission3"
  ),
  removed_sensitive as (
    delete from public.served_office_sensitive x using gone g where x.record_id = g.record_id
  )
  insert into public.mls_entity_events
    (sequence, resource, record_key, record_id, kind, office_key, previous_office_key, is_published, was_published)
  select b.first + n.ordinal - 1, 'Office', n."OfficeKey", n.record_id, case when n.is_new then 'created' else 'updated' end,
    n.office_key, nullif(n.previous_office_key, n.office_key), n.is_published, coalesce(n.was_published, false)
  from changed n cross join base b
  union all
  select b.first + g.ordinal - 1, 'Office', g.record_key, g.record_id, 'deleted', g.office_key, null, false, g.is_published
  from gone g cross join base b;
end $$;
comment on function mls.refresh_office(uuid[]) is
  'Brings the served rows of these Office records to what office_reso says now. Call it under mls.lock_stamps().';

create or replace function mls.refresh_media(ids uuid[]) returns void
language plpgsql volatile security definer set search_path = '' set timezone = 'UTC' set work_mem = '64MB' set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  seqs bigint[];
begin
  -- stamps follow the order of insertion; sorted here, where rows are narrow
  select array_agg(u.id order by t.seq), array_agg(t.seq order by t.seq) filter (where t.seq is not null) into ids, seqs
  from unnest(ids) u (id)
  left join lateral (select t.seq from public.mls_listing_media t where t.id = u.id offset 0) t on true;
  -- rows are wide: they are kept once, compared where they are made, and numbered by their place in ids
  with viewed as materialized (
    select w.* from public.media_reso w where w.record_id = any (ids)
  ),
  standards as materialized (
    select mls.standard_map(array_agg(x.lookup), array_agg(x.is_multi), array_agg(g.office), array_agg(h.held collate "default")) as standard
    from (
      select coalesce(w.office_key, '') as office,
        array_agg(distinct w."ImageOf" collate "C") filter (where w."ImageOf" <> '') as "ImageOf",
        array_agg(distinct w."MediaAlteration" collate "C") filter (where w."MediaAlteration" <> '') as "MediaAlteration",
        array_agg(distinct w."Permission" collate "C") filter (where w."Permission" <> '') as "Permission"
      from viewed w
      group by 1
    ) g
    cross join lateral (values
      ('ImageOf', false, g."ImageOf"),
      ('MediaAlteration', true, g."MediaAlteration"),
      ('Permission', true, g."Permission")
    ) x (lookup, is_multi, given)
    cross join lateral unnest(x.given) h (held)
  ),
  shown as materialized (
    select d.*, s.office_key as previous_office_key, s.is_published as was_published,
      s.record_id is not null as is_held, s.held_at, s.record_id is null or s.is_deleted as is_new, width_bucket(d.seq, seqs) as ordinal,
      k.has_doc, not k.has_doc or s.is_deleted
        or (s.office_key, s.is_published, s.doc_gold, s.doc_dd2)
          is distinct from (d.office_key, d.is_published, d.doc_gold, d.doc_dd2) as is_changed
    from (
      select v.*, coalesce(v.parts[1], v.common) as doc,
        concat_ws(', ', nullif(v.gold, ''), v.parts[2]) as doc_gold, concat_ws(', ', nullif(v.dd2, ''), v.parts[3]) as doc_dd2
      from (
        select v.*, case when
          octet_length(v."ShortDescription") > 50 and length(v."ShortDescription") > 50
          or octet_length(v."LongDescription") > 1024 and length(v."LongDescription") > 1024
          or octet_length(v."MediaHTML") > 8500 and length(v."MediaHTML") > 8500
          or octet_length(v."OriginatingSystemName") > 255 and length(v."OriginatingSystemName") > 255
          or octet_length(v."SourceSystemName") > 255 and length(v."SourceSystemName") > 255
          then mls.part_long_texts(v.common, '{ShortDescription,LongDescription,MediaHTML,OriginatingSystemName,SourceSystemName}', array[v."ShortDescription", v."LongDescription", v."MediaHTML", v."OriginatingSystemName", v."SourceSystemName"], '{50,1024,8500,255,255}') end as parts
        from (
          select v.*,
            (replace(replace(json_object('{"","MediaKey","ResourceRecordKey","ResourceName","MediaCategory","MediaURL","MediaType","ShortDescription","LongDescription","X_QobrixMediaId","X_QobrixPropertyId","X_QobrixMediaCategory","X_QobrixFileId","X_QobrixThumbnailUrl","X_QobrixFilesystem","X_QobrixCategoryId","X_QobrixCreated","X_QobrixModified","OriginatingSystemOfficeKey","X_DataSource","etl_batch_id","ImageSizeDescription","MediaHTML","MediaObjectID","MediaStatus","ResourceRecordID","OriginatingSystemID","OriginatingSystemMediaKey","OriginatingSystemName","SourceSystemID","SourceSystemMediaKey","SourceSystemName",""}', array[null, v."MediaKey", v."ResourceRecordKey", v."ResourceName", v."MediaCategory", v."MediaURL", v."MediaType", v."ShortDescription", v."LongDescription", v."X_QobrixMediaId", v."X_QobrixPropertyId", v."X_QobrixMediaCategory", v."X_QobrixFileId", v."X_QobrixThumbnailUrl", v."X_QobrixFilesystem", v."X_QobrixCategoryId", v."X_QobrixCreated", v."X_QobrixModified", v."OriginatingSystemOfficeKey", v."X_DataSource", v.etl_batch_id, v."ImageSizeDescription", v."MediaHTML", v."MediaObjectID", v."MediaStatus", v."ResourceRecordID", v."OriginatingSystemID", v."OriginatingSystemMediaKey", v."OriginatingSystemName", v."SourceSystemID", v."SourceSystemMediaKey", v."SourceSystemName", null])::text, '{"" : null, ', ''), ', "" : null}', '')
        || ((coalesce(', "Order" : ' || v."Order"::text, ', "Order" : null') || coalesce(', "ImageWidth" : ' || v."ImageWidth"::text, ', "ImageWidth" : null') || coalesce(', "ImageHeight" : ' || v."ImageHeight"::text, ', "ImageHeight" : null') || coalesce(', "ImageSizeBytes" : ' || v."ImageSizeBytes"::text, ', "ImageSizeBytes" : null') || coalesce(', "X_IsPrimary" : ' || v."X_IsPrimary"::text, ', "X_IsPrimary" : null') || coalesce(', "etl_timestamp" : ' || '"' || to_char(v.etl_timestamp, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"', ', "etl_timestamp" : null') || coalesce(', "MediaModificationTimestamp" : ' || '"' || to_char(v."MediaModificationTimestamp", 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"', ', "MediaModificationTimestamp" : null') || coalesce(', "PreferredPhotoYN" : ' || v."PreferredPhotoYN"::text, ', "PreferredPhotoYN" : null')))) as common,
            replace(replace(json_object('{"","ImageOf","MediaAlteration","Permission",""}', array[null, v."ImageOf", v."MediaAlteration", v."Permission", null])::text, '{"" : null, ', ''), ', "" : null}', '') as gold,
            replace(replace(json_object('{"","ImageOf",""}', array[null, v."std_ImageOf", null])::text, '{"" : null, ', ''), ', "" : null}', '')
        || ', ' || concat_ws(', ',
        '"MediaAlteration" : ' || case when v."std_MediaAlteration" is null then '[]'
          when v."std_MediaAlteration" not like '%,%' and v."std_MediaAlteration" not like '[%'
          then coalesce('[' || to_json(nullif(btrim(v."std_MediaAlteration"), ''))::text || ']', '[]')
          when v."std_MediaAlteration" like '[%' or v."std_MediaAlteration" like '%,,%' or v."std_MediaAlteration" like '% ,%' or v."std_MediaAlteration" like '%, %' or v."std_MediaAlteration" like ',%' or v."std_MediaAlteration" like '%,' or v."std_MediaAlteration" like ' %' or v."std_MediaAlteration" like '% ' then to_json(mls.multi_values(v."std_MediaAlteration"))::text
          else '[' || replace(to_json(v."std_MediaAlteration")::text, ',', '","') || ']' end,
        '"Permission" : ' || case when v."std_Permission" is null then '[]'
          when v."std_Permission" not like '%,%' and v."std_Permission" not like '[%'
          then coalesce('[' || to_json(nullif(btrim(v."std_Permission"), ''))::text || ']', '[]')
          when v."std_Permission" like '[%' or v."std_Permission" like '%,,%' or v."std_Permission" like '% ,%' or v."std_Permission" like '%, %' or v."std_Permission" like ',%' or v."std_Permission" like '%,' or v."std_Permission" like ' %' or v."std_Permission" like '% ' then to_json(mls.multi_values(v."std_Permission"))::text
          else '[' || replace(to_json(v."std_Permission")::text, ',', '","') || ']' end) as dd2
          from (
        select w.*,
          coalesce(m.standard ->> ('ImageOf:' || coalesce(w.office_key, '') || ':' || w."ImageOf"), w."ImageOf") as "std_ImageOf",
          coalesce(m.standard ->> ('*MediaAlteration:' || coalesce(w.office_key, '') || ':' || w."MediaAlteration"), w."MediaAlteration") as "std_MediaAlteration",
          coalesce(m.standard ->> ('*Permission:' || coalesce(w.office_key, '') || ':' || w."Permission"), w."Permission") as "std_Permission"
        from viewed w cross join standards m
        offset 0
      ) v
          offset 0
        ) v
        offset 0
      ) v
    ) d
    left join lateral (select s.ctid as held_at, s.record_id, s.is_deleted, s.office_key, s.is_published, s.doc, s.doc_gold, s.doc_dd2 from public.served_media s where s.record_id = d.record_id offset 0) s on true
    cross join lateral (select s.doc is not distinct from d.doc as has_doc offset 0) k
  ),
  changed as not materialized (
    select * from shown v where v.is_changed
  ),
  gone as materialized (
    select s.record_id, s.record_key, s.office_key, s.is_published,
      cardinality(ids) + row_number() over (order by s.seq) as ordinal
    from unnest(ids) u (id)
    cross join lateral (select s.record_id, s."MediaKey" as record_key, s.office_key, s.is_published, s.seq, s.is_deleted from public.served_media s where s.record_id = u.id offset 0) s
    -- hashed; with not exists the planner, which expects few rows, searches all of them for each
    where not s.is_deleted and s.record_id not in (select v.record_id from shown v)
  ),
  base as materialized (
    select s.first, mls.stamp_time(s.first) as first_time
    from (
      select mls.take_stamps(case when exists (select from changed) or exists (select from gone)
        then cardinality(ids) + (select count(*) from gone) else 0 end) as first
      offset 0
    ) s
  ),
  -- apart, although nobody else writes here: "on conflict" looks for each row again, and locks it before it is written. Rows
  -- to update are named by their place: found by their key, the plan of a small table would read a whole one
  written as (
    insert into public.served_media (record_id, tenant_id, seq, office_key, is_published, is_deleted, stamp, doc, doc_gold, doc_dd2, "MediaKey", "ResourceRecordKey", "ResourceName", "MediaCategory", "MediaURL", "MediaType", "Order", "ShortDescription", "LongDescription", "ImageWidth", "ImageHeight", "ImageSizeBytes", "X_IsPrimary", "X_QobrixMediaId", "X_QobrixPropertyId", "X_QobrixMediaCategory", "X_QobrixFileId", "X_QobrixThumbnailUrl", "X_QobrixFilesystem", "X_QobrixCategoryId", "X_QobrixCreated", "X_QobrixModified", "OriginatingSystemOfficeKey", "X_DataSource", etl_timestamp, etl_batch_id, "MediaModificationTimestamp", "ImageOf", "ImageSizeDescription", "MediaAlteration", "MediaHTML", "MediaObjectID", "MediaStatus", "Permission", "PreferredPhotoYN", "ResourceRecordID", "OriginatingSystemID", "OriginatingSystemMediaKey", "OriginatingSystemName", "SourceSystemID", "SourceSystemMediaKey", "SourceSystemName", "std_ImageOf", "std_MediaAlteration", "std_Permission", "ModificationTimestamp")
    select n.record_id, n.tenant_id, n.seq, n.office_key, n.is_published, false, b.first + n.ordinal - 1, n.doc, n.doc_gold, n.doc_dd2, n."MediaKey", n."ResourceRecordKey", n."ResourceName", n."MediaCategory", n."MediaURL", n."MediaType", n."Order", n."ShortDescription", n."LongDescription", n."ImageWidth", n."ImageHeight", n."ImageSizeBytes", n."X_IsPrimary", n."X_QobrixMediaId", n."X_QobrixPropertyId", n."X_QobrixMediaCategory", n."X_QobrixFileId", n."X_QobrixThumbnailUrl", n."X_QobrixFilesystem", n."X_QobrixCategoryId", n."X_QobrixCreated", n."X_QobrixModified", n."OriginatingSystemOfficeKey", n."X_DataSource", n.etl_timestamp, n.etl_batch_id, n."MediaModificationTimestamp", n."ImageOf", n."ImageSizeDescription", n."MediaAlteration", n."MediaHTML", n."MediaObjectID", n."MediaStatus", n."Permission", n."PreferredPhotoYN", n."ResourceRecordID", n."OriginatingSystemID", n."OriginatingSystemMediaKey", n."OriginatingSystemName", n."SourceSystemID", n."SourceSystemMediaKey", n."SourceSystemName", n."std_ImageOf", n."std_MediaAlteration", n."std_Permission", b.first_time + (n.ordinal - 1) * interval '1 microsecond'
    from changed n cross join base b
    where not n.is_held
  ),
  rewritten as (
    update public.served_media held set
      tenant_id = n.tenant_id,
      office_key = n.office_key,
      is_published = n.is_published,
      is_deleted = false,
      stamp = b.first + n.ordinal - 1,
      doc = case when n.has_doc then held.doc else n.doc end,
      doc_gold = n.doc_gold,
      doc_dd2 = n.doc_dd2,
      "MediaKey" = n."MediaKey",
      "ResourceRecordKey" = n."ResourceRecordKey",
      "ResourceName" = n."ResourceName",
      "MediaCategory" = n."MediaCategory",
      "MediaURL" = n."MediaURL",
      "MediaType" = n."MediaType",
      "Order" = n."Order",
      "ShortDescription" = n."ShortDescription",
      "LongDescription" = n."LongDescription",
      "ImageWidth" = n."ImageWidth",
      "ImageHeight" = n."ImageHeight",
      "ImageSizeBytes" = n."ImageSizeBytes",
      "X_IsPrimary" = n."X_IsPrimary",
      "X_QobrixMediaId" = n."X_QobrixMediaId",
      "X_QobrixPropertyId" = n."X_QobrixPropertyId",
      "X_QobrixMediaCategory" = n."X_QobrixMediaCategory",
      "X_QobrixFileId" = n."X_QobrixFileId",
      "X_QobrixThumbnailUrl" = n."X_QobrixThumbnailUrl",
      "X_QobrixFilesystem" = n."X_QobrixFilesystem",
      "X_QobrixCategoryId" = n."X_QobrixCategoryId",
      "X_QobrixCreated" = n."X_QobrixCreated",
      "X_QobrixModified" = n."X_QobrixModified",
      "OriginatingSystemOfficeKey" = n."OriginatingSystemOfficeKey",
      "X_DataSource" = n."X_DataSource",
      etl_timestamp = n.etl_timestamp,
      etl_batch_id = n.etl_batch_id,
      "MediaModificationTimestamp" = n."MediaModificationTimestamp",
      "ImageOf" = n."ImageOf",
      "ImageSizeDescription" = n."ImageSizeDescription",
      "MediaAlteration" = n."MediaAlteration",
      "MediaHTML" = n."MediaHTML",
      "MediaObjectID" = n."MediaObjectID",
      "MediaStatus" = n."MediaStatus",
      "Permission" = n."Permission",
      "PreferredPhotoYN" = n."PreferredPhotoYN",
      "ResourceRecordID" = n."ResourceRecordID",
      "OriginatingSystemID" = n."OriginatingSystemID",
      "OriginatingSystemMediaKey" = n."OriginatingSystemMediaKey",
      "OriginatingSystemName" = n."OriginatingSystemName",
      "SourceSystemID" = n."SourceSystemID",
      "SourceSystemMediaKey" = n."SourceSystemMediaKey",
      "SourceSystemName" = n."SourceSystemName",
      "std_ImageOf" = n."std_ImageOf",
      "std_MediaAlteration" = n."std_MediaAlteration",
      "std_Permission" = n."std_Permission",
      "ModificationTimestamp" = b.first_time + (n.ordinal - 1) * interval '1 microsecond'
    from changed n cross join base b
    where n.is_held and held.ctid = n.held_at
  ),
  buried as (
    update public.served_media s
    set is_deleted = true, stamp = b.first + g.ordinal - 1, "ModificationTimestamp" = b.first_time + (g.ordinal - 1) * interval '1 microsecond'
    from gone g cross join base b
    where s.record_id = g.record_id
  )
  insert into public.mls_entity_events
    (sequence, resource, record_key, record_id, kind, office_key, previous_office_key, is_published, was_published)
  select b.first + n.ordinal - 1, 'Media', n."MediaKey", n.record_id, case when n.is_new then 'created' else 'updated' end,
    n.office_key, nullif(n.previous_office_key, n.office_key), n.is_published, coalesce(n.was_published, false)
  from changed n cross join base b
  union all
  select b.first + g.ordinal - 1, 'Media', g.record_key, g.record_id, 'deleted', g.office_key, null, false, g.is_published
  from gone g cross join base b;
end $$;
comment on function mls.refresh_media(uuid[]) is
  'Brings the served rows of these Media records to what media_reso says now. Call it under mls.lock_stamps().';

create or replace function mls.refresh_open_house(ids uuid[]) returns void
language plpgsql volatile security definer set search_path = '' set timezone = 'UTC' set work_mem = '64MB' set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  seqs bigint[];
begin
  -- stamps follow the order of insertion; sorted here, where rows are narrow
  select array_agg(u.id order by t.seq), array_agg(t.seq order by t.seq) filter (where t.seq is not null) into ids, seqs
  from unnest(ids) u (id)
  left join lateral (select t.seq from public.mls_open_houses t where t.id = u.id offset 0) t on true;
  -- rows are wide: they are kept once, compared where they are made, and numbered by their place in ids
  with viewed as materialized (
    select w.* from public.open_house_reso w where w.record_id = any (ids)
  ),
  standards as materialized (
    select mls.standard_map(array_agg(x.lookup), array_agg(x.is_multi), array_agg(g.office), array_agg(h.held collate "default")) as standard
    from (
      select coalesce(w.office_key, '') as office,
        array_agg(distinct w."OpenHouseStatus" collate "C") filter (where w."OpenHouseStatus" <> '') as "OpenHouseStatus",
        array_agg(distinct w."OpenHouseType" collate "C") filter (where w."OpenHouseType" <> '') as "OpenHouseType",
        array_agg(distinct w."OpenHouseAttendedBy" collate "C") filter (where w."OpenHouseAttendedBy" <> '') as "OpenHouseAttendedBy"
      from viewed w
      group by 1
    ) g
    cross join lateral (values
      ('OpenHouseStatus', false, g."OpenHouseStatus"),
      ('OpenHouseType', false, g."OpenHouseType"),
      ('Attended', false, g."OpenHouseAttendedBy")
    ) x (lookup, is_multi, given)
    cross join lateral unnest(x.given) h (held)
  ),
  shown as materialized (
    select d.*, s.office_key as previous_office_key, s.is_published as was_published,
      s.record_id is not null as is_held, s.held_at, s.record_id is null or s.is_deleted as is_new, width_bucket(d.seq, seqs) as ordinal,
      k.has_doc, not k.has_doc or s.is_deleted
        or (s.office_key, s.is_published, s.doc_gold, s.doc_dd2)
          is distinct from (d.office_key, d.is_published, d.doc_gold, d.doc_dd2) as is_changed
    from (
      select v.*, coalesce(v.parts[1], v.common) as doc,
        concat_ws(', ', nullif(v.gold, ''), v.parts[2]) as doc_gold, concat_ws(', ', nullif(v.dd2, ''), v.parts[3]) as doc_dd2
      from (
        select v.*, case when
          octet_length(v."OpenHouseRemarks") > 500 and length(v."OpenHouseRemarks") > 500
          or octet_length(v."Refreshments") > 255 and length(v."Refreshments") > 255
          or octet_length(v."ShowingAgentFirstName") > 50 and length(v."ShowingAgentFirstName") > 50
          or octet_length(v."ShowingAgentLastName") > 50 and length(v."ShowingAgentLastName") > 50
          or octet_length(v."OriginatingSystemName") > 255 and length(v."OriginatingSystemName") > 255
          or octet_length(v."SourceSystemName") > 255 and length(v."SourceSystemName") > 255
          then mls.part_long_texts(v.common, '{OpenHouseRemarks,Refreshments,ShowingAgentFirstName,ShowingAgentLastName,OriginatingSystemName,SourceSystemName}', array[v."OpenHouseRemarks", v."Refreshments", v."ShowingAgentFirstName", v."ShowingAgentLastName", v."OriginatingSystemName", v."SourceSystemName"], '{500,255,50,50,255,255}') end as parts
        from (
          select v.*,
            (replace(replace(json_object('{"","OpenHouseKey","OpenHouseId","ListingKey","ListingId","OpenHouseRemarks","Refreshments","LivestreamOpenHouseURL","ShowingAgentKey","ShowingAgentFirstName","ShowingAgentLastName","ShowingAgentMlsID","OriginatingSystemID","OriginatingSystemKey","OriginatingSystemName","SourceSystemID","SourceSystemKey","SourceSystemName","OriginatingSystemOfficeKey","etl_batch_id",""}', array[null, v."OpenHouseKey", v."OpenHouseId", v."ListingKey", v."ListingId", v."OpenHouseRemarks", v."Refreshments", v."LivestreamOpenHouseURL", v."ShowingAgentKey", v."ShowingAgentFirstName", v."ShowingAgentLastName", v."ShowingAgentMlsID", v."OriginatingSystemID", v."OriginatingSystemKey", v."OriginatingSystemName", v."SourceSystemID", v."SourceSystemKey", v."SourceSystemName", v."OriginatingSystemOfficeKey", v.etl_batch_id, null])::text, '{"" : null, ', ''), ', "" : null}', '')
        || ((coalesce(', "OpenHouseDate" : ' || '"' || v."OpenHouseDate" || '"', ', "OpenHouseDate" : null') || coalesce(', "OpenHouseStartTime" : ' || '"' || to_char(v."OpenHouseStartTime", 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"', ', "OpenHouseStartTime" : null') || coalesce(', "OpenHouseEndTime" : ' || '"' || to_char(v."OpenHouseEndTime", 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"', ', "OpenHouseEndTime" : null') || coalesce(', "AppointmentRequiredYN" : ' || v."AppointmentRequiredYN"::text, ', "AppointmentRequiredYN" : null') || coalesce(', "OriginalEntryTimestamp" : ' || '"' || to_char(v."OriginalEntryTimestamp", 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"', ', "OriginalEntryTimestamp" : null') || coalesce(', "etl_timestamp" : ' || '"' || to_char(v.etl_timestamp, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"', ', "etl_timestamp" : null')))) as common,
            replace(replace(json_object('{"","OpenHouseStatus","OpenHouseType","OpenHouseAttendedBy",""}', array[null, v."OpenHouseStatus", v."OpenHouseType", v."OpenHouseAttendedBy", null])::text, '{"" : null, ', ''), ', "" : null}', '') as gold,
            replace(replace(json_object('{"","OpenHouseStatus","OpenHouseType","OpenHouseAttendedBy",""}', array[null, v."std_OpenHouseStatus", v."std_OpenHouseType", v."std_OpenHouseAttendedBy", null])::text, '{"" : null, ', ''), ', "" : null}', '') as dd2
          from (
        select w.*,
          coalesce(m.standard ->> ('OpenHouseStatus:' || coalesce(w.office_key, '') || ':' || w."OpenHouseStatus"), w."OpenHouseStatus") as "std_OpenHouseStatus",
          coalesce(m.standard ->> ('OpenHouseType:' || coalesce(w.office_key, '') || ':' || w."OpenHouseType"), w."OpenHouseType") as "std_OpenHouseType",
          coalesce(m.standard ->> ('Attended:' || coalesce(w.office_key, '') || ':' || w."OpenHouseAttendedBy"), w."OpenHouseAttendedBy") as "std_OpenHouseAttendedBy"
        from viewed w cross join standards m
        offset 0
      ) v
          offset 0
        ) v
        offset 0
      ) v
    ) d
    left join lateral (select s.ctid as held_at, s.record_id, s.is_deleted, s.office_key, s.is_published, s.doc, s.doc_gold, s.doc_dd2 from public.served_open_house s where s.record_id = d.record_id offset 0) s on true
    cross join lateral (select s.doc is not distinct from d.doc as has_doc offset 0) k
  ),
  changed as not materialized (
    select * from shown v where v.is_changed
  ),
  gone as materialized (
    select s.record_id, s.record_key, s.office_key, s.is_published,
      cardinality(ids) + row_number() over (order by s.seq) as ordinal
    from unnest(ids) u (id)
    cross join lateral (select s.record_id, s."OpenHouseKey" as record_key, s.office_key, s.is_published, s.seq, s.is_deleted from public.served_open_house s where s.record_id = u.id offset 0) s
    -- hashed; with not exists the planner, which expects few rows, searches all of them for each
    where not s.is_deleted and s.record_id not in (select v.record_id from shown v)
  ),
  base as materialized (
    select s.first, mls.stamp_time(s.first) as first_time
    from (
      select mls.take_stamps(case when exists (select from changed) or exists (select from gone)
        then cardinality(ids) + (select count(*) from gone) else 0 end) as first
      offset 0
    ) s
  ),
  -- apart, although nobody else writes here: "on conflict" looks for each row again, and locks it before it is written. Rows
  -- to update are named by their place: found by their key, the plan of a small table would read a whole one
  written as (
    insert into public.served_open_house (record_id, tenant_id, seq, office_key, is_published, is_deleted, stamp, doc, doc_gold, doc_dd2, "OpenHouseKey", "OpenHouseId", "ListingKey", "ListingId", "OpenHouseDate", "OpenHouseStartTime", "OpenHouseEndTime", "OpenHouseStatus", "OpenHouseType", "OpenHouseAttendedBy", "OpenHouseRemarks", "Refreshments", "AppointmentRequiredYN", "LivestreamOpenHouseURL", "ShowingAgentKey", "ShowingAgentFirstName", "ShowingAgentLastName", "ShowingAgentMlsID", "OriginalEntryTimestamp", "OriginatingSystemID", "OriginatingSystemKey", "OriginatingSystemName", "SourceSystemID", "SourceSystemKey", "SourceSystemName", "OriginatingSystemOfficeKey", etl_timestamp, etl_batch_id, "std_OpenHouseStatus", "std_OpenHouseType", "std_OpenHouseAttendedBy", "ModificationTimestamp")
    select n.record_id, n.tenant_id, n.seq, n.office_key, n.is_published, false, b.first + n.ordinal - 1, n.doc, n.doc_gold, n.doc_dd2, n."OpenHouseKey", n."OpenHouseId", n."ListingKey", n."ListingId", n."OpenHouseDate", n."OpenHouseStartTime", n."OpenHouseEndTime", n."OpenHouseStatus", n."OpenHouseType", n."OpenHouseAttendedBy", n."OpenHouseRemarks", n."Refreshments", n."AppointmentRequiredYN", n."LivestreamOpenHouseURL", n."ShowingAgentKey", n."ShowingAgentFirstName", n."ShowingAgentLastName", n."ShowingAgentMlsID", n."OriginalEntryTimestamp", n."OriginatingSystemID", n."OriginatingSystemKey", n."OriginatingSystemName", n."SourceSystemID", n."SourceSystemKey", n."SourceSystemName", n."OriginatingSystemOfficeKey", n.etl_timestamp, n.etl_batch_id, n."std_OpenHouseStatus", n."std_OpenHouseType", n."std_OpenHouseAttendedBy", b.first_time + (n.ordinal - 1) * interval '1 microsecond'
    from changed n cross join base b
    where not n.is_held
  ),
  rewritten as (
    update public.served_open_house held set
      tenant_id = n.tenant_id,
      office_key = n.office_key,
      is_published = n.is_published,
      is_deleted = false,
      stamp = b.first + n.ordinal - 1,
      doc = case when n.has_doc then held.doc else n.doc end,
      doc_gold = n.doc_gold,
      doc_dd2 = n.doc_dd2,
      "OpenHouseKey" = n."OpenHouseKey",
      "OpenHouseId" = n."OpenHouseId",
      "ListingKey" = n."ListingKey",
      "ListingId" = n."ListingId",
      "OpenHouseDate" = n."OpenHouseDate",
      "OpenHouseStartTime" = n."OpenHouseStartTime",
      "OpenHouseEndTime" = n."OpenHouseEndTime",
      "OpenHouseStatus" = n."OpenHouseStatus",
      "OpenHouseType" = n."OpenHouseType",
      "OpenHouseAttendedBy" = n."OpenHouseAttendedBy",
      "OpenHouseRemarks" = n."OpenHouseRemarks",
      "Refreshments" = n."Refreshments",
      "AppointmentRequiredYN" = n."AppointmentRequiredYN",
      "LivestreamOpenHouseURL" = n."LivestreamOpenHouseURL",
      "ShowingAgentKey" = n."ShowingAgentKey",
      "ShowingAgentFirstName" = n."ShowingAgentFirstName",
      "ShowingAgentLastName" = n."ShowingAgentLastName",
      "ShowingAgentMlsID" = n."ShowingAgentMlsID",
      "OriginalEntryTimestamp" = n."OriginalEntryTimestamp",
      "OriginatingSystemID" = n."OriginatingSystemID",
      "OriginatingSystemKey" = n."OriginatingSystemKey",
      "OriginatingSystemName" = n."OriginatingSystemName",
      "SourceSystemID" = n."SourceSystemID",
      "SourceSystemKey" = n."SourceSystemKey",
      "SourceSystemName" = n."SourceSystemName",
      "OriginatingSystemOfficeKey" = n."OriginatingSystemOfficeKey",
      etl_timestamp = n.etl_timestamp,
      etl_batch_id = n.etl_batch_id,
      "std_OpenHouseStatus" = n."std_OpenHouseStatus",
      "std_OpenHouseType" = n."std_OpenHouseType",
      "std_OpenHouseAttendedBy" = n."std_OpenHouseAttendedBy",
      "ModificationTimestamp" = b.first_time + (n.ordinal - 1) * interval '1 microsecond'
    from changed n cross join base b
    where n.is_held and held.ctid = n.held_at
  ),
  buried as (
    update public.served_open_house s
    set is_deleted = true, stamp = b.first + g.ordinal - 1, "ModificationTimestamp" = b.first_time + (g.ordinal - 1) * interval '1 microsecond'
    from gone g cross join base b
    where s.record_id = g.record_id
  )
  insert into public.mls_entity_events
    (sequence, resource, record_key, record_id, kind, office_key, previous_office_key, is_published, was_published)
  select b.first + n.ordinal - 1, 'OpenHouse', n."OpenHouseKey", n.record_id, case when n.is_new then 'created' else 'updated' end,
    n.office_key, nullif(n.previous_office_key, n.office_key), n.is_published, coalesce(n.was_published, false)
  from changed n cross join base b
  union all
  select b.first + g.ordinal - 1, 'OpenHouse', g.record_key, g.record_id, 'deleted', g.office_key, null, false, g.is_published
  from gone g cross join base b;
end $$;
comment on function mls.refresh_open_house(uuid[]) is
  'Brings the served rows of these OpenHouse records to what open_house_reso says now. Call it under mls.lock_stamps().';

create or replace function mls.refresh_property_rooms(ids uuid[]) returns void
language plpgsql volatile security definer set search_path = '' set timezone = 'UTC' set work_mem = '64MB' set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  seqs bigint[];
begin
  -- stamps follow the order of insertion; sorted here, where rows are narrow
  select array_agg(u.id order by t.seq), array_agg(t.seq order by t.seq) filter (where t.seq is not null) into ids, seqs
  from unnest(ids) u (id)
  left join lateral (select t.seq from public.mls_property_rooms t where t.id = u.id offset 0) t on true;
  -- rows are wide: they are kept once, compared where they are made, and numbered by their place in ids
  with viewed as materialized (
    select w.* from public.property_rooms_reso w where w.record_id = any (ids)
  ),
  standards as materialized (
    select mls.standard_map(array_agg(x.lookup), array_agg(x.is_multi), array_agg(g.office), array_agg(h.held collate "default")) as standard
    from (
      select coalesce(w.office_key, '') as office,
        array_agg(distinct w."RoomType" collate "C") filter (where w."RoomType" <> '') as "RoomType",
        array_agg(distinct w."RoomLevel" collate "C") filter (where w."RoomLevel" <> '') as "RoomLevel",
        array_agg(distinct w."RoomFeatures" collate "C") filter (where w."RoomFeatures" <> '') as "RoomFeatures",
        array_agg(distinct w."RoomAreaUnits" collate "C") filter (where w."RoomAreaUnits" <> '') as "RoomAreaUnits",
        array_agg(distinct w."RoomAreaSource" collate "C") filter (where w."RoomAreaSource" <> '') as "RoomAreaSource",
        array_agg(distinct w."RoomLengthWidthUnits" collate "C") filter (where w."RoomLengthWidthUnits" <> '') as "RoomLengthWidthUnits",
        array_agg(distinct w."RoomLengthWidthSource" collate "C") filter (where w."RoomLengthWidthSource" <> '') as "RoomLengthWidthSource",
        array_agg(distinct w."BedroomClosetType" collate "C") filter (where w."BedroomClosetType" <> '') as "BedroomClosetType"
      from viewed w
      group by 1
    ) g
    cross join lateral (values
      ('RoomType', false, g."RoomType"),
      ('RoomLevel', false, g."RoomLevel"),
      ('InteriorOrRoomFeatures', true, g."RoomFeatures"),
      ('AreaUnits', false, g."RoomAreaUnits"),
      ('AreaSource', false, g."RoomAreaSource"),
      ('LinearUnits', false, g."RoomLengthWidthUnits"),
      ('RoomLengthWidthSource', false, g."RoomLengthWidthSource"),
      ('ClosetType', false, g."BedroomClosetType")
    ) x (lookup, is_multi, given)
    cross join lateral unnest(x.given) h (held)
  ),
  shown as materialized (
    select d.*, s.office_key as previous_office_key, s.is_published as was_published,
      s.record_id is not null as is_held, s.held_at, s.record_id is null or s.is_deleted as is_new, width_bucket(d.seq, seqs) as ordinal,
      k.has_doc, not k.has_doc or s.is_deleted
        or (s.office_key, s.is_published, s.doc_gold, s.doc_dd2)
          is distinct from (d.office_key, d.is_published, d.doc_gold, d.doc_dd2) as is_changed
    from (
      select v.*, coalesce(v.parts[1], v.common) as doc,
        concat_ws(', ', nullif(v.gold, ''), v.parts[2]) as doc_gold, concat_ws(', ', nullif(v.dd2, ''), v.parts[3]) as doc_dd2
      from (
        select v.*, case when
          octet_length(v."RoomDescription") > 1024 and length(v."RoomDescription") > 1024
          or octet_length(v."RoomDimensions") > 50 and length(v."RoomDimensions") > 50
          then mls.part_long_texts(v.common, '{RoomDescription,RoomDimensions}', array[v."RoomDescription", v."RoomDimensions"], '{1024,50}') end as parts
        from (
          select v.*,
            (replace(replace(json_object('{"","RoomKey","ListingKey","ListingId","RoomDescription","RoomDimensions","OriginatingSystemOfficeKey","etl_batch_id",""}', array[null, v."RoomKey", v."ListingKey", v."ListingId", v."RoomDescription", v."RoomDimensions", v."OriginatingSystemOfficeKey", v.etl_batch_id, null])::text, '{"" : null, ', ''), ', "" : null}', '')
        || ((coalesce(', "RoomArea" : ' || v."RoomArea"::text, ', "RoomArea" : null') || coalesce(', "RoomLength" : ' || v."RoomLength"::text, ', "RoomLength" : null') || coalesce(', "RoomWidth" : ' || v."RoomWidth"::text, ', "RoomWidth" : null') || coalesce(', "etl_timestamp" : ' || '"' || to_char(v.etl_timestamp, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"', ', "etl_timestamp" : null')))) as common,
            replace(replace(json_object('{"","RoomType","RoomLevel","RoomFeatures","RoomAreaUnits","RoomAreaSource","RoomLengthWidthUnits","RoomLengthWidthSource","BedroomClosetType",""}', array[null, v."RoomType", v."RoomLevel", v."RoomFeatures", v."RoomAreaUnits", v."RoomAreaSource", v."RoomLengthWidthUnits", v."RoomLengthWidthSource", v."BedroomClosetType", null])::text, '{"" : null, ', ''), ', "" : null}', '') as gold,
            replace(replace(json_object('{"","RoomType","RoomLevel","RoomAreaUnits","RoomAreaSource","RoomLengthWidthUnits","RoomLengthWidthSource","BedroomClosetType",""}', array[null, v."std_RoomType", v."std_RoomLevel", v."std_RoomAreaUnits", v."std_RoomAreaSource", v."std_RoomLengthWidthUnits", v."std_RoomLengthWidthSource", v."std_BedroomClosetType", null])::text, '{"" : null, ', ''), ', "" : null}', '')
        || ', ' || concat_ws(', ',
        '"RoomFeatures" : ' || case when v."std_RoomFeatures" is null then '[]'
          when v."std_RoomFeatures" not like '%,%' and v."std_RoomFeatures" not like '[%'
          then coalesce('[' || to_json(nullif(btrim(v."std_RoomFeatures"), ''))::text || ']', '[]')
          when v."std_RoomFeatures" like '[%' or v."std_RoomFeatures" like '%,,%' or v."std_RoomFeatures" like '% ,%' or v."std_RoomFeatures" like '%, %' or v."std_RoomFeatures" like ',%' or v."std_RoomFeatures" like '%,' or v."std_RoomFeatures" like ' %' or v."std_RoomFeatures" like '% ' then to_json(mls.multi_values(v."std_RoomFeatures"))::text
          else '[' || replace(to_json(v."std_RoomFeatures")::text, ',', '","') || ']' end) as dd2
          from (
        select w.*,
          coalesce(m.standard ->> ('RoomType:' || coalesce(w.office_key, '') || ':' || w."RoomType"), w."RoomType") as "std_RoomType",
          coalesce(m.standard ->> ('RoomLevel:' || coalesce(w.office_key, '') || ':' || w."RoomLevel"), w."RoomLevel") as "std_RoomLevel",
          coalesce(m.standard ->> ('*InteriorOrRoomFeatures:' || coalesce(w.office_key, '') || ':' || w."RoomFeatures"), w."RoomFeatures") as "std_RoomFeatures",
          coalesce(m.standard ->> ('AreaUnits:' || coalesce(w.office_key, '') || ':' || w."RoomAreaUnits"), w."RoomAreaUnits") as "std_RoomAreaUnits",
          coalesce(m.standard ->> ('AreaSource:' || coalesce(w.office_key, '') || ':' || w."RoomAreaSource"), w."RoomAreaSource") as "std_RoomAreaSource",
          coalesce(m.standard ->> ('LinearUnits:' || coalesce(w.office_key, '') || ':' || w."RoomLengthWidthUnits"), w."RoomLengthWidthUnits") as "std_RoomLengthWidthUnits",
          coalesce(m.standard ->> ('RoomLengthWidthSource:' || coalesce(w.office_key, '') || ':' || w."RoomLengthWidthSource"), w."RoomLengthWidthSource") as "std_RoomLengthWidthSource",
          coalesce(m.standard ->> ('ClosetType:' || coalesce(w.office_key, '') || ':' || w."BedroomClosetType"), w."BedroomClosetType") as "std_BedroomClosetType"
        from viewed w cross join standards m
        offset 0
      ) v
          offset 0
        ) v
        offset 0
      ) v
    ) d
    left join lateral (select s.ctid as held_at, s.record_id, s.is_deleted, s.office_key, s.is_published, s.doc, s.doc_gold, s.doc_dd2 from public.served_property_rooms s where s.record_id = d.record_id offset 0) s on true
    cross join lateral (select s.doc is not distinct from d.doc as has_doc offset 0) k
  ),
  changed as not materialized (
    select * from shown v where v.is_changed
  ),
  gone as materialized (
    select s.record_id, s.record_key, s.office_key, s.is_published,
      cardinality(ids) + row_number() over (order by s.seq) as ordinal
    from unnest(ids) u (id)
    cross join lateral (select s.record_id, s."RoomKey" as record_key, s.office_key, s.is_published, s.seq, s.is_deleted from public.served_property_rooms s where s.record_id = u.id offset 0) s
    -- hashed; with not exists the planner, which expects few rows, searches all of them for each
    where not s.is_deleted and s.record_id not in (select v.record_id from shown v)
  ),
  base as materialized (
    select s.first, mls.stamp_time(s.first) as first_time
    from (
      select mls.take_stamps(case when exists (select from changed) or exists (select from gone)
        then cardinality(ids) + (select count(*) from gone) else 0 end) as first
      offset 0
    ) s
  ),
  -- apart, although nobody else writes here: "on conflict" looks for each row again, and locks it before it is written. Rows
  -- to update are named by their place: found by their key, the plan of a small table would read a whole one
  written as (
    insert into public.served_property_rooms (record_id, tenant_id, seq, office_key, is_published, is_deleted, stamp, doc, doc_gold, doc_dd2, "RoomKey", "ListingKey", "ListingId", "RoomType", "RoomLevel", "RoomDescription", "RoomFeatures", "RoomArea", "RoomAreaUnits", "RoomAreaSource", "RoomDimensions", "RoomLength", "RoomWidth", "RoomLengthWidthUnits", "RoomLengthWidthSource", "BedroomClosetType", "OriginatingSystemOfficeKey", etl_timestamp, etl_batch_id, "std_RoomType", "std_RoomLevel", "std_RoomFeatures", "std_RoomAreaUnits", "std_RoomAreaSource", "std_RoomLengthWidthUnits", "std_RoomLengthWidthSource", "std_BedroomClosetType", "ModificationTimestamp")
    select n.record_id, n.tenant_id, n.seq, n.office_key, n.is_published, false, b.first + n.ordinal - 1, n.doc, n.doc_gold, n.doc_dd2, n."RoomKey", n."ListingKey", n."ListingId", n."RoomType", n."RoomLevel", n."RoomDescription", n."RoomFeatures", (n."RoomArea" * 100)::bigint, n."RoomAreaUnits", n."RoomAreaSource", n."RoomDimensions", (n."RoomLength" * 100)::bigint, (n."RoomWidth" * 100)::bigint, n."RoomLengthWidthUnits", n."RoomLengthWidthSource", n."BedroomClosetType", n."OriginatingSystemOfficeKey", n.etl_timestamp, n.etl_batch_id, n."std_RoomType", n."std_RoomLevel", n."std_RoomFeatures", n."std_RoomAreaUnits", n."std_RoomAreaSource", n."std_RoomLengthWidthUnits", n."std_RoomLengthWidthSource", n."std_BedroomClosetType", b.first_time + (n.ordinal - 1) * interval '1 microsecond'
    from changed n cross join base b
    where not n.is_held
  ),
  rewritten as (
    update public.served_property_rooms held set
      tenant_id = n.tenant_id,
      office_key = n.office_key,
      is_published = n.is_published,
      is_deleted = false,
      stamp = b.first + n.ordinal - 1,
      doc = case when n.has_doc then held.doc else n.doc end,
      doc_gold = n.doc_gold,
      doc_dd2 = n.doc_dd2,
      "RoomKey" = n."RoomKey",
      "ListingKey" = n."ListingKey",
      "ListingId" = n."ListingId",
      "RoomType" = n."RoomType",
      "RoomLevel" = n."RoomLevel",
      "RoomDescription" = n."RoomDescription",
      "RoomFeatures" = n."RoomFeatures",
      "RoomArea" = (n."RoomArea" * 100)::bigint,
      "RoomAreaUnits" = n."RoomAreaUnits",
      "RoomAreaSource" = n."RoomAreaSource",
      "RoomDimensions" = n."RoomDimensions",
      "RoomLength" = (n."RoomLength" * 100)::bigint,
      "RoomWidth" = (n."RoomWidth" * 100)::bigint,
      "RoomLengthWidthUnits" = n."RoomLengthWidthUnits",
      "RoomLengthWidthSource" = n."RoomLengthWidthSource",
      "BedroomClosetType" = n."BedroomClosetType",
      "OriginatingSystemOfficeKey" = n."OriginatingSystemOfficeKey",
      etl_timestamp = n.etl_timestamp,
      etl_batch_id = n.etl_batch_id,
      "std_RoomType" = n."std_RoomType",
      "std_RoomLevel" = n."std_RoomLevel",
      "std_RoomFeatures" = n."std_RoomFeatures",
      "std_RoomAreaUnits" = n."std_RoomAreaUnits",
      "std_RoomAreaSource" = n."std_RoomAreaSource",
      "std_RoomLengthWidthUnits" = n."std_RoomLengthWidthUnits",
      "std_RoomLengthWidthSource" = n."std_RoomLengthWidthSource",
      "std_BedroomClosetType" = n."std_BedroomClosetType",
      "ModificationTimestamp" = b.first_time + (n.ordinal - 1) * interval '1 microsecond'
    from changed n cross join base b
    where n.is_held and held.ctid = n.held_at
  ),
  buried as (
    update public.served_property_rooms s
    set is_deleted = true, stamp = b.first + g.ordinal - 1, "ModificationTimestamp" = b.first_time + (g.ordinal - 1) * interval '1 microsecond'
    from gone g cross join base b
    where s.record_id = g.record_id
  )
  insert into public.mls_entity_events
    (sequence, resource, record_key, record_id, kind, office_key, previous_office_key, is_published, was_published)
  select b.first + n.ordinal - 1, 'PropertyRooms', n."RoomKey", n.record_id, case when n.is_new then 'created' else 'updated' end,
    n.office_key, nullif(n.previous_office_key, n.office_key), n.is_published, coalesce(n.was_published, false)
  from changed n cross join base b
  union all
  select b.first + g.ordinal - 1, 'PropertyRooms', g.record_key, g.record_id, 'deleted', g.office_key, null, false, g.is_published
  from gone g cross join base b;
end $$;
comment on function mls.refresh_property_rooms(uuid[]) is
  'Brings the served rows of these PropertyRooms records to what property_rooms_reso says now. Call it under mls.lock_stamps().';

create or replace function mls.refresh_property_unit_types(ids uuid[]) returns void
language plpgsql volatile security definer set search_path = '' set timezone = 'UTC' set work_mem = '64MB' set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  seqs bigint[];
begin
  -- stamps follow the order of insertion; sorted here, where rows are narrow
  select array_agg(u.id order by t.seq), array_agg(t.seq order by t.seq) filter (where t.seq is not null) into ids, seqs
  from unnest(ids) u (id)
  left join lateral (select t.seq from public.mls_property_unit_types t where t.id = u.id offset 0) t on true;
  -- rows are wide: they are kept once, compared where they are made, and numbered by their place in ids
  with viewed as materialized (
    select w.* from public.property_unit_types_reso w where w.record_id = any (ids)
  ),
  standards as materialized (
    select mls.standard_map(array_agg(x.lookup), array_agg(x.is_multi), array_agg(g.office), array_agg(h.held collate "default")) as standard
    from (
      select coalesce(w.office_key, '') as office,
        array_agg(distinct w."UnitTypeType" collate "C") filter (where w."UnitTypeType" <> '') as "UnitTypeType",
        array_agg(distinct w."UnitTypeFurnished" collate "C") filter (where w."UnitTypeFurnished" <> '') as "UnitTypeFurnished"
      from viewed w
      group by 1
    ) g
    cross join lateral (values
      ('UnitTypeType', false, g."UnitTypeType"),
      ('Furnished', false, g."UnitTypeFurnished")
    ) x (lookup, is_multi, given)
    cross join lateral unnest(x.given) h (held)
  ),
  shown as materialized (
    select d.*, s.office_key as previous_office_key, s.is_published as was_published,
      s.record_id is not null as is_held, s.held_at, s.record_id is null or s.is_deleted as is_new, width_bucket(d.seq, seqs) as ordinal,
      k.has_doc, not k.has_doc or s.is_deleted
        or (s.office_key, s.is_published, s.doc_gold, s.doc_dd2)
          is distinct from (d.office_key, d.is_published, d.doc_gold, d.doc_dd2) as is_changed
    from (
      select v.*, coalesce(v.parts[1], v.common) as doc,
        concat_ws(', ', nullif(v.gold, ''), v.parts[2]) as doc_gold, concat_ws(', ', nullif(v.dd2, ''), v.parts[3]) as doc_dd2
      from (
        select v.*, case when
          octet_length(v."UnitTypeDescription") > 1024 and length(v."UnitTypeDescription") > 1024
          then mls.part_long_texts(v.common, '{UnitTypeDescription}', array[v."UnitTypeDescription"], '{1024}') end as parts
        from (
          select v.*,
            (replace(replace(json_object('{"","UnitTypeKey","ListingKey","ListingId","UnitTypeDescription","OriginatingSystemOfficeKey","etl_batch_id",""}', array[null, v."UnitTypeKey", v."ListingKey", v."ListingId", v."UnitTypeDescription", v."OriginatingSystemOfficeKey", v.etl_batch_id, null])::text, '{"" : null, ', ''), ', "" : null}', '')
        || ((coalesce(', "UnitTypeUnitsTotal" : ' || v."UnitTypeUnitsTotal"::text, ', "UnitTypeUnitsTotal" : null') || coalesce(', "UnitTypeBedsTotal" : ' || v."UnitTypeBedsTotal"::text, ', "UnitTypeBedsTotal" : null') || coalesce(', "UnitTypeBathsTotal" : ' || v."UnitTypeBathsTotal"::text, ', "UnitTypeBathsTotal" : null') || coalesce(', "UnitTypeGarageSpaces" : ' || v."UnitTypeGarageSpaces"::text, ', "UnitTypeGarageSpaces" : null') || coalesce(', "UnitTypeGarageAttachedYN" : ' || v."UnitTypeGarageAttachedYN"::text, ', "UnitTypeGarageAttachedYN" : null') || coalesce(', "UnitTypeActualRent" : ' || v."UnitTypeActualRent"::text, ', "UnitTypeActualRent" : null') || coalesce(', "UnitTypeTotalRent" : ' || v."UnitTypeTotalRent"::text, ', "UnitTypeTotalRent" : null') || coalesce(', "UnitTypeProForma" : ' || v."UnitTypeProForma"::text, ', "UnitTypeProForma" : null'))
        || (coalesce(', "etl_timestamp" : ' || '"' || to_char(v.etl_timestamp, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"', ', "etl_timestamp" : null')))) as common,
            replace(replace(json_object('{"","UnitTypeType","UnitTypeFurnished",""}', array[null, v."UnitTypeType", v."UnitTypeFurnished", null])::text, '{"" : null, ', ''), ', "" : null}', '') as gold,
            replace(replace(json_object('{"","UnitTypeType","UnitTypeFurnished",""}', array[null, v."std_UnitTypeType", v."std_UnitTypeFurnished", null])::text, '{"" : null, ', ''), ', "" : null}', '') as dd2
          from (
        select w.*,
          coalesce(m.standard ->> ('UnitTypeType:' || coalesce(w.office_key, '') || ':' || w."UnitTypeType"), w."UnitTypeType") as "std_UnitTypeType",
          coalesce(m.standard ->> ('Furnished:' || coalesce(w.office_key, '') || ':' || w."UnitTypeFurnished"), w."UnitTypeFurnished") as "std_UnitTypeFurnished"
        from viewed w cross join standards m
        offset 0
      ) v
          offset 0
        ) v
        offset 0
      ) v
    ) d
    left join lateral (select s.ctid as held_at, s.record_id, s.is_deleted, s.office_key, s.is_published, s.doc, s.doc_gold, s.doc_dd2 from public.served_property_unit_types s where s.record_id = d.record_id offset 0) s on true
    cross join lateral (select s.doc is not distinct from d.doc as has_doc offset 0) k
  ),
  changed as not materialized (
    select * from shown v where v.is_changed
  ),
  gone as materialized (
    select s.record_id, s.record_key, s.office_key, s.is_published,
      cardinality(ids) + row_number() over (order by s.seq) as ordinal
    from unnest(ids) u (id)
    cross join lateral (select s.record_id, s."UnitTypeKey" as record_key, s.office_key, s.is_published, s.seq, s.is_deleted from public.served_property_unit_types s where s.record_id = u.id offset 0) s
    -- hashed; with not exists the planner, which expects few rows, searches all of them for each
    where not s.is_deleted and s.record_id not in (select v.record_id from shown v)
  ),
  base as materialized (
    select s.first, mls.stamp_time(s.first) as first_time
    from (
      select mls.take_stamps(case when exists (select from changed) or exists (select from gone)
        then cardinality(ids) + (select count(*) from gone) else 0 end) as first
      offset 0
    ) s
  ),
  -- apart, although nobody else writes here: "on conflict" looks for each row again, and locks it before it is written. Rows
  -- to update are named by their place: found by their key, the plan of a small table would read a whole one
  written as (
    insert into public.served_property_unit_types (record_id, tenant_id, seq, office_key, is_published, is_deleted, stamp, doc, doc_gold, doc_dd2, "UnitTypeKey", "ListingKey", "ListingId", "UnitTypeType", "UnitTypeDescription", "UnitTypeUnitsTotal", "UnitTypeBedsTotal", "UnitTypeBathsTotal", "UnitTypeFurnished", "UnitTypeGarageSpaces", "UnitTypeGarageAttachedYN", "UnitTypeActualRent", "UnitTypeTotalRent", "UnitTypeProForma", "OriginatingSystemOfficeKey", etl_timestamp, etl_batch_id, "std_UnitTypeType", "std_UnitTypeFurnished", "ModificationTimestamp")
    select n.record_id, n.tenant_id, n.seq, n.office_key, n.is_published, false, b.first + n.ordinal - 1, n.doc, n.doc_gold, n.doc_dd2, n."UnitTypeKey", n."ListingKey", n."ListingId", n."UnitTypeType", n."UnitTypeDescription", n."UnitTypeUnitsTotal", n."UnitTypeBedsTotal", n."UnitTypeBathsTotal", n."UnitTypeFurnished", (n."UnitTypeGarageSpaces" * 100)::bigint, n."UnitTypeGarageAttachedYN", (n."UnitTypeActualRent" * 100)::bigint, (n."UnitTypeTotalRent" * 100)::bigint, n."UnitTypeProForma", n."OriginatingSystemOfficeKey", n.etl_timestamp, n.etl_batch_id, n."std_UnitTypeType", n."std_UnitTypeFurnished", b.first_time + (n.ordinal - 1) * interval '1 microsecond'
    from changed n cross join base b
    where not n.is_held
  ),
  rewritten as (
    update public.served_property_unit_types held set
      tenant_id = n.tenant_id,
      office_key = n.office_key,
      is_published = n.is_published,
      is_deleted = false,
      stamp = b.first + n.ordinal - 1,
      doc = case when n.has_doc then held.doc else n.doc end,
      doc_gold = n.doc_gold,
      doc_dd2 = n.doc_dd2,
      "UnitTypeKey" = n."UnitTypeKey",
      "ListingKey" = n."ListingKey",
      "ListingId" = n."ListingId",
      "UnitTypeType" = n."UnitTypeType",
      "UnitTypeDescription" = n."UnitTypeDescription",
      "UnitTypeUnitsTotal" = n."UnitTypeUnitsTotal",
      "UnitTypeBedsTotal" = n."UnitTypeBedsTotal",
      "UnitTypeBathsTotal" = n."UnitTypeBathsTotal",
      "UnitTypeFurnished" = n."UnitTypeFurnished",
      "UnitTypeGarageSpaces" = (n."UnitTypeGarageSpaces" * 100)::bigint,
      "UnitTypeGarageAttachedYN" = n."UnitTypeGarageAttachedYN",
      "UnitTypeActualRent" = (n."UnitTypeActualRent" * 100)::bigint,
      "UnitTypeTotalRent" = (n."UnitTypeTotalRent" * 100)::bigint,
      "UnitTypeProForma" = n."UnitTypeProForma",
      "OriginatingSystemOfficeKey" = n."OriginatingSystemOfficeKey",
      etl_timestamp = n.etl_timestamp,
      etl_batch_id = n.etl_batch_id,
      "std_UnitTypeType" = n."std_UnitTypeType",
      "std_UnitTypeFurnished" = n."std_UnitTypeFurnished",
      "ModificationTimestamp" = b.first_time + (n.ordinal - 1) * interval '1 microsecond'
    from changed n cross join base b
    where n.is_held and held.ctid = n.held_at
  ),
  buried as (
    update public.served_property_unit_types s
    set is_deleted = true, stamp = b.first + g.ordinal - 1, "ModificationTimestamp" = b.first_time + (g.ordinal - 1) * interval '1 microsecond'
    from gone g cross join base b
    where s.record_id = g.record_id
  )
  insert into public.mls_entity_events
    (sequence, resource, record_key, record_id, kind, office_key, previous_office_key, is_published, was_published)
  select b.first + n.ordinal - 1, 'PropertyUnitTypes', n."UnitTypeKey", n.record_id, case when n.is_new then 'created' else 'updated' end,
    n.office_key, nullif(n.previous_office_key, n.office_key), n.is_published, coalesce(n.was_published, false)
  from changed n cross join base b
  union all
  select b.first + g.ordinal - 1, 'PropertyUnitTypes', g.record_key, g.record_id, 'deleted', g.office_key, null, false, g.is_published
  from gone g cross join base b;
end $$;
comment on function mls.refresh_property_unit_types(uuid[]) is
  'Brings the served rows of these PropertyUnitTypes records to what property_unit_types_reso says now. Call it under mls.lock_stamps().';

create or replace function mls.refresh_teams(ids uuid[]) returns void
language plpgsql volatile security definer set search_path = '' set timezone = 'UTC' set work_mem = '64MB' set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  seqs bigint[];
begin
  -- stamps follow the order of insertion; sorted here, where rows are narrow
  select array_agg(u.id order by t.seq), array_agg(t.seq order by t.seq) filter (where t.seq is not null) into ids, seqs
  from unnest(ids) u (id)
  left join lateral (select t.seq from public.mls_teams t where t.id = u.id offset 0) t on true;
  -- rows are wide: they are kept once, compared where they are made, and numbered by their place in ids
  with viewed as materialized (
    select w.* from public.teams_reso w where w.record_id = any (ids)
  ),
  standards as materialized (
    select mls.standard_map(array_agg(x.lookup), array_agg(x.is_multi), array_agg(g.office), array_agg(h.held collate "default")) as standard
    from (
      select coalesce(w.office_key, '') as office,
        array_agg(distinct w."TeamStatus" collate "C") filter (where w."TeamStatus" <> '') as "TeamStatus"
      from viewed w
      group by 1
    ) g
    cross join lateral (values
      ('TeamStatus', false, g."TeamStatus")
    ) x (lookup, is_multi, given)
    cross join lateral unnest(x.given) h (held)
  ),
  shown as materialized (
    select d.*, s.office_key as previous_office_key, s.is_published as was_published,
      s.record_id is not null as is_held, s.held_at, s.record_id is null or s.is_deleted as is_new, width_bucket(d.seq, seqs) as ordinal,
      k.has_doc, not k.has_doc or s.is_deleted
        or (s.office_key, s.is_published, s.doc_gold, s.doc_dd2)
          is distinct from (d.office_key, d.is_published, d.doc_gold, d.doc_dd2) as is_changed
    from (
      select v.*, coalesce(v.parts[1], v.common) as doc,
        concat_ws(', ', nullif(v.gold, ''), v.parts[2]) as doc_gold, concat_ws(', ', nullif(v.dd2, ''), v.parts[3]) as doc_dd2
      from (
        select v.*, case when
          octet_length(v."TeamName") > 50 and length(v."TeamName") > 50
          or octet_length(v."TeamDescription") > 1024 and length(v."TeamDescription") > 1024
          or octet_length(v."TeamLeadStateLicense") > 50 and length(v."TeamLeadStateLicense") > 50
          or octet_length(v."TeamEmail") > 80 and length(v."TeamEmail") > 80
          or octet_length(v."TeamPreferredPhone") > 16 and length(v."TeamPreferredPhone") > 16
          or octet_length(v."TeamPreferredPhoneExt") > 10 and length(v."TeamPreferredPhoneExt") > 10
          or octet_length(v."TeamOfficePhone") > 16 and length(v."TeamOfficePhone") > 16
          or octet_length(v."TeamOfficePhoneExt") > 10 and length(v."TeamOfficePhoneExt") > 10
          or octet_length(v."TeamDirectPhone") > 16 and length(v."TeamDirectPhone") > 16
          or octet_length(v."TeamMobilePhone") > 16 and length(v."TeamMobilePhone") > 16
          or octet_length(v."TeamTollFreePhone") > 16 and length(v."TeamTollFreePhone") > 16
          or octet_length(v."TeamFax") > 16 and length(v."TeamFax") > 16
          or octet_length(v."TeamAddress1") > 50 and length(v."TeamAddress1") > 50
          or octet_length(v."TeamAddress2") > 50 and length(v."TeamAddress2") > 50
          or octet_length(v."TeamCity") > 50 and length(v."TeamCity") > 50
          or octet_length(v."TeamPostalCode") > 10 and length(v."TeamPostalCode") > 10
          or octet_length(v."TeamPostalCodePlus4") > 4 and length(v."TeamPostalCodePlus4") > 4
          or octet_length(v."OriginatingSystemName") > 255 and length(v."OriginatingSystemName") > 255
          or octet_length(v."SourceSystemName") > 255 and length(v."SourceSystemName") > 255
          then mls.part_long_texts(v.common, '{TeamName,TeamDescription,TeamLeadStateLicense,TeamEmail,TeamPreferredPhone,TeamPreferredPhoneExt,TeamOfficePhone,TeamOfficePhoneExt,TeamDirectPhone,TeamMobilePhone,TeamTollFreePhone,TeamFax,TeamAddress1,TeamAddress2,TeamCity,TeamPostalCode,TeamPostalCodePlus4,OriginatingSystemName,SourceSystemName}', array[v."TeamName", v."TeamDescription", v."TeamLeadStateLicense", v."TeamEmail", v."TeamPreferredPhone", v."TeamPreferredPhoneExt", v."TeamOfficePhone", v."TeamOfficePhoneExt", v."TeamDirectPhone", v."TeamMobilePhone", v."TeamTollFreePhone", v."TeamFax", v."TeamAddress1", v."TeamAddress2", v."TeamCity", v."TeamPostalCode", v."TeamPostalCodePlus4", v."OriginatingSystemName", v."SourceSystemName"], '{50,1024,50,80,16,10,16,10,16,16,16,16,50,50,50,10,4,255,255}') end as parts
        from (
          select v.*,
            (replace(replace(json_object('{"","TeamKey","TeamName","TeamDescription","TeamLeadKey","TeamLeadMlsId","TeamLeadStateLicense","TeamLeadStateLicenseState","TeamLeadNationalAssociationId","TeamEmail","TeamPreferredPhone","TeamPreferredPhoneExt","TeamOfficePhone","TeamOfficePhoneExt","TeamDirectPhone","TeamMobilePhone","TeamTollFreePhone","TeamFax","TeamAddress1","TeamAddress2","TeamCity","TeamCountyOrParish","TeamStateOrProvince","TeamPostalCode","TeamPostalCodePlus4","TeamCountry","OriginatingSystemID","OriginatingSystemKey","OriginatingSystemName","SourceSystemID","SourceSystemKey","SourceSystemName","OriginatingSystemOfficeKey","etl_batch_id",""}', array[null, v."TeamKey", v."TeamName", v."TeamDescription", v."TeamLeadKey", v."TeamLeadMlsId", v."TeamLeadStateLicense", v."TeamLeadStateLicenseState", v."TeamLeadNationalAssociationId", v."TeamEmail", v."TeamPreferredPhone", v."TeamPreferredPhoneExt", v."TeamOfficePhone", v."TeamOfficePhoneExt", v."TeamDirectPhone", v."TeamMobilePhone", v."TeamTollFreePhone", v."TeamFax", v."TeamAddress1", v."TeamAddress2", v."TeamCity", v."TeamCountyOrParish", v."TeamStateOrProvince", v."TeamPostalCode", v."TeamPostalCodePlus4", v."TeamCountry", v."OriginatingSystemID", v."OriginatingSystemKey", v."OriginatingSystemName", v."SourceSystemID", v."SourceSystemKey", v."SourceSystemName", v."OriginatingSystemOfficeKey", v.etl_batch_id, null])::text, '{"" : null, ', ''), ', "" : null}', '')
        || ((coalesce(', "OriginalEntryTimestamp" : ' || '"' || to_char(v."OriginalEntryTimestamp", 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"', ', "OriginalEntryTimestamp" : null') || coalesce(', "etl_timestamp" : ' || '"' || to_char(v.etl_timestamp, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"', ', "etl_timestamp" : null')))) as common,
            replace(replace(json_object('{"","TeamStatus",""}', array[null, v."TeamStatus", null])::text, '{"" : null, ', ''), ', "" : null}', '') as gold,
            replace(replace(json_object('{"","TeamStatus",""}', array[null, v."std_TeamStatus", null])::text, '{"" : null, ', ''), ', "" : null}', '') as dd2
          from (
        select w.*,
          coalesce(m.standard ->> ('TeamStatus:' || coalesce(w.office_key, '') || ':' || w."TeamStatus"), w."TeamStatus") as "std_TeamStatus"
        from viewed w cross join standards m
        offset 0
      ) v
          offset 0
        ) v
        offset 0
      ) v
    ) d
    left join lateral (select s.ctid as held_at, s.record_id, s.is_deleted, s.office_key, s.is_published, s.doc, s.doc_gold, s.doc_dd2 from public.served_teams s where s.record_id = d.record_id offset 0) s on true
    cross join lateral (select s.doc is not distinct from d.doc as has_doc offset 0) k
  ),
  changed as not materialized (
    select * from shown v where v.is_changed
  ),
  gone as materialized (
    select s.record_id, s.record_key, s.office_key, s.is_published,
      cardinality(ids) + row_number() over (order by s.seq) as ordinal
    from unnest(ids) u (id)
    cross join lateral (select s.record_id, s."TeamKey" as record_key, s.office_key, s.is_published, s.seq, s.is_deleted from public.served_teams s where s.record_id = u.id offset 0) s
    -- hashed; with not exists the planner, which expects few rows, searches all of them for each
    where not s.is_deleted and s.record_id not in (select v.record_id from shown v)
  ),
  base as materialized (
    select s.first, mls.stamp_time(s.first) as first_time
    from (
      select mls.take_stamps(case when exists (select from changed) or exists (select from gone)
        then cardinality(ids) + (select count(*) from gone) else 0 end) as first
      offset 0
    ) s
  ),
  -- apart, although nobody else writes here: "on conflict" looks for each row again, and locks it before it is written. Rows
  -- to update are named by their place: found by their key, the plan of a small table would read a whole one
  written as (
    insert into public.served_teams (record_id, tenant_id, seq, office_key, is_published, is_deleted, stamp, doc, doc_gold, doc_dd2, "TeamKey", "TeamName", "TeamStatus", "TeamDescription", "TeamLeadKey", "TeamLeadMlsId", "TeamLeadStateLicense", "TeamLeadStateLicenseState", "TeamLeadNationalAssociationId", "TeamEmail", "TeamPreferredPhone", "TeamPreferredPhoneExt", "TeamOfficePhone", "TeamOfficePhoneExt", "TeamDirectPhone", "TeamMobilePhone", "TeamTollFreePhone", "TeamFax", "TeamAddress1", "TeamAddress2", "TeamCity", "TeamCountyOrParish", "TeamStateOrProvince", "TeamPostalCode", "TeamPostalCodePlus4", "TeamCountry", "OriginalEntryTimestamp", "OriginatingSystemID", "OriginatingSystemKey", "OriginatingSystemName", "SourceSystemID", "SourceSystemKey", "SourceSystemName", "OriginatingSystemOfficeKey", etl_timestamp, etl_batch_id, "std_TeamStatus", "ModificationTimestamp")
    select n.record_id, n.tenant_id, n.seq, n.office_key, n.is_published, false, b.first + n.ordinal - 1, n.doc, n.doc_gold, n.doc_dd2, n."TeamKey", n."TeamName", n."TeamStatus", n."TeamDescription", n."TeamLeadKey", n."TeamLeadMlsId", n."TeamLeadStateLicense", n."TeamLeadStateLicenseState", n."TeamLeadNationalAssociationId", n."TeamEmail", n."TeamPreferredPhone", n."TeamPreferredPhoneExt", n."TeamOfficePhone", n."TeamOfficePhoneExt", n."TeamDirectPhone", n."TeamMobilePhone", n."TeamTollFreePhone", n."TeamFax", n."TeamAddress1", n."TeamAddress2", n."TeamCity", n."TeamCountyOrParish", n."TeamStateOrProvince", n."TeamPostalCode", n."TeamPostalCodePlus4", n."TeamCountry", n."OriginalEntryTimestamp", n."OriginatingSystemID", n."OriginatingSystemKey", n."OriginatingSystemName", n."SourceSystemID", n."SourceSystemKey", n."SourceSystemName", n."OriginatingSystemOfficeKey", n.etl_timestamp, n.etl_batch_id, n."std_TeamStatus", b.first_time + (n.ordinal - 1) * interval '1 microsecond'
    from changed n cross join base b
    where not n.is_held
  ),
  rewritten as (
    update public.served_teams held set
      tenant_id = n.tenant_id,
      office_key = n.office_key,
      is_published = n.is_published,
      is_deleted = false,
      stamp = b.first + n.ordinal - 1,
      doc = case when n.has_doc then held.doc else n.doc end,
      doc_gold = n.doc_gold,
      doc_dd2 = n.doc_dd2,
      "TeamKey" = n."TeamKey",
      "TeamName" = n."TeamName",
      "TeamStatus" = n."TeamStatus",
      "TeamDescription" = n."TeamDescription",
      "TeamLeadKey" = n."TeamLeadKey",
      "TeamLeadMlsId" = n."TeamLeadMlsId",
      "TeamLeadStateLicense" = n."TeamLeadStateLicense",
      "TeamLeadStateLicenseState" = n."TeamLeadStateLicenseState",
      "TeamLeadNationalAssociationId" = n."TeamLeadNationalAssociationId",
      "TeamEmail" = n."TeamEmail",
      "TeamPreferredPhone" = n."TeamPreferredPhone",
      "TeamPreferredPhoneExt" = n."TeamPreferredPhoneExt",
      "TeamOfficePhone" = n."TeamOfficePhone",
      "TeamOfficePhoneExt" = n."TeamOfficePhoneExt",
      "TeamDirectPhone" = n."TeamDirectPhone",
      "TeamMobilePhone" = n."TeamMobilePhone",
      "TeamTollFreePhone" = n."TeamTollFreePhone",
      "TeamFax" = n."TeamFax",
      "TeamAddress1" = n."TeamAddress1",
      "TeamAddress2" = n."TeamAddress2",
      "TeamCity" = n."TeamCity",
      "TeamCountyOrParish" = n."TeamCountyOrParish",
      "TeamStateOrProvince" = n."TeamStateOrProvince",
      "TeamPostalCode" = n."TeamPostalCode",
      "TeamPostalCodePlus4" = n."TeamPostalCodePlus4",
      "TeamCountry" = n."TeamCountry",
      "OriginalEntryTimestamp" = n."OriginalEntryTimestamp",
      "OriginatingSystemID" = n."OriginatingSystemID",
      "OriginatingSystemKey" = n."OriginatingSystemKey",
      "OriginatingSystemName" = n."OriginatingSystemName",
      "SourceSystemID" = n."SourceSystemID",
      "SourceSystemKey" = n."SourceSystemKey",
      "SourceSystemName" = n."SourceSystemName",
      "OriginatingSystemOfficeKey" = n."OriginatingSystemOfficeKey",
      etl_timestamp = n.etl_timestamp,
      etl_batch_id = n.etl_batch_id,
      "std_TeamStatus" = n."std_TeamStatus",
      "ModificationTimestamp" = b.first_time + (n.ordinal - 1) * interval '1 microsecond'
    from changed n cross join base b
    where n.is_held and held.ctid = n.held_at
  ),
  buried as (
    update public.served_teams s
    set is_deleted = true, stamp = b.first + g.ordinal - 1, "ModificationTimestamp" = b.first_time + (g.ordinal - 1) * interval '1 microsecond'
    from gone g cross join base b
    where s.record_id = g.record_id
  )
  insert into public.mls_entity_events
    (sequence, resource, record_key, record_id, kind, office_key, previous_office_key, is_published, was_published)
  select b.first + n.ordinal - 1, 'Teams', n."TeamKey", n.record_id, case when n.is_new then 'created' else 'updated' end,
    n.office_key, nullif(n.previous_office_key, n.office_key), n.is_published, coalesce(n.was_published, false)
  from changed n cross join base b
  union all
  select b.first + g.ordinal - 1, 'Teams', g.record_key, g.record_id, 'deleted', g.office_key, null, false, g.is_published
  from gone g cross join base b;
end $$;
comment on function mls.refresh_teams(uuid[]) is
  'Brings the served rows of these Teams records to what teams_reso says now. Call it under mls.lock_stamps().';

create or replace function mls.refresh_team_members(ids uuid[]) returns void
language plpgsql volatile security definer set search_path = '' set timezone = 'UTC' set work_mem = '64MB' set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  seqs bigint[];
begin
  -- stamps follow the order of insertion; sorted here, where rows are narrow
  select array_agg(u.id order by t.seq), array_agg(t.seq order by t.seq) filter (where t.seq is not null) into ids, seqs
  from unnest(ids) u (id)
  left join lateral (select t.seq from public.mls_team_members t where t.id = u.id offset 0) t on true;
  -- rows are wide: they are kept once, compared where they are made, and numbered by their place in ids
  with viewed as materialized (
    select w.* from public.team_members_reso w where w.record_id = any (ids)
  ),
  standards as materialized (
    select mls.standard_map(array_agg(x.lookup), array_agg(x.is_multi), array_agg(g.office), array_agg(h.held collate "default")) as standard
    from (
      select coalesce(w.office_key, '') as office,
        array_agg(distinct w."TeamMemberType" collate "C") filter (where w."TeamMemberType" <> '') as "TeamMemberType"
      from viewed w
      group by 1
    ) g
    cross join lateral (values
      ('TeamMemberType', false, g."TeamMemberType")
    ) x (lookup, is_multi, given)
    cross join lateral unnest(x.given) h (held)
  ),
  shown as materialized (
    select d.*, s.office_key as previous_office_key, s.is_published as was_published,
      s.record_id is not null as is_held, s.held_at, s.record_id is null or s.is_deleted as is_new, width_bucket(d.seq, seqs) as ordinal,
      k.has_doc, not k.has_doc or s.is_deleted
        or (s.office_key, s.is_published, s.doc_gold, s.doc_dd2)
          is distinct from (d.office_key, d.is_published, d.doc_gold, d.doc_dd2) as is_changed
    from (
      select v.*, coalesce(v.parts[1], v.common) as doc,
        concat_ws(', ', nullif(v.gold, ''), v.parts[2]) as doc_gold, concat_ws(', ', nullif(v.dd2, ''), v.parts[3]) as doc_dd2
      from (
        select v.*, case when
          octet_length(v."TeamMemberStateLicense") > 50 and length(v."TeamMemberStateLicense") > 50
          or octet_length(v."OriginatingSystemName") > 255 and length(v."OriginatingSystemName") > 255
          or octet_length(v."SourceSystemName") > 255 and length(v."SourceSystemName") > 255
          then mls.part_long_texts(v.common, '{TeamMemberStateLicense,OriginatingSystemName,SourceSystemName}', array[v."TeamMemberStateLicense", v."OriginatingSystemName", v."SourceSystemName"], '{50,255,255}') end as parts
        from (
          select v.*,
            (replace(replace(json_object('{"","TeamMemberKey","TeamKey","MemberKey","MemberMlsId","TeamMemberStateLicense","TeamMemberNationalAssociationId","OriginatingSystemID","OriginatingSystemKey","OriginatingSystemName","SourceSystemID","SourceSystemKey","SourceSystemName","OriginatingSystemOfficeKey","etl_batch_id",""}', array[null, v."TeamMemberKey", v."TeamKey", v."MemberKey", v."MemberMlsId", v."TeamMemberStateLicense", v."TeamMemberNationalAssociationId", v."OriginatingSystemID", v."OriginatingSystemKey", v."OriginatingSystemName", v."SourceSystemID", v."SourceSystemKey", v."SourceSystemName", v."OriginatingSystemOfficeKey", v.etl_batch_id, null])::text, '{"" : null, ', ''), ', "" : null}', '')
        || ((coalesce(', "OriginalEntryTimestamp" : ' || '"' || to_char(v."OriginalEntryTimestamp", 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"', ', "OriginalEntryTimestamp" : null') || coalesce(', "etl_timestamp" : ' || '"' || to_char(v.etl_timestamp, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"', ', "etl_timestamp" : null')))) as common,
            replace(replace(json_object('{"","TeamMemberType",""}', array[null, v."TeamMemberType", null])::text, '{"" : null, ', ''), ', "" : null}', '') as gold,
            replace(replace(json_object('{"","TeamMemberType",""}', array[null, v."std_TeamMemberType", null])::text, '{"" : null, ', ''), ', "" : null}', '') as dd2
          from (
        select w.*,
          coalesce(m.standard ->> ('TeamMemberType:' || coalesce(w.office_key, '') || ':' || w."TeamMemberType"), w."TeamMemberType") as "std_TeamMemberType"
        from viewed w cross join standards m
        offset 0
      ) v
          offset 0
        ) v
        offset 0
      ) v
    ) d
    left join lateral (select s.ctid as held_at, s.record_id, s.is_deleted, s.office_key, s.is_published, s.doc, s.doc_gold, s.doc_dd2 from public.served_team_members s where s.record_id = d.record_id offset 0) s on true
    cross join lateral (select s.doc is not distinct from d.doc as has_doc offset 0) k
  ),
  changed as not materialized (
    select * from shown v where v.is_changed
  ),
  gone as materialized (
    select s.record_id, s.record_key, s.office_key, s.is_published,
      cardinality(ids) + row_number() over (order by s.seq) as ordinal
    from unnest(ids) u (id)
    cross join lateral (select s.record_id, s."TeamMemberKey" as record_key, s.office_key, s.is_published, s.seq, s.is_deleted from public.served_team_members s where s.record_id = u.id offset 0) s
    -- hashed; with not exists the planner, which expects few rows, searches all of them for each
    where not s.is_deleted and s.record_id not in (select v.record_id from shown v)
  ),
  base as materialized (
    select s.first, mls.stamp_time(s.first) as first_time
    from (
      select mls.take_stamps(case when exists (select from changed) or exists (select from gone)
        then cardinality(ids) + (select count(*) from gone) else 0 end) as first
      offset 0
    ) s
  ),
  -- apart, although nobody else writes here: "on conflict" looks for each row again, and locks it before it is written. Rows
  -- to update are named by their place: found by their key, the plan of a small table would read a whole one
  written as (
    insert into public.served_team_members (record_id, tenant_id, seq, office_key, is_published, is_deleted, stamp, doc, doc_gold, doc_dd2, "TeamMemberKey", "TeamKey", "MemberKey", "MemberMlsId", "TeamMemberType", "TeamMemberStateLicense", "TeamMemberNationalAssociationId", "OriginalEntryTimestamp", "OriginatingSystemID", "OriginatingSystemKey", "OriginatingSystemName", "SourceSystemID", "SourceSystemKey", "SourceSystemName", "OriginatingSystemOfficeKey", etl_timestamp, etl_batch_id, "std_TeamMemberType", "ModificationTimestamp")
    select n.record_id, n.tenant_id, n.seq, n.office_key, n.is_published, false, b.first + n.ordinal - 1, n.doc, n.doc_gold, n.doc_dd2, n."TeamMemberKey", n."TeamKey", n."MemberKey", n."MemberMlsId", n."TeamMemberType", n."TeamMemberStateLicense", n."TeamMemberNationalAssociationId", n."OriginalEntryTimestamp", n."OriginatingSystemID", n."OriginatingSystemKey", n."OriginatingSystemName", n."SourceSystemID", n."SourceSystemKey", n."SourceSystemName", n."OriginatingSystemOfficeKey", n.etl_timestamp, n.etl_batch_id, n."std_TeamMemberType", b.first_time + (n.ordinal - 1) * interval '1 microsecond'
    from changed n cross join base b
    where not n.is_held
  ),
  rewritten as (
    update public.served_team_members held set
      tenant_id = n.tenant_id,
      office_key = n.office_key,
      is_published = n.is_published,
      is_deleted = false,
      stamp = b.first + n.ordinal - 1,
      doc = case when n.has_doc then held.doc else n.doc end,
      doc_gold = n.doc_gold,
      doc_dd2 = n.doc_dd2,
      "TeamMemberKey" = n."TeamMemberKey",
      "TeamKey" = n."TeamKey",
      "MemberKey" = n."MemberKey",
      "MemberMlsId" = n."MemberMlsId",
      "TeamMemberType" = n."TeamMemberType",
      "TeamMemberStateLicense" = n."TeamMemberStateLicense",
      "TeamMemberNationalAssociationId" = n."TeamMemberNationalAssociationId",
      "OriginalEntryTimestamp" = n."OriginalEntryTimestamp",
      "OriginatingSystemID" = n."OriginatingSystemID",
      "OriginatingSystemKey" = n."OriginatingSystemKey",
      "OriginatingSystemName" = n."OriginatingSystemName",
      "SourceSystemID" = n."SourceSystemID",
      "SourceSystemKey" = n."SourceSystemKey",
      "SourceSystemName" = n."SourceSystemName",
      "OriginatingSystemOfficeKey" = n."OriginatingSystemOfficeKey",
      etl_timestamp = n.etl_timestamp,
      etl_batch_id = n.etl_batch_id,
      "std_TeamMemberType" = n."std_TeamMemberType",
      "ModificationTimestamp" = b.first_time + (n.ordinal - 1) * interval '1 microsecond'
    from changed n cross join base b
    where n.is_held and held.ctid = n.held_at
  ),
  buried as (
    update public.served_team_members s
    set is_deleted = true, stamp = b.first + g.ordinal - 1, "ModificationTimestamp" = b.first_time + (g.ordinal - 1) * interval '1 microsecond'
    from gone g cross join base b
    where s.record_id = g.record_id
  )
  insert into public.mls_entity_events
    (sequence, resource, record_key, record_id, kind, office_key, previous_office_key, is_published, was_published)
  select b.first + n.ordinal - 1, 'TeamMembers', n."TeamMemberKey", n.record_id, case when n.is_new then 'created' else 'updated' end,
    n.office_key, nullif(n.previous_office_key, n.office_key), n.is_published, coalesce(n.was_published, false)
  from changed n cross join base b
  union all
  select b.first + g.ordinal - 1, 'TeamMembers', g.record_key, g.record_id, 'deleted', g.office_key, null, false, g.is_published
  from gone g cross join base b;
end $$;
comment on function mls.refresh_team_members(uuid[]) is
  'Brings the served rows of these TeamMembers records to what team_members_reso says now. Call it under mls.lock_stamps().';

create or replace function mls.refresh_contacts(ids uuid[]) returns void
language plpgsql volatile security definer set search_path = '' set timezone = 'UTC' set work_mem = '64MB' set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  seqs bigint[];
begin
  -- stamps follow the order of insertion; sorted here, where rows are narrow
  select array_agg(u.id order by t.seq), array_agg(t.seq order by t.seq) filter (where t.seq is not null) into ids, seqs
  from unnest(ids) u (id)
  left join lateral (select t.seq from public.mls_contacts t where t.id = u.id offset 0) t on true;
  -- rows are wide: they are kept once, compared where they are made, and numbered by their place in ids
  with viewed as materialized (
    select w.* from public.contacts_reso w where w.record_id = any (ids)
  ),
  standards as materialized (
    select mls.standard_map(array_agg(x.lookup), array_agg(x.is_multi), array_agg(g.office), array_agg(h.held collate "default")) as standard
    from (
      select coalesce(w.office_key, '') as office,
        array_agg(distinct w."ContactType" collate "C") filter (where w."ContactType" <> '') as "ContactType",
        array_agg(distinct w."ContactStatus" collate "C") filter (where w."ContactStatus" <> '') as "ContactStatus"
      from viewed w
      group by 1
    ) g
    cross join lateral (values
      ('ContactType', true, g."ContactType"),
      ('ContactStatus', false, g."ContactStatus")
    ) x (lookup, is_multi, given)
    cross join lateral unnest(x.given) h (held)
  ),
  shown as materialized (
    select d.*, s.office_key as previous_office_key, s.is_published as was_published,
      s.record_id is not null as is_held, s.held_at, s.record_id is null or s.is_deleted as is_new, width_bucket(d.seq, seqs) as ordinal,
      k.has_doc, not k.has_doc or s.is_deleted
        or (s.office_key, s.is_published, s.doc_gold, s.doc_dd2)
          is distinct from (d.office_key, d.is_published, d.doc_gold, d.doc_dd2) as is_changed
    from (
      select v.*, coalesce(v.parts[1], v.common) as doc,
        concat_ws(', ', nullif(v.gold, ''), v.parts[2]) as doc_gold, concat_ws(', ', nullif(v.dd2, ''), v.parts[3]) as doc_dd2
      from (
        select v.*, null::text[] as parts
        from (
          select v.*,
            (replace(replace(json_object('{"","ContactKey","ContactMlsId","ContactFirstName","ContactLastName","ContactFullName","ContactEmail","ContactEmail2","ContactPhone","ContactPhone2","ContactAddress1","ContactCity","ContactStateOrProvince","ContactPostalCode","ContactCountry","ContactNationality","ContactTitle","ContactBirthdate","ContactWebsite","ContactEntityType","ContactCompanyRegistrationNumber","ContactCompanyName","ContactAssignedToKey","X_QobrixContactId","X_QobrixContactRef","X_QobrixContactLegacyId","X_QobrixDescription","X_QobrixPreferredLanguage","X_QobrixContactPersonFirstName","X_QobrixContactPersonLastName","X_QobrixCreated","X_QobrixModified","X_QobrixCreatedBy","X_QobrixModifiedBy","OriginatingSystemOfficeKey","etl_batch_id",""}', array[null, v."ContactKey", v."ContactMlsId", v."ContactFirstName", v."ContactLastName", v."ContactFullName", v."ContactEmail", v."ContactEmail2", v."ContactPhone", v."ContactPhone2", v."ContactAddress1", v."ContactCity", v."ContactStateOrProvince", v."ContactPostalCode", v."ContactCountry", v."ContactNationality", v."ContactTitle", v."ContactBirthdate", v."ContactWebsite", v."ContactEntityType", v."ContactCompanyRegistrationNumber", v."ContactCompanyName", v."ContactAssignedToKey", v."X_QobrixContactId", v."X_QobrixContactRef", v."X_QobrixContactLegacyId", v."X_QobrixDescription", v."X_QobrixPreferredLanguage", v."X_QobrixContactPersonFirstName", v."X_QobrixContactPersonLastName", v."X_QobrixCreated", v."X_QobrixModified", v."X_QobrixCreatedBy", v."X_QobrixModifiedBy", v."OriginatingSystemOfficeKey", v.etl_batch_id, null])::text, '{"" : null, ', ''), ', "" : null}', '')
        || ((coalesce(', "etl_timestamp" : ' || '"' || to_char(v.etl_timestamp, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"', ', "etl_timestamp" : null')))) as common,
            replace(replace(json_object('{"","ContactType","ContactStatus",""}', array[null, v."ContactType", v."ContactStatus", null])::text, '{"" : null, ', ''), ', "" : null}', '') as gold,
            replace(replace(json_object('{"","ContactStatus",""}', array[null, v."std_ContactStatus", null])::text, '{"" : null, ', ''), ', "" : null}', '')
        || ', ' || concat_ws(', ',
        '"ContactType" : ' || case when v."std_ContactType" is null then '[]'
          when v."std_ContactType" not like '%,%' and v."std_ContactType" not like '[%'
          then coalesce('[' || to_json(nullif(btrim(v."std_ContactType"), ''))::text || ']', '[]')
          when v."std_ContactType" like '[%' or v."std_ContactType" like '%,,%' or v."std_ContactType" like '% ,%' or v."std_ContactType" like '%, %' or v."std_ContactType" like ',%' or v."std_ContactType" like '%,' or v."std_ContactType" like ' %' or v."std_ContactType" like '% ' then to_json(mls.multi_values(v."std_ContactType"))::text
          else '[' || replace(to_json(v."std_ContactType")::text, ',', '","') || ']' end) as dd2
          from (
        select w.*,
          coalesce(m.standard ->> ('*ContactType:' || coalesce(w.office_key, '') || ':' || w."ContactType"), w."ContactType") as "std_ContactType",
          coalesce(m.standard ->> ('ContactStatus:' || coalesce(w.office_key, '') || ':' || w."ContactStatus"), w."ContactStatus") as "std_ContactStatus"
        from viewed w cross join standards m
        offset 0
      ) v
          offset 0
        ) v
        offset 0
      ) v
    ) d
    left join lateral (select s.ctid as held_at, s.record_id, s.is_deleted, s.office_key, s.is_published, s.doc, s.doc_gold, s.doc_dd2 from public.served_contacts s where s.record_id = d.record_id offset 0) s on true
    cross join lateral (select s.doc is not distinct from d.doc as has_doc offset 0) k
  ),
  changed as not materialized (
    select * from shown v where v.is_changed
  ),
  gone as materialized (
    select s.record_id, s.record_key, s.office_key, s.is_published,
      cardinality(ids) + row_number() over (order by s.seq) as ordinal
    from unnest(ids) u (id)
    cross join lateral (select s.record_id, s."ContactKey" as record_key, s.office_key, s.is_published, s.seq, s.is_deleted from public.served_contacts s where s.record_id = u.id offset 0) s
    -- hashed; with not exists the planner, which expects few rows, searches all of them for each
    where not s.is_deleted and s.record_id not in (select v.record_id from shown v)
  ),
  base as materialized (
    select s.first, mls.stamp_time(s.first) as first_time
    from (
      select mls.take_stamps(case when exists (select from changed) or exists (select from gone)
        then cardinality(ids) + (select count(*) from gone) else 0 end) as first
      offset 0
    ) s
  ),
  -- apart, although nobody else writes here: "on conflict" looks for each row again, and locks it before it is written. Rows
  -- to update are named by their place: found by their key, the plan of a small table would read a whole one
  written as (
    insert into public.served_contacts (record_id, tenant_id, seq, office_key, is_published, is_deleted, stamp, doc, doc_gold, doc_dd2, "ContactKey", "ContactMlsId", "ContactFirstName", "ContactLastName", "ContactFullName", "ContactEmail", "ContactEmail2", "ContactPhone", "ContactPhone2", "ContactType", "ContactStatus", "ContactAddress1", "ContactCity", "ContactStateOrProvince", "ContactPostalCode", "ContactCountry", "ContactNationality", "ContactTitle", "ContactBirthdate", "ContactWebsite", "ContactEntityType", "ContactCompanyRegistrationNumber", "ContactCompanyName", "ContactAssignedToKey", "X_QobrixContactId", "X_QobrixContactRef", "X_QobrixContactLegacyId", "X_QobrixDescription", "X_QobrixPreferredLanguage", "X_QobrixContactPersonFirstName", "X_QobrixContactPersonLastName", "X_QobrixCreated", "X_QobrixModified", "X_QobrixCreatedBy", "X_QobrixModifiedBy", "OriginatingSystemOfficeKey", etl_timestamp, etl_batch_id, "std_ContactType", "std_ContactStatus", "ModificationTimestamp")
    select n.record_id, n.tenant_id, n.seq, n.office_key, n.is_published, false, b.first + n.ordinal - 1, n.doc, n.doc_gold, n.doc_dd2, n."ContactKey", n."ContactMlsId", n."ContactFirstName", n."ContactLastName", n."ContactFullName", n."ContactEmail", n."ContactEmail2", n."ContactPhone", n."ContactPhone2", n."ContactType", n."ContactStatus", n."ContactAddress1", n."ContactCity", n."ContactStateOrProvince", n."ContactPostalCode", n."ContactCountry", n."ContactNationality", n."ContactTitle", n."ContactBirthdate", n."ContactWebsite", n."ContactEntityType", n."ContactCompanyRegistrationNumber", n."ContactCompanyName", n."ContactAssignedToKey", n."X_QobrixContactId", n."X_QobrixContactRef", n."X_QobrixContactLegacyId", n."X_QobrixDescription", n."X_QobrixPreferredLanguage", n."X_QobrixContactPersonFirstName", n."X_QobrixContactPersonLastName", n."X_QobrixCreated", n."X_QobrixModified", n."X_QobrixCreatedBy", n."X_QobrixModifiedBy", n."OriginatingSystemOfficeKey", n.etl_timestamp, n.etl_batch_id, n."std_ContactType", n."std_ContactStatus", b.first_time + (n.ordinal - 1) * interval '1 microsecond'
    from changed n cross join base b
    where not n.is_held
  ),
  rewritten as (
    update public.served_contacts held set
      tenant_id = n.tenant_id,
      office_key = n.office_key,
      is_published = n.is_published,
      is_deleted = false,
      stamp = b.first + n.ordinal - 1,
      doc = case when n.has_doc then held.doc else n.doc end,
      doc_gold = n.doc_gold,
      doc_dd2 = n.doc_dd2,
      "ContactKey" = n."ContactKey",
      "ContactMlsId" = n."ContactMlsId",
      "ContactFirstName" = n."ContactFirstName",
      "ContactLastName" = n."ContactLastName",
      "ContactFullName" = n."ContactFullName",
      "ContactEmail" = n."ContactEmail",
      "ContactEmail2" = n."ContactEmail2",
      "ContactPhone" = n."ContactPhone",
      "ContactPhone2" = n."ContactPhone2",
      "ContactType" = n."ContactType",
      "ContactStatus" = n."ContactStatus",
      "ContactAddress1" = n."ContactAddress1",
      "ContactCity" = n."ContactCity",
      "ContactStateOrProvince" = n."ContactStateOrProvince",
      "ContactPostalCode" = n."ContactPostalCode",
      "ContactCountry" = n."ContactCountry",
      "ContactNationality" = n."ContactNationality",
      "ContactTitle" = n."ContactTitle",
      "ContactBirthdate" = n."ContactBirthdate",
      "ContactWebsite" = n."ContactWebsite",
      "ContactEntityType" = n."ContactEntityType",
      "ContactCompanyRegistrationNumber" = n."ContactCompanyRegistrationNumber",
      "ContactCompanyName" = n."ContactCompanyName",
      "ContactAssignedToKey" = n."ContactAssignedToKey",
      "X_QobrixContactId" = n."X_QobrixContactId",
      "X_QobrixContactRef" = n."X_QobrixContactRef",
      "X_QobrixContactLegacyId" = n."X_QobrixContactLegacyId",
      "X_QobrixDescription" = n."X_QobrixDescription",
      "X_QobrixPreferredLanguage" = n."X_QobrixPreferredLanguage",
      "X_QobrixContactPersonFirstName" = n."X_QobrixContactPersonFirstName",
      "X_QobrixContactPersonLastName" = n."X_QobrixContactPersonLastName",
      "X_QobrixCreated" = n."X_QobrixCreated",
      "X_QobrixModified" = n."X_QobrixModified",
      "X_QobrixCreatedBy" = n."X_QobrixCreatedBy",
      "X_QobrixModifiedBy" = n."X_QobrixModifiedBy",
      "OriginatingSystemOfficeKey" = n."OriginatingSystemOfficeKey",
      etl_timestamp = n.etl_timestamp,
      etl_batch_id = n.etl_batch_id,
      "std_ContactType" = n."std_ContactType",
      "std_ContactStatus" = n."std_ContactStatus",
      "ModificationTimestamp" = b.first_time + (n.ordinal - 1) * interval '1 microsecond'
    from changed n cross join base b
    where n.is_held and held.ctid = n.held_at
  ),
  buried as (
    update public.served_contacts s
    set is_deleted = true, stamp = b.first + g.ordinal - 1, "ModificationTimestamp" = b.first_time + (g.ordinal - 1) * interval '1 microsecond'
    from gone g cross join base b
    where s.record_id = g.record_id
  )
  insert into public.mls_entity_events
    (sequence, resource, record_key, record_id, kind, office_key, previous_office_key, is_published, was_published)
  select b.first + n.ordinal - 1, 'Contacts', n."ContactKey", n.record_id, case when n.is_new then 'created' else 'updated' end,
    n.office_key, nullif(n.previous_office_key, n.office_key), n.is_published, coalesce(n.was_published, false)
  from changed n cross join base b
  union all
  select b.first + g.ordinal - 1, 'Contacts', g.record_key, g.record_id, 'deleted', g.office_key, null, false, g.is_published
  from gone g cross join base b;
end $$;
comment on function mls.refresh_contacts(uuid[]) is
  'Brings the served rows of these Contacts records to what contacts_reso says now. Call it under mls.lock_stamps().';

create or replace function mls.refresh_showing_appointment(ids uuid[]) returns void
language plpgsql volatile security definer set search_path = '' set timezone = 'UTC' set work_mem = '64MB' set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  seqs bigint[];
begin
  -- stamps follow the order of insertion; sorted here, where rows are narrow
  select array_agg(u.id order by t.seq), array_agg(t.seq order by t.seq) filter (where t.seq is not null) into ids, seqs
  from unnest(ids) u (id)
  left join lateral (select t.seq from public.mls_showings t where t.id = u.id offset 0) t on true;
  -- rows are wide: they are kept once, compared where they are made, and numbered by their place in ids
  with viewed as materialized (
    select w.* from public.showing_appointment_reso w where w.record_id = any (ids)
  ),
  shown as materialized (
    select d.*, s.office_key as previous_office_key, s.is_published as was_published,
      s.record_id is not null as is_held, s.held_at, s.record_id is null or s.is_deleted as is_new, width_bucket(d.seq, seqs) as ordinal,
      k.has_doc, not k.has_doc or s.is_deleted
        or (s.office_key, s.is_published, s.doc_gold, s.doc_dd2)
          is distinct from (d.office_key, d.is_published, d.doc_gold, d.doc_dd2) as is_changed
    from (
      select v.*, coalesce(v.parts[1], v.common) as doc,
        concat_ws(', ', nullif(v.gold, ''), v.parts[2]) as doc_gold, concat_ws(', ', nullif(v.dd2, ''), v.parts[3]) as doc_dd2
      from (
        select v.*, null::text[] as parts
        from (
          select v.*,
            (replace(replace(json_object('{"","ShowingAppointmentKey","ListingKey","ShowingAgentKey","BuyerContactKey","ShowingStartTime","ShowingEndTime","ShowingStatus","ShowingType","ShowingRemarks","ShowingFeedback","ShowingOutcome","X_QobrixViewingId","X_QobrixViewingRef","X_QobrixPropertyId","X_QobrixContactId","X_QobrixOwnerId","X_QobrixDateTime","X_QobrixDuration","X_QobrixLocation","X_QobrixCreated","X_QobrixModified","X_QobrixCreatedBy","X_QobrixModifiedBy","OriginatingSystemOfficeKey","etl_batch_id",""}', array[null, v."ShowingAppointmentKey", v."ListingKey", v."ShowingAgentKey", v."BuyerContactKey", v."ShowingStartTime", v."ShowingEndTime", v."ShowingStatus", v."ShowingType", v."ShowingRemarks", v."ShowingFeedback", v."ShowingOutcome", v."X_QobrixViewingId", v."X_QobrixViewingRef", v."X_QobrixPropertyId", v."X_QobrixContactId", v."X_QobrixOwnerId", v."X_QobrixDateTime", v."X_QobrixDuration", v."X_QobrixLocation", v."X_QobrixCreated", v."X_QobrixModified", v."X_QobrixCreatedBy", v."X_QobrixModifiedBy", v."OriginatingSystemOfficeKey", v.etl_batch_id, null])::text, '{"" : null, ', ''), ', "" : null}', '')
        || ((coalesce(', "ShowingDate" : ' || '"' || v."ShowingDate" || '"', ', "ShowingDate" : null') || coalesce(', "etl_timestamp" : ' || '"' || to_char(v.etl_timestamp, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"', ', "etl_timestamp" : null')))) as common,
            '' as gold,
            '' as dd2
          from viewed v
          offset 0
        ) v
        offset 0
      ) v
    ) d
    left join lateral (select s.ctid as held_at, s.record_id, s.is_deleted, s.office_key, s.is_published, s.doc, s.doc_gold, s.doc_dd2 from public.served_showing_appointment s where s.record_id = d.record_id offset 0) s on true
    cross join lateral (select s.doc is not distinct from d.doc as has_doc offset 0) k
  ),
  changed as not materialized (
    select * from shown v where v.is_changed
  ),
  gone as materialized (
    select s.record_id, s.record_key, s.office_key, s.is_published,
      cardinality(ids) + row_number() over (order by s.seq) as ordinal
    from unnest(ids) u (id)
    cross join lateral (select s.record_id, s."ShowingAppointmentKey" as record_key, s.office_key, s.is_published, s.seq, s.is_deleted from public.served_showing_appointment s where s.record_id = u.id offset 0) s
    -- hashed; with not exists the planner, which expects few rows, searches all of them for each
    where not s.is_deleted and s.record_id not in (select v.record_id from shown v)
  ),
  base as materialized (
    select s.first, mls.stamp_time(s.first) as first_time
    from (
      select mls.take_stamps(case when exists (select from changed) or exists (select from gone)
        then cardinality(ids) + (select count(*) from gone) else 0 end) as first
      offset 0
    ) s
  ),
  -- apart, although nobody else writes here: "on conflict" looks for each row again, and locks it before it is written. Rows
  -- to update are named by their place: found by their key, the plan of a small table would read a whole one
  written as (
    insert into public.served_showing_appointment (record_id, tenant_id, seq, office_key, is_published, is_deleted, stamp, doc, doc_gold, doc_dd2, "ShowingAppointmentKey", "ListingKey", "ShowingAgentKey", "BuyerContactKey", "ShowingDate", "ShowingStartTime", "ShowingEndTime", "ShowingStatus", "ShowingType", "ShowingRemarks", "ShowingFeedback", "ShowingOutcome", "X_QobrixViewingId", "X_QobrixViewingRef", "X_QobrixPropertyId", "X_QobrixContactId", "X_QobrixOwnerId", "X_QobrixDateTime", "X_QobrixDuration", "X_QobrixLocation", "X_QobrixCreated", "X_QobrixModified", "X_QobrixCreatedBy", "X_QobrixModifiedBy", "OriginatingSystemOfficeKey", etl_timestamp, etl_batch_id, "ModificationTimestamp")
    select n.record_id, n.tenant_id, n.seq, n.office_key, n.is_published, false, b.first + n.ordinal - 1, n.doc, n.doc_gold, n.doc_dd2, n."ShowingAppointmentKey", n."ListingKey", n."ShowingAgentKey", n."BuyerContactKey", n."ShowingDate", n."ShowingStartTime", n."ShowingEndTime", n."ShowingStatus", n."ShowingType", n."ShowingRemarks", n."ShowingFeedback", n."ShowingOutcome", n."X_QobrixViewingId", n."X_QobrixViewingRef", n."X_QobrixPropertyId", n."X_QobrixContactId", n."X_QobrixOwnerId", n."X_QobrixDateTime", n."X_QobrixDuration", n."X_QobrixLocation", n."X_QobrixCreated", n."X_QobrixModified", n."X_QobrixCreatedBy", n."X_QobrixModifiedBy", n."OriginatingSystemOfficeKey", n.etl_timestamp, n.etl_batch_id, b.first_time + (n.ordinal - 1) * interval '1 microsecond'
    from changed n cross join base b
    where not n.is_held
  ),
  rewritten as (
    update public.served_showing_appointment held set
      tenant_id = n.tenant_id,
      office_key = n.office_key,
      is_published = n.is_published,
      is_deleted = false,
      stamp = b.first + n.ordinal - 1,
      doc = case when n.has_doc then held.doc else n.doc end,
      doc_gold = n.doc_gold,
      doc_dd2 = n.doc_dd2,
      "ShowingAppointmentKey" = n."ShowingAppointmentKey",
      "ListingKey" = n."ListingKey",
      "ShowingAgentKey" = n."ShowingAgentKey",
      "BuyerContactKey" = n."BuyerContactKey",
      "ShowingDate" = n."ShowingDate",
      "ShowingStartTime" = n."ShowingStartTime",
      "ShowingEndTime" = n."ShowingEndTime",
      "ShowingStatus" = n."ShowingStatus",
      "ShowingType" = n."ShowingType",
      "ShowingRemarks" = n."ShowingRemarks",
      "ShowingFeedback" = n."ShowingFeedback",
      "ShowingOutcome" = n."ShowingOutcome",
      "X_QobrixViewingId" = n."X_QobrixViewingId",
      "X_QobrixViewingRef" = n."X_QobrixViewingRef",
      "X_QobrixPropertyId" = n."X_QobrixPropertyId",
      "X_QobrixContactId" = n."X_QobrixContactId",
      "X_QobrixOwnerId" = n."X_QobrixOwnerId",
      "X_QobrixDateTime" = n."X_QobrixDateTime",
      "X_QobrixDuration" = n."X_QobrixDuration",
      "X_QobrixLocation" = n."X_QobrixLocation",
      "X_QobrixCreated" = n."X_QobrixCreated",
      "X_QobrixModified" = n."X_QobrixModified",
      "X_QobrixCreatedBy" = n."X_QobrixCreatedBy",
      "X_QobrixModifiedBy" = n."X_QobrixModifiedBy",
      "OriginatingSystemOfficeKey" = n."OriginatingSystemOfficeKey",
      etl_timestamp = n.etl_timestamp,
      etl_batch_id = n.etl_batch_id,
      "ModificationTimestamp" = b.first_time + (n.ordinal - 1) * interval '1 microsecond'
    from changed n cross join base b
    where n.is_held and held.ctid = n.held_at
  ),
  buried as (
    update public.served_showing_appointment s
    set is_deleted = true, stamp = b.first + g.ordinal - 1, "ModificationTimestamp" = b.first_time + (g.ordinal - 1) * interval '1 microsecond'
    from gone g cross join base b
    where s.record_id = g.record_id
  )
  insert into public.mls_entity_events
    (sequence, resource, record_key, record_id, kind, office_key, previous_office_key, is_published, was_published)
  select b.first + n.ordinal - 1, 'ShowingAppointment', n."ShowingAppointmentKey", n.record_id, case when n.is_new then 'created' else 'updated' end,
    n.office_key, nullif(n.previous_office_key, n.office_key), n.is_published, coalesce(n.was_published, false)
  from changed n cross join base b
  union all
  select b.first + g.ordinal - 1, 'ShowingAppointment', g.record_key, g.record_id, 'deleted', g.office_key, null, false, g.is_published
  from gone g cross join base b;
end $$;
comment on function mls.refresh_showing_appointment(uuid[]) is
  'Brings the served rows of these ShowingAppointment records to what showing_appointment_reso says now. Call it under mls.lock_stamps().';

create or replace function mls.served_by(field text, wanted text[]) returns table (
  link text, record_id uuid, seq bigint, office_key text, is_published boolean, is_deleted boolean, stamp bigint,
  doc text, doc_gold text, doc_dd2 text
)
language plpgsql stable rows 10 set search_path = '' set plan_cache_mode = force_generic_plan
set enable_seqscan = off -- the plan of an empty table must not be the one that serves a full one
as $$
begin
  case field
    when 'Property.ListingKey' then
      return query select s."ListingKey", s.record_id, s.seq, s.office_key, s.is_published, s.is_deleted, s.stamp, s.doc, s.doc_gold, s.doc_dd2
      from public.served_property s where s."ListingKey" = any (wanted) and not s.is_deleted;
    when 'Member.MemberKey' then
      return query select s."MemberKey", s.record_id, s.seq, s.office_key, s.is_published, s.is_deleted, s.stamp, s.doc, s.doc_gold, s.doc_dd2
      from public.served_member s where s."MemberKey" = any (wanted) and not s.is_deleted;
    when 'Office.OfficeKey' then
      return query select s."OfficeKey", s.record_id, s.seq, s.office_key, s.is_published, s.is_deleted, s.stamp, s.doc, s.doc_gold, s.doc_dd2
      from public.served_office s where s."OfficeKey" = any (wanted) and not s.is_deleted;
    when 'Media.MediaKey' then
      return query select s."MediaKey", s.record_id, s.seq, s.office_key, s.is_published, s.is_deleted, s.stamp, s.doc, s.doc_gold, s.doc_dd2
      from public.served_media s where s."MediaKey" = any (wanted) and not s.is_deleted;
    when 'Media.ResourceRecordKey' then
      return query select s."ResourceRecordKey", s.record_id, s.seq, s.office_key, s.is_published, s.is_deleted, s.stamp, s.doc, s.doc_gold, s.doc_dd2
      from public.served_media s where s."ResourceRecordKey" = any (wanted) and not s.is_deleted;
    when 'OpenHouse.OpenHouseKey' then
      return query select s."OpenHouseKey", s.record_id, s.seq, s.office_key, s.is_published, s.is_deleted, s.stamp, s.doc, s.doc_gold, s.doc_dd2
      from public.served_open_house s where s."OpenHouseKey" = any (wanted) and not s.is_deleted;
    when 'OpenHouse.ListingKey' then
      return query select s."ListingKey", s.record_id, s.seq, s.office_key, s.is_published, s.is_deleted, s.stamp, s.doc, s.doc_gold, s.doc_dd2
      from public.served_open_house s where s."ListingKey" = any (wanted) and not s.is_deleted;
    when 'PropertyRooms.RoomKey' then
      return query select s."RoomKey", s.record_id, s.seq, s.office_key, s.is_published, s.is_deleted, s.stamp, s.doc, s.doc_gold, s.doc_dd2
      from public.served_property_rooms s where s."RoomKey" = any (wanted) and not s.is_deleted;
    when 'PropertyRooms.ListingKey' then
      return query select s."ListingKey", s.record_id, s.seq, s.office_key, s.is_published, s.is_deleted, s.stamp, s.doc, s.doc_gold, s.doc_dd2
      from public.served_property_rooms s where s."ListingKey" = any (wanted) and not s.is_deleted;
    when 'PropertyUnitTypes.UnitTypeKey' then
      return query select s."UnitTypeKey", s.record_id, s.seq, s.office_key, s.is_published, s.is_deleted, s.stamp, s.doc, s.doc_gold, s.doc_dd2
      from public.served_property_unit_types s where s."UnitTypeKey" = any (wanted) and not s.is_deleted;
    when 'PropertyUnitTypes.ListingKey' then
      return query select s."ListingKey", s.record_id, s.seq, s.office_key, s.is_published, s.is_deleted, s.stamp, s.doc, s.doc_gold, s.doc_dd2
      from public.served_property_unit_types s where s."ListingKey" = any (wanted) and not s.is_deleted;
    when 'Teams.TeamKey' then
      return query select s."TeamKey", s.record_id, s.seq, s.office_key, s.is_published, s.is_deleted, s.stamp, s.doc, s.doc_gold, s.doc_dd2
      from public.served_teams s where s."TeamKey" = any (wanted) and not s.is_deleted;
    when 'TeamMembers.TeamMemberKey' then
      return query select s."TeamMemberKey", s.record_id, s.seq, s.office_key, s.is_published, s.is_deleted, s.stamp, s.doc, s.doc_gold, s.doc_dd2
      from public.served_team_members s where s."TeamMemberKey" = any (wanted) and not s.is_deleted;
    when 'Contacts.ContactKey' then
      return query select s."ContactKey", s.record_id, s.seq, s.office_key, s.is_published, s.is_deleted, s.stamp, s.doc, s.doc_gold, s.doc_dd2
      from public.served_contacts s where s."ContactKey" = any (wanted) and not s.is_deleted;
    when 'ShowingAppointment.ShowingAppointmentKey' then
      return query select s."ShowingAppointmentKey", s.record_id, s.seq, s.office_key, s.is_published, s.is_deleted, s.stamp, s.doc, s.doc_gold, s.doc_dd2
      from public.served_showing_appointment s where s."ShowingAppointmentKey" = any (wanted) and not s.is_deleted;
    when 'ShowingAppointment.ListingKey' then
      return query select s."ListingKey", s.record_id, s.seq, s.office_key, s.is_published, s.is_deleted, s.stamp, s.doc, s.doc_gold, s.doc_dd2
      from public.served_showing_appointment s where s."ListingKey" = any (wanted) and not s.is_deleted;
  end case;
end $$;
comment on function mls.served_by(text, text[]) is
  'Served records by their key (Property.ListingKey) or by that of their listing (Media.ResourceRecordKey), as far as the caller may read them: what all of a resource have in common, and their documents. 20000 for another field.';
grant execute on function mls.served_by(text, text[]) to mls_api_read;

create or replace function mls.standard_lookups() returns table (lookup_name text, entries jsonb)
language sql immutable parallel safe set search_path = ''
as $$
  values
    ('Appliances', '["Bar Fridge|BarFridge","Built-In Electric Oven|BuiltInElectricOven","Built-In Electric Range|BuiltInElectricRange","Built-In Freezer|BuiltInFreezer","Built-In Gas Oven|BuiltInGasOven","Built-In Gas Range|BuiltInGasRange","Built-In Range|BuiltInRange","Built-In Refrigerator|BuiltInRefrigerator","Convection Oven|ConvectionOven","Cooktop","Dishwasher","Disposal","Double Oven|DoubleOven","Down Draft|DownDraft","Dryer","Electric Cooktop|ElectricCooktop","Electric Oven|ElectricOven","Electric Range|ElectricRange","Electric Water Heater|ElectricWaterHeater","ENERGY STAR Qualified Appliances|EnergyStarQualifiedAppliances","ENERGY STAR Qualified Dishwasher|EnergyStarQualifiedDishwasher","ENERGY STAR Qualified Dryer|EnergyStarQualifiedDryer","ENERGY STAR Qualified Freezer|EnergyStarQualifiedFreezer","ENERGY STAR Qualified Refrigerator|EnergyStarQualifiedRefrigerator","ENERGY STAR Qualified Washer|EnergyStarQualifiedWasher","ENERGY STAR Qualified Water Heater|EnergyStarQualifiedWaterHeater","Exhaust Fan|ExhaustFan","Free-Standing Electric Oven|FreeStandingElectricOven","Free-Standing Electric Range|FreeStandingElectricRange","Free-Standing Freezer|FreeStandingFreezer","Free-Standing Gas Oven|FreeStandingGasOven","Free-Standing Gas Range|FreeStandingGasRange","Free-Standing Range|FreeStandingRange","Free-Standing Refrigerator|FreeStandingRefrigerator","Freezer","Gas Cooktop|GasCooktop","Gas Oven|GasOven","Gas Range|GasRange","Gas Water Heater|GasWaterHeater","Heat Pump Water Heater|HeatPumpWaterHeater","Humidifier","Ice Maker|IceMaker","Indoor Grill|IndoorGrill","Induction Cooktop|InductionCooktop","Instant Hot Water|InstantHotWater","Microwave","None","Other","Oven","Plumbed For Ice Maker|PlumbedForIceMaker","Portable Dishwasher|PortableDishwasher","Propane Cooktop|PropaneCooktop","Range","Range Hood|RangeHood","Refrigerator","Self Cleaning Oven|SelfCleaningOven","Smart Appliance(s)|SmartAppliances","Solar Hot Water|SolarHotWater","Stainless Steel Appliance(s)|StainlessSteelAppliances","Tankless Water Heater|TanklessWaterHeater","Trash Compactor|TrashCompactor","Vented Exhaust Fan|VentedExhaustFan","Warming Drawer|WarmingDrawer","Washer","Washer/Dryer|WasherDryer","Washer/Dryer Stacked|WasherDryerStacked","Water Heater|WaterHeater","Water Purifier|WaterPurifier","Water Purifier Owned|WaterPurifierOwned","Water Purifier Rented|WaterPurifierRented","Water Softener|WaterSoftener","Water Softener Owned|WaterSoftenerOwned","Water Softener Rented|WaterSoftenerRented","Wine Cooler|WineCooler","Wine Refrigerator|WineRefrigerator"]'::jsonb),
    ('ArchitecturalStyle', '["A-Frame|AFrame","Art Deco|ArtDeco","Barndominium","Berm","Bungalow","Cabin","Cape Cod|CapeCod","Colonial","Contemporary","Craftsman","Creole","Dome","Dutch Colonial|DutchColonial","Farmhouse","Federal","French Provincial|FrenchProvincial","Georgian","Gothic Revival|GothicRevival","Greek Revival|GreekRevival","Italianate","Mediterranean","Mid-Century Modern|MidCenturyModern","Modern","Monterey","National","Neoclassical","Other","Prairie","Pueblo","Queen Anne|QueenAnne","Raised Ranch|RaisedRanch","Ranch","Regency","Rustic","Saltbox","See Remarks|SeeRemarks","Shingle","Shotgun","Spanish","Split Level|SplitLevel","Stick","Traditional","Tudor","Victorian"]'::jsonb),
    ('AreaSource', '["Appraiser","Assessor","Builder","Estimated","Other","Owner","Plans","Public Records|PublicRecords","See Remarks|SeeRemarks"]'::jsonb),
    ('AreaUnits', '["Square Feet|SquareFeet","Square Meters|SquareMeters"]'::jsonb),
    ('AssociationAmenities', '["Airport/Runway|AirportRunway","Barbecue","Basketball Court|BasketballCourt","Beach Access|BeachAccess","Beach Rights|BeachRights","Billiard Room|BilliardRoom","Boat Dock|BoatDock","Boat Slip|BoatSlip","Boating","Cabana","Cable TV|CableTv","Car Wash Area|CarWashArea","Clubhouse","Coin Laundry|CoinLaundry","Concierge","Day Care|DayCare","Dog Park|DogPark","Dry Dock|DryDock","Electricity","Elevator(s)|Elevators","Exercise Course|ExerciseCourse","Fitness Center|FitnessCenter","Game Court Exterior|GameCourtExterior","Game Court Interior|GameCourtInterior","Game Room|GameRoom","Gas","Gated","Golf Course|GolfCourse","Hot Water|HotWater","Indoor Pool|IndoorPool","Insurance","Jogging Path|JoggingPath","Landscaping","Laundry","Maid service|MaidService","Maintenance","Maintenance Grounds|MaintenanceGrounds","Maintenance Structure|MaintenanceStructure","Management","Marina","Meeting Room|MeetingRoom","None","Other","Park","Parking","Party Room|PartyRoom","Picnic Area|PicnicArea","Playground","Pond Seasonal|PondSeasonal","Pond Year Round|PondYearRound","Pool","Powered Boats Allowed|PoweredBoatsAllowed","Racquetball","Recreation Facilities|RecreationFacilities","Recreation Room|RecreationRoom","Roof Deck|RoofDeck","RV Parking|RvParking","RV/Boat Storage|RvBoatStorage","Sauna","Security","Service Elevator(s)|ServiceElevators","Shuffleboard Court|ShuffleboardCourt","Ski Accessible|SkiAccessible","Snow Removal|SnowRemoval","Spa/Hot Tub|SpaHotTub","Sport Court|SportCourt","Stable(s)|Stables","Storage","Stream Seasonal|StreamSeasonal","Stream Year Round|StreamYearRound","Taxes","Tennis Court(s)|TennisCourts","Trail(s)|Trails","Trash","Water","Workshop Area|WorkshopArea"]'::jsonb),
    ('Attended', '["Agent","Seller","Unattended"]'::jsonb),
    ('Basement', '["Apartment","Bath/Stubbed|BathStubbed","Block","Concrete","Crawl Space|CrawlSpace","Daylight","Dirt Floor|DirtFloor","Exterior Entry|ExteriorEntry","Finished","French Drain|FrenchDrain","Full","Full Exposure|FullExposure","Interior Entry|InteriorEntry","No Exposure|NoExposure","None","Other","Partial","Partial Exposure|PartialExposure","Partially Finished|PartiallyFinished","Storage Space|StorageSpace","Sump Pump|SumpPump","Unfinished","Walk-Out Access|WalkOutAccess","Walk-Up Access|WalkUpAccess"]'::jsonb),
    ('ClosetType', '["Built-in Closet|BuiltInCloset","None","Walk-in Closet|WalkInCloset"]'::jsonb),
    ('CommunityFeatures', '["Airport/Runway|AirportRunway","Clubhouse","Curbs","Fishing","Fitness Center|FitnessCenter","Gated","Golf","Lake","None","Other","Park","Pickleball","Playground","Pool","Racquetball","Restaurant","Sidewalks","Stable(s)|Stables","Street Lights|StreetLights","Suburban","Tennis Court(s)|TennisCourts"]'::jsonb),
    ('ContactStatus', '["Active","Deleted","Inactive","On Vacation|OnVacation"]'::jsonb),
    ('ContactType', '["Business","Buyer","Buyer Attorney|BuyerAttorney","Family","Financial Planner|FinancialPlanner","Friend","Home Improvement Specialist|HomeImprovementSpecialist","Home Inspector|HomeInspector","Home Security Provider|HomeSecurityProvider","Home Warranty Representative|HomeWarrantyRepresentative","Insurance Representative|InsuranceRepresentative","Landlord","Lead","Loan Officer|LoanOfficer","Moving/Storage|MovingStorage","Other","Prospect","Ready to Buy|ReadyToBuy","Seller","Seller Attorney|SellerAttorney","Tenant","Title Representative|TitleRepresentative"]'::jsonb),
    ('Cooling', '["Attic Fan|AtticFan","Ceiling Fan(s)|CeilingFans","Central Air|CentralAir","Dual","Ductless","Electric","ENERGY STAR Qualified Equipment|EnergyStarQualifiedEquipment","Evaporative Cooling|EvaporativeCooling","Exhaust Fan|ExhaustFan","Gas","Geothermal","Heat Pump|HeatPump","Humidity Control|HumidityControl","Multi Units|MultiUnits","None","Other","Roof Turbine(s)|RoofTurbines","Separate Meters|SeparateMeters","Varies by Unit|VariesByUnit","Wall Unit(s)|WallUnits","Wall/Window Unit(s)|WallWindowUnits","Whole House Fan|WholeHouseFan","Window Unit(s)|WindowUnits","Zoned"]'::jsonb),
    ('DevelopmentStatus', '["Completed","Finished Lot(s)|FinishedLots","Other","Proposed","Raw Land|RawLand","Rough Grade|RoughGrade","See Remarks|SeeRemarks","Site Plan Approved|SitePlanApproved","Site Plan Filed|SitePlanFiled","Under Construction|UnderConstruction"]'::jsonb),
    ('ExteriorFeatures', '["Awning(s)|Awnings","Balcony","Barbecue","Basketball Court|BasketballCourt","Boat Slip|BoatSlip","Built-in Barbecue|BuiltInBarbecue","Courtyard","Covered Courtyard|CoveredCourtyard","Dock","Dog Run|DogRun","Electric Grill|ElectricGrill","Fire Pit|FirePit","Garden","Gas Grill|GasGrill","Gray Water System|GrayWaterSystem","Kennel","Lighting","Misting System|MistingSystem","None","Other","Outdoor Grill|OutdoorGrill","Outdoor Kitchen|OutdoorKitchen","Outdoor Shower|OutdoorShower","Permeable Paving|PermeablePaving","Playground","Private Entrance|PrivateEntrance","Private Yard|PrivateYard","Rain Barrel/Cistern(s)|RainBarrelCisterns","Rain Gutters|RainGutters","RV Hookup|RvHookup","Smart Camera(s)/Recording|SmartCamerasRecording","Smart Irrigation|SmartIrrigation","Smart Light(s)|SmartLights","Smart Lock(s)|SmartLocks","Storage","Tennis Court(s)|TennisCourts","Uncovered Courtyard|UncoveredCourtyard"]'::jsonb),
    ('FeeFrequency', '["Annually","Bi-Monthly|BiMonthly","Bi-Weekly|BiWeekly","Daily","Monthly","One Time|OneTime","Quarterly","Seasonal","Semi-Annually|SemiAnnually","Semi-Monthly|SemiMonthly","Weekly"]'::jsonb),
    ('Fencing', '["Back Yard|BackYard","Barbed Wire|BarbedWire","Block","Brick","Chain Link|ChainLink","Cross Fenced|CrossFenced","Electric","Fenced","Front Yard|FrontYard","Full","Gate","Invisible","Masonry","None","Other","Partial","Partial Cross|PartialCross","Perimeter","Pipe","Privacy","Security","See Remarks|SeeRemarks","Slump Stone|SlumpStone","Split Rail|SplitRail","Stone","Vinyl","Wire","Wood","Wrought Iron|WroughtIron"]'::jsonb),
    ('FireplaceFeatures', '["Basement","Bath","Bedroom","Blower Fan|BlowerFan","Circulating","Decorative","Den","Dining Room|DiningRoom","Double Sided|DoubleSided","Electric","EPA Certified Wood Stove|EpaCertifiedWoodStove","EPA Qualified Fireplace|EpaQualifiedFireplace","Factory Built|FactoryBuilt","Family Room|FamilyRoom","Fire Pit|FirePit","Free Standing|FreeStanding","Gas","Gas Log|GasLog","Gas Starter|GasStarter","Glass Doors|GlassDoors","Great Room|GreatRoom","Heatilator","Insert","Kitchen","Library","Living Room|LivingRoom","Masonry","Master Bedroom|MasterBedroom","Metal","None","Other","Outside","Pellet Stove|PelletStove","Propane","Raised Hearth|RaisedHearth","Recreation Room|RecreationRoom","Sealed Combustion|SealedCombustion","See Remarks|SeeRemarks","See Through|SeeThrough","Stone","Ventless","Wood Burning|WoodBurning","Wood Burning Stove|WoodBurningStove","Zero Clearance|ZeroClearance"]'::jsonb),
    ('Flooring', '["Adobe","Bamboo","Brick","Carpet","Ceramic Tile|CeramicTile","Clay","Combination","Concrete","Cork","CRI Green Label Plus Certified Carpet|CriGreenLabelPlusCertifiedCarpet","Dirt","Engineered Hardwood|EngineeredHardwood","FloorScore(r) Certified Flooring|FloorScoreCertifiedFlooring","FSC or SFI Certified Source Hardwood|FscOrSfiCertifiedSourceHardwood","Granite","Hardwood","Laminate","Linoleum","Luxury Vinyl|LuxuryVinyl","Marble","None","Other","Painted/Stained|PaintedStained","Parquet","Pavers","Plank","Reclaimed Wood|ReclaimedWood","See Remarks|SeeRemarks","Simulated Wood|SimulatedWood","Slate","Softwood","Stamped","Stone","Sustainable","Terrazzo","Tile","Varies","Vinyl","Wood"]'::jsonb),
    ('Furnished', '["Furnished","Negotiable","Partially","Unfurnished"]'::jsonb),
    ('Heating', '["Active Solar|ActiveSolar","Baseboard","Ceiling","Central","Coal","Coal Stove|CoalStove","Ductless","Electric","ENERGY STAR Qualified Equipment|EnergyStarQualifiedEquipment","ENERGY STAR/ACCA RSI Qualified Installation|EnergyStarAccaRsiQualifiedInstallation","Exhaust Fan|ExhaustFan","Fireplace Insert|FireplaceInsert","Fireplace(s)|Fireplaces","Floor Furnace|FloorFurnace","Forced Air|ForcedAir","Geothermal","Gravity","Heat Pump|HeatPump","Hot Water|HotWater","Humidity Control|HumidityControl","Kerosene","Natural Gas|NaturalGas","None","Oil","Other","Passive Solar|PassiveSolar","Pellet Stove|PelletStove","Propane","Propane Stove|PropaneStove","Radiant","Radiant Ceiling|RadiantCeiling","Radiant Floor|RadiantFloor","See Remarks|SeeRemarks","Separate Meters|SeparateMeters","Solar","Space Heater|SpaceHeater","Steam","Varies by Unit|VariesByUnit","Wall Furnace|WallFurnace","Wood","Wood Stove|WoodStove","Zoned"]'::jsonb),
    ('ImageOf', '["Aerial View|AerialView","Atrium","Attic","Back of Structure|BackOfStructure","Balcony","Bar","Barn","Basement","Basketball Court|BasketballCourt","Bathroom","Bedroom","Bonus Room|BonusRoom","Breakfast Area|BreakfastArea","Closet","Community","Courtyard","Deck","Den","Dining Area|DiningArea","Dining Room|DiningRoom","Dock","Entrance Foyer|EntranceFoyer","Entry","Exercise Room|ExerciseRoom","Family Room|FamilyRoom","Fence","Fireplace","Floor Plan|FloorPlan","Front of Structure|FrontOfStructure","Game Room|GameRoom","Garage","Garden","Golf Course|GolfCourse","Great Room|GreatRoom","Guest Quarters|GuestQuarters","Gym","Hallway","Hobby Room|HobbyRoom","Inlaw","Kitchen","Lake","Laundry","Library","Living Room|LivingRoom","Loading Dock|LoadingDock","Lobby","Loft","Lot","Map","Master Bathroom|MasterBathroom","Master Bedroom|MasterBedroom","Media Room|MediaRoom","Mud Room|MudRoom","Nursery","Office","Other","Out Buildings|OutBuildings","Pantry","Parking","Patio","Pier","Plat Map|PlatMap","Playground","Pond","Pool","Reception","Recreation Room|RecreationRoom","Sauna","Showroom","Side of Structure|SideOfStructure","Sitting Room|SittingRoom","Spa","Stable","Stairs","Storage","Studio","Study","Sun Room|SunRoom","Tennis Court|TennisCourt","Utility Room|UtilityRoom","View","Walk-In Closet(s)|WalkInClosets","Waterfront","Wine Cellar|WineCellar","Workshop","Yard"]'::jsonb),
    ('InteriorOrRoomFeatures', '["Bar","Beamed Ceilings|BeamedCeilings","Bidet","Bookcases","Breakfast Bar|BreakfastBar","Built-in Features|BuiltInFeatures","Cathedral Ceiling(s)|CathedralCeilings","Cedar Closet(s)|CedarClosets","Ceiling Fan(s)|CeilingFans","Central Vacuum|CentralVacuum","Chandelier","Coffered Ceiling(s)|CofferedCeilings","Crown Molding|CrownMolding","Double Vanity|DoubleVanity","Dry Bar|DryBar","Dumbwaiter","Eat-in Kitchen|EatInKitchen","Elevator","Entrance Foyer|EntranceFoyer","Granite Counters|GraniteCounters","High Ceilings|HighCeilings","High Speed Internet|HighSpeedInternet","His and Hers Closets|HisAndHersClosets","In-Law Floorplan|InLawFloorplan","Kitchen Island|KitchenIsland","Laminate Counters|LaminateCounters","Low Flow Plumbing Fixtures|LowFlowPlumbingFixtures","Master Downstairs|MasterDownstairs","Natural Woodwork|NaturalWoodwork","Open Floorplan|OpenFloorplan","Other","Pantry","Recessed Lighting|RecessedLighting","Sauna","See Remarks|SeeRemarks","Smart Camera(s)/Recording|SmartCamerasRecording","Smart Home|SmartHome","Smart Light(s)|SmartLights","Smart Thermostat|SmartThermostat","Soaking Tub|SoakingTub","Solar Tube(s)|SolarTubes","Sound System|SoundSystem","Stone Counters|StoneCounters","Storage","Tile Counters|TileCounters","Track Lighting|TrackLighting","Tray Ceiling(s)|TrayCeilings","Vaulted Ceiling(s)|VaultedCeilings","Walk-In Closet(s)|WalkInClosets","WaterSense Fixture(s)|WaterSenseFixtures","Wet Bar|WetBar","Wired for Data|WiredForData","Wired for Sound|WiredForSound"]'::jsonb),
    ('Languages', '["Abkhazian","Afar","Afrikaans","Albanian","American Sign Language|AmericanSignLanguage","Amharic","Arabic","Aramaic","Armenian","Assamese","Assyrian Neo-Aramaic|AssyrianNeoAramaic","Avestan","Aymara","Azerbaijani","Bambara","Bashkir","Basque","Bengali","Bihari","Bikol","Bislama","Bosnian","Brazilian Portuguese|BrazilianPortuguese","Bulgarian","Burmese","Byelorussian","Cambodian","Cantonese","Cape Verdean Creole|CapeVerdeanCreole","Catalan","Cebuano","Chamorro","Chechen","Chinese","Chuukese","Chuvash","Cornish","Corsican","Croatian","Czech","Danish","Dari (Afghan Persian)|Dari","Dioula","Dutch","Dzongkha","English","Esperanto","Estonian","Faroese","Farsi","Fiji","Finnish","Flemish","French","Frisian","Galician","Georgian","German","Greek","Greenlandic","Guarani","Gujarati","Haitian Creole|HaitianCreole","Hausa","Hebrew","Herero","Hiligaynon","Hindi","Hiri Motu|HiriMotu","Hmong","Hungarian","Iban","Icelandic","Igbo","Ilocano","Indonesian","Interlingua","Inuktitut","Inupiak","Irish (Gaelic)|Irish","Italian","Japanese","Javanese","Kannada","Kashmiri","Kazakh","K''iche''|KIche","Kichwa","Kikuyu","Kinyarwanda","Kirghiz","Kirundi","Komi","Korean","Kpelle","Kru","Kurdish","Lao","Latin","Latvian","Lingala","Lithuanian","Luxemburgish","Macedonian","Malagasy","Malay","Malayalam","Maltese","Mandarin","Maninka","Manx Gaelic|ManxGaelic","Maori","Marathi","Marshallese","Moldovan","Mongolian","Nauru","Navajo","Ndebele","Ndonga","Nepali","Norwegian","Norwegian (Nynorsk)|NorwegianNynorsk","Nyanja","Occitan","Oriya","Oromo","Ossetian","Pali","Pangasinan","Papiamento","Pashto","Polish","Portuguese","Punjabi","Quechua","Romanian","Romany","Russian","Sami","Samoan","Sangho","Sanskrit","Sardinian","Scots Gaelic|ScotsGaelic","Serbian","Serbo-Croatian|SerboCroatian","Sesotho","Setswana","Shan","Shona","Sindhi","Sinhalese","Siswati","Slovak","Slovenian","Somali","Southern Ndebele|SouthernNdebele","Spanish","Sundanese","Swahili","Swedish","Syriac","Tagalog","Tahitian","Tajik","Tamil","Tatar","Telugu","Thai","Tibetan","Tigrinya","Tongan","Tsonga","Turkish","Turkmen","Twi","Uigur","Ukrainian","Urdu","Uzbek","Vietnamese","Volapuk","Welsh","Wolof","Xhosa","Yiddish","Yoruba","Zhuang","Zulu"]'::jsonb),
    ('LeaseTerm', '["12 Months|TwelveMonths","24 Months|TwentyFourMonths","6 Months|SixMonths","Month To Month|MonthToMonth","Negotiable","None","Other","Renewal Option|RenewalOption","Short Term Lease|ShortTermLease","Weekly"]'::jsonb),
    ('LinearUnits', '["Feet","Meters"]'::jsonb),
    ('ListingAgreement', '["Exclusive Agency|ExclusiveAgency","Exclusive Right To Lease|ExclusiveRightToLease","Exclusive Right To Sell|ExclusiveRightToSell","Exclusive Right With Exception|ExclusiveRightWithException","Net","Open","Probate"]'::jsonb),
    ('ListingService', '["Entry Only|EntryOnly","Full Service|FullService","Limited Service|LimitedService"]'::jsonb),
    ('LotFeatures', '["Agricultural","Back Yard|BackYard","Bluff","City Lot|CityLot","Cleared","Close to Clubhouse|CloseToClubhouse","Corner Lot|CornerLot","Corners Marked|CornersMarked","Cul-De-Sac|CulDeSac","Desert Back|DesertBack","Desert Front|DesertFront","Farm","Few Trees|FewTrees","Flag Lot|FlagLot","Front Yard|FrontYard","Garden","Gentle Sloping|GentleSloping","Greenbelt","Interior Lot|InteriorLot","Irregular Lot|IrregularLot","Lake on Lot|LakeOnLot","Landscaped","Level","Many Trees|ManyTrees","Meadow","Native Plants|NativePlants","Near Golf Course|NearGolfCourse","Near Public Transit|NearPublicTransit","On Golf Course|OnGolfCourse","Open Lot|OpenLot","Orchard(s)|Orchards","Other","Pasture","Paved","Pie Shaped Lot|PieShapedLot","Pond on Lot|PondOnLot","Private","Rectangular Lot|RectangularLot","Rock Outcropping|RockOutcropping","Rolling Slope|RollingSlope","Secluded","See Remarks|SeeRemarks","Sloped","Sloped Down|SlopedDown","Sloped Up|SlopedUp","Split Possible|SplitPossible","Sprinklers In Front|SprinklersInFront","Sprinklers In Rear|SprinklersInRear","Steep Slope|SteepSlope","Subdivided","Views","Waterfall","Waterfront","Wetlands","Wooded","Zero Lot Line|ZeroLotLine"]'::jsonb),
    ('LotSizeUnits', '["Acres","Square Feet|SquareFeet","Square Meters|SquareMeters"]'::jsonb),
    ('MediaAlteration', '["Decluttered - Item Removed|DeclutteredItemRemoved","Model Home|ModelHome","None","Other Media Modification|OtherMediaModification","Twilight Conversion|TwilightConversion","Virtual Enhancements|VirtualEnhancements","Virtual Renovation|VirtualRenovation","Virtual Representation - To Be Built|VirtualRepresentationToBeBuilt","Virtual Representation - Under Construction|VirtualRepresentationUnderConstruction","Virtual Staging - Item Addition|VirtualStagingItemAddition"]'::jsonb),
    ('MemberDesignation', '["Accredited Buyer''s Representative / ABR|AccreditedBuyersRepresentative","Accredited Land Consultant / ALC|AccreditedLandConsultant","At Home With Diversity / AHWD|AtHomeWithDiversity","Certified Commercial Investment Member / CCIM|CertifiedCommercialInvestmentMember","Certified Distressed Property Expert / CDPE|CertifiedDistressedPropertyExpert","Certified International Property Specialist / CIPS|CertifiedInternationalPropertySpecialist","Certified Property Manager / CPM|CertifiedPropertyManager","Certified Real Estate Brokerage Manager / CRB|CertifiedRealEstateBrokerageManager","Certified Real Estate Team Specialist / C-RETS|CertifiedRealEstateTeamSpecialist","Certified Residential Specialist / CRS|CertifiedResidentialSpecialist","Counselor of Real Estate / CRE|CounselorOfRealEstate","e-PRO|ePRO","General Accredited Appraiser / GAA|GeneralAccreditedAppraiser","Graduate, REALTOR Institute / GRI|GraduateRealtorInstitute","Military Relocation Professional / MRP|MilitaryRelocationProfessional","NAR''s Green Designation / GREEN|NARsGreenDesignation","Performance Management Network / PMN|PerformanceManagementNetwork","Pricing Strategy Advisor / PSA|PricingStrategyAdvisor","Real Estate Negotiation Expert / RENE|RealEstateNegotiationExpert","REALTOR Association Certified Executive / RCE|RealtorAssociationCertifiedExecutive","Residential Accredited Appraiser / RAA|ResidentialAccreditedAppraiser","Resort & Second-Home Property Specialist / RSPS|ResortAndSecondHomePropertySpecialist","Seller Representative Specialist / SRS|SellerRepresentativeSpecialist","Seniors Real Estate Specialist / SRES|SeniorsRealEstateSpecialist","Short Sales & Foreclosure Resource / SFR|ShortSalesAndForeclosureResource","Society of Industrial and Office REALTORS / SIOR|SocietyOfIndustrialAndOfficeRealtors","Transnational Referral Certification / TRC|TransnationalReferralCertification"]'::jsonb),
    ('MemberStatus', '["Active","Inactive"]'::jsonb),
    ('MemberType', '["Affiliate","Assistant","Association Staff|AssociationStaff","Designated REALTOR Appraiser|DesignatedRealtorAppraiser","Designated REALTOR Participant|DesignatedRealtorParticipant","Leasing Agent|LeasingAgent","Licensed Assistant|LicensedAssistant","MLS Only Appraiser|MlsOnlyAppraiser","MLS Only Broker|MlsOnlyBroker","MLS Only Broker Associate|MlsOnlyBrokerAssociate","MLS Only Salesperson|MlsOnlySalesperson","MLS Staff|MlsStaff","Non Member/Vendor|NonMemberVendor","Office Manager|OfficeManager","Photographer","REALTOR Appraiser|RealtorAppraiser","REALTOR Broker Associate|RealtorBrokerAssociate","REALTOR Salesperson|RealtorSalesperson","Unlicensed Assistant|UnlicensedAssistant"]'::jsonb),
    ('OfficeBranchType', '["Branch","Main","Stand Alone|StandAlone"]'::jsonb),
    ('OfficeStatus', '["Active","Inactive"]'::jsonb),
    ('OfficeType', '["Affiliate","Appraiser","Association","MLS|Mls","MLS Only Branch|MlsOnlyBranch","MLS Only Firm|MlsOnlyFirm","MLS Only Office|MlsOnlyOffice","Non Member/Vendor|NonMemberVendor","Realtor Branch Office|RealtorBranchOffice","Realtor Firm|RealtorFirm","Realtor Office|RealtorOffice"]'::jsonb),
    ('OpenHouseStatus', '["Active","Canceled","Ended"]'::jsonb),
    ('OpenHouseType', '["Broker","Livestream Broker|LivestreamBroker","Livestream Public|LivestreamPublic","Office","Public"]'::jsonb),
    ('OtherStructures', '["Airplane Hangar|AirplaneHangar","Arena","Barn(s)|Barns","Boat House|BoatHouse","Cabana","Cave(s)|Caves","Corral(s)|Corrals","Covered Arena|CoveredArena","Garage(s)|Garages","Gazebo","Grain Storage|GrainStorage","Greenhouse","Guest House|GuestHouse","Kennel/Dog Run|KennelDogRun","Mobile Home|MobileHome","None","Other","Outbuilding","Outdoor Kitchen|OutdoorKitchen","Packing Shed|PackingShed","Pergola","Pool House|PoolHouse","Poultry Coop|PoultryCoop","Residence","RV/Boat Storage|RvBoatStorage","Second Garage|SecondGarage","Second Residence|SecondResidence","See Remarks|SeeRemarks","Shed(s)|Sheds","Stable(s)|Stables","Storage","Tennis Court(s)|TennisCourts","Workshop"]'::jsonb),
    ('ParkingFeatures', '["Additional Parking|AdditionalParking","Aggregate","Alley Access|AlleyAccess","Asphalt","Assigned","Attached","Attached Carport|AttachedCarport","Basement","Boat","Carport","Circular Driveway|CircularDriveway","Common","Community Structure|CommunityStructure","Concrete","Converted Garage|ConvertedGarage","Covered","Deck","Deeded","Detached","Detached Carport|DetachedCarport","Direct Access|DirectAccess","Drive Through|DriveThrough","Driveway","Electric Gate|ElectricGate","Electric Vehicle Charging Station(s)|ElectricVehicleChargingStations","Enclosed","Garage","Garage Door Opener|GarageDoorOpener","Garage Faces Front|GarageFacesFront","Garage Faces Rear|GarageFacesRear","Garage Faces Side|GarageFacesSide","Gated","Golf Cart Garage|GolfCartGarage","Gravel","Guest","Heated Garage|HeatedGarage","Inside Entrance|InsideEntrance","Kitchen Level|KitchenLevel","Leased","Lighted","No Garage|NoGarage","None","Off Site|OffSite","Off Street|OffStreet","On Site|OnSite","On Street|OnStreet","Open","Other","Outside","Oversized","Parking Lot|ParkingLot","Parking Pad|ParkingPad","Paved","Paver Block|PaverBlock","Permit Required|PermitRequired","Private","RV Access/Parking|RvAccessParking","RV Carport|RvCarport","RV Garage|RvGarage","RV Gated|RvGated","Secured","See Remarks|SeeRemarks","Shared Driveway|SharedDriveway","Side By Side|SideBySide","Storage","Tandem","Unassigned","Underground","Unpaved","Valet","Varies by Unit|VariesByUnit","Workshop in Garage|WorkshopInGarage"]'::jsonb),
    ('PatioAndPorchFeatures', '["Awning(s)|Awnings","Covered","Deck","Enclosed","Front Porch|FrontPorch","Glass Enclosed|GlassEnclosed","None","Other","Patio","Porch","Rear Porch|RearPorch","Screened","See Remarks|SeeRemarks","Side Porch|SidePorch","Terrace","Wrap Around|WrapAround"]'::jsonb),
    ('Permission', '["Agent Only|AgentOnly","Firm Only|FirmOnly","IDX|Idx","Office Only|OfficeOnly","Private","Public","VOW|Vow"]'::jsonb),
    ('PetsAllowed', '["Breed Restrictions|BreedRestrictions","Call","Cats OK|CatsOk","Dogs OK|DogsOk","No","Number Limit|NumberLimit","Size Limit|SizeLimit","Yes"]'::jsonb),
    ('PoolFeatures', '["Above Ground|AboveGround","Association","Black Bottom|BlackBottom","Cabana","Community","Diving Board|DivingBoard","Electric Heat|ElectricHeat","ENERGY STAR Qualified pool pump|EnergyStarQualifiedPoolPump","Fenced","Fiberglass","Filtered","Gas Heat|GasHeat","Gunite","Heated","In Ground|InGround","Indoor","Infinity","Lap","Liner","None","Other","Outdoor Pool|OutdoorPool","Pool Cover|PoolCover","Pool Sweep|PoolSweep","Pool/Spa Combo|PoolSpaCombo","Private","Salt Water|SaltWater","Screen Enclosure|ScreenEnclosure","See Remarks|SeeRemarks","Solar Cover|SolarCover","Solar Heat|SolarHeat","Sport","Tile","Vinyl","Waterfall"]'::jsonb),
    ('PropertyCondition', '["Fixer","New Construction|NewConstruction","To Be Built|ToBeBuilt","Under Construction|UnderConstruction","Updated/Remodeled|UpdatedRemodeled"]'::jsonb),
    ('PropertySubType', '["Agriculture","Apartment","Boat Slip|BoatSlip","Business","Cabin","Condominium","Co-Ownership|CoOwnership","Deeded Parking|DeededParking","Duplex","Farm","Hotel/Motel|HotelMotel","Industrial","Manufactured Home|ManufacturedHome","Manufactured On Land|ManufacturedOnLand","Mixed Use|MixedUse","Mobile Home|MobileHome","Mobile Home Park|MobileHomePark","Multi Family|MultiFamily","Office","Own Your Own|OwnYourOwn","Quadruplex","Ranch","Retail","Single Family Residence|SingleFamilyResidence","Stock Cooperative|StockCooperative","Tenancy in Common|TenancyInCommon","Timeshare","Townhouse","Triplex","Unimproved Land|UnimprovedLand","Warehouse"]'::jsonb),
    ('PropertyType', '["Business Opportunity|BusinessOpportunity","Commercial Lease|CommercialLease","Commercial Sale|CommercialSale","Farm","Land","Manufactured In Park|ManufacturedInPark","Residential","Residential Income|ResidentialIncome","Residential Lease|ResidentialLease"]'::jsonb),
    ('RoadSurfaceType', '["Alley Paved|AlleyPaved","Asphalt","Chip And Seal|ChipAndSeal","Concrete","Dirt","Gravel","None","Other","Paved","See Remarks|SeeRemarks","Unimproved"]'::jsonb),
    ('Roof', '["Aluminum","Asbestos Shingle|AsbestosShingle","Asphalt","Bahama","Barrel","Bituthene","Built-Up|BuiltUp","Composition","Concrete","Copper","Elastomeric","Fiberglass","Flat","Flat Tile|FlatTile","Foam","Green Roof|GreenRoof","Mansard","Membrane","Metal","Mixed","None","Other","Rolled/Hot Mop|RolledHotMop","Rubber","See Remarks|SeeRemarks","Shake","Shingle","Slate","Spanish Tile|SpanishTile","Stone","Synthetic","Tar/Gravel|TarGravel","Tile","Wood"]'::jsonb),
    ('RoomLengthWidthSource', '["Appraiser","Assessor","Builder","Estimated","GIS Calculated|GisCalculated","Measured","Other","Owner","Public Records|PublicRecords","See Remarks|SeeRemarks","Survey"]'::jsonb),
    ('RoomLevel', '["Basement","First","Lower","Main","Second","Third","Upper"]'::jsonb),
    ('RoomType', '["Basement","Bathroom","Bathroom 1|Bathroom1","Bathroom 2|Bathroom2","Bathroom 3|Bathroom3","Bathroom 4|Bathroom4","Bathroom 5|Bathroom5","Bedroom","Bedroom 1|Bedroom1","Bedroom 2|Bedroom2","Bedroom 3|Bedroom3","Bedroom 4|Bedroom4","Bedroom 5|Bedroom5","Bonus Room|BonusRoom","Den","Dining Room|DiningRoom","Exercise Room|ExerciseRoom","Family Room|FamilyRoom","Game Room|GameRoom","Great Room|GreatRoom","Gym","Kitchen","Laundry","Library","Living Room|LivingRoom","Loft","Master Bathroom|MasterBathroom","Master Bedroom|MasterBedroom","Media Room|MediaRoom","Office","Sauna","Utility Room|UtilityRoom","Workshop"]'::jsonb),
    ('SecurityFeatures', '["24 Hour Security|TwentyFourHourSecurity","Building Security|BuildingSecurity","Carbon Monoxide Detector(s)|CarbonMonoxideDetectors","Closed Circuit Camera(s)|ClosedCircuitCameras","Fire Alarm|FireAlarm","Fire Escape|FireEscape","Fire Sprinkler System|FireSprinklerSystem","Firewall(s)|Firewalls","Gated Community|GatedCommunity","Gated with Guard|GatedWithGuard","Key Card Entry|KeyCardEntry","Other","Panic Alarm|PanicAlarm","Prewired","Secured Garage/Parking|SecuredGarageParking","Security Fence|SecurityFence","Security Gate|SecurityGate","Security Guard|SecurityGuard","Security Lights|SecurityLights","Security Service|SecurityService","Security System|SecuritySystem","Security System Leased|SecuritySystemLeased","Security System Owned|SecuritySystemOwned","See Remarks|SeeRemarks","Smoke Detector(s)|SmokeDetectors","Varies By Unit|VariesByUnit","Window Bars|WindowBars","Window Bars with Quick Release|WindowBarsWithQuickRelease"]'::jsonb),
    ('Sewer', '["Aerobic Septic|AerobicSeptic","Cesspool","Engineered Septic|EngineeredSeptic","Holding Tank|HoldingTank","Mound Septic|MoundSeptic","None","Other","Perc Test On File|PercTestOnFile","Perc Test Required|PercTestRequired","Private Sewer|PrivateSewer","Public Sewer|PublicSewer","Septic Needed|SepticNeeded","Septic Tank|SepticTank","Shared Septic|SharedSeptic","Unknown"]'::jsonb),
    ('TeamMemberType', '["Administration Assistant|AdministrationAssistant","Buyer Agent|BuyerAgent","Lead Manager|LeadManager","Listing Agent|ListingAgent","Marketing Assistant|MarketingAssistant","Operations Manager|OperationsManager","Showing Agent|ShowingAgent","Team Lead|TeamLead","Team Member|TeamMember","Transaction Coordinator|TransactionCoordinator"]'::jsonb),
    ('TeamStatus', '["Active","Inactive"]'::jsonb),
    ('UnitTypeType', '["1 Bedroom|OneBedroom","2 Bedroom|TwoBedroom","3 Bedroom|ThreeBedroom","4 Bedroom Or More|FourBedroomOrMore","Apartments","Efficiency","Loft","Manager''s Unit|ManagersUnit","Penthouse","Studio"]'::jsonb),
    ('View', '["Bay","Beach","Bridge(s)|Bridges","Canal","Canyon","City","City Lights|CityLights","Creek/Stream|CreekStream","Desert","Downtown","Forest","Garden","Golf Course|GolfCourse","Hills","Lake","Marina","Meadow","Mountain(s)|Mountains","Neighborhood","None","Ocean","Orchard","Other","Panoramic","Park/Greenbelt|ParkGreenbelt","Pasture","Pond","Pool","Ridge","River","Rural","See Remarks|SeeRemarks","Skyline","Territorial","Trees/Woods|TreesWoods","Valley","Vineyard","Water"]'::jsonb),
    ('WaterfrontFeatures', '["Bay Access|BayAccess","Bayfront","Beach Access|BeachAccess","Beach Front|BeachFront","Canal Access|CanalAccess","Canal Front|CanalFront","Creek","Lagoon","Lake Front|LakeFront","Lake Privileges|LakePrivileges","Marina in Community|MarinaInCommunity","Navigable Water|NavigableWater","Ocean Access|OceanAccess","Ocean Front|OceanFront","Pond","River Access|RiverAccess","River Front|RiverFront","Seawall","Stream","Waterfront"]'::jsonb)
$$;
comment on function mls.standard_lookups() is
  'Values of RESO Data Dictionary 2.0, lookup by lookup: a list of texts, with the name in older OData enumerations behind | where it is another.';

create or replace function mls.searched_fields() returns table (resource text, fields text[])
language sql immutable parallel safe set search_path = ''
as $$
  values
    ('property', '{ListingKey,ListingId,City,StateOrProvince,UnparsedAddress,PropertySubType,PublicRemarks,X_ShortDescription,X_PropertyName,BuilderName,BuilderModel}'::text[]),
    ('member', '{MemberFullName,MemberCity}'::text[]),
    ('office', '{OfficeName,OfficeCity}'::text[]),
    ('media', '{ShortDescription,LongDescription}'::text[]),
    ('open_house', '{ListingKey,OpenHouseRemarks,Refreshments}'::text[]),
    ('property_rooms', '{ListingKey,RoomDescription}'::text[]),
    ('property_unit_types', '{ListingKey,UnitTypeDescription}'::text[]),
    ('teams', '{TeamName,TeamCity}'::text[]),
    ('team_members', '{TeamKey,MemberMlsId}'::text[]),
    ('contacts', '{ContactFullName,ContactCompanyName}'::text[]),
    ('showing_appointment', '{ListingKey,ShowingRemarks}'::text[])
$$;
comment on function mls.searched_fields() is 'Fields that $search looks through, by resource; none of them needs a grant. After a change: mls.match_search().';

create or replace view public.property with (security_invoker = true) as
select
  r.tenant_id,
  r."ListingKey",
  r."ListingId",
  r."StandardStatus",
  r."PropertyClass",
  r."DevelopmentStatus",
  r."NewConstructionYN",
  r."PropertyCondition",
  r."BuilderName",
  r."BuilderModel",
  r."PropertyType",
  r."PropertySubType",
  r."ListingService",
  r."ListingAgreement",
  r."LeaseConsideredYN",
  r."SaleConsideredYN",
  r."BedroomsTotal",
  r."BathroomsTotalInteger",
  r."BathroomsHalf",
  r."LivingArea",
  r."LivingAreaUnits",
  r."LotSizeSquareFeet",
  r."LotSizeUnits",
  r."LotSizeAcres",
  r."ListPrice",
  r."LeasePrice",
  r."LeaseAmount",
  r."LeaseAmountFrequency",
  r."OriginalEntryTimestamp",
  r."ListingContractDate",
  r."ModificationTimestamp",
  r."UnparsedAddress",
  r."City",
  r."StateOrProvince",
  r."PostalCode",
  r."Country",
  r."Latitude",
  r."Longitude",
  r."PublicRemarks",
  r."ListAgentKey",
  r."CoListAgentKey",
  r."ListOfficeKey",
  r."YearBuilt",
  r."YearBuiltEffective",
  r."View",
  r."PoolFeatures",
  r."Heating",
  r."Cooling",
  r."Furnished",
  r."PetsAllowed",
  r."FireplaceYN",
  r."ParkingFeatures",
  r."StoriesTotal",
  r."Stories",
  r."Flooring",
  r."FireplaceFeatures",
  r."WaterfrontFeatures",
  r."PatioAndPorchFeatures",
  r."OtherStructures",
  r."AssociationAmenities",
  r."Fencing",
  r."X_SeaView",
  r."X_MountainView",
  r."X_BeachFront",
  r."X_AbutsGreenArea",
  r."X_ElevatedArea",
  r."X_PrivateSwimmingPool",
  r."X_CommonSwimmingPool",
  r."X_GardenArea",
  r."X_RoofGardenArea",
  r."X_Elevator",
  r."X_AirCondition",
  r."X_Alarm",
  r."X_SmartHome",
  r."X_SolarWaterHeater",
  r."X_StorageSpace",
  r."X_MaidsRoom",
  r."X_ConciergeReception",
  r."X_SecureDoor",
  r."X_Kitchenette",
  r."X_HomeOffice",
  r."X_SeparateLaundryRoom",
  r."X_Reception",
  r."X_StoreRoom",
  r."X_ConstructionType",
  r."X_ConstructionStage",
  r."X_FloorType",
  r."X_NewBuild",
  r."X_Height",
  r."X_MaxFloor",
  r."X_UnitNumber",
  r."X_EnergyEfficiencyGrade",
  r."X_EnergyConsumptionRating",
  r."X_EnergyConsumptionValue",
  r."X_EnergyEmissionRating",
  r."X_HeatingType",
  r."X_HeatingMedium",
  r."X_CoolingType",
  r."X_Electricity",
  r."X_ElectricityType",
  r."X_Water",
  r."X_DistanceFromBeach",
  r."X_DistanceFromAirport",
  r."X_DistanceFromCentre",
  r."X_DistanceFromSchool",
  r."X_DistanceFromShops",
  r."X_DistanceFromHospital",
  r."X_DistanceFromUniversity",
  r."X_DistanceFromRailStation",
  r."X_DistanceFromTubeStation",
  r."X_LivingRooms",
  r."X_Kitchens",
  r."X_KitchenType",
  r."X_OfficeSpaces",
  r."X_VerandasCount",
  r."X_CoveredArea",
  r."X_UncoveredArea",
  r."X_TotalArea",
  r."X_MezzanineArea",
  r."X_StorageArea",
  r."X_CoveredVerandas",
  r."X_UncoveredVerandas",
  r."X_Frontage",
  r."X_BuildingDensity",
  r."X_Coverage",
  r."X_CoverFactor",
  r."X_CornerPlot",
  r."X_RightOfWay",
  r."X_RegisteredRoad",
  r."X_TownPlanningZone",
  r."X_LandLocked",
  r."X_CadastralReference",
  r."X_IdealFor",
  r."X_LicensedFor",
  r."X_BusinessTransferOrSale",
  r."X_BusinessTransferPrice",
  r."X_BusinessActivity",
  r."X_ConferenceRoom",
  r."X_ServerRoom",
  r."X_EnclosedOffice",
  r."X_OfficeLayout",
  r."X_PricePerSquare",
  r."X_PriceQualifier",
  r."X_PlusVAT",
  r."X_MinimumTenancy",
  r."X_TenancyType",
  r."X_Occupancy",
  r."X_PreviousListPrice",
  r."X_PreviousLeasePrice",
  r."X_ListPriceModified",
  r."X_LeasePriceModified",
  r."X_AuctionStartDate",
  r."X_AuctionEndDate",
  r."X_ReservePrice",
  r."X_StartingBid",
  r."X_ProjectId",
  r."X_DeveloperContactKey",
  r."X_LeadSource",
  r."X_WebsiteListingDate",
  r."X_KeyHolderDetails",
  r."X_ListingBrokerName",
  r."X_Featured",
  r."X_FeaturedPriority",
  r."X_PropertyOfTheMonth",
  r."X_VideoLink",
  r."X_VirtualTourLink",
  r."X_WebsiteUrl",
  r."X_WebsiteStatus",
  r."X_ExcludedProperty",
  r."X_ShortDescription",
  r."X_PropertyName",
  r."X_ApartmentType",
  r."X_HouseType",
  r."X_LandType",
  r."X_OfficeType",
  r."X_RetailType",
  r."X_IndustrialType",
  r."X_HotelType",
  r."X_BuildingType",
  r."X_InvestmentType",
  r."X_CustomerParking",
  r."X_AdditionalFeatures",
  r."X_InteriorFeatures",
  r."X_ExteriorFeatures",
  r."X_CommunityFeatures",
  r."X_LotFeatures",
  r."X_SecurityFeatures",
  r."X_Appliances",
  r."X_QobrixId",
  r."X_QobrixRef",
  r."X_QobrixSource",
  r."X_QobrixLegacyId",
  r."X_SellerContactKey",
  r."X_CreatedByMemberKey",
  r."X_ModifiedByMemberKey",
  r."X_QobrixModified",
  r."OriginatingSystemOfficeKey",
  r."X_DataSource",
  r.etl_timestamp,
  r.etl_batch_id,
  r."MlsStatus",
  r."StatusChangeTimestamp",
  r."OnMarketDate",
  r."ArchitecturalStyle",
  r."OriginalListPrice",
  r."ListPriceCurrencyCode",
  r."LeaseTerm",
  r."AvailabilityDate",
  r."NetOperatingIncome",
  r."CapRate",
  r."GrossIncome",
  r."OperatingExpense",
  r."TaxAnnualAmount",
  r."TaxYear",
  r."AssociationFee",
  r."ExpirationDate",
  r."DaysOnMarket",
  r."CloseDate",
  r."ClosePrice",
  r."BathroomsThreeQuarter",
  r."BathroomsOneQuarter",
  r."RoomsTotal",
  r."NumberOfUnitsTotal",
  r."LotSizeDimensions",
  r."FireplacesTotal",
  r."CoveredSpaces",
  r."OpenParkingSpaces",
  r."ParkingTotal",
  r."Basement",
  r."Roof",
  r."Sewer",
  r."RoomType",
  r."RoadSurfaceType",
  r."PrivateRemarks",
  r."ShowingInstructions",
  r."ListAgentFirstName",
  r."ListAgentLastName",
  r."ListAgentEmail",
  r."PhotosCount",
  r."InteriorFeatures",
  r."ExteriorFeatures",
  r."CommunityFeatures",
  r."LotFeatures",
  r."SecurityFeatures",
  r."Appliances",
  r."UnitNumber",
  r."PreviousListPrice",
  r."VirtualTourURLUnbranded",
  r."ListingURL",
  r."PriceChangeTimestamp",
  r."PhotosChangeTimestamp",
  r."MajorChangeTimestamp",
  r."MajorChangeType",
  r."OriginatingSystemName",
  r."OriginatingSystemID",
  r."SourceSystemName",
  r."ListAgentFullName",
  r."ListOfficeName",
  r."InternetEntireListingDisplayYN",
  r."InternetAddressDisplayYN"
from public.property_reso r
where r.tenant_id = any ((select mls.compatible_tenant_ids())::uuid[]);
comment on view public.property is
  'The older RESO table property, read only: what property_reso says, where the market wants it. New apps read the mls_ tables.';
grant select on public.property to authenticated, service_role;

create or replace view public.media with (security_invoker = true) as
select
  r.tenant_id,
  r."MediaKey",
  r."ResourceRecordKey",
  r."ResourceName",
  r."MediaCategory",
  r."MediaURL",
  r."MediaType",
  r."Order",
  r."ShortDescription",
  r."LongDescription",
  r."ImageWidth",
  r."ImageHeight",
  r."ImageSizeBytes",
  r."X_IsPrimary",
  r."X_QobrixMediaId",
  r."X_QobrixPropertyId",
  r."X_QobrixMediaCategory",
  r."X_QobrixFileId",
  r."X_QobrixThumbnailUrl",
  r."X_QobrixFilesystem",
  r."X_QobrixCategoryId",
  r."X_QobrixCreated",
  r."X_QobrixModified",
  r."OriginatingSystemOfficeKey",
  r."X_DataSource",
  r.etl_timestamp,
  r.etl_batch_id,
  r."MediaModificationTimestamp",
  r."ImageOf",
  r."ImageSizeDescription",
  r."MediaAlteration",
  r."MediaHTML",
  r."MediaObjectID",
  r."MediaStatus",
  r."Permission",
  r."PreferredPhotoYN",
  r."ResourceRecordID",
  r."OriginatingSystemID",
  r."OriginatingSystemMediaKey",
  r."OriginatingSystemName",
  r."SourceSystemID",
  r."SourceSystemMediaKey",
  r."SourceSystemName",
  r."ModificationTimestamp"
from public.media_reso r
where r.tenant_id = any ((select mls.compatible_tenant_ids())::uuid[]);
comment on view public.media is
  'The older RESO table media, read only: what media_reso says, where the market wants it. New apps read the mls_ tables.';
grant select on public.media to authenticated, service_role;

create or replace view public.member with (security_invoker = true) as
select
  r.tenant_id,
  r."MemberKey",
  r."MemberMlsId",
  r."MemberFirstName",
  r."MemberLastName",
  r."MemberFullName",
  r."MemberEmail",
  r."MemberPreferredPhone",
  r."MemberOfficePhone",
  r."MemberStatus",
  r."MemberType",
  r."OfficeKey",
  r."MemberAddress1",
  r."MemberCity",
  r."MemberStateOrProvince",
  r."MemberPostalCode",
  r."MemberCountry",
  r."X_QobrixAgentId",
  r."X_QobrixAgentRef",
  r."X_QobrixDescription",
  r."X_QobrixCommission1",
  r."X_QobrixAgreementDate",
  r."X_QobrixOwnerId",
  r."X_QobrixPrimaryContactId",
  r."X_QobrixCreated",
  r."X_QobrixModified",
  r."X_QobrixSourceType",
  r."OriginatingSystemOfficeKey",
  r.etl_timestamp,
  r.etl_batch_id,
  r."MemberNamePrefix",
  r."MemberMiddleName",
  r."MemberNameSuffix",
  r."MemberNickname",
  r."JobTitle",
  r."MemberBio",
  r."MemberDesignation",
  r."MemberLanguages",
  r."MemberLoginId",
  r."MemberMlsAccessYN",
  r."MemberAlternateId",
  r."MemberAOR",
  r."MemberAORkey",
  r."MemberAORMlsId",
  r."MemberPrimaryAorId",
  r."MemberNationalAssociationId",
  r."MemberStateLicense",
  r."MemberStateLicenseState",
  r."MemberStateLicenseType",
  r."MemberStateLicenseExpirationDate",
  r."UniqueLicenseeIdentifier",
  r."MemberPreferredPhoneExt",
  r."MemberOfficePhoneExt",
  r."MemberDirectPhone",
  r."MemberMobilePhone",
  r."MemberTollFreePhone",
  r."MemberFax",
  r."MemberAddress2",
  r."MemberCountyOrParish",
  r."MemberPostalCodePlus4",
  r."MemberIsAssistantTo",
  r."OfficeMlsId",
  r."OfficeName",
  r."OfficeNationalAssociationId",
  r."OriginalEntryTimestamp",
  r."OriginatingSystemID",
  r."OriginatingSystemMemberKey",
  r."OriginatingSystemName",
  r."SourceSystemID",
  r."SourceSystemMemberKey",
  r."SourceSystemName",
  r."ModificationTimestamp"
from public.member_reso r
where r.tenant_id = any ((select mls.compatible_tenant_ids())::uuid[]);
comment on view public.member is
  'The older RESO table member, read only: what member_reso says, where the market wants it. New apps read the mls_ tables.';
grant select on public.member to authenticated, service_role;

create or replace view public.contacts with (security_invoker = true) as
select
  r.tenant_id,
  r."ContactKey",
  r."ContactMlsId",
  r."ContactFirstName",
  r."ContactLastName",
  r."ContactFullName",
  r."ContactEmail",
  r."ContactEmail2",
  r."ContactPhone",
  r."ContactPhone2",
  r."ContactType",
  r."ContactStatus",
  r."ContactAddress1",
  r."ContactCity",
  r."ContactStateOrProvince",
  r."ContactPostalCode",
  r."ContactCountry",
  r."ContactNationality",
  r."ContactTitle",
  r."ContactBirthdate",
  r."ContactWebsite",
  r."ContactEntityType",
  r."ContactCompanyRegistrationNumber",
  r."ContactCompanyName",
  r."ContactAssignedToKey",
  r."X_QobrixContactId",
  r."X_QobrixContactRef",
  r."X_QobrixContactLegacyId",
  r."X_QobrixDescription",
  r."X_QobrixPreferredLanguage",
  r."X_QobrixContactPersonFirstName",
  r."X_QobrixContactPersonLastName",
  r."X_QobrixCreated",
  r."X_QobrixModified",
  r."X_QobrixCreatedBy",
  r."X_QobrixModifiedBy",
  r."OriginatingSystemOfficeKey",
  r.etl_timestamp,
  r.etl_batch_id,
  r."ModificationTimestamp"
from public.contacts_reso r
where r.tenant_id = any ((select mls.compatible_tenant_ids())::uuid[]);
comment on view public.contacts is
  'The older RESO table contacts, read only: what contacts_reso says, where the market wants it. New apps read the mls_ tables.';
grant select on public.contacts to authenticated, service_role;
