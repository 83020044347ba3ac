import { env } from './env.ts'
import { position } from './trace.ts'

/** `security` marks refusals that an operator may want to count: bad credentials, missing scopes, quotas. */
export type LogLevel = 'info' | 'warn' | 'security' | 'error'

const rank: Record<string, number> = { info: 0, warn: 1, security: 2, error: 3, off: 4 }

/**
 * Writes one JSON object on one line: level, time, event, and the given fields. MLS_LOG_LEVEL (info, warn, security,
 * error, off) sets the least level written. Within a request it bears the ids of its trace. Callers pass no secrets, no query strings and no bodies.
 */
export function log(level: LogLevel, event: string, fields: Record<string, unknown> = {}): void {
  const least = rank[env('MLS_LOG_LEVEL') ?? 'info'] ?? 0
  if (rank[level]! < least) return
  const { traceId: trace_id, spanId: span_id } = position() ?? {}
  console.log(JSON.stringify({ level, ts: new Date().toISOString(), event, ...fields, trace_id, span_id }))
}

/**
 * What a log line may say about an error. Postgres quotes offending values in the messages of classes 22 (data)
 * and 23 (constraints); they may be personal data, so quoted parts are blanked there.
 */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error) }
  const { code, constraint, routine } = error as Error & {
    code?: string
    constraint?: string
    routine?: string
  }
  const quotesValues = /^2[23]/.test(code ?? '')
  const message = quotesValues ? error.message.replace(/"[^"]*"/g, '"..."') : error.message
  const stack = error.stack?.split('\n').filter((line) => line.startsWith('    at ')).slice(0, 4)
    .map((line) => line.trim())
  return { name: error.name, code, message, constraint, routine, stack }
}
