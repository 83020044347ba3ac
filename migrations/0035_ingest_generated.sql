-- Generated from the dictionary by `npm run generate`.

create or replace function mls.gold_types(resource text)
returns table (field text, reader text, places integer, scale integer, rejects boolean, required boolean, is_gold boolean)
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  -- plpgsql reads this list once per connection, sql would at each call
  case resource
    when 'property' then return query values
      ('ListingKey', 'key', null::integer, null::integer, true, true, true),
      ('ListingId', 'key', null::integer, null::integer, true, false, true),
      ('StandardStatus', 'status', null::integer, null::integer, true, false, true),
      ('PropertyClass', 'text', null::integer, null::integer, false, false, true),
      ('DevelopmentStatus', 'text', null::integer, null::integer, false, false, true),
      ('NewConstructionYN', 'boolean', null::integer, null::integer, false, false, true),
      ('PropertyCondition', 'text', null::integer, null::integer, false, false, true),
      ('BuilderName', 'text', null::integer, null::integer, false, false, true),
      ('BuilderModel', 'text', null::integer, null::integer, false, false, true),
      ('PropertyType', 'short', null::integer, null::integer, false, false, true),
      ('PropertySubType', 'short', null::integer, null::integer, false, false, true),
      ('ListingService', 'short', null::integer, null::integer, false, false, true),
      ('ListingAgreement', 'short', null::integer, null::integer, false, false, true),
      ('LeaseConsideredYN', 'boolean', null::integer, null::integer, false, false, true),
      ('SaleConsideredYN', 'boolean', null::integer, null::integer, false, false, true),
      ('BedroomsTotal', 'integer', null::integer, null::integer, false, false, true),
      ('BathroomsTotalInteger', 'integer', null::integer, null::integer, false, false, true),
      ('BathroomsHalf', 'integer', null::integer, null::integer, false, false, true),
      ('LivingArea', 'decimal', 16, 2, false, false, true),
      ('LivingAreaUnits', 'short', null::integer, null::integer, false, false, true),
      ('LotSizeSquareFeet', 'decimal', 16, 2, false, false, true),
      ('LotSizeUnits', 'short', null::integer, null::integer, false, false, true),
      ('LotSizeAcres', 'decimal', 14, 4, false, false, true),
      ('ListPrice', 'price', 16, 2, true, false, true),
      ('LeasePrice', 'price', 16, 2, true, false, true),
      ('LeaseAmount', 'price', 16, 2, true, false, true),
      ('LeaseAmountFrequency', 'short', null::integer, null::integer, false, false, true),
      ('OriginalEntryTimestamp', 'timestamp', null::integer, null::integer, false, false, true),
      ('ListingContractDate', 'date', null::integer, null::integer, false, false, true),
      ('ModificationTimestamp', 'timestamp', null::integer, null::integer, false, false, true),
      ('UnparsedAddress', 'text', null::integer, null::integer, false, false, true),
      ('City', 'short', null::integer, null::integer, false, false, true),
      ('StateOrProvince', 'short', null::integer, null::integer, false, false, true),
      ('PostalCode', 'text', null::integer, null::integer, false, false, true),
      ('Country', 'short', null::integer, null::integer, false, false, true),
      ('Latitude', 'latitude', null::integer, null::integer, false, false, true),
      ('Longitude', 'longitude', null::integer, null::integer, false, false, true),
      ('PublicRemarks', 'text', null::integer, null::integer, false, false, true),
      ('ListAgentKey', 'short', null::integer, null::integer, false, false, true),
      ('CoListAgentKey', 'short', null::integer, null::integer, false, false, true),
      ('ListOfficeKey', 'short', null::integer, null::integer, false, false, true),
      ('YearBuilt', 'integer', null::integer, null::integer, false, false, true),
      ('YearBuiltEffective', 'integer', null::integer, null::integer, false, false, true),
      ('View', 'text', null::integer, null::integer, false, false, true),
      ('PoolFeatures', 'text', null::integer, null::integer, false, false, true),
      ('Heating', 'text', null::integer, null::integer, false, false, true),
      ('Cooling', 'text', null::integer, null::integer, false, false, true),
      ('Furnished', 'short', null::integer, null::integer, false, false, true),
      ('PetsAllowed', 'text', null::integer, null::integer, false, false, true),
      ('FireplaceYN', 'boolean', null::integer, null::integer, false, false, true),
      ('ParkingFeatures', 'text', null::integer, null::integer, false, false, true),
      ('StoriesTotal', 'integer', null::integer, null::integer, false, false, true),
      ('Stories', 'integer', null::integer, null::integer, false, false, true),
      ('Flooring', 'text', null::integer, null::integer, false, false, true),
      ('FireplaceFeatures', 'text', null::integer, null::integer, false, false, true),
      ('WaterfrontFeatures', 'text', null::integer, null::integer, false, false, true),
      ('PatioAndPorchFeatures', 'text', null::integer, null::integer, false, false, true),
      ('OtherStructures', 'text', null::integer, null::integer, false, false, true),
      ('AssociationAmenities', 'text', null::integer, null::integer, false, false, true),
      ('Fencing', 'text', null::integer, null::integer, false, false, true),
      ('X_SeaView', 'text', null::integer, null::integer, false, false, true),
      ('X_MountainView', 'text', null::integer, null::integer, false, false, true),
      ('X_BeachFront', 'text', null::integer, null::integer, false, false, true),
      ('X_AbutsGreenArea', 'text', null::integer, null::integer, false, false, true),
      ('X_ElevatedArea', 'text', null::integer, null::integer, false, false, true),
      ('X_PrivateSwimmingPool', 'text', null::integer, null::integer, false, false, true),
      ('X_CommonSwimmingPool', 'text', null::integer, null::integer, false, false, true),
      ('X_GardenArea', 'text', null::integer, null::integer, false, false, true),
      ('X_RoofGardenArea', 'text', null::integer, null::integer, false, false, true),
      ('X_Elevator', 'text', null::integer, null::integer, false, false, true),
      ('X_AirCondition', 'text', null::integer, null::integer, false, false, true),
      ('X_Alarm', 'text', null::integer, null::integer, false, false, true),
      ('X_SmartHome', 'text', null::integer, null::integer, false, false, true),
      ('X_SolarWaterHeater', 'text', null::integer, null::integer, false, false, true),
      ('X_StorageSpace', 'text', null::integer, null::integer, false, false, true),
      ('X_MaidsRoom', 'text', null::integer, null::integer, false, false, true),
      ('X_ConciergeReception', 'text', null::integer, null::integer, false, false, true),
      ('X_SecureDoor', 'text', null::integer, null::integer, false, false, true),
      ('X_Kitchenette', 'text', null::integer, null::integer, false, false, true),
      ('X_HomeOffice', 'text', null::integer, null::integer, false, false, true),
      ('X_SeparateLaundryRoom', 'text', null::integer, null::integer, false, false, true),
      ('X_Reception', 'text', null::integer, null::integer, false, false, true),
      ('X_StoreRoom', 'text', null::integer, null::integer, false, false, true),
      ('X_ConstructionType', 'text', null::integer, null::integer, false, false, true),
      ('X_ConstructionStage', 'text', null::integer, null::integer, false, false, true),
      ('X_FloorType', 'text', null::integer, null::integer, false, false, true),
      ('X_NewBuild', 'text', null::integer, null::integer, false, false, true),
      ('X_Height', 'decimal', 8, 2, false, false, true),
      ('X_MaxFloor', 'integer', null::integer, null::integer, false, false, true),
      ('X_UnitNumber', 'text', null::integer, null::integer, false, false, true),
      ('X_EnergyEfficiencyGrade', 'text', null::integer, null::integer, false, false, true),
      ('X_EnergyConsumptionRating', 'text', null::integer, null::integer, false, false, true),
      ('X_EnergyConsumptionValue', 'text', null::integer, null::integer, false, false, true),
      ('X_EnergyEmissionRating', 'text', null::integer, null::integer, false, false, true),
      ('X_HeatingType', 'text', null::integer, null::integer, false, false, true),
      ('X_HeatingMedium', 'text', null::integer, null::integer, false, false, true),
      ('X_CoolingType', 'text', null::integer, null::integer, false, false, true),
      ('X_Electricity', 'text', null::integer, null::integer, false, false, true),
      ('X_ElectricityType', 'text', null::integer, null::integer, false, false, true),
      ('X_Water', 'text', null::integer, null::integer, false, false, true),
      ('X_DistanceFromBeach', 'text', null::integer, null::integer, false, false, true),
      ('X_DistanceFromAirport', 'text', null::integer, null::integer, false, false, true),
      ('X_DistanceFromCentre', 'text', null::integer, null::integer, false, false, true),
      ('X_DistanceFromSchool', 'text', null::integer, null::integer, false, false, true),
      ('X_DistanceFromShops', 'text', null::integer, null::integer, false, false, true),
      ('X_DistanceFromHospital', 'text', null::integer, null::integer, false, false, true),
      ('X_DistanceFromUniversity', 'text', null::integer, null::integer, false, false, true),
      ('X_DistanceFromRailStation', 'text', null::integer, null::integer, false, false, true),
      ('X_DistanceFromTubeStation', 'text', null::integer, null::integer, false, false, true),
      ('X_LivingRooms', 'integer', null::integer, null::integer, false, false, true),
      ('X_Kitchens', 'integer', null::integer, null::integer, false, false, true),
      ('X_KitchenType', 'text', null::integer, null::integer, false, false, true),
      ('X_OfficeSpaces', 'integer', null::integer, null::integer, false, false, true),
      ('X_VerandasCount', 'integer', null::integer, null::integer, false, false, true),
      ('X_CoveredArea', 'decimal', 16, 2, false, false, true),
      ('X_UncoveredArea', 'decimal', 16, 2, false, false, true),
      ('X_TotalArea', 'decimal', 16, 2, false, false, true),
      ('X_MezzanineArea', 'decimal', 16, 2, false, false, true),
      ('X_StorageArea', 'decimal', 16, 2, false, false, true),
      ('X_CoveredVerandas', 'decimal', 16, 2, false, false, true),
      ('X_UncoveredVerandas', 'decimal', 16, 2, false, false, true),
      ('X_Frontage', 'decimal', 16, 2, false, false, true),
      ('X_BuildingDensity', 'text', null::integer, null::integer, false, false, true),
      ('X_Coverage', 'text', null::integer, null::integer, false, false, true),
      ('X_CoverFactor', 'text', null::integer, null::integer, false, false, true),
      ('X_CornerPlot', 'text', null::integer, null::integer, false, false, true),
      ('X_RightOfWay', 'text', null::integer, null::integer, false, false, true),
      ('X_RegisteredRoad', 'text', null::integer, null::integer, false, false, true),
      ('X_TownPlanningZone', 'text', null::integer, null::integer, false, false, true),
      ('X_LandLocked', 'text', null::integer, null::integer, false, false, true),
      ('X_CadastralReference', 'text', null::integer, null::integer, false, false, true),
      ('X_IdealFor', 'text', null::integer, null::integer, false, false, true),
      ('X_LicensedFor', 'text', null::integer, null::integer, false, false, true),
      ('X_BusinessTransferOrSale', 'text', null::integer, null::integer, false, false, true),
      ('X_BusinessTransferPrice', 'text', null::integer, null::integer, false, false, true),
      ('X_BusinessActivity', 'text', null::integer, null::integer, false, false, true),
      ('X_ConferenceRoom', 'text', null::integer, null::integer, false, false, true),
      ('X_ServerRoom', 'text', null::integer, null::integer, false, false, true),
      ('X_EnclosedOffice', 'text', null::integer, null::integer, false, false, true),
      ('X_OfficeLayout', 'text', null::integer, null::integer, false, false, true),
      ('X_PricePerSquare', 'text', null::integer, null::integer, false, false, true),
      ('X_PriceQualifier', 'text', null::integer, null::integer, false, false, true),
      ('X_PlusVAT', 'text', null::integer, null::integer, false, false, true),
      ('X_MinimumTenancy', 'text', null::integer, null::integer, false, false, true),
      ('X_TenancyType', 'text', null::integer, null::integer, false, false, true),
      ('X_Occupancy', 'text', null::integer, null::integer, false, false, true),
      ('X_PreviousListPrice', 'decimal', 16, 2, false, false, true),
      ('X_PreviousLeasePrice', 'decimal', 16, 2, false, false, true),
      ('X_ListPriceModified', 'text', null::integer, null::integer, false, false, true),
      ('X_LeasePriceModified', 'text', null::integer, null::integer, false, false, true),
      ('X_AuctionStartDate', 'date', null::integer, null::integer, false, false, true),
      ('X_AuctionEndDate', 'date', null::integer, null::integer, false, false, true),
      ('X_ReservePrice', 'decimal', 16, 2, false, false, true),
      ('X_StartingBid', 'decimal', 16, 2, false, false, true),
      ('X_ProjectId', 'short', null::integer, null::integer, false, false, true),
      ('X_DeveloperContactKey', 'short', null::integer, null::integer, false, false, true),
      ('X_LeadSource', 'text', null::integer, null::integer, false, false, true),
      ('X_WebsiteListingDate', 'date', null::integer, null::integer, false, false, true),
      ('X_KeyHolderDetails', 'text', null::integer, null::integer, false, false, true),
      ('X_ListingBrokerName', 'text', null::integer, null::integer, false, false, true),
      ('X_Featured', 'text', null::integer, null::integer, false, false, true),
      ('X_FeaturedPriority', 'text', null::integer, null::integer, false, false, true),
      ('X_PropertyOfTheMonth', 'text', null::integer, null::integer, false, false, true),
      ('X_VideoLink', 'text', null::integer, null::integer, false, false, true),
      ('X_VirtualTourLink', 'text', null::integer, null::integer, false, false, true),
      ('X_WebsiteUrl', 'text', null::integer, null::integer, false, false, true),
      ('X_WebsiteStatus', 'text', null::integer, null::integer, false, false, true),
      ('X_ExcludedProperty', 'boolean', null::integer, null::integer, false, false, true),
      ('X_ShortDescription', 'text', null::integer, null::integer, false, false, true),
      ('X_PropertyName', 'text', null::integer, null::integer, false, false, true),
      ('X_ApartmentType', 'text', null::integer, null::integer, false, false, true),
      ('X_HouseType', 'text', null::integer, null::integer, false, false, true),
      ('X_LandType', 'text', null::integer, null::integer, false, false, true),
      ('X_OfficeType', 'text', null::integer, null::integer, false, false, true),
      ('X_RetailType', 'text', null::integer, null::integer, false, false, true),
      ('X_IndustrialType', 'text', null::integer, null::integer, false, false, true),
      ('X_HotelType', 'text', null::integer, null::integer, false, false, true),
      ('X_BuildingType', 'text', null::integer, null::integer, false, false, true),
      ('X_InvestmentType', 'text', null::integer, null::integer, false, false, true),
      ('X_CustomerParking', 'integer', null::integer, null::integer, false, false, true),
      ('X_AdditionalFeatures', 'text', null::integer, null::integer, false, false, true),
      ('X_InteriorFeatures', 'text', null::integer, null::integer, false, false, true),
      ('X_ExteriorFeatures', 'text', null::integer, null::integer, false, false, true),
      ('X_CommunityFeatures', 'text', null::integer, null::integer, false, false, true),
      ('X_LotFeatures', 'text', null::integer, null::integer, false, false, true),
      ('X_SecurityFeatures', 'text', null::integer, null::integer, false, false, true),
      ('X_Appliances', 'text', null::integer, null::integer, false, false, true),
      ('X_QobrixId', 'short', null::integer, null::integer, false, false, true),
      ('X_QobrixRef', 'short', null::integer, null::integer, false, false, true),
      ('X_QobrixSource', 'text', null::integer, null::integer, false, false, true),
      ('X_QobrixLegacyId', 'short', null::integer, null::integer, false, false, true),
      ('X_SellerContactKey', 'short', null::integer, null::integer, false, false, true),
      ('X_CreatedByMemberKey', 'short', null::integer, null::integer, false, false, true),
      ('X_ModifiedByMemberKey', 'short', null::integer, null::integer, false, false, true),
      ('X_QobrixModified', 'timestamp', null::integer, null::integer, false, false, true),
      ('OriginatingSystemOfficeKey', 'key', null::integer, null::integer, true, true, true),
      ('X_DataSource', 'text', null::integer, null::integer, false, false, true),
      ('etl_timestamp', 'timestamp', null::integer, null::integer, false, false, true),
      ('etl_batch_id', 'text', null::integer, null::integer, false, false, true),
      ('MlsStatus', 'short', null::integer, null::integer, false, false, false),
      ('StatusChangeTimestamp', 'hub', null::integer, null::integer, false, false, false),
      ('OnMarketDate', 'date', null::integer, null::integer, false, false, false),
      ('ArchitecturalStyle', 'text', null::integer, null::integer, false, false, false),
      ('OriginalListPrice', 'hub', 16, 2, false, false, false),
      ('ListPriceCurrencyCode', 'currency', null::integer, null::integer, false, false, false),
      ('LeaseTerm', 'short', null::integer, null::integer, false, false, false),
      ('AvailabilityDate', 'date', null::integer, null::integer, false, false, false),
      ('NetOperatingIncome', 'decimal', 16, 2, false, false, false),
      ('CapRate', 'decimal', 5, 4, false, false, false),
      ('GrossIncome', 'decimal', 16, 2, false, false, false),
      ('OperatingExpense', 'decimal', 16, 2, false, false, false),
      ('TaxAnnualAmount', 'decimal', 16, 2, false, false, false),
      ('TaxYear', 'integer', null::integer, null::integer, false, false, false),
      ('AssociationFee', 'decimal', 16, 2, false, false, false),
      ('ExpirationDate', 'date', null::integer, null::integer, false, false, false),
      ('DaysOnMarket', 'integer', null::integer, null::integer, false, false, false),
      ('CloseDate', 'date', null::integer, null::integer, false, false, false),
      ('ClosePrice', 'decimal', 16, 2, false, false, false),
      ('BathroomsThreeQuarter', 'integer', null::integer, null::integer, false, false, false),
      ('BathroomsOneQuarter', 'integer', null::integer, null::integer, false, false, false),
      ('RoomsTotal', 'integer', null::integer, null::integer, false, false, false),
      ('NumberOfUnitsTotal', 'integer', null::integer, null::integer, false, false, false),
      ('LotSizeDimensions', 'text', null::integer, null::integer, false, false, false),
      ('FireplacesTotal', 'integer', null::integer, null::integer, false, false, false),
      ('CoveredSpaces', 'integer', null::integer, null::integer, false, false, false),
      ('OpenParkingSpaces', 'integer', null::integer, null::integer, false, false, false),
      ('ParkingTotal', 'integer', null::integer, null::integer, false, false, false),
      ('Basement', 'text', null::integer, null::integer, false, false, false),
      ('Roof', 'text', null::integer, null::integer, false, false, false),
      ('Sewer', 'text', null::integer, null::integer, false, false, false),
      ('RoomType', 'text', null::integer, null::integer, false, false, false),
      ('RoadSurfaceType', 'text', null::integer, null::integer, false, false, false),
      ('PrivateRemarks', 'text', null::integer, null::integer, false, false, false),
      ('ShowingInstructions', 'text', null::integer, null::integer, false, false, false),
      ('ListAgentFirstName', 'text', null::integer, null::integer, false, false, false),
      ('ListAgentLastName', 'text', null::integer, null::integer, false, false, false),
      ('ListAgentEmail', 'text', null::integer, null::integer, false, false, false),
      ('PhotosCount', 'hub', null::integer, null::integer, false, false, false),
      ('InteriorFeatures', 'text', null::integer, null::integer, false, false, false),
      ('ExteriorFeatures', 'text', null::integer, null::integer, false, false, false),
      ('CommunityFeatures', 'text', null::integer, null::integer, false, false, false),
      ('LotFeatures', 'text', null::integer, null::integer, false, false, false),
      ('SecurityFeatures', 'text', null::integer, null::integer, false, false, false),
      ('Appliances', 'text', null::integer, null::integer, false, false, false),
      ('UnitNumber', 'text', null::integer, null::integer, false, false, false),
      ('PreviousListPrice', 'decimal', 16, 2, false, false, false),
      ('VirtualTourURLUnbranded', 'text', null::integer, null::integer, false, false, false),
      ('ListingURL', 'text', null::integer, null::integer, false, false, false),
      ('PriceChangeTimestamp', 'hub', null::integer, null::integer, false, false, false),
      ('PhotosChangeTimestamp', 'hub', null::integer, null::integer, false, false, false),
      ('MajorChangeTimestamp', 'hub', null::integer, null::integer, false, false, false),
      ('MajorChangeType', 'hub', null::integer, null::integer, false, false, false),
      ('OriginatingSystemName', 'hub', null::integer, null::integer, false, false, false),
      ('OriginatingSystemID', 'hub', null::integer, null::integer, false, false, false),
      ('SourceSystemName', 'hub', null::integer, null::integer, false, false, false),
      ('ListAgentFullName', 'text', null::integer, null::integer, false, false, false),
      ('ListOfficeName', 'text', null::integer, null::integer, false, false, false),
      ('InternetEntireListingDisplayYN', 'boolean', null::integer, null::integer, false, false, false),
      ('InternetAddressDisplayYN', 'boolean', null::integer, null::integer, false, false, false);
    when 'member' then return query values
      ('MemberKey', 'key', null::integer, null::integer, true, true, true),
      ('MemberMlsId', 'short', null::integer, null::integer, false, false, true),
      ('MemberFirstName', 'text', null::integer, null::integer, false, false, true),
      ('MemberLastName', 'text', null::integer, null::integer, false, false, true),
      ('MemberFullName', 'text', null::integer, null::integer, false, false, true),
      ('MemberEmail', 'text', null::integer, null::integer, false, false, true),
      ('MemberPreferredPhone', 'text', null::integer, null::integer, false, false, true),
      ('MemberOfficePhone', 'text', null::integer, null::integer, false, false, true),
      ('MemberStatus', 'short', null::integer, null::integer, false, false, true),
      ('MemberType', 'short', null::integer, null::integer, false, false, true),
      ('OfficeKey', 'short', null::integer, null::integer, false, false, true),
      ('MemberAddress1', 'text', null::integer, null::integer, false, false, true),
      ('MemberCity', 'text', null::integer, null::integer, false, false, true),
      ('MemberStateOrProvince', 'short', null::integer, null::integer, false, false, true),
      ('MemberPostalCode', 'text', null::integer, null::integer, false, false, true),
      ('MemberCountry', 'short', null::integer, null::integer, false, false, true),
      ('X_QobrixAgentId', 'short', null::integer, null::integer, false, false, true),
      ('X_QobrixAgentRef', 'short', null::integer, null::integer, false, false, true),
      ('X_QobrixDescription', 'text', null::integer, null::integer, false, false, true),
      ('X_QobrixCommission1', 'text', null::integer, null::integer, false, false, true),
      ('X_QobrixAgreementDate', 'text', null::integer, null::integer, false, false, true),
      ('X_QobrixOwnerId', 'short', null::integer, null::integer, false, false, true),
      ('X_QobrixPrimaryContactId', 'short', null::integer, null::integer, false, false, true),
      ('X_QobrixCreated', 'text', null::integer, null::integer, false, false, true),
      ('X_QobrixModified', 'text', null::integer, null::integer, false, false, true),
      ('X_QobrixSourceType', 'text', null::integer, null::integer, false, false, true),
      ('OriginatingSystemOfficeKey', 'key', null::integer, null::integer, true, true, true),
      ('etl_timestamp', 'timestamp', null::integer, null::integer, false, false, true),
      ('etl_batch_id', 'text', null::integer, null::integer, false, false, true),
      ('MemberNamePrefix', 'text', null::integer, null::integer, false, false, false),
      ('MemberMiddleName', 'text', null::integer, null::integer, false, false, false),
      ('MemberNameSuffix', 'text', null::integer, null::integer, false, false, false),
      ('MemberNickname', 'text', null::integer, null::integer, false, false, false),
      ('JobTitle', 'text', null::integer, null::integer, false, false, false),
      ('MemberBio', 'text', null::integer, null::integer, false, false, false),
      ('MemberDesignation', 'text', null::integer, null::integer, false, false, false),
      ('MemberLanguages', 'text', null::integer, null::integer, false, false, false),
      ('MemberLoginId', 'short', null::integer, null::integer, false, false, false),
      ('MemberMlsAccessYN', 'boolean', null::integer, null::integer, false, false, false),
      ('MemberAlternateId', 'short', null::integer, null::integer, false, false, false),
      ('MemberAOR', 'short', null::integer, null::integer, false, false, false),
      ('MemberAORkey', 'text', null::integer, null::integer, false, false, false),
      ('MemberAORMlsId', 'short', null::integer, null::integer, false, false, false),
      ('MemberPrimaryAorId', 'short', null::integer, null::integer, false, false, false),
      ('MemberNationalAssociationId', 'short', null::integer, null::integer, false, false, false),
      ('MemberStateLicense', 'text', null::integer, null::integer, false, false, false),
      ('MemberStateLicenseState', 'short', null::integer, null::integer, false, false, false),
      ('MemberStateLicenseType', 'text', null::integer, null::integer, false, false, false),
      ('MemberStateLicenseExpirationDate', 'date', null::integer, null::integer, false, false, false),
      ('UniqueLicenseeIdentifier', 'text', null::integer, null::integer, false, false, false),
      ('MemberPreferredPhoneExt', 'text', null::integer, null::integer, false, false, false),
      ('MemberOfficePhoneExt', 'text', null::integer, null::integer, false, false, false),
      ('MemberDirectPhone', 'text', null::integer, null::integer, false, false, false),
      ('MemberMobilePhone', 'text', null::integer, null::integer, false, false, false),
      ('MemberTollFreePhone', 'text', null::integer, null::integer, false, false, false),
      ('MemberFax', 'text', null::integer, null::integer, false, false, false),
      ('MemberAddress2', 'text', null::integer, null::integer, false, false, false),
      ('MemberCountyOrParish', 'short', null::integer, null::integer, false, false, false),
      ('MemberPostalCodePlus4', 'text', null::integer, null::integer, false, false, false),
      ('MemberIsAssistantTo', 'text', null::integer, null::integer, false, false, false),
      ('OfficeMlsId', 'short', null::integer, null::integer, false, false, false),
      ('OfficeName', 'text', null::integer, null::integer, false, false, false),
      ('OfficeNationalAssociationId', 'short', null::integer, null::integer, false, false, false),
      ('OriginalEntryTimestamp', 'timestamp', null::integer, null::integer, false, false, false),
      ('OriginatingSystemID', 'text', null::integer, null::integer, false, false, false),
      ('OriginatingSystemMemberKey', 'short', null::integer, null::integer, false, false, false),
      ('OriginatingSystemName', 'text', null::integer, null::integer, false, false, false),
      ('SourceSystemID', 'text', null::integer, null::integer, false, false, false),
      ('SourceSystemMemberKey', 'short', null::integer, null::integer, false, false, false),
      ('SourceSystemName', 'text', null::integer, null::integer, false, false, false),
      ('ModificationTimestamp', 'timestamp', null::integer, null::integer, false, false, false);
    when 'office' then return query values
      ('OfficeKey', 'key', null::integer, null::integer, true, true, true),
      ('OfficeMlsId', 'short', null::integer, null::integer, false, false, true),
      ('OfficeName', 'text', null::integer, null::integer, false, false, true),
      ('OfficeEmail', 'text', null::integer, null::integer, false, false, true),
      ('OfficePhone', 'text', null::integer, null::integer, false, false, true),
      ('OfficeFax', 'text', null::integer, null::integer, false, false, true),
      ('OfficeStatus', 'short', null::integer, null::integer, false, false, true),
      ('OfficeType', 'short', null::integer, null::integer, false, false, true),
      ('OfficeAddress1', 'text', null::integer, null::integer, false, false, true),
      ('OfficeAddress2', 'text', null::integer, null::integer, false, false, true),
      ('OfficeCity', 'text', null::integer, null::integer, false, false, true),
      ('OfficeStateOrProvince', 'short', null::integer, null::integer, false, false, true),
      ('OfficePostalCode', 'text', null::integer, null::integer, false, false, true),
      ('OfficeCountry', 'short', null::integer, null::integer, false, false, true),
      ('OfficeBrokerKey', 'short', null::integer, null::integer, false, false, true),
      ('X_QobrixAgentId', 'short', null::integer, null::integer, false, false, true),
      ('X_QobrixAgentRef', 'short', null::integer, null::integer, false, false, true),
      ('X_QobrixDescription', 'text', null::integer, null::integer, false, false, true),
      ('X_QobrixCommission1', 'text', null::integer, null::integer, false, false, true),
      ('X_QobrixCommission2', 'text', null::integer, null::integer, false, false, true),
      ('X_QobrixCommission3', 'text', null::integer, null::integer, false, false, true),
      ('X_QobrixAgreementDate', 'text', null::integer, null::integer, false, false, true),
      ('X_QobrixOwnerId', 'short', null::integer, null::integer, false, false, true),
      ('X_QobrixPrimaryContactId', 'short', null::integer, null::integer, false, false, true),
      ('X_QobrixCreated', 'text', null::integer, null::integer, false, false, true),
      ('X_QobrixModified', 'text', null::integer, null::integer, false, false, true),
      ('OriginatingSystemOfficeKey', 'key', null::integer, null::integer, true, true, true),
      ('etl_timestamp', 'timestamp', null::integer, null::integer, false, false, true),
      ('etl_batch_id', 'text', null::integer, null::integer, false, false, true),
      ('OfficeBio', 'text', null::integer, null::integer, false, false, false),
      ('OfficeAlternateId', 'short', null::integer, null::integer, false, false, false),
      ('OfficeAOR', 'short', null::integer, null::integer, false, false, false),
      ('OfficeAORkey', 'text', null::integer, null::integer, false, false, false),
      ('OfficeAORMlsId', 'short', null::integer, null::integer, false, false, false),
      ('OfficePrimaryAorId', 'short', null::integer, null::integer, false, false, false),
      ('OfficeNationalAssociationId', 'short', null::integer, null::integer, false, false, false),
      ('OfficeCorporateLicense', 'text', null::integer, null::integer, false, false, false),
      ('OfficeBranchType', 'short', null::integer, null::integer, false, false, false),
      ('MainOfficeKey', 'short', null::integer, null::integer, false, false, false),
      ('MainOfficeMlsId', 'short', null::integer, null::integer, false, false, false),
      ('NumberOfBranches', 'integer', null::integer, null::integer, false, false, false),
      ('FranchiseAffiliation', 'text', null::integer, null::integer, false, false, false),
      ('FranchiseNationalAssociationId', 'short', null::integer, null::integer, false, false, false),
      ('OfficeBrokerMlsId', 'short', null::integer, null::integer, false, false, false),
      ('OfficeBrokerNationalAssociationId', 'short', null::integer, null::integer, false, false, false),
      ('OfficeManagerKey', 'short', null::integer, null::integer, false, false, false),
      ('OfficeManagerMlsId', 'short', null::integer, null::integer, false, false, false),
      ('IDXOfficeParticipationYN', 'boolean', null::integer, null::integer, false, false, false),
      ('VirtualOfficeWebsiteYN', 'boolean', null::integer, null::integer, false, false, false),
      ('OfficePhoneExt', 'text', null::integer, null::integer, false, false, false),
      ('OfficeCountyOrParish', 'short', null::integer, null::integer, false, false, false),
      ('OfficePostalCodePlus4', 'text', null::integer, null::integer, false, false, false),
      ('OfficePrimaryStateOrProvince', 'short', null::integer, null::integer, false, false, false),
      ('OriginalEntryTimestamp', 'timestamp', null::integer, null::integer, false, false, false),
      ('OriginatingSystemID', 'text', null::integer, null::integer, false, false, false),
      ('OriginatingSystemName', 'text', null::integer, null::integer, false, false, false),
      ('SourceSystemID', 'text', null::integer, null::integer, false, false, false),
      ('SourceSystemName', 'text', null::integer, null::integer, false, false, false),
      ('SourceSystemOfficeKey', 'short', null::integer, null::integer, false, false, false),
      ('ModificationTimestamp', 'timestamp', null::integer, null::integer, false, false, false);
    when 'media' then return query values
      ('MediaKey', 'key', null::integer, null::integer, true, true, true),
      ('ResourceRecordKey', 'key', null::integer, null::integer, true, true, true),
      ('ResourceName', 'short', null::integer, null::integer, false, false, true),
      ('MediaCategory', 'short', null::integer, null::integer, false, false, true),
      ('MediaURL', 'text', null::integer, null::integer, false, false, true),
      ('MediaType', 'short', null::integer, null::integer, false, false, true),
      ('Order', 'integer', null::integer, null::integer, false, false, true),
      ('ShortDescription', 'text', null::integer, null::integer, false, false, true),
      ('LongDescription', 'text', null::integer, null::integer, false, false, true),
      ('ImageWidth', 'integer', null::integer, null::integer, false, false, true),
      ('ImageHeight', 'integer', null::integer, null::integer, false, false, true),
      ('ImageSizeBytes', 'bigint', null::integer, null::integer, false, false, true),
      ('X_IsPrimary', 'boolean', null::integer, null::integer, false, false, true),
      ('X_QobrixMediaId', 'short', null::integer, null::integer, false, false, true),
      ('X_QobrixPropertyId', 'short', null::integer, null::integer, false, false, true),
      ('X_QobrixMediaCategory', 'text', null::integer, null::integer, false, false, true),
      ('X_QobrixFileId', 'short', null::integer, null::integer, false, false, true),
      ('X_QobrixThumbnailUrl', 'text', null::integer, null::integer, false, false, true),
      ('X_QobrixFilesystem', 'text', null::integer, null::integer, false, false, true),
      ('X_QobrixCategoryId', 'short', null::integer, null::integer, false, false, true),
      ('X_QobrixCreated', 'text', null::integer, null::integer, false, false, true),
      ('X_QobrixModified', 'text', null::integer, null::integer, false, false, true),
      ('OriginatingSystemOfficeKey', 'key', null::integer, null::integer, true, true, true),
      ('X_DataSource', 'text', null::integer, null::integer, false, false, true),
      ('etl_timestamp', 'timestamp', null::integer, null::integer, false, false, true),
      ('etl_batch_id', 'text', null::integer, null::integer, false, false, true),
      ('MediaModificationTimestamp', 'hub', null::integer, null::integer, false, false, false),
      ('ImageOf', 'short', null::integer, null::integer, false, false, false),
      ('ImageSizeDescription', 'short', null::integer, null::integer, false, false, false),
      ('MediaAlteration', 'text', null::integer, null::integer, false, false, false),
      ('MediaHTML', 'text', null::integer, null::integer, false, false, false),
      ('MediaObjectID', 'text', null::integer, null::integer, false, false, false),
      ('MediaStatus', 'short', null::integer, null::integer, false, false, false),
      ('Permission', 'text', null::integer, null::integer, false, false, false),
      ('PreferredPhotoYN', 'boolean', null::integer, null::integer, false, false, false),
      ('ResourceRecordID', 'text', null::integer, null::integer, false, false, false),
      ('OriginatingSystemID', 'text', null::integer, null::integer, false, false, false),
      ('OriginatingSystemMediaKey', 'short', null::integer, null::integer, false, false, false),
      ('OriginatingSystemName', 'text', null::integer, null::integer, false, false, false),
      ('SourceSystemID', 'text', null::integer, null::integer, false, false, false),
      ('SourceSystemMediaKey', 'short', null::integer, null::integer, false, false, false),
      ('SourceSystemName', 'text', null::integer, null::integer, false, false, false),
      ('ModificationTimestamp', 'timestamp', null::integer, null::integer, false, false, false);
    when 'open_house' then return query values
      ('OpenHouseKey', 'key', null::integer, null::integer, true, true, true),
      ('OpenHouseId', 'short', null::integer, null::integer, false, false, true),
      ('ListingKey', 'key', null::integer, null::integer, true, true, true),
      ('ListingId', 'short', null::integer, null::integer, false, false, true),
      ('OpenHouseDate', 'date', null::integer, null::integer, false, false, true),
      ('OpenHouseStartTime', 'timestamp', null::integer, null::integer, false, false, true),
      ('OpenHouseEndTime', 'timestamp', null::integer, null::integer, false, false, true),
      ('OpenHouseStatus', 'short', null::integer, null::integer, false, false, true),
      ('OpenHouseType', 'short', null::integer, null::integer, false, false, true),
      ('OpenHouseAttendedBy', 'short', null::integer, null::integer, false, false, true),
      ('OpenHouseRemarks', 'text', null::integer, null::integer, false, false, true),
      ('Refreshments', 'text', null::integer, null::integer, false, false, true),
      ('AppointmentRequiredYN', 'boolean', null::integer, null::integer, false, false, true),
      ('LivestreamOpenHouseURL', 'text', null::integer, null::integer, false, false, true),
      ('ShowingAgentKey', 'short', null::integer, null::integer, false, false, true),
      ('ShowingAgentFirstName', 'text', null::integer, null::integer, false, false, true),
      ('ShowingAgentLastName', 'text', null::integer, null::integer, false, false, true),
      ('ShowingAgentMlsID', 'text', null::integer, null::integer, false, false, true),
      ('OriginalEntryTimestamp', 'timestamp', null::integer, null::integer, false, false, true),
      ('ModificationTimestamp', 'timestamp', null::integer, null::integer, false, false, true),
      ('OriginatingSystemID', 'text', null::integer, null::integer, false, false, true),
      ('OriginatingSystemKey', 'short', null::integer, null::integer, false, false, true),
      ('OriginatingSystemName', 'text', null::integer, null::integer, false, false, true),
      ('SourceSystemID', 'text', null::integer, null::integer, false, false, true),
      ('SourceSystemKey', 'short', null::integer, null::integer, false, false, true),
      ('SourceSystemName', 'text', null::integer, null::integer, false, false, true),
      ('OriginatingSystemOfficeKey', 'key', null::integer, null::integer, true, true, true),
      ('etl_timestamp', 'timestamp', null::integer, null::integer, false, false, true),
      ('etl_batch_id', 'text', null::integer, null::integer, false, false, true);
    when 'property_rooms' then return query values
      ('RoomKey', 'key', null::integer, null::integer, true, true, true),
      ('ListingKey', 'key', null::integer, null::integer, true, true, true),
      ('ListingId', 'short', null::integer, null::integer, false, false, true),
      ('RoomType', 'short', null::integer, null::integer, false, false, true),
      ('RoomLevel', 'short', null::integer, null::integer, false, false, true),
      ('RoomDescription', 'text', null::integer, null::integer, false, false, true),
      ('RoomFeatures', 'text', null::integer, null::integer, false, false, true),
      ('RoomArea', 'decimal', 16, 2, false, false, true),
      ('RoomAreaUnits', 'short', null::integer, null::integer, false, false, true),
      ('RoomAreaSource', 'short', null::integer, null::integer, false, false, true),
      ('RoomDimensions', 'text', null::integer, null::integer, false, false, true),
      ('RoomLength', 'decimal', 16, 2, false, false, true),
      ('RoomWidth', 'decimal', 16, 2, false, false, true),
      ('RoomLengthWidthUnits', 'short', null::integer, null::integer, false, false, true),
      ('RoomLengthWidthSource', 'short', null::integer, null::integer, false, false, true),
      ('BedroomClosetType', 'short', null::integer, null::integer, false, false, true),
      ('ModificationTimestamp', 'timestamp', null::integer, null::integer, false, false, true),
      ('OriginatingSystemOfficeKey', 'key', null::integer, null::integer, true, true, true),
      ('etl_timestamp', 'timestamp', null::integer, null::integer, false, false, true),
      ('etl_batch_id', 'text', null::integer, null::integer, false, false, true);
    when 'property_unit_types' then return query values
      ('UnitTypeKey', 'key', null::integer, null::integer, true, true, true),
      ('ListingKey', 'key', null::integer, null::integer, true, true, true),
      ('ListingId', 'short', null::integer, null::integer, false, false, true),
      ('UnitTypeType', 'short', null::integer, null::integer, false, false, true),
      ('UnitTypeDescription', 'text', null::integer, null::integer, false, false, true),
      ('UnitTypeUnitsTotal', 'integer', null::integer, null::integer, false, false, true),
      ('UnitTypeBedsTotal', 'integer', null::integer, null::integer, false, false, true),
      ('UnitTypeBathsTotal', 'integer', null::integer, null::integer, false, false, true),
      ('UnitTypeFurnished', 'short', null::integer, null::integer, false, false, true),
      ('UnitTypeGarageSpaces', 'decimal', 16, 2, false, false, true),
      ('UnitTypeGarageAttachedYN', 'boolean', null::integer, null::integer, false, false, true),
      ('UnitTypeActualRent', 'decimal', 16, 2, false, false, true),
      ('UnitTypeTotalRent', 'decimal', 16, 2, false, false, true),
      ('UnitTypeProForma', 'integer', null::integer, null::integer, false, false, true),
      ('ModificationTimestamp', 'timestamp', null::integer, null::integer, false, false, true),
      ('OriginatingSystemOfficeKey', 'key', null::integer, null::integer, true, true, true),
      ('etl_timestamp', 'timestamp', null::integer, null::integer, false, false, true),
      ('etl_batch_id', 'text', null::integer, null::integer, false, false, true);
    when 'teams' then return query values
      ('TeamKey', 'key', null::integer, null::integer, true, true, true),
      ('TeamName', 'text', null::integer, null::integer, false, false, true),
      ('TeamStatus', 'short', null::integer, null::integer, false, false, true),
      ('TeamDescription', 'text', null::integer, null::integer, false, false, true),
      ('TeamLeadKey', 'short', null::integer, null::integer, false, false, true),
      ('TeamLeadMlsId', 'short', null::integer, null::integer, false, false, true),
      ('TeamLeadStateLicense', 'text', null::integer, null::integer, false, false, true),
      ('TeamLeadStateLicenseState', 'short', null::integer, null::integer, false, false, true),
      ('TeamLeadNationalAssociationId', 'short', null::integer, null::integer, false, false, true),
      ('TeamEmail', 'text', null::integer, null::integer, false, false, true),
      ('TeamPreferredPhone', 'text', null::integer, null::integer, false, false, true),
      ('TeamPreferredPhoneExt', 'text', null::integer, null::integer, false, false, true),
      ('TeamOfficePhone', 'text', null::integer, null::integer, false, false, true),
      ('TeamOfficePhoneExt', 'text', null::integer, null::integer, false, false, true),
      ('TeamDirectPhone', 'text', null::integer, null::integer, false, false, true),
      ('TeamMobilePhone', 'text', null::integer, null::integer, false, false, true),
      ('TeamTollFreePhone', 'text', null::integer, null::integer, false, false, true),
      ('TeamFax', 'text', null::integer, null::integer, false, false, true),
      ('TeamAddress1', 'text', null::integer, null::integer, false, false, true),
      ('TeamAddress2', 'text', null::integer, null::integer, false, false, true),
      ('TeamCity', 'text', null::integer, null::integer, false, false, true),
      ('TeamCountyOrParish', 'short', null::integer, null::integer, false, false, true),
      ('TeamStateOrProvince', 'short', null::integer, null::integer, false, false, true),
      ('TeamPostalCode', 'text', null::integer, null::integer, false, false, true),
      ('TeamPostalCodePlus4', 'text', null::integer, null::integer, false, false, true),
      ('TeamCountry', 'short', null::integer, null::integer, false, false, true),
      ('OriginalEntryTimestamp', 'timestamp', null::integer, null::integer, false, false, true),
      ('ModificationTimestamp', 'timestamp', null::integer, null::integer, false, false, true),
      ('OriginatingSystemID', 'text', null::integer, null::integer, false, false, true),
      ('OriginatingSystemKey', 'short', null::integer, null::integer, false, false, true),
      ('OriginatingSystemName', 'text', null::integer, null::integer, false, false, true),
      ('SourceSystemID', 'text', null::integer, null::integer, false, false, true),
      ('SourceSystemKey', 'short', null::integer, null::integer, false, false, true),
      ('SourceSystemName', 'text', null::integer, null::integer, false, false, true),
      ('OriginatingSystemOfficeKey', 'key', null::integer, null::integer, true, true, true),
      ('etl_timestamp', 'timestamp', null::integer, null::integer, false, false, true),
      ('etl_batch_id', 'text', null::integer, null::integer, false, false, true);
    when 'team_members' then return query values
      ('TeamMemberKey', 'key', null::integer, null::integer, true, true, true),
      ('TeamKey', 'short', null::integer, null::integer, false, false, true),
      ('MemberKey', 'short', null::integer, null::integer, false, false, true),
      ('MemberMlsId', 'short', null::integer, null::integer, false, false, true),
      ('TeamMemberType', 'short', null::integer, null::integer, false, false, true),
      ('TeamMemberStateLicense', 'text', null::integer, null::integer, false, false, true),
      ('TeamMemberNationalAssociationId', 'short', null::integer, null::integer, false, false, true),
      ('OriginalEntryTimestamp', 'timestamp', null::integer, null::integer, false, false, true),
      ('ModificationTimestamp', 'timestamp', null::integer, null::integer, false, false, true),
      ('OriginatingSystemID', 'text', null::integer, null::integer, false, false, true),
      ('OriginatingSystemKey', 'short', null::integer, null::integer, false, false, true),
      ('OriginatingSystemName', 'text', null::integer, null::integer, false, false, true),
      ('SourceSystemID', 'text', null::integer, null::integer, false, false, true),
      ('SourceSystemKey', 'short', null::integer, null::integer, false, false, true),
      ('SourceSystemName', 'text', null::integer, null::integer, false, false, true),
      ('OriginatingSystemOfficeKey', 'key', null::integer, null::integer, true, true, true),
      ('etl_timestamp', 'timestamp', null::integer, null::integer, false, false, true),
      ('etl_batch_id', 'text', null::integer, null::integer, false, false, true);
    when 'contacts' then return query values
      ('ContactKey', 'key', null::integer, null::integer, true, true, true),
      ('ContactMlsId', 'short', null::integer, null::integer, false, false, true),
      ('ContactFirstName', 'text', null::integer, null::integer, false, false, true),
      ('ContactLastName', 'text', null::integer, null::integer, false, false, true),
      ('ContactFullName', 'text', null::integer, null::integer, false, false, true),
      ('ContactEmail', 'text', null::integer, null::integer, false, false, true),
      ('ContactEmail2', 'text', null::integer, null::integer, false, false, true),
      ('ContactPhone', 'text', null::integer, null::integer, false, false, true),
      ('ContactPhone2', 'text', null::integer, null::integer, false, false, true),
      ('ContactType', 'text', null::integer, null::integer, false, false, true),
      ('ContactStatus', 'short', null::integer, null::integer, false, false, true),
      ('ContactAddress1', 'text', null::integer, null::integer, false, false, true),
      ('ContactCity', 'text', null::integer, null::integer, false, false, true),
      ('ContactStateOrProvince', 'text', null::integer, null::integer, false, false, true),
      ('ContactPostalCode', 'text', null::integer, null::integer, false, false, true),
      ('ContactCountry', 'text', null::integer, null::integer, false, false, true),
      ('ContactNationality', 'text', null::integer, null::integer, false, false, true),
      ('ContactTitle', 'text', null::integer, null::integer, false, false, true),
      ('ContactBirthdate', 'text', null::integer, null::integer, false, false, true),
      ('ContactWebsite', 'text', null::integer, null::integer, false, false, true),
      ('ContactEntityType', 'text', null::integer, null::integer, false, false, true),
      ('ContactCompanyRegistrationNumber', 'text', null::integer, null::integer, false, false, true),
      ('ContactCompanyName', 'text', null::integer, null::integer, false, false, true),
      ('ContactAssignedToKey', 'short', null::integer, null::integer, false, false, true),
      ('X_QobrixContactId', 'short', null::integer, null::integer, false, false, true),
      ('X_QobrixContactRef', 'short', null::integer, null::integer, false, false, true),
      ('X_QobrixContactLegacyId', 'short', null::integer, null::integer, false, false, true),
      ('X_QobrixDescription', 'text', null::integer, null::integer, false, false, true),
      ('X_QobrixPreferredLanguage', 'text', null::integer, null::integer, false, false, true),
      ('X_QobrixContactPersonFirstName', 'text', null::integer, null::integer, false, false, true),
      ('X_QobrixContactPersonLastName', 'text', null::integer, null::integer, false, false, true),
      ('X_QobrixCreated', 'text', null::integer, null::integer, false, false, true),
      ('X_QobrixModified', 'text', null::integer, null::integer, false, false, true),
      ('X_QobrixCreatedBy', 'text', null::integer, null::integer, false, false, true),
      ('X_QobrixModifiedBy', 'text', null::integer, null::integer, false, false, true),
      ('OriginatingSystemOfficeKey', 'key', null::integer, null::integer, true, true, true),
      ('etl_timestamp', 'timestamp', null::integer, null::integer, false, false, true),
      ('etl_batch_id', 'text', null::integer, null::integer, false, false, true),
      ('ModificationTimestamp', 'timestamp', null::integer, null::integer, false, false, false);
    when 'showing_appointment' then return query values
      ('ShowingAppointmentKey', 'key', null::integer, null::integer, true, true, true),
      ('ListingKey', 'key', null::integer, null::integer, true, false, true),
      ('ShowingAgentKey', 'short', null::integer, null::integer, false, false, true),
      ('BuyerContactKey', 'short', null::integer, null::integer, false, false, true),
      ('ShowingDate', 'date', null::integer, null::integer, false, false, true),
      ('ShowingStartTime', 'text', null::integer, null::integer, false, false, true),
      ('ShowingEndTime', 'text', null::integer, null::integer, false, false, true),
      ('ShowingStatus', 'text', null::integer, null::integer, false, false, true),
      ('ShowingType', 'text', null::integer, null::integer, false, false, true),
      ('ShowingRemarks', 'text', null::integer, null::integer, false, false, true),
      ('ShowingFeedback', 'text', null::integer, null::integer, false, false, true),
      ('ShowingOutcome', 'text', null::integer, null::integer, false, false, true),
      ('X_QobrixViewingId', 'short', null::integer, null::integer, false, false, true),
      ('X_QobrixViewingRef', 'short', null::integer, null::integer, false, false, true),
      ('X_QobrixPropertyId', 'short', null::integer, null::integer, false, false, true),
      ('X_QobrixContactId', 'short', null::integer, null::integer, false, false, true),
      ('X_QobrixOwnerId', 'short', null::integer, null::integer, false, false, true),
      ('X_QobrixDateTime', 'text', null::integer, null::integer, false, false, true),
      ('X_QobrixDuration', 'text', null::integer, null::integer, false, false, true),
      ('X_QobrixLocation', 'text', null::integer, null::integer, false, false, true),
      ('X_QobrixCreated', 'text', null::integer, null::integer, false, false, true),
      ('X_QobrixModified', 'text', null::integer, null::integer, false, false, true),
      ('X_QobrixCreatedBy', 'text', null::integer, null::integer, false, false, true),
      ('X_QobrixModifiedBy', 'text', null::integer, null::integer, false, false, true),
      ('OriginatingSystemOfficeKey', 'key', null::integer, null::integer, true, true, true),
      ('etl_timestamp', 'timestamp', null::integer, null::integer, false, false, true),
      ('etl_batch_id', 'text', null::integer, null::integer, false, false, true),
      ('ModificationTimestamp', 'timestamp', null::integer, null::integer, false, false, false);
    else null;
  end case;
