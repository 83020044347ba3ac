import fc from 'fast-check'
import { expect, test } from 'vitest'
import type {
  ExpandItem,
  Expr,
  Literal,
  Member,
  OrderByItem,
  QueryOptions,
  SelectItem,
} from '../../../../functions/_shared/odata/syntax/ast.ts'
import { parseQueryOptions } from '../../../../functions/_shared/odata/syntax/parser.ts'
import { parseGeo } from '../../../../functions/_shared/odata/syntax/shapes.ts'
import { parseExpand, parseFilter } from '../../../support/odata/parse.ts'
import { printExpand, printExpression, printOptions } from './print.ts'

// ----- trees at random; positions are left out, and out of the comparison ---------------------------------

type Bare<T> = T extends (infer Item)[] ? Bare<Item>[]
  : T extends Map<infer Key, infer Value> ? Map<Key, Bare<Value>>
  : T extends object ? { [Key in keyof T as Key extends 'position' ? never : Key]: Bare<T[Key]> }
  : T

/** Removes `position` everywhere. */
function bare<T>(tree: T): Bare<T> {
  if (Array.isArray(tree)) return tree.map(bare) as Bare<T>
  if (tree instanceof Map) return new Map([...tree].map(([key, value]) => [key, bare(value)])) as Bare<T>
  if (typeof tree !== 'object' || tree === null) return tree as Bare<T>
  const entries = Object.entries(tree).filter(([key]) => key !== 'position')
  return Object.fromEntries(entries.map(([key, value]) => [key, bare(value)])) as Bare<T>
}

const position = fc.constant(0)
const node = <Kind extends string, T extends object>(
  kind: Kind,
  parts: { [Key in keyof T]: fc.Arbitrary<T[Key]> },
) =>
  fc.record({ kind: fc.constant(kind), ...parts, position }) as unknown as fc.Arbitrary<
    T & { kind: Kind; position: number }
  >

/** Lambda variables have names of their own here, so that a field is never one by accident. */
const variable = fc.constantFrom('x', 'y', 'm1')
const field = fc.oneof(
  fc.constantFrom('City', 'ListPrice', 'X_TotalArea', 'and', 'eq', 'asc', 'any', 'date', 'Οδός', '_'),
  fc.stringMatching(/^[A-Z][A-Za-z0-9_]{1,12}$/).filter((name) =>
    !/^(?:true|false|not|inf|nan)$/i.test(name)
  ),
)
const qualified = fc.tuple(fc.constantFrom('RESO', 'RESO.OData'), fc.constantFrom('Villa', 'Best')).map((
  part,
) => part.join('.'))
const text = fc.string({ unit: 'binary', maxLength: 12 }).filter((value) => !/[\0\p{Cs}]/u.test(value))

const digits = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }).map(String)
const dayOf = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
const shapes = [
  'SRID=4326;Point(32.4 -34.7)',
  'SRID=0;LineString(1 2,3 4)',
  'SRID=4326;Polygon((0 0,1 0,1 1,0 0))',
].map((value) => ({ value, ...parseGeo(value) }))

const literalOf = (type: string, value: fc.Arbitrary<unknown>) =>
  node('literal', { type: fc.constant(type), value }) as unknown as fc.Arbitrary<Literal>

