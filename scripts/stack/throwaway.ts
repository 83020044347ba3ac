import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import pg from 'pg'
import { type Credentials, makeCredentials } from './credentials.ts'
import { folders } from './layout.ts'
import { applyMigrations } from './migrate.ts'
import { findFreePort } from './ports.ts'
import { openPostgresHome, removePostgresHome } from './postgres/home.ts'
import { preparePlatform } from './postgres/platform.ts'
import { databaseUrl, type PostgresServer, startPostgres, superuserUrl } from './postgres/server.ts'
import { prepareRoles } from './roles.ts'

/** Nothing on a throwaway server outlives it, so nothing has to reach the disk, and its passwords guard nothing for long. */
const usual = {
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

export interface ThrowawayOptions {
  migrated?: boolean
  migrations?: string
  /** Of the server, beside the usual ones or in their place. `alter system` changes nothing that is set here. */
  settings?: Record<string, string>
}

/** Starts a server in a temporary folder with one database, `postgres`: migrated, or as a new project has it. */
export async function startThrowaway(
  { migrated = true, migrations = folders.migrations, settings: more = {} }: ThrowawayOptions = {},
): Promise<Throwaway> {
  const settings = { ...usual, ...more }
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
    if (migrated) await applyMigrations(url, migrations)
    await prepareRoles(superuserUrl(server), credentials)
    return { server, credentials, url, home, settings, logFile, remove }
  } catch (error) {
    await remove()
    throw error
  }
}

/**
 * Runs `work` with the URL (role `postgres`) of a new database with all migrations, and removes it. It has a server of its
 * own; with `migrated` it is a copy of the database at that address, on its server, and only what that one lacks is
 * applied. To apply all takes seconds: MLS_MIGRATED_DATABASE is for whoever does so again and again
 * (tests/support/growing-stack.ts).
 */
export async function withThrowawayDatabase<T>(
  work: (url: string) => Promise<T>,
  { migrated = process.env.MLS_MIGRATED_DATABASE, migrations = folders.migrations } = {},
): Promise<T> {
  if (migrated) return await withCopy(migrated, migrations, work)
  const throwaway = await startThrowaway({ migrations })
  try {
    return await work(throwaway.url)
  } finally {
    await throwaway.remove()
  }
}

/** Nobody may be connected to the original meanwhile. */
async function withCopy<T>(
  original: string,
  migrations: string,
  work: (url: string) => Promise<T>,
): Promise<T> {
  const at = (database: string) => Object.assign(new URL(original), { pathname: `/${database}` }).href
  const template = pg.escapeIdentifier(decodeURIComponent(new URL(original).pathname.slice(1)))
  const name = `copy_${randomBytes(6).toString('hex')}`
  const client = new pg.Client(at('template1'))
  await client.connect()
  try {
    await client.query(`create database ${name} template ${template} strategy file_copy`)
    await applyMigrations(at(name), migrations)
    return await work(at(name))
  } finally {
    await client.query(`drop database if exists ${name} with (force)`)
    await client.end()
  }
}
