/** A picture that may be shown to anybody: what a camera and an editor wrote beside the pixels is gone. */
export interface Picture {
  bytes: Uint8Array<ArrayBuffer>
  mimeType: 'image/jpeg' | 'image/png' | 'image/webp'
  extension: 'jpg' | 'png' | 'webp'
  /** As it is shown, with its orientation applied. */
  width: number
  height: number
}

export type PictureFaultCode = 'unsupported_format' | 'unreadable'

/** Why a file cannot be published, in words for whoever uploaded it. */
export class PictureFault extends Error {
  override name = 'PictureFault'
  constructor(readonly code: PictureFaultCode, message: string) {
    super(message)
  }
}

/** The file says something about itself that its bytes do not hold. */
export const damaged = (format: string) =>
  new PictureFault('unreadable', `The file is no whole ${format} picture. Upload it again.`)

export function joined(pieces: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

export function startsWith(bytes: Uint8Array, text: string, at = 0): boolean {
  if (bytes.length < at + text.length) return false
  for (let index = 0; index < text.length; index++) {
    if (bytes[at + index] !== text.charCodeAt(index)) return false
  }
  return true
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
