import { type ErrorDetail, HubError } from '../http/errors.ts'

/** What is wrong with a record that was sent, field by field. */
export type FaultCode =
  | 'unknown_field'
  | 'invalid_value'
  | 'too_long'
  | 'unknown_value'
  | 'read_only'
  | 'missing'
  | 'out_of_range'

export class Faults {
  constructor(readonly details: ErrorDetail[] = [], private readonly place = '') {}

  add(target: string, code: FaultCode, message: string): void {
    this.details.push({ code, target: this.place + target, message })
  }

  /** The same list, for what is inside of the record: `Media/0/MediaURL`. */
  within(place: string): Faults {
    return new Faults(this.details, `${this.place}${place}/`)
  }

  /** @throws HubError `invalid_record` (400) with all of them, if there are any */
  refuse(resource: string): void {
    const { length } = this.details
    if (length === 0) return
    const what = length === 1 ? 'one value' : `${length} values`
    throw new HubError('invalid_record', `The ${resource} was not stored: ${what} of it cannot be taken.`, {
      target: resource,
      details: this.details,
    })
  }
}

/**
 * Runs what changes a field; a refusal says of which field it speaks, as RCP-10 wants it.
 *
 * @throws HubError with `details`, or what `work` throws
 */
export async function ofField<Result>(target: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof HubError ? detailed(error, target) : error
  }
}

/** The same refusal, with a detail about the field. */
export function detailed(error: HubError, target: string): HubError {
  if (error.details || error.status >= 500) return error
  const code = String(error.members.reason ?? error.code)
  return new HubError(error.code, error.message, {
    target,
    details: [{ code, target, message: error.message }],
    headers: error.headers,
    cause: error.cause,
  })
}
