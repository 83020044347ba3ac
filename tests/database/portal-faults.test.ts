import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { runDeliveries } from '../../functions/_shared/delivery/run-deliveries.ts'
import { claimDeliveries, finishDelivery } from '../../functions/_shared/delivery/queue.ts'
import { newSecret } from '../../functions/_shared/delivery/webhooks/signature.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { publishListings, seedMarkets } from '../support/listings.ts'
import { type Outcome, type Receiver, startReceiver } from '../support/receiver.ts'

/** Whose fault it is: a portal in trouble is waited for, only the listing's own faults park it. */
const secret = newSecret()
const maxAttempts = 3
let database: TestDatabase
let app: Receiver<unknown>
let count = 0

beforeAll(async () => {
  database = await createDatabase()
  app = await startReceiver<unknown>(() => secret)
  vi.stubEnv('MLS_WEBHOOKS_LOCAL', 'true')
  vi.stubEnv('MLS_LOG_LEVEL', 'off')
  vi.stubEnv('MLS_WEBHOOK_TIMEOUT_MS', '300')
  await seedMarkets(database.pool)
  await query(`update public.mls_portal_definitions set is_active = code = 'INSTAGRAM'`)
})
beforeEach(async () => {
  vi.stubEnv('MLS_APP_SECRET', secret)
  app.answers(() => 204)
  app.received.length = 0
  await query('delete from public.mls_listing_syndications')
  await query('delete from mls.portal_circuits')
  await configure({})
  await publishListings(database.pool, 2, `QOBRIX_FAULT${++count}_`)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await app?.close()
  await database?.drop()
})

const query = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows
const configure = (config: object) =>
  query(
    `update public.mls_portal_definitions set auto_syndicate = true, config = $1 where code = 'INSTAGRAM'`,
    [
      JSON.stringify({
        channel: 'webhook',
        url: app.url,
        triggers: ['published'],
        max_attempts: maxAttempts,
        circuit_failures: 1000,
        ...config,
      }),
    ],
  )
const rows = () => query('select * from public.mls_listing_syndications order by id')
const due = () =>
  query(
    'update public.mls_listing_syndications set next_attempt_at = now() where next_attempt_at is not null',
  )
const redeliver = async (...values: (string | null)[]) =>
  (await query('select mls.redeliver_failures($1, $2) as redelivered', [
    values[0] ?? null,
    values[1] ?? null,
  ]))[0]
    .redelivered

/** More attempts than park a listing. */
async function fail(attempts = maxAttempts + 2) {
  for (let attempt = 0; attempt < attempts; attempt++) {
    expect(await runDeliveries(database.pool)).toMatchObject({ retry: 2, refused: 0, sent: 0 })
    await due()
  }
}

describe('a fault of the portal never parks', () => {
  test.each<[Outcome, string]>([
    [500, 'server_error'],
    [503, 'server_error'],
    [408, 'server_error'],
    [401, 'unauthorized'],
    [403, 'unauthorized'],
    [429, 'rate_limited'],
    [404, 'not_configured'],
    [405, 'not_configured'],
    [410, 'not_configured'],
    [301, 'not_configured'],
    [307, 'not_configured'],
    [402, 'not_configured'],
    [415, 'not_configured'],
    [425, 'server_error'],
    ['drop', 'connection'],
    ['hang', 'timeout'],
  ])('%s', async (answer, code) => {
    app.answers(() => answer)
    await fail(answer === 'hang' ? maxAttempts + 1 : undefined)
    for (const row of await rows()) {
      expect(row).toMatchObject({ status: 'ACTIVE', last_error_code: code, own_faults: 0 })
      expect(row.next_attempt_at).not.toBeNull()
    }
    await query(`update public.mls_listing_syndications set next_attempt_at = now() + interval '1 hour'`)
    app.answers(() => 204)
    expect(await redeliver('INSTAGRAM', 'refused')).toBe(0)
    expect(await redeliver('FACEBOOK')).toBe(0)
    expect(await redeliver('INSTAGRAM', code)).toBe(2)
    expect(await runDeliveries(database.pool)).toMatchObject({ sent: 2 })
    expect(await redeliver()).toBe(0)
  })

  test('nor does a secret or an address that is missing; a change of the settings tries again at once', async () => {
    vi.stubEnv('MLS_APP_SECRET', '')
    await fail()
    vi.stubEnv('MLS_APP_SECRET', secret)
    await configure({ url: undefined })
    await fail()
    await query(`update public.mls_listing_syndications set next_attempt_at = now() + interval '1 hour'`)
    await configure({})
    expect(await runDeliveries(database.pool)).toMatchObject({ sent: 2 })
  })

  test('an open circuit does not hold back what is redelivered', async () => {
    await configure({ circuit_failures: 1 })
    app.answers(() => 503)
    await runDeliveries(database.pool, { workers: 1 })
    app.answers(() => 204)
    await due()
    expect(await runDeliveries(database.pool)).toMatchObject({ sent: 0 })
    await redeliver()
    await due()
    expect(await runDeliveries(database.pool)).toMatchObject({ sent: 2 })
  })
})

