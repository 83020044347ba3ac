import type { Json, JsonObject } from '../../delivery/json.ts'
import { SourceFailure } from '../failure.ts'
import { prefixed } from '../rows.ts'
import type { Page, Stage } from '../types.ts'
import { objectOf, text } from './map.ts'
import type { DashServer } from './server.ts'
import type { DashWork } from './settings.ts'

export interface DashRaw {
  listings: JsonObject[]
  /** Keys that Dash names, with the prefix: they are there, whether their records could be read or not. */
  keys?: string[]
  gone: string[]
}

interface Entry {
  guid: string
  family: string | null
  /** Named by the office's own list; what is only in the delta may belong to another office. */
  isOurs: boolean
}

interface Place {
  queue: Entry[]
  started: string
  expected: number
}

/** Kinds of listings as `delta` asks for them, and where their records are. */
const families = {
  residentialsale: 'residentialsales',
  residentialrental: 'residentialrentals',
  commercialsale: 'commercialsales',
  commerciallease: 'commercialleases',
} as const
const day = 86_400_000
const years = 5
const perPage = 25

/**
 * Reads the listings of an office. Dash gives its lists whole, so each run begins with them: the office's own, and what
 * changed, which is not limited to the office and knows days only. Deletion is absence from both, so a call that fails
 * fails the run: nothing may look as if it were not there.
 */
export class DashReader {
  constructor(private readonly work: DashWork, private readonly server: DashServer) {}

  plan(mode: 'FULL' | 'DELTA'): Stage[] {
    const isFull = mode === 'FULL' || this.work.source.marks.property === undefined
    const listings: Stage = {
      name: 'property',
      kind: isFull ? 'full' : 'delta',
      resources: ['property', 'media'],
    }
    // one call tells every key, so that is asked each time
    return isFull ? [listings] : [listings, {
      name: 'property',
      kind: 'keys',
      resources: ['property'],
      as: 'keys:property',
      mark: 'keys:property',
    }]
  }

  async read(stage: Stage, given: Json, limit: number): Promise<Page<DashRaw>> {
    const place = given as unknown as Place | null ?? await this.begun(stage)
    const prefix = this.work.source.key_prefix
    if (stage.kind === 'keys') {
      return {
        raw: { listings: [], gone: [], keys: place.queue.map(({ guid }) => prefixed(prefix, guid)!) },
      }
    }
    const now = place.queue.slice(0, Math.min(perPage, limit))
    const raw: DashRaw = { listings: [], gone: [], ...(stage.kind === 'full' && { keys: [] }) }
    const errors: NonNullable<Page<DashRaw>['errors']> = []
    for (const entry of now) {
      const listing = await this.detail(entry)
      if (listing && !entry.isOurs && !this.isOfOffice(listing)) continue
      if (listing) raw.listings.push(listing)
      else {
        raw.keys?.push(prefixed(prefix, entry.guid)!)
        errors.push({
          key: entry.guid,
          code: 'refused',
          message: 'Dash names this listing and does not give its record.',
        })
      }
    }
    const queue = place.queue.slice(now.length)
    return {
      raw,
      expected: place.expected,
      ...(queue.length > 0
        ? { next: { ...place, queue } as unknown as Json }
        : { mark: { at: place.started } }),
      ...(errors.length > 0 && { errors }),
    }
  }

  private async begun(stage: Stage): Promise<Place> {
    const own = listOf(
      await this.server.find('/listings/byoffice', { officeGuid: this.work.source.settings.office_guid }),
      'byoffice',
    )
    const started = new Date(this.work.upstream.firstDate ?? Date.now())
    const from = stage.kind === 'delta' ? this.since() : new Date(started.getTime() - years * 366 * day)
    const entries = new Map<string, Entry>()
    for (const item of own) {
      const guid = guidOf(item)
      if (guid) {
        entries.set(guid.toUpperCase(), {
          guid,
          family: familyOf(text(item.type) ?? text(item.listingType)),
          isOurs: true,
        })
      }
    }
    const changed = new Set<string>()
    for (const [listingType, family] of Object.entries(families)) {
      const answer = await this.server.find('/listings/delta', {
        fromDate: from.toISOString().slice(0, 10),
        listingType,
      })
      for (const item of listOf(answer, 'delta')) {
        const guid = guidOf(item)
        if (!guid) continue
        const known = entries.get(guid.toUpperCase())
        changed.add(guid.toUpperCase())
        if (known) known.family ??= family
        else entries.set(guid.toUpperCase(), { guid, family, isOurs: false })
      }
    }
    const all = [...entries]
    const queue = stage.kind === 'delta' ? all.filter(([guid]) => changed.has(guid)) : all
    return { queue: queue.map(([, entry]) => entry), started: started.toISOString(), expected: queue.length }
  }

  /** The records of some listings, as far as Dash has them. */
  async listings(guids: string[]): Promise<JsonObject[]> {
    const found: JsonObject[] = []
    for (const guid of guids) {
      const listing = await this.detail({ guid, family: null, isOurs: true })
      if (listing) found.push(listing)
    }
    return found
  }

  /** Days are all that Dash knows: at least one is read twice. */
  private since(): Date {
    const { at } = this.work.source.marks.property as { at: string }
    return new Date(Date.parse(at) - Math.max(day, this.work.source.overlap_seconds * 1000))
  }

  /** The record under its kind, else by its id; where the kind is not known, under each. */
  private async detail({ guid, family }: Entry): Promise<JsonObject | undefined> {
    const path = encodeURIComponent(guid)
    for (const kind of family ? [family] : Object.values(families)) {
      const found = await this.server.find(`/consumer/listings/${kind}/${path}`) ??
        await this.server.find(`/listings/${kind}/${path}`, { idType: 'id' })
      if (found === undefined) continue
      const listing = objectOf(found)
      if (text(listing.listingGuid) === null) {
        throw new SourceFailure('invalid_answer', 'retry', 'A record of Dash has no listingGuid.')
      }
      return listing
    }
    return undefined
  }

  private isOfOffice(listing: JsonObject): boolean {
    const wanted = this.work.source.settings.office_guid.toUpperCase()
    return [
      objectOf(listing.office).officeGuid,
      objectOf(objectOf(listing.primaryAgent).primaryOffice).officeGuid,
    ]
      .some((guid) => text(guid)?.toUpperCase() === wanted)
  }
}

function listOf(answer: Json | undefined, what: string): JsonObject[] {
  if (!Array.isArray(answer)) {
    throw new SourceFailure('invalid_answer', 'retry', `The answer at ${what} is no list.`)
  }
  return answer.map(objectOf)
}

/** How a summary names its listing is not written anywhere. */
function guidOf(item: JsonObject): string | null {
  return text(item.entityGuid) ?? text(item.listingGuid) ?? text(item.guid)
}

/** `residentialsale`, `Residential Sale`, `RESIDENTIAL_SALES`. */
function familyOf(type: string | null): string | null {
  const word = (type ?? '').toLowerCase().replace(/[^a-z]/g, '').replace(/s$/, '')
  return Object.hasOwn(families, word) ? families[word as keyof typeof families] : null
}
