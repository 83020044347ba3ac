/** What can be asked of a search, the same by GET and by POST. */
import { z } from 'zod'
import { checkedInput } from '../http/zod-input.ts'

export const sorts = ['newest', 'price', '-price', 'nearest'] as const
export type Sort = typeof sorts[number]
export const includes = ['count', 'facets', 'clusters'] as const
export type Include = typeof includes[number]

export const largestPage = 200
const usualPage = 20

const position = z.array(z.number()).min(2).max(4).refine(
  ([longitude, latitude]) => Math.abs(longitude!) <= 180 && Math.abs(latitude!) <= 90,
  'a position is [longitude, latitude] in degrees',
)
const ring = z.array(position).min(4, 'a ring has at least four positions').refine(
  (positions) => positions[0]!.slice(0, 2).join() === positions.at(-1)!.slice(0, 2).join(),
  'a ring ends where it began',
)
const polygon = z.union([
  z.object({ type: z.literal('Polygon'), coordinates: z.array(ring).min(1) }),
  z.object({ type: z.literal('MultiPolygon'), coordinates: z.array(z.array(ring).min(1)).min(1) }),
])

/** A list as JSON has it, or as a query has it: joined by commas. */
const listed = <Item extends z.ZodType>(item: Item) =>
  z.preprocess(
    (value) =>
      typeof value === 'string'
        ? value.split(',').map((part) => part.trim()).filter((part) => part !== '')
        : value,
    z.array(item),
  )
/** A number as JSON has it, or written in a query. An empty text is none, where Number() would see a zero. */
const written = (value: unknown) => typeof value === 'string' && value.trim() !== '' ? Number(value) : value
const numeric = <Item extends z.ZodType>(item: Item) => z.preprocess(written, item)
const numbers = (count: number, message: string) =>
  z.preprocess(
    (value) => typeof value === 'string' ? value.split(',').map(written) : value,
    z.array(z.number(message), message).length(count, message),
  )
const json = <Item extends z.ZodType>(item: Item) =>
  z.preprocess((value) => {
    if (typeof value !== 'string') return value
    try {
      return JSON.parse(value)
    } catch {
      return value
    }
  }, item)

const west = 'expected west,south,east,north in degrees'
const here = 'expected lat,lng in degrees'

export const searchInput = z.strictObject({
  bbox: numbers(4, west).refine(
    ([w, s, e, n]) => Math.abs(w!) <= 180 && Math.abs(e!) <= 180 && s! >= -90 && n! <= 90 && s! <= n!,
    west,
  ).optional(),
  polygon: json(polygon).optional(),
  near: numbers(2, here).refine(([lat, lng]) => Math.abs(lat!) <= 90 && Math.abs(lng!) <= 180, here)
    .optional(),
  radius: numeric(z.number().positive('expected metres').max(21_000_000)).optional(),
  filter: z.string().min(1).max(8_000).optional(),
  q: z.string().min(1).max(200).optional(),
  sort: z.enum(sorts).optional(),
  limit: numeric(z.int().min(0).max(largestPage)).default(usualPage),
  cursor: z.string().min(1).max(2_000).optional(),
  zoom: numeric(z.int().min(0).max(22)).optional(),
  select: listed(z.string().max(100)).optional(),
  include: listed(z.enum(includes)).default([]),
  dedupe: z.preprocess((value) => value === 'true' ? true : value === 'false' ? false : value, z.boolean())
    .default(false),
  sources: listed(z.string().min(1).max(100)).optional(),
}).superRefine(({ near, radius, sort }, { addIssue }) => {
  const refuse = (path: string, message: string) => addIssue({ code: 'custom', path: [path], message })
  if (radius !== undefined && !near) refuse('radius', 'add near=lat,lng: the middle of the circle')
  if (sort === 'nearest' && !near) refuse('sort', 'add near=lat,lng: the place to be near to')
})

export type SearchInput = z.infer<typeof searchInput>

/** What of a search can be kept: not where a page ends or what it looks like. */
export const kept = ['bbox', 'polygon', 'near', 'radius', 'filter', 'q', 'sources'] as const

/**
 * A search as it was kept, with what an answer needs beside it. Those that the Data API kept come unread.
 *
 * @throws HubError invalid_parameter (400)
 */
export function keptSearch(search: Record<string, unknown>, more: Record<string, unknown>): SearchInput {
  const conditions = Object.fromEntries(kept.flatMap((name) => name in search ? [[name, search[name]]] : []))
  return checkedInput(searchInput, { ...conditions, ...more })
}
