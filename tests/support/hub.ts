import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'
import { inject } from 'vitest'
import { accessToken } from '../../scripts/stack/access-token.ts'
import type { Child } from '../../scripts/stack/child.ts'
import type { Credentials } from '../../scripts/stack/credentials.ts'
import { addresses, functionEnvironment, standbyEnvironment } from '../../scripts/stack/environment.ts'
import { findFreePort } from '../../scripts/stack/ports.ts'
import { loadGateway, openGateway, startRest } from '../../scripts/stack/services.ts'
import { type Account, readAccounts } from '../../scripts/stack/user-tokens.ts'
import { startDash, type TestDash } from './dash.ts'
import { createDatabase, type TestDatabase } from './database.ts'
import { poolerEnvironment } from './pooler.ts'
import { brokerageTemplate, referenceTemplate } from './templates.ts'

export { createDatabase, type TestDatabase }

export interface HubOptions {
  /** With the demo brokerage, sent through the ingest door. Without it the markets and offices are there, no listings. */
  seed?: boolean
  /** Starts the services of the platform (/rest/v1, /auth/v1, /storage/v1) too. */
  rest?: boolean
  /** Added to the environment of the functions; an empty value takes a name away. */
  environment?: Record<string, string>
}

/** A hub of one's own: a database and a gateway process with the functions, as `npm start` runs them. */
export interface Hub {
  apiUrl: string
  functionsUrl: string
  dbUrl: string
  database: TestDatabase
  /** As role postgres. */
  pool: pg.Pool
  publishableKey: string
  secretKey: string
  /** The sandbox Dash that the functions push to. */
  sandboxDashUrl: string
  dash: TestDash
  clients: Credentials['clients']
  users: Record<string, Account>
  credentials: Credentials
  /** What the functions have printed so far. */
  output: string[]
  /** A fresh access token of a demo client. */
  token(client: string): Promise<string>
  /**
   * Opens a further function process on the same database, as a hosted function has several isolates; its address. What
   * is given goes into its environment.
   */
  addIsolate(environment?: Record<string, string>): Promise<string>
  /** Ends the function process as a crash would and starts another on the same port and database. */
  crash(): Promise<void>
  stop(): Promise<void>
}

/** Starts a hub. Call `stop` in `afterAll`; what a failed test leaves ends with the run. */
export async function startHub({ seed, rest, environment = {} }: HubOptions = {}): Promise<Hub> {
  const { port: postgresPort, credentials } = inject('postgres')
  const pooler = inject('pooler')
  const standby = inject('standby')
  const database = await createDatabase(await (seed ? brokerageTemplate() : referenceTemplate()))
  const { name, pool } = database
  const children: Child[] = []
  const output: string[] = []
  const log = (line: string) => void output.push(line)
  const dash = await startDash()
  const storageFolder = mkdtempSync(join(tmpdir(), 'mls-hub-storage-'))
  const stop = async () => {
    await Promise.all(children.map((child) => child.stop()))
    await dash.close()
    await database.drop()
    rmSync(storageFolder, { recursive: true, force: true })
  }
  try {
    const port = await findFreePort()
    const at = addresses(port, postgresPort, credentials, name)
    const platform = { postgresPort, database: name, apiUrl: at.apiUrl, storageFolder, credentials }
    const data = rest ? await startRest(platform, log) : undefined
    if (data) children.push(data)
    const variables = {
      ...functionEnvironment(port, postgresPort, credentials, name),
      ...pooler && poolerEnvironment(pooler, credentials, name),
      ...standby && standbyEnvironment(standby, credentials, name),
      ...dash.environment,
      ...environment,
    }
    const open = async (port: number, more: Record<string, string> = {}) => {
      // a file calls two or three of thirteen doors
      const gateway = await loadGateway(port, { ...variables, ...more }, data?.url, log, { onDemand: true })
      children.push(gateway)
      await openGateway(gateway)
      return gateway
    }
    let gateway = await open(port)
    return {
      apiUrl: at.apiUrl,
      functionsUrl: at.functionsUrl,
      dbUrl: database.url,
      database,
      pool,
      publishableKey: credentials.publishableKey,
      secretKey: credentials.secretKey,
      sandboxDashUrl: dash.url,
      dash,
      clients: credentials.clients,
      users: await readAccounts(pool, credentials, at.apiUrl),
      credentials,
      output,
      token: (client) => accessToken(at.functionsUrl, credentials.clients[client]!),
      addIsolate: async (environment) => {
        const other = await findFreePort()
        await open(other, environment)
        return at.functionsUrl.replace(`:${port}/`, `:${other}/`)
      },
      crash: async () => {
        await gateway.kill()
        gateway = await open(port)
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw new Error(`The hub did not start. ${(error as Error).message}\n${output.join('\n')}`)
  }
}
