import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { withoutCondition } from '../support/unconditional.ts'

/**
 * Hosted Supabase loads `safeupdate` into every session of the Data API: an UPDATE or DELETE without WHERE fails there,
 * in functions too. Our server has no such library, so the texts are read.
 */
let database: TestDatabase

beforeAll(async () => {
  database = await createDatabase()
})
afterAll(() => database?.drop())

it('finds what it looks for', () => {
  const found = (sql: string) => withoutCondition(sql).length
  expect(found('update a set b = 1;')).toBe(1)
  expect(found('delete from only s.a;')).toBe(1)
  expect(found('with d as (delete from a returning *) select from d where true')).toBe(1)
  expect(found('update a x set b = (select 1 from c where d) from e; -- where')).toBe(1)
  expect(found(`execute format('delete from %I', t)`)).toBe(1)
  expect(found('update a set b = 1 where true; delete from a using (select 1) c where a.b = c.b')).toBe(0)
  expect(found('insert into a values (1) on conflict (b) do update set c = 1; select from a for update'))
    .toBe(0)
})

it('no function updates or deletes without a condition', async () => {
  const { rows } = await database.pool.query<{ name: string; body: string }>(`
    select p.oid::regprocedure::text as name, coalesce(pg_get_function_sqlbody(p.oid), p.prosrc) as body
    from pg_proc p where p.pronamespace in ('public'::regnamespace, 'mls'::regnamespace)`)
  expect(rows.length).toBeGreaterThan(100)
  const found = rows.flatMap(({ name, body }) =>
    withoutCondition(body).map((statement) => `${name}: ${statement}`)
  )
  expect(found).toEqual([])
})
