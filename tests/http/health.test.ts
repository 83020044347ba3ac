import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Hub, startHub } from '../support/hub.ts'

let hub: Hub

beforeAll(async () => {
  hub = await startHub()
})
afterAll(() => hub?.stop())

describe('GET /health', () => {
  it('says that the hub works, without a token', async () => {
    const response = await fetch(`${hub.functionsUrl}/health`)
    expect(response.status).toBe(200)
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    expect(await response.json()).toEqual({
      status: 'healthy',
      database: 'up',
      database_ms: expect.any(Number),
      checked_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    })
  })

  it('answers HEAD without a body and returns the request id', async () => {
    const response = await fetch(`${hub.functionsUrl}/health`, {
      method: 'HEAD',
      headers: { 'X-Request-Id': 'probe-1' },
    })
    expect(response.status).toBe(200)
    expect(response.headers.get('X-Request-Id')).toBe('probe-1')
    expect(await response.text()).toBe('')
  })

  it('answers other methods with 405', async () => {
    const response = await fetch(`${hub.functionsUrl}/health`, { method: 'POST' })
    expect(response.status).toBe(405)
    expect(response.headers.get('Allow')).toBe('GET, HEAD, OPTIONS')
    expect(response.headers.get('Content-Type')).toBe('application/problem+json')
  })
})

describe('GET /health?strict=true', () => {
  const strict = async () => {
    const response = await fetch(`${hub.functionsUrl}/health?strict=true`)
    return await response.json()
  }
  const change = (what: string, job = 'feeds') =>
    hub.pool.query(`update public.mls_schedules set ${what} where job = $1`, [job])
  beforeEach(() =>
    hub.pool.query(`update public.mls_schedules set enabled = true, running_since = null,
      last_run_at = now() - interval '1 minute', next_run_at = now() + interval '1 minute' where true`)
  )

  it('is well while every job runs when it is due, with nothing to keep secret', async () => {
    const { rows } = await hub.pool.query('select count(*)::int as n from public.mls_schedules')
    expect(await strict()).toEqual({
      status: 'healthy',
      database: 'up',
      database_ms: expect.any(Number),
      checked_at: expect.any(String),
      jobs: { enabled: rows[0].n, overdue: [], never_ran: [] },
    })
  })

  it.each([
    ['overdue', `next_run_at = now() - interval '11 minutes'`],
    [
      'silent since the last run of an interval',
      `cron = '30 seconds', last_run_at = now() - interval '11 minutes'`,
    ],
    ['silent since it was given a schedule', `next_run_at = null, last_run_at = now() - interval '3 days'`],
    [
      'lost on its way',
      `next_run_at = now() - interval '1 hour', running_since = now() - interval '2 hours'`,
    ],
    ['set to a time that nobody can read', `cron = 'often'`],
  ])('is 503 when a job is %s', async (_, what) => {
    await change(what)
    expect(await strict()).toMatchObject({
      status: 'unhealthy',
      database: 'up',
      jobs: { overdue: ['feeds'], never_ran: [] },
    })
    expect((await fetch(`${hub.functionsUrl}/health?strict=true`)).status).toBe(503)
    expect((await fetch(`${hub.functionsUrl}/health`)).status).toBe(200)
    await change(`cron = '*/15 * * * *'`)
  })

  it('is 503 when a job has never run, and well again after its first run', async () => {
    await change('last_run_at = null, next_run_at = null')
    expect(await strict()).toMatchObject({ status: 'unhealthy', jobs: { overdue: [], never_ran: ['feeds'] } })
    await fetch(`${hub.functionsUrl}/egress/run?job=feeds`, {
      method: 'POST',
      headers: { apikey: hub.secretKey },
    })
    expect(await strict()).toMatchObject({ status: 'healthy', jobs: { never_ran: [] } })
  })

  it('leaves alone what is switched off, and what is under way', async () => {
    await change('enabled = false, last_run_at = null')
    await change(`next_run_at = now() - interval '1 hour', running_since = now()`, 'sources')
    expect(await strict()).toMatchObject({ status: 'healthy' })
  })

  it('is true or false, and nothing else', async () => {
    expect((await fetch(`${hub.functionsUrl}/health?strict=yes`)).status).toBe(400)
    expect(Object.keys(await (await fetch(`${hub.functionsUrl}/health?strict=false`)).json())).not.toContain(
      'jobs',
    )
  })
})
