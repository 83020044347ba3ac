import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeCredentials } from './credentials.ts'
import { folders } from './layout.ts'
import { applyMigrations } from './migrate.ts'
import { findFreePort } from './ports.ts'
import { openPostgresHome, removePostgresHome } from './postgres/home.ts'
import { preparePlatform } from './postgres/platform.ts'
import { databaseUrl, startPostgres, superuserUrl } from './postgres/server.ts'

/** Runs `work` with the URL (role `postgres`) of a new, migrated database on a server of its own, and removes both. */
export async function withThrowawayDatabase<T>(work: (url: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'mls-hub-'))
  const { passwords } = await makeCredentials()
  const server = await startPostgres({
    home: openPostgresHome(folder),
    port: await findFreePort(),
    password: passwords.superuser,
    logFile: join(folder, 'postgres.log'),
    settings: { fsync: 'off' },
    removeWhenOrphaned: folder,
  })
  try {
    await preparePlatform(superuserUrl(server), passwords.postgres)
    const url = databaseUrl(server.port, 'postgres', passwords.postgres)
    await applyMigrations(url, folders.migrations)
    return await work(url)
  } finally {
    await server.stop()
    removePostgresHome(folder)
    rmSync(folder, { recursive: true, force: true })
  }
}
