import type { Field, GoldType } from './types.ts'

const scalars: Record<string, string> = {
  STRING: 'text',
  INT: 'integer',
  BIGINT: 'bigint',
  DOUBLE: 'double precision',
  BOOLEAN: 'boolean',
  DATE: 'date',
  TIMESTAMP: 'timestamptz',
}

/** Digits after the decimal point of a DECIMAL, undefined for every other type. */
export function decimalScale(type: GoldType): number | undefined {
  const scale = /^DECIMAL\(\d+,(\d+)\)$/.exec(type)?.[1]
  return scale === undefined ? undefined : Number(scale)
}

/** Whether a time is kept as a stamp, microseconds since 1970. */
export function isStampColumn({ type, columnType }: Field): boolean {
  return type === 'TIMESTAMP' && columnType === 'bigint'
}

/** Postgres type of a gold type: `DECIMAL(18,2)` is `numeric(18,2)`. */
export function pgType(type: GoldType): string {
  return scalars[type] ?? type.replace('DECIMAL', 'numeric')
}

/**
 * Postgres type of a field in a served table. Decimals are kept as bigint of their smallest unit: exact, and unlike
 * numeric comparable by leakproof operators, so that indexes stay usable under row level security.
 */
export function servedType(field: Field): string {
  return decimalScale(field.type) === undefined ? pgType(field.type) : 'bigint'
}
