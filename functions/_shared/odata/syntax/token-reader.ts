import { isCleanText, matchAt, readToken, type Token } from './lexer.ts'
import { defaultLimits, type Limits, type ParseOptions, type Stats } from './limits.ts'
import { ParseError, type ParseErrorCode, quote } from './parse-error.ts'

/**
 * The reading position in one option or path segment, with what every rule needs: looking one token ahead,
 * taking, complaining, and keeping count. It never goes back, so the work is linear in the tokens.
 */
export class TokenReader {
  private readonly limits: Limits
  /** Names of the lambda variables in scope, innermost last. */
  readonly variables: string[] = []
  private readonly stats: Stats
  private ahead: Token | undefined
  private depth = 0
  /** Levels of the trees finished within the current rule. */
  private height = 0
  private nodes = 0

  private constructor(
    readonly text: string,
    private readonly target: string,
    options: ParseOptions,
    private offset: number,
  ) {
    this.limits = { ...defaultLimits, ...options.limits }
    this.stats = options.stats ?? { tokens: 0, steps: 0 }
  }

  /** Runs one rule from `start` to the end of the text, which checkText has seen before. */
  static parse<T>(
    text: string,
    target: string,
    options: ParseOptions,
    rule: (c: TokenReader) => T,
    start = 0,
  ): T {
    const reader = new TokenReader(text, target, options, start)
    const result = rule(reader)
    if (reader.peek.kind !== 'end') reader.unexpected()
    reader.refuseBlank('at the end')
    return result
  }

  // ----- looking and taking ------------------------------------------------------------------------------

  get peek(): Token {
    return this.ahead ??= readToken(this.text, this.offset, this.target)
  }

  advance(): Token {
    const token = this.peek
    this.stats.tokens++
    this.stats.steps++
    this.offset = token.end
    this.ahead = undefined
    return token
  }

  at(symbol: string): boolean {
    return this.peek.kind === 'symbol' && this.peek.text === symbol
  }

  /** As `at`, but with nothing in between: `Media (` is not a call. */
  atTight(symbol: string): boolean {
    return this.at(symbol) && !this.peek.spaced
  }

  take(symbol: string): boolean {
    if (!this.at(symbol)) return false
    this.advance()
    return true
  }

  expect(symbol: string): Token {
    if (!this.at(symbol)) this.unexpected(`'${symbol}'`)
    return this.advance()
  }

  /** An unqualified name. */
  identifier(expected: string): Token {
    if (this.peek.kind !== 'name' || this.peek.text.includes('.')) this.unexpected(expected)
    return this.advance()
  }

  /** Looks at the text and not for a token, which need not be there. */
  refuseBlank(where: string): void {
    const next = this.text[this.offset]
    if (next === ' ' || next === '\t') {
      this.fail('UnexpectedToken', `no blank may stand ${where}`, this.offset)
    }
  }

  sees(pattern: RegExp): boolean {
    return matchAt(pattern, this.text, this.offset) !== undefined
  }

  /** Raw text instead of tokens. */
  match(pattern: RegExp): { text: string; position: number } | undefined {
    const text = matchAt(pattern, this.text, this.offset)
    this.stats.steps++
    if (text === undefined) return undefined
    this.stats.tokens++
    const position = this.offset
    this.offset += text.length
    this.ahead = undefined
    return { text, position }
  }

  // ----- complaining -------------------------------------------------------------------------------------

  fail(code: ParseErrorCode, message: string, position = this.peek.position): never {
    throw new ParseError(code, message, position, this.target)
  }

  unexpected(expected?: string, hint = ''): never {
    const wanted = expected ? `expected ${expected}, found ` : 'unexpected '
    if (this.peek.kind === 'end') this.fail('UnexpectedEnd', `${wanted}the end${hint}`)
    this.fail(
      'UnexpectedToken',
      `${wanted}${quote(this.text.slice(this.peek.position, this.peek.end))}${hint}`,
    )
  }

  // ----- keeping count -----------------------------------------------------------------------------------

  /** Every recursive rule runs in here: it bounds the recursion, and so the stack. */
  nest<T>(rule: () => T): T {
    this.stats.steps++
    this.depth++
    const besides = this.height
    this.height = 0
    this.checkDepth()
    const result = rule()
    this.depth--
    this.height = Math.max(besides, this.height + 1)
    return result
  }

  /**
   * What was read so far becomes the left operand of another operator. A chain such as `1 add 1 add 1` grows a
   * tall tree without any recursion here, but not without recursion for those who walk it.
   */
  growLeft(): void {
    this.height++
    this.checkDepth()
  }

  private checkDepth(): void {
    if (this.depth + this.height > this.limits.maxDepth) {
      this.fail('LimitExceeded', `nested more than ${this.limits.maxDepth} levels deep`)
    }
  }

  node(): void {
    this.stats.steps++
    if (++this.nodes > this.limits.maxNodes) {
      this.fail('LimitExceeded', `more than ${this.limits.maxNodes} operands, operators and clauses`)
    }
  }

  listItem(count: number): void {
    this.stats.steps++
    if (count > this.limits.maxListItems) {
      this.fail('LimitExceeded', `more than ${this.limits.maxListItems} items in one list`)
    }
  }
}

/** To be called at every door, before a TokenReader is made. */
export function checkText(text: string, target: string, options: ParseOptions): void {
  const maxLength = options.limits?.maxLength ?? defaultLimits.maxLength
  if (text.length > maxLength) {
    throw new ParseError('LimitExceeded', `longer than ${maxLength} characters`, maxLength, target)
  }
  if (!isCleanText(text)) {
    const position = text.search(/[\0\p{Cs}]/u)
    throw new ParseError(
      'InvalidEncoding',
      'NUL and halves of surrogate pairs are not text',
      position,
      target,
    )
  }
}
