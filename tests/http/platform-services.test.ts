import { createClient } from '@supabase/supabase-js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../database.types.ts'
import { type App, appOf, dataOf } from '../support/apps.ts'
import { type Hub, startHub } from '../support/hub.ts'
import { picture } from '../support/pictures.ts'

/**
 * The services of the platform on the local stack answer as they do on a hosted project: what an app developer sees here
 * holds there. Each line is a difference that the library behind them had.
 */
let hub: Hub
let broker: App
let listing: string

beforeAll(async () => {
  hub = await startHub({ rest: true })
  broker = appOf(hub, 'broker_cy')
  listing =
    dataOf(await broker.rpc('create_listing', { listing: { city: 'Paphos', list_price: 1633800.5 } })).id
})
afterAll(() => hub?.stop())

describe('the Data API', () => {
  const raw = async (path: string, user = 'broker_cy') => {
    const response = await fetch(`${hub.apiUrl}/rest/v1/${path}`, {
      headers: { apikey: hub.publishableKey, Authorization: `Bearer ${hub.users[user]!.access_token}` },
    })
    return response.json()
  }

  it('answers decimals as numbers, times as ISO 8601, days and objects as they are', async () => {
    await hub.pool.query(
      `update mls_listings set list_price = 1633800.50, living_area = 0.30, latitude = 34.5, longitude = 33, close_date = '2026-01-31',
         status_changed_at = '2026-01-31 09:30:00.123456+02', extensions = '{"X_Fee": 1.50, "X_Deep": {"a": [1]}}' where id = $1`,
      [listing],
    )
    const columns =
      'list_price,living_area,latitude,close_date,status_changed_at,extensions,claimed_at,version'
    const [row] = await raw(`mls_listings?id=eq.${listing}&select=${columns}`)
    expect(row).toEqual({
      list_price: 1633800.5,
      living_area: 0.3,
      latitude: 34.5,
      close_date: '2026-01-31',
      status_changed_at: '2026-01-31T07:30:00.123456+00:00',
      extensions: { X_Fee: 1.5, X_Deep: { a: [1] } },
      claimed_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+\+00:00$/),
      version: expect.any(Number),
    })
    const [embedded] = await raw(`mls_listing_checklist_items?select=mls_listings(${columns})&limit=1`)
    expect(embedded.mls_listings).toEqual(row)
    expect(
      dataOf(await broker.rpc('edit_extra_fields', { listing_id: listing, fields: { X_LivingRooms: 2 } })),
    )
      .toMatchObject({ list_price: 1633800.5, status_changed_at: row.status_changed_at })
  })

  it.each([
    ['a check', '23514', 400],
    ['a missing value', '23502', 400],
    ['a repeated key', '23505', 409],
    ['a broken reference', '23503', 409],
  ])('tells the violation of %s by its own code', async (name, code, status) => {
    const service = createClient(hub.apiUrl, hub.secretKey, { auth: { persistSession: false } })
    const members = service.from('mls_members')
    const { data: tenant } = await service.from('mls_tenants').select('id, code').eq('code', 'CY').single()
    const member = { tenant_id: tenant!.id, origin_member_key: 'M1', originating_office_key: 'x' }
    const attempts: Record<string, () => PromiseLike<{ status: number; error: { code: string } | null }>> = {
      'a check': () => members.insert({ ...member, origin_member_key: '' }),
      'a missing value': () =>
        members.insert({ ...member, originating_office_key: null as unknown as string }),
      'a repeated key': () => members.insert([member, { ...member }]),
      'a broken reference': () => members.insert({ ...member, tenant_id: listing }),
    }
    const { status: answered, error } = await attempts[name]!()
    expect([answered, error?.code]).toEqual([status, code])
  })

  it('tells what a function raises: its message, status 400, and what the workflow refuses, 409', async () => {
    const unknown = await broker.rpc('create_listing', { listing: { no_such_column: 1 } })
    expect([unknown.status, unknown.error?.code, unknown.error?.message]).toEqual([
      400,
      '22023',
      'create_listing does not take no_such_column.',
    ])
    const held = await broker.rpc('claim_listing', { listing_id: listing })
    expect([held.status, held.error?.code, held.error?.message]).toEqual([409, 'PT409', 'already_claimed'])
    expect([(await broker.from('mls_listings').update({ name: 'all' })).error?.code]).toEqual(['21000'])
  })
})

