import { z } from 'zod'
import { HubError } from '../_shared/http/errors.ts'
import { readQuery } from '../_shared/http/query-parameters.ts'
import {
  dismissQuarantine,
  getReceipt,
  listDangling,
  listQuarantine,
  replayQuarantine,
} from '../_shared/ingest/quarantine.ts'
import type { IngestDoor } from './door-types.ts'
import type { Oversee } from './oversee.ts'
import { readJson } from './read-json.ts'

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
 * `GET /ingest/receipts/{batch_id}` answers a receipt again, `GET /ingest/dangling` lists the references that lead nowhere yet.
 */
export function addQuarantineRoutes(door: IngestDoor, oversee: Oversee): void {
  door.get('/quarantine', oversee, async (c) => {
    return c.json((await listQuarantine(c.var.asker, readQuery(c.req.raw, filter))).answer)
  })

  door.post('/quarantine/replay', oversee, async (c) => {
    const { ids } = await readJson(c.req.raw, replaying)
    return c.json((await replayQuarantine(c.var.asker, ids)).answer)
  })

  door.post('/quarantine/dismiss', oversee, async (c) => {
    const { ids, note } = await readJson(c.req.raw, dismissing)
    return c.json((await dismissQuarantine(c.var.asker, ids, note)).answer)
  })

  door.get('/receipts/:id', oversee, async (c) => {
    const id = z.guid().safeParse(c.req.param('id'))
    if (!id.success) {
      throw new HubError('unknown_receipt', 'A receipt is named by the batch_id of its answer.')
    }
    return c.json((await getReceipt(c.var.asker, id.data)).answer)
  })

  door.get('/dangling', oversee, async (c) => {
    readQuery(c.req.raw, z.strictObject({}))
    return c.json((await listDangling(c.var.asker)).answer)
  })
}
