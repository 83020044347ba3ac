import { SignJWT } from 'jose'
import type pg from 'pg'
import { type DemoUser, demoUsers } from './demo.ts'

export interface UserToken {
  id: string
  access_token: string
}

/** Names the HS256 key in the local key set; @supabase/server looks it up by this name. */
export const userKeyId = 'local'

/** Fresh tokens, valid one hour, for every demo user whose tenant exists. */
export async function mintUserTokens(
  database: pg.ClientBase | pg.Pool,
  jwtSecret: string,
  apiUrl: string,
): Promise<Record<string, UserToken>> {
  const tenants = await tenantIds(database)
  const key = new TextEncoder().encode(jwtSecret)
  const tokens: Record<string, UserToken> = {}
  for (const [name, user] of Object.entries<DemoUser>(demoUsers)) {
    const tenant = tenants.get(user.tenant)
    if (tenant) tokens[name] = { id: user.id, access_token: await mint(user, tenant, key, apiUrl) }
  }
  return tokens
}

/** The claims are those of the sign-in service of the apps: `uoi` is the tenant, the scope comes in both its forms. */
function mint(user: DemoUser, tenant: string, key: Uint8Array, apiUrl: string): Promise<string> {
  return new SignJWT({
    role: 'authenticated',
    email: user.email,
    uoi: tenant,
    scope: { id: user.scope, name: user.scope },
    active_scope: user.scope,
    crud: user.crud,
    team_ids: user.teams,
  })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid: userKeyId })
    .setSubject(user.id)
    .setAudience('authenticated')
    .setIssuer(`${apiUrl}/auth/v1`)
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(key)
}

async function tenantIds(database: pg.ClientBase | pg.Pool): Promise<Map<string, string>> {
  const table = await database.query(`select to_regclass('public.mls_tenants') is not null as there`)
  if (!table.rows[0].there) return new Map()
  const { rows } = await database.query<{ code: string; id: string }>(
    'select code, id from public.mls_tenants',
  )
  return new Map(rows.map(({ code, id }) => [code, id]))
}
