import { lookupValues } from '../../functions/_shared/reso/lookup-values.ts'
import { decimalScale } from '../../functions/_shared/reso/sql-types.ts'
import type { Field, Resource } from '../../functions/_shared/reso/types.ts'

/** Fields that a source may state of a record: not what the hub keeps itself. */
export const statedFields = ({ fields }: Resource): Field[] =>
  fields.filter(({ name, hub }) => !hub && name !== 'ModificationTimestamp')

/** A record in which every field has a value of its type, another one for another `n`; keys are for the caller to set. */
export function filledRecord(resource: Resource, n: number): Record<string, unknown> {
  return Object.fromEntries(statedFields(resource).map((field) => [field.name, valueOf(field, n)]))
}

function valueOf({ name, type, dd }: Field, n: number): unknown {
  if (dd?.lookup) {
    // None is taken for Python's; a picture for agents only would not be served
    const standard = lookupValues[dd.lookup]!.map((entry) => entry.split('|')[0]!).filter((value) =>
      value !== 'None' && (dd.lookup !== 'Permission' || ['IDX', 'Public', 'VOW'].includes(value))
    )
    const at = (place: number) => standard[place % standard.length]!
    return dd.multi ? [...new Set([at(n), at(n + 1)])].join(',') : at(n)
  }
  switch (type) {
    case 'INT':
    case 'BIGINT':
      return n + 1
    case 'DOUBLE':
      return n + 0.5
    case 'BOOLEAN':
      return n % 2 === 0
    case 'DATE':
      return `2026-01-${String(n % 28 + 1).padStart(2, '0')}`
    case 'TIMESTAMP':
      return `2026-02-${String(n % 28 + 1).padStart(2, '0')}T10:00:00.123456Z`
    default:
      return decimalScale(type) === undefined ? `${n} ${name}`.slice(0, dd?.maxLength ?? 40) : `${n}.25`
  }
}
