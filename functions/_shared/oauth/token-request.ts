import { readText } from '../http/body.ts'
import { HubError } from '../http/errors.ts'
import { basicCredentials, type Credentials, invalidClient, possible } from './basic.ts'

export interface TokenRequest extends Credentials {
  /** Requested scopes; undefined asks for all that the client has. */
  scopes?: string[]
}

/** Four short parameters fit many times over. */
const maxBytes = 8 * 1024
/** scope-token of RFC 6749, section 3.3. */
const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/**
 * Reads a client credentials request (RFC 6749, section 4.4). Credentials in HTTP Basic win over those in the body
 * when both are sent; some clients send both.
 *
 * @throws HubError `invalid_request`, `unsupported_grant_type`, `invalid_scope` (400), `invalid_client` (401),
 *   `payload_too_large` (413)
 */
export async function readTokenRequest(request: Request): Promise<TokenRequest> {
  const form = await readForm(request)
  const grantType = form.get('grant_type')
  if (!grantType) throw new HubError('invalid_request', 'The parameter grant_type is missing.')
  if (grantType !== 'client_credentials') {
    throw new HubError('unsupported_grant_type', 'Only grant_type=client_credentials is supported.')
  }
  const credentials = possible(
    formDecoded(basicCredentials(request)) ??
      { clientId: form.get('client_id') ?? '', clientSecret: form.get('client_secret') ?? '' },
  )
  return { ...credentials, scopes: requestedScopes(form.get('scope')) }
}

/** RFC 6749 knows no 415: a body of another type is an `invalid_request`. Nor may a parameter come twice (3.2). */
async function readForm(request: Request): Promise<URLSearchParams> {
  const { text } = await readText(request, { maxBytes, mediaTypes: ['application/x-www-form-urlencoded'] })
    .catch((error) => {
      if (!(error instanceof HubError) || error.status !== 415) throw error
      throw new HubError('invalid_request', error.message, { cause: error })
    })
  const form = new URLSearchParams(text)
  for (const name of ['grant_type', 'client_id', 'client_secret', 'scope']) {
    if (form.getAll(name).length > 1) {
      throw new HubError('invalid_request', `The parameter ${name} is given twice.`)
    }
  }
  return form
}

/** HTTP Basic as RFC 6749, section 2.3.1 wants it: id and secret are form-encoded. */
function formDecoded(credentials: Credentials | undefined): Credentials | undefined {
  if (!credentials) return undefined
  const decoded = (text: string) => decodeURIComponent(text.replaceAll('+', ' '))
  try {
    return { clientId: decoded(credentials.clientId), clientSecret: decoded(credentials.clientSecret) }
  } catch {
    throw invalidClient()
  }
}

function requestedScopes(scope: string | null): string[] | undefined {
  const requested = (scope ?? '').split(' ').filter((name) => name !== '')
  if (requested.length === 0) return undefined
  if (!requested.every((name) => scopeToken.test(name))) {
    throw new HubError('invalid_scope', 'The parameter scope must be scope names separated by spaces.')
  }
  return [...new Set(requested)]
}
