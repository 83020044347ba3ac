import type { Connection, Stage } from '../types.ts'
import { mapRets } from './map.ts'
import { type RetsRaw, RetsReader } from './read.ts'
import { RetsSession } from './session.ts'
import type { RetsWork } from './settings.ts'

const withMedia: Stage = { name: 'property', kind: 'delta', resources: ['property', 'media'] }

/** Logs in. Whatever happens then, the session ends with the connection. */
export async function connectRets(work: RetsWork): Promise<Connection<RetsRaw>> {
  const session = new RetsSession(work)
  try {
    await session.login()
  } catch (error) {
    await session.logout()
    throw error
  }
  const reader = new RetsReader(work, session)
  return {
    plan: (mode) => reader.plan(mode),
    read: (stage, place, memory, limit) => reader.read(stage, place, memory, limit),
    ...(work.source.settings.media && {
      async readMediaOf(keys: string[]) {
        const { media, ...others } = await reader.mediaOf(keys)
        const raw: RetsRaw = { records: [], media, mapping: { version: 1, fields: {} }, misfits: 0 }
        return { ...mapRets(withMedia, raw, work.source)[1]!, ...others }
      },
    }),
    map: (stage, raw) => mapRets(stage, raw, work.source),
    session: () => session.session,
    close: () => session.logout(),
    describe: () => reader.description,
  }
}
