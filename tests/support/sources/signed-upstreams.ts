import { startSandboxQobrix } from '../../../scripts/stack/sandbox-qobrix/server.ts'
import { startSandboxRets } from '../../../scripts/stack/sandbox-rets/server.ts'
import { startDash } from '../dash.ts'
import { dashListing } from './dash-listing.ts'
import { fill, startResoServer } from './reso-server.ts'

/** A source that signs the addresses of its pictures. */
export interface Upstream {
  settings: Record<string, unknown>
  credentials: Record<string, string>
  /** Has the source give out addresses of this signature. */
  sign(): Promise<unknown> | void
  /** What it was asked. */
  asked(): string[]
  close(): Promise<unknown>
}

/** Listings by number, each with two pictures. */
const numbers = [1, 2, 3]
/** Sources by the name of their provider; `address` gives the address of a picture as of now. */
export const signedUpstreams: Record<string, (address: (path: string) => string) => Promise<Upstream>> = {
  'RESO, pictures apart': (address) => reso('resource', address),
  'RESO, pictures inside': (address) => reso('expand', address),
  QOBRIX: async (address) => {
    const qobrix = await startSandboxQobrix({ listings: numbers.length })
    const sign = () => {
      for (const file of [...qobrix.store.media.values()]) {
        // no time of change moves with a signature
        const changed = qobrix.store.get('properties', file.owner)?.last_media_update as string
        const href = address(`q/${file.id}`)
        qobrix.store.putFile({ ...file, file: { ...file.file as object, href } }, changed)
      }
    }
    sign()
    return {
      settings: { base_url: qobrix.baseUrl },
      credentials: qobrix.credentials,
      sign,
      asked: () => qobrix.asked,
      close: qobrix.close,
    }
  },
  DASH_API: async (address) => {
    const dash = await startDash()
    const sign = async () => {
      for (const number of numbers) {
        const record = dashListing(number)
        const pictures = record.media.map((item) => ({ ...item, url: address(`d/${item.mediaGuid}`) }))
        await fetch(`${dash.url}/sandbox/listings`, {
          method: 'PUT',
          body: JSON.stringify({ ...record, media: pictures }),
        })
      }
    }
    await sign()
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
      sign,
      asked: () => [],
      close: dash.close,
    }
  },
  RETS: (address) => rets(1, address),
  'RETS, pictures inside': (address) => rets(0, address),
}

async function rets(location: 0 | 1, address: (path: string) => string): Promise<Upstream> {
  const sandbox = await startSandboxRets({
    quirks: { addressOf: (key, number) => address(`r/${key}-${number}`) },
  })
  sandbox.store.fill(numbers.length, 2)
  return {
    settings: {
      login_url: sandbox.loginUrl,
      version: 'RETS/1.7.2',
      user_agent: 'MlsHub/1.0',
      property: {
        resource: 'Property',
        classes: ['RES', 'LND'],
        key_field: 'ListingKey',
        time_field: 'MODIFIED',
      },
      media: { type: 'Photo', location },
    },
    credentials: sandbox.credentials,
    sign: () => {},
    asked: () => sandbox.asked.map(({ name }) => name),
    close: sandbox.close,
  }
}

async function reso(kind: 'resource' | 'expand', address: (path: string) => string): Promise<Upstream> {
  const server = await startResoServer({ media: kind })
  fill(server, numbers.length)
  const sign = () => {
    for (const [key, record] of server.records.Media) {
      server.records.Media.set(key, { ...record, MediaURL: address(`o/${key}`) })
    }
  }
  sign()
  return {
    settings: {
      root: server.url,
      // a page holds less than the pictures of all
      page_size: 2,
      auth: { type: 'client_credentials', token_url: server.tokenUrl },
    },
    credentials: server.credentials,
    sign,
    asked: () => server.requests,
    close: server.close,
  }
}
