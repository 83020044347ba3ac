import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Receipt } from '../../functions/_shared/ingest/merge-batch.ts'
import { generateBrokerage } from '../../scripts/seed/brokerage.ts'
import { randomFor } from '../../scripts/seed/prng.ts'
import { readEndState } from '../support/crash/end-state.ts'
import { accidents, FragileHub } from '../support/crash/fragile-hub.ts'
import { openPool } from '../support/database.ts'
import { type Hub, startHub } from '../support/hub.ts'
import { rounds as tier } from '../support/tiers.ts'

/**
 * A client that sends its batches with an Idempotency-Key and repeats what was not answered, while the database server
 * or the functions are killed at a random point of every batch: it must get the receipts, and leave the database in
 * the state, of a run in which nothing happened.
 */
const rounds = tier(15, 50)

interface Batch {
  resource: string
  key: string
  body: string
}

/** Overlapping slices of the demo brokerage: new records, known ones, and known ones with another price. */
const batches: Batch[] = (() => {
  const { property, media } = generateBrokerage() as Record<'property' | 'media', Record<string, unknown>[]>
  return Array.from({ length: rounds }, (_, round) => {
    const [resource, records, size] = round % 5 === 4
      ? ['media', media, 80] as const
      : ['property', property, 60] as const
    const from = (round * 13) % (records.length - size)
    const slice = records.slice(from, from + size).map((record) =>
      resource === 'property' && round % 3 === 2
        ? { ...record, ListPrice: `${1_000_000 + round}.00` }
        : record
    )
    return { resource, key: `round-${round}`, body: JSON.stringify(slice) }
  })
})()

/** Where the client sends to. */
type Target = Pick<FragileHub, 'functionsUrl' | 'token' | 'url'>

let calm: Target
let stormy: FragileHub
/** Nothing happens to it, so it needs no server of its own. */
let undisturbedHub: Hub

beforeAll(async () => {
  undisturbedHub = await startHub()
  const { functionsUrl, dbUrl: url } = undisturbedHub
  calm = { functionsUrl, url, token: await undisturbedHub.token('databricks') }
  // its door is loaded when it is first called, and a round is timed
  await fetch(`${functionsUrl}/ingest/property`)
  stormy = await FragileHub.start()
})
afterAll(async () => {
  await undisturbedHub?.stop()
  await stormy?.stop()
})

async function post(hub: Target, { resource, key, body }: Batch): Promise<Receipt | undefined> {
  const response = await fetch(`${hub.functionsUrl}/ingest/${resource}`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${hub.token}`,
      'Content-Type': 'application/json',
      'Idempotency-Key': key,
    },
    body,
  }).catch(() => undefined) // nobody there, or gone in mid-answer
  if (response?.ok) return await response.json().catch(() => undefined)
  const problem = await response?.text().catch(() => undefined)
  if (response && response.status < 500) throw new Error(`${response.status} ${problem}`)
}

/** What a careful client does: the same request, until it is answered. */
async function insist(hub: Target, batch: Batch): Promise<Receipt> {
  const deadline = performance.now() + 20_000
  while (performance.now() < deadline) {
    const receipt = await post(hub, batch)
    if (receipt) return receipt
    await sleep(50)
  }
  throw new Error(`${batch.key} was not answered within 20 s`)
}

async function endState(hub: Target) {
  const pool = openPool({ connectionString: hub.url, max: 1 })
  try {
    return await readEndState(pool)
  } finally {
    await pool.end()
  }
}

it(`survives ${rounds} kills in mid-batch without a trace`, { timeout: 240_000 }, async () => {
  const answered: boolean[] = []
  for (const [round, batch] of batches.entries()) {
    const random = randomFor('crash', round)
    const start = performance.now()
    const expected = await insist(calm, batch)
    const duration = performance.now() - start

    const first = post(stormy, batch)
    await sleep(random.next() * 1.1 * duration)
    await stormy.suffer(accidents[round % accidents.length]!)
    const early = await first
    const receipt = await insist(stormy, batch)

    answered.push(early !== undefined)
    if (early) expect(receipt).toEqual(early)
    expect({ ...receipt, batch_id: '' }, batch.key).toEqual({ ...expected, batch_id: '' })
  }
  // the kills must have met batches on their way, or nothing was tried
  expect(answered.filter((one) => !one).length).toBeGreaterThan(rounds / 3)

  const [undisturbed, disturbed] = [await endState(calm), await endState(stormy)]
  expect(undisturbed.listings!.length).toBeGreaterThan(100)
  for (const name of Object.keys(undisturbed)) expect(disturbed[name], name).toEqual(undisturbed[name])
})
