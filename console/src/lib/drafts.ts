/**
 * What was typed into a form and not saved: it outlives a reload and an expired session in this tab, and goes with whoever
 * signs out.
 */
const prefix = 'mls-console-draft-'

/** What is kept: the fields that were changed, by name. */
export type Changes = Record<string, string>

export const drafts = {
  of(id: string): Changes {
    try {
      return JSON.parse(sessionStorage.getItem(prefix + id) ?? '{}') as Changes
    } catch {
      return {}
    }
  },

  keep(id: string, changes: Changes): void {
    if (Object.keys(changes).length === 0) return drafts.drop(id)
    try {
      sessionStorage.setItem(prefix + id, JSON.stringify(changes))
    } catch {
      // the storage is full: the form itself still has it
    }
  },

  drop(id: string): void {
    sessionStorage.removeItem(prefix + id)
  },

  dropAll(): void {
    for (const key of Object.keys(sessionStorage)) {
      if (key.startsWith(prefix)) sessionStorage.removeItem(key)
    }
  },
}
