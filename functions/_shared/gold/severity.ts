import { resources } from '../reso/dictionary.ts'
import type { Resource } from '../reso/types.ts'
import { issueCatalogue, type IssueCode } from './issues.ts'

/** What happens to a record whose field is missing, or is there and cannot be read. */
export interface Severity {
  /** RESO name of the resource, `*` for all. */
  resource: string
  /** RESO name of the field, `*` for all others. */
  field: string
  missing: 'reject' | 'accept'
  unreadable: 'reject' | 'null with a warning'
}

/**
 * The published table: a value that cannot be read in a key, the office, the status or a price rejects the record,
 * because applying the rest would attach it to the wrong row or publish a wrong price. Every other field loses only
 * itself. The first line that matches counts.
 */
export const severityTable: readonly Severity[] = [
  { resource: '*', field: 'OriginatingSystemOfficeKey', missing: 'reject', unreadable: 'reject' },
  ...resources.flatMap(({ name, key, listing }): Severity[] => [
    { resource: name, field: key, missing: 'reject', unreadable: 'reject' },
    ...(listing
      ? [
        {
          resource: name,
          field: listing.field,
          missing: listing.isRequired ? 'reject' : 'accept',
          unreadable: 'reject',
        } as const,
      ]
      : []),
  ]),
  { resource: 'Property', field: 'ListingId', missing: 'accept', unreadable: 'reject' },
  { resource: 'Property', field: 'StandardStatus', missing: 'accept', unreadable: 'reject' },
  { resource: 'Property', field: 'ListPrice', missing: 'accept', unreadable: 'reject' },
  { resource: 'Property', field: 'LeaseAmount', missing: 'accept', unreadable: 'reject' },
  { resource: 'Property', field: 'LeasePrice', missing: 'accept', unreadable: 'reject' },
  { resource: '*', field: '*', missing: 'accept', unreadable: 'null with a warning' },
]

/** The line of the table for a field. */
export function severityOf(resource: Resource, field: string): Severity {
  return severityTable.find((line) =>
    (line.resource === '*' || line.resource === resource.name) && (line.field === '*' || line.field === field)
  )!
}

/** Whether a problem rejects the record: by its code alone, or by the field that it was found in. */
export function rejects(severity: Severity, code: IssueCode): boolean {
  const { effect } = issueCatalogue[code]
  return effect === 'reject' || (effect === 'by field' && severity.unreadable === 'reject')
}
