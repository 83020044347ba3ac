import type { SelectItem, Step } from './ast.ts'
import { type NestedOption, parseNestedOptions } from './options.ts'
import type { TokenReader } from './token-reader.ts'

/** ABNF selectOption. */
const selectOptions: NestedOption[] = [
  'filter',
  'search',
  'count',
  'orderby',
  'skip',
  'top',
  'compute',
  'select',
  '@',
]

/** ABNF select. */
export function parseSelectItems(c: TokenReader): SelectItem[] {
  return c.nest(() => {
    const items: SelectItem[] = []
    do {
      items.push(parseSelectItem(c))
    } while (c.take(','))
    return items
  })
}

function parseSelectItem(c: TokenReader): SelectItem {
  const { position, text } = c.peek
  if (c.take('*')) return { kind: 'all', position }
  const path = [parseStep(c)]
  if (c.atTight('.')) {
    c.advance()
    if (!c.atTight('*')) c.unexpected("'*'")
    c.advance()
    return { kind: 'operations', namespace: text, position }
  }
  while (c.atTight('/')) {
    c.advance()
    c.refuseBlank('in a path')
    path.push(parseStep(c))
  }
  if (!c.atTight('(')) return { kind: 'path', path, position }
  return isParameterList(c.text.slice(c.peek.end))
    ? { kind: 'path', path, parameters: parseParameterNames(c), position }
    : { kind: 'path', path, options: parseNestedOptions(c, selectOptions), position }
}

/** A name, possibly qualified, or an annotation. */
export function parseStep(c: TokenReader): Step {
  c.node()
  if (c.peek.kind !== 'name' && c.peek.kind !== 'at') c.unexpected('a name')
  const { text, position } = c.advance()
  return { name: text, position }
}

/** `MostRecent(Location,Kind)` against `Media(select=Order)`: an option has an equals sign behind its name. */
function isParameterList(inside: string): boolean {
  return /^[^$@=(),;]{0,200}[,)]/.test(inside)
}

/** ABNF parameterNames. */
function parseParameterNames(c: TokenReader): string[] {
  c.expect('(')
  const names: string[] = []
  do {
    c.node()
    names.push(c.identifier('the name of a parameter').text)
  } while (c.take(','))
  c.expect(')')
  return names
}
