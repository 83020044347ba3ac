import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runJob } from '../../functions/_shared/operate/run-job.ts'
import { type Hub, startHub } from '../support/hub.ts'
import { newClient, type ODataClient, type Row } from './odata-client.ts'
import { sendGold } from './send-gold.ts'

/** Profile dd2 speaks RESO Data Dictionary 2.0, whatever the sources say; gold says what they say. */
let hub: Hub
let standard: ODataClient
let gold: ODataClient

const office = 'SHARPSIR-CY-001'
const listing = (key: string, fields: Row = {}): Row => ({
  ListingKey: `QOBRIX_std_${key}`,
  OriginatingSystemOfficeKey: office,
  StandardStatus: 'Active',
  City: 'Limassol',
  ListPrice: 100000,
  ...fields,
})

beforeAll(async () => {
  hub = await startHub({ seed: true })
  standard = await newClient(hub, { offices: ['*'], profile: 'dd2' })
  gold = await newClient(hub, { offices: ['*'], profile: 'gold' })
  await sendGold(hub, 'property', [
    listing('a', {
      PropertySubType: 'standard_apartment',
      PropertyType: 'ResidentialLease',
      ListingAgreement: 'ExclusiveAgency',
      LivingAreaUnits: 'SquareMeters',
      ListingService: 'FullService',
    }),
    listing('b', {
      PropertySubType: 'Flat',
      View: 'sea_view, Mountains,mountain(s)',
      Heating: 'Central,RadiantFloor',
      LotSizeUnits: 'SM',
    }),
    listing('c', {
      PropertySubType: 'Apartment',
      PoolFeatures: 'InGround,In Ground,Дом',
      X_InteriorFeatures: 'Bar,BreakfastBar',
      X_UnitNumber: '7b',
      X_PreviousListPrice: 90000,
    }),
    listing('d', {
      PropertySubType: 'apartments_of_ours',
      PostalCode: 'x'.repeat(23),
      BuilderName: 'Ж'.repeat(60),
    }),
  ])
  expect(await runJob(hub.pool, 'lookups')).toMatchObject({ status: 'ok' })
})
afterAll(() => hub?.stop())

