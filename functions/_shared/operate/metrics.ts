import type { Pool } from 'pg'
import type { Count } from '../http/metrics.ts'

type Type = 'counter' | 'gauge' | 'histogram'

/**
 * Every metric of the hub. Counters and histograms are added up from all isolates (mls.metric_counts), gauges are read when
 * they are asked for (mls.metric_gauges). What has no line here is not served.
 */
export const families: Readonly<Record<string, { type: Type; help: string; unit?: string }>> = {
  mls_http_requests: { type: 'counter', help: 'Requests by door, method and status.' },
  mls_http_request_duration_seconds: {
    type: 'histogram',
    unit: 'seconds',
    help: 'Time until a request was answered.',
  },
  mls_ingest_records: { type: 'counter', help: 'Records taken in, by resource and outcome.' },
  mls_deliveries: { type: 'counter', help: 'Attempts of deliveries to portals, by outcome.' },
  mls_webhook_calls: { type: 'counter', help: 'Calls of subscribers, by outcome.' },
  mls_job_runs: { type: 'counter', help: 'Runs of jobs of the clock, by status.' },
  mls_queue_due: { type: 'gauge', help: 'Deliveries and renderings that are due now.' },
  mls_queue_age_seconds: {
    type: 'gauge',
    unit: 'seconds',
    help: 'How long the oldest of them has been due.',
  },
  mls_queue_parked: { type: 'gauge', help: 'Listings whose delivery was refused or given up.' },
  mls_circuit_open: {
    type: 'gauge',
    help: '1 while nothing is sent to a portal because it does not answer.',
  },
  mls_feed_objects: { type: 'gauge', help: 'Objects of the served file.' },
  mls_feed_age_seconds: {
    type: 'gauge',
    unit: 'seconds',
    help: 'Since a feed was last built or found unchanged.',
  },
  mls_webhook_subscriptions: { type: 'gauge', help: 'Subscriptions by state: active, failing, disabled.' },
  mls_webhook_waiting: { type: 'gauge', help: 'Messages that wait for subscribers.' },
  mls_webhook_age_seconds: {
    type: 'gauge',
    unit: 'seconds',
    help: 'How long the oldest of them has been due.',
  },
  mls_job_age_seconds: { type: 'gauge', unit: 'seconds', help: 'Since the last run of a job began.' },
  mls_job_late_seconds: { type: 'gauge', unit: 'seconds', help: 'How long a job has been due.' },
  mls_source_age_seconds: {
    type: 'gauge',
    unit: 'seconds',
    help: 'Since the last run of a source was finished.',
  },
  mls_quarantine_records: { type: 'gauge', help: 'Rejected records that nobody has settled.' },
  mls_standby_reads: {
    type: 'counter',
    help: 'Reads by who answered: standby; or the primary, for the standby was behind, failed, resting.',
  },
  mls_standby_up: { type: 'gauge', help: '1 while the read replica answers; absent without one.' },
  mls_standby_lag_seconds: {
    type: 'gauge',
    unit: 'seconds',
    help: 'From the last change that the read replica shows to the last one of the primary.',
  },
  mls_alerts_open: { type: 'gauge', help: 'Open alerts by level.' },
}

/** All samples, of all isolates. */
export async function readMetrics(pool: Pool): Promise<Count[]> {
  const { rows } = await pool.query<Count>(
    `select name, labels, value from mls.metric_counts
     union all select name, labels, value from mls.metric_gauges()
     order by name, labels`,
  )
  return rows
}

const suffixes: Record<Type, readonly string[]> = {
  counter: [''],
  gauge: [''],
  histogram: ['_bucket', '_count', '_sum'],
}

/** Samples as OpenMetrics text, family by family; the buckets of a histogram stand in their order. */
export function openMetrics(samples: readonly Count[]): string {
  const lines: string[] = []
  for (const [family, { type, help, unit }] of Object.entries(families)) {
    const names = suffixes[type].map((suffix) => family + suffix)
    const own = samples.filter(({ name }) => names.includes(name))
    lines.push(`# TYPE ${family} ${type}`)
    if (unit) lines.push(`# UNIT ${family} ${unit}`)
    lines.push(`# HELP ${family} ${help}`)
    for (const { name, labels, value } of inOrder(own)) {
      const text = Object.entries(labels).map(([label, of]) => `${label}="${escape(of)}"`).join(',')
      lines.push(`${name}${type === 'counter' ? '_total' : ''}${text && `{${text}}`} ${value}`)
    }
  }
  return `${lines.join('\n')}\n# EOF\n`
}

/** By all labels but the bound, then part by part: a reader of histograms takes one set of labels after the other. */
function inOrder(samples: readonly Count[]): Count[] {
  const group = ({ labels: { le: _, ...labels } }: Count) => JSON.stringify(labels)
  const bound = ({ labels }: Count) =>
    labels.le === undefined ? Infinity : labels.le === '+Inf' ? 1e9 : Number(labels.le)
  return [...samples].sort((a, b) =>
    group(a) < group(b) ? -1 : group(a) > group(b) ? 1 : bound(a) - bound(b) || (a.name < b.name ? -1 : 1)
  )
}

const escape = (text: string) => text.replace(/[\\"\n]/g, (char) => char === '\n' ? '\\n' : `\\${char}`)
