import { edmType } from '../../functions/_shared/reso/edm.ts'
import type { Field } from '../../functions/_shared/reso/types.ts'

/** Every way in which a served field departs from RESO Data Dictionary 2.0 on purpose, and why. */
export const reasons = {
  'string enumeration':
    'The dictionary declares an OData enumeration; served as a string with the annotation LookupName, which RESO allows, because sources bring values that no enumeration foresees. The resource Lookup lists the standard values.',
  'lookup of a plain string':
    'The dictionary has plain text here and a lookup of the same name elsewhere (Media.ResourceName); $metadata names it here, too, so that the values can be looked up.',
  'timestamp precision':
    'The dictionary asks for more digits; stamps are exact to the microsecond, the precision of the database.',
  'never null':
    'The dictionary lets the field be null; records without it are not served, and $metadata says so.',
  'length of a key':
    'The dictionary has 27 characters here and 255 for the same field of its other resources; it holds a MemberKey, which may have 255.',
  'local name without prefix':
    'Not a field of the dictionary, and not marked by X_: the name by which sources and consumers of the earlier API know it, that its standard neighbour suggests (ListPriceCurrencyCode), or that other resources have it by (ModificationTimestamp).',
} as const

export type Kind = keyof typeof reasons

/** How a field departs from the dictionary; most do not. */
export function differencesOf(field: Field, isRequired: boolean): Kind[] {
  if (!field.dd) return field.name.startsWith('X_') ? [] : ['local name without prefix']
  const isTimestamp = edmType(field, 'dd2').name === 'Edm.DateTimeOffset'
  return [
    ...(field.dd.lookup
      ? [field.dd.type ? 'lookup of a plain string' as const : 'string enumeration' as const]
      : []),
    ...(isTimestamp ? ['timestamp precision' as const] : []),
    ...(isRequired ? ['never null' as const] : []),
    ...(field.dd.published ? ['length of a key' as const] : []),
  ]
}
