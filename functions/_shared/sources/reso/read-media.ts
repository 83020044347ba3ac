import type { JsonObject } from '../../delivery/json.ts'
import type { ListingsMedia, Stage } from '../types.ts'
import { readByKey } from './keys.ts'
import { mapReso } from './map.ts'
import type { UpstreamType } from './metadata.ts'
import { addressOf, literal } from './query.ts'
import type { ResoReader } from './read.ts'
import { isAll, type ResoServer, type ResoWork } from './server.ts'

const inside: Stage = { name: 'property', kind: 'delta', resources: ['property', 'media'] }

/** The pictures of some listings: with their listings, or from the resource of their own. */
export async function readMediaOf(
  reader: ResoReader,
  server: ResoServer,
  { source }: ResoWork,
  listings: string[],
): Promise<ListingsMedia> {
  const model = await reader.model()
  if (reader.mediaInside(model)) {
    if (!model.Property) return { records: [] }
    return mapReso(await readByKey(server, inside, model.Property, listings), source)[1]!
  }
  const type = model.Media
  if (!type) return { records: [] }
  const records = await recordsOf(server, type, listings)
  const [media] = mapReso({ resource: 'media', type, records, gone: [], inside: [] }, source)
  return { records: media!.records }
}

/** Page by page: a listing may have more pictures than a page holds. */
async function recordsOf(server: ResoServer, type: UpstreamType, listings: string[]): Promise<JsonObject[]> {
  const records: JsonObject[] = []
  const wanted = `ResourceRecordKey in (${
    listings.map((key) => literal(key, { isKeyText: true })).join(',')
  })`
  let last: string | undefined
  for (;;) {
    const page = await server.page(
      addressOf(server.root, 'Media', {
        ...server.preset.query,
        $filter: server.visible(
          wanted,
          last === undefined ? undefined : `${type.key} gt ${literal(last, type)}`,
        ),
        $orderby: type.key,
        $top: server.pageSize,
        $count: last === undefined ? 'true' : undefined,
      }),
      'Media',
    )
    const { value } = page
    records.push(...value)
    const before = last
    last = value.length > 0 ? String(value.at(-1)![type.key]) : before
    if (last === before || before === undefined && isAll(page, server.pageSize)) return records
  }
}
