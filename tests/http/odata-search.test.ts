import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resourceByName, resources } from '../../functions/_shared/reso/dictionary.ts'
import { type Hub, startHub } from '../support/hub.ts'
import { demoClient, newClient, type ODataClient, type Row } from './odata-client.ts'

/** `$search`: what finds what, at once and after the clock has indexed it, for those who may see it. */
let hub: Hub
let cyprus: ODataClient
let hungary: ODataClient
let verifier: ODataClient
let token: string

const texts: Record<string, Row> = {
  home: { PublicRemarks: 'A Villa with a sea view, near the old harbour.', City: 'Limassol' },
  pair: { PublicRemarks: 'Two villas; the view is of the mountains.', City: 'Paphos' },
  flat: { PublicRemarks: 'Sea. A view of it from each room', City: 'Limassol', ListingId: 'CY-1234' },
  russian: {
    PublicRemarks: 'Квартира у моря, ещё один ДОМ рядом, жилой район, Ки\u0456\u0308в',
    City: 'Лимассол',
  },
  greek: { PublicRemarks: 'Διαμέρισμα δίπλα στη ΘΑΛΑΣΣΑ, της θάλασσας', City: 'Λεμεσός' },
  polish: { PublicRemarks: 'Łódź, żółty dom', City: 'Nicosia' },
  silent: { City: 'sea' },
}
const key = (name: string) => `QOBRIX_${name}`

beforeAll(async () => {
  hub = await startHub()
  ;[cyprus, hungary, verifier] = await Promise.all(
    ['portal_cy', 'portal_hu', 'verifier_all'].map((name) => demoClient(hub, name)),
  ) as [ODataClient, ODataClient, ODataClient]
  token = await hub.token('databricks')
  await send('property', Object.keys(texts).map((name) => listing(name)))
})
afterAll(() => hub?.stop())

const listing = (name: string, changes: Row = {}): Row => ({
  ListingKey: key(name),
  OriginatingSystemOfficeKey: 'SHARPSIR-CY-001',
  StandardStatus: 'Active',
  ...texts[name],
  ...changes,
})

