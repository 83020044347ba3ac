import { beforeEach, describe, expect, it } from 'vitest'
import {
  at,
  claim,
  database,
  ingest,
  listing,
  offices,
  outcomes,
  photo,
  photosCount,
  served,
  servedKeys,
  stored,
  useMediaDatabase,
} from '../support/media-batches.ts'

/** Whose media a batch may write, under which keys, and how they find their listing. */
useMediaDatabase()

describe('media belong to the office of their listing', () => {
  beforeEach(async () => {
    await ingest('property', [listing('QOBRIX_1')])
    await ingest('media', [photo('m1', 'QOBRIX_1', at(1))])
  })
  const before = () => stored('true')

  it('refuses new media of another office', async () => {
    const known = await before()
    expect(outcomes(await ingest('media', [photo('foreign', 'QOBRIX_1', {}, 'HU')]))).toEqual([
      'office_mismatch',
    ])
    expect(await before()).toEqual(known)
  })

  it.each([
    ['another file', { MediaURL: 'https://evil.example/x.jpg' }],
    ['the same content', at(1)],
    ['an older record', at(0)],
    ['a newer record', { ...at(9), ShortDescription: 'Overwritten' }],
  ])('refuses to write over it: %s', async (_, values) => {
    const known = await before()
    expect(outcomes(await ingest('media', [photo('m1', 'QOBRIX_1', values, 'HU')]))).toEqual([
      'office_mismatch',
    ])
    expect(await before()).toEqual(known)
  })

  it('refuses another office for a claimed listing and for one that the hub is master of', async () => {
    await claim('QOBRIX_1')
    expect(outcomes(await ingest('media', [photo('m1', 'QOBRIX_1', { ShortDescription: 'x' }, 'HU')])))
      .toEqual([
        'office_mismatch',
      ])
    await database.pool.query(`update public.mls_listings set is_externally_managed = false`)
    expect(
      outcomes(await ingest('media', [photo('m1', 'QOBRIX_1', {}, 'HU'), photo('m1', 'QOBRIX_1', at(2))])),
    )
      .toEqual(['office_mismatch', 'skip'])
  })

  it('lets a refused record stand in nobody’s way', async () => {
    const results = await ingest('media', [
      photo('m1', 'QOBRIX_1', { ...at(9), ShortDescription: 'Foreign' }, 'HU'),
      photo('m1', 'QOBRIX_1', { ...at(2), ShortDescription: 'Ours' }),
    ])
    expect(outcomes(results)).toEqual(['office_mismatch', 'refresh'])
    expect(await served('QOBRIX_1')).toMatchObject([{ ShortDescription: 'Ours' }])
  })

  it('takes nothing from an office that waited under a key which turned out to be another’s', async () => {
    expect(outcomes(await ingest('media', [photo('w1', 'QOBRIX_2', {}, 'HU')]))).toEqual(['insert'])
    expect(outcomes(await ingest('media', [photo('w1', 'QOBRIX_2')]))).toEqual(['insert'])
    await ingest('property', [listing('QOBRIX_2')])
    expect(await stored(`resource_record_key = 'QOBRIX_2'`)).toMatchObject([
      { originating_office_key: offices.CY, origin_media_key: 'w1' },
    ])
    expect(await servedKeys('QOBRIX_2')).toHaveLength(1)
    expect(outcomes(await ingest('media', [photo('w1', 'QOBRIX_2', {}, 'HU')]))).toEqual(['office_mismatch'])
  })

  it('is held by the database, whoever writes', async () => {
    const insert = (office: string) =>
      database.pool.query(
        `insert into public.mls_listing_media (tenant_id, listing_id, resource_record_key, originating_office_key, media_key)
         select o.tenant_id, l.id, l.origin_key, o.office_key, 'direct' from public.mls_listings l, public.mls_offices o
         where o.office_key = $1`,
        [office],
      )
    await expect(insert(offices.HU)).rejects.toMatchObject({ code: '23503' })
    await expect(
      database.pool.query(
        `update public.mls_listing_media m set tenant_id = t.id from public.mls_tenants t where t.code = 'HU'`,
      ),
    )
      .rejects.toMatchObject({ code: '23503' })
    await insert(offices.CY)
  })
})

