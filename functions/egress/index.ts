import { except } from 'hono/combine'
import { createDoor } from '../_shared/http/door.ts'
import {
  type OperatorVariables,
  requireOperator,
  requireWholeHub,
} from '../_shared/oauth/require-operator.ts'
import { explain } from './explain.ts'
import { history } from './history.ts'
import { buildFeed, reportFeed } from './feeds.ts'
import { listFailures, redeliver } from './failures.ts'
import { run } from './run.ts'
import { subscriptions } from './subscriptions.ts'

/**
 * What leaves the hub: jobs and reports for the clock and for operators, webhook subscriptions for API clients.
 * An administrator of one market sees and builds what is the market's.
 */
export const door = createDoor<OperatorVariables>('egress', 'problem')
door.route('/subscriptions', subscriptions)
// another method of a subscription is a 405 for its client, and no question of operators
door.use('*', except(['/egress/subscriptions', '/egress/subscriptions/*'], requireOperator()))
door.post('/run', requireWholeHub(), run)
door.get('/explain', explain)
door.get('/history', history)
door.get('/failures', listFailures)
door.post('/failures/redeliver', redeliver)
door.get('/feeds/:file', reportFeed)
door.post('/feeds/:file', buildFeed)

export default { fetch: door.fetch }
