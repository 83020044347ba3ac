import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { folders } from '../../../scripts/stack/layout.ts'
import { createIngestDoor } from '../../../functions/ingest/door.ts'
import { createMcpDoor } from '../../../functions/mcp/door.ts'
import { createODataDoor } from '../../../functions/odata/door.ts'
import { createSearchDoor } from '../../../functions/search/door.ts'
import { createSourcesDoor } from '../../../functions/sources/door.ts'

/** What a router knows of itself. */
interface Router {
  routes: { method: string; path: string }[]
}

const made: Record<string, () => Router> = {
  ingest: createIngestDoor,
  mcp: createMcpDoor,
  odata: createODataDoor,
  search: createSearchDoor,
  sources: createSourcesDoor,
}

/** `METHOD /path` of all that the doors answer, asked of their routers. A new function is here by being in the folder. */
export async function routesOfDoors(): Promise<string[]> {
  const names = readdirSync(folders.functions).filter((name) => !name.startsWith('_'))
  const routes = new Set<string>()
  for (const name of names) {
    const router = made[name]?.() ?? await doorOf(name)
    for (const { method, path } of router.routes) {
      if (method !== 'ALL') routes.add(`${method} ${path.replace(/\{[^}]*\}/, '')}`)
    }
  }
  return [...routes]
}

async function doorOf(name: string): Promise<Router> {
  const { door } = await import(pathToFileURL(join(folders.functions, name, 'index.ts')).href)
  if (!door) throw new Error(`functions/${name} exports no door, so that nobody can say what it answers`)
  return door
}
