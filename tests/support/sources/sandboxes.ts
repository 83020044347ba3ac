import { startSandboxQobrix } from '../../../scripts/stack/sandbox-qobrix/server.ts'
import { startSandboxRets } from '../../../scripts/stack/sandbox-rets/server.ts'
import { startDash } from '../dash.ts'
import { dashListing } from './dash-listing.ts'
import { type FileForm, startFileServer } from './file-server.ts'
import { fill, startResoServer } from './reso-server.ts'

/** A vendor's sandbox and a source that reads it: what every provider must stand is tried over all of them. */
export interface Sandbox {
  settings: Record<string, unknown>
  credentials: Record<string, string>
  mapping?: Record<string, unknown>
  /** Listings that a FULL brings. */
  listings: number
  /** So long takes an answer. */
  slow(milliseconds: number): void
  /** So long takes an answer while workers die: a page is read in about the time that one lives. */
  pace: number
  /** The share of calls that fail, by a status or by a connection that ends. */
  fail(share: number): Promise<unknown> | void
  /** The share of calls that are answered 429, which says to wait for a second. */
  limitRate(share: number): Promise<unknown> | void
  /** Calls that were under way at once, at most. */
  concurrency(): number
  close(): Promise<void>
}

export const openSandbox: Record<string, (listings: number) => Promise<Sandbox>> = {
  QOBRIX: async (amount) => {
    const qobrix = await startSandboxQobrix({ listings: amount })
    return {
      settings: { base_url: qobrix.baseUrl },
      credentials: qobrix.credentials,
      // every fourth has a lease sibling
      listings: amount + Math.floor((amount + 1) / 4),
      slow: (milliseconds) => void (qobrix.delay = milliseconds),
      pace: 40,
      fail: (rate) => void (qobrix.faults = { ...qobrix.faults, rate, kinds: ['error', 'drop'] }),
      limitRate: (rate) => void (qobrix.faults = { ...qobrix.faults, rate, kinds: ['rate_limit'] }),
      concurrency: () => qobrix.concurrency,
      close: qobrix.close,
    }
  },
  RETS: async (amount) => {
    const rets = await startSandboxRets({ listings: amount, quirks: { cap: 20, idleSeconds: 20 } })
    return {
      settings: {
        login_url: rets.loginUrl,
        version: 'RETS/1.7.2',
        user_agent: 'MlsHub/1.0',
        property: {
          resource: 'Property',
          classes: ['RES', 'LND'],
          key_field: 'ListingKey',
          time_field: 'MODIFIED',
        },
        media: { type: 'Photo', location: 1 },
      },
      credentials: rets.credentials,
      listings: amount,
      slow: (milliseconds) => void (rets.delay = milliseconds),
      pace: 40,
      fail: (rate) => void (rets.faults = { ...rets.faults, rate, kinds: ['error', 'drop'] }),
      limitRate: (rate) => void (rets.faults = { ...rets.faults, rate, kinds: ['rate_limit'] }),
      concurrency: () => rets.concurrency,
      close: rets.close,
    }
  },
  DASH_API: async (amount) => {
    const dash = await startDash()
    for (let number = 1; number <= amount; number++) {
      await fetch(`${dash.url}/sandbox/listings`, {
        method: 'PUT',
        body: JSON.stringify(dashListing(number)),
      })
    }
    const { environment } = dash
    return {
      settings: {
        api_url: environment.DASH_API_URL,
        okta_token_url: environment.DASH_OKTA_TOKEN_URL,
        scope: environment.DASH_OKTA_SCOPE,
        office_guid: 'KZ-OFFICE',
      },
      credentials: {
        client_id: environment.DASH_OKTA_CLIENT_ID!,
        client_secret: environment.DASH_OKTA_CLIENT_SECRET!,
        api_key: environment.DASH_API_KEY!,
      },
      listings: amount,
      slow: (milliseconds) => void dash.faults({ latency_ms: milliseconds }),
      pace: 25,
      fail: (rate) => dash.faults({ rate, kinds: ['error', 'drop'] }),
      limitRate: (rate) => dash.faults({ rate, kinds: ['rate_limit'] }),
      concurrency: dash.concurrency,
      close: dash.close,
    }
  },
  FILE: fileSandbox('csv'),
  'FILE in pages': fileSandbox('pages'),
  DASH_FILE: fileSandbox('dash'),
}

/** A RESO Web API; what every provider must stand is tried of it in sources-reso, in detail. */
export async function openReso(amount: number): Promise<Sandbox> {
  const reso = await startResoServer()
  fill(reso, amount)
  return {
    settings: { root: reso.url, auth: { type: 'client_credentials', token_url: reso.tokenUrl } },
    credentials: reso.credentials,
    listings: amount,
    slow: (milliseconds) => void (reso.delay = milliseconds),
    pace: 40,
    fail: (rate) => reso.faults({ rate, kinds: ['error', 'drop', 'garbage', 'rate_limit'] }),
    limitRate: (rate) => reso.faults({ rate, kinds: ['rate_limit'] }),
    concurrency: () => reso.concurrency,
    close: reso.close,
  }
}

/** The provider of a sandbox. */
export const providerIn = (name: string): string => name.split(' ')[0]!

function fileSandbox(form: FileForm): (listings: number) => Promise<Sandbox> {
  return async (amount) => {
    const host = await startFileServer(form, amount)
    const { settings, mapping, credentials, close } = host
    return {
      settings,
      credentials,
      ...(mapping && { mapping }),
      listings: amount,
      slow: (milliseconds) => void (host.delay = milliseconds),
      pace: form === 'pages' ? 40 : 15,
      fail: (rate) => void (host.faults = { rate, kinds: ['error', 'drop', 'cut'] }),
      limitRate: (rate) => void (host.faults = { rate, kinds: ['rate_limit'] }),
      concurrency: () => host.concurrency,
      close,
    }
  }
}
