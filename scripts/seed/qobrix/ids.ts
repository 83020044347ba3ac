import { randomFor } from '../prng.ts'

/** How many of each the Cyprus office has. An agency is an agent with an office of its own. */
export const COUNTS = { agencies: 8, agents: 13, users: 17, contacts: 200, showings: 60 }

export type Thing = 'agent' | 'user' | 'contact' | 'showing'

/** The Qobrix id of the nth thing of its sort, from 1. */
export function qobrixId(thing: Thing, number: number): string {
  return randomFor('CY', thing, number, 'id').uuid()
}

export function qobrixKey(thing: Thing | 'office', number: number): string {
  const id = qobrixId(thing === 'office' ? 'agent' : thing, number)
  return `QOBRIX_${thing.toUpperCase()}_${id}`
}
