import { connect, createServer, type Server } from 'node:net'
import process from 'node:process'
import type { Pool } from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createPool } from '../../functions/_shared/db/pool.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'

const variable = 'MLS_TEST_POOL_URL'
let database: TestDatabase
/** Stands between the pool and the database, and can stop passing anything on without closing. */
let network: Server
let isSilent = false
let pool: Pool

beforeAll(async () => {
  database = await createDatabase()
  const url = new URL(database.url)
  const behind = Number(url.port)
  network = createServer((socket) => {
    const server = connect(behind, url.hostname)
    const pass = (from: typeof socket, to: typeof socket) => {
      from.on('data', (data) => isSilent || to.write(data))
      from.on('error', () => to.destroy())
      from.on('close', () => to.destroy())
    }
    pass(socket, server)
    pass(server, socket)
  })
  await new Promise<void>((resolve) => network.listen(0, '127.0.0.1', resolve))
  url.port = String((network.address() as { port: number }).port)
  process.env[variable] = url.href
  pool = createPool(variable, { max: 1, silenceMillis: 300 })
})
afterAll(async () => {
  await pool?.end()
  delete process.env[variable]
  network?.close()
  await database?.drop()
})

it('a connection on which the server falls silent is closed: its query fails, the next one has a new one', async () => {
  const client = await pool.connect()
  await client.query('begin')
  isSilent = true
  await expect(client.query('select 1')).rejects.toThrow('Query read timeout')
  isSilent = false
  client.release()
  expect((await pool.query('select 2 as two')).rows).toEqual([{ two: 2 }])
})

it('what answers in parts, each in time, is no silence', async () => {
  const client = await pool.connect()
  for (let n = 0; n < 3; n++) await client.query('select pg_sleep(0.15)')
  client.release()
})
