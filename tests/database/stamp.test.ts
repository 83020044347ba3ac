import pg from 'pg'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { seededTemplate } from '../support/templates.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createDatabase(await seededTemplate())
})
afterAll(() => database?.drop())
beforeEach(async () => {
  await database.pool.query(`
    delete from public.mls_listings;
    update public.mls_tenants set api_visibility = 'all'`)
})

async function connect(): Promise<pg.Client> {
  const client = new pg.Client(database.url)
  await client.connect()
  return client
}

/** Unclaimed listings of Cyprus, served as their source has them. */
async function insertListings(client: pg.ClientBase | pg.Pool, keys: string[]): Promise<void> {
  await client.query(
    `insert into public.mls_listings
       (tenant_id, originating_office_key, origin_system, origin_key, source_standard_status, status, is_externally_managed)
     select o.tenant_id, o.office_key, o.origin_system, k, 'Active', 'INGESTED', true
     from unnest($1::text[]) k, public.mls_offices o where o.office_key = 'SHARPSIR-CY-001'`,
    [keys],
  )
}

/** A video: a photo would change PhotosCount and so wait for whoever changes the listing. */
async function insertVideo(client: pg.ClientBase, key: string, listing: string): Promise<void> {
  await client.query(
    `insert into public.mls_listing_media
       (tenant_id, listing_id, resource_record_key, originating_office_key, origin_system, origin_media_key, media_key,
        media_category, media_url)
     select tenant_id, id, origin_key, originating_office_key, origin_system, $1, $1, 'video', 'https://example.com/' || $1
     from public.mls_listings where origin_key = $2`,
    [key, listing],
  )
}

const served = async (table: string): Promise<number> =>
  (await database.pool.query(`select count(*)::int as n from public.${table} where not is_deleted`)).rows[0].n

