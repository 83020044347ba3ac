/** The values of `$compute` in an answer: columns of the statement, and members of the JSON object. */
import type { TextRow } from '../../db/pipeline.ts'
import type { EntityType } from '../model/model.ts'
import type { CollectionQuery } from '../plan/collection-query.ts'
import type { Computation } from '../plan/bound.ts'
import { isTime } from '../plan/milliseconds.ts'
import type { Notation } from '../plan/notation.ts'
import { edmOf } from '../plan/value-types.ts'
import type { Compiler } from './compiler.ts'
import { membersOf, typeAnnotation } from './selection.ts'
import { shownJson, shownText } from './shown-text.ts'

export function computedColumns(
  computed: readonly Computation[],
  compiler: Compiler,
  { stampsInMilliseconds }: Notation,
): string[] {
  return computed.map(({ bound }) =>
    shownText(compiler.value(bound), bound.type, stampsInMilliseconds && isTime(bound))
  )
}

/** What makes members, joined by commas, of the columns from `first`: computed values, then what membersOf() takes. */
export function withComputed(
  type: EntityType,
  { selection, computed, notation }: Pick<CollectionQuery, 'selection' | 'computed' | 'notation'>,
): (row: TextRow, first: number) => string {
  const members = membersOf(type, selection, notation)
  if (computed.length === 0) return members
  const values = computedMembers(computed, notation)
  return (row, first) =>
    [members(row, first + computed.length), values(row, first)].filter((text) => text !== '').join()
}

function computedMembers(
  computed: readonly Computation[],
  { numbersAsText, isBare }: Notation,
): (row: TextRow, first: number) => string {
  return (row, first) =>
    computed.map(({ name, bound: { type } }, n) => {
      const text = row[first + n]!
      // No model declares them: a reader without the type would take every number for a double.
      const isTooLong = type === 'integer' && text !== null && !isInt64(text)
      const annotation = isBare || text === null
        ? ''
        : typeAnnotation(name, edmOf(isTooLong ? 'decimal' : type))
      return `${annotation}"${name}":${shownJson(type, text, numbersAsText)}`
    }).join()
}

/** A product of whole numbers may be longer. */
const isInt64 = (text: string) => text.length < 19 || BigInt.asIntN(64, BigInt(text)) === BigInt(text)
