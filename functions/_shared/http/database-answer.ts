import { errorCatalogue, type ErrorCode } from './catalogue.ts'
import { HubError } from './errors.ts'

/** How a function of the database that decides for itself says no: with a code of the catalogue. */
export interface DatabaseRefusal {
  status: number
  code: string
  detail: string
  target?: string
  /** Whatever else the caller is told. */
  [member: string]: unknown
}

/**
 * What such a function answered, if it is no refusal. `from` names the function, for the log.
 *
 * @throws HubError with the code of the refusal
 */
export function answerOf<Answer extends object>(from: string, result: Answer | DatabaseRefusal): Answer {
  if (!isRefusal(result)) return result
  const { status: _, code, detail, target, ...members } = result
  if (!Object.hasOwn(errorCatalogue, code)) throw new Error(`${from} answered an unknown code: ${code}`)
  throw new HubError(code as ErrorCode, detail, { target, members })
}

function isRefusal(result: object): result is DatabaseRefusal {
  return 'code' in result
}
