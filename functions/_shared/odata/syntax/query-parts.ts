import { optionNames } from './options.ts'

export interface QueryPart {
  /** Decoded, in lower case; of a system query option with its dollar sign, which it may come without. */
  name: string
  raw: string
}

const options: readonly string[] = optionNames

/** The parameters of a query as they were sent. */
export function queryParts(query: string): QueryPart[] {
  return query.split('&').filter((part) => part !== '').map((raw) => {
    const name = decoded(raw.split('=')[0]!).toLowerCase()
    return { name: options.includes(name) ? `$${name}` : name, raw }
  })
}

/** Clients encode anew what they follow: %27 for an apostrophe, %20 for a plus. Decoded, all spellings are one. */
export function decoded(text: string): string {
  return decodeURIComponent(text.replaceAll('+', '%20'))
}
