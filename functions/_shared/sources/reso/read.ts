import type { Json, JsonObject } from '../../delivery/json.ts'
import { resourceByIngestName, resources } from '../../reso/dictionary.ts'
import { dueResources, isSweepDue } from '../due.ts'
import { SourceFailure } from '../failure.ts'
import { type Page, type ResourceName, resourceOrder, type Stage } from '../types.ts'
import { refuseStatus, sameHost } from '../upstream.ts'
import { readByKey, sweep } from './keys.ts'
import { readMetadata, type UpstreamModel, type UpstreamType } from './metadata.ts'
import { completeParts, expansionOf, isInsideOnly, memberOf, mostWithParts, parts, partsOf } from './parts.ts'
import {
  anew,
  changedSince,
  type Mark,
  markAfter,
  markBefore,
  newestOf,
  type Place,
  refuseSame,
} from './place.ts'
import { addressOf, allOf, literal } from './query.ts'
import type { ResoRaw } from './raw.ts'
import { isAll, pathOf, type ResoServer, type ResoWork } from './server.ts'

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
      pathOf({ name }) in model && (!resourceByIngestName(name)!.restricted || named.includes(name))
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
    const type = model[pathOf(stage)]
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
      ? await sweep(this.server, this.work, stage, type, at)
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
    const mark = markBefore(this.work.source, stage)
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
    // a short page may be all that the server sends at a time: one that is empty ends, or one that is all there is
    const isMore = isLinked
      ? next !== undefined
      : value.length > 0 && !(isFirst && isAll(answer, this.size(stage, type, limit)))
    if (isMore && !isLinked) refuseSame(place.last, last)
    const after: Place = {
      ...place,
      last,
      newest: newestOf(value, place),
      link: undefined,
      linkAt: undefined,
    }
    if (isLinked && next !== undefined) {
      Object.assign(after, { link: sameHost(next, url), linkAt: Date.now() })
    }
    const flag = preset.deletion.kind === 'flag' ? preset.deletion : undefined
    const isHidden = (record: JsonObject) =>
      flag !== undefined && flag.field in record && record[flag.field] !== flag.visible
    return {
      raw: {
        resource: stage.name,
        type,
        records: value.filter((record) => !isHidden(record)),
        gone: stage.kind === 'delta' ? value.filter(isHidden).map((record) => String(record[type.key])) : [],
        inside: partsOf(stage),
      },
      expected: isFirst && stage.kind === 'full' ? count : undefined,
      ...(isMore ? { next: after as unknown as Json } : { mark: this.mark(stage, after) as unknown as Json }),
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
    const beyond = last !== undefined && isOrdered ? `${type.key} gt ${literal(last, type)}` : undefined
    const { source } = this.work
    return addressOf(
      root,
      pathOf(stage) + (isBulk ? preset.bulk?.path ?? '' : ''),
      {
        ...preset.query,
        ...(isBulk && preset.bulk?.query),
        $filter: stage.kind === 'delta'
          ? allOf(
            source.settings.filter,
            changedSince(markBefore(source, stage), source.overlap_seconds, type),
            beyond,
          )
          : this.server.visible(beyond),
        $orderby: isOrdered ? type.key : undefined,
        $top: preset.sizeBy === '$top' ? this.size(stage, type, limit) : undefined,
        $expand: expansionOf(stage, type),
        $count: isFirst && (stage.kind === 'full' || preset.paging === 'keyset') ? 'true' : undefined,
      },
    )
  }

  private size(stage: Stage, type: UpstreamType, limit: number): number {
    const hasParts = parts.some((part) => partsOf(stage).includes(part.name) && memberOf(part, type))
    const most = hasParts ? mostWithParts : limit
    return Math.min(this.server.pageSize, most, limit)
  }

  // ---- what changed by events ----

  private async readEvents(
    stage: Stage,
    type: UpstreamType,
    place: Place,
    limit: number,
  ): Promise<Page<ResoRaw>> {
    const top = Math.min(limit, 400)
    const url = addressOf(this.server.root, 'EntityEvent', {
      $filter: `EntityEventSequence gt ${place.sequence} and ResourceName eq '${pathOf(stage)}'`,
      $orderby: 'EntityEventSequence',
      $top: top,
    })
    const { value } = await this.server.page(url, 'EntityEvent')
    const keys = new Set(value.map((event) => String(event.ResourceRecordKey)))
    const raw = await readByKey(this.server, stage, type, [...keys])
    const sequence = String(value.at(-1)?.EntityEventSequence ?? place.sequence)
    if (value.length > 0) refuseSame(place.sequence, sequence)
    const after = { ...place, sequence, newest: newestOf(raw.records, place) }
    return {
      raw,
      ...(value.length > 0
        ? { next: after as unknown as Json }
        : { mark: this.mark(stage, after) as unknown as Json }),
    }
  }

  private mark(stage: Stage, place: Place): Mark | null {
    return markAfter(stage, markBefore(this.work.source, stage), place)
  }
}
