import { createReadStream, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { databaseAddress } from '../../functions/_shared/db/address.ts'
import { copyIn } from './copy.ts'
import { foreignKeysOf, type Manifest, tablesOf } from './tables.ts'

export interface Restored {
  tables: number
  rows: number
  /** Codes of sources whose credentials have to be entered anew: Vault is the project's own. */
  sourcesWithoutCredentials: string[]
}

/** Why a dump does not go into a database. */
export class CannotRestore extends Error {}

/**
 * Fills a project with the rows of a dump, in one transaction. The project must have the migrations that the dump was made
 * with, and no listing, unless `replace` says that what it has may go. Its jobs rest afterwards (mls.resume_jobs()): whoever
 * restores decides when the copy begins to send.
 */
export async function restore(
  url: string,
  folder: string,
  { replace = false }: { replace?: boolean } = {},
): Promise<Restored> {
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Manifest
  const client = new pg.Client(databaseAddress('MLS_SERVICE_DB_URL', url))
  await client.connect()
  try {
    await client.query('begin')
    await client.query(`set local search_path = ''`)
    await client.query('set local statement_timeout = 0')
    await check(client, manifest, replace)
    const names = manifest.tables.map(({ name }) => name)
    const keys = await foreignKeysOf(client)
    for (const { table, name } of keys) await client.query(`alter table ${table} drop constraint ${name}`)
    // rows come as they were: nothing is computed from them, and nobody is told of them
    for (const name of names) await client.query(`alter table ${name} disable trigger user`)
    await client.query(`truncate ${names.join(', ')}`)
    for (const { name, columns, file, rows } of manifest.tables) {
      await copyIn(
        client,
        `copy ${name} (${columns.join(', ')}) from stdin`,
        createReadStream(join(folder, file)),
      )
      await countRows(client, name, rows)
    }
    for (const { name, value, isCalled } of manifest.sequences) {
      await client.query('select setval($1::regclass, $2, $3)', [name, value, isCalled])
    }
    for (const name of names) await client.query(`alter table ${name} enable trigger user`)
    for (const { table, name, definition } of keys) {
      await client.query(`alter table ${table} add constraint ${name} ${definition}`)
    }
    await client.query('update public.mls_schedules set running_since = null where running_since is not null')
    await client.query('select mls.pause_jobs()')
    const sourcesWithoutCredentials = await forgetLostSecrets(client)
    await client.query('commit')
    return {
      tables: names.length,
      rows: manifest.tables.reduce((sum, { rows }) => sum + rows, 0),
      sourcesWithoutCredentials,
    }
  } finally {
    await client.end()
  }
}

async function check(client: pg.ClientBase, manifest: Manifest, replace: boolean): Promise<void> {
  const layout = (tables: { name: string; columns: string[] }[]) =>
    tables.map(({ name, columns }) => `${name} (${[...columns].sort().join(', ')})`).sort()
  const [here, there] = [layout(await tablesOf(client)), layout(manifest.tables)]
  const differing = [
    ...here.filter((table) => !there.includes(table)),
    ...there.filter((table) => !here.includes(table)),
  ]
  if (differing.length > 0) {
    throw new CannotRestore(
      `The dump was made with other migrations than the database has: ${
        [...new Set(differing.map((table) => table.split(' ')[0]))].slice(0, 5).join(', ')
      } differ. Deploy the version of the dump, restore, then deploy the newer one.`,
    )
  }
  const { rows: [row] } = await client.query<{ filled: boolean }>(
    'select exists (select from public.mls_listings) as filled',
  )
  if (row!.filled && !replace) {
    throw new CannotRestore('The database has listings: name an empty project, or say --replace.')
  }
}

/** Credentials lie in Vault, which is the project's own: what names a secret that is not there names nothing. */
async function forgetLostSecrets(client: pg.ClientBase): Promise<string[]> {
  const { rows: [vault] } = await client.query<{ there: boolean }>(
    `select to_regclass('vault.secrets') is not null as there`,
  )
  await client.query(
    `delete from mls.source_secrets s ${
      vault!.there ? 'where not exists (select from vault.secrets v where v.id = s.secret_id)' : 'where true'
    }`,
  )
  const { rows } = await client.query<{ code: string }>(
    `update public.mls_sources s set has_credentials = false
     where s.has_credentials and not exists (select from mls.source_secrets x where x.source_id = s.id) returning s.code`,
  )
  return rows.map(({ code }) => code).sort()
}

async function countRows(client: pg.ClientBase, table: string, expected: number): Promise<void> {
  const { rows: [row] } = await client.query<{ amount: string }>(`select count(*) as amount from ${table}`)
  if (Number(row!.amount) !== expected) {
    throw new CannotRestore(`${table} has ${row!.amount} rows, the dump says ${expected}: is a file cut off?`)
  }
}
