import { startsWith } from './strip/picture.ts'
import { MediaFault } from './fault.ts'

export interface Format {
  mimeType: 'image/jpeg' | 'image/png' | 'image/webp' | 'image/gif' | 'image/avif' | 'image/heic'
  extension: 'jpg' | 'png' | 'webp' | 'gif' | 'avif' | 'heic'
}

/** So many bytes say what a file is. */
export const sniffedBytes = 32

const ascii = (text: string, at = 0) => (bytes: Uint8Array) => startsWith(bytes, text, at)
const bytesAt = (...wanted: number[]) => (bytes: Uint8Array) =>
  wanted.every((byte, index) => bytes[index] === byte)
/** A brand of the ISO base media file format: what is inside the box, its first brand says. */
const brand = (...names: string[]) => (bytes: Uint8Array) =>
  startsWith(bytes, 'ftyp', 4) && names.some((name) => startsWith(bytes, name, 8))

const pictures: [Format, (bytes: Uint8Array) => boolean][] = [
  [{ mimeType: 'image/jpeg', extension: 'jpg' }, bytesAt(0xff, 0xd8, 0xff)],
  [{ mimeType: 'image/png', extension: 'png' }, bytesAt(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)],
  [{ mimeType: 'image/webp', extension: 'webp' }, (bytes) => ascii('RIFF')(bytes) && ascii('WEBP', 8)(bytes)],
  [{ mimeType: 'image/gif', extension: 'gif' }, ascii('GIF8')],
  [{ mimeType: 'image/avif', extension: 'avif' }, brand('avif', 'avis')],
  [
    { mimeType: 'image/heic', extension: 'heic' },
    brand('heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1'),
  ],
]

const others: [string, (bytes: Uint8Array) => boolean][] = [
  ['a PDF', ascii('%PDF')],
  ['a TIFF', (bytes) => bytesAt(0x49, 0x49, 0x2a, 0)(bytes) || bytesAt(0x4d, 0x4d, 0, 0x2a)(bytes)],
  ['a film', (bytes) => startsWith(bytes, 'ftyp', 4) || bytesAt(0x1a, 0x45, 0xdf, 0xa3)(bytes)],
  ['a packed archive', bytesAt(0x50, 0x4b, 3, 4)],
  [
    'markup (HTML, SVG or XML)',
    (bytes) => /^[\s\ufeff]*</.test(new TextDecoder('latin1').decode(bytes).replace(/^ï»¿/, '')),
  ],
]

/**
 * What a file is by its first bytes. What its name and its server say does not count.
 *
 * @throws MediaFault `not_a_picture`
 */
export function sniff(head: Uint8Array): Format {
  const format = pictures.find(([, is]) => is(head))?.[0]
  if (format) return format
  const what = head.length === 0 ? 'nothing' : others.find(([, is]) => is(head))?.[0] ?? 'of no known format'
  throw new MediaFault('not_a_picture', `What is there is no picture: it is ${what}.`)
}
