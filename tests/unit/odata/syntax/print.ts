/** Trees back to text, every operation in parentheses, so that a test can see what a text was taken to mean. */
import type {
  Arguments,
  ExpandItem,
  Expr,
  Literal,
  NamedValue,
  OrderByItem,
  PathSegment,
  QueryOptions,
  ResourcePath,
  SearchExpr,
  Segment,
  SelectItem,
} from '../../../../functions/_shared/odata/syntax/ast.ts'

export function printExpression(expr: Expr): string {
  switch (expr.kind) {
    case 'literal':
      return printLiteral(expr)
    case 'member':
      return [...(expr.root ? [printRoot(expr.root)] : []), ...expr.path.map(printSegment)].join('/')
        .replaceAll('/(', '(')
    case 'call':
      return `${expr.method}(${expr.arguments.map(printExpression)})`
    case 'binary':
      return `(${printExpression(expr.left)} ${expr.operator} ${printExpression(expr.right)})`
    case 'in':
      return 'items' in expr
        ? `(${printExpression(expr.left)} in (${expr.items.map(printLiteral)}))`
        : `(${printExpression(expr.left)} in ${printExpression(expr.collection)})`
    case 'and':
    case 'or':
      return `(${expr.operands.map(printExpression).join(` ${expr.kind} `)})`
    case 'not':
      return `(not ${printExpression(expr.operand)})`
    case 'negate':
      return `(- ${printExpression(expr.operand)})`
    case 'cast':
    case 'isof':
      return `${expr.kind}(${expr.operand ? `${printExpression(expr.operand)},` : ''}${expr.type})`
    case 'case':
      // A blank, as `10:20` would be a time of day.
      return `case(${
        expr.branches.map(({ when, then }) => `${printExpression(when)}${gap(when)}:${printExpression(then)}`)
      })`
    case 'array':
      return `[${expr.items.map(printExpression)}]`
    case 'object':
      return `{${expr.members.map(({ name, value }) => `${JSON.stringify(name)}:${printExpression(value)}`)}}`
  }
}

const gap = (expr: Expr) => expr.kind === 'literal' && expr.type !== 'boolean' ? ' ' : ''

function printLiteral(literal: Literal): string {
  switch (literal.type) {
    case 'string':
      return `'${literal.value.replaceAll("'", "''")}'`
    case 'duration':
    case 'binary':
    case 'geography':
    case 'geometry':
      return `${literal.type}'${literal.value}'`
    case 'enum':
      return `${literal.enumType}'${literal.value}'`
    default:
      return String(literal.value)
  }
}

function printRoot(root: NonNullable<Extract<Expr, { kind: 'member' }>['root']>): string {
  if (root.kind === 'variable') return root.name
  return root.kind === 'parameter' ? `@${root.name}` : `$${root.kind}`
}

function printSegment(segment: Segment): string {
  switch (segment.kind) {
    case 'name':
      return segment.name + printArguments(segment.arguments)
    case 'key':
      return printArguments(segment.arguments)
    case 'annotation':
      return `@${segment.name}`
    case 'count':
      return `$count${printNested(segment.options)}`
    case 'filter':
      return `$filter(${printExpression(segment.predicate)})`
    case 'lambda': {
      const inside = segment.predicate ? `${segment.variable}:${printExpression(segment.predicate)}` : ''
      return `${segment.quantifier}(${inside})`
    }
  }
}

function printArguments(args: Arguments | undefined): string {
  if (!args) return ''
  return args.form === 'single' ? `(${printExpression(args.value)})` : `(${args.values.map(printNamedValue)})`
}

function printNamedValue({ name, value }: NamedValue): string {
  return `${name}=${printExpression(value)}`
}

// ----- query options -------------------------------------------------------------------------------------

export const printOrderBy = (items: OrderByItem[]): string =>
  items.map((item) => `${printExpression(item.expression)} ${item.descending ? 'desc' : 'asc'}`).join()

export const printSelect = (items: SelectItem[]): string => items.map(printSelectItem).join()

function printSelectItem(item: SelectItem): string {
  if (item.kind === 'all') return '*'
  if (item.kind === 'operations') return `${item.namespace}.*`
  const path = item.path.map((step) => step.name).join('/')
  return item.parameters ? `${path}(${item.parameters})` : path + printNested(item.options ?? {})
}

export const printExpand = (items: ExpandItem[]): string => items.map(printExpandItem).join()

function printExpandItem(item: ExpandItem): string {
  const suffix = { entities: [], references: ['$ref'], count: ['$count'], stream: ['$value'] }[item.what]
  return [...item.path.map((step) => step.name), ...suffix].join('/') + printNested(item.options)
}

export function printSearch(expr: SearchExpr): string {
  switch (expr.kind) {
    case 'and':
    case 'or':
      return `(${expr.operands.map(printSearch).join(` ${expr.kind} `)})`
    case 'not':
      return `(not ${printSearch(expr.operand)})`
    case 'word':
      return expr.text
    case 'phrase':
      return `"${expr.text}"`
    case 'incomplete':
      return `'${expr.text.replaceAll("'", "''")}'`
  }
}

function printNested(options: QueryOptions): string {
  const parts = printOptions(options)
  return parts.length ? `(${parts.join(';')})` : ''
}

export function printOptions(options: QueryOptions): string[] {
  const { filter, search, orderby, select, expand, compute, parameters } = options
  return [
    filter && `$filter=${printExpression(filter)}`,
    search && `$search=${printSearch(search)}`,
    orderby && `$orderby=${printOrderBy(orderby)}`,
    select && `$select=${printSelect(select)}`,
    expand && `$expand=${printExpand(expand)}`,
    compute && `$compute=${compute.map((item) => `${printExpression(item.expression)} as ${item.name}`)}`,
    ...(['top', 'skip', 'count', 'levels'] as const).map((name) =>
      options[name] === undefined ? undefined : `$${name}=${options[name]}`
    ),
    ...[...parameters ?? []].map(([name, value]) => `@${name}=${printExpression(value)}`),
  ].filter((part) => part !== undefined)
}

// ----- resource path -------------------------------------------------------------------------------------

/** Not a path again but its reading: one blank between segments, text segments in angle brackets. */
export function printPath(path: ResourcePath): string {
  if (path.kind === 'crossjoin') return ['<crossjoin>', ...path.names.map((step) => step.name)].join(' ')
  if (path.kind !== 'resource') return `<${path.kind}>`
  return path.segments.map(printPathSegment).join(' ')
}

function printPathSegment(segment: PathSegment): string {
  switch (segment.kind) {
    case 'name':
      return segment.name + printArguments(segment.arguments)
    case 'key':
      return printArguments(segment.arguments)
    case 'text':
      return `<${segment.text}>`
    case 'filter':
      return `$filter(${printExpression(segment.predicate)})`
    default:
      return `$${segment.kind}`
  }
}
