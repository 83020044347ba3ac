import { env, envInteger } from '../../../http/env.ts'
import { DeliveryFailure } from '../../failure.ts'
import type { Job } from '../../job.ts'
import type { JsonObject } from '../../json.ts'

/** Where one call of the adapter goes. `{family}`, `{id}` and `{reference}` are filled in, encoded. */
export interface Endpoint {
  method: string
  path: string
}

export interface DashSettings {
  tokenUrl: string
  clientId: string
  clientSecret: string
  scope: string
  apiUrl: string
  apiKey: string
  version: { name: string; value: string }
  endpoints: Record<'create' | 'update' | 'withdraw' | 'media' | 'read' | 'find', Endpoint>
  timeoutMs: number
  maxBytes: number
}

/** Reading by id is known from the source's own loader; every path that writes is our assumption. */
const endpoints: DashSettings['endpoints'] = {
  create: { method: 'POST', path: '/listings/{family}' },
  update: { method: 'PATCH', path: '/listings/{family}/{id}' },
  withdraw: { method: 'POST', path: '/listings/{family}/{id}/withdraw' },
  media: { method: 'PUT', path: '/listings/{family}/{id}/media' },
  read: { method: 'GET', path: '/listings/{family}/{id}?idType=id' },
  find: { method: 'GET', path: '/listings/byreference?reference={reference}' },
}

/**
 * Which adapter a portal uses: its own `adapter`, else MLS_DASH_ADAPTER, else a dry run. Nothing leaves the hub
 * before somebody says so.
 */
export function adapterKind({ portal }: Job): 'http' | 'dry-run' {
  const kind = portal.config.adapter ?? env('MLS_DASH_ADAPTER')
  return kind === 'http' ? 'http' : 'dry-run'
}

/**
 * Settings of a market's Dash: secrets and addresses from the environment (`DASH_API_KEY_CY` for the market CY, else
 * `DASH_API_KEY`), paths from `endpoints` in the portal's configuration.
 *
 * @throws DeliveryFailure `not_configured`, to be tried again: it is mended by configuration, not by the broker
 */
export function dashSettings({ portal }: Job): DashSettings {
  const read = (name: string) => env(`${name}_${portal.market}`) ?? env(name)
  const required = (name: string) => {
    const value = read(name)
    if (value) return value
    throw new DeliveryFailure(
      'not_configured',
      `Dash is not configured: set ${name}_${portal.market} or ${name}.`,
      {
        retry: true,
      },
    )
  }
  return {
    tokenUrl: required('DASH_OKTA_TOKEN_URL'),
    clientId: required('DASH_OKTA_CLIENT_ID'),
    clientSecret: required('DASH_OKTA_CLIENT_SECRET'),
    scope: required('DASH_OKTA_SCOPE'),
    apiUrl: required('DASH_API_URL').replace(/\/+$/, ''),
    apiKey: required('DASH_API_KEY'),
    version: {
      name: read('DASH_VERSION_PARAMETER') ?? 'x-rlgy-version',
      value: read('DASH_VERSION') ?? 'v4.1',
    },
    endpoints: { ...endpoints, ...portal.config.endpoints as JsonObject } as DashSettings['endpoints'],
    timeoutMs: envInteger('MLS_DASH_TIMEOUT_MS', 20_000, { min: 50, max: 30_000 }),
    maxBytes: 2_000_000,
  }
}
