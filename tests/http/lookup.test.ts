import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runJob } from '../../functions/_shared/operate/run-job.ts'
import { type Hub, startHub } from '../support/hub.ts'
import { demoClient, newClient, type ODataClient, type Row } from './odata-client.ts'
import { sendGold } from './send-gold.ts'

/** RESO Lookup: which values a field may hold, those of the dictionary and those that records hold beside them. */
let hub: Hub
let verifier: ODataClient
let partner: ODataClient

const cy = 'SHARPSIR-CY-001'
const listing = (ListingKey: string, changes: Row): Row => ({
  ListingKey,
  OriginatingSystemOfficeKey: cy,
  StandardStatus: 'Active',
  ...changes,
})

beforeAll(async () => {
  hub = await startHub({ seed: true })
  ;[verifier, partner] = await Promise.all([demoClient(hub, 'verifier_all'), demoClient(hub, 'partner_all')])
  await sendGold(hub, 'property', [
    listing('QOBRIX_lookup_1', {
      PropertyType: 'ResidentialLease',
      View: 'sea_cliff, Ocean',
      City: 'Only "Here"',
    }),
    listing('QOBRIX_lookup_2', { LeaseAmountFrequency: 'x'.repeat(3_000) }),
  ])
  await collect()
})
afterAll(() => hub?.stop())

const collect = async () => expect(await runJob(hub.pool, 'lookups')).toMatchObject({ status: 'ok' })
const values = async (client: ODataClient, name: string): Promise<string[]> =>
  (await client.all(`/Lookup?$filter=LookupName eq '${name}'&$top=1000`)).map(({ LookupValue }) =>
    LookupValue as string
  )

/** Profile gold has multi-valued fields as the text of the source, with commas or as JSON; Lookup takes them apart. */
function valuesIn(held: string | string[] | null, isListed: (value: string) => boolean): string[] {
  if (held === null) return []
  if (Array.isArray(held) || isListed(held)) return [held].flat()
  return held.startsWith('[')
    ? JSON.parse(held)
    : held.split(',').map((value) => value.trim()).filter(Boolean)
}

describe('Lookup', () => {
  it.each(['gold', 'dd2'] as const)(
    'lists every value that a lookup field holds, profile %s',
    async (profile) => {
      const client = await newClient(hub, {
        offices: ['*'],
        grants: ['Contacts', 'ShowingAppointment'],
        profile,
      })
      const rows = await client.all('/Lookup?$top=1000')
      const listed = new Set(rows.map((row) => `${row.LookupName} ${row.LookupValue}`))
      const fields = await client.all('/Field?$filter=LookupName ne null&$top=1000')
      expect(fields.length).toBeGreaterThan(30)
      const missing = new Set<string>()
      for (const resource of new Set(fields.map((field) => field.ResourceName as string))) {
        const records = await client.all(`/${resource}?$top=1000`)
        for (const { FieldName, LookupName } of fields.filter((field) => field.ResourceName === resource)) {
          const isListed = (value: string) => listed.has(`${LookupName} ${value}`)
          const held = records.map((record) => record[FieldName as string] as string | string[] | null)
          for (const value of held.flatMap((value) => valuesIn(value, isListed))) {
            if (value.length <= 255 && !isListed(value)) missing.add(`${LookupName} ${value}`)
          }
        }
      }
      expect([...missing]).toEqual([])
      for (const column of ['LookupKey', 'LookupValue']) {
        const keys = rows.map((row) => `${column === 'LookupKey' || row.LookupName} ${row[column]}`)
        expect(new Set(keys).size).toBe(keys.length)
      }
    },
  )

  it('says which values are standard, which are a standard value in another spelling, and which are local', async () => {
    const one = async (name: string, value: string) =>
      (await partner.rows(`/Lookup?$filter=LookupName eq '${name}' and LookupValue eq '${value}'`))[0]
    expect(await one('PropertyType', 'Residential Lease')).toMatchObject({
      LookupKey: 'PropertyType:ResidentialLease',
      StandardLookupValue: 'Residential Lease',
      LegacyODataValue: 'ResidentialLease',
    })
    // profile dd2 serves the standard value, so the other spelling is met in gold alone
    expect(await one('PropertyType', 'ResidentialLease')).toBeUndefined()
    expect(
      (await verifier.rows(
        "/Lookup?$filter=LookupName eq 'PropertyType' and LookupValue eq 'ResidentialLease'",
      ))[0],
    ).toMatchObject({
      LookupKey: 'PropertyType:X_ResidentialLease',
      StandardLookupValue: 'Residential Lease',
      LegacyODataValue: 'ResidentialLease',
    })
    expect(await one('View', 'sea_cliff')).toMatchObject({
      StandardLookupValue: null,
      LegacyODataValue: null,
    })
    expect(await one('City', 'Only "Here"')).toMatchObject({ LookupKey: 'City:X_Only "Here"' })
    expect(await one('ResourceName', 'Media')).toMatchObject({ StandardLookupValue: null })
  })

  it('is a collection as any other: by key, counted, ordered, page by page', async () => {
    const rows = await partner.all('/Lookup?$top=1000')
    expect(await partner.all('/Lookup?$top=83')).toEqual(rows)
    expect((await partner.get('/Lookup/$count')).text).toBe(String(rows.length))
    const [local] = rows.filter((row) => row.LookupValue === 'sea_cliff') as [Row]
    const { '@odata.context': _context, ...found } = (await partner.get("/Lookup('View:X_sea_cliff')")).body
    expect(found).toEqual(local)
    const ordered = await partner.all(
      "/Lookup?$select=LookupValue&$filter=LookupName eq 'View'&$orderby=LookupValue&$top=7",
    )
    const expected = rows.filter((row) => row.LookupName === 'View').map((row) => row.LookupValue as string)
    expect(ordered.map((row) => row.LookupValue)).toEqual(expected.toSorted())
  })

  it('tells of new values by ModificationTimestamp, once they are met', async () => {
    const newest = (await partner.all('/Lookup?$orderby=ModificationTimestamp desc&$top=1000'))[0]!
    const news = `/Lookup?$filter=ModificationTimestamp gt ${newest.ModificationTimestamp}`
    await sendGold(hub, 'property', [listing('QOBRIX_lookup_3', { View: 'brand_new,Ocean' })])
    expect(await partner.rows(news)).toEqual([])
    await collect()
    await collect()
    expect((await partner.rows(news)).map((row) => row.LookupValue)).toEqual(['brand_new'])
  })

  it('tells nobody what stands only in records that he may not see', async () => {
    const hungary = await demoClient(hub, 'portal_hu')
    expect(await values(verifier, 'City')).toContain('Only "Here"')
    expect(await values(hungary, 'City')).not.toContain('Only "Here"')
    const seen = new Set((await hungary.all('/Property?$select=City&$top=1000')).map(({ City }) => City))
    for (const city of await values(hungary, 'City')) expect(seen).toContain(city)
    expect(await values(verifier, 'ContactType')).toContain('Developer')
    expect(await values(hungary, 'ContactType')).not.toContain('Developer')
    const portal = await newClient(hub, { offices: [cy], api_visibility: 'published' })
    await hub.pool.query(
      `update public.mls_tenants set api_visibility = 'published' where code = 'CY'`,
    )
    await sendGold(hub, 'property', [listing('QOBRIX_lookup_4', { City: 'Secret Bay' })])
    await collect()
    expect(await values(portal, 'City')).not.toContain('Secret Bay')
  })
})
