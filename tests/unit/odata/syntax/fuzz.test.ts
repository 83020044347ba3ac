import { describe, expect, test } from 'vitest'
import {
  type ParseOptions,
  parsePath,
  parseQueryOptions,
  type Stats,
} from '../../../../functions/_shared/odata/syntax/parser.ts'
import { generator, mutated, seeds } from '../../../support/odata/mutations.ts'
import {
  parseExpand,
  parseFilter,
  parseKey,
  parseOrderBy,
  parseSearch,
  parseSelect,
} from '../../../support/odata/parse.ts'
import { refusal } from './refusal.ts'

const inputs = 120_000
/** Most steps the rules take per token: 3.4 measured over these inputs, with room for another rule. */
const stepsPerToken = 5

type Parse = (text: string, options: ParseOptions) => unknown

const doors: Parse[] = [
  parseFilter,
  parseOrderBy,
  parseSelect,
  parseExpand,
  parseSearch,
  parseKey,
  parsePath,
  parseQueryOptions,
]

describe('whatever the input', () => {
  test(`${inputs} mutated inputs: ParseError or a tree, in linear steps`, () => {
    const random = generator(20260131)
    const outcomes = { accepted: 0, refused: 0 }
    const failures: string[] = []
    for (let i = 0; i < inputs; i++) {
      const text = mutated(seeds[i % seeds.length]!, random)
      const stats: Stats = { tokens: 0, steps: 0 }
      const door = doors[random(doors.length)]!
      try {
        const error = refusal(() => door(text, { stats }))
        outcomes[error ? 'refused' : 'accepted']++
        if (error && !(error.position >= 0 && error.position <= 3 * text.length + 20)) {
          failures.push(`position ${error.position}: ${JSON.stringify(text)}`)
        }
      } catch (error) {
        failures.push(`${error}: ${JSON.stringify(text)}`)
      }
      if (stats.steps > stepsPerToken * (stats.tokens + 2)) {
        failures.push(`${stats.steps} steps for ${stats.tokens} tokens: ${JSON.stringify(text)}`)
      }
    }
    expect(failures.slice(0, 10)).toEqual([])
    // Both outcomes must be common, or the inputs test nothing.
    expect(outcomes.accepted).toBeGreaterThan(inputs / 20)
    expect(outcomes.refused).toBeGreaterThan(inputs / 4)
  })
})

describe('work grows with the text and no faster', () => {
  const limits = { maxLength: 1e7, maxNodes: 1e7, maxListItems: 1e7 }

  test.each<[name: string, parse: Parse, build: (n: number) => string]>([
    ['alternatives', parseFilter, (n) => Array(n).fill(`City eq 'Paphos'`).join(' or ')],
    ['conjunctions of alternatives', parseFilter, (n) => Array(n).fill('(a or b)').join(' and ')],
    ['alternatives of conjunctions', parseFilter, (n) => Array(n).fill('a and b').join(' or ')],
    ['a list', parseFilter, (n) => `City in (${Array(n).fill(`'Paphos'`)})`],
    ['a list of quotes', parseFilter, (n) => `City in (${Array(n).fill(`'''O''''Hara'`)})`],
    ['an array', parseFilter, (n) => `[${Array(n).fill('1 add a')}]`],
    ['a long path', parseFilter, (n) => Array(n).fill('a').join('/')],
    ['a long string', parseFilter, (n) => `a eq '${`''x`.repeat(n)}'`],
    ['a string without end', parseFilter, (n) => `a eq '${`''x`.repeat(n)}`],
    ['a long number', parseFilter, (n) => `a eq ${'1'.repeat(n)}`],
    ['a bad number', parseFilter, (n) => `a eq ${'1'.repeat(n)}x`],
    ['a year without month', parseFilter, (n) => `a eq ${'1'.repeat(n)}-`],
    ['blanks', parseFilter, (n) => `a${' '.repeat(n)}eq${' '.repeat(n)}1`],
    ['a dotted name', parseFilter, (n) => `cast(${'a.'.repeat(n)}b`],
    ['a binary value', parseFilter, (n) => `binary'${'abcd'.repeat(n)}'`],
    ['an enumeration', parseFilter, (n) => `a has b.c'${Array(n).fill('d')}'`],
    ['a shape', parseFilter, (n) => `geography'SRID=4326;LineString(${Array(n + 1).fill('1.5 2.5')})'`],
    ['methods', parseFilter, (n) => Array(n).fill('contains(a,b)').join(' and ')],
    ['lambdas', parseFilter, (n) => Array(n).fill('a/any(x:x/b)').join(' and ')],
    ['branches', parseFilter, (n) => `case(${Array(n).fill('a:b')})`],
    ['orders', parseOrderBy, (n) => Array(n).fill('a desc').join()],
    ['names', parseSelect, (n) => Array(n).fill('ListPrice').join()],
    ['parentheses in $select', parseSelect, (n) => Array(n).fill('a(b,c)').join()],
    ['expands', parseExpand, (n) => Array(n).fill('Media($top=1;$filter=a eq 1)').join()],
    ['words', parseSearch, (n) => Array(n).fill('sea').join(' ')],
    ['alternative words', parseSearch, (n) => Array(n).fill('"sea view"').join(' OR ')],
    ['words far apart', parseSearch, (n) => Array(20).fill('sea').join(' '.repeat(n / 20))],
    ['path segments', parsePath, (n) => Array(n).fill('Media').join('/')],
    ['query options', parseQueryOptions, (n) => Array(n).fill('a+b=c%20d').join('&')],
    ['plus signs', parseQueryOptions, (n) => `a=${'T00:00'.repeat(n)}${'+'.repeat(n)}`],
  ])('%s', { timeout: 30_000 }, (_, parse, build) => {
    const run = (n: number) => {
      const stats: Stats = { tokens: 0, steps: 0 }
      const text = build(n)
      refusal(() => parse(text, { limits, stats }))
      return stats
    }
    const small = run(1000)
    const large = run(8000)
    expect(large.steps).toBeLessThanOrEqual(stepsPerToken * (large.tokens + 2))
    expect(large.steps).toBeLessThanOrEqual(8 * small.steps + 100)
  })
})
