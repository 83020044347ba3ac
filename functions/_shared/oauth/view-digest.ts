import { base64url } from 'jose'
import type { ClientContext } from './client-context.ts'

/** 96 bits: two views of one client never look alike. */
const digestBytes = 12

/**
 * A short text that changes when what the client may see does. An operator's change of the client changes no record, so
 * no EntityEvent tells of it; a client that keeps a copy compares this instead, and reads everything anew.
 */
export async function viewDigest(
  { offices, grants, profile, api_visibility }: ClientContext,
): Promise<string> {
  const view = JSON.stringify([offices.toSorted(), grants.toSorted(), profile, api_visibility])
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(view))
  return base64url.encode(new Uint8Array(digest, 0, digestBytes))
}
