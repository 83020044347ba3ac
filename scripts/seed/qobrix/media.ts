import { isoStamp } from '../calendar.ts'
import type { GoldRecord } from '../gold.ts'
import type { Home } from '../home.ts'
import { type Random, randomFor } from '../prng.ts'
import { qobrixDialect } from '../spark.ts'
import { youtubeId } from './marketing.ts'
import { etlStamp } from '../stamps.ts'

type SourceCategory = 'photos' | 'documents' | 'floorplans'

/** A file of the CRM as gold describes it: the MIME type decides the category, so scans become photos. */
interface SourceFile {
  id: string
  category: SourceCategory
  name: string
  mime: string | null
  url: string
  bytes: number | null
}

/** All media of one home: the gallery of its project first, then its own files. */
export function qobrixMedia(home: Home): GoldRecord[] {
  return filesOf(home).map((file, order) => mediaRecord(home, file, order))
}

function filesOf(home: Home): SourceFile[] {
  const random = home.random('media')
  if (random.chance(0.04)) return []
  const photos = Math.min(6 + random.int(0, 9), 6 + random.int(0, 9), 6 + random.int(0, 9))
  const gallery = projectGallery(home)
  const own = Array.from(
    { length: photos - gallery.length },
    (_, i) => photo(`${home.ref}-${i + 1}.jpg`, random),
  )
  return [...gallery, ...own, ...extras(home, own, random)]
}

/** The project's pictures, under the same keys for every unit. */
function projectGallery(home: Home): SourceFile[] {
  if (!home.project) return []
  const { id, pictures } = home.project
  return Array.from(
    { length: pictures },
    (_, i) => photo(`project-${i + 1}.jpg`, randomFor('CY', id, 'picture', i)),
  )
}

/** Files that are not simply photos: see the facts about media that every reader of gold trips over. */
function extras(home: Home, own: SourceFile[], random: Random): SourceFile[] {
  const files: SourceFile[] = []
  if (random.chance(0.12)) files.push(file('floorplans', 'floor plan_1.png', 'image/png', random))
  if (random.chance(0.08)) files.push(file('documents', 'title deed (scan).jpg', 'image/jpeg', random))
  if (random.chance(0.08)) files.push(file('documents', 'Τίτλος ιδιοκτησίας.pdf', 'application/pdf', random))
  if (random.chance(0.04)) files.push(file('photos', 'walkthrough.mp4', 'video/mp4', random))
  if (random.chance(0.06)) {
    files.push({ ...file('photos', 'YouTube', null, random), url: youtubeId(home), bytes: null })
  }
  if (own.length > 0 && random.chance(0.05)) files.push({ ...random.pick(own), category: 'floorplans' })
  return files
}

function photo(name: string, random: Random): SourceFile {
  return file('photos', name, 'image/jpeg', random)
}

/** Some URLs are relative to the CRM's host. */
function file(category: SourceCategory, name: string, mime: string | null, random: Random): SourceFile {
  const id = random.uuid()
  const path = `/files/${id}/${encodeURIComponent(name)}`
  return {
    id,
    category,
    name,
    mime,
    url: random.chance(0.1) ? path : `https://media.example.com${path}`,
    bytes: random.int(180_000, 6_000_000),
  }
}

function mediaRecord(home: Home, source: SourceFile, order: number): GoldRecord {
  const wire = qobrixDialect(home.random(`media/${order}`))
  return {
    MediaKey: `QOBRIX_MEDIA_${source.id}`,
    ResourceRecordKey: home.listingKey,
    ResourceName: 'Property',
    MediaCategory: goldCategory(source.mime),
    MediaURL: source.url,
    MediaType: source.mime ?? 'application/octet-stream',
    Order: wire.integer(order),
    ShortDescription: source.name,
    LongDescription: source.category,
    ImageWidth: null,
    ImageHeight: null,
    ImageSizeBytes: wire.integer(source.bytes),
    X_IsPrimary: wire.boolean(false),
    X_QobrixMediaId: source.id,
    X_QobrixPropertyId: home.id,
    X_QobrixMediaCategory: source.category,
    X_QobrixFileId: null,
    X_QobrixThumbnailUrl: null,
    X_QobrixFilesystem: null,
    X_QobrixCategoryId: null,
    X_QobrixCreated: isoStamp(home.created),
    X_QobrixModified: isoStamp(home.modified),
    X_DataSource: 'qobrix',
    ...etlStamp(home.market.officeKey, wire),
  }
}

function goldCategory(mime: string | null): string {
  if (mime?.startsWith('video/')) return 'Video'
  if (mime === 'application/pdf') return 'Document'
  return 'Photo'
}
