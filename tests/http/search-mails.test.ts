import { createClient } from '@supabase/supabase-js'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { cyprus, hungary, ingest } from '../support/gold.ts'
import { type Hub, startHub } from '../support/hub.ts'
import { type MailServer, startMailServer } from '../support/mail-server.ts'
import { readMail } from '../support/read-mail.ts'

/** Saved searches that are told by mail, as the clock's job sends them on the runtime that serves. */
let hub: Hub
let server: MailServer
let user: { id: string; email: string; access_token: string }

beforeAll(async () => {
  server = await startMailServer()
  hub = await startHub({
    rest: true,
    environment: {
      MLS_MAIL_PROVIDER: 'smtp',
      MLS_MAIL_URL: `smtps://hub:secret@127.0.0.1:${server.port}`,
      MLS_MAIL_CA: server.ca.replaceAll('\n', '\\n'),
      MLS_MAIL_FROM: 'MLS hub <hub@example.com>',
      MLS_CONSOLE_URL: 'https://console.example.com/',
    },
  })
  user = hub.users.broker_cy as unknown as typeof user
}, 60_000)
afterAll(async () => {
  await hub?.stop()
  await server?.close()
})
beforeEach(async () => {
  server.refuse({})
  server.mails.length = 0
  await hub.pool.query('delete from public.mls_saved_searches; delete from public.mls_search_mails')
})

const home = (key: string, changes: Record<string, unknown> = {}) => ({
  ListingKey: key,
  ListingId: `R-${key}`,
  OriginatingSystemOfficeKey: cyprus,
  StandardStatus: 'Active',
  PropertyType: 'Residential',
  City: 'Limassol',
  ListPrice: 400_000,
  ListPriceCurrencyCode: 'EUR',
  BedroomsTotal: 3,
  UnparsedAddress: 'Makariou 5',
  ModificationTimestamp: '2026-01-01T00:00:00Z',
  ...changes,
})
const later = (key: string, changes: Record<string, unknown>) =>
  home(key, { ModificationTimestamp: '2026-01-02T00:00:00Z', ...changes })

