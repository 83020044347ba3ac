import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Hub, startHub } from '../support/hub.ts'
import { demoClient, type ODataClient, type Row } from './odata-client.ts'

/**
 * Answers are checked against the data: all rows are read beforehand, and an independent predicate in JavaScript must
 * choose exactly those that the filter chose.
 */
let hub: Hub
let verifier: ODataClient
let partner: ODataClient
let listings: Row[]
let standard: Row[]
let photos: Row[]
let members: Row[]

beforeAll(async () => {
  hub = await startHub({ seed: true })
  ;[verifier, partner] = await Promise.all([demoClient(hub, 'verifier_all'), demoClient(hub, 'partner_all')])
  listings = await verifier.all('/Property?$top=1000')
  standard = await partner.all('/Property?$top=1000')
  photos = await verifier.all('/Media?$top=1000')
  members = await verifier.all('/Member?$top=1000')
})
afterAll(() => hub?.stop())

// deno-lint-ignore no-explicit-any
type Listing = Record<string, any>

const keysOf = (rows: Row[], key = 'ListingKey') => rows.map((row) => row[key])
const photosOf = (listing: Listing) =>
  photos.filter((photo) => photo.ResourceRecordKey === listing.ListingKey) as Listing[]
const agentOf = (listing: Listing) =>
  members.find((member) => member.MemberKey === listing.ListAgentKey) as Listing | undefined
const time = (text: string) => Date.parse(text)

function metres(latitude: number, longitude: number, to: [number, number]): number {
  const radians = (degrees: number) => degrees * Math.PI / 180
  const h = Math.sin(radians(to[1] - latitude) / 2) ** 2 +
    Math.cos(radians(latitude)) * Math.cos(radians(to[1])) * Math.sin(radians(to[0] - longitude) / 2) ** 2
  return 2 * 6_371_008.8 * Math.asin(Math.sqrt(h))
}

