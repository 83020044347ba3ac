import pg from 'pg'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { randomFor } from '../../scripts/seed/prng.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { cyprus, hungary, ingest, listing, seedMarkets } from '../support/gold.ts'
import { bothWays, type Counted, someBox, somewhere } from '../support/search/by-tile.ts'
import { rounds } from '../support/tiers.ts'

/**
 * Listings counted by tile of the map are those that the same reader reads row by row, whatever changed since the clock came,
 * whoever asks. Others with MLS_TEST_SEED=name.
 */
const seed = process.env.MLS_TEST_SEED ?? 'counters'
const listings = 300
let database: TestDatabase
const claims: Record<string, string> = { visitor: '' }

beforeAll(async () => {
  database = await createDatabase()
  await seedMarkets(database.pool)
  const clients = {
    cyprus: { offices: [cyprus] },
    hungary: { offices: [hungary] },
    both: { offices: ['*'] },
    published: { offices: ['*'], api_visibility: 'published' },
    none: { offices: [] },
  }
  for (const [name, properties] of Object.entries(clients)) {
    const client = { client_id: name, name, secret: 'x'.repeat(40), scopes: ['odata'], ...properties }
    await query('select mls.upsert_api_client($1)', [client])
    claims[name] = (await query(`select mls.api_client_context($1) ->> 'claims' as claims`, [name]))[0].claims
  }
  const random = randomFor(seed, 'places')
  const records = Array.from({ length: listings }, (_, n) => {
    const [Latitude, Longitude] = somewhere(random)
    const OriginatingSystemOfficeKey = n % 3 ? cyprus : hungary
    const ListPrice = random.chance(0.1) ? null : random.int(1, 40) * 1_000
    return listing(n, { Latitude, Longitude, OriginatingSystemOfficeKey, ListPrice })
  })
  await ingest(database.pool, 'property', records)
  await query(
    `update public.mls_listings set status = 'PUBLISHED', claimed_at = now()
     where right(origin_key, 1) in ('0', '5')`,
  )
})
afterAll(() => database?.drop())

const query = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows
const count = () => query('select mls.count_listings()')
const keys = (numbers: number[]) => numbers.map((n) => `QOBRIX_${n}`)
const everything: Counted = { collection: 'served', grid: 0, box: null, offices: null }
const total = async (who: string, asked: Partial<Counted> = {}) =>
  (await bothWays(database.pool, claims[who]!, [{ ...everything, ...asked }]))[0]!.counted.tiles
    .reduce((sum, [tile, listings]) => tile === null ? NaN : sum + listings, 0)

let boxes = 0
async function compare(name: string, callers = Object.keys(claims)): Promise<void> {
  const random = randomFor(seed, 'asked', name)
  for (const who of callers) {
    const asked = [
      everything,
      ...Array.from({ length: 3 }, (): Counted => ({
        collection: random.chance(0.2) ? 'website' : 'served',
        grid: random.int(0, 12),
        box: someBox(random),
        offices: random.pick([null, null, [cyprus], [hungary, 'nobody']]),
      })),
    ]
    const answers = await bothWays(database.pool, claims[who]!, asked)
    answers.forEach(({ counted, read }, n) => {
      const what = { name, who, asked: asked[n] }
      // too much lies at the edge of the box
      if (asked[n]!.box && counted.tiles[0]?.[0] === null) return
      if (asked[n]!.box && counted.tiles.length > 0) boxes++
      expect({ ...what, tiles: counted.tiles }).toEqual({ ...what, tiles: read.tiles })
      // a sum of whole numbers here, an average of broken ones there
      const apart = read.middles.map((degrees, place) => Math.abs(degrees - counted.middles[place]!))
      expect(Math.max(0, ...apart), JSON.stringify(what)).toBeLessThan(1e-8)
    })
  }
}

