/**
 * Resources that describe the others: RESO Lookup and Field. They are made from the dictionary and not stored, so they
 * cannot differ from it; queries read them as rows of one JSON parameter. To Lookup the database adds the values that
 * records hold beyond the dictionary (mls.lookup_rows).
 */
import { resources } from '../../reso/dictionary.ts'
import { lookups } from '../../reso/lookup-values.ts'
import type { Resource } from '../../reso/types.ts'

/** When the catalogues below were last changed; both resources carry it as their ModificationTimestamp. */
const changed = Date.UTC(2026, 10, 21)
export const catalogueStamp = String(changed * 1000)

const text = { type: 'STRING', gold: false } as const
/** The dictionary sets no length here. */
const standard = { ...text, dd: { type: 'Edm.String' } }
const stamp = {
  name: 'ModificationTimestamp',
  type: 'TIMESTAMP',
  gold: false,
  view: 'modification_timestamp',
  dd: { type: 'Edm.DateTimeOffset' },
} as const

export const lookup: Resource = {
  name: 'Lookup',
  key: 'LookupKey',
  ingestName: 'lookup',
  table: '',
  fields: [
    { name: 'LookupKey', ...standard },
    {
      name: 'LookupName',
      ...standard,
      note: 'As in the annotation RESO.OData.Metadata.LookupName of a field',
    },
    { name: 'LookupValue', ...standard, note: 'The value as records hold it' },
    {
      name: 'StandardLookupValue',
      ...standard,
      note: 'The value in RESO Data Dictionary 2.0; null for a local one',
    },
    {
      name: 'LegacyODataValue',
      ...standard,
      note: 'The name of the value in OData enumerations of older services',
    },
    stamp,
  ],
}

export const field: Resource = {
  name: 'Field',
  key: 'FieldKey',
  ingestName: 'field',
  table: '',
  fields: [
    { name: 'FieldKey', ...standard },
    { name: 'ResourceName', ...standard },
    { name: 'FieldName', ...standard },
    { name: 'DisplayName', ...text },
    { name: 'X_Type', ...text, note: 'Type in $metadata' },
    { name: 'LookupName', ...text, note: 'Lookup of which the field holds values' },
    stamp,
  ],
}

export type VirtualRow = Record<string, string | null>

/** The dictionary leaves some lookups to each market and has one sample in place of their values. */
const isSample = (entry: string) => /^Sample\w+EnumValue$/.test(entry)

export function lookupRows(): VirtualRow[] {
  const standard = Object.entries(lookups).flatMap(([name, values]) =>
    values.filter((entry) => !isSample(entry)).map((entry) => {
      const [value, legacy = value] = entry.split('|')
      return lookupRow(name, value!, { standard: value!, legacy: legacy! })
    })
  )
  const resourceNames = resources.map(({ name }) => name).filter((name) =>
    !lookups.ResourceName!.includes(name)
  )
  return [...standard, ...resourceNames.map((name) => lookupRow('ResourceName', name))]
}

function lookupRow(name: string, value: string, known?: { standard: string; legacy: string }): VirtualRow {
  return {
    LookupKey: `${name}:${known?.legacy ?? `X_${value}`}`,
    LookupName: name,
    LookupValue: value,
    StandardLookupValue: known?.standard ?? null,
    LegacyODataValue: known?.legacy ?? null,
  }
}

/** `ListPrice` is shown as `List Price`. */
export function displayName(name: string): string {
  return name.replace(/^X_/, '').replace(/_/g, ' ').replace(/([a-z])([A-Z])/g, '$1 $2').replace(
    /([A-Z])([A-Z][a-z])/g,
    '$1 $2',
  )
}
