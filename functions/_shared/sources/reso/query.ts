import type { UpstreamType } from './metadata.ts'

/** The address of a resource with its query; options in the order given, values encoded as OData servers expect them. */
export function addressOf(
  root: string,
  path: string,
  options: Record<string, string | number | undefined>,
): string {
  const query = Object.entries(options).filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
  return `${root}/${path}${query.length > 0 ? `?${query.join('&')}` : ''}`
}

/** A key as a literal: quotes doubled, numbers bare. */
export function literal(key: string, { isKeyText }: Pick<UpstreamType, 'isKeyText'>): string {
  return isKeyText ? `'${key.replaceAll("'", "''")}'` : key
}

/** All of the conditions that there are. */
export function allOf(...conditions: (string | undefined)[]): string | undefined {
  const given = conditions.filter((condition): condition is string =>
    condition !== undefined && condition !== ''
  )
  return given.length > 1 ? given.map((condition) => `(${condition})`).join(' and ') : given[0]
}