describe('keys', () => {
  beforeEach(() => ingest('property', [listing('QOBRIX_1'), listing('QOBRIX_2'), listing('QOBRIX_3')]))

  it('serves a repeated key bare once, and with the key of the listing elsewhere', async () => {
    await ingest('media', [photo('m1', 'QOBRIX_1'), photo('m1', 'QOBRIX_2')])
    await ingest('media', [photo('m1', 'QOBRIX_3'), photo('m1', 'QOBRIX_1')])
    expect((await Promise.all(['QOBRIX_1', 'QOBRIX_2', 'QOBRIX_3'].map(servedKeys))).flat())
      .toEqual(['m1', 'm1~QOBRIX_2', 'm1~QOBRIX_3'])
  })

  it('refuses a source key with the sign that joins the two', async () => {
    expect(
      await ingest('media', [
        photo('m1~QOBRIX_2', 'QOBRIX_1'),
        photo('m1', 'QOBRIX_1'),
        photo('m1', 'QOBRIX_2'),
      ]),
    )
      .toMatchObject([
        { outcome: 'reject', reason: 'invalid_key', errors: [{ field: 'MediaKey', code: 'invalid_key' }] },
        { outcome: 'insert' },
        { outcome: 'insert' },
      ])
  })

  it('finds another key where a listing that has moved on still bears it', async () => {
    await ingest('media', [photo('m1', 'QOBRIX_1'), photo('m1', 'QOBRIX_2')])
    await database.pool.query(
      `update public.mls_listings set origin_key = 'QOBRIX_new' where origin_key = 'QOBRIX_2'`,
    )
    expect(await servedKeys('QOBRIX_new')).toEqual(['m1~QOBRIX_2'])
    await ingest('property', [listing('QOBRIX_2', 'CY', { ListingId: 'again' })])
    expect(outcomes(await ingest('media', [photo('m1', 'QOBRIX_2')]))).toEqual(['insert'])
    expect(await servedKeys('QOBRIX_2')).toEqual([expect.stringMatching(/^m1~QOBRIX_2~[0-9a-f-]{36}$/)])
  })

  it('shows one file once where a source sends it for the lease row too', async () => {
    await ingest('media', [photo('m1', 'QOBRIX_1')])
    await ingest('property', [listing('QOBRIX_1_LEASE')])
    expect(await servedKeys('QOBRIX_1_LEASE')).toEqual(['m1~QOBRIX_1_LEASE'])
    expect(outcomes(await ingest('media', [photo('m1', 'QOBRIX_1_LEASE')]))).toEqual(['insert'])
    expect(await servedKeys('QOBRIX_1_LEASE')).toHaveLength(1)
    expect(outcomes(await ingest('media', [photo('m1', 'QOBRIX_1', { Order: 4 })]))).toEqual(['refresh'])
    expect(await servedKeys('QOBRIX_1_LEASE')).toHaveLength(1)
  })
})

describe('media and their listing find each other', () => {
  it('takes waiting media to the listing', async () => {
    await ingest('media', [photo('m1', 'QOBRIX_1')])
    await ingest('property', [listing('QOBRIX_1')])
    expect(await servedKeys('QOBRIX_1')).toEqual(['m1'])
    expect(await photosCount('QOBRIX_1')).toBe(1)
  })

  it.each([['unchanged', at(2)], ['stale', at(1)]])(
    'even where the next record is %s',
    async (outcome, times) => {
      await ingest('media', [photo('m1', 'QOBRIX_1', at(2))])
      await ingest('property', [listing('QOBRIX_1')])
      await database.pool.query('update public.mls_listing_media set listing_id = null') // as if both had come at once
      expect(outcomes(await ingest('media', [photo('m1', 'QOBRIX_1', times)]))).toEqual([outcome])
      expect(await servedKeys('QOBRIX_1')).toEqual(['m1'])
    },
  )

  it('takes media along when the source gives a listing another key', async () => {
    await ingest('property', [listing('QOBRIX_1')])
    await ingest('media', [photo('m1', 'QOBRIX_1'), photo('m2', 'QOBRIX_1')])
    await ingest('media', [photo('m2', 'QOBRIX_9', { ShortDescription: 'Early' }), photo('m3', 'QOBRIX_9')])
    await database.pool.query(`update public.mls_listings set origin_key = 'QOBRIX_9'`)
    expect((await servedKeys('QOBRIX_9')).sort()).toEqual(['m1', 'm2', 'm3'])
    expect(outcomes(await ingest('media', ['m1', 'm2', 'm3'].map((key) => photo(key, 'QOBRIX_9'))))).toEqual([
      'unchanged',
      'unchanged',
      'unchanged',
    ].map(() => expect.stringMatching(/unchanged|refresh/)))
    expect((await servedKeys('QOBRIX_9')).sort()).toEqual(['m1', 'm2', 'm3'])
  })
})
