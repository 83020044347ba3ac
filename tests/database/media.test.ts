import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { seedMarkets } from '../support/listings.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createDatabase()
  await seedMarkets(database.pool)
})
afterAll(() => database?.drop())
beforeEach(() =>
  database.pool.query(`
    delete from public.mls_listings; delete from public.mls_listing_media;
    update public.mls_offices set extensions = extensions - 'media_base_url'`)
)

const offices = { CY: 'SHARPSIR-CY-001', HU: 'SHARPSIR-HU-001', KZ: 'SHARPSIR-KZ-001' }
type Market = keyof typeof offices
type Gold = Record<string, unknown>
interface Result {
  outcome: string
  reason?: string
  warnings?: { field: string; code: string }[]
}

/** One batch, answered with one result per record; `context` as the ingest door gives it. */
async function ingest(resource: string, records: Gold[], context: Gold = {}, client?: pg.ClientBase) {
  const { rows } = await (client ?? database.pool).query(
    `select mls.ingest_batch($1, $2::jsonb, $3::jsonb) -> 'receipt' -> 'records' as results`,
    [
      resource,
      JSON.stringify(records.map((r) => ({ r, e: [], w: [] }))),
      JSON.stringify({ client_id: 'test', request_path: 'test', ...context }),
    ],
  )
  return rows[0].results as Result[]
}
const outcomes = (results: Result[]) => results.map(({ outcome, reason }) => reason ?? outcome)

const listing = (key: string, market: Market = 'CY', values: Gold = {}): Gold => ({
  ListingKey: key,
  ListingId: key,
  OriginatingSystemOfficeKey: offices[market],
  StandardStatus: 'Active',
  ...values,
})

/** A photo; `values` may turn it into anything else. */
const photo = (key: string, of: string, values: Gold = {}, market: Market = 'CY'): Gold => ({
  MediaKey: key,
  ResourceRecordKey: of,
  OriginatingSystemOfficeKey: offices[market],
  MediaCategory: 'Photo',
  MediaType: 'image/jpeg',
  MediaURL: `https://photos.example/${key}.jpg`,
  Order: 0,
  X_QobrixMediaCategory: 'photos',
  ...values,
})
const at = (day: number) => ({ X_QobrixModified: `2026-03-0${day}T10:00:00Z` })
const documents = { X_QobrixMediaCategory: 'documents' }

/** What a consumer reads, from the table behind the API. */
async function served(of: string): Promise<Gold[]> {
  const { rows } = await database.pool.query(
    `select "MediaKey", "MediaURL", "Order", "ShortDescription", "LongDescription", "X_IsPrimary" from public.served_media
     where "ResourceRecordKey" = $1 and not is_deleted order by "Order", seq`,
    [of],
  )
  return rows
}
const servedKeys = async (of: string) => (await served(of)).map((row) => row.MediaKey)

async function stored(sql: string, values: unknown[] = []): Promise<Gold[]> {
  return (await database.pool.query(
    `select m.* from public.mls_listing_media m where ${sql} order by seq`,
    values,
  )).rows
}

/** What property_reso and the served table say of the photos of a listing; they must agree. */
async function photosCount(of: string): Promise<number> {
  const { rows } = await database.pool.query(
    `select v."PhotosCount" as viewed, s."PhotosCount" as served
     from public.property_reso v join public.served_property s on s.record_id = v.record_id where v."ListingKey" = $1`,
    [of],
  )
  expect(rows[0].served).toBe(rows[0].viewed)
  return rows[0].viewed
}

const claim = (key: string) =>
  database.pool.query(
    `update public.mls_listings set claimed_at = now(), broker_id = gen_random_uuid(), status = 'DRAFT', claimed_by = gen_random_uuid() where origin_key = $1`,
    [key],
  )

async function connect(): Promise<pg.Client> {
  const client = new pg.Client(database.url)
  await client.connect()
  return client
}

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
