import { existsSync } from 'node:fs'
import pg from 'pg'
import { type Credentials, openCredentials } from './credentials.ts'
import { type Addresses, addresses } from './environment.ts'
import { dataFiles, folders } from './layout.ts'
import { readMigrationState } from './migrate.ts'
import type { Options } from './options.ts'
import { findRunning } from './running.ts'
import { readSeedTotals } from './seed.ts'
import { StackError } from './stack-error.ts'
import { type Account, readAccounts } from './user-tokens.ts'

/** What `npm run status -- --json` prints. Scripts rely on these names. */
export interface Status {
  api_url: string
  functions_url: string
  storage_url: string
  db_url: string
  publishable_key: string
  secret_key: string
  sandbox_dash_url: string
  sandbox_qobrix_url: string
  sandbox_rets_url: string
  clients: Credentials['clients']
  users: Record<string, Account>
  media: MediaState
}

/** How far the pictures are: shown from here, waiting for their copy or their sizes, and failed. */
interface MediaState {
  stored: number
  waiting: number
  failed: number
  worker: boolean
}

/** Prints URLs and keys. Returns 0 only when the stack is migrated, seeded and healthy; else says what is missing. */
export async function printStatus({ data, json }: Options): Promise<number> {
  const { status, problems } = await readStatus(data)
  console.log(json ? JSON.stringify(status, null, 2) : asText(status))
  for (const problem of problems) console.error(problem)
  return problems.length ? 1 : 0
}

async function readStatus(data: string): Promise<{ status: Status; problems: string[] }> {
  const running = findRunning(data)
  const { credentials: file } = dataFiles(data)
  if (!running?.postgresPort || !running.sandboxPorts || !existsSync(file)) {
    throw new StackError(
      running ? 'The stack is still starting.' : 'The stack is not running: `npm start` starts it.',
    )
  }
  const credentials = await openCredentials(file, true)
  const at = addresses(running.port, running.postgresPort, credentials)
  const client = new pg.Client({ connectionString: at.databaseUrl, connectionTimeoutMillis: 5_000 })
  try {
    await client.connect()
    return {
      status: {
        api_url: at.apiUrl,
        functions_url: at.functionsUrl,
        storage_url: at.storageUrl,
        db_url: at.databaseUrl,
        publishable_key: credentials.publishableKey,
        secret_key: credentials.secretKey,
        sandbox_dash_url: `http://127.0.0.1:${running.sandboxPorts.dash}`,
        sandbox_qobrix_url: `http://127.0.0.1:${running.sandboxPorts.qobrix}`,
        sandbox_rets_url: `http://127.0.0.1:${running.sandboxPorts.rets}`,
        clients: credentials.clients,
        users: await readAccounts(client, credentials, at.apiUrl),
        media: await readMedia(client),
      },
      problems: await findProblems(client, at, credentials.publishableKey),
    }
  } catch (error) {
    throw new StackError(`The database does not answer: ${(error as Error).message}`)
  } finally {
    await client.end().catch(() => {})
  }
}

async function findProblems(client: pg.Client, at: Addresses, publishableKey: string): Promise<string[]> {
  const { applied, files } = await readMigrationState(client, folders.migrations)
  const [seeded, functions, dataApi] = await Promise.all([
    readSeedTotals(client),
    answers(`${at.functionsUrl}/health`),
    answers(`${at.apiUrl}/auth/v1/settings`, { apikey: publishableKey }),
  ])
  return [
    applied < files &&
    `Not migrated: ${applied} of ${files} migrations are applied. The next start applies the rest.`,
    !seeded && 'Not seeded: the demo brokerage is not, or not wholly, in the database.',
    !functions && `Not healthy: ${at.functionsUrl}/health does not answer 200.`,
    !dataApi && `Not healthy: ${at.apiUrl}/auth/v1 does not answer 200.`,
  ].filter((problem) => problem !== false)
}

async function readMedia(client: pg.Client): Promise<MediaState> {
  const { rows } = await client.query<MediaState>(
    `select count(*) filter (where m.copy_status = 'stored')::int as stored,
       count(*) filter (where m.copy_status = 'pending' and m.copy_asked_at is not null)::int as waiting,
       count(*) filter (where m.copy_status = 'failed')::int as failed, mls.has_media_worker() as worker
     from public.mls_listing_media m`,
  )
  return rows[0]!
}

function picturesIn({ stored, waiting, failed, worker }: MediaState): string {
  const rest = [
    waiting && `${waiting} wait`,
    failed && `${failed} failed`,
    !worker && 'no worker makes sizes',
  ]
  return [`${stored} shown`, ...rest.filter(Boolean)].join(', ')
}

async function answers(url: string, headers: Record<string, string> = {}): Promise<boolean> {
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(10_000) }).catch(() => null)
  await response?.body?.cancel()
  return response?.status === 200
}

function asText(status: Status): string {
  const lines = [
    ['API', status.api_url],
    ['Functions', status.functions_url],
    ['Storage', status.storage_url],
    ['Pictures', picturesIn(status.media)],
    ['Database', status.db_url],
    ['Publishable key', status.publishable_key],
    ['Secret key', status.secret_key],
    ...Object.values(status.clients).map((client) => [`Client ${client.client_id}`, client.client_secret]),
    ...Object.entries(status.users).flatMap(([name, user]) => [
      [`User ${name}`, `${user.email}  ${user.password}`],
      ['', user.access_token],
    ]),
  ]
  return lines.map(([name, value]) => `${name!.padEnd(22)}${value}`).join('\n')
}
