import pg from 'pg'
import { type DatabaseAddress, databaseAddress } from '../../functions/_shared/db/address.ts'

/** A login at a database, and how it is reached. */
export interface Login {
  user: string
  password: string
  host: string
  port: number
  database: string
  ssl: DatabaseAddress['ssl']
}

/**
 * Reads an address as the functions do.
 *
 * @throws HubError, which names the variable and never quotes the address
 */
export function readLogin(variable: string, address: string): Login {
  const { connectionString, ssl } = databaseAddress(variable, address)
  const { user = '', password, host, port, database = '' } = new pg.Client({ connectionString })
  return { user, password: password ?? '', host, port, database, ssl }
}

/** The address of a login, whatever is in its password. Without one for a login whose password goes another way. */
export function addressOf({ user, password, host, port, database }: Login): string {
  const secret = password === '' ? '' : `:${encodeURIComponent(password)}`
  const name = host.includes(':') ? `[${host}]` : encodeURIComponent(host)
  return `postgresql://${encodeURIComponent(user)}${secret}@${name}:${port}/${encodeURIComponent(database)}`
}

/** The same, to be shown. */
export function shownAddress(login: Login): string {
  return addressOf({ ...login, password: login.password && '****' })
}

/** Runs `work` on one connection, which sees no other transaction's settings and leaves none. */
export async function withConnection<Result>(
  login: Login,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ ...login, connectionTimeoutMillis: 10_000 })
  client.on('error', () => {}) // what it runs at that moment fails and says so
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/**
 * Why a login is not let in, by the server or the pooler before it; undefined when it is.
 *
 * @throws when nobody answers, nobody who can be trusted, or one who is too busy to say
 */
export async function refusalOf(login: Login): Promise<string | undefined> {
  try {
    await withConnection(login, (client) => client.query('select 1'))
  } catch (error) {
    const { message, code = '' } = error as pg.DatabaseError
    if (error instanceof pg.DatabaseError && !/^5[37]/.test(code)) return message
    throw new Error(`${shownAddress(login)} cannot be reached: ${message}`, { cause: error })
  }
}
