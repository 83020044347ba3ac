import type { JobMedia } from '../../job.ts'
import type { JsonObject } from '../../json.ts'

const formatCodes: Record<JobMedia['category'], string> = {
  image: 'IM',
  floorplan: 'IM',
  video: 'VI',
  tour: 'VI',
  audio: 'VI',
}

/** The media of a listing in Dash's members, by reference: how Dash takes files is not documented. */
export function dashMedia(media: readonly JobMedia[]): JsonObject[] {
  return media.map((item, index) => {
    const entry: JsonObject = {
      sequenceNumber: index + 1,
      url: item.url,
      formatCode: formatCodes[item.category],
      isDefault: item.is_primary || (index === 0 && !media.some(({ is_primary }) => is_primary)),
      isDistributable: true,
    }
    if (item.media_id) entry.mediaGuid = item.media_id
    if (item.title) entry.caption = item.title
    if (item.description) entry.description = item.description
    if (item.width) entry.width = item.width
    if (item.height) entry.height = item.height
    return entry
  })
}
