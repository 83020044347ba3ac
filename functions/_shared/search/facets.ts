/** How the rows of a search spread over types, bedrooms, prices and so on. */
import type { TextRow } from '../db/pipeline.ts'
import { decimalScale } from '../reso/sql-types.ts'
import { identifier, type Statement } from '../odata/sql/statement.ts'
import { build, type SearchQuery } from './query.ts'

interface Facet {
  name: string
  field: string
  /** Members of a multi-valued field are counted one by one, under the name of their field. */
  kind: 'value' | 'members' | 'price'
}

/** Facets in the order of an answer. Those whose field the caller does not have are left out. */
const facets: readonly Facet[] = [
  { name: 'property_type', field: 'PropertyType', kind: 'value' },
  { name: 'property_subtype', field: 'PropertySubType', kind: 'value' },
  { name: 'status', field: 'StandardStatus', kind: 'value' },
  { name: 'country', field: 'Country', kind: 'value' },
  { name: 'city', field: 'City', kind: 'value' },
  { name: 'bedrooms', field: 'BedroomsTotal', kind: 'value' },
  { name: 'bathrooms', field: 'BathroomsTotalInteger', kind: 'value' },
  { name: 'price', field: 'ListPrice', kind: 'price' },
  { name: 'features', field: 'View', kind: 'members' },
  { name: 'features', field: 'PoolFeatures', kind: 'members' },
  { name: 'features', field: 'ParkingFeatures', kind: 'members' },
  { name: 'features', field: 'Heating', kind: 'members' },
  { name: 'features', field: 'Cooling', kind: 'members' },
  { name: 'features', field: 'Furnished', kind: 'members' },
]

/** Rows that are looked at: beyond them counts are scaled up, and say so. */
export const mostRows = 50_000

/** Lower ends of the buckets of prices: nine to each power of ten, from nothing to a thousand billions. */
export const priceSteps: readonly number[] = [
  0,
  ...Array.from(
    { length: 13 },
    (_, power) => [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8].map((step) => step * 10 ** power),
  ).flat(),
]

type Counted =
  | { value: string | number; count: number }
  | { from: number; to: number | null; count: number }
  | {
    field: string
    value: string
    count: number
  }

export function facetStatement(query: SearchQuery): Statement {
  const { parameters, alias, rows } = build(query)
  const shown = facetsOf(query)
  // as the profile shows and filters them: what is counted can be asked for
  const { properties } = query.collection.type
  const columns = shown.map(({ field }, n) =>
    `${alias}.${identifier(properties.get(field)!.column)} as f${n}`
  )
  const scale = 10 ** (decimalScale('DECIMAL(18,2)') ?? 0)
  const steps = parameters.add(priceSteps.map((step) => String(Math.round(step * scale))), 'bigint[]')
  const values = shown.map(({ kind }, n) => kind === 'price' ? `width_bucket(f${n}, ${steps})` : `f${n}`)
  // one more than is counted: whoever reaches it knows that there are others
  return {
    text: `select ${values.map((_, n) => `grouping(v${n})`).join(', ')}, ${
      values.map((_, n) => `v${n}`).join(', ')
    }, count(*) from (select ${values.map((value, n) => `${value} as v${n}`).join(', ')} from (select ${
      columns.join(', ')
    } ${rows} limit ${mostRows + 1}) seen offset 0) v group by grouping sets ((), ${
      values.map((_, n) => `(v${n})`).join(', ')
    })`,
    values: parameters.values,
  }
}

const facetsOf = ({ collection: { type } }: SearchQuery) =>
  facets.filter(({ field }) => type.properties.has(field))

/** Rows that were looked at: one more than are counted where there are others. */
export function rowsSeen(query: SearchQuery, rows: TextRow[]): number {
  const flags = facetsOf(query).length
  return Number(rows.find((row) => row.slice(0, flags).every((flag) => flag === '1'))?.at(-1) ?? 0)
}

/** `total`: rows of the whole search, where it is known. */
export function facetsFrom(
  query: SearchQuery,
  rows: TextRow[],
  total: number | undefined,
): { facets: Record<string, Counted[]>; isApproximate: boolean } {
  const shown = facetsOf(query)
  const seen = Number(
    rows.find((row) => row.slice(0, shown.length).every((flag) => flag === '1'))?.at(-1) ?? 0,
  )
  const isApproximate = seen > mostRows
  const factor = isApproximate && total !== undefined ? total / seen : 1
  const answer: Record<string, Counted[]> = {}
  for (const { name } of shown) answer[name] = []
  shown.forEach(({ name, field, kind }, n) => {
    const groups = rows.filter((row) => row[n] === '0').flatMap((row) => {
      const value = row[shown.length + n]!
      return value === null ? [] : [{ value, count: Number(row.at(-1)) }]
    })
    const scaled = (count: number) => Math.round(count * factor)
    if (kind === 'price') {
      const buckets = groups.map(({ value, count }) => ({ step: Number(value) - 1, count: scaled(count) }))
      answer[name]!.push(
        ...buckets.filter(({ step }) => step >= 0).toSorted((a, b) => a.step - b.step).map((
          { step, count },
        ) => ({
          from: priceSteps[step]!,
          to: priceSteps[step + 1] ?? null,
          count,
        })),
      )
    } else if (kind === 'members') {
      answer[name]!.push(
        ...ordered(membersOf(groups)).map(({ value, count }) => ({ field, value, count: scaled(count) })),
      )
    } else {
      const isNumber = query.collection.type.properties.get(field)!.field.type === 'INT'
      answer[name]!.push(
        ...ordered(groups).map(({ value, count }) => ({
          value: isNumber ? Number(value) : value,
          count: scaled(count),
        })),
      )
    }
  })
  return { facets: answer, isApproximate }
}

interface Group {
  value: string
  count: number
}

const ordered = (groups: Group[]) =>
  groups.toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))

/** Lists with the same text are counted together in the database; here they are taken apart, once a text. */
function membersOf(groups: Group[]): Group[] {
  const counts = new Map<string, number>()
  for (const { value, count } of groups) {
    for (const member of new Set(listed(value))) counts.set(member, (counts.get(member) ?? 0) + count)
  }
  return [...counts].map(([value, count]) => ({ value, count }))
}

/** As mls.multi_values() reads a list: separated by commas, or JSON. */
function listed(text: string): string[] {
  const parts = text.startsWith('[') ? jsonList(text) ?? text.split(',') : text.split(',')
  return parts.map((part) => part.trim()).filter((part) => part !== '')
}

function jsonList(text: string): string[] | undefined {
  try {
    const value = JSON.parse(text)
    return Array.isArray(value) ? value.map(String) : undefined
  } catch {
    return undefined
  }
}
