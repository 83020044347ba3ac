import process from 'node:process'
import { Pool } from 'pg'
import { createDoor } from '../../functions/_shared/http/door.ts'
import { type ClientVariables, requireScope } from '../../functions/_shared/oauth/require-scope.ts'
import { type ReadName, reads } from './reads.ts'

/**
 * What reads over OData are measured against: the same bytes by the shortest way (reads.ts), for the same clients. The
 * frame of a door and the check of the token are the same; there is no quota, no query to parse, no role, no claims and
 * no policy. `GET /bare/<read>?n=17&rows=100000`.
 */
const pool = new Pool({ connectionString: process.env.BARE_DATABASE_URL, max: 4 })
const catalogues = new Map<string, ReturnType<typeof reads>>()

const door = createDoor<ClientVariables>('bare', 'odata')
door.get('/:read', requireScope('odata'), async (c) => {
  const { read, n, rows: size } = { ...c.req.param(), ...c.req.query() } as Record<
    'read' | 'n' | 'rows',
    string
  >
  const catalogue = catalogues.get(size) ?? reads(Number(size))
  catalogues.set(size, catalogue)
  const { sql, values, text } = catalogue[read as ReadName]
  const { rows } = await pool.query<string[]>({
    text: sql,
    values: values(Number(n)),
    rowMode: 'array',
    types: { getTypeParser: () => (value: string) => value },
  })
  return new Response(`{"value":[${rows.map(text).join(',\n')}]}`, {
    headers: { 'Content-Type': 'application/json' },
  })
})

export default { fetch: door.fetch }
