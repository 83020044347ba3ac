import { execFile } from 'node:child_process'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import process from 'node:process'
import { promisify } from 'node:util'
import zlib from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Connections } from '../../../functions/_shared/delivery/connections.ts'
import { exchange, type OutboundRequest, send } from '../../../functions/_shared/delivery/send.ts'
import { denoExecutable } from '../../../scripts/stack/processes.ts'

/** Answers to a GET as servers give them: packed, in chunks, on a connection that goes on or not. */
let server: Server
let url: string
const sockets = new Set<Socket>()
let asked: IncomingMessage['headers'][] = []

const text = 'Пафос, '.repeat(20_000)
const packed = zlib.gzipSync(text)
const gzip = { 'Content-Encoding': 'gzip' }
type Answer = (response: ServerResponse, request: IncomingMessage) => void
const answers: Record<string, Answer> = {
  '/plain': (response) => response.end('plain'),
  '/gzip': (response) => response.writeHead(200, { ...gzip, 'Content-Length': packed.length }).end(packed),
  '/x-gzip-in-chunks': (response) => {
    response.writeHead(200, { 'Content-Encoding': 'X-Gzip' })
    for (let at = 0; at < packed.length; at += 7) response.write(packed.subarray(at, at + 7))
    response.end()
  },
  '/empty': (response) => response.writeHead(200, { ...gzip, 'Content-Length': 0 }).end(),
  '/empty-in-chunks': (response) => response.writeHead(200, gzip).end(),
  '/redirect': (response) => response.writeHead(302, { ...gzip, Location: '/plain' }).end(),
  '/unchanged': (response) => response.writeHead(304, { ...gzip, ETag: 'x' }).end(),
  '/identity': (response) => response.writeHead(200, { 'Content-Encoding': 'identity' }).end('as it is'),
  '/br': (response) =>
    response.writeHead(200, { 'Content-Encoding': 'br' }).end(zlib.brotliCompressSync('brotli')),
  '/cut': (response) => response.writeHead(200, gzip).end(packed.subarray(0, packed.length - 9)),
  '/no-gzip': (response) => response.writeHead(200, gzip).end('certainly not packed'),
  // 20 kB that are 20 MB
  '/bomb': (response) => response.writeHead(200, gzip).end(zlib.gzipSync(Buffer.alloc(20_000_000))),
  '/close': (response) => response.writeHead(200, { Connection: 'close' }).end('closed'),
  '/hang-up': (response, request) => void response.end('the last', () => request.socket.destroy()),
  '/long': (response) => response.end(Buffer.alloc(3_000_000)),
  '/drop': (response) => void response.socket!.destroy(),
  // what comes unasked behind an answer must not be taken for the next one
  '/two': (response) => {
    const one = 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n'
    response.socket!.write(`${one}one${one}two`)
  },
}

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.headers)
    answers[request.url!]!(response, request)
  }).on('connection', (socket: Socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
beforeEach(() => {
  asked = []
  sockets.clear()
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const get = (path: string): OutboundRequest => ({
  method: 'GET',
  url: url + path,
  timeoutMs: 20_000,
  maxBytes: 1_000_000,
})

type SendAll = (requests: OutboundRequest[], keeps?: boolean) => Promise<unknown[]>
const runtimes: Record<string, SendAll> = {
  async Deno(requests, keeps) {
    const program = new URL('../../support/send-all.ts', import.meta.url).pathname
    const run = promisify(execFile)(
      process.env.MLS_FUNCTIONS_DENO || denoExecutable(),
      ['run', '-A', '--quiet', '--no-check', program, JSON.stringify(requests), keeps ? 'keep' : ''],
      { maxBuffer: 10_000_000 },
    )
    return JSON.parse((await run).stdout)
  },
  async Node(requests, keeps) {
    const connections = keeps ? new Connections() : undefined
    const outcomes = []
    for (const request of requests) {
      outcomes.push(
        await send({ ...request, connections }).then(
          ({ status, text }) => ({ status, text }),
          ({ code }) => ({ code }),
        ),
      )
    }
    connections?.close()
    return outcomes
  },
}

describe.each(Object.entries(runtimes))('on %s', (_, sendAll) => {
  test('what is packed is unpacked, within its limit; what cannot be is no answer', async () => {
    const expected = Object.entries({
      '/plain': { status: 200, text: 'plain' },
      '/gzip': { status: 200, text },
      '/x-gzip-in-chunks': { status: 200, text },
      '/empty': { status: 200, text: '' },
      '/empty-in-chunks': { status: 200, text: '' },
      '/redirect': { status: 302, text: '' },
      '/unchanged': { status: 304, text: '' },
      '/identity': { status: 200, text: 'as it is' },
      '/br': { code: 'invalid_answer' },
      '/cut': { code: 'connection' },
      '/no-gzip': { code: 'connection' },
      '/bomb': { code: 'answer_too_large' },
    })
    expect(await sendAll(expected.map(([path]) => get(path)))).toEqual(expected.map(([, outcome]) => outcome))
    expect(new Set(asked.map((headers) => headers['accept-encoding']))).toEqual(new Set(['gzip']))
    expect(asked.every((headers) => headers['content-length'] === undefined)).toBe(true)
  })

  test('connections are kept where they can be, and replaced where the other side closed them', async () => {
    const paths = ['/plain', '/gzip', '/x-gzip-in-chunks', '/unchanged', '/redirect', '/plain']
    const outcomes = await sendAll(paths.map(get), true)
    expect(outcomes.map((outcome) => (outcome as { status: number }).status)).toEqual([
      200,
      200,
      200,
      304,
      302,
      200,
    ])
    expect(sockets.size).toBe(1)

    sockets.clear()
    const good = { status: 200, text: 'plain' }
    expect(
      await sendAll(
        ['/close', '/plain', '/hang-up', '/plain', '/two', '/plain', '/drop', '/plain'].map(get),
        true,
      ),
    ).toEqual([
      { status: 200, text: 'closed' },
      good,
      { status: 200, text: 'the last' },
      good,
      { status: 200, text: 'one' },
      good,
      { code: 'connection' },
      good,
    ])
  })
})

test('a GET that found its kept connection closed goes once more, on a new one; a POST is never repeated', async () => {
  const connections = new Connections()
  await send({ ...get('/plain'), connections })
  asked = []
  await expect(send({ ...get('/drop'), connections })).rejects.toMatchObject({ code: 'connection' })
  expect(asked).toHaveLength(2)
  await send({ ...get('/plain'), connections })
  asked = []
  await expect(send({ ...get('/drop'), method: 'POST', body: '{}', connections })).rejects.toMatchObject({
    code: 'connection',
  })
  expect(asked).toHaveLength(1)
  connections.close()
})

test('a connection whose answer was not read to its end is not used again', async () => {
  const connections = new Connections()
  const request = { ...get('/long'), connections }
  await exchange(request, async (response) => await response.body!.cancel())
  expect(await send({ ...get('/plain'), connections })).toMatchObject({ text: 'plain' })
  expect(sockets.size).toBe(2)
  connections.close()
})
