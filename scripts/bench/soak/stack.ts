import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { accessToken } from '../../stack/access-token.ts'
import type { Child } from '../../stack/child.ts'
import type { Credentials } from '../../stack/credentials.ts'
import { demoAddress, demoMediaPath } from '../../stack/demo-photos.ts'
import { demoSource, seedSource } from '../../stack/demo-source.ts'
import { addresses, functionEnvironment } from '../../stack/environment.ts'
import { folders } from '../../stack/layout.ts'
import { findFreePort } from '../../stack/ports.ts'
import { superuserUrl } from '../../stack/postgres/server.ts'
import { dashEnvironment, sandboxSecrets } from '../../stack/sandbox-dash/environment.ts'
import { startSandboxDash } from '../../stack/sandbox-dash/server.ts'
import { registerDemoClients, registerDemoUsers, seedDemo, seedReference } from '../../stack/seed.ts'
import { loadGateway, openGateway, startRest, startScheduler, startWorker } from '../../stack/services.ts'
import { startThrowaway } from '../../stack/throwaway.ts'
import { type Account, readAccounts } from '../../stack/user-tokens.ts'
import { memoryOfFunctions } from '../hub.ts'
import type { Tally } from './tally.ts'

/** Everything that `npm start` starts, with two function processes: one that is killed, and one that lives to the end. */
export interface SoakStack {
  pool: pg.Pool
  apiUrl: string
  /** Of the process that is killed now and then. */
  functionsUrl: string
  /** Of the one that is not: what its memory does, a leak does. */
  steadyUrl: string
  dashUrl: string
  credentials: Credentials
  users: Record<string, Account>
  photos: string
  steady: Child
  rest: Child
  /** Undefined where sharp is not installed. */
  worker(): Child | undefined
  killFunctions(): Promise<void>
  killWorker(): Promise<void>
  /** Ends connections of the functions in the middle of what they do. */
  killBackends(): Promise<void>
  token(client: string): Promise<string>
  stop(): Promise<void>
}

export async function startSoakStack(tally: Tally): Promise<SoakStack> {
  const { server, credentials, url, remove } = await startThrowaway()
  const undo: (() => unknown)[] = [remove]
  const stop = async () => {
    for (const step of undo.reverse()) await step()
  }
  try {
    await letItClean(superuserUrl(server))
    const pool = new pg.Pool({ connectionString: url, max: 6 })
    pool.on('error', () => {})
    undo.push(() => pool.end())
    await seedReference(pool, folders.seed)
    await registerDemoClients(pool, credentials)
    await registerDemoUsers(pool, credentials)

    const port = await findFreePort()
    const at = addresses(port, server.port, credentials)
    const storageFolder = mkdtempSync(join(tmpdir(), 'mls-hub-soak-'))
    undo.push(() => rmSync(storageFolder, { recursive: true, force: true }))
    const rest = await startRest(
      { postgresPort: server.port, apiUrl: at.apiUrl, storageFolder, credentials },
      () => {},
    )
    undo.push(() => rest.stop())
    const sandbox = await startSandboxDash({ port: 0, ...sandboxSecrets })
    undo.push(() => sandbox.close())

    const environment = {
      ...functionEnvironment(port, server.port, credentials),
      ...dashEnvironment(sandbox.url, sandboxSecrets),
      ...memoryOfFunctions,
      MLS_WEBHOOKS_LOCAL: 'true',
    }
    const open = async (port: number) => {
      const gateway = await loadGateway(port, environment, rest.url, tally.line)
      await openGateway(gateway)
      return gateway
    }
    let gateway = await open(port)
    undo.push(() => gateway.stop())
    const steadyPort = await findFreePort()
    const steady = await open(steadyPort)
    undo.push(() => steady.stop())

    const photos = at.apiUrl + demoMediaPath
    await seedDemo(
      pool,
      folders.seed,
      at.functionsUrl,
      credentials,
      () => {},
      (invented, category) => demoAddress(photos, invented, category),
    )
    await seedSource(pool, at.functionsUrl, credentials, () => {}, photos)
    const changing = { ...demoSource.source.settings, photos, changes_per_hour: 600 }
    await pool.query('update public.mls_sources set settings = $1 where code = $2', [
      JSON.stringify(changing),
      demoSource.source.code,
    ])

    let worker = await startWorker(environment, () => {})
    undo.push(() => worker?.stop())
    const scheduler = await startScheduler(at, credentials, () => {})
    undo.push(() => scheduler.stop())
    // a minute is long in a soak of five
    await pool.query(
      `update public.mls_schedules set cron = '10 seconds' where job in ('deliveries', 'webhooks', 'media', 'search', 'sources')`,
    )
    await pool.query(`update public.mls_schedules set cron = '30 seconds' where job = 'feeds'`)
    return {
      pool,
      apiUrl: at.apiUrl,
      functionsUrl: at.functionsUrl,
      steadyUrl: at.functionsUrl.replace(`:${port}/`, `:${steadyPort}/`),
      dashUrl: sandbox.url,
      credentials,
      users: await readAccounts(pool, credentials, at.apiUrl),
      photos,
      steady,
      rest,
      worker: () => worker,
      killFunctions: async () => {
        await gateway.kill()
        gateway = await open(port)
      },
      killWorker: async () => {
        if (!worker) return
        await worker.kill()
        worker = await startWorker(environment, () => {})
      },
      killBackends: async () => {
        await pool.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where usename = current_user and datname = current_database() and application_name = 'mls-hub'
           order by random() limit 3`,
        )
      },
      token: (client) => accessToken(at.functionsUrl, credentials.clients[client]!),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** A throwaway server is not vacuumed; this one shows whether autovacuum keeps up. */
async function letItClean(superuser: string): Promise<void> {
  const client = new pg.Client(superuser)
  await client.connect()
  await client.query('alter system set autovacuum = on')
  await client.query(`alter system set autovacuum_naptime = '10s'`)
  await client.query('select pg_reload_conf()')
  await client.end()
}
