import type { SandboxSecrets } from './server.ts'

/** Fixed: the sandbox holds nothing and listens on this machine only. */
export const sandboxSecrets: SandboxSecrets = {
  clientId: 'sandbox',
  clientSecret: 'sandbox-client-secret',
  apiKey: 'sandbox-api-key',
}

/** What the functions must be told to push to a sandbox. */
export function dashEnvironment(
  url: string,
  { clientId, clientSecret, apiKey }: SandboxSecrets,
): Record<string, string> {
  return {
    MLS_DASH_ADAPTER: 'http',
    DASH_API_URL: `${url}/dash`,
    DASH_API_KEY: apiKey,
    DASH_OKTA_TOKEN_URL: `${url}/oauth2/sandbox/v1/token`,
    DASH_OKTA_CLIENT_ID: clientId,
    DASH_OKTA_CLIENT_SECRET: clientSecret,
    DASH_OKTA_SCOPE: `${url}/dashapi`,
  }
}
