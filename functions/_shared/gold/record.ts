import type { Resource } from '../reso/types.ts'
import { pairCoordinates } from './coordinates.ts'
import { Finding, quote, type Reader } from './finding.ts'
import { deletedName, readDeletion } from './deletion.ts'
import { dropFutureTimes } from './future-times.ts'
import { fieldReader, type Wording } from './readers/field.ts'
import { type GoldRecord, type Reading, RecordBuilder } from './record-builder.ts'
import { type Severity, severityOf } from './severity.ts'
import { keepUnknown } from './unknown-fields.ts'

const officeName = 'OriginatingSystemOfficeKey'

interface CompiledField {
  read: Reader
  severity: Severity
  isHubs: boolean
}

interface Compiled {
  fields: Map<string, CompiledField>
  required: string[]
  hasCoordinates: boolean
}

const compiled: Record<Wording, WeakMap<Resource, Compiled>> = { gold: new WeakMap(), reso: new WeakMap() }

/**
 * Reads one element of a batch by the contract of its resource. The record holds exactly the fields that were sent
 * (an absent field must not clear a stored one, an explicit null does), each in its one normal form:
 *
 *   STRING text · BOOLEAN boolean · INT and BIGINT number, beyond 2^53 digits as text · DECIMAL exact text ·
 *   DOUBLE number · DATE `YYYY-MM-DD` · TIMESTAMP `YYYY-MM-DDTHH:MM:SS[.ffffff]Z`
 *
 * The element becomes the record, mended in place: most values are right as they are, and a copy of 199 fields takes
 * twice as long as reading them. Never throws. A record with errors is there too, for the quarantine; reading it again
 * changes nothing.
 *
 * @param wording of a source that is not gold: see Wording
 */
export function readRecord(resource: Resource, element: unknown, wording: Wording = 'gold'): Reading {
  if (typeof element !== 'object' || element === null || Array.isArray(element)) {
    const message = `Expected a JSON object with the fields of one record, got ${quote(element)}.`
    return { errors: [{ field: '', code: 'not_an_object', message }], warnings: [] }
  }
  const { fields, required, hasCoordinates } = compile(resource, wording)
  const builder = new RecordBuilder(element as GoldRecord)
  const isDeletion = readDeletion(resource, builder)
  const unknown = readFields(builder, fields)
  if (unknown.length > 0) keepUnknown(builder, unknown, resource)
  if (hasCoordinates) pairCoordinates(builder)
  dropFutureTimes(builder)
  for (const field of isDeletion ? [resource.key, officeName] : required) requireField(builder, field)
  if (isDeletion) builder.record[deletedName] = true
  return builder.finish()
}

/** Reads what the contract knows and answers the names of the rest. */
function readFields(builder: RecordBuilder, fields: Compiled['fields']): string[] {
  const { record } = builder
  const unknown: string[] = []
  for (const name of Object.keys(record)) {
    const value = record[name]
    const field = fields.get(name)
    if (field === undefined) {
      unknown.push(name)
    } else if (value === undefined) {
      delete record[name]
    } else if (field.isHubs) {
      delete record[name]
      if (value !== null) builder.note(name, 'not_from_source', `${name} is kept by the hub itself.`)
    } else if (value !== null) {
      const read = field.read(value)
      if (read instanceof Finding) builder.settle(name, field.severity, value, read)
      else if (read !== value) record[name] = read
    }
  }
  return unknown
}

/** A field that was sent and could not be read has its own error already. */
function requireField(builder: RecordBuilder, field: string): void {
  if ((builder.record[field] ?? null) !== null || builder.errors.some((issue) => issue.field === field)) {
    return
  }
  builder.note(field, 'missing', `${field} is absent, null or empty. Every record needs it.`)
}

function compile(resource: Resource, wording: Wording): Compiled {
  const known = compiled[wording].get(resource)
  if (known) return known
  const entries = resource.fields.map((field) => {
    const severity = severityOf(resource, field.name)
    return {
      name: field.name,
      severity,
      read: fieldReader(resource, field, wording),
      isHubs: field.hub === true,
    }
  })
  const result: Compiled = {
    fields: new Map(entries.map(({ name, ...field }) => [name, field])),
    required: entries.filter(({ severity }) => severity.missing === 'reject').map(({ name }) => name),
    hasCoordinates: entries.some(({ name }) => name === 'Latitude'),
  }
  compiled[wording].set(resource, result)
  return result
}
