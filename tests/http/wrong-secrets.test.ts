import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type Hub, startHub } from '../support/hub.ts'
import { inOneMinute } from '../support/one-minute.ts'

let hub: Hub
let isolates: string[]

beforeAll(async () => {
  hub = await startHub()
  isolates = [hub.functionsUrl, await hub.addIsolate()]
  const superuser = new pg.Client(hub.database.superuserUrl)
  await superuser.connect()
  await superuser.query(`alter database ${hub.database.name} set log_statement = 'all'`)
  await superuser.end()
  await hub.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid()`,
  )
})
afterAll(() => hub?.stop())

const nextMinute = () =>
  hub.pool.query(`update mls.request_windows set window_start = window_start - interval '1 minute'`)

let lastAddress = 0
const newAddress = () => `198.51.100.${++lastAddress}`
const newSecret = () => randomBytes(24).toString('base64url')

async function newClient(): Promise<{ id: string; secret: string }> {
  const client = { id: `client_${randomBytes(4).toString('hex')}`, secret: newSecret() }
  await hub.pool.query('select mls.upsert_api_client($1)', [
    { client_id: client.id, secret: client.secret, scopes: ['odata'] },
  ])
  return client
}

interface From {
  isolate?: number
  headers?: Record<string, string>
}

async function askForToken(
  id: string,
  secret: string,
  address: string,
  { isolate = 0, headers = {} }: From = {},
) {
  const response = await fetch(`${isolates[isolate]}/oauth/token`, {
    method: 'POST',
    headers: { 'X-Forwarded-For': address, Authorization: `Basic ${btoa(`${id}:${secret}`)}`, ...headers },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  })
  return { status: response.status, headers: response.headers, body: await response.json() }
}

async function statuses(
  amount: number,
  ask: (index: number) => Promise<{ status: number }>,
): Promise<number[]> {
  const found: number[] = []
  for (let index = 0; index < amount; index++) found.push((await ask(index)).status)
  return found
}
const refusals = (amount: number) => Array.from({ length: amount }, () => 401)

describe('wrong secrets', () => {
  it(
    'are slowed after ten a minute, the right one with them; another isolate knows, and the next minute forgets',
    inOneMinute(async () => {
      const { id, secret } = await newClient()
      const address = newAddress()
      expect(await statuses(10, () => askForToken(id, newSecret(), address))).toEqual(refusals(10))

      const slowed = await askForToken(id, newSecret(), address)
      expect(slowed.status).toBe(429)
      const seconds = Number(slowed.headers.get('Retry-After'))
      expect(seconds).toBeGreaterThanOrEqual(1)
      expect(seconds).toBeLessThanOrEqual(60)
      expect(slowed.headers.get('Cache-Control')).toBe('no-store')
      expect(slowed.body).toEqual({
        error: 'invalid_request',
        error_description: `Too many wrong secrets came from this address: go on in ${seconds} s.`,
      })
      expect((await askForToken(id, secret, address)).status).toBe(429)
      expect((await askForToken(id, secret, address, { isolate: 1 })).status).toBe(429)

      await nextMinute()
      expect((await askForToken(id, secret, address)).status).toBe(200)
    }),
  )

  it(
    'shut out nobody at another address, and no other client at the same',
    inOneMinute(async () => {
      const [attacked, other] = [await newClient(), await newClient()]
      const address = newAddress()
      await statuses(12, () => askForToken(attacked.id, newSecret(), address))
      expect((await askForToken(attacked.id, attacked.secret, address)).status).toBe(429)
      expect((await askForToken(attacked.id, attacked.secret, newAddress())).status).toBe(200)
      expect((await askForToken(other.id, other.secret, address)).status).toBe(200)
    }),
  )

  it(
    'of clients that do not exist are slowed in the same words',
    inOneMinute(async () => {
      const [{ id }, address] = [await newClient(), newAddress()]
      const ask = (client: string) => statuses(11, () => askForToken(client, newSecret(), address))
      expect(await ask(id)).toEqual([...refusals(10), 429])
      expect(await ask('nobody')).toEqual([...refusals(10), 429])
      const [known, unknown] = [
        await askForToken(id, 'x', address),
        await askForToken('nobody', 'x', address),
      ]
      const words = (description: string) => description.replace(/\d+ s/, 'N s')
      expect(words(unknown.body.error_description)).toBe(words(known.body.error_description))
    }),
  )

  it(
    'of ever other clients are slowed after thirty from one address',
    inOneMinute(async () => {
      const [{ id, secret }, address] = [await newClient(), newAddress()]
      const each = (index: number) => askForToken(`guess_${index}`, newSecret(), address)
      expect(await statuses(31, each)).toEqual([...refusals(30), 429])
      expect((await askForToken(id, secret, address)).status).toBe(429)
      expect((await askForToken(id, secret, newAddress())).status).toBe(200)
    }),
  )

  it(
    'that come at once are counted one by one, over all isolates',
    inOneMinute(async () => {
      const [{ id }, address] = [await newClient(), newAddress()]
      const answers = await Promise.all(
        Array.from(
          { length: 40 },
          (_, index) => askForToken(id, newSecret(), address, { isolate: index % 2 }),
        ),
      )
      const found = answers.map(({ status }) => status).sort()
      expect(found).toEqual([...refusals(10), ...Array.from({ length: 30 }, () => 429)])
    }),
  )

  it(
    'write two rows while they count and none afterwards; right ones write none',
    inOneMinute(async () => {
      const [{ id, secret }, address] = [await newClient(), newAddress()]
      const rows = async () =>
        (await hub.pool.query('select quota, used, xmin::text from mls.request_windows order by 1')).rows
      const before = await rows()
      expect(await statuses(20, () => askForToken(id, secret, address))).toEqual(
        Array.from({ length: 20 }, () => 200),
      )
      expect(await rows()).toEqual(before)
      await statuses(12, () => askForToken(id, newSecret(), address))
      const after = await rows()
      expect(after.length).toBe(before.length + 2)
      await statuses(5, () => askForToken(id, newSecret(), address))
      expect(await rows()).toEqual(after)
    }),
  )
})

describe('an address', () => {
  const slowed = async (headers: (index: number) => Record<string, string>): Promise<boolean> => {
    const { id } = await newClient()
    const found = await statuses(11, (index) => askForToken(id, newSecret(), '', { headers: headers(index) }))
    return found.at(-1) === 429
  }

  it(
    'is what Cloudflare says, else what the nearest proxy added: not what the caller puts before it',
    inOneMinute(async () => {
      const proxy = newAddress()
      expect(await slowed((index) => ({ 'X-Forwarded-For': `203.0.113.${index}, ${proxy}` }))).toBe(true)
      const client = newAddress()
      const forged = (index: number) => ({
        'X-Forwarded-For': `203.0.113.${index}`,
        'CF-Connecting-IP': client,
      })
      expect(await slowed(forged)).toBe(true)
      expect(await slowed((index) => ({ 'X-Forwarded-For': `203.0.113.${index}` }))).toBe(false)
    }),
  )

  it(
    'of IPv6 is a network of 64 bits; what is no address counts as one',
    inOneMinute(async () => {
      expect(await slowed((index) => ({ 'X-Forwarded-For': `2001:db8:1:2:${index}::1` }))).toBe(true)
      expect(await slowed((index) => ({ 'X-Forwarded-For': `2001:db8:1:${index}::1` }))).toBe(false)
      expect(await slowed((index) => ({ 'X-Forwarded-For': `::ffff:192.0.2.${index}` }))).toBe(false)
      expect(await slowed((index) => ({ 'X-Forwarded-For': `nowhere-${index}'` }))).toBe(true)
    }),
  )
})

