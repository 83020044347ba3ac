import type { ClientContext } from '../../oauth/client-context.ts'
import { servedName } from '../../reso/names.ts'
import type { Source } from '../plan/bound.ts'
import type { EntityType } from '../model/model.ts'
import { catalogueStamp, lookup } from '../model/metadata-resources.ts'
import { identifier, type Parameters } from './statement.ts'

/** What of a client restricts the rows it may read. */
export type Reach = Pick<ClientContext, 'offices' | 'api_visibility'>

/**
 * The restriction of one table to what the client may read. Row level security says the same, but behind a function
 * whose result the planner cannot see; only these values let it choose the right index (6.0 -> 1.3 ms for the newest
 * 100 of an office with half a percent of the rows). It can narrow only: the policy stands.
 */
export function reachable({ alias, type }: Source, reach: Reach, parameters: Parameters): string {
  if (type.rows) return 'true' // the same for everybody who sees these types
  const { offices } = reach
  // `= any` of one element is no equality to the planner: it would not see the order of an index behind it.
  const office = offices.length === 1
    ? `${alias}.office_key = ${parameters.add(offices[0], 'text')}`
    : `${alias}.office_key = any (${parameters.add(offices, 'text[]')})`
  const published = reach.api_visibility === 'published' ? ` and ${alias}.is_published` : ''
  return `not ${alias}.is_deleted and ${office}${published}`
}

/**
 * The same for rows that are reached over a navigation. The way in is then the link; a bare restriction by office
 * would tempt the planner to read all of an office for each link, as long as a young table has no statistics
 * (600 listings with 4,500 photos: 10 s instead of 20 ms).
 */
export function reachableOverLink(alias: string, reach: Reach, parameters: Parameters): string {
  const published = reach.api_visibility === 'published' ? ` and ${alias}.is_published` : ''
  return `not ${alias}.is_deleted and (${alias}.office_key || '') = any (${
    parameters.add(reach.offices, 'text[]')
  })${published}`
}

export function tableOf(type: EntityType): string {
  return `public.${servedName(type.resource)}`
}

/** The name of a stored type within those of the objects that belong to it: `showing_appointment`. */
export function storedName(type: EntityType): string {
  return servedName(type.resource).replace(/^served_/, '')
}

/** The view that shows of a type's sensitive fields those that the client was granted. */
export function grantedOf(type: EntityType): string {
  return `mls.granted_${storedName(type)}`
}

/**
 * What a collection is read from, under its alias. Rows that are not stored come along as one parameter; to those of
 * Lookup the database adds what records hold beside them.
 */
export function readFrom({ alias, type }: Source, parameters: Parameters): string {
  if (!type.rows) return `${tableOf(type)} ${alias}`
  const names = [...type.properties.keys()].filter((name) => name !== 'ModificationTimestamp')
  const rows = type.rows.map((row, index) => ({
    ...row,
    seq: index + 1,
    stamp: catalogueStamp,
    doc: JSON.stringify(row).slice(1, -1),
    ModificationTimestamp: new Date(Number(catalogueStamp) / 1000).toISOString(),
  }))
  const listed = parameters.add(JSON.stringify(rows), 'jsonb')
  if (type.resource === lookup) return `mls.lookup_rows(${listed}) ${alias}`
  const columns = names.map((name) => `${identifier(name)} text`).join(', ')
  return `jsonb_to_recordset(${listed}) ${alias}(` +
    `seq bigint, stamp bigint, doc text, "ModificationTimestamp" timestamptz, ${columns})`
}
