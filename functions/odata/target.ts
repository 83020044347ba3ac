import { HubError } from '../_shared/http/errors.ts'
import type { EntityType, Property } from '../_shared/odata/model/model.ts'
import { type Link, statedValue } from '../_shared/odata/plan/collection-query.ts'
import { quote } from '../_shared/odata/syntax/parse-error.ts'

/** What a resource path leads to. */
export type Target = CollectionTarget | EntityTarget | PropertyTarget

export interface CollectionTarget {
  kind: 'collection' | 'count'
  type: EntityType
  link?: Link
  /** Only references are wanted: `/$ref`. */
  isReference?: true
}

export interface EntityTarget {
  kind: 'entity'
  type: EntityType
  link: Link
  /** Reached over a navigation: that there is none is an answer, not an error. */
  isRelated?: true
  isReference?: true
}

export interface PropertyTarget extends Pick<EntityTarget, 'type' | 'link' | 'isRelated'> {
  kind: 'property'
  property: Property
  isRaw: boolean
}

/** That there is no entity where the path leads. */
export function notFound(type: EntityType, link: Link): HubError {
  const value = statedValue(link)
  const which = value === undefined
    ? 'at this place of the path'
    : `with ${link.field} ${quote(value)}${link.within ? ' here' : ''}`
  return new HubError('not_found', `There is no ${type.name} ${which}.`, { target: 'path' })
}
