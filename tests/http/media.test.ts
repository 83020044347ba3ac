import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { openStorage } from '../../functions/_shared/media/storage.ts'
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
  rules,
  settle,
  stored,
  usePhotoHub,
  work,
} from '../support/photo-hub.ts'
import { photo, refuses, sends } from '../support/photo-origin.ts'
import { picture, tracesIn } from '../support/pictures.ts'
import { demoClient } from './odata-client.ts'

/** Pictures of sources: fetched from their host, made smaller by a worker, served from here, and removed again. */
usePhotoHub()
emptied()

const served = async (of: string) =>
  await (await demoClient(hub, 'partner_all')).all(
    `/Media?$filter=ResourceRecordKey eq '${of}'&$orderby=Order`,
  )

describe('a photo of a source', () => {
  it('is linked, then copied, then shown from here in three sizes without what the camera wrote', async () => {
    await ingest('property', [listing('QOBRIX_1')])
    await ingest('media', [media('m1', 'QOBRIX_1', '/1.jpg', { ImageWidth: 9, ImageHeight: 9 })])
    expect(await served('QOBRIX_1')).toMatchObject([{ MediaURL: `${origin.url}/1.jpg` }])
    await hub.pool.query(`select mls.media_worker_seen('test')`)
    expect(await copy()).toEqual({ stored: 0, variants: 1, failed: 0, waiting: 0, removed: 0 })
    expect(await row('m1')).toMatchObject({ copy_status: 'pending', media_url: `${origin.url}/1.jpg` })
    await work()

    const shown = await row('m1')
    expect(shown).toMatchObject({
      copy_status: 'stored',
      source_url: `${origin.url}/1.jpg`,
      mime_type: 'image/webp',
      image_width: 320,
      image_height: 240,
    })
    expect(Object.keys(shown.resolution_urls).sort()).toEqual(['jpeg', 'large', 'medium', 'thumbnail'])
    expect(await served('QOBRIX_1')).toMatchObject([{
      MediaURL: shown.resolution_urls.large.url,
      MediaType: 'image/webp',
      ImageWidth: 320,
      ImageSizeBytes: shown.resolution_urls.large.bytes,
    }])
    for (const name of await stored('mls-public')) {
      const bytes = await bytesOf(`${hub.apiUrl}/storage/v1/object/public/mls-public/${name}`)
      expect([name, tracesIn(bytes), Buffer.from(bytes).includes('script')]).toEqual([name, [], false])
    }
    expect(await stored('mls-originals')).toEqual([])
    const { rows: [file] } = await hub.pool.query('select * from mls_media_files')
    expect(file).toMatchObject({
      status: 'ready',
      width: 320,
      height: 240,
      dominant_colour: expect.any(String),
    })
    expect(Number(file.difference_hash)).not.toBeNaN()
    // captions change, the picture stays
    await ingest('media', [
      media('m1', 'QOBRIX_1', '/1.jpg', { ShortDescription: 'Pool', ImageWidth: 9, ImageHeight: 9 }),
    ])
    expect(await row('m1')).toMatchObject({
      title: 'Pool',
      media_url: shown.media_url,
      image_width: 320,
      copy_status: 'stored',
    })
    expect(await copy()).toMatchObject({ stored: 0, variants: 0, waiting: 0 })
    expect(origin.asked).toHaveLength(1)
  })

  it('is shown as it is, without its metadata, where no worker makes sizes; and in sizes once one comes', async () => {
    await ingest('property', [listing('QOBRIX_1')])
    await ingest('media', [media('m1', 'QOBRIX_1', '/1.jpg')])
    expect(await copy()).toMatchObject({ stored: 1 })
    const { media_url, resolution_urls } = await row('m1')
    expect(Object.keys(resolution_urls)).toEqual(['plain'])
    expect(tracesIn(await bytesOf(media_url))).toEqual([])
    await work()
    expect((await row('m1')).media_url).toMatch(/large\.webp$/)
    expect(await served('QOBRIX_1')).toMatchObject([{ MediaURL: (await row('m1')).media_url }])
  })

  it('is fetched once for an address and stored once for a content, however many listings show it', async () => {
    const same = await photo('same')
    for (const path of ['/a.jpg', '/b.jpg']) origin.answers.set(path, sends(same))
    await ingest('property', [listing('QOBRIX_1'), listing('QOBRIX_2')])
    await ingest('media', [
      media('m1', 'QOBRIX_1', '/a.jpg'),
      media('m1', 'QOBRIX_2', '/a.jpg'),
      media('m2', 'QOBRIX_2', '/b.jpg'),
    ])
    await settle()
    expect(origin.asked.map(({ path }) => path).sort()).toEqual(['/a.jpg', '/b.jpg'])
    const { rows } = await hub.pool.query(
      'select count(*)::int as n, count(distinct media_url)::int as urls from mls_listing_media where file_sha256 is not null',
    )
    expect(rows).toEqual([{ n: 3, urls: 1 }])
    expect((await hub.pool.query('select from mls_media_files')).rowCount).toBe(1)
  })

  it('keeps being shown while its next address is copied', async () => {
    await ingest('property', [listing('QOBRIX_1')])
    await ingest('media', [media('m1', 'QOBRIX_1', '/1.jpg')])
    await settle()
    const before = await row('m1')
    await ingest('media', [media('m1', 'QOBRIX_1', '/2.jpg')])
    expect(await row('m1')).toMatchObject({
      copy_status: 'pending',
      media_url: before.media_url,
      file_sha256: before.file_sha256,
    })
    await settle()
    const after = await row('m1')
    expect(after).toMatchObject({ copy_status: 'stored' })
    expect(after.file_sha256).not.toBe(before.file_sha256)
  })

  it('is looked at again when its source says that it changed', async () => {
    const at = (day: number) => ({ X_QobrixModified: `2026-03-0${day}T10:00:00Z` })
    await ingest('property', [listing('QOBRIX_1')])
    await ingest('media', [media('m1', 'QOBRIX_1', '/1.jpg', at(1))])
    await settle()
    const before = await row('m1')
    origin.answers.set('/1.jpg', sends(await photo('another')))
    await ingest('media', [media('m1', 'QOBRIX_1', '/1.jpg', at(2))])
    expect(await row('m1')).toMatchObject({ copy_status: 'stored', media_url: before.media_url })
    await settle()
    expect((await row('m1')).file_sha256).not.toBe(before.file_sha256)
    // gone at the source: what we have stays
    origin.answers.set('/1.jpg', refuses(404))
    await ingest('media', [media('m1', 'QOBRIX_1', '/1.jpg', at(3))])
    await settle()
    expect(await row('m1')).toMatchObject({
      copy_status: 'stored',
      copy_error: expect.stringMatching(/^not_found/),
    })
  })
})

