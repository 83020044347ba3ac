import { prefixed } from '../rows.ts'

/** The key of a picture: a RETS server counts the objects of each record. */
export function mediaKeyOf(prefix: string, key: string, object: string): string {
  return prefixed(prefix, `${key}_${object}`)!
}
