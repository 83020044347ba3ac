import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { repository } from '../../scripts/stack/layout.ts'
import { startDash, type TestDash } from '../support/dash.ts'
import { type Hub, startHub } from '../support/hub.ts'
import { publishListings } from '../support/listings.ts'

/** The recipes of docs/operations.md, word for word as an operator copies them. */
const recipes = readFileSync(join(repository, 'docs/operations.md'), 'utf8').split('\n## Recover\n')[1]!
const blocks = [...recipes.matchAll(/```(sql|sh)\n([^]*?)```/g)].map(([, language, text]) => ({
  language,
  text: text!,
}))
const statements = blocks.filter(({ language }) => language === 'sql')
  .flatMap(({ text }) =>
    text.split(';').map((part) => part.replace(/^\s*(--[^\n]*\n)?\s*/, '')).filter((part) =>
      /^select/.test(part)
    )
  )

let hub: Hub
let dash: TestDash

beforeAll(async () => {
  dash = await startDash()
  hub = await startHub({ environment: { ...dash.environment, MLS_LOG_LEVEL: 'error' } })
  await publishListings(hub.pool, 5, 'QOBRIX_RC')
  await deliver()
})
afterAll(async () => {
  await dash?.close()
  await hub?.stop()
})

const query = async (text: string) => (await hub.pool.query(text)).rows
const deliver = async () => {
  for (const job of ['deliveries', 'feeds']) {
    await fetch(`${hub.functionsUrl}/egress/run?job=${job}`, {
      method: 'POST',
      headers: { apikey: hub.secretKey },
    })
  }
}
/** Whatever was done: each listing once, active, and nothing more to do. */
async function isWell() {
  await deliver()
  expect((await dash.listings()).map(({ statusCode }) => statusCode)).toEqual(Array(5).fill('AC'))
  expect((await dash.calls()).map(({ create }) => create)).toEqual(Array(5).fill(1))
  expect(
    await query(
      'select * from public.mls_listing_syndications where next_attempt_at is not null and last_error_code is not null',
    ),
  ).toEqual([])
}

test('there are some, in SQL and for the shell', () => {
  expect(statements.length).toBeGreaterThanOrEqual(7)
  expect(blocks.filter(({ language }) => language === 'sh').length).toBeGreaterThanOrEqual(3)
})

test.each(statements)('%s', async (statement) => {
  await query(
    `update public.mls_listing_syndications set status = 'FAILED', last_error_code = 'refused' where listing_id = (
    select id from public.mls_listings where origin_key = 'QOBRIX_RC1')
    and portal_id in (select id from public.mls_portal_definitions where code = 'SIR_GLOBAL')`,
  )
  await query(statement)
  await query(statement) // a second time does no harm
  await query('select mls.redeliver_failures()')
  await isWell()
})

test.each(blocks.filter(({ language }) => language === 'sh').map(({ text }) => text))(
  '%s',
  async (script) => {
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], {
      env: { PATH: process.env.PATH, F: hub.functionsUrl, TOKEN: await hub.token('operator') },
    })
    expect(stdout).toMatch(/^\{/)
    await isWell()
  },
)

test('a pause is told of, rests what was on, and leaves off what was off', async () => {
  await query(`update public.mls_schedules set enabled = false where job = 'lookups'`)
  const on = async () =>
    (await query('select job from public.mls_schedules where enabled order by job')).map(({ job }) => job)
  const before = await on()
  await query('select mls.pause_jobs()')
  expect(await on()).toEqual(['health'])
  expect(await query(`select code from mls.alert_conditions() where code = 'paused'`)).toHaveLength(1)
  await query('select mls.resume_jobs()')
  expect(await on()).toEqual(before)
  expect(await query(`select code from mls.alert_conditions() where code in ('paused', 'schedule_missed')`))
    .toEqual([])
})
