import { type JsonObject, parseObject } from '../../delivery/json.ts'
import { parseJson } from '../../gold/json-text.ts'
import { resourceByIngestName } from '../../reso/dictionary.ts'
import { SourceFailure } from '../failure.ts'
import type { Stage, Work } from '../types.ts'
import { refuseStatus, type UpstreamAnswer } from '../upstream.ts'
import { type Preset, type PresetName, presetOf } from './presets.ts'
import { allOf } from './query.ts'

export interface ResoSettings {
  root?: string
  preset?: PresetName
  auth: { type: 'client_credentials' | 'bearer'; token_url?: string; scope?: string }
  filter?: string
  page_size?: number
}

export type ResoCredentials = { client_id: string; client_secret: string } | { token: string }

export interface ResoPage {
  value: JsonObject[]
  next?: string
  /** Of all pages, where it was asked for. */
  count?: number
}

export type ResoWork = Work<ResoSettings, ResoCredentials>

/** Under which name a server has the resource of a stage. */
export function pathOf({ name }: Pick<Stage, 'name'>): string {
  return resourceByIngestName(name)?.name ?? name
}

/** Requests with a token that is got, kept between slices, and renewed once when the server no longer takes it. */
export class ResoServer {
  readonly root: string
  readonly preset: Preset
  #token: string | undefined
  #until = 0
  /** Whether the server has taken the token: only then may a refusal be its age. */
  #isProven: boolean
  /** Set once there is a new token to keep. */
  session: JsonObject | undefined

  constructor(private readonly work: ResoWork) {
    const { settings } = work.source
    this.preset = presetOf(settings.preset)
    this.root = (settings.root ?? this.preset.root ?? '').replace(/\/+$/, '')
    const kept = work.session as { access_token?: string; until?: number } | null
    this.#token = kept?.access_token
    this.#until = kept?.until ?? 0
    this.#isProven = this.#token !== undefined
  }

  async authenticate(): Promise<void> {
    const { credentials, source: { settings } } = this.work
    if (!credentials) throw new SourceFailure('not_configured', 'failed', 'The source has no credentials.')
    if ('token' in credentials) {
      this.#token = credentials.token
      this.#until = Infinity
      return
    }
    if (this.#token && this.#until > Date.now() + 60_000) return
    const { token_url = this.preset.tokenUrl, scope = this.preset.scope } = settings.auth
    const answer = await this.work.upstream.send({
      url: token_url!,
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' },
      body: new URLSearchParams({ grant_type: 'client_credentials', ...credentials, ...(scope && { scope }) })
        .toString(),
      maxBytes: 100_000,
    })
    const said = parseObject(answer.text())
    if (answer.status !== 200 || typeof said?.access_token !== 'string') {
      const isRefused = answer.status === 400 || answer.status === 401 || answer.status === 403
      const error = typeof said?.error === 'string' ? ` (${said.error})` : ''
      throw isRefused
        ? new SourceFailure(
          'unauthorized',
          'unauthorized',
          `The source gave no token for these credentials${error}.`,
        )
        : new SourceFailure('invalid_answer', 'retry', `The address of tokens answered ${answer.status}.`)
    }
    this.#token = said.access_token
    this.#until = Date.now() + (Number(said.expires_in) || 3_600) * 1000
    this.#isProven = false
    this.session = { access_token: this.#token, until: this.#until }
  }

  /** A GET below the root, or of an address that the server named. */
  async get(url: string, { accept = 'application/json' } = {}): Promise<UpstreamAnswer> {
    let answer = await this.ask(url, accept)
    if (answer.status === 401 && this.#isProven && !('token' in this.work.credentials!)) {
      this.#until = 0
      await this.authenticate()
      answer = await this.ask(url, accept)
    }
    if (answer.status < 400) this.#isProven = true
    return answer
  }

  private ask(url: string, accept: string): Promise<UpstreamAnswer> {
    const prefer: Record<string, string> = this.preset.sizeBy === 'prefer'
      ? { Prefer: `odata.maxpagesize=${this.pageSize}` }
      : {}
    const agent = this.preset.userAgent === 'token' ? this.#token! : 'mls-hub'
    return this.work.upstream.send({
      url,
      headers: {
        Authorization: `Bearer ${this.#token}`,
        Accept: accept,
        'OData-Version': '4.0',
        'User-Agent': agent,
        ...prefer,
      },
    })
  }

  get pageSize(): number {
    return this.work.source.settings.page_size ?? this.preset.pageSize
  }

  /** What a query may find: what the source is limited to, nothing that the server calls hidden, and the conditions given. */
  visible(...conditions: (string | undefined)[]): string | undefined {
    const { deletion } = this.preset
    return allOf(
      this.work.source.settings.filter,
      deletion.kind === 'flag' ? `${deletion.field} eq ${deletion.visible}` : undefined,
      ...conditions,
    )
  }

  /** A page of JSON, or why not. */
  async page(url: string, what: string): Promise<ResoPage> {
    const answer = await this.get(url)
    refuseStatus(answer, what)
    const body = readPage(answer.text())
    if (!body || !Array.isArray(body.value)) {
      throw new SourceFailure('invalid_answer', 'retry', `The answer at ${what} is no OData page.`)
    }
    const next = body['@odata.nextLink']
    const count = body['@odata.count']
    return {
      value: body.value as JsonObject[],
      ...(typeof next === 'string' && { next }),
      ...(count !== undefined && Number.isFinite(Number(count)) && { count: Number(count) }),
    }
  }
}

/** Whether a first page that was to count is all there is, without a further question. A full one may have counted itself. */
export function isAll({ value, count }: ResoPage, size: number): boolean {
  return count === value.length && count < size
}

/** With the digits that a float would lose. */
function readPage(text: string): JsonObject | undefined {
  try {
    const value = parseJson(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? value as JsonObject
      : undefined
  } catch {
    return undefined
  }
}
