import type { Json, JsonObject } from '../../delivery/json.ts'
import { resourceByIngestName, resources } from '../../reso/dictionary.ts'
import { dueResources, isSweepDue } from '../due.ts'
import { SourceFailure } from '../failure.ts'
import { prefixed } from '../rows.ts'
import { type Page, type ResourceName, resourceOrder, type Stage } from '../types.ts'
import { refuseStatus, sameHost } from '../upstream.ts'
import type { ResoServer, ResoWork } from './server.ts'
import { readMetadata, type UpstreamModel, type UpstreamType } from './metadata.ts'
import { completeParts, expansionOf, isInsideOnly, memberOf, parts, partsOf } from './parts.ts'
import { addressOf, allOf, literal } from './query.ts'

/** Records of one upstream resource as they came, and what is known of them. */
export interface ResoRaw {
  resource: ResourceName
  type: UpstreamType
  records: JsonObject[]
  /** Keys that were asked for and are not there, or that the source calls hidden. */
  gone: string[]
  /** Keys of a sweep. */
  keys?: string[]
  /** Parts of listings that each record holds all of. */
  inside: ResourceName[]
}

/** Where a stage stands. */
interface Place {
  /** The last key read. */
  last?: string
  /** A link of the server, and since when it has been ours. */
  link?: string
  linkAt?: number
  /** The newest modification met. */
  newest?: string
  /** The source's clock when the stage began. */
  started?: string
  sequence?: string
}

interface Mark {
  at?: string
  sequence?: string
}

const keysPerQuery = 40
/** With pictures or rooms inside, a page of listings is many more rows. */
const mostWithParts = 100
/** Records that a page of a sweep reads because the hub lacks them. */
const mostMissed = 200

export class ResoReader {
  #model: UpstreamModel | undefined
  description = 'RESO Web API'

  constructor(private readonly work: ResoWork, private readonly server: ResoServer) {}

  async plan(mode: 'FULL' | 'DELTA'): Promise<Stage[]> {
    const model = await this.model()
    const { source, run } = this.work
    const named = source.resources.map(({ name }) => name)
    // what needs a grant in most places is read only where the source names it
    const offered = resourceOrder.filter((name) =>
      this.upstreamName(name) in model && (!resourceByIngestName(name)!.restricted || named.includes(name))
    )
    const due = dueResources(source, offered, { isScheduled: run.trigger === 'schedule' })
    const inside = this.partsInside(model)
    const names = due.filter((name) => !inside.includes(name))
    const stages: Stage[] = names.map((name) => ({
      name,
      kind: mode === 'FULL' || source.marks[name] === undefined ? 'full' : 'delta',
      resources: name === 'property' ? [name, ...inside] : [name],
    }))
    const sweeps = this.server.preset.deletion.kind !== 'keys' || this.hasEvents(model)
      ? []
      : stages.filter(({ name, kind }) => kind === 'delta' && isSweepDue(source, name))
    return [
      ...stages,
      ...sweeps.map(({ name }): Stage => ({
        name,
        kind: 'keys',
        resources: [name as ResourceName],
        ...(name === 'property' && inside.length > 0 && { along: inside }),
        as: `keys:${name}`,
        mark: `keys:${name}`,
      })),
    ]
  }

