import type { GoldRecord, Resource } from './gold.ts'

export type Outcome = 'insert' | 'refresh' | 'track' | 'unchanged' | 'stale' | 'skip' | 'reject' | 'delete'

/** What the ingest door answers. */
export interface Receipt {
  batch_id: string
  totals: Record<Outcome, number>
  records: {
    index: number
    key: string | null
    outcome: Outcome
    reason?: string
    warnings?: { field: string; code: string; message: string }[]
    errors?: { field: string; code: string; message: string }[]
  }[]
}

interface Door {
  functionsUrl: string
  token: string
  log(line: string): void
}

const ATTEMPTS = 6
const FIRST_PAUSE_MS = 250
const TIMEOUT_MS = 60_000

/**
 * Posts one batch and returns its receipt, or null when the door does not know the resource. Overload, server
 * errors and broken connections are tried again under the same key, so that a batch counts once at most.
 */
export async function sendBatch(
  door: Door,
  resource: Resource,
  officeKey: string,
  records: GoldRecord[],
): Promise<Receipt | null> {
  const body = JSON.stringify(records)
  const what = `${records.length} records of ${resource} for ${officeKey}`
  const request = {
    method: 'POST',
    headers: {
      authorization: `Bearer ${door.token}`,
      'content-type': 'application/json',
      'idempotency-key': await contentKey(resource, officeKey, body),
    },
    body,
  }

  let failure = ''
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const answer = await tryOnce(`${door.functionsUrl}/ingest/${resource}`, request)
    if (answer.status === 200) return JSON.parse(answer.text)
    if (answer.status === 404) return null
    failure = answer.status ? `HTTP ${answer.status}: ${answer.text.slice(0, 500)}` : answer.text
    if (!mayPass(answer.status)) break
    if (attempt < ATTEMPTS) {
      door.log(`${what}: ${failure.slice(0, 120)}; trying again`)
      await pause(answer.retryAfterMs ?? FIRST_PAUSE_MS * 2 ** (attempt - 1))
    }
  }
  throw new Error(`The ingest door did not take ${what}. ${failure}`)
}

interface Answer {
  /** 0 when there was no answer at all; the text then says why. */
  status: number
  text: string
  retryAfterMs?: number
}

async function tryOnce(url: string, request: RequestInit): Promise<Answer> {
  try {
    const response = await fetch(url, { ...request, signal: AbortSignal.timeout(TIMEOUT_MS) })
    const seconds = Number(response.headers.get('retry-after') ?? NaN)
    return {
      status: response.status,
      text: await response.text(),
      retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : undefined,
    }
  } catch (error) {
    return { status: 0, text: `No answer from ${url}: ${error instanceof Error ? error.message : error}` }
  }
}

function mayPass(status: number): boolean {
  return status === 0 || status === 429 || status >= 500
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

/** Same content, same key: a second run of the seed gets the first run's receipts. */
async function contentKey(resource: Resource, officeKey: string, body: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(body))
  const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
  return `seed-${resource}-${officeKey}-${hex.slice(0, 32)}`
}
