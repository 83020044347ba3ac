import { join } from 'node:path'
import process from 'node:process'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import type { Credentials } from '../../scripts/stack/credentials.ts'
import { findFreePort } from '../../scripts/stack/ports.ts'
import { type PostgresServer, superuserUrl } from '../../scripts/stack/postgres/server.ts'
import { startStandby } from '../../scripts/stack/postgres/standby.ts'
import { startThrowaway, type Throwaway } from '../../scripts/stack/throwaway.ts'
import { type Pooler, type PoolerAddress, startPooler } from './pooler.ts'

/** What the tests need to know of the server that the run shares. */
export interface SharedPostgres {
  port: number
  credentials: Credentials
  /** What the server says. */
  logFile: string
}

declare module 'vitest' {
  interface ProvidedContext {
    postgres: SharedPostgres
    /** Where the functions reach it, when that is through a pooler (see .ci/pooler). */
    pooler: PoolerAddress | undefined
    /** The port of a standby that the doors read from, with MLS_TEST_REPLICA=1. */
    standby: number | undefined
  }
}

type Started = Throwaway & { pooler?: Pooler; standby?: PostgresServer }

/** Each project loads this module anew: what they share hangs on the process. */
interface Shared {
  projects: number
  started?: Promise<Started>
}
const key = Symbol.for('mls-hub.test-postgres')
const shared: Shared = (globalThis as { [key]?: Shared })[key] ??= { projects: 0 }

/** Global setup of the projects that need a database: they share one server, whose database `postgres` is the template. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  shared.projects++
  const { server, credentials, logFile, remove, pooler, standby } = await (shared.started ??= start())
  project.provide('pooler', pooler && { port: pooler.port, ca: pooler.ca })
  project.provide('standby', standby?.port)
  project.provide('postgres', { port: server.port, credentials, logFile })
  return async () => {
    if (--shared.projects > 0) return
    shared.started = undefined
    await pooler?.stop()
    await standby?.stop()
    await remove()
  }
}

async function start(): Promise<Started> {
  const throwaway = await startThrowaway()
  if (process.env.MLS_TEST_REPLICA) return { ...throwaway, standby: await standbyOf(throwaway) }
  const executable = process.env.MLS_TEST_POOLER
  if (!executable) return throwaway
  return { ...throwaway, pooler: await startPooler(executable, throwaway.server.port, throwaway.credentials) }
}

/** A commit waits until the standby shows it: tests read what they have written a moment ago. */
async function standbyOf({ server, home, settings }: Throwaway): Promise<PostgresServer> {
  const options = { home, port: await findFreePort(), logFile: join(home, 'replica.log'), settings }
  const standby = await startStandby(server, options)
  const client = new pg.Client({ connectionString: superuserUrl(server) })
  await client.connect()
  await client.query(`alter system set synchronous_standby_names = '*'`)
  await client.query(`alter role all set synchronous_commit = 'remote_apply'`)
  await client.query('select pg_reload_conf()')
  await client.end()
  return standby
}
