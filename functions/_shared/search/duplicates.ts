/** Several listings of one home: which is shown, and which stand behind it. */
import type { Run } from '../odata/sql/read.ts'
import { Parameters } from '../odata/sql/statement.ts'
import type { Source } from '../odata/plan/bound.ts'
import type { Collection } from './collection.ts'

export interface Duplicate {
  key: string
  /** Key of the office whose source it comes from; for visitors the market. */
  source: string
  /** How likely it is the same home, 0 to 1. */
  score: number | null
  reasons: string[]
}

/** The other listings of the same homes, as far as the caller sees them, by the record that is shown. */
export async function readDuplicates(
  { collection, source: { alias, type } }: { collection: Collection; source: Source },
  ids: string[],
  run: Run,
): Promise<Map<string, Duplicate[]>> {
  const found = new Map<string, Duplicate[]>()
  if (ids.length === 0) return found
  const parameters = new Parameters()
  const source = collection.hasPhotos ? 'market' : 'office_key'
  const rows = await run({
    text:
      `select own.record_id, ${alias}."ListingKey", ${alias}.${source}, other.score, to_json(other.reasons)
      from mls.listing_groups own
      join mls.listing_groups other on other.group_id = own.group_id and other.record_id <> own.record_id
      join ${collection.table} ${alias} on ${alias}.record_id = other.record_id
      where own.record_id = any (${parameters.add(ids, 'uuid[]')}) and ${
        collection.readable({ alias, type }, parameters)
      } order by other.place`,
    values: parameters.values,
  })
  for (const [id, key, office, score, reasons] of rows) {
    const duplicate = {
      key: key!,
      source: office!,
      score: score === null ? null : Number(score),
      reasons: JSON.parse(reasons!),
    }
    found.set(id!, [...found.get(id!) ?? [], duplicate])
  }
  return found
}
