import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { cyprus, hungary, ingest, listing, seedMarkets } from '../support/gold.ts'

/** Names of towns and streets that a search box suggests: those of the listings that its caller sees, as they are now. */
let database: TestDatabase
const claims: Record<string, string> = {}

beforeAll(async () => {
  database = await createDatabase()
  await seedMarkets(database.pool)
  const clients = {
    cyprus: { offices: [cyprus] },
    hungary: { offices: [hungary] },
    both: { offices: ['*'] },
    published: { offices: ['*'], api_visibility: 'published' },
    none: { offices: [] },
  }
  for (const [name, properties] of Object.entries(clients)) {
    const client = { client_id: name, name, secret: 'x'.repeat(40), scopes: ['odata'], ...properties }
    await database.pool.query('select mls.upsert_api_client($1)', [client])
    const { rows } = await database.pool.query(`select mls.api_client_context($1) ->> 'claims' as claims`, [
      name,
    ])
    claims[name] = rows[0].claims
  }
  await ingest(database.pool, 'property', [
    home(1, 'Limassol', '12A, Archiepiskopou Makariou III Avenue, flat 301'),
    home(2, 'Limassol', 'Archiepiskopou Makariou III Avenue, flat 7'),
    home(3, 'Limassol', 'Αμαθούντος 5'),
    home(4, 'Лимассол', '28th October St.'),
    home(5, 'Budapest', 'Makari utca 3', hungary),
    home(6, 'Paphos', '17'),
    home(7, ' ', null),
  ])
})
afterAll(() => database?.drop())

const home = (n: number, City: string, UnparsedAddress: string | null, office = cyprus) =>
  listing(n, { City, UnparsedAddress, OriginatingSystemOfficeKey: office })

async function reading(who: string, statement: string, values: unknown[] = []) {
  const client = await database.pool.connect()
  try {
    await client.query('begin read only; set local role mls_api_read')
    await client.query(`select set_config('mls.claims', $1, true)`, [claims[who]])
    return (await client.query(statement, values)).rows
  } finally {
    await client.query('rollback')
    client.release()
  }
}
const suggested = async (typed: string, who = 'both') =>
  (await reading(who, 'select * from mls.suggest_names($1)', [typed])).map(({ name, region, listings }) =>
    `${name}|${region}|${listings}`
  )
const street = 'Archiepiskopou Makariou III Avenue, flat|Limassol|2'
const index = () => database.pool.query('select mls.index_names()')

it('are found before the clock has come and after, each once, by any of their words', async () => {
  for (const moment of ['before', 'after', 'again']) {
    if (moment !== 'before') await index()
    expect([moment, await suggested('makar')]).toEqual([moment, [street, 'Makari utca|Budapest|1']])
    expect(await suggested('makariou 12')).toEqual([street])
    expect(await suggested('avenue arch')).toEqual([street])
    expect(await suggested('ΑΜΑΘΟΥΝΤΟΣ')).toEqual(['Αμαθούντος|Limassol|1'])
    expect(await suggested('28th oct')).toEqual(['28th October St|Лимассол|1'])
    expect(await suggested('лимас')).toEqual(['Лимассол||1'])
    expect(await suggested('limassol')).toEqual(['Limassol||3'])
    for (const typed of ['17', '301', '', '%', `'); drop`]) {
      expect([typed, await suggested(typed)]).toEqual([typed, []])
    }
  }
})

it('are those of what the caller sees', async () => {
  expect(await suggested('makar', 'cyprus')).toEqual([street])
  expect(await suggested('makar', 'hungary')).toEqual(['Makari utca|Budapest|1'])
  expect(await suggested('makar', 'published')).toEqual([])
  expect(await suggested('makar', 'none')).toEqual([])
  await expect(reading('both', 'select * from mls.listing_names')).rejects.toThrow('denied')
})

it('follow what changes: an address, an office that publishes, a listing that leaves', async () => {
  const set = (n: number, changes: string) =>
    database.pool.query(`update public.mls_listings set ${changes} where origin_key = 'QOBRIX_${n}'`)
  await set(1, `street = 'Makarska 1', city = 'Paphos'`)
  await set(2, 'origin_deleted = true')
  await set(5, `status = 'PUBLISHED', claimed_at = now()`)
  await index()
  expect(await suggested('makar')).toEqual(['Makari utca|Budapest|1', 'Makarska|Paphos|1'])
  expect(await suggested('makar', 'published')).toEqual(['Makari utca|Budapest|1'])
  expect(await suggested('limas')).toEqual(['Limassol||1'])
  // counted as a count would
  const { rows } = await database.pool.query(
    `select n.name, n.listings::int, (select count(*)::int from public.served_property s where s."City" = n.name and not s.is_deleted) as served
     from mls.listing_names n where n.kind = 'city'`,
  )
  for (const { name, listings, served } of rows) expect([name, listings]).toEqual([name, served])
})

it('a text that stands where a town should stops nobody', async () => {
  // no two letters alike: such a text becomes no shorter in an index
  const text = (length: number) =>
    Array.from({ length }, (_, n) => String.fromCharCode(0x4e00 + (n * 7919) % 20_000)).join('')
  await ingest(database.pool, 'property', [
    home(31, 'Morphou', 'Harbour 3'),
    home(32, 'Kyrenia', 'Harbour 4'),
  ])
  // as a broker may write it; the longest that the index of towns and prices takes
  await database.pool.query(
    `update public.mls_listings set city = $1, street = $2, status = 'PUBLISHED', claimed_at = now() where origin_key = 'QOBRIX_31'`,
    [`Overlong ${text(850)}`, `Overlong ${text(190)}`],
  )
  await index()
  expect(await suggested('Kyren')).toEqual(['Kyrenia||1'])
  expect(await suggested('Overlong')).toHaveLength(2)
})
