import { createServer as createPlain, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import net from 'node:net'
import process from 'node:process'
import tls from 'node:tls'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Resolve } from '../../../functions/_shared/delivery/address-guard.ts'
import { fetchPicture } from '../../../functions/_shared/media/fetch-picture.ts'
import { readFilePage } from '../../../functions/_shared/sources/file/read.ts'
import { Upstream } from '../../../functions/_shared/sources/upstream.ts'
import { createAuthority } from '../../support/certificates.ts'

/**
 * Names that lead outwards when they are checked and inwards a moment later. What others wrote (addresses of sources, of tokens,
 * of files, of pictures, and where these lead on) is looked up once for each call, and the call goes there.
 */
const outwards = ['93.184.216.34']
const picture = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(64)])

const authority = createAuthority()
const answer = (request: IncomingMessage, response: ServerResponse) => {
  asked.push(`${request.method} ${request.headers.host!.split(':')[0]}${request.url}`)
  const [, to] = /^\/to\?(.*)/.exec(request.url!) ?? []
  if (to) response.writeHead(302, { Location: decodeURIComponent(to) }).end()
  else if (request.url!.endsWith('.jpg')) response.end(picture)
  else response.end('key\n1\n')
}
const secure = createServer(authority.issue('feed.example.com', 'cdn.example.net'), answer)
const plain = createPlain(answer)
const asked: string[] = []
/** Where connections went: the address, and the name that TLS was checked against. */
const dialled: string[] = []
let [securePort, plainPort] = [0, 0]
let upstreams: Upstream[] = []

beforeAll(async () => {
  for (const server of [secure, plain]) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  }
  ;[securePort, plainPort] = [secure, plain].map((server) => (server.address() as AddressInfo).port) as [
    number,
    number,
  ]
})
beforeEach(() => {
  delete process.env.MLS_SOURCES_LOCAL
  asked.length = dialled.length = 0
  // the last step alone is ours: from the address that was dialled to the server of this test
  const [toPlain, toSecure] = [net.connect, tls.connect]
  vi.spyOn(tls, 'connect').mockImplementation(
    ((options: tls.ConnectionOptions) => {
      dialled.push(`${options.host} ${options.servername}`)
      return toSecure({ ...options, host: '127.0.0.1', ca: authority.cert })
    }) as typeof tls.connect,
  )
  vi.spyOn(net, 'connect').mockImplementation(
    ((options: net.TcpNetConnectOpts) => {
      dialled.push(String(options.host))
      return toPlain({ ...options, host: '127.0.0.1' })
    }) as typeof net.connect,
  )
})
afterEach(() => {
  vi.restoreAllMocks()
  for (const upstream of upstreams) upstream.close()
  upstreams = []
})
afterAll(() => {
  secure.closeAllConnections()
  secure.close()
  plain.closeAllConnections()
  plain.close()
})

/** Leads where it is told, look-up by look-up; then inwards for ever. */
function fickle(...leads: string[][]): Resolve & { lookUps: number } {
  const resolve = (_: string, type: 'A' | 'AAAA') => {
    const found = leads[Math.floor(resolve.lookUps++ / 2)] ?? ['127.0.0.1']
    return Promise.resolve(found.filter((address) => address.includes(':') === (type === 'AAAA')))
  }
  resolve.lookUps = 0
  return resolve
}

function upstreamWith(resolve: Resolve, plainHosts: string[] = []): Upstream {
  const upstream = new Upstream({ permit: () => Promise.resolve(0), plainHosts, patience: 1, resolve })
  upstreams.push(upstream)
  return upstream
}

/** What others have us call, by its first address. */
const calls: Record<string, (url: string, resolve: Resolve) => Promise<unknown>> = {
  'a page of a source': (url, resolve) => upstreamWith(resolve).send({ url: `${url}/page` }),
  'a page that is asked for again': (url, resolve) =>
    upstreamWith(resolve).sendAgain({ url: `${url}/page` }, 2),
  'an address of tokens': (url, resolve) =>
    upstreamWith(resolve).send({
      url: `${url}/token`,
      method: 'POST',
      body: 'grant_type=client_credentials',
    }),
  'a goodbye': (url, resolve) => upstreamWith(resolve).send({ url: `${url}/logout`, isFarewell: true }),
  'a file': (url, resolve) =>
    readFilePage(
      {
        upstream: upstreamWith(resolve),
        run: { trigger: 'person' },
        source: { settings: { url: `${url}/file.csv`, format: 'csv' } },
        credentials: null,
        files: {
          take: () => Promise.resolve(null),
          keep: async (_: string, body: ReadableStream) => ({ id: await new Response(body).text() }),
          read: (id: string) => Promise.resolve(Buffer.from(id)),
        },
      } as never,
      null,
      undefined,
      10,
    ),
  'a picture': (url, resolve) =>
    fetchPicture(`${url}/1.jpg`, { auth: 'none', expires: false, plainHosts: [], resolve }),
}

