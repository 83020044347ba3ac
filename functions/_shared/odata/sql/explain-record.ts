import { servedName } from '../../reso/names.ts'
import type { Resource } from '../../reso/types.ts'
import type { Reader } from '../model/reader.ts'
import { readRows } from './read.ts'

/** The rules by which a record is shown or hidden. */
export type Rule =
  | 'served'
  | 'client_visibility'
  | 'tenant_visibility'
  | 'origin_deleted'
  | 'workflow'
  | 'removed'
  | 'grant'
  | 'unknown'

export interface RecordExplanation {
  rule: Rule
  /** Office of the record, where the reader may know it. */
  office?: string
  /** When it was last changed. */
  changed?: string
}

/** Asks the database which rule shows or hides a record from the reader (mls.explain_record). */
export async function explainRecord(
  reader: Reader,
  resource: Resource,
  key: string,
): Promise<RecordExplanation> {
  const [row] = await readRows(reader, {
    text: 'select mls.explain_record($1, $2, $3)',
    values: [servedName(resource), resource.key, key],
  })
  return JSON.parse(row![0]!)
}
