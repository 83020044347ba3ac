/** A part of the keys of a class: from a key, up to a key, beginning with something. */
export interface KeyRange {
  from?: string
  to?: string
  prefix?: string
}

/** Rows of a part, within what the source is bounded to. `since` is a time. */
export function queryOf(
  range: KeyRange,
  { key, time, since, base }: { key: string; time?: string; since?: string; base?: string },
): string {
  const parts = [
    base,
    since !== undefined && time !== undefined ? `(${time}=${since}+)` : undefined,
    range.from !== undefined ? `(${key}=${range.from}+)` : undefined,
    range.to !== undefined ? `(${key}=${range.to}-)` : undefined,
    range.prefix !== undefined ? `(${key}=${range.prefix}*)` : undefined,
  ].filter((part) => part !== undefined)
  return parts.length > 0 ? parts.join(',') : `(${key}=0+)`
}

/** Rows by their keys. */
export const queryOfKeys = (key: string, keys: readonly string[]) => `(${key}=${keys.join(',')})`

/**
 * Cuts a part in two at the middle of the keys that were seen; undefined where there is nothing to cut at. Both halves
 * hold the middle: a key read twice costs nothing, one read never is lost.
 */
export function cutRange(range: KeyRange, seen: readonly string[]): [KeyRange, KeyRange] | undefined {
  const sorted = [...new Set(seen)].sort(byKey)
  const middle = sorted[Math.floor(sorted.length / 2)]
  if (middle === undefined || middle === range.from || middle === range.to) return undefined
  return [{ ...range, to: middle }, { ...range, from: middle }]
}

/** Numbers by their size, texts as a database sorts them. */
export function byKey(a: string, b: string): number {
  const isNumber = /^\d+$/.test(a) && /^\d+$/.test(b)
  if (isNumber) return a.length === b.length ? (a < b ? -1 : a > b ? 1 : 0) : a.length - b.length
  return a < b ? -1 : a > b ? 1 : 0
}

/**
 * A part by the next character of its keys, for servers that know no ranges of text. Characters that were seen come
 * first: with a count from the server it is known when nothing can be left.
 */
export function spread({ prefix = '' }: KeyRange, seen: readonly string[] = []): KeyRange[] {
  const met = seen.filter((key) => key.startsWith(prefix)).map((key) => [...key.slice(prefix.length)][0])
    .filter((next) => next !== undefined)
  const characters = new Set([...met.sort(), ...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_'])
  return [...characters].map((next) => ({ prefix: prefix + next }))
}
