import { z } from 'zod'
import { HubError } from '../_shared/http/errors.ts'
import { listPage } from '../_shared/http/list-page.ts'
import { readQuery } from '../_shared/http/query-parameters.ts'
import {
  addresses,
  addRunKeys,
  finishRun,
  getRun,
  listRuns,
  openRun,
  watermark,
} from '../_shared/ingest/runs.ts'
import { resources } from '../_shared/reso/dictionary.ts'
import type { Authorise, IngestDoor } from './door-types.ts'
import type { Oversee } from './oversee.ts'
import { readJson } from './read-json.ts'

const name = z.string().trim().min(1).max(255)
const resource = z.enum(resources.map(({ ingestName }) => ingestName) as [string, ...string[]])

const opening = z.strictObject({
  source: name,
  office_key: name,
  resource,
  mode: z.enum(['FULL', 'DELTA']),
  absent: z.enum(['keep', 'null']).optional(),
})
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
  before: listPage.timeAndId,
  limit: listPage.limit,
})
const wanting = z.strictObject({
  office_key: name,
  limit: z.coerce.number().int().min(1).max(10_000).optional(),
})
const place = z.strictObject({ source: name, office_key: name, resource })

const runId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** The id in the path; what is no id names no run. */
function idOf(text: string): string {
  if (runId.test(text)) return text
  throw new HubError('unknown_run', 'There is no such run of this client. Open one with POST /ingest/runs.')
}

/**
 * Runs: open, list keys, finish; look at them; where the next one goes on, and what it should send again. The rules are in the database
 * (mls.open_run and its like); here requests are read and answers passed on. Operators see the runs of all clients, and
 * close them: forced where a shrunken source is right, abandoned where it is not.
 */
export function addRunRoutes(door: IngestDoor, authorise: Authorise, oversee: Oversee): void {
  door.post('/runs', authorise, async (c) => {
    const { status, answer } = await openRun(c.var.client, await readJson(c.req.raw, opening))
    return c.json(answer, status)
  })
  door.get('/runs', oversee, async (c) => {
    return c.json((await listRuns(c.var.asker, readQuery(c.req.raw, filter))).answer)
  })

  door.get('/runs/:id', oversee, async (c) => {
    return c.json((await getRun(c.var.asker, idOf(c.req.param('id') ?? ''))).answer)
  })

  door.post('/runs/:id/keys', authorise, async (c) => {
    const id = idOf(c.req.param('id') ?? '')
    const { keys } = await readJson(c.req.raw, keyList)
    return c.json((await addRunKeys(c.var.client, id, keys)).answer)
  })

  door.post('/runs/:id/finish', oversee, async (c) => {
    const id = idOf(c.req.param('id') ?? '')
    return c.json((await finishRun(c.var.asker, id, await readJson(c.req.raw, closing))).answer)
  })

  door.get('/addresses', authorise, async (c) => {
    return c.json((await addresses(c.var.client, readQuery(c.req.raw, wanting))).answer)
  })

  door.get('/watermark', authorise, async (c) => {
    return c.json((await watermark(c.var.client, readQuery(c.req.raw, place))).answer)
  })
}
