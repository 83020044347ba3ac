import { Buffer } from 'node:buffer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type App, appOf, dataOf, runJob } from '../support/apps.ts'
import { type Hub, startHub } from '../support/hub.ts'
import { picture, tracesIn } from '../support/pictures.ts'
import { demoClient } from './odata-client.ts'

/** From the broker's phone to the world: what is uploaded, what of it anybody may see, and what becomes of the rest. */
let hub: Hub
let broker: App
let listing: string

beforeAll(async () => {
  hub = await startHub({ rest: true })
  broker = appOf(hub, 'broker_cy')
  listing = await newListing()
})
afterAll(() => hub?.stop())

async function newListing(): Promise<string> {
  return dataOf(
    await broker.rpc('create_listing', { listing: { city: 'Paphos', property_type: 'Residential' } }),
  ).id
}

const upload = async (path: string, bytes = picture('photo.jpg'), type = 'image/jpeg') =>
  dataOf(await broker.storage.from('mls-media').upload(path, new Blob([bytes], { type })))

const addRow = (
  values: { storage_path?: string; media_url?: string; media_category?: string; title?: string },
) => broker.from('mls_listing_media').insert({ listing_id: listing, ...values }).select('*').single()

async function add(path: string, bytes?: Uint8Array<ArrayBuffer>, type?: string): Promise<string> {
  await upload(path, bytes, type)
  return dataOf(await addRow({ storage_path: path })).id
}

const row = async (id: string) =>
  dataOf(await broker.from('mls_listing_media').select('*').eq('id', id).single())

const run = async (job: string) => (await runJob(hub, job)).result

const hasPhoto = async () =>
  (await hub.pool.query('select mls.guard_has_photo(l, null) as it from mls_listings l where id = $1', [
    listing,
  ])).rows[0].it

/** Lets the time of grace pass. */
async function graceIsOver(): Promise<void> {
  await hub.pool.query(`select mls.find_orphans('0 seconds')`)
  await hub.pool.query(`update mls.orphan_files set found_at = found_at - interval '2 days' where true`)
}

const stored = async (bucket: string) =>
  (await hub.pool.query('select name from storage.objects where bucket_id = $1 order by name', [bucket])).rows
    .map(({ name }) => name as string)

describe('a row', () => {
  it('names a file that was uploaded for its listing, or an address; nothing else is taken', async () => {
    const other = await newListing()
    await upload(`${other}/theirs.jpg`)
    const wrong = [
      { storage_path: `${listing}/never.jpg` },
      { storage_path: `${other}/theirs.jpg` },
      { storage_path: `${listing}/../${other}/theirs.jpg` },
      { storage_path: '' },
      {},
      { media_url: '' },
      { media_url: 'photo.jpg' },
      { media_url: 'https://' },
      { media_url: 'https://example.com/a.jpg', storage_path: `${other}/theirs.jpg` },
    ]
    for (const values of wrong) {
      const { status, error } = await addRow(values)
      expect([values, status, error?.code]).toEqual([values, 400, '22023'])
    }
    for (const media_url of ['javascript:alert(1)', 'data:image/png;base64,x', '//example.com/x.jpg']) {
      const { status, error } = await addRow({ media_url })
      expect([status, error?.code]).toEqual([400, expect.stringMatching(/^22023|23514$/)])
    }
    expect(await hasPhoto()).toBe(false)
    expect((await addRow({ media_url: 'https://photos.example/a.jpg' })).data).toMatchObject({
      is_servable: true,
      copy_status: 'pending',
    })
    expect(await hasPhoto()).toBe(true)
    await hub.pool.query('delete from mls_listing_media where listing_id = $1', [listing])
  })

  it('is made once per file, also by a retry', async () => {
    const path = `${listing}/twice.jpg`
    const id = await add(path)
    expect((await addRow({ storage_path: path })).error?.code).toBe('23505')
    await hub.pool.query('delete from mls_listing_media where id = $1', [id])
  })
})

