import { goldFields } from '../../functions/_shared/reso/dictionary.ts'
import { property } from '../../functions/_shared/reso/resources/property.ts'
import type { Field } from '../../functions/_shared/reso/types.ts'

export const batchSize = 1000

export type GoldRecord = Record<string, string | number | boolean>

/** A value of the field's type, as Spark writes it: decimals and timestamps as text. */
function valueOf(field: Field, n: number): string | number | boolean {
  switch (field.type) {
    case 'STRING':
      if (field.columnType === 'boolean') return 'true'
      return field.columnType ? '12' : `${field.name} ${n} in some words`
    case 'INT':
    case 'BIGINT':
      return n % 50
    case 'BOOLEAN':
      return n % 2 === 0
    case 'DOUBLE':
      return 34 + n / 10_000
    case 'DATE':
      return '2026-01-31'
    case 'TIMESTAMP':
      return '2026-01-31T10:00:00Z'
    default:
      return '1234.50'
  }
}

/** 1,000 listings with every gold field set, 8 MB of JSON. Each `series` has keys of its own. */
export function fullWidthBatch(series: string): GoldRecord[] {
  return Array.from({ length: batchSize }, (_, n) => ({
    ...Object.fromEntries(goldFields(property).map((field) => [field.name, valueOf(field, n)])),
    ListingKey: `QOBRIX_${series}_${n}`,
    ListingId: `${series}-${n}`,
    OriginatingSystemOfficeKey: 'SHARPSIR-CY-001',
    StandardStatus: 'Active',
    PublicRemarks: `Listing ${n}. ${'A house between the sea and the hills. '.repeat(28)}`,
    ListPrice: `${100_000 + n}.00`,
  }))
}
