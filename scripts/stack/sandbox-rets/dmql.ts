/** A row as the sandbox holds it: field to text, empty for nothing. */
export type RetsRow = Record<string, string>

/** A query that the server does not understand (20206). */
export class QueryFault extends Error {}

/**
 * DMQL2 as servers read it: `(F=1+)`, `1-`, `1-9`, `(F=a,b)`, `(F=|A,B)`, `*abc*`, `,` and `|` between parts, `~` before
 * one. A range of texts with both ends is none.
 */
export function readQuery(
  text: string,
  kinds: Record<string, 'number' | 'time' | 'text'>,
): (row: RetsRow) => boolean {
  let at = 0
  const either = (): (row: RetsRow) => boolean => {
    let left = both()
    while (text[at] === '|') {
      at++
      const [one, other] = [left, both()]
      left = (row) => one(row) || other(row)
    }
    return left
  }
  const both = (): (row: RetsRow) => boolean => {
    let left = single()
    while (text[at] === ',') {
      at++
      const [one, other] = [left, single()]
      left = (row) => one(row) && other(row)
    }
    return left
  }
  const single = (): (row: RetsRow) => boolean => {
    if (text[at] === '~') {
      at++
      const inner = single()
      return (row) => !inner(row)
    }
    if (text[at] !== '(') throw new QueryFault(`Unexpected "${text[at] ?? 'end'}".`)
    at++
    if (text[at] === '(' || text[at] === '~') {
      const inner = either()
      if (text[at++] !== ')') throw new QueryFault('A bracket is not closed.')
      return inner
    }
    const end = text.indexOf(')', at)
    if (end === -1) throw new QueryFault('A bracket is not closed.')
    const part = text.slice(at, end)
    at = end + 1
    const [field, value] = [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]
    if (!part.includes('=') || !(field in kinds)) throw new QueryFault(`No such field [${field}]`)
    return criterion(field, value, kinds[field]!)
  }
  const test = either()
  if (at < text.length) throw new QueryFault(`Unexpected "${text[at]}".`)
  return test
}

function criterion(
  field: string,
  value: string,
  kind: 'number' | 'time' | 'text',
): (row: RetsRow) => boolean {
  const compare = (a: string, b: string) =>
    kind === 'number' ? Number(a) - Number(b) : a < b ? -1 : a > b ? 1 : 0
  // what is empty is found by nothing
  const of = (test: (text: string) => boolean) => (row: RetsRow) =>
    row[field] !== undefined && row[field] !== '' && test(row[field])
  const range = kind === 'number'
    ? /^(-?\d+(?:\.\d+)?)-(-?\d+(?:\.\d+)?)$/.exec(value)
    : kind === 'time'
    ? /^(.{10,}?)-(\d{4}-\d\d-\d\d.*)$/.exec(value)
    : null
  if (range) return of((text) => compare(text, range[1]!) >= 0 && compare(text, range[2]!) <= 0)
  if (value.endsWith(' ') || value === '') throw new QueryFault('A + was not encoded.')
  if (value.endsWith('+')) return of((text) => compare(text, value.slice(0, -1)) >= 0)
  if (value.endsWith('-')) return of((text) => compare(text, value.slice(0, -1)) <= 0)
  const wanted = value.replace(/^\|/, '').split(',')
  return of((text) => wanted.some((item) => item.includes('*') ? wild(item).test(text) : text === item))
}

const wild = (pattern: string) =>
  new RegExp(`^${pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`)
