import type { Json } from '../../delivery/json.ts'
import type { Source } from '../types.ts'
import type { CompactRow } from './compact.ts'

/** Up to where each class was read, in the words of the server: times as it writes them. */
export type Marks = Record<string, string>

const hour = 3_600_000
const zoneAtEnd = /(Z|[+-]\d\d:?\d\d)$/

/** A time that a Date can read; without a zone it is read as if it were UTC, to be compared with its like. */
function zoned(time: string): string {
  const text = time.trim().replace(' ', 'T')
  return zoneAtEnd.test(text) || text.length <= 10 ? text : `${text}Z`
}

/** Keeps the newest time of a class. Each has its own: they are read one after the other, and change meanwhile. */
export function noteTimes(
  newest: Marks,
  name: string,
  rows: readonly CompactRow[],
  fields: (string | undefined)[],
): void {
  for (const row of rows) {
    for (const field of fields) {
      const time = field === undefined ? undefined : row[field]
      if (!time || Number.isNaN(Date.parse(zoned(time)))) continue
      if (newest[name] === undefined || time > newest[name]) newest[name] = time
    }
  }
}

/** Never past the server's clock when the stage began; where its zone is unknown, well before. */
export function marksOf(
  before: Json | undefined,
  { newest, started }: { newest: Marks; started?: string },
  zone: number | undefined,
): Marks {
  const all = Object.entries({ ...(before ?? {}) as Marks, ...newest })
  if (started === undefined) return Object.fromEntries(all)
  return Object.fromEntries(all.map(([name, time]) => {
    const hasZone = zoneAtEnd.test(time)
    const ahead = hasZone ? 0 : zone === undefined ? -12 * hour : zone * 60_000
    const bound = Date.parse(started) + ahead
    return [name, Date.parse(zoned(time)) <= bound ? time : written(bound, hasZone)]
  }))
}

/** From where changes of a class are looked for; undefined where it was never read. */
export function sinceMark(
  { marks, overlap_seconds }: Pick<Source, 'marks' | 'overlap_seconds'>,
  name: string,
): string | undefined {
  const time = (marks.property as Marks | undefined)?.[name]
  return time === undefined
    ? undefined
    : written(Date.parse(zoned(time)) - overlap_seconds * 1000, zoneAtEnd.test(time))
}

const written = (at: number, hasZone: boolean) =>
  new Date(at).toISOString().slice(0, 19) + (hasZone ? 'Z' : '')
