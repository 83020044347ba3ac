import { execFile } from 'node:child_process'
import { createServer, type Server, type Socket } from 'node:net'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { denoExecutable } from '../../../scripts/stack/processes.ts'
import { type OutboundRequest, send } from '../../../functions/_shared/delivery/send.ts'

/** What leaves, byte by byte, and how often: on Deno, which runs it, and on Node. */
let server: Server
let port: number
const sockets = new Set<Socket>()
const seen: { head: string; body: Buffer }[] = []

beforeAll(async () => {
  server = createServer((socket) => {
    sockets.add(socket.on('close', () => sockets.delete(socket)).on('error', () => undefined))
    let bytes = Buffer.alloc(0)
    socket.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, chunk])
      const end = bytes.indexOf('\r\n\r\n')
      if (end < 0) return
      const head = bytes.subarray(0, end).toString()
      const body = bytes.subarray(end + 4)
      if (body.length < Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0)) return
      bytes = Buffer.alloc(0)
      seen.push({ head, body })
      if (/^\w+ \/drop /.test(head)) return socket.destroy()
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as { port: number }).port
})
beforeEach(() => void (seen.length = 0))
afterAll(() => {
  for (const socket of sockets) socket.destroy()
  server.close()
})

const methods = ['POST', 'PATCH', 'PUT', 'DELETE']
const bodies = ['{"city":"Paphos"}', '{"city":"Пафос"}', '', undefined, 'я'.repeat(200_000)]
const program = new URL('../../support/send-all.ts', import.meta.url).pathname

const runtimes: Record<string, (requests: OutboundRequest[]) => Promise<unknown[]>> = {
  async Deno(requests) {
    const run = promisify(execFile)(denoExecutable(), [
      'run',
      '-A',
      '--quiet',
      program,
      JSON.stringify(requests),
    ])
    return JSON.parse((await run).stdout)
  },
  async Node(requests) {
    const outcomes = []
    for (const request of requests) {
      outcomes.push(
        await send(request).then(({ status, text }) => ({ status, text }), ({ code }) => ({ code })),
      )
    }
    return outcomes
  },
}

describe.each(Object.entries(runtimes))('on %s', (_, sendAll) => {
  const to = (path: string, method: string, body?: string): OutboundRequest => ({
    method,
    url: `http://127.0.0.1:${port}${path}`,
    body,
    timeoutMs: 20_000,
    maxBytes: 1_000,
  })

  test('every body leaves with its length in bytes, never chunked', async () => {
    // an argument of a program is no place for a large text
    const short = bodies.filter((body) => (body ?? '').length < 1_000)
    const sent = methods.flatMap((method) => short.map((body) => to('/', method, body)))
    expect(await sendAll(sent)).toEqual(sent.map(() => ({ status: 200, text: 'ok' })))
    expect(seen).toHaveLength(sent.length)
    for (const [at, { method, body = '' }] of sent.entries()) {
      const { head, body: received } = seen[at]!
      expect(head).toContain(`${method} / HTTP/1.1`)
      expect(head.match(/^content-length: .*$/gim)).toHaveLength(1)
      expect(head).toMatch(new RegExp(`^content-length: ${Buffer.byteLength(body)}$`, 'im'))
      expect(head).not.toMatch(/transfer-encoding/i)
      expect(received.toString()).toBe(body)
    }
  })

  test('a connection that closes without an answer was called once, also after others succeeded', async () => {
    const sent = methods.flatMap((method) =>
      ['{}', ''].flatMap((body) => [to('/', method, body), to('/drop', method, body)])
    )
    const ok = { status: 200, text: 'ok' }
    expect(await sendAll(sent)).toEqual(sent.map((_, at) => at % 2 ? { code: 'connection' } : ok))
    expect(seen.map(({ head }) => head.split(' ', 2).join(' '))).toEqual(
      sent.map(({ method }, at) => `${method} ${at % 2 ? '/drop' : '/'}`),
    )
  })
})

test('a body of many packets arrives whole', async () => {
  const body = bodies.at(-1)!
  await send({ method: 'POST', url: `http://127.0.0.1:${port}/`, body, timeoutMs: 20_000, maxBytes: 1_000 })
  expect(seen.map(({ body }) => body.length)).toEqual([Buffer.byteLength(body)])
})
