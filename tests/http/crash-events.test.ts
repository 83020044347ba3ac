import fc from 'fast-check'
import pg from 'pg'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Random, randomFor } from '../../scripts/seed/prng.ts'
import { accidents, FragileHub } from '../support/crash/fragile-hub.ts'
import { contradictions, differencesToRebuild, entitySets } from '../support/served/content.ts'
import { type Operation, operation } from '../support/served/operations.ts'
import { clientWith, type ODataClient, type Row } from './odata-client.ts'
import { rounds } from '../support/tiers.ts'

/**
 * Data and events through accidents: writers commit out of order and in several ways, to all resources, while the database
 * server and the functions are killed again and again, and two consumers follow over HTTP, one by the numbers of events,
 * one by ModificationTimestamp. What they end with must be what is served; each record of each resource must agree with
 * its last event, and what is served with its view.
 */
const kills = rounds(6, 15)
const keys = Array.from({ length: 30 }, (_, n) => `QOBRIX_c${n}`)
const office = 'SHARPSIR-CY-001'

let hub: FragileHub
let cyprus: ODataClient
let isWriting = true
let isOver = false

beforeAll(async () => {
  hub = await FragileHub.start()
  cyprus = clientWith(hub, await hub.tokenOf('portal_cy'))
  await insist(() => ingest(keys.map((key) => listing(key, 'start'))))
})
afterAll(() => hub?.stop())

const listing = (key: string, city: string): Row => ({
  ListingKey: key,
  OriginatingSystemOfficeKey: office,
  StandardStatus: 'Active',
  City: city,
})

/** Repeats what an accident interrupted. */
async function insist<Result>(work: () => Promise<Result>): Promise<Result> {
  const deadline = performance.now() + 30_000
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (performance.now() > deadline) throw error
      await sleep(30)
    }
  }
}

async function ingest(records: Row[]): Promise<void> {
  const response = await fetch(`${hub.functionsUrl}/ingest/property`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${hub.token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(records),
  })
  if (!response.ok) throw new Error(await response.text())
  expect((await response.json()).totals.reject).toBe(0)
}

// ----- writers -----

/** Changes towns, removes and brings back, in transactions that stay open for a while. */
async function editor(random: Random): Promise<void> {
  for (let round = 0; isWriting; round++) {
    const client = new pg.Client(hub.url)
    client.on('error', () => {})
    try {
      await client.connect()
      for (; isWriting; round++) {
        const key = random.pick(keys)
        await client.query('begin')
        await client.query(
          round % 4 === 3
            ? 'update public.mls_listings set origin_deleted = not origin_deleted, city = $2 where origin_key = $1'
            : 'update public.mls_listings set city = $2 where origin_key = $1',
          [key, `Edited ${round} ${random.next()}`],
        )
        await sleep(random.next() * 20)
        await client.query(round % 7 === 6 ? 'rollback' : 'commit')
      }
    } catch {
      await sleep(20) // killed, or nobody there yet
    } finally {
      await client.end().catch(() => {})
    }
  }
}

async function sender(random: Random): Promise<void> {
  for (let round = 0; isWriting; round++) {
    const some = keys.filter(() => random.chance(0.2))
    await ingest(some.map((key) => listing(key, `Sent ${round}`))).catch(() => sleep(20))
  }
}

/** Changes records of every resource, each change in a transaction of its own. */
async function anybody(operations: Operation[]): Promise<void> {
  for (let n = 0; isWriting;) {
    const client = new pg.Client(hub.url)
    client.on('error', () => {})
    try {
      await client.connect()
      for (; isWriting; n++) {
        const { sql, values } = operations[n % operations.length]!
        await client.query(sql, values).catch((error) => {
          if (!(error instanceof pg.DatabaseError)) throw error // else the rules of the hub were against it
        })
      }
    } catch {
      await sleep(20)
    } finally {
      await client.end().catch(() => {})
    }
  }
}

// ----- consumers -----

/** Follows `next` until the writers have ended and nothing more comes. */
async function follow(next: () => Promise<number>): Promise<void> {
  for (let isLast = false; !isLast;) {
    const wasOver = isOver
    const taken = await insist(next)
    isLast = wasOver && taken === 0
    await sleep(10)
  }
}

