import { z } from 'zod'
import { methodNotAllowed } from '../_shared/http/error-handler.ts'
import { ask, callerOf } from '../_shared/db/ask.ts'
import { readJson, readQuery } from '../_shared/http/read-json.ts'
import type { Authorise, IngestDoor } from './door-types.ts'

const filter = z.strictObject({
  status: z.enum(['open', 'replayed', 'resolved', 'dismissed']).optional(),
  resource: z.string().max(40).optional(),
  office_key: z.string().max(255).optional(),
  reason: z.string().max(40).optional(),
  after: z.coerce.number().int().min(0).optional(),
  limit: z.coerce.number().int().min(1).max(1000).optional(),
})
const ids = z.array(z.guid()).min(1).max(1000)
const replaying = z.strictObject({ ids })
const dismissing = z.strictObject({ ids, note: z.string().max(500).optional() })

/**
 * Records that could not be taken: list them, send them in again once the reason is mended, or let them go.
 * `GET /ingest/dangling` lists the references that lead nowhere yet.
 */
export function addQuarantineRoutes(door: IngestDoor, authorise: Authorise): void {
  door.get('/quarantine', authorise, async (c) => {
    const values = [JSON.stringify(readQuery(c.req.raw, filter)), callerOf(c.var.client)]
    return c.json((await ask('mls.list_quarantine($1::jsonb, $2::jsonb)', values)).answer)
  })
  door.all('/quarantine', methodNotAllowed('GET'))

  door.post('/quarantine/replay', authorise, async (c) => {
    const request = await readJson(c.req.raw, replaying)
    const values = [request.ids, callerOf(c.var.client)]
    return c.json((await ask('mls.replay_quarantine($1::uuid[], $2::jsonb)', values)).answer)
  })
  door.all('/quarantine/replay', methodNotAllowed('POST'))

  door.post('/quarantine/dismiss', authorise, async (c) => {
    const request = await readJson(c.req.raw, dismissing)
    const values = [request.ids, request.note ?? null, callerOf(c.var.client)]
    return c.json((await ask('mls.dismiss_quarantine($1::uuid[], $2, $3::jsonb)', values)).answer)
  })
  door.all('/quarantine/dismiss', methodNotAllowed('POST'))

  door.get('/dangling', authorise, async (c) => {
    readQuery(c.req.raw, z.strictObject({}))
    return c.json((await ask('mls.list_dangling($1::jsonb)', [callerOf(c.var.client)])).answer)
  })
  door.all('/dangling', methodNotAllowed('GET'))
}
