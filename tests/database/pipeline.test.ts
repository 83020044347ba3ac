import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runPipeline } from '../../functions/_shared/db/pipeline.ts'
import { createDatabase, openPool, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let pool: pg.Pool
let client: pg.PoolClient

beforeAll(async () => {
  database = await createDatabase()
  pool = openPool({ connectionString: database.gateUrl, pipeline: true })
  client = await pool.connect()
})
afterAll(async () => {
  client?.release()
  await pool?.end()
  await database?.drop()
})

const ask = (...statements: [text: string, ...values: unknown[]][]) =>
  runPipeline(client, statements.map(([text, ...values]) => ({ text, values })))

describe('a pipeline', () => {
  it('answers the rows of each statement as text', async () => {
    expect(
      await ask(['select 1, null, true'], ['select 2 where false'], [
        'select n from generate_series(3, 4) n',
      ]),
    )
      .toEqual([[['1', null, 't']], [], [['3'], ['4']]])
  })

  it('binds values of every kind', async () => {
    const list = ['plain', 'with "quotes"', 'back\\slash', 'a,b', '{}', 'null', '', null, 'λ']
    const [rows] = await ask([
      'select $1::int, $2::boolean, $3::text, to_json($4::text[])',
      7,
      false,
      null,
      list,
    ])
    const [row] = rows!
    expect(row!.slice(0, 3)).toEqual(['7', 'f', null])
    expect(JSON.parse(row![3]!)).toEqual(list)
  })

  it('is one transaction: behind a failure nothing runs, and nothing stays in the session', async () => {
    const assume = `select set_config('role', 'mls_api_read', true), set_config('mls.claims', 'some', true)`
    const who = `select current_user, current_setting('mls.claims', true)`
    expect((await ask([assume], [who]))[1]).toEqual([['mls_api_read', 'some']])
    expect(await ask([who])).toEqual([[['mls_gate', '']]])
    await expect(ask([assume], ['select 1/0'], [who])).rejects.toThrow('division by zero')
    await expect(ask([`select set_config('role', 'service_role', true)`], [who])).rejects.toThrow(
      'permission denied',
    )
    expect(await ask([who])).toEqual([[['mls_gate', '']]])
  })

  it('is not mixed with others on the same connection', async () => {
    const answers = await Promise.all(
      Array.from(
        { length: 50 },
        (_, n) =>
          n % 5 === 0
            ? ask(['select 1/0']).catch(() => 'failed')
            : ask(['select $1::int', n], ['select $1::int', n + 1000]),
      ),
    )
    expect(answers).toEqual(
      Array.from({ length: 50 }, (_, n) => n % 5 === 0 ? 'failed' : [[[`${n}`]], [[`${n + 1000}`]]]),
    )
  })
})
