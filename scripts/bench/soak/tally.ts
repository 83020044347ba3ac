/** What everybody of the soak asked for, and what went wrong: by itself, or because somebody was killed. */

/** What is killed, and what its death may look like: the functions on their own address, the database wherever it is used. */
export type Killed = 'functions' | 'database'

export class Tally {
  requests = 0
  readonly asked = new Map<string, number>()
  readonly unasked = new Map<string, number>()
  /** The first of each kind that nobody asked for, to be read. */
  readonly examples = new Map<string, string>()
  private readonly blamedUntil = new Map<Killed, number>()
  private times = new Map<string, number[]>()

  /** Does what kills somebody: whatever fails meanwhile, and shortly after, may fail because of that. */
  async accident(killed: Killed, kill: () => Promise<void>): Promise<void> {
    this.blamedUntil.set(killed, Infinity)
    try {
      await kill()
    } finally {
      this.blamedUntil.set(killed, performance.now() + blameMs)
    }
  }

  private isBlamed(killed: Killed): boolean {
    return performance.now() < (this.blamedUntil.get(killed) ?? 0)
  }

  /** Takes a line that a function process has printed. `killable` says whether it is the one that is killed. */
  readonly line = (killable: boolean) => (line: string): void => {
    if (!line.startsWith('{') || !line.includes('"level":"error"')) return
    try {
      const { event, code, status, door } = JSON.parse(line)
      const kind = `log ${[event, door, status, code].filter((part) => part !== undefined).join(' ')}`
      this.note(kind, line, killable)
    } catch { /* a line that was cut by a kill */ }
  }

  /** Notes what went wrong. `killable` says whether it was said by, or of, the function process that is killed. */
  note(kind: string, example: string, killable = true): void {
    const isExcused = breakable.test(kind) &&
      (this.isBlamed('database') || killable && this.isBlamed('functions'))
    const list = isExcused ? this.asked : this.unasked
    list.set(kind, (list.get(kind) ?? 0) + 1)
    if (list === this.unasked && !this.examples.has(kind)) this.examples.set(kind, example.slice(0, 600))
  }

  /** Notes how long a request of a kind took, in milliseconds. */
  took(kind: string, ms: number): void {
    const known = this.times.get(kind)
    if (known) known.push(ms)
    else this.times.set(kind, [ms])
  }

  /** Milliseconds within which half, and 99 of 100, requests of a kind were answered since this was asked last: `4/30`. */
  latency(kind: string): string {
    const times = (this.times.get(kind) ?? []).sort((a, b) => a - b)
    this.times.delete(kind)
    const at = (share: number) => Math.round(times[Math.floor(times.length * share)] ?? 0)
    return `${at(0.5)}/${at(0.99)}`
  }
}

/** Requests that were in flight, and connections of which nobody knew yet that they had ended. */
const blameMs = 10_000
/** What a kill may look like to who was being answered; wrong answers are none of it. */
const breakable = /^(network|http 5\d\d|log .*)/

/** An answer that has arrived whole. */
export interface Answer {
  ok: boolean
  status: number
  text: string
  // deno-lint-ignore no-explicit-any
  json(): any
}

/** Asks as a careful client does: what the network or a kill breaks is asked again. `isSteady`: of what nobody kills. */
export async function ask(
  tally: Tally,
  url: string,
  { retries = 40, isSteady = false, ...init }: RequestInit & { retries?: number; isSteady?: boolean } = {},
): Promise<Answer> {
  const kind = /\/functions\/v1\/(\w+)/.exec(url)?.[1] ?? 'other'
  for (let tries = 0;; tries++) {
    tally.requests++
    const start = performance.now()
    try {
      const response = await fetch(url, { ...init, signal: AbortSignal.timeout(120_000) })
      const text = await response.text()
      const { ok, status } = response
      if (status < 500 && status !== 429) {
        tally.took(kind, performance.now() - start)
        return { ok, status, text, json: () => JSON.parse(text) }
      }
      tally.note(`http ${status}`, `${url}: ${text}`, !isSteady)
    } catch (error) {
      tally.note('network', `${url}: ${(error as Error).message}`, !isSteady)
    }
    if (tries >= retries) throw new Error(`${url} did not answer in ${retries} tries.`)
    await pause(500)
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
