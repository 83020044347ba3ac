import type { Job, JobContact, JobMedia } from '../../functions/_shared/delivery/job.ts'
import type { JsonObject } from '../../functions/_shared/delivery/json.ts'

export interface JobParts {
  media?: Partial<JobMedia>[]
  remarks?: Job['listing']['remarks']
  key?: string
  config?: JsonObject
  contact?: JobContact | null
  served?: JsonObject | null
  standard?: Job['standard']
  market?: string
  changed_at?: string
}

export const contact: JobContact = {
  agent: { name: 'Ελένη Παπαδοπούλου', phone: '+357 99 123456', email: 'eleni@example.com' },
  office: { name: 'Cyprus Realty', phone: '+357 26 000000', email: 'office@example.com' },
}

/** The job of a villa with all that is needed, changed by `columns`; null takes a column away, as the claim does. */
export function jobOf(columns: JsonObject = {}, parts: JobParts = {}): Job {
  const { media = [], remarks = [], key = 'QOBRIX_1', config = {}, market = 'CY' } = parts
  const given: JsonObject = {
    ref: 'CY1',
    status: 'PUBLISHED',
    city: 'Paphos',
    property_type: 'Residential',
    property_class: 'RESI',
    property_subtype: 'mansion_villa',
    list_price: 500_000,
    currency_code: 'EUR',
    name: 'Villa',
    public_remarks: 'A villa.',
    living_area: 210.4,
    extensions: {},
    first_published_at: '2026-11-01T10:20:30.123456+00:00',
    ...columns,
  }
  return {
    syndication_id: '00000000-0000-4000-8000-000000000001',
    lease_token: '00000000-0000-4000-8000-000000000002',
    listing_id: '00000000-0000-4000-8000-000000000003',
    version: 1,
    attempt: 1,
    action: 'upsert',
    requested: false,
    changed_at: parts.changed_at ?? '2026-11-20T23:59:59.987654+00:00',
    in_doubt: false,
    external_id: null,
    external_url: null,
    payload_hash: null,
    media_hash: null,
    state: null,
    object_id: 7,
    portal: { id: '', code: 'PORTAL', market, config },
    contact: parts.contact === undefined ? contact : parts.contact,
    served: parts.served ?? null,
    standard: parts.standard ?? null,
    listing: {
      listing_key: key,
      source_id: null,
      columns: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null)),
      media: media.map((item, order): JobMedia => ({
        media_key: `M_${order}`,
        media_id: null,
        origin_system: null,
        source_id: null,
        category: 'image',
        source_category: 'photos',
        url: `https://p.example/${order}.jpg`,
        mime_type: null,
        order,
        is_primary: false,
        title: null,
        description: null,
        width: null,
        height: null,
        ...item,
      })),
      remarks,
    },
  }
}
