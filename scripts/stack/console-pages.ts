import { readFile } from 'node:fs/promises'
import { extname, join, normalize } from 'node:path'
import type { Credentials } from './credentials.ts'
import { demoUsers } from './demo.ts'
import { problem } from './doors.ts'
import { folders } from './layout.ts'

/** Where the stack shows the console. Hosted, it is a folder on any static host: docs/console.md. */
export const consolePath = '/console/'

const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
}

/** As console/public/_headers, but for pictures and calls: those are this very address's. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** A file of the console, its configuration, or for any other path below it the page, which knows its own ways. */
export async function showConsole(url: URL, config: string | undefined): Promise<Response> {
  if (url.pathname === consolePath.slice(0, -1)) return Response.redirect(url.origin + consolePath, 308)
  const path = decode(url.pathname.slice(consolePath.length))
  if (path === undefined || normalize(`/${path}`) !== `/${path}`) {
    return problem(404, 'not_found', 'There is no such file of the console.')
  }
  if (path === 'config.json') return showConfig(url, config)
  const isFile = extname(path) !== ''
  const name = isFile ? path : path.split('/')[0] === 'website' ? 'website.html' : 'index.html'
  const content = await readFile(join(folders.console, name)).catch(() => undefined)
  if (!content) {
    return problem(
      404,
      'not_found',
      'The console is not built, or has no such file: `npm run console:build`.',
    )
  }
  return new Response(content, {
    headers: {
      'content-type': types[extname(name)] ?? 'application/octet-stream',
      'content-security-policy': policy,
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      // names of assets hold a digest of their content
      'cache-control': path.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    },
  })
}

function decode(path: string): string | undefined {
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined
  }
}

/** Without CORS: pages of other origins must not read the demo users' passwords. */
function showConfig(url: URL, config: string | undefined): Response {
  if (!config) return problem(404, 'not_found', 'This gateway was started without a console.')
  return Response.json({ url: url.origin, ...JSON.parse(config) }, {
    headers: { 'cache-control': 'no-store' },
  })
}

/** What the console of a local stack is told: the key that anybody may see, and who can sign in with one click. */
export function consoleConfig({ publishableKey, users }: Pick<Credentials, 'publishableKey' | 'users'>) {
  return {
    publishableKey,
    // pictures of the demo brokerage have addresses that lead nowhere
    pictures: 'own',
    demoUsers: Object.entries(demoUsers).map(([name, { email, tenant, scope }]) => ({
      name,
      email,
      password: users[name]?.password,
      market: tenant,
      scope,
    })),
  }
}
