/**
 * Every code that a receipt may carry about a value or a record as it was sent, and what it does:
 * - `reject`: the record is not applied;
 * - `by field`: the value becomes null; severity.ts says for which fields that rejects the record;
 * - `note`: the value is applied as described.
 * Closed on purpose: notebooks count by code, the reference prints this table.
 */
export const issueCatalogue = {
  not_an_object: { effect: 'reject', meaning: 'The element of the batch is not a JSON object' },
  missing: { effect: 'reject', meaning: 'A field that every record needs is absent, null or empty' },
  too_long: { effect: 'reject', meaning: 'A text is longer than the hub keeps' },
  too_deep: { effect: 'reject', meaning: 'A value is nested deeper than the hub keeps' },

  other_office: {
    effect: 'reject',
    meaning: 'Another office holds the key, or the listing of a file; the message says how it is moved',
  },

  key_too_long: {
    effect: 'by field',
    meaning: 'A key or a single lookup value is longer than an index can hold',
  },
  invalid_text: { effect: 'by field', meaning: 'Not a text, a number or a boolean' },
  invalid_boolean: {
    effect: 'by field',
    meaning: 'Not a boolean in any spelling that Spark or Python writes',
  },
  invalid_number: { effect: 'by field', meaning: 'Not a decimal number' },
  invalid_integer: { effect: 'by field', meaning: 'A number, but not a whole one' },
  invalid_currency: {
    effect: 'by field',
    meaning:
      'Not a currency code of ISO 4217, nor a sign of one currency alone; that of the office is assumed',
  },
  invalid_date: { effect: 'by field', meaning: 'Not an ISO date of the calendar' },
  invalid_timestamp: { effect: 'by field', meaning: 'Not an ISO date and time of the calendar' },
  out_of_range: { effect: 'by field', meaning: 'Readable, but outside what the field can hold or mean' },
  incomplete_pair: {
    effect: 'by field',
    meaning: 'One coordinate without a usable other one; neither is applied',
  },
  no_place: { effect: 'by field', meaning: 'Coordinates 0,0, which stand for "unknown"; neither is applied' },

  rounded: {
    effect: 'note',
    meaning: 'More digits than the field keeps; rounded half up, the original is in $raw',
  },
  cleaned: { effect: 'note', meaning: 'NUL characters or halves of surrogate pairs were removed' },
  future_time: {
    effect: 'note',
    meaning: 'A time of change beyond the clock of the hub; the record is applied like one without a time',
  },
  bad_quotes: {
    effect: 'note',
    meaning: 'The quotes of a row of a file do not match; it was read to the end of its line',
  },
  other_source: {
    effect: 'note',
    meaning: 'A deletion of what another source delivered last; the record stays',
  },
  unmapped_value: {
    effect: 'note',
    meaning: 'A value that the map of a source does not name; `else` says what becomes of it',
  },
  not_from_source: {
    effect: 'note',
    meaning: 'A value that the hub keeps itself, such as PhotosCount; what the source says is left out',
  },
  unknown_status: { effect: 'note', meaning: 'Not a StandardStatus of RESO; kept, and never published' },
  unknown_field: { effect: 'note', meaning: 'Fields that the contract does not know; kept as extensions' },
  more_warnings: { effect: 'note', meaning: 'The record had more remarks than a receipt lists' },
  bad_name: { effect: 'note', meaning: 'A field name that cannot be stored as it is; its value is in $raw' },
} as const satisfies Record<string, { effect: 'reject' | 'by field' | 'note'; meaning: string }>

export type IssueCode = keyof typeof issueCatalogue

/** One remark of a receipt. `field` is empty where the remark is about the record as a whole. */
export interface Issue {
  field: string
  code: IssueCode
  message: string
}
