import { Buffer } from 'node:buffer'
import { crc32, deflateSync } from 'node:zlib'
import sharp, { type Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import { MediaFault } from '../../../functions/_shared/media/fault.ts'
import { sniff } from '../../../functions/_shared/media/sniff.ts'
import { render } from '../../../scripts/worker/pixels.ts'
import { picture, tracesIn } from '../../support/pictures.ts'

/** What anybody may send for a photo, and what becomes of it. */
const codeOf = async (work: () => unknown) => {
  try {
    await work()
    return null
  } catch (error) {
    if (error instanceof MediaFault) return error.code
    throw error
  }
}
const text = (value: string) => new Uint8Array(Buffer.from(value))

const noise = (width: number, height: number, channels: 3 | 4 = 3) => {
  const data = Buffer.alloc(width * height * channels)
  for (let at = 0; at < data.length; at++) data[at] = (at * 31 + (at >> 7) * 17 + (at >> 13) * 7) & 255
  return sharp(data, { raw: { width, height, channels } })
}

function hugePng(width: number, height: number): Uint8Array<ArrayBuffer> {
  const chunk = (name: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(name), data])
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
    length.writeUInt32BE(data.length)
    check.writeUInt32BE(crc32(body))
    return Buffer.concat([length, body, check])
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([1, 0, 0, 0, 0], 8)
  const rows = deflateSync(Buffer.alloc(1_000_000))
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return new Uint8Array(
    Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]),
  )
}

describe('the first bytes', () => {
  it.each([
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
    ['SVG behind a declaration', '\ufeff<?xml version="1.0"?><svg/>'],
    ['HTML', '<!doctype html><html><script>alert(1)</script>'],
    ['HTML behind blanks', '\n\t <HTML>'],
    ['PDF', '%PDF-1.7'],
    ['TIFF', 'II*\0........'],
    ['TIFF of the other order', 'MM\0*........'],
    ['a film', '\0\0\0\x18ftypmp42'],
    ['a zip', 'PK\x03\x04'],
    ['JSON', '{"error": "not found"}'],
    ['a word', 'GIF'],
    ['nothing', ''],
  ])('of %s are no picture', async (_, content) => {
    expect(await codeOf(() => sniff(text(content)))).toBe('not_a_picture')
  })

  it('say the format, whatever the name says', () => {
    expect(sniff(picture('photo.jpg')).mimeType).toBe('image/jpeg')
    expect(sniff(picture('photo.png')).mimeType).toBe('image/png')
    expect(sniff(picture('photo.webp')).mimeType).toBe('image/webp')
    expect(sniff(picture('photo.avif')).mimeType).toBe('image/avif')
    expect(sniff(text('GIF89a')).mimeType).toBe('image/gif')
    expect(sniff(text('\0\0\0\x18ftypheic')).mimeType).toBe('image/heic')
  })
})

