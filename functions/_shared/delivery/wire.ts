/** The answer of an HTTP/1.1 request that was written on a connection of its own (RFC 9112). */
import { Buffer } from 'node:buffer'
import type { Socket } from 'node:net'

const maxHeadBytes = 65_536
const maxLineBytes = 16_384
/** So much is read ahead of whoever reads. */
const aheadBytes = 262_144

/** Something that is no answer, or that ended before it was whole: the other side's fault, or of the way there. */
export class BrokenAnswer extends Error {
  override name = 'BrokenAnswer'
}

/** Bytes of a socket, taken piece by piece. */
export class Wire {
  #chunks: Buffer[] = []
  #bytes = 0
  #isEnded = false
  #error: Error | undefined
  #wake = () => {}
  #isHeard = false

  constructor(private readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => {
      this.#isHeard = true
      this.#chunks.push(chunk)
      this.#bytes += chunk.length
      if (this.#bytes > aheadBytes) socket.pause()
      this.#wake()
    })
    socket.on('error', (error: Error) => this.#end(error))
    socket.on('end', () => this.#end())
    socket.on('close', () => this.#end())
  }

  /** Whether anything has come since `rest()`. */
  get isHeard(): boolean {
    return this.#isHeard
  }

  get isEnded(): boolean {
    return this.#isEnded
  }

  /** Between two requests nothing is to come. */
  rest(): void {
    this.#isHeard = this.#chunks.length > 0
  }

  write(bytes: Uint8Array): void {
    this.socket.write(bytes)
  }

  #end(error?: Error): void {
    this.#error ??= this.#isEnded ? undefined : error
    this.#isEnded = true
    this.#wake()
  }

  /** What has come; undefined at the end. What came before a fault is given out before the fault. */
  async take(): Promise<Buffer | undefined> {
    while (this.#chunks.length === 0 && !this.#isEnded) {
      await new Promise<void>((resolve) => this.#wake = resolve)
    }
    const chunk = this.#chunks.shift()
    if (chunk) {
      this.#bytes -= chunk.length
      if (this.#bytes <= aheadBytes) this.socket.resume()
      return chunk
    }
    if (!this.#error) return undefined
    if (this.#error.name === 'AbortError') throw this.#error
    throw new BrokenAnswer(this.#error.message, { cause: this.#error })
  }

  /** Gives back what was taken too much. */
  untake(rest: Buffer): void {
    if (rest.length === 0) return
    this.#chunks.unshift(rest)
    this.#bytes += rest.length
  }

  /** Bytes up to a mark, without it. */
  async takeUntil(mark: string, most: number): Promise<string> {
    let seen = Buffer.alloc(0)
    for (;;) {
      const chunk = await this.take()
      if (!chunk) throw new BrokenAnswer('The connection was closed before the answer was whole.')
      seen = Buffer.concat([seen, chunk])
      const at = seen.indexOf(mark)
      if (at >= 0 && at <= most) {
        this.untake(seen.subarray(at + mark.length))
        return seen.toString('latin1', 0, at)
      }
      if (seen.length > most) throw new BrokenAnswer('The head of the answer is too long.')
    }
  }

  /** Lets go of the connection; who waits or will read learns why. */
  fail(error: Error): void {
    this.#chunks = []
    this.#end(error)
    this.socket.destroy()
  }

  /** Lets go of the connection. */
  close(): void {
    this.#end()
    this.socket.destroy()
  }
}

/**
 * The answer, its body as it comes. `finished` is called once, when nothing more is read of it; the connection can take another
 * request where the answer was read to an end that it told itself.
 */
export async function readAnswer(wire: Wire, finished: (isReusable: boolean) => void): Promise<Response> {
  const { status, headers, isLasting } = await readHead(wire)
  if ([204, 205, 304].includes(status)) {
    finished(isLasting && status !== 205)
    return new Response(null, { status, headers })
  }
  const { pieces, isFramed } = bodyOf(wire, headers)
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      let isWhole = false
      try {
        const { done, value } = await pieces.next()
        if (!done) return controller.enqueue(new Uint8Array(value))
        isWhole = true
        controller.close()
      } catch (error) {
        controller.error(error)
      }
      finished(isWhole && isFramed && isLasting)
    },
    cancel: () => finished(false),
  }, { highWaterMark: 0 })
  return new Response(body, { status, headers })
}

interface Head {
  status: number
  headers: Headers
  /** Whether the other side leaves the connection open behind this answer. */
  isLasting: boolean
}

async function readHead(wire: Wire): Promise<Head> {
  for (;;) {
    const [first = '', ...lines] = (await wire.takeUntil('\r\n\r\n', maxHeadBytes)).split('\r\n')
    const status = Number(/^HTTP\/1\.[01] ([1-5][0-9]{2})(?: |$)/.exec(first)?.[1])
    if (!status || status === 101) throw new BrokenAnswer(`The answer is no HTTP/1.1: ${first.slice(0, 40)}`)
    if (status < 200) continue // 100 and 103 announce the answer
    const headers = new Headers()
    for (const line of lines) {
      const [, name = '', value = ''] = /^([^:\s]+):[ \t]*(.*)$/.exec(line) ?? []
      try {
        headers.append(name, value) // it knows what a name and a value may hold
      } catch {
        throw new BrokenAnswer(`The answer has a header that is none: ${line.slice(0, 40)}`)
      }
    }
    const isLasting = first.startsWith('HTTP/1.1') &&
      !/(^|,)\s*close\s*(,|$)/i.test(headers.get('Connection') ?? '')
    return { status, headers, isLasting }
  }
}

/** `isFramed`: it says itself where it ends. */
function bodyOf(wire: Wire, headers: Headers): { pieces: AsyncGenerator<Buffer, void>; isFramed: boolean } {
  const coding = headers.get('Transfer-Encoding')
  if (coding !== null) {
    return /(^|,)\s*chunked\s*$/i.test(coding)
      ? { pieces: chunksOf(wire), isFramed: true }
      : { pieces: untilClosed(wire), isFramed: false }
  }
  const length = headers.get('Content-Length')
  if (length === null) return { pieces: untilClosed(wire), isFramed: false }
  // a server that says it twice says it in one line, parted by commas
  const lengths = new Set(length.split(',').map((part) => part.trim()))
  const [only = ''] = lengths
  if (lengths.size > 1 || !/^\d{1,15}$/.test(only)) {
    throw new BrokenAnswer('The answer has no length that could be one.')
  }
  return { pieces: exactly(wire, Number(only)), isFramed: true }
}

async function* untilClosed(wire: Wire): AsyncGenerator<Buffer, void> {
  for (let chunk; (chunk = await wire.take());) yield chunk
}

async function* exactly(wire: Wire, length: number): AsyncGenerator<Buffer, void> {
  for (let left = length; left > 0;) {
    const chunk = await wire.take()
    if (!chunk) throw new BrokenAnswer('The connection was closed before the answer was whole.')
    wire.untake(chunk.subarray(left))
    yield chunk.subarray(0, left)
    left -= Math.min(left, chunk.length)
  }
}

async function* chunksOf(wire: Wire): AsyncGenerator<Buffer, void> {
  for (;;) {
    const size = /^([0-9a-f]{1,8})\s*(;|$)/i.exec(await wire.takeUntil('\r\n', maxLineBytes))?.[1]
    if (size === undefined) throw new BrokenAnswer('The answer has a chunk without a size.')
    if (parseInt(size, 16) === 0) {
      // trailers say nothing to us, but the next answer begins behind them
      while (await wire.takeUntil('\r\n', maxLineBytes) !== '');
      return
    }
    yield* exactly(wire, parseInt(size, 16))
    if (await wire.takeUntil('\r\n', maxLineBytes) !== '') {
      throw new BrokenAnswer('The answer has a chunk without an end.')
    }
  }
}