describe('filters choose what an independent predicate chooses', () => {
  it.each<[filter: string, predicate: (row: Listing) => boolean]>([
    // integers
    ['BedroomsTotal eq 3', (r) => r.BedroomsTotal === 3],
    ['BedroomsTotal ne 3', (r) => r.BedroomsTotal !== 3],
    ['BedroomsTotal gt 2', (r) => r.BedroomsTotal !== null && r.BedroomsTotal > 2],
    ['BedroomsTotal ge 2', (r) => r.BedroomsTotal !== null && r.BedroomsTotal >= 2],
    ['BedroomsTotal lt 2', (r) => r.BedroomsTotal !== null && r.BedroomsTotal < 2],
    ['BedroomsTotal le 2', (r) => r.BedroomsTotal !== null && r.BedroomsTotal <= 2],
    ['BedroomsTotal gt 2.5', (r) => r.BedroomsTotal !== null && r.BedroomsTotal > 2.5],
    ['BedroomsTotal lt 99999999999999999999', (r) => r.BedroomsTotal !== null],
    ['BedroomsTotal eq 99999999999999999999', () => false],
    ['YearBuilt gt 1990 and YearBuilt lt 2020', (r) => r.YearBuilt > 1990 && r.YearBuilt < 2020],
    [
      'BedroomsTotal gt 4 or BathroomsTotalInteger gt 3',
      (r) => r.BedroomsTotal > 4 || r.BathroomsTotalInteger > 3,
    ],
    // decimals
    ['ListPrice eq 450000', (r) => r.ListPrice === 450000],
    ['ListPrice ne 450000', (r) => r.ListPrice !== 450000],
    [
      'ListPrice ge 450000.00 and ListPrice le 1e6',
      (r) => r.ListPrice !== null && r.ListPrice >= 450000 && r.ListPrice <= 1e6,
    ],
    ['LivingArea gt 99.995', (r) => r.LivingArea !== null && r.LivingArea > 99.995],
    ['LivingArea eq 100.001', (r) => r.LivingArea === 100.001],
    ['LotSizeAcres gt 0.5', (r) => r.LotSizeAcres !== null && r.LotSizeAcres > 0.5],
    [
      'Latitude gt 34.7 and Longitude lt 33',
      (r) => r.Latitude > 34.7 && r.Longitude !== null && r.Longitude < 33,
    ],
    // dates and times
    [
      'ListingContractDate gt 2025-01-01',
      (r) => r.ListingContractDate !== null && r.ListingContractDate > '2025-01-01',
    ],
    [
      "ListingContractDate le '2025-06-30'",
      (r) => r.ListingContractDate !== null && r.ListingContractDate <= '2025-06-30',
    ],
    ['ListingContractDate eq null', (r) => r.ListingContractDate === null],
    [
      'ListingContractDate lt now()',
      (r) => r.ListingContractDate !== null && time(r.ListingContractDate) < Date.now(),
    ],
    [
      'OriginalEntryTimestamp ge 2025-01-01T00:00:00Z',
      (r) => time(r.OriginalEntryTimestamp) >= time('2025-01-01'),
    ],
    [
      'OriginalEntryTimestamp lt 2025-01-01T02:00:00%2B02:00',
      (r) => time(r.OriginalEntryTimestamp) < time('2025-01-01'),
    ],
    [
      "OriginalEntryTimestamp lt '2025-01-01T00:00:00'",
      (r) => time(r.OriginalEntryTimestamp) < time('2025-01-01'),
    ],
    ['ModificationTimestamp gt 2020-01-01T00:00:00.000Z', () => true],
    ['ModificationTimestamp gt now()', () => false],
    [
      'year(ListingContractDate) eq 2025 and month(ListingContractDate) ge 6',
      (r) => r.ListingContractDate?.startsWith('2025') && Number(r.ListingContractDate.slice(5, 7)) >= 6,
    ],
    ['day(ListingContractDate) eq 15', (r) => r.ListingContractDate?.endsWith('-15')],
    ['date(OriginalEntryTimestamp) eq 2025-03-01', (r) => r.OriginalEntryTimestamp?.startsWith('2025-03-01')],
    ['hour(OriginalEntryTimestamp) eq 9', (r) => r.OriginalEntryTimestamp?.slice(11, 13) === '09'],
    // texts
    ["City eq 'Limassol'", (r) => r.City === 'Limassol'],
    ["City ne 'Limassol'", (r) => r.City !== 'Limassol'],
    ["City gt 'P'", (r) => r.City !== null && r.City > 'P'],
    ["contains(City,'a')", (r) => r.City?.includes('a')],
    ["contains(City,'%25')", () => false],
    ["contains(X_ShortDescription,'_')", (r) => r.X_ShortDescription?.includes('_')],
    ["startswith(ListingId,'CY1')", (r) => r.ListingId?.startsWith('CY1')],
    ["endswith(ListingKey,'_LEASE')", (r) => r.ListingKey.endsWith('_LEASE')],
    ["tolower(City) eq 'limassol'", (r) => r.City?.toLowerCase() === 'limassol'],
    ["toupper(City) eq 'LIMASSOL'", (r) => r.City?.toUpperCase() === 'LIMASSOL'],
    ["contains(tolower(PublicRemarks),'дом')", (r) => r.PublicRemarks?.toLowerCase().includes('дом')],
    ['length(City) eq 6', (r) => r.City !== null && [...r.City].length === 6],
    ["indexof(City,'a') eq 1", (r) => r.City?.indexOf('a') === 1],
    ["substring(City,1,2) eq 'im'", (r) => r.City?.slice(1, 3) === 'im'],
    ["substring(City,-2) eq 'ol'", (r) => r.City?.slice(-2) === 'ol'],
    [
      "concat(concat(City,', '),Country) eq 'Limassol, CY'",
      (r) => `${r.City}, ${r.Country}` === 'Limassol, CY',
    ],
    ["trim(City) eq 'Paphos'", (r) => r.City?.trim() === 'Paphos'],
    ["City in ('Limassol','Paphos')", (r) => ['Limassol', 'Paphos'].includes(r.City)],
    ["City in ('Limassol',null)", (r) => ['Limassol', null].includes(r.City)],
    ["not City in ('Limassol','Paphos')", (r) => !['Limassol', 'Paphos'].includes(r.City)],
    // booleans, null, logic
    ['NewConstructionYN eq true', (r) => r.NewConstructionYN === true],
    ['NewConstructionYN ne true', (r) => r.NewConstructionYN !== true],
    ['NewConstructionYN', (r) => r.NewConstructionYN === true],
    ['not NewConstructionYN', (r) => r.NewConstructionYN === false],
    ['ListPrice eq null', (r) => r.ListPrice === null],
    ['not (ListPrice gt 500000)', (r) => !(r.ListPrice !== null && r.ListPrice > 500000)],
    [
      "not (City eq 'Limassol' or ListPrice eq null)",
      (r) => !(r.City === 'Limassol' || r.ListPrice === null),
    ],
    [
      "City eq 'Limassol' and (BedroomsTotal eq 2 or BedroomsTotal eq 3)",
      (r) => r.City === 'Limassol' && [2, 3].includes(r.BedroomsTotal),
    ],
    ["contains(City,'a') eq false", (r) => r.City !== null && !r.City.includes('a')],
    [
      "PropertyClass eq 'RLSE' and StandardStatus eq 'Active'",
      (r) => r.PropertyClass === 'RLSE' && r.StandardStatus === 'Active',
    ],
    // arithmetic
    [
      'ListPrice div LivingArea gt 3000',
      (r) => r.ListPrice !== null && r.LivingArea > 0 && r.ListPrice / r.LivingArea > 3000,
    ],
    [
      'BedroomsTotal add BathroomsTotalInteger eq 5',
      (r) =>
        r.BedroomsTotal !== null && r.BathroomsTotalInteger !== null &&
        r.BedroomsTotal + r.BathroomsTotalInteger === 5,
    ],
    ['BedroomsTotal mod 2 eq 1', (r) => r.BedroomsTotal !== null && r.BedroomsTotal % 2 === 1],
    ['BedroomsTotal div 2 eq 1', (r) => r.BedroomsTotal !== null && Math.trunc(r.BedroomsTotal / 2) === 1],
    ['floor(Latitude) eq 34', (r) => r.Latitude !== null && Math.floor(r.Latitude) === 34],
    ['ListPrice div 0 gt 1', () => false],
    // navigation
    ['Media/any(m: m/Order eq 0)', (r) => photosOf(r).some((m) => m.Order === 0)],
    ['Media/any()', (r) => photosOf(r).length > 0],
    [
      "Media/all(m: m/MediaCategory eq 'Photo')",
      (r) => photosOf(r).every((m) => m.MediaCategory === 'Photo'),
    ],
    ['Media/$count gt 8', (r) => photosOf(r).length > 8],
    [
      "Media/$count($filter=MediaCategory eq 'Photo') le 3",
      (r) => photosOf(r).filter((m) => m.MediaCategory === 'Photo').length <= 3,
    ],
    ["startswith(ListAgent/MemberFullName,'A')", (r) => agentOf(r)?.MemberFullName?.startsWith('A')],
    ['ListAgent/MemberKey eq null', (r) => agentOf(r) === undefined],
    ['ListAgent eq null', (r) => agentOf(r) === undefined],
    ['ListAgent ne null', (r) => agentOf(r) !== undefined],
    ['not (null ne $it/ListAgent)', (r) => agentOf(r) === undefined],
    ['ListAgent/Office ne null and ListAgent/Office/OfficeKey eq null', () => false],
    ['Media/any(m: m/Property ne null)', (r) => photosOf(r).length > 0],
    // geography
    [
      "geo.distance(Location,geography'SRID=4326;Point(33.04 34.68)') lt 5000",
      (r) => r.Latitude !== null && metres(r.Latitude, r.Longitude, [33.04, 34.68]) < 5000,
    ],
    [
      "geo.intersects(Location,geography'SRID=4326;Polygon((33 34.6,33.1 34.6,33.1 34.75,33 34.75,33 34.6))')",
      (r) =>
        r.Latitude !== null && r.Longitude >= 33 && r.Longitude <= 33.1 && r.Latitude >= 34.6 &&
        r.Latitude <= 34.75,
    ],
  ])('%s', async (filter, predicate) => {
    const expected = keysOf(listings.filter((row) => predicate(row) === true))
    expect(keysOf(await verifier.all(`/Property?$select=ListingKey&$top=1000&$filter=${filter}`))).toEqual(
      expected,
    )
    expect(await verifier.count('Property', decodeURIComponent(filter))).toBe(expected.length)
  })

  it.each<[filter: string, predicate: (row: Listing) => boolean]>([
    ["View/any(v: v eq 'sea_view')", (r) => r.View.includes('sea_view')],
    ["View/any(v: contains(v,'e'))", (r) => r.View.some((v: string) => v.includes('e'))],
    ["View/all(v: contains(v,'e'))", (r) => r.View.every((v: string) => v.includes('e'))],
    ['View/any()', (r) => r.View.length > 0],
    ['not View/any()', (r) => r.View.length === 0],
    ["'New Construction' in DevelopmentStatus", (r) => r.DevelopmentStatus.includes('New Construction')],
    [
      "DevelopmentStatus/any(s: s eq 'New Construction') and Heating/any()",
      (r) => r.DevelopmentStatus.includes('New Construction') && r.Heating.length > 0,
    ],
  ])('in profile dd2: %s', async (filter, predicate) => {
    const expected = keysOf(standard.filter((row) => predicate(row)))
    expect(keysOf(await partner.all(`/Property?$select=ListingKey&$top=1000&$filter=${filter}`))).toEqual(
      expected,
    )
  })

  it('knows offices by their old keys', async () => {
    const expected = listings.filter((row) => row.OriginatingSystemOfficeKey === 'SHARPSIR-CY-001').length
    expect(expected).toBeGreaterThan(0)
    expect(await verifier.count('Property', "OriginatingSystemOfficeKey eq 'CSIR'")).toBe(expected)
    expect(await verifier.count('Property', "OriginatingSystemOfficeKey in ('CSIR','HSIR','KSIR')")).toBe(
      listings.length,
    )
    const portal = await demoClient(hub, 'portal_hu')
    expect(await portal.count('Property', "OriginatingSystemOfficeKey eq 'CSIR'")).toBe(0)
  })

  it('takes aliases', async () => {
    const rows = await verifier.rows(
      "/Property?$select=City&$filter=City eq @c and BedroomsTotal gt @n&@c='Limassol'&@n=1&$top=1000",
    )
    expect(rows).toHaveLength(
      listings.filter((r) => r.City === 'Limassol' && (r.BedroomsTotal as number) > 1).length,
    )
  })
})

