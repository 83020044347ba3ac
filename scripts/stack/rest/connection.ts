import { createPostgresConnection, type PostgresConnection } from '@supabase/lite/postgres'

/** A connection of @supabase/lite for one of the services. */
export function connect(url: string): PostgresConnection {
  const connection = createPostgresConnection({ url, postgresOptions: { types: asJson, onnotice: () => {} } }) // The library would grant every table to every API role at its first request, and hide grants that are missing.
  ;(connection as unknown as { rlsState: string }).rlsState = 'active'
  const introspect = connection.introspect.bind(connection)
  connection.introspect = async (options) => {
    const found = await introspect(options)
    hideCasts(found.views)
    return found
  }
  return connection
}

/**
 * At each request the library looks, for every column of every view, through the text of the view for a cast to one of its
 * own types, which stand for other forms of a value. A hub has none of them, and views of hundreds of columns: that was
 * 60 ms of each request. It finds the view with `find`; what else finds one so learns nothing from its text.
 */
function hideCasts(views: { sql?: string }[]): void {
  if (Object.hasOwn(views, 'find')) return
  Object.defineProperty(views, 'find', {
    value: (isIt: (view: unknown) => boolean) => {
      const index = views.findIndex(isIt)
      return index < 0 ? undefined : { ...views[index], sql: undefined }
    },
  })
}

/**
 * One that answers as PostgREST does, for the Data API. The library leaves the rendering of values to the driver, where
 * PostgREST lets the database write JSON: a price came as a text, a time with a blank in it. And it told half of the
 * errors of the database by a code of its own.
 */
export function connectAsPostgrest(url: string): PostgresConnection {
  const connection = connect(url)
  connection.normalizeDbError = asPostgrestError
  return connection
}

const text = (value: string) => value
const type = (oid: number, parse: (value: string) => unknown) => ({
  to: oid,
  from: [oid],
  serialize: String,
  parse,
})

/** How the database itself would write these types as JSON. */
const asJson = {
  numeric: type(1700, (value) => Number.isFinite(Number(value)) ? Number(value) : value),
  timestamp: { ...type(1114, isoTime), serialize: text },
  timestamptz: { ...type(1184, isoTime), serialize: text },
  bytea: { ...type(17, text), serialize: text },
  json: { ...type(114, JSON.parse), serialize: jsonParameter },
  jsonb: { ...type(3802, JSON.parse), serialize: jsonParameter },
}

/** The library writes objects as JSON before the driver does, which would make a text of them. */
function jsonParameter(value: unknown): string {
  return typeof value === 'string' && /^[{[]/.test(value) ? value : JSON.stringify(value)
}

/** `2026-01-31 09:30:00.5+00` as `2026-01-31T09:30:00.5+00:00`; infinity and years before Christ stay as they are. */
export function isoTime(value: string): string {
  const [, date, time, hours, rest] = /^(\d{4,}-\d\d-\d\d) ([\d:.]+)([+-]\d\d)?(:.+)?$/.exec(value) ?? []
  return date ? `${date}T${time}${hours ? hours + (rest ?? ':00') : ''}` : value
}

/** Which status PostgREST gives to an SQLSTATE, or to its class; all others are 400. */
const statuses: Record<string, number> = {
  '08': 503,
  '09': 500,
  '0L': 403,
  '0P': 403,
  '23503': 409,
  '23505': 409,
  '25': 500,
  '25006': 405,
  '28': 403,
  '2D': 500,
  '38': 500,
  '39': 500,
  '3B': 500,
  '40': 500,
  '42883': 404,
  '42P01': 404,
  '42P17': 500,
  '53': 503,
  '53400': 500,
  '54': 500,
  '55': 500,
  '57': 500,
  '58': 500,
  F0: 500,
  HV: 500,
  P0: 500,
  P0001: 400,
  XX: 500,
}

/** Codes that the library tells rightly by itself, some of them with the name of the relation. */
const toldByLibrary = /^(PGRST|PT|22|21|42501|42703|42P01|42883)/

interface DatabaseError extends Error {
  code?: string
  detail?: string
  hint?: string
}

/** The error as a function would raise it for PostgREST with its own status and body: the library passes that on. */
function asPostgrestError(error: unknown): unknown {
  const { code, message, detail, hint } = error as DatabaseError
  if (typeof code !== 'string' || !/^[0-9A-Z]{5}$/.test(code) || toldByLibrary.test(code)) return error
  const body = { code, message, details: detail ?? null, hint: hint ?? null }
  const status = statuses[code] ?? statuses[code.slice(0, 2)] ?? 400
  return Object.assign(new Error(JSON.stringify(body)), {
    code: 'PGRST',
    detail: JSON.stringify({ status, headers: {} }),
  })
}