describe('an uploaded photo', () => {
  it('gets an address that anybody can open, without place and name; the original stays private', async () => {
    const path = `${listing}/terrace.jpg`
    const id = await add(path)
    expect(await row(id)).toMatchObject({
      copy_status: 'pending',
      media_url: null,
      is_servable: false,
      mime_type: 'image/jpeg',
      file_size_bytes: picture('photo.jpg').length,
    })
    expect(await hasPhoto()).toBe(true)
    expect(await run('media')).toMatchObject({ stored: 1, failed: 0, waiting: 0 })

    const published = await row(id)
    expect(published).toMatchObject({
      copy_status: 'stored',
      is_servable: true,
      image_width: 32,
      image_height: 48,
    })
    const response = await fetch(published.media_url!)
    const bytes = new Uint8Array(await response.arrayBuffer())
    expect([response.status, response.headers.get('content-type'), response.headers.get('cache-control')])
      .toEqual([200, 'image/jpeg', 'max-age=31536000, immutable'])
    expect(tracesIn(bytes)).toEqual([])
    expect(bytes.length).toBe(published.file_size_bytes)

    for (const route of ['public/', 'authenticated/', '']) {
      const original = await fetch(`${hub.apiUrl}/storage/v1/object/${route}mls-media/${path}`)
      await original.body?.cancel()
      expect([route, original.ok]).toEqual([route, false])
    }
    expect((await appOf(hub, 'broker_hu').storage.from('mls-media').download(path)).error).not.toBeNull()
    const own = dataOf(await broker.storage.from('mls-media').download(path))
    expect(tracesIn(new Uint8Array(await own.arrayBuffer()))).toContain('GPSLatitude')
    expect(await run('media')).toMatchObject({ stored: 0, failed: 0, waiting: 0 })
  })

  it('is in the API, the feeds, the payload of Dash, the website and the photo count', async () => {
    await hub.pool.query(
      `insert into mls_listing_syndications (listing_id, portal_id, status)
       select $1, p.id, 'ACTIVE' from mls_portal_definitions p join mls_tenants t on t.id = p.tenant_id
       where t.code = 'CY' and p.channel_type = 'WEBSITE' on conflict do nothing`,
      [listing],
    )
    await hub.pool.query(
      `update mls_listings set status = 'PUBLISHED', list_price = 1000, name = 'Villa', public_remarks = 'x' where id = $1`,
      [listing],
    )
    const { media_url: url } = dataOf(
      await broker.from('mls_listing_media').select('media_url').eq('listing_id', listing).single(),
    )
    const { all } = await demoClient(hub, 'partner_all')
    const media = await all(
      `/Media?$filter=ResourceRecordKey eq 'MANUAL_${listing}'&$select=MediaURL,ImageWidth`,
    )
    expect(media).toMatchObject([{ MediaURL: url, ImageWidth: 32 }])
    expect(await all(`/Property?$filter=ListingKey eq 'MANUAL_${listing}'&$select=PhotosCount`))
      .toMatchObject([{ PhotosCount: 1 }])
    const { rows: [delivered] } = await hub.pool.query('select mls.delivery_listing($1) as it', [listing])
    expect(delivered.it.media).toMatchObject([{ url, mime_type: 'image/jpeg' }])
    const home = dataOf(await appOf(hub).from('listings_public').select('photos').eq('id', listing).single())
    expect(home.photos).toEqual([{ url }])
  })

  it('is stored once however often its content is uploaded, and in every format that may be published', async () => {
    await add(`${listing}/again.jpg`)
    await add(`${listing}/plan.png`, picture('photo.png'), 'image/png')
    // what a file is, its bytes say
    await add(`${listing}/web.jpg`, picture('photo.webp'))
    expect(await run('media')).toMatchObject({ stored: 3, failed: 0, waiting: 0 })
    expect((await stored('mls-public')).map((name) => name.split('/').pop()).sort()).toEqual([
      'plain.jpg',
      'plain.png',
      'plain.webp',
    ])
    const { rows } = await hub.pool.query('select variants, sha256 from mls_media_files order by mime_type')
    expect(rows).toHaveLength(3)
    for (const name of await stored('mls-public')) {
      const copy = await fetch(`${hub.apiUrl}/storage/v1/object/public/mls-public/${name}`)
      expect(tracesIn(new Uint8Array(await copy.arrayBuffer()))).toEqual([])
    }
  })

  it('that is hidden, or turns out to be a document, loses its public copy, and gets one again when it is shown', async () => {
    const id = await add(`${listing}/private.webp`, picture('alpha.webp'), 'image/webp')
    await run('media')
    const { media_url } = await row(id)
    const change = (values: object) => broker.from('mls_listing_media').update(values).eq('id', id)
    await change({ is_hidden: true })
    expect(await row(id)).toMatchObject({ media_url: null, copy_status: 'pending', is_servable: false })
    expect(await run('media')).toMatchObject({ stored: 0, failed: 0, waiting: 0 })
    await graceIsOver()
    await run('media_cleanup')
    const gone = await fetch(media_url!)
    await gone.body?.cancel()
    expect(gone.ok).toBe(false)
    await change({ is_hidden: false })
    expect(await run('media')).toMatchObject({ stored: 1, failed: 0, waiting: 0 })
    expect(await row(id)).toMatchObject({ media_url, is_servable: true })
    await change({ media_category: 'document' })
    expect(await row(id)).toMatchObject({ media_url: null, copy_status: 'linked', is_servable: false })
    await change({ media_category: 'image' })
    expect(await row(id)).toMatchObject({ copy_status: 'pending' })
    await run('media')
  })
})

