import type { QobrixRow } from './search.ts'
import type { QobrixPath, QobrixStore } from './store.ts'

/** Under which name a related object stands beside its id. */
const relations: readonly { field: string; path: QobrixPath; as: string }[] = [
  { field: 'project', path: 'projects', as: 'project_project' },
  { field: 'seller', path: 'contacts', as: 'seller_contact' },
  { field: 'salesperson', path: 'users', as: 'salesperson_user' },
  { field: 'agent', path: 'agents', as: 'agent_agent' },
  { field: 'location', path: 'locations', as: 'location_location' },
  { field: 'created_by', path: 'users', as: 'created_by_user' },
  { field: 'developer_id', path: 'contacts', as: 'developer' },
  { field: 'primary_contact', path: 'contacts', as: 'primary_contact_contact' },
  { field: 'property_id', path: 'properties', as: 'property_viewing_property' },
]

/** A row with what it refers to, as `expand=true` gives it. */
export function expand(store: QobrixStore, row: QobrixRow): QobrixRow {
  const found = relations.flatMap(({ field, path, as }) => {
    const id = row[field]
    const related = typeof id === 'string' ? store.get(path, id) : undefined
    return related ? [[as, related]] : []
  })
  return { ...row, ...Object.fromEntries(found) }
}