async function send(resource: string, records: Row[]): Promise<void> {
  const response = await fetch(`${hub.functionsUrl}/ingest/${resource}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(records),
  })
  expect((await response.json()).totals).toMatchObject({ reject: 0 })
}

const runClock = () => hub.pool.query('select mls.index_words()')

async function found(search: string, client = cyprus): Promise<string[]> {
  const query = encodeURIComponent(search)
  const rows = await client.all(`/Property?$select=ListingKey&$search=${query}`)
  const { text } = await client.get(`/Property/$count?$search=${query}`)
  expect(text, search).toBe(String(rows.length))
  return rows.map((row) => (row.ListingKey as string).replace('QOBRIX_', ''))
}

const searches: [search: string, names: string[]][] = [
  ['villa', ['home', 'pair']],
  ['VILLA', ['home', 'pair']],
  ['villas', ['pair']],
  ['illa', []],
  ['sea view', ['home', 'flat']],
  ['sea AND view', ['home', 'flat']],
  ['"sea view"', ['home']],
  ['"view sea"', []],
  ['"sea a view"', ['flat']],
  ['harbour OR mountain', ['home', 'pair']],
  ['view NOT sea', ['pair']],
  ['NOT view', ['russian', 'greek', 'polish', 'silent']],
  ['(harbour OR mountains) AND NOT paphos', ['home']],
  // from one text into the next there is no phrase
  ['"sea qobrix"', []],
  ['"limassol a villa"', []],
  // keys and punctuation
  ['CY-1234', ['flat']],
  ['"cy 1234"', ['flat']],
  ['QOBRIX_greek', ['greek']],
  // other scripts, without case and accents
  ['квартир', ['russian']],
  ['дом', ['russian']],
  ['еще', ['russian']],
  ['ЛИМАССОЛ', ['russian']],
  // an accent as part of its letter, as a sign of its own, or left out
  ['ЖИЛОЙ', ['russian']],
  ['жилои\u0306', ['russian']],
  ['жилои', ['russian']],
  ['Київ', ['russian']],
  ['θαλασσα', ['greek']],
  ['ΘΆΛΑΣΣΑΣ', ['greek']],
  ['λεμεσος', ['greek']],
  ['lodz zolty', ['polish']],
  // as typed into a search box
  ["'sea (vi'", ['home', 'flat']],
]

describe('what finds what', () => {
  it.each(searches)(
    '%s, before the clock and after it',
    async (search, names) => {
      await hub.pool.query('update mls.searched_resources set indexed_stamp = 0')
      await hub.pool.query('delete from mls.search_index')
      expect(await found(search)).toEqual(names)
      await runClock()
      expect(await found(search)).toEqual(names)
    },
  )

  it('refuses what no text can hold, and resources without texts', async () => {
    const { status, body } = await cyprus.get('/Property?$search=sea AND "-- !"')
    expect([status, body.error.code, body.error.target]).toEqual([400, 'invalid_query', '$search'])
    expect(body.error.message).toContain('a letter or a digit ($search, position 8)')
    expect((await cyprus.get(`/Property?$search=${'x'.repeat(201)}`)).body.error.code).toBe('too_costly')
    expect((await cyprus.get('/EntityEvent?$search=sea')).status).toBe(501)
  })

  it('joins with filters, orders and pages', async () => {
    await runClock()
    const rows = await cyprus.all(
      "/Property?$select=ListingKey&$search=sea&$filter=City ne 'Paphos'&$orderby=City desc,ListingKey&$top=1",
    )
    expect(rows.map((row) => row.ListingKey)).toEqual(['silent', 'flat', 'home'].map(key))
  })
})

describe('the index', () => {
  it('has the fields that the door searches in single rows', async () => {
    const { rows } = await hub.pool.query(
      'select name, fields from mls.searched_resources join mls.resources using (resource)',
    )
    for (const { name, fields } of rows) expect(fields, name).toEqual(resourceByName(name)?.searched)
    expect(rows.length).toBe(resources.filter(({ searched }) => searched).length)
  })
})

describe('what changes', () => {
  it('is found as it is now, indexed or not', async () => {
    await runClock()
    await send('property', [
      listing('home', { PublicRemarks: 'A bungalow' }),
      listing('newcomer', { PublicRemarks: 'A bungalow too' }),
    ])
    await hub.pool.query(`update mls_listings set origin_deleted = true where origin_key = 'QOBRIX_pair'`)
    for (let round = 0; round < 2; round++) {
      expect(await found('villa')).toEqual([])
      expect(await found('bungalow')).toEqual(['home', 'newcomer'])
      await runClock()
    }
    await hub.pool.query(`update mls_listings set origin_deleted = false where origin_key = 'QOBRIX_pair'`)
    await send('property', [listing('home')])
    for (let round = 0; round < 2; round++) {
      expect(await found('villa')).toEqual(['home', 'pair'])
      await runClock()
    }
  })

  it('leaves nothing of removed records in the index', async () => {
    await runClock()
    const { rows } = await hub.pool.query(`
      select i.record_id from mls.search_index i
      full join (select record_id, seq from served_property where not is_deleted) s using (record_id)
      where i.resource is not distinct from 'property' and (s.record_id is null or s.seq <> i.seq)
        or i.record_id is null`)
    expect(rows).toEqual([])
  })
})

describe('who finds what', () => {
  it('is what they see: offices, published records, grants', async () => {
    await runClock()
    expect(await found('sea', hungary)).toEqual([])
    const published = await newClient(hub, { offices: ['SHARPSIR-CY-001'], api_visibility: 'published' })
    await hub.pool.query(`update served_property set is_published = "ListingKey" = 'QOBRIX_flat'`)
    await hub.pool.query(`update mls.search_index set is_published = true where resource = 'property'`)
    expect(await found('sea', published)).toEqual(['flat'])
    expect((await cyprus.get('/Contacts?$search=x')).status).toBe(404)
  })

  it('never reads a field that needs a grant', async () => {
    await send('property', [listing('secret', { PrivateRemarks: 'The alarm code is 4711' })])
    expect(await found('alarm', verifier)).toEqual([])
    await runClock()
    expect(await found('alarm', verifier)).toEqual([])
  })

  it('cannot ask the index for more than their own', async () => {
    const client = await hub.pool.connect()
    try {
      await client.query('begin; set local role mls_api_read')
      const ask = async (resource: string) =>
        (await client.query(`select mls.find_words($1, mls.search_term('word', 'sea')) as seqs`, [resource]))
          .rows[0].seqs
      expect(await ask('property')).toEqual([])
      expect(await ask('contacts')).toEqual([])
      expect(await ask('listings; drop table x')).toEqual([])
    } finally {
      await client.query('rollback')
      client.release()
    }
  })
})

describe('related and described records', () => {
  it('are searched in $expand, over a path and in a count of them', async () => {
    await send(
      'media',
      ['front door', 'Kitchen'].map((text, order) => ({
        MediaKey: `QOBRIX_M${order}`,
        ResourceRecordKey: key('flat'),
        OriginatingSystemOfficeKey: 'SHARPSIR-CY-001',
        MediaURL: `https://photos.example/${order}.jpg`,
        MediaCategory: 'Photo',
        ShortDescription: text,
        Order: order,
      })),
    )
    const texts = (rows: Row[]) => rows.map((row) => row.ShortDescription)
    const { body } = await cyprus.get(`/Property('QOBRIX_flat')?$expand=Media($search=door)`)
    expect(texts(body.Media)).toEqual(['front door'])
    expect(texts(await cyprus.rows(`/Property('QOBRIX_flat')/Media?$search=kitchen`))).toEqual(['Kitchen'])
    expect(texts(await cyprus.rows('/Media?$search=kit OR door'))).toEqual(['front door', 'Kitchen'])
    const rows = await cyprus.rows('/Property?$select=ListingKey&$filter=Media/$count($search=door) eq 1')
    expect(rows.map((row) => row.ListingKey)).toEqual([key('flat')])
  })

  it('are searched in Lookup and Field too', async () => {
    const fields = await cyprus.all('/Field?$search="list price"')
    expect(fields.map((row) => row.FieldName)).toContain('ListPrice')
    expect((await cyprus.all('/Lookup?$search=StandardStatus active')).length).toBeGreaterThan(0)
  })
})
