import { afterEach, describe, expect, it, vi } from 'vitest'
import { closePools, createPool, gatePool, servicePool } from '../../../functions/_shared/db/pool.ts'

const pooler = (user: string) => `postgresql://${user}.ref:x@pooler.example.com:6543/postgres`
const direct = 'postgresql://postgres:x@db.example.com:5432/postgres'

afterEach(async () => {
  vi.unstubAllEnvs()
  await closePools()
})

describe('the addresses of the two logins', () => {
  it('are those of the pooler, not the one that the platform sets', () => {
    vi.stubEnv('SUPABASE_DB_URL', direct)
    vi.stubEnv('MLS_SERVICE_DB_URL', pooler('postgres'))
    vi.stubEnv('MLS_GATE_DB_URL', pooler('mls_gate'))
    expect(servicePool().options.connectionString).toBe(pooler('postgres'))
    expect(gatePool().options.connectionString).toBe(pooler('mls_gate'))
  })

  it("without ours the service takes the platform's, and the gate takes none: it would have all rights", () => {
    vi.stubEnv('SUPABASE_DB_URL', direct)
    vi.stubEnv('MLS_SERVICE_DB_URL', '')
    vi.stubEnv('MLS_GATE_DB_URL', '')
    expect(servicePool().options.connectionString).toBe(direct)
    expect(() => gatePool()).toThrow('The hub has no database: set MLS_GATE_DB_URL.')
  })

  it('without any the message names ours', () => {
    for (const name of ['SUPABASE_DB_URL', 'MLS_SERVICE_DB_URL']) vi.stubEnv(name, '')
    expect(() => servicePool()).toThrow('The hub has no database: set MLS_SERVICE_DB_URL.')
  })
})

it('a pool takes few connections and gives back soon what it does not use', () => {
  vi.stubEnv('MLS_SERVICE_DB_URL', direct)
  expect(createPool('MLS_SERVICE_DB_URL').options).toMatchObject({ max: 4, idleTimeoutMillis: 5_000 })
  vi.stubEnv('MLS_DB_POOL_MAX', '2')
  expect(createPool('MLS_SERVICE_DB_URL').options.max).toBe(2)
})
