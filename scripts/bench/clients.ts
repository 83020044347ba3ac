import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { repository } from '../stack/layout.ts'
import { denoExecutable } from '../stack/processes.ts'
import { startDoor } from './door.ts'
import { type BenchHub, memoryOfFunctions } from './hub.ts'
import type { Load, LoadResult } from './load.ts'
import { type ReadName, reads } from './reads.ts'

/** Where a load is sent: to the hub, or to the bare server. */
export interface Target {
  port: number
  bearer: string
  path(read: ReadName, n: number): string
}

export interface ODataTarget extends Target {
  /** Address of the service root. */
  service: string
}

export interface Server<T extends Target> {
  pid: number | undefined
  target(rows: number): T
  stop(): Promise<void>
}

/** Starts the OData door in a process of its own. */
export async function startOData({ environment, token }: BenchHub): Promise<Server<ODataTarget>> {
  const { door, url } = await startDoor('odata', { ...environment, ...memoryOfFunctions })
  const { port, pathname } = new URL(url)
  const bearer = await token('portal_cy')
  return {
    pid: door.pid,
    target: (rows) => {
      const known = reads(rows)
      return {
        port: Number(port),
        bearer,
        service: url,
        path: (read, n) => `${pathname}/${known[read].path(n)}`,
      }
    },
    stop: () => door.stop(),
  }
}

/** Starts the bare reads. */
export async function startBare({ databaseUrl, environment, token }: BenchHub): Promise<Server<Target>> {
  const { door, url } = await startDoor('bare', {
    ...environment,
    ...memoryOfFunctions,
    BARE_DATABASE_URL: databaseUrl,
  })
  const { port, pathname } = new URL(url)
  const bearer = await token('portal_cy')
  return {
    pid: door.pid,
    target: (rows) => ({
      port: Number(port),
      bearer,
      path: (read, n) => `${pathname}/${read}?n=${n}&rows=${rows}`,
    }),
    stop: () => door.stop(),
  }
}

/** Requests of one load that differ; they repeat after that. */
const different = 2000

export function sendReads(
  { port, bearer, path }: Target,
  read: ReadName,
  { clients, seconds }: Pick<Load, 'clients' | 'seconds'>,
): Promise<LoadResult> {
  const paths = Array.from({ length: different }, (_, n) => path(read, n))
  return send({ port, bearer, clients, seconds, paths })
}

/** Runs a load in a process of its own. */
export async function send(load: Load): Promise<LoadResult> {
  const program = fileURLToPath(new URL('load.ts', import.meta.url))
  const child = spawn(denoExecutable(), ['run', '-A', '--quiet', program], {
    cwd: repository,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.stdin.end(JSON.stringify(load))
  let text = ''
  for await (const chunk of child.stdout.setEncoding('utf8')) text += chunk
  return JSON.parse(text)
}
