import { SignJWT } from 'jose'
import type pg from 'pg'
import type { Credentials } from './credentials.ts'
import { type DemoUser, demoUsers } from './demo.ts'

/** A demo user, ready to act: by the token at once, or signing in as people do. */
export interface Account {
  id: string
  email: string
  password: string
  access_token: string
}

/** Names the HS256 key in the local key set; @supabase/server looks it up by this name. */
export const userKeyId = 'local'

/** Every demo user, with a fresh token that is valid one hour; none before the database knows of people. */
export async function readAccounts(
  database: pg.ClientBase | pg.Pool,
  { jwtSecret, users }: Pick<Credentials, 'jwtSecret' | 'users'>,
  apiUrl: string,
): Promise<Record<string, Account>> {
  const { rows: [hook] } = await database.query(
    `select to_regprocedure('public.mls_access_token_hook(jsonb)') is not null as known`,
  )
  if (!hook.known) return {}
  const accounts: Record<string, Account> = {}
  for (const [name, user] of Object.entries<DemoUser>(demoUsers)) {
    const { id, email } = user
    const access_token = await mint(database, user, jwtSecret, apiUrl)
    accounts[name] = { id, email, password: users[name]!.password, access_token }
  }
  return accounts
}

/** The token that Supabase Auth would issue: its own claims, and those that the hook adds. */
async function mint(
  database: pg.ClientBase | pg.Pool,
  { id, email }: DemoUser,
  jwtSecret: string,
  apiUrl: string,
): Promise<string> {
  const issued = Math.floor(Date.now() / 1000)
  const claims = {
    iss: `${apiUrl}/auth/v1`,
    sub: id,
    aud: 'authenticated',
    role: 'authenticated',
    iat: issued,
    exp: issued + 3600,
    email,
  }
  const event = { user_id: id, claims, authentication_method: 'password' }
  const { rows } = await database.query(
    `select public.mls_access_token_hook($1::jsonb) -> 'claims' as claims`,
    [JSON.stringify(event)],
  )
  return new SignJWT(rows[0].claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid: userKeyId })
    .sign(new TextEncoder().encode(jwtSecret))
}
