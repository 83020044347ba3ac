/** What a deployment needs to know. Everything secret comes from the environment and goes no further than its target. */
export interface Settings {
  projectRef: string
  /** As role postgres, direct or through the session pooler. */
  databaseUrl: string
  /** Chosen here, given to the login role of the OData door. */
  gatePassword: string
  /** The secret key named `cron` of the project: with it the clock calls the functions. */
  cronSecretKey: string
  /** Secrets of the functions. */
  functionSecrets: Record<string, string>
}

const functionSecretNames =
  /^(MLS_OAUTH_PRIVATE_JWK|MLS_OAUTH_PUBLIC_JWKS|MLS_PUBLIC_URL|MLS_LOG_LEVEL|MLS_DASH_\w+|DASH_\w+|MLS_ALERT_WEBHOOK_URL|MLS_WEBHOOK_TIMEOUT_MS|MLS_DB_POOL_MAX)$/

export function readSettings(
  env: Record<string, string | undefined>,
): { settings: Settings; missing: string[] } {
  const missing: string[] = []
  const required = (name: string) => {
    const value = env[name]
    if (value) return value
    missing.push(name)
    return `<${name}>`
  }
  const projectRef = required('SUPABASE_PROJECT_REF')
  const databaseUrl = required('MLS_DEPLOY_DB_URL')
  const gatePassword = required('MLS_GATE_PASSWORD')
  const settings: Settings = {
    projectRef,
    databaseUrl,
    gatePassword,
    cronSecretKey: required('MLS_CRON_SECRET_KEY'),
    functionSecrets: {
      MLS_PUBLIC_URL: `https://${projectRef}.supabase.co/functions/v1`,
      MLS_GATE_DB_URL: gateUrl(env.MLS_GATE_DB_URL ?? databaseUrl, gatePassword),
      MLS_OAUTH_PRIVATE_JWK: required('MLS_OAUTH_PRIVATE_JWK'),
      ...Object.fromEntries(
        Object.entries(env).filter((entry): entry is [string, string] =>
          functionSecretNames.test(entry[0]) && !!entry[1]
        ),
      ),
    },
  }
  required('SUPABASE_ACCESS_TOKEN')
  return { settings, missing }
}

/** The same server and pooler as another login: poolers carry the project in the user name (`postgres.<ref>`). */
function gateUrl(databaseUrl: string, password: string): string {
  if (!URL.canParse(databaseUrl)) return '<MLS_GATE_DB_URL>'
  const url = new URL(databaseUrl)
  url.username = url.username.replace(/^postgres/, 'mls_gate')
  url.password = password
  return url.href
}
