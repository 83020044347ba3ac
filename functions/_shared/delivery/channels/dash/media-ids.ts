import type { Job, JobMedia } from '../../job.ts'
import type { JsonObject } from '../../json.ts'
import type { MediaIds } from './media.ts'
import { isOfDash } from './payload.ts'

/**
 * Under which id Dash knows a file: the one it gave when it was first sent, which the channel keeps, or the one under
 * which it came from there. The latter counts only at the listing that came with it: one that was created anew has others.
 */
export function mediaIdsOf(job: Job, listingId: string | null): (item: JobMedia) => string | null {
  const kept = job.state?.media as MediaIds | undefined
  const { source_id, columns } = job.listing
  const isFromThere = listingId !== null && isOfDash(job, columns.origin_system) &&
    source_id?.toUpperCase() === listingId.toUpperCase()
  return (item) =>
    kept?.[item.media_key] ?? item.media_id ??
      (isFromThere && isOfDash(job, item.origin_system) ? item.source_id : null)
}

/** What the channel keeps: read by mls.is_own_medium() too, when the files come back. */
export const stateOf = (media: MediaIds): JsonObject => ({ media })
