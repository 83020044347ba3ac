import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAuthority } from '../support/certificates.ts'
import { cyprus, listing } from '../support/gold.ts'
import { type Hub, startHub } from '../support/hub.ts'
import { startTlsFront, type TlsFront } from '../support/tls-front.ts'

/** Reaches this machine as 127.0.0.1 does, without being an address of loopback. */
const elsewhere = '0.0.0.0'

let hub: Hub
let front: TlsFront
const authority = createAuthority()
const databasePort = () => Number(new URL(hub.dbUrl).port)

beforeAll(async () => {
  hub = await startHub()
  front = await startTlsFront(databasePort(), authority.issue(elsewhere, '127.0.0.1'))
})
afterAll(async () => {
  await hub?.stop()
  await front?.close()
})

/** The functions, with both logins going to this host and port. */
function functionsAt(host: string, port: number, certificate: string, query = ''): Promise<string> {
  const at = (address: string) => {
    const { username, password, pathname } = new URL(address)
    return `postgresql://${username}:${password}@${host}:${port}${pathname}${query}`
  }
  return hub.addIsolate({
    SUPABASE_DB_URL: '',
    MLS_SERVICE_DB_URL: at(hub.dbUrl),
    MLS_GATE_DB_URL: at(hub.database.gateUrl),
    MLS_DB_CA: certificate,
  })
}

async function ask(address: string, token?: string, init: RequestInit = {}): Promise<[number, unknown]> {
  const headers = { 'Content-Type': 'application/json', ...token && { Authorization: `Bearer ${token}` } }
  const response = await fetch(address, { ...init, headers })
  return [response.status, await response.json()]
}

describe('a database that asks for TLS', () => {
  let functions: string

  beforeAll(async () => {
    functions = await functionsAt(elsewhere, front.port, authority.cert.replaceAll('\n', '\\n'))
  })

  it('is written to and read from, statements in one message included', async () => {
    const records = Array.from({ length: 300 }, (_, index) => listing(1_000 + index))
    const [status, receipt] = await ask(`${functions}/ingest/property`, await hub.token('databricks'), {
      method: 'POST',
      body: JSON.stringify(records),
    })
    expect([status, receipt]).toMatchObject([200, { totals: { insert: 300 } }])

    const token = await hub.token('portal_cy')
    const filter = encodeURIComponent(`OriginatingSystemOfficeKey eq '${cyprus}'`)
    const queries = [
      `Property?$filter=${filter}&$orderby=ListingKey&$top=200&$count=true&$expand=Media`,
      `Property('QOBRIX_1001')`,
      'Property/$count',
    ]
    for (const query of queries) {
      const [through, direct] = await Promise.all([functions, hub.functionsUrl].map(async (base) => {
        const response = await fetch(`${base}/odata/${query}`, {
          headers: { Authorization: `Bearer ${token}` },
        })
        return { status: response.status, body: await response.text() }
      }))
      expect(through).toEqual(direct)
      expect(through!.status).toBe(200)
    }
    expect(front.passed).toBeGreaterThan(1)
    expect(front.overheard).toEqual([])
  })

  it('is asked anew when it has ended the connections', async () => {
    expect((await ask(`${functions}/health`))[0]).toBe(200)
    await hub.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'mls-hub' and datname = current_database()`,
    )
    await expect.poll(async () => (await ask(`${functions}/health`))[0]).toBe(200)
    expect((await ask(`${functions}/odata/Property?$top=1`, await hub.token('portal_cy')))[0]).toBe(200)
  })
})

/** As Deno 2.9 says it, and 2.1. */
const untrusted = /unable to verify the first certificate|UnknownIssuer/
const otherHost = /does not match certificate's altnames|NotValidForName/

describe('nothing is said before the other side has shown who it is', () => {
  const login = (functions: string) => {
    const { client_id, client_secret } = hub.clients.portal_cy!
    return fetch(`${functions}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'client_credentials', client_id, client_secret }),
    })
  }
  const refused = async (functions: string, reason: RegExp) => {
    const response = await login(functions)
    const body = await response.json()
    expect([response.status, body.error]).toEqual([503, 'server_error'])
    expect((await ask(`${functions}/health`))[0]).toBe(503)
    expect(hub.output.join('\n')).toMatch(reason)
  }

  it('a certificate of somebody else', async () => {
    const passed = front.passed
    const other = createAuthority('somebody else').cert
    await refused(await functionsAt(elsewhere, front.port, other), untrusted)
    await refused(await functionsAt(elsewhere, front.port, '', '?sslmode=no-verify'), untrusted)
    expect([front.passed, front.overheard]).toEqual([passed, []])
  })

  it('a certificate of another host', async () => {
    const other = await startTlsFront(databasePort(), authority.issue('db.example.com'))
    await refused(
      await functionsAt(elsewhere, other.port, authority.cert),
      otherHost,
    )
    expect(other.overheard).toEqual([])
    await other.close()
  })

  it('no TLS at all, whatever the address says', async () => {
    for (const query of ['', '?sslmode=disable', '?sslmode=prefer']) {
      const functions = await functionsAt(elsewhere, databasePort(), authority.cert, query)
      await refused(functions, /The server does not support SSL connections/)
    }
  })

  it('an unusable MLS_DB_CA', async () => {
    await refused(await functionsAt(elsewhere, front.port, '/etc/ca.crt'), /"code":"not_configured"/)
  })
})

describe('this machine', () => {
  it('is spoken to in the clear', async () => {
    const functions = await functionsAt('127.0.0.1', front.port, authority.cert)
    expect((await ask(`${functions}/health`))[0]).toBe(503)
    expect(front.overheard.splice(0)[0]).toContain('application_name\0mls-hub')
  })

  it('is spoken to as elsewhere when the address says so', async () => {
    const functions = await functionsAt('127.0.0.1', front.port, authority.cert, '?sslmode=verify-full')
    expect((await ask(`${functions}/health`))[0]).toBe(200)
    expect(front.overheard).toEqual([])
  })
})
