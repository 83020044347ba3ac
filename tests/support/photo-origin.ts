import { Buffer } from 'node:buffer'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import sharp from 'sharp'

export type Answer = (
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
) => void | Promise<void>

/** A host of photos as sources have them; what it answers at a path, a test decides. */
export interface PhotoOrigin {
  url: string
  /** Paths that were asked for, in order. */
  asked: { path: string; headers: IncomingMessage['headers'] }[]
  answers: Map<string, Answer>
  /** For paths without an answer of their own. */
  otherwise: Answer
  close(): Promise<void>
}

export async function startPhotoOrigin(): Promise<PhotoOrigin> {
  const server = createServer(async (request, response) => {
    const path = new URL(request.url!, 'http://x').pathname
    origin.asked.push({ path: request.url!, headers: request.headers })
    try {
      await (origin.answers.get(path) ?? origin.otherwise)(request, response, path)
    } catch {
      response.destroy()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin: PhotoOrigin = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    answers: new Map(),
    otherwise: async (_, response, path) => sends(await photo(path))(_, response, path),
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
  return origin
}

export const sends =
  (bytes: Uint8Array, type = 'image/jpeg', headers: Record<string, string> = {}): Answer => (_, response) => {
    response.writeHead(200, { 'content-type': type, 'content-length': bytes.length, ...headers })
    response.end(bytes)
  }

export const refuses = (status: number, headers: Record<string, string> = {}): Answer => (_, response) => {
  response.writeHead(status, headers)
  response.end('no')
}

const made = new Map<string, Promise<Uint8Array>>()

/** A picture of 320 x 240 that is another for another name, with a GPS position and a name in its EXIF. */
export function photo(name: string): Promise<Uint8Array> {
  const known = made.get(name)
  if (known) return known
  let seed = 7
  for (const character of name) seed = (seed * 31 + character.charCodeAt(0)) >>> 0
  const colour = (at: number) => ({
    r: seed >> at & 255,
    g: seed >> (at + 3) & 255,
    b: seed >> (at + 6) & 255,
  })
  const work = sharp({ create: { width: 320, height: 240, channels: 3, background: colour(0) } })
    .composite([{
      input: {
        create: { width: 40 + seed % 200, height: 30 + seed % 150, channels: 3, background: colour(9) },
      },
      left: seed % 60,
      top: seed % 50,
    }])
    .withExif({ IFD0: { Artist: 'SecretName' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '34/1 41/1 0/1' } })
    .jpeg().toBuffer().then((bytes) =>
      new Uint8Array(Buffer.concat([bytes, Buffer.from('<script>tail</script>')]))
    )
  made.set(name, work)
  return work
}
