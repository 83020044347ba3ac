import { beforeEach, describe, expect, it } from 'vitest'
import {
  claim,
  database,
  ingest,
  listing,
  offices,
  photo,
  photosCount,
  served,
  servedKeys,
  useMediaDatabase,
} from '../support/media-batches.ts'

/** What may stand in MediaURL. */
useMediaDatabase()

describe('the URL of a file', () => {
  beforeEach(() => ingest('property', [listing('QOBRIX_1')]))

  it.each([
    'javascript:alert(1)',
    ' JavaScript:alert(1)',
    'java\tscript:alert(1)',
    '\u0001javascript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'ftp://example.com/x.jpg',
    'https:/evil.example',
    '\\evil',
  ])('is dropped with a warning when it is %j', async (MediaURL) => {
    const [result] = await ingest('media', [photo('m1', 'QOBRIX_1', { MediaURL })])
    expect(result).toMatchObject({
      outcome: 'insert',
      warnings: [{ field: 'MediaURL', code: 'unsupported_url' }],
    })
    await neitherServedNorCounted()
  })

  it.each([
    null,
    '',
    ' ',
    'photo.jpg',
    'files/x.jpg',
    '/files/x.jpg',
    'dQw4w9WgXcQ',
    'https://',
    'http:///x.jpg',
    'https://?x',
  ])(
    'that is %j gives a picture no address, which is said',
    async (MediaURL) => {
      for (const X_QobrixMediaCategory of ['photos', 'floorplans']) {
        const [result] = await ingest('media', [photo('m1', 'QOBRIX_1', { MediaURL, X_QobrixMediaCategory })])
        expect(result!.warnings).toMatchObject([{ field: 'MediaURL', code: 'no_address' }])
      }
      await neitherServedNorCounted()
    },
  )

  /** Before a claim, after it, and where the broker publishes. */
  async function neitherServedNorCounted(): Promise<void> {
    const check = async () =>
      expect([await served('QOBRIX_1'), await photosCount('QOBRIX_1')]).toEqual([[], 0])
    await check()
    await claim('QOBRIX_1')
    await check()
    await database.pool.query(`update mls_listings set status = 'PUBLISHED'`)
    await check()
    const { rows } = await database.pool.query(
      `select mls.delivery_listing(id) -> 'media' as media, mls.guard_has_photo(l, null) as has_photo from mls_listings l`,
    )
    expect(rows).toEqual([{ media: [], has_photo: false }])
  }

  it.each([
    ['https://example.com/a b.jpg', 'https://example.com/a b.jpg'],
    ['HTTP://example.com/x.jpg', 'HTTP://example.com/x.jpg'],
    ['//cdn.example/x.jpg', 'https://cdn.example/x.jpg'],
    ['/\\cdn.example/x.jpg', 'https://cdn.example/x.jpg'],
    ['/files/x:1.jpg', 'https://crm.example/files/x:1.jpg'],
  ])('is %j stored as %j', async (MediaURL, expected) => {
    await database.pool.query(
      `update public.mls_offices set extensions = '{"media_base_url": "https://crm.example/"}' where office_key = $1`,
      [offices.CY],
    )
    const [result] = await ingest('media', [photo('m1', 'QOBRIX_1', { MediaURL })])
    expect(result!.warnings).toBeUndefined()
    expect(await served('QOBRIX_1')).toMatchObject([{ MediaURL: expected }])
  })

  it('of a film may be the id that its site gave it, and none at all is no film', async () => {
    const film = { MediaType: 'video/mp4', X_QobrixMediaCategory: 'videos', MediaCategory: 'Video' }
    const results = await ingest('media', [
      photo('m1', 'QOBRIX_1', { ...film, MediaURL: 'dQw4w9WgXcQ' }),
      photo('m2', 'QOBRIX_1', { ...film, MediaURL: '' }),
    ])
    expect(results.map(({ warnings }) => warnings)).toEqual([undefined, undefined])
    expect(await served('QOBRIX_1')).toMatchObject([{ MediaKey: 'm1', MediaURL: 'dQw4w9WgXcQ' }])
  })

  it('that a source mends later is served and counted from then on', async () => {
    await ingest('media', [photo('m1', 'QOBRIX_1', { MediaURL: '' }), photo('m2', 'QOBRIX_1')])
    expect(await photosCount('QOBRIX_1')).toBe(1)
    await ingest('media', [
      photo('m1', 'QOBRIX_1'),
      photo('m2', 'QOBRIX_1', { MediaURL: 'javascript:alert(1)' }),
    ])
    expect(await servedKeys('QOBRIX_1')).toEqual(['m1'])
    expect(await photosCount('QOBRIX_1')).toBe(1)
  })

  it('is checked for what is written directly, too', async () => {
    await expect(database.pool.query(
      `insert into public.mls_listing_media (tenant_id, listing_id, resource_record_key, originating_office_key, media_key, media_url)
       select tenant_id, id, origin_key, originating_office_key, 'x', 'javascript:alert(1)' from public.mls_listings`,
    )).rejects.toMatchObject({ code: '23514' })
  })
})
