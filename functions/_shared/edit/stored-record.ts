/** A record as it is stored, for who may edit it: of a draft nothing is served, or the last values of its source. */
import type { EntityType, Property } from '../odata/model/model.ts'
import { standardValueOf } from '../reso/standard-values.ts'
import type { Place } from './places.ts'
import type { EditState } from './transaction.ts'

type Json = Record<string, unknown>

/**
 * The members of the record in their order; what is derived from other records (names of agents, times of changes) comes
 * with what is served, and is left out here.
 */
export function storedRecord(type: EntityType, state: EditState, places: ReadonlyMap<string, Place>): Json {
  const record: Json = {}
  for (const property of type.properties.values()) {
    const value = storedValue(type, property, state, places.get(property.name))
    if (value !== undefined) {
      record[property.name] = value === null && !property.edm.isCollection ? null : written(property, value)
    }
  }
  return record
}

/** undefined for what is not kept with the record. */
function storedValue(
  { name: resource, key }: EntityType,
  { name, field }: Property,
  { row, key: itsKey }: EditState,
  place: Place | undefined,
): unknown {
  if (name === key) return itsKey
  if (name === 'ModificationTimestamp') return row.modified_ts ?? row.updated_at
  if (name === 'OriginatingSystemOfficeKey') return row.originating_office_key
  if (name === 'StandardStatus') return statuses[String(row.status)] ?? 'Incomplete'
  if (name === 'ListingId') return row.ref
  if (resource === 'Media') {
    if (name === 'ResourceName') return 'Property'
    if (name === 'ResourceRecordKey') return row.resource_record_key
    if (name === 'MediaCategory') return mediaCategory(row)
  }
  switch (place?.kind) {
    case 'extra':
      return (row.extensions as Json)[name] ?? null
    case 'column':
      return place.negated ? row[place.column] !== true : row[place.column] ?? null
    case 'price':
    case 'point':
    case 'once':
      return row[place.column] ?? null
  }
  return field.column === undefined || field.view !== undefined ? undefined : row[field.column] ?? null
}

const statuses: Readonly<Record<string, string>> = {
  PUBLISHED: 'Active',
  UNDER_OFFER: 'Pending',
  SOLD: 'Closed',
  WITHDRAWN: 'Withdrawn',
}

const categories: Readonly<Record<string, string>> = { video: 'Video', audio: 'Audio', tour: 'Video' }

const mediaCategory = ({ extensions, media_category }: Json) =>
  (extensions as Json).MediaCategory ?? categories[String(media_category)] ?? 'Photo'

function written({ edm, field, standardLookup }: Property, value: unknown): unknown {
  const standard = (text: string) => standardLookup ? standardValueOf(standardLookup, text) : text
  if (edm.isCollection) return value === null ? [] : valuesIn(String(value)).map(standard)
  if (field.type === 'TIMESTAMP') return utc(String(value))
  if (field.type === 'STRING') {
    return standard(typeof value === 'object' ? JSON.stringify(value) : String(value))
  }
  return typeof value === 'string' && /^(INT|BIGINT|DOUBLE|DECIMAL)/.test(field.type) ? Number(value) : value
}

/** As mls.multi_values() has them. */
function valuesIn(text: string): string[] {
  if (text.startsWith('[')) {
    try {
      const list: unknown = JSON.parse(text)
      if (Array.isArray(list)) return list.map((each) => String(each).trim()).filter((each) => each !== '')
    } catch { /* a text that begins with a bracket */ }
  }
  return text.split(',').map((each) => each.trim()).filter((each) => each !== '')
}

/** A timestamptz as JSON has it, with its microseconds. */
function utc(text: string): string {
  const [, seconds, fraction = '', zone] = /^(.{19})(?:\.(\d+))?(.*)$/.exec(text) ?? []
  const time = Date.parse(`${seconds}${zone}`)
  return Number.isNaN(time)
    ? text
    : `${new Date(time).toISOString().slice(0, 19)}.${fraction.padEnd(6, '0')}Z`
}
