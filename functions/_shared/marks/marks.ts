/**
 * What an answer says of its own rows to whoever asks for it by `Prefer: mls.marks`: where each stands in the order that was
 * asked for, and how to go on behind it. A router that merges the pages of several hubs needs both, for it seldom takes a
 * whole page of one.
 */

/** A value that rows are ordered by. Null is lowest. */
export interface SortedBy {
  /** The Postgres type of the values, which stand here as their text. */
  type: string
  descending: boolean
}

/** A row: its values in the order of `order`, the token behind it, and the characters of its text. */
export type Mark = [values: (string | null)[], token: string, length: number]

/** `@mls.marks` of a collection. */
export interface PageMarks {
  /** Without the insertion number that makes it total in one hub: numbers of two hubs say nothing of each other. */
  order: SortedBy[]
  /** Rows of a page. */
  size: number
  /** Whether `$top` says how many rows are wanted in all. */
  isBounded: boolean
  /** Behind what a page has to end (odata/plan/milliseconds.ts). */
  end: 'a millisecond' | 'two milliseconds' | null
  /** Of the fields as the client sees them: rows of another digest are no rows of this collection. */
  digest: string
  rows: Mark[]
}

/** `marks` of a page of F/search. */
export interface SearchMarks {
  order: SortedBy[]
  limit: number
  /** The zoom of the tiles that clusters are made of. */
  grid: number
  digest: string
  rows: Mark[]
}

/** Whether the request asks for marks. */
export function prefersMarks(headers: Headers): boolean {
  return /(?:^|[,;]\s*)mls\.marks(?:\s*[,;]|$)/i.test(headers.get('Prefer') ?? '')
}
