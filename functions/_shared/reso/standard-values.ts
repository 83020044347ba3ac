import { lookupValues } from './lookup-values.ts'

/** What two spellings of a value have in common; the database has the same rule in mls.lookup_form(). */
const formOf = (value: string) => value.replace(/[^\p{L}\p{N}]/gu, '').toLowerCase()

const byLookup = new Map<string, Map<string, string>>()

/**
 * The standard value that a text in a query means: itself, or the name that older OData enumerations had for it
 * (`ResidentialLease`). Any other text stays what it is.
 */
export function standardValueOf(lookup: string, value: string): string {
  return formsOf(lookup).get(formOf(value)) ?? value
}

/** Whether a text is a standard value of the lookup, in any spelling. */
export function isStandardValue(lookup: string, value: string): boolean {
  return formsOf(lookup).has(formOf(value))
}

function formsOf(lookup: string): Map<string, string> {
  let forms = byLookup.get(lookup)
  if (!forms) {
    forms = new Map()
    for (const entry of lookupValues[lookup] ?? []) {
      const [standard = entry, ...others] = entry.split('|')
      for (const spelling of [standard, ...others]) {
        if (!forms.has(formOf(spelling))) forms.set(formOf(spelling), standard)
      }
    }
    byLookup.set(lookup, forms)
  }
  return forms
}
