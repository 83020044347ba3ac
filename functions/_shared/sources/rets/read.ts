import type { Json } from '../../delivery/json.ts'
import { dueResources, isSweepDue } from '../due.ts'
import { SourceFailure } from '../failure.ts'
import type { Mapping } from '../mapping/language.ts'
import { prefixed } from '../rows.ts'
import type { Page, Stage } from '../types.ts'
import { type CompactRow, readTable } from './compact.ts'
import { cutRange, type KeyRange, queryOf, queryOfKeys, spread } from './dmql.ts'
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

interface Memory {
  mapping: Mapping
  zone?: number
  /** Whether this server gives a second page where Offset asks for one. */
  offsets?: boolean
  /** Whether ranges of keys can be asked for. */
  ranges?: boolean
}

/** Rows are fetched by lists of keys: longer ones make addresses that servers cut off. */
const keysPerQuery = 80
/** A part with more keys is cut, so that what waits to be fetched stays small. */
const mostKeys = 5_000
const hour = 3_600_000
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
    const hasTime = source.settings.property.time_field !== undefined
    const isFull = mode === 'FULL' || source.marks.property === undefined || !hasTime
    const property: Stage = {
      name: 'property',
      kind: isFull ? 'full' : 'delta',
      resources: source.settings.media ? ['property', 'media'] : ['property'],
    }
    if (isFull || !isSweepDue(source, 'property')) return [property]
    return [property, {
      name: 'property',
      kind: 'keys',
      resources: ['property'],
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
    return place.queue.length > 0 ? this.fetchRows(stage, place, limit) : this.listKeys(stage, place)
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
    const { isWhole, rows, count, isRefused } = await this.keysOf(stage, place, range)
    const { property } = this.work.source.settings
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
    this.noteTimes(after, rows)
    // the part below ended with the key that this one begins with
    const own = range.from === undefined ? keys : keys.filter((key) => key !== range.from)
    after.listed = (after.listed ?? 0) + own.length
    if (stage.kind !== 'keys') return this.page({ ...after, ranges: later, queue: own })
    return await this.sweep({ ...after, ranges: later }, own)
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
      return this.page({ ...place, ranges: spread({}), listed: 0 })
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
    const parts = halves ?? spread(range)
    return this.page({ ...place, ranges: [...parts, ...later] })
  }

  /**
   * Keys and times of a part, and whether they are all. MAXROWS may stand on an exact last page, so the count decides
   * where there is one. Offset is refused by some servers, and ignored without a word by others: then the second page
   * begins with the key of the first.
   */
  private async keysOf(stage: Stage, place: Place, range: KeyRange) {
    const { property } = this.work.source.settings
    const memory = this.#memory!
    const select = [property.key_field, property.time_field, property.photo_time_field].filter((name) =>
      name !== undefined
    )
    const since = stage.kind === 'delta' ? this.sinceMark(property.classes[place.at]!) : undefined
    const queries =
      (since === undefined
        ? [undefined]
        : [property.time_field, property.photo_time_field].filter((name) => name !== undefined))
        .map((time) => queryOf(range, { key: property.key_field, time, since, base: property.query }))
    const all: CompactRow[] = []
    let total: number | undefined
    let isWhole = true
    for (const query of queries) {
      const rows: CompactRow[] = []
      const seen = new Set<string | null | undefined>()
      for (;;) {
        const reply = await this.session.ask('search', {
          ...this.search(place, query),
          Select: select.join(','),
          Limit: 'NONE',
          Count: 1,
          ...(rows.length > 0 && { Offset: rows.length + 1 }),
        })
        if (reply.code === 20201) break
        if (reply.code !== 0 && rows.length > 0) {
          memory.offsets = false
          isWhole = false
          break
        }
        if (reply.code !== 0) {
          if (isRangeTrouble(reply.code) && Object.keys(range).length > 0 && range.prefix === undefined) {
            return { rows: [], isWhole: false, isRefused: true, count: undefined }
          }
          throw failureOf(reply, 'Search')
        }
        const table = readTable(reply.body)
        if (total === undefined) total = table.count
        const fresh = table.rows.filter((row) => !seen.has(row[property.key_field]))
        if (rows.length > 0 && fresh.length < table.rows.length) {
          // the first page again
          memory.offsets = false
          isWhole = false
          break
        }
        for (const row of fresh) seen.add(row[property.key_field])
        rows.push(...fresh)
        const isLast = table.count !== undefined ? rows.length >= table.count : !table.isCapped
        if (isLast || table.rows.length === 0) {
          if (table.rows.length === 0 && !isLast) isWhole = false
          break
        }
        if (memory.offsets === false || (table.count ?? 0) > mostKeys && memory.ranges !== false) {
          isWhole = false
          break
        }
      }
      all.push(...rows)
      if (!isWhole) break
    }
    return { rows: all, isWhole, count: total, isRefused: false }
  }

  private search(place: Place, query: string): Record<string, string | number> {
    const { property } = this.work.source.settings
    return {
      SearchType: property.resource,
      Class: property.classes[place.at]!,
      QueryType: 'DMQL2',
      Query: query,
      Format: 'COMPACT-DECODED',
      StandardNames: 0,
    }
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

  private async fetchRows(stage: Stage, place: Place, limit: number): Promise<Page<RetsRaw>> {
    const { property, media } = this.work.source.settings
    const wanted = place.queue.slice(0, Math.min(keysPerQuery, limit))
    const reply = await this.session.ask('search', {
      ...this.search(place, queryOfKeys(property.key_field, wanted)),
      Limit: 'NONE',
      Count: 0,
    })
    if (reply.code !== 0 && reply.code !== 20201) throw failureOf(reply, 'Search')
    const table = reply.code === 0 ? readTable(reply.body) : undefined
    const records = table?.rows ?? []
    const found = new Set(records.map((row) => row[property.key_field]))
    const missing = wanted.filter((key) => !found.has(key))
    // a cap below the list: the others are asked for again. What is not there at all is gone meanwhile.
    const again = table?.isCapped && found.size > 0 ? missing : []
    const pictures = media && stage.kind !== 'keys'
      ? await readMedia(this.session, this.work, [...found] as string[])
      : undefined
    const misfits = table?.misfits.length ?? 0
    const page = this.page({ ...place, queue: [...again, ...place.queue.slice(wanted.length)] })
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
      ...(errors.length > 0 && { errors }),
      ...(incomplete.length > 0 && { incomplete }),
    }
  }

  /** The end of a class: the next one, or the end of the stage. */
  private ended(stage: Stage, place: Place): Page<RetsRaw> {
    const { classes } = this.work.source.settings.property
    const { at, total, listed = 0, ...rest } = place
    const page: Page<RetsRaw> = at + 1 < classes.length
      ? this.page({ ...rest, at: at + 1, ranges: [{}] })
      : { raw: this.raw(), ...(stage.kind !== 'keys' && { mark: this.markOf(place) as unknown as Json }) }
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

  // ---- times ----

  /** Each class has a mark of its own: they are read one after the other, and what changes meanwhile must not be lost. */
  private noteTimes(place: Place, rows: CompactRow[]): void {
    const { property } = this.work.source.settings
    const name = property.classes[place.at]!
    for (const row of rows) {
      for (const field of [property.time_field, property.photo_time_field]) {
        const time = field === undefined ? undefined : row[field]
        if (
          time && !Number.isNaN(Date.parse(zoned(time))) &&
          (place.newest[name] === undefined || time > place.newest[name])
        ) place.newest[name] = time
      }
    }
  }

  /** Never past the server's clock when the stage began; where its zone is unknown, well before. */
  private markOf({ newest, started }: Place): Record<string, string> {
    const before = (this.work.source.marks.property ?? {}) as Record<string, string>
    const zone = this.#memory!.zone
    const marks = Object.entries({ ...before, ...newest }).map(([name, time]) => {
      if (started === undefined) return [name, time]
      const hasZone = /(Z|[+-]\d\d:?\d\d)$/.test(time)
      const bound = hasZone
        ? Date.parse(started)
        : Date.parse(started) + (zone === undefined ? -12 * hour : zone * 60_000)
      const at = Math.min(Date.parse(zoned(time)), bound)
      return [
        name,
        at === Date.parse(zoned(time))
          ? time
          : new Date(at).toISOString().slice(0, 19) + (hasZone ? 'Z' : ''),
      ]
    })
    return Object.fromEntries(marks)
  }

  private sinceMark(name: string): string | undefined {
    const time = (this.work.source.marks.property as Record<string, string> | undefined)?.[name]
    if (time === undefined) return undefined
    const hasZone = /(Z|[+-]\d\d:?\d\d)$/.test(time)
    const from = new Date(Date.parse(zoned(time)) - this.work.source.overlap_seconds * 1000)
    return from.toISOString().slice(0, 19) + (hasZone ? 'Z' : '')
  }
}

/** Nothing to merge and nothing to say, but a place to go on at. */
function isBare({ raw, next, errors }: Page<RetsRaw>): boolean {
  return next !== undefined && errors === undefined && raw.records.length === 0 && !raw.keys?.length
}

/** A time that a Date can read; without a zone it is read as if it were UTC, to be compared with its like. */
function zoned(time: string): string {
  const text = time.trim().replace(' ', 'T')
  return /(Z|[+-]\d\d:?\d\d)$/.test(text) || text.length <= 10 ? text : `${text}Z`
}

/** Codes with which servers say that a range of keys is not for them. */
const isRangeTrouble = (code: number) => [20200, 20203, 20206].includes(code)
