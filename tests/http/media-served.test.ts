import { beforeAll, describe, expect, it } from 'vitest'
import { formats } from '../../functions/_shared/delivery/feeds/formats.ts'
import { runJob } from '../support/apps.ts'
import { deadOnes, findPictures, type Pictures, syndicateToAllFormats } from '../support/crawl.ts'
import {
  copy,
  hub,
  ingest,
  listing,
  media,
  opened,
  origin,
  rules,
  settle,
  usePhotoHub,
} from '../support/photo-hub.ts'
import { refuses } from '../support/photo-origin.ts'
import { runWorkerImage } from '../support/worker-image.ts'

/**
 * Whoever reads OData, the search, a feed or the website gets addresses that open a picture, or none; and what is withdrawn,
 * hidden or over is nowhere from that moment on.
 */
usePhotoHub()
/** One of each format. */
let feeds: string[]
let ids: string[]

beforeAll(async () => {
  await rules({ keep_days: 0 })
  const keys = [1, 2, 3, 4, 5, 6, 7].map((n) => `QOBRIX_P${n}`)
  await ingest('property', [...keys, 'QOBRIX_1', 'QOBRIX_2'].map((key) => listing(key)))
  await ingest(
    'media',
    keys.flatMap((key, i) =>
      [0, 1].map((order) => media(`m${i}${order}`, key, `/p/${i}/${order}.jpg`, { Order: order }))
    ),
  )
  const { rows } = await hub.pool.query<{ id: string }>(
    `update mls_listings set status = 'PUBLISHED', city = 'Paphos', property_type = 'Residential', property_class = 'RESI',
       property_subtype = 'penthouse', list_price = 100000, currency_code = 'EUR', bedrooms = 3, living_area = 120.5,
       name = 'Home ' || origin_key, public_remarks = 'A home by the sea, ' || origin_key
     where origin_key = any ($1) returning id`,
    [keys],
  )
  ids = rows.map(({ id }) => id)
  await hub.pool.query(`update mls_offices set phone = '+357 26 000000' where office_key = 'SHARPSIR-CY-001'`)
  feeds = Object.values(await syndicateToAllFormats(hub.pool)).sort()
  expect(feeds).toHaveLength(Object.keys(formats).length)
  await settle()
})

async function offered(): Promise<Pictures> {
  await runJob(hub, 'feeds')
  return await findPictures({ ...hub, token: await hub.token('partner_all'), feeds })
}
/** Doors that offer a picture of a row. */
const doorsOf = (pictures: Pictures, sha256: string) =>
  [
    ...new Set(
      [...pictures].filter(([address]) => address.includes(sha256)).flatMap(([, doors]) => [...doors]),
    ),
  ].sort()
const photo = async (key: string) =>
  (await hub.pool.query('select * from mls_listing_media where media_key = $1', [key])).rows[0]

