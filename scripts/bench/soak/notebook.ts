import { createHash } from 'node:crypto'
import { deliveredBatch, type GoldRecord } from '../records.ts'
import { pictures, type SoakStack } from './stack.ts'
import { ask, pause, type Tally } from './tally.ts'

const office = 'SHARPSIR-CY-001'
const listings = 300
const pauseMs = 1_500
/** Price changes between two FULL runs. */
const rounds = 8

/**
 * What a notebook does: FULL runs with their key lists, of which a few listings are missing each time, prices in between,
 * and at the end a FULL run of everything, by which gold and the hub can be compared.
 */
export class Notebook {
  /** What gold holds. */
  readonly records: GoldRecord[] = deliveredBatch('SOAK').slice(0, listings)

  constructor(private readonly stack: SoakStack, private readonly tally: Tally) {}

  async work(isOver: () => boolean): Promise<void> {
    for (let round = 0; !isOver(); round++) {
      if (round % rounds === 0) {
        await this.runFull(this.records.filter((_, n) => n % 50 !== round / rounds % 50))
        await this.send('media', photosOf(this.records, this.stack.photos))
      }
      const changed = new Set(
        Array.from({ length: 25 }, () => this.records[Math.floor(Math.random() * listings)]!),
      )
      for (const record of changed) {
        record.ListPrice = `${100_000 + Math.floor(Math.random() * 900_000)}.00`
        record.ModificationTimestamp = new Date().toISOString()
      }
      await this.send('property', [...changed])
      await pause(pauseMs)
    }
    await this.runFull(this.records)
  }

  private async runFull(present: GoldRecord[]): Promise<void> {
    const opened = await this.call('runs', {
      source: 'soak',
      office_key: office,
      resource: 'property',
      mode: 'FULL',
    })
    for (const record of present) record.ModificationTimestamp = new Date().toISOString()
    await this.send('property', present, `?run=${opened.run_id}`)
    const keys = [...await this.others(), ...present.map(({ ListingKey }) => String(ListingKey))]
    await this.call(`runs/${opened.run_id}/keys`, { keys })
    await this.call(`runs/${opened.run_id}/finish`, {
      expected_records: keys.length,
      gold_summary: { count: keys.length, key_checksum: checksumOf(keys) },
    })
  }

  /** Listings of the demo, which no run delivered: they count as every source's of the office, so every FULL run names them. */
  private async others(): Promise<string[]> {
    const { rows } = await this.stack.pool.query<{ key: string }>(
      `select h.key from mls.held_keys('property', $1, 'soak') h (key) where h.key not like 'QOBRIX\\_SOAK\\_%'`,
      [office],
    )
    return rows.map(({ key }) => key)
  }

  private send(resource: string, records: unknown, query = '') {
    return this.call(`${resource}${query}`, records, `soak-${resource}-${crypto.randomUUID()}`)
  }

  private async call(path: string, body: unknown, key?: string) {
    const response = await ask(this.tally, `${this.stack.functionsUrl}/ingest/${path}`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${await this.stack.token('databricks')}`,
        'Content-Type': 'application/json',
        ...key && { 'Idempotency-Key': key },
      },
      body: JSON.stringify(body),
    })
    const answer = response.json()
    // the answer to the request that opened or finished the run was lost
    const isRepeated = answer.code === 'run_open' || answer.code === 'run_closed'
    if (!response.ok && !isRepeated) {
      this.tally.note(`ingest ${response.status} ${answer.code}`, response.text)
    }
    if (answer.totals?.reject > 0) this.tally.note('ingest reject', response.text)
    return answer
  }
}

const photosOf = (records: GoldRecord[], origin: string): GoldRecord[] =>
  records.flatMap(({ ListingKey }, n) =>
    [0, 1].map((order) => ({
      MediaKey: `QOBRIX_MEDIA_SOAK_${n}_${order}`,
      ResourceRecordKey: ListingKey!,
      OriginatingSystemOfficeKey: office,
      MediaCategory: 'Photo',
      MediaURL: `${origin}${(n + order) % pictures}.png`,
      MediaType: 'image/png',
      Order: order,
      X_QobrixMediaCategory: 'photos',
    }))
  )

/** Sum of the first 48 bits of each key's md5, as the hub reckons it (mls.key_checksum). */
const checksumOf = (keys: string[]): string =>
  keys.reduce(
    (sum, key) => sum + BigInt(`0x${createHash('md5').update(key).digest('hex').slice(0, 12)}`),
    0n,
  ).toString()
