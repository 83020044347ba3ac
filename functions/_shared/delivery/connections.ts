import type { Wire } from './wire.ts'

/**
 * Connections that outlive a request, for whoever asks one host again and again: the pages of a source, of which each would
 * else begin with a handshake. They belong to a piece of work, which closes them at its end.
 */
export class Connections {
  #idle = new Map<string, Wire[]>()
  #isClosed = false

  /** One that stands, and on which nothing came unasked. */
  take(origin: string): Wire | undefined {
    const idle = this.#idle.get(origin) ?? []
    for (let wire; (wire = idle.pop());) {
      if (!wire.isEnded && !wire.isHeard) return wire
      wire.close()
    }
    return undefined
  }

  /** Takes one back whose last answer was read to its end. */
  give(origin: string, wire: Wire): void {
    if (this.#isClosed) return wire.close()
    wire.rest()
    const idle = this.#idle.get(origin)
    if (idle) idle.push(wire)
    else this.#idle.set(origin, [wire])
  }

  close(): void {
    this.#isClosed = true
    for (const wire of [...this.#idle.values()].flat()) wire.close()
    this.#idle.clear()
  }
}
