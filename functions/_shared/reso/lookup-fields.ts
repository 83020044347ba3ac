import { resources } from './dictionary.ts'
import { openFields, servedName } from './names.ts'

/** The lookup fields of a resource, as mls.collect_lookups reads them. */
export interface LookupFields {
  resource: string
  /** The served table. */
  table: string
  fields: { name: string; lookup: string; multi: boolean }[]
}

/** Every field that holds values of a lookup and may be read without a grant of its own. */
export const lookupFields: readonly LookupFields[] = resources.map((resource) => ({
  resource: resource.name,
  table: servedName(resource),
  fields: openFields(resource).flatMap(({ name, dd }) =>
    dd?.lookup ? [{ name, lookup: dd.lookup, multi: dd.multi === true }] : []
  ),
})).filter(({ fields }) => fields.length > 0)
