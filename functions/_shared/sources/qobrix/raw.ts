/** What one page of Qobrix brings, as it came. */
import type { JsonObject } from '../../delivery/json.ts'
import type { Labels } from './map/corrections.ts'

/** Files of a property, by the category under which they were asked for. */
export interface PropertyMedia {
  property: string
  files: { category: string; item: JsonObject }[]
}

export interface QobrixRaw {
  stage: string
  records: JsonObject[]
  /** Ids that are trashed, or no longer there. */
  gone: string[]
  /** Keys of a sweep, with the prefix. */
  keys?: string[]
  users?: JsonObject[]
  media?: PropertyMedia[]
  /** Texts by the locale under which they were asked for. */
  texts?: { property: string; locale: string; found: JsonObject | null }[]
  /** Which list of places the records are of. */
  format?: string
  labels: Labels
}
