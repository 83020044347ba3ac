import { withHubErrors } from '../odata/hub-errors.ts'
import { explainRecord } from '../odata/sql/explain-record.ts'
import { readerOf } from '../oauth/reader-of.ts'
import { property } from '../reso/resources/property.ts'
import type { SearchCaller } from './caller.ts'
import { getListing } from './get-listing.ts'

/** Why a listing is shown to the caller, or not. Visitors learn only whether their website shows it. */
export async function explainListing(caller: SearchCaller, key: string): Promise<Record<string, unknown>> {
  if (caller.kind === 'website') {
    const isShown = await getListing(caller, key).then(() => true, () => false)
    return { key, visible: isShown, rule: isShown ? 'served' : 'unknown' }
  }
  const { rule, office, changed } = await withHubErrors(() =>
    explainRecord(readerOf(caller.client), property, key)
  )
  return { key, visible: rule === 'served', rule, office, changed }
}
