/** Values of lookups that a client sends: standard ones in any spelling, and local ones whose meaning is known. */
import { quote } from '../gold/finding.ts'
import type { PoolClient } from '../db/pool.ts'
import type { Property } from '../odata/model/model.ts'
import { nearest } from '../odata/syntax/nearest.ts'
import { lookupValues } from '../reso/lookup-values.ts'
import { isStandardised } from '../reso/standard.ts'
import { isStandardValue, standardValueOf } from '../reso/standard-values.ts'
import type { Faults } from './faults.ts'
import type { Value } from './read-values.ts'

/** Lookups whose values gold writes without blanks, and the rules of the hub go by that: `ResidentialLease`. */
const unspaced = new Set(['PropertyType', 'AreaUnits', 'LotSizeUnits', 'ListingAgreement', 'ListingService'])

/**
 * Refuses what no lookup has, and answers the values as they are kept: those of profile dd2 in their standard spelling. A
 * text that lists several (profile gold) is looked at value by value.
 */
export async function checkLookups(
  client: PoolClient,
  values: ReadonlyMap<Property, Value>,
  office: string,
  faults: Faults,
): Promise<Map<Property, Value>> {
  const kept = new Map(values)
  for (const [property, value] of values) {
    const { field, name, standardLookup } = property
    const lookup = field.dd?.lookup
    if (value === null || lookup === undefined || !isStandardised(field) || !lookupValues[lookup]) continue
    const several = Array.isArray(value)
      ? value
      : field.dd!.multi
      ? String(value).split(',').map((part) => part.trim()).filter((part) => part !== '')
      : [String(value)]
    const others = several.filter((each) => !isStandardValue(lookup, each))
    const known = others.length === 0 ? [] : await knownValues(client, lookup, others, office)
    for (const each of others.filter((other) => !known.includes(other))) {
      const meant = nearest(each, lookupValues[lookup].map((entry) => entry.split('|')[0]!))
      const hint = meant ? ` Did you mean ${quote(meant)}?` : ''
      faults.add(
        name,
        'unknown_value',
        `${quote(each)} is no value of the lookup ${lookup}, which Lookup lists.${hint}`,
      )
    }
    if (standardLookup) {
      const spelt = several.map((each) => spelling(lookup, each))
      kept.set(property, Array.isArray(value) || field.dd!.multi ? spelt : spelt[0]!)
    }
  }
  return kept
}

function spelling(lookup: string, value: string): string {
  const standard = standardValueOf(lookup, value)
  return unspaced.has(lookup) ? standard.replaceAll(' ', '') : standard
}

async function knownValues(
  client: PoolClient,
  lookup: string,
  wanted: string[],
  office: string,
): Promise<string[]> {
  const { rows: [row] } = await client.query<{ known: string[] }>(
    'select mls.known_lookup_values($1, $2, $3) as known',
    [lookup, wanted, office],
  )
  return row!.known
}

/** Several values as the one text in which a column holds them (mls.multi_values). */
export function asText(value: Value): string | number | boolean | null {
  if (!Array.isArray(value)) return value
  if (value.length === 0) return null
  return value.some((each) => each.includes(',')) ? JSON.stringify(value) : value.join(',')
}
