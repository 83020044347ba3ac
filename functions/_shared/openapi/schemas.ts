/** Schemas of records, from the dictionary: what a field looks like in JSON. */
import type { EntityType, Property } from '../odata/model/model.ts'
import type { EdmType } from '../reso/edm.ts'

export type Json = Record<string, unknown>

const scalars: Record<EdmType['name'], Json> = {
  'Edm.String': { type: 'string' },
  'Edm.Int32': { type: 'integer', format: 'int32' },
  'Edm.Int64': { type: 'integer', format: 'int64' },
  'Edm.Double': { type: 'number', format: 'double' },
  'Edm.Decimal': { type: 'number' },
  'Edm.Boolean': { type: 'boolean' },
  'Edm.Date': { type: 'string', format: 'date' },
  'Edm.DateTimeOffset': { type: 'string', format: 'date-time' },
  'Edm.TimeOfDay': { type: 'string', format: 'time' },
  'Edm.Duration': { type: 'string', format: 'duration' },
  'Edm.GeographyPoint': {
    type: 'object',
    properties: {
      type: { const: 'Point' },
      coordinates: { type: 'array', items: { type: 'number' }, description: 'Longitude, latitude' },
    },
  },
}

/** One record of an entity type, with what it can be expanded by. */
export function recordSchema({ properties, navigations }: EntityType): Json {
  const expanded = [...navigations.values()].map(({ name, type, isCollection }) => {
    const record = { $ref: `#/components/schemas/${type.name}` }
    const schema = isCollection ? { type: 'array', items: record } : { oneOf: [record, { type: 'null' }] }
    return [name, { ...schema, description: `With $expand=${name}` }]
  })
  return {
    type: 'object',
    properties: {
      '@odata.context': { type: 'string', description: 'Of one record; a page has its own' },
      '@odata.etag': { type: 'string', description: 'Changes when the record does' },
      ...Object.fromEntries(
        [...properties.values()].map((property) => [property.name, fieldSchema(property)]),
      ),
      ...Object.fromEntries(expanded),
    },
  }
}

/** A page of records, as `GET /odata/<resource>` answers. */
export function pageSchema({ name }: EntityType): Json {
  return {
    type: 'object',
    required: ['@odata.context', 'value'],
    properties: {
      '@odata.context': { type: 'string' },
      '@odata.count': { type: 'integer', description: 'With $count=true: records of all pages' },
      '@odata.nextLink': { type: 'string', description: 'The next page; absent on the last' },
      '@mls.changesAfter': {
        type: 'object',
        description: 'With replication=true: where the changes begin that the scan may have missed',
        properties: {
          ModificationTimestamp: { type: 'string', format: 'date-time' },
          EntityEventSequence: { type: 'integer', format: 'int64' },
        },
      },
      value: { type: 'array', items: { $ref: `#/components/schemas/${name}` } },
    },
  }
}

/**
 * Lookup, sensitivity and digits have no keyword in JSON Schema: renderers that do not know ours find the first two in
 * the description.
 */
function fieldSchema({ field, edm, isRequired, isSensitive }: Property): Json {
  const lookup = field.dd?.lookup
  const notes = [
    field.note,
    lookup && `Lookup ${lookup}`,
    isSensitive && 'Only for clients that were granted it',
  ].filter(Boolean)
  const { type, ...rest } = scalars[edm.name]
  const value = edm.isCollection
    ? { type: 'array', items: scalars[edm.name] }
    : { type: isRequired ? type : [type, 'null'], ...rest }
  return {
    ...value,
    ...(edm.maxLength !== undefined && { maxLength: edm.maxLength }),
    ...(edm.scale !== undefined && { 'x-precision': edm.precision, 'x-scale': edm.scale }),
    ...(lookup && { 'x-lookup': lookup }),
    ...(isSensitive && { 'x-sensitive': true }),
    ...(notes.length > 0 && { description: `${notes.join('. ')}.` }),
  }
}
