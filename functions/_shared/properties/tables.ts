/** What properties are read from. Fields bear the names of the columns of mls_listings, whoever reads. */
import { openFields } from '../reso/names.ts'
import { property } from '../reso/resources/property.ts'
import { decimalScale } from '../reso/sql-types.ts'
import type { PropertyCaller } from './caller.ts'

export interface PropertyTable {
  /** `from` item under the alias `p`. */
  from: string
  /** What of it is readable; row level security says the same. */
  readable: string
  /** A row as jsonb. */
  row: string
  /** The condition of a row with the uuid or listing key $1. */
  identity: string
  /** SQL of what can be filtered and sorted by, under its public name. */
  columns: Record<string, string>
  /** SQL of rows whose texts match a tsquery. */
  matches: (query: string) => string
  /** Rows have a geo_cell, by which an index finds those in a box. */
  hasCells: boolean
}

/** What the older service could filter and sort by. */
const named = [
  'city',
  'country',
  'state',
  'property_type',
  'property_subtype',
  'list_price',
  'lease_amount',
  'bedrooms',
  'bathrooms',
  'living_area',
  'lot_size',
  'year_built',
  'latitude',
  'longitude',
  'ref',
  'currency_code',
]

const ofListings: PropertyTable = {
  from: 'public.mls_listings p',
  readable: 'true',
  row: 'to_jsonb(p)',
  identity:
    `(p.id = mls.try_uuid($1) or p.origin_key = $1 or p.id = mls.try_uuid(regexp_replace($1, '^MANUAL_', '')))`,
  columns: {
    ...Object.fromEntries(named.map((name) => [name, `p.${name}`])),
    status: 'p.status::text',
    created_at: 'p.created_at',
    updated_at: 'p.modified_ts',
    modified_ts: 'p.modified_ts',
  },
  matches: (query) =>
    `mls.search_words(concat_ws(' ǀ ', p.ref, p.origin_key, p.city, p.state, p.street, p.property_subtype, p.name, p.public_remarks)) @@ ${query}`,
  hasCells: false,
}

const scaled = (name: string, scale: number | undefined) =>
  scale ? `(p."${name}" / ${10 ** scale}.0)` : `p."${name}"`
const status =
  `case p."StandardStatus" when 'Active' then 'PUBLISHED' when 'Pending' then 'UNDER_OFFER' when 'Closed' then 'SOLD'
  when 'Withdrawn' then 'WITHDRAWN' when 'Incomplete' then 'DRAFT' else 'INGESTED' end`

/** Fields that have a column, the others under their own names in `extensions`. */
const fields = openFields(property)
const served = (column: string) => {
  const field = fields.find((each) => each.column === column)
  return field ? scaled(field.name, decimalScale(field.type)) : 'null'
}
const withColumn = fields.filter(({ column, name }) =>
  column && !['ListingKey', 'StandardStatus', 'ModificationTimestamp'].includes(name)
)
const without = fields.filter(({ column, name }) => !column && name !== 'ModificationTimestamp')
const pairs = (list: [string, string][]) =>
  // a function takes a hundred arguments
  Array.from({ length: Math.ceil(list.length / 45) }, (_, n) =>
    `jsonb_build_object(${
      list.slice(n * 45, n * 45 + 45).map(([name, sql]) =>
        `'${name}', ${sql}`
      ).join(', ')
    })`).join(' || ')

const ofServed: PropertyTable = {
  from: 'public.served_property p',
  readable: 'not p.is_deleted',
  row: `(${
    pairs([
      ['id', 'p.record_id'],
      ['tenant_id', 'p.tenant_id'],
      ['origin_key', 'p."ListingKey"'],
      ['originating_office_key', 'p.office_key'],
      ['status', status],
      ['standard_status', 'p."StandardStatus"'],
      ['modified_ts', 'p."ModificationTimestamp"'],
      ...withColumn.map((
        { name, column, type },
      ): [string, string] => [column!, scaled(name, decimalScale(type))]),
    ])
  } || jsonb_build_object('extensions', jsonb_strip_nulls(${
    pairs(without.map(({ name, type }): [string, string] => [name, scaled(name, decimalScale(type))]))
  })))`,
  identity: `(p.record_id = mls.try_uuid($1) or p."ListingKey" = $1)`,
  columns: {
    ...Object.fromEntries(named.map((name) => [name, served(name)])),
    status,
    created_at: 'p.seq',
    updated_at: 'p."ModificationTimestamp"',
    modified_ts: 'p."ModificationTimestamp"',
  },
  // by the index: taken apart row by row, the texts of 50,000 listings take ten seconds
  matches: (query) => `p.seq = any ((select mls.find_words('property', ${query}))::bigint[])`,
  hasCells: true,
}

export const tableFor = ({ kind }: PropertyCaller): PropertyTable => kind === 'client' ? ofServed : ofListings
