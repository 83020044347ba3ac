import type { Context, MiddlewareHandler } from 'hono'
import { limitConcurrency } from '../_shared/http/concurrency-limit.ts'
import { createDoor } from '../_shared/http/door.ts'
import { HubError } from '../_shared/http/errors.ts'
import { notFoundHandler, nothingHere } from '../_shared/http/no-handler.ts'
import { mergeBatch } from '../_shared/ingest/merge-batch.ts'
import { requireScope } from '../_shared/oauth/require-scope.ts'
import { resourceByIngestName, resources } from '../_shared/reso/dictionary.ts'
import type { Authorise, IngestVariables } from './door-types.ts'
import { oversee } from './oversee.ts'
import { postBatch } from './post-batch.ts'
import { addQuarantineRoutes } from './quarantine.ts'
import { addRunRoutes } from './runs.ts'

/**
 * A batch of 10 MB takes some 40 MB of the isolate while it is read and until it is sent, and hosted Supabase allows
 * 256 in all. Two at a time keep the database as busy as four do: one is read while the other is merged.
 * Waiting, reading (see body.ts) and merging (see call-function.ts) together stay below the 150 s after which a hosted
 * function is cut off.
 */
const mergeLimit = { most: 2, waitMs: 15_000 }

/** What the door needs from outside. Tests of the input side give it a database that only remembers. */
export interface IngestParts {
  authorise: Authorise
  merge: typeof mergeBatch
}

/**
 * The way in for gold: `POST /ingest/{resource}` takes a batch and answers its receipt; runs and what was rejected
 * have addresses of their own. An unknown resource is 404 before anything else is looked at: its address means nothing,
 * whoever asks and whatever the body.
 */
export function createIngestDoor(
  parts: IngestParts = { authorise: requireScope('ingest'), merge: mergeBatch },
) {
  const door = createDoor<IngestVariables>('ingest', 'problem')
  addRunRoutes(door, parts.authorise, oversee)
  addQuarantineRoutes(door, oversee)
  const limited = limitConcurrency(mergeLimit)
  // grouped: the router puts its anchors around the text, so property would match the beginning of property_rooms
  door.post(`/:resource{(?:${names.join('|')})}`, namedResource, parts.authorise, async (c) => {
    const { requestId, resource, client } = c.var
    const batch = { request: c.req.raw, requestId, resource, client }
    return c.json(await limited(() => postBatch(batch, parts.merge)))
  })
  door.notFound(notFoundHandler('problem', unknownResource))
  return door
}

const names = resources.map(({ ingestName }) => ingestName)

const namedResource: MiddlewareHandler<{ Variables: IngestVariables }> = async (c, next) => {
  c.set('resource', resourceByIngestName(c.req.param('resource')!)!)
  await next()
}

/** Behind the door itself stands a resource, if nothing else. */
function unknownResource(c: Context): HubError {
  const [name, ...rest] = c.req.path.split('/').slice(2)
  if (!name || rest.length > 0) return nothingHere(c)
  const message = `There is no resource ${name.slice(0, 60)}; there are ${names.join(', ')}.`
  return new HubError('unknown_resource', message)
}
