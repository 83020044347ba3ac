import type { Json, JsonObject } from '../../../delivery/json.ts'
import { keyOf, lower, trimmed } from './values.ts'

/** Labels of codes, as an instance has them. */
export interface Labels {
  /** Of subtypes, by code. */
  subtypes: Record<string, string>
  /** Of features, by `field:code`. */
  features: Record<string, string>
}

export const noLabels: Labels = { subtypes: {}, features: {} }

/** Lists of feature codes: the field of gold, and the member of the property. */
const lists = {
  View: 'view',
  PoolFeatures: 'pool_features',
  Heating: 'heating',
  Cooling: 'cooling',
  Flooring: 'flooring',
  FireplaceFeatures: 'fireplace_features',
  WaterfrontFeatures: 'waterfront_features',
  PatioAndPorchFeatures: 'patio_porch',
  OtherStructures: 'other_structures',
  AssociationAmenities: 'association_amenities',
  Fencing: 'fencing',
  X_AdditionalFeatures: 'additional_features',
  X_InteriorFeatures: 'interior_features',
  X_ExteriorFeatures: 'exterior_features',
  X_CommunityFeatures: 'community_features',
  X_LotFeatures: 'lot_features',
  X_SecurityFeatures: 'security_features',
  X_Appliances: 'appliances',
} as const

const furnished: Readonly<Record<string, string>> = {
  furnished: 'Furnished',
  semi_furnished: 'Partially',
  optionally_furnished: 'Negotiable',
  unfurnished: 'Unfurnished',
}

/** Fields that mapping version 2 corrects, with what is right about it: for people and for the dry run. */
export const correctedFields: Readonly<Record<string, string>> = {
  PropertySubType: 'the label of the subtype instead of its code',
  Furnished: 'the four values that Qobrix has',
  StandardStatus: 'pending is Incomplete, which is never published: it is not on the market yet',
  CoListAgentKey: 'the salesperson is a user, so QOBRIX_USER_',
  X_InvestmentType: 'read instead of left empty',
  ...Object.fromEntries(
    Object.keys(lists).map((field) => [field, 'labels of features instead of their codes']),
  ),
}

/** Mapping version 2: what gold gets wrong, put right. */
export function corrected(
  record: Record<string, Json>,
  property: JsonObject,
  { labels, prefix }: { labels: Labels; prefix: string },
): Record<string, Json> {
  const subtype = trimmed(property.property_subtype)
  const features = Object.entries(lists).map(([field, from]) => {
    const text = labelled(property[from], from, labels)
    return [field, text === undefined ? record[field] ?? null : text]
  })
  return {
    ...record,
    ...Object.fromEntries(features),
    PropertySubType: (subtype === null ? undefined : labels.subtypes[subtype]) ?? record.PropertySubType!,
    Furnished: furnished[lower(property.furnished) ?? ''] ?? null,
    StandardStatus: lower(property.status) === 'pending' ? 'Incomplete' : record.StandardStatus!,
    CoListAgentKey: keyOf(prefix, 'USER_', property.salesperson),
    X_InvestmentType: trimmed(property.investment_type),
  }
}

/** A code without a label stays a code. An empty list is nothing. */
function labelled(codes: Json | undefined, field: string, { features }: Labels): string | null | undefined {
  if (!Array.isArray(codes)) return undefined
  return codes.map((code) => features[`${field}:${code}`] ?? String(code)).join(',') || null
}
