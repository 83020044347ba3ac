import { derivedResources } from '../../reso/dictionary.ts'
import { servedName } from '../../reso/names.ts'
import { lookupResource, type MetadataRow, metadataStamp } from '../model/metadata-resources.ts'
import type { EntityType } from '../model/model.ts'
import type { Source } from '../plan/bound.ts'
import { identifier, type Parameters } from './statement.ts'

export function tableOf(type: EntityType): string {
  return `public.${servedName(type.resource)}`
}

/**
 * Whether a type is a view that unites several tables. A join with such a view reads all of it, whatever it is joined by;
 * what is asked of it for one row alone, kept apart by `offset 0`, goes by the indexes of its tables.
 */
export function isUnited({ resource }: EntityType): boolean {
  return derivedResources.includes(resource)
}

/** Joins rows of a type, known from `r`, to all their columns. */
export function joinedAgain(type: EntityType, alias: string): string {
  return isUnited(type)
    ? `cross join lateral (select * from ${tableOf(type)} u where u.seq = r.seq offset 0) ${alias}`
    : `join ${tableOf(type)} ${alias} on ${alias}.record_id = r.record_id`
}

/** The name of a stored type within those of the objects that belong to it: `showing_appointment`. */
export function storedName(type: EntityType): string {
  return servedName(type.resource).replace(/^served_/, '')
}

/** The view that shows of a type's sensitive fields those that the client was granted. */
export function grantedViewOf(type: EntityType): string {
  return `mls.granted_${storedName(type)}`
}

/**
 * What a collection is read from, under its alias. Rows that are not stored come along as one parameter; to those of
 * Lookup the database adds what records hold beside them.
 */
export function fromItem({ alias, type }: Source, parameters: Parameters): string {
  if (!type.rows) return `${tableOf(type)} ${alias}`
  const names = [...type.properties.keys()].filter((name) => name !== 'ModificationTimestamp')
  const listed = parameters.add(asParameter(type.rows), 'jsonb')
  if (type.resource === lookupResource) {
    return `mls.lookup_rows(${listed}, ${type.onlyStandard === true}) ${alias}`
  }
  const columns = names.map((name) => `${identifier(name)} text`).join(', ')
  return `jsonb_to_recordset(${listed}) ${alias}(` +
    `seq bigint, stamp bigint, doc text, "ModificationTimestamp" timestamptz, ${columns})`
}

/** Rows as they come along, written once: Lookup has three thousand, and a page with its count takes them twice. */
const written = new WeakMap<readonly MetadataRow[], string>()

function asParameter(rows: readonly MetadataRow[]): string {
  let text = written.get(rows)
  if (text === undefined) {
    text = JSON.stringify(rows.map((row, index) => ({
      ...row,
      seq: index + 1,
      stamp: metadataStamp,
      doc: JSON.stringify(row).slice(1, -1),
      ModificationTimestamp: new Date(Number(metadataStamp) / 1000).toISOString(),
    })))
    written.set(rows, text)
  }
  return text
}
