import { once } from 'node:events'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient } from '@supabase/supabase-js'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Status } from '../../scripts/stack/status.ts'
import { findFreePort } from '../../scripts/stack/ports.ts'
import { type Checkout, makeCheckout } from '../support/checkout.ts'

let checkout: Checkout
let port: string

beforeAll(async () => {
  checkout = makeCheckout()
  port = String(await findFreePort())
})
afterAll(async () => {
  await checkout.run('stop')
  checkout.remove()
})

const start = (...more: string[]) => checkout.run('start', '--detach', '--no-seed', '--port', port, ...more)
const running = () => JSON.parse(readFileSync(join(checkout.folder, '.stack/running.json'), 'utf8'))
const nothingLeft = () =>
  vi.waitFor(() => expect(checkout.processes()).toEqual([]), { timeout: 20_000, interval: 100 })
async function status(): Promise<Status> {
  return JSON.parse((await checkout.run('status', '--json')).stdout)
}

describe('a stack from start to stop', () => {
  it('is not running at first, and status says so', async () => {
    expect(await checkout.run('status')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('not running'),
    })
  })

  it('starts in the background and returns once it serves', async () => {
    const outcome = await start()
    expect(outcome).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`http://127.0.0.1:${port}/functions/v1`),
    })
    const [reference] = /http:\S+\/docs\/api\.html/.exec(outcome.stdout)!
    expect(await (await fetch(reference)).text()).toMatch(/^<!doctype html>/)
    const { functions_url } = await status()
    expect((await fetch(`${functions_url}/health`)).status).toBe(200)
  })

  it('prints its addresses, keys, clients and users as JSON, and that the demo is not loaded', async () => {
    const outcome = await checkout.run('status', '--json')
    expect(outcome).toMatchObject({ code: 1, stderr: expect.stringContaining('Not seeded') })
    expect(JSON.parse(outcome.stdout)).toEqual({
      api_url: `http://127.0.0.1:${port}`,
      functions_url: `http://127.0.0.1:${port}/functions/v1`,
      storage_url: `http://127.0.0.1:${port}/storage/v1`,
      media: {
        stored: expect.any(Number),
        waiting: expect.any(Number),
        failed: 0,
        worker: expect.any(Boolean),
      },
      db_url: expect.stringMatching(/^postgresql:\/\/postgres:/),
      publishable_key: expect.stringMatching(/^sb_publishable_/),
      secret_key: expect.stringMatching(/^sb_secret_/),
      sandbox_dash_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      sandbox_qobrix_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      sandbox_rets_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      clients: Object.fromEntries(
        ['databricks', 'portal_cy', 'portal_hu', 'partner_all', 'verifier_all', 'photographer_cy', 'operator']
          .map((name) => [
            name,
            { client_id: name, client_secret: expect.any(String) },
          ]),
      ),
      users: Object.fromEntries(
        ['broker_cy', 'manager_cy', 'org_admin_cy', 'broker_hu', 'system_admin'].map((name) => [
          name,
          {
            id: expect.any(String),
            email: expect.stringMatching(/@demo\.example$/),
            password: expect.any(String),
            access_token: expect.stringMatching(/^ey/),
          },
        ]),
      ),
    })
  })

  it('keeps its secrets from other users of the machine', () => {
    expect(statSync(join(checkout.folder, '.stack/credentials.json')).mode & 0o077).toBe(0)
    expect(statSync(join(checkout.folder, '.stack/postgres')).mode & 0o077).toBe(0)
  })

  it('serves supabase-js through RLS: a broker sees the own market, a visitor none', async () => {
    const { api_url, publishable_key, users } = await status()
    const visitor = createClient(api_url, publishable_key)
    const broker = createClient(api_url, publishable_key, {
      global: { headers: { Authorization: `Bearer ${users.broker_cy!.access_token}` } },
    })
    expect((await visitor.from('mls_tenants').select('code')).data).toBeNull()
    expect((await broker.from('mls_tenants').select('code')).data).toEqual([{ code: 'CY' }])
  })

  it('gives tokens to its demo clients', async () => {
    const { functions_url, clients } = await status()
    const answer = await fetch(`${functions_url}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'client_credentials', ...clients.databricks! }),
    })
    expect(await answer.json()).toMatchObject({ access_token: expect.any(String), expires_in: 3600 })
  })

  it('refuses a second start in one line that says what to do', async () => {
    const outcome = await start()
    expect(outcome.code).toBe(1)
    expect(outcome.stderr.trim().split('\n')).toEqual([expect.stringMatching(/already runs .*npm stop/)])
  })

  it('reloads the functions when a file changes, and keeps the others when one breaks', async () => {
    const { functions_url } = await status()
    const file = join(checkout.folder, 'functions/health/index.ts')
    const original = readFileSync(file, 'utf8')
    const health = async () => (await fetch(`${functions_url}/health`)).status

    writeFileSync(file, 'export default { fetch: () => new Response(null, { status: 299 }) }')
    await vi.waitFor(async () => expect(await health()).toBe(299), { timeout: 20_000 })
    writeFileSync(file, 'this is no program')
    await vi.waitFor(async () => expect(await health()).toBe(503), { timeout: 20_000 })
    expect((await fetch(`${functions_url}/oauth/jwks`)).status).toBe(200)
    writeFileSync(file, original)
    await vi.waitFor(async () => expect(await health()).toBe(200), { timeout: 20_000 })
  })

  it('stops and leaves no process', async () => {
    expect(await checkout.run('stop')).toMatchObject({ code: 0, stdout: 'Stopped.\n' })
    expect(checkout.processes()).toEqual([])
    expect(existsSync(join(checkout.folder, '.stack/running.json'))).toBe(false)
    expect(await checkout.run('stop')).toMatchObject({ code: 0, stdout: 'The stack was not running.\n' })
  })

  it('finds its data and credentials again at the next start', async () => {
    expect(await start()).toMatchObject({ code: 0 })
    const before = await status()
    await query(before.db_url, 'create table public.kept (word text)')
    await checkout.run('stop')
    expect(await start()).toMatchObject({ code: 0 })
    const after = await status()
    const movable = {
      db_url: '',
      sandbox_dash_url: '',
      sandbox_qobrix_url: '',
      sandbox_rets_url: '',
      users: {},
    } // chosen anew at every start
    expect({ ...after, ...movable }).toEqual({ ...before, ...movable })
    expect(await query(after.db_url, `select to_regclass('public.kept')::text as name`)).toEqual([{
      name: 'kept',
    }])
    await query(after.db_url, 'drop table public.kept')
  })

  it('leaves nothing when it is killed, and starts again', async () => {
    process.kill(running().pid, 'SIGKILL')
    await nothingLeft()
    expect(await start()).toMatchObject({ code: 0 })
  })

  it('waits for its port after it was killed: its services notice a moment later', async () => {
    process.kill(running().pid, 'SIGKILL')
    await nothingLeft()
    const lingering = createServer().listen(Number(port), '127.0.0.1')
    await once(lingering, 'listening')
    const started = start()
    await sleep(2500)
    lingering.close()
    expect(await started).toMatchObject({ code: 0 })
  })

  it('starts again when it and its database were killed together', async () => {
    const database =
      readFileSync(join(checkout.folder, '.stack/postgres/postmaster.pid'), 'utf8').split('\n')[0]
    process.kill(running().pid, 'SIGSTOP') // so that it cannot shut down in order
    process.kill(Number(database), 'SIGKILL')
    process.kill(running().pid, 'SIGKILL')
    expect(await start()).toMatchObject({ code: 0 })
    await checkout.run('stop')
    await nothingLeft()
  })

  it('ends with one line when its database ends', async () => {
    expect(await start()).toMatchObject({ code: 0 })
    const database =
      readFileSync(join(checkout.folder, '.stack/postgres/postmaster.pid'), 'utf8').split('\n')[0]
    process.kill(Number(database), 'SIGKILL')
    await nothingLeft()
    expect(readFileSync(join(checkout.folder, '.stack/stack.log'), 'utf8')).toContain(
      'PostgreSQL ended unexpectedly',
    )
  })

  it('deletes on reset what it made, and nothing else', async () => {
    expect(await start()).toMatchObject({ code: 0 })
    const stranger = join(checkout.folder, '.stack/stranger.txt')
    writeFileSync(stranger, 'not ours')
    expect((await checkout.run('reset')).code).toBe(0)
    expect(checkout.processes()).toEqual([])
    expect(existsSync(stranger)).toBe(true)
    expect(existsSync(join(checkout.folder, '.stack/postgres'))).toBe(false)
    expect(existsSync(join(checkout.folder, '.stack/credentials.json'))).toBe(false)
  })
})

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}
