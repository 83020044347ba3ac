import { z } from 'zod'
import type { Provider } from '../provider.ts'
import { connectReso } from './connect.ts'
import type { ResoCredentials, ResoSettings } from './server.ts'
import { type PresetName, presetOf, presets } from './presets.ts'
import type { ResoRaw } from './raw.ts'

const address = z.url().max(2_000)

/** RESO Web API: one client, and a preset for each kind of server. */
export const reso: Provider<ResoSettings, ResoCredentials, ResoRaw> = {
  code: 'RESO',
  readsMediaOf: true,
  settings: z.strictObject({
    root: address.optional(),
    preset: z.enum(Object.keys(presets) as [PresetName, ...PresetName[]]).optional(),
    auth: z.strictObject({
      type: z.enum(['client_credentials', 'bearer']),
      token_url: address.optional(),
      scope: z.string().max(200).optional(),
    }),
    filter: z.string().max(2_000).optional(),
    page_size: z.int().min(1).max(1_000).optional(),
  }),
  credentials: z.union([
    z.strictObject({ client_id: z.string().min(1).max(500), client_secret: z.string().min(1).max(2_000) }),
    z.strictObject({ token: z.string().min(1).max(10_000) }),
  ]),
  mapping: 'optional',
  wording: 'reso',
  addresses: ({ root, preset, auth }) => [
    { pointer: '/settings/root', url: root ?? presetOf(preset).root ?? '' },
    ...auth.type === 'client_credentials'
      ? [{ pointer: '/settings/auth/token_url', url: auth.token_url ?? presetOf(preset).tokenUrl ?? '' }]
      : [],
  ],
  check: ({ root, preset, auth, filter }, credentials) => {
    const kind = presetOf(preset)
    const wantsClient = auth.type === 'client_credentials'
    return [
      ...root === undefined && kind.root === undefined
        ? [{
          pointer: '/settings/root',
          message: 'Give the address of the service: it ends before the name of a resource.',
        }]
        : [],
      ...wantsClient && auth.token_url === undefined && kind.tokenUrl === undefined
        ? [{
          pointer: '/settings/auth/token_url',
          message: 'client_credentials needs the address that gives tokens.',
        }]
        : [],
      ...preset === 'mlsgrid' && !/OriginatingSystemName\s+eq/.test(filter ?? '')
        ? [{
          pointer: '/settings/filter',
          message: "MLS Grid wants exactly one: OriginatingSystemName eq '...'.",
        }]
        : [],
      ...credentials && wantsClient !== 'client_id' in credentials
        ? [{
          pointer: '/credentials',
          message: wantsClient
            ? 'client_credentials needs client_id and client_secret.'
            : 'bearer needs a token.',
        }]
        : [],
    ]
  },
  defaults: ({ preset }) => {
    const { requestsPerMinute, requestsPerDay, overlapSeconds, rules } = presetOf(preset)
    return {
      requests_per_minute: requestsPerMinute,
      requests_per_day: requestsPerDay,
      overlap_seconds: overlapSeconds,
      media: rules,
    }
  },
  connect: connectReso,
}
