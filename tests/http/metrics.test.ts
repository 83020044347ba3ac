import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { families } from '../../functions/_shared/operate/metrics.ts'
import { repository } from '../../scripts/stack/layout.ts'
import { type Hub, startHub } from '../support/hub.ts'
import { publishListings } from '../support/listings.ts'

const token = 'a-token-of-the-scraper-0123456789'
let hub: Hub

beforeAll(async () => {
  hub = await startHub({ environment: { MLS_METRICS_TOKEN: token, MLS_LOG_LEVEL: 'error' } })
  await publishListings(hub.pool, 3, 'QOBRIX_MX')
  for (const job of ['deliveries', 'feeds', 'health']) {
    await fetch(`${hub.functionsUrl}/egress/run?job=${job}`, {
      method: 'POST',
      headers: { apikey: hub.secretKey },
    })
  }
})
afterAll(() => hub?.stop())

const ask = (authorization?: string) =>
  fetch(`${hub.functionsUrl}/metrics`, { headers: authorization ? { Authorization: authorization } : {} })
const scrape = async () => await (await ask(`Bearer ${token}`)).text()

interface Sample {
  name: string
  labels: Record<string, string>
  value: number
}

/** Reads OpenMetrics 1.0 as strictly as its grammar is: families whole and once, metadata first, `# EOF` last. */
function read(text: string) {
  expect(text.endsWith('\n# EOF\n')).toBe(true)
  const types = new Map<string, string>()
  const samples: Sample[] = []
  const seen = new Set<string>()
  let family = ''
  for (const line of text.split('\n').slice(0, -2)) {
    const meta = /^# (TYPE|UNIT|HELP) ([a-z_:][a-z0-9_:]*) (.+)$/.exec(line)
    if (meta) {
      const [, kind, name, rest] = meta
      if (kind === 'TYPE') {
        expect(types.has(name!), `${name} comes twice`).toBe(false)
        types.set(family = name!, rest!)
      }
      expect(name).toBe(family)
      if (kind === 'UNIT') expect(family.endsWith(`_${rest}`)).toBe(true)
      continue
    }
    const sample =
      /^([a-z_:][a-z0-9_:]*)(?:\{((?:[a-z_][a-z0-9_]*="(?:[^"\\\n]|\\[\\"n])*",?)+)\})? (-?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Inf)|NaN)$/
        .exec(line)
    expect(sample, line).not.toBeNull()
    const [, name, labelText = '', value] = sample!
    const suffix = {
      counter: ['_total'],
      gauge: [''],
      histogram: ['_bucket', '_count', '_sum'],
    }[types.get(family)!]!
    expect(suffix.map((end) => family + end)).toContain(name)
    const key = `${name}{${labelText}}`
    expect(seen.has(key), `${key} comes twice`).toBe(false)
    seen.add(key)
    const labels = Object.fromEntries(
      [...labelText.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)].map(([, label, of]) => [label!, of!]),
    )
    samples.push({ name: name!, labels, value: Number(value) })
  }
  return { types, samples }
}