test('what a portal says is reported without what no text can hold', async () => {
  const [job] = await claimDeliveries(database.pool, 'deliveries', 1)
  const error = `Down \0for a while ${'🏠'.slice(0, 1)}`
  expect(
    await finishDelivery(database.pool, job!, { outcome: 'retry', error_code: 'server_error', error }),
  ).toBe(true)
  expect(await query('select last_error from public.mls_listing_syndications where last_error is not null'))
    .toEqual([{ last_error: 'Down for a while ' }])
})

describe('a fault of the listing parks', () => {
  test.each([400, 409, 413, 422])('%s at once; one call tries all again', async (answer) => {
    app.answers(() => answer)
    expect(await runDeliveries(database.pool)).toMatchObject({ refused: 2 })
    expect(await rows()).toMatchObject([{ status: 'FAILED' }, { status: 'FAILED' }])
    app.answers(() => 204)
    expect(await redeliver(null, 'refused')).toBe(2)
    expect(await runDeliveries(database.pool)).toMatchObject({ sent: 2, withdrawn: 0 })
    expect(await rows()).toMatchObject([{ status: 'ACTIVE' }, { status: 'ACTIVE' }])
  })

  test('what cannot be rendered, after max_attempts of its own in a row', async () => {
    const attempt = async (error_code: string) => {
      await due()
      for (const job of await claimDeliveries(database.pool, 'deliveries', 2)) {
        await finishDelivery(database.pool, job, { outcome: 'retry', error_code, error: 'no' })
      }
    }
    for (const code of ['server_error', 'server_error', 'server_error', 'render_failed', 'render_failed']) {
      await attempt(code)
      expect(await rows()).toMatchObject([{ status: 'ACTIVE' }, { status: 'ACTIVE' }])
    }
    await attempt('timeout')
    expect(await rows()).toMatchObject([{ status: 'ACTIVE', own_faults: 0 }, { own_faults: 0 }])
    for (let i = 0; i < maxAttempts; i++) await attempt('render_failed')
    expect(await rows()).toMatchObject([{ status: 'FAILED' }, { status: 'FAILED' }])
  })

  test('what ends its worker each time; a portal that failed often before is no reason', async () => {
    app.answers(() => 503)
    await fail()
    for (let death = 1; death <= maxAttempts; death++) {
      await query('select mls.park_exhausted()')
      expect(await rows()).toMatchObject([{ status: 'ACTIVE' }, { status: 'ACTIVE' }])
      expect(await claimDeliveries(database.pool, 'deliveries', 2, { leaseSeconds: -1 })).toHaveLength(2)
    }
    await query('select mls.park_exhausted()')
    expect(await rows()).toMatchObject([{ status: 'FAILED', last_error_code: 'gave_up' }, {
      status: 'FAILED',
    }])
  })
})
