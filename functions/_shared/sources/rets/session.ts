import type { JsonObject } from '../../delivery/json.ts'
import { SourceFailure } from '../failure.ts'
import { sameHost, type UpstreamAnswer } from '../upstream.ts'
import { decodeAnswer, readPairs, readReply, type RetsReply } from './compact.ts'
import { authorize, authorizeAgent, type Challenge, readChallenge } from './digest.ts'
import type { RetsWork } from './settings.ts'

type Capability = 'login' | 'logout' | 'search' | 'getmetadata' | 'getobject' | 'action'

/** Not logged in (any more). Comes with HTTP 200. */
const notLoggedIn = 20701
/** Another login of this user is there: a worker that was killed has left it. */
const secondLogin = 20022
const refusedLogin = new Set([20036, 20037, 20041, 20050])

/**
 * A login at a RETS server. There is one at a time: servers allow no second one, so it ends with the slice in every case,
 * and its cookies are kept until then: whoever comes after a worker that was killed logs it out.
 */
export class RetsSession {
  #cookies = new Map<string, string>()
  #challenge: Challenge | undefined
  #count = 0
  #capabilities = new Map<string, string>()
  #isOpen = false
  #changed = false

  constructor(private readonly work: RetsWork) {
    if (!work.credentials) {
      throw new SourceFailure('not_configured', 'failed', 'The source has no credentials.')
    }
  }

