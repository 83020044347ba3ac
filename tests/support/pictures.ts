import { Buffer } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repository } from '../../scripts/stack/layout.ts'

/**
 * A picture of 48 x 32 points from tests/fixtures/pictures. Those named photo, progressive and alpha hold what a camera
 * writes: Exif with a GPS position, a name ("SecretName") and orientation 6, XMP with a position, a colour profile.
 */
export function picture(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(join(repository, 'tests/fixtures/pictures', name)))
}

/** The words in a picture by which somebody could find out where and by whom it was taken. Any three letters come by chance. */
export function tracesIn(bytes: Uint8Array): string[] {
  const text = Buffer.from(bytes).toString('latin1')
  return ['Secret', 'GPSLatitude', 'adobe:ns:meta', 'ns.adobe.com', 'Photoshop'].filter((word) =>
    text.includes(word)
  )
}

/** A JPEG with a segment put in behind its first two bytes. */
export function withSegment(jpeg: Uint8Array, marker: number, content: string): Uint8Array {
  const data = Buffer.from(content, 'latin1')
  const head = Buffer.from([0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 255])
  return Buffer.concat([jpeg.subarray(0, 2), head, data, jpeg.subarray(2)])
}
