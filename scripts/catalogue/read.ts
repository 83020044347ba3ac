import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { repository } from '../stack/layout.ts'

const query = readFileSync(join(repository, 'scripts/catalogue/lines.sql'), 'utf8')

/**
 * Everything that the migrations made of a database, as sorted lines: tables, columns, constraints, indexes, functions,
 * grants, policies, triggers, comments, types, publications. Two databases with equal lines are the same to their users.
 */
export async function readCatalogue(url: string): Promise<string[]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    // names are written in full wherever they are not found otherwise
    await client.query(`set search_path = ''`)
    return (await client.query<{ line: string }>(query)).rows.map(({ line }) => line)
  } finally {
    await client.end()
  }
}
