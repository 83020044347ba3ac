import type { ErrorCode } from './catalogue.ts'
import { HubError } from './errors.ts'

/** SQLSTATEs (whole, or the two-character class) that say something else than "the hub has a fault". */
const bySqlState: Record<string, ErrorCode> = {
  '08': 'database_unavailable', // connection exceptions
  '28': 'database_unavailable', // the login is refused, as by a pooler that has not heard of a new password
  '53': 'database_unavailable', // out of connections, memory or disk
  '57P01': 'database_unavailable', // admin shutdown
  '57P02': 'database_unavailable', // crash shutdown
  '57P03': 'database_unavailable', // starting up
  '57P05': 'database_unavailable', // idle session timeout
  '25P03': 'database_unavailable', // idle in transaction timeout
  '57014': 'query_timeout', // statement timeout
  '55P03': 'write_conflict', // lock timeout
  '40001': 'write_conflict', // serialization failure
  '40P01': 'write_conflict', // deadlock
  '22021': 'invalid_parameter', // NUL in a text: what a caller sent, for nothing of ours holds one
  '22P05': 'invalid_parameter', // the same in JSON
}

/** Errors of the socket and of the driver, which carry no SQLSTATE. */
const unreachable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
])
/** The same as Deno names them, where TLS is in between: they carry no code. */
const lostConnections = new Set([
  'BrokenPipe',
  'ConnectionAborted',
  'ConnectionRefused',
  'ConnectionReset',
  'NotConnected',
  'TimedOut',
  'UnexpectedEof',
])
const driverMessages: [RegExp, ErrorCode][] = [
  [/^Connection terminated|^timeout exceeded when trying to connect/, 'database_unavailable'],
  [
    /^Client (has encountered a connection error|was closed)|^Cannot use a pool after/,
    'database_unavailable',
  ],
  [/^The server does not support SSL|^There was an error establishing an SSL/, 'database_unavailable'],
  // Texts of OpenSSL, Node and rustls
  [
    /^unable to (verify|get)|^self.signed cert|^certificate |^Hostname\/IP does not match/,
    'database_unavailable',
  ],
  [/^invalid peer certificate/, 'database_unavailable'],
  [/^Query read timeout/, 'query_timeout'],
]

const messages: Partial<Record<ErrorCode, string>> = {
  invalid_parameter:
    'The request holds a NUL character or half of a surrogate pair, which no text here can hold.',
}

const retryAfterSeconds: Partial<Record<ErrorCode, string>> = {
  database_unavailable: '5',
  write_conflict: '1',
}

/**
 * Translates a failure of Postgres, of its driver or of the network to it into an answer that can be given away:
 * 503 with Retry-After when the same request may succeed later, 504 when it ran too long, 400 for a text that Postgres cannot keep. Anything else (a broken
 * constraint, a syntax error) is a fault of the hub: undefined, and the caller answers 500.
 */
export function fromDatabaseError(error: unknown): HubError | undefined {
  if (!(error instanceof Error)) return undefined
  const code = codeOf(error)
  if (!code) return undefined
  const seconds = retryAfterSeconds[code]
  return new HubError(code, messages[code], {
    cause: error,
    headers: seconds ? { 'Retry-After': seconds } : {},
  })
}

function codeOf(
  error: Error & { code?: unknown; severity?: unknown; detail?: unknown },
): ErrorCode | undefined {
  if (typeof error.code === 'string') {
    // half of a surrogate pair has no code of its own: it is one of all that JSON can be wrong by
    if (error.code === '22P02' && /\bsurrogate\b/.test(String(error.detail))) return 'invalid_parameter'
    if (unreachable.has(error.code)) return 'database_unavailable'
    if (/^[0-9A-Z]{5}$/.test(error.code)) {
      return bySqlState[error.code] ?? bySqlState[error.code.slice(0, 2)] ?? ofSeverity(error)
    }
  }
  if (lostConnections.has(error.name)) return 'database_unavailable'
  return driverMessages.find(([pattern]) => pattern.test(error.message))?.[1]
}

/** What is fatal ends the connection: poolers say so with XX000, whatever the reason. */
function ofSeverity({ severity }: { severity?: unknown }): ErrorCode | undefined {
  return severity === 'FATAL' ? 'database_unavailable' : undefined
}