const literal: fc.Arbitrary<Literal> = fc.oneof(
  literalOf('null', fc.constant(null)),
  literalOf('boolean', fc.boolean()),
  literalOf('integer', digits),
  literalOf('decimal', fc.tuple(digits, fc.nat()).map((parts) => parts.join('.'))),
  literalOf(
    'double',
    fc.oneof(
      fc.tuple(digits, fc.integer()).map((parts) => parts.join('e')),
      fc.constantFrom('INF', '-INF', 'NaN'),
    ),
  ),
  literalOf('string', text),
  literalOf('guid', fc.uuid()),
  literalOf('date', dayOf.map((date) => date.toISOString().slice(0, 10))),
  literalOf('dateTimeOffset', dayOf.map((date) => date.toISOString())),
  literalOf('timeOfDay', dayOf.map((date) => date.toISOString().slice(11, 23))),
  literalOf('duration', fc.nat().map((seconds) => `PT${seconds}S`)),
  literalOf(
    'binary',
    fc.string({ unit: 'binary-ascii' }).map(btoa).map((value) =>
      value.replace(/\+/g, '-').replace(/\//g, '_')
    ),
  ),
  node('literal', {
    type: fc.constant('enum'),
    enumType: qualified,
    value: fc.constantFrom('Sea', 'Sea,City', '-3'),
  }) as fc.Arbitrary<Literal>,
  fc.tuple(fc.constantFrom('geography', 'geometry'), fc.constantFrom(...shapes)).map(([type, shape]) =>
    ({ kind: 'literal', type, ...shape, position: 0 }) as Literal
  ),
)
const key = literal.filter(({ type }) =>
  !['null', 'double', 'binary', 'geography', 'geometry'].includes(type)
)

const comparisons = ['eq', 'ne', 'gt', 'ge', 'lt', 'le', 'add', 'sub', 'mul', 'div', 'divby', 'mod'] as const
const methods = [['now', 0], ['length', 1], ['geo.length', 1], ['contains', 2], ['geo.distance', 2], [
  'substring',
  3,
]] as const

const { expression, member, options } = fc.letrec<
  {
    expression: Expr
    member: Member
    segment: Member['path'][number]
    options: QueryOptions
    expand: ExpandItem[]
  }
>((tie) => {
  const expression = tie('expression')
  const named = fc.uniqueArray(fc.record({ name: field, value: expression, position }), {
    selector: (item) => item.name,
    maxLength: 3,
  })
  const withVariable = variable.chain((name) => {
    const used = node('member', {
      root: fc.constant({ kind: 'variable', name }),
      path: fc.array(node('name', { name: field }), { maxLength: 2 }),
    }) as unknown as fc.Arbitrary<Expr>
    const predicate = node('binary', {
      operator: fc.constantFrom(...comparisons),
      left: used,
      right: expression,
    })
    return node('lambda', {
      quantifier: fc.constantFrom('any', 'all'),
      variable: fc.constant(name),
      predicate,
    })
  })
  /** Behind the first: any and all with parentheses are lambdas there. */
  const segment = fc.oneof(
    { weight: 4, arbitrary: node('name', { name: field }) },
    node('name', { name: qualified, arguments: fc.record({ form: fc.constant('named'), values: named }) }),
    node('name', {
      name: fc.constantFrom('Media', 'Unit'),
      arguments: fc.record({ form: fc.constant('single'), value: key }),
    }),
    node('annotation', { name: fc.constantFrom('Unit', 'Core.Messages', 'Core.Unit#Local') }),
    node('filter', { predicate: expression }),
  )
  const last = fc.oneof(
    withVariable,
    node('lambda', { quantifier: fc.constant('any') }),
    node('count', { options: fc.oneof(fc.constant({}), fc.record({ filter: expression })) }),
  )
  const path = fc.tuple(
    node('name', { name: field }),
    fc.array(segment, { maxLength: 2 }),
    fc.array(last, { maxLength: 1 }),
  ).map(([first, middle, end]) => [first, ...middle, ...end])
  const root = fc.oneof(
    fc.record({ kind: fc.constantFrom('it', 'this', 'root') }),
    fc.record({ kind: fc.constant('parameter'), name: field }),
  )
  const orderby = fc.array(fc.record({ expression, descending: fc.boolean(), position }), {
    minLength: 1,
    maxLength: 2,
  })
  const step = fc.record({ name: fc.oneof(field, qualified), position })
  const select: fc.Arbitrary<SelectItem[]> = fc.array(
    fc.oneof(
      node('all', {}),
      node('operations', { namespace: fc.constant('RESO.OData') }),
      node('path', { path: fc.array(step, { minLength: 1, maxLength: 3 }) }),
      node('path', { path: fc.tuple(step), parameters: fc.array(field, { minLength: 1, maxLength: 2 }) }),
    ) as fc.Arbitrary<SelectItem>,
    { minLength: 1, maxLength: 3 },
  )
  return {
    segment: segment as unknown as fc.Arbitrary<Member['path'][number]>,
    member: fc.oneof(
      node('member', { path }),
      node('member', { root, path }),
    ) as unknown as fc.Arbitrary<Member>,
    expression: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      literal,
      tie('member'),
      node('binary', { operator: fc.constantFrom(...comparisons), left: expression, right: expression }),
      node('binary', {
        operator: fc.constant('has'),
        left: expression,
        right: literal.filter(({ type }) => type === 'enum' || type === 'string'),
      }),
      node('and', { operands: fc.array(expression, { minLength: 2, maxLength: 3 }) }),
      node('or', { operands: fc.array(expression, { minLength: 2, maxLength: 3 }) }),
      node('not', { operand: expression }),
      node('negate', { operand: expression }),
      node('in', { left: expression, items: fc.array(literal, { maxLength: 4 }) }),
      node('in', { left: expression, collection: tie('member') }),
      node('array', { items: fc.array(expression, { maxLength: 3 }) }),
      node('object', {
        members: fc.array(fc.record({ name: text, value: expression, position }), { maxLength: 3 }),
      }),
      node('cast', { operand: expression, type: fc.oneof(qualified, fc.constant('Collection(Edm.String)')) }),
      node('isof', { type: qualified }),
      node('case', {
        branches: fc.array(fc.record({ when: expression, then: expression }), { minLength: 1, maxLength: 2 }),
      }),
      fc.constantFrom(...methods).chain(([method, count]) =>
        node('call', {
          method: fc.constant(method),
          arguments: fc.array(expression, { minLength: count, maxLength: count }),
        })
      ),
    ) as fc.Arbitrary<Expr>,
    options: fc.record({
      filter: expression,
      orderby: orderby as fc.Arbitrary<OrderByItem[]>,
      select,
      expand: tie('expand'),
      top: fc.nat(),
      skip: fc.nat(),
      count: fc.boolean(),
    }, { requiredKeys: [] }),
    expand: fc.array(
      fc.oneof(
        { depthSize: 'small' },
        fc.record({
          path: fc.array(step, { minLength: 1, maxLength: 2 }),
          what: fc.constantFrom('entities', 'references', 'count'),
          options: fc.constant({}),
          position,
        }),
        fc.record({ path: fc.tuple(step), what: fc.constant('entities'), options: tie('options'), position }),
      ) as fc.Arbitrary<ExpandItem>,
      { minLength: 1, maxLength: 2 },
    ),
  }
})

