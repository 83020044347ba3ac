import type { HubError } from './errors.ts'

/** The three error shapes of the hub: OData on /odata, RFC 6749 on /oauth, RFC 9457 everywhere else. */
export type ErrorShape = 'odata' | 'oauth' | 'problem'

type Renderer = (
  error: HubError,
  requestId: string,
) => { contentType: string; body: unknown; headers?: HeadersInit }

/** OData JSON Format 4.01, section 21.1. The request id stays in its header: the object's members are fixed. */
const odata: Renderer = (error, requestId) => ({
  contentType: 'application/json',
  body: {
    error: {
      code: error.code,
      message: messageOf(error, requestId),
      target: error.target,
      details: error.details,
    },
  },
})

/** RFC 6749 knows few codes; other refusals are `invalid_request`, failures `server_error`, each with its own status. */
const oauthCodes = new Set([
  'invalid_request',
  'invalid_client',
  'unsupported_grant_type',
  'invalid_scope',
])

/** RFC 6749, section 5.2. */
const oauth: Renderer = (error, requestId) => ({
  contentType: 'application/json',
  headers: { 'Cache-Control': 'no-store', Pragma: 'no-cache' },
  body: {
    error: oauthCodes.has(error.code) ? error.code : error.status >= 500 ? 'server_error' : 'invalid_request',
    error_description: asciiOnly(messageOf(error, requestId)),
  },
})

/** RFC 9457, with `code`, `request_id` and `errors` as extension members. */
const problem: Renderer = (error, requestId) => ({
  contentType: 'application/problem+json',
  body: {
    type: `urn:mls-hub:error:${error.code}`,
    title: error.title,
    status: error.status,
    detail: messageOf(error, requestId),
    code: error.code,
    request_id: requestId,
    target: error.target,
    errors: error.details,
    ...error.members,
  },
})

const renderers: Record<ErrorShape, Renderer> = { odata, oauth, problem }

/** Renders an error as a response in the given shape. Absent members are left out. */
export function renderError(shape: ErrorShape, error: HubError, requestId: string): Response {
  const { contentType, body, headers } = renderers[shape](error, requestId)
  const response = new Response(JSON.stringify(body), { status: error.status, headers })
  response.headers.set('Content-Type', contentType)
  for (const [name, value] of Object.entries(error.headers)) response.headers.set(name, value)
  return response
}

/**
 * A failure is reported by its request id: the message alone would not let an operator find it. What is not offered at
 * all (501) is no failure.
 */
function messageOf(error: HubError, requestId: string): string {
  return error.status < 500 || error.status === 501
    ? error.message
    : `${error.message} Quote request id ${requestId} when you report this.`
}

/** RFC 6749 allows printable ASCII without `"` and `\` in error_description. */
function asciiOnly(text: string): string {
  return text.replaceAll('"', "'").replace(/[^\x20-\x7e]|\\/g, '?')
}
