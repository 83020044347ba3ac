import type { Json, JsonObject } from '../../delivery/json.ts'
import { SourceFailure } from '../failure.ts'
import type { Page } from '../types.ts'
import { type Aside, regionLists } from './lists.ts'
import { isEmpty } from './map/values.ts'
import type { QobrixRaw } from './raw.ts'
import type { QobrixServer } from './server.ts'
import type { QobrixWork } from './settings.ts'
import { walk, type WalkPlace, wallTime } from './walk.ts'

interface AsidePlace {
  step: number
  walk: WalkPlace
  at?: string
}

type AsidePage = Page<Omit<QobrixRaw, 'labels'>>

/** Each locale is a call of its own. */
const propertiesPerPage = 15

/**
 * Reads a list that is no resource of the contract. Many keys may not see it; then that is noted, and the listings are
 * none the worse for it.
 */
export async function readAside(
  server: QobrixServer,
  work: QobrixWork,
  name: Aside,
  given: Json,
  from: string | undefined,
): Promise<AsidePage> {
  const place = given as unknown as AsidePlace | null ?? { step: 0, walk: {} }
  try {
    return name === 'regions'
      ? await readRegions(server, place)
      : await readTimed(server, work, name, place, from)
  } catch (error) {
    const isForbidden = error instanceof SourceFailure && ['unauthorized', 'refused'].includes(error.code)
    if (!isForbidden) throw error
    return {
      raw: { stage: name, records: [], gone: [] },
      errors: [{ code: error.code, message: `${name}: ${error.message}` }],
    }
  }
}

async function readTimed(
  server: QobrixServer,
  work: QobrixWork,
  name: Aside,
  place: AsidePlace,
  from: string | undefined,
): Promise<AsidePage> {
  const path =
    { developments: '/projects', leads: '/opportunities', remarks: '/properties', regions: '' }[name]
  const by = from === undefined ? 'created' : 'modified'
  const isTexts = name === 'remarks'
  const at = place.at ?? await newest(server, path)
  const step = await walk(server, place.walk, {
    path,
    by,
    from,
    ...(isTexts && { limit: propertiesPerPage }),
    parameters: isTexts
      ? { expand: false, media: false, fields: ['id', 'created', 'modified', 'trashed'] }
      : { expand: true, media: false },
  })
  const records = step.records.filter(({ trashed }) => isEmpty(trashed))
  const raw = {
    stage: name,
    records,
    gone: [],
    ...(isTexts && { texts: await textsOf(server, work, records) }),
  }
  if (step.next) return { raw, next: { step: 0, walk: step.next, ...(at && { at }) } as unknown as Json }
  return { raw, mark: at === undefined ? null : { at } }
}

async function newest(server: QobrixServer, path: string): Promise<string | undefined> {
  const { records } = await server.list(path, {
    sort: ['-modified'],
    limit: 1,
    expand: false,
    media: false,
    fields: ['id', 'modified', 'created'],
  })
  return wallTime(records[0]?.modified) ?? wallTime(records[0]?.created)
}

/** Texts that are not there in a locale are said too: what was taken before goes. */
async function textsOf(
  server: QobrixServer,
  { source }: QobrixWork,
  records: JsonObject[],
): Promise<NonNullable<QobrixRaw['texts']>> {
  const texts: NonNullable<QobrixRaw['texts']> = []
  for (const { id } of records) {
    for (const locale of source.settings.locales ?? []) {
      // without `fallback=false` the text of another language is answered
      const found = await server.find(`/properties/${id}/translations/${locale}`, { fallback: false })
      texts.push({ property: String(id), locale, found: found && !Array.isArray(found) ? found : null })
    }
  }
  return texts
}

async function readRegions(server: QobrixServer, place: AsidePlace): Promise<AsidePage> {
  const { path, format } = regionLists[place.step]!
  const page = place.walk.page ?? 1
  const { records, hasNext } = await server.list(path, { sort: ['id'], page })
  const raw = { stage: 'regions', records, gone: [], format }
  const next = hasNext
    ? { step: place.step, walk: { page: page + 1 } }
    : place.step + 1 < regionLists.length
    ? { step: place.step + 1, walk: {} }
    : undefined
  return next ? { raw, next: next as unknown as Json } : { raw, mark: null }
}
