/**
 * What one request may cost the parser. Depth bounds the recursion of the parser and of everything that walks
 * its trees, so it also bounds the stack; a few hundred are safe on every runtime we serve from.
 */
export interface Limits {
  /** UTF-16 units of a path, a query string or a single option. */
  maxLength: number
  /** Nested parentheses, operators, lambdas, expands, arrays. */
  maxDepth: number
  /** Operands, operators, path segments and clauses, items of literal lists excepted. */
  maxNodes: number
  /** Items of one `in (...)` list or one array. */
  maxListItems: number
}

export const defaultLimits: Limits = {
  maxLength: 131_072,
  maxDepth: 100,
  maxNodes: 10_000,
  maxListItems: 2_000,
}

/** Filled by the parser when given, so that tests can hold it to linear work. */
export interface Stats {
  tokens: number
  steps: number
}

export interface ParseOptions {
  limits?: Partial<Limits>
  stats?: Stats
}
