import type { Pool } from 'pg'
import type { Json } from '../delivery/json.ts'
import { providerOf } from './providers.ts'
import { takeRequest } from './queue.ts'
import { type Row, rowsOf } from './rows.ts'
import { workOn } from './run-slice.ts'
import { keepSpelling } from './spelling.ts'
import type { Batch, Connection, Order } from './types.ts'
import { Upstream } from './upstream.ts'

/** A batch as it would come in: read by the contract, spelled as the hub has it. */
export interface WholeBatch extends Batch {
  rows: Row[]
}

/**
 * Reads a source from one end to the other under a lease of its own, and hands over what would come in. Writes nothing.
 *
 * @param change changes what is read with: another version of the mapping
 */
export async function readWhole(
  pool: Pool,
  wanted: string,
  name: string,
  visit: (batch: WholeBatch, order: Order) => void,
  change: (order: Order) => void = () => undefined,
): Promise<Order> {
  const { rows: [row] } = await pool.query('select mls.begin_source_test($1, 3600, $2) as answer', [
    wanted,
    JSON.stringify({ name }),
  ])
  const refusal = row.answer
  if (refusal.status !== 200) throw new Error(refusal.detail)
  const order = refusal.answer as Order
  try {
    change(order)
    await readStages(pool, order, visit)
    return order
  } finally {
    await pool.query('select mls.end_source_test($1)', [order.run.lease_token])
  }
}

async function readStages(pool: Pool, order: Order, visit: (batch: WholeBatch, order: Order) => void) {
  const upstream = new Upstream({
    permit: () => takeRequest(pool, order),
    plainHosts: order.hosts,
    patience: 120,
  })
  const provider = providerOf(order.source.provider)
  let connection: Connection<unknown> | undefined
  try {
    connection = await provider.connect(workOn(pool, order, upstream))
    for (const stage of await connection.plan('FULL')) {
      let place: Json = null
      let memory: Json | undefined
      do {
        const page = await connection.read(stage, place, memory, 500)
        for (const batch of connection.map(stage, page.raw)) {
          const rows = rowsOf(batch, order.source, provider)
          if (provider.keepsSpelling) await keepSpelling(pool, batch.resource, rows)
          visit({ ...batch, rows }, order)
        }
        place = page.next ?? null
        memory = page.memory ?? memory
      } while (place !== null)
    }
  } finally {
    await connection?.close?.()
    upstream.close()
  }
}
