import { useSyncExternalStore } from 'react'
import { lookThrough } from './hub.ts'

export interface Borrowed {
  name: string
  until: number
}

let current: Borrowed | undefined
const listeners = new Set<() => void>()

/** Whose eyes the console looks through, if not one's own. */
export const borrowed = {
  get: () => current,
  set(next: Borrowed | undefined) {
    current = next
    if (!next) lookThrough(undefined)
    for (const tell of listeners) tell()
  },
}

export function useBorrowed(): Borrowed | undefined {
  return useSyncExternalStore((tell) => (listeners.add(tell), () => listeners.delete(tell)), borrowed.get)
}
