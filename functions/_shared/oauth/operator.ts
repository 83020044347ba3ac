import type { Pool } from 'pg'
import type { UserAccess } from './authenticate-user.ts'
import { HubError } from '../http/errors.ts'

/** Who operates the hub, or one market of it. */
export interface Operator {
  /** For logs and records: the id of an API client, `secret:<name of the key>` or `user:<uuid>`. */
  name: string
  /** The one market in reach; undefined where all are. */
  tenantId?: string
  /** Keys of the market offices in reach. */
  offices: string[]
  /** Id of the signed-in user, where one operates. */
  userId?: string
}

/** What a request does to what it names: a user needs the letter in the claim `crud`. */
const letterOf: Record<string, string> = { GET: 'r', HEAD: 'r', POST: 'u', PUT: 'u', PATCH: 'u', DELETE: 'd' }

/**
 * The operator that a signed-in user is: of all markets with scope `system_admin`, of the own one with `org_admin`.
 *
 * @throws HubError `insufficient_scope` (403) for every other scope, and without the letter of `crud`
 */
export async function operatorOfUser(pool: Pool, access: UserAccess, method: string): Promise<Operator> {
  const { scope, user_id, tenant_id } = access
  if (scope !== 'system_admin' && (scope !== 'org_admin' || !tenant_id)) {
    throw new HubError(
      'insufficient_scope',
      'This needs an administrator: a user token of scope org_admin or system_admin.',
    )
  }
  const letter = letterOf[method] ?? 'u'
  if (!access.crud.includes(letter)) {
    throw new HubError(
      'insufficient_scope',
      `This needs the right "${letter}" in the claim crud of your token.`,
    )
  }
  const tenantId = scope === 'system_admin' ? undefined : tenant_id!
  return { name: `user:${user_id}`, userId: user_id, tenantId, offices: await marketOffices(pool, tenantId) }
}

/** Keys of the market offices of one market, or of all. */
export async function marketOffices(pool: Pool, tenantId?: string): Promise<string[]> {
  const { rows } = await pool.query<{ office_key: string }>(
    'select office_key from public.mls_offices where is_market and ($1::uuid is null or tenant_id = $1) order by 1',
    [tenantId ?? null],
  )
  return rows.map((row) => row.office_key)
}
