import type { Json, JsonObject } from '../../delivery/json.ts'
import { resourceByIngestName } from '../../reso/dictionary.ts'
import { applyMapping } from '../mapping/apply.ts'
import { prefixed } from '../rows.ts'
import type { Batch, Mapped, ResourceName, Source } from '../types.ts'
import { type Part, parts } from './parts.ts'
import type { ResoSettings } from './server.ts'
import type { ResoRaw } from './raw.ts'

/** Keys of the standard that the dictionary of the hub does not have. */
const more: Partial<Record<ResourceName, readonly string[]>> = {
  property: [
    'BuyerAgentKey',
    'CoBuyerAgentKey',
    'CoListOfficeKey',
    'BuyerOfficeKey',
    'CoBuyerOfficeKey',
    'X_CreatedByMemberKey',
  ],
  showing_appointment: ['ContactKey', 'MemberKey', 'X_BuyerContactKey', 'X_AgentKey'],
}

/** Fields that name records of the same source: they carry its prefix too, or nothing would find anything. */
function referencesOf(name: ResourceName): string[] {
  const { links = [], references = [] } = resourceByIngestName(name)!
  const known = [...links, ...references].map(({ from }) => from).filter((from) => from !== officeField)
  return [...new Set([...known, ...more[name] ?? []])]
}

/** Names a market of the hub, no record of a source. */
const officeField = 'OriginatingSystemOfficeKey'

type ResoSource = Pick<Source<ResoSettings>, 'key_prefix' | 'mapping'>

/**
 * Gold records of a page. Names are the same; keys get the prefix, lists and names of enumerations become texts. The records
 * of the page become them: a copy of some 200 fields costs more than all the rest.
 */
export function mapReso(raw: ResoRaw, source: ResoSource): Batch[] {
  const { key_prefix: prefix } = source
  const gone = raw.gone.map((key) => prefixed(prefix, key)!)
  const keys = raw.keys?.map((key) => prefixed(prefix, key)!)
  const wanted = raw.resource === 'media'
    ? raw.records.filter((record) => isOfListing(record) && !isShared(record))
    : raw.records
  const inside = parts.filter(({ name }) => raw.inside.includes(name))
    .map((part) => batchOf(part, wanted, raw, prefix))
  const mapOne = mapperOf(raw, source)
  return [
    {
      resource: raw.resource,
      records: wanted.map(mapOne),
      ...(gone.length > 0 && { gone }),
      ...(keys && { keys }),
    },
    ...inside,
  ]
}

/** The records of a part that are inside of listings. */
function batchOf(part: Part, listings: JsonObject[], { type }: ResoRaw, prefix: string): Batch {
  const mapOne = part.name === 'media' ? mapPicture : mapperOfPart(part)
  const records: Mapped[] = []
  const whole: string[] = []
  for (const record of listings) {
    const items = part.members.map((name) => record[name]).find(Array.isArray)
    const listing = prefixed(prefix, record.ListingKey ?? record[type.key])
    if (!items || listing === null) continue
    whole.push(listing)
    items.filter(isRecord).forEach((item, order) => records.push(mapOne(item, order, listing, prefix)))
  }
  return { resource: part.name, records, whole }
}

const isRecord = (item: Json): item is JsonObject =>
  typeof item === 'object' && item !== null && !Array.isArray(item)

const memberNames = new Set(parts.flatMap(({ members }) => members))

/** Another hub shows the pictures of a listing at its lease sibling too; so does this one, from the listing's own. */
function isShared({ MediaKey: key, ResourceRecordKey: listing }: JsonObject): boolean {
  return typeof listing === 'string' && listing.endsWith('_LEASE') && String(key).endsWith(`~${listing}`)
}

/** A server may keep pictures of members and offices in the same resource. */
function isOfListing({ ResourceName: name }: JsonObject): boolean {
  return name === undefined || name === null || name === 'Property'
}

function mapperOf({ resource, type }: ResoRaw, source: ResoSource): (record: JsonObject) => Mapped {
  const { key_prefix: prefix } = source
  const { key } = resourceByIngestName(resource)!
  const references = referencesOf(resource).filter((name) => name !== key)
  const mapping = resource === 'property' ? source.mapping : null
  return (record) => {
    const mapped = mapping && applyMapping(mapping, record)
    const own = record[key] ?? record[type.key]
    for (const name of Object.keys(record)) {
      const value = record[name]!
      if (name.includes('@') || name === 'Media' || (typeof value === 'object' && memberNames.has(name))) {
        delete record[name]
      } else if (typeof value === 'string' || Array.isArray(value)) {
        const text = plain(value, type.enums[name])
        if (text !== value) record[name] = text
      }
    }
    record[key] = prefixed(prefix, own)
    for (const name of references) {
      if (record[name] !== undefined) record[name] = prefixed(prefix, record[name])
    }
    if (resource === 'media') preferred(record)
    if (!mapped) return { record }
    if (mapped.record.ListingKey !== undefined) {
      mapped.record.ListingKey = prefixed(prefix, mapped.record.ListingKey)
    }
    return { record: Object.assign(record, mapped.record), errors: mapped.errors, warnings: mapped.warnings }
  }
}

/** Several values are one text, as in gold; names of an enumeration are what the dictionary calls them. */
function plain(value: Json, names: Record<string, string> | undefined): Json {
  if (!names && !Array.isArray(value)) return value
  const named = (item: Json) =>
    typeof item === 'string' && names && Object.hasOwn(names, item) ? names[item]! : item
  if (Array.isArray(value)) {
    return value.every((item) => typeof item !== 'object' || item === null)
      ? value.map(named).join(',') || null
      : value
  }
  if (typeof value === 'string' && names && value.includes(',')) {
    return value.split(',').map((item) => named(item.trim())).join(',')
  }
  return named(value)
}

function mapPicture(item: JsonObject, order: number, listing: string, prefix: string): Mapped {
  const record = plainRecord(item)
  const key = item.MediaKey ?? item.MediaObjectID
  record.MediaKey = key === undefined || key === null
    ? `${listing}_${item.Order ?? order}`
    : prefixed(prefix, key)
  record.ResourceRecordKey = listing
  record.ResourceName = 'Property'
  record.Order ??= order
  preferred(record)
  return { record }
}

/** Rooms without keys are told apart by their place in the listing. */
function mapperOfPart({ resource }: Part) {
  const { key, listing: link } = resource
  const references = referencesOf(resource.ingestName).filter((name) => name !== key && name !== link!.field)
  return (item: JsonObject, order: number, listing: string, prefix: string): Mapped => {
    const record = plainRecord(item)
    record[key] = prefixed(prefix, item[key]) ?? `${listing}_${resource.name}_${order}`
    record[link!.field] = listing
    for (const name of references) {
      if (record[name] !== undefined) record[name] = prefixed(prefix, record[name])
    }
    return { record }
  }
}

function plainRecord(item: JsonObject): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(item).filter(([name]) => !name.includes('@')).map((
      [name, value],
    ) => [name, plain(value, undefined)]),
  )
}

/** The standard says by a name of its own which picture comes first. */
function preferred(record: Record<string, unknown>): void {
  if (record.PreferredPhotoYN !== undefined) record.X_IsPrimary ??= record.PreferredPhotoYN
}
