/**
 * What one client can name: entity types with the fields and navigations that its grants and its profile leave.
 * A field the client may not see is not in here at all, so nothing downstream can leak it by mistake.
 */
import { derivedResources, resources } from '../../reso/dictionary.ts'
import { type EdmType, edmType } from '../../reso/edm.ts'
import { standardColumn } from '../../reso/names.ts'
import { isStandardised } from '../../reso/standard.ts'
import type { Field, Resource } from '../../reso/types.ts'
import {
  displayName,
  fieldResource,
  lookupResource,
  lookupRows,
  type MetadataRow,
} from './metadata-resources.ts'
import { type Relation, relations } from './relations.ts'

export type Profile = 'gold' | 'dd2'

/** Types in which values are computed; `integer` and `decimal` are exact. */
export type ComputedType =
  | 'string'
  | 'integer'
  | 'decimal'
  | 'double'
  | 'boolean'
  | 'date'
  | 'timestamp'
  | 'time'
  | 'duration'

export interface Property {
  name: string
  field: Field
  edm: EdmType
  /** Of the served table: in profile dd2 the standard values of lookups have one of their own. */
  column: string
  /** The lookup whose standard values are served and asked for. */
  standardLookup?: string
  /** Made of latitude and longitude; no column. */
  isPoint?: true
  /** Of a result: the type in which it was computed, and in which it stands in its column. */
  computed?: ComputedType
  /** Kept apart, and read through the view of what was granted. */
  isSensitive: boolean
  /** Never null, so that an order by it needs no place for nulls. */
  isRequired: boolean
}

export interface Navigation extends Relation {
  type: EntityType
}

export interface EntityType {
  name: string
  key: string
  resource: Resource
  properties: Map<string, Property>
  navigations: Map<string, Navigation>
  /** A digest of the fields as this client sees them: two clients with the same one read the same of a record. */
  digest: string
  /** Whether all sensitive fields of the resource are granted, so that they can be read as one document. */
  seesAllSensitive: boolean
  /** Of Lookup: values that mean a standard one are served as that. */
  onlyStandard?: boolean
  /** Rows of a resource that is not stored. */
  rows?: readonly MetadataRow[]
}

export interface Model {
  profile: Profile
  entityTypes: Map<string, EntityType>
}

/** There are few kinds of client and many requests. */
const models = new Map<string, Model>()
const maxModels = 100

/** The model of a client with these grants (`Contacts`, `Property.*`, `Property.PrivateRemarks`). */
export function modelFor(profile: Profile, grants: readonly string[]): Model {
  const signature = `${profile} ${[...grants].sort().join(' ')}`
  let model = models.get(signature)
  if (!model) {
    model = build(profile, new Set(grants))
    if (models.size >= maxModels) models.clear()
    models.set(signature, model)
  }
  return model
}

function build(profile: Profile, grants: Set<string>): Model {
  const entityTypes = new Map<string, EntityType>()
  for (const resource of [...resources, ...derivedResources]) {
    if (resource.restricted && !grants.has(resource.name)) continue
    entityTypes.set(resource.name, entityTypeOf(resource, profile, grants))
  }
  for (const type of entityTypes.values()) {
    for (const relation of relations(type.resource)) {
      const target = entityTypes.get(relation.target)
      const isKnown = type.properties.has(relation.from) &&
        target?.properties.has(relation.to)
      if (isKnown) {
        type.navigations.set(relation.name, { ...relation, type: target! })
      }
    }
  }
  const described = [...entityTypes.values()]
  addMetadataResource(
    entityTypes,
    entityTypeOf(lookupResource, profile, grants),
    lookupRows(),
    profile === 'dd2',
  )
  addMetadataResource(entityTypes, entityTypeOf(fieldResource, profile, grants), described.flatMap(fieldRows))
  return { profile, entityTypes }
}

function addMetadataResource(
  entityTypes: Map<string, EntityType>,
  type: EntityType,
  rows: readonly MetadataRow[],
  onlyStandard = false,
): void {
  entityTypes.set(type.name, { ...type, rows, onlyStandard })
}

/** What Field says of the fields that this client sees. */
function fieldRows({ name: resource, properties }: EntityType): MetadataRow[] {
  return [...properties.values()].map(({ name, edm, field }) => ({
    FieldKey: `${resource}:${name}`,
    ResourceName: resource,
    FieldName: name,
    DisplayName: displayName(name),
    X_Type: edm.isCollection ? `Collection(${edm.name})` : edm.name,
    LookupName: field.dd?.lookup ?? null,
  }))
}

function entityTypeOf(resource: Resource, profile: Profile, grants: Set<string>): EntityType {
  const isGranted = (field: Field) =>
    !field.sensitive || grants.has(`${resource.name}.*`) ||
    grants.has(`${resource.name}.${field.name}`)
  const properties = resource.fields.filter(isGranted).map((field): [string, Property] => [field.name, {
    name: field.name,
    field,
    edm: edmType(field, profile),
    ...(profile === 'dd2' && isStandardised(field)
      ? { column: standardColumn(field), standardLookup: field.dd!.lookup! }
      : { column: field.name }),
    isSensitive: field.sensitive === true,
    isRequired: isRequired(resource, field),
  }])
  if (['Latitude', 'Longitude'].every((name) => properties.some(([other]) => other === name))) {
    properties.push([location.name, location])
  }
  return {
    name: resource.name,
    key: resource.key,
    resource,
    properties: new Map(properties),
    digest: digestOf(properties.map(([name, { edm }]) => `${name} ${edm.name} ${edm.isCollection}`)),
    navigations: new Map(),
    seesAllSensitive: resource.fields.every(isGranted),
  }
}

/** Where a record is; it has no line in the dictionary, for nobody sends it. */
const location: Property = {
  name: 'Location',
  field: {
    name: 'Location',
    type: 'STRING',
    gold: false,
    note: 'The point of Longitude and Latitude, for geo.distance and geo.intersects',
  },
  edm: { name: 'Edm.GeographyPoint', isCollection: false, srid: 4326 },
  column: 'Location',
  isSensitive: false,
  isRequired: false,
  isPoint: true,
}

/** FNV-1a: short, and at once, which the hashes of Web Crypto are not. Nobody gains by finding a second preimage. */
function digestOf(parts: string[]): string {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(parts.join())) hash = Math.imul(hash ^ byte, 0x01000193)
  return (hash >>> 0).toString(36)
}

/** By the definition of the views: a record without one of these is not served. */
function isRequired(resource: Resource, field: Field): boolean {
  const { key, listing } = resource
  return [key, 'ModificationTimestamp', 'OriginatingSystemOfficeKey'].includes(field.name) ||
    (listing?.follows === true && field.name === listing.field)
}
