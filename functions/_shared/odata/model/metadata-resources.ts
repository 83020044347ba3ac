/**
 * Resources that describe the others: RESO Lookup and Field. They are made from the dictionary and not stored, so they
 * cannot differ from it; queries read them as rows of one JSON parameter. To Lookup the database adds the values that
 * records hold beyond the dictionary (mls.lookup_rows).
 */
import { resources } from '../../reso/dictionary.ts'
import { lookupValues } from '../../reso/lookup-values.ts'
import type { Resource } from '../../reso/types.ts'

/** When the catalogues below were last changed; both resources carry it as their ModificationTimestamp. */
const changed = Date.UTC(2026, 10, 21)
export const metadataStamp = String(changed * 1000)

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

export const lookupResource: Resource = {
  name: 'Lookup',
  key: 'LookupKey',
  ingestName: 'lookup',
  table: '',
  description: 'Values of the lookups, standard and local.',
  standardFields: 6,
  example: {
    filter: "LookupName eq 'StandardStatus'",
    record: {
      LookupKey: 'StandardStatus:Active',
      LookupName: 'StandardStatus',
      LookupValue: 'Active',
    },
  },
  searched: ['LookupName', 'LookupValue', 'StandardLookupValue'],
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

export const fieldResource: Resource = {
  name: 'Field',
  key: 'FieldKey',
  ingestName: 'field',
  table: '',
  description: 'Fields of the resources, as this client sees them.',
  standardFields: 4,
  example: {
    filter: "ResourceName eq 'Property'",
    record: {
      FieldKey: 'Property:ListingKey',
      FieldName: 'ListingKey',
      DisplayName: 'Listing Key',
      X_Type: 'Edm.String',
    },
  },
  searched: ['ResourceName', 'FieldName', 'DisplayName'],
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

export type MetadataRow = Record<string, string | null>

/** The dictionary leaves some lookups to each market and has one sample in place of their values. */
const isSample = (entry: string) => /^Sample\w+EnumValue$/.test(entry)

let allLookupRows: readonly MetadataRow[] | undefined

/** The same rows for every client, made once. */
export function lookupRows(): readonly MetadataRow[] {
  return allLookupRows ??= makeLookupRows()
}

function makeLookupRows(): MetadataRow[] {
  const standard = Object.entries(lookupValues).flatMap(([name, values]) =>
    values.filter((entry) => !isSample(entry)).map((entry) => {
      const [value, legacy = value] = entry.split('|')
      return lookupRow(name, value!, { standard: value!, legacy: legacy! })
    })
  )
  const resourceNames = resources.map(({ name }) => name).filter((name) =>
    !lookupValues.ResourceName!.includes(name)
  )
  return [...standard, ...resourceNames.map((name) => lookupRow('ResourceName', name))]
}

function lookupRow(name: string, value: string, known?: { standard: string; legacy: string }): MetadataRow {
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
