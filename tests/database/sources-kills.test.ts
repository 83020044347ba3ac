import process from 'node:process'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { randomFor } from '../../scripts/seed/prng.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { runDoomedWorkers } from '../support/doomed-workers.ts'
import {
  addMarket,
  addSource,
  listingsOf,
  runNow,
  runThroughFaults,
  start,
  viewRun,
} from '../support/sources/hub.ts'
import { fill, type ResoServer, startResoServer } from '../support/sources/reso-server.ts'
import { openReso, openSandbox, providerIn, type Sandbox } from '../support/sources/sandboxes.ts'
import { rounds } from '../support/tiers.ts'

/**
 * Workers are killed at random points while they read a source. MLS_TEST_LONG=1 kills fifty times, which takes minutes.
 */
const kills = rounds(3, 50)
const listings = 60 + 20 * kills

let database: TestDatabase
let reso: ResoServer

beforeAll(async () => {
  process.env.MLS_SOURCES_LOCAL = 'true'
  database = await createDatabase()
  reso = await startResoServer()
  fill(reso, listings, 1)
}, 120_000)
afterAll(async () => {
  await reso?.close()
  await database?.drop()
})

it(
  `a FULL and a DELTA through ${kills} kills end as if nothing had happened, record by record and in their counts`,
  async () => {
    const { pool } = database
    const office = await addMarket(pool, 'KILL')
    const source = await addSource(pool, {
      office_key: office,
      code: 'KILL',
      provider: 'RESO',
      settings: { root: reso.url, auth: { type: 'client_credentials', token_url: reso.tokenUrl } },
      credentials: reso.credentials,
    })
    const survive = async (mode: 'FULL' | 'DELTA', wanted: number) => {
      const run = await start(pool, source, mode)
      const environment = { SUPABASE_DB_URL: database.url, MLS_SOURCES_LOCAL: 'true' }
      const isOver = async () => !['queued', 'running', 'waiting'].includes((await viewRun(pool, run)).status)
      reso.delay = 80
      const killed = await runDoomedWorkers('sources', environment, isOver, 1, [100, 1_200], wanted)
      reso.delay = 0
      expect(killed).toBeGreaterThanOrEqual(wanted)
      expect(reso.concurrency).toBe(1)
      return await viewRun(pool, run)
    }
    expect(await survive('FULL', kills)).toMatchObject({
      status: 'finished',
      counts: { insert: listings, refresh: 0, unchanged: 0, reject: 0, delete: 0 },
      counts_by_resource: { media: { insert: listings, unchanged: 0 } },
      progress: { done: 2 + 2 * listings, expected: listings },
    })
    for (let number = 1; number <= listings; number += 2) {
      const key = `L${String(number).padStart(6, '0')}`
      reso.put('Property', {
        ...reso.records.Property.get(key),
        ListPrice: number,
        ModificationTimestamp: new Date().toISOString(),
      })
    }
    expect(await survive('DELTA', 1)).toMatchObject({
      status: 'finished',
      counts: { insert: 0, refresh: Math.ceil(listings / 2), unchanged: Math.floor(listings / 2), delete: 0 },
    })
    const prices = (await listingsOf(pool, office)).map(({ price }) => Number(price))
    expect(prices).toEqual(
      Array.from({ length: listings }, (_, index) => index % 2 === 0 ? index + 1 : 100_001 + index),
    )
    expect(await runNow(pool, source)).toMatchObject({
      status: 'finished',
      counts: { unchanged: listings, refresh: 0, insert: 0, delete: 0 },
    })
  },
  900_000,
)

const amount = 24 + 4 * kills

/** The invented source has nobody to ask: kills meet it while it merges. */
const mock: Pick<Sandbox, 'settings' | 'listings' | 'slow' | 'pace' | 'concurrency' | 'close'> = {
  settings: { listings: 5 * amount },
  listings: 5 * amount,
  slow: () => undefined,
  pace: 0,
  concurrency: () => 1,
  close: () => Promise.resolve(),
}

