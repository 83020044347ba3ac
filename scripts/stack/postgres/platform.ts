import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'

const shim = join(dirname(fileURLToPath(import.meta.url)), 'platform.sql')

/**
 * Makes a fresh server look like a Supabase project (platform.sql) and gives the role `postgres` its password.
 * Does nothing when it already does.
 */
export async function preparePlatform(adminUrl: string, postgresPassword: string): Promise<void> {
  const client = new pg.Client(adminUrl)
  await client.connect()
  try {
    const { rowCount } = await client.query(`select from pg_roles where rolname = 'postgres'`)
    if (rowCount) return
    // Several statements in one string are one transaction: all of it or nothing.
    await client.query(
      `${readFileSync(shim, 'utf8')};\nalter role postgres password ${
        client.escapeLiteral(postgresPassword)
      }`,
    )
  } finally {
    await client.end()
  }
}
