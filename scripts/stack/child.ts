import { spawn } from 'node:child_process'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { mark, type Report } from './child-protocol.ts'
import { repository } from './layout.ts'
import { denoExecutable, signal, waitForExit } from './processes.ts'

export interface ChildOptions {
  program: string
  args: string[]
  /** Its whole environment, besides PATH and HOME: nothing of ours leaks into it. */
  environment: Record<string, string>
  /** What it prints, line by line. */
  onLine: (line: string) => void
  /** Another Deno than the lock file's, by its path. */
  deno?: string
}

export interface Child {
  /** Undefined when it could not be started. */
  pid: number | undefined
  order(line: string): void
  /** Waits for a report; fails when the process ends first. */
  heard(event: Report['event']): Promise<Report>
  exited: Promise<void>
  stop(): Promise<void>
  /** Ends it as a crash would. */
  kill(): Promise<void>
}

/** The request signal of Deno.serve aborts, by an old habit to be dropped, when a request ends well: not here. */
const noLegacyAbort = '--unstable-no-legacy-abort'

/** Starts one of the stack's own programs on Deno (see child-protocol.ts). */
export function startChild({ program, args, environment, onLine, deno }: ChildOptions): Child {
  const inherited = Object.fromEntries(
    ['PATH', 'HOME', 'DENO_DIR', 'DENO_COVERAGE_DIR', 'TMPDIR'].flatMap((name) =>
      process.env[name] ? [[name, process.env[name]]] : []
    ),
  )
  const flags = ['run', '-A', '--quiet', ...deno ? [] : [noLegacyAbort]] // which older ones do not know
  const child = spawn(deno ?? denoExecutable(), [...flags, program, ...args], {
    cwd: repository,
    detached: true, // Ctrl-C reaches the stack alone, which then stops its children in order
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...inherited, NO_COLOR: '1', ...environment },
  })
  const reports: Report[] = []
  let tell = () => {}
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (!line.startsWith(mark)) return onLine(line)
    reports.push(JSON.parse(line.slice(mark.length)))
    tell()
  })
  createInterface({ input: child.stderr }).on('line', onLine)
  child.stdin.on('error', () => {}) // it ended before an order reached it: `exited` says so

  const exited = new Promise<void>((resolve) => {
    child.once('error', () => resolve())
    child.once('exit', () => resolve())
  })
  return {
    pid: child.pid,
    exited,
    order: (line) => void child.stdin.write(line + '\n'),
    heard: (event) =>
      new Promise((resolve, reject) => {
        tell = () => {
          const found = reports.find((one) => one.event === event)
          if (found) resolve(found)
        }
        tell()
        exited.then(() => reject(new Error(`${program} ended before it was ${event}`)))
      }),
    stop: async () => {
      if (child.pid === undefined) return
      signal(child.pid, 'SIGTERM')
      if (!await waitForExit(child.pid, 5_000)) signal(child.pid, 'SIGKILL')
      await exited
    },
    kill: async () => {
      child.kill('SIGKILL')
      await exited
    },
  }
}
