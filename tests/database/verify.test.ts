import { execFile } from 'node:child_process'
import { join } from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { repository } from '../../scripts/stack/layout.ts'
import { denoExecutable } from '../../scripts/stack/processes.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { cyprus, ingest, listing, seedMarkets } from '../support/gold.ts'

/** `npm run verify` as whoever watches a hub runs it: what it prints, and what its exit code says. */
let database: TestDatabase

beforeAll(async () => {
  database = await createDatabase()
  await seedMarkets(database.pool)
  await ingest(database.pool, 'property', [listing(1), listing(2)])
})
afterAll(() => database?.drop())

function verify(args: string[], address = database.url) {
  const { PATH = '', HOME = '' } = process.env
  const environment = { PATH, HOME, NO_COLOR: '1', MLS_LOG_LEVEL: 'off', MLS_SERVICE_DB_URL: address }
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) =>
    execFile(
      denoExecutable(),
      ['run', '-A', '--quiet', join(repository, 'scripts/verify/cli.ts'), ...args],
      { cwd: repository, env: environment },
      (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    )
  )
}

it('ends with 0 where nothing is wrong, for people and for programs', async () => {
  const [table, json] = await Promise.all([verify(['--office', cyprus]), verify(['--json'])])
  expect(table).toMatchObject({ code: 0, stdout: expect.stringContaining('OK: 0 errors') })
  expect([json.code, JSON.parse(json.stdout)]).toMatchObject([0, { ok: true }])
})

it('ends with 1 where something is, and names it', async () => {
  await database.pool.query(`update public.mls_listings set city = 'Nowhere' where origin_key = 'QOBRIX_2'`)
  const { code, stdout } = await verify(['--json'])
  expect([code, JSON.parse(stdout)]).toMatchObject([1, { ok: false }])
  expect(JSON.parse(stdout).findings).toContainEqual(
    expect.objectContaining({ check: 'corrupted', key: 'QOBRIX_2', field: 'City' }),
  )
})

it('ends with 2 where it could not look: another word, no number, no such source, no database', async () => {
  const nobody = new URL(database.url)
  nobody.port = '1'
  const outcomes = await Promise.all([
    verify(['--offices', cyprus]),
    verify(['--max-age-hours', '0']),
    verify(['--max-age-hours', '1.5']),
    verify(['--source', 'NONE']),
    verify([], nobody.href),
  ])
  expect(outcomes.map(({ code, stdout }) => [code, stdout])).toEqual(outcomes.map(() => [2, '']))
  expect(outcomes[0]!.stderr).toContain('npm run verify -- [--office KEY]')
  for (const { stderr } of outcomes) expect(stderr).not.toContain(nobody.password)
})
