/** A page of listings, found by keyset: the last page costs what the first does. */
import type { TextRow } from '../db/pipeline.ts'
import { showsStamp } from '../odata/plan/selection.ts'
import { boxesAround, inCells } from '../odata/sql/cells.ts'
import type { Run } from '../odata/sql/read.ts'
import { memberColumns, membersOf } from '../odata/sql/selection.ts'
import { Parameters, type Statement } from '../odata/sql/statement.ts'
import type { Mark, Opened } from './cursor.ts'
import type { SearchInput, Sort } from './input.ts'
import { inOneOrder, isUnmoved, joinMoved, movesStatement, type Since } from './moves.ts'
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
  /** The same of where a row was when the walk began. */
  before: string
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
  if (sort === 'newest') return [{ ...plain, condition: () => 'true', before: 'true' }]
  if (sort === 'nearest') {
    return [
      {
        type: 'double precision',
        isDescending,
        condition: (alias) => `${alias}.geo_cell is not null`,
        before: 'moved.latitude is not null and moved.longitude is not null',
        rings: true,
      },
      ...input.radius === undefined
        ? [{
          ...plain,
          condition: (alias: string) => `${alias}.geo_cell is null`,
          before: '(moved.latitude is null or moved.longitude is null)',
        }]
        : [],
    ]
  }
  return [
    {
      ...plain,
      value: price,
      condition: (alias) => `${price(alias)} is not null`,
      before: 'moved.price is not null',
    },
    { ...plain, condition: (alias) => `${price(alias)} is null`, before: 'moved.price is null' },
  ]
}

/** Up to `wanted` listings behind the mark of a walk, in the order that it began with; the first ones without a walk. */
export async function readListings(
  query: SearchQuery,
  walk: Partial<Opened>,
  wanted: number,
  run: Run,
): Promise<FoundListing[]> {
  const { since, isOnePiece } = walk
  const all = piecesOf(query)
  const inPlace = readPieces(query, isOnePiece ? all.slice(0, 1) : all, { mark: walk.mark }, wanted, run)
  if (since === undefined) return await inPlace
  // in one message: mostly nothing has moved, and then a page costs what the first did
  const [found, moved] = await Promise.all([
    inPlace,
    run(movesStatement(query.collection, since, new Parameters())),
  ])
  return moved.length === 0 ? found : await readPieces(query, all, { mark: walk.mark, since }, wanted, run)
}

async function readPieces(
  query: SearchQuery,
  pieces: Piece[],
  { mark, since }: Pick<Within, 'mark' | 'since'>,
  wanted: number,
  run: Run,
): Promise<FoundListing[]> {
  const found: FoundListing[] = []
  for (let n = mark?.[0] ?? 0; n < pieces.length && found.length < wanted; n++) {
    const within = { since, mark: mark?.[0] === n ? mark : undefined }
    const rows = await readPiece(query, pieces[n]!, within, wanted - found.length, run)
    found.push(...rows.map(readerOf(query, n)))
  }
  return found
}

/**
 * Whether only the first piece of the order has listings. Whoever goes on finds out once: at the end, to ask the other for
 * what is not there would make the last page cost twice what the first did.
 */
export async function isOnePieceOf(query: SearchQuery, run: Run): Promise<boolean> {
  const [, rest] = piecesOf(query)
  if (!rest) return true
  const { parameters, alias, rows } = build(query)
  const text = `select ${rows} and ${rest.condition(alias)} limit 1`
  return (await run({ text, values: parameters.values })).length === 0
}

/** The statement of a first page, where the order begins with one piece that an index bounds. */
export function pageStatement(query: SearchQuery, wanted: number): Statement {
  return pieceStatement(query, piecesOf(query)[0]!, wanted)
}

/** Metres of the first ring, and by how much each is larger than the one before. */
const firstRing = 2_000
const growth = 6
const halfTheGlobe = 20_100_000

async function readPiece(
  query: SearchQuery,
  piece: Piece,
  within: Within,
  wanted: number,
  run: Run,
): Promise<TextRow[]> {
  if (within.since === undefined) return await readInPlace(query, piece, wanted, within, run)
  const [inPlace, moved] = await Promise.all([
    readInPlace(query, piece, wanted, within, run),
    run(pieceStatement(query, piece, wanted, { ...within, areMoved: true })),
  ])
  return inOneOrder([...inPlace, ...moved], piece.isDescending).slice(0, wanted)
}

async function readInPlace(
  query: SearchQuery,
  piece: Piece,
  wanted: number,
  within: Within,
  run: Run,
): Promise<TextRow[]> {
  const isBounded = query.input.bbox || query.input.polygon || query.input.radius !== undefined
  if (!piece.rings || isBounded) return await run(pieceStatement(query, piece, wanted, within))
  for (let metres = Math.max(firstRing, Number(within.mark?.[1] ?? 0) * 1.5);; metres *= growth) {
    const isLast = metres > halfTheGlobe
    const rows = await run(
      pieceStatement(query, piece, wanted, isLast ? within : { ...within, ring: metres }),
    )
    if (rows.length >= wanted || isLast) return rows
  }
}

/** Which rows of a piece are wanted: behind the mark, in a ring, and of a walk those that have moved, or have not. */
interface Within {
  mark?: Mark
  ring?: number
  since?: Since
  areMoved?: true
}

function pieceStatement(
  query: SearchQuery,
  piece: Piece,
  wanted: number,
  { mark, ring, since, areMoved }: Within = {},
): Statement {
  const { collection, selection, distance, input } = query
  const { parameters, compiler, alias, rows } = build(
    query,
    (parameters) => areMoved ? joinMoved(query.source.alias, collection, since!, parameters) : '',
  )
  const now = piece.rings ? compiler.value(distance!.bound) : piece.value?.(alias)
  const value = areMoved ? now && whereItWas(now, alias) : now
  const seq = `${alias}.seq`
  const conditions = [areMoved ? piece.before : piece.condition(alias)]
  if (since !== undefined && !areMoved) conditions.push(isUnmoved(alias, collection, since, parameters))
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

/** An expression of price or place with what the walk saw of them. */
const whereItWas = (value: string, alias: string) =>
  value.replaceAll(price(alias), 'moved.price').replaceAll(`${alias}."Latitude"`, 'moved.latitude')
    .replaceAll(`${alias}."Longitude"`, 'moved.longitude')

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
