import { Hono } from 'hono'
import { z } from 'zod'
import { callerOf } from '../../_shared/sources/admin/decide.ts'
import {
  allSources,
  sourceErrors,
  sourceRuns,
  sourceStatistics,
} from '../../_shared/sources/admin/questions.ts'
import { servicePool } from '../../_shared/db/pool.ts'
import type { createDoor } from '../../_shared/http/door.ts'
import { HubError } from '../../_shared/http/errors.ts'
import { listPage } from '../../_shared/http/list-page.ts'
import { readJsonBody } from '../../_shared/http/json-body.ts'
import { readQuery } from '../../_shared/http/query-parameters.ts'
import { type OperatorVariables, requireOperator } from '../../_shared/oauth/require-operator.ts'
import { cancelRun, changeSource, getSource, startRun } from '../../_shared/sources/admin/sources.ts'
import { workInBackground } from '../../_shared/sources/wake.ts'

const syncing = z.strictObject({
  providerId: z.string().min(1).max(100),
  syncType: z.enum(['full', 'incremental']),
})
const toggling = z.strictObject({ enabled: z.boolean() })
const timing = z.strictObject({ minutes: z.int().min(1).max(525_600) })
const pageOfRuns = z.strictObject({ before: listPage.timeAndId, limit: listPage.limit })
const pageOfErrors = z.strictObject({ before: listPage.id, limit: listPage.limit })

type Json = Record<string, unknown>

/**
 * Ten addresses over the same sources: `providerId` is a source's id or code. Answers are `{data, meta?}`; who may call
 * is as at /sources.
 */
export function addMlsRoutes(door: ReturnType<typeof createDoor>): void {
  const routes = new Hono<{ Variables: OperatorVariables }>({ strict: false })
  routes.use('*', requireOperator())
  const caller = (c: { var: OperatorVariables }) => callerOf(c.var.operator)
  const all = (items: unknown[]) => ({ data: items, meta: { total: items.length } })
  /** A page as the database answers it; `next` is `before` of the page behind. */
  const page = (answer: Json, member: 'runs' | 'errors') => ({
    data: answer[member],
    meta: { total: answer.total, ...(answer.next !== undefined && { next: answer.next }) },
  })
  const filterOf = (c: { req: { raw: Request } }, schema: z.ZodType<Json>) =>
    JSON.stringify({ ...readQuery(c.req.raw, schema), total: true })

  routes.post('/sync', async (c) => {
    const { providerId, syncType } = await readBody(c.req.raw, syncing)
    const mode = syncType === 'full' ? 'FULL' : 'DELTA'
    const { run_id } = await startRun(providerId, { mode }, c.var.operator)
    workInBackground(servicePool())
    return c.json({ data: { run_id, providerId, syncType, status: 'queued' } }, 202)
  })

  routes.post('/sync/:provider/cancel', async (c) => {
    const run = await activeRun(c.req.param('provider'), caller(c))
    return c.json({ data: await cancelRun(run, c.var.operator) }, 202)
  })

  routes.get('/status', async (c) => {
    return c.json(all((await allSources(caller(c))).map(statusOf)))
  })
  routes.get(
    '/status/:provider',
    async (c) => c.json({ data: statusOf(await getSource(c.req.param('provider'), c.var.operator)) }),
  )

  routes.get('/history', async (c) => {
    const { answer } = await sourceRuns(null, filterOf(c, pageOfRuns), caller(c))
    return c.json(page(answer, 'runs'))
  })
  routes.get('/history/:provider', async (c) => {
    const { answer } = await sourceRuns(c.req.param('provider'), filterOf(c, pageOfRuns), caller(c))
    return c.json(page(answer, 'runs'))
  })

  routes.get('/errors/:provider', async (c) => {
    const { answer } = await sourceErrors(c.req.param('provider'), filterOf(c, pageOfErrors), caller(c))
    return c.json(page(answer, 'errors'))
  })

  routes.get(
    '/statistics',
    async (c) => c.json({ data: (await sourceStatistics(caller(c))).answer }),
  )

  routes.put('/provider/:provider/toggle', async (c) => {
    const { enabled } = await readBody(c.req.raw, toggling)
    return c.json({
      data: statusOf(await changeSource(servicePool(), c.req.param('provider'), { enabled }, c.var.operator)),
    })
  })
  routes.put('/provider/:provider/interval', async (c) => {
    const { minutes } = await readBody(c.req.raw, timing)
    const changes = { interval_minutes: minutes, cron: null }
    return c.json({
      data: statusOf(await changeSource(servicePool(), c.req.param('provider'), changes, c.var.operator)),
    })
  })
  door.route('/v1/admin/mls', routes)
}

/**
 * A FULL and a DELTA may be active together; who cancels means the one that was asked for: the older. Another run may have
 * ended since then.
 */
async function activeRun(source: string, caller: string): Promise<string> {
  const { answer } = await sourceRuns(source, '{"status": "active", "limit": 500}', caller)
  const run = (answer.runs as Json[]).findLast(({ mode }) => mode === 'FULL' || mode === 'DELTA')
  if (!run) throw new HubError('conflict', 'No run of this provider is active.')
  return String(run.id)
}

function statusOf(source: Json): Json {
  const {
    id,
    code,
    name,
    provider,
    office_key,
    enabled,
    status,
    interval_minutes,
    cron,
    full_cron,
    next_run_at,
    last_run,
    last_ok_at,
    usage,
  } = source
  return {
    providerId: id,
    code,
    name,
    provider,
    office_key,
    enabled,
    status,
    interval_minutes,
    cron,
    full_cron,
    next_run_at,
    last_run,
    last_ok_at,
    usage,
  }
}

const readBody = <T>(request: Request, schema: z.ZodType<T>) =>
  readJsonBody(request, schema, { maxBytes: 10_000 })
