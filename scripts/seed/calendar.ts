/** The demo's fixed "today" in milliseconds UTC; no clock is read, so that every run gives the same data. */
export const TODAY = Date.UTC(2026, 10, 20)

export const MINUTE = 60_000
export const DAY = 24 * 60 * MINUTE

/** `2026-11-20` */
export function isoDate(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}

/** `2026-11-20T08:30:00` followed by the offset, shown on the wall clock of that offset. */
export function isoStamp(time: number, offset: 'Z' | '+02:00' | '+05:00' = 'Z'): string {
  const hours = offset === 'Z' ? 0 : Number(offset.slice(1, 3))
  return new Date(time + hours * 60 * MINUTE).toISOString().slice(0, 19) + offset
}

/** `2026-11-20 08:30:00`: Spark's way to cast a timestamp to text, without a zone (UTC is meant). */
export function sparkStamp(time: number): string {
  return new Date(time).toISOString().slice(0, 19).replace('T', ' ')
}
