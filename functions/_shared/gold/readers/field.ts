import { isStandardValue } from '../../reso/standard-values.ts'
import type { Field, Resource } from '../../reso/types.ts'
import type { Reader } from '../finding.ts'
import { severityOf } from '../severity.ts'
import { readBoolean } from './boolean.ts'
import { readCurrency } from './currency.ts'
import { readDate } from './date.ts'
import { decimalReader, doubleReader, integerReader } from './number.ts'
import { readStatus } from './status.ts'
import { readKey, readShortText, readShortTextOrNone, readText, readTextOrNone } from './text.ts'
import { readTimestamp } from './timestamp.ts'

/** The ways in which a field is read. The SQL reader (mls.read_value) has a branch for each. */
export type ReaderKind =
  | 'key'
  | 'short'
  | 'text'
  | 'status'
  | 'currency'
  | 'latitude'
  | 'longitude'
  | 'integer'
  | 'bigint'
  | 'double'
  | 'boolean'
  | 'date'
  | 'timestamp'
  | 'hub'
  | 'price'
  | 'decimal'

/** Fields whose meaning is narrower than their type. */
const byName: Readonly<Record<string, ReaderKind>> = {
  StandardStatus: 'status',
  ListPriceCurrencyCode: 'currency',
  Latitude: 'latitude',
  Longitude: 'longitude',
}

const byType: Readonly<Record<string, ReaderKind>> = {
  INT: 'integer',
  BIGINT: 'bigint',
  DOUBLE: 'double',
  BOOLEAN: 'boolean',
  DATE: 'date',
  TIMESTAMP: 'timestamp',
}

const readers: Readonly<Record<Exclude<ReaderKind, 'price' | 'decimal'>, Reader>> = {
  key: readKey,
  short: readShortText,
  text: readText,
  status: readStatus,
  currency: readCurrency,
  latitude: doubleReader(-90, 90),
  longitude: doubleReader(-180, 180),
  integer: integerReader(32),
  bigint: integerReader(64),
  double: doubleReader(-Number.MAX_VALUE, Number.MAX_VALUE),
  boolean: readBoolean,
  date: readDate,
  timestamp: readTimestamp,
  hub: () => null,
}

/** How a field is read. The critical decimals are the prices, and a price is never negative. */
export function readerKind(resource: Resource, field: Field): ReaderKind {
  if (field.hub) return 'hub'
  const critical = severityOf(resource, field.name).unreadable === 'reject'
  const special = byName[field.name] ?? byType[field.type]
  if (special) return special
  if (field.type !== 'STRING') return critical ? 'price' : 'decimal'
  if (critical) return 'key'
  const indexed = /(Key|Id|Ref)$/.test(field.name) || (field.dd?.lookup !== undefined && !field.dd.multi)
  return indexed ? 'short' : 'text'
}

/**
 * Whose words a record uses. In gold the text None is Python's, and nothing; a source that speaks RESO itself means it where
 * the dictionary has None among the values of a lookup (`Fencing: None`: there is no fence).
 */
export type Wording = 'gold' | 'reso'

/** The reader of a field, chosen once per resource and wording. */
export function fieldReader(resource: Resource, field: Field, wording: Wording = 'gold'): Reader {
  const kind = readerKind(resource, field)
  if (wording === 'reso' && field.dd?.lookup !== undefined && isStandardValue(field.dd.lookup, 'None')) {
    if (kind === 'text') return readTextOrNone
    if (kind === 'short') return readShortTextOrNone
  }
  if (kind !== 'price' && kind !== 'decimal') return readers[kind]
  const [precision, scale] = field.type.match(/\d+/g)!.map(Number)
  return decimalReader(precision!, scale!, { negative: kind === 'decimal' })
}
