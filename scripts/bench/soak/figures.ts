/** The soak in figures, a row a minute. */
import { megabytes } from '../full-run.ts'
import type { SoakStack } from './stack.ts'
import type { Tally } from './tally.ts'

/** MB, counts, seconds and milliseconds. */
export interface Figures {
  minute: number
  functions: number
  rest: number
  worker: number
  backends: number
  connections: number
  requests: number
  /** As they were in this minute: half of the answers came within the first figure, 99 of 100 within the second. */
  reads: string
  searches: string
  batches: string
  /** Done since the soak began. */
  records: number
  events: number
  told: number
  copied: number
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
  const { rows: [row] } = await stack.pool.query(
    `
    with gauges as (select name, labels, value from mls.metric_gauges())
    select
      (select coalesce(sum(value), 0) from gauges where name = 'mls_queue_due')::int as deliveries,
      (select coalesce(sum(value), 0) from gauges where name = 'mls_webhook_waiting')::int as webhooks,
      (select count(*) from public.mls_media_jobs where next_attempt_at <= clock_timestamp())::int as media,
      (select coalesce(max(value), 0) from gauges
       where name in ('mls_queue_age_seconds', 'mls_webhook_age_seconds'))::int as oldest,
      (select coalesce(sum(value), 0) from gauges where name = 'mls_queue_parked')::int as parked,
      (select coalesce(sum(jsonb_array_length(receipt -> 'records')), 0) from public.mls_ingest_receipts
       where received_at >= $1)::int as records,
      (select count(*) from public.mls_entity_events
       where sequence > extract(epoch from $1::timestamptz) * 1000000)::int as events,
      (select count(*) from public.mls_webhook_messages where status = 'DELIVERED')::int as told,
      (select count(*) from public.mls_listing_media where copy_status = 'stored')::int as copied,
      (select count(*) from pg_stat_activity where datname = current_database())::int as connections,
      (select array_agg(pid) from pg_stat_activity where datname = current_database()) as pids,
      pg_database_size(current_database()) / 1048576 as database,
      (select coalesce(sum(n_dead_tup), 0) from pg_stat_user_tables)::int as dead`,
    [stack.startedAt],
  )
  const total = (counts: Map<string, number>) => [...counts.values()].reduce((sum, count) => sum + count, 0)
  return {
    minute,
    functions: memoryOf(stack.steady.pid),
    rest: memoryOf(stack.rest.pid),
    worker: memoryOf(stack.worker()?.pid),
    backends: Math.max(0, ...(row.pids as number[]).map((pid) => memoryOf(pid))),
    connections: row.connections,
    requests: tally.requests,
    reads: tally.latency('odata'),
    searches: tally.latency('search'),
    batches: tally.latency('ingest'),
    records: row.records,
    events: row.events,
    told: row.told,
    copied: row.copied,
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
  ['worker', 'worker MB'],
  ['rest', 'rest MB'],
  ['backends', 'largest backend MB'],
  ['connections', 'connections'],
  ['database', 'database MB'],
  ['dead', 'dead rows k'],
  ['requests', 'requests'],
  ['reads', 'OData ms'],
  ['searches', 'search ms'],
  ['batches', 'ingest ms'],
  ['records', 'records'],
  ['events', 'events'],
  ['told', 'webhooks'],
  ['copied', 'pictures'],
  ['deliveries', 'deliveries due'],
  ['webhooks', 'webhooks due'],
  ['media', 'pictures due'],
  ['oldest', 'oldest s'],
  ['parked', 'parked'],
  ['asked', 'errors by kills'],
  ['unasked', 'other errors'],
]

const line = (cells: string[]) => `| ${cells.join(' | ')} |`
export const head = () => [line(columns.map(([, title]) => title)), line(columns.map(() => '--:'))].join('\n')
export const rowOf = (figures: Figures) =>
  line(columns.map(([name, title]) => String(figures[name]).padStart(title.length)))

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
