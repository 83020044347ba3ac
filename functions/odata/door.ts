import { createDoor } from '../_shared/http/door.ts'
import { quota } from '../_shared/oauth/quota.ts'
import { type ClientVariables, identify, requireScope } from '../_shared/oauth/require-scope.ts'
import { postedQuery } from '../_shared/odata/posted-query.ts'
import { statedVersion } from '../_shared/odata/version.ts'
import { answer, answerChange } from './answer.ts'
import { answerBatch } from './batch/answer.ts'

/**
 * The RESO Web API: OData 4.01, and Add/Edit for clients that are granted it. One handler behind the credentials: OData's paths are a grammar of
 * their own (`Property('a%2Fb')/Media/$count`), which a router of patterns cannot read.
 */
export function createODataDoor() {
  const door = createDoor<ClientVariables>('odata', 'odata')
  // The quota stands before the scope and the method: whoever is known learns of it, also from a refusal.
  door.use(statedVersion(), identify(), quota(), requireScope('odata'))
  door.get('*', (c) => answer(c.req.raw, c.get('client')))
  door.on('POST', ['/$batch', '/%24batch'], (c) => answerBatch(c.req.raw, (request) => door.fetch(request)))
  door.post(
    '/:path{.+/(?:\\$|%24)query}',
    async (c) => answer(c.req.raw, c.get('client'), await postedQuery(c.req.raw)),
  )
  door.post(
    '/:path{(?:Property|Media|Property\\(.+\\)/Media)}',
    (c) => answerChange(c.req.raw, c.get('client')),
  )
  door.patch('/:path{(?:Property|Media)\\(.+\\)}', (c) => answerChange(c.req.raw, c.get('client')))
  return door
}
