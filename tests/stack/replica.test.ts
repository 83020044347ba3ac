import { join } from 'node:path'
import process from 'node:process'
import type pg from 'pg'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { accessToken } from '../../scripts/stack/access-token.ts'
import type { Child } from '../../scripts/stack/child.ts'
import { addresses, functionEnvironment, standbyEnvironment } from '../../scripts/stack/environment.ts'
import { folders } from '../../scripts/stack/layout.ts'
import { findFreePort } from '../../scripts/stack/ports.ts'
import { type PostgresServer, superuserUrl } from '../../scripts/stack/postgres/server.ts'
import { startStandby } from '../../scripts/stack/postgres/standby.ts'
import { registerDemoClients, seedReference } from '../../scripts/stack/seed.ts'
import { loadGateway, openGateway } from '../../scripts/stack/services.ts'
import { startThrowaway, type Throwaway } from '../../scripts/stack/throwaway.ts'
import { openPool } from '../support/database.ts'
import { publishListings } from '../support/listings.ts'

/** Reading from a standby of one's own server: late, paused, and killed in the middle of a walk. */
type Row = Record<string, unknown>
interface Page {
  value: Row[]
  '@odata.nextLink'?: string
  '@mls.changesAfter'?: { ModificationTimestamp: string }
}

const until = (isTrue: () => Promise<boolean>) => vi.waitUntil(isTrue, { timeout: 30_000, interval: 20 })

let throwaway: Throwaway
let standby: PostgresServer
let primary: pg.Pool
let replica: pg.Pool
let functions: string
let writer: string
let reader: string
const children: Child[] = []
const output: string[] = []
const scraper = 'a-token-of-the-scraper'
const count = 600
const keys = Array.from({ length: count }, (_, index) => `QOBRIX_r_${String(index).padStart(4, '0')}`)

beforeAll(async () => {
  throwaway = await startThrowaway()
  const { server, home, settings, credentials, url } = throwaway
  primary = openPool({ connectionString: url, max: 2 })
  await seedReference(primary, folders.seed)
  await registerDemoClients(primary, credentials)
  const logFile = join(home, 'replica.log')
  standby = await startStandby(server, { home, port: await findFreePort(), logFile, settings })
  replica = openPool({ connectionString: superuserUrl(standby), max: 1 })
  functions = await openIsolate(standby.port)
  writer = await accessToken(functions, credentials.clients.databricks!)
  reader = await accessToken(functions, credentials.clients.portal_cy!)
  await send(keys.map((key) => listing(key)))
  await caughtUp()
})

afterAll(async () => {
  await Promise.all(children.map((child) => child.stop()))
  await primary?.end()
  await replica?.end()
  await standby?.stop()
  await throwaway?.remove()
})

/** A function process whose standby listens on this port. */
async function openIsolate(standbyPort: number): Promise<string> {
  const { server, credentials } = throwaway
  const port = await findFreePort()
  const environment = {
    ...functionEnvironment(port, server.port, credentials),
    ...standbyEnvironment(standbyPort, credentials),
    MLS_METRICS_TOKEN: scraper,
    ...functions && { MLS_PUBLIC_URL: functions }, // one hub, one issuer of tokens
  }
  const gateway = await loadGateway(port, environment, undefined, (line) => output.push(line))
  children.push(gateway)
  await openGateway(gateway)
  return addresses(port, server.port, credentials).functionsUrl
}

const listing = (key: string, price = 100_000): Row => ({
  ListingKey: key,
  OriginatingSystemOfficeKey: 'SHARPSIR-CY-001',
  StandardStatus: 'Active',
  City: 'Limassol',
  ListPrice: price,
})

async function send(records: Row[]): Promise<void> {
  const response = await fetch(`${functions}/ingest/property`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${writer}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(records),
  })
  expect(await response.json()).toMatchObject({ totals: { reject: 0 } })
}

async function get<T = Page>(path: string, isolate = functions): Promise<T> {
  const address = new URL(path.startsWith('http') ? path : `${functions}/odata/${path}`)
  const from = new URL(isolate)
  address.host = from.host
  const response = await fetch(address, { headers: { Authorization: `Bearer ${reader}` } })
  const text = await response.text()
  expect(response.status, text).toBe(200)
  return JSON.parse(text)
}

