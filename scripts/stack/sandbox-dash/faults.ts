/** Ways in which the sandbox can fail a call. The last one does what was asked and then loses the answer. */
export const faultKinds = ['error', 'timeout', 'drop', 'rate_limit', 'lost_answer'] as const
export type FaultKind = typeof faultKinds[number]

export interface FaultSettings {
  /** Share of calls that fail, 0 to 1. */
  rate: number
  kinds: FaultKind[]
  /** How long a `timeout` hangs: longer than any client should wait. */
  hang_ms: number
  /** Added to every call. */
  latency_ms: number
}

export const noFaults: FaultSettings = { rate: 0, kinds: [...faultKinds], hang_ms: 60_000, latency_ms: 0 }

/** Checks settings as they were posted: members left out keep their values. */
export function readFaults(body: unknown, now: FaultSettings): FaultSettings | string {
  if (typeof body !== 'object' || body === null) return 'Send a JSON object {rate, kinds}.'
  const { rate = now.rate, kinds = now.kinds, hang_ms = now.hang_ms, latency_ms = now.latency_ms } =
    body as Partial<FaultSettings>
  if (typeof rate !== 'number' || rate < 0 || rate > 1) return 'rate must be a number from 0 to 1.'
  if (!Array.isArray(kinds) || !kinds.every((kind) => faultKinds.includes(kind))) {
    return `kinds must be a list out of ${faultKinds.join(', ')}.`
  }
  if (![hang_ms, latency_ms].every((ms) => Number.isFinite(ms) && ms >= 0)) {
    return 'hang_ms and latency_ms must be numbers, 0 or more.'
  }
  return { rate, kinds, hang_ms, latency_ms }
}

/** Draws whether and how this call fails. */
export function drawFault({ rate, kinds }: FaultSettings): FaultKind | null {
  if (kinds.length === 0 || Math.random() >= rate) return null
  return kinds[Math.floor(Math.random() * kinds.length)]!
}