describe('another domain', () => {
  it('is followed by the addresses of what was published', async () => {
    const id = await add(`${listing}/moved.png`, picture('palette.png'), 'image/png')
    await run('media')
    const { media_url } = await row(id)
    await hub.pool.query(`select mls.readdress_media('https://cdn.example')`)
    expect(await row(id)).toMatchObject({
      media_url: media_url!.replace(/^.*mls-public/, 'https://cdn.example'),
    })
    const base = `${hub.apiUrl}/storage/v1/object/public/mls-public`
    await hub.pool.query('select mls.readdress_media($1)', [base])
    expect(await row(id)).toMatchObject({ media_url })
    const { rows } = await hub.pool.query('select mls.readdress_media($1) as changed', [base])
    expect(rows).toEqual([{ changed: 0 }])
  })
})

describe('a file that is no photo', () => {
  it.each([
    ['text', new Uint8Array(Buffer.from('no picture')), 'unsupported_format'],
    ['HTML', new Uint8Array(Buffer.from('<html><script>alert(1)</script>')), 'unsupported_format'],
    ['AVIF', picture('photo.avif'), 'unsupported_format'],
    ['half a JPEG', picture('photo.jpg').slice(0, 900), 'unreadable'],
    ['nothing', new Uint8Array(), 'unsupported_format'],
  ])('%s is not published; the row says why and the broker gets a task', async (name, bytes, code) => {
    await hub.pool.query('delete from mls_listing_tasks where true; delete from mls_listing_media where true')
    const id = await add(`${listing}/${name.replaceAll(' ', '-')}-${Math.random()}.jpg`, bytes)
    expect(await run('media')).toMatchObject({ stored: 0, failed: 1, waiting: 0 })
    expect(await row(id)).toMatchObject({
      copy_status: 'failed',
      copy_error: expect.stringMatching(`^${code}: `),
      media_url: null,
      is_servable: false,
    })
    expect(await hasPhoto()).toBe(false)
    expect(
      dataOf(
        await broker.from('mls_listing_tasks').select('kind, status, assigned_to').eq('listing_id', listing),
      ),
    )
      .toEqual([{ kind: 'MEDIA', status: 'OPEN', assigned_to: hub.users.broker_cy!.id }])
  })

  it('is not even taken where its type says so', async () => {
    for (const type of ['image/svg+xml', 'text/html', 'image/avif', 'application/octet-stream']) {
      const { error } = await broker.storage.from('mls-media').upload(
        `${listing}/x`,
        new Blob(['x'], { type }),
      )
      expect(error?.message).toContain(type)
    }
    for (const name of ['τεράστια.jpg', 'терраса.jpg', 'café.jpg', 'größe.jpg', 'a\tb.jpg', 'x#y.jpg']) {
      const { error } = await broker.storage.from('mls-media').upload(
        `${listing}/${encodeURIComponent(name)}`,
        new Blob([picture('photo.jpg')], { type: 'image/jpeg' }),
      )
      expect([name, error?.message]).toEqual([name, expect.stringContaining('Invalid key')])
    }
  })
})

