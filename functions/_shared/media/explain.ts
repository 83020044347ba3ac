import type { Pool } from 'pg'
import type { JsonObject } from '../delivery/json.ts'

/**
 * What became of a picture (id or MediaKey), or of all of a listing (id or ListingKey), and why; undefined where there is
 * none. With `tenantId` only those of that market exist.
 */
export async function explainMedia(
  pool: Pool,
  wanted: string,
  tenantId?: string,
): Promise<JsonObject[] | undefined> {
  const { rows: [row] } = await pool.query<{ pictures: JsonObject[] | null }>(
    'select mls.explain_media($1, $2) as pictures',
    [wanted, tenantId ?? null],
  )
  return row!.pictures ?? undefined
}
