import fc from 'fast-check'
import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { orientationOnly, readOrientation } from '../../../functions/_shared/media/strip/orientation.ts'
import { PictureFault } from '../../../functions/_shared/media/strip/picture.ts'
import { stripPicture } from '../../../functions/_shared/media/strip/strip-picture.ts'
import { picture, tracesIn, withSegment } from '../../support/pictures.ts'

const faultOf = (bytes: Uint8Array): string => {
  try {
    stripPicture(bytes)
  } catch (error) {
    if (error instanceof PictureFault) return error.code
    throw error
  }
  return 'none'
}

/** Segments of a JPEG up to its pixels, as [marker, content]. */
function segmentsOf(jpeg: Uint8Array): [number, string][] {
  const segments: [number, string][] = []
  for (let at = 2; jpeg[at + 1] !== 0xda;) {
    const length = jpeg[at + 2]! * 256 + jpeg[at + 3]!
    segments.push([jpeg[at + 1]!, Buffer.from(jpeg.subarray(at + 4, at + 2 + length)).toString('latin1')])
    at += 2 + length
  }
  return segments
}

describe('a picture with everything a camera writes', () => {
  it.each([
    ['photo.jpg', 'image/jpeg', 'jpg'],
    ['progressive.jpg', 'image/jpeg', 'jpg'],
    ['photo.png', 'image/png', 'png'],
    ['photo.webp', 'image/webp', 'webp'],
    ['alpha.webp', 'image/webp', 'webp'],
  ])('%s keeps its pixels, colours and orientation, and nothing else', (name, mimeType, extension) => {
    const before = picture(name)
    expect(tracesIn(before)).toContain('Secret')
    const after = stripPicture(before)
    // turned by its orientation, 48 x 32 is shown as 32 x 48
    expect(after).toMatchObject({ mimeType, extension, width: 32, height: 48 })
    expect(tracesIn(after.bytes)).toEqual([])
    expect(Buffer.from(after.bytes).toString('latin1')).toMatch(/ICC_PROFILE|iCCP|ICCP/)
    expect(Buffer.from(after.bytes).includes(Buffer.from(orientationOnly(6)))).toBe(true)
    expect(stripPicture(after.bytes).bytes).toEqual(after.bytes)
  })

  it.each(['cmyk.jpg', 'palette.png', 'lossless.webp', 'plain.webp'])('%s has nothing to lose', (name) => {
    const before = picture(name)
    const after = stripPicture(before)
    expect(after).toMatchObject({ width: 48, height: 32 })
    expect(after.bytes).toEqual(before)
  })
})

describe('JPEG', () => {
  it('loses every application segment, comment and private marker but density, profile and colour transform', () => {
    const kinds = [...Array.from({ length: 16 }, (_, n) => 0xe0 + n), 0xfe, 0xf0, 0xfd, 0x02]
    const whole = kinds.reduce(
      (jpeg, marker) => withSegment(jpeg, marker, 'SecretSegment, of any length\0'),
      withSegment(picture('photo.jpg'), 0xe0, 'JFIF\0\x01\x02\0\0\x48\0\x48\0\0'),
    )
    const after = stripPicture(whole).bytes
    expect(tracesIn(after)).toEqual([])
    const application = segmentsOf(after).filter(([marker]) => marker >= 0xe0)
    expect(application.map(([marker, text]) => [marker, text.slice(0, 4)])).toEqual([
      [0xe0, 'JFIF'],
      [0xe1, 'Exif'],
      [0xe2, 'ICC_'],
    ])
  })

  it('loses the preview in its first segment, which may show what was cut away', () => {
    const preview = 'JFIF\0\x01\x02\0\0\x48\0\x48\x02\x01Secret'
    const after = stripPicture(withSegment(picture('cmyk.jpg'), 0xe0, preview)).bytes
    expect(segmentsOf(after)[0]).toEqual([0xe0, 'JFIF\0\x01\x02\0\0\x48\0\x48\0\0'])
  })

  it('ends with its picture: scripts, archives and second pictures behind it stay behind', () => {
    const clean = stripPicture(picture('photo.jpg')).bytes
    for (const tail of ['<script>alert(1)</script>', 'PK\x03\x04', Buffer.from(picture('photo.jpg'))]) {
      const after =
        stripPicture(Buffer.concat([picture('photo.jpg'), Buffer.from(tail as string, 'latin1')])).bytes
      expect(after).toEqual(clean)
    }
  })

  it('takes fill bytes between segments', () => {
    const filled = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xff]), picture('cmyk.jpg').subarray(2)])
    expect(stripPicture(filled).bytes).toEqual(picture('cmyk.jpg'))
  })
})

