import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Editor, editorOf } from '../support/editor.ts'
import { type Hub, startHub } from '../support/hub.ts'
import { publishListings } from '../support/listings.ts'

/** RESO Web API Add/Edit: changes, who may make them, and two at once. */
const office = 'SHARPSIR-CY-001'
let hub: Hub
let agency: Editor
let standard: Editor
let photographer: Editor
let shown: Editor
let hungary: Editor
let reader: Editor

beforeAll(async () => {
  hub = await startHub({ environment: { MLS_CLIENT_CACHE_SECONDS: '0' } })
  await publishListings(hub.pool, 4, 'QOBRIX_E')
  await hub.pool.query(
    `update public.mls_listings set claimed_at = now(), broker_id = $1 where origin_key <> 'QOBRIX_E4'`,
    [
      '5e1f0000-0000-4000-8000-000000000001',
    ],
  )
  await hub.pool.query(
    `update public.mls_tenants set settings = settings || '{"price_approval_percent": 10}' where code = 'CY'`,
  )
  const own = { offices: ['CSIR'] }
  agency = await editorOf(hub, 'agency', { ...own, edits: ['Property', 'Media'] })
  standard = await editorOf(hub, 'standard', { ...own, edits: ['Property'], profile: 'dd2' })
  photographer = await editorOf(hub, 'photographer', { ...own, edits: ['Media'] })
  shown = await editorOf(hub, 'shown', { ...own, edits: ['Property', 'Media'], api_visibility: 'published' })
  hungary = await editorOf(hub, 'hungary', { offices: ['SHARPSIR-HU-001'], edits: ['Property', 'Media'] })
  reader = await editorOf(hub, 'reader', { ...own, grants: ['Property.*'] })
})
afterAll(() => hub?.stop())

const made = async (content: object = { City: 'Пафос', ListPrice: 100_000, BedroomsTotal: 2 }) =>
  (await agency('POST', '/Property', content)).body as Record<string, unknown> & { ListingKey: string }
const at = (key: string) => `/Property('${key}')`
const timeline = async (key: string) =>
  (await hub.pool.query<{ kind: string; actor: string; details: { fields?: string[] } }>(
    `select t.kind, t.actor, t.details from public.mls_listings l, mls.timeline(l.id, 'market') t
     where coalesce(l.origin_key, 'MANUAL_' || l.id) = $1`,
    [key],
  )).rows

