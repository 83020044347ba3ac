import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import {
  bytesOf,
  copy,
  emptied,
  hub,
  ingest,
  listing,
  media,
  origin,
  row,
  settle,
  usePhotoHub,
} from '../support/photo-hub.ts'
import { photo, refuses, sends } from '../support/photo-origin.ts'

/** What hosts of pictures answer, what operators are told of it, and what portals are given. */
usePhotoHub()
emptied()

describe('what a host answers', () => {
  const outcome = async (path: string) => {
    await ingest('property', [listing('QOBRIX_1')])
    await ingest('media', [media('m1', 'QOBRIX_1', path)])
    await settle()
    const { copy_status, copy_error, media_url } = await row('m1')
    const shown = media_url === null ? null : media_url.startsWith(origin.url) ? 'source' : 'ours'
    return [copy_status, copy_error?.split(':')[0] ?? null, shown]
  }

  it.each<[string, () => void | Promise<void>, (string | null)[]]>([
    [
      'HTML that calls itself a photo',
      () => void origin.answers.set('/x', sends(Buffer.from('<html>'.padEnd(99)), 'image/jpeg')),
      ['failed', 'not_a_picture', null],
    ],
    [
      'an SVG',
      () => void origin.answers.set('/x', sends(Buffer.from('<svg onload="x()"/>'), 'image/svg+xml')),
      ['failed', 'not_a_picture', null],
    ],
    [
      'a photo that calls itself HTML',
      async () => void origin.answers.set('/x', sends(await photo('lie'), 'text/html')),
      ['stored', null, 'ours'],
    ],
    [
      'a format that is not decoded',
      () =>
        void origin.answers.set(
          '/x',
          sends(Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic'.padEnd(64)), 'image/heic'),
        ),
      ['failed', 'unsupported_format', 'source'],
    ],
    ['more bytes than are taken', () =>
      void origin.answers.set('/x', (_, response) => {
        response.writeHead(200, { 'content-length': 40_000_000 })
        response.write('\xff\xd8\xff')
      }), ['failed', 'too_large', 'source']],
    ['nothing any more', () => void origin.answers.set('/x', refuses(410)), ['failed', 'not_found', null]],
    ['a way that never ends', () => void origin.answers.set('/x', refuses(302, { location: '/x' })), [
      'failed',
      'redirect_refused',
      'source',
    ]],
    ['a way inwards', () => void origin.answers.set('/x', refuses(302, { location: 'http://10.0.0.1/' })), [
      'failed',
      'redirect_refused',
      'source',
    ]],
    [
      'another address of its own',
      () => void origin.answers.set('/x', refuses(301, { location: '/elsewhere.jpg' })),
      ['stored', null, 'ours'],
    ],
  ])('%s', async (_, prepare, expected) => {
    await prepare()
    expect(await outcome('/x')).toEqual(expected)
  })

  it('half a photo, twice: it is taken as it is, with a flag; once: the whole one is', async () => {
    const whole = await photo('whole')
    const half = whole.slice(0, Math.floor(whole.length * 0.6))
    origin.answers.set('/x', sends(half))
    expect(await outcome('/x')).toEqual(['stored', null, 'ours'])
    expect((await hub.pool.query('select flags, status from mls_media_files')).rows).toEqual([{
      flags: ['truncated'],
      status: 'ready',
    }])
    let times = 0
    origin.answers.set('/y', (...args) => sends(times++ === 0 ? half.slice(0, -9) : whole)(...args))
    await ingest('media', [media('m2', 'QOBRIX_1', '/y')])
    await settle()
    expect(await row('m2')).toMatchObject({ copy_status: 'stored' })
    const { rows } = await hub.pool.query(
      `select f.flags from mls_media_files f join mls_listing_media m on m.file_sha256 = f.sha256 where m.media_key = 'm2'`,
    )
    expect(rows).toEqual([{ flags: [] }])
  })

  it('too many requests: it is left alone for as long as it says', async () => {
    origin.answers.set('/x', refuses(429, { 'retry-after': '120' }))
    await ingest('property', [listing('QOBRIX_1')])
    await ingest('media', [media('m1', 'QOBRIX_1', '/x')])
    await ingest('media', [media('m2', 'QOBRIX_1', '/y')])
    await hub.pool.query(
      `update mls_media_jobs set asked_at = now() - interval '1 hour', next_attempt_at = now() - interval '1 hour'
      where address like '%/x'`,
    )
    await copy()
    const { rows: [lane] } = await hub.pool.query(
      "select open_until > now() + interval '100 seconds' as rests from mls.media_lanes",
    )
    expect(lane.rests).toBe(true)
    const asked = origin.asked.length
    await ingest('media', [media('m3', 'QOBRIX_1', '/z')])
    await copy()
    expect(origin.asked).toHaveLength(asked)
  })
})

describe('who watches', () => {
  const ask = async (path: string) => {
    const response = await fetch(hub.functionsUrl + path, {
      headers: { Authorization: `Bearer ${await hub.token('operator')}` },
    })
    return { status: response.status, body: await response.json() }
  }

  it('sees figures, reasons by host, and why a picture is shown as it is', async () => {
    origin.answers.set('/gone.jpg', refuses(404))
    await ingest('property', [listing('QOBRIX_1')])
    await ingest('media', [
      media('m1', 'QOBRIX_1', '/1.jpg?key=secret'),
      media('m2', 'QOBRIX_1', '/gone.jpg'),
    ])
    expect((await ask('/egress/explain?media=m1')).body.pictures).toMatchObject([{
      status: 'pending',
      why: 'It waits for its copy.',
    }])
    await settle()
    const { body: status } = await ask('/admin/status')
    expect(status.media).toMatchObject({
      files: { ready: 1, copied: 0, failed: 0 },
      pictures: { stored: 1, failed: 1 },
      queue: { copy: { waiting: 0 }, variants: { waiting: 0 } },
      failed: [{ host: origin.url.slice(7), code: 'not_found', pictures: 1 }],
      has_worker: true,
    })
    const { body } = await ask('/egress/explain?media=QOBRIX_1')
    expect(body.pictures).toMatchObject([
      { media_key: 'm1', status: 'stored', why: 'It is stored here.', file: { status: 'ready' } },
      {
        media_key: 'm2',
        status: 'failed',
        shown: false,
        shown_address: null,
        error: 'not_found: The host answered 404.',
      },
    ])
    expect(JSON.stringify(body)).not.toContain('secret')
    expect((await ask('/egress/explain?media=nothing')).status).toBe(404)
  })

  it('is told when pictures wait too long', async () => {
    await ingest('property', [listing('QOBRIX_1')])
    await ingest('media', [media('m1', 'QOBRIX_1', '/1.jpg')])
    const codes = async () =>
      (await hub.pool.query('select code from mls.media_alerts()')).rows.map(({ code }) => code)
    expect(await codes()).toEqual([])
    await hub.pool.query(`update mls_media_jobs set next_attempt_at = now() - interval '1 hour' where true`)
    expect(await codes()).toEqual(['media_overdue'])
    await copy()
    await hub.pool.query(`update mls_media_jobs set asked_at = now() - interval '1 hour' where true`)
    expect(await codes()).toEqual(['variants_waiting'])
  })
})

describe('portals', () => {
  it('are given JPEG, unless they take WebP', async () => {
    await ingest('property', [listing('QOBRIX_1')])
    await ingest('media', [media('m1', 'QOBRIX_1', '/1.jpg')])
    await settle()
    const told = async (format: string) =>
      (await hub.pool.query(
        `select mls.delivery_listing(id, $1) -> 'media' -> 0 as photo from mls_listings`,
        [format],
      )).rows[0].photo
    expect(await told('jpeg')).toMatchObject({
      mime_type: 'image/jpeg',
      url: expect.stringMatching(/large\.jpg$/),
    })
    expect(await told('webp')).toMatchObject({
      mime_type: 'image/webp',
      url: expect.stringMatching(/large\.webp$/),
    })
    expect(Buffer.from(await bytesOf((await told('jpeg')).url)).subarray(0, 3).toString('hex')).toBe('ffd8ff')
  })
})
