import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Hub, startHub } from '../support/hub.ts'
import { newClient, type ODataClient, type Row } from './odata-client.ts'
import { sendGold } from './send-gold.ts'

/** `$compute`: values that a request names, shown, filtered by and ordered by. */
let hub: Hub
let cyprus: ODataClient
let owner: ODataClient
let milliseconds: ODataClient

const cy = { OriginatingSystemOfficeKey: 'SHARPSIR-CY-001', StandardStatus: 'Active' }
const listings: Row[] = [
  {
    City: 'Limassol',
    ListPrice: 300_000,
    LivingArea: 100,
    BedroomsTotal: 2,
    ListingContractDate: '2026-01-02',
  },
  { City: 'Пафос', ListPrice: 100, LivingArea: 3, BedroomsTotal: 3, View: 'Sea,City' },
  { City: 'Limassol', ListPrice: 500_000.5, LivingArea: 0, PrivateRemarks: 'secret' },
  { City: 'Larnaca', LivingArea: 80 },
  { City: 'Larnaca', ListPrice: 90_000, LivingArea: 90, BedroomsTotal: 2_000_000_000 },
].map((row, n) => ({ ...cy, ...row, ListingKey: `QOBRIX_${n}` }))

const photos = [0, 1, 2].map((n) => ({
  MediaKey: `QOBRIX_M${n}`,
  ResourceRecordKey: 'QOBRIX_0',
  OriginatingSystemOfficeKey: 'SHARPSIR-CY-001',
  MediaCategory: 'Photo',
  MediaURL: `https://media.example.com/${n}.jpg`,
  Order: n,
}))

beforeAll(async () => {
  hub = await startHub()
  const offices = ['SHARPSIR-CY-001']
  cyprus = await newClient(hub, { offices, profile: 'dd2' })
  owner = await newClient(hub, { offices: ['*'], grants: ['Property.*'], profile: 'gold' })
  milliseconds = await newClient(hub, { offices, profile: 'dd2', stamps: 'milliseconds' })
  await sendGold(hub, 'property', listings)
  await sendGold(hub, 'media', photos)
})
afterAll(() => hub?.stop())

const unit = '$compute=ListPrice div LivingArea as PricePerUnit'
const values = async (query: string, client = cyprus) => {
  const rows = await client.rows(`/Property?${query}&$orderby=ListingKey`)
  return rows.map(({ ListingKey, '@odata.etag': _, ...rest }) => [String(ListingKey).at(-1), rest])
}

