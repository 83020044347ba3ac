import { createServer } from 'node:http'
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

test("every run asks the dead man's switch, and no fault of it is a fault of the job", async () => {
  let beats = 0
  const server = createServer((_, response) => {
    beats++
    response.writeHead(500).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  vi.stubEnv('MLS_HEARTBEAT_URL', `http://127.0.0.1:${port}/ping`)
  await checkHealth(database.pool)
  await checkHealth(database.pool)
  expect(beats).toBe(2)
  await new Promise((resolve) => server.close(resolve))
  expect(await checkHealth(database.pool)).toMatchObject({ open: 1 })
  vi.stubEnv('MLS_HEARTBEAT_URL', '')
})

test('a job that has never run is missed once its first time is past, and one that nobody can read an hour later', async () => {
  const set = (what: string) =>
    database.pool.query(`update public.mls_schedules set ${what} where job = 'feeds'`)
  const missed = async () => {
    await checkHealth(database.pool)
    const { rows } = await database.pool.query(
      `select message from public.mls_alerts where code = 'schedule_missed' and resolved_at is null`,
    )
    return rows.map(({ message }) => message)
  }
  await set(`cron = '*/10 * * * *'`) // set anew: it has missed nothing
  expect(await missed()).toEqual([])
  await set(`next_run_at = null, waiting_since = now() - interval '30 minutes'`)
  expect(await missed()).toEqual([expect.stringContaining('was due at')])
  await set(`cron = '30 seconds'`)
  expect(await missed()).toEqual([])
  await set(`next_run_at = null, waiting_since = now() - interval '30 minutes'`)
  expect(await missed()).toHaveLength(1)
  await set(`cron = 'never'`)
  await set(`waiting_since = now() - interval '2 hours'`)
  expect(await missed()).toEqual([expect.stringContaining('"never"')])
  await set(`cron = '*/15 * * * *'`)
  expect(await missed()).toEqual([])
})

test('one message for many, with a text for chats; their end is told once, and by mail as by webhook', async () => {
  const mails: { headers: Record<string, unknown>; body: Record<string, unknown> }[] = []
  let mailStatus = 500
  const provider = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request.setEncoding('utf8')) text += chunk
    if (mailStatus === 200) mails.push({ headers: request.headers, body: JSON.parse(text) })
    response.writeHead(mailStatus).end()
  })
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve))
  const { port } = provider.address() as { port: number }
  const mail = {
    PROVIDER: 'resend',
    KEY: 'mail-key',
    FROM: 'hub@example.com',
    TO: 'a@example.com, b@example.com',
    URL: `http://127.0.0.1:${port}/`,
  }
  for (const [name, value] of Object.entries(mail)) vi.stubEnv(`MLS_MAIL_${name}`, value)
  receiver.answers(() => 204)
  await database.pool.query(
    `update public.mls_schedules set next_run_at = now() - interval '1 hour' where job in ('feeds', 'webhooks')`,
  )

  // the webhook is told once, though the mail fails twice
  expect(await checkHealth(database.pool)).toMatchObject({ open: 2, announced: 0 })
  expect(await checkHealth(database.pool)).toMatchObject({ open: 2, announced: 0 })
  mailStatus = 200
  expect(await checkHealth(database.pool)).toMatchObject({ open: 2, announced: 2 })
  const told = receiver.received.map(({ body }) =>
    body as unknown as { type: string; text: string; alerts: object[] }
  )
  expect(told).toMatchObject([{
    type: 'alerts.opened',
    alerts: [{ subject: 'feeds' }, { subject: 'webhooks' }],
  }])
  expect(told[0]!.text).toMatch(
    /^MLS hub: 2 alerts opened\ncritical: schedule_missed feeds\. .*\ncritical: schedule_missed webhooks\. /,
  )
  expect(mails).toMatchObject([{
    headers: { authorization: 'Bearer mail-key' },
    body: {
      from: 'hub@example.com',
      to: ['a@example.com', 'b@example.com'],
      subject: 'MLS hub: 2 alerts opened',
      text: told[0]!.text,
    },
  }])

  await database.pool.query(
    `update public.mls_schedules set next_run_at = now() + interval '1 hour' where true`,
  )
  for (let run = 0; run < 2; run++) expect(await checkHealth(database.pool)).toMatchObject({ open: 0 })
  expect(receiver.received.slice(1).map(({ body }) => body)).toMatchObject([{
    type: 'alerts.resolved',
    text: expect.stringContaining('over: schedule_missed feeds'),
  }])
  expect(mails.slice(1)).toMatchObject([{ body: { subject: 'MLS hub: 2 alerts resolved' } }])
  for (const name of Object.keys(mail)) vi.stubEnv(`MLS_MAIL_${name}`, '')
  await new Promise((resolve) => provider.close(resolve))
})