describe('changing', () => {
  test('a draft: what is named changes, the rest stays, and the client is the author', async () => {
    const draft = await made()
    const change = { City: 'Λεμεσός', ListPrice: 105_000, X_LivingRooms: 4, PublicRemarks: null }
    const { status, body, headers } = await agency('PATCH', at(draft.ListingKey), change)
    expect(body).toMatchObject({ ...change, BedroomsTotal: 2 })
    expect(status).toBe(200)
    expect(headers.get('Location')).toMatch(/Property\('MANUAL_/)
    expect(body['@odata.etag']).toMatch(/^W\//)
    expect(body['@odata.etag']).not.toBe(draft['@odata.etag'])
    expect((await agency('GET', at(draft.ListingKey))).body).toEqual(body)
    const told = await timeline(draft.ListingKey)
    expect(new Set(told.map(({ actor }) => actor))).toEqual(new Set(['client:agency']))
    expect(told.filter(({ kind }) => kind === 'price')).toHaveLength(2)
    expect(told.flatMap(({ details }) => details.fields ?? [])).toEqual(
      expect.arrayContaining(['city', 'list_price', 'extensions']),
    )
    const cleared = await agency('PATCH', at(draft.ListingKey), { City: null, X_LivingRooms: null })
    expect(cleared.body).toMatchObject({ City: null, X_LivingRooms: null, ListPrice: 105_000 })
  })

  test('a published listing: everybody reads the change at once', async () => {
    const minimal = await agency('PATCH', at('QOBRIX_E1'), { BedroomsTotal: 9 }, { Prefer: 'return=minimal' })
    expect([minimal.status, minimal.body]).toEqual([204, undefined])
    const read = await reader('GET', at('QOBRIX_E1'))
    expect(read.body).toMatchObject({ BedroomsTotal: 9, City: 'Paphos' })
    expect((await agency('GET', at('QOBRIX_E1'))).headers.get('ETag')).toBe(minimal.headers.get('ETag'))
  })

  test('a record may be sent back as it was read; what is read-only may not be another', async () => {
    for (const client of [agency, standard]) {
      const { body } = await client('GET', at('QOBRIX_E1'))
      const back = await client('PATCH', at('QOBRIX_E1'), body)
      expect(back.body).toMatchObject({ BedroomsTotal: 9, '@odata.etag': body['@odata.etag'] })
      expect(back.status).toBe(200)
    }
    const other = {
      ListingId: 'X',
      StandardStatus: 'Closed',
      ListingKey: 'QOBRIX_E2',
      LeaseAmountFrequency: 'Weekly',
    }
    const { status, body } = await agency('PATCH', at('QOBRIX_E1'), { ...other, City: 'Nowhere' })
    expect(status).toBe(400)
    expect(
      body.error.details.map((detail: { code: string; target: string }) => [detail.code, detail.target])
        .sort(),
    )
      .toEqual(Object.keys(other).sort().map((name) => ['read_only', name]))
    expect((await agency('GET', at('QOBRIX_E1'))).body.City).toBe('Paphos')
  })

  test('numbers as texts where the sender says so', async () => {
    const type = {
      'Content-Type': 'application/json;IEEE754Compatible=true',
      Accept: 'application/json;IEEE754Compatible=true',
    }
    const { body } = await standard(
      'PATCH',
      at('QOBRIX_E1'),
      { ListPrice: '100002.75', YearBuilt: '1999' },
      type,
    )
    expect(body).toMatchObject({ ListPrice: '100002.75', YearBuilt: '1999' })
  })

  test.each<[string, string, object, number, string, string]>([
    ['an unclaimed listing follows its source', 'QOBRIX_E4', { City: 'x' }, 409, 'not_claimed', 'ListingKey'],
    [
      'a large change of a price needs an approval',
      'QOBRIX_E2',
      { ListPrice: 200_000 },
      409,
      'guard_failed',
      'ListPrice',
    ],
    ['a price is not taken away', 'QOBRIX_E2', { ListPrice: null }, 400, 'out_of_range', 'ListPrice'],
    ['nor half of a place set', 'QOBRIX_E2', { Latitude: 34 }, 400, 'missing', 'Longitude'],
    ['a wrong type', 'QOBRIX_E2', { BedroomsTotal: 'two' }, 400, 'invalid_value', 'BedroomsTotal'],
  ])('%s', async (_, key, change, status, code, target) => {
    const answer = await agency('PATCH', at(key), change)
    expect(answer.body.error.details).toEqual([{ code, target, message: expect.stringMatching(/.{10}/) }])
    expect(answer.status).toBe(status)
  })

  test('what is refused in part is not done in part', async () => {
    const { status } = await agency('PATCH', at('QOBRIX_E2'), { City: 'Half', ListPrice: 200_000 })
    expect(status).toBe(409)
    expect((await agency('GET', at('QOBRIX_E2'))).body.City).toBe('Paphos')
  })
})

describe('two at once', () => {
  test.each(['a draft', 'a published listing'])(
    'of %s: with one ETag one is done, the other learns of it',
    async (kind) => {
      const key = kind === 'a draft' ? (await made()).ListingKey : 'QOBRIX_E3'
      const { headers } = await agency('GET', at(key))
      const match = { 'If-Match': headers.get('ETag')! }
      const answers = await Promise.all(
        [agency, standard].map((client, n) =>
          client('PATCH', at(key), { BedroomsTotal: 20 + n }, { 'If-Match': '*' })
        ),
      )
      expect(answers.map(({ status }) => status)).toEqual([200, 200])
      const stale = await agency('PATCH', at(key), { BedroomsTotal: 5 }, match)
      expect([stale.status, stale.body.error.target]).toEqual([412, 'If-Match'])
      const now = (await agency('GET', at(key))).headers.get('ETag')!
      expect(stale.headers.get('ETag')).toBe(now)
      const race = await Promise.all(
        [30, 31, 32].map((rooms) => agency('PATCH', at(key), { BedroomsTotal: rooms }, { 'If-Match': now })),
      )
      expect(race.map(({ status }) => status).sort()).toEqual([200, 412, 412])
      expect((await agency('GET', at(key))).body.BedroomsTotal).toBe(
        race.find(({ status }) => status === 200)!.body.BedroomsTotal,
      )
    },
  )
})

describe('who may', () => {
  test('others of the market read; those that write nothing are told so', async () => {
    const draft = await made()
    for (
      const [method, path] of [['POST', '/Property'], ['POST', '/Media'], ['PATCH', at('QOBRIX_E1')], [
        'PATCH',
        at('no'),
      ]]
    ) {
      const { status, body } = await reader(method!, path!, { City: 'x' })
      expect([status, body.error.code]).toEqual([403, 'forbidden'])
    }
    expect((await reader('GET', at(draft.ListingKey))).status).toBe(404)
    expect((await photographer('PATCH', at('QOBRIX_E1'), { City: 'x' })).status).toBe(403)
    expect((await photographer('GET', at(draft.ListingKey))).status).toBe(404)
    expect((await agency('POST', '/Member', { MemberKey: 'x' })).status).toBe(405)
    expect((await agency('DELETE', at(draft.ListingKey))).status).toBe(405)
    expect((await agency('PUT', at(draft.ListingKey), { City: 'x' })).status).toBe(405)
  })

  test('of another office nothing can be told apart from what does not exist', async () => {
    const draft = await made()
    const asked = async (key: string) =>
      await Promise.all([
        hungary('PATCH', at(key), { City: 'x' }),
        hungary('PATCH', at(key), { Citty: 7 }, { 'If-Match': 'W/"1"' }),
        hungary('GET', at(key)),
        hungary('POST', `${at(key)}/Media`, { MediaURL: 'https://p.example/a.jpg' }),
        hungary('POST', '/Media', { ResourceRecordKey: key, MediaURL: 'https://p.example/a.jpg' }),
      ]).then((answers) =>
        answers.map((
          { status, body },
        ) => [status, JSON.stringify(body).replaceAll(/'(MANUAL|QOBRIX)_[^']*'/g, 'KEY')])
      )
    const nothing = await asked('MANUAL_00000000-0000-4000-8000-000000000000')
    expect(nothing.map(([status]) => status)).toEqual([404, 404, 404, 404, 400])
    for (const key of [draft.ListingKey, 'QOBRIX_E1', 'QOBRIX_E4']) expect(await asked(key)).toEqual(nothing)
    await hub.pool.query(
      `insert into public.mls_members (tenant_id, origin_member_key, full_name, originating_office_key)
       select o.tenant_id, 'QOBRIX_AGENT_C', 'Ελένη', o.office_key from public.mls_offices o where o.office_key = $1`,
      [office],
    )
    const named = async (key: string) =>
      (await hungary('POST', '/Property', { ListAgentKey: key, CoListAgentKey: key, ListOfficeKey: office }))
        .body
    expect(await named('QOBRIX_AGENT_C')).toEqual(await named('QOBRIX_AGENT_X'))
    expect((await named('QOBRIX_AGENT_C')).error.details).toHaveLength(3)
    const theirs = await hungary('POST', '/Property', {
      City: 'Budapest',
      OriginatingSystemOfficeKey: office,
    })
    expect([theirs.status, theirs.body.error.details[0].target]).toEqual([400, 'OriginatingSystemOfficeKey'])
    const own = await hungary('POST', '/Property', { City: 'Budapest' })
    expect(own.body).toMatchObject({
      OriginatingSystemOfficeKey: 'SHARPSIR-HU-001',
      ListPriceCurrencyCode: 'HUF',
    })
  })

  test('whoever sees only what is published is told what was stored, and reads it once it is published', async () => {
    const { status, body } = await shown('POST', '/Property', { City: 'Пафос', ListPrice: 1 })
    expect([status, body.City, body.StandardStatus]).toEqual([201, 'Пафос', 'Incomplete'])
    expect((await shown('GET', at(body.ListingKey))).status).toBe(404)
    expect((await shown('PATCH', at(body.ListingKey), { City: 'Ларнака' })).body.City).toBe('Ларнака')
  })

  test('the model says what the client may', async () => {
    const may = async (client: Editor) => {
      const { Container } = (await client('GET', '/$metadata?$format=json')).body['RESO.OData']
      return ['Property', 'Media', 'Member'].map((name) => [
        Container[name]['@Capabilities.InsertRestrictions'].Insertable,
        Container[name]['@Capabilities.UpdateRestrictions'].Updatable,
        Container[name]['@Capabilities.DeleteRestrictions'].Deletable,
      ])
    }
    const [yes, no] = [[true, true, false], [false, false, false]]
    expect(await may(agency)).toEqual([yes, yes, no])
    expect(await may(photographer)).toEqual([no, yes, no])
    expect(await may(reader)).toEqual([no, no, no])
  })

  test('a grant that is withdrawn ends at once, and so does a client', async () => {
    const brief = await editorOf(hub, 'brief', { offices: [office], edits: ['Property'] })
    expect((await brief('PATCH', at('QOBRIX_E1'), { YearBuilt: 2001 })).status).toBe(200)
    await editorOf(hub, 'brief', { edits: [] })
    expect((await brief('PATCH', at('QOBRIX_E1'), { YearBuilt: 2002 })).status).toBe(403)
    await editorOf(hub, 'brief', { edits: ['Property'], offices: [] })
    expect((await brief('PATCH', at('QOBRIX_E1'), { YearBuilt: 2003 })).status).toBe(404)
    expect((await brief('POST', '/Property', { City: 'x' })).status).toBe(400)
  })
})
