import type { Json } from '../../delivery/json.ts'
import type { Page, ResourceName, Source, Stage } from '../types.ts'
import type { MockSettings } from './settings.ts'
import { streamOf } from './random.ts'

export const mockResources = ['office', 'member', 'property'] as const satisfies readonly ResourceName[]

/** What the invented source says about one of its listings. */
export interface MockListing {
  number: number
  version: number
  modified: string
  isGone: boolean
}

export interface MockPage {
  stage: string
  seed: string
  listings: MockListing[]
  /** Numbers of offices or members. */
  others: number[]
}

/** Before its first change a listing is as old as this. */
const began = Date.UTC(2026, 0, 5, 8)
const hour = 3_600_000

/**
 * A page of the invented source. It changes by the clock alone: with `changes_per_hour` each listing changes once in a
 * period, all of them evenly spread, so that any two moments can be compared without a memory of what was between.
 */
export function readMock(
  { source }: { source: Source<MockSettings>; market: { country: string } },
  stage: Stage,
  place: Json,
  limit: number,
  now = Date.now(),
): Page<MockPage> {
  const { settings } = source
  const seed = String(settings.seed ?? source.code)
  const { from, at } = place as { from: number; at: number } | null ?? { from: 0, at: now }
  if (stage.name !== 'property') {
    const count = stage.name === 'office' ? 1 : membersOf(settings.listings)
    return {
      raw: { stage: stage.name, seed, listings: [], others: Array.from({ length: count }, (_, n) => n + 1) },
      mark: new Date(at).toISOString(),
      expected: undefined,
    }
  }
  const since = stage.kind === 'delta'
    ? Date.parse(String(source.marks.property)) - source.overlap_seconds * 1000
    : -Infinity
  const listings: MockListing[] = []
  let next = from
  for (; next < settings.listings && listings.length < limit; next++) {
    const listing = listingAt(settings, seed, next + 1, at)
    if (stage.kind === 'full' ? !listing.isGone : Date.parse(listing.modified) >= since) {
      listings.push(listing)
    }
  }
  return {
    raw: { stage: 'property', seed, listings, others: [] },
    expected: stage.kind === 'full' ? settings.listings : undefined,
    ...(next < settings.listings ? { next: { from: next, at } } : { mark: new Date(at).toISOString() }),
  }
}

export const membersOf = (listings: number) => Math.max(1, Math.min(12, Math.round(listings / 25)))

function listingAt(
  { listings, changes_per_hour = 0 }: MockSettings,
  seed: string,
  number: number,
  at: number,
): MockListing {
  const random = streamOf(seed, number, 'life')
  const start = began + random.int(0, 200 * 24) * hour
  if (changes_per_hour <= 0) {
    return { number, version: 0, modified: new Date(start).toISOString(), isGone: false }
  }
  const period = Math.max(1, listings / changes_per_hour) * hour
  const phase = began + random.next() * period
  const version = Math.max(0, Math.floor((at - phase) / period))
  const modified = version === 0 ? Math.min(start, phase) : phase + version * period
  // every so often a listing leaves, and the next change brings it back
  const isGone = version > 0 && streamOf(seed, number, version, 'gone').chance(0.08)
  return { number, version, modified: new Date(modified).toISOString(), isGone }
}
