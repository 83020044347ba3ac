/** The canonical functions of OData 4.01 (ABNF methodCallExpr) with the number of their arguments. */
export interface Method {
  name: string
  least: number
  most: number
}

const byCount: [count: string, names: string][] = [
  ['0', 'now mindatetime maxdatetime'],
  ['1', 'length tolower toupper trim round floor ceiling geo.length'],
  ['1', 'year month day hour minute second fractionalseconds totalseconds date time totaloffsetminutes'],
  ['2', 'contains startswith endswith indexof concat matchesPattern hassubset hassubsequence'],
  ['2', 'geo.distance geo.intersects'],
  ['2-3', 'substring'],
]

const methods = new Map<string, Method>(
  byCount.flatMap(([count, names]) => {
    const [least, most = least] = count.split('-').map(Number)
    return names.split(' ').map((name) => [name.toLowerCase(), { name, least: least!, most: most! }] as const)
  }),
)

/** Built-in names are case-insensitive in 4.01. */
export function findMethod(name: string): Method | undefined {
  return methods.get(name.toLowerCase())
}

/** Everything that may be called, for suggestions. */
export const callableNames = [
  ...[...methods.values()].map((method) => method.name),
  'cast',
  'isof',
  'case',
  'any',
  'all',
]
