import type { EntityType, Navigation } from '../model/model.ts'
import type { Bound, Computation, Search, Source } from './bound.ts'
import type { Cursor } from './keyset.ts'
import type { Notation } from './notation.ts'
import type { Term } from './order.ts'
import type { Selection } from './selection.ts'

/** What is wanted of a collection of one entity type. */
export interface CollectionQuery {
  source: Source
  filter?: Bound
  search?: Search
  /** A field that must have this value: the way here from another entity. */
  link?: Link
  order: Term[]
  selection: Selection
  /** Values of $compute that an answer holds. */
  computed: Computation[]
  notation: Notation
  /** Navigations to follow from the rows; their fields come along. */
  follow: Pick<Navigation, 'from'>[]
  cursor?: Cursor
  skip: number
  /** Rows wanted. */
  limit: number
}

/** A condition on a field that a path states: a key, or the way from another entity. */
export interface Link {
  field: string
  /** What the field must be: written in the path, or held by the entity that the path comes from. */
  value: string | Origin
  /** Of the entity with this key only if it is linked so, too: `Property('a')/Media('b')`. */
  within?: Link
}

/** The field of another entity by which a navigation leaves it. */
export interface Origin {
  type: EntityType
  link: Link
  field: string
}

/** The value that the path states, where it states one. */
export const statedValue = (link: Link | undefined): string | undefined =>
  typeof link?.value === 'string' ? link.value : undefined
