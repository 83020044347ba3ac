/** What the same name stands for in several hubs. */

/**
 * `apart`: rows of a hub's own count (a sequence, a number of its database), which mean nothing beside another's; one hub
 * is read at a time. `shared`: rows that hubs have in common, so that the same key is the same row.
 */
export type Kind = 'merged' | 'apart' | 'shared'

/** Resources that are not simply merged; `key` orders what is shared. */
const kinds: Record<string, { kind: Kind; key: string }> = {
  EntityEvent: { kind: 'apart', key: 'EntityEventSequence' },
  HistoryTransactional: { kind: 'apart', key: 'HistoryTransactionalKey' },
  Lookup: { kind: 'shared', key: 'LookupKey' },
  Field: { kind: 'shared', key: 'FieldKey' },
}

export const kindOf = (resource: string): Kind => kinds[resource]?.kind ?? 'merged'
export const keyOf = (resource: string): string => kinds[resource]!.key