describe('orders', () => {
  const compare = (a: unknown, b: unknown) =>
    a === b ? 0 : a === null ? -1 : b === null ? 1 : (a as number) < (b as number) ? -1 : 1

  it.each<[order: string, terms: [(row: Listing) => unknown, 1 | -1][]]>([
    ['ListPrice', [[(r) => r.ListPrice, 1]]],
    ['ListPrice desc', [[(r) => r.ListPrice, -1]]],
    ['City,ListPrice desc', [[(r) => r.City, 1], [(r) => r.ListPrice, -1]]],
    ['City desc,BedroomsTotal', [[(r) => r.City, -1], [(r) => r.BedroomsTotal, 1]]],
    ['ModificationTimestamp desc', [[(r) => r.ModificationTimestamp, -1]]],
    ['ListingContractDate desc', [[(r) => r.ListingContractDate, -1]]],
    ['NewConstructionYN,Latitude', [[(r) => r.NewConstructionYN, 1], [(r) => r.Latitude, 1]]],
    ['ListAgent/MemberFullName', [[(r) => agentOf(r)?.MemberFullName ?? null, 1]]],
    ['length(City) desc', [[(r) => r.City === null ? null : [...r.City].length, -1]]],
  ])('%s', async (order, terms) => {
    const last = terms.at(-1)![1]
    const ranked = [...listings.entries()].sort(([i, a], [j, b]) => {
      for (const [value, direction] of terms) {
        const difference = compare(value(a), value(b)) * direction
        if (difference !== 0) return difference
      }
      return (i - j) * last // the insertion number breaks ties, in the direction of the last term
    }).map(([, row]) => row)
    for (const size of [1000, 83]) {
      const rows = await verifier.all(`/Property?$select=ListingKey&$orderby=${order}&$top=${size}`)
      expect(keysOf(rows)).toEqual(keysOf(ranked))
    }
    const filtered = await verifier.all(
      `/Property?$select=ListingKey&$orderby=${order}&$filter=BedroomsTotal gt 1&$top=50`,
    )
    expect(keysOf(filtered)).toEqual(keysOf(ranked.filter((row) => (row.BedroomsTotal as number) > 1)))
  })
})