  async read(stage: Stage, place: Json, memory: Json | undefined, limit: number): Promise<Page<ResoRaw>> {
    if (memory && !this.#model) this.#model = (memory as unknown as { model: UpstreamModel }).model
    const model = await this.model()
    const type = model[this.upstreamName(stage.name as ResourceName)]
    if (!type) {
      throw new SourceFailure(
        'invalid_answer',
        'failed',
        `The source no longer has a resource ${stage.name}.`,
      )
    }
    const at = await this.begun(stage, (place ?? {}) as Place, model)
    const page = stage.kind === 'delta' && this.hasEvents(model) && at.sequence !== undefined
      ? await this.readEvents(stage, type, at, limit)
      : stage.kind === 'keys'
      ? await this.sweep(stage, type, at)
      : await this.readRecords(stage, type, at, limit)
    return { ...page, memory: { model } as unknown as Json }
  }

  async model(): Promise<UpstreamModel> {
    if (!this.#model) {
      const answer = await this.server.get(`${this.server.root}/$metadata`, { accept: 'application/xml' })
      refuseStatus(answer, '$metadata')
      this.#model = readMetadata(answer.text(), [...resources.map(({ name }) => name), 'EntityEvent'])
    }
    this.description = `RESO Web API with ${Object.keys(this.#model).join(', ')}`
    return this.#model
  }

  private upstreamName(name: ResourceName): string {
    return resourceByIngestName(name)?.name ?? name
  }

  mediaInside(model: UpstreamModel): boolean {
    const { media } = this.server.preset
    if (media !== 'auto') return media === 'expand'
    return !('Media' in model)
  }

  /** Pictures always; of the others what has no resource of its own, unless the source names others only. */
  private partsInside(model: UpstreamModel): ResourceName[] {
    const named = this.work.source.resources.map(({ name }) => name)
    return parts.filter((part) =>
      part.name === 'media'
        ? this.mediaInside(model)
        : isInsideOnly(part, model) && (named.length === 0 || named.includes(part.name))
    ).map(({ name }) => name)
  }

  private hasEvents({ EntityEvent: events }: UpstreamModel): boolean {
    return this.server.preset.events && events !== undefined &&
      ['EntityEventSequence', 'ResourceName', 'ResourceRecordKey'].every((name) =>
        events.fields.includes(name)
      )
  }

  /** The first page of a stage notes the source's clock, and the newest event before anything is read. */
  private async begun(stage: Stage, place: Place, model: UpstreamModel): Promise<Place> {
    if (place.started !== undefined) return place
    const mark = (this.work.source.marks[stage.name] ?? {}) as Mark
    const sequence = !this.hasEvents(model)
      ? undefined
      : stage.kind === 'delta'
      ? mark.sequence
      : await this.newestSequence()
    const date = this.work.upstream.firstDate
    return {
      ...place,
      started: date === undefined ? '' : new Date(date).toISOString(),
      ...(sequence !== undefined && { sequence }),
    }
  }

  private async newestSequence(): Promise<string> {
    const url = addressOf(this.server.root, 'EntityEvent', { $orderby: 'EntityEventSequence desc', $top: 1 })
    const { value: [newest] } = await this.server.page(url, 'EntityEvent')
    return String(newest?.EntityEventSequence ?? 0)
  }

  // ---- whole collections and what changed by time ----

  private async readRecords(
    stage: Stage,
    type: UpstreamType,
    place: Place,
    limit: number,
  ): Promise<Page<ResoRaw>> {
    const isFirst = place.last === undefined && place.link === undefined
    const { preset } = this.server
    const isLinked = preset.paging === 'nextLink'
    const isFresh = place.link !== undefined && Date.now() - place.linkAt! < preset.linkSeconds * 1000
    if (place.link !== undefined && !isFresh && !preset.ordered) {
      return await this.readRecords(stage, type, anew(place), limit)
    }
    const url = isFresh ? place.link! : this.collection(stage, type, place, limit, isFirst)
    const answer = await this.pageOrAnew(url, isFresh, stage)
    if (!answer) return await this.readRecords(stage, type, anew(place), limit)
    const { value, next, count } = answer
    await completeParts(value, stage, this.server, url)
    const keys = value.map((record) => String(record[type.key] ?? ''))
    const last = keys.reduce((most, key) => key || most, place.last ?? '')
    const newest = value.reduce((most, record) => later(most, timeOf(record, place)), place.newest)
    const isMore = isLinked
      ? next !== undefined
      : value.length > 0 && (next !== undefined || value.length >= this.size(stage, type, limit))
    const after: Place = { ...place, last, newest, link: undefined, linkAt: undefined }
    if (isLinked && next !== undefined) {
      Object.assign(after, { link: sameHost(next, url), linkAt: Date.now() })
    }
    const flag = preset.deletion.kind === 'flag' ? preset.deletion : undefined
    const isHidden = (record: JsonObject) =>
      flag !== undefined && flag.field in record && record[flag.field] !== flag.visible
    return {
      raw: {
        resource: stage.name as ResourceName,
        type,
        records: value.filter((record) => !isHidden(record)),
        gone: stage.kind === 'delta' ? value.filter(isHidden).map((record) => String(record[type.key])) : [],
        inside: partsOf(stage),
      },
      expected: isFirst && stage.kind === 'full' ? count : undefined,
      ...(isMore
        ? { next: after as unknown as Json }
        : { mark: this.markOf(stage, after) as unknown as Json }),
    }
  }

  /** A link that the server no longer knows is no failure: the stage goes on without it. */
  private async pageOrAnew(url: string, isLink: boolean, stage: Stage) {
    try {
      return await this.server.page(url, stage.name)
    } catch (error) {
      if (isLink && error instanceof SourceFailure && error.code === 'refused') return undefined
      throw error
    }
  }

  private collection(
    stage: Stage,
    type: UpstreamType,
    { last }: Place,
    limit: number,
    isFirst: boolean,
  ): string {
    const { preset, root } = this.server
    const isBulk = stage.kind === 'full' && preset.paging === 'nextLink' && last === undefined
    const isOrdered = preset.ordered && !isBulk
    return addressOf(
      root,
      this.upstreamName(stage.name as ResourceName) + (isBulk ? preset.bulk?.path ?? '' : ''),
      {
        ...preset.query,
        ...(isBulk && preset.bulk?.query),
        $filter: allOf(
          this.work.source.settings.filter,
          stage.kind === 'delta' ? this.sinceMark(stage, type) : this.visibleOnly(),
          last !== undefined && isOrdered ? `${type.key} gt ${literal(last, type)}` : undefined,
        ),
        $orderby: isOrdered ? type.key : undefined,
        $top: preset.sizeBy === '$top' ? this.size(stage, type, limit) : undefined,
        $expand: expansionOf(stage, type),
        $count: isFirst && stage.kind === 'full' ? 'true' : undefined,
      },
    )
  }

  private size(stage: Stage, type: UpstreamType, limit: number): number {
    const hasParts = parts.some((part) => partsOf(stage).includes(part.name) && memberOf(part, type))
    const most = hasParts ? mostWithParts : limit
    return Math.min(this.server.pageSize, most, limit)
  }

  visibleOnly(): string | undefined {
    const { deletion } = this.server.preset
    return deletion.kind === 'flag' ? `${deletion.field} eq ${deletion.visible}` : undefined
  }

  /** `ge`, not `gt`; pictures have a time of their own, which on some servers moves alone. */
  private sinceMark(stage: Stage, type: UpstreamType): string | undefined {
    const { at } = (this.work.source.marks[stage.name] ?? {}) as Mark
    if (at === undefined) return undefined
    const since = new Date(Date.parse(at) - this.work.source.overlap_seconds * 1000).toISOString()
    const times = ['ModificationTimestamp', 'PhotosChangeTimestamp', 'MediaModificationTimestamp'].filter((
      name,
    ) => type.fields.includes(name))
    return times.map((name) => `${name} ge ${since}`).join(' or ')
  }

  /**
   * Up to where the stage has read: the newest modification met, but never past the source's own clock at the beginning.
   * What changed meanwhile may stand before the place that had been reached.
   */
  private markOf(stage: Stage, { newest, started, sequence }: Place): Mark | null {
    const before = (this.work.source.marks[stage.name] ?? {}) as Mark
    const bound = started || (newest && new Date(Date.parse(newest) - 86_400_000).toISOString())
    const at =
      [newest ?? (stage.kind === 'full' ? bound : before.at), bound].filter((time) => time !== undefined)
        .sort()[0]
    return at === undefined && sequence === undefined
      ? null
      : { ...(at !== undefined && { at }), ...(sequence !== undefined && { sequence }) }
  }

  // ---- what changed by events ----

  private async readEvents(
    stage: Stage,
    type: UpstreamType,
    place: Place,
    limit: number,
  ): Promise<Page<ResoRaw>> {
    const name = this.upstreamName(stage.name as ResourceName)
    const top = Math.min(limit, 400)
    const url = addressOf(this.server.root, 'EntityEvent', {
      $filter: `EntityEventSequence gt ${place.sequence} and ResourceName eq '${name}'`,
      $orderby: 'EntityEventSequence',
      $top: top,
    })
    const { value } = await this.server.page(url, 'EntityEvent')
    const keys = [...new Set(value.map((event) => String(event.ResourceRecordKey)))]
    const raw = {
      ...await this.byKey(stage, type, keys),
      inside: partsOf(stage),
    }
    const sequence = String(value.at(-1)?.EntityEventSequence ?? place.sequence)
    const newest = raw.records.reduce((most, record) => later(most, timeOf(record, place)), place.newest)
    const after = { ...place, sequence, newest }
    return {
      raw,
      ...(value.length < top
        ? { mark: this.markOf(stage, after) as unknown as Json }
        : { next: after as unknown as Json }),
    }
  }

  /** Records by their keys; those that are not there are gone, or no longer to be seen, which is the same to us. */
  async byKey(stage: Stage, type: UpstreamType, keys: string[]): Promise<Omit<ResoRaw, 'inside'>> {
    const records: JsonObject[] = []
    for (let at = 0; at < keys.length; at += keysPerQuery) {
      const some = keys.slice(at, at + keysPerQuery)
      const url = addressOf(this.server.root, this.upstreamName(stage.name as ResourceName), {
        ...this.server.preset.query,
        $filter: allOf(
          this.work.source.settings.filter,
          this.visibleOnly(),
          `${type.key} in (${some.map((key) => literal(key, type)).join(',')})`,
        ),
        $top: some.length,
        $expand: expansionOf(stage, type),
      })
      const { value } = await this.server.page(url, stage.name)
      await completeParts(value, stage, this.server, url)
      records.push(...value)
    }
    const found = new Set(records.map((record) => String(record[type.key])))
    return {
      resource: stage.name as ResourceName,
      type,
      records,
      gone: keys.filter((key) => !found.has(key)),
    }
  }

  // ---- keys, to find what is gone ----

  private async sweep(stage: Stage, type: UpstreamType, place: Place): Promise<Page<ResoRaw>> {
    const size = Math.min(this.server.pageSize, 1_000)
    const { last } = place
    const resource = stage.name as ResourceName
    const url = addressOf(this.server.root, this.upstreamName(resource), {
      $select: type.key,
      $filter: allOf(
        this.work.source.settings.filter,
        this.visibleOnly(),
        last === undefined ? undefined : `${type.key} gt ${literal(last, type)}`,
      ),
      $orderby: type.key,
      $top: size,
    })
    const { value, next } = await this.server.page(url, `keys of ${stage.name}`)
    const keys = value.map((record) => String(record[type.key]))
    const prefix = this.work.source.key_prefix
    const unknown = new Set(await this.work.unknownKeys(resource, keys.map((key) => prefixed(prefix, key)!)))
    // records without a time are found by no filter by time
    const missing = keys.filter((key) => unknown.has(prefixed(prefix, key)!))
    const missed = missing.slice(0, partsOf(stage).length > 0 ? mostWithParts : mostMissed)
    // what is more than a page should hold begins the next one
    const isCut = missed.length < missing.length
    const compared = isCut ? keys.slice(0, keys.indexOf(missed.at(-1)!) + 1) : keys
    const read = missed.length > 0
      ? await this.byKey(stage, type, missed)
      : { resource, type, records: [], gone: [] }
    const isMore = isCut || value.length > 0 && (value.length >= size || next !== undefined)
    return {
      raw: { ...read, gone: [], keys: compared, inside: partsOf(stage) },
      ...(isMore && { next: { ...place, last: compared.at(-1) } as unknown as Json }),
    }
  }
}

/** The same stage from its beginning: repeats cost little, and keys that were noted stay noted. */
function anew({ started, sequence }: Place): Place {
  return { ...(started !== undefined && { started }), ...(sequence !== undefined && { sequence }) }
}

/** A time beyond the clock of the source says nothing: it would carry the mark past what is yet to come. */
function timeOf(record: JsonObject, { started }: Place): string | undefined {
  const time = record.ModificationTimestamp
  if (typeof time !== 'string' || Number.isNaN(Date.parse(time))) return undefined
  const read = new Date(time).toISOString()
  return started && read > started ? undefined : read
}

function later(a: string | undefined, b: string | undefined): string | undefined {
  return a === undefined || (b !== undefined && b > a) ? b ?? a : a
}
