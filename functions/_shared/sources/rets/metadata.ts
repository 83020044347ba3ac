import type { Mapping, Rule } from '../mapping/language.ts'
import { resourceByIngestName } from '../../reso/dictionary.ts'
import { type CompactRow, elements, readTable } from './compact.ts'

/** A field of a class, as METADATA-TABLE describes it. */
export interface RetsField {
  name: string
  standard: string
  long: string
  type: string
  /** How its values are to be read: empty, Lookup, LookupMulti. */
  interpretation: string
  lookup: string
}

/** The fields of a class. A server whose metadata are broken XML still has rows. */
export function readFields(body: string): RetsField[] {
  return readTable(body).rows.map((row) => ({
    name: row.SystemName ?? '',
    standard: row.StandardName ?? '',
    long: row.LongName ?? row.ShortName ?? '',
    type: row.DataType ?? 'Character',
    interpretation: row.Interpretation ?? '',
    lookup: row.LookupName ?? '',
  })).filter(({ name }) => name !== '')
}

/** Minutes that the server's clock is ahead of UTC, where METADATA-SYSTEM says so. */
export function readTimeZone(body: string): number | undefined {
  const said = /TimeZoneOffset\s*=\s*["']?([+-]?)(\d{1,2}):?(\d\d)/i.exec(body) ??
    /([+-])(\d{1,2}):(\d\d)/.exec([...elements(body, 'TimeZoneOffset', 1)][0] ?? '')
  if (/TimeZoneOffset\s*=\s*["']?Z/i.test(body)) return 0
  return said ? (said[1] === '-' ? -1 : 1) * (Number(said[2]) * 60 + Number(said[3])) : undefined
}

/** Rows of any table of metadata. */
export const readRows = (body: string): CompactRow[] => readTable(body).rows

/** Standard names of RETS 1.x beside the names of the Data Dictionary that followed. */
export const standards: Readonly<Record<string, string>> = {
  ListingID: 'ListingId',
  ListPrice: 'ListPrice',
  Beds: 'BedroomsTotal',
  Bedrooms: 'BedroomsTotal',
  Baths: 'BathroomsTotalInteger',
  BathsTotal: 'BathroomsTotalInteger',
  BathsFull: 'BathroomsTotalInteger',
  BathsHalf: 'BathroomsHalf',
  ListingStatus: 'StandardStatus',
  Status: 'StandardStatus',
  StreetAddress: 'UnparsedAddress',
  FullStreetAddress: 'UnparsedAddress',
  City: 'City',
  StateOrProvince: 'StateOrProvince',
  PostalCode: 'PostalCode',
  Country: 'Country',
  LivingArea: 'LivingArea',
  LotSize: 'LotSizeSquareFeet',
  YearBuilt: 'YearBuilt',
  Remarks: 'PublicRemarks',
  PublicRemarks: 'PublicRemarks',
  ListDate: 'ListingContractDate',
  ContractDate: 'ListingContractDate',
  ModificationTimestamp: 'ModificationTimestamp',
  Latitude: 'Latitude',
  Longitude: 'Longitude',
  ListAgentAgentID: 'ListAgentKey',
  ListAgentKey: 'ListAgentKey',
  ListOfficeKey: 'ListOfficeKey',
  PropertyType: 'PropertyType',
  PropertySubType: 'PropertySubType',
  View: 'View',
  Stories: 'Stories',
  ListingURL: 'X_WebsiteUrl',
}

const known = new Set(resourceByIngestName('property')!.fields.map(({ name }) => name))

/**
 * A mapping to begin with: fields by their standard names, then those that are called as the Data Dictionary calls
 * them, and everything else is kept. People change it; what it cannot know is what a local status means.
 */
export function proposeMapping(
  fields: readonly RetsField[],
  { key_field, time_field }: { key_field: string; time_field?: string },
): Mapping {
  const rules: Record<string, Rule> = { ListingKey: { from: key_field } }
  if (time_field !== undefined) rules.ModificationTimestamp = { from: time_field }
  const offer = (target: string | undefined, field: RetsField) => {
    if (target !== undefined && known.has(target) && !(target in rules)) rules[target] = ruleOf(field)
  }
  for (const field of fields) offer(standards[field.standard] ?? field.standard, field)
  for (const field of fields) {
    if (!Object.values(rules).some(({ from }) => from === field.name)) {
      offer(standards[field.name] ?? field.name, field)
    }
  }
  return { version: 1, fields: rules, keep_rest: true } as Mapping
}

function ruleOf({ name, type, interpretation }: RetsField): Rule {
  if (/^LookupMulti/i.test(interpretation)) return { from: name, split: ',' }
  if (/^(int|small|tiny|long)$/i.test(type)) return { from: name, as: 'int' }
  if (/^decimal$/i.test(type)) return { from: name, as: 'decimal' }
  if (/^boolean$/i.test(type)) return { from: name, as: 'bool' }
  if (/^date$/i.test(type)) return { from: name, as: 'date' }
  return { from: name }
}
