import type { TestProject } from 'vitest/node'
import type { Credentials } from '../../scripts/stack/credentials.ts'
import { startThrowaway, type Throwaway } from '../../scripts/stack/throwaway.ts'

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
  }
}

let shared: Promise<Throwaway> | undefined
let projects = 0

/** Global setup of the projects that need a database: they share one server, whose database `postgres` is the template. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  projects++
  const { server, credentials, logFile, remove } = await (shared ??= startThrowaway())
  project.provide('postgres', { port: server.port, credentials, logFile })
  return async () => {
    if (--projects === 0) await remove()
  }
}
