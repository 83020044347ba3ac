import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Credentials, makeCredentials } from './credentials.ts'
import { folders } from './layout.ts'
import { applyMigrations } from './migrate.ts'
import { findFreePort } from './ports.ts'
import { openPostgresHome, removePostgresHome } from './postgres/home.ts'
import { preparePlatform } from './postgres/platform.ts'
import { databaseUrl, type PostgresServer, startPostgres, superuserUrl } from './postgres/server.ts'
import { prepareRoles } from './roles.ts'

/** Nothing on a throwaway server outlives it, so nothing has to reach the disk, and its passwords guard nothing for long. */
const settings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
  scram_iterations: '1',
  max_connections: '200',
}

export interface Throwaway {
  server: PostgresServer
  credentials: Credentials
  /** The database, as role `postgres`. */
  url: string
  /** Where its cluster lies, and with what it runs: what a standby of it needs. */
  home: string
  settings: Record<string, string>
  /** What the server says. */
  logFile: string
  remove(): Promise<void>
}

/** Starts a server in a temporary folder with one database, `postgres`: migrated, or as a new project has it. */
export async function startThrowaway({ migrated = true } = {}): Promise<Throwaway> {
  const folder = mkdtempSync(join(tmpdir(), 'mls-hub-'))
  let server: PostgresServer | undefined
  const remove = async () => {
    await server?.stop()
    removePostgresHome(folder)
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const credentials = await makeCredentials()
    const { passwords } = credentials
    const logFile = join(folder, 'postgres.log')
    const home = openPostgresHome(folder)
    server = await startPostgres({
      home,
      port: await findFreePort(),
      password: passwords.superuser,
      logFile,
      settings,
      removeWhenOrphaned: folder,
    })
    const url = databaseUrl(server.port, 'postgres', passwords.postgres)
    await preparePlatform(superuserUrl(server), passwords.postgres)
    if (migrated) await applyMigrations(url, folders.migrations)
    await prepareRoles(superuserUrl(server), credentials)
    return { server, credentials, url, home, settings, logFile, remove }
  } catch (error) {
    await remove()
    throw error
  }
}

/** Runs `work` with the URL (role `postgres`) of a new, migrated database on a server of its own, and removes both. */
export async function withThrowawayDatabase<T>(work: (url: string) => Promise<T>): Promise<T> {
  const throwaway = await startThrowaway()
  try {
    return await work(throwaway.url)
  } finally {
    await throwaway.remove()
  }
}
