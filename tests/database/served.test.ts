import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import {
  contradictions,
  differencesToRebuild,
  expectedEvents,
  readEvents,
  readViews,
  resourceNames,
} from '../support/served/content.ts'
import { describeStep, operationsIn, Stage, step } from '../support/served/steps.ts'
import { seededTemplate } from '../support/templates.ts'
import { rounds } from '../support/tiers.ts'

/**
 * The served tables against their definition, the views, through random histories: whatever is done, and undone, and
 * done at the same time, every record whose view changed has exactly one new event, no other record has any, and in
 * the end a rebuild from the views finds nothing to change.
 */
const wanted = rounds(400, 1000)
const seed = 20261121

let database: TestDatabase
let stage: Stage

beforeAll(async () => {
  database = await createDatabase(await seededTemplate())
  stage = new Stage(database.url)
  await stage.open()
})
afterAll(async () => {
  await stage?.close()
  await database?.drop()
})

it(`serves what the views say after ${wanted} random operations`, { timeout: 180_000 }, async () => {
  let operations = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 75, maxLength: 75 }), async (steps) => {
      await empty()
      for (const one of steps) {
        await checkEveryCommit(one)
        operations += operationsIn(one)
      }
      await checkEnd()
    }),
    { seed, numRuns: rounds(4, 8) },
  )
  expect(operations).toBeGreaterThanOrEqual(wanted)
  expect(stage.refused).toBeLessThan(operations / 10)
})

async function empty() {
  await database.pool.query(`
    delete from public.mls_listings; delete from public.mls_listing_media; delete from public.mls_members;
    delete from public.mls_contacts; delete from public.mls_showings; delete from public.mls_open_houses;
    delete from public.mls_property_rooms; delete from public.mls_property_unit_types; delete from public.mls_teams;
    delete from public.mls_team_members; delete from public.mls_offices where not is_market;
    update public.mls_tenants set api_visibility = 'all'`)
}

async function checkEveryCommit(one: Parameters<Stage['run']>[0]) {
  let seen = await readViews(database.pool)
  let last = await lastStamp()
  await stage.run(one, async () => {
    const now = await readViews(database.pool)
    const events = await readEvents(database.pool, last)
    expect(events.map(({ record, kind }) => `${record} ${kind}`).sort(), describeStep(one))
      .toEqual(expectedEvents(seen, now))
    seen = now
    last = events.at(-1)?.sequence ?? last
  })
}

async function checkEnd() {
  expect(await contradictions(database.pool)).toEqual([])
  for (const name of resourceNames) {
    const { rows } = await database.pool.query('select mls.rebuild_served($1) as changed', [name])
    expect(rows[0].changed, `rows of ${name} that a rebuild changes`).toBe('0')
  }
  const client = await database.pool.connect()
  try {
    expect(await differencesToRebuild(client)).toEqual([])
  } finally {
    client.release()
  }
}

async function lastStamp(): Promise<string> {
  const { rows } = await database.pool.query(
    'select coalesce(max(sequence), 0)::text as last from public.mls_entity_events',
  )
  return rows[0].last
}
