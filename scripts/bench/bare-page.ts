import process from 'node:process'
import { Pool } from 'pg'
import { followOrders, report } from '../stack/child-protocol.ts'

/**
 * What a page of OData is measured against: the same bytes by the shortest way. One SQL statement as owner, without row
 * level security or views, the stored documents joined and sent by the same server on a process of its own; no token, no
 * query to parse, no claims.
 */
const pool = new Pool({ connectionString: process.env.BARE_DATABASE_URL, max: 2 })

async function answer(request: Request): Promise<Response> {
  const limit = new URL(request.url).searchParams.get('limit')
  const { rows } = await pool.query<[string, string, string, string]>({
    text: `select "ModificationTimestamp", stamp, doc, doc_gold
      from public.served_property where not is_deleted order by seq limit $1`,
    values: [limit],
    rowMode: 'array',
    types: { getTypeParser: () => (text: string) => text },
  })
  const entities = rows.map(([time, stamp, doc, gold]) =>
    `{"@odata.etag":"W/\\"${stamp}\\"","ModificationTimestamp":"${time}",${doc},${gold}}`
  )
  return new Response(`{"value":[${entities.join(',\n')}]}`, {
    headers: { 'Content-Type': 'application/json' },
  })
}

Deno.serve(
  { hostname: '127.0.0.1', port: 0, onListen: ({ port }) => report({ event: 'ready', port }) },
  answer,
)
followOrders()
