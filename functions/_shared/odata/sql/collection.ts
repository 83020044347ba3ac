/** Statements for a collection of one entity type: a page of it, and its count. */
import type { TextRow } from '../../db/pipeline.ts'
import type { Profile } from '../model/model.ts'
import type { Reader } from '../model/reader.ts'
import type { CollectionQuery } from '../plan/collection-query.ts'
import { type Cursor, type Piece, pieces } from '../plan/keyset.ts'
import { Compiler } from './compiler.ts'
import { computedColumns, withComputed } from './computed.ts'
import { pieceOf } from './keyset.ts'
import { linkConditions, linkKeys } from './links.ts'
import { sortKeys } from './order.ts'
import { readableRows } from './readable-rows.ts'
import { asksWholeRecords, recordsByKey } from './records-by-key.ts'
import { foundByIndex, matchesRow } from './search.ts'
import { memberColumns } from './selection.ts'
import { identifier, Parameters, type Statement } from './statement.ts'
import { fromItem } from './tables.ts'

/** A row of a page. */
export interface PageRow {
  stamp: string
  /** Values of the fields behind `follow`, in its order. */
  links: (string | null)[]
  /** Members of the JSON object, joined by commas; empty when there are none. */
  members: string
}

/** The statements of a page, to be run in turn until it is full; each takes the number of rows still missing. */
export function pageStatements(
  query: CollectionQuery,
  reader: Reader,
  profile: Profile,
): ((missing: number) => Statement)[] {
  return pieces(query.order, query.cursor, query.skip, query.filter).map(
    (piece) => (missing) => pageStatement(query, piece, reader, profile, missing),
  )
}

function pageStatement(
  query: CollectionQuery,
  piece: Piece,
  reader: Reader,
  profile: Profile,
  missing: number,
): Statement {
  const { source: { alias, type }, link, selection, computed, notation, follow, cursor, skip } = query
  const parameters = new Parameters()
  const compiler = new Compiler(parameters, reader)
  const byKey = link && !link.within && asksWholeRecords(query, link.field)
    ? recordsByKey(query.source, link.field, () => linkKeys(link, compiler), parameters)
    : undefined
  const keys = sortKeys(query.order, alias, compiler)
  const columns = [
    `${alias}.stamp`,
    ...keys.map(({ sql }) => sql),
    ...follow.map(({ from }) => byKey ? `${alias}.link` : `${alias}.${identifier(from)}`),
    ...computedColumns(computed, compiler, notation),
    ...memberColumns(alias, type, selection, profile, notation),
  ]
  const from = `select ${columns.join(', ')} from ${byKey ?? fromItem(query.source, parameters)}`
  // There is one at most: nothing to order, nothing to leave out.
  if (byKey && link?.field === type.key) return { text: from, values: parameters.values }

  const restriction = byKey ? ['true'] : conditionsOf(query, compiler)
  const { conditions, orderBy } = pieceOf(piece, keys, cursor, parameters)
  const where = [...restriction, ...conditions].join(' and ')
  const offset = skip > 0 ? ` offset ${skip}` : ''
  return {
    text: `${from} where ${where} order by ${orderBy} limit ${missing}${offset}`,
    values: parameters.values,
  }
}

export function countStatement(query: CollectionQuery, reader: Reader): Statement {
  const parameters = new Parameters()
  const where = conditionsOf(query, new Compiler(parameters, reader))
  return {
    text: `select count(*)::text from ${fromItem(query.source, parameters)} where ${where.join(' and ')}`,
    values: parameters.values,
  }
}

function conditionsOf({ source, filter, search, link }: CollectionQuery, compiler: Compiler): string[] {
  const { parameters } = compiler
  const { type } = source
  const isChosen = link !== undefined || type.rows !== undefined
  return [
    readableRows(source, compiler.reader, parameters),
    ...linkConditions(source, link, compiler),
    ...(search ? [isChosen ? matchesRow(search, parameters) : foundByIndex(search, parameters)] : []),
    ...(filter ? [compiler.condition(filter)] : []),
  ]
}

/** What takes the columns of a page's rows apart. */
export function pageRows(
  { source, order, follow, selection, computed, notation }: CollectionQuery,
): (columns: TextRow) => PageRow {
  const links = order.length + 2
  const values = links + follow.length
  const members = withComputed(source.type, { selection, computed, notation })
  return (columns) => ({
    stamp: columns[0]!,
    links: follow.length > 0 ? columns.slice(links, values) : none,
    members: members(columns, values),
  })
}

const none: never[] = []

/** Where a page ends whose last row this is. */
export function cursorOf({ order }: CollectionQuery, columns: TextRow): Cursor {
  return columns.slice(1, order.length + 2)
}