describe('the stamp', () => {
  it('shows a reader that asks for what is newer than it has seen every change, whoever commits when', async () => {
    const writers = 12
    const changesPerWriter = 15
    const keys = Array.from({ length: writers }, (_, n) => `QOBRIX_w${n}`)
    await insertListings(database.pool, keys)

    const seen: string[] = []
    let done = false
    const reader = (async () => {
      const client = await connect()
      let last = '0'
      for (let round = done; !round || !done; round = done) {
        const { rows } = await client.query<{ stamp: string; change: string }>(
          `select stamp, "ListingKey" || ' ' || "City" as change from public.served_property
           where stamp > $1 and "City" is not null order by stamp`,
          [last],
        )
        seen.push(...rows.map((row) => row.change))
        last = rows.at(-1)?.stamp ?? last
      }
      await client.end()
    })()

    await Promise.all(keys.map(async (key, n) => {
      const client = await connect()
      for (let change = 0; change < changesPerWriter; change++) {
        await client.query('begin')
        await client.query('update public.mls_listings set city = $2 where origin_key = $1', [key, change])
        await sleep((n * 7 + change * 13) % 9) // whoever began first need not end first
        await client.query(change % 5 === 4 ? 'rollback' : 'commit')
      }
      await client.end()
    }))
    done = true
    await reader

    // A change that was overtaken by the next of its record may go unseen, the last one may not; none comes twice.
    expect(new Set(seen).size).toBe(seen.length)
    const lastCommitted = changesPerWriter - 2
    expect(seen).toEqual(expect.arrayContaining(keys.map((key) => `${key} ${lastCommitted}`)))
  })

  it('numbers events in the order of commits: a reader never finds an earlier one later', async () => {
    const keys = Array.from({ length: 10 }, (_, n) => `QOBRIX_e${n}`)
    await insertListings(database.pool, keys)
    const [{ start }] =
      (await database.pool.query('select max(sequence) as start from public.mls_entity_events')).rows

    const polled: string[] = []
    let done = false
    const reader = (async () => {
      const client = await connect()
      let last: string = start
      for (let round = done; !round || !done; round = done) {
        const { rows } = await client.query(
          'select sequence from public.mls_entity_events where sequence > $1 order by sequence',
          [last],
        )
        polled.push(...rows.map((row) => row.sequence))
        last = rows.at(-1)?.sequence ?? last
      }
      await client.end()
    })()
    await Promise.all(keys.map(async (key, n) => {
      const client = await connect()
      for (let change = 0; change < 20; change++) {
        await client.query('begin')
        await client.query('update public.mls_listings set list_price = $2 where origin_key = $1', [
          key,
          change,
        ])
        await sleep((n + change) % 4)
        await client.query('commit')
      }
      await client.end()
    }))
    done = true
    await reader

    const { rows } = await database.pool.query(
      'select sequence from public.mls_entity_events where sequence > $1 order by sequence',
      [start],
    )
    expect(polled).toEqual(rows.map((row) => row.sequence))
    expect(polled.length).toBe(keys.length * 20)
  })

  it('is ModificationTimestamp, to the microsecond', async () => {
    await insertListings(database.pool, ['QOBRIX_t'])
    const { rows: [row] } = await database.pool.query(
      `select s.stamp, (extract(epoch from s."ModificationTimestamp") * 1000000)::bigint as micros,
         v."ModificationTimestamp" = s."ModificationTimestamp" as same_in_view
       from public.served_property s join public.property_reso v on v.record_id = s.record_id
       where s."ListingKey" = 'QOBRIX_t'`,
    )
    expect(row.micros).toBe(row.stamp)
    expect(row.same_in_view).toBe(true)
  })

  it('does not move when nothing a consumer sees has changed', async () => {
    await insertListings(database.pool, ['QOBRIX_still'])
    const stamp = async () =>
      (await database.pool.query(
        `select stamp from public.served_property where "ListingKey" = 'QOBRIX_still'`,
      ))
        .rows[0].stamp
    const before = await stamp()
    await database.pool.query(
      `update public.mls_listings set city = city, updated_by = gen_random_uuid() where origin_key = 'QOBRIX_still'`,
    )
    expect(await stamp()).toBe(before)
  })

  it('refuses a transaction whose snapshot is older than its lock', async () => {
    const client = await connect()
    await client.query('begin isolation level repeatable read')
    await insertListings(client, ['QOBRIX_rr'])
    await expect(client.query('commit')).rejects.toThrow(/read committed/)
    await client.end()
    expect(await served('served_property')).toBe(0)
  })
})

describe('two transactions at once', () => {
  /** Two connections in open transactions. */
  async function together(work: (first: pg.Client, second: pg.Client) => Promise<void>): Promise<void> {
    const [first, second] = await Promise.all([connect(), connect()])
    try {
      await Promise.all([first.query('begin'), second.query('begin')])
      await work(first, second)
    } finally {
      await Promise.all([first.end(), second.end()])
    }
  }
  const withdraw = `update public.mls_listings set origin_deleted = true where origin_key = 'QOBRIX_x'`

  it('media added to a listing that disappears meanwhile is not served, whichever commits first', async () => {
    for (const mediaFirst of [true, false]) {
      await insertListings(database.pool, ['QOBRIX_x'])
      await together(async (listing, media) => {
        await listing.query(withdraw)
        await insertVideo(media, 'tour', 'QOBRIX_x')
        await (mediaFirst ? media : listing).query('commit')
        await (mediaFirst ? listing : media).query('commit')
      })
      expect(await served('served_media')).toBe(0)
      await database.pool.query('delete from public.mls_listings')
    }
  })

  it('a listing that arrives while its market is restricted to published ones is not served', async () => {
    for (const listingFirst of [true, false]) {
      await together(async (tenant, listing) => {
        await tenant.query(`update public.mls_tenants set api_visibility = 'published' where code = 'CY'`)
        await insertListings(listing, ['QOBRIX_y'])
        await (listingFirst ? listing : tenant).query('commit')
        await (listingFirst ? tenant : listing).query('commit')
      })
      expect(await served('served_property')).toBe(0)
      await database.pool.query(`
        delete from public.mls_listings;
        update public.mls_tenants set api_visibility = 'all'`)
    }
  })
})
