import { errorCatalogue, type ErrorCode } from './catalogue.ts'

/** One of several faults found in one request, as in OData's `details`. */
export interface ErrorDetail {
  code: string
  message: string
  target?: string
}

export interface HubErrorOptions {
  /** The part of the request at fault: a parameter, a field, a header. */
  target?: string
  details?: ErrorDetail[]
  /** Further response headers, such as Retry-After or WWW-Authenticate. */
  headers?: Record<string, string>
  /** Further members of a problem document, such as `would_flag` of a refused run. */
  members?: Record<string, unknown>
  /** What really happened: logged, never sent. */
  cause?: unknown
}

/**
 * A refusal or failure that may be shown to the caller: a code of the catalogue and a message that says what is
 * wrong, where, and how to mend it. Doors throw it; the error handler of the door renders it in the door's shape.
 */
export class HubError extends Error {
  readonly code: ErrorCode
  readonly status: number
  readonly title: string
  readonly target?: string
  readonly details?: ErrorDetail[]
  readonly headers: Record<string, string>
  readonly members: Record<string, unknown>

  constructor(code: ErrorCode, message?: string, options: HubErrorOptions = {}) {
    const { status, title } = errorCatalogue[code]
    super(message ?? `${title}.`, { cause: options.cause })
    this.name = 'HubError'
    this.code = code
    this.status = status
    this.title = title
    this.target = options.target
    this.details = options.details
    this.headers = options.headers ?? {}
    this.members = options.members ?? {}
  }
}
