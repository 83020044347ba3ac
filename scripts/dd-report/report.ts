import { modelFor, type Property } from '../../functions/_shared/odata/model/model.ts'
import { derivedResources, resources } from '../../functions/_shared/reso/dictionary.ts'
import { lookupValues } from '../../functions/_shared/reso/lookup-values.ts'
import { isStandardValue, standardValueOf } from '../../functions/_shared/reso/standard-values.ts'
import { differencesOf, type Kind, reasons } from './differences.ts'

export interface Coverage {
  resource: string
  /** Fields of the Data Dictionary, and those of them that are served. */
  standard: number
  served: number
  /** Fields that the Data Dictionary does not know. */
  local: number
  lookups: number
  sensitive: number
}

export interface Difference {
  kind: Kind
  reason: string
  /** `Property.StandardStatus` */
  fields: string[]
}

/** How the values of a lookup come to be standard ones. */
export interface LookupCoverage {
  lookup: string
  fields: string[]
  /** Values in the dictionary; 0 where it leaves them to each market, as cities. */
  standard: number
  /** Only with a database: how many values records hold that are standard ones, */
  met?: number
  /** that mean one in another spelling, */
  mapped?: number
  /** and that mean none that is known. */
  local?: number
}

export interface StandardReport {
  version: '2.0'
  resources: Coverage[]
  lookups: LookupCoverage[]
  differences: Difference[]
}

/** What profile dd2 serves of RESO Data Dictionary 2.0 to a client that was granted everything. */
export function standardReport(): StandardReport {
  const grants = [...resources, ...derivedResources].flatMap(({ name }) => [name, `${name}.*`])
  const { entityTypes } = modelFor('dd2', grants)
  const types = [...entityTypes.values()].map(({ resource, properties }) => ({
    resource,
    properties: [...properties.values()],
  }))
  const differing = (kind: Kind) =>
    types.flatMap(({ resource, properties }) =>
      properties.filter(({ field, isRequired }) => differencesOf(field, isRequired).includes(kind)).map(
        ({ name }) => `${resource.name}.${name}`,
      )
    )
  return {
    version: '2.0',
    resources: types.map(({ resource, properties }) => {
      const count = (wanted: (property: Property) => boolean) => properties.filter(wanted).length
      return {
        resource: resource.name,
        standard: resource.standardFields,
        served: count(({ field }) => field.dd !== undefined),
        local: count(({ field }) => field.dd === undefined),
        lookups: count(({ field }) => field.dd?.lookup !== undefined),
        sensitive: count(({ isSensitive }) => isSensitive),
      }
    }),
    lookups: lookupCoverage(
      types.flatMap(({ properties, resource }) =>
        properties.flatMap(({ name, field }) =>
          field.dd?.lookup ? [{ field: `${resource.name}.${name}`, lookup: field.dd.lookup }] : []
        )
      ),
    ),
    differences: (Object.keys(reasons) as Kind[]).map((kind) => ({
      kind,
      reason: reasons[kind],
      fields: differing(kind),
    })),
  }
}

function lookupCoverage(uses: { field: string; lookup: string }[]): LookupCoverage[] {
  return [...new Set(uses.map(({ lookup }) => lookup))].sort().map((lookup) => ({
    lookup,
    fields: uses.filter((use) => use.lookup === lookup).map(({ field }) => field),
    standard: (lookupValues[lookup] ?? []).filter((entry) => !/^Sample\w+EnumValue$/.test(entry)).length,
  }))
}

/** A value in records, and the standard one that a row of mls.lookup_mappings says it means. */
export interface MetValue {
  lookup_name: string
  value: string
  standard_value: string | null
}

export const metValuesSql = `
  select distinct v.lookup_name, v.value, m.standard_value
  from mls.lookup_values v
  left join lateral (
    select m.standard_value from mls.lookup_mappings m
    where m.lookup_name = v.lookup_name and m.form = mls.lookup_form(v.value) and m.office_key in ('', v.office_key)
    order by m.office_key desc limit 1
  ) m on true`

/** What records of a hub hold beside the standard values, lookup by lookup. A value may mean one in one office, and none in others. */
export function withMetValues(report: StandardReport, values: MetValue[]): StandardReport {
  const lookups = report.lookups.map((coverage) => {
    const found = { met: new Set<string>(), mapped: new Set<string>(), local: new Set<string>() }
    for (const { lookup_name: lookup, value, standard_value: mapped } of values) {
      if (lookup !== coverage.lookup) continue
      const standard = mapped ?? standardOf(lookup, value)
      found[standard === undefined ? 'local' : standard === value ? 'met' : 'mapped'].add(value)
    }
    return { ...coverage, met: found.met.size, mapped: found.mapped.size, local: found.local.size }
  })
  return { ...report, lookups }
}

/** Lookups that come as they are need no mappings: there the dictionary's own spellings are standard all the same. */
function standardOf(lookup: string, value: string): string | undefined {
  // image/jpeg is what the dictionary calls jpeg
  const name = lookup === 'MediaType' ? value.replace(/^\w+\//, '') : value
  return isStandardValue(lookup, name) ? standardValueOf(lookup, name) : undefined
}
