/** OData Extension for Data Aggregation 4.0: the transformations of `$apply`, read one after the other. */
import type { AggregateItem, Segment, Transformation } from './ast.ts'
import { parseExpression } from './expression.ts'
import { nearest } from './nearest.ts'
import { quote } from './parse-error.ts'
import type { TokenReader } from './token-reader.ts'

export const transformations = ['filter', 'groupby', 'aggregate'] as const

/** `filter(...)/groupby((City,PropertyType),aggregate($count as Homes,ListPrice with average as Average))` */
export function parseTransformations(c: TokenReader): Transformation[] {
  const read: Transformation[] = []
  do {
    c.node()
    read.push(parseTransformation(c))
  } while (c.take('/'))
  return read
}

function parseTransformation(c: TokenReader): Transformation {
  const { text, position } = c.identifier(`a transformation (${transformations.join(', ')})`)
  const kind = transformations.find((name) => name === text)
  if (!kind) {
    const meant = nearest(text, transformations)
    c.fail(
      'InvalidOptionValue',
      `${quote(text)} is not a transformation of the hub${
        meant ? `; did you mean ${meant}?` : `, which has ${transformations.join(', ')}`
      }`,
      position,
    )
  }
  c.expect('(')
  const transformation = c.nest((): Transformation => {
    switch (kind) {
      case 'filter':
        return { kind, expression: parseExpression(c), position }
      case 'aggregate':
        return { kind, items: parseItems(c), position }
      case 'groupby':
        return { kind, ...parseGrouping(c), position }
    }
  })
  c.expect(')')
  return transformation
}

/** `(City,PropertyType)`, with an aggregate behind it or without: then each combination once. */
function parseGrouping(c: TokenReader): { by: GroupField[]; items: AggregateItem[] } {
  c.expect('(')
  const by: GroupField[] = []
  do {
    c.node()
    const { text, position } = c.identifier('a field to group by')
    if (c.at('/') || c.at('(')) {
      c.fail(
        'InvalidOptionValue',
        `groups are made of fields of the collection itself, not of ${quote(text)}/...`,
      )
    }
    by.push({ name: text, position })
  } while (c.take(','))
  c.expect(')')
  if (!c.take(',')) return { by, items: [] }
  const { text, position } = c.identifier("'aggregate'")
  if (text !== 'aggregate') {
    c.fail('InvalidOptionValue', `expected 'aggregate' behind the fields, found ${quote(text)}`, position)
  }
  c.expect('(')
  const items = parseItems(c)
  c.expect(')')
  return { by, items }
}

type GroupField = Extract<Transformation, { kind: 'groupby' }>['by'][number]

/** `$count as Homes`, `ListPrice with sum as Total`. */
function parseItems(c: TokenReader): AggregateItem[] {
  const items: AggregateItem[] = []
  do {
    c.node()
    items.push(parseItem(c))
  } while (c.take(','))
  return items
}

function parseItem(c: TokenReader): AggregateItem {
  const { position } = c.peek
  if (c.peek.kind === 'system' && c.peek.text.toLowerCase() === '$count') {
    c.advance()
    takeWord(c, 'as')
    return { method: 'count', name: c.identifier('a name').text, position }
  }
  const expression = parseExpression(c)
  takeWord(c, 'with')
  const method = c.identifier('a method such as sum or average').text
  takeWord(c, 'as')
  return { expression, method, name: c.identifier('a name').text, position }
}

function takeWord(c: TokenReader, word: string): void {
  if (c.peek.kind !== 'name' || !c.peek.spaced || c.peek.text !== word) c.unexpected(`'${word}'`)
  c.advance()
}

/** The one name of a path that is a name and nothing else. */
export function plainName([step, ...rest]: Segment[]): string | undefined {
  return rest.length === 0 && step?.kind === 'name' && !step.arguments ? step.name : undefined
}
