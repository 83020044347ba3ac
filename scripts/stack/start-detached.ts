import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { dataFiles, programs } from './layout.ts'
import type { Options } from './options.ts'
import { denoExecutable } from './processes.ts'
import { findRunning, refuseWhenRunning } from './running.ts'

/** Starts the stack in the background and returns once it is healthy, or with its last words when it fails. */
export async function startDetached({ data, port, seed, replica }: Options): Promise<number> {
  refuseWhenRunning(data) // before its log is overwritten
  mkdirSync(data, { recursive: true })
  const { log } = dataFiles(data)
  const output = openSync(log, 'w', 0o600)
  const args = [
    'start',
    '--data',
    data,
    '--port',
    String(port),
    ...seed ? [] : ['--no-seed'],
    ...replica ? ['--replica'] : [],
  ]
  const stack = spawn(denoExecutable(), ['run', '-A', programs.cli, ...args], {
    detached: true,
    stdio: ['ignore', output, output],
    env: { ...process.env, NO_COLOR: '1', npm_lifecycle_event: '' }, // not npm's child: it outlives npm
  })
  closeSync(output)
  let exitCode: number | null | undefined
  stack.once('exit', (code) => exitCode = code)
  stack.once('error', () => exitCode = 1)

  let shown = 0
  const show = () => {
    const text = readFileSync(log, 'utf8')
    process.stdout.write(text.slice(shown))
    shown = text.length
  }
  const ready = () => {
    const running = findRunning(data)
    return running?.pid === stack.pid && running?.phase === 'ready'
  }
  while (exitCode === undefined && !ready()) {
    show()
    await sleep(100)
  }
  show()
  if (exitCode !== undefined) return exitCode || 1
  stack.unref()
  console.log(`It runs in the background, its output goes to ${log}.`)
  return 0
}
