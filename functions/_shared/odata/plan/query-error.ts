/** Why a query that the grammar allows is refused. */
export type QueryErrorCode =
  | 'invalid_query'
  | 'unknown_field'
  | 'not_found'
  | 'not_implemented'
  | 'too_costly'

/** A refusal of a query, in words for the person who wrote it. `target` is a query option or `path`. */
export class QueryError extends Error {
  override readonly name = 'QueryError'
  readonly code: QueryErrorCode
  readonly target?: string

  constructor(code: QueryErrorCode, message: string, options: { target?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.code = code
    this.target = options.target
  }
}
