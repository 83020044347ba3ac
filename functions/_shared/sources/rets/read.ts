import type { Json } from '../../delivery/json.ts'
import { dueResources, isSweepDue } from '../due.ts'
import { SourceFailure } from '../failure.ts'
import type { Mapping } from '../mapping/language.ts'
import { prefixed } from '../rows.ts'
import type { Page, Stage } from '../types.ts'
import { type CompactRow, readTable } from './compact.ts'
import { cutRange, type KeyRange, queryOfKeys, spread } from './dmql.ts'
import { listRange, searchOf, type ServerHabits } from './list-range.ts'
import { marksOf, noteTimes, sinceMark } from './marks.ts'
import { mediaKeyOf } from './media-key.ts'
import { proposeMapping, readFields, readTimeZone } from './metadata.ts'
import { readMedia, type RetsMedia } from './read-media.ts'
import { failureOf, type RetsSession } from './session.ts'
import type { RetsWork } from './settings.ts'

export interface RetsRaw {
  records: CompactRow[]
  /** Keys of a sweep, as the server has them. */
  keys?: string[]
  media: RetsMedia[]
  mapping: Mapping
  misfits: number
}

/** Where a stage stands: parts of the keys still to be listed, and keys whose rows are still to be fetched. */
interface Place {
  at: number
  ranges: KeyRange[]
  queue: string[]
  newest: Record<string, string>
  started?: string
  expected?: number
  /** Keys that the class under way has by its own count, and those that were listed. */
  total?: number
  listed?: number
}

interface Memory extends ServerHabits {
  mapping: Mapping
  /** Minutes that the server's clock is ahead of UTC, where it says so. */
  zone?: number
}

/** Rows are fetched by lists of keys: longer ones make addresses that servers cut off. */
const keysPerQuery = 80
const stepsPerPage = 25

/**
 * Reads the listings of a RETS server. The order of rows is promised nowhere and rows move between pages, so the keys
 * come first, all of them, part by part until a part comes whole; then rows by lists of keys.
 */
export class RetsReader {
  #memory: Memory | undefined
  description = 'RETS server'

  constructor(private readonly work: RetsWork, private readonly session: RetsSession) {}

  plan(mode: 'FULL' | 'DELTA'): Stage[] {
    const { source, run } = this.work
    if (dueResources(source, ['property'], { isScheduled: run.trigger === 'schedule' }).length === 0) {
      return []
    }
    const { media } = source.settings
    const hasTime = source.settings.property.time_field !== undefined
    const isFull = mode === 'FULL' || source.marks.property === undefined || !hasTime
    const property: Stage = {
      name: 'property',
      kind: isFull ? 'full' : 'delta',
      resources: media ? ['property', 'media'] : ['property'],
    }
    if (isFull || !isSweepDue(source, 'property')) return [property]
    return [property, {
      name: 'property',
      kind: 'keys',
      resources: ['property'],
      ...(media && { along: ['media'] }),
      as: 'keys:property',
      mark: 'keys:property',
    }]
  }

  async read(stage: Stage, given: Json, remembered: Json | undefined, limit: number): Promise<Page<RetsRaw>> {
    this.#memory ??= remembered as unknown as Memory | undefined ?? await this.remember()
    const memory = this.#memory
    const place = given as unknown as Place | null ?? {
      at: 0,
      ranges: [{}],
      queue: [],
      newest: {},
      ...(this.work.upstream.firstDate && { started: new Date(this.work.upstream.firstDate).toISOString() }),
    }
    let page = await this.step(stage, place, limit)
    // a part that was only cut, or holds nothing, is not worth a transaction
    for (let steps = 1; steps < stepsPerPage && isBare(page); steps++) {
      page = await this.step(stage, page.next as unknown as Place, limit)
    }
    return { ...page, memory: memory as unknown as Json }
  }

  private step(stage: Stage, place: Place, limit: number): Promise<Page<RetsRaw>> {
    return place.queue.length > 0 ? this.fetchRows(place, limit) : this.listKeys(stage, place)
  }

