/** The version of OData that an answer speaks. */
import type { MiddlewareHandler } from 'hono'
import { HubError } from '../http/errors.ts'

export interface Negotiated {
  version: '4.0' | '4.01'
}

/** 4.01 unless the client asks for no more than 4.0, or speaks 4.0 itself. */
export function versionFor(headers: Headers): Negotiated['version'] {
  const wanted = headers.get('OData-MaxVersion') ?? headers.get('OData-Version') ?? '4.01'
  return versionIn(wanted) < 4.01 ? '4.0' : '4.01'
}

/** `4.0;NetFx`: what stands behind the version names the library of the client, in the way of OData 3. Sent twice, the first counts. */
const versionIn = (header: string) => Number(header.replace(/[;,].*/, ''))

/** @throws HubError invalid_request (400) */
export function negotiateVersion(headers: Headers): Negotiated {
  // A request is of one version; the most that its sender understands may be one that does not exist yet.
  const known = {
    'OData-MaxVersion': (version: number) => version >= 4,
    'OData-Version': (version: number) => version === 4 || version === 4.01,
  }
  for (const [name, isKnown] of Object.entries(known)) {
    const value = headers.get(name)
    if (value !== null && !isKnown(versionIn(value))) {
      throw new HubError(
        'invalid_request',
        `${name} ${value.slice(0, 20)} is not supported; there are 4.0 and 4.01.`,
        { target: name },
      )
    }
  }
  return { version: versionFor(headers) }
}

/** Every answer says its version and what it depends on, errors and refusals of credentials too. */
export function statedVersion(): MiddlewareHandler {
  return async (c, next) => {
    await next()
    const { headers } = c.res
    headers.set('OData-Version', versionFor(c.req.raw.headers))
    headers.append('Vary', 'Accept, Accept-Encoding, Authorization, OData-MaxVersion, OData-Version, Prefer')
    headers.set('Cache-Control', 'private, no-cache')
  }
}
