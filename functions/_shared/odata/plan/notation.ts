/** How values and entities are written, whatever is asked for. */
export interface Notation {
  /** Int64, Decimal and counts as texts (IEEE754Compatible=true): JavaScript's numbers would change some of them. */
  numbersAsText: boolean
  /** Everything that a client could work out itself stands in the answer (odata.metadata=full). */
  isFull: boolean
  /** Nothing but values stands in it (odata.metadata=none). */
  isBare: boolean
  /** ModificationTimestamp with three digits of a second instead of six, and compared so: milliseconds.ts. */
  stampsInMilliseconds: boolean
}

export const plainNotation: Notation = {
  numbersAsText: false,
  isFull: false,
  isBare: false,
  stampsInMilliseconds: false,
}

/** Whether entities cannot be put together from the documents that lie ready. */
export const isWrittenAnew = ({ numbersAsText, isFull }: Notation) => numbersAsText || isFull