describe('the decoder', () => {
  it.each([
    ['an SVG', text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'), 'unsupported_format'],
    ['HTML', text('<html><body>x'), 'unsupported_format'],
    ['a PDF', text('%PDF-1.4\n1 0 obj\n'), 'unsupported_format'],
    ['a PNG of 900 megapixels', hugePng(30_000, 30_000), 'too_many_pixels'],
    ['HEIC, which it does not know', text('\0\0\0\x18ftypheic\0\0\0\0mif1heic'), 'unsupported_format'],
    [
      'a JPEG that is none',
      text('\xff\xd8\xff\xe0 nothing of it is true'),
      expect.stringMatching(/unreadable|truncated|unsupported/),
    ],
  ])('refuses %s', async (_, bytes, code) => {
    expect(await codeOf(() => render(bytes))).toEqual(code)
  })

  it('refuses a TIFF', async () => {
    const tiff = new Uint8Array(await noise(20, 20).tiff().toBuffer())
    expect(await codeOf(() => render(tiff))).toBe('unsupported_format')
  })

  it('refuses half a file as broken on the way, and takes it when told to', async () => {
    const whole = new Uint8Array(await noise(400, 300).jpeg().toBuffer())
    const half = whole.slice(0, whole.length / 2)
    expect(await codeOf(() => render(half))).toBe('truncated')
    expect(await render(half, { tolerant: true })).toMatchObject({ width: 400, height: 300 })
    const png = new Uint8Array(await noise(400, 300).png().toBuffer())
    expect(await codeOf(() => render(png.slice(0, png.length / 2)))).toBe('truncated')
  })

  it.each(['photo.jpg', 'photo.png', 'photo.webp', 'progressive.jpg', 'alpha.webp'])(
    'leaves nothing of what %s holds beside its pixels, and turns it upright',
    async (name) => {
      const { width, height, variants } = await render(picture(name))
      expect(height).toBeGreaterThan(width)
      for (const variant of variants) {
        expect(variant.height).toBeGreaterThan(variant.width)
        expect(tracesIn(variant.bytes)).toEqual([])
        const { exif, xmp, iptc, orientation } = await sharp(variant.bytes).metadata()
        expect([exif, xmp, iptc, orientation ?? 1]).toEqual([undefined, undefined, undefined, 1])
      }
    },
  )

  it('leaves nothing of what is behind the end of a file', async () => {
    const whole = await noise(64, 48).jpeg().toBuffer()
    const { variants } = await render(
      new Uint8Array(Buffer.concat([whole, Buffer.from('<script>alert(1)</script>')])),
    )
    for (const { bytes } of variants) expect(Buffer.from(bytes).toString('latin1')).not.toContain('script')
  })
})

describe('variants', () => {
  it('fit into their boxes, and nothing is enlarged', async () => {
    const sizes = async (width: number, height: number) => {
      const { variants } = await render(
        new Uint8Array(await noise(width, height).jpeg({ quality: 50 }).toBuffer()),
      )
      return Object.fromEntries(variants.map((one) => [one.name, `${one.width}x${one.height}`]))
    }
    expect(await sizes(4000, 3000)).toEqual({
      thumbnail: '200x150',
      medium: '800x600',
      large: '1920x1440',
      jpeg: '1920x1440',
    })
    expect(await sizes(600, 1800)).toMatchObject({
      thumbnail: '50x150',
      medium: '200x600',
      large: '480x1440',
    })
    expect(await sizes(100, 80)).toEqual({
      thumbnail: '100x80',
      medium: '100x80',
      large: '100x80',
      jpeg: '100x80',
    })
    expect(await sizes(1, 1)).toMatchObject({ thumbnail: '1x1', large: '1x1' })
  })

  it('are WebP, and one JPEG without transparency', async () => {
    const { variants } = await render(new Uint8Array(await noise(90, 60, 4).png().toBuffer()))
    for (const { name, bytes, mimeType } of variants) {
      const { format, hasAlpha } = await sharp(bytes).metadata()
      expect([name, `image/${format}`, hasAlpha]).toEqual([name, mimeType, name !== 'jpeg'])
    }
  })

  it('of grey, of colours of print, of a moving picture and of AVIF are made', async () => {
    const grey = await noise(40, 30).greyscale().png().toBuffer()
    const print = await noise(40, 30).toColourspace('cmyk').jpeg().toBuffer()
    const gif = await noise(40, 30).gif().toBuffer()
    for (const bytes of [grey, print, gif, picture('photo.avif')]) {
      expect((await render(new Uint8Array(bytes))).variants).toHaveLength(4)
    }
  })
})

describe('the look of a picture', () => {
  const bits = (one: string, other: string) => {
    let left = BigInt.asUintN(64, BigInt(one)) ^ BigInt.asUintN(64, BigInt(other))
    let count = 0
    for (; left > 0n; left >>= 1n) count += Number(left & 1n)
    return count
  }
  const scene = (colour: string, side: 'left' | 'right') =>
    sharp({ create: { width: 600, height: 400, channels: 3, background: '#dde6ee' } }).composite([{
      input: { create: { width: 300, height: 400, channels: 3, background: colour } },
      gravity: side === 'left' ? 'west' : 'east',
    }])

  it('is alike for another size, format and quality, and another for another picture', async () => {
    const hashOf = async (image: Sharp) =>
      (await render(new Uint8Array(await image.toBuffer()))).differenceHash
    const one = await hashOf(scene('#a03020', 'left').jpeg({ quality: 95 }))
    const alike = await hashOf(
      sharp(await scene('#a03020', 'left').png().toBuffer()).resize(300, 200).webp({ quality: 60 }),
    )
    const other = await hashOf(scene('#a03020', 'right').jpeg())
    expect(bits(one, alike)).toBeLessThanOrEqual(4)
    expect(bits(one, other)).toBeGreaterThan(4)
    for (const hash of [one, alike, other]) expect(BigInt.asIntN(64, BigInt(hash))).toBe(BigInt(hash))
  })

  it('has a colour and a placeholder of some bytes', async () => {
    const plain = sharp({ create: { width: 300, height: 200, channels: 3, background: '#2060c0' } })
    const { dominantColour, thumbhash } = await render(new Uint8Array(await plain.png().toBuffer()))
    expect(dominantColour).toBe('#2060c0')
    expect(Buffer.from(thumbhash, 'base64').length).toBeGreaterThan(4)
    expect(Buffer.from(thumbhash, 'base64').length).toBeLessThan(30)
    const near = await scene('#a03020', 'left').extend({ right: 1_200, background: '#dde6ee' }).png()
      .toBuffer()
    expect((await render(new Uint8Array(near))).dominantColour).toBe('#dde6ee')
  })

  it('has the colour of what is not seen through, and white where nothing is seen', async () => {
    const clear = { width: 300, height: 200, channels: 4, background: '#20c04000' } as const
    const spot = { width: 90, height: 90, channels: 4, background: '#c02040ff' } as const
    const colourOf = async (image: Sharp) =>
      (await render(new Uint8Array(await image.png().toBuffer()))).dominantColour
    expect(await colourOf(sharp({ create: clear }).composite([{ input: { create: spot } }]))).toMatch(
      /^#c[0-3]2[0-3]4[0-3]$/,
    )
    expect(await colourOf(sharp({ create: clear }))).toBe('#ffffff')
  })
})
