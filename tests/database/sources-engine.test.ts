import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { addMarket, addSource, listingsOf, runNow } from '../support/sources/hub.ts'

let database: TestDatabase
const pool = () => database.pool

beforeAll(async () => {
  database = await createDatabase()
}, 120_000)
afterAll(() => database?.drop())

describe('a MOCK source', () => {
  it('brings its listings with agents and pictures in one FULL, and nothing new in a second', async () => {
    const office = await addMarket(pool(), 'MA')
    const source = await addSource(pool(), {
      office_key: office,
      code: 'MA',
      settings: { listings: 60, seed: 'a' },
    })
    const first = await runNow(pool(), source)
    expect(first).toMatchObject({
      status: 'finished',
      counts: { insert: 60, reject: 0, delete: 0 },
      progress: { expected: 60 },
    })
    // 60 listings, 2 agents and an office are 63 records: no progress is told of more than there is
    expect(first.progress).toMatchObject({ done: 63, stage: { expected: 60, done: 60 } })
    expect(first.counts_by_resource.member!.insert).toBe(2)
    expect(first.counts_by_resource.media!.insert).toBeGreaterThan(60 * 3)
    const again = await runNow(pool(), source)
    expect(again).toMatchObject({
      status: 'finished',
      counts: { insert: 0, refresh: 0, unchanged: 60, delete: 0 },
    })
    expect(await listingsOf(pool(), office)).toHaveLength(60)
  })
})
