import type { GoldRecord } from '../gold.ts'
import type { Home } from '../home.ts'
import type { Family } from '../kinds.ts'
import type { Dialect } from '../spark.ts'

const LAND: Record<string, string[]> = {
  X_BuildingDensity: ['90%', '60%', '120', '0.10'],
  X_Coverage: ['50%', '35%', '0.5'],
  X_CoverFactor: ['0.9', '0.06'],
  X_CornerPlot: ['true', 'false'],
  X_RightOfWay: ['true', 'False'],
  X_RegisteredRoad: ['true', 'false'],
  X_TownPlanningZone: ['residential', 'tourist', 'agricultural', 'commercial', 'industrial'],
  X_LandLocked: ['false', 'true'],
  X_CadastralReference: ['54/32E1, 0-2541-4', 'Φ/Σχ. 45/58, τεμ. 312'],
}

const TRADE: Record<string, string[]> = {
  X_IdealFor: ['Clinic', 'Law firm, consultancy', 'Boutique'],
  X_LicensedFor: ['Catering', 'Retail'],
  X_BusinessTransferOrSale: ['true', 'false'],
  X_BusinessTransferPrice: ['85000', '120.000 €'],
  X_BusinessActivity: ['Restaurant', 'Mini market'],
  X_ConferenceRoom: ['true', 'false'],
  X_ServerRoom: ['True', 'false'],
  X_EnclosedOffice: ['true', 'false'],
  X_OfficeLayout: ['open_plan', 'rooms'],
}

/** The detailed type has a column of its own per family. */
const DETAIL: Record<string, { family: Family; values: string[] }> = {
  X_ApartmentType: { family: 'apartment', values: ['flat', 'penthouse', 'maisonette'] },
  X_HouseType: { family: 'house', values: ['villa', 'townhouse', 'traditional'] },
  X_LandType: { family: 'land', values: ['plot', 'field', 'agricultural'] },
  X_OfficeType: { family: 'office', values: ['serviced', 'shell'] },
  X_RetailType: { family: 'retail', values: ['shop', 'showroom', 'restaurant'] },
  X_IndustrialType: { family: 'industrial', values: ['warehouse', 'factory'] },
  X_HotelType: { family: 'hotel', values: ['boutique', 'resort'] },
  X_BuildingType: { family: 'building', values: ['mixed_use', 'residential_block'] },
}

/** Facts of land and of commercial premises; empty for the others. */
export function businessFields(home: Home, wire: Dialect): GoldRecord {
  const random = home.random('business')
  const { family } = home.kind
  const onLand = family === 'land' || family === 'house'
  const forTrade = ['office', 'retail', 'building', 'hotel', 'industrial', 'investment'].includes(family)
  const answer = (applies: boolean, values: string[]) =>
    wire.text(applies && random.chance(0.5) ? random.pick(values) : null)

  const fields: GoldRecord = { X_InvestmentType: null }
  for (const [field, values] of Object.entries(LAND)) fields[field] = answer(onLand, values)
  for (const [field, values] of Object.entries(TRADE)) fields[field] = answer(forTrade, values)
  for (const [field, detail] of Object.entries(DETAIL)) {
    fields[field] = answer(detail.family === family, detail.values)
  }
  return fields
}
