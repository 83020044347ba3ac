import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { findFreePort } from '../../scripts/stack/ports.ts'
import { type Checkout, makeCheckout } from '../support/checkout.ts'

let checkout: Checkout
let port: string

// one for all: Deno reads and translates each copy anew
beforeAll(() => {
  checkout = makeCheckout()
})
afterAll(() => checkout?.remove())
beforeEach(async () => {
  port = String(await findFreePort())
})
afterEach(async () => {
  await checkout.run('reset')
  rmSync(join(checkout.folder, '.stack'), { recursive: true, force: true })
})

const start = (...more: string[]) => checkout.run('start', '--no-seed', '--port', port, ...more)

/** What a start that fails says on stderr: always one line. */
async function refusal(...more: string[]): Promise<string> {
  const { code, stderr } = await start(...more)
  expect(code).toBe(1)
  expect(stderr.trim().split('\n')).toHaveLength(1)
  expect(checkout.processes()).toEqual([])
  return stderr
}

describe('a start that cannot succeed says why in one line, and leaves no process', () => {
  it('port taken', async () => {
    const other = createServer()
    await new Promise<void>((done) => other.listen(Number(port), '127.0.0.1', done))
    try {
      expect(await refusal()).toBe(
        `Port ${port} is in use: stop what uses it, or choose another with \`npm start -- --port ${
          Number(port) + 1
        }\`.\n`,
      )
      expect(existsSync(join(checkout.folder, '.stack'))).toBe(false)
    } finally {
      other.close()
    }
  })

  it('data of another PostgreSQL version', async () => {
    mkdirSync(join(checkout.folder, '.stack/postgres'), { recursive: true })
    writeFileSync(join(checkout.folder, '.stack/postgres/PG_VERSION'), '16\n')
    writeFileSync(join(checkout.folder, '.stack/credentials.json'), '{"passwords":{}}')
    expect(await refusal()).toMatch(
      /PostgreSQL version 16, this stack runs version 17: .*--data.*npm run reset/,
    )
  })

  it('a database whose credentials are gone', async () => {
    mkdirSync(join(checkout.folder, '.stack/postgres'), { recursive: true })
    writeFileSync(join(checkout.folder, '.stack/postgres/PG_VERSION'), '17\n')
    expect(await refusal()).toMatch(/credentials.json is missing.*npm run reset/)
  })

  it('a migration that fails, with file and line; mended, the next start goes on from there; and one changed since', async () => {
    const folder = join(checkout.folder, 'migrations')
    const number = String(readdirSync(folder).filter((name) => name.endsWith('.sql')).length + 1).padStart(
      4,
      '0',
    )
    const broken = join(folder, `${number}_broken.sql`)
    writeFileSync(
      broken,
      'create table public.first_half (id int);\n\nselect nonesuch from public.first_half;\n',
    )
    expect(await refusal()).toBe(
      `Migration ${number}_broken.sql, line 3 failed: column "nonesuch" does not exist. Nothing of this file was applied.\n`,
    )
    rmSync(broken)
    expect((await start('--detach')).code).toBe(0)

    await checkout.run('stop')
    const first = join(folder, readdirSync(folder).filter((name) => name.endsWith('.sql')).sort()[0]!)
    const original = readFileSync(first, 'utf8')
    writeFileSync(first, original + '\n-- changed\n')
    expect(await refusal()).toMatch(/Hashes don't match.*npm run reset/)
    writeFileSync(first, original)
  })

  it('options that do not exist, and ports that are none', async () => {
    expect(await refusal('--prot', '1')).toMatch(/--prot/)
    expect(await refusal('--port', 'eighty')).toMatch(/--port takes a number/)
    expect(await refusal('--port', '70000')).toMatch(/from 1 to 65535/)
  })
})

describe.runIf(process.getuid?.() === 0)('started by root', () => {
  it('keeps the database where its user may go when the data folder lies in a closed one, and removes it on reset', async () => {
    const closed = join(checkout.folder, 'closed')
    mkdirSync(closed)
    chmodSync(closed, 0o700)
    const data = join(closed, 'data')
    expect((await start('--detach', '--data', data)).code).toBe(0)
    const home = readFileSync(join(data, 'postgres-home'), 'utf8').trim()
    expect(existsSync(join(home, 'postgres/PG_VERSION'))).toBe(true)
    expect((await checkout.run('reset', '--data', data)).code).toBe(0)
    expect(existsSync(home)).toBe(false)
    expect(existsSync(data)).toBe(false)
  })
})
