import { cleanText } from './text.ts'

/** The members of an XML element in their order: texts, numbers, groups and lists of them. */
export interface Members {
  [name: string]: unknown
}

/**
 * Leaves out members without a value, empty lists and groups with nothing in them, and from texts what XML forbids.
 * `#text` may be empty: that is meant.
 */
export function filled(members: Members): Members {
  return Object.fromEntries(
    Object.entries(members).flatMap(([name, given]): [string, unknown][] => {
      const value = typeof given === 'string' ? cleanText(given) : given
      if (value === undefined || value === null || value === '') return name === '#text' ? [[name, '']] : []
      if (Array.isArray(value)) {
        const items = value.map((item) =>
          isGroup(item) ? filled(item) : typeof item === 'string' ? cleanText(item) : item
        )
          .filter((item) => item !== '' && (!isGroup(item) || Object.keys(item).length > 0))
        return items.length > 0 ? [[name, items]] : []
      }
      if (!isGroup(value)) return [[name, value]]
      const group = filled(value)
      return Object.keys(group).length > 0 ? [[name, group]] : []
    }),
  )
}

function isGroup(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A whole number above zero; undefined for anything else. */
export function positive(value: unknown): number | undefined {
  const number = Math.round(Number(value ?? 0))
  return number > 0 && Number.isFinite(number) ? number : undefined
}

/** A year that a building may have. */
export function yearOf(value: unknown): number | undefined {
  const year = Number(value ?? 0)
  return Number.isInteger(year) && year >= 1500 && year <= 2099 ? year : undefined
}
