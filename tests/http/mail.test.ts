import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Hub, startHub } from '../support/hub.ts'
import { type MailServer, startMailServer } from '../support/mail-server.ts'

/** Mail by SMTP as the functions send it, on the runtime that serves. */
let hub: Hub
let server: MailServer

beforeAll(async () => {
  server = await startMailServer()
  hub = await startHub({
    environment: {
      MLS_MAIL_PROVIDER: 'smtp',
      MLS_MAIL_URL: `smtps://hub:secret@127.0.0.1:${server.port}`,
      MLS_MAIL_CA: server.ca.replaceAll('\n', '\\n'),
      MLS_MAIL_FROM: 'MLS hub <hub@example.com>',
      MLS_MAIL_TO: 'operator@example.com',
    },
  })
}, 60_000)
afterAll(async () => {
  await hub?.stop()
  await server?.close()
})

test('an alert and its end are mailed, once each', async () => {
  const run = async () => {
    const response = await fetch(`${hub.functionsUrl}/egress/run?job=health`, {
      method: 'POST',
      headers: { apikey: hub.secretKey },
    })
    expect(await response.json()).toMatchObject({ status: 'ok' })
  }
  const due = (when: string) =>
    hub.pool.query(`update public.mls_schedules set next_run_at = now() + $1::interval where job = 'feeds'`, [
      when,
    ])
  await due('-1 hour')
  await run()
  await run()
  await due('1 hour')
  await run()
  expect(server.mails).toMatchObject([
    { from: 'hub@example.com', to: ['operator@example.com'] },
    { from: 'hub@example.com', to: ['operator@example.com'] },
  ])
  expect(server.mails[0]!.text).toMatch(/^Subject: MLS hub: \d+ alerts? opened$/m)
  expect(server.mails[0]!.text).toContain('critical: schedule_missed feeds.')
  expect(server.mails[1]!.text).toContain('over: schedule_missed feeds.')
  expect(server.logins).toEqual(['hub secret', 'hub secret'])
})
