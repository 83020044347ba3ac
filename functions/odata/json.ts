import { namespace } from '../_shared/odata/model/annotations.ts'
import type { EntityType } from '../_shared/odata/model/model.ts'
import { type Notation, plainNotation } from '../_shared/odata/plan/notation.ts'
import { type Selection, showsStamp } from '../_shared/odata/plan/selection.ts'
import type { Representation } from './negotiate.ts'

/**
 * JSON by joining texts: members of objects come ready, and nothing here parses or escapes them again.
 * What is written as a string here (stamps, addresses) holds no character that JSON would escape.
 */

/** A stamp (microseconds since 1970) as a timestamp: with all its digits, or cut to milliseconds. */
export function stampTime(stamp: string, inMilliseconds = false): string {
  const milliseconds = new Date(Number(stamp.slice(0, -3))).toISOString()
  return inMilliseconds ? milliseconds : `${milliseconds.slice(0, -1)}${stamp.slice(-3)}Z`
}

/**
 * Changes when the record does, and when its client comes to see other fields of it: with a grant, or a release of the
 * hub. Weak: choices of fields share it.
 */
export function etag(stamp: string, { digest }: EntityType): string {
  return `W/"${stamp}.${digest}"`
}

/** If-Match and If-None-Match: a list of tags, or `*`; weak comparison. */
export function isKnown(header: string | null, tag: string): boolean {
  const bare = (text: string) => text.trim().replace(/^W\//, '')
  return header !== null &&
    header.split(',').some((known) => known.trim() === '*' || bare(known) === bare(tag))
}

export interface EntityParts {
  stamp: string
  /** Members of the JSON object, joined by commas; empty when there are none. */
  members: string
}

export interface EntityStyle {
  /** The digest in the entity's tag. With odata.metadata=none entities carry no annotations, and so no tag. */
  digest?: string
  showsStamp: boolean
  stampsInMilliseconds?: boolean
  /** The name of the type, where odata.metadata=full wants it. */
  typeName?: string
}

/** How the entities of a plan are written. */
export function entityStyle(
  type: EntityType,
  selection: Selection,
  hasAnnotations: boolean,
  { isFull, stampsInMilliseconds }: Notation = plainNotation,
): EntityStyle {
  return {
    digest: hasAnnotations ? type.digest : undefined,
    showsStamp: showsStamp(selection),
    stampsInMilliseconds,
    typeName: isFull ? `#${namespace}.${type.name}` : undefined,
  }
}

/**
 * One entity; `first` is a member to be put before all others. V8 keeps what is concatenated here as a tree, and writes
 * the whole answer once. Against a list of pieces joined at the end, a page of 1,000 full rows takes as long, one of four
 * fields a third less.
 */
export function entityText({ stamp, members }: EntityParts, style: EntityStyle, first = ''): string {
  const tag = style.digest === undefined ? '' : `"@odata.etag":"W/\\"${stamp}.${style.digest}\\""`
  const time = style.showsStamp
    ? `"ModificationTimestamp":"${stampTime(stamp, style.stampsInMilliseconds)}"`
    : ''
  // Annotations of the entity go ahead of its members: who reads while it arrives needs them first.
  if (style.typeName) {
    const typed = time && `"ModificationTimestamp@odata.type":"#DateTimeOffset",${time}`
    return `{${[`"@odata.type":"${style.typeName}"`, tag, members, typed].reduce(withComma, first)}}`
  }
  return `{${[tag, time, members].reduce(withComma, first)}}`
}

/** A count is an Int64. */
export function countText(count: string | number, { numbersAsText }: Notation): string {
  return numbersAsText ? `"${count}"` : String(count)
}

/** Two texts of members as one. */
export function withComma(left: string, right: string): string {
  return left === '' || right === '' ? left + right : `${left},${right}`
}

export function jsonResponse(
  text: string,
  { level, numbersAsText }: Pick<Representation, 'level' | 'numbersAsText'>,
  headers: Record<string, string> = {},
): Response {
  return new Response(text.length > largeText ? inPieces(text) : text, {
    headers: {
      'Content-Type':
        `application/json;odata.metadata=${level};odata.streaming=true;IEEE754Compatible=${numbersAsText};charset=utf-8`,
      ...headers,
    },
  })
}

/**
 * Characters. A page of 1,000 full records, some 7 million, leaves whole: in pieces it takes a quarter more CPU. With
 * much expanded in it an answer reaches 27 million, and a copy of it as bytes may be what breaks the isolate's limit.
 */
const largeText = 8_000_000
const pieceLength = 1_000_000

/** Encodes a text piece by piece, as fast as the client takes them. */
function inPieces(text: string): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let at = 0
  return new ReadableStream({
    pull(controller) {
      const end = pieceEnd(text, at + pieceLength)
      controller.enqueue(encoder.encode(text.slice(at, end)))
      at = end
      if (at === text.length) controller.close()
    },
  })
}

/** No piece ends between the two halves of a character. */
function pieceEnd(text: string, end: number): number {
  const isHalf = /[\ud800-\udbff]/.test(text.charAt(end - 1))
  return Math.min(isHalf ? end + 1 : end, text.length)
}
