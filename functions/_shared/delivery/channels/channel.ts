import type { Pool } from 'pg'
import type { Job, JobPart, Result } from '../job.ts'

/**
 * A way to a portal: one folder here, one line in channels.ts. A portal names its channel in its configuration
 * (`channel`), and the queue, leases, attempts and circuits are the same for all.
 */
export interface Channel {
  /** Parts of a job that cost a look-up and that this channel uses: the claim adds them for its portals only. */
  parts?: readonly JobPart[]
  /**
   * Carries out one delivery (upsert or withdraw) and answers what came of it. What it learns on the way goes into
   * `facts`, which are reported even where it fails: a part may have been done.
   *
   * @throws DeliveryFailure
   */
  carryOut(job: Job, facts: Facts, pool: Pool): Promise<Result['outcome']>
}

/** What a channel knows of the other side, whatever the outcome. */
export type Facts = Pick<
  Result,
  | 'external_id'
  | 'external_url'
  | 'payload_hash'
  | 'media_hash'
  | 'pushed_values'
  | 'state'
  | 'calls'
  | 'told'
>