describe('the doors', () => {
  it('offer each picture, and each address opens one', async () => {
    const pictures = await offered()
    expect(await deadOnes(pictures)).toEqual([])
    for (let i = 0; i < ids.length; i++) {
      const { file_sha256 } = await photo(`m${i}0`)
      expect(doorsOf(pictures, file_sha256)).toEqual([...feeds, 'odata', 'website'].sort())
    }
    expect([...pictures.keys()].filter((address) => address.startsWith(origin.url))).toEqual([])
  })

  it('offer nothing more of what is withdrawn, hidden or gone, in the same moment', async () => {
    const reasons: Record<string, [key: string, sql: string]> = {
      'its source withdrew it': [
        'm00',
        `update mls_listing_media set origin_deleted = true where media_key = 'm00'`,
      ],
      'it was hidden here': ['m10', `update mls_listing_media set is_hidden = true where media_key = 'm10'`],
      'it may not be given on': [
        'm20',
        `update mls_listing_media set is_distributable = false where media_key = 'm20'`,
      ],
      'its source withdrew the listing': [
        'm30',
        `update mls_listings set origin_deleted = true where origin_key = 'QOBRIX_P4'`,
      ],
      'the listing is withdrawn': [
        'm40',
        `update mls_listings set status = 'WITHDRAWN' where origin_key = 'QOBRIX_P5'`,
      ],
      'its source keeps it for agents': [
        'm60',
        `update mls_listing_media set extensions = '{"Permission": "Agent Only"}' where media_key = 'm60'`,
      ],
      'the listing is gone': ['m50', `delete from mls_listings where origin_key = 'QOBRIX_P6'`],
    }
    const before = new Map<string, { file_sha256: string; media_url: string }>()
    for (const [reason, [key, sql]] of Object.entries(reasons)) {
      before.set(reason, await photo(key))
      await hub.pool.query(sql)
    }
    const pictures = await offered()
    for (const [reason, { file_sha256 }] of before) {
      // RESO tells of a listing that was withdrawn, with its pictures, to who may read all
      expect([reason, doorsOf(pictures, file_sha256)]).toEqual([
        reason,
        reason === 'the listing is withdrawn' ? ['odata'] : [],
      ])
    }
    expect(await deadOnes(pictures)).toEqual([])
    // the rules of the source say: at once
    await copy()
    for (const [reason, { media_url }] of before) {
      expect([reason, await opened(media_url)]).toEqual([
        reason,
        expect.stringMatching(reason === 'the listing is withdrawn' ? /^image/ : /^4/),
      ])
    }
    expect(await deadOnes(await offered())).toEqual([])
  })

  it('offer no address that was good for a time only, before the copy is there and after it failed', async () => {
    await rules({ hotlink: 'expires' })
    origin.answers.set('/signed.jpg', refuses(403))
    await ingest('media', [media('signed', 'QOBRIX_1', '/signed.jpg?signature=1', { Order: 2 })])
    const signed = async () =>
      [...(await offered()).keys()].filter((address) => address.includes('signature'))
    expect(await signed()).toEqual([])
    await settle()
    expect(await photo('signed')).toMatchObject({ copy_status: 'failed', media_url: null })
    expect(await signed()).toEqual([])
    origin.answers.delete('/signed.jpg')
    await ingest('media', [media('signed', 'QOBRIX_1', '/signed.jpg?signature=2', { Order: 2 })])
    await settle()
    expect(await signed()).toEqual([])
    const { file_sha256 } = await photo('signed')
    expect(doorsOf(await offered(), file_sha256)).toContain('odata')
    expect(await deadOnes(await offered())).toEqual([])
  })
})

describe('times of a listing', () => {
  const times = async (key = 'QOBRIX_2') =>
    (await hub.pool.query(
      `select s."PhotosChangeTimestamp" as photos, s."ModificationTimestamp" as modified, s."PhotosCount" as count,
         (select count(*)::int from mls_entity_events e where e.resource = 'Property' and e.record_key = $1) as events
       from served_property s where s."ListingKey" = $1`,
      [key],
    )).rows[0]

  it('move with the links, and once more when copies take their place, all of a report together', async () => {
    await rules({})
    const before = await times()
    await ingest(
      'media',
      [0, 1, 2, 3].map((order) => media(`t${order}`, 'QOBRIX_2', `/t/${order}.jpg`, { Order: 10 + order })),
    )
    const linked = await times()
    expect(linked).toMatchObject({ count: before.count + 4, events: before.events + 1 })
    expect(linked.photos > before.photos).toBe(true)
    await settle()
    const copied = await times()
    expect(copied).toMatchObject({ count: linked.count, events: linked.events + 1 })
    expect(copied.photos > linked.photos).toBe(true)
    expect(copied.modified > linked.modified).toBe(true)
  })

  it('stand still while nothing of the photos changes: the same batch, another title of a plan, another look', async () => {
    const before = await times()
    const again = [0, 1, 2, 3].map((order) =>
      media(`t${order}`, 'QOBRIX_2', `/t/${order}.jpg`, { Order: 10 + order })
    )
    await ingest('media', again)
    await ingest('media', again.map((record) => ({ ...record, X_QobrixModified: '2026-05-01T10:00:00Z' })))
    await settle()
    expect((await times()).photos).toEqual(before.photos)
    expect((await times()).events).toBe(before.events)
  })

  it('move when two change places, and when one leaves', async () => {
    const before = await times()
    await ingest('media', [
      media('t0', 'QOBRIX_2', '/t/0.jpg', { Order: 11 }),
      media('t1', 'QOBRIX_2', '/t/1.jpg', { Order: 10 }),
    ])
    const moved = await times()
    expect(moved.photos > before.photos).toBe(true)
    expect(moved).toMatchObject({ count: before.count, events: before.events + 1 })
    await hub.pool.query(`update mls_listing_media set origin_deleted = true where media_key = 't0'`)
    const less = await times()
    expect(less.photos > moved.photos).toBe(true)
    expect(less).toMatchObject({ count: before.count - 1, events: moved.events + 1 })
  })
})

