import { Buffer } from 'node:buffer'
import process from 'node:process'
import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { MediaFault } from '../../../functions/_shared/media/fault.ts'
import { sniff } from '../../../functions/_shared/media/sniff.ts'
import { PictureFault } from '../../../functions/_shared/media/strip/picture.ts'
import { stripPicture } from '../../../functions/_shared/media/strip/strip-picture.ts'
import { render } from '../../../scripts/worker/pixels.ts'
import { picture, tracesIn, withSegment } from '../../support/pictures.ts'

/** Files that are made to hurt, or that cameras and programs make by the way: what the worker and the copy of a function make of each. */
type Bytes = Uint8Array<ArrayBuffer>
const own = (bytes: Uint8Array): Bytes => new Uint8Array(bytes)
const secret = 'Secret place, GPS 34.7 32.4'

const noise = (width: number, height: number, channels: 3 | 4 = 3) => {
  const data = Buffer.alloc(width * height * channels)
  for (let at = 0; at < data.length; at++) data[at] = (at * 31 + (at >> 7) * 17 + (at >> 13) * 7) & 255
  return sharp(data, { raw: { width, height, channels } })
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data])
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, check])
}
/** Puts chunks in behind the head of a PNG. */
const withChunks = (png: Uint8Array, ...chunks: Buffer[]): Bytes =>
  own(Buffer.concat([png.subarray(0, 33), ...chunks, png.subarray(33)]))

/** A PNG of one grey value, or of one that 16 bits tell apart. */
function plainPng(width: number, height: number, depth: 1 | 8 | 16, colourType: 0 | 2, value = 0): Bytes {
  const bits = depth * (colourType === 2 ? 3 : 1)
  const row = Buffer.alloc(1 + Math.ceil(width * bits / 8))
  if (depth === 8) row.fill(value, 1)
  if (depth === 16) { for (let at = 1; at + 1 < row.length; at += 2) row.writeUInt16BE(value, at) }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([depth, colourType, 0, 0, 0], 8)
  const rows = height === 1 ? row : Buffer.concat(Array<Buffer>(Math.min(height, 64)).fill(row))
  return own(Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]))
}

/** The file says that it is far larger than it is. */
function patched(bytes: Uint8Array, change: (file: Buffer) => void): Bytes {
  const file = Buffer.from(bytes)
  change(file)
  return own(file)
}
const hugeJpeg = () =>
  patched(picture('cmyk.jpg'), (file) => {
    for (let at = 2; at < file.length; at += 2 + file.readUInt16BE(at + 2)) {
      if (file[at + 1]! < 0xc0 || file[at + 1]! > 0xc2) continue
      file.writeUInt16BE(65_500, at + 5)
      file.writeUInt16BE(65_500, at + 7)
      return
    }
  })
const hugeGif = () =>
  patched(picture('photo.gif'), (file) => {
    // the screen, and its first picture (behind the colours and an extension)
    const frame = file.indexOf(Buffer.from([0x2c, 0, 0, 0, 0]), 13)
    for (const at of [6, 8, frame + 5, frame + 7]) file.writeUInt16LE(65_535, at)
  })
const hugeWebp = () =>
  patched(picture('plain.webp'), (file) => {
    file.writeUInt16LE(16_383, 26)
    file.writeUInt16LE(16_383, 28)
  })

const moving = async (format: 'webp' | 'gif') => {
  const frames = Array.from({ length: 12 }, (_, n) => n * 20)
  const pixels = Buffer.concat(frames.map((value) => Buffer.alloc(64 * 48 * 3, value)))
  return own(
    await sharp(pixels, { raw: { width: 64, height: 48 * frames.length, channels: 3, pageHeight: 48 } })
      .toFormat(format, { loop: 0, delay: 40 }).toBuffer(),
  )
}

/** Two pictures in one JPEG, as cameras with two lenses write them: the index in the first names the second. */
const twoPictures = () =>
  own(Buffer.concat([
    withSegment(picture('cmyk.jpg'), 0xe2, `MPF\0II*\0\x08\0\0\0${secret}`),
    withSegment(picture('photo.jpg'), 0xfe, secret),
  ]))

const isoFile = (brand: string) => own(Buffer.from(`\0\0\0\x18ftyp${brand}\0\0\0\0mif1${brand}`, 'latin1'))

