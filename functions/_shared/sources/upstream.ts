import { guardAddress, type GuardOptions, pinAddress } from '../delivery/address-guard.ts'
import { Connections } from '../delivery/connections.ts'
import { type OutboundRequest, sendForBytes } from '../delivery/send.ts'
import { retryAfterSeconds } from '../delivery/retry-after.ts'
import { SourceFailure, toSourceFailure } from './failure.ts'

export interface UpstreamAnswer {
  status: number
  headers: Headers
  bytes: Uint8Array
  text(): string
}

export interface UpstreamOptions {
  /** Asks the database for leave to send one request: seconds to wait, -1 when the lease is lost. */
  permit(): Promise<number>
  /** Hosts that may be spoken to without TLS. */
  plainHosts: string[]
  /** Longest wait for leave within a slice, in seconds. */
  patience: number
  /** For tests: looks up names. */
  resolve?: GuardOptions['resolve']
}

type UpstreamRequest = Partial<OutboundRequest> & {
  url: string
  /** Needs no leave: a goodbye is said when the run has ended and nobody would give one. */
  isFarewell?: boolean
}

/**
 * The way to a source: every request goes to an address that its name led to when it was checked and has leave (its minute
 * and its day are shared by all workers), redirects lead to the same host or nowhere, and what was asked is counted.
 * Connections are kept until `close()`.
 */
export class Upstream {
  #requests = 0
  #bytes = 0
  /** The clock of the other side, by its first answer. */
  firstDate: string | undefined
  readonly connections = new Connections()

  constructor(private readonly options: UpstreamOptions) {}

  /** What was used since the last time somebody asked. */
  used(): { requests: number; bytes: number } {
    const used = { requests: this.#requests, bytes: this.#bytes }
    this.#requests = 0
    this.#bytes = 0
    return used
  }

  /**
   * Sends a request. 429, 5xx and failures of the connection are failures here; 401, 403 and other statuses are the
   * provider's business.
   *
   * @throws SourceFailure or DeliveryFailure
   */
  async send({ isFarewell, ...request }: UpstreamRequest): Promise<UpstreamAnswer> {
    let { url } = request
    for (let hop = 0; hop < 4; hop++) {
      const addresses = isFarewell ? await this.pin(url) : await this.admit(url)
      const answer = await sendForBytes({
        method: 'GET',
        timeoutMs: 40_000,
        maxBytes: 48 * 1024 * 1024,
        ...request,
        url,
        addresses,
        connections: this.connections,
      })
      this.note(answer.headers, answer.bytes.length)
      const location = answer.headers.get('Location')
      if (answer.status >= 300 && answer.status < 400 && location && (request.method ?? 'GET') === 'GET') {
        url = sameHost(location, url)
        continue
      }
      refuseTrouble(answer)
      return { ...answer, text: () => new TextDecoder().decode(answer.bytes) }
    }
    throw new SourceFailure('refused', 'failed', `${new URL(url).host} redirects in circles.`)
  }

  /**
   * The same for readings that take many requests a page: one that fails is repeated after a moment, or with three of ten
   * failing no page would ever be whole. Not for long: the lease must outlive it.
   */
  async sendAgain(request: UpstreamRequest, tries = 5): Promise<UpstreamAnswer> {
    const until = performance.now() + 25_000
    for (let failed = 1;; failed++) {
      try {
        return await this.send(request)
      } catch (error) {
        const { fate, code, waitSeconds = 0 } = toSourceFailure(error)
        const pause = Math.max(waitSeconds * 1000, 100 * 2 ** failed * (0.5 + Math.random() / 2))
        // what is too large stays so
        if (
          fate !== 'retry' || code === 'answer_too_large' || failed >= tries ||
          performance.now() + pause > until
        ) throw error
        await new Promise((resolve) => setTimeout(resolve, pause))
      }
    }
  }

  /** @throws DeliveryFailure address_refused */
  guard(url: string): Promise<void> {
    return guardAddress(url, this.rules)
  }

  private pin(url: string): Promise<readonly string[] | undefined> {
    return pinAddress(url, this.rules)
  }

  private get rules(): GuardOptions {
    const { plainHosts, resolve } = this.options
    return { plainHosts, isLocal: 'MLS_SOURCES_LOCAL', resolve }
  }

  /**
   * What stands before every request: where it may go, and the leave to send it.
   *
   * @returns the addresses to connect to, undefined where the URL holds one
   * @throws SourceFailure or DeliveryFailure
   */
  async admit(url: string): Promise<readonly string[] | undefined> {
    const addresses = await this.pin(url)
    for (;;) {
      const wait = await this.options.permit()
      if (wait === 0) break
      if (wait < 0) throw new SourceFailure('lease_lost', 'lost', 'Another worker has taken the run.')
      if (wait > this.options.patience) {
        throw new SourceFailure(
          'rate_limited',
          'wait',
          `The limit of the source is reached for ${Math.ceil(wait)} seconds.`,
          wait,
        )
      }
      await new Promise((resolve) => setTimeout(resolve, wait * 1000 + 10))
    }
    this.#requests++
    return addresses
  }

  note(headers: Headers, bytes: number): void {
    this.#bytes += bytes
    this.firstDate ??= headers.get('Date') ?? undefined
  }

  close(): void {
    this.connections.close()
  }
}

/** An address that an answer named, if it leads to the host that answered. */
export function sameHost(address: string, asked: string): string {
  const target = new URL(address, asked)
  const origin = new URL(asked)
  if (target.host !== origin.host || target.protocol !== origin.protocol) {
    throw new SourceFailure(
      'address_refused',
      'failed',
      `${origin.host} points to another host (${target.host}), which is not followed.`,
    )
  }
  return target.href
}

export function refuseTrouble({ status, headers }: { status: number; headers: Headers }): void {
  if (status === 429) {
    throw new SourceFailure(
      'rate_limited',
      'wait',
      'The source asks for a pause (429).',
      retryAfterSeconds(headers) ?? 60,
    )
  }
  if (status >= 500) {
    throw new SourceFailure(
      'server_error',
      'retry',
      `The source answered ${status}.`,
      retryAfterSeconds(headers),
    )
  }
}

/** Refuses what is no success: 401 and 403 as credentials that do not open, anything else as our fault. */
export function refuseStatus(answer: { status: number; text(): string }, what: string): void {
  const { status } = answer
  if (status >= 200 && status < 300) return
  const said = answer.text().replace(/\s+/g, ' ').slice(0, 200)
  if (status === 401 || status === 403) {
    throw new SourceFailure(
      'unauthorized',
      'unauthorized',
      `The source refused the credentials (${status}) at ${what}.`,
    )
  }
  throw new SourceFailure('refused', 'failed', `The source answered ${status} at ${what}: ${said}`)
}