end $$;
comment on function mls.gold_types(text) is
  'How each field of a record of this resource is read (branch of mls.read_value(), for decimals the digits before and after the point); rejects: a value that cannot be read rejects the record; required: so does its absence; is_gold: gold delivers it.';

create or replace function mls.required_fields(resource text) returns text[]
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return case resource
    when 'property' then '{ListingKey,OriginatingSystemOfficeKey}'
    when 'member' then '{MemberKey,OriginatingSystemOfficeKey}'
    when 'office' then '{OfficeKey,OriginatingSystemOfficeKey}'
    when 'media' then '{MediaKey,ResourceRecordKey,OriginatingSystemOfficeKey}'
    when 'open_house' then '{OpenHouseKey,ListingKey,OriginatingSystemOfficeKey}'
    when 'property_rooms' then '{RoomKey,ListingKey,OriginatingSystemOfficeKey}'
    when 'property_unit_types' then '{UnitTypeKey,ListingKey,OriginatingSystemOfficeKey}'
    when 'teams' then '{TeamKey,OriginatingSystemOfficeKey}'
    when 'team_members' then '{TeamMemberKey,OriginatingSystemOfficeKey}'
    when 'contacts' then '{ContactKey,OriginatingSystemOfficeKey}'
    when 'showing_appointment' then '{ShowingAppointmentKey,OriginatingSystemOfficeKey}'
  end::text[];
end $$;
comment on function mls.required_fields(text) is 'Fields of a resource that every record needs: it is rejected without one of them.';

create or replace function mls.held_fields() returns table (resource text, field text, column_name text)
language sql immutable parallel safe set search_path = ''
as $$
  values
    ('property', 'PropertyClass', 'property_class'),
    ('property', 'DevelopmentStatus', 'development_status'),
    ('property', 'NewConstructionYN', 'is_new_construction'),
    ('property', 'PropertyCondition', 'property_condition'),
    ('property', 'BuilderName', 'builder_name'),
    ('property', 'BuilderModel', 'builder_model'),
    ('property', 'PropertyType', 'property_type'),
    ('property', 'PropertySubType', 'property_subtype'),
    ('property', 'ListingService', 'listing_service'),
    ('property', 'ListingAgreement', 'listing_agreement'),
    ('property', 'LeaseConsideredYN', 'lease_considered'),
    ('property', 'SaleConsideredYN', 'sale_considered'),
    ('property', 'BedroomsTotal', 'bedrooms'),
    ('property', 'BathroomsTotalInteger', 'bathrooms'),
    ('property', 'BathroomsHalf', 'half_bath'),
    ('property', 'LivingArea', 'living_area'),
    ('property', 'LivingAreaUnits', 'living_area_unit'),
    ('property', 'LotSizeSquareFeet', 'lot_size'),
    ('property', 'LotSizeUnits', 'lot_size_unit'),
    ('property', 'LotSizeAcres', 'lot_size_acres'),
    ('property', 'ListPrice', 'list_price'),
    ('property', 'LeaseAmountFrequency', 'lease_amount_frequency'),
    ('property', 'ListingContractDate', 'listed_date'),
    ('property', 'UnparsedAddress', 'street'),
    ('property', 'City', 'city'),
    ('property', 'StateOrProvince', 'state'),
    ('property', 'PostalCode', 'post_code'),
    ('property', 'Country', 'country'),
    ('property', 'Latitude', 'latitude'),
    ('property', 'Longitude', 'longitude'),
    ('property', 'PublicRemarks', 'public_remarks'),
    ('property', 'ListAgentKey', 'list_agent_key'),
    ('property', 'CoListAgentKey', 'co_list_agent_key'),
    ('property', 'ListOfficeKey', 'list_office_key'),
    ('property', 'YearBuilt', 'year_built'),
    ('property', 'YearBuiltEffective', 'x_sm_year_renovated'),
    ('property', 'View', 'view'),
    ('property', 'PoolFeatures', 'pool_features'),
    ('property', 'Heating', 'heating_features'),
    ('property', 'Cooling', 'cooling_features'),
    ('property', 'Furnished', 'furnished'),
    ('property', 'PetsAllowed', 'pets_allowed'),
    ('property', 'FireplaceYN', 'has_fireplace'),
    ('property', 'ParkingFeatures', 'garage_features'),
    ('property', 'StoriesTotal', 'stories_total'),
    ('property', 'Stories', 'floor_number'),
    ('property', 'Flooring', 'flooring'),
    ('property', 'FireplaceFeatures', 'fireplace_features'),
    ('property', 'WaterfrontFeatures', 'waterfront_features'),
    ('property', 'PatioAndPorchFeatures', 'patio_porch_features'),
    ('property', 'OtherStructures', 'other_structures'),
    ('property', 'AssociationAmenities', 'amenities'),
    ('property', 'Fencing', 'fencing'),
    ('property', 'X_SeaView', 'sea_view'),
    ('property', 'X_MountainView', 'mountain_view'),
    ('property', 'X_BeachFront', 'beach_front'),
    ('property', 'X_PrivateSwimmingPool', 'private_pool'),
    ('property', 'X_CommonSwimmingPool', 'common_pool'),
    ('property', 'X_GardenArea', 'garden_area'),
    ('property', 'X_RoofGardenArea', 'x_sm_roof_garden'),
    ('property', 'X_Elevator', 'x_sm_elevator'),
    ('property', 'X_AirCondition', 'air_condition'),
    ('property', 'X_Alarm', 'alarm'),
    ('property', 'X_SmartHome', 'x_sm_smart_home'),
    ('property', 'X_StorageSpace', 'storage_space'),
    ('property', 'X_MaidsRoom', 'x_sm_maids_room'),
    ('property', 'X_SeparateLaundryRoom', 'x_sm_separate_laundry'),
    ('property', 'X_StoreRoom', 'store_room'),
    ('property', 'X_ConstructionStage', 'construction_stage'),
    ('property', 'X_Height', 'x_sm_height_allowed'),
    ('property', 'X_MaxFloor', 'x_sm_floors_allowed'),
    ('property', 'X_UnitNumber', 'unit_number'),
    ('property', 'X_EnergyEfficiencyGrade', 'energy_efficiency_grade'),
    ('property', 'X_HeatingType', 'heating_type'),
    ('property', 'X_HeatingMedium', 'x_sm_heating_medium'),
    ('property', 'X_Electricity', 'electric'),
    ('property', 'X_ElectricityType', 'electricity_type'),
    ('property', 'X_Water', 'water_source'),
    ('property', 'X_DistanceFromBeach', 'distance_from_beach'),
    ('property', 'X_DistanceFromAirport', 'distance_from_airport'),
    ('property', 'X_KitchenType', 'kitchen_features'),
    ('property', 'X_CoveredArea', 'covered_area'),
    ('property', 'X_UncoveredArea', 'uncovered_area'),
    ('property', 'X_TotalArea', 'building_area'),
    ('property', 'X_CoveredVerandas', 'covered_verandas'),
    ('property', 'X_UncoveredVerandas', 'x_sm_uncovered_verandas'),
    ('property', 'X_BuildingDensity', 'x_sm_building_density'),
    ('property', 'X_Coverage', 'x_sm_coverage'),
    ('property', 'X_TownPlanningZone', 'zoning'),
    ('property', 'X_CadastralReference', 'cadastral_reference'),
    ('property', 'X_PlusVAT', 'x_sm_vat_applicable'),
    ('property', 'X_ProjectId', 'origin_project_key'),
    ('property', 'X_DeveloperContactKey', 'developer_contact_key'),
    ('property', 'X_LeadSource', 'lead_source'),
    ('property', 'X_WebsiteListingDate', 'website_listing_date'),
    ('property', 'X_KeyHolderDetails', 'key_holder_details'),
    ('property', 'X_VideoLink', 'video_link'),
    ('property', 'X_VirtualTourLink', 'virtual_tour_link'),
    ('property', 'X_WebsiteUrl', 'listing_url'),
    ('property', 'X_ExcludedProperty', 'x_sm_excluded_from_marketing'),
    ('property', 'X_ShortDescription', 'short_description'),
    ('property', 'X_PropertyName', 'name'),
    ('property', 'X_CustomerParking', 'garage_spaces'),
    ('property', 'X_AdditionalFeatures', 'general_features'),
    ('property', 'X_InteriorFeatures', 'interior_features'),
    ('property', 'X_ExteriorFeatures', 'exterior_features'),
    ('property', 'X_CommunityFeatures', 'community_features'),
    ('property', 'X_LotFeatures', 'lot_features'),
    ('property', 'X_SecurityFeatures', 'security_features'),
    ('property', 'X_Appliances', 'appliances'),
    ('property', 'X_QobrixId', 'origin_native_id'),
    ('property', 'X_QobrixRef', 'origin_native_ref'),
    ('property', 'X_QobrixSource', 'origin_source_label'),
    ('property', 'X_QobrixLegacyId', 'origin_legacy_id'),
    ('property', 'X_SellerContactKey', 'seller_contact_key'),
    ('property', 'X_CreatedByMemberKey', 'origin_created_by_key'),
    ('property', 'X_ModifiedByMemberKey', 'origin_modified_by_key'),
    ('property', 'etl_timestamp', 'origin_etl_ts'),
    ('property', 'etl_batch_id', 'origin_etl_batch_id'),
    ('member', 'MemberMlsId', 'mls_id'),
    ('member', 'MemberFirstName', 'first_name'),
    ('member', 'MemberLastName', 'last_name'),
    ('member', 'MemberFullName', 'full_name'),
    ('member', 'MemberEmail', 'email'),
    ('member', 'MemberPreferredPhone', 'preferred_phone'),
    ('member', 'MemberOfficePhone', 'office_phone'),
    ('member', 'MemberStatus', 'status'),
    ('member', 'MemberType', 'type'),
    ('member', 'OfficeKey', 'office_key'),
    ('member', 'MemberAddress1', 'address1'),
    ('member', 'MemberCity', 'city'),
    ('member', 'MemberStateOrProvince', 'state_or_province'),
    ('member', 'MemberPostalCode', 'postal_code'),
    ('member', 'MemberCountry', 'country'),
    ('member', 'etl_timestamp', 'origin_etl_ts'),
    ('member', 'etl_batch_id', 'origin_etl_batch_id'),
    ('office', 'OfficeMlsId', 'mls_id'),
    ('office', 'OfficeName', 'name'),
    ('office', 'OfficeEmail', 'email'),
    ('office', 'OfficePhone', 'phone'),
    ('office', 'OfficeFax', 'fax'),
    ('office', 'OfficeStatus', 'status'),
    ('office', 'OfficeType', 'type'),
    ('office', 'OfficeAddress1', 'address1'),
    ('office', 'OfficeAddress2', 'address2'),
    ('office', 'OfficeCity', 'city'),
    ('office', 'OfficeStateOrProvince', 'state_or_province'),
    ('office', 'OfficePostalCode', 'postal_code'),
    ('office', 'OfficeCountry', 'country'),
    ('office', 'OfficeBrokerKey', 'broker_key'),
    ('office', 'etl_timestamp', 'origin_etl_ts'),
    ('office', 'etl_batch_id', 'origin_etl_batch_id'),
    ('media', 'MediaURL', 'source_url'),
    ('media', 'MediaType', 'mime_type'),
    ('media', 'Order', 'display_order'),
    ('media', 'ShortDescription', 'title'),
    ('media', 'LongDescription', 'description'),
    ('media', 'ImageWidth', 'image_width'),
    ('media', 'ImageHeight', 'image_height'),
    ('media', 'ImageSizeBytes', 'file_size_bytes'),
    ('media', 'X_IsPrimary', 'is_primary'),
    ('media', 'X_QobrixMediaCategory', 'source_category'),
    ('media', 'X_QobrixCreated', 'created_ts'),
    ('media', 'etl_timestamp', 'origin_etl_ts'),
    ('media', 'etl_batch_id', 'origin_etl_batch_id'),
    ('open_house', 'OpenHouseId', 'open_house_id'),
    ('open_house', 'ListingKey', 'listing_key'),
    ('open_house', 'OpenHouseDate', 'open_house_date'),
    ('open_house', 'OpenHouseStartTime', 'start_time'),
    ('open_house', 'OpenHouseEndTime', 'end_time'),
    ('open_house', 'OpenHouseStatus', 'status'),
    ('open_house', 'OpenHouseType', 'type'),
    ('open_house', 'OpenHouseRemarks', 'remarks'),
    ('open_house', 'AppointmentRequiredYN', 'needs_appointment'),
    ('open_house', 'LivestreamOpenHouseURL', 'livestream_url'),
    ('open_house', 'ShowingAgentKey', 'showing_agent_key'),
    ('open_house', 'etl_timestamp', 'origin_etl_ts'),
    ('open_house', 'etl_batch_id', 'origin_etl_batch_id'),
    ('property_rooms', 'ListingKey', 'listing_key'),
    ('property_rooms', 'RoomType', 'type'),
    ('property_rooms', 'RoomLevel', 'level'),
    ('property_rooms', 'RoomDescription', 'description'),
    ('property_rooms', 'RoomFeatures', 'features'),
    ('property_rooms', 'RoomArea', 'area'),
    ('property_rooms', 'RoomAreaUnits', 'area_units'),
    ('property_rooms', 'RoomLength', 'length'),
    ('property_rooms', 'RoomWidth', 'width'),
    ('property_rooms', 'RoomLengthWidthUnits', 'length_units'),
    ('property_rooms', 'etl_timestamp', 'origin_etl_ts'),
    ('property_rooms', 'etl_batch_id', 'origin_etl_batch_id'),
    ('property_unit_types', 'ListingKey', 'listing_key'),
    ('property_unit_types', 'UnitTypeType', 'type'),
    ('property_unit_types', 'UnitTypeDescription', 'description'),
    ('property_unit_types', 'UnitTypeUnitsTotal', 'units'),
    ('property_unit_types', 'UnitTypeBedsTotal', 'bedrooms'),
    ('property_unit_types', 'UnitTypeBathsTotal', 'bathrooms'),
    ('property_unit_types', 'UnitTypeFurnished', 'furnished'),
    ('property_unit_types', 'UnitTypeActualRent', 'actual_rent'),
    ('property_unit_types', 'UnitTypeTotalRent', 'total_rent'),
    ('property_unit_types', 'etl_timestamp', 'origin_etl_ts'),
    ('property_unit_types', 'etl_batch_id', 'origin_etl_batch_id'),
    ('teams', 'TeamName', 'name'),
    ('teams', 'TeamStatus', 'status'),
    ('teams', 'TeamDescription', 'description'),
    ('teams', 'TeamLeadKey', 'lead_key'),
    ('teams', 'TeamEmail', 'email'),
    ('teams', 'TeamPreferredPhone', 'preferred_phone'),
    ('teams', 'TeamCity', 'city'),
    ('teams', 'etl_timestamp', 'origin_etl_ts'),
    ('teams', 'etl_batch_id', 'origin_etl_batch_id'),
    ('team_members', 'TeamKey', 'team_key'),
    ('team_members', 'MemberKey', 'member_key'),
    ('team_members', 'TeamMemberType', 'type'),
    ('team_members', 'etl_timestamp', 'origin_etl_ts'),
    ('team_members', 'etl_batch_id', 'origin_etl_batch_id'),
    ('contacts', 'ContactFirstName', 'first_name'),
    ('contacts', 'ContactLastName', 'last_name'),
    ('contacts', 'ContactEmail', 'email'),
    ('contacts', 'ContactEmail2', 'email_secondary'),
    ('contacts', 'ContactPhone', 'phone_mobile'),
    ('contacts', 'ContactPhone2', 'phone_home'),
    ('contacts', 'ContactType', 'role_hint'),
    ('contacts', 'ContactStatus', 'status'),
    ('contacts', 'ContactAddress1', 'address_line1'),
    ('contacts', 'ContactCity', 'city'),
    ('contacts', 'ContactStateOrProvince', 'state'),
    ('contacts', 'ContactPostalCode', 'post_code'),
    ('contacts', 'ContactCountry', 'country'),
    ('contacts', 'ContactNationality', 'nationality'),
    ('contacts', 'ContactTitle', 'title'),
    ('contacts', 'ContactWebsite', 'website'),
    ('contacts', 'ContactEntityType', 'contact_type'),
    ('contacts', 'ContactCompanyRegistrationNumber', 'registration_number'),
    ('contacts', 'ContactCompanyName', 'company_name'),
    ('contacts', 'X_QobrixDescription', 'notes'),
    ('contacts', 'X_QobrixPreferredLanguage', 'preferred_language'),
    ('contacts', 'etl_timestamp', 'origin_etl_ts'),
    ('contacts', 'etl_batch_id', 'origin_etl_batch_id'),
    ('showing_appointment', 'ListingKey', 'listing_key'),
    ('showing_appointment', 'ShowingAgentKey', 'showing_agent_key'),
    ('showing_appointment', 'BuyerContactKey', 'buyer_contact_key'),
    ('showing_appointment', 'ShowingDate', 'showing_date'),
    ('showing_appointment', 'ShowingStartTime', 'showing_start_time'),
    ('showing_appointment', 'ShowingEndTime', 'showing_end_time'),
    ('showing_appointment', 'ShowingStatus', 'showing_status'),
    ('showing_appointment', 'ShowingType', 'showing_type'),
    ('showing_appointment', 'ShowingRemarks', 'showing_remarks'),
    ('showing_appointment', 'ShowingFeedback', 'showing_feedback'),
    ('showing_appointment', 'ShowingOutcome', 'showing_outcome'),
    ('showing_appointment', 'etl_timestamp', 'origin_etl_ts'),
    ('showing_appointment', 'etl_batch_id', 'origin_etl_batch_id')
