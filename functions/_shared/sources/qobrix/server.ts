import { type JsonObject, parseObject } from '../../delivery/json.ts'
import { parseJson } from '../../gold/json-text.ts'
import { SourceFailure } from '../failure.ts'
import { refuseStatus, type UpstreamAnswer } from '../upstream.ts'
import type { QobrixWork } from './settings.ts'

/** The most that Qobrix gives in one page, whatever is asked. */
export const mostPerPage = 100

/** A parameter may stand several times: `sort[]`, `fields[]`. */
export type Parameters = Record<string, string | number | boolean | string[] | undefined>

export interface QobrixList {
  records: JsonObject[]
  hasNext: boolean
  count?: number
}

/** Requests to one instance of Qobrix. */
export class QobrixServer {
  readonly root: string

  constructor(private readonly work: QobrixWork) {
    this.root = work.source.settings.base_url.replace(/\/+$/, '')
    if (!work.credentials) {
      throw new SourceFailure('not_configured', 'failed', 'The source has no credentials.')
    }
  }

  private async get(path: string, parameters: Parameters): Promise<UpstreamAnswer> {
    const query = new URLSearchParams()
    for (const [name, value] of Object.entries(parameters)) {
      if (Array.isArray(value)) { for (const item of value) query.append(`${name}[]`, item) }
      else if (value !== undefined) query.set(name, String(value))
    }
    const { api_user, api_key } = this.work.credentials!
    return await this.work.upstream.sendAgain({
      url: `${this.root}${path}${query.size > 0 ? `?${query}` : ''}`,
      headers: { 'X-Api-User': api_user, 'X-Api-Key': api_key, Accept: 'application/json' },
    })
  }

  /** A page of a list. */
  async list(path: string, parameters: Parameters): Promise<QobrixList> {
    const answer = await this.get(path, { limit: mostPerPage, ...parameters })
    refuse(answer, path)
    const { data, pagination } = read(answer, path)
    if (!Array.isArray(data)) throw invalid(path)
    const { has_next_page, current_page, page_count, count } = (pagination ?? {}) as JsonObject
    const hasNext = typeof has_next_page === 'boolean'
      ? has_next_page
      : Number(current_page ?? 1) < Number(page_count ?? 1)
    return {
      records: data as JsonObject[],
      hasNext: pagination !== undefined && hasNext,
      ...(count !== undefined && Number.isFinite(Number(count)) && { count: Number(count) }),
    }
  }

  /** One record, or what stands under an address; undefined for what is not there. */
  async find(path: string, parameters: Parameters = {}): Promise<JsonObject | JsonObject[] | undefined> {
    const answer = await this.get(path, parameters)
    if (answer.status === 404) return undefined
    refuse(answer, path)
    const { data } = read(answer, path)
    if (typeof data !== 'object' || data === null) throw invalid(path)
    return data as JsonObject | JsonObject[]
  }
}

function read(answer: UpstreamAnswer, path: string): JsonObject {
  try {
    const body = parseJson(answer.text())
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as JsonObject
  } catch {
    // said below
  }
  throw invalid(path)
}

function invalid(path: string): SourceFailure {
  return new SourceFailure(
    'invalid_answer',
    'retry',
    `The answer at ${nameOf(path)} is no answer of Qobrix.`,
  )
}

/** Errors come as `{errors: [text]}` and as `{errors: [{message}]}`. */
function refuse(answer: UpstreamAnswer, path: string): void {
  const { status } = answer
  if (status >= 200 && status < 300) return
  const { errors } = parseObject(answer.text()) ?? {}
  const said = Array.isArray(errors)
    ? errors.map((error) => typeof error === 'string' ? error : String((error as JsonObject)?.message ?? ''))
      .join(' ')
    : answer.text()
  refuseStatus({ status, text: () => said }, nameOf(path))
}

/** Ids say nothing to people. */
const nameOf = (path: string) => path.replace(/\/[0-9a-f-]{36}/g, '/{id}')
