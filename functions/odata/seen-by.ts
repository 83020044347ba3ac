/**
 * The stamp that an incremental reader says it has seen: `ModificationTimestamp gt 2026-11-30T06:00:00.123456Z`. A read
 * replica that does not show it yet would answer from before the reader's own time.
 */
const mentioned =
  /(?:ModificationTimestamp(?:\s|\+)+(?:gt|ge|eq)(?:\s|\+)+(\d{4}-\d\d-\d\dT[\d:]+)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)|EntityEventSequence(?:\s|\+)+(?:gt|ge|eq)(?:\s|\+)+(\d{1,16}))/gi

/** The greatest of a query as it was sent; 0n when it names none. What a query names of the future nobody has seen. */
export function seenBy(query: string): bigint {
  const now = BigInt(Date.now() + 1_000) * 1_000n
  let seen = 0n
  for (const [, seconds, fraction = '', zone, sequence] of decoded(query).matchAll(mentioned)) {
    const stamp = sequence === undefined ? stampOf(`${seconds}${zone}`, fraction) : BigInt(sequence)
    if (stamp !== undefined && stamp > seen && stamp <= now) seen = stamp
  }
  return seen
}

function stampOf(time: string, fraction: string): bigint | undefined {
  const milliseconds = Date.parse(time)
  if (Number.isNaN(milliseconds)) return undefined
  return BigInt(milliseconds) * 1_000n + BigInt(fraction.slice(0, 6).padEnd(6, '0'))
}

/** The parser refuses what cannot be decoded; here it names nothing. */
function decoded(query: string): string {
  try {
    return decodeURIComponent(query)
  } catch {
    return ''
  }
}
