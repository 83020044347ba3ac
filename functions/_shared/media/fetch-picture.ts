import { createHash } from 'node:crypto'
import { type GuardOptions, pinAddress } from '../delivery/address-guard.ts'
import type { Connections } from '../delivery/connections.ts'
import { DeliveryFailure } from '../delivery/failure.ts'
import { retryAfterSeconds } from '../delivery/retry-after.ts'
import { boundedChunks, exchange } from '../delivery/send.ts'
import { MediaFault, type MediaFaultCode } from './fault.ts'
import { type Format, sniff, sniffedBytes } from './sniff.ts'

/** A photo beyond it is taken by nobody: 25 MB is four times what cameras of phones write. */
export const maxBytes = 25 * 1024 * 1024
const timeoutMs = 30_000
const maxHops = 3

export interface Fetched {
  bytes: Uint8Array<ArrayBuffer>
  sha256: string
  format: Format
}

export interface FetchRules {
  /** How the source wants to be asked for pictures. */
  auth: 'none' | 'bearer' | 'user_agent'
  token?: string
  /** Its addresses are good for a time only. */
  expires: boolean
  /** Hosts that may be asked without TLS. */
  plainHosts: string[]
  /** Of the run that this picture is fetched in. */
  connections?: Connections
  /** For tests: looks up names. */
  resolve?: GuardOptions['resolve']
}

/**
 * Fetches a picture: every hop of a redirect is looked at, and the file is hashed, measured and recognised while it
 * arrives, so that what is no picture or too large is left after its first bytes.
 *
 * @throws MediaFault
 */
export async function fetchPicture(address: string, rules: FetchRules): Promise<Fetched> {
  let url = address
  for (let hop = 0; hop <= maxHops; hop++) {
    const answer = await ask(url, rules, hop === 0)
    if (answer.status < 300 || answer.status >= 400) {
      refuseStatus(answer, rules)
      return answer.content!
    }
    const next = answer.headers.get('location')
    if (!next || !URL.canParse(next, url)) break
    url = new URL(next, url).href
  }
  throw new MediaFault('redirect_refused', 'The address leads on and on.')
}

async function ask(url: string, rules: FetchRules, isFirst: boolean) {
  try {
    const { plainHosts, connections, resolve } = rules
    const addresses = await pinAddress(url, { plainHosts, isLocal: 'MLS_SOURCES_LOCAL', resolve })
    return await exchange({
      method: 'GET',
      url,
      // a token is for the host that the source named, not for where that one leads
      headers: { Accept: 'image/*', ...isFirst ? signedIn(rules) : { 'User-Agent': 'mls-hub' } },
      timeoutMs,
      maxBytes,
      addresses,
      connections,
    }, receive)
  } catch (error) {
    throw faultOf(error, isFirst)
  }
}

function signedIn({ auth, token }: FetchRules): Record<string, string> {
  if (auth === 'bearer' && token) return { 'User-Agent': 'mls-hub', Authorization: `Bearer ${token}` }
  return { 'User-Agent': auth === 'user_agent' && token ? token : 'mls-hub' }
}

async function receive(response: Response, limit: number): Promise<Fetched | undefined> {
  if (response.status !== 200) {
    await response.body?.cancel().catch(() => undefined)
    return undefined
  }
  if (Number(response.headers.get('content-length') ?? 0) > limit) {
    await response.body?.cancel().catch(() => undefined)
    throw tooLarge(limit)
  }
  const hash = createHash('sha256')
  const pieces: Uint8Array[] = []
  let length = 0
  let format: Format | undefined
  for await (const piece of boundedChunks(response, limit)) {
    hash.update(piece)
    pieces.push(piece)
    length += piece.length
    if (!format && length >= sniffedBytes) format = sniff(joined(pieces, length))
  }
  const bytes = joined(pieces, length)
  return { bytes, sha256: hash.digest('hex'), format: format ?? sniff(bytes) }
}

function joined(pieces: Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    bytes.set(piece, at)
    at += piece.length
  }
  return bytes
}

const tooLarge = (limit: number) =>
  new MediaFault('too_large', `The photo exceeds ${Math.round(limit / 1048576)} MB.`)

const statuses: Record<number, MediaFaultCode> = {
  401: 'unauthorized',
  403: 'unauthorized',
  408: 'timeout',
  429: 'rate_limited',
}

function refuseStatus(
  { status, headers }: { status: number; headers: Headers },
  { expires }: FetchRules,
): void {
  if (status === 200) return
  const isGone = status >= 400 && status < 500
  const code = statuses[status] ?? (isGone ? 'not_found' : 'server_error')
  const isOver = expires && (code === 'unauthorized' || code === 'not_found')
  throw new MediaFault(
    isOver ? 'address_expired' : code,
    `The host answered ${status}.`,
    retryAfterSeconds(headers),
  )
}

function faultOf(error: unknown, isFirst: boolean): MediaFault {
  if (error instanceof MediaFault) return error
  // what receive() threw, as exchange() passes it on
  if (error instanceof DeliveryFailure && error.cause instanceof MediaFault) return error.cause
  if (!(error instanceof DeliveryFailure)) {
    return new MediaFault('connection', `The answer broke off (${(error as Error).name}).`)
  }
  if (error.code === 'answer_too_large') return tooLarge(maxBytes)
  if (error.code === 'address_refused') {
    return new MediaFault(isFirst ? 'address_refused' : 'redirect_refused', error.message)
  }
  return new MediaFault(error.code === 'timeout' ? 'timeout' : 'connection', error.message)
}
