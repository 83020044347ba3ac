import type { Connection, Stage, Work } from '../types.ts'
import { mapRecords } from './map.ts'
import { type FileRaw, readFilePage } from './read.ts'
import { readRestPage } from './read-rest.ts'
import type { FileCredentials, FileSettings } from './settings.ts'

/**
 * A file holds everything that there is, so every run is a FULL; what it holds of one listing are its pictures too.
 */
export function connectFile(work: Work<FileSettings, FileCredentials>): Connection<FileRaw> {
  const { source } = work
  let described: string | undefined
  const hasMedia = source.mapping?.fields.Media !== undefined
  const isRest = source.settings.next_path !== undefined
  return {
    plan: (): Stage[] => [{
      name: 'property',
      kind: 'full',
      resources: hasMedia ? ['property', 'media'] : ['property'],
    }],
    read: async (_stage, place, memory, limit) => {
      const page = isRest ? await readRestPage(work, place) : await readFilePage(work, place, memory, limit)
      described = page.raw.description ?? described
      return page
    },
    map: (_stage, raw) => mapRecords(raw, source),
    describe: () => described ?? 'The source has not been read yet.',
  }
}
