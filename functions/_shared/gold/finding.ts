import type { IssueCode } from './issues.ts'
import { storableText } from './storable-text.ts'

/** The forms in which values leave this contract: all JSON scalars. */
export type Scalar = string | number | boolean | null

/**
 * What a reader answers when there is something to say: with a value, it could be read after mending; without,
 * it could not. Readers answer the plain value otherwise, which keeps the common case free of allocations.
 */
export class Finding {
  constructor(readonly code: IssueCode, readonly message: string, readonly value?: Scalar) {}
}

/** Reads one value that is not null. Never throws, whatever it is given. */
export type Reader = (value: unknown) => Scalar | Finding

const shown = 40

/** The value as a message may show it: short, and storable. */
export function quote(value: unknown): string {
  if (typeof value === 'string') {
    return `'${storableText(value.slice(0, shown))}${value.length > shown ? '…' : ''}'`
  }
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'object' || typeof value === 'function' || typeof value === 'symbol') {
    return 'an object'
  }
  return String(value)
}
