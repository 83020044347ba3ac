import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Ports are asked for by binding, never by connecting: a connect to a closed port of the ephemeral range
 * (from 32768 on Linux) can connect to itself and look like a server. For the same reason every port
 * chosen here lies below that range.
 */
const lowest = 20000
const highest = 32000

/** True when 127.0.0.1:`port` can be bound. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const probe = createServer()
    probe.once('error', () => answer(false))
    probe.listen({ port, host: '127.0.0.1' }, () => probe.close(() => answer(true)))
  })
}

/** Waits until the port can be bound; false when that takes longer than ten seconds. */
export async function becomesFree(port: number): Promise<boolean> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (await isPortFree(port)) return true
    await sleep(100)
  }
  return false
}

/** A port nobody listens on. Random, so that stacks and tests starting together rarely meet. */
export async function findFreePort(): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest))
    if (await isPortFree(port)) return port
  }
  throw new Error(`no free port between ${lowest} and ${highest}`)
}
