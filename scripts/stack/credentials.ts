import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { demoClients, demoUsers } from './demo.ts'
import { StackError } from './stack-error.ts'

/** Everything secret of one data folder. Made once per folder, never in the repository. */
export interface Credentials {
  publishableKey: string
  secretKey: string
  /** HS256 secret of the tokens of app users. */
  jwtSecret: string
  /** ES256 key with which the `oauth` door signs. */
  oauthPrivateJwk: JWK
  passwords: { superuser: string; postgres: string; gate: string; rest: string }
  clients: Record<string, { client_id: string; client_secret: string }>
  /** Passwords of the demo users, by their name. */
  users: Record<string, { password: string }>
}

/** Reads the credentials of a data folder, or makes and keeps them, readable by their owner only. */
export async function openCredentials(file: string, databaseExists: boolean): Promise<Credentials> {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'))
  if (databaseExists) {
    throw new StackError(
      `${file} is missing, and without it its database cannot be opened: start anew with \`npm run reset\`.`,
    )
  }
  const made = await makeCredentials()
  writeFileSync(file, JSON.stringify(made, null, 2) + '\n', { mode: 0o600, flag: 'wx' })
  return made
}

export async function makeCredentials(): Promise<Credentials> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const kid = secret(8)
  return {
    publishableKey: `sb_publishable_${secret(24)}`,
    secretKey: `sb_secret_${secret(24)}`,
    jwtSecret: secret(48),
    oauthPrivateJwk: { ...await exportJWK(privateKey), kid, alg: 'ES256', use: 'sig' },
    passwords: { superuser: secret(18), postgres: secret(18), gate: secret(18), rest: secret(18) },
    clients: Object.fromEntries(
      demoClients.map(({ client_id }) => [client_id, { client_id, client_secret: secret(24) }]),
    ),
    users: Object.fromEntries(Object.keys(demoUsers).map((name) => [name, { password: secret(12) }])),
  }
}

const secret = (bytes: number) => randomBytes(bytes).toString('base64url')
