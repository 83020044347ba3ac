import type { Json, JsonObject } from '../../../delivery/json.ts'
import { keyOf, lower, textOf, trimmed, under, wholeOf } from './values.ts'

/** In this order: a file in two categories is what the last one says. */
export const categories = ['photos', 'documents', 'floorplans'] as const
export type Category = typeof categories[number]

const kinds: readonly [RegExp, string][] = [
  [/image/, 'Photo'],
  [/video/, 'Video'],
  [/pdf/, 'Document'],
  [/audio/, 'Audio'],
]

/** A file of a property or of its project, as gold has it: what has no file (YouTube, Matterport) is a photo without address. */
export function mediaRecord(
  item: JsonObject,
  category: string,
  property: string,
  { prefix, host }: { prefix: string; host: string },
): Record<string, Json> {
  const file = under(item.file)
  const mime = lower(file.mime_type)
  const href = trimmed(file.href)
  return {
    MediaKey: keyOf(prefix, 'MEDIA_', item.id),
    ResourceRecordKey: keyOf(prefix, '', property),
    ResourceName: 'Property',
    MediaCategory: kinds.find(([pattern]) => mime !== null && pattern.test(mime))?.[1] ?? 'Photo',
    MediaURL: href?.startsWith('/') ? host + href : href,
    MediaType: mime ?? 'application/octet-stream',
    Order: wholeOf(item.display_order) ?? 0,
    ShortDescription: textOf(file.filename),
    LongDescription: category,
    ImageWidth: null,
    ImageHeight: null,
    ImageSizeBytes: wholeOf(file.filesize),
    X_IsPrimary: false,
    X_QobrixMediaId: textOf(item.id),
    X_QobrixPropertyId: property,
    X_QobrixMediaCategory: category || trimmed(under(item.category).name),
    X_QobrixFileId: null,
    X_QobrixThumbnailUrl: null,
    X_QobrixFilesystem: null,
    X_QobrixCategoryId: null,
    X_QobrixCreated: textOf(item.created),
    X_QobrixModified: textOf(item.modified),
    X_DataSource: 'qobrix',
  }
}
