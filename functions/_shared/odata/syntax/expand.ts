import type { ExpandItem, Step } from './ast.ts'
import { type NestedOption, parseNestedOptions } from './options.ts'
import { parseStep } from './select.ts'
import type { TokenReader } from './token-reader.ts'

/** ABNF expandCountOption, expandRefOption, expandOption: which options may follow what. */
const countOptions: NestedOption[] = ['filter', 'search']
const referenceOptions: NestedOption[] = [...countOptions, 'orderby', 'skip', 'top', 'count']
const entityOptions: NestedOption[] = [...referenceOptions, 'select', 'expand', 'compute', 'levels', '@']

/** ABNF expand. */
export function parseExpandItems(c: TokenReader): ExpandItem[] {
  return c.nest(() => {
    const items: ExpandItem[] = []
    do {
      items.push(parseExpandItem(c))
    } while (c.take(','))
    return items
  })
}

/** ABNF expandItem, expandPath. */
function parseExpandItem(c: TokenReader): ExpandItem {
  const { position } = c.peek
  if (c.peek.text === '$value') {
    c.advance()
    return { path: [], what: 'stream', options: {}, position }
  }
  const path: Step[] = []
  let what: ExpandItem['what'] = 'entities'
  let isAll = false
  do {
    if (path.length && c.peek.kind === 'system') {
      what = parseSuffix(c, isAll)
    } else if (isAll) {
      c.unexpected("'$ref'")
    } else {
      isAll = c.at('*')
      path.push(isAll ? { name: '*', position: c.advance().position } : parseStep(c))
    }
  } while (what === 'entities' && takeSlash(c))
  const options = c.atTight('(') ? parseNestedOptions(c, allowedOptions(c, what, isAll)) : {}
  return { path, what, options, position }
}

function takeSlash(c: TokenReader): boolean {
  if (!c.atTight('/')) return false
  c.advance()
  c.refuseBlank('in a path')
  return true
}

function parseSuffix(c: TokenReader, isAll: boolean): 'references' | 'count' {
  const { text } = c.peek
  if (text !== '$ref' && (text !== '$count' || isAll)) c.unexpected(isAll ? "'$ref'" : "'$ref' or '$count'")
  c.advance()
  return text === '$ref' ? 'references' : 'count'
}

function allowedOptions(c: TokenReader, what: ExpandItem['what'], isAll: boolean): NestedOption[] {
  if (isAll && what === 'references') c.fail('UnexpectedToken', "'*/$ref' takes no options")
  if (isAll) return ['levels']
  return what === 'count' ? countOptions : what === 'references' ? referenceOptions : entityOptions
}
