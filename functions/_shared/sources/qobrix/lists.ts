import type { ResourceName } from '../types.ts'

/** A list of Qobrix that is read whole and then by its changes. */
export interface QobrixListing {
  path: string
  /** Whether a list has times of its own rows: else it is read whole each time. */
  hasTimes: boolean
}

/** What each resource is read from. Offices and members are the agents, and users are members too. */
export const lists: Readonly<Record<ResourceName, QobrixListing>> = {
  property: { path: '/properties', hasTimes: true },
  contacts: { path: '/contacts', hasTimes: true },
  showing_appointment: { path: '/property-viewings', hasTimes: true },
}

/** In the order in which they are read: what others refer to comes first. */
export const qobrixResources: readonly ResourceName[] = [
  'office',
  'member',
  'contacts',
  'property',
  'media',
  'showing_appointment',
]

/** Lists that are kept beside the resources: projects, texts, inquiries, places of portals. */
export const asides = ['developments', 'leads', 'remarks', 'regions'] as const
export type Aside = typeof asides[number]

export const isAside = (name: string): name is Aside => asides.some((aside) => aside === name)

/** Where the places of portals are. They carry no times, so they are read whole. */
export const regionLists = [
  { path: '/bayut-locations', format: 'bayut' },
  { path: '/bazaraki-locations', format: 'bazaraki' },
  { path: '/spitogatos-locations', format: 'spitogatos' },
  { path: '/property-finder-a-e-locations', format: 'property_finder' },
] as const
