import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { runDeliveries } from '../../functions/_shared/delivery/run-deliveries.ts'
import { checkHealth } from '../../functions/_shared/operate/check-health.ts'
import { type DigestFigures, digestText, sendDigest } from '../../functions/_shared/operate/digest.ts'
import { runJob } from '../../functions/_shared/operate/run-job.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { publishListings, seedMarkets } from '../support/listings.ts'
import { type MailServer, startMailServer } from '../support/mail-server.ts'

let database: TestDatabase
let server: MailServer

beforeAll(async () => {
  database = await createDatabase()
  server = await startMailServer()
  vi.stubEnv('MLS_LOG_LEVEL', 'off')
  vi.stubEnv('MLS_DASH_ADAPTER', 'dry-run')
  await seedMarkets(database.pool)
})
beforeEach(() => {
  const settings = {
    PROVIDER: 'smtp',
    FROM: 'hub@example.com',
    TO: 'a@example.com, b@example.com',
    URL: `smtps://hub%40example.com:p%40ss@127.0.0.1:${server.port}`,
    CA: server.ca.replaceAll('\n', '\\n'),
  }
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(`MLS_MAIL_${name}`, value)
  server.refuse({})
})
afterEach(() => {
  server.mails.length = 0
  server.logins.length = 0
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await server?.close()
  await database?.drop()
})

const query = async (sql: string, values: unknown[] = []) => (await database.pool.query(sql, values)).rows
/** The day after tomorrow's digest is of tomorrow: nothing of another test is in it. */
const at = (days: number, hour: number) => {
  const day = new Date(Date.now() + days * 86_400_000)
  day.setUTCHours(hour, 7, 0, 0)
  return day
}
const dayOf = (date: Date) => new Date(date.getTime() - 86_400_000).toISOString().slice(0, 10)

test('once a day, from its hour on, of the day before (UTC); what is refused is tried again', async () => {
  const [early, now, later] = [at(2, 5), at(2, 6), at(2, 7)]
  expect(await sendDigest(database.pool, {}, early)).toEqual({ told: null })
  server.refuse({ MAIL: '451 later' })
  expect(await sendDigest(database.pool, {}, now)).toEqual({ told: null })
  server.refuse({})
  expect(await sendDigest(database.pool, {}, later)).toEqual({ told: dayOf(now) })
  expect(await sendDigest(database.pool, {}, later)).toEqual({ told: null })
  expect(server.mails).toMatchObject([{ from: 'hub@example.com', to: ['a@example.com', 'b@example.com'] }])
  expect(server.mails[0]!.text).toContain(`Subject: MLS hub: ${dayOf(now)}, `)
  expect(server.logins).toEqual(['hub@example.com p@ss', 'hub@example.com p@ss'])
  expect(await sendDigest(database.pool, { hour: 9 }, at(3, 8))).toEqual({ told: null })
})

test('counts what was ingested, delivered and failed, documents and alerts', async () => {
  const tomorrow = `(now() at time zone 'utc')::date + 1 + time '12:00'`
  const inside = `((${tomorrow}) at time zone 'utc')`
  await query(
    `insert into public.mls_ingest_receipts (client_id, resource, request_path, receipt, received_at)
    select 'databricks', 'property', '/x', '{"totals": {"insert": 1000, "refresh": 200, "track": 34, "unchanged": 5, "skip": 1, "stale": 6, "reject": 7, "delete": 2}}', t
    from unnest(array[${inside}, ${inside} + interval '1 minute', ${inside} - interval '1 day']) t`,
  )
  const [id] = await publishListings(database.pool, 2, 'QOBRIX_DIGEST')
  await runDeliveries(database.pool)
  await query(`update public.mls_delivery_history set last_at = ${inside}`)
  await query(`update public.mls_delivery_history set outcome = 'refused' where listing_id = $1`, [id])
  await query(
    `insert into public.mls_document_type_config (tenant_id, code, name, stage) select id, 'DEED', 'Deed', 'DRAFT' from public.mls_tenants where code = 'CY'`,
  )
  await query(
    `insert into public.mls_listing_documents (tenant_id, listing_id, document_type_id, storage_path, file_name, status, uploaded_at, expires_on)
     select l.tenant_id, l.id, t.id, l.id || '/' || s, 'deed.pdf', s, ${inside}, current_date + 20
     from public.mls_listings l join public.mls_document_type_config t on t.tenant_id = l.tenant_id and t.code = 'DEED'
     cross join unnest('{PENDING,APPROVED}'::text[]) s where l.id = $1`,
    [id],
  )
  await query(`update public.mls_schedules set next_run_at = now() - interval '1 hour' where job = 'feeds'`)
  await checkHealth(database.pool)
  const [row] = await query(`select mls.digest_figures((now() at time zone 'utc')::date + 1) as figures`)
  const figures = row!.figures as DigestFigures
  expect(figures).toMatchObject({
    ingest: [{
      source: 'databricks',
      records: 2510,
      inserted: 2000,
      changed: 468,
      unchanged: 12,
      stale: 12,
      rejected: 14,
      deleted: 4,
    }],
    deliveries: [{ market: 'CY', portal: 'SIR_GLOBAL', sent: 1, withdrawn: 0, failed: 1, parked: 0 }],
    webhooks: { delivered: 0, given_up: 0 },
    quarantine: 0,
    documents: [{ market: 'CY', uploaded: 2, waiting: 1, expiring: 1 }],
    alerts: { opened: 0, resolved: 0, open: [{ code: 'schedule_missed', subject: 'feeds' }] },
  })
  const text = digestText(figures)
  expect(text).toContain(
    '  databricks: 2,510 records, 2,000 new, 468 changed, 4 deleted, 12 stale, 14 rejected\n',
  )
  expect(text).toContain('  CY SIR_GLOBAL: 1 sent, 0 taken off, 1 listings failed, 0 parked now\n')
  expect(text).toContain('  critical: schedule_missed feeds. ')
  expect(digestText({ ...figures, ingest: [] })).toContain('Ingested\n  nothing\n')
})

test.each<[string, Record<string, string>]>([
  ['a certificate that does not hold', { CA: '' }],
  ['a server without TLS', { URL: 'smtp://127.0.0.1:1' }],
  ['no address', { URL: 'mail.example.com' }],
  ['an address of something else', { URL: 'https://127.0.0.1/' }],
  ['no address at all', { URL: '' }],
  ['nobody to write to', { TO: '' }],
])('%s: nobody is told, nothing fails, and no password leaves', async (_, changes) => {
  for (const [name, value] of Object.entries(changes)) vi.stubEnv(`MLS_MAIL_${name}`, value)
  expect(await sendDigest(database.pool, {}, at(4, 12))).toEqual({ told: null })
  expect(server.logins).toEqual([])
  expect(server.mails).toEqual([])
})

test('alerts go the same way, and the job runs by its schedule', async () => {
  await query('delete from public.mls_alerts')
  await query(`update public.mls_schedules set next_run_at = now() - interval '1 hour' where job = 'feeds'`)
  expect(await checkHealth(database.pool)).toMatchObject({ open: 1, announced: 1 })
  expect(server.mails[0]!.text).toContain('Subject: MLS hub: 1 alert opened')
  expect(server.mails[0]!.text).toContain('critical: schedule_missed feeds')
  server.refuse({ RCPT: '550 nobody of that name' })
  await query(`update public.mls_alerts set told = '{}', announced_at = null`)
  expect(await checkHealth(database.pool)).toMatchObject({ open: 1, announced: 0 })
  expect(await runJob(database.pool, 'digest')).toMatchObject({ status: 'ok' })
})
