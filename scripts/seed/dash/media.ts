import { TODAY } from '../calendar.ts'
import type { GoldRecord } from '../gold.ts'
import type { Home } from '../home.ts'
import { etlStamp } from '../stamps.ts'
import { dashDialect } from './property.ts'

const CAPTIONS: Record<Home['market']['code'], string[]> = {
  CY: [],
  HU: ['Nappali', 'Konyha', 'Fürdőszoba', 'Kilátás a teraszról', 'Homlokzat'],
  KZ: ['Гостиная', 'Кухня', 'Жатын бөлме', 'Вид из окна', 'Фасад'],
}

/** Photos with their sizes, and now and then a video or a document. Dash marks one as default. */
export function dashMedia(home: Home): GoldRecord[] {
  const random = home.random('media')
  if (random.chance(0.04)) return []
  const photos = Math.min(6 + random.int(0, 9), 6 + random.int(0, 9), 6 + random.int(0, 9))
  const formats: Format[] = Array.from({ length: photos }, () => IMAGE)
  if (random.chance(0.08)) formats.push(VIDEO)
  if (random.chance(0.06)) formats.push(DOCUMENT)
  return formats.map((format, order) => mediaRecord(home, format, order))
}

interface Format {
  category: string
  mime: string
  ending: string
  dashCategory: string
}

const IMAGE: Format = { category: 'Photo', mime: 'image/jpeg', ending: 'jpg', dashCategory: 'Listing Photo' }
const VIDEO: Format = { category: 'Video', mime: 'video/mp4', ending: 'mp4', dashCategory: 'Video' }
const DOCUMENT: Format = {
  category: 'Document',
  mime: 'application/pdf',
  ending: 'pdf',
  dashCategory: 'Brochure',
}

function mediaRecord(home: Home, format: Format, order: number): GoldRecord {
  const wire = dashDialect(home)
  const random = home.random(`media/${order}`)
  const id = random.uuid()
  const portrait = random.chance(0.1)
  const picture = format === IMAGE
  const runTime = wire.stamp(TODAY)
  return wire.seal({
    MediaKey: `DASH_MEDIA_${id}`,
    ResourceRecordKey: home.listingKey,
    ResourceName: 'Property',
    MediaCategory: format.category,
    MediaURL: `https://images.example.org/${id}.${format.ending}`,
    MediaType: format.mime,
    Order: order,
    ShortDescription: random.chance(0.6) ? random.pick(CAPTIONS[home.market.code]) : null,
    LongDescription: random.chance(0.2) ? `${home.city}, ${home.address}` : null,
    ImageWidth: picture ? (portrait ? 1365 : 2048) : null,
    ImageHeight: picture ? (portrait ? 2048 : 1365) : null,
    X_IsPrimary: wire.boolean(order === 0),
    X_QobrixMediaId: id,
    X_QobrixPropertyId: home.id,
    X_QobrixMediaCategory: format.dashCategory,
    // The original stamps the time of its own run, so that these say nothing about changes.
    X_QobrixCreated: runTime,
    X_QobrixModified: runTime,
    X_DataSource: 'dash_sothebys',
    ...etlStamp(home.market.officeKey, wire),
  })
}