$$;
comment on function mls.held_fields() is
  'Fields of gold that are copied into a column of their own; the others are kept in extensions or follow rules.';

create or replace function mls.dangling_keys(office_keys text[])
returns table (office_key text, resource text, field text, missing_key text, records bigint, since timestamptz)
language sql stable security definer set search_path = ''
as $$
  select d.office_key, d.resource, d.field, d.missing_key, count(*), min(d.since)
  from (
    select t.originating_office_key as office_key, 'property' as resource, k.field, k.value as missing_key, t.created_at as since
    from public.mls_listings t
    cross join lateral (
      values
        ('ListAgentKey', t.list_agent_key, not exists (select from public.mls_members x where x.origin_member_key = t.list_agent_key)),
        ('CoListAgentKey', t.co_list_agent_key, not exists (select from public.mls_members x where x.origin_member_key = t.co_list_agent_key)),
        ('ListOfficeKey', t.list_office_key, not exists (select from public.mls_offices x where x.office_key = t.list_office_key)),
        ('X_SellerContactKey', t.seller_contact_key, not exists (select from public.mls_contacts x where x.origin_contact_key = t.seller_contact_key)),
        ('X_DeveloperContactKey', t.developer_contact_key, not exists (select from public.mls_contacts x where x.origin_contact_key = t.developer_contact_key))
    ) k (field, value, is_lost)
    where k.value is not null and k.is_lost
    union all
    select t.originating_office_key as office_key, 'member' as resource, k.field, k.value as missing_key, t.created_at as since
    from public.mls_members t
    cross join lateral (
      values
        ('OfficeKey', t.office_key, not exists (select from public.mls_offices x where x.office_key = t.office_key))
    ) k (field, value, is_lost)
    where k.value is not null and k.is_lost
    union all
    select t.originating_office_key as office_key, 'office' as resource, k.field, k.value as missing_key, t.created_at as since
    from public.mls_offices t
    cross join lateral (
      values
        ('OfficeBrokerKey', t.broker_key, not exists (select from public.mls_members x where x.origin_member_key = t.broker_key))
    ) k (field, value, is_lost)
    where k.value is not null and k.is_lost
    union all
    select t.originating_office_key as office_key, 'media' as resource, k.field, k.value as missing_key, t.created_at as since
    from public.mls_listing_media t
    cross join lateral (
      values
        ('ResourceRecordKey', t.resource_record_key, t.listing_id is null)
    ) k (field, value, is_lost)
    where k.value is not null and k.is_lost
    union all
    select t.originating_office_key as office_key, 'open_house' as resource, k.field, k.value as missing_key, t.created_at as since
    from public.mls_open_houses t
    cross join lateral (
      values
        ('ListingKey', t.listing_key, t.listing_id is null),
        ('ShowingAgentKey', t.showing_agent_key, not exists (select from public.mls_members x where x.origin_member_key = t.showing_agent_key))
    ) k (field, value, is_lost)
    where k.value is not null and k.is_lost
    union all
    select t.originating_office_key as office_key, 'property_rooms' as resource, k.field, k.value as missing_key, t.created_at as since
    from public.mls_property_rooms t
    cross join lateral (
      values
        ('ListingKey', t.listing_key, t.listing_id is null)
    ) k (field, value, is_lost)
    where k.value is not null and k.is_lost
    union all
    select t.originating_office_key as office_key, 'property_unit_types' as resource, k.field, k.value as missing_key, t.created_at as since
    from public.mls_property_unit_types t
    cross join lateral (
      values
        ('ListingKey', t.listing_key, t.listing_id is null)
    ) k (field, value, is_lost)
    where k.value is not null and k.is_lost
    union all
    select t.originating_office_key as office_key, 'teams' as resource, k.field, k.value as missing_key, t.created_at as since
    from public.mls_teams t
    cross join lateral (
      values
        ('TeamLeadKey', t.lead_key, not exists (select from public.mls_members x where x.origin_member_key = t.lead_key))
    ) k (field, value, is_lost)
    where k.value is not null and k.is_lost
    union all
    select t.originating_office_key as office_key, 'team_members' as resource, k.field, k.value as missing_key, t.created_at as since
    from public.mls_team_members t
    cross join lateral (
      values
        ('TeamKey', t.team_key, not exists (select from public.mls_teams x where x.origin_team_key = t.team_key)),
        ('MemberKey', t.member_key, not exists (select from public.mls_members x where x.origin_member_key = t.member_key))
    ) k (field, value, is_lost)
    where k.value is not null and k.is_lost
    union all
    select t.originating_office_key as office_key, 'showing_appointment' as resource, k.field, k.value as missing_key, t.created_at as since
    from public.mls_showings t
    cross join lateral (
      values
        ('ListingKey', t.listing_key, t.listing_id is null),
        ('ShowingAgentKey', t.showing_agent_key, not exists (select from public.mls_members x where x.origin_member_key = t.showing_agent_key)),
        ('BuyerContactKey', t.buyer_contact_key, not exists (select from public.mls_contacts x where x.origin_contact_key = t.buyer_contact_key))
    ) k (field, value, is_lost)
    where k.value is not null and k.is_lost
  ) d
  where d.office_key = any (office_keys)
  group by d.office_key, d.resource, d.field, d.missing_key
$$;
comment on function mls.dangling_keys(text[]) is
  'References whose target has not arrived, per office, field and key. They are kept as received and hold again as soon as the target arrives.';
grant execute on function mls.dangling_keys(text[]) to service_role;

create or replace function mls.reject_reason(record_key text, office_name text, office_key text, errors jsonb, context jsonb, is_erased boolean default false)
returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return case
    when is_erased then 'erased'
    when jsonb_array_length(coalesce(errors, '[]')) > 0 then 'invalid_fields'
    when coalesce(record_key, '') = '' then 'missing_key'
    when starts_with(record_key, 'MANUAL_') then 'reserved_key'
    when office_key is null then case when coalesce(office_name, '') = '' then 'missing_office' else 'unknown_office' end
    when context ? 'offices' and not (context -> 'offices') ? office_key then 'office_mismatch'
    when context ? 'office_key' and context ->> 'office_key' <> office_key then 'office_mismatch'
  end;
end $$;
comment on function mls.reject_reason(text, text, text, jsonb, jsonb, boolean) is
  'Why a record cannot be taken at all, null when it can: erased (a person who was removed for good), invalid_fields, missing_key, reserved_key (MANUAL_ begins the keys of listings created here), missing_office, unknown_office, office_mismatch (not an office of the client or of the run).';

create or replace function mls.merge_listings(rows jsonb, context jsonb) returns jsonb
language plpgsql volatile set search_path = '' set timezone = 'UTC' set work_mem = '64MB' set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_memoize = off set jit = off
as $$
declare
  results jsonb;
  undecided jsonb;
