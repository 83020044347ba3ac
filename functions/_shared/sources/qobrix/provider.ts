import { z } from 'zod'
import type { Provider } from '../provider.ts'
import { connectQobrix } from './connect.ts'
import { whyChanged } from './artefacts.ts'
import type { QobrixCredentials, QobrixSettings } from './settings.ts'
import type { QobrixRaw } from './raw.ts'

/** Qobrix CRM. It names no limits, so we keep to two requests a second. */
export const qobrix: Provider<QobrixSettings, QobrixCredentials, QobrixRaw> = {
  code: 'QOBRIX',
  readsMediaOf: true,
  settings: z.strictObject({
    base_url: z.url().max(2_000),
    list_office_key: z.string().trim().min(1).max(255).optional(),
    locales: z.array(z.string().regex(/^[a-z]{2}_[A-Z]{2}$/, 'is no locale such as ru_RU')).max(20)
      .optional(),
  }),
  credentials: z.strictObject({
    api_user: z.string().min(1).max(200),
    api_key: z.string().min(1).max(2_000),
  }),
  mapping: 'none',
  wording: 'gold',
  mappingVersions: 2,
  keepsSpelling: true,
  whyChanged,
  keyPrefix: 'QOBRIX_',
  addresses: ({ base_url }) => [{ pointer: '/settings/base_url', url: base_url }],
  defaults: () => ({ requests_per_minute: 120 }),
  connect: (work) => Promise.resolve(connectQobrix(work)),
}
