import { applyMapping } from '../mapping/apply.ts'
import { prefixed } from '../rows.ts'
import type { Batch, Mapped, Source } from '../types.ts'
import type { FileRaw } from './read.ts'
import type { FileSettings } from './settings.ts'

/** Fields that name records of the same source, and carry its prefix too. */
const references = ['ListAgentKey', 'CoListAgentKey', 'ListOfficeKey']

/** Maps the records of a page; listings get the prefix of the source unless the mapping has put it there. */
export function mapRecords(
  { records, rough, format }: FileRaw,
  source: Pick<Source<FileSettings>, 'mapping' | 'key_prefix'>,
): Batch[] {
  const prefix = source.key_prefix
  const withPrefix = (key: unknown) =>
    key !== null && key !== undefined && String(key).trim().startsWith(prefix)
      ? String(key).trim()
      : prefixed(prefix, key)
  const property: Mapped[] = []
  const media: Mapped[] = []
  const whole: string[] = []
  const hasMedia = source.mapping!.fields.Media !== undefined
  for (const [index, item] of records.entries()) {
    const { record, media: pictures, errors, warnings } = applyMapping(source.mapping!, item, format)
    const key = withPrefix(record.ListingKey)
    record.ListingKey = key
    for (const name of references) if (name in record) record[name] = withPrefix(record[name])
    if (rough.includes(index)) {
      warnings.push({
        field: '',
        code: 'bad_quotes',
        message: 'The quotes of this row do not match; it was read to the end of its line.',
      })
    }
    property.push({ record, errors, warnings })
    if (!hasMedia || key === null || errors.length > 0) continue
    whole.push(key)
    media.push(...pictures.map((url, order) => ({ record: pictureOf(key, url, order) })))
  }
  return hasMedia
    ? [{ resource: 'property', records: property }, { resource: 'media', records: media, whole }]
    : [{ resource: 'property', records: property }]
}

function pictureOf(listing: string, url: string, order: number): Record<string, unknown> {
  return {
    MediaKey: `${listing}_${order + 1}`,
    ResourceRecordKey: listing,
    ResourceName: 'Property',
    MediaCategory: 'Photo',
    MediaURL: url,
    Order: order,
    X_IsPrimary: order === 0,
  }
}