  /** What the next worker must know should this one be killed. */
  get session(): JsonObject | null | undefined {
    if (!this.#changed) return undefined
    this.#changed = false
    return this.#isOpen ? this.kept : null
  }

  private get kept(): JsonObject {
    return { cookies: Object.fromEntries(this.#cookies), logout: this.#capabilities.get('logout') ?? null }
  }

  async login(): Promise<void> {
    let reply = await this.attempt()
    if (reply.code === secondLogin) {
      await this.endForgotten()
      reply = await this.attempt()
    }
    if (reply.code === secondLogin) {
      throw new SourceFailure(
        'rate_limited',
        'wait',
        'Somebody else is logged in with these credentials.',
        60,
      )
    }
    if (refusedLogin.has(reply.code)) {
      throw new SourceFailure(
        'unauthorized',
        'unauthorized',
        `The server refused the login: ${reply.code} ${reply.text}`,
      )
    }
    if (reply.code !== 0) throw failureOf(reply, 'Login')
    const { login_url } = this.work.source.settings
    for (const [name, value] of readPairs(reply.body)) {
      if (/^(login|logout|search|getmetadata|getobject|action)$/.test(name) && value !== '') {
        this.#capabilities.set(name, sameHost(value, login_url))
      }
    }
    this.#isOpen = true
    await this.work.keepSession(this.kept)
    const action = this.#capabilities.get('action')
    if (action) await this.fetch(action)
  }

  private async attempt(): Promise<RetsReply> {
    this.#cookies.clear()
    return readReply(textOf(await this.fetch(this.work.source.settings.login_url)))
  }

  /** Logs out what a worker left behind. */
  private async endForgotten(): Promise<void> {
    const kept = this.work.session as { cookies?: Record<string, string>; logout?: string } | null
    if (!kept?.logout || !kept.cookies) return
    this.#cookies = new Map(Object.entries(kept.cookies))
    await this.fetch(sameHost(kept.logout, this.work.source.settings.login_url)).catch(() => undefined)
    this.#cookies.clear()
  }

  /** Never fails: a session that cannot be ended ends by itself. */
  async logout(): Promise<void> {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#changed = true
    const address = this.#capabilities.get('logout')
    if (address) await this.fetch(address, true).catch(() => undefined)
  }

  /** A transaction that answers text; once more after a new login where the session has ended. */
  async ask(capability: Capability, parameters: Record<string, string | number>): Promise<RetsReply> {
    const reply = readReply(textOf(await this.request(capability, parameters)))
    if (reply.code !== notLoggedIn) return reply
    await this.again()
    return readReply(textOf(await this.request(capability, parameters)))
  }

  /** A transaction that may answer bytes. */
  async askForBytes(
    capability: Capability,
    parameters: Record<string, string | number>,
  ): Promise<UpstreamAnswer> {
    const answer = await this.request(capability, parameters)
    if (!/xml/.test(answer.headers.get('Content-Type') ?? '') || answer.bytes.length > 2_000) return answer
    const text = textOf(answer)
    if (!/<RETS\b/i.test(text) || readReply(text).code !== notLoggedIn) return answer
    await this.again()
    return await this.request(capability, parameters)
  }

  private async again(): Promise<void> {
    this.#isOpen = false
    await this.login()
  }

  /** Where a transaction is asked for. */
  addressOf(capability: Capability, parameters: Record<string, string | number>): string {
    const address = this.#capabilities.get(capability)
    if (!address) {
      throw new SourceFailure('invalid_answer', 'failed', `The server names no address for ${capability}.`)
    }
    const url = new URL(address)
    // URLSearchParams would write a blank as `+`, and servers read a `+` that stands for itself as a blank
    const query = Object.entries(parameters).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join('&')
    url.search = url.search ? `${url.search}&${query}` : `?${query}`
    return url.href
  }

  private request(
    capability: Capability,
    parameters: Record<string, string | number>,
  ): Promise<UpstreamAnswer> {
    return this.fetch(this.addressOf(capability, parameters))
  }

  /** Sends a request, and answers a challenge once. */
  private async fetch(address: string, isFarewell = false): Promise<UpstreamAnswer> {
    let answer = await this.send(address, isFarewell)
    if (answer.status === 401) {
      const challenge = readChallenge(answer.headers.get('WWW-Authenticate'))
      if (!challenge) throw refused(401)
      this.#challenge = challenge
      this.#count = 0
      answer = await this.send(address, isFarewell)
    }
    if (answer.status === 401 || answer.status === 403) throw refused(answer.status)
    if (answer.status !== 200) {
      throw new SourceFailure('refused', 'failed', `The server answered ${answer.status}.`)
    }
    return answer
  }

  private async send(address: string, isFarewell: boolean): Promise<UpstreamAnswer> {
    const { credentials, source: { settings } } = this.work
    const { version, user_agent } = settings
    const url = new URL(address)
    const cookies = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const agentPassword = credentials!.ua_password
    const answer = await this.work.upstream.sendAgain({
      url: address,
      isFarewell,
      headers: {
        'RETS-Version': version,
        'User-Agent': user_agent,
        Accept: '*/*',
        ...(cookies && { Cookie: cookies }),
        ...(agentPassword !== undefined && {
          'RETS-UA-Authorization': authorizeAgent(
            user_agent,
            agentPassword,
            this.#cookies.get('RETS-Session-ID') ?? '',
            version,
          ),
        }),
        ...(this.#challenge && {
          Authorization: authorize(this.#challenge, credentials!, {
            method: 'GET',
            uri: url.pathname + url.search,
            count: ++this.#count,
          }),
        }),
      },
    })
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name, value] = /^\s*([^=;]+)=([^;]*)/.exec(cookie) ?? []
      if (name === undefined || this.#cookies.get(name) === value) continue
      this.#cookies.set(name, value!)
      if (this.#isOpen) this.#changed = true
    }
    return answer
  }
}

export function textOf(answer: UpstreamAnswer): string {
  return decodeAnswer(answer.bytes, answer.headers.get('Content-Type'))
}

function refused(status: number): SourceFailure {
  return new SourceFailure('unauthorized', 'unauthorized', `The server refused the credentials (${status}).`)
}

/** What a code of a server means to a run. */
export function failureOf({ code, text }: RetsReply, what: string): SourceFailure {
  const message = `${what}: ${code} ${text}`.slice(0, 300)
  if (code === notLoggedIn) return new SourceFailure('invalid_answer', 'retry', message)
  if (code === 20210 || code === 20208) return new SourceFailure('rate_limited', 'wait', message, 60)
  if (code === 20209) return new SourceFailure('timeout', 'retry', message)
  if (code === 20207 || refusedLogin.has(code)) return new SourceFailure('refused', 'failed', message)
  return new SourceFailure('refused', code === 20203 ? 'retry' : 'failed', message)
}
