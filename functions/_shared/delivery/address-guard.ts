import { env } from '../http/env.ts'
import { DeliveryFailure } from './failure.ts'

interface Resolver {
  Deno?: { resolveDns?(name: string, type: 'A' | 'AAAA'): Promise<string[]> }
}

export interface GuardOptions {
  /** Hosts (with their port unless it is 80) that a system operator allows to be read without TLS. */
  plainHosts?: string[]
  /** The variable that opens loopback addresses: only the local stack sets it. */
  isLocal?: string
}

/**
 * Refuses addresses that lead inwards: subscribers and administrators of markets choose where we call, and must not reach
 * the platform's metadata or private networks through us. Names are resolved and every address checked, where the
 * runtime can resolve. Redirects are followed by nothing that leaves the hub, but for sources to the same host.
 *
 * @throws DeliveryFailure `address_refused`
 */
export async function guardAddress(
  address: string,
  { plainHosts = [], isLocal = 'MLS_WEBHOOKS_LOCAL' }: GuardOptions = {},
): Promise<void> {
  if (!URL.canParse(address)) refuse('It is no URL.')
  const url = new URL(address)
  if (env(isLocal) === 'true' && url.hostname === '127.0.0.1') return
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
    return
  }
  if (!host.includes('.') || /(^|\.)(localhost|local|internal|intranet|home|lan|arpa)$/.test(host)) {
    refuse('Its name is local.')
  }
  const addresses = await resolve(host)
  if (addresses.some(isInward)) refuse('Its name leads into a private or reserved network.')
}

function refuse(reason: string): never {
  throw new DeliveryFailure('address_refused', `The address is not accepted. ${reason}`, { retry: true })
}

async function resolve(host: string): Promise<string[]> {
  const dns = (globalThis as Resolver).Deno?.resolveDns
  if (!dns) return []
  const found = await Promise.allSettled([dns(host, 'A'), dns(host, 'AAAA')])
  return found.flatMap((result) => result.status === 'fulfilled' ? result.value : [])
}

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
