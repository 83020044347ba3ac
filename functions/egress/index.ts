import { createDoor } from '../_shared/http/door.ts'
import { methodNotAllowed } from '../_shared/http/error-handler.ts'
import { type OperatorVariables, requireOperator } from '../_shared/operate/require-operator.ts'
import { explain } from './explain.ts'
import { buildFeed, reportFeed } from './feeds.ts'
import { run } from './run.ts'
import { listFailures } from './failures.ts'

/** What leaves the hub, for the clock and for operators. */
const door = createDoor<OperatorVariables>('egress', 'problem')
door.use('*', requireOperator())
door.post('/run', run)
door.all('/run', methodNotAllowed('POST'))
door.get('/explain', explain)
door.all('/explain', methodNotAllowed('GET'))
door.get('/failures', listFailures)
door.get('/feeds/:file', reportFeed)
door.post('/feeds/:file', buildFeed)

export default { fetch: door.fetch }
