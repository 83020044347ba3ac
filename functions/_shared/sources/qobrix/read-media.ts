import type { JsonObject } from '../../delivery/json.ts'
import { categories as order } from './map/media.ts'
import { flag, trimmed } from './map/values.ts'
import type { PropertyMedia } from './raw.ts'
import type { QobrixServer } from './server.ts'
import { walk, type WalkPlace } from './walk.ts'

/** Three calls a property, and three for its project: more of them would not fit into the time of a page. */
export const propertiesPerPage = 8

interface MediaPlace {
  step: number
  walk: WalkPlace
}

interface MediaOptions {
  /** From which time on; all where it is absent. */
  from?: string
  /** Categories that the instance has. */
  categories: readonly string[]
  /** Whether a property says if it shows the media of its project. Gold does not ask. */
  inherits: boolean
}

/** Properties of which files may have changed: their own, and those of their project. */
const changes = [
  { path: '/properties', by: 'last_media_update' },
  { path: '/properties', by: 'modified' },
  { path: '/properties', by: 'created' },
  { path: '/projects', by: 'last_media_update' },
] as const
const whole = [{ path: '/properties', by: 'created' }] as const

const fields = [
  'id',
  'created',
  'modified',
  'last_media_update',
  'project',
  'inherit_project_media',
  'trashed',
]

/** The files of some properties, all of them or none: a call that fails fails the page. */
export async function readMediaPage(
  server: QobrixServer,
  place: MediaPlace,
  options: MediaOptions,
): Promise<{ media: PropertyMedia[]; next?: MediaPlace; hole?: string }> {
  const steps = options.from === undefined ? whole : changes
  const { path, by } = steps[place.step]!
  const step = await walk(server, place.walk, {
    path,
    by,
    from: options.from,
    limit: path === '/projects' ? 1 : propertiesPerPage,
    parameters: { media: false, expand: false, fields },
  })
  const properties = path === '/projects' ? await unitsOf(server, step.records) : step.records
  const media = await mediaOf(server, properties, options)
  const next = step.next
    ? { step: place.step, walk: step.next }
    : place.step + 1 < steps.length
    ? { step: place.step + 1, walk: {} }
    : undefined
  return { media, ...(next && { next }), ...(step.hole && { hole: step.hole }) }
}

/** Some properties by their ids, as `mediaOf()` wants them; without those that are not there. */
export async function propertiesOf(server: QobrixServer, ids: string[]): Promise<JsonObject[]> {
  const properties: JsonObject[] = []
  for (const id of ids) {
    const found = await server.find(`/properties/${encodeURIComponent(id)}`, {
      media: false,
      expand: false,
      fields,
    })
    if (found && !Array.isArray(found)) properties.push(found)
  }
  return properties
}

/** The files of properties, their own and those of their projects. */
export async function mediaOf(
  server: QobrixServer,
  properties: JsonObject[],
  options: Omit<MediaOptions, 'from'>,
): Promise<PropertyMedia[]> {
  const media: PropertyMedia[] = []
  const projects = new Map<string, PropertyMedia['files']>()
  for (const property of properties) {
    if (trimmed(property.trashed) !== null) continue
    const own = await filesOf(server, 'Properties', String(property.id), options)
    if (own === undefined) continue
    const project = trimmed(property.project)
    const shows = project !== null && !(options.inherits && flag(property.inherit_project_media) === false)
    if (shows && !projects.has(project)) {
      projects.set(project, await filesOf(server, 'Projects', project, options) ?? [])
    }
    media.push({ property: String(property.id), files: [...own, ...(shows ? projects.get(project)! : [])] })
  }
  return media
}

/** Properties of projects. */
async function unitsOf(server: QobrixServer, projects: JsonObject[]): Promise<JsonObject[]> {
  const units: JsonObject[] = []
  for (const { id } of projects) {
    for (let page = 1;; page++) {
      const answer = await server.list('/properties', {
        search: `project == '${id}'`,
        sort: ['id'],
        page,
        media: false,
        expand: false,
        fields,
      })
      units.push(...answer.records)
      if (!answer.hasNext) break
    }
  }
  return units
}

/** 404 for a category that exists means that the property is gone meanwhile: then nothing is said of its files. */
async function filesOf(
  server: QobrixServer,
  model: 'Properties' | 'Projects',
  id: string,
  { categories }: Omit<MediaOptions, 'from'>,
): Promise<PropertyMedia['files'] | undefined> {
  const files: PropertyMedia['files'] = []
  for (const category of order) {
    if (!categories.includes(category)) continue
    const found = await server.find(`/media/by-category/${category}/${model}/${id}`)
    if (found === undefined) return undefined
    for (const item of Array.isArray(found) ? found : []) files.push({ category, item })
  }
  return files
}
