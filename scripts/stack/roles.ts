import pg from 'pg'
import type { Credentials } from './credentials.ts'

/**
 * Login roles after the migrations: the password of the role the OData door reads with, and the role the
 * local Data API runs as. The latter owns nothing and may become anon, authenticated and service_role only,
 * so that a missing grant shows here as it does on hosted Supabase.
 */
export async function prepareRoles(adminUrl: string, { passwords }: Credentials): Promise<void> {
  const client = new pg.Client(adminUrl)
  await client.connect()
  try {
    const { rows } = await client.query<{ rolname: string }>(
      `select rolname from pg_roles where rolname in ('mls_gate', 'lite_api')`,
    )
    const known = new Set(rows.map((row) => row.rolname))
    if (known.has('mls_gate')) {
      await client.query(`alter role mls_gate password ${client.escapeLiteral(passwords.gate)}`)
    }
    if (!known.has('lite_api')) await client.query('create role lite_api login inherit')
    await client.query(`
      alter role lite_api password ${client.escapeLiteral(passwords.rest)};
      grant anon, authenticated, service_role, pg_read_all_data to lite_api`)
  } finally {
    await client.end()
  }
}
