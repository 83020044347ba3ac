import type pg from 'pg'
import { demoUsers, teamCy } from '../../scripts/stack/demo.ts'

/** Claims of a user token, as the Data API passes them on. */
export type Claims = Record<string, unknown>

/** Claims of the demo users for a database whose markets have these ids. */
export function claimsOf(tenant: string) {
  const claims = (sub: string, scope: string, teams: string[] = []): Claims => ({
    role: 'authenticated',
    sub,
    uoi: tenant,
    active_scope: scope,
    crud: 'crud',
    team_ids: teams,
  })
  return {
    broker: claims(demoUsers.broker_cy.id, 'self', [teamCy]),
    manager: claims(demoUsers.manager_cy.id, 'team', [teamCy]),
    admin: claims(demoUsers.org_admin_cy.id, 'org_admin'),
    user: (number: number) => claims(`b0000000-0000-4000-8000-${String(number).padStart(12, '0')}`, 'self'),
  }
}

export interface Refused {
  code: string
  guard?: string
  [detail: string]: unknown
}

/** Runs one statement in a transaction of its own as a signed-in user, as the Data API does. */
export async function act<Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  claims: Claims,
  sql: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    await client.query('set local role authenticated')
    await client.query(`select set_config('request.jwt.claims', $1, true)`, [JSON.stringify(claims)])
    const { rows } = await client.query<Row>(sql, values)
    await client.query('commit')
    return rows
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}

/** The refusal with which a call ends; fails when it does not. */
export async function refusal(call: Promise<unknown>): Promise<Refused> {
  try {
    await call
  } catch (error) {
    const { code, detail, message } = error as pg.DatabaseError
    if (code === 'PT409') return JSON.parse(detail!)
    throw new Error(`Not a refusal: ${code} ${message}`)
  }
  throw new Error('The call was not refused')
}
