/** How a field looks in `$metadata` and on the wire: gold types as the original API sends them, or those of DD 2.0. */
import { decimalScale } from './sql-types.ts'
import type { Field } from './types.ts'

export interface EdmType {
  name:
    | 'Edm.String'
    | 'Edm.Int32'
    | 'Edm.Int64'
    | 'Edm.Double'
    | 'Edm.Decimal'
    | 'Edm.Boolean'
    | 'Edm.Date'
    | 'Edm.DateTimeOffset'
    | 'Edm.TimeOfDay'
    | 'Edm.Duration'
    | 'Edm.GeographyPoint'
  isCollection: boolean
  maxLength?: number
  precision?: number
  scale?: number
  srid?: number
}

const scalars = {
  STRING: 'Edm.String',
  INT: 'Edm.Int32',
  BIGINT: 'Edm.Int64',
  DOUBLE: 'Edm.Double',
  BOOLEAN: 'Edm.Boolean',
  DATE: 'Edm.Date',
  TIMESTAMP: 'Edm.DateTimeOffset',
} as const

/** Stamps are exact to the microsecond. */
const timestampPrecision = 6

export function edmType(field: Field, profile: 'gold' | 'dd2'): EdmType {
  return profile === 'dd2' && field.dd ? standardType(field) : goldType(field)
}

function goldType({ type }: Field): EdmType {
  const scale = decimalScale(type)
  if (scale !== undefined) {
    const precision = Number(/\d+/.exec(type)![0])
    return { name: 'Edm.Decimal', isCollection: false, precision, scale }
  }
  const name = scalars[type as keyof typeof scalars]
  return {
    name,
    isCollection: false,
    ...(name === 'Edm.DateTimeOffset' && { precision: timestampPrecision }),
  }
}

/** A lookup is a string whose members are listed by the Lookup resource (RESO "string enumerations"). */
function standardType(field: Field): EdmType {
  const { type, lookup, multi, maxLength, precision, scale } = field.dd!
  if (lookup) {
    return { name: 'Edm.String', isCollection: multi === true, ...(maxLength !== undefined && { maxLength }) }
  }
  const name = type as EdmType['name']
  if (name === 'Edm.DateTimeOffset') return { name, isCollection: false, precision: timestampPrecision }
  return {
    name,
    isCollection: false,
    ...(maxLength !== undefined && { maxLength }),
    ...(precision !== undefined && { precision }),
    ...(scale !== undefined && { scale }),
  }
}
