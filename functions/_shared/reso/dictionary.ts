import { entityEvent } from './entity-event.ts'
import { historyTransactional } from './history-transactional.ts'
import { contacts } from './resources/contacts.ts'
import { media } from './resources/media.ts'
import { member } from './resources/member.ts'
import { office } from './resources/office.ts'
import { openHouse } from './resources/open-house.ts'
import { property } from './resources/property.ts'
import { propertyRooms } from './resources/property-rooms.ts'
import { propertyUnitTypes } from './resources/property-unit-types.ts'
import { showingAppointment } from './resources/showing-appointment.ts'
import { teamMembers } from './resources/team-members.ts'
import { teams } from './resources/teams.ts'
import type { Field, Resource } from './types.ts'

/** Every RESO resource of the hub, in the order of the service document. */
export const resources: readonly Resource[] = [
  property,
  member,
  office,
  media,
  openHouse,
  propertyRooms,
  propertyUnitTypes,
  teams,
  teamMembers,
  contacts,
  showingAppointment,
]

/** Resources that nobody sends: what the hub itself knows of the others. */
export const derivedResources: readonly Resource[] = [entityEvent, historyTransactional]

/** The resource of an entity set name (`Property`), or undefined. Names are case-sensitive (OData 4.01 URL 4.3). */
export function resourceByName(name: string): Resource | undefined {
  return resources.find((resource) => resource.name === name)
}

/** The resource of an ingest path segment (`showing_appointment`), or undefined. */
export function resourceByIngestName(name: string): Resource | undefined {
  return resources.find((resource) => resource.ingestName === name)
}

/** What the standard lets a server put inside of records of a resource: by the names of the ways back. */
export function heldBy(holder: Resource): { name: string; resource: Resource }[] {
  return resources.flatMap((resource) =>
    (resource.links ?? []).flatMap(({ target, back }) =>
      target === holder.name && back ? [{ name: back, resource }] : []
    )
  )
}

/** The fields that gold delivers, in gold order. */
export function goldFields(resource: Resource): Field[] {
  return resource.fields.filter((field) => field.gold !== false)
}

/**
 * The fields with a column that gold does not deliver and other sources may: taken while nobody has claimed the listing,
 * left alone where a record does not name them.
 */
export function furtherFields(resource: Resource): Field[] {
  return resource.fields.filter(({ gold, hub, column, view, owner = 'source' }) =>
    gold === false && !hub && column !== undefined && !view && (owner === 'source' || owner === 'enrichment')
  )
}
