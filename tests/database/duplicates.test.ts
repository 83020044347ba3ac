import process from 'node:process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { folders } from '../../scripts/stack/layout.ts'
import { seedReference } from '../../scripts/stack/seed.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { generatePairs, type Home, insertHomes, type Noise, usual } from '../support/search/pairs.ts'

/** Homes listed twice, by two sources: 5,000 pairs with MLS_TEST_LONG=1. */
const pairs = process.env.MLS_TEST_LONG ? 5_000 : 400

let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase()
  await seedReference(database.pool, folders.seed)
})
afterAll(() => database?.drop())

async function measure(noise: Noise): Promise<{ precision: number; recall: number; homes: Home[] }> {
  const { homes, truth } = generatePairs(pairs, noise)
  await database.pool.query(
    'truncate public.served_property, mls.listing_pictures, public.mls_listing_duplicates, mls.listing_groups',
  )
  await database.pool.query('update mls.duplicates_state set compared_stamp = 0')
  await insertHomes(database.pool, homes)
  for (;;) {
    const { rows: [{ compared }] } = await database.pool.query(
      `select (mls.find_duplicates('60 seconds') ->> 'compared')::int as compared`,
    )
    if (compared === 0) break
  }
  const { rows } = await database.pool.query<{ pair: string }>(
    `select listing_id || ' ' || other_id as pair from public.mls_listing_duplicates where status = 'LIKELY'`,
  )
  const right = rows.filter(({ pair }) => truth.has(pair)).length
  const [precision, recall] = [right / rows.length, right / truth.size]
  console.log(
    `${pairs} pairs, ${JSON.stringify(noise)}: precision ${precision.toFixed(3)}, recall ${
      recall.toFixed(3)
    }`,
  )
  return { precision, recall, homes }
}

describe('pairs with noise', () => {
  it.each<[string, Partial<Noise>]>([
    ['as usual', {}],
    ['moved twice as far', { moved: 140 }],
    ['all in another script, without pictures for a third', { otherScript: 1, noPictures: 0.33 }],
    ['prices apart and pictures worse', { otherPrice: 0.8, bits: 6 }],
  ])('%s', async (_, noise) => {
    const { precision, recall } = await measure({ ...usual, ...noise })
    expect(precision).toBeGreaterThanOrEqual(0.98)
    expect(recall).toBeGreaterThanOrEqual(0.9)
  }, 600_000)
})

describe('decisions', () => {
  it('stay, whatever is found later, and groups follow them', async () => {
    const { homes } = await measure(usual)
    const grouped = async () =>
      (await database.pool.query('select count(*)::int as n from mls.listing_groups')).rows[0].n
    const before = await grouped()
    expect(before).toBeGreaterThan(pairs)
    const { rows: [pair] } = await database.pool.query(
      `select * from public.mls_listing_duplicates where status = 'LIKELY' order by id limit 1`,
    )
    await database.pool.query(
      `update public.mls_listing_duplicates set status = 'REJECTED', decided_at = now() where id = $1`,
      [pair.id],
    )
    await database.pool.query('select mls.compare_listings($1)', [[
      homes[0]!.id,
      pair.listing_id,
      pair.other_id,
    ]])
    await database.pool.query('select mls.group_duplicates()')
    const { rows: [after] } = await database.pool.query(
      'select status from public.mls_listing_duplicates where id = $1',
      [pair.id],
    )
    expect(after.status).toBe('REJECTED')
    expect(await grouped()).toBeLessThan(before)
  })

  it('a picture on more than five listings is no evidence', async () => {
    const { rows: [{ n }] } = await database.pool.query(
      `select count(*)::int as n from public.mls_listing_duplicates d
       where exists (select from unnest(d.reasons) r where r like '%equal pictures')
         and not exists (
           select from mls.listing_pictures a join mls.listing_pictures b on bit_count((a.hash # b.hash)::bit(64)) <= 6
           where a.record_id = d.listing_id and b.record_id = d.other_id and a.hash <> -77)`,
    )
    expect(n).toBe(0)
  })
})
