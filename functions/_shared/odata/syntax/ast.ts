/**
 * The trees the parser builds: OData 4.01 syntax and nothing else. Whether a name is a field, a navigation, a
 * type or a function, and whether types agree, is for the binder to say; `position` lets it point at the place.
 */
import type { Shape } from './shapes.ts'

// ----- expressions ---------------------------------------------------------------------------------------

export type Expr =
  | Literal
  | Member
  | MethodCall
  | Binary
  | Membership
  | Logical
  | Unary
  | TypeTest
  | Case
  | ArrayExpr
  | ObjectExpr

/** Numbers and temporal values stay text: JavaScript's numbers and dates would change some of them. */
export type Literal =
  | { kind: 'literal'; type: 'null'; value: null; position: number }
  | { kind: 'literal'; type: 'boolean'; value: boolean; position: number }
  | { kind: 'literal'; type: TextType; value: string; position: number }
  | { kind: 'literal'; type: 'enum'; enumType: string; value: string; position: number }
  | {
    kind: 'literal'
    type: 'geography' | 'geometry'
    srid: number
    shape: Shape
    value: string
    position: number
  }

/** `double` is a number with an exponent, or INF, -INF, NaN. A quoted date or duration is a `string`. */
export type TextType =
  | 'integer'
  | 'decimal'
  | 'double'
  | 'string'
  | 'guid'
  | 'date'
  | 'dateTimeOffset'
  | 'timeOfDay'
  | 'duration'
  | 'binary'

export type LiteralType = Literal['type']

/** `Media/any(...)`, `$it/City`, `m/Order`, `@p`. Without a root the path starts at the current instance. */
export interface Member {
  kind: 'member'
  root?: Root
  path: Segment[]
  position: number
}

export type Root = { kind: 'it' | 'this' | 'root' } | { kind: 'variable' | 'parameter'; name: string }

export type Segment =
  /** A field, navigation, key in parentheses, type or bound function; qualified names keep their dots. */
  | { kind: 'name'; name: string; arguments?: Arguments; position: number }
  /** A key after something that has had its parentheses: `$filter(...)('k')`, `F(a=1)('k')`. */
  | { kind: 'key'; arguments: Arguments; position: number }
  | { kind: 'annotation'; name: string; position: number }
  | { kind: 'count'; options: QueryOptions; position: number }
  | { kind: 'filter'; predicate: Expr; position: number }
  | { kind: 'lambda'; quantifier: 'any' | 'all'; variable?: string; predicate?: Expr; position: number }

/** What stands in parentheses behind a name. Named values are a compound key or a function's parameters. */
export type Arguments =
  | { form: 'single'; value: Expr }
  | { form: 'named'; values: NamedValue[] }

export interface NamedValue {
  name: string
  value: Expr
  position: number
}

export interface MethodCall {
  kind: 'call'
  /** In the spelling of the catalogue in functions.ts. */
  method: string
  arguments: Expr[]
  position: number
}

export type Comparison = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le'

/** The comparison with its sides exchanged. */
export const mirrored: Record<Comparison, Comparison> = {
  eq: 'eq',
  ne: 'ne',
  gt: 'lt',
  ge: 'le',
  lt: 'gt',
  le: 'ge',
}
export type Arithmetic = 'add' | 'sub' | 'mul' | 'div' | 'divby' | 'mod'

export interface Binary {
  kind: 'binary'
  operator: Comparison | Arithmetic | 'has'
  left: Expr
  right: Expr
  position: number
}

/** `items` when written as a list of literals, `collection` when any other expression follows `in`. */
export type Membership =
  | { kind: 'in'; left: Expr; items: Literal[]; position: number }
  | { kind: 'in'; left: Expr; collection: Expr; position: number }

/** Flat: a thousand alternatives are one node with a thousand operands, not a tree a thousand deep. */
export interface Logical {
  kind: 'and' | 'or'
  operands: Expr[]
  position: number
}

export interface Unary {
  kind: 'not' | 'negate'
  operand: Expr
  position: number
}

/** Without an operand the current instance is meant. */
export interface TypeTest {
  kind: 'cast' | 'isof'
  operand?: Expr
  type: string
  position: number
}

export interface Case {
  kind: 'case'
  branches: { when: Expr; then: Expr }[]
  position: number
}

export interface ArrayExpr {
  kind: 'array'
  items: Expr[]
  position: number
}

export interface ObjectExpr {
  kind: 'object'
  members: NamedValue[]
  position: number
}

// ----- query options -------------------------------------------------------------------------------------

/** The options that may stand in a query string and, as far as each allows, inside $expand and $select. */
export interface QueryOptions {
  filter?: Expr
  search?: SearchExpr
  orderby?: OrderByItem[]
  select?: SelectItem[]
  expand?: ExpandItem[]
  compute?: ComputeItem[]
  top?: number
  skip?: number
  count?: boolean
  levels?: number | 'max'
  /** Values of `@name` aliases. */
  parameters?: Map<string, Expr>
}

/** A whole query string. */
export interface RequestOptions extends QueryOptions {
  format?: string
  skiptoken?: string
  deltatoken?: string
  schemaversion?: string
  id?: string
  /** As written: parseApply reads it. */
  apply?: string
  index?: number
  /** In order of appearance, repetitions included. */
  custom: { name: string; value: string }[]
}

export interface OrderByItem {
  expression: Expr
  descending: boolean
  position: number
}

export interface ComputeItem {
  expression: Expr
  name: string
  position: number
}

/** A step of a $select or $expand path: a name, `*`, or an annotation with its `@`. */
export interface Step {
  name: string
  position: number
}

export type SelectItem =
  | { kind: 'all'; position: number }
  | { kind: 'operations'; namespace: string; position: number }
  /** `parameters` are the names that single out an overloaded function. */
  | { kind: 'path'; path: Step[]; parameters?: string[]; options?: QueryOptions; position: number }

export interface ExpandItem {
  /** Empty for `stream`. */
  path: Step[]
  /** `Media`, `Media/$ref`, `Media/$count`, `$value`. */
  what: 'entities' | 'references' | 'count' | 'stream'
  options: QueryOptions
  position: number
}

export type SearchExpr =
  | { kind: 'and' | 'or'; operands: SearchExpr[]; position: number }
  | { kind: 'not'; operand: SearchExpr; position: number }
  /** `incomplete` is text as typed into a search box, quotes and parentheses included. */
  | { kind: 'word' | 'phrase' | 'incomplete'; text: string; position: number }

// ----- resource path -------------------------------------------------------------------------------------

export type ResourcePath =
  | { kind: 'service' | 'metadata' | 'batch' | 'entity' | 'all' }
  | { kind: 'crossjoin'; names: Step[] }
  | { kind: 'resource'; segments: PathSegment[] }

export type PathSegment =
  | { kind: 'name'; name: string; arguments?: Arguments; position: number }
  | { kind: 'key'; arguments: Arguments; position: number }
  /** Not a name, so a key written as a segment (`Member/4711`) or an ordinal; a name can be a key too. */
  | { kind: 'text'; text: string; position: number }
  | { kind: 'filter'; predicate: Expr; position: number }
  | { kind: 'count' | 'value' | 'ref' | 'query' | 'each'; position: number }