describe.each(Object.entries(calls))('%s', (_, call) => {
  test('goes to where its name led when it was checked, with TLS checked against the name', async () => {
    const resolve = fickle(outwards)
    await call(`https://feed.example.com:${securePort}`, resolve)
    expect(dialled).toEqual(['93.184.216.34 feed.example.com'])
    expect(resolve.lookUps).toBe(2)
    expect(asked).toHaveLength(1)
  })

  test('is not sent where the certificate is of another name', async () => {
    await expect(
      call(
        `https://other.example.com:${securePort}`,
        fickle(outwards, outwards, outwards, outwards, outwards),
      ),
    )
      .rejects.toMatchObject({ code: 'connection' })
    expect(asked).toEqual([])
  })

  test.each([
    [['127.0.0.1']],
    [[...outwards, '10.0.0.1']],
    [[...outwards, '::1']],
    [['169.254.169.254']],
    [['100.64.0.1']],
    [['::ffff:127.0.0.1']],
    [['::ffff:a9fe:a9fe']],
    [['64:ff9b::7f00:1']],
    [['fd00::1']],
  ])('is not sent where the name leads to %j', async (leads) => {
    await expect(call(`https://feed.example.com:${securePort}`, fickle(leads))).rejects.toMatchObject({
      code: 'address_refused',
    })
    expect(dialled).toEqual([])
  })

  test.each(['127.0.0.1', '2130706433', '0x7f.1', '0177.0.0.1', '[::1]', '[::ffff:7f00:1]', 'localhost'])(
    'is not sent to %s',
    async (host) => {
      const everywhere = fickle(outwards)
      await expect(call(`https://${host}:${securePort}`, everywhere)).rejects.toMatchObject({
        code: 'address_refused',
      })
      expect(dialled).toEqual([])
    },
  )

  test('to a name that nobody knows just now is tried again', async () => {
    await expect(call(`https://feed.example.com:${securePort}`, () => Promise.resolve([]))).rejects
      .toMatchObject({ code: 'connection' })
    expect(dialled).toEqual([])
  }, 40_000)
})

describe('what leads on', () => {
  const to = (address: string) => `/to?${encodeURIComponent(address)}`
  const feed = () => `https://feed.example.com:${securePort}`

  test('a redirect of a source is a call of its own', async () => {
    const resolve = fickle(outwards)
    await expect(upstreamWith(resolve).send({ url: `${feed()}${to('/next')}` })).rejects.toMatchObject({
      code: 'address_refused',
    })
    expect(asked).toEqual([`GET feed.example.com${to('/next')}`])
    expect((await upstreamWith(fickle(outwards, outwards)).send({ url: `${feed()}${to('/next')}` })).text())
      .toBe('key\n1\n')
  })

  test('the next page is looked up again, also where a connection is kept', async () => {
    const upstream = upstreamWith(fickle(outwards, ['93.184.216.35']))
    for (const page of ['/1', '/2']) await upstream.send({ url: feed() + page })
    expect(dialled).toHaveLength(1)
    await expect(upstream.send({ url: `${feed()}/3` })).rejects.toMatchObject({ code: 'address_refused' })
    expect(asked).toHaveLength(2)
  })

  test.each([['10.0.0.1'], ['127.0.0.1'], ['::ffff:10.0.0.1'], ['fe80::1']])(
    'a picture elsewhere is not fetched where that name leads to %s',
    async (inwards) => {
      const rules = { auth: 'none' as const, expires: false, plainHosts: [] }
      const url = `${feed()}${to(`https://cdn.example.net:${securePort}/2.jpg`)}`
      await expect(fetchPicture(url, { ...rules, resolve: fickle(outwards, [inwards]) })).rejects
        .toMatchObject({ code: 'redirect_refused' })
      expect(dialled).toEqual(['93.184.216.34 feed.example.com'])
      const resolve = fickle(outwards, ['93.184.216.35'])
      expect((await fetchPicture(url, { ...rules, resolve })).bytes).toHaveLength(picture.length)
      expect(dialled.slice(1)).toEqual(['93.184.216.34 feed.example.com', '93.184.216.35 cdn.example.net'])
    },
  )

  test('a host that may be asked without TLS is pinned like any other', async () => {
    const host = `rets.example.com:${plainPort}`
    await upstreamWith(fickle(outwards), [host]).send({ url: `http://${host}/login` })
    expect(dialled).toEqual(['93.184.216.34'])
    await expect(upstreamWith(fickle(['10.0.0.5']), [host]).send({ url: `http://${host}/login` })).rejects
      .toMatchObject({ code: 'address_refused' })
  })
})
