import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
beforeAll(async () => void (database = await createDatabase()))
afterAll(() => database?.drop())

test('what pg_cron notes of each call is forgotten after a week, where there is pg_cron', async () => {
  const retention = async () =>
    (await database.pool.query('select mls.run_retention() as counts')).rows[0].counts
  expect(await retention()).not.toHaveProperty(['cron.job_run_details'])
  await database.pool.query('create schema cron')
  await database.pool.query(
    'create table cron.job_run_details (runid bigint, start_time timestamptz, end_time timestamptz)',
  )
  await database.pool.query(
    `insert into cron.job_run_details values (1, now() - interval '8 days', null), (2, now() - interval '6 days', now())`,
  )
  expect(await retention()).toMatchObject({ 'cron.job_run_details': 1 })
  expect((await database.pool.query('select runid::int from cron.job_run_details')).rows).toEqual([{
    runid: 2,
  }])
  await database.pool.query('drop schema cron cascade')
})
