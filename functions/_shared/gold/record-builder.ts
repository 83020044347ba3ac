import type { Finding } from './finding.ts'
import { type Issue, issueCatalogue, type IssueCode } from './issues.ts'
import { storableJson } from './json-value.ts'
import { maxWarnings } from './limits.ts'
import { rejects, type Severity } from './severity.ts'
import { storableText } from './storable-text.ts'

/** A record as it leaves the contract: scalars under the names of the dictionary, anything JSON under others. */
export type GoldRecord = Record<string, unknown>

/** Where values that could not be read, or lost digits, are kept as they were sent. */
export const rawName = '$raw'

/** What reading one element came to. Without a record the element was no object. */
export interface Reading {
  record?: GoldRecord
  errors: Issue[]
  warnings: Issue[]
}

/** A record while it is being read: its values so far, the remarks on them, and the originals of what was lost. */
export class RecordBuilder {
  readonly errors: Issue[] = []
  readonly warnings: Issue[] = []
  #raw: Map<string, unknown> | undefined

  constructor(readonly record: GoldRecord) {}

  /** Puts what a reader answered with a remark in the place of `value`. */
  settle(field: string, severity: Severity, value: unknown, { code, message, value: read }: Finding): void {
    this.record[field] = read ?? null
    this.note(field, code, message, rejects(severity, code))
    if (code === 'rounded' || issueCatalogue[code].effect !== 'note') this.keep(field, value)
  }

  note(
    field: string,
    code: IssueCode,
    message: string,
    rejected = issueCatalogue[code].effect === 'reject',
  ): void {
    const issue = { field, code, message }
    if (rejected) this.errors.push(issue)
    else this.warnings.push(issue)
  }

  /** Keeps an original under $raw. Its length is no reason to refuse it there: it was refused in its field. */
  keep(field: string, value: unknown): void {
    this.#raw ??= new Map()
    this.#raw.set(storableText(field), storableJson(value, new Set()))
  }

  finish(): Reading {
    const over = this.warnings.length - maxWarnings
    if (over > 0) {
      this.warnings.length = maxWarnings
      this.note('', 'more_warnings', `${over} more remarks on this record are left out.`)
    }
    if (this.#raw) this.record[rawName] = Object.fromEntries(this.#raw)
    return { record: this.record, errors: this.errors, warnings: this.warnings }
  }
}
