import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { checkHealth } from '../../functions/_shared/operate/check-health.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { type Receiver, startReceiver } from '../support/receiver.ts'

let database: TestDatabase
let receiver: Receiver

beforeAll(async () => {
  database = await createDatabase()
  receiver = await startReceiver(() => '')
  vi.stubEnv('MLS_LOG_LEVEL', 'off')
  vi.stubEnv('MLS_ALERT_TIMEOUT_MS', '200')
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await receiver?.close()
  await database?.drop()
})
beforeEach(async () => {
  vi.stubEnv('MLS_ALERT_WEBHOOK_URL', receiver.url)
  await database.pool.query(
    `update public.mls_schedules set next_run_at = now() - interval '1 hour' where job = 'feeds'`,
  )
})
afterEach(async () => {
  receiver.received.length = 0
  await database.pool.query('delete from public.mls_alerts')
})

const announced = async () =>
  (await database.pool.query('select announced_at is not null as announced from public.mls_alerts')).rows

test.each<[string, () => 500 | 302 | 'drop' | 'hang']>([
  ['an error', () => 500],
  ['a redirect', () => 302],
  ['a dropped connection', () => 'drop'],
  ['silence', () => 'hang'],
])('%s leaves an alert open and untold, until it can be told', async (_, answer) => {
  receiver.answers(answer)
  expect(await checkHealth(database.pool)).toEqual({ resolved: 0, open: 1, announced: 0 })
  expect(await announced()).toEqual([{ announced: false }])

  receiver.answers(() => 204)
  receiver.received.length = 0
  expect(await checkHealth(database.pool)).toMatchObject({ open: 1, announced: 1 })
  expect(await checkHealth(database.pool)).toMatchObject({ open: 1, announced: 0 })
  expect(receiver.received.map(({ body }) => body)).toMatchObject([
    { type: 'alerts.opened', alerts: [{ code: 'schedule_missed', subject: 'feeds', level: 'critical' }] },
  ])
})

test.each(['flood', 'drip', 'torn'] as const)('2xx is told, though its body is a %s', async (outcome) => {
  receiver.answers(() => outcome)
  expect(await checkHealth(database.pool)).toMatchObject({ announced: 1 })
  expect(await announced()).toEqual([{ announced: true }])
})

test.each(['http://127.0.0.1:1/', 'no address'])('so does the address %s', async (address) => {
  vi.stubEnv('MLS_ALERT_WEBHOOK_URL', address)
  expect(await checkHealth(database.pool)).toMatchObject({ open: 1, announced: 0 })
  expect(await announced()).toEqual([{ announced: false }])
})
