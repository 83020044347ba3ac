import type { Pool } from 'pg'
import { log } from '../http/log.ts'
import { mailer } from '../mail/mail.ts'

/** What mls.digest_figures() counts of a day. */
export interface DigestFigures {
  day: string
  ingest: {
    source: string
    records: number
    inserted: number | null
    changed: number | null
    unchanged: number | null
    stale: number | null
    rejected: number | null
    deleted: number | null
  }[]
  deliveries: {
    market: string
    portal: string
    sent: number
    withdrawn: number
    failed: number
    parked: number
  }[]
  webhooks: { delivered: number; given_up: number }
  quarantine: number
  documents: { market: string; uploaded: number; waiting: number; expiring: number }[]
  alerts: {
    opened: number
    resolved: number
    open: { level: string; code: string; subject: string; message: string }[]
  }
}

/** From which hour (UTC) on the digest of the day before is sent. */
const defaultHour = 6

/**
 * Mails what the hub did the day before (UTC), once a day; what cannot be sent is tried again with the next run of the
 * job. Without mail there is no digest.
 */
export async function sendDigest(
  pool: Pool,
  { hour = defaultHour }: { hour?: number } = {},
  now = new Date(),
): Promise<{ told: string | null }> {
  const mail = mailer()
  if (!mail || now.getUTCHours() < hour) return { told: null }
  const day = new Date(now.getTime() - 86_400_000).toISOString().slice(0, 10)
  const { rows } = await pool.query<{ figures: DigestFigures | null }>(
    'select mls.untold_digest($1) as figures',
    [day],
  )
  const { figures } = rows[0]!
  if (!figures) return { told: null }
  const subject = `MLS hub: ${day}, ${summaryOf(figures)}`
  if (!await mail({ subject, text: digestText(figures) })) {
    log('error', 'digest_not_sent', { day })
    return { told: null }
  }
  await pool.query('update public.mls_digests set told_at = clock_timestamp() where day = $1', [day])
  return { told: day }
}

function summaryOf({ alerts: { open } }: DigestFigures): string {
  if (open.length === 0) return 'all is well'
  return open.length === 1 ? '1 alert is open' : `${open.length} alerts are open`
}

const number = (value: number | null) => (value ?? 0).toLocaleString('en')

/** A digest in plain text: a paragraph for each part, a line for each row, nothing where nothing was. */
export function digestText(figures: DigestFigures): string {
  const { day, ingest, deliveries, webhooks, quarantine, documents, alerts } = figures
  const parts: [title: string, lines: string[]][] = [
    [
      `Alerts: ${number(alerts.opened)} opened, ${number(alerts.resolved)} resolved`,
      alerts.open.map(({ level, code, subject, message }) => `${level}: ${code} ${subject}. ${message}`),
    ],
    [
      'Ingested',
      ingest.map((of) =>
        `${of.source}: ${number(of.records)} records, ${number(of.inserted)} new, ${
          number(of.changed)
        } changed, ${number(of.deleted)} deleted, ${number(of.stale)} stale, ${number(of.rejected)} rejected`
      ),
    ],
    [
      'Delivered',
      deliveries.map((of) =>
        `${of.market} ${of.portal}: ${number(of.sent)} sent, ${number(of.withdrawn)} taken off, ${
          number(of.failed)
        } listings failed, ${number(of.parked)} parked now`
      ),
    ],
    [
      'Documents of listings',
      documents.map((of) =>
        `${of.market}: ${number(of.uploaded)} uploaded, ${number(of.waiting)} wait for a decision, ${
          number(of.expiring)
        } expire within 30 days`
      ),
    ],
  ]
  const rest = [
    `Webhooks: ${number(webhooks.delivered)} delivered, ${number(webhooks.given_up)} given up.`,
    `Rejected records that nobody has settled: ${number(quarantine)}.`,
  ]
  return [
    `MLS hub, ${day} (UTC)`,
    ...parts.map(([title, lines]) => [title, ...lines.length > 0 ? lines : ['nothing']].join('\n  ')),
    rest.join('\n'),
  ].join('\n\n') + '\n'
}
