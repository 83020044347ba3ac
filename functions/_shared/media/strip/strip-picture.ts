import { stripJpeg } from './jpeg.ts'
import { type Picture, PictureFault, startsWith } from './picture.ts'
import { pngSignature, stripPng } from './png.ts'
import { stripWebp } from './webp.ts'

/**
 * The picture without anything but its pixels, its colours and its orientation: no place, no time, no names, no preview,
 * nothing behind its end. What it is, its first bytes say; what was said of it does not count. Pixels are not decoded,
 * so that an edge function can do it: 5 MB in some milliseconds.
 *
 * @throws PictureFault `unsupported_format`, `unreadable`
 */
export function stripPicture(bytes: Uint8Array): Picture {
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return stripJpeg(bytes)
  if (startsWith(bytes, pngSignature)) return stripPng(bytes)
  if (startsWith(bytes, 'RIFF') && startsWith(bytes, 'WEBP', 8)) return stripWebp(bytes)
  const told = startsWith(bytes, 'ftyp', 4) ? 'This file is AVIF or HEIC' : 'This file is none of them'
  throw new PictureFault(
    'unsupported_format',
    `Photos are published as JPEG, PNG or WebP. ${told}: save the photo as JPEG and upload that.`,
  )
}
