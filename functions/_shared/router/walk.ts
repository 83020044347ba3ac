/**
 * The router's `$skiptoken`: where each hub stands. It is no secret and bears no signature: the tokens in it are the hubs' own,
 * signed for their client and query, and what stands beside them moves nobody's rows but those of its sender.
 */
import { Buffer } from 'node:buffer'
import { HubError } from '../http/errors.ts'
import type { Place } from './merge.ts'

export interface Walk {
  places: Record<string, Place>
  /** Rows a page. */
  size: number
  /** Rows still wanted, where `$top` says how many in all. */
  remaining: number | null
  /** What `$skip` of the first page was: the hubs were asked for so many more. */
  skipped: number
  /** In replication: from where on the changes of each hub lie. */
  changes: Record<string, Record<string, unknown>> | null
  /** Of lists that several hubs hold the same rows of: the values of the last row. */
  last: (string | null)[] | null
}

export function sealWalk(walk: Walk): string {
  const { places, size, remaining, skipped, changes, last } = walk
  return Buffer.from(JSON.stringify([places, size, remaining, skipped, changes, last])).toString('base64url')
}

/** @throws HubError invalid_parameter (400) where it is none, or of other hubs */
export function openWalk(text: string, hubs: string[]): Walk {
  const walk = read(text)
  if (walk && Object.keys(walk.places).sort().join() === hubs.toSorted().join()) return walk
  const message =
    'The $skiptoken is not one of this router and its hubs: follow nextLink unchanged, or start again.'
  throw new HubError('invalid_parameter', message, { target: '$skiptoken' })
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0
const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isPlace = (value: unknown) => value === null || typeof value === 'string'

function read(text: string): Walk | undefined {
  try {
    const [places, size, remaining, skipped, changes, last] = JSON.parse(
      Buffer.from(text, 'base64url').toString(),
    )
    const isWhole = isObject(places) && Object.values(places).every(isPlace) && isCount(size) &&
      (remaining === null || isCount(remaining)) && isCount(skipped) &&
      (changes === null || isObject(changes)) && (last === null || Array.isArray(last))
    return isWhole ? { places, size, remaining, skipped, changes, last } as Walk : undefined
  } catch {
    return undefined
  }
}
