import { join } from 'node:path'
import { type Child, startChild } from '../stack/child.ts'
import { repository } from '../stack/layout.ts'

const modules = {
  ingest: 'functions/ingest/index.ts',
  egress: 'functions/egress/index.ts',
  odata: 'functions/odata/index.ts',
  bare: 'scripts/bench/bare-reads.ts',
}

/** Starts a door in a process of its own, as hosted Supabase gives each function an isolate of its own. */
export async function startDoor(
  name: keyof typeof modules,
  environment: Record<string, string>,
): Promise<{ door: Child; url: string }> {
  const door = startChild({
    program: join(repository, 'scripts/bench/door-process.ts'),
    args: [modules[name]],
    environment,
    onLine: () => {},
  })
  const { port } = await door.heard('ready')
  return { door, url: `http://127.0.0.1:${port}/${name}` }
}
