import { z } from 'zod'
import { servicePool } from '../_shared/db/pool.ts'
import { ask } from '../_shared/db/ask.ts'
import { createDoor } from '../_shared/http/door.ts'
import { methodNotAllowed } from '../_shared/http/error-handler.ts'
import { HubError } from '../_shared/http/errors.ts'
import { readJson, readQuery } from '../_shared/http/read-json.ts'
import { type ManagerVariables, requireManager } from '../_shared/operate/require-manager.ts'
import { isOperatorKey } from '../_shared/operate/require-operator.ts'
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
  limit: z.coerce.number().int().min(1).max(500).optional(),
})
const errorFilter = z.strictObject({
  run_id: z.guid().optional(),
  limit: z.coerce.number().int().min(1).max(500).optional(),
})
const anything = z.unknown()

const runId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/**
 * What the hub reads by itself: sources, their runs, errors and figures. For operators, system administrators, and for
 * their own market its administrators; of what is another market's nobody learns that it exists. `{id}` is an id or a code.
 */
export function createSourcesDoor() {
  const door = createDoor<ManagerVariables>('sources', 'problem')
  door.use('*', requireManager())
  const caller = (c: { var: ManagerVariables }) => JSON.stringify(c.var.manager)

  door.get('/', async (c) => c.json((await ask('mls.get_sources($1::jsonb)', [caller(c)])).answer))
  door.post(
    '/',
    async (c) =>
      c.json(await createSource(servicePool(), await readJson(c.req.raw, anything), c.var.manager), 201),
  )
  door.all('/', methodNotAllowed('GET', 'POST'))

  // for the clock and for ourselves
  door.post('/run', async (c) => {
    requireSystem(c)
    const report = await runJob(servicePool(), 'sources')
    if (report.status === 'busy') {
      throw new HubError('conflict', 'A run of sources is under way.', { members: { job: 'sources' } })
    }
    return c.json(report, report.status === 'ok' ? 200 : 500)
  })
  door.all('/run', methodNotAllowed('POST'))
  door.post('/work', (c) => {
    requireSystem(c)
    workInBackground(servicePool())
    return c.json({}, 202)
  })
  door.all('/work', methodNotAllowed('POST'))

  door.get(
    '/statistics',
    async (c) => c.json((await ask('mls.get_source_statistics($1::jsonb)', [caller(c)])).answer),
  )
  door.all('/statistics', methodNotAllowed('GET'))
  door.get('/runs', async (c) => {
    const filter = JSON.stringify(readQuery(c.req.raw, runFilter))
    return c.json(
      (await ask('mls.get_source_runs($1, $2::jsonb, $3::jsonb)', [null, filter, caller(c)])).answer,
    )
  })
  door.all('/runs', methodNotAllowed('GET'))
  door.get('/runs/:run', async (c) => {
    const run = c.req.param('run')
    if (!runId.test(run)) {
      throw new HubError('unknown_run', 'There is no such run in a market that you administer.')
    }
    return c.json((await ask('mls.get_source_run($1, $2::jsonb)', [run, caller(c)])).answer)
  })
  door.all('/runs/:run', methodNotAllowed('GET'))
  door.post('/runs/:run/cancel', async (c) => c.json(await cancelRun(c.req.param('run'), c.var.manager), 202))
  door.all('/runs/:run/cancel', methodNotAllowed('POST'))

  door.get('/:id', async (c) => c.json(await getSource(c.req.param('id'), c.var.manager)))
  door.patch('/:id', async (c) => {
    const changes = await readJson(c.req.raw, anything)
    return c.json(await changeSource(servicePool(), c.req.param('id'), changes, c.var.manager))
  })
  door.delete('/:id', async (c) => {
    await ask('mls.delete_source($1, $2::jsonb)', [c.req.param('id'), caller(c)])
    return c.body(null, 204)
  })
  door.all('/:id', methodNotAllowed('GET', 'PATCH', 'DELETE'))

  door.post('/:id/test', async (c) => {
    const given = await readJson(c.req.raw, trial)
    const wanted = c.req.param('id')
    return c.json(
      await testSource(
        servicePool(),
        wanted,
        c.var.manager,
        await checkTrial(given, await getSource(wanted, c.var.manager)),
      ),
    )
  })
  door.all('/:id/test', methodNotAllowed('POST'))

  door.post('/:id/runs', async (c) => {
    const answer = await startRun(c.req.param('id'), await readJson(c.req.raw, starting), c.var.manager)
    workInBackground(servicePool())
    return c.json(answer, 202)
  })
  door.get('/:id/runs', async (c) => {
    const filter = JSON.stringify(readQuery(c.req.raw, runFilter))
    return c.json(
      (await ask('mls.get_source_runs($1, $2::jsonb, $3::jsonb)', [c.req.param('id'), filter, caller(c)]))
        .answer,
    )
  })
  door.all('/:id/runs', methodNotAllowed('GET', 'POST'))

  door.get('/:id/errors', async (c) => {
    const filter = JSON.stringify(readQuery(c.req.raw, errorFilter))
    return c.json(
      (await ask('mls.get_source_errors($1, $2::jsonb, $3::jsonb)', [c.req.param('id'), filter, caller(c)]))
        .answer,
    )
  })
  door.all('/:id/errors', methodNotAllowed('GET'))

  door.post('/:id/files', async (c) => {
    const source = await getSource(c.req.param('id'), c.var.manager)
    const answer = await receiveFile(
      servicePool(),
      c.req.raw,
      source as { id: string; provider: string; settings: { url?: string } },
      c.var.manager,
    )
    if (!answer.duplicate) workInBackground(servicePool())
    return c.json(answer, 202)
  })
  door.all('/:id/files', methodNotAllowed('POST'))
  return door
}

/** The engine's own addresses: no user and no market may drive them. */
function requireSystem(
  c: { req: { header(name: string): string | undefined }; var: ManagerVariables },
): void {
  if (
    isOperatorKey(c.req.header('apikey')) ||
    (!c.var.manager.tenant_id && !c.var.manager.name.startsWith('user:'))
  ) return
  throw new HubError('forbidden', 'Only the clock and operators may do this.')
}

/** What is tried must be lawful, or the test would find out something else than what could be saved. */
function checkTrial(given: z.output<typeof trial>, source: Record<string, unknown>): Promise<Trial> {
  const provider = findProvider(String(source.provider))
  const checked: Trial = {}
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
