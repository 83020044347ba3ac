import { z } from 'zod'
import { servicePool } from '../_shared/db/pool.ts'
import { callerOf } from '../_shared/sources/admin/decide.ts'
import {
  deleteSource,
  listSources,
  sourceErrors,
  sourceRun,
  sourceRuns,
  sourceStatistics,
} from '../_shared/sources/admin/questions.ts'
import { createDoor } from '../_shared/http/door.ts'
import { HubError } from '../_shared/http/errors.ts'
import { readJsonBody } from '../_shared/http/json-body.ts'
import { listPage } from '../_shared/http/list-page.ts'
import { readQuery } from '../_shared/http/query-parameters.ts'
import {
  type OperatorVariables,
  requireOperator,
  requireWholeHub,
} from '../_shared/oauth/require-operator.ts'
import { runJob } from '../_shared/operate/run-job.ts'
import {
  cancelRun,
  changeSource,
  createSource,
  getSource,
  startRun,
} from '../_shared/sources/admin/sources.ts'
import { refuse } from '../_shared/sources/admin/check-source.ts'
import { validateMapping } from '../_shared/sources/mapping/validate.ts'
import { unstorableTexts } from '../_shared/sources/faults.ts'
import { findProvider } from '../_shared/sources/providers.ts'
import { testSource, type Trial } from '../_shared/sources/test-source.ts'
import { workInBackground } from '../_shared/sources/wake.ts'
import { receiveFile } from './receive-file.ts'

const starting = z.strictObject({ mode: z.enum(['FULL', 'DELTA']), force: z.boolean().optional() })
const trial = z.strictObject({
  mapping: z.unknown().optional(),
  settings: z.record(z.string(), z.unknown()).optional(),
})
const runFilter = z.strictObject({
  status: z.enum(['queued', 'running', 'waiting', 'finished', 'failed', 'cancelled', 'refused']).optional(),
  before: listPage.timeAndId,
  limit: listPage.limit,
})
const errorFilter = z.strictObject({
  run_id: z.guid().optional(),
  before: listPage.id,
  limit: listPage.limit,
})
const sourceFilter = z.strictObject({ after: listPage.timeAndId, limit: listPage.limit })
const anything = z.unknown()

const runId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/**
 * What the hub reads by itself: sources, their runs, errors and figures. For operators, system administrators, and for
 * their own market its administrators; of what is another market's nobody learns that it exists. `{id}` is an id or a code.
 */
export function createSourcesDoor() {
  const door = createDoor<OperatorVariables>('sources', 'problem')
  door.use('*', requireOperator())
  const caller = (c: { var: OperatorVariables }) => callerOf(c.var.operator)

  door.get('/', async (c) => {
    const page = JSON.stringify(readQuery(c.req.raw, sourceFilter))
    return c.json((await listSources(page, caller(c))).answer)
  })
  door.post(
    '/',
    async (c) =>
      c.json(await createSource(servicePool(), await readBody(c.req.raw, anything), c.var.operator), 201),
  )

  // for the clock and for ourselves
  door.post('/run', requireWholeHub(), async (c) => {
    const report = await runJob(servicePool(), 'sources')
    if (report.status === 'busy') {
      throw new HubError('conflict', 'A run of sources is under way.', { members: { job: 'sources' } })
    }
    return c.json(report, report.status === 'ok' ? 200 : 500)
  })
  door.post('/work', requireWholeHub(), (c) => {
    workInBackground(servicePool())
    return c.json({}, 202)
  })

  door.get(
    '/statistics',
    async (c) => c.json((await sourceStatistics(caller(c))).answer),
  )
  door.get('/runs', async (c) => {
    const filter = JSON.stringify(readQuery(c.req.raw, runFilter))
    return c.json(
      (await sourceRuns(null, filter, caller(c))).answer,
    )
  })
  door.get('/runs/:run', async (c) => {
    const run = c.req.param('run')
    if (!runId.test(run)) {
      throw new HubError('unknown_run', 'There is no such run in a market that you administer.')
    }
    return c.json((await sourceRun(run, caller(c))).answer)
  })
  door.post(
    '/runs/:run/cancel',
    async (c) => c.json(await cancelRun(c.req.param('run'), c.var.operator), 202),
  )

  door.get('/:id', async (c) => c.json(await getSource(c.req.param('id'), c.var.operator)))
  door.patch('/:id', async (c) => {
    const changes = await readBody(c.req.raw, anything)
    return c.json(await changeSource(servicePool(), c.req.param('id'), changes, c.var.operator))
  })
  door.delete('/:id', async (c) => {
    await deleteSource(c.req.param('id'), caller(c))
    return c.body(null, 204)
  })

  door.post('/:id/test', async (c) => {
    const given = await readBody(c.req.raw, trial)
    const wanted = c.req.param('id')
    return c.json(
      await testSource(
        servicePool(),
        wanted,
        c.var.operator,
        await checkTrial(given, await getSource(wanted, c.var.operator)),
      ),
    )
  })

  door.post('/:id/runs', async (c) => {
    const answer = await startRun(c.req.param('id'), await readBody(c.req.raw, starting), c.var.operator)
    workInBackground(servicePool())
    return c.json(answer, 202)
  })
  door.get('/:id/runs', async (c) => {
    const filter = JSON.stringify(readQuery(c.req.raw, runFilter))
    return c.json(
      (await sourceRuns(c.req.param('id'), filter, caller(c)))
        .answer,
    )
  })

  door.get('/:id/errors', async (c) => {
    const filter = JSON.stringify(readQuery(c.req.raw, errorFilter))
    return c.json(
      (await sourceErrors(c.req.param('id'), filter, caller(c)))
        .answer,
    )
  })

  door.post('/:id/files', async (c) => {
    const source = await getSource(c.req.param('id'), c.var.operator)
    const answer = await receiveFile(
      servicePool(),
      c.req.raw,
      source as { id: string; provider: string; settings: { url?: string } },
      c.var.operator,
    )
    if (!answer.duplicate) workInBackground(servicePool())
    return c.json(answer, 202)
  })
  return door
}

/** What is tried must be lawful, or the test would find out something else than what could be saved. */
function checkTrial(given: z.output<typeof trial>, source: Record<string, unknown>): Promise<Trial> {
  const provider = findProvider(String(source.provider))
  const checked: Trial = {}
  refuse(unstorableTexts(given))
  if (given.mapping !== undefined && given.mapping !== null) {
    const read = validateMapping(given.mapping, { needsKey: provider?.mapping === 'required' })
    if (read.faults) {
      refuse(read.faults.map(({ pointer, message }) => ({ pointer: `/mapping${pointer}`, message })))
    } else checked.mapping = read.mapping
  }
  if (given.settings && provider) {
    const read = provider.settings.safeParse(given.settings)
    if (!read.success) {
      refuse(
        read.error.issues.map((issue) => ({
          pointer: `/settings/${issue.path.join('/')}`,
          message: issue.message,
        })),
      )
    } else checked.settings = read.data as Record<string, unknown>
  }
  return Promise.resolve(checked)
}

/** A mapping of a wide file has some 100 kB. */
const readBody = <T>(request: Request, schema: z.ZodType<T>) =>
  readJsonBody(request, schema, { maxBytes: 1_000_000 })
