import { decodeUtf8 } from '../http/body.ts'
import { HubError } from '../http/errors.ts'

export const basicRealm = 'Basic realm="mls-hub", charset="UTF-8"'

/** VSCHAR of RFC 6749, appendix A: keeps what Postgres cannot store (NUL) and what is absurdly long away from it. */
const credential = /^[\x20-\x7e]{1,256}$/

/** A client and its secret, as they were sent. */
export interface Credentials {
  clientId: string
  clientSecret: string
}

/**
 * Id and secret of HTTP Basic (RFC 7617); undefined when another scheme or none is used.
 *
 * @throws HubError `invalid_client` (401) where the header cannot be read
 */
export function basicCredentials(request: Request): Credentials | undefined {
  const [scheme = '', encoded = ''] = (request.headers.get('Authorization') ?? '').split(' ', 2)
  if (scheme.toLowerCase() !== 'basic') return undefined
  try {
    const pair = decodeUtf8(Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0)))
    const colon = pair.indexOf(':')
    if (colon < 0) throw invalidClient()
    return { clientId: pair.slice(0, colon), clientSecret: pair.slice(colon + 1) }
  } catch {
    throw invalidClient()
  }
}

/**
 * Lets credentials pass that could be those of a client.
 *
 * @throws HubError `invalid_client` (401)
 */
export function possible(credentials: Credentials): Credentials {
  if (credential.test(credentials.clientId) && credential.test(credentials.clientSecret)) return credentials
  throw invalidClient()
}

/** The answer to wrong, missing or unreadable credentials: one text for all, so that it tells nothing. */
export function invalidClient(): HubError {
  return new HubError('invalid_client', 'Client id and secret are missing, wrong, or no longer accepted.', {
    headers: { 'WWW-Authenticate': basicRealm },
  })
}
