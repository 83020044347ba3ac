import sharp, { type OutputInfo, type Sharp } from 'sharp'
import { rgbaToThumbHash } from 'thumbhash'
import { Buffer } from 'node:buffer'
import { MediaFault } from '../../functions/_shared/media/fault.ts'
import { startsWith } from '../../functions/_shared/media/strip/picture.ts'
import {
  boxes,
  jpeg,
  maxPixels,
  type Rendered,
  type Variant,
  type VariantName,
  webp,
} from '../../functions/_shared/media/recipe.ts'

// an SVG may hold scripts and addresses, and the others are parsers that no photo needs
sharp.block({
  operation: ['VipsForeignLoadSvg', 'VipsForeignLoadMagick', 'VipsForeignLoadPdf', 'VipsForeignLoadTiff'],
})
// no picture comes twice, and several workers share a machine
sharp.cache(false)
sharp.concurrency(1)

type Raw = { data: Buffer; info: OutputInfo }

const from = ({ data, info: { width, height, channels } }: Raw) =>
  sharp(data, { raw: { width, height, channels: channels as 1 | 2 | 3 | 4 } })

const inside = ({ width, height }: { width: number; height: number }) =>
  ({ width, height, fit: 'inside', withoutEnlargement: true }) as const

export interface RenderOptions {
  /** A file that ends too early is taken as far as it goes. */
  tolerant?: boolean
}

/**
 * The variants of a picture, each without anything but its pixels, and what its look can be told by. It is decoded once,
 * at the size of the largest variant.
 *
 * @throws MediaFault `unsupported_format`, `unreadable`, `truncated`, `too_many_pixels`
 */
export async function render(bytes: Uint8Array, { tolerant = false }: RenderOptions = {}): Promise<Rendered> {
  try {
    const source = sharp(bytes, { limitInputPixels: maxPixels, failOn: tolerant ? 'none' : 'error' })
    const { autoOrient } = await source.metadata()
    const large = await source.autoOrient().resize(inside(boxes.large)).toColourspace('srgb').raw()
      .toBuffer({ resolveWithObject: true })
    const thumbnail = await from(large).resize(inside(boxes.thumbnail)).raw().toBuffer({
      resolveWithObject: true,
    })
    return {
      width: autoOrient.width,
      height: autoOrient.height,
      ...await look(thumbnail),
      variants: [
        await encode('large', from(large)),
        await encode('medium', from(large).resize(inside(boxes.medium))),
        await encode('thumbnail', from(thumbnail)),
        await encode('jpeg', from(large)),
      ],
    }
  } catch (error) {
    throw faultOf(error as Error, bytes)
  }
}

async function encode(name: VariantName, image: Sharp): Promise<Variant> {
  const { data, info } = name === 'jpeg'
    ? await image.flatten({ background: '#ffffff' }).jpeg(jpeg).toBuffer({ resolveWithObject: true })
    : await image.webp(webp).toBuffer({ resolveWithObject: true })
  return {
    name,
    bytes: new Uint8Array(data),
    ...name === 'jpeg'
      ? { mimeType: 'image/jpeg', extension: 'jpg' } as const
      : { mimeType: 'image/webp', extension: 'webp' } as const,
    width: info.width,
    height: info.height,
  }
}

async function look(thumbnail: Raw) {
  // a thumbhash keeps seven waves a side: more points than this cost time and change nothing that is seen
  const tiny = await from(thumbnail).resize(inside({ width: 48, height: 48 })).ensureAlpha().raw()
    .toBuffer({ resolveWithObject: true })
  const grey = await from(thumbnail).flatten({ background: '#ffffff' }).resize(9, 8, { fit: 'fill' })
    .greyscale().raw()
    .toBuffer()
  return {
    thumbhash: Buffer.from(rgbaToThumbHash(tiny.info.width, tiny.info.height, tiny.data)).toString('base64'),
    dominantColour: dominantColour(tiny.data),
    differenceHash: differenceHash(grey),
  }
}

/** The mean of the fullest of 16 x 16 x 16 cubes of colours; RGBA, of which what is seen through does not count. */
function dominantColour(rgba: Uint8Array): string {
  const cubes = new Map<number, { count: number; red: number; green: number; blue: number }>()
  let fullest = { count: 0, red: 255, green: 255, blue: 255 }
  for (let at = 0; at < rgba.length; at += 4) {
    const [red, green, blue, alpha] = [rgba[at]!, rgba[at + 1]!, rgba[at + 2]!, rgba[at + 3]!]
    if (alpha < 128) continue
    const name = (red >> 4) << 8 | (green >> 4) << 4 | blue >> 4
    let cube = cubes.get(name)
    if (!cube) cubes.set(name, cube = { count: 0, red: 0, green: 0, blue: 0 })
    cube.count++
    cube.red += red
    cube.green += green
    cube.blue += blue
    if (cube.count > fullest.count) fullest = cube
  }
  const hex = (sum: number) => Math.round(sum / Math.max(1, fullest.count)).toString(16).padStart(2, '0')
  return `#${hex(fullest.red)}${hex(fullest.green)}${hex(fullest.blue)}`
}

/** A bit for each of the 64 pairs of neighbours in 9 x 8 points: whether it gets darker to the right. */
function differenceHash(grey: Uint8Array): string {
  let bits = 0n
  for (let row = 0; row < 8; row++) {
    for (let column = 0; column < 8; column++) {
      const at = row * 9 + column
      bits = bits << 1n | (grey[at]! > grey[at + 1]! ? 1n : 0n)
    }
  }
  return String(BigInt.asIntN(64, bits))
}

/** libvips says in words what is wrong. */
function faultOf(error: Error, bytes: Uint8Array): MediaFault {
  if (error instanceof MediaFault) return error
  const message = error.message
  if (/pixel limit/i.test(message)) {
    return new MediaFault('too_many_pixels', `The picture has more than ${maxPixels / 1e6} megapixels.`)
  }
  const isHeic = startsWith(bytes, 'ftyp', 4) && !startsWith(bytes, 'avi', 8)
  if (isHeic || /unsupported|not in a known format|no decoding plugin|blocked|not supported/i.test(message)) {
    return new MediaFault('unsupported_format', 'Pictures of this format cannot be decoded here.')
  }
  if (
    /premature end|truncat|incomplete|not enough data|unexpected end|end of (file|stream|image)|read error/i
      .test(message)
  ) {
    return new MediaFault('truncated', 'The file ends before the picture does.')
  }
  return new MediaFault(
    'unreadable',
    `The picture cannot be decoded: ${message.split('\n')[0]!.slice(0, 200)}`,
  )
}
