import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** A function as deployed: `functions/<door>/index.ts` with `export default { fetch }`. */
export interface Door {
  fetch(request: Request): Response | Promise<Response>
}

/**
 * The doors of the folder, each loaded now, or on demand when it is first called, as hosted Supabase does. One that does not
 * load answers 503; the others go on.
 */
export async function loadDoors(folder: string, { onDemand = false } = {}): Promise<Map<string, Door>> {
  const doors = new Map<string, Door>()
  const open = (name: string) =>
    load(join(folder, name, 'index.ts')).catch((error) => unavailable(name, error))
  await Promise.all(
    doorNames(folder).map(async (name) =>
      doors.set(name, onDemand ? later(() => open(name)) : await open(name))
    ),
  )
  return doors
}

function later(open: () => Promise<Door>): Door {
  let door: Promise<Door> | undefined
  return { fetch: async (request) => (await (door ??= open())).fetch(request) }
}

function doorNames(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder).filter((name) =>
    !name.startsWith('_') && existsSync(join(folder, name, 'index.ts'))
  )
}

async function load(file: string): Promise<Door> {
  const { default: door } = await import(pathToFileURL(file).href)
  if (typeof door?.fetch !== 'function') throw new Error(`${file} has no \`export default { fetch }\``)
  return door
}

function unavailable(name: string, error: Error): Door {
  console.error(`functions/${name} did not load: ${error.stack ?? error.message}`)
  return {
    fetch: () =>
      problem(503, 'function_not_loaded', `functions/${name} did not load: see the output of the stack.`),
  }
}

/** Problem details (RFC 9457), for what no function answers. */
export function problem(status: number, code: string, detail: string): Response {
  return Response.json({ type: 'about:blank', status, code, detail }, {
    status,
    headers: { 'content-type': 'application/problem+json' },
  })
}
