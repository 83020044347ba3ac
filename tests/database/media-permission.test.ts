import { beforeEach, describe, expect, it } from 'vitest'
import {
  claim,
  database,
  type Gold,
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

/** RESO's Media.Permission: what its source keeps for a closed circle is nobody's outside, and is not copied. */
useMediaDatabase()

const permit = (key: string, permission: unknown, more: Gold = {}) =>
  ingest('media', [photo(key, 'QOBRIX_1', { Permission: permission, ...more })])
const waiting = async () =>
  (await database.pool.query<{ key: string }>(
    `select m.origin_media_key as key from mls_media_jobs j join mls_listing_media m on m.id = j.media_id order by 1`,
  )).rows.map(({ key }) => key)
/** Of the photos of the listing, what portals, the website and the guard of publishing see. */
const told = async () =>
  (await database.pool.query(
    `select (select array_agg(m ->> 'media_key' order by 1) from jsonb_array_elements(mls.delivery_listing(l.id) -> 'media') m) as portals,
       mls.guard_has_photo(l, null) as has_photo from mls_listings l where l.origin_key = 'QOBRIX_1'`,
  )).rows[0]

describe('a word', () => {
  const words: Record<'closed' | 'open', (string | null)[]> = {
    closed: [
      'Private',
      'PRIVATE',
      ' private ',
      'Agent Only',
      'AgentOnly',
      'agent_only',
      'Agents Only',
      'Firm Only',
      'FirmOnly',
      'Office Only',
      'office-only',
      'MLS Only',
      'Members Only',
      'For Agents Only',
      'Agent',
      'Office Use',
      'Confidential',
      'Not Public',
      'Non-Public',
      'IDX,VOW,Agent Only',
      'Private,Public',
      '["Firm Only", "IDX"]',
      'Public;Private',
    ],
    open: [
      null,
      '',
      'Public',
      'IDX',
      'Idx',
      'VOW',
      'Vow',
      'IDX,VOW',
      'Public,IDX,VOW',
      'IDX Only',
      'Everyone',
      'Все',
      'Marketing',
      'Y',
      'x'.repeat(5_000),
    ],
  }
  it.each(Object.entries(words))('that is %s', async (kind, list) => {
    const { rows } = await database.pool.query(
      'select w.word, mls.is_for_everybody(w.word) as open from unnest($1::text[]) w (word)',
      [list],
    )
    expect(rows.filter(({ open }) => open !== (kind === 'open'))).toEqual([])
  })
})

describe('a photo for a closed circle', () => {
  beforeEach(() => ingest('property', [listing('QOBRIX_1')]))

  it('is kept and nowhere shown, counted or copied; its neighbours are', async () => {
    await permit('m1', 'Agent Only')
    expect(await told()).toEqual({ portals: null, has_photo: false })
    await permit('m2', 'Public,IDX')
    await ingest('media', [photo('m3', 'QOBRIX_1')])
    expect(await servedKeys('QOBRIX_1')).toEqual(['m2', 'm3'])
    expect(await photosCount('QOBRIX_1')).toBe(2)
    expect(await told()).toEqual({ portals: ['m2', 'm3'], has_photo: true })
    expect(await waiting()).toEqual(['m2', 'm3'])
    // whoever works on the listing sees it at its source
    expect(await stored(`origin_media_key = 'm1'`)).toMatchObject([{
      is_servable: false,
      copy_status: 'linked',
      copy_asked_at: null,
      media_url: 'https://photos.example/m1.jpg',
    }])
    const { rows: [{ why }] } = await database.pool.query(
      `select mls.explain_media('m1') -> 0 ->> 'why' as why`,
    )
    expect(why).toBe('Its source keeps it for a closed circle (Permission Agent Only).')
  })

  it('goes and comes with the word of its source; one that is not said again stays, null opens', async () => {
    await permit('m1', 'Public')
    expect(await waiting()).toEqual(['m1'])
    expect(outcomes(await permit('m1', 'Private'))).toEqual(['refresh'])
    expect(await servedKeys('QOBRIX_1')).toEqual([])
    expect(await waiting()).toEqual([])
    await ingest('media', [photo('m1', 'QOBRIX_1', { ShortDescription: 'Pool' })])
    expect(await servedKeys('QOBRIX_1')).toEqual([])
    await permit('m1', null, { ShortDescription: 'Pool' })
    expect(await servedKeys('QOBRIX_1')).toEqual(['m1'])
    expect(await photosCount('QOBRIX_1')).toBe(1)
    expect(await waiting()).toEqual(['m1'])
  })

  it('loses the copy that it had, which goes at once', async () => {
    await permit('m1', 'Public')
    const sha256 = 'a'.repeat(64)
    await database.pool.query(
      `insert into mls_media_files (tenant_id, sha256, bytes, mime_type, width, height, status, variants)
       select tenant_id, $1, 1, 'image/webp', 1, 1, 'ready', '{"large": {"path": "x.webp", "width": 1, "height": 1, "bytes": 1, "mime_type": "image/webp"}}'
       from mls_listing_media`,
      [sha256],
    )
    await database.pool.query(
      `select mls.show_file(array[m.id], f, 'https://cdn.example') from mls_listing_media m, mls_media_files f`,
    )
    expect(await served('QOBRIX_1')).toMatchObject([{ MediaURL: 'https://cdn.example/x.webp' }])
    await permit('m1', 'Firm Only')
    expect(await stored('true')).toMatchObject([{
      file_sha256: null,
      resolution_urls: null,
      is_servable: false,
    }])
    const { rows } = await database.pool.query('select sha256 from mls.take_unused_media(10)')
    expect(rows).toEqual([{ sha256 }])
  })

  it('follows its source where the listing is claimed, and is not shown by the lease sibling', async () => {
    await ingest('property', [listing('QOBRIX_1_LEASE')])
    await permit('m1', 'Public')
    expect(await servedKeys('QOBRIX_1_LEASE')).toEqual(['m1~QOBRIX_1_LEASE'])
    await claim('QOBRIX_1')
    expect(await servedKeys('QOBRIX_1')).toEqual(['m1'])
    expect(outcomes(await permit('m1', 'Office Only'))).toEqual(['track'])
    expect(await servedKeys('QOBRIX_1')).toEqual([])
    expect(await photosCount('QOBRIX_1')).toBe(0)
    expect(await servedKeys('QOBRIX_1_LEASE')).toEqual([])
    await permit('m1', 'IDX')
    expect([...await servedKeys('QOBRIX_1'), ...await servedKeys('QOBRIX_1_LEASE')]).toEqual([
      'm1',
      'm1~QOBRIX_1_LEASE',
    ])
  })
})
