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
import { readAccounts } from '../../stack/user-tokens.ts'
import { memoryOfFunctions } from '../hub.ts'
import { pause, type Tally } from './tally.ts'

/** Everything that `npm start` starts, with two function processes: one that is killed, and one that lives to the end. */
export interface SoakStack {
  pool: pg.Pool
  startedAt: string
  apiUrl: string
  /** Of the process that is killed now and then. */
  functionsUrl: string
  /** Of the one that is not: what its memory does, a leak does. */
  steadyUrl: string
  dashUrl: string
  credentials: Credentials
  photos: string
  steady: Child
  rest: Child
  /** Undefined where sharp is not installed. */
  worker(): Child | undefined
  killFunctions(): Promise<void>
  killWorker(): Promise<void>
  /** Ends connections of the functions in the middle of what they do. */
  killBackends(): Promise<void>
  /** An access token of an API client, at most half an hour old; asked for until there is one. */
  token(client: string): Promise<string>
  /** The same of a user. */
  userToken(name: string): Promise<string>
  stop(): Promise<void>
}

export async function startSoakStack(tally: Tally): Promise<SoakStack> {
  const { server, credentials, url, remove } = await startThrowaway({
    // a hub in use cleans up after itself
    settings: { autovacuum: 'on', autovacuum_naptime: '10s' },
  })
  const undo: (() => unknown)[] = [remove]
  const stop = async () => {
    for (const step of undo.reverse()) await step()
  }
  try {
    const pool = new pg.Pool({ connectionString: url, max: 6, application_name: 'soak' })
    pool.on('error', () => {})
    undo.push(() => pool.end())
    await seedReference(pool, folders.seed)
    // so that what is published goes to Dash and into two feeds
    await pool.query(`update public.mls_portal_definitions set auto_syndicate = true where code = 'MLS_FEED'`)
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
    const open = async (port: number, killable: boolean) => {
      const gateway = await loadGateway(port, environment, rest.url, tally.line(killable))
      await openGateway(gateway)
      return gateway
    }
    let gateway = await open(port, true)
    undo.push(() => gateway.stop())
    const steadyPort = await findFreePort()
    const steady = await open(steadyPort, false)
    undo.push(() => steady.stop())

    const photos = at.apiUrl + demoMediaPath
    await seedDemo(
      pool,
      folders.seed,
      at.functionsUrl,
      credentials,
      () => {},
      (invented, category) => fewPictures(demoAddress(photos, invented, category)),
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
      `update public.mls_schedules set cron = '10 seconds'
       where job in ('deliveries', 'webhooks', 'media', 'search', 'sources', 'feeds')`,
    )
    const steadyUrl = at.functionsUrl.replace(`:${port}/`, `:${steadyPort}/`)
    const killing = new pg.Pool({ connectionString: superuserUrl(server), max: 1, application_name: 'soak' })
    undo.push(() => killing.end())
    return {
      pool,
      startedAt: new Date().toISOString(),
      apiUrl: at.apiUrl,
      functionsUrl: at.functionsUrl,
      steadyUrl,
      dashUrl: sandbox.url,
      credentials,
      photos,
      steady,
      rest,
      worker: () => worker,
      killFunctions: async () => {
        await gateway.kill()
        gateway = await open(port, true)
      },
      killWorker: async () => {
        if (!worker) return
        await worker.kill()
        worker = await startWorker(environment, () => {})
      },
      killBackends: async () => {
        await killing.query(
          `select pg_terminate_backend(a.pid) from (
             select pid from pg_stat_activity where application_name = 'mls-hub' order by random() limit 3) a`,
        )
      },
      token: kept((client) => accessToken(steadyUrl, credentials.clients[client]!)),
      userToken: kept(async (name) => (await readAccounts(pool, credentials, at.apiUrl))[name]!.access_token),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Pictures that all listings share: each one is a content that the worker makes sizes of, in every market. */
export const pictures = 6
const fewPictures = (address: string) =>
  address.replace(/(\d+)\.png$/, (_, number) => `${Number(number) % pictures}.png`)

/** Tokens of half an hour: they are good for one, and a soak may last longer. */
function kept(make: (name: string) => Promise<string>): (name: string) => Promise<string> {
  const tokens = new Map<string, { token: string; until: number }>()
  return async (name) => {
    const known = tokens.get(name)
    if (known && known.until > performance.now()) return known.token
    for (let tries = 0;; tries++) {
      try {
        const token = await make(name)
        tokens.set(name, { token, until: performance.now() + 1_800_000 })
        return token
      } catch (error) {
        if (tries >= 40) throw error
        await pause(500)
      }
    }
  }
}
