import { createPostgresConnection } from '@supabase/lite/postgres'
import { App } from '@supabase/lite'
import process from 'node:process'
import { followOrders, report } from './child-protocol.ts'

/**
 * /rest/v1 and /auth/v1 of the local stack: @supabase/lite, a reimplementation of PostgREST and GoTrue, as a
 * process of its own. It stands in for the platform's services on a machine without Docker; for behaviour,
 * not for speed.
 */
const { REST_DATABASE_URL, REST_JWT_SECRET, REST_PUBLISHABLE_KEY, REST_SECRET_KEY } = process.env

const app = new App({
  connection: createPostgresConnection({ url: REST_DATABASE_URL! }),
  api: { schemas: ['public'], max_rows: 1000, pg_safe_update: true },
  auth: {
    enabled: true,
    enable_signup: false,
    jwt_secret: REST_JWT_SECRET,
    publishable_key: REST_PUBLISHABLE_KEY,
    secret_key: REST_SECRET_KEY,
  },
})

const server = Deno.serve(
  { hostname: '127.0.0.1', port: 0, onListen: ({ port }) => report({ event: 'ready', port }) },
  (request) => app.fetch(request, { peerAddress: null }),
)
followOrders()
process.on('SIGTERM', () => server.shutdown().then(() => process.exit(0)))
