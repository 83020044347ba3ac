import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { folders } from '../../scripts/stack/layout.ts'
import { seedReference } from '../../scripts/stack/seed.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { generatePairs, type Home, insertHomes, type Noise, usual } from '../support/search/pairs.ts'
import { rounds } from '../support/tiers.ts'

/** Homes listed twice, by two sources, with noise of many kinds: 5,000 pairs of each with MLS_TEST_LONG=1. */
const pairs = rounds(200, 5_000)

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
  return { precision, recall, homes }
}

/** Kinds of noise beside the usual one; those of the first list in every run, and all for the table of docs/search.md. */
const often: [string, Partial<Noise>][] = [
  ['as usual', {}],
  ['all in another script, a third without pictures', { otherScript: 1, noPictures: 0.33 }],
  ['a like flat next door to each', { neighbours: 1, neighbourBy: 0.03 }],
  ['new developments of six like flats', { developments: 0.1 }],
  ['without a size', { noSize: 0.5 }],
]
const more: [string, Partial<Noise>][] = [
  ['moved up to 140 m', { moved: 140 }],
  ['moved up to 300 m', { moved: 300 }],
  ['a third without a place', { noPlace: 0.33 }],
  ['most without a street', { noStreet: 0.6 }],
  ['every price up to 3 % apart', { otherPrice: 1, priceBy: 0.03 }],
  ['every price up to 8 % apart', { otherPrice: 1, priceBy: 0.08 }],
  ['every price up to 15 % apart', { otherPrice: 1, priceBy: 0.15 }],
  ['sizes up to 3 % apart', { otherSize: 0.5, sizeBy: 0.03 }],
  ['pictures saved badly', { bits: 6 }],
  ['no pictures', { noPictures: 1 }],
  ['other agents, who count otherwise', { otherAgent: 1 }],
  ['prices apart and pictures worse', { otherPrice: 0.8, bits: 6 }],
  ['large developments', { developments: 0.1, flats: 20, units: 0.8 }],
]

describe('pairs with noise', () => {
  const tried = rounds(0, 1) ? [...often, ...more] : often
  it.each<[string, Partial<Noise>]>(tried)('%s', async (name, noise) => {
    const { precision, recall } = await measure({ ...usual, ...noise })
    console.log(`| ${name} | ${precision.toFixed(3)} | ${recall.toFixed(3)} |`)
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
