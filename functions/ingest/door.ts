import type { MiddlewareHandler } from 'hono'
import { createDoor } from '../_shared/http/door.ts'
import { methodNotAllowed } from '../_shared/http/error-handler.ts'
import { HubError } from '../_shared/http/errors.ts'
import { createTurns } from '../_shared/http/concurrency-limit.ts'
import { requireScope } from '../_shared/oauth/require-scope.ts'
import { resourceByIngestName, resources } from '../_shared/reso/dictionary.ts'
import { mergeBatch } from './merge-batch.ts'
import { postBatch } from './post-batch.ts'
import { addQuarantineRoutes } from './quarantine.ts'
import { addRunRoutes } from './runs.ts'
import type { Authorise, IngestVariables } from './door-types.ts'

/**
 * A batch of 10 MB takes some 40 MB of the isolate while it is read and until it is sent, and hosted Supabase allows
 * 256 in all. Two at a time keep the database as busy as four do: one is read while the other is merged.
 * Waiting, reading (see body.ts) and merging (see merge-batch.ts) together stay below the 150 s after which a hosted
 * function is cut off.
 */
const turns = { places: 2, waitMs: 15_000 }

/** What the door needs from outside. Tests of the input side give it a database that only remembers. */
export interface IngestParts {
  authorise: Authorise
  merge: typeof mergeBatch
}

/**
 * The way in for gold: `POST /ingest/{resource}` takes a batch and answers its receipt; runs and what was rejected
 * have addresses of their own. An unknown resource is 404
 * before anything else is looked at: its address means nothing, whoever asks and whatever the body.
 */
export function createIngestDoor(
  parts: IngestParts = { authorise: requireScope('ingest'), merge: mergeBatch },
) {
  const door = createDoor<IngestVariables>('ingest', 'problem')
  addRunRoutes(door, parts.authorise)
  addQuarantineRoutes(door, parts.authorise)
  const takeTurns = createTurns(turns)
  door.post('/:resource', knownResource, parts.authorise, async (c) => {
    const { requestId, resource, client } = c.var
    const batch = { request: c.req.raw, requestId, resource, client }
    return c.json(await takeTurns(() => postBatch(batch, parts.merge)))
  })
  door.all('/:resource', knownResource, methodNotAllowed('POST'))
  return door
}

const knownResource: MiddlewareHandler<{ Variables: IngestVariables }> = async (c, next) => {
  const name = c.req.param('resource') ?? ''
  const resource = resourceByIngestName(name)
  if (!resource) {
    const names = resources.map(({ ingestName }) => ingestName).join(', ')
    throw new HubError('unknown_resource', `There is no resource ${name.slice(0, 60)}; there are ${names}.`)
  }
  c.set('resource', resource)
  await next()
}