/** What becomes of a file: the code of its refusal, else the size of its largest variant. */
async function outcomeOf(bytes: Bytes, options = {}): Promise<string> {
  try {
    sniff(bytes)
    const { variants } = await render(bytes, options)
    expect(variants).toHaveLength(4)
    const { width, height } = variants[0]!
    return `${width}x${height}`
  } catch (error) {
    if (error instanceof MediaFault) return error.code
    throw error
  }
}
const stripped = (bytes: Bytes): string => {
  try {
    const { width, height } = stripPicture(bytes)
    return `${width}x${height}`
  } catch (error) {
    if (error instanceof PictureFault) return error.code
    throw error
  }
}

type Case = [name: string, bytes: () => Bytes | Promise<Bytes>, made: string, plain: string]

describe('a file', () => {
  it.each<Case>([
    ['of no byte', () => own(new Uint8Array()), 'not_a_picture', 'unsupported_format'],
    ['of one byte', () => own(Buffer.from([0xff])), 'not_a_picture', 'unsupported_format'],
    [
      'that is an SVG with a script',
      () => own(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')),
      'not_a_picture',
      'unsupported_format',
    ],
    ['that is HTML', () => own(Buffer.from('<html><body>')), 'not_a_picture', 'unsupported_format'],
    ['that is a PDF', () => own(Buffer.from('%PDF-1.7')), 'not_a_picture', 'unsupported_format'],
    ['that is HEIC', () => isoFile('heic'), 'unsupported_format', 'unsupported_format'],
    ['that is a sequence of HEIC', () => isoFile('hevc'), 'unsupported_format', 'unsupported_format'],
    [
      'that is a PNG of 900 megapixels',
      () => plainPng(30_000, 30_000, 1, 0),
      'too_many_pixels',
      '30000x30000',
    ],
    ['that says it is a JPEG of 4,290 megapixels', hugeJpeg, 'too_many_pixels', '65500x65500'],
    ['that says it is a GIF of 4,295 megapixels', hugeGif, 'too_many_pixels', 'unsupported_format'],
    ['that says it is a WebP of 268 megapixels', hugeWebp, 'too_many_pixels', '16383x16383'],
    ['that is 60,000 points wide and one high', () => plainPng(60_000, 1, 8, 2, 90), '1920x1', '60000x1'],
    [
      'that is one point wide and 20,000 high',
      async () =>
        own(
          await sharp({ create: { width: 1, height: 20_000, channels: 3, background: '#456' } }).jpeg()
            .toBuffer(),
        ),
      '1x1440',
      '1x20000',
    ],
    ['that moves (WebP)', () => moving('webp'), '64x48', '64x48'],
    ['that moves (GIF)', () => moving('gif'), '64x48', 'unsupported_format'],
    ['in colours of print', () => picture('cmyk.jpg'), '48x32', '48x32'],
    ['of 16 bits', () => plainPng(40, 30, 16, 2, 0x8080), '40x30', '40x30'],
    ['of 16 bits, in grey', () => plainPng(40, 30, 16, 0, 0x8080), '40x30', '40x30'],
    ['of two pictures', twoPictures, '48x32', '48x32'],
  ])('%s', async (_, bytes, made, plain) => {
    const file = await bytes()
    expect([await outcomeOf(file), stripped(file)]).toEqual([made, plain])
  }, 20_000)

  it('that moves is shown as its first picture', async () => {
    for (const format of ['webp', 'gif'] as const) {
      const { variants } = await render(await moving(format))
      for (const { bytes } of variants) {
        const { pages } = await sharp(bytes).metadata()
        expect(pages ?? 1).toBe(1)
        const { data } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true })
        expect(Math.max(...data)).toBeLessThan(12)
      }
    }
  })

  it('of 16 bits, or in grey, keeps its brightness', async () => {
    for (const colourType of [0, 2] as const) {
      const { variants, dominantColour } = await render(plainPng(40, 30, 16, colourType, 0x8080))
      const { data, info } = await sharp(variants[0]!.bytes).raw().toBuffer({ resolveWithObject: true })
      expect(info.channels).toBe(3)
      for (const at of [0, 1, 2]) expect(Math.abs(data[at]! - 0x80)).toBeLessThan(4)
      expect(dominantColour).toMatch(/^#[78]/)
    }
  })

  it('in colours of print is shown in those of screens', async () => {
    const { variants } = await render(picture('cmyk.jpg'))
    for (const { bytes } of variants) expect((await sharp(bytes).metadata()).space).toBe('srgb')
  })

  it('that was cut off in the middle of its scans is refused, and taken when it comes the same again', async () => {
    const whole = await noise(400, 300).jpeg({ progressive: true }).toBuffer()
    for (const share of [0.3, 0.6, 0.9]) {
      const part = own(whole.subarray(0, Math.floor(whole.length * share)))
      expect(await outcomeOf(part)).toBe('truncated')
      expect(await outcomeOf(part, { tolerant: true })).toBe('400x300')
    }
  })

  it('whose colour profile is a bomb costs neither time nor memory', async () => {
    const bomb = deflateSync(Buffer.alloc(200 * 1024 * 1024), { level: 1 })
    const png = plainPng(40, 30, 8, 2, 90)
    const file = withChunks(png, chunk('iCCP', Buffer.concat([Buffer.from('bomb\0\0', 'latin1'), bomb])))
    const before = process.memoryUsage.rss()
    expect(await outcomeOf(file)).toMatch(/^(40x30|unreadable)$/)
    expect(process.memoryUsage.rss() - before).toBeLessThan(150 * 1024 * 1024)

    // a JPEG may hold 255 parts of one
    const part = `ICC_PROFILE\0${'\x01\xff'}${'x'.repeat(65_000)}`
    let jpeg: Uint8Array = picture('photo.jpg')
    for (let n = 0; n < 40; n++) jpeg = withSegment(jpeg, 0xe2, part)
    expect(await outcomeOf(own(jpeg))).toMatch(/^32x48$/)
  }, 20_000)
})