/** The counts hold what is there, and nothing else. */
async function compareCounts(): Promise<void> {
  expect(
    await query(`
    (select * from mls.counted_listings except select * from mls.countable_listings)
    union all (select * from mls.countable_listings except select * from mls.counted_listings)`),
  ).toEqual([])
  expect(
    await query(`
    with counted as (
      select collection, office_key, is_published, tile, count(*) as listings, min(price) as min_price,
        coalesce(sum(round(latitude * 1e9)::bigint), 0) as latitudes, coalesce(sum(round(longitude * 1e9)::bigint), 0) as longitudes
      from mls.countable_listings group by 1, 2, 3, 4
    ), held as (
      select collection, office_key, is_published, tile, listings, min_price, latitudes::numeric, longitudes::numeric
      from mls.place_counts
    )
    (select * from held except select * from counted) union all (select * from counted except select * from held)`),
  )
    .toEqual([])
}

/** One transaction in which some listings change in one way. */
function change(random: ReturnType<typeof randomFor>): [text: string, values: unknown[]] {
  const some = keys(random.sample(Array.from({ length: listings }, (_, n) => n), random.int(1, 12)))
  const [latitude, longitude] = somewhere(random)
  const these = 'where origin_key = any ($1)'
  return random.pick<[string, unknown[]]>([
    [`update public.mls_listings set list_price = $2 ${these}`, [some, random.int(1, 40) * 500]],
    [`update public.mls_listings set list_price = null ${these}`, [some]],
    [`update public.mls_listings set latitude = $2, longitude = $3 ${these}`, [some, latitude, longitude]],
    [`update public.mls_listings set public_remarks = 'Seen again.' ${these}`, [some]],
    [`update public.mls_listings set status = 'PUBLISHED', claimed_at = now() ${these}`, [some]],
    [`update public.mls_listings set status = 'WITHDRAWN', claimed_at = now() ${these}`, [some]],
    [`update public.mls_listings set origin_deleted = not origin_deleted ${these}`, [some]],
    [`select mls.change_office('property', $1, $2, true)`, [some, random.pick([cyprus, hungary])]],
    [`delete from public.mls_listings ${these}`, [some.slice(0, 2)]],
    [
      `update public.mls_tenants set api_visibility = $1 where code = 'HU'`,
      [random.pick(['all', 'published'])],
    ],
    [
      `insert into mls.website_listings (id, market, status, price, latitude, longitude, updated_at)
       select id, 'CY', 'PUBLISHED', $2, $3, $4, now() from public.mls_listings ${these}
       on conflict (id) do update set (price, latitude, longitude) = (excluded.price, excluded.latitude, excluded.longitude)`,
      [some, random.int(1, 40) * 500, latitude, longitude],
    ],
    [`delete from mls.website_listings where id in (select id from public.mls_listings ${these})`, [some]],
  ])
}

describe('counts by tile', () => {
  it('are left to the rows before the clock has come, and those of the rows after', async () => {
    for (const who of Object.keys(claims)) expect(await total(who), who).toBeNaN()
    expect(await total('visitor', { collection: 'website' })).toBe(0)
    await count()
    await compareCounts()
    expect(await query('select from mls.place_counts')).not.toEqual([])
    await compare('after')
  })

  it('stay so whatever changes', async () => {
    const random = randomFor(seed, 'changes')
    for (let n = 0; n < rounds(25, 1_000); n++) {
      await query(...change(random))
      if (random.chance(0.3)) await count()
      if (random.chance(0.2)) await compareCountsAfterClock()
      await compare(`change ${n}`, random.sample(Object.keys(claims), 2))
    }
    await compareCountsAfterClock()
    expect(boxes).toBeGreaterThan(20)
  })

  it('stay so while two write and the clock runs', async () => {
    let isOver = false
    const writer = async (name: string) => {
      const random = randomFor(seed, name)
      for (let n = 0; n < rounds(15, 300); n++) {
        // what a deadlock or a lost race undoes has changed nothing
        await query(...change(random)).catch((error) => {
          if (!(error instanceof pg.DatabaseError) || !['40P01', '23503'].includes(error.code!)) throw error
        })
      }
    }
    const clock = async () => {
      while (!isOver) await count()
    }
    const reader = async () => {
      for (let n = 0; !isOver; n++) await compare(`meanwhile ${n}`, ['both', 'published', 'visitor'])
    }
    const writers = Promise.all([writer('one'), writer('other')]).finally(() => isOver = true)
    const ends = await Promise.allSettled([writers, clock(), reader()])
    expect(ends.filter(({ status }) => status === 'rejected')).toEqual([])
    await compareCountsAfterClock()
  })

  it('stay so when the clock or a writer is killed, or the clock comes before a writer has committed', async () => {
    const killed = async (...statements: string[]) => {
      const client = await database.pool.connect()
      try {
        await client.query('begin')
        const { rows: [{ pid }] } = await client.query('select pg_backend_pid() as pid')
        for (const statement of statements) await client.query(statement)
        await compare('under way')
        await count()
        await compare('counted meanwhile')
        await query('select pg_terminate_backend($1, 10000)', [pid])
      } finally {
        client.release(true)
      }
      await compare('killed')
    }
    const changes =
      `update public.mls_listings set list_price = 77, latitude = 34.7, longitude = 33 where right(origin_key, 1) = '3'`
    const onWebsite = `insert into mls.website_listings (id, market, status, updated_at)
      select id, 'CY', 'PUBLISHED', now() from public.mls_listings where right(origin_key, 1) = '7' on conflict do nothing`
    await query(changes.replace('77', '78'))
    await killed('select mls.count_listings()')
    await killed(changes, onWebsite, 'set constraints all immediate')

    const late = await database.pool.connect()
    try {
      await late.query(`begin; ${changes}; ${onWebsite}; set constraints all immediate`)
      await count()
      await late.query('commit')
    } finally {
      late.release()
    }
    await compare('committed behind the clock')
    await compareCountsAfterClock()
  })
})

