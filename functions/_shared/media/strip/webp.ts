import { type Orientation, orientationOnly, readOrientation, turned } from './orientation.ts'
import { damaged, joined, type Picture, startsWith, viewOf } from './picture.ts'

const pixels = new Set(['VP8 ', 'VP8L', 'ALPH'])
const kept = new Set([...pixels, 'ANIM', 'ANMF', 'ICCP'])
/** Bytes of a frame before its chunks. */
const frameHead = 16
/** Bits of VP8X that announce chunks of metadata. */
const announced = { exif: 0x08, xmp: 0x04 }

/**
 * Copies the chunks of the pixels; Exif, XMP, unknown chunks and whatever follows the container stay behind.
 *
 * @throws PictureFault `unreadable`
 */
export function stripWebp(bytes: Uint8Array): Picture {
  const view = viewOf(bytes)
  const end = 8 + view.getUint32(4, true)
  if (end > bytes.length) throw damaged('WebP')
  const pieces: Uint8Array[] = []
  let orientation: Orientation = 1
  let extended: Uint8Array | undefined
  let size: { width: number; height: number } | undefined
  for (let at = 12; at + 8 <= end;) {
    const name = String.fromCharCode(...bytes.subarray(at, at + 4))
    const length = view.getUint32(at + 4, true)
    const data = bytes.subarray(at + 8, at + 8 + length)
    if (data.length < length || at + 8 + length > end) throw damaged('WebP')
    if (name === 'VP8X' && length >= 10) {
      extended = data.slice()
      size = { width: 1 + uint24(data, 4), height: 1 + uint24(data, 7) }
    } else if (name === 'EXIF') {
      orientation = readOrientation(startsWith(data, 'Exif\0\0') ? data.subarray(6) : data)
    } else if (kept.has(name)) {
      pieces.push(chunk(name, name === 'ANMF' ? frameOf(data) : data))
      size ??= sizeOf(name, data)
    }
    at += 8 + length + length % 2
  }
  if (!size || !pieces.length) throw damaged('WebP')
  if (extended) {
    extended[0]! &= ~(announced.exif | announced.xmp)
    if (orientation !== 1) {
      extended[0]! |= announced.exif
      pieces.push(chunk('EXIF', orientationOnly(orientation)))
    }
    pieces.unshift(chunk('VP8X', extended))
  } else {
    orientation = 1 // the simple form has no place for it
  }
  const body = joined(pieces)
  const header = new Uint8Array(12)
  header.set(bytes.subarray(0, 12))
  viewOf(header).setUint32(4, 4 + body.length, true)
  return {
    bytes: joined([header, body]),
    mimeType: 'image/webp',
    extension: 'webp',
    ...turned(size.width, size.height, orientation),
  }
}

/** A picture of a moving one: its place and time, then its pixels, and behind them whatever a program likes to put there. */
function frameOf(data: Uint8Array): Uint8Array {
  if (data.length < frameHead) throw damaged('WebP')
  const view = viewOf(data)
  const pieces: Uint8Array[] = [data.subarray(0, frameHead)]
  for (let at = frameHead; at + 8 <= data.length;) {
    const name = String.fromCharCode(...data.subarray(at, at + 4))
    const length = view.getUint32(at + 4, true)
    if (at + 8 + length > data.length) throw damaged('WebP')
    if (pixels.has(name)) pieces.push(chunk(name, data.subarray(at + 8, at + 8 + length)))
    at += 8 + length + length % 2
  }
  return joined(pieces)
}

/** Size in the bitstream of a picture without VP8X. */
function sizeOf(name: string, data: Uint8Array): { width: number; height: number } | undefined {
  if (name === 'VP8 ' && data.length >= 10) {
    const view = viewOf(data)
    return { width: view.getUint16(6, true) & 0x3fff, height: view.getUint16(8, true) & 0x3fff }
  }
  if (name === 'VP8L' && data.length >= 5 && data[0] === 0x2f) {
    const bits = viewOf(data).getUint32(1, true)
    return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >> 14) & 0x3fff) }
  }
}

const uint24 = (bytes: Uint8Array, at: number) => bytes[at]! + bytes[at + 1]! * 256 + bytes[at + 2]! * 65536

function chunk(name: string, data: Uint8Array): Uint8Array {
  const whole = new Uint8Array(8 + data.length + data.length % 2)
  whole.set([...name].map((letter) => letter.charCodeAt(0)))
  viewOf(whole).setUint32(4, data.length, true)
  whole.set(data, 8)
  return whole
}
