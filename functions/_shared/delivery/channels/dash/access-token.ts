import { DeliveryFailure, type FailureCode } from '../../failure.ts'
import { parseObject } from '../../json.ts'
import { send } from '../../send.ts'
import { retryAfterSeconds } from '../../retry-after.ts'
import type { DashSettings } from './settings.ts'

/** Renewed this long before it expires, so that no call leaves with a token that dies on the way. */
const renewEarlySeconds = 300

interface Token {
  value: Promise<string>
  renewAt: number
}

const tokens = new Map<string, Token>()

/** The access token of a market (client credentials at Okta), shared by all calls of this isolate until it is due. */
export function dashToken(settings: DashSettings): Promise<string> {
  const key = `${settings.tokenUrl} ${settings.clientId} ${settings.scope}`
  const known = tokens.get(key)
  if (known && known.renewAt > Date.now()) return known.value
  const token: Token = { renewAt: Infinity, value: Promise.resolve('') }
  token.value = request(settings).then(({ value, expiresIn }) => {
    token.renewAt = Date.now() + Math.max(expiresIn / 2, expiresIn - renewEarlySeconds) * 1000
    return value
  }, (error) => {
    if (tokens.get(key) === token) tokens.delete(key)
    throw error
  })
  tokens.set(key, token)
  return token.value
}

/** Drops a token that was refused, unless another call has replaced it already. */
export async function forgetDashToken(settings: DashSettings, refused: string): Promise<void> {
  const key = `${settings.tokenUrl} ${settings.clientId} ${settings.scope}`
  const known = tokens.get(key)
  if (known && await known.value.catch(() => '') === refused && tokens.get(key) === known) tokens.delete(key)
}

async function request(settings: DashSettings): Promise<{ value: string; expiresIn: number }> {
  const answer = await send({
    method: 'POST',
    url: settings.tokenUrl,
    headers: {
      Authorization: `Basic ${btoa(`${settings.clientId}:${settings.clientSecret}`)}`,
      Accept: 'application/json',
      'Content-Type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: settings.scope }).toString(),
    timeoutMs: settings.timeoutMs,
    maxBytes: 100_000,
  }).catch((error: DeliveryFailure) => {
    // nothing was asked of Dash itself: no doubt about the listing
    throw new DeliveryFailure(error.code, error.message, { retry: true, cause: error })
  })
  const body = parseObject(answer.text)
  if (answer.status !== 200 || typeof body?.access_token !== 'string') {
    throw new DeliveryFailure(codeOf(answer.status), `Okta gave no token: status ${answer.status}.`, {
      retry: true,
      retryAfterSeconds: retryAfterSeconds(answer.headers),
      status: answer.status,
    })
  }
  const expiresIn = Number(body.expires_in)
  return { value: body.access_token, expiresIn: Number.isFinite(expiresIn) ? expiresIn : 3600 }
}

function codeOf(status: number): FailureCode {
  if (status === 200) return 'invalid_answer'
  if (status === 429) return 'rate_limited'
  return status >= 500 ? 'server_error' : 'unauthorized'
}
