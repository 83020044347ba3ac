/** Texts that are almost OData: what the grammar is tried with, mutilated. */
import { expressions, refusedExpressions } from '../../fixtures/odata/expressions.ts'
import { literals, notLiterals } from '../../fixtures/odata/literals.ts'
import { options, refusedOptions } from '../../fixtures/odata/options.ts'
import { paths, refusedPaths } from '../../fixtures/odata/paths.ts'

export const seeds = [
  ...expressions.map(([input]) => input),
  ...refusedExpressions.map(([input]) => input),
  ...Object.values(literals).flat(),
  ...notLiterals,
  ...[options, refusedOptions as Record<string, [input: string, ...rest: unknown[]][]>].flatMap((table) =>
    Object.entries(table).flatMap(([name, rows]) => rows.flatMap(([input]) => [input, `$${name}=${input}`]))
  ),
  ...paths.map(([input]) => input),
  ...refusedPaths.map(([input]) => input),
]

/** What the grammar is sensitive to, and what no grammar expects. */
const fragments = [
  ...`'"()[]{}$@,;:=/*-+.%&#?!<>\\ \t\n\0`,
  '\ud800',
  '\udc00',
  '🏠',
  'é',
  'Ж',
  '%27',
  '%2F',
  '%',
  "''",
  ' and ',
  ' or ',
  'not ',
  ' eq ',
  ' in (',
  'null',
  'INF',
  '-INF',
  '1e999999999',
  '9'.repeat(400),
  'x'.repeat(130),
  '2026-01-01',
  'T00:00:00Z',
  '/any(x:',
  '/$count',
  '$it',
  '$root/',
  '@p',
  "geography'SRID=4326;Point(",
  "duration'P",
  'cast(',
  'case(',
  '&$top=',
  '__proto__',
  'constructor',
]

export type Random = (below: number) => number

/** mulberry32: the same inputs on every run and machine. */
export function generator(seed: number): Random {
  return (below) => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

function mutate(text: string, random: Random): string {
  const at = random(text.length + 1)
  const length = random(8)
  switch (random(8)) {
    case 0:
      return text.slice(0, at) + text.slice(at + length)
    case 1:
      return text.slice(0, at)
    case 2:
      return text.slice(0, at) + text.slice(at, at + length).repeat(2 + random(3)) + text.slice(at + length)
    case 3:
      return text.slice(0, at) + seeds[random(seeds.length)]!.slice(random(20))
    case 4:
      return text.slice(at) + text.slice(0, at)
    case 5:
      return text.slice(0, at) + String.fromCharCode(random(0x10000)) + text.slice(at)
    default:
      return text.slice(0, at) + fragments[random(fragments.length)]! + text.slice(at)
  }
}

/** The text after one to four small accidents. */
export function mutated(text: string, random: Random): string {
  for (let times = 1 + random(4); times > 0; times--) text = mutate(text, random)
  return text
}