describe('the logs', () => {
  it(
    'of functions and database hold no secret, wherever it was sent',
    inOneMinute(async () => {
      const { id, secret } = await newClient()
      const address = newAddress()
      const sent = {
        right: secret,
        wrong: newSecret(),
        asId: newSecret(),
        inQuery: newSecret(),
        inHeader: newSecret(),
      }
      const body = (form: Record<string, string>, query = '', headers: Record<string, string> = {}) =>
        fetch(`${hub.functionsUrl}/oauth/token${query}`, {
          method: 'POST',
          headers: { 'X-Forwarded-For': address, ...headers },
          body: new URLSearchParams({ grant_type: 'client_credentials', ...form }),
        })
      const answers = [
        await body({ client_id: id, client_secret: sent.right }),
        await body({ client_id: id, client_secret: sent.wrong }),
        await body({ client_id: sent.asId, client_secret: id }), // one for the other
        await body({ client_id: id }, `?client_secret=${sent.inQuery}`),
        await body({}, '', { Authorization: `Basic ${sent.inHeader}` }),
        await body({ client_id: id, client_secret: sent.wrong, scope: 'admin' }),
      ]
      expect(answers.map(({ status }) => status)).toEqual([200, 401, 401, 401, 401, 401])
      await statuses(12, () => askForToken(id, sent.wrong, address))
      await statuses(12, () => askForToken(sent.asId, sent.wrong, address))

      const functions = hub.output.join('\n')
      const database = readFileSync(inject('postgres').logFile, 'utf8').split('\n')
        .filter((line) => !line.includes('upsert_api_client') && !line.includes('"client_id"')).join('\n')
      expect(functions).toContain(`"client_id":"${id}"`)
      expect(functions).toContain('"code":"rate_limited"')
      expect(database).toContain('authenticate_api_client')
      for (const [where, value] of Object.entries(sent)) {
        expect(functions, where).not.toContain(value)
        if (where !== 'asId') expect(database, where).not.toContain(value)
      }
    }),
  )
})
