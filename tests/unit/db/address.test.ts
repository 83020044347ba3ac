import { X509Certificate } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { databaseAddress } from '../../../functions/_shared/db/address.ts'
import { supabaseRoots } from '../../../functions/_shared/db/supabase-roots.ts'
import { createAuthority } from '../../support/certificates.ts'

const variable = 'MLS_TEST_ADDRESS'
const at = (address: string) => {
  vi.stubEnv(variable, address)
  return databaseAddress(variable)
}
const ofHost = (host: string, query = '') => at(`postgresql://mls_gate:secret@${host}/postgres${query}`)

beforeEach(() => vi.stubEnv('MLS_DB_CA', ''))
afterEach(() => vi.unstubAllEnvs())

describe('who is spoken to without TLS', () => {
  it.each([
    '127.0.0.1:5432',
    '127.8.9.10',
    '[::1]:6543',
    '[::ffff:127.0.0.1]',
    'localhost',
    'LOCALHOST:1',
    'db.localhost',
    '%2Fvar%2Frun%2Fpostgresql',
  ])('this machine: %s', (host) => {
    for (const query of ['', '?sslmode=disable', '?sslmode=prefer', '?ssl=0']) {
      expect(ofHost(host, query).ssl).toBe(false)
    }
  })

  it.each([
    'db.abcdefghijklmnopqrst.supabase.co:5432',
    'aws-0-eu-central-1.pooler.supabase.com:6543',
    '127.0.0.1.example.com',
    'localhost.example.com',
    'mylocalhost',
    '10.0.0.1',
    '0.0.0.0',
    '[2001:db8::1]',
    '[::ffff:10.127.0.1]',
    'db',
  ])('nobody else: %s', (host) => {
    for (
      const mode of ['', 'disable', 'allow', 'prefer', 'no-verify', 'require', 'verify-ca', 'verify-full']
    ) {
      expect(ofHost(host, mode && `?sslmode=${mode}`).ssl).toEqual({ ca: supabaseRoots })
    }
    for (
      const query of [
        '?ssl=0',
        '?ssl=false',
        '?ssl=true&sslmode=disable',
        '?uselibpqcompat=true&sslmode=require',
      ]
    ) {
      expect(ofHost(host, query).ssl).toEqual({ ca: supabaseRoots })
    }
  })

  it('judges the host that the driver takes, and it takes the parameter', () => {
    expect(ofHost('127.0.0.1', '?host=db.example.com').ssl).toBeTruthy()
    expect(ofHost('db.example.com', '?host=/var/run/postgresql').ssl).toBe(false)
  })

  it('an address may ask this machine for TLS', () => {
    for (const mode of ['require', 'verify-ca', 'verify-full', 'VERIFY-FULL']) {
      expect(ofHost('127.0.0.1', `?sslmode=${mode}`).ssl).toEqual({ ca: supabaseRoots })
    }
  })
})

describe('what is left of the address', () => {
  it('everything but what overrules TLS', () => {
    const query = '?application_name=a%26b&sslmode=disable&connect_timeout=3&ssl=0'
    expect(ofHost('db.example.com:6543', query).connectionString)
      .toBe(
        'postgresql://mls_gate:secret@db.example.com:6543/postgres?application_name=a%26b&connect_timeout=3',
      )
    expect(ofHost('db.example.com', '?sslmode=require').connectionString)
      .toBe('postgresql://mls_gate:secret@db.example.com/postgres')
  })

  it('a password with anything in it', () => {
    const encoded = 'postgresql://u:100%25%40%3F%23%2F@db.example.com/postgres'
    expect(at(`${encoded}?sslmode=disable`).connectionString).toBe(encoded)
  })
})

describe('what cannot be used is said without quoting it', () => {
  it.each([
    'postgresql://u:geheim@[half/postgres',
    'postgresql://u:geheim@host:port/postgres',
  ])('%s', (address) => {
    expect(() => at(address)).toThrow(
      /MLS_TEST_ADDRESS is no address of the form postgresql:.*percent-encoded/,
    )
    expect(() => at(address)).not.toThrow(/geheim/)
  })

  it('an absent one', () => {
    expect(() => at('')).toThrow('The hub has no database: set MLS_TEST_ADDRESS.')
  })

  it.each(['sslrootcert', 'sslcert', 'sslkey'])('one that names a file: %s', (name) => {
    expect(() => ofHost('db.example.com', `?${name}=/tmp/x.crt`)).toThrow(/put the text .* into MLS_DB_CA/)
  })
})

describe('MLS_DB_CA', () => {
  const authority = createAuthority()

  it('is trusted beside the roots of Supabase, with line breaks as they come', () => {
    const wanted = { ca: `${supabaseRoots}${authority.cert}` }
    for (const text of [authority.cert, authority.cert.trim(), authority.cert.replaceAll('\n', '\\n')]) {
      vi.stubEnv('MLS_DB_CA', text)
      expect(ofHost('db.example.com').ssl).toEqual(wanted)
    }
  })

  it('may hold several', () => {
    const other = createAuthority('another').cert
    vi.stubEnv('MLS_DB_CA', authority.cert + other)
    expect(ofHost('db.example.com').ssl).toEqual({ ca: `${supabaseRoots}${authority.cert}${other}` })
  })

  it.each([
    '/etc/ssl/certs/ca.crt',
    '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
    authority.cert.replace('-----END CERTIFICATE-----', ''),
    authority.issue('db.example.com').key,
  ])('is refused when it is no certificate', (text) => {
    vi.stubEnv('MLS_DB_CA', text)
    expect(() => ofHost('db.example.com')).toThrow(/MLS_DB_CA must be the text of a certificate/)
    expect(ofHost('127.0.0.1').ssl).toBe(false)
  })
})

it('the roots of Supabase are those of its CLI and dashboard, and none has ended', () => {
  const blocks = supabaseRoots.match(/-----BEGIN[^]*?-----END CERTIFICATE-----/g)!
  const roots = blocks.map((pem) => new X509Certificate(pem))
  expect(roots.map(({ fingerprint256 }) => fingerprint256)).toEqual([
    '80:70:25:AD:50:D4:ED:21:9D:2C:9C:7D:29:9C:00:4F:82:4E:B0:0C:F7:F6:5A:FE:F6:07:D0:7B:72:E6:CA:FA',
    '5F:9B:77:95:1A:7A:A1:30:3F:9B:58:EE:A9:BF:A8:9E:35:8C:FD:C1:5F:97:86:FF:10:D4:93:0A:72:2C:9A:E2',
  ])
  for (const root of roots) {
    expect(root.subject).toContain('O=Supabase Inc\nCN=Supabase Root 2021 CA')
    expect(root.ca && root.verify(root.publicKey)).toBe(true)
    expect(Date.parse(root.validTo)).toBeGreaterThan(Date.now())
  }
})
