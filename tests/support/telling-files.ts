import { Buffer } from 'node:buffer'
import sharp from 'sharp'
import { tracesIn } from './pictures.ts'

/** Addresses of pictures that tell where or by whom they were taken, hold what stood behind the end of a photo, or open nothing. */
export async function tellingFiles(addresses: readonly string[]): Promise<string[]> {
  const waiting = [...addresses]
  const found: string[] = []
  await Promise.all(Array.from({ length: 4 }, async () => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const why = await whatItTells(next)
      if (why.length > 0) found.push(`${next}: ${why}`)
    }
  }))
  return found
}

async function whatItTells(address: string): Promise<string[]> {
  const answer = await fetch(address)
  const bytes = new Uint8Array(await answer.arrayBuffer())
  if (!answer.ok) return [`answers ${answer.status}`]
  const { exif, xmp, iptc, comments } = await sharp(bytes).metadata()
  return [
    ...Object.entries({ exif, xmp, iptc, comments }).filter(([, value]) => value !== undefined).map((
      [name],
    ) => name),
    ...tracesIn(bytes),
    ...(Buffer.from(bytes).includes('<script') ? ['a tail'] : []),
  ]
}
