import type { Connection, Stage } from '../types.ts'
import { mapQobrix } from './map.ts'
import { mapAside } from './map/aside.ts'
import { noLabels } from './map/corrections.ts'
import { planQobrix } from './plan.ts'
import type { QobrixRaw } from './raw.ts'
import { QobrixReader } from './read.ts'
import { QobrixServer } from './server.ts'
import type { QobrixWork } from './settings.ts'

const mediaStage: Stage = { name: 'media', kind: 'delta', resources: ['media'] }

/** Opens an instance of Qobrix. There is no session: every request carries the key, so the first one tells whether it opens. */
export function connectQobrix(work: QobrixWork): Connection<QobrixRaw> {
  const server = new QobrixServer(work)
  const reader = new QobrixReader(work, server)
  const etl = { etl_timestamp: new Date().toISOString(), etl_batch_id: work.run.id }
  return {
    plan: (mode) => planQobrix(mode, work),
    read: (stage, place, memory, limit) => reader.read(stage, place, memory, limit),
    async readMediaOf(ids) {
      const { media, left } = await reader.mediaOf(ids)
      const [batch] = mapQobrix(mediaStage, {
        stage: 'media',
        records: [],
        gone: [],
        media,
        labels: noLabels,
      }, {
        source: work.source,
        etl,
      })
      return { records: batch!.records, whole: batch!.whole, left }
    },
    map: (stage, raw) => mapQobrix(stage, raw, { source: work.source, etl }),
    mapAside: (stage, raw) => mapAside(stage, raw, work.source),
    describe: () => `Qobrix at ${new URL(server.root).host}, mapping version ${work.source.mapping_version}`,
  }
}
