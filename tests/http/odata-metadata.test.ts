import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resourceByIngestName } from '../../functions/_shared/reso/dictionary.ts'
import { RESOURCES } from '../../scripts/seed/gold.ts'
import { type Hub, startHub } from '../support/hub.ts'
import { demoClient, type ODataClient, type Row } from './odata-client.ts'

/** What the demo brokerage has records of; odata-every-field has the others. */
const ofDemo = new Set(
  [
    ...RESOURCES.map((name) => resourceByIngestName(name)!.name),
    'EntityEvent',
    'HistoryTransactional',
    'Lookup',
    'Field',
  ],
)

let hub: Hub
let portal: ODataClient
let verifier: ODataClient
let partner: ODataClient
let root: string

beforeAll(async () => {
  hub = await startHub({ seed: true })
  root = `${hub.functionsUrl}/odata`
  ;[portal, verifier, partner] = await Promise.all(
    ['portal_cy', 'verifier_all', 'partner_all'].map((name) => demoClient(hub, name)),
  ) as [ODataClient, ODataClient, ODataClient]
})
afterAll(() => hub?.stop())

describe('the service document', () => {
  it('lists what the client may read', async () => {
    const { body, headers } = await portal.get('')
    expect(headers.get('OData-Version')).toBe('4.01')
    expect(body['@odata.context']).toBe(`${root}/$metadata`)
    expect(body.value.map(({ name }: Row) => name)).toEqual([
      'Property',
      'Member',
      'Office',
      'Media',
      'OpenHouse',
      'PropertyRooms',
      'PropertyUnitTypes',
      'Teams',
      'TeamMembers',
      'EntityEvent',
      'Lookup',
      'Field',
    ])
    const granted = await verifier.get('/')
    expect(granted.body.value).toContainEqual({ name: 'Contacts', kind: 'EntitySet', url: 'Contacts' })
  })
})

