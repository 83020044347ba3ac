import pg from 'pg'
import { accessToken } from '../stack/access-token.ts'
import type { Child } from '../stack/child.ts'
import { addresses, functionEnvironment } from '../stack/environment.ts'
import { folders } from '../stack/layout.ts'
import { findFreePort } from '../stack/ports.ts'
import { registerDemoClients, seedReference } from '../stack/seed.ts'
import { loadGateway, openGateway } from '../stack/services.ts'
import { startThrowaway } from '../stack/throwaway.ts'

/** A hub of the benchmark's own: a database server in a temporary folder and the functions in front of it. */
export interface BenchHub {
  /** One connection as role `postgres`, the owner of everything. */
  client: pg.Client
  databaseUrl: string
  functionsUrl: string
  /** The process that runs the functions. */
  gateway: Child
  /** The environment of the functions, for a process that runs one of them alone. */
  environment: Record<string, string>
  /** Listings of the large collection that reads are measured on. */
  rows: number
  token(client: string): Promise<string>
  stop(): Promise<void>
}

/** A hosted function has 256 MB; without a limit V8 would rather grow than clean up. */
export const memoryOfFunctions = { DENO_V8_FLAGS: '--max-old-space-size=160' }

export async function startBenchHub(rows: number): Promise<BenchHub> {
  const { server, credentials, url, remove } = await startThrowaway()
  const stops: (() => Promise<void>)[] = [remove]
  const stop = async () => {
    for (const one of stops.reverse()) await one()
  }
  try {
    const pool = new pg.Pool({ connectionString: url })
    await seedReference(pool, folders.seed)
    await registerDemoClients(pool, credentials)
    await pool.end()
    const client = new pg.Client(url)
    await client.connect()
    stops.push(() => client.end())
    const port = await findFreePort()
    const environment = functionEnvironment(port, server.port, credentials)
    const gateway = await loadGateway(port, { ...environment, ...memoryOfFunctions }, undefined, () => {})
    stops.push(() => gateway.stop())
    await openGateway(gateway)
    const { functionsUrl } = addresses(port, server.port, credentials)
    return {
      client,
      databaseUrl: url,
      functionsUrl,
      gateway,
      environment,
      rows,
      token: (name) => accessToken(functionsUrl, credentials.clients[name]!),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}
