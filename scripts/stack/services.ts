import process from 'node:process'
import { type Child, startChild } from './child.ts'
import type { Credentials } from './credentials.ts'
import type { Addresses } from './environment.ts'
import { programs } from './layout.ts'
import { databaseUrl } from './postgres/server.ts'
import { serviceRoles } from './roles.ts'
import type { SandboxPorts } from './running.ts'

export type Log = (line: string) => void

export interface RestOptions {
  postgresPort: number
  database?: string
  /** The address of the gateway: tokens name it as their issuer. */
  apiUrl: string
  /** Where Storage keeps the bytes. */
  storageFolder: string
  credentials: Credentials
}

/** Starts the stand-in for /rest/v1, /auth/v1 and /storage/v1 on a port the system chooses. */
export async function startRest(
  { postgresPort, database, apiUrl, storageFolder, credentials }: RestOptions,
  log: Log,
): Promise<Child & { url: string }> {
  const urlOf = (role: string) => databaseUrl(postgresPort, role, credentials.passwords.rest, database)
  const child = startChild({
    program: programs.rest,
    args: [],
    environment: {
      REST_DATABASE_URL: urlOf(serviceRoles.rest),
      REST_AUTH_DATABASE_URL: urlOf(serviceRoles.auth),
      REST_STORAGE_DATABASE_URL: urlOf(serviceRoles.storage),
      REST_STORAGE_FOLDER: storageFolder,
      REST_API_URL: apiUrl,
      REST_JWT_SECRET: credentials.jwtSecret,
      REST_PUBLISHABLE_KEY: credentials.publishableKey,
      REST_SECRET_KEY: credentials.secretKey,
    },
    onLine: log,
  })
  const { port } = await child.heard('ready')
  return { ...child, url: `http://127.0.0.1:${port}` }
}

/** Starts the sandboxes on ports the system chooses; the listings of Dash live in `file`. */
export async function startSandbox(
  file: string,
  log: Log,
): Promise<Child & { url: string; ports: SandboxPorts }> {
  const child = startChild({ program: programs.sandbox, args: [file], environment: {}, onLine: log })
  const { port, ports } = await child.heard('ready')
  return { ...child, ports: ports as unknown as SandboxPorts, url: `http://127.0.0.1:${port}` }
}

/** Starts what stands in for pg_cron: from here on the jobs of mls_schedules run. */
export async function startScheduler(
  { databaseUrl, functionsUrl }: Addresses,
  credentials: Credentials,
  log: Log,
): Promise<Child> {
  const environment = {
    SCHEDULER_DATABASE_URL: databaseUrl,
    SCHEDULER_FUNCTIONS_URL: functionsUrl,
    SCHEDULER_SECRET_KEY: credentials.secretKey,
  }
  const child = startChild({ program: programs.scheduler, args: [], environment, onLine: log })
  await child.heard('ready')
  return child
}

/** Starts the worker that makes sizes of pictures; undefined where sharp is not installed, and why is in its log. */
export async function startWorker(
  environment: Record<string, string>,
  log: Log,
): Promise<Child | undefined> {
  const child = startChild({ program: programs.worker, args: [], environment, onLine: log })
  return await child.heard('ready').then(() => child, () => undefined)
}

/**
 * Starts a gateway up to the point where its functions are loaded, unless that is left to their first call; `openGateway`
 * then gives it the port.
 */
export async function loadGateway(
  port: number,
  environment: Record<string, string>,
  restUrl: string | undefined,
  log: Log,
  { onDemand = false } = {},
): Promise<Child> {
  const args = [
    '--port',
    String(port),
    ...restUrl ? ['--rest', restUrl] : [],
    ...onDemand ? ['--on-demand'] : [],
  ]
  const deno = process.env.MLS_FUNCTIONS_DENO || undefined // set by .ci/pooler: hosted's line lags behind ours
  const child = startChild({ program: programs.gateway, args, environment, onLine: log, deno })
  await child.heard('loaded')
  return child
}

export async function openGateway(gateway: Child): Promise<void> {
  gateway.order('serve')
  await gateway.heard('ready')
}