describe('$metadata', () => {
  const read = async (client: ODataClient) => {
    const { text, headers, status } = await client.get('/$metadata')
    expect(status).toBe(200)
    expect(headers.get('Content-Type')).toBe('application/xml;charset=utf-8')
    expect(XMLValidator.validate(text)).toBe(true)
    const parser = new XMLParser({
      ignoreAttributes: false,
      attributeNamePrefix: '',
      isArray: (name) => name === 'Property',
    })
    const { Schema } = parser.parse(text)['edmx:Edmx']['edmx:DataServices']
    const type = (name: string) => Schema.EntityType.find((candidate: Row) => candidate.Name === name)
    return {
      text,
      Schema,
      type,
      property: (set: string, name: string) => type(set)?.Property.find((p: Row) => p.Name === name),
    }
  }

  it('has every field that an answer has, and no other', async () => {
    for (const client of [portal, verifier, partner]) {
      const { Schema } = await read(client)
      for (const type of Schema.EntityType) {
        const [row] = await client.rows(`/${type.Name}?$top=1`)
        if (!row && !ofDemo.has(type.Name)) continue
        const fields = Object.keys(row!).filter((name) => !name.startsWith('@'))
        expect(type.Property.map(({ Name }: Row) => Name).sort()).toEqual(fields.sort())
      }
    }
  })

  it('describes types and facets by profile', async () => {
    const gold = await read(portal)
    expect(gold.property('Property', 'ListPrice')).toMatchObject({
      Type: 'Edm.Decimal',
      Precision: '18',
      Scale: '2',
    })
    expect(gold.property('Property', 'View')).toMatchObject({ Type: 'Edm.String' })
    expect(gold.property('Property', 'BedroomsTotal')).toMatchObject({ Type: 'Edm.Int32' })
    expect(gold.property('Property', 'ListingKey')).toMatchObject({ Nullable: 'false' })
    const dd2 = await read(partner)
    expect(dd2.property('Property', 'ListPrice')).toMatchObject({
      Type: 'Edm.Decimal',
      Precision: '14',
      Scale: '2',
    })
    expect(dd2.property('Property', 'View')).toMatchObject({ Type: 'Collection(Edm.String)' })
    expect(dd2.property('Property', 'View').Annotation).toContainEqual({
      Term: 'RESO.OData.Metadata.LookupName',
      String: 'View',
    })
    expect(dd2.property('Property', 'ListingKey')).toMatchObject({ MaxLength: '255' })
  })

  it('says the same as JSON', async () => {
    const { Schema } = await read(partner)
    for (const path of ['/$metadata?$format=json', '/$metadata']) {
      const { body, headers } = await partner.get(path, { Accept: 'application/json' })
      expect(headers.get('Content-Type')).toBe('application/json;charset=utf-8')
      expect(body).toMatchObject({ $Version: '4.01', $EntityContainer: 'RESO.OData.Container' })
      const { Container, ...types } = body['RESO.OData']
      expect(Object.keys(types)).toEqual(Schema.EntityType.map(({ Name }: Row) => Name))
      for (const type of Schema.EntityType) {
        for (const { Name, Type, Nullable } of type.Property) {
          const { $Type = 'Edm.String', $Collection = false, $Nullable = false } = types[type.Name][Name]
          expect([Name, $Collection ? `Collection(${$Type})` : $Type, $Nullable]).toEqual([
            Name,
            Type,
            Nullable !== 'false',
          ])
        }
        expect(Container[type.Name].$Type).toBe(`RESO.OData.${type.Name}`)
      }
    }
    const { body: older } = await partner.get('/$metadata?$format=json', { 'OData-MaxVersion': '4.0' })
    expect(older.$Version).toBe('4.0')
    const { headers } = await partner.get('/$metadata', { Accept: 'application/json, text/plain, */*' })
    expect(headers.get('Content-Type')).toContain('application/xml')
  })

  it('is repeated by Field, and its lookups are listed by Lookup', async () => {
    const { Schema } = await read(partner)
    const described = Schema.EntityType.filter(({ Name }: Row) =>
      !['Lookup', 'Field'].includes(Name as string)
    )
    const names = described.flatMap((type: Row) =>
      (type.Property as Row[]).map(({ Name }) => `${type.Name}:${Name}`)
    )
    const fields = await partner.all('/Field?$top=1000')
    expect(fields.map((row) => row.FieldKey)).toEqual(names)
    expect(fields).toContainEqual(
      expect.objectContaining({
        FieldKey: 'Property:View',
        DisplayName: 'View',
        X_Type: 'Collection(Edm.String)',
        LookupName: 'View',
      }),
    )
    expect(await portal.rows("/Field?$filter=FieldName eq 'PrivateRemarks'")).toEqual([])
    expect(await verifier.rows("/Field?$filter=FieldName eq 'PrivateRemarks'")).toHaveLength(1)
    const used = new Set(fields.map((row) => row.LookupName).filter((name) => name !== null))
    // the dictionary itself lists no values
    const open = ['AOR', 'City', 'CountyOrParish', 'ImageSizeDescription', 'MediaStatus', 'MlsStatus']
    const lookups = await partner.all('/Lookup?$top=500')
    const listed = new Set(lookups.map((row) => row.LookupName))
    for (const name of used) if (!open.includes(name as string)) expect(listed).toContain(name)
    const status = await partner.rows(
      "/Lookup?$filter=LookupName eq 'StandardStatus' and startswith(LookupValue,'A')&$orderby=LookupValue desc&$count=true",
    )
    expect(status.map((row) => row.LookupValue)).toEqual(['Active Under Contract', 'Active'])
    expect((await partner.get("/Lookup('StandardStatus:ActiveUnderContract')")).body).toMatchObject({
      LookupValue: 'Active Under Contract',
      LegacyODataValue: 'ActiveUnderContract',
    })
    expect((await partner.get('/Lookup/$count')).text).toBe(String(lookups.length))
  })

  it('does not mention what was not granted', async () => {
    const { text } = await read(portal)
    for (
      const name of ['PrivateRemarks', 'X_SellerContactKey', 'Contacts', 'ShowingAppointment', 'BuyerContact']
    ) {
      expect(text).not.toContain(name)
    }
    expect((await read(verifier)).text).toContain('PrivateRemarks')
  })

  it('binds every navigation to an entity set', async () => {
    const { Schema } = await read(verifier)
    const sets = Schema.EntityContainer.EntitySet.map(({ Name }: Row) => Name)
    for (const { NavigationPropertyBinding = [] } of Schema.EntityContainer.EntitySet) {
      for (const { Target } of [NavigationPropertyBinding].flat()) expect(sets).toContain(Target)
    }
  })
})
