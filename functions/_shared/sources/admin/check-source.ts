import { z } from 'zod'
import { DeliveryFailure } from '../../delivery/failure.ts'
import { guardAddress } from '../../delivery/address-guard.ts'
import { HubError } from '../../http/errors.ts'
import { type Fault, faultsOf, unstorableTexts } from '../faults.ts'
import { validateMapping } from '../mapping/validate.ts'
import type { AnyProvider } from '../provider.ts'
import { findProvider, providers } from '../providers.ts'
import { isCron, isTimezone } from '../schedule.ts'
import { resourceOrder } from '../types.ts'

const cron = z.string().max(100).refine(isCron, 'is no cron expression of five fields such as "15 * * * *"')
const minutes = z.int().min(1).max(525_600)

/** What may be said of a source when it is made, apart from what its provider defines. */
const members = {
  office_key: z.string().trim().min(1).max(255),
  code: z.string().regex(
    /^[A-Za-z][A-Za-z0-9_-]{0,39}$/,
    'must begin with a letter and have at most 40 letters, digits, _ and -',
  ),
  name: z.string().trim().min(1).max(200),
  provider: z.string().max(100),
  settings: z.record(z.string(), z.unknown()),
  credentials: z.record(z.string(), z.unknown()).nullable().optional(),
  mapping: z.unknown().optional(),
  resources: z.array(z.strictObject({ name: z.enum(resourceOrder), every_minutes: minutes.optional() })).max(
    20,
  ).optional(),
  cron: cron.nullable().optional(),
  interval_minutes: minutes.nullable().optional(),
  full_cron: cron.nullable().optional(),
  timezone: z.string().refine(isTimezone, 'is no time zone such as Europe/Athens').optional(),
  key_prefix: z.string().regex(/^[A-Za-z0-9_.-]{0,40}$/, 'may have at most 40 letters, digits, _ . and -')
    .optional(),
  mapping_version: z.int().min(1).max(1_000_000).optional(),
  overlap_seconds: z.int().min(0).max(2_678_400).optional(),
  sweep_minutes: z.int().min(5).max(525_600).optional(),
  max_listings: z.int().min(0).max(10_000_000).nullable().optional(),
  requests_per_minute: z.int().min(1).max(60_000).nullable().optional(),
  requests_per_day: z.int().min(1).max(2_000_000_000).nullable().optional(),
  media: z.strictObject({
    hotlink: z.enum(['allowed', 'expires', 'forbidden']),
    copy: z.boolean().optional(),
    auth: z.enum(['none', 'bearer', 'user_agent']).optional(),
    token_hosts: z.array(z.string().regex(/^[a-z0-9.-]{1,253}(:\d{1,5})?$/, 'is no host')).max(20).optional(),
    keep_days: z.number().min(0).max(36_500).optional(),
    requests_per_second: z.number().positive().max(1_000).optional(),
    originals: z.enum(['keep', 'drop']).optional(),
  }).optional(),
  enabled: z.boolean().optional(),
}

const creation = z.strictObject(members)
const change = z.strictObject({
  ...members,
  office_key: z.undefined(),
  provider: z.undefined(),
  key_prefix: z.undefined(),
}).partial()

export type SourceMembers = z.output<typeof creation>
export type SourceChanges = z.output<typeof change>

/** @throws HubError invalid_settings (422) with every fault */
export function refuse(faults: Fault[]): void {
  if (faults.length === 0) return
  const detail = faults.map(({ pointer, message }) => `${pointer || 'The body'}: ${message}`).slice(0, 5)
    .join(' ')
  throw new HubError('invalid_settings', detail, { members: { errors: faults } })
}

/** A source as asked for, with what its provider has where nothing was said. */
export async function checkCreation(
  body: unknown,
  plainHosts: string[],
): Promise<SourceMembers> {
  refuse(unstorableTexts(body))
  const parsed = creation.safeParse(body)
  if (!parsed.success) refuse(faultsOf(parsed.error))
  const source = parsed.data!
  const provider = findProvider(source.provider)
  if (!provider) {
    refuse([{
      pointer: '/provider',
      message: `There is no provider ${source.provider}; there are ${
        providers.map(({ code }) => code).join(', ')
      }.`,
    }])
  }
  const faults = await faultsOfSource(provider!, source, plainHosts)
  if (source.cron != null && source.interval_minutes != null) {
    faults.push({ pointer: '/interval_minutes', message: 'Give cron or interval_minutes, not both.' })
  }
  const key_prefix = source.key_prefix ?? provider!.keyPrefix ??
    `${source.code.toUpperCase().replaceAll('-', '_')}_`
  if (/^MANUAL_/i.test(key_prefix)) {
    faults.push({ pointer: '/key_prefix', message: 'MANUAL_ begins the keys of listings made in the hub.' })
  }
  refuse(faults)
  const defaults = provider!.defaults?.(provider!.settings.parse(source.settings)) ?? {}
  return {
    resources: [],
    timezone: 'UTC',
    overlap_seconds: 3_600,
    sweep_minutes: 1_440,
    media: { hotlink: 'allowed' },
    enabled: true,
    mapping_version: 1,
    ...defaults,
    ...Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined)),
    settings: provider!.settings.parse(source.settings),
    key_prefix,
  } as unknown as SourceMembers
}

