/**
 * JSON by joining texts: the database delivers members of objects, and nothing here parses or escapes them again.
 * What is written as a string here (stamps, addresses) holds no character that JSON would escape.
 */

/** A stamp (microseconds since 1970) as a timestamp with all its digits. */
export function stampTime(stamp: string): string {
  const milliseconds = new Date(Number(stamp.slice(0, -3))).toISOString()
  return `${milliseconds.slice(0, -1)}${stamp.slice(-3)}Z`
}

/** Changes exactly when a consumer could see a difference. Weak: profiles and choices share it. */
export function etag(stamp: string): string {
  return `W/"${stamp}"`
}

export interface EntityParts {
  stamp: string
  members: string[]
}

export interface EntityStyle {
  /** With odata.metadata=none entities carry no annotations. */
  hasAnnotations: boolean
  showsStamp: boolean
}

/** One entity as a JSON object; `first` is a member to be put before all others. */
export function entityText({ stamp, members }: EntityParts, style: EntityStyle, first?: string): string {
  const parts: string[] = []
  if (first) parts.push(first)
  if (style.hasAnnotations) parts.push(`"@odata.etag":"W/\\"${stamp}\\""`)
  if (style.showsStamp) parts.push(`"ModificationTimestamp":"${stampTime(stamp)}"`)
  parts.push(...members)
  return `{${parts.join(',')}}`
}

export function jsonResponse(
  text: string,
  level: 'none' | 'minimal',
  headers: Record<string, string> = {},
): Response {
  return new Response(text, {
    headers: {
      'Content-Type':
        `application/json;odata.metadata=${level};odata.streaming=true;IEEE754Compatible=false;charset=utf-8`,
      ...headers,
    },
  })
}