describe('$select and $expand', () => {
  it('returns the chosen fields with the values of the whole record', async () => {
    const fields = [
      'ListingKey',
      'City',
      'ListPrice',
      'Latitude',
      'BedroomsTotal',
      'NewConstructionYN',
      'ListingContractDate',
      'OriginalEntryTimestamp',
      'ModificationTimestamp',
      'View',
      'PrivateRemarks',
      'LotSizeAcres',
      'PublicRemarks',
    ]
    const rows = await verifier.all(`/Property?$select=${fields}&$top=1000`)
    const annotated = ['@odata.etag', ...fields]
    expect(rows).toEqual(
      listings.map((row) => Object.fromEntries(annotated.map((name) => [name, row[name]]))),
    )
    const dd2 = await partner.all('/Property?$select=View,Heating,City&$top=1000')
    expect(dd2).toEqual(
      standard.map((row) =>
        Object.fromEntries(['@odata.etag', 'View', 'Heating', 'City'].map((n) => [n, row[n]]))
      ),
    )
  })

  it('expands with options of its own for each parent', async () => {
    const rows = await verifier.all(
      '/Property?$select=ListingKey,ListAgentKey&$top=200&$expand=Media($select=MediaKey,Order;$filter=Order ge 1;$orderby=Order desc;$top=2;$skip=1;$count=true),ListAgent($select=MemberFullName;$expand=Office($select=OfficeName))',
    ) as Listing[]
    expect(rows).toHaveLength(listings.length)
    for (const row of rows) {
      const candidates = photosOf(row).filter((photo) => photo.Order >= 1)
      expect(row['Media@odata.count']).toBe(candidates.length)
      const orders = candidates.map((photo) => photo.Order).sort((a, b) => b - a).slice(1, 3)
      expect(row.Media.map((photo: Listing) => photo.Order)).toEqual(orders)
      for (const photo of row.Media) expect(Object.keys(photo)).toEqual(['@odata.etag', 'MediaKey', 'Order'])
      expect(row.ListAgent?.MemberFullName).toBe(agentOf(row)?.MemberFullName)
    }
    expect(rows.some((row) => row.Media.length === 2 && row.ListAgent)).toBe(true)
  })

  it('expands whole entities and counts', async () => {
    const [row] = await verifier.rows('/Property?$top=1&$expand=Media,OriginatingOffice') as [Listing]
    expect(row.Media).toEqual(photosOf(row))
    expect(row.OriginatingOffice).not.toBeUndefined()
    const [counted] = await verifier.rows('/Property?$top=1&$expand=Media/$count') as [Listing]
    expect(counted['Media@odata.count']).toBe(photosOf(counted).length)
    const [photo] = await verifier.rows('/Media?$top=1&$expand=Property($select=ListingKey)') as [Listing]
    expect(photo.Property.ListingKey).toBe(photo.ResourceRecordKey)
  })

  it('finds words', async () => {
    const rows = await verifier.all('/Property?$search=limassol AND NOT marina&$top=1000') as Listing[]
    expect(rows.length).toBeGreaterThan(0)
    const text = (r: Listing) =>
      JSON.stringify([
        r.City,
        r.StateOrProvince,
        r.PublicRemarks,
        r.UnparsedAddress,
        r.BuilderModel,
        r.X_PropertyName,
        r.X_ShortDescription,
      ]).toLowerCase()
    for (const row of rows) expect(text(row)).toContain('limassol')
    for (const row of rows) expect(text(row)).not.toContain('marina')
  })
})

