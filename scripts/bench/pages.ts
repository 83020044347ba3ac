import { startBare } from './clients.ts'
import { compare, type Line, ms, type Subject } from './harness.ts'
import type { BenchHub } from './hub.ts'
import { batchSize, fullWidthBatch } from './records.ts'

/** Reading over OData what has come through the merge: a page of listings with every field set, against bare SQL. */
export const pages: Subject<BenchHub> = {
  name: 'pages',
  async run(hub) {
    const { client, functionsUrl } = hub
    await client.query(
      `select mls.ingest_batch('property', $1::jsonb, '{"client_id": "bench", "request_path": "bench"}')`,
      [JSON.stringify(fullWidthBatch('page').map((r) => ({ r, e: [], w: [] })))],
    )
    await client.query('analyze')
    const headers = { Authorization: `Bearer ${await hub.token('portal_cy')}`, 'Accept-Encoding': 'identity' }
    const bareServer = await startBare(hub)
    try {
      const bareTarget = bareServer.target(batchSize)
      const size = { bare: 0, ours: 0 }
      const { bare, ours } = await compare({
        bare: async () => {
          size.bare = await read(
            `http://127.0.0.1:${bareTarget.port}${bareTarget.path('replication', 0)}`,
            headers,
          )
        },
        ours: async () => {
          size.ours = await read(`${functionsUrl}/odata/Property?$top=${batchSize}`, headers)
        },
      })
      // timestamps are written otherwise, a few bytes each
      if (size.ours < size.bare * 0.99) {
        throw new Error(`OData answered ${size.ours} bytes, bare SQL ${size.bare}`)
      }
      const line: Line = {
        name: 'OData, page of 1,000 full rows',
        value: bare / ours,
        unit: 'x',
        limit: { min: 0.6 },
        detail: `${(size.ours / 1e6).toFixed(1)} MB in ${ms(ours)}, bare ${ms(bare)}`,
      }
      return [line]
    } finally {
      await bareServer.stop()
    }
  },
}

/** Answers the size of what is read. */
async function read(url: string, headers: Record<string, string>): Promise<number> {
  const response = await fetch(url, { headers })
  const { byteLength } = await response.arrayBuffer()
  if (!response.ok) throw new Error(`${url}: ${response.status}`)
  return byteLength
}
