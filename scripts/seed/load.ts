import { generateDeliveries } from './deliveries.ts'
import { type GoldRecord, type Resource, RESOURCES } from './gold.ts'
import { type Outcome, type Receipt, sendBatch } from './send.ts'

export interface SeedOptions {
  /** Base URL of the functions, `.../functions/v1`. */
  functionsUrl: string
  /** Access token of a client with scope `ingest` and all offices. */
  token: string
  log(line: string): void
  /** Only these resources; all by default. */
  resources?: string[]
  /** Gives pictures and films addresses that can be opened, instead of their invented ones. */
  mediaAddress?(invented: string, category: unknown): string
}

export interface SeedReport {
  /** Per resource that the door serves: records sent and what became of them. */
  totals: Partial<Record<Resource, { sent: number } & Record<Outcome, number>>>
  /** Records that were not taken, with their reasons. */
  rejected: { resource: Resource; officeKey: string; key: string | null; reason: string }[]
  /** Resources that the door does not serve yet. */
  skipped: Resource[]
}

const BATCH_SIZE = 500

const NOTHING = { insert: 0, refresh: 0, track: 0, unchanged: 0, stale: 0, skip: 0, reject: 0, delete: 0 }

/**
 * Sends the demo brokerage through the ingest door, an office and at most 500 records to a batch. Sent again,
 * it changes nothing: the batches carry keys made from their content.
 */
export async function seedBrokerage(options: SeedOptions): Promise<SeedReport> {
  const deliveries = generateDeliveries()
  const report: SeedReport = { totals: {}, rejected: [], skipped: [] }

  for (const resource of RESOURCES) {
    if (options.resources && !options.resources.includes(resource)) continue
    for (const { officeKey, records } of deliveries) {
      const sent = resource === 'media' ? addressed(records[resource], options) : records[resource]
      for (const batch of slices(sent)) {
        if (report.skipped.includes(resource)) break
        const receipt = await sendBatch(options, resource, officeKey, batch)
        if (receipt) note(report, resource, officeKey, batch.length, receipt)
        else report.skipped.push(resource)
      }
    }
    options.log(summary(report, resource))
  }
  return report
}

function addressed(media: GoldRecord[], { mediaAddress }: SeedOptions): GoldRecord[] {
  if (!mediaAddress) return media
  return media.map((record) =>
    typeof record.MediaURL === 'string'
      ? { ...record, MediaURL: mediaAddress(record.MediaURL, record.MediaCategory) }
      : record
  )
}

function slices(records: GoldRecord[]): GoldRecord[][] {
  const count = Math.ceil(records.length / BATCH_SIZE)
  return Array.from({ length: count }, (_, i) => records.slice(i * BATCH_SIZE, (i + 1) * BATCH_SIZE))
}

function note(
  report: SeedReport,
  resource: Resource,
  officeKey: string,
  sent: number,
  receipt: Receipt,
): void {
  const totals = report.totals[resource] ??= { sent: 0, ...NOTHING }
  totals.sent += sent
  for (const outcome of Object.keys(NOTHING) as Outcome[]) totals[outcome] += receipt.totals[outcome]
  for (const { key, outcome, reason, errors } of receipt.records) {
    if (outcome !== 'reject') continue
    report.rejected.push({ resource, officeKey, key, reason: reason ?? errors?.[0]?.code ?? 'unknown' })
  }
}

function summary(report: SeedReport, resource: Resource): string {
  const name = resource.padEnd(19)
  if (report.skipped.includes(resource)) return `${name} not served by this door yet, left out`
  const { sent, ...outcomes } = report.totals[resource] ?? { sent: 0, ...NOTHING }
  const parts = Object.entries(outcomes).filter(([, count]) => count > 0).map(([what, count]) =>
    `${what} ${count}`
  )
  return `${name} ${`${sent}`.padStart(5)} sent: ${parts.join(', ')}`
}
