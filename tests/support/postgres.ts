import process from 'node:process'
import type { TestProject } from 'vitest/node'
import type { Credentials } from '../../scripts/stack/credentials.ts'
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
  }
}

let shared: Promise<Throwaway & { pooler?: Pooler }> | undefined
let projects = 0

/** Global setup of the projects that need a database: they share one server, whose database `postgres` is the template. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  projects++
  const { server, credentials, logFile, remove, pooler } = await (shared ??= start())
  project.provide('pooler', pooler && { port: pooler.port, ca: pooler.ca })
  project.provide('postgres', { port: server.port, credentials, logFile })
  return async () => {
    if (--projects > 0) return
    await pooler?.stop()
    await remove()
  }
}

async function start(): Promise<Throwaway & { pooler?: Pooler }> {
  const throwaway = await startThrowaway()
  const executable = process.env.MLS_TEST_POOLER
  if (!executable) return throwaway
  return { ...throwaway, pooler: await startPooler(executable, throwaway.server.port, throwaway.credentials) }
}
