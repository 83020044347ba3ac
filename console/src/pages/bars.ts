import { date } from '../lib/format.ts'

export const kinds = ['ingested', 'claimed', 'enriched', 'published', 'sold'] as const

type Counts = Record<typeof kinds[number], number>

export function sums(rows: Counts[]): Counts {
  return Object.fromEntries(
    kinds.map((kind) => [kind, rows.reduce((sum, row) => sum + row[kind], 0)]),
  ) as Counts
}

/** Bars that a chart has room for. */
const mostBars = 60

/** Days of one bar of a chart that goes back so many days. */
export const daysOfBar = (days: number) => Math.ceil((days + 1) / mostBars)

/** A bar for each day, or for each few days where there are many: then named by its first. */
export function bars(rows: (Counts & { day: string })[], days: number, since: string) {
  const barOf = ({ day }: { day: string }) =>
    Math.floor((Date.parse(day) - Date.parse(since)) / 86_400_000 / daysOfBar(days))
  const groups = new Map<number, typeof rows>()
  for (const row of rows) groups.set(barOf(row), [...groups.get(barOf(row)) ?? [], row])
  return [...groups].sort(([one], [other]) => one - other).map(([, ofBar]) => ({
    day: date(ofBar[0]!.day),
    ...sums(ofBar),
  }))
}
