import { z } from 'zod'
import type { Provider } from '../provider.ts'
import { connectRets } from './connect.ts'
import type { RetsRaw } from './read.ts'
import type { RetsCredentials, RetsSettings } from './settings.ts'

const name = z.string().regex(/^[A-Za-z0-9_.-]{1,100}$/, 'is no name of a resource, class or field')

/** RETS 1.7.2 and 1.8. Written here: no library for it runs on Deno. */
export const rets: Provider<RetsSettings, RetsCredentials, RetsRaw> = {
  code: 'RETS',
  readsMediaOf: true,
  settings: z.strictObject({
    login_url: z.url().max(2_000),
    version: z.preprocess(
      (version) => typeof version === 'string' ? version.replace(/^(?=1\.)/, 'RETS/') : version,
      z.enum(['RETS/1.7.2', 'RETS/1.8']),
    ),
    user_agent: z.string().regex(/^[\x21-\x7e][\x20-\x7e]{0,199}$/, 'is no user agent'),
    property: z.strictObject({
      resource: name,
      classes: z.array(name).min(1).max(50),
      key_field: name,
      time_field: name.optional(),
      photo_time_field: name.optional(),
      query: z.string().min(3).max(2_000).optional(),
    }),
    media: z.strictObject({ type: name, location: z.literal([0, 1]) }).optional(),
  }),
  credentials: z.strictObject({
    username: z.string().min(1).max(500),
    password: z.string().max(500),
    ua_password: z.string().max(500).optional(),
  }),
  mapping: 'optional',
  wording: 'reso',
  addresses: ({ login_url }) => [{ pointer: '/settings/login_url', url: login_url }],
  // pictures inside the answers have addresses that only a session opens: nobody is shown them, only the copies
  defaults: ({ media }) => ({
    requests_per_minute: 60,
    media: { hotlink: media?.location === 0 ? 'forbidden' : 'expires' },
  }),
  connect: connectRets,
}
