/** What profile dd2 says otherwise than the source: standard values of lookups, and texts no longer than declared. */
import type { Field } from './types.ts'

/**
 * Lookups whose values are the hub's own, codes, or names of places: nothing in them has a standard spelling that a source
 * could miss.
 */
const asTheyCome = new Set([
  'AOR',
  'ChangeType',
  'City',
  'Country',
  'CountyOrParish',
  'ImageSizeDescription',
  'MediaCategory',
  'MediaStatus',
  'MediaType',
  'MlsStatus',
  'ResourceName',
  'StandardStatus',
  'StateOrProvince',
])

/** Whether dd2 serves the standard value of the field wherever one is known. */
export function isStandardised({ dd, sensitive }: Field): boolean {
  return dd?.lookup !== undefined && !sensitive && !asTheyCome.has(dd.lookup)
}

/** Keys and addresses are checked where they come in: half of one would be worth nothing. */
const isWhole = ({ name }: Field) => /(?:Key|Id|ID|URL|Url)$/.test(name)

/** The length to which dd2 cuts a text, because $metadata declares it. */
export function cutLength(field: Field): number | undefined {
  const { dd, type } = field
  return type === 'STRING' && dd && !dd.lookup && !isWhole(field) ? dd.maxLength : undefined
}

/** Whether the profiles have the value each in its own way: as text and as array, as it came and by its standard. */
export function variesByProfile(field: Field): boolean {
  return !field.sensitive && (field.dd?.multi === true || isStandardised(field))
}

/** Whether the profiles can differ in the value: few texts are longer than declared. */
export function mayVaryByProfile(field: Field): boolean {
  return !field.sensitive && (variesByProfile(field) || cutLength(field) !== undefined)
}
