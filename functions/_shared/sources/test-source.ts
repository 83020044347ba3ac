import type { Pool } from 'pg'
import { callerOf, decide } from './admin/decide.ts'
import type { Operator } from '../oauth/operator.ts'
import type { Issue } from '../gold/issues.ts'
import { keepsHosts } from './admin/check-source.ts'
import { type SourceFailure, type SourceFailureCode, toSourceFailure } from './failure.ts'
import type { Mapping } from './mapping/language.ts'
import { providerOf } from './providers.ts'
import { takeRequest } from './queue.ts'
import { redact } from './redact.ts'
import { rowsOf } from './rows.ts'
import { workOn } from './run-slice.ts'
import type { Connection, Order } from './types.ts'
import { Upstream } from './upstream.ts'

const steps = ['connect', 'authenticate', 'read', 'map'] as const
type Step = typeof steps[number]

export interface TestReport {
  ok: boolean
  checks: { name: Step; ok: boolean; message: string }[]
  /** Up to 20 listings as they would come in, with what there is to say about them. */
  sample: { key: string | null; record: Record<string, unknown> | null; findings: Issue[] }[]
}

const sampleSize = 20
/** A test answers within the 60 s that callers wait. */
const leaseSeconds = 60

/** What may be tried before it is saved. */
export interface Trial {
  mapping?: Mapping
  settings?: Record<string, unknown>
}

/**
 * Reads a little of a source and writes nothing: whether it is there, lets us in, gives records, and what the mapping
 * makes of them. Credentials do not go to a host that they were not given for.
 *
 * @throws HubError not_found (404), run_active (409)
 */
export async function testSource(
  pool: Pool,
  wanted: string,
  operator: Operator,
  trial: Trial = {},
): Promise<TestReport> {
  const { answer } = await decide('mls.begin_source_test($1, $2, $3::jsonb)', [
    wanted,
    leaseSeconds,
    callerOf(operator),
  ])
  const order = answer as unknown as Order
  const { source } = order
  if (
    trial.settings && !keepsHosts(source.provider, source.settings as Record<string, unknown>, trial.settings)
  ) order.credentials = null
  Object.assign(source, trial)
  if (trial.settings) order.session = null
  try {
    return await probe(pool, order)
  } finally {
    await pool.query('select mls.end_source_test($1)', [order.run.lease_token])
  }
}

async function probe(pool: Pool, order: Order): Promise<TestReport> {
  const upstream = new Upstream({
    permit: () => takeRequest(pool, order),
    plainHosts: order.hosts,
    patience: 10,
  })
  let connection: Connection<unknown> | undefined
  let reached: Step = 'connect'
  try {
    const provider = providerOf(order.source.provider)
    for (const { url } of provider.addresses(order.source.settings)) await upstream.guard(url)
    connection = await provider.connect(workOn(pool, order, upstream))
    reached = 'read'
    const plan = await connection.plan('FULL')
    const stage = plan.find(({ name }) => name === 'property') ?? plan[0]
    if (!stage) return report('read', 'The source offers none of the resources that it is to bring.', [])
    const page = await connection.read(stage, null, undefined, sampleSize)
    reached = 'map'
    const batch = connection.map(stage, page.raw)[0]!
    const rows = rowsOf({ ...batch, records: batch.records.slice(0, sampleSize) }, order.source, provider)
    const key = stage.name === 'property' ? 'ListingKey' : undefined
    const sample = rows.map(({ r, e, w }) => ({
      key: key && r ? String(r[key] ?? '') || null : null,
      record: r,
      findings: [...e, ...w],
    }))
    const good = rows.filter(({ e }) => e.length === 0).length
    const findings = rows.reduce((sum, { e, w }) => sum + e.length + w.length, 0)
    const described = connection.describe?.() ?? ''
    if (rows.length === 0) {
      return report('map', 'There are no records to try it on.', sample, described, true)
    }
    const message = `${good} of ${rows.length} records can be taken, with ${findings} findings.`
    return good > 0
      ? report(undefined, message, sample, described)
      : report('map', message, sample, described)
  } catch (error) {
    const failure = toSourceFailure(error)
    return report(stepOf(failure, reached), redact(failure.message, order.credentials, order.session), [])
  } finally {
    await connection?.close?.().catch(() => undefined)
    upstream.close()
  }
}

const byCode: Partial<Record<SourceFailureCode, Step>> = {
  connection: 'connect',
  timeout: 'connect',
  address_refused: 'connect',
  server_error: 'connect',
  unauthorized: 'authenticate',
  not_configured: 'authenticate',
}

function stepOf({ code }: SourceFailure, reached: Step): Step {
  const step = byCode[code]
  if (step === undefined) return reached === 'connect' ? 'authenticate' : reached
  return step === 'connect' && reached !== 'connect' ? reached : step
}

const fine: Record<Step, string> = {
  connect: 'The source answers.',
  authenticate: 'It lets us in.',
  read: 'It gives records.',
  map: '',
}

function report(
  failed: Step | undefined,
  message: string,
  sample: TestReport['sample'],
  described = '',
  isOk = false,
): TestReport {
  const at = failed === undefined ? steps.length : steps.indexOf(failed)
  const checks = steps.map((name, index) => {
    if (index > at) return { name, ok: false, message: 'Not tried.' }
    if (index === at) return { name, ok: isOk, message }
    return {
      name,
      ok: true,
      message: name === 'map' ? message : name === 'read' && described ? described : fine[name],
    }
  })
  return { ok: failed === undefined || isOk, checks, sample }
}
