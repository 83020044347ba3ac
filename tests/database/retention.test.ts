import { afterAll, beforeAll, expect, test } from 'vitest'
import { compactEvents, runRetention } from '../../functions/_shared/operate/forget.ts'
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

test('what comes faster than a transaction deletes does not stay', async () => {
  await database.pool.query(
    `insert into mls.search_moves (record_id, moved_at)
     select gen_random_uuid(), now() - case when n <= 250 then interval '25 hours' else interval '23 hours' end
     from generate_series(1, 300) n`,
  )
  expect(await runRetention(database.pool, { portion: 100 })).toMatchObject({ 'mls.search_moves': 250 })
  expect((await database.pool.query('select count(*)::int as n from mls.search_moves')).rows).toEqual([{
    n: 50,
  }])
})

test('nor do events that newer ones replace; the last of each record stays', async () => {
  await database.pool.query(
    `insert into public.mls_entity_events
       (sequence, resource, record_key, record_id, kind, office_key, is_published, was_published)
     select n, 'Property', 'P' || n % 3, gen_random_uuid(), 'updated', 'O', true, true from generate_series(1, 250) n`,
  )
  expect(await compactEvents(database.pool, { portion: 100 })).toBe(247)
  expect((await database.pool.query('select sequence::int from public.mls_entity_events order by 1')).rows)
    .toEqual([{ sequence: 248 }, { sequence: 249 }, { sequence: 250 }])
})