describe('what a file tells beside its pixels', () => {
  const xmp = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf exif:GPSLatitude="34,41N">${secret}</rdf></x:xmpmeta>`
  const cases: Record<string, () => Bytes | Promise<Bytes>> = {
    'a place in eXIf and iTXt of a PNG': () =>
      withChunks(
        plainPng(40, 30, 8, 2, 90),
        chunk('eXIf', Buffer.from(`MM\0*\0\0\0\x08\0\0${secret}`, 'latin1')),
        chunk('iTXt', Buffer.from(`XML:com.adobe.xmp\0\0\0\0\0${xmp}`, 'latin1')),
        chunk('tEXt', Buffer.from(`Comment\0${secret}`, 'latin1')),
        chunk(
          'zTXt',
          Buffer.concat([Buffer.from('Raw profile type exif\0\0', 'latin1'), deflateSync(secret)]),
        ),
      ),
    'XMP in a WebP': () => picture('photo.webp'),
    'a place in each picture of a moving WebP': async () => withSecretFrames(await moving('webp')),
    'an archive behind a JPEG': () =>
      own(Buffer.concat([picture('photo.jpg'), Buffer.from(`PK\x03\x04${secret}`, 'latin1')])),
    'a second picture': twoPictures,
    'a comment and XMP of a JPEG': () =>
      own(
        withSegment(
          withSegment(picture('photo.jpg'), 0xfe, secret),
          0xe1,
          `http://ns.adobe.com/xap/1.0/\0${xmp}`,
        ),
      ),
  }

  it.each(Object.entries(cases))('%s stays behind on both roads', async (_, bytes) => {
    const file = await bytes()
    expect(tracesIn(file)).not.toEqual([])
    expect(tracesIn(stripPicture(file).bytes)).toEqual([])
    for (const variant of (await render(file)).variants) {
      expect([variant.name, tracesIn(variant.bytes)]).toEqual([variant.name, []])
      const { exif, xmp, iptc, comments } = await sharp(variant.bytes).metadata()
      expect([exif, xmp, iptc, comments]).toEqual([undefined, undefined, undefined, undefined])
    }
  })
})

/** A chunk that nobody knows at the end of each frame, where the specification allows one. */
function withSecretFrames(webp: Uint8Array): Bytes {
  const file = Buffer.from(webp)
  const pieces: Buffer[] = []
  const hidden = Buffer.concat([
    Buffer.from('EXIF\0\0\0\0', 'latin1'),
    Buffer.from(secret.padEnd(28), 'latin1'),
  ])
  hidden.writeUInt32LE(28, 4)
  for (let at = 12; at < file.length;) {
    const length = file.readUInt32LE(at + 4)
    const whole = file.subarray(at, at + 8 + length + length % 2)
    const isFrame = whole.subarray(0, 4).toString() === 'ANMF'
    const more = Buffer.concat([whole, ...(isFrame ? [hidden] : [])])
    if (isFrame) more.writeUInt32LE(more.length - 8, 4)
    pieces.push(more)
    at += whole.length
  }
  const body = Buffer.concat(pieces)
  const head = Buffer.from(file.subarray(0, 12))
  head.writeUInt32LE(4 + body.length, 4)
  return own(Buffer.concat([head, body]))
}
