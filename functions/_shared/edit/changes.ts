/** What a body asks for, sorted by the rules that carry it out. */
import type { PoolClient } from '../db/pool.ts'
import type { EntityType, Property } from '../odata/model/model.ts'
import type { Faults } from './faults.ts'
import { asText } from './lookups.ts'
import type { Place } from './places.ts'
import type { Value } from './read-values.ts'

type Scalar = string | number | boolean | null

export interface Changes {
  columns: Record<string, Scalar>
  /** The field that named a column, for what is said of it. */
  fields: Record<string, string>
  extra: Record<string, Scalar>
}

/** What is sent as it is asks for nothing: so that a record can be sent back as it was read. */
export function changedValues(
  values: ReadonlyMap<Property, Value>,
  current: Readonly<Record<string, unknown>>,
): Map<Property, Value> {
  return new Map([...values].filter(([property, value]) => !same(property, current[property.name], value)))
}

/** Sorts values that are to be kept; `isNew` where the record is being made, and null therefore asks for nothing. */
export function sortChanges(
  { name: resource }: EntityType,
  values: ReadonlyMap<Property, Value>,
  places: ReadonlyMap<string, Place>,
  isNew: boolean,
  faults: Faults,
): Changes {
  const changes: Changes = { columns: {}, fields: {}, extra: {} }
  const set = (name: string, column: string, value: Scalar) => {
    const other = changes.fields[column]
    if (other !== undefined && changes.columns[column] !== value) {
      faults.add(
        name,
        'invalid_value',
        `${name} and ${other} are one value under two names: send one of them.`,
      )
    }
    changes.columns[column] = value
    changes.fields[column] = name
  }
  for (const [{ name }, value] of values) {
    const place = places.get(name) ?? { kind: 'fixed', because: 'The hub keeps it.' } as const
    if (isNew && value === null) continue
    switch (place.kind) {
      case 'fixed':
        faults.add(name, 'read_only', `${name} cannot be written. ${place.because}`)
        break
      case 'once':
        if (!isNew) {
          faults.add(name, 'read_only', `${name} of this ${resource} cannot be changed. ${place.because}`)
        } else set(name, place.column, asText(value))
        break
      case 'extra':
        changes.extra[name] = asText(value)
        break
      case 'column':
        set(name, place.column, place.negated && typeof value === 'boolean' ? !value : asText(value))
        break
      default:
        set(name, place.column, asText(value))
    }
  }
  return changes
}

/** Whether a value is what was read: a decimal may have lost its zeros on the way, a time its microseconds. */
function same({ field }: Property, known: unknown, sent: Value): boolean {
  if (Array.isArray(sent)) return JSON.stringify(known) === JSON.stringify(sent)
  if (typeof known === 'number' && sent !== null) return known === Number(sent)
  if (field.type === 'TIMESTAMP' && known && sent) {
    return Date.parse(String(known)) === Date.parse(String(sent))
  }
  return (known ?? null) === sent
}

/** Values that their column cannot hold, and keys of agents and brokerages that the market of the office does not have. */
export async function checkColumns(
  client: PoolClient,
  { columns, fields }: Changes,
  office: string,
  faults: Faults,
): Promise<void> {
  const sent = JSON.stringify(columns)
  const unfit = await client.query<{ name: string; type: string }>(
    'select name, type from mls.unfit_values($1)',
    [sent],
  )
  for (const { name, type } of unfit.rows) {
    faults.add(
      fields[name]!,
      'invalid_value',
      `${fields[name]} is kept as ${type}, which cannot hold this value.`,
    )
  }
  const unknown = await client.query<{ name: string }>('select name from mls.unknown_references($1, $2)', [
    sent,
    office,
  ])
  for (const { name } of unknown.rows) {
    faults.add(fields[name]!, 'unknown_value', `${fields[name]} names none of the market.`)
  }
}
