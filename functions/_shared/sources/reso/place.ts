import type { JsonObject } from '../../delivery/json.ts'
import { SourceFailure } from '../failure.ts'
import type { Source, Stage } from '../types.ts'
import type { UpstreamType } from './metadata.ts'

/** Where a stage stands. */
export interface Place {
  /** The last key read. */
  last?: string
  /** A link of the server, and since when it has been ours. */
  link?: string
  linkAt?: number
  /** The newest modification met. */
  newest?: string
  /** The source's clock when the stage began. */
  started?: string
  sequence?: string
}

export interface Mark {
  at?: string
  sequence?: string
}

/** The mark that an earlier run left for the stage. */
export function markBefore(source: Source<unknown>, stage: Stage): Mark {
  return (source.marks[stage.name] ?? {}) as Mark
}

/** What changed since the mark, as a filter. `ge`, not `gt`; pictures have a time of their own, which on some servers moves alone. */
export function changedSince({ at }: Mark, overlapSeconds: number, type: UpstreamType): string | undefined {
  if (at === undefined) return undefined
  const since = new Date(Date.parse(at) - overlapSeconds * 1000).toISOString()
  return ['ModificationTimestamp', 'PhotosChangeTimestamp', 'MediaModificationTimestamp']
    .filter((name) => type.fields.includes(name)).map((name) => `${name} ge ${since}`).join(' or ')
}

/**
 * Up to where the stage has read: the newest modification met, but never past the source's own clock at the beginning.
 * What changed meanwhile may stand before the place that had been reached.
 */
export function markAfter({ kind }: Stage, before: Mark, { newest, started, sequence }: Place): Mark | null {
  const bound = started || (newest && new Date(Date.parse(newest) - 86_400_000).toISOString())
  const at = [newest ?? (kind === 'full' ? bound : before.at), bound].filter((time) => time !== undefined)
    .sort()[0]
  return at === undefined && sequence === undefined
    ? null
    : { ...(at !== undefined && { at }), ...(sequence !== undefined && { sequence }) }
}

/** The same stage from its beginning: repeats cost little, and keys that were noted stay noted. */
export function anew({ started, sequence }: Place): Place {
  return { ...(started !== undefined && { started }), ...(sequence !== undefined && { sequence }) }
}

/** What was asked for beyond a key or an event must be beyond it, or a server that does not understand `gt` is read for ever. */
export function refuseSame(before: string | undefined, last: string): void {
  if (last !== before) return
  throw new SourceFailure(
    'invalid_answer',
    'failed',
    `The source was asked for what is beyond ${last}, and sends the page that ends with it again.`,
  )
}

/** The newest modification among those met so far and these. */
export function newestOf(records: readonly JsonObject[], place: Place): string | undefined {
  return records.reduce<string | undefined>((newest, record) => {
    const time = timeOf(record, place)
    return newest === undefined || (time !== undefined && time > newest) ? time ?? newest : newest
  }, place.newest)
}

/** A time beyond the clock of the source says nothing: it would carry the mark past what is yet to come. */
function timeOf(record: JsonObject, { started }: Place): string | undefined {
  const time = record.ModificationTimestamp
  if (typeof time !== 'string' || Number.isNaN(Date.parse(time))) return undefined
  const read = new Date(time).toISOString()
  return started && read > started ? undefined : read
}
