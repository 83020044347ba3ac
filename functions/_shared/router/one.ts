/** What stands at one hub: a record and what hangs on it, or whatever a request names by `shard`. */
import { HubError } from '../http/errors.ts'
import { ask, refusalOf, type Reply } from './ask.ts'
import { askedOf, linkTo, type RoutedCall } from './call.ts'
import type { Routed } from './collection.ts'
import { withLink, withRoot } from './hub-text.ts'
import type { Reached } from './token.ts'

/** The answer of the one hub that knows what the path names; all are asked at once. */
export async function answerOfOne(call: RoutedCall): Promise<Routed> {
  const query = call.parts.map(({ raw }) => raw).join('&')
  const asked = await Promise.allSettled(call.hubs.map((hub) => ask(hub, askedOf(call, hub, { query }))))
  const found: [Reached, Reply][] = []
  const refused: [Reached, Reply][] = []
  asked.forEach((outcome, index) => {
    if (outcome.status === 'rejected') return
    const { status } = outcome.value
    const list = status < 400 || status === 412 ? found : refused
    list.push([call.hubs[index]!, outcome.value])
  })
  if (found.length > 1) {
    const names = found.map(([{ name }]) => name).join(', ')
    throw new HubError('conflict', `Several hubs know this: ${names}. Name one by ?shard=.`)
  }
  const [known] = found
  if (known) return passedOn(call, known)
  // A record that no other hub knows may be that of the one which does not answer.
  const failed = asked.find((outcome) => outcome.status === 'rejected')
  if (failed) throw failed.reason
  const [hub, reply] = refused.find(([, { status }]) => status !== 404) ?? refused[0]!
  throw refusalOf(hub, reply)
}

function passedOn(call: RoutedCall, [hub, reply]: [Reached, Reply]): Routed {
  if (reply.status === 412) throw refusalOf(hub, reply)
  const confined = { ...call, shard: hub.name }
  const text = withLink(withRoot(reply.text, call.root), (skiptoken) => linkTo(confined, skiptoken))
  return { text, like: reply }
}
