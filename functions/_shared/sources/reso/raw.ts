import type { JsonObject } from '../../delivery/json.ts'
import type { ResourceName } from '../types.ts'
import type { UpstreamType } from './metadata.ts'

/** Records of one upstream resource as they came, and what is known of them. */
export interface ResoRaw {
  resource: ResourceName
  type: UpstreamType
  records: JsonObject[]
  /** Keys that were asked for and are not there, or that the source calls hidden. */
  gone: string[]
  /** Keys of a sweep. */
  keys?: string[]
  /** Parts of listings that each record holds all of. */
  inside: ResourceName[]
}
