import { z } from 'zod'
import { encodings } from '../files/format.ts'
import type { Provider } from '../provider.ts'
import { connectFile } from './connect.ts'
import type { FileCredentials, FileSettings } from './settings.ts'
import type { FileRaw } from './read.ts'

/** Files that are sent or fetched, and services that answer JSON in pages: a mapping makes the records. */
export const file: Provider<FileSettings, FileCredentials, FileRaw> = {
  code: 'FILE',
  settings: z.strictObject({
    format: z.enum(['csv', 'json', 'xml']),
    url: z.url().max(2_000).optional(),
    encoding: z.preprocess(
      (name) => typeof name === 'string' ? name.toLowerCase().replace(/^cp(?=125)/, 'windows-') : name,
      z.enum(encodings),
    )
      .optional(),
    delimiter: z.string().length(1).optional(),
    decimal: z.enum(['.', ',']).optional(),
    dates: z.enum(['ymd', 'dmy', 'mdy']).optional(),
    header_row: z.int().min(0).max(100).optional(),
    items_path: z.string().max(500).optional(),
    next_path: z.string().min(1).max(500).optional(),
  }),
  credentials: z.union([
    z.strictObject({ token: z.string().min(1).max(10_000) }),
    z.strictObject({ username: z.string().min(1).max(500), password: z.string().max(500) }),
  ]),
  mapping: 'required',
  wording: 'reso',
  takesFiles: true,
  addresses: ({ url }) => url === undefined ? [] : [{ pointer: '/settings/url', url }],
  check: ({ format, url, next_path }, credentials) => [
    ...next_path !== undefined && (format !== 'json' || url === undefined)
      ? [{ pointer: '/settings/next_path', message: 'next_path belongs to JSON that is fetched from a url.' }]
      : [],
    ...credentials && url === undefined
      ? [{
        pointer: '/credentials',
        message: 'Files that are sent need no credentials; they belong to a url.',
      }]
      : [],
  ],
  defaults: () => ({ requests_per_minute: 60 }),
  connect: (work) => Promise.resolve(connectFile(work)),
}
