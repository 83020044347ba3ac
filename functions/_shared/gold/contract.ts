import { z } from 'zod'
import { HubError } from '../http/errors.ts'
import type { Resource } from '../reso/types.ts'
import { maxRecords } from './limits.ts'
import type { Reading } from './record-builder.ts'
import { readRecord } from './record.ts'

/** The shapes of a parsed body: an array of records, or an object that holds it. */
export const envelope = z.union([
  z.array(z.unknown()),
  z.object({ records: z.array(z.unknown()) }).transform(({ records }) => records),
])

/**
 * The contract of one record. It accepts anything: what is wrong with an element is said in its reading, so that
 * one bad record never fails its neighbours.
 *
 * zod sees the record as a whole; its fields are read by functions compiled from the dictionary (record.ts).
 * Measured on Deno 2.9 and 2 cores, 1,000 records of 199 fields in Spark's forms (10 MB), median of 9: this way
 * 32 ms (67 when each record was copied first), as a z.looseObject with the same functions in one schema a field 178.
 * JSON.parse of them takes 39 ms.
 */
export function recordContract(resource: Resource): z.ZodType<Reading, unknown> {
  return z.unknown().transform((element) => readRecord(resource, element))
}

/**
 * The elements of a parsed body.
 *
 * @throws HubError invalid_body (400) for another shape, batch_too_large (413)
 */
export function elementsOf(body: unknown): unknown[] {
  const elements = envelope.safeParse(body)
  if (!elements.success) {
    throw new HubError('invalid_body', 'The body must be an array of records or {"records": [...]}.')
  }
  refuseTooMany(elements.data.length)
  return elements.data
}

/** @throws HubError batch_too_large (413) */
export function refuseTooMany(count: number): void {
  if (count <= maxRecords) return
  throw new HubError(
    'batch_too_large',
    `The batch holds ${count} records: send at most ${maxRecords} at a time.`,
  )
}

/** Reads elements: one reading for each, in order. */
export function readElements(resource: Resource, elements: unknown[]): Reading[] {
  return z.array(recordContract(resource)).parse(elements)
}
