import type { FeedFormat } from './format.ts'
import { homesOverseas } from './homesoverseas/format.ts'
import { resoJson } from './reso-json.ts'

const formats: Record<string, FeedFormat> = { 'homesoverseas-v4': homesOverseas, 'reso-json': resoJson }

/** The format that a portal's configuration names; undefined for an unknown one. */
export function feedFormat(name: unknown): FeedFormat | undefined {
  return typeof name === 'string' ? formats[name] : undefined
}
