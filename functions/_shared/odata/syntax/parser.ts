/**
 * OData 4.01 URL parsing: our own lexer and recursive descent after the OASIS ABNF, whose rules the functions
 * name. It knows nothing of models, SQL or HTTP, and throws nothing but ParseError. These are its doors; both take the
 * text as it stands in the URL.
 */
export { ParseError } from './parse-error.ts'
export type { ParseOptions, Stats } from './limits.ts'
export { parsePath } from './path.ts'
export { parseQueryOptions } from './query.ts'