describe('a computed value', () => {
  it('is shown where it is selected, with its type; nothing divides by zero', async () => {
    const query = `${unit}&$select=ListingKey,PricePerUnit`
    expect(await values(query)).toEqual([
      ['0', { 'PricePerUnit@odata.type': '#Decimal', PricePerUnit: 3000 }],
      ['1', { 'PricePerUnit@odata.type': '#Decimal', PricePerUnit: 33.333333333333336 }],
      ['2', { PricePerUnit: null }],
      ['3', { PricePerUnit: null }],
      ['4', { 'PricePerUnit@odata.type': '#Decimal', PricePerUnit: 1000 }],
    ])
    const { body, text } = await cyprus.get(`/Property?${query}`)
    expect(body['@odata.context']).toMatch(/\$metadata#Property\(ListingKey,PricePerUnit\)$/)
    expect(text).toContain('"PricePerUnit":3000')
  })

  it('comes with whole records and with a star, but not where others are selected', async () => {
    for (const select of ['', '&$select=*', '&$select=City,*']) {
      const [row] = await cyprus.rows(`/Property?${unit}${select}&$filter=ListingKey eq 'QOBRIX_0'`)
      expect([select, row!.PricePerUnit, row!.City, row!.ListPrice]).toEqual([
        select,
        3000,
        'Limassol',
        300_000,
      ])
    }
    const [row] = await cyprus.rows(`/Property?${unit}&$select=City&$filter=ListingKey eq 'QOBRIX_0'`)
    expect(Object.keys(row!)).toEqual(['@odata.etag', 'City'])
    const [whole] = await owner.rows(`/Property?${unit}&$filter=ListingKey eq 'QOBRIX_2'`)
    expect(whole).toMatchObject({ PrivateRemarks: 'secret', PricePerUnit: null })
  })

  it('may be filtered and ordered by, whether it is shown or not', async () => {
    const keys = async (query: string) =>
      (await cyprus.rows(`/Property?${unit}&${query}`)).map(({ ListingKey }) => String(ListingKey).at(-1))
        .join('')
    expect(await keys('$select=ListingKey&$filter=PricePerUnit gt 33.4&$orderby=PricePerUnit')).toBe('40')
    expect(await keys('$select=ListingKey,PricePerUnit&$orderby=PricePerUnit desc,ListingKey desc')).toBe(
      '04132',
    )
    expect(await keys('$filter=PricePerUnit eq null&$orderby=ListingKey')).toBe('23')
    expect(await keys('$filter=Media/any(m:m/Order lt $it/PricePerUnit)')).toBe('0')
    expect((await cyprus.get(`/Property/$count?${unit}&$filter=PricePerUnit ge 1000`)).text).toBe('2')
  })

  it('stays in the pages behind a nextLink', async () => {
    const found: unknown[] = []
    let next: string | undefined = `/Property?${unit}&$select=PricePerUnit&$orderby=PricePerUnit desc`
    for (let pages = 0; next; pages++) {
      expect(pages).toBeLessThan(5)
      const { body } = await cyprus.get(next, { Prefer: 'odata.maxpagesize=2' })
      found.push(...body.value.map((row: Row) => row.PricePerUnit))
      next = body['@odata.nextLink']
    }
    expect(found).toEqual([3000, 1000, 33.333333333333336, null, null])
  })

  it('has the form of its type', async () => {
    const computed = [
      "concat(City,', ') as Place",
      'BedroomsTotal add 1 as More',
      'ListPrice gt 200000 as IsDear',
      'ListingContractDate as Since',
      "ListingContractDate add duration'P1DT90M' as Later",
      'ListingContractDate sub 2026-01-04 as Ago',
      "time(ListingContractDate add duration'PT1H') as At",
      'cast(ListPrice,Edm.Double) div 0.5 as Twice',
      'round(LivingArea div 3) as Third',
      'Media/$count as Photos',
      'case(ListPrice gt 1:toupper(City)) as Loud',
      'INF as Endless',
    ].join()
    const [row] = await cyprus.rows(
      `/Property?$compute=${computed}&$select=ListingContractDate,Place,More,IsDear,Since,Later,Ago,At,Twice,Third,Photos,Loud,Endless` +
        "&$filter=ListingKey eq 'QOBRIX_0'",
    )
    expect(row).toMatchObject({
      Place: 'Limassol, ',
      More: 3,
      'More@odata.type': '#Int64',
      IsDear: true,
      Since: '2026-01-02',
      'Since@odata.type': '#Date',
      Later: '2026-01-03T01:30:00.000000Z',
      'Later@odata.type': '#DateTimeOffset',
      Ago: '-PT48H',
      'Ago@odata.type': '#Duration',
      At: '01:00:00',
      'At@odata.type': '#TimeOfDay',
      Twice: 600_000,
      Third: 33,
      Photos: 3,
      Loud: 'LIMASSOL',
      Endless: 'INF',
    })
    expect(row).not.toHaveProperty('Twice@odata.type')
    expect(row).not.toHaveProperty('IsDear@odata.type')
  })

  it('keeps to what the client asked for: metadata, numbers as texts', async () => {
    const path = `/Property?${unit}&$select=PricePerUnit&$filter=ListingKey eq 'QOBRIX_0'`
    const answer = async (accept: string) => (await cyprus.get(path, { Accept: accept })).body.value[0]
    expect(await answer('application/json;odata.metadata=none')).toEqual({ PricePerUnit: 3000 })
    expect(await answer('application/json;IEEE754Compatible=true')).toMatchObject({ PricePerUnit: '3000' })
    const full = await answer('application/json;odata.metadata=full;IEEE754Compatible=true')
    expect(full).toMatchObject({ 'PricePerUnit@odata.type': '#Decimal', PricePerUnit: '3000' })
    const whole =
      (await cyprus.get(`/Property?${unit}`, { Accept: 'application/json;odata.metadata=full' })).body
    expect(whole.value).toHaveLength(5)
  })

  it('longer than an Int64 says so; beyond every number it is refused, not failed', async () => {
    const big = 'BedroomsTotal mul BedroomsTotal mul BedroomsTotal as Cube'
    const rows = await cyprus.get(
      `/Property?$compute=${big}&$select=Cube&$filter=BedroomsTotal gt 0&$orderby=ListingKey`,
    )
    expect(rows.text).toContain('"Cube@odata.type":"#Decimal","Cube":8000000000000000000000000000')
    expect(rows.text).toContain('"Cube@odata.type":"#Int64","Cube":27')
    const { status, body } = await cyprus.get(
      '/Property?$compute=1e308 mul 1e10 mul cast(ListPrice,Edm.Double) as X',
    )
    expect([status, body.error.code]).toEqual([400, 'invalid_query'])
    expect((await cyprus.get('/Property?$compute=now() as Now&$orderby=Now')).status).toBe(501)
  })
})

describe('where it may stand', () => {
  it('one record, without an ETag that would not know of it', async () => {
    const { headers, body } = await cyprus.get(`/Property('QOBRIX_0')?${unit}&$select=PricePerUnit`)
    expect([headers.get('ETag'), body.PricePerUnit]).toEqual([null, 3000])
    const tag = body['@odata.etag']
    const again = await cyprus.get(`/Property('QOBRIX_0')?${unit}`, { 'If-None-Match': tag })
    expect([again.status, again.body.PricePerUnit]).toEqual([200, 3000])
  })

  it('what is expanded', async () => {
    const inner = '$compute=Order add 1 as Rank,concat(MediaKey,MediaType) as Name;$select=Rank'
    for (const more of ['', ';$top=2', ';$count=true;$filter=Rank gt 1']) {
      const [row] = await cyprus.rows(
        `/Property?$select=ListingKey&$filter=ListingKey eq 'QOBRIX_0'&$expand=Media(${inner};$orderby=Rank desc${more})`,
      )
      const ranks = (row!.Media as Row[]).map(({ Rank }) => Rank)
      expect([more, ranks]).toEqual([more, more === '' ? [3, 2, 1] : [3, 2]])
    }
    const path = "/Property('QOBRIX_0')/Media?$compute=Order mul 10 as Rank&$select=Rank&$orderby=Rank desc"
    expect((await cyprus.rows(path)).map(({ Rank }) => Rank)).toEqual([20, 10, 0])
    const { body } = await cyprus.get(
      "/Property('QOBRIX_0')?$expand=Media($compute=Order as Rank)&$select=ListingKey",
    )
    expect(body.Media[2]).toMatchObject({ MediaKey: 'QOBRIX_M2', Rank: 2 })
  })

  it('references and groups have none', async () => {
    const { body } = await cyprus.get(`/Property/$ref?${unit}&$orderby=PricePerUnit desc&$top=1`)
    expect(body.value).toEqual([{ '@odata.id': expect.stringContaining("Property('QOBRIX_0')") }])
    const grouped = await cyprus.get(`/Property?$apply=groupby((City))&${unit}`)
    expect([grouped.status, grouped.body.error.target]).toEqual([501, '$compute'])
  })

  it('says in $metadata that it is there', async () => {
    expect((await cyprus.get('/$metadata')).text).toContain(
      '<Annotation Term="Capabilities.ComputeSupported"',
    )
  })
})

it('holds nothing that the client may not see', async () => {
  for (
    const query of [
      '$compute=PrivateRemarks as A',
      "$compute=concat('',PrivateRemarks) as A&$filter=A ne null",
      '$compute=X_SellerContactKey as A&$orderby=A',
    ]
  ) {
    const { status, body } = await cyprus.get(`/Property?${query}`)
    expect([query, status, body.error.code, body.error.target]).toEqual([
      query,
      400,
      'unknown_field',
      '$compute',
    ])
  }
  const [row] = await owner.rows('/Property?$compute=length(PrivateRemarks) as A&$select=A&$filter=A gt 0')
  expect(row!.A).toBe(6)
})

it('is in milliseconds for those whose dates hold no more', async () => {
  const path = '/Property?$compute=ModificationTimestamp as Changed&$select=Changed,ModificationTimestamp'
  for (const row of await milliseconds.rows(path)) {
    expect(row.Changed).toMatch(/\.\d{3}Z$/)
    expect(row.Changed).toBe(row.ModificationTimestamp)
    expect(await milliseconds.rows(`${path}&$filter=Changed eq ${row.Changed}`)).toContainEqual(row)
  }
})
