import type { JobMedia } from '../../job.ts'
import type { Json, JsonObject } from '../../json.ts'

const formatCodes: Record<JobMedia['category'], string> = {
  image: 'IM',
  floorplan: 'IM',
  video: 'VI',
  tour: 'VI',
  audio: 'VI',
}

/** The ids that Dash gave to media which were made here, by our MediaKey: what the channel keeps for itself. */
export type MediaIds = Record<string, string>

/**
 * The media of a listing in Dash's members, by reference: how Dash takes files is not documented. `idOf` says under
 * which id Dash knows one: without it a photo whose address changes would become another photo there.
 */
export function dashMedia(
  media: readonly JobMedia[],
  idOf: (item: JobMedia) => string | null = () => null,
): JsonObject[] {
  return media.map((item, index) => {
    const entry: JsonObject = {
      sequenceNumber: index + 1,
      url: item.url,
      formatCode: formatCodes[item.category],
      isDefault: item.is_primary || (index === 0 && !media.some(({ is_primary }) => is_primary)),
      isDistributable: true,
    }
    const id = idOf(item)
    if (id) entry.mediaGuid = id
    if (item.title) entry.caption = item.title
    if (item.description) entry.description = item.description
    if (item.width) entry.width = item.width
    if (item.height) entry.height = item.height
    return entry
  })
}

/**
 * Ids of what was just sent, as far as `there` shows them: a file is found by its address, or by its place where Dash
 * keeps the file under an address of its own.
 */
export function learnedIds(media: readonly JobMedia[], sent: readonly JsonObject[], there: Json[]): MediaIds {
  const free = there.filter((item) => typeof idAt(item) === 'string') as JsonObject[]
  const take = (fits: (item: JsonObject) => boolean): string | undefined => {
    const at = free.findIndex(fits)
    return at < 0 ? undefined : free.splice(at, 1)[0]!.mediaGuid as string
  }
  const ids: MediaIds = {}
  const match = (fits: (entry: JsonObject, item: JsonObject) => boolean) =>
    sent.forEach((entry, index) => {
      const { media_key } = media[index]!
      const id = ids[media_key] ?? take((item) => fits(entry, item))
      if (id !== undefined) ids[media_key] = id
    })
  match((entry, item) => entry.mediaGuid === item.mediaGuid)
  match((entry, item) => entry.url === item.url)
  match((entry, item) => entry.sequenceNumber === item.sequenceNumber)
  return ids
}

function idAt(item: Json): Json | undefined {
  return typeof item === 'object' && item !== null && !Array.isArray(item) ? item.mediaGuid : undefined
}
