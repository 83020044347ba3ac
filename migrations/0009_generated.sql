-- Generated from the dictionary by `npm run generate`.

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
  l.street as "UnparsedAddress",
  l.city as "City",
  l.state as "StateOrProvince",
  l.post_code as "PostalCode",
  l.country as "Country",
  l.latitude as "Latitude",
  l.longitude as "Longitude",
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
  l.unit_number as "X_UnitNumber",
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
  l.cadastral_reference as "X_CadastralReference",
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
  coalesce(l.status_description, case l.status when 'PUBLISHED' then 'Active' when 'UNDER_OFFER' then 'Pending'
      when 'SOLD' then 'Closed' when 'WITHDRAWN' then 'Withdrawn' when 'INGESTED' then l.source_standard_status
      else 'Incomplete' end) as "MlsStatus",
  l.status_changed_at as "StatusChangeTimestamp",
  (l.published_at at time zone 'utc')::date as "OnMarketDate",
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
  l.photos_count as "PhotosCount"
from public.mls_listings l
join public.mls_tenants t on t.id = l.tenant_id
left join public.served_property s on s.record_id = l.id
cross join lateral (select l.extensions || '{}'::jsonb as e offset 0) x
where case
      when l.claimed_at is null and l.origin_system in ('QOBRIX', 'DASH_API', 'DASH_FILE') then not l.origin_deleted
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
  p.e ->> 'UnparsedAddress' as "UnparsedAddress",
  p.e ->> 'City' as "City",
  p.e ->> 'StateOrProvince' as "StateOrProvince",
  p.e ->> 'PostalCode' as "PostalCode",
  p.e ->> 'Country' as "Country",
  case when pg_input_is_valid(p.e ->> 'Latitude', 'double precision') then (p.e ->> 'Latitude')::double precision end as "Latitude",
  case when pg_input_is_valid(p.e ->> 'Longitude', 'double precision') then (p.e ->> 'Longitude')::double precision end as "Longitude",
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
  p.e ->> 'X_UnitNumber' as "X_UnitNumber",
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
  p.e ->> 'X_CadastralReference' as "X_CadastralReference",
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
  case l.status when 'WITHDRAWN' then 'Withdrawn' when 'SOLD' then 'Closed' else o.payload ->> 'StandardStatus' end as "MlsStatus",
  null::timestamptz as "StatusChangeTimestamp",
  null::date as "OnMarketDate",
  null::text as "ArchitecturalStyle",
  case when p.e ->> 'ListPrice' is not null then l.original_list_price end as "OriginalListPrice",
  l.currency_code as "ListPriceCurrencyCode",
  null::text as "LeaseTerm",
  null::date as "AvailabilityDate",
  null::numeric(18,2) as "NetOperatingIncome",
  null::numeric(9,4) as "CapRate",
  null::numeric(18,2) as "GrossIncome",
  null::numeric(18,2) as "OperatingExpense",
  null::numeric(18,2) as "TaxAnnualAmount",
  null::integer as "TaxYear",
  null::numeric(18,2) as "AssociationFee",
  null::date as "ExpirationDate",
  null::integer as "DaysOnMarket",
  null::date as "CloseDate",
  null::numeric(18,2) as "ClosePrice",
  null::integer as "BathroomsThreeQuarter",
  null::integer as "BathroomsOneQuarter",
  null::integer as "RoomsTotal",
  null::integer as "NumberOfUnitsTotal",
  null::text as "LotSizeDimensions",
  null::integer as "FireplacesTotal",
  null::integer as "CoveredSpaces",
  null::integer as "OpenParkingSpaces",
  null::integer as "ParkingTotal",
  null::text as "Basement",
  null::text as "Roof",
  null::text as "Sewer",
  null::text as "RoomType",
  null::text as "RoadSurfaceType",
  null::text as "PrivateRemarks",
  null::text as "ShowingInstructions",
  null::text as "ListAgentFirstName",
  null::text as "ListAgentLastName",
  null::text as "ListAgentEmail",
  (
    select count(*)::integer
    from public.mls_listing_media m
    join public.mls_listing_media_origins mo on mo.media_id = coalesce(m.shared_from, m.id)
    where m.listing_id = l.id and m.media_category = 'image' and m.is_servable
  ) as "PhotosCount"
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

