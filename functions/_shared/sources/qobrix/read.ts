import type { Json, JsonObject } from '../../delivery/json.ts'
import { prefixed } from '../rows.ts'
import type { Page, ResourceName, Stage } from '../types.ts'
import { isAside, lists } from './lists.ts'
import { readAside } from './read-aside.ts'
import { type Labels, noLabels } from './map/corrections.ts'
import { hasSibling, siblingSuffix } from './map/property.ts'
import { isEmpty, keyOf } from './map/values.ts'
import { mediaOf, propertiesOf, propertiesPerPage, readMediaPage } from './read-media.ts'
import type { PropertyMedia, QobrixRaw } from './raw.ts'
import type { QobrixServer } from './server.ts'
import type { QobrixWork } from './settings.ts'
import { walk, type WalkPlace, wallTime } from './walk.ts'

/** Up to where a stage was read, in the words of the server: wall time without a zone. */
interface Mark {
  at: string
  /** Minutes that its clock is ahead of UTC, where that could be seen. */
  zone?: number
}

interface Place {
  step: number
  walk: WalkPlace
  /** The newest change when the stage began: what changes while we read is read again next time. */
  mark?: Mark
  hole?: true
}

interface Memory {
  labels: Labels
  categories?: string[]
}

/** Changes are looked for by each of these times: a new row may have no `modified`. */
const changeTimes = ['modified', 'created', 'trashed'] as const
const day = 86_400_000
const listsWhole = 500

export class QobrixReader {
  constructor(private readonly work: QobrixWork, private readonly server: QobrixServer) {}

  async read(stage: Stage, given: Json, memory: Json | undefined, limit: number): Promise<Page<QobrixRaw>> {
    const known = memory as unknown as Memory | undefined ?? await this.remember()
    const page = isAside(stage.name)
      ? await readAside(this.server, this.work, stage.name, given, this.asideFrom(stage))
      : stage.name === 'office' || stage.name === 'member'
      ? await this.readAgents(stage)
      : await this.readList(stage, given as unknown as Place | null, limit, known)
    return {
      ...page,
      raw: { labels: known.labels, ...page.raw } as QobrixRaw,
      memory: known as unknown as Json,
    }
  }

  private asideFrom(stage: Stage): string | undefined {
    return stage.kind === 'delta' ? this.sinceMark(stage) : undefined
  }

  /** Labels are needed by corrections alone: mapping version 1 keeps codes, as gold does. */
  private async remember(): Promise<Memory> {
    if (this.work.source.mapping_version < 2) return { labels: noLabels }
    const [subtypes, features] = [await this.all('/property-subtypes'), await this.all('/property-features')]
    return {
      labels: {
        subtypes: Object.fromEntries(subtypes.map(({ code, label }) => [String(code), String(label)])),
        features: Object.fromEntries(
          features.map(({ field, code, label }) => [`${field}:${code}`, String(label)]),
        ),
      },
    }
  }

  /** A list that is read at once: some hundred rows. */
  async all(path: string): Promise<JsonObject[]> {
    const records: JsonObject[] = []
    for (let page = 1; page <= listsWhole; page++) {
      const answer = await this.server.list(path, { sort: ['id'], page, media: false })
      records.push(...answer.records)
      if (!answer.hasNext) break
    }
    return records
  }

  private async readAgents(stage: Stage): Promise<Page<Omit<QobrixRaw, 'labels'>>> {
    const agents = (await this.all('/agents')).filter(({ trashed }) => isEmpty(trashed))
    const users = stage.name === 'member'
      ? (await this.all('/users')).filter(({ trashed }) => isEmpty(trashed))
      : []
    return {
      raw: { stage: stage.name, records: agents, users, gone: [] },
      expected: undefined,
      mark: this.work.upstream.firstDate ?? null,
    }
  }

