import type { Json } from '../../delivery/json.ts'
import type { Batch, Mapped, Source, Stage } from '../types.ts'
import { isAside } from './lists.ts'
import { corrected } from './map/corrections.ts'
import { mediaRecord } from './map/media.ts'
import {
  agentMember,
  contactRecord,
  isOffice,
  officeRecord,
  showingRecord,
  userMember,
} from './map/people.ts'
import { hasSibling, propertyRecords, siblingSuffix } from './map/property.ts'
import { keyOf, trimmed } from './map/values.ts'
import type { QobrixRaw } from './raw.ts'
import { keysOf } from './read.ts'
import type { QobrixSettings } from './settings.ts'

export interface MapContext {
  source: Pick<Source<QobrixSettings>, 'key_prefix' | 'settings' | 'office_key' | 'mapping_version'>
  etl: { etl_timestamp: string; etl_batch_id: string }
}

/** Gold records of a page: version 1 as gold has them, version 2 with its faults put right. */
export function mapQobrix(stage: Stage, raw: QobrixRaw, { source, etl }: MapContext): Batch[] {
  const { key_prefix: prefix } = source
  const records = (list: Record<string, Json>[]): Mapped[] =>
    list.map((record) => ({ record: { ...record, ...etl } }))
  const keys = raw.keys && { keys: raw.keys }
  if (isAside(stage.name)) return []
  switch (stage.name) {
    case 'office': {
      const parents = new Set(
        raw.records.map((agent) => trimmed(agent.sub_agent_of)).filter((id) => id !== null),
      )
      const offices = raw.records.filter((agent) => isOffice(agent, parents))
      return [{ resource: 'office', records: records(offices.map((agent) => officeRecord(agent, prefix))) }]
    }
    case 'member':
      return [{
        resource: 'member',
        records: records([
          ...raw.records.map((agent) => agentMember(agent, prefix)),
          ...(raw.users ?? []).map((user) => userMember(user, prefix)),
        ]),
      }]
    case 'contacts':
    case 'showing_appointment': {
      const map = stage.name === 'contacts' ? contactRecord : showingRecord
      return [{
        resource: stage.name,
        records: records(raw.records.map((record) => map(record, prefix))),
        gone: raw.gone.flatMap((id) => keysOf(stage.name, { id }, prefix)),
        ...keys,
      }]
    }
    case 'media':
      return [mediaBatch(raw, source, records)]
    default:
      return [{ resource: 'property', ...properties(raw, { source, etl }), ...keys }]
  }
}

/** A property that is no longer offered for both loses its lease sibling, which no list of Qobrix would say. */
function properties(raw: QobrixRaw, { source, etl }: MapContext): { records: Mapped[]; gone: string[] } {
  const { key_prefix: prefix } = source
  const context = { prefix, listOfficeKey: source.settings.list_office_key ?? source.office_key, etl }
  const records = raw.records.flatMap((property) => {
    const made = propertyRecords(property, context)
    return source.mapping_version < 2
      ? made
      : made.map((record) => corrected(record, property, { labels: raw.labels, prefix }))
  })
  const alone = raw.records.filter((property) => !hasSibling(property))
  return {
    records: records.map((record) => ({ record })),
    gone: [
      ...raw.gone.flatMap((id) => [keyOf(prefix, '', id)!, keyOf(prefix, '', id) + siblingSuffix]),
      ...alone.map(({ id }) => keyOf(prefix, '', id) + siblingSuffix),
    ],
  }
}

function mediaBatch(
  { media = [] }: QobrixRaw,
  { key_prefix: prefix, settings }: MapContext['source'],
  records: (list: Record<string, Json>[]) => Mapped[],
): Batch {
  const host = new URL(settings.base_url).origin
  const made = media.flatMap(({ property, files }) => {
    // a file in several categories is what the last one says
    const byKey = new Map<unknown, Record<string, Json>>()
    for (const { category, item } of files) {
      const record = mediaRecord(item, category, property, { prefix, host })
      byKey.delete(record.MediaKey)
      byKey.set(record.MediaKey, record)
    }
    return [...byKey.values()]
  })
  return {
    resource: 'media',
    records: records(made),
    whole: media.map(({ property }) => keyOf(prefix, '', property)!),
  }
}
