import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { type Credentials, makeCredentials } from '../../scripts/stack/credentials.ts'
import { folders } from '../../scripts/stack/layout.ts'
import { applyMigrations } from '../../scripts/stack/migrate.ts'
import { findFreePort } from '../../scripts/stack/ports.ts'
import { openPostgresHome, removePostgresHome } from '../../scripts/stack/postgres/home.ts'
import { preparePlatform } from '../../scripts/stack/postgres/platform.ts'
import { databaseUrl, startPostgres, superuserUrl } from '../../scripts/stack/postgres/server.ts'
import { prepareRoles } from '../../scripts/stack/roles.ts'

/** What the tests need to know of the server that the run shares. */
export interface SharedPostgres {
  port: number
  credentials: Credentials
}

declare module 'vitest' {
  interface ProvidedContext {
    postgres: SharedPostgres
  }
}

/** Nothing here outlives the run, so nothing has to reach the disk. */
const settings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '200',
  autovacuum: 'off',
}

let shared: Promise<{ postgres: SharedPostgres; close(): Promise<void> }> | undefined
let users = 0

/** Global setup of the projects that need a database: they share one server, whose database `postgres` is the template. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  users++
  shared ??= start()
  project.provide('postgres', (await shared).postgres)
  return async () => {
    if (--users === 0) await (await shared)?.close()
  }
}

async function start() {
  const folder = mkdtempSync(join(tmpdir(), 'mls-hub-test-'))
  const home = openPostgresHome(folder)
  const credentials = await makeCredentials()
  const { passwords } = credentials
  const server = await startPostgres({
    home,
    port: await findFreePort(),
    password: passwords.superuser,
    logFile: join(folder, 'postgres.log'),
    settings,
    removeWhenOrphaned: folder,
  })
  const close = async () => {
    await server.stop()
    removePostgresHome(folder)
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await preparePlatform(superuserUrl(server), passwords.postgres)
    await applyMigrations(databaseUrl(server.port, 'postgres', passwords.postgres), folders.migrations)
    await prepareRoles(superuserUrl(server), credentials)
  } catch (error) {
    await close()
    throw error
  }
  return { postgres: { port: server.port, credentials }, close }
}
