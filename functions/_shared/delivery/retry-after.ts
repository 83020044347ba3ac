/** Seconds to wait by a Retry-After header (seconds or a date), at most an hour; undefined without a readable one. */
export function retryAfterSeconds(headers: Headers, now = Date.now()): number | undefined {
  const value = headers.get('Retry-After')?.trim()
  if (!value) return undefined
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - now) / 1000
  return Number.isFinite(seconds) ? Math.min(3600, Math.max(0, seconds)) : undefined
}
