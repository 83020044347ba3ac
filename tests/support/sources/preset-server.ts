import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ResoServer } from './reso-server.ts'

export interface PresetServer {
  url: string
  tokenUrl: string
  /** Requests that broke the rules of the vendor. */
  breaches: string[]
  close(): Promise<void>
}

type Rule = (
  path: string,
  query: URLSearchParams,
  headers: Record<string, string | undefined>,
) => string | undefined

/** What each vendor refuses, by its documentation. */
const rules: Record<'trestle' | 'bridge' | 'spark' | 'mlsgrid', Rule> = {
  trestle: (_, query) =>
    query.get('PrettyEnums') !== 'true' && !query.has('$select')
      ? 'PrettyEnums is missing'
      : Number(query.get('$top') ?? 0) > 1_000
      ? '$top above 1000'
      : undefined,
  bridge: (_, query, headers) =>
    Number(query.get('$top') ?? 0) > 200
      ? '$top is the total here, and a page has 200'
      : !/odata.maxpagesize=\d+/.test(headers.prefer ?? '')
      ? 'no page size'
      : undefined,
  spark: (
    path,
    query,
  ) => (path.endsWith('/Property') && Number(query.get('$top') ?? 0) > 1_000 ? '$top above 1000' : undefined),
  mlsgrid: (_, query, headers) => {
    const filter = query.get('$filter') ?? ''
    if ((filter.match(/OriginatingSystemName eq/g) ?? []).length !== 1) {
      return 'not exactly one OriginatingSystemName'
    }
    if ((filter.match(/ or /g) ?? []).length > 5) return 'more than five or'
    if (query.has('$orderby')) return 'no order can be asked for'
    return headers['user-agent'] !== headers.authorization?.replace('Bearer ', '')
      ? 'the user agent is not the token'
      : undefined
  },
}

/** A vendor in front of a RESO server: refuses what he refuses, and speaks his dialect of paging. */
export async function startPresetServer(
  preset: keyof typeof rules,
  behind: ResoServer,
): Promise<PresetServer> {
  const breaches: string[] = []
  const origin = new URL(behind.url).origin
  const server = createServer((request, response) => {
    const url = new URL(request.url!, 'http://preset')
    const isData = /^\/odata\/[A-Z]/.test(url.pathname)
    const isLink = url.searchParams.has('$skiptoken')
    const breach = isData && !isLink
      ? rules[preset](url.pathname, url.searchParams, request.headers as Record<string, string | undefined>)
      : undefined
    if (breach) {
      breaches.push(`${breach}: ${url.pathname}${url.search}`)
      return void response.writeHead(400, { 'Content-Type': 'application/json' }).end(
        JSON.stringify({ error: { message: breach } }),
      )
    }
    const target = new URL(origin + url.pathname.replace('/replication', '') + url.search)
    const size = /maxpagesize=(\d+)/.exec(String(request.headers.prefer ?? ''))?.[1]
    if (size && isData && !isLink && !target.searchParams.has('$top')) target.searchParams.set('$top', size)
    let body = ''
    request.setEncoding('utf8').on('data', (chunk) => body += chunk).on('end', () => {
      const { authorization = '', 'content-type': type = 'application/json' } = request.headers
      fetch(target, {
        method: request.method!,
        headers: { authorization, 'content-type': type },
        ...(request.method === 'POST' && { body }),
      }).then(async (answer) => {
        const text = (await answer.text()).replaceAll(origin, api.url.replace('/odata', ''))
        response.writeHead(answer.status, {
          'Content-Type': answer.headers.get('Content-Type') ?? 'application/json',
        }).end(text)
      }).catch(() => request.socket.destroy())
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const api: PresetServer = {
    url: `http://127.0.0.1:${port}/odata`,
    tokenUrl: `http://127.0.0.1:${port}/token`,
    breaches,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
  return api
}
