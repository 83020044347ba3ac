import type { SaidFormat } from '../files/detect.ts'
import type { Connection, Stage, Work } from '../types.ts'
import { mapRecords } from './map.ts'
import { type FileRaw, readFilePage } from './read.ts'
import { readRestPage } from './read-rest.ts'

export interface FileSettings extends SaidFormat {
  url?: string
  next_path?: string
}

export type FileCredentials = { token: string } | { username: string; password: string }

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

/** How the address is asked. */
export function headersOf({ credentials }: Work<FileSettings, FileCredentials>): Record<string, string> {
  if (!credentials) return {}
  if ('token' in credentials) return { Authorization: `Bearer ${credentials.token}` }
  const pair = new TextEncoder().encode(`${credentials.username}:${credentials.password}`)
  return { Authorization: `Basic ${btoa(String.fromCharCode(...pair))}` }
}
