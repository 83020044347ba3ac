import type { z } from 'zod'

/** Something wrong with what somebody wants to save: where, as a JSON pointer, and what to do about it. */
export interface Fault {
  pointer: string
  message: string
}

/** RFC 6901. */
export function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** Every issue of a schema; a member that does not exist is pointed at itself, not at its parent. */
export function faultsOf(error: z.ZodError, under: readonly PropertyKey[] = []): Fault[] {
  return error.issues.flatMap((issue): Fault[] => {
    const path = [...under, ...issue.path]
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        pointer: pointerTo([...path, key]),
        message: `There is no member "${key}" here.`,
      }))
    }
    return [{ pointer: pointerTo(path), message: issue.message }]
  })
}
