import process from 'node:process'
import { followOrders, report } from './child-protocol.ts'
import { authService } from './rest/auth.ts'
import { dataApi } from './rest/data-api.ts'
import { storageService } from './rest/storage.ts'

/**
 * The platform's services on a machine without Docker, in a process of their own: /rest/v1, /auth/v1 and /storage/v1.
 * Each is @supabase/lite, a reimplementation of PostgREST, GoTrue and Storage, under the role that its service has on
 * the platform; what it does otherwise than they is mended in rest/.
 */
const { env } = process
const keys = {
  jwtSecret: env.REST_JWT_SECRET!,
  publishableKey: env.REST_PUBLISHABLE_KEY!,
  secretKey: env.REST_SECRET_KEY!,
}
const services = {
  rest: dataApi({ ...keys, url: env.REST_DATABASE_URL! }),
  auth: authService({ ...keys, url: env.REST_AUTH_DATABASE_URL!, apiUrl: env.REST_API_URL! }),
  storage: storageService({ ...keys, url: env.REST_STORAGE_DATABASE_URL!, folder: env.REST_STORAGE_FOLDER! }),
}

const server = Deno.serve(
  { hostname: '127.0.0.1', port: 0, onListen: ({ port }) => report({ event: 'ready', port }) },
  (request) => {
    const name = new URL(request.url).pathname.split('/')[1] as keyof typeof services
    return services[name](request)
  },
)
followOrders()
process.on('SIGTERM', () => server.shutdown().then(() => process.exit(0)))
