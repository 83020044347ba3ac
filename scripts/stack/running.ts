import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { dataFiles } from './layout.ts'
import { commandLine, isAlive } from './processes.ts'
import { StackError } from './stack-error.ts'

/** Where the sandboxes of the stack listen, by what they stand for. */
export interface SandboxPorts {
  dash: number
  qobrix: number
  rets: number
}

/** The note in a data folder that says a stack runs on it. */
export interface Running {
  pid: number
  port: number
  postgresPort: number
  /** Absent until the sandboxes listen. */
  sandboxPorts?: SandboxPorts
  phase: 'starting' | 'ready'
}

/** The stack that runs on this data folder, if any. A note left by a killed one counts for nothing. */
export function findRunning(data: string): Running | null {
  const note = readNote(data)
  return note && isAlive(note.pid) && commandLine(note.pid).includes('stack/cli.ts') ? note : null
}

/** Whether a stack that used this port left its note behind: it was killed, and its services may still be ending. */
export function wasKilledOn(data: string, port: number): boolean {
  return readNote(data)?.port === port && findRunning(data) === null
}

function readNote(data: string): Running | null {
  const file = dataFiles(data).running
  if (!existsSync(file)) return null
  const text = readFileSync(file, 'utf8')
  return text ? JSON.parse(text) as Running : null // empty while it is being written
}

export function refuseWhenRunning(data: string): void {
  const running = findRunning(data)
  if (!running) return
  throw new StackError(
    `The stack already runs on this data folder, at http://127.0.0.1:${running.port} (process ${running.pid}): ` +
      '`npm run status` shows it, `npm stop` ends it.',
  )
}

/** Takes the data folder for this process; fails when another has it. */
export function claimData(data: string, port: number): void {
  refuseWhenRunning(data)
  const file = dataFiles(data).running
  rmSync(file, { force: true })
  try {
    writeFileSync(file, note({ port, postgresPort: 0, phase: 'starting' }), { flag: 'wx' })
  } catch {
    throw new StackError(`Another start on ${data} is under way.`)
  }
}

export function noteRunning(data: string, state: Omit<Running, 'pid'>): void {
  writeFileSync(dataFiles(data).running, note(state))
}

export function releaseData(data: string): void {
  rmSync(dataFiles(data).running, { force: true })
}

const note = (state: Omit<Running, 'pid'>) => JSON.stringify({ pid: process.pid, ...state }) + '\n'
