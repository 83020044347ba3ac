import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { expect } from 'vitest'
import { readCatalogue } from '../../scripts/catalogue/read.ts'
import { accessToken } from '../../scripts/stack/access-token.ts'
import { findFreePort } from '../../scripts/stack/ports.ts'
import type { Status } from '../../scripts/stack/status.ts'
import { startThrowaway, withThrowawayDatabase } from '../../scripts/stack/throwaway.ts'
import { makeCheckout, type Outcome } from './checkout.ts'

/** A stack whose dictionary is let grow as a developer does it: written, generated, and migrated by the next start. */
export interface GrowingStack {
  /** The checkout it runs from. */
  folder: string
  /** Of the database that now runs. */
  client(): pg.Client
  /** Stops it and starts it anew: with the migrations and the functions as they are now. */
  restart(): Promise<void>
  /** `npm run generate`. */
  generate(): Promise<Outcome>
  /** `npm run generate -- --fold`. */
  fold(): Promise<Outcome>
  /** Names of the migrations. */
  migrations(): string[]
  /** The migration that a developer writes for the columns. */
  writeMigration(subject: string, sql: string): void
  /** Puts lines of fields behind that of another field, or takes that one away. */
  edit(resource: string, after: string, lines: string[], options?: { remove?: boolean }): void
  /** What the migrations made of the database that runs, and of one with no records that was made afresh. */
  catalogues(): Promise<[running: string[], afresh: string[]]>
  /** Sends records; answers their outcomes. */
  send(resource: string, records: object[]): Promise<string[]>
  rerender(): Promise<{ result: unknown }>
  /** What OData answers a client, `partner_all` by default. */
  // deno-lint-ignore no-explicit-any
  read(path: string, client?: string): Promise<{ status: number; body: any }>
  stop(): Promise<void>
}

export async function startGrowingStack(): Promise<GrowingStack> {
  // To apply all migrations takes seconds: what they made of a database once is copied for all that ask after that.
  const migrated = await startThrowaway()
  const checkout = makeCheckout()
  let status!: Status
  let client: pg.Client | undefined

  async function start(): Promise<void> {
    const port = String(await findFreePort())
    const outcome = await checkout.run('start', '--detach', '--no-seed', '--port', port)
    expect(outcome).toMatchObject({ code: 0, stderr: '' })
    status = JSON.parse((await checkout.run('status', '--json')).stdout)
    client = new pg.Client(status.db_url)
    await client.connect()
    // the test says when a job runs
    await client.query('update public.mls_schedules set enabled = false where true')
  }

  async function headers(name: string): Promise<Record<string, string>> {
    const token = await accessToken(status.functions_url, status.clients[name]!)
    return { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
  }

  async function post(name: string, path: string, body: unknown) {
    const response = await fetch(`${status.functions_url}${path}`, {
      method: 'POST',
      headers: await headers(name),
      body: JSON.stringify(body),
    })
    const answer = await response.json()
    expect([response.status, answer], JSON.stringify(answer)).toMatchObject([200, {}])
    return answer
  }

  async function stop(): Promise<void> {
    await client?.end()
    try {
      await checkout.run('stop')
    } finally {
      await migrated.remove()
      checkout.remove()
    }
  }

  const folder = join(checkout.folder, 'migrations')
  const migrations = () => readdirSync(folder).sort()
  await start().catch(async (error) => {
    await stop()
    throw error
  })
  return {
    folder: checkout.folder,
    client: () => client!,
    restart: async () => {
      await client!.end()
      await checkout.run('stop')
      await start()
    },
    generate: () => checkout.generate([], migrated.url),
    // writes migrations anew that the copy has already, so all of them are applied
    fold: () => checkout.generate(['--fold']),
    migrations,
    writeMigration: (subject, sql) => {
      const number = String(migrations().length + 1).padStart(4, '0')
      writeFileSync(join(folder, `${number}_${subject}.sql`), sql)
    },
    edit: (resource, after, lines, { remove = false } = {}) => {
      const file = join(checkout.folder, `functions/_shared/reso/resources/${resource}.ts`)
      const text = readFileSync(file, 'utf8').split('\n')
      const index = text.findIndex((line) => line.includes(`{ name: '${after}',`))
      expect(index, after).toBeGreaterThan(0)
      text.splice(remove ? index : index + 1, remove ? 1 : 0, ...lines)
      writeFileSync(file, text.join('\n'))
    },
    catalogues: async () => {
      // without the policies on Storage, which only a whole stack has
      const ofOurs = async (url: string) =>
        (await readCatalogue(url)).filter((line) => !line.startsWith('policy storage.'))
      return [
        await ofOurs(status.db_url),
        await withThrowawayDatabase(ofOurs, { migrated: migrated.url, migrations: folder }),
      ]
    },
    send: async (resource, records) => {
      const { records: results } = await post('databricks', `/ingest/${resource}`, records)
      return results.map(({ outcome }: { outcome: string }) => outcome)
    },
    rerender: () => post('operator', '/egress/run', { job: 'rerender' }),
    read: async (path, name = 'partner_all') => {
      const response = await fetch(`${status.functions_url}/odata/${path}`, { headers: await headers(name) })
      return { status: response.status, body: await response.json() }
    },
    stop,
  }
}
