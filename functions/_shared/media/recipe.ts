export type VariantName = 'thumbnail' | 'medium' | 'large' | 'jpeg'

/** Boxes that the variants fit into; nothing is enlarged. */
export const boxes = {
  thumbnail: { width: 200, height: 150 },
  medium: { width: 800, height: 600 },
  large: { width: 1920, height: 1440 },
} as const

/** Effort 2 is two and a half times as fast as the default of 4, for 2 % more bytes. */
export const webp = { quality: 90, effort: 2 } as const

/** For receivers that refuse WebP. */
export const jpeg = { quality: 85 } as const

/** More are not decoded: 60 megapixels are 180 MB in memory, and no camera of a phone makes them. */
export const maxPixels = 60_000_000

/** What a worker found out about a picture, and made of it. */
export interface Rendered {
  /** Of the original, as it is shown. */
  width: number
  height: number
  /** In base64. */
  thumbhash: string
  /** `#rrggbb`. */
  dominantColour: string
  /** 64 bits as a signed decimal number, as Postgres holds them. */
  differenceHash: string
  variants: Variant[]
}

export interface Variant {
  name: VariantName
  bytes: Uint8Array<ArrayBuffer>
  mimeType: 'image/webp' | 'image/jpeg'
  extension: 'webp' | 'jpg'
  width: number
  height: number
}