describe('Storage', () => {
  const bucket = (app = broker) => app.storage.from('mls-media')
  const jpeg = () => new Blob([picture('photo.jpg')], { type: 'image/jpeg' })
  const path = (name: string) => `${listing}/${name}`
  const idOf = (name: string) =>
    hub.pool.query('select id from storage.objects where name = $1', [path(name)]).then(({ rows }) =>
      rows[0]?.id
    )

  it('takes a file as form and as bytes, and says what it is', async () => {
    for (
      const body of [
        jpeg(),
        picture('photo.jpg'),
        new File([picture('photo.jpg')], 'фото.jpg', { type: 'image/jpeg' }),
      ]
    ) {
      const name = `${crypto.randomUUID()}.jpg`
      const { data, error } = await bucket().upload(path(name), body, {
        contentType: 'image/jpeg',
        cacheControl: '60',
      })
      expect(error).toBeNull()
      expect(data).toMatchObject({
        path: path(name),
        fullPath: `mls-media/${path(name)}`,
        id: await idOf(name),
      })
      const { rows } = await hub.pool.query(
        'select owner_id, metadata from storage.objects where name = $1',
        [path(name)],
      )
      expect(rows[0]).toMatchObject({
        owner_id: hub.users.broker_cy!.id,
        metadata: { mimetype: 'image/jpeg', size: picture('photo.jpg').length, cacheControl: 'max-age=60' },
      })
    }
  })

  it('takes a name once unless told to replace, and refuses what hosted Storage does', async () => {
    await bucket().upload(path('once.jpg'), jpeg())
    const twice = await bucket().upload(path('once.jpg'), jpeg())
    expect(twice.error).toMatchObject({ status: 400, statusCode: '409' })
    expect((await bucket().upload(path('once.jpg'), jpeg(), { upsert: true })).error).toBeNull()
    expect((await bucket().update(path('once.jpg'), jpeg())).error).toBeNull()
    for (const name of ['терраса.jpg', 'Λεμεσός.png', 'café.jpg']) {
      const { error } = await bucket().upload(path(name), jpeg())
      expect([name, error?.message]).toEqual([name, expect.stringMatching(/^Invalid key: /)])
    }
    const foreign = await appOf(hub, 'broker_hu').storage.from('mls-media').upload(path('theirs.jpg'), jpeg())
    expect(foreign.error).toMatchObject({ statusCode: '403' })
    const html = await bucket().upload(path('x.html'), new Blob(['x'], { type: 'text/html' }))
    expect(html.error).toMatchObject({ statusCode: '415' })
  })

  it('lists a folder: names within it, folders once and without an id', async () => {
    for (const name of ['list/b.jpg', 'list/a.jpg', 'list/deep/c.jpg', 'list/deep/d.jpg']) {
      await bucket().upload(path(name), jpeg())
    }
    const names = async (options = {}) =>
      dataOf(await bucket().list(path('list'), options)).map(({ name }) => name)
    expect(await names()).toEqual(['a.jpg', 'b.jpg', 'deep'])
    expect(await names({ sortBy: { column: 'name', order: 'desc' }, limit: 2 })).toEqual(['deep', 'b.jpg'])
    expect(await names({ offset: 1 })).toEqual(['b.jpg', 'deep'])
    expect(await names({ search: 'a' })).toEqual(['a.jpg'])
    expect(dataOf(await bucket().list(listing)).find(({ name }) => name === 'list')).toMatchObject({
      id: null,
    })
    expect(dataOf(await bucket(appOf(hub, 'broker_hu')).list(listing))).toEqual([])
    expect(dataOf(await bucket(appOf(hub)).list(listing))).toEqual([])
  })

  it('signs addresses, one, many and for uploads, also with a name to keep and a size to be made', async () => {
    await bucket().upload(path('signed one.jpg'), jpeg())
    const { signedUrl } = dataOf(
      await bucket().createSignedUrl(path('signed one.jpg'), 60, { download: 'view.jpg' }),
    )
    const response = await fetch(signedUrl)
    expect([response.status, response.headers.get('content-disposition')]).toEqual([
      200,
      `attachment; filename*=UTF-8''view.jpg`,
    ])
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(picture('photo.jpg'))
    const forged = await fetch(signedUrl.replace('token=', 'token=x'))
    expect([forged.status, (await forged.json()).error]).toEqual([400, 'InvalidJWT'])
    const many = dataOf(await bucket().createSignedUrls([path('signed one.jpg'), path('nowhere.jpg')], 60))
    expect(many.map(({ error, signedUrl }) => [error === null, Boolean(signedUrl)])).toEqual([[true, true], [
      false,
      false,
    ]])
    const resized = dataOf(
      await bucket().createSignedUrl(path('signed one.jpg'), 60, { transform: { width: 10 } }),
    )
    expect((await fetch(resized.signedUrl)).status).toBe(200)
    const later = dataOf(await bucket().createSignedUploadUrl(path('later.jpg')))
    expect((await bucket(appOf(hub)).uploadToSignedUrl(later.path, later.token, jpeg())).error).toBeNull()
    expect(await idOf('later.jpg')).toBeTruthy()
    expect((await bucket(appOf(hub, 'broker_hu')).createSignedUrl(path('later.jpg'), 60)).error).not
      .toBeNull()
  })

  it('is wholly open to the secret key, and read without any key where a bucket is public', async () => {
    const service = createClient<Database>(hub.apiUrl, hub.secretKey, { auth: { persistSession: false } })
    expect(dataOf(await service.storage.listBuckets()).map(({ id }) => id).sort()).toEqual([
      'mls-documents',
      'mls-media',
      'mls-originals',
      'mls-public',
    ])
    await service.storage.from('mls-public').upload('x/plain.jpg', jpeg(), { contentType: 'image/jpeg' })
    const { data: { publicUrl } } = service.storage.from('mls-public').getPublicUrl('x/plain.jpg')
    expect(publicUrl.startsWith(`${hub.apiUrl}/storage/v1/object/public/`)).toBe(true)
    for (const address of [publicUrl, publicUrl.replace('/object/', '/render/image/')]) {
      const response = await fetch(address)
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/jpeg'])
      await response.body?.cancel()
    }
    const written = await broker.storage.from('mls-public').upload('x/mine.jpg', jpeg())
    expect(written.error).toMatchObject({ statusCode: '403' })
    expect(dataOf(await service.storage.from('mls-public').remove(['x/plain.jpg', 'x/nowhere.jpg'])))
      .toHaveLength(1)
  })
})
