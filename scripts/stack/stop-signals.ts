import process from 'node:process'
import { commandLine, isAlive, parentOf } from './processes.ts'

/** Resolves on Ctrl-C, on SIGTERM, when the terminal closes, and when the npm that started us is gone. */
export function untilToldToStop(): Promise<undefined> {
  return new Promise((resolve) => {
    const stop = () => resolve(undefined)
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
    if (process.env.npm_lifecycle_event !== 'start') return
    const above = ancestorsUpToNpm()
    setInterval(() => above.every(isAlive) || stop(), 500).unref()
  })
}

/**
 * Between npm and us stand a shell and perhaps npm's launcher of Deno, which pass no signal on and outlive npm:
 * the end of any of them is all we hear of a signal sent to npm alone.
 */
function ancestorsUpToNpm(): number[] {
  const chain: number[] = []
  for (let pid = process.ppid; pid > 1; pid = parentOf(pid)) {
    chain.push(pid)
    if (/\bnpm\b/.test(commandLine(pid).split(' ').slice(0, 2).join(' '))) return chain
  }
  return []
}
