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
const limited = z.strictObject({ limit: z.coerce.number().int().min(1).max(500).optional() })

type Json = Record<string, unknown>

/**
 * Ten addresses over the same sources: `providerId` is a source's id or code. Answers are `{data, meta?}`; who may call
 * is as at /sources.
 */
export function addMlsRoutes(door: ReturnType<typeof createDoor>): void {
  const routes = new Hono<{ Variables: OperatorVariables }>({ strict: false })
  routes.use('*', requireOperator())
  const caller = (c: { var: OperatorVariables }) => callerOf(c.var.operator)
  const list = (items: unknown[]) => ({ data: items, meta: { total: items.length } })

  routes.post('/sync', async (c) => {
    const { providerId, syncType } = await readBody(c.req.raw, syncing)
    const mode = syncType === 'full' ? 'FULL' : 'DELTA'
    const { run_id } = await startRun(providerId, { mode }, c.var.operator)
    workInBackground(servicePool())
    return c.json({ data: { run_id, providerId, syncType, status: 'queued' } }, 202)
  })

  routes.post('/sync/:provider/cancel', async (c) => {
    const source = await getSource(c.req.param('provider'), c.var.operator)
    const run = source.last_run as Json | null
    if (!run || !['queued', 'running', 'waiting'].includes(String(run.status))) {
      throw new HubError('conflict', 'No run of this provider is active.')
    }
    return c.json({ data: await cancelRun(await activeRun(source, caller(c)), c.var.operator) }, 202)
  })

  routes.get('/status', async (c) => {
    return c.json(list((await allSources(caller(c))).map(statusOf)))
  })
  routes.get(
    '/status/:provider',
    async (c) => c.json({ data: statusOf(await getSource(c.req.param('provider'), c.var.operator)) }),
  )

  routes.get('/history', async (c) => {
    const filter = JSON.stringify(readQuery(c.req.raw, limited))
    const { answer } = await sourceRuns(null, filter, caller(c))
    return c.json(list(answer.runs as Json[]))
  })
  routes.get('/history/:provider', async (c) => {
    const filter = JSON.stringify(readQuery(c.req.raw, limited))
    const { answer } = await sourceRuns(c.req.param('provider'), filter, caller(c))
    return c.json(list(answer.runs as Json[]))
  })

  routes.get('/errors/:provider', async (c) => {
    const filter = JSON.stringify(readQuery(c.req.raw, limited))
    const { answer } = await sourceErrors(c.req.param('provider'), filter, caller(c))
    return c.json(list(answer.errors as Json[]))
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

/** A FULL and a DELTA may be active together; who cancels means the one that was asked for: the older. */
async function activeRun(source: Json, caller: string): Promise<string> {
  const { answer } = await sourceRuns(source.id, '{"limit": 20}', caller)
  const active = (answer.runs as Json[]).filter(({ status }) =>
    ['queued', 'running', 'waiting'].includes(String(status))
  )
  return String(active.at(-1)!.id)
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

/** A mapping of a wide file has some 100 kB. */
const readBody = <T>(request: Request, schema: z.ZodType<T>) =>
  readJsonBody(request, schema, { maxBytes: 1_000_000 })
