import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Credentials } from '../../scripts/stack/credentials.ts'
import { findFreePort } from '../../scripts/stack/ports.ts'
import { serverAccount } from '../../scripts/stack/postgres/account.ts'
import { guardAgainstOrphaning } from '../../scripts/stack/postgres/guard.ts'
import { createAuthority } from './certificates.ts'

/** What a hub must know to go through the pooler. */
export interface PoolerAddress {
  port: number
  /** Certificate of its authority. */
  ca: string
}

export interface Pooler extends PoolerAddress {
  /** Ends it as a crash would and starts it again at the same port. */
  crash(): Promise<void>
  stop(): Promise<void>
}

/** Few, so that clients share connections all the time. */
export const serverConnections = 3
/** Not an address of loopback, so that the functions ask for TLS as they do of a hosted pooler. */
export const poolerHost = '0.0.0.0'

/** Starts pgbouncer as hosted poolers work: a connection for a transaction, TLS from the client to it. */
export async function startPooler(
  executable: string,
  postgresPort: number,
  { passwords }: Credentials,
): Promise<Pooler> {
  const account = serverAccount()
  const folder = mkdtempSync(join(tmpdir(), 'mls-hub-pooler-'))
  chmodSync(folder, 0o755)
  const guard = guardAgainstOrphaning(folder)
  const authority = createAuthority('Pooler')
  const { cert, key } = authority.issue(poolerHost)
  const port = await findFreePort()
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text, { mode: 0o644 })
    return join(folder, name)
  }
  const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`
  const users = { postgres: passwords.postgres, mls_gate: passwords.gate }
  const configuration = write(
    'pgbouncer.ini',
    `[databases]
* = host=127.0.0.1 port=${postgresPort}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
pool_mode = transaction
default_pool_size = ${serverConnections}
max_client_conn = 500
auth_type = scram-sha-256
auth_file = ${
      write('users.txt', Object.entries(users).map((user) => user.map(quoted).join(' ')).join('\n') + '\n')
    }
client_tls_sslmode = require
client_tls_cert_file = ${write('server.crt', cert)}
client_tls_key_file = ${write('server.key', key)}
`,
  )

  let running: ChildProcess
  const start = async () => {
    let said = ''
    running = spawn(executable, [configuration], {
      ...account,
      cwd: '/',
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    if (running.pid) guard.watch(running.pid)
    running.stderr!.on('data', (text) => said += text)
    for (let waited = 0; !said.includes('process up'); waited += 20) {
      if (running.exitCode !== null || waited > 10_000) throw new Error(`pgbouncer did not start: ${said}`)
      await sleep(20)
    }
    running.stderr!.removeAllListeners('data').resume()
  }
  const end = async (signal: NodeJS.Signals) => {
    const gone = new Promise((resolve) => running.once('exit', resolve))
    running.kill(signal)
    await gone
  }
  await start()
  return {
    port,
    ca: authority.cert,
    crash: async () => {
      await end('SIGKILL')
      await start()
    },
    stop: async () => {
      await end('SIGTERM')
      guard.release()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Both logins of the functions, through the pooler, with the names that a deployment gives them. */
export function poolerEnvironment(
  { port, ca }: PoolerAddress,
  { passwords }: Credentials,
  database: string,
): Record<string, string> {
  const at = (user: string, password: string) =>
    `postgresql://${user}:${encodeURIComponent(password)}@${poolerHost}:${port}/${database}`
  return {
    SUPABASE_DB_URL: '',
    MLS_SERVICE_DB_URL: at('postgres', passwords.postgres),
    MLS_GATE_DB_URL: at('mls_gate', passwords.gate),
    MLS_DB_CA: ca,
  }
}
