/**
 * The mapping language: from a record as its source writes it to a gold Property. JSON without code: an operation that
 * is not listed here does not exist. The steps of a rule run in the order of its members below.
 *
 *   {"version": 1, "fields": {"ListPrice": {"from": "Price €", "as": "decimal", "empty": ["POA"]}}, "keep_rest": true}
 */
export interface Mapping {
  version: 1
  /** By gold field of Property; `Media` is a list of picture addresses. */
  fields: Record<string, Rule>
  /** What no rule reads goes to extensions under its own name. */
  keep_rest?: boolean
}

/** Where a value comes from (one of the first three) and what happens to it. */
export interface Rule {
  /**
   * A field by name, a path into a nested record (`address.city`, `photos.*.url`), a pattern (`Photo*`, all that match,
   * in the order of their numbers), or several of these: the first that holds something counts, patterns are joined.
   */
  from?: string | string[]
  /** Text with fields in braces: `ACME_{ref}`. Nothing if one of the fields holds nothing. */
  template?: string
  /** The same for every record. */
  value?: string | number | boolean | null
  trim?: boolean
  /** Texts that stand for "no value"; case and blanks around them do not matter. */
  empty?: string[]
  /** Cuts a text into a list at this text. */
  split?: string
  lower?: boolean
  /** By text; case and blanks around it do not matter. */
  map?: Record<string, string | number | boolean | null>
  /** What becomes of a value that `map` does not name: kept (default), nothing with a remark, or the record is rejected. */
  else?: 'keep' | 'null' | 'reject'
  as?: 'text' | 'int' | 'decimal' | 'date' | 'bool'
  /** Factor for a number: 0.09290304 turns square feet into square metres. */
  scale?: number
  /** Joins a list; a comma where the field takes one text. */
  join?: string
}

/** How a source writes numbers and dates. */
export interface ValueForms {
  /** The sign before the decimals. */
  decimal: '.' | ','
  /** The order of day, month and year where a date is not ISO. */
  dates: 'ymd' | 'dmy' | 'mdy'
}

export const plainForms: ValueForms = { decimal: '.', dates: 'ymd' }

/** The target that takes a list of picture addresses. */
export const mediaTarget = 'Media'
