import { servicePool } from '../_shared/db/pool.ts'
import { createDoor } from '../_shared/http/door.ts'
import { HubError } from '../_shared/http/errors.ts'
import { publicUrl } from '../_shared/http/public-url.ts'
import { integrityReport } from '../_shared/integrity/report.ts'
import { openApiDocument } from '../_shared/openapi/document.ts'
import { operationsStatus } from '../_shared/operate/operations-status.ts'
import { type OperatorVariables, requireOperator } from '../_shared/oauth/require-operator.ts'
import { addOperatorRoutes } from './operate.ts'
import { addSubscriptionRoutes } from './subscriptions.ts'
import { viewAs } from './view-as.ts'

/**
 * For operators and their monitors: `GET /admin/status` (queues, sources, schedules, feeds, alerts) and
 * `GET /admin/integrity[?office_key=&max_age_hours=]` (the hub against gold and against itself).
 * What they change: operate.ts; webhook subscriptions of clients: subscriptions.ts; looking as somebody else: view-as.ts.
 * The API reference, `GET /admin/openapi.json[?profile=gold|dd2]`, is for everybody.
 */
export const door = createDoor<OperatorVariables>('admin', 'problem')
door.get('/openapi.json', (c) => {
  const profile = c.req.query('profile') ?? 'gold'
  if (profile !== 'gold' && profile !== 'dd2') {
    throw new HubError('invalid_parameter', 'profile is gold or dd2.', { target: 'profile' })
  }
  return c.json(openApiDocument(publicUrl(), profile))
})
const forOperators = [
  'status',
  'integrity',
  'markets/*',
  'clients/*',
  'schedules/*',
  'alerts',
  'subscriptions/*',
  'settings',
  'actions',
  'usage',
  'view-as',
]
for (const path of forOperators) door.use(`/${path}`, requireOperator())
addOperatorRoutes(door)
addSubscriptionRoutes(door)
door.post('/view-as', viewAs)
door.get('/status', async (c) => c.json(await operationsStatus(servicePool(), c.var.operator.tenantId)))
door.get('/integrity', async (c) => {
  const hours = Number(c.req.query('max_age_hours'))
  const report = await integrityReport(servicePool(), {
    office_key: c.req.query('office_key'),
    tenant_id: c.var.operator.tenantId,
    ...hours > 0 ? { max_age_hours: hours } : {},
  })
  return c.json(report)
})

export default { fetch: door.fetch }
