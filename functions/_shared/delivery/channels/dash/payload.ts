import type { Job } from '../../job.ts'
import type { Json, JsonObject } from '../../json.ts'
import { type DashField, dashFields } from './fields.ts'

/** Our workflow in Dash's codes. Others never leave the hub. */
const statusCodes: Record<string, string> = {
  PUBLISHED: 'AC',
  UNDER_OFFER: 'PS',
  SOLD: 'CL',
  WITHDRAWN: 'WD',
}

/**
 * The listing object that Dash is sent. A partial record on purpose: what we do not hold we do not mention, since
 * gold loses half of what Dash knows and a null would blank it there. Codes are sent as they were received or as
 * the portal's `lookups` say; none is invented.
 */
export function dashPayload(job: Job): JsonObject {
  const { columns, listing_key, remarks } = job.listing
  const payload: JsonObject = { externalReference: listing_key }
  for (const field of dashFields) {
    const value = readColumn(field, columns[field.column])
    if (value === undefined) continue
    put(payload, field.path, value)
    if (field.kind === 'area') put(payload, `${field.path}UnitCode`, 'SM')
  }
  if (typeof columns.ref === 'string') payload.listingId = columns.ref
  payload.statusCode = statusCodes[String(columns.status)] ?? null
  putRent(payload, job)
  putLookups(payload, job.portal.config)
  const texts = remarkList(columns, remarks)
  if (texts.length > 0) payload.remarks = texts
  return payload
}

/** Dash's own id of a listing that came from Dash, or the one Dash gave when we created it. */
export function dashGuid(job: Job): string | null {
  if (job.external_id) return job.external_id
  return isOfDash(job, job.listing.columns.origin_system) ? job.listing.source_id : null
}

/**
 * Whether what an origin system delivers lies in the Dash that this portal writes to: its configuration names the
 * systems. How their keys begin says nothing, for each source has a prefix of its own.
 */
export function isOfDash({ portal }: Job, system: Json | undefined): boolean {
  const systems = portal.config.origin_systems
  return typeof system === 'string' && Array.isArray(systems) && systems.includes(system)
}

function readColumn({ kind }: DashField, value: Json | undefined): Json | undefined {
  if (value === undefined || value === null || value === '') return undefined
  if (kind === 'number' || kind === 'integer' || kind === 'area') {
    const number = Number(value)
    return Number.isFinite(number) ? number : undefined
  }
  if (kind === 'boolean') return typeof value === 'boolean' ? value : undefined
  return kind === 'json' ? value : String(value)
}

function put(target: JsonObject, path: string, value: Json): void {
  const names = path.split('.')
  const last = names.pop()!
  let at = target
  for (const name of names) at = (at[name] ??= {}) as JsonObject
  at[last] = value
}

/** The member for rent is not documented: it goes out only where the portal's configuration names it. */
function putRent(payload: JsonObject, { listing, portal }: Job): void {
  const { rent_member, rent_frequency_member } = portal.config
  const { lease_amount, lease_amount_frequency } = listing.columns
  if (typeof rent_member === 'string' && typeof lease_amount === 'number') {
    put(payload, rent_member, lease_amount)
  }
  if (typeof rent_frequency_member === 'string' && typeof lease_amount_frequency === 'string') {
    put(payload, rent_frequency_member, lease_amount_frequency)
  }
}

/** `lookups`: {"typeDescription": {"Residential": "RES"}}: codes of labels, as Dash supplied them. A received code wins. */
function putLookups(payload: JsonObject, config: JsonObject): void {
  const details = payload.propertyDetails as JsonObject | undefined
  const lookups = config.lookups as Record<string, Record<string, string>> | undefined
  if (!details || !lookups) return
  for (const [member, codes] of Object.entries(lookups)) {
    const label = details[member]
    const code = typeof label === 'string' ? codes[label] : undefined
    if (code !== undefined) details[member.replace(/Description$/, 'Code')] ??= code
  }
}

/** Received remarks keep their kinds; the text edited here takes the place of the first public one. */
function remarkList(columns: JsonObject, remarks: Job['listing']['remarks']): Json[] {
  const received = Array.isArray(columns.remarks_json) ? columns.remarks_json as JsonObject[] : []
  const others = received.filter((remark) => remark.remarkType !== 'PublicRemarks')
  const edited = typeof columns.public_remarks === 'string'
    ? [{ remark: columns.public_remarks, remarkType: 'PublicRemarks', language: 'en' }]
    : []
  const translated = remarks.filter(({ type, language }) => type === 'PUBLIC' && language !== 'en')
    .map(({ text, language }) => ({ remark: text, remarkType: 'PublicRemarks', language }))
  return [...edited, ...translated, ...others]
}
