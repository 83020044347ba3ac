import { applyMapping } from '../mapping/apply.ts'
import { plainForms } from '../mapping/language.ts'
import { prefixed } from '../rows.ts'
import { type Batch, brings, type Mapped, type Source, type Stage } from '../types.ts'
import { mediaKeyOf } from './media-key.ts'
import type { RetsRaw } from './read.ts'
import type { RetsSettings } from './settings.ts'

/** Fields that name records of the same source, and carry its prefix too. */
const references = ['ListAgentKey', 'CoListAgentKey', 'ListOfficeKey']

export function mapRets(
  stage: Stage,
  raw: RetsRaw,
  { key_prefix: prefix }: Pick<Source<RetsSettings>, 'key_prefix'>,
): Batch[] {
  const records = raw.records.map((item): Mapped => {
    const { record, errors, warnings } = applyMapping(raw.mapping, item, plainForms)
    for (const name of ['ListingKey', ...references]) {
      if (name in record) record[name] = prefixed(prefix, record[name])
    }
    return { record, errors, warnings }
  })
  const keys = raw.keys?.map((key) => prefixed(prefix, key)!)
  const property: Batch = { resource: 'property', records, ...(keys && { keys }) }
  if (!brings(stage, 'media')) return [property]
  const media = raw.media.flatMap(({ key, pictures }) =>
    pictures.map(({ object, url, description, isPreferred }, order): Mapped => ({
      record: {
        MediaKey: mediaKeyOf(prefix, key, object),
        ResourceRecordKey: prefixed(prefix, key),
        ResourceName: 'Property',
        MediaCategory: 'Photo',
        MediaURL: url,
        Order: Number.isInteger(Number(object)) ? Number(object) : order,
        ShortDescription: description ?? null,
        X_IsPrimary: isPreferred,
      },
    }))
  )
  return [property, {
    resource: 'media',
    records: media,
    whole: raw.media.filter(({ isWhole }) => isWhole).map(({ key }) => prefixed(prefix, key)!),
  }]
}