describe('counts and the sync clients of the original API', () => {
  it('$top=0 counts without rows, $count respects the filter', async () => {
    const { body } = await verifier.get("/Property?$top=0&$count=true&$filter=City eq 'Limassol'")
    expect(body).toMatchObject({
      '@odata.count': listings.filter((row) => row.City === 'Limassol').length,
      value: [],
    })
    expect(body['@odata.nextLink']).toBeUndefined()
  })

  it('asks for main photos of 200 listings in one line', async () => {
    const wanted = keysOf(listings).slice(0, 200)
    const rows = await verifier.rows(
      `/Media?$top=1000&$filter=${
        encodeURIComponent(`ResourceRecordKey in ('${wanted.join("','")}') and Order eq 0`)
      }`,
    )
    expect(keysOf(rows, 'MediaKey')).toEqual(
      keysOf(photos.filter((p) => p.Order === 0 && wanted.includes(p.ResourceRecordKey)), 'MediaKey'),
    )
  })

  it('pages by $skip: 12,288 distinct of 20,000 elsewhere, all of them here', async () => {
    const pages = await Promise.all(
      Array.from({ length: 6 }, (_, page) => verifier.rows(`/Property?$top=100&$skip=${page * 100}`)),
    )
    expect(keysOf(pages.flat())).toEqual(keysOf(listings))
    expect(keysOf(await verifier.rows('/Property?$top=5&$skip=5'))).toEqual(keysOf(listings.slice(5, 10)))
  })

  it('never exceeds 1,000 rows a page, and says where it goes on', async () => {
    const { body } = await verifier.get('/Media?$top=5000&$select=MediaKey')
    expect(body.value).toHaveLength(1000)
    expect(body['@odata.nextLink']).toContain('$skiptoken=')
    expect((await verifier.get('/Property')).body.value).toHaveLength(100)
  })
})
