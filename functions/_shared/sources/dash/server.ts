import { type Json, type JsonObject, parseObject } from '../../delivery/json.ts'
import { SourceFailure } from '../failure.ts'
import { refuseStatus, type UpstreamAnswer } from '../upstream.ts'
import type { DashWork } from './settings.ts'

/** Requests to Dash with a token of Okta, kept between slices and renewed once when it is no longer taken. */
export class DashServer {
  #token: string | undefined
  #until = 0
  #isProven: boolean
  session: JsonObject | undefined

  constructor(private readonly work: DashWork) {
    const kept = work.session as { access_token?: string; until?: number } | null
    this.#token = kept?.access_token
    this.#until = kept?.until ?? 0
    this.#isProven = this.#token !== undefined
  }

  async authenticate(): Promise<void> {
    const { credentials, source: { settings } } = this.work
    if (!credentials) throw new SourceFailure('not_configured', 'failed', 'The source has no credentials.')
    if (this.#token && this.#until > Date.now() + 60_000) return
    const pair = new TextEncoder().encode(`${credentials.client_id}:${credentials.client_secret}`)
    const answer = await this.work.upstream.sendAgain({
      url: settings.okta_token_url,
      method: 'POST',
      headers: {
        Authorization: `Basic ${btoa(String.fromCharCode(...pair))}`,
        'Content-Type': 'application/x-www-form-urlencoded',
        Accept: 'application/json',
      },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope: settings.scope }).toString(),
      maxBytes: 100_000,
    })
    const said = parseObject(answer.text())
    if (answer.status !== 200 || typeof said?.access_token !== 'string') {
      const error = typeof said?.error === 'string' ? ` (${said.error})` : ''
      throw [400, 401, 403].includes(answer.status)
        ? new SourceFailure(
          'unauthorized',
          'unauthorized',
          `Okta gave no token for these credentials${error}.`,
        )
        : new SourceFailure('invalid_answer', 'retry', `Okta answered ${answer.status}.`)
    }
    this.#token = said.access_token
    this.#until = Date.now() + (Number(said.expires_in) || 3_600) * 1000
    this.#isProven = false
    this.session = { access_token: this.#token, until: this.#until }
  }

  /** What stands under a path; undefined for 404. Anything else that is no success fails: it must not look like nothing. */
  async find(path: string, parameters: Record<string, string> = {}): Promise<Json | undefined> {
    let answer = await this.ask(path, parameters)
    if (answer.status === 401 && this.#isProven) {
      this.#until = 0
      await this.authenticate()
      answer = await this.ask(path, parameters)
    }
    if (answer.status === 404) return undefined
    refuseStatus(answer, path.replace(/\/[0-9A-Fa-f-]{20,}/, '/{guid}'))
    this.#isProven = true
    try {
      return JSON.parse(answer.text()) as Json
    } catch {
      throw new SourceFailure('invalid_answer', 'retry', 'An answer of Dash is no JSON.')
    }
  }

  private ask(path: string, parameters: Record<string, string>): Promise<UpstreamAnswer> {
    const { credentials, source: { settings } } = this.work
    const query = new URLSearchParams({ ...parameters, 'x-rlgy-version': settings.version ?? 'v4.1' })
    return this.work.upstream.sendAgain({
      url: `${settings.api_url.replace(/\/+$/, '')}${path}?${query}`,
      headers: {
        Authorization: `Bearer ${this.#token}`,
        apikey: credentials!.api_key,
        Accept: 'application/json',
      },
    })
  }
}
