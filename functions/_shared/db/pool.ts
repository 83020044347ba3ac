import type { Socket } from 'node:net'
import pg from 'pg'
import { env, envInteger } from '../http/env.ts'
import { log } from '../http/log.ts'
import { countsGoTo } from '../http/metrics.ts'
import { databaseAddress } from './address.ts'

export type { Pool, PoolClient } from 'pg'

/** date, timestamp, timestamptz: a JavaScript Date would lose microseconds and move dates by the local zone. */
const temporal = [1082, 1114, 1184]
/** json, jsonb: the reading side passes the text on without parsing it. */
const json = [114, 3802]

const pools = new Map<string, pg.Pool>()

/** Connections with full rights (MLS_SERVICE_DB_URL): ingest, administration, clients and their secrets. */
export function servicePool(): pg.Pool {
  return pooled('service', serviceVariable(), {})
}

countsGoTo(async (counts) => {
  await servicePool().query('select mls.add_counts($1)', [JSON.stringify(counts)])
})

/** Where the address with full rights stands: in our variable, or in the platform's, which goes past the pooler. */
export function serviceVariable(): string {
  return !env('MLS_SERVICE_DB_URL') && env('SUPABASE_DB_URL') ? 'SUPABASE_DB_URL' : 'MLS_SERVICE_DB_URL'
}

/**
 * Connections of the restricted login role (MLS_GATE_DB_URL): whatever runs here may read nothing before it takes the
 * role mls_api_read. Messages are pipelined (see pipeline.ts), and json arrives as text.
 */
export function gatePool(): pg.Pool {
  return pooled('gate', 'MLS_GATE_DB_URL', { pipeline: true, types: textFor([...temporal, ...json]) })
}

/**
 * Connections of the same role to a read replica (MLS_GATE_READ_URL); who uses it asks standby.ts first. One that says
 * nothing for longer than any statement may take is given up, for there is another to ask.
 */
export function standbyPool(): pg.Pool {
  return pooled('standby', 'MLS_GATE_READ_URL', {
    pipeline: true,
    types: textFor([...temporal, ...json]),
    connectionTimeoutMillis: 1_000,
    silenceMillis: 15_000,
  })
}

export interface PoolOptions extends pg.PoolConfig {
  /** A connection that hears nothing from the server for so long is closed, and its queries fail. */
  silenceMillis?: number
}

/**
 * Builds a pool beside the two above, for a caller that must not wait behind their queries.
 *
 * A small project has 60 connections and a pooler for 200 clients, to be shared by the isolates of all functions: a pool
 * takes few and gives back soon what it does not use.
 *
 * @throws HubError `not_configured` (503), as databaseAddress() does
 */
export function createPool(
  urlVariable: string,
  { silenceMillis = 120_000, ...config }: PoolOptions = {},
): pg.Pool {
  const pool = new pg.Pool({
    ...databaseAddress(urlVariable),
    application_name: 'mls-hub',
    max: envInteger('MLS_DB_POOL_MAX', 4, { min: 1, max: 50 }),
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 5_000,
    keepAlive: true,
    types: textFor(temporal, { 1184: isoTime }),
    ...config,
  })
  // A connection that dies (restart, pooler) emits 'error' whether it is idle or lent out; unheard, that would end
  // the process. The pool drops such clients by itself.
  pool.on('error', ({ message }) => log('warn', 'database_connection_lost', { message }))
  pool.on('connect', (client) => client.on('error', () => undefined))
  pool.on('connect', hearTheEnd)
  pool.on('connect', (client) => endSilence(client, silenceMillis))
  return pool
}

/**
 * One timer of the socket, not the driver's `query_timeout`: that makes a timer for each query, cleared timers keep
 * the rows of their queries from being collected while they are young, and a page of 1,000 rows took half as long again.
 */
function endSilence(client: pg.PoolClient, milliseconds: number): void {
  const stream = client.connection.stream as Socket
  stream.setTimeout(milliseconds, () => stream.destroy(new Error('Query read timeout')))
}

/**
 * The driver waits for the end of the socket that TLS was begun on. Deno 2.1 reports only that of the stream above it: a
 * connection that the server has closed would stay in the pool, and what is asked there would never be answered.
 */
function hearTheEnd({ connection }: pg.PoolClient): void {
  connection.stream.on('close', () => connection.emit('end'))
}

/** Closes the pools; the next use opens new ones. For tests and for a process that shuts down. */
export async function closePools(): Promise<void> {
  const open = [...pools.values()]
  pools.clear()
  await Promise.all(open.map((pool) => pool.end()))
}

/** Pools are made at first use: importing a door must neither need a database nor connect to it. */
function pooled(name: string, urlVariable: string, config: PoolOptions): pg.Pool {
  const existing = pools.get(name)
  if (existing) return existing
  const pool = createPool(urlVariable, config)
  pools.set(name, pool)
  return pool
}

function textFor(
  oids: number[],
  forms: Record<number, (value: string) => string> = {},
): pg.CustomTypesConfig {
  const asText = (value: string) => value
  return {
    getTypeParser: (oid, format) =>
      oids.includes(oid) ? forms[oid] ?? asText : pg.types.getTypeParser(oid, format),
  }
}

/** As json of the database has times: many doors answer rows as they are, and not every reader takes `2026-01-02 03:04:05+00`. */
function isoTime(value: string): string {
  return value.replace(' ', 'T').replace(/([-+]\d\d)$/, '$1:00')
}
