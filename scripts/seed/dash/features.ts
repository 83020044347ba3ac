import type { GoldRecord } from '../gold.ts'
import type { Home } from '../home.ts'
import type { Dialect } from '../spark.ts'

/** Dash's feature groups with labels of its forms; gold joins the chosen ones with ", ". */
const GROUPS: Record<string, string[]> = {
  View: ['City/Strip', 'Lake & Stream', 'Mountain', 'Scenic', 'Water', 'Golf'],
  PoolFeatures: ['Indoor', 'Inground', 'Outdoor', 'Hot Tub'],
  Heating: ['Baseboard', 'Heat Pump', 'Radiant Floor', 'Radiator', 'No Heat'],
  X_HeatingType: ['Electric', 'Gas', 'Geothermal', 'Solar'],
  Cooling: ['A/C', 'Central A/C', 'Zoned A/C', 'No A/C'],
  Flooring: ['Ceramic', 'Hardwood', 'Laminate', 'Marble', 'Tile'],
  FireplaceFeatures: ['Fireplace', 'Gas Fireplace'],
  WaterfrontFeatures: ['Lake', 'River'],
  PatioAndPorchFeatures: ['Balcony/Lanai', 'Terrace', 'Patio', 'Deck'],
  AssociationAmenities: ['Elevator', 'Concierge', 'Gym'],
  Fencing: ['Fenced Yard', 'Metal', 'Wood'],
  ParkingFeatures: ['Attached', 'Garage', 'Carport', 'No Garage'],
  X_Appliances: ['Dishwasher', 'Microwave', 'Refrigerator'],
  X_InteriorFeatures: ['High Ceilings', 'Walk-in Closets', 'Sauna'],
  X_ExteriorFeatures: ['Brick', 'Stone', 'Stucco'],
  X_CommunityFeatures: ['Gated Community', 'Suburban', 'Urban'],
  X_LotFeatures: ['Corner Lot', 'Level', 'Wooded'],
  X_AdditionalFeatures: ['Security System', 'Smart Home'],
  X_KitchenType: ['Eat-in Kitchen', 'Island'],
  X_Electricity: ['220 Volts'],
  X_Water: ['Public', 'Well'],
}

/** Group texts and the flags that the original finds in them by substring, "No A/C" included. */
export function dashFeatures(home: Home, wire: Dialect): GoldRecord {
  const random = home.random('features')
  const fields: GoldRecord = {}
  for (const [field, labels] of Object.entries(GROUPS)) {
    const chosen = random.chance(0.4) ? random.sample(labels, random.int(1, 2)) : []
    fields[field] = wire.text(chosen.length > 0 ? chosen.join(', ') : null)
  }
  const mentions = (field: string, word: string) => `${fields[field] ?? ''}`.includes(word)
  return {
    ...fields,
    FireplaceYN: wire.boolean(fields.FireplaceFeatures !== null),
    X_AirCondition: wire.flag(mentions('Cooling', 'A/C')),
    X_PrivateSwimmingPool: wire.flag(fields.PoolFeatures !== null),
    X_Alarm: wire.flag(mentions('X_AdditionalFeatures', 'Security')),
  }
}
