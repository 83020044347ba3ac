import { z } from 'zod'
import type { Provider } from '../provider.ts'
import { connectMock } from './connect.ts'
import type { MockSettings } from './settings.ts'
import type { MockPage } from './read.ts'

/** Believable listings from a seed, for demos and trials; they change over time when told to. */
export const mock: Provider<MockSettings, Record<string, string>, MockPage> = {
  code: 'MOCK',
  settings: z.strictObject({
    listings: z.int().min(0).max(1_000_000),
    seed: z.union([z.string().max(100), z.number()]).optional(),
    changes_per_hour: z.number().min(0).max(100_000).optional(),
    photos: z.url({ protocol: /^https?$/ }).max(500).optional(),
  }),
  mapping: 'none',
  wording: 'gold',
  addresses: ({ photos }) => photos ? [{ pointer: '/settings/photos', url: photos }] : [],
  connect: (work) => Promise.resolve(connectMock(work)),
}
