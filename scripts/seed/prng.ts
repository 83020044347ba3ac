/**
 * Named streams of pseudo-random numbers: the same name gives the same numbers on every machine.
 *
 * Every fact of the demo draws from a stream of its own (`randomFor('CY', 17, 'price')`), so that a new
 * field never shifts the values of its neighbours. Integer arithmetic only: `Math.sin` and friends may
 * differ between engines.
 */
export interface Random {
  /** A number in [0, 1). */
  next(): number
  /** An integer from min to max, both included. */
  int(min: number, max: number): number
  chance(share: number): boolean
  pick<T>(list: readonly T[]): T
  /** One of the list, drawn in proportion to its `weight`. */
  weighted<T extends { weight: number }>(list: readonly T[]): T
  /** `count` different members of the list in random order. */
  sample<T>(list: readonly T[], count: number): T[]
  uuid(): string
}

export function randomFor(...name: (string | number)[]): Random {
  const next32 = sfc32(name.join('/'))
  const next = () => next32() / 4294967296
  const int = (min: number, max: number) => min + Math.floor(next() * (max - min + 1))

  function sample<T>(list: readonly T[], count: number): T[] {
    const rest = [...list]
    const chosen: T[] = []
    while (chosen.length < count && rest.length > 0) chosen.push(...rest.splice(int(0, rest.length - 1), 1))
    return chosen
  }

  function weighted<T extends { weight: number }>(list: readonly T[]): T {
    let left = next() * list.reduce((sum, item) => sum + item.weight, 0)
    for (const item of list) {
      left -= item.weight
      if (left < 0) return item
    }
    return list[list.length - 1]!
  }

  return {
    next,
    int,
    chance: (share) => next() < share,
    pick: (list) => list[int(0, list.length - 1)]!,
    weighted,
    sample,
    uuid: () => formatUuid([next32(), next32(), next32(), next32()]),
  }
}

/** The "small fast counter" generator with 128 bits of state: thousands of streams without a collision. */
function sfc32(name: string): () => number {
  let a = fnv1a(name, 0x811c9dc5)
  let b = fnv1a(name, 0x9e3779b9)
  let c = fnv1a(name, 0x85ebca6b)
  let counter = fnv1a(name, 0xc2b2ae35)

  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + sum) | 0
    return sum >>> 0
  }
  for (let round = 0; round < 12; round++) next()
  return next
}

function fnv1a(text: string, offset: number): number {
  let hash = offset
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash | 0
}

function formatUuid(words: number[]): string {
  const hex = words.map((word) => word.toString(16).padStart(8, '0')).join('')
  const variant = '89ab'[parseInt(hex[16]!, 16) & 3]
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20),
  ].join('-')
}
