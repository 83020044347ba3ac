import { type Orientation, orientationOnly, readOrientation, turned } from './orientation.ts'
import { damaged, joined, type Picture, startsWith } from './picture.ts'

/** Begins of application segments that decoders need: density, colour profile, colour transform of Adobe. */
const exifHeader = 'Exif\0\0'
const profileHeader = 'ICC_PROFILE\0'

/**
 * Copies what a decoder needs, segment by segment, and ends with the picture: Exif, XMP, IPTC, comments, previews,
 * further pictures and whatever else stands behind the first one stay behind.
 *
 * @throws PictureFault `unreadable`
 */
export function stripJpeg(bytes: Uint8Array): Picture {
  const kept: Uint8Array[] = []
  let orientation: Orientation = 1
  let size: { width: number; height: number } | undefined
  let at = 2
  for (;;) {
    const { marker, start } = nextMarker(bytes, at)
    if (marker === 0xd9) break
    const end = start + 2 + lengthAt(bytes, start + 2)
    if (end > bytes.length || end < start + 4) throw damaged('JPEG')
    const segment = bytes.subarray(start, end)
    if (marker === 0xe1 && startsWith(segment, exifHeader, 4)) {
      if (orientation === 1) orientation = readOrientation(segment.subarray(4 + exifHeader.length))
    } else if (isFrame(marker)) {
      if (segment.length < 9) throw damaged('JPEG')
      size = { width: lengthAt(segment, 7), height: lengthAt(segment, 5) }
      kept.push(segment)
    } else {
      const copy = copyOf(marker, segment)
      if (copy) kept.push(copy)
    }
    at = end
    if (marker === 0xda) {
      at = endOfScan(bytes, end)
      kept.push(bytes.subarray(end, at))
    }
  }
  if (!size?.width || !size.height) throw damaged('JPEG')
  // density stands first where there is one
  if (orientation !== 1) kept.splice(kept[0]?.[1] === 0xe0 ? 1 : 0, 0, exifSegment(orientation))
  const whole = joined([new Uint8Array([0xff, 0xd8]), ...kept, new Uint8Array([0xff, 0xd9])])
  return {
    bytes: whole,
    mimeType: 'image/jpeg',
    extension: 'jpg',
    ...turned(size.width, size.height, orientation),
  }
}

/** The next marker; any number of FF may stand before it. */
function nextMarker(bytes: Uint8Array, at: number): { marker: number; start: number } {
  if (bytes[at] !== 0xff) throw damaged('JPEG')
  let start = at
  while (bytes[start + 1] === 0xff) start++
  const marker = bytes[start + 1]
  if (marker === undefined || marker === 0) throw damaged('JPEG')
  return { marker, start }
}

const lengthAt = (bytes: Uint8Array, at: number) => (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0)

/** Start of a frame: all of C0..CF but the tables of Huffman (C4), of arithmetic coding (CC) and an extension (C8). */
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)

/** What is kept of a segment, if anything. */
function copyOf(marker: number, segment: Uint8Array): Uint8Array | null {
  if (marker === 0xe0) {
    // density without the preview that may follow it
    if (!startsWith(segment, 'JFIF\0', 4) || segment.length < 16) return null
    const plain = segment.slice(0, 18)
    plain.set([0, 16], 2)
    plain.set([0, 0], 16)
    return plain
  }
  if (marker === 0xe2) return startsWith(segment, profileHeader, 4) ? segment : null
  if (marker === 0xee) return startsWith(segment, 'Adobe', 4) && segment.length === 16 ? segment : null
  const isTable = (marker >= 0xc0 && marker <= 0xcf) || (marker >= 0xda && marker <= 0xdf)
  return isTable ? segment : null
}

/** Behind the entropy-coded data of a scan: the first marker that is neither a stuffed FF nor a restart. */
function endOfScan(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1]
    if (next === undefined) break
    if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at
  }
  throw damaged('JPEG')
}

function exifSegment(orientation: Orientation): Uint8Array {
  const tiff = orientationOnly(orientation)
  const header = [...exifHeader].map((letter) => letter.charCodeAt(0))
  return joined([new Uint8Array([0xff, 0xe1, 0, 2 + header.length + tiff.length, ...header]), tiff])
}
