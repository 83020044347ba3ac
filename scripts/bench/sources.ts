import { join } from 'node:path'
import { startChild } from '../stack/child.ts'
import { repository } from '../stack/layout.ts'
import { megabytes } from './full-run.ts'
import { type Line, milliseconds, type Subject } from './harness.ts'
import { type BenchHub, memoryOfFunctions } from './hub.ts'
import { batchSize, fullWidthBatch } from './records.ts'
import { startUpstream } from './sources-upstream.ts'

/** Records of a request at the door: the page of a source. */
const page = 500
const market = 'BENCH-SOURCE'

/**
 * A FULL of a RESO source, `--rows` listings with every field set, worked off in slices by a process of its own, beside the
 * same pages sent through the ingest door: half of these before it and half after.
 */
export const sources: Subject<BenchHub> = {
  name: 'sources',
  rowsAmongOthers: 20_000,
  async run(hub) {
    const { client, rows } = hub
    const template = fullWidthBatch('SOURCE')
    const recordAt = (n: number) => ({ ...template[n % batchSize]!, ListingId: `S-${n}` })
    const upstream = await startUpstream(rows, recordAt)
    try {
      await addSource(hub, upstream.root)
      const pages = Math.max(2, Math.min(20, Math.floor(rows / page)))
      const half = Math.floor(pages / 2)
      let door = await sendPages(hub, recordAt, 0, half)
      const run = await work(hub)
      door += await sendPages(hub, recordAt, half, pages)
      const { rows: [held] } = await client.query(
        'select count(*)::int as listings from mls_listings where originating_office_key = $1',
        [market],
      )
      if (held.listings !== rows) throw new Error(`The source brought ${held.listings} of ${rows} listings.`)
      const rate = rows / run.milliseconds * 1000
      const doorRate = pages * page / door * 1000
      const lines: Line[] = [{
        name: `sources, ${rows} listings from a RESO upstream`,
        value: rate / doorRate,
        unit: 'x',
        limit: { min: 0.7 },
        detail: `${rate.toFixed(0)} a second; ${
          doorRate.toFixed(0)
        } through the ingest door in the same pages`,
      }, {
        name: 'sources, CPU of the slowest slice',
        value: Math.max(...run.slices),
        unit: 'ms',
        limit: { max: 2_000 },
        detail: `${run.slices.length} slices`,
      }]
      if (run.memory !== undefined) {
        lines.push({
          name: 'sources, memory of the function',
          value: run.memory,
          unit: 'MB',
          limit: { max: 256 },
          detail: 'at its highest',
        })
      }
      return lines
    } finally {
      await upstream.close()
    }
  },
}

async function addSource({ client }: BenchHub, root: string): Promise<void> {
  const caller = JSON.stringify({ name: 'bench' })
  await client.query(
    `with t as (insert into mls_tenants (code, name, country, currency_code) values ('BENCH', 'Bench', 'CY', 'EUR') returning id)
     insert into mls_offices (tenant_id, office_key, originating_office_key, is_market, origin_system, currency_code, name)
     select t.id, $1, $1, true, 'MANUAL', 'EUR', 'Bench' from t`,
    [market],
  )
  const source = {
    office_key: market,
    code: 'BENCH',
    name: 'Bench',
    provider: 'RESO',
    key_prefix: 'BENCH_',
    mapping_version: 1,
    settings: { root, auth: { type: 'bearer' }, page_size: page },
    resources: [{ name: 'property' }],
    timezone: 'UTC',
    overlap_seconds: 0,
    sweep_minutes: 1440,
    media: {},
    enabled: true,
    requests_per_minute: null,
  }
  for (
    const [text, values] of [
      ['select mls.create_source($1, $2, $3) as answer', [source, { token: 'bench' }, caller]],
      ['select mls.start_source_run($1, $2, $3) as answer', [
        'BENCH',
        { mode: 'FULL', force: false },
        caller,
      ]],
    ] as const
  ) {
    const { rows: [{ answer }] } = await client.query(
      text,
      values.map((value) => typeof value === 'string' ? value : JSON.stringify(value)),
    )
    if (answer.status >= 300) throw new Error(JSON.stringify(answer))
  }
}

async function work({ environment }: BenchHub) {
  let said = ''
  let memory: number | undefined
  const worker = startChild({
    program: join(repository, 'scripts/bench/sources-process.ts'),
    args: [],
    environment: { ...environment, ...memoryOfFunctions, MLS_SOURCES_LOCAL: 'true', MLS_LOG_LEVEL: 'off' },
    onLine: (line) => {
      if (line.startsWith('{')) said = line
    },
  })
  const watch = setInterval(() => {
    try {
      memory = megabytes(worker.pid, 'VmHWM') ?? memory
    } catch {
      // it has ended
    }
  }, 100)
  await worker.exited
  clearInterval(watch)
  if (said === '') throw new Error('The worker ended without a report.')
  return { ...JSON.parse(said) as { milliseconds: number; slices: number[] }, memory }
}

async function sendPages(
  { functionsUrl, token }: BenchHub,
  recordAt: (n: number) => Record<string, unknown>,
  from: number,
  to: number,
): Promise<number> {
  const bearer = await token('databricks')
  const bodies = Array.from(
    { length: to - from },
    (_, at) =>
      JSON.stringify(Array.from({ length: page }, (_, index) => {
        const n = (from + at) * page + index
        return { ...recordAt(n), ListingKey: `QOBRIX_DOOR_${n}` }
      })),
  )
  return await milliseconds(async () => {
    for (const body of bodies) {
      const response = await fetch(`${functionsUrl}/ingest/property`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/json' },
        body,
      })
      const receipt = await response.json()
      if (receipt.totals?.insert !== page) throw new Error(JSON.stringify(receipt).slice(0, 500))
    }
  })
}
