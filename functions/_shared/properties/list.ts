import { z } from 'zod'
import { HubError } from '../http/errors.ts'
import { inCells } from '../odata/sql/cells.ts'
import { boxesOf } from '../search/expressions.ts'
import { searchInput } from '../search/input.ts'
import type { PropertyCaller } from './caller.ts'
import { tableFor } from './tables.ts'
import { asCaller } from './transaction.ts'

const number = z.preprocess(
  (value) => typeof value === 'string' && value.trim() !== '' ? Number(value) : value,
  z.number(),
)
const integer = (least: number, most: number) =>
  z.preprocess(
    (value) => typeof value === 'string' && value.trim() !== '' ? Number(value) : value,
    z.int().min(least).max(most),
  )
const texts = z.preprocess(
  (value) =>
    typeof value === 'string'
      ? value.split(',').map((part) => part.trim()).filter((part) => part !== '')
      : value,
  z.array(z.string().max(200)).min(1),
)

/** Ranges that can be given as min_ and max_, and the column of each. */
const ranges = {
  price: 'list_price',
  list_price: 'list_price',
  rent: 'lease_amount',
  lease_amount: 'lease_amount',
  bedrooms: 'bedrooms',
  bathrooms: 'bathrooms',
  living_area: 'living_area',
  area: 'living_area',
  lot_size: 'lot_size',
  year_built: 'year_built',
} as const
const lists = [
  'city',
  'country',
  'state',
  'property_type',
  'property_subtype',
  'ref',
  'currency_code',
] as const
const sortable = [
  'created_at',
  'updated_at',
  'modified_ts',
  'list_price',
  'price',
  'lease_amount',
  'bedrooms',
  'bathrooms',
  'living_area',
  'year_built',
  'city',
  'ref',
  'status',
]

const statuses = [
  'INGESTED',
  'DRAFT',
  'PENDING_DUE_DILIGENCE',
  'AGREEMENT_PENDING',
  'PHOTOS_PENDING',
  'MARKETING_REVIEW',
  'PUBLISHED',
  'UNDER_OFFER',
  'SOLD',
  'WITHDRAWN',
] as const

export const listInput = z.strictObject({
  page: integer(1, 100_000).default(1),
  limit: integer(1, 200).default(20),
  sort: z.string().refine(
    (text) => sortable.includes(text.replace(/^-/, '')),
    `expected one of ${sortable.join(', ')}, with a minus in front to descend`,
  )
    .default('-created_at'),
  status: z.preprocess(
    (value) => typeof value === 'string' ? value.split(',').map((part) => part.trim().toUpperCase()) : value,
    z.array(z.enum(statuses)).min(1),
  ).optional(),
  q: z.string().min(1).max(200).optional(),
  bbox: searchInput.shape.bbox,
  ...Object.fromEntries(lists.map((name) => [name, texts.optional()])) as Record<
    typeof lists[number],
    z.ZodOptional<typeof texts>
  >,
  ...Object.fromEntries(
    Object.keys(ranges).flatMap((
      name,
    ) => [[`min_${name}`, number.optional()], [`max_${name}`, number.optional()]]),
  ) as Record<`${'min' | 'max'}_${keyof typeof ranges}`, z.ZodOptional<typeof number>>,
})
export type ListInput = z.infer<typeof listInput>

export interface PropertyPage {
  data: unknown[]
  meta: { total: number; page: number; limit: number; pages: number }
}

/** A page of the properties that the caller sees. Nulls come last whichever way the order goes. */
export async function listProperties(caller: PropertyCaller, input: ListInput): Promise<PropertyPage> {
  const { from, readable, row, columns, matches, hasCells } = tableFor(caller)
  const values: unknown[] = []
  const parameter = (value: unknown, type: string) => `$${values.push(value)}::${type}`
  const conditions = [readable]
  for (const name of lists) {
    const wanted = input[name]
    if (wanted) {
      conditions.push(
        `lower(${columns[name]}) = any (${parameter(wanted.map((text) => text.toLowerCase()), 'text[]')})`,
      )
    }
  }
  if (input.status) conditions.push(`${columns.status} = any (${parameter(input.status, 'text[]')})`)
  for (const [name, column] of Object.entries(ranges)) {
    const [least, most] = [input[`min_${name}` as 'min_price'], input[`max_${name}` as 'max_price']]
    if (least !== undefined) conditions.push(`${columns[column]} >= ${parameter(least, 'numeric')}`)
    if (most !== undefined) conditions.push(`${columns[column]} <= ${parameter(most, 'numeric')}`)
  }
  if (input.bbox) {
    const boxes = boxesOf(input.bbox)
    const inside = boxes.map(({ west, south, east, north }) =>
      `${columns.latitude} between ${parameter(south, 'float8')} and ${parameter(north, 'float8')}
        and ${columns.longitude} between ${parameter(west, 'float8')} and ${parameter(east, 'float8')}`
    )
    conditions.push(`(${inside.join(' or ')})`)
    if (hasCells) conditions.push(inCells('p', boxes))
  }
  if (input.q) conditions.push(matches(`mls.search_term('typed', ${parameter(input.q, 'text')})`))
  const where = conditions.join(' and ')
  const term = input.sort.replace(/^-/, '').replace(/^price$/, 'list_price')
  const direction = input.sort.startsWith('-') ? 'desc' : 'asc'

  return await asCaller(caller, async (client) => {
    const { rows: [{ total }] } = await client.query(
      `select count(*)::int as total from ${from} where ${where}`,
      values,
    )
    const { rows } = await client.query(
      `select ${row} as property from ${from} where ${where} order by ${
        columns[term]
      } ${direction} nulls last, p.seq ${direction}
       limit ${input.limit} offset ${(input.page - 1) * input.limit}`,
      values,
    )
    return {
      data: rows.map(({ property }) => parsed(property)),
      meta: { total, page: input.page, limit: input.limit, pages: Math.ceil(total / input.limit) },
    }
  }).catch(refuseSlow)
}

/** Another list may be had in time. What is written may not be made smaller: there a timeout stays one, to be tried again. */
function refuseSlow(error: unknown): never {
  if ((error as { code?: unknown }).code !== '57014') throw error
  throw new HubError('too_costly', 'The list took too long: narrow it by city, price or bbox.', {
    cause: error,
  })
}

/** Of the two pools one leaves JSON as text. */
export const parsed = (json: unknown): unknown => typeof json === 'string' ? JSON.parse(json) : json