const priceOf = async (key: string, isolate = functions) =>
  (await get<Row>(`Property('${key}')?$select=ListingKey,ListPrice`, isolate)).ListPrice

async function stampOf(pool: pg.Pool): Promise<bigint> {
  const { rows: [row] } = await pool.query<{ stamp: string }>('select mls.visible_stamp()::text as stamp')
  return BigInt(row!.stamp)
}

async function caughtUp(): Promise<void> {
  const stamp = await stampOf(primary)
  await until(async () => await stampOf(replica) >= stamp)
}

async function pause(): Promise<void> {
  await replica.query('select pg_wal_replay_pause()')
  await until(async () => {
    const { rows: [row] } = await replica.query('select pg_get_wal_replay_pause_state() as state')
    return row.state === 'paused'
  })
}

async function metric(name: string): Promise<number | undefined> {
  const response = await fetch(`${functions}/metrics`, { headers: { Authorization: `Bearer ${scraper}` } })
  const line = (await response.text()).split('\n').find((line) => line.startsWith(`${name} `))
  return line === undefined ? undefined : Number(line.split(' ')[1])
}

const changedAt = (stamp: bigint) => {
  const seconds = new Date(Number(stamp / 1_000n)).toISOString().slice(0, -5)
  return `${seconds}.${String(stamp % 1_000_000n).padStart(6, '0')}Z`
}

it('reads from the standby and writes to the primary', async () => {
  const before = await metric('mls_standby_reads_total{outcome="standby"}') ?? 0
  expect((await get('Property?$top=10')).value).toHaveLength(10)
  expect(await get<number>('Property/$count')).toBe(count)
  const answer = await fetch(`${functions}/search/listings`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${reader}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ limit: 5, include: ['count'] }),
  })
  expect(await answer.json()).toMatchObject({ count })
  expect(await metric('mls_standby_reads_total{outcome="standby"}')).toBeGreaterThanOrEqual(before + 3)
  expect(await metric('mls_standby_up')).toBe(1)
  expect(await metric('mls_standby_lag_seconds')).toBe(0)
})

it('answers who asks for changes since a time at which nothing changed', async () => {
  const now = new Date(Date.now() - 10).toISOString()
  for (const isolate of [functions, await openIsolate(await findFreePort())]) {
    for (const comparison of ['gt', 'ge']) {
      expect((await get(`Property?$filter=ModificationTimestamp ${comparison} ${now}`, isolate)).value)
        .toEqual([])
    }
    const later = BigInt(Date.now()) * 1_000n
    expect((await get(`EntityEvent?$filter=EntityEventSequence gt ${later}`, isolate)).value).toEqual([])
  }
})

it('answers from the primary what a late standby does not show yet, and then nothing older', async () => {
  const [first, second, third] = keys as [string, string, string]
  const isolate = await openIsolate(standby.port)
  await pause()
  try {
    // Nobody has seen the change: the standby may answer as it was.
    await send([listing(first, 200_000)])
    expect(await priceOf(first)).toBe(100_000)

    const since = changedAt(await stampOf(primary))
    const changes = await get(`Property?$select=ListingKey&$filter=ModificationTimestamp ge ${since}`)
    expect(changes.value.map(({ ListingKey }) => ListingKey)).toEqual([first])
    expect(await priceOf(first)).toBe(200_000)
    expect(await metric('mls_standby_lag_seconds')).toBeGreaterThan(0)

    await send([listing(second, 300_000)])
    const sequence = await stampOf(primary)
    const events = await get(`EntityEvent?$filter=EntityEventSequence ge ${sequence}`, isolate)
    expect(events.value).toHaveLength(1)
    expect(await priceOf(second, isolate)).toBe(300_000)

    // The link comes from an isolate that cannot reach the standby, and is followed where one can.
    await send([listing(third, 400_000)])
    const alone = await openIsolate(await findFreePort())
    const fresh = await openIsolate(standby.port)
    const page = await get('Property?$select=ListingKey,ListPrice&$orderby=ListingKey', alone)
    expect(page.value[2]).toMatchObject({ ListingKey: third, ListPrice: 400_000 })
    expect(await priceOf(third, fresh)).toBe(100_000)
    await get(page['@odata.nextLink']!, fresh)
    expect(await priceOf(third, fresh)).toBe(400_000)
  } finally {
    await replica.query('select pg_wal_replay_resume()')
  }
  await caughtUp()
  await until(async () => await metric('mls_standby_lag_seconds') === 0)
})

