import { SignJWT } from 'jose'
import type { Hub } from '../hub.ts'

/** Headers by which a caller is known. */
export type Callers = Record<string, Record<string, string>>

/**
 * Everybody who may knock at a door, those first who are refused more: what a door lets happen is then seen by the last.
 * `looks_*` are tokens of admin/view-as.
 */
export async function callers(hub: Hub): Promise<Callers> {
  const bearer = (token: string) => ({ Authorization: `Bearer ${token}` })
  const user = (name: string) => bearer(hub.users[name]!.access_token)
  const { rows: [hungary] } = await hub.pool.query(`select id from public.mls_tenants where code = 'HU'`)
  const operator = bearer(await hub.token('operator'))
  const looks = async (whom: object) => {
    const response = await fetch(`${hub.functionsUrl}/admin/view-as`, {
      method: 'POST',
      headers: { ...operator, 'Content-Type': 'application/json' },
      body: JSON.stringify(whom),
    })
    return bearer((await response.json()).token)
  }
  return {
    anonymous: {},
    looks_portal: await looks({ client_id: 'portal_cy' }),
    looks_broker: await looks({ user_id: hub.users.broker_cy!.id }),
    looks_admin: await looks({ user_id: hub.users.org_admin_cy!.id }),
    portal: bearer(await hub.token('portal_cy')),
    ingest: bearer(await hub.token('databricks')),
    broker: user('broker_cy'),
    manager: user('manager_cy'),
    other_admin: bearer(await administrator(hub, hungary.id)),
    org_admin: user('org_admin_cy'),
    system_admin: user('system_admin'),
    operator,
    clock: { apikey: hub.secretKey },
  }
}

/** A token of the local stack for somebody who administers a market. */
async function administrator(hub: Hub, market: string): Promise<string> {
  return await new SignJWT({ role: 'authenticated', uoi: market, active_scope: 'org_admin', crud: 'crud' })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject('b0000000-0000-4000-8000-0000000000ff')
    .setAudience('authenticated').setIssuedAt().setExpirationTime('1h')
    .sign(new TextEncoder().encode(hub.credentials.jwtSecret))
}
