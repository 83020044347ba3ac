/** The soak in figures, a row a minute. */
import { megabytes } from '../full-run.ts'
import type { SoakStack } from './stack.ts'
import type { Tally } from './tally.ts'

/** MB, counts and seconds. */
export interface Figures {
  minute: number
  functions: number
  rest: number
  worker: number
  backends: number
  connections: number
  requests: number
  asked: number
  unasked: number
  deliveries: number
  webhooks: number
  media: number
  oldest: number
  parked: number
  database: number
  /** Thousands of dead rows. */
  dead: number
}

export async function figuresOf(stack: SoakStack, tally: Tally, minute: number): Promise<Figures> {
  const { rows: [row] } = await stack.pool.query(`
    with gauges as (select name, labels, value from mls.metric_gauges())
    select
      (select coalesce(sum(value), 0) from gauges where name = 'mls_queue_due')::int as deliveries,
      (select coalesce(sum(value), 0) from gauges where name = 'mls_webhook_waiting')::int as webhooks,
      (select count(*) from public.mls_media_jobs where next_attempt_at <= clock_timestamp())::int as media,
      (select coalesce(max(value), 0) from gauges where name in ('mls_queue_age_seconds', 'mls_webhook_age_seconds'))::int as oldest,
      (select coalesce(sum(value), 0) from gauges where name = 'mls_queue_parked')::int as parked,
      (select count(*) from pg_stat_activity where datname = current_database())::int as connections,
      (select array_agg(pid) from pg_stat_activity where datname = current_database()) as pids,
      pg_database_size(current_database()) / 1048576 as database,
      (select coalesce(sum(n_dead_tup), 0) from pg_stat_user_tables)::int as dead`)
  const total = (counts: Map<string, number>) => [...counts.values()].reduce((sum, count) => sum + count, 0)
  return {
    minute,
    functions: memoryOf(stack.steady.pid),
    rest: memoryOf(stack.rest.pid),
    worker: memoryOf(stack.worker()?.pid),
    backends: Math.max(0, ...(row.pids as number[]).map((pid) => memoryOf(pid))),
    connections: row.connections,
    requests: tally.requests,
    asked: total(tally.asked),
    unasked: total(tally.unasked),
    deliveries: row.deliveries,
    webhooks: row.webhooks,
    media: row.media,
    oldest: row.oldest,
    parked: row.parked,
    database: Number(row.database),
    dead: Math.round(row.dead / 1_000),
  }
}

/** 0 of a process that has just ended. */
function memoryOf(pid: number | undefined): number {
  if (pid === undefined) return 0
  try {
    return Math.round(megabytes(pid, 'VmRSS') ?? 0)
  } catch {
    return 0
  }
}

const columns: [keyof Figures, string][] = [
  ['minute', 'min'],
  ['functions', 'functions MB'],
  ['rest', 'rest MB'],
  ['worker', 'worker MB'],
  ['backends', 'largest backend MB'],
  ['connections', 'connections'],
  ['requests', 'requests'],
  ['asked', 'errors by kills'],
  ['unasked', 'errors'],
  ['deliveries', 'due'],
  ['webhooks', 'webhooks'],
  ['media', 'media'],
  ['oldest', 'oldest s'],
  ['parked', 'parked'],
  ['database', 'database MB'],
  ['dead', 'dead k'],
]

export const head = () => columns.map(([, title]) => title).join(' | ')
export const rowOf = (figures: Figures) =>
  columns.map(([name, title]) => String(figures[name]).padStart(title.length)).join(' | ')

/** MB that memory grows by in an hour, by the line through the figures behind the first quarter. */
export function growth(all: Figures[]): number {
  const points = all.slice(Math.floor(all.length / 4)).map(({ minute, functions }) =>
    [minute, functions] as const
  )
  if (points.length < 3) return 0
  const mean = (axis: 0 | 1) => points.reduce((sum, point) => sum + point[axis], 0) / points.length
  const [x, y] = [mean(0), mean(1)]
  const above = points.reduce((sum, [minute, memory]) => sum + (minute - x) * (memory - y), 0)
  const below = points.reduce((sum, [minute]) => sum + (minute - x) ** 2, 0)
  return above / below * 60
}