it('gives the objects of a feed from the standby, and from the primary what it does not have yet', async () => {
  const { secretKey } = throwaway.credentials
  const build = () =>
    fetch(`${functions}/egress/run?job=feeds`, { method: 'POST', headers: { apikey: secretKey } })
  const prices = async () => {
    const answer = await fetch(`${functions}/export/kyero-cy.xml`, {
      headers: { Authorization: `Bearer ${reader}` },
    })
    return [...(await answer.text()).matchAll(/<price>(\d+)/g)].map(([, price]) => price)
  }
  const [id] = await publishListings(primary, 1, 'QOBRIX_FEED')
  await primary.query(
    `insert into public.mls_listing_syndications (listing_id, portal_id)
     select l.id, p.id from public.mls_listings l join public.mls_portal_definitions p on p.tenant_id = l.tenant_id
     where p.code = 'KYERO' and l.id = $1`,
    [id],
  )
  expect(await (await build()).json()).toMatchObject({ status: 'ok' })
  await caughtUp()
  const reads = 'mls_standby_reads_total{outcome="standby"}'
  const before = await metric(reads) ?? 0
  // for a second after it was found late nobody asks it
  await until(async () => {
    expect(await prices()).toHaveLength(1)
    return (await metric(reads) ?? 0) > before
  })

  await pause()
  try {
    await primary.query('update public.mls_listings set list_price = 765432 where id = $1', [id])
    await build()
    expect(await prices()).toEqual(['765432'])
  } finally {
    await replica.query('select pg_wal_replay_resume()')
  }
  await caughtUp()
})

it('goes on with the primary when the standby is killed in the middle of a walk, while others write', async () => {
  const walked = new Map<string, number>()
  const take = (rows: Row[]) => {
    for (const { ListingKey, ListPrice } of rows) walked.set(ListingKey as string, ListPrice as number)
  }
  let seen = 0
  let round = 0
  const write = async () => {
    round++
    const changed = keys.filter((_, index) => index % 7 === round % 7)
    await send([...changed.map((key) => listing(key, 500_000 + round)), listing(`QOBRIX_new_${round}`)])
  }
  let page = await get('Property?replication=true&$select=ListingKey,ListPrice&$top=50')
  const since = page['@mls.changesAfter']!.ModificationTimestamp
  for (let pages = 1;; pages++) {
    take(page.value)
    seen += page.value.length
    const link = page['@odata.nextLink']
    if (!link) break
    const writing = write()
    if (pages === 5) {
      // SIGQUIT: the server ends at once, as in a crash
      process.kill(standby.pid, 'SIGQUIT')
    }
    page = await get(link)
    await writing
    if (pages === 5) await standby.exited
  }
  expect(seen).toBe(walked.size) // each record once
  for (
    let link: string | undefined =
      `Property?$select=ListingKey,ListPrice&$orderby=ModificationTimestamp&$filter=ModificationTimestamp gt ${since}`;
    link;
  ) {
    const changes: Page = await get(link)
    take(changes.value)
    link = changes['@odata.nextLink']
  }
  const { rows } = await primary.query(
    'select "ListingKey" as key, ("ListPrice" / 100)::float8 as price from public.served_property where not is_deleted',
  )
  expect(Object.fromEntries(walked)).toEqual(
    Object.fromEntries(rows.map(({ key, price }) => [key, price])),
  )
  expect(round).toBeGreaterThan(6)
  expect(await metric('mls_standby_up')).toBe(0)
  expect(await metric('mls_standby_reads_total{outcome="failed"}')).toBeGreaterThan(0)
  expect(output.join('\n')).not.toContain(throwaway.credentials.passwords.gate)
})
