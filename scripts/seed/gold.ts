/** The shapes in which the demo is made and sent. Field names are those of the gold tables. */
export type GoldValue = string | number | boolean | null
export type GoldRecord = Record<string, GoldValue>

/** Order matters: a record is sent after those that it refers to. */
export const RESOURCES = ['office', 'member', 'contacts', 'property', 'media', 'showing_appointment'] as const
export type Resource = typeof RESOURCES[number]

export type Brokerage = Record<Resource, GoldRecord[]>

/** What one source delivers for one office; a batch never mixes two. */
export interface OfficeDelivery {
  officeKey: string
  records: Brokerage
}

export function emptyBrokerage(): Brokerage {
  return { office: [], member: [], contacts: [], property: [], media: [], showing_appointment: [] }
}
