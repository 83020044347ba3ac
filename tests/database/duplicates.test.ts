import process from 'node:process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { everything, type Noise, usual } from '../support/search/noise.ts'
import { generatePairs, type Home, insertHomes } from '../support/search/pairs.ts'
import { seededTemplate } from '../support/templates.ts'
import { rounds } from '../support/tiers.ts'

/** Homes listed twice, by two sources, with noise of many kinds: 5,000 pairs of each with MLS_TEST_LONG=1, or MLS_TEST_PAIRS. */
const pairs = Number(process.env.MLS_TEST_PAIRS ?? rounds(200, 5_000))

let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase(await seededTemplate())
})
afterAll(() => database?.drop())

const offices = ['SHARPSIR-CY-001', 'SHARPSIR-HU-001']

/** What two listings are found to be, each by a source of its own and with pictures of its own: LIKELY, POSSIBLE or nothing. */
async function found(
  one: Home['row'],
  other: Home['row'],
  shared: bigint[] = [],
): Promise<string | undefined> {
  const { homes: [sample] } = generatePairs(1, usual)
  const homes = [one, other].map((row, n): Home => ({
    id: `00000000-0000-4000-8000-00000000000${n}`,
    office: offices[n]!,
    key: `PAIR_${n}`,
    row: { ...sample!.row, UnparsedAddress: 'Makariou 17', ...row },
    pictures: [BigInt(n + 1) * 0x0f0f0f0f0f0f0fn, ...shared],
  }))
  await compare(homes)
  const { rows: [pair] } = await database.pool.query('select status from public.mls_listing_duplicates')
  return pair?.status
}

async function compare(homes: Home[]): Promise<void> {
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
}

async function measure(noise: Noise): Promise<{ precision: number; recall: number; homes: Home[] }> {
  const { homes, truth } = generatePairs(pairs, noise, process.env.MLS_TEST_SEED)
  await compare(homes)
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
  ['developments of fifty like flats, none listed twice', { developments: 0.02, flats: 50, twice: 0 }],
  ['streets typed wrongly, half without a number', { typos: 0.5, noNumber: 0.5 }],
  ['towns in another script, a third without a place', { otherTown: 0.5, noPlace: 0.33 }],
  ['round prices, and other currencies', { rounded: 0.5, otherCurrency: 0.3 }],
  ['half in square feet', { squareFeet: 0.5 }],
  ['one picture of ten', { onePicture: 1 }],
  ['a picture from a stock on each', { stock: 1, noPictures: 0.5 }],
  ['a third without a place, every price apart', { noPlace: 0.33, otherPrice: 1, priceBy: 0.1 }],
  ['much of everything', everything],
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

describe('a pair', () => {
  const nowhere = { Latitude: null, Longitude: null }
  const sold = { ListPrice: 30_000_000, LivingArea: 10_000 }
  it.each<[string, Home['row'], Home['row'], string | undefined]>([
    [
      'measured in square feet',
      sold,
      { ...sold, LivingArea: 107_639, LivingAreaUnits: 'Square Feet' },
      'LIKELY',
    ],
    ['by the code of a portal', sold, { ...sold, LivingArea: 107_639, LivingAreaUnits: 'SF' }, 'LIKELY'],
    [
      'of which one has no place, its town in Greek',
      sold,
      { ...sold, ...nowhere, City: 'Λεμεσός' },
      'LIKELY',
    ],
    [
      'of which neither has one',
      { ...sold, ...nowhere },
      { ...sold, ...nowhere, City: 'Лимассол' },
      'LIKELY',
    ],
    [
      'without a place, at another price',
      { ...sold, ...nowhere },
      { ...sold, ListPrice: 27_500_000 },
      'LIKELY',
    ],
    ['of two towns', { ...sold, ...nowhere }, { ...sold, ...nowhere, City: 'Paphos' }, undefined],
    ['in another currency', sold, { ...sold, ListPrice: 32_400_000, ListPriceCurrencyCode: 'USD' }, 'LIKELY'],
    [
      'in a street with a typing error, without a number',
      sold,
      { ...sold, UnparsedAddress: 'Makaruou' },
      'LIKELY',
    ],
    [
      'in a street whose name has a number',
      { ...sold, UnparsedAddress: '28th October 17' },
      { ...sold, UnparsedAddress: '28ης Οκτωβρίου 17' },
      'LIKELY',
    ],
    ['for sale and to let', sold, { ...sold, ListPrice: null }, undefined],
  ])('%s', async (_, one, other, status) => expect(await found(one, other)).toBe(status))

  it('of two houses of a street whose name has a number is less likely than of one', async () => {
    const odds = async (...streets: string[]) => {
      await found({ UnparsedAddress: streets[0] }, { UnparsedAddress: streets[1] })
      const { rows: [pair] } = await database.pool.query('select odds from public.mls_listing_duplicates')
      return pair.odds
    }
    const same = await odds('28th October 17', '28th October 17')
    expect(await odds('28th October 17', '28th October 90')).toBeLessThan(same)
    expect(await odds('28th October 17, flat 302', '17, 28th October')).toBe(same)
  })

  it('elsewhere with a picture from a stock is none', async () => {
    const elsewhere = { Latitude: 35.1, Longitude: 33.3, City: 'Nicosia', UnparsedAddress: 'Ledra 5' }
    expect(await found(sold, { ...sold, ...elsewhere, LivingArea: 12_500, ListPrice: 44_000_000 }, [99n])).not
      .toBe('LIKELY')
  })
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
