import type { Job } from '../job.ts'

/** When a listing was first shown to the public (timestamptz as JSON). */
export function createdAt({ listing: { columns }, changed_at }: Job): string {
  const time = columns.first_published_at ?? columns.published_at
  return typeof time === 'string' ? time : changed_at
}
