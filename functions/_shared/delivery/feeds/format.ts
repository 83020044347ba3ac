import type { Job } from '../job.ts'

/** Place names and their ids in the taxonomy of a portal, by level. */
export type Regions = Record<'city' | 'district' | 'country', Map<string, number>>

/** One object of a feed. */
export interface Rendering {
  body: string
  /** Comes before the others in the file. */
  isFirst: boolean
  /** Type in the portal's taxonomy, for the coverage report. */
  kind: string | null
  /** What could not be mapped, as code:value. */
  findings: string[]
}

/** A feed format: a small mapper from a listing to the text of one object, and what stands around the objects. */
export interface FeedFormat {
  contentType: string
  render(job: Job, regions: Regions): Rendering
  head(builtAt: string): string
  separator: string
  tail: string
}
