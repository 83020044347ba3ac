import type { z } from 'zod'
import { storableText } from '../gold/storable-text.ts'

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

/**
 * Texts that Postgres cannot keep: with NUL, or half a surrogate pair. Whoever saves one has a program that broke a text,
 * and wants to know.
 */
export function unstorableTexts(value: unknown, path: readonly PropertyKey[] = []): Fault[] {
  const faults: Fault[] = []
  const look = (text: string, at: readonly PropertyKey[]) => {
    if (storableText(text) === text) return
    const message = 'holds a NUL character or half of a surrogate pair, which cannot be kept. Take it out.'
    faults.push({ pointer: storableText(pointerTo(at)), message })
  }
  if (typeof value === 'string') look(value, path)
  else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      look(name, path)
      faults.push(...unstorableTexts(member, [...path, name]))
    }
  }
  return faults
}