async function sendAgain(record: Row): Promise<void> {
  const response = await fetch(`${hub.functionsUrl}/ingest/property`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${await hub.token('databricks')}`, 'Content-Type': 'application/json' },
    body: JSON.stringify([record]),
  })
  expect((await response.json()).totals.refresh).toBe(1)
}

const one = async (client: ODataClient, key: string, query = '') =>
  (await client.get(`/Property('QOBRIX_std_${key}')${query}`)).body as Row

describe('a value', () => {
  it('is the standard one in dd2, and as it came in gold', async () => {
    const [a, b, c] = [await one(standard, 'a'), await one(standard, 'b'), await one(standard, 'c')]
    expect(a).toMatchObject({
      PropertySubType: 'Apartment',
      PropertyType: 'Residential Lease',
      ListingAgreement: 'Exclusive Agency',
      LivingAreaUnits: 'Square Meters',
      ListingService: 'Full Service',
    })
    expect(b).toMatchObject({
      PropertySubType: 'Apartment',
      View: ['sea_view', 'Mountain(s)'],
      Heating: ['Central', 'Radiant Floor'],
      LotSizeUnits: 'Square Meters',
    })
    expect(c).toMatchObject({
      PoolFeatures: ['In Ground', 'Дом'],
      InteriorFeatures: ['Bar', 'Breakfast Bar'],
      UnitNumber: '7b',
      PreviousListPrice: 90000,
    })
    expect(await one(gold, 'a')).toMatchObject({
      PropertySubType: 'standard_apartment',
      PropertyType: 'ResidentialLease',
    })
    expect(await one(gold, 'c')).toMatchObject({
      PoolFeatures: 'InGround,In Ground,Дом',
      X_InteriorFeatures: 'Bar,BreakfastBar',
    })
  })

  it('is the same whole and by $select', async () => {
    for (const client of [standard, gold]) {
      for (const key of ['a', 'b', 'c', 'd']) {
        const whole = await one(client, key)
        const names = Object.keys(whole).filter((name) => !name.startsWith('@'))
        const chosen = await one(client, key, `?$select=${names.join(',')}`)
        delete whole['@odata.context']
        delete chosen['@odata.context']
        expect(chosen).toEqual(whole)
      }
    }
  })

  it.each([
    ["PropertySubType eq 'Apartment'", ['a', 'b', 'c'], ['c']],
    ["PropertySubType in ('Apartment','Villa')", ['a', 'b', 'c'], ['c']],
    ["PropertyType eq 'Residential Lease'", ['a'], []],
    ["PropertyType eq 'ResidentialLease'", ['a'], ['a']],
    ["ListingAgreement eq 'Exclusive Agency'", ['a'], []],
    ["'ExclusiveAgency' eq ListingAgreement", ['a'], ['a']],
    ["LotSizeUnits eq 'SquareMeters'", ['b'], []],
    ["PropertySubType eq 'apartments_of_ours'", ['d'], ['d']],
    ["PropertySubType ne 'Apartment'", ['d'], ['a', 'b', 'd']],
  ])('%s finds it', async (filter, inStandard, inGold) => {
    const keys = async (client: ODataClient) =>
      (await client.rows(
        `/Property?$filter=startswith(ListingKey,'QOBRIX_std_') and ${filter}&$orderby=ListingKey&$select=ListingKey`,
      ))
        .map(({ ListingKey }) => String(ListingKey).slice(-1))
    expect(await keys(standard)).toEqual(inStandard)
    expect(await keys(gold)).toEqual(inGold)
  })

  it('of several is found by any, in either spelling', async () => {
    for (const spelling of ["'In Ground'", "'InGround'"]) {
      expect(
        await standard.count(
          'Property',
          `PoolFeatures/any(p: p eq ${spelling}) and startswith(ListingKey,'QOBRIX_std_')`,
        ),
      ).toBe(1)
      expect(
        await standard.count(
          'Property',
          `${spelling} in PoolFeatures and startswith(ListingKey,'QOBRIX_std_')`,
        ),
      ).toBe(1)
    }
    expect(
      await standard.count('Property', "PoolFeatures/$count eq 2 and startswith(ListingKey,'QOBRIX_std_')"),
    ).toBe(1)
  })

  it('is no longer than $metadata declares', async () => {
    const { PostalCode, BuilderName } = await one(standard, 'd')
    expect([PostalCode, BuilderName]).toEqual(['x'.repeat(10), 'Ж'.repeat(50)])
    expect((await one(gold, 'd')).PostalCode).toBe('x'.repeat(23))
    const lengths = new Map<string, number>()
    const { text } = await standard.get('/$metadata')
    const type = /<EntityType Name="Property">[\s\S]*?<\/EntityType>/.exec(text)![0]
    for (const [, name, length] of type.matchAll(/Name="(\w+)" Type="Edm.String"[^>]*MaxLength="(\d+)"/g)) {
      lengths.set(name!, Number(length))
    }
    expect(lengths.size).toBeGreaterThan(20)
    for (const row of await standard.all('/Property?$top=1000')) {
      for (const [name, length] of lengths) {
        expect([name, String(row[name] ?? '').length <= length]).toEqual([name, true])
      }
    }
  })
})

describe('Lookup', () => {
  it('of dd2 has no spelling of a standard value beside it', async () => {
    const rows = await standard.all('/Lookup?$top=1000')
    const form = (value: unknown) => String(value).replace(/[^\p{L}\p{N}]/gu, '').toLowerCase()
    const known = new Set(
      rows.filter(({ StandardLookupValue }) => StandardLookupValue !== null).map((row) =>
        `${row.LookupName} ${form(row.LookupValue)}`
      ),
    )
    const variants = rows.filter((row) =>
      row.StandardLookupValue === null && known.has(`${row.LookupName} ${form(row.LookupValue)}`)
    )
    expect(variants).toEqual([])
    expect(rows.some(({ LookupValue }) => LookupValue === 'standard_apartment')).toBe(false)
  })

  it('has every value that dd2 serves', async () => {
    const { text } = await standard.get('/$metadata')
    const type = /<EntityType Name="Property">[\s\S]*?<\/EntityType>/.exec(text)![0]
    const lookups = [
      ...type.matchAll(
        /<Property Name="(\w+)"[^>]*>\s*<Annotation Term="RESO.OData.Metadata.LookupName" String="(\w+)"/g,
      ),
    ]
    const listed = new Set(
      (await standard.all('/Lookup?$top=1000')).map((row) => `${row.LookupName} ${row.LookupValue}`),
    )
    const missing = new Set<string>()
    for (const row of await standard.all('/Property?$top=1000')) {
      for (const [, name, lookup] of lookups) {
        for (const value of [row[name!]].flat()) {
          const isValue = value !== null && value !== undefined && value !== ''
          if (isValue && !listed.has(`${lookup} ${value}`)) missing.add(`${lookup} ${value}`)
        }
      }
    }
    expect([...missing]).toEqual([])
  })

  it('of gold says which standard value a local one means', async () => {
    const rows = await gold.rows(
      "/Lookup?$filter=LookupName eq 'PropertySubType' and LookupValue eq 'standard_apartment'",
    )
    expect(rows).toMatchObject([{ StandardLookupValue: 'Apartment' }])
  })
})

describe('an operator', () => {
  const unmapped = async () =>
    (await hub.pool.query("select value from mls.unmapped_lookups() where lookup_name = 'PropertySubType'"))
      .rows
      .map(({ value }) => value)

  it('sees what nobody knows, and says what it means: for one office', async () => {
    expect(await unmapped()).toContain('apartments_of_ours')
    await hub.pool.query(
      `select mls.map_lookup('PropertySubType', 'Apartments of ours', 'Condominium', '${office}')`,
    )
    for (let more = true; more;) {
      const { rows } = await hub.pool.query('select mls.rerender_slice(5000) as slice')
      more = rows[0].slice.more
    }
    expect((await one(standard, 'd')).PropertySubType).toBe('Condominium')
    expect((await one(gold, 'd')).PropertySubType).toBe('apartments_of_ours')
    expect(await unmapped()).not.toContain('apartments_of_ours')
  })

  it('cannot map to what is no standard value', async () => {
    await expect(hub.pool.query("select mls.map_lookup('PropertySubType', 'x', 'Palace')")).rejects
      .toThrow('no standard value')
  })
})

describe('an address that the owner wants hidden', () => {
  const hidden = ['UnparsedAddress', 'PostalCode', 'Latitude', 'Longitude', 'UnitNumber', 'X_UnitNumber']
  const told = {
    UnparsedAddress: 'Street 1',
    PostalCode: '3010',
    Latitude: 34.68,
    Longitude: 33.04,
    X_UnitNumber: '5',
  }

  it('is told nowhere, and found by nothing', async () => {
    await sendGold(hub, 'property', [
      listing('shown', told),
      listing('hidden', { ...told, InternetAddressDisplayYN: false }),
    ])
    for (const client of [standard, gold]) {
      const open = await one(client, 'shown')
      const closed = await one(client, 'hidden')
      expect(open).toMatchObject({
        ...told,
        InternetAddressDisplayYN: true,
        InternetEntireListingDisplayYN: true,
      })
      expect(closed.InternetAddressDisplayYN).toBe(false)
      for (const name of hidden) expect([name, closed[name]]).toEqual([name, null])
      expect(closed.City).toBe('Limassol')
      const near =
        "geo.distance(Location,geography'POINT(33.04 34.68)') lt 100 and startswith(ListingKey,'QOBRIX_std_')"
      expect(await client.count('Property', near)).toBe(1)
      expect(
        await client.count(
          'Property',
          "UnparsedAddress eq 'Street 1' and startswith(ListingKey,'QOBRIX_std_')",
        ),
      ).toBe(1)
      const found = await client.rows('/Property?$search="Street 1"&$select=ListingKey')
      expect(found.map(({ ListingKey }) => ListingKey)).not.toContain('QOBRIX_std_hidden')
    }
    expect((await one(standard, 'hidden', '?$select=Location')).Location).toBe(null)
  })

  it('is told again when the source says so, and hidden by a broker', async () => {
    await sendAgain(listing('hidden', { ...told, InternetAddressDisplayYN: true, ListPrice: 1 }))
    expect((await one(standard, 'hidden')).UnparsedAddress).toBe('Street 1')
    await hub.pool.query(
      "update mls_listings set hide_address_online = true where origin_key = 'QOBRIX_std_hidden'",
    )
    expect((await one(standard, 'hidden')).UnparsedAddress).toBe(null)
  })
})

describe('what replicators go by', () => {
  it('is there', async () => {
    const { body } = await standard.get('/Property?$top=1&$filter=PhotosCount gt 0 and ListAgentKey ne null')
    const [row] = body.value
    expect(row.PhotosChangeTimestamp).toMatch(/Z$/)
    expect(row.MajorChangeType).toBeTruthy()
    expect(row.MajorChangeTimestamp).toMatch(/Z$/)
    expect(row.OriginatingSystemName).toBeTruthy()
    expect(row.OriginatingSystemID).toBeTruthy()
    expect(row.SourceSystemName).toBeTruthy()
    const agents = await standard.rows(
      '/Property?$top=5&$filter=ListAgent ne null&$expand=ListAgent&$select=ListAgentFullName',
    )
    expect(agents.length).toBeGreaterThan(0)
    for (const { ListAgentFullName, ListAgent } of agents) {
      expect(ListAgentFullName).toBe((ListAgent as Row).MemberFullName)
    }
  })

  it('tells a change of price', async () => {
    await sendGold(hub, 'property', [listing('price', { ListPrice: 100 })])
    expect(await one(standard, 'price')).toMatchObject({
      PriceChangeTimestamp: null,
      PreviousListPrice: null,
      MajorChangeType: 'New Listing',
    })
    await sendAgain(listing('price', { ListPrice: 90 }))
    const changed = await one(standard, 'price')
    expect(changed).toMatchObject({ PreviousListPrice: 100, MajorChangeType: 'Price Change' })
    expect(changed.MajorChangeTimestamp).toBe(changed.PriceChangeTimestamp)
  })
})

describe('Location', () => {
  it('is declared, selected, and a part of whole records', async () => {
    const { text } = await gold.get('/$metadata')
    expect(text).toContain('<Property Name="Location" Type="Edm.GeographyPoint" SRID="4326"')
    const key = 'placed'
    await sendGold(hub, 'property', [listing(key, { Latitude: 34.68, Longitude: 33.04 })])
    const point = { type: 'Point', coordinates: [33.04, 34.68] }
    expect((await one(standard, key)).Location).toEqual(point)
    expect((await one(gold, key)).Location).toEqual(point)
    for (const client of [standard, gold]) {
      expect((await one(client, key, '?$select=Location')).Location).toEqual(point)
      expect((await client.get(`/Property('QOBRIX_std_${key}')/Location`)).body.value).toEqual(point)
      expect(await client.count('Property', 'Location ne null')).toBe(
        await client.count('Property', 'Latitude ne null'),
      )
    }
    const nearest = await standard.rows(
      "/Property?$orderby=geo.distance(Location,geography'POINT(33.04 34.68)')&$filter=Location ne null&$top=3&$select=Location",
    )
    expect(nearest[0]!.Location).toEqual(point)
  })
})
