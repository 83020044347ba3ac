import { viewOf } from './picture.ts'

/** How a picture is turned before it is shown: 1 is not at all, 6 a quarter to the right. Values as in Exif. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8

const orientationTag = 0x0112
const shortType = 3

/** Orientation in an Exif block (a TIFF file without pixels); 1 where there is none, or none that makes sense. */
export function readOrientation(tiff: Uint8Array): Orientation {
  if (tiff.length < 14) return 1
  const view = viewOf(tiff)
  const little = tiff[0] === 0x49
  const directory = view.getUint32(4, little)
  if (directory + 2 > tiff.length) return 1
  const entries = view.getUint16(directory, little)
  for (let index = 0; index < entries; index++) {
    const at = directory + 2 + index * 12
    if (at + 12 > tiff.length) return 1
    if (view.getUint16(at, little) !== orientationTag) continue
    const value = view.getUint16(at + 8, little)
    return value >= 1 && value <= 8 ? value as Orientation : 1
  }
  return 1
}

/** An Exif block that says the orientation and nothing else. */
export function orientationOnly(orientation: Orientation): Uint8Array {
  const tiff = new Uint8Array(26)
  const view = viewOf(tiff)
  view.setUint32(0, 0x4d4d002a) // big endian
  view.setUint32(4, 8) // the directory follows at once
  view.setUint16(8, 1) // with one entry
  view.setUint16(10, orientationTag)
  view.setUint16(12, shortType)
  view.setUint32(14, 1)
  view.setUint16(18, orientation)
  return tiff
}

/** Width and height as they are shown. */
export function turned(width: number, height: number, orientation: Orientation) {
  return orientation >= 5 ? { width: height, height: width } : { width, height }
}
