/**
 * A refusal of the hub: of the database (`PT409`, a code in `message`, JSON in `details`, the remedy in `hint`) or of a
 * door (problem details, RFC 9457).
 */
export class Refusal extends Error {
  override name = 'Refusal'

  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
    readonly details: Record<string, unknown> = {},
    readonly remedy?: string,
  ) {
    super(message)
  }

  static of(error: unknown, status = 0): Refusal {
    if (error instanceof Refusal) return error
    if (error instanceof TypeError) return new Refusal('offline', error.message, 0)
    const given = (error ?? {}) as Partial<Record<string, unknown>>
    const message = text(given.detail) ?? text(given.message) ?? text(given.title) ?? String(error)
    const known = Number(given.status) || status || statuses[text(given.code) ?? ''] || 0
    if (given.code === 'PT409' || /^PT\d{3}$/.test(text(given.code) ?? '')) {
      return new Refusal(
        message,
        message,
        Number(String(given.code).slice(2)),
        details(given),
        text(given.hint),
      )
    }
    if (/fetch|network/i.test(message) && !known) return new Refusal('offline', message, 0)
    return new Refusal(text(given.code) ?? 'error', message, known, details(given), text(given.hint))
  }

  get isExpiredSession(): boolean {
    return this.status === 401 || this.code === 'PGRST301' || this.code === 'PGRST303'
  }

  /** The door or table is not there: an older hub, or one that has not got this part. */
  get isMissing(): boolean {
    return this.status === 404 &&
      ['not_found', 'function_not_found', 'PGRST205', 'PGRST202'].includes(this.code)
  }
}

const statuses: Record<string, number> = { '42501': 403, PGRST301: 401, PGRST303: 401 }

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function details(given: Partial<Record<string, unknown>>): Record<string, unknown> {
  if (typeof given.details === 'string') {
    try {
      return JSON.parse(given.details)
    } catch {
      return { text: given.details }
    }
  }
  const { type: _t, title: _i, status: _s, detail: _d, code: _c, message: _m, hint: _h, ...rest } = given
  return rest
}
