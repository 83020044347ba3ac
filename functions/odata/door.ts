import { createDoor } from '../_shared/http/door.ts'
import { HubError } from '../_shared/http/errors.ts'
import { quota } from '../_shared/oauth/quota.ts'
import { type ClientVariables, identify, requireScope } from '../_shared/oauth/require-scope.ts'
import { answer } from './answer.ts'
import { statedVersion } from './negotiate.ts'

/**
 * The RESO Web API: OData 4.01, reading only. One handler behind the credentials: OData's paths are a grammar of
 * their own (`Property('a%2Fb')/Media/$count`), which a router of patterns cannot read.
 */
export function createODataDoor() {
  const door = createDoor<ClientVariables>('odata', 'odata')
  // The quota stands before the scope and the method: whoever is known learns of it, also from a refusal.
  door.use(statedVersion(), identify(), quota(), requireScope('odata'))
  door.get('*', (c) => answer(c.req.raw, c.get('client')))
  door.post('/$batch', () => {
    throw new HubError('not_implemented', 'Batches are not supported: send the requests one by one.')
  })
  return door
}
