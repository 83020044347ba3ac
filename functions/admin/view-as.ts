import { importJWK, type JWK, SignJWT } from 'jose'
import type { Context } from 'hono'
import { z } from 'zod'
import { env } from '../_shared/http/env.ts'
import { HubError } from '../_shared/http/errors.ts'
import { readJsonBody } from '../_shared/http/json-body.ts'
import type { OperatorVariables } from '../_shared/oauth/require-operator.ts'
import { issueToken } from '../_shared/oauth/tokens.ts'
import { viewAs as whatIsSeen } from '../_shared/operate/admin.ts'

const lifetime = 300

const whom = z.union([
  z.strictObject({ client_id: z.string().min(1).max(64) }),
  z.strictObject({ user_id: z.guid() }),
])

/**
 * `POST /admin/view-as {client_id | user_id}`: a token of five minutes that sees what the client or the person sees and
 * changes nothing. For support: "what do they see?" is answered by looking. Who asked stands in mls_admin_actions.
 */
export async function viewAs(c: Context<{ Variables: OperatorVariables }>): Promise<Response> {
  const { operator } = c.var
  const wanted = await readJsonBody(c.req.raw, whom, { maxBytes: 10_000 })
  // without a key, say so before anything is written down
  const key = 'user_id' in wanted ? await userKey() : undefined
  const { answer } = await whatIsSeen(operator, wanted)
  const token = key === undefined
    ? await issueToken({
      clientId: String(answer.client_id),
      scopes: ['odata'],
      readOnly: true,
      actor: operator.name,
      lifetime,
    })
    : await new SignJWT({
      ...answer.claims as Record<string, unknown>,
      role: 'authenticated',
      act: { sub: operator.name },
      // one that is not there: Supabase Auth lets a token without a session change the person's password
      session_id: crypto.randomUUID(),
    })
      .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'JWT' })
      .setIssuer(`${env('SUPABASE_URL')}/auth/v1`)
      .setSubject((wanted as { user_id: string }).user_id)
      .setAudience('authenticated')
      .setIssuedAt()
      .setExpirationTime(`${lifetime}s`)
      .sign(key.key)
  return c.json({ token, expires_in: lifetime })
}

/** The key under which the project's user tokens are signed, where the hub has one (docs/operations.md). */
async function userKey() {
  const text = env('MLS_USER_SIGNING_JWK')
  try {
    const jwk = JSON.parse(text ?? '') as JWK
    const alg = jwk.alg ?? (jwk.kty === 'oct' ? 'HS256' : 'ES256')
    return { key: await importJWK(jwk, alg), alg, kid: jwk.kid }
  } catch {
    throw new HubError(
      'not_configured',
      text === undefined
        ? 'Tokens of users are signed by Supabase Auth: set MLS_USER_SIGNING_JWK to a signing key that the project trusts.'
        : 'MLS_USER_SIGNING_JWK is no private key in JWK form.',
    )
  }
}
