import { DeliveryFailure } from '../../failure.ts'

/**
 * The address of a path below the API's. It never leaves that: with an API that has no path, "@host/x" would otherwise
 * send the token to another host, and ".." in an id would name another resource.
 *
 * @throws DeliveryFailure `not_configured`, to be tried again: it is mended by configuration
 */
export function addressAt(apiUrl: string, path: string): URL {
  const base = new URL(apiUrl)
  const below = `${base.pathname.replace(/\/+$/, '')}/`
  const url = path.startsWith('/') && URL.canParse(apiUrl + path) ? new URL(apiUrl + path) : undefined
  if (!url || url.origin !== base.origin || url.username || !url.pathname.startsWith(below)) {
    throw new DeliveryFailure(
      'not_configured',
      `The path ${path.slice(0, 60)} does not lie below Dash's API.`,
      {
        retry: true,
      },
    )
  }
  return url
}
