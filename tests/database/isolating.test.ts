import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase

const keys = Array.from({ length: 40 }, (_, index) => `QOBRIX_${index}`)

function rows(price: number, more: string[] = []) {
  return [...keys.slice(0, 20), ...more, ...keys.slice(20)].map((key) => ({
    r: {
      ListingKey: key,
      OriginatingSystemOfficeKey: 'TEST-1',
      StandardStatus: 'Active',
      ListPrice: String(price),
    },
    e: [],
    w: [],
  }))
}

async function ingest(price: number, more?: string[]) {
  const { rows: [answer] } = await database.pool.query(
    `select mls.ingest_batch('property', $1, '{"client_id": "test", "request_path": "test"}') -> 'receipt' as receipt`,
    [JSON.stringify(rows(price, more))],
  )
  return answer.receipt
}

beforeAll(async () => {
  database = await createDatabase()
  await database.pool.query(`
    insert into public.mls_tenants (code, name, country, currency_code) values ('TEST', 'Test', 'CY', 'EUR');
    insert into public.mls_offices (tenant_id, office_key, originating_office_key, is_market, origin_system, currency_code)
    select id, 'TEST-1', 'TEST-1', true, 'QOBRIX', 'EUR' from public.mls_tenants;
    create function public.refuse() returns trigger language plpgsql as $$
    begin raise exception 'this row cannot be written'; end $$;
    create trigger refuse before insert on public.mls_listings
      for each row when (new.origin_key = 'QOBRIX_refused') execute function public.refuse();`)
  await ingest(1)
})

afterAll(() => database.drop())

it('a row that the database refuses is rejected alone, with its key and in its place', async () => {
  const receipt = await ingest(2, ['QOBRIX_refused'])
  expect(receipt.totals).toMatchObject({ refresh: 40, reject: 1 })
  expect(receipt.records.map((record: { index: number }) => record.index)).toEqual([...Array(41).keys()])
  expect(receipt.records[20]).toMatchObject({
    key: 'QOBRIX_refused',
    outcome: 'reject',
    reason: 'write_failed',
  })
  expect(JSON.stringify(receipt)).not.toContain('cannot be written')
})

it('a batch that is merged in parts does not deadlock with apps that edit the same listings', async () => {
  let done = false
  const edit = async (worker: number) => {
    for (let turn = worker; !done; turn += 7) {
      await database.pool.query('update public.mls_listings set name = $2 where origin_key = $1', [
        keys[turn % keys.length],
        `edit ${turn}`,
      ])
    }
  }
  const send = async (worker: number) => {
    for (let turn = 0; turn < 12; turn++) {
      const receipt = await ingest(1000 * worker + turn + 3, ['QOBRIX_refused'])
      expect(receipt.totals).toMatchObject({ reject: 1 })
    }
  }
  const editors = Promise.all([0, 1, 2, 3].map(edit))
  await Promise.all([1, 2].map(send)).finally(() => done = true)
  await editors
  const { rows: [{ deadlocks }] } = await database.pool.query(
    'select pg_stat_get_db_deadlocks(oid)::int as deadlocks from pg_database where datname = current_database()',
  )
  expect(deadlocks).toBe(0)
})
