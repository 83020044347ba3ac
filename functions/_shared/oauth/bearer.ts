import { HubError } from '../http/errors.ts'

export const realm = 'Bearer realm="mls-hub"'

/**
 * Takes the token from the Authorization header only: in an address or a form it would end up in logs.
 *
 * @throws HubError `unauthorized` (401) without one, `invalid_token` (401) where the header is malformed
 */
export function bearerToken(request: Request): string {
  const header = request.headers.get('Authorization')
  if (!header || !/^bearer(\s|$)/i.test(header)) {
    throw new HubError(
      'unauthorized',
      'Send an access token from /oauth/token: "Authorization: Bearer <token>".',
      {
        headers: { 'WWW-Authenticate': realm },
      },
    )
  }
  const token = /^bearer +([A-Za-z0-9._~+/=-]+)$/i.exec(header)?.[1]
  if (!token) throw refusedToken('The Authorization header is not of the form "Bearer <token>".')
  return token
}

/** A refusal as RFC 6750, section 3, wants it. */
export function refusedToken(message: string, cause?: unknown): HubError {
  const description = message.replaceAll('"', "'")
  return new HubError('invalid_token', message, {
    cause,
    headers: { 'WWW-Authenticate': `${realm}, error="invalid_token", error_description="${description}"` },
  })
}
