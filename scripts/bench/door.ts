import { join } from 'node:path'
import { type Child, startChild } from '../stack/child.ts'
import { repository } from '../stack/layout.ts'

/** Starts a door in a process of its own, as hosted Supabase gives each function an isolate of its own. */
export async function startDoor(
  name: 'ingest' | 'odata',
  environment: Record<string, string>,
): Promise<{ door: Child; url: string }> {
  const door = startChild({
    program: join(repository, 'scripts/bench/door-process.ts'),
    args: [name],
    environment,
    onLine: () => {},
  })
  const { port } = await door.heard('ready')
  return { door, url: `http://127.0.0.1:${port}/${name}` }
}
