import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import pg from 'pg'
import type { Child } from '../../../scripts/stack/child.ts'
import { repository } from '../../../scripts/stack/layout.ts'
import { findFreePort } from '../../../scripts/stack/ports.ts'
import { superuserUrl } from '../../../scripts/stack/postgres/server.ts'
import { loadGateway, openGateway } from '../../../scripts/stack/services.ts'
import { startThrowaway, type Throwaway } from '../../../scripts/stack/throwaway.ts'
import { type Authority, createAuthority } from '../certificates.ts'
import { openPool } from '../database.ts'
import { startTlsFront, type TlsFront } from '../tls-front.ts'

export const projectRef = 'abcdefghijklmnopqrst'
export const accessToken = 'sbp_0123456789012345678901234567890123456789'
export const cronKey = 'sb_secret_cron_0123456789abcdefghijklmnop'
/** Everything a password may hold that means something in an address, a statement, a file or a shell. */
export const databasePassword = `p%41w'"@:/?#&=$HOME\\x`

/**
 * As much of a hosted project as a deployment meets: a database that asks for TLS, Storage, Vault, pg_cron and pg_net
 * before it, the Management API, and functions with the secrets that were set there.
 */
export interface HostedProject {
  throwaway: Throwaway
  /** The owner of the platform's schemas, who may do what a project's `postgres` may not. */
  superuser: pg.Client
  authority: Authority
  front: TlsFront
  /** Address of the project, for MLS_PROJECT_URL, and of the Management API, for SUPABASE_API_URL. */
  url: string
  managementUrl: string
  /** Secrets of the functions as the Management API got them. */
  secrets: Record<string, string>
  /** Names of the functions that were deployed, with how often. */
  deployed: Record<string, number>
  /** What the functions have printed. */
  output: string[]
  remove(): Promise<void>
}

export async function startHostedProject(): Promise<HostedProject> {
  const throwaway = await startThrowaway({ migrated: false })
  const superuser = new pg.Client(superuserUrl(throwaway.server))
  await superuser.connect()
  await superuser.query(readFileSync(join(repository, 'tests/support/deploy/hosted.sql'), 'utf8'))
  await superuser.query(`alter role postgres password ${pg.escapeLiteral(databasePassword)}`)
  await superuser.query(`alter database postgres set log_statement = 'all'`)

  const authority = createAuthority('Database of the project')
  const front = await startTlsFront(throwaway.server.port, authority.issue('0.0.0.0'))
  const port = await findFreePort()
  const output: string[] = []
  let functions: Child | undefined

  const project: HostedProject = {
    throwaway,
    superuser,
    authority,
    front,
    url: `http://127.0.0.1:${port}`,
    managementUrl: '',
    secrets: {},
    deployed: {},
    output,
    remove: async () => {
      clearInterval(postman)
      await mailbox.end()
      management.close()
      await functions?.stop()
      await front.close()
      await superuser.end()
      await throwaway.remove()
    },
  }
  const management = await startManagement(project, async () => {
    await functions?.stop()
    const environment = {
      SUPABASE_URL: project.url,
      SUPABASE_SECRET_KEYS: JSON.stringify({ default: 'sb_secret_default_of_the_project', cron: cronKey }),
      ...project.secrets,
    }
    functions = await loadGateway(port, environment, undefined, (line) => void output.push(line))
    await openGateway(functions)
  })
  const mailbox = openPool({ connectionString: superuserUrl(throwaway.server), max: 1 })
  const postman = setInterval(() => deliver(mailbox).catch(() => {}), 100)
  return project
}

/** The Management API, as far as `supabase functions deploy` and the setting of secrets go. */
async function startManagement(project: HostedProject, restart: () => Promise<void>): Promise<Server> {
  const server = createServer(async (request, response) => {
    const answer = (status: number, body: unknown) => {
      response.writeHead(status, { 'Content-Type': 'application/json' })
      response.end(JSON.stringify(body))
    }
    const url = new URL(request.url!, 'http://management')
    const body = await text(request)
    const path = url.pathname.replace(`/v1/projects/${projectRef}`, '')
    if (request.headers.authorization !== `Bearer ${accessToken}`) {
      return answer(401, { message: 'Unauthorized' })
    }
    if (path === url.pathname) return answer(404, { message: 'Project not found' })
    if (path === '/secrets' && request.method === 'POST') {
      const secrets = JSON.parse(body) as { name: string; value: string }[]
      Object.assign(project.secrets, Object.fromEntries(secrets.map(({ name, value }) => [name, value])))
      await restart()
      return answer(201, {})
    }
    if (path === '/functions/deploy') {
      const slug = url.searchParams.get('slug')!
      project.deployed[slug] = (project.deployed[slug] ?? 0) + 1
      const made = { id: slug, slug, name: slug, version: 1, status: 'ACTIVE', created_at: 1, updated_at: 1 }
      return answer(201, { ...made, verify_jwt: false, import_map: true, entrypoint_path: 'index.ts' })
    }
    answer(200, request.method === 'GET' ? [] : {})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  project.managementUrl = `http://127.0.0.1:${(server.address() as { port: number }).port}`
  return server
}

/** What pg_net does between transactions: sends what waits, and keeps the answers. */
async function deliver(client: pg.Pool): Promise<void> {
  const { rows } = await client.query('delete from net.http_request_queue returning *')
  await Promise.all(rows.map(async ({ id, url, headers, body }) => {
    const sent = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
      .then(
        async (response) => [response.status, await response.text(), null],
        (error) => [null, null, error.message],
      )
    await client.query(
      'insert into net._http_response (id, status_code, content, timed_out, error_msg) values ($1, $2, $3, false, $4)',
      [id, ...sent],
    )
  }))
}