describe('PNG and WebP', () => {
  it('lose chunks that nobody knows, and what stands behind the end', () => {
    const chunk = (name: string, text: string) => {
      const length = Buffer.alloc(4)
      length.writeUInt32BE(text.length)
      return Buffer.concat([length, Buffer.from(name + text + 'crc.')])
    }
    const png = Buffer.from(picture('palette.png'))
    const more = Buffer.concat([
      png.subarray(0, 33),
      ...['tEXt', 'zTXt', 'iTXt', 'tIME', 'prVt', 'caBX'].map((name) => chunk(name, 'Secret')),
      png.subarray(33),
      Buffer.from('Secret'),
    ])
    expect(stripPicture(more).bytes).toEqual(picture('palette.png'))

    const webp = Buffer.from(picture('plain.webp'))
    const body = Buffer.concat([webp.subarray(12), Buffer.from('JUNK\x06\0\0\0Secret', 'latin1')])
    const head = Buffer.from(webp.subarray(0, 12))
    head.writeUInt32LE(4 + body.length, 4)
    expect(stripPicture(Buffer.concat([head, body, Buffer.from('<script>')])).bytes).toEqual(
      picture('plain.webp'),
    )
  })
})

describe('orientation', () => {
  it('is read in both byte orders, and from nonsense it is none', () => {
    for (const value of [1, 2, 3, 4, 5, 6, 7, 8] as const) {
      expect(readOrientation(orientationOnly(value))).toBe(value)
      const little = Buffer.from('49492a00080000000100120103000100000000000000', 'hex')
      little.writeUInt16LE(value, 18)
      expect(readOrientation(Buffer.concat([little, Buffer.alloc(4)]))).toBe(value)
    }
    for (const wrong of [0, 9, 65535]) expect(readOrientation(orientationOnly(wrong as 1))).toBe(1)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const value = readOrientation(bytes)
        return value >= 1 && value <= 8
      }),
    )
  })
})

describe('what is no picture', () => {
  it.each([
    ['AVIF', () => picture('photo.avif')],
    ['GIF', () => picture('photo.gif')],
    ['SVG', () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>')],
    ['HTML', () => Buffer.from('<!doctype html>')],
    ['PDF', () => Buffer.from('%PDF-1.7')],
    ['TIFF', () => Buffer.from('II*\0')],
    ['nothing', () => new Uint8Array()],
    ['one byte', () => new Uint8Array([0xff])],
  ])('%s is refused', (_, bytes) => expect(faultOf(bytes())).toBe('unsupported_format'))

  it.each(['photo.jpg', 'progressive.jpg', 'photo.png', 'photo.webp'])(
    '%s is unreadable wherever it is cut off',
    (name) => {
      const whole = picture(name)
      for (let length = 12; length < whole.length; length += 7) {
        expect([length, faultOf(whole.subarray(0, length))]).toEqual([length, 'unreadable'])
      }
    },
  )

  it('never fails otherwise, whatever bytes come', () => {
    for (const name of ['photo.jpg', 'photo.png', 'photo.webp']) {
      const whole = picture(name)
      fc.assert(
        fc.property(
          fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 8 }),
          (changes) => {
            const damaged = whole.slice()
            for (const [at, byte] of changes) damaged[at] = byte
            faultOf(damaged)
          },
        ),
        { numRuns: 400 },
      )
    }
  })
})
