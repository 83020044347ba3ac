import { beforeEach, describe, expect, it } from 'vitest'
import {
  at,
  database,
  documents,
  type Gold,
  ingest,
  listing,
  outcomes,
  photo,
  photosCount,
  servedKeys,
  stored,
  useMediaDatabase,
} from '../support/media-batches.ts'

/** Which files are served as photos. */
useMediaDatabase()

describe('documents are never served as photos', () => {
  beforeEach(() => ingest('property', [listing('QOBRIX_1'), listing('DASH_1', 'HU')]))

  it('keeps a document when the column of its category has gone', async () => {
    await ingest('media', [photo('scan', 'QOBRIX_1', { ...documents, ...at(1) })])
    const { X_QobrixMediaCategory: _, ...rest } = photo('scan', 'QOBRIX_1', {
      ...at(2),
      ShortDescription: 'Deed',
    })
    await ingest('media', [rest])
    expect(await stored('true')).toMatchObject([
      { media_category: 'document', source_category: 'documents', title: 'Deed' },
    ])
    await ingest('media', [{ ...rest, ...at(3), X_QobrixMediaCategory: null }])
    expect(await servedKeys('QOBRIX_1')).toEqual([])
  })

  it('keeps every value whose column has gone', async () => {
    await ingest('media', [
      photo('m1', 'QOBRIX_1', { ShortDescription: 'Pool', ImageWidth: 800, Extra: 'kept' }),
    ])
    const { ShortDescription: _, ImageWidth: __, MediaURL: ___, ...rest } = photo('m1', 'QOBRIX_1', {
      Order: 3,
    })
    expect(outcomes(await ingest('media', [rest]))).toEqual(['refresh'])
    expect(await stored('true')).toMatchObject([
      {
        title: 'Pool',
        image_width: 800,
        display_order: 3,
        media_url: 'https://photos.example/m1.jpg',
        extensions: { Extra: 'kept' },
      },
    ])
    expect(outcomes(await ingest('media', [rest]))).toEqual(['unchanged'])
  })

  it.each(
    [
      ['without source times', 'DASH_1', 'HU', {}],
      ['with times that mean nothing', 'DASH_1', 'HU', at(5)],
      ['of the same time', 'QOBRIX_1', 'CY', at(5)],
      ['of a newer time', 'QOBRIX_1', 'CY', at(6)],
    ] as const,
  )('follows a reclassification as document %s', async (_, key, market, times) => {
    await ingest('media', [photo('m1', key, at(5), market)])
    expect(await servedKeys(key)).toEqual(['m1'])
    expect(outcomes(await ingest('media', [photo('m1', key, { ...times, ...documents }, market)]))).toEqual([
      'refresh',
    ])
    expect(await servedKeys(key)).toEqual([])
    expect(outcomes(await ingest('media', [photo('m1', key, at(5), market)]))).toEqual(['stale'])
    expect(await servedKeys(key)).toEqual([])
  })

  it('lets a document become a photo only by a newer record that says so', async () => {
    const send = async (values: Gold) => outcomes(await ingest('media', [photo('m1', 'QOBRIX_1', values)]))
    await send({ ...documents, ...at(2) })
    expect(await send({ ...at(3), X_QobrixMediaCategory: null })).toEqual(['stale'])
    expect(await send({ X_QobrixModified: null })).toEqual(['stale'])
    expect(await send(at(2))).toEqual(['stale'])
    // seen again with a newer time: what is older than that stays out
    expect(await send({ ...documents, ...at(4) })).toEqual(['unchanged'])
    expect(await send(at(3))).toEqual(['stale'])
    expect(await servedKeys('QOBRIX_1')).toEqual([])
    expect(await send(at(5))).toEqual(['refresh'])
    expect(await servedKeys('QOBRIX_1')).toEqual(['m1'])
  })

  it.each([
    [['photos', 'documents'], 'document'],
    [['documents', 'photos', 'floorplans'], 'document'],
    [['floorplans', 'photos'], 'image'],
    [['photos', 'floorplans'], 'image'],
  ])('reads one file under %s in one batch as %s, in any order of days', async (categories, expected) => {
    for (const times of [[1, 1, 1], [1, 2, 3], [3, 2, 1]]) {
      if (expected === 'image' && times[0] !== times[1]) continue // the newest decides
      await database.pool.query('delete from public.mls_listing_media')
      await ingest(
        'media',
        categories.map((name, n) =>
          photo('m1', 'QOBRIX_1', { X_QobrixMediaCategory: name, ...at(times[n]!) })
        ),
      )
      expect(await stored('true')).toMatchObject([{ media_category: expected }])
    }
  })

  it.each([
    [' Documents ', 'image/jpeg', 'Photo', 'document'],
    ['DOCUMENT', 'image/jpeg', 'Photo', 'document'],
    ['Legal documents', 'video/mp4', 'Video', 'document'],
    ['photos', 'application/pdf', 'Photo', 'document'],
    [null, 'application/PDF; name=x', 'Photo', 'document'],
    [null, 'application/msword', 'Photo', 'document'],
    [null, 'text/html', 'Photo', 'document'],
    [null, 'image/jpeg', 'Document', 'document'],
    ['Brochure', 'application/pdf', 'Document', 'document'],
    ['floorplans', 'application/pdf', 'Document', 'floorplan'],
    ['Floor plans', 'image/png', 'Photo', 'floorplan'],
    ['photos', 'binary/octet-stream', 'Photo', 'image'],
    [null, 'binary/octet-stream', 'Photo', 'document'],
    ['photos', 'application/octet-stream', 'Photo', 'image'],
    [null, null, 'Photo', 'image'],
    [null, ' Image/JPEG', 'Photo', 'image'],
    ['photos', 'video/mp4', 'Photo', 'video'],
    ['Video', 'text/html', 'Photo', 'video'],
    ['Virtual tour', 'text/html', 'Photo', 'tour'],
    [null, 'audio/mpeg', 'Photo', 'audio'],
    // RESO's look-up MediaType has short names
    [null, 'jpeg', 'Photo', 'image'],
    [null, 'PNG ', 'Photo', 'image'],
    [null, 'quicktime', 'Photo', 'video'],
    [null, 'mp3', null, 'audio'],
    [null, 'pdf', 'Photo', 'document'],
    [null, 'docx', null, 'document'],
    ['documents', 'jpeg', 'Photo', 'document'],
  ])('reads category %j, %j, %j as %s', async (category, mime, gold, expected) => {
    const { rows } = await database.pool.query('select mls.media_category($1, $2, $3) as is', [
      category,
      gold,
      mime,
    ])
    expect(rows[0].is).toBe(expected)
  })

  it('counts no document as a photo', async () => {
    await ingest('media', [
      photo('m1', 'QOBRIX_1'),
      photo('m2', 'QOBRIX_1'),
      photo('m3', 'QOBRIX_1', documents),
    ])
    expect(await photosCount('QOBRIX_1')).toBe(2)
    await ingest('media', [photo('m2', 'QOBRIX_1', documents)])
    expect(await photosCount('QOBRIX_1')).toBe(1)
    await database.pool.query(
      `update public.mls_listing_media set is_distributable = false where origin_media_key = 'm1'`,
    )
    expect(await photosCount('QOBRIX_1')).toBe(0)
  })
})
