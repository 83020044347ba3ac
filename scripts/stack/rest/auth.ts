import { App } from '@supabase/lite'
import { decodeJwt, type JWTPayload, SignJWT } from 'jose'
import { userKeyId } from '../user-tokens.ts'
import { connect } from './connection.ts'

export interface AuthOptions {
  url: string
  /** What `iss` begins with. */
  apiUrl: string
  jwtSecret: string
  publishableKey: string
  secretKey: string
}

/** Ways of signing in, as the hook is told of them, by grant. */
const methods: Record<string, string> = {
  password: 'password',
  refresh_token: 'token_refresh',
  pkce: 'oauth',
}

interface Session {
  access_token: string
  user: { id: string; app_metadata?: unknown; user_metadata?: unknown; phone?: string }
}

/**
 * /auth/v1: the library keeps users, sessions and refresh tokens, but calls no hook and signs few claims. So each token
 * that it answers with is signed anew, with what Supabase Auth puts into one and after the Custom Access Token hook of
 * the database had its say (mls_access_token_hook).
 */
export function authService(options: AuthOptions): (request: Request) => Promise<Response> {
  const connection = connect(options.url)
  const key = new TextEncoder().encode(options.jwtSecret)
  const app = new App({
    connection,
    auth: {
      enabled: true,
      enable_signup: false,
      jwt_secret: options.jwtSecret,
      publishable_key: options.publishableKey,
      secret_key: options.secretKey,
    },
  })

  async function withHook(response: Response, grant: string): Promise<Response> {
    const session = await response.json() as Session
    const { claims, refusal } = await hooked(session, grant)
    const headers = new Headers(response.headers)
    headers.delete('content-length')
    if (refusal) {
      const { http_code = 500, message = 'hook failed' } = refusal
      return Response.json({ code: http_code, error_code: 'hook_error', msg: message }, {
        status: http_code,
        headers,
      })
    }
    const access_token = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid: userKeyId })
      .sign(key)
    return Response.json({ ...session, access_token }, { headers })
  }

  async function hooked({ access_token, user }: Session, grant: string): Promise<HookAnswer> {
    const signed = decodeJwt(access_token)
    const method = methods[grant] ?? grant
    const claims = {
      ...signed,
      iss: `${options.apiUrl}/auth/v1`,
      phone: user.phone ?? '',
      app_metadata: user.app_metadata ?? {},
      user_metadata: user.user_metadata ?? {},
      aal: 'aal1',
      amr: [{ method: method === 'token_refresh' ? 'password' : method, timestamp: signed.iat }],
      is_anonymous: false,
    }
    const event = { user_id: user.id, claims, authentication_method: method }
    const sql = connection.driver
    const [hook] = await sql<{ known: boolean }[]>`
      select to_regprocedure('public.mls_access_token_hook(jsonb)') is not null as known`
    if (!hook?.known) return { claims }
    const [row] = await sql<{ answer: { claims: JWTPayload; error?: HookAnswer['refusal'] } }[]>`
      select public.mls_access_token_hook(${JSON.stringify(event)}::text::jsonb) as answer`
    return { claims: row!.answer.claims, refusal: row!.answer.error }
  }

  /** As Supabase Auth does, and the library does not: a token that names a session is worth as much as the session. */
  async function hasLostSession(request: Request): Promise<boolean> {
    const token = /^bearer +(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1] ?? ''
    const session = sessionOf(token)
    if (session === undefined) return false
    const sql = connection.driver
    const [row] = await sql<{ found: boolean }[]>`
      select exists (select from auth.sessions where id::text = ${session}) as found`
    return !row?.found
  }

  return async (request) => {
    const { pathname, searchParams } = new URL(request.url)
    if (await hasLostSession(request)) {
      const msg = 'Session from session_id claim in JWT does not exist'
      return Response.json({ code: 403, error_code: 'session_not_found', msg }, { status: 403 })
    }
    const response = await app.fetch(request, { peerAddress: null })
    const opensSession = request.method === 'POST' && /\/(token|signup|verify)$/.test(pathname) &&
      response.status === 200
    return opensSession ? withHook(response, searchParams.get('grant_type') ?? 'otp') : response
  }
}

function sessionOf(token: string): string | undefined {
  try {
    const { session_id } = decodeJwt(token)
    return typeof session_id === 'string' ? session_id : undefined
  } catch {
    return undefined // a key, or rubbish: the library says so
  }
}

interface HookAnswer {
  claims: JWTPayload
  refusal?: { http_code?: number; message?: string }
}
