/**
 * OData 4.01 URL parsing: our own lexer and recursive descent after the OASIS ABNF, whose rules the functions
 * name. It knows nothing of models, SQL or HTTP, and throws nothing but ParseError. These are its doors; all but
 * parsePath and parseQueryOptions take decoded text.
 */
import type { Arguments, ExpandItem, Expr, OrderByItem, SearchExpr, SelectItem } from './ast.ts'
import { checkText, Cursor } from './cursor.ts'
import type { ParseOptions } from './limits.ts'
import { type OptionName, readOption } from './options.ts'
import { parsePathArguments } from './path.ts'

export { ParseError, type ParseErrorCode } from './errors.ts'
export { defaultLimits, type Limits, type ParseOptions, type Stats } from './limits.ts'
export { parsePath } from './path.ts'
export { parseQueryOptions } from './query.ts'

export function parseFilter(text: string, options: ParseOptions = {}): Expr {
  return parseOption('filter', text, options)
}

export function parseOrderBy(text: string, options: ParseOptions = {}): OrderByItem[] {
  return parseOption('orderby', text, options)
}

export function parseSelect(text: string, options: ParseOptions = {}): SelectItem[] {
  return parseOption('select', text, options)
}

export function parseExpand(text: string, options: ParseOptions = {}): ExpandItem[] {
  return parseOption('expand', text, options)
}

export function parseSearch(text: string, options: ParseOptions = {}): SearchExpr {
  return parseOption('search', text, options)
}

/** `('k')` or `(ListingKey='k')`. */
export function parseKeyPredicate(text: string, options: ParseOptions = {}): Arguments {
  checkText(text, 'key', options)
  return Cursor.parse(text, 'key', options, (c) => {
    c.refuseBlank('before a key')
    return parsePathArguments(c)
  })
}

function parseOption<Name extends OptionName>(name: Name, text: string, options: ParseOptions) {
  checkText(text, `$${name}`, options)
  return Cursor.parse(text, `$${name}`, options, (c) => readOption(c, name, {}, false))
}
