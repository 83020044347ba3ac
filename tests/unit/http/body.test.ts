import { gzipSync } from 'node:zlib'
import { describe, expect, it, vi } from 'vitest'
import { decodeUtf8, readBytes, readText } from '../../../functions/_shared/http/body.ts'

const limits = { maxBytes: 1_000, mediaTypes: ['application/json'] }

function post(body: BodyInit, headers: Record<string, string> = {}): Request {
  return new Request('http://hub.test/', {
    method: 'POST',
    body,
    headers: { 'Content-Type': 'application/json', ...headers },
    duplex: 'half',
  } as RequestInit)
}

function gzipped(content: Uint8Array | string): Request {
  return post(new Uint8Array(gzipSync(content)), { 'Content-Encoding': 'gzip' })
}

/** A body that never ends and counts what was taken from it. */
function endless(): { stream: ReadableStream<Uint8Array>; taken: () => number } {
  let taken = 0
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      taken += 1_000
      controller.enqueue(new Uint8Array(1_000))
    },
  })
  return { stream, taken: () => taken }
}

describe('a request body', () => {
  it('is read as text, plain or gzipped', async () => {
    expect(await readText(post('{"a":"Ψ"}'), limits)).toEqual({
      mediaType: 'application/json',
      text: '{"a":"Ψ"}',
    })
    expect((await readText(gzipped('{"a":"Ψ"}'), limits)).text).toBe('{"a":"Ψ"}')
  })

  it('may be empty, and may begin with a byte order mark', async () => {
    const empty = new Request('http://hub.test/', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
    })
    expect((await readText(empty, limits)).text).toBe('')
    expect((await readText(post(new Uint8Array([0xef, 0xbb, 0xbf, 0x7b, 0x7d])), limits)).text).toBe('{}')
  })

  it('of exactly the limit passes, one byte more is 413', async () => {
    expect(await readBytes(post('x'.repeat(1_000)), 1_000)).toHaveLength(1_000)
    await expect(readBytes(post('x'.repeat(1_001)), 1_000)).rejects.toMatchObject({
      code: 'payload_too_large',
    })
    expect(await readBytes(gzipped('x'.repeat(1_000)), 1_000)).toHaveLength(1_000)
    await expect(readBytes(gzipped('x'.repeat(1_001)), 1_000)).rejects.toMatchObject({ status: 413 })
  })

  it('is refused by its Content-Length before anything is read', async () => {
    const body = endless()
    const request = post(body.stream, { 'Content-Length': '5000' })
    await expect(readBytes(request, 1_000)).rejects.toMatchObject({ code: 'payload_too_large' })
    expect(body.taken()).toBeLessThanOrEqual(1_000)
  })

  it('without an end is cut off soon after the limit', async () => {
    const body = endless()
    await expect(readBytes(post(body.stream), 10_000)).rejects.toMatchObject({ code: 'payload_too_large' })
    expect(body.taken()).toBeLessThan(20_000)
  })

  it.each([[{}], [{ 'Content-Encoding': 'gzip' }]])(
    'that stops arriving is given up, and its sender told: %j',
    async (headers) => {
      vi.useFakeTimers()
      try {
        let cancelled = false
        const stream = new ReadableStream<Uint8Array>({
          start: (controller) => controller.enqueue(new Uint8Array(gzipSync('x')).slice(0, 12)),
          cancel: () => void (cancelled = true),
        })
        const refused = expect(readBytes(post(stream, headers), 1_000)).rejects.toMatchObject({
          code: 'request_timeout',
          status: 408,
        })
        await vi.advanceTimersByTimeAsync(30_000)
        await refused
        expect(cancelled).toBe(true)
      } finally {
        vi.useRealTimers()
      }
    },
  )

  it('that unpacks to a hundred megabytes is refused early', async () => {
    const bomb = gzipped(new Uint8Array(100_000_000))
    const before = process.memoryUsage().arrayBuffers
    await expect(readBytes(bomb, 100_000)).rejects.toMatchObject({ code: 'payload_too_large' })
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000)
  })

  it('of endless gzip that unpacks to nothing is refused too', async () => {
    const header = gzipSync('').subarray(0, 10)
    const emptyBlock = new Uint8Array([0, 0, 0, 0xff, 0xff])
    let sent = 0
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent++ === 0) controller.enqueue(new Uint8Array(header))
        else controller.enqueue(new Uint8Array(5_000).map((_, index) => emptyBlock[index % 5]!))
      },
    })
    await expect(readBytes(post(stream, { 'Content-Encoding': 'gzip' }), 1_000)).rejects.toMatchObject({
      status: 413,
    })
    expect(sent).toBeLessThan(40)
  })

  it('of cut or false gzip is 400', async () => {
    const whole = new Uint8Array(gzipSync('x'.repeat(500)))
    const cut = post(whole.slice(0, whole.length - 9), { 'Content-Encoding': 'gzip' })
    await expect(readBytes(cut, 1_000)).rejects.toMatchObject({ code: 'invalid_body', status: 400 })
    const plain = post('{"not":"gzip"}', { 'Content-Encoding': 'gzip' })
    await expect(readBytes(plain, 1_000)).rejects.toMatchObject({ code: 'invalid_body' })
  })

  it.each(['br', 'deflate', 'gzip, gzip'])(
    'in Content-Encoding %s is 415 and told what is accepted',
    async (encoding) => {
      await expect(readBytes(post('x', { 'Content-Encoding': encoding }), 1_000)).rejects.toMatchObject({
        code: 'unsupported_encoding',
        status: 415,
        headers: { 'Accept-Encoding': 'gzip' },
      })
    },
  )

  it.each(['text/plain', 'application/jsonp', ''])('of media type "%s" is 415', async (mediaType) => {
    await expect(readText(post('{}', { 'Content-Type': mediaType }), limits)).rejects.toMatchObject({
      code: 'unsupported_media_type',
      headers: { Accept: 'application/json' },
    })
  })

  it('may name UTF-8 as its charset and no other', async () => {
    expect((await readText(post('{}', { 'Content-Type': 'Application/JSON; Charset="utf-8"' }), limits)).text)
      .toBe('{}')
    await expect(readText(post('{}', { 'Content-Type': 'application/json; charset=latin1' }), limits)).rejects
      .toMatchObject({ code: 'unsupported_media_type' })
  })
})

describe('strict UTF-8', () => {
  const text = (...bytes: number[]) => () => decodeUtf8(new Uint8Array(bytes))

  it.each([
    ['a stray continuation byte', [0x61, 0x80], 1],
    ['latin-1', [0x61, 0x62, 0xe9, 0x63], 3],
    ['an overlong form', [0xc0, 0xaf], 0],
    ['a surrogate', [0x61, 0xed, 0xa0, 0x80], 2],
    ['a sequence cut short by the end', [0x61, 0xce], 2],
  ])('names the offset of %s', (_, bytes, offset) => {
    expect(text(...bytes)).toThrow(`at byte offset ${offset}.`)
  })

  it('finds the offset in a large body quickly', () => {
    const bytes = new Uint8Array(10_000_000).fill(0x20)
    bytes[7_654_321] = 0xff
    expect(text(...[])).not.toThrow()
    expect(() => decodeUtf8(bytes)).toThrow('at byte offset 7654321.')
  })
})
