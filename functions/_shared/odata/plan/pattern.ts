/**
 * Patterns of `matchesPattern`: the part of ECMAScript's regular expressions that PostgreSQL decides in one pass over the
 * text. Back references and assertions about what stands around a place are refused, repetition is bounded, and groups
 * capture nothing; so no pattern can make a row expensive.
 */
import { type Place, refuse } from './refuse.ts'

const maxLength = 200
/** PostgreSQL's bound of `{n}`. */
const maxTimes = 255
/** Places of a pattern, each counted as often as it is repeated: what the matcher must keep in mind at a time. */
const maxStates = 1_000

const classes: Record<string, string> = {
  d: '0-9',
  w: 'A-Za-z0-9_',
  s: '\\t\\n\\v\\f\\r \\u00a0\\ufeff\\u2028\\u2029',
}
const controls: Record<string, string> = { t: '\t', n: '\n', v: '\v', f: '\f', r: '\r' }
const notLineEnd = '[^\\n\\r\\u2028\\u2029]'

/** A pattern in PostgreSQL's words, and how many states it has. */
interface Part {
  sql: string
  states: number
}

/** The pattern as PostgreSQL writes it; a refusal names the character at fault, counted from 1. */
export function translatePattern(pattern: string, place: Place): string {
  if (pattern.length > maxLength) {
    refuse(place, `the pattern is longer than ${maxLength} characters`, 'too_costly')
  }
  const { sql, states } = new Translation(pattern, place).whole()
  if (states > maxStates) refuse(place, 'the pattern repeats too much', 'too_costly')
  return sql
}

class Translation {
  private at = 0

  constructor(private readonly text: string, private readonly place: Place) {}

  whole(): Part {
    const part = this.alternatives()
    if (this.at < this.text.length) this.fail("')' closes nothing; write \\) for the character")
    return part
  }

  private fail(message: string, at = this.at): never {
    return refuse(this.place, `in the pattern, at character ${at + 1}: ${message}`)
  }

  private take(expected: string): boolean {
    const isThere = this.text.startsWith(expected, this.at)
    if (isThere) this.at += expected.length
    return isThere
  }

  private character(): string {
    return String.fromCodePoint(this.text.codePointAt(this.at)!)
  }

  private alternatives(): Part {
    const parts: Part[] = []
    while (this.at < this.text.length && this.text[this.at] !== ')') {
      parts.push(this.take('|') ? { sql: '|', states: 0 } : this.assertion() ?? this.repeated())
    }
    return {
      sql: parts.map(({ sql }) => sql).join(''),
      states: parts.reduce((sum, { states }) => sum + states, 0),
    }
  }

  private assertion(): Part | undefined {
    for (const [written, sql] of [['^', '^'], ['$', '$'], ['\\b', '\\y'], ['\\B', '\\Y']] as const) {
      if (this.take(written)) return { sql, states: 1 }
    }
    return undefined
  }

  private repeated(): Part {
    const { sql, states } = this.atom()
    const rest = this.text.slice(this.at)
    const [quantifier, least, comma, most = least] =
      /^(?:[*+?]|\{(\d{1,3})(?:(,)(\d{1,3})?)?\})/.exec(rest) ?? []
    if (!quantifier) return { sql, states }
    const times = Math.max(Number(least ?? 1), Number(most ?? 1))
    if (times > maxTimes) this.fail(`at most ${maxTimes} times`)
    if (Number(most) < Number(least) && comma) this.fail(`${quantifier} counts down`)
    this.at += quantifier.length
    // Whether a repetition takes much or little decides nothing about whether there is a match.
    this.take('?')
    return { sql: sql + quantifier, states: states * Math.max(times, 1) }
  }

  private atom(): Part {
    const character = this.character()
    switch (character) {
      case '(':
        return this.group()
      case '[':
        return { sql: this.set(), states: 1 }
      case '\\':
        return { sql: this.classOfOne() ?? numbered(this.escaped()), states: 1 }
      case '*':
      case '+':
      case '?':
      case '{':
        return this.fail(`'${character}' repeats nothing; write \\${character} for the character`)
      case ']':
      case '}':
        return this.fail(`'${character}' closes nothing; write \\${character} for the character`)
      default:
        this.at += character.length
        return { sql: character === '.' ? notLineEnd : character, states: 1 }
    }
  }

  private group(): Part {
    const open = this.at++
    if (this.text[this.at] === '?' && !this.take('?:')) {
      this.fail('of the groups that begin with (? only (?:...) is supported', open)
    }
    const { sql, states } = this.alternatives()
    if (!this.take(')')) this.fail("'(' is not closed", open)
    return { sql: `(?:${sql})`, states }
  }

  /** `\d`, `\W`: a set of its own. */
  private classOfOne(): string | undefined {
    const letter = this.text[this.at + 1] ?? ''
    const members = classes[letter.toLowerCase()]
    if (!members) return undefined
    this.at += 2
    return `[${letter === letter.toLowerCase() ? '' : '^'}${members}]`
  }

  /** `[^a-z\d]`. Characters are written as numbers, so that none has a meaning of its own. */
  private set(): string {
    const open = this.at++
    const start = this.take('^') ? '[^' : '['
    let members = ''
    while (this.at < this.text.length && this.text[this.at] !== ']') {
      const letter = this.text[this.at] === '\\' ? this.text[this.at + 1] ?? '' : ''
      if (Object.hasOwn(classes, letter)) {
        members += classes[letter]
        this.at += 2
        continue
      }
      const first = this.memberOfSet()
      members += numbered(first)
      if (!/^-[^\]]/.test(this.text.slice(this.at))) continue
      const dash = this.at++
      const last = this.memberOfSet()
      if (first.codePointAt(0)! > last.codePointAt(0)!) this.fail('this range has no beginning and end', dash)
      members += `-${numbered(last)}`
    }
    if (!this.take(']')) this.fail("'[' is not closed", open)
    if (members === '') this.fail('the set is empty', open)
    return `${start}${members}]`
  }

  private memberOfSet(): string {
    const character = this.character()
    if (character === '\\') return this.escaped()
    this.at += character.length
    return character
  }

  /** `\.`, `\n`, `\x41`, `\u0410`: one character. */
  private escaped(): string {
    const rest = this.text.slice(this.at)
    const coded = /^\\(?:x[0-9a-f]{2}|u[0-9a-f]{4})/i.exec(rest)?.[0]
    if (coded) {
      this.at += coded.length
      return String.fromCharCode(parseInt(coded.slice(2), 16))
    }
    const character = controls[rest[1] ?? ''] ?? /^\\([^\p{L}\p{N}])/u.exec(rest)?.[1]
    if (!character) {
      const isReference = /^\\[1-9k]/.test(rest)
      this.fail(
        isReference ? 'back references are not supported' : `${rest.slice(0, 2)} is not supported here`,
      )
    }
    this.at += 1 + character.length
    return character
  }
}

/** `\u0041`, `\U0001f3e0`. */
function numbered(character: string): string {
  const code = character.codePointAt(0)!.toString(16)
  return code.length <= 4 ? `\\u${code.padStart(4, '0')}` : `\\U${code.padStart(8, '0')}`
}