  private async readList(
    stage: Stage,
    given: Place | null,
    limit: number,
    memory: Memory,
  ): Promise<Page<Omit<QobrixRaw, 'labels'>>> {
    const place = given ?? { step: 0, walk: {}, ...await this.begun(stage) }
    if (stage.name === 'media') return await this.readMedia(stage, place, memory)
    const { path } = lists[stage.name]!
    if (stage.kind === 'keys') return await this.sweep(stage, place, path)
    const parameters = { media: false, expand: true }
    if (stage.kind === 'full') {
      const step = await walk(this.server, place.walk, { path, by: 'created', limit, parameters })
      return {
        raw: { stage: stage.name, ...split(step.records) },
        expected: step.expected,
        ...this.ending(stage, place, step),
      }
    }
    const from = this.sinceMark(stage)
    const by = changeTimes[place.step]!
    const step = by === 'trashed'
      ? await this.trashedSince(path, from, place.walk)
      : await walk(this.server, place.walk, { path, by, from, limit, parameters })
    // what was modified since has been read in the first step
    const records = by === 'created'
      ? step.records.filter(({ modified }) => (wallTime(modified) ?? '') < from)
      : step.records
    const raw = { stage: stage.name, ...split(records) }
    if (step.next === undefined && place.step + 1 < changeTimes.length) {
      return { raw, next: { ...place, step: place.step + 1, walk: {} } as unknown as Json }
    }
    return { raw, ...this.ending(stage, place, step) }
  }

  /** Trashed rows leave the list; the newest of them come first. */
  private async trashedSince(path: string, from: string, { page = 1 }: WalkPlace) {
    const { records, hasNext } = await this.server.list(path, {
      trashed: true,
      sort: ['-trashed'],
      page,
      media: false,
      fields: ['id', 'trashed'],
    })
    const recent = records.filter(({ trashed }) => (wallTime(trashed) ?? from) >= from)
    const isMore = hasNext && recent.length === records.length
    return {
      records: recent.map(({ id, trashed }) => ({ id: id!, trashed: trashed ?? true })),
      ...(isMore && { next: { page: page + 1 } }),
    }
  }

  private async readMedia(
    stage: Stage,
    place: Place,
    memory: Memory,
  ): Promise<Page<Omit<QobrixRaw, 'labels'>>> {
    const from = stage.kind === 'delta' ? this.sinceMark(stage) : undefined
    memory.categories ??= await this.categories()
    const page = await readMediaPage(this.server, { step: place.step, walk: place.walk }, {
      from,
      categories: memory.categories,
      inherits: this.work.source.mapping_version >= 2,
    })
    const raw = { stage: stage.name, records: [], gone: [], media: page.media }
    const errors = page.hole
      ? { errors: [{ code: 'invalid_answer', message: page.hole }], incomplete: ['media'] }
      : {}
    return page.next
      ? { raw, next: { ...place, ...page.next } as unknown as Json, ...errors }
      : { raw, mark: place.mark as unknown as Json, ...errors }
  }

  private async categories(): Promise<string[]> {
    return (await this.all('/media/categories')).map(({ name }) => String(name))
  }

  /** The files of some properties, of as many as a page can hold. */
  async mediaOf(ids: string[]): Promise<{ media: PropertyMedia[]; left: string[] }> {
    const properties = await propertiesOf(this.server, ids.slice(0, propertiesPerPage))
    const media = await mediaOf(this.server, properties, {
      categories: await this.categories(),
      inherits: this.work.source.mapping_version >= 2,
    })
    return { media, left: ids.slice(propertiesPerPage) }
  }

  private async sweep(stage: Stage, place: Place, path: string): Promise<Page<Omit<QobrixRaw, 'labels'>>> {
    const { source } = this.work
    const step = await walk(this.server, place.walk, {
      path,
      by: 'created',
      parameters: { media: false, expand: false, fields: ['id', 'created', 'sale_rent', 'trashed'] },
    })
    const { records, gone } = split(step.records)
    const keys = records.flatMap((record) => keysOf(stage.name, record, source.key_prefix))
    const unknown = new Set(await this.work.unknownKeys(stage.name, keys))
    const missed = records.filter((record) =>
      keysOf(stage.name, record, source.key_prefix).some((key) => unknown.has(key))
    )
    const read: JsonObject[] = []
    for (const { id } of missed) {
      const found = await this.server.find(`${path}/${id}`, { expand: true })
      if (found && !Array.isArray(found) && isEmpty(found.trashed)) read.push(found)
    }
    return { raw: { stage: stage.name, records: read, gone, keys }, ...this.ending(stage, place, step) }
  }

