import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type pg from 'pg'
import type { SeedOptions, SeedReport } from '../seed/brokerage.ts'
import { accessToken } from './access-token.ts'
import type { Credentials } from './credentials.ts'
import { demoClients, type DemoUser, demoUsers } from './demo.ts'
import { StackError } from './stack-error.ts'

/** In this order; each once per database. */
type Step = 'reference' | 'brokerage' | 'workflow'

/** Sets states of the demo brokerage through the database's own rules, after the brokerage is in. */
const workflowFile = 'workflow.sql'

export type SeedTotals = SeedReport['totals']

/** Loads `seed/*.sql` in order, in one transaction. */
export async function seedReference(pool: pg.Pool, folder: string): Promise<void> {
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.sql')).sort() : []
  await runOnce(pool, 'reference', folder, files.filter((name) => name !== workflowFile))
}

/** Registers the demo API clients with the secrets of this data folder. Repeating it changes nothing. */
export async function registerDemoClients(pool: pg.Pool, credentials: Credentials): Promise<void> {
  for (const client of demoClients) {
    const { client_secret } = credentials.clients[client.client_id]!
    await pool.query('select mls.upsert_api_client($1::jsonb)', [
      JSON.stringify({ ...client, secret: client_secret, rate_limit_per_minute: 1_000_000 }),
    ])
  }
}

/**
 * Gives the demo users an e-mail and a password at Supabase Auth, and their place in a market. Repeating it changes
 * nothing but a password that is another.
 */
export async function registerDemoUsers(pool: pg.Pool, credentials: Credentials): Promise<void> {
  for (const [name, user] of Object.entries<DemoUser>(demoUsers)) {
    const { password } = credentials.users[name]!
    await pool.query(
      `insert into auth.users
         (id, email, encrypted_password, email_confirmed_at, raw_app_meta_data, raw_user_meta_data, created_at, updated_at)
       values ($1, $2, extensions.crypt($3, extensions.gen_salt('bf', 6)), now(), '{"provider": "email", "providers": ["email"]}',
         jsonb_build_object('name', $4::text), now(), now())
       on conflict (id) do update set encrypted_password = excluded.encrypted_password
       where extensions.crypt($3, users.encrypted_password) <> users.encrypted_password`,
      [user.id, user.email, password, name],
    )
    await pool.query(
      `insert into auth.identities (provider, provider_id, user_id, identity_data, created_at, updated_at)
       values ('email', $1::text, $1::uuid, jsonb_build_object('sub', $1::text, 'email', $2::text, 'email_verified', true), now(), now())
       on conflict (provider, provider_id) do nothing`,
      [user.id, user.email],
    )
    await pool.query(
      `insert into public.mls_user_access (user_id, tenant_id, scope, crud, team_ids)
       select $1, t.id, $3, $4, $5 from public.mls_tenants t where t.code = $2
       on conflict (user_id, tenant_id) do nothing`,
      [user.id, user.tenant, user.scope, user.crud, user.teams],
    )
  }
}

/** Sends the demo brokerage through the ingest door, as a notebook would, then moves some of it along its workflow. */
export async function seedDemo(
  pool: pg.Pool,
  folder: string,
  functionsUrl: string,
  credentials: Credentials,
  log: (line: string) => void,
  mediaAddress?: SeedOptions['mediaAddress'],
): Promise<void> {
  if (!await isDone(pool, 'brokerage')) {
    // read only where it is sent: whoever starts a hub without it, as most tests do, has no use for all these modules
    const { seedBrokerage } = await import('../seed/brokerage.ts')
    const token = await accessToken(functionsUrl, credentials.clients.databricks!)
    const { totals } = await seedBrokerage({ functionsUrl, token, log, mediaAddress }).catch(
      (error: Error) => {
        throw new StackError(`The demo brokerage could not be loaded: ${error.message}`)
      },
    )
    await markDone(pool, 'brokerage', totals)
  }
  await runOnce(pool, 'workflow', folder, existsSync(join(folder, workflowFile)) ? [workflowFile] : [])
}

/** What became of the demo brokerage when it was sent; null while it is not in. */
export async function readSeedTotals(client: pg.ClientBase | pg.Pool): Promise<SeedTotals | null> {
  if (!await isDone(client, 'workflow')) return null
  const { rows } = await client.query(`select result from local_stack.seeds where step = 'brokerage'`)
  return rows[0]?.result ?? null
}

async function runOnce(pool: pg.Pool, step: Step, folder: string, files: string[]): Promise<void> {
  if (await isDone(pool, step)) return
  const client = await pool.connect()
  try {
    await client.query('begin')
    for (const file of files) {
      await client.query(readFileSync(join(folder, file), 'utf8')).catch((error: Error) => {
        throw new StackError(`Seed ${file} failed: ${error.message}. Nothing of this step was loaded.`)
      })
    }
    await markDone(client, step, null)
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}

async function isDone(client: pg.ClientBase | pg.Pool, step: Step): Promise<boolean> {
  const table = await client.query(`select to_regclass('local_stack.seeds') is not null as there`)
  if (!table.rows[0].there) return false
  const { rowCount } = await client.query('select from local_stack.seeds where step = $1', [step])
  return rowCount === 1
}

async function markDone(client: pg.ClientBase | pg.Pool, step: Step, result: unknown): Promise<void> {
  await client.query(`
    create schema if not exists local_stack;
    create table if not exists local_stack.seeds (
      step text primary key,
      result json, -- keeps the order of the resources
      done_at timestamptz not null default now()
    )`)
  await client.query('insert into local_stack.seeds (step, result) values ($1, $2)', [
    step,
    JSON.stringify(result),
  ])
}
