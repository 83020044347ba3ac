import { sha256Hex } from '../http/sha256.ts'

/** Whether two secrets are the same. Their hashes are compared: how long it takes tells nothing of them. */
export async function isSameSecret(given: string, expected: string): Promise<boolean> {
  return await sha256Hex(given) === await sha256Hex(expected)
}
