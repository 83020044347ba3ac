/** Property families of Qobrix; gold derives PropertyType and PropertyClass from them. */
export type Family =
  | 'apartment'
  | 'house'
  | 'land'
  | 'office'
  | 'retail'
  | 'building'
  | 'hotel'
  | 'industrial'
  | 'investment'
  | 'parking_lot'

/** A kind of property with the sizes it comes in. */
export interface Kind {
  /** PropertySubType as gold holds it: a Qobrix code, a Dash label, or the default name of the family. */
  label: string
  family: Family
  weight: number
  bedrooms: readonly [number, number] | null
  /** Internal area in square metres. */
  living: readonly [number, number] | null
  /** Plot in square metres. */
  plot: readonly [number, number] | null
  /** Price of a square metre (of plot for land) against the market's average for homes. */
  level: number
}

export const HOMES: readonly Family[] = ['apartment', 'house']

export const QOBRIX_KINDS = readKinds(`
  standard_apartment     | apartment   | 30 | 1-3 | 55-140   |            | 1.0
  ground_apartment       | apartment   |  5 | 1-2 | 60-110   |            | 0.9
  whole_floor_apartment  | apartment   |  4 | 3-4 | 160-280  |            | 1.3
  penthouse              | apartment   | 10 | 2-4 | 110-320  |            | 1.6
  loft                   | apartment   |  2 | 1-2 | 70-130   |            | 1.2
  studio                 | apartment   |  4 | 0-1 | 32-48    |            | 1.1
  Apartment              | apartment   |  3 | 1-3 | 55-140   |            | 1.0
  detached_house         | house       | 24 | 3-6 | 160-420  | 350-1800   | 1.1
  semi_detached_house    | house       |  6 | 2-4 | 110-190  | 180-420    | 0.9
  terraced_house         | house       |  4 | 2-3 | 85-150   | 90-200     | 0.8
  maisonette_house       | house       |  5 | 2-4 | 110-200  | 120-300    | 0.9
  duplex                 | house       |  3 | 2-4 | 120-210  | 100-260    | 1.0
  bungalow               | house       |  4 | 2-3 | 90-160   | 300-900    | 0.9
  mansion_villa          | house       | 10 | 5-9 | 420-1100 | 1500-8000  | 1.9
  SingleFamilyDetached   | house       |  2 | 3-5 | 150-300  | 400-1200   | 1.0
  plot                   | land        | 12 |     |          | 500-2400   | 0.14
  field                  | land        |  8 |     |          | 3000-26000 | 0.02
  Land                   | land        |  2 |     |          | 800-6000   | 0.06
  standard_office        | office      |  8 |     | 60-240   |            | 0.9
  whole_floor_office     | office      |  3 |     | 220-600  |            | 1.0
  ground_office          | office      |  2 |     | 70-180   |            | 0.8
  top_floor_office       | office      |  2 |     | 180-420  |            | 1.2
  entire_building_office | office      |  1 |     | 900-3200 | 500-1600   | 1.1
  office_building        | building    |  2 |     | 800-3000 | 400-1500   | 1.0
  commercial_building    | building    |  3 |     | 450-2200 | 300-1400   | 0.9
  shop                   | retail      |  7 |     | 45-260   |            | 1.0
  restaurant             | retail      |  3 |     | 120-420  |            | 1.0
  Commercial             | hotel       |  3 |     | 1200-6500 | 2000-14000 | 0.8
  warehouse              | industrial  |  3 |     | 300-2400 | 800-5200   | 0.4
  industrial_building    | industrial  |  2 |     | 700-4800 | 1500-9000  | 0.4
  Commercial             | investment  |  2 |     | 600-2600 | 500-2000   | 0.9
  Parking                | parking_lot |  2 |     | 12-30    |            | 0.3
`)

export const DASH_KINDS = readKinds(`
  Apartment              | apartment   | 28 | 1-3 | 45-130   |            | 1.0
  Condominium            | apartment   | 14 | 1-4 | 60-190   |            | 1.2
  Flat                   | apartment   | 12 | 1-3 | 40-110   |            | 0.9
  Duplex                 | apartment   |  4 | 2-4 | 110-220  |            | 1.2
  Historical             | apartment   |  3 | 2-5 | 110-260  |            | 1.4
  Single Family Detached | house       | 20 | 3-7 | 160-520  | 400-2600   | 1.1
  Semi-Detached          | house       |  5 | 3-4 | 120-210  | 250-600    | 0.9
  Townhouse              | house       |  6 | 2-4 | 110-220  | 80-260     | 1.0
  Vineyard-Res           | house       |  2 | 3-6 | 200-480  | 6000-24000 | 1.0
  Residential Lot        | land        |  6 |     |          | 600-4000   | 0.1
  Office Building        | office      |  5 |     | 90-900   |            | 0.8
  Retail                 | retail      |  4 |     | 60-320   |            | 0.9
  Hospitality            | hotel       |  2 |     | 600-3200 | 900-6000   | 0.8
`)

/** Reads a table with a column per member of `Kind`, in their order. */
function readKinds(table: string): Kind[] {
  return table.trim().split('\n').map((row) => {
    const [label, family, weight, bedrooms, living, plot, level] = row.split('|').map((cell) => cell.trim())
    return {
      label: label!,
      family: family as Family,
      weight: Number(weight),
      bedrooms: readRange(bedrooms!),
      living: readRange(living!),
      plot: readRange(plot!),
      level: Number(level),
    }
  })
}

function readRange(text: string): readonly [number, number] | null {
  if (text === '') return null
  const [low, high] = text.split('-')
  return [Number(low), Number(high)]
}
