import dns from 'node:dns/promises'
import { env } from '../http/env.ts'
import { DeliveryFailure } from './failure.ts'

/** Looks up the addresses of a name. */
export type Resolve = (name: string, type: 'A' | 'AAAA') => Promise<string[]>

export interface GuardOptions {
  /** Hosts (with their port unless it is 80) that a system operator allows to be read without TLS. */
  plainHosts?: string[]
  /** The variable that opens loopback addresses: only the local stack sets it. */
  isLocal?: string
  resolve?: Resolve
}

/**
 * Refuses addresses that lead inwards: subscribers and administrators of markets choose where we call, and must not reach
 * the platform's metadata or private networks through us. Names are resolved and every address checked, where the
 * resolver answers. For an address that is saved; a call takes `pinAddress()`.
 *
 * @throws DeliveryFailure `address_refused`
 */
export async function guardAddress(address: string, options: GuardOptions = {}): Promise<void> {
  const host = nameIn(address, options)
  if (host === undefined) return
  if ((await lookUp(host, options)).some(isInward)) refuseInward()
}

/**
 * The same for a call that follows at once: answers the addresses to connect to, so that the name is looked up once and
 * cannot lead elsewhere a moment later; undefined where the URL holds an address itself. Whom no resolver knows is not called.
 * Each hop of a redirect is a call of its own.
 *
 * @throws DeliveryFailure `address_refused`, `connection` where the name is unknown at the moment
 */
export async function pinAddress(address: string, options: GuardOptions = {}): Promise<string[] | undefined> {
  const host = nameIn(address, options)
  if (host === undefined) return undefined
  const addresses = await lookUp(host, options)
  if (addresses.length === 0) {
    throw new DeliveryFailure('connection', `The name ${host} cannot be resolved.`, { retry: true })
  }
  if (addresses.some(isInward)) refuseInward()
  return addresses
}

/** Refuses what can be refused without a resolver; answers the name that is to be looked up, undefined for an address. */
function nameIn(
  address: string,
  { plainHosts = [], isLocal = 'MLS_WEBHOOKS_LOCAL' }: GuardOptions,
): string | undefined {
  if (!URL.canParse(address)) refuse('It is no URL.')
  const url = new URL(address)
  if (env(isLocal) === 'true' && url.hostname === '127.0.0.1') return undefined
  const isPlain = url.protocol === 'http:' && plainHosts.includes(url.host.toLowerCase())
  if (url.protocol !== 'https:' && !isPlain) {
    refuse('Only https is called.')
  }
  if (url.username || url.password) refuse('It holds credentials.')
  if (url.port !== '' && Number(url.port) < 1024 && !isPlain) {
    refuse('Only port 443 and ports from 1024 are called.')
  }
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '').toLowerCase()
  if (isAddress(host)) {
    if (isInward(host)) refuse('It lies in a private or reserved network.')
    return undefined
  }
  if (!host.includes('.') || /(^|\.)(localhost|local|internal|intranet|home|lan|arpa)$/.test(host)) {
    refuse('Its name is local.')
  }
  return host
}

function refuse(reason: string): never {
  throw new DeliveryFailure('address_refused', `The address is not accepted. ${reason}`, { retry: true })
}

function refuseInward(): never {
  refuse('Its name leads into a private or reserved network.')
}

/** A resolver that hangs counts as one that knows nothing. */
const lookUpMs = 5_000

async function lookUp(host: string, { resolve = dnsResolve }: GuardOptions): Promise<string[]> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const deadline = new Promise<string[]>((done) => timer = setTimeout(done, lookUpMs, []))
  const bounded = (type: 'A' | 'AAAA') => Promise.race([resolve(host, type), deadline])
  const found = await Promise.allSettled([bounded('A'), bounded('AAAA')])
  clearTimeout(timer)
  return found.flatMap((result) => result.status === 'fulfilled' ? result.value : [])
}

const dnsResolve: Resolve = (name, type) => type === 'A' ? dns.resolve4(name) : dns.resolve6(name)

/** The URL parser has already turned octal, hexadecimal and short forms of IPv4 into dotted decimals. */
function isAddress(host: string): boolean {
  return host.includes(':') || /^\d+\.\d+\.\d+\.\d+$/.test(host)
}

/** Whether an address is anything but a public unicast one. */
export function isInward(address: string): boolean {
  if (!address.includes(':')) return isInward4(address)
  const groups = expand(address)
  const head = groups[0]!
  // 4-in-6 forms carry an IPv4 address in their last groups: mapped, compatible, NAT64, 6to4
  const embedded = (high: number, low: number) => `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`
  if (groups.slice(0, 5).every((group) => group === 0)) {
    return isInward4(embedded(groups[6]!, groups[7]!)) || groups[5] === 0
  }
  if (head === 0x64) return true
  if (head === 0x2002) return isInward4(embedded(groups[1]!, groups[2]!))
  return (head & 0xe000) !== 0x2000 || (head === 0x2001 && groups[1]! < 0x200) ||
    (head === 0x2001 && groups[1] === 0xdb8)
}

function isInward4(address: string): boolean {
  const [a = 0, b = 0, c = 0] = address.split('.').map(Number)
  return a === 0 || a === 10 || a === 127 || a >= 224 ||
    (a === 100 && b >= 64 && b < 128) || (a === 169 && b === 254) || (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && (b === 168 || (b === 0 && (c === 0 || c === 2)) || (b === 88 && c === 99))) ||
    (a === 198 && (b === 18 || b === 19 || (b === 51 && c === 100))) || (a === 203 && b === 0 && c === 113)
}

function expand(address: string): number[] {
  const [left = '', right] = address.split('::')
  const parse = (part: string) => part === '' ? [] : part.split(':').map((group) => parseInt(group, 16))
  const before = parse(left)
  const after = right === undefined ? [] : parse(right)
  return [...before, ...Array(Math.max(0, 8 - before.length - after.length)).fill(0), ...after]
}
