import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { againAfterDeadlock } from '../../functions/_shared/db/deadlock.ts'
import { withTransaction } from '../../functions/_shared/db/transaction.ts'
import { findFeed } from '../../functions/_shared/delivery/feeds/find-feed.ts'
import { runFeeds } from '../../functions/_shared/delivery/feeds/run-feeds.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { publishListings, seedMarkets } from '../support/listings.ts'

let database: TestDatabase

beforeAll(async () => {
  vi.stubEnv('MLS_LOG_LEVEL', 'off')
  database = await createDatabase()
  await seedMarkets(database.pool)
  await publishListings(database.pool, 2, 'QOBRIX_D')
  await database.pool.query(`insert into public.mls_listing_syndications (listing_id, portal_id)
    select l.id, p.id from public.mls_listings l join public.mls_portal_definitions p on p.tenant_id = l.tenant_id
    where p.code = 'KYERO' on conflict do nothing`)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await database?.drop()
})

it('who loses a deadlock comes again, and both get through', async () => {
  await database.pool.query(
    'create table public.pair (id int primary key, n int); insert into pair values (1, 0), (2, 0)',
  )
  let tries = 0
  const both = (...order: number[]) =>
    againAfterDeadlock(() =>
      withTransaction(database.pool, async (client) => {
        tries++
        for (const id of order) {
          await client.query('update public.pair set n = n + 1 where id = $1', [id])
          await sleep(50)
        }
      })
    )
  await Promise.all([both(1, 2), both(2, 1)])
  expect((await database.pool.query('select n from public.pair')).rows).toEqual([{ n: 2 }, { n: 2 }])
  expect(tries).toBe(3)
})

it('other faults come through at once, and a deadlock that stays does, too', async () => {
  const failing = (code: string) => vi.fn(() => Promise.reject(Object.assign(new Error(code), { code })))
  const [fault, deadlock] = [failing('23505'), failing('40P01')]
  await expect(againAfterDeadlock(fault)).rejects.toThrow('23505')
  await expect(againAfterDeadlock(deadlock)).rejects.toThrow('40P01')
  expect([fault.mock.calls.length, deadlock.mock.calls.length]).toEqual([1, 4])
})

it('a feed is built though what it has rendered loses a deadlock', async () => {
  const waiting = async () =>
    (await database.pool.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%finish_renderings%'`,
    )).rowCount
  const writer = await database.pool.connect()
  await writer.query('begin; lock table public.mls_feed_entries in share row exclusive mode')
  const running = runFeeds(database.pool)
  await vi.waitUntil(async () => await waiting() === 1, { timeout: 10_000, interval: 10 })
  // it holds what it has rendered first, and waits for us: the one who waits longer is the one who loses
  await writer.query('update public.mls_listing_syndications set status = status where true; commit')
  writer.release()
  expect((await running).rendered).toBeGreaterThan(0)
  expect((await findFeed(database.pool, 'kyero-cy.xml'))?.snapshot).not.toBeNull()
})