describe('GET /metrics', () => {
  test('is for the scraper and for operators of the whole hub', async () => {
    const bearer = async (client: string) => `Bearer ${await hub.token(client)}`
    const statuses = await Promise.all([
      ask(),
      ask('Bearer wrong'),
      ask(`Bearer ${token}x`),
      ask(`Basic ${token}`),
      ask(await bearer('portal_cy')),
      ask(await bearer('databricks')),
      ask(`Bearer ${token}`),
      ask(await bearer('operator')),
    ])
    expect(statuses.map(({ status }) => status)).toEqual([401, 401, 401, 401, 403, 403, 200, 200])
    expect(statuses[6]!.headers.get('Content-Type')).toBe(
      'application/openmetrics-text; version=1.0.0; charset=utf-8',
    )
    expect(
      (await fetch(`${hub.functionsUrl}/egress/run`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}` },
      })).status,
    ).toBe(401)
    expect(
      (await fetch(`${hub.functionsUrl}/metrics`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}` },
      })).status,
    ).toBe(405)
  })

  test('is valid OpenMetrics, and has what the registry names', async () => {
    const { types, samples } = read(await scrape())
    expect(Object.fromEntries(types)).toEqual(
      Object.fromEntries(Object.entries(families).map(([name, { type }]) => [name, type])),
    )
    const value = (name: string, labels: Record<string, string>) =>
      samples.find((sample) =>
        sample.name === name && Object.entries(labels).every(([label, of]) => sample.labels[label] === of)
      )?.value
    expect(value('mls_deliveries_total', { market: 'CY', portal: 'SIR_GLOBAL', outcome: 'sent' })).toBe(3)
    expect(value('mls_feed_objects', { market: 'CY', portal: 'HOMESOVERSEAS' })).toBe(3)
    expect(value('mls_job_runs_total', { job: 'feeds', status: 'ok' })).toBe(1)
    expect(value('mls_http_requests_total', { door: 'egress', method: 'POST', status: '200' }))
      .toBeGreaterThanOrEqual(3)
    expect(value('mls_alerts_open', { level: 'critical' })).toBe(0)
    expect(samples.every(({ value }) => Number.isFinite(value))).toBe(true)
  })

  test('counts only rise, and a histogram adds up', async () => {
    const before = read(await scrape()).samples
    await fetch(`${hub.functionsUrl}/health`)
    const after = read(await scrape()).samples
    for (const { name, labels, value } of before.filter(({ name }) => /_(total|bucket|count)$/.test(name))) {
      const now = after.find((sample) =>
        sample.name === name && JSON.stringify(sample.labels) === JSON.stringify(labels)
      )
      expect(now!.value).toBeGreaterThanOrEqual(value)
    }
    const health = after.filter(({ name, labels }) =>
      name === 'mls_http_request_duration_seconds_bucket' && labels.door === 'health'
    )
    const values = health.map(({ value }) => value)
    expect(values).toEqual([...values].sort((a, b) => a - b))
    expect(health.at(-1)!.labels.le).toBe('+Inf')
    const total = after.find(({ name, labels }) =>
      name === 'mls_http_request_duration_seconds_count' && labels.door === 'health'
    )
    expect(values.at(-1)).toBe(total!.value)
  })

  test('a method that nobody knows makes no label of its own', async () => {
    await fetch(`${hub.functionsUrl}/health`, { method: 'PROPFIND' })
    const { samples } = read(await scrape())
    expect(samples.map(({ labels }) => labels.method)).not.toContain('PROPFIND')
  })
})

/** A Python with prometheus_client: .ci/metrics has one. */
const python = process.env.MLS_TEST_METRICS_PYTHON
const parser = `
import sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families
families = list(text_string_to_metric_families(sys.stdin.read()))
print(len(families), sum(len(family.samples) for family in families))
`
if (python) {
  test('is read by the parser of Prometheus, under load and with names of every kind', async () => {
    await hub.pool.query(
      `insert into public.mls_ingest_runs (client_id, source, office_key, tenant_id, resource, mode, status, finished_at)
       select 'databricks', $1, 'SHARPSIR-CY-001', id, 'property', 'FULL', 'finished', now() from public.mls_tenants where code = 'CY'`,
      ['a "quoted" \\ name\n, {of}=два'],
    )
    const doors = ['health', 'odata', 'search/listings', 'egress/failures', 'sources', 'нет', 'export/x.xml']
    await Promise.all(
      Array.from({ length: 300 }, (_, n) => fetch(`${hub.functionsUrl}/${doors[n % doors.length]}`)),
    )
    const text = await scrape()
    expect(text).toContain('два')
    const [count, samples] = execFileSync(python, ['-c', parser], { input: text, encoding: 'utf8' }).split(
      ' ',
    )
    expect(Number(count)).toBe(Object.keys(families).length)
    expect(Number(samples)).toBe(text.split('\n').filter((line) => line && !line.startsWith('#')).length)
  })
}

test('the dashboard asks for metrics that exist', () => {
  const dashboard = JSON.parse(readFileSync(join(repository, 'docs/grafana-dashboard.json'), 'utf8'))
  const queries: string[] = dashboard.panels.flatMap(({ targets }: { targets: { expr: string }[] }) =>
    targets.map(({ expr }) => expr)
  )
  const served = new Set(
    Object.entries(families).flatMap(([name, { type }]) =>
      type === 'counter'
        ? [`${name}_total`]
        : type === 'gauge'
        ? [name]
        : ['_bucket', '_count', '_sum'].map((end) => name + end)
    ),
  )
  expect(queries.length).toBeGreaterThan(15)
  const asked = new Set(queries.flatMap((query) => query.match(/\bmls_\w+/g) ?? []))
  expect([...asked].filter((name) => !served.has(name))).toEqual([])
  for (const query of queries) expect(query).toMatch(/mls_/)
})
