import type { GoldRecord } from '../gold.ts'
import type { Home } from '../home.ts'
import { HOMES } from '../kinds.ts'
import type { Dialect } from '../spark.ts'

const ACRES_PER_SQUARE_METRE = 0.000247105

/** Rooms, areas (square metres, whatever the field is called), storeys and energy. */
export function buildingFields(home: Home, wire: Dialect): GoldRecord {
  return { ...rooms(home, wire), ...areas(home, wire), ...energy(home, wire) }
}

function rooms(home: Home, wire: Dialect): GoldRecord {
  const random = home.random('rooms')
  const dwelling = HOMES.includes(home.kind.family)
  const business = !dwelling && home.kind.family !== 'land'
  return {
    BedroomsTotal: wire.integer(home.bedrooms),
    BathroomsTotalInteger: wire.integer(home.bathrooms),
    BathroomsHalf: wire.integer(dwelling && random.chance(0.5) ? 1 : null),
    StoriesTotal: wire.integer(home.floors),
    Stories: wire.integer(home.floor),
    X_LivingRooms: wire.integer(dwelling ? random.int(1, 2) : null),
    X_Kitchens: wire.integer(dwelling ? 1 : null),
    X_KitchenType: wire.text(dwelling ? random.pick(['open_plan', 'separated']) : null),
    X_OfficeSpaces: wire.integer(business ? random.int(1, 20) : null),
    X_VerandasCount: wire.integer(dwelling ? random.int(0, 3) : null),
    X_CustomerParking: wire.integer(business ? random.int(0, 30) : null),
    X_Height: wire.decimal(home.kind.family === 'land' ? random.pick([8.3, 11.4, 13.5]) : null),
    X_MaxFloor: wire.integer(home.kind.family === 'land' ? random.int(1, 4) : null),
    X_FloorType: wire.text(
      dwelling ? random.pick(['marble', 'tiles', 'parquet', 'laminate', 'wooden_floors']) : null,
    ),
    X_ConstructionType: wire.text(
      random.chance(0.5) ? random.pick(['concrete', 'prefabricated', 'metal']) : null,
    ),
  }
}

function areas(home: Home, wire: Dialect): GoldRecord {
  const random = home.random('areas')
  const { living, plot } = home
  const verandas = living === null ? 0 : random.int(0, Math.round(living / 6))
  const open = living === null ? 0 : random.int(0, Math.round(living / 8))
  const some = (share: number, metres: number) =>
    wire.decimal(living !== null && random.chance(share) ? metres : null)
  return {
    LivingArea: wire.decimal(living),
    LivingAreaUnits: 'SquareMeters',
    LotSizeSquareFeet: wire.decimal(plot),
    LotSizeUnits: 'SquareMeters',
    LotSizeAcres: wire.decimal(plot === null ? null : plot * ACRES_PER_SQUARE_METRE, 4),
    X_CoveredArea: wire.decimal(living === null ? null : living + verandas),
    X_UncoveredArea: some(0.3, open),
    X_TotalArea: wire.decimal(living === null ? null : living + verandas + open),
    X_MezzanineArea: some(0.05, random.int(20, 80)),
    X_StorageArea: some(0.3, random.int(3, 20)),
    X_CoveredVerandas: some(0.7, verandas),
    X_UncoveredVerandas: some(0.5, open),
    X_GardenArea: wire.text(plot !== null && random.chance(0.4) ? `${Math.round(plot / 2)}` : null),
    X_RoofGardenArea: wire.text(living !== null && random.chance(0.1) ? `${random.int(20, 120)} m²` : null),
    X_Frontage: wire.decimal(plot !== null && random.chance(0.3) ? random.int(12, 60) : null),
  }
}

function energy(home: Home, wire: Dialect): GoldRecord {
  const random = home.random('energy')
  const built = home.kind.family !== 'land'
  const some = (share: number, value: string) => wire.text(built && random.chance(share) ? value : null)
  return {
    X_EnergyEfficiencyGrade: some(
      0.8,
      random.pick(['a', 'a_plus', 'b', 'b_plus', 'c', 'd', 'pending_certification']),
    ),
    X_EnergyConsumptionRating: some(0.2, random.pick(['A', 'B', 'C'])),
    X_EnergyConsumptionValue: some(0.2, `${random.int(40, 260)} kWh/m²`),
    X_EnergyEmissionRating: some(0.2, random.pick(['A', 'B', 'C'])),
    X_HeatingType: some(0.6, random.pick(['autonomous_heating_system', 'central_heating', 'none'])),
    X_HeatingMedium: some(
      0.5,
      random.pick(['underfloor_heating', 'fan_coil', 'heat_pump', 'petrol', 'solar']),
    ),
    X_CoolingType: some(0.5, random.pick(['autonomous_cooling_system', 'central_cooling'])),
    Heating: some(0.5, random.pick(['Central', 'Underfloor', '["heat_pump"]'])),
    Cooling: some(0.5, random.pick(['Split units', 'VRV', '["central_cooling"]'])),
  }
}
