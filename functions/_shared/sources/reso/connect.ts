import type { Connection } from '../types.ts'
import { mapReso } from './map.ts'
import { readMediaOf } from './read-media.ts'
import type { ResoRaw } from './raw.ts'
import { ResoReader } from './read.ts'
import { ResoServer, type ResoWork } from './server.ts'

/** Opens a RESO Web API: the token first, so that credentials that are refused are found out before anything is asked. */
export async function connectReso(work: ResoWork): Promise<Connection<ResoRaw>> {
  const server = new ResoServer(work)
  await server.authenticate()
  const reader = new ResoReader(work, server)
  return {
    plan: (mode) => reader.plan(mode),
    read: (stage, place, memory, limit) => reader.read(stage, place, memory, limit),
    readMediaOf: (listings) => readMediaOf(reader, server, work, listings),
    map: (_stage, raw) => mapReso(raw, work.source),
    session: () => server.session,
    describe: () => reader.description,
  }
}