describe('the token of a source', () => {
  const token = 'token-of-the-source'
  const host = () => new URL(origin.url).host
  /** What of the token a request for a path brought. */
  const brought = (path: string) => {
    const { authorization, 'user-agent': agent } =
      origin.asked.findLast((asked) => asked.path === path)!.headers
    return { authorization, agent }
  }
  const nothing = { authorization: undefined, agent: 'mls-hub' }
  const fetched = async (name: string, values: Record<string, unknown>) => {
    await hub.pool.query(`update mls_sources set media = $1 where code = 'tokens'`, [JSON.stringify(values)])
    await ingest('media', [media(name, 'QOBRIX_1', `/${name}.jpg`, { Order: 50 })])
    await settle()
    expect(await photo(name)).toMatchObject({ copy_status: 'stored' })
    return brought(`/${name}.jpg`)
  }

  beforeAll(async () => {
    const { rows: [source] } = await hub.pool.query(
      `insert into mls_sources (tenant_id, office_key, code, name, provider, key_prefix)
       select tenant_id, office_key, 'tokens', 'Tokens', 'QOBRIX', 'QOBRIX_' from mls_offices where office_key = 'SHARPSIR-CY-001'
       returning id`,
    )
    await hub.pool.query(`select mls.keep_source_secret($1, 'credentials', $2)`, [
      source.id,
      JSON.stringify({ token }),
    ])
  })

  it('goes along as the source wants it, to the hosts that its rules name', async () => {
    const rules = { token_hosts: [host()] }
    expect(await fetched('bearer', { ...rules, auth: 'bearer' })).toEqual({
      authorization: `Bearer ${token}`,
      agent: 'mls-hub',
    })
    expect(await fetched('agent', { ...rules, auth: 'user_agent' })).toEqual({
      authorization: undefined,
      agent: token,
    })
    expect(await fetched('none', { ...rules, auth: 'none' })).toEqual(nothing)
    expect(await fetched('elsewhere', { auth: 'bearer', token_hosts: ['media.example'] })).toEqual(nothing)
    expect(await fetched('nowhere', { auth: 'user_agent' })).toEqual(nothing)
  })

  it('does not follow a redirect, is told to nobody who looks, and is in no log', async () => {
    origin.answers.set('/moved.jpg', refuses(302, { location: '/target.jpg' }))
    expect(await fetched('moved', { auth: 'bearer', token_hosts: [host()] })).toMatchObject({
      authorization: `Bearer ${token}`,
    })
    expect(brought('/target.jpg')).toEqual(nothing)
    const { rows } = await hub.pool.query('select mls.explain_media($1) as told', ['moved'])
    expect(JSON.stringify(rows) + hub.output.join()).not.toContain(token)
  })
})

it('the image of the worker holds all that it needs to make a picture', async () => {
  await rules({})
  await ingest('media', [media('image', 'QOBRIX_1', '/image.jpg', { Order: 70 })])
  await hub.pool.query(`select mls.media_worker_seen('test')`)
  expect(await copy()).toMatchObject({ variants: 1 })
  expect(
    await runWorkerImage(['--once'], {
      SUPABASE_URL: hub.apiUrl,
      SUPABASE_SECRET_KEYS: JSON.stringify({ default: hub.secretKey }),
      SUPABASE_DB_URL: hub.dbUrl,
    }),
  ).toMatchObject({ code: 0, output: expect.stringContaining('1 pictures made, 0 refused') })
  expect(await photo('image')).toMatchObject({ copy_status: 'stored' })
})
