import { Buffer } from 'node:buffer'
import { consoleConfig } from './console-pages.ts'
import type { Credentials } from './credentials.ts'
import { databaseUrl } from './postgres/server.ts'
import { userKeyId } from './user-tokens.ts'

/** URLs under which one stack is reached. */
export interface Addresses {
  apiUrl: string
  functionsUrl: string
  storageUrl: string
  databaseUrl: string
}

export function addresses(
  port: number,
  postgresPort: number,
  credentials: Credentials,
  database = 'postgres',
): Addresses {
  const apiUrl = `http://127.0.0.1:${port}`
  return {
    apiUrl,
    functionsUrl: `${apiUrl}/functions/v1`,
    storageUrl: `${apiUrl}/storage/v1`,
    databaseUrl: databaseUrl(postgresPort, 'postgres', credentials.passwords.postgres, database),
  }
}

/** The environment of the functions, with the names they have on hosted Supabase. */
export function functionEnvironment(
  port: number,
  postgresPort: number,
  credentials: Credentials,
  database = 'postgres',
): Record<string, string> {
  const at = addresses(port, postgresPort, credentials, database)
  return {
    SUPABASE_URL: at.apiUrl,
    SUPABASE_DB_URL: at.databaseUrl,
    SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: credentials.publishableKey }),
    SUPABASE_SECRET_KEYS: JSON.stringify({ default: credentials.secretKey }),
    SUPABASE_JWKS: JSON.stringify({ keys: [userKey(credentials.jwtSecret)] }),
    MLS_GATE_DB_URL: databaseUrl(postgresPort, 'mls_gate', credentials.passwords.gate, database),
    MLS_PUBLIC_URL: at.functionsUrl,
    // sandboxes are on loopback
    MLS_SOURCES_LOCAL: 'true',
    MLS_CONSOLE_CONFIG: JSON.stringify(consoleConfig(credentials)),
    MLS_USER_SIGNING_JWK: JSON.stringify(userKey(credentials.jwtSecret)),
    MLS_OAUTH_PRIVATE_JWK: JSON.stringify(credentials.oauthPrivateJwk),
  }
}

/** What makes the reading doors read from a standby on this port. */
export function standbyEnvironment(
  port: number,
  credentials: Credentials,
  database = 'postgres',
): Record<string, string> {
  return { MLS_GATE_READ_URL: databaseUrl(port, 'mls_gate', credentials.passwords.gate, database) }
}

function userKey(secret: string) {
  return { kty: 'oct', alg: 'HS256', kid: userKeyId, k: Buffer.from(secret).toString('base64url') }
}
