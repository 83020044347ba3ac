import type { Json, JsonObject } from '../../delivery/json.ts'
import { SourceFailure } from '../failure.ts'
import { prefixed } from '../rows.ts'
import type { Page, Stage } from '../types.ts'
import type { UpstreamType } from './metadata.ts'
import { completeParts, expansionOf, mostWithParts, partsOf } from './parts.ts'
import { type Place, refuseSame } from './place.ts'
import { addressOf, literal } from './query.ts'
import type { ResoRaw } from './raw.ts'
import { isAll, pathOf, type ResoServer, type ResoWork } from './server.ts'

const keysPerQuery = 40
/** Records that a page of a sweep reads because the hub lacks them. */
const mostMissed = 200

/**
 * Records by their keys; those that are not there are gone, or no longer to be seen, which is the same to us. A server may
 * send fewer than it is asked for, so what did not come is asked for again until an answer brings nothing.
 *
 * @throws SourceFailure invalid_answer, when the answer has others: such a server cannot say which are gone
 */
export async function readByKey(
  server: ResoServer,
  stage: Stage,
  type: UpstreamType,
  keys: readonly string[],
): Promise<ResoRaw> {
  const records: JsonObject[] = []
  const gone: string[] = []
  for (let at = 0; at < keys.length; at += keysPerQuery) {
    const wanted = new Map(keys.slice(at, at + keysPerQuery).map((key) => [key, spelling(key)]))
    const asked = new Set(wanted.values())
    const seen = new Set<string>()
    while (wanted.size > 0) {
      const list = [...wanted.keys()].map((key) => literal(key, type)).join(',')
      const url = addressOf(server.root, pathOf(stage), {
        ...server.preset.query,
        $filter: server.visible(`${type.key} in (${list})`),
        $top: wanted.size,
        $expand: expansionOf(stage, type),
      })
      const { value } = await server.page(url, stage.name)
      const found = value.filter((record) => !seen.has(String(record[type.key])))
      for (const key of found.map((record) => String(record[type.key]))) {
        if (!asked.has(spelling(key))) {
          throw new SourceFailure(
            'invalid_answer',
            'failed',
            `The source was asked for ${stage.name} by key, and sends ${key}, which was not among them.`,
          )
        }
        seen.add(key)
        if (wanted.delete(key)) continue
        for (const [other, one] of wanted) if (one === spelling(key)) wanted.delete(other)
      }
      if (found.length === 0) break
      await completeParts(found, stage, server, url)
      records.push(...found)
    }
    gone.push(...wanted.keys())
  }
  return { resource: stage.name, type, records, gone, inside: partsOf(stage) }
}

/** A key may come back in another spelling than it was asked for: in other letters, or without leading zeros. */
const spelling = (key: string) => key.toLowerCase().replace(/^0+(?=\d)/, '')

/** A page of keys, to find what is gone, and the records among them that the hub lacks: no filter by time finds those without one. */
export async function sweep(
  server: ResoServer,
  { source, unknownKeys }: Pick<ResoWork, 'source' | 'unknownKeys'>,
  stage: Stage,
  type: UpstreamType,
  place: Place,
): Promise<Page<ResoRaw>> {
  const { last } = place
  const size = Math.min(server.pageSize, 1_000)
  const url = addressOf(server.root, pathOf(stage), {
    $select: type.key,
    $filter: server.visible(last === undefined ? undefined : `${type.key} gt ${literal(last, type)}`),
    $orderby: type.key,
    $top: size,
    $count: last === undefined ? 'true' : undefined,
  })
  const page = await server.page(url, `keys of ${stage.name}`)
  const { value } = page
  const keys = value.map((record) => String(record[type.key]))
  if (keys.length > 0) refuseSame(last, keys.at(-1)!)
  const inHub = (key: string) => prefixed(source.key_prefix, key)!
  const unknown = new Set(await unknownKeys(stage.name, keys.map(inHub)))
  const missing = keys.filter((key) => unknown.has(inHub(key)))
  const missed = missing.slice(0, partsOf(stage).length > 0 ? mostWithParts : mostMissed)
  // what is more than a page should hold begins the next one
  const compared = missed.length < missing.length ? keys.slice(0, keys.indexOf(missed.at(-1)!) + 1) : keys
  return {
    raw: { ...await readByKey(server, stage, type, missed), gone: [], keys: compared },
    // a short page may be all that the server sends at a time: an empty one ends, or one that is all there is
    ...(compared.length > 0 && !(compared === keys && last === undefined && isAll(page, size)) &&
      { next: { ...place, last: compared.at(-1) } as unknown as Json }),
  }
}
