import { type ChildProcess, spawn } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { commandLine, isAlive, signal, waitForExit } from '../processes.ts'
import { StackError } from '../stack-error.ts'
import { type Account, serverAccount } from './account.ts'
import { findBinaries } from './binaries.ts'
import { openCluster, superuser } from './cluster.ts'
import { type Guard, guardAgainstOrphaning } from './guard.ts'

export interface PostgresOptions {
  /** Folder that holds the cluster; made when missing. */
  home: string
  port: number
  /** Password of the superuser, set when the cluster is made. */
  password: string
  logFile: string
  /** Server settings, as for `postgres -c name=value`. */
  settings?: Record<string, string>
  /** A folder to delete should we end without stopping the server. */
  removeWhenOrphaned?: string
}

export interface PostgresServer {
  port: number
  pid: number
  password: string
  /** Resolves when the server process is gone, asked or not. */
  exited: Promise<void>
  stop(): Promise<void>
}

/** Connection URL of the superuser. */
export function superuserUrl(server: PostgresServer, database = 'postgres'): string {
  return databaseUrl(server.port, superuser, server.password, database)
}

export function databaseUrl(port: number, role: string, password: string, database = 'postgres'): string {
  return `postgresql://${role}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`
}

/** Starts PostgreSQL on 127.0.0.1 and returns when it accepts connections. */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const guard = guardAgainstOrphaning(options.removeWhenOrphaned)
  const account = serverAccount()
  const binaries = findBinaries(account, options.home)
  const cluster = openCluster(binaries, account, options.home, options.password)
  await stopStray(cluster)

  // After `kill -9` the backends of the old server take a moment to notice; the new one refuses until then.
  for (let attempt = 0;; attempt++) {
    const outcome = await launch(binaries.postgres, cluster, options, account, guard)
    if ('pid' in outcome) return outcome
    guard.release()
    const stillLeaving = outcome.reason.includes('pre-existing shared memory block')
    if (!stillLeaving || attempt >= 50) throw new StackError(`PostgreSQL did not start: ${outcome.reason}`)
    await sleep(100)
  }
}

/** Stops a server that outlived the process which started it, and clears away the pid file of one that did not. */
export async function stopStray(cluster: string): Promise<void> {
  const pidFile = join(cluster, 'postmaster.pid')
  const pid = existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8').split('\n')[0]) : 0
  if (!pid) return
  if (isAlive(pid) && commandLine(pid).includes(cluster)) await shutDown(pid)
  else rmSync(pidFile, { force: true })
}

async function launch(
  executable: string,
  cluster: string,
  options: PostgresOptions,
  account: Account,
  guard: Guard,
): Promise<PostgresServer | { reason: string }> {
  const settings = { listen_addresses: '127.0.0.1', unix_socket_directories: '', ...options.settings }
  const server = spawn(
    executable,
    [
      '-D',
      cluster,
      '-p',
      String(options.port),
      ...Object.entries(settings).flatMap(([k, v]) => ['-c', `${k}=${v}`]),
    ],
    // Its own process group: Ctrl-C reaches us alone, and we stop it after those who use it.
    {
      ...account,
      cwd: '/',
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env.PATH ?? '' },
    },
  )
  if (server.pid) guard.watch(server.pid)
  const recent = keepLog(server, options.logFile)
  let gone = false
  const exited = new Promise<void>((resolve) => {
    server.once('error', () => resolve())
    server.once('exit', () => resolve())
  }).then(() => {
    gone = true
  })

  while (!isReady(cluster, server.pid)) {
    if (gone) {
      return {
        reason: recent.find((line) => /FATAL|ERROR|PANIC/.test(line)) ?? recent.at(-1) ?? 'no message',
      }
    }
    await Promise.race([sleep(15), exited])
  }
  const pid = server.pid!
  return {
    port: options.port,
    pid,
    password: options.password,
    exited,
    stop: async () => {
      await shutDown(pid)
      await exited
      guard.release()
    },
  }
}

/** Ready by the server's own word: the last line of its pid file. The port is never probed. */
function isReady(cluster: string, pid: number | undefined): boolean {
  const file = join(cluster, 'postmaster.pid')
  if (!existsSync(file)) return false
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  return Number(lines[0]) === pid && lines.at(-1)?.trim() === 'ready'
}

/** Writes the server's messages to the log file and keeps the last ones for an error message. */
function keepLog(server: ChildProcess, file: string): string[] {
  const recent: string[] = []
  server.stderr!.setEncoding('utf8')
  server.stderr!.on('data', (text: string) => {
    appendFileSync(file, text, { mode: 0o600 })
    recent.push(...text.trimEnd().split('\n'))
    recent.splice(0, Math.max(0, recent.length - 20))
  })
  return recent
}

/** Fast shutdown; the immediate one when that takes too long. */
async function shutDown(pid: number): Promise<void> {
  signal(pid, 'SIGINT')
  if (await waitForExit(pid, 15_000)) return
  signal(pid, 'SIGQUIT')
  await waitForExit(pid, 5_000)
}
