import { Buffer } from 'node:buffer'
import { HubError } from '../http/errors.ts'
import { sha256Hex } from '../http/sha256.ts'
import { invalidClient } from '../oauth/basic.ts'
import type { TokenRequest } from '../oauth/token-request.ts'
import { ask, refusalOf } from './ask.ts'
import type { RoutedHub } from './hubs.ts'
import { sealTokens } from './token.ts'

/** A successful answer of the router's token endpoint: that of a hub, and the hubs that it opens. */
export interface RoutedTokenReply {
  access_token: string
  token_type: 'Bearer'
  expires_in: number
  scope: string
  mls_view: string
  mls_hubs: string[]
}

/**
 * Takes the client's credentials to every hub, or to those named, and seals what they give. A hub that does not know the
 * client refuses all: whoever is read without it would not learn that a part is missing.
 *
 * @throws HubError invalid_client (401) naming hubs, what a hub refuses else, hub_unavailable (503)
 */
export async function grantRouted(
  { clientId, clientSecret, scopes }: TokenRequest,
  hubs: RoutedHub[],
  { isWhole, address }: { isWhole: boolean; address: string },
): Promise<RoutedTokenReply> {
  const form = new URLSearchParams({ grant_type: 'client_credentials' })
  if (scopes) form.set('scope', scopes.join(' '))
  const pair = [clientId, clientSecret].map(encodeURIComponent).join(':')
  const replies = await Promise.all(
    hubs.map((hub) =>
      ask(hub, {
        method: 'POST',
        path: '/oauth/token',
        headers: {
          Authorization: `Basic ${Buffer.from(pair).toString('base64')}`,
          'Content-Type': 'application/x-www-form-urlencoded',
          // wrong secrets are counted by who sends them
          ...address && { 'X-Forwarded-For': address },
        },
        body: String(form),
      })
    ),
  )
  refuseUnknown(hubs.filter((_, index) => replies[index]!.status === 401), hubs.length)
  const refused = replies.findIndex(({ status }) => status >= 400)
  if (refused >= 0) throw refusalOf(hubs[refused]!, replies[refused]!)

  const granted = replies.map(({ text }) => JSON.parse(text) as Omit<RoutedTokenReply, 'mls_hubs'>)
  const lifetime = Math.min(...granted.map(({ expires_in }) => expires_in))
  const [first, ...others] = granted.map(({ scope }) => scope.split(' '))
  return {
    access_token: await sealTokens({
      tokens: Object.fromEntries(hubs.map(({ name }, index) => [name, granted[index]!.access_token])),
      isWhole,
      expires: Math.floor(Date.now() / 1_000) + lifetime,
    }),
    token_type: 'Bearer',
    expires_in: lifetime,
    scope: first!.filter((scope) => others.every((scopes) => scopes.includes(scope))).join(' '),
    mls_view: await sha256Hex(granted.map(({ mls_view }) => mls_view).join()),
    mls_hubs: hubs.map(({ name }) => name),
  }
}

function refuseUnknown(unknown: RoutedHub[], asked: number): void {
  if (unknown.length === 0) return
  if (unknown.length === asked) throw invalidClient()
  const names = unknown.map(({ name }) => name).join(', ')
  const message =
    `These hubs do not accept client id and secret: ${names}. Register the client there too, or ask for the others alone by /oauth/token?hubs=...`
  throw new HubError('invalid_client', message, { headers: invalidClient().headers })
}
