/**
 * The scenarios of RESO's own suite for Web API Core, by their tags and in its order. The endorsements 2.0.0 and 2.1.0
 * have the same 45; what the specification of 2.1.0 asks beyond them is in specification.ts.
 */
export const suite = [
  'metadata-validation',
  'service-document',
  'fetch-by-key',
  'select',
  'top',
  'skip',
  'count',
  'filter-int-and',
  'filter-int-or',
  'filter-int-not',
  'filter-int-eq',
  'filter-int-ne',
  'filter-int-gt',
  'filter-int-ge',
  'filter-int-lt',
  'filter-int-le',
  'filter-decimal-ne',
  'filter-decimal-gt',
  'filter-decimal-ge',
  'filter-decimal-lt',
  'filter-decimal-le',
  'filter-date-eq',
  'filter-date-ne',
  'filter-date-gt',
  'filter-date-ge',
  'filter-date-lt',
  'filter-date-le',
  'filter-datetime-gt',
  'filter-datetime-ge',
  'filter-datetime-lt-now',
  'filter-datetime-le-now',
  'filter-datetime-ne-now',
  'orderby-timestamp-asc',
  'orderby-timestamp-desc',
  'orderby-timestamp-asc-filter-int-gt',
  'orderby-timestamp-desc-filter-int-gt',
  'filter-enum-single-has',
  'filter-enum-single-eq',
  'filter-enum-ne',
  'filter-enum-multi-has',
  'filter-enum-multi-has-and',
  'filter-coll-enum-any',
  'filter-coll-enum-all',
  'response-code-400',
  'response-code-404',
] as const

export type Tag = typeof suite[number]

/** The scenarios of one group: the tags that begin with one of `P`. */
export type TagsOf<P extends string> = Extract<Tag, `${P}${string}`>
