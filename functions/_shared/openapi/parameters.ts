import type { Json } from './schemas.ts'

const option = (name: string, schema: Json, description: string): Json => ({
  name: `$${name}`,
  in: 'query',
  required: false,
  schema,
  description,
})

/** OData's query options. */
const queryParameters: Record<string, Json> = {
  filter: option(
    'filter',
    { type: 'string' },
    "Condition, such as City eq 'Limassol' and ListPrice lt 500000",
  ),
  select: option('select', { type: 'string' }, 'Fields wanted, with commas between them; all without it'),
  orderby: option('orderby', { type: 'string' }, 'Order, such as ListPrice desc,ListingKey'),
  expand: option('expand', { type: 'string' }, 'Related records that come along, such as Media($top=3)'),
  search: option('search', { type: 'string' }, 'Words to be found in the texts'),
  compute: option(
    'compute',
    { type: 'string' },
    'Values made of fields, such as ListPrice div LivingArea as PricePerUnit; $select, $filter and $orderby may use the name',
  ),
  apply: option(
    'apply',
    { type: 'string' },
    'Groups instead of records: any filter(...) in a row, then one groupby(...) or aggregate(...), such as filter(ListPrice gt 0)/groupby((City),aggregate(ListPrice with average as Price,$count as N)). Each row of the answer has the fields that it is grouped by and the names behind `as`',
  ),
  top: option(
    'top',
    { type: 'integer', minimum: 0 },
    'Records wanted in all; in profile gold, without Prefer: odata.maxpagesize, records of a page',
  ),
  skip: option('skip', { type: 'integer', minimum: 0 }, 'Records left out; nextLink is faster'),
  count: option('count', { type: 'boolean' }, 'Whether the answer says how many records there are'),
  skiptoken: option(
    'skiptoken',
    { type: 'string' },
    'Where the next page begins. It stands in nextLink, belongs to its query and its client, and is never made by hand',
  ),
}

/** What goes beside OData's options: ours without a dollar sign, and a header. */
const replication: Json = {
  name: 'replication',
  in: 'query',
  required: false,
  schema: { type: 'boolean' },
  description:
    'true for a scan of the whole collection: pages of up to 2,000 (with $select) in the order of insertion, and in @mls.changesAfter where its changes begin',
}

const prefer: Json = {
  name: 'Prefer',
  in: 'header',
  required: false,
  schema: { type: 'string' },
  description: 'Records of a page: odata.maxpagesize=1000, the most that there are without replication',
}

/** By the name under which paths refer to them. */
export const parameters: Record<string, Json> = { ...queryParameters, replication, prefer }

const use = (names: string[]): Json[] => names.map((name) => ({ $ref: `#/components/parameters/${name}` }))

export const ofCollections = use(Object.keys(parameters))
export const ofRecords = use(['select', 'expand', 'compute'])
export const ofCounts = use(['filter', 'search', 'compute', 'apply'])
