import { sha256Hex } from '../http/sha256.ts'
import { MediaFault } from './fault.ts'
import { type Fetched, maxBytes } from './fetch-picture.ts'
import { sniff } from './sniff.ts'

/** A picture that a source sent inside an answer. */
export type Brought = Fetched

/**
 * Looks at a picture as at one that is fetched.
 *
 * @throws MediaFault `too_large`, `not_a_picture`
 */
export async function broughtPicture(body: Uint8Array): Promise<Brought> {
  if (body.length > maxBytes) {
    throw new MediaFault('too_large', `The photo exceeds ${Math.round(maxBytes / 1048576)} MB.`)
  }
  const format = sniff(body)
  // a copy: a part of an answer would keep the whole of it in memory
  const bytes = new Uint8Array(body)
  return { sha256: await sha256Hex(bytes), bytes, format }
}

/** The content that an address names because only its source could bring it; undefined for addresses to be fetched. */
export function contentNamed(address: string): string | undefined {
  return /#sha256=([0-9a-f]{64})$/.exec(address)?.[1]
}
