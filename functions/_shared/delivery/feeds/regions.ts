import type { Pool } from 'pg'
import type { Regions } from './format.ts'

/** The regions of a format. Read anew for every run: they are reference data that operators mend. */
export async function readRegions(pool: Pool, format: string): Promise<Regions> {
  const { rows } = await pool.query<{ level: keyof Regions; name: string; region_id: number }>(
    'select level, name, region_id from public.mls_portal_regions where format = $1',
    [format],
  )
  const regions: Regions = { city: new Map(), district: new Map(), country: new Map() }
  for (const { level, name, region_id } of rows) regions[level].set(name, region_id)
  return regions
}
