import { heldBy, resourceByIngestName } from '../../reso/dictionary.ts'
import type { Resource } from '../../reso/types.ts'
import type { ResourceName } from '../types.ts'
import type { UpstreamModel, UpstreamType } from './metadata.ts'

/** What a server may put inside of a listing: pictures, rooms, kinds of units, open houses. */
export interface Part {
  name: ResourceName
  resource: Resource
  /** Under which names, the standard's first. */
  members: readonly string[]
}

/** All of them that the hub takes: resources that follow their listing, whatever follows its listing. */
export const parts: readonly Part[] = heldBy(resourceByIngestName('property')!)
  .filter(({ resource }) => resource.listing?.follows)
  .map(({ name, resource }) => ({
    name: resource.ingestName,
    resource,
    members: [...new Set([name, resource.name])],
  }))

/** Under which name listings of this server hold the part, if they do. */
export function memberOf({ members }: Part, { navigations, fields }: UpstreamType): string | undefined {
  return members.find((name) => navigations.includes(name) || fields.includes(name))
}

/** Whether the part is found inside of listings alone. */
export function isInsideOnly(part: Part, model: UpstreamModel): boolean {
  const listing = model.Property
  return listing !== undefined && !(part.resource.name in model) && memberOf(part, listing) !== undefined
}
