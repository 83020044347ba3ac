import type { Field, Resource } from '../../reso/types.ts'
import type { Reader } from '../finding.ts'
import { severityOf } from '../severity.ts'
import { readBoolean } from './boolean.ts'
import { readDate } from './date.ts'
import { decimalReader, doubleReader, integerReader } from './number.ts'
import { readStatus } from './status.ts'
import { readKey, readShortText, readText } from './text.ts'
import { readTimestamp } from './timestamp.ts'

/** Fields whose meaning is narrower than their type. */
const byName: Readonly<Record<string, Reader>> = {
  StandardStatus: readStatus,
  Latitude: doubleReader(-90, 90),
  Longitude: doubleReader(-180, 180),
}

/** The reader of a field, chosen once per resource. */
export function fieldReader(resource: Resource, field: Field): Reader {
  const critical = severityOf(resource, field.name).unreadable === 'reject'
  return byName[field.name] ??
    (field.type === 'STRING' ? textReader(field, critical) : typedReader(field, critical))
}

function textReader(field: Field, critical: boolean): Reader {
  if (critical) return readKey
  const indexed = /(Key|Id|Ref)$/.test(field.name) || (field.dd?.lookup !== undefined && !field.dd.multi)
  return indexed ? readShortText : readText
}

/** The critical decimals are the prices, and a price is never negative. */
function typedReader({ type }: Field, critical: boolean): Reader {
  switch (type) {
    case 'INT':
      return integerReader(32)
    case 'BIGINT':
      return integerReader(64)
    case 'DOUBLE':
      return doubleReader(-Number.MAX_VALUE, Number.MAX_VALUE)
    case 'BOOLEAN':
      return readBoolean
    case 'DATE':
      return readDate
    case 'TIMESTAMP':
      return readTimestamp
  }
  const [precision, scale] = type.match(/\d+/g)!.map(Number)
  return decimalReader(precision!, scale!, { negative: !critical })
}
