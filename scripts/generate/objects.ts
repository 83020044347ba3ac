import { resources } from '../../functions/_shared/reso/dictionary.ts'
import { compatibilityViews } from './compatibility-views.ts'
import { danglingKeys } from './dangling-keys.ts'
import { furtherMerge } from './further-merge.ts'
import { goldTypes, requiredFields } from './gold-types.ts'
import { heldFields } from './held-fields.ts'
import { driftView, listingFields } from './listing-drift.ts'
import { listingEdits } from './listing-edits.ts'
import { listingMerge } from './listing-merge.ts'
import { mediaMerge } from './media-merge.ts'
import { mediaSharing } from './media-sharing.ts'
import { rejectReasonFunction } from './outcomes.ts'
import { propertyView } from './property-view.ts'
import { refreshFunction } from './refresh.ts'
import { searchedFields } from './searched-fields.ts'
import { servedBy } from './served-by.ts'
import { servedTables } from './served-tables.ts'
import { simpleMerges } from './simple-merge.ts'
import { simpleViews } from './simple-views.ts'
import { standardLookups } from './standard-lookups.ts'
import type { GeneratedObject } from './sql.ts'

/** Everything in the database that follows from the dictionary, in an order in which it can be created. */
export function generatedObjects(): GeneratedObject[] {
  return [
    ...resources.flatMap(servedTables),
    propertyView(),
    ...simpleViews(),
    ...resources.map(refreshFunction),
    servedBy(),
    standardLookups(),
    searchedFields(),
    goldTypes(),
    requiredFields(),
    heldFields(),
    danglingKeys(),
    listingFields(),
    driftView(),
    rejectReasonFunction(),
    listingMerge(),
    furtherMerge(),
    mediaMerge(),
    mediaSharing(),
    ...simpleMerges(),
    ...listingEdits(),
    ...compatibilityViews(),
  ]
}