  private ending(stage: Stage, place: Place, { next, hole }: { next?: WalkPlace; hole?: string }) {
    if (next) return { next: { ...place, walk: next } as unknown as Json }
    return {
      ...(stage.kind !== 'keys' && { mark: (place.mark ?? null) as unknown as Json }),
      ...(hole && { errors: [{ code: 'invalid_answer', message: hole }], incomplete: stage.resources }),
    }
  }

  /** The newest change there is, before anything is read. */
  private async begun(stage: Stage): Promise<{ mark?: Mark }> {
    if (stage.kind === 'keys') return {}
    const path = stage.name === 'media' ? '/properties' : lists[stage.name]!.path
    const newest = [await this.newest(path, 'modified'), await this.newest(path, 'created')]
      .filter((time) => time !== undefined).sort().at(-1)
    const before = this.work.source.marks[stage.name] as unknown as Mark | undefined
    const zone = zoneOf(newest, this.work.upstream.firstDate) ?? before?.zone
    const at = newest ?? before?.at
    return at === undefined ? {} : { mark: { at, ...(zone !== undefined && { zone }) } }
  }

  /** A time a day and more ahead of everybody's clock is a mistake, and would carry the mark past what is to come. */
  private async newest(path: string, by: 'modified' | 'created'): Promise<string | undefined> {
    const { records } = await this.server.list(path, {
      sort: [`-${by}`],
      limit: 20,
      media: false,
      expand: false,
      fields: ['id', by],
    })
    const now = Date.parse(this.work.upstream.firstDate ?? '') || Date.now()
    return records.map((record) => wallTime(record[by])).filter((time) => time !== undefined)
      .filter((time) => Date.parse(`${time}Z`) < now + 14 * 3_600_000).sort().at(-1)
  }

  /**
   * Where changes are looked for from. The server does not say in which zone its times are: where they were not seen to
   * be UTC a day more is read, for a clock that is set back repeats an hour.
   */
  private sinceMark(stage: Stage): string {
    const { at, zone } = this.work.source.marks[stage.name] as unknown as Mark
    const back = this.work.source.overlap_seconds * 1000 + (zone === 0 ? 0 : day)
    return new Date(Date.parse(`${at}Z`) - back).toISOString().slice(0, 19).replace('T', ' ')
  }
}

/** Minutes that a clock is ahead of UTC, by a change of the last minutes: quarters of an hour, or nothing is known. */
export function zoneOf(newest: string | undefined, date: string | undefined): number | undefined {
  if (newest === undefined || date === undefined) return undefined
  const ahead = (Date.parse(`${newest}Z`) - Date.parse(date)) / 60_000
  const zone = Math.round(ahead / 15) * 15
  return Math.abs(ahead - zone) <= 3 && zone >= -12 * 60 && zone <= 14 * 60 ? zone + 0 : undefined
}

function split(records: JsonObject[]): { records: JsonObject[]; gone: string[] } {
  return {
    records: records.filter(({ trashed }) => isEmpty(trashed)),
    gone: records.filter(({ trashed }) => !isEmpty(trashed)).map(({ id }) => String(id)),
  }
}

const kinds: Partial<Record<ResourceName, 'CONTACT_' | 'SHOWING_' | ''>> = {
  contacts: 'CONTACT_',
  showing_appointment: 'SHOWING_',
  property: '',
}

/** Keys of gold that a record is known by. */
export function keysOf(name: ResourceName, record: JsonObject, prefix: string): string[] {
  const key = keyOf(prefix, kinds[name] ?? '', record.id)
  if (key === null) return []
  return name === 'property' && hasSibling(record) ? [key, prefixed('', key + siblingSuffix)!] : [key]
}
