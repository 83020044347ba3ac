/** What everybody of the soak asked for, and what went wrong: by itself, or because somebody was killed. */
export class Tally {
  requests = 0
  readonly asked = new Map<string, number>()
  readonly unasked = new Map<string, number>()
  /** The first of each kind that nobody asked for, to be read. */
  readonly examples = new Map<string, string>()
  private blame = -Infinity

  /** Whatever fails from now on for a while fails because of this. */
  accident(): void {
    this.blame = performance.now()
  }

  private get isBlamed(): boolean {
    return performance.now() - this.blame < blameMs
  }

  /** A line that a function process has printed. */
  readonly line = (line: string): void => {
    if (!line.startsWith('{') || !line.includes('"level":"error"')) return
    try {
      const { event, code, status, door } = JSON.parse(line)
      this.note(`log ${[event, door, status, code].filter((part) => part !== undefined).join(' ')}`, line)
    } catch { /* a line that was cut by a kill */ }
  }

  note(kind: string, example: string): void {
    const list = this.isBlamed && breakable.test(kind) ? this.asked : this.unasked
    list.set(kind, (list.get(kind) ?? 0) + 1)
    if (list === this.unasked && !this.examples.has(kind)) this.examples.set(kind, example.slice(0, 600))
  }
}

/** A process takes so long to come back on a machine that is busy, with requests in flight for a while before. */
const blameMs = 30_000
/** What a kill may look like to who was being answered; wrong answers are none of it. */
const breakable = /^(network|http 5\d\d|log .*)/

/** Asks as a careful client does: what the network or a kill breaks is asked again. */
export async function ask(
  tally: Tally,
  url: string,
  { retries = 40, ...init }: RequestInit & { retries?: number } = {},
): Promise<Response> {
  for (let tries = 0;; tries++) {
    tally.requests++
    try {
      const response = await fetch(url, { ...init, signal: AbortSignal.timeout(120_000) })
      if (response.status < 500 && response.status !== 429) return response
      tally.note(`http ${response.status}`, `${url}: ${await response.text()}`)
    } catch (error) {
      tally.note('network', `${url}: ${(error as Error).message}`)
    }
    if (tries >= retries) throw new Error(`${url} did not answer in ${retries} tries.`)
    await pause(500)
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
