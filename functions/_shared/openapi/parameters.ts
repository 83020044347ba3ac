import type { Json } from './schemas.ts'

const option = (name: string, schema: Json, description: string): Json => ({
  name: `$${name}`,
  in: 'query',
  required: false,
  schema,
  description,
})

/** OData's query options, by the name under which paths refer to them. */
export const queryParameters: Record<string, Json> = {
  filter: option(
    'filter',
    { type: 'string' },
    "Condition, such as City eq 'Limassol' and ListPrice lt 500000",
  ),
  select: option('select', { type: 'string' }, 'Fields wanted, with commas between them; all without it'),
  orderby: option('orderby', { type: 'string' }, 'Order, such as ListPrice desc,ListingKey'),
  expand: option('expand', { type: 'string' }, 'Related records that come along, such as Media($top=3)'),
  search: option('search', { type: 'string' }, 'Words to be found in the texts'),
  top: option(
    'top',
    { type: 'integer', minimum: 0 },
    'Records wanted in all; in profile gold, without Prefer: odata.maxpagesize, records of a page',
  ),
  skip: option('skip', { type: 'integer', minimum: 0 }, 'Records left out; nextLink is faster'),
  count: option('count', { type: 'boolean' }, 'Whether the answer says how many records there are'),
}

/** Ours, so without a dollar sign. */
const replication: Json = {
  name: 'replication',
  in: 'query',
  required: false,
  schema: { type: 'boolean' },
  description:
    'true for a scan of the whole collection: pages of up to 2,000 (with $select) in the order of insertion, and in @mls.changesAfter where its changes begin',
}

const use = (names: string[]): Json[] => names.map((name) => ({ $ref: `#/components/parameters/${name}` }))

export const ofCollections = [...use(Object.keys(queryParameters)), replication]
export const ofRecords = use(['select', 'expand'])
export const ofCounts = use(['filter', 'search'])