  private async remember(): Promise<Memory> {
    const { property } = this.work.source.settings
    const system = await this.session.ask('getmetadata', {
      Type: 'METADATA-SYSTEM',
      ID: '0',
      Format: 'COMPACT',
    })
    const zone = system.code === 0 ? readTimeZone(system.body) : undefined
    const own = this.work.source.mapping
    if (own) return { mapping: own, ...(zone !== undefined && { zone }) }
    const table = await this.session.ask('getmetadata', {
      Type: 'METADATA-TABLE',
      ID: `${property.resource}:${property.classes[0]}`,
      Format: 'COMPACT',
    })
    if (table.code !== 0) throw failureOf(table, 'GetMetadata')
    const mapping = proposeMapping(readFields(table.body), property)
    this.description = `RETS server; mapping proposed from its metadata: ${
      Object.keys(mapping.fields).join(', ')
    }`
    return { mapping, ...(zone !== undefined && { zone }) }
  }

  // ---- keys ----

  /** The keys of the next part; or the next two parts, where it does not come whole. */
  private async listKeys(stage: Stage, place: Place): Promise<Page<RetsRaw>> {
    const [range, ...later] = place.ranges
    if (!range) return this.ended(stage, place)
    const { property } = this.work.source.settings
    const name = property.classes[place.at]!
    const since = stage.kind === 'delta' ? sinceMark(this.work.source, name) : undefined
    const { isWhole, rows, count, isRefused } = await listRange(this.session, property, this.#memory!, {
      name,
      range,
      since,
    })
    const keys = [
      ...new Set(
        rows.map((row) => row[property.key_field]).filter((key) => key !== null && key !== undefined),
      ),
    ]
    const expected = place.expected ??
      (later.length === 0 && Object.keys(range).length === 0 ? count : undefined)
    const total = place.total ?? (Object.keys(range).length === 0 ? count : undefined)
    const after: Place = {
      ...place,
      ...(expected !== undefined && { expected }),
      ...(total !== undefined && { total }),
    }
    if (isRefused || !isWhole) return this.cut(after, range, later, keys, isRefused)
    noteTimes(place.newest, name, rows, [property.time_field, property.photo_time_field])
    // the part below ended with the key that this one begins with
    const own = range.from === undefined ? keys : keys.filter((key) => key !== range.from)
    after.listed = (after.listed ?? 0) + own.length
    // by the server's own count nothing is left for the other characters
    const isAll = range.prefix !== undefined && after.total !== undefined && after.listed >= after.total
    const rest = isAll ? [] : later
    if (stage.kind !== 'keys') return this.page({ ...after, ranges: rest, queue: own })
    return await this.sweep({ ...after, ranges: rest }, own)
  }

  private cut(
    place: Place,
    range: KeyRange,
    later: KeyRange[],
    keys: string[],
    isRefused: boolean,
  ): Page<RetsRaw> {
    const memory = this.#memory!
    if (isRefused) {
      // what was cut so far was cut by ranges
      memory.ranges = false
      return this.page({ ...place, ranges: spread({}, keys), listed: 0 })
    }
    const halves = memory.ranges === false ? undefined : cutRange(range, keys)
    const depth = range.prefix?.length ?? 0
    if (!halves && depth >= 12) {
      throw new SourceFailure(
        'refused',
        'failed',
        `The server gives no part of its keys whole, not even those that begin with ${range.prefix}.`,
      )
    }
    const parts = halves ?? spread(range, keys)
    return this.page({ ...place, ranges: [...parts, ...later] })
  }

  private async sweep(place: Place, keys: string[]): Promise<Page<RetsRaw>> {
    const prefix = this.work.source.key_prefix
    const unknown = new Set(
      await this.work.unknownKeys('property', keys.map((key) => prefixed(prefix, key)!)),
    )
    // rows without a time are found by no filter by time
    const missed = keys.filter((key) => unknown.has(prefixed(prefix, key)!))
    const page = this.page({ ...place, queue: missed })
    return { ...page, raw: { ...page.raw, keys } }
  }

  // ---- rows ----

  private async fetchRows(place: Place, limit: number): Promise<Page<RetsRaw>> {
    const { property, media } = this.work.source.settings
    const wanted = place.queue.slice(0, Math.min(keysPerQuery, limit))
    const reply = await this.session.ask('search', {
      ...searchOf(property, property.classes[place.at]!, queryOfKeys(property.key_field, wanted)),
      Limit: 'NONE',
      Count: 0,
    })
    if (reply.code !== 0 && reply.code !== 20201) throw failureOf(reply, 'Search')
    const table = reply.code === 0 ? this.work.effort.time(() => readTable(reply.body)) : undefined
    const rows = table?.rows ?? []
    const found = new Set(rows.map((row) => row[property.key_field]))
    const missing = wanted.filter((key) => !found.has(key))
    const misfits = table?.misfits.length ?? 0
    // A cap below the list, which MAXROWS need not tell: the others are asked for again, as long as that brings any. What
    // is not there at all is gone meanwhile, and a row that does not fit its columns would not fit them again.
    const mayBeCapped = table?.isCapped || misfits === 0
    const again = mayBeCapped && missing.length < wanted.length ? missing : []
    const pictures = media ? await readMedia(this.session, this.work, [...found] as string[]) : undefined
    // rows come with their pictures: where these fill a page, the others are read with the next
    const left = new Set(pictures?.left)
    const records = rows.filter((row) => !left.has(row[property.key_field]!))
    const page = this.page({ ...place, queue: [...left, ...again, ...place.queue.slice(wanted.length)] })
    const errors = [
      ...misfits > 0
        ? [{ code: 'invalid_answer', message: `${misfits} rows do not fit their columns and were left out.` }]
        : [],
      ...pictures?.errors ?? [],
    ]
    const incomplete = [
      ...misfits > 0 ? ['property'] : [],
      ...pictures && pictures.errors.length > 0 ? ['media'] : [],
    ]
    return {
      ...page,
      raw: { ...page.raw, records, media: pictures?.media ?? [], misfits },
      ...(pictures && { pictures: this.broughtWith(pictures.media) }),
      ...(errors.length > 0 && { errors }),
      ...(incomplete.length > 0 && { incomplete }),
    }
  }

  /** The pictures of some listings. */
  async mediaOf(keys: string[]) {
    const { media, errors, left } = await readMedia(this.session, this.work, keys)
    return { media, errors, left, pictures: this.broughtWith(media) }
  }

  private broughtWith(media: RetsMedia[]): Page<RetsRaw>['pictures'] {
    const { key_prefix: prefix } = this.work.source
    const brought = media.flatMap(({ key, pictures }) =>
      pictures.flatMap(({ object, brought: picture }) =>
        picture
          ? [{ media_key: mediaKeyOf(prefix, key, object), listing_key: prefixed(prefix, key)!, picture }]
          : []
      )
    )
    return brought.length > 0 ? brought : undefined
  }

  /** The end of a class: the next one, or the end of the stage. */
  private ended(stage: Stage, place: Place): Page<RetsRaw> {
    const { classes } = this.work.source.settings.property
    const { at, total, listed = 0, ...rest } = place
    const page: Page<RetsRaw> = at + 1 < classes.length ? this.page({ ...rest, at: at + 1, ranges: [{}] }) : {
      raw: this.raw(),
      ...(stage.kind !== 'keys' &&
        { mark: marksOf(this.work.source.marks.property, place, this.#memory!.zone) as unknown as Json }),
    }
    if (stage.kind === 'delta' || total === undefined || listed >= total) return page
    const message = `The server counts ${total} rows of ${classes[at]}, and ${listed} could be listed.`
    return { ...page, errors: [{ code: 'invalid_answer', message }], incomplete: ['property'] }
  }

  private page(place: Place): Page<RetsRaw> {
    return {
      raw: this.raw(),
      next: place as unknown as Json,
      ...(place.expected !== undefined && { expected: place.expected }),
    }
  }

  private raw(): RetsRaw {
    return { records: [], media: [], mapping: this.#memory!.mapping, misfits: 0 }
  }
}

/** Nothing to merge and nothing to say, but a place to go on at. */
function isBare({ raw, next, errors }: Page<RetsRaw>): boolean {
  return next !== undefined && errors === undefined && raw.records.length === 0 && !raw.keys?.length
}
