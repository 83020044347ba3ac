import { HubError } from '../http/errors.ts'
import { askFor } from './ask.ts'
import { askedOf, type RoutedCall } from './call.ts'
import type { Routed } from './collection.ts'
import { withRoot } from './hub-text.ts'

/** What all hubs say alike: `$metadata`, the service document. @throws HubError conflict (409) naming the difference */
export async function sameOfAll(call: RoutedCall): Promise<Routed> {
  const query = call.parts.map(({ raw }) => raw).join('&')
  const replies = await Promise.all(call.hubs.map((hub) => askFor(hub, askedOf(call, hub, { query }))))
  const texts = replies.map(({ text }) => withRoot(text, call.root))
  const other = texts.findIndex((text) => text !== texts[0])
  if (other < 0) return { text: texts[0]!, like: replies[0]! }
  const names = [call.hubs[0]!.name, call.hubs[other]!.name] as const
  throw new HubError('conflict', `${difference(texts[0]!, texts[other]!, names)} Name one hub by ?shard=.`)
}

/** The first thing that one of two models has and the other has not, by its name and where it stands. */
export function difference(one: string, other: string, names: readonly [string, string]): string {
  const [left, right] = [namesIn(one), namesIn(other)]
  for (
    const [mine, theirs, has, hasNot] of [[left, right, ...names], [
      right,
      left,
      ...names.toReversed(),
    ]] as const
  ) {
    const missing = [...mine].find((name) => !theirs.has(name))
    if (missing) {
      return `${missing} is in hub ${has} and not in ${hasNot}: the client's rights, profile or version differ.`
    }
  }
  return `The models of the hubs ${names[0]} and ${names[1]} differ: their versions are not the same.`
}

/** `Property/ListPrice`, from CSDL as XML or JSON, and from a service document. */
function namesIn(text: string): Set<string> {
  const found = new Set<string>()
  let within = ''
  const named =
    /<(EntityType|Property|NavigationProperty|EntitySet) [^>]*?Name="([^"]+)"[^>]*>|"([A-Za-z_]\w*)":\{|"name":"(\w+)"/g
  for (const [, element, name, member, set] of text.matchAll(named)) {
    if (element === 'EntityType') within = name!
    found.add(
      element === 'Property' || element === 'NavigationProperty'
        ? `${within}/${name}`
        : name ?? member ?? set!,
    )
  }
  return found
}
