import { App } from '@supabase/lite'
import { connectAsPostgrest } from './connection.ts'

export interface DataApiOptions {
  url: string
  jwtSecret: string
  publishableKey: string
  secretKey: string
}

/** /rest/v1: for behaviour, not for speed. */
export function dataApi(options: DataApiOptions): (request: Request) => Promise<Response> {
  const app = new App({
    connection: connectAsPostgrest(options.url),
    api: { schemas: ['public'], max_rows: 1000, pg_safe_update: true },
    auth: {
      enabled: true,
      enable_signup: false,
      jwt_secret: options.jwtSecret,
      publishable_key: options.publishableKey,
      secret_key: options.secretKey,
    },
  })
  return (request) => app.fetch(request, { peerAddress: null })
}
