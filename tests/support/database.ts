import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import { databaseUrl } from '../../scripts/stack/postgres/server.ts'

/** A database of one's own, with all migrations and no rows but theirs. */
export interface TestDatabase {
  name: string
  /** As `postgres`: owner of everything, no superuser. */
  url: string
  /** As `mls_gate`, the login role of the OData door. */
  gateUrl: string
  /** As the superuser, for what no role of ours may do: terminate backends, read statistics of others. */
  superuserUrl: string
  pool: pg.Pool
  drop(): Promise<void>
}

/**
 * Clones a template, the migrated one by default. Call `drop` in `afterAll`; the server goes with the run in any case.
 */
export async function createDatabase(template = 'postgres'): Promise<TestDatabase> {
  const { port, credentials: { passwords } } = inject('postgres')
  const name = `test_${randomBytes(6).toString('hex')}`
  const url = databaseUrl(port, 'postgres', passwords.postgres, name)
  const maintenance = databaseUrl(port, 'postgres', passwords.postgres, 'template1')
  await once(maintenance, `create database ${name} template ${template} strategy file_copy`)
  // a template is as old as the run: its jobs and deliveries would be overdue ones here
  await once(
    url,
    `update public.mls_schedules set waiting_since = clock_timestamp();
     update public.mls_listing_syndications set next_attempt_at = clock_timestamp() where next_attempt_at < clock_timestamp()`,
  )

  const pool = openPool({ connectionString: url, max: 4 })
  return {
    name,
    url,
    gateUrl: databaseUrl(port, 'mls_gate', passwords.gate, name),
    superuserUrl: databaseUrl(port, 'supabase_admin', passwords.superuser, name),
    pool,
    drop: async () => {
      await pool.end()
      await once(maintenance, `drop database if exists ${name} with (force)`)
    },
  }
}

/**
 * A pool on a database that will be dropped. That ends idle connections, and those that `end` is still closing when it
 * resolves: nobody's failure. A query on one still fails aloud.
 */
export function openPool(config: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool(config)
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

async function once(url: string, statement: string): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
