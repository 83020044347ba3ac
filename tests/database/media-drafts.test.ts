import pg from 'pg'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  claim,
  connect,
  database,
  ingest,
  listing,
  outcomes,
  photo,
  photosCount,
  served,
  servedKeys,
  stored,
  useMediaDatabase,
} from '../support/media-batches.ts'

/** Media of claimed listings, and of several writers at once. */
useMediaDatabase()

describe('what a broker arranges in a draft', () => {
  const asSent = {
    ShortDescription: 'Pool',
    LongDescription: 'As the source says',
    Order: 2,
    X_IsPrimary: true,
  }

  beforeEach(async () => {
    await ingest('property', [listing('QOBRIX_1')])
    await ingest('media', [photo('m1', 'QOBRIX_1', asSent), photo('m2', 'QOBRIX_1', { Order: 3 })])
    await claim('QOBRIX_1')
    await database.pool.query(`
      update public.mls_listing_media set title = 'Draft', description = 'Draft', display_order = 9, is_primary = false,
        media_url = 'https://draft.example/x.jpg', locked = true
      where origin_media_key = 'm1';
      insert into public.mls_listing_media (tenant_id, listing_id, resource_record_key, originating_office_key, media_key, origin_system, media_url)
      select tenant_id, id, origin_key, originating_office_key, 'MANUAL_MEDIA_1', 'MANUAL', 'https://draft.example/own.jpg'
      from public.mls_listings`)
  })

  const publish = () =>
    database.pool.query(`
      update public.mls_listings set status = 'MARKETING_REVIEW'; update public.mls_listings set status = 'PUBLISHED'`)

  it('stays inside until the listing is published', async () => {
    const { MediaURL } = photo('m1', 'QOBRIX_1')
    expect(await served('QOBRIX_1')).toMatchObject([{ MediaKey: 'm1', MediaURL, ...asSent }, {
      MediaKey: 'm2',
    }])
    expect(await photosCount('QOBRIX_1')).toBe(2)
    await publish()
    expect(await servedKeys('QOBRIX_1')).toEqual(['MANUAL_MEDIA_1', 'm2', 'm1'])
    expect((await served('QOBRIX_1'))[2]).toMatchObject({ ShortDescription: 'Draft', Order: 9 })
    expect(await photosCount('QOBRIX_1')).toBe(3)
  })

  it('can be read by the apps, as all of media_reso', async () => {
    const client = await database.pool.connect()
    try {
      await client.query('begin')
      await client.query('set local role authenticated')
      expect((await client.query('select * from public.media_reso')).rows).toEqual([]) // without claims: nothing
    } finally {
      await client.query('rollback')
      client.release()
    }
  })

  it('follows its source meanwhile', async () => {
    expect(
      outcomes(await ingest('media', [photo('m1', 'QOBRIX_1', { ...asSent, ShortDescription: 'New pool' })])),
    ).toEqual(['track'])
    expect(await served('QOBRIX_1')).toMatchObject([{
      ShortDescription: 'New pool',
      Order: 2,
      X_IsPrimary: true,
    }, {}])
    expect(await stored(`origin_media_key = 'm1'`)).toMatchObject([{ title: 'Draft', display_order: 9 }])
  })

  it('hides what is hidden at once, and counts what is left', async () => {
    await database.pool.query(
      `update public.mls_listing_media set is_hidden = true where origin_media_key = 'm1'`,
    )
    expect(await servedKeys('QOBRIX_1')).toEqual(['m2'])
    expect(await photosCount('QOBRIX_1')).toBe(1)
  })

  it('does not get out by way of the lease sibling', async () => {
    await ingest('property', [listing('QOBRIX_1_LEASE')])
    const draft = await served('QOBRIX_1_LEASE')
    expect(draft).toMatchObject([{ MediaKey: 'm1~QOBRIX_1_LEASE', ...asSent }, {
      MediaKey: 'm2~QOBRIX_1_LEASE',
    }])
    expect(await photosCount('QOBRIX_1_LEASE')).toBe(2)
    await database.pool.query(
      `update public.mls_listing_media set title = 'Second draft' where origin_media_key = 'm1'`,
    )
    expect(await served('QOBRIX_1_LEASE')).toEqual(draft)
    await database.pool.query(
      `update public.mls_listings set status = 'MARKETING_REVIEW' where origin_key = 'QOBRIX_1'`,
    )
    await database.pool.query(
      `update public.mls_listings set status = 'PUBLISHED' where origin_key = 'QOBRIX_1'`,
    )
    expect((await served('QOBRIX_1_LEASE')).map((row) => row.ShortDescription)).toEqual([
      null,
      null,
      'Second draft',
    ])
    expect(await photosCount('QOBRIX_1_LEASE')).toBe(3)
  })
})

describe('at the same time', () => {
  it('counts photos that are added by several at once', async () => {
    await ingest('property', [listing('QOBRIX_1')])
    const writers = await Promise.all(Array.from({ length: 4 }, connect))
    const add = (client: pg.Client, key: string) =>
      client.query(
        `insert into public.mls_listing_media (tenant_id, listing_id, resource_record_key, originating_office_key, media_key, media_url)
         select tenant_id, id, origin_key, originating_office_key, $1, 'https://photos.example/x.jpg' from public.mls_listings`,
        [key],
      )
    await Promise.all(writers.map(async (client, writer) => {
      for (let n = 0; n < 15; n++) await add(client, `w${writer}-${n}`)
      await client.end()
    }))
    expect(await photosCount('QOBRIX_1')).toBe(60)
  })

  it('gives a key that two offices bring first to both', async () => {
    await ingest('property', [listing('DASH_1', 'HU'), listing('DASH_2', 'KZ')])
    const first = await connect()
    await first.query('begin')
    expect(outcomes(await ingest('media', [photo('m1', 'DASH_1', {}, 'HU')], {}, first))).toEqual(['insert'])
    const second = ingest('media', [photo('m1', 'DASH_2', {}, 'KZ')])
    await waitForLock()
    await first.query('commit')
    await first.end()
    expect(outcomes(await second)).toEqual(['insert'])
    expect([await servedKeys('DASH_1'), await servedKeys('DASH_2')]).toEqual([['m1'], ['m1~DASH_2']])
  })

  async function waitForLock(): Promise<void> {
    for (;;) {
      const { rows } = await database.pool.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      )
      if (rows.length > 0) return
    }
  }
})
