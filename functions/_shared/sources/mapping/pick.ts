/** A record as its source writes it: flat for files and RETS, nested for JSON, XML and OData. */
export type SourceRecord = Record<string, unknown>

/** What `from` finds: one value, or the list of a pattern. */
export interface Picked {
  value: unknown
  /** Top-level fields that were read, for keep_rest. */
  used: string[]
}

/** Whether there is something: blank text and empty lists are nothing. */
export function isNothing(value: unknown): boolean {
  return value === null || value === undefined || (typeof value === 'string' && value.trim() === '') ||
    (Array.isArray(value) && value.every(isNothing))
}

/**
 * Reads `from`. Several plain names: the first that holds something. Patterns give lists, and several patterns one
 * list; every field that could have been taken counts as used, or keep_rest would bring back what was passed over.
 */
export function pick(record: SourceRecord, from: string | string[]): Picked {
  const used: string[] = []
  const list: unknown[] = []
  let first: unknown
  let isList = false
  for (const name of Array.isArray(from) ? from : [from]) {
    const found = find(record, name)
    used.push(...found.used)
    if (found.isList) {
      isList = true
      list.push(...(found.value as unknown[]).filter((item) => !isNothing(item)))
    } else if (isNothing(first) && !isNothing(found.value)) {
      first = found.value
    }
  }
  if (!isList) return { value: first, used }
  return { value: isNothing(first) ? list : [...(Array.isArray(first) ? first : [first]), ...list], used }
}

function find(record: SourceRecord, name: string): { value: unknown; used: string[]; isList: boolean } {
  if (Object.hasOwn(record, name)) return { value: record[name], used: [name], isList: false }
  if (!name.includes('*') && !name.includes('.')) return { value: undefined, used: [name], isList: false }
  const matching = name.includes('*') ? matches(Object.keys(record), name) : []
  if (matching.length > 0) return { value: matching.map((key) => record[key]), used: matching, isList: true }
  const steps = name.split('.')
  const values = walk([record], steps)
  const isList = steps.some((step) => step.includes('*'))
  const head = steps[0]!
  const used = head.includes('*') ? matches(Object.keys(record), head) : [head]
  return { value: isList ? values.flat() : values[0], used, isList }
}

function walk(values: unknown[], steps: string[]): unknown[] {
  return steps.reduce((reached, step) => reached.flatMap((value) => childrenOf(value, step)), values)
}

function childrenOf(value: unknown, step: string): unknown[] {
  if (typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) {
    if (step === '*') return value
    // a list where one was expected: XML has no other way to say "several"
    return /^\d+$/.test(step) ? [value[Number(step)]] : value.flatMap((item) => childrenOf(item, step))
  }
  const keys = step.includes('*')
    ? matches(Object.keys(value), step)
    : Object.hasOwn(value, step)
    ? [step]
    : []
  return keys.map((key) => (value as SourceRecord)[key])
}

const byNumber = new Intl.Collator('en', { numeric: true })

/** Names that a pattern matches, Photo2 before Photo10. */
function matches(names: string[], pattern: string): string[] {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  const expression = new RegExp(`^${parts.join('.*')}$`, 's')
  return names.filter((name) => expression.test(name)).sort(byNumber.compare)
}
