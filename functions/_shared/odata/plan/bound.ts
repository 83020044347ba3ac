/**
 * Expressions after binding: every name is a field of the dictionary, every operand has a type, and what the types
 * do not allow has been refused. The compiler translates them one to one.
 */
import type { EntityType, Navigation, Property } from '../model/model.ts'
import type { Arithmetic, Comparison, Expr, SearchExpr } from '../syntax/ast.ts'
import type { Shape } from '../syntax/shapes.ts'
import type { ValueType } from './value-types.ts'

export type Bound =
  | Column
  | Computed
  | Element
  | Constant
  | Point
  | ShapeConstant
  | Compare
  | In
  | Logic
  | Not
  | Arith
  | Negate
  | Call
  | Cast
  | Case
  | AnyElement
  | AnyEntity
  | CountElements
  | CountEntities

/** A row of an entity type under an alias of the query. */
export interface Source {
  alias: string
  type: EntityType
  /** Names that the query gives to values of the row. */
  computed?: Computations
}

/** A value that a query names for itself. */
export interface Computation {
  name: string
  /** Bound anew wherever the name is used: what an order may not hold is refused there. */
  expression: Expr
  bound: Bound
}

export type Computations = ReadonlyMap<string, Computation>

/** A field, reached from `source` over zero or more single-valued navigations. */
export interface Column {
  node: 'column'
  type: ValueType
  source: Source
  path: Navigation[]
  property: Property
}

/** A column of a result, in the form in which values are computed. */
export interface Computed {
  node: 'computed'
  type: ValueType
  alias: string
  column: string
}

/** The variable of a lambda over a multi-valued field. */
export interface Element {
  node: 'element'
  type: 'string'
  alias: string
  /** The lookup of its values, where those are standard ones. */
  lookup?: string
}

/** Numbers and temporal values as text, exact as written. */
export interface Constant {
  node: 'constant'
  type: ValueType
  value: string | boolean | null
}

/** The virtual point of an entity: latitude and longitude columns. */
export interface Point {
  node: 'point'
  type: 'point'
  longitude: Bound
  latitude: Bound
}

export interface ShapeConstant {
  node: 'shape'
  type: 'point' | 'geometry'
  shape: Shape
}

export interface Compare {
  node: 'compare'
  type: 'boolean'
  operator: Comparison
  left: Bound
  right: Bound
}

export interface In {
  node: 'in'
  type: 'boolean'
  left: Bound
  items: Constant[]
}

export interface Logic {
  node: 'and' | 'or'
  type: 'boolean'
  operands: Bound[]
}

export interface Not {
  node: 'not'
  type: 'boolean'
  operand: Bound
}

export interface Arith {
  node: 'arithmetic'
  type: ValueType
  operator: Arithmetic
  left: Bound
  right: Bound
}

export interface Negate {
  node: 'negate'
  type: ValueType
  operand: Bound
}

export interface Call {
  node: 'call'
  type: ValueType
  method: string
  arguments: Bound[]
}

/** A value as another type, null where it does not fit. */
export interface Cast {
  node: 'cast'
  type: ValueType
  /** `Edm.Int16` */
  target: string
  operand: Bound
}

export interface Case {
  node: 'case'
  type: ValueType
  branches: { when: Bound; then: Bound }[]
}

/** any/all over a multi-valued field. Without a predicate: whether there is an element at all. */
export interface AnyElement {
  node: 'any-element'
  type: 'boolean'
  quantifier: 'any' | 'all'
  collection: Column
  alias: string
  predicate?: Bound
}

/** any/all over a collection-valued navigation; `any` also over a single-valued one: whether it leads to an entity. */
export interface AnyEntity {
  node: 'any-entity'
  type: 'boolean'
  quantifier: 'any' | 'all'
  origin: Source
  navigation: Navigation
  inner: Source
  predicate?: Bound
}

/** A checked search of the texts of `source`. */
export interface Search {
  source: Source
  expr: SearchExpr
}

/** `View/$count`. */
export interface CountElements {
  node: 'count-elements'
  type: 'integer'
  collection: Column
}

/** `Media/$count`. */
export interface CountEntities {
  node: 'count'
  type: 'integer'
  origin: Source
  navigation: Navigation
  inner: Source
  filter?: Bound
  search?: Search
}
