import { X509Certificate } from 'node:crypto'
import pg from 'pg'
import { env } from '../http/env.ts'
import { HubError } from '../http/errors.ts'
import { supabaseRoots } from './supabase-roots.ts'

/** How the driver reaches a database: TLS to every host but this machine, and only to one whose certificate holds. */
export interface DatabaseAddress {
  /** Without what it said of TLS: the driver would let it overrule `ssl`. */
  connectionString: string
  ssl: false | { ca: string }
}

/** Modes of libpq that want TLS; with them an address asks for it on this machine, too. */
const wantsTls = ['require', 'verify-ca', 'verify-full']
/** Files of the caller's machine: a hosted function has none. */
const namesFile = ['sslrootcert', 'sslcert', 'sslkey']
/** Everything else that an address can say of TLS. */
const ofTls = ['sslmode', 'ssl', 'sslnegotiation', 'uselibpqcompat']

/**
 * Reads the address in an environment variable, or one given under the name of a variable. It may ask for more
 * protection than the host calls for (`sslmode=verify-full` on this machine), never for less: `disable`, `prefer` and
 * `no-verify` change nothing. Certificates are checked against the system's roots, those of Supabase, and MLS_DB_CA.
 *
 * @throws HubError `not_configured` (503) when the address is missing or unreadable; it never quotes the address
 */
export function databaseAddress(variable: string, address = env(variable)): DatabaseAddress {
  if (!address) throw new HubError('not_configured', `The hub has no database: set ${variable}.`)
  const [, target = '', query = ''] = /^([^?]*)\??(.*)$/s.exec(address)!
  const parameters = new URLSearchParams(query)
  const file = namesFile.find((name) => parameters.has(name))
  if (file) {
    throw new HubError(
      'not_configured',
      `${variable} names a file in "${file}": put the text of the certificate into MLS_DB_CA instead.`,
    )
  }
  const asksForTls = wantsTls.includes(parameters.get('sslmode')?.toLowerCase() ?? '')
  for (const name of ofTls) parameters.delete(name)
  const connectionString = parameters.size > 0 ? `${target}?${parameters}` : target
  const isPlain = isThisMachine(hostOf(variable, connectionString)) && !asksForTls
  return { connectionString, ssl: isPlain ? false : { ca: trustedRoots() } }
}

/** The host as the driver understands the address: a parameter `host` wins over the one before the path. */
function hostOf(variable: string, connectionString: string): string {
  try {
    return new pg.Client({ connectionString }).host
  } catch { /* the error would quote the address, password included */ }
  throw new HubError(
    'not_configured',
    `${variable} is no address of the form postgresql://user:password@host:port/database; ` +
      'special characters of the password must be percent-encoded.',
  )
}

/** Loopback by number or by the name reserved for it, or a socket in the file system. */
const thisMachine = [
  /^\//,
  /^(.+\.)?localhost\.?$/,
  /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/,
  /^::1$/,
  /^::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}$/, // 127/8 as URLs write it
]

function isThisMachine(host: string): boolean {
  return thisMachine.some((pattern) => pattern.test(host.toLowerCase()))
}

/**
 * Line breaks survive few ways of setting a variable; `\n` in their place survives all. What is no certificate is refused
 * here: handed to Deno 2.1, it would leave the connection hanging.
 */
function trustedRoots(): string {
  const own = env('MLS_DB_CA')?.replaceAll('\\n', '\n')
  if (!own) return supabaseRoots
  const blocks = own.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? []
  if (blocks.length === 0 || !blocks.every(isCertificate)) {
    throw new HubError(
      'not_configured',
      'MLS_DB_CA must be the text of a certificate, from "-----BEGIN CERTIFICATE-----" to "-----END CERTIFICATE-----".',
    )
  }
  return `${supabaseRoots}${blocks.join('\n')}\n`
}

function isCertificate(pem: string): boolean {
  try {
    return Boolean(new X509Certificate(pem))
  } catch {
    return false
  }
}
