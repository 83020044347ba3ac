import type { QobrixRow } from './search.ts'

/** Lists of the sandbox, by their path. */
export const paths = [
  'properties',
  'agents',
  'users',
  'contacts',
  'projects',
  'property-types',
  'property-subtypes',
  'property-features',
  'project-features',
  'locations',
  'media/categories',
  'property-viewings',
  'opportunities',
  'bayut-locations',
  'bazaraki-locations',
  'spitogatos-locations',
  'property-finder-a-e-locations',
] as const
export type QobrixPath = typeof paths[number]

/** A file in a category of a property or a project. */
export interface QobrixFile extends QobrixRow {
  model: 'Properties' | 'Projects'
  owner: string
  category: string
}

/** What a Qobrix holds. Tests put rows in and take them out; the server only reads. */
export class QobrixStore {
  readonly lists = new Map<QobrixPath, Map<string, QobrixRow>>(paths.map((path) => [path, new Map()]))
  readonly media = new Map<string, QobrixFile>()
  /** `{property}/{locale}` to its texts. */
  readonly translations = new Map<string, Record<string, unknown>>()

  put(path: QobrixPath, row: QobrixRow): QobrixRow {
    this.lists.get(path)!.set(row.id, row)
    return row
  }

  get(path: QobrixPath, id: string): QobrixRow | undefined {
    return this.lists.get(path)!.get(id)
  }

  /** Changes a row as somebody in the CRM would: it is modified now. */
  edit(path: QobrixPath, id: string, changes: Record<string, unknown>, now = wallClock()): QobrixRow {
    return this.put(path, { ...this.get(path, id)!, modified: now, ...changes })
  }

  trash(path: QobrixPath, id: string, now = wallClock()): void {
    this.put(path, { ...this.get(path, id)!, trashed: now })
  }

  putFile(file: QobrixFile, now = wallClock()): void {
    this.media.set(`${file.category}/${file.id}`, file)
    const path = file.model === 'Properties' ? 'properties' : 'projects'
    const owner = this.get(path, file.owner)
    if (owner) owner.last_media_update = now
  }

  removeFile(category: string, id: string, now = wallClock()): void {
    const file = this.media.get(`${category}/${id}`)
    if (!file) return
    this.media.delete(`${category}/${id}`)
    const owner = this.get(file.model === 'Properties' ? 'properties' : 'projects', file.owner)
    if (owner) owner.last_media_update = now
  }
}

/** A time as Qobrix writes it: no zone, whole seconds. */
export function wallClock(at: Date = new Date(), aheadMinutes = 0): string {
  return new Date(at.getTime() + aheadMinutes * 60_000).toISOString().slice(0, 19)
}
