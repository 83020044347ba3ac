/** A stream of numbers that its name decides: the same on every machine, so that a seed names a whole market. */
export interface Stream {
  next(): number
  int(min: number, max: number): number
  pick<T>(list: readonly T[]): T
  chance(share: number): boolean
}

export function streamOf(...name: (string | number)[]): Stream {
  let state = hash(name.join('/'))
  // mulberry32: 32 bits of state are plenty for the few numbers that one name is asked for
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  const int = (min: number, max: number) => min + Math.floor(next() * (max - min + 1))
  return { next, int, pick: (list) => list[int(0, list.length - 1)]!, chance: (share) => next() < share }
}

function hash(name: string): number {
  let value = 0x811c9dc5
  for (let at = 0; at < name.length; at++) value = Math.imul(value ^ name.charCodeAt(at), 0x01000193)
  return value | 0
}