// ----- properties ------------------------------------------------------------------------------------------

test('an expression, printed and parsed, is the same expression', () => {
  fc.assert(
    fc.property(expression, (tree) => {
      expect(bare(parseFilter(printExpression(tree)))).toEqual(bare(tree))
    }),
    { numRuns: 3000 },
  )
})

test('so is a path', () => {
  fc.assert(
    fc.property(member, (tree) => {
      expect(bare(parseFilter(printExpression(tree)))).toEqual(bare(tree))
    }),
    { numRuns: 1000 },
  )
})

test('so are the options of an $expand', () => {
  fc.assert(
    fc.property(options, (tree) => {
      const items: ExpandItem[] = [{
        path: [{ name: 'Media', position: 0 }],
        what: 'entities',
        options: tree,
        position: 0,
      }]
      expect(bare(parseExpand(printExpand(items)))).toEqual(bare(items))
    }),
    { numRuns: 1000 },
  )
})

test('so is a query string, through percent encoding', () => {
  fc.assert(
    fc.property(options, (tree) => {
      const query = printOptions(tree).map((part) => {
        const equals = part.indexOf('=')
        return `${part.slice(0, equals)}=${encodeURIComponent(part.slice(equals + 1))}`
      }).join('&')
      expect(bare(parseQueryOptions(query))).toEqual(bare({ ...tree, custom: [] }))
    }),
    { numRuns: 1000 },
  )
})

test('every position points at the beginning of its node', () => {
  fc.assert(
    fc.property(expression, (tree) => {
      const input = printExpression(tree)
      const visit = (part: unknown): void => {
        if (typeof part !== 'object' || part === null) return
        if ('position' in part && 'name' in part && 'kind' in part && part.kind === 'name') {
          expect(input.startsWith(String(part.name), Number(part.position))).toBe(true)
        }
        Object.values(part).forEach(visit)
      }
      visit(parseFilter(input))
    }),
    { numRuns: 500 },
  )
})
