import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import pg from 'pg'
import { accessToken } from '../../../scripts/stack/access-token.ts'
import type { Child } from '../../../scripts/stack/child.ts'
import { makeCredentials } from '../../../scripts/stack/credentials.ts'
import { addresses, functionEnvironment } from '../../../scripts/stack/environment.ts'
import { folders } from '../../../scripts/stack/layout.ts'
import { applyMigrations } from '../../../scripts/stack/migrate.ts'
import { findFreePort } from '../../../scripts/stack/ports.ts'
import { openPostgresHome, removePostgresHome } from '../../../scripts/stack/postgres/home.ts'
import { preparePlatform } from '../../../scripts/stack/postgres/platform.ts'
import { databaseUrl, startPostgres, superuserUrl } from '../../../scripts/stack/postgres/server.ts'
import { prepareRoles } from '../../../scripts/stack/roles.ts'
import { registerDemoClients, seedReference } from '../../../scripts/stack/seed.ts'
import { loadGateway, openGateway } from '../../../scripts/stack/services.ts'

/** Ways to end it without warning: one server process, the whole database server, the functions. */
export const accidents = ['backend', 'server', 'functions'] as const
export type Accident = typeof accidents[number]

/** A process that is killed loses no page the kernel has, so the disk can be spared; a commit must be in the log. */
const settings = { fsync: 'off', full_page_writes: 'off', autovacuum: 'off', synchronous_commit: 'on' }

/** A hub on a database server of its own, both of which can be killed and started again. */
export class FragileHub {
  readonly functionsUrl: string
  readonly url: string
  token = ''
  readonly #folder: string
  readonly #credentials: Awaited<ReturnType<typeof makeCredentials>>
  readonly #port: number
  readonly #postgresPort: number
  #server!: Awaited<ReturnType<typeof startPostgres>>
  #gateway!: Child

  private constructor(
    folder: string,
    credentials: Awaited<ReturnType<typeof makeCredentials>>,
    port: number,
    postgresPort: number,
  ) {
    this.#folder = folder
    this.#credentials = credentials
    this.#port = port
    this.#postgresPort = postgresPort
    const at = addresses(port, postgresPort, credentials)
    this.functionsUrl = at.functionsUrl
    this.url = at.databaseUrl
  }

  static async start(): Promise<FragileHub> {
    const folder = mkdtempSync(join(tmpdir(), 'mls-hub-crash-'))
    const credentials = await makeCredentials()
    const hub = new FragileHub(folder, credentials, await findFreePort(), await findFreePort())
    await hub.#startServer()
    try {
      const admin = superuserUrl(hub.#server)
      await preparePlatform(admin, credentials.passwords.postgres)
      await applyMigrations(hub.url, folders.migrations)
      await prepareRoles(admin, credentials)
      const pool = new pg.Pool({ connectionString: hub.url })
      await seedReference(pool, folders.seed)
      await registerDemoClients(pool, credentials)
      await pool.end()
      await hub.#startFunctions()
      hub.token = await hub.tokenOf('databricks')
      return hub
    } catch (error) {
      await hub.stop()
      throw error
    }
  }

  /** A fresh access token of a demo client. */
  tokenOf(client: string): Promise<string> {
    return accessToken(this.functionsUrl, this.#credentials.clients[client]!)
  }

  async suffer(accident: Accident): Promise<void> {
    switch (accident) {
      case 'backend': { // the server ends all others, recovers and goes on by itself
        const [pid] = await this.#serverProcesses(
          `order by (state = 'active') desc nulls last, backend_start`,
        )
        if (pid) kill(pid)
        return
      }
      case 'server': {
        const pids = await this.#serverProcesses('')
        kill(this.#server.pid)
        pids.forEach(kill)
        await this.#server.stop()
        return await this.#startServer()
      }
      case 'functions':
        await this.#gateway.kill()
        return await this.#startFunctions()
    }
  }

  async stop(): Promise<void> {
    await this.#gateway?.stop()
    await this.#server.stop()
    removePostgresHome(this.#folder)
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #startServer() {
    this.#server = await startPostgres({
      home: openPostgresHome(this.#folder),
      port: this.#postgresPort,
      password: this.#credentials.passwords.superuser,
      logFile: join(this.#folder, 'postgres.log'),
      settings,
      removeWhenOrphaned: this.#folder,
    })
  }

  async #startFunctions() {
    const environment = functionEnvironment(this.#port, this.#postgresPort, this.#credentials)
    this.#gateway = await loadGateway(this.#port, environment, undefined, () => {})
    await openGateway(this.#gateway)
  }

  /** Process ids of the server; none while it is recovering. */
  async #serverProcesses(order: string): Promise<number[]> {
    const client = new pg.Client(
      databaseUrl(this.#postgresPort, 'supabase_admin', this.#credentials.passwords.superuser),
    )
    client.on('error', () => {})
    try {
      await client.connect()
      const { rows } = await client.query(
        `select pid from pg_stat_activity where pid <> pg_backend_pid() ${order}`,
      )
      return rows.map((row) => row.pid)
    } catch {
      return []
    } finally {
      await client.end().catch(() => {})
    }
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
