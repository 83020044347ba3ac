import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { migrate } from 'postgres-migrations'
import { StackError } from './stack-error.ts'

/** What the ledger of applied migrations says, against the files. */
export interface MigrationState {
  applied: number
  files: number
}

/**
 * Applies the migrations of `folder` that the database does not have yet, as the role of `url`, and returns
 * their file names. Hosted projects use the Supabase CLI instead; both take the same files.
 */
export async function applyMigrations(url: string, folder: string): Promise<string[]> {
  if (migrationFiles(folder).length === 0) return []
  const client = new pg.Client(url)
  await client.connect()
  const failure = rememberFailure(client)
  try {
    await openLedger(client)
    const applied = await migrate({ client }, folder)
    return applied.map((migration) => migration.fileName)
  } catch (error) {
    throw new StackError(explain(error as Error, failure(), folder))
  } finally {
    await client.end()
  }
}

export function migrationFiles(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.sql')).sort() : []
}

export async function readMigrationState(
  client: pg.ClientBase | pg.Pool,
  folder: string,
): Promise<MigrationState> {
  const files = migrationFiles(folder).length
  const ledger = await client.query(`select to_regclass('local_stack.migrations') is not null as there`)
  if (!ledger.rows[0].there) return { applied: 0, files }
  const { rows } = await client.query(
    'select count(*)::int as applied from local_stack.migrations where id > 0',
  )
  return { applied: rows[0].applied, files }
}

/**
 * postgres-migrations looks for a table `migrations` in any schema, takes the platform's storage.migrations for
 * its own and then fails; left alone it would put one into the exposed schema `public`. So its ledger is made
 * here, in a schema of its own, with the entry it would have written first.
 */
async function openLedger(client: pg.Client): Promise<void> {
  const first = '0_create-migrations-table.sql'
  const library = dirname(createRequire(import.meta.url).resolve('postgres-migrations'))
  const text = readFileSync(join(library, 'migrations', first), 'utf8')
  const hash = createHash('sha1').update(first + text).digest('hex')
  await client.query(`
    create schema if not exists local_stack;
    create table if not exists local_stack.migrations (
      id integer primary key,
      name varchar(100) unique not null,
      hash varchar(40) not null,
      executed_at timestamp default current_timestamp
    )`)
  await client.query(
    `insert into local_stack.migrations (id, name, hash) values (0, 'create-migrations-table', $1)
     on conflict do nothing`,
    [hash],
  )
  await client.query('set search_path = public, extensions, local_stack')
}

/** The library keeps of a database error its message only; its position tells the line. */
function rememberFailure(client: pg.Client): () => { position?: string } | undefined {
  const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>
  let last: { position?: string } | undefined
  const watched = (...args: unknown[]) =>
    query(...args).catch((error) => {
      last = error
      throw error
    })
  client.query = watched as typeof client.query
  return () => last
}

/** One line: which file, which line of it, what the database said, how to go on. */
function explain(error: Error, failure: { position?: string } | undefined, folder: string): string {
  const [, subject, reason] =
    /An error occurred running '([^']+)'.*?Reason: ([\s\S]*)$/.exec(error.message) ?? []
  if (!subject) {
    return `The migrations cannot be applied: ${error.message.replace('Migration failed. Reason: ', '')}. ` +
      'If a file was changed on purpose, start anew with `npm run reset`.'
  }
  const file = migrationFiles(folder).find((name) => name.endsWith(`_${subject}.sql`)) ?? subject
  const before = failure?.position &&
    readFileSync(join(folder, file), 'utf8').slice(0, Number(failure.position))
  const line = before ? `, line ${before.split('\n').length}` : ''
  return `Migration ${file}${line} failed: ${reason}. Nothing of this file was applied.`
}
