/** Records as they are stored, in JSON. */
import type { EditState } from '../_shared/edit/transaction.ts'
import type { EntityType } from '../_shared/odata/model/model.ts'
import { etag } from './json.ts'

/** Of what is served the tag that everybody reads; what is only stored has one of its own. */
export function tagOf({ is_draft, stamp, tag }: EditState, type: EntityType): string {
  return etag(is_draft || stamp === null ? tag : stamp, type)
}

/** `"City":"Limassol"`: of the fields that were chosen, of all where none was. */
export function storedMembers(
  type: EntityType,
  record: Readonly<Record<string, unknown>>,
  numbersAsText: boolean,
  chosen: readonly string[],
): string[] {
  return Object.entries(record)
    .filter(([name]) => chosen.length === 0 || chosen.includes(name))
    .map(([name, value]) => {
      const isLong = ['Edm.Int64', 'Edm.Decimal'].includes(type.properties.get(name)!.edm.name)
      return `"${name}":${JSON.stringify(numbersAsText && isLong && value !== null ? String(value) : value)}`
    })
}
