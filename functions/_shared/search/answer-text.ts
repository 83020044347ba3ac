import type { FoundListing } from './page.ts'

/** A listing as an answer holds it; `more` are members that come last. */
export function listingText(
  { key, location, members }: FoundListing,
  more: Record<string, unknown> = {},
): string {
  const rest = JSON.stringify(more).slice(1, -1)
  return `{${
    [`"key":${JSON.stringify(key)}`, `"location":${location}`, members, rest].filter((text) => text !== '')
      .join()
  }}`
}
