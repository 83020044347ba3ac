/**
 * ABNF searchExpr. AND, OR and NOT are operators only where an operand follows; elsewhere they are words to
 * search for, so every text a person may type is either an expression or refused with its place.
 */
import type { SearchExpr } from './ast.ts'
import type { TokenReader } from './token-reader.ts'

const blanks = /[ \t]*/y
const incomplete = /'(?:[^']|'')*'/y
const phrase = /"[^"]+"/y
const open = /\([ \t]*/y
const close = /[ \t]*\)/y
const or = /[ \t]+OR[ \t]+(?=[^ \t);])/y
const and = /[ \t]+(?:AND[ \t]+)?(?=[^ \t);])/y
const not = /NOT[ \t]+(?=[^ \t);])/y
/** Inside $expand a semicolon ends the option. */
const nestedWord = /[^\s()"';][^\s()";]*/y
const word = /[^\s()"'][^\s()"]*/y

export function parseSearchExpr(c: TokenReader, isNested = false): SearchExpr {
  c.match(blanks)
  const typed = c.match(incomplete)
  if (typed) {
    return {
      kind: 'incomplete',
      text: typed.text.slice(1, -1).replaceAll("''", "'"),
      position: typed.position,
    }
  }
  return parseAlternatives(c, isNested ? nestedWord : word)
}

/** ABNF searchOrExpr. */
function parseAlternatives(c: TokenReader, word: RegExp): SearchExpr {
  return c.nest(() => {
    const operands = [parseConjunction(c, word)]
    while (c.match(or)) operands.push(parseConjunction(c, word))
    return combine('or', operands)
  })
}

/** ABNF searchAndExpr: AND may be left out. */
function parseConjunction(c: TokenReader, word: RegExp): SearchExpr {
  const operands = [parseOperand(c, word)]
  while (!c.sees(or) && c.match(and)) operands.push(parseOperand(c, word))
  return combine('and', operands)
}

function combine(kind: 'and' | 'or', operands: SearchExpr[]): SearchExpr {
  return operands.length === 1 ? operands[0]! : { kind, operands, position: operands[0]!.position }
}

/** ABNF searchParenExpr, searchNegateExpr, searchPhrase, searchWord. */
function parseOperand(c: TokenReader, word: RegExp): SearchExpr {
  c.node()
  const negation = c.match(not)
  if (negation) {
    return {
      kind: 'not',
      operand: c.nest(() => parseOperand(c, word)),
      position: negation.position,
    }
  }
  if (c.match(open)) {
    const inner = parseAlternatives(c, word)
    if (!c.match(close)) c.unexpected("')'")
    return inner
  }
  const quoted = c.match(phrase)
  if (quoted) return { kind: 'phrase', text: quoted.text.slice(1, -1), position: quoted.position }
  const plain = c.match(word)
  if (plain) return { kind: 'word', text: plain.text, position: plain.position }
  return c.unexpected('a word or a "phrase" to search for')
}
