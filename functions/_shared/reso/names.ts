import type { Field, Resource } from './types.ts'

function snake(name: string): string {
  return name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase()
}

/** A resource within the names of the database objects that belong to it: `showing_appointment`. */
export function storedName(resource: Resource): string {
  return snake(resource.name)
}

/** The view that defines what a resource says: `ShowingAppointment` is `showing_appointment_reso`. */
export function viewName(resource: Resource): string {
  return `${snake(resource.name)}_reso`
}

/** The table that holds what the view says now: `served_showing_appointment`. */
export function servedName(resource: Resource): string {
  return `served_${snake(resource.name)}`
}

/** Fields by which records are looked up one by one: their key, and that of their listing. */
export function linkFields(resource: Resource): string[] {
  return [resource.key, ...(resource.listing ? [resource.listing.field] : [])]
}

/** Fields served to everybody who may read the resource, in dictionary order. */
export function openFields(resource: Resource): Resource['fields'] {
  return resource.fields.filter((field) => !field.sensitive)
}

/** Fields that need a grant. They are kept in a table of their own, `<servedName>_sensitive`. */
export function sensitiveFields(resource: Resource): Resource['fields'] {
  return resource.fields.filter((field) => field.sensitive)
}

/** Whether records have a place. Their served rows then hold it as one number, `geo_cell`. */
export function hasPlace(resource: Resource): boolean {
  return ['Latitude', 'Longitude'].every((name) => openFields(resource).some((field) => field.name === name))
}

/** The column of a served table with the standard value of a lookup field, beside that with the value as it came. */
export function standardColumn({ name }: Field): string {
  return `std_${name}`
}
