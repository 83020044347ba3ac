import { parseArgs } from 'node:util'
import process from 'node:process'
import { followOrders, report } from './child-protocol.ts'
import { type Door, loadDoors, problem } from './doors.ts'
import { consolePath, showConsole } from './console-pages.ts'
import { demoMediaPath, showDemoMedia } from './demo-photos.ts'
import { folders } from './layout.ts'
import { referencePath, showReference } from './reference.ts'

/**
 * The one port of the local stack. The functions run in this very process, on Deno as on hosted Supabase: full
 * OData pages must not pass a proxy. The platform's services are proxied to the process that stands in for them.
 *
 * It loads the functions first, unless they are to be loaded on demand, and takes the port when told to: so a successor can be ready before its
 * predecessor leaves, and a reload costs no request.
 */
const { values: { port, rest, 'on-demand': onDemand } } = parseArgs({
  options: { port: { type: 'string' }, rest: { type: 'string' }, 'on-demand': { type: 'boolean' } },
})
const { env } = process
const prefix = '/functions/v1'
const doors = await loadDoors(folders.functions, { onDemand })

function answer(request: Request): Response | Promise<Response> {
  const url = new URL(request.url)
  if (url.pathname.startsWith(`${prefix}/`)) return throughDoor(request, url)
  if (/^\/(rest|auth|storage)\/v1\//.test(url.pathname)) return toService(request, url)
  if (url.pathname === referencePath) return showReference()
  if (url.pathname.startsWith(demoMediaPath)) return showDemoMedia(url.pathname)
  if (`${url.pathname}/`.startsWith(consolePath)) return showConsole(url, env.MLS_CONSOLE_CONFIG)
  return problem(
    404,
    'not_found',
    `Nothing here. Functions are under ${prefix}/, the Data API under /rest/v1/.`,
  )
}

/** On hosted Supabase, too, a function sees its own name as the first part of the path. */
function throughDoor(request: Request, url: URL): Response | Promise<Response> {
  const path = url.pathname.slice(prefix.length)
  const door: Door | undefined = doors.get(path.split('/')[1]!)
  if (!door) return problem(404, 'function_not_found', `There is no function for ${url.pathname}.`)
  return door.fetch(new Request(url.origin + path + url.search, request))
}

function toService(request: Request, url: URL): Response | Promise<Response> {
  if (!rest) return problem(503, 'service_not_started', 'This gateway was started without the Data API.')
  return fetch(rest + url.pathname + url.search, {
    method: request.method,
    headers: request.headers,
    body: request.body,
    redirect: 'manual',
  }).catch(() => problem(503, 'service_unavailable', 'The services of the platform do not answer.'))
}

/** After a reload the port may be held for a moment longer by the predecessor, which is told to go right then. */
async function serve(attempts = 250): Promise<void> {
  try {
    const server = Deno.serve({ hostname: '127.0.0.1', port: Number(port), onListen, onError }, answer)
    process.on('SIGTERM', () => server.shutdown().then(() => process.exit(0)))
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse) || attempts === 0) throw error
    await new Promise((resolve) => setTimeout(resolve, 20))
    await serve(attempts - 1)
  }
}

function onListen(address: Deno.NetAddr): void {
  process.removeListener('SIGTERM', leave)
  report({ event: 'ready', port: address.port })
}

function onError(error: unknown): Response {
  console.error(error)
  return problem(500, 'internal_error', 'A function failed: see the output of the stack.')
}

const leave = () => process.exit(0)
process.on('SIGTERM', leave) // until there is a server to shut down
followOrders((order) => order === 'serve' && serve())
report({ event: 'loaded' })
