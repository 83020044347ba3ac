export type Json = null | boolean | number | string | Json[] | { [member: string]: Json }
export type JsonObject = { [member: string]: Json }

/** JSON text with members in order: equal values give equal texts, so that hashes can be compared. */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const members = Object.keys(value).sort().map((name) =>
    `${JSON.stringify(name)}:${canonicalJson(value[name]!)}`
  )
  return `{${members.join(',')}}`
}

/** Whether everything in `part` stands in `whole` too. Members that `whole` has besides do not matter; items do. */
export function containsJson(whole: Json | undefined, part: Json): boolean {
  if (Array.isArray(part)) {
    return Array.isArray(whole) && whole.length === part.length &&
      part.every((item, index) => containsJson(whole[index], item))
  }
  if (part !== null && typeof part === 'object') {
    if (whole === null || typeof whole !== 'object' || Array.isArray(whole)) return false
    return Object.keys(part).every((name) => containsJson(whole[name], part[name]!))
  }
  return whole === part
}

/** Reads a text as a JSON object; undefined when it is none. */
export function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? value as JsonObject
      : undefined
  } catch {
    return undefined
  }
}
