import { HubError } from '../http/errors.ts'

/** What reads although it is a POST: a query may be too long for an address, and some protocols know no other method. */
const readingPosts = [
  /^\/odata\/(?:.+\/)?(?:\$|%24)(?:query|batch)\/?$/,
  /^\/search\/listings\/?$/,
  /^\/mcp\/?$/,
  /^\/api\/v1\/properties\/search\/?$/,
]

/**
 * Refuses what changes something, for tokens with which an operator looks as somebody else (admin/view-as). An address that is
 * not known to read counts as one that writes.
 *
 * @throws HubError forbidden (403)
 */
export function refuseWrites({ method, url }: Request): void {
  if (['GET', 'HEAD', 'OPTIONS'].includes(method)) return
  const { pathname } = new URL(url)
  if (method === 'POST' && readingPosts.some((path) => path.test(pathname))) return
  throw new HubError(
    'forbidden',
    'This token only looks: an operator sees what another sees, and changes nothing.',
  )
}
