import type { JsonObject } from '../../delivery/json.ts'
import type { ListingsMedia, Stage } from '../types.ts'
import { mapReso } from './map.ts'
import type { UpstreamType } from './metadata.ts'
import { addressOf, allOf, literal } from './query.ts'
import type { ResoReader } from './read.ts'
import type { ResoServer, ResoWork } from './server.ts'

const inside: Stage = { name: 'property', kind: 'delta', resources: ['property', 'media'] }

/** The pictures of some listings: with their listings, or from the resource of their own. */
export async function readMediaOf(
  reader: ResoReader,
  server: ResoServer,
  work: ResoWork,
  listings: string[],
): Promise<ListingsMedia> {
  const { source } = work
  const model = await reader.model()
  if (reader.mediaInside(model)) {
    if (!model.Property) return { records: [] }
    const raw = { ...await reader.byKey(inside, model.Property, listings), inside: ['media'] }
    return mapReso(raw, source)[1]!
  }
  const type = model.Media
  if (!type) return { records: [] }
  const records = await recordsOf(reader, server, work, type, listings)
  const [media] = mapReso({ resource: 'media', type, records, gone: [], inside: [] }, source)
  return { records: media!.records }
}

/** Page by page: a listing may have more pictures than a page holds. */
async function recordsOf(
  reader: ResoReader,
  server: ResoServer,
  { source }: ResoWork,
  type: UpstreamType,
  listings: string[],
): Promise<JsonObject[]> {
  const records: JsonObject[] = []
  const wanted = `ResourceRecordKey in (${
    listings.map((key) => literal(key, { isKeyText: true })).join(',')
  })`
  let last: string | undefined
  for (;;) {
    const { value, next } = await server.page(
      addressOf(server.root, 'Media', {
        ...server.preset.query,
        $filter: allOf(
          source.settings.filter,
          reader.visibleOnly(),
          wanted,
          last === undefined ? undefined : `${type.key} gt ${literal(last, type)}`,
        ),
        $orderby: type.key,
        $top: server.pageSize,
      }),
      'Media',
    )
    records.push(...value)
    const before = last
    last = value.length > 0 ? String(value.at(-1)![type.key]) : before
    if (last === before || (value.length < server.pageSize && next === undefined)) return records
  }
}
