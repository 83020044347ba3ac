import process from 'node:process'
import { Pool } from 'pg'
import { followOrders, report } from '../stack/child-protocol.ts'
import { type ReadName, reads } from './reads.ts'

/**
 * What reads over OData are measured against: the same bytes by the shortest way (reads.ts), joined and sent by the same
 * server on a process of its own; no token, no query to parse, no claims. `GET /<read>?n=17&rows=100000`.
 */
const pool = new Pool({ connectionString: process.env.BARE_DATABASE_URL, max: 4 })
const catalogues = new Map<string, ReturnType<typeof reads>>()

async function answer(request: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url)
  const size = searchParams.get('rows')!
  const catalogue = catalogues.get(size) ?? reads(Number(size))
  catalogues.set(size, catalogue)
  const { sql, values, text } = catalogue[pathname.slice(1) as ReadName]
  const { rows } = await pool.query<string[]>({
    text: sql,
    values: values(Number(searchParams.get('n'))),
    rowMode: 'array',
    types: { getTypeParser: () => (value: string) => value },
  })
  return new Response(`{"value":[${rows.map(text).join(',\n')}]}`, {
    headers: { 'Content-Type': 'application/json' },
  })
}

Deno.serve(
  { hostname: '127.0.0.1', port: 0, onListen: ({ port }) => report({ event: 'ready', port }) },
  answer,
)
followOrders()
