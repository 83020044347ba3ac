import type { Job, JobPart } from '../job.ts'

/** Place names and their ids in the taxonomy of a portal, by level. */
export type Regions = Record<'city' | 'district' | 'country', Map<string, number>>

/** One object of a feed. */
export interface Rendering {
  body: string
  /** Place in the file: lower ranks come first; within a rank the newest object does. 0 where nothing is said. */
  rank?: number
  /** Type in the portal's taxonomy, for the coverage report. */
  kind?: string | null
  /** What could not be mapped, as code:value. */
  findings?: string[]
}

/**
 * A feed format: a small mapper from a listing to the text of one object, and what stands around the objects. One
 * folder here, one line in formats.ts; a portal of kind FEED names it in its configuration (`format`).
 */
export interface FeedFormat {
  contentType: string
  /** One more (1 where it is not said) renders all listings anew: for changes of what a format, or a word it shares, says. */
  version?: number
  /** Parts of a job that cost a look-up and that this format uses: the claim adds them for its portals only. */
  parts?: readonly JobPart[]
  /** Most objects of a file, where the format has a limit; `max_objects` of the portal's configuration goes before. */
  maxObjects?: number
  /** Whether places are looked up in mls_portal_regions: read once for each run then. */
  usesRegions?: boolean
  /** @throws CannotShow for a listing that the format cannot say */
  render(job: Job, regions: Regions): Rendering
  head(builtAt: string): string
  separator: string
  tail: string
}

/** The listing lacks something without which the portal would not take it. Parked with this reason until it changes. */
export class CannotShow extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'CannotShow'
  }
}
