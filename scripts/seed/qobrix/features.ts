import type { GoldRecord } from '../gold.ts'
import type { Home } from '../home.ts'
import { HOMES } from '../kinds.ts'
import type { Dialect } from '../spark.ts'

/** Text columns holding true or false, with the share of properties that answer yes. */
const FLAGS: Record<string, number> = {
  X_MountainView: 0.3,
  X_AbutsGreenArea: 0.1,
  X_ElevatedArea: 0.25,
  X_Elevator: 0.45,
  X_AirCondition: 0.8,
  X_Alarm: 0.2,
  X_SmartHome: 0.1,
  X_SolarWaterHeater: 0.6,
  X_StorageSpace: 0.5,
  X_MaidsRoom: 0.1,
  X_ConciergeReception: 0.06,
  X_SecureDoor: 0.3,
  X_Kitchenette: 0.1,
  X_HomeOffice: 0.15,
  X_SeparateLaundryRoom: 0.2,
  X_Reception: 0.1,
  X_StoreRoom: 0.4,
}

/** Texts that brokers choose or type, as lists with commas or, now and then, as JSON. */
const LISTS: Record<string, string[]> = {
  View: ['Sea View', 'Mountain View', 'City View', 'Garden View', 'Pool View', '["Sea View","City View"]'],
  PoolFeatures: ['Private', 'Communal', 'Overflow, heated', 'Infinity'],
  Flooring: ['Marble', 'Parquet', 'Ceramic tiles', 'Oak, limestone'],
  FireplaceFeatures: ['Wood burning', 'Gas'],
  WaterfrontFeatures: ['Beach front', 'Marina berth'],
  PatioAndPorchFeatures: ['Covered veranda', 'Roof garden', 'Patio, terrace'],
  OtherStructures: ['Guest house', 'Pergola'],
  AssociationAmenities: ['Gym', 'Pool, sauna', 'Tennis court'],
  Fencing: ['Stone wall', 'Metal'],
  X_AdditionalFeatures: ['Double glazing', 'Electric shutters, BBQ'],
  X_InteriorFeatures: ['Walk-in closet', 'Wine cellar, cinema room'],
  X_ExteriorFeatures: ['Landscaped garden', 'Outdoor shower'],
  X_CommunityFeatures: ['Gated community', 'Golf resort'],
  X_LotFeatures: ['Level plot', 'Sloping, corner'],
  X_SecurityFeatures: ['CCTV', 'Video entry phone'],
  X_Appliances: ['Oven, hob, fridge', 'Fully equipped'],
  X_Electricity: ['Available', 'Nearby'],
  X_ElectricityType: ['single_phase', 'three_phase', 'industrial'],
  X_Water: ['Municipal', 'Borehole'],
}

/** Comforts, views and furnishings. */
export function featureFields(home: Home, wire: Dialect): GoldRecord {
  const random = home.random('features')
  const built = home.kind.family !== 'land'
  const pool = built && random.chance(0.35)
  const ownPool = pool && home.kind.family === 'house'
  const flags = Object.entries(FLAGS).map(([field, share]) => {
    const answer = built && random.chance(0.85) ? random.chance(share) : null
    return [field, wire.flag(answer)]
  })
  const lists = Object.entries(LISTS).map(([field, values]) => {
    return [field, wire.text(random.chance(0.3) ? random.pick(values) : null)]
  })
  return {
    ...Object.fromEntries(flags),
    ...Object.fromEntries(lists),
    X_SeaView: wire.flag(home.town.waterside ? random.chance(0.6) : false),
    X_BeachFront: wire.flag(home.town.waterside ? random.chance(0.08) : null),
    X_PrivateSwimmingPool: wire.flag(built ? ownPool : null),
    X_CommonSwimmingPool: wire.flag(built ? pool && !ownPool : null),
    // Gold compares the source with words it never uses; what gets through are rare older records.
    Furnished: random.chance(0.03) ? random.pick(['Furnished', 'Unfurnished', 'Partially']) : null,
    PetsAllowed: wire.flag(
      HOMES.includes(home.kind.family) && random.chance(0.4) ? random.chance(0.5) : null,
    ),
    FireplaceYN: wire.boolean(built ? random.chance(0.15) : null),
    ParkingFeatures: built
      ? random.pick(['Covered', 'Covered,Uncovered', 'Uncovered', 'Covered,0.0', 'nan'])
      : '',
  }
}