/** By the numbers of events: whatever an event names is read anew. */
async function bySequence(held: Map<unknown, unknown>): Promise<void> {
  let last = 0
  await follow(async () => {
    const events = await cyprus.all(
      `/EntityEvent?$filter=ResourceName eq 'Property' and EntityEventSequence gt ${last}&$orderby=EntityEventSequence`,
    )
    const named = [...new Set(events.map((event) => event.ResourceRecordKey as string))]
    const list = named.map((key) => `'${key}'`).join()
    const rows = named.length === 0 ? [] : await cyprus.all(
      `/Property?$select=ListingKey,City&$filter=ListingKey in (${list})`,
    )
    for (const key of named) held.delete(key)
    for (const row of rows) held.set(row.ListingKey, row.City)
    last = events.at(-1)?.EntityEventSequence as number | undefined ?? last
    return events.length
  })
}

/** By time: it takes over what it is given, and cannot know what was removed. */
async function byTime(held: Map<unknown, unknown>): Promise<void> {
  let last = '2020-01-01T00:00:00Z'
  await follow(async () => {
    const rows = await cyprus.all(
      `/Property?$select=ListingKey,City,ModificationTimestamp&$filter=ModificationTimestamp gt ${last}&$orderby=ModificationTimestamp`,
    )
    for (const row of rows) held.set(row.ListingKey, row.City)
    last = rows.at(-1)?.ModificationTimestamp as string | undefined ?? last
    return rows.length
  })
}

// ----- the test -----

/** On a connection of its own: those before an accident are dead. */
async function ask<Result>(work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client(hub.url)
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** Tenants stay as they are: what a client may see is in its token for a while. */
const changes = fc.sample(operation, { numRuns: 2000, seed: 20261121 }).filter(({ name }) =>
  !name.startsWith('tenant')
)
/** They are few among all changes. */
const small: unknown[] = Object.keys(entitySets).filter((name) => name !== 'property' && name !== 'media')
/** The resources of which something has changed. */
const haveChanged = () =>
  insist(() =>
    ask(async (client) => {
      const { rows } = await client.query('select distinct resource from public.mls_entity_events')
      return rows.map(({ resource }) => resource as string).sort()
    })
  )

it(`agree after ${kills} kills among writers that commit out of order`, { timeout: 240_000 }, async () => {
  const random = randomFor('crash-events', 0)
  const [known, timed] = [new Map<unknown, unknown>(), new Map<unknown, unknown>()]
  const writers = [0, 1, 2, 3].map((n) => editor(randomFor('editor', n))).concat(
    sender(randomFor('sender', 0)),
    anybody(changes),
    anybody(changes.filter(({ values: [resource] }) => small.includes(resource))),
  )
  const consumers = [bySequence(known), byTime(timed)]
  for (let kill = 0; kill < kills; kill++) {
    await sleep(300 + random.next() * 700)
    await hub.suffer(accidents[kill % accidents.length]!)
    expect(await insist(() => ask(contradictions))).toEqual([])
  }
  await sleep(1000)
  // the accidents must leave room for changes, or nothing is tried: a slow machine takes longer for them
  await expect.poll(haveChanged, { timeout: 60_000 }).toEqual(Object.values(entitySets).sort())
  isWriting = false
  await Promise.all(writers) // what they sent last is on its way until then
  isOver = true
  await Promise.all(consumers)

  const rows = await insist(() => cyprus.all('/Property?$select=ListingKey,City'))
  const served = rows.map((row) => [row.ListingKey, row.City]).sort()
  expect(served.length).toBeGreaterThan(5)
  expect([...known].sort()).toEqual(served)
  expect(served.map(([key]) => [key, timed.get(key)])).toEqual(served)

  expect(await ask(contradictions)).toEqual([])
  expect(await ask(differencesToRebuild)).toEqual([])
  const { rows: [{ events }] } = await ask((client) =>
    client.query('select count(*)::int as events from public.mls_entity_events')
  )
  expect(events).toBeGreaterThan(200)
})
