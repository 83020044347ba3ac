import type { Json, JsonObject } from '../../delivery/json.ts'

/** Fields of gold that are made of one group of features, or of the first of two that is there. */
export const featureFields: Readonly<Record<string, readonly string[]>> = {
  View: ['Views'],
  PoolFeatures: ['Pool Description'],
  Heating: ['Heating Type'],
  Cooling: ['Cooling'],
  ParkingFeatures: ['Garage Description'],
  Flooring: ['Flooring'],
  FireplaceFeatures: ['Fireplace Description'],
  WaterfrontFeatures: ['Body of Water'],
  PatioAndPorchFeatures: ['Exterior Living Space'],
  AssociationAmenities: ['Amenities'],
  Fencing: ['Fencing'],
  X_HeatingType: ['Heating - Fuel Type'],
  X_Electricity: ['Electrical'],
  X_Water: ['Water'],
  X_KitchenType: ['Kitchen Features'],
  X_AdditionalFeatures: ['General'],
  X_InteriorFeatures: ['Interior'],
  X_ExteriorFeatures: ['Exterior', 'Exterior Description'],
  X_CommunityFeatures: ['Community Type'],
  X_LotFeatures: ['Lot Description'],
  X_Appliances: ['Appliances'],
}

/** Labels of groups: forms write an en dash where data has a hyphen. */
const plain = (label: unknown) =>
  String(label ?? '').replace(/[\u2010-\u2015]/g, '-').replace(/\s+/g, ' ').trim().toLowerCase()

export function featuresOf(property: JsonObject): JsonObject[] {
  const { features } = property
  return Array.isArray(features)
    ? features.filter((item): item is JsonObject =>
      typeof item === 'object' && item !== null && !Array.isArray(item)
    )
    : []
}

/** Distinct labels of a group, with a comma and a blank, as gold has them. */
export function labelsOf(features: readonly JsonObject[], groups: readonly string[]): string | null {
  for (const group of groups) {
    const labels = features.filter((item) => plain(item.featureGroupDescription) === plain(group))
      .map(({ featureDescription }) => String(featureDescription ?? '').trim()).filter((label) =>
        label !== ''
      )
    if (labels.length > 0) return [...new Set(labels)].join(', ')
  }
  return null
}

/** Gold counts the entries of a group of counts instead of reading its number. */
export function countOf(features: readonly JsonObject[], group: string): number | null {
  const count = features.filter((item) => plain(item.featureGroupDescription) === plain(group)).length
  return count > 0 ? count : null
}

/** Gold looks for a word anywhere in the features: "No A/C" has one too. */
export function mentions(features: readonly JsonObject[], ...words: string[]): boolean {
  const text = JSON.stringify(features as Json).toLowerCase()
  return words.some((word) => text.includes(word.toLowerCase()))
}
