import { isoDate } from '../calendar.ts'
import type { GoldRecord } from '../gold.ts'
import type { Home } from '../home.ts'
import { classesOf } from '../classes.ts'
import { etlStamp } from '../stamps.ts'
import { dashApiDialect, dashFileDialect, type Dialect } from '../spark.ts'
import { randomFor } from '../prng.ts'
import { publicRemarks } from '../words/remarks.ts'
import { title } from '../words/titles.ts'
import { dashFeatures } from './features.ts'

/** Agents that Dash names per market; gold has no Member rows for them. */
const AGENTS = 6

export function dashDialect(home: Home): Dialect {
  return home.market.source === 'DASH_API' ? dashApiDialect() : dashFileDialect()
}

/** One row of gold's Property from the Dash branch: no currency, flags always answered, no lease siblings. */
export function dashProperty(home: Home): GoldRecord {
  const wire = dashDialect(home)
  return wire.seal({
    ...identity(home, wire),
    ...place(home),
    ...body(home, wire),
    ...dashFeatures(home, wire),
    ...etlStamp(home.market.officeKey, wire),
  })
}

function identity(home: Home, wire: Dialect): GoldRecord {
  const random = home.random('identity')
  const agent = randomFor(home.market.code, 'agent', random.int(1, AGENTS)).uuid()
  const isNew = random.chance(0.2)
  const modified = wire.stamp(home.modified)
  return {
    ListingKey: home.listingKey,
    ListingId: home.ref,
    StandardStatus: home.status,
    ...classesOf(home.kind.family, home.offer === 'rent'),
    PropertySubType: home.kind.label,
    DevelopmentStatus: isNew ? 'New Construction' : 'Existing',
    NewConstructionYN: wire.boolean(isNew),
    LeaseConsideredYN: wire.boolean(false),
    SaleConsideredYN: wire.boolean(false),
    // The loader reads listPrice alone: a rental's rent stands here, and LeaseAmount stays empty.
    ListPrice: wire.decimal(home.offer === 'rent' ? home.rent : home.price),
    ListAgentKey: `DASH_AGENT_${agent}`,
    ListOfficeKey: home.market.listOfficeKey,
    OriginalEntryTimestamp: wire.stamp(home.created),
    ListingContractDate: isoDate(home.created),
    ModificationTimestamp: modified,
    X_QobrixModified: modified,
    X_QobrixId: home.id,
    X_QobrixRef: home.ref,
    X_QobrixSource: home.market.source,
    X_DataSource: 'dash_sothebys',
    X_ExcludedProperty: wire.boolean(false),
    X_PropertyName: title(home),
    X_WebsiteUrl: `https://www.example.org/${home.market.code.toLowerCase()}/${home.ref}`,
    PublicRemarks: publicRemarks(home),
  }
}

function place(home: Home): GoldRecord {
  return {
    UnparsedAddress: home.address,
    City: home.city,
    StateOrProvince: home.town.state,
    PostalCode: home.postcode,
    Country: home.market.code,
    Latitude: Math.round(home.latitude * 1e6) / 1e6,
    Longitude: Math.round(home.longitude * 1e6) / 1e6,
  }
}

function body(home: Home, wire: Dialect): GoldRecord {
  const { living, plot } = home
  return {
    BedroomsTotal: wire.integer(home.bedrooms),
    BathroomsTotalInteger: wire.integer(home.bathrooms),
    LivingArea: wire.decimal(living),
    LivingAreaUnits: 'SquareMeters',
    LotSizeSquareFeet: wire.decimal(plot),
    LotSizeUnits: 'SquareMeters',
    LotSizeAcres: wire.decimal(plot === null ? null : Math.round(plot * 2.47105) / 10_000, 4),
    X_TotalArea: wire.decimal(living === null ? null : Math.round(living * 1.15)),
    YearBuilt: wire.integer(home.yearBuilt),
    X_CustomerParking: wire.integer(home.random('garage').int(0, 3)),
  }
}
