/** A page of listings, found by keyset: the last page costs what the first does. */
import type { TextRow } from '../db/pipeline.ts'
import { showsStamp } from '../odata/plan/selection.ts'
import { boxesAround, inCells } from '../odata/sql/cells.ts'
import type { Run } from '../odata/sql/read.ts'
import { memberColumns, membersOf } from '../odata/sql/selection.ts'
import type { Statement } from '../odata/sql/statement.ts'
import type { Mark } from './cursor.ts'
import type { SearchInput, Sort } from './input.ts'
import { build, type SearchQuery } from './query.ts'

/** A listing as read: its members joined by commas, and what else an answer needs of it. */
export interface FoundListing {
  recordId: string
  key: string
  location: string
  members: string
  /** Microseconds since 1970. */
  stamp: string
  mark: Mark
}

/**
 * A piece of an order. Each has one index behind it, and those without a value come last whichever way the others go:
 * who sorts by price does not want to begin with those that have none.
 */
interface Piece {
  /** The sort value in SQL; undefined where the piece is in the order of insertion. */
  value?: (alias: string) => string
  type: string
  isDescending: boolean
  condition: (alias: string) => string
  /** Metres at most, where the piece is read ring by ring. */
  rings?: true
}

const price = (alias: string) => `${alias}."ListPrice"`

/** What a search is sorted by where it does not say. */
export const sortOf = ({ sort, near }: SearchInput): Sort => sort ?? (near ? 'nearest' : 'newest')

function piecesOf(query: SearchQuery): Piece[] {
  const { input } = query
  const sort = sortOf(input)
  const isDescending = sort === '-price' || sort === 'newest'
  const plain = { type: 'bigint', isDescending }
  if (sort === 'newest') return [{ ...plain, condition: () => 'true' }]
  if (sort === 'nearest') {
    return [
      {
        type: 'double precision',
        isDescending,
        condition: (alias) => `${alias}.geo_cell is not null`,
        rings: true,
      },
      ...input.radius === undefined
        ? [{ ...plain, condition: (alias: string) => `${alias}.geo_cell is null` }]
        : [],
    ]
  }
  return [
    { ...plain, value: price, condition: (alias) => `${price(alias)} is not null` },
    { ...plain, condition: (alias) => `${price(alias)} is null` },
  ]
}

/** Up to `wanted` listings behind the mark. */
export async function readListings(
  query: SearchQuery,
  mark: Mark | undefined,
  wanted: number,
  run: Run,
): Promise<FoundListing[]> {
  const found: FoundListing[] = []
  const pieces = piecesOf(query)
  for (let n = mark?.[0] ?? 0; n < pieces.length && found.length < wanted; n++) {
    const within = mark?.[0] === n ? mark : undefined
    const rows = await readPiece(query, pieces[n]!, within, wanted - found.length, run)
    found.push(...rows.map(readerOf(query, n)))
  }
  return found
}

/** The statement of a first page, where the order begins with one piece that an index bounds. */
export function pageStatement(query: SearchQuery, wanted: number): Statement {
  return pieceStatement(query, piecesOf(query)[0]!, undefined, wanted)
}

/** Metres of the first ring, and by how much each is larger than the one before. */
const firstRing = 2_000
const growth = 6
const halfTheGlobe = 20_100_000

async function readPiece(
  query: SearchQuery,
  piece: Piece,
  mark: Mark | undefined,
  wanted: number,
  run: Run,
): Promise<TextRow[]> {
  const isBounded = query.input.bbox || query.input.polygon || query.input.radius !== undefined
  if (!piece.rings || isBounded) return await run(pieceStatement(query, piece, mark, wanted))
  for (let metres = Math.max(firstRing, Number(mark?.[1] ?? 0) * 1.5);; metres *= growth) {
    const isLast = metres > halfTheGlobe
    const rows = await run(pieceStatement(query, piece, mark, wanted, isLast ? undefined : metres))
    if (rows.length >= wanted || isLast) return rows
  }
}

function pieceStatement(
  query: SearchQuery,
  piece: Piece,
  mark: Mark | undefined,
  wanted: number,
  ring?: number,
): Statement {
  const { collection, selection, distance, input } = query
  const { parameters, compiler, alias, rows } = build(query)
  const value = piece.rings ? compiler.value(distance!.bound) : piece.value?.(alias)
  const seq = `${alias}.seq`
  const conditions = [piece.condition(alias)]
  const [operator, direction] = piece.isDescending ? ['<', ' desc'] : ['>', '']
  if (ring !== undefined) {
    const [latitude, longitude] = input.near as [number, number]
    conditions.push(inCells(alias, boxesAround(latitude, longitude, ring)))
    conditions.push(`${value} <= ${parameters.add(String(ring), 'double precision')}`)
  }
  if (mark) {
    const last = parameters.add(mark[2], 'bigint')
    conditions.push(
      value === undefined
        ? `${seq} ${operator} ${last}`
        : `(${value}, ${seq}) ${operator} (${parameters.add(mark[1], piece.type)}, ${last})`,
    )
  }
  const columns = [
    `${alias}.record_id`,
    seq,
    value ?? 'null',
    `${alias}.stamp`,
    `${alias}."ListingKey"`,
    `${alias}."Latitude"`,
    `${alias}."Longitude"`,
    collection.hasPhotos ? `${alias}.photos` : 'null',
    ...memberColumns(alias, collection.type, selection, collection.model.profile),
  ]
  const order = value === undefined ? `${seq}${direction}` : `${value}${direction}, ${seq}${direction}`
  return {
    text: `select ${columns.join(', ')} ${rows} and ${
      conditions.join(' and ')
    } order by ${order} limit ${wanted}`,
    values: parameters.values,
  }
}

const firstMember = 8

export function readerOf(
  { collection, selection }: SearchQuery,
  piece: number,
): (row: TextRow) => FoundListing {
  const members = membersOf(collection.type, selection)
  const hasStamp = showsStamp(selection)
  return (row) => {
    const [recordId, seq, value, stamp, key, latitude, longitude, photos] = row
    const texts = [
      ...hasStamp ? [`"ModificationTimestamp":"${stampTime(stamp!)}"`] : [],
      members(row, firstMember),
      ...photos ? [`"Media":${photos}`] : [],
    ].filter((text) => text !== '')
    return {
      recordId: recordId!,
      key: key!,
      location: latitude === null || longitude === null ? 'null' : `[${longitude},${latitude}]`,
      members: texts.join(','),
      stamp: stamp!,
      mark: [piece, value ?? null, seq!],
    }
  }
}

/** A stamp (microseconds since 1970) as a timestamp with all its digits. */
function stampTime(stamp: string): string {
  const milliseconds = new Date(Number(stamp.slice(0, -3))).toISOString()
  return `${milliseconds.slice(0, -1)}${stamp.slice(-3)}Z`
}