/** What is asked to be changed, checked together with what stays. */
export async function checkChange(
  body: unknown,
  stored: {
    provider: string
    settings: Record<string, unknown>
    mapping: unknown
    cron: string | null
    interval_minutes: number | null
  },
  plainHosts: string[],
): Promise<SourceChanges> {
  refuse(unstorableTexts(body))
  const parsed = change.safeParse(body)
  if (!parsed.success) {
    refuse(
      faultsOf(parsed.error).map((fault) =>
        /^\/(office_key|provider|key_prefix)$/.test(fault.pointer)
          ? {
            ...fault,
            message: 'cannot be changed: the listings that are there hang on it. Make another source.',
          }
          : fault
      ),
    )
  }
  const changes = parsed.data!
  const provider = findProvider(stored.provider)
  if (!provider) {
    throw new HubError('not_configured', `This version of the hub has no provider ${stored.provider}.`)
  }
  const whole = { ...stored, ...changes }
  const faults = await faultsOfSource(provider, whole as Checked, plainHosts)
  if (whole.cron != null && whole.interval_minutes != null) {
    faults.push({
      pointer: '/interval_minutes',
      message: 'Give cron or interval_minutes, not both: null takes one away.',
    })
  }
  refuse(faults)
  if (changes.settings) {
    changes.settings = provider.settings.parse(changes.settings) as Record<string, unknown>
  }
  return changes
}

type Checked = Pick<SourceMembers, 'settings' | 'credentials' | 'mapping' | 'mapping_version'>

async function faultsOfSource(
  provider: AnyProvider,
  { settings, credentials, mapping, mapping_version }: Checked,
  plainHosts: string[],
): Promise<Fault[]> {
  const faults: Fault[] = []
  const read = provider.settings.safeParse(settings)
  if (!read.success) faults.push(...faultsOf(read.error, ['settings']))
  const known = credentials && provider.credentials ? provider.credentials.safeParse(credentials) : undefined
  if (known && !known.success) faults.push(...withoutValues(faultsOf(known.error, ['credentials'])))
  if (credentials && !provider.credentials) {
    faults.push({ pointer: '/credentials', message: `${provider.code} takes no credentials.` })
  }
  faults.push(...faultsOfMapping(provider, mapping))
  const versions = provider.mappingVersions
  if (versions !== undefined && mapping_version !== undefined && mapping_version > versions) {
    faults.push({
      pointer: '/mapping_version',
      message: `${provider.code} has the versions 1 to ${versions} of its mapping.`,
    })
  }
  if (read.success) {
    faults.push(...provider.check?.(read.data, known?.success ? known.data : undefined) ?? [])
    for (const { pointer, url } of provider.addresses(read.data)) {
      const message = url === '' ? undefined : await faultOfAddress(url, plainHosts)
      if (message) faults.push({ pointer, message })
    }
  }
  return faults
}

/** A message about credentials repeats nothing of them. */
function withoutValues(faults: Fault[]): Fault[] {
  const seen = new Set(faults.map(({ pointer }) => pointer))
  return [...seen].map((pointer) => ({
    pointer,
    message: 'These are not the credentials that this provider takes: see docs/sources.md.',
  }))
}

function faultsOfMapping(provider: AnyProvider, mapping: unknown): Fault[] {
  const under = (faults: Fault[]) =>
    faults.map(({ pointer, message }) => ({ pointer: `/mapping${pointer}`, message }))
  if (mapping === undefined || mapping === null) {
    return provider.mapping === 'required'
      ? [{
        pointer: '/mapping',
        message: `${provider.code} needs a mapping: nobody else knows what its fields mean.`,
      }]
      : []
  }
  if (provider.mapping === 'none') {
    return [{ pointer: '/mapping', message: `${provider.code} takes no mapping.` }]
  }
  return under(validateMapping(mapping, { needsKey: provider.mapping === 'required' }).faults ?? [])
}

async function faultOfAddress(url: string, plainHosts: string[]): Promise<string | undefined> {
  try {
    await guardAddress(url, { plainHosts, isLocal: 'MLS_SOURCES_LOCAL' })
    return undefined
  } catch (error) {
    if (error instanceof DeliveryFailure) return error.message
    throw error
  }
}

/**
 * Whether stored credentials may stay with changed settings: they belong to the hosts that they were given for, or an
 * administrator could have them sent to a host of his own.
 */
export function keepsHosts(
  providerCode: string,
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): boolean {
  const provider = findProvider(providerCode)
  const hosts = (settings: Record<string, unknown>) => {
    const read = provider?.settings.safeParse(settings)
    return read?.success
      ? provider!.addresses(read.data).map(({ url }) => URL.canParse(url) ? new URL(url).origin : '')
      : []
  }
  const known = hosts(before)
  return hosts(after).every((origin) => known.includes(origin))
}
