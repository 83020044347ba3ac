import { decimalScale } from '../../../functions/_shared/reso/sql-types.ts'
import { property } from '../../../functions/_shared/reso/resources/property.ts'
import { newClient } from '../../http/odata-client.ts'
import type { Hub } from '../hub.ts'
import type { Listing } from './generate.ts'

export interface Caller {
  name: string
  headers: Record<string, string>
  /** What it may read, by the tables. */
  rows: Listing[]
}

/** Six kinds of caller, each with the rows that it may read, read beforehand and as the owner of the tables. */
export async function sixCallers(hub: Hub): Promise<Caller[]> {
  const { rows: served } = await hub.pool.query<{ row: Listing }>(
    'select to_jsonb(s) as row from public.served_property s where not is_deleted order by seq desc',
  )
  const all = served.map(({ row }) => inMajorUnits(row))
  const of = (office: string) => all.filter(({ office_key }) => office_key === office)
  const bearer = (token: string) => ({ Authorization: `Bearer ${token}` })
  const published = await newClient(hub, { offices: ['*'], api_visibility: 'published' })
  const nobody = await newClient(hub, { offices: [] })
  const users = hub.users as Record<string, { access_token: string }>
  const { rows: shown } = await hub.pool.query<{ row: Listing }>(
    `select to_jsonb(p) || jsonb_build_object('seq', s.seq) as row
     from public.listings_public p join mls.website_search s on s.record_id = p.id order by s.seq desc`,
  )
  const cyprus = 'SHARPSIR-CY-001'
  return [
    { name: 'a client of one office', headers: bearer(await hub.token('portal_cy')), rows: of(cyprus) },
    {
      name: 'a client of all offices, dd2',
      headers: bearer(await hub.token('partner_all')),
      rows: all.map(inStandardValues),
    },
    {
      name: 'a client of what is published',
      headers: bearer(published.token),
      rows: all.filter(({ is_published }) => is_published),
    },
    {
      name: 'a user',
      headers: { ...bearer(users.broker_cy!.access_token), apikey: hub.publishableKey },
      rows: of(cyprus),
    },
    {
      name: 'a visitor',
      headers: { apikey: hub.publishableKey },
      rows: shown.map(({ row }) => underResoNames(row)),
    },
    { name: 'a client of no office', headers: bearer(nobody.token), rows: [] },
  ]
}

/** As profile dd2 serves it. Words are sought among the values as they came. */
function inStandardValues(row: Listing): Listing {
  const standard = Object.entries(row).filter(([name]) => name.startsWith('std_'))
  return {
    ...row,
    ...Object.fromEntries(standard.map(([name, value]) => [name.slice(4), value])),
    asSent: row,
  }
}

const scales = new Map(property.fields.flatMap(({ name, type }) => {
  const scale = decimalScale(type)
  return scale ? [[name, 10 ** scale] as const] : []
}))

function inMajorUnits(row: Listing): Listing {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === 'number' && scales.has(name) ? value / scales.get(name)! : value,
    ]),
  )
}

const statuses: Record<string, string> = {
  PUBLISHED: 'Active',
  UNDER_OFFER: 'Pending',
  SOLD: 'Closed',
  WITHDRAWN: 'Withdrawn',
}

function underResoNames(row: Listing): Listing {
  return {
    seq: row.seq,
    ListingKey: row.id,
    ListingId: row.ref,
    StandardStatus: statuses[row.status as string],
    PropertyType: row.property_type,
    PropertySubType: row.property_subtype,
    X_PropertyName: row.name,
    PublicRemarks: row.description,
    ListPrice: row.price,
    LivingArea: row.living_area,
    LotSizeSquareFeet: row.lot_size,
    UnparsedAddress: row.street,
    City: row.city,
    StateOrProvince: row.state,
    Country: row.country,
    Latitude: row.latitude,
    Longitude: row.longitude,
    BedroomsTotal: row.bedrooms,
    BathroomsTotalInteger: row.bathrooms,
    YearBuilt: row.year_built,
  }
}
