import type { JsonObject } from '../../../delivery/json.ts'
import type { AsideBatch, Source, Stage } from '../../types.ts'
import { isAside } from '../lists.ts'
import type { QobrixRaw } from '../raw.ts'
import type { QobrixSettings } from '../settings.ts'
import { placeOf } from './property.ts'
import { keyOf, numberText, textOf, trimmed, under } from './values.ts'

/** Rows of what a page brings beside the resources of the contract (mls.merge_aside). */
export function mapAside(
  stage: Stage,
  raw: QobrixRaw,
  { key_prefix: prefix }: Pick<Source<QobrixSettings>, 'key_prefix'>,
): AsideBatch[] {
  if (!isAside(stage.name)) return []
  const rows = {
    developments: () => raw.records.map(developmentOf),
    leads: () => raw.records.map((record) => leadOf(record, prefix)),
    remarks: () => (raw.texts ?? []).flatMap((text) => remarksOf(text, prefix)),
    regions: () => raw.records.flatMap((record) => regionOf(record, raw.format!)),
  }[stage.name]()
  return rows.length > 0 ? [{ aside: stage.name, rows }] : []
}

function developmentOf(project: JsonObject): JsonObject {
  const { Latitude, Longitude } = placeOf(project)
  return {
    key: textOf(project.id),
    name: trimmed(project.name),
    developer_name: trimmed(under(project.developer).name),
    city: trimmed(project.city),
    district: trimmed(project.municipality),
    country: trimmed(project.country),
    latitude: Latitude,
    longitude: Longitude,
    status: trimmed(project.construction_stage),
    completion_date: trimmed(project.completion_date)?.slice(0, 10) ?? null,
    description: trimmed(project.description),
  }
}

/** An inquiry. Its contact stands in `contact_name`, which is an id. */
function leadOf(opportunity: JsonObject, prefix: string): JsonObject {
  return {
    key: keyOf(`${prefix}LEAD_`, '', opportunity.id),
    contact_key: keyOf(prefix, 'CONTACT_', opportunity.contact_name),
    listing_key: keyOf(prefix, '', opportunity.custom_property),
    wish: trimmed(opportunity.buy_rent),
    status: trimmed(opportunity.status),
    property_type: trimmed(opportunity.enquiry_type),
    created: trimmed(opportunity.created),
    modified: trimmed(opportunity.modified),
  }
}

const kinds = { TITLE: 'name', SHORT: 'short_description', PUBLIC: 'description' } as const

function remarksOf(
  { property, locale, found }: NonNullable<QobrixRaw['texts']>[number],
  prefix: string,
): JsonObject[] {
  return Object.entries(kinds).map(([remark_type, from]) => ({
    listing_key: keyOf(prefix, '', property),
    language: locale.slice(0, 2),
    remark_type,
    remark: found === null ? null : trimmed(found[from]),
  }))
}

/** The number that the portal has for a place, under its last name. Others than numbers have no place there. */
function regionOf(place: JsonObject, format: string): JsonObject[] {
  const label = trimmed(place.name) ?? trimmed(place.label) ?? trimmed(place.location_hierarchy)
  const name = label?.split(/[,>/]/).at(-1)?.trim().toLowerCase()
  const number = [place.value, place.id].map((value) => numberText(value)).find((value) =>
    value !== null && /^\d{1,9}$/.test(value)
  )
  return name && number ? [{ format, name, region_id: Number(number) }] : []
}