describe('files that nobody needs', () => {
  it('are collected after a day; what gets a row meanwhile stays', async () => {
    await hub.pool.query('delete from mls_listing_media where true')
    await graceIsOver()
    await run('media_cleanup')
    expect([await stored('mls-media'), await stored('mls-public')]).toEqual([[], []])

    await upload(`${listing}/forgotten.jpg`)
    await upload(`${listing}/late.jpg`)
    const paper = new Blob(['%PDF-1.7'], { type: 'application/pdf' })
    dataOf(await broker.storage.from('mls-documents').upload(`${listing}/forgotten.pdf`, paper))
    dataOf(await broker.storage.from('mls-documents').upload(`${listing}/deed.pdf`, paper))
    const type = dataOf(await broker.from('mls_document_type_config').select('id').limit(1).single())
    dataOf(
      await broker.from('mls_listing_documents').insert({
        listing_id: listing,
        document_type_id: type.id,
        storage_path: `${listing}/deed.pdf`,
        file_name: 'deed.pdf',
      }).select('id'),
    )
    expect(await run('media_cleanup')).toEqual({})
    dataOf(await addRow({ storage_path: `${listing}/late.jpg` }))
    await graceIsOver()
    expect(await run('media_cleanup')).toEqual({ 'mls-media': 1, 'mls-documents': 1 })
    expect([await stored('mls-media'), await stored('mls-documents')]).toEqual([
      [`${listing}/late.jpg`],
      [`${listing}/deed.pdf`],
    ])
    await run('media')
  })

  it('may be removed by who uploaded them: the photo then disappears everywhere', async () => {
    const id = await add(`${listing}/mistake.jpg`, picture('progressive.jpg'))
    await run('media')
    const { media_url } = await row(id)
    const removed = await broker.storage.from('mls-media').remove([`${listing}/mistake.jpg`])
    expect(removed.data?.map(({ name }) => name)).toEqual([`${listing}/mistake.jpg`])
    expect((await appOf(hub, 'broker_hu').storage.from('mls-media').remove([`${listing}/late.jpg`])).data)
      .toEqual([])
    await graceIsOver()
    await run('media_cleanup')
    expect(await row(id)).toMatchObject({
      media_url: null,
      copy_error: expect.stringMatching(/^file_missing/),
    })
    const copy = await fetch(media_url!)
    await copy.body?.cancel()
    expect(copy.ok).toBe(false)
  })
})

describe('the queue', () => {
  it('gives each picture to one worker, and again when that one is silent', async () => {
    await hub.pool.query('delete from mls_listing_media where true')
    for (const name of ['1.jpg', '2.jpg', '3.jpg']) await add(`${listing}/q${name}`)
    const lease = async () =>
      (await hub.pool.query('select mls.lease_media_copies(2, 60) as job')).rows.map((r) => r.job.media_id)
    const [one, two] = await Promise.all([lease(), lease()])
    expect(new Set([...one, ...two]).size).toBe(one.length + two.length)
    expect([...one, ...await lease(), ...two]).toHaveLength(3)
    expect(await run('media')).toMatchObject({ stored: 0, failed: 0, waiting: 0 })
    await hub.pool.query(`update mls_media_jobs set next_attempt_at = now() where true`)
    expect(await run('media')).toMatchObject({ stored: 3, failed: 0, waiting: 0 })
    expect((await hub.pool.query(`select from mls_media_jobs where kind = 'copy'`)).rowCount).toBe(0)
  })

  it('tries again later what failed for another reason than the picture', async () => {
    const id = await add(`${listing}/later.jpg`)
    await hub.pool.query(
      `select mls.media_not_copied(job || '{"code": "storage_unavailable", "message": "Storage answered 503"}')
       from mls.lease_media_copies(1, 60) job where job ->> 'media_id' = $1`,
      [id],
    )
    expect(await run('media')).toMatchObject({ stored: 0, failed: 0, waiting: 0 })
    expect((await hub.pool.query(`select last_error_code from mls_media_jobs where kind = 'copy'`)).rows)
      .toEqual([
        { last_error_code: 'storage_unavailable' },
      ])
    await hub.pool.query(`update mls_media_jobs set next_attempt_at = now() where true`)
    expect(await run('media')).toMatchObject({ stored: 1, failed: 0, waiting: 0 })
  })
})
