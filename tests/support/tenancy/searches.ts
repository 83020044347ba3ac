import { randomFor } from '../../../scripts/seed/prng.ts'
import { generate, generateFar, type Listing } from '../search/generate.ts'

/** Sends a request to F/search as the client of one office: a path, and a body for POST. */
export type Ask = (path: string, body?: unknown) => Promise<{ status: number; text: string }>

/**
 * Generated searches over listings of all offices, walked to their end: what came back that is not of `own`, and counts
 * that tell of more than was shown. Besides, what stands around a foreign listing.
 */
export async function searchLeaks(
  ask: Ask,
  { everything, own, isForeign, seed, searches }: {
    everything: Listing[]
    own: Set<string>
    isForeign: (text: string) => boolean
    seed: string
    searches: number
  },
): Promise<string[]> {
  const leaks: string[] = []
  const random = randomFor(seed)
  for (let number = 0; number < searches; number++) {
    const { input } = (number % 5 === 4 ? generateFar : generate)(random, everything)
    const search = { ...input, limit: 200, include: ['count', 'facets', 'clusters'] }
    const keys: string[] = []
    let count: number | undefined
    for (let cursor: string | undefined, isFirst = true; cursor || isFirst; isFirst = false) {
      const { status, text } = await ask('listings', { ...search, ...cursor ? { cursor } : {} })
      if (status !== 200) {
        leaks.push(`${status} for ${JSON.stringify(search)}: ${text.slice(0, 200)}`)
        break
      }
      const answer = JSON.parse(text)
      count ??= answer.count
      const clustered = answer.clusters.reduce((sum: number, { count }: { count: number }) => sum + count, 0)
      if (clustered > answer.count) leaks.push(`clusters of ${clustered}: ${JSON.stringify(search)}`)
      keys.push(...answer.listings.map(({ key }: { key: string }) => key))
      cursor = answer.next
      const told = text.match(/"(?:[^"\\]|\\.)*"/g)!.map((one) => JSON.parse(one) as string)
      for (const one of told) if (isForeign(one) && !JSON.stringify(input).includes(one)) leaks.push(one)
    }
    leaks.push(...keys.filter((key) => !own.has(key)))
    if (count !== keys.length) leaks.push(`count ${count} of ${keys.length}: ${JSON.stringify(search)}`)
  }
  for (
    const { ListingKey: key } of everything.filter((row) => !own.has(String(row.ListingKey))).slice(0, 20)
  ) {
    for (const path of [`similar/${key}`, `timeline/${key}`]) {
      const { status } = await ask(path)
      if (status !== 404) leaks.push(`${status} for ${path}`)
    }
    const { text } = await ask(`suggest?q=${encodeURIComponent(String(key))}`)
    if (text.includes(String(key))) leaks.push(`suggest ${key}`)
  }
  return leaks
}
