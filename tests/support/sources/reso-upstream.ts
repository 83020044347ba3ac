import type { Pool } from 'pg'
import { addMarket, addSource } from './hub.ts'
import { fill, type ResoOptions, type ResoServer, startResoServer } from './reso-server.ts'

export interface UpstreamOptions extends ResoOptions {
  listings?: number
  /** Members of the source and of its settings that differ. */
  source?: Record<string, unknown>
  settings?: Record<string, unknown>
}

/** RESO servers, and for each a market of the hub with a source that reads it. */
export function resoUpstreams(pool: () => Pool) {
  const servers: ResoServer[] = []
  let markets = 0
  const letter = (number: number) => String.fromCharCode(65 + number)

  async function upstream(
    { listings = 25, source: members = {}, settings = {}, ...server }: UpstreamOptions = {},
  ) {
    const reso = await startResoServer(server)
    servers.push(reso)
    fill(reso, listings)
    const code = `R${letter(Math.floor(markets / 26))}${letter(markets++ % 26)}`
    const office = await addMarket(pool(), code)
    const source = await addSource(pool(), {
      office_key: office,
      code,
      provider: 'RESO',
      settings: {
        root: reso.url,
        auth: { type: 'client_credentials', token_url: reso.tokenUrl },
        ...settings,
      },
      credentials: reso.credentials,
      overlap_seconds: 0,
      ...members,
    })
    return { reso, office, source, code }
  }

  const close = async () => void await Promise.all(servers.splice(0).map((server) => server.close()))
  return { upstream, close }
}
