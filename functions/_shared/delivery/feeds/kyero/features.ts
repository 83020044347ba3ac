import type { JsonObject } from '../../json.ts'
import { isAffirmed, labels } from '../labels.ts'
import { nameOf } from '../text.ts'

/** Columns whose labels are features, in the order in which they are told. */
const described = [
  'view',
  'pool_features',
  'garage_features',
  'heating_features',
  'cooling_features',
  'fireplace_features',
  'patio_porch_features',
  'waterfront_features',
  'amenities',
  'community_features',
  'interior_features',
  'exterior_features',
  'appliances',
  'security_features',
  'lot_features',
  'flooring',
  'furnished',
]

const flags: [column: string, feature: string][] = [
  ['sea_view', 'Sea view'],
  ['mountain_view', 'Mountain view'],
  ['beach_front', 'Beach front'],
  ['private_pool', 'Private pool'],
  ['common_pool', 'Communal pool'],
  ['air_condition', 'Air conditioning'],
  ['has_fireplace', 'Fireplace'],
  ['alarm', 'Alarm'],
  ['x_sm_elevator', 'Lift'],
  ['x_sm_smart_home', 'Smart home'],
  ['store_room', 'Storage room'],
]

/** Features in words, each once. Labels that deny ("No Garage") are none. */
export function featuresOf(columns: JsonObject): string[] {
  const told = [
    ...flags.filter(([column]) => columns[column] === true).map(([, feature]) => feature),
    ...described.flatMap((column) => labels(columns[column]).filter(isAffirmed).map(nameOf)),
  ]
  const byWord = new Map(told.map((feature) => [feature.toLowerCase(), feature]))
  return [...byWord.values()]
}
