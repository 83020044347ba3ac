import { accepted } from '../../accepted.ts'
import { DeliveryFailure } from '../../failure.ts'
import type { Call } from '../../job.ts'
import { type Json, type JsonObject, parseObject } from '../../json.ts'
import { type OutboundAnswer, send } from '../../send.ts'
import { addressAt } from './address.ts'
import { dashToken, forgetDashToken } from './access-token.ts'
import type { DashAdapter, DashListing } from './adapter.ts'
import type { DashSettings } from './settings.ts'

type Operation = keyof DashSettings['endpoints']

interface Request {
  operation: Operation
  values?: Record<string, string>
  body?: Json
  headers?: Record<string, string>
}

/** Dash over HTTP. Each request, and what it was answered, is added to `calls`. */
export function httpAdapter(settings: DashSettings, calls: Call[] = []): DashAdapter {
  const call = (request: Request) => callDash(settings, request, calls)
  return {
    async create(family, payload, { idempotencyKey }) {
      const headers = { 'Idempotency-Key': idempotencyKey }
      return listingOf(await call({ operation: 'create', values: { family }, body: payload, headers }))
    },
    async update(family, id, payload) {
      await call({ operation: 'update', values: { family, id }, body: payload })
    },
    async withdraw(family, id) {
      await call({ operation: 'withdraw', values: { family, id } })
    },
    async syncMedia(family, id, media) {
      const { text } = await call({ operation: 'media', values: { family, id }, body: media })
      const there = parseObject(text)?.media
      return Array.isArray(there) ? there : undefined
    },
    async find(family, { id, reference }) {
      const request: Request = id
        ? { operation: 'read', values: { family, id } }
        : { operation: 'find', values: { family, reference } }
      try {
        return listingOf(await call(request))
      } catch (error) {
        if (error instanceof DeliveryFailure && (error.status === 404 || error.status === 410)) return null
        throw error
      }
    },
  }
}

async function callDash(settings: DashSettings, request: Request, calls: Call[]): Promise<OutboundAnswer> {
  const token = await dashToken(settings)
  const answer = await noted(settings, request, token, calls)
  if (answer.status !== 401) return accepted(answer, 'Dash')
  await forgetDashToken(settings, token)
  return accepted(await noted(settings, request, await dashToken(settings), calls), 'Dash')
}

async function noted(
  settings: DashSettings,
  request: Request,
  token: string,
  calls: Call[],
): Promise<OutboundAnswer> {
  const call: Call = { operation: request.operation, status: null }
  calls.push(call)
  const answer = await attempt(settings, request, token)
  call.status = answer.status
  return answer
}

function attempt(settings: DashSettings, request: Request, token: string): Promise<OutboundAnswer> {
  const { method, path } = settings.endpoints[request.operation]
  const url = addressAt(settings.apiUrl, fill(path, request.values ?? {}))
  url.searchParams.set(settings.version.name, settings.version.value)
  return send({
    method,
    url: url.href,
    headers: {
      Authorization: `Bearer ${token}`,
      apikey: settings.apiKey,
      Accept: 'application/json',
      ...request.body === undefined ? {} : { 'Content-Type': 'application/json' },
      ...request.headers,
    },
    body: request.body === undefined ? undefined : JSON.stringify(request.body),
    timeoutMs: settings.timeoutMs,
    maxBytes: settings.maxBytes,
  })
}

function fill(path: string, values: Record<string, string>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''))
}

function listingOf({ text }: OutboundAnswer): DashListing {
  const record: JsonObject | undefined = parseObject(text)
  const id = record?.listingGuid
  if (!record || typeof id !== 'string' || id === '') {
    throw new DeliveryFailure('invalid_answer', 'The answer of Dash holds no listingGuid.', {
      retry: true,
      inDoubt: true,
    })
  }
  return { id, url: typeof record.listingUrl === 'string' ? record.listingUrl : undefined, record }
}