begin
  with keyed as materialized (
    select i.ordinal, nullif(i.key, '') as record_key, i.r ->> 'ListingId' as sent_ref, o.office_key, o.tenant_id, o.origin_system,
      o.time_field, o.currency_code, t.code as market, case when i.modified <= now() + interval '10 minutes' then i.modified end as source_time,
      case
    when jsonb_array_length(coalesce(i.errors, '[]')) > 0 then 'invalid_fields'
    when coalesce(i.key, '') = '' then 'missing_key'
    when starts_with(i.key, 'MANUAL_') then 'reserved_key'
    when o.office_key is null then case when coalesce(i.office, '') = '' then 'missing_office' else 'unknown_office' end
    when context ? 'offices' and not (context -> 'offices') ? o.office_key then 'office_mismatch'
    when context ? 'office_key' and context ->> 'office_key' <> o.office_key then 'office_mismatch'
  end as reason,
      to_hex(jsonb_hash_extended(i.r - ('{etl_timestamp,etl_batch_id,ModificationTimestamp,X_QobrixModified}'::text[] || o.time_field), 0)) as hash, i.errors, i.warnings
    from (
      select e.ordinal, e.r, e.errors, e.warnings, e.r ->> 'ListingKey' as key, e.r ->> 'OriginatingSystemOfficeKey' as office,
        (e.r ->> 'ModificationTimestamp')::timestamptz as modified
      from (
        select e.ordinal, nullif(e.e -> 'r', 'null') as r, e.e -> 'e' as errors, e.e -> 'w' as warnings
        from (
          select n.ordinal, rows -> n.ordinal as e from generate_series(0, jsonb_array_length(rows) - 1) n (ordinal) offset 0
        ) e
        offset 0
      ) e
      offset 0
    ) i
    left join mls.market_offices o on o.name = i.office
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
    select k.ordinal, k.record_key, k.sent_ref, k.office_key, k.tenant_id, k.origin_system, k.time_field, k.currency_code, k.market, k.source_time,
      k.hash, k.errors, k.warnings, c.reason, l.id as listing_id, case when l.id is null and k.office_key is not null and exists (
        select from public.mls_listing_syndications s where s.tenant_id = k.tenant_id and s.external_id is not null
      ) then mls.returned_listing(k.record_key, k.tenant_id, k.origin_system) end is not null as is_returned, l.claimed_at, l.is_externally_managed, l.origin_deleted, l.status,
      row_number() over (partition by k.record_key, c.reason is null order by k.source_time desc nulls last, k.ordinal desc) as age
    from keyed k
    left join locked l on l.origin_key = k.record_key
    cross join lateral (
      select case when l.originating_office_key <> k.office_key then 'key_conflict' else k.reason end as reason
    ) c
  ),
  compared as materialized (
    select m.*, h.completed, case when h.completed is null then m.sent_ref else h.completed ->> 'ListingId' end as ref, o.payload as previous,
      case when h.completed is null then m.hash else to_hex(jsonb_hash_extended(h.completed - ('{etl_timestamp,etl_batch_id,ModificationTimestamp,X_QobrixModified}'::text[] || m.time_field), 0)) end as content_hash,
      o.content_hash as previous_hash, case when o.source_modified_at <= now() + interval '10 minutes' then o.source_modified_at end as previous_time, o.applied_at
    from matched m
    left join lateral (select o.payload, o.content_hash, o.source_modified_at, o.applied_at from public.mls_listing_origins o where o.listing_id = m.listing_id offset 0) o on true
    cross join lateral (
      -- a column that vanished upstream must not blank what is known; looked for only where something changed
      select case
        when o.content_hash is null or o.content_hash = m.hash then null
        when not i.r ?& '{"ListingKey","ListingId","StandardStatus","PropertyClass","DevelopmentStatus","NewConstructionYN","PropertyCondition","BuilderName","BuilderModel","PropertyType","PropertySubType","ListingService","ListingAgreement","LeaseConsideredYN","SaleConsideredYN","BedroomsTotal","BathroomsTotalInteger","BathroomsHalf","LivingArea","LivingAreaUnits","LotSizeSquareFeet","LotSizeUnits","LotSizeAcres","ListPrice","LeasePrice","LeaseAmount","LeaseAmountFrequency","OriginalEntryTimestamp","ListingContractDate","ModificationTimestamp","UnparsedAddress","City","StateOrProvince","PostalCode","Country","Latitude","Longitude","PublicRemarks","ListAgentKey","CoListAgentKey","ListOfficeKey","YearBuilt","YearBuiltEffective","View","PoolFeatures","Heating","Cooling","Furnished","PetsAllowed","FireplaceYN","ParkingFeatures","StoriesTotal","Stories","Flooring","FireplaceFeatures","WaterfrontFeatures","PatioAndPorchFeatures","OtherStructures","AssociationAmenities","Fencing","X_SeaView","X_MountainView","X_BeachFront","X_AbutsGreenArea","X_ElevatedArea","X_PrivateSwimmingPool","X_CommonSwimmingPool","X_GardenArea","X_RoofGardenArea","X_Elevator","X_AirCondition","X_Alarm","X_SmartHome","X_SolarWaterHeater","X_StorageSpace","X_MaidsRoom","X_ConciergeReception","X_SecureDoor","X_Kitchenette","X_HomeOffice","X_SeparateLaundryRoom","X_Reception","X_StoreRoom","X_ConstructionType","X_ConstructionStage","X_FloorType","X_NewBuild","X_Height","X_MaxFloor","X_UnitNumber","X_EnergyEfficiencyGrade","X_EnergyConsumptionRating","X_EnergyConsumptionValue","X_EnergyEmissionRating","X_HeatingType","X_HeatingMedium","X_CoolingType","X_Electricity","X_ElectricityType","X_Water","X_DistanceFromBeach","X_DistanceFromAirport","X_DistanceFromCentre","X_DistanceFromSchool","X_DistanceFromShops","X_DistanceFromHospital","X_DistanceFromUniversity","X_DistanceFromRailStation","X_DistanceFromTubeStation","X_LivingRooms","X_Kitchens","X_KitchenType","X_OfficeSpaces","X_VerandasCount","X_CoveredArea","X_UncoveredArea","X_TotalArea","X_MezzanineArea","X_StorageArea","X_CoveredVerandas","X_UncoveredVerandas","X_Frontage","X_BuildingDensity","X_Coverage","X_CoverFactor","X_CornerPlot","X_RightOfWay","X_RegisteredRoad","X_TownPlanningZone","X_LandLocked","X_CadastralReference","X_IdealFor","X_LicensedFor","X_BusinessTransferOrSale","X_BusinessTransferPrice","X_BusinessActivity","X_ConferenceRoom","X_ServerRoom","X_EnclosedOffice","X_OfficeLayout","X_PricePerSquare","X_PriceQualifier","X_PlusVAT","X_MinimumTenancy","X_TenancyType","X_Occupancy","X_PreviousListPrice","X_PreviousLeasePrice","X_ListPriceModified","X_LeasePriceModified","X_AuctionStartDate","X_AuctionEndDate","X_ReservePrice","X_StartingBid","X_ProjectId","X_DeveloperContactKey","X_LeadSource","X_WebsiteListingDate","X_KeyHolderDetails","X_ListingBrokerName","X_Featured","X_FeaturedPriority","X_PropertyOfTheMonth","X_VideoLink","X_VirtualTourLink","X_WebsiteUrl","X_WebsiteStatus","X_ExcludedProperty","X_ShortDescription","X_PropertyName","X_ApartmentType","X_HouseType","X_LandType","X_OfficeType","X_RetailType","X_IndustrialType","X_HotelType","X_BuildingType","X_InvestmentType","X_CustomerParking","X_AdditionalFeatures","X_InteriorFeatures","X_ExteriorFeatures","X_CommunityFeatures","X_LotFeatures","X_SecurityFeatures","X_Appliances","X_QobrixId","X_QobrixRef","X_QobrixSource","X_QobrixLegacyId","X_SellerContactKey","X_CreatedByMemberKey","X_ModifiedByMemberKey","X_QobrixModified","OriginatingSystemOfficeKey","X_DataSource","etl_timestamp","etl_batch_id"}'::text[] then (o.payload - '$raw') || i.r
      end as completed
      from (select rows -> m.ordinal -> 'r' as r) i
      offset 0
    ) h
  ),
  decided as materialized (
    select c.*, case when m.outcome = 'insert' and (c.is_returned) then 'track' else m.outcome end as outcome
    from compared c
    cross join lateral (
      select case
      when (c.listing_id is not null and c.reason is distinct from 'key_conflict') and not (c.is_externally_managed) then 'skip'
      when c.reason is not null then 'reject'
      when not (c.age = 1) or (c.source_time < c.previous_time) is true then 'stale'
      when not (c.listing_id is not null and c.reason is distinct from 'key_conflict') then 'insert'
      when (c.content_hash = c.previous_hash and not c.origin_deleted) is true then 'unchanged'
      when c.claimed_at is not null then 'track'
      else 'refresh'
    end as outcome
      offset 0
    ) m
  ),
  plan as materialized (
    select d.ordinal, d.record_key, d.office_key, d.tenant_id, d.origin_system, d.currency_code, d.market, d.source_time,
      d.reason, d.outcome, d.completed, d.previous, d.content_hash, d.applied_at, d.status, d.errors, d.warnings,
      case d.outcome when 'insert' then gen_random_uuid() else d.listing_id end as listing_id,
      d.outcome in ('insert', 'refresh') and (
        exists (
          select from public.mls_listings l
          where l.tenant_id = d.tenant_id and l.ref = d.ref and not l.ref_collision
            and l.id is distinct from d.listing_id
        )
        or row_number() over (
          partition by d.tenant_id, d.ref, d.outcome in ('insert', 'refresh') order by d.ordinal
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
        (select m.user_id from (select m.user_id, m.tenant_id, m.seq from public.mls_members m where lower(m.email) = lower(d.payload ->> 'ListAgentEmail') offset 0) m
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
      y."X_SeaView",
      y."X_MountainView",
      y."X_BeachFront",
      y."X_PrivateSwimmingPool",
      y."X_CommonSwimmingPool",
      y."X_GardenArea",
      y."X_RoofGardenArea",
      y."X_Elevator",
      y."X_AirCondition",
      y."X_Alarm",
      y."X_SmartHome",
      y."X_StorageSpace",
      y."X_MaidsRoom",
      y."X_SeparateLaundryRoom",
      y."X_StoreRoom",
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
      y."X_DistanceFromBeach",
      y."X_DistanceFromAirport",
      x."X_KitchenType",
      x."X_CoveredArea",
      x."X_UncoveredArea",
      x."X_TotalArea",
      x."X_CoveredVerandas",
      x."X_UncoveredVerandas",
      y."X_BuildingDensity",
      y."X_Coverage",
      x."X_TownPlanningZone",
      x."X_CadastralReference",
      y."X_PlusVAT",
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
      coalesce(
        case when num_nulls(x."ListingKey", x."ListingId", x."StandardStatus", x."PropertyClass", x."DevelopmentStatus", x."NewConstructionYN", x."PropertyCondition", x."BuilderName", x."BuilderModel", x."PropertyType", x."PropertySubType", x."ListingService", x."ListingAgreement", x."LeaseConsideredYN", x."SaleConsideredYN", x."BedroomsTotal", x."BathroomsTotalInteger", x."BathroomsHalf", x."LivingArea", x."LivingAreaUnits", x."LotSizeSquareFeet", x."LotSizeUnits", x."LotSizeAcres", x."ListPrice", x."LeasePrice", x."LeaseAmount", x."LeaseAmountFrequency", x."OriginalEntryTimestamp", x."ListingContractDate", x."ModificationTimestamp", x."UnparsedAddress", x."City", x."StateOrProvince", x."PostalCode", x."Country", x."Latitude", x."Longitude", x."PublicRemarks", x."ListAgentKey", x."CoListAgentKey", x."ListOfficeKey", x."YearBuilt", x."YearBuiltEffective", x."View", x."PoolFeatures", x."Heating", x."Cooling", x."Furnished", x."PetsAllowed", x."FireplaceYN", x."ParkingFeatures", x."StoriesTotal", x."Stories", x."Flooring", x."FireplaceFeatures", x."WaterfrontFeatures", x."PatioAndPorchFeatures", x."OtherStructures", x."AssociationAmenities", x."Fencing", x."X_SeaView", x."X_MountainView", x."X_BeachFront", x."X_PrivateSwimmingPool", x."X_CommonSwimmingPool", x."X_GardenArea", x."X_RoofGardenArea", x."X_Elevator", x."X_AirCondition", x."X_Alarm", x."X_SmartHome", x."X_StorageSpace", x."X_MaidsRoom", x."X_SeparateLaundryRoom", x."X_StoreRoom", x."X_ConstructionStage", x."X_Height", x."X_MaxFloor", x."X_UnitNumber", x."X_EnergyEfficiencyGrade", x."X_HeatingType", x."X_HeatingMedium", x."X_Electricity", x."X_ElectricityType", x."X_Water", x."X_DistanceFromBeach", x."X_DistanceFromAirport", x."X_KitchenType", x."X_CoveredArea", x."X_UncoveredArea") + num_nulls(x."X_TotalArea", x."X_CoveredVerandas", x."X_UncoveredVerandas", x."X_BuildingDensity", x."X_Coverage", x."X_TownPlanningZone", x."X_CadastralReference", x."X_PlusVAT", x."X_ProjectId", x."X_DeveloperContactKey", x."X_LeadSource", x."X_WebsiteListingDate", x."X_KeyHolderDetails", x."X_VideoLink", x."X_VirtualTourLink", x."X_WebsiteUrl", x."X_ExcludedProperty", x."X_ShortDescription", x."X_PropertyName", x."X_CustomerParking", x."X_AdditionalFeatures", x."X_InteriorFeatures", x."X_ExteriorFeatures", x."X_CommunityFeatures", x."X_LotFeatures", x."X_SecurityFeatures", x."X_Appliances", x."X_QobrixId", x."X_QobrixRef", x."X_QobrixSource", x."X_QobrixLegacyId", x."X_SellerContactKey", x."X_CreatedByMemberKey", x."X_ModifiedByMemberKey", x."X_QobrixModified", x."OriginatingSystemOfficeKey", x."X_DataSource", x.etl_timestamp, x.etl_batch_id) <= 30 and d.payload < '{"":0,"0":0,"1":0,"2":0,"3":0,"4":0,"5":0,"6":0,"7":0,"8":0,"9":0,"10":0,"11":0,"12":0,"13":0,"14":0,"15":0,"16":0,"17":0,"18":0,"19":0,"20":0,"21":0,"22":0,"23":0,"24":0,"25":0,"26":0,"27":0,"28":0,"29":0,"30":0,"31":0,"32":0,"33":0,"34":0,"35":0,"36":0,"37":0,"38":0,"39":0,"40":0,"41":0,"42":0,"43":0,"44":0,"45":0,"46":0,"47":0,"48":0,"49":0,"50":0,"51":0,"52":0,"53":0,"54":0,"55":0,"56":0,"57":0,"58":0,"59":0,"60":0,"61":0,"62":0,"63":0,"64":0,"65":0,"66":0,"67":0,"68":0,"69":0,"70":0,"71":0,"72":0,"73":0,"74":0,"75":0,"76":0,"77":0,"78":0,"79":0,"80":0,"81":0,"82":0,"83":0,"84":0,"85":0,"86":0,"87":0,"88":0,"89":0,"90":0,"91":0,"92":0,"93":0,"94":0,"95":0,"96":0,"97":0,"98":0,"99":0,"100":0,"101":0,"102":0,"103":0,"104":0,"105":0,"106":0,"107":0,"108":0,"109":0,"110":0,"111":0,"112":0,"113":0,"114":0,"115":0,"116":0,"117":0,"118":0,"119":0,"120":0,"121":0,"122":0,"123":0,"124":0,"125":0,"126":0,"127":0,"128":0,"129":0,"130":0,"131":0,"132":0,"133":0,"134":0,"135":0,"136":0,"137":0,"138":0,"139":0,"140":0,"141":0,"142":0,"143":0,"144":0,"145":0,"146":0,"147":0,"148":0,"149":0,"150":0,"151":0,"152":0,"153":0,"154":0,"155":0,"156":0,"157":0,"158":0,"159":0,"160":0,"161":0,"162":0,"163":0,"164":0,"165":0,"166":0,"167":0,"168":0,"169":0,"170":0,"171":0,"172":0,"173":0,"174":0,"175":0,"176":0,"177":0,"178":0,"179":0,"180":0,"181":0,"182":0,"183":0,"184":0,"185":0,"186":0,"187":0,"188":0,"189":0,"190":0,"191":0,"192":0,"193":0,"194":0,"195":0,"196":0,"197":0,"198":0}'::jsonb and not d.payload ? '' then (
          select json_object(
            'X_AbutsGreenArea' : u."X_AbutsGreenArea",
            'X_ElevatedArea' : u."X_ElevatedArea",
            'X_SolarWaterHeater' : u."X_SolarWaterHeater",
            'X_ConciergeReception' : u."X_ConciergeReception",
            'X_SecureDoor' : u."X_SecureDoor",
            'X_Kitchenette' : u."X_Kitchenette",
            'X_HomeOffice' : u."X_HomeOffice",
            'X_Reception' : u."X_Reception",
            'X_ConstructionType' : u."X_ConstructionType",
            'X_FloorType' : u."X_FloorType",
            'X_NewBuild' : u."X_NewBuild",
            'X_EnergyConsumptionRating' : u."X_EnergyConsumptionRating",
            'X_EnergyConsumptionValue' : u."X_EnergyConsumptionValue",
            'X_EnergyEmissionRating' : u."X_EnergyEmissionRating",
            'X_CoolingType' : u."X_CoolingType",
            'X_DistanceFromCentre' : u."X_DistanceFromCentre",
            'X_DistanceFromSchool' : u."X_DistanceFromSchool",
            'X_DistanceFromShops' : u."X_DistanceFromShops",
            'X_DistanceFromHospital' : u."X_DistanceFromHospital",
            'X_DistanceFromUniversity' : u."X_DistanceFromUniversity",
            'X_DistanceFromRailStation' : u."X_DistanceFromRailStation",
            'X_DistanceFromTubeStation' : u."X_DistanceFromTubeStation",
            'X_LivingRooms' : u."X_LivingRooms",
            'X_Kitchens' : u."X_Kitchens",
            'X_OfficeSpaces' : u."X_OfficeSpaces",
            'X_VerandasCount' : u."X_VerandasCount",
            'X_MezzanineArea' : u."X_MezzanineArea",
            'X_StorageArea' : u."X_StorageArea",
            'X_Frontage' : u."X_Frontage",
            'X_CoverFactor' : u."X_CoverFactor",
            'X_CornerPlot' : u."X_CornerPlot",
            'X_RightOfWay' : u."X_RightOfWay",
            'X_RegisteredRoad' : u."X_RegisteredRoad",
            'X_LandLocked' : u."X_LandLocked",
            'X_IdealFor' : u."X_IdealFor",
            'X_LicensedFor' : u."X_LicensedFor",
            'X_BusinessTransferOrSale' : u."X_BusinessTransferOrSale",
            'X_BusinessTransferPrice' : u."X_BusinessTransferPrice",
            'X_BusinessActivity' : u."X_BusinessActivity",
            'X_ConferenceRoom' : u."X_ConferenceRoom",
            'X_ServerRoom' : u."X_ServerRoom",
            'X_EnclosedOffice' : u."X_EnclosedOffice",
            'X_OfficeLayout' : u."X_OfficeLayout",
            'X_PricePerSquare' : u."X_PricePerSquare",
            'X_PriceQualifier' : u."X_PriceQualifier",
            'X_MinimumTenancy' : u."X_MinimumTenancy",
            'X_TenancyType' : u."X_TenancyType",
            'X_Occupancy' : u."X_Occupancy",
            'X_PreviousListPrice' : u."X_PreviousListPrice",
            'X_PreviousLeasePrice' : u."X_PreviousLeasePrice",
            'X_ListPriceModified' : u."X_ListPriceModified",
            'X_LeasePriceModified' : u."X_LeasePriceModified",
            'X_AuctionStartDate' : u."X_AuctionStartDate",
            'X_AuctionEndDate' : u."X_AuctionEndDate",
            'X_ReservePrice' : u."X_ReservePrice",
            'X_StartingBid' : u."X_StartingBid",
            'X_ListingBrokerName' : u."X_ListingBrokerName",
            'X_Featured' : u."X_Featured",
            'X_FeaturedPriority' : u."X_FeaturedPriority",
            'X_PropertyOfTheMonth' : u."X_PropertyOfTheMonth",
            'X_WebsiteStatus' : u."X_WebsiteStatus",
            'X_ApartmentType' : u."X_ApartmentType",
            'X_HouseType' : u."X_HouseType",
            'X_LandType' : u."X_LandType",
            'X_OfficeType' : u."X_OfficeType",
            'X_RetailType' : u."X_RetailType",
            'X_IndustrialType' : u."X_IndustrialType",
            'X_HotelType' : u."X_HotelType",
            'X_BuildingType' : u."X_BuildingType",
            'X_InvestmentType' : u."X_InvestmentType",
            'X_SeaView' : case when x."X_SeaView" is distinct from y."X_SeaView"::text then x."X_SeaView" end,
            'X_MountainView' : case when x."X_MountainView" is distinct from y."X_MountainView"::text then x."X_MountainView" end,
            'X_BeachFront' : case when x."X_BeachFront" is distinct from y."X_BeachFront"::text then x."X_BeachFront" end,
            'X_PrivateSwimmingPool' : case when x."X_PrivateSwimmingPool" is distinct from y."X_PrivateSwimmingPool"::text then x."X_PrivateSwimmingPool" end,
            'X_CommonSwimmingPool' : case when x."X_CommonSwimmingPool" is distinct from y."X_CommonSwimmingPool"::text then x."X_CommonSwimmingPool" end,
            'X_GardenArea' : case when x."X_GardenArea" is distinct from y."X_GardenArea"::text then x."X_GardenArea" end,
            'X_RoofGardenArea' : case when x."X_RoofGardenArea" is distinct from y."X_RoofGardenArea"::text then x."X_RoofGardenArea" end,
            'X_Elevator' : case when x."X_Elevator" is distinct from y."X_Elevator"::text then x."X_Elevator" end,
            'X_AirCondition' : case when x."X_AirCondition" is distinct from y."X_AirCondition"::text then x."X_AirCondition" end,
            'X_Alarm' : case when x."X_Alarm" is distinct from y."X_Alarm"::text then x."X_Alarm" end,
            'X_SmartHome' : case when x."X_SmartHome" is distinct from y."X_SmartHome"::text then x."X_SmartHome" end,
            'X_StorageSpace' : case when x."X_StorageSpace" is distinct from y."X_StorageSpace"::text then x."X_StorageSpace" end,
            'X_MaidsRoom' : case when x."X_MaidsRoom" is distinct from y."X_MaidsRoom"::text then x."X_MaidsRoom" end,
            'X_SeparateLaundryRoom' : case when x."X_SeparateLaundryRoom" is distinct from y."X_SeparateLaundryRoom"::text then x."X_SeparateLaundryRoom" end,
            'X_StoreRoom' : case when x."X_StoreRoom" is distinct from y."X_StoreRoom"::text then x."X_StoreRoom" end,
            'X_DistanceFromBeach' : case when x."X_DistanceFromBeach" is distinct from y."X_DistanceFromBeach"::text then x."X_DistanceFromBeach" end,
            'X_DistanceFromAirport' : case when x."X_DistanceFromAirport" is distinct from y."X_DistanceFromAirport"::text then x."X_DistanceFromAirport" end,
            'X_BuildingDensity' : case when x."X_BuildingDensity" is distinct from y."X_BuildingDensity"::text then x."X_BuildingDensity" end,
            'X_Coverage' : case when x."X_Coverage" is distinct from y."X_Coverage"::text then x."X_Coverage" end,
            'X_PlusVAT' : case when x."X_PlusVAT" is distinct from y."X_PlusVAT"::text then x."X_PlusVAT" end,
            'LeasePrice' : case when x."LeasePrice" is distinct from coalesce(x."LeaseAmount", x."LeasePrice") then x."LeasePrice" end,
            'X_QobrixModified' : case when x."X_QobrixModified" is distinct from x."ModificationTimestamp" then x."X_QobrixModified" end,
            'X_DataSource' : case when x."X_DataSource" is distinct from null then x."X_DataSource" end
            absent on null returning jsonb)
          from jsonb_to_record(d.payload) as u ("X_AbutsGreenArea" jsonb, "X_ElevatedArea" jsonb, "X_SolarWaterHeater" jsonb, "X_ConciergeReception" jsonb, "X_SecureDoor" jsonb, "X_Kitchenette" jsonb, "X_HomeOffice" jsonb, "X_Reception" jsonb, "X_ConstructionType" jsonb, "X_FloorType" jsonb, "X_NewBuild" jsonb, "X_EnergyConsumptionRating" jsonb, "X_EnergyConsumptionValue" jsonb, "X_EnergyEmissionRating" jsonb, "X_CoolingType" jsonb, "X_DistanceFromCentre" jsonb, "X_DistanceFromSchool" jsonb, "X_DistanceFromShops" jsonb, "X_DistanceFromHospital" jsonb, "X_DistanceFromUniversity" jsonb, "X_DistanceFromRailStation" jsonb, "X_DistanceFromTubeStation" jsonb, "X_LivingRooms" jsonb, "X_Kitchens" jsonb, "X_OfficeSpaces" jsonb, "X_VerandasCount" jsonb, "X_MezzanineArea" jsonb, "X_StorageArea" jsonb, "X_Frontage" jsonb, "X_CoverFactor" jsonb, "X_CornerPlot" jsonb, "X_RightOfWay" jsonb, "X_RegisteredRoad" jsonb, "X_LandLocked" jsonb, "X_IdealFor" jsonb, "X_LicensedFor" jsonb, "X_BusinessTransferOrSale" jsonb, "X_BusinessTransferPrice" jsonb, "X_BusinessActivity" jsonb, "X_ConferenceRoom" jsonb, "X_ServerRoom" jsonb, "X_EnclosedOffice" jsonb, "X_OfficeLayout" jsonb, "X_PricePerSquare" jsonb, "X_PriceQualifier" jsonb, "X_MinimumTenancy" jsonb, "X_TenancyType" jsonb, "X_Occupancy" jsonb, "X_PreviousListPrice" jsonb, "X_PreviousLeasePrice" jsonb, "X_ListPriceModified" jsonb, "X_LeasePriceModified" jsonb, "X_AuctionStartDate" jsonb, "X_AuctionEndDate" jsonb, "X_ReservePrice" jsonb, "X_StartingBid" jsonb, "X_ListingBrokerName" jsonb, "X_Featured" jsonb, "X_FeaturedPriority" jsonb, "X_PropertyOfTheMonth" jsonb, "X_WebsiteStatus" jsonb, "X_ApartmentType" jsonb, "X_HouseType" jsonb, "X_LandType" jsonb, "X_OfficeType" jsonb, "X_RetailType" jsonb, "X_IndustrialType" jsonb, "X_HotelType" jsonb, "X_BuildingType" jsonb, "X_InvestmentType" jsonb)
          where num_nulls(x."ListingKey", x."ListingId", x."StandardStatus", x."PropertyClass", x."DevelopmentStatus", x."NewConstructionYN", x."PropertyCondition", x."BuilderName", x."BuilderModel", x."PropertyType", x."PropertySubType", x."ListingService", x."ListingAgreement", x."LeaseConsideredYN", x."SaleConsideredYN", x."BedroomsTotal", x."BathroomsTotalInteger", x."BathroomsHalf", x."LivingArea", x."LivingAreaUnits", x."LotSizeSquareFeet", x."LotSizeUnits", x."LotSizeAcres", x."ListPrice", x."LeasePrice", x."LeaseAmount", x."LeaseAmountFrequency", x."OriginalEntryTimestamp", x."ListingContractDate", x."ModificationTimestamp", x."UnparsedAddress", x."City", x."StateOrProvince", x."PostalCode", x."Country", x."Latitude", x."Longitude", x."PublicRemarks", x."ListAgentKey", x."CoListAgentKey", x."ListOfficeKey", x."YearBuilt", x."YearBuiltEffective", x."View", x."PoolFeatures", x."Heating", x."Cooling", x."Furnished", x."PetsAllowed", x."FireplaceYN", x."ParkingFeatures", x."StoriesTotal", x."Stories", x."Flooring", x."FireplaceFeatures", x."WaterfrontFeatures", x."PatioAndPorchFeatures", x."OtherStructures", x."AssociationAmenities", x."Fencing", x."X_SeaView", x."X_MountainView", x."X_BeachFront", x."X_PrivateSwimmingPool", x."X_CommonSwimmingPool", x."X_GardenArea", x."X_RoofGardenArea", x."X_Elevator", x."X_AirCondition", x."X_Alarm", x."X_SmartHome", x."X_StorageSpace", x."X_MaidsRoom", x."X_SeparateLaundryRoom", x."X_StoreRoom", x."X_ConstructionStage", x."X_Height", x."X_MaxFloor", x."X_UnitNumber", x."X_EnergyEfficiencyGrade", x."X_HeatingType", x."X_HeatingMedium", x."X_Electricity", x."X_ElectricityType", x."X_Water", x."X_DistanceFromBeach", x."X_DistanceFromAirport", x."X_KitchenType", x."X_CoveredArea", x."X_UncoveredArea") + num_nulls(x."X_TotalArea", x."X_CoveredVerandas", x."X_UncoveredVerandas", x."X_BuildingDensity", x."X_Coverage", x."X_TownPlanningZone", x."X_CadastralReference", x."X_PlusVAT", x."X_ProjectId", x."X_DeveloperContactKey", x."X_LeadSource", x."X_WebsiteListingDate", x."X_KeyHolderDetails", x."X_VideoLink", x."X_VirtualTourLink", x."X_WebsiteUrl", x."X_ExcludedProperty", x."X_ShortDescription", x."X_PropertyName", x."X_CustomerParking", x."X_AdditionalFeatures", x."X_InteriorFeatures", x."X_ExteriorFeatures", x."X_CommunityFeatures", x."X_LotFeatures", x."X_SecurityFeatures", x."X_Appliances", x."X_QobrixId", x."X_QobrixRef", x."X_QobrixSource", x."X_QobrixLegacyId", x."X_SellerContactKey", x."X_CreatedByMemberKey", x."X_ModifiedByMemberKey", x."X_QobrixModified", x."OriginatingSystemOfficeKey", x."X_DataSource", x.etl_timestamp, x.etl_batch_id) + num_nulls(u."X_AbutsGreenArea", u."X_ElevatedArea", u."X_SolarWaterHeater", u."X_ConciergeReception", u."X_SecureDoor", u."X_Kitchenette", u."X_HomeOffice", u."X_Reception", u."X_ConstructionType", u."X_FloorType", u."X_NewBuild", u."X_EnergyConsumptionRating", u."X_EnergyConsumptionValue", u."X_EnergyEmissionRating", u."X_CoolingType", u."X_DistanceFromCentre", u."X_DistanceFromSchool", u."X_DistanceFromShops", u."X_DistanceFromHospital", u."X_DistanceFromUniversity", u."X_DistanceFromRailStation", u."X_DistanceFromTubeStation", u."X_LivingRooms", u."X_Kitchens", u."X_OfficeSpaces", u."X_VerandasCount", u."X_MezzanineArea", u."X_StorageArea", u."X_Frontage", u."X_CoverFactor", u."X_CornerPlot", u."X_RightOfWay", u."X_RegisteredRoad", u."X_LandLocked", u."X_IdealFor", u."X_LicensedFor", u."X_BusinessTransferOrSale", u."X_BusinessTransferPrice", u."X_BusinessActivity", u."X_ConferenceRoom", u."X_ServerRoom", u."X_EnclosedOffice", u."X_OfficeLayout", u."X_PricePerSquare", u."X_PriceQualifier", u."X_MinimumTenancy", u."X_TenancyType", u."X_Occupancy", u."X_PreviousListPrice", u."X_PreviousLeasePrice", u."X_ListPriceModified", u."X_LeasePriceModified", u."X_AuctionStartDate", u."X_AuctionEndDate", u."X_ReservePrice", u."X_StartingBid", u."X_ListingBrokerName", u."X_Featured", u."X_FeaturedPriority", u."X_PropertyOfTheMonth", u."X_WebsiteStatus", u."X_ApartmentType", u."X_HouseType", u."X_LandType", u."X_OfficeType", u."X_RetailType", u."X_IndustrialType", u."X_HotelType", u."X_BuildingType", u."X_InvestmentType") = 0
            or d.payload ?& '{"ListingKey","ListingId","StandardStatus","PropertyClass","DevelopmentStatus","NewConstructionYN","PropertyCondition","BuilderName","BuilderModel","PropertyType","PropertySubType","ListingService","ListingAgreement","LeaseConsideredYN","SaleConsideredYN","BedroomsTotal","BathroomsTotalInteger","BathroomsHalf","LivingArea","LivingAreaUnits","LotSizeSquareFeet","LotSizeUnits","LotSizeAcres","ListPrice","LeasePrice","LeaseAmount","LeaseAmountFrequency","OriginalEntryTimestamp","ListingContractDate","ModificationTimestamp","UnparsedAddress","City","StateOrProvince","PostalCode","Country","Latitude","Longitude","PublicRemarks","ListAgentKey","CoListAgentKey","ListOfficeKey","YearBuilt","YearBuiltEffective","View","PoolFeatures","Heating","Cooling","Furnished","PetsAllowed","FireplaceYN","ParkingFeatures","StoriesTotal","Stories","Flooring","FireplaceFeatures","WaterfrontFeatures","PatioAndPorchFeatures","OtherStructures","AssociationAmenities","Fencing","X_SeaView","X_MountainView","X_BeachFront","X_AbutsGreenArea","X_ElevatedArea","X_PrivateSwimmingPool","X_CommonSwimmingPool","X_GardenArea","X_RoofGardenArea","X_Elevator","X_AirCondition","X_Alarm","X_SmartHome","X_SolarWaterHeater","X_StorageSpace","X_MaidsRoom","X_ConciergeReception","X_SecureDoor","X_Kitchenette","X_HomeOffice","X_SeparateLaundryRoom","X_Reception","X_StoreRoom","X_ConstructionType","X_ConstructionStage","X_FloorType","X_NewBuild","X_Height","X_MaxFloor","X_UnitNumber","X_EnergyEfficiencyGrade","X_EnergyConsumptionRating","X_EnergyConsumptionValue","X_EnergyEmissionRating","X_HeatingType","X_HeatingMedium","X_CoolingType","X_Electricity","X_ElectricityType","X_Water","X_DistanceFromBeach","X_DistanceFromAirport","X_DistanceFromCentre","X_DistanceFromSchool","X_DistanceFromShops","X_DistanceFromHospital","X_DistanceFromUniversity","X_DistanceFromRailStation","X_DistanceFromTubeStation","X_LivingRooms","X_Kitchens","X_KitchenType","X_OfficeSpaces","X_VerandasCount","X_CoveredArea","X_UncoveredArea","X_TotalArea","X_MezzanineArea","X_StorageArea","X_CoveredVerandas","X_UncoveredVerandas","X_Frontage","X_BuildingDensity","X_Coverage","X_CoverFactor","X_CornerPlot","X_RightOfWay","X_RegisteredRoad","X_TownPlanningZone","X_LandLocked","X_CadastralReference","X_IdealFor","X_LicensedFor","X_BusinessTransferOrSale","X_BusinessTransferPrice","X_BusinessActivity","X_ConferenceRoom","X_ServerRoom","X_EnclosedOffice","X_OfficeLayout","X_PricePerSquare","X_PriceQualifier","X_PlusVAT","X_MinimumTenancy","X_TenancyType","X_Occupancy","X_PreviousListPrice","X_PreviousLeasePrice","X_ListPriceModified","X_LeasePriceModified","X_AuctionStartDate","X_AuctionEndDate","X_ReservePrice","X_StartingBid","X_ProjectId","X_DeveloperContactKey","X_LeadSource","X_WebsiteListingDate","X_KeyHolderDetails","X_ListingBrokerName","X_Featured","X_FeaturedPriority","X_PropertyOfTheMonth","X_VideoLink","X_VirtualTourLink","X_WebsiteUrl","X_WebsiteStatus","X_ExcludedProperty","X_ShortDescription","X_PropertyName","X_ApartmentType","X_HouseType","X_LandType","X_OfficeType","X_RetailType","X_IndustrialType","X_HotelType","X_BuildingType","X_InvestmentType","X_CustomerParking","X_AdditionalFeatures","X_InteriorFeatures","X_ExteriorFeatures","X_CommunityFeatures","X_LotFeatures","X_SecurityFeatures","X_Appliances","X_QobrixId","X_QobrixRef","X_QobrixSource","X_QobrixLegacyId","X_SellerContactKey","X_CreatedByMemberKey","X_ModifiedByMemberKey","X_QobrixModified","OriginatingSystemOfficeKey","X_DataSource","etl_timestamp","etl_batch_id"}'::text[]
        ) end,
        jsonb_strip_nulls(d.payload) - '{"ListingKey","ListingId","StandardStatus","PropertyClass","DevelopmentStatus","NewConstructionYN","PropertyCondition","BuilderName","BuilderModel","PropertyType","PropertySubType","ListingService","ListingAgreement","LeaseConsideredYN","SaleConsideredYN","BedroomsTotal","BathroomsTotalInteger","BathroomsHalf","LivingArea","LivingAreaUnits","LotSizeSquareFeet","LotSizeUnits","LotSizeAcres","ListPrice","LeasePrice","LeaseAmount","LeaseAmountFrequency","OriginalEntryTimestamp","ListingContractDate","ModificationTimestamp","UnparsedAddress","City","StateOrProvince","PostalCode","Country","Latitude","Longitude","PublicRemarks","ListAgentKey","CoListAgentKey","ListOfficeKey","YearBuilt","YearBuiltEffective","View","PoolFeatures","Heating","Cooling","Furnished","PetsAllowed","FireplaceYN","ParkingFeatures","StoriesTotal","Stories","Flooring","FireplaceFeatures","WaterfrontFeatures","PatioAndPorchFeatures","OtherStructures","AssociationAmenities","Fencing","X_SeaView","X_MountainView","X_BeachFront","X_PrivateSwimmingPool","X_CommonSwimmingPool","X_GardenArea","X_RoofGardenArea","X_Elevator","X_AirCondition","X_Alarm","X_SmartHome","X_StorageSpace","X_MaidsRoom","X_SeparateLaundryRoom","X_StoreRoom","X_ConstructionStage","X_Height","X_MaxFloor","X_UnitNumber","X_EnergyEfficiencyGrade","X_HeatingType","X_HeatingMedium","X_Electricity","X_ElectricityType","X_Water","X_DistanceFromBeach","X_DistanceFromAirport","X_KitchenType","X_CoveredArea","X_UncoveredArea","X_TotalArea","X_CoveredVerandas","X_UncoveredVerandas","X_BuildingDensity","X_Coverage","X_TownPlanningZone","X_CadastralReference","X_PlusVAT","X_ProjectId","X_DeveloperContactKey","X_LeadSource","X_WebsiteListingDate","X_KeyHolderDetails","X_VideoLink","X_VirtualTourLink","X_WebsiteUrl","X_ExcludedProperty","X_ShortDescription","X_PropertyName","X_CustomerParking","X_AdditionalFeatures","X_InteriorFeatures","X_ExteriorFeatures","X_CommunityFeatures","X_LotFeatures","X_SecurityFeatures","X_Appliances","X_QobrixId","X_QobrixRef","X_QobrixSource","X_QobrixLegacyId","X_SellerContactKey","X_CreatedByMemberKey","X_ModifiedByMemberKey","X_QobrixModified","OriginatingSystemOfficeKey","X_DataSource","etl_timestamp","etl_batch_id","ArchitecturalStyle","LeaseTerm","AvailabilityDate","NetOperatingIncome","CapRate","GrossIncome","OperatingExpense","TaxAnnualAmount","TaxYear","AssociationFee","ExpirationDate","DaysOnMarket","CloseDate","ClosePrice","BathroomsThreeQuarter","BathroomsOneQuarter","RoomsTotal","NumberOfUnitsTotal","LotSizeDimensions","FireplacesTotal","CoveredSpaces","OpenParkingSpaces","ParkingTotal","Basement","Roof","Sewer","RoomType","RoadSurfaceType","PrivateRemarks","ShowingInstructions","ListAgentFirstName","ListAgentLastName","ListAgentEmail","ListPriceCurrencyCode"}'::text[] || case when num_nonnulls(
          case when x."X_SeaView" is distinct from y."X_SeaView"::text then x."X_SeaView" end,
          case when x."X_MountainView" is distinct from y."X_MountainView"::text then x."X_MountainView" end,
          case when x."X_BeachFront" is distinct from y."X_BeachFront"::text then x."X_BeachFront" end,
          case when x."X_PrivateSwimmingPool" is distinct from y."X_PrivateSwimmingPool"::text then x."X_PrivateSwimmingPool" end,
          case when x."X_CommonSwimmingPool" is distinct from y."X_CommonSwimmingPool"::text then x."X_CommonSwimmingPool" end,
          case when x."X_GardenArea" is distinct from y."X_GardenArea"::text then x."X_GardenArea" end,
          case when x."X_RoofGardenArea" is distinct from y."X_RoofGardenArea"::text then x."X_RoofGardenArea" end,
          case when x."X_Elevator" is distinct from y."X_Elevator"::text then x."X_Elevator" end,
          case when x."X_AirCondition" is distinct from y."X_AirCondition"::text then x."X_AirCondition" end,
          case when x."X_Alarm" is distinct from y."X_Alarm"::text then x."X_Alarm" end,
          case when x."X_SmartHome" is distinct from y."X_SmartHome"::text then x."X_SmartHome" end,
          case when x."X_StorageSpace" is distinct from y."X_StorageSpace"::text then x."X_StorageSpace" end,
          case when x."X_MaidsRoom" is distinct from y."X_MaidsRoom"::text then x."X_MaidsRoom" end,
          case when x."X_SeparateLaundryRoom" is distinct from y."X_SeparateLaundryRoom"::text then x."X_SeparateLaundryRoom" end,
          case when x."X_StoreRoom" is distinct from y."X_StoreRoom"::text then x."X_StoreRoom" end,
          case when x."X_DistanceFromBeach" is distinct from y."X_DistanceFromBeach"::text then x."X_DistanceFromBeach" end,
          case when x."X_DistanceFromAirport" is distinct from y."X_DistanceFromAirport"::text then x."X_DistanceFromAirport" end,
          case when x."X_BuildingDensity" is distinct from y."X_BuildingDensity"::text then x."X_BuildingDensity" end,
          case when x."X_Coverage" is distinct from y."X_Coverage"::text then x."X_Coverage" end,
          case when x."X_PlusVAT" is distinct from y."X_PlusVAT"::text then x."X_PlusVAT" end,
          case when x."LeasePrice" is distinct from coalesce(x."LeaseAmount", x."LeasePrice") then x."LeasePrice" end,
          case when x."X_QobrixModified" is distinct from x."ModificationTimestamp" then x."X_QobrixModified" end,
          case when x."X_DataSource" is distinct from null then x."X_DataSource" end
        ) = 0 then '{}' else jsonb_strip_nulls(jsonb_build_object(
          'X_SeaView', case when x."X_SeaView" is distinct from y."X_SeaView"::text then x."X_SeaView" end,
          'X_MountainView', case when x."X_MountainView" is distinct from y."X_MountainView"::text then x."X_MountainView" end,
          'X_BeachFront', case when x."X_BeachFront" is distinct from y."X_BeachFront"::text then x."X_BeachFront" end,
          'X_PrivateSwimmingPool', case when x."X_PrivateSwimmingPool" is distinct from y."X_PrivateSwimmingPool"::text then x."X_PrivateSwimmingPool" end,
          'X_CommonSwimmingPool', case when x."X_CommonSwimmingPool" is distinct from y."X_CommonSwimmingPool"::text then x."X_CommonSwimmingPool" end,
          'X_GardenArea', case when x."X_GardenArea" is distinct from y."X_GardenArea"::text then x."X_GardenArea" end,
          'X_RoofGardenArea', case when x."X_RoofGardenArea" is distinct from y."X_RoofGardenArea"::text then x."X_RoofGardenArea" end,
          'X_Elevator', case when x."X_Elevator" is distinct from y."X_Elevator"::text then x."X_Elevator" end,
          'X_AirCondition', case when x."X_AirCondition" is distinct from y."X_AirCondition"::text then x."X_AirCondition" end,
          'X_Alarm', case when x."X_Alarm" is distinct from y."X_Alarm"::text then x."X_Alarm" end,
          'X_SmartHome', case when x."X_SmartHome" is distinct from y."X_SmartHome"::text then x."X_SmartHome" end,
          'X_StorageSpace', case when x."X_StorageSpace" is distinct from y."X_StorageSpace"::text then x."X_StorageSpace" end,
          'X_MaidsRoom', case when x."X_MaidsRoom" is distinct from y."X_MaidsRoom"::text then x."X_MaidsRoom" end,
          'X_SeparateLaundryRoom', case when x."X_SeparateLaundryRoom" is distinct from y."X_SeparateLaundryRoom"::text then x."X_SeparateLaundryRoom" end,
          'X_StoreRoom', case when x."X_StoreRoom" is distinct from y."X_StoreRoom"::text then x."X_StoreRoom" end,
          'X_DistanceFromBeach', case when x."X_DistanceFromBeach" is distinct from y."X_DistanceFromBeach"::text then x."X_DistanceFromBeach" end,
          'X_DistanceFromAirport', case when x."X_DistanceFromAirport" is distinct from y."X_DistanceFromAirport"::text then x."X_DistanceFromAirport" end,
          'X_BuildingDensity', case when x."X_BuildingDensity" is distinct from y."X_BuildingDensity"::text then x."X_BuildingDensity" end,
          'X_Coverage', case when x."X_Coverage" is distinct from y."X_Coverage"::text then x."X_Coverage" end,
          'X_PlusVAT', case when x."X_PlusVAT" is distinct from y."X_PlusVAT"::text then x."X_PlusVAT" end,
          'LeasePrice', case when x."LeasePrice" is distinct from coalesce(x."LeaseAmount", x."LeasePrice") then x."LeasePrice" end,
          'X_QobrixModified', case when x."X_QobrixModified" is distinct from x."ModificationTimestamp" then x."X_QobrixModified" end,
          'X_DataSource', case when x."X_DataSource" is distinct from null then x."X_DataSource" end)) end)
    from (select * from plan q where q.outcome = 'insert' order by q.ordinal offset 0) p cross join lateral (select coalesce(p.completed, rows -> p.ordinal -> 'r') as payload offset 0) d
    cross join lateral jsonb_to_record(d.payload) as x (
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
    cross join lateral (
      select
        case x."X_SeaView" when 'true' then true when 'false' then false
        else case when lower(x."X_SeaView" collate "C") in ('true', 'yes', '1') then true when lower(x."X_SeaView" collate "C") in ('false', 'no', '0') then false end end as "X_SeaView",
        case x."X_MountainView" when 'true' then true when 'false' then false
        else case when lower(x."X_MountainView" collate "C") in ('true', 'yes', '1') then true when lower(x."X_MountainView" collate "C") in ('false', 'no', '0') then false end end as "X_MountainView",
        case x."X_BeachFront" when 'true' then true when 'false' then false
        else case when lower(x."X_BeachFront" collate "C") in ('true', 'yes', '1') then true when lower(x."X_BeachFront" collate "C") in ('false', 'no', '0') then false end end as "X_BeachFront",
        case x."X_PrivateSwimmingPool" when 'true' then true when 'false' then false
        else case when lower(x."X_PrivateSwimmingPool" collate "C") in ('true', 'yes', '1') then true when lower(x."X_PrivateSwimmingPool" collate "C") in ('false', 'no', '0') then false end end as "X_PrivateSwimmingPool",
        case x."X_CommonSwimmingPool" when 'true' then true when 'false' then false
        else case when lower(x."X_CommonSwimmingPool" collate "C") in ('true', 'yes', '1') then true when lower(x."X_CommonSwimmingPool" collate "C") in ('false', 'no', '0') then false end end as "X_CommonSwimmingPool",
        case when pg_input_is_valid(x."X_GardenArea", 'numeric(18,2)') and lower(x."X_GardenArea" collate "C") <> 'nan' then x."X_GardenArea"::numeric(18,2) end as "X_GardenArea",
        case when pg_input_is_valid(x."X_RoofGardenArea", 'numeric(18,2)') and lower(x."X_RoofGardenArea" collate "C") <> 'nan' then x."X_RoofGardenArea"::numeric(18,2) end as "X_RoofGardenArea",
        case x."X_Elevator" when 'true' then true when 'false' then false
        else case when lower(x."X_Elevator" collate "C") in ('true', 'yes', '1') then true when lower(x."X_Elevator" collate "C") in ('false', 'no', '0') then false end end as "X_Elevator",
        case x."X_AirCondition" when 'true' then true when 'false' then false
        else case when lower(x."X_AirCondition" collate "C") in ('true', 'yes', '1') then true when lower(x."X_AirCondition" collate "C") in ('false', 'no', '0') then false end end as "X_AirCondition",
        case x."X_Alarm" when 'true' then true when 'false' then false
        else case when lower(x."X_Alarm" collate "C") in ('true', 'yes', '1') then true when lower(x."X_Alarm" collate "C") in ('false', 'no', '0') then false end end as "X_Alarm",
        case x."X_SmartHome" when 'true' then true when 'false' then false
        else case when lower(x."X_SmartHome" collate "C") in ('true', 'yes', '1') then true when lower(x."X_SmartHome" collate "C") in ('false', 'no', '0') then false end end as "X_SmartHome",
        case x."X_StorageSpace" when 'true' then true when 'false' then false
        else case when lower(x."X_StorageSpace" collate "C") in ('true', 'yes', '1') then true when lower(x."X_StorageSpace" collate "C") in ('false', 'no', '0') then false end end as "X_StorageSpace",
        case x."X_MaidsRoom" when 'true' then true when 'false' then false
        else case when lower(x."X_MaidsRoom" collate "C") in ('true', 'yes', '1') then true when lower(x."X_MaidsRoom" collate "C") in ('false', 'no', '0') then false end end as "X_MaidsRoom",
        case x."X_SeparateLaundryRoom" when 'true' then true when 'false' then false
        else case when lower(x."X_SeparateLaundryRoom" collate "C") in ('true', 'yes', '1') then true when lower(x."X_SeparateLaundryRoom" collate "C") in ('false', 'no', '0') then false end end as "X_SeparateLaundryRoom",
        case x."X_StoreRoom" when 'true' then true when 'false' then false
        else case when lower(x."X_StoreRoom" collate "C") in ('true', 'yes', '1') then true when lower(x."X_StoreRoom" collate "C") in ('false', 'no', '0') then false end end as "X_StoreRoom",
        case when pg_input_is_valid(x."X_DistanceFromBeach", 'numeric(10,3)') and lower(x."X_DistanceFromBeach" collate "C") <> 'nan' then x."X_DistanceFromBeach"::numeric(10,3) end as "X_DistanceFromBeach",
        case when pg_input_is_valid(x."X_DistanceFromAirport", 'numeric(10,1)') and lower(x."X_DistanceFromAirport" collate "C") <> 'nan' then x."X_DistanceFromAirport"::numeric(10,1) end as "X_DistanceFromAirport",
        case when pg_input_is_valid(x."X_BuildingDensity", 'numeric(9,2)') and lower(x."X_BuildingDensity" collate "C") <> 'nan' then x."X_BuildingDensity"::numeric(9,2) end as "X_BuildingDensity",
        case when pg_input_is_valid(x."X_Coverage", 'numeric(9,2)') and lower(x."X_Coverage" collate "C") <> 'nan' then x."X_Coverage"::numeric(9,2) end as "X_Coverage",
        case x."X_PlusVAT" when 'true' then true when 'false' then false
        else case when lower(x."X_PlusVAT" collate "C") in ('true', 'yes', '1') then true when lower(x."X_PlusVAT" collate "C") in ('false', 'no', '0') then false end end as "X_PlusVAT"
      offset 0
    ) y
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
      sea_view = y."X_SeaView",
      mountain_view = y."X_MountainView",
      beach_front = y."X_BeachFront",
      private_pool = y."X_PrivateSwimmingPool",
      common_pool = y."X_CommonSwimmingPool",
      garden_area = y."X_GardenArea",
      x_sm_roof_garden = y."X_RoofGardenArea",
      x_sm_elevator = y."X_Elevator",
      air_condition = y."X_AirCondition",
      alarm = y."X_Alarm",
      x_sm_smart_home = y."X_SmartHome",
      storage_space = y."X_StorageSpace",
      x_sm_maids_room = y."X_MaidsRoom",
      x_sm_separate_laundry = y."X_SeparateLaundryRoom",
      store_room = y."X_StoreRoom",
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
      distance_from_beach = y."X_DistanceFromBeach",
      distance_from_airport = y."X_DistanceFromAirport",
      kitchen_features = x."X_KitchenType",
      covered_area = x."X_CoveredArea",
      uncovered_area = x."X_UncoveredArea",
      building_area = x."X_TotalArea",
      covered_verandas = x."X_CoveredVerandas",
      x_sm_uncovered_verandas = x."X_UncoveredVerandas",
      x_sm_building_density = y."X_BuildingDensity",
      x_sm_coverage = y."X_Coverage",
      zoning = x."X_TownPlanningZone",
      cadastral_reference = x."X_CadastralReference",
      x_sm_vat_applicable = y."X_PlusVAT",
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
      extensions = coalesce(
        case when num_nulls(x."ListingKey", x."ListingId", x."StandardStatus", x."PropertyClass", x."DevelopmentStatus", x."NewConstructionYN", x."PropertyCondition", x."BuilderName", x."BuilderModel", x."PropertyType", x."PropertySubType", x."ListingService", x."ListingAgreement", x."LeaseConsideredYN", x."SaleConsideredYN", x."BedroomsTotal", x."BathroomsTotalInteger", x."BathroomsHalf", x."LivingArea", x."LivingAreaUnits", x."LotSizeSquareFeet", x."LotSizeUnits", x."LotSizeAcres", x."ListPrice", x."LeasePrice", x."LeaseAmount", x."LeaseAmountFrequency", x."OriginalEntryTimestamp", x."ListingContractDate", x."ModificationTimestamp", x."UnparsedAddress", x."City", x."StateOrProvince", x."PostalCode", x."Country", x."Latitude", x."Longitude", x."PublicRemarks", x."ListAgentKey", x."CoListAgentKey", x."ListOfficeKey", x."YearBuilt", x."YearBuiltEffective", x."View", x."PoolFeatures", x."Heating", x."Cooling", x."Furnished", x."PetsAllowed", x."FireplaceYN", x."ParkingFeatures", x."StoriesTotal", x."Stories", x."Flooring", x."FireplaceFeatures", x."WaterfrontFeatures", x."PatioAndPorchFeatures", x."OtherStructures", x."AssociationAmenities", x."Fencing", x."X_SeaView", x."X_MountainView", x."X_BeachFront", x."X_PrivateSwimmingPool", x."X_CommonSwimmingPool", x."X_GardenArea", x."X_RoofGardenArea", x."X_Elevator", x."X_AirCondition", x."X_Alarm", x."X_SmartHome", x."X_StorageSpace", x."X_MaidsRoom", x."X_SeparateLaundryRoom", x."X_StoreRoom", x."X_ConstructionStage", x."X_Height", x."X_MaxFloor", x."X_UnitNumber", x."X_EnergyEfficiencyGrade", x."X_HeatingType", x."X_HeatingMedium", x."X_Electricity", x."X_ElectricityType", x."X_Water", x."X_DistanceFromBeach", x."X_DistanceFromAirport", x."X_KitchenType", x."X_CoveredArea", x."X_UncoveredArea") + num_nulls(x."X_TotalArea", x."X_CoveredVerandas", x."X_UncoveredVerandas", x."X_BuildingDensity", x."X_Coverage", x."X_TownPlanningZone", x."X_CadastralReference", x."X_PlusVAT", x."X_ProjectId", x."X_DeveloperContactKey", x."X_LeadSource", x."X_WebsiteListingDate", x."X_KeyHolderDetails", x."X_VideoLink", x."X_VirtualTourLink", x."X_WebsiteUrl", x."X_ExcludedProperty", x."X_ShortDescription", x."X_PropertyName", x."X_CustomerParking", x."X_AdditionalFeatures", x."X_InteriorFeatures", x."X_ExteriorFeatures", x."X_CommunityFeatures", x."X_LotFeatures", x."X_SecurityFeatures", x."X_Appliances", x."X_QobrixId", x."X_QobrixRef", x."X_QobrixSource", x."X_QobrixLegacyId", x."X_SellerContactKey", x."X_CreatedByMemberKey", x."X_ModifiedByMemberKey", x."X_QobrixModified", x."OriginatingSystemOfficeKey", x."X_DataSource", x.etl_timestamp, x.etl_batch_id) <= 30 and d.payload < '{"":0,"0":0,"1":0,"2":0,"3":0,"4":0,"5":0,"6":0,"7":0,"8":0,"9":0,"10":0,"11":0,"12":0,"13":0,"14":0,"15":0,"16":0,"17":0,"18":0,"19":0,"20":0,"21":0,"22":0,"23":0,"24":0,"25":0,"26":0,"27":0,"28":0,"29":0,"30":0,"31":0,"32":0,"33":0,"34":0,"35":0,"36":0,"37":0,"38":0,"39":0,"40":0,"41":0,"42":0,"43":0,"44":0,"45":0,"46":0,"47":0,"48":0,"49":0,"50":0,"51":0,"52":0,"53":0,"54":0,"55":0,"56":0,"57":0,"58":0,"59":0,"60":0,"61":0,"62":0,"63":0,"64":0,"65":0,"66":0,"67":0,"68":0,"69":0,"70":0,"71":0,"72":0,"73":0,"74":0,"75":0,"76":0,"77":0,"78":0,"79":0,"80":0,"81":0,"82":0,"83":0,"84":0,"85":0,"86":0,"87":0,"88":0,"89":0,"90":0,"91":0,"92":0,"93":0,"94":0,"95":0,"96":0,"97":0,"98":0,"99":0,"100":0,"101":0,"102":0,"103":0,"104":0,"105":0,"106":0,"107":0,"108":0,"109":0,"110":0,"111":0,"112":0,"113":0,"114":0,"115":0,"116":0,"117":0,"118":0,"119":0,"120":0,"121":0,"122":0,"123":0,"124":0,"125":0,"126":0,"127":0,"128":0,"129":0,"130":0,"131":0,"132":0,"133":0,"134":0,"135":0,"136":0,"137":0,"138":0,"139":0,"140":0,"141":0,"142":0,"143":0,"144":0,"145":0,"146":0,"147":0,"148":0,"149":0,"150":0,"151":0,"152":0,"153":0,"154":0,"155":0,"156":0,"157":0,"158":0,"159":0,"160":0,"161":0,"162":0,"163":0,"164":0,"165":0,"166":0,"167":0,"168":0,"169":0,"170":0,"171":0,"172":0,"173":0,"174":0,"175":0,"176":0,"177":0,"178":0,"179":0,"180":0,"181":0,"182":0,"183":0,"184":0,"185":0,"186":0,"187":0,"188":0,"189":0,"190":0,"191":0,"192":0,"193":0,"194":0,"195":0,"196":0,"197":0,"198":0}'::jsonb and not d.payload ? '' then (
          select json_object(
            'X_AbutsGreenArea' : u."X_AbutsGreenArea",
            'X_ElevatedArea' : u."X_ElevatedArea",
            'X_SolarWaterHeater' : u."X_SolarWaterHeater",
            'X_ConciergeReception' : u."X_ConciergeReception",
            'X_SecureDoor' : u."X_SecureDoor",
            'X_Kitchenette' : u."X_Kitchenette",
            'X_HomeOffice' : u."X_HomeOffice",
            'X_Reception' : u."X_Reception",
            'X_ConstructionType' : u."X_ConstructionType",
            'X_FloorType' : u."X_FloorType",
            'X_NewBuild' : u."X_NewBuild",
            'X_EnergyConsumptionRating' : u."X_EnergyConsumptionRating",
            'X_EnergyConsumptionValue' : u."X_EnergyConsumptionValue",
            'X_EnergyEmissionRating' : u."X_EnergyEmissionRating",
            'X_CoolingType' : u."X_CoolingType",
            'X_DistanceFromCentre' : u."X_DistanceFromCentre",
            'X_DistanceFromSchool' : u."X_DistanceFromSchool",
            'X_DistanceFromShops' : u."X_DistanceFromShops",
            'X_DistanceFromHospital' : u."X_DistanceFromHospital",
            'X_DistanceFromUniversity' : u."X_DistanceFromUniversity",
            'X_DistanceFromRailStation' : u."X_DistanceFromRailStation",
            'X_DistanceFromTubeStation' : u."X_DistanceFromTubeStation",
            'X_LivingRooms' : u."X_LivingRooms",
            'X_Kitchens' : u."X_Kitchens",
            'X_OfficeSpaces' : u."X_OfficeSpaces",
            'X_VerandasCount' : u."X_VerandasCount",
            'X_MezzanineArea' : u."X_MezzanineArea",
            'X_StorageArea' : u."X_StorageArea",
            'X_Frontage' : u."X_Frontage",
            'X_CoverFactor' : u."X_CoverFactor",
            'X_CornerPlot' : u."X_CornerPlot",
            'X_RightOfWay' : u."X_RightOfWay",
            'X_RegisteredRoad' : u."X_RegisteredRoad",
            'X_LandLocked' : u."X_LandLocked",
            'X_IdealFor' : u."X_IdealFor",
            'X_LicensedFor' : u."X_LicensedFor",
            'X_BusinessTransferOrSale' : u."X_BusinessTransferOrSale",
            'X_BusinessTransferPrice' : u."X_BusinessTransferPrice",
            'X_BusinessActivity' : u."X_BusinessActivity",
            'X_ConferenceRoom' : u."X_ConferenceRoom",
            'X_ServerRoom' : u."X_ServerRoom",
            'X_EnclosedOffice' : u."X_EnclosedOffice",
            'X_OfficeLayout' : u."X_OfficeLayout",
            'X_PricePerSquare' : u."X_PricePerSquare",
            'X_PriceQualifier' : u."X_PriceQualifier",
            'X_MinimumTenancy' : u."X_MinimumTenancy",
            'X_TenancyType' : u."X_TenancyType",
            'X_Occupancy' : u."X_Occupancy",
            'X_PreviousListPrice' : u."X_PreviousListPrice",
            'X_PreviousLeasePrice' : u."X_PreviousLeasePrice",
            'X_ListPriceModified' : u."X_ListPriceModified",
            'X_LeasePriceModified' : u."X_LeasePriceModified",
            'X_AuctionStartDate' : u."X_AuctionStartDate",
            'X_AuctionEndDate' : u."X_AuctionEndDate",
            'X_ReservePrice' : u."X_ReservePrice",
            'X_StartingBid' : u."X_StartingBid",
            'X_ListingBrokerName' : u."X_ListingBrokerName",
            'X_Featured' : u."X_Featured",
            'X_FeaturedPriority' : u."X_FeaturedPriority",
            'X_PropertyOfTheMonth' : u."X_PropertyOfTheMonth",
            'X_WebsiteStatus' : u."X_WebsiteStatus",
            'X_ApartmentType' : u."X_ApartmentType",
            'X_HouseType' : u."X_HouseType",
            'X_LandType' : u."X_LandType",
            'X_OfficeType' : u."X_OfficeType",
            'X_RetailType' : u."X_RetailType",
            'X_IndustrialType' : u."X_IndustrialType",
            'X_HotelType' : u."X_HotelType",
            'X_BuildingType' : u."X_BuildingType",
            'X_InvestmentType' : u."X_InvestmentType",
            'X_SeaView' : case when x."X_SeaView" is distinct from y."X_SeaView"::text then x."X_SeaView" end,
            'X_MountainView' : case when x."X_MountainView" is distinct from y."X_MountainView"::text then x."X_MountainView" end,
            'X_BeachFront' : case when x."X_BeachFront" is distinct from y."X_BeachFront"::text then x."X_BeachFront" end,
            'X_PrivateSwimmingPool' : case when x."X_PrivateSwimmingPool" is distinct from y."X_PrivateSwimmingPool"::text then x."X_PrivateSwimmingPool" end,
            'X_CommonSwimmingPool' : case when x."X_CommonSwimmingPool" is distinct from y."X_CommonSwimmingPool"::text then x."X_CommonSwimmingPool" end,
            'X_GardenArea' : case when x."X_GardenArea" is distinct from y."X_GardenArea"::text then x."X_GardenArea" end,
            'X_RoofGardenArea' : case when x."X_RoofGardenArea" is distinct from y."X_RoofGardenArea"::text then x."X_RoofGardenArea" end,
            'X_Elevator' : case when x."X_Elevator" is distinct from y."X_Elevator"::text then x."X_Elevator" end,
            'X_AirCondition' : case when x."X_AirCondition" is distinct from y."X_AirCondition"::text then x."X_AirCondition" end,
            'X_Alarm' : case when x."X_Alarm" is distinct from y."X_Alarm"::text then x."X_Alarm" end,
            'X_SmartHome' : case when x."X_SmartHome" is distinct from y."X_SmartHome"::text then x."X_SmartHome" end,
            'X_StorageSpace' : case when x."X_StorageSpace" is distinct from y."X_StorageSpace"::text then x."X_StorageSpace" end,
            'X_MaidsRoom' : case when x."X_MaidsRoom" is distinct from y."X_MaidsRoom"::text then x."X_MaidsRoom" end,
            'X_SeparateLaundryRoom' : case when x."X_SeparateLaundryRoom" is distinct from y."X_SeparateLaundryRoom"::text then x."X_SeparateLaundryRoom" end,
            'X_StoreRoom' : case when x."X_StoreRoom" is distinct from y."X_StoreRoom"::text then x."X_StoreRoom" end,
            'X_DistanceFromBeach' : case when x."X_DistanceFromBeach" is distinct from y."X_DistanceFromBeach"::text then x."X_DistanceFromBeach" end,
            'X_DistanceFromAirport' : case when x."X_DistanceFromAirport" is distinct from y."X_DistanceFromAirport"::text then x."X_DistanceFromAirport" end,
            'X_BuildingDensity' : case when x."X_BuildingDensity" is distinct from y."X_BuildingDensity"::text then x."X_BuildingDensity" end,
            'X_Coverage' : case when x."X_Coverage" is distinct from y."X_Coverage"::text then x."X_Coverage" end,
            'X_PlusVAT' : case when x."X_PlusVAT" is distinct from y."X_PlusVAT"::text then x."X_PlusVAT" end,
            'LeasePrice' : case when x."LeasePrice" is distinct from coalesce(x."LeaseAmount", x."LeasePrice") then x."LeasePrice" end,
            'X_QobrixModified' : case when x."X_QobrixModified" is distinct from x."ModificationTimestamp" then x."X_QobrixModified" end,
            'X_DataSource' : case when x."X_DataSource" is distinct from null then x."X_DataSource" end
            absent on null returning jsonb)
          from jsonb_to_record(d.payload) as u ("X_AbutsGreenArea" jsonb, "X_ElevatedArea" jsonb, "X_SolarWaterHeater" jsonb, "X_ConciergeReception" jsonb, "X_SecureDoor" jsonb, "X_Kitchenette" jsonb, "X_HomeOffice" jsonb, "X_Reception" jsonb, "X_ConstructionType" jsonb, "X_FloorType" jsonb, "X_NewBuild" jsonb, "X_EnergyConsumptionRating" jsonb, "X_EnergyConsumptionValue" jsonb, "X_EnergyEmissionRating" jsonb, "X_CoolingType" jsonb, "X_DistanceFromCentre" jsonb, "X_DistanceFromSchool" jsonb, "X_DistanceFromShops" jsonb, "X_DistanceFromHospital" jsonb, "X_DistanceFromUniversity" jsonb, "X_DistanceFromRailStation" jsonb, "X_DistanceFromTubeStation" jsonb, "X_LivingRooms" jsonb, "X_Kitchens" jsonb, "X_OfficeSpaces" jsonb, "X_VerandasCount" jsonb, "X_MezzanineArea" jsonb, "X_StorageArea" jsonb, "X_Frontage" jsonb, "X_CoverFactor" jsonb, "X_CornerPlot" jsonb, "X_RightOfWay" jsonb, "X_RegisteredRoad" jsonb, "X_LandLocked" jsonb, "X_IdealFor" jsonb, "X_LicensedFor" jsonb, "X_BusinessTransferOrSale" jsonb, "X_BusinessTransferPrice" jsonb, "X_BusinessActivity" jsonb, "X_ConferenceRoom" jsonb, "X_ServerRoom" jsonb, "X_EnclosedOffice" jsonb, "X_OfficeLayout" jsonb, "X_PricePerSquare" jsonb, "X_PriceQualifier" jsonb, "X_MinimumTenancy" jsonb, "X_TenancyType" jsonb, "X_Occupancy" jsonb, "X_PreviousListPrice" jsonb, "X_PreviousLeasePrice" jsonb, "X_ListPriceModified" jsonb, "X_LeasePriceModified" jsonb, "X_AuctionStartDate" jsonb, "X_AuctionEndDate" jsonb, "X_ReservePrice" jsonb, "X_StartingBid" jsonb, "X_ListingBrokerName" jsonb, "X_Featured" jsonb, "X_FeaturedPriority" jsonb, "X_PropertyOfTheMonth" jsonb, "X_WebsiteStatus" jsonb, "X_ApartmentType" jsonb, "X_HouseType" jsonb, "X_LandType" jsonb, "X_OfficeType" jsonb, "X_RetailType" jsonb, "X_IndustrialType" jsonb, "X_HotelType" jsonb, "X_BuildingType" jsonb, "X_InvestmentType" jsonb)
          where num_nulls(x."ListingKey", x."ListingId", x."StandardStatus", x."PropertyClass", x."DevelopmentStatus", x."NewConstructionYN", x."PropertyCondition", x."BuilderName", x."BuilderModel", x."PropertyType", x."PropertySubType", x."ListingService", x."ListingAgreement", x."LeaseConsideredYN", x."SaleConsideredYN", x."BedroomsTotal", x."BathroomsTotalInteger", x."BathroomsHalf", x."LivingArea", x."LivingAreaUnits", x."LotSizeSquareFeet", x."LotSizeUnits", x."LotSizeAcres", x."ListPrice", x."LeasePrice", x."LeaseAmount", x."LeaseAmountFrequency", x."OriginalEntryTimestamp", x."ListingContractDate", x."ModificationTimestamp", x."UnparsedAddress", x."City", x."StateOrProvince", x."PostalCode", x."Country", x."Latitude", x."Longitude", x."PublicRemarks", x."ListAgentKey", x."CoListAgentKey", x."ListOfficeKey", x."YearBuilt", x."YearBuiltEffective", x."View", x."PoolFeatures", x."Heating", x."Cooling", x."Furnished", x."PetsAllowed", x."FireplaceYN", x."ParkingFeatures", x."StoriesTotal", x."Stories", x."Flooring", x."FireplaceFeatures", x."WaterfrontFeatures", x."PatioAndPorchFeatures", x."OtherStructures", x."AssociationAmenities", x."Fencing", x."X_SeaView", x."X_MountainView", x."X_BeachFront", x."X_PrivateSwimmingPool", x."X_CommonSwimmingPool", x."X_GardenArea", x."X_RoofGardenArea", x."X_Elevator", x."X_AirCondition", x."X_Alarm", x."X_SmartHome", x."X_StorageSpace", x."X_MaidsRoom", x."X_SeparateLaundryRoom", x."X_StoreRoom", x."X_ConstructionStage", x."X_Height", x."X_MaxFloor", x."X_UnitNumber", x."X_EnergyEfficiencyGrade", x."X_HeatingType", x."X_HeatingMedium", x."X_Electricity", x."X_ElectricityType", x."X_Water", x."X_DistanceFromBeach", x."X_DistanceFromAirport", x."X_KitchenType", x."X_CoveredArea", x."X_UncoveredArea") + num_nulls(x."X_TotalArea", x."X_CoveredVerandas", x."X_UncoveredVerandas", x."X_BuildingDensity", x."X_Coverage", x."X_TownPlanningZone", x."X_CadastralReference", x."X_PlusVAT", x."X_ProjectId", x."X_DeveloperContactKey", x."X_LeadSource", x."X_WebsiteListingDate", x."X_KeyHolderDetails", x."X_VideoLink", x."X_VirtualTourLink", x."X_WebsiteUrl", x."X_ExcludedProperty", x."X_ShortDescription", x."X_PropertyName", x."X_CustomerParking", x."X_AdditionalFeatures", x."X_InteriorFeatures", x."X_ExteriorFeatures", x."X_CommunityFeatures", x."X_LotFeatures", x."X_SecurityFeatures", x."X_Appliances", x."X_QobrixId", x."X_QobrixRef", x."X_QobrixSource", x."X_QobrixLegacyId", x."X_SellerContactKey", x."X_CreatedByMemberKey", x."X_ModifiedByMemberKey", x."X_QobrixModified", x."OriginatingSystemOfficeKey", x."X_DataSource", x.etl_timestamp, x.etl_batch_id) + num_nulls(u."X_AbutsGreenArea", u."X_ElevatedArea", u."X_SolarWaterHeater", u."X_ConciergeReception", u."X_SecureDoor", u."X_Kitchenette", u."X_HomeOffice", u."X_Reception", u."X_ConstructionType", u."X_FloorType", u."X_NewBuild", u."X_EnergyConsumptionRating", u."X_EnergyConsumptionValue", u."X_EnergyEmissionRating", u."X_CoolingType", u."X_DistanceFromCentre", u."X_DistanceFromSchool", u."X_DistanceFromShops", u."X_DistanceFromHospital", u."X_DistanceFromUniversity", u."X_DistanceFromRailStation", u."X_DistanceFromTubeStation", u."X_LivingRooms", u."X_Kitchens", u."X_OfficeSpaces", u."X_VerandasCount", u."X_MezzanineArea", u."X_StorageArea", u."X_Frontage", u."X_CoverFactor", u."X_CornerPlot", u."X_RightOfWay", u."X_RegisteredRoad", u."X_LandLocked", u."X_IdealFor", u."X_LicensedFor", u."X_BusinessTransferOrSale", u."X_BusinessTransferPrice", u."X_BusinessActivity", u."X_ConferenceRoom", u."X_ServerRoom", u."X_EnclosedOffice", u."X_OfficeLayout", u."X_PricePerSquare", u."X_PriceQualifier", u."X_MinimumTenancy", u."X_TenancyType", u."X_Occupancy", u."X_PreviousListPrice", u."X_PreviousLeasePrice", u."X_ListPriceModified", u."X_LeasePriceModified", u."X_AuctionStartDate", u."X_AuctionEndDate", u."X_ReservePrice", u."X_StartingBid", u."X_ListingBrokerName", u."X_Featured", u."X_FeaturedPriority", u."X_PropertyOfTheMonth", u."X_WebsiteStatus", u."X_ApartmentType", u."X_HouseType", u."X_LandType", u."X_OfficeType", u."X_RetailType", u."X_IndustrialType", u."X_HotelType", u."X_BuildingType", u."X_InvestmentType") = 0
            or d.payload ?& '{"ListingKey","ListingId","StandardStatus","PropertyClass","DevelopmentStatus","NewConstructionYN","PropertyCondition","BuilderName","BuilderModel","PropertyType","PropertySubType","ListingService","ListingAgreement","LeaseConsideredYN","SaleConsideredYN","BedroomsTotal","BathroomsTotalInteger","BathroomsHalf","LivingArea","LivingAreaUnits","LotSizeSquareFeet","LotSizeUnits","LotSizeAcres","ListPrice","LeasePrice","LeaseAmount","LeaseAmountFrequency","OriginalEntryTimestamp","ListingContractDate","ModificationTimestamp","UnparsedAddress","City","StateOrProvince","PostalCode","Country","Latitude","Longitude","PublicRemarks","ListAgentKey","CoListAgentKey","ListOfficeKey","YearBuilt","YearBuiltEffective","View","PoolFeatures","Heating","Cooling","Furnished","PetsAllowed","FireplaceYN","ParkingFeatures","StoriesTotal","Stories","Flooring","FireplaceFeatures","WaterfrontFeatures","PatioAndPorchFeatures","OtherStructures","AssociationAmenities","Fencing","X_SeaView","X_MountainView","X_BeachFront","X_AbutsGreenArea","X_ElevatedArea","X_PrivateSwimmingPool","X_CommonSwimmingPool","X_GardenArea","X_RoofGardenArea","X_Elevator","X_AirCondition","X_Alarm","X_SmartHome","X_SolarWaterHeater","X_StorageSpace","X_MaidsRoom","X_ConciergeReception","X_SecureDoor","X_Kitchenette","X_HomeOffice","X_SeparateLaundryRoom","X_Reception","X_StoreRoom","X_ConstructionType","X_ConstructionStage","X_FloorType","X_NewBuild","X_Height","X_MaxFloor","X_UnitNumber","X_EnergyEfficiencyGrade","X_EnergyConsumptionRating","X_EnergyConsumptionValue","X_EnergyEmissionRating","X_HeatingType","X_HeatingMedium","X_CoolingType","X_Electricity","X_ElectricityType","X_Water","X_DistanceFromBeach","X_DistanceFromAirport","X_DistanceFromCentre","X_DistanceFromSchool","X_DistanceFromShops","X_DistanceFromHospital","X_DistanceFromUniversity","X_DistanceFromRailStation","X_DistanceFromTubeStation","X_LivingRooms","X_Kitchens","X_KitchenType","X_OfficeSpaces","X_VerandasCount","X_CoveredArea","X_UncoveredArea","X_TotalArea","X_MezzanineArea","X_StorageArea","X_CoveredVerandas","X_UncoveredVerandas","X_Frontage","X_BuildingDensity","X_Coverage","X_CoverFactor","X_CornerPlot","X_RightOfWay","X_RegisteredRoad","X_TownPlanningZone","X_LandLocked","X_CadastralReference","X_IdealFor","X_LicensedFor","X_BusinessTransferOrSale","X_BusinessTransferPrice","X_BusinessActivity","X_ConferenceRoom","X_ServerRoom","X_EnclosedOffice","X_OfficeLayout","X_PricePerSquare","X_PriceQualifier","X_PlusVAT","X_MinimumTenancy","X_TenancyType","X_Occupancy","X_PreviousListPrice","X_PreviousLeasePrice","X_ListPriceModified","X_LeasePriceModified","X_AuctionStartDate","X_AuctionEndDate","X_ReservePrice","X_StartingBid","X_ProjectId","X_DeveloperContactKey","X_LeadSource","X_WebsiteListingDate","X_KeyHolderDetails","X_ListingBrokerName","X_Featured","X_FeaturedPriority","X_PropertyOfTheMonth","X_VideoLink","X_VirtualTourLink","X_WebsiteUrl","X_WebsiteStatus","X_ExcludedProperty","X_ShortDescription","X_PropertyName","X_ApartmentType","X_HouseType","X_LandType","X_OfficeType","X_RetailType","X_IndustrialType","X_HotelType","X_BuildingType","X_InvestmentType","X_CustomerParking","X_AdditionalFeatures","X_InteriorFeatures","X_ExteriorFeatures","X_CommunityFeatures","X_LotFeatures","X_SecurityFeatures","X_Appliances","X_QobrixId","X_QobrixRef","X_QobrixSource","X_QobrixLegacyId","X_SellerContactKey","X_CreatedByMemberKey","X_ModifiedByMemberKey","X_QobrixModified","OriginatingSystemOfficeKey","X_DataSource","etl_timestamp","etl_batch_id"}'::text[]
        ) end,
        jsonb_strip_nulls(d.payload) - '{"ListingKey","ListingId","StandardStatus","PropertyClass","DevelopmentStatus","NewConstructionYN","PropertyCondition","BuilderName","BuilderModel","PropertyType","PropertySubType","ListingService","ListingAgreement","LeaseConsideredYN","SaleConsideredYN","BedroomsTotal","BathroomsTotalInteger","BathroomsHalf","LivingArea","LivingAreaUnits","LotSizeSquareFeet","LotSizeUnits","LotSizeAcres","ListPrice","LeasePrice","LeaseAmount","LeaseAmountFrequency","OriginalEntryTimestamp","ListingContractDate","ModificationTimestamp","UnparsedAddress","City","StateOrProvince","PostalCode","Country","Latitude","Longitude","PublicRemarks","ListAgentKey","CoListAgentKey","ListOfficeKey","YearBuilt","YearBuiltEffective","View","PoolFeatures","Heating","Cooling","Furnished","PetsAllowed","FireplaceYN","ParkingFeatures","StoriesTotal","Stories","Flooring","FireplaceFeatures","WaterfrontFeatures","PatioAndPorchFeatures","OtherStructures","AssociationAmenities","Fencing","X_SeaView","X_MountainView","X_BeachFront","X_PrivateSwimmingPool","X_CommonSwimmingPool","X_GardenArea","X_RoofGardenArea","X_Elevator","X_AirCondition","X_Alarm","X_SmartHome","X_StorageSpace","X_MaidsRoom","X_SeparateLaundryRoom","X_StoreRoom","X_ConstructionStage","X_Height","X_MaxFloor","X_UnitNumber","X_EnergyEfficiencyGrade","X_HeatingType","X_HeatingMedium","X_Electricity","X_ElectricityType","X_Water","X_DistanceFromBeach","X_DistanceFromAirport","X_KitchenType","X_CoveredArea","X_UncoveredArea","X_TotalArea","X_CoveredVerandas","X_UncoveredVerandas","X_BuildingDensity","X_Coverage","X_TownPlanningZone","X_CadastralReference","X_PlusVAT","X_ProjectId","X_DeveloperContactKey","X_LeadSource","X_WebsiteListingDate","X_KeyHolderDetails","X_VideoLink","X_VirtualTourLink","X_WebsiteUrl","X_ExcludedProperty","X_ShortDescription","X_PropertyName","X_CustomerParking","X_AdditionalFeatures","X_InteriorFeatures","X_ExteriorFeatures","X_CommunityFeatures","X_LotFeatures","X_SecurityFeatures","X_Appliances","X_QobrixId","X_QobrixRef","X_QobrixSource","X_QobrixLegacyId","X_SellerContactKey","X_CreatedByMemberKey","X_ModifiedByMemberKey","X_QobrixModified","OriginatingSystemOfficeKey","X_DataSource","etl_timestamp","etl_batch_id","ArchitecturalStyle","LeaseTerm","AvailabilityDate","NetOperatingIncome","CapRate","GrossIncome","OperatingExpense","TaxAnnualAmount","TaxYear","AssociationFee","ExpirationDate","DaysOnMarket","CloseDate","ClosePrice","BathroomsThreeQuarter","BathroomsOneQuarter","RoomsTotal","NumberOfUnitsTotal","LotSizeDimensions","FireplacesTotal","CoveredSpaces","OpenParkingSpaces","ParkingTotal","Basement","Roof","Sewer","RoomType","RoadSurfaceType","PrivateRemarks","ShowingInstructions","ListAgentFirstName","ListAgentLastName","ListAgentEmail","ListPriceCurrencyCode"}'::text[] || case when num_nonnulls(
          case when x."X_SeaView" is distinct from y."X_SeaView"::text then x."X_SeaView" end,
          case when x."X_MountainView" is distinct from y."X_MountainView"::text then x."X_MountainView" end,
          case when x."X_BeachFront" is distinct from y."X_BeachFront"::text then x."X_BeachFront" end,
          case when x."X_PrivateSwimmingPool" is distinct from y."X_PrivateSwimmingPool"::text then x."X_PrivateSwimmingPool" end,
          case when x."X_CommonSwimmingPool" is distinct from y."X_CommonSwimmingPool"::text then x."X_CommonSwimmingPool" end,
          case when x."X_GardenArea" is distinct from y."X_GardenArea"::text then x."X_GardenArea" end,
          case when x."X_RoofGardenArea" is distinct from y."X_RoofGardenArea"::text then x."X_RoofGardenArea" end,
          case when x."X_Elevator" is distinct from y."X_Elevator"::text then x."X_Elevator" end,
          case when x."X_AirCondition" is distinct from y."X_AirCondition"::text then x."X_AirCondition" end,
          case when x."X_Alarm" is distinct from y."X_Alarm"::text then x."X_Alarm" end,
          case when x."X_SmartHome" is distinct from y."X_SmartHome"::text then x."X_SmartHome" end,
          case when x."X_StorageSpace" is distinct from y."X_StorageSpace"::text then x."X_StorageSpace" end,
          case when x."X_MaidsRoom" is distinct from y."X_MaidsRoom"::text then x."X_MaidsRoom" end,
          case when x."X_SeparateLaundryRoom" is distinct from y."X_SeparateLaundryRoom"::text then x."X_SeparateLaundryRoom" end,
          case when x."X_StoreRoom" is distinct from y."X_StoreRoom"::text then x."X_StoreRoom" end,
          case when x."X_DistanceFromBeach" is distinct from y."X_DistanceFromBeach"::text then x."X_DistanceFromBeach" end,
          case when x."X_DistanceFromAirport" is distinct from y."X_DistanceFromAirport"::text then x."X_DistanceFromAirport" end,
          case when x."X_BuildingDensity" is distinct from y."X_BuildingDensity"::text then x."X_BuildingDensity" end,
          case when x."X_Coverage" is distinct from y."X_Coverage"::text then x."X_Coverage" end,
          case when x."X_PlusVAT" is distinct from y."X_PlusVAT"::text then x."X_PlusVAT" end,
          case when x."LeasePrice" is distinct from coalesce(x."LeaseAmount", x."LeasePrice") then x."LeasePrice" end,
          case when x."X_QobrixModified" is distinct from x."ModificationTimestamp" then x."X_QobrixModified" end,
          case when x."X_DataSource" is distinct from null then x."X_DataSource" end
        ) = 0 then '{}' else jsonb_strip_nulls(jsonb_build_object(
          'X_SeaView', case when x."X_SeaView" is distinct from y."X_SeaView"::text then x."X_SeaView" end,
          'X_MountainView', case when x."X_MountainView" is distinct from y."X_MountainView"::text then x."X_MountainView" end,
          'X_BeachFront', case when x."X_BeachFront" is distinct from y."X_BeachFront"::text then x."X_BeachFront" end,
          'X_PrivateSwimmingPool', case when x."X_PrivateSwimmingPool" is distinct from y."X_PrivateSwimmingPool"::text then x."X_PrivateSwimmingPool" end,
          'X_CommonSwimmingPool', case when x."X_CommonSwimmingPool" is distinct from y."X_CommonSwimmingPool"::text then x."X_CommonSwimmingPool" end,
          'X_GardenArea', case when x."X_GardenArea" is distinct from y."X_GardenArea"::text then x."X_GardenArea" end,
          'X_RoofGardenArea', case when x."X_RoofGardenArea" is distinct from y."X_RoofGardenArea"::text then x."X_RoofGardenArea" end,
          'X_Elevator', case when x."X_Elevator" is distinct from y."X_Elevator"::text then x."X_Elevator" end,
          'X_AirCondition', case when x."X_AirCondition" is distinct from y."X_AirCondition"::text then x."X_AirCondition" end,
          'X_Alarm', case when x."X_Alarm" is distinct from y."X_Alarm"::text then x."X_Alarm" end,
          'X_SmartHome', case when x."X_SmartHome" is distinct from y."X_SmartHome"::text then x."X_SmartHome" end,
          'X_StorageSpace', case when x."X_StorageSpace" is distinct from y."X_StorageSpace"::text then x."X_StorageSpace" end,
          'X_MaidsRoom', case when x."X_MaidsRoom" is distinct from y."X_MaidsRoom"::text then x."X_MaidsRoom" end,
          'X_SeparateLaundryRoom', case when x."X_SeparateLaundryRoom" is distinct from y."X_SeparateLaundryRoom"::text then x."X_SeparateLaundryRoom" end,
          'X_StoreRoom', case when x."X_StoreRoom" is distinct from y."X_StoreRoom"::text then x."X_StoreRoom" end,
          'X_DistanceFromBeach', case when x."X_DistanceFromBeach" is distinct from y."X_DistanceFromBeach"::text then x."X_DistanceFromBeach" end,
          'X_DistanceFromAirport', case when x."X_DistanceFromAirport" is distinct from y."X_DistanceFromAirport"::text then x."X_DistanceFromAirport" end,
          'X_BuildingDensity', case when x."X_BuildingDensity" is distinct from y."X_BuildingDensity"::text then x."X_BuildingDensity" end,
          'X_Coverage', case when x."X_Coverage" is distinct from y."X_Coverage"::text then x."X_Coverage" end,
          'X_PlusVAT', case when x."X_PlusVAT" is distinct from y."X_PlusVAT"::text then x."X_PlusVAT" end,
          'LeasePrice', case when x."LeasePrice" is distinct from coalesce(x."LeaseAmount", x."LeasePrice") then x."LeasePrice" end,
          'X_QobrixModified', case when x."X_QobrixModified" is distinct from x."ModificationTimestamp" then x."X_QobrixModified" end,
          'X_DataSource', case when x."X_DataSource" is distinct from null then x."X_DataSource" end)) end),
      broker_id = coalesce(coalesce(
        (select m.user_id from (select m.user_id, m.tenant_id, m.seq from public.mls_members m where m.origin_member_key = x."ListAgentKey" offset 0) m where m.tenant_id = p.tenant_id),
        (select m.user_id from (select m.user_id, m.tenant_id, m.seq from public.mls_members m where lower(m.email) = lower(d.payload ->> 'ListAgentEmail') offset 0) m
         where m.tenant_id = p.tenant_id and m.user_id is not null
         order by m.seq limit 1)), l.broker_id),
      status = case when l.status = 'INGESTED' then l.status else coalesce(case when not mls.is_echo(p.listing_id, 'StandardStatus', x."StandardStatus", p.applied_at)
        then mls.tracked_status(l.status, p.previous ->> 'StandardStatus', x."StandardStatus") end, l.status) end
    from plan p cross join lateral (select coalesce(p.completed, rows -> p.ordinal -> 'r') as payload offset 0) d
    cross join lateral jsonb_to_record(d.payload) as x (
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
    cross join lateral (
      select
        case x."X_SeaView" when 'true' then true when 'false' then false
        else case when lower(x."X_SeaView" collate "C") in ('true', 'yes', '1') then true when lower(x."X_SeaView" collate "C") in ('false', 'no', '0') then false end end as "X_SeaView",
        case x."X_MountainView" when 'true' then true when 'false' then false
        else case when lower(x."X_MountainView" collate "C") in ('true', 'yes', '1') then true when lower(x."X_MountainView" collate "C") in ('false', 'no', '0') then false end end as "X_MountainView",
        case x."X_BeachFront" when 'true' then true when 'false' then false
        else case when lower(x."X_BeachFront" collate "C") in ('true', 'yes', '1') then true when lower(x."X_BeachFront" collate "C") in ('false', 'no', '0') then false end end as "X_BeachFront",
        case x."X_PrivateSwimmingPool" when 'true' then true when 'false' then false
        else case when lower(x."X_PrivateSwimmingPool" collate "C") in ('true', 'yes', '1') then true when lower(x."X_PrivateSwimmingPool" collate "C") in ('false', 'no', '0') then false end end as "X_PrivateSwimmingPool",
        case x."X_CommonSwimmingPool" when 'true' then true when 'false' then false
        else case when lower(x."X_CommonSwimmingPool" collate "C") in ('true', 'yes', '1') then true when lower(x."X_CommonSwimmingPool" collate "C") in ('false', 'no', '0') then false end end as "X_CommonSwimmingPool",
        case when pg_input_is_valid(x."X_GardenArea", 'numeric(18,2)') and lower(x."X_GardenArea" collate "C") <> 'nan' then x."X_GardenArea"::numeric(18,2) end as "X_GardenArea",
        case when pg_input_is_valid(x."X_RoofGardenArea", 'numeric(18,2)') and lower(x."X_RoofGardenArea" collate "C") <> 'nan' then x."X_RoofGardenArea"::numeric(18,2) end as "X_RoofGardenArea",
        case x."X_Elevator" when 'true' then true when 'false' then false
        else case when lower(x."X_Elevator" collate "C") in ('true', 'yes', '1') then true when lower(x."X_Elevator" collate "C") in ('false', 'no', '0') then false end end as "X_Elevator",
        case x."X_AirCondition" when 'true' then true when 'false' then false
        else case when lower(x."X_AirCondition" collate "C") in ('true', 'yes', '1') then true when lower(x."X_AirCondition" collate "C") in ('false', 'no', '0') then false end end as "X_AirCondition",
        case x."X_Alarm" when 'true' then true when 'false' then false
        else case when lower(x."X_Alarm" collate "C") in ('true', 'yes', '1') then true when lower(x."X_Alarm" collate "C") in ('false', 'no', '0') then false end end as "X_Alarm",
        case x."X_SmartHome" when 'true' then true when 'false' then false
        else case when lower(x."X_SmartHome" collate "C") in ('true', 'yes', '1') then true when lower(x."X_SmartHome" collate "C") in ('false', 'no', '0') then false end end as "X_SmartHome",
        case x."X_StorageSpace" when 'true' then true when 'false' then false
        else case when lower(x."X_StorageSpace" collate "C") in ('true', 'yes', '1') then true when lower(x."X_StorageSpace" collate "C") in ('false', 'no', '0') then false end end as "X_StorageSpace",
        case x."X_MaidsRoom" when 'true' then true when 'false' then false
        else case when lower(x."X_MaidsRoom" collate "C") in ('true', 'yes', '1') then true when lower(x."X_MaidsRoom" collate "C") in ('false', 'no', '0') then false end end as "X_MaidsRoom",
        case x."X_SeparateLaundryRoom" when 'true' then true when 'false' then false
        else case when lower(x."X_SeparateLaundryRoom" collate "C") in ('true', 'yes', '1') then true when lower(x."X_SeparateLaundryRoom" collate "C") in ('false', 'no', '0') then false end end as "X_SeparateLaundryRoom",
        case x."X_StoreRoom" when 'true' then true when 'false' then false
        else case when lower(x."X_StoreRoom" collate "C") in ('true', 'yes', '1') then true when lower(x."X_StoreRoom" collate "C") in ('false', 'no', '0') then false end end as "X_StoreRoom",
        case when pg_input_is_valid(x."X_DistanceFromBeach", 'numeric(10,3)') and lower(x."X_DistanceFromBeach" collate "C") <> 'nan' then x."X_DistanceFromBeach"::numeric(10,3) end as "X_DistanceFromBeach",
        case when pg_input_is_valid(x."X_DistanceFromAirport", 'numeric(10,1)') and lower(x."X_DistanceFromAirport" collate "C") <> 'nan' then x."X_DistanceFromAirport"::numeric(10,1) end as "X_DistanceFromAirport",
        case when pg_input_is_valid(x."X_BuildingDensity", 'numeric(9,2)') and lower(x."X_BuildingDensity" collate "C") <> 'nan' then x."X_BuildingDensity"::numeric(9,2) end as "X_BuildingDensity",
        case when pg_input_is_valid(x."X_Coverage", 'numeric(9,2)') and lower(x."X_Coverage" collate "C") <> 'nan' then x."X_Coverage"::numeric(9,2) end as "X_Coverage",
        case x."X_PlusVAT" when 'true' then true when 'false' then false
        else case when lower(x."X_PlusVAT" collate "C") in ('true', 'yes', '1') then true when lower(x."X_PlusVAT" collate "C") in ('false', 'no', '0') then false end end as "X_PlusVAT"
      offset 0
    ) y
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
      list_price = case when ((d.payload -> 'ListPrice') is distinct from (p.previous -> 'ListPrice')) and x."ListPrice" is not null and not (mls.is_echo(p.listing_id, 'ListPrice', (x."ListPrice")::text)) then x."ListPrice" else l.list_price end,
      lease_amount = case when (coalesce(d.payload ->> 'LeaseAmount', d.payload ->> 'LeasePrice')
        is distinct from coalesce(p.previous ->> 'LeaseAmount', p.previous ->> 'LeasePrice')) and coalesce(x."LeaseAmount", x."LeasePrice") is not null and not (mls.is_echo(p.listing_id, 'LeaseAmount', (coalesce(x."LeaseAmount", x."LeasePrice"))::text)) then coalesce(x."LeaseAmount", x."LeasePrice") else l.lease_amount end,
      lease_amount_frequency = case when ((d.payload -> 'LeaseAmountFrequency') is distinct from (p.previous -> 'LeaseAmountFrequency')) and x."LeaseAmountFrequency" is not null and not (mls.is_echo(p.listing_id, 'LeaseAmountFrequency', (x."LeaseAmountFrequency")::text)) then x."LeaseAmountFrequency" else l.lease_amount_frequency end,
      currency_code = case when ((d.payload -> 'ListPriceCurrencyCode') is distinct from (p.previous -> 'ListPriceCurrencyCode')) and case when x."ListPriceCurrencyCode" ~ '^[A-Z]{3}$' then x."ListPriceCurrencyCode" end is not null and not (mls.is_echo(p.listing_id, 'ListPriceCurrencyCode', (case when x."ListPriceCurrencyCode" ~ '^[A-Z]{3}$' then x."ListPriceCurrencyCode" end)::text)) then case when x."ListPriceCurrencyCode" ~ '^[A-Z]{3}$' then x."ListPriceCurrencyCode" end else l.currency_code end,
      latitude = case when ((d.payload -> 'Latitude') is distinct from (p.previous -> 'Latitude') or (d.payload -> 'Longitude') is distinct from (p.previous -> 'Longitude')) and x."Latitude" is not null and not (mls.is_echo(p.listing_id, 'Latitude', (x."Latitude")::text) and mls.is_echo(p.listing_id, 'Longitude', (x."Longitude")::text)) then x."Latitude" else l.latitude end,
      longitude = case when ((d.payload -> 'Latitude') is distinct from (p.previous -> 'Latitude') or (d.payload -> 'Longitude') is distinct from (p.previous -> 'Longitude')) and x."Longitude" is not null and not (mls.is_echo(p.listing_id, 'Latitude', (x."Latitude")::text) and mls.is_echo(p.listing_id, 'Longitude', (x."Longitude")::text)) then x."Longitude" else l.longitude end,
      extensions = case when (d.payload -> 'LeaseAmount') is distinct from (p.previous -> 'LeaseAmount') or (d.payload -> 'LeasePrice') is distinct from (p.previous -> 'LeasePrice')
        then l.extensions - 'LeasePrice' else l.extensions end,
      currency_assumed = l.currency_assumed and case when x."ListPriceCurrencyCode" ~ '^[A-Z]{3}$' then x."ListPriceCurrencyCode" end is null,
      status = coalesce(case when not mls.is_echo(p.listing_id, 'StandardStatus', x."StandardStatus", p.applied_at)
        then mls.tracked_status(l.status, p.previous ->> 'StandardStatus', x."StandardStatus") end, l.status)
    from plan p cross join lateral (select coalesce(p.completed, rows -> p.ordinal -> 'r') as payload offset 0) d
    cross join lateral jsonb_to_record(d.payload) as x (
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
    cross join lateral (
      select
        case x."X_SeaView" when 'true' then true when 'false' then false
        else case when lower(x."X_SeaView" collate "C") in ('true', 'yes', '1') then true when lower(x."X_SeaView" collate "C") in ('false', 'no', '0') then false end end as "X_SeaView",
        case x."X_MountainView" when 'true' then true when 'false' then false
        else case when lower(x."X_MountainView" collate "C") in ('true', 'yes', '1') then true when lower(x."X_MountainView" collate "C") in ('false', 'no', '0') then false end end as "X_MountainView",
        case x."X_BeachFront" when 'true' then true when 'false' then false
        else case when lower(x."X_BeachFront" collate "C") in ('true', 'yes', '1') then true when lower(x."X_BeachFront" collate "C") in ('false', 'no', '0') then false end end as "X_BeachFront",
        case x."X_PrivateSwimmingPool" when 'true' then true when 'false' then false
        else case when lower(x."X_PrivateSwimmingPool" collate "C") in ('true', 'yes', '1') then true when lower(x."X_PrivateSwimmingPool" collate "C") in ('false', 'no', '0') then false end end as "X_PrivateSwimmingPool",
        case x."X_CommonSwimmingPool" when 'true' then true when 'false' then false
        else case when lower(x."X_CommonSwimmingPool" collate "C") in ('true', 'yes', '1') then true when lower(x."X_CommonSwimmingPool" collate "C") in ('false', 'no', '0') then false end end as "X_CommonSwimmingPool",
        case when pg_input_is_valid(x."X_GardenArea", 'numeric(18,2)') and lower(x."X_GardenArea" collate "C") <> 'nan' then x."X_GardenArea"::numeric(18,2) end as "X_GardenArea",
        case when pg_input_is_valid(x."X_RoofGardenArea", 'numeric(18,2)') and lower(x."X_RoofGardenArea" collate "C") <> 'nan' then x."X_RoofGardenArea"::numeric(18,2) end as "X_RoofGardenArea",
        case x."X_Elevator" when 'true' then true when 'false' then false
        else case when lower(x."X_Elevator" collate "C") in ('true', 'yes', '1') then true when lower(x."X_Elevator" collate "C") in ('false', 'no', '0') then false end end as "X_Elevator",
        case x."X_AirCondition" when 'true' then true when 'false' then false
        else case when lower(x."X_AirCondition" collate "C") in ('true', 'yes', '1') then true when lower(x."X_AirCondition" collate "C") in ('false', 'no', '0') then false end end as "X_AirCondition",
        case x."X_Alarm" when 'true' then true when 'false' then false
        else case when lower(x."X_Alarm" collate "C") in ('true', 'yes', '1') then true when lower(x."X_Alarm" collate "C") in ('false', 'no', '0') then false end end as "X_Alarm",
        case x."X_SmartHome" when 'true' then true when 'false' then false
        else case when lower(x."X_SmartHome" collate "C") in ('true', 'yes', '1') then true when lower(x."X_SmartHome" collate "C") in ('false', 'no', '0') then false end end as "X_SmartHome",
        case x."X_StorageSpace" when 'true' then true when 'false' then false
        else case when lower(x."X_StorageSpace" collate "C") in ('true', 'yes', '1') then true when lower(x."X_StorageSpace" collate "C") in ('false', 'no', '0') then false end end as "X_StorageSpace",
        case x."X_MaidsRoom" when 'true' then true when 'false' then false
        else case when lower(x."X_MaidsRoom" collate "C") in ('true', 'yes', '1') then true when lower(x."X_MaidsRoom" collate "C") in ('false', 'no', '0') then false end end as "X_MaidsRoom",
        case x."X_SeparateLaundryRoom" when 'true' then true when 'false' then false
        else case when lower(x."X_SeparateLaundryRoom" collate "C") in ('true', 'yes', '1') then true when lower(x."X_SeparateLaundryRoom" collate "C") in ('false', 'no', '0') then false end end as "X_SeparateLaundryRoom",
        case x."X_StoreRoom" when 'true' then true when 'false' then false
        else case when lower(x."X_StoreRoom" collate "C") in ('true', 'yes', '1') then true when lower(x."X_StoreRoom" collate "C") in ('false', 'no', '0') then false end end as "X_StoreRoom",
        case when pg_input_is_valid(x."X_DistanceFromBeach", 'numeric(10,3)') and lower(x."X_DistanceFromBeach" collate "C") <> 'nan' then x."X_DistanceFromBeach"::numeric(10,3) end as "X_DistanceFromBeach",
        case when pg_input_is_valid(x."X_DistanceFromAirport", 'numeric(10,1)') and lower(x."X_DistanceFromAirport" collate "C") <> 'nan' then x."X_DistanceFromAirport"::numeric(10,1) end as "X_DistanceFromAirport",
        case when pg_input_is_valid(x."X_BuildingDensity", 'numeric(9,2)') and lower(x."X_BuildingDensity" collate "C") <> 'nan' then x."X_BuildingDensity"::numeric(9,2) end as "X_BuildingDensity",
        case when pg_input_is_valid(x."X_Coverage", 'numeric(9,2)') and lower(x."X_Coverage" collate "C") <> 'nan' then x."X_Coverage"::numeric(9,2) end as "X_Coverage",
        case x."X_PlusVAT" when 'true' then true when 'false' then false
        else case when lower(x."X_PlusVAT" collate "C") in ('true', 'yes', '1') then true when lower(x."X_PlusVAT" collate "C") in ('false', 'no', '0') then false end end as "X_PlusVAT"
      offset 0
    ) y
    where p.outcome = 'track' and l.id = p.listing_id
  ),
  remembered as (
    insert into public.mls_listing_origins
      (listing_id, tenant_id, payload, content_hash, source_modified_at, applied_at, last_run_id, delivered_by)
    select p.listing_id, p.tenant_id, coalesce(p.completed, rows -> p.ordinal -> 'r'), p.content_hash, p.source_time, now(), (context ->> 'run_id')::uuid, context ->> 'source'
    from plan p
    where p.outcome in ('insert', 'refresh', 'track') and p.listing_id is not null
    on conflict (listing_id) do update set
      payload = excluded.payload, content_hash = excluded.content_hash, applied_at = excluded.applied_at,
      source_modified_at = coalesce(excluded.source_modified_at, case when mls_listing_origins.source_modified_at <= now() + interval '10 minutes' then mls_listing_origins.source_modified_at end),
      last_seen_at = now(), last_run_id = coalesce(excluded.last_run_id, mls_listing_origins.last_run_id),
      delivered_by = coalesce(excluded.delivered_by, mls_listing_origins.delivered_by)
  ),
  seen as (
    update public.mls_listing_origins o set
      last_seen_at = now(),
      source_modified_at = greatest(case when o.source_modified_at <= now() + interval '10 minutes' then o.source_modified_at end, p.source_time),
      last_run_id = coalesce((context ->> 'run_id')::uuid, o.last_run_id),
      delivered_by = coalesce(context ->> 'source', o.delivered_by)
    from plan p
    where p.outcome = 'unchanged' and o.listing_id = p.listing_id
  )
  select coalesce(jsonb_agg(case when p.outcome = 'reject' or p.ref_collision or p.warnings <> '[]'
      then mls.merge_result(p.ordinal, p.record_key, p.outcome, p.reason, p.warnings, case when p.reason = 'key_conflict' then mls.office_conflict('property', p.record_key, p.office_key) else p.errors end, p.ref_collision)
      else jsonb_build_object('index', p.ordinal, 'key', p.record_key, 'outcome', p.outcome) end order by p.ordinal), '[]'),
    jsonb_agg(jsonb_build_object('id', p.listing_id, 'before', p.previous -> 'StandardStatus', 'now', coalesce(p.completed, rows -> p.ordinal -> 'r') -> 'StandardStatus')) filter (
      where p.outcome = 'track' and p.listing_id is not null and mls.needs_decision(p.status, p.previous ->> 'StandardStatus', coalesce(p.completed, rows -> p.ordinal -> 'r') ->> 'StandardStatus')
        and not mls.is_echo(p.listing_id, 'StandardStatus', coalesce(p.completed, rows -> p.ordinal -> 'r') ->> 'StandardStatus', p.applied_at))
  into results, undecided
  from plan p;
  perform mls.ask_for_decision((u ->> 'id')::uuid, u ->> 'before', u ->> 'now') from jsonb_array_elements(undecided) u;
  return results;
end $$;
comment on function mls.merge_listings(jsonb, jsonb) is
  'Merges gold listings [{r, e, w}] by the rules of docs/ingest.md. Answers one result per record, in input order. Internal: call mls.ingest_batch().';

create or replace function mls.merge_further_fields(rows jsonb, results jsonb) returns void
language plpgsql volatile set search_path = '' set timezone = 'UTC' set plan_cache_mode = force_generic_plan set enable_seqscan = off
as $$
begin
  -- apart from the merge itself: its statement grows dear with every column, and gold names none of these
  if not exists (
    select from generate_series(0, jsonb_array_length(rows) - 1) n where rows -> n -> 'r' ?| '{"ArchitecturalStyle","LeaseTerm","AvailabilityDate","NetOperatingIncome","CapRate","GrossIncome","OperatingExpense","TaxAnnualAmount","TaxYear","AssociationFee","ExpirationDate","DaysOnMarket","CloseDate","ClosePrice","BathroomsThreeQuarter","BathroomsOneQuarter","RoomsTotal","NumberOfUnitsTotal","LotSizeDimensions","FireplacesTotal","CoveredSpaces","OpenParkingSpaces","ParkingTotal","Basement","Roof","Sewer","RoomType","RoadSurfaceType","PrivateRemarks","ShowingInstructions","ListAgentFirstName","ListAgentLastName","ListAgentEmail"}'::text[]
  ) then
    return;
  end if;
  update public.mls_listings l set
    style_description = n.style_description,
    lease_term = n.lease_term,
    date_available = n.date_available,
    net_operating_income = n.net_operating_income,
    capitalization_rate = n.capitalization_rate,
    gross_income = n.gross_income,
    operating_expense = n.operating_expense,
    tax_annual_amount = n.tax_annual_amount,
    tax_year = n.tax_year,
    association_fee = n.association_fee,
    expiration_date = n.expiration_date,
    days_on_market = n.days_on_market,
    close_date = n.close_date,
    close_price = n.close_price,
    three_quarter_bath = n.three_quarter_bath,
    quarter_bath = n.quarter_bath,
    rooms_total = n.rooms_total,
    units_total = n.units_total,
    lot_dimensions = n.lot_dimensions,
    fireplaces_total = n.fireplaces_total,
    parking_covered = n.parking_covered,
    parking_uncovered = n.parking_uncovered,
    parking_total = n.parking_total,
    basement = n.basement,
    roof = n.roof,
    sewer = n.sewer,
    room_type = n.room_type,
    road_surface = n.road_surface,
    private_remarks = n.private_remarks,
    showing_instructions = n.showing_instructions,
    agent_first_name = n.agent_first_name,
    agent_last_name = n.agent_last_name,
    agent_email = n.agent_email
  from (
    select e.value ->> 'key' as record_key, rows -> (e.value ->> 'index')::integer -> 'r' as r
    from jsonb_array_elements(results) e
    where e.value ->> 'outcome' in ('insert', 'refresh')
    offset 0
  ) p
  cross join lateral (select o.* from public.mls_listings o where o.origin_key = p.record_key offset 0) o
  cross join lateral jsonb_to_record(p.r) as x (
    "ArchitecturalStyle" text,
    "LeaseTerm" text,
    "AvailabilityDate" date,
    "NetOperatingIncome" numeric(18,2),
    "CapRate" numeric(9,4),
    "GrossIncome" numeric(18,2),
    "OperatingExpense" numeric(18,2),
    "TaxAnnualAmount" numeric(18,2),
    "TaxYear" integer,
    "AssociationFee" numeric(18,2),
    "ExpirationDate" date,
    "DaysOnMarket" integer,
    "CloseDate" date,
    "ClosePrice" numeric(18,2),
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
    "PrivateRemarks" text,
    "ShowingInstructions" text,
    "ListAgentFirstName" text,
    "ListAgentLastName" text,
    "ListAgentEmail" text)
  cross join lateral (
    select
      case when p.r ? 'ArchitecturalStyle' then x."ArchitecturalStyle" else o.style_description end as style_description,
      case when p.r ? 'LeaseTerm' then x."LeaseTerm" else o.lease_term end as lease_term,
      case when p.r ? 'AvailabilityDate' then x."AvailabilityDate" else o.date_available end as date_available,
      case when p.r ? 'NetOperatingIncome' then x."NetOperatingIncome" else o.net_operating_income end as net_operating_income,
      case when p.r ? 'CapRate' then x."CapRate" else o.capitalization_rate end as capitalization_rate,
      case when p.r ? 'GrossIncome' then x."GrossIncome" else o.gross_income end as gross_income,
      case when p.r ? 'OperatingExpense' then x."OperatingExpense" else o.operating_expense end as operating_expense,
      case when p.r ? 'TaxAnnualAmount' then x."TaxAnnualAmount" else o.tax_annual_amount end as tax_annual_amount,
      case when p.r ? 'TaxYear' then x."TaxYear" else o.tax_year end as tax_year,
      case when p.r ? 'AssociationFee' then x."AssociationFee" else o.association_fee end as association_fee,
      case when p.r ? 'ExpirationDate' then x."ExpirationDate" else o.expiration_date end as expiration_date,
      case when p.r ? 'DaysOnMarket' then x."DaysOnMarket" else o.days_on_market end as days_on_market,
      case when p.r ? 'CloseDate' then x."CloseDate" else o.close_date end as close_date,
      case when p.r ? 'ClosePrice' then x."ClosePrice" else o.close_price end as close_price,
      case when p.r ? 'BathroomsThreeQuarter' then x."BathroomsThreeQuarter" else o.three_quarter_bath end as three_quarter_bath,
      case when p.r ? 'BathroomsOneQuarter' then x."BathroomsOneQuarter" else o.quarter_bath end as quarter_bath,
      case when p.r ? 'RoomsTotal' then x."RoomsTotal" else o.rooms_total end as rooms_total,
      case when p.r ? 'NumberOfUnitsTotal' then x."NumberOfUnitsTotal" else o.units_total end as units_total,
      case when p.r ? 'LotSizeDimensions' then x."LotSizeDimensions" else o.lot_dimensions end as lot_dimensions,
      case when p.r ? 'FireplacesTotal' then x."FireplacesTotal" else o.fireplaces_total end as fireplaces_total,
      case when p.r ? 'CoveredSpaces' then x."CoveredSpaces" else o.parking_covered end as parking_covered,
      case when p.r ? 'OpenParkingSpaces' then x."OpenParkingSpaces" else o.parking_uncovered end as parking_uncovered,
      case when p.r ? 'ParkingTotal' then x."ParkingTotal" else o.parking_total end as parking_total,
      case when p.r ? 'Basement' then x."Basement" else o.basement end as basement,
      case when p.r ? 'Roof' then x."Roof" else o.roof end as roof,
      case when p.r ? 'Sewer' then x."Sewer" else o.sewer end as sewer,
      case when p.r ? 'RoomType' then x."RoomType" else o.room_type end as room_type,
      case when p.r ? 'RoadSurfaceType' then x."RoadSurfaceType" else o.road_surface end as road_surface,
      case when p.r ? 'PrivateRemarks' then x."PrivateRemarks" else o.private_remarks end as private_remarks,
      case when p.r ? 'ShowingInstructions' then x."ShowingInstructions" else o.showing_instructions end as showing_instructions,
      case when p.r ? 'ListAgentFirstName' then x."ListAgentFirstName" else o.agent_first_name end as agent_first_name,
      case when p.r ? 'ListAgentLastName' then x."ListAgentLastName" else o.agent_last_name end as agent_last_name,
      case when p.r ? 'ListAgentEmail' then x."ListAgentEmail" else o.agent_email end as agent_email
    offset 0
  ) n
  where p.r ?| '{"ArchitecturalStyle","LeaseTerm","AvailabilityDate","NetOperatingIncome","CapRate","GrossIncome","OperatingExpense","TaxAnnualAmount","TaxYear","AssociationFee","ExpirationDate","DaysOnMarket","CloseDate","ClosePrice","BathroomsThreeQuarter","BathroomsOneQuarter","RoomsTotal","NumberOfUnitsTotal","LotSizeDimensions","FireplacesTotal","CoveredSpaces","OpenParkingSpaces","ParkingTotal","Basement","Roof","Sewer","RoomType","RoadSurfaceType","PrivateRemarks","ShowingInstructions","ListAgentFirstName","ListAgentLastName","ListAgentEmail"}'::text[] and l.id = o.id and o.claimed_at is null
    and (o.style_description, o.lease_term, o.date_available, o.net_operating_income, o.capitalization_rate, o.gross_income, o.operating_expense, o.tax_annual_amount, o.tax_year, o.association_fee, o.expiration_date, o.days_on_market, o.close_date, o.close_price, o.three_quarter_bath, o.quarter_bath, o.rooms_total, o.units_total, o.lot_dimensions, o.fireplaces_total, o.parking_covered, o.parking_uncovered, o.parking_total, o.basement, o.roof, o.sewer, o.room_type, o.road_surface, o.private_remarks, o.showing_instructions, o.agent_first_name, o.agent_last_name, o.agent_email)
      is distinct from (n.style_description, n.lease_term, n.date_available, n.net_operating_income, n.capitalization_rate, n.gross_income, n.operating_expense, n.tax_annual_amount, n.tax_year, n.association_fee, n.expiration_date, n.days_on_market, n.close_date, n.close_price, n.three_quarter_bath, n.quarter_bath, n.rooms_total, n.units_total, n.lot_dimensions, n.fireplaces_total, n.parking_covered, n.parking_uncovered, n.parking_total, n.basement, n.roof, n.sewer, n.room_type, n.road_surface, n.private_remarks, n.showing_instructions, n.agent_first_name, n.agent_last_name, n.agent_email);
end $$;
comment on function mls.merge_further_fields(jsonb, jsonb) is
  'Fields of Property that gold does not deliver (ClosePrice, TaxYear, ListAgentEmail, ...), taken from the records that were inserted or refreshed and name them. After a claim they are the broker''s.';

create or replace function mls.merge_media_once(rows jsonb, context jsonb) returns jsonb
language plpgsql volatile set search_path = '' set timezone = 'UTC' set work_mem = '64MB' set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  results jsonb;
  newer uuid[];
begin
  perform mls.settle_waiting_media(array(select distinct e -> 'r' ->> 'ResourceRecordKey' from jsonb_array_elements(rows) e));

  with incoming as materialized (
    select (e.ordinality - 1)::integer as ordinal, nullif(e.value -> 'r', 'null') as r, e.value -> 'e' as errors, e.value -> 'w' as warnings
    from jsonb_array_elements(rows) with ordinality e
  ),
  keyed as materialized (
    select i.ordinal, nullif(i.r ->> 'MediaKey', '') as record_key, nullif(i.r ->> 'ResourceRecordKey', '') as listing_key,
      o.office_key, o.tenant_id, o.origin_system, o.time_field, o.media_category_field, i.r as record,
      case when o.has_media_times and i.r ->> o.time_field ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}' and pg_input_is_valid(i.r ->> o.time_field, 'timestamptz')
        then case when (i.r ->> o.time_field)::timestamptz <= now() + interval '10 minutes' then (i.r ->> o.time_field)::timestamptz end end as source_time,
      coalesce(
        mls.reject_reason(i.r ->> 'MediaKey', i.r ->> 'OriginatingSystemOfficeKey', o.office_key, i.errors, context),
        case when coalesce(i.r ->> 'ResourceRecordKey', '') = '' then 'missing_listing_key' end,
        -- ~ joins MediaKey and ListingKey in served keys; in one of the two it would make them ambiguous
        case when i.r ->> 'MediaKey' like '%~%' then 'invalid_key' end
      ) as reason
    from incoming i
    left join mls.market_offices o on o.name = i.r ->> 'OriginatingSystemOfficeKey'
  ),
  listings as materialized (
    select l.id, l.tenant_id, l.origin_key, l.originating_office_key, l.claimed_at, l.is_externally_managed
    from public.mls_listings l
    where l.origin_key = any (array(select k.listing_key from keyed k))
    order by l.id
    for key share
  ),
  locked as materialized (
    select m.id, m.resource_record_key, m.origin_media_key, m.originating_office_key, m.origin_hash, m.origin_deleted, m.locked, m.media_category
    from public.mls_listing_media m
    where m.origin_media_key = any (array(select k.record_key from keyed k))
      and (m.resource_record_key, m.origin_media_key) in (select k.listing_key, k.record_key from keyed k)
    order by m.id
    for no key update
  ),
  matched as materialized (
    select k.ordinal, k.record_key, k.listing_key, k.office_key, k.tenant_id, k.origin_system, k.time_field, k.media_category_field, k.source_time,
      case when f.is_foreign then coalesce(k.reason, 'office_mismatch') else k.reason end as reason,
      f.is_foreign, case when l.id is null and m.id is null and k.office_key is not null and exists (
        select from public.mls_listing_syndications s where s.tenant_id = k.tenant_id and s.external_id is not null
      ) then mls.returned_listing(k.listing_key, k.tenant_id, k.origin_system) end is not null as is_returned, l.id as listing_id, l.claimed_at, l.is_externally_managed, m.id as media_id, m.origin_hash, m.origin_deleted,
      coalesce(m.locked, false) as locked, m.media_category as current_category, o.payload as previous, case when o.source_modified_at <= now() + interval '10 minutes' then o.source_modified_at end as previous_time,
      -- a column that vanished upstream must not blank what is known, least of all that a file is a document
      case when o.payload is null then k.record else case when o.payload ? '$raw' then o.payload - '$raw' else o.payload end || k.record end as payload,
      coalesce(btrim(mls.source_category(k.record, k.media_category_field)), '') <> '' and k.source_time > case when o.source_modified_at <= now() + interval '10 minutes' then o.source_modified_at end and not m.locked as may_leave
    from keyed k
    left join listings l on l.origin_key = k.listing_key
    cross join lateral (
      select coalesce(l.tenant_id <> k.tenant_id or l.originating_office_key <> k.office_key, false) as is_foreign
    ) f
    left join locked m on m.resource_record_key = k.listing_key and m.origin_media_key = k.record_key and m.originating_office_key = k.office_key
    left join public.mls_listing_media_origins o on o.media_id = m.id
  ),
  read as materialized (
    select m.*,
      md5((m.payload - ('{etl_timestamp,etl_batch_id,X_QobrixCreated}'::text[] || m.time_field))::text) as content_hash,
      mls.source_category(m.payload, m.media_category_field) as source_category,
      mls.media_category(mls.source_category(m.payload, m.media_category_field), m.payload ->> 'MediaCategory', m.payload ->> 'MediaType') as said,
      mls.media_url(m.payload ->> 'MediaURL', m.office_key) as url,
      m.listing_id is not null and m.media_id is null and m.claimed_at is not null
        and mls.is_own_medium(m.listing_id, mls.media_url(m.payload ->> 'MediaURL', m.office_key), m.record_key) as is_own
    from matched m
  ),
  decided as materialized (
    select c.*, case when m.outcome = 'insert' and (c.is_returned or c.is_own) then 'track' else m.outcome end as outcome
    from (
      select r.*,
        -- of twins the newest counts; but a file that is a document in one of them is a document
        row_number() over (
          partition by r.listing_key, r.record_key, r.office_key, r.reason is null
          order by (r.said = 'document' and (r.source_time < r.previous_time) is not true) desc,
            r.source_time desc nulls last, mls.media_rank(r.said), r.ordinal desc
        ) as age,
        -- one file under several categories: the lesser one does not replace the better one unless it is newer, and
        -- nothing replaces a document but a newer record that names another category
        r.media_id is not null and case
          when r.said = 'document' then false
          when r.current_category = 'document' then r.may_leave is not true
          else mls.media_rank(r.said) > mls.media_rank(r.current_category) and not r.origin_deleted
            and (r.source_time > r.previous_time) is not true
        end as is_lesser,
        case
          when r.said = 'document' or (r.current_category = 'document' and r.may_leave is not true) then 'document'
          -- after a claim the category follows the source's own change of it, as everything does
          when (r.claimed_at is not null or r.locked) and r.said = mls.media_category(
            mls.source_category(r.previous, r.media_category_field), r.previous ->> 'MediaCategory', r.previous ->> 'MediaType') then r.current_category
          else r.said
        end as category
      from read r
    ) c
    cross join lateral (
      select case
      when (not c.is_foreign and (c.is_externally_managed is false or c.media_id is not null)) and not (coalesce(c.is_externally_managed, true)) then 'skip'
      when c.reason is not null then 'reject'
      when not (c.age = 1) or (c.source_time < c.previous_time or (c.is_lesser and c.content_hash is distinct from c.origin_hash)) is true then 'stale'
      when not (not c.is_foreign and (c.is_externally_managed is false or c.media_id is not null)) then 'insert'
      when (c.content_hash = c.origin_hash and not c.origin_deleted) is true then 'unchanged'
      when c.claimed_at is not null or c.locked then 'track'
      else 'refresh'
    end as outcome
      offset 0
    ) m
  ),
  named as materialized (
    -- the first listing to bring a key serves it bare; a repeat for another listing gets the listing's key added
    select d.*, n.id as new_id,
      -- what arrives after the claim goes behind what the broker has arranged
      case when d.claimed_at is not null then (
        select max(m.display_order) from public.mls_listing_media m where m.listing_id = d.listing_id
      ) end as last_order,
      row_number() over (partition by d.listing_id order by (d.payload ->> 'Order')::integer nulls last, d.ordinal) as place,
      case
        when not exists (select from public.mls_listing_media m where m.media_key = d.record_key)
          and row_number() over (partition by d.record_key order by d.ordinal) = 1
        then d.record_key
        when not exists (select from public.mls_listing_media m where m.media_key = d.record_key || '~' || d.listing_key)
        then d.record_key || '~' || d.listing_key
        else d.record_key || '~' || d.listing_key || '~' || n.id
      end as media_key
    from decided d
    -- reads a column of d, so that it is another one for every row
    cross join lateral (select case when d.ordinal is not null then gen_random_uuid() end as id offset 0) n
    where d.outcome = 'insert'
  ),
  inserted as (
    insert into public.mls_listing_media (
      id,
      tenant_id,
      listing_id,
      resource_record_key,
      originating_office_key,
      media_key,
      origin_system,
      origin_media_key,
      origin_hash,
      origin_sync_ts,
      media_category,
      source_stamp,
      source_url,
      mime_type,
      display_order,
      title,
      description,
      image_width,
      image_height,
      file_size_bytes,
      is_primary,
      source_category,
      created_ts,
      origin_etl_ts,
      origin_etl_batch_id,
      extensions)
    select
      d.new_id,
      d.tenant_id,
      d.listing_id,
      d.listing_key,
      d.office_key,
      d.media_key,
      d.origin_system,
      d.record_key,
      d.content_hash,
      now(),
      d.said,
      d.source_time,
      d.url,
      x."MediaType",
      coalesce(d.last_order + d.place, x."Order", 0),
      x."ShortDescription",
      x."LongDescription",
      x."ImageWidth",
      x."ImageHeight",
      x."ImageSizeBytes",
      d.last_order is null and coalesce(x."X_IsPrimary", false),
      d.source_category,
      x."X_QobrixCreated",
      x.etl_timestamp,
      x.etl_batch_id,
      jsonb_strip_nulls(d.payload - '{MediaKey,ResourceRecordKey,MediaURL,MediaType,Order,ShortDescription,LongDescription,ImageWidth,ImageHeight,ImageSizeBytes,X_IsPrimary,X_QobrixMediaCategory,X_QobrixCreated,OriginatingSystemOfficeKey,etl_timestamp,etl_batch_id,ResourceName}'::text[])
    from named d cross join lateral jsonb_to_record(d.payload) as x (
      "MediaURL" text,
      "MediaType" text,
      "Order" integer,
      "ShortDescription" text,
      "LongDescription" text,
      "ImageWidth" integer,
      "ImageHeight" integer,
      "ImageSizeBytes" bigint,
      "X_IsPrimary" boolean,
      "X_QobrixMediaCategory" text,
      "X_QobrixCreated" text,
      etl_timestamp timestamptz,
      etl_batch_id text)
    order by d.ordinal
  ),
  changed as (
    update public.mls_listing_media m set
      origin_system = d.origin_system,
      origin_hash = d.content_hash,
      origin_sync_ts = now(),
      origin_deleted = false,
      media_category = d.category,
      source_stamp = coalesce(d.source_time, m.source_stamp),
      source_url = case when d.url in (m.media_url, m.resolution_urls #>> '{jpeg,url}') then m.source_url else d.url end,
      mime_type = x."MediaType",
      display_order = case when d.outcome = 'refresh' then coalesce(x."Order", 0) else m.display_order end,
      title = case when d.outcome = 'refresh' then x."ShortDescription" else m.title end,
      description = case when d.outcome = 'refresh' then x."LongDescription" else m.description end,
      image_width = x."ImageWidth",
      image_height = x."ImageHeight",
      file_size_bytes = x."ImageSizeBytes",
      is_primary = case when d.outcome = 'refresh' then coalesce(x."X_IsPrimary", false) else m.is_primary end,
      source_category = d.source_category,
      created_ts = x."X_QobrixCreated",
      origin_etl_ts = x.etl_timestamp,
      origin_etl_batch_id = x.etl_batch_id,
      extensions = jsonb_strip_nulls(d.payload - '{MediaKey,ResourceRecordKey,MediaURL,MediaType,Order,ShortDescription,LongDescription,ImageWidth,ImageHeight,ImageSizeBytes,X_IsPrimary,X_QobrixMediaCategory,X_QobrixCreated,OriginatingSystemOfficeKey,etl_timestamp,etl_batch_id,ResourceName}'::text[])
    from decided d cross join lateral jsonb_to_record(d.payload) as x (
      "MediaURL" text,
      "MediaType" text,
      "Order" integer,
      "ShortDescription" text,
      "LongDescription" text,
      "ImageWidth" integer,
      "ImageHeight" integer,
      "ImageSizeBytes" bigint,
      "X_IsPrimary" boolean,
      "X_QobrixMediaCategory" text,
      "X_QobrixCreated" text,
      etl_timestamp timestamptz,
      etl_batch_id text)
    where d.outcome in ('refresh', 'track') and m.id = d.media_id
  ),
  remembered as (
    insert into public.mls_listing_media_origins (media_id, payload, source_modified_at, delivered_by)
    select n.new_id, n.payload, n.source_time, context ->> 'source' from named n
    union all
    select d.media_id, d.payload, d.source_time, context ->> 'source' from decided d where d.outcome in ('refresh', 'track') and d.media_id is not null
    on conflict (media_id) do update set
      payload = excluded.payload, source_modified_at = coalesce(excluded.source_modified_at, case when mls_listing_media_origins.source_modified_at <= now() + interval '10 minutes' then mls_listing_media_origins.source_modified_at end),
      delivered_by = coalesce(excluded.delivered_by, mls_listing_media_origins.delivered_by)
  ),
  seen as (
    update public.mls_listing_media_origins o set
      source_modified_at = greatest(case when o.source_modified_at <= now() + interval '10 minutes' then o.source_modified_at end, d.source_time),
      delivered_by = coalesce(context ->> 'source', o.delivered_by)
    from decided d
    where d.outcome = 'unchanged' and o.media_id = d.media_id
      and (
        (d.source_time is not null and (case when o.source_modified_at <= now() + interval '10 minutes' then o.source_modified_at end >= d.source_time) is not true)
        or o.delivered_by is distinct from coalesce(context ->> 'source', o.delivered_by)
      )
  )
  select coalesce(jsonb_agg(mls.merge_result(d.ordinal, d.record_key, d.outcome, d.reason,
    coalesce(i.warnings, '[]') || case
      when d.url is null and btrim(d.payload ->> 'MediaURL') <> '' then
        '[{"field": "MediaURL", "code": "unsupported_url", "message": "Only http, https and paths are taken; the file is kept without its address, and neither served nor counted."}]'::jsonb
      when d.reason is null and d.said in ('image', 'floorplan') and (d.url ~* '^https?://[^/?#[:space:]]') is not true then
        '[{"field": "MediaURL", "code": "no_address", "message": "A picture without a full web address is kept, but neither served nor counted."}]'::jsonb
      else '[]' end,
    coalesce(i.errors, '[]') || case when d.reason = 'invalid_key' then
      '[{"field": "MediaKey", "code": "invalid_key", "message": "A MediaKey may not contain ~, which joins MediaKey and ListingKey where several listings share a file."}]'::jsonb
      when d.is_foreign and d.reason = 'office_mismatch' then mls.office_conflict('property', d.listing_key, d.office_key)
      else '[]' end) order by d.ordinal), '[]'),
    -- the record says the same with a newer time: perhaps the file behind the address is another
    array_agg(d.media_id) filter (where d.outcome = 'unchanged' and d.source_time > d.previous_time)
  into results, newer
  from decided d join incoming i on i.ordinal = d.ordinal;
  perform mls.ask_for_copies(newer);
  return results;
end $$;
comment on function mls.merge_media_once(jsonb, jsonb) is 'One attempt of mls.merge_media().';

create or replace function mls.share_media(media_ids uuid[]) returns void
language plpgsql volatile set search_path = '' set enable_seqscan = off
as $$
begin
  insert into public.mls_listing_media as t (
    tenant_id, listing_id, resource_record_key, originating_office_key, media_key, origin_system, shared_from,
    media_id,
    media_category,
    media_url,
    source_stamp,
    storage_path,
    html_description,
    is_landscape,
    is_distributable,
    dash_category,
    format_code,
    checksum,
    media_tags_json,
    resolution_urls,
    additional_annotations,
    origin_sync_ts,
    extensions,
    copy_status,
    copy_error,
    file_sha256,
    source_url,
    mime_type,
    display_order,
    title,
    description,
    image_width,
    image_height,
    file_size_bytes,
    is_primary,
    source_category,
    created_ts,
    origin_etl_ts,
    origin_etl_batch_id,
    origin_deleted,
    is_hidden)
  select m.tenant_id, l.id, l.origin_key, l.originating_office_key, coalesce(m.origin_media_key, m.media_key) || '~' || l.origin_key,
    m.origin_system, m.id,
    m.media_id,
    m.media_category,
    m.media_url,
    m.source_stamp,
    m.storage_path,
    m.html_description,
    m.is_landscape,
    m.is_distributable,
    m.dash_category,
    m.format_code,
    m.checksum,
    m.media_tags_json,
    m.resolution_urls,
    m.additional_annotations,
    m.origin_sync_ts,
    m.extensions,
    m.copy_status,
    m.copy_error,
    m.file_sha256,
    m.source_url,
    m.mime_type,
    case when d.is_draft then coalesce((o.payload ->> 'Order')::integer, 0) else m.display_order end,
    case when d.is_draft then o.payload ->> 'ShortDescription' else m.title end,
    case when d.is_draft then o.payload ->> 'LongDescription' else m.description end,
    m.image_width,
    m.image_height,
    m.file_size_bytes,
    case when d.is_draft then coalesce((o.payload ->> 'X_IsPrimary')::boolean, false) else m.is_primary end,
    m.source_category,
    m.created_ts,
    m.origin_etl_ts,
    m.origin_etl_batch_id,
    m.origin_deleted or (d.is_draft and o.media_id is null),
    m.is_hidden
  from public.mls_listing_media m
  join public.mls_listings s on s.id = m.listing_id
  join public.mls_listings l on l.id = s.sibling_listing_id and l.origin_key = s.origin_key || '_LEASE'
  left join public.mls_listing_media_origins o on o.media_id = m.id
  cross join lateral (select mls.is_draft(s) as is_draft) d
  where m.id = any (media_ids) and m.shared_from is null
    -- now and then a source sends a file for the lease row too
    and not exists (select from public.mls_listing_media t where t.listing_id = l.id and t.origin_media_key = m.origin_media_key)
  on conflict (shared_from) where shared_from is not null do update set
    media_id = excluded.media_id,
    media_category = excluded.media_category,
    media_url = excluded.media_url,
    source_stamp = excluded.source_stamp,
    storage_path = excluded.storage_path,
    html_description = excluded.html_description,
    is_landscape = excluded.is_landscape,
    is_distributable = excluded.is_distributable,
    dash_category = excluded.dash_category,
    format_code = excluded.format_code,
    checksum = excluded.checksum,
    media_tags_json = excluded.media_tags_json,
    resolution_urls = excluded.resolution_urls,
    additional_annotations = excluded.additional_annotations,
    origin_sync_ts = excluded.origin_sync_ts,
    extensions = excluded.extensions,
    copy_status = excluded.copy_status,
    copy_error = excluded.copy_error,
    file_sha256 = excluded.file_sha256,
    source_url = excluded.source_url,
    mime_type = excluded.mime_type,
    display_order = case when t.locked then t.display_order else excluded.display_order end,
    title = case when t.locked then t.title else excluded.title end,
    description = case when t.locked then t.description else excluded.description end,
    image_width = excluded.image_width,
    image_height = excluded.image_height,
    file_size_bytes = excluded.file_size_bytes,
    is_primary = case when t.locked then t.is_primary else excluded.is_primary end,
    source_category = excluded.source_category,
    created_ts = excluded.created_ts,
    origin_etl_ts = excluded.origin_etl_ts,
    origin_etl_batch_id = excluded.origin_etl_batch_id,
    origin_deleted = excluded.origin_deleted,
    is_hidden = case when t.locked then t.is_hidden else excluded.is_hidden end;
end $$;
comment on function mls.share_media(uuid[]) is
  'Shows these media of sale listings at their lease siblings too: gold delivers media for the sale row only. Rows locked at the sibling keep their order, captions and hiding. While a broker works on the sale row, the sibling shows the captions and order of the source, and nothing that the broker added.';

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
    select i.ordinal, nullif(i.r ->> 'MemberKey', '') as record_key, o.office_key, o.tenant_id, o.origin_system, o.time_field as time_field,
      case when i.r ->> o.time_field ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}' and pg_input_is_valid(i.r ->> o.time_field, 'timestamptz') then case when (i.r ->> o.time_field)::timestamptz <= now() + interval '10 minutes' then (i.r ->> o.time_field)::timestamptz end end as source_time,
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
    select c.*, case
      when (c.id is not null and c.reason is distinct from 'key_conflict') and not (true) then 'skip'
      when c.reason is not null then 'reject'
      when not (c.age = 1) or (c.source_time < c.previous_time) is true then 'stale'
      when not (c.id is not null and c.reason is distinct from 'key_conflict') then 'insert'
      when (c.content_hash = c.previous_hash and not c.origin_deleted) is true then 'unchanged'
      when false then 'track'
      else 'refresh'
    end as outcome
    from (
      select k.ordinal, k.record_key, k.office_key, k.tenant_id, k.origin_system, k.source_time, r.reason, t.id as id, coalesce(t.origin_deleted, false) as origin_deleted,
        t.origin_hash as previous_hash, case when t.origin_modified_ts <= now() + interval '10 minutes' then t.origin_modified_ts end as previous_time, i.r as payload,
        i.r ?& '{"MemberKey","MemberMlsId","MemberFirstName","MemberLastName","MemberFullName","MemberEmail","MemberPreferredPhone","MemberOfficePhone","MemberStatus","MemberType","OfficeKey","MemberAddress1","MemberCity","MemberStateOrProvince","MemberPostalCode","MemberCountry","X_QobrixAgentId","X_QobrixAgentRef","X_QobrixDescription","X_QobrixCommission1","X_QobrixAgreementDate","X_QobrixOwnerId","X_QobrixPrimaryContactId","X_QobrixCreated","X_QobrixModified","X_QobrixSourceType","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[] as is_complete,
        md5((i.r - ('{etl_timestamp,etl_batch_id}'::text[] || k.time_field))::text) as content_hash,
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
    insert into public.mls_members (tenant_id, origin_member_key, originating_office_key, origin_hash, origin_modified_ts, origin_deleted, delivered_by, mls_id, first_name, last_name, full_name, email, preferred_phone, office_phone, status, type, office_key, address1, city, state_or_province, postal_code, country, origin_etl_ts, origin_etl_batch_id, extensions)
    select p.tenant_id, p.record_key,
      p.office_key,
      p.content_hash,
      p.source_time,
      false,
      context ->> 'source',
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
      origin_modified_ts = coalesce(p.source_time, p.previous_time),
      origin_deleted = false,
      delivered_by = coalesce(context ->> 'source', t.delivered_by),
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
      extensions = case when p.is_complete then jsonb_strip_nulls(p.payload - '{"MemberKey","MemberMlsId","MemberFirstName","MemberLastName","MemberFullName","MemberEmail","MemberPreferredPhone","MemberOfficePhone","MemberStatus","MemberType","OfficeKey","MemberAddress1","MemberCity","MemberStateOrProvince","MemberPostalCode","MemberCountry","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[]) else jsonb_strip_nulls(t.extensions || (p.payload - '{"MemberKey","MemberMlsId","MemberFirstName","MemberLastName","MemberFullName","MemberEmail","MemberPreferredPhone","MemberOfficePhone","MemberStatus","MemberType","OfficeKey","MemberAddress1","MemberCity","MemberStateOrProvince","MemberPostalCode","MemberCountry","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[])) end
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
  ),
  taken as (
    update public.mls_members t set delivered_by = context ->> 'source'
    from decided p
    where p.outcome = 'unchanged' and t.id = p.id and t.delivered_by is distinct from coalesce(context ->> 'source', t.delivered_by)
  )
  select coalesce(jsonb_agg(mls.merge_result(p.ordinal, p.record_key, p.outcome, p.reason, i.warnings,
    case when p.reason = 'key_conflict' then mls.office_conflict('member', p.record_key, p.office_key) else i.errors end) order by p.ordinal), '[]')
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
    select i.ordinal, nullif(i.r ->> 'OfficeKey', '') as record_key, o.office_key, o.tenant_id, o.origin_system, o.time_field as time_field,
      case when i.r ->> o.time_field ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}' and pg_input_is_valid(i.r ->> o.time_field, 'timestamptz') then case when (i.r ->> o.time_field)::timestamptz <= now() + interval '10 minutes' then (i.r ->> o.time_field)::timestamptz end end as source_time,
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
    select c.*, case
      when (c.id is not null and c.reason is distinct from 'key_conflict') and not (c.is_market is not true) then 'skip'
      when c.reason is not null then 'reject'
      when not (c.age = 1) or (c.source_time < c.previous_time) is true then 'stale'
      when not (c.id is not null and c.reason is distinct from 'key_conflict') then 'insert'
      when (c.content_hash = c.previous_hash and not c.origin_deleted) is true then 'unchanged'
      when false then 'track'
      else 'refresh'
    end as outcome
    from (
      select k.ordinal, k.record_key, k.office_key, k.tenant_id, k.origin_system, k.source_time, r.reason, t.id as id, coalesce(t.origin_deleted, false) as origin_deleted,
        t.origin_hash as previous_hash, case when t.origin_modified_ts <= now() + interval '10 minutes' then t.origin_modified_ts end as previous_time, i.r as payload,
        i.r ?& '{"OfficeKey","OfficeMlsId","OfficeName","OfficeEmail","OfficePhone","OfficeFax","OfficeStatus","OfficeType","OfficeAddress1","OfficeAddress2","OfficeCity","OfficeStateOrProvince","OfficePostalCode","OfficeCountry","OfficeBrokerKey","X_QobrixAgentId","X_QobrixAgentRef","X_QobrixDescription","X_QobrixCommission1","X_QobrixCommission2","X_QobrixCommission3","X_QobrixAgreementDate","X_QobrixOwnerId","X_QobrixPrimaryContactId","X_QobrixCreated","X_QobrixModified","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[] as is_complete, t.is_market,
        md5((i.r - ('{etl_timestamp,etl_batch_id}'::text[] || k.time_field))::text) as content_hash,
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
    insert into public.mls_offices (tenant_id, office_key, originating_office_key, origin_hash, origin_modified_ts, origin_deleted, delivered_by, mls_id, name, email, phone, fax, status, type, address1, address2, city, state_or_province, postal_code, country, broker_key, origin_etl_ts, origin_etl_batch_id, extensions)
    select p.tenant_id, p.record_key,
      p.office_key,
      p.content_hash,
      p.source_time,
      false,
      context ->> 'source',
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
      origin_modified_ts = coalesce(p.source_time, p.previous_time),
      origin_deleted = false,
      delivered_by = coalesce(context ->> 'source', t.delivered_by),
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
      extensions = case when p.is_complete then jsonb_strip_nulls(p.payload - '{"OfficeKey","OfficeMlsId","OfficeName","OfficeEmail","OfficePhone","OfficeFax","OfficeStatus","OfficeType","OfficeAddress1","OfficeAddress2","OfficeCity","OfficeStateOrProvince","OfficePostalCode","OfficeCountry","OfficeBrokerKey","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[]) else jsonb_strip_nulls(t.extensions || (p.payload - '{"OfficeKey","OfficeMlsId","OfficeName","OfficeEmail","OfficePhone","OfficeFax","OfficeStatus","OfficeType","OfficeAddress1","OfficeAddress2","OfficeCity","OfficeStateOrProvince","OfficePostalCode","OfficeCountry","OfficeBrokerKey","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[])) end
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
  ),
  taken as (
    update public.mls_offices t set delivered_by = context ->> 'source'
    from decided p
    where p.outcome = 'unchanged' and t.id = p.id and t.delivered_by is distinct from coalesce(context ->> 'source', t.delivered_by)
  )
  select coalesce(jsonb_agg(mls.merge_result(p.ordinal, p.record_key, p.outcome, p.reason, i.warnings,
    case when p.reason = 'key_conflict' then mls.office_conflict('office', p.record_key, p.office_key) else i.errors end) order by p.ordinal), '[]')
  into results
  from decided p join incoming i on i.ordinal = p.ordinal;
  return results;
end $$;
comment on function mls.merge_office(jsonb, jsonb) is
  'Merges gold Office records [{r, e, w}]; the source always wins. Answers one result per record, in input order. Internal: call mls.ingest_batch().';

create or replace function mls.merge_open_house(rows jsonb, context jsonb) returns jsonb
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
    select i.ordinal, nullif(i.r ->> 'OpenHouseKey', '') as record_key, o.office_key, o.tenant_id, o.origin_system, 'ModificationTimestamp' as time_field,
      case when i.r ->> 'ModificationTimestamp' ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}' and pg_input_is_valid(i.r ->> 'ModificationTimestamp', 'timestamptz') then case when (i.r ->> 'ModificationTimestamp')::timestamptz <= now() + interval '10 minutes' then (i.r ->> 'ModificationTimestamp')::timestamptz end end as source_time,
      mls.reject_reason(i.r ->> 'OpenHouseKey', i.r ->> 'OriginatingSystemOfficeKey', o.office_key, i.errors, context) as reason
    from incoming i
    left join mls.market_offices o on o.name = i.r ->> 'OriginatingSystemOfficeKey'
  ),
  locked as materialized (
    select t.id, t.origin_open_house_key as record_key, t.tenant_id, t.origin_hash, t.origin_modified_ts, t.origin_deleted, t.originating_office_key
    from public.mls_open_houses t
    where t.origin_open_house_key = any (array(select k.record_key from keyed k))
    order by t.id
    for no key update
  ),
  decided as materialized (
    select c.*, case
      when (c.id is not null and c.reason is distinct from 'key_conflict') and not (true) then 'skip'
      when c.reason is not null then 'reject'
      when not (c.age = 1) or (c.source_time < c.previous_time) is true then 'stale'
      when not (c.id is not null and c.reason is distinct from 'key_conflict') then 'insert'
      when (c.content_hash = c.previous_hash and not c.origin_deleted) is true then 'unchanged'
      when false then 'track'
      else 'refresh'
    end as outcome
    from (
      select k.ordinal, k.record_key, k.office_key, k.tenant_id, k.origin_system, k.source_time, r.reason, t.id as id, coalesce(t.origin_deleted, false) as origin_deleted,
        t.origin_hash as previous_hash, case when t.origin_modified_ts <= now() + interval '10 minutes' then t.origin_modified_ts end as previous_time, i.r as payload,
        i.r ?& '{"OpenHouseKey","OpenHouseId","ListingKey","ListingId","OpenHouseDate","OpenHouseStartTime","OpenHouseEndTime","OpenHouseStatus","OpenHouseType","OpenHouseAttendedBy","OpenHouseRemarks","Refreshments","AppointmentRequiredYN","LivestreamOpenHouseURL","ShowingAgentKey","ShowingAgentFirstName","ShowingAgentLastName","ShowingAgentMlsID","OriginalEntryTimestamp","ModificationTimestamp","OriginatingSystemID","OriginatingSystemKey","OriginatingSystemName","SourceSystemID","SourceSystemKey","SourceSystemName","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[] as is_complete,
        md5((i.r - ('{etl_timestamp,etl_batch_id}'::text[] || k.time_field))::text) as content_hash,
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
    insert into public.mls_open_houses (tenant_id, origin_open_house_key, originating_office_key, origin_hash, origin_modified_ts, origin_deleted, delivered_by, listing_id, open_house_id, listing_key, open_house_date, start_time, end_time, status, type, remarks, needs_appointment, livestream_url, showing_agent_key, origin_etl_ts, origin_etl_batch_id, extensions)
    select p.tenant_id, p.record_key,
      p.office_key,
      p.content_hash,
      p.source_time,
      false,
      context ->> 'source',
      (select l.id from (select l.id, l.tenant_id from public.mls_listings l where l.origin_key = x."ListingKey" offset 0) l where l.tenant_id = p.tenant_id),
      x."OpenHouseId",
      x."ListingKey",
      x."OpenHouseDate",
      x."OpenHouseStartTime",
      x."OpenHouseEndTime",
      x."OpenHouseStatus",
      x."OpenHouseType",
      x."OpenHouseRemarks",
      x."AppointmentRequiredYN",
      x."LivestreamOpenHouseURL",
      x."ShowingAgentKey",
      x.etl_timestamp,
      x.etl_batch_id,
      jsonb_strip_nulls(p.payload - '{"OpenHouseKey","OpenHouseId","ListingKey","OpenHouseDate","OpenHouseStartTime","OpenHouseEndTime","OpenHouseStatus","OpenHouseType","OpenHouseRemarks","AppointmentRequiredYN","LivestreamOpenHouseURL","ShowingAgentKey","ModificationTimestamp","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[])
    from decided p cross join lateral jsonb_to_record(p.payload) as x (
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
      "ModificationTimestamp" timestamptz,
      "OriginatingSystemID" text,
      "OriginatingSystemKey" text,
      "OriginatingSystemName" text,
      "SourceSystemID" text,
      "SourceSystemKey" text,
      "SourceSystemName" text,
      "OriginatingSystemOfficeKey" text,
      etl_timestamp timestamptz,
      etl_batch_id text)
    where p.outcome = 'insert'
    order by p.ordinal
  ),
  refreshed as (
    update public.mls_open_houses t set
      origin_open_house_key = p.record_key,
      originating_office_key = p.office_key,
      origin_hash = p.content_hash,
      origin_modified_ts = coalesce(p.source_time, p.previous_time),
      origin_deleted = false,
      delivered_by = coalesce(context ->> 'source', t.delivered_by),
      listing_id = (select l.id from (select l.id, l.tenant_id from public.mls_listings l where l.origin_key = x."ListingKey" offset 0) l where l.tenant_id = p.tenant_id),
      open_house_id = case when p.is_complete or p.payload ? 'OpenHouseId' then x."OpenHouseId" else t.open_house_id end,
      listing_key = case when p.is_complete or p.payload ? 'ListingKey' then x."ListingKey" else t.listing_key end,
      open_house_date = case when p.is_complete or p.payload ? 'OpenHouseDate' then x."OpenHouseDate" else t.open_house_date end,
      start_time = case when p.is_complete or p.payload ? 'OpenHouseStartTime' then x."OpenHouseStartTime" else t.start_time end,
      end_time = case when p.is_complete or p.payload ? 'OpenHouseEndTime' then x."OpenHouseEndTime" else t.end_time end,
      status = case when p.is_complete or p.payload ? 'OpenHouseStatus' then x."OpenHouseStatus" else t.status end,
      type = case when p.is_complete or p.payload ? 'OpenHouseType' then x."OpenHouseType" else t.type end,
      remarks = case when p.is_complete or p.payload ? 'OpenHouseRemarks' then x."OpenHouseRemarks" else t.remarks end,
      needs_appointment = case when p.is_complete or p.payload ? 'AppointmentRequiredYN' then x."AppointmentRequiredYN" else t.needs_appointment end,
      livestream_url = case when p.is_complete or p.payload ? 'LivestreamOpenHouseURL' then x."LivestreamOpenHouseURL" else t.livestream_url end,
      showing_agent_key = case when p.is_complete or p.payload ? 'ShowingAgentKey' then x."ShowingAgentKey" else t.showing_agent_key end,
      origin_etl_ts = case when p.is_complete or p.payload ? 'etl_timestamp' then x.etl_timestamp else t.origin_etl_ts end,
      origin_etl_batch_id = case when p.is_complete or p.payload ? 'etl_batch_id' then x.etl_batch_id else t.origin_etl_batch_id end,
      extensions = case when p.is_complete then jsonb_strip_nulls(p.payload - '{"OpenHouseKey","OpenHouseId","ListingKey","OpenHouseDate","OpenHouseStartTime","OpenHouseEndTime","OpenHouseStatus","OpenHouseType","OpenHouseRemarks","AppointmentRequiredYN","LivestreamOpenHouseURL","ShowingAgentKey","ModificationTimestamp","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[]) else jsonb_strip_nulls(t.extensions || (p.payload - '{"OpenHouseKey","OpenHouseId","ListingKey","OpenHouseDate","OpenHouseStartTime","OpenHouseEndTime","OpenHouseStatus","OpenHouseType","OpenHouseRemarks","AppointmentRequiredYN","LivestreamOpenHouseURL","ShowingAgentKey","ModificationTimestamp","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[])) end
    from decided p cross join lateral jsonb_to_record(p.payload) as x (
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
      "ModificationTimestamp" timestamptz,
      "OriginatingSystemID" text,
      "OriginatingSystemKey" text,
      "OriginatingSystemName" text,
      "SourceSystemID" text,
      "SourceSystemKey" text,
      "SourceSystemName" text,
      "OriginatingSystemOfficeKey" text,
      etl_timestamp timestamptz,
      etl_batch_id text)
    where p.outcome = 'refresh' and t.id = p.id
  ),
  taken as (
    update public.mls_open_houses t set delivered_by = context ->> 'source'
    from decided p
    where p.outcome = 'unchanged' and t.id = p.id and t.delivered_by is distinct from coalesce(context ->> 'source', t.delivered_by)
  )
  select coalesce(jsonb_agg(mls.merge_result(p.ordinal, p.record_key, p.outcome, p.reason, i.warnings,
    case when p.reason = 'key_conflict' then mls.office_conflict('open_house', p.record_key, p.office_key) else i.errors end) order by p.ordinal), '[]')
  into results
  from decided p join incoming i on i.ordinal = p.ordinal;
  return results;
end $$;
comment on function mls.merge_open_house(jsonb, jsonb) is
  'Merges gold OpenHouse records [{r, e, w}]; the source always wins. Answers one result per record, in input order. Internal: call mls.ingest_batch().';

create or replace function mls.merge_property_rooms(rows jsonb, context jsonb) returns jsonb
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
    select i.ordinal, nullif(i.r ->> 'RoomKey', '') as record_key, o.office_key, o.tenant_id, o.origin_system, 'ModificationTimestamp' as time_field,
      case when i.r ->> 'ModificationTimestamp' ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}' and pg_input_is_valid(i.r ->> 'ModificationTimestamp', 'timestamptz') then case when (i.r ->> 'ModificationTimestamp')::timestamptz <= now() + interval '10 minutes' then (i.r ->> 'ModificationTimestamp')::timestamptz end end as source_time,
      mls.reject_reason(i.r ->> 'RoomKey', i.r ->> 'OriginatingSystemOfficeKey', o.office_key, i.errors, context) as reason
    from incoming i
    left join mls.market_offices o on o.name = i.r ->> 'OriginatingSystemOfficeKey'
  ),
  locked as materialized (
    select t.id, t.origin_room_key as record_key, t.tenant_id, t.origin_hash, t.origin_modified_ts, t.origin_deleted, t.originating_office_key
    from public.mls_property_rooms t
    where t.origin_room_key = any (array(select k.record_key from keyed k))
    order by t.id
    for no key update
  ),
  decided as materialized (
    select c.*, case
      when (c.id is not null and c.reason is distinct from 'key_conflict') and not (true) then 'skip'
      when c.reason is not null then 'reject'
      when not (c.age = 1) or (c.source_time < c.previous_time) is true then 'stale'
      when not (c.id is not null and c.reason is distinct from 'key_conflict') then 'insert'
      when (c.content_hash = c.previous_hash and not c.origin_deleted) is true then 'unchanged'
      when false then 'track'
      else 'refresh'
    end as outcome
    from (
      select k.ordinal, k.record_key, k.office_key, k.tenant_id, k.origin_system, k.source_time, r.reason, t.id as id, coalesce(t.origin_deleted, false) as origin_deleted,
        t.origin_hash as previous_hash, case when t.origin_modified_ts <= now() + interval '10 minutes' then t.origin_modified_ts end as previous_time, i.r as payload,
        i.r ?& '{"RoomKey","ListingKey","ListingId","RoomType","RoomLevel","RoomDescription","RoomFeatures","RoomArea","RoomAreaUnits","RoomAreaSource","RoomDimensions","RoomLength","RoomWidth","RoomLengthWidthUnits","RoomLengthWidthSource","BedroomClosetType","ModificationTimestamp","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[] as is_complete,
        md5((i.r - ('{etl_timestamp,etl_batch_id}'::text[] || k.time_field))::text) as content_hash,
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
    insert into public.mls_property_rooms (tenant_id, origin_room_key, originating_office_key, origin_hash, origin_modified_ts, origin_deleted, delivered_by, listing_id, listing_key, type, level, description, features, area, area_units, length, width, length_units, origin_etl_ts, origin_etl_batch_id, extensions)
    select p.tenant_id, p.record_key,
      p.office_key,
      p.content_hash,
      p.source_time,
      false,
      context ->> 'source',
      (select l.id from (select l.id, l.tenant_id from public.mls_listings l where l.origin_key = x."ListingKey" offset 0) l where l.tenant_id = p.tenant_id),
      x."ListingKey",
      x."RoomType",
      x."RoomLevel",
      x."RoomDescription",
      x."RoomFeatures",
      x."RoomArea",
      x."RoomAreaUnits",
      x."RoomLength",
      x."RoomWidth",
      x."RoomLengthWidthUnits",
      x.etl_timestamp,
      x.etl_batch_id,
      jsonb_strip_nulls(p.payload - '{"RoomKey","ListingKey","RoomType","RoomLevel","RoomDescription","RoomFeatures","RoomArea","RoomAreaUnits","RoomLength","RoomWidth","RoomLengthWidthUnits","ModificationTimestamp","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[])
    from decided p cross join lateral jsonb_to_record(p.payload) as x (
      "RoomKey" text,
      "ListingKey" text,
      "ListingId" text,
      "RoomType" text,
      "RoomLevel" text,
      "RoomDescription" text,
      "RoomFeatures" text,
      "RoomArea" numeric(18,2),
      "RoomAreaUnits" text,
      "RoomAreaSource" text,
      "RoomDimensions" text,
      "RoomLength" numeric(18,2),
      "RoomWidth" numeric(18,2),
      "RoomLengthWidthUnits" text,
      "RoomLengthWidthSource" text,
      "BedroomClosetType" text,
      "ModificationTimestamp" timestamptz,
      "OriginatingSystemOfficeKey" text,
      etl_timestamp timestamptz,
      etl_batch_id text)
    where p.outcome = 'insert'
    order by p.ordinal
  ),
  refreshed as (
    update public.mls_property_rooms t set
      origin_room_key = p.record_key,
      originating_office_key = p.office_key,
      origin_hash = p.content_hash,
      origin_modified_ts = coalesce(p.source_time, p.previous_time),
      origin_deleted = false,
      delivered_by = coalesce(context ->> 'source', t.delivered_by),
      listing_id = (select l.id from (select l.id, l.tenant_id from public.mls_listings l where l.origin_key = x."ListingKey" offset 0) l where l.tenant_id = p.tenant_id),
      listing_key = case when p.is_complete or p.payload ? 'ListingKey' then x."ListingKey" else t.listing_key end,
      type = case when p.is_complete or p.payload ? 'RoomType' then x."RoomType" else t.type end,
      level = case when p.is_complete or p.payload ? 'RoomLevel' then x."RoomLevel" else t.level end,
      description = case when p.is_complete or p.payload ? 'RoomDescription' then x."RoomDescription" else t.description end,
      features = case when p.is_complete or p.payload ? 'RoomFeatures' then x."RoomFeatures" else t.features end,
      area = case when p.is_complete or p.payload ? 'RoomArea' then x."RoomArea" else t.area end,
      area_units = case when p.is_complete or p.payload ? 'RoomAreaUnits' then x."RoomAreaUnits" else t.area_units end,
      length = case when p.is_complete or p.payload ? 'RoomLength' then x."RoomLength" else t.length end,
      width = case when p.is_complete or p.payload ? 'RoomWidth' then x."RoomWidth" else t.width end,
      length_units = case when p.is_complete or p.payload ? 'RoomLengthWidthUnits' then x."RoomLengthWidthUnits" else t.length_units end,
      origin_etl_ts = case when p.is_complete or p.payload ? 'etl_timestamp' then x.etl_timestamp else t.origin_etl_ts end,
      origin_etl_batch_id = case when p.is_complete or p.payload ? 'etl_batch_id' then x.etl_batch_id else t.origin_etl_batch_id end,
      extensions = case when p.is_complete then jsonb_strip_nulls(p.payload - '{"RoomKey","ListingKey","RoomType","RoomLevel","RoomDescription","RoomFeatures","RoomArea","RoomAreaUnits","RoomLength","RoomWidth","RoomLengthWidthUnits","ModificationTimestamp","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[]) else jsonb_strip_nulls(t.extensions || (p.payload - '{"RoomKey","ListingKey","RoomType","RoomLevel","RoomDescription","RoomFeatures","RoomArea","RoomAreaUnits","RoomLength","RoomWidth","RoomLengthWidthUnits","ModificationTimestamp","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[])) end
    from decided p cross join lateral jsonb_to_record(p.payload) as x (
      "RoomKey" text,
      "ListingKey" text,
      "ListingId" text,
      "RoomType" text,
      "RoomLevel" text,
      "RoomDescription" text,
      "RoomFeatures" text,
      "RoomArea" numeric(18,2),
      "RoomAreaUnits" text,
      "RoomAreaSource" text,
      "RoomDimensions" text,
      "RoomLength" numeric(18,2),
      "RoomWidth" numeric(18,2),
      "RoomLengthWidthUnits" text,
      "RoomLengthWidthSource" text,
      "BedroomClosetType" text,
      "ModificationTimestamp" timestamptz,
      "OriginatingSystemOfficeKey" text,
      etl_timestamp timestamptz,
      etl_batch_id text)
    where p.outcome = 'refresh' and t.id = p.id
  ),
  taken as (
    update public.mls_property_rooms t set delivered_by = context ->> 'source'
    from decided p
    where p.outcome = 'unchanged' and t.id = p.id and t.delivered_by is distinct from coalesce(context ->> 'source', t.delivered_by)
  )
  select coalesce(jsonb_agg(mls.merge_result(p.ordinal, p.record_key, p.outcome, p.reason, i.warnings,
    case when p.reason = 'key_conflict' then mls.office_conflict('property_rooms', p.record_key, p.office_key) else i.errors end) order by p.ordinal), '[]')
  into results
  from decided p join incoming i on i.ordinal = p.ordinal;
  return results;
end $$;
comment on function mls.merge_property_rooms(jsonb, jsonb) is
  'Merges gold PropertyRooms records [{r, e, w}]; the source always wins. Answers one result per record, in input order. Internal: call mls.ingest_batch().';

create or replace function mls.merge_property_unit_types(rows jsonb, context jsonb) returns jsonb
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
    select i.ordinal, nullif(i.r ->> 'UnitTypeKey', '') as record_key, o.office_key, o.tenant_id, o.origin_system, 'ModificationTimestamp' as time_field,
      case when i.r ->> 'ModificationTimestamp' ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}' and pg_input_is_valid(i.r ->> 'ModificationTimestamp', 'timestamptz') then case when (i.r ->> 'ModificationTimestamp')::timestamptz <= now() + interval '10 minutes' then (i.r ->> 'ModificationTimestamp')::timestamptz end end as source_time,
      mls.reject_reason(i.r ->> 'UnitTypeKey', i.r ->> 'OriginatingSystemOfficeKey', o.office_key, i.errors, context) as reason
    from incoming i
    left join mls.market_offices o on o.name = i.r ->> 'OriginatingSystemOfficeKey'
  ),
  locked as materialized (
    select t.id, t.origin_unit_type_key as record_key, t.tenant_id, t.origin_hash, t.origin_modified_ts, t.origin_deleted, t.originating_office_key
    from public.mls_property_unit_types t
    where t.origin_unit_type_key = any (array(select k.record_key from keyed k))
    order by t.id
    for no key update
  ),
  decided as materialized (
    select c.*, case
      when (c.id is not null and c.reason is distinct from 'key_conflict') and not (true) then 'skip'
      when c.reason is not null then 'reject'
      when not (c.age = 1) or (c.source_time < c.previous_time) is true then 'stale'
      when not (c.id is not null and c.reason is distinct from 'key_conflict') then 'insert'
      when (c.content_hash = c.previous_hash and not c.origin_deleted) is true then 'unchanged'
      when false then 'track'
      else 'refresh'
    end as outcome
    from (
      select k.ordinal, k.record_key, k.office_key, k.tenant_id, k.origin_system, k.source_time, r.reason, t.id as id, coalesce(t.origin_deleted, false) as origin_deleted,
        t.origin_hash as previous_hash, case when t.origin_modified_ts <= now() + interval '10 minutes' then t.origin_modified_ts end as previous_time, i.r as payload,
        i.r ?& '{"UnitTypeKey","ListingKey","ListingId","UnitTypeType","UnitTypeDescription","UnitTypeUnitsTotal","UnitTypeBedsTotal","UnitTypeBathsTotal","UnitTypeFurnished","UnitTypeGarageSpaces","UnitTypeGarageAttachedYN","UnitTypeActualRent","UnitTypeTotalRent","UnitTypeProForma","ModificationTimestamp","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[] as is_complete,
        md5((i.r - ('{etl_timestamp,etl_batch_id}'::text[] || k.time_field))::text) as content_hash,
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
    insert into public.mls_property_unit_types (tenant_id, origin_unit_type_key, originating_office_key, origin_hash, origin_modified_ts, origin_deleted, delivered_by, listing_id, listing_key, type, description, units, bedrooms, bathrooms, furnished, actual_rent, total_rent, origin_etl_ts, origin_etl_batch_id, extensions)
    select p.tenant_id, p.record_key,
      p.office_key,
      p.content_hash,
      p.source_time,
      false,
      context ->> 'source',
      (select l.id from (select l.id, l.tenant_id from public.mls_listings l where l.origin_key = x."ListingKey" offset 0) l where l.tenant_id = p.tenant_id),
      x."ListingKey",
      x."UnitTypeType",
      x."UnitTypeDescription",
      x."UnitTypeUnitsTotal",
      x."UnitTypeBedsTotal",
      x."UnitTypeBathsTotal",
      x."UnitTypeFurnished",
      x."UnitTypeActualRent",
      x."UnitTypeTotalRent",
      x.etl_timestamp,
      x.etl_batch_id,
      jsonb_strip_nulls(p.payload - '{"UnitTypeKey","ListingKey","UnitTypeType","UnitTypeDescription","UnitTypeUnitsTotal","UnitTypeBedsTotal","UnitTypeBathsTotal","UnitTypeFurnished","UnitTypeActualRent","UnitTypeTotalRent","ModificationTimestamp","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[])
    from decided p cross join lateral jsonb_to_record(p.payload) as x (
      "UnitTypeKey" text,
      "ListingKey" text,
      "ListingId" text,
      "UnitTypeType" text,
      "UnitTypeDescription" text,
      "UnitTypeUnitsTotal" integer,
      "UnitTypeBedsTotal" integer,
      "UnitTypeBathsTotal" integer,
      "UnitTypeFurnished" text,
      "UnitTypeGarageSpaces" numeric(18,2),
      "UnitTypeGarageAttachedYN" boolean,
      "UnitTypeActualRent" numeric(18,2),
      "UnitTypeTotalRent" numeric(18,2),
      "UnitTypeProForma" integer,
      "ModificationTimestamp" timestamptz,
      "OriginatingSystemOfficeKey" text,
      etl_timestamp timestamptz,
      etl_batch_id text)
    where p.outcome = 'insert'
    order by p.ordinal
  ),
  refreshed as (
    update public.mls_property_unit_types t set
      origin_unit_type_key = p.record_key,
      originating_office_key = p.office_key,
      origin_hash = p.content_hash,
      origin_modified_ts = coalesce(p.source_time, p.previous_time),
      origin_deleted = false,
      delivered_by = coalesce(context ->> 'source', t.delivered_by),
      listing_id = (select l.id from (select l.id, l.tenant_id from public.mls_listings l where l.origin_key = x."ListingKey" offset 0) l where l.tenant_id = p.tenant_id),
      listing_key = case when p.is_complete or p.payload ? 'ListingKey' then x."ListingKey" else t.listing_key end,
      type = case when p.is_complete or p.payload ? 'UnitTypeType' then x."UnitTypeType" else t.type end,
      description = case when p.is_complete or p.payload ? 'UnitTypeDescription' then x."UnitTypeDescription" else t.description end,
      units = case when p.is_complete or p.payload ? 'UnitTypeUnitsTotal' then x."UnitTypeUnitsTotal" else t.units end,
      bedrooms = case when p.is_complete or p.payload ? 'UnitTypeBedsTotal' then x."UnitTypeBedsTotal" else t.bedrooms end,
      bathrooms = case when p.is_complete or p.payload ? 'UnitTypeBathsTotal' then x."UnitTypeBathsTotal" else t.bathrooms end,
      furnished = case when p.is_complete or p.payload ? 'UnitTypeFurnished' then x."UnitTypeFurnished" else t.furnished end,
      actual_rent = case when p.is_complete or p.payload ? 'UnitTypeActualRent' then x."UnitTypeActualRent" else t.actual_rent end,
      total_rent = case when p.is_complete or p.payload ? 'UnitTypeTotalRent' then x."UnitTypeTotalRent" else t.total_rent end,
      origin_etl_ts = case when p.is_complete or p.payload ? 'etl_timestamp' then x.etl_timestamp else t.origin_etl_ts end,
      origin_etl_batch_id = case when p.is_complete or p.payload ? 'etl_batch_id' then x.etl_batch_id else t.origin_etl_batch_id end,
      extensions = case when p.is_complete then jsonb_strip_nulls(p.payload - '{"UnitTypeKey","ListingKey","UnitTypeType","UnitTypeDescription","UnitTypeUnitsTotal","UnitTypeBedsTotal","UnitTypeBathsTotal","UnitTypeFurnished","UnitTypeActualRent","UnitTypeTotalRent","ModificationTimestamp","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[]) else jsonb_strip_nulls(t.extensions || (p.payload - '{"UnitTypeKey","ListingKey","UnitTypeType","UnitTypeDescription","UnitTypeUnitsTotal","UnitTypeBedsTotal","UnitTypeBathsTotal","UnitTypeFurnished","UnitTypeActualRent","UnitTypeTotalRent","ModificationTimestamp","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[])) end
    from decided p cross join lateral jsonb_to_record(p.payload) as x (
      "UnitTypeKey" text,
      "ListingKey" text,
      "ListingId" text,
      "UnitTypeType" text,
      "UnitTypeDescription" text,
      "UnitTypeUnitsTotal" integer,
      "UnitTypeBedsTotal" integer,
      "UnitTypeBathsTotal" integer,
      "UnitTypeFurnished" text,
      "UnitTypeGarageSpaces" numeric(18,2),
      "UnitTypeGarageAttachedYN" boolean,
      "UnitTypeActualRent" numeric(18,2),
      "UnitTypeTotalRent" numeric(18,2),
      "UnitTypeProForma" integer,
      "ModificationTimestamp" timestamptz,
      "OriginatingSystemOfficeKey" text,
      etl_timestamp timestamptz,
      etl_batch_id text)
    where p.outcome = 'refresh' and t.id = p.id
  ),
  taken as (
    update public.mls_property_unit_types t set delivered_by = context ->> 'source'
    from decided p
    where p.outcome = 'unchanged' and t.id = p.id and t.delivered_by is distinct from coalesce(context ->> 'source', t.delivered_by)
  )
  select coalesce(jsonb_agg(mls.merge_result(p.ordinal, p.record_key, p.outcome, p.reason, i.warnings,
    case when p.reason = 'key_conflict' then mls.office_conflict('property_unit_types', p.record_key, p.office_key) else i.errors end) order by p.ordinal), '[]')
  into results
  from decided p join incoming i on i.ordinal = p.ordinal;
  return results;
end $$;
comment on function mls.merge_property_unit_types(jsonb, jsonb) is
  'Merges gold PropertyUnitTypes records [{r, e, w}]; the source always wins. Answers one result per record, in input order. Internal: call mls.ingest_batch().';

create or replace function mls.merge_teams(rows jsonb, context jsonb) returns jsonb
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
    select i.ordinal, nullif(i.r ->> 'TeamKey', '') as record_key, o.office_key, o.tenant_id, o.origin_system, 'ModificationTimestamp' as time_field,
      case when i.r ->> 'ModificationTimestamp' ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}' and pg_input_is_valid(i.r ->> 'ModificationTimestamp', 'timestamptz') then case when (i.r ->> 'ModificationTimestamp')::timestamptz <= now() + interval '10 minutes' then (i.r ->> 'ModificationTimestamp')::timestamptz end end as source_time,
      mls.reject_reason(i.r ->> 'TeamKey', i.r ->> 'OriginatingSystemOfficeKey', o.office_key, i.errors, context) as reason
    from incoming i
    left join mls.market_offices o on o.name = i.r ->> 'OriginatingSystemOfficeKey'
  ),
  locked as materialized (
    select t.id, t.origin_team_key as record_key, t.tenant_id, t.origin_hash, t.origin_modified_ts, t.origin_deleted, t.originating_office_key
    from public.mls_teams t
    where t.origin_team_key = any (array(select k.record_key from keyed k))
    order by t.id
    for no key update
  ),
  decided as materialized (
    select c.*, case
      when (c.id is not null and c.reason is distinct from 'key_conflict') and not (true) then 'skip'
      when c.reason is not null then 'reject'
      when not (c.age = 1) or (c.source_time < c.previous_time) is true then 'stale'
      when not (c.id is not null and c.reason is distinct from 'key_conflict') then 'insert'
      when (c.content_hash = c.previous_hash and not c.origin_deleted) is true then 'unchanged'
      when false then 'track'
      else 'refresh'
    end as outcome
    from (
      select k.ordinal, k.record_key, k.office_key, k.tenant_id, k.origin_system, k.source_time, r.reason, t.id as id, coalesce(t.origin_deleted, false) as origin_deleted,
        t.origin_hash as previous_hash, case when t.origin_modified_ts <= now() + interval '10 minutes' then t.origin_modified_ts end as previous_time, i.r as payload,
        i.r ?& '{"TeamKey","TeamName","TeamStatus","TeamDescription","TeamLeadKey","TeamLeadMlsId","TeamLeadStateLicense","TeamLeadStateLicenseState","TeamLeadNationalAssociationId","TeamEmail","TeamPreferredPhone","TeamPreferredPhoneExt","TeamOfficePhone","TeamOfficePhoneExt","TeamDirectPhone","TeamMobilePhone","TeamTollFreePhone","TeamFax","TeamAddress1","TeamAddress2","TeamCity","TeamCountyOrParish","TeamStateOrProvince","TeamPostalCode","TeamPostalCodePlus4","TeamCountry","OriginalEntryTimestamp","ModificationTimestamp","OriginatingSystemID","OriginatingSystemKey","OriginatingSystemName","SourceSystemID","SourceSystemKey","SourceSystemName","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[] as is_complete,
        md5((i.r - ('{etl_timestamp,etl_batch_id}'::text[] || k.time_field))::text) as content_hash,
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
    insert into public.mls_teams (tenant_id, origin_team_key, originating_office_key, origin_hash, origin_modified_ts, origin_deleted, delivered_by, name, status, description, lead_key, email, preferred_phone, city, origin_etl_ts, origin_etl_batch_id, extensions)
    select p.tenant_id, p.record_key,
      p.office_key,
      p.content_hash,
      p.source_time,
      false,
      context ->> 'source',
      x."TeamName",
      x."TeamStatus",
      x."TeamDescription",
      x."TeamLeadKey",
      x."TeamEmail",
      x."TeamPreferredPhone",
      x."TeamCity",
      x.etl_timestamp,
      x.etl_batch_id,
      jsonb_strip_nulls(p.payload - '{"TeamKey","TeamName","TeamStatus","TeamDescription","TeamLeadKey","TeamEmail","TeamPreferredPhone","TeamCity","ModificationTimestamp","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[])
    from decided p cross join lateral jsonb_to_record(p.payload) as x (
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
      "ModificationTimestamp" timestamptz,
      "OriginatingSystemID" text,
      "OriginatingSystemKey" text,
      "OriginatingSystemName" text,
      "SourceSystemID" text,
      "SourceSystemKey" text,
      "SourceSystemName" text,
      "OriginatingSystemOfficeKey" text,
      etl_timestamp timestamptz,
      etl_batch_id text)
    where p.outcome = 'insert'
    order by p.ordinal
  ),
  refreshed as (
    update public.mls_teams t set
      origin_team_key = p.record_key,
      originating_office_key = p.office_key,
      origin_hash = p.content_hash,
      origin_modified_ts = coalesce(p.source_time, p.previous_time),
      origin_deleted = false,
      delivered_by = coalesce(context ->> 'source', t.delivered_by),
      name = case when p.is_complete or p.payload ? 'TeamName' then x."TeamName" else t.name end,
      status = case when p.is_complete or p.payload ? 'TeamStatus' then x."TeamStatus" else t.status end,
      description = case when p.is_complete or p.payload ? 'TeamDescription' then x."TeamDescription" else t.description end,
      lead_key = case when p.is_complete or p.payload ? 'TeamLeadKey' then x."TeamLeadKey" else t.lead_key end,
      email = case when p.is_complete or p.payload ? 'TeamEmail' then x."TeamEmail" else t.email end,
      preferred_phone = case when p.is_complete or p.payload ? 'TeamPreferredPhone' then x."TeamPreferredPhone" else t.preferred_phone end,
      city = case when p.is_complete or p.payload ? 'TeamCity' then x."TeamCity" else t.city end,
      origin_etl_ts = case when p.is_complete or p.payload ? 'etl_timestamp' then x.etl_timestamp else t.origin_etl_ts end,
      origin_etl_batch_id = case when p.is_complete or p.payload ? 'etl_batch_id' then x.etl_batch_id else t.origin_etl_batch_id end,
      extensions = case when p.is_complete then jsonb_strip_nulls(p.payload - '{"TeamKey","TeamName","TeamStatus","TeamDescription","TeamLeadKey","TeamEmail","TeamPreferredPhone","TeamCity","ModificationTimestamp","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[]) else jsonb_strip_nulls(t.extensions || (p.payload - '{"TeamKey","TeamName","TeamStatus","TeamDescription","TeamLeadKey","TeamEmail","TeamPreferredPhone","TeamCity","ModificationTimestamp","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[])) end
    from decided p cross join lateral jsonb_to_record(p.payload) as x (
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
      "ModificationTimestamp" timestamptz,
      "OriginatingSystemID" text,
      "OriginatingSystemKey" text,
      "OriginatingSystemName" text,
      "SourceSystemID" text,
      "SourceSystemKey" text,
      "SourceSystemName" text,
      "OriginatingSystemOfficeKey" text,
      etl_timestamp timestamptz,
      etl_batch_id text)
    where p.outcome = 'refresh' and t.id = p.id
  ),
  taken as (
    update public.mls_teams t set delivered_by = context ->> 'source'
    from decided p
    where p.outcome = 'unchanged' and t.id = p.id and t.delivered_by is distinct from coalesce(context ->> 'source', t.delivered_by)
  )
  select coalesce(jsonb_agg(mls.merge_result(p.ordinal, p.record_key, p.outcome, p.reason, i.warnings,
    case when p.reason = 'key_conflict' then mls.office_conflict('teams', p.record_key, p.office_key) else i.errors end) order by p.ordinal), '[]')
  into results
  from decided p join incoming i on i.ordinal = p.ordinal;
  return results;
end $$;
comment on function mls.merge_teams(jsonb, jsonb) is
  'Merges gold Teams records [{r, e, w}]; the source always wins. Answers one result per record, in input order. Internal: call mls.ingest_batch().';

create or replace function mls.merge_team_members(rows jsonb, context jsonb) returns jsonb
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
    select i.ordinal, nullif(i.r ->> 'TeamMemberKey', '') as record_key, o.office_key, o.tenant_id, o.origin_system, 'ModificationTimestamp' as time_field,
      case when i.r ->> 'ModificationTimestamp' ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}' and pg_input_is_valid(i.r ->> 'ModificationTimestamp', 'timestamptz') then case when (i.r ->> 'ModificationTimestamp')::timestamptz <= now() + interval '10 minutes' then (i.r ->> 'ModificationTimestamp')::timestamptz end end as source_time,
      mls.reject_reason(i.r ->> 'TeamMemberKey', i.r ->> 'OriginatingSystemOfficeKey', o.office_key, i.errors, context) as reason
    from incoming i
    left join mls.market_offices o on o.name = i.r ->> 'OriginatingSystemOfficeKey'
  ),
  locked as materialized (
    select t.id, t.origin_team_member_key as record_key, t.tenant_id, t.origin_hash, t.origin_modified_ts, t.origin_deleted, t.originating_office_key
    from public.mls_team_members t
    where t.origin_team_member_key = any (array(select k.record_key from keyed k))
    order by t.id
    for no key update
  ),
  decided as materialized (
    select c.*, case
      when (c.id is not null and c.reason is distinct from 'key_conflict') and not (true) then 'skip'
      when c.reason is not null then 'reject'
      when not (c.age = 1) or (c.source_time < c.previous_time) is true then 'stale'
      when not (c.id is not null and c.reason is distinct from 'key_conflict') then 'insert'
      when (c.content_hash = c.previous_hash and not c.origin_deleted) is true then 'unchanged'
      when false then 'track'
      else 'refresh'
    end as outcome
    from (
      select k.ordinal, k.record_key, k.office_key, k.tenant_id, k.origin_system, k.source_time, r.reason, t.id as id, coalesce(t.origin_deleted, false) as origin_deleted,
        t.origin_hash as previous_hash, case when t.origin_modified_ts <= now() + interval '10 minutes' then t.origin_modified_ts end as previous_time, i.r as payload,
        i.r ?& '{"TeamMemberKey","TeamKey","MemberKey","MemberMlsId","TeamMemberType","TeamMemberStateLicense","TeamMemberNationalAssociationId","OriginalEntryTimestamp","ModificationTimestamp","OriginatingSystemID","OriginatingSystemKey","OriginatingSystemName","SourceSystemID","SourceSystemKey","SourceSystemName","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[] as is_complete,
        md5((i.r - ('{etl_timestamp,etl_batch_id}'::text[] || k.time_field))::text) as content_hash,
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
    insert into public.mls_team_members (tenant_id, origin_team_member_key, originating_office_key, origin_hash, origin_modified_ts, origin_deleted, delivered_by, team_key, member_key, type, origin_etl_ts, origin_etl_batch_id, extensions)
    select p.tenant_id, p.record_key,
      p.office_key,
      p.content_hash,
      p.source_time,
      false,
      context ->> 'source',
      x."TeamKey",
      x."MemberKey",
      x."TeamMemberType",
      x.etl_timestamp,
      x.etl_batch_id,
      jsonb_strip_nulls(p.payload - '{"TeamMemberKey","TeamKey","MemberKey","TeamMemberType","ModificationTimestamp","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[])
    from decided p cross join lateral jsonb_to_record(p.payload) as x (
      "TeamMemberKey" text,
      "TeamKey" text,
      "MemberKey" text,
      "MemberMlsId" text,
      "TeamMemberType" text,
      "TeamMemberStateLicense" text,
      "TeamMemberNationalAssociationId" text,
      "OriginalEntryTimestamp" timestamptz,
      "ModificationTimestamp" timestamptz,
      "OriginatingSystemID" text,
      "OriginatingSystemKey" text,
      "OriginatingSystemName" text,
      "SourceSystemID" text,
      "SourceSystemKey" text,
      "SourceSystemName" text,
      "OriginatingSystemOfficeKey" text,
      etl_timestamp timestamptz,
      etl_batch_id text)
    where p.outcome = 'insert'
    order by p.ordinal
  ),
  refreshed as (
    update public.mls_team_members t set
      origin_team_member_key = p.record_key,
      originating_office_key = p.office_key,
      origin_hash = p.content_hash,
      origin_modified_ts = coalesce(p.source_time, p.previous_time),
      origin_deleted = false,
      delivered_by = coalesce(context ->> 'source', t.delivered_by),
      team_key = case when p.is_complete or p.payload ? 'TeamKey' then x."TeamKey" else t.team_key end,
      member_key = case when p.is_complete or p.payload ? 'MemberKey' then x."MemberKey" else t.member_key end,
      type = case when p.is_complete or p.payload ? 'TeamMemberType' then x."TeamMemberType" else t.type end,
      origin_etl_ts = case when p.is_complete or p.payload ? 'etl_timestamp' then x.etl_timestamp else t.origin_etl_ts end,
      origin_etl_batch_id = case when p.is_complete or p.payload ? 'etl_batch_id' then x.etl_batch_id else t.origin_etl_batch_id end,
      extensions = case when p.is_complete then jsonb_strip_nulls(p.payload - '{"TeamMemberKey","TeamKey","MemberKey","TeamMemberType","ModificationTimestamp","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[]) else jsonb_strip_nulls(t.extensions || (p.payload - '{"TeamMemberKey","TeamKey","MemberKey","TeamMemberType","ModificationTimestamp","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[])) end
    from decided p cross join lateral jsonb_to_record(p.payload) as x (
      "TeamMemberKey" text,
      "TeamKey" text,
      "MemberKey" text,
      "MemberMlsId" text,
      "TeamMemberType" text,
      "TeamMemberStateLicense" text,
      "TeamMemberNationalAssociationId" text,
      "OriginalEntryTimestamp" timestamptz,
      "ModificationTimestamp" timestamptz,
      "OriginatingSystemID" text,
      "OriginatingSystemKey" text,
      "OriginatingSystemName" text,
      "SourceSystemID" text,
      "SourceSystemKey" text,
      "SourceSystemName" text,
      "OriginatingSystemOfficeKey" text,
      etl_timestamp timestamptz,
      etl_batch_id text)
    where p.outcome = 'refresh' and t.id = p.id
  ),
  taken as (
    update public.mls_team_members t set delivered_by = context ->> 'source'
    from decided p
    where p.outcome = 'unchanged' and t.id = p.id and t.delivered_by is distinct from coalesce(context ->> 'source', t.delivered_by)
  )
  select coalesce(jsonb_agg(mls.merge_result(p.ordinal, p.record_key, p.outcome, p.reason, i.warnings,
    case when p.reason = 'key_conflict' then mls.office_conflict('team_members', p.record_key, p.office_key) else i.errors end) order by p.ordinal), '[]')
  into results
  from decided p join incoming i on i.ordinal = p.ordinal;
  return results;
end $$;
comment on function mls.merge_team_members(jsonb, jsonb) is
  'Merges gold TeamMembers records [{r, e, w}]; the source always wins. Answers one result per record, in input order. Internal: call mls.ingest_batch().';

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
    select i.ordinal, nullif(i.r ->> 'ContactKey', '') as record_key, o.office_key, o.tenant_id, o.origin_system, o.time_field as time_field,
      case when i.r ->> o.time_field ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}' and pg_input_is_valid(i.r ->> o.time_field, 'timestamptz') then case when (i.r ->> o.time_field)::timestamptz <= now() + interval '10 minutes' then (i.r ->> o.time_field)::timestamptz end end as source_time,
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
    select c.*, case
      when (c.id is not null and c.reason is distinct from 'key_conflict') and not (true) then 'skip'
      when c.reason is not null then 'reject'
      when not (c.age = 1) or (c.source_time < c.previous_time) is true then 'stale'
      when not (c.id is not null and c.reason is distinct from 'key_conflict') then 'insert'
      when (c.content_hash = c.previous_hash and not c.origin_deleted) is true then 'unchanged'
      when false then 'track'
      else 'refresh'
    end as outcome
    from (
      select k.ordinal, k.record_key, k.office_key, k.tenant_id, k.origin_system, k.source_time, r.reason, coalesce(t.id, a.id) as id, coalesce(t.origin_deleted, false) as origin_deleted,
        t.origin_hash as previous_hash, case when t.origin_modified_ts <= now() + interval '10 minutes' then t.origin_modified_ts end as previous_time, i.r as payload,
        i.r ?& '{"ContactKey","ContactMlsId","ContactFirstName","ContactLastName","ContactFullName","ContactEmail","ContactEmail2","ContactPhone","ContactPhone2","ContactType","ContactStatus","ContactAddress1","ContactCity","ContactStateOrProvince","ContactPostalCode","ContactCountry","ContactNationality","ContactTitle","ContactBirthdate","ContactWebsite","ContactEntityType","ContactCompanyRegistrationNumber","ContactCompanyName","ContactAssignedToKey","X_QobrixContactId","X_QobrixContactRef","X_QobrixContactLegacyId","X_QobrixDescription","X_QobrixPreferredLanguage","X_QobrixContactPersonFirstName","X_QobrixContactPersonLastName","X_QobrixCreated","X_QobrixModified","X_QobrixCreatedBy","X_QobrixModifiedBy","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[] as is_complete,
        md5((i.r - ('{etl_timestamp,etl_batch_id}'::text[] || k.time_field))::text) as content_hash,
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
    insert into public.mls_contacts (tenant_id, origin_contact_key, originating_office_key, origin_hash, origin_modified_ts, origin_deleted, delivered_by, origin_system, origin_sync_ts, first_name, last_name, email, email_secondary, phone_mobile, phone_home, role_hint, status, address_line1, city, state, post_code, country, nationality, title, website, contact_type, registration_number, company_name, notes, preferred_language, origin_etl_ts, origin_etl_batch_id, extensions)
    select p.tenant_id, p.record_key,
      p.office_key,
      p.content_hash,
      p.source_time,
      false,
      context ->> 'source',
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
      origin_modified_ts = coalesce(p.source_time, p.previous_time),
      origin_deleted = false,
      delivered_by = coalesce(context ->> 'source', t.delivered_by),
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
      extensions = case when p.is_complete then jsonb_strip_nulls(p.payload - '{"ContactKey","ContactFirstName","ContactLastName","ContactEmail","ContactEmail2","ContactPhone","ContactPhone2","ContactType","ContactStatus","ContactAddress1","ContactCity","ContactStateOrProvince","ContactPostalCode","ContactCountry","ContactNationality","ContactTitle","ContactWebsite","ContactEntityType","ContactCompanyRegistrationNumber","ContactCompanyName","X_QobrixDescription","X_QobrixPreferredLanguage","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[]) else jsonb_strip_nulls(t.extensions || (p.payload - '{"ContactKey","ContactFirstName","ContactLastName","ContactEmail","ContactEmail2","ContactPhone","ContactPhone2","ContactType","ContactStatus","ContactAddress1","ContactCity","ContactStateOrProvince","ContactPostalCode","ContactCountry","ContactNationality","ContactTitle","ContactWebsite","ContactEntityType","ContactCompanyRegistrationNumber","ContactCompanyName","X_QobrixDescription","X_QobrixPreferredLanguage","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[])) end
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
  ),
  taken as (
    update public.mls_contacts t set delivered_by = context ->> 'source'
    from decided p
    where p.outcome = 'unchanged' and t.id = p.id and t.delivered_by is distinct from coalesce(context ->> 'source', t.delivered_by)
  )
  select coalesce(jsonb_agg(mls.merge_result(p.ordinal, p.record_key, p.outcome, p.reason, i.warnings,
    case when p.reason = 'key_conflict' then mls.office_conflict('contacts', p.record_key, p.office_key) else i.errors end) order by p.ordinal), '[]')
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
    select i.ordinal, nullif(i.r ->> 'ShowingAppointmentKey', '') as record_key, o.office_key, o.tenant_id, o.origin_system, o.time_field as time_field,
      case when i.r ->> o.time_field ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}' and pg_input_is_valid(i.r ->> o.time_field, 'timestamptz') then case when (i.r ->> o.time_field)::timestamptz <= now() + interval '10 minutes' then (i.r ->> o.time_field)::timestamptz end end as source_time,
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
    select c.*, case
      when (c.id is not null and c.reason is distinct from 'key_conflict') and not (true) then 'skip'
      when c.reason is not null then 'reject'
      when not (c.age = 1) or (c.source_time < c.previous_time) is true then 'stale'
      when not (c.id is not null and c.reason is distinct from 'key_conflict') then 'insert'
      when (c.content_hash = c.previous_hash and not c.origin_deleted) is true then 'unchanged'
      when false then 'track'
      else 'refresh'
    end as outcome
    from (
      select k.ordinal, k.record_key, k.office_key, k.tenant_id, k.origin_system, k.source_time, r.reason, t.id as id, coalesce(t.origin_deleted, false) as origin_deleted,
        t.origin_hash as previous_hash, case when t.origin_modified_ts <= now() + interval '10 minutes' then t.origin_modified_ts end as previous_time, i.r as payload,
        i.r ?& '{"ShowingAppointmentKey","ListingKey","ShowingAgentKey","BuyerContactKey","ShowingDate","ShowingStartTime","ShowingEndTime","ShowingStatus","ShowingType","ShowingRemarks","ShowingFeedback","ShowingOutcome","X_QobrixViewingId","X_QobrixViewingRef","X_QobrixPropertyId","X_QobrixContactId","X_QobrixOwnerId","X_QobrixDateTime","X_QobrixDuration","X_QobrixLocation","X_QobrixCreated","X_QobrixModified","X_QobrixCreatedBy","X_QobrixModifiedBy","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[] as is_complete,
        md5((i.r - ('{etl_timestamp,etl_batch_id}'::text[] || k.time_field))::text) as content_hash,
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
    insert into public.mls_showings (tenant_id, origin_showing_key, originating_office_key, origin_hash, origin_modified_ts, origin_deleted, delivered_by, listing_id, listing_key, showing_agent_key, buyer_contact_key, showing_date, showing_start_time, showing_end_time, showing_status, showing_type, showing_remarks, showing_feedback, showing_outcome, origin_etl_ts, origin_etl_batch_id, extensions)
    select p.tenant_id, p.record_key,
      p.office_key,
      p.content_hash,
      p.source_time,
      false,
      context ->> 'source',
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
      origin_modified_ts = coalesce(p.source_time, p.previous_time),
      origin_deleted = false,
      delivered_by = coalesce(context ->> 'source', t.delivered_by),
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
      extensions = case when p.is_complete then jsonb_strip_nulls(p.payload - '{"ShowingAppointmentKey","ListingKey","ShowingAgentKey","BuyerContactKey","ShowingDate","ShowingStartTime","ShowingEndTime","ShowingStatus","ShowingType","ShowingRemarks","ShowingFeedback","ShowingOutcome","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[]) else jsonb_strip_nulls(t.extensions || (p.payload - '{"ShowingAppointmentKey","ListingKey","ShowingAgentKey","BuyerContactKey","ShowingDate","ShowingStartTime","ShowingEndTime","ShowingStatus","ShowingType","ShowingRemarks","ShowingFeedback","ShowingOutcome","OriginatingSystemOfficeKey","etl_timestamp","etl_batch_id"}'::text[])) end
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
  ),
  taken as (
    update public.mls_showings t set delivered_by = context ->> 'source'
    from decided p
    where p.outcome = 'unchanged' and t.id = p.id and t.delivered_by is distinct from coalesce(context ->> 'source', t.delivered_by)
  )
  select coalesce(jsonb_agg(mls.merge_result(p.ordinal, p.record_key, p.outcome, p.reason, i.warnings,
    case when p.reason = 'key_conflict' then mls.office_conflict('showing_appointment', p.record_key, p.office_key) else i.errors end) order by p.ordinal), '[]')
  into results
  from decided p join incoming i on i.ordinal = p.ordinal;
  return results;
end $$;
comment on function mls.merge_showing_appointment(jsonb, jsonb) is
  'Merges gold ShowingAppointment records [{r, e, w}]; the source always wins. Answers one result per record, in input order. Internal: call mls.ingest_batch().';
