/** What is searched: the served rows of Property for API clients and users, the website's rows for visitors. */
import { property } from '../reso/resources/property.ts'
import { type EntityType, type Model, modelFor } from '../odata/model/model.ts'
import type { Horizon, Reader } from '../odata/model/reader.ts'
import { readableRows } from '../odata/sql/readable-rows.ts'
import { foundByIndex, matchesColumn } from '../odata/sql/search.ts'
import type { Parameters } from '../odata/sql/statement.ts'
import type { Search, Source } from '../odata/plan/bound.ts'
import { readerOf } from '../oauth/reader-of.ts'
import type { SearchCaller } from './caller.ts'

export interface Collection {
  model: Model
  type: EntityType
  reader: Reader & { horizon: Horizon }
  table: string
  /** Photos are in the rows themselves. */
  hasPhotos: boolean
  /** What of the table the caller may read. Row level security says the same. */
  readable(source: Source, parameters: Parameters): string
  matches(search: Search, parameters: Parameters): string
}

export function collectionOf({ kind, client }: SearchCaller): Collection {
  const reader = { ...readerOf(client), horizon: { atLeast: 0n } }
  const model = modelFor(client.profile, client.grants)
  const type = model.entityTypes.get('Property')!
  if (kind !== 'website') {
    return {
      model,
      type,
      reader,
      table: 'public.served_property',
      hasPhotos: false,
      readable: (source, parameters) => readableRows(source, reader, parameters),
      matches: foundByIndex,
    }
  }
  const shown = websiteType(type)
  return {
    model: { ...model, entityTypes: new Map([['Property', shown]]) },
    type: shown,
    reader,
    table: 'mls.website_search',
    hasPhotos: true,
    readable: () => 'true',
    matches: ({ source, expr }, parameters) => matchesColumn(`${source.alias}.words`, expr, parameters),
  }
}

/** Fields of Property that websites show: the columns of mls.website_search. */
const websiteFields = [
  'ListingKey',
  'ListingId',
  'StandardStatus',
  'PropertyType',
  'PropertySubType',
  'X_PropertyName',
  'PublicRemarks',
  'ListPrice',
  'LeaseAmount',
  'LeaseAmountFrequency',
  'ListPriceCurrencyCode',
  'UnparsedAddress',
  'City',
  'StateOrProvince',
  'PostalCode',
  'Country',
  'Latitude',
  'Longitude',
  'BedroomsTotal',
  'BathroomsTotalInteger',
  'LivingArea',
  'LotSizeSquareFeet',
  'YearBuilt',
  'PhotosCount',
  'ModificationTimestamp',
]

function websiteType(type: EntityType): EntityType {
  return {
    ...type,
    resource: { ...property, fields: property.fields.filter(({ name }) => websiteFields.includes(name)) },
    properties: new Map([...type.properties].filter(([name]) => websiteFields.includes(name))),
    navigations: new Map(),
  }
}