describe('rules of a source', () => {
  it('forbid links: the photo is served once it is copied, the listing at once', async () => {
    await rules({ hotlink: 'forbidden' })
    origin.answers.set('/gone.jpg', refuses(404))
    await ingest('property', [listing('QOBRIX_1')])
    await ingest('media', [media('m1', 'QOBRIX_1', '/1.jpg'), media('m2', 'QOBRIX_1', '/gone.jpg')])
    const { all } = await demoClient(hub, 'partner_all')
    const photos = async () => (await all(`/Property?$filter=ListingKey eq 'QOBRIX_1'&$select=PhotosCount`))
    expect(await served('QOBRIX_1')).toEqual([])
    expect(await photos()).toMatchObject([{ PhotosCount: 0 }])
    await settle()
    expect(await served('QOBRIX_1')).toMatchObject([{
      MediaKey: 'm1',
      MediaURL: expect.stringContaining('large.webp'),
    }])
    expect(await photos()).toMatchObject([{ PhotosCount: 1 }])
    expect(await row('m2')).toMatchObject({
      copy_status: 'failed',
      media_url: null,
      copy_error: expect.stringMatching(/^not_found: /),
    })
  })

  it('know addresses that expire: a new signature is no new picture', async () => {
    await rules({ hotlink: 'expires' })
    await ingest('property', [listing('QOBRIX_1')])
    await ingest('media', [media('m1', 'QOBRIX_1', '/1.jpg?sig=1')])
    expect(await served('QOBRIX_1')).toEqual([])
    origin.answers.set('/1.jpg', refuses(403))
    await hub.pool.query(`select mls.media_worker_seen('test')`)
    expect(await copy()).toMatchObject({ waiting: 1 })
    expect((await hub.pool.query('select last_error_code from mls_media_jobs')).rows).toEqual([{
      last_error_code: 'address_expired',
    }])
    // the next reading of the source brings a fresh one, and that is tried at once
    origin.answers.delete('/1.jpg')
    await ingest('media', [media('m1', 'QOBRIX_1', '/1.jpg?sig=2')])
    await settle()
    expect(await served('QOBRIX_1')).toHaveLength(1)
    const asked = origin.asked.length
    await ingest('media', [media('m1', 'QOBRIX_1', '/1.jpg?sig=3')])
    await settle()
    expect(origin.asked).toHaveLength(asked)
  })

  it('may want no copy at all', async () => {
    await rules({ copy: false })
    await ingest('property', [listing('QOBRIX_1')])
    await ingest('media', [media('m1', 'QOBRIX_1', '/1.jpg')])
    expect(await row('m1')).toMatchObject({ copy_status: 'linked', media_url: `${origin.url}/1.jpg` })
    expect((await hub.pool.query('select from mls_media_jobs')).rowCount).toBe(0)
    await rules({ copy: false, hotlink: 'forbidden' })
    await ingest('media', [media('m1', 'QOBRIX_1', '/2.jpg')])
    expect(await row('m1')).toMatchObject({ copy_status: 'forbidden', media_url: null, is_servable: false })
  })

  it('keep originals where they say so, for nobody to see', async () => {
    await rules({ originals: 'keep' })
    await ingest('property', [listing('QOBRIX_1')])
    await ingest('media', [media('m1', 'QOBRIX_1', '/1.jpg')])
    await settle()
    const [name] = await stored('mls-originals')
    for (const route of ['public/', 'authenticated/', '']) {
      const original = await fetch(`${hub.apiUrl}/storage/v1/object/${route}mls-originals/${name}`)
      await original.body?.cancel()
      expect([route, original.ok]).toEqual([route, false])
    }
  })

  it('have what a source withdraws removed at once, unless another listing shows it', async () => {
    await rules({ keep_days: 0 })
    origin.answers.set('/same.jpg', sends(await photo('same')))
    await ingest('property', [listing('QOBRIX_1'), listing('QOBRIX_2')])
    await ingest('media', [
      media('m1', 'QOBRIX_1', '/withdrawn.jpg'),
      media('m2', 'QOBRIX_1', '/same.jpg'),
      media('m3', 'QOBRIX_2', '/same.jpg'),
    ])
    await settle()
    const [gone, kept] = [(await row('m1')).media_url, (await row('m2')).media_url]
    await hub.pool.query(`update mls_listings set origin_deleted = true where origin_key = 'QOBRIX_1'`)
    expect(await copy()).toMatchObject({ removed: 1 })
    const dead = await fetch(gone)
    await dead.body?.cancel()
    expect(dead.ok).toBe(false)
    await bytesOf(kept)
    expect((await stored('mls-public')).filter((name) => gone.includes(name.split('/')[2]!))).toEqual([])
    // it comes back, and so do its pictures
    await hub.pool.query(`update mls_listings set origin_deleted = false where origin_key = 'QOBRIX_1'`)
    await settle()
    expect(await row('m1')).toMatchObject({ copy_status: 'stored', media_url: gone })
    await bytesOf(gone)
    // a single picture
    await hub.pool.query(`update mls_listing_media set origin_deleted = true where media_key in ('m2', 'm3')`)
    await copy()
    const second = await fetch(kept)
    await second.body?.cancel()
    expect(second.ok).toBe(false)
  })

  it('otherwise give it days, in which its return costs nothing', async () => {
    await ingest('property', [listing('QOBRIX_1')])
    await ingest('media', [media('m1', 'QOBRIX_1', '/1.jpg')])
    await settle()
    await hub.pool.query(`update mls_listings set origin_deleted = true where origin_key = 'QOBRIX_1'`)
    expect(await copy()).toMatchObject({ removed: 0 })
    const days = `select extract(day from remove_after - now())::int as days from mls_media_files`
    expect((await hub.pool.query(days)).rows).toEqual([{ days: 29 }])
    await hub.pool.query(`update mls_listings set origin_deleted = false where origin_key = 'QOBRIX_1'`)
    expect((await hub.pool.query(days)).rows).toEqual([{ days: null }])
    expect(origin.asked).toHaveLength(1)
  })
})

describe('an upload', () => {
  it('takes the same road', async () => {
    await ingest('property', [listing('QOBRIX_1')])
    const { rows: [{ id }] } = await hub.pool.query('select id from mls_listings')
    await openStorage().upload('mls-media', `${id}/a.jpg`, picture('photo.jpg'), 'image/jpeg')
    await hub.pool.query(
      `insert into mls_listing_media (listing_id, tenant_id, resource_record_key, originating_office_key, media_key, origin_system, storage_path)
       select id, tenant_id, origin_key, originating_office_key, 'up', 'MANUAL', id || '/a.jpg' from mls_listings`,
    )
    await settle()
    expect(await row('up')).toMatchObject({
      copy_status: 'stored',
      mime_type: 'image/webp',
      image_width: 32,
      image_height: 48,
    })
  })
})
