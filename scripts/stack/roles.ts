import pg from 'pg'
import type { Credentials } from './credentials.ts'

/** The roles that the stand-ins of the platform's services log in as, each as its service does on the platform. */
export const serviceRoles = {
  rest: 'lite_api',
  auth: 'supabase_auth_admin',
  storage: 'supabase_storage_admin',
} as const

/**
 * Login roles after the migrations, and what only a superuser may do here. The password of the role the OData door
 * reads with; those of the services' roles; and the role the local Data API runs as, which owns nothing and may become
 * anon, authenticated and service_role only, so that a missing grant shows here as it does on hosted Supabase.
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
    await client.query('grant anon, authenticated, service_role, pg_read_all_data to lite_api')
    for (const role of Object.values(serviceRoles)) {
      await client.query(`alter role ${role} password ${client.escapeLiteral(passwords.rest)}`)
    }
    // Hosted projects let `postgres` write policies on the tables of Storage, and no others; a plain server does not.
    const { rows: [storage] } = await client.query(
      `select to_regprocedure('mls.prepare_storage()') is not null as known`,
    )
    if (storage.known) await client.query('select mls.prepare_storage()')
  } finally {
    await client.end()
  }
}
