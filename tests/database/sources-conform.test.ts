import process from 'node:process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { claimRun } from '../../functions/_shared/sources/queue.ts'
import { runSlice } from '../../functions/_shared/sources/run-slice.ts'
import { runSources } from '../../functions/_shared/sources/run-sources.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { addMarket, addSource, runNow, start, viewRun, work } from '../support/sources/hub.ts'
import { openSandbox, providerIn, type Sandbox } from '../support/sources/sandboxes.ts'

/** What every provider with a sandbox must stand, whatever it reads; RESO has the same in sources-reso. */
let database: TestDatabase
const pool = () => database.pool
const codeOf = (name: string) => name.replaceAll(/[^A-Za-z]/g, '').toUpperCase()

beforeAll(async () => {
  process.env.MLS_SOURCES_LOCAL = 'true'
  database = await createDatabase()
}, 120_000)
afterAll(() => database?.drop())

describe.each(Object.keys(openSandbox))('%s', (name) => {
  let sandbox: Sandbox
  let source: string

  beforeAll(async () => {
    sandbox = await openSandbox[name]!(8)
    source = await sourceOf(codeOf(name), sandbox.credentials)
  })
  afterAll(() => sandbox?.close())

  async function sourceOf(code: string, credentials: Record<string, string>): Promise<string> {
    const office_key = await addMarket(pool(), code)
    const { settings, mapping } = sandbox
    const provider = providerIn(name)
    return await addSource(pool(), { office_key, code, provider, settings, mapping, credentials })
  }

  it('waits after a 429 as long as it is told, and is in one hand of two', async () => {
    await sandbox.limitRate(1)
    const run = await start(pool(), source, 'FULL')
    expect((await runSlice(pool(), (await claimRun(pool(), { source }))!)).outcome).toBe('wait')
    expect(await viewRun(pool(), run)).toMatchObject({ status: 'waiting', error: { code: 'rate_limited' } })
    await sandbox.limitRate(0)
    const both = { schedules: false, source, page: 4 }
    await Promise.all([runSources(pool(), both), runSources(pool(), both)])
    await work(pool(), source)
    expect(await viewRun(pool(), run)).toMatchObject({
      status: 'finished',
      counts: { insert: sandbox.listings, reject: 0, delete: 0 },
    })
    expect(sandbox.concurrency()).toBeLessThanOrEqual(1)
  })

  it('pauses for refused credentials, and asks no more until a person acts', async () => {
    const wrong = Object.fromEntries(Object.keys(sandbox.credentials).map((name) => [name, 'wrong']))
    const other = await sourceOf(`${codeOf(name)}X`, wrong)
    expect(await runNow(pool(), other)).toMatchObject({
      status: 'failed',
      error: { code: 'unauthorized' },
      counts: { insert: 0 },
    })
    const { rows: [row] } = await pool().query(
      'select paused_reason as reason from mls_sources where id = $1',
      [
        other,
      ],
    )
    expect(row.reason).toBeTruthy()
    expect(row.reason).not.toContain('wrong')
  })
})
