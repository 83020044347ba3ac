import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import tls from 'node:tls'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { requestOnce } from '../../../functions/_shared/delivery/once.ts'
import { denoExecutable } from '../../../scripts/stack/processes.ts'
import { createAuthority } from '../../support/certificates.ts'

/** What a server may answer, and what is made of it; and to whom a request goes whose address was looked up before. */
let server: Server
let port: number
const sockets = new Set<Socket>()
/** By path: what the server sends once it has read the request, piece by piece; then it closes, or keeps the connection. */
const answers: Record<string, { pieces: string[]; stays?: boolean }> = {
  length: { pieces: ['HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n', 'he', 'llo'], stays: true },
  'a length said twice': { pieces: ['HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok'], stays: true },
  chunks: {
    pieces: [
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nhe',
      'l\r\n2\r\nlo\r\n',
      '0\r\nTrailer: x\r\n\r\n',
    ],
    stays: true,
  },
  'until closed': { pieces: ['HTTP/1.0 200\r\n\r\n', 'hel', 'lo'] },
  'a head in pieces': { pieces: ['HTT', 'P/1.1 201 Created\r\nX-A: 1\r\nx-a:2', '\r\n\r', '\nyes'] },
  'hints before it': {
    pieces: [
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 202 A\r\n\r\nlate',
    ],
  },
  'no content': { pieces: ['HTTP/1.1 204 No Content\r\n\r\n'], stays: true },
  redirect: { pieces: ['HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n'] },
  nothing: { pieces: [] },
  'half a head': { pieces: ['HTTP/1.1 200 OK\r\nContent-'] },
  'half a body': { pieces: ['HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'] },
  'half a chunk': { pieces: ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf'] },
  'a chunk without end': {
    pieces: ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n'],
  },
  'no size': { pieces: ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'] },
  'two lengths': { pieces: ['HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'] },
  'another protocol': { pieces: ['SSH-2.0-OpenSSH_9.2\r\n\r\n'] },
  'an upgrade': { pieces: ['HTTP/1.1 101 Switching Protocols\r\n\r\n'], stays: true },
  'no status': { pieces: ['HTTP/1.1 000 Zero\r\n\r\n'] },
  'a status of its own': { pieces: ['HTTP/1.1 999 Request denied\r\n\r\n'] },
  'a line that is none': { pieces: ['HTTP/1.1 200 OK\r\nno header\r\n\r\n'] },
  'a value in Cyrillic': { pieces: ['HTTP/1.1 200 OK\r\nX: Дом\r\nContent-Length: 2\r\n\r\nok'] },
  'a name that is none': { pieces: ['HTTP/1.1 200 OK\r\nX(Y): 1\r\n\r\n'] },
  'a value that is none': { pieces: ['HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n'] },
  'an endless head': { pieces: ['HTTP/1.1 200 OK\r\n', ...Array(40).fill(`X-A: ${'a'.repeat(2_000)}\r\n`)] },
  silence: { pieces: [], stays: true },
}

beforeAll(async () => {
  server = createServer((socket) => {
    sockets.add(socket.on('close', () => sockets.delete(socket)).on('error', () => undefined))
    socket.once('data', async (bytes: Buffer) => {
      const { pieces, stays } = answers[decodeURIComponent(/^POST \/(\S+)/.exec(bytes.toString())![1]!)]!
      for (const piece of pieces) {
        socket.write(piece)
        await new Promise(setImmediate)
      }
      if (!stays) socket.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as { port: number }).port
})
afterAll(() => {
  for (const socket of sockets) socket.destroy()
  server.close()
})

async function outcome(path: string, milliseconds = 20_000): Promise<string> {
  try {
    const signal = AbortSignal.timeout(milliseconds)
    const response = await requestOnce(`http://127.0.0.1:${port}/${encodeURIComponent(path)}`, {
      method: 'POST',
      body: 'x',
      signal,
    })
    const text = await response.text().catch((error: Error) => `torn: ${error.message}`)
    return `${response.status} ${text}`
  } catch (error) {
    return (error as Error).message
  }
}

const torn = 'The connection was closed before the answer was whole.'

test.each([
  ['length', '200 hello'],
  ['a length said twice', '200 ok'],
  ['chunks', '200 hello'],
  ['until closed', '200 hello'],
  ['a head in pieces', '201 yes'],
  ['hints before it', '202 late'],
  ['no content', '204 '],
  ['redirect', '302 '],
  ['nothing', torn],
  ['half a head', torn],
  ['half a body', `200 torn: ${torn}`],
  ['half a chunk', `200 torn: ${torn}`],
  ['a chunk without end', expect.stringMatching(/^200 torn: /)],
  ['no size', '200 torn: The answer has a chunk without a size.'],
  ['two lengths', 'The answer has no length that could be one.'],
  ['another protocol', 'The answer is no HTTP/1.1: SSH-2.0-OpenSSH_9.2'],
  ['an upgrade', 'The answer is no HTTP/1.1: HTTP/1.1 101 Switching Protocols'],
  ['no status', 'The answer is no HTTP/1.1: HTTP/1.1 000 Zero'],
  ['a status of its own', 'The answer is no HTTP/1.1: HTTP/1.1 999 Request denied'],
  ['a line that is none', 'The answer has a header that is none: no header'],
  ['a value in Cyrillic', '200 ok'],
  ['a name that is none', 'The answer has a header that is none: X(Y): 1'],
  ['a value that is none', expect.stringMatching(/^The answer has a header that is none: X: a/)],
  ['an endless head', 'The head of the answer is too long.'],
])('%s', async (path, expected) => {
  expect(await outcome(path)).toEqual(expected)
})

test('an answer that never comes ends with the time allowed', async () => {
  expect(await outcome('silence', 50)).toBe('The operation was aborted')
  expect(await outcome('silence', 0)).toBe('The operation was aborted')
})

test('a header is one line, and says where it is sent', async () => {
  const given = { method: 'POST', body: '', signal: AbortSignal.timeout(20_000) }
  await expect(
    requestOnce(`http://127.0.0.1:${port}/length`, { ...given, headers: { 'X-A': 'a\r\nX-B: b' } }),
  )
    .rejects.toThrow(TypeError)
})

describe('an address that was looked up before', () => {
  const program = `
    import { requestOnce } from ${
    JSON.stringify(new URL('../../../functions/_shared/delivery/once.ts', import.meta.url).href)
  }
    const [urls, addresses] = JSON.parse(Deno.args[0])
    const outcomes = []
    for (const url of urls) {
      const request = { method: 'POST', body: 'x', addresses, signal: AbortSignal.timeout(10000) }
      outcomes.push(await requestOnce(url, request).then((r) => r.text(), () => 'refused'))
    }
    console.log(JSON.stringify(outcomes))
    Deno.exit(0)`

  test('is where the request goes, the next where none answers; the certificate must be of the name', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mls-tls-'))
    const authority = createAuthority()
    writeFileSync(join(folder, 'ca.pem'), authority.cert)
    writeFileSync(join(folder, 'program.mjs'), program)
    const heard: string[] = []
    const secure = tls.createServer(authority.issue('hooks.example'), (socket) => {
      socket.on('error', () => undefined).once('data', (bytes) => {
        heard.push(
          `${/^host: (\S+?):/im.exec(String(bytes))?.[1]} ${
            (socket as tls.TLSSocket & { servername: string }).servername
          }`,
        )
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
      })
    }).on('tlsClientError', () => undefined)
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve))
    const at = (secure.address() as { port: number }).port
    try {
      const { stdout } = await promisify(execFile)(
        process.env.MLS_FUNCTIONS_DENO || denoExecutable(),
        [
          'run',
          '-A',
          '--quiet',
          '--no-check',
          join(folder, 'program.mjs'),
          JSON.stringify([
            [`https://hooks.example:${at}/`, `https://other.example:${at}/`],
            // nobody listens at the first
            ['127.0.0.2', '127.0.0.1'],
          ]),
        ],
        { env: { ...process.env, DENO_CERT: join(folder, 'ca.pem') }, timeout: 60_000 },
      )
      expect(JSON.parse(stdout)).toEqual(['ok', 'refused'])
      expect(heard).toEqual(['hooks.example hooks.example'])
    } finally {
      secure.close()
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
