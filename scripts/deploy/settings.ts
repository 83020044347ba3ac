import type { HubError } from '../../functions/_shared/http/errors.ts'
import { addressOf, type Login, readLogin } from './login.ts'

/** What a deployment needs to know. Everything secret comes from the environment and goes no further than its target. */
export interface Settings {
  projectRef: string
  projectUrl: string
  /** Of the account that deploys. */
  accessToken: string
  /** Address of the Management API. */
  managementUrl: string
  /** As role postgres, direct or through the session pooler: migrations want a session. */
  deployLogin: Login
  /** The role the OData door reads with, where and as the functions log in. */
  gateLogin: Login
  /** The secret key named `cron` of the project: with it the clock calls the functions. */
  cronSecretKey: string
  /** Secrets of the functions. */
  functionSecrets: Record<string, string>
}

/** Settings that the functions read. */
const functionSecretNames = new RegExp(
  `^(${
    [
      'MLS_OAUTH_PRIVATE_JWK',
      'MLS_OAUTH_PUBLIC_JWKS',
      'MLS_USER_SIGNING_JWK',
      'MLS_PUBLIC_URL',
      'MLS_CONSOLE_URL',
      'MLS_MEDIA_\\w+',
      'MLS_LOG_LEVEL',
      'MLS_DASH_\\w+',
      'DASH_\\w+',
      'MLS_ALERT_\\w+',
      'MLS_HEARTBEAT_URL',
      'MLS_ROUTER_(HUBS|KEY)',
      'MLS_MAIL_\\w+',
      'MLS_METRICS_\\w+',
      'OTEL_\\w+',
      'MLS_APP_SECRET\\w*',
      'MLS_WEBHOOK_TIMEOUT_MS',
      'MLS_CLIENT_CACHE_SECONDS',
      'MLS_DB_POOL_MAX',
      'MLS_DB_CA',
    ].join('|')
  })$`,
)

/** Poolers of the platform hand out sessions at one port and transactions at the other. */
const pooler = /\.pooler\.supabase\.com$/
export const transactionPort = 6543

/**
 * Reads the environment. What is missing or unusable is a problem, told by name and without its value; in its place
 * stands `<NAME>`, so that a plan can be shown all the same.
 */
export function readSettings(
  env: Record<string, string | undefined>,
): { settings: Settings; problems: string[] } {
  const problems: string[] = []
  const required = (name: string, hint = '') => {
    const value = env[name]
    if (value) return value
    problems.push(`${name} is not set${hint}.`)
    return `<${name}>`
  }
  const login = (variable: string, address: string): Login => {
    try {
      if (!address.startsWith('<')) return readLogin(variable, address)
    } catch (error) {
      problems.push((error as HubError).message)
    }
    return {
      user: 'postgres',
      password: '',
      host: variable,
      port: 5432,
      database: 'postgres',
      ssl: { ca: '' },
    }
  }

  const projectRef = required('SUPABASE_PROJECT_REF')
  const projectUrl = (env.MLS_PROJECT_URL || `https://${projectRef}.supabase.co`).replace(/\/+$/, '')
  const deployLogin = login('MLS_DEPLOY_DB_URL', required('MLS_DEPLOY_DB_URL'))
  const serviceLogin = pooler.test(deployLogin.host) && !env.MLS_SERVICE_DB_URL
    ? { ...deployLogin, port: transactionPort }
    : login(
      'MLS_SERVICE_DB_URL',
      required(
        'MLS_SERVICE_DB_URL',
        ': the address of the transaction pooler, in the dashboard under Connect',
      ),
    )
  const gateBase = env.MLS_GATE_DB_URL ? login('MLS_GATE_DB_URL', env.MLS_GATE_DB_URL) : serviceLogin
  const gateLogin = {
    ...gateBase,
    user: gateBase.user.replace(/^postgres/, 'mls_gate'), // poolers carry the project behind it
    password: required('MLS_GATE_PASSWORD'),
  }
  const replicaBase = env.MLS_GATE_READ_URL ? login('MLS_GATE_READ_URL', env.MLS_GATE_READ_URL) : undefined
  const replicaLogin = replicaBase && {
    ...replicaBase,
    user: replicaBase.user.replace(/^postgres/, 'mls_gate'),
    password: gateLogin.password,
  }
  if (!/^(<.*>|[!-~]{16,128})$/.test(gateLogin.password)) {
    problems.push('MLS_GATE_PASSWORD must be 16 to 128 printable ASCII characters without spaces.')
  }

  const settings: Settings = {
    projectRef,
    projectUrl,
    accessToken: required('SUPABASE_ACCESS_TOKEN'),
    managementUrl: env.SUPABASE_API_URL || 'https://api.supabase.com',
    deployLogin,
    gateLogin,
    cronSecretKey: required('MLS_CRON_SECRET_KEY'),
    functionSecrets: {
      MLS_PUBLIC_URL: `${projectUrl}/functions/v1`,
      MLS_SERVICE_DB_URL: addressOf(serviceLogin),
      MLS_GATE_DB_URL: addressOf(gateLogin),
      ...replicaLogin && { MLS_GATE_READ_URL: addressOf(replicaLogin) },
      MLS_OAUTH_PRIVATE_JWK: required('MLS_OAUTH_PRIVATE_JWK'),
      ...Object.fromEntries(
        Object.entries(env).filter((entry): entry is [string, string] =>
          functionSecretNames.test(entry[0]) && !!entry[1]
        ),
      ),
    },
  }
  return { settings, problems }
}
