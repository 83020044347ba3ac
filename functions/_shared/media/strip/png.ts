import { type Orientation, orientationOnly, readOrientation, turned } from './orientation.ts'
import { damaged, joined, type Picture, startsWith, viewOf } from './picture.ts'

/** Chunks that say how the pixels look; texts, times, Exif and private chunks are not among them. */
const kept = new Set(
  ('IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs sPLT acTL fcTL fdAT')
    .split(' '),
)

export const pngSignature = '\x89PNG\r\n\x1a\n'

/**
 * Copies the chunks of the pixels up to IEND; texts, times, Exif and whatever follows the picture stay behind.
 *
 * @throws PictureFault `unreadable`
 */
export function stripPng(bytes: Uint8Array): Picture {
  const view = viewOf(bytes)
  const pieces: Uint8Array[] = [bytes.subarray(0, 8)]
  let orientation: Orientation = 1
  let hasPixels = false
  let at = 8
  for (let name = ''; name !== 'IEND';) {
    if (at + 12 > bytes.length) throw damaged('PNG')
    const end = at + 12 + view.getUint32(at)
    name = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    if (end > bytes.length || (pieces.length === 1) !== (name === 'IHDR')) throw damaged('PNG')
    if (name === 'eXIf') orientation = readOrientation(bytes.subarray(at + 8, end - 4))
    hasPixels ||= name === 'IDAT'
    if (kept.has(name)) pieces.push(bytes.subarray(at, end))
    at = end
  }
  const [width, height] = [view.getUint32(16), view.getUint32(20)]
  if (!hasPixels || !width || !height || !startsWith(bytes, 'IHDR', 12)) throw damaged('PNG')
  if (orientation !== 1) pieces.splice(2, 0, chunk('eXIf', orientationOnly(orientation)))
  return {
    bytes: joined(pieces),
    mimeType: 'image/png',
    extension: 'png',
    ...turned(width, height, orientation),
  }
}

function chunk(name: string, data: Uint8Array): Uint8Array {
  const whole = new Uint8Array(12 + data.length)
  const view = viewOf(whole)
  view.setUint32(0, data.length)
  whole.set([...name].map((letter) => letter.charCodeAt(0)), 4)
  whole.set(data, 8)
  view.setUint32(8 + data.length, crc32(whole.subarray(4, 8 + data.length)))
  return whole
}

/** CRC-32 as PNG has it; bit by bit, for it is asked for 30 bytes. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return (crc ^ 0xffffffff) >>> 0
}
