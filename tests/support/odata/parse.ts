/** One query option, or a key, read as the door reads it: encoded in a URL, through the two parsers that it uses. */
import type { QueryOptions } from '../../../functions/_shared/odata/syntax/ast.ts'
import {
  type ParseOptions,
  parsePath,
  parseQueryOptions,
} from '../../../functions/_shared/odata/syntax/parser.ts'

type Name = 'filter' | 'orderby' | 'select' | 'expand' | 'search'

const reader =
  <Option extends Name>(name: Option) =>
  (text: string, options: ParseOptions = {}): NonNullable<QueryOptions[Option]> =>
    parseQueryOptions(`$${name}=${encoded(text)}`, options)[name]!

export const parseFilter = reader('filter')
export const parseOrderBy = reader('orderby')
export const parseSelect = reader('select')
export const parseExpand = reader('expand')
export const parseSearch = reader('search')

/** The path of one record; `('k')` or `(ListingKey='k')` is its key. */
export const parseKey = (key: string, options: ParseOptions = {}) =>
  parsePath(`/Property${encoded(key)}`, options)

/** What is no text of Unicode cannot stand in a URL. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed())
}
