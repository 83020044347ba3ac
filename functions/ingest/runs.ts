import { z } from 'zod'
import { methodNotAllowed } from '../_shared/http/error-handler.ts'
import { HubError } from '../_shared/http/errors.ts'
import { resources } from '../_shared/reso/dictionary.ts'
import { ask, callerOf } from '../_shared/db/ask.ts'
import { readJson, readQuery } from '../_shared/http/read-json.ts'
import type { Authorise, IngestDoor } from './door-types.ts'

const name = z.string().trim().min(1).max(255)
const resource = z.enum(resources.map(({ ingestName }) => ingestName) as [string, ...string[]])

const opening = z.strictObject({ source: name, office_key: name, resource, mode: z.enum(['FULL', 'DELTA']) })
const keyList = z.strictObject({ keys: z.array(z.string().min(1).max(520)).max(100_000) })
const closing = z.strictObject({
  expected_records: z.int().min(0).optional(),
  gold_summary: z.record(z.string(), z.unknown()).optional(),
  force: z.boolean().optional(),
  abandon: z.boolean().optional(),
})
const filter = z.strictObject({
  source: name.optional(),
  office_key: name.optional(),
  resource: resource.optional(),
  status: z.enum(['open', 'finished', 'abandoned']).optional(),
  limit: z.coerce.number().int().min(1).max(500).optional(),
})
const place = z.strictObject({ source: name, office_key: name, resource })

const runId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** The id in the path; what is no id names no run. */
function idOf(text: string): string {
  if (runId.test(text)) return text
  throw new HubError('unknown_run', 'There is no such run of this client. Open one with POST /ingest/runs.')
}

/**
 * Runs: open, list keys, finish; look at them; where the next one goes on. The rules are in the database
 * (migrations/*_ingest_run_steps.sql); here requests are read and answers passed on.
 */
export function addRunRoutes(door: IngestDoor, authorise: Authorise): void {
  door.post('/runs', authorise, async (c) => {
    const request = await readJson(c.req.raw, opening)
    const { status, answer } = await ask('mls.open_run($1::jsonb, $2::jsonb)', [
      JSON.stringify(request),
      callerOf(c.var.client),
    ])
    return c.json(answer, status)
  })
  door.get('/runs', authorise, async (c) => {
    const request = JSON.stringify(readQuery(c.req.raw, filter))
    return c.json((await ask('mls.get_runs($1::jsonb, $2::jsonb)', [request, callerOf(c.var.client)])).answer)
  })
  door.all('/runs', methodNotAllowed('GET, POST'))

  door.get('/runs/:id', authorise, async (c) => {
    const id = idOf(c.req.param('id') ?? '')
    return c.json((await ask('mls.get_run($1, $2::jsonb)', [id, callerOf(c.var.client)])).answer)
  })
  door.all('/runs/:id', methodNotAllowed('GET'))

  door.post('/runs/:id/keys', authorise, async (c) => {
    const id = idOf(c.req.param('id') ?? '')
    const { keys } = await readJson(c.req.raw, keyList)
    const values = [id, JSON.stringify(keys), callerOf(c.var.client)]
    return c.json((await ask('mls.add_run_keys($1, $2::jsonb, $3::jsonb)', values)).answer)
  })
  door.all('/runs/:id/keys', methodNotAllowed('POST'))

  door.post('/runs/:id/finish', authorise, async (c) => {
    const id = idOf(c.req.param('id') ?? '')
    const values = [id, JSON.stringify(await readJson(c.req.raw, closing)), callerOf(c.var.client)]
    return c.json((await ask('mls.finish_run($1, $2::jsonb, $3::jsonb)', values)).answer)
  })
  door.all('/runs/:id/finish', methodNotAllowed('POST'))

  door.get('/watermark', authorise, async (c) => {
    const request = JSON.stringify(readQuery(c.req.raw, place))
    return c.json(
      (await ask('mls.ingest_watermark($1::jsonb, $2::jsonb)', [request, callerOf(c.var.client)])).answer,
    )
  })
  door.all('/watermark', methodNotAllowed('GET'))
}
