/** `/$ref`: entities by their addresses alone (Protocol 11.2.8). */
import { HubError } from '../_shared/http/errors.ts'
import { addressOf } from '../_shared/odata/model/address.ts'
import type { EntityType } from '../_shared/odata/model/model.ts'
import { type Plan, planCollection } from '../_shared/odata/plan/plan.ts'
import type { QueryOptions } from '../_shared/odata/syntax/ast.ts'
import type { Call } from './call.ts'
import type { EntityParts, EntityStyle } from './json.ts'

/** A plan that reads keys only. */
export function planReferences({ model }: Call, type: EntityType, options: QueryOptions): Plan {
  const shape = (['select', 'expand'] as const).find((option) => options[option] !== undefined)
  if (shape) {
    throw new HubError('invalid_query', `$${shape} applies to entities, not to references of them.`, {
      target: `$${shape}`,
    })
  }
  return {
    ...planCollection(model, type, options),
    selection: [type.properties.get(type.key)!],
    computed: [],
  }
}

/** An entity of which the key was read, as the only member of a reference. */
export function referenceTo(type: EntityType, { stamp, members }: EntityParts): EntityParts {
  const value = JSON.parse(`{${members}}`)[type.key] as string | number
  return { stamp, members: `"@odata.id":${JSON.stringify(addressOf(type, value))}` }
}

/** A reference has no annotations of the entity. */
export const referenceStyle: EntityStyle = { showsStamp: false }