// more tiers of some ten seconds each: where kills are asked for
if (process.env.MLS_TEST_KILLS) {
  it.each([...Object.keys(openSandbox), 'MOCK'])(
    `%s through ${kills} kills ends as if nothing had happened`,
    async (name) => {
      const other: Partial<Sandbox> & typeof mock = await openSandbox[name]?.(amount) ?? mock
      try {
        const { pool } = database
        const code = name.replaceAll(/[^A-Za-z]/g, '').toUpperCase()
        const office = await addMarket(pool, code)
        const source = await addSource(pool, {
          office_key: office,
          code,
          provider: providerIn(name),
          settings: other.settings,
          mapping: other.mapping,
          credentials: other.credentials,
        })
        let killed = 0
        // a run that is over before the kills are is followed by another: then nothing may change
        for (let round = 0; killed < kills; round++) {
          const run = await start(pool, source, 'FULL')
          const isOver = async () =>
            !['queued', 'running', 'waiting'].includes((await viewRun(pool, run)).status)
          other.slow(other.pace)
          killed += await runDoomedWorkers(
            'sources',
            { SUPABASE_DB_URL: database.url, MLS_SOURCES_LOCAL: 'true' },
            isOver,
            1,
            [100, 1_200],
            kills - killed,
          )
          other.slow(0)
          const same = { refresh: 0, reject: 0, delete: 0 }
          expect(await viewRun(pool, run)).toMatchObject({
            status: 'finished',
            counts: round === 0
              ? { ...same, insert: other.listings, unchanged: 0 }
              : { ...same, insert: 0, unchanged: other.listings },
          })
        }
        if (process.env.MLS_TEST_LONG) process.stderr.write(`${name}: ${killed} killed\n`)
        expect(other.concurrency()).toBe(1)
        expect(await runNow(pool, source)).toMatchObject({
          status: 'finished',
          counts: { unchanged: other.listings, refresh: 0, insert: 0, delete: 0 },
        })
      } finally {
        await other.close()
      }
    },
    900_000,
  )

  const opened = { ...openSandbox, RESO: openReso }
  it.each(Object.keys(opened))(
    `%s with 30 % of all requests failing ends as if nothing had happened`,
    async (name) => {
      // another seed, other faults; how requests of one moment follow each other is chance in any case
      const faults = randomFor('CY', `faults of ${name}`, process.env.MLS_TEST_SEED ?? '')
      vi.spyOn(Math, 'random').mockImplementation(() => faults.next())
      const other = await opened[name as keyof typeof opened]!(amount)
      try {
        const { pool } = database
        const code = `X${name.replaceAll(/[^A-Za-z]/g, '').toUpperCase()}`
        const office = await addMarket(pool, code)
        const source = await addSource(pool, {
          office_key: office,
          code,
          provider: providerIn(name),
          settings: other.settings,
          mapping: other.mapping,
          credentials: other.credentials,
        })
        await other.fail(0.3)
        for (let round = 0; round < Math.ceil(kills / 10); round++) {
          const run = await runThroughFaults(pool, source, { page: 10 })
          const same = { refresh: 0, reject: 0, delete: 0 }
          expect(run).toMatchObject({
            status: 'finished',
            counts: round === 0
              ? { ...same, insert: other.listings, unchanged: 0 }
              : { ...same, insert: 0, unchanged: other.listings },
          })
          if (process.env.MLS_TEST_LONG) {
            process.stderr.write(`${name}: ${run.requests} requests, ${run.slices} slices\n`)
          }
        }
        await other.fail(0)
        expect(await runNow(pool, source)).toMatchObject({
          status: 'finished',
          counts: { unchanged: other.listings, refresh: 0, insert: 0, delete: 0 },
        })
      } finally {
        vi.restoreAllMocks()
        await other.close()
      }
    },
    900_000,
  )
}
