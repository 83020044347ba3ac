import type { JsonObject } from '../../delivery/json.ts'
import { heldBy, resourceByIngestName } from '../../reso/dictionary.ts'
import type { Resource } from '../../reso/types.ts'
import { SourceFailure } from '../failure.ts'
import { brings, type ResourceName, type Stage } from '../types.ts'
import { sameHost } from '../upstream.ts'
import type { UpstreamModel, UpstreamType } from './metadata.ts'
import type { ResoServer } from './server.ts'

/** With pictures or rooms inside, a page of listings is many more rows. */
export const mostWithParts = 100

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

/** Under which name listings of this server hold the part, if they do. A number or a list of words named Rooms is none. */
export function memberOf({ members }: Part, { navigations, collections }: UpstreamType): string | undefined {
  return members.find((name) => navigations.includes(name) || collections.includes(name))
}

/** Whether the part is found inside of listings alone. */
export function isInsideOnly(part: Part, model: UpstreamModel): boolean {
  const listing = model.Property
  return listing !== undefined && !(part.resource.name in model) && memberOf(part, listing) !== undefined
}

/** What comes inside of the listings that a stage reads. */
export function partsOf(stage: Stage): ResourceName[] {
  return stage.name === 'property' ? parts.map(({ name }) => name).filter((name) => brings(stage, name)) : []
}

/** How a stage asks for it. */
export function expansionOf(stage: Stage, type: UpstreamType): string | undefined {
  const wanted = partsOf(stage)
  const members = parts.filter(({ name }) => wanted.includes(name)).map((part) => memberOf(part, type))
  return members.filter((name) => name !== undefined && type.navigations.includes(name)).join(',') ||
    undefined
}

/**
 * Reads on where the server pages what is inside of a record: half of it would make the rest count as gone.
 *
 * @param url of the page that the records are from: links must lead to the same host
 */
export async function completeParts(
  records: JsonObject[],
  stage: Stage,
  server: ResoServer,
  url: string,
): Promise<void> {
  const wanted = partsOf(stage)
  for (const member of parts.filter(({ name }) => wanted.includes(name)).flatMap(({ members }) => members)) {
    for (const record of records) {
      const items = record[member]
      let next = record[`${member}@odata.nextLink`]
      while (Array.isArray(items) && typeof next === 'string') {
        const link = sameHost(next, url)
        const page = await server.page(link, `${member} of a listing`)
        items.push(...page.value)
        next = page.next ?? null
        if (typeof next === 'string' && sameHost(next, url) === link) {
          throw new SourceFailure(
            'invalid_answer',
            'retry',
            `The next page of ${member} is the page that named it.`,
          )
        }
      }
    }
  }
}