async function compareCountsAfterClock(): Promise<void> {
  await count()
  await compareCounts()
}

describe('who asks', () => {
  it('is told of no listing that is not his to read', async () => {
    for (const moment of ['before the clock', 'after']) {
      expect([moment, await total('none')]).toEqual([moment, 0])
      expect(await total('visitor')).toBe(0)
      expect(await total('hungary', { offices: [cyprus] })).toBe(0)
      expect(await total('hungary', { offices: [''] })).toBe(0)
      expect(await total('cyprus')).toBeGreaterThan(0)
      expect(await total('cyprus') + await total('hungary')).toBe(await total('both'))
      expect(await total('published')).toBeLessThan(await total('both'))
      await count()
    }
    for (const table of ['place_counts', 'counted_listings', 'countable_listings', 'website_changes']) {
      const reading = `begin; set local role mls_api_read; select from mls.${table}; rollback`
      const client = await database.pool.connect()
      await expect(client.query(reading), table).rejects.toThrow('permission denied')
      await client.query('rollback')
      client.release()
    }
  })
})

describe('the clock', () => {
  it('is behind: then there is no answer, but one that says so', async () => {
    await query(
      `insert into public.mls_entity_events (sequence, resource, record_key, record_id, kind, office_key, is_published, was_published)
       select m.last + n, 'Property', 'K', gen_random_uuid(), 'updated', $1, true, true
       from generate_series(1, 5001) n, (select max(sequence) as last from public.mls_entity_events) m`,
      [cyprus],
    )
    expect(await total('cyprus')).toBeNaN()
    // those of another market are none of its business
    expect(await total('hungary')).toBeGreaterThan(0)
    await compareCountsAfterClock()
    await compare('caught up')
  })

  it('did not come for a day: it counts anew, for events may be forgotten', async () => {
    await query(`delete from public.mls_listings where origin_key = any ($1)`, [keys([20, 21, 22, 23])])
    await query(`update mls.counts_state set counted_at = now() - interval '2 days' where true`)
    await query(`select mls.compact_events(interval '0')`)
    expect(await total('both')).toBeNaN()
    expect(await total('visitor', { collection: 'website' })).toBeNaN()
    await compareCountsAfterClock()
    await compare('anew')
  })

  it('has one run at a time, and the next is not kept waiting', async () => {
    const first = await database.pool.connect()
    try {
      await first.query('begin; select mls.count_listings()')
      expect(await count()).toEqual([{ count_listings: { counted: 0 } }])
      await first.query('rollback')
    } finally {
      first.release()
    }
  })
})