create or replace view public.media_reso with (security_invoker = true) as
select
  r.id as record_id, r.tenant_id, r.seq, l.originating_office_key as office_key, (l.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') and l.first_published_at is not null) as is_published,
  r.media_key as "MediaKey",
  coalesce(l.origin_key, 'MANUAL_' || l.id) as "ResourceRecordKey",
  'Property'::text as "ResourceName",
  coalesce(x.e ->> 'MediaCategory', case r.media_category when 'video' then 'Video' when 'audio' then 'Audio'
    when 'tour' then 'Video' else 'Photo' end) as "MediaCategory",
  case when l.claimed_at is not null and not (l.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') and l.first_published_at is not null) then mls.media_url(o.payload ->> 'MediaURL', r.originating_office_key) else r.media_url end as "MediaURL",
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
  x.e ->> 'X_QobrixThumbnailUrl' as "X_QobrixThumbnailUrl",
  x.e ->> 'X_QobrixFilesystem' as "X_QobrixFilesystem",
  x.e ->> 'X_QobrixCategoryId' as "X_QobrixCategoryId",
  r.created_ts as "X_QobrixCreated",
  x.e ->> 'X_QobrixModified' as "X_QobrixModified",
  r.originating_office_key as "OriginatingSystemOfficeKey",
  x.e ->> 'X_DataSource' as "X_DataSource",
  r.origin_etl_ts as etl_timestamp,
  r.origin_etl_batch_id as etl_batch_id,
  coalesce(s."ModificationTimestamp", r.updated_at) as "ModificationTimestamp"
from public.mls_listing_media r
join public.mls_listings l on l.id = r.listing_id
join public.mls_tenants t on t.id = r.tenant_id
left join public.mls_listing_media_origins o on o.media_id = coalesce(r.shared_from, r.id) and l.claimed_at is not null
left join public.served_media s on s.record_id = r.id
cross join lateral (select r.extensions || '{}'::jsonb as e offset 0) x
where case when l.claimed_at is not null and not (l.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') and l.first_published_at is not null)
    then o.payload is not null and mls.media_category(o.payload ->> 'X_QobrixMediaCategory', o.payload ->> 'MediaCategory', o.payload ->> 'MediaType') <> 'document'
    else case
      when l.claimed_at is null and l.origin_system in ('QOBRIX', 'DASH_API', 'DASH_FILE') then not l.origin_deleted
      else (l.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') and l.first_published_at is not null)
    end end
  and (t.api_visibility = 'all' or (l.status in ('PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') and l.first_published_at is not null))
  and r.is_servable;
comment on view public.media_reso is 'RESO Media: what the world may know of each record.';
grant select on public.media_reso to authenticated, service_role;

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
  coalesce(s."ModificationTimestamp", r.updated_at) as "ModificationTimestamp"
from public.mls_offices r
left join public.served_office s on s.record_id = r.id
cross join lateral (select r.extensions || '{}'::jsonb as e offset 0) x
where not r.origin_deleted;
comment on view public.office_reso is 'RESO Office: what the world may know of each record.';
grant select on public.office_reso to authenticated, service_role;

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
  with shown as materialized (
    select d.*, s.office_key as previous_office_key, s.is_published as was_published,
      s.record_id is null or s.is_deleted as is_new, width_bucket(d.seq, seqs) as ordinal,
      s.record_id is null or s.is_deleted
        or (s.office_key, s.is_published, s.doc, s.doc_gold, s.doc_dd2)
          is distinct from (d.office_key, d.is_published, d.doc, d.doc_gold, d.doc_dd2)
      or x.doc is distinct from d.doc_sensitive as is_changed
    from (
      select v.*,
        (replace(replace(json_object('{"","ListingKey","ListingId","StandardStatus","PropertyClass","BuilderName","BuilderModel","PropertyType","PropertySubType","ListingService","ListingAgreement","LivingAreaUnits","LotSizeUnits","LeaseAmountFrequency","UnparsedAddress","City","StateOrProvince","PostalCode","Country","PublicRemarks","ListAgentKey","CoListAgentKey","ListOfficeKey","Furnished","X_SeaView","X_MountainView","X_BeachFront","X_AbutsGreenArea","X_ElevatedArea","X_PrivateSwimmingPool","X_CommonSwimmingPool","X_GardenArea","X_RoofGardenArea","X_Elevator","X_AirCondition","X_Alarm","X_SmartHome","X_SolarWaterHeater","X_StorageSpace","X_MaidsRoom","X_ConciergeReception","X_SecureDoor","X_Kitchenette","X_HomeOffice","X_SeparateLaundryRoom","X_Reception","X_StoreRoom","X_ConstructionType","X_ConstructionStage","X_FloorType","X_NewBuild","X_UnitNumber","X_EnergyEfficiencyGrade","X_EnergyConsumptionRating","X_EnergyConsumptionValue","X_EnergyEmissionRating","X_HeatingType","X_HeatingMedium","X_CoolingType","X_Electricity","X_ElectricityType","X_Water","X_DistanceFromBeach","X_DistanceFromAirport","X_DistanceFromCentre","X_DistanceFromSchool","X_DistanceFromShops","X_DistanceFromHospital","X_DistanceFromUniversity","X_DistanceFromRailStation","X_DistanceFromTubeStation","X_KitchenType","X_BuildingDensity","X_Coverage","X_CoverFactor","X_CornerPlot","X_RightOfWay","X_RegisteredRoad","X_TownPlanningZone","X_LandLocked","X_CadastralReference","X_IdealFor","X_LicensedFor","X_BusinessTransferOrSale","X_BusinessTransferPrice","X_BusinessActivity","X_ConferenceRoom","X_ServerRoom","X_EnclosedOffice","X_OfficeLayout","X_PricePerSquare","X_PriceQualifier","X_PlusVAT","X_MinimumTenancy","X_TenancyType","X_Occupancy","X_ListPriceModified","X_LeasePriceModified","X_ProjectId","X_LeadSource","X_ListingBrokerName","X_Featured","X_FeaturedPriority","X_PropertyOfTheMonth","X_VideoLink","X_VirtualTourLink","X_WebsiteUrl","X_WebsiteStatus","X_ShortDescription","X_PropertyName","X_ApartmentType","X_HouseType","X_LandType","X_OfficeType","X_RetailType","X_IndustrialType","X_HotelType","X_BuildingType","X_InvestmentType","X_AdditionalFeatures","X_InteriorFeatures","X_ExteriorFeatures","X_CommunityFeatures","X_LotFeatures","X_SecurityFeatures","X_Appliances","X_QobrixId","X_QobrixRef","X_QobrixSource","X_QobrixLegacyId","X_CreatedByMemberKey","X_ModifiedByMemberKey","OriginatingSystemOfficeKey","X_DataSource","etl_batch_id","MlsStatus","ListPriceCurrencyCode","LeaseTerm","LotSizeDimensions","ListAgentFirstName","ListAgentLastName","ListAgentEmail",""}', array[null, v."ListingKey", v."ListingId", v."StandardStatus", v."PropertyClass", v."BuilderName", v."BuilderModel", v."PropertyType", v."PropertySubType", v."ListingService", v."ListingAgreement", v."LivingAreaUnits", v."LotSizeUnits", v."LeaseAmountFrequency", v."UnparsedAddress", v."City", v."StateOrProvince", v."PostalCode", v."Country", v."PublicRemarks", v."ListAgentKey", v."CoListAgentKey", v."ListOfficeKey", v."Furnished", v."X_SeaView", v."X_MountainView", v."X_BeachFront", v."X_AbutsGreenArea", v."X_ElevatedArea", v."X_PrivateSwimmingPool", v."X_CommonSwimmingPool", v."X_GardenArea", v."X_RoofGardenArea", v."X_Elevator", v."X_AirCondition", v."X_Alarm", v."X_SmartHome", v."X_SolarWaterHeater", v."X_StorageSpace", v."X_MaidsRoom", v."X_ConciergeReception", v."X_SecureDoor", v."X_Kitchenette", v."X_HomeOffice", v."X_SeparateLaundryRoom", v."X_Reception", v."X_StoreRoom", v."X_ConstructionType", v."X_ConstructionStage", v."X_FloorType", v."X_NewBuild", v."X_UnitNumber", v."X_EnergyEfficiencyGrade", v."X_EnergyConsumptionRating", v."X_EnergyConsumptionValue", v."X_EnergyEmissionRating", v."X_HeatingType", v."X_HeatingMedium", v."X_CoolingType", v."X_Electricity", v."X_ElectricityType", v."X_Water", v."X_DistanceFromBeach", v."X_DistanceFromAirport", v."X_DistanceFromCentre", v."X_DistanceFromSchool", v."X_DistanceFromShops", v."X_DistanceFromHospital", v."X_DistanceFromUniversity", v."X_DistanceFromRailStation", v."X_DistanceFromTubeStation", v."X_KitchenType", v."X_BuildingDensity", v."X_Coverage", v."X_CoverFactor", v."X_CornerPlot", v."X_RightOfWay", v."X_RegisteredRoad", v."X_TownPlanningZone", v."X_LandLocked", v."X_CadastralReference", v."X_IdealFor", v."X_LicensedFor", v."X_BusinessTransferOrSale", v."X_BusinessTransferPrice", v."X_BusinessActivity", v."X_ConferenceRoom", v."X_ServerRoom", v."X_EnclosedOffice", v."X_OfficeLayout", v."X_PricePerSquare", v."X_PriceQualifier", v."X_PlusVAT", v."X_MinimumTenancy", v."X_TenancyType", v."X_Occupancy", v."X_ListPriceModified", v."X_LeasePriceModified", v."X_ProjectId", v."X_LeadSource", v."X_ListingBrokerName", v."X_Featured", v."X_FeaturedPriority", v."X_PropertyOfTheMonth", v."X_VideoLink", v."X_VirtualTourLink", v."X_WebsiteUrl", v."X_WebsiteStatus", v."X_ShortDescription", v."X_PropertyName", v."X_ApartmentType", v."X_HouseType", v."X_LandType", v."X_OfficeType", v."X_RetailType", v."X_IndustrialType", v."X_HotelType", v."X_BuildingType", v."X_InvestmentType", v."X_AdditionalFeatures", v."X_InteriorFeatures", v."X_ExteriorFeatures", v."X_CommunityFeatures", v."X_LotFeatures", v."X_SecurityFeatures", v."X_Appliances", v."X_QobrixId", v."X_QobrixRef", v."X_QobrixSource", v."X_QobrixLegacyId", v."X_CreatedByMemberKey", v."X_ModifiedByMemberKey", v."OriginatingSystemOfficeKey", v."X_DataSource", v.etl_batch_id, v."MlsStatus", v."ListPriceCurrencyCode", v."LeaseTerm", v."LotSizeDimensions", v."ListAgentFirstName", v."ListAgentLastName", v."ListAgentEmail", null])::text, '{"" : null, ', ''), ', "" : null}', '')
        || (', "NewConstructionYN" : ' || coalesce(v."NewConstructionYN"::text, 'null')
        || ', "LeaseConsideredYN" : ' || coalesce(v."LeaseConsideredYN"::text, 'null')
        || ', "SaleConsideredYN" : ' || coalesce(v."SaleConsideredYN"::text, 'null')
        || ', "BedroomsTotal" : ' || coalesce(v."BedroomsTotal"::text, 'null')
        || ', "BathroomsTotalInteger" : ' || coalesce(v."BathroomsTotalInteger"::text, 'null')
        || ', "BathroomsHalf" : ' || coalesce(v."BathroomsHalf"::text, 'null')
        || ', "LivingArea" : ' || coalesce(v."LivingArea"::text, 'null')
        || ', "LotSizeSquareFeet" : ' || coalesce(v."LotSizeSquareFeet"::text, 'null')
        || ', "LotSizeAcres" : ' || coalesce(v."LotSizeAcres"::text, 'null')
        || ', "ListPrice" : ' || coalesce(v."ListPrice"::text, 'null')
        || ', "LeasePrice" : ' || coalesce(v."LeasePrice"::text, 'null')
        || ', "LeaseAmount" : ' || coalesce(v."LeaseAmount"::text, 'null')
        || ', "OriginalEntryTimestamp" : ' || coalesce('"' || to_char(v."OriginalEntryTimestamp", 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"', 'null')
        || ', "ListingContractDate" : ' || coalesce('"' || v."ListingContractDate" || '"', 'null')
        || ', "Latitude" : ' || coalesce(v."Latitude"::text, 'null')
        || ', "Longitude" : ' || coalesce(v."Longitude"::text, 'null')
        || ', "YearBuilt" : ' || coalesce(v."YearBuilt"::text, 'null')
        || ', "YearBuiltEffective" : ' || coalesce(v."YearBuiltEffective"::text, 'null')
        || ', "FireplaceYN" : ' || coalesce(v."FireplaceYN"::text, 'null')
        || ', "StoriesTotal" : ' || coalesce(v."StoriesTotal"::text, 'null')
        || ', "Stories" : ' || coalesce(v."Stories"::text, 'null')
        || ', "X_Height" : ' || coalesce(v."X_Height"::text, 'null')
        || ', "X_MaxFloor" : ' || coalesce(v."X_MaxFloor"::text, 'null')
        || ', "X_LivingRooms" : ' || coalesce(v."X_LivingRooms"::text, 'null')
        || ', "X_Kitchens" : ' || coalesce(v."X_Kitchens"::text, 'null')
        || ', "X_OfficeSpaces" : ' || coalesce(v."X_OfficeSpaces"::text, 'null')
        || ', "X_VerandasCount" : ' || coalesce(v."X_VerandasCount"::text, 'null')
        || ', "X_CoveredArea" : ' || coalesce(v."X_CoveredArea"::text, 'null')
        || ', "X_UncoveredArea" : ' || coalesce(v."X_UncoveredArea"::text, 'null')
        || ', "X_TotalArea" : ' || coalesce(v."X_TotalArea"::text, 'null')
        || ', "X_MezzanineArea" : ' || coalesce(v."X_MezzanineArea"::text, 'null')
        || ', "X_StorageArea" : ' || coalesce(v."X_StorageArea"::text, 'null')
        || ', "X_CoveredVerandas" : ' || coalesce(v."X_CoveredVerandas"::text, 'null')
        || ', "X_UncoveredVerandas" : ' || coalesce(v."X_UncoveredVerandas"::text, 'null')
        || ', "X_Frontage" : ' || coalesce(v."X_Frontage"::text, 'null')
        || ', "X_PreviousListPrice" : ' || coalesce(v."X_PreviousListPrice"::text, 'null')
        || ', "X_PreviousLeasePrice" : ' || coalesce(v."X_PreviousLeasePrice"::text, 'null')
        || ', "X_AuctionStartDate" : ' || coalesce('"' || v."X_AuctionStartDate" || '"', 'null')
        || ', "X_AuctionEndDate" : ' || coalesce('"' || v."X_AuctionEndDate" || '"', 'null')
        || ', "X_ReservePrice" : ' || coalesce(v."X_ReservePrice"::text, 'null')
        || ', "X_StartingBid" : ' || coalesce(v."X_StartingBid"::text, 'null')
        || ', "X_WebsiteListingDate" : ' || coalesce('"' || v."X_WebsiteListingDate" || '"', 'null')
        || ', "X_ExcludedProperty" : ' || coalesce(v."X_ExcludedProperty"::text, 'null')
        || ', "X_CustomerParking" : ' || coalesce(v."X_CustomerParking"::text, 'null')
        || ', "X_QobrixModified" : ' || coalesce('"' || to_char(v."X_QobrixModified", 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"', 'null')
        || ', "etl_timestamp" : ' || coalesce('"' || to_char(v.etl_timestamp, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"', 'null')
        || ', "StatusChangeTimestamp" : ' || coalesce('"' || to_char(v."StatusChangeTimestamp", 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"', 'null')
        || ', "OnMarketDate" : ' || coalesce('"' || v."OnMarketDate" || '"', 'null')
        || ', "OriginalListPrice" : ' || coalesce(v."OriginalListPrice"::text, 'null')
        || ', "AvailabilityDate" : ' || coalesce('"' || v."AvailabilityDate" || '"', 'null')
        || ', "NetOperatingIncome" : ' || coalesce(v."NetOperatingIncome"::text, 'null')
        || ', "CapRate" : ' || coalesce(v."CapRate"::text, 'null')
        || ', "GrossIncome" : ' || coalesce(v."GrossIncome"::text, 'null')
        || ', "OperatingExpense" : ' || coalesce(v."OperatingExpense"::text, 'null')
        || ', "TaxAnnualAmount" : ' || coalesce(v."TaxAnnualAmount"::text, 'null')
        || ', "TaxYear" : ' || coalesce(v."TaxYear"::text, 'null')
        || ', "AssociationFee" : ' || coalesce(v."AssociationFee"::text, 'null')
        || ', "ExpirationDate" : ' || coalesce('"' || v."ExpirationDate" || '"', 'null')
        || ', "DaysOnMarket" : ' || coalesce(v."DaysOnMarket"::text, 'null')
        || ', "CloseDate" : ' || coalesce('"' || v."CloseDate" || '"', 'null')
        || ', "ClosePrice" : ' || coalesce(v."ClosePrice"::text, 'null')
        || ', "BathroomsThreeQuarter" : ' || coalesce(v."BathroomsThreeQuarter"::text, 'null')
        || ', "BathroomsOneQuarter" : ' || coalesce(v."BathroomsOneQuarter"::text, 'null')
        || ', "RoomsTotal" : ' || coalesce(v."RoomsTotal"::text, 'null')
        || ', "NumberOfUnitsTotal" : ' || coalesce(v."NumberOfUnitsTotal"::text, 'null')
        || ', "FireplacesTotal" : ' || coalesce(v."FireplacesTotal"::text, 'null')
        || ', "CoveredSpaces" : ' || coalesce(v."CoveredSpaces"::text, 'null')
        || ', "OpenParkingSpaces" : ' || coalesce(v."OpenParkingSpaces"::text, 'null')
        || ', "ParkingTotal" : ' || coalesce(v."ParkingTotal"::text, 'null')
        || ', "PhotosCount" : ' || coalesce(v."PhotosCount"::text, 'null'))) as doc,
        replace(replace(json_object('{"","DevelopmentStatus","PropertyCondition","View","PoolFeatures","Heating","Cooling","PetsAllowed","ParkingFeatures","Flooring","FireplaceFeatures","WaterfrontFeatures","PatioAndPorchFeatures","OtherStructures","AssociationAmenities","Fencing","ArchitecturalStyle","Basement","Roof","Sewer","RoomType","RoadSurfaceType",""}', array[null, v."DevelopmentStatus", v."PropertyCondition", v."View", v."PoolFeatures", v."Heating", v."Cooling", v."PetsAllowed", v."ParkingFeatures", v."Flooring", v."FireplaceFeatures", v."WaterfrontFeatures", v."PatioAndPorchFeatures", v."OtherStructures", v."AssociationAmenities", v."Fencing", v."ArchitecturalStyle", v."Basement", v."Roof", v."Sewer", v."RoomType", v."RoadSurfaceType", null])::text, '{"" : null, ', ''), ', "" : null}', '') as doc_gold,
        concat_ws(', ',
        '"DevelopmentStatus" : ' || case when strpos(v."DevelopmentStatus", ',') > 0 or v."DevelopmentStatus" like '[%' then to_json(mls.multi_values(v."DevelopmentStatus"))::text
          else coalesce('[' || to_json(nullif(btrim(v."DevelopmentStatus"), ''))::text || ']', '[]') end,
        '"PropertyCondition" : ' || case when strpos(v."PropertyCondition", ',') > 0 or v."PropertyCondition" like '[%' then to_json(mls.multi_values(v."PropertyCondition"))::text
          else coalesce('[' || to_json(nullif(btrim(v."PropertyCondition"), ''))::text || ']', '[]') end,
        '"View" : ' || case when strpos(v."View", ',') > 0 or v."View" like '[%' then to_json(mls.multi_values(v."View"))::text
          else coalesce('[' || to_json(nullif(btrim(v."View"), ''))::text || ']', '[]') end,
        '"PoolFeatures" : ' || case when strpos(v."PoolFeatures", ',') > 0 or v."PoolFeatures" like '[%' then to_json(mls.multi_values(v."PoolFeatures"))::text
          else coalesce('[' || to_json(nullif(btrim(v."PoolFeatures"), ''))::text || ']', '[]') end,
        '"Heating" : ' || case when strpos(v."Heating", ',') > 0 or v."Heating" like '[%' then to_json(mls.multi_values(v."Heating"))::text
          else coalesce('[' || to_json(nullif(btrim(v."Heating"), ''))::text || ']', '[]') end,
        '"Cooling" : ' || case when strpos(v."Cooling", ',') > 0 or v."Cooling" like '[%' then to_json(mls.multi_values(v."Cooling"))::text
          else coalesce('[' || to_json(nullif(btrim(v."Cooling"), ''))::text || ']', '[]') end,
        '"PetsAllowed" : ' || case when strpos(v."PetsAllowed", ',') > 0 or v."PetsAllowed" like '[%' then to_json(mls.multi_values(v."PetsAllowed"))::text
          else coalesce('[' || to_json(nullif(btrim(v."PetsAllowed"), ''))::text || ']', '[]') end,
        '"ParkingFeatures" : ' || case when strpos(v."ParkingFeatures", ',') > 0 or v."ParkingFeatures" like '[%' then to_json(mls.multi_values(v."ParkingFeatures"))::text
          else coalesce('[' || to_json(nullif(btrim(v."ParkingFeatures"), ''))::text || ']', '[]') end,
        '"Flooring" : ' || case when strpos(v."Flooring", ',') > 0 or v."Flooring" like '[%' then to_json(mls.multi_values(v."Flooring"))::text
          else coalesce('[' || to_json(nullif(btrim(v."Flooring"), ''))::text || ']', '[]') end,
        '"FireplaceFeatures" : ' || case when strpos(v."FireplaceFeatures", ',') > 0 or v."FireplaceFeatures" like '[%' then to_json(mls.multi_values(v."FireplaceFeatures"))::text
          else coalesce('[' || to_json(nullif(btrim(v."FireplaceFeatures"), ''))::text || ']', '[]') end,
        '"WaterfrontFeatures" : ' || case when strpos(v."WaterfrontFeatures", ',') > 0 or v."WaterfrontFeatures" like '[%' then to_json(mls.multi_values(v."WaterfrontFeatures"))::text
          else coalesce('[' || to_json(nullif(btrim(v."WaterfrontFeatures"), ''))::text || ']', '[]') end,
        '"PatioAndPorchFeatures" : ' || case when strpos(v."PatioAndPorchFeatures", ',') > 0 or v."PatioAndPorchFeatures" like '[%' then to_json(mls.multi_values(v."PatioAndPorchFeatures"))::text
          else coalesce('[' || to_json(nullif(btrim(v."PatioAndPorchFeatures"), ''))::text || ']', '[]') end,
        '"OtherStructures" : ' || case when strpos(v."OtherStructures", ',') > 0 or v."OtherStructures" like '[%' then to_json(mls.multi_values(v."OtherStructures"))::text
          else coalesce('[' || to_json(nullif(btrim(v."OtherStructures"), ''))::text || ']', '[]') end,
        '"AssociationAmenities" : ' || case when strpos(v."AssociationAmenities", ',') > 0 or v."AssociationAmenities" like '[%' then to_json(mls.multi_values(v."AssociationAmenities"))::text
          else coalesce('[' || to_json(nullif(btrim(v."AssociationAmenities"), ''))::text || ']', '[]') end,
        '"Fencing" : ' || case when strpos(v."Fencing", ',') > 0 or v."Fencing" like '[%' then to_json(mls.multi_values(v."Fencing"))::text
          else coalesce('[' || to_json(nullif(btrim(v."Fencing"), ''))::text || ']', '[]') end,
        '"ArchitecturalStyle" : ' || case when strpos(v."ArchitecturalStyle", ',') > 0 or v."ArchitecturalStyle" like '[%' then to_json(mls.multi_values(v."ArchitecturalStyle"))::text
          else coalesce('[' || to_json(nullif(btrim(v."ArchitecturalStyle"), ''))::text || ']', '[]') end,
        '"Basement" : ' || case when strpos(v."Basement", ',') > 0 or v."Basement" like '[%' then to_json(mls.multi_values(v."Basement"))::text
          else coalesce('[' || to_json(nullif(btrim(v."Basement"), ''))::text || ']', '[]') end,
        '"Roof" : ' || case when strpos(v."Roof", ',') > 0 or v."Roof" like '[%' then to_json(mls.multi_values(v."Roof"))::text
          else coalesce('[' || to_json(nullif(btrim(v."Roof"), ''))::text || ']', '[]') end,
        '"Sewer" : ' || case when strpos(v."Sewer", ',') > 0 or v."Sewer" like '[%' then to_json(mls.multi_values(v."Sewer"))::text
          else coalesce('[' || to_json(nullif(btrim(v."Sewer"), ''))::text || ']', '[]') end,
        '"RoomType" : ' || case when strpos(v."RoomType", ',') > 0 or v."RoomType" like '[%' then to_json(mls.multi_values(v."RoomType"))::text
          else coalesce('[' || to_json(nullif(btrim(v."RoomType"), ''))::text || ']', '[]') end,
        '"RoadSurfaceType" : ' || case when strpos(v."RoadSurfaceType", ',') > 0 or v."RoadSurfaceType" like '[%' then to_json(mls.multi_values(v."RoadSurfaceType"))::text
          else coalesce('[' || to_json(nullif(btrim(v."RoadSurfaceType"), ''))::text || ']', '[]') end) as doc_dd2,
      replace(replace(json_object('{"","X_DeveloperContactKey","X_KeyHolderDetails","X_SellerContactKey","PrivateRemarks","ShowingInstructions",""}', array[null, v."X_DeveloperContactKey", v."X_KeyHolderDetails", v."X_SellerContactKey", v."PrivateRemarks", v."ShowingInstructions", null])::text, '{"" : null, ', ''), ', "" : null}', '') as doc_sensitive
      from public.property_reso v
      where v.record_id = any (ids)
      offset 0
    ) d
    left join lateral (select s.record_id, s.is_deleted, s.office_key, s.is_published, s.doc, s.doc_gold, s.doc_dd2 from public.served_property s where s.record_id = d.record_id offset 0) s on true
    left join lateral (select x.doc from public.served_property_sensitive x where x.record_id = d.record_id offset 0) x on true
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
    select mls.take_stamps(case when exists (select from changed) or exists (select from gone)
      then cardinality(ids) + (select count(*) from gone) else 0 end) as first
  ),
  written as (
    insert into public.served_property (record_id, tenant_id, seq, office_key, is_published, is_deleted, stamp, doc, doc_gold, doc_dd2, "ListingKey", "ListingId", "StandardStatus", "PropertyClass", "DevelopmentStatus", "NewConstructionYN", "PropertyCondition", "BuilderName", "BuilderModel", "PropertyType", "PropertySubType", "ListingService", "ListingAgreement", "LeaseConsideredYN", "SaleConsideredYN", "BedroomsTotal", "BathroomsTotalInteger", "BathroomsHalf", "LivingArea", "LivingAreaUnits", "LotSizeSquareFeet", "LotSizeUnits", "LotSizeAcres", "ListPrice", "LeasePrice", "LeaseAmount", "LeaseAmountFrequency", "OriginalEntryTimestamp", "ListingContractDate", "UnparsedAddress", "City", "StateOrProvince", "PostalCode", "Country", "Latitude", "Longitude", "PublicRemarks", "ListAgentKey", "CoListAgentKey", "ListOfficeKey", "YearBuilt", "YearBuiltEffective", "View", "PoolFeatures", "Heating", "Cooling", "Furnished", "PetsAllowed", "FireplaceYN", "ParkingFeatures", "StoriesTotal", "Stories", "Flooring", "FireplaceFeatures", "WaterfrontFeatures", "PatioAndPorchFeatures", "OtherStructures", "AssociationAmenities", "Fencing", "X_SeaView", "X_MountainView", "X_BeachFront", "X_AbutsGreenArea", "X_ElevatedArea", "X_PrivateSwimmingPool", "X_CommonSwimmingPool", "X_GardenArea", "X_RoofGardenArea", "X_Elevator", "X_AirCondition", "X_Alarm", "X_SmartHome", "X_SolarWaterHeater", "X_StorageSpace", "X_MaidsRoom", "X_ConciergeReception", "X_SecureDoor", "X_Kitchenette", "X_HomeOffice", "X_SeparateLaundryRoom", "X_Reception", "X_StoreRoom", "X_ConstructionType", "X_ConstructionStage", "X_FloorType", "X_NewBuild", "X_Height", "X_MaxFloor", "X_UnitNumber", "X_EnergyEfficiencyGrade", "X_EnergyConsumptionRating", "X_EnergyConsumptionValue", "X_EnergyEmissionRating", "X_HeatingType", "X_HeatingMedium", "X_CoolingType", "X_Electricity", "X_ElectricityType", "X_Water", "X_DistanceFromBeach", "X_DistanceFromAirport", "X_DistanceFromCentre", "X_DistanceFromSchool", "X_DistanceFromShops", "X_DistanceFromHospital", "X_DistanceFromUniversity", "X_DistanceFromRailStation", "X_DistanceFromTubeStation", "X_LivingRooms", "X_Kitchens", "X_KitchenType", "X_OfficeSpaces", "X_VerandasCount", "X_CoveredArea", "X_UncoveredArea", "X_TotalArea", "X_MezzanineArea", "X_StorageArea", "X_CoveredVerandas", "X_UncoveredVerandas", "X_Frontage", "X_BuildingDensity", "X_Coverage", "X_CoverFactor", "X_CornerPlot", "X_RightOfWay", "X_RegisteredRoad", "X_TownPlanningZone", "X_LandLocked", "X_CadastralReference", "X_IdealFor", "X_LicensedFor", "X_BusinessTransferOrSale", "X_BusinessTransferPrice", "X_BusinessActivity", "X_ConferenceRoom", "X_ServerRoom", "X_EnclosedOffice", "X_OfficeLayout", "X_PricePerSquare", "X_PriceQualifier", "X_PlusVAT", "X_MinimumTenancy", "X_TenancyType", "X_Occupancy", "X_PreviousListPrice", "X_PreviousLeasePrice", "X_ListPriceModified", "X_LeasePriceModified", "X_AuctionStartDate", "X_AuctionEndDate", "X_ReservePrice", "X_StartingBid", "X_ProjectId", "X_LeadSource", "X_WebsiteListingDate", "X_ListingBrokerName", "X_Featured", "X_FeaturedPriority", "X_PropertyOfTheMonth", "X_VideoLink", "X_VirtualTourLink", "X_WebsiteUrl", "X_WebsiteStatus", "X_ExcludedProperty", "X_ShortDescription", "X_PropertyName", "X_ApartmentType", "X_HouseType", "X_LandType", "X_OfficeType", "X_RetailType", "X_IndustrialType", "X_HotelType", "X_BuildingType", "X_InvestmentType", "X_CustomerParking", "X_AdditionalFeatures", "X_InteriorFeatures", "X_ExteriorFeatures", "X_CommunityFeatures", "X_LotFeatures", "X_SecurityFeatures", "X_Appliances", "X_QobrixId", "X_QobrixRef", "X_QobrixSource", "X_QobrixLegacyId", "X_CreatedByMemberKey", "X_ModifiedByMemberKey", "X_QobrixModified", "OriginatingSystemOfficeKey", "X_DataSource", etl_timestamp, etl_batch_id, "MlsStatus", "StatusChangeTimestamp", "OnMarketDate", "ArchitecturalStyle", "OriginalListPrice", "ListPriceCurrencyCode", "LeaseTerm", "AvailabilityDate", "NetOperatingIncome", "CapRate", "GrossIncome", "OperatingExpense", "TaxAnnualAmount", "TaxYear", "AssociationFee", "ExpirationDate", "DaysOnMarket", "CloseDate", "ClosePrice", "BathroomsThreeQuarter", "BathroomsOneQuarter", "RoomsTotal", "NumberOfUnitsTotal", "LotSizeDimensions", "FireplacesTotal", "CoveredSpaces", "OpenParkingSpaces", "ParkingTotal", "Basement", "Roof", "Sewer", "RoomType", "RoadSurfaceType", "ListAgentFirstName", "ListAgentLastName", "ListAgentEmail", "PhotosCount", "ModificationTimestamp")
    select n.record_id, n.tenant_id, n.seq, n.office_key, n.is_published, false, b.first + n.ordinal - 1, n.doc, n.doc_gold, n.doc_dd2, n."ListingKey", n."ListingId", n."StandardStatus", n."PropertyClass", n."DevelopmentStatus", n."NewConstructionYN", n."PropertyCondition", n."BuilderName", n."BuilderModel", n."PropertyType", n."PropertySubType", n."ListingService", n."ListingAgreement", n."LeaseConsideredYN", n."SaleConsideredYN", n."BedroomsTotal", n."BathroomsTotalInteger", n."BathroomsHalf", (n."LivingArea" * 100)::bigint, n."LivingAreaUnits", (n."LotSizeSquareFeet" * 100)::bigint, n."LotSizeUnits", (n."LotSizeAcres" * 10000)::bigint, (n."ListPrice" * 100)::bigint, (n."LeasePrice" * 100)::bigint, (n."LeaseAmount" * 100)::bigint, n."LeaseAmountFrequency", n."OriginalEntryTimestamp", n."ListingContractDate", n."UnparsedAddress", n."City", n."StateOrProvince", n."PostalCode", n."Country", n."Latitude", n."Longitude", n."PublicRemarks", n."ListAgentKey", n."CoListAgentKey", n."ListOfficeKey", n."YearBuilt", n."YearBuiltEffective", n."View", n."PoolFeatures", n."Heating", n."Cooling", n."Furnished", n."PetsAllowed", n."FireplaceYN", n."ParkingFeatures", n."StoriesTotal", n."Stories", n."Flooring", n."FireplaceFeatures", n."WaterfrontFeatures", n."PatioAndPorchFeatures", n."OtherStructures", n."AssociationAmenities", n."Fencing", n."X_SeaView", n."X_MountainView", n."X_BeachFront", n."X_AbutsGreenArea", n."X_ElevatedArea", n."X_PrivateSwimmingPool", n."X_CommonSwimmingPool", n."X_GardenArea", n."X_RoofGardenArea", n."X_Elevator", n."X_AirCondition", n."X_Alarm", n."X_SmartHome", n."X_SolarWaterHeater", n."X_StorageSpace", n."X_MaidsRoom", n."X_ConciergeReception", n."X_SecureDoor", n."X_Kitchenette", n."X_HomeOffice", n."X_SeparateLaundryRoom", n."X_Reception", n."X_StoreRoom", n."X_ConstructionType", n."X_ConstructionStage", n."X_FloorType", n."X_NewBuild", (n."X_Height" * 100)::bigint, n."X_MaxFloor", n."X_UnitNumber", n."X_EnergyEfficiencyGrade", n."X_EnergyConsumptionRating", n."X_EnergyConsumptionValue", n."X_EnergyEmissionRating", n."X_HeatingType", n."X_HeatingMedium", n."X_CoolingType", n."X_Electricity", n."X_ElectricityType", n."X_Water", n."X_DistanceFromBeach", n."X_DistanceFromAirport", n."X_DistanceFromCentre", n."X_DistanceFromSchool", n."X_DistanceFromShops", n."X_DistanceFromHospital", n."X_DistanceFromUniversity", n."X_DistanceFromRailStation", n."X_DistanceFromTubeStation", n."X_LivingRooms", n."X_Kitchens", n."X_KitchenType", n."X_OfficeSpaces", n."X_VerandasCount", (n."X_CoveredArea" * 100)::bigint, (n."X_UncoveredArea" * 100)::bigint, (n."X_TotalArea" * 100)::bigint, (n."X_MezzanineArea" * 100)::bigint, (n."X_StorageArea" * 100)::bigint, (n."X_CoveredVerandas" * 100)::bigint, (n."X_UncoveredVerandas" * 100)::bigint, (n."X_Frontage" * 100)::bigint, n."X_BuildingDensity", n."X_Coverage", n."X_CoverFactor", n."X_CornerPlot", n."X_RightOfWay", n."X_RegisteredRoad", n."X_TownPlanningZone", n."X_LandLocked", n."X_CadastralReference", n."X_IdealFor", n."X_LicensedFor", n."X_BusinessTransferOrSale", n."X_BusinessTransferPrice", n."X_BusinessActivity", n."X_ConferenceRoom", n."X_ServerRoom", n."X_EnclosedOffice", n."X_OfficeLayout", n."X_PricePerSquare", n."X_PriceQualifier", n."X_PlusVAT", n."X_MinimumTenancy", n."X_TenancyType", n."X_Occupancy", (n."X_PreviousListPrice" * 100)::bigint, (n."X_PreviousLeasePrice" * 100)::bigint, n."X_ListPriceModified", n."X_LeasePriceModified", n."X_AuctionStartDate", n."X_AuctionEndDate", (n."X_ReservePrice" * 100)::bigint, (n."X_StartingBid" * 100)::bigint, n."X_ProjectId", n."X_LeadSource", n."X_WebsiteListingDate", n."X_ListingBrokerName", n."X_Featured", n."X_FeaturedPriority", n."X_PropertyOfTheMonth", n."X_VideoLink", n."X_VirtualTourLink", n."X_WebsiteUrl", n."X_WebsiteStatus", n."X_ExcludedProperty", n."X_ShortDescription", n."X_PropertyName", n."X_ApartmentType", n."X_HouseType", n."X_LandType", n."X_OfficeType", n."X_RetailType", n."X_IndustrialType", n."X_HotelType", n."X_BuildingType", n."X_InvestmentType", n."X_CustomerParking", n."X_AdditionalFeatures", n."X_InteriorFeatures", n."X_ExteriorFeatures", n."X_CommunityFeatures", n."X_LotFeatures", n."X_SecurityFeatures", n."X_Appliances", n."X_QobrixId", n."X_QobrixRef", n."X_QobrixSource", n."X_QobrixLegacyId", n."X_CreatedByMemberKey", n."X_ModifiedByMemberKey", n."X_QobrixModified", n."OriginatingSystemOfficeKey", n."X_DataSource", n.etl_timestamp, n.etl_batch_id, n."MlsStatus", n."StatusChangeTimestamp", n."OnMarketDate", n."ArchitecturalStyle", (n."OriginalListPrice" * 100)::bigint, n."ListPriceCurrencyCode", n."LeaseTerm", n."AvailabilityDate", (n."NetOperatingIncome" * 100)::bigint, (n."CapRate" * 10000)::bigint, (n."GrossIncome" * 100)::bigint, (n."OperatingExpense" * 100)::bigint, (n."TaxAnnualAmount" * 100)::bigint, n."TaxYear", (n."AssociationFee" * 100)::bigint, n."ExpirationDate", n."DaysOnMarket", n."CloseDate", (n."ClosePrice" * 100)::bigint, n."BathroomsThreeQuarter", n."BathroomsOneQuarter", n."RoomsTotal", n."NumberOfUnitsTotal", n."LotSizeDimensions", n."FireplacesTotal", n."CoveredSpaces", n."OpenParkingSpaces", n."ParkingTotal", n."Basement", n."Roof", n."Sewer", n."RoomType", n."RoadSurfaceType", n."ListAgentFirstName", n."ListAgentLastName", n."ListAgentEmail", n."PhotosCount", mls.stamp_time(b.first + n.ordinal - 1)
    from changed n cross join base b
    on conflict (record_id) do update set
      tenant_id = excluded.tenant_id,
      office_key = excluded.office_key,
      is_published = excluded.is_published,
      is_deleted = excluded.is_deleted,
      stamp = excluded.stamp,
      doc = excluded.doc,
      doc_gold = excluded.doc_gold,
      doc_dd2 = excluded.doc_dd2,
      "ListingKey" = excluded."ListingKey",
      "ListingId" = excluded."ListingId",
      "StandardStatus" = excluded."StandardStatus",
      "PropertyClass" = excluded."PropertyClass",
      "DevelopmentStatus" = excluded."DevelopmentStatus",
      "NewConstructionYN" = excluded."NewConstructionYN",
      "PropertyCondition" = excluded."PropertyCondition",
      "BuilderName" = excluded."BuilderName",
      "BuilderModel" = excluded."BuilderModel",
      "PropertyType" = excluded."PropertyType",
      "PropertySubType" = excluded."PropertySubType",
      "ListingService" = excluded."ListingService",
      "ListingAgreement" = excluded."ListingAgreement",
      "LeaseConsideredYN" = excluded."LeaseConsideredYN",
      "SaleConsideredYN" = excluded."SaleConsideredYN",
      "BedroomsTotal" = excluded."BedroomsTotal",
      "BathroomsTotalInteger" = excluded."BathroomsTotalInteger",
      "BathroomsHalf" = excluded."BathroomsHalf",
      "LivingArea" = excluded."LivingArea",
      "LivingAreaUnits" = excluded."LivingAreaUnits",
      "LotSizeSquareFeet" = excluded."LotSizeSquareFeet",
      "LotSizeUnits" = excluded."LotSizeUnits",
      "LotSizeAcres" = excluded."LotSizeAcres",
      "ListPrice" = excluded."ListPrice",
      "LeasePrice" = excluded."LeasePrice",
      "LeaseAmount" = excluded."LeaseAmount",
      "LeaseAmountFrequency" = excluded."LeaseAmountFrequency",
      "OriginalEntryTimestamp" = excluded."OriginalEntryTimestamp",
      "ListingContractDate" = excluded."ListingContractDate",
      "UnparsedAddress" = excluded."UnparsedAddress",
      "City" = excluded."City",
      "StateOrProvince" = excluded."StateOrProvince",
      "PostalCode" = excluded."PostalCode",
      "Country" = excluded."Country",
      "Latitude" = excluded."Latitude",
      "Longitude" = excluded."Longitude",
      "PublicRemarks" = excluded."PublicRemarks",
      "ListAgentKey" = excluded."ListAgentKey",
      "CoListAgentKey" = excluded."CoListAgentKey",
      "ListOfficeKey" = excluded."ListOfficeKey",
      "YearBuilt" = excluded."YearBuilt",
      "YearBuiltEffective" = excluded."YearBuiltEffective",
      "View" = excluded."View",
      "PoolFeatures" = excluded."PoolFeatures",
      "Heating" = excluded."Heating",
      "Cooling" = excluded."Cooling",
      "Furnished" = excluded."Furnished",
      "PetsAllowed" = excluded."PetsAllowed",
      "FireplaceYN" = excluded."FireplaceYN",
      "ParkingFeatures" = excluded."ParkingFeatures",
      "StoriesTotal" = excluded."StoriesTotal",
      "Stories" = excluded."Stories",
      "Flooring" = excluded."Flooring",
      "FireplaceFeatures" = excluded."FireplaceFeatures",
      "WaterfrontFeatures" = excluded."WaterfrontFeatures",
      "PatioAndPorchFeatures" = excluded."PatioAndPorchFeatures",
      "OtherStructures" = excluded."OtherStructures",
      "AssociationAmenities" = excluded."AssociationAmenities",
      "Fencing" = excluded."Fencing",
      "X_SeaView" = excluded."X_SeaView",
      "X_MountainView" = excluded."X_MountainView",
      "X_BeachFront" = excluded."X_BeachFront",
      "X_AbutsGreenArea" = excluded."X_AbutsGreenArea",
      "X_ElevatedArea" = excluded."X_ElevatedArea",
      "X_PrivateSwimmingPool" = excluded."X_PrivateSwimmingPool",
      "X_CommonSwimmingPool" = excluded."X_CommonSwimmingPool",
      "X_GardenArea" = excluded."X_GardenArea",
      "X_RoofGardenArea" = excluded."X_RoofGardenArea",
      "X_Elevator" = excluded."X_Elevator",
      "X_AirCondition" = excluded."X_AirCondition",
      "X_Alarm" = excluded."X_Alarm",
      "X_SmartHome" = excluded."X_SmartHome",
      "X_SolarWaterHeater" = excluded."X_SolarWaterHeater",
      "X_StorageSpace" = excluded."X_StorageSpace",
      "X_MaidsRoom" = excluded."X_MaidsRoom",
      "X_ConciergeReception" = excluded."X_ConciergeReception",
      "X_SecureDoor" = excluded."X_SecureDoor",
      "X_Kitchenette" = excluded."X_Kitchenette",
      "X_HomeOffice" = excluded."X_HomeOffice",
      "X_SeparateLaundryRoom" = excluded."X_SeparateLaundryRoom",
      "X_Reception" = excluded."X_Reception",
      "X_StoreRoom" = excluded."X_StoreRoom",
      "X_ConstructionType" = excluded."X_ConstructionType",
      "X_ConstructionStage" = excluded."X_ConstructionStage",
      "X_FloorType" = excluded."X_FloorType",
      "X_NewBuild" = excluded."X_NewBuild",
      "X_Height" = excluded."X_Height",
      "X_MaxFloor" = excluded."X_MaxFloor",
      "X_UnitNumber" = excluded."X_UnitNumber",
      "X_EnergyEfficiencyGrade" = excluded."X_EnergyEfficiencyGrade",
      "X_EnergyConsumptionRating" = excluded."X_EnergyConsumptionRating",
      "X_EnergyConsumptionValue" = excluded."X_EnergyConsumptionValue",
      "X_EnergyEmissionRating" = excluded."X_EnergyEmissionRating",
      "X_HeatingType" = excluded."X_HeatingType",
      "X_HeatingMedium" = excluded."X_HeatingMedium",
      "X_CoolingType" = excluded."X_CoolingType",
      "X_Electricity" = excluded."X_Electricity",
      "X_ElectricityType" = excluded."X_ElectricityType",
      "X_Water" = excluded."X_Water",
      "X_DistanceFromBeach" = excluded."X_DistanceFromBeach",
      "X_DistanceFromAirport" = excluded."X_DistanceFromAirport",
      "X_DistanceFromCentre" = excluded."X_DistanceFromCentre",
      "X_DistanceFromSchool" = excluded."X_DistanceFromSchool",
      "X_DistanceFromShops" = excluded."X_DistanceFromShops",
      "X_DistanceFromHospital" = excluded."X_DistanceFromHospital",
      "X_DistanceFromUniversity" = excluded."X_DistanceFromUniversity",
      "X_DistanceFromRailStation" = excluded."X_DistanceFromRailStation",
      "X_DistanceFromTubeStation" = excluded."X_DistanceFromTubeStation",
      "X_LivingRooms" = excluded."X_LivingRooms",
      "X_Kitchens" = excluded."X_Kitchens",
      "X_KitchenType" = excluded."X_KitchenType",
      "X_OfficeSpaces" = excluded."X_OfficeSpaces",
      "X_VerandasCount" = excluded."X_VerandasCount",
      "X_CoveredArea" = excluded."X_CoveredArea",
      "X_UncoveredArea" = excluded."X_UncoveredArea",
      "X_TotalArea" = excluded."X_TotalArea",
      "X_MezzanineArea" = excluded."X_MezzanineArea",
      "X_StorageArea" = excluded."X_StorageArea",
      "X_CoveredVerandas" = excluded."X_CoveredVerandas",
      "X_UncoveredVerandas" = excluded."X_UncoveredVerandas",
      "X_Frontage" = excluded."X_Frontage",
      "X_BuildingDensity" = excluded."X_BuildingDensity",
      "X_Coverage" = excluded."X_Coverage",
      "X_CoverFactor" = excluded."X_CoverFactor",
      "X_CornerPlot" = excluded."X_CornerPlot",
      "X_RightOfWay" = excluded."X_RightOfWay",
      "X_RegisteredRoad" = excluded."X_RegisteredRoad",
      "X_TownPlanningZone" = excluded."X_TownPlanningZone",
      "X_LandLocked" = excluded."X_LandLocked",
      "X_CadastralReference" = excluded."X_CadastralReference",
      "X_IdealFor" = excluded."X_IdealFor",
      "X_LicensedFor" = excluded."X_LicensedFor",
      "X_BusinessTransferOrSale" = excluded."X_BusinessTransferOrSale",
      "X_BusinessTransferPrice" = excluded."X_BusinessTransferPrice",
      "X_BusinessActivity" = excluded."X_BusinessActivity",
      "X_ConferenceRoom" = excluded."X_ConferenceRoom",
      "X_ServerRoom" = excluded."X_ServerRoom",
      "X_EnclosedOffice" = excluded."X_EnclosedOffice",
      "X_OfficeLayout" = excluded."X_OfficeLayout",
      "X_PricePerSquare" = excluded."X_PricePerSquare",
      "X_PriceQualifier" = excluded."X_PriceQualifier",
      "X_PlusVAT" = excluded."X_PlusVAT",
      "X_MinimumTenancy" = excluded."X_MinimumTenancy",
      "X_TenancyType" = excluded."X_TenancyType",
      "X_Occupancy" = excluded."X_Occupancy",
      "X_PreviousListPrice" = excluded."X_PreviousListPrice",
      "X_PreviousLeasePrice" = excluded."X_PreviousLeasePrice",
      "X_ListPriceModified" = excluded."X_ListPriceModified",
      "X_LeasePriceModified" = excluded."X_LeasePriceModified",
      "X_AuctionStartDate" = excluded."X_AuctionStartDate",
      "X_AuctionEndDate" = excluded."X_AuctionEndDate",
      "X_ReservePrice" = excluded."X_ReservePrice",
      "X_StartingBid" = excluded."X_StartingBid",
      "X_ProjectId" = excluded."X_ProjectId",
      "X_LeadSource" = excluded."X_LeadSource",
      "X_WebsiteListingDate" = excluded."X_WebsiteListingDate",
      "X_ListingBrokerName" = excluded."X_ListingBrokerName",
      "X_Featured" = excluded."X_Featured",
      "X_FeaturedPriority" = excluded."X_FeaturedPriority",
      "X_PropertyOfTheMonth" = excluded."X_PropertyOfTheMonth",
      "X_VideoLink" = excluded."X_VideoLink",
      "X_VirtualTourLink" = excluded."X_VirtualTourLink",
      "X_WebsiteUrl" = excluded."X_WebsiteUrl",
      "X_WebsiteStatus" = excluded."X_WebsiteStatus",
      "X_ExcludedProperty" = excluded."X_ExcludedProperty",
      "X_ShortDescription" = excluded."X_ShortDescription",
      "X_PropertyName" = excluded."X_PropertyName",
      "X_ApartmentType" = excluded."X_ApartmentType",
      "X_HouseType" = excluded."X_HouseType",
      "X_LandType" = excluded."X_LandType",
      "X_OfficeType" = excluded."X_OfficeType",
      "X_RetailType" = excluded."X_RetailType",
      "X_IndustrialType" = excluded."X_IndustrialType",
      "X_HotelType" = excluded."X_HotelType",
      "X_BuildingType" = excluded."X_BuildingType",
      "X_InvestmentType" = excluded."X_InvestmentType",
      "X_CustomerParking" = excluded."X_CustomerParking",
      "X_AdditionalFeatures" = excluded."X_AdditionalFeatures",
      "X_InteriorFeatures" = excluded."X_InteriorFeatures",
      "X_ExteriorFeatures" = excluded."X_ExteriorFeatures",
      "X_CommunityFeatures" = excluded."X_CommunityFeatures",
      "X_LotFeatures" = excluded."X_LotFeatures",
      "X_SecurityFeatures" = excluded."X_SecurityFeatures",
      "X_Appliances" = excluded."X_Appliances",
      "X_QobrixId" = excluded."X_QobrixId",
      "X_QobrixRef" = excluded."X_QobrixRef",
      "X_QobrixSource" = excluded."X_QobrixSource",
      "X_QobrixLegacyId" = excluded."X_QobrixLegacyId",
      "X_CreatedByMemberKey" = excluded."X_CreatedByMemberKey",
      "X_ModifiedByMemberKey" = excluded."X_ModifiedByMemberKey",
      "X_QobrixModified" = excluded."X_QobrixModified",
      "OriginatingSystemOfficeKey" = excluded."OriginatingSystemOfficeKey",
      "X_DataSource" = excluded."X_DataSource",
      etl_timestamp = excluded.etl_timestamp,
      etl_batch_id = excluded.etl_batch_id,
      "MlsStatus" = excluded."MlsStatus",
      "StatusChangeTimestamp" = excluded."StatusChangeTimestamp",
      "OnMarketDate" = excluded."OnMarketDate",
      "ArchitecturalStyle" = excluded."ArchitecturalStyle",
      "OriginalListPrice" = excluded."OriginalListPrice",
      "ListPriceCurrencyCode" = excluded."ListPriceCurrencyCode",
      "LeaseTerm" = excluded."LeaseTerm",
      "AvailabilityDate" = excluded."AvailabilityDate",
      "NetOperatingIncome" = excluded."NetOperatingIncome",
      "CapRate" = excluded."CapRate",
      "GrossIncome" = excluded."GrossIncome",
      "OperatingExpense" = excluded."OperatingExpense",
      "TaxAnnualAmount" = excluded."TaxAnnualAmount",
      "TaxYear" = excluded."TaxYear",
      "AssociationFee" = excluded."AssociationFee",
      "ExpirationDate" = excluded."ExpirationDate",
      "DaysOnMarket" = excluded."DaysOnMarket",
      "CloseDate" = excluded."CloseDate",
      "ClosePrice" = excluded."ClosePrice",
      "BathroomsThreeQuarter" = excluded."BathroomsThreeQuarter",
      "BathroomsOneQuarter" = excluded."BathroomsOneQuarter",
      "RoomsTotal" = excluded."RoomsTotal",
      "NumberOfUnitsTotal" = excluded."NumberOfUnitsTotal",
      "LotSizeDimensions" = excluded."LotSizeDimensions",
      "FireplacesTotal" = excluded."FireplacesTotal",
      "CoveredSpaces" = excluded."CoveredSpaces",
      "OpenParkingSpaces" = excluded."OpenParkingSpaces",
      "ParkingTotal" = excluded."ParkingTotal",
      "Basement" = excluded."Basement",
      "Roof" = excluded."Roof",
      "Sewer" = excluded."Sewer",
      "RoomType" = excluded."RoomType",
      "RoadSurfaceType" = excluded."RoadSurfaceType",
      "ListAgentFirstName" = excluded."ListAgentFirstName",
      "ListAgentLastName" = excluded."ListAgentLastName",
      "ListAgentEmail" = excluded."ListAgentEmail",
      "PhotosCount" = excluded."PhotosCount",
      "ModificationTimestamp" = excluded."ModificationTimestamp"
  ),
  buried as (
    update public.served_property s
    set is_deleted = true, stamp = b.first + g.ordinal - 1, "ModificationTimestamp" = mls.stamp_time(b.first + g.ordinal - 1)
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
  with shown as materialized (
    select d.*, s.office_key as previous_office_key, s.is_published as was_published,
      s.record_id is null or s.is_deleted as is_new, width_bucket(d.seq, seqs) as ordinal,
      s.record_id is null or s.is_deleted
        or (s.office_key, s.is_published, s.doc, s.doc_gold, s.doc_dd2)
          is distinct from (d.office_key, d.is_published, d.doc, d.doc_gold, d.doc_dd2)
      or x.doc is distinct from d.doc_sensitive as is_changed
    from (
      select v.*,
        (replace(replace(json_object('{"","MemberKey","MemberMlsId","MemberFirstName","MemberLastName","MemberFullName","MemberEmail","MemberPreferredPhone","MemberOfficePhone","MemberStatus","MemberType","OfficeKey","MemberAddress1","MemberCity","MemberStateOrProvince","MemberPostalCode","MemberCountry","X_QobrixAgentId","X_QobrixAgentRef","X_QobrixDescription","X_QobrixAgreementDate","X_QobrixOwnerId","X_QobrixPrimaryContactId","X_QobrixCreated","X_QobrixModified","X_QobrixSourceType","OriginatingSystemOfficeKey","etl_batch_id",""}', array[null, v."MemberKey", v."MemberMlsId", v."MemberFirstName", v."MemberLastName", v."MemberFullName", v."MemberEmail", v."MemberPreferredPhone", v."MemberOfficePhone", v."MemberStatus", v."MemberType", v."OfficeKey", v."MemberAddress1", v."MemberCity", v."MemberStateOrProvince", v."MemberPostalCode", v."MemberCountry", v."X_QobrixAgentId", v."X_QobrixAgentRef", v."X_QobrixDescription", v."X_QobrixAgreementDate", v."X_QobrixOwnerId", v."X_QobrixPrimaryContactId", v."X_QobrixCreated", v."X_QobrixModified", v."X_QobrixSourceType", v."OriginatingSystemOfficeKey", v.etl_batch_id, null])::text, '{"" : null, ', ''), ', "" : null}', '')
        || (', "etl_timestamp" : ' || coalesce('"' || to_char(v.etl_timestamp, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"', 'null'))) as doc,
        '' as doc_gold,
        '' as doc_dd2,
      replace(replace(json_object('{"","X_QobrixCommission1",""}', array[null, v."X_QobrixCommission1", null])::text, '{"" : null, ', ''), ', "" : null}', '') as doc_sensitive
      from public.member_reso v
      where v.record_id = any (ids)
      offset 0
    ) d
    left join lateral (select s.record_id, s.is_deleted, s.office_key, s.is_published, s.doc, s.doc_gold, s.doc_dd2 from public.served_member s where s.record_id = d.record_id offset 0) s on true
    left join lateral (select x.doc from public.served_member_sensitive x where x.record_id = d.record_id offset 0) x on true
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
    select mls.take_stamps(case when exists (select from changed) or exists (select from gone)
      then cardinality(ids) + (select count(*) from gone) else 0 end) as first
  ),
  written as (
    insert into public.served_member (record_id, tenant_id, seq, office_key, is_published, is_deleted, stamp, doc, doc_gold, doc_dd2, "MemberKey", "MemberMlsId", "MemberFirstName", "MemberLastName", "MemberFullName", "MemberEmail", "MemberPreferredPhone", "MemberOfficePhone", "MemberStatus", "MemberType", "OfficeKey", "MemberAddress1", "MemberCity", "MemberStateOrProvince", "MemberPostalCode", "MemberCountry", "X_QobrixAgentId", "X_QobrixAgentRef", "X_QobrixDescription", "X_QobrixAgreementDate", "X_QobrixOwnerId", "X_QobrixPrimaryContactId", "X_QobrixCreated", "X_QobrixModified", "X_QobrixSourceType", "OriginatingSystemOfficeKey", etl_timestamp, etl_batch_id, "ModificationTimestamp")
    select n.record_id, n.tenant_id, n.seq, n.office_key, n.is_published, false, b.first + n.ordinal - 1, n.doc, n.doc_gold, n.doc_dd2, n."MemberKey", n."MemberMlsId", n."MemberFirstName", n."MemberLastName", n."MemberFullName", n."MemberEmail", n."MemberPreferredPhone", n."MemberOfficePhone", n."MemberStatus", n."MemberType", n."OfficeKey", n."MemberAddress1", n."MemberCity", n."MemberStateOrProvince", n."MemberPostalCode", n."MemberCountry", n."X_QobrixAgentId", n."X_QobrixAgentRef", n."X_QobrixDescription", n."X_QobrixAgreementDate", n."X_QobrixOwnerId", n."X_QobrixPrimaryContactId", n."X_QobrixCreated", n."X_QobrixModified", n."X_QobrixSourceType", n."OriginatingSystemOfficeKey", n.etl_timestamp, n.etl_batch_id, mls.stamp_time(b.first + n.ordinal - 1)
    from changed n cross join base b
    on conflict (record_id) do update set
      tenant_id = excluded.tenant_id,
      office_key = excluded.office_key,
      is_published = excluded.is_published,
      is_deleted = excluded.is_deleted,
      stamp = excluded.stamp,
      doc = excluded.doc,
      doc_gold = excluded.doc_gold,
      doc_dd2 = excluded.doc_dd2,
      "MemberKey" = excluded."MemberKey",
      "MemberMlsId" = excluded."MemberMlsId",
      "MemberFirstName" = excluded."MemberFirstName",
      "MemberLastName" = excluded."MemberLastName",
      "MemberFullName" = excluded."MemberFullName",
      "MemberEmail" = excluded."MemberEmail",
      "MemberPreferredPhone" = excluded."MemberPreferredPhone",
      "MemberOfficePhone" = excluded."MemberOfficePhone",
      "MemberStatus" = excluded."MemberStatus",
      "MemberType" = excluded."MemberType",
      "OfficeKey" = excluded."OfficeKey",
      "MemberAddress1" = excluded."MemberAddress1",
      "MemberCity" = excluded."MemberCity",
      "MemberStateOrProvince" = excluded."MemberStateOrProvince",
      "MemberPostalCode" = excluded."MemberPostalCode",
      "MemberCountry" = excluded."MemberCountry",
      "X_QobrixAgentId" = excluded."X_QobrixAgentId",
      "X_QobrixAgentRef" = excluded."X_QobrixAgentRef",
      "X_QobrixDescription" = excluded."X_QobrixDescription",
      "X_QobrixAgreementDate" = excluded."X_QobrixAgreementDate",
      "X_QobrixOwnerId" = excluded."X_QobrixOwnerId",
      "X_QobrixPrimaryContactId" = excluded."X_QobrixPrimaryContactId",
      "X_QobrixCreated" = excluded."X_QobrixCreated",
      "X_QobrixModified" = excluded."X_QobrixModified",
      "X_QobrixSourceType" = excluded."X_QobrixSourceType",
      "OriginatingSystemOfficeKey" = excluded."OriginatingSystemOfficeKey",
      etl_timestamp = excluded.etl_timestamp,
      etl_batch_id = excluded.etl_batch_id,
      "ModificationTimestamp" = excluded."ModificationTimestamp"
  ),
  buried as (
    update public.served_member s
    set is_deleted = true, stamp = b.first + g.ordinal - 1, "ModificationTimestamp" = mls.stamp_time(b.first + g.ordinal - 1)
    from gone g cross join base b
    where s.record_id = g.record_id
  ),
  written_sensitive as (
    insert into public.served_member_sensitive (record_id, office_key, is_published, doc, "X_QobrixCommission1")
    select n.record_id, n.office_key, n.is_published, n.doc_sensitive, n."X_QobrixCommission1"
    from changed n
    on conflict (record_id) do update set
      office_key = excluded.office_key,
      is_published = excluded.is_published,
      doc = excluded.doc,
      "X_QobrixCommission1" = excluded."X_QobrixCommission1"
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
  with shown as materialized (
    select d.*, s.office_key as previous_office_key, s.is_published as was_published,
      s.record_id is null or s.is_deleted as is_new, width_bucket(d.seq, seqs) as ordinal,
      s.record_id is null or s.is_deleted
        or (s.office_key, s.is_published, s.doc, s.doc_gold, s.doc_dd2)
          is distinct from (d.office_key, d.is_published, d.doc, d.doc_gold, d.doc_dd2)
      or x.doc is distinct from d.doc_sensitive as is_changed
    from (
      select v.*,
        (replace(replace(json_object('{"","OfficeKey","OfficeMlsId","OfficeName","OfficeEmail","OfficePhone","OfficeFax","OfficeStatus","OfficeType","OfficeAddress1","OfficeAddress2","OfficeCity","OfficeStateOrProvince","OfficePostalCode","OfficeCountry","OfficeBrokerKey","X_QobrixAgentId","X_QobrixAgentRef","X_QobrixDescription","X_QobrixAgreementDate","X_QobrixOwnerId","X_QobrixPrimaryContactId","X_QobrixCreated","X_QobrixModified","OriginatingSystemOfficeKey","etl_batch_id",""}', array[null, v."OfficeKey", v."OfficeMlsId", v."OfficeName", v."OfficeEmail", v."OfficePhone", v."OfficeFax", v."OfficeStatus", v."OfficeType", v."OfficeAddress1", v."OfficeAddress2", v."OfficeCity", v."OfficeStateOrProvince", v."OfficePostalCode", v."OfficeCountry", v."OfficeBrokerKey", v."X_QobrixAgentId", v."X_QobrixAgentRef", v."X_QobrixDescription", v."X_QobrixAgreementDate", v."X_QobrixOwnerId", v."X_QobrixPrimaryContactId", v."X_QobrixCreated", v."X_QobrixModified", v."OriginatingSystemOfficeKey", v.etl_batch_id, null])::text, '{"" : null, ', ''), ', "" : null}', '')
        || (', "etl_timestamp" : ' || coalesce('"' || to_char(v.etl_timestamp, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"', 'null'))) as doc,
        '' as doc_gold,
        '' as doc_dd2,
      replace(replace(json_object('{"","X_QobrixCommission1","X_QobrixCommission2","X_QobrixCommission3",""}', array[null, v."X_QobrixCommission1", v."X_QobrixCommission2", v."X_QobrixCommission3", null])::text, '{"" : null, ', ''), ', "" : null}', '') as doc_sensitive
      from public.office_reso v
      where v.record_id = any (ids)
      offset 0
    ) d
    left join lateral (select s.record_id, s.is_deleted, s.office_key, s.is_published, s.doc, s.doc_gold, s.doc_dd2 from public.served_office s where s.record_id = d.record_id offset 0) s on true
    left join lateral (select x.doc from public.served_office_sensitive x where x.record_id = d.record_id offset 0) x on true
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
    select mls.take_stamps(case when exists (select from changed) or exists (select from gone)
      then cardinality(ids) + (select count(*) from gone) else 0 end) as first
  ),
  written as (
    insert into public.served_office (record_id, tenant_id, seq, office_key, is_published, is_deleted, stamp, doc, doc_gold, doc_dd2, "OfficeKey", "OfficeMlsId", "OfficeName", "OfficeEmail", "OfficePhone", "OfficeFax", "OfficeStatus", "OfficeType", "OfficeAddress1", "OfficeAddress2", "OfficeCity", "OfficeStateOrProvince", "OfficePostalCode", "OfficeCountry", "OfficeBrokerKey", "X_QobrixAgentId", "X_QobrixAgentRef", "X_QobrixDescription", "X_QobrixAgreementDate", "X_QobrixOwnerId", "X_QobrixPrimaryContactId", "X_QobrixCreated", "X_QobrixModified", "OriginatingSystemOfficeKey", etl_timestamp, etl_batch_id, "ModificationTimestamp")
    select n.record_id, n.tenant_id, n.seq, n.office_key, n.is_published, false, b.first + n.ordinal - 1, n.doc, n.doc_gold, n.doc_dd2, n."OfficeKey", n."OfficeMlsId", n."OfficeName", n."OfficeEmail", n."OfficePhone", n."OfficeFax", n."OfficeStatus", n."OfficeType", n."OfficeAddress1", n."OfficeAddress2", n."OfficeCity", n."OfficeStateOrProvince", n."OfficePostalCode", n."OfficeCountry", n."OfficeBrokerKey", n."X_QobrixAgentId", n."X_QobrixAgentRef", n."X_QobrixDescription", n."X_QobrixAgreementDate", n."X_QobrixOwnerId", n."X_QobrixPrimaryContactId", n."X_QobrixCreated", n."X_QobrixModified", n."OriginatingSystemOfficeKey", n.etl_timestamp, n.etl_batch_id, mls.stamp_time(b.first + n.ordinal - 1)
    from changed n cross join base b
    on conflict (record_id) do update set
      tenant_id = excluded.tenant_id,
      office_key = excluded.office_key,
      is_published = excluded.is_published,
      is_deleted = excluded.is_deleted,
      stamp = excluded.stamp,
      doc = excluded.doc,
      doc_gold = excluded.doc_gold,
      doc_dd2 = excluded.doc_dd2,
      "OfficeKey" = excluded."OfficeKey",
      "OfficeMlsId" = excluded."OfficeMlsId",
      "OfficeName" = excluded."OfficeName",
      "OfficeEmail" = excluded."OfficeEmail",
      "OfficePhone" = excluded."OfficePhone",
      "OfficeFax" = excluded."OfficeFax",
      "OfficeStatus" = excluded."OfficeStatus",
      "OfficeType" = excluded."OfficeType",
      "OfficeAddress1" = excluded."OfficeAddress1",
      "OfficeAddress2" = excluded."OfficeAddress2",
      "OfficeCity" = excluded."OfficeCity",
      "OfficeStateOrProvince" = excluded."OfficeStateOrProvince",
      "OfficePostalCode" = excluded."OfficePostalCode",
      "OfficeCountry" = excluded."OfficeCountry",
      "OfficeBrokerKey" = excluded."OfficeBrokerKey",
      "X_QobrixAgentId" = excluded."X_QobrixAgentId",
      "X_QobrixAgentRef" = excluded."X_QobrixAgentRef",
      "X_QobrixDescription" = excluded."X_QobrixDescription",
      "X_QobrixAgreementDate" = excluded."X_QobrixAgreementDate",
      "X_QobrixOwnerId" = excluded."X_QobrixOwnerId",
      "X_QobrixPrimaryContactId" = excluded."X_QobrixPrimaryContactId",
      "X_QobrixCreated" = excluded."X_QobrixCreated",
      "X_QobrixModified" = excluded."X_QobrixModified",
      "OriginatingSystemOfficeKey" = excluded."OriginatingSystemOfficeKey",
      etl_timestamp = excluded.etl_timestamp,
      etl_batch_id = excluded.etl_batch_id,
      "ModificationTimestamp" = excluded."ModificationTimestamp"
  ),
  buried as (
    update public.served_office s
    set is_deleted = true, stamp = b.first + g.ordinal - 1, "ModificationTimestamp" = mls.stamp_time(b.first + g.ordinal - 1)
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
  with shown as materialized (
    select d.*, s.office_key as previous_office_key, s.is_published as was_published,
      s.record_id is null or s.is_deleted as is_new, width_bucket(d.seq, seqs) as ordinal,
      s.record_id is null or s.is_deleted
        or (s.office_key, s.is_published, s.doc, s.doc_gold, s.doc_dd2)
          is distinct from (d.office_key, d.is_published, d.doc, d.doc_gold, d.doc_dd2) as is_changed
    from (
      select v.*,
        (replace(replace(json_object('{"","MediaKey","ResourceRecordKey","ResourceName","MediaCategory","MediaURL","MediaType","ShortDescription","LongDescription","X_QobrixMediaId","X_QobrixPropertyId","X_QobrixMediaCategory","X_QobrixFileId","X_QobrixThumbnailUrl","X_QobrixFilesystem","X_QobrixCategoryId","X_QobrixCreated","X_QobrixModified","OriginatingSystemOfficeKey","X_DataSource","etl_batch_id",""}', array[null, v."MediaKey", v."ResourceRecordKey", v."ResourceName", v."MediaCategory", v."MediaURL", v."MediaType", v."ShortDescription", v."LongDescription", v."X_QobrixMediaId", v."X_QobrixPropertyId", v."X_QobrixMediaCategory", v."X_QobrixFileId", v."X_QobrixThumbnailUrl", v."X_QobrixFilesystem", v."X_QobrixCategoryId", v."X_QobrixCreated", v."X_QobrixModified", v."OriginatingSystemOfficeKey", v."X_DataSource", v.etl_batch_id, null])::text, '{"" : null, ', ''), ', "" : null}', '')
        || (', "Order" : ' || coalesce(v."Order"::text, 'null')
        || ', "ImageWidth" : ' || coalesce(v."ImageWidth"::text, 'null')
        || ', "ImageHeight" : ' || coalesce(v."ImageHeight"::text, 'null')
        || ', "ImageSizeBytes" : ' || coalesce(v."ImageSizeBytes"::text, 'null')
        || ', "X_IsPrimary" : ' || coalesce(v."X_IsPrimary"::text, 'null')
        || ', "etl_timestamp" : ' || coalesce('"' || to_char(v.etl_timestamp, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"', 'null'))) as doc,
        '' as doc_gold,
        '' as doc_dd2
      from public.media_reso v
      where v.record_id = any (ids)
      offset 0
    ) d
    left join lateral (select s.record_id, s.is_deleted, s.office_key, s.is_published, s.doc, s.doc_gold, s.doc_dd2 from public.served_media s where s.record_id = d.record_id offset 0) s on true
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
    select mls.take_stamps(case when exists (select from changed) or exists (select from gone)
      then cardinality(ids) + (select count(*) from gone) else 0 end) as first
  ),
  written as (
    insert into public.served_media (record_id, tenant_id, seq, office_key, is_published, is_deleted, stamp, doc, doc_gold, doc_dd2, "MediaKey", "ResourceRecordKey", "ResourceName", "MediaCategory", "MediaURL", "MediaType", "Order", "ShortDescription", "LongDescription", "ImageWidth", "ImageHeight", "ImageSizeBytes", "X_IsPrimary", "X_QobrixMediaId", "X_QobrixPropertyId", "X_QobrixMediaCategory", "X_QobrixFileId", "X_QobrixThumbnailUrl", "X_QobrixFilesystem", "X_QobrixCategoryId", "X_QobrixCreated", "X_QobrixModified", "OriginatingSystemOfficeKey", "X_DataSource", etl_timestamp, etl_batch_id, "ModificationTimestamp")
    select n.record_id, n.tenant_id, n.seq, n.office_key, n.is_published, false, b.first + n.ordinal - 1, n.doc, n.doc_gold, n.doc_dd2, n."MediaKey", n."ResourceRecordKey", n."ResourceName", n."MediaCategory", n."MediaURL", n."MediaType", n."Order", n."ShortDescription", n."LongDescription", n."ImageWidth", n."ImageHeight", n."ImageSizeBytes", n."X_IsPrimary", n."X_QobrixMediaId", n."X_QobrixPropertyId", n."X_QobrixMediaCategory", n."X_QobrixFileId", n."X_QobrixThumbnailUrl", n."X_QobrixFilesystem", n."X_QobrixCategoryId", n."X_QobrixCreated", n."X_QobrixModified", n."OriginatingSystemOfficeKey", n."X_DataSource", n.etl_timestamp, n.etl_batch_id, mls.stamp_time(b.first + n.ordinal - 1)
    from changed n cross join base b
    on conflict (record_id) do update set
      tenant_id = excluded.tenant_id,
      office_key = excluded.office_key,
      is_published = excluded.is_published,
      is_deleted = excluded.is_deleted,
      stamp = excluded.stamp,
      doc = excluded.doc,
      doc_gold = excluded.doc_gold,
      doc_dd2 = excluded.doc_dd2,
      "MediaKey" = excluded."MediaKey",
      "ResourceRecordKey" = excluded."ResourceRecordKey",
      "ResourceName" = excluded."ResourceName",
      "MediaCategory" = excluded."MediaCategory",
      "MediaURL" = excluded."MediaURL",
      "MediaType" = excluded."MediaType",
      "Order" = excluded."Order",
      "ShortDescription" = excluded."ShortDescription",
      "LongDescription" = excluded."LongDescription",
      "ImageWidth" = excluded."ImageWidth",
      "ImageHeight" = excluded."ImageHeight",
      "ImageSizeBytes" = excluded."ImageSizeBytes",
      "X_IsPrimary" = excluded."X_IsPrimary",
      "X_QobrixMediaId" = excluded."X_QobrixMediaId",
      "X_QobrixPropertyId" = excluded."X_QobrixPropertyId",
      "X_QobrixMediaCategory" = excluded."X_QobrixMediaCategory",
      "X_QobrixFileId" = excluded."X_QobrixFileId",
      "X_QobrixThumbnailUrl" = excluded."X_QobrixThumbnailUrl",
      "X_QobrixFilesystem" = excluded."X_QobrixFilesystem",
      "X_QobrixCategoryId" = excluded."X_QobrixCategoryId",
      "X_QobrixCreated" = excluded."X_QobrixCreated",
      "X_QobrixModified" = excluded."X_QobrixModified",
      "OriginatingSystemOfficeKey" = excluded."OriginatingSystemOfficeKey",
      "X_DataSource" = excluded."X_DataSource",
      etl_timestamp = excluded.etl_timestamp,
      etl_batch_id = excluded.etl_batch_id,
      "ModificationTimestamp" = excluded."ModificationTimestamp"
  ),
  buried as (
    update public.served_media s
    set is_deleted = true, stamp = b.first + g.ordinal - 1, "ModificationTimestamp" = mls.stamp_time(b.first + g.ordinal - 1)
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
  with shown as materialized (
    select d.*, s.office_key as previous_office_key, s.is_published as was_published,
      s.record_id is null or s.is_deleted as is_new, width_bucket(d.seq, seqs) as ordinal,
      s.record_id is null or s.is_deleted
        or (s.office_key, s.is_published, s.doc, s.doc_gold, s.doc_dd2)
          is distinct from (d.office_key, d.is_published, d.doc, d.doc_gold, d.doc_dd2) as is_changed
    from (
      select v.*,
        (replace(replace(json_object('{"","ContactKey","ContactMlsId","ContactFirstName","ContactLastName","ContactFullName","ContactEmail","ContactEmail2","ContactPhone","ContactPhone2","ContactStatus","ContactAddress1","ContactCity","ContactStateOrProvince","ContactPostalCode","ContactCountry","ContactNationality","ContactTitle","ContactBirthdate","ContactWebsite","ContactEntityType","ContactCompanyRegistrationNumber","ContactCompanyName","ContactAssignedToKey","X_QobrixContactId","X_QobrixContactRef","X_QobrixContactLegacyId","X_QobrixDescription","X_QobrixPreferredLanguage","X_QobrixContactPersonFirstName","X_QobrixContactPersonLastName","X_QobrixCreated","X_QobrixModified","X_QobrixCreatedBy","X_QobrixModifiedBy","OriginatingSystemOfficeKey","etl_batch_id",""}', array[null, v."ContactKey", v."ContactMlsId", v."ContactFirstName", v."ContactLastName", v."ContactFullName", v."ContactEmail", v."ContactEmail2", v."ContactPhone", v."ContactPhone2", v."ContactStatus", v."ContactAddress1", v."ContactCity", v."ContactStateOrProvince", v."ContactPostalCode", v."ContactCountry", v."ContactNationality", v."ContactTitle", v."ContactBirthdate", v."ContactWebsite", v."ContactEntityType", v."ContactCompanyRegistrationNumber", v."ContactCompanyName", v."ContactAssignedToKey", v."X_QobrixContactId", v."X_QobrixContactRef", v."X_QobrixContactLegacyId", v."X_QobrixDescription", v."X_QobrixPreferredLanguage", v."X_QobrixContactPersonFirstName", v."X_QobrixContactPersonLastName", v."X_QobrixCreated", v."X_QobrixModified", v."X_QobrixCreatedBy", v."X_QobrixModifiedBy", v."OriginatingSystemOfficeKey", v.etl_batch_id, null])::text, '{"" : null, ', ''), ', "" : null}', '')
        || (', "etl_timestamp" : ' || coalesce('"' || to_char(v.etl_timestamp, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"', 'null'))) as doc,
        replace(replace(json_object('{"","ContactType",""}', array[null, v."ContactType", null])::text, '{"" : null, ', ''), ', "" : null}', '') as doc_gold,
        concat_ws(', ',
        '"ContactType" : ' || case when strpos(v."ContactType", ',') > 0 or v."ContactType" like '[%' then to_json(mls.multi_values(v."ContactType"))::text
          else coalesce('[' || to_json(nullif(btrim(v."ContactType"), ''))::text || ']', '[]') end) as doc_dd2
      from public.contacts_reso v
      where v.record_id = any (ids)
      offset 0
    ) d
    left join lateral (select s.record_id, s.is_deleted, s.office_key, s.is_published, s.doc, s.doc_gold, s.doc_dd2 from public.served_contacts s where s.record_id = d.record_id offset 0) s on true
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
    select mls.take_stamps(case when exists (select from changed) or exists (select from gone)
      then cardinality(ids) + (select count(*) from gone) else 0 end) as first
  ),
  written as (
    insert into public.served_contacts (record_id, tenant_id, seq, office_key, is_published, is_deleted, stamp, doc, doc_gold, doc_dd2, "ContactKey", "ContactMlsId", "ContactFirstName", "ContactLastName", "ContactFullName", "ContactEmail", "ContactEmail2", "ContactPhone", "ContactPhone2", "ContactType", "ContactStatus", "ContactAddress1", "ContactCity", "ContactStateOrProvince", "ContactPostalCode", "ContactCountry", "ContactNationality", "ContactTitle", "ContactBirthdate", "ContactWebsite", "ContactEntityType", "ContactCompanyRegistrationNumber", "ContactCompanyName", "ContactAssignedToKey", "X_QobrixContactId", "X_QobrixContactRef", "X_QobrixContactLegacyId", "X_QobrixDescription", "X_QobrixPreferredLanguage", "X_QobrixContactPersonFirstName", "X_QobrixContactPersonLastName", "X_QobrixCreated", "X_QobrixModified", "X_QobrixCreatedBy", "X_QobrixModifiedBy", "OriginatingSystemOfficeKey", etl_timestamp, etl_batch_id, "ModificationTimestamp")
    select n.record_id, n.tenant_id, n.seq, n.office_key, n.is_published, false, b.first + n.ordinal - 1, n.doc, n.doc_gold, n.doc_dd2, n."ContactKey", n."ContactMlsId", n."ContactFirstName", n."ContactLastName", n."ContactFullName", n."ContactEmail", n."ContactEmail2", n."ContactPhone", n."ContactPhone2", n."ContactType", n."ContactStatus", n."ContactAddress1", n."ContactCity", n."ContactStateOrProvince", n."ContactPostalCode", n."ContactCountry", n."ContactNationality", n."ContactTitle", n."ContactBirthdate", n."ContactWebsite", n."ContactEntityType", n."ContactCompanyRegistrationNumber", n."ContactCompanyName", n."ContactAssignedToKey", n."X_QobrixContactId", n."X_QobrixContactRef", n."X_QobrixContactLegacyId", n."X_QobrixDescription", n."X_QobrixPreferredLanguage", n."X_QobrixContactPersonFirstName", n."X_QobrixContactPersonLastName", n."X_QobrixCreated", n."X_QobrixModified", n."X_QobrixCreatedBy", n."X_QobrixModifiedBy", n."OriginatingSystemOfficeKey", n.etl_timestamp, n.etl_batch_id, mls.stamp_time(b.first + n.ordinal - 1)
    from changed n cross join base b
    on conflict (record_id) do update set
      tenant_id = excluded.tenant_id,
      office_key = excluded.office_key,
      is_published = excluded.is_published,
      is_deleted = excluded.is_deleted,
      stamp = excluded.stamp,
      doc = excluded.doc,
      doc_gold = excluded.doc_gold,
      doc_dd2 = excluded.doc_dd2,
      "ContactKey" = excluded."ContactKey",
      "ContactMlsId" = excluded."ContactMlsId",
      "ContactFirstName" = excluded."ContactFirstName",
      "ContactLastName" = excluded."ContactLastName",
      "ContactFullName" = excluded."ContactFullName",
      "ContactEmail" = excluded."ContactEmail",
      "ContactEmail2" = excluded."ContactEmail2",
      "ContactPhone" = excluded."ContactPhone",
      "ContactPhone2" = excluded."ContactPhone2",
      "ContactType" = excluded."ContactType",
      "ContactStatus" = excluded."ContactStatus",
      "ContactAddress1" = excluded."ContactAddress1",
      "ContactCity" = excluded."ContactCity",
      "ContactStateOrProvince" = excluded."ContactStateOrProvince",
      "ContactPostalCode" = excluded."ContactPostalCode",
      "ContactCountry" = excluded."ContactCountry",
      "ContactNationality" = excluded."ContactNationality",
      "ContactTitle" = excluded."ContactTitle",
      "ContactBirthdate" = excluded."ContactBirthdate",
      "ContactWebsite" = excluded."ContactWebsite",
      "ContactEntityType" = excluded."ContactEntityType",
      "ContactCompanyRegistrationNumber" = excluded."ContactCompanyRegistrationNumber",
      "ContactCompanyName" = excluded."ContactCompanyName",
      "ContactAssignedToKey" = excluded."ContactAssignedToKey",
      "X_QobrixContactId" = excluded."X_QobrixContactId",
      "X_QobrixContactRef" = excluded."X_QobrixContactRef",
      "X_QobrixContactLegacyId" = excluded."X_QobrixContactLegacyId",
      "X_QobrixDescription" = excluded."X_QobrixDescription",
      "X_QobrixPreferredLanguage" = excluded."X_QobrixPreferredLanguage",
      "X_QobrixContactPersonFirstName" = excluded."X_QobrixContactPersonFirstName",
      "X_QobrixContactPersonLastName" = excluded."X_QobrixContactPersonLastName",
      "X_QobrixCreated" = excluded."X_QobrixCreated",
      "X_QobrixModified" = excluded."X_QobrixModified",
      "X_QobrixCreatedBy" = excluded."X_QobrixCreatedBy",
      "X_QobrixModifiedBy" = excluded."X_QobrixModifiedBy",
      "OriginatingSystemOfficeKey" = excluded."OriginatingSystemOfficeKey",
      etl_timestamp = excluded.etl_timestamp,
      etl_batch_id = excluded.etl_batch_id,
      "ModificationTimestamp" = excluded."ModificationTimestamp"
  ),
  buried as (
    update public.served_contacts s
    set is_deleted = true, stamp = b.first + g.ordinal - 1, "ModificationTimestamp" = mls.stamp_time(b.first + g.ordinal - 1)
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
  with shown as materialized (
    select d.*, s.office_key as previous_office_key, s.is_published as was_published,
      s.record_id is null or s.is_deleted as is_new, width_bucket(d.seq, seqs) as ordinal,
      s.record_id is null or s.is_deleted
        or (s.office_key, s.is_published, s.doc, s.doc_gold, s.doc_dd2)
          is distinct from (d.office_key, d.is_published, d.doc, d.doc_gold, d.doc_dd2) as is_changed
    from (
      select v.*,
        (replace(replace(json_object('{"","ShowingAppointmentKey","ListingKey","ShowingAgentKey","BuyerContactKey","ShowingStartTime","ShowingEndTime","ShowingStatus","ShowingType","ShowingRemarks","ShowingFeedback","ShowingOutcome","X_QobrixViewingId","X_QobrixViewingRef","X_QobrixPropertyId","X_QobrixContactId","X_QobrixOwnerId","X_QobrixDateTime","X_QobrixDuration","X_QobrixLocation","X_QobrixCreated","X_QobrixModified","X_QobrixCreatedBy","X_QobrixModifiedBy","OriginatingSystemOfficeKey","etl_batch_id",""}', array[null, v."ShowingAppointmentKey", v."ListingKey", v."ShowingAgentKey", v."BuyerContactKey", v."ShowingStartTime", v."ShowingEndTime", v."ShowingStatus", v."ShowingType", v."ShowingRemarks", v."ShowingFeedback", v."ShowingOutcome", v."X_QobrixViewingId", v."X_QobrixViewingRef", v."X_QobrixPropertyId", v."X_QobrixContactId", v."X_QobrixOwnerId", v."X_QobrixDateTime", v."X_QobrixDuration", v."X_QobrixLocation", v."X_QobrixCreated", v."X_QobrixModified", v."X_QobrixCreatedBy", v."X_QobrixModifiedBy", v."OriginatingSystemOfficeKey", v.etl_batch_id, null])::text, '{"" : null, ', ''), ', "" : null}', '')
        || (', "ShowingDate" : ' || coalesce('"' || v."ShowingDate" || '"', 'null')
        || ', "etl_timestamp" : ' || coalesce('"' || to_char(v.etl_timestamp, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"', 'null'))) as doc,
        '' as doc_gold,
        '' as doc_dd2
      from public.showing_appointment_reso v
      where v.record_id = any (ids)
      offset 0
    ) d
    left join lateral (select s.record_id, s.is_deleted, s.office_key, s.is_published, s.doc, s.doc_gold, s.doc_dd2 from public.served_showing_appointment s where s.record_id = d.record_id offset 0) s on true
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
    select mls.take_stamps(case when exists (select from changed) or exists (select from gone)
      then cardinality(ids) + (select count(*) from gone) else 0 end) as first
  ),
  written as (
    insert into public.served_showing_appointment (record_id, tenant_id, seq, office_key, is_published, is_deleted, stamp, doc, doc_gold, doc_dd2, "ShowingAppointmentKey", "ListingKey", "ShowingAgentKey", "BuyerContactKey", "ShowingDate", "ShowingStartTime", "ShowingEndTime", "ShowingStatus", "ShowingType", "ShowingRemarks", "ShowingFeedback", "ShowingOutcome", "X_QobrixViewingId", "X_QobrixViewingRef", "X_QobrixPropertyId", "X_QobrixContactId", "X_QobrixOwnerId", "X_QobrixDateTime", "X_QobrixDuration", "X_QobrixLocation", "X_QobrixCreated", "X_QobrixModified", "X_QobrixCreatedBy", "X_QobrixModifiedBy", "OriginatingSystemOfficeKey", etl_timestamp, etl_batch_id, "ModificationTimestamp")
    select n.record_id, n.tenant_id, n.seq, n.office_key, n.is_published, false, b.first + n.ordinal - 1, n.doc, n.doc_gold, n.doc_dd2, n."ShowingAppointmentKey", n."ListingKey", n."ShowingAgentKey", n."BuyerContactKey", n."ShowingDate", n."ShowingStartTime", n."ShowingEndTime", n."ShowingStatus", n."ShowingType", n."ShowingRemarks", n."ShowingFeedback", n."ShowingOutcome", n."X_QobrixViewingId", n."X_QobrixViewingRef", n."X_QobrixPropertyId", n."X_QobrixContactId", n."X_QobrixOwnerId", n."X_QobrixDateTime", n."X_QobrixDuration", n."X_QobrixLocation", n."X_QobrixCreated", n."X_QobrixModified", n."X_QobrixCreatedBy", n."X_QobrixModifiedBy", n."OriginatingSystemOfficeKey", n.etl_timestamp, n.etl_batch_id, mls.stamp_time(b.first + n.ordinal - 1)
    from changed n cross join base b
    on conflict (record_id) do update set
      tenant_id = excluded.tenant_id,
      office_key = excluded.office_key,
      is_published = excluded.is_published,
      is_deleted = excluded.is_deleted,
      stamp = excluded.stamp,
      doc = excluded.doc,
      doc_gold = excluded.doc_gold,
      doc_dd2 = excluded.doc_dd2,
      "ShowingAppointmentKey" = excluded."ShowingAppointmentKey",
      "ListingKey" = excluded."ListingKey",
      "ShowingAgentKey" = excluded."ShowingAgentKey",
      "BuyerContactKey" = excluded."BuyerContactKey",
      "ShowingDate" = excluded."ShowingDate",
      "ShowingStartTime" = excluded."ShowingStartTime",
      "ShowingEndTime" = excluded."ShowingEndTime",
      "ShowingStatus" = excluded."ShowingStatus",
      "ShowingType" = excluded."ShowingType",
      "ShowingRemarks" = excluded."ShowingRemarks",
      "ShowingFeedback" = excluded."ShowingFeedback",
      "ShowingOutcome" = excluded."ShowingOutcome",
      "X_QobrixViewingId" = excluded."X_QobrixViewingId",
      "X_QobrixViewingRef" = excluded."X_QobrixViewingRef",
      "X_QobrixPropertyId" = excluded."X_QobrixPropertyId",
      "X_QobrixContactId" = excluded."X_QobrixContactId",
      "X_QobrixOwnerId" = excluded."X_QobrixOwnerId",
      "X_QobrixDateTime" = excluded."X_QobrixDateTime",
      "X_QobrixDuration" = excluded."X_QobrixDuration",
      "X_QobrixLocation" = excluded."X_QobrixLocation",
      "X_QobrixCreated" = excluded."X_QobrixCreated",
      "X_QobrixModified" = excluded."X_QobrixModified",
      "X_QobrixCreatedBy" = excluded."X_QobrixCreatedBy",
      "X_QobrixModifiedBy" = excluded."X_QobrixModifiedBy",
      "OriginatingSystemOfficeKey" = excluded."OriginatingSystemOfficeKey",
      etl_timestamp = excluded.etl_timestamp,
      etl_batch_id = excluded.etl_batch_id,
      "ModificationTimestamp" = excluded."ModificationTimestamp"
  ),
  buried as (
    update public.served_showing_appointment s
    set is_deleted = true, stamp = b.first + g.ordinal - 1, "ModificationTimestamp" = mls.stamp_time(b.first + g.ordinal - 1)
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

create or replace function mls.gold_types()
returns table (resource text, field text, reader text, places integer, scale integer, rejects boolean, required boolean)
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  -- plpgsql reads this list once per connection, sql would at each call
  return query values
    ('property', 'ListingKey', 'key', null::integer, null::integer, true, true),
    ('property', 'ListingId', 'key', null::integer, null::integer, true, false),
    ('property', 'StandardStatus', 'status', null::integer, null::integer, true, false),
    ('property', 'PropertyClass', 'text', null::integer, null::integer, false, false),
    ('property', 'DevelopmentStatus', 'text', null::integer, null::integer, false, false),
    ('property', 'NewConstructionYN', 'boolean', null::integer, null::integer, false, false),
    ('property', 'PropertyCondition', 'text', null::integer, null::integer, false, false),
    ('property', 'BuilderName', 'text', null::integer, null::integer, false, false),
    ('property', 'BuilderModel', 'text', null::integer, null::integer, false, false),
    ('property', 'PropertyType', 'short', null::integer, null::integer, false, false),
    ('property', 'PropertySubType', 'short', null::integer, null::integer, false, false),
    ('property', 'ListingService', 'short', null::integer, null::integer, false, false),
    ('property', 'ListingAgreement', 'short', null::integer, null::integer, false, false),
    ('property', 'LeaseConsideredYN', 'boolean', null::integer, null::integer, false, false),
    ('property', 'SaleConsideredYN', 'boolean', null::integer, null::integer, false, false),
    ('property', 'BedroomsTotal', 'integer', null::integer, null::integer, false, false),
    ('property', 'BathroomsTotalInteger', 'integer', null::integer, null::integer, false, false),
    ('property', 'BathroomsHalf', 'integer', null::integer, null::integer, false, false),
    ('property', 'LivingArea', 'decimal', 16, 2, false, false),
    ('property', 'LivingAreaUnits', 'short', null::integer, null::integer, false, false),
    ('property', 'LotSizeSquareFeet', 'decimal', 16, 2, false, false),
    ('property', 'LotSizeUnits', 'short', null::integer, null::integer, false, false),
    ('property', 'LotSizeAcres', 'decimal', 14, 4, false, false),
    ('property', 'ListPrice', 'price', 16, 2, true, false),
    ('property', 'LeasePrice', 'price', 16, 2, true, false),
    ('property', 'LeaseAmount', 'price', 16, 2, true, false),
    ('property', 'LeaseAmountFrequency', 'short', null::integer, null::integer, false, false),
    ('property', 'OriginalEntryTimestamp', 'timestamp', null::integer, null::integer, false, false),
    ('property', 'ListingContractDate', 'date', null::integer, null::integer, false, false),
    ('property', 'ModificationTimestamp', 'timestamp', null::integer, null::integer, false, false),
    ('property', 'UnparsedAddress', 'text', null::integer, null::integer, false, false),
    ('property', 'City', 'short', null::integer, null::integer, false, false),
    ('property', 'StateOrProvince', 'short', null::integer, null::integer, false, false),
    ('property', 'PostalCode', 'text', null::integer, null::integer, false, false),
    ('property', 'Country', 'short', null::integer, null::integer, false, false),
    ('property', 'Latitude', 'latitude', null::integer, null::integer, false, false),
    ('property', 'Longitude', 'longitude', null::integer, null::integer, false, false),
    ('property', 'PublicRemarks', 'text', null::integer, null::integer, false, false),
    ('property', 'ListAgentKey', 'short', null::integer, null::integer, false, false),
    ('property', 'CoListAgentKey', 'short', null::integer, null::integer, false, false),
    ('property', 'ListOfficeKey', 'short', null::integer, null::integer, false, false),
    ('property', 'YearBuilt', 'integer', null::integer, null::integer, false, false),
    ('property', 'YearBuiltEffective', 'integer', null::integer, null::integer, false, false),
    ('property', 'View', 'text', null::integer, null::integer, false, false),
    ('property', 'PoolFeatures', 'text', null::integer, null::integer, false, false),
    ('property', 'Heating', 'text', null::integer, null::integer, false, false),
    ('property', 'Cooling', 'text', null::integer, null::integer, false, false),
    ('property', 'Furnished', 'short', null::integer, null::integer, false, false),
    ('property', 'PetsAllowed', 'text', null::integer, null::integer, false, false),
    ('property', 'FireplaceYN', 'boolean', null::integer, null::integer, false, false),
    ('property', 'ParkingFeatures', 'text', null::integer, null::integer, false, false),
    ('property', 'StoriesTotal', 'integer', null::integer, null::integer, false, false),
    ('property', 'Stories', 'integer', null::integer, null::integer, false, false),
    ('property', 'Flooring', 'text', null::integer, null::integer, false, false),
    ('property', 'FireplaceFeatures', 'text', null::integer, null::integer, false, false),
    ('property', 'WaterfrontFeatures', 'text', null::integer, null::integer, false, false),
    ('property', 'PatioAndPorchFeatures', 'text', null::integer, null::integer, false, false),
    ('property', 'OtherStructures', 'text', null::integer, null::integer, false, false),
    ('property', 'AssociationAmenities', 'text', null::integer, null::integer, false, false),
    ('property', 'Fencing', 'text', null::integer, null::integer, false, false),
    ('property', 'X_SeaView', 'text', null::integer, null::integer, false, false),
    ('property', 'X_MountainView', 'text', null::integer, null::integer, false, false),
    ('property', 'X_BeachFront', 'text', null::integer, null::integer, false, false),
    ('property', 'X_AbutsGreenArea', 'text', null::integer, null::integer, false, false),
    ('property', 'X_ElevatedArea', 'text', null::integer, null::integer, false, false),
    ('property', 'X_PrivateSwimmingPool', 'text', null::integer, null::integer, false, false),
    ('property', 'X_CommonSwimmingPool', 'text', null::integer, null::integer, false, false),
    ('property', 'X_GardenArea', 'text', null::integer, null::integer, false, false),
    ('property', 'X_RoofGardenArea', 'text', null::integer, null::integer, false, false),
    ('property', 'X_Elevator', 'text', null::integer, null::integer, false, false),
    ('property', 'X_AirCondition', 'text', null::integer, null::integer, false, false),
    ('property', 'X_Alarm', 'text', null::integer, null::integer, false, false),
    ('property', 'X_SmartHome', 'text', null::integer, null::integer, false, false),
    ('property', 'X_SolarWaterHeater', 'text', null::integer, null::integer, false, false),
    ('property', 'X_StorageSpace', 'text', null::integer, null::integer, false, false),
    ('property', 'X_MaidsRoom', 'text', null::integer, null::integer, false, false),
    ('property', 'X_ConciergeReception', 'text', null::integer, null::integer, false, false),
    ('property', 'X_SecureDoor', 'text', null::integer, null::integer, false, false),
    ('property', 'X_Kitchenette', 'text', null::integer, null::integer, false, false),
    ('property', 'X_HomeOffice', 'text', null::integer, null::integer, false, false),
    ('property', 'X_SeparateLaundryRoom', 'text', null::integer, null::integer, false, false),
    ('property', 'X_Reception', 'text', null::integer, null::integer, false, false),
    ('property', 'X_StoreRoom', 'text', null::integer, null::integer, false, false),
    ('property', 'X_ConstructionType', 'text', null::integer, null::integer, false, false),
    ('property', 'X_ConstructionStage', 'text', null::integer, null::integer, false, false),
    ('property', 'X_FloorType', 'text', null::integer, null::integer, false, false),
    ('property', 'X_NewBuild', 'text', null::integer, null::integer, false, false),
    ('property', 'X_Height', 'decimal', 8, 2, false, false),
    ('property', 'X_MaxFloor', 'integer', null::integer, null::integer, false, false),
    ('property', 'X_UnitNumber', 'text', null::integer, null::integer, false, false),
    ('property', 'X_EnergyEfficiencyGrade', 'text', null::integer, null::integer, false, false),
    ('property', 'X_EnergyConsumptionRating', 'text', null::integer, null::integer, false, false),
    ('property', 'X_EnergyConsumptionValue', 'text', null::integer, null::integer, false, false),
    ('property', 'X_EnergyEmissionRating', 'text', null::integer, null::integer, false, false),
    ('property', 'X_HeatingType', 'text', null::integer, null::integer, false, false),
    ('property', 'X_HeatingMedium', 'text', null::integer, null::integer, false, false),
    ('property', 'X_CoolingType', 'text', null::integer, null::integer, false, false),
    ('property', 'X_Electricity', 'text', null::integer, null::integer, false, false),
    ('property', 'X_ElectricityType', 'text', null::integer, null::integer, false, false),
    ('property', 'X_Water', 'text', null::integer, null::integer, false, false),
    ('property', 'X_DistanceFromBeach', 'text', null::integer, null::integer, false, false),
    ('property', 'X_DistanceFromAirport', 'text', null::integer, null::integer, false, false),
    ('property', 'X_DistanceFromCentre', 'text', null::integer, null::integer, false, false),
    ('property', 'X_DistanceFromSchool', 'text', null::integer, null::integer, false, false),
    ('property', 'X_DistanceFromShops', 'text', null::integer, null::integer, false, false),
    ('property', 'X_DistanceFromHospital', 'text', null::integer, null::integer, false, false),
    ('property', 'X_DistanceFromUniversity', 'text', null::integer, null::integer, false, false),
    ('property', 'X_DistanceFromRailStation', 'text', null::integer, null::integer, false, false),
    ('property', 'X_DistanceFromTubeStation', 'text', null::integer, null::integer, false, false),
    ('property', 'X_LivingRooms', 'integer', null::integer, null::integer, false, false),
    ('property', 'X_Kitchens', 'integer', null::integer, null::integer, false, false),
    ('property', 'X_KitchenType', 'text', null::integer, null::integer, false, false),
    ('property', 'X_OfficeSpaces', 'integer', null::integer, null::integer, false, false),
    ('property', 'X_VerandasCount', 'integer', null::integer, null::integer, false, false),
    ('property', 'X_CoveredArea', 'decimal', 16, 2, false, false),
    ('property', 'X_UncoveredArea', 'decimal', 16, 2, false, false),
    ('property', 'X_TotalArea', 'decimal', 16, 2, false, false),
    ('property', 'X_MezzanineArea', 'decimal', 16, 2, false, false),
    ('property', 'X_StorageArea', 'decimal', 16, 2, false, false),
    ('property', 'X_CoveredVerandas', 'decimal', 16, 2, false, false),
    ('property', 'X_UncoveredVerandas', 'decimal', 16, 2, false, false),
    ('property', 'X_Frontage', 'decimal', 16, 2, false, false),
    ('property', 'X_BuildingDensity', 'text', null::integer, null::integer, false, false),
    ('property', 'X_Coverage', 'text', null::integer, null::integer, false, false),
    ('property', 'X_CoverFactor', 'text', null::integer, null::integer, false, false),
    ('property', 'X_CornerPlot', 'text', null::integer, null::integer, false, false),
    ('property', 'X_RightOfWay', 'text', null::integer, null::integer, false, false),
    ('property', 'X_RegisteredRoad', 'text', null::integer, null::integer, false, false),
    ('property', 'X_TownPlanningZone', 'text', null::integer, null::integer, false, false),
    ('property', 'X_LandLocked', 'text', null::integer, null::integer, false, false),
    ('property', 'X_CadastralReference', 'text', null::integer, null::integer, false, false),
    ('property', 'X_IdealFor', 'text', null::integer, null::integer, false, false),
    ('property', 'X_LicensedFor', 'text', null::integer, null::integer, false, false),
    ('property', 'X_BusinessTransferOrSale', 'text', null::integer, null::integer, false, false),
    ('property', 'X_BusinessTransferPrice', 'text', null::integer, null::integer, false, false),
    ('property', 'X_BusinessActivity', 'text', null::integer, null::integer, false, false),
    ('property', 'X_ConferenceRoom', 'text', null::integer, null::integer, false, false),
    ('property', 'X_ServerRoom', 'text', null::integer, null::integer, false, false),
    ('property', 'X_EnclosedOffice', 'text', null::integer, null::integer, false, false),
    ('property', 'X_OfficeLayout', 'text', null::integer, null::integer, false, false),
    ('property', 'X_PricePerSquare', 'text', null::integer, null::integer, false, false),
    ('property', 'X_PriceQualifier', 'text', null::integer, null::integer, false, false),
    ('property', 'X_PlusVAT', 'text', null::integer, null::integer, false, false),
    ('property', 'X_MinimumTenancy', 'text', null::integer, null::integer, false, false),
    ('property', 'X_TenancyType', 'text', null::integer, null::integer, false, false),
    ('property', 'X_Occupancy', 'text', null::integer, null::integer, false, false),
    ('property', 'X_PreviousListPrice', 'decimal', 16, 2, false, false),
    ('property', 'X_PreviousLeasePrice', 'decimal', 16, 2, false, false),
    ('property', 'X_ListPriceModified', 'text', null::integer, null::integer, false, false),
    ('property', 'X_LeasePriceModified', 'text', null::integer, null::integer, false, false),
    ('property', 'X_AuctionStartDate', 'date', null::integer, null::integer, false, false),
    ('property', 'X_AuctionEndDate', 'date', null::integer, null::integer, false, false),
    ('property', 'X_ReservePrice', 'decimal', 16, 2, false, false),
    ('property', 'X_StartingBid', 'decimal', 16, 2, false, false),
    ('property', 'X_ProjectId', 'short', null::integer, null::integer, false, false),
    ('property', 'X_DeveloperContactKey', 'short', null::integer, null::integer, false, false),
    ('property', 'X_LeadSource', 'text', null::integer, null::integer, false, false),
    ('property', 'X_WebsiteListingDate', 'date', null::integer, null::integer, false, false),
    ('property', 'X_KeyHolderDetails', 'text', null::integer, null::integer, false, false),
    ('property', 'X_ListingBrokerName', 'text', null::integer, null::integer, false, false),
    ('property', 'X_Featured', 'text', null::integer, null::integer, false, false),
    ('property', 'X_FeaturedPriority', 'text', null::integer, null::integer, false, false),
    ('property', 'X_PropertyOfTheMonth', 'text', null::integer, null::integer, false, false),
    ('property', 'X_VideoLink', 'text', null::integer, null::integer, false, false),
    ('property', 'X_VirtualTourLink', 'text', null::integer, null::integer, false, false),
    ('property', 'X_WebsiteUrl', 'text', null::integer, null::integer, false, false),
    ('property', 'X_WebsiteStatus', 'text', null::integer, null::integer, false, false),
    ('property', 'X_ExcludedProperty', 'boolean', null::integer, null::integer, false, false),
    ('property', 'X_ShortDescription', 'text', null::integer, null::integer, false, false),
    ('property', 'X_PropertyName', 'text', null::integer, null::integer, false, false),
    ('property', 'X_ApartmentType', 'text', null::integer, null::integer, false, false),
    ('property', 'X_HouseType', 'text', null::integer, null::integer, false, false),
    ('property', 'X_LandType', 'text', null::integer, null::integer, false, false),
    ('property', 'X_OfficeType', 'text', null::integer, null::integer, false, false),
    ('property', 'X_RetailType', 'text', null::integer, null::integer, false, false),
    ('property', 'X_IndustrialType', 'text', null::integer, null::integer, false, false),
    ('property', 'X_HotelType', 'text', null::integer, null::integer, false, false),
    ('property', 'X_BuildingType', 'text', null::integer, null::integer, false, false),
    ('property', 'X_InvestmentType', 'text', null::integer, null::integer, false, false),
    ('property', 'X_CustomerParking', 'integer', null::integer, null::integer, false, false),
    ('property', 'X_AdditionalFeatures', 'text', null::integer, null::integer, false, false),
    ('property', 'X_InteriorFeatures', 'text', null::integer, null::integer, false, false),
    ('property', 'X_ExteriorFeatures', 'text', null::integer, null::integer, false, false),
    ('property', 'X_CommunityFeatures', 'text', null::integer, null::integer, false, false),
    ('property', 'X_LotFeatures', 'text', null::integer, null::integer, false, false),
    ('property', 'X_SecurityFeatures', 'text', null::integer, null::integer, false, false),
    ('property', 'X_Appliances', 'text', null::integer, null::integer, false, false),
    ('property', 'X_QobrixId', 'short', null::integer, null::integer, false, false),
    ('property', 'X_QobrixRef', 'short', null::integer, null::integer, false, false),
    ('property', 'X_QobrixSource', 'text', null::integer, null::integer, false, false),
    ('property', 'X_QobrixLegacyId', 'short', null::integer, null::integer, false, false),
    ('property', 'X_SellerContactKey', 'short', null::integer, null::integer, false, false),
    ('property', 'X_CreatedByMemberKey', 'short', null::integer, null::integer, false, false),
    ('property', 'X_ModifiedByMemberKey', 'short', null::integer, null::integer, false, false),
    ('property', 'X_QobrixModified', 'timestamp', null::integer, null::integer, false, false),
    ('property', 'OriginatingSystemOfficeKey', 'key', null::integer, null::integer, true, true),
    ('property', 'X_DataSource', 'text', null::integer, null::integer, false, false),
    ('property', 'etl_timestamp', 'timestamp', null::integer, null::integer, false, false),
    ('property', 'etl_batch_id', 'text', null::integer, null::integer, false, false),
    ('property', 'MlsStatus', 'short', null::integer, null::integer, false, false),
    ('property', 'StatusChangeTimestamp', 'timestamp', null::integer, null::integer, false, false),
    ('property', 'OnMarketDate', 'date', null::integer, null::integer, false, false),
    ('property', 'ArchitecturalStyle', 'text', null::integer, null::integer, false, false),
    ('property', 'OriginalListPrice', 'decimal', 16, 2, false, false),
    ('property', 'ListPriceCurrencyCode', 'text', null::integer, null::integer, false, false),
    ('property', 'LeaseTerm', 'short', null::integer, null::integer, false, false),
    ('property', 'AvailabilityDate', 'date', null::integer, null::integer, false, false),
    ('property', 'NetOperatingIncome', 'decimal', 16, 2, false, false),
    ('property', 'CapRate', 'decimal', 5, 4, false, false),
    ('property', 'GrossIncome', 'decimal', 16, 2, false, false),
    ('property', 'OperatingExpense', 'decimal', 16, 2, false, false),
    ('property', 'TaxAnnualAmount', 'decimal', 16, 2, false, false),
    ('property', 'TaxYear', 'integer', null::integer, null::integer, false, false),
    ('property', 'AssociationFee', 'decimal', 16, 2, false, false),
    ('property', 'ExpirationDate', 'date', null::integer, null::integer, false, false),
    ('property', 'DaysOnMarket', 'integer', null::integer, null::integer, false, false),
    ('property', 'CloseDate', 'date', null::integer, null::integer, false, false),
    ('property', 'ClosePrice', 'decimal', 16, 2, false, false),
    ('property', 'BathroomsThreeQuarter', 'integer', null::integer, null::integer, false, false),
    ('property', 'BathroomsOneQuarter', 'integer', null::integer, null::integer, false, false),
    ('property', 'RoomsTotal', 'integer', null::integer, null::integer, false, false),
    ('property', 'NumberOfUnitsTotal', 'integer', null::integer, null::integer, false, false),
    ('property', 'LotSizeDimensions', 'text', null::integer, null::integer, false, false),
    ('property', 'FireplacesTotal', 'integer', null::integer, null::integer, false, false),
    ('property', 'CoveredSpaces', 'integer', null::integer, null::integer, false, false),
    ('property', 'OpenParkingSpaces', 'integer', null::integer, null::integer, false, false),
    ('property', 'ParkingTotal', 'integer', null::integer, null::integer, false, false),
    ('property', 'Basement', 'text', null::integer, null::integer, false, false),
    ('property', 'Roof', 'text', null::integer, null::integer, false, false),
    ('property', 'Sewer', 'text', null::integer, null::integer, false, false),
    ('property', 'RoomType', 'text', null::integer, null::integer, false, false),
    ('property', 'RoadSurfaceType', 'text', null::integer, null::integer, false, false),
    ('property', 'PrivateRemarks', 'text', null::integer, null::integer, false, false),
    ('property', 'ShowingInstructions', 'text', null::integer, null::integer, false, false),
    ('property', 'ListAgentFirstName', 'text', null::integer, null::integer, false, false),
    ('property', 'ListAgentLastName', 'text', null::integer, null::integer, false, false),
    ('property', 'ListAgentEmail', 'text', null::integer, null::integer, false, false),
    ('property', 'PhotosCount', 'integer', null::integer, null::integer, false, false),
    ('member', 'MemberKey', 'key', null::integer, null::integer, true, true),
    ('member', 'MemberMlsId', 'short', null::integer, null::integer, false, false),
    ('member', 'MemberFirstName', 'text', null::integer, null::integer, false, false),
    ('member', 'MemberLastName', 'text', null::integer, null::integer, false, false),
    ('member', 'MemberFullName', 'text', null::integer, null::integer, false, false),
    ('member', 'MemberEmail', 'text', null::integer, null::integer, false, false),
    ('member', 'MemberPreferredPhone', 'text', null::integer, null::integer, false, false),
    ('member', 'MemberOfficePhone', 'text', null::integer, null::integer, false, false),
    ('member', 'MemberStatus', 'short', null::integer, null::integer, false, false),
    ('member', 'MemberType', 'short', null::integer, null::integer, false, false),
    ('member', 'OfficeKey', 'short', null::integer, null::integer, false, false),
    ('member', 'MemberAddress1', 'text', null::integer, null::integer, false, false),
    ('member', 'MemberCity', 'text', null::integer, null::integer, false, false),
    ('member', 'MemberStateOrProvince', 'short', null::integer, null::integer, false, false),
    ('member', 'MemberPostalCode', 'text', null::integer, null::integer, false, false),
    ('member', 'MemberCountry', 'short', null::integer, null::integer, false, false),
    ('member', 'X_QobrixAgentId', 'short', null::integer, null::integer, false, false),
    ('member', 'X_QobrixAgentRef', 'short', null::integer, null::integer, false, false),
    ('member', 'X_QobrixDescription', 'text', null::integer, null::integer, false, false),
    ('member', 'X_QobrixCommission1', 'text', null::integer, null::integer, false, false),
    ('member', 'X_QobrixAgreementDate', 'text', null::integer, null::integer, false, false),
    ('member', 'X_QobrixOwnerId', 'short', null::integer, null::integer, false, false),
    ('member', 'X_QobrixPrimaryContactId', 'short', null::integer, null::integer, false, false),
    ('member', 'X_QobrixCreated', 'text', null::integer, null::integer, false, false),
    ('member', 'X_QobrixModified', 'text', null::integer, null::integer, false, false),
    ('member', 'X_QobrixSourceType', 'text', null::integer, null::integer, false, false),
    ('member', 'OriginatingSystemOfficeKey', 'key', null::integer, null::integer, true, true),
    ('member', 'etl_timestamp', 'timestamp', null::integer, null::integer, false, false),
    ('member', 'etl_batch_id', 'text', null::integer, null::integer, false, false),
    ('member', 'ModificationTimestamp', 'timestamp', null::integer, null::integer, false, false),
    ('office', 'OfficeKey', 'key', null::integer, null::integer, true, true),
    ('office', 'OfficeMlsId', 'short', null::integer, null::integer, false, false),
    ('office', 'OfficeName', 'text', null::integer, null::integer, false, false),
    ('office', 'OfficeEmail', 'text', null::integer, null::integer, false, false),
    ('office', 'OfficePhone', 'text', null::integer, null::integer, false, false),
    ('office', 'OfficeFax', 'text', null::integer, null::integer, false, false),
    ('office', 'OfficeStatus', 'short', null::integer, null::integer, false, false),
    ('office', 'OfficeType', 'short', null::integer, null::integer, false, false),
    ('office', 'OfficeAddress1', 'text', null::integer, null::integer, false, false),
    ('office', 'OfficeAddress2', 'text', null::integer, null::integer, false, false),
    ('office', 'OfficeCity', 'text', null::integer, null::integer, false, false),
    ('office', 'OfficeStateOrProvince', 'short', null::integer, null::integer, false, false),
    ('office', 'OfficePostalCode', 'text', null::integer, null::integer, false, false),
    ('office', 'OfficeCountry', 'short', null::integer, null::integer, false, false),
    ('office', 'OfficeBrokerKey', 'short', null::integer, null::integer, false, false),
    ('office', 'X_QobrixAgentId', 'short', null::integer, null::integer, false, false),
    ('office', 'X_QobrixAgentRef', 'short', null::integer, null::integer, false, false),
    ('office', 'X_QobrixDescription', 'text', null::integer, null::integer, false, false),
    ('office', 'X_QobrixCommission1', 'text', null::integer, null::integer, false, false),
    ('office', 'X_QobrixCommission2', 'text', null::integer, null::integer, false, false),
    ('office', 'X_QobrixCommission3', 'text', null::integer, null::integer, false, false),
    ('office', 'X_QobrixAgreementDate', 'text', null::integer, null::integer, false, false),
    ('office', 'X_QobrixOwnerId', 'short', null::integer, null::integer, false, false),
    ('office', 'X_QobrixPrimaryContactId', 'short', null::integer, null::integer, false, false),
    ('office', 'X_QobrixCreated', 'text', null::integer, null::integer, false, false),
    ('office', 'X_QobrixModified', 'text', null::integer, null::integer, false, false),
    ('office', 'OriginatingSystemOfficeKey', 'key', null::integer, null::integer, true, true),
    ('office', 'etl_timestamp', 'timestamp', null::integer, null::integer, false, false),
    ('office', 'etl_batch_id', 'text', null::integer, null::integer, false, false),
    ('office', 'ModificationTimestamp', 'timestamp', null::integer, null::integer, false, false),
    ('media', 'MediaKey', 'key', null::integer, null::integer, true, true),
    ('media', 'ResourceRecordKey', 'key', null::integer, null::integer, true, true),
    ('media', 'ResourceName', 'short', null::integer, null::integer, false, false),
    ('media', 'MediaCategory', 'short', null::integer, null::integer, false, false),
    ('media', 'MediaURL', 'text', null::integer, null::integer, false, false),
    ('media', 'MediaType', 'short', null::integer, null::integer, false, false),
    ('media', 'Order', 'integer', null::integer, null::integer, false, false),
    ('media', 'ShortDescription', 'text', null::integer, null::integer, false, false),
    ('media', 'LongDescription', 'text', null::integer, null::integer, false, false),
    ('media', 'ImageWidth', 'integer', null::integer, null::integer, false, false),
    ('media', 'ImageHeight', 'integer', null::integer, null::integer, false, false),
    ('media', 'ImageSizeBytes', 'bigint', null::integer, null::integer, false, false),
    ('media', 'X_IsPrimary', 'boolean', null::integer, null::integer, false, false),
    ('media', 'X_QobrixMediaId', 'short', null::integer, null::integer, false, false),
    ('media', 'X_QobrixPropertyId', 'short', null::integer, null::integer, false, false),
    ('media', 'X_QobrixMediaCategory', 'text', null::integer, null::integer, false, false),
    ('media', 'X_QobrixFileId', 'short', null::integer, null::integer, false, false),
    ('media', 'X_QobrixThumbnailUrl', 'text', null::integer, null::integer, false, false),
    ('media', 'X_QobrixFilesystem', 'text', null::integer, null::integer, false, false),
    ('media', 'X_QobrixCategoryId', 'short', null::integer, null::integer, false, false),
    ('media', 'X_QobrixCreated', 'text', null::integer, null::integer, false, false),
    ('media', 'X_QobrixModified', 'text', null::integer, null::integer, false, false),
    ('media', 'OriginatingSystemOfficeKey', 'key', null::integer, null::integer, true, true),
    ('media', 'X_DataSource', 'text', null::integer, null::integer, false, false),
    ('media', 'etl_timestamp', 'timestamp', null::integer, null::integer, false, false),
    ('media', 'etl_batch_id', 'text', null::integer, null::integer, false, false),
    ('media', 'ModificationTimestamp', 'timestamp', null::integer, null::integer, false, false),
    ('contacts', 'ContactKey', 'key', null::integer, null::integer, true, true),
    ('contacts', 'ContactMlsId', 'short', null::integer, null::integer, false, false),
    ('contacts', 'ContactFirstName', 'text', null::integer, null::integer, false, false),
    ('contacts', 'ContactLastName', 'text', null::integer, null::integer, false, false),
    ('contacts', 'ContactFullName', 'text', null::integer, null::integer, false, false),
    ('contacts', 'ContactEmail', 'text', null::integer, null::integer, false, false),
    ('contacts', 'ContactEmail2', 'text', null::integer, null::integer, false, false),
    ('contacts', 'ContactPhone', 'text', null::integer, null::integer, false, false),
    ('contacts', 'ContactPhone2', 'text', null::integer, null::integer, false, false),
    ('contacts', 'ContactType', 'text', null::integer, null::integer, false, false),
    ('contacts', 'ContactStatus', 'short', null::integer, null::integer, false, false),
    ('contacts', 'ContactAddress1', 'text', null::integer, null::integer, false, false),
    ('contacts', 'ContactCity', 'text', null::integer, null::integer, false, false),
    ('contacts', 'ContactStateOrProvince', 'text', null::integer, null::integer, false, false),
    ('contacts', 'ContactPostalCode', 'text', null::integer, null::integer, false, false),
    ('contacts', 'ContactCountry', 'text', null::integer, null::integer, false, false),
    ('contacts', 'ContactNationality', 'text', null::integer, null::integer, false, false),
    ('contacts', 'ContactTitle', 'text', null::integer, null::integer, false, false),
    ('contacts', 'ContactBirthdate', 'text', null::integer, null::integer, false, false),
    ('contacts', 'ContactWebsite', 'text', null::integer, null::integer, false, false),
    ('contacts', 'ContactEntityType', 'text', null::integer, null::integer, false, false),
    ('contacts', 'ContactCompanyRegistrationNumber', 'text', null::integer, null::integer, false, false),
    ('contacts', 'ContactCompanyName', 'text', null::integer, null::integer, false, false),
    ('contacts', 'ContactAssignedToKey', 'short', null::integer, null::integer, false, false),
    ('contacts', 'X_QobrixContactId', 'short', null::integer, null::integer, false, false),
    ('contacts', 'X_QobrixContactRef', 'short', null::integer, null::integer, false, false),
    ('contacts', 'X_QobrixContactLegacyId', 'short', null::integer, null::integer, false, false),
    ('contacts', 'X_QobrixDescription', 'text', null::integer, null::integer, false, false),
    ('contacts', 'X_QobrixPreferredLanguage', 'text', null::integer, null::integer, false, false),
    ('contacts', 'X_QobrixContactPersonFirstName', 'text', null::integer, null::integer, false, false),
    ('contacts', 'X_QobrixContactPersonLastName', 'text', null::integer, null::integer, false, false),
    ('contacts', 'X_QobrixCreated', 'text', null::integer, null::integer, false, false),
    ('contacts', 'X_QobrixModified', 'text', null::integer, null::integer, false, false),
    ('contacts', 'X_QobrixCreatedBy', 'text', null::integer, null::integer, false, false),
    ('contacts', 'X_QobrixModifiedBy', 'text', null::integer, null::integer, false, false),
    ('contacts', 'OriginatingSystemOfficeKey', 'key', null::integer, null::integer, true, true),
    ('contacts', 'etl_timestamp', 'timestamp', null::integer, null::integer, false, false),
    ('contacts', 'etl_batch_id', 'text', null::integer, null::integer, false, false),
    ('contacts', 'ModificationTimestamp', 'timestamp', null::integer, null::integer, false, false),
    ('showing_appointment', 'ShowingAppointmentKey', 'key', null::integer, null::integer, true, true),
    ('showing_appointment', 'ListingKey', 'key', null::integer, null::integer, true, false),
    ('showing_appointment', 'ShowingAgentKey', 'short', null::integer, null::integer, false, false),
    ('showing_appointment', 'BuyerContactKey', 'short', null::integer, null::integer, false, false),
    ('showing_appointment', 'ShowingDate', 'date', null::integer, null::integer, false, false),
    ('showing_appointment', 'ShowingStartTime', 'text', null::integer, null::integer, false, false),
    ('showing_appointment', 'ShowingEndTime', 'text', null::integer, null::integer, false, false),
    ('showing_appointment', 'ShowingStatus', 'text', null::integer, null::integer, false, false),
    ('showing_appointment', 'ShowingType', 'text', null::integer, null::integer, false, false),
    ('showing_appointment', 'ShowingRemarks', 'text', null::integer, null::integer, false, false),
    ('showing_appointment', 'ShowingFeedback', 'text', null::integer, null::integer, false, false),
    ('showing_appointment', 'ShowingOutcome', 'text', null::integer, null::integer, false, false),
    ('showing_appointment', 'X_QobrixViewingId', 'short', null::integer, null::integer, false, false),
    ('showing_appointment', 'X_QobrixViewingRef', 'short', null::integer, null::integer, false, false),
    ('showing_appointment', 'X_QobrixPropertyId', 'short', null::integer, null::integer, false, false),
    ('showing_appointment', 'X_QobrixContactId', 'short', null::integer, null::integer, false, false),
    ('showing_appointment', 'X_QobrixOwnerId', 'short', null::integer, null::integer, false, false),
    ('showing_appointment', 'X_QobrixDateTime', 'text', null::integer, null::integer, false, false),
    ('showing_appointment', 'X_QobrixDuration', 'text', null::integer, null::integer, false, false),
    ('showing_appointment', 'X_QobrixLocation', 'text', null::integer, null::integer, false, false),
    ('showing_appointment', 'X_QobrixCreated', 'text', null::integer, null::integer, false, false),
    ('showing_appointment', 'X_QobrixModified', 'text', null::integer, null::integer, false, false),
    ('showing_appointment', 'X_QobrixCreatedBy', 'text', null::integer, null::integer, false, false),
    ('showing_appointment', 'X_QobrixModifiedBy', 'text', null::integer, null::integer, false, false),
    ('showing_appointment', 'OriginatingSystemOfficeKey', 'key', null::integer, null::integer, true, true),
    ('showing_appointment', 'etl_timestamp', 'timestamp', null::integer, null::integer, false, false),
    ('showing_appointment', 'etl_batch_id', 'text', null::integer, null::integer, false, false),
    ('showing_appointment', 'ModificationTimestamp', 'timestamp', null::integer, null::integer, false, false);
end $$;
comment on function mls.gold_types() is
  'How each field of a record is read (branch of mls.read_value(), for decimals the digits before and after the point); rejects: a value that cannot be read rejects the record; required: so does its absence.';

create or replace function mls.listing_fields()
returns table (field text, column_name text, owner text)
language sql immutable parallel safe set search_path = ''
as $$
  values
    ('ListingKey', 'origin_key', 'system'),
    ('ListingId', 'ref', 'source'),
    ('StandardStatus', 'source_standard_status', 'tracked'),
    ('PropertyClass', 'property_class', 'source'),
    ('DevelopmentStatus', 'development_status', 'source'),
    ('NewConstructionYN', 'is_new_construction', 'source'),
    ('PropertyCondition', 'property_condition', 'source'),
    ('BuilderName', 'builder_name', 'source'),
    ('BuilderModel', 'builder_model', 'source'),
    ('PropertyType', 'property_type', 'source'),
    ('PropertySubType', 'property_subtype', 'source'),
    ('ListingService', 'listing_service', 'source'),
    ('ListingAgreement', 'listing_agreement', 'source'),
    ('LeaseConsideredYN', 'lease_considered', 'source'),
    ('SaleConsideredYN', 'sale_considered', 'source'),
    ('BedroomsTotal', 'bedrooms', 'source'),
    ('BathroomsTotalInteger', 'bathrooms', 'source'),
    ('BathroomsHalf', 'half_bath', 'source'),
    ('LivingArea', 'living_area', 'source'),
    ('LivingAreaUnits', 'living_area_unit', 'source'),
    ('LotSizeSquareFeet', 'lot_size', 'source'),
    ('LotSizeUnits', 'lot_size_unit', 'source'),
    ('LotSizeAcres', 'lot_size_acres', 'source'),
    ('ListPrice', 'list_price', 'tracked'),
    ('LeaseAmount', 'lease_amount', 'tracked'),
    ('LeaseAmountFrequency', 'lease_amount_frequency', 'tracked'),
    ('OriginalEntryTimestamp', 'origin_created_ts', 'source'),
    ('ListingContractDate', 'listed_date', 'source'),
    ('ModificationTimestamp', 'origin_modified_ts', 'source'),
    ('UnparsedAddress', 'street', 'source'),
    ('City', 'city', 'source'),
    ('StateOrProvince', 'state', 'source'),
    ('PostalCode', 'post_code', 'source'),
    ('Country', 'country', 'source'),
    ('Latitude', 'latitude', 'tracked'),
    ('Longitude', 'longitude', 'tracked'),
    ('PublicRemarks', 'public_remarks', 'source'),
    ('ListAgentKey', 'list_agent_key', 'source'),
    ('CoListAgentKey', 'co_list_agent_key', 'source'),
    ('ListOfficeKey', 'list_office_key', 'source'),
    ('YearBuilt', 'year_built', 'source'),
    ('YearBuiltEffective', 'x_sm_year_renovated', 'source'),
    ('View', 'view', 'source'),
    ('PoolFeatures', 'pool_features', 'source'),
    ('Heating', 'heating_features', 'source'),
    ('Cooling', 'cooling_features', 'source'),
    ('Furnished', 'furnished', 'source'),
    ('PetsAllowed', 'pets_allowed', 'source'),
    ('FireplaceYN', 'has_fireplace', 'source'),
    ('ParkingFeatures', 'garage_features', 'source'),
    ('StoriesTotal', 'stories_total', 'source'),
    ('Stories', 'floor_number', 'source'),
    ('Flooring', 'flooring', 'source'),
    ('FireplaceFeatures', 'fireplace_features', 'source'),
    ('WaterfrontFeatures', 'waterfront_features', 'source'),
    ('PatioAndPorchFeatures', 'patio_porch_features', 'source'),
    ('OtherStructures', 'other_structures', 'source'),
    ('AssociationAmenities', 'amenities', 'source'),
    ('Fencing', 'fencing', 'source'),
    ('X_SeaView', 'sea_view', 'source'),
    ('X_MountainView', 'mountain_view', 'source'),
    ('X_BeachFront', 'beach_front', 'source'),
    ('X_PrivateSwimmingPool', 'private_pool', 'source'),
    ('X_CommonSwimmingPool', 'common_pool', 'source'),
    ('X_GardenArea', 'garden_area', 'source'),
    ('X_RoofGardenArea', 'x_sm_roof_garden', 'source'),
    ('X_Elevator', 'x_sm_elevator', 'source'),
    ('X_AirCondition', 'air_condition', 'source'),
    ('X_Alarm', 'alarm', 'source'),
    ('X_SmartHome', 'x_sm_smart_home', 'source'),
    ('X_StorageSpace', 'storage_space', 'source'),
    ('X_MaidsRoom', 'x_sm_maids_room', 'source'),
    ('X_SeparateLaundryRoom', 'x_sm_separate_laundry', 'source'),
    ('X_StoreRoom', 'store_room', 'source'),
    ('X_ConstructionStage', 'construction_stage', 'source'),
    ('X_Height', 'x_sm_height_allowed', 'source'),
    ('X_MaxFloor', 'x_sm_floors_allowed', 'source'),
    ('X_UnitNumber', 'unit_number', 'source'),
    ('X_EnergyEfficiencyGrade', 'energy_efficiency_grade', 'source'),
    ('X_HeatingType', 'heating_type', 'source'),
    ('X_HeatingMedium', 'x_sm_heating_medium', 'source'),
    ('X_Electricity', 'electric', 'source'),
    ('X_ElectricityType', 'electricity_type', 'source'),
    ('X_Water', 'water_source', 'source'),
    ('X_DistanceFromBeach', 'distance_from_beach', 'source'),
    ('X_DistanceFromAirport', 'distance_from_airport', 'source'),
    ('X_KitchenType', 'kitchen_features', 'source'),
    ('X_CoveredArea', 'covered_area', 'source'),
    ('X_UncoveredArea', 'uncovered_area', 'source'),
    ('X_TotalArea', 'building_area', 'source'),
    ('X_CoveredVerandas', 'covered_verandas', 'source'),
    ('X_UncoveredVerandas', 'x_sm_uncovered_verandas', 'source'),
    ('X_BuildingDensity', 'x_sm_building_density', 'source'),
    ('X_Coverage', 'x_sm_coverage', 'source'),
    ('X_TownPlanningZone', 'zoning', 'source'),
    ('X_CadastralReference', 'cadastral_reference', 'source'),
    ('X_PlusVAT', 'x_sm_vat_applicable', 'source'),
    ('X_ProjectId', 'origin_project_key', 'source'),
    ('X_DeveloperContactKey', 'developer_contact_key', 'source'),
    ('X_LeadSource', 'lead_source', 'source'),
    ('X_WebsiteListingDate', 'website_listing_date', 'source'),
    ('X_KeyHolderDetails', 'key_holder_details', 'source'),
    ('X_VideoLink', 'video_link', 'source'),
    ('X_VirtualTourLink', 'virtual_tour_link', 'source'),
    ('X_WebsiteUrl', 'listing_url', 'source'),
    ('X_ExcludedProperty', 'x_sm_excluded_from_marketing', 'source'),
    ('X_ShortDescription', 'short_description', 'source'),
    ('X_PropertyName', 'name', 'source'),
    ('X_CustomerParking', 'garage_spaces', 'source'),
    ('X_AdditionalFeatures', 'general_features', 'source'),
    ('X_InteriorFeatures', 'interior_features', 'source'),
    ('X_ExteriorFeatures', 'exterior_features', 'source'),
    ('X_CommunityFeatures', 'community_features', 'source'),
    ('X_LotFeatures', 'lot_features', 'source'),
    ('X_SecurityFeatures', 'security_features', 'source'),
    ('X_Appliances', 'appliances', 'source'),
    ('X_QobrixId', 'origin_native_id', 'source'),
    ('X_QobrixRef', 'origin_native_ref', 'source'),
    ('X_QobrixSource', 'origin_source_label', 'source'),
    ('X_QobrixLegacyId', 'origin_legacy_id', 'source'),
    ('X_SellerContactKey', 'seller_contact_key', 'source'),
    ('X_CreatedByMemberKey', 'origin_created_by_key', 'source'),
    ('X_ModifiedByMemberKey', 'origin_modified_by_key', 'source'),
    ('OriginatingSystemOfficeKey', 'originating_office_key', 'source'),
    ('etl_timestamp', 'origin_etl_ts', 'system'),
    ('etl_batch_id', 'origin_etl_batch_id', 'system'),
    ('MlsStatus', 'status_description', 'source'),
    ('StatusChangeTimestamp', 'status_changed_at', 'system'),
    ('OnMarketDate', 'published_at', 'system'),
    ('ArchitecturalStyle', 'style_description', 'enrichment'),
    ('OriginalListPrice', 'original_list_price', 'enrichment'),
    ('ListPriceCurrencyCode', 'currency_code', 'tracked'),
    ('LeaseTerm', 'lease_term', 'enrichment'),
    ('AvailabilityDate', 'date_available', 'enrichment'),
    ('NetOperatingIncome', 'net_operating_income', 'enrichment'),
    ('CapRate', 'capitalization_rate', 'enrichment'),
    ('GrossIncome', 'gross_income', 'enrichment'),
    ('OperatingExpense', 'operating_expense', 'enrichment'),
    ('TaxAnnualAmount', 'tax_annual_amount', 'enrichment'),
    ('TaxYear', 'tax_year', 'enrichment'),
    ('AssociationFee', 'association_fee', 'enrichment'),
    ('ExpirationDate', 'expiration_date', 'enrichment'),
    ('DaysOnMarket', 'days_on_market', 'enrichment'),
    ('CloseDate', 'close_date', 'enrichment'),
    ('ClosePrice', 'close_price', 'enrichment'),
    ('BathroomsThreeQuarter', 'three_quarter_bath', 'enrichment'),
    ('BathroomsOneQuarter', 'quarter_bath', 'enrichment'),
    ('RoomsTotal', 'rooms_total', 'enrichment'),
    ('NumberOfUnitsTotal', 'units_total', 'enrichment'),
    ('LotSizeDimensions', 'lot_dimensions', 'enrichment'),
    ('FireplacesTotal', 'fireplaces_total', 'enrichment'),
    ('CoveredSpaces', 'parking_covered', 'enrichment'),
    ('OpenParkingSpaces', 'parking_uncovered', 'enrichment'),
    ('ParkingTotal', 'parking_total', 'enrichment'),
    ('Basement', 'basement', 'enrichment'),
    ('Roof', 'roof', 'enrichment'),
    ('Sewer', 'sewer', 'enrichment'),
    ('RoomType', 'room_type', 'enrichment'),
    ('RoadSurfaceType', 'road_surface', 'enrichment'),
    ('PrivateRemarks', 'private_remarks', 'enrichment'),
    ('ShowingInstructions', 'showing_instructions', 'enrichment'),
    ('ListAgentFirstName', 'agent_first_name', 'enrichment'),
    ('ListAgentLastName', 'agent_last_name', 'enrichment'),
    ('ListAgentEmail', 'agent_email', 'enrichment'),
    ('PhotosCount', 'photos_count', 'system')
$$;
comment on function mls.listing_fields() is
  'RESO fields of Property that have a column of their own, and who may change them after a claim: source, tracked, enrichment or system.';
grant execute on function mls.listing_fields() to authenticated, service_role;

create or replace view public.mls_listing_drift with (security_invoker = true) as
select l.id as listing_id, d.field, d.ours, d.theirs, coalesce(mls.field_written_at(l.id, d.column_name), o.applied_at) as since, d.owner
from public.mls_listings l
join public.mls_listing_origins o on o.listing_id = l.id
cross join lateral (select l.extensions || '{}'::jsonb as e offset 0) x
cross join lateral (select o.payload || '{}'::jsonb as e offset 0) p
cross join lateral (
  values
    ('ListingId', 'ref', (l.ref)::text, (p.e ->> 'ListingId')::text, 'source'),
    ('StandardStatus', 'status', (case when l.status in ('INGESTED', 'PUBLISHED', 'UNDER_OFFER', 'SOLD', 'WITHDRAWN') then case l.status when 'PUBLISHED' then 'Active' when 'UNDER_OFFER' then 'Pending'
      when 'SOLD' then 'Closed' when 'WITHDRAWN' then 'Withdrawn' when 'INGESTED' then l.source_standard_status
      else 'Incomplete' end else p.e ->> 'StandardStatus' end)::text, (p.e ->> 'StandardStatus')::text, 'tracked'),
    ('PropertyClass', 'property_class', (l.property_class)::text, (p.e ->> 'PropertyClass')::text, 'source'),
    ('DevelopmentStatus', 'development_status', (l.development_status)::text, (p.e ->> 'DevelopmentStatus')::text, 'source'),
    ('NewConstructionYN', 'is_new_construction', (l.is_new_construction)::text, (case when pg_input_is_valid(p.e ->> 'NewConstructionYN', 'boolean') then (p.e ->> 'NewConstructionYN')::boolean end)::text, 'source'),
    ('PropertyCondition', 'property_condition', (l.property_condition)::text, (p.e ->> 'PropertyCondition')::text, 'source'),
    ('BuilderName', 'builder_name', (l.builder_name)::text, (p.e ->> 'BuilderName')::text, 'source'),
    ('BuilderModel', 'builder_model', (l.builder_model)::text, (p.e ->> 'BuilderModel')::text, 'source'),
    ('PropertyType', 'property_type', (l.property_type)::text, (p.e ->> 'PropertyType')::text, 'source'),
    ('PropertySubType', 'property_subtype', (l.property_subtype)::text, (p.e ->> 'PropertySubType')::text, 'source'),
    ('ListingService', 'listing_service', (l.listing_service)::text, (p.e ->> 'ListingService')::text, 'source'),
    ('ListingAgreement', 'listing_agreement', (l.listing_agreement)::text, (p.e ->> 'ListingAgreement')::text, 'source'),
    ('LeaseConsideredYN', 'lease_considered', (l.lease_considered)::text, (case when pg_input_is_valid(p.e ->> 'LeaseConsideredYN', 'boolean') then (p.e ->> 'LeaseConsideredYN')::boolean end)::text, 'source'),
    ('SaleConsideredYN', 'sale_considered', (l.sale_considered)::text, (case when pg_input_is_valid(p.e ->> 'SaleConsideredYN', 'boolean') then (p.e ->> 'SaleConsideredYN')::boolean end)::text, 'source'),
    ('BedroomsTotal', 'bedrooms', (l.bedrooms)::text, (case when pg_input_is_valid(p.e ->> 'BedroomsTotal', 'integer') then (p.e ->> 'BedroomsTotal')::integer end)::text, 'source'),
    ('BathroomsTotalInteger', 'bathrooms', (l.bathrooms)::text, (case when pg_input_is_valid(p.e ->> 'BathroomsTotalInteger', 'integer') then (p.e ->> 'BathroomsTotalInteger')::integer end)::text, 'source'),
    ('BathroomsHalf', 'half_bath', (l.half_bath)::text, (case when pg_input_is_valid(p.e ->> 'BathroomsHalf', 'integer') then (p.e ->> 'BathroomsHalf')::integer end)::text, 'source'),
    ('LivingArea', 'living_area', (l.living_area)::text, (case when pg_input_is_valid(p.e ->> 'LivingArea', 'numeric(18,2)') then (p.e ->> 'LivingArea')::numeric(18,2) end)::text, 'source'),
    ('LivingAreaUnits', 'living_area_unit', (l.living_area_unit)::text, (p.e ->> 'LivingAreaUnits')::text, 'source'),
    ('LotSizeSquareFeet', 'lot_size', (l.lot_size)::text, (case when pg_input_is_valid(p.e ->> 'LotSizeSquareFeet', 'numeric(18,2)') then (p.e ->> 'LotSizeSquareFeet')::numeric(18,2) end)::text, 'source'),
    ('LotSizeUnits', 'lot_size_unit', (l.lot_size_unit)::text, (p.e ->> 'LotSizeUnits')::text, 'source'),
    ('LotSizeAcres', 'lot_size_acres', (l.lot_size_acres)::text, (case when pg_input_is_valid(p.e ->> 'LotSizeAcres', 'numeric(18,4)') then (p.e ->> 'LotSizeAcres')::numeric(18,4) end)::text, 'source'),
    ('ListPrice', 'list_price', (l.list_price)::text, (case when pg_input_is_valid(p.e ->> 'ListPrice', 'numeric(18,2)') then (p.e ->> 'ListPrice')::numeric(18,2) end)::text, 'tracked'),
    ('LeasePrice', 'extensions', (coalesce(case when pg_input_is_valid(x.e ->> 'LeasePrice', 'numeric(18,2)') then (x.e ->> 'LeasePrice')::numeric(18,2) end, l.lease_amount))::text, (case when pg_input_is_valid(p.e ->> 'LeasePrice', 'numeric(18,2)') then (p.e ->> 'LeasePrice')::numeric(18,2) end)::text, 'tracked'),
    ('LeaseAmount', 'lease_amount', (l.lease_amount)::text, (coalesce(case when pg_input_is_valid(p.e ->> 'LeaseAmount', 'numeric(18,2)') then (p.e ->> 'LeaseAmount')::numeric(18,2) end, case when pg_input_is_valid(p.e ->> 'LeasePrice', 'numeric(18,2)') then (p.e ->> 'LeasePrice')::numeric(18,2) end))::text, 'tracked'),
    ('LeaseAmountFrequency', 'lease_amount_frequency', (l.lease_amount_frequency)::text, (p.e ->> 'LeaseAmountFrequency')::text, 'tracked'),
    ('OriginalEntryTimestamp', 'origin_created_ts', (l.origin_created_ts)::text, (case when pg_input_is_valid(p.e ->> 'OriginalEntryTimestamp', 'timestamptz') then (p.e ->> 'OriginalEntryTimestamp')::timestamptz end)::text, 'source'),
    ('ListingContractDate', 'listed_date', (l.listed_date)::text, (case when pg_input_is_valid(p.e ->> 'ListingContractDate', 'date') then (p.e ->> 'ListingContractDate')::date end)::text, 'source'),
    ('UnparsedAddress', 'street', (l.street)::text, (p.e ->> 'UnparsedAddress')::text, 'source'),
    ('City', 'city', (l.city)::text, (p.e ->> 'City')::text, 'source'),
    ('StateOrProvince', 'state', (l.state)::text, (p.e ->> 'StateOrProvince')::text, 'source'),
    ('PostalCode', 'post_code', (l.post_code)::text, (p.e ->> 'PostalCode')::text, 'source'),
    ('Country', 'country', (l.country)::text, (p.e ->> 'Country')::text, 'source'),
    ('Latitude', 'latitude', (l.latitude)::text, (case when pg_input_is_valid(p.e ->> 'Latitude', 'double precision') then (p.e ->> 'Latitude')::double precision end)::text, 'tracked'),
    ('Longitude', 'longitude', (l.longitude)::text, (case when pg_input_is_valid(p.e ->> 'Longitude', 'double precision') then (p.e ->> 'Longitude')::double precision end)::text, 'tracked'),
    ('PublicRemarks', 'public_remarks', (l.public_remarks)::text, (p.e ->> 'PublicRemarks')::text, 'source'),
    ('ListAgentKey', 'list_agent_key', (l.list_agent_key)::text, (p.e ->> 'ListAgentKey')::text, 'source'),
    ('CoListAgentKey', 'co_list_agent_key', (l.co_list_agent_key)::text, (p.e ->> 'CoListAgentKey')::text, 'source'),
    ('ListOfficeKey', 'list_office_key', (l.list_office_key)::text, (p.e ->> 'ListOfficeKey')::text, 'source'),
    ('YearBuilt', 'year_built', (l.year_built)::text, (case when pg_input_is_valid(p.e ->> 'YearBuilt', 'integer') then (p.e ->> 'YearBuilt')::integer end)::text, 'source'),
    ('YearBuiltEffective', 'x_sm_year_renovated', (l.x_sm_year_renovated)::text, (case when pg_input_is_valid(p.e ->> 'YearBuiltEffective', 'integer') then (p.e ->> 'YearBuiltEffective')::integer end)::text, 'source'),
    ('View', 'view', (l.view)::text, (p.e ->> 'View')::text, 'source'),
    ('PoolFeatures', 'pool_features', (l.pool_features)::text, (p.e ->> 'PoolFeatures')::text, 'source'),
    ('Heating', 'heating_features', (l.heating_features)::text, (p.e ->> 'Heating')::text, 'source'),
    ('Cooling', 'cooling_features', (l.cooling_features)::text, (p.e ->> 'Cooling')::text, 'source'),
    ('Furnished', 'furnished', (l.furnished)::text, (p.e ->> 'Furnished')::text, 'source'),
    ('PetsAllowed', 'pets_allowed', (l.pets_allowed)::text, (p.e ->> 'PetsAllowed')::text, 'source'),
    ('FireplaceYN', 'has_fireplace', (l.has_fireplace)::text, (case when pg_input_is_valid(p.e ->> 'FireplaceYN', 'boolean') then (p.e ->> 'FireplaceYN')::boolean end)::text, 'source'),
    ('ParkingFeatures', 'garage_features', (l.garage_features)::text, (p.e ->> 'ParkingFeatures')::text, 'source'),
    ('StoriesTotal', 'stories_total', (l.stories_total)::text, (case when pg_input_is_valid(p.e ->> 'StoriesTotal', 'integer') then (p.e ->> 'StoriesTotal')::integer end)::text, 'source'),
    ('Stories', 'floor_number', (l.floor_number)::text, (case when pg_input_is_valid(p.e ->> 'Stories', 'integer') then (p.e ->> 'Stories')::integer end)::text, 'source'),
    ('Flooring', 'flooring', (l.flooring)::text, (p.e ->> 'Flooring')::text, 'source'),
    ('FireplaceFeatures', 'fireplace_features', (l.fireplace_features)::text, (p.e ->> 'FireplaceFeatures')::text, 'source'),
    ('WaterfrontFeatures', 'waterfront_features', (l.waterfront_features)::text, (p.e ->> 'WaterfrontFeatures')::text, 'source'),
    ('PatioAndPorchFeatures', 'patio_porch_features', (l.patio_porch_features)::text, (p.e ->> 'PatioAndPorchFeatures')::text, 'source'),
    ('OtherStructures', 'other_structures', (l.other_structures)::text, (p.e ->> 'OtherStructures')::text, 'source'),
    ('AssociationAmenities', 'amenities', (l.amenities)::text, (p.e ->> 'AssociationAmenities')::text, 'source'),
    ('Fencing', 'fencing', (l.fencing)::text, (p.e ->> 'Fencing')::text, 'source'),
    ('X_SeaView', 'sea_view', (coalesce(x.e ->> 'X_SeaView', l.sea_view::text))::text, (p.e ->> 'X_SeaView')::text, 'source'),
    ('X_MountainView', 'mountain_view', (coalesce(x.e ->> 'X_MountainView', l.mountain_view::text))::text, (p.e ->> 'X_MountainView')::text, 'source'),
    ('X_BeachFront', 'beach_front', (coalesce(x.e ->> 'X_BeachFront', l.beach_front::text))::text, (p.e ->> 'X_BeachFront')::text, 'source'),
    ('X_AbutsGreenArea', 'extensions', (x.e ->> 'X_AbutsGreenArea')::text, (p.e ->> 'X_AbutsGreenArea')::text, 'source'),
    ('X_ElevatedArea', 'extensions', (x.e ->> 'X_ElevatedArea')::text, (p.e ->> 'X_ElevatedArea')::text, 'source'),
    ('X_PrivateSwimmingPool', 'private_pool', (coalesce(x.e ->> 'X_PrivateSwimmingPool', l.private_pool::text))::text, (p.e ->> 'X_PrivateSwimmingPool')::text, 'source'),
    ('X_CommonSwimmingPool', 'common_pool', (coalesce(x.e ->> 'X_CommonSwimmingPool', l.common_pool::text))::text, (p.e ->> 'X_CommonSwimmingPool')::text, 'source'),
    ('X_GardenArea', 'garden_area', (coalesce(x.e ->> 'X_GardenArea', l.garden_area::text))::text, (p.e ->> 'X_GardenArea')::text, 'source'),
    ('X_RoofGardenArea', 'x_sm_roof_garden', (coalesce(x.e ->> 'X_RoofGardenArea', l.x_sm_roof_garden::text))::text, (p.e ->> 'X_RoofGardenArea')::text, 'source'),
    ('X_Elevator', 'x_sm_elevator', (coalesce(x.e ->> 'X_Elevator', l.x_sm_elevator::text))::text, (p.e ->> 'X_Elevator')::text, 'source'),
    ('X_AirCondition', 'air_condition', (coalesce(x.e ->> 'X_AirCondition', l.air_condition::text))::text, (p.e ->> 'X_AirCondition')::text, 'source'),
    ('X_Alarm', 'alarm', (coalesce(x.e ->> 'X_Alarm', l.alarm::text))::text, (p.e ->> 'X_Alarm')::text, 'source'),
    ('X_SmartHome', 'x_sm_smart_home', (coalesce(x.e ->> 'X_SmartHome', l.x_sm_smart_home::text))::text, (p.e ->> 'X_SmartHome')::text, 'source'),
    ('X_SolarWaterHeater', 'extensions', (x.e ->> 'X_SolarWaterHeater')::text, (p.e ->> 'X_SolarWaterHeater')::text, 'source'),
    ('X_StorageSpace', 'storage_space', (coalesce(x.e ->> 'X_StorageSpace', l.storage_space::text))::text, (p.e ->> 'X_StorageSpace')::text, 'source'),
    ('X_MaidsRoom', 'x_sm_maids_room', (coalesce(x.e ->> 'X_MaidsRoom', l.x_sm_maids_room::text))::text, (p.e ->> 'X_MaidsRoom')::text, 'source'),
    ('X_ConciergeReception', 'extensions', (x.e ->> 'X_ConciergeReception')::text, (p.e ->> 'X_ConciergeReception')::text, 'source'),
    ('X_SecureDoor', 'extensions', (x.e ->> 'X_SecureDoor')::text, (p.e ->> 'X_SecureDoor')::text, 'source'),
    ('X_Kitchenette', 'extensions', (x.e ->> 'X_Kitchenette')::text, (p.e ->> 'X_Kitchenette')::text, 'source'),
    ('X_HomeOffice', 'extensions', (x.e ->> 'X_HomeOffice')::text, (p.e ->> 'X_HomeOffice')::text, 'source'),
    ('X_SeparateLaundryRoom', 'x_sm_separate_laundry', (coalesce(x.e ->> 'X_SeparateLaundryRoom', l.x_sm_separate_laundry::text))::text, (p.e ->> 'X_SeparateLaundryRoom')::text, 'source'),
    ('X_Reception', 'extensions', (x.e ->> 'X_Reception')::text, (p.e ->> 'X_Reception')::text, 'source'),
    ('X_StoreRoom', 'store_room', (coalesce(x.e ->> 'X_StoreRoom', l.store_room::text))::text, (p.e ->> 'X_StoreRoom')::text, 'source'),
    ('X_ConstructionType', 'extensions', (x.e ->> 'X_ConstructionType')::text, (p.e ->> 'X_ConstructionType')::text, 'source'),
    ('X_ConstructionStage', 'construction_stage', (l.construction_stage)::text, (p.e ->> 'X_ConstructionStage')::text, 'source'),
    ('X_FloorType', 'extensions', (x.e ->> 'X_FloorType')::text, (p.e ->> 'X_FloorType')::text, 'source'),
    ('X_NewBuild', 'extensions', (x.e ->> 'X_NewBuild')::text, (p.e ->> 'X_NewBuild')::text, 'source'),
    ('X_Height', 'x_sm_height_allowed', (l.x_sm_height_allowed)::text, (case when pg_input_is_valid(p.e ->> 'X_Height', 'numeric(10,2)') then (p.e ->> 'X_Height')::numeric(10,2) end)::text, 'source'),
    ('X_MaxFloor', 'x_sm_floors_allowed', (l.x_sm_floors_allowed)::text, (case when pg_input_is_valid(p.e ->> 'X_MaxFloor', 'integer') then (p.e ->> 'X_MaxFloor')::integer end)::text, 'source'),
    ('X_UnitNumber', 'unit_number', (l.unit_number)::text, (p.e ->> 'X_UnitNumber')::text, 'source'),
    ('X_EnergyEfficiencyGrade', 'energy_efficiency_grade', (l.energy_efficiency_grade)::text, (p.e ->> 'X_EnergyEfficiencyGrade')::text, 'source'),
    ('X_EnergyConsumptionRating', 'extensions', (x.e ->> 'X_EnergyConsumptionRating')::text, (p.e ->> 'X_EnergyConsumptionRating')::text, 'source'),
    ('X_EnergyConsumptionValue', 'extensions', (x.e ->> 'X_EnergyConsumptionValue')::text, (p.e ->> 'X_EnergyConsumptionValue')::text, 'source'),
    ('X_EnergyEmissionRating', 'extensions', (x.e ->> 'X_EnergyEmissionRating')::text, (p.e ->> 'X_EnergyEmissionRating')::text, 'source'),
    ('X_HeatingType', 'heating_type', (l.heating_type)::text, (p.e ->> 'X_HeatingType')::text, 'source'),
    ('X_HeatingMedium', 'x_sm_heating_medium', (l.x_sm_heating_medium)::text, (p.e ->> 'X_HeatingMedium')::text, 'source'),
    ('X_CoolingType', 'extensions', (x.e ->> 'X_CoolingType')::text, (p.e ->> 'X_CoolingType')::text, 'source'),
    ('X_Electricity', 'electric', (l.electric)::text, (p.e ->> 'X_Electricity')::text, 'source'),
    ('X_ElectricityType', 'electricity_type', (l.electricity_type)::text, (p.e ->> 'X_ElectricityType')::text, 'source'),
    ('X_Water', 'water_source', (l.water_source)::text, (p.e ->> 'X_Water')::text, 'source'),
    ('X_DistanceFromBeach', 'distance_from_beach', (coalesce(x.e ->> 'X_DistanceFromBeach', l.distance_from_beach::text))::text, (p.e ->> 'X_DistanceFromBeach')::text, 'source'),
    ('X_DistanceFromAirport', 'distance_from_airport', (coalesce(x.e ->> 'X_DistanceFromAirport', l.distance_from_airport::text))::text, (p.e ->> 'X_DistanceFromAirport')::text, 'source'),
    ('X_DistanceFromCentre', 'extensions', (x.e ->> 'X_DistanceFromCentre')::text, (p.e ->> 'X_DistanceFromCentre')::text, 'source'),
    ('X_DistanceFromSchool', 'extensions', (x.e ->> 'X_DistanceFromSchool')::text, (p.e ->> 'X_DistanceFromSchool')::text, 'source'),
    ('X_DistanceFromShops', 'extensions', (x.e ->> 'X_DistanceFromShops')::text, (p.e ->> 'X_DistanceFromShops')::text, 'source'),
    ('X_DistanceFromHospital', 'extensions', (x.e ->> 'X_DistanceFromHospital')::text, (p.e ->> 'X_DistanceFromHospital')::text, 'source'),
    ('X_DistanceFromUniversity', 'extensions', (x.e ->> 'X_DistanceFromUniversity')::text, (p.e ->> 'X_DistanceFromUniversity')::text, 'source'),
    ('X_DistanceFromRailStation', 'extensions', (x.e ->> 'X_DistanceFromRailStation')::text, (p.e ->> 'X_DistanceFromRailStation')::text, 'source'),
    ('X_DistanceFromTubeStation', 'extensions', (x.e ->> 'X_DistanceFromTubeStation')::text, (p.e ->> 'X_DistanceFromTubeStation')::text, 'source'),
    ('X_LivingRooms', 'extensions', (case when pg_input_is_valid(x.e ->> 'X_LivingRooms', 'integer') then (x.e ->> 'X_LivingRooms')::integer end)::text, (case when pg_input_is_valid(p.e ->> 'X_LivingRooms', 'integer') then (p.e ->> 'X_LivingRooms')::integer end)::text, 'source'),
    ('X_Kitchens', 'extensions', (case when pg_input_is_valid(x.e ->> 'X_Kitchens', 'integer') then (x.e ->> 'X_Kitchens')::integer end)::text, (case when pg_input_is_valid(p.e ->> 'X_Kitchens', 'integer') then (p.e ->> 'X_Kitchens')::integer end)::text, 'source'),
    ('X_KitchenType', 'kitchen_features', (l.kitchen_features)::text, (p.e ->> 'X_KitchenType')::text, 'source'),
    ('X_OfficeSpaces', 'extensions', (case when pg_input_is_valid(x.e ->> 'X_OfficeSpaces', 'integer') then (x.e ->> 'X_OfficeSpaces')::integer end)::text, (case when pg_input_is_valid(p.e ->> 'X_OfficeSpaces', 'integer') then (p.e ->> 'X_OfficeSpaces')::integer end)::text, 'source'),
    ('X_VerandasCount', 'extensions', (case when pg_input_is_valid(x.e ->> 'X_VerandasCount', 'integer') then (x.e ->> 'X_VerandasCount')::integer end)::text, (case when pg_input_is_valid(p.e ->> 'X_VerandasCount', 'integer') then (p.e ->> 'X_VerandasCount')::integer end)::text, 'source'),
    ('X_CoveredArea', 'covered_area', (l.covered_area)::text, (case when pg_input_is_valid(p.e ->> 'X_CoveredArea', 'numeric(18,2)') then (p.e ->> 'X_CoveredArea')::numeric(18,2) end)::text, 'source'),
    ('X_UncoveredArea', 'uncovered_area', (l.uncovered_area)::text, (case when pg_input_is_valid(p.e ->> 'X_UncoveredArea', 'numeric(18,2)') then (p.e ->> 'X_UncoveredArea')::numeric(18,2) end)::text, 'source'),
    ('X_TotalArea', 'building_area', (l.building_area)::text, (case when pg_input_is_valid(p.e ->> 'X_TotalArea', 'numeric(18,2)') then (p.e ->> 'X_TotalArea')::numeric(18,2) end)::text, 'source'),
    ('X_MezzanineArea', 'extensions', (case when pg_input_is_valid(x.e ->> 'X_MezzanineArea', 'numeric(18,2)') then (x.e ->> 'X_MezzanineArea')::numeric(18,2) end)::text, (case when pg_input_is_valid(p.e ->> 'X_MezzanineArea', 'numeric(18,2)') then (p.e ->> 'X_MezzanineArea')::numeric(18,2) end)::text, 'source'),
    ('X_StorageArea', 'extensions', (case when pg_input_is_valid(x.e ->> 'X_StorageArea', 'numeric(18,2)') then (x.e ->> 'X_StorageArea')::numeric(18,2) end)::text, (case when pg_input_is_valid(p.e ->> 'X_StorageArea', 'numeric(18,2)') then (p.e ->> 'X_StorageArea')::numeric(18,2) end)::text, 'source'),
    ('X_CoveredVerandas', 'covered_verandas', (l.covered_verandas)::text, (case when pg_input_is_valid(p.e ->> 'X_CoveredVerandas', 'numeric(18,2)') then (p.e ->> 'X_CoveredVerandas')::numeric(18,2) end)::text, 'source'),
    ('X_UncoveredVerandas', 'x_sm_uncovered_verandas', (l.x_sm_uncovered_verandas)::text, (case when pg_input_is_valid(p.e ->> 'X_UncoveredVerandas', 'numeric(18,2)') then (p.e ->> 'X_UncoveredVerandas')::numeric(18,2) end)::text, 'source'),
    ('X_Frontage', 'extensions', (case when pg_input_is_valid(x.e ->> 'X_Frontage', 'numeric(18,2)') then (x.e ->> 'X_Frontage')::numeric(18,2) end)::text, (case when pg_input_is_valid(p.e ->> 'X_Frontage', 'numeric(18,2)') then (p.e ->> 'X_Frontage')::numeric(18,2) end)::text, 'source'),
    ('X_BuildingDensity', 'x_sm_building_density', (coalesce(x.e ->> 'X_BuildingDensity', l.x_sm_building_density::text))::text, (p.e ->> 'X_BuildingDensity')::text, 'source'),
    ('X_Coverage', 'x_sm_coverage', (coalesce(x.e ->> 'X_Coverage', l.x_sm_coverage::text))::text, (p.e ->> 'X_Coverage')::text, 'source'),
    ('X_CoverFactor', 'extensions', (x.e ->> 'X_CoverFactor')::text, (p.e ->> 'X_CoverFactor')::text, 'source'),
    ('X_CornerPlot', 'extensions', (x.e ->> 'X_CornerPlot')::text, (p.e ->> 'X_CornerPlot')::text, 'source'),
    ('X_RightOfWay', 'extensions', (x.e ->> 'X_RightOfWay')::text, (p.e ->> 'X_RightOfWay')::text, 'source'),
    ('X_RegisteredRoad', 'extensions', (x.e ->> 'X_RegisteredRoad')::text, (p.e ->> 'X_RegisteredRoad')::text, 'source'),
    ('X_TownPlanningZone', 'zoning', (l.zoning)::text, (p.e ->> 'X_TownPlanningZone')::text, 'source'),
    ('X_LandLocked', 'extensions', (x.e ->> 'X_LandLocked')::text, (p.e ->> 'X_LandLocked')::text, 'source'),
    ('X_CadastralReference', 'cadastral_reference', (l.cadastral_reference)::text, (p.e ->> 'X_CadastralReference')::text, 'source'),
    ('X_IdealFor', 'extensions', (x.e ->> 'X_IdealFor')::text, (p.e ->> 'X_IdealFor')::text, 'source'),
    ('X_LicensedFor', 'extensions', (x.e ->> 'X_LicensedFor')::text, (p.e ->> 'X_LicensedFor')::text, 'source'),
    ('X_BusinessTransferOrSale', 'extensions', (x.e ->> 'X_BusinessTransferOrSale')::text, (p.e ->> 'X_BusinessTransferOrSale')::text, 'source'),
    ('X_BusinessTransferPrice', 'extensions', (x.e ->> 'X_BusinessTransferPrice')::text, (p.e ->> 'X_BusinessTransferPrice')::text, 'source'),
    ('X_BusinessActivity', 'extensions', (x.e ->> 'X_BusinessActivity')::text, (p.e ->> 'X_BusinessActivity')::text, 'source'),
    ('X_ConferenceRoom', 'extensions', (x.e ->> 'X_ConferenceRoom')::text, (p.e ->> 'X_ConferenceRoom')::text, 'source'),
    ('X_ServerRoom', 'extensions', (x.e ->> 'X_ServerRoom')::text, (p.e ->> 'X_ServerRoom')::text, 'source'),
    ('X_EnclosedOffice', 'extensions', (x.e ->> 'X_EnclosedOffice')::text, (p.e ->> 'X_EnclosedOffice')::text, 'source'),
    ('X_OfficeLayout', 'extensions', (x.e ->> 'X_OfficeLayout')::text, (p.e ->> 'X_OfficeLayout')::text, 'source'),
    ('X_PricePerSquare', 'extensions', (x.e ->> 'X_PricePerSquare')::text, (p.e ->> 'X_PricePerSquare')::text, 'source'),
    ('X_PriceQualifier', 'extensions', (x.e ->> 'X_PriceQualifier')::text, (p.e ->> 'X_PriceQualifier')::text, 'source'),
    ('X_PlusVAT', 'x_sm_vat_applicable', (coalesce(x.e ->> 'X_PlusVAT', l.x_sm_vat_applicable::text))::text, (p.e ->> 'X_PlusVAT')::text, 'source'),
    ('X_MinimumTenancy', 'extensions', (x.e ->> 'X_MinimumTenancy')::text, (p.e ->> 'X_MinimumTenancy')::text, 'source'),
    ('X_TenancyType', 'extensions', (x.e ->> 'X_TenancyType')::text, (p.e ->> 'X_TenancyType')::text, 'source'),
    ('X_Occupancy', 'extensions', (x.e ->> 'X_Occupancy')::text, (p.e ->> 'X_Occupancy')::text, 'source'),
    ('X_PreviousListPrice', 'extensions', (case when pg_input_is_valid(x.e ->> 'X_PreviousListPrice', 'numeric(18,2)') then (x.e ->> 'X_PreviousListPrice')::numeric(18,2) end)::text, (case when pg_input_is_valid(p.e ->> 'X_PreviousListPrice', 'numeric(18,2)') then (p.e ->> 'X_PreviousListPrice')::numeric(18,2) end)::text, 'source'),
    ('X_PreviousLeasePrice', 'extensions', (case when pg_input_is_valid(x.e ->> 'X_PreviousLeasePrice', 'numeric(18,2)') then (x.e ->> 'X_PreviousLeasePrice')::numeric(18,2) end)::text, (case when pg_input_is_valid(p.e ->> 'X_PreviousLeasePrice', 'numeric(18,2)') then (p.e ->> 'X_PreviousLeasePrice')::numeric(18,2) end)::text, 'source'),
    ('X_ListPriceModified', 'extensions', (x.e ->> 'X_ListPriceModified')::text, (p.e ->> 'X_ListPriceModified')::text, 'source'),
    ('X_LeasePriceModified', 'extensions', (x.e ->> 'X_LeasePriceModified')::text, (p.e ->> 'X_LeasePriceModified')::text, 'source'),
    ('X_AuctionStartDate', 'extensions', (case when pg_input_is_valid(x.e ->> 'X_AuctionStartDate', 'date') then (x.e ->> 'X_AuctionStartDate')::date end)::text, (case when pg_input_is_valid(p.e ->> 'X_AuctionStartDate', 'date') then (p.e ->> 'X_AuctionStartDate')::date end)::text, 'source'),
    ('X_AuctionEndDate', 'extensions', (case when pg_input_is_valid(x.e ->> 'X_AuctionEndDate', 'date') then (x.e ->> 'X_AuctionEndDate')::date end)::text, (case when pg_input_is_valid(p.e ->> 'X_AuctionEndDate', 'date') then (p.e ->> 'X_AuctionEndDate')::date end)::text, 'source'),
    ('X_ReservePrice', 'extensions', (case when pg_input_is_valid(x.e ->> 'X_ReservePrice', 'numeric(18,2)') then (x.e ->> 'X_ReservePrice')::numeric(18,2) end)::text, (case when pg_input_is_valid(p.e ->> 'X_ReservePrice', 'numeric(18,2)') then (p.e ->> 'X_ReservePrice')::numeric(18,2) end)::text, 'source'),
    ('X_StartingBid', 'extensions', (case when pg_input_is_valid(x.e ->> 'X_StartingBid', 'numeric(18,2)') then (x.e ->> 'X_StartingBid')::numeric(18,2) end)::text, (case when pg_input_is_valid(p.e ->> 'X_StartingBid', 'numeric(18,2)') then (p.e ->> 'X_StartingBid')::numeric(18,2) end)::text, 'source'),
    ('X_ProjectId', 'origin_project_key', (l.origin_project_key)::text, (p.e ->> 'X_ProjectId')::text, 'source'),
    ('X_DeveloperContactKey', 'developer_contact_key', (l.developer_contact_key)::text, (p.e ->> 'X_DeveloperContactKey')::text, 'source'),
    ('X_LeadSource', 'lead_source', (l.lead_source)::text, (p.e ->> 'X_LeadSource')::text, 'source'),
    ('X_WebsiteListingDate', 'website_listing_date', (l.website_listing_date)::text, (case when pg_input_is_valid(p.e ->> 'X_WebsiteListingDate', 'date') then (p.e ->> 'X_WebsiteListingDate')::date end)::text, 'source'),
    ('X_KeyHolderDetails', 'key_holder_details', (l.key_holder_details)::text, (p.e ->> 'X_KeyHolderDetails')::text, 'source'),
    ('X_ListingBrokerName', 'extensions', (x.e ->> 'X_ListingBrokerName')::text, (p.e ->> 'X_ListingBrokerName')::text, 'source'),
    ('X_Featured', 'extensions', (x.e ->> 'X_Featured')::text, (p.e ->> 'X_Featured')::text, 'source'),
    ('X_FeaturedPriority', 'extensions', (x.e ->> 'X_FeaturedPriority')::text, (p.e ->> 'X_FeaturedPriority')::text, 'source'),
    ('X_PropertyOfTheMonth', 'extensions', (x.e ->> 'X_PropertyOfTheMonth')::text, (p.e ->> 'X_PropertyOfTheMonth')::text, 'source'),
    ('X_VideoLink', 'video_link', (l.video_link)::text, (p.e ->> 'X_VideoLink')::text, 'source'),
    ('X_VirtualTourLink', 'virtual_tour_link', (l.virtual_tour_link)::text, (p.e ->> 'X_VirtualTourLink')::text, 'source'),
    ('X_WebsiteUrl', 'listing_url', (l.listing_url)::text, (p.e ->> 'X_WebsiteUrl')::text, 'source'),
    ('X_WebsiteStatus', 'extensions', (x.e ->> 'X_WebsiteStatus')::text, (p.e ->> 'X_WebsiteStatus')::text, 'source'),
    ('X_ExcludedProperty', 'x_sm_excluded_from_marketing', (l.x_sm_excluded_from_marketing)::text, (case when pg_input_is_valid(p.e ->> 'X_ExcludedProperty', 'boolean') then (p.e ->> 'X_ExcludedProperty')::boolean end)::text, 'source'),
    ('X_ShortDescription', 'short_description', (l.short_description)::text, (p.e ->> 'X_ShortDescription')::text, 'source'),
    ('X_PropertyName', 'name', (l.name)::text, (p.e ->> 'X_PropertyName')::text, 'source'),
    ('X_ApartmentType', 'extensions', (x.e ->> 'X_ApartmentType')::text, (p.e ->> 'X_ApartmentType')::text, 'source'),
    ('X_HouseType', 'extensions', (x.e ->> 'X_HouseType')::text, (p.e ->> 'X_HouseType')::text, 'source'),
    ('X_LandType', 'extensions', (x.e ->> 'X_LandType')::text, (p.e ->> 'X_LandType')::text, 'source'),
    ('X_OfficeType', 'extensions', (x.e ->> 'X_OfficeType')::text, (p.e ->> 'X_OfficeType')::text, 'source'),
    ('X_RetailType', 'extensions', (x.e ->> 'X_RetailType')::text, (p.e ->> 'X_RetailType')::text, 'source'),
    ('X_IndustrialType', 'extensions', (x.e ->> 'X_IndustrialType')::text, (p.e ->> 'X_IndustrialType')::text, 'source'),
    ('X_HotelType', 'extensions', (x.e ->> 'X_HotelType')::text, (p.e ->> 'X_HotelType')::text, 'source'),
    ('X_BuildingType', 'extensions', (x.e ->> 'X_BuildingType')::text, (p.e ->> 'X_BuildingType')::text, 'source'),
    ('X_InvestmentType', 'extensions', (x.e ->> 'X_InvestmentType')::text, (p.e ->> 'X_InvestmentType')::text, 'source'),
    ('X_CustomerParking', 'garage_spaces', (l.garage_spaces)::text, (case when pg_input_is_valid(p.e ->> 'X_CustomerParking', 'integer') then (p.e ->> 'X_CustomerParking')::integer end)::text, 'source'),
    ('X_AdditionalFeatures', 'general_features', (l.general_features)::text, (p.e ->> 'X_AdditionalFeatures')::text, 'source'),
    ('X_InteriorFeatures', 'interior_features', (l.interior_features)::text, (p.e ->> 'X_InteriorFeatures')::text, 'source'),
    ('X_ExteriorFeatures', 'exterior_features', (l.exterior_features)::text, (p.e ->> 'X_ExteriorFeatures')::text, 'source'),
    ('X_CommunityFeatures', 'community_features', (l.community_features)::text, (p.e ->> 'X_CommunityFeatures')::text, 'source'),
    ('X_LotFeatures', 'lot_features', (l.lot_features)::text, (p.e ->> 'X_LotFeatures')::text, 'source'),
    ('X_SecurityFeatures', 'security_features', (l.security_features)::text, (p.e ->> 'X_SecurityFeatures')::text, 'source'),
    ('X_Appliances', 'appliances', (l.appliances)::text, (p.e ->> 'X_Appliances')::text, 'source'),
    ('X_QobrixId', 'origin_native_id', (l.origin_native_id)::text, (p.e ->> 'X_QobrixId')::text, 'source'),
    ('X_QobrixRef', 'origin_native_ref', (l.origin_native_ref)::text, (p.e ->> 'X_QobrixRef')::text, 'source'),
    ('X_QobrixSource', 'origin_source_label', (l.origin_source_label)::text, (p.e ->> 'X_QobrixSource')::text, 'source'),
    ('X_QobrixLegacyId', 'origin_legacy_id', (l.origin_legacy_id)::text, (p.e ->> 'X_QobrixLegacyId')::text, 'source'),
    ('X_SellerContactKey', 'seller_contact_key', (l.seller_contact_key)::text, (p.e ->> 'X_SellerContactKey')::text, 'source'),
    ('X_CreatedByMemberKey', 'origin_created_by_key', (l.origin_created_by_key)::text, (p.e ->> 'X_CreatedByMemberKey')::text, 'source'),
    ('X_ModifiedByMemberKey', 'origin_modified_by_key', (l.origin_modified_by_key)::text, (p.e ->> 'X_ModifiedByMemberKey')::text, 'source')
) d (field, column_name, ours, theirs, owner)
where d.ours is distinct from d.theirs
  and (l.locked_fields -> d.field is null or l.locked_fields -> d.field ->> 'source_value' is distinct from d.theirs);
comment on view public.mls_listing_drift is
  'Fields in which a listing differs from the last word of its source: our value, theirs, since when, and who may change it after a claim. What a broker declined (resolve_drift, keep_ours) returns when the source says something else.';
grant select on public.mls_listing_drift to authenticated, service_role;

create or replace function mls.merge_listings(rows jsonb, context jsonb) returns jsonb
language plpgsql volatile set search_path = '' set timezone = 'UTC' set work_mem = '64MB' set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  results jsonb;
  undecided jsonb;
begin
  with incoming as materialized (
    select (e.ordinality - 1)::integer as ordinal, nullif(e.value -> 'r', 'null') as r, e.value -> 'e' as errors, e.value -> 'w' as warnings
    from jsonb_array_elements(rows) with ordinality e
  ),
  keyed as materialized (
    select i.ordinal, nullif(i.r ->> 'ListingKey', '') as record_key, o.office_key, o.tenant_id, o.origin_system,
      o.currency_code, t.code as market, (i.r ->> 'ModificationTimestamp')::timestamptz as source_time,
      mls.reject_reason(i.r ->> 'ListingKey', i.r ->> 'OriginatingSystemOfficeKey', o.office_key, i.errors, context) as reason
    from incoming i
    left join mls.market_offices o on o.name = i.r ->> 'OriginatingSystemOfficeKey'
    left join public.mls_tenants t on t.id = o.tenant_id
  ),
  locked as materialized (
    select l.id, l.origin_key, l.originating_office_key, l.claimed_at, l.is_externally_managed, l.origin_deleted, l.status
    from public.mls_listings l
    where l.origin_key = any (array(select k.record_key from keyed k))
    order by l.id
    for no key update
  ),
  matched as materialized (
    select k.ordinal, k.record_key, k.office_key, k.tenant_id, k.origin_system, k.currency_code, k.market, k.source_time,
      c.reason, l.id as listing_id, l.claimed_at, l.is_externally_managed, l.origin_deleted, l.status,
      row_number() over (partition by k.record_key, c.reason is null order by k.source_time desc nulls last, k.ordinal desc) as age
    from keyed k
    left join locked l on l.origin_key = k.record_key
    cross join lateral (
      select case when l.originating_office_key <> k.office_key then 'key_conflict' else k.reason end as reason
    ) c
  ),
  compared as materialized (
    select m.*, coalesce(h.completed, i.r) as payload, o.payload as previous,
      case when h.completed is null then f.hash else to_hex(jsonb_hash_extended(h.completed - '{etl_timestamp,etl_batch_id,ModificationTimestamp,X_QobrixModified}'::text[], 0)) end as content_hash,
      o.content_hash as previous_hash, o.source_modified_at as previous_time, o.applied_at
    from matched m
    join incoming i on i.ordinal = m.ordinal
    left join lateral (select o.payload, o.content_hash, o.source_modified_at, o.applied_at from public.mls_listing_origins o where o.listing_id = m.listing_id offset 0) o on true
    cross join lateral (select to_hex(jsonb_hash_extended(i.r - '{etl_timestamp,etl_batch_id,ModificationTimestamp,X_QobrixModified}'::text[], 0)) as hash offset 0) f
    cross join lateral (
      -- a column that vanished upstream must not blank what is known; looked for only where something changed
      select case
        when o.content_hash is null or o.content_hash = f.hash then null
        when not i.r ?& '{"ListingKey","ListingId","StandardStatus","PropertyClass","DevelopmentStatus","NewConstructionYN","PropertyCondition","BuilderName","BuilderModel","PropertyType","PropertySubType","ListingService","ListingAgreement","LeaseConsideredYN","SaleConsideredYN","BedroomsTotal","BathroomsTotalInteger","BathroomsHalf","LivingArea","LivingAreaUnits","LotSizeSquareFeet","LotSizeUnits","LotSizeAcres","ListPrice","LeasePrice","LeaseAmount","LeaseAmountFrequency","OriginalEntryTimestamp","ListingContractDate","ModificationTimestamp","UnparsedAddress","City","StateOrProvince","PostalCode","Country","Latitude","Longitude","PublicRemarks","ListAgentKey","CoListAgentKey","ListOfficeKey","YearBuilt","YearBuiltEffective","View","PoolFeatures","Heating","Cooling","Furnished","PetsAllowed","FireplaceYN","ParkingFeatures","StoriesTotal","Stories","Flooring","FireplaceFeatures","WaterfrontFeatures","PatioAndPorchFeatures","OtherStructures","AssociationAmenities","Fencing","X_SeaView","X_MountainView","X_BeachFront","X_AbutsGreenArea","X_ElevatedArea","X_PrivateSwimmingPool","X_CommonSwimmingPool","X_GardenArea","X_RoofGardenArea","X_Elevator","X_AirCondition","X_Alarm","X_SmartHome","X_SolarWaterHeater","X_StorageSpace","X_MaidsRoom","X_ConciergeReception","X_SecureDoor","X_Kitchenette","X_HomeOffice","X_SeparateLaundryRoom","X_Reception","X_StoreRoom","X_ConstructionType","X_ConstructionStage","X_FloorType","X_NewBuild","X_Height","X_MaxFloor","X_UnitNumber","X_EnergyEfficiencyGrade","X_EnergyConsumptionRating","X_EnergyConsumptionValue","X_EnergyEmissionRating","X_HeatingType","X_HeatingMedium","X_CoolingType","X_Electricity","X_ElectricityType","X_Water","X_DistanceFromBeach","X_DistanceFromAirport","X_DistanceFromCentre","X_DistanceFromSchool","X_DistanceFromShops","X_DistanceFromHospital","X_DistanceFromUniversity","X_DistanceFromRailStation","X_DistanceFromTubeStation","X_LivingRooms","X_Kitchens","X_KitchenType","X_OfficeSpaces","X_VerandasCount","X_CoveredArea","X_UncoveredArea","X_TotalArea","X_MezzanineArea","X_StorageArea","X_CoveredVerandas","X_UncoveredVerandas","X_Frontage","X_BuildingDensity","X_Coverage","X_CoverFactor","X_CornerPlot","X_RightOfWay","X_RegisteredRoad","X_TownPlanningZone","X_LandLocked","X_CadastralReference","X_IdealFor","X_LicensedFor","X_BusinessTransferOrSale","X_BusinessTransferPrice","X_BusinessActivity","X_ConferenceRoom","X_ServerRoom","X_EnclosedOffice","X_OfficeLayout","X_PricePerSquare","X_PriceQualifier","X_PlusVAT","X_MinimumTenancy","X_TenancyType","X_Occupancy","X_PreviousListPrice","X_PreviousLeasePrice","X_ListPriceModified","X_LeasePriceModified","X_AuctionStartDate","X_AuctionEndDate","X_ReservePrice","X_StartingBid","X_ProjectId","X_DeveloperContactKey","X_LeadSource","X_WebsiteListingDate","X_KeyHolderDetails","X_ListingBrokerName","X_Featured","X_FeaturedPriority","X_PropertyOfTheMonth","X_VideoLink","X_VirtualTourLink","X_WebsiteUrl","X_WebsiteStatus","X_ExcludedProperty","X_ShortDescription","X_PropertyName","X_ApartmentType","X_HouseType","X_LandType","X_OfficeType","X_RetailType","X_IndustrialType","X_HotelType","X_BuildingType","X_InvestmentType","X_CustomerParking","X_AdditionalFeatures","X_InteriorFeatures","X_ExteriorFeatures","X_CommunityFeatures","X_LotFeatures","X_SecurityFeatures","X_Appliances","X_QobrixId","X_QobrixRef","X_QobrixSource","X_QobrixLegacyId","X_SellerContactKey","X_CreatedByMemberKey","X_ModifiedByMemberKey","X_QobrixModified","OriginatingSystemOfficeKey","X_DataSource","etl_timestamp","etl_batch_id"}'::text[] then (o.payload - '$raw') || i.r
      end as completed
      offset 0
    ) h
  ),
  decided as materialized (
    select c.*, mls.merge_outcome(
      is_match => c.listing_id is not null and c.reason is distinct from 'key_conflict',
      is_managed => c.is_externally_managed,
      is_claimed => c.claimed_at is not null,
      is_rejected => c.reason is not null,
      is_newest => c.age = 1,
      is_older => c.source_time < c.previous_time,
      is_same => c.content_hash = c.previous_hash and not c.origin_deleted
    ) as outcome
    from compared c
  ),
  plan as materialized (
    select d.ordinal, d.record_key, d.office_key, d.tenant_id, d.origin_system, d.currency_code, d.market, d.source_time,
      d.reason, d.outcome, d.payload, d.previous, d.content_hash, d.applied_at, d.status,
      case d.outcome when 'insert' then gen_random_uuid() else d.listing_id end as listing_id,
      d.outcome in ('insert', 'refresh') and (
        exists (
          select from public.mls_listings l
          where l.tenant_id = d.tenant_id and l.ref = d.payload ->> 'ListingId' and not l.ref_collision
            and l.id is distinct from d.listing_id
        )
        or row_number() over (
          partition by d.tenant_id, d.payload ->> 'ListingId', d.outcome in ('insert', 'refresh') order by d.ordinal
        ) > 1
      ) as ref_collision
    from decided d
  ),
  inserted as (
    insert into public.mls_listings (
      id,
      tenant_id,
      market,
      origin_key,
      is_externally_managed,
      status,
      original_list_price,
      broker_id,
      origin_system,
      origin_sync_ts,
      origin_deleted,
      originating_office_key,
      origin_modified_ts,
      source_standard_status,
      ref,
      ref_collision,
      lease_amount,
      currency_code,
      currency_assumed,
      property_class,
      development_status,
      is_new_construction,
      property_condition,
      builder_name,
      builder_model,
      property_type,
      property_subtype,
      listing_service,
      listing_agreement,
      lease_considered,
      sale_considered,
      bedrooms,
      bathrooms,
      half_bath,
      living_area,
      living_area_unit,
      lot_size,
      lot_size_unit,
      lot_size_acres,
      list_price,
      lease_amount_frequency,
      origin_created_ts,
      listed_date,
      street,
      city,
      state,
      post_code,
      country,
      latitude,
      longitude,
      public_remarks,
      list_agent_key,
      co_list_agent_key,
      list_office_key,
      year_built,
      x_sm_year_renovated,
      view,
      pool_features,
      heating_features,
      cooling_features,
      furnished,
      pets_allowed,
      has_fireplace,
      garage_features,
      stories_total,
      floor_number,
      flooring,
      fireplace_features,
      waterfront_features,
      patio_porch_features,
      other_structures,
      amenities,
      fencing,
      sea_view,
      mountain_view,
      beach_front,
      private_pool,
      common_pool,
      garden_area,
      x_sm_roof_garden,
      x_sm_elevator,
      air_condition,
      alarm,
      x_sm_smart_home,
      storage_space,
      x_sm_maids_room,
      x_sm_separate_laundry,
      store_room,
      construction_stage,
      x_sm_height_allowed,
      x_sm_floors_allowed,
      unit_number,
      energy_efficiency_grade,
      heating_type,
      x_sm_heating_medium,
      electric,
      electricity_type,
      water_source,
      distance_from_beach,
      distance_from_airport,
      kitchen_features,
      covered_area,
      uncovered_area,
      building_area,
      covered_verandas,
      x_sm_uncovered_verandas,
      x_sm_building_density,
      x_sm_coverage,
      zoning,
      cadastral_reference,
      x_sm_vat_applicable,
      origin_project_key,
      developer_contact_key,
      lead_source,
      website_listing_date,
      key_holder_details,
      video_link,
      virtual_tour_link,
      listing_url,
      x_sm_excluded_from_marketing,
      short_description,
      name,
      garage_spaces,
      general_features,
      interior_features,
      exterior_features,
      community_features,
      lot_features,
      security_features,
      appliances,
      origin_native_id,
      origin_native_ref,
      origin_source_label,
      origin_legacy_id,
      seller_contact_key,
      origin_created_by_key,
      origin_modified_by_key,
      origin_etl_ts,
      origin_etl_batch_id,
      extensions)
    select
      p.listing_id,
      p.tenant_id,
      p.market,
      p.record_key,
      true,
      'INGESTED',
      x."ListPrice",
      coalesce(
        (select m.user_id from (select m.user_id, m.tenant_id, m.seq from public.mls_members m where m.origin_member_key = x."ListAgentKey" offset 0) m where m.tenant_id = p.tenant_id),
        (select m.user_id from (select m.user_id, m.tenant_id, m.seq from public.mls_members m where lower(m.email) = lower(p.payload ->> 'ListAgentEmail') offset 0) m
         where m.tenant_id = p.tenant_id and m.user_id is not null
         order by m.seq limit 1)),
      p.origin_system,
      now(),
      false,
      p.office_key,
      x."ModificationTimestamp",
      x."StandardStatus",
      x."ListingId",
      p.ref_collision,
      coalesce(x."LeaseAmount", x."LeasePrice"),
      coalesce(case when x."ListPriceCurrencyCode" ~ '^[A-Z]{3}$' then x."ListPriceCurrencyCode" end, p.currency_code),
      case when x."ListPriceCurrencyCode" ~ '^[A-Z]{3}$' then x."ListPriceCurrencyCode" end is null,
      x."PropertyClass",
      x."DevelopmentStatus",
      x."NewConstructionYN",
      x."PropertyCondition",
      x."BuilderName",
      x."BuilderModel",
      x."PropertyType",
      x."PropertySubType",
      x."ListingService",
      x."ListingAgreement",
      x."LeaseConsideredYN",
      x."SaleConsideredYN",
      x."BedroomsTotal",
      x."BathroomsTotalInteger",
      x."BathroomsHalf",
      x."LivingArea",
      x."LivingAreaUnits",
      x."LotSizeSquareFeet",
      x."LotSizeUnits",
      x."LotSizeAcres",
      x."ListPrice",
      x."LeaseAmountFrequency",
      x."OriginalEntryTimestamp",
      x."ListingContractDate",
      x."UnparsedAddress",
      x."City",
      x."StateOrProvince",
      x."PostalCode",
      x."Country",
      x."Latitude",
      x."Longitude",
      x."PublicRemarks",
      x."ListAgentKey",
      x."CoListAgentKey",
      x."ListOfficeKey",
      x."YearBuilt",
      x."YearBuiltEffective",
      x."View",
      x."PoolFeatures",
      x."Heating",
      x."Cooling",
      x."Furnished",
      x."PetsAllowed",
      x."FireplaceYN",
      x."ParkingFeatures",
      x."StoriesTotal",
      x."Stories",
      x."Flooring",
      x."FireplaceFeatures",
      x."WaterfrontFeatures",
      x."PatioAndPorchFeatures",
      x."OtherStructures",
      x."AssociationAmenities",
      x."Fencing",
      case when lower(x."X_SeaView" collate "C") in ('true', 'yes', '1') then true when lower(x."X_SeaView" collate "C") in ('false', 'no', '0') then false end,
      case when lower(x."X_MountainView" collate "C") in ('true', 'yes', '1') then true when lower(x."X_MountainView" collate "C") in ('false', 'no', '0') then false end,
      case when lower(x."X_BeachFront" collate "C") in ('true', 'yes', '1') then true when lower(x."X_BeachFront" collate "C") in ('false', 'no', '0') then false end,
      case when lower(x."X_PrivateSwimmingPool" collate "C") in ('true', 'yes', '1') then true when lower(x."X_PrivateSwimmingPool" collate "C") in ('false', 'no', '0') then false end,
      case when lower(x."X_CommonSwimmingPool" collate "C") in ('true', 'yes', '1') then true when lower(x."X_CommonSwimmingPool" collate "C") in ('false', 'no', '0') then false end,
      case when pg_input_is_valid(x."X_GardenArea", 'numeric(18,2)') and lower(x."X_GardenArea" collate "C") <> 'nan' then x."X_GardenArea"::numeric(18,2) end,
      case when pg_input_is_valid(x."X_RoofGardenArea", 'numeric(18,2)') and lower(x."X_RoofGardenArea" collate "C") <> 'nan' then x."X_RoofGardenArea"::numeric(18,2) end,
      case when lower(x."X_Elevator" collate "C") in ('true', 'yes', '1') then true when lower(x."X_Elevator" collate "C") in ('false', 'no', '0') then false end,
      case when lower(x."X_AirCondition" collate "C") in ('true', 'yes', '1') then true when lower(x."X_AirCondition" collate "C") in ('false', 'no', '0') then false end,
      case when lower(x."X_Alarm" collate "C") in ('true', 'yes', '1') then true when lower(x."X_Alarm" collate "C") in ('false', 'no', '0') then false end,
      case when lower(x."X_SmartHome" collate "C") in ('true', 'yes', '1') then true when lower(x."X_SmartHome" collate "C") in ('false', 'no', '0') then false end,
      case when lower(x."X_StorageSpace" collate "C") in ('true', 'yes', '1') then true when lower(x."X_StorageSpace" collate "C") in ('false', 'no', '0') then false end,
      case when lower(x."X_MaidsRoom" collate "C") in ('true', 'yes', '1') then true when lower(x."X_MaidsRoom" collate "C") in ('false', 'no', '0') then false end,
      case when lower(x."X_SeparateLaundryRoom" collate "C") in ('true', 'yes', '1') then true when lower(x."X_SeparateLaundryRoom" collate "C") in ('false', 'no', '0') then false end,
      case when lower(x."X_StoreRoom" collate "C") in ('true', 'yes', '1') then true when lower(x."X_StoreRoom" collate "C") in ('false', 'no', '0') then false end,
      x."X_ConstructionStage",
      x."X_Height",
      x."X_MaxFloor",
      x."X_UnitNumber",
      x."X_EnergyEfficiencyGrade",
      x."X_HeatingType",
      x."X_HeatingMedium",
      x."X_Electricity",
      x."X_ElectricityType",
      x."X_Water",
      case when pg_input_is_valid(x."X_DistanceFromBeach", 'numeric(10,3)') and lower(x."X_DistanceFromBeach" collate "C") <> 'nan' then x."X_DistanceFromBeach"::numeric(10,3) end,
      case when pg_input_is_valid(x."X_DistanceFromAirport", 'numeric(10,1)') and lower(x."X_DistanceFromAirport" collate "C") <> 'nan' then x."X_DistanceFromAirport"::numeric(10,1) end,
      x."X_KitchenType",
      x."X_CoveredArea",
      x."X_UncoveredArea",
      x."X_TotalArea",
      x."X_CoveredVerandas",
      x."X_UncoveredVerandas",
      case when pg_input_is_valid(x."X_BuildingDensity", 'numeric(9,2)') and lower(x."X_BuildingDensity" collate "C") <> 'nan' then x."X_BuildingDensity"::numeric(9,2) end,
      case when pg_input_is_valid(x."X_Coverage", 'numeric(9,2)') and lower(x."X_Coverage" collate "C") <> 'nan' then x."X_Coverage"::numeric(9,2) end,
      x."X_TownPlanningZone",
      x."X_CadastralReference",
      case when lower(x."X_PlusVAT" collate "C") in ('true', 'yes', '1') then true when lower(x."X_PlusVAT" collate "C") in ('false', 'no', '0') then false end,
      x."X_ProjectId",
      x."X_DeveloperContactKey",
      x."X_LeadSource",
      x."X_WebsiteListingDate",
      x."X_KeyHolderDetails",
      x."X_VideoLink",
      x."X_VirtualTourLink",
      x."X_WebsiteUrl",
      x."X_ExcludedProperty",
      x."X_ShortDescription",
      x."X_PropertyName",
      x."X_CustomerParking",
      x."X_AdditionalFeatures",
      x."X_InteriorFeatures",
      x."X_ExteriorFeatures",
      x."X_CommunityFeatures",
      x."X_LotFeatures",
      x."X_SecurityFeatures",
      x."X_Appliances",
      x."X_QobrixId",
      x."X_QobrixRef",
      x."X_QobrixSource",
      x."X_QobrixLegacyId",
      x."X_SellerContactKey",
      x."X_CreatedByMemberKey",
      x."X_ModifiedByMemberKey",
      x.etl_timestamp,
      x.etl_batch_id,
      jsonb_strip_nulls(p.payload - '{"ListingKey","ListingId","StandardStatus","PropertyClass","DevelopmentStatus","NewConstructionYN","PropertyCondition","BuilderName","BuilderModel","PropertyType","PropertySubType","ListingService","ListingAgreement","LeaseConsideredYN","SaleConsideredYN","BedroomsTotal","BathroomsTotalInteger","BathroomsHalf","LivingArea","LivingAreaUnits","LotSizeSquareFeet","LotSizeUnits","LotSizeAcres","ListPrice","LeasePrice","LeaseAmount","LeaseAmountFrequency","OriginalEntryTimestamp","ListingContractDate","ModificationTimestamp","UnparsedAddress","City","StateOrProvince","PostalCode","Country","Latitude","Longitude","PublicRemarks","ListAgentKey","CoListAgentKey","ListOfficeKey","YearBuilt","YearBuiltEffective","View","PoolFeatures","Heating","Cooling","Furnished","PetsAllowed","FireplaceYN","ParkingFeatures","StoriesTotal","Stories","Flooring","FireplaceFeatures","WaterfrontFeatures","PatioAndPorchFeatures","OtherStructures","AssociationAmenities","Fencing","X_SeaView","X_MountainView","X_BeachFront","X_PrivateSwimmingPool","X_CommonSwimmingPool","X_GardenArea","X_RoofGardenArea","X_Elevator","X_AirCondition","X_Alarm","X_SmartHome","X_StorageSpace","X_MaidsRoom","X_SeparateLaundryRoom","X_StoreRoom","X_ConstructionStage","X_Height","X_MaxFloor","X_UnitNumber","X_EnergyEfficiencyGrade","X_HeatingType","X_HeatingMedium","X_Electricity","X_ElectricityType","X_Water","X_DistanceFromBeach","X_DistanceFromAirport","X_KitchenType","X_CoveredArea","X_UncoveredArea","X_TotalArea","X_CoveredVerandas","X_UncoveredVerandas","X_BuildingDensity","X_Coverage","X_TownPlanningZone","X_CadastralReference","X_PlusVAT","X_ProjectId","X_DeveloperContactKey","X_LeadSource","X_WebsiteListingDate","X_KeyHolderDetails","X_VideoLink","X_VirtualTourLink","X_WebsiteUrl","X_ExcludedProperty","X_ShortDescription","X_PropertyName","X_CustomerParking","X_AdditionalFeatures","X_InteriorFeatures","X_ExteriorFeatures","X_CommunityFeatures","X_LotFeatures","X_SecurityFeatures","X_Appliances","X_QobrixId","X_QobrixRef","X_QobrixSource","X_QobrixLegacyId","X_SellerContactKey","X_CreatedByMemberKey","X_ModifiedByMemberKey","X_QobrixModified","OriginatingSystemOfficeKey","X_DataSource","etl_timestamp","etl_batch_id","ListPriceCurrencyCode"}'::text[]) || jsonb_strip_nulls(jsonb_build_object(
        'X_SeaView', case when x."X_SeaView" is distinct from (case when lower(x."X_SeaView" collate "C") in ('true', 'yes', '1') then true when lower(x."X_SeaView" collate "C") in ('false', 'no', '0') then false end)::text then x."X_SeaView" end,
        'X_MountainView', case when x."X_MountainView" is distinct from (case when lower(x."X_MountainView" collate "C") in ('true', 'yes', '1') then true when lower(x."X_MountainView" collate "C") in ('false', 'no', '0') then false end)::text then x."X_MountainView" end,
        'X_BeachFront', case when x."X_BeachFront" is distinct from (case when lower(x."X_BeachFront" collate "C") in ('true', 'yes', '1') then true when lower(x."X_BeachFront" collate "C") in ('false', 'no', '0') then false end)::text then x."X_BeachFront" end,
        'X_PrivateSwimmingPool', case when x."X_PrivateSwimmingPool" is distinct from (case when lower(x."X_PrivateSwimmingPool" collate "C") in ('true', 'yes', '1') then true when lower(x."X_PrivateSwimmingPool" collate "C") in ('false', 'no', '0') then false end)::text then x."X_PrivateSwimmingPool" end,
        'X_CommonSwimmingPool', case when x."X_CommonSwimmingPool" is distinct from (case when lower(x."X_CommonSwimmingPool" collate "C") in ('true', 'yes', '1') then true when lower(x."X_CommonSwimmingPool" collate "C") in ('false', 'no', '0') then false end)::text then x."X_CommonSwimmingPool" end,
        'X_GardenArea', case when x."X_GardenArea" is distinct from (case when pg_input_is_valid(x."X_GardenArea", 'numeric(18,2)') and lower(x."X_GardenArea" collate "C") <> 'nan' then x."X_GardenArea"::numeric(18,2) end)::text then x."X_GardenArea" end,
        'X_RoofGardenArea', case when x."X_RoofGardenArea" is distinct from (case when pg_input_is_valid(x."X_RoofGardenArea", 'numeric(18,2)') and lower(x."X_RoofGardenArea" collate "C") <> 'nan' then x."X_RoofGardenArea"::numeric(18,2) end)::text then x."X_RoofGardenArea" end,
        'X_Elevator', case when x."X_Elevator" is distinct from (case when lower(x."X_Elevator" collate "C") in ('true', 'yes', '1') then true when lower(x."X_Elevator" collate "C") in ('false', 'no', '0') then false end)::text then x."X_Elevator" end,
        'X_AirCondition', case when x."X_AirCondition" is distinct from (case when lower(x."X_AirCondition" collate "C") in ('true', 'yes', '1') then true when lower(x."X_AirCondition" collate "C") in ('false', 'no', '0') then false end)::text then x."X_AirCondition" end,
        'X_Alarm', case when x."X_Alarm" is distinct from (case when lower(x."X_Alarm" collate "C") in ('true', 'yes', '1') then true when lower(x."X_Alarm" collate "C") in ('false', 'no', '0') then false end)::text then x."X_Alarm" end,
        'X_SmartHome', case when x."X_SmartHome" is distinct from (case when lower(x."X_SmartHome" collate "C") in ('true', 'yes', '1') then true when lower(x."X_SmartHome" collate "C") in ('false', 'no', '0') then false end)::text then x."X_SmartHome" end,
        'X_StorageSpace', case when x."X_StorageSpace" is distinct from (case when lower(x."X_StorageSpace" collate "C") in ('true', 'yes', '1') then true when lower(x."X_StorageSpace" collate "C") in ('false', 'no', '0') then false end)::text then x."X_StorageSpace" end,
        'X_MaidsRoom', case when x."X_MaidsRoom" is distinct from (case when lower(x."X_MaidsRoom" collate "C") in ('true', 'yes', '1') then true when lower(x."X_MaidsRoom" collate "C") in ('false', 'no', '0') then false end)::text then x."X_MaidsRoom" end,
        'X_SeparateLaundryRoom', case when x."X_SeparateLaundryRoom" is distinct from (case when lower(x."X_SeparateLaundryRoom" collate "C") in ('true', 'yes', '1') then true when lower(x."X_SeparateLaundryRoom" collate "C") in ('false', 'no', '0') then false end)::text then x."X_SeparateLaundryRoom" end,
        'X_StoreRoom', case when x."X_StoreRoom" is distinct from (case when lower(x."X_StoreRoom" collate "C") in ('true', 'yes', '1') then true when lower(x."X_StoreRoom" collate "C") in ('false', 'no', '0') then false end)::text then x."X_StoreRoom" end,
        'X_DistanceFromBeach', case when x."X_DistanceFromBeach" is distinct from (case when pg_input_is_valid(x."X_DistanceFromBeach", 'numeric(10,3)') and lower(x."X_DistanceFromBeach" collate "C") <> 'nan' then x."X_DistanceFromBeach"::numeric(10,3) end)::text then x."X_DistanceFromBeach" end,
        'X_DistanceFromAirport', case when x."X_DistanceFromAirport" is distinct from (case when pg_input_is_valid(x."X_DistanceFromAirport", 'numeric(10,1)') and lower(x."X_DistanceFromAirport" collate "C") <> 'nan' then x."X_DistanceFromAirport"::numeric(10,1) end)::text then x."X_DistanceFromAirport" end,
        'X_BuildingDensity', case when x."X_BuildingDensity" is distinct from (case when pg_input_is_valid(x."X_BuildingDensity", 'numeric(9,2)') and lower(x."X_BuildingDensity" collate "C") <> 'nan' then x."X_BuildingDensity"::numeric(9,2) end)::text then x."X_BuildingDensity" end,
        'X_Coverage', case when x."X_Coverage" is distinct from (case when pg_input_is_valid(x."X_Coverage", 'numeric(9,2)') and lower(x."X_Coverage" collate "C") <> 'nan' then x."X_Coverage"::numeric(9,2) end)::text then x."X_Coverage" end,
        'X_PlusVAT', case when x."X_PlusVAT" is distinct from (case when lower(x."X_PlusVAT" collate "C") in ('true', 'yes', '1') then true when lower(x."X_PlusVAT" collate "C") in ('false', 'no', '0') then false end)::text then x."X_PlusVAT" end,
        'LeasePrice', case when x."LeasePrice" is distinct from coalesce(x."LeaseAmount", x."LeasePrice") then x."LeasePrice" end,
        'X_QobrixModified', case when x."X_QobrixModified" is distinct from x."ModificationTimestamp" then x."X_QobrixModified" end,
        'X_DataSource', case when x."X_DataSource" is distinct from null then x."X_DataSource" end))
    from plan p cross join lateral jsonb_to_record(p.payload) as x (
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
      "LivingArea" numeric(18,2),
      "LivingAreaUnits" text,
      "LotSizeSquareFeet" numeric(18,2),
      "LotSizeUnits" text,
      "LotSizeAcres" numeric(18,4),
      "ListPrice" numeric(18,2),
      "LeasePrice" numeric(18,2),
      "LeaseAmount" numeric(18,2),
      "LeaseAmountFrequency" text,
      "OriginalEntryTimestamp" timestamptz,
      "ListingContractDate" date,
      "ModificationTimestamp" timestamptz,
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
      "X_PrivateSwimmingPool" text,
      "X_CommonSwimmingPool" text,
      "X_GardenArea" text,
      "X_RoofGardenArea" text,
      "X_Elevator" text,
      "X_AirCondition" text,
      "X_Alarm" text,
      "X_SmartHome" text,
      "X_StorageSpace" text,
      "X_MaidsRoom" text,
      "X_SeparateLaundryRoom" text,
      "X_StoreRoom" text,
      "X_ConstructionStage" text,
      "X_Height" numeric(10,2),
      "X_MaxFloor" integer,
      "X_UnitNumber" text,
      "X_EnergyEfficiencyGrade" text,
      "X_HeatingType" text,
      "X_HeatingMedium" text,
      "X_Electricity" text,
      "X_ElectricityType" text,
      "X_Water" text,
      "X_DistanceFromBeach" text,
      "X_DistanceFromAirport" text,
      "X_KitchenType" text,
      "X_CoveredArea" numeric(18,2),
      "X_UncoveredArea" numeric(18,2),
      "X_TotalArea" numeric(18,2),
      "X_CoveredVerandas" numeric(18,2),
      "X_UncoveredVerandas" numeric(18,2),
      "X_BuildingDensity" text,
      "X_Coverage" text,
      "X_TownPlanningZone" text,
      "X_CadastralReference" text,
      "X_PlusVAT" text,
      "X_ProjectId" text,
      "X_DeveloperContactKey" text,
      "X_LeadSource" text,
      "X_WebsiteListingDate" date,
      "X_KeyHolderDetails" text,
      "X_VideoLink" text,
      "X_VirtualTourLink" text,
      "X_WebsiteUrl" text,
      "X_ExcludedProperty" boolean,
      "X_ShortDescription" text,
      "X_PropertyName" text,
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
      "X_SellerContactKey" text,
      "X_CreatedByMemberKey" text,
      "X_ModifiedByMemberKey" text,
      "X_QobrixModified" timestamptz,
      "OriginatingSystemOfficeKey" text,
      "X_DataSource" text,
      etl_timestamp timestamptz,
      etl_batch_id text,
      "ListPriceCurrencyCode" text)
    where p.outcome = 'insert'
    order by p.ordinal
  ),
  refreshed as (
    update public.mls_listings l set
      origin_system = p.origin_system,
      origin_sync_ts = now(),
      origin_deleted = false,
      originating_office_key = p.office_key,
      origin_modified_ts = x."ModificationTimestamp",
      source_standard_status = x."StandardStatus",
      ref = x."ListingId",
      ref_collision = p.ref_collision,
      lease_amount = coalesce(x."LeaseAmount", x."LeasePrice"),
      currency_code = coalesce(case when x."ListPriceCurrencyCode" ~ '^[A-Z]{3}$' then x."ListPriceCurrencyCode" end, p.currency_code),
      currency_assumed = case when x."ListPriceCurrencyCode" ~ '^[A-Z]{3}$' then x."ListPriceCurrencyCode" end is null,
      property_class = x."PropertyClass",
      development_status = x."DevelopmentStatus",
      is_new_construction = x."NewConstructionYN",
      property_condition = x."PropertyCondition",
      builder_name = x."BuilderName",
      builder_model = x."BuilderModel",
      property_type = x."PropertyType",
      property_subtype = x."PropertySubType",
      listing_service = x."ListingService",
      listing_agreement = x."ListingAgreement",
      lease_considered = x."LeaseConsideredYN",
      sale_considered = x."SaleConsideredYN",
      bedrooms = x."BedroomsTotal",
      bathrooms = x."BathroomsTotalInteger",
      half_bath = x."BathroomsHalf",
      living_area = x."LivingArea",
      living_area_unit = x."LivingAreaUnits",
      lot_size = x."LotSizeSquareFeet",
      lot_size_unit = x."LotSizeUnits",
      lot_size_acres = x."LotSizeAcres",
      list_price = x."ListPrice",
      lease_amount_frequency = x."LeaseAmountFrequency",
      origin_created_ts = x."OriginalEntryTimestamp",
      listed_date = x."ListingContractDate",
      street = x."UnparsedAddress",
      city = x."City",
      state = x."StateOrProvince",
      post_code = x."PostalCode",
      country = x."Country",
      latitude = x."Latitude",
      longitude = x."Longitude",
      public_remarks = x."PublicRemarks",
      list_agent_key = x."ListAgentKey",
      co_list_agent_key = x."CoListAgentKey",
      list_office_key = x."ListOfficeKey",
      year_built = x."YearBuilt",
      x_sm_year_renovated = x."YearBuiltEffective",
      view = x."View",
      pool_features = x."PoolFeatures",
      heating_features = x."Heating",
      cooling_features = x."Cooling",
      furnished = x."Furnished",
      pets_allowed = x."PetsAllowed",
      has_fireplace = x."FireplaceYN",
      garage_features = x."ParkingFeatures",
      stories_total = x."StoriesTotal",
      floor_number = x."Stories",
      flooring = x."Flooring",
      fireplace_features = x."FireplaceFeatures",
      waterfront_features = x."WaterfrontFeatures",
      patio_porch_features = x."PatioAndPorchFeatures",
      other_structures = x."OtherStructures",
      amenities = x."AssociationAmenities",
      fencing = x."Fencing",
      sea_view = case when lower(x."X_SeaView" collate "C") in ('true', 'yes', '1') then true when lower(x."X_SeaView" collate "C") in ('false', 'no', '0') then false end,
      mountain_view = case when lower(x."X_MountainView" collate "C") in ('true', 'yes', '1') then true when lower(x."X_MountainView" collate "C") in ('false', 'no', '0') then false end,
      beach_front = case when lower(x."X_BeachFront" collate "C") in ('true', 'yes', '1') then true when lower(x."X_BeachFront" collate "C") in ('false', 'no', '0') then false end,
      private_pool = case when lower(x."X_PrivateSwimmingPool" collate "C") in ('true', 'yes', '1') then true when lower(x."X_PrivateSwimmingPool" collate "C") in ('false', 'no', '0') then false end,
      common_pool = case when lower(x."X_CommonSwimmingPool" collate "C") in ('true', 'yes', '1') then true when lower(x."X_CommonSwimmingPool" collate "C") in ('false', 'no', '0') then false end,
      garden_area = case when pg_input_is_valid(x."X_GardenArea", 'numeric(18,2)') and lower(x."X_GardenArea" collate "C") <> 'nan' then x."X_GardenArea"::numeric(18,2) end,
      x_sm_roof_garden = case when pg_input_is_valid(x."X_RoofGardenArea", 'numeric(18,2)') and lower(x."X_RoofGardenArea" collate "C") <> 'nan' then x."X_RoofGardenArea"::numeric(18,2) end,
      x_sm_elevator = case when lower(x."X_Elevator" collate "C") in ('true', 'yes', '1') then true when lower(x."X_Elevator" collate "C") in ('false', 'no', '0') then false end,
      air_condition = case when lower(x."X_AirCondition" collate "C") in ('true', 'yes', '1') then true when lower(x."X_AirCondition" collate "C") in ('false', 'no', '0') then false end,
      alarm = case when lower(x."X_Alarm" collate "C") in ('true', 'yes', '1') then true when lower(x."X_Alarm" collate "C") in ('false', 'no', '0') then false end,
      x_sm_smart_home = case when lower(x."X_SmartHome" collate "C") in ('true', 'yes', '1') then true when lower(x."X_SmartHome" collate "C") in ('false', 'no', '0') then false end,
      storage_space = case when lower(x."X_StorageSpace" collate "C") in ('true', 'yes', '1') then true when lower(x."X_StorageSpace" collate "C") in ('false', 'no', '0') then false end,
      x_sm_maids_room = case when lower(x."X_MaidsRoom" collate "C") in ('true', 'yes', '1') then true when lower(x."X_MaidsRoom" collate "C") in ('false', 'no', '0') then false end,
      x_sm_separate_laundry = case when lower(x."X_SeparateLaundryRoom" collate "C") in ('true', 'yes', '1') then true when lower(x."X_SeparateLaundryRoom" collate "C") in ('false', 'no', '0') then false end,
      store_room = case when lower(x."X_StoreRoom" collate "C") in ('true', 'yes', '1') then true when lower(x."X_StoreRoom" collate "C") in ('false', 'no', '0') then false end,
      construction_stage = x."X_ConstructionStage",
      x_sm_height_allowed = x."X_Height",
      x_sm_floors_allowed = x."X_MaxFloor",
      unit_number = x."X_UnitNumber",
      energy_efficiency_grade = x."X_EnergyEfficiencyGrade",
      heating_type = x."X_HeatingType",
      x_sm_heating_medium = x."X_HeatingMedium",
      electric = x."X_Electricity",
      electricity_type = x."X_ElectricityType",
      water_source = x."X_Water",
      distance_from_beach = case when pg_input_is_valid(x."X_DistanceFromBeach", 'numeric(10,3)') and lower(x."X_DistanceFromBeach" collate "C") <> 'nan' then x."X_DistanceFromBeach"::numeric(10,3) end,
      distance_from_airport = case when pg_input_is_valid(x."X_DistanceFromAirport", 'numeric(10,1)') and lower(x."X_DistanceFromAirport" collate "C") <> 'nan' then x."X_DistanceFromAirport"::numeric(10,1) end,
      kitchen_features = x."X_KitchenType",
      covered_area = x."X_CoveredArea",
      uncovered_area = x."X_UncoveredArea",
      building_area = x."X_TotalArea",
      covered_verandas = x."X_CoveredVerandas",
      x_sm_uncovered_verandas = x."X_UncoveredVerandas",
      x_sm_building_density = case when pg_input_is_valid(x."X_BuildingDensity", 'numeric(9,2)') and lower(x."X_BuildingDensity" collate "C") <> 'nan' then x."X_BuildingDensity"::numeric(9,2) end,
      x_sm_coverage = case when pg_input_is_valid(x."X_Coverage", 'numeric(9,2)') and lower(x."X_Coverage" collate "C") <> 'nan' then x."X_Coverage"::numeric(9,2) end,
      zoning = x."X_TownPlanningZone",
      cadastral_reference = x."X_CadastralReference",
      x_sm_vat_applicable = case when lower(x."X_PlusVAT" collate "C") in ('true', 'yes', '1') then true when lower(x."X_PlusVAT" collate "C") in ('false', 'no', '0') then false end,
      origin_project_key = x."X_ProjectId",
      developer_contact_key = x."X_DeveloperContactKey",
      lead_source = x."X_LeadSource",
      website_listing_date = x."X_WebsiteListingDate",
      key_holder_details = x."X_KeyHolderDetails",
      video_link = x."X_VideoLink",
      virtual_tour_link = x."X_VirtualTourLink",
      listing_url = x."X_WebsiteUrl",
      x_sm_excluded_from_marketing = x."X_ExcludedProperty",
      short_description = x."X_ShortDescription",
      name = x."X_PropertyName",
      garage_spaces = x."X_CustomerParking",
      general_features = x."X_AdditionalFeatures",
      interior_features = x."X_InteriorFeatures",
      exterior_features = x."X_ExteriorFeatures",
      community_features = x."X_CommunityFeatures",
      lot_features = x."X_LotFeatures",
      security_features = x."X_SecurityFeatures",
      appliances = x."X_Appliances",
      origin_native_id = x."X_QobrixId",
      origin_native_ref = x."X_QobrixRef",
      origin_source_label = x."X_QobrixSource",
      origin_legacy_id = x."X_QobrixLegacyId",
      seller_contact_key = x."X_SellerContactKey",
      origin_created_by_key = x."X_CreatedByMemberKey",
      origin_modified_by_key = x."X_ModifiedByMemberKey",
      origin_etl_ts = x.etl_timestamp,
      origin_etl_batch_id = x.etl_batch_id,
      extensions = jsonb_strip_nulls(p.payload - '{"ListingKey","ListingId","StandardStatus","PropertyClass","DevelopmentStatus","NewConstructionYN","PropertyCondition","BuilderName","BuilderModel","PropertyType","PropertySubType","ListingService","ListingAgreement","LeaseConsideredYN","SaleConsideredYN","BedroomsTotal","BathroomsTotalInteger","BathroomsHalf","LivingArea","LivingAreaUnits","LotSizeSquareFeet","LotSizeUnits","LotSizeAcres","ListPrice","LeasePrice","LeaseAmount","LeaseAmountFrequency","OriginalEntryTimestamp","ListingContractDate","ModificationTimestamp","UnparsedAddress","City","StateOrProvince","PostalCode","Country","Latitude","Longitude","PublicRemarks","ListAgentKey","CoListAgentKey","ListOfficeKey","YearBuilt","YearBuiltEffective","View","PoolFeatures","Heating","Cooling","Furnished","PetsAllowed","FireplaceYN","ParkingFeatures","StoriesTotal","Stories","Flooring","FireplaceFeatures","WaterfrontFeatures","PatioAndPorchFeatures","OtherStructures","AssociationAmenities","Fencing","X_SeaView","X_MountainView","X_BeachFront","X_PrivateSwimmingPool","X_CommonSwimmingPool","X_GardenArea","X_RoofGardenArea","X_Elevator","X_AirCondition","X_Alarm","X_SmartHome","X_StorageSpace","X_MaidsRoom","X_SeparateLaundryRoom","X_StoreRoom","X_ConstructionStage","X_Height","X_MaxFloor","X_UnitNumber","X_EnergyEfficiencyGrade","X_HeatingType","X_HeatingMedium","X_Electricity","X_ElectricityType","X_Water","X_DistanceFromBeach","X_DistanceFromAirport","X_KitchenType","X_CoveredArea","X_UncoveredArea","X_TotalArea","X_CoveredVerandas","X_UncoveredVerandas","X_BuildingDensity","X_Coverage","X_TownPlanningZone","X_CadastralReference","X_PlusVAT","X_ProjectId","X_DeveloperContactKey","X_LeadSource","X_WebsiteListingDate","X_KeyHolderDetails","X_VideoLink","X_VirtualTourLink","X_WebsiteUrl","X_ExcludedProperty","X_ShortDescription","X_PropertyName","X_CustomerParking","X_AdditionalFeatures","X_InteriorFeatures","X_ExteriorFeatures","X_CommunityFeatures","X_LotFeatures","X_SecurityFeatures","X_Appliances","X_QobrixId","X_QobrixRef","X_QobrixSource","X_QobrixLegacyId","X_SellerContactKey","X_CreatedByMemberKey","X_ModifiedByMemberKey","X_QobrixModified","OriginatingSystemOfficeKey","X_DataSource","etl_timestamp","etl_batch_id","ListPriceCurrencyCode"}'::text[]) || jsonb_strip_nulls(jsonb_build_object(
        'X_SeaView', case when x."X_SeaView" is distinct from (case when lower(x."X_SeaView" collate "C") in ('true', 'yes', '1') then true when lower(x."X_SeaView" collate "C") in ('false', 'no', '0') then false end)::text then x."X_SeaView" end,
        'X_MountainView', case when x."X_MountainView" is distinct from (case when lower(x."X_MountainView" collate "C") in ('true', 'yes', '1') then true when lower(x."X_MountainView" collate "C") in ('false', 'no', '0') then false end)::text then x."X_MountainView" end,
        'X_BeachFront', case when x."X_BeachFront" is distinct from (case when lower(x."X_BeachFront" collate "C") in ('true', 'yes', '1') then true when lower(x."X_BeachFront" collate "C") in ('false', 'no', '0') then false end)::text then x."X_BeachFront" end,
        'X_PrivateSwimmingPool', case when x."X_PrivateSwimmingPool" is distinct from (case when lower(x."X_PrivateSwimmingPool" collate "C") in ('true', 'yes', '1') then true when lower(x."X_PrivateSwimmingPool" collate "C") in ('false', 'no', '0') then false end)::text then x."X_PrivateSwimmingPool" end,
        'X_CommonSwimmingPool', case when x."X_CommonSwimmingPool" is distinct from (case when lower(x."X_CommonSwimmingPool" collate "C") in ('true', 'yes', '1') then true when lower(x."X_CommonSwimmingPool" collate "C") in ('false', 'no', '0') then false end)::text then x."X_CommonSwimmingPool" end,
        'X_GardenArea', case when x."X_GardenArea" is distinct from (case when pg_input_is_valid(x."X_GardenArea", 'numeric(18,2)') and lower(x."X_GardenArea" collate "C") <> 'nan' then x."X_GardenArea"::numeric(18,2) end)::text then x."X_GardenArea" end,
        'X_RoofGardenArea', case when x."X_RoofGardenArea" is distinct from (case when pg_input_is_valid(x."X_RoofGardenArea", 'numeric(18,2)') and lower(x."X_RoofGardenArea" collate "C") <> 'nan' then x."X_RoofGardenArea"::numeric(18,2) end)::text then x."X_RoofGardenArea" end,
        'X_Elevator', case when x."X_Elevator" is distinct from (case when lower(x."X_Elevator" collate "C") in ('true', 'yes', '1') then true when lower(x."X_Elevator" collate "C") in ('false', 'no', '0') then false end)::text then x."X_Elevator" end,
        'X_AirCondition', case when x."X_AirCondition" is distinct from (case when lower(x."X_AirCondition" collate "C") in ('true', 'yes', '1') then true when lower(x."X_AirCondition" collate "C") in ('false', 'no', '0') then false end)::text then x."X_AirCondition" end,
        'X_Alarm', case when x."X_Alarm" is distinct from (case when lower(x."X_Alarm" collate "C") in ('true', 'yes', '1') then true when lower(x."X_Alarm" collate "C") in ('false', 'no', '0') then false end)::text then x."X_Alarm" end,
        'X_SmartHome', case when x."X_SmartHome" is distinct from (case when lower(x."X_SmartHome" collate "C") in ('true', 'yes', '1') then true when lower(x."X_SmartHome" collate "C") in ('false', 'no', '0') then false end)::text then x."X_SmartHome" end,
        'X_StorageSpace', case when x."X_StorageSpace" is distinct from (case when lower(x."X_StorageSpace" collate "C") in ('true', 'yes', '1') then true when lower(x."X_StorageSpace" collate "C") in ('false', 'no', '0') then false end)::text then x."X_StorageSpace" end,
        'X_MaidsRoom', case when x."X_MaidsRoom" is distinct from (case when lower(x."X_MaidsRoom" collate "C") in ('true', 'yes', '1') then true when lower(x."X_MaidsRoom" collate "C") in ('false', 'no', '0') then false end)::text then x."X_MaidsRoom" end,
        'X_SeparateLaundryRoom', case when x."X_SeparateLaundryRoom" is distinct from (case when lower(x."X_SeparateLaundryRoom" collate "C") in ('true', 'yes', '1') then true when lower(x."X_SeparateLaundryRoom" collate "C") in ('false', 'no', '0') then false end)::text then x."X_SeparateLaundryRoom" end,
        'X_StoreRoom', case when x."X_StoreRoom" is distinct from (case when lower(x."X_StoreRoom" collate "C") in ('true', 'yes', '1') then true when lower(x."X_StoreRoom" collate "C") in ('false', 'no', '0') then false end)::text then x."X_StoreRoom" end,
        'X_DistanceFromBeach', case when x."X_DistanceFromBeach" is distinct from (case when pg_input_is_valid(x."X_DistanceFromBeach", 'numeric(10,3)') and lower(x."X_DistanceFromBeach" collate "C") <> 'nan' then x."X_DistanceFromBeach"::numeric(10,3) end)::text then x."X_DistanceFromBeach" end,
        'X_DistanceFromAirport', case when x."X_DistanceFromAirport" is distinct from (case when pg_input_is_valid(x."X_DistanceFromAirport", 'numeric(10,1)') and lower(x."X_DistanceFromAirport" collate "C") <> 'nan' then x."X_DistanceFromAirport"::numeric(10,1) end)::text then x."X_DistanceFromAirport" end,
        'X_BuildingDensity', case when x."X_BuildingDensity" is distinct from (case when pg_input_is_valid(x."X_BuildingDensity", 'numeric(9,2)') and lower(x."X_BuildingDensity" collate "C") <> 'nan' then x."X_BuildingDensity"::numeric(9,2) end)::text then x."X_BuildingDensity" end,
        'X_Coverage', case when x."X_Coverage" is distinct from (case when pg_input_is_valid(x."X_Coverage", 'numeric(9,2)') and lower(x."X_Coverage" collate "C") <> 'nan' then x."X_Coverage"::numeric(9,2) end)::text then x."X_Coverage" end,
        'X_PlusVAT', case when x."X_PlusVAT" is distinct from (case when lower(x."X_PlusVAT" collate "C") in ('true', 'yes', '1') then true when lower(x."X_PlusVAT" collate "C") in ('false', 'no', '0') then false end)::text then x."X_PlusVAT" end,
        'LeasePrice', case when x."LeasePrice" is distinct from coalesce(x."LeaseAmount", x."LeasePrice") then x."LeasePrice" end,
        'X_QobrixModified', case when x."X_QobrixModified" is distinct from x."ModificationTimestamp" then x."X_QobrixModified" end,
        'X_DataSource', case when x."X_DataSource" is distinct from null then x."X_DataSource" end)),
      broker_id = coalesce(coalesce(
        (select m.user_id from (select m.user_id, m.tenant_id, m.seq from public.mls_members m where m.origin_member_key = x."ListAgentKey" offset 0) m where m.tenant_id = p.tenant_id),
        (select m.user_id from (select m.user_id, m.tenant_id, m.seq from public.mls_members m where lower(m.email) = lower(p.payload ->> 'ListAgentEmail') offset 0) m
         where m.tenant_id = p.tenant_id and m.user_id is not null
         order by m.seq limit 1)), l.broker_id),
      status = case when l.status = 'INGESTED' then l.status else coalesce(case when not mls.is_echo(p.listing_id, 'StandardStatus', x."StandardStatus", p.applied_at)
        then mls.tracked_status(l.status, p.previous ->> 'StandardStatus', x."StandardStatus") end, l.status) end
    from plan p cross join lateral jsonb_to_record(p.payload) as x (
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
      "LivingArea" numeric(18,2),
      "LivingAreaUnits" text,
      "LotSizeSquareFeet" numeric(18,2),
      "LotSizeUnits" text,
      "LotSizeAcres" numeric(18,4),
      "ListPrice" numeric(18,2),
      "LeasePrice" numeric(18,2),
      "LeaseAmount" numeric(18,2),
      "LeaseAmountFrequency" text,
      "OriginalEntryTimestamp" timestamptz,
      "ListingContractDate" date,
      "ModificationTimestamp" timestamptz,
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
      "X_PrivateSwimmingPool" text,
      "X_CommonSwimmingPool" text,
      "X_GardenArea" text,
      "X_RoofGardenArea" text,
      "X_Elevator" text,
      "X_AirCondition" text,
      "X_Alarm" text,
      "X_SmartHome" text,
      "X_StorageSpace" text,
      "X_MaidsRoom" text,
      "X_SeparateLaundryRoom" text,
      "X_StoreRoom" text,
      "X_ConstructionStage" text,
      "X_Height" numeric(10,2),
      "X_MaxFloor" integer,
      "X_UnitNumber" text,
      "X_EnergyEfficiencyGrade" text,
      "X_HeatingType" text,
      "X_HeatingMedium" text,
      "X_Electricity" text,
      "X_ElectricityType" text,
      "X_Water" text,
      "X_DistanceFromBeach" text,
      "X_DistanceFromAirport" text,
      "X_KitchenType" text,
      "X_CoveredArea" numeric(18,2),
      "X_UncoveredArea" numeric(18,2),
      "X_TotalArea" numeric(18,2),
      "X_CoveredVerandas" numeric(18,2),
      "X_UncoveredVerandas" numeric(18,2),
      "X_BuildingDensity" text,
      "X_Coverage" text,
      "X_TownPlanningZone" text,
      "X_CadastralReference" text,
      "X_PlusVAT" text,
      "X_ProjectId" text,
      "X_DeveloperContactKey" text,
      "X_LeadSource" text,
      "X_WebsiteListingDate" date,
      "X_KeyHolderDetails" text,
      "X_VideoLink" text,
      "X_VirtualTourLink" text,
      "X_WebsiteUrl" text,
      "X_ExcludedProperty" boolean,
      "X_ShortDescription" text,
      "X_PropertyName" text,
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
      "X_SellerContactKey" text,
      "X_CreatedByMemberKey" text,
      "X_ModifiedByMemberKey" text,
      "X_QobrixModified" timestamptz,
      "OriginatingSystemOfficeKey" text,
      "X_DataSource" text,
      etl_timestamp timestamptz,
      etl_batch_id text,
      "ListPriceCurrencyCode" text)
    where p.outcome = 'refresh' and l.id = p.listing_id
  ),
  tracked as (
    update public.mls_listings l set
      origin_sync_ts = now(),
      origin_deleted = false,
      origin_modified_ts = x."ModificationTimestamp",
      origin_etl_ts = x.etl_timestamp,
      origin_etl_batch_id = x.etl_batch_id,
      source_standard_status = x."StandardStatus",
      list_price = case when ((p.payload -> 'ListPrice') is distinct from (p.previous -> 'ListPrice')) and x."ListPrice" is not null and not (mls.is_echo(p.listing_id, 'ListPrice', (x."ListPrice")::text)) then x."ListPrice" else l.list_price end,
      lease_amount = case when (coalesce(p.payload ->> 'LeaseAmount', p.payload ->> 'LeasePrice')
        is distinct from coalesce(p.previous ->> 'LeaseAmount', p.previous ->> 'LeasePrice')) and coalesce(x."LeaseAmount", x."LeasePrice") is not null and not (mls.is_echo(p.listing_id, 'LeaseAmount', (coalesce(x."LeaseAmount", x."LeasePrice"))::text)) then coalesce(x."LeaseAmount", x."LeasePrice") else l.lease_amount end,
      lease_amount_frequency = case when ((p.payload -> 'LeaseAmountFrequency') is distinct from (p.previous -> 'LeaseAmountFrequency')) and x."LeaseAmountFrequency" is not null and not (mls.is_echo(p.listing_id, 'LeaseAmountFrequency', (x."LeaseAmountFrequency")::text)) then x."LeaseAmountFrequency" else l.lease_amount_frequency end,
      currency_code = case when ((p.payload -> 'ListPriceCurrencyCode') is distinct from (p.previous -> 'ListPriceCurrencyCode')) and case when x."ListPriceCurrencyCode" ~ '^[A-Z]{3}$' then x."ListPriceCurrencyCode" end is not null and not (mls.is_echo(p.listing_id, 'ListPriceCurrencyCode', (case when x."ListPriceCurrencyCode" ~ '^[A-Z]{3}$' then x."ListPriceCurrencyCode" end)::text)) then case when x."ListPriceCurrencyCode" ~ '^[A-Z]{3}$' then x."ListPriceCurrencyCode" end else l.currency_code end,
      latitude = case when ((p.payload -> 'Latitude') is distinct from (p.previous -> 'Latitude') or (p.payload -> 'Longitude') is distinct from (p.previous -> 'Longitude')) and x."Latitude" is not null and not (mls.is_echo(p.listing_id, 'Latitude', (x."Latitude")::text) and mls.is_echo(p.listing_id, 'Longitude', (x."Longitude")::text)) then x."Latitude" else l.latitude end,
      longitude = case when ((p.payload -> 'Latitude') is distinct from (p.previous -> 'Latitude') or (p.payload -> 'Longitude') is distinct from (p.previous -> 'Longitude')) and x."Longitude" is not null and not (mls.is_echo(p.listing_id, 'Latitude', (x."Latitude")::text) and mls.is_echo(p.listing_id, 'Longitude', (x."Longitude")::text)) then x."Longitude" else l.longitude end,
      extensions = case when (p.payload -> 'LeaseAmount') is distinct from (p.previous -> 'LeaseAmount') or (p.payload -> 'LeasePrice') is distinct from (p.previous -> 'LeasePrice')
        then l.extensions - 'LeasePrice' else l.extensions end,
      currency_assumed = l.currency_assumed and case when x."ListPriceCurrencyCode" ~ '^[A-Z]{3}$' then x."ListPriceCurrencyCode" end is null,
      status = coalesce(case when not mls.is_echo(p.listing_id, 'StandardStatus', x."StandardStatus", p.applied_at)
        then mls.tracked_status(l.status, p.previous ->> 'StandardStatus', x."StandardStatus") end, l.status)
    from plan p cross join lateral jsonb_to_record(p.payload) as x (
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
      "LivingArea" numeric(18,2),
      "LivingAreaUnits" text,
      "LotSizeSquareFeet" numeric(18,2),
      "LotSizeUnits" text,
      "LotSizeAcres" numeric(18,4),
      "ListPrice" numeric(18,2),
      "LeasePrice" numeric(18,2),
      "LeaseAmount" numeric(18,2),
      "LeaseAmountFrequency" text,
      "OriginalEntryTimestamp" timestamptz,
      "ListingContractDate" date,
      "ModificationTimestamp" timestamptz,
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
      "X_PrivateSwimmingPool" text,
      "X_CommonSwimmingPool" text,
      "X_GardenArea" text,
      "X_RoofGardenArea" text,
      "X_Elevator" text,
      "X_AirCondition" text,
      "X_Alarm" text,
      "X_SmartHome" text,
      "X_StorageSpace" text,
      "X_MaidsRoom" text,
      "X_SeparateLaundryRoom" text,
      "X_StoreRoom" text,
      "X_ConstructionStage" text,
      "X_Height" numeric(10,2),
      "X_MaxFloor" integer,
      "X_UnitNumber" text,
      "X_EnergyEfficiencyGrade" text,
      "X_HeatingType" text,
      "X_HeatingMedium" text,
      "X_Electricity" text,
      "X_ElectricityType" text,
      "X_Water" text,
      "X_DistanceFromBeach" text,
      "X_DistanceFromAirport" text,
      "X_KitchenType" text,
      "X_CoveredArea" numeric(18,2),
      "X_UncoveredArea" numeric(18,2),
      "X_TotalArea" numeric(18,2),
      "X_CoveredVerandas" numeric(18,2),
      "X_UncoveredVerandas" numeric(18,2),
      "X_BuildingDensity" text,
      "X_Coverage" text,
      "X_TownPlanningZone" text,
      "X_CadastralReference" text,
      "X_PlusVAT" text,
      "X_ProjectId" text,
      "X_DeveloperContactKey" text,
      "X_LeadSource" text,
      "X_WebsiteListingDate" date,
      "X_KeyHolderDetails" text,
      "X_VideoLink" text,
      "X_VirtualTourLink" text,
      "X_WebsiteUrl" text,
      "X_ExcludedProperty" boolean,
      "X_ShortDescription" text,
      "X_PropertyName" text,
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
      "X_SellerContactKey" text,
      "X_CreatedByMemberKey" text,
      "X_ModifiedByMemberKey" text,
      "X_QobrixModified" timestamptz,
      "OriginatingSystemOfficeKey" text,
      "X_DataSource" text,
      etl_timestamp timestamptz,
      etl_batch_id text,
      "ListPriceCurrencyCode" text)
    where p.outcome = 'track' and l.id = p.listing_id
  ),
  remembered as (
    insert into public.mls_listing_origins
      (listing_id, tenant_id, payload, content_hash, source_modified_at, applied_at, last_run_id)
    select p.listing_id, p.tenant_id, p.payload, p.content_hash, p.source_time, now(), (context ->> 'run_id')::uuid
    from plan p
    where p.outcome in ('insert', 'refresh', 'track')
    on conflict (listing_id) do update set
      payload = excluded.payload, content_hash = excluded.content_hash, applied_at = excluded.applied_at,
      source_modified_at = coalesce(excluded.source_modified_at, mls_listing_origins.source_modified_at),
      last_seen_at = now(), last_run_id = coalesce(excluded.last_run_id, mls_listing_origins.last_run_id)
  ),
  seen as (
    update public.mls_listing_origins o set
      last_seen_at = now(),
      source_modified_at = greatest(o.source_modified_at, p.source_time),
      last_run_id = coalesce((context ->> 'run_id')::uuid, o.last_run_id)
    from plan p
    where p.outcome = 'unchanged' and o.listing_id = p.listing_id
  )
  select coalesce(jsonb_agg(mls.merge_result(p.ordinal, p.record_key, p.outcome, p.reason, i.warnings, i.errors, p.ref_collision) order by p.ordinal), '[]'),
    jsonb_agg(jsonb_build_object('id', p.listing_id, 'before', p.previous -> 'StandardStatus', 'now', p.payload -> 'StandardStatus')) filter (
      where p.outcome = 'track' and mls.needs_decision(p.status, p.previous ->> 'StandardStatus', p.payload ->> 'StandardStatus')
        and not mls.is_echo(p.listing_id, 'StandardStatus', p.payload ->> 'StandardStatus', p.applied_at))
  into results, undecided
  from plan p join incoming i on i.ordinal = p.ordinal;
  perform mls.ask_for_decision((u ->> 'id')::uuid, u ->> 'before', u ->> 'now') from jsonb_array_elements(undecided) u;
  return results;
end $$;
comment on function mls.merge_listings(jsonb, jsonb) is
  'Merges gold listings [{r, e, w}] by the rules of mls.merge_outcome(). Answers one result per record, in input order. Internal: call mls.ingest_batch().';

create or replace function mls.merge_member(rows jsonb, context jsonb) returns jsonb
language plpgsql volatile set search_path = '' set timezone = 'UTC' set work_mem = '64MB' set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  results jsonb;
begin
  with incoming as materialized (
    select (e.ordinality - 1)::integer as ordinal, nullif(e.value -> 'r', 'null') as r, e.value -> 'e' as errors, e.value -> 'w' as warnings
    from jsonb_array_elements(rows) with ordinality e
  ),
  keyed as materialized (
    select i.ordinal, nullif(i.r ->> 'MemberKey', '') as record_key, o.office_key, o.tenant_id, o.origin_system,
      case when pg_input_is_valid(i.r ->> 'X_QobrixModified', 'timestamptz') then (i.r ->> 'X_QobrixModified')::timestamptz end as source_time,
      mls.reject_reason(i.r ->> 'MemberKey', i.r ->> 'OriginatingSystemOfficeKey', o.office_key, i.errors, context) as reason
    from incoming i
    left join mls.market_offices o on o.name = i.r ->> 'OriginatingSystemOfficeKey'
  ),
  locked as materialized (
    select t.id, t.origin_member_key as record_key, t.tenant_id, t.origin_hash, t.origin_modified_ts, t.origin_deleted, t.originating_office_key
    from public.mls_members t
    where t.origin_member_key = any (array(select k.record_key from keyed k))
    order by t.id
    for no key update
  ),
  decided as materialized (
    select c.*, mls.merge_outcome(
      is_match => c.id is not null and c.reason is distinct from 'key_conflict',
      is_managed => true,
      is_claimed => false,
      is_rejected => c.reason is not null,
      is_newest => c.age = 1,
      is_older => c.source_time < c.previous_time,
      is_same => c.content_hash = c.previous_hash and not c.origin_deleted
    ) as outcome
    from (
      select k.ordinal, k.record_key, k.office_key, k.tenant_id, k.origin_system, k.source_time, r.reason, t.id as id, coalesce(t.origin_deleted, false) as origin_deleted,
        t.origin_hash as previous_hash, t.origin_modified_ts as previous_time, i.r as payload,
        i.r ?& '{"MemberKey","MemberMlsId","MemberFirstName","MemberLastName","MemberFullName","MemberEmail","MemberPreferredPhone","MemberOfficePhone","MemberStatus","MemberType","OfficeKey","MemberAddress1","MemberCity","MemberStateOrProvince","MemberPostalCode","MemberCountry","X_QobrixAgentId","X_QobrixAgentRef","X_QobrixDescription","X_QobrixCommission1","X_QobrixAgreementDate","X_QobrixOwnerId","X_QobrixPrimaryContactId","X_QobrixCreated","X_QobrixModified","X_QobrixSourceType","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[] as is_complete,
        md5((i.r - '{etl_timestamp,etl_batch_id,X_QobrixModified}'::text[])::text) as content_hash,
        row_number() over (partition by k.record_key, r.reason is null order by k.source_time desc nulls last, k.ordinal desc) as age
      from keyed k
      join incoming i on i.ordinal = k.ordinal
      left join locked t on t.record_key = k.record_key
      cross join lateral (
        select case when t.originating_office_key <> k.office_key then 'key_conflict' else k.reason end as reason
      ) r
    ) c
  ),
  inserted as (
    insert into public.mls_members (tenant_id, origin_member_key, originating_office_key, origin_hash, origin_modified_ts, origin_deleted, mls_id, first_name, last_name, full_name, email, preferred_phone, office_phone, status, type, office_key, address1, city, state_or_province, postal_code, country, origin_etl_ts, origin_etl_batch_id, extensions)
    select p.tenant_id, p.record_key,
      p.office_key,
      p.content_hash,
      p.source_time,
      false,
      x."MemberMlsId",
      x."MemberFirstName",
      x."MemberLastName",
      x."MemberFullName",
      x."MemberEmail",
      x."MemberPreferredPhone",
      x."MemberOfficePhone",
      x."MemberStatus",
      x."MemberType",
      x."OfficeKey",
      x."MemberAddress1",
      x."MemberCity",
      x."MemberStateOrProvince",
      x."MemberPostalCode",
      x."MemberCountry",
      x.etl_timestamp,
      x.etl_batch_id,
      jsonb_strip_nulls(p.payload - '{"MemberKey","MemberMlsId","MemberFirstName","MemberLastName","MemberFullName","MemberEmail","MemberPreferredPhone","MemberOfficePhone","MemberStatus","MemberType","OfficeKey","MemberAddress1","MemberCity","MemberStateOrProvince","MemberPostalCode","MemberCountry","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[])
    from decided p cross join lateral jsonb_to_record(p.payload) as x (
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
      "X_QobrixCommission1" text,
      "X_QobrixAgreementDate" text,
      "X_QobrixOwnerId" text,
      "X_QobrixPrimaryContactId" text,
      "X_QobrixCreated" text,
      "X_QobrixModified" text,
      "X_QobrixSourceType" text,
      "OriginatingSystemOfficeKey" text,
      etl_timestamp timestamptz,
      etl_batch_id text)
    where p.outcome = 'insert'
    order by p.ordinal
  ),
  refreshed as (
    update public.mls_members t set
      origin_member_key = p.record_key,
      originating_office_key = p.office_key,
      origin_hash = p.content_hash,
      origin_modified_ts = p.source_time,
      origin_deleted = false,
      mls_id = case when p.is_complete or p.payload ? 'MemberMlsId' then x."MemberMlsId" else t.mls_id end,
      first_name = case when p.is_complete or p.payload ? 'MemberFirstName' then x."MemberFirstName" else t.first_name end,
      last_name = case when p.is_complete or p.payload ? 'MemberLastName' then x."MemberLastName" else t.last_name end,
      full_name = case when p.is_complete or p.payload ? 'MemberFullName' then x."MemberFullName" else t.full_name end,
      email = case when p.is_complete or p.payload ? 'MemberEmail' then x."MemberEmail" else t.email end,
      preferred_phone = case when p.is_complete or p.payload ? 'MemberPreferredPhone' then x."MemberPreferredPhone" else t.preferred_phone end,
      office_phone = case when p.is_complete or p.payload ? 'MemberOfficePhone' then x."MemberOfficePhone" else t.office_phone end,
      status = case when p.is_complete or p.payload ? 'MemberStatus' then x."MemberStatus" else t.status end,
      type = case when p.is_complete or p.payload ? 'MemberType' then x."MemberType" else t.type end,
      office_key = case when p.is_complete or p.payload ? 'OfficeKey' then x."OfficeKey" else t.office_key end,
      address1 = case when p.is_complete or p.payload ? 'MemberAddress1' then x."MemberAddress1" else t.address1 end,
      city = case when p.is_complete or p.payload ? 'MemberCity' then x."MemberCity" else t.city end,
      state_or_province = case when p.is_complete or p.payload ? 'MemberStateOrProvince' then x."MemberStateOrProvince" else t.state_or_province end,
      postal_code = case when p.is_complete or p.payload ? 'MemberPostalCode' then x."MemberPostalCode" else t.postal_code end,
      country = case when p.is_complete or p.payload ? 'MemberCountry' then x."MemberCountry" else t.country end,
      origin_etl_ts = case when p.is_complete or p.payload ? 'etl_timestamp' then x.etl_timestamp else t.origin_etl_ts end,
      origin_etl_batch_id = case when p.is_complete or p.payload ? 'etl_batch_id' then x.etl_batch_id else t.origin_etl_batch_id end,
      extensions = case when p.is_complete then jsonb_strip_nulls(p.payload - '{"MemberKey","MemberMlsId","MemberFirstName","MemberLastName","MemberFullName","MemberEmail","MemberPreferredPhone","MemberOfficePhone","MemberStatus","MemberType","OfficeKey","MemberAddress1","MemberCity","MemberStateOrProvince","MemberPostalCode","MemberCountry","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[]) else t.extensions || jsonb_strip_nulls(p.payload - '{"MemberKey","MemberMlsId","MemberFirstName","MemberLastName","MemberFullName","MemberEmail","MemberPreferredPhone","MemberOfficePhone","MemberStatus","MemberType","OfficeKey","MemberAddress1","MemberCity","MemberStateOrProvince","MemberPostalCode","MemberCountry","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[]) end
    from decided p cross join lateral jsonb_to_record(p.payload) as x (
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
      "X_QobrixCommission1" text,
      "X_QobrixAgreementDate" text,
      "X_QobrixOwnerId" text,
      "X_QobrixPrimaryContactId" text,
      "X_QobrixCreated" text,
      "X_QobrixModified" text,
      "X_QobrixSourceType" text,
      "OriginatingSystemOfficeKey" text,
      etl_timestamp timestamptz,
      etl_batch_id text)
    where p.outcome = 'refresh' and t.id = p.id
  )
  select coalesce(jsonb_agg(mls.merge_result(p.ordinal, p.record_key, p.outcome, p.reason, i.warnings, i.errors) order by p.ordinal), '[]')
  into results
  from decided p join incoming i on i.ordinal = p.ordinal;
  return results;
end $$;
comment on function mls.merge_member(jsonb, jsonb) is
  'Merges gold Member records [{r, e, w}]; the source always wins. Answers one result per record, in input order. Internal: call mls.ingest_batch().';

create or replace function mls.merge_office(rows jsonb, context jsonb) returns jsonb
language plpgsql volatile set search_path = '' set timezone = 'UTC' set work_mem = '64MB' set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  results jsonb;
begin
  with incoming as materialized (
    select (e.ordinality - 1)::integer as ordinal, nullif(e.value -> 'r', 'null') as r, e.value -> 'e' as errors, e.value -> 'w' as warnings
    from jsonb_array_elements(rows) with ordinality e
  ),
  keyed as materialized (
    select i.ordinal, nullif(i.r ->> 'OfficeKey', '') as record_key, o.office_key, o.tenant_id, o.origin_system,
      case when pg_input_is_valid(i.r ->> 'X_QobrixModified', 'timestamptz') then (i.r ->> 'X_QobrixModified')::timestamptz end as source_time,
      mls.reject_reason(i.r ->> 'OfficeKey', i.r ->> 'OriginatingSystemOfficeKey', o.office_key, i.errors, context) as reason
    from incoming i
    left join mls.market_offices o on o.name = i.r ->> 'OriginatingSystemOfficeKey'
  ),
  locked as materialized (
    select t.id, t.office_key as record_key, t.tenant_id, t.origin_hash, t.origin_modified_ts, t.origin_deleted, t.originating_office_key, t.is_market
    from public.mls_offices t
    where t.office_key = any (array(select k.record_key from keyed k))
    order by t.id
    for no key update
  ),
  decided as materialized (
    select c.*, mls.merge_outcome(
      is_match => c.id is not null and c.reason is distinct from 'key_conflict',
      is_managed => c.is_market is not true,
      is_claimed => false,
      is_rejected => c.reason is not null,
      is_newest => c.age = 1,
      is_older => c.source_time < c.previous_time,
      is_same => c.content_hash = c.previous_hash and not c.origin_deleted
    ) as outcome
    from (
      select k.ordinal, k.record_key, k.office_key, k.tenant_id, k.origin_system, k.source_time, r.reason, t.id as id, coalesce(t.origin_deleted, false) as origin_deleted,
        t.origin_hash as previous_hash, t.origin_modified_ts as previous_time, i.r as payload,
        i.r ?& '{"OfficeKey","OfficeMlsId","OfficeName","OfficeEmail","OfficePhone","OfficeFax","OfficeStatus","OfficeType","OfficeAddress1","OfficeAddress2","OfficeCity","OfficeStateOrProvince","OfficePostalCode","OfficeCountry","OfficeBrokerKey","X_QobrixAgentId","X_QobrixAgentRef","X_QobrixDescription","X_QobrixCommission1","X_QobrixCommission2","X_QobrixCommission3","X_QobrixAgreementDate","X_QobrixOwnerId","X_QobrixPrimaryContactId","X_QobrixCreated","X_QobrixModified","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[] as is_complete, t.is_market,
        md5((i.r - '{etl_timestamp,etl_batch_id,X_QobrixModified}'::text[])::text) as content_hash,
        row_number() over (partition by k.record_key, r.reason is null order by k.source_time desc nulls last, k.ordinal desc) as age
      from keyed k
      join incoming i on i.ordinal = k.ordinal
      left join locked t on t.record_key = k.record_key
      cross join lateral (
        select case when t.originating_office_key <> k.office_key then 'key_conflict' else k.reason end as reason
      ) r
    ) c
  ),
  inserted as (
    insert into public.mls_offices (tenant_id, office_key, originating_office_key, origin_hash, origin_modified_ts, origin_deleted, mls_id, name, email, phone, fax, status, type, address1, address2, city, state_or_province, postal_code, country, broker_key, origin_etl_ts, origin_etl_batch_id, extensions)
    select p.tenant_id, p.record_key,
      p.office_key,
      p.content_hash,
      p.source_time,
      false,
      x."OfficeMlsId",
      x."OfficeName",
      x."OfficeEmail",
      x."OfficePhone",
      x."OfficeFax",
      x."OfficeStatus",
      x."OfficeType",
      x."OfficeAddress1",
      x."OfficeAddress2",
      x."OfficeCity",
      x."OfficeStateOrProvince",
      x."OfficePostalCode",
      x."OfficeCountry",
      x."OfficeBrokerKey",
      x.etl_timestamp,
      x.etl_batch_id,
      jsonb_strip_nulls(p.payload - '{"OfficeKey","OfficeMlsId","OfficeName","OfficeEmail","OfficePhone","OfficeFax","OfficeStatus","OfficeType","OfficeAddress1","OfficeAddress2","OfficeCity","OfficeStateOrProvince","OfficePostalCode","OfficeCountry","OfficeBrokerKey","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[])
    from decided p cross join lateral jsonb_to_record(p.payload) as x (
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
      "X_QobrixCommission1" text,
      "X_QobrixCommission2" text,
      "X_QobrixCommission3" text,
      "X_QobrixAgreementDate" text,
      "X_QobrixOwnerId" text,
      "X_QobrixPrimaryContactId" text,
      "X_QobrixCreated" text,
      "X_QobrixModified" text,
      "OriginatingSystemOfficeKey" text,
      etl_timestamp timestamptz,
      etl_batch_id text)
    where p.outcome = 'insert'
    order by p.ordinal
  ),
  refreshed as (
    update public.mls_offices t set
      office_key = p.record_key,
      originating_office_key = p.office_key,
      origin_hash = p.content_hash,
      origin_modified_ts = p.source_time,
      origin_deleted = false,
      mls_id = case when p.is_complete or p.payload ? 'OfficeMlsId' then x."OfficeMlsId" else t.mls_id end,
      name = case when p.is_complete or p.payload ? 'OfficeName' then x."OfficeName" else t.name end,
      email = case when p.is_complete or p.payload ? 'OfficeEmail' then x."OfficeEmail" else t.email end,
      phone = case when p.is_complete or p.payload ? 'OfficePhone' then x."OfficePhone" else t.phone end,
      fax = case when p.is_complete or p.payload ? 'OfficeFax' then x."OfficeFax" else t.fax end,
      status = case when p.is_complete or p.payload ? 'OfficeStatus' then x."OfficeStatus" else t.status end,
      type = case when p.is_complete or p.payload ? 'OfficeType' then x."OfficeType" else t.type end,
      address1 = case when p.is_complete or p.payload ? 'OfficeAddress1' then x."OfficeAddress1" else t.address1 end,
      address2 = case when p.is_complete or p.payload ? 'OfficeAddress2' then x."OfficeAddress2" else t.address2 end,
      city = case when p.is_complete or p.payload ? 'OfficeCity' then x."OfficeCity" else t.city end,
      state_or_province = case when p.is_complete or p.payload ? 'OfficeStateOrProvince' then x."OfficeStateOrProvince" else t.state_or_province end,
      postal_code = case when p.is_complete or p.payload ? 'OfficePostalCode' then x."OfficePostalCode" else t.postal_code end,
      country = case when p.is_complete or p.payload ? 'OfficeCountry' then x."OfficeCountry" else t.country end,
      broker_key = case when p.is_complete or p.payload ? 'OfficeBrokerKey' then x."OfficeBrokerKey" else t.broker_key end,
      origin_etl_ts = case when p.is_complete or p.payload ? 'etl_timestamp' then x.etl_timestamp else t.origin_etl_ts end,
      origin_etl_batch_id = case when p.is_complete or p.payload ? 'etl_batch_id' then x.etl_batch_id else t.origin_etl_batch_id end,
      extensions = case when p.is_complete then jsonb_strip_nulls(p.payload - '{"OfficeKey","OfficeMlsId","OfficeName","OfficeEmail","OfficePhone","OfficeFax","OfficeStatus","OfficeType","OfficeAddress1","OfficeAddress2","OfficeCity","OfficeStateOrProvince","OfficePostalCode","OfficeCountry","OfficeBrokerKey","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[]) else t.extensions || jsonb_strip_nulls(p.payload - '{"OfficeKey","OfficeMlsId","OfficeName","OfficeEmail","OfficePhone","OfficeFax","OfficeStatus","OfficeType","OfficeAddress1","OfficeAddress2","OfficeCity","OfficeStateOrProvince","OfficePostalCode","OfficeCountry","OfficeBrokerKey","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[]) end
    from decided p cross join lateral jsonb_to_record(p.payload) as x (
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
      "X_QobrixCommission1" text,
      "X_QobrixCommission2" text,
      "X_QobrixCommission3" text,
      "X_QobrixAgreementDate" text,
      "X_QobrixOwnerId" text,
      "X_QobrixPrimaryContactId" text,
      "X_QobrixCreated" text,
      "X_QobrixModified" text,
      "OriginatingSystemOfficeKey" text,
      etl_timestamp timestamptz,
      etl_batch_id text)
    where p.outcome = 'refresh' and t.id = p.id
  )
  select coalesce(jsonb_agg(mls.merge_result(p.ordinal, p.record_key, p.outcome, p.reason, i.warnings, i.errors) order by p.ordinal), '[]')
  into results
  from decided p join incoming i on i.ordinal = p.ordinal;
  return results;
end $$;
comment on function mls.merge_office(jsonb, jsonb) is
  'Merges gold Office records [{r, e, w}]; the source always wins. Answers one result per record, in input order. Internal: call mls.ingest_batch().';

create or replace function mls.merge_contacts(rows jsonb, context jsonb) returns jsonb
language plpgsql volatile set search_path = '' set timezone = 'UTC' set work_mem = '64MB' set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  results jsonb;
begin
  with incoming as materialized (
    select (e.ordinality - 1)::integer as ordinal, nullif(e.value -> 'r', 'null') as r, e.value -> 'e' as errors, e.value -> 'w' as warnings
    from jsonb_array_elements(rows) with ordinality e
  ),
  keyed as materialized (
    select i.ordinal, nullif(i.r ->> 'ContactKey', '') as record_key, o.office_key, o.tenant_id, o.origin_system,
      case when pg_input_is_valid(i.r ->> 'X_QobrixModified', 'timestamptz') then (i.r ->> 'X_QobrixModified')::timestamptz end as source_time,
      mls.reject_reason(i.r ->> 'ContactKey', i.r ->> 'OriginatingSystemOfficeKey', o.office_key, i.errors, context, mls.is_erased(i.r ->> 'ContactKey')) as reason
    from incoming i
    left join mls.market_offices o on o.name = i.r ->> 'OriginatingSystemOfficeKey'
  ),
  locked as materialized (
    select t.id, t.origin_contact_key as record_key, t.tenant_id, t.origin_hash, t.origin_modified_ts, t.origin_deleted, t.originating_office_key
    from public.mls_contacts t
    where t.origin_contact_key = any (array(select k.record_key from keyed k))
    order by t.id
    for no key update
  ),
  decided as materialized (
    select c.*, mls.merge_outcome(
      is_match => c.id is not null and c.reason is distinct from 'key_conflict',
      is_managed => true,
      is_claimed => false,
      is_rejected => c.reason is not null,
      is_newest => c.age = 1,
      is_older => c.source_time < c.previous_time,
      is_same => c.content_hash = c.previous_hash and not c.origin_deleted
    ) as outcome
    from (
      select k.ordinal, k.record_key, k.office_key, k.tenant_id, k.origin_system, k.source_time, r.reason, coalesce(t.id, a.id) as id, coalesce(t.origin_deleted, false) as origin_deleted,
        t.origin_hash as previous_hash, t.origin_modified_ts as previous_time, i.r as payload,
        i.r ?& '{"ContactKey","ContactMlsId","ContactFirstName","ContactLastName","ContactFullName","ContactEmail","ContactEmail2","ContactPhone","ContactPhone2","ContactType","ContactStatus","ContactAddress1","ContactCity","ContactStateOrProvince","ContactPostalCode","ContactCountry","ContactNationality","ContactTitle","ContactBirthdate","ContactWebsite","ContactEntityType","ContactCompanyRegistrationNumber","ContactCompanyName","ContactAssignedToKey","X_QobrixContactId","X_QobrixContactRef","X_QobrixContactLegacyId","X_QobrixDescription","X_QobrixPreferredLanguage","X_QobrixContactPersonFirstName","X_QobrixContactPersonLastName","X_QobrixCreated","X_QobrixModified","X_QobrixCreatedBy","X_QobrixModifiedBy","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[] as is_complete,
        md5((i.r - '{etl_timestamp,etl_batch_id,X_QobrixModified}'::text[])::text) as content_hash,
        row_number() over (partition by k.record_key, r.reason is null order by k.source_time desc nulls last, k.ordinal desc) as age
      from keyed k
      join incoming i on i.ordinal = k.ordinal
      left join locked t on t.record_key = k.record_key
      left join lateral (
        select a.id from (select a.* from public.mls_contacts a where lower(a.email) = lower(i.r ->> 'ContactEmail') offset 0) a
        where t.id is null and a.tenant_id = k.tenant_id and a.origin_contact_key is null
          and lower(a.full_name) = lower(coalesce(nullif(btrim(concat_ws(' ', i.r ->> 'ContactFirstName', i.r ->> 'ContactLastName')), ''), i.r ->> 'ContactCompanyName'))
        order by a.seq limit 1
      ) a on true
      cross join lateral (
        select case when t.originating_office_key <> k.office_key then 'key_conflict' else k.reason end as reason
      ) r
    ) c
  ),
  inserted as (
    insert into public.mls_contacts (tenant_id, origin_contact_key, originating_office_key, origin_hash, origin_modified_ts, origin_deleted, origin_system, origin_sync_ts, first_name, last_name, email, email_secondary, phone_mobile, phone_home, role_hint, status, address_line1, city, state, post_code, country, nationality, title, website, contact_type, registration_number, company_name, notes, preferred_language, origin_etl_ts, origin_etl_batch_id, extensions)
    select p.tenant_id, p.record_key,
      p.office_key,
      p.content_hash,
      p.source_time,
      false,
      p.origin_system,
      now(),
      x."ContactFirstName",
      x."ContactLastName",
      x."ContactEmail",
      x."ContactEmail2",
      x."ContactPhone",
      x."ContactPhone2",
      x."ContactType",
      x."ContactStatus",
      x."ContactAddress1",
      x."ContactCity",
      x."ContactStateOrProvince",
      x."ContactPostalCode",
      x."ContactCountry",
      x."ContactNationality",
      x."ContactTitle",
      x."ContactWebsite",
      x."ContactEntityType",
      x."ContactCompanyRegistrationNumber",
      x."ContactCompanyName",
      x."X_QobrixDescription",
      x."X_QobrixPreferredLanguage",
      x.etl_timestamp,
      x.etl_batch_id,
      jsonb_strip_nulls(p.payload - '{"ContactKey","ContactFirstName","ContactLastName","ContactEmail","ContactEmail2","ContactPhone","ContactPhone2","ContactType","ContactStatus","ContactAddress1","ContactCity","ContactStateOrProvince","ContactPostalCode","ContactCountry","ContactNationality","ContactTitle","ContactWebsite","ContactEntityType","ContactCompanyRegistrationNumber","ContactCompanyName","X_QobrixDescription","X_QobrixPreferredLanguage","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[])
    from decided p cross join lateral jsonb_to_record(p.payload) as x (
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
      etl_batch_id text)
    where p.outcome = 'insert'
    order by p.ordinal
  ),
  refreshed as (
    update public.mls_contacts t set
      origin_contact_key = p.record_key,
      originating_office_key = p.office_key,
      origin_hash = p.content_hash,
      origin_modified_ts = p.source_time,
      origin_deleted = false,
      origin_system = p.origin_system,
      origin_sync_ts = now(),
      first_name = case when p.is_complete or p.payload ? 'ContactFirstName' then case when t.origin_hash is null then coalesce(x."ContactFirstName", t.first_name) else x."ContactFirstName" end else t.first_name end,
      last_name = case when p.is_complete or p.payload ? 'ContactLastName' then case when t.origin_hash is null then coalesce(x."ContactLastName", t.last_name) else x."ContactLastName" end else t.last_name end,
      email = case when p.is_complete or p.payload ? 'ContactEmail' then case when t.origin_hash is null then coalesce(x."ContactEmail", t.email) else x."ContactEmail" end else t.email end,
      email_secondary = case when p.is_complete or p.payload ? 'ContactEmail2' then case when t.origin_hash is null then coalesce(x."ContactEmail2", t.email_secondary) else x."ContactEmail2" end else t.email_secondary end,
      phone_mobile = case when p.is_complete or p.payload ? 'ContactPhone' then case when t.origin_hash is null then coalesce(x."ContactPhone", t.phone_mobile) else x."ContactPhone" end else t.phone_mobile end,
      phone_home = case when p.is_complete or p.payload ? 'ContactPhone2' then case when t.origin_hash is null then coalesce(x."ContactPhone2", t.phone_home) else x."ContactPhone2" end else t.phone_home end,
      role_hint = case when p.is_complete or p.payload ? 'ContactType' then case when t.origin_hash is null then coalesce(x."ContactType", t.role_hint) else x."ContactType" end else t.role_hint end,
      status = case when p.is_complete or p.payload ? 'ContactStatus' then case when t.origin_hash is null then coalesce(x."ContactStatus", t.status) else x."ContactStatus" end else t.status end,
      address_line1 = case when p.is_complete or p.payload ? 'ContactAddress1' then case when t.origin_hash is null then coalesce(x."ContactAddress1", t.address_line1) else x."ContactAddress1" end else t.address_line1 end,
      city = case when p.is_complete or p.payload ? 'ContactCity' then case when t.origin_hash is null then coalesce(x."ContactCity", t.city) else x."ContactCity" end else t.city end,
      state = case when p.is_complete or p.payload ? 'ContactStateOrProvince' then case when t.origin_hash is null then coalesce(x."ContactStateOrProvince", t.state) else x."ContactStateOrProvince" end else t.state end,
      post_code = case when p.is_complete or p.payload ? 'ContactPostalCode' then case when t.origin_hash is null then coalesce(x."ContactPostalCode", t.post_code) else x."ContactPostalCode" end else t.post_code end,
      country = case when p.is_complete or p.payload ? 'ContactCountry' then case when t.origin_hash is null then coalesce(x."ContactCountry", t.country) else x."ContactCountry" end else t.country end,
      nationality = case when p.is_complete or p.payload ? 'ContactNationality' then case when t.origin_hash is null then coalesce(x."ContactNationality", t.nationality) else x."ContactNationality" end else t.nationality end,
      title = case when p.is_complete or p.payload ? 'ContactTitle' then case when t.origin_hash is null then coalesce(x."ContactTitle", t.title) else x."ContactTitle" end else t.title end,
      website = case when p.is_complete or p.payload ? 'ContactWebsite' then case when t.origin_hash is null then coalesce(x."ContactWebsite", t.website) else x."ContactWebsite" end else t.website end,
      contact_type = case when p.is_complete or p.payload ? 'ContactEntityType' then case when t.origin_hash is null then coalesce(x."ContactEntityType", t.contact_type) else x."ContactEntityType" end else t.contact_type end,
      registration_number = case when p.is_complete or p.payload ? 'ContactCompanyRegistrationNumber' then case when t.origin_hash is null then coalesce(x."ContactCompanyRegistrationNumber", t.registration_number) else x."ContactCompanyRegistrationNumber" end else t.registration_number end,
      company_name = case when p.is_complete or p.payload ? 'ContactCompanyName' then case when t.origin_hash is null then coalesce(x."ContactCompanyName", t.company_name) else x."ContactCompanyName" end else t.company_name end,
      notes = case when p.is_complete or p.payload ? 'X_QobrixDescription' then case when t.origin_hash is null then coalesce(x."X_QobrixDescription", t.notes) else x."X_QobrixDescription" end else t.notes end,
      preferred_language = case when p.is_complete or p.payload ? 'X_QobrixPreferredLanguage' then case when t.origin_hash is null then coalesce(x."X_QobrixPreferredLanguage", t.preferred_language) else x."X_QobrixPreferredLanguage" end else t.preferred_language end,
      origin_etl_ts = case when p.is_complete or p.payload ? 'etl_timestamp' then case when t.origin_hash is null then coalesce(x.etl_timestamp, t.origin_etl_ts) else x.etl_timestamp end else t.origin_etl_ts end,
      origin_etl_batch_id = case when p.is_complete or p.payload ? 'etl_batch_id' then case when t.origin_hash is null then coalesce(x.etl_batch_id, t.origin_etl_batch_id) else x.etl_batch_id end else t.origin_etl_batch_id end,
      extensions = case when p.is_complete then jsonb_strip_nulls(p.payload - '{"ContactKey","ContactFirstName","ContactLastName","ContactEmail","ContactEmail2","ContactPhone","ContactPhone2","ContactType","ContactStatus","ContactAddress1","ContactCity","ContactStateOrProvince","ContactPostalCode","ContactCountry","ContactNationality","ContactTitle","ContactWebsite","ContactEntityType","ContactCompanyRegistrationNumber","ContactCompanyName","X_QobrixDescription","X_QobrixPreferredLanguage","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[]) else t.extensions || jsonb_strip_nulls(p.payload - '{"ContactKey","ContactFirstName","ContactLastName","ContactEmail","ContactEmail2","ContactPhone","ContactPhone2","ContactType","ContactStatus","ContactAddress1","ContactCity","ContactStateOrProvince","ContactPostalCode","ContactCountry","ContactNationality","ContactTitle","ContactWebsite","ContactEntityType","ContactCompanyRegistrationNumber","ContactCompanyName","X_QobrixDescription","X_QobrixPreferredLanguage","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[]) end
    from decided p cross join lateral jsonb_to_record(p.payload) as x (
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
      etl_batch_id text)
    where p.outcome = 'refresh' and t.id = p.id
  )
  select coalesce(jsonb_agg(mls.merge_result(p.ordinal, p.record_key, p.outcome, p.reason, i.warnings, i.errors) order by p.ordinal), '[]')
  into results
  from decided p join incoming i on i.ordinal = p.ordinal;
  return results;
end $$;
comment on function mls.merge_contacts(jsonb, jsonb) is
  'Merges gold Contacts records [{r, e, w}]; the source always wins. Answers one result per record, in input order. Internal: call mls.ingest_batch().';

create or replace function mls.merge_showing_appointment(rows jsonb, context jsonb) returns jsonb
language plpgsql volatile set search_path = '' set timezone = 'UTC' set work_mem = '64MB' set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  results jsonb;
begin
  with incoming as materialized (
    select (e.ordinality - 1)::integer as ordinal, nullif(e.value -> 'r', 'null') as r, e.value -> 'e' as errors, e.value -> 'w' as warnings
    from jsonb_array_elements(rows) with ordinality e
  ),
  keyed as materialized (
    select i.ordinal, nullif(i.r ->> 'ShowingAppointmentKey', '') as record_key, o.office_key, o.tenant_id, o.origin_system,
      case when pg_input_is_valid(i.r ->> 'X_QobrixModified', 'timestamptz') then (i.r ->> 'X_QobrixModified')::timestamptz end as source_time,
      mls.reject_reason(i.r ->> 'ShowingAppointmentKey', i.r ->> 'OriginatingSystemOfficeKey', o.office_key, i.errors, context) as reason
    from incoming i
    left join mls.market_offices o on o.name = i.r ->> 'OriginatingSystemOfficeKey'
  ),
  locked as materialized (
    select t.id, t.origin_showing_key as record_key, t.tenant_id, t.origin_hash, t.origin_modified_ts, t.origin_deleted, t.originating_office_key
    from public.mls_showings t
    where t.origin_showing_key = any (array(select k.record_key from keyed k))
    order by t.id
    for no key update
  ),
  decided as materialized (
    select c.*, mls.merge_outcome(
      is_match => c.id is not null and c.reason is distinct from 'key_conflict',
      is_managed => true,
      is_claimed => false,
      is_rejected => c.reason is not null,
      is_newest => c.age = 1,
      is_older => c.source_time < c.previous_time,
      is_same => c.content_hash = c.previous_hash and not c.origin_deleted
    ) as outcome
    from (
      select k.ordinal, k.record_key, k.office_key, k.tenant_id, k.origin_system, k.source_time, r.reason, t.id as id, coalesce(t.origin_deleted, false) as origin_deleted,
        t.origin_hash as previous_hash, t.origin_modified_ts as previous_time, i.r as payload,
        i.r ?& '{"ShowingAppointmentKey","ListingKey","ShowingAgentKey","BuyerContactKey","ShowingDate","ShowingStartTime","ShowingEndTime","ShowingStatus","ShowingType","ShowingRemarks","ShowingFeedback","ShowingOutcome","X_QobrixViewingId","X_QobrixViewingRef","X_QobrixPropertyId","X_QobrixContactId","X_QobrixOwnerId","X_QobrixDateTime","X_QobrixDuration","X_QobrixLocation","X_QobrixCreated","X_QobrixModified","X_QobrixCreatedBy","X_QobrixModifiedBy","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[] as is_complete,
        md5((i.r - '{etl_timestamp,etl_batch_id,X_QobrixModified}'::text[])::text) as content_hash,
        row_number() over (partition by k.record_key, r.reason is null order by k.source_time desc nulls last, k.ordinal desc) as age
      from keyed k
      join incoming i on i.ordinal = k.ordinal
      left join locked t on t.record_key = k.record_key
      cross join lateral (
        select case when t.originating_office_key <> k.office_key then 'key_conflict' else k.reason end as reason
      ) r
    ) c
  ),
  inserted as (
    insert into public.mls_showings (tenant_id, origin_showing_key, originating_office_key, origin_hash, origin_modified_ts, origin_deleted, listing_id, listing_key, showing_agent_key, buyer_contact_key, showing_date, showing_start_time, showing_end_time, showing_status, showing_type, showing_remarks, showing_feedback, showing_outcome, origin_etl_ts, origin_etl_batch_id, extensions)
    select p.tenant_id, p.record_key,
      p.office_key,
      p.content_hash,
      p.source_time,
      false,
      (select l.id from (select l.id, l.tenant_id from public.mls_listings l where l.origin_key = x."ListingKey" offset 0) l where l.tenant_id = p.tenant_id),
      x."ListingKey",
      x."ShowingAgentKey",
      x."BuyerContactKey",
      x."ShowingDate",
      x."ShowingStartTime",
      x."ShowingEndTime",
      x."ShowingStatus",
      x."ShowingType",
      x."ShowingRemarks",
      x."ShowingFeedback",
      x."ShowingOutcome",
      x.etl_timestamp,
      x.etl_batch_id,
      jsonb_strip_nulls(p.payload - '{"ShowingAppointmentKey","ListingKey","ShowingAgentKey","BuyerContactKey","ShowingDate","ShowingStartTime","ShowingEndTime","ShowingStatus","ShowingType","ShowingRemarks","ShowingFeedback","ShowingOutcome","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[])
    from decided p cross join lateral jsonb_to_record(p.payload) as x (
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
      etl_batch_id text)
    where p.outcome = 'insert'
    order by p.ordinal
  ),
  refreshed as (
    update public.mls_showings t set
      origin_showing_key = p.record_key,
      originating_office_key = p.office_key,
      origin_hash = p.content_hash,
      origin_modified_ts = p.source_time,
      origin_deleted = false,
      listing_id = (select l.id from (select l.id, l.tenant_id from public.mls_listings l where l.origin_key = x."ListingKey" offset 0) l where l.tenant_id = p.tenant_id),
      listing_key = case when p.is_complete or p.payload ? 'ListingKey' then x."ListingKey" else t.listing_key end,
      showing_agent_key = case when p.is_complete or p.payload ? 'ShowingAgentKey' then x."ShowingAgentKey" else t.showing_agent_key end,
      buyer_contact_key = case when p.is_complete or p.payload ? 'BuyerContactKey' then x."BuyerContactKey" else t.buyer_contact_key end,
      showing_date = case when p.is_complete or p.payload ? 'ShowingDate' then x."ShowingDate" else t.showing_date end,
      showing_start_time = case when p.is_complete or p.payload ? 'ShowingStartTime' then x."ShowingStartTime" else t.showing_start_time end,
      showing_end_time = case when p.is_complete or p.payload ? 'ShowingEndTime' then x."ShowingEndTime" else t.showing_end_time end,
      showing_status = case when p.is_complete or p.payload ? 'ShowingStatus' then x."ShowingStatus" else t.showing_status end,
      showing_type = case when p.is_complete or p.payload ? 'ShowingType' then x."ShowingType" else t.showing_type end,
      showing_remarks = case when p.is_complete or p.payload ? 'ShowingRemarks' then x."ShowingRemarks" else t.showing_remarks end,
      showing_feedback = case when p.is_complete or p.payload ? 'ShowingFeedback' then x."ShowingFeedback" else t.showing_feedback end,
      showing_outcome = case when p.is_complete or p.payload ? 'ShowingOutcome' then x."ShowingOutcome" else t.showing_outcome end,
      origin_etl_ts = case when p.is_complete or p.payload ? 'etl_timestamp' then x.etl_timestamp else t.origin_etl_ts end,
      origin_etl_batch_id = case when p.is_complete or p.payload ? 'etl_batch_id' then x.etl_batch_id else t.origin_etl_batch_id end,
      extensions = case when p.is_complete then jsonb_strip_nulls(p.payload - '{"ShowingAppointmentKey","ListingKey","ShowingAgentKey","BuyerContactKey","ShowingDate","ShowingStartTime","ShowingEndTime","ShowingStatus","ShowingType","ShowingRemarks","ShowingFeedback","ShowingOutcome","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[]) else t.extensions || jsonb_strip_nulls(p.payload - '{"ShowingAppointmentKey","ListingKey","ShowingAgentKey","BuyerContactKey","ShowingDate","ShowingStartTime","ShowingEndTime","ShowingStatus","ShowingType","ShowingRemarks","ShowingFeedback","ShowingOutcome","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[]) end
    from decided p cross join lateral jsonb_to_record(p.payload) as x (
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
      etl_batch_id text)
    where p.outcome = 'refresh' and t.id = p.id
  )
  select coalesce(jsonb_agg(mls.merge_result(p.ordinal, p.record_key, p.outcome, p.reason, i.warnings, i.errors) order by p.ordinal), '[]')
  into results
  from decided p join incoming i on i.ordinal = p.ordinal;
  return results;
end $$;
comment on function mls.merge_showing_appointment(jsonb, jsonb) is
  'Merges gold ShowingAppointment records [{r, e, w}]; the source always wins. Answers one result per record, in input order. Internal: call mls.ingest_batch().';

create or replace function mls.shadowed_keys(before public.mls_listings, after public.mls_listings) returns text[]
language sql immutable set search_path = ''
as $$
  select array_remove(array[
    case when before.sea_view is distinct from after.sea_view then 'X_SeaView' end,
    case when before.mountain_view is distinct from after.mountain_view then 'X_MountainView' end,
    case when before.beach_front is distinct from after.beach_front then 'X_BeachFront' end,
    case when before.private_pool is distinct from after.private_pool then 'X_PrivateSwimmingPool' end,
    case when before.common_pool is distinct from after.common_pool then 'X_CommonSwimmingPool' end,
    case when before.garden_area is distinct from after.garden_area then 'X_GardenArea' end,
    case when before.x_sm_roof_garden is distinct from after.x_sm_roof_garden then 'X_RoofGardenArea' end,
    case when before.x_sm_elevator is distinct from after.x_sm_elevator then 'X_Elevator' end,
    case when before.air_condition is distinct from after.air_condition then 'X_AirCondition' end,
    case when before.alarm is distinct from after.alarm then 'X_Alarm' end,
    case when before.x_sm_smart_home is distinct from after.x_sm_smart_home then 'X_SmartHome' end,
    case when before.storage_space is distinct from after.storage_space then 'X_StorageSpace' end,
    case when before.x_sm_maids_room is distinct from after.x_sm_maids_room then 'X_MaidsRoom' end,
    case when before.x_sm_separate_laundry is distinct from after.x_sm_separate_laundry then 'X_SeparateLaundryRoom' end,
    case when before.store_room is distinct from after.store_room then 'X_StoreRoom' end,
    case when before.distance_from_beach is distinct from after.distance_from_beach then 'X_DistanceFromBeach' end,
    case when before.distance_from_airport is distinct from after.distance_from_airport then 'X_DistanceFromAirport' end,
    case when before.x_sm_building_density is distinct from after.x_sm_building_density then 'X_BuildingDensity' end,
    case when before.x_sm_coverage is distinct from after.x_sm_coverage then 'X_Coverage' end,
    case when before.x_sm_vat_applicable is distinct from after.x_sm_vat_applicable then 'X_PlusVAT' end,
    case when before.lease_amount is distinct from after.lease_amount then 'LeasePrice' end
  ], null)
$$;
comment on function mls.shadowed_keys(public.mls_listings, public.mls_listings) is
  'Keys of extensions that hold the source''s text of columns which differ between two states of a listing: an edit makes them obsolete.';

create or replace function mls.extra_fields() returns text[]
language sql immutable parallel safe set search_path = ''
as $$
  select '{X_AbutsGreenArea,X_ElevatedArea,X_SolarWaterHeater,X_ConciergeReception,X_SecureDoor,X_Kitchenette,X_HomeOffice,X_Reception,X_ConstructionType,X_FloorType,X_NewBuild,X_EnergyConsumptionRating,X_EnergyConsumptionValue,X_EnergyEmissionRating,X_CoolingType,X_DistanceFromCentre,X_DistanceFromSchool,X_DistanceFromShops,X_DistanceFromHospital,X_DistanceFromUniversity,X_DistanceFromRailStation,X_DistanceFromTubeStation,X_LivingRooms,X_Kitchens,X_OfficeSpaces,X_VerandasCount,X_MezzanineArea,X_StorageArea,X_Frontage,X_CoverFactor,X_CornerPlot,X_RightOfWay,X_RegisteredRoad,X_LandLocked,X_IdealFor,X_LicensedFor,X_BusinessTransferOrSale,X_BusinessTransferPrice,X_BusinessActivity,X_ConferenceRoom,X_ServerRoom,X_EnclosedOffice,X_OfficeLayout,X_PricePerSquare,X_PriceQualifier,X_MinimumTenancy,X_TenancyType,X_Occupancy,X_PreviousListPrice,X_PreviousLeasePrice,X_ListPriceModified,X_LeasePriceModified,X_AuctionStartDate,X_AuctionEndDate,X_ReservePrice,X_StartingBid,X_ListingBrokerName,X_Featured,X_FeaturedPriority,X_PropertyOfTheMonth,X_WebsiteStatus,X_ApartmentType,X_HouseType,X_LandType,X_OfficeType,X_RetailType,X_IndustrialType,X_HotelType,X_BuildingType,X_InvestmentType}'::text[]
$$;
comment on function mls.extra_fields() is 'Fields of a listing without a column of their own, which brokers edit by name.';
