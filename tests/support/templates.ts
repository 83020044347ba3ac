import pg from 'pg'
import { inject } from 'vitest'
import { addresses, functionEnvironment } from '../../scripts/stack/environment.ts'
import { folders } from '../../scripts/stack/layout.ts'
import { findFreePort } from '../../scripts/stack/ports.ts'
import { databaseUrl } from '../../scripts/stack/postgres/server.ts'
import { registerDemoClients, registerDemoUsers, seedDemo, seedReference } from '../../scripts/stack/seed.ts'
import { loadGateway, openGateway } from '../../scripts/stack/services.ts'
import { createDatabase, type TestDatabase } from './database.ts'

/** The name of a template with the reference data alone. */
export function seededTemplate(): Promise<string> {
  return made('template_seeded', 'postgres', ({ pool }) => seedReference(pool, folders.seed))
}

/** The name of a template with the reference data, the demo clients and the demo users. */
export async function referenceTemplate(): Promise<string> {
  return await made('template_reference', await seededTemplate(), async ({ pool }) => {
    const { credentials } = inject('postgres')
    await registerDemoClients(pool, credentials)
    await registerDemoUsers(pool, credentials)
  })
}

/** The name of a template with the demo brokerage too, which a gateway of its own has taken in. */
export async function brokerageTemplate(): Promise<string> {
  return await made('template_brokerage', await referenceTemplate(), async ({ name, pool }) => {
    const { port: postgresPort, credentials } = inject('postgres')
    const port = await findFreePort()
    const output: string[] = []
    const log = (line: string) => void output.push(line)
    const variables = functionEnvironment(port, postgresPort, credentials, name)
    const gateway = await loadGateway(port, variables, undefined, log, { onDemand: true })
    try {
      await openGateway(gateway)
      const { functionsUrl } = addresses(port, postgresPort, credentials, name)
      await seedDemo(pool, folders.seed, functionsUrl, credentials, log)
      // as the clock has done in any hub a minute later: a search would take all texts apart, each time
      await pool.query('select mls.index_words()')
    } catch (error) {
      throw new Error(`The template was not seeded. ${(error as Error).message}\n${output.join('\n')}`)
    } finally {
      await gateway.stop()
    }
  })
}

/**
 * The first file of the run that asks has the template made, and others wait for it. It gets its name when it is whole:
 * one that failed half-way is nobody's template.
 */
async function made(
  name: string,
  from: string,
  fill: (database: TestDatabase) => Promise<void>,
): Promise<string> {
  const { port, credentials: { passwords } } = inject('postgres')
  const client = new pg.Client(databaseUrl(port, 'postgres', passwords.postgres, 'template1'))
  await client.connect()
  try {
    await client.query('select pg_advisory_lock(hashtext($1))', [name])
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name])
    if (rowCount) return name
    const database = await createDatabase(from)
    await fill(database)
    await database.pool.end()
    await client.query(`alter database ${database.name} rename to ${name}`)
    return name
  } finally {
    await client.end()
  }
}