async function save(body: Record<string, unknown>, token = user.access_token) {
  const response = await fetch(`${hub.functionsUrl}/search/saved`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${token}`,
      apikey: hub.publishableKey,
      'Content-Type': 'application/json',
    },
    body: JSON.stringify({ name: 'Cheap', search: { filter: 'ListPrice le 500000' }, ...body }),
  })
  return { status: response.status, body: await response.json() }
}

async function run() {
  const response = await fetch(`${hub.functionsUrl}/egress/run?job=saved_searches`, {
    method: 'POST',
    headers: { apikey: hub.secretKey },
  })
  const report = await response.json()
  expect(report).toMatchObject({ status: 'ok' })
  return report.result
}

const mails = async () =>
  (await hub.pool.query(
    'select status, attempt_count, last_error, keys, next_attempt_at > now() as later from public.mls_search_mails order by created_at',
  )).rows

it('one mail tells of all that came to match, to the address of the account, with one click to end it', async () => {
  const { status, body } = await save({ by_mail: true, cadence: 'instantly' })
  expect([status, body.by_mail]).toEqual([201, true])
  await ingest(hub.pool, 'property', [
    home('QOBRIX_M1', { X_PropertyName: 'Villa\r\nBcc: victim@example.com \u202Eliv' }),
    home('QOBRIX_M2', { UnparsedAddress: '<img src=x onerror=alert(1)>' }),
    home('QOBRIX_M3', { ListPrice: 900_000 }),
    home('QOBRIX_M4', { OriginatingSystemOfficeKey: hungary }),
  ])
  expect(await run()).toMatchObject({ matches: 2, mailed: 1 })
  expect(await run()).toMatchObject({ mailed: 0 })
  expect(server.mails).toMatchObject([{ from: 'hub@example.com', to: [user.email] }])
  const mail = readMail(server.mails[0]!)
  expect(mail.subject).toBe('Cheap: 2 new listings')
  expect(mail.headers).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click')
  expect(mail.headers).not.toMatch(/^Bcc/m)
  expect(mail.headers).toContain('Content-Type: text/plain; charset=utf-8')
  expect(mail.body).not.toMatch(/QOBRIX_M[34]|^Bcc|\u202E/m)
  expect(mail.body).toContain('R-QOBRIX_M1\n€400,000 · bedrooms: 3\nhttps://console.example.com/listings/')

  const link = /List-Unsubscribe: <(.*?)>/.exec(mail.headers)![1]!
  expect(mail.body).toContain(link)
  const wants = async () =>
    (await hub.pool.query('select by_mail from public.mls_saved_searches where id = $1', [body.id])).rows[0]
      .by_mail
  // looked at by a program, or cut off on the way, it ends nothing
  const page = await fetch(link)
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
  expect(await page.text()).toContain('<form method="post">')
  for (const other of [link.slice(0, -1), link.replace(body.id, user.id)]) {
    expect((await fetch(other, { method: 'POST' })).status).toBe(404)
  }
  expect(await wants()).toBe(true)
  for (let click = 0; click < 2; click++) {
    const ended = await fetch(link, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: 'List-Unsubscribe=One-Click',
    })
    expect(ended.status).toBe(200)
  }
  expect(await wants()).toBe(false)
  await ingest(hub.pool, 'property', [home('QOBRIX_M5')])
  expect(await run()).toMatchObject({ matches: 1, mailed: 0 })
})

it('what does not match or may not be seen any more when the mail leaves is not in it', async () => {
  await save({ by_mail: true, cadence: 'instantly' })
  await ingest(hub.pool, 'property', ['A', 'B', 'C'].map((one) => home(`QOBRIX_N${one}`)))
  server.refuse({ RCPT: '450 later' })
  expect(await run()).toMatchObject({ matches: 3, mailed: 0 })
  expect(await mails()).toMatchObject([{ status: 'PENDING', attempt_count: 1, later: true }])
  expect(await run()).toMatchObject({ mailed: 0 })
  await ingest(hub.pool, 'property', [
    later('QOBRIX_NA', { ListPrice: 800_000 }),
    { ListingKey: 'QOBRIX_NB', OriginatingSystemOfficeKey: cyprus, '@deleted': true },
  ])
  server.refuse({})
  await hub.pool.query('update public.mls_search_mails set next_attempt_at = now()')
  expect(await run()).toMatchObject({ mailed: 1 })
  expect(server.mails).toHaveLength(1)
  const { subject, body } = readMail(server.mails[0]!)
  expect(subject).toBe('Cheap: 1 new listing')
  expect(body).toContain('R-QOBRIX_NC')
  expect(body).not.toMatch(/QOBRIX_N[AB]/)

  // nothing is left: no mail. The access is gone, or the address is not confirmed: no mail either
  await hub.pool.query(
    `update public.mls_search_mails set status = 'PENDING', next_attempt_at = now(), keys = '{QOBRIX_NA,QOBRIX_NB}'`,
  )
  await run()
  expect(await mails()).toMatchObject([{ status: 'EMPTY' }])
  const access = `update public.mls_user_access set crud = $2 where user_id = $1`
  const confirmed = `update auth.users set email_confirmed_at = $2 where id = $1`
  for (const [statement, gone, back] of [[access, 'cu', 'cru'], [confirmed, null, new Date()]] as const) {
    await hub.pool.query(
      `update public.mls_search_mails set status = 'PENDING', next_attempt_at = now(), keys = '{QOBRIX_NC}'`,
    )
    await hub.pool.query(statement, [user.id, gone])
    await run()
    expect(await mails()).toMatchObject([{ status: 'STOPPED' }])
    expect((await save({ name: 'Another', by_mail: true })).status).toBe(409)
    await hub.pool.query(statement, [user.id, back])
  }
  expect(server.mails).toHaveLength(1)
})

it('daily and weekly ones come at eight in the morning, in the language and the zone of the user', async () => {
  const saved = await Promise.all([
    save({ by_mail: true, cadence: 'daily', language: 'ru', time_zone: 'Asia/Tashkent', name: 'Дёшево' }),
    save({ by_mail: true, cadence: 'weekly', language: 'el', time_zone: 'Asia/Nicosia' }),
  ])
  expect(saved.map(({ status }) => status)).toEqual([201, 201])
  const { rows } = await hub.pool.query(
    `select to_char(next_told_at at time zone time_zone, 'HH24:MI') as clock, extract(isodow from next_told_at at time zone time_zone)::int as day,
       next_told_at > now() as later from public.mls_saved_searches order by cadence`,
  )
  expect(rows).toMatchObject([{ clock: '08:00', later: true }, { clock: '08:00', day: 1, later: true }])
  await ingest(hub.pool, 'property', [home('QOBRIX_O1'), home('QOBRIX_O2')])
  expect(await run()).toMatchObject({ matches: 4, mailed: 0 })
  await hub.pool.query(
    `update public.mls_saved_searches set next_told_at = now(), created_at = '2026-03-01T22:30:00Z'`,
  )
  expect(await run()).toMatchObject({ mailed: 2 })
  const [russian, greek] = server.mails.map(readMail).toSorted((a) => a.subject.startsWith('Д') ? -1 : 1)
  expect(russian!.subject).toBe('Дёшево: 2 новых объекта')
  expect(russian!.body).toMatch(/Новое с 2 марта 2026\sг\.(\sв|,)\s03:30/)
  expect(greek!.subject).toBe('Cheap: 2 νέα ακίνητα')
  expect(greek!.body).toContain('2 Μαρτίου 2026')
  await ingest(hub.pool, 'property', [home('QOBRIX_O3')])
  expect(await run()).toMatchObject({ matches: 2, mailed: 0 })
})

it('nobody gets more than twenty a day: the rest comes with the next one', async () => {
  const { body } = await save({ by_mail: true, cadence: 'instantly' })
  await hub.pool.query(
    `insert into public.mls_search_mails (search_id, tenant_id, user_id, keys, since, status, next_attempt_at, finished_at)
     select id, tenant_id, user_id, '{}', now(), 'SENT', null, now() from public.mls_saved_searches, generate_series(1, 20)`,
  )
  await ingest(hub.pool, 'property', [home('QOBRIX_P1')])
  expect(await run()).toMatchObject({ matches: 1, mailed: 0 })
  await hub.pool.query(
    `update public.mls_search_mails set created_at = now() - interval '25 hours' where true`,
  )
  await ingest(hub.pool, 'property', [home('QOBRIX_P2')])
  expect(await run()).toMatchObject({ matches: 1, mailed: 1 })
  expect(readMail(server.mails[0]!).subject).toBe('Cheap: 2 new listings')
  // and what is sent is leased: another worker has nothing of it, and a report that comes too late counts for nothing
  await hub.pool.query(
    `update public.mls_search_mails set status = 'PENDING', next_attempt_at = now() where search_id = $1 and finished_at > now() - interval '1 hour' and keys <> '{}'`,
    [body.id],
  )
  const claim = async () => (await hub.pool.query('select mail from mls.claim_search_mails(5, 60) mail')).rows
  const claims = await Promise.all([claim(), claim(), claim()])
  expect(claims.flat()).toHaveLength(1)
  const { mail } = claims.flat()[0]
  const finish = async (token: string) =>
    (await hub.pool.query(`select mls.finish_search_mail($1, $2, 'SENT') as done`, [mail.id, token])).rows[0]
      .done
  expect([await finish(user.id), await finish(mail.lease_token), await finish(mail.lease_token)]).toEqual([
    false,
    true,
    false,
  ])
})

it('mails that nobody takes are tried again, then given up, and operators learn of it', async () => {
  await save({ by_mail: true, cadence: 'instantly' })
  await ingest(hub.pool, 'property', [home('QOBRIX_Q1')])
  server.refuse({ AUTH: '535 no' })
  await run()
  const alerts = async () =>
    (await hub.pool.query('select code, subject, message from mls.search_alerts()')).rows
  expect(await alerts()).toEqual([])
  await hub.pool.query('update public.mls_search_mails set attempt_count = 4, next_attempt_at = now()')
  await run()
  expect(await alerts()).toMatchObject([{ code: 'search_mails_failed', subject: 'CY' }])
  await hub.pool.query(
    `update public.mls_search_mails set next_attempt_at = now(), created_at = now() - interval '25 hours'`,
  )
  await run()
  expect(await mails()).toMatchObject([{ status: 'FAILED', attempt_count: 6, later: null }])
  expect(await alerts()).toHaveLength(1)
})

it.each<[Record<string, unknown>, string]>([
  [{ time_zone: 'Mars/Olympus' }, 'time_zone'],
  [{ time_zone: "UTC'; select" }, 'time_zone'],
  [{ by_mail: true, language: 'xx' }, 'language'],
  [{ by_mail: 'yes' }, 'by_mail'],
  [{ by_mail: true, address: 'other@example.com' }, 'address'],
])('%j is refused', async (body, target) => {
  const answer = await save(body)
  expect([answer.status, JSON.stringify(answer.body)]).toEqual([400, expect.stringContaining(target)])
})

it('are for users: clients have webhooks, and users of the Data API the same choice', async () => {
  const refused = await save({ by_mail: true }, await hub.token('portal_cy'))
  expect([refused.status, refused.body.target]).toEqual([400, 'by_mail'])
  const app = createClient(hub.apiUrl, hub.publishableKey, {
    accessToken: () => Promise.resolve(user.access_token),
  })
  const search = { filter: 'BedroomsTotal ge 2' }
  const kept = await app.rpc('save_search', {
    name: 'x',
    search,
    cadence: 'weekly',
    by_mail: true,
    language: 'hu',
    time_zone: 'Europe/Budapest',
  })
  expect(kept.data).toMatchObject({ by_mail: true, language: 'hu', time_zone: 'Europe/Budapest' })
  expect((await app.rpc('save_search', { name: 'x', search, time_zone: 'Nowhere' })).error?.code).toBe(
    '23514',
  )
  const changed = await app.from('mls_saved_searches').update({ by_mail: false, cadence: 'daily' }).eq(
    'id',
    kept.data.id,
  )
  expect(changed.error).toBeNull()
  const again = await app.from('mls_saved_searches').update({ by_mail: true }).eq('id', kept.data.id).select()
  expect(Date.parse(again.data![0].next_told_at)).toBeGreaterThan(Date.now())
})
